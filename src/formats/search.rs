//! What is looked for in an input beside its parser: what rules ask for, messages that were lost, and stack dumps. One pass over the text finds
//! the words of all.

use super::scan::Scanner;
use super::scan::gaps::Gaps;
use super::stack::DumpScanner;
use super::words::Words;
use super::{Family, Head};
use crate::evidence::Block;
use crate::model::{EvidenceId, Parsed};

/// The search through one evidence. Its table is built once.
pub struct Search {
    words: Words,
    /// Words of the scanner; behind them are those of gaps, then those of dumps.
    n_scanned: usize,
    n_told: usize,
    scanner: Option<(Scanner, Gaps)>,
    dumps: Option<DumpScanner>,
}

impl Search {
    /// Of an input of a family that begins so.
    #[must_use]
    pub fn new(evidence: EvidenceId, family: Family, head: &Head<'_>) -> Self {
        let scanner = family.is_scanned().then(|| (Scanner::default(), Gaps::new(evidence)));
        let dumps = family.may_hold_dumps().then(|| DumpScanner::of_log(evidence, head));
        let scanned = scanner.iter().flat_map(|_| Scanner::words());
        let told = scanner.iter().flat_map(|_| Gaps::words());
        let (n_scanned, n_told) = (scanned.clone().count(), told.clone().count());
        let anchors = dumps.iter().flat_map(DumpScanner::anchors);
        let words = Words::new(scanned.clone().chain(told.clone()).chain(anchors));
        Self { words, n_scanned, n_told: n_scanned + n_told, scanner, dumps }
    }

    /// Takes the next whole lines, after the parser: a dump takes its time from the record it stands in.
    pub fn scan(&mut self, block: &Block<'_>, out: &mut Parsed) {
        if self.scanner.is_none() && self.dumps.is_none() {
            return;
        }
        let hits = self.words.find(block.bytes);
        if let Some(dumps) = &mut self.dumps {
            dumps.scan(block, hits.iter().filter(|hit| hit.word >= self.n_told).map(|hit| (hit.at, hit.line)), out);
        }
        if let Some((scanner, gaps)) = &mut self.scanner {
            let (n_scanned, n_told) = (self.n_scanned, self.n_told);
            let scanned = hits.iter().filter(|hit| hit.word < n_scanned);
            scanner.scan(block, scanned.copied(), &mut out.sightings);
            gaps.scan(block, hits.iter().filter(|hit| (n_scanned..n_told).contains(&hit.word)).copied());
        }
    }

    /// The input has ended.
    pub fn finish(&mut self, out: &mut Parsed) {
        if let Some((_, gaps)) = &mut self.scanner {
            gaps.finish(out);
        }
        if let Some(dumps) = &mut self.dumps {
            dumps.finish(out);
        }
    }

    /// The first line of the dumps that are open.
    #[must_use]
    pub fn open_since(&self) -> Option<u32> {
        self.dumps.as_ref().and_then(DumpScanner::open_since)
    }
}
