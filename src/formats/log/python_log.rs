//! Python's `logging` without a format of its own (`logging.basicConfig()`).
//!
//! ```text
//! WARNING:root:disk almost full
//! ERROR:payment.db:connection lost
//! Traceback (most recent call last):
//!   File "/srv/app.py", line 12, in connect
//! ConnectionRefusedError: [Errno 111] Connection refused
//! ```
//! Level, logger, text; no time. A line without a head, as of a traceback, belongs to the record above.
//!
//! Spec: <https://docs.python.org/3/library/logging.html> (`BASIC_FORMAT`). With times in front it is the log of an application.
//! Not supported: levels of one's own (`Level 15:root:…`).

use super::super::{Family, Format, Head, Parsed, Parser};
use super::level::level_of_word;
use super::{LineParser, Lines, Verdict, share_of_heads};
use crate::evidence::Line;
use crate::model::{EvidenceId, Level, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "python-log", family: Family::Log, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    let mut first_is_head = None;
    let share = share_of_heads(head, |line| {
        let is_head = read_head(line).is_some();
        first_is_head.get_or_insert(is_head);
        // Of a traceback, the first and the last line are not indented.
        is_head || line.starts_with(b"Traceback ")
    });
    if first_is_head == Some(true) { share.clamp(30, 90) } else { 0 }
}

fn parser(_evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(LineParser::new(PythonLog))
}

/// Level and logger.
fn read_head(line: &[u8]) -> Option<(Level, &[u8])> {
    let colon = line.iter().take(9).position(|byte| *byte == b':')?;
    let (word, rest) = (&line[..colon], &line[colon + 1..]);
    let is_python = matches!(word, b"DEBUG" | b"INFO" | b"WARNING" | b"ERROR" | b"CRITICAL");
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    let len = rest.iter().take(120).take_while(is_name).count();
    (is_python && len > 0 && rest.get(len) == Some(&b':')).then(|| (level_of_word(word), &rest[..len]))
}

struct PythonLog;

impl Lines for PythonLog {
    fn wall_kind(&self) -> WallKind {
        WallKind::Unclocked
    }

    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Verdict {
        let Some((level, logger)) = read_head(line.bytes) else { return Verdict::Continuation };
        out.records.push(line.number, WallTime::NONE, level, logger);
        Verdict::Record
    }
}
