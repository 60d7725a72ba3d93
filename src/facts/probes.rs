//! Kills by liveness probes: of which pod, how often, what the failing probe met, how long the last run lived and when its own numbers let
//! the probe kill.

use super::Input;
use super::events::Repeats;
use super::failures::{Failure, Failures};
use super::workloads::exits::kill_window_s;
use crate::model::few::Few;
use crate::model::gather::{ByName, map_of};
use crate::model::sighting::refuses_a_task;
use crate::model::words::holds;
use crate::model::{Cite, KubeContainer, KubeEvent, KubeObject, Role, SightingKind, TimeRange, Timestamp};

/// Pods that are kept.
const MAX_PODS: usize = 2_000;

/// What a failing probe met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProbeCause {
    /// Nobody listened.
    Refused,
    /// It answered with an error.
    Status,
    /// It did not answer in time.
    Timeout,
    /// A command failed, or something else.
    Other,
}

/// The kills of one pod's container.
#[derive(Clone, Debug)]
pub struct PodKills {
    /// Pod as `namespace/name`.
    pub pod: String,
    /// Who controls it.
    pub owner: Option<String>,
    /// Container, where it is named.
    pub container: Option<String>,
    /// How often it was killed.
    pub kills: u32,
    /// First and last kill.
    pub range: Option<TimeRange>,
    /// Places of the kills: the first and the last.
    pub cites: Vec<Cite>,
    /// What the failing liveness probe met, how often, and where.
    pub causes: Few<ProbeCause, (u32, Option<Cite>)>,
    /// Whether the probe itself found no task to run in: another pattern.
    pub is_starved: bool,
    /// Restarts.
    pub restarts: u32,
    /// How the last run ended: code, reason, where.
    pub exit: Option<(i32, String, Cite)>,
    /// How long it lived, in seconds.
    pub lived_s: Option<f64>,
    /// When a probe that never succeeds kills, in seconds after the start: earliest and latest.
    pub window_s: Option<(u32, u32)>,
    /// Whether a startup probe holds the liveness probe back.
    pub has_startup: bool,
}

/// All of them, and what bears on their absence.
#[derive(Clone, Debug, Default)]
pub struct ProbeKills {
    /// By pod.
    pub pods: Vec<PodKills>,
    /// Ends by SIGKILL or SIGTERM that no event explains.
    pub unexplained: Vec<Cite>,
    /// Ends of containers for other reasons.
    pub others: Vec<Cite>,
    /// Whether events about pods were collected.
    pub has_events: bool,
    /// When the first of those happened that have a time.
    pub events_from: Option<Timestamp>,
}

