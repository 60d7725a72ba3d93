//! A window of an evidence's lines.

use serde::{Deserialize, Serialize};

use crate::model::words::places_of;
use crate::model::{ByteRange, EvidenceId, EvidenceMeta, Finding, Level, Timestamp};

/// Some lines.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LinesView {
    /// Input.
    pub evidence: Option<EvidenceId>,
    /// All lines of the input.
    pub n_lines: u64,
    /// The lines asked for, in order.
    pub lines: Vec<LineView>,
}

/// One line.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LineView {
    /// Number, from 1.
    pub number: u32,
    /// Text, cut at 2,000 characters, and marked where it was.
    pub text: String,
    /// Where what was asked for stands in the text, in bytes; empty where none of it does.
    pub mark: ByteRange,
    /// Whether it was cut.
    pub cut: bool,
    /// Its record's time, on the record's first line.
    pub at: Option<Timestamp>,
    /// Its record's level.
    pub level: Level,
    /// Whether a finding cites it; what the document cites the page knows by itself.
    pub cited: bool,
}

impl LineView {
    /// The text before what is marked, that, and the text after it. Where nothing is marked it is the first place of what is searched, in
    /// whatever case, as [`Case::find_line`](crate::case::Case::find_line) has it.
    #[must_use]
    pub fn pieces(&self, searched: &str) -> [&str; 3] {
        let ByteRange { mut start, mut end } = self.mark;
        if start == end && !searched.is_empty() {
            let (text, searched) = (self.text.to_ascii_lowercase(), searched.to_ascii_lowercase());
            if let Some(place) = places_of(&text, &searched).next() {
                (start, end) = (place as u64, (place + searched.len()) as u64);
            }
        }
        let (before, rest) = self.text.split_at_checked(start as usize).unwrap_or_default();
        let (marked, after) = rest.split_at_checked((end - start) as usize).unwrap_or_default();
        [before, marked, after]
    }
}

/// The input that a panel of lines shows first: of those with records the one that findings cite most, then the one with most records, then
/// the first. `None` where there is no input.
#[must_use]
pub fn opens_on(inputs: &[EvidenceMeta], findings: &[Finding]) -> Option<EvidenceId> {
    let cites = || findings.iter().flat_map(|finding| &finding.statements).flat_map(|statement| &statement.cites);
    let weight = |meta: &&EvidenceMeta| {
        let records = meta.counts.records;
        let n_cited = if records > 0 { cites().filter(|cite| cite.locator.evidence == meta.id).count() } else { 0 };
        (n_cited, records)
    };
    inputs.iter().rev().max_by_key(weight).map(|meta| meta.id)
}
