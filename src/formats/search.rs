//! What is looked for in an input beside its parser: what rules ask for, and stack dumps. One pass over the text finds the words of both.

use super::Family;
use super::scan::Scanner;
use super::stack::DumpScanner;
use super::words::Words;
use crate::evidence::Block;
use crate::model::{EvidenceId, Parsed};

/// The search through one evidence. Its table is built once.
pub struct Search {
    words: Words,
    /// Words of the scanner; those behind them are of dumps.
    n_scanned: usize,
    scanner: Option<Scanner>,
    dumps: Option<DumpScanner>,
}

impl Search {
    /// Of an input of a family.
    #[must_use]
    pub fn new(evidence: EvidenceId, family: Family) -> Self {
        let scanner = family.is_scanned().then(Scanner::default);
        let dumps = family.may_hold_dumps().then(|| DumpScanner::of_log(evidence));
        let scanned = scanner.iter().flat_map(|_| Scanner::words());
        let anchors = dumps.iter().flat_map(DumpScanner::anchors);
        Self { words: Words::new(scanned.clone().chain(anchors)), n_scanned: scanned.count(), scanner, dumps }
    }

    /// Takes the next whole lines, after the parser: a dump takes its time from the record it stands in.
    pub fn scan(&mut self, block: &Block<'_>, out: &mut Parsed) {
        if self.scanner.is_none() && self.dumps.is_none() {
            return;
        }
        let hits = self.words.find(block.bytes);
        if let Some(dumps) = &mut self.dumps {
            dumps.scan(block, hits.iter().filter(|hit| hit.word >= self.n_scanned).map(|hit| hit.at), out);
        }
        if let Some(scanner) = &self.scanner {
            let scanned = hits.into_iter().filter(|hit| hit.word < self.n_scanned);
            scanner.scan(block, scanned, &mut out.sightings);
        }
    }

    /// The input has ended.
    pub fn finish(&mut self, out: &mut Parsed) {
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
