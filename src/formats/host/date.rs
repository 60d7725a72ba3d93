//! When something was collected: the output of `date`, of `timedatectl`, the stamp of a must-gather.
//!
//! ```text
//! Sun Jul 23 22:10:00 CST 2023                               date
//!                Local time: Sun 2023-07-23 22:10:00 CST     timedatectl
//!                 Time zone: Asia/Shanghai (CST, +0800)
//! 2023-07-23 14:00:01.123456789 +0000 UTC m=+0.012345678     timestamp of a must-gather: its start and its end
//! ```
//! Yields one record per time and, where a zone is stated, the zone for everything beside it that states none: UTC that was asked for
//! (`date --utc`, by the name of the file or the command) is not the host's. Only inputs that hold nothing else are taken: a date above
//! other lines belongs to those.
//!
//! Spec: date(1), timedatectl(1), <https://pkg.go.dev/time#Time.String>. Not supported: `date` with a format of one's own.

use super::clock::{Stamps, parse_date_line};
use super::tally::{Fate, tally};
use crate::evidence::{Block, Line};
use crate::formats::time::{parse_iso, parse_offset};
use crate::formats::{Family, Format, Head, Parsed, Parser};
use crate::model::{EvidenceId, Level, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "date", family: Family::Host, sniff, parser };

/// More lines are a list of times, or a log.
const MAX_LINES: usize = 16;

fn sniff(head: &Head<'_>) -> u8 {
    let lines = || head.lines().map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
    let is_time = |line: &[u8]| stamp_of(line).is_some();
    let fits = head.complete && lines().count() <= MAX_LINES && lines().any(is_time);
    if !fits || !lines().all(|line| is_time(line) || name_of(line).is_some()) {
        return 0;
    }
    // A bare number is a date only where it is written as one.
    if lines().all(|line| line.iter().all(u8::is_ascii_digit)) { 0 } else { 85 }
}

fn parser(_evidence: EvidenceId, head: &Head<'_>) -> Box<dyn Parser> {
    let mut words = head.name.rsplit('/').next().unwrap_or_default().split(|letter: char| !letter.is_alphanumeric());
    Box::new(Date { stamps: Stamps::default(), is_asked: words.any(|word| matches!(word, "u" | "utc" | "UTC")) })
}

/// What `timedatectl` says besides the local time, in every release.
const NAMES: &[&str] = &[
    "Local time",
    "Universal time",
    "RTC time",
    "Time zone",
    "Timezone",
    "NTP enabled",
    "NTP synchronized",
    "NTP service",
    "Network time on",
    "RTC in local TZ",
    "System clock synchronized",
    "systemd-timesyncd.service active",
    "DST active",
    "Last DST change",
    "Next DST change",
    "Warning",
];

/// The name and value of a line of `timedatectl`.
fn name_of(line: &[u8]) -> Option<(&'static str, &[u8])> {
    let colon = memchr::memchr(b':', line)?;
    let name = NAMES.iter().find(|name| line[..colon].trim_ascii() == name.as_bytes())?;
    Some((name, line[colon + 1..].trim_ascii()))
}

/// The time of a line with its zone, where it is written.
fn stamp_of(line: &[u8]) -> Option<(WallTime, Option<i32>)> {
    let go = || {
        // `2023-07-23 14:00:01.123456789 +0000 UTC m=+0.012345678`
        let stamp = parse_iso(line)?;
        let (offset_s, rest) = match stamp.offset_s {
            Some(offset_s) => (offset_s, line[stamp.len..].trim_ascii()),
            None => {
                let rest = line[stamp.len..].trim_ascii();
                let (offset_s, len) = parse_offset(rest)?;
                (offset_s, rest[len..].trim_ascii())
            }
        };
        let mut words = super::tally::words(rest);
        let is_tail = words.all(|word| word.starts_with(b"m=") || word.iter().all(u8::is_ascii_uppercase));
        is_tail.then_some((stamp.wall, Some(offset_s)))
    };
    match name_of(line) {
        Some(("Local time", _)) => parse_date_line(line),
        Some(_) => None,
        None => go().or_else(|| parse_date_line(line)),
    }
}

