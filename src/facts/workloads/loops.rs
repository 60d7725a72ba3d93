//! Containers that are started again and again and end again and again: what says so, how the last run ended, what its log said at its
//! end, and whether something else explains the end.

use super::exits::{Signs, explain};
use super::{Key, pods, shows};
use crate::model::{Cite, ContainerState, KubeContainer, KubeObject, Statement, full_name};

/// What Kubernetes calls it.
const WORD: &str = "CrashLoopBackOff";
/// Restarts from which on an end is one of many.
const MANY: u32 = 3;
/// A run this long is none of a loop: Kubernetes then forgets that it waited, in seconds.
const FORGOTTEN_S: f64 = 600.0;
/// Loops that are kept, and places of what does not loop.
const MAX_KEPT: usize = 500;

/// Ends that something else explains, by the sentence that decodes them: a kill for memory or by a probe, a node that was lost.
const EXPLAINED: [&str; 6] = [
    "workload-exit-oom",
    "workload-exit-oom-limit",
    "workload-exit-oom-child",
    "workload-exit-probe",
    "workload-exit-made-up",
    "workload-exit-lost-together",
];

/// One container that loops.
#[derive(Clone, Debug, Default)]
pub struct CrashLoop {
    /// Pod as `namespace/name`.
    pub pod: String,
    /// Who controls it, at the top, as `namespace/Kind/name`.
    pub owner: Option<String>,
    /// Container; empty where only a table tells of its pod.
    pub container: String,
    /// Restarts.
    pub restarts: u32,
    /// Whether Kubernetes waits before it starts it again.
    pub waits: bool,
    /// Whether it is ready again.
    pub is_over: bool,
    /// Whether something else explains how it ended.
    pub is_explained: bool,
    /// What says that it loops.
    pub cites: Vec<Cite>,
    /// How the last run ended: code, reason, how long it lived in seconds, where.
    pub exit: Option<(i32, String, Option<f64>, Cite)>,
    /// The last lines of that run's log, and the last error there or the same lines.
    pub last_words: Option<[Cite; 2]>,
}

/// All of them, and what bears on their absence.
#[derive(Clone, Debug, Default)]
pub struct CrashLoops {
    /// In order of pod.
    pub loops: Vec<CrashLoop>,
    /// Pods with many restarts of which no state says how a run ended.
    pub stateless: Vec<Cite>,
    /// States of containers that do not loop.
    pub others: Vec<Cite>,
    /// How many of those.
    pub n_others: u32,
}

impl CrashLoops {
    /// Adds what the views of a pod say.
    pub(super) fn add(&mut self, key: Key<'_>, views: &[&KubeObject], owner: Option<&str>, signs: &Signs<'_>) {
        let Some(main) = pods::main(views).filter(|_| self.loops.len() < MAX_KEPT) else { return };
        // A status that its own containers belie says nothing.
        let sound = views.iter().filter(|view| pods::contradiction(view).is_none());
        let row = sound.filter_map(|view| view.status.as_ref()).find(|status| status.value.ends_with(WORD));
        let pod = full_name(key.1, key.2);
        let of_pod = CrashLoop {
            owner: owner.map(|owner| full_name(key.1, owner)),
            cites: row.map(|row| shows(row.locator, None)).into_iter().collect(),
            pod,
            ..CrashLoop::default()
        };
        let mut restarted = main.containers.iter().filter(|container| container.restarts > 0);
        let only = restarted.next().filter(|_| row.is_some() && restarted.next().is_none());
        let n_before = self.loops.len();
        for container in &main.containers {
            let state = &container.state;
            // A row of the pod is of one that is not ready: it may be older, or another's.
            let is_of_row = only == Some(container) && container.ready != Some(true);
            let is_waiting = state.reason.as_deref() == Some(WORD);
            let waits = is_waiting || is_of_row;
            if !waits && !ends_again(container) {
                self.n_others += u32::from(state.locator.is_some());
                let place = state.locator.filter(|_| self.others.len() < MAX_KEPT);
                self.others.extend(place.map(|locator| shows(locator, None)));
                continue;
            }
            let ended = pods::last_exit(container);
            let said = ended.map(|ended| explain(key, main, container, ended, signs)).unwrap_or_default();
            let explains = |first: &Statement| EXPLAINED.contains(&first.text.id.as_str());
            let places = [state.locator.filter(|_| is_waiting), container.restarts_at];
            let places = places.into_iter().flatten().map(|locator| shows(locator, None));
            self.loops.push(CrashLoop {
                container: container.name.clone(),
                restarts: container.restarts,
                waits,
                is_over: !waits && (container.ready == Some(true) || state.exit_code == Some(0)),
                is_explained: said.first().is_some_and(explains) || signs.was_refused_a_task(&of_pod.pod),
                cites: places.chain(of_pod.cites.iter().copied()).collect(),
                exit: ended.and_then(|ended| {
                    let cite = shows(ended.locator?, ended.finished);
                    Some((ended.exit_code?, ended.reason.clone().unwrap_or_default(), lived_s(ended), cite))
                }),
                last_words: signs.last_words(&of_pod.pod, container),
                ..of_pod.clone()
            });
        }
        let restarts = views.iter().map(|view| pods::restarts(view)).max().unwrap_or_default();
        let is_well = !main.containers.is_empty() && main.containers.iter().all(|it| it.ready == Some(true));
        if self.loops.len() == n_before && row.is_some() && !is_well {
            self.loops.push(CrashLoop { restarts, waits: true, ..of_pod });
        } else if main.containers.is_empty() && restarts >= MANY {
            self.stateless.push(shows(main.status.as_ref().map_or(main.locator, |status| status.locator), None));
        }
    }
}

/// Whether a container ended with an error as one does that loops, though it may run just now.
fn ends_again(container: &KubeContainer) -> bool {
    let is_crash = |ended: &ContainerState| {
        ended.exit_code.is_some_and(|code| code != 0) && lived_s(ended).is_some_and(|lived_s| lived_s < FORGOTTEN_S)
    };
    container.restarts >= MANY && pods::last_exit(container).is_some_and(is_crash)
}

fn lived_s(ended: &ContainerState) -> Option<f64> {
    let lived_ns = ended.finished?.0.checked_sub(ended.started?.0).filter(|lived_ns| *lived_ns >= 0)?;
    Some(lived_ns as f64 / 1e9)
}
