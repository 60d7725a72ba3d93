//! Numbers as metric exports print them: plain ones fast, formatted ones (`32.7 K`, `12,51 °C`, `1.5 GiB`) in base units.

use super::digits::parse_plain;
use crate::model::Unit;

/// What a cell holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cell {
    /// A number in base units, and the unit that its suffix states.
    Value(f64, Unit),
    /// Nothing was measured: empty, `null`, `undefined`, `NaN`.
    Gap,
    /// Text.
    Text,
}

/// What separates a number's fraction, as far as an input shows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Mark {
    /// Not known: a lone comma or point is the decimal mark.
    #[default]
    Either,
    /// `32.7`: a lone comma before exactly three digits groups thousands.
    Point,
    /// `32,7`: a lone point before exactly three digits groups thousands.
    Comma,
}

/// Reads a sample's value as Prometheus and its kin write it; `None` for what cannot be drawn (`+Inf`) and for what is none.
pub(super) fn parse_sample_value(text: &[u8]) -> Option<f64> {
    match parse_plain(text, b'.') {
        Some((value, len)) if len == text.len() => Some(value),
        _ if text == b"NaN" => Some(f64::NAN),
        _ => std::str::from_utf8(text).ok()?.parse().ok().filter(|value: &f64| value.is_finite()),
    }
}

/// Reads a whole cell.
pub(super) fn parse_cell(text: &[u8], mark: Mark) -> Cell {
    let text = trim(text);
    if matches!(text, b"" | b"null" | b"undefined" | b"NaN" | b"nan" | b"None" | b"N/A" | b"n/a" | b"-") {
        return Cell::Gap;
    }
    let number_len = number_len(text);
    let (number, suffix) = text.split_at(number_len);
    let Some((scale, unit)) = std::str::from_utf8(trim(suffix)).ok().and_then(parse_suffix) else { return Cell::Text };
    parse_grouped(number, mark, scale).map_or(Cell::Text, |value| Cell::Value(value, unit))
}

/// Without blanks around, no-break blanks included.
fn trim(mut text: &[u8]) -> &[u8] {
    loop {
        let before = text.len();
        text = text.trim_ascii();
        for blank in BLANKS {
            text = text.strip_prefix(*blank).unwrap_or(text);
            text = text.strip_suffix(*blank).unwrap_or(text);
        }
        if text.len() == before {
            return text;
        }
    }
}

/// What separates groups of three digits besides `.` and `,`: blank, no-break blank, narrow no-break blank, apostrophe.
const BLANKS: &[&[u8]] = &[b" ", "\u{a0}".as_bytes(), "\u{202f}".as_bytes()];
const APOSTROPHE: &[u8] = b"'";

/// Bytes of the number at the start: sign, digits with separators, exponent.
fn number_len(text: &[u8]) -> usize {
    let mut at = usize::from(matches!(text.first(), Some(b'-' | b'+')));
    while let Some(&byte) = text.get(at) {
        if byte.is_ascii_digit() || matches!(byte, b'.' | b',') {
            at += 1;
        } else if let Some(blank) = group_separator(&text[at..]) {
            at += blank;
        } else {
            break;
        }
    }
    let exponent = match &text[at..] {
        [b'e' | b'E', b'+' | b'-', digits @ ..] => 2 + n_digits(digits),
        [b'e' | b'E', digits @ ..] => 1 + n_digits(digits),
        _ => 0,
    };
    // An `E` without digits is a unit's.
    if text[..at + exponent].last().is_some_and(u8::is_ascii_digit) { at + exponent } else { at }
}

