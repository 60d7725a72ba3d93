//! The times and dates that chat programs print: minutes without seconds, twelve-hour clocks, day names, dates in the reader's order.

use super::super::super::time::{number, parse_iso, parse_month};
use crate::model::time::{Civil, days_from_civil, days_in_month};
use crate::model::words::replaced;

const NS_PER_SECOND: i64 = 1_000_000_000;
const HALF_DAY_NS: i64 = 12 * 3600 * NS_PER_SECOND;
const DAY_NS: i64 = 2 * HALF_DAY_NS;

/// A date as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Date {
    /// Days since the epoch.
    Full(i64),
    /// Month and day.
    Yearless(u32, u32),
    /// `5/6/2023` or `5/6`: day and month in an order that only other dates of the input can tell.
    Slashed(u32, u32, Option<i32>),
}

/// Which number of a [`Date::Slashed`] is the month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Order {
    /// United States.
    MonthFirst,
    /// Nearly everywhere else.
    DayFirst,
}

impl Date {
    /// The order that this date proves, where one of its numbers is no month.
    pub(in super::super) const fn proves(self) -> Option<Order> {
        match self {
            Self::Slashed(a, b, _) if a > 12 && b <= 12 => Some(Order::DayFirst),
            Self::Slashed(a, b, _) if b > 12 && a <= 12 => Some(Order::MonthFirst),
            _ => None,
        }
    }

    /// The same date in a known order; `None` where it is not one.
    pub(in super::super) fn ordered(self, order: Option<Order>) -> Option<Self> {
        let Self::Slashed(a, b, year) = self else { return Some(self) };
        let (month, day) = match order? {
            Order::MonthFirst => (a, b),
            Order::DayFirst => (b, a),
        };
        match year {
            Some(year) => full(year, month, day),
            None => yearless(month, day),
        }
    }
}

/// A time of day with what stands around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Stamp {
    /// The date, where one is written.
    pub(super) date: Option<Date>,
    /// Nanoseconds since midnight.
    pub(in super::super) of_day_ns: i64,
    /// Seconds east of UTC, where a zone is written.
    pub(super) offset_s: Option<i32>,
    /// `PM` or `下午` is written.
    pub(super) is_half: bool,
    /// Seconds are written.
    pub(in super::super) has_seconds: bool,
    /// Bytes taken.
    pub(in super::super) len: usize,
}

/// Reads a time, with its date before it or without, at the start of `text`. A fraction of a second is a program's, not a chat's.
pub(super) fn parse_stamp(text: &[u8]) -> Option<Stamp> {
    if let Some(iso) = parse_iso(text) {
        let fraction = matches!(text.get(19), Some(b'.' | b','));
        let date = Some(Date::Full(iso.wall.0.div_euclid(DAY_NS)));
        let of_day_ns = iso.wall.0.rem_euclid(DAY_NS);
        let stamp = Stamp { date, of_day_ns, offset_s: iso.offset_s, is_half: false, has_seconds: true, len: iso.len };
        return (!fraction).then_some(stamp);
    }
    let (date, at) = parse_date(text).map_or((None, 0), |(date, len)| (Some(date), len));
    let gap = date.map_or(Some(0), |_| {
        let rest = text.get(at..)?;
        [b", ".as_slice(), b" at ", b" "].iter().find(|gap| rest.starts_with(gap)).map(|gap| gap.len())
    })?;
    let time = parse_time(text.get(at + gap..)?)?;
    Some(Stamp { date, len: at + gap + time.len, ..time })
}

