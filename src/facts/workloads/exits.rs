//! What an exit code means, decided by what stands around it: the runtime's reason, a probe's kill, a kill for memory, the neighbours.
//!
//! | code | decided by |
//! |---|---|
//! | 137 | `OOMKilled`; an OOM kill in this run just before; a liveness kill of the pod just before; `ContainerStatusUnknown` (made up); an OOM kill in this run; else open |
//! | 143 | a liveness kill, else whoever asked it to stop |
//! | 255 | whether other pods of the node ended with it, and the runtime or the node says that it was theirs; else open |
//! | 139, 134, other 128 + n | the signal |
//! | 126, 127, 128 | never started |
//! | 0 | its own decision |
//! | other | an OOM kill in this run, else its own decision |

use super::{Key, Views, first_chars, pods, shows, statement};
use crate::facts::Input;
use crate::facts::bundle::run_of;
use crate::facts::failures::{Failure, Failures};
use crate::facts::memory::{KernelKill, MemoryKills, NodeReport, is_out_of_memory, node_reports, shown};
use crate::model::gather::{ByName, names_of};
use crate::model::sort::Order as _;
use crate::model::words::holds;
use crate::model::{
    Bundle, Cite, ContainerState, KubeContainer, KubeEvent, KubeObject, LineRange, Locator, Message, PrintedLog,
    SightingKind, Statement, Timestamp, full_name,
};

/// A kill by a probe comes at most this long before the end it causes: the grace period, and how long kubelet takes.
const KILL_BEFORE_S: i64 = 300;
/// Containers that end within this time of each other ended together.
const TOGETHER_S: i64 = 60;
/// What a node tells this close to an exit, as a kill for memory, may be what caused it.
const NODE_NEAR_S: i64 = 300;
/// Whose start is the node's: kube-proxy starts on each node too, often without a word of what it is.
const KUBELET: &str = "kubelet";
/// The runtime's reason for a container that it did not find again.
const UNKNOWN: &str = "Unknown";

/// Lines of a log that are its end.
const LAST_LINES: u32 = 3;
/// An error this close to a log's last line belongs to its end.
const ERROR_LINES: u32 = 30;

/// A log of the run before the one that runs.
const BEFORE: &str = "previous";
/// A log of the one that runs or, where none does, of the last one.
const NOW: &str = "current";

/// What the whole case says about ends of containers.
pub(super) struct Signs<'a> {
    /// Kills by liveness probes.
    probe_kills: Vec<&'a Failure>,
    node_reports: Vec<NodeReport<'a>>,
    /// When nodes were gone.
    restarts: Vec<NodeReport<'a>>,
    memory: &'a MemoryKills,
    /// Pods that were refused a task.
    refused: ByName<()>,
    /// Ends of logs, and the last error there.
    last_words: ByName<[Cite; 2]>,
    /// Spells of exits with 255 of each pod, by node: of all of them, and of those that the runtime calls lost.
    lost: ByName<[Spells; 2]>,
}

