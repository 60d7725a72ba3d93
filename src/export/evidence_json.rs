//! What the command line's JSON says of inputs and places in them.

use serde::Serialize;

use crate::model::{
    Citation, Counts, Encoding, EvidenceId, EvidenceMeta, EvidenceState, Guess, IssueCode, IssueSeverity, LineCounts,
    Origin, Role, TimeBasis, TimeRange, Timestamp,
};

pub(super) fn evidence_json(meta: &EvidenceMeta) -> EvidenceJson<'_> {
    let LineCounts { parsed, skipped, failed } = meta.lines;
    EvidenceJson {
        id: meta.id,
        path: &meta.path,
        format: &meta.format,
        score: meta.score,
        encoding: meta.encoding,
        bytes: meta.bytes,
        lines: parsed + skipped + failed,
        digest: meta.digest.as_deref(),
        time_range: meta.time_range.map(RangeJson::from),
        counts: meta.counts,
        issues: meta
            .issues
            .list
            .iter()
            .map(|issue| IssueJson {
                code: issue.code,
                severity: issue.code.severity(),
                count: issue.count,
                first_line: issue.first_line,
                first_byte: issue.first_byte,
            })
            .collect(),
        guesses: &meta.guesses,
        state: meta.state,
        origin: meta.origin.as_ref(),
        line_counts: meta.lines,
        clock: ClockJson { basis: meta.clock.basis(), offset_s: meta.clock.offset_s, shift_ms: meta.clock.shift_ms },
    }
}

#[derive(Serialize)]
pub(super) struct EvidenceJson<'a> {
    id: EvidenceId,
    path: &'a str,
    format: &'a str,
    score: u8,
    encoding: Encoding,
    bytes: u64,
    lines: u64,
    digest: Option<&'a str>,
    time_range: Option<RangeJson>,
    counts: Counts,
    issues: Vec<IssueJson>,
    /// What had to be guessed to read it, and how else it could be read.
    guesses: &'a [Guess],
    state: EvidenceState,
    /// Whom it tells of, where its path in a bundle says so.
    origin: Option<&'a Origin>,
    line_counts: LineCounts,
    clock: ClockJson,
}

#[derive(Serialize)]
struct IssueJson {
    code: IssueCode,
    severity: IssueSeverity,
    count: u64,
    first_line: u32,
    first_byte: u64,
}

#[derive(Serialize)]
struct ClockJson {
    basis: TimeBasis,
    offset_s: i32,
    shift_ms: i64,
}

#[derive(Serialize)]
pub(super) struct RangeJson {
    start: String,
    end: String,
}

impl From<TimeRange> for RangeJson {
    fn from(range: TimeRange) -> Self {
        Self { start: range.start.to_rfc3339(), end: range.end.to_rfc3339() }
    }
}

#[derive(Serialize)]
pub(super) struct CitationJson {
    evidence: EvidenceId,
    path: String,
    line: u32,
    line_end: u32,
    role: Role,
    excerpt: Vec<String>,
    digest: Option<String>,
    at: Option<String>,
}

impl From<Citation> for CitationJson {
    fn from(citation: Citation) -> Self {
        Self {
            evidence: citation.locator.evidence,
            path: citation.path,
            line: citation.locator.lines.first,
            line_end: citation.locator.lines.last,
            role: citation.role,
            excerpt: citation.excerpt,
            digest: citation.digest,
            at: citation.at.map(Timestamp::to_rfc3339),
        }
    }
}
