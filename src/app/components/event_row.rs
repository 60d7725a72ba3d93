//! A row of the timeline: a proposal (dashed, to accept or dismiss) or an event of the document (to edit in place).

use debrief::model::Arg;
use debrief::postmortem::edit::Target;
use debrief::postmortem::{DocumentEvent, ItemId};
use debrief::text::format::{clock, integer};
use debrief::view::timeline::{RowKey, TimelineRow};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use crate::app::components::buttons::icon_button;
use crate::app::components::citation_chip::{citation_chips, cite_chips, is_target, target_button};
use crate::app::components::event_editor::event_editor;
use crate::app::components::measures::doubt;
use crate::app::components::phase_mark::{phase_mark, phase_name};
use crate::app::components::verbs::{event_element, focus_soon, proposal_element};
use crate::app::erase::{area, flag, on, text};
use crate::app::panels::timeline::TimelineState;
use crate::app::state::App;

/// Element of a row.
pub(crate) fn row_element(key: &RowKey) -> String {
    match key {
        RowKey::Own(id) => event_element(*id),
        RowKey::Proposed(key) => proposal_element(key),
    }
}

/// One row.
pub(crate) fn event_row(app: App, state: TimelineState, key: RowKey) -> AnyView {
    let own = if let RowKey::Own(id) = key { Some(id) } else { None };
    let element = row_element(&key);
    // One row of the list is in the order of Tab; the arrow keys do the rest.
    let tabindex = {
        let key = key.clone();
        move || {
            let first = || state.rows.with(|rows| rows.first().map(|row| row.key.clone()));
            let current = state.current.get().or_else(first);
            if current.as_ref() == Some(&key) { "0".to_owned() } else { "-1".to_owned() }
        }
    };
    // What is typed in one row makes no other one anew.
    let row = {
        let key = key.clone();
        Memo::new(move |_| state.rows.with(|rows| rows.iter().find(|row| row.key == key).cloned()))
    };
    let is_editing = Memo::new(move |_| own.is_some() && state.editing.get() == own);
    let keydown = {
        let key = key.clone();
        move |ev: KeyboardEvent| {
            let on_row =
                ev.target().map(JsCast::unchecked_into::<Element>) == ev.current_target().map(JsCast::unchecked_into);
            if on_row && !ev.ctrl_key() && !ev.meta_key() && !ev.alt_key() && handle_key(app, state, &key, &ev) {
                ev.prevent_default();
                ev.stop_propagation();
            } else if ev.key() == "Escape" && is_editing.get_untracked() {
                ev.stop_propagation();
                close(state, own.map(event_element));
            }
        }
    };
    let focusin = move |_| state.current.set(Some(key.clone()));
    let form = move || match own {
        Some(id) if is_editing.get() => {
            let close = Callback::new(move |()| close(state, Some(event_element(id))));
            untrack(|| event_editor(app, id, close))
        }
        _ => ().into_any(),
    };
    let face = move || match row.get() {
        Some(row) => event_face(app, state, row),
        None => ().into_any(),
    };
    view! {
        <li
            id=element
            class="event"
            class:event-proposed=own.is_none()
            class:event-milestone=flag(move || row.with(|row| row.as_ref().is_some_and(|row| row.milestone)))
            class:event-target=own.map(|id| is_target(app, id)).unwrap_or_default()
            tabindex=text(tabindex)
            aria-label=text(move || row.with(|row| row.as_ref().map(|row| spoken(app, row)).unwrap_or_default()))
            on:focusin=on(focusin)
            on:keydown=on(keydown)
        >
            {area(face)}
            {area(form)}
        </li>
    }
    .into_any()
}

