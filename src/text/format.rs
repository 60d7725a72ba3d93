//! Numbers, times, durations and sizes as text. Digits are grouped alike in both languages, so a figure can be searched in either.

use super::Lang;
use crate::model::words::{after, before};
use crate::model::{TimeRange, Timestamp};

/// `49152` as `49,152`.
#[must_use]
pub fn integer(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        text.push('-');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with at most two decimals, without trailing zeros; whole numbers grouped. Of what is smaller than a tenth two digits: `0.0049`.
#[must_use]
pub fn decimal(number: f64) -> String {
    if !number.is_finite() {
        return fixed(number, 0);
    }
    // What adding and subtracting leaves of nothing is nothing.
    if number.abs() >= 1e-12 && number.abs() < 0.1 {
        return small(number);
    }
    let hundredths = (number * 100.0).round() as i64;
    // Floats do not tell hundredths of such large numbers apart.
    if hundredths % 100 == 0 || number.abs() >= 9e13 {
        return integer(number.round() as i64);
    }
    let (whole, fraction) = (hundredths / 100, hundredths.unsigned_abs() % 100);
    let sign = if hundredths < 0 && whole == 0 { "-" } else { "" };
    let digits = if fraction < 10 { format!("0{fraction}") } else { fraction.to_string() };
    format!("{sign}{}.{}", integer(whole), digits.trim_end_matches('0'))
}

/// The first two digits of what is smaller than a tenth, below a millionth with its power of ten: `0.0049`, `7e-9`.
fn small(number: f64) -> String {
    let (mut size, mut zeros) = (number.abs(), 0);
    while size < 0.1 {
        size *= 10.0;
        zeros += 1;
    }
    let mut digits = (size * 100.0).round() as u32;
    if digits == 100 {
        (digits, zeros) = (10, zeros - 1);
    }
    let sign = if number < 0.0 { "-" } else { "" };
    let digits = digits.to_string();
    let digits = digits.trim_end_matches('0');
    if zeros < 6 {
        return [sign, "0.", before("00000", zeros), digits].concat();
    }
    let (first, second) = (before(digits, 1), after(digits, 1));
    [sign, first, if second.is_empty() { "" } else { "." }, second, "e-", &(zeros + 1).to_string()].concat()
}

/// A number with so many decimals, at most three, as `{:.1}` writes it. By integers: the page has no other use for the standard
/// library's printing of floats, which is larger than all of this module.
#[must_use]
pub fn fixed(number: f64, decimals: u32) -> String {
    /// Bits behind the leading one, and what the exponent of 1.0 is written as. Source: IEEE 754-2019, 3.6.
    const FRACTION_BITS: u32 = 52;
    const BIAS: i32 = 1023;
    if number.is_nan() {
        return "NaN".to_owned();
    }
    let sign = if number.is_sign_negative() { "-" } else { "" };
    if number.is_infinite() {
        return format!("{sign}inf");
    }
    let power = 10_u64.pow(decimals.min(3));
    let size = number.abs();
    let (whole, fraction) = if size >= 2_f64.powi(FRACTION_BITS as i32) {
        // No fraction is left; beyond 64 bits it saturates.
        (size as u64, 0)
    } else {
        // The number is `significand / 2^shift`. The smallest, below 2^-63, round to zero whatever their own form is.
        let significand = (size.to_bits() & ((1 << FRACTION_BITS) - 1)) | 1 << FRACTION_BITS;
        let shift = FRACTION_BITS as i32 + BIAS - (size.to_bits() >> FRACTION_BITS) as i32;
        let product = significand * power;
        let (quotient, rest, half) = match shift {
            0..=63 => (product >> shift, product & ((1 << shift) - 1), (1_u64 << shift) / 2),
            _ => (0, 0, 1),
        };
        // Halves go to the even neighbour.
        let scaled = quotient + u64::from(shift > 0 && (rest > half || rest == half && quotient % 2 == 1));
        (scaled / power, scaled % power)
    };
    let mut text = format!("{sign}{whole}");
    if decimals > 0 {
        // The leading one keeps the zeros.
        let digits = (fraction + power).to_string();
        text.push('.');
        text.push_str(after(&digits, 1));
    }
    text
}

/// A share as per cent: one decimal below 10 % and where rounding would claim a full 100 %, none between.
#[must_use]
pub fn percent(ratio: f64) -> String {
    let percent = ratio * 100.0;
    let is_fine = percent.abs() < 10.0 || percent > 99.0 && percent < 100.0;
    format!("{} %", fixed(percent, u32::from(is_fine)))
}

/// An instant at an offset: `2023-07-23 22:09:14 +08:00`; fractions of a second are left to the raw line.
#[must_use]
pub fn time(at: Timestamp, offset_s: i32) -> String {
    format!("{} {}", whole(at, offset_s), offset(offset_s))
}

/// A range: `2023-07-23 22:08:47 – 22:13:56 +08:00`, the second date only where it is another day; one second is said once.
#[must_use]
pub fn range(range: TimeRange, offset_s: i32) -> String {
    let start = whole(range.start, offset_s);
    if start == whole(range.end, offset_s) {
        return time(range.start, offset_s);
    }
    format!("{start} – {} {}", end(range, offset_s), offset(offset_s))
}

/// The end of a range: `22:13:56`, and where that is another day than the begin's, `2023-07-24 00:13:56`.
#[must_use]
pub fn end(range: TimeRange, offset_s: i32) -> String {
    let (start, end) = (whole(range.start, offset_s), whole(range.end, offset_s));
    if start.get(..10) == end.get(..10) { end.get(11..).unwrap_or_default().to_owned() } else { end }
}

/// Date and clock at an offset, without fractions of the second.
fn whole(at: Timestamp, offset_s: i32) -> String {
    Timestamp(at.0.div_euclid(1_000_000_000).saturating_mul(1_000_000_000)).to_local(offset_s)
}

/// The clock part of an instant: `22:09:14`.
#[must_use]
pub fn clock(at: Timestamp, offset_s: i32) -> String {
    whole(at, offset_s).split(' ').nth(1).unwrap_or_default().to_owned()
}

/// An offset as `+08:00`, UTC as `UTC`.
#[must_use]
pub fn offset(offset_s: i32) -> String {
    if offset_s == 0 {
        return "UTC".to_owned();
    }
    let minutes = offset_s.abs() / 60;
    format!("{}{:02}:{:02}", if offset_s < 0 { '-' } else { '+' }, minutes / 60, minutes % 60)
}

/// Seconds east of UTC of `+08:00`, `+0800`, `-3`, `UTC`, `Z`; `None` when it is none of these.
#[must_use]
pub fn parse_offset(text: &str) -> Option<i32> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("utc") || text.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let text = text.strip_prefix("UTC").unwrap_or(text);
    let (sign, rest) = match text.as_bytes().first()? {
        b'+' => (1, after(text, 1)),
        b'-' => (-1, after(text, 1)),
        _ => return None,
    };
    let (hours, minutes) = match rest.split_once(':') {
        Some((hours, minutes)) => (hours, minutes),
        None if rest.len() == 4 && rest.is_ascii() => (before(rest, 2), after(rest, 2)),
        None => (rest, "0"),
    };
    let hours: i32 = hours.parse().ok().filter(|hours| (0..=15).contains(hours))?;
    let minutes: i32 = minutes.parse().ok().filter(|minutes| (0..60).contains(minutes))?;
    Some(sign * (hours * 3600 + minutes * 60))
}

