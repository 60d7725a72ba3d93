//! Hand-written readers of the times that formats print.
//!
//! Each reads one shape at the *start* of a byte slice, allocates nothing and says how many bytes it took, so that a format goes on from
//! there. None guesses: what a shape lacks (zone, year) stays missing in the answer and is added by the evidence's clock.
//!
//! | reader | shape | printed by |
//! |---|---|---|
//! | [`parse_iso`] | `2023-07-23T22:03:11.123456+08:00`, `2023-07-23 22:03:11,123`, `…+0800`, `…Z` | nearly everything |
//! | [`parse_syslog`] | `Jul 23 22:03:11.123456`, `Jul  3 22:03:11`, `7月 23 22:03:11` | syslog, `journalctl -o short[-precise]` |
//! | [`parse_klog`] | `E0723 22:03:11.242405` | klog, glog |
//! | [`parse_rfc1123`] | `Tue, 20 Aug 2024 13:57:58 +0800` | `kubectl describe`, HTTP |
//! | [`parse_age`] | `3m`, `2m30s`, `46h`, `5d12h` | kubectl's ages |
//!
//! Not supported: month names in other languages than English and Chinese, twelve-hour clocks, zone abbreviations other than `Z`, `UTC`
//! and `GMT` (`CST` is China, the United States or Cuba: it is read over and says nothing).

use crate::model::time::{Civil, PLACEHOLDER_YEAR};
use crate::model::{Level, WallTime};

const NS_PER_SECOND: i64 = 1_000_000_000;

/// A written time with its date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The time exactly as written, its zone not applied.
    pub wall: WallTime,
    /// The zone that was written, in seconds east of UTC.
    pub offset_s: Option<i32>,
    /// Bytes taken, zone included.
    pub len: usize,
}

impl Stamp {
    /// The time in UTC; `None` where no zone was written.
    #[must_use]
    pub fn utc(self) -> Option<WallTime> {
        self.offset_s.map(|offset_s| WallTime(self.wall.0.saturating_sub(i64::from(offset_s) * NS_PER_SECOND)))
    }
}

/// A written time without a year. [`Years`] gives it one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Yearless {
    /// Month, 1 to 12.
    pub month: u32,
    /// Day of the month, 1 to 31.
    pub day: u32,
    /// Nanoseconds since midnight.
    pub of_day_ns: i64,
    /// Bytes taken.
    pub len: usize,
}

/// Gives years to times that have none: the first is in [`PLACEHOLDER_YEAR`], a step from December to January (or back, in a log that
/// is printed newest first) changes it. Remembers the last day, so that a line costs an addition and not a calendar.
#[derive(Clone, Copy, Debug)]
pub struct Years {
    year: i32,
    month: u32,
    day: u32,
    midnight: WallTime,
}

impl Default for Years {
    fn default() -> Self {
        Self { year: PLACEHOLDER_YEAR, month: 0, day: 0, midnight: WallTime::NONE }
    }
}

impl Years {
    /// The wall time; `None` where the day does not exist.
    #[inline]
    pub fn wall(&mut self, time: &Yearless) -> Option<WallTime> {
        if (time.month, time.day) != (self.month, self.day) {
            self.turn_to(time.month, time.day);
        }
        self.midnight.is_some().then(|| WallTime(self.midnight.0 + time.of_day_ns))
    }

    #[cold]
    fn turn_to(&mut self, month: u32, day: u32) {
        if self.month != 0 {
            // More than half a year in one step is the turn of a year.
            let step = month as i32 - self.month as i32;
            self.year += i32::from(step < -6) - i32::from(step > 6);
        }
        (self.month, self.day) = (month, day);
        let civil = Civil { year: self.year, month, day, ..Civil::default() };
        self.midnight = WallTime::from_civil(civil).unwrap_or(WallTime::NONE);
    }
}