/// What a row shows while it is not edited, and its buttons.
fn event_face(app: App, state: TimelineState, row: TimelineRow) -> AnyView {
    let TimelineRow { key, event, cites, .. } = row;
    let DocumentEvent { at, end, uncertainty_s, count, phase, text: words, .. } = event;
    let start = move |offset_s: i32| at.map_or_else(|| "—".to_owned(), |at| clock(at, offset_s));
    let until = move |offset_s: i32| end.map(|end| format!("–{}", clock(end, offset_s))).unwrap_or_default();
    let day = move || at.map(|at| at.to_local(app.case_offset_s.get()).chars().take(10).collect()).unwrap_or_default();
    let count = if count > 1 { format!(" ×{}", integer(count.into())) } else { String::new() };
    let (evidence, first_button, remove_label) = match &key {
        RowKey::Own(id) => (citation_chips(app, Target::Event(*id)), own_buttons(app, state, *id), "timeline-remove"),
        RowKey::Proposed(key) => {
            let key = key.clone();
            let accept = on(move |_| TimelineState::accept(app, &key));
            let accept = icon_button(app, "icon accept", "timeline-accept", "✓", accept);
            let chips = if cites.is_empty() { ().into_any() } else { cite_chips(app, cites) };
            (chips, accept, "timeline-dismiss")
        }
    };
    view! {
        <time class="event-utc"><span>{start(0)}</span><span>{until(0)}</span></time>
        <time class="event-local">
            <span>{text(move || start(app.case_offset_s.get()))}</span>
            <span>{text(move || until(app.case_offset_s.get()))}</span>
            <span class="event-day">{text(day)}</span>
            <span class="event-doubt">{text(move || doubt(app, uncertainty_s))}</span>
        </time>
        <span class="event-lane" aria-hidden="true"></span>
        {phase_mark(app, phase)}
        <span class="event-text">
            {text(move || words.say(&app.texts()))}
            <span class="event-count">{count}</span>
        </span>
        <span class="event-evidence">{evidence}</span>
        <span class="event-buttons">
            {first_button}
            {icon_button(app, "icon", remove_label, "×", on(move |_| TimelineState::remove(app, &key)))}
        </span>
    }
    .into_any()
}

fn own_buttons(app: App, state: TimelineState, id: ItemId) -> AnyView {
    view! {
        {target_button(app, id)}
        {icon_button(app, "icon", "timeline-edit", "✎", on(move |_| edit(state, id)))}
    }
    .into_any()
}

fn edit(state: TimelineState, id: ItemId) {
    state.editing.set(Some(id));
    focus_soon(format!("{}-text", event_element(id)));
}

/// Does what a key means on a row; says whether it meant something.
fn handle_key(app: App, state: TimelineState, key: &RowKey, ev: &KeyboardEvent) -> bool {
    let row = ev.current_target().map(JsCast::unchecked_into::<Element>);
    match (ev.key().as_str(), key) {
        ("ArrowDown", _) => focus(row.and_then(|row| row.next_element_sibling())),
        ("ArrowUp", _) => focus(row.and_then(|row| row.previous_element_sibling())),
        ("Enter", RowKey::Own(id)) => edit(state, *id),
        ("Enter" | "a", RowKey::Proposed(key)) => TimelineState::accept(app, key),
        ("Delete", _) => {
            focus(row.and_then(|row| row.next_element_sibling().or_else(|| row.previous_element_sibling())));
            TimelineState::remove(app, key);
        }
        _ => return false,
    }
    true
}

fn focus(row: Option<Element>) {
    if let Some(row) = row.and_then(|row| row.dyn_into::<HtmlElement>().ok()) {
        let _ = row.focus();
    }
}

fn close(state: TimelineState, element: Option<String>) {
    state.editing.set(None);
    if let Some(element) = element {
        focus_soon(element);
    }
}

/// The row as one sentence, for those who hear the list.
fn spoken(app: App, row: &TimelineRow) -> String {
    let texts = app.texts();
    let at = row.event.at.map_or_else(|| texts.get("timeline-no-time"), |at| texts.plain(&Arg::Time(at)));
    let phase = phase_name(app, row.event.phase);
    let words = row.event.text.say(&texts);
    match row.key {
        RowKey::Own(_) => format!("{at}, {phase}: {words}"),
        RowKey::Proposed(_) => format!("{}, {at}, {phase}: {words}", texts.get("timeline-proposed")),
    }
}
