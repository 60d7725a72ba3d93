//! Where a series changes its level for good or for a while: every lasting step up or down, however many there are.
//!
//! Seeded binary segmentation (Kovács, Li, Bühlmann, Munk 2020, <https://arxiv.org/abs/2002.06633>) proposes splits over the running
//! median of three samples, narrowest interval first; what the noise of either side explains is dropped. Quiet by construction: a level
//! that the series visits again and again (day and night, garbage collection, batch jobs) is its nature, single samples are artefacts,
//! and a steady drift has no beginning. Long series are looked at in as many bins as matter, so the work is bounded.

use super::change_point::{Bins, MIN_HIGH, find_turn};
use super::median::median;
use crate::model::sort::Order as _;
use crate::model::{ChangeKind, Instants};

/// A change of level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shift {
    /// Last sample near the level before, seconds since the epoch.
    pub after: f64,
    /// First sample on the way to the new one.
    pub by: f64,
    /// Median before.
    pub before: f64,
    /// Median afterwards; of a growth or a decline its highest or lowest value.
    pub level: f64,
    /// How it changed.
    pub kind: ChangeKind,
}

/// Fewest samples of a level, and of a series half as many again as two of them.
const MIN_SAMPLES: usize = 3;
/// How much a split must explain, in variances of the noise per logarithm of the length.
const MIN_GAIN: f64 = 12.0;
/// How far levels must lie apart, in deviations of the noise around them and as a share of the level before.
const MIN_DEVIATIONS: f64 = 5.0;
const MIN_SHARE: f64 = 0.25;
/// A first sample that has come so much of the way is of the step that is found there, not of a slope.
const STEP_SHARE: f64 = 0.5;
/// Going to a level more often than this is a series' nature.
const MAX_VISITS: usize = 3;

/// Every lasting change, in order of time.
#[must_use]
pub fn find_shifts(times: Instants<'_>, values: &[f64]) -> Vec<Shift> {
    let bins = Bins::of(values);
    let mut shifts = Levels::of(times, values, &bins).map(|levels| levels.shifts()).unwrap_or_default();
    let sloping = [1.0, -1.0].into_iter().filter_map(|sign| {
        let onset = find_turn(times, values, &bins, sign)?;
        let end = times.at(onset.peak_index);
        let (before, level) = (sign * onset.baseline, sign * onset.peak);
        let way = (sign * values[onset.index] - onset.baseline) / (onset.peak - onset.baseline);
        let is_it =
            |step: &Shift| (step.level > before) == (sign > 0.0) && step.by >= onset.after && step.after <= onset.by;
        if way >= STEP_SHARE && shifts.iter().any(is_it) {
            return None;
        }
        let kind = if sign > 0.0 { ChangeKind::Growth } else { ChangeKind::Decline };
        Some((Shift { after: onset.after, by: onset.by, before, level, kind }, end))
    });
    let sloping: Vec<(Shift, f64)> = sloping.collect();
    // Steps on the way of a growth are that growth.
    shifts.retain(|step| {
        !sloping.iter().any(|(slope, end)| {
            (step.level > step.before) == (slope.level > slope.before) && step.by >= slope.after && step.after <= *end
        })
    });
    shifts.extend(sloping.iter().map(|(shift, _)| *shift));
    shifts.order_by(|a, b| a.by.total_cmp(&b.by).then(a.level.total_cmp(&b.level)));
    shifts
}

/// A series cut into stretches of one level each.
struct Levels {
    /// First and last time of each bin.
    times: Vec<(f64, f64)>,
    /// Values as measured, by bin.
    raw: Vec<f64>,
    /// Running median of three.
    smooth: Vec<f64>,
    /// What two neighbours differ by from noise alone.
    noise: f64,
    /// The same without regard to rare jumps, for placing a change.
    calm: f64,
    /// Deviation of the whole series around its median.
    spread: f64,
    /// Where stretches begin, and the end.
    bounds: Vec<usize>,
    /// Median and deviation of each stretch.
    stretches: Vec<(f64, f64)>,
}

