//! How fast a use grows, and when it would reach its limit.
//!
//! The slope is Theil and Sen's: the median of all pairwise slopes, with the band that Kendall's statistic gives it (Sen 1968,
//! <https://doi.org/10.1080/01621459.1968.10480934>). No time is given where it would be a guess: [`exhaustion`] says when.

use super::median::median;
use super::usage::timestamp;
use crate::model::{Exhaustion, Instants, Timestamp};

/// Samples taken into account: longer windows are thinned to as many medians.
const MAX_SAMPLES: usize = 240;
/// Fewest samples that show a slope worth extending.
const MIN_SAMPLES: usize = 8;
/// A window says something about at most so many times its own length.
const MAX_REACH: f64 = 10.0;
/// A fall to this part of the value before is a restart.
const RESTART: f64 = 0.5;
/// 95 % of a normal distribution.
const Z: f64 = 1.96;

/// A slope with its band, per second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slope {
    /// Median of all pairwise slopes.
    pub per_s: f64,
    /// Lower end of the band.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Samples in the window.
    pub n: usize,
    /// Length of the window in seconds.
    pub window_s: f64,
}

/// The slope of finite samples, in order of time; `None` below three or where they have no duration.
#[must_use]
pub fn slope_of(times: Instants<'_>, values: &[f64]) -> Option<Slope> {
    let samples =
        || times.iter().zip(values).map(|(time, &value)| (time, value)).filter(|(_, value)| value.is_finite());
    let (first, last) = (samples().next()?.0, samples().next_back()?.0);
    let n_samples = samples().count();
    let mut thinned: Vec<(f64, f64)> = Vec::new();
    let mut rest = samples();
    loop {
        let bin = rest.by_ref().take(n_samples.div_ceil(MAX_SAMPLES));
        let (mut times, mut values): (Vec<f64>, Vec<f64>) = bin.unzip();
        let Some(middle) = median(&mut times).zip(median(&mut values)) else { break };
        thinned.push(middle);
    }
    let mut slopes: Vec<f64> = Vec::with_capacity(thinned.len() * thinned.len() / 2);
    for (index, a) in thinned.iter().enumerate() {
        let later = thinned[index + 1..].iter().filter(|b| b.0 > a.0);
        slopes.extend(later.map(|b| (b.1 - a.1) / (b.0 - a.0)));
    }
    if thinned.len() < 3 || slopes.is_empty() {
        return None;
    }
    slopes.sort_by(f64::total_cmp);
    let n = thinned.len() as f64;
    let width = Z * (n * (n - 1.0) * (2.0 * n + 5.0) / 18.0).sqrt();
    let at = |rank: f64| slopes[(rank.max(0.0) as usize).min(slopes.len() - 1)];
    let pairs = slopes.len() as f64;
    let (low, high) = (at((pairs - width) / 2.0), at(((pairs + width) / 2.0).ceil()));
    Some(Slope { per_s: at((pairs - 1.0) / 2.0), low, high, n: n_samples, window_s: last - first })
}

/// Where the samples since the last restart begin: use that fell to half within one step started anew.
#[must_use]
pub fn since_restart(values: &[f64]) -> usize {
    let mut last: Option<f64> = None;
    let mut start = 0;
    for (index, &value) in values.iter().enumerate().filter(|(_, value)| value.is_finite()) {
        if last.is_some_and(|last| value < RESTART * last) {
            start = index;
        }
        last = Some(value);
    }
    start
}

/// When a use that has `headroom` left at `last` is exhausted, if it goes on so. None where the band holds zero or less, with fewer than
/// eight samples, or beyond ten times the window's length.
#[must_use]
pub fn exhaustion(slope: &Slope, last: f64, headroom: f64) -> Option<Exhaustion> {
    let is_firm = slope.low > 0.0 && slope.n >= MIN_SAMPLES && headroom > 0.0;
    let after = |per_s: f64| -> Timestamp { timestamp(last + headroom / per_s) };
    let is_near = headroom / slope.per_s <= MAX_REACH * slope.window_s;
    // The slow end of the band may lie centuries away, where an instant has no more room.
    let slowest = slope.low.max(headroom / (1e3 * MAX_REACH * slope.window_s.max(1.0)));
    (is_firm && is_near).then(|| Exhaustion { at: after(slope.per_s), low: after(slope.high), high: after(slowest) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outliers_do_not_bend_it_and_the_band_holds_the_truth() {
        let times: Vec<f64> = (0..60).map(|index| f64::from(index) * 15.0).collect();
        let mut values: Vec<f64> = times.iter().map(|time| 1000.0 + 2.0 * time + (time * 7.0 % 5.0)).collect();
        values[10] = 90_000.0;
        values[50] = f64::NAN;
        let slope = slope_of((&times).into(), &values).expect("a slope");
        assert!((slope.per_s - 2.0).abs() < 0.02 && slope.low <= 2.0 && slope.high >= 2.0, "{slope:?}");
        assert_eq!((slope.n, slope.window_s), (59, 885.0));
        assert_eq!(slope_of((&[1.0, 1.0, 1.0]).into(), &[1.0, 2.0, 3.0]), None);
    }

    #[test]
    fn no_time_is_given_where_it_would_be_a_guess() {
        let times: Vec<f64> = (0..40).map(|index| f64::from(index) * 15.0).collect();
        let rising: Vec<f64> = times.iter().map(|time| 100.0 + time).collect();
        let slope = slope_of((&times).into(), &rising).expect("a slope");
        let end = exhaustion(&slope, 585.0, 300.0).expect("a time");
        assert_eq!(end.at, Timestamp::from_seconds(885));
        assert!(end.low <= end.at && end.at <= end.high);
        assert_eq!(exhaustion(&slope, 585.0, 585.0 * 11.0), None, "further than ten windows");
        let flat: Vec<f64> = (0..40).map(|index| 100.0 + f64::from(index % 3)).collect();
        assert_eq!(
            slope_of((&times).into(), &flat).and_then(|slope| exhaustion(&slope, 585.0, 1.0)),
            None,
            "a band with zero"
        );
        let few = slope_of((&times[..7]).into(), &rising[..7]).expect("a slope");
        assert_eq!(exhaustion(&few, 90.0, 10.0), None, "seven samples");
    }

    #[test]
    fn a_forecast_made_before_the_hit_holds_it() {
        // Replayed at every sample of the second half: the leak of 3 a second reaches 10,000 at 3,000 s.
        let times: Vec<f64> = (0..200).map(|index| f64::from(index) * 15.0).collect();
        let values: Vec<f64> = times.iter().map(|time| 1000.0 + 3.0 * time + (time * 13.0 % 40.0)).collect();
        for end in 100..200 {
            let slope = slope_of((&times[..end]).into(), &values[..end]).expect("a slope");
            let forecast = exhaustion(&slope, times[end - 1], 10_000.0 - values[end - 1]).expect("a time");
            let (low, high) = (forecast.low.as_seconds_f64(), forecast.high.as_seconds_f64());
            assert!(low - 30.0 <= 3000.0 && 3000.0 <= high + 30.0, "{end}: {low} to {high}");
        }
    }

    #[test]
    fn a_restart_begins_a_new_window() {
        assert_eq!(since_restart(&[10.0, 12.0, f64::NAN, 14.0, 3.0, 4.0, 5.0]), 4);
        assert_eq!(since_restart(&[10.0, 9.0, 8.0, 7.0]), 0);
        assert_eq!(since_restart(&[]), 0);
    }
}
