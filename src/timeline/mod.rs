//! Proposed events: what facts and findings say happened, merged in order of time. People accept, correct or dismiss them.
//!
//! One file per source, and `fold` for what is said again and again. The number of proposals is bounded whatever the evidence holds: what
//! is too much to read is folded into events that say how much they stand for.

mod changes;
mod end;
mod evictions;
mod failures;
mod fold;
mod found;
mod kube;
mod notes;
mod notice;
mod series;
mod stacks;

use crate::facts::Facts;
use crate::model::sort::Order as _;
use crate::model::{Cite, EventSource, Finding, Message, TimelineEvent, Timestamp};

/// Proposes events from facts and findings, in order of time and then key.
#[must_use]
pub fn propose(facts: &Facts, findings: &[Finding]) -> Vec<TimelineEvent> {
    let mut events = Vec::new();
    events.extend(series::onset(facts));
    events.extend(series::recovery(facts));
    events.extend(stacks::onsets(facts));
    events.extend(stacks::pleg_stops(facts));
    events.extend(failures::failed(facts, findings));
    events.extend(evictions::evictions(facts));
    events.extend(kube::ended(facts));
    events.extend(kube::warnings(facts));
    events.extend(notes::chats(facts));
    events.extend(notes::alerts(facts));
    events.extend(changes::changes(facts));
    let resolved = end::end(facts, findings, &mut events);
    events.extend(resolved);
    events.extend(found::found(findings, &events));
    events.order_by(|a, b| a.at.cmp(&b.at).then(a.key.cmp(&b.key)));
    events.dedup_by(|a, b| a.key == b.key);
    events
}

fn event(key: String, at: Timestamp, text: Message, source: EventSource, cites: Vec<Cite>) -> TimelineEvent {
    TimelineEvent { key, at, end: None, uncertainty_s: 0, phase: None, text, source, count: 1, cites }
}
