//! The time column: epochs by magnitude, ISO times, and what people and spreadsheets make of them.

use super::heading::zone_of;
use super::written::{DayOrder, parse_written};
use crate::formats::dates::{parse_clf, parse_ctime};
use crate::formats::time::parse_iso;
use crate::model::{WallKind, WallTime};

/// Reads a cell as a time, and whether its zone is known.
///
/// Epochs are seconds, milliseconds, microseconds or nanoseconds by their size; a number below 10^8 (March 1973) is no time. ISO times
/// may carry what Go prints behind the zone (`+0000 UTC m=+0.397250321`), or end in the name of a zone, of which only `UTC` and `GMT` say
/// which one it is; other written ones are [`parse_written`]'s.
pub(in crate::formats) fn parse_time(cell: &[u8], order: DayOrder) -> Option<(WallTime, WallKind)> {
    let text = cell.trim_ascii();
    if let Some(wall) = parse_epoch(text) {
        return Some((wall, WallKind::Utc));
    }
    let stamp = parse_iso(text).filter(|stamp| {
        // What follows must not change the time: `PM` would.
        let rest = text.get(stamp.len..).unwrap_or_default();
        rest.is_empty() || (rest[0] == b' ' && stamp.offset_s.is_some()) || is_zone(rest)
    });
    match stamp {
        Some(stamp) if stamp.offset_s.is_none() && matches!(&text[stamp.len..], b" UTC" | b" GMT") => {
            Some((stamp.wall, WallKind::Utc))
        }
        Some(stamp) => Some(stamp.utc().map_or((stamp.wall, WallKind::Local), |wall| (wall, WallKind::Utc))),
        None => {
            let stamp = [parse_ctime, parse_clf].iter().find_map(|read| read(text));
            let stamp = stamp.filter(|stamp| stamp.len == text.len());
            let written = || parse_written(text, order).map(|wall| (wall, WallKind::Local));
            let stated = || stamp.map(|it| it.utc().map_or((it.wall, WallKind::Local), |wall| (wall, WallKind::Utc)));
            written().or_else(stated).or_else(|| parse_zoned(text, order))
        }
    }
}

/// Reads a written time with its zone behind it: `28 Nov 2026 02:10 GMT`, `20261128T021000Z`, `11/28/2026 2:10 AM +08:00`.
fn parse_zoned(text: &[u8], order: DayOrder) -> Option<(WallTime, WallKind)> {
    let blank = text.iter().rposition(|byte| *byte == b' ');
    let at = blank.or_else(|| memchr::memchr(b'+', text)).or(text.len().checked_sub(1))?;
    let zone = &text[at..];
    let offset_s = zone_of(zone.trim_ascii());
    if offset_s.is_none() && !is_zone(zone) {
        return None;
    }
    let wall = parse_written(text[..at].trim_ascii_end(), order)?;
    Some(in_zone((wall, WallKind::Local), offset_s))
}

/// A time in a zone that was stated apart from it.
pub(super) fn in_zone((wall, kind): (WallTime, WallKind), offset_s: Option<i32>) -> (WallTime, WallKind) {
    match offset_s.filter(|_| kind == WallKind::Local) {
        Some(offset_s) => (WallTime(wall.0.saturating_sub(i64::from(offset_s) * 1_000_000_000)), WallKind::Utc),
        None => (wall, kind),
    }
}

/// ` UTC`, ` CST`, ` CEST`: the name of a zone.
fn is_zone(text: &[u8]) -> bool {
    (4..=5).contains(&text.len()) && text[0] == b' ' && text[1..].iter().all(u8::is_ascii_uppercase)
}

/// Whether a cell that is a time was written for people and is no epoch.
pub(super) fn is_written(cell: &[u8]) -> bool {
    // `年` and `日` are no ASCII.
    cell.iter().any(|byte| matches!(byte, b'-' | b'/' | b':') || !byte.is_ascii())
        || cell.iter().filter(|byte| **byte == b'.').count() > 1
}

/// Digits with an optional fraction, scaled by their size.
pub(super) fn parse_epoch(text: &[u8]) -> Option<WallTime> {
    let (whole, fraction) = split_number(text)?;
    scaled(whole, fraction, EpochUnit::of_size(whole)?.0)
}

