//! Times as people and spreadsheets write them: day or month first, without leading zeros, on a clock of twelve hours.
//!
//! ```text
//! 23/07/2023 22:00:15        day first (Grafana and Excel in most of the world)
//! 7/23/2023 10:00:15 PM      month first (Excel in the United States)
//! 23.07.2023, 22:00          day first, as German locales write it
//! 2023/7/23 22:00            Excel in China and Japan
//! 2023/7/23 下午 10:00:15     the same with a clock of twelve hours
//! 2023年7月23日 22:00:15      the long form of Chinese and Japanese locales
//! ```
//! Whether the day or the month comes first is not said by one time; [`DayOrder::Either`] takes the day where both are possible, so whoever
//! reads a column decides once over many rows. Years have four digits: two would be a day as well. Not supported: names of months, zones
//! behind such times.

use crate::model::WallTime;
use crate::model::time::Civil;

/// What comes first in a date that does not begin with its year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum DayOrder {
    /// Not known: the day, unless only the month can be.
    #[default]
    Either,
    /// `23/07/2023`.
    DayFirst,
    /// `7/23/2023`.
    MonthFirst,
}

/// What a date shows of its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// It begins with its year.
    Nothing,
    /// Both are possible.
    Ambiguous,
    /// Only the day can come first.
    DayFirst,
    /// Only the month can.
    MonthFirst,
}

/// Nanoseconds of a second.
const SECOND_NS: i64 = 1_000_000_000;

/// Reads a date with or without a time of day behind it.
pub(super) fn parse_written(text: &[u8], order: DayOrder) -> Option<WallTime> {
    let (date, rest) = long_date_of(text).or_else(|| date_of(text, order))?;
    let midnight = WallTime::from_civil(date)?;
    let rest = match rest {
        [] => return Some(midnight),
        // The sign for the day needs no blank behind it.
        _ if text[..text.len() - rest.len()].ends_with("日".as_bytes()) => rest,
        [b',', b' ', rest @ ..] | [b' ' | b'T' | b',', rest @ ..] => rest,
        _ => return None,
    };
    Some(WallTime(midnight.0 + parse_clock(rest)?))
}

