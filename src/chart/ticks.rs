//! Where the axes are marked and what the marks say: round numbers, and round times of the reader's clock.

use crate::model::time::{civil_from_days, days_from_civil};
use crate::model::words::after;
use crate::text::format;

const DAY_S: i64 = 86_400;

/// Marks of the value axis.
#[derive(Debug, PartialEq)]
pub(super) struct ValueTicks {
    /// Values, ascending.
    pub(super) values: Vec<f64>,
    /// One label per value.
    pub(super) labels: Vec<String>,
}

/// At most `max_n` (at least 2) marks at multiples of 1, 2 or 5 × 10ⁿ within `low..=high`.
pub(super) fn value_ticks(low: f64, high: f64, max_n: usize) -> ValueTicks {
    let step = value_step(high / max_n.max(2) as f64 - low / max_n.max(2) as f64);
    let mut values = Vec::new();
    let first = (low / step).ceil();
    // Rounding can add a mark at most; the bound keeps even a degenerate range short.
    for index in 0..=max_n.max(2) {
        let value = (first + index as f64) * step;
        if value > high || !value.is_finite() {
            break;
        }
        // -0 would be written with its sign.
        values.push(value + 0.0);
    }
    let labels = values.iter().map(|value| value_label(*value, step, low.abs().max(high.abs()))).collect();
    ValueTicks { values, labels }
}

/// Marks of a logarithmic axis: powers of ten, as many of them as fit, and 2 and 5 times them where there is room.
pub(super) fn log_ticks(low: f64, high: f64, max_n: usize) -> ValueTicks {
    let (from, to) = (exponent_of(low), exponent_of(high));
    let n_decades = (to - from + 1).max(1) as usize;
    let digits: &[f64] = if 3 * n_decades <= max_n { &[1.0, 2.0, 5.0] } else { &[1.0] };
    let every = n_decades.div_ceil(max_n.max(2));
    let decades = (from..=to).step_by(every).map(power_of_ten);
    let values = decades.flat_map(|power| digits.iter().map(move |digit| digit * power));
    let values: Vec<f64> = values.filter(|value| *value >= low && *value <= high).collect();
    let labels = values.iter().map(|value| value_label(*value, *value, *value)).collect();
    ValueTicks { values, labels }
}

/// The power of ten at or below a positive number.
pub(super) fn floor_of_ten(number: f64) -> f64 {
    power_of_ten(exponent_of(number)).max(f64::MIN_POSITIVE)
}

/// The smallest of 1, 2, 5 × 10ⁿ that is at least `rough`.
fn value_step(rough: f64) -> f64 {
    if !(rough.is_finite() && rough > f64::MIN_POSITIVE) {
        return 1.0;
    }
    let exponent = exponent_of(rough);
    let candidates = [1.0, 2.0, 5.0, 10.0].map(|digit| digit * power_of_ten(exponent));
    candidates.into_iter().find(|step| *step >= rough).unwrap_or(rough)
}

/// n of a positive number's scientific notation d.ddd × 10ⁿ. By powers: logarithms differ between platforms in the last bit.
fn exponent_of(number: f64) -> i32 {
    let mut exponent = 0;
    while power_of_ten(exponent + 1) <= number && number.is_finite() {
        exponent += 1;
    }
    while power_of_ten(exponent) > number && number > 0.0 {
        exponent -= 1;
    }
    exponent
}

/// Exact up to 10²², and the same everywhere. Not read from text: reading floats brings a table of ten kilobytes along.
fn power_of_ten(exponent: i32) -> f64 {
    let power = (0..exponent.unsigned_abs()).fold(1.0, |power, _| power * 10.0);
    if exponent < 0 { 1.0 / power } else { power }
}

