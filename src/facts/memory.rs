//! Kills for memory: what containers' states say, what the kernel's lines tell of each kill, what nodes report, and which belong together.

use super::Input;
use super::failures::{Failure, Failures, collection_time, event_time};
use crate::model::gather::{ByName, names_of};
use crate::model::sort::Order as _;
use crate::model::words::{after, before, holds};
use crate::model::{
    Arg, Bundle, Cite, ClockOrigin, ContainerState, EvidenceId, HeldMemory, KubeContainer, KubeEvent, KubeObject,
    Locator, OomLine, OomStep, ProcessSnapshot, Role, SightingKind, TimeBasis, Timestamp,
};

/// Seconds within which the kernel's line and the container's end are of the same kill.
const SAME_KILL_S: i64 = 10;
/// Seconds around an end in which a node's own shortage bears on it, and a kill in its control group is the one that ended it.
const NODE_NEAR_S: i64 = 300;
/// Zones lie so many nanoseconds apart, or a multiple of that.
const QUARTER_NS: u64 = 900_000_000_000;
/// Lines between the kernel's table and its last line about the kill, of others in the same log.
const SAME_KILL_LINES: u32 = 500;
/// Kills that are kept of each sort.
const MAX_KILLS: usize = 2_000;

/// One kill as the kernel's lines tell it.
#[derive(Clone, Debug, Default)]
pub struct KernelKill {
    /// The process killed, or the one that ran into the limit where the lines end there.
    pub process: String,
    /// Its id.
    pub pid: Option<u32>,
    /// The control group.
    pub cgroup: String,
    /// Whether a control group's limit was reached, else the node's memory.
    pub is_of_cgroup: Option<bool>,
    /// Memory used and the limit, in kB.
    pub use_kb: Option<(u64, u64)>,
    /// When.
    pub at: Option<Timestamp>,
    /// Its lines.
    pub cites: Vec<Cite>,
    /// Who held most of the memory then, as the kernel listed it.
    pub held: Option<HeldMemory>,
    /// Whether systemd or a container's runtime tells of it: `process` is then the unit or the container.
    pub is_unit: bool,
    is_done: bool,
    /// Nobody says the zone of its time.
    is_zone_guessed: bool,
}

/// A container whose state says `OOMKilled`.
#[derive(Clone, Debug)]
pub struct ContainerKill {
    /// Pod as `namespace/name`.
    pub pod: String,
    /// Who controls the pod.
    pub owner: Option<String>,
    /// Container.
    pub container: String,
    /// Memory limit as written, and where.
    pub limit: Option<(String, Locator)>,
    /// Restarts.
    pub restarts: u32,
    /// When it ended.
    pub at: Option<Timestamp>,
    /// Its state.
    pub cite: Cite,
    /// The kernel's kill, by its index, where one is of this container.
    pub kernel: Option<usize>,
    /// The report of its node that it ran out of memory at that time.
    pub node_report: Option<Cite>,
}

/// All of it.
#[derive(Clone, Debug, Default)]
pub struct MemoryKills {
    /// By states, in order of pod and container.
    pub containers: Vec<ContainerKill>,
    /// By the kernel, in order of place.
    pub kernel: Vec<KernelKill>,
    /// Which of them were in which container, by its id, in order.
    by_id: Vec<(String, usize)>,
    /// Lines of kubelet, systemd and runtimes, and rows of tables of pods.
    pub stated: Vec<Cite>,
    /// Ends with SIGKILL for which the state has no reason of its own.
    pub unexplained: Vec<Cite>,
    /// Restarts of which no state says how the run ended.
    pub stateless: Vec<Cite>,
    /// States that say something else.
    pub others: Vec<Cite>,
    /// How many of those.
    pub n_others: u32,
}

impl MemoryKills {
    /// The kills in the control groups of a container's runs, by their ids (`containerd://8e8c…`), a blank between them.
    pub fn of_runs(&self, ids: &str) -> impl Iterator<Item = usize> {
        ids.split([' ', '/']).flat_map(|id| {
            let from = self.by_id.partition_point(|(known, _)| known.as_str() < id);
            self.by_id[from..].iter().take_while(move |(known, _)| known == id).map(|(_, index)| *index)
        })
    }
}

