//! Clocks as commands print them: times of day with AM or PM, dates in the order of a locale, and the line that `date` prints.
//!
//! ```text
//! 09:33:48    09:33:48 PM    22时10分00秒    下午 09:33:48
//! 08/29/18    2018-08-29    29.08.2018    2018年08月29日
//! Sun Jul 23 22:10:00 CST 2023    === 2023-07-23 22:10:00 ===    Local time: Sun 2023-07-23 22:10:00 CST    1690121400
//! ```
//! A zone is known where it is a number, `UTC` or `GMT`; other abbreviations say nothing (`CST`). Of a date like `07/08/23` the month is
//! taken to be first, as the C locale prints it.

use super::tally::{parse_whole, words};
use crate::formats::Parsed;
use crate::formats::time::{parse_iso, parse_month, parse_offset};
use crate::model::WallTime;
use crate::model::time::{Civil, days_from_civil};

pub(super) const NS_PER_SECOND: i64 = 1_000_000_000;
pub(super) const DAY_NS: i64 = 86_400 * NS_PER_SECOND;

/// Reads a time of day at the start: nanoseconds since midnight and the bytes taken, AM or PM included.
pub(super) fn parse_clock(text: &[u8]) -> Option<(i64, usize)> {
    // Chinese has the half of the day in front.
    let front = ["上午", "下午"].iter().position(|half| text.starts_with(half.as_bytes()));
    let mut at = front.map_or(0, |_| "上午".len());
    at += text[at..].iter().take_while(|byte| front.is_some() && **byte == b' ').count();
    let (mut hour, len) = digits(&text[at..])?;
    at += len;
    let mut fields = [0; 2];
    for (field, sign) in fields.iter_mut().zip(["时", "分"]) {
        let rest = &text[at..];
        at += if rest.starts_with(b":") { 1 } else { rest.starts_with(sign.as_bytes()).then_some(sign.len())? };
        let (value, len) = digits(&text[at..]).filter(|(_, len)| *len == 2)?;
        *field = value;
        at += len;
    }
    at += if text[at..].starts_with("秒".as_bytes()) { "秒".len() } else { 0 };
    let mut nanosecond = 0;
    if let [b'.', fraction @ ..] = &text[at..] {
        let n_digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let nine = fraction[..n_digits].iter().copied().chain(std::iter::repeat(b'0')).take(9);
        nanosecond = nine.fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
        at += if n_digits > 0 { n_digits + 1 } else { 0 };
    }
    let half = match text[at..].strip_prefix(b" ") {
        Some([b'A' | b'a', b'M' | b'm', rest @ ..]) if is_free(rest) => Some(0),
        Some([b'P' | b'p', b'M' | b'm', rest @ ..]) if is_free(rest) => Some(12),
        _ => None,
    };
    at += if half.is_some() { 3 } else { 0 };
    if let Some(half) = half.or(front.map(|half| 12 * half as i64)) {
        hour = (1..=12).contains(&hour).then_some(hour % 12 + half)?;
    }
    let [minute, second] = fields;
    let valid = hour < 24 && minute < 60 && second <= 60 && is_free(&text[at..]);
    valid.then_some((((hour * 60 + minute) * 60 + second) * NS_PER_SECOND + nanosecond, at))
}

/// Whether a word has ended here.
fn is_free(rest: &[u8]) -> bool {
    rest.first().is_none_or(|byte| !byte.is_ascii_alphanumeric())
}

/// A number of one or two digits and its length.
fn digits(text: &[u8]) -> Option<(i64, usize)> {
    let len = text.iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
    ((1..=2).contains(&len)).then(|| parse_whole(&text[..len])).flatten().map(|value| (value as i64, len))
}

/// Reads a date that fills the text: days since the epoch.
pub(super) fn parse_date(text: &[u8]) -> Option<i64> {
    let mut numbers = text.split(|byte| !byte.is_ascii_digit()).filter(|part| !part.is_empty());
    let (a, b, c) = (numbers.next()?, numbers.next()?, numbers.next()?);
    let is_separated = text.iter().any(|byte| matches!(byte, b'/' | b'-' | b'.')) || text.ends_with("日".as_bytes());
    let is_other = |byte: &u8| byte.is_ascii() && !byte.is_ascii_digit() && !matches!(byte, b'/' | b'-' | b'.');
    if numbers.next().is_some() || !is_separated || text.iter().any(is_other) {
        return None;
    }
    let [first, second, third] = [parse_whole(a)?, parse_whole(b)?, parse_whole(c)?];
    let day_first = first > 12 || text.contains(&b'.');
    let (year, month, day) = match (a.len(), day_first) {
        (4, _) => (first, second, third),
        (_, true) => (third, second, first),
        (_, false) => (third, first, second),
    };
    let year = if year < 100 { year + 2000 } else { year };
    days_of(year, month, day)
}

