//! Every change that a person can make to the document, as data.
//!
//! One enum, so that undo, autosave and tests see every change, and one total function: an edit that names an item which is gone does
//! nothing. Events stay in order of time (those without a time last) and identities are never given twice.

use serde::{Deserialize, Serialize};

use super::suggest::{self, ActionSuggestion};
use super::tree::{MAX_DEPTH, depth, find_why, move_why, swap, take_why};
use super::{ActionItem, ActionKind, Document, DocumentEvent, ItemId, Why, WhyKind, Wording};
use crate::model::{Citation, EvidenceId, Message, Phase, TimelineEvent, Timestamp, WhySuggestion};

/// Where an item goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Move {
    /// Before its previous sibling.
    Up,
    /// After its next sibling.
    Down,
    /// Under its previous sibling, as the last child.
    In,
    /// Out of its parent, right after it.
    Out,
}

/// What carries citations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// A why.
    Why(ItemId),
    /// An event.
    Event(ItemId),
    /// The impact.
    Impact,
}

impl Target {
    /// The target that an item is, if it can carry citations.
    #[must_use]
    pub fn of(document: &Document, id: ItemId) -> Option<Self> {
        if id == ItemId::IMPACT {
            return Some(Self::Impact);
        }
        if document.event(id).is_some() {
            return Some(Self::Event(id));
        }
        document.why(id).map(|why| Self::Why(why.id))
    }

    /// The citations it carries; none where it is gone.
    #[must_use]
    pub fn citations(self, document: &Document) -> &[Citation] {
        match self {
            Self::Why(id) => document.why(id).map_or(&[], |why| &why.citations),
            Self::Event(id) => document.event(id).map_or(&[], |event| &event.citations),
            Self::Impact => &document.impact_citations,
        }
    }
}

/// A part of the lessons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lesson {
    /// What went well.
    Well,
    /// What went badly.
    Badly,
    /// Where luck helped.
    Lucky,
}

/// A change of the document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Edit {
    /// Names the incident.
    Title(String),
    /// Says who writes.
    Authors(String),
    /// Says how severe the team finds it.
    Severity(String),
    /// Writes the summary.
    Summary(String),
    /// Writes the impact.
    Impact(String),
    /// Takes the proposed impact with its citations.
    AcceptImpact(Message, Vec<Citation>),

    /// Takes a proposed why with its citations. Taken once: a second time gives the item that is there.
    AcceptWhy(WhySuggestion, Vec<Citation>),
    /// Adds a question, at the top or under another.
    AddWhy {
        /// The why it goes deeper into.
        parent: Option<ItemId>,
        /// The question; may be empty until it is written.
        question: String,
        /// Places it starts from.
        citations: Vec<Citation>,
    },
    /// Writes a question.
    WhyQuestion(ItemId, String),
    /// Writes an answer. Answering an open question makes it a cause.
    WhyClaim(ItemId, String),
    /// Says what the answer is to the incident.
    WhyKind(ItemId, WhyKind),
    /// Moves a why.
    MoveWhy(ItemId, Move),
    /// Takes a why and everything under it out.
    RemoveWhy(ItemId),

    /// Takes a proposed event with its citations. Taken once, like a why.
    AcceptEvent(TimelineEvent, Vec<Citation>),
    /// Adds an event.
    AddEvent {
        /// When, if it is known.
        at: Option<Timestamp>,
        /// What it is to the incident.
        phase: Option<Phase>,
        /// What happened.
        text: String,
        /// What shows it.
        citations: Vec<Citation>,
    },
    /// Sets when an event happened and, for a range, when it ended.
    EventTime(ItemId, Option<Timestamp>, Option<Timestamp>),
    /// Says what an event is to the incident.
    EventPhase(ItemId, Option<Phase>),
    /// Writes what happened.
    EventText(ItemId, String),
    /// Takes an event out.
    RemoveEvent(ItemId),

    /// Takes a proposed action item. Taken once, like a why.
    AcceptAction(ActionSuggestion),
    /// Adds an action item.
    AddAction(ActionKind, String),
    /// Writes what is to be done.
    ActionText(ItemId, String),
    /// Says what it is for.
    ActionKind(ItemId, ActionKind),
    /// Says who does it.
    ActionOwner(ItemId, String),
    /// Says by when.
    ActionDue(ItemId, String),
    /// Says which why it addresses.
    ActionAddresses(ItemId, Option<ItemId>),
    /// Moves an action item up or down.
    MoveAction(ItemId, Move),
    /// Takes an action item out.
    RemoveAction(ItemId),

    /// Puts citations to an item that a person selected; where it is none that carries citations, each becomes an event.
    Cite {
        /// The item, [`ItemId::IMPACT`] for the impact.
        item: Option<ItemId>,
        /// The places.
        citations: Vec<Citation>,
    },
    /// Puts citations to an item; a place that is there already is not put twice.
    Attach(Target, Vec<Citation>),
    /// Takes the citation at this position from an item.
    Detach(Target, usize),
    /// Does not offer a suggestion again.
    Decline(String),
    /// Offers a declined suggestion again.
    Offer(String),
    /// Writes a part of the lessons.
    Lesson(Lesson, String),
    /// Sets the zone of the document's times. Not a person's words, so it is no step of undo.
    Offset(i32),
    /// Completes citations that were made before the input's digest was known. No step of undo either.
    Digest(EvidenceId, String),
}

