//! One node's threads over time: which node, which series are parts of it, and their sum.
//!
//! A thread is counted once. So of several nodes one is judged, a pod's own cgroup is not added to its containers, and a series that
//! was exported twice (raw and formatted, or in two windows that overlap) is taken once.

use std::collections::BTreeSet;

use super::{Quantity, SeriesFact, Usage, short};
use crate::facts::Input;
use crate::facts::ceilings::{NEAR, binds_node};
use crate::model::gather::{ByName, set_of};
use crate::model::sort::Order as _;
use crate::model::words::{after, before, places_of};
use crate::model::{Instants, LimitName, Timestamp, Unit};

/// Groups one in another that are looked at: real ones are fewer than twenty.
const MAX_DEPTH: usize = 32;
/// How the label begins that holds the path of a control group.
const ID: &str = "id=\"/";
/// Values that are looked at for how many differ.
const MAX_DISTINCT: usize = 1 << 14;

/// Takes the series of all nodes but one out of the count, and names that one and the others. It is the node whose name stands in the
/// path of a limit, a listing or a refusal, or that a restarted pod ran on; where none or several do, the one that filled most of its own
/// limits, if series state those of every node, else the one with the highest use.
///
/// What series give of the other nodes is kept for each by itself.
pub(super) fn choose_node(
    inputs: &[Input<'_>],
    series: &mut [SeriesFact],
) -> (Option<String>, Vec<String>, Vec<Usage>) {
    let counts = |one: &SeriesFact| {
        matches!(one.quantity, Quantity::ContainerThreads | Quantity::ContainerSum | Quantity::NodeThreads)
    };
    let names = |series: &[SeriesFact]| -> BTreeSet<String> {
        set_of(series.iter().filter(|one| counts(one)).filter_map(|one| one.node.clone()))
    };
    let (addresses, named): (Vec<String>, Vec<String>) = names(series).into_iter().partition(|name| is_address(name));
    if let ([address], [name]) = (&addresses[..], &named[..]) {
        // node-exporter is scraped by address, kubelet by name: one of each is one node.
        for one in series.iter_mut().filter(|one| one.node.as_ref() == Some(address)) {
            one.node = Some(name.clone());
        }
    }
    let mut names = names(series);
    if names.len() < 2 {
        return (names.pop_first(), Vec::new(), Vec::new());
    }
    let mut by_node: Vec<&SeriesFact> = series.iter().collect();
    by_node.order_by_key(|one| one.node.as_deref());
    let its = |name: &String| {
        let from = by_node.partition_point(|one| one.node.as_ref() < Some(name));
        let its = &by_node[from..];
        &its[..its.partition_point(|one| one.node.as_ref() == Some(name))]
    };
    let stated: Vec<&String> = names.iter().filter(|name| inputs.iter().any(|input| speaks_of(input, name))).collect();
    let chosen = match stated[..] {
        [only] => Some(only),
        _ => {
            let is_known = names.iter().all(|name| its(name).iter().any(is_limit));
            let peak = |name: &String| peak(its(name), is_known);
            names.iter().max_by(|a, b| peak(a).total_cmp(&peak(b)).then(b.cmp(a)))
        }
    };
    let Some(chosen) = chosen.cloned() else { return Default::default() };
    names.remove(&chosen);
    let elsewhere = names.iter().filter_map(|name| alone(its(name), name)).collect();
    // What names no node may be of any of them, or of all together.
    series.iter_mut().filter(|one| counts(one) && one.node.as_ref() != Some(&chosen)).for_each(leave_out);
    (Some(chosen), names.into_iter().collect(), elsewhere)
}

/// The threads of one node, as a series gives them, beside the limits that series state for it.
fn alone(its: &[&SeriesFact], node: &str) -> Option<Usage> {
    let is_given = |one: &&SeriesFact| matches!(one.quantity, Quantity::NodeThreads | Quantity::ContainerSum);
    let all = || its.iter().copied();
    let total = all().filter(is_given).max_by_key(|one| (one.quantity, n_samples(one)))?;
    let total_is_containers = total.quantity == Quantity::ContainerSum;
    let series = std::iter::once(total).chain(all().filter(is_limit)).cloned().collect();
    Some(Usage { series, total: Some(0), total_is_containers, node: Some(node.to_owned()), ..Usage::default() })
}

pub(super) fn is_address(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// Whether an input that tells of limits, listings or restarts is about a node.
fn speaks_of(input: &Input<'_>, node: &str) -> bool {
    let parsed = input.parsed;
    let restarted = parsed.objects.iter().filter(|object| object.containers.iter().any(|one| one.restarts > 0));
    let runs_on = |name: &str| name.split(['/', ':']).next() == Some(node);
    let tells = !parsed.limits.is_empty() || !parsed.processes.is_empty() || !parsed.sightings.kept.is_empty();
    let prompted = || parsed.hosts.iter().any(|(_, host)| short(host) == short(node));
    let is_named = || names_node(&input.meta.path, node) || prompted();
    restarted.filter_map(|object| object.node.as_deref()).any(runs_on) || tells && is_named()
}

/// Whether a path names a node as a whole word: `node-1/sysctl.txt` and `sysctl-node-1.txt` do, `node-11/sysctl.txt` does not.
pub(in crate::facts) fn names_node(path: &str, node: &str) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    places_of(path, node).any(|at| {
        !is_word(before(path, at).chars().next_back()) && !is_word(after(path, at + node.len()).chars().next())
    })
}

/// The highest use of a node, given or summed, as a share of its limits where those of all nodes are known.
fn peak(its: &[&SeriesFact], is_known: bool) -> f64 {
    let limits: Vec<&SeriesFact> = its.iter().copied().filter(|one| is_known && is_limit(one)).collect();
    let of = |quantity: Quantity| its.iter().copied().filter(move |one| one.quantity == quantity);
    let given = of(Quantity::NodeThreads).chain(of(Quantity::ContainerSum));
    let given = given.filter_map(|one| fullest(one.times.all(), &one.values, &limits));
    let (times, summed) = sum_over(&of(Quantity::ContainerThreads).collect::<Vec<_>>());
    given.chain(fullest((&times).into(), &summed, &limits)).map(|(_, share)| share).fold(0.0, f64::max)
}

/// Whether a series states a limit of a node's tasks.
fn is_limit(one: &&SeriesFact) -> bool {
    matches!(one.quantity, Quantity::Stated(name) if binds_node(name))
}

/// The limits of one node's tasks that series state, and those that name no node.
fn node_limits<'a>(series: &'a [SeriesFact], node: Option<&str>) -> Vec<&'a SeriesFact> {
    let is_of_node = |one: &&SeriesFact| node.is_none() || one.node.is_none() || one.node.as_deref() == node;
    series.iter().filter(is_limit).filter(is_of_node).collect()
}

