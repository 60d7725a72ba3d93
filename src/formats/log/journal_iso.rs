//! `journalctl -o short-iso[-precise]` and rsyslog's ISO files.
//!
//! ```text
//! 2023-07-23T22:03:11+0800 node-xx kubelet[1123]: E0723 22:03:11.242405    1123 remote_runtime.go:295] "boom"
//! 2023-07-23T22:03:11.123456+08:00 node-xx kernel: cgroup: fork rejected by pids controller in /kubepods/burstable/pod1
//! ```
//! The zone is written on each line, so times are UTC at once and a change of daylight saving does no harm. The first record decides
//! whether the input has zones; a line that differs keeps its place and has no time (`bad-time`). klog's inner clock, which is the event,
//! is read with its line's own offset.
//!
//! Source: <https://github.com/systemd/systemd/blob/main/src/shared/logs-show.c> (`OUTPUT_SHORT_ISO`),
//! <https://www.rsyslog.com/doc/configuration/templates.html> (`RSYSLOG_FileFormat`).
//! Not supported: RFC 5424 with its priority and version (`<165>1 2003-…`).

use super::super::time::{Stamp, parse_iso};
use super::super::{Family, Format, Head, Parsed, Parser};
use super::envelope::read_envelope;
use super::message::{InnerClock, read_message};
use super::{LineParser, Lines, Verdict, share_of_heads};
use crate::evidence::Line;
use crate::model::{EvidenceId, IssueCode, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "journal-iso", family: Family::Log, sniff, parser };

/// Where an application writes its level, syslog writes the host: `2023-07-23T22:03:11Z ERROR payment: boom` is not a journal.
const LEVEL_WORDS: &[&str] =
    &["trace", "debug", "info", "notice", "warn", "warning", "error", "err", "fatal", "critical", "panic"];

fn sniff(head: &Head<'_>) -> u8 {
    let mut n_records = 0;
    let share = share_of_heads(head, |line| {
        let envelope = stamp_of(line).and_then(|stamp| read_envelope(&line[stamp.len..]));
        let is_record = envelope.is_some_and(|envelope| {
            let host = envelope.host.trim_ascii_end();
            !envelope.source.is_empty() && !LEVEL_WORDS.iter().any(|word| host.eq_ignore_ascii_case(word.as_bytes()))
        });
        n_records += u32::from(is_record);
        is_record || line.starts_with(b"-- ")
    });
    if n_records > 0 { share } else { 0 }
}

fn parser(_evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(LineParser::new(JournalIso::default()))
}

/// The time of a line. Only `T` separates date and time here: with a blank it is an application's line.
fn stamp_of(line: &[u8]) -> Option<Stamp> {
    parse_iso(line).filter(|_| line.get(10) == Some(&b'T'))
}

#[derive(Default)]
struct JournalIso {
    inner: InnerClock,
    /// Whether times have zones; known from the first record on.
    is_zoned: Option<bool>,
}

impl Lines for JournalIso {
    fn wall_kind(&self) -> WallKind {
        if self.is_zoned == Some(false) { WallKind::Local } else { WallKind::Utc }
    }

    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Verdict {
        let text = line.bytes;
        let Some(stamp) = stamp_of(text) else {
            return if text.starts_with(b"-- ") { Verdict::Skipped } else { Verdict::Continuation };
        };
        let Some(envelope) = read_envelope(&text[stamp.len..]) else { return Verdict::Continuation };
        let message = read_message(envelope.message);
        let is_zoned = *self.is_zoned.get_or_insert_with(|| {
            // `Z` is how a program normalises; a number is the zone of the clock on the wall.
            let states_zone = stamp.offset_s.is_some() && !text[..stamp.len].ends_with(b"Z");
            out.stated_offset_s = stamp.offset_s.filter(|_| states_zone);
            stamp.offset_s.is_some()
        });
        let wall = if is_zoned == stamp.offset_s.is_some() {
            let local = message.time.map_or(stamp.wall, |inner| self.inner.event_at(stamp.wall, &inner));
            Stamp { wall: local, ..stamp }.utc().unwrap_or(local)
        } else {
            out.issues.add(IssueCode::BadTime, line.number, line.offset);
            WallTime::NONE
        };
        out.records.push(line.number, wall, message.level, envelope.source);
        Verdict::Record
    }
}
