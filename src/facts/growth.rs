//! Who grew with the node's threads: share of growth, not size. A large flat process is not the leaker.

use std::collections::{BTreeMap, BTreeSet};

use super::change_point::{Onset, find_onset, median};
use super::usage::{Quantity, SeriesFact, Usage, timestamp};
use crate::model::ChangePoint;
use crate::model::sort::Order as _;

/// The growth of the total, taken apart by container.
#[derive(Clone, Debug)]
pub struct Growth {
    /// Onset of the total's growth.
    pub onset: Onset,
    /// Index of the total in [`Usage::series`].
    pub total: usize,
    /// Contributions, largest first.
    pub contributions: Vec<Contribution>,
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
}

/// A share of the growth from which one container may be called the one that leaks.
const CULPRIT_SHARE: f64 = 0.5;
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
    let onset = find_onset(&series.times, &series.values)?;
    let peak_time = series.times[onset.peak_index];
    let growth = onset.peak - onset.baseline;
    // By container, not by series: one that was exported in two windows is two of them.
    let containers = containers(usage);
    let mut before: BTreeMap<&Container<'_>, Vec<f64>> = BTreeMap::new();
    for (index, container) in &containers {
        let one = &usage.series[*index];
        let samples = one.times.iter().zip(&one.values);
        let low = samples.filter(|(time, value)| **time <= onset.after && value.is_finite()).map(|(_, value)| *value);
        before.entry(container).or_default().extend(low);
    }
    let mut contributions: Vec<Contribution> = usage
        .of(Quantity::ContainerThreads)
        .filter_map(|(index, one)| {
            let mut before =
                containers.get(&index).and_then(|container| before.get(container)).cloned().unwrap_or_default();
            // A container born after the onset starts from nothing.
            let baseline = median(&mut before).unwrap_or(0.0);
            let (peak_index, peak) = one
                .times
                .iter()
                .zip(&one.values)
                .enumerate()
                .filter(|(_, (time, value))| **time >= onset.after && **time <= peak_time + 1.0 && value.is_finite())
                .map(|(index, (_, value))| (index, *value))
                .reduce(|best, next| if next.1 > best.1 { next } else { best })?;
            Some(Contribution { series: index, baseline, peak, peak_index, share: (peak - baseline) / growth })
        })
        .collect();
    contributions.order_by(|a, b| {
        b.share.total_cmp(&a.share).then_with(|| {
            let selector = |one: &Contribution| &usage.series[one.series].selector;
            (selector(a), a.series).cmp(&(selector(b), b.series))
        })
    });
    let mut known = BTreeSet::new();
    contributions.retain(|one| containers.get(&one.series).is_none_or(|container| known.insert(container)));
    Some(Growth { onset, total, contributions })
}

/// Label, owner, and which of its namesakes within one input.
type Container<'a> = (&'a str, Option<&'a str>, usize);

/// The container of each series of threads, by the series' index.
fn containers(usage: &Usage) -> BTreeMap<usize, Container<'_>> {
    let mut namesakes: BTreeMap<_, usize> = BTreeMap::new();
    let of = |(index, one): (usize, &'_ SeriesFact)| (index, one.origin.as_ref().map(|origin| origin.evidence));
    let mut containers = BTreeMap::new();
    for (index, evidence) in usage.of(Quantity::ContainerThreads).map(of) {
        let (label, owner) = (usage.series[index].label.as_str(), usage.series[index].owner.as_deref());
        let nth = namesakes.entry((label, owner, evidence)).or_default();
        *nth += 1;
        containers.insert(index, (label, owner, *nth));
    }
    containers
}

/// Every series that began to grow, in order of time and then place.
#[must_use]
pub fn derive_change_points(usage: &Usage) -> Vec<ChangePoint> {
    let mut points: Vec<ChangePoint> = usage
        .series
        .iter()
        .filter_map(|series| {
            let onset = find_onset(&series.times, &series.values)?;
            Some(ChangePoint {
                evidence: series.origin.as_ref().map(|origin| origin.evidence),
                selector: series.selector.clone(),
                after: timestamp(onset.after),
                by: timestamp(onset.by),
                baseline: onset.baseline,
                peak: onset.peak,
            })
        })
        .collect();
    points.order_by(|a, b| (a.by, a.evidence, &a.selector).cmp(&(b.by, b.evidence, &b.selector)));
    points
}
