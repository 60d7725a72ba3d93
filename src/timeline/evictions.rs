//! What kubelet's log says of evictions: that it set out to reclaim something, and the pods it evicted. What Kubernetes says of them in events
//! stands among the warnings.

use super::event;
use super::failures::folded;
use super::fold::fold;
use crate::facts::Facts;
use crate::facts::failures::Failure;
use crate::model::{EventSource, EvictionLine, EvictionStep, Message, Role, SightingKind, TimelineEvent};

/// kubelet tries again every ten seconds while a node is short: within so many seconds it is one attempt.
const ATTEMPT_S: i64 = 600;
/// Pods proposed one by one; more than these are one event.
const MAX_PODS: usize = 30;

/// Both.
pub(super) fn evictions(facts: &Facts) -> Vec<TimelineEvent> {
    let of_kind = SightingKind::Eviction(EvictionLine::default()).index();
    let said = |wanted: EvictionStep| {
        let is_wanted =
            move |line: &&Failure| matches!(&line.kind, SightingKind::Eviction(said) if said.step == wanted);
        facts.failures.of(of_kind).filter(is_wanted)
    };
    let attempt = |line: &Failure| {
        let SightingKind::Eviction(said) = &line.kind else { return None };
        proposed(line, "reclaim", Message::new("event-reclaim").with("resource", said.resource.as_str()))
    };
    let mut events = fold(said(EvictionStep::Attempting).filter_map(attempt).collect(), ATTEMPT_S);
    let is_known = |line: &&Failure| {
        let pod = line.subject.as_deref().and_then(|pod| pod.rsplit('/').next());
        facts.occurrences.events.iter().any(|it| it.reason == "Evicted" && it.object.rsplit('/').next() == pod)
    };
    let pods: Vec<&Failure> = said(EvictionStep::Evicted).filter(|line| !is_known(line)).collect();
    if pods.len() > MAX_PODS {
        events.extend(folded("evicted", "event-evictions", None, &pods));
    } else {
        events.extend(pods.iter().filter_map(|line| {
            let pod = line.subject.as_deref()?;
            proposed(line, "evicted", Message::new("event-evicted").with("pod", pod))
        }));
    }
    events
}

fn proposed(line: &Failure, what: &str, text: Message) -> Option<TimelineEvent> {
    let key = format!("{what}/{}/{}", line.locator.evidence.0, line.locator.bytes.start);
    Some(event(key, line.at?, text, EventSource::Log(line.reporter.clone()), vec![line.cite(Role::Shows)]))
}
