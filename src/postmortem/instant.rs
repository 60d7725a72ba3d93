//! An instant as a person types or pastes it.
//!
//! Understood: `2023-07-23 22:09`, `2023-07-23T22:09:14.123`, each also with `Z`, `UTC` or an offset (`+08:00`, `+0800`), and a bare
//! `22:09` or `22:09:14`, which is meant on the day of the incident. Without a zone the case's zone is meant. Names of zones (`CST`) are
//! not: they mean several things.

use crate::model::time::Civil;
use crate::model::words::{after, before};
use crate::model::{Timestamp, WallTime};
use crate::text::format::parse_offset;

/// The instant of a text; `None` when it is not one. `day` is any instant of the day that a bare clock time is meant on.
#[must_use]
pub fn parse(text: &str, offset_s: i32, day: Option<Timestamp>) -> Option<Timestamp> {
    let text = text.trim();
    let (date, rest) = match text.split_once(['T', ' ']) {
        Some((date, rest)) if date.contains(['-', '/']) => (Some(date), rest.trim()),
        _ => (None, text),
    };
    let (clock, offset_s) = match rest.find(['+', '-', 'Z', 'z', 'U']) {
        Some(at) => (before(rest, at).trim_end(), parse_offset(after(rest, at))?),
        None => (rest, offset_s),
    };
    let mut civil = match date {
        Some(date) => parse_date(date)?,
        None => Civil::from_ns(day?.plus_seconds(i64::from(offset_s)).0),
    };
    (civil.hour, civil.minute, civil.second, civil.nanosecond) = parse_clock(clock)?;
    let wall = WallTime::from_civil(civil)?;
    Some(Timestamp(wall.0).plus_seconds(-i64::from(offset_s)))
}

/// The text that [`parse`] reads back, in the zone given.
#[must_use]
pub fn write(at: Option<Timestamp>, offset_s: i32) -> String {
    at.map(|at| at.to_local(offset_s)).unwrap_or_default()
}

fn parse_date(text: &str) -> Option<Civil> {
    let mut parts = text.split(['-', '/']);
    let year: u32 = parts.next()?.parse().ok()?;
    let month = parts.next()?.parse().ok()?;
    let day = parts.next()?.parse().ok()?;
    parts.next().is_none().then_some(Civil { year: i32::try_from(year).ok()?, month, day, ..Civil::default() })
}

/// Hour, minute, second and nanosecond.
fn parse_clock(text: &str) -> Option<(u32, u32, u32, u32)> {
    let mut parts = text.split(':');
    let hour = parts.next()?.parse().ok()?;
    let minute = parts.next()?.parse().ok()?;
    let (second, fraction) = match parts.next() {
        Some(seconds) => seconds.split_once(['.', ',']).unwrap_or((seconds, "")),
        None => ("0", ""),
    };
    let has_rest = parts.next().is_some() || fraction.len() > 9 || !fraction.bytes().all(|byte| byte.is_ascii_digit());
    let nanosecond = format!("{fraction:0<9}").parse().ok()?;
    (!has_rest).then_some((hour, minute, second.parse().ok()?, nanosecond))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_read_as_people_write_them() {
        let day = Some(Timestamp::from_seconds(1_690_121_591));
        let read = |text: &str| parse(text, 28_800, day).map(Timestamp::to_rfc3339);
        for text in ["2023-07-23 22:13:11", " 2023/7/23 22:13:11 ", "2023-07-23T14:13:11Z", "22:13:11", "14:13:11 UTC"]
        {
            assert_eq!(read(text).as_deref(), Some("2023-07-23T14:13:11Z"), "{text}");
        }
        assert_eq!(read("2023-07-23T22:13:11.25+0800").as_deref(), Some("2023-07-23T14:13:11.250Z"));
        assert_eq!(read("22:13").as_deref(), Some("2023-07-23T14:13:00Z"));
        for text in
            ["", "22", "25:00", "2023-02-30 10:00", "2023-07-23", "22:13 CST", "22:13:11.x", "-", "é:é", "2023-07-23 "]
        {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(parse("22:13", 0, None), None);
    }

    #[test]
    fn what_is_written_is_read_back() {
        for ns in [0, 1_690_121_591_123_000_000, -1, i64::from(i32::MAX)] {
            let at = Some(Timestamp(ns));
            assert_eq!(parse(&write(at, -12_600), -12_600, None), at);
        }
    }
}
