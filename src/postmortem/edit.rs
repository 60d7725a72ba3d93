//! Every change that a person can make to the document, as data.
//!
//! One enum, so that undo, autosave and tests see every change; `apply` carries each out.

use serde::{Deserialize, Serialize};

pub use super::apply::apply;
use super::since::Moved;
use super::suggest::{ActionSuggestion, AlternativeSuggestion};
use super::{ActionKind, Attachment, Document, Field, ItemId, Part, Priority, TemplateChoice, WhyKind};
use crate::model::{
    Citation, Confidence, EvidenceId, Message, Phase, RedactionChoices, TimelineEvent, Timestamp, WhySuggestion,
};

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
    /// A part of the prose.
    Part(Part),
    /// An alternative that was ruled out.
    Alternative(ItemId),
}

impl Target {
    /// Whether it is (still) there to carry citations.
    #[must_use]
    pub fn exists(self, document: &Document) -> bool {
        match self {
            Self::Why(id) => document.why(id).is_some(),
            Self::Event(id) => document.event(id).is_some(),
            Self::Part(_) => true,
            Self::Alternative(id) => document.alternative(id).is_some(),
        }
    }

    /// The citations it carries; none where it is gone.
    #[must_use]
    pub fn citations(self, document: &Document) -> &[Citation] {
        match self {
            Self::Why(id) => document.why(id).map_or(&[], |why| &why.citations),
            Self::Event(id) => document.event(id).map_or(&[], |event| &event.citations),
            Self::Part(part) => &document.prose(part).citations,
            Self::Alternative(id) => document.alternative(id).map_or(&[], |other| &other.citations),
        }
    }
}

/// A change of the document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Edit {
    /// Writes a line of the head.
    Field(Field, String),
    /// Writes a part.
    Part(Part, String),
    /// Takes a proposed part with its citations.
    AcceptPart(Part, Message, Vec<Citation>),
    /// Chooses the form of the document.
    Template(TemplateChoice),
    /// Chooses what is replaced when the document leaves.
    Redaction(RedactionChoices),
    /// Puts another document in its place: an older version, an import, a merge. The title alone tells them apart to a person.
    Replace(Box<Document>),

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
    /// Says how sure the team is of an answer.
    WhyConfidence(ItemId, Option<Confidence>),
    /// Adds one more answer to the question that a why answers.
    AddAnswer(ItemId),
    /// Adds an alternative to a why, to be ruled out.
    AddAlternative(ItemId),
    /// Takes an answer that the evidence rules out as an alternative of a why, with its citations.
    AcceptAlternative(ItemId, AlternativeSuggestion, Vec<Citation>),
    /// Writes the answer that an alternative is.
    AlternativeClaim(ItemId, String),
    /// Writes why an alternative is not the answer.
    AlternativeReason(ItemId, String),
    /// Takes an alternative out.
    RemoveAlternative(ItemId),
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
    /// Says who says so or who acted.
    EventSource(ItemId, String),
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
    /// Says how urgent it is.
    ActionPriority(ItemId, Option<Priority>),
    /// Says how one sees that it works.
    ActionCheck(ItemId, String),
    /// Says whether it is done.
    ActionDone(ItemId, bool),
    /// Attaches a file that carries it out; one of the same name is replaced.
    AttachFile(ItemId, Attachment),
    /// Takes the file of this name off.
    DetachFile(ItemId, String),
    /// Says which why it addresses.
    ActionAddresses(ItemId, Option<ItemId>),
    /// Moves an action item up or down.
    MoveAction(ItemId, Move),
    /// Takes an action item out.
    RemoveAction(ItemId),

    /// Puts citations where a person selected; where nothing is selected, or it is gone, each becomes an event.
    Cite {
        /// Where.
        target: Option<Target>,
        /// The places.
        citations: Vec<Citation>,
    },
    /// Puts citations to an item; a place that is there already is not put twice.
    Attach(Target, Vec<Citation>),
    /// Takes the citation at this position from an item.
    Detach(Target, usize),
    /// Takes over the times that cited places have now; the events that follow them go along, or are kept as they are.
    Retime(Vec<Moved>, bool),
    /// Does not offer a suggestion again.
    Decline(String),
    /// Offers a declined suggestion again.
    Offer(String),
    /// Sets the zone of the document's times. Not a person's words, so it is no step of undo.
    Offset(i32),
    /// Completes citations that were made before the input's digest was known. No step of undo either.
    Digest(EvidenceId, String),
}

impl Edit {
    /// What is being typed in, as a key of its own; `None` for an edit that is a step by itself.
    #[must_use]
    pub const fn typing(&self) -> Option<(&'static str, u32)> {
        match self {
            Self::Field(field, _) => Some(("field", *field as u32)),
            Self::Part(part, _) => Some(("part", *part as u32)),
            Self::WhyQuestion(id, _) => Some(("question", id.0)),
            Self::WhyClaim(id, _) => Some(("claim", id.0)),
            Self::AlternativeClaim(id, _) => Some(("alternative", id.0)),
            Self::AlternativeReason(id, _) => Some(("reason", id.0)),
            Self::EventTime(id, ..) => Some(("time", id.0)),
            Self::EventText(id, _) => Some(("event", id.0)),
            Self::EventSource(id, _) => Some(("source", id.0)),
            Self::ActionText(id, _) => Some(("action", id.0)),
            Self::ActionOwner(id, _) => Some(("owner", id.0)),
            Self::ActionDue(id, _) => Some(("due", id.0)),
            Self::ActionCheck(id, _) => Some(("check", id.0)),
            Self::AttachFile(id, _) => Some(("file", id.0)),
            _ => None,
        }
    }

    /// Whether the edit is a person's: the rest goes into every state of the history and is no step of undo.
    #[must_use]
    pub const fn is_step(&self) -> bool {
        !matches!(self, Self::Offset(_) | Self::Digest(..))
    }
}