/// Reads a time of day: `22:00`, `22:00:15.5`, `10:00 PM`, `下午 10:00`; nanoseconds since midnight.
pub(super) fn parse_clock(text: &[u8]) -> Option<i64> {
    let text = text.trim_ascii();
    let (before, text) = match (text.strip_prefix("上午".as_bytes()), text.strip_prefix("下午".as_bytes())) {
        (Some(rest), _) => (Some(false), rest.trim_ascii_start()),
        (_, Some(rest)) => (Some(true), rest.trim_ascii_start()),
        _ => (None, text),
    };
    let (hour, rest) = small(text, 2)?;
    let (minute, rest) = small(rest.strip_prefix(b":")?, 2)?;
    let (second, rest) = match rest {
        [b':', rest @ ..] => small(rest, 2)?,
        rest => (0, rest),
    };
    let (fraction_ns, rest) = match rest {
        [b'.' | b',', digits @ ..] if digits.first().is_some_and(u8::is_ascii_digit) => {
            let len = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let nine = digits[..len].iter().copied().chain(std::iter::repeat(b'0')).take(9);
            (nine.fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0')), &digits[len..])
        }
        rest => (0, rest),
    };
    let afternoon = match (before, rest.trim_ascii()) {
        (before, []) => before,
        (None, half) => Some(half_of_day(half)?),
        _ => return None,
    };
    let hour = match afternoon {
        None => hour,
        // Twelve comes before one.
        Some(afternoon) if (1..=12).contains(&hour) => hour % 12 + if afternoon { 12 } else { 0 },
        Some(_) => return None,
    };
    let is_clock = hour < 24 && minute < 60 && second <= 60;
    is_clock.then(|| i64::from(hour * 3600 + minute * 60 + second) * SECOND_NS + fraction_ns)
}

/// What a cell shows of the order of its date; `None` where it is no date.
pub(super) fn shown_order(text: &[u8]) -> Option<Shown> {
    let text = text.trim_ascii();
    let day_first = parse_written(text, DayOrder::DayFirst).is_some();
    let month_first = parse_written(text, DayOrder::MonthFirst).is_some();
    let begins_with_year = text.iter().take_while(|byte| byte.is_ascii_digit()).count() == 4;
    match (day_first, month_first) {
        (true, true) if begins_with_year => Some(Shown::Nothing),
        (true, true) => Some(Shown::Ambiguous),
        (true, false) => Some(Shown::DayFirst),
        (false, true) => Some(Shown::MonthFirst),
        (false, false) => None,
    }
}

/// `PM`, `p.m.`: whether it is the half after noon.
fn half_of_day(text: &[u8]) -> Option<bool> {
    let is = |names: [&str; 2]| names.iter().any(|name| name.as_bytes().eq_ignore_ascii_case(text));
    match () {
        () if is(["AM", "a.m."]) => Some(false),
        () if is(["PM", "p.m."]) => Some(true),
        () => None,
    }
}

/// A date like `2023年7月23日` at the start of a text, and what follows it.
fn long_date_of(text: &[u8]) -> Option<(Civil, &[u8])> {
    let part = |text, most, sign: &str| -> Option<(u32, &[u8])> {
        let (number, rest) = small(text, most)?;
        Some((number, rest.strip_prefix(sign.as_bytes())?))
    };
    let (year, rest) = part(text, 4, "年")?;
    let (month, rest) = part(rest.trim_ascii_start(), 2, "月")?;
    let (day, rest) = part(rest.trim_ascii_start(), 2, "日")?;
    let is_date = year >= 1000 && (1..=12).contains(&month) && (1..=31).contains(&day);
    is_date.then(|| (Civil { year: year as i32, month, day, ..Civil::default() }, rest))
}

/// The date at the start of a text, and what follows it.
fn date_of(text: &[u8], order: DayOrder) -> Option<(Civil, &[u8])> {
    let (first, rest) = small(text, 4)?;
    let n_digits = text.len() - rest.len();
    let (&separator, rest) = rest.split_first().filter(|(byte, _)| matches!(byte, b'/' | b'-' | b'.'))?;
    let (second, rest) = small(rest, 2)?;
    let (&again, rest) = rest.split_first()?;
    let (third, rest) = small(rest, 4)?;
    let of = |year: u32, month: u32, day: u32| {
        let date = Civil { year: year as i32, month, day, ..Civil::default() };
        ((1..=12).contains(&month) && (1..=31).contains(&day)).then_some((date, rest))
    };
    match (again == separator, n_digits, third) {
        (true, 4, ..=31) => of(first, second, third),
        (true, ..=2, 1000..) => match order {
            DayOrder::DayFirst => of(third, second, first),
            DayOrder::MonthFirst => of(third, first, second),
            DayOrder::Either => of(third, second, first).or_else(|| of(third, first, second)),
        },
        _ => None,
    }
}

/// Up to so many digits at the start as a number, and what follows them.
fn small(text: &[u8], most: usize) -> Option<(u32, &[u8])> {
    let len = text.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
    let number = text[..len].iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    (len > 0).then(|| (number, &text[len..]))
}

#[cfg(test)]
mod tests {
    use super::DayOrder::{DayFirst, Either, MonthFirst};
    use super::*;

    const HOURS_22_NS: i64 = 79_200 * SECOND_NS;

    #[test]
    fn one_evening_in_many_hands() {
        let evening = Some(WallTime(1_690_149_600_000_000_000));
        for (text, order) in [
            ("23/07/2023 22:00:00", DayFirst),
            ("23/07/2023 22:00", Either),
            ("07/23/2023 22:00:00", MonthFirst),
            ("7/23/2023 10:00:00 PM", Either),
            ("7/23/2023, 10:00 pm", MonthFirst),
            ("23.07.2023, 22:00", DayFirst),
            ("23-7-2023T22:00", DayFirst),
            ("2023/7/23 22:00", DayFirst),
            ("2023-07-23 10:00:00 PM", MonthFirst),
            ("2023/7/23 下午 10:00:00", Either),
            ("2023/7/23 下午10:00", Either),
            ("2023年7月23日 22:00:00", MonthFirst),
            ("2023年07月23日22:00", DayFirst),
            ("2023年 7月 23日 下午10:00", Either),
        ] {
            assert_eq!(parse_written(text.as_bytes(), order), evening, "{text}");
        }
    }

    #[test]
    fn what_is_none_is_not_read() {
        for text in [
            "23/07/2023 22:00:00",
            "32/07/2023",
            "7/23/23 22:00",
            "1.5",
            "10.0.0.5",
            "10.20.30.40",
            "2023-07-23 22:00 CST",
            "7/23/2023 13:00 PM",
            "7/23-2023",
            "23/07/2023x",
            "2023/07/23/22",
            "",
            "/",
            "1/2/",
            "1/2/3",
            "23年7月23日 22:00",
            "2023年7月 22:00",
            "2023年13月1日",
            "2023年7月23日x",
        ] {
            assert_eq!(parse_written(text.as_bytes(), MonthFirst), None, "{text}");
        }
    }

    #[test]
    fn noon_and_midnight_on_twelve_hours() {
        for (text, seconds) in [("12:00 AM", 0), ("12:00 PM", 43_200), ("12:59:59 a.m.", 3599), ("上午 12:30", 1800)]
        {
            assert_eq!(parse_clock(text.as_bytes()), Some(seconds * SECOND_NS), "{text}");
        }
        assert_eq!(parse_clock(b"22:00:00.25"), Some(HOURS_22_NS + SECOND_NS / 4));
        for text in ["0:30 PM", "24:00", "22", "22:60", "22:00:00 UTC", "下午 10:00 PM", ""] {
            assert_eq!(parse_clock(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn a_day_beyond_twelve_tells_the_order() {
        for (text, shown) in [
            ("23/07/2023 22:00", Some(Shown::DayFirst)),
            ("07/23/2023", Some(Shown::MonthFirst)),
            ("03/07/2023", Some(Shown::Ambiguous)),
            ("2023/3/7 22:00", Some(Shown::Nothing)),
            ("1690120800", None),
        ] {
            assert_eq!(shown_order(text.as_bytes()), shown, "{text}");
        }
    }
}
