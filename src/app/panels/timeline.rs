//! The panel Timeline: proposed and own events in one order of time, and the durations that follow from them.

use debrief::postmortem::ItemId;
use debrief::postmortem::edit::Edit;
use debrief::view::timeline::{RowKey, TimelineRow, build_rows};
use leptos::prelude::*;

use crate::app::components::event_row::{event_row, row_element};
use crate::app::components::keyed::{Row, keyed};
use crate::app::components::measures::measures;
use crate::app::components::verbs::{accept_event, event_element, focus_soon};
use crate::app::erase::{area, on, text};
use crate::app::state::App;

/// What the rows share: which is edited, which has the list's one tab stop.
#[derive(Clone, Copy)]
pub(crate) struct TimelineState {
    /// Rows, in order of time.
    pub(crate) rows: Memo<Vec<TimelineRow>>,
    /// The event whose form is open.
    pub(crate) editing: RwSignal<Option<ItemId>>,
    /// The row that the arrow keys stand on.
    pub(crate) current: RwSignal<Option<RowKey>>,
}

impl TimelineState {
    /// Takes a proposal into the document.
    pub(crate) fn accept(app: App, key: &str) {
        let event =
            app.analysis.with_untracked(|analysis| analysis.timeline.iter().find(|event| event.key == key).cloned());
        if let Some(event) = event {
            accept_event(app, event);
        }
    }

    /// Takes a row out: a proposal is not offered again, an own event goes. Both can be undone.
    pub(crate) fn remove(app: App, key: &RowKey) {
        match key {
            RowKey::Proposed(key) => app.edit(Edit::Decline(key.clone())),
            RowKey::Own(id) => app.edit(Edit::RemoveEvent(*id)),
        };
    }
}

/// The panel.
#[component]
pub(crate) fn TimelinePanel() -> impl IntoView {
    let app = App::use_app();
    let rows =
        Memo::new(move |_| app.analysis.with(|analysis| app.document.with(|document| build_rows(analysis, document))));
    let state = TimelineState { rows, editing: RwSignal::new(None), current: RwSignal::new(None) };
    // While an event is edited the order stands still: a row that moved away under the keys would lose them.
    let order = Memo::new(move |before: Option<&Vec<RowKey>>| {
        let now: Vec<RowKey> = rows.with(|rows| rows.iter().map(|row| row.key.clone()).collect());
        match before {
            Some(before) if state.editing.get().is_some() && same_rows(before, &now) => before.clone(),
            _ => now,
        }
    });
    let add = move |_| {
        let blank = Edit::AddEvent { at: None, phase: None, text: String::new(), citations: Vec::new() };
        if let Some(id) = app.edit(blank) {
            state.editing.set(Some(id));
            focus_soon(format!("{}-text", event_element(id)));
        }
    };
    let zone = move || debrief::text::format::offset(app.case_offset_s.get());
    let row = move |key: &RowKey| {
        let (id, key) = (row_element(key), key.clone());
        Row::new(id, move || event_row(app, state, key))
    };
    let is_empty = Memo::new(move |_| order.with(Vec::is_empty));
    let list = move || match is_empty.get() {
        true => view! { <p class="empty">{app.tr("timeline-empty")}</p> }.into_any(),
        false => view! {
            <ol class="timeline-rows" aria-label=app.tr("timeline-heading")>
                {keyed(move || order.with(|order| order.iter().map(row).collect()))}
            </ol>
        }
        .into_any(),
    };
    view! {
        <section class="timeline" aria-labelledby="timeline-heading">
            <header class="panel-head">
                <h2 id="timeline-heading">{app.tr("timeline-heading")}</h2>
                <button type="button" id="timeline-add" on:click=on(add)>{app.tr("timeline-add")}</button>
            </header>
            {measures(app)}
            <p class="timeline-columns" aria-hidden="true">
                <span>"UTC"</span>
                <span>{text(zone)}</span>
                <span class="hint">{app.tr("timeline-keys")}</span>
            </p>
            {area(list)}
            <p class="hint">{app.tr("timeline-proposed-hint")}</p>
        </section>
    }
}

fn same_rows(a: &[RowKey], b: &[RowKey]) -> bool {
    a.len() == b.len() && a.iter().all(|key| b.contains(key))
}
