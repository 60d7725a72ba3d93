//! Whether refusals and use are of the same time: a limit that was reached in the evening refused nothing in the morning.

use super::ceilings::{NEAR, NodeUse};
use super::failures::{Failure, range_of};
use super::usage::{Usage, short};
use crate::model::Timestamp;

/// How far a measurement of use may lie from the failures it is held against, in seconds.
const COVER_SLACK_S: f64 = 120.0;

/// How far from a time of high use a refusal may lie and still belong to it, in seconds: metrics have steps, logs delays.
const HIGH_SLACK_S: f64 = 600.0;

/// Whether use was measured while tasks were refused: a low number from another hour rules nothing out.
#[must_use]
pub fn covers(usage: &Usage, refused: &[&Failure]) -> bool {
    let Some(range) = range_of(refused) else { return true };
    let (first, last) = (range.start.as_seconds_f64(), range.end.as_seconds_f64());
    let within = |at: f64| at >= first - COVER_SLACK_S && at <= last + COVER_SLACK_S;
    let sampled = usage
        .total_series()
        .is_some_and(|total| total.times.iter().zip(&total.values).any(|(at, value)| value.is_finite() && within(at)));
    sampled || usage.snapshots.iter().filter_map(|snapshot| snapshot.at).any(|at| within(at.as_seconds_f64()))
}

/// The refusals that fall into times of high use, of the node that was measured where some are known to be. Without a time on either side
/// nothing speaks against it.
#[must_use]
pub fn while_high<'a>(usage: &Usage, node: &NodeUse, limit: u64, refused: &[&'a Failure]) -> Vec<&'a Failure> {
    let host = node.host.unwrap_or(0.0);
    let is_high = |threads: f64| threads >= NEAR * limit as f64;
    let total = usage.total_series().zip(usage.fullest());
    let total = total.into_iter().flat_map(|(total, (_, until))| total.times.iter().zip(&total.values).take(until));
    let sampled = total.filter(|(_, threads)| is_high(**threads + host)).map(|(at, _)| at);
    let listed = usage.snapshots.iter().filter(|snapshot| is_high(f64::from(snapshot.n_threads)));
    let mut high: Vec<f64> =
        sampled.chain(listed.filter_map(|snapshot| snapshot.at).map(Timestamp::as_seconds_f64)).collect();
    high.sort_by(f64::total_cmp);
    let belongs = |failure: &&&Failure| {
        let Some(spans) = failure.spans().filter(|_| !high.is_empty()) else { return true };
        let slack = HIGH_SLACK_S + f64::from(failure.uncertainty_s);
        spans.iter().any(|range| {
            let after = high.partition_point(|&time| time < range.start.as_seconds_f64() - slack);
            high.get(after).is_some_and(|&time| time <= range.end.as_seconds_f64() + slack)
        })
    };
    let is_its = |failure: &&Failure| failure.host.as_deref() == usage.node.as_deref().map(short);
    let has_its = usage.node.is_some() && refused.iter().any(is_its);
    let is_here = |failure: &&&Failure| !has_its || failure.host.is_none() || is_its(failure);
    refused.iter().filter(is_here).filter(belongs).copied().collect()
}