/// Reads `2023-07-23T22:03:11.123456+08:00`: date and time separated by `T` or a blank, a fraction after a point or a comma, and a zone
/// (`Z`, `+08:00`, `+0800`, `+08`, or ` +0800` after a blank) or none. Digits beyond nanoseconds are read over.
#[must_use]
pub fn parse_iso(text: &[u8]) -> Option<Stamp> {
    let head: &[u8; 19] = text.first_chunk()?;
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T' | b't' | b' ', time @ ..] = head else { return None };
    let (hour, minute, second) = clock(time)?;
    let (nanosecond, fraction_len) = fraction(&text[19..]);
    let year = (two(*y1, *y2)? * 100 + two(*y3, *y4)?) as i32;
    let civil = Civil { year, month: two(*m1, *m2)?, day: two(*d1, *d2)?, hour, minute, second, nanosecond };
    let wall = WallTime::from_civil(civil)?;
    let len = 19 + fraction_len;
    let (offset_s, zone_len) = match parse_offset(&text[len..]) {
        Some((offset_s, zone_len)) => (Some(offset_s), zone_len),
        None => blank_then_offset(&text[len..]),
    };
    Some(Stamp { wall, offset_s, len: len + zone_len })
}

/// Reads a zone: `Z`, `+08:00`, `+0800` or `+08`; seconds east of UTC and the bytes taken.
#[must_use]
pub fn parse_offset(text: &[u8]) -> Option<(i32, usize)> {
    let sign = match text.first()? {
        b'Z' | b'z' => return Some((0, 1)),
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let hours = two(*text.get(1)?, *text.get(2)?)?;
    let (minutes, len) = match &text[3..] {
        [b':', a, b, ..] => (two(*a, *b)?, 6),
        [a, b, ..] => two(*a, *b).map_or((0, 3), |minutes| (minutes, 5)),
        _ => (0, 3),
    };
    // +14:00 is the easternmost zone there is.
    (hours <= 14 && minutes < 60).then(|| (sign * (hours * 3600 + minutes * 60) as i32, len))
}

/// Reads `Jul 23 22:03:11[.ffffff]` or, from a Chinese locale, `7月 23 22:03:11`.
#[must_use]
pub fn parse_syslog(text: &[u8]) -> Option<Yearless> {
    // The English shape is on the hot path: fifteen bytes, checked once.
    let english = text.first_chunk::<15>().and_then(|head| {
        let [m1, m2, m3, b' ', d1, d2, b' ', time @ ..] = head else { return None };
        Some((parse_month(&[*m1, *m2, *m3])?, blank_two(*d1, *d2)?, time, 15))
    });
    let (month, day, time, len) = match english {
        Some(fields) => fields,
        None => chinese_month_day(text).or_else(|| german_march(text))?,
    };
    let (hour, minute, second) = clock(time)?;
    let (nanosecond, fraction_len) = fraction(&text[len..]);
    let of_day_ns = of_day_ns(hour, minute, second, nanosecond);
    (1..=31).contains(&day).then_some(Yearless { month, day, of_day_ns, len: len + fraction_len })
}

/// The same of `Mär 23 22:03:11`, the one German month whose name is longer in bytes.
fn german_march(text: &[u8]) -> Option<(u32, u32, &[u8; 8], usize)> {
    let rest = text.strip_prefix("Mär ".as_bytes())?;
    let [d1, d2, b' ', time @ ..] = rest.first_chunk::<11>()? else { return None };
    Some((3, blank_two(*d1, *d2)?, time, text.len() - rest.len() + 11))
}

/// The month, day, time and length of ` 7月 23 22:03:11`.
fn chinese_month_day(text: &[u8]) -> Option<(u32, u32, &[u8; 8], usize)> {
    let start = usize::from(text.first() == Some(&b' '));
    let (month, after) = small_number(&text[start..])?;
    let rest = text[start + after..].strip_prefix("月".as_bytes())?.strip_prefix(b" ")?;
    let padding = usize::from(rest.first() == Some(&b' '));
    let (day, digits) = small_number(&rest[padding..])?;
    let rest = rest[padding + digits..].strip_prefix(b" ")?;
    let time = rest.first_chunk::<8>()?;
    (1..=12).contains(&month).then_some((month, day, time, text.len() - rest.len() + 8))
}

/// Reads klog's `E0723 22:03:11.242405`, the level's letter included.
#[must_use]
pub fn parse_klog(text: &[u8]) -> Option<(Level, Yearless)> {
    let head: &[u8; 14] = text.first_chunk()?;
    let [letter, m1, m2, d1, d2, b' ', time @ ..] = head else { return None };
    let level = match letter {
        b'I' => Level::Info,
        b'W' => Level::Warning,
        b'E' => Level::Error,
        b'F' => Level::Fatal,
        _ => return None,
    };
    let (month, day) = (two(*m1, *m2)?, two(*d1, *d2)?);
    let (hour, minute, second) = clock(time)?;
    let (nanosecond, fraction_len) = fraction(&text[14..]);
    let valid = (1..=12).contains(&month) && (1..=31).contains(&day) && fraction_len > 0;
    let of_day_ns = of_day_ns(hour, minute, second, nanosecond);
    valid.then_some((level, Yearless { month, day, of_day_ns, len: 14 + fraction_len }))
}

/// Reads `Tue, 20 Aug 2024 13:57:58 +0800`. `GMT` and `UTC` are zones too; any other abbreviation is taken but says nothing.
#[must_use]
pub fn parse_rfc1123(text: &[u8]) -> Option<Stamp> {
    let [_, _, _, b',', b' ', rest @ ..] = text else { return None };
    let (day, digits) = small_number(rest)?;
    let [b' ', m1, m2, m3, b' ', y1, y2, y3, y4, b' ', rest @ ..] = &rest[digits..] else { return None };
    let time: &[u8; 8] = rest.first_chunk()?;
    let (hour, minute, second) = clock(time)?;
    let year = (two(*y1, *y2)? * 100 + two(*y3, *y4)?) as i32;
    let month = parse_month(&[*m1, *m2, *m3])?;
    let wall = WallTime::from_civil(Civil { year, month, day, hour, minute, second, nanosecond: 0 })?;
    let zone = rest[8..].strip_prefix(b" ").unwrap_or(&[]);
    let abbreviation_len = zone.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    let (offset_s, zone_len) = match &zone[..abbreviation_len] {
        b"GMT" | b"UTC" => (Some(0), abbreviation_len),
        b"" => parse_offset(zone).map_or((None, 0), |(offset_s, len)| (Some(offset_s), len)),
        _ => (None, abbreviation_len),
    };
    let blank = usize::from(zone_len > 0);
    Some(Stamp { wall, offset_s, len: text.len() - rest.len() + 8 + blank + zone_len })
}

/// Reads a whole Kubernetes age (`3m`, `2m30s`, `46h`, `5d12h`, `2y31d`): seconds, and the width in seconds of the smallest unit printed,
/// which is how far the age may be off.
#[must_use]
pub fn parse_age(text: &[u8]) -> Option<(u32, u32)> {
    let (mut seconds, mut width, mut rest) = (0u32, u32::MAX, text);
    while !rest.is_empty() {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let number = number(&rest[..digits])?;
        let unit = match rest.get(digits)? {
            b's' => 1,
            b'm' => 60,
            b'h' => 3600,
            b'd' => 86_400,
            b'y' => 365 * 86_400,
            _ => return None,
        };
        if unit >= width {
            return None;
        }
        width = unit;
        seconds = seconds.checked_add(number.checked_mul(unit)?)?;
        rest = &rest[digits + 1..];
    }
    (width != u32::MAX).then_some((seconds, width))
}

/// The month, 1 to 12, of an English abbreviation.
#[must_use]
pub const fn parse_month(name: &[u8; 3]) -> Option<u32> {
    Some(match name {
        b"Jan" => 1,
        b"Feb" => 2,
        b"Mar" => 3,
        b"Apr" => 4,
        // Also of German journals.
        b"May" | b"Mai" => 5,
        b"Jun" => 6,
        b"Jul" => 7,
        b"Aug" => 8,
        b"Sep" => 9,
        b"Oct" | b"Okt" => 10,
        b"Nov" => 11,
        b"Dec" | b"Dez" => 12,
        _ => return None,
    })
}

/// `22:03:11` as fields in their ranges; second 60 is a leap second.
pub(super) fn clock(text: &[u8; 8]) -> Option<(u32, u32, u32)> {
    let [h1, h2, b':', m1, m2, b':', s1, s2] = text else { return None };
    let (hour, minute, second) = (two(*h1, *h2)?, two(*m1, *m2)?, two(*s1, *s2)?);
    (hour < 24 && minute < 60 && second <= 60).then_some((hour, minute, second))
}

/// Nanoseconds of `.123456` or `,123`, and the bytes taken; nothing taken where no digit follows.
pub(super) fn fraction(text: &[u8]) -> (u32, usize) {
    const POWERS: [u32; 10] = [1_000_000_000, 100_000_000, 10_000_000, 1_000_000, 100_000, 10_000, 1_000, 100, 10, 1];
    let [b'.' | b',', digits @ ..] = text else { return (0, 0) };
    let (mut value, mut len) = (0, 0);
    while let Some(digit) = digits.get(len).map(|byte| byte.wrapping_sub(b'0')).filter(|digit| *digit < 10) {
        // What is finer than nanoseconds is passed over.
        if len < 9 {
            value = value * 10 + u32::from(digit);
        }
        len += 1;
    }
    if len == 0 { (0, 0) } else { (value * POWERS[len.min(9)], len + 1) }
}

/// ` +0800` and ` +08:00`, as Go and `date` print; a shorter number after a blank is the text's own.
fn blank_then_offset(text: &[u8]) -> (Option<i32>, usize) {
    let zone = match text {
        [b' ', zone @ ..] => parse_offset(zone),
        _ => None,
    };
    match zone {
        Some((offset_s, len)) if len >= 5 => (Some(offset_s), len + 1),
        _ => (None, 0),
    }
}

const fn of_day_ns(hour: u32, minute: u32, second: u32, nanosecond: u32) -> i64 {
    (hour * 3600 + minute * 60 + second) as i64 * NS_PER_SECOND + nanosecond as i64
}

pub(super) const fn two(tens: u8, ones: u8) -> Option<u32> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    if tens > 9 || ones > 9 { None } else { Some(tens as u32 * 10 + ones as u32) }
}