/// Gathers kills and joins them.
#[must_use]
pub fn derive_memory_kills(inputs: &[Input<'_>], failures: &Failures, bundles: &[Bundle]) -> MemoryKills {
    let mut kills = MemoryKills { kernel: kernel_kills(failures), ..MemoryKills::default() };
    for kill in &mut kills.kernel {
        let evidence = kill.cites.first().map(|cite| cite.locator.evidence);
        let meta = inputs.iter().map(|input| input.meta).find(|meta| Some(meta.id) == evidence);
        let clock = meta.map(|meta| meta.clock).filter(|clock| clock.basis() != TimeBasis::Explicit);
        kill.is_zone_guessed = clock.is_some_and(|clock| clock.offset_origin == ClockOrigin::Default);
    }
    for listing in inputs.iter().flat_map(|input| &input.parsed.processes) {
        tell_holder(&mut kills.kernel, listing);
    }
    let ids = kills.kernel.iter().enumerate().filter_map(|(index, kill)| {
        let mut runs = kill.cgroup.split(|it: char| !it.is_ascii_hexdigit());
        Some((runs.find(|run| run.len() == 64)?.to_owned(), index))
    });
    kills.by_id = ids.collect();
    kills.by_id.order();
    let of_kind = SightingKind::OutOfMemory(OomLine::default()).index();
    let stated = failures.of(of_kind).filter(|failure| step_of(failure) == Some(OomStep::Stated));
    kills.stated = stated.map(|failure| failure.cite(Role::Shows)).collect();
    let reports = node_reports(inputs, bundles, is_out_of_memory);
    // Of a pod that is described as well, its row need not tell how it ended.
    let all = inputs.iter().flat_map(|input| &input.parsed.objects);
    let all: Vec<&KubeObject> = all.filter(|object| matches!(&*object.kind, "Pod" | "Container")).collect();
    // A manifest says what should run, not how it went.
    let is_observed = |pod: &&&KubeObject| pod.containers.iter().any(|container| container.state.locator.is_some());
    let observed: Vec<String> = all.iter().filter(is_observed).map(|pod| pod.full_name()).collect();
    let observed = names_of(observed.iter());
    let mut seen = ByName::<Option<ContainerKill>>::default();
    for object in all {
        let status = object.status.as_ref().filter(|_| object.containers.is_empty());
        if let Some(status) = status.filter(|status| status.value == "OOMKilled") {
            kills.stated.push(shows(status.locator, None));
        } else if object.containers.is_empty()
            && object.restarts.is_some_and(|restarts| restarts > 0)
            && observed.get(&object.full_name()).is_none()
        {
            kills.stateless.push(shows(object.locator, None));
        }
        for container in &object.containers {
            for index in kills.of_runs(container.id.as_deref().unwrap_or_default()).collect::<Vec<_>>() {
                if kills.kernel[index].is_unit {
                    kills.kernel[index].process = format!("{}/{}", object.full_name(), container.name);
                }
            }
            match oom_state(container) {
                Some((state, locator)) => {
                    let kill = container_kill(object, container, (state, locator), &kills.kernel, &reports);
                    let known = seen.get_or_insert_with(&[&kill.pod, "\0", &container.name].concat(), || None);
                    // Two views of one pod: the newer tells more, of equal ones the last, as everywhere.
                    if known.as_ref().is_none_or(|old| (old.at, old.restarts) <= (kill.at, kill.restarts)) {
                        *known = Some(kill);
                    }
                }
                None => other_state(container, &mut kills),
            }
        }
    }
    kills.containers = seen.into_values().into_iter().flatten().take(MAX_KILLS).collect();
    kills.stated.truncate(MAX_KILLS);
    kills
}

const fn shows(locator: Locator, at: Option<Timestamp>) -> Cite {
    Cite { locator, role: Role::Shows, at }
}

/// The state that says so: of the last run, or of this one.
fn oom_state(container: &KubeContainer) -> Option<(&ContainerState, Locator)> {
    let states = container.last_state.iter().chain([&container.state]);
    let mut killed = states.filter(|state| state.reason.as_deref() == Some("OOMKilled"));
    killed.find_map(|state| Some((state, state.locator?)))
}

/// How a container that was not killed for memory stands, as far as its states say.
fn other_state(container: &KubeContainer, kills: &mut MemoryKills) {
    let ended = container.last_state.iter().chain([&container.state]).find(|state| state.phase == "Terminated");
    match ended.and_then(|state| Some((state, state.locator?))) {
        Some((state, locator)) => {
            let is_made_up = state.reason.as_deref() == Some("ContainerStatusUnknown");
            if state.exit_code == Some(137) && !is_made_up {
                kills.unexplained.push(shows(locator, state.finished));
            } else {
                kills.n_others += 1;
                kills.others.push(shows(locator, state.finished));
            }
        }
        None if container.restarts > 0 => {
            kills.stateless.extend(container.restarts_at.map(|locator| shows(locator, None)));
        }
        // A manifest says what should run, not how it went.
        None => {
            kills.n_others += u32::from(container.state.locator.is_some());
            kills.others.extend(container.state.locator.map(|locator| shows(locator, None)));
        }
    }
}

fn container_kill(
    pod: &KubeObject,
    container: &KubeContainer,
    (state, locator): (&ContainerState, Locator),
    kernel: &[KernelKill],
    reports: &[NodeReport<'_>],
) -> ContainerKill {
    let at = state.finished;
    let apart_ns = |other: Option<Timestamp>| other.zip(at).map(|(a, b)| a.0.abs_diff(b.0));
    let is_within = |apart: u64, within_s: i64| apart <= within_s.unsigned_abs() * 1_000_000_000;
    let near = |other, within_s| apart_ns(other).is_some_and(|apart| is_within(apart, within_s));
    // A process in it that was killed long before its end did not end it. In a zone that was guessed the same second may be hours away.
    let is_then = |kill: &KernelKill| {
        let is_same = |apart: u64| is_within((apart % QUARTER_NS).min(QUARTER_NS - apart % QUARTER_NS), SAME_KILL_S);
        apart_ns(kill.at).is_none_or(|apart| is_within(apart, NODE_NEAR_S) || kill.is_zone_guessed && is_same(apart))
    };
    let node = pod.node.as_deref();
    let report = reports.iter().find(|report| node == Some(report.node) && near(report.at, NODE_NEAR_S));
    let limit_kb = container.memory_limit.as_deref().and_then(kilobytes);
    let is_its = |kill: &KernelKill| {
        names(&kill.cgroup, pod, container) && is_then(kill)
            // The same limit at the same second: no other container is likely to be meant. A description has no uid to compare.
            || (kill.cgroup.is_empty() || pod.uid.is_none()) && limit_kb.is_some() && kill.use_kb.map(|it| it.1) == limit_kb && near(kill.at, SAME_KILL_S)
    };
    let its = kernel.iter().enumerate().filter(|(_, kill)| is_its(kill));
    let its = its.min_by_key(|(_, kill)| apart_ns(kill.at).unwrap_or(u64::MAX));
    ContainerKill {
        pod: pod.full_name(),
        owner: pod.owner.as_ref().map(|owner| format!("{}/{}", owner.kind, owner.name)),
        container: container.name.clone(),
        limit: container.memory_limit.clone().map(|limit| (limit, container.memory_limit_at.unwrap_or(locator))),
        restarts: container.restarts,
        at,
        cite: shows(locator, at),
        kernel: its.map(|(index, _)| index),
        node_report: report.map(|report| report.cite),
    }
}

/// Whether a control group is a container's or its pod's: `/kubepods/burstable/pod95387fa4-…/6895…`, or with systemd
/// `kubepods-burstable-pod95387fa4_….slice/cri-containerd-6895….scope`.
fn names(cgroup: &str, pod: &KubeObject, container: &KubeContainer) -> bool {
    let mut ids = container.id.iter().flat_map(|ids| ids.split([' ', '/'])).filter(|id| id.len() >= 12);
    let uid = pod.uid.as_deref().filter(|uid| uid.len() >= 32);
    ids.any(|id| holds(cgroup, id))
        || uid.is_some_and(|uid| holds(cgroup, uid) || holds(cgroup, &uid.replace('-', "_")))
}

/// A limit as it is said: as its author wrote it, and as a size where that was a number of bytes, as runtimes write it.
#[must_use]
pub fn shown(limit: &str) -> Arg {
    limit.parse().map_or_else(|_| limit.into(), Arg::Bytes)
}

/// A quantity of memory as Kubernetes writes it, in kB (1024 bytes): `2Gi`, `512Mi`, `1G`, `1073741824`.
pub(super) fn kilobytes(text: &str) -> Option<u64> {
    let n_digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = (before(text, n_digits), after(text, n_digits));
    let number: u64 = number.parse().ok()?;
    let bytes = match unit {
        "" => 1,
        "Ki" => 1 << 10,
        "Mi" => 1 << 20,
        "Gi" => 1 << 30,
        "Ti" => 1 << 40,
        "k" => 1_000,
        "M" => 1_000_000,
        "G" => 1_000_000_000,
        _ => return None,
    };
    number.checked_mul(bytes).map(|bytes| bytes / 1024)
}

/// A node's word, as that it ran out of memory.
pub(super) struct NodeReport<'a> {
    pub(super) node: &'a str,
    pub(super) message: &'a str,
    pub(super) at: Option<Timestamp>,
    pub(super) cite: Cite,
}

/// Whether a node says with an event that it ran out of memory.
pub(super) fn is_out_of_memory(event: &KubeEvent) -> bool {
    matches!(event.reason.as_str(), "SystemOOM" | "OOMKilling")
}

/// What such events say of nodes.
pub(super) fn node_reports<'a>(
    inputs: &[Input<'a>],
    bundles: &[Bundle],
    is_such: fn(&KubeEvent) -> bool,
) -> Vec<NodeReport<'a>> {
    let mut reports = Vec::new();
    for input in inputs {
        // That a node is gone is told of each of its pods too, once more.
        let events = input.parsed.events.iter().filter(|event| is_such(event));
        let mut events = events.filter_map(|event| Some((event.object.strip_prefix("node/")?, event))).peekable();
        let collected = events.peek().map(|_| collection_time(input, inputs, bundles)).unwrap_or_default();
        reports.extend(events.map(|(node, event)| {
            let at = event_time(event, &collected).map(|(at, _)| at);
            NodeReport { node, message: &event.message, at, cite: shows(event.locator, at) }
        }));
    }
    // Every exit is held against them.
    reports.truncate(MAX_KILLS);
    reports
}

