//! Series by what they count, and the threads of the node over time.
//!
//! Threads, processes (PIDs) and forks are three quantities and never mixed: Linux counts threads against every task limit, while
//! `container_processes` and `node_processes_pids` count processes only (node_exporter, cAdvisor metric documentation).

mod classify;
mod fullest;
mod hosts;
mod processes;
mod rebuilt;
mod snapshots;
pub(super) mod total;

pub(crate) use hosts::short;
pub use total::sum_over;

use hosts::choose_host;

use classify::{classify, label_of, node_of, owner_of, rate};
use fullest::keep_fullest;
use processes::process_series;
pub(super) use processes::program;
use rebuilt::rebuild;
use snapshots::derive_snapshots;
use total::{agrees, choose_node, drop_aggregates, drop_repeats, sum_given, sum_of_containers};

use std::cell::OnceCell;
use std::rc::Rc;

use super::Input;
use crate::model::{
    ByteRange, Cite, Clock, Column, EvidenceId, Frame, LimitName, LineRange, Locator, Role, RowAt, Times, Timestamp,
    Unit, Values,
};

/// Other nodes that are told.
const MAX_ELSEWHERE: usize = 12;

/// What a series counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quantity {
    /// Threads (tasks) of one container or cgroup.
    ContainerThreads,
    /// Threads of all containers of the node together.
    ContainerSum,
    /// Threads of the whole node, the host's own included.
    NodeThreads,
    /// Threads of one process, or of all processes of one command, from listings.
    ProcessThreads,
    /// Processes (PIDs) of a container or the node.
    Processes,
    /// Tasks created: a rate per second.
    ForkRate,
    /// What counts against a limit that is none of the node's tasks: open files, tracked connections, tasks of a unit, threads of a pod on
    /// another node.
    Used(LimitName),
    /// A limit's value over time.
    Stated(LimitName),
    /// Anything else.
    Other,
}

/// One series on the time line.
#[derive(Clone, Debug)]
pub struct SeriesFact {
    /// Stable key: evidence, frame, column; `sum` for the computed total.
    pub key: String,
    /// Name for people, from labels: `order-sync` or the legend as written.
    pub label: String,
    /// Pod and namespace where labels say them (`trade/order-sync-7d9c6bf5b4-m2kqz`).
    pub owner: Option<String>,
    /// Node that its labels name.
    pub node: Option<String>,
    /// Metric name or legend.
    pub name: String,
    /// Name and labels as a query would select it.
    pub selector: String,
    /// What it counts.
    pub quantity: Quantity,
    /// Whether the quantity was taken from the file's name.
    pub assumed: bool,
    /// Unit.
    pub unit: Unit,
    /// Seconds since the epoch, ascending; the columns of a table share them.
    pub times: Times,
    /// Values; NaN is a gap. A table's own, where they are not rates.
    pub values: Values,
    /// Where each row stands; `None` for a computed series.
    pub origin: Option<Origin>,
    /// Where each sample of a series that was put together from several sources stands.
    pub parts: Option<Parts>,
    /// The highest value and its index, once somebody asked or looked at all of them: charts of sixty series ask each.
    pub(super) peak: OnceCell<Option<(usize, f64)>>,
}

/// Where the samples of a series stand.
#[derive(Clone, Debug)]
pub struct Origin {
    /// Input.
    pub evidence: EvidenceId,
    /// Rows of the frame; its columns share them.
    pub rows: Rc<RowAt>,
}

impl Origin {
    /// The place of one row.
    #[must_use]
    pub fn locator(&self, index: usize) -> Option<Locator> {
        match &*self.rows {
            RowAt::Lines(lines) => {
                let line = lines.get(index)?;
                Some(Locator::lines(self.evidence, line, line))
            }
            RowAt::Bytes { base, offsets } => {
                let start = base + u64::from(offsets.get(index)?);
                let end = base + u64::from(offsets.get(index + 1)?);
                // Lines are filled by the case from its line index.
                Some(Locator { evidence: self.evidence, bytes: ByteRange { start, end }, lines: LineRange::default() })
            }
        }
    }
}