impl<'a> Signs<'a> {
    pub(super) fn of(
        inputs: &[Input<'a>],
        failures: &'a Failures,
        memory: &'a MemoryKills,
        views: &Views<'a>,
        bundles: &[Bundle],
    ) -> Self {
        let mut lost = ByName::<[Spells; 2]>::default();
        for pod in views.pods().filter_map(|(_, views)| views.first()) {
            let Some(node) = pod.node.as_deref() else { continue };
            let states = pod.containers.iter().flat_map(|it| it.last_state.iter().chain([&it.state]));
            let ended = states.filter(|state| state.exit_code == Some(255));
            let spells = lost.get_or_insert_with(node, Default::default);
            for (spells, is_such) in spells.iter_mut().zip([|_| true, is_unknown] as [fn(&ContainerState) -> bool; 2]) {
                spells.add(ended.clone().filter(|state| is_such(state)).filter_map(|state| state.finished).collect());
            }
        }
        for times in lost.values_mut().flatten().flat_map(|spells| [&mut spells.begun, &mut spells.over]) {
            times.order();
        }
        let probe_kills = failures.of(SightingKind::LivenessKill.index()).collect();
        let refused = names_of(failures.task_refused().filter_map(|refused| refused.subject.as_ref()));
        let restarts = node_reports(inputs, bundles, tells_of_restart);
        let node_reports = node_reports(inputs, bundles, is_out_of_memory);
        let mut last_words = ByName::default();
        let mut keep = |(run, end): (String, [Cite; 2])| *last_words.get_or_insert_with(&run, || end) = end;
        for input in inputs {
            input
                .parsed
                .logs
                .iter()
                .for_each(|log| printed_words_of(input, log, views).into_iter().for_each(&mut keep));
        }
        inputs.iter().filter_map(last_words_of).for_each(keep);
        Self { probe_kills, node_reports, restarts, memory, refused, last_words, lost }
    }

    /// Whether a task was refused to a pod: what ends for it is another pattern.
    pub(super) fn was_refused_a_task(&self, pod: &str) -> bool {
        self.refused.get(pod).is_some()
    }

    /// The end of the log of the last run that ended, and the last error there or that end once more.
    pub(super) fn last_words(&self, pod: &str, container: &KubeContainer) -> Option<[Cite; 2]> {
        // What waits to be started again has no log but that of the run that ended.
        let waits = container.state.phase == "Waiting";
        let nth = container.restarts.checked_sub(u32::from(!waits)).map(|nth| nth.to_string());
        let runs = [BEFORE, nth.as_deref().unwrap_or(BEFORE), if waits { NOW } else { BEFORE }];
        runs.iter().find_map(|run| self.last_words.get(&run_key(pod, &container.name, run))).copied()
    }

    /// The probe's kill that ended a run, where times do not speak against it.
    fn probe_kill(&self, key: Key<'_>, ended: Option<Timestamp>) -> Option<&'a Failure> {
        let is_it = |kill: &&&Failure| {
            let Some(subject) = kill.subject.as_deref() else { return false };
            let (namespace, name) = subject.split_once('/').unwrap_or(("", subject));
            let fits = kill.spans().zip(ended).is_none_or(|(spans, ended)| {
                let slack_s = i64::from(kill.uncertainty_s);
                let (start, end) = (ended.plus_seconds(-KILL_BEFORE_S - slack_s), ended.plus_seconds(slack_s + 5));
                spans.iter().any(|kills| start <= kills.end && kills.start <= end)
            });
            name == key.2 && (namespace.is_empty() || namespace == key.1) && fits
        };
        // The fewer an event counts up, the better it says when.
        self.probe_kills.iter().filter(is_it).min_by_key(|kill| kill.count).copied()
    }

    /// A kill for memory on the pod's node at the time of the exit.
    fn memory_kill(&self, pod: &KubeObject, ended: Option<Timestamp>) -> Option<&NodeReport<'a>> {
        report_near(&self.node_reports, pod, ended)
    }

    /// The last kill for memory in the run that a state tells of, by its id.
    fn own_kill(&self, container: &KubeContainer, is_last_run: bool) -> Option<&'a KernelKill> {
        let mut runs = container.id.as_deref()?.split(' ');
        let run = match container.state.phase.as_str() {
            // What waits to be started has no id yet: the only one is that of the run before.
            "Waiting" if is_last_run => runs.next_back(),
            _ => runs.nth(usize::from(is_last_run)),
        };
        self.memory.of_runs(run?).map(|index| &self.memory.kernel[index]).max_by_key(|kill| kill.at)
    }

    /// How many pods of the node ended with 255 at about the same time, and whether that was the node's or its runtime's doing: the runtime
    /// calls more than one of them lost, or the node says that it was gone (its words, if so). Else it may be chance, or their own.
    fn lost_together(&self, pod: &KubeObject, state: &ContainerState) -> Option<(usize, bool, Option<Cite>)> {
        let ended = state.finished?;
        let [all, unknown] = self.lost.get(pod.node.as_deref()?)?;
        let restart = report_near(&self.restarts, pod, state.finished).map(|report| report.cite);
        let is_known = restart.is_some() || is_unknown(state) && unknown.n_near(ended) > 1;
        Some((all.n_near(ended), is_known, restart)).filter(|(n, ..)| *n > 1)
    }
}