fn step_of(failure: &Failure) -> Option<OomStep> {
    match &failure.kind {
        SightingKind::OutOfMemory(line) => Some(line.step),
        _ => None,
    }
}

/// Puts the kernel's lines together, kill by kill, in the order of each input.
fn kernel_kills(failures: &Failures) -> Vec<KernelKill> {
    let of_kind = SightingKind::OutOfMemory(OomLine::default()).index();
    let mut lines: Vec<&Failure> = failures.of(of_kind).filter(|line| step_of(line) != Some(OomStep::Stated)).collect();
    lines.order_by_key(|line| line.locator);
    let mut kills: Vec<KernelKill> = Vec::new();
    let mut open: Option<(EvidenceId, KernelKill)> = None;
    let mut close = |open: Option<(EvidenceId, KernelKill)>| {
        // A line about use alone is no kill.
        let is_kill = |kill: &KernelKill| kill.is_done || !kill.process.is_empty();
        kills.extend(open.map(|(_, kill)| kill).filter(is_kill));
    };
    for failure in lines {
        let SightingKind::OutOfMemory(line) = &failure.kind else { continue };
        let begins = open.as_ref().is_none_or(|(evidence, kill)| {
            *evidence != failure.locator.evidence || line.step == OomStep::Invoked || kill.is_done
        });
        if begins {
            close(open.replace((failure.locator.evidence, KernelKill::default())));
        }
        if let Some((_, kill)) = &mut open {
            add(kill, line, failure);
        }
    }
    close(open);
    kills.extend(failures.of(of_kind).filter_map(of_unit));
    kills.truncate(MAX_KILLS);
    said_once(kills)
}

