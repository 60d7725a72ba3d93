//! The panel Timeline: proposed and own events in one order of time, and the durations that follow from them.

use debrief::model::Arg;
use debrief::postmortem::ItemId;
use debrief::postmortem::edit::Edit;
use debrief::view::timeline::{Gap, RowKey, TimelineFilter, TimelineItem, TimelineRow, TimelineView, build_timeline};

use crate::app::components::event_row::event_row;
use crate::app::components::import_text;
use crate::app::components::measures::measures;
use crate::app::components::time_strip::time_strip;
use crate::app::components::timeline_filter::timeline_filter;
use crate::app::components::verbs::{accept_event, event_element, focus_soon};
use crate::app::dom::{El, button, el, el_of};
use crate::app::signal::{Memo, RwSignal};
use crate::app::state::App;

/// What the rows share: which is edited, which has the list's one tab stop.
#[derive(Clone, Copy)]
pub(crate) struct TimelineState {
    /// Events that the filter lets through, with the gaps between them, and the lanes.
    pub(crate) view: Memo<TimelineView>,
    /// Which events are shown.
    pub(crate) filter: RwSignal<TimelineFilter>,
    /// The event whose form is open.
    pub(crate) editing: RwSignal<Option<ItemId>>,
    /// The row that the arrow keys stand on.
    pub(crate) current: RwSignal<Option<RowKey>>,
}

/// A row of the list.
#[derive(Clone, PartialEq)]
enum Entry {
    Row(RowKey),
    Gap(Gap),
}

impl TimelineState {
    /// A row as it is now; tracks it.
    pub(crate) fn row(self, key: &RowKey) -> Option<TimelineRow> {
        self.view.with(|view| rows(view).find(|row| row.key == *key).cloned())
    }

    /// Of the rows, or of the marks, Tab reaches one: the current one, or the first; tracks it.
    pub(crate) fn tabindex(self, current: RwSignal<Option<RowKey>>, key: &RowKey) -> String {
        let current = current.get().filter(|current| self.row(current).is_some());
        let current = current.or_else(|| self.view.with(|view| rows(view).next().map(|row| row.key.clone())));
        if current.as_ref() == Some(key) { "0".to_owned() } else { "-1".to_owned() }
    }

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
pub(crate) fn view(app: App) -> El {
    let filter = RwSignal::new(TimelineFilter::default());
    let view = Memo::new(move |_| {
        let texts = app.texts();
        app.analysis.with(|analysis| {
            app.document
                .with(|document| filter.with(|filter| build_timeline(&analysis.timeline, document, filter, &texts)))
        })
    });
    let state = TimelineState { view, filter, editing: RwSignal::new(None), current: RwSignal::new(None) };
    // While an event is edited the order stands still: a row that moved away under the keys would lose them.
    let order = Memo::new(move |before: Option<&Vec<Entry>>| {
        let entry = |item: &TimelineItem| match item {
            TimelineItem::Event(row) => Entry::Row(row.key.clone()),
            TimelineItem::Gap(gap) => Entry::Gap(*gap),
        };
        let now: Vec<Entry> = view.with(|view| view.items.iter().map(entry).collect());
        match before {
            Some(before) if state.editing.get().is_some() && same_rows(before, &now) => before.clone(),
            _ => now,
        }
    });
    let add = move || {
        let blank = Edit::AddEvent { at: None, phase: None, text: String::new(), citations: Vec::new() };
        // What is new has no words yet that a filter could let through.
        filter.set(TimelineFilter::default());
        if let Some(id) = app.edit(blank) {
            state.editing.set(Some(id));
            focus_soon(event_element(id) + "-text");
        }
    };
    let importing = RwSignal::new(false);
    let head = el_of("header", "panel-head")
        .child(el("h2").attr("id", "timeline-heading").say(app.tr("timeline-heading")))
        .child(
            button("", app.tr("timeline-import"), move || importing.update(|open| *open = !*open))
                .aria("aria-expanded", move || importing.get()),
        )
        .child(button("", app.tr("timeline-add"), add).attr("id", "timeline-add"));
    let columns = el_of("p", "timeline-columns")
        .attr("aria-hidden", "true")
        .child(el("span").text("UTC"))
        .child(el("span").say(move || debrief::text::format::offset(app.case_offset_s.get())))
        .child(el_of("span", "hint").say(app.tr("timeline-keys")));
    let list = move || {
        el_of("ol", "timeline-rows").attr_of("aria-label", app.tr("timeline-heading")).list(
            move || order.get(),
            move |entry| match entry {
                Entry::Row(key) => event_row(app, state, key),
                Entry::Gap(gap) => gap_row(app, gap),
            },
        )
    };
    let has_some = move || view.with(|view| !view.lanes.is_empty());
    let empty = move || order.with(Vec::is_empty);
    let nothing = move || app.t(if has_some() { "timeline-none-shown" } else { "timeline-empty" });
    el_of("section", "timeline")
        .attr("aria-labelledby", "timeline-heading")
        .attr_of("data-clock", move || debrief::text::format::offset(app.case_offset_s.get()))
        .child(head)
        .when(move || importing.get(), move || import_text::view(app, importing))
        .children(measures(app))
        .when(has_some, move || timeline_filter(app, state))
        .when(
            move || view.with(|view| view.span.is_some_and(|span| span.seconds() > 0.0)),
            move || time_strip(app, state),
        )
        .child(columns)
        .when(empty, move || el_of("p", "empty").attr("role", "status").say(nothing))
        .when(move || !empty(), list)
        .child(el_of("p", "hint").say(app.tr("timeline-proposed-hint")))
}

/// The events shown, in order of time.
pub(crate) fn rows(view: &TimelineView) -> impl Iterator<Item = &TimelineRow> {
    view.items.iter().filter_map(|item| match item {
        TimelineItem::Event(row) => Some(row),
        TimelineItem::Gap(_) => None,
    })
}

/// A stretch without events.
fn gap_row(app: App, gap: Gap) -> El {
    let words = move || app.with("timeline-gap", &[("length", Arg::Seconds(gap.seconds))]);
    el_of("li", "timeline-gap").say(words)
}

/// Whether the same events are shown, whatever their order and the gaps between them.
fn same_rows(a: &[Entry], b: &[Entry]) -> bool {
    let is_row = |entry: &&Entry| matches!(entry, Entry::Row(_));
    a.iter().filter(is_row).count() == b.iter().filter(is_row).count()
        && a.iter().filter(is_row).all(|entry| b.contains(entry))
}
