//! What is looked for in an input beside its parser: what rules ask for, messages that were lost, and stack dumps. One pass over the text finds
//! the words of all.

use std::ops::Range;
use std::sync::LazyLock;

use super::scan::Scanner;
use super::scan::gaps::Gaps;
use super::stack::DumpScanner;
use super::words::{Hit, Words};
use super::{Family, Head};
use crate::evidence::Block;
use crate::model::{EvidenceId, Parsed};

/// The words that every log is searched for: those of the scanner, of gaps, and of the dumps that may stand in any log.
static COMMON: LazyLock<Words> = LazyLock::new(|| Words::new(common()));

fn common() -> Vec<&'static str> {
    let mut words: Vec<&str> = Scanner::words().collect();
    words.extend(Gaps::words());
    words.extend(DumpScanner::common_anchors());
    words
}

/// The words that every log is searched for, whatever it is.
#[must_use]
pub fn common_words() -> &'static Words {
    &COMMON
}

/// The search through one evidence.
pub struct Search {
    /// With what only tools print, where the input begins like a dump of one.
    own: Option<Words>,
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
        Self { scanner, ..Self::for_dumps(evidence, family, head) }
    }

    /// For dumps alone, where one input holds another that begins so.
    pub(super) fn for_dumps(evidence: EvidenceId, family: Family, head: &Head<'_>) -> Self {
        let dumps = family.may_hold_dumps().then(|| DumpScanner::of_log(evidence, head));
        let tools = dumps.as_ref().map(DumpScanner::tools_anchors).unwrap_or_default();
        let own = (!tools.is_empty()).then(|| Words::new([common(), tools].concat()));
        let n_scanned = Scanner::words().count();
        Self { own, n_scanned, n_told: n_scanned + Gaps::words().count(), scanner: None, dumps }
    }

    /// Whether it is searched for [common words](common_words) and no others: who has found them need not be asked again.
    #[must_use]
    pub const fn is_common(&self) -> bool {
        self.own.is_none()
    }

    /// Takes the next whole lines, after the parser: a dump takes its time from the record it stands in. `known` are the common words in them,
    /// where somebody has looked for those.
    pub fn scan(&mut self, block: &Block<'_>, known: Option<&[Hit]>, out: &mut Parsed) {
        if self.scanner.is_none() && self.dumps.is_none() {
            return;
        }
        let found = known.is_none().then(|| self.own.as_ref().unwrap_or(&COMMON).find_in(block));
        let hits = known.or(found.as_deref()).unwrap_or_default();
        let (scanned, told) = (self.n_scanned, self.n_told);
        let of = |words: Range<usize>| hits.iter().filter(move |hit| words.contains(&hit.word.into())).copied();
        if let Some(dumps) = &mut self.dumps {
            dumps.scan(block, of(told..usize::MAX), out);
        }
        if let Some((scanner, gaps)) = &mut self.scanner {
            scanner.scan(block, of(0..scanned), out);
            gaps.scan(block, of(scanned..told));
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
