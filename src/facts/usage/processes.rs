//! Threads by process over several listings: who grew, where no metric tells of containers.
//!
//! A process is its PID and command. Where no single one carries the growth, all processes of one command are taken together: a program
//! that forks leaks as one that starts threads does.

use std::collections::BTreeMap;

use super::{Parts, Place, Quantity, SeriesFact, Snapshot};
use crate::facts::Input;
use crate::model::sort::Order as _;
use crate::model::{Locator, Process, Unit};

/// Series made at most: the ones that grew most.
const MAX_SERIES: usize = 12;
/// What one process must carry of the growth to be looked at by itself.
const MIN_SHARE: f64 = 0.5;

/// Threads at the time of one listing, and where the first of them stand.
type Sample = (f64, f64, Locator);

/// The processes that grew most over the listings; none where there are fewer than two with a time.
pub(super) fn process_series(inputs: &[Input<'_>], snapshots: &[Snapshot]) -> Vec<SeriesFact> {
    let mut by_process: BTreeMap<(String, u32), Vec<Sample>> = BTreeMap::new();
    let mut by_command: BTreeMap<(String, u32), Vec<Sample>> = BTreeMap::new();
    let mut totals: Vec<f64> = Vec::new();
    let mut listings: Vec<(f64, &[Process])> = snapshots
        .iter()
        .filter_map(|snapshot| {
            let (input, listing) = snapshot.listing?;
            let processes = inputs.get(input)?.parsed.processes.get(listing)?.processes.as_slice();
            Some((snapshot.at?.as_seconds_f64(), processes)).filter(|(_, processes)| !processes.is_empty())
        })
        .collect();
    listings.order_by(|a, b| a.0.total_cmp(&b.0));
    if listings.len() < 2 {
        return Vec::new();
    }
    for (at, processes) in listings {
        let mut total = 0.0;
        for process in processes {
            let (command, threads) = (program(&process.command), f64::from(process.n_threads));
            total += threads;
            add(&mut by_process, (command.clone(), process.pid), at, threads, process.locator);
            add(&mut by_command, (command, 0), at, threads, process.locator);
        }
        totals.push(total);
    }
    let spread = |values: &mut dyn Iterator<Item = f64>| {
        let (low, high) = values.fold((f64::MAX, 0.0f64), |(low, high), value| (low.min(value), high.max(value)));
        high - low.min(high)
    };
    let growth = spread(&mut totals.iter().copied());
    let grown = |samples: &Vec<Sample>| {
        // What was not there yet grew from nothing.
        let born = if samples.len() < totals.len() { 0.0 } else { samples[0].1 };
        samples.iter().map(|sample| sample.1).fold(0.0, f64::max) - born
    };
    let carries = |samples: &Vec<Sample>| grown(samples) >= MIN_SHARE * growth;
    let one_carries = by_process.values().any(carries);
    let mut ranked: Vec<_> = if one_carries { by_process } else { by_command }.into_iter().collect();
    ranked.order_by(|a, b| grown(&b.1).total_cmp(&grown(&a.1)).then(a.0.cmp(&b.0)));
    ranked.truncate(MAX_SERIES);
    ranked.into_iter().filter(|(_, samples)| grown(samples) > 0.0).map(series_of).collect()
}

fn add(into: &mut BTreeMap<(String, u32), Vec<Sample>>, key: (String, u32), at: f64, threads: f64, place: Locator) {
    let samples = into.entry(key).or_default();
    match samples.last_mut().filter(|last| last.0 == at) {
        Some(last) => last.1 += threads,
        None => samples.push((at, threads, place)),
    }
}

/// `/usr/bin/java -jar app.jar` is `java`, `[kworker/0:1]` stays.
pub(in crate::facts) fn program(command: &str) -> String {
    let first = command.split_whitespace().next().unwrap_or(command);
    let name = if first.starts_with('[') { first } else { first.rsplit('/').next().unwrap_or(first) };
    name.trim_end_matches(':').to_owned()
}

fn series_of(((label, pid), samples): ((String, u32), Vec<Sample>)) -> SeriesFact {
    let owner = (pid > 0).then(|| format!("pid {pid}"));
    let name = owner.as_ref().map_or_else(|| label.clone(), |owner| format!("{label} ({owner})"));
    let parts = Parts {
        places: samples.iter().map(|sample| Place::Whole(sample.2)).collect(),
        samples: (0..samples.len() as u32).map(|index| (index, 0)).collect(),
    };
    SeriesFact {
        key: format!("process/{name}"),
        label,
        owner,
        node: None,
        selector: name.clone(),
        name,
        quantity: Quantity::ProcessThreads,
        assumed: false,
        unit: Unit::None,
        times: samples.iter().map(|sample| sample.0).collect::<Vec<_>>().into(),
        values: samples.iter().map(|sample| sample.1).collect(),
        origin: None,
        parts: Some(parts),
        peak: Default::default(),
    }
}
