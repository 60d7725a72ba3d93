//! What a document still misses before it can be shared. A meter, not a gate: exporting is always possible.

use super::milestones::{Milestone, milestones};
use super::since::{self, Since};
use super::{ActionItem, Document, DocumentEvent, Field, ItemId, Part, Why};
use crate::model::{Message, Phase};

/// The part of the document where something is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// A line of the head.
    Field(Field),
    /// A part of the prose.
    Part(Part),
    /// Timeline.
    Timeline,
    /// Causes.
    Whys,
    /// Action items.
    Actions,
}

/// Something missing.
#[derive(Clone, Debug, PartialEq)]
pub struct Gap {
    /// What, as a sentence.
    pub text: Message,
    /// Where.
    pub place: Place,
    /// The first item that misses it, where it is an item's.
    pub item: Option<ItemId>,
}

/// What the document has of what it should have.
#[derive(Clone, Debug, PartialEq)]
pub struct Completeness {
    /// Checks passed.
    pub n_done: usize,
    /// Checks made.
    pub n_checks: usize,
    /// What is missing, in the order of the document.
    pub gaps: Vec<Gap>,
}

/// A check: nothing where there is nothing to check, otherwise what is missing, if anything is.
type Check = Option<Result<(), Gap>>;

/// Looks what is missing, and what no longer fits the evidence as it is now.
#[must_use]
pub fn completeness(document: &Document, since: &Since) -> Completeness {
    let has = |present: bool, id: &str, place| -> Check {
        let gap = || Gap { text: Message::new(id), place, item: None };
        Some(if present { Ok(()) } else { Err(gap()) })
    };
    let milestones = milestones(document);
    let has_phase = |phase| milestones.iter().any(|milestone| milestone.phase == phase && milestone.at.is_some());
    let outline = document.outline();
    let whys = |failing: &dyn Fn(&Why) -> bool, id| {
        all(outline.iter().map(|(_, why)| (why.id, failing(why))), id, Place::Whys)
    };
    let events = |failing: &dyn Fn(&DocumentEvent) -> bool, id| {
        all(document.events.iter().map(|event| (event.id, failing(event))), id, Place::Timeline)
    };
    let actions = |failing: &dyn Fn(&ActionItem) -> bool, id| {
        all(document.actions.iter().map(|action| (action.id, failing(action))), id, Place::Actions)
    };
    let field = |field, id| has(!document.field(field).trim().is_empty(), id, Place::Field(field));
    let part = |part, id| has(!document.prose(part).text.is_empty(), id, Place::Part(part));
    let learned = [Part::Well, Part::Badly, Part::Lucky].iter().any(|part| !document.prose(*part).text.is_empty());

    let checks: Vec<Result<(), Gap>> = [
        field(Field::Title, "document-gap-title"),
        field(Field::Severity, "document-gap-severity"),
        field(Field::Authors, "document-gap-authors"),
        part(Part::Summary, "document-gap-summary"),
        part(Part::Impact, "document-gap-impact"),
        has(
            !document.prose(Part::Impact).citations.is_empty(),
            "document-gap-impact-evidence",
            Place::Part(Part::Impact),
        ),
        has(has_phase(Phase::Impact), "document-gap-impact-event", Place::Timeline),
        has(has_phase(Phase::Detection), "document-gap-detection-event", Place::Timeline),
        has(has_phase(Phase::Resolution) || has_phase(Phase::Mitigation), "document-gap-end-event", Place::Timeline),
        resolved_early(document, &milestones),
        events(&|event| event.at.is_none(), "document-gap-event-time"),
        events(&|event| event.end < event.at && event.end.is_some(), "document-gap-event-range"),
        events(&|event| since::retimed(event, &since.moved).is_some(), "document-gap-moved"),
        has(outline.iter().any(|(_, why)| !why.is_open()), "document-gap-causes", Place::Whys),
        whys(&|why| why.is_open(), "document-gap-open-questions"),
        whys(&|why| !why.is_open() && why.citations.is_empty(), "document-gap-why-evidence"),
        has(!document.actions.is_empty(), "document-gap-actions", Place::Actions),
        actions(&|action| action.owner.trim().is_empty(), "document-gap-owners"),
        actions(&|action| action.due.trim().is_empty(), "document-gap-due"),
        actions(&|action| action.addresses.is_none(), "document-gap-addresses"),
        actions(&|action| action.check.trim().is_empty(), "document-gap-checks"),
        has(learned, "document-gap-lessons", Place::Part(Part::Well)),
        since::without(document, &since.taken_out),
    ]
    .into_iter()
    .flatten()
    .collect();
    let n_checks = checks.len();
    let gaps: Vec<Gap> = checks.into_iter().filter_map(Result::err).collect();
    Completeness { n_done: n_checks - gaps.len(), n_checks, gaps }
}

/// Whether the impact goes on after the incident is said to be resolved.
fn resolved_early(document: &Document, milestones: &[Milestone]) -> Check {
    let felt = document.events.iter().filter(|event| event.phase == Some(Phase::Impact));
    let until = felt.flat_map(|event| [event.at, event.end]).flatten().max()?;
    let resolved = milestones.iter().find(|milestone| milestone.phase == Phase::Resolution)?;
    let gap =
        || Gap { text: Message::new("document-gap-resolved-early"), place: Place::Timeline, item: resolved.event };
    Some(if resolved.at? < until { Err(gap()) } else { Ok(()) })
}

/// A check over items: each with whether it fails. The gap says how many do and points at the first.
fn all(items: impl ExactSizeIterator<Item = (ItemId, bool)>, id: &str, place: Place) -> Check {
    if items.len() == 0 {
        return None;
    }
    let failing: Vec<ItemId> = items.filter(|(_, fails)| *fails).map(|(item, _)| item).collect();
    Some(match failing.first() {
        Some(first) => Err(Gap { text: Message::new(id).with("count", failing.len()), place, item: Some(*first) }),
        None => Ok(()),
    })
}
