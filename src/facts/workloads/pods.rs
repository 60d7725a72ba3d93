//! Pods: restarts, last exit, what they wait for, and where their views disagree.

use super::exits::{self, Signs};
use super::{Key, first_chars, reason_and_message, shows, statement};
use crate::model::{Cite, ContainerState, KubeContainer, KubeObject, Message, Statement, Workload};

/// What a pod's status may be while nothing is wrong.
const SOUND: &[&str] =
    &["Running", "Completed", "Succeeded", "Terminating", "Pending", "ContainerCreating", "PodInitializing"];

/// The fullest view speaks; the others are compared with it.
pub(super) fn main<'a>(views: &[&'a KubeObject]) -> Option<&'a KubeObject> {
    views.iter().copied().max_by_key(|view| (view.containers.len(), restarts(view), view.status.is_some()))
}

/// The workload of a pod's views; `None` where nothing happened to it. `is_held` where it waits for what Kubernetes warns of.
pub(super) fn workload(key: Key<'_>, views: &[&KubeObject], signs: &Signs<'_>, is_held: bool) -> Option<Workload> {
    let main = main(views)?;
    let restarts = views.iter().map(|view| self::restarts(view)).max().unwrap_or(0);
    let failing = is_held || views.iter().any(|view| is_failing(view));
    if restarts == 0 && !failing {
        return None;
    }
    let restarted = || main.containers.iter().filter(|container| container.restarts > 0);
    let last = restarted().filter_map(last_exit).max_by_key(|state| state.finished);
    let at = last.and_then(|state| state.finished);
    let counts = restarted().filter_map(|container| container.restarts_at).map(|locator| shows(locator, None));
    let exits = last.and_then(|state| state.locator).map(|locator| shows(locator, at));
    let status = views.iter().find_map(|view| view.status.as_ref().filter(|_| is_failing(view)));
    let status = status.or_else(|| views.iter().find_map(|view| view.status.as_ref()));
    let mut cites: Vec<Cite> = counts.chain(exits).collect();
    if cites.is_empty() {
        cites.push(shows(status.map_or(main.locator, |status| status.locator), None));
    }
    let known = |of: fn(&KubeObject) -> Option<&String>| views.iter().find_map(|view| of(view)).cloned();
    Some(Workload {
        kind: key.0.to_owned(),
        namespace: key.1.to_owned(),
        name: key.2.to_owned(),
        node: known(|view| view.node.as_ref()),
        owner: views.iter().find_map(|view| view.owner.as_ref()).map(|owner| format!("{}/{}", owner.kind, owner.name)),
        owners: Vec::new(),
        status: status.map(|status| stuck_reason(views).unwrap_or(&status.value).clone()),
        failing,
        restarts,
        exit_code: last.and_then(|state| state.exit_code),
        exit_reason: last.and_then(|state| state.reason.clone()),
        exit_at: at,
        cites,
        statements: statements(key, main, views, signs),
    })
}

/// Restarts of all containers, or the sum that a table prints.
pub(super) fn restarts(view: &KubeObject) -> u32 {
    let sum = view.containers.iter().map(|container| container.restarts).fold(0, u32::saturating_add);
    view.restarts.unwrap_or(0).max(sum)
}

/// How a container's last run ended.
pub(super) fn last_exit(container: &KubeContainer) -> Option<&ContainerState> {
    let now = Some(&container.state).filter(|state| state.phase == "Terminated");
    container.last_state.as_ref().filter(|state| state.phase == "Terminated").or(now)
}

/// A container that waits for something that may never come.
fn is_stuck(container: &KubeContainer) -> bool {
    let reason = container.state.reason.as_deref();
    container.state.phase == "Waiting" && !matches!(reason, None | Some("ContainerCreating" | "PodInitializing"))
}

/// What a container waits for, where a view prints the phase alone: tables print this instead.
fn stuck_reason<'a>(views: &[&'a KubeObject]) -> Option<&'a String> {
    let of_view = |view: &&'a KubeObject| {
        let phase = view.status.as_ref().map_or("", |status| status.value.as_str());
        let stuck = view.containers.iter().find(|container| is_stuck(container))?;
        stuck.state.reason.as_ref().filter(|_| matches!(phase, "Running" | "Pending"))
    };
    views.iter().find_map(of_view)
}

