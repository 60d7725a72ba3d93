//! When a series began to grow: a best two-segment fit finds the bend, a robust baseline narrows it to a sampling step.
//!
//! Quiet by construction: a flat, noisy, periodic or merely drifting series has no onset, nor has one that is high for a sample or two
//! only. The answer is an interval, never an instant finer than the sampling step. It does not depend on the series' unit or on when
//! it was taken.

use super::median::{median, median_of_some};
use crate::model::Instants;

/// A growth that began.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Onset {
    /// Last sample still at the baseline, seconds since the epoch.
    pub after: f64,
    /// First sample above it.
    pub by: f64,
    /// Index of that sample in the series.
    pub index: usize,
    /// Median before.
    pub baseline: f64,
    /// Highest value after.
    pub peak: f64,
    /// Index of the highest value.
    pub peak_index: usize,
}

/// Fewest samples that can show a bend.
const MIN_SAMPLES: usize = 8;
/// How much of the variance the bend must explain before it is believed.
const MAX_RESIDUAL: f64 = 0.25;
/// How much better than one straight line it must explain what is left: a steady drift has no beginning.
const MAX_OF_DRIFT: f64 = 0.5;
/// How far above the baseline growth must reach, in deviations of the baseline and as a share of it.
const MIN_DEVIATIONS: f64 = 8.0;
const MIN_SHARE: f64 = 0.25;
/// Samples in a row that must stand clearly above the baseline around the peak: one or two may be an artefact of scraping.
pub(super) const MIN_HIGH: usize = 3;
/// Samples of a level that show that it lasts.
const LASTING: usize = 10;
/// A series that rises more often than this does so by its nature: day and night, batch jobs.
const MAX_RISES: usize = 3;
/// A longer series is looked at in bins first, then sample by sample where it bends.
const MANY_SAMPLES: usize = 16_384;
/// Bins at most.
const BINS: usize = 4_096;
/// Samples of a bin of many that its median is taken of, at least: a short series is judged by single ones.
const BIN_SAMPLES: usize = 9;
/// The least deviation that a baseline is believed to have, as a share of the growth: a perfectly flat one is an accident of sampling.
const MIN_DEVIATION: f64 = 0.002;

/// The onset of the growth that leads to the series' highest value, if it is a growth at all.
#[must_use]
pub fn find_onset(times: Instants<'_>, values: &[f64]) -> Option<Onset> {
    find_turn(times, values, &Bins::of(values), 1.0)
}

/// A series cut into at most [`BINS`] stretches of the same number of samples. A series in vectors of its sums takes a hundred times its
/// size, and most of a long one is far from any bend.
pub(super) struct Bins {
    /// Samples of each, but the last.
    pub(super) size: usize,
    /// Medians, NaN where nothing was sampled.
    pub(super) medians: Vec<f64>,
}

impl Bins {
    /// Of a whole series.
    pub(super) fn of(values: &[f64]) -> Self {
        let (size, mut room) = (values.len().div_ceil(BINS).max(1), Vec::new());
        let middle = |bin| median_of_some(bin, BIN_SAMPLES, &mut room).unwrap_or(f64::NAN);
        Self { size, medians: values.chunks(size).map(middle).collect() }
    }
}

/// The onset of a growth, or where `sign` is -1 of a decline; the values of the answer are those of the series times `sign`.
pub(super) fn find_turn(times: Instants<'_>, values: &[f64], bins: &Bins, sign: f64) -> Option<Onset> {
    let n = times.len().min(values.len());
    if n > MANY_SAMPLES {
        return find_in_bins(times, &values[..n], bins, sign);
    }
    find_among(times, &values.iter().map(|value| sign * value).collect::<Vec<_>>())
}