/// A kill that systemd or a container's runtime tells of.
fn of_unit(failure: &Failure) -> Option<KernelKill> {
    let SightingKind::OutOfMemory(OomLine { step: OomStep::Stated, cgroup, .. }) = &failure.kind else { return None };
    // Short ids are what runtimes print.
    let name = if cgroup.contains('.') { cgroup.rsplit('/').next() } else { cgroup.get(..12) };
    Some(KernelKill {
        process: name?.to_owned(),
        cgroup: cgroup.clone(),
        at: failure.at,
        cites: vec![failure.cite(Role::Shows)],
        is_unit: true,
        ..KernelKill::default()
    })
}

/// The kernel's own lines, kubelet's event of them, what systemd and the runtime say of the unit and a copy of any tell of one kill: the
/// account that tells most gets the places of all.
fn said_once(kills: Vec<KernelKill>) -> Vec<KernelKill> {
    let is_same = |one: &KernelKill, other: &KernelKill| {
        let apart_ns = one.at.zip(other.at).map(|(a, b)| a.0.abs_diff(b.0));
        let near = |within_s: i64| apart_ns.is_none_or(|apart| apart <= within_s.unsigned_abs() * 1_000_000_000);
        if other.is_unit {
            // An older kernel names no control group.
            return holds(&one.cgroup, &other.cgroup) && near(NODE_NEAR_S)
                || one.cgroup.is_empty() && apart_ns.is_some() && near(SAME_KILL_S);
        }
        one.pid.is_some() && (one.pid, &one.process) == (other.pid, &other.process) && near(NODE_NEAR_S)
    };
    let mut once: Vec<KernelKill> = Vec::new();
    for mut kill in kills {
        match once.iter_mut().find(|known| is_same(known, &kill)) {
            Some(known) => {
                if kill.cites.len() > known.cites.len() && !kill.is_unit {
                    std::mem::swap(known, &mut kill);
                }
                known.cites.extend(kill.cites);
                known.at = known.at.or(kill.at);
            }
            None => once.push(kill),
        }
    }
    once
}