/// The least of some limits at an instant: infinite where none was in force, and one where none is known, so that a share is a number.
fn in_force(limits: &[&SeriesFact], at: f64) -> f64 {
    let values = limits.iter().filter_map(|limit| Some(limit.values[limit.nearest(at)?])).filter(|value| *value > 0.0);
    if limits.is_empty() { 1.0 } else { values.fold(f64::INFINITY, f64::min) }
}

/// Whether none of some limits ever changed: then no time has to be looked up.
fn is_steady(limits: &[&SeriesFact]) -> bool {
    limits.iter().all(|limit| {
        let mut values = limit.values.iter().filter(|value| value.is_finite());
        values.next().is_none_or(|first| values.all(|value| value == first))
    })
}

/// The first sample that fills most of the limits at its time, and that share.
pub(in crate::facts) fn fullest(times: Instants<'_>, values: &[f64], limits: &[&SeriesFact]) -> Option<(usize, f64)> {
    // Of no limit at all every share is nothing: then the highest is meant.
    let divisor = |limit: f64| if limit.is_finite() { limit } else { 1.0 };
    let steady = is_steady(limits).then(|| divisor(in_force(limits, f64::MAX)));
    let share = |(index, value)| (index, value / steady.unwrap_or_else(|| in_force(limits, times.at(index))));
    let shares = values.iter().take(times.len()).enumerate().map(share);
    shares.filter(|(_, share)| share.is_finite()).reduce(|best, next| if next.1 > best.1 { next } else { best })
}

impl Usage {
    /// The sample of the total that fills most of the node's limits, and the number of samples before the next change of those. A limit that
    /// was raised after the incident is not the one that was reached.
    #[must_use]
    pub fn fullest(&self) -> Option<(usize, usize)> {
        let total = self.total_series()?;
        let limits = node_limits(&self.series, self.node.as_deref());
        let (peak, _) = fullest(total.times.all(), &total.values, &limits)?;
        let of_then = in_force(&limits, total.times.at(peak));
        let n = total.times.len();
        let mut later = if is_steady(&limits) { n..n } else { peak..n };
        let changed = later.find(|&index| in_force(&limits, total.times.at(index)) != of_then);
        Some((peak, changed.unwrap_or(n)))
    }

