//! Consoles with levels and no times: Python's `logging` without a format of its own (`logging.basicConfig()`), uvicorn, .NET.
//!
//! ```text
//! WARNING:root:disk almost full
//! ERROR:payment.db:connection lost
//! Traceback (most recent call last):
//!   File "/srv/app.py", line 12, in connect
//! ConnectionRefusedError: [Errno 111] Connection refused
//! ERROR:    Exception in ASGI application                        uvicorn, which pads
//! fail: Shop.Payment[13]                                         .NET, the text below
//!       System.TimeoutException: no answer
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
    let (level, end) = match word {
        b"DEBUG" | b"INFO" | b"WARNING" | b"ERROR" | b"CRITICAL" => (level_of_word(word), b':'),
        b"trce" => (Level::Trace, b'['),
        b"dbug" => (Level::Debug, b'['),
        b"info" | b"warn" | b"crit" => (level_of_word(word), b'['),
        b"fail" => (Level::Error, b'['),
        _ => return None,
    };
    let name = if end == b'[' { rest.strip_prefix(b" ")? } else { rest };
    if end == b':' && name.starts_with(b"  ") {
        return Some((level, b""));
    }
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    let len = name.iter().take(120).take_while(is_name).count();
    (len > 0 && name.get(len) == Some(&end)).then(|| (level, &name[..len]))
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
