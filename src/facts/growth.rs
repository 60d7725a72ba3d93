//! Who grew with the node's threads: share of growth, not size. A large flat process is not the leaker.

use super::change_point::{Onset, find_onset};
use super::median::{MAX_OF_MEDIAN, median, median_among, median_of_some};
use super::shift::find_shifts;
use super::slope::slope_of;
use super::usage::{Quantity, SeriesFact, Usage, highest, timestamp};
use crate::model::gather::ByName;
use crate::model::sort::Order as _;
use crate::model::{ChangePoint, ForkReport, GrowthReport, GrowthShare, Instants, TimeRange};

/// The growth of the total, taken apart by container.
#[derive(Clone, Debug)]
pub struct Growth {
    /// Onset of the total's growth, or its first sample where it [grew all along](Growth::begins).
    pub onset: Onset,
    /// Whether the samples show the onset. Else it lies before the first one.
    pub begins: bool,
    /// Index of the total in [`Usage::series`].
    pub total: usize,
    /// Contributions, largest first.
    pub contributions: Vec<Contribution>,
    /// What tasks were created for it, where forks were counted.
    pub forks: Option<Forks>,
    /// The node's own count against the sum over its containers, where both were collected.
    pub rest: Option<Rest>,
}

/// Tasks created per second, before the growth and during it. Threads count as well as processes.
#[derive(Clone, Copy, Debug)]
pub struct Forks {
    /// Index in [`Usage::series`].
    pub series: usize,
    /// Median before the onset.
    pub before: f64,
    /// Median from onset to peak.
    pub during: f64,
    /// A sample near the middle of the growth.
    pub index: usize,
    /// By how much the total grew per second.
    pub kept: f64,
}

impl Forks {
    /// What the creation rate says: tasks that stay (a leak), tasks that come and go (a storm), or neither clearly.
    #[must_use]
    pub fn kind(&self) -> ForkKind {
        let extra = self.during - self.before;
        if extra <= LEAK_FORKS * self.kept && extra >= self.kept / LEAK_FORKS {
            ForkKind::Leak
        } else if extra >= STORM_FORKS * self.kept {
            ForkKind::Storm
        } else {
            ForkKind::Unclear
        }
    }
}

/// See [`Forks::kind`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForkKind {
    /// About as many were created as stayed.
    Leak,
    /// Many more were created than stayed.
    Storm,
    /// In between, or the two counts do not fit together.
    Unclear,
}

/// The node's threads that no container's series counts.
#[derive(Clone, Copy, Debug)]
pub struct Rest {
    /// Median before the onset.
    pub before: f64,
    /// At the total's peak.
    pub at_peak: f64,
    /// The node's threads then.
    pub node: f64,
    /// The containers' then.
    pub containers: f64,
    /// When.
    pub at: f64,
}

impl Rest {
    /// Whether threads grew that no container's label names: a service of the host, a static pod, another namespace.
    #[must_use]
    pub fn is_unlabelled(&self) -> bool {
        self.at_peak - self.before > UNLABELLED * self.node
    }
}

/// What one container added.
#[derive(Clone, Copy, Debug)]
pub struct Contribution {
    /// Index in [`Usage::series`].
    pub series: usize,
    /// Median before the onset.
    pub baseline: f64,
    /// Highest value between onset and the total's peak.
    pub peak: f64,
    /// Index of that value in the series.
    pub peak_index: usize,
    /// Share of the total's growth.
    pub share: f64,
    /// How many seconds before the total its own growth was first seen; negative is later, `None` where it has no onset of its own.
    pub lead_s: Option<f64>,
}

/// A share of the growth from which one container may be called the one that leaks.
const CULPRIT_SHARE: f64 = 0.5;
/// Up to this many times as many tasks created as kept is a leak, from the second number on a storm.
const LEAK_FORKS: f64 = 3.0;
const STORM_FORKS: f64 = 10.0;
/// A rest that grows by more than this part of the node has an owner that nobody labelled.
const UNLABELLED: f64 = 0.05;
/// Samples of two sources further apart than this are not of one moment, in seconds.
pub(super) const MAX_APART_S: f64 = 60.0;
/// Contributions whose own onset is looked for.
const MAX_LEADS: usize = 8;
/// Samples of a growth that has no beginning, at least.
const MIN_RISE: usize = 6;
/// The runner-up must stay below this part of the first.
const RUNNER_UP_SHARE: f64 = 0.4;

