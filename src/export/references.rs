//! The evidence index: citations numbered in the order of their first use, each place once.

use std::collections::BTreeMap;

use crate::model::{Citation, EvidenceMeta, Locator};
use crate::view::document::Inline;

/// Numbers citations while a document is built.
pub(super) struct References<'a> {
    evidence: &'a [EvidenceMeta],
    list: Vec<Citation>,
    numbers: BTreeMap<Locator, u32>,
}

impl<'a> References<'a> {
    pub(super) const fn new(evidence: &'a [EvidenceMeta]) -> Self {
        Self { evidence, list: Vec::new(), numbers: BTreeMap::new() }
    }

    /// The references of some citations, in their order, none twice.
    pub(super) fn inlines(&mut self, citations: &[Citation]) -> Vec<Inline> {
        let mut numbers = Vec::new();
        for citation in citations {
            let number = self.number(citation);
            if !numbers.contains(&number) {
                numbers.push(number);
            }
        }
        numbers.into_iter().map(Inline::Reference).collect()
    }

    pub(super) fn finish(self) -> Vec<Citation> {
        self.list
    }

    pub(super) fn list(&self) -> &[Citation] {
        &self.list
    }

    fn number(&mut self, citation: &Citation) -> u32 {
        let next = u32::try_from(self.list.len() + 1).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(citation.locator).or_insert(next);
        if number == next {
            let mut citation = citation.clone();
            // A citation made before the background digest was ready takes the digest of the same evidence now.
            if citation.digest.is_none() {
                let meta = self.evidence.iter().find(|meta| meta.id == citation.locator.evidence);
                citation.digest = meta.and_then(|meta| meta.digest.clone());
            }
            self.list.push(citation);
        }
        number
    }
}
