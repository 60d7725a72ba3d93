//! Times as people and spreadsheets write them: day or month first, without leading zeros, on a clock of twelve hours.
//!
//! ```text
//! 23/07/2023 22:00:15        day first (Grafana and Excel in most of the world)
//! 7/23/2023 10:00:15 PM      month first (Excel in the United States)
//! 23.07.2023, 22:00          day first, as German locales write it
//! 2023/7/23 22:00            Excel in China and Japan
//! 2023/7/23 下午 10:00:15     the same with a clock of twelve hours
//! 2023年7月23日 22:00:15      the long form of Chinese and Japanese locales
//! Jul 23, 2023 10:00 PM      with the month's name, short or whole
//! 23-Jul-2023 22:00:15       day first
//! 20230723T220015            without separators
//! 7/23/23 22:00              a year of two digits belongs to this century
//! ```
//! Whether the day or the month comes first is not said by one time; [`DayOrder::Either`] takes the day where both are possible, so whoever
//! reads a column decides once over many rows; the same holds for a year of two digits, which may also come first ([`has_short_year`]). Not
//! supported: names of months in other languages than English.

use crate::model::WallTime;
use crate::model::time::Civil;

/// What comes first in a date that does not begin with its year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::formats) enum DayOrder {
    /// Not known: the day, unless only the month can be.
    #[default]
    Either,
    /// `23/07/2023`.
    DayFirst,
    /// `7/23/2023`.
    MonthFirst,
    /// `23/07/23`.
    YearFirst,
}

/// Bytes of a day without separators: `20230723`.
pub(super) const COMPACT_DAY: usize = 8;
/// What years of two digits are added to.
const CENTURY: u32 = 2000;
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// What a date shows of its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::formats) enum Shown {
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
    let date = long_date_of(text).or_else(|| date_of(text, order)).or_else(|| named_date_of(text));
    let Some((date, rest)) = date else { return parse_compact(text) };
    let midnight = WallTime::from_civil(date)?;
    let rest = match rest {
        [] => return Some(midnight),
        // The sign for the day needs no blank behind it.
        _ if text[..text.len() - rest.len()].ends_with("日".as_bytes()) => rest,
        [b',', b' ', rest @ ..] | [b' ' | b'T' | b',', rest @ ..] => rest.strip_prefix(b"at ").unwrap_or(rest),
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
    // Newer versions of ICU put a narrow blank before it.
    let rest = rest.strip_prefix("\u{202f}".as_bytes()).unwrap_or(rest);
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
pub(in crate::formats) fn shown_order(text: &[u8]) -> Option<Shown> {
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

/// Whether a date has a year of two digits, which nothing tells from a day.
pub(super) fn has_short_year(text: &[u8]) -> bool {
    let mut parts = text.trim_ascii().split(|byte| !byte.is_ascii_digit()).take(3).map(<[u8]>::len);
    parts.all(|len| (1..=2).contains(&len)) && date_of(text.trim_ascii(), DayOrder::Either).is_some()
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
    let before = rest.len();
    let (third, rest) = small(rest, 4)?;
    let n_third = before - rest.len();
    let of = |year: u32, month: u32, day: u32| {
        let date = Civil { year: year as i32, month, day, ..Civil::default() };
        ((1..=12).contains(&month) && (1..=31).contains(&day)).then_some((date, rest))
    };
    match (again == separator, n_digits, third) {
        (true, 4, ..=31) => of(first, second, third),
        // Versions and addresses look like dates with a short year: those of points and hyphens need a clock behind them.
        (true, ..=2, ..=99) if n_third == 2 && (separator == b'/' || rest.starts_with(b" ")) => match order {
            DayOrder::DayFirst => of(CENTURY + third, second, first),
            DayOrder::MonthFirst => of(CENTURY + third, first, second),
            DayOrder::YearFirst => of(CENTURY + first, second, third),
            DayOrder::Either => [DayOrder::DayFirst, DayOrder::MonthFirst, DayOrder::YearFirst]
                .iter()
                .find_map(|order| date_of(text, *order)),
        },
        (true, ..=2, 1000..) => match order {
            DayOrder::DayFirst => of(third, second, first),
            DayOrder::MonthFirst => of(third, first, second),
            DayOrder::Either => of(third, second, first).or_else(|| of(third, first, second)),
            DayOrder::YearFirst => None,
        },
        _ => None,
    }
}

/// A date with the name of its month at the start of a text, and what follows it: `Jul 23, 2023`, `Sun, 23 July 2023`, `23-Jul-23`.
fn named_date_of(text: &[u8]) -> Option<(Civil, &[u8])> {
    let (weekday, behind) = letters(text);
    let is_weekday = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].iter().any(|day| begins(weekday, day));
    let text = if is_weekday { behind.strip_prefix(b",").unwrap_or(behind).trim_ascii_start() } else { text };
    let (month, day, rest) = match small(text, 2) {
        Some((day, rest)) => {
            let (separator, rest) = rest.split_first().filter(|(byte, _)| matches!(byte, b' ' | b'-' | b'/'))?;
            let (month, rest) = month_of(rest)?;
            (month, day, rest.strip_prefix(&[*separator])?)
        }
        None => {
            let (month, rest) = month_of(text)?;
            let (day, rest) = small(rest.trim_ascii_start(), 2)?;
            (month, day, rest.strip_prefix(b",").unwrap_or(rest).strip_prefix(b" ")?)
        }
    };
    let (year, behind) = small(rest, 4)?;
    let year = match rest.len() - behind.len() {
        4 => year,
        // `Jul 23 22:00` has none.
        2 if behind.first() != Some(&b':') => CENTURY + year,
        _ => return None,
    };
    let is_date = year >= 1000 && (1..=31).contains(&day);
    is_date.then(|| (Civil { year: year as i32, month, day, ..Civil::default() }, behind))
}

/// The month whose name, short or whole, a text begins with.
fn month_of(text: &[u8]) -> Option<(u32, &[u8])> {
    let (name, rest) = letters(text);
    let month = MONTHS
        .iter()
        .position(|month| name.len() >= 3 && begins(month.as_bytes(), std::str::from_utf8(name).unwrap_or("?")))?;
    Some((month as u32 + 1, rest.strip_prefix(b".").unwrap_or(rest)))
}

fn letters(text: &[u8]) -> (&[u8], &[u8]) {
    text.split_at(text.iter().take_while(|byte| byte.is_ascii_alphabetic()).count())
}

fn begins(text: &[u8], start: &str) -> bool {
    text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start.as_bytes()))
}