/// A mark's label: `50,000` up to six digits, `1.5 M` above, all marks of an axis with the same number of decimals.
fn value_label(value: f64, step: f64, largest: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let (unit, size) = match largest {
        largest if largest < 1e6 => ("", 1.0),
        largest if largest < 1e9 => (" M", 1e6),
        largest if largest < 1e12 => (" G", 1e9),
        largest if largest < 1e15 => (" T", 1e12),
        _ => return scientific(value),
    };
    let decimals = -exponent_of(step / size);
    match (unit, decimals) {
        (_, ..=0) => format!("{}{unit}", format::integer((value / size).round() as i64)),
        ("", 7..) => scientific(value),
        ("", _) => with_decimals(value, decimals),
        // Four decimals of a million are harder to read than its digits.
        (_, 4..) => format::decimal(value),
        _ => with_decimals(value / size, decimals) + unit,
    }
}

/// `1.5e18`; a mantissa without a decimal has none.
fn scientific(value: f64) -> String {
    let exponent = exponent_of(value.abs());
    let mantissa = value / power_of_ten(exponent);
    // What rounds up to ten is one of the next power.
    let (mantissa, exponent) =
        if mantissa.abs() < 9.95 { (mantissa, exponent) } else { (mantissa / 10.0, exponent + 1) };
    let tenths = (mantissa * 10.0).round() as i64;
    with_decimals(mantissa, i32::from(tenths % 10 != 0)) + "e" + &exponent.to_string()
}

/// A number below 10¹² with at most six decimals. By integers: the library's printing of floats is larger than all of this module.
fn with_decimals(value: f64, decimals: i32) -> String {
    let power = 10_u64.pow(decimals.unsigned_abs());
    let scaled = (value.abs() * power as f64).round() as u64;
    let sign = if value < 0.0 && scaled > 0 { "-" } else { "" };
    let digits = (scaled % power + power).to_string();
    let point = if decimals > 0 { "." } else { "" };
    // The leading one keeps the zeros.
    format!("{sign}{}{point}{}", scaled / power, after(&digits, 1))
}

/// One mark of the time axis.
#[derive(Debug, PartialEq)]
pub(super) struct TimeTick {
    /// Seconds since the epoch.
    pub(super) at: f64,
    /// `22:05`, `22:05:30`, `22:05:30.5`, `07-23`, `2023-07`, `2023`.
    pub(super) label: String,
    /// What the label leaves out, at the first mark and where it changes: the date of a clock time, the year of a date.
    pub(super) context: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    /// Parts of a second: how many in a second.
    Fraction(i64),
    Seconds(i64),
    Days(i64),
    Months(i64),
}

const STEPS: [Step; 34] = {
    use Step::{Days, Fraction, Months, Seconds};
    [
        Fraction(1000),
        Fraction(500),
        Fraction(200),
        Fraction(100),
        Fraction(50),
        Fraction(20),
        Fraction(10),
        Fraction(5),
        Fraction(2),
        Seconds(1),
        Seconds(2),
        Seconds(5),
        Seconds(10),
        Seconds(15),
        Seconds(30),
        Seconds(60),
        Seconds(2 * 60),
        Seconds(5 * 60),
        Seconds(10 * 60),
        Seconds(15 * 60),
        Seconds(30 * 60),
        Seconds(3600),
        Seconds(2 * 3600),
        Seconds(3 * 3600),
        Seconds(6 * 3600),
        Seconds(12 * 3600),
        Days(1),
        Days(2),
        Days(7),
        Months(1),
        Months(3),
        Months(12),
        Months(60),
        Months(240),
    ]
};

impl Step {
    fn seconds(self) -> f64 {
        match self {
            Self::Fraction(parts) => 1.0 / parts as f64,
            Self::Seconds(seconds) => seconds as f64,
            Self::Days(days) => (days * DAY_S) as f64,
            Self::Months(months) => months as f64 * 30.0 * DAY_S as f64,
        }
    }

    /// Letters of a label, to know how many fit side by side.
    fn n_letters(self) -> usize {
        match self {
            Self::Fraction(parts) => 9 + fraction_digits(parts),
            Self::Seconds(60..) => 5,
            Self::Seconds(_) => 8,
            Self::Days(_) => 5,
            Self::Months(12..) => 4,
            Self::Months(_) => 7,
        }
    }