impl Edit {
    /// The field that is being typed in; `None` for an edit that is a step by itself.
    #[must_use]
    pub const fn typing(&self) -> Option<(&'static str, ItemId)> {
        const NO_ITEM: ItemId = ItemId::IMPACT;
        match self {
            Self::Title(_) => Some(("title", NO_ITEM)),
            Self::Authors(_) => Some(("authors", NO_ITEM)),
            Self::Severity(_) => Some(("severity", NO_ITEM)),
            Self::Summary(_) => Some(("summary", NO_ITEM)),
            Self::Impact(_) => Some(("impact", NO_ITEM)),
            Self::WhyQuestion(id, _) => Some(("question", *id)),
            Self::WhyClaim(id, _) => Some(("claim", *id)),
            Self::EventTime(id, ..) => Some(("time", *id)),
            Self::EventText(id, _) => Some(("event", *id)),
            Self::ActionText(id, _) => Some(("action", *id)),
            Self::ActionOwner(id, _) => Some(("owner", *id)),
            Self::ActionDue(id, _) => Some(("due", *id)),
            Self::Lesson(Lesson::Well, _) => Some(("well", NO_ITEM)),
            Self::Lesson(Lesson::Badly, _) => Some(("badly", NO_ITEM)),
            Self::Lesson(Lesson::Lucky, _) => Some(("lucky", NO_ITEM)),
            _ => None,
        }
    }

    /// Whether the edit is a person's: the rest goes into every state of the history and is no step of undo.
    #[must_use]
    pub const fn is_step(&self) -> bool {
        !matches!(self, Self::Offset(_) | Self::Digest(..))
    }
}

/// Makes a change. Gives the item it was made on, if it is one and still there.
pub fn apply(document: &mut Document, edit: Edit) -> Option<ItemId> {
    match edit {
        Edit::Title(text) => document.title = text,
        Edit::Authors(text) => document.authors = text,
        Edit::Severity(text) => document.severity = text,
        Edit::Summary(text) => document.summary = Wording::Own(text),
        Edit::Impact(text) => document.impact = Wording::Own(text),
        Edit::AcceptImpact(message, citations) => {
            document.impact = Wording::accepted(message);
            attach(&mut document.impact_citations, citations);
        }
        Edit::Decline(key) => {
            if !document.declined.contains(&key) {
                document.declined.push(key);
            }
        }
        Edit::Offer(key) => document.declined.retain(|declined| *declined != key),
        Edit::Lesson(Lesson::Well, text) => document.lessons.well = text,
        Edit::Lesson(Lesson::Badly, text) => document.lessons.badly = text,
        Edit::Lesson(Lesson::Lucky, text) => document.lessons.lucky = text,
        Edit::Offset(offset_s) => document.offset_s = offset_s,
        Edit::Digest(evidence, digest) => document.for_each_citation(&mut |citation| {
            if citation.locator.evidence == evidence && citation.digest.is_none() {
                citation.digest = Some(digest.clone());
            }
        }),
        Edit::Cite { item, citations } => match item.and_then(|item| Target::of(document, item)) {
            Some(target) => return edit_citations(document, target, |list| attach(list, citations)),
            None => return citations.into_iter().map(|citation| add_cited_event(document, citation)).last(),
        },
        Edit::Attach(target, citations) => return edit_citations(document, target, |list| attach(list, citations)),
        Edit::Detach(target, index) => {
            return edit_citations(document, target, |list| {
                if index < list.len() {
                    list.remove(index);
                }
            });
        }
        Edit::AcceptWhy(..)
        | Edit::AddWhy { .. }
        | Edit::WhyQuestion(..)
        | Edit::WhyClaim(..)
        | Edit::WhyKind(..)
        | Edit::MoveWhy(..)
        | Edit::RemoveWhy(_) => return apply_to_whys(document, edit),
        Edit::AcceptEvent(..)
        | Edit::AddEvent { .. }
        | Edit::EventTime(..)
        | Edit::EventPhase(..)
        | Edit::EventText(..)
        | Edit::RemoveEvent(_) => return apply_to_events(document, edit),
        other => return apply_to_actions(document, other),
    }
    None
}