    /// Whether the threads come near a limit that series state.
    pub(super) fn is_near(&self) -> bool {
        let limits = node_limits(&self.series, self.node.as_deref());
        let peak = self.total_series().and_then(|total| fullest(total.times.all(), &total.values, &limits));
        !limits.is_empty() && peak.is_some_and(|(_, share)| share >= NEAR)
    }

    /// Threads as a share of the node's limits that series state at a time, for comparing; of nothing where none does.
    #[must_use]
    pub fn share_at(&self, threads: f64, at: Option<Timestamp>) -> f64 {
        let limits = node_limits(&self.series, self.node.as_deref());
        threads / in_force(&limits, at.map_or(f64::MAX, Timestamp::as_seconds_f64))
    }
}

/// Blanks what an input repeats of another's series, and drops series of which nothing else is left. The fuller one is kept, then the
/// one with more distinct values: a formatted export is rounded.
pub(super) fn drop_repeats(series: &mut Vec<SeriesFact>) {
    let counted = series.iter().filter(|one| one.quantity == Quantity::ContainerThreads);
    let mut inputs = counted.map(|one| one.origin.as_ref().map(|origin| origin.evidence));
    let first = inputs.next();
    if inputs.all(|input| Some(input) == first) {
        return;
    }
    let mut order: Vec<usize> =
        (0..series.len()).filter(|&index| series[index].quantity == Quantity::ContainerThreads).collect();
    order.order_by_key(|&index| {
        let one = &series[index];
        // Of a long series some values tell how coarse they are.
        let some = one.values.iter().step_by(one.values.len().div_ceil(MAX_DISTINCT).max(1));
        let mut distinct: Vec<u64> = some.map(|value| value.to_bits()).collect();
        distinct.order();
        distinct.dedup();
        (std::cmp::Reverse((n_samples(one), distinct.len())), one.owner.is_none(), one.selector.clone(), index)
    });
    let mut kept = ByName::<Vec<usize>>::default();
    let mut spent = vec![false; series.len()];
    for index in order {
        let alike = kept.get_or_insert_with(&series[index].label, Vec::new);
        for &other in alike.iter() {
            let Some((first, last)) = repeated(&series[other], &series[index]) else { continue };
            let SeriesFact { times, values, .. } = &mut series[index];
            for (_, value) in times.iter().zip(values.to_mut()).filter(|(time, _)| (first..=last).contains(time)) {
                *value = f64::NAN;
            }
        }
        if n_samples(&series[index]) == 0 {
            spent[index] = true;
        } else {
            alike.push(index);
        }
    }
    let mut spent = spent.into_iter();
    series.retain(|_| spent.next() == Some(false));
}

/// The stretch of `kept` that `other` repeats: another input's series of the same container with the same values where both have some.
fn repeated(kept: &SeriesFact, other: &SeriesFact) -> Option<(f64, f64)> {
    let evidence = |one: &SeriesFact| one.origin.as_ref().map(|origin| origin.evidence);
    let same_owner = kept.owner == other.owner || kept.owner.is_none() || other.owner.is_none();
    if evidence(kept) == evidence(other) || !same_owner || !agrees(kept, other, 1) {
        return None;
    }
    let mut alive = kept.times.iter().zip(&kept.values).filter(|(_, value)| value.is_finite()).map(|(time, _)| time);
    let first = alive.next()?;
    Some((first - 1.0, alive.next_back().unwrap_or(first) + 1.0))
}

pub(in crate::facts) fn n_samples(series: &SeriesFact) -> usize {
    series.values.n_finite()
}