/// `22:13`, `22:13:05`, `10:13 PM`, `10:13pm`, `下午10:13`.
pub(in super::super) fn parse_time(text: &[u8]) -> Option<Stamp> {
    let halves: [(&str, bool); 7] = [
        ("凌晨", false),
        ("早上", false),
        ("上午", false),
        ("中午", true),
        ("下午", true),
        ("傍晚", true),
        ("晚上", true),
    ];
    let before = halves.iter().find(|(word, _)| text.starts_with(word.as_bytes()));
    let mut at = before.map_or(0, |(word, _)| word.len());
    at += usize::from(before.is_some() && text.get(at) == Some(&b' '));
    let digits = |at: usize| text.get(at..).unwrap_or(&[]).iter().take(2).take_while(|it| it.is_ascii_digit()).count();
    let hour_len = digits(at);
    let hour = number(&text[at..at + hour_len])?;
    at += hour_len;
    let mut two_digits = |mark: u8| {
        let is_there = text.get(at) == Some(&mark) && digits(at + 1) == 2;
        let value = is_there.then(|| number(&text[at + 1..at + 3])).flatten().filter(|value| *value < 60)?;
        at += 3;
        Some(value)
    };
    let minute = two_digits(b':')?;
    let second = two_digits(b':');
    let rest = &text[at..];
    if hour > 23 || rest.first().is_some_and(|next| next.is_ascii_digit() || matches!(next, b':' | b'.' | b',')) {
        return None;
    }
    // A narrow no-break space is what browsers print before AM and PM.
    let blank = [" ", "\u{202f}", "\u{a0}"].iter().find(|it| rest.starts_with(it.as_bytes())).map_or(0, |it| it.len());
    let word = rest.get(blank..blank + 2).unwrap_or(&[]);
    let ends = !rest.get(blank + 2).is_some_and(u8::is_ascii_alphanumeric);
    let after = match word {
        b"AM" | b"am" if ends => Some(false),
        b"PM" | b"pm" if ends => Some(true),
        _ => None,
    };
    at += after.map_or(0, |_| blank + 2);
    let late = before.map(|(_, late)| *late).or(after);
    let hour = match late {
        None => hour,
        Some(_) if after.is_some() && !(1..=12).contains(&hour) => return None,
        Some(true) if hour < 12 => hour + 12,
        Some(false) if hour == 12 => 0,
        Some(_) => hour,
    };
    let of_day_ns = i64::from(hour * 3600 + minute * 60 + second.unwrap_or(0)) * NS_PER_SECOND;
    let has_seconds = second.is_some();
    Some(Stamp { date: None, of_day_ns, offset_s: None, is_half: late.is_some(), has_seconds, len: at })
}

/// Reads a date at the start of `text`: `2023-07-23`, `2023年7月23日`, `7月23日`, `7/23/2023`, `23.07.2023`, `July 23rd, 2023`,
/// `Sunday, July 23rd`, `Sun Jul 23 2023`, `23 July 2023`.
pub(in super::super) fn parse_date(text: &[u8]) -> Option<(Date, usize)> {
    if let Some(found) = named_month(text) {
        return Some(found);
    }
    let mut scan = Scan { text, at: 0 };
    let first = scan.number()?;
    let mark = scan.mark()?;
    let second = scan.number()?;
    if mark == '月' {
        scan.take("日").or_else(|| scan.take("号"))?;
        return Some((yearless(first, second)?, scan.at));
    }
    let before_last = scan.at;
    let last = scan.mark().filter(|next| *next == mark || (mark == '年' && *next == '月')).and_then(|_| scan.number());
    let date = match (mark, last) {
        ('年', Some(day)) => {
            scan.take("日").or_else(|| scan.take("号"))?;
            full(i32::try_from(first).ok()?, second, day)?
        }
        ('-' | '/' | '.', Some(day)) if first > 999 => full(i32::try_from(first).ok()?, second, day)?,
        ('.', Some(year)) if year > 999 => full(i32::try_from(year).ok()?, second, first)?,
        ('/', Some(year)) if year > 999 => Date::Slashed(first, second, i32::try_from(year).ok()),
        ('/', None) if scan.at == before_last && first <= 31 && second <= 31 => Date::Slashed(first, second, None),
        _ => return None,
    };
    Some((date, scan.at))
}

