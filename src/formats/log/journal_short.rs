//! `journalctl` as it prints by default (`-o short`) and with microseconds (`-o short-precise`), and classic syslog files.
//!
//! ```text
//! -- Logs begin at Sun 2023-07-23 22:00:00 CST, end at Sun 2023-07-23 22:30:00 CST. --
//! Jul 23 22:03:11 node-xx kubelet[1123]: E0723 22:03:11.242405    1123 remote_runtime.go:295] "boom"
//! Jul 23 22:03:11.123456 node-xx kernel: cgroup: fork rejected by pids controller in /kubepods/burstable/pod1
//! 7月 23 22:03:11 node-xx kubelet[1123]: fatal error: newosproc
//! ```
//! The times have no year and no zone. The header states the journal's own range and so the year of a record in it; its zone
//! abbreviation is used only where it is `UTC`, for `CST` may be China, the United States or Cuba. A message may say year and zone
//! (`own_second`). Inside a klog message the inner clock is the event and the outer one its delivery. A line without a head continues the
//! record above.
//!
//! Source: <https://github.com/systemd/systemd/blob/main/src/shared/logs-show.c> (`output_short`).
//! Not supported: other locales than English and Chinese; `-o short-full`, `-monotonic`, `-unix`, `json`, `cat`.

use super::super::time::{Yearless, Years, parse_iso, parse_syslog};
use super::super::{Family, Format, Head, Parsed, Parser};
use super::envelope::read_envelope;
use super::message::{InnerClock, read_message};
use super::own_second::OwnSecond;
use super::{LineParser, Lines, Verdict, share_of_heads};
use crate::evidence::Line;
use crate::model::time::{Civil, days_from_civil};
use crate::model::{EvidenceId, IssueCode, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "journal-short", family: Family::Log, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    let mut n_records = 0;
    let share = share_of_heads(head, |line| {
        let envelope = parse_syslog(line).and_then(|time| read_envelope(&line[time.len..]));
        let is_record = envelope.is_some_and(|envelope| !envelope.source.is_empty());
        n_records += u32::from(is_record);
        is_record || is_header(line)
    });
    // A journal without entries is its header alone.
    if n_records > 0 || head.lines().any(|line| line.trim_ascii() == b"-- No entries --") { share } else { 0 }
}

fn parser(_evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(LineParser::new(JournalShort::default()))
}

#[derive(Default)]
struct JournalShort {
    years: Years,
    inner: InnerClock,
    range: Option<(Civil, Civil)>,
    has_time: bool,
    own_second: OwnSecond,
}

impl Lines for JournalShort {
    fn wall_kind(&self) -> WallKind {
        WallKind::LocalWithoutYear
    }

    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Verdict {
        let text = line.bytes;
        let Some(time) = parse_syslog(text) else { return self.read_header(text, out) };
        let Some(envelope) = read_envelope(&text[time.len..]) else { return Verdict::Continuation };
        let message = read_message(envelope.message);
        let outer = self.years.wall(&time);
        let wall = match outer {
            Some(wall) => message.time.map_or(wall, |inner| self.inner.event_at(wall, &inner)),
            None => {
                out.issues.add(IssueCode::BadTime, line.number, line.offset);
                WallTime::NONE
            }
        };
        if !self.has_time {
            self.has_time = true;
            out.stated_year = self.range.and_then(|(begin, end)| year_within(begin, end, &time));
        }
        self.own_second.look(envelope.message, &time, outer, out);
        out.records.push(line.number, wall, message.level, envelope.source);
        Verdict::Record
    }
}

impl JournalShort {
    /// `-- Logs begin at Sun 2023-07-23 22:00:00 CST, end at … --`, `-- Reboot --`, `-- No entries --`.
    #[cold]
    fn read_header(&mut self, text: &[u8], out: &mut Parsed) -> Verdict {
        if !is_header(text) {
            return Verdict::Headless;
        }
        let mut stamps = (0..text.len()).filter_map(|at| parse_iso(&text[at..]).map(|stamp| (stamp, &text[at + 19..])));
        if let (Some((begin, zone)), Some((end, _)), false) = (stamps.next(), stamps.next(), self.has_time) {
            self.range = Some((Civil::from_ns(begin.wall.0), Civil::from_ns(end.wall.0)));
            if zone.starts_with(b" UTC") {
                out.stated_offset_s = Some(0);
            }
        }
        Verdict::Skipped
    }
}

fn is_header(text: &[u8]) -> bool {
    let text = text.trim_ascii_end();
    text.len() > 6 && text.starts_with(b"-- ") && text.ends_with(b" --")
}

/// The only year in which a date lies between two others; `None` where several do, or none.
fn year_within(begin: Civil, end: Civil, date: &Yearless) -> Option<i32> {
    let day_of = |civil: Civil| days_from_civil(civil.year, civil.month, civil.day);
    let range = day_of(begin)..=day_of(end);
    // Two turns of the year at most can decide anything; a longer journal has every date more than once.
    let last = end.year.min(begin.year.saturating_add(2));
    let mut years = (begin.year..=last).filter(|year| range.contains(&days_from_civil(*year, date.month, date.day)));
    years.next().filter(|_| years.next().is_none())
}
