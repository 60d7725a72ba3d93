//! Readers of the times that applications and web servers print; the shapes of the journal and of Kubernetes are in [`super::time`],
//! whose rules hold here too.
//!
//! | reader | shape | printed by |
//! |---|---|---|
//! | [`parse_slashed`] | `2024/08/20 14:00:01[.123456]` | nginx's error log, Go's `log` |
//! | [`parse_short_slashed`] | `17/06/09 20:10:40` | Hadoop and Spark (`yy/MM/dd`) |
//! | [`parse_compact`] | `081109 203615`, `070101 12:00:00`, `20260327 11:34:21.908` | Hadoop (`yyMMdd HHmmss`), MySQL, Robot Framework |
//! | [`parse_day_month`] | `20-Aug-2024 14:00:01.123`, `20 Aug 2024 14:00:01.123` | Tomcat, BIND; Redis |
//! | [`parse_clf`] | `20/Aug/2024:14:00:01 +0800` | access logs |
//! | [`parse_ctime`] | `Sun Dec 04 04:47:44[.902022] 2005[ +0800]` | `date`, Apache's error log, `dmesg -T`, git, Helm |
//! | [`parse_epoch`] | `1690121000`, `1690121000.123`, `1690121000123456` | programs; the size says the unit |

use super::time::{Stamp, clock, fraction, number, parse_month, parse_offset, two};
use crate::model::WallTime;
use crate::model::time::Civil;

/// Years of two digits belong to this century: the shapes that have them are younger.
const CENTURY: u32 = 2000;

/// A time of day and its length: `14:00:01[.123]`; nanoseconds since midnight.
#[must_use]
pub fn parse_of_day(text: &[u8]) -> Option<(i64, usize)> {
    let (hour, minute, second) = clock(text.first_chunk()?)?;
    let (nanosecond, len) = fraction(&text[8..]);
    let seconds = i64::from(hour * 3600 + minute * 60 + second);
    Some((seconds * 1_000_000_000 + i64::from(nanosecond), 8 + len))
}

/// Reads `2024/08/20 14:00:01.123456`, and a zone where one follows.
#[must_use]
pub fn parse_slashed(text: &[u8]) -> Option<Stamp> {
    let [y1, y2, y3, y4, b'/', m1, m2, b'/', d1, d2, b' ' | b'T', ..] = text else { return None };
    let year = two(*y1, *y2)? * 100 + two(*y3, *y4)?;
    dated((year, two(*m1, *m2)?, two(*d1, *d2)?), text, 11)
}

/// Reads `17/06/09 20:10:40`: year, month, day.
#[must_use]
pub fn parse_short_slashed(text: &[u8]) -> Option<Stamp> {
    let [y1, y2, b'/', m1, m2, b'/', d1, d2, b' ', ..] = text else { return None };
    dated((CENTURY + two(*y1, *y2)?, two(*m1, *m2)?, two(*d1, *d2)?), text, 9)
}

/// Reads `081109 203615`, `070101 12:00:00` and `20260327 11:34:21.908`.
#[must_use]
pub fn parse_compact(text: &[u8]) -> Option<Stamp> {
    if let [y1, y2, y3, y4, m1, m2, d1, d2, b' ', ..] = text {
        let year = two(*y1, *y2)? * 100 + two(*y3, *y4)?;
        return dated((year, two(*m1, *m2)?, two(*d1, *d2)?), text, 9);
    }
    let [y1, y2, m1, m2, d1, d2, b' ', rest @ ..] = text else { return None };
    let date = (CENTURY + two(*y1, *y2)?, two(*m1, *m2)?, two(*d1, *d2)?);
    let [h1, h2, n1, n2, s1, s2, ..] = rest else { return None };
    if *n1 == b':' {
        return dated(date, text, 7);
    }
    let civil = Civil {
        year: date.0 as i32,
        month: date.1,
        day: date.2,
        hour: two(*h1, *h2)?,
        minute: two(*n1, *n2)?,
        second: two(*s1, *s2)?,
        nanosecond: 0,
    };
    let ends = rest.get(6).is_none_or(|byte| !byte.is_ascii_digit());
    WallTime::from_civil(civil).filter(|_| ends).map(|wall| Stamp { wall, offset_s: None, len: 13 })
}

