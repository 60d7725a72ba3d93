//! What the evidence covers, and what was not collected although the questions at hand need it, with the command that collects it.

mod kube;

use super::Input;
use super::bundle::{bundle_of, troubled_collector};
use super::ceilings::{NEAR, binds_node};
use super::growth::Growth;
use super::usage::{Quantity, Usage};
use crate::model::words::holds;
use crate::model::{
    Bundle, Ceiling, CollectorError, Coverage, EvidenceMeta, EvidenceState, IssueCode, LimitName, Locator, Message,
    MissingEvidence, SightingKind, Workload,
};

/// Errors of collectors that are listed.
const MAX_ERRORS: usize = 500;

/// Windows of all inputs, inputs that could not be used, and the gaps; beside the usage whether kubelet was refused tasks.
#[must_use]
pub fn derive_coverage(
    inputs: &[Input<'_>],
    twins: &[&EvidenceMeta],
    (usage, is_kubelets): (&Usage, bool),
    (ceilings, growth): (&[Ceiling], Option<&Growth>),
    workloads: &[Workload],
    bundles: Vec<Bundle>,
) -> Coverage {
    let windows = inputs.iter().filter_map(|input| Some((input.meta.path.clone(), input.meta.time_range?))).collect();
    let refused = inputs.iter().filter(|input| input.meta.state == EvidenceState::Refused);
    let failed = refused.map(|input| input.meta.path.clone()).collect();
    // Threads that nobody refused and that do not grow ask nothing, and neither does what is far from a limit of the node.
    let mut shares = ceilings.iter().filter(|ceiling| binds_node(ceiling.name)).filter_map(|ceiling| ceiling.ratio);
    let is_far = shares.clone().next().is_some() && shares.all(|share| share < NEAR);
    let asks_about_tasks = growth.is_some() && !is_far
        || ceilings.iter().any(|ceiling| binds_node(ceiling.name) && ceiling.ratio.is_some_and(|share| share >= NEAR))
        || inputs.iter().any(|input| asks_by_sighting(&input.parsed.sightings.n_seen));
    let mut missing = kube::gaps(inputs, twins, workloads, &bundles);
    if asks_about_tasks {
        missing.extend(task_gaps(inputs, usage, is_kubelets));
    }
    let stated = inputs.iter().flat_map(|input| &input.parsed.collector_errors).cloned();
    let told = inputs.iter().filter_map(|input| trouble(input, &bundles));
    let errors = said_once(stated.chain(told), inputs, &bundles);
    // Documents say it as an issue, logs by their lines.
    let hides = |input: &&Input<'_>| {
        input.parsed.issues.list.iter().any(|issue| issue.code == IssueCode::Redacted)
            || input.parsed.sightings.n_seen[SightingKind::Hidden.index()] > 0
    };
    let redacted = inputs.iter().filter(hides).map(|input| input.meta.path.clone()).collect();
    let n_errors = inputs.iter().map(|input| input.parsed.records.n_errors()).sum();
    Coverage { bundles, windows, missing, failed, n_errors, errors, redacted }
}

/// Errors of collectors. What two accounts of one run say in the same words (sos prints what its manifest holds) is one error at two places.
fn said_once(
    said: impl Iterator<Item = CollectorError>,
    inputs: &[Input<'_>],
    bundles: &[Bundle],
) -> Vec<CollectorError> {
    let root = |error: &CollectorError| {
        let input = inputs.iter().find(|input| input.meta.id == error.locator.evidence)?;
        Some(&bundle_of(&input.meta.path, bundles)?.root)
    };
    let mut errors: Vec<CollectorError> = Vec::new();
    for error in said {
        let is_same = |known: &&mut CollectorError| {
            // A line of a summary names who failed and says no more; a whole file of trouble, which has no bytes yet, does.
            let says_no_more = |it: &CollectorError| it.message.is_empty() && it.locator.bytes.end > 0;
            known.collector == error.collector
                && (says_no_more(known)
                    || says_no_more(&error)
                    || !error.message.is_empty() && known.message == error.message)
                && known.locator.evidence != error.locator.evidence
                && root(known).is_some_and(|known| root(&error) == Some(known))
        };
        if let Some(known) = errors.iter_mut().find(is_same) {
            if known.message.is_empty() {
                known.message = error.message;
            }
            known.also.push(error.locator);
        } else if errors.len() < MAX_ERRORS {
            errors.push(error);
        }
    }
    errors
}

/// A text in which a collector tells of its own trouble: its first line stands for it, and is read when the place is quoted.
fn trouble(input: &Input<'_>, bundles: &[Bundle]) -> Option<CollectorError> {
    let meta = input.meta;
    if meta.state != EvidenceState::Ready || !input.parsed.collector_errors.is_empty() {
        return None;
    }
    let collector = troubled_collector(&meta.path, bundle_of(&meta.path, bundles)?)?.to_owned();
    Some(CollectorError { collector, message: String::new(), locator: Locator::lines(meta.id, 1, 1), also: Vec::new() })
}

/// Whether lines tell of tasks that were refused for want of a slot of the node. A control group's own limit is another one; probes fail, files and connections run out for other reasons as well.
fn asks_by_sighting(n_seen: &[u32; SightingKind::N_KINDS]) -> bool {
    let kinds = [
        SightingKind::GoThreadCreateFailed { have: None, errno: None },
        SightingKind::GoUlimitHint,
        SightingKind::GoNewosproc,
        SightingKind::ResourceUnavailable,
        SightingKind::NativeThreadFailed,
    ];
    kinds.iter().any(|kind| n_seen[kind.index()] > 0)
}

fn task_gaps(inputs: &[Input<'_>], usage: &Usage, is_kubelets: bool) -> Vec<MissingEvidence> {
    let has_limit = |name: LimitName| {
        inputs.iter().any(|input| input.parsed.limits.iter().any(|limit| limit.name == name))
            || usage.of(Quantity::Stated(name)).next().is_some()
    };
    // A scrape without a time is no series and states the use all the same.
    let states_use = |input: &Input<'_>| input.parsed.uses.iter().any(|used| used.name == LimitName::PidMax);
    let node_metrics =
        usage.series.iter().any(|series| holds(&series.name, "node_processes_")) || inputs.iter().any(states_use);
    let of_process = if is_kubelets { "cat /proc/$(pgrep -o kubelet)/limits" } else { "cat /proc/PID/limits" };
    let gaps = [
        (!has_limit(LimitName::PidMax), "missing-pid-max", "sysctl kernel.pid_max", None),
        (!has_limit(LimitName::ThreadsMax), "missing-threads-max", "sysctl kernel.threads-max", None),
        (!has_limit(LimitName::UlimitProcesses), "missing-ulimit", of_process, None),
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