/// Spells in which pods ended: ends of one pod with at most twice `TOGETHER_S` between each two are one, as one that ends again and again is
/// not several.
#[derive(Default)]
struct Spells {
    /// When they began, sorted once all are there.
    begun: Vec<Timestamp>,
    /// When they were over, sorted likewise.
    over: Vec<Timestamp>,
}

impl Spells {
    /// Takes all ends of one pod.
    fn add(&mut self, mut ends: Vec<Timestamp>) {
        ends.order();
        let mut last = None::<Timestamp>;
        for ended in ends {
            if last.is_none_or(|last| last.plus_seconds(2 * TOGETHER_S) < ended) {
                self.begun.push(ended);
                self.over.extend(last);
            }
            last = Some(ended);
        }
        self.over.extend(last);
    }

    /// How many pods ended within `TOGETHER_S` of a time: such a span meets at most one spell of each pod, and an end where it meets one.
    fn n_near(&self, at: Timestamp) -> usize {
        let n_over = self.over.partition_point(|over| *over < at.plus_seconds(-TOGETHER_S));
        self.begun.partition_point(|begun| *begun <= at.plus_seconds(TOGETHER_S)) - n_over
    }
}

/// Whether a node says with an event that it, its kubelet or its runtime was gone.
fn tells_of_restart(event: &KubeEvent) -> bool {
    match event.reason.as_str() {
        "Rebooted" | "NodeNotReady" => true,
        "Starting" => event.from == KUBELET || holds(&event.message, KUBELET),
        _ => false,
    }
}

/// Whether the runtime did not find the container again, which it calls exit code 255.
fn is_unknown(state: &ContainerState) -> bool {
    state.reason.as_deref() == Some(UNKNOWN)
}

/// What a pod's node told about the time of an exit.
fn report_near<'s, 'a>(
    reports: &'s [NodeReport<'a>],
    pod: &KubeObject,
    ended: Option<Timestamp>,
) -> Option<&'s NodeReport<'a>> {
    let node = pod.node.as_deref()?;
    reports.iter().find(|report| report.node == node && is_near(report.at, ended))
}

/// Whether a kill for memory may be what caused an exit, by their times.
fn is_near(kill: Option<Timestamp>, ended: Option<Timestamp>) -> bool {
    kill.zip(ended).is_some_and(|(at, ended)| (at.0 - ended.0).abs() <= NODE_NEAR_S * 1_000_000_000)
}