impl Growth {
    /// The one container that carries the growth; `None` when several share it or none is known.
    #[must_use]
    pub fn culprit(&self) -> Option<&Contribution> {
        let first = self.contributions.first()?;
        let second = self.contributions.get(1).map_or(0.0, |second| second.share);
        (first.share >= CULPRIT_SHARE && second <= RUNNER_UP_SHARE * first.share).then_some(first)
    }
}

/// Contributions that are reported.
const MAX_REPORTED: usize = 12;

/// A growth in the terms of the analysis, where it has a beginning.
#[must_use]
pub fn report_growth(growth: &Growth, usage: &Usage) -> Option<GrowthReport> {
    let share = |one: &Contribution| {
        let (baseline, peak, share, lead_s) = (one.baseline, one.peak, one.share, one.lead_s);
        Some(GrowthShare { name: usage.series.get(one.series)?.full_name(), baseline, peak, share, lead_s })
    };
    let grown = growth.contributions.iter().filter(|one| one.share > 0.0);
    let forks = growth.forks.as_ref().map(|forks| {
        let kind = match forks.kind() {
            ForkKind::Leak => "leak",
            ForkKind::Storm => "storm",
            ForkKind::Unclear => "unclear",
        };
        ForkReport { before: forks.before, during: forks.during, kept: forks.kept, kind: kind.to_owned() }
    });
    growth.begins.then_some(GrowthReport {
        series: usage.series.get(growth.total)?.selector.clone(),
        onset: TimeRange::of(timestamp(growth.onset.after), timestamp(growth.onset.by)),
        baseline: growth.onset.baseline,
        peak: growth.onset.peak,
        contributions: grown.take(MAX_REPORTED).filter_map(share).collect(),
        forks,
    })
}

/// Takes the growth of the node's threads apart; `None` when they did not grow.
#[must_use]
pub fn derive_growth(usage: &Usage) -> Option<Growth> {
    let total = usage.total.or_else(|| {
        // A single container is its own total.
        let mut containers = usage.of(Quantity::ContainerThreads);
        let only = containers.next()?.0;
        containers.next().is_none().then_some(only)
    })?;
    let series = usage.series.get(total)?;
    // What grew under a limit that was set afterwards is another matter.
    let until = usage.fullest().map_or(series.times.len(), |(_, until)| until);
    let (times, values) = (series.times.all().part(0..until), &series.values[..until]);
    let found = find_onset(times, values);
    let begins = found.is_some();
    let onset = found.or_else(|| find_rise(times, values))?;
    let peak_time = series.times.at(onset.peak_index);
    let growth = onset.peak - onset.baseline;
    // By container, not by series: one that was exported in two windows is two of them.
    let Containers { of_series, series: of_container } = Containers::of(usage);
    let low = |index: usize| {
        let one = &usage.series[index];
        let until = one.times.partition_point(|time| time <= onset.after);
        one.values.part(0, until)
    };
    let first = |index: &usize| {
        let one = &usage.series[*index];
        let at = one.nearest(f64::NEG_INFINITY)?;
        Some((one.times.at(at), one.values.at(at)))
    };
    let parts = usage.of(Quantity::ContainerThreads).chain(usage.of(Quantity::ProcessThreads));
    let mut contributions: Vec<Contribution> = parts
        .filter_map(|(index, one)| {
            let own = [index];
            let all = of_series[index].map_or(&own[..], |container| &of_container[container]);
            // A container born after the onset starts from nothing. Where there is none, what was sampled later was not born later.
            let baseline = match all {
                _ if !begins => all.iter().filter_map(first).min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, value)| value),
                [only] => median_of_some(&low(*only), MAX_OF_MEDIAN, &mut Vec::new()),
                several => median_among(several.iter().flat_map(|index| low(*index).into_owned())),
            };
            let baseline = baseline.unwrap_or(0.0);
            let from = one.times.partition_point(|time| time < onset.after);
            let to = one.times.partition_point(|time| time <= peak_time + 1.0).max(from);
            let (peak_in, peak) = highest(&one.values.part(from, to))?;
            let peak_index = from + peak_in;
            let share = (peak - baseline) / growth;
            Some(Contribution { series: index, baseline, peak, peak_index, share, lead_s: None })
        })
        .collect();
    contributions.order_by(|a, b| {
        b.share.total_cmp(&a.share).then_with(|| {
            let selector = |one: &Contribution| &usage.series[one.series].selector;
            (selector(a), a.series).cmp(&(selector(b), b.series))
        })
    });
    let mut is_known = vec![false; of_container.len()];
    contributions.retain(|one| of_series[one.series].is_none_or(|it| !std::mem::replace(&mut is_known[it], true)));
    for one in contributions.iter_mut().take(MAX_LEADS).filter(|one| begins && one.share > 0.0) {
        let series = &usage.series[one.series];
        one.lead_s = find_onset(series.times.all(), &series.values.all()).map(|own| onset.by - own.by);
    }
    // What was before is not known where it grew all along.
    let forks = if begins { forks(usage, &onset, peak_time) } else { None };
    let rest = if begins { rest(usage, &onset, peak_time) } else { None };
    Some(Growth { onset, begins, total, contributions, forks, rest })
}