/// Reads an epoch without a fraction at the start, and says how many bytes it took: what nearly every cell of a long table is.
#[inline]
pub(super) fn parse_plain_epoch(text: &[u8]) -> Option<(WallTime, usize)> {
    let (mut whole, mut len) = (0u64, 0);
    while let Some(digit) = digit_at(text, len) {
        whole = whole.wrapping_mul(10).wrapping_add(digit);
        len += 1;
    }
    // 19 digits always fit into 64 bits.
    if len > 19 {
        return None;
    }
    let ns = whole.checked_mul(EpochUnit::of_size(whole)?.0)?;
    Some((WallTime(i64::try_from(ns).ok()?), len))
}

/// Reads digits with an optional fraction as epochs of a unit. Spreadsheets count days in the zone of whoever writes.
pub(super) fn parse_epoch_in(text: &[u8], unit: EpochUnit) -> Option<(WallTime, WallKind)> {
    let (whole, fraction) = split_number(text.trim_ascii())?;
    if unit != EpochUnit::DAYS {
        return Some((scaled(whole, fraction, unit.0)?, WallKind::Utc));
    }
    // What is behind a millisecond is the rounding of a double.
    let ms = (fraction * 864 + 5_000) / 10_000;
    let of_day_ms = i64::try_from(whole).ok()?.checked_sub(DAYS_BEFORE_1970)?.checked_mul(86_400_000)?;
    let ns = of_day_ms.checked_add(i64::try_from(ms).ok()?)?.checked_mul(1_000_000)?;
    Some((WallTime(ns), WallKind::Local))
}

/// Days from the one that spreadsheets count from, 1899-12-30, to 1970-01-01.
const DAYS_BEFORE_1970: i64 = 25_569;

/// Nanoseconds of what an epoch counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct EpochUnit(u64);

impl EpochUnit {
    /// Days as spreadsheets count them: `46354.0902777778` is ten past two on 2026-11-28.
    pub(super) const DAYS: Self = Self(86_400_000_000_000);
    /// Seconds, milliseconds, microseconds, nanoseconds and days, as they are spelled.
    pub(super) const ALL: [(&str, Self); 5] = [
        ("s", Self(1_000_000_000)),
        ("ms", Self(1_000_000)),
        ("us", Self(1_000)),
        ("ns", Self(1)),
        ("excel", Self::DAYS),
    ];

    /// Whether cells hold days of this century, and one of them a part of a day.
    pub(super) fn are_days<'a>(cells: impl Iterator<Item = &'a [u8]>) -> bool {
        let mut has_part = false;
        let mut days = cells.filter(|text| !text.is_empty()).map(|text| split_number(text.trim_ascii()));
        let is_day = |read: Option<(u64, u64)>| {
            has_part |= read.is_some_and(|(_, fraction)| fraction > 0);
            read.is_some_and(|(whole, _)| (36_526..73_051).contains(&whole))
        };
        days.all(is_day) && has_part
    }

    /// The unit of a cell that is an epoch.
    pub(super) fn of(cell: &[u8]) -> Option<Self> {
        Self::of_size(split_number(cell.trim_ascii())?.0)
    }

    /// The unit in which an epoch of this size lies between 1973 and the far future; `None` for what is no epoch.
    fn of_size(whole: u64) -> Option<Self> {
        Some(Self(match whole {
            0..=99_999_999 => return None,
            100_000_000..=99_999_999_999 => 1_000_000_000,
            // Fewer or more digits than thirteen are dates (`202611280210`, `20261128021000`).
            1_000_000_000_000..=9_999_999_999_999 => 1_000_000,
            100_000_000_000..=99_999_999_999_999 => return None,
            100_000_000_000_000..=99_999_999_999_999_999 => 1_000,
            _ => 1,
        }))
    }
}

/// Reads seconds since the epoch, whatever their size, as Prometheus' interface writes them (`1690120800.781`).
pub(super) fn parse_seconds(text: &[u8]) -> Option<WallTime> {
    let (whole, fraction) = split_number(text)?;
    scaled(whole, fraction, 1_000_000_000)
}

/// The whole part, and the fraction as nine digits.
fn split_number(text: &[u8]) -> Option<(u64, u64)> {
    let (mut whole, mut n_whole) = (0, 0);
    while let Some(digit) = digit_at(text, n_whole) {
        whole = u64::wrapping_add(u64::wrapping_mul(whole, 10), digit);
        n_whole += 1;
    }
    // 19 digits always fit into 64 bits.
    if !(1..=19).contains(&n_whole) {
        return None;
    }
    let (mut nine, mut unit) = (0, 1_000_000_000);
    match &text[n_whole..] {
        [] => {}
        [b'.' | b',', digits @ ..] => {
            for at in 0..digits.len() {
                // Past nine digits the unit is zero.
                unit /= 10;
                nine += digit_at(digits, at)? * unit;
            }
        }
        _ => return None,
    }
    Some((whole, nine))
}