/// `Sunday, July 23rd, 2023`, `Jul 23`, `23 July 2023`; the name of the day before it says nothing more.
fn named_month(text: &[u8]) -> Option<(Date, usize)> {
    let mut scan = Scan { text, at: 0 };
    let first = scan.word();
    let is_day_name = matches!(first.get(..3), Some(b"Mon" | b"Tue" | b"Wed" | b"Thu" | b"Fri" | b"Sat" | b"Sun"));
    if is_day_name && (first.len() == 3 || first.ends_with(b"day")) {
        scan.take(",");
        scan.take(" ")?;
    } else {
        scan.at = 0;
    }
    let day_before = scan.number();
    if day_before.is_some() {
        scan.take(" ");
    }
    let name = scan.word();
    let month = name.first_chunk::<3>().and_then(parse_month).filter(|_| name.len() <= 9)?;
    let day = match day_before {
        Some(day) => day,
        None => {
            scan.take(" ")?;
            let day = scan.number()?;
            ["st", "nd", "rd", "th"].iter().find_map(|end| scan.take(end));
            day
        }
    };
    let end = scan.at;
    scan.take(",");
    let year = scan.take(" ").and_then(|()| scan.number()).filter(|year| *year > 999 && scan.byte() != Some(b':'));
    match year {
        Some(year) => Some((full(i32::try_from(year).ok()?, month, day)?, scan.at)),
        None => Some((yearless(month, day)?, end)),
    }
}

fn full(year: i32, month: u32, day: u32) -> Option<Date> {
    let is_date = (1970..=2261).contains(&year) && (1..=12).contains(&month);
    (is_date && (1..=days_in_month(year, month)).contains(&day)).then(|| Date::Full(days_from_civil(year, month, day)))
}

fn yearless(month: u32, day: u32) -> Option<Date> {
    // A leap year has every day there is.
    ((1..=12).contains(&month) && (1..=days_in_month(2000, month)).contains(&day)).then_some(Date::Yearless(month, day))
}

/// A walk over a date's parts.
struct Scan<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Scan<'a> {
    fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or(&[])
    }

    fn byte(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn take(&mut self, what: &str) -> Option<()> {
        self.rest().starts_with(what.as_bytes()).then(|| self.at += what.len())
    }

    /// A number of at most four digits.
    fn number(&mut self) -> Option<u32> {
        let len = self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        let value = number(self.rest().get(..len).filter(|_| len <= 4)?)?;
        self.at += len;
        Some(value)
    }

    /// What separates the parts of a date.
    fn mark(&mut self) -> Option<char> {
        ['-', '/', '.', '年', '月'].into_iter().find(|mark| self.take(mark.encode_utf8(&mut [0; 4])).is_some())
    }

    fn word(&mut self) -> &'a [u8] {
        let len = self.rest().iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let word = &self.rest()[..len];
        self.at += len;
        word
    }
}

/// A line that only says which day the lines below are of: a date between rules, a date alone, irssi's `Day changed`. The answer is
/// `None` where the line is something else, and a day of `None` where it names one that cannot be known (`Today`).
pub(super) fn parse_separator(line: &[u8]) -> Option<Option<Date>> {
    let text = std::str::from_utf8(line).ok()?;
    let is_rule = |it: char| it.is_whitespace() || matches!(it, '-' | '—' | '–' | '─' | '=' | '*' | '_');
    let text = text.trim_matches(is_rule);
    if ["Today", "Yesterday", "今天", "昨天", "今日", "昨日"].contains(&text) {
        return Some(None);
    }
    let opened = ["Log opened ", "Log closed "].iter().find_map(|head| text.strip_prefix(head));
    if let Some(stamp) = opened {
        // `Sun Jul 23 22:00:00 2023`
        let year = stamp.rsplit(' ').next()?;
        let day = stamp.get(..11)?.trim_end();
        return Some(parse_date(replaced(&format!("{day} {year}"), "  ", " ").as_bytes()).map(|(date, _)| date));
    }
    let text = text.strip_prefix("Day changed ").or_else(|| text.strip_prefix("Day changed to ")).unwrap_or(text);
    let text = text.strip_prefix("to ").unwrap_or(text);
    let (date, len) = parse_date(text.as_bytes())?;
    let day_name = text.get(len..)?.trim();
    let is_day_name = day_name.is_empty()
        || day_name.starts_with("星期")
        || day_name.starts_with("周")
        || matches!(day_name, "Mon" | "Tue" | "Wed" | "Thu" | "Fri" | "Sat" | "Sun")
        || (day_name.ends_with("day") && !day_name.contains(' '));
    (is_day_name && day_name.chars().count() <= 9).then_some(Some(date))
}