    /// The instant of mark `index` on the reader's clock: seconds since its epoch.
    fn at(self, index: i64) -> f64 {
        match self {
            Self::Fraction(parts) => index as f64 / parts as f64,
            Self::Seconds(seconds) => (index * seconds) as f64,
            // Weeks start on Monday: the epoch was a Thursday.
            Self::Days(days @ 7) => ((index * days + 4) * DAY_S) as f64,
            Self::Days(days) => (index * days * DAY_S) as f64,
            Self::Months(months) => {
                let month = index * months;
                let year = 1970 + month.div_euclid(12);
                (days_from_civil(year as i32, month.rem_euclid(12) as u32 + 1, 1) * DAY_S) as f64
            }
        }
    }

    /// Index of a mark at or shortly before an instant.
    fn index_before(self, local: f64) -> i64 {
        match self {
            Self::Months(months) => {
                let (year, month, _) = civil_from_days((local / DAY_S as f64).floor() as i64);
                ((i64::from(year) - 1970) * 12 + i64::from(month) - 1).div_euclid(months)
            }
            _ => (local / self.seconds()).floor() as i64 - 1,
        }
    }

    fn label(self, local: f64) -> String {
        let whole = local.floor() as i64;
        let of_day = whole.rem_euclid(DAY_S);
        let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
        let (year, month, day) = civil_from_days(whole.div_euclid(DAY_S));
        match self {
            Self::Fraction(parts) => {
                let digits = fraction_digits(parts);
                let scale = [1.0, 10.0, 100.0, 1000.0][digits.min(3)];
                let fraction = ((local - local.floor()) * scale).floor() as i64;
                format!("{hour:02}:{minute:02}:{second:02}.{fraction:0digits$}")
            }
            Self::Seconds(60..) => format!("{hour:02}:{minute:02}"),
            Self::Seconds(_) => format!("{hour:02}:{minute:02}:{second:02}"),
            Self::Days(_) => format!("{month:02}-{day:02}"),
            Self::Months(12..) => format!("{year}"),
            Self::Months(_) => format!("{year}-{month:02}"),
        }
    }

    /// What a label of this step leaves out.
    fn context(self, local: f64) -> String {
        let (year, month, day) = civil_from_days((local.floor() as i64).div_euclid(DAY_S));
        match self {
            Self::Fraction(_) | Self::Seconds(_) => format!("{year:04}-{month:02}-{day:02}"),
            Self::Days(_) => format!("{year}"),
            Self::Months(_) => String::new(),
        }
    }
}

/// Digits after the point that tell 1/1000, 1/50 or 1/2 of a second apart.
fn fraction_digits(parts: i64) -> usize {
    match parts {
        ..11 => 1,
        11..101 => 2,
        _ => 3,
    }
}