/// cAdvisor also exports the groups that hold containers, up to the node's own, and those inside them: counting them beside the
/// containers would count every thread twice. The group of all pods is their sum.
pub(super) fn drop_aggregates(series: &mut [SeriesFact]) {
    let counts = |one: &&SeriesFact| one.quantity == Quantity::ContainerThreads;
    // What is called like its pod or by its path is none.
    let is_container = |one: &&SeriesFact| Some(one.label.as_str()) != pod_of(one) && !one.label.starts_with('/');
    let containers = || series.iter().filter(counts).filter(is_container);
    let owners = set_of(containers().filter_map(|one| one.owner.clone()));
    let pods = set_of(containers().filter_map(pod_of).map(str::to_owned));
    let holders = set_of(series.iter().filter(counts).filter_map(group_of).flat_map(above));
    let held = set_of(containers().filter_map(group_of));
    let is_twice = |one: &SeriesFact| {
        let is_container = is_container(&one);
        // Where an aggregation lost the namespace, the pod's name has to do.
        let is_pod = Some(one.label.as_str()) == pod_of(one)
            && one.owner.as_ref().is_some_and(|it| owners.contains(it) || !it.contains('/') && pods.contains(it));
        let group = group_of(one);
        let is_around = |id: &str| !is_container && (id.is_empty() || holders.contains(id));
        let is_inside = |id: &str| above(id).any(|it| held.contains(it));
        is_pod || group.is_some_and(|id| is_around(id) || is_inside(id))
    };
    let is_sum = |one: &SeriesFact| {
        group_of(one).is_some_and(|id| matches!(id.rsplit('/').next(), Some("kubepods" | "kubepods.slice")))
    };
    let told: Vec<(bool, bool)> = series.iter().map(|one| (is_sum(one), is_twice(one))).collect();
    for (one, (is_sum, is_twice)) in series.iter_mut().zip(told).filter(|(one, _)| counts(&&**one)) {
        if is_sum {
            one.quantity = Quantity::ContainerSum;
        } else if is_twice {
            leave_out(one);
        }
    }
}

/// The groups that a control group lies in.
fn above(id: &str) -> impl Iterator<Item = &str> {
    places_of(id, "/").take(MAX_DEPTH).map(|at| before(id, at))
}

/// The path of the control group that a series of cAdvisor counts, from the root, of which it is empty.
fn group_of(series: &SeriesFact) -> Option<&str> {
    let selector = series.selector.as_str();
    // Others have labels that end so.
    let at = places_of(selector, ID).find(|&at| before(selector, at).ends_with(['{', ',', ' ']))?;
    after(selector, at + ID.len()).split('"').next()
}

/// Takes a series out of the node's count. Threads of a cgroup still count against its own limit.
fn leave_out(one: &mut SeriesFact) {
    one.quantity = match one.quantity {
        Quantity::ContainerThreads => Quantity::Used(LimitName::PidsMax),
        _ => Quantity::Other,
    };
}

fn pod_of(series: &SeriesFact) -> Option<&str> {
    let owner = series.owner.as_deref()?;
    Some(owner.rsplit('/').next().unwrap_or(owner))
}

/// A given sum over containers: the one with the most samples.
pub(super) fn sum_given(series: &[SeriesFact]) -> Option<usize> {
    let sums = series.iter().enumerate().filter(|(_, one)| one.quantity == Quantity::ContainerSum);
    let key = |index: usize, one: &SeriesFact| {
        (n_samples(one), std::cmp::Reverse(one.selector.clone()), std::cmp::Reverse(index))
    };
    sums.max_by_key(|&(index, one)| key(index, one)).map(|(index, _)| index)
}

/// Whether two series tell the same within 2 % at nine of ten shared times, and share at least so many. Formatted exports round
/// to the second.
pub(super) fn agrees(a: &SeriesFact, b: &SeriesFact, at_least: usize) -> bool {
    let pairs = a.times.iter().zip(&a.values).filter_map(|(at, &value)| {
        let other = b.times.partition_point(|time| time < at - 1.0);
        let same_time = (b.times.at(other) - at).abs() <= 1.0;
        let there = *b.values.get(other)?;
        (same_time && value.is_finite() && there.is_finite()).then_some((value, there))
    });
    let (mut shared, mut alike) = (0usize, 0usize);
    for (here, there) in pairs {
        shared += 1;
        alike += usize::from((here - there).abs() <= 0.02 * here.abs().max(1.0));
    }
    shared >= at_least && alike * 10 >= shared * 9
}

