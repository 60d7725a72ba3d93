//! How an application's log writes the time at the head of its lines: one shape per input, found once from its head.

use super::super::Head;
use super::super::dates::{
    parse_compact, parse_ctime, parse_day_month, parse_epoch, parse_of_day, parse_short_slashed, parse_slashed,
};
use super::super::time::{Stamp, Yearless, parse_iso, two};
use super::chat::stamp::{Date, Order, parse_date, parse_time};
use super::level::{find_level, level_of_cells, level_of_word};
use super::prefix::split_prefix;
use super::share_of_heads;
use crate::model::{Level, WallTime};

pub(super) const HOUR_NS: i64 = 3_600_000_000_000;
pub(super) const DAY_NS: i64 = 24 * HOUR_NS;

/// A shape. What each reads stands in [`super::stamped`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// With the order of its dates, where one proves it.
    Written(Option<Order>),
    Iso,
    Slashed,
    DayMonth,
    Ctime,
    ShortSlashed,
    Compact,
    Epoch,
    MonthDay,
    OfDay,
    /// Seconds since the epoch in the column of this index, counted from 0.
    Column(u8),
    /// auditd's.
    Audit,
}

/// Of two that know as many lines the later one wins.
const SHAPES: [Shape; 14] = [
    Shape::Written(None),
    Shape::Iso,
    Shape::Slashed,
    Shape::DayMonth,
    Shape::Ctime,
    Shape::ShortSlashed,
    Shape::Compact,
    Shape::Epoch,
    Shape::MonthDay,
    Shape::OfDay,
    Shape::Column(1),
    Shape::Column(3),
    Shape::Column(4),
    Shape::Audit,
];

/// A written time, as far as its shape goes.
#[derive(Clone, Copy, Debug)]
pub(super) enum When {
    Dated(Stamp),
    Instant(WallTime),
    Yearless(Yearless),
    /// Nanoseconds since midnight.
    OfDay(i64),
}

/// The head of a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct LineHead<'a> {
    pub(super) when: When,
    /// The level that stands before the time.
    pub(super) level: Level,
    /// What follows the time.
    pub(super) rest: &'a [u8],
    /// Whom a collector says the line is from.
    pub(super) source: &'a [u8],
}

/// Reads the head of a line; whom a collector says it is from may stand before it.
pub(super) fn read_head(shape: Shape, line: &[u8]) -> Option<LineHead<'_>> {
    if let Some(head) = read_own_head(shape, line) {
        return Some(head);
    }
    if !line.first().is_some_and(|first| first.is_ascii_alphanumeric() || *first == b'[') {
        return None;
    }
    if let Some((source, text)) = split_prefix(line) {
        return Some(LineHead { source, ..read_own_head(shape, text)? });
    }
    // Talos' `10.0.0.5: user: warning: [2024-08-20T14:00:01Z]: text`.
    let at = crate::model::memmem::find(&line[..line.len().min(TALOS_REACH)], b": [")?;
    let level = level_of_word(line[..at].rsplit(|byte| *byte == b' ').next().unwrap_or_default());
    let head = read_own_head(shape, &line[at + 3..])?;
    (level != Level::None).then_some(LineHead { level, ..head })
}

/// Facility and level of the kernel's messages, and an address before them.
const TALOS_REACH: usize = 64;