impl Levels {
    fn of(times: Instants<'_>, values: &[f64], bins: &Bins) -> Option<Self> {
        let (mut ends, mut raw) = (Vec::new(), Vec::new());
        let n = times.len().min(values.len());
        for (start, &median) in (0..n).step_by(bins.size).zip(&bins.medians) {
            let is_known = |at: &usize| times.at(*at).is_finite() && values[*at].is_finite();
            let rows = start..(start + bins.size).min(n);
            if let Some((first, last)) = rows.clone().find(is_known).zip(rows.rev().find(is_known)) {
                ends.push((times.at(first), times.at(last)));
                raw.push(median);
            }
        }
        let times = ends;
        if raw.len() < 3 * MIN_SAMPLES {
            return None;
        }
        let smooth = running_median(&raw);
        let (low, high) = smooth.iter().fold((f64::MAX, f64::MIN), |(low, high), &v| (low.min(v), high.max(v)));
        if high <= low {
            return None;
        }
        let mut steps: Vec<f64> = smooth.windows(2).map(|pair| (pair[1] - pair[0]).abs()).collect();
        steps.sort_by(f64::total_cmp);
        let mut sorted = smooth.clone();
        sorted.sort_by(f64::total_cmp);
        let distinct = sorted.windows(2).map(|pair| pair[1] - pair[0]).filter(|step| *step > 0.0);
        let quantum = distinct.reduce(f64::min).unwrap_or(0.0);
        // A normal deviation is 1.4826 median deviations; of differences, √2 of it, and nine of ten lie within 1.645.
        let calm = (1.4826 * steps[steps.len() / 2] / std::f64::consts::SQRT_2).max(0.5 * quantum);
        let noise = calm.max(steps[steps.len() * 9 / 10] / 2.33).max(0.004 * (high - low));
        let (_, spread) = level_of(&smooth);
        let bounds = vec![0, smooth.len()];
        let mut levels = Self { times, raw, smooth, noise, calm, spread, bounds, stretches: Vec::new() };
        levels.split();
        levels.merge();
        Some(levels)
    }