fn days_of(year: u64, month: u64, day: u64) -> Option<i64> {
    let (year, month, day) = (i32::try_from(year).ok()?, u32::try_from(month).ok()?, u32::try_from(day).ok()?);
    WallTime::from_civil(Civil { year, month, day, ..Civil::default() })?;
    Some(days_from_civil(year, month, day))
}

/// Longer lines are no date, whatever stands around it.
const MAX_DATE_BYTES: usize = 96;

/// Reads a line that says when what follows was printed: the output of `date` or a stamp between rules. The zone is in seconds east of
/// UTC where it is known.
pub(in crate::formats) fn parse_date_line(line: &[u8]) -> Option<(WallTime, Option<i32>)> {
    let is_frame = |byte: &u8| byte.is_ascii_whitespace() || b"=-#*>[]()<".contains(byte);
    let from = line.iter().position(|byte| !is_frame(byte))?;
    let to = line.iter().rposition(|byte| !is_frame(byte))?;
    let text = &line[from..=to];
    if text.len() > MAX_DATE_BYTES || !text.iter().any(u8::is_ascii_digit) {
        return None;
    }
    if matches!(parse_whole(text), Some(1_000_000_000..=9_999_999_999)) {
        return Some((WallTime(parse_whole(text)? as i64 * NS_PER_SECOND), Some(0)));
    }
    let (mut days, mut of_day, mut offset_s) = (None, None, None);
    let (mut year, mut month, mut day) = (None, None, None);
    let mut n_labels = 0;
    for word in text.split(|byte| byte.is_ascii_whitespace()).filter(|word| !word.is_empty()) {
        let bare = word.strip_suffix(b",").unwrap_or(word);
        if let Some(stamp) = parse_iso(bare).filter(|stamp| stamp.len == bare.len()) {
            days = Some(stamp.wall.0.div_euclid(DAY_NS));
            of_day = Some(stamp.wall.0.rem_euclid(DAY_NS));
            offset_s = stamp.offset_s;
        } else if let Some((clock, _)) = parse_clock(bare).filter(|(_, len)| *len == bare.len()) {
            of_day = Some(clock);
        } else if let Some(date) = parse_date(bare) {
            days = Some(date);
        } else if let Some(number) = number_of(bare) {
            match bare.len() {
                4 | 7 => year = Some(number),
                _ if day.is_none() && !bare.ends_with("月".as_bytes()) => day = Some(number),
                _ => month = Some(number),
            }
        } else if let Some(name) = bare.first_chunk::<3>().filter(|_| bare.len() == 3).and_then(parse_month) {
            month = Some(u64::from(name));
        } else if of_day.is_some() && matches!(bare, b"AM" | b"PM") {
            let hour = of_day? / (3600 * NS_PER_SECOND);
            let half = if bare == b"PM" { 12 } else { 0 };
            of_day = of_day.map(|clock| clock + (hour % 12 + half - hour) * 3600 * NS_PER_SECOND);
        } else if let Some((zone, _)) = parse_offset(bare).filter(|(_, len)| *len == bare.len()) {
            offset_s = Some(zone);
        } else if matches!(bare, b"UTC" | b"GMT") {
            offset_s = Some(0);
        } else if of_day.is_some() && bare.len() <= 4 && bare.iter().all(u8::is_ascii_uppercase) {
            // An abbreviation that several zones share.
        } else if of_day.is_none() && n_labels < 3 && !bare.iter().any(u8::is_ascii_digit) {
            n_labels += 1;
        } else {
            return None;
        }
    }
    let date = match days {
        Some(days) => days,
        None => days_of(year?, month?, day?)?,
    };
    Some((WallTime(date.checked_mul(DAY_NS)?.checked_add(of_day?)?), offset_s))
}

/// `23`, `2023`, `07月`, `23日`, `2023年`.
fn number_of(word: &[u8]) -> Option<u64> {
    let signs = ["年", "月", "日"];
    let stem = signs.iter().find_map(|sign| word.strip_suffix(sign.as_bytes())).unwrap_or(word);
    (stem.len() <= 4).then(|| parse_whole(stem)).flatten()
}

/// The clock of one input whose commands print times of day: the date comes from a header where there is one.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Dated {
    /// Days since the epoch.
    pub(super) day: Option<i64>,
}

impl Dated {
    /// A time of day on the known date, or on the placeholder's; moved on by whole days until it is not half a day before `last`.
    pub(super) fn wall(self, of_day: i64, last: Option<WallTime>) -> WallTime {
        let day = self.day.unwrap_or(crate::model::time::PLACEHOLDER_DAY);
        let wall = day.saturating_mul(DAY_NS).saturating_add(of_day);
        let behind = last.filter(|last| last.is_some()).map_or(0, |last| last.0.saturating_sub(wall));
        // Only a midnight was crossed: a header would state any longer step.
        let is_next_day = behind > DAY_NS / 2;
        WallTime(if is_next_day { wall.saturating_add((behind + DAY_NS / 2) / DAY_NS * DAY_NS) } else { wall })
    }
}