fn n_digits(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// Length of a blank or apostrophe that stands before exactly three digits.
fn group_separator(text: &[u8]) -> Option<usize> {
    let mut separators = BLANKS.iter().chain(std::iter::once(&APOSTROPHE));
    let separator = separators.find(|separator| text.starts_with(separator))?;
    (n_digits(&text[separator.len()..]) == 3).then_some(separator.len())
}

/// The decimal mark that a cell's number shows beyond doubt: `32,7` and `1.234,5` do, `1,234` does not.
pub(super) fn shown_mark(cell: &[u8]) -> Mark {
    let text = trim(cell);
    let number = &text[..number_len(text)];
    let count = |sign: u8| memchr::memchr_iter(sign, number).count();
    match (count(b'.'), count(b',')) {
        (0, 0) => Mark::Either,
        (1, 0) if !is_group(number, b'.') => Mark::Point,
        (0, 1) if !is_group(number, b',') => Mark::Comma,
        (1, 0) | (0, 1) => Mark::Either,
        (points, commas) => {
            // Several of one sign group; where both stand, the last one is the decimal mark.
            let comma_ends = memchr::memrchr(b',', number) > memchr::memrchr(b'.', number);
            let is_comma = if points == 0 || commas == 0 { points > 0 } else { comma_ends };
            if is_comma { Mark::Comma } else { Mark::Point }
        }
    }
}

/// Whether a sign stands before exactly three digits and behind one to three that are not a mere zero.
fn is_group(number: &[u8], sign: u8) -> bool {
    let digits = number.strip_prefix(b"-").or(number.strip_prefix(b"+")).unwrap_or(number);
    memchr::memchr(sign, digits).is_some_and(|at| {
        digits.len() - at == 4 && (1..=3).contains(&at) && n_digits(digits) == at && digits[0] != b'0'
    })
}

/// The scaled value of digits with separators: the one that comes last and once is the decimal sign.
fn parse_grouped(number: &[u8], mark: Mark, scale: Scale) -> Option<f64> {
    let count = |sign: u8| memchr::memchr_iter(sign, number).count();
    let (n_points, n_commas) = (count(b'.'), count(b','));
    let decimal = match (n_points, n_commas) {
        (0, 0) => None,
        (1, 0) => (mark != Mark::Comma || !is_group(number, b'.')).then_some(b'.'),
        (0, 1) => (mark != Mark::Point || !is_group(number, b',')).then_some(b','),
        (_, 0) | (0, _) => None,
        _ if memchr::memrchr(b'.', number) > memchr::memrchr(b',', number) => Some(b'.'),
        _ => Some(b','),
    };
    // What only looks like groups (a date, an address, a version) is no number.
    let is_grouped = |(at, &sign): (usize, &u8)| {
        !matches!(sign, b'.' | b',') || Some(sign) == decimal || n_digits(&number[at + 1..]) == 3
    };
    if !number.iter().enumerate().all(is_grouped) {
        return None;
    }
    let mut plain = [0u8; 64];
    let mut len = 0;
    for &byte in number.iter().chain(scale.power) {
        let kept = match byte {
            b'0'..=b'9' | b'-' | b'+' | b'e' | b'E' => byte,
            sign if Some(sign) == decimal => b'.',
            _ => continue,
        };
        *plain.get_mut(len)? = kept;
        len += 1;
    }
    let value = std::str::from_utf8(&plain[..len]).ok()?.parse::<f64>().ok()? * scale.times;
    value.is_finite().then_some(value)
}

/// From a unit to its base unit. Powers of ten are appended to the digits, so that `32.7 K` is exactly 32700.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Scale {
    power: &'static [u8],
    times: f64,
}

const ONE: Scale = times(1.0);

const fn times(times: f64) -> Scale {
    Scale { power: b"", times }
}

const fn ten(power: &'static [u8]) -> Scale {
    Scale { power, times: 1.0 }
}

const KI: f64 = 1024.0;