struct Date {
    stamps: Stamps,
    /// UTC was asked for and printed: it says nothing of the host's zone.
    is_asked: bool,
}

impl Date {
    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Fate {
        let text = line.bytes.trim_ascii();
        if text.is_empty() {
            return Fate::Skipped;
        }
        if let Some(stamp) = stamp_of(text) {
            self.is_asked &= stamp.1 == Some(0);
            let wall = self.stamps.place(stamp, out);
            // Who says so: what stands right below it in a terminal was collected then.
            out.records.push(line.number, wall, Level::None, b"date");
            return Fate::Parsed;
        }
        match name_of(text) {
            Some(("Time zone" | "Timezone", value)) => {
                // `Asia/Shanghai (CST, +0800)`: the local time above it is of this zone.
                let offset = memchr::memrchr(b' ', value).and_then(|at| parse_offset(&value[at + 1..]));
                out.stated_offset_s = offset.map(|(offset_s, _)| offset_s).or(out.stated_offset_s);
                Fate::Parsed
            }
            Some(_) => Fate::Parsed,
            None => Fate::Failed,
        }
    }
}

impl Parser for Date {
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        tally(block, out, |line, out| self.read(line, out));
    }

    fn finish(&mut self, out: &mut Parsed) {
        out.wall_kind = WallKind::Local;
        if self.is_asked && !out.records.is_empty() {
            out.wall_kind = WallKind::Utc;
            out.stated_offset_s = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tally::parse_text;
    use super::*;

    #[test]
    fn a_date_is_read_with_its_zone() {
        let score = |text: &str| sniff(&Head { bytes: text.as_bytes(), name: "unknown", complete: true });
        for (text, offset) in [
            ("Sun Jul 23 22:10:00 CST 2023\n", None),
            ("Sun Jul 23 14:10:00 UTC 2023\n", Some(0)),
            (
                "               Local time: Sun 2023-07-23 22:10:00 CST\n           Universal time: Sun 2023-07-23 14:10:00 UTC\n                Time zone: Asia/Shanghai (CST, +0800)\n",
                Some(28_800),
            ),
            ("2023-07-23 14:00:01.123456789 +0000 UTC m=+0.012\n2023-07-23 14:10:00 +0000 UTC m=+599.1\n", Some(0)),
        ] {
            assert_eq!(score(text), 85, "{text}");
            let parsed = parse_text(&FORMAT, "unknown", text);
            assert_eq!((parsed.stated_offset_s, parsed.lines.failed), (offset, 0), "{text}");
            let last = parsed.records.last().expect("a time").wall;
            assert!(crate::model::Timestamp(last.0).to_rfc3339().contains(":10:00"), "{text}");
        }
        for (name, text, want) in [
            ("date/date_--utc", "Sun Jul 23 14:10:00 UTC 2023\n", (WallKind::Utc, None)),
            ("date -u", "Sun Jul 23 14:10:00 UTC 2023\n", (WallKind::Utc, None)),
            ("utc/date", "Sun Jul 23 14:10:00 UTC 2023\n", (WallKind::Local, Some(0))),
            ("date_utc", "Sun Jul 23 22:10:00 CST 2023\n", (WallKind::Local, None)),
        ] {
            let parsed = parse_text(&FORMAT, name, text);
            assert_eq!((parsed.wall_kind, parsed.stated_offset_s), want, "{name}");
        }
        for text in [
            "1690150200\n",
            "2023-07-23 22:10:00 started\n",
            "\n",
            "Sun Jul 23 22:10:00 CST 2023\nroot 1 2 3\n",
            "Warning: no\n",
        ] {
            assert_eq!(score(text), 0, "{text}");
        }
    }
}