/// The stamps of one input, all in the zone of the first that states one.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::formats) struct Stamps {
    offset_s: Option<i32>,
}

impl Stamps {
    /// The wall time of a stamp in the input's zone, which the first stamp with a zone states.
    pub(in crate::formats) fn place(
        &mut self,
        (wall, offset_s): (WallTime, Option<i32>),
        out: &mut Parsed,
    ) -> WallTime {
        let Some(own) = offset_s else { return wall };
        let stated = *self.offset_s.get_or_insert(own);
        out.stated_offset_s = Some(stated);
        WallTime(wall.0.saturating_add(i64::from(stated - own) * NS_PER_SECOND))
    }
}

/// The words of a line that follow a time of day, and that time.
pub(super) fn split_clock(line: &[u8]) -> Option<(i64, &[u8])> {
    let text = line.trim_ascii();
    let (of_day, len) = parse_clock(text)?;
    words(&text[len..]).next()?;
    Some((of_day, &text[len..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Timestamp;

    #[test]
    fn times_of_day_in_some_locales() {
        let seconds = |text: &str| parse_clock(text.as_bytes()).map(|(ns, len)| (ns / NS_PER_SECOND, len));
        assert_eq!(seconds("22:10:31 up 12 days"), Some((79_831, 8)));
        assert_eq!(seconds("12:00:01 AM  all"), Some((1, 11)));
        assert_eq!(seconds("01:00:00 PM"), Some((46_800, 11)));
        assert_eq!(seconds("22时10分00秒"), Some((79_800, 15)));
        assert_eq!(seconds("9:05:00"), Some((32_700, 7)));
        assert_eq!(seconds("上午 12:10:00   1"), Some((600, 15)));
        assert_eq!(seconds("下午01时00分00秒"), Some((46_800, 21)));
        for text in ["25:00:00", "22:10", "13:00:00 PM", "22:10:311", "noon"] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    #[test]
    fn dates_by_their_separators() {
        for text in ["08/29/18", "08/29/2018", "2018-08-29", "29.08.2018", "29/08/18", "2018年08月29日"] {
            assert_eq!(parse_date(text.as_bytes()), Some(17_772), "{text}");
        }
        for text in ["08:29:18", "1.2", "4.17.18-200", "2018-13-01", "02/30/18"] {
            assert_eq!(parse_date(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn lines_that_say_when() {
        let shown =
            |text: &str| parse_date_line(text.as_bytes()).map(|(wall, zone)| (Timestamp(wall.0).to_local(0), zone));
        let at = |zone| Some(("2023-07-23 22:10:00".to_owned(), zone));
        assert_eq!(shown("Sun Jul 23 22:10:00 CST 2023"), at(None));
        assert_eq!(shown("Sun 23 Jul 2023 10:10:00 PM UTC"), at(Some(0)));
        assert_eq!(shown("2023年 07月 23日 星期日 22:10:00 CST"), at(None));
        assert_eq!(shown("=== 2023-07-23 22:10:00 ==="), at(None));
        assert_eq!(shown("### 2023-07-23T22:10:00+08:00"), at(Some(28_800)));
        assert_eq!(shown("Sun, 23 Jul 2023 22:10:00 +0800"), at(Some(28_800)));
        assert_eq!(shown("               Local time: Sun 2023-07-23 22:10:00 CST"), at(None));
        assert_eq!(shown("1690150200"), at(Some(0)));
        for text in
            ["22:10:00", "root 1 0 22:10 ? 00:00:00 init", "2023-07-23 22:10:00 started", "-----", "Jul 23 22:10:00"]
        {
            assert_eq!(shown(text), None, "{text}");
        }
    }

    #[test]
    fn midnight_is_crossed_once() {
        let dated = Dated { day: Some(100) };
        let evening = dated.wall(DAY_NS - NS_PER_SECOND, None);
        assert_eq!(dated.wall(NS_PER_SECOND, Some(evening)).0, 101 * DAY_NS + NS_PER_SECOND);
        let second = dated.wall(2 * NS_PER_SECOND, Some(WallTime(101 * DAY_NS + NS_PER_SECOND)));
        assert_eq!(second.0, 101 * DAY_NS + 2 * NS_PER_SECOND);
        assert_eq!(dated.wall(DAY_NS - 2 * NS_PER_SECOND, Some(evening)).0, evening.0 - NS_PER_SECOND);
    }
}