/// In bins first: the bend lies between the last bin at the baseline and the first above it, the peak in the highest bin.
fn find_in_bins(times: Instants<'_>, values: &[f64], bins: &Bins, sign: f64) -> Option<Onset> {
    let size = bins.size;
    let finite = |values: &[f64]| -> Vec<f64> {
        values.iter().map(|value| sign * value).filter(|value| value.is_finite()).collect()
    };
    let middles: Vec<f64> = bins.medians.iter().map(|middle| sign * middle).collect();
    let starts: Vec<f64> = (0..values.len()).step_by(size).map(|index| times.at(index)).collect();
    let coarse = find_among((&starts).into(), &middles)?;
    let growth = coarse.peak - coarse.baseline;
    // What single samples of the baseline's last bins lie off it.
    let after = starts.partition_point(|start| *start < coarse.after);
    let mut off = finite(&values[after.saturating_sub(2) * size..((after + 1) * size).min(values.len())]);
    off.iter_mut().for_each(|value| *value = (*value - coarse.baseline).abs());
    // Nine of ten lie within 1.645 normal deviations.
    off.sort_by(f64::total_cmp);
    let height = 4.0 / 1.645 * off.get(off.len() * 9 / 10)?;
    let known = |range: std::ops::Range<usize>| {
        let known = range.filter(|index| values[*index].is_finite());
        known.map(|index| (index, times.at(index), sign * values[index]))
    };
    // The first bin above the baseline may begin with its lowest samples: then the growth goes on in the next one.
    let end = ((coarse.index + 1) * size).min(values.len());
    let is_high = |sample: &(usize, f64, f64)| sample.2 > coarse.baseline + height;
    let rise: Vec<_> = known(after * size..end).chain(known(end..values.len()).find(is_high)).collect();
    let (after, by, index) = left(&rise, coarse.baseline, growth, (height, height))?;
    let peak_bin = coarse.peak_index * size..((coarse.peak_index + 1) * size).min(values.len());
    let (peak_index, _, peak) = known(peak_bin).reduce(|best, next| if next.2 > best.2 { next } else { best })?;
    Some(Onset { after, by, index, baseline: coarse.baseline, peak, peak_index })
}

fn find_among(times: Instants<'_>, values: &[f64]) -> Option<Onset> {
    let samples: Vec<(usize, f64, f64)> = times
        .iter()
        .zip(values)
        .enumerate()
        .filter(|(_, (time, value))| time.is_finite() && value.is_finite())
        .map(|(index, (time, &value))| (index, time, value))
        .collect();
    let samples = without_spikes(samples);
    let (peak_at, peak) =
        samples.iter().map(|sample| sample.2).enumerate().reduce(|a, b| if b.1 > a.1 { b } else { a })?;
    // A plateau at a ceiling is not part of the growth: it ends where the plateau is first reached.
    let lowest = samples.iter().map(|sample| sample.2).fold(f64::INFINITY, f64::min);
    let reached = samples.iter().position(|sample| sample.2 >= lowest + 0.95 * (peak - lowest)).unwrap_or(peak_at);
    let rise = &samples[..=reached];
    if rise.len() < MIN_SAMPLES {
        return None;
    }
    let bend = best_bend(rise)?;
    let mut before: Vec<f64> = rise[..bend].iter().map(|sample| sample.2).collect();
    let baseline = median(&mut before)?;
    let mut deviations: Vec<f64> = before.iter().map(|value| (value - baseline).abs()).collect();
    let growth = peak - baseline;
    let is_low = |sample: &(usize, f64, f64)| sample.2 <= baseline + 0.25 * growth;
    let from = samples[..peak_at].iter().rposition(is_low).map_or(0, |low| low + 1);
    let to = samples[peak_at..].iter().position(is_low).map_or(samples.len(), |low| peak_at + low);
    // 1.4826 scales the median deviation to a standard deviation.
    let own = (1.4826 * median(&mut deviations)?).max(0.5 * quantum(&rise[..bend]));
    // What is hidden from the median (bursts before the growth) is not hidden from the spread.
    let spread = (before.iter().map(|value| (value - baseline).powi(2)).sum::<f64>() / before.len() as f64).sqrt();
    // From one level to another, and both last: then no step between two values is what a steady one may be off.
    let is_clean = spread == 0.0 && bend.min(to - from) >= LASTING;
    let deviation = if is_clean { own } else { own.max(0.5 * quantum(rise)) };
    let is_small = growth < MIN_DEVIATIONS * deviation.max(spread).max(MIN_DEVIATION * growth)
        || growth < MIN_SHARE * baseline.abs();
    if is_small || to - from < MIN_HIGH || n_rises(&samples, baseline, growth) > MAX_RISES {
        return None;
    }
    let highest = before.iter().copied().fold(baseline, f64::max) - baseline;
    let (after, by, index) =
        left(rise, baseline, growth, (highest.min(4.0 * own), 4.0 * deviation.max(MIN_DEVIATION * growth)))?;
    Some(Onset { after, by, index, baseline, peak, peak_index: samples[peak_at].0 })
}