/// A duration in its two largest units: `3 h 34 min`, `45 s`, `0.2 s`.
#[must_use]
pub fn duration(seconds: f64, lang: Lang) -> String {
    let (d, h, m, s) = match lang {
        Lang::En => ("d", "h", "min", "s"),
        Lang::ZhCn => ("天", "小时", "分", "秒"),
    };
    let sign = if seconds < 0.0 { "-" } else { "" };
    let seconds = seconds.abs();
    if seconds < 10.0 {
        return format!("{sign}{} {s}", decimal((seconds * 10.0).round() / 10.0));
    }
    let whole = seconds.round() as i64;
    let parts = [(whole / 86_400, d), (whole / 3600 % 24, h), (whole / 60 % 60, m), (whole % 60, s)];
    let first = parts.iter().position(|(n, _)| *n > 0).unwrap_or(3);
    let shown: Vec<String> =
        parts[first..].iter().take(2).filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n} {unit}")).collect();
    format!("{sign}{}", shown.join(" "))
}

/// A size: `1.2 GB`, powers of ten.
#[must_use]
pub fn bytes(bytes: u64) -> String {
    let units = [("GB", 1e9), ("MB", 1e6), ("kB", 1e3)];
    match units.iter().find(|(_, size)| bytes as f64 >= *size) {
        Some((unit, size)) => {
            let value = bytes as f64 / size;
            format!("{} {unit}", fixed(value, u32::from(value < 10.0)))
        }
        None => format!("{bytes} B"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_as_people_write_them() {
        assert_eq!(integer(1_545_000), "1,545,000");
        assert_eq!(integer(-49_152), "-49,152");
        assert_eq!(decimal(46_023.456), "46,023.46");
        assert_eq!(decimal(-0.5), "-0.5");
        let small = [0.0, 0.004_879, -0.02, 0.0999, 0.000_000_1, 7e-9, 1.26e-11, 0.099_999, 5.6e-17];
        let told = ["0", "0.0049", "-0.02", "0.1", "1e-7", "7e-9", "1.3e-11", "0.1", "0"];
        assert_eq!(small.map(decimal), told);
        assert_eq!(percent(0.9364), "94 %");
        assert_eq!(percent(0.03), "3.0 %");
        assert_eq!(percent(0.998_7), "99.9 %");
        assert_eq!(percent(1.0), "100 %");
        assert_eq!(duration(12_840.0, Lang::En), "3 h 34 min");
        assert_eq!(duration(240.0, Lang::ZhCn), "4 分");
        assert_eq!(bytes(1_234_567), "1.2 MB");
    }

    #[test]
    fn an_end_on_another_day_says_which() {
        let at = |seconds: i64| Timestamp::from_seconds(1_690_120_800 + seconds);
        assert_eq!(end(TimeRange::of(at(0), at(60)), 28_800), "22:01:00");
        assert_eq!(end(TimeRange::of(at(0), at(7_260)), 28_800), "2023-07-24 00:01:00");
    }

    #[test]
    fn offsets_are_read_in_every_usual_form() {
        for text in ["+08:00", "+0800", "+8", "UTC+8"] {
            assert_eq!(parse_offset(text), Some(28_800), "{text}");
        }
        assert_eq!(parse_offset("-03:30"), Some(-12_600));
        assert_eq!(parse_offset("CST"), None);
        assert_eq!(offset(28_800), "+08:00");
    }
}
