//! What the engine told, made ready for one export: words replaced where a person wants them replaced, places quoted on demand.

use std::collections::BTreeMap;

use super::Desk;
use crate::chart::ChartSpec;
use crate::model::gather::map_of;
use crate::model::{Citation, Cite, EvidenceMeta, Locator, RedactionChoices, Role, Timestamp};
use crate::postmortem::Document;
use crate::postmortem::saved::SavedCase;
use crate::protocol::desk::Material;
use crate::redact::{KnownNames, Redactor};

/// A case and what the engine knows of it, as they may leave.
pub(super) struct Leaving {
    pub(super) case: SavedCase,
    pub(super) material: Material,
    quotes: BTreeMap<(Locator, Role, Option<Timestamp>), Citation>,
}

impl Leaving {
    /// Everything as it is, or with replacements by the document's own choices.
    pub(super) fn new(case: &SavedCase, material: &Material) -> Self {
        let choices = &case.document.redaction;
        let (case, material) = if choices.enabled && !choices.classes.is_empty() {
            redacted(case, material, &mut redactor(case, material))
        } else {
            (case.clone(), material.clone())
        };
        let quotes = map_of(material.citations.iter().map(|(cite, citation)| (key(cite), citation.clone())));
        Self { case, material, quotes }
    }

    /// Places that the engine quoted; another is left out.
    pub(super) fn quote(&self, cites: &[Cite]) -> Vec<Citation> {
        cites.iter().filter_map(|cite| self.quotes.get(&key(cite)).cloned()).collect()
    }
}

impl Desk {
    /// What the engine told, with everything replaced that can be found: for answers that are no document.
    #[must_use]
    pub fn redacted(&self) -> Material {
        let case = everything();
        redacted(&case, &self.material, &mut redactor(&case, &self.material)).1
    }

    /// A JSON text over the same case, everything replaced alike.
    ///
    /// # Errors
    /// When the text is no JSON.
    pub fn redacted_json(&self, json: &str) -> Result<String, serde_json::Error> {
        let mut value = serde_json::from_str(json)?;
        redactor(&everything(), &self.material).value(&mut value);
        Ok(format!("{value:#}\n"))
    }
}

/// A case without words in which everything is to be replaced.
fn everything() -> SavedCase {
    let redaction = RedactionChoices::everything();
    SavedCase { document: Document { redaction, ..Document::default() }, ..SavedCase::default() }
}

fn key(cite: &Cite) -> (Locator, Role, Option<Timestamp>) {
    (cite.locator, cite.role, cite.at)
}

/// A redactor that has seen everything that may leave, so that a name found in one place is found in all.
pub(super) fn redactor(case: &SavedCase, material: &Material) -> Redactor {
    let mut redactor = Redactor::new(&case.document.redaction, &KnownNames::of(&material.analysis));
    let citations: Vec<&Citation> = material.citations.iter().map(|(_, citation)| citation).collect();
    // What has no form in JSON is not let out either.
    let _ = redactor.learn_from(&(case, &material.evidence, &material.analysis, citations));
    redactor
}

/// Copies with everything replaced that is to be replaced, by a [`redactor`] of the same. What cannot be copied is not let out.
pub(super) fn redacted(case: &SavedCase, material: &Material, redactor: &mut Redactor) -> (SavedCase, Material) {
    let evidence: Vec<EvidenceMeta> =
        material.evidence.iter().filter_map(|meta| redactor.apply_learned(meta).ok()).collect();
    let charts = material.charts.iter().map(|(key, spec)| {
        let mut spec: ChartSpec = spec.clone();
        redactor.chart(&mut spec);
        // A file is named after it.
        (redactor.text(key).into_owned(), spec)
    });
    let charts = charts.collect();
    let citations = material
        .citations
        .iter()
        .filter_map(|(cite, citation)| Some((*cite, redactor.apply_learned(citation).ok()?)))
        .collect();
    let analysis = redactor.apply_learned(&material.analysis).unwrap_or_default();
    let case = redactor.apply_learned(case).unwrap_or_default();
    (case, Material { analysis, evidence, charts, citations })
}
