//! `journalctl -o short-monotonic`: seconds since boot before the host.
//!
//! ```text
//! [12345.678901] node-xx kubelet[1123]: E0723 22:03:11.242405    1123 remote_runtime.go:295] "boom"
//! [    2.123456] node-xx kernel: Linux version 6.1.0
//! ```
//! Seconds since boot are an order, not a time: nothing in the text says when the machine booted. klog's inner clock would say it for its
//! own lines alone and without a year, so no record has a time.
//!
//! Source: <https://github.com/systemd/systemd/blob/main/src/shared/logs-show.c> (`OUTPUT_SHORT_MONOTONIC`).
//! Not supported: `-o short-delta`.

use super::super::{Family, Format, Head, Parsed, Parser};
use super::dmesg::is_since_boot;
use super::envelope::{Envelope, read_envelope};
use super::message::read_message;
use super::{LineParser, Lines, Verdict, share_of_heads};
use crate::evidence::Line;
use crate::model::{EvidenceId, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "journal-boot", family: Family::Log, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    let (mut n_programs, mut host) = (0, None::<Vec<u8>>);
    let share = share_of_heads(head, |line| {
        let Some(envelope) = read_head(line) else { return line.starts_with(b"-- ") };
        // The kernel's own log has texts with colons there, but not the same word before each of them.
        let is_same = host.get_or_insert_with(|| envelope.host.to_vec()) == envelope.host && !envelope.host.is_empty();
        let is_record = is_same && !envelope.source.is_empty() && is_host(envelope.host);
        n_programs += u32::from(is_record);
        is_record
    });
    if n_programs > 0 && share >= 90 { share.min(98) } else { 0 }
}

fn is_host(word: &[u8]) -> bool {
    word.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'))
}

fn parser(_evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(LineParser::new(JournalBoot))
}

fn read_head(line: &[u8]) -> Option<Envelope<'_>> {
    let inside = line.strip_prefix(b"[")?;
    let close = inside.iter().take(24).position(|byte| *byte == b']')?;
    if is_since_boot(&inside[..close]) { read_envelope(&inside[close + 1..]) } else { None }
}

struct JournalBoot;

impl Lines for JournalBoot {
    fn wall_kind(&self) -> WallKind {
        WallKind::Unclocked
    }

    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Verdict {
        let Some(envelope) = read_head(line.bytes) else {
            return if line.bytes.starts_with(b"-- ") { Verdict::Skipped } else { Verdict::Continuation };
        };
        let level = read_message(envelope.message).level;
        out.records.push(line.number, WallTime::NONE, level, envelope.source);
        Verdict::Record
    }
}
