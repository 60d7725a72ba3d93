//! Plain numbers: digits, places, an exponent. What a table of millions of samples is made of.

/// Exact powers of ten: a mantissa below 2^53 multiplied with or divided by one of them is the correctly rounded value (Clinger, "How to
/// read floating point numbers accurately", 1990).
const POWERS_OF_TEN: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];
const EXACT_MANTISSA: u64 = 1 << 53;

/// Reads `[-]digits[.digits][e[±]digits]` at the start, with this byte for the decimal point, and says how many bytes it took; `None` for
/// everything else, and for what is beyond the finite numbers.
// Always: the next cell waits for the length, which a call would hand over through memory.
#[inline(always)]
pub(super) fn parse_plain(text: &[u8], decimal: u8) -> Option<(f64, usize)> {
    parse_short(text, decimal).or_else(|| parse_any(text, decimal))
}

/// As [`parse_plain`], for up to seven digits and up to seven places: nearly all that is counted or measured. Eight bytes are looked at at
/// once, so no step depends on how many digits there are.
#[inline(always)]
fn parse_short(text: &[u8], decimal: u8) -> Option<(f64, usize)> {
    let (whole, n_whole) = leading_digits(text)?;
    let value = whole as i64 as f64;
    let next = text[n_whole];
    if next != decimal {
        return (!matches!(next, b'e' | b'E')).then_some((value, n_whole));
    }
    let fraction = &text[n_whole + 1..];
    let (digits, n_places) = leading_digits(fraction)?;
    let ten = POWERS_OF_TEN[n_places];
    let mantissa = value * ten + digits as i64 as f64;
    (!matches!(fraction[n_places], b'e' | b'E')).then_some((mantissa / ten, n_whole + 1 + n_places))
}

/// The number that one to seven digits at the start make, and how many they are; `None` for more or none, and where there are not eight bytes
/// to look at.
#[inline(always)]
fn leading_digits(text: &[u8]) -> Option<(u64, usize)> {
    const ZEROS: u64 = 0x3030_3030_3030_3030;
    let (bytes, _) = text.split_first_chunk()?;
    // A digit's byte becomes 0 to 9; of every other byte the upper half is not zero, at the latest when six is added. What is carried into a
    // byte comes from one that is none.
    let values = u64::from_le_bytes(*bytes) ^ ZEROS;
    let others = (values.wrapping_add(0x0606_0606_0606_0606) | values) & 0xf0f0_f0f0_f0f0_f0f0;
    let n = (others.trailing_zeros() / 8) as usize;
    if n == 0 || n == 8 {
        return None;
    }
    // To the end of the word, with zeros before them; then pairs, fours and all eight are added up.
    let digits = values << (64 - 8 * n);
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
    const EVEN: u64 = 0x0000_00ff_0000_00ff;
    let upper = (pairs & EVEN).wrapping_mul(100 + (1_000_000 << 32));
    let lower = (pairs >> 16 & EVEN).wrapping_mul(1 + (10_000 << 32));
    Some((upper.wrapping_add(lower) >> 32, n))
}

/// As [`parse_plain`], byte by byte.
#[inline(never)]
fn parse_any(text: &[u8], decimal: u8) -> Option<(f64, usize)> {
    let negative = text.first() == Some(&b'-');
    let start = usize::from(negative);
    // Wraps only beyond 19 digits, which are not exact.
    let (mut at, mut mantissa) = (start, 0);
    take_digits(text, &mut at, &mut mantissa);
    let mut n_fraction = 0;
    let mut n_digits = at - start;
    if text.get(at) == Some(&decimal) {
        let point = at;
        at += 1;
        take_digits(text, &mut at, &mut mantissa);
        n_fraction = at - point - 1;
        n_digits += n_fraction;
    }
    if n_digits == 0 {
        return None;
    }
    let is_exact = n_digits <= 19 && mantissa <= EXACT_MANTISSA;
    let has_exponent = matches!(text.get(at), Some(b'e' | b'E'));
    match POWERS_OF_TEN.get(n_fraction) {
        Some(ten) if is_exact && !has_exponent => {
            // As a signed number, which processors convert in one step.
            let whole = mantissa as i64 as f64;
            let value = if n_fraction == 0 { whole } else { whole / ten };
            Some((if negative { -value } else { value }, at))
        }
        _ => parse_unusual(text, decimal, at, n_fraction, mantissa, is_exact),
    }
}