/// The same without that. A bracket, or a level and blanks, may stand before the time.
pub(super) fn read_own_head(shape: Shape, line: &[u8]) -> Option<LineHead<'_>> {
    if let Shape::Column(column) = shape {
        return read_column(column, line);
    }
    if shape == Shape::Audit {
        return read_audit(line);
    }
    let (mut level, text) = match line.first()? {
        b'0'..=b'9' => (Level::None, of_redis(line).unwrap_or(line)),
        b'[' => bracketed(line),
        // Ruby's `I, [2024-06-26T17:00:04.497736 #126554]  INFO -- : text`.
        _ if line.get(1..4) == Some(b", [") => (Level::None, &line[4..]),
        _ if shape == Shape::Ctime => (Level::None, line),
        first if first.is_ascii_alphabetic() => leading_level(line)?,
        _ => return None,
    };
    let (when, len) = match shape {
        Shape::Written(order) => {
            let (date, of_day_ns, len) = written(text)?;
            let wall = match date.ordered(order) {
                Some(Date::Full(day)) => WallTime(day.saturating_mul(DAY_NS).saturating_add(of_day_ns)),
                _ => WallTime::NONE,
            };
            dated(Stamp { wall, offset_s: None, len })
        }
        Shape::Iso => dated(parse_iso(text)?),
        Shape::Slashed => dated(parse_slashed(text)?),
        Shape::DayMonth => dated(parse_day_month(text)?),
        Shape::Ctime => dated(parse_ctime(text)?),
        Shape::ShortSlashed => dated(parse_short_slashed(text)?),
        Shape::Compact => dated(parse_compact(text)?),
        Shape::Epoch => {
            let (wall, len) = parse_epoch(text)?;
            // Grafana's log download says the same again.
            let again = text[len..].strip_prefix(b"\t").and_then(parse_iso).map_or(0, |stamp| 1 + stamp.len);
            (When::Instant(wall), len + again)
        }
        Shape::MonthDay => month_day(text)?,
        Shape::OfDay => {
            let (of_day_ns, len) = parse_of_day(text)?;
            (When::OfDay(of_day_ns), len)
        }
        Shape::Column(_) | Shape::Audit => return None,
    };
    let mut rest = &text[len..];
    let mut when = when;
    // PostgreSQL's and Go's way of writing the zone.
    if let When::Dated(stamp @ Stamp { offset_s: None, .. }) = &mut when
        && (rest.starts_with(b" UTC ") || rest.starts_with(b" UTC,") && level_of_cells(&rest[4..]) != Level::None)
    {
        stamp.offset_s = Some(0);
        rest = &rest[4..];
    }
    if let (When::Dated(stamp), [b' ', half @ (b'A' | b'P'), b'M', b' ', ..]) = (&mut when, rest)
        && stamp.wall.is_some()
    {
        stamp.wall.0 += half_ns(*half, stamp.wall.0.rem_euclid(DAY_NS));
        rest = &rest[3..];
    }
    if let [b' ', mark @ (b'.' | b'-' | b'*' | b'#'), b' ', ..] = rest
        && of_redis(line).is_some()
    {
        level = match mark {
            b'#' => Level::Warning,
            b'*' => Level::Notice,
            _ => Level::Debug,
        };
    }
    // What a time is part of (`2024-08-20T14:00:01Z_dump.txt`) is no time of a line.
    let ends = match rest {
        [b',', ..] if level_of_cells(rest) != Level::None => true,
        // A cell of a table, unless text stands in the next one.
        [b',' | b';', next, ..] => matches!(next, b' ' | b'"') || next.is_ascii_alphabetic(),
        [b'"', ..] => false,
        _ => rest.first().is_none_or(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'_' | b'/')),
    };
    ends.then_some(LineHead { when, level, rest, source: b"" })
}

/// Behind Redis' process and role: `1:M 20 Aug 2024 14:00:01.123 # text`.
fn of_redis(line: &[u8]) -> Option<&[u8]> {
    let n_digits = line.iter().take(8).take_while(|byte| byte.is_ascii_digit()).count();
    match &line[n_digits..] {
        [b':', b'M' | b'S' | b'C' | b'X', b' ', rest @ ..] => Some(rest),
        _ => None,
    }
}

const fn dated(stamp: Stamp) -> (When, usize) {
    (When::Dated(stamp), stamp.len)
}

/// `[2024-08-20 …`, `[INFO] 2024-08-20 …` and `[ INFO 2024-08-20 …`.
fn bracketed(line: &[u8]) -> (Level, &[u8]) {
    let close = line.iter().take(16).position(|byte| *byte == b']').unwrap_or(0);
    let level = line.get(1..close).map_or(Level::None, |word| level_of_word(word.trim_ascii()));
    if level == Level::None {
        leading_level(line[1..].trim_ascii_start()).unwrap_or((level, &line[1..]))
    } else {
        (level, line[close + 1..].trim_ascii_start())
    }
}

/// `INFO 2024-08-20 …`, `INFO: 2024/08/20 …` and Cassandra's `INFO  [main] 2024-08-20 …`.
fn leading_level(line: &[u8]) -> Option<(Level, &[u8])> {
    let len = line.iter().take(16).position(|byte| matches!(byte, b' ' | b':' | b'\t'))?;
    let level = level_of_word(&line[..len]);
    let rest = line[len..].strip_prefix(b":").unwrap_or(&line[len..]).trim_ascii_start();
    let thread = rest.iter().take(64).position(|byte| *byte == b']').filter(|_| rest.starts_with(b"["));
    let rest = thread.map_or(rest, |close| rest[close + 1..].trim_ascii_start());
    (level != Level::None).then_some((level, rest))
}

/// `25/03/2026 19:20:31.123`, `3/25/2026 7:20:31 PM`, `2026年3月25日 19:20:31`: the date, the time of day and the bytes taken.
fn written(text: &[u8]) -> Option<(Date, i64, usize)> {
    let (date, at) =
        parse_date(text).filter(|(date, _)| !matches!(date, Date::Yearless(..) | Date::Slashed(_, _, None)))?;
    let at = at + [&b", "[..], b" "].iter().find(|gap| text[at..].starts_with(gap))?.len();
    let said = parse_time(&text[at..]).filter(|said| said.has_seconds).map(|said| (said.of_day_ns, said.len));
    let (of_day_ns, len) = said.or_else(|| parse_of_day(&text[at..]))?;
    Some((date, of_day_ns, at + len))
}