/// Gives the table of processes to the kill that it was printed for: the next one below it.
fn tell_holder(kills: &mut [KernelKill], listing: &ProcessSnapshot) {
    let Some(held) = &listing.held else { return };
    let end = listing.locator;
    let is_below = |kill: &&mut KernelKill| {
        // Copies of it stand in other inputs.
        let last = kill.cites.iter().map(|cite| cite.locator).rfind(|last| last.evidence == end.evidence);
        let apart = last.and_then(|last| last.lines.first.checked_sub(end.lines.last));
        apart.is_some_and(|apart| apart <= SAME_KILL_LINES)
    };
    if let Some(kill) = kills.iter_mut().find(is_below) {
        kill.held = Some(held.clone());
    }
}

fn add(kill: &mut KernelKill, line: &OomLine, failure: &Failure) {
    // Whoever was killed at last: a child may be taken in place of the one chosen.
    if !line.process.is_empty() && (line.step != OomStep::Told || kill.pid.is_none()) {
        line.process.clone_into(&mut kill.process);
    }
    kill.pid = line.pid.or(kill.pid);
    if !line.cgroup.is_empty() {
        line.cgroup.clone_into(&mut kill.cgroup);
    }
    kill.is_of_cgroup = line.is_of_cgroup.or(kill.is_of_cgroup);
    kill.use_kb = kill.use_kb.or(line.use_kb);
    kill.at = failure.at.or(kill.at);
    kill.is_done |= line.step == OomStep::Killed;
    kill.cites.push(failure.cite(Role::Shows));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_in_kilobytes() {
        let read = ["2Gi", "512Mi", "1073741824", "1G", "2 Gi", "Mi", "1e3"].map(kilobytes);
        assert_eq!(read, [Some(2_097_152), Some(524_288), Some(1_048_576), Some(976_562), None, None, None]);
    }
}