/// The provenance of every sample of a series that was put together.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    /// Places that the samples stand in.
    pub places: Vec<Place>,
    /// Of each sample: the place, and the row there.
    pub samples: Vec<(u32, u32)>,
}

/// What samples were taken from.
#[derive(Clone, Debug)]
pub enum Place {
    /// Rows of a series, with its selector.
    Rows(Origin, String),
    /// One listing, or one row of it.
    Whole(Locator),
}

impl Place {
    /// The input.
    #[must_use]
    pub const fn evidence(&self) -> EvidenceId {
        match self {
            Self::Rows(origin, _) => origin.evidence,
            Self::Whole(locator) => locator.evidence,
        }
    }
}

impl SeriesFact {
    /// The index of the sample nearest to an instant that has a value.
    #[must_use]
    pub fn nearest(&self, at: f64) -> Option<usize> {
        let after = self.times.partition_point(|time| time < at);
        let right = (after..self.times.len()).find(|&index| self.values.at(index).is_finite());
        let left = (0..after).rev().find(|&index| self.values.at(index).is_finite());
        match (left, right) {
            (Some(left), Some(right)) if at - self.times.at(left) <= self.times.at(right) - at => Some(left),
            (_, Some(right)) => Some(right),
            (left, None) => left,
        }
    }

    /// The highest value and its index.
    #[must_use]
    pub fn max(&self) -> Option<(usize, f64)> {
        *self.peak.get_or_init(|| highest(&self.values.all()))
    }

    /// The place of one sample; `None` for a computed series.
    #[must_use]
    pub fn locator(&self, index: usize) -> Option<Locator> {
        let Some(parts) = &self.parts else { return self.origin.as_ref()?.locator(index) };
        let &(place, row) = parts.samples.get(index)?;
        match parts.places.get(place as usize)? {
            Place::Rows(origin, _) => origin.locator(row as usize),
            Place::Whole(locator) => Some(*locator),
        }
    }

    /// Whether its samples stand somewhere; those of a sum do not.
    #[must_use]
    pub const fn has_places(&self) -> bool {
        self.origin.is_some() || self.parts.is_some()
    }

    /// Container and pod as a person would look for them.
    #[must_use]
    pub fn full_name(&self) -> String {
        self.owner.as_ref().map_or_else(|| self.label.clone(), |owner| format!("{} ({owner})", self.label))
    }

    /// Pod and container as a path, as far as labels say.
    #[must_use]
    pub fn path(&self) -> String {
        let Some(owner) = &self.owner else { return self.label.clone() };
        let is_pod = owner.rsplit('/').next() == Some(self.label.as_str());
        if is_pod { owner.clone() } else { [owner.as_str(), "/", &self.label].concat() }
    }

    /// A citation of one sample.
    #[must_use]
    pub fn cite(&self, index: usize, role: Role) -> Option<Cite> {
        let at = self.times.all().get(index).map(timestamp);
        Some(Cite { locator: self.locator(index)?, role, at })
    }
}

/// The highest finite value and its index, the first where there are several.
pub(super) fn highest(values: &[f64]) -> Option<(usize, f64)> {
    let mut best = None;
    for (index, &value) in values.iter().enumerate() {
        if value.is_finite() && best.is_none_or(|(_, most)| value > most) {
            best = Some((index, value));
        }
    }
    best
}

/// Seconds since the epoch as an instant, to the millisecond (a double has no more to give).
#[must_use]
pub fn timestamp(seconds: f64) -> Timestamp {
    Timestamp((seconds * 1000.0).round() as i64 * 1_000_000)
}

/// All series, and the node's threads.
#[derive(Clone, Debug, Default)]
pub struct Usage {
    /// All series in order of evidence, frame and column; a computed total last.
    pub series: Vec<SeriesFact>,
    /// Index of the series that stands for the threads of all containers or of the node.
    pub total: Option<usize>,
    /// Whether `total` counts containers only (the host's own threads come on top).
    pub total_is_containers: bool,
    /// The sum over containers, where `total` is the node's own count.
    pub containers: Option<SeriesFact>,
    /// The node whose threads are counted, where labels name it; series of other nodes do not count against its limits.
    pub node: Option<String>,
    /// Other nodes that labels name.
    pub other_nodes: Vec<String>,
    /// Other hosts that prompts or paths name, without their domains.
    pub other_hosts: Vec<String>,
    /// Process listings with their instants.
    pub snapshots: Vec<Snapshot>,
    /// Each of the other hosts by itself, and other nodes that come near a limit that series state.
    pub elsewhere: Vec<Usage>,
    /// Paths of the inputs that have series.
    pub paths: Vec<(EvidenceId, String)>,
}