/// What [`parse_plain`] leaves: an exponent behind the digits that end before `at`, or more of them than a double holds.
#[cold]
#[inline(never)]
fn parse_unusual(
    text: &[u8],
    decimal: u8,
    mut at: usize,
    n_fraction: usize,
    mantissa: u64,
    is_exact: bool,
) -> Option<(f64, usize)> {
    let negative = text.first() == Some(&b'-');
    let mut power = -(n_fraction as i64);
    if let Some(b'e' | b'E') = text.get(at) {
        power += exponent(text, &mut at)?;
    }
    let value = match POWERS_OF_TEN.get(power.unsigned_abs() as usize) {
        Some(ten) if is_exact && power <= 0 => mantissa as i64 as f64 / ten,
        Some(ten) if is_exact => mantissa as i64 as f64 * ten,
        _ if decimal != b'.' => return None,
        _ => {
            let digits = std::str::from_utf8(&text[usize::from(negative)..at]).ok()?;
            digits.parse().ok().filter(|value: &f64| value.is_finite())?
        }
    };
    Some((if negative { -value } else { value }, at))
}

/// Adds the digits that come next to a number.
#[inline(always)]
fn take_digits(text: &[u8], at: &mut usize, number: &mut u64) {
    while let Some(digit) = text.get(*at).map(|byte| byte.wrapping_sub(b'0')).filter(|digit| *digit < 10) {
        *number = number.wrapping_mul(10).wrapping_add(u64::from(digit));
        *at += 1;
    }
}

/// The exponent that comes next. An `E` without digits is a unit's: nothing is taken. More digits than any number needs are none.
fn exponent(text: &[u8], at: &mut usize) -> Option<i64> {
    let sign = text.get(*at + 1).filter(|sign| matches!(sign, b'-' | b'+'));
    let from = *at + 1 + usize::from(sign.is_some());
    let (mut end, mut number) = (from, 0);
    take_digits(text, &mut end, &mut number);
    if end == from {
        return Some(0);
    }
    *at = end;
    let number = (end - from <= 4).then_some(number as i64)?;
    Some(if sign == Some(&b'-') { -number } else { number })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn plain_numbers_are_rounded_as_std_does() {
        for text in [
            "0",
            "-0",
            "41",
            "32.7",
            "46312",
            "1.5464384493252317",
            "5.345486111111112",
            "12049.308678993837",
            "0.1",
            "9007199254740993",
            "18446744073709551616",
            "0.00000000000000000000001",
            "123456789012345678901234567890",
            "4194304.",
            ".5",
        ] {
            let expected: f64 = text.parse().unwrap_or(f64::NAN);
            assert_eq!(parse_plain(text.as_bytes(), b'.'), Some((expected, text.len())), "{text}");
        }
        assert_eq!(parse_plain(b"32.7 K", b'.'), Some((32.7, 4)));
        assert_eq!(parse_plain(b"4.194304e+06,", b'.'), Some((4_194_304.0, 12)));
        assert_eq!(parse_plain(b"5E", b'.'), Some((5.0, 1)));
        assert_eq!(parse_plain(b"1,5e-3", b','), Some((0.0015, 6)));
        for text in ["", "-", ".", "NaN", "K", "+Inf", "1e309", "1e99999"] {
            assert_eq!(parse_plain(text.as_bytes(), b'.'), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_plain_number_is_what_std_reads(
            text in prop_oneof![
                "-?[0-9]{1,3}",
                "-?[0-9]{1,21}",
                "-?[0-9]{1,9}\\.[0-9]{0,20}",
                "-?[0-9]{0,9}\\.[0-9]{1,20}",
                "-?[0-9]{1,19}(\\.[0-9]{1,17})?[eE][+-]?[0-9]{1,3}",
                any::<f64>().prop_filter("finite", |value| value.is_finite()).prop_map(|value| format!("{value:?}")),
                any::<f64>().prop_filter("finite", |value| value.is_finite()).prop_map(|value| format!("{value}")),
                any::<f64>().prop_filter("finite", |value| value.is_finite()).prop_map(|value| format!("{value:e}")),
                any::<f32>().prop_filter("finite", |value| value.is_finite()).prop_map(|value| format!("{value}")),
            ],
            behind in prop_oneof![Just(""), Just(","), Just(" K"), Just("\n"), Just("\""), Just(",4294967296"), Just("\n16901208"), Just(" e+12345678")],
        ) {
            let expected = text.parse::<f64>().ok().filter(|value| value.is_finite());
            let read = parse_plain(format!("{text}{behind}").as_bytes(), b'.');
            prop_assert_eq!(read.map(|(value, len)| (value.to_bits(), len)), expected.map(|value| (value.to_bits(), text.len())));
        }
    }
}
