//! Windows' events as `wevtutil qe System /f:text` prints them.
//!
//! ```text
//! Event[0]:
//!   Log Name: System
//!   Source: Service Control Manager
//!   Date: 2024-08-20T06:12:03.123
//!   Event ID: 7031
//!   Level: Error
//!   Computer: win-node-1
//!   Description:
//! The containerd service terminated unexpectedly.
//! ```
//! An event is a record with all its lines. Its date is local, of later systems in UTC (`…0000000Z`); the first decides. Source and level are
//! those of its fields, which end at the description.
//!
//! Spec: <https://learn.microsoft.com/windows-server/administration/windows-commands/wevtutil>; unverified against systems in other languages.
//! Not supported: XML, `Get-WinEvent | Format-List`, whose dates are those of the session's language.

use super::super::{Family, Format, Head, Parsed, Parser};
use super::json_fields::{level_of, time_of};
use super::zones::Zones;
use super::{LineParser, Lines, Verdict};
use crate::evidence::Line;
use crate::model::{EvidenceId, Level, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "wevtutil", family: Family::Log, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    let mut lines = head.telling_lines();
    let begins = lines.next().is_some_and(begins);
    if begins && lines.take(4).any(|line| line.starts_with(b"  Date: ")) { 95 } else { 0 }
}

/// `Event[12]`, with a colon or without.
fn begins(line: &[u8]) -> bool {
    let number = line.strip_prefix(b"Event[").and_then(|rest| {
        let rest = rest.strip_suffix(b":").unwrap_or(rest);
        rest.strip_suffix(b"]")
    });
    number.is_some_and(|number| !number.is_empty() && number.iter().all(u8::is_ascii_digit))
}

fn parser(_evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(LineParser::new(Events::default()))
}

#[derive(Default)]
struct Events {
    zones: Zones,
    /// What is known of the event at hand, while its fields come in.
    event: Option<(WallTime, Level, Vec<u8>)>,
}

impl Lines for Events {
    fn wall_kind(&self) -> WallKind {
        self.zones.kind()
    }

    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Verdict {
        if begins(line.bytes) {
            self.event = Some((WallTime::NONE, Level::None, Vec::new()));
            out.records.push(line.number, WallTime::NONE, Level::None, b"");
            return Verdict::Record;
        }
        let field = line.bytes.strip_prefix(b"  ").and_then(|field| {
            let (key, value) = field.split_at(memchr::memchr(b':', field)?);
            Some((key, value[1..].trim_ascii()))
        });
        match (&mut self.event, field) {
            (Some((wall, ..)), Some((b"Date", value))) => {
                let time = time_of(value);
                *wall = self.zones.wall(time, time.is_none(), line, out);
            }
            (Some((_, level, _)), Some((b"Level", value))) => *level = level_of(value),
            (Some((.., source)), Some((b"Source", value))) => *source = value.to_vec(),
            (Some(_), Some((b"Description", _))) => self.event = None,
            _ => {}
        }
        if let (Some((wall, level, source)), Some(_)) = (&self.event, field) {
            out.records.amend_last(*wall, *level, source);
        }
        if out.records.is_empty() { Verdict::Skipped } else { Verdict::Continuation }
    }
}
