//! Of what counts against limits that many have: open files and tracked connections of every node, tasks of a unit on each of them.
//!
//! A use is held against the limit that the same labels state, else the same node; of several of one name the one is kept that fills most
//! of its own. Where no series states a limit, nothing tells whose a limit from elsewhere is: then only the node that is judged counts.

use std::collections::BTreeMap;

use super::total::fullest;
use super::{Quantity, SeriesFact};
use crate::facts::ceilings::binds_node;
use crate::model::LimitName;
use crate::model::gather::map_of;

/// Takes all but the fullest of each limit and whom it binds out of the count.
pub(super) fn keep_fullest(series: &mut [SeriesFact], node: Option<&str>) {
    let mut groups: BTreeMap<(LimitName, String), [Vec<usize>; 2]> = BTreeMap::new();
    for (index, one) in series.iter().enumerate() {
        let (name, side) = match one.quantity {
            Quantity::Used(name) => (name, 0),
            Quantity::Stated(name) if !binds_node(name) => (name, 1),
            _ => continue,
        };
        // A pod is on one node.
        if name == LimitName::PidsMax {
            continue;
        }
        let whom = if is_of_node(name) { String::new() } else { one.path() };
        groups.entry((name, whom)).or_default()[side].push(index);
    }
    let mut dropped: Vec<usize> = Vec::new();
    for [uses, limits] in groups.into_values() {
        let by_labels = map_of(limits.iter().map(|&at| (labels(&series[at]), at)));
        let by_node = map_of(limits.iter().map(|&at| (series[at].node.as_deref(), at)));
        let limit_of = |one: &SeriesFact| {
            let of_node = || by_node.get(&one.node.as_deref()).or_else(|| by_node.get(&None));
            by_labels.get(labels(one)).or_else(of_node).copied()
        };
        // Unlimited is written as nothing: it is filled by nothing.
        let is_bound = |&at: &usize| series[at].values.iter().any(|value| *value > 0.0);
        let rank = |&used: &usize| {
            let one = &series[used];
            let limit = limit_of(one).filter(is_bound).map(|at| &series[at]);
            let share = fullest(one.times.all(), &one.values, limit.as_slice()).map_or(0.0, |(_, share)| share);
            (limit.is_some(), share)
        };
        let fuller = |a: (bool, f64), b: (bool, f64)| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1));
        let nodes = || uses.iter().map(|&used| series[used].node.as_deref());
        let is_one_node = nodes().all(|of| Some(of) == nodes().next());
        let best = uses.iter().copied().max_by(|a, b| fuller(rank(a), rank(b)).then(b.cmp(a)));
        let best = best.filter(|best| is_one_node || limit_of(&series[*best]).is_some());
        let Some(best) = best else {
            // Limits without a use stay, uses that may be of any node do not.
            dropped.extend(uses.iter().filter(|&&at| node.is_none() || series[at].node.as_deref() != node));
            continue;
        };
        let limit = limit_of(&series[best]);
        let is_kept = |&&at: &&usize| Some(at) == limit || labels(&series[at]) == labels(&series[best]);
        dropped.extend(uses.iter().chain(&limits).filter(|at| !is_kept(at)));
    }
    dropped.into_iter().for_each(|at| series[at].quantity = Quantity::Other);
}

/// Whether a limit binds a node as a whole.
const fn is_of_node(name: LimitName) -> bool {
    matches!(name, LimitName::FileMax | LimitName::ConntrackMax)
}

/// The labels of a series as written: exporters state use and limit with the same.
fn labels(series: &SeriesFact) -> &str {
    series.selector.strip_prefix(&series.name).unwrap_or(&series.selector)
}