/// A growth from the first sample on, which stands for the onset, to where nearly all of it is reached: steady, by a quarter at least, and
/// gone through once.
fn find_rise(times: Instants<'_>, values: &[f64]) -> Option<Onset> {
    let index = values.iter().position(|value| value.is_finite())?;
    let (peak_index, peak) = highest(values)?;
    let (baseline, after) = (values[index], times.at(index));
    let at = |share: f64| baseline + share * (peak - baseline);
    let reached = values.iter().position(|value| *value >= at(0.95))?;
    let slope =
        slope_of(times.part(index..reached + 1), &values[index..=reached]).filter(|slope| slope.n >= MIN_RISE)?;
    let mut steps: Vec<f64> =
        values.windows(2).map(|pair| (pair[1] - pair[0]).abs()).filter(|step| step.is_finite()).collect();
    let grown = peak - baseline;
    // What goes up and down by as much as it has grown only happens to end higher.
    let is_steady = slope.low * slope.window_s >= 0.4 * grown && grown > 4.0 * median(&mut steps)?;
    let mut back = values[reached..].iter().skip_while(|value| value.is_nan() || **value >= at(0.5));
    let is_one = peak >= 1.25 * baseline && !back.any(|value| *value >= at(0.75));
    (is_steady && is_one).then_some(Onset { after, by: after, index, baseline, peak, peak_index })
}

fn forks(usage: &Usage, onset: &Onset, peak_time: f64) -> Option<Forks> {
    let (series, one) =
        usage.of(Quantity::ForkRate).max_by_key(|(index, one)| (one.times.len(), std::cmp::Reverse(*index)))?;
    let samples = one.times.iter().zip(one.values.iter());
    let within = |from: f64, to: f64| samples.clone().filter(move |(time, _)| *time > from && *time <= to);
    let before = median_among(within(f64::MIN, onset.after).map(|(_, value)| *value))?;
    // While the limit is reached nothing is created: the way up to nine tenths counts.
    let total = usage.total_series()?;
    let high = onset.baseline + 0.9 * (onset.peak - onset.baseline);
    let reached = (onset.index..total.values.len()).find(|&index| total.values[index] >= high);
    let end = reached.map_or(peak_time, |index| total.times.at(index));
    let during = median_among(within(onset.by, end).map(|(_, value)| *value))?;
    let kept = (0.9 * (onset.peak - onset.baseline)) / (end - onset.after);
    let index = one.nearest((onset.by + end) / 2.0)?;
    (kept.is_finite() && kept > 0.0).then_some(Forks { series, before, during, index, kept })
}