/// When a growth left its baseline: the last sample before, the first one after, and that one's index. A growth that is slow against the
/// deviation began before it stood out: no longer ago than it takes from there to stand out four times as far. Where it left the baseline's
/// own deviation counts if that lies within this time; else the baseline wandered.
fn left(rise: &[(usize, f64, f64)], baseline: f64, growth: f64, (own, wide): (f64, f64)) -> Option<(f64, f64, usize)> {
    let at = |height: f64| {
        let height = height.min(0.2 * growth);
        let low = |height: f64| rise.iter().rposition(|sample| sample.2 <= baseline + height);
        let (last, far) = (low(height)?, low(4.0 * height)?);
        let since = if far + 1 < rise.len() { far - last } else { last };
        Some((last.saturating_sub(since), last + 1))
    };
    let wide = at(wide)?;
    let (after, by) = at(own).filter(|(_, by)| *by > wide.0).unwrap_or(wide);
    Some((rise[after].1, rise.get(by)?.1, rise[by].0))
}

/// The smallest step between two values: counts are whole, and half a unit is what a steady one may be off.
fn quantum(samples: &[(usize, f64, f64)]) -> f64 {
    let mut values: Vec<f64> = samples.iter().map(|sample| sample.2).collect();
    values.sort_by(f64::total_cmp);
    let steps = values.windows(2).map(|pair| pair[1] - pair[0]).filter(|step| *step > 0.0);
    steps.reduce(f64::min).unwrap_or(0.0)
}

/// How often the series comes up from near the baseline to near the peak.
fn n_rises(samples: &[(usize, f64, f64)], baseline: f64, growth: f64) -> usize {
    let (mut is_high, mut n) = (false, 0);
    for &(_, _, value) in samples {
        if !is_high && value >= baseline + 0.75 * growth {
            (is_high, n) = (true, n + 1);
        } else if value <= baseline + 0.25 * growth {
            is_high = false;
        }
    }
    n
}

/// The samples without those that stand alone: more than a quarter of the series' range away from the median of themselves and their two
/// neighbours, the range being that of the medians.
fn without_spikes(samples: Vec<(usize, f64, f64)>) -> Vec<(usize, f64, f64)> {
    let Some(last_start) = samples.len().checked_sub(3) else { return samples };
    let medians: Vec<f64> = (0..samples.len())
        .map(|index| {
            let start = index.saturating_sub(1).min(last_start);
            let [a, b, c] = [0, 1, 2].map(|offset| samples[start + offset].2);
            a.min(b).max(a.max(b).min(c))
        })
        .collect();
    let (low, high) =
        medians.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &m| (low.min(m), high.max(m)));
    let alone = |(sample, median): (&(usize, f64, f64), &f64)| (sample.2 - median).abs() > 0.25 * (high - low);
    let is_alone: Vec<bool> = samples.iter().zip(&medians).map(alone).collect();
    samples.into_iter().zip(is_alone).filter(|(_, alone)| !alone).map(|(sample, _)| sample).collect()
}