/// The month and day of a day since the epoch.
pub(super) fn month_day(day: i64) -> (i32, u32, u32) {
    let civil = Civil::from_ns(day.saturating_mul(DAY_NS));
    (civil.year, civil.month, civil.day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> Date {
        Date::Full(days_from_civil(year, month, day))
    }

    #[test]
    fn times_in_the_shapes_of_chats() {
        let at = |hour: i64, minute: i64, second: i64| ((hour * 60 + minute) * 60 + second) * NS_PER_SECOND;
        for (text, date, of_day_ns, len) in [
            ("22:13", None, at(22, 13, 0), 5),
            ("9:05:07 x", None, at(9, 5, 7), 7),
            ("10:13 PM", None, at(22, 13, 0), 8),
            ("10:13\u{202f}PM]", None, at(22, 13, 0), 10),
            ("12:05am", None, at(0, 5, 0), 7),
            ("下午10:13", None, at(22, 13, 0), 11),
            ("2023-07-23 22:13:05]", Some(day(2023, 7, 23)), at(22, 13, 5), 19),
            ("2023-07-23 22:13", Some(day(2023, 7, 23)), at(22, 13, 0), 16),
            ("7/23/2023 10:13 PM", Some(Date::Slashed(7, 23, Some(2023))), at(22, 13, 0), 18),
            ("23/07/2023, 22:13:05", Some(Date::Slashed(23, 7, Some(2023))), at(22, 13, 5), 20),
            ("7月23日 22:13", Some(Date::Yearless(7, 23)), at(22, 13, 0), 15),
            ("Jul 23rd at 10:13 PM", Some(Date::Yearless(7, 23)), at(22, 13, 0), 20),
        ] {
            let read = parse_stamp(text.as_bytes());
            assert_eq!(read.map(|it| (it.date, it.of_day_ns, it.len)), Some((date, of_day_ns, len)), "{text}");
        }
        for text in ["22:13.5", "22:13:05.123", "24:00", "2:3", "13:13 PM", "2023-07-23T22:13:05.1Z", "1.2.3.4", "22"] {
            assert_eq!(parse_stamp(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn days_between_rules() {
        for (line, want) in [
            ("--- 2023-07-23 ---", Some(day(2023, 7, 23))),
            ("———— 2023年7月23日 星期日 ————", Some(day(2023, 7, 23))),
            ("July 23rd, 2023", Some(day(2023, 7, 23))),
            ("Sunday, July 23rd", Some(Date::Yearless(7, 23))),
            ("--- Day changed Sun Jul 23 2023", Some(day(2023, 7, 23))),
            ("--- Log opened Sun Jul 23 22:00:00 2023", Some(day(2023, 7, 23))),
            ("23.07.2023", Some(day(2023, 7, 23))),
            ("Today", None),
        ] {
            assert_eq!(parse_separator(line.as_bytes()), Some(want), "{line}");
        }
        for line in ["--- 2023-13-23 ---", "on 2023-07-23", "2023-07-23 and later", "10.0.0.5", "---", "May it be"] {
            assert_eq!(parse_separator(line.as_bytes()), None, "{line}");
        }
        assert_eq!(Date::Slashed(5, 6, None).proves(), None);
        assert_eq!(Date::Slashed(23, 7, None).ordered(Some(Order::DayFirst)), Some(Date::Yearless(7, 23)));
        assert_eq!(Date::Slashed(23, 7, None).ordered(None), None);
    }
}