const fn blank_two(tens: u8, ones: u8) -> Option<u32> {
    two(if tens == b' ' { b'0' } else { tens }, ones)
}

/// A number of one or two digits, and its length.
fn small_number(text: &[u8]) -> Option<(u32, usize)> {
    let digits = text.iter().take(2).take_while(|byte| byte.is_ascii_digit()).count();
    Some((number(&text[..digits])?, digits))
}

/// A whole slice of digits as a number.
pub(super) fn number(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0u32, |number, byte| {
        let digit = byte.is_ascii_digit().then(|| u32::from(byte - b'0'))?;
        number.checked_mul(10)?.checked_add(digit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Timestamp;

    /// A stamp as text, its offset and what follows it.
    fn shown(text: &str, stamp: Option<Stamp>) -> String {
        stamp.map_or_else(
            || "none".into(),
            |stamp| format!("{} {:?} {:?}", Timestamp(stamp.wall.0).to_local(0), stamp.offset_s, &text[stamp.len..]),
        )
    }

    #[test]
    fn iso_in_all_its_shapes() {
        for (text, want) in [
            ("2023-07-23T22:03:11.123456+08:00 node", "2023-07-23 22:03:11.123456 Some(28800) \" node\""),
            ("2023-07-23T22:03:11+0800 node", "2023-07-23 22:03:11 Some(28800) \" node\""),
            ("2023-07-23T22:03:11Z", "2023-07-23 22:03:11 Some(0) \"\""),
            ("2023-07-23 22:03:11,5 ERROR", "2023-07-23 22:03:11.500 None \" ERROR\""),
            ("2023-07-23 22:03:11 +0800 CST", "2023-07-23 22:03:11 Some(28800) \" CST\""),
            ("2023-07-23 22:03:11 -5 left", "2023-07-23 22:03:11 None \" -5 left\""),
            ("2023-07-23T22:03:11.1234567891-03 x", "2023-07-23 22:03:11.123456789 Some(-10800) \" x\""),
            ("2023-07-23T22:03:11.", "2023-07-23 22:03:11 None \".\""),
            ("2023-02-29T22:03:11Z", "none"),
            ("2023-07-23T24:03:11Z", "none"),
            ("2023-07-23", "none"),
        ] {
            assert_eq!(shown(text, parse_iso(text.as_bytes())), want, "{text}");
        }
        assert_eq!(
            parse_iso(b"2023-07-23T22:03:11+08:00").and_then(Stamp::utc),
            parse_iso(b"2023-07-23T14:03:11").map(|s| s.wall)
        );
    }

    #[test]
    fn rfc1123_keeps_a_zone_it_can_know() {
        for (text, want) in [
            ("Tue, 20 Aug 2024 13:57:58 +0800", "2024-08-20 13:57:58 Some(28800) \"\""),
            ("Fri, 2 Aug 2024 13:57:58 GMT;", "2024-08-02 13:57:58 Some(0) \";\""),
            ("Tue, 20 Aug 2024 13:57:58 CST", "2024-08-20 13:57:58 None \"\""),
            ("Tue, 20 Aug 2024 13:57:58", "2024-08-20 13:57:58 None \"\""),
            ("Tue 20 Aug 2024 13:57:58", "none"),
        ] {
            assert_eq!(shown(text, parse_rfc1123(text.as_bytes())), want, "{text}");
        }
    }

    #[test]
    fn times_without_a_year() {
        let of_day_ns = ((22 * 60 + 3) * 60 + 11) * NS_PER_SECOND + 123_456_000;
        let july = |day, len| Some(Yearless { month: 7, day, of_day_ns, len });
        assert_eq!(parse_syslog(b"Jul 23 22:03:11.123456 node"), july(23, 22));
        assert_eq!(parse_syslog(b"Jul  3 22:03:11.123456 node"), july(3, 22));
        assert_eq!(parse_syslog("7月 23 22:03:11.123456 node".as_bytes()), july(23, 23));
        assert_eq!(parse_syslog(" 7月  3 22:03:11.123456 node".as_bytes()), july(3, 24));
        let month = |text: &str| parse_syslog(text.as_bytes()).map(|stamp| (stamp.month, stamp.day, stamp.len));
        assert_eq!(month("Mär  3 22:03:11 node"), Some((3, 3, 16)));
        assert_eq!(
            ["Mai", "Okt", "Dez"].map(|name| month(&format!("{name} 13 22:03:11 node"))),
            [5, 10, 12].map(|n| Some((n, 13, 15)))
        );
        assert_eq!(parse_klog(b"E0723 22:03:11.123456    1123 x.go:1]"), july(23, 21).map(|time| (Level::Error, time)));
        for text in ["Jux 23 22:03:11", "Jul 23 22:03", "Jul 32 22:03:11", "13月 23 22:03:11", "Jul 23 25:03:11"] {
            assert_eq!(parse_syslog(text.as_bytes()), None, "{text}");
        }
        assert_eq!(parse_klog(b"E0723 22:03:11 no fraction"), None);
    }

    #[test]
    fn december_to_january_is_the_next_year_and_back() {
        let mut years = Years::default();
        let mut at = |text: &str| {
            let wall = parse_syslog(text.as_bytes()).and_then(|time| years.wall(&time));
            wall.map_or_else(|| "none".into(), |wall| Timestamp(wall.0).to_local(0))
        };
        assert_eq!(at("Dec 31 23:59:59"), "2000-12-31 23:59:59");
        assert_eq!(at("Jan  1 00:00:00"), "2001-01-01 00:00:00");
        assert_eq!(at("Dec 31 23:59:58"), "2000-12-31 23:59:58");
        assert_eq!(at("Feb 29 00:00:00"), "none");
    }

    #[test]
    fn ages_say_how_exact_they_are() {
        for (text, want) in [
            ("3m", Some((180, 60))),
            ("2m30s", Some((150, 1))),
            ("46h", Some((165_600, 3600))),
            ("5d12h", Some((475_200, 3600))),
            ("0s", Some((0, 1))),
            ("", None),
            ("<unknown>", None),
            ("3", None),
            ("30s2m", None),
            ("99999999999d", None),
        ] {
            assert_eq!(parse_age(text.as_bytes()), want, "{text}");
        }
    }
}
