//! `dmesg` in its prefixes: the kernel's own log.
//!
//! ```text
//! [ 1431.920513][ T1054] cgroup: fork rejected by pids controller in /kubepods/burstable/pod1      seconds since boot, thread
//! [Mon May 15 09:25:27 2023] Out of memory: Killed process 9295 (nginx)                            dmesg -T
//! [一  5月 15 09:25:27 2023] Out of memory: Killed process 9295 (nginx)                            the same in a Chinese locale
//! kern  :info  : [    0.000000] Linux version 5.4.0                                                dmesg -x
//! <6>[39291577.009360] nf_conntrack: table full, dropping packet                                   dmesg -r, /dev/kmsg dumps
//! ```
//! Seconds since boot are an order, not a time: nothing in the text says when the kernel booted, so such records have none. `-T` prints
//! local times (which drift from the wall's after a suspend). The first record decides which of both an input is. Levels are read where
//! the prefix states them. A line without a prefix belongs to the record above.
//!
//! Spec: dmesg(1). Not supported: `-t` (no times); `-H` is `dmesg-human`, `--time-format=iso` an application's log.

use super::super::dates::parse_ctime;
use super::super::time::{number, parse_syslog};
use super::super::{Family, Format, Head, Parsed, Parser};
use super::apache_error;
use super::level::level_of_priority;
use super::{LineParser, Lines, Verdict, share_of_heads};
use crate::evidence::Line;
use crate::model::time::Civil;
use crate::model::{EvidenceId, IssueCode, Level, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "dmesg", family: Family::Log, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    // Apache writes the same time in brackets, and a level in brackets behind it.
    share_of_heads(head, |line| read_prefix(line).is_some() && !apache_error::is_head(line)).min(96)
}

fn parser(_evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(LineParser::new(Dmesg::default()))
}

/// What stands before the text.
struct Prefix {
    level: Level,
    /// `None` where seconds since boot are printed.
    wall: Option<WallTime>,
}

fn read_prefix(line: &[u8]) -> Option<Prefix> {
    let (level, rest) = read_level(line);
    let inside = rest.strip_prefix(b"[")?;
    let close = inside.iter().take(40).position(|byte| *byte == b']')?;
    let (stamp, rest) = (&inside[..close], &inside[close + 1..]);
    let ends = rest.first().is_none_or(|byte| matches!(byte, b' ' | b'['));
    let english = || Some(parse_ctime(stamp).filter(|read| read.len == stamp.len())?.wall);
    let wall = if is_since_boot(stamp) { None } else { Some(english().or_else(|| parse_chinese(stamp))?) };
    ends.then_some(Prefix { level, wall })
}

/// `一  5月 15 09:25:27 2023`: the day of the week in one sign, and the year behind everything.
fn parse_chinese(stamp: &[u8]) -> Option<WallTime> {
    let (weekday, rest) = (stamp.get(..3)?, stamp[3..].strip_prefix(b" ")?);
    let read = parse_syslog(rest).filter(|_| "一二三四五六日".as_bytes().chunks(3).any(|sign| sign == weekday))?;
    let year = number(rest[read.len..].strip_prefix(b" ")?)? as i32;
    let day = WallTime::from_civil(Civil { year, month: read.month, day: read.day, ..Civil::default() })?;
    Some(WallTime(day.0.saturating_add(read.of_day_ns)))
}

/// `    0.000000`.
pub(super) fn is_since_boot(stamp: &[u8]) -> bool {
    let text = stamp.trim_ascii_start();
    let point = text.len().checked_sub(7).filter(|&point| point > 0);
    point.is_some_and(|point| {
        text[point] == b'.' && text[..point].iter().chain(&text[point + 1..]).all(u8::is_ascii_digit)
    })
}

/// `<6>` or `kern  :info  : `.
fn read_level(line: &[u8]) -> (Level, &[u8]) {
    if let Some(inside) = line.strip_prefix(b"<") {
        let len = inside.iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
        let priority = number(&inside[..len]);
        if let (Some(priority), Some(rest)) = (priority, inside[len..].strip_prefix(b">")) {
            return (level_of_priority(priority), rest);
        }
    }
    const NAMES: [&[u8]; 8] = [b"emerg", b"alert", b"crit", b"err", b"warn", b"notice", b"info", b"debug"];
    let mut parts = line.splitn(3, |byte| *byte == b':');
    if let (Some(facility), Some(name), Some(rest)) = (parts.next(), parts.next(), parts.next())
        && facility.len() <= 8
        && let Some(at) = NAMES.iter().position(|known| *known == name.trim_ascii())
    {
        return (level_of_priority(at as u32), rest.trim_ascii_start());
    }
    (Level::None, line)
}

#[derive(Default)]
struct Dmesg {
    /// Whether times are the wall's; known from the first record on.
    is_clocked: Option<bool>,
}

impl Lines for Dmesg {
    fn wall_kind(&self) -> WallKind {
        if self.is_clocked == Some(true) { WallKind::Local } else { WallKind::Unclocked }
    }

    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Verdict {
        let Some(prefix) = read_prefix(line.bytes) else { return Verdict::Headless };
        let is_clocked = *self.is_clocked.get_or_insert(prefix.wall.is_some());
        let wall = match prefix.wall {
            Some(wall) if is_clocked => wall,
            None if !is_clocked => WallTime::NONE,
            _ => {
                out.issues.add(IssueCode::BadTime, line.number, line.offset);
                WallTime::NONE
            }
        };
        out.records.push(line.number, wall, prefix.level, b"kernel");
        Verdict::Record
    }
}