/// The index at which a flat line followed by a sloped one fits best; `None` when one flat line does nearly as well.
fn best_bend(samples: &[(usize, f64, f64)]) -> Option<usize> {
    // Small numbers keep the sums of squares exact.
    let &(_, origin, level) = samples.first()?;
    let mut sums = Vec::with_capacity(samples.len() + 1);
    let mut sum = Sums::default();
    sums.push(sum);
    for &(_, time, value) in samples {
        sum.add(time - origin, value - level);
        sums.push(sum);
    }
    let whole = sum.flat_residual();
    let n = samples.len();
    (2..n - 1)
        .map(|bend| (bend, sums[bend].flat_residual() + sum.minus(&sums[bend]).line_residual()))
        .reduce(|best, next| if next.1 < best.1 { next } else { best })
        .filter(|(_, residual)| whole > 0.0 && *residual <= MAX_RESIDUAL * whole)
        .filter(|(_, residual)| *residual <= MAX_OF_DRIFT * sum.line_residual())
        .map(|(bend, _)| bend)
}

/// Sums that give a segment's residual in constant time.
#[derive(Clone, Copy, Default)]
struct Sums {
    n: f64,
    t: f64,
    v: f64,
    tt: f64,
    tv: f64,
    vv: f64,
}

impl Sums {
    fn add(&mut self, t: f64, v: f64) {
        self.n += 1.0;
        self.t += t;
        self.v += v;
        self.tt += t * t;
        self.tv += t * v;
        self.vv += v * v;
    }

    fn minus(&self, other: &Self) -> Self {
        Self {
            n: self.n - other.n,
            t: self.t - other.t,
            v: self.v - other.v,
            tt: self.tt - other.tt,
            tv: self.tv - other.tv,
            vv: self.vv - other.vv,
        }
    }

    fn flat_residual(&self) -> f64 {
        if self.n < 1.0 { 0.0 } else { (self.vv - self.v * self.v / self.n).max(0.0) }
    }

