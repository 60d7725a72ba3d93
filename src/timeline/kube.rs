//! Events that Kubernetes tells of: containers that ended, warnings with their repeats, nodes whose conditions turned.

use super::event;
use super::fold::fold;
use crate::facts::Facts;
use crate::model::sort::Order as _;
use crate::model::words::shortened;
use crate::model::{Arg, Cite, EventSource, Message, Role, Statement, TimelineEvent, Workload};

/// Warnings proposed at most; the others stay in the evidence. A cluster in trouble writes thousands.
const MAX_WARNINGS: usize = 100;
/// Characters of a message: what a line of the panel holds.
const MAX_CHARS: usize = 160;

/// Runs of restarted workloads that ended.
pub(super) fn ended(facts: &Facts) -> Vec<TimelineEvent> {
    let of = |workload: &crate::model::Workload| {
        let at = workload.exit_at?;
        let text = Message::new("event-container-ended")
            .with("workload", format!("{}/{}", workload.namespace, workload.name).trim_start_matches('/'))
            .with("code", workload.exit_code.map_or_else(|| "?".to_owned(), |code| code.to_string()))
            .with("reason", workload.exit_reason.as_deref().unwrap_or("?"));
        let key = format!("ended/{}/{}/{}", workload.namespace, workload.name, at.0.div_euclid(1_000_000_000));
        Some(event(key, at, text, EventSource::Kube(workload.kind.clone()), workload.cites.clone()))
    };
    facts.workloads.iter().filter_map(of).collect()
}

/// Warnings, one per object, reason and message: what Kubernetes folded itself keeps its count and range. Where there are too many, the
/// most frequent stay, and one event says how many do not.
pub(super) fn warnings(facts: &Facts) -> Vec<TimelineEvent> {
    let of = |warning: &crate::facts::occurrences::TimedKubeEvent| {
        let text = Message::new("event-kube-warning")
            .with("reason", warning.reason.as_str())
            .with("object", warning.object.as_str())
            .with("message", shortened(&warning.message, MAX_CHARS));
        let key =
            format!("warning/{}/{}/{}", warning.object, warning.reason, warning.first.0.div_euclid(1_000_000_000));
        let cite = Cite { locator: warning.locator, role: Role::Shows, at: Some(warning.last) };
        TimelineEvent {
            end: (warning.last > warning.first).then_some(warning.last),
            uncertainty_s: warning.uncertainty_s,
            count: warning.count,
            ..event(key, warning.first, text, EventSource::Kube(warning.reason.clone()), vec![cite])
        }
    };
    let nodes = facts.workloads.iter().filter(|workload| workload.kind == "Node");
    let turned = nodes.flat_map(|node| node.statements.iter().filter_map(|said| turned(node, said)));
    let mut events = fold(facts.occurrences.events.iter().map(of).chain(turned).collect(), i64::MAX);
    if events.len() > MAX_WARNINGS {
        events.order_by(|a, b| b.count.cmp(&a.count).then(a.at.cmp(&b.at)).then(a.key.cmp(&b.key)));
        let rest = events.split_off(MAX_WARNINGS - 1);
        let count = rest.iter().fold(0u32, |sum, event| sum.saturating_add(event.count));
        if let Some(first) = rest.iter().min_by(|a, b| a.at.cmp(&b.at).then(a.key.cmp(&b.key))) {
            let end = rest.iter().map(|event| event.end.unwrap_or(event.at)).max().filter(|end| *end > first.at);
            let text = Message::new("event-kube-rest").with("kinds", rest.len());
            let source = EventSource::Kube(String::new());
            let folded = event("warnings-rest".to_owned(), first.at, text, source, first.cites.clone());
            events.push(TimelineEvent { end, count, uncertainty_s: first.uncertainty_s, ..folded });
        }
    }
    events
}

/// Since when a condition of a node has been what it should not be.
fn turned(node: &Workload, said: &Statement) -> Option<TimelineEvent> {
    let cite = said.cites.first()?;
    let at = cite.at?;
    let part = |name: &str| match said.text.args.iter().find(|(it, _)| it == name) {
        Some((_, Arg::Text(text))) => text.as_str(),
        _ => "",
    };
    let reason = [part("kind"), "=", part("status")].concat();
    let key = ["condition/", &node.name, "/", &reason].concat();
    let text = Message::new("event-kube-warning")
        .with("reason", reason.as_str())
        .with("object", ["node/", &node.name].concat())
        .with("message", shortened(part("reason"), MAX_CHARS));
    Some(event(key, at, text, EventSource::Kube(reason), vec![*cite]))
}
