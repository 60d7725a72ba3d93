//! A window of an evidence's lines.

use serde::{Deserialize, Serialize};

use crate::model::{EvidenceId, Level, Timestamp};

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
    /// Text, cut at 2,000 characters.
    pub text: String,
    /// Whether it was cut.
    pub cut: bool,
    /// Its record's time, on the record's first line.
    pub at: Option<Timestamp>,
    /// Its record's level.
    pub level: Level,
    /// Whether a finding cites it; what the document cites the page knows by itself.
    pub cited: bool,
}
