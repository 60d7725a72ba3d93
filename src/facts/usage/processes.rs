//! Threads by process over several listings: who grew, where no metric tells of containers.
//!
//! A process is its PID and command. Where no single one carries the growth, all processes of one command are taken together: a program
//! that forks leaks as one that starts threads does.

use super::{Parts, Place, Quantity, SeriesFact, Snapshot};
use crate::facts::Input;
use crate::model::gather::ByName;
use crate::model::sort::Order as _;
use crate::model::{Locator, Process, Unit};

/// Series made at most: the ones that grew most.
const MAX_SERIES: usize = 12;
/// What one process must carry of the growth to be looked at by itself.
const MIN_SHARE: f64 = 0.5;

/// Threads at the time of one listing, and where the first of them stand.
type Sample = (f64, f64, Locator);
/// A command, its PID or 0 for all processes of it, and its samples.
type Course = (String, u32, Vec<Sample>);

/// The processes that grew most over the listings; none where there are fewer than two with a time.
pub(super) fn process_series(inputs: &[Input<'_>], snapshots: &[Snapshot]) -> Vec<SeriesFact> {
    let mut by_process = ByName::<Course>::default();
    let mut by_command = ByName::<Course>::default();
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
            add(&mut by_process, &command, process.pid, (at, threads, process.locator));
            add(&mut by_command, &command, 0, (at, threads, process.locator));
        }
        totals.push(total);
    }
    let spread = |values: &mut dyn Iterator<Item = f64>| {
        let (low, high) = values.fold((f64::MAX, 0.0f64), |(low, high), value| (low.min(value), high.max(value)));
        high - low.min(high)
    };
    let growth = spread(&mut totals.iter().copied());
    let grown = |(_, _, samples): &Course| {
        // What was not there yet grew from nothing.
        let born = if samples.len() < totals.len() { 0.0 } else { samples[0].1 };
        samples.iter().map(|sample| sample.1).fold(0.0, f64::max) - born
    };
    let mut ranked = by_process.into_values();
    if !ranked.iter().any(|one| grown(one) >= MIN_SHARE * growth) {
        ranked = by_command.into_values();
    }
    ranked.order_by(|a, b| grown(b).total_cmp(&grown(a)).then((&a.0, a.1).cmp(&(&b.0, b.1))));
    ranked.truncate(MAX_SERIES);
    ranked.into_iter().filter(|one| grown(one) > 0.0).map(series_of).collect()
}

fn add(into: &mut ByName<Course>, command: &str, pid: u32, sample: Sample) {
    let key = [command, "\0", &pid.to_string()].concat();
    let (_, _, samples) = into.get_or_insert_with(&key, || (command.to_owned(), pid, Vec::new()));
    match samples.last_mut().filter(|last| last.0 == sample.0) {
        Some(last) => last.1 += sample.1,
        None => samples.push(sample),
    }
}

/// `/usr/bin/java -jar app.jar` is `java`, `[kworker/0:1]` stays.
pub(in crate::facts) fn program(command: &str) -> String {
    let first = command.split_whitespace().next().unwrap_or(command);
    let name = if first.starts_with('[') { first } else { first.rsplit('/').next().unwrap_or(first) };
    name.trim_end_matches(':').to_owned()
}

fn series_of((label, pid, samples): Course) -> SeriesFact {
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