fn rest(usage: &Usage, onset: &Onset, peak_time: f64) -> Option<Rest> {
    let (total, containers) = (usage.total_series()?, usage.containers.as_ref()?);
    let at = |index: usize| {
        let (time, node) = (total.times.at(index), total.values[index]);
        let near = containers.nearest(time).filter(|&near| (containers.times.at(near) - time).abs() <= MAX_APART_S)?;
        node.is_finite().then(|| (time, node, containers.values[near]))
    };
    let both = (0..total.times.len()).filter_map(at);
    let before = both.clone().filter(|(time, ..)| *time <= onset.after).map(|(_, node, containers)| node - containers);
    let (at, node, containers) = both.min_by(|a, b| (a.0 - peak_time).abs().total_cmp(&(b.0 - peak_time).abs()))?;
    ((at - peak_time).abs() <= MAX_APART_S).then_some(Rest {
        before: median_among(before)?,
        at_peak: node - containers,
        node,
        containers,
        at,
    })
}

/// Which series of threads are of one container: with its label and owner, and the how many-th of them within its input.
struct Containers {
    /// The place of a series' container, by the series' index.
    of_series: Vec<Option<usize>>,
    /// The series of each.
    series: Vec<Vec<usize>>,
}

impl Containers {
    fn of(usage: &Usage) -> Self {
        let (mut namesakes, mut places) = (ByName::<usize>::default(), ByName::<usize>::default());
        let mut containers = Self { of_series: vec![None; usage.series.len()], series: Vec::new() };
        for (index, one) in usage.of(Quantity::ContainerThreads) {
            let number = |number: usize| number.to_string();
            let evidence = one.origin.as_ref().map_or_else(String::new, |origin| number(origin.evidence.0 as usize));
            let of = |which: &str| [&one.label, "\n", one.owner.as_deref().unwrap_or("\n"), "\n", which].concat();
            let nth = namesakes.get_or_insert_with(&of(&evidence), || 0);
            *nth += 1;
            let place = *places.get_or_insert_with(&of(&number(*nth)), || containers.series.len());
            if place == containers.series.len() {
                containers.series.push(Vec::new());
            }
            containers.series[place].push(index);
            containers.of_series[index] = Some(place);
        }
        containers
    }
}

/// Every lasting change of a series.
#[must_use]
pub fn change_points_of(series: &SeriesFact) -> Vec<ChangePoint> {
    let point = |shift: super::shift::Shift| ChangePoint {
        evidence: series.origin.as_ref().map(|origin| origin.evidence),
        selector: series.selector.clone(),
        after: timestamp(shift.after),
        by: timestamp(shift.by),
        baseline: shift.before,
        peak: shift.level,
        kind: shift.kind,
    };
    let values = series.values.all();
    series.peak.get_or_init(|| highest(&values));
    find_shifts(series.times.all(), &values).into_iter().map(point).collect()
}

/// Puts changes of all series in order of time and then place.
pub fn order_change_points(points: &mut [ChangePoint]) {
    points.order_by(|a, b| (a.by, a.evidence, &a.selector).cmp(&(b.by, b.evidence, &b.selector)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_grows_all_along_does_so_steadily_and_once() {
        let times: Vec<f64> = (0..60).map(|index| f64::from(index) * 60.0).collect();
        let mut state = 1u64;
        let mut noise = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1u64 << 53) as f64 - 0.5
        };
        for seed in 0..1000 {
            let flat: Vec<f64> = (0..60).map(|_| 100.0 + 80.0 * noise()).collect();
            let saw: Vec<f64> = (0..60).map(|index| 100.0 + f64::from(index % 20) * 5.0 + noise()).collect();
            let drift: Vec<f64> = (0..60).map(|index| 100.0 + f64::from(index) * 0.3 + noise()).collect();
            let few = find_rise((&times[..4]).into(), &[1.0, 2.0, 3.0, 4.0]);
            for quiet in [
                find_rise((&times).into(), &flat),
                find_rise((&times).into(), &saw),
                find_rise((&times).into(), &drift),
                few,
            ] {
                assert_eq!(quiet, None, "{seed}");
            }
            // To a plateau, and gone after a restart.
            let leak = |index: i32| 100.0 + f64::from(index.min(40) * i32::from(index < 55)) * 5.0 + 10.0 * noise();
            let leak: Vec<f64> = (0..60).map(leak).collect();
            let rise = find_rise((&times).into(), &leak).map(|rise| (rise.after, rise.baseline.round() as i32 / 10));
            assert!(matches!(rise, Some((0.0, 9 | 10))), "{seed} {rise:?}");
        }
    }
}
