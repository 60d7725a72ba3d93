//! `journalctl -o export` and `-o verbose`, and what an entry of the journal says in any form that names its fields.
//!
//! ```text
//! __CURSOR=s=e9d64e12;i=1
//! __REALTIME_TIMESTAMP=1690121000123456
//! _HOSTNAME=node-xx
//! PRIORITY=3
//! SYSLOG_IDENTIFIER=kubelet
//! MESSAGE=text
//!
//! __CURSOR=…
//! ```
//! ```text
//! Sun 2023-07-23 22:03:11.123456 CST [s=e9d64e12;i=1;…]           `-o verbose`
//!     PRIORITY=3
//!     MESSAGE=text
//! ```
//! Entries begin with `__CURSOR`, or with their time and the cursor in brackets. Times, levels and sources are those of `-o json`. A field of bytes has its name alone on a line, a length
//! and anything behind it: such lines are read over.
//!
//! Spec: <https://systemd.io/JOURNAL_EXPORT_FORMATS/#journal-export-format>. Not supported: the text of such fields.

use super::super::dates::parse_epoch;
use super::super::time::{Stamp, number};
use super::super::{Family, Format, Head, Parsed, Parser};
use super::journal_full::{self, stamp_above};
use super::level::level_of_priority;
use super::message::{InnerClock, read_message};
use super::{LineParser, Lines, Verdict};
use crate::evidence::Line;
use crate::model::time::WallTime;
use crate::model::{EvidenceId, Level, WallKind};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "journal-export", family: Family::Log, sniff, parser };

const CURSOR: &[u8] = b"__CURSOR=";

fn sniff(head: &Head<'_>) -> u8 {
    let mut lines = head.telling_lines().filter(|line| !line.starts_with(b"-- "));
    let first = lines.next().unwrap_or_default();
    if verbose_head(first).is_some() && lines.next().is_some_and(|line| line.starts_with(b"  ")) {
        return 97;
    }
    let begins = first.starts_with(CURSOR);
    let has_time = head.lines().take(16).any(|line| line.starts_with(b"__REALTIME_TIMESTAMP="));
    if begins && has_time { 97 } else { 0 }
}

fn parser(_evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(LineParser::new(Export { entry: Entry::default(), first: 0, is_local: false }))
}

/// The time above an entry of `-o verbose`.
fn verbose_head(line: &[u8]) -> Option<Stamp> {
    stamp_above(line).filter(|stamp| line[stamp.len..].starts_with(journal_full::CURSOR))
}

/// An entry while its fields come in.
pub(super) struct Entry {
    inner: InnerClock,
    wall: WallTime,
    priority: Level,
    /// The identifier; else the program's name.
    source: Vec<u8>,
    has_identifier: bool,
    level: Level,
    time: Option<super::super::time::Yearless>,
}

impl Default for Entry {
    fn default() -> Self {
        Self {
            inner: InnerClock::default(),
            wall: WallTime::NONE,
            priority: Level::None,
            source: Vec::new(),
            has_identifier: false,
            level: Level::None,
            time: None,
        }
    }
}

impl Entry {
    /// Forgets the entry above.
    pub(super) fn clear(&mut self) {
        (self.wall, self.priority, self.level, self.time) = (WallTime::NONE, Level::None, Level::None, None);
        self.source.clear();
        self.has_identifier = false;
    }

    /// Takes a field.
    pub(super) fn take(&mut self, key: &[u8], value: &[u8]) {
        match key {
            b"__REALTIME_TIMESTAMP" => {
                let read = parse_epoch(value).filter(|(_, len)| *len == value.len());
                self.wall = read.map_or(WallTime::NONE, |(wall, _)| wall);
            }
            b"PRIORITY" => self.priority = number(value).map_or(Level::None, level_of_priority),
            b"SYSLOG_IDENTIFIER" => {
                self.has_identifier = true;
                self.source.clear();
                self.source.extend_from_slice(value);
            }
            b"_COMM" if !self.has_identifier => {
                self.source.clear();
                self.source.extend_from_slice(value);
            }
            b"MESSAGE" => {
                let message = read_message(value);
                (self.level, self.time) = (message.level, message.time);
            }
            _ => {}
        }
    }

    /// Makes it a record.
    pub(super) fn emit(&mut self, line: u32, out: &mut Parsed) {
        let (wall, level) = self.told();
        out.records.push(line, wall, level, &self.source);
    }

    /// Makes the record that is its beginning say what it says: a dump in it takes its time from the record, wherever slices end.
    pub(super) fn amend(&mut self, out: &mut Parsed) {
        let (wall, level) = self.told();
        out.records.amend_last(wall, level, &self.source);
    }

    fn told(&mut self) -> (WallTime, Level) {
        let wall = match &self.time {
            Some(inner) if self.wall.is_some() => self.inner.event_at(self.wall, inner),
            _ => self.wall,
        };
        (wall, if self.level == Level::None { self.priority } else { self.level })
    }
}

struct Export {
    entry: Entry,
    /// The line on which the entry at hand begins; 0 before the first.
    first: u32,
    /// The times above entries have no zone.
    is_local: bool,
}

impl Export {
    fn flush(&mut self, out: &mut Parsed) {
        if self.first > 0 {
            self.entry.amend(out);
            self.entry.clear();
        }
    }
}

impl Lines for Export {
    fn wall_kind(&self) -> WallKind {
        if self.is_local { WallKind::Local } else { WallKind::Utc }
    }

    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Verdict {
        let stamp = verbose_head(line.bytes);
        if stamp.is_some() || line.bytes.starts_with(CURSOR) {
            self.flush(out);
            self.first = line.number;
            if let Some(stamp) = stamp {
                self.is_local = stamp.offset_s.is_none();
                self.entry.wall = stamp.utc().unwrap_or(stamp.wall);
            }
            self.entry.emit(line.number, out);
            return Verdict::Record;
        }
        let text = line.bytes.trim_ascii_start();
        let equals = memchr::memchr(b'=', &text[..text.len().min(64)]);
        if let Some(equals) = equals.filter(|_| self.first > 0) {
            self.entry.take(&text[..equals], &text[equals + 1..]);
            if text.starts_with(b"__REALTIME") {
                self.entry.amend(out);
            }
        } else if line.bytes.starts_with(b"-- ") {
            return Verdict::Skipped;
        }
        Verdict::Continuation
    }

    fn end(&mut self, out: &mut Parsed) {
        self.flush(out);
    }
}
