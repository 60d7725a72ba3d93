//! Slot `timeline`: the events in order of time, those without one last.

use crate::model::sort::Order as _;
use crate::model::{TimeRange, Timestamp};
use crate::postmortem::DocumentEvent;
use crate::text::format;
use crate::view::document::{Block, Inline};

use super::{Pages, cell, rule_name, utc, words};

/// The timeline as a table; the short form leaves out UTC and phase. Who says so or acted has a column where anybody is named.
pub(super) fn write(pages: &mut Pages<'_>, full: bool) {
    let mut events: Vec<&DocumentEvent> = pages.document.events.iter().collect();
    if events.is_empty() {
        let lack = pages.get("export-empty-timeline");
        return pages.lacks(lack);
    }
    events.order_by_key(|event| (event.at.is_none(), event.at));
    let has_source = events.iter().any(|event| !event.source.trim().is_empty());
    let columns = [full, true, has_source, true, full, true];
    let zone = format::offset(pages.texts.offset_s());
    let heads = [
        pages.get("export-utc"),
        pages.texts.with("export-local", &[("zone", zone.into())]),
        pages.get("export-source"),
        pages.get("export-event"),
        pages.get("export-phase"),
        pages.get("export-evidence"),
    ];
    let rows = events.into_iter().map(|event| kept(row(pages, event), columns)).collect();
    pages.blocks.push(Block::Table(kept(heads, columns), rows));
}

fn kept<T>(cells: [T; 6], columns: [bool; 6]) -> Vec<T> {
    cells.into_iter().zip(columns).filter_map(|(cell, is_kept)| is_kept.then_some(cell)).collect()
}

fn row(pages: &mut Pages<'_>, event: &DocumentEvent) -> [Vec<Inline>; 6] {
    let (utc, local) = times(pages, event);
    let phase = event.phase.map(|phase| pages.get(&format!("phase-{}", phase.as_str()))).unwrap_or_default();
    let mut text = words(&event.text, pages.texts);
    if event.count > 1 {
        text = pages.texts.with("export-repeated", &[("text", text.into()), ("count", event.count.into())]);
    }
    let references = pages.references.inlines(&event.citations);
    [cell(utc), cell(local), cell(source(pages, event)), cell(text), cell(phase), references]
}

/// Who says so or who acted; a rule by its name.
fn source(pages: &Pages<'_>, event: &DocumentEvent) -> String {
    let source = event.source.trim();
    let name = rule_name(source, pages.texts);
    // A text that is not there is its own id.
    if source.contains('/') && !name.starts_with("rule-") { name } else { source.to_owned() }
}

/// The time in UTC and where the case is; a range names the day of its end only where it is another.
fn times(pages: &Pages<'_>, event: &DocumentEvent) -> (String, String) {
    let Some(at) = event.at else {
        return (pages.get("export-time-unknown"), pages.get("export-time-unknown"));
    };
    let until = |from: String, to: Option<String>| match to {
        Some(to) => format!("{from} – {to}"),
        None => from,
    };
    let offset_s = pages.texts.offset_s();
    let start = local_time(at, offset_s);
    let end = event.end.map(|end| format::end(TimeRange { start: at, end }, offset_s));
    (until(utc(at), event.end.map(utc)), format!("{}{}", until(start, end), pages.off_by(event.uncertainty_s)))
}

fn local_time(at: Timestamp, offset_s: i32) -> String {
    Timestamp(at.0.div_euclid(1_000_000_000).saturating_mul(1_000_000_000)).to_local(offset_s)
}