/// Reads `20230723`, `20230723T220015`, `20230723 22:00:15` and `202307232200`.
fn parse_compact(text: &[u8]) -> Option<WallTime> {
    let (date, rest) = text.split_at_checked(COMPACT_DAY)?;
    let (year, month_day) = small(date, 4)?;
    let (month, day) = small(month_day, 2)?;
    let (day, _) = small(day, 2).filter(|(_, behind)| behind.is_empty())?;
    let midnight = WallTime::from_civil(Civil { year: year as i32, month, day, ..Civil::default() })?;
    let clock = match rest {
        [b'T' | b' ' | b'_', clock @ ..] => clock,
        clock => clock,
    };
    let of_day_ns = match clock {
        [] if rest.is_empty() => 0,
        [b'0'..=b'9', b'0'..=b'9', b':', ..] if clock.len() < rest.len() => parse_clock(clock)?,
        digits if matches!(digits.len(), 4 | 6) => {
            let written: Vec<u8> = digits.chunks(2).collect::<Vec<_>>().join(&b':');
            parse_clock(&written)?
        }
        _ => return None,
    };
    // Numbers that happen to look so are measured more often than the times of other centuries.
    (1990..2100).contains(&year).then(|| WallTime(midnight.0 + of_day_ns))
}

/// Up to so many digits at the start as a number, and what follows them.
fn small(text: &[u8], most: usize) -> Option<(u32, &[u8])> {
    let len = text.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
    let number = text[..len].iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    (len > 0).then(|| (number, &text[len..]))
}

#[cfg(test)]
mod tests {
    use super::DayOrder::{DayFirst, Either, MonthFirst, YearFirst};
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
            ("Jul 23, 2023 10:00 PM", Either),
            ("July 23, 2023 at 10:00:00\u{202f}PM", DayFirst),
            ("Sun, 23 Jul 2023 22:00:00", MonthFirst),
            ("23-Jul-2023 22:00:00", MonthFirst),
            ("23-JUL-23 22:00", MonthFirst),
            ("23 July 2023, 22:00", Either),
            ("20230723T220000", Either),
            ("20230723 22:00", Either),
            ("20230723220000", Either),
            ("202307232200", Either),
            ("7/23/23 22:00", MonthFirst),
            ("23.07.23 22:00", DayFirst),
            ("23/7/23 22:00", YearFirst),
        ] {
            assert_eq!(parse_written(text.as_bytes(), order), evening, "{text}");
        }
    }

    #[test]
    fn what_is_none_is_not_read() {
        for text in [
            "23/07/2023 22:00:00",
            "32/07/2023",
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
            "1.2.23",
            "Jul 23 22:00",
            "Jux 23, 2023",
            "Julia 23, 2023",
            "23 Jul",
            "20231323",
            "202307232",
            "20230723T25",
            "18230723",
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