fn apply_to_whys(document: &mut Document, edit: Edit) -> Option<ItemId> {
    match edit {
        Edit::AcceptWhy(suggestion, citations) => {
            let taken = document.outline().into_iter().find(|(_, why)| why.from.as_ref() == Some(&suggestion.key));
            if let Some((_, why)) = taken {
                return Some(why.id);
            }
            let id = next_id(document);
            document.whys.push(Why {
                id,
                kind: suggest::why_kind(&suggestion),
                from: Some(suggestion.key),
                question: Wording::accepted(suggestion.question),
                claim: suggestion.claim.map(Wording::accepted).unwrap_or_default(),
                citations,
                children: Vec::new(),
            });
            Some(id)
        }
        Edit::AddWhy { parent, question, citations } => {
            let too_deep =
                parent.is_some_and(|parent| depth(&document.whys, parent).is_none_or(|at| at + 1 >= MAX_DEPTH));
            if too_deep {
                return None;
            }
            let id = next_id(document);
            let why =
                Why { id, kind: WhyKind::Question, question: Wording::Own(question), citations, ..Why::default() };
            match parent.and_then(|parent| find_why(&mut document.whys, parent)) {
                Some(parent) => parent.children.push(why),
                None => document.whys.push(why),
            }
            Some(id)
        }
        Edit::WhyQuestion(id, text) => edit_why(document, id, |why| why.question = Wording::Own(text)),
        Edit::WhyClaim(id, text) => edit_why(document, id, |why| {
            why.claim = Wording::Own(text);
            if why.kind == WhyKind::Question && !why.claim.is_empty() {
                why.kind = WhyKind::Cause;
            }
        }),
        Edit::WhyKind(id, kind) => edit_why(document, id, |why| why.kind = kind),
        Edit::MoveWhy(id, direction) => move_why(&mut document.whys, id, direction, 0).then_some(id),
        Edit::RemoveWhy(id) => {
            let removed = take_why(&mut document.whys, id)?;
            let mut gone = vec![&removed];
            while let Some(why) = gone.pop() {
                for action in document.actions.iter_mut().filter(|action| action.addresses == Some(why.id)) {
                    action.addresses = None;
                }
                gone.extend(&why.children);
            }
            None
        }
        _ => None,
    }
}

fn apply_to_events(document: &mut Document, edit: Edit) -> Option<ItemId> {
    let id = match edit {
        Edit::AcceptEvent(event, citations) => {
            let taken = document.events.iter().find(|own| own.from.as_ref() == Some(&event.key));
            if let Some(own) = taken {
                return Some(own.id);
            }
            let id = next_id(document);
            document.events.push(DocumentEvent { id, citations, ..DocumentEvent::accepted(event) });
            id
        }
        Edit::AddEvent { at, phase, text, citations } => {
            let id = next_id(document);
            let event =
                DocumentEvent { id, at, phase, text: Wording::Own(text), citations, ..DocumentEvent::default() };
            document.events.push(event);
            id
        }
        Edit::EventTime(id, at, end) => {
            let event = find_event(document, id)?;
            if event.at != at {
                // The doubt belonged to the instant that was replaced.
                event.uncertainty_s = 0;
            }
            (event.at, event.end) = (at, end);
            id
        }
        Edit::EventPhase(id, phase) => {
            find_event(document, id)?.phase = phase;
            id
        }
        Edit::EventText(id, text) => {
            find_event(document, id)?.text = Wording::Own(text);
            id
        }
        Edit::RemoveEvent(id) => {
            document.events.retain(|event| event.id != id);
            return None;
        }
        _ => return None,
    };
    sort_events(document);
    Some(id)
}