    /// Proposes splits: of all seeded intervals the narrowest that shows one, then the next that holds none of those found.
    fn split(&mut self) {
        let n = self.smooth.len();
        // Sums from the first value on: small numbers keep them exact.
        let mut sums = vec![0.0];
        let mut sum = 0.0;
        sums.extend(self.smooth.iter().map(|value| {
            sum += value - self.smooth[0];
            sum
        }));
        let least = MIN_GAIN * (n as f64).ln() * self.noise * self.noise;
        let mut found: Vec<(usize, f64, usize, usize)> = Vec::new();
        // Each layer's intervals are two thirds as long as the last one's, down to the shortest there can be.
        let mut lengths = vec![n];
        while let Some(&length) = lengths.last().filter(|length| **length > 2 * MIN_SAMPLES) {
            lengths.push((length * 2 / 3).max(2 * MIN_SAMPLES));
        }
        for length in lengths {
            let step = (length / 4).max(1);
            for start in
                (0..=n - length).step_by(step).chain((!(n - length).is_multiple_of(step)).then_some(n - length))
            {
                let (gain, at) = best_split(&sums[start..=start + length]);
                if gain > least {
                    found.push((length, gain, start, start + at));
                }
            }
        }
        found.order_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)).then(a.2.cmp(&b.2)));
        for (length, _, start, at) in found {
            let next = self.bounds.partition_point(|&bound| bound <= start);
            // The first bound after the start lies beyond the interval: it holds none.
            if self.bounds[next] >= start + length {
                let place = self.bounds.partition_point(|&bound| bound < at);
                self.bounds.insert(place, at);
            }
        }
    }

    /// Takes back, weakest first, what the noise around both levels explains.
    fn merge(&mut self) {
        self.stretches = self.bounds.windows(2).map(|pair| level_of(&self.smooth[pair[0]..pair[1]])).collect();
        let strength = |a: (f64, f64), b: (f64, f64)| {
            // A short stretch that slopes is as wide as it is high: the whole series' spread speaks for it.
            let around = a.1.max(b.1).min(self.spread.max(a.1.min(b.1)));
            (b.0 - a.0).abs() / around.max(self.noise)
        };
        while let Some((index, _)) = self
            .stretches
            .windows(2)
            .map(|pair| strength(pair[0], pair[1]))
            .enumerate()
            .filter(|(_, strength)| *strength < MIN_DEVIATIONS)
            .min_by(|a, b| a.1.total_cmp(&b.1))
        {
            self.bounds.remove(index + 1);
            self.stretches[index] = level_of(&self.smooth[self.bounds[index]..self.bounds[index + 1]]);
            self.stretches.remove(index + 1);
        }
    }

    /// The changes between stretches: steps in a row in one direction, without a level between them, are one.
    fn shifts(&self) -> Vec<Shift> {
        let mut runs: Vec<(usize, usize)> = Vec::new();
        let rises = |index: usize| self.stretches[index + 1].0 > self.stretches[index].0;
        for index in 0..self.stretches.len().saturating_sub(1) {
            match runs.last_mut() {
                Some((_, last)) if rises(*last) == rises(index) && self.is_passage(index) => *last = index,
                _ => runs.push((index, index)),
            }
        }
        runs.into_iter().filter_map(|(first, last)| self.shift(first, last)).collect()
    }

    /// Whether a stretch is on the way rather than a level: short, or a line explains it.
    fn is_passage(&self, index: usize) -> bool {
        let (start, end) = (self.bounds[index], self.bounds[index + 1]);
        if end - start <= 2 * MIN_SAMPLES {
            return true;
        }
        let (slope, explained) = self.line(start, end);
        explained >= 0.5 && (slope > 0.0) == (self.stretches[index + 1].0 > self.stretches[index].0)
    }

    /// The slope of a stretch per second, and how much of its variance it explains.
    fn line(&self, start: usize, end: usize) -> (f64, f64) {
        let origin = self.times[start].0;
        let at = |index: usize| self.times[index].0 - origin;
        let n = (end - start) as f64;
        let (time, value) = ((start..end).map(at).sum::<f64>() / n, self.smooth[start..end].iter().sum::<f64>() / n);
        let (mut tt, mut tv, mut vv) = (0.0, 0.0, 0.0);
        for index in start..end {
            let (t, v) = (at(index) - time, self.smooth[index] - value);
            (tt, tv, vv) = (tt + t * t, tv + t * v, vv + v * v);
        }
        if tt > 0.0 && vv > 0.0 { (tv / tt, tv * tv / (tt * vv)) } else { (0.0, 0.0) }
    }

    /// The change from one stretch to another, if it is one worth saying.
    fn shift(&self, first: usize, last: usize) -> Option<Shift> {
        let ((before, deviation), (level, _)) = (self.stretches[first], self.stretches[last + 1]);
        let (from, start, to) = (self.bounds[first], self.bounds[first + 1], self.bounds[last + 2]);
        let apart = level - before;
        if apart.abs() < MIN_SHARE * before.abs() || self.drifts(first, last) {
            return None;
        }
        // How far a value is on the way from one level to the other.
        let way = |value: f64| (value - before) / apart;
        let threshold = (4.0 * deviation.max(0.002 * apart.abs()).max(self.calm) / apart.abs()).min(0.25);
        let is_beyond = |index: &usize| way(self.smooth[*index]) > threshold;
        let beyond = (start..to).find(is_beyond)?;
        let by = (1..=beyond).rev().take_while(is_beyond).last().unwrap_or(beyond);
        let last_low = by.checked_sub(1)?;
        let count = |range: std::ops::Range<usize>, is: &dyn Fn(f64) -> bool| {
            self.raw[range].iter().filter(|value| is(way(**value))).count()
        };
        let lasts = count(by..to, &|way| way > 0.6) >= MIN_HIGH && count(from..by, &|way| way < 0.4) >= MIN_HIGH;
        let (mut is_there, mut visits) = (false, 0);
        for &value in &self.smooth {
            if !is_there && way(value) >= 0.75 {
                (is_there, visits) = (true, visits + 1);
            } else if way(value) <= 0.25 {
                is_there = false;
            }
        }
        // Of bins of several samples the interval holds both whole.
        let (after, by) = (self.times[last_low].0, self.times[by].1);
        let kind = if apart > 0.0 { ChangeKind::Rise } else { ChangeKind::Fall };
        (lasts && visits <= MAX_VISITS).then_some(Shift { after, by, before, level, kind })
    }

    /// Whether the series already moved like this before the first of several steps: then nothing began.
    fn drifts(&self, first: usize, last: usize) -> bool {
        let middle = |index: usize| {
            let (start, end) = (self.bounds[index], self.bounds[index + 1]);
            (self.times[start].0 + self.times[end - 1].1) / 2.0
        };
        let ramp = (self.stretches[last + 1].0 - self.stretches[first].0) / (middle(last + 1) - middle(first));
        let (slope, _) = self.line(self.bounds[first], self.bounds[first + 1]);
        first != last && slope * ramp > 0.0 && slope.abs() > 0.3 * ramp.abs()
    }
}

