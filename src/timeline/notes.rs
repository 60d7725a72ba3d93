//! Events that people and alerting tell of. None gets a phase: that an alert fired is no proof that anybody noticed, nor that it was about
//! this incident, and what a message like "Peer Down" is to it only people know.

use super::event;
use super::fold::fold;
use super::notice::states_change;
use crate::facts::Facts;
use crate::facts::occurrences::TimedNote;
use crate::model::sort::Order as _;
use crate::model::{Cite, EventSource, EvidenceId, Message, NoteKind, Role, TimelineEvent, Timestamp};

/// Messages of one chat that are proposed one by one. A longer chat is proposed as so many stretches, cut at its longest silences.
const MAX_MESSAGES: usize = 120;
/// Alerts proposed at most: those that stood first.
const MAX_ALERTS: usize = 200;
/// The same words of the same author within half an hour are one event: a bot that repeats itself.
const CHAT_REPEATS_S: i64 = 1800;
/// An alert that comes back within a quarter of a day is flapping.
const ALERT_REPEATS_S: i64 = 6 * 3600;

/// Messages of all chats.
pub(super) fn chats(facts: &Facts) -> Vec<TimelineEvent> {
    let said = |note: &&TimedNote| note.kind == NoteKind::Chat;
    let mut chats: Vec<EvidenceId> =
        facts.occurrences.notes.iter().filter(said).map(|note| note.locator.evidence).collect();
    chats.order_by(|a, b| a.cmp(b));
    chats.dedup();
    let mut events = Vec::new();
    for chat in chats {
        let of_chat = |note: &&TimedNote| note.locator.evidence == chat;
        let notes: Vec<&TimedNote> = facts.occurrences.notes.iter().filter(said).filter(of_chat).collect();
        let messages = fold(notes.iter().map(|note| message(note)).collect(), CHAT_REPEATS_S);
        if messages.len() <= MAX_MESSAGES {
            events.extend(messages);
        } else {
            events.extend(stretches(&notes).into_iter().filter_map(stretch));
        }
    }
    let beyond = facts.occurrences.beyond.iter().map(|(count, locator, at)| {
        let key = format!("notes-beyond/{}", locator.evidence.0);
        let cite = Cite { locator: *locator, role: Role::Shows, at: Some(*at) };
        let text = Message::new("event-notes-beyond").with("count", *count);
        event(key, *at, text, EventSource::Chat(String::new()), vec![cite])
    });
    events.extend(beyond);
    events
}

/// Alerts, with the end of those that ended.
pub(super) fn alerts(facts: &Facts) -> Vec<TimelineEvent> {
    let of = |note: &TimedNote| {
        let text = if note.text.is_empty() || note.text == note.who {
            Message::new("event-alert-bare").with("name", note.who.as_str())
        } else {
            Message::new("event-alert").with("name", note.who.as_str()).with("text", note.text.as_str())
        };
        let proposed = event(key("alert", note), note.at, text, EventSource::Alert(note.who.clone()), vec![cite(note)]);
        TimelineEvent { end: note.end.filter(|end| *end > note.at), ..proposed }
    };
    let alerts = facts.occurrences.notes.iter().filter(|note| note.kind == NoteKind::Alert);
    let mut events = fold(alerts.map(of).collect(), ALERT_REPEATS_S);
    if events.len() > MAX_ALERTS {
        let rest = events.split_off(MAX_ALERTS - 1);
        let count = rest.iter().fold(0u32, |sum, event| sum.saturating_add(event.count));
        if let Some(first) = rest.first() {
            let end = rest.iter().map(|event| event.end.unwrap_or(event.at)).max().filter(|end| *end > first.at);
            let text = Message::new("event-alerts-rest").with("kinds", rest.len());
            let source = EventSource::Alert(String::new());
            let folded = event("alerts-rest".to_owned(), first.at, text, source, first.cites.clone());
            events.push(TimelineEvent { end, count, ..folded });
        }
    }
    events
}

fn key(what: &str, note: &TimedNote) -> String {
    // The place, not the time: a corrected clock must not offer again what was taken or declined.
    format!("{what}/{}/{}", note.locator.evidence.0, note.locator.bytes.start)
}

fn cite(note: &TimedNote) -> Cite {
    Cite { locator: note.locator, role: Role::Shows, at: Some(note.at) }
}

fn message(note: &TimedNote) -> TimelineEvent {
    let text = match note.who.as_str() {
        "" => Message::new("event-chat-bare"),
        who => Message::new("event-chat").with("author", who),
    };
    let text = text.with("text", note.text.as_str());
    let of = if states_change(&note.text) { EventSource::Change } else { EventSource::Chat };
    event(key("chat", note), note.at, text, of(note.who.clone()), vec![cite(note)])
}

/// Cuts messages in order of time at the longest silences, into as many stretches as may be proposed.
fn stretches<'a>(notes: &[&'a TimedNote]) -> Vec<Vec<&'a TimedNote>> {
    let silence = |index: usize| {
        let (before, after) = (notes.get(index.wrapping_sub(1))?, notes.get(index)?);
        Some(after.at.0.saturating_sub(before.at.0))
    };
    let mut cuts: Vec<usize> = (1..notes.len()).collect();
    // The longest first; the earlier of two that are as long.
    cuts.order_by_key(|&index| (std::cmp::Reverse(silence(index)), index));
    cuts.truncate(MAX_MESSAGES - 1);
    cuts.order();
    let mut stretches: Vec<Vec<&TimedNote>> = Vec::with_capacity(cuts.len() + 1);
    let mut next = cuts.into_iter().peekable();
    for (index, note) in notes.iter().enumerate() {
        if index == 0 || next.next_if_eq(&index).is_some() {
            stretches.push(Vec::new());
        }
        if let Some(stretch) = stretches.last_mut() {
            stretch.push(note);
        }
    }
    stretches
}

/// A stretch as one event that says how much it holds and how it begins.
fn stretch(notes: Vec<&TimedNote>) -> Option<TimelineEvent> {
    let (first, last) = (notes.first()?, notes.last()?);
    if notes.len() == 1 {
        return Some(message(first));
    }
    let mut authors: Vec<&str> = notes.iter().map(|note| note.who.as_str()).collect();
    authors.order_by(|a, b| a.cmp(b));
    authors.dedup();
    let text = Message::new("event-chat-stretch")
        .with("count", notes.len())
        .with("authors", authors.len())
        .with("author", first.who.as_str())
        .with("text", first.text.as_str());
    let source = EventSource::Chat(if authors.len() == 1 { first.who.clone() } else { String::new() });
    let proposed = event(key("chat-stretch", first), first.at, text, source, vec![cite(first), cite(last)]);
    let end: Option<Timestamp> = (last.at > first.at).then_some(last.at);
    Some(TimelineEvent { end, ..proposed })
}