/// Reads `20-Aug-2024 14:00:01.123` and `20 Aug 2024 14:00:01.123`.
#[must_use]
pub fn parse_day_month(text: &[u8]) -> Option<Stamp> {
    let [d1, d2, b'-' | b' ', m1, m2, m3, b'-' | b' ', y1, y2, y3, y4, b' ', ..] = text else { return None };
    let year = two(*y1, *y2)? * 100 + two(*y3, *y4)?;
    dated((year, parse_month(&[*m1, *m2, *m3])?, two(*d1, *d2)?), text, 12)
}

/// Reads `20/Aug/2024:14:00:01 +0800`.
#[must_use]
pub fn parse_clf(text: &[u8]) -> Option<Stamp> {
    let [d1, d2, b'/', m1, m2, m3, b'/', y1, y2, y3, y4, b':', ..] = text else { return None };
    let year = two(*y1, *y2)? * 100 + two(*y3, *y4)?;
    dated((year, parse_month(&[*m1, *m2, *m3])?, two(*d1, *d2)?), text, 12)
}

/// Reads `Sun Dec 04 04:47:44 2005`, `Sun Dec  4 04:47:44.902022 2005` and git's with a zone behind it. `UTC` before the year is one too;
/// another abbreviation there says nothing.
#[must_use]
pub fn parse_ctime(text: &[u8]) -> Option<Stamp> {
    let [w1, w2, w3, b' ', m1, m2, m3, b' ', rest @ ..] = text else { return None };
    let month = parse_month(&[*m1, *m2, *m3])?;
    if ![w1, w2, w3].iter().all(|byte| byte.is_ascii_alphabetic()) {
        return None;
    }
    let rest = rest.strip_prefix(b" ").unwrap_or(rest);
    let n_digits = rest.iter().take(2).take_while(|byte| byte.is_ascii_digit()).count();
    let day = number(&rest[..n_digits])?;
    let rest = rest[n_digits..].strip_prefix(b" ")?;
    let (of_day_ns, len) = parse_of_day(rest)?;
    let mut rest = rest[len..].strip_prefix(b" ")?;
    let n_letters = rest.iter().take(5).take_while(|byte| byte.is_ascii_uppercase()).count();
    let is_utc = &rest[..n_letters] == b"UTC";
    if n_letters > 0 {
        rest = rest[n_letters..].strip_prefix(b" ")?;
    }
    let year = i32::try_from(number(rest.first_chunk::<4>()?)?).ok()?;
    let day_start = WallTime::from_civil(Civil { year, month, day, ..Civil::default() })?;
    let zone = rest[4..].strip_prefix(b" ").and_then(parse_offset).filter(|(_, len)| *len >= 5);
    let (offset_s, zone_len) = zone.map_or((is_utc.then_some(0), 0), |(offset_s, len)| (Some(offset_s), len + 1));
    let len = text.len() - rest.len() + 4 + zone_len;
    Some(Stamp { wall: WallTime(day_start.0.saturating_add(of_day_ns)), offset_s, len })
}

/// Reads a time since the epoch: digits, and a fraction where they are seconds or milliseconds. Its size says the unit: seconds have ten
/// digits from 2001 to 2286, and every unit below three more. The time and the bytes taken.
#[must_use]
pub fn parse_epoch(text: &[u8]) -> Option<(WallTime, usize)> {
    let digits = text.iter().take(20).take_while(|byte| byte.is_ascii_digit()).count();
    let unit_ns: i64 = match digits {
        10 => 1_000_000_000,
        13 => 1_000_000,
        16 => 1_000,
        19 => 1,
        _ => return None,
    };
    let whole =
        text[..digits].iter().try_fold(0i64, |sum, digit| sum.checked_mul(10)?.checked_add(i64::from(digit - b'0')))?;
    let mut ns = whole.checked_mul(unit_ns)?;
    let mut len = digits;
    if let [b'.', rest @ ..] = &text[digits..] {
        let mut scale = unit_ns / 10;
        let n = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        for digit in &rest[..n] {
            ns = ns.checked_add(i64::from(digit - b'0').checked_mul(scale)?)?;
            scale /= 10;
        }
        len += if n > 0 { n + 1 } else { 0 };
    }
    Some((WallTime(ns), len))
}