/// A program that has at least half of a listing's threads. One listing shows who has them, and not who grew.
#[derive(Clone, Debug)]
pub struct Holder {
    /// `csi-plugin (pid 4410)`; without a process where several share them.
    pub name: String,
    /// Its threads.
    pub n_threads: u32,
    /// Containers of that name, as `csi-plugin (kube-system/csi-x7k2p)`, each with its pod's node.
    pub containers: Vec<(Option<String>, String)>,
    /// The row of its largest process.
    pub locator: Locator,
}

/// A count of all threads of the node at one moment: a process listing, or a sample of a series that is too sparse to be a course.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// When it was taken; `None` where neither its own clock nor a date is known.
    pub at: Option<Timestamp>,
    /// All threads.
    pub n_threads: u32,
    /// Threads by user, without root, whom RLIMIT_NPROC spares.
    pub users: Vec<(String, u32)>,
    /// The program that has at least half of them.
    pub holder: Option<Holder>,
    /// Input and listing, by index; `None` for a sample of a series.
    pub(super) listing: Option<(usize, usize)>,
    /// The host it is of, where the evidence names it.
    pub host: Option<String>,
    /// The place it was read from.
    pub locator: Locator,
}

impl Usage {
    /// Whether what tells of a host tells of the node whose threads are counted, as far as is known.
    #[must_use]
    pub fn is_here(&self, host: Option<&str>) -> bool {
        is_here(&self.node, [&self.other_nodes, &self.other_hosts], host)
    }

    /// Series of one quantity.
    pub fn of(&self, quantity: Quantity) -> impl Iterator<Item = (usize, &SeriesFact)> {
        self.series.iter().enumerate().filter(move |(_, series)| series.quantity == quantity)
    }

    /// The series that stands for the node's threads.
    #[must_use]
    pub fn total_series(&self) -> Option<&SeriesFact> {
        self.series.get(self.total?)
    }

    /// The path of the input that a series was read from; `None` for a computed one.
    #[must_use]
    pub fn path_of(&self, series: &SeriesFact) -> Option<&str> {
        let evidence = series.origin.as_ref()?.evidence;
        self.paths.iter().find(|(id, _)| *id == evidence).map(|(_, path)| path.as_str())
    }
}