/// Marks of a window that is `width` pixels wide, on the clock `offset_s` seconds east of UTC, for labels of `letter` pixels a letter.
pub(super) fn time_ticks(window: (f64, f64), offset_s: i32, width: f32, letter: f32) -> Vec<TimeTick> {
    let offset = f64::from(offset_s);
    let pixels_per_second = f64::from(width) / (window.1 - window.0);
    let fits = |step: &Step| {
        let label = step.n_letters() as f64 * f64::from(letter);
        step.seconds() * pixels_per_second >= label * 1.5 + 16.0
    };
    let Some(step) = STEPS.into_iter().find(fits) else { return Vec::new() };
    let mut ticks = Vec::new();
    let mut context = String::new();
    for index in step.index_before(window.0 + offset).. {
        let mut local = step.at(index);
        let at = local - offset;
        if at < window.0 {
            continue;
        }
        if at > window.1 {
            break;
        }
        // A tenth as f64 may lie just before the digit it stands for.
        if matches!(step, Step::Fraction(_)) {
            local += 1e-5;
        }
        let here = step.context(local);
        let is_new = here != context;
        ticks.push(TimeTick { at, label: step.label(local), context: is_new.then(|| here.clone()) });
        context = here;
    }
    ticks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_times(window: (f64, f64), width: f32, expected: &[&str]) {
        let ticks = time_ticks(window, 8 * 3600, width, 6.2);
        let shown: Vec<String> = ticks
            .into_iter()
            .map(|tick| match tick.context {
                Some(context) => format!("{} | {context}", tick.label),
                None => tick.label,
            })
            .collect();
        assert_eq!(shown, expected);
    }

    /// 2023-07-23 22:00:00 +08:00.
    const START: f64 = 1_690_120_800.0;

    #[test]
    fn exponents_are_those_of_the_scientific_notation() {
        for number in [1.0, 9.99, 10.0, 0.1, 0.099, 3.2e18, 1e22, 2.5e300, 2.5e-300] {
            let written = format!("{number:e}");
            assert!(written.ends_with(&format!("e{}", exponent_of(number))), "{written}");
        }
        assert_eq!([1.5e18, -2e15, 9.96e15, 9.94e15].map(scientific), ["1.5e18", "-2e15", "1e16", "9.9e15"]);
    }

    #[test]
    fn times_are_round_on_the_readers_clock() {
        check_times((START, START + 1.0), 400.0, &["22:00:00.0 | 2023-07-23", "22:00:00.5", "22:00:01.0"]);
        check_times((START + 5.0, START + 95.0), 400.0, &["22:00:30 | 2023-07-23", "22:01:00", "22:01:30"]);
        check_times(
            (START, START + 3600.0),
            400.0,
            &["22:00 | 2023-07-23", "22:10", "22:20", "22:30", "22:40", "22:50", "23:00"],
        );
        check_times(
            (START - 3600.0, START + 5.0 * 3600.0),
            400.0,
            &["21:00 | 2023-07-23", "22:00", "23:00", "00:00 | 2023-07-24", "01:00", "02:00", "03:00"],
        );
        check_times(
            (START, START + 40.0 * 86_400.0),
            400.0,
            &["07-24 | 2023", "07-31", "08-07", "08-14", "08-21", "08-28"],
        );
        check_times(
            (START, START + 200.0 * 86_400.0),
            900.0,
            &["2023-08", "2023-09", "2023-10", "2023-11", "2023-12", "2024-01", "2024-02"],
        );
        check_times((START, START + 1000.0 * 86_400.0), 200.0, &["2024", "2025", "2026"]);
    }

    #[track_caller]
    fn check_values(low: f64, high: f64, expected: &[&str]) {
        assert_eq!(value_ticks(low, high, 5).labels, expected);
    }

    #[test]
    fn values_are_round_and_short() {
        check_values(0.0, 52_000.0, &["0", "20,000", "40,000"]);
        check_values(0.0, 1_600_000.0, &["0", "0.5 M", "1.0 M", "1.5 M"]);
        check_values(0.0, 4.0, &["0", "1", "2", "3", "4"]);
        check_values(0.0, 0.42, &["0", "0.1", "0.2", "0.3", "0.4"]);
        check_values(-3.0, 5.0, &["-2", "0", "2", "4"]);
        check_values(8_912_000.0, 8_912_900.0, &["8,912,000", "8,912,200", "8,912,400", "8,912,600", "8,912,800"]);
        check_values(0.0, 3.2e18, &["0", "1e18", "2e18", "3e18"]);
        check_values(0.0, 8e-9, &["0", "2e-9", "4e-9", "6e-9", "8e-9"]);
        check_values(0.0, 0.0008, &["0", "0.0002", "0.0004", "0.0006", "0.0008"]);
    }

    #[test]
    fn logarithmic_marks_are_powers_of_ten() {
        assert_eq!(log_ticks(10.0, 70_000.0, 5).labels, ["10", "100", "1,000", "10,000"]);
        assert_eq!(log_ticks(1.0, 60.0, 6).labels, ["1", "2", "5", "10", "20", "50"]);
        assert_eq!(log_ticks(0.01, 5e7, 5).labels, ["0.01", "1", "100", "10,000", "1 M"]);
    }
}