fn apply_to_actions(document: &mut Document, edit: Edit) -> Option<ItemId> {
    match edit {
        Edit::AcceptAction(suggestion) => {
            let taken = document.actions.iter().find(|action| action.from.as_ref() == Some(&suggestion.key));
            if let Some(action) = taken {
                return Some(action.id);
            }
            let addresses = suggestion.addresses.as_ref().and_then(|key| {
                document.outline().into_iter().find(|(_, why)| why.from.as_ref() == Some(key)).map(|(_, why)| why.id)
            });
            let id = next_id(document);
            document.actions.push(ActionItem {
                id,
                from: Some(suggestion.key),
                kind: suggestion.kind,
                text: Wording::accepted(suggestion.text),
                addresses,
                ..ActionItem::default()
            });
            Some(id)
        }
        Edit::AddAction(kind, text) => {
            let id = next_id(document);
            document.actions.push(ActionItem { id, kind, text: Wording::Own(text), ..ActionItem::default() });
            Some(id)
        }
        Edit::ActionText(id, text) => edit_action(document, id, |action| action.text = Wording::Own(text)),
        Edit::ActionKind(id, kind) => edit_action(document, id, |action| action.kind = kind),
        Edit::ActionOwner(id, owner) => edit_action(document, id, |action| action.owner = owner),
        Edit::ActionDue(id, due) => edit_action(document, id, |action| action.due = due),
        Edit::ActionAddresses(id, why) => {
            let why = why.filter(|why| document.why(*why).is_some());
            edit_action(document, id, |action| action.addresses = why)
        }
        Edit::MoveAction(id, direction) => {
            let index = document.actions.iter().position(|action| action.id == id)?;
            swap(&mut document.actions, index, direction).then_some(id)
        }
        Edit::RemoveAction(id) => {
            document.actions.retain(|action| action.id != id);
            None
        }
        _ => None,
    }
}

/// Puts the document's own rules right after it came from outside: order of events, identities not given twice.
pub(super) fn mend(document: &mut Document) {
    let whys = document.outline().into_iter().map(|(_, why)| why.id.0).max();
    let events = document.events.iter().map(|event| event.id.0).max();
    let actions = document.actions.iter().map(|action| action.id.0).max();
    document.last_id = [whys, events, actions].into_iter().flatten().fold(document.last_id, u32::max);
    sort_events(document);
}

fn next_id(document: &mut Document) -> ItemId {
    document.last_id = document.last_id.saturating_add(1);
    ItemId(document.last_id)
}

/// An event that says what the cited line says.
fn add_cited_event(document: &mut Document, citation: Citation) -> ItemId {
    let id = next_id(document);
    let line = citation.excerpt.iter().map(|line| line.trim()).find(|line| !line.is_empty()).unwrap_or(&citation.path);
    let text = Wording::Own(line.to_owned());
    document.events.push(DocumentEvent {
        id,
        at: citation.at,
        text,
        citations: vec![citation],
        ..DocumentEvent::default()
    });
    sort_events(document);
    id
}

fn sort_events(document: &mut Document) {
    document.events.sort_by_key(|event| (event.at.is_none(), event.at));
}

fn find_event(document: &mut Document, id: ItemId) -> Option<&mut DocumentEvent> {
    document.events.iter_mut().find(|event| event.id == id)
}

fn edit_action(document: &mut Document, id: ItemId, change: impl FnOnce(&mut ActionItem)) -> Option<ItemId> {
    document.actions.iter_mut().find(|action| action.id == id).map(change).map(|()| id)
}

fn edit_why(document: &mut Document, id: ItemId, change: impl FnOnce(&mut Why)) -> Option<ItemId> {
    find_why(&mut document.whys, id).map(change).map(|()| id)
}

fn attach(list: &mut Vec<Citation>, citations: Vec<Citation>) {
    for citation in citations {
        if !list.iter().any(|there| there.locator == citation.locator && there.role == citation.role) {
            list.push(citation);
        }
    }
}

fn edit_citations(document: &mut Document, target: Target, change: impl FnOnce(&mut Vec<Citation>)) -> Option<ItemId> {
    match target {
        Target::Why(id) => edit_why(document, id, |why| change(&mut why.citations)),
        Target::Event(id) => {
            change(&mut find_event(document, id)?.citations);
            Some(id)
        }
        Target::Impact => {
            change(&mut document.impact_citations);
            Some(ItemId::IMPACT)
        }
    }
}
