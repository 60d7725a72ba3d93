//! Where something stands, and the frozen quotation of it.

use serde::{Deserialize, Serialize};

use super::time::Timestamp;

/// One input of a case; stable for the case's life, never reused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EvidenceId(pub u32);

/// Bytes `start..end` of an evidence's decoded text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ByteRange {
    /// First byte.
    pub start: u64,
    /// One past the last byte.
    pub end: u64,
}

/// Lines `first..=last`, counted from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LineRange {
    /// First line.
    pub first: u32,
    /// Last line, included.
    pub last: u32,
}

impl LineRange {
    /// A single line.
    #[must_use]
    pub const fn one(line: u32) -> Self {
        Self { first: line, last: line }
    }
}

/// Where something stands: every item of the model has one. `bytes` may be empty (`0..0`) where only lines are known;
/// the case fills it from its line index before anything leaves the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Locator {
    /// The input.
    pub evidence: EvidenceId,
    /// Bytes of its decoded text.
    pub bytes: ByteRange,
    /// Lines.
    pub lines: LineRange,
}

impl Locator {
    /// A locator of whole lines; bytes to be filled by the case.
    #[must_use]
    pub const fn lines(evidence: EvidenceId, first: u32, last: u32) -> Self {
        Self { evidence, bytes: ByteRange { start: 0, end: 0 }, lines: LineRange { first, last } }
    }
}

/// What a citation does for the claim it stands beside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Shows that the claim is so.
    Shows,
    /// Bounds it: says how far it can be so.
    Bounds,
    /// Speaks against it.
    Contradicts,
}

/// A rule's pointer at evidence, before the case quotes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cite {
    /// Where.
    pub locator: Locator,
    /// What for.
    pub role: Role,
    /// When, where the place has a time.
    pub at: Option<Timestamp>,
}

/// A frozen quotation: stays as it was even when the file changes or goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Citation {
    /// Where.
    pub locator: Locator,
    /// The evidence's path when it was cited.
    pub path: String,
    /// What for.
    pub role: Role,
    /// When, where the place has a time.
    pub at: Option<Timestamp>,
    /// At most five lines, each cut at 400 characters.
    pub excerpt: Vec<String>,
    /// SHA-256 of the evidence in lower-case hex; `None` while it is still being computed.
    pub digest: Option<String>,
}
