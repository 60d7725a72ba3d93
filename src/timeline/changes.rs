//! Changes that evidence states: releases, commits, rollouts. None gets a phase: that something was changed before the trouble is what a
//! person must weigh, and no proof that it set it off.

use super::event;
use super::fold::fold;
use crate::facts::Facts;
use crate::facts::occurrences::{TimedKubeEvent, TimedNote};
use crate::model::sort::Order as _;
use crate::model::{Cite, EventSource, Message, NoteKind, Role, TimelineEvent};

/// Changes proposed at most: the latest ones, for those before an incident are the ones that matter. A repository has thousands.
const MAX_CHANGES: usize = 100;
/// The same change of the same workload within five minutes is one: a controller repeats itself.
const REPEATS_S: i64 = 300;

/// sar's words for a host that started anew.
const RESTART: &str = "LINUX RESTART";

/// What histories and Kubernetes' events say was changed.
pub(super) fn changes(facts: &Facts) -> Vec<TimelineEvent> {
    let notes = facts.occurrences.notes.iter().filter(|note| note.kind == NoteKind::Change).map(of_note);
    let mut events: Vec<TimelineEvent> = notes.chain(facts.occurrences.rollouts.iter().map(of_rollout)).collect();
    events.order_by(|a, b| a.at.cmp(&b.at).then(a.key.cmp(&b.key)));
    let mut events = fold(events, REPEATS_S);
    if events.len() > MAX_CHANGES {
        let latest = events.split_off(events.len() - (MAX_CHANGES - 1));
        let count = events.iter().fold(0u32, |sum, event| sum.saturating_add(event.count));
        if let (Some(first), Some(last)) = (events.first(), events.last()) {
            let text = Message::new("event-changes-rest").with("count", count);
            let cites = [first, last].iter().filter_map(|event| event.cites.first().copied()).collect();
            let folded = event("changes-rest".to_owned(), first.at, text, EventSource::Change(String::new()), cites);
            let end = (last.at > first.at).then_some(last.at);
            events = vec![TimelineEvent { end, count, ..folded }];
        }
        events.extend(latest);
    }
    events
}

fn of_note(note: &TimedNote) -> TimelineEvent {
    let text = match (note.who.as_str(), note.text.as_str()) {
        ("", RESTART) => Message::new("event-restart-bare"),
        (who, RESTART) => Message::new("event-restart").with("who", who),
        ("", text) => Message::new("event-change-bare").with("text", text),
        (who, text) => Message::new("event-change").with("who", who).with("text", text),
    };
    let key = format!("change/{}/{}", note.locator.evidence.0, note.locator.bytes.start);
    let cite = Cite { locator: note.locator, role: Role::Shows, at: Some(note.at) };
    event(key, note.at, text, EventSource::Change(note.who.clone()), vec![cite])
}

fn of_rollout(rollout: &TimedKubeEvent) -> TimelineEvent {
    let text = Message::new("event-change").with("who", rollout.object.as_str()).with("text", rollout.message.as_str());
    let key = format!("rollout/{}/{}", rollout.locator.evidence.0, rollout.locator.bytes.start);
    let cite = Cite { locator: rollout.locator, role: Role::Shows, at: Some(rollout.last) };
    let proposed = event(key, rollout.first, text, EventSource::Change(rollout.object.clone()), vec![cite]);
    TimelineEvent {
        end: (rollout.last > rollout.first).then_some(rollout.last),
        uncertainty_s: rollout.uncertainty_s,
        count: rollout.count,
        ..proposed
    }
}
