//! `journalctl -o short-full` and `-o with-unit`: the date with its weekday, and the zone's abbreviation.
//!
//! ```text
//! Sun 2023-07-23 22:03:11 CST node-xx kubelet[1123]: E0723 22:03:11.242405    1123 remote_runtime.go:295] "boom"
//! Sun 2023-07-23 14:03:11 UTC node-xx kubelet.service[1123]: text                                             with-unit
//! Sun 2023-07-23 22:03:11.123456 CST node-xx kernel: text                                                     `--output-fields` of newer ones
//! ```
//! The abbreviation is a zone only where it is `UTC` or `GMT` (or a number): `CST` may be China, the United States or Cuba, so such times
//! are local. The first record decides; a line that differs has no time (`bad-time`). klog's inner clock is the event.
//!
//! Source: <https://github.com/systemd/systemd/blob/main/src/shared/logs-show.c> (`OUTPUT_SHORT_FULL`, `OUTPUT_WITH_UNIT`).
//! Not supported: weekdays in other languages.

use super::super::time::{Stamp, parse_iso};
use super::super::{Family, Format, Head, Parsed, Parser};
use super::envelope::read_envelope;
use super::journal_dated::{Records, share_of_records};
use super::{LineParser, Lines, Verdict};
use crate::evidence::Line;
use crate::model::{EvidenceId, WallKind};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "journal-full", family: Family::Log, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    share_of_records(head, |line| stamp_of(line).is_some_and(|stamp| read_envelope(&line[stamp.len..]).is_some()))
}

fn parser(_evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(LineParser::new(JournalFull(Records::default())))
}

/// The time of a line; none of one that only stands above the fields of its entry.
fn stamp_of(line: &[u8]) -> Option<Stamp> {
    stamp_above(line).filter(|stamp| !line[stamp.len..].starts_with(CURSOR))
}

/// What stands behind the time in `-o verbose`.
pub(super) const CURSOR: &[u8] = b" [s=";

/// The time of a line, its weekday and its zone included.
pub(super) fn stamp_above(line: &[u8]) -> Option<Stamp> {
    let [w1, w2, w3, b' ', rest @ ..] = line else { return None };
    if ![w1, w2, w3].iter().all(|byte| byte.is_ascii_alphabetic()) {
        return None;
    }
    let stamp = parse_iso(rest)?;
    if stamp.offset_s.is_some() {
        return Some(Stamp { len: stamp.len + 4, ..stamp });
    }
    let zone = rest[stamp.len..].strip_prefix(b" ")?;
    let len =
        zone.iter().take(6).take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-')).count();
    let offset_s = match &zone[..len] {
        b"UTC" | b"GMT" => Some(0),
        // `+03`, as zones without an abbreviation are printed.
        zone => super::super::time::parse_offset(zone).filter(|(_, taken)| *taken == len).map(|(offset_s, _)| offset_s),
    };
    (len > 1).then_some(Stamp { offset_s, len: 4 + stamp.len + 1 + len, ..stamp })
}

struct JournalFull(Records);

impl Lines for JournalFull {
    fn wall_kind(&self) -> WallKind {
        if self.0.is_zoned == Some(true) { WallKind::Utc } else { WallKind::Local }
    }

    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Verdict {
        self.0.read(stamp_of(line.bytes), line, out)
    }
}
