//! The time column: epochs by magnitude, ISO times, and what people and spreadsheets make of them.

use super::written::{DayOrder, parse_written};
use crate::formats::time::parse_iso;
use crate::model::{WallKind, WallTime};

/// Reads a cell as a time, and whether its zone is known.
///
/// Epochs are seconds, milliseconds, microseconds or nanoseconds by their size; a number below 10^8 (March 1973) is no time. ISO times
/// may carry what Go prints behind the zone (`+0000 UTC m=+0.397250321`), or end in the name of a zone, of which only `UTC` and `GMT` say
/// which one it is; other written ones are [`parse_written`]'s.
pub(super) fn parse_time(cell: &[u8], order: DayOrder) -> Option<(WallTime, WallKind)> {
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
        None => parse_written(text, order).map(|wall| (wall, WallKind::Local)),
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

/// Reads digits with an optional fraction as epochs of a unit.
pub(super) fn parse_epoch_in(text: &[u8], unit: EpochUnit) -> Option<WallTime> {
    let (whole, fraction) = split_number(text.trim_ascii())?;
    scaled(whole, fraction, unit.0)
}

/// Nanoseconds of what an epoch counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct EpochUnit(u64);

impl EpochUnit {
    /// Seconds, milliseconds, microseconds and nanoseconds, as they are spelled.
    pub(super) const ALL: [(&str, Self); 4] =
        [("s", Self(1_000_000_000)), ("ms", Self(1_000_000)), ("us", Self(1_000)), ("ns", Self(1))];

    /// The unit of a cell that is an epoch.
    pub(super) fn of(cell: &[u8]) -> Option<Self> {
        Self::of_size(split_number(cell.trim_ascii())?.0)
    }

    /// The unit in which an epoch of this size lies between 1973 and the far future; `None` for what is no epoch.
    fn of_size(whole: u64) -> Option<Self> {
        Some(Self(match whole {
            0..=99_999_999 => return None,
            100_000_000..=99_999_999_999 => 1_000_000_000,
            100_000_000_000..=99_999_999_999_999 => 1_000_000,
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
        [b'.', digits @ ..] => {
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
        for text in ["41", "", "46312", "1690120800x", "99999999999999999999"] {
            assert_eq!(parse_time(text.as_bytes(), DayOrder::Either), None, "{text}");
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
        assert_eq!(parse_time(b"Time", DayOrder::Either), None);
    }
}