/// What a container's exit means. The first sentence decodes it, others add what bears on it.
pub(super) fn explain(
    key: Key<'_>,
    pod: &KubeObject,
    container: &KubeContainer,
    state: &ContainerState,
    signs: &Signs<'_>,
) -> Vec<Statement> {
    let (Some(code), Some(locator)) = (state.exit_code, state.locator) else { return Vec::new() };
    let reason = state.reason.as_deref().unwrap_or_default();
    let mut cites = vec![shows(locator, state.finished)];
    let mut more = Vec::new();
    let is_last_run = container.last_state.as_ref() == Some(state);
    let own_kill = signs.own_kill(container, is_last_run).filter(|_| matches!(code, 1..=125 | 137));
    let is_probed = matches!(code, 137 | 143) && !is_near(own_kill.and_then(|kill| kill.at), state.finished);
    let probe_kill = is_probed.then(|| signs.probe_kill(key, state.finished)).flatten();
    // Only the container's last run has a log of its own.
    let end = signs.last_words(&full_name(key.1, key.2), container).filter(|_| is_last_run);
    let said = |id: &str| Message::new(id).with("container", container.name.as_str()).with("code", i64_of(code));
    let text = match (code, reason) {
        (_, "OOMKilled") => match &container.memory_limit {
            Some(limit) => said("workload-exit-oom-limit").with("limit", shown(limit)),
            None => said("workload-exit-oom"),
        },
        (137, "ContainerStatusUnknown") => said("workload-exit-made-up"),
        (137 | 143, _) if probe_kill.is_some() => {
            cites.extend(probe_kill.map(|kill| kill.cite(crate::model::Role::Shows)));
            more.extend(probe_window(container, state, &cites));
            said("workload-exit-probe")
        }
        _ if own_kill.is_some() => {
            cites.extend(own_kill.and_then(|kill| kill.cites.last()));
            said("workload-exit-oom-child")
        }
        (137, _) => {
            if let Some(kill) = signs.memory_kill(pod, state.finished) {
                let text = Message::new("workload-memory-near").with("message", first_chars(kill.message));
                more.push(statement("bears-on", text, vec![kill.cite]));
            }
            said("workload-exit-sigkill").with("reason", if reason.is_empty() { "?" } else { reason })
        }
        (143, _) => said("workload-exit-sigterm"),
        (139, _) => said("workload-exit-crash").with("signal", "SIGSEGV"),
        (134, _) => said("workload-exit-crash").with("signal", "SIGABRT"),
        (255, _) => match signs.lost_together(pod, state) {
            Some((n, true, restart)) => {
                cites.extend(restart);
                said("workload-exit-lost-together").with("count", n)
            }
            // Who else ended then takes nothing from the runtime's own word.
            _ if is_unknown(state) => said("workload-exit-lost"),
            Some((n, ..)) => said("workload-exit-together").with("count", n),
            None => said("workload-exit-unclear"),
        },
        (126, _) => said("workload-exit-not-executable"),
        (127, _) => said("workload-exit-not-found"),
        (128, _) => {
            said("workload-exit-never-started").with("reason", first_chars(state.message.as_deref().unwrap_or(reason)))
        }
        (129..=192, _) => said("workload-exit-signal").with("signal", i64_of(code - 128)),
        (0, _) if is_last_run => said("workload-exit-zero"),
        (0, _) => said("workload-exit-done"),
        _ if end.is_some() => said("workload-exit-own"),
        _ => said("workload-exit-own-unread"),
    };
    let left = state.message.as_deref().filter(|_| !matches!(code, 128) && reason != "ContainerStatusUnknown");
    if let Some(message) = left.filter(|message| !message.trim().is_empty()) {
        let text = Message::new("workload-exit-message").with("message", first_chars(message).replace('\n', " "));
        more.push(statement("bears-on", text, cites[..1].to_vec()));
    }
    more.extend(end.map(|[end, _]| statement("bears-on", Message::new("workload-last-words"), vec![end])));
    let mut all = vec![statement("exit", text, cites)];
    all.append(&mut more);
    all
}

/// The end of a log that a terminal shows, by its run. There the namespace that one works in is not named: of several pods of a name any may be
/// meant.
fn printed_words_of(input: &Input<'_>, log: &PrintedLog, views: &Views<'_>) -> Option<(String, [Cite; 2])> {
    let (namespace, name) = log.pod.split_once('/')?;
    let mut of_name =
        views.pods().filter(|((_, of, pod), _)| *pod == name && (namespace.is_empty() || *of == namespace));
    let ((_, namespace, name), views) = of_name.next().filter(|_| of_name.next().is_none())?;
    let container = container_of(log, pods::main(views)?)?;
    let run = if log.is_previous { BEFORE } else { NOW };
    Some((run_key(&full_name(namespace, name), &container.name, run), end_of(input, log.locator.lines)?))
}

/// Which container of its pod a printed log is of: the one that is named, else the only one. None where what waits now may still have run
/// when it was printed: that is told by its place below the description.
pub(in crate::facts) fn container_of<'a>(log: &PrintedLog, pod: &'a KubeObject) -> Option<&'a KubeContainer> {
    let is_meant = |it: &&KubeContainer| if log.container.is_empty() { !it.is_init } else { it.name == log.container };
    let mut meant = pod.containers.iter().filter(is_meant);
    let container = meant.next().filter(|_| meant.next().is_none())?;
    let is_below = || pod.locator.evidence == log.locator.evidence && pod.locator.lines.last < log.locator.lines.first;
    (log.is_previous || container.state.phase != "Waiting" || is_below()).then_some(container)
}

/// A run of a pod's container, by the number of its log where it has one.
fn run_key(pod: &str, container: &str, run: &str) -> String {
    [pod, "/", container, "/", run].concat()
}

