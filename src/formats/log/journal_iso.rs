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

use std::cell::Cell;

use super::super::time::{Stamp, parse_iso};
use super::super::{Family, Format, Head, Parsed, Parser};
use super::envelope::read_envelope;
use super::journal_dated::{Records, share_of_records};
use super::level::level_of_word;
use super::{LineParser, Lines, Verdict};
use crate::evidence::Line;
use crate::model::{EvidenceId, Level, WallKind};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "journal-iso", family: Family::Log, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    let is_sure = Cell::new(false);
    let share = share_of_records(head, |line| {
        let Some(stamp) = stamp_of(line) else { return false };
        let rest = &line[stamp.len..];
        let envelope = read_envelope(rest).filter(|envelope| !envelope.source.is_empty());
        envelope.is_some_and(|envelope| {
            let host = envelope.host.trim_ascii_end();
            let after = envelope.source.as_ptr() as usize - rest.as_ptr() as usize + envelope.source.len();
            is_sure.set(is_sure.get() || rest[after] == b'[' || envelope.source == b"kernel");
            // Where an application writes its level, syslog writes the host: `2023-07-23T22:03:11Z ERROR payment: boom` is no journal.
            // VMware's `verbose` is of no level that others know.
            host == b"verbose" || level_of_word(host) == Level::None
        })
    });
    // Without a pid anywhere `failed request: EOF` is as good a host and an identifier as any: other formats know better.
    if is_sure.get() { share } else { share.min(45) }
}

fn parser(_evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(LineParser::new(JournalIso(Records::default())))
}

/// The time of a line. Only `T` separates date and time here: with a blank it is an application's line. The journal knows microseconds: with
/// nanoseconds it is a container's line, as `kubectl logs --timestamps` prints it.
fn stamp_of(line: &[u8]) -> Option<Stamp> {
    let stamp = parse_iso(line).filter(|_| line[10] == b'T')?;
    let n_fraction = line[19..].iter().skip(1).take_while(|byte| byte.is_ascii_digit()).count();
    (line.get(19) != Some(&b'.') || n_fraction < 7).then_some(stamp)
}

struct JournalIso(Records);

impl Lines for JournalIso {
    fn wall_kind(&self) -> WallKind {
        if self.0.is_zoned == Some(false) { WallKind::Local } else { WallKind::Utc }
    }

    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Verdict {
        let (is_first, stamp) = (self.0.is_zoned.is_none(), stamp_of(line.bytes));
        let verdict = self.0.read(stamp, line, out);
        if is_first && self.0.is_zoned.is_some() {
            // `Z` is how a program normalises; a number is the zone of the clock on the wall.
            let is_of_wall = |stamp: &Stamp| !line.bytes[..stamp.len].ends_with(b"Z");
            out.stated_offset_s = stamp.filter(is_of_wall).and_then(|stamp| stamp.offset_s);
        }
        verdict
    }
}