/// The clock behind a date of `at` bytes, and a zone.
fn dated((year, month, day): (u32, u32, u32), text: &[u8], at: usize) -> Option<Stamp> {
    let (of_day_ns, clock_len) = parse_of_day(&text[at..])?;
    let civil = Civil { year: i32::try_from(year).ok()?, month, day, ..Civil::default() };
    let midnight = WallTime::from_civil(civil)?;
    let rest = &text[at + clock_len..];
    let zone = match rest {
        [b' ', zone @ ..] => parse_offset(zone).filter(|(_, len)| *len >= 5).map(|(offset_s, len)| (offset_s, len + 1)),
        zone => parse_offset(zone),
    };
    let (offset_s, zone_len) = zone.map_or((None, 0), |(offset_s, len)| (Some(offset_s), len));
    let wall = WallTime(midnight.0.saturating_add(of_day_ns));
    Some(Stamp { wall, offset_s, len: at + clock_len + zone_len })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Timestamp;

    fn shown(text: &str, read: fn(&[u8]) -> Option<Stamp>) -> String {
        read(text.as_bytes()).map_or_else(
            || "none".into(),
            |stamp| format!("{} {:?} {:?}", Timestamp(stamp.wall.0).to_local(0), stamp.offset_s, &text[stamp.len..]),
        )
    }

    #[test]
    fn dates_of_applications() {
        type Read = fn(&[u8]) -> Option<Stamp>;
        let slashed: Read = parse_slashed;
        for (read, text, want) in [
            (slashed, "2024/08/20 14:00:01 [error] 7#7", "2024-08-20 14:00:01 None \" [error] 7#7\""),
            (slashed, "2024/08/20 14:00:01.123456 main.go:1: x", "2024-08-20 14:00:01.123456 None \" main.go:1: x\""),
            (slashed, "2024/13/20 14:00:01", "none"),
            (parse_short_slashed, "17/06/09 20:10:40 INFO x", "2017-06-09 20:10:40 None \" INFO x\""),
            (parse_compact, "081109 203615 148 INFO", "2008-11-09 20:36:15 None \" 148 INFO\""),
            (parse_compact, "070101 12:00:00 x", "2007-01-01 12:00:00 None \" x\""),
            (parse_compact, "081109 2036151", "none"),
            (parse_compact, "20260327 11:34:21.908 - INFO", "2026-03-27 11:34:21.908 None \" - INFO\""),
            (parse_day_month, "20-Aug-2024 14:00:01.123 SEVERE", "2024-08-20 14:00:01.123 None \" SEVERE\""),
            (parse_clf, "20/Aug/2024:14:00:01 +0800] \"GET", "2024-08-20 14:00:01 Some(28800) \"] \\\"GET\""),
            (parse_ctime, "Sun Dec 04 04:47:44 2005] [notice]", "2005-12-04 04:47:44 None \"] [notice]\""),
            (parse_ctime, "Fri Sep 9 10:42:29.902022 2011] x", "2011-09-09 10:42:29.902022 None \"] x\""),
            (parse_ctime, "Mon Oct  3 10:15:13 2016", "2016-10-03 10:15:13 None \"\""),
            (parse_ctime, "Sun Jul 23 21:58:11 2023 +0800", "2023-07-23 21:58:11 Some(28800) \"\""),
            (parse_ctime, "Thu Jun 2 08:00:01 UTC 2022 =", "2022-06-02 08:00:01 Some(0) \" =\""),
            (parse_ctime, "Sun Feb 30 04:47:44 2005", "none"),
        ] {
            assert_eq!(shown(text, read), want, "{text}");
        }
    }

    #[test]
    fn the_size_of_an_epoch_says_its_unit() {
        for (text, want) in [
            ("1690121000", "2023-07-23T14:03:20Z"),
            ("1690121000.123456789012", "2023-07-23T14:03:20.123456789Z"),
            ("1690121000123", "2023-07-23T14:03:20.123Z"),
            ("1690121000123.4567", "2023-07-23T14:03:20.123456700Z"),
            ("1690121000123456", "2023-07-23T14:03:20.123456Z"),
            ("1690121000123456789", "2023-07-23T14:03:20.123456789Z"),
            ("9999999999999999999", "none"),
            ("169012100012", "none"),
            ("20230723", "none"),
        ] {
            let at = parse_epoch(text.as_bytes()).map(|(wall, _)| Timestamp(wall.0).to_rfc3339());
            assert_eq!(at.as_deref().unwrap_or("none"), want, "{text}");
        }
    }
}
