//! `journalctl -o short-unix`: seconds since the epoch before the host.
//!
//! ```text
//! 1690121000.123456 node-xx kubelet[1123]: E0723 22:03:20.113405    1123 remote_runtime.go:295] "boom"
//! ```
//! klog's inner clock is the event; its zone is found as for containers, from the difference of both clocks.
//!
//! Source: <https://github.com/systemd/systemd/blob/main/src/shared/logs-show.c> (`OUTPUT_SHORT_UNIX`). Not supported: nothing known.

use super::super::dates::parse_epoch;
use super::super::{Family, Format, Head, Parsed, Parser};
use super::envelope::{Envelope, read_envelope};
use super::message::{InnerClock, read_message};
use super::{LineParser, Lines, Verdict, share_of_heads};
use crate::evidence::Line;
use crate::model::{EvidenceId, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "journal-epoch", family: Family::Log, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    let mut n_records = 0;
    let share = share_of_heads(head, |line| {
        let is_record = read_head(line).is_some_and(|(_, envelope)| !envelope.source.is_empty());
        n_records += u32::from(is_record);
        is_record || line.starts_with(b"-- ")
    });
    if n_records > 0 { share.min(97) } else { 0 }
}

fn parser(_evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(LineParser::new(JournalEpoch::default()))
}

fn read_head(line: &[u8]) -> Option<(WallTime, Envelope<'_>)> {
    // Ten digits, a point and six more.
    let (wall, len) = parse_epoch(line).filter(|(_, len)| *len == 17 && line.get(10) == Some(&b'.'))?;
    Some((wall, read_envelope(&line[len..])?))
}

#[derive(Default)]
struct JournalEpoch {
    inner: InnerClock,
}

impl Lines for JournalEpoch {
    fn wall_kind(&self) -> WallKind {
        WallKind::Utc
    }

    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Verdict {
        let Some((wall, envelope)) = read_head(line.bytes) else {
            return if line.bytes.starts_with(b"-- ") { Verdict::Skipped } else { Verdict::Headless };
        };
        let message = read_message(envelope.message);
        let wall = message.time.map_or(wall, |inner| self.inner.event_at(wall, &inner));
        out.records.push(line.number, wall, message.level, envelope.source);
        Verdict::Record
    }
}