/// Where two levels explain an interval best, given its sums from the first value on, and how much more than one level they explain.
fn best_split(sums: &[f64]) -> (f64, usize) {
    let n = sums.len() - 1;
    let (first, sum) = (sums[0], sums[n] - sums[0]);
    let (length, mut best) = (n as f64, (0.0, 0));
    for (index, own) in sums[MIN_SAMPLES..=n - MIN_SAMPLES].iter().enumerate() {
        let left = (MIN_SAMPLES + index) as f64;
        // How far apart the levels of both sides lie, times the samples of both and of the whole.
        let apart = (own - first) * length - sum * left;
        let gain = apart * apart / (left * (length - left));
        if gain > best.0 {
            best = (gain, MIN_SAMPLES + index);
        }
    }
    (best.0 / length, best.1)
}

/// Median of each value and its two neighbours: a single sample does not show.
fn running_median(values: &[f64]) -> Vec<f64> {
    let last_start = values.len().saturating_sub(3);
    let of = |index: usize| {
        let start = index.saturating_sub(1).min(last_start);
        let (a, b, c) = (values[start], values[start + 1], values[start + 2]);
        a.min(b).max(a.max(b).min(c))
    };
    (0..values.len()).map(of).collect()
}

/// Median and deviation, robust.
fn level_of(values: &[f64]) -> (f64, f64) {
    let mut sorted = values.to_vec();
    let level = median(&mut sorted).unwrap_or(0.0);
    sorted.iter_mut().for_each(|value| *value = (*value - level).abs());
    (level, 1.4826 * median(&mut sorted).unwrap_or(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers from 0 to 1 that are the same in every run.
    struct Dice(u64);

    impl Dice {
        fn uniform(&mut self) -> f64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 11) as f64 / (1u64 << 53) as f64
        }

        /// About normal, with deviation 1.
        fn normal(&mut self) -> f64 {
            ((0..12).map(|_| self.uniform()).sum::<f64>()) - 6.0
        }
    }

    fn times(n: usize) -> Vec<f64> {
        (0..n).map(|index| 1.69e9 + index as f64 * 15.0).collect()
    }

    #[test]
    fn the_best_split_is_the_one_that_leaves_least() {
        let mut dice = Dice(7);
        for n in [7, 8, 20, 60] {
            let values: Vec<f64> = (0..n).map(|index| dice.normal() + if index * 3 < n { 4.0 } else { 0.0 }).collect();
            let mut sums = vec![0.0];
            sums.extend(values.iter().scan(0.0, |sum, value| {
                *sum += value;
                Some(*sum)
            }));
            let off = |part: &[f64]| {
                let mean = part.iter().sum::<f64>() / part.len() as f64;
                part.iter().map(|value| (value - mean).powi(2)).sum::<f64>()
            };
            let left = |at: usize| off(&values[..at]) + off(&values[at..]);
            let least = (MIN_SAMPLES..=n - MIN_SAMPLES).min_by(|a, b| left(*a).total_cmp(&left(*b))).expect("one");
            let (gain, at) = best_split(&sums);
            assert_eq!(at, least, "{n}");
            assert!((gain - (off(&values) - left(at))).abs() < 1e-9, "{n}: {gain}");
        }
    }

    #[test]
    fn series_without_a_beginning_stay_silent() {
        let mut dice = Dice(1);
        let mut loud = Vec::new();
        for round in 0..100 {
            let (mut near, mut state) = (0.0, false);
            let kinds: [(&str, Vec<f64>); 7] = [
                ("white", (0..240).map(|_| 100.0 + 10.0 * dice.normal()).collect()),
                (
                    "correlated",
                    (0..240)
                        .map(|_| {
                            near = 0.9 * near + dice.normal();
                            100.0 + 5.0 * near
                        })
                        .collect(),
                ),
                ("waves", (0..240).map(|i| 100.0 + 40.0 * (f64::from(i) / 10.0).sin() + dice.normal()).collect()),
                ("saw", (0..240).map(|i| 100.0 + f64::from(i % 30) * 5.0 + dice.normal()).collect()),
                ("drift", (0..240).map(|i| 100.0 + 3.0 * f64::from(i) + 5.0 * dice.normal()).collect()),
                (
                    "two levels",
                    (0..240)
                        .map(|_| {
                            state ^= dice.uniform() < 0.15;
                            1.0 + f64::from(u8::from(state))
                        })
                        .collect(),
                ),
                (
                    "single samples",
                    (0..240).map(|i| if i % 40 == 20 { 900.0 } else { 100.0 + dice.normal() }).collect(),
                ),
            ];
            for (kind, values) in kinds {
                let shifts = find_shifts((&times(values.len())).into(), &values);
                if !shifts.is_empty() {
                    loud.push(format!("{round} {kind}: {shifts:?}"));
                }
            }
        }
        // Noise that remembers itself wanders off now and then.
        let (wandering, others): (Vec<_>, Vec<_>) = loud.into_iter().partition(|line| line.contains("correlated"));
        assert!(others.is_empty(), "of 600: {}", others.join("\n"));
        assert!(wandering.len() <= 8, "of 100: {}", wandering.join("\n"));
        assert!(
            find_shifts((&times(100)).into(), &[42.0; 100]).is_empty() && find_shifts((&[]).into(), &[]).is_empty()
        );
    }

    #[test]
    fn steps_are_found_where_they_are_up_and_down() {
        let mut dice = Dice(7);
        for round in 0..100 {
            let up = 20 + (dice.uniform() * 100.0) as usize;
            let down = up + 10 + (dice.uniform() * 100.0) as usize;
            let level = |index: usize| if (up..down).contains(&index) { 80.0 } else { 50.0 };
            let values: Vec<f64> = (0..280).map(|index| level(index) + 2.0 * dice.normal()).collect();
            let (times, shifts) = (times(280), find_shifts((&times(280)).into(), &values));
            let near = |shift: &Shift, at: usize| (shift.by - times[at]).abs() <= 15.0 && shift.after < shift.by;
            assert!(matches!(&shifts[..], [a, b] if near(a, up) && near(b, down)), "{round}: {up} {down} {shifts:?}");
            // Their levels are what they are like, not their extremes.
            let is_median = |shift: &Shift, level: f64| (shift.level - level).abs() <= 1.5;
            assert!(is_median(&shifts[0], 80.0) && is_median(&shifts[1], 50.0), "{round}: {shifts:?}");
        }
    }

    #[test]
    fn a_growth_is_one_change_at_its_onset_and_a_decline_too() {
        let mut dice = Dice(3);
        for sign in [1.0, -1.0] {
            let values: Vec<f64> = (0..280)
                .map(|index| {
                    50_000.0 + 60.0 * dice.normal() + sign * (f64::from(index) - 120.0).clamp(0.0, 36.0) * 920.0
                })
                .collect();
            let shifts = find_shifts((&times(280)).into(), &values);
            let at = times(280)[120];
            assert!(
                matches!(&shifts[..], [one] if matches!(one.kind, ChangeKind::Growth | ChangeKind::Decline) && one.after <= at && one.by >= at),
                "{sign} {shifts:?}"
            );
        }
    }

    #[test]
    fn a_long_series_costs_no_more_than_its_bins() {
        let n = 300_000;
        let values: Vec<f64> =
            (0..n).map(|index| if index < n / 3 { 10.0 } else { 25.0 } + f64::from(index as u8 % 3)).collect();
        let shifts = find_shifts((&times(n)).into(), &values);
        let at = times(n)[n / 3];
        assert!(matches!(&shifts[..], [one] if (one.by - at).abs() < 15.0 * 200.0), "{shifts:?}");
    }
}