/// Gathers kills by pod and joins them with what pods say.
#[must_use]
pub fn derive_probe_kills(inputs: &[Input<'_>], failures: &Failures, repeats: &Repeats) -> ProbeKills {
    let mut all = ProbeKills::default();
    let mut pods = ByName::default();
    let events = inputs.iter().flat_map(|input| &input.parsed.events).filter(|event| !repeats.has(event));
    let events = map_of(events.map(|event| (event.locator, event)));
    all.has_events = !events.is_empty();
    all.events_from = events.values().filter_map(|event| event.first.or(event.last)).min();
    for kill in failures.of(SightingKind::LivenessKill.index()) {
        let Some(pod) = &kill.subject else { continue };
        if pods.len() >= MAX_PODS && pods.get(pod).is_none() {
            continue;
        }
        let (kills, logged) = pods.get_or_insert_with(pod, || (new(pod), 0_u32));
        match events.get(&kill.locator) {
            Some(event) => {
                kills.kills = kills.kills.saturating_add(kill.count);
                let named = event
                    .message
                    .strip_prefix("Container ")
                    .and_then(|rest| rest.split(' ').next())
                    .filter(|name| !name.is_empty());
                kills.container = kills.container.take().or_else(|| named.map(str::to_owned));
            }
            // A log and the events tell of the same kills.
            None => *logged += 1,
        }
        add(kills, kill);
    }
    pods.values_mut().for_each(|(kills, logged)| kills.kills = kills.kills.max(*logged));
    for event in events.values() {
        if let Some((kills, _)) = pods.get_mut(&event.full_name()) {
            kills.is_starved |= refuses_a_task(event.message.as_bytes());
            if let Some(cause) = cause_of(event) {
                let cite = Cite { locator: event.locator, role: Role::Shows, at: event.last };
                let (count, first) = kills.causes.or_default(cause);
                *count += event.count;
                first.get_or_insert(cite);
            }
        }
    }
    // A task refused to nobody in particular may be any pod's probe.
    let refused = |pod: &str| failures.task_refused().any(|it| it.subject.as_deref().is_none_or(|it| it == pod));
    pods.values_mut().for_each(|(kills, _)| kills.is_starved |= refused(&kills.pod));
    for object in inputs.iter().flat_map(|input| &input.parsed.objects).filter(|object| object.kind == "Pod") {
        join(object, &mut pods, &mut all);
    }
    all.pods = pods.into_values().into_iter().map(|(kills, _)| kills).collect();
    all
}

fn new(pod: &str) -> PodKills {
    PodKills {
        pod: pod.to_owned(),
        owner: None,
        container: None,
        kills: 0,
        range: None,
        cites: Vec::new(),
        causes: Few::default(),
        is_starved: false,
        restarts: 0,
        exit: None,
        lived_s: None,
        window_s: None,
        has_startup: false,
    }
}

fn add(kills: &mut PodKills, kill: &Failure) {
    kills.range = [kills.range, kill.range()].into_iter().flatten().reduce(TimeRange::union);
    kills.cites.truncate(1);
    kills.cites.push(kill.cite(Role::Shows));
}

fn cause_of(event: &KubeEvent) -> Option<ProbeCause> {
    let what = event.message.strip_prefix("Liveness probe ").filter(|_| event.reason == "Unhealthy")?;
    let what = what.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| holds(&what, word));
    Some(if says(&["connection refused"]) {
        ProbeCause::Refused
    } else if says(&["statuscode", "not_serving"]) {
        ProbeCause::Status
    } else if says(&["deadline exceeded", "timeout", "timed out"]) {
        ProbeCause::Timeout
    } else {
        ProbeCause::Other
    })
}

/// Adds what a view of a pod says.
fn join(pod: &KubeObject, pods: &mut ByName<(PodKills, u32)>, all: &mut ProbeKills) {
    let mut kills = pods.get_mut(&pod.full_name()).map(|(kills, _)| kills);
    for container in &pod.containers {
        let ended = end_of(container);
        let Some(kills) = kills.as_deref_mut() else {
            if let Some((code, reason, cite)) = ended {
                let is_kill =
                    matches!(code, 137 | 143) && !matches!(reason.as_str(), "OOMKilled" | "ContainerStatusUnknown");
                let into = if is_kill { &mut all.unexplained } else { &mut all.others };
                into.push(cite);
            }
            continue;
        };
        let is_it = match &kills.container {
            Some(name) => *name == container.name,
            None => container.liveness.is_some(),
        };
        if !is_it {
            continue;
        }
        kills.container = Some(container.name.clone());
        kills.owner = pod.owner.as_ref().map(|owner| format!("{}/{}", owner.kind, owner.name)).or(kills.owner.take());
        kills.restarts = kills.restarts.max(container.restarts);
        let state = container.last_state.as_ref().filter(|state| state.phase == "Terminated");
        let lived = state.and_then(|state| Some((state.started?, state.finished?)));
        kills.lived_s = lived.map(|(from, to)| (to.0 - from.0) as f64 / 1e9).or(kills.lived_s);
        kills.exit = ended.or(kills.exit.take());
        kills.window_s = container.liveness.as_deref().and_then(kill_window_s).or(kills.window_s);
        kills.has_startup |= container.startup.is_some();
    }
}

/// How the last run ended.
fn end_of(container: &KubeContainer) -> Option<(i32, String, Cite)> {
    let state = container.last_state.iter().chain([&container.state]).find(|state| state.phase == "Terminated")?;
    let cite = Cite { locator: state.locator?, role: Role::Shows, at: state.finished };
    Some((state.exit_code?, state.reason.clone().unwrap_or_default(), cite))
}
