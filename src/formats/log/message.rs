//! What a message says of itself behind its envelope: its level, and klog's own clock.

use super::super::dates::{parse_day_month, parse_slashed};
use super::super::metrics::json::Reader;
use super::super::time::{Yearless, parse_iso, parse_klog};
use super::json_fields::{Fields, read_fields};
use super::level::{find_level, level_of_word};
use super::logfmt::read_pairs;
use crate::model::time::{Civil, days_from_civil};
use crate::model::{Level, WallTime};

const NS_PER_SECOND: i64 = 1_000_000_000;
const DAY_NS: i64 = 86_400 * NS_PER_SECOND;
/// Every zone is a whole number of quarter hours from UTC and nearly every one a whole number of half hours.
const ZONE_STEP_NS: i64 = 1800 * NS_PER_SECOND;
/// How much later than written a message may be delivered and still show the difference of two zones.
const ZONE_DELAY_NS: i64 = 60 * NS_PER_SECOND;

/// What was read from the start of a message.
pub(super) struct Message {
    /// Level, where the message states one.
    pub(super) level: Level,
    /// klog's own time.
    pub(super) time: Option<Yearless>,
}

/// How far into a message its level is looked for.
const REACH: usize = 4096;

/// Reads the start of a message: klog's header, logfmt's and JSON's level, the level behind an application's time or at the very
/// beginning, the Go runtime's own words. A word in the body is no level.
pub(super) fn read_message(text: &[u8]) -> Message {
    let level = match text.first() {
        Some(b'I' | b'W' | b'E' | b'F') => {
            let klog = parse_klog(text).filter(|(_, time)| text.get(time.len) == Some(&b' '));
            match klog {
                Some((level, time)) => return Message { level, time: Some(time) },
                None => leading_level(text),
            }
        }
        Some(b'f' | b'p' | b'r') => match go_runtime_level(text) {
            Level::None => logfmt_level(text),
            level => level,
        },
        Some(b'a'..=b'z') => logfmt_level(text),
        Some(b'A'..=b'Z' | b'[') => leading_level(text),
        Some(b'{') => {
            // An object longer than the reach breaks off there; its level stands before.
            let mut fields = Fields::default();
            let _ = read_fields(&mut Reader::new(&text[..text.len().min(REACH)], 0), &mut fields);
            fields.level
        }
        Some(b'0'..=b'9') => stamped_level(text),
        _ => Level::None,
    };
    Message { level, time: None }
}

/// Whether a text can only go on what stood above it: indented, or the JVM's words between frames.
pub(in crate::formats) fn goes_on(text: &[u8]) -> bool {
    match text.first() {
        Some(b' ' | b'\t') => true,
        Some(b'C') => text.starts_with(b"Caused by: "),
        Some(b'.') => text.starts_with(b"... ") && text.trim_ascii_end().ends_with(b" more"),
        _ => false,
    }
}

/// `ERROR [main] …`, `[ERROR] plugin/errors: …`: a level in capitals or brackets at the very beginning.
fn leading_level(text: &[u8]) -> Level {
    let text = text.strip_prefix(b"[").unwrap_or(text);
    let len = text.iter().take(9).take_while(|byte| byte.is_ascii_uppercase()).count();
    let ends = text.get(len).is_none_or(|byte| matches!(byte, b' ' | b':' | b']' | b'\t'));
    if len > 3 && ends { level_of_word(&text[..len]) } else { Level::None }
}

/// The level behind an application's own time.
fn stamped_level(text: &[u8]) -> Level {
    let stamp = parse_iso(text).or_else(|| parse_slashed(text)).or_else(|| parse_day_month(text));
    let len = stamp.map(|stamp| stamp.len);
    len.and_then(|len| find_level(&text[len..])).map_or(Level::None, |stated| stated.level)
}

/// The level of what the Go runtime prints when a process dies.
pub(super) fn go_runtime_level(text: &[u8]) -> Level {
    if text.starts_with(b"fatal error: ") || text.starts_with(b"panic: ") {
        Level::Fatal
    } else if text.starts_with(b"runtime: failed to create new OS thread") {
        Level::Error
    } else {
        Level::None
    }
}

/// `time="2023-07-23T14:03:11Z" level=error …`, `ts=… level=error …` and `level=error …`.
fn logfmt_level(text: &[u8]) -> Level {
    // Prose has a blank before any equals sign.
    let key = text.iter().take(24).position(|byte| matches!(byte, b'=' | b' '));
    match key.and_then(|at| text.get(at)) {
        Some(b'=') => read_pairs(&text[..text.len().min(REACH)]).map_or(Level::None, |pairs| pairs.level),
        _ => Level::None,
    }
}

/// Chooses between the two clocks of a line: the inner one is the event, the outer one its delivery. Remembers the last day.
#[derive(Default)]
pub(super) struct InnerClock {
    outer_day: i64,
    month: u32,
    day: u32,
    midnight_ns: i64,
}

