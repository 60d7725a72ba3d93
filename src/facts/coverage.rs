//! What the evidence covers, and what was not collected although the questions at hand need it, with the command that collects it.

use super::Input;
use super::usage::{Quantity, Usage};
use crate::model::{Coverage, EvidenceState, IssueCode, LimitName, Message, MissingEvidence, SightingKind};

/// Errors of collectors that are listed.
const MAX_ERRORS: usize = 500;

/// Windows of all inputs, inputs that could not be used, and the gaps.
#[must_use]
pub fn derive_coverage(inputs: &[Input<'_>], usage: &Usage) -> Coverage {
    let windows = inputs.iter().filter_map(|input| Some((input.meta.path.clone(), input.meta.time_range?))).collect();
    let refused = inputs.iter().filter(|input| input.meta.state == EvidenceState::Refused);
    let failed = refused.map(|input| input.meta.path.clone()).collect();
    let asks_about_tasks = usage.of(Quantity::ContainerThreads).next().is_some()
        || usage.total.is_some()
        || !usage.snapshots.is_empty()
        || inputs.iter().any(|input| asks_by_sighting(&input.parsed.sightings.n_seen));
    let missing = if asks_about_tasks { task_gaps(inputs, usage) } else { Vec::new() };
    let errors = inputs.iter().flat_map(|input| &input.parsed.collector_errors).take(MAX_ERRORS).cloned().collect();
    let hides = |input: &&Input<'_>| input.parsed.issues.list.iter().any(|issue| issue.code == IssueCode::Redacted);
    let redacted = inputs.iter().filter(hides).map(|input| input.meta.path.clone()).collect();
    Coverage { windows, missing, failed, errors, redacted }
}

/// Whether lines tell of tasks that failed or were refused. That kubelet lost sight of its pods asks about something else.
fn asks_by_sighting(n_seen: &[u32; SightingKind::N_KINDS]) -> bool {
    let other = SightingKind::PlegStopped { age_ms: 0 }.index();
    n_seen.iter().enumerate().any(|(index, &seen)| seen > 0 && index != other)
}

fn task_gaps(inputs: &[Input<'_>], usage: &Usage) -> Vec<MissingEvidence> {
    let has_limit =
        |name: LimitName| inputs.iter().any(|input| input.parsed.limits.iter().any(|limit| limit.name == name));
    let node_metrics = usage.series.iter().any(|series| series.name.contains("node_processes_"));
    let gaps = [
        (!has_limit(LimitName::PidMax), "missing-pid-max", "sysctl kernel.pid_max", None),
        (!has_limit(LimitName::ThreadsMax), "missing-threads-max", "sysctl kernel.threads-max", None),
        (!has_limit(LimitName::UlimitProcesses), "missing-ulimit", "cat /proc/$(pgrep -o kubelet)/limits", None),
        (usage.snapshots.is_empty(), "missing-thread-listing", "ps -eLf", None),
        (
            usage.of(Quantity::ContainerThreads).next().is_none(),
            "missing-container-threads",
            "promtool query range --start START --end END --step 15s PROMETHEUS 'container_threads{node=\"NODE\"}'",
            None,
        ),
        (
            !node_metrics,
            "missing-node-processes",
            "node_exporter --collector.processes",
            Some("missing-node-processes-disturbs"),
        ),
        (
            !has_limit(LimitName::PodPidsLimit) && !has_limit(LimitName::PidsMax),
            "missing-pod-pids-limit",
            "kubectl get --raw /api/v1/nodes/NODE/proxy/configz | grep -o '\"podPidsLimit\":[^,]*'",
            None,
        ),
    ];
    gaps.into_iter()
        .filter(|(is_missing, ..)| *is_missing)
        .map(|(_, id, command, disturbs)| MissingEvidence {
            what: Message::new(id),
            command: command.to_owned(),
            disturbs: disturbs.map(Message::new),
        })
        .collect()
}
