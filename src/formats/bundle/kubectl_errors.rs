//! What kubectl says instead of an answer: somebody wrote its output down, and what was asked for is missing.
//!
//! ```text
//! Error from server (Forbidden): pods is forbidden: User "ops" cannot list resource "pods" in API group "" at the cluster scope
//! Error from server (BadRequest): previous terminated container "web" in pod "web-1" not found
//! error: Metrics API not available
//! Unable to connect to the server: dial tcp 10.0.0.1:6443: i/o timeout
//! The connection to the server localhost:8080 was refused - did you specify the right host or port?
//! ```
//! Such lines are errors of the collector: coverage, and no failure of the cluster. Among the rows of a table the table's format takes them.
//! `No resources found` is an answer.
//!
//! Source: kubernetes/kubectl `pkg/cmd/util/helpers.go`. Not supported: the usage that follows a wrong option.

use super::super::log::{LineParser, Lines, Verdict};
use super::super::{Family, Format, Head, Parsed, Parser};
use crate::evidence::Line;
use crate::model::{ByteRange, CollectorError, EvidenceId, LineRange, Locator, WallKind};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "kubectl-errors", family: Family::Kube, sniff, parser };

/// How such lines begin.
const STARTS: [&[u8]; 8] = [
    b"Error from server",
    b"Unable to connect to the server: ",
    b"The connection to the server ",
    b"error: Metrics API not available",
    b"error: Metrics not available for ",
    b"error: metrics not available yet",
    b"error: the server doesn't have a resource type",
    b"error: You must be logged in to the server",
];

fn sniff(head: &Head<'_>) -> u8 {
    let mut lines = head.telling_lines();
    let all = lines.next().is_some_and(is_error) && lines.all(is_error);
    if all && head.complete { 92 } else { 0 }
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(LineParser::new(Errors(evidence)))
}

/// Whether a line is one.
pub(in crate::formats) fn is_error(line: &[u8]) -> bool {
    STARTS.iter().any(|start| line.starts_with(start))
}

/// Takes a line in as an error of the collector, where it is one.
pub(in crate::formats) fn take(evidence: EvidenceId, line: &Line<'_>, out: &mut Parsed) -> bool {
    let text = line.bytes.trim_ascii_end();
    if !is_error(text) {
        return false;
    }
    let bytes = ByteRange { start: line.offset, end: line.offset + text.len() as u64 };
    out.collector_errors.push(CollectorError {
        collector: "kubectl".to_owned(),
        message: String::from_utf8_lossy(text).into_owned(),
        locator: Locator { evidence, bytes, lines: LineRange::one(line.number) },
        also: Vec::new(),
    });
    true
}

struct Errors(EvidenceId);

impl Lines for Errors {
    fn wall_kind(&self) -> WallKind {
        WallKind::Unclocked
    }

    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Verdict {
        if take(self.0, line, out) { Verdict::Record } else { Verdict::Skipped }
    }
}