/// Whether a view says that the pod does not do its work.
pub(super) fn is_failing(view: &KubeObject) -> bool {
    let status = view.status.as_ref().map_or("", |status| status.value.as_str());
    let is_on_its_way =
        status.strip_prefix("Init:").is_some_and(|rest| rest.starts_with(|it: char| it.is_ascii_digit()));
    let has_ended = matches!(status, "Succeeded" | "Completed");
    let is_bad = !status.is_empty() && !SOUND.contains(&status) && !is_on_its_way;
    let is_unplaced = view.condition("PodScheduled").is_some_and(|condition| condition.status == "False");
    let broke = |container: &KubeContainer| {
        let has_failed =
            container.state.phase == "Terminated" && container.state.exit_code.is_some_and(|code| code != 0);
        let is_unready = container.ready == Some(false) && !container.is_init && container.state.phase == "Running";
        is_stuck(container) || has_failed || is_unready
    };
    is_bad || is_unplaced || !has_ended && view.containers.iter().any(broke)
}

fn statements(key: Key<'_>, main: &KubeObject, views: &[&KubeObject], signs: &Signs<'_>) -> Vec<Statement> {
    let mut said = Vec::new();
    for container in &main.containers {
        let name = container.name.as_str();
        if let Some(state) = last_exit(container).filter(|state| container.restarts > 0 || state.exit_code != Some(0)) {
            said.extend(exits::explain(key, main, container, state, signs));
        }
        if is_stuck(container) {
            let state = &container.state;
            let text = Message::new("workload-waiting").with("container", name).with(
                "reason",
                reason_and_message(
                    state.reason.as_deref().unwrap_or_default(),
                    state.message.as_deref().unwrap_or_default(),
                ),
            );
            said.extend(state.locator.map(|locator| statement("waiting", text, vec![shows(locator, None)])));
        }
    }
    if main.reason.as_deref() == Some("Evicted") {
        let text =
            Message::new("workload-evicted").with("message", first_chars(main.message.as_deref().unwrap_or("?")));
        said.push(statement("exit", text, vec![shows(main.locator, None)]));
    }
    if let Some(condition) = main.condition("PodScheduled").filter(|condition| condition.status == "False") {
        let why = Some(condition.message.as_str()).filter(|why| !why.is_empty()).unwrap_or("PodScheduled: False");
        let text = Message::new("workload-unplaced").with("message", first_chars(why));
        said.push(statement("waiting", text, vec![shows(condition.locator, condition.since)]));
    }
    said.extend(views.iter().find_map(|view| contradiction(view)));
    said.extend(difference(main, views));
    said
}

/// A status that its own containers belie.
pub(super) fn contradiction(view: &KubeObject) -> Option<Statement> {
    let status = view.status.as_ref().filter(|status| !SOUND.contains(&status.value.as_str()))?;
    let mut running = view.containers.iter().filter(|container| !container.is_init);
    let all_run = running.clone().next().is_some()
        && running.all(|container| container.state.phase == "Running" && container.ready == Some(true));
    let states = view.containers.iter().filter_map(|container| container.state.locator);
    let against = states.map(|locator| Cite { role: crate::model::Role::Contradicts, ..shows(locator, None) });
    let text = Message::new("workload-contradiction").with("status", status.value.as_str());
    all_run
        .then(|| statement("disagreement", text, std::iter::once(shows(status.locator, None)).chain(against).collect()))
}

/// Another view that counts other restarts: it was taken at another time, or of another pod of the name.
fn difference(main: &KubeObject, views: &[&KubeObject]) -> Option<Statement> {
    // A runtime describes one container of a pod, which has others.
    let names = |view: &KubeObject| view.containers.iter().map(|container| container.name.clone()).collect::<Vec<_>>();
    let counts =
        |view: &KubeObject| names(view) == names(main) || view.containers.is_empty() && view.restarts.is_some();
    let other = views.iter().find(|view| counts(view) && restarts(view) != restarts(main))?;
    let text = Message::new("workload-views-differ").with("count", restarts(main)).with("other", restarts(other));
    let place = |view: &KubeObject| {
        let counted = view.containers.iter().find(|container| container.restarts > 0);
        shows(counted.and_then(|container| container.restarts_at).unwrap_or(view.locator), None)
    };
    Some(statement("disagreement", text, vec![place(main), place(other)]))
}