/// Units with their scale to the base unit, as Grafana prints them.
const UNITS: &[(&str, Scale, Unit)] = &[
    ("", ONE, Unit::None),
    ("%", ONE, Unit::Percent),
    ("ns", ten(b"e-9"), Unit::Seconds),
    ("µs", ten(b"e-6"), Unit::Seconds),
    ("μs", ten(b"e-6"), Unit::Seconds),
    ("us", ten(b"e-6"), Unit::Seconds),
    ("ms", ten(b"e-3"), Unit::Seconds),
    ("s", ONE, Unit::Seconds),
    ("min", times(60.0), Unit::Seconds),
    ("mins", times(60.0), Unit::Seconds),
    ("hour", times(3600.0), Unit::Seconds),
    ("hours", times(3600.0), Unit::Seconds),
    ("day", times(86_400.0), Unit::Seconds),
    ("days", times(86_400.0), Unit::Seconds),
    ("week", times(604_800.0), Unit::Seconds),
    ("weeks", times(604_800.0), Unit::Seconds),
    ("B", ONE, Unit::Bytes),
    ("bytes", ONE, Unit::Bytes),
    ("KiB", times(KI), Unit::Bytes),
    ("MiB", times(KI * KI), Unit::Bytes),
    ("GiB", times(KI * KI * KI), Unit::Bytes),
    ("TiB", times(KI * KI * KI * KI), Unit::Bytes),
    ("PiB", times(KI * KI * KI * KI * KI), Unit::Bytes),
    ("Ki", times(KI), Unit::Bytes),
    ("Mi", times(KI * KI), Unit::Bytes),
    ("Gi", times(KI * KI * KI), Unit::Bytes),
    ("Ti", times(KI * KI * KI * KI), Unit::Bytes),
    ("kB", ten(b"e3"), Unit::Bytes),
    ("KB", ten(b"e3"), Unit::Bytes),
    ("MB", ten(b"e6"), Unit::Bytes),
    ("GB", ten(b"e9"), Unit::Bytes),
    ("TB", ten(b"e12"), Unit::Bytes),
    ("PB", ten(b"e15"), Unit::Bytes),
    ("°C", ONE, Unit::None),
    ("°F", ONE, Unit::None),
];

/// Scales, longest first; `K` is a thousand (what is 1024 says `Ki`).
const SCALES: &[(&str, Scale)] = &[
    ("Quadr", ten(b"e15")),
    ("Mil", ten(b"e6")),
    ("Bil", ten(b"e9")),
    ("Tri", ten(b"e12")),
    ("K", ten(b"e3")),
    ("k", ten(b"e3")),
    ("M", ten(b"e6")),
    ("G", ten(b"e9")),
    ("T", ten(b"e12")),
    ("m", ten(b"e-3")),
    ("µ", ten(b"e-6")),
    ("千", ten(b"e3")),
    ("万", ten(b"e4")),
    ("亿", ten(b"e8")),
];

/// What is counted per second, after a scale.
const COUNTED: &[&str] = &["", "b", "p", "c", "req", "ops", "io", "rd", "wr", "mess", "evt", "rec", "rows"];

/// The scale and unit of a suffix; `None` where it is not known, because an unknown suffix may hide a scale.
fn parse_suffix(suffix: &str) -> Option<(Scale, Unit)> {
    if let Some((_, scale, unit)) = UNITS.iter().find(|(name, ..)| *name == suffix) {
        return Some((*scale, *unit));
    }
    if let Some(counted) = suffix.strip_suffix("/s") {
        let bytes = UNITS.iter().find(|(name, _, unit)| *name == counted && *unit == Unit::Bytes);
        let scale = match bytes {
            Some((_, scale, _)) => *scale,
            None => split_scale(counted, |word| COUNTED.contains(&word))?,
        };
        return Some((scale, Unit::PerSecond));
    }
    // `1.2 K threads`: a custom unit is a word of its own.
    let is_word = |word: &str| {
        let is_lower = || word.len() >= 3 && word.bytes().all(|byte| byte.is_ascii_lowercase());
        word.is_empty() || is_lower() || ["个", "次", "条"].contains(&word)
    };
    split_scale(suffix, is_word).map(|scale| (scale, Unit::None))
}

/// The scale before a word that is accepted; 1 where the word stands alone.
fn split_scale(text: &str, accept: impl Fn(&str) -> bool) -> Option<Scale> {
    if accept(text) {
        return Some(ONE);
    }
    let scaled = |(name, scale): &(&str, Scale)| accept(text.strip_prefix(name)?.trim_start()).then_some(*scale);
    SCALES.iter().find_map(scaled)
}

