//! The timeline as rows: proposed and own events merged in order of time.

use crate::model::{Analysis, Cite};
use crate::postmortem::milestones::milestones;
use crate::postmortem::{Document, DocumentEvent, ItemId, suggest};

/// Whose event a row is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RowKey {
    /// The program's, by its key.
    Proposed(String),
    /// The document's.
    Own(ItemId),
}

/// One event.
#[derive(Clone, Debug, PartialEq)]
pub struct TimelineRow {
    /// Whose.
    pub key: RowKey,
    /// The event; for a proposed one what the document would get, without identity and citations.
    pub event: DocumentEvent,
    /// Where a proposed event stands; an own event has citations in the document.
    pub cites: Vec<Cite>,
    /// Whether the document's durations are taken from it.
    pub milestone: bool,
}

/// All rows in order of time, those without a time last; at the same instant the document's own come first.
#[must_use]
pub fn build_rows(analysis: &Analysis, document: &Document) -> Vec<TimelineRow> {
    let milestones = milestones(document);
    let own = document.events.iter().map(|event| TimelineRow {
        key: RowKey::Own(event.id),
        event: event.clone(),
        cites: Vec::new(),
        milestone: milestones.iter().any(|milestone| milestone.event == Some(event.id)),
    });
    let proposed = suggest::events(analysis, document).into_iter().map(|event| TimelineRow {
        key: RowKey::Proposed(event.key.clone()),
        event: DocumentEvent::accepted(event.clone()),
        cites: event.cites.clone(),
        milestone: false,
    });
    let mut rows: Vec<TimelineRow> = own.chain(proposed).collect();
    rows.sort_by_key(|row| (row.event.at.is_none(), row.event.at));
    rows
}