/// The last lines of a log, where its path says whose it is.
fn last_words_of(input: &Input<'_>) -> Option<(String, [Cite; 2])> {
    let origin = input.meta.origin.as_ref()?;
    let path = &input.meta.path;
    // A rotated part is not the end of its log.
    let is_whole = path.ends_with(".log") && !holds(path, "/rotated/");
    let run = match (origin.previous, run_of(path)) {
        (true, _) => BEFORE.to_owned(),
        (_, Some(nth)) => nth.to_string(),
        _ => Some(NOW.to_owned()).filter(|_| is_whole)?,
    };
    let n_lines = input.meta.lines.parsed + input.meta.lines.skipped + input.meta.lines.failed;
    let last = u32::try_from(n_lines).ok().filter(|last| *last > 0)?;
    let end = end_of(input, LineRange { first: 1, last })?;
    Some((run_key(origin.pod.as_deref()?, origin.container.as_deref()?, &run), end))
}

/// The last lines, and the last error there or those lines once more.
fn end_of(input: &Input<'_>, LineRange { first, last }: LineRange) -> Option<[Cite; 2]> {
    let records = &input.parsed.records;
    // Of a log without a record there is nothing to read.
    let ended = records.get(records.at_line(last)?).filter(|record| record.line >= first)?;
    let at = input.meta.clock.resolve(ended.wall);
    let lines = |first, last| shows(Locator::lines(input.meta.id, first, last), at);
    let end = lines(last.saturating_sub(LAST_LINES - 1).max(first), last);
    let is_close = |error: &u32| *error >= first && last - error.min(&last) < ERROR_LINES;
    let error = records.error_line(last.saturating_add(1), true).filter(is_close);
    Some([end, error.map_or(end, |error| lines(error, error))])
}

fn i64_of(code: i32) -> crate::model::Arg {
    // An exit code is a name: it is not grouped.
    crate::model::Arg::Text(code.to_string())
}

/// When the liveness probe kills, from its own numbers, and how long the last run lived.
fn probe_window(container: &KubeContainer, state: &ContainerState, cites: &[Cite]) -> Option<Statement> {
    let (started, finished) = (state.started?, state.finished?);
    let (from, to) = kill_window_s(container.liveness.as_deref()?)?;
    let lived_s = (finished.0 - started.0) as f64 / 1e9;
    let text = Message::new("workload-probe-window")
        .with("from", seconds(from))
        .with("to", seconds(to))
        .with("lived", crate::model::Arg::Seconds(lived_s));
    Some(statement("bears-on", text, cites.iter().take(1).copied().collect()))
}

fn seconds(seconds: u32) -> crate::model::Arg {
    crate::model::Arg::Seconds(f64::from(seconds))
}

/// The earliest and latest second after the start at which a probe that never succeeds kills: from `delay + (F-1) x period` to
/// `delay + F x period + timeout`.
pub(in crate::facts) fn kill_window_s(probe: &str) -> Option<(u32, u32)> {
    let number = |names: [&str; 2], default: u32| {
        let word = probe.split(' ').find_map(|word| names.iter().find_map(|name| word.strip_prefix(*name)));
        word.map_or(Some(default), |value| value.trim_end_matches('s').parse().ok())
    };
    let (delay, timeout) = (number(["delay="; 2], 0)?, number(["timeout="; 2], 1)?);
    let (period, failures) = (number(["period="; 2], 10)?, number(["#failure=", "failureThreshold="], 3)?);
    let from = period.checked_mul(failures.saturating_sub(1))?.checked_add(delay)?;
    let to = period.checked_mul(failures)?.checked_add(delay)?.checked_add(timeout)?;
    Some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_probe_kills_within_its_window() {
        let old = "http-get http://:8080/health delay=2s timeout=1s period=5s #success=1 #failure=3";
        assert_eq!(kill_window_s(old), Some((12, 18)));
        assert_eq!(
            kill_window_s("exec [cat /tmp/alive] delay=0s timeout=1s period=10s successThreshold=1 failureThreshold=3"),
            Some((20, 31))
        );
        assert_eq!(kill_window_s("exec [x] delay=4294967295s period=5s"), None);
    }
}