#[inline]
fn digit_at(text: &[u8], at: usize) -> Option<u64> {
    text.get(at).map(|byte| byte.wrapping_sub(b'0')).filter(|digit| *digit < 10).map(u64::from)
}

fn scaled(whole: u64, fraction: u64, ns_per_unit: u64) -> Option<WallTime> {
    let ns = whole.checked_mul(ns_per_unit)?.checked_add(fraction * ns_per_unit / 1_000_000_000)?;
    i64::try_from(ns).ok().map(WallTime)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn epochs_by_magnitude_are_one_instant() {
        let expected = Some((WallTime(1_690_120_800_781_000_000), WallKind::Utc));
        for text in ["1690120800.781", "1690120800781", "1690120800781000", "1690120800781000000"] {
            assert_eq!(parse_time(text.as_bytes(), DayOrder::Either), expected, "{text}");
        }
        assert_eq!(parse_time(b"1690120800,781", DayOrder::Either), expected);
        for text in ["41", "", "46312", "1690120800x", "99999999999999999999", "169012080078", "16901208007810"] {
            assert_eq!(parse_time(text.as_bytes(), DayOrder::Either), None, "{text}");
        }
    }

    #[test]
    fn days_of_spreadsheets_are_rounded_to_their_millisecond() {
        let at = |text: &str| parse_epoch_in(text.as_bytes(), EpochUnit::DAYS);
        let evening = Some((WallTime(1_690_149_600_000_000_000), WallKind::Local));
        assert_eq!(at("45130.9166666667"), evening);
        assert_eq!(at("45130,91666666666"), evening);
        assert_eq!(at("25569"), Some((WallTime(0), WallKind::Local)));
        assert_eq!((at("1690120800"), at("9999999999999999999")), (None, None));
        let are_days = |cells: &[&str]| EpochUnit::are_days(cells.iter().map(|text| text.as_bytes()));
        assert!(are_days(&["45130.9", "", "45131"]));
        for cells in [&["45130", "45131"][..], &["45130.9", "12"], &["45130.9", "x"], &[], &["30112.5"]] {
            assert!(!are_days(cells), "{cells:?}");
        }
    }

    #[test]
    fn written_times_keep_what_they_lack() {
        let local = Some((WallTime(1_690_149_600_000_000_000), WallKind::Local));
        for text in ["2023-07-23 22:00:00", "2023-07-23T22:00:00", "2023/07/23 22:00:00", "2023-07-23 22:00"] {
            assert_eq!(parse_time(text.as_bytes(), DayOrder::Either), local, "{text}");
        }
        let utc = Some((WallTime(1_690_120_800_000_000_000), WallKind::Utc));
        for text in
            ["2023-07-23T22:00:00+08:00", "2023-07-23T14:00:00Z", "2023-07-23 14:00:00 +0000 UTC m=+0.397250321"]
        {
            assert_eq!(parse_time(text.as_bytes(), DayOrder::Either), utc, "{text}");
        }
        assert_eq!(parse_time(b"2023-07-23 10:00:00 PM", DayOrder::Either), local);
        assert_eq!(parse_time(b"2023-07-23 14:00:00 UTC", DayOrder::Either), utc);
        // China, Cuba or Chicago.
        assert_eq!(parse_time(b"2023-07-23 22:00:00 CST", DayOrder::Either), local);
        assert_eq!(parse_time(b"2023-07-23 22:00:00 x", DayOrder::Either), None);
        for text in [
            "Sun Jul 23 22:00:00 2023",
            "Sun Jul 23 22:00:00 CST 2023",
            "Jul 23, 2023 10:00 PM CST",
            "20230723T220000",
            "20230723220000",
        ] {
            assert_eq!(parse_time(text.as_bytes(), DayOrder::Either), local, "{text}");
        }
        for text in [
            "Sun Jul 23 14:00:00 UTC 2023",
            "Sun, 23 Jul 2023 14:00:00 GMT",
            "23/Jul/2023:22:00:00 +0800",
            "Jul 23, 2023 10:00 PM +08:00",
            "20230723T140000Z",
            "20230723T220000+0800",
            "7/23/2023 2:00 PM UTC",
        ] {
            assert_eq!(parse_time(text.as_bytes(), DayOrder::Either), utc, "{text}");
        }
        assert_eq!(parse_time(b"Time", DayOrder::Either), None);
    }
}