/// The sum over containers, where several were collected.
pub(super) fn sum_of_containers(series: &[SeriesFact]) -> Option<SeriesFact> {
    let containers: Vec<&SeriesFact> = series.iter().filter(|one| one.quantity == Quantity::ContainerThreads).collect();
    if containers.len() < 2 {
        return None;
    }
    let (times, values) = sum_over(&containers);
    Some(SeriesFact {
        key: "sum".to_owned(),
        label: "sum(container_threads)".to_owned(),
        owner: None,
        node: None,
        name: "sum(container_threads)".to_owned(),
        selector: "sum(container_threads)".to_owned(),
        quantity: Quantity::ContainerSum,
        assumed: containers.iter().any(|one| one.assumed),
        unit: Unit::None,
        times: times.into(),
        values: values.into(),
        origin: None,
        parts: None,
        peak: Default::default(),
    })
}

/// Times and sums at every time at which all series alive then have a sample, else a gap: a missing one would look like a drop.
#[must_use]
pub fn sum_over(parts: &[&SeriesFact]) -> (Vec<f64>, Vec<f64>) {
    if let Some(sums) = sum_of_columns(parts) {
        return sums;
    }
    let mut sums: Vec<Sum> = Vec::new();
    let key = |seconds: f64| (seconds * 1000.0).round() as i64;
    let mut room = MIN_SUMS;
    for one in parts {
        let mut finite =
            (0..one.values.len()).filter(|&index| one.values[index].is_finite() && one.times.at(index).is_finite());
        let Some(first) = finite.next() else { continue };
        let last = finite.next_back().unwrap_or(first);
        sums.push(Sum { ms: key(one.times.at(first)), value: 0.0, n_samples: 0, born: 1 });
        sums.push(Sum { ms: key(one.times.at(last)) + 1, value: 0.0, n_samples: 0, born: -1 });
        for index in (first..=last).filter(|&index| one.values[index].is_finite() && one.times.at(index).is_finite()) {
            sums.push(Sum { ms: key(one.times.at(index)), value: one.values[index], n_samples: 1, born: 0 });
        }
        if sums.len() > room {
            add_up(&mut sums);
            room = (2 * sums.len()).max(MIN_SUMS);
        }
    }
    add_up(&mut sums);
    let (mut times, mut values, mut n_alive) = (Vec::new(), Vec::new(), 0);
    for Sum { ms, value, n_samples, born } in sums {
        n_alive += born;
        if n_samples > 0 {
            times.push(ms as f64 / 1000.0);
            values.push(if n_samples == n_alive { value } else { f64::NAN });
        }
    }
    (times, values)
}

/// Entries that are held before they are added up.
const MIN_SUMS: usize = 1 << 16;

/// What is known of an instant.
struct Sum {
    ms: i64,
    value: f64,
    n_samples: i32,
    /// Series that begin here, without those that ended just before.
    born: i32,
}

/// One entry for each instant, in order. Values of an instant are added in the order in which they came, so a sum is the same however often
/// this is done.
fn add_up(sums: &mut Vec<Sum>) {
    sums.order_by_key(|sum| sum.ms);
    sums.dedup_by(|later, sum| {
        let is_same = later.ms == sum.ms;
        if is_same {
            sum.value += later.value;
            sum.n_samples += later.n_samples;
            sum.born += later.born;
        }
        is_same
    });
}

/// `sum_over` for the columns of one table, which share their times: one pass, where the general case needs an entry per instant.
fn sum_of_columns(parts: &[&SeriesFact]) -> Option<(Vec<f64>, Vec<f64>)> {
    let (first, rest) = parts.split_first()?;
    let is_table = first.times.iter().zip(first.times.iter().skip(1)).all(|(one, next)| next - one >= 0.001);
    if !is_table || rest.iter().any(|one| !one.times.is_same(&first.times)) {
        return None;
    }
    // Sum, samples, and how many series are alive.
    let mut rows = vec![(0.0, 0_u32, 0_u32); first.times.len()];
    for one in parts {
        let values = one.values.all();
        let Some(born) = values.iter().position(|value| value.is_finite()) else { continue };
        let ended = values.iter().rposition(|value| value.is_finite()).unwrap_or(born);
        for ((sum, known, alive), &value) in rows[born..=ended].iter_mut().zip(&values[born..=ended]) {
            *alive += 1;
            if value.is_finite() {
                *sum += value;
                *known += 1;
            }
        }
    }
    let (mut times, mut values) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
    for (time, (sum, known, alive)) in first.times.iter().zip(rows) {
        if known > 0 {
            times.push(time);
            values.push(if known == alive { sum } else { f64::NAN });
        }
    }
    Some((times, values))
}
