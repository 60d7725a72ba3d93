//! Any text that no other format claims: every line that is not blank is a record without time or level, so that it can be read,
//! searched and cited.
//!
//! ```text
//! 21:58 change window opened, new image of report-worker rolled out
//! ```
//! Nothing is read out of the lines: a guessed time or level would be an invention.

use super::super::{Family, Format, Head, Parsed, Parser};
use super::{LineParser, Lines, Verdict};
use crate::evidence::Line;
use crate::model::{EvidenceId, IssueCode, Level, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "plain", family: Family::Log, sniff, parser };

fn sniff(_head: &Head<'_>) -> u8 {
    1
}

fn parser(_evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(LineParser::new(Plain))
}

struct Plain;

impl Lines for Plain {
    fn wall_kind(&self) -> WallKind {
        WallKind::Unclocked
    }

    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Verdict {
        if out.records.is_empty() {
            out.issues.add(IssueCode::PlainText, line.number, line.offset);
        }
        out.records.push(line.number, WallTime::NONE, Level::None, b"");
        Verdict::Record
    }
}