/// Derives usage from all inputs.
#[must_use]
pub fn derive_usage(inputs: &[Input<'_>]) -> Usage {
    let (mut series, mut paths) = (Vec::new(), Vec::new());
    for input in inputs {
        if !input.parsed.frames.is_empty() {
            paths.push((input.meta.id, input.meta.path.clone()));
        }
        // Where a terminal goes from host to host, what it shows is of the host of its prompt.
        let hosts = &input.parsed.hosts;
        let goes_on = hosts.iter().any(|(_, host)| !host.is_empty() && *host != hosts[0].1);
        for (frame_index, frame) in input.parsed.frames.iter().enumerate() {
            // Without times there is nothing to compare with a limit, and no time is made up.
            let Some(times) = times_of(frame, &input.meta.clock) else { continue };
            // Each series of an answer of Prometheus is a frame, and mostly at the same times as the one before.
            let alike = series.last().map(|last: &SeriesFact| &last.times).filter(|last| **last == times);
            let times = alike.cloned().unwrap_or(times);
            let rows = Rc::new(frame.rows.clone());
            for (column_index, column) in frame.columns.iter().enumerate() {
                let key = format!("{}.{frame_index}.{column_index}", input.meta.id.0);
                series.extend(series_fact(key, input, (&times, &rows), column, goes_on));
            }
        }
    }
    let (node, other_nodes, mut elsewhere) = choose_node(inputs, &mut series);
    let (node, other_hosts) = choose_host(inputs, node);
    keep_fullest(&mut series, node.as_deref());
    drop_aggregates(&mut series);
    drop_repeats(&mut series);
    let is_here = |host: Option<&str>| is_here(&node, [&other_nodes, &other_hosts], host);
    let (mut snapshots, others): (Vec<_>, Vec<_>) =
        derive_snapshots(inputs, &series).into_iter().partition(|it| is_here(it.host.as_deref()));
    // Hosts before nodes that nothing but series tells of.
    let mut told = Vec::new();
    for host in other_hosts.iter().take(MAX_ELSEWHERE) {
        let known = elsewhere.iter().position(|it| it.node.as_deref().map(short) == Some(host));
        let unknown = || Usage { node: Some(host.clone()), ..Usage::default() };
        let mut own = known.map_or_else(unknown, |at| elsewhere.remove(at));
        own.snapshots.extend(others.iter().filter(|it| it.host.as_ref() == Some(host)).cloned());
        told.push(own);
    }
    told.extend(elsewhere.into_iter().filter(Usage::is_near));
    told.truncate(MAX_ELSEWHERE);
    let computed = sum_of_containers(&series);
    let rebuilt = rebuild(&mut series, &mut snapshots, computed.as_ref());
    let given_sum = sum_given(&series);
    let total_given = rebuilt.map(|index| (index, true)).or(given_sum.map(|index| (index, false)));
    if let (Some((index, _)), Some(sum)) = (total_given, &computed)
        && agrees(&series[index], sum, 8)
    {
        // The containers' own series add up to it: what it counts is known, not assumed.
        series[index].assumed = false;
    }
    let (total, total_is_containers) = match (total_given, &computed) {
        (Some((index, node)), _) => (Some(index), !node),
        (None, Some(sum)) => {
            series.push(sum.clone());
            (Some(series.len() - 1), true)
        }
        (None, None) => (None, false),
    };
    if series.iter().all(|one| one.quantity != Quantity::ContainerThreads) {
        series.extend(process_series(inputs, &snapshots));
    }
    let containers =
        computed.or_else(|| series.get(given_sum?).cloned()).filter(|_| total.is_some() && !total_is_containers);
    Usage {
        series,
        total,
        total_is_containers,
        containers,
        node,
        other_nodes,
        other_hosts,
        snapshots,
        elsewhere: told,
        paths,
    }
}

/// Whether a host is the node, or none of the others.
fn is_here(node: &Option<String>, others: [&[String]; 2], host: Option<&str>) -> bool {
    let is = |node: &String| Some(short(node)) == host;
    node.iter().any(is) || !others.iter().copied().flatten().any(is)
}

/// Seconds since the epoch of all rows; `None` where one of them has no time.
fn times_of(frame: &Frame, clock: &Clock) -> Option<Times> {
    Times::of(|| frame.wall.iter().map(|wall| clock.resolve(wall)))
}

fn series_fact(
    key: String,
    input: &Input<'_>,
    (times, rows): (&Times, &Rc<RowAt>),
    column: &Column,
    goes_on: bool,
) -> Option<SeriesFact> {
    let (quantity, counter, assumed) = classify(column, &input.meta.path);
    let (label, owner, node) = (label_of(column), owner_of(column), node_of(column));
    let values = if counter { rate(times.all(), &column.values.all()).into() } else { column.values.clone() };
    // Of a counter that was read once there is no rate.
    if values.n_finite() == 0 {
        return None;
    }
    let origin = Some(Origin { evidence: input.meta.id, rows: Rc::clone(rows) });
    let place = origin.as_ref().filter(|_| goes_on && node.is_none()).and_then(|origin| origin.locator(0));
    let node = node.or_else(|| input.host_at(&place?).map(str::to_owned));
    let unit = if counter { Unit::PerSecond } else { column.unit };
    Some(SeriesFact {
        key,
        label,
        owner,
        node,
        name: column.name.clone(),
        selector: column.selector(),
        quantity,
        assumed,
        unit,
        times: times.clone(),
        values,
        origin,
        parts: None,
        peak: Default::default(),
    })
}