/// The unit that a metric's name states by Prometheus' conventions, or in parentheses (`CpuUsageRate(%)`), where no factor is hidden.
pub(super) fn unit_of_name(name: &str) -> Unit {
    if let Some((_, inside)) = name.strip_suffix(')').and_then(|open| open.rsplit_once('(')) {
        return parse_suffix(inside).filter(|(scale, _)| *scale == ONE).map_or(Unit::None, |(_, unit)| unit);
    }
    match name.strip_suffix("_sum").unwrap_or(name).rsplit('_').next() {
        Some("bytes") if name.len() > 5 => Unit::Bytes,
        Some("seconds") if name.len() > 7 => Unit::Seconds,
        Some("percent") if name.len() > 7 => Unit::Percent,
        _ => Unit::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formatted_cells_come_in_base_units() {
        let cases: &[(&str, f64, Unit)] = &[
            ("32.7 K", 32_700.0, Unit::None),
            ("46 K threads", 46_000.0, Unit::None),
            ("12.51 °C", 12.51, Unit::None),
            ("85%", 85.0, Unit::Percent),
            ("3 亿个", 300_000_000.0, Unit::None),
            ("30,112 个", 30_112.0, Unit::None),
            ("1.5 GiB", 1_610_612_736.0, Unit::Bytes),
            ("250 ms", 0.25, Unit::Seconds),
            ("2.5 mins", 150.0, Unit::Seconds),
            ("1,5 Mil", 1_500_000.0, Unit::None),
            ("1.2K req/s", 1_200.0, Unit::PerSecond),
            ("3 MB/s", 3_000_000.0, Unit::PerSecond),
            ("1 234 567", 1_234_567.0, Unit::None),
            ("1\u{202f}234,5", 1_234.5, Unit::None),
            ("1.234.567,8", 1_234_567.8, Unit::None),
            ("1,234,567.8", 1_234_567.8, Unit::None),
            ("1.690e+09", 1.69e9, Unit::None),
            ("-0,5", -0.5, Unit::None),
        ];
        for &(text, value, unit) in cases {
            assert_eq!(parse_cell(text.as_bytes(), Mark::Point), Cell::Value(value, unit), "{text}");
        }
        assert_eq!(parse_cell(b"1,234", Mark::Point), Cell::Value(1234.0, Unit::None));
        assert_eq!(parse_cell(b"1,234", Mark::Either), Cell::Value(1.234, Unit::None));
        for text in ["", " ", "null", "undefined", "NaN"] {
            assert_eq!(parse_cell(text.as_bytes(), Mark::Point), Cell::Gap, "{text}");
        }
        for text in ["+Inf", "worker-02", "3 XB", "1e999", "2023-07-23", "23.07.2023", "1.2.3", "10.96.0.10:53", "e5"] {
            assert_eq!(parse_cell(text.as_bytes(), Mark::Point), Cell::Text, "{text}");
        }
    }

    #[test]
    fn a_lone_sign_before_three_digits_depends_on_what_the_others_show() {
        for (text, mark) in [
            ("32,7", Mark::Comma),
            ("32.7 K", Mark::Point),
            ("0,125", Mark::Comma),
            ("1.234,5 ms", Mark::Comma),
            ("1,234,567", Mark::Point),
            ("1.234.567", Mark::Comma),
            ("1,234", Mark::Either),
            ("1234", Mark::Either),
            ("worker-02", Mark::Either),
        ] {
            assert_eq!(shown_mark(text.as_bytes()), mark, "{text}");
        }
        assert_eq!(parse_cell(b"1.234", Mark::Comma), Cell::Value(1234.0, Unit::None));
        assert_eq!(parse_cell(b"-1.234", Mark::Comma), Cell::Value(-1234.0, Unit::None));
        assert_eq!(parse_cell(b"0.125", Mark::Comma), Cell::Value(0.125, Unit::None));
        assert_eq!(parse_plain(b"32,7;", b','), Some((32.7, 4)));
    }

    #[test]
    fn names_state_units() {
        assert_eq!(unit_of_name("container_memory_working_set_bytes"), Unit::Bytes);
        assert_eq!(unit_of_name("CpuUsageRate(%)"), Unit::Percent);
        assert_eq!(unit_of_name("MemoryUsage(Mi)"), Unit::None);
        assert_eq!(unit_of_name("container_threads"), Unit::None);
    }
}