/// What `AM` or `PM` adds to a clock that shows `of_day_ns`.
const fn half_ns(half: u8, of_day_ns: i64) -> i64 {
    match of_day_ns / HOUR_NS {
        1..12 if half == b'P' => 12 * HOUR_NS,
        12 if half == b'A' => -12 * HOUR_NS,
        _ => 0,
    }
}

/// `10.30 16:49:06`.
fn month_day(text: &[u8]) -> Option<(When, usize)> {
    let [m1, m2, b'.', d1, d2, b' ', clock @ ..] = text else { return None };
    let (month, day) = (two(*m1, *m2)?, two(*d1, *d2)?);
    let (of_day_ns, len) = parse_of_day(clock)?;
    let valid = (1..=12).contains(&month) && (1..=31).contains(&day);
    valid.then_some((When::Yearless(Yearless { month, day, of_day_ns, len: 6 + len }), 6 + len))
}

/// `type=SYSCALL msg=audit(1772623231.123:24287): …`, behind `node=…` where several hosts write.
fn read_audit(line: &[u8]) -> Option<LineHead<'_>> {
    let reach = &line[..line.len().min(TALOS_REACH * 2)];
    let is_audit = reach.starts_with(b"type=") || reach.starts_with(b"node=");
    let at = crate::model::memmem::find(reach, b" msg=audit(").filter(|_| is_audit)? + 11;
    let (wall, len) = parse_epoch(&line[at..])?;
    let rest = line[at + len..].strip_prefix(b":")?;
    Some(LineHead { when: When::Instant(wall), level: Level::None, rest, source: b"" })
}

fn read_column(column: u8, line: &[u8]) -> Option<LineHead<'_>> {
    let mut rest = line;
    for _ in 0..column {
        let blank = memchr::memchr(b' ', rest)?;
        rest = &rest[blank + 1..];
    }
    let (wall, len) = parse_epoch(rest).filter(|(_, len)| *len == 10)?;
    let rest = rest[len..].strip_prefix(b" ")?;
    Some(LineHead { when: When::Instant(wall), level: Level::None, rest, source: b"" })
}

/// What the head of an input shows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Survey {
    pub(super) shape: Shape,
    /// Whether its lines state levels; where few do, a word that looks like one is the message's.
    pub(super) has_levels: bool,
    /// How sure it is, 0 to 100.
    pub(super) score: u8,
}

/// Finds the shape of an input; `None` where its lines have no times at their heads.
pub(super) fn survey(head: &Head<'_>) -> Option<Survey> {
    let mut best = SHAPES.iter().filter_map(|&shape| survey_as(shape, head)).max_by_key(|survey| survey.score)?;
    if let Shape::Written(order) = &mut best.shape {
        *order = head.lines().find_map(|line| {
            let at = line.iter().take(16).position(u8::is_ascii_digit)?;
            written(&line[at..])?.0.proves()
        });
    }
    Some(best)
}

fn survey_as(shape: Shape, head: &Head<'_>) -> Option<Survey> {
    let (mut n, mut leveled, mut fractions) = (0u32, 0u32, 0u32);
    let mut first_is_head = None;
    let share = share_of_heads(head, |line| {
        let read = read_head(shape, line);
        first_is_head.get_or_insert(read.is_some());
        // A time alone is what `date` prints.
        let Some(read) =
            read.filter(|read| read.rest.iter().any(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii()))
        else {
            return false;
        };
        n += 1;
        let text = read.rest.strip_prefix(b",\"").unwrap_or(read.rest);
        let is_told = || find_level(text).is_some() || level_of_cells(read.rest) != Level::None;
        leveled += u32::from(read.level != Level::None || is_told());
        fractions += u32::from(matches!(read.when, When::OfDay(ns) if ns % 1_000_000_000 != 0));
        true
    });
    let has_levels = leveled * 2 > n;
    let is_strange = match shape {
        // Numbers that look like a date or a time are only believed where a level follows, or a fraction or a bracket stands with them.
        Shape::ShortSlashed | Shape::Compact | Shape::Written(_) => !has_levels,
        Shape::OfDay => !has_levels && fractions * 2 < n,
        Shape::Column(_) => n < 5 || share < 90,
        _ => false,
    };
    // Text of several lines may be most of a log; that it begins with a head tells enough where the head has a level.
    let share = if share == 0 && has_levels && first_is_head == Some(true) { 30 } else { share };
    let most = match shape {
        Shape::Column(_) => 30,
        _ if has_levels => 80,
        _ => 50,
    };
    let score = (u32::from(share) * most / 100) as u8;
    (score > 1 && !is_strange).then_some(Survey { shape, has_levels, score })
}
