//! Thread listings, placed in time.

use super::processes::program;
use super::{Holder, SeriesFact, Snapshot, timestamp};
use crate::facts::Input;
use crate::model::few::Few;
use crate::model::sort::Order as _;
use crate::model::{Process, ProcessSnapshot, WallKind};

/// A listing's own clock prints hours and minutes; the date is the one on which that time of day lies nearest to the series' end.
pub(super) fn derive_snapshots(inputs: &[Input<'_>], series: &[SeriesFact]) -> Vec<Snapshot> {
    let series_end =
        series.iter().filter_map(|one| one.times.iter().next_back()).filter(|at| at.is_finite()).reduce(f64::max);
    // Without a series the logs' end is what a listing was taken near.
    let ends = || inputs.iter().filter_map(|input| input.meta.time_range).map(|range| range.end.as_seconds_f64());
    let series_end = series_end.or_else(|| ends().reduce(f64::max));
    let zone = common_zone(inputs);
    let mut snapshots = Vec::new();
    for (input_index, input) in inputs.iter().enumerate() {
        for (index, listing) in input.parsed.processes.iter().enumerate() {
            if !listing.counts_threads {
                continue;
            }
            let stated = listing.wall.and_then(|wall| input.meta.clock.resolve(wall));
            let at = match (listing.time_of_day, series_end) {
                _ if stated.is_some() => stated,
                (Some(of_day), Some(end)) => {
                    let offset = f64::from(zone.unwrap_or(input.meta.clock.offset_s));
                    let of_day = of_day.0 as f64 / 1e9;
                    let local_midnight = ((end + offset) / 86_400.0).floor() * 86_400.0;
                    [-86_400.0, 0.0, 86_400.0]
                        .into_iter()
                        .map(|day| local_midnight + day + of_day - offset)
                        .min_by(|a, b| (a - end).abs().total_cmp(&(b - end).abs()))
                        .map(timestamp)
                }
                _ => None,
            };
            let by_user = by_name(listing, |process| process.user.clone());
            let users = by_user.chunk_by(|a, b| a.0 == b.0).map(|group| (group[0].0.clone(), threads_of(group)));
            let users = users.filter(|(user, _)| !matches!(user.as_str(), "root" | "0" | "")).collect();
            let (n_threads, locator) = (listing.n_threads, listing.locator);
            let (listing, host) = (Some((input_index, index)), input.host_at(&locator).map(str::to_owned));
            let holder = holder(inputs, &input.parsed.processes[index]);
            snapshots.push(Snapshot { at, n_threads, users, holder, listing, host, locator });
        }
    }
    snapshots
}

fn holder(inputs: &[Input<'_>], listing: &ProcessSnapshot) -> Option<Holder> {
    let programs = by_name(listing, |process| program(&process.command));
    let has_most = |threads: u32| threads >= listing.n_threads.div_ceil(2);
    let group = programs.chunk_by(|a, b| a.0 == b.0).find(|group| has_most(threads_of(group)))?;
    let (name, n_threads) = (group[0].0.clone(), threads_of(group));
    // Of equal ones the first.
    let largest = group.iter().rev().map(|(_, process)| *process).max_by_key(|process| process.n_threads)?;
    let mut containers = Vec::new();
    for pod in inputs.iter().flat_map(|input| &input.parsed.objects).filter(|object| object.kind == "Pod") {
        if pod.containers.iter().any(|container| container.name == name) {
            containers.push((pod.node.clone(), format!("{name} ({}/{})", pod.namespace, pod.name)));
        }
    }
    containers.order();
    containers.dedup();
    let name = if has_most(largest.n_threads) { format!("{name} (pid {})", largest.pid) } else { name };
    Some(Holder { name, n_threads, containers, locator: largest.locator })
}

/// A listing's processes in the order of a name of each. No map: a listing may have as many names as rows.
fn by_name(listing: &ProcessSnapshot, name: impl Fn(&Process) -> String) -> Vec<(String, &Process)> {
    let mut named: Vec<_> = listing.processes.iter().map(|process| (name(process), process)).collect();
    named.order_by(|a, b| a.0.cmp(&b.0));
    named
}

fn threads_of(group: &[(String, &Process)]) -> u32 {
    group.iter().fold(0, |sum, (_, process)| sum.saturating_add(process.n_threads))
}

/// The zone of most inputs that have a local clock, whatever their order.
fn common_zone(inputs: &[Input<'_>]) -> Option<i32> {
    let mut zones: Few<i32, usize> = Few::default();
    let clocks = inputs.iter().map(|input| &input.meta.clock);
    for clock in clocks.filter(|clock| matches!(clock.kind, WallKind::Local | WallKind::LocalWithoutYear)) {
        *zones.or_default(clock.offset_s) += 1;
    }
    zones.iter().max_by_key(|(_, n)| **n).map(|(zone, _)| *zone)
}