    fn line_residual(&self) -> f64 {
        let spread = self.tt - self.t * self.t / self.n.max(1.0);
        if spread <= 0.0 {
            return self.flat_residual();
        }
        let slope_part = self.tv - self.t * self.v / self.n;
        (self.flat_residual() - slope_part * slope_part / spread).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn onset_in(times: &[f64], values: &[f64]) -> Option<Onset> {
        find_onset(times.into(), values)
    }

    fn noise(index: usize) -> f64 {
        (index.wrapping_mul(2_654_435_761) >> 7 & 0xff) as f64 / 255.0 - 0.5
    }

    #[test]
    fn flat_noisy_and_periodic_series_stay_silent() {
        let times: Vec<f64> = (0..300).map(|index| f64::from(index) * 15.0).collect();
        let flat: Vec<f64> = vec![42.0; 300];
        let noisy: Vec<f64> = (0..300).map(|index| 100.0 + 40.0 * noise(index)).collect();
        let waves: Vec<f64> = (0..300).map(|index| 100.0 + 10.0 * f64::from((index % 20 - 10i32).abs())).collect();
        for values in [flat, noisy, waves] {
            assert_eq!(onset_in(&times, &values), None);
        }
        assert_eq!(onset_in(&[], &[]), None);
    }

    /// A leak after a flat stretch, in any unit and at any level of noise that leaves it visible.
    fn leak(seed: usize, n: usize) -> (Vec<f64>, Vec<f64>) {
        let times = (0..n).map(|index| index as f64 * 15.0).collect();
        let height = |index: usize| (index as f64 - 120.0).clamp(0.0, 36.0) * 920.0;
        (times, (0..n).map(|index| 13_000.0 + 120.0 * noise(index + 1000 * seed) + height(index)).collect())
    }

    #[test]
    fn unit_level_and_date_do_not_matter() {
        for seed in 0..50 {
            let (times, values) = leak(seed, 280);
            let want = onset_in(&times, &values).map(|onset| (onset.index, onset.peak_index)).expect("an onset");
            for (scale, level, start) in
                [(1e-6, 0.0, 0.0), (1e9, 0.0, 1.69e9), (1.0, 40_000.0, 0.0), (1.0, -13_000.0, 1.69e9)]
            {
                let times: Vec<f64> = times.iter().map(|time| time + start).collect();
                let values: Vec<f64> = values.iter().map(|value| value * scale + level).collect();
                let onset = onset_in(&times, &values).unwrap_or_else(|| panic!("{seed} {scale} {level} {start}"));
                assert_eq!((onset.index, onset.peak_index), want, "{seed} {scale} {level} {start}");
            }
        }
    }

    #[test]
    fn the_answer_holds_the_true_onset() {
        // Slope per sample, noise, what the baseline gained an hour earlier, and how many samples wide the answer may be at most.
        for (slope, loud, earlier, widest) in [
            (7.0, 0.0, 0.0, 1),
            (7.0, 2.0, 0.0, 2),
            (160.0, 0.0, 0.0, 1),
            (920.0, 120.0, 0.0, 1),
            (30.0, 120.0, 0.0, 40),
            (7.0, 120.0, 0.0, 160),
            (7.0, 2.0, 10.0, 120),
        ] {
            let (mut n_held, times) = (0, (0..4000).map(|index| f64::from(index) * 15.0).collect::<Vec<_>>());
            for seed in 0..50 {
                let height =
                    |index: usize| (index as f64 - 1000.0).max(0.0) * slope + if index > 700 { earlier } else { 0.0 };
                let value = |index: usize| 3000.0 + (loud * noise(index + 7919 * seed)).round() + height(index);
                let values: Vec<f64> = (0..4000).map(value).collect();
                let onset = onset_in(&times, &values).expect("an onset");
                let wide = (onset.by - onset.after) / 15.0;
                assert!(wide <= f64::from(widest), "{slope} {loud} {seed}: {wide}");
                assert!((onset.baseline - 3000.0).abs() < 60.0, "{onset:?}");
                n_held += i32::from(onset.after <= 15_000.0 && onset.by > 15_000.0);
            }
            assert!(n_held >= 48, "{slope} {loud} {earlier}: {n_held} of 50");
        }
    }

    #[test]
    fn a_level_that_lasts_after_another_that_did_is_reached_by_a_step() {
        let times: Vec<f64> = (0..60).map(|index| f64::from(index) * 60.0).collect();
        for (low, high) in [(800.0, 3000.0), (0.0, 1.0), (1000.0, 2000.0)] {
            let step: Vec<f64> = (0..60).map(|index| if index < 30 { low } else { high }).collect();
            let onset = onset_in(&times, &step).expect("an onset");
            assert_eq!((onset.after, onset.by, onset.baseline, onset.peak), (1740.0, 1800.0, low, high));
            // Of nine samples it cannot be told.
            assert_eq!(onset_in(&times[21..], &step[21..]), None);
            assert_eq!(onset_in(&times[..39], &step[..39]), None);
        }
    }

    #[test]
    fn white_noise_has_no_onset() {
        let times: Vec<f64> = (0..240).map(f64::from).collect();
        let mut state = 1u64;
        let mut uniform = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1u64 << 53) as f64
        };
        let mut found = 0;
        for seed in 0..1000 {
            // Even seeds: about normal; odd seeds: counts near zero, the hardest for a robust baseline.
            let normal: Vec<f64> =
                (0..240).map(|_| 100.0 + 10.0 * ((0..6).map(|_| uniform()).sum::<f64>() - 3.0)).collect();
            let counts: Vec<f64> = normal.iter().map(|value| ((value - 104.0) / 3.0).max(0.0).floor()).collect();
            found += usize::from(onset_in(&times, if seed % 2 == 0 { &normal } else { &counts }).is_some());
        }
        assert_eq!(found, 0, "of 1,000");
    }

    #[test]
    fn single_samples_neither_are_a_growth_nor_hide_one() {
        let times: Vec<f64> = (0..280).map(|index| f64::from(index) * 15.0).collect();
        for at in [0, 5, 100, 278, 279] {
            for width in [1, 2] {
                let mut values: Vec<f64> = (0..280).map(|index| 800.0 + 5.0 * noise(index)).collect();
                values[at..(at + width).min(280)].fill(46_000.0);
                assert_eq!(onset_in(&times, &values), None, "{width} samples at {at}");
            }
            let (times, mut values) = leak(0, 280);
            let want = onset_in(&times, &values).expect("an onset");
            values[at] = 90_000.0;
            let onset = onset_in(&times, &values).unwrap_or_else(|| panic!("a spike at {at} hides the growth"));
            assert_eq!(onset.index, want.index, "spike at {at}");
        }
    }

    #[test]
    fn a_long_series_bends_where_a_short_one_does() {
        for n in [20_000, 200_000] {
            let bend = n / 2;
            let times: Vec<f64> = (0..n).map(|index| index as f64 * 15.0).collect();
            let height = |index: usize| (index as f64 - bend as f64).max(0.0) * 33_000.0 / bend as f64;
            let mut values: Vec<f64> = (0..n).map(|index| 13_000.0 + 120.0 * noise(index) + height(index)).collect();
            values[bend + 7] = f64::NAN;
            values[100] = 90_000.0;
            let onset = onset_in(&times, &values).expect("an onset");
            // Until it stands out of the noise, the growth has begun some samples ago.
            let (at, wide) = (bend as f64 * 15.0, (onset.by - onset.after) / 15.0);
            assert!(onset.after <= at && at < onset.by && wide < n as f64 * 0.01, "{n}: {onset:?}");
            assert!(onset.peak_index > n - n / 500 && (onset.baseline - 13_000.0).abs() < 60.0, "{n}: {onset:?}");
            let falling: Vec<f64> = values.iter().map(|value| -value).collect();
            assert_eq!(find_turn((&times).into(), &falling, &Bins::of(&falling), -1.0), Some(onset));
            let flat: Vec<f64> = (0..n).map(|index| 100.0 + 40.0 * noise(index)).collect();
            assert_eq!(onset_in(&times, &flat), None);
        }
    }

    #[test]
    fn the_middle_of_many_is_told_by_some_of_them() {
        let mut room = Vec::new();
        for n in [1, 2, 8, 9, 35, 36, 60, 127, 2_441, 100_003] {
            // Whatever repeats every few samples is not taken for the whole.
            for period in [1, 2, 3, 4, 5, 6, 10, 12, 60] {
                let saw: Vec<f64> = (0..n).map(|index| (index % period) as f64).collect();
                let middle = median_of_some(&saw, BIN_SAMPLES, &mut room).expect("a middle");
                assert_eq!(room.len() % 2, 1, "{n} {period}");
                let (low, high) = (0.0, (period.min(n) - 1) as f64);
                assert!(low <= middle && middle <= high, "{n} {period}: {middle}");
                if n > 2_000 && period > 2 {
                    assert!(low < middle && middle < high, "{n} {period}: {middle}");
                }
                let negated: Vec<f64> = saw.iter().map(|value| -value).collect();
                assert_eq!(median_of_some(&negated, BIN_SAMPLES, &mut room), Some(-middle), "{n} {period}");
            }
            let mut rare = vec![f64::NAN; n];
            rare[n / 2] = 7.0;
            assert_eq!(median_of_some(&rare, BIN_SAMPLES, &mut room), Some(7.0), "{n}");
            assert_eq!(median_of_some(&vec![f64::NAN; n], BIN_SAMPLES, &mut room), None);
        }
    }

    #[test]
    fn a_missing_block_only_widens_the_answer() {
        let (times, mut values) = leak(0, 280);
        values[60..110].fill(f64::NAN);
        assert_eq!(onset_in(&times, &values).map(|onset| onset.index), Some(121));
        values[115..125].fill(f64::NAN);
        let onset = onset_in(&times, &values).expect("an onset");
        assert!(
            onset.after <= 120.0 * 15.0 && onset.by >= 120.0 * 15.0 && onset.by - onset.after <= 12.0 * 15.0,
            "{onset:?}"
        );
    }
}