impl InnerClock {
    /// When the event was, in the outer clock's zone. An inner clock more than twelve hours away is not believed; one that is off by a
    /// whole number of half hours, give or take the delivery, runs in another zone (a container on UTC) and is read in that zone.
    pub(super) fn event_at(&mut self, outer: WallTime, inner: &Yearless) -> WallTime {
        let outer_day = outer.0.div_euclid(DAY_NS);
        if (outer_day, inner.month, inner.day) != (self.outer_day, self.month, self.day) {
            *self = Self {
                outer_day,
                month: inner.month,
                day: inner.day,
                midnight_ns: nearest_midnight(outer, outer_day, inner),
            };
        }
        let inner_ns = self.midnight_ns.saturating_add(inner.of_day_ns);
        let late_by = outer.0.saturating_sub(inner_ns);
        if late_by.saturating_abs() > DAY_NS / 2 {
            return outer;
        }
        let zones = (late_by + ZONE_STEP_NS / 2).div_euclid(ZONE_STEP_NS) * ZONE_STEP_NS;
        let delay = late_by - zones;
        if zones != 0 && (-NS_PER_SECOND..=ZONE_DELAY_NS).contains(&delay) {
            return WallTime(outer.0.saturating_sub(delay));
        }
        WallTime(inner_ns)
    }
}

/// Midnight of the inner date in the year that brings it nearest to the outer day.
#[cold]
fn nearest_midnight(outer: WallTime, outer_day: i64, inner: &Yearless) -> i64 {
    let year = Civil::from_ns(outer.0).year;
    let days = [year - 1, year, year + 1].map(|year| days_from_civil(year, inner.month, inner.day));
    let nearest = days.into_iter().min_by_key(|day| (day - outer_day).abs()).unwrap_or(outer_day);
    nearest.saturating_mul(DAY_NS)
}

#[cfg(test)]
mod tests {
    use super::super::super::time::parse_iso;
    use super::*;
    use crate::model::Timestamp;

    #[test]
    fn the_inner_clock_is_the_event() {
        let mut clock = InnerClock::default();
        for (outer, inner, want) in [
            ("2020-10-08T16:29:51", "E1008 16:29:34.363404 ", "2020-10-08 16:29:34.363404"), // k3s: delivered late
            ("2020-01-01T00:00:02", "E1231 23:59:58.000000 ", "2019-12-31 23:59:58"),
            ("2023-07-23T22:03:11", "E0723 14:03:10.500000 ", "2023-07-23 22:03:10.500"), // a container on UTC
            ("2023-07-24T06:03:11", "E0723 22:03:11.000000 ", "2023-07-24 06:03:11"),
            ("2023-07-23T22:20:11", "E0723 22:03:11.000000 ", "2023-07-23 22:03:11"),
            ("2023-07-23T22:03:11", "E0715 22:03:11.000000 ", "2023-07-23 22:03:11"), // another day: not believed
        ] {
            let outer = parse_iso(outer.as_bytes()).map_or(WallTime::NONE, |stamp| stamp.wall);
            let at = read_message(inner.as_bytes()).time.map(|time| clock.event_at(outer, &time));
            assert_eq!(at.map(|at| Timestamp(at.0).to_local(0)).as_deref(), Some(want), "{inner}");
        }
    }

    #[test]
    fn only_what_states_a_level_has_one() {
        for (text, want) in [
            ("E0723 22:03:11.242405    1123 x.go:1] \"boom\"", Level::Error),
            ("Error: failed to start container", Level::None),
            ("time=\"2023-07-23T14:03:11Z\" level=warning msg=x", Level::Warning),
            ("ts=2023-07-23T14:03:11Z level=error msg=x", Level::Error),
            ("level=info", Level::Info),
            ("runtime: failed to create new OS thread (have 5 already; errno=11)", Level::Error),
            ("runtime: may need to increase max user processes (ulimit -u)", Level::None),
            ("fatal error: newosproc", Level::Fatal),
            ("panic: boom", Level::Fatal),
            ("this is an error", Level::None),
            ("logger=settings t=2025-04-24T19:51:48Z level=warn msg=x", Level::Warning),
            ("{\"level\":\"error\",\"msg\":\"x\"}", Level::Error),
            ("ERROR [main] o.s.boot.SpringApplication: failed", Level::Error),
            ("INFO: Shutting down", Level::Info),
            ("[WARNING] plugin/health: slow", Level::Warning),
            ("2024-08-20 14:00:01.123 ERROR 1 --- [main] o.s.boot: failed", Level::Error),
            ("2024-08-20 14:00:01 an error of some kind", Level::None),
            ("ERRORS were found", Level::None),
            ("Info about x", Level::None),
            ("error=1 of=2", Level::None),
        ] {
            assert_eq!(read_message(text.as_bytes()).level, want, "{text}");
        }
    }
}
