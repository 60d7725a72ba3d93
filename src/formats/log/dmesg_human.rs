//! `dmesg -H`: the minute once, then what passed since the line above.
//!
//! ```text
//! [Nov20 13:19] Linux version 6.1.0
//! [  +0.000012] Command line: BOOT_IMAGE=/vmlinuz-6.1.0
//! [Nov20 13:21] cgroup: fork rejected by pids controller in /kubepods/burstable/pod1
//! ```
//! The times have no year and no zone. A minute is taken at its beginning and the steps are added, so a time may be up to a minute early;
//! the order and the steps are exact. Steps before the first minute leave a record without a time.
//!
//! Source: <https://github.com/util-linux/util-linux/blob/master/sys-utils/dmesg.c> (`DMESG_TIMEFTM_RELTIME`).
//! Not supported: other locales than English.

use super::super::time::{Yearless, Years, number, parse_month, two};
use super::super::{Family, Format, Head, Parsed, Parser};
use super::{LineParser, Lines, Verdict, share_of_heads};
use crate::evidence::Line;
use crate::model::{EvidenceId, IssueCode, Level, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "dmesg-human", family: Family::Log, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    share_of_heads(head, |line| read_head(line).is_some()).min(96)
}

fn parser(_evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(LineParser::new(DmesgHuman { years: Years::default(), last: WallTime::NONE }))
}

enum When {
    Minute(Yearless),
    /// Nanoseconds since the line above.
    Step(i64),
}

fn read_head(line: &[u8]) -> Option<When> {
    match line {
        [b'[', m1, m2, m3, d1, d2, b' ', h1, h2, b':', n1, n2, b']', ..] => {
            let month = parse_month(&[*m1, *m2, *m3])?;
            let day = two(if *d1 == b' ' { b'0' } else { *d1 }, *d2).filter(|day| (1..=31).contains(day))?;
            let (hour, minute) = (two(*h1, *h2)?, two(*n1, *n2)?);
            let of_day_ns = i64::from(hour * 3600 + minute * 60) * 1_000_000_000;
            (hour < 24 && minute < 60).then_some(When::Minute(Yearless { month, day, of_day_ns, len: 13 }))
        }
        [b'[', rest @ ..] => {
            let close = rest.iter().take(16).position(|byte| *byte == b']')?;
            let step = rest[..close].trim_ascii_start().strip_prefix(b"+")?;
            let (whole, fraction) = step.split_at(step.iter().position(|byte| *byte == b'.')?);
            let fraction = number(fraction.get(1..)?).filter(|_| fraction.len() == 7)?;
            Some(When::Step(i64::from(number(whole)?) * 1_000_000_000 + i64::from(fraction) * 1000))
        }
        _ => None,
    }
}

struct DmesgHuman {
    years: Years,
    last: WallTime,
}

impl Lines for DmesgHuman {
    fn wall_kind(&self) -> WallKind {
        WallKind::LocalWithoutYear
    }

    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Verdict {
        let wall = match read_head(line.bytes) {
            Some(When::Minute(time)) => self.years.wall(&time).unwrap_or(WallTime::NONE),
            Some(When::Step(ns)) if self.last.is_some() => WallTime(self.last.0.saturating_add(ns)),
            Some(When::Step(_)) => WallTime::NONE,
            None => return Verdict::Headless,
        };
        if !wall.is_some() {
            out.issues.add(IssueCode::BadTime, line.number, line.offset);
        }
        self.last = wall;
        out.records.push(line.number, wall, Level::None, b"kernel");
        Verdict::Record
    }
}
