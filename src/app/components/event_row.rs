//! A row of the timeline: a proposal (dashed, to accept or dismiss) or an event of the document (to edit in place).

use debrief::model::{Arg, TimeRange};
use debrief::postmortem::edit::Target;
use debrief::postmortem::{DocumentEvent, ItemId};
use debrief::text::format::{self, clock, integer};
use debrief::view::timeline::{RowKey, TimelineRow};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, EventTarget, HtmlElement, KeyboardEvent};

use crate::app::citing::{self, takes};
use crate::app::components::citation_chip::{MOST, citation_chips, cite_chips, target_button, toggle_target};
use crate::app::components::event_editor::event_editor;
use crate::app::components::measures::doubt;
use crate::app::components::phase_mark::{phase_mark, phase_name};
use crate::app::components::verbs::{event_element, focus_soon, proposal_element};
use crate::app::dom::{El, el, el_of, icon_button};
use crate::app::panels::timeline::TimelineState;
use crate::app::signal::Memo;
use crate::app::state::App;

/// Element of a row.
pub(crate) fn row_element(key: &RowKey) -> String {
    match key {
        RowKey::Own(id) => event_element(*id),
        RowKey::Proposed(key) => proposal_element(key),
    }
}

/// One row.
pub(crate) fn event_row(app: App, state: TimelineState, key: RowKey) -> El {
    let own = if let RowKey::Own(id) = key { Some(id) } else { None };
    let element = row_element(&key);
    // One row of the list is in the order of Tab; the arrow keys do the rest.
    let tabindex = {
        let key = key.clone();
        move || state.tabindex(state.current, &key)
    };
    // What is typed in one row makes no other one anew.
    let row = {
        let key = key.clone();
        Memo::new(move |_| state.row(&key))
    };
    let is_editing = move || own.is_some() && state.editing.get() == own;
    let keydown = {
        let key = key.clone();
        move |ev: KeyboardEvent| {
            let on_row =
                ev.target().map(JsCast::unchecked_into::<Element>) == ev.current_target().map(JsCast::unchecked_into);
            if ev.ctrl_key() || ev.meta_key() || ev.alt_key() {
                return;
            }
            if walk(&ev) {
                ev.prevent_default();
            } else if on_row && handle_key(app, state, &key, &ev) {
                ev.prevent_default();
                ev.stop_propagation();
            } else if ev.key() == "Escape" && untrack(is_editing) {
                ev.stop_propagation();
                close(state, own.map(event_element));
            }
        }
    };
    let edited = move || own.filter(|_| is_editing()).into_iter().collect();
    let form = move |id| event_editor(app, id, move || close(state, Some(event_element(id))));
    let is_milestone = move || row.with(|row| row.as_ref().is_some_and(|row| row.milestone));
    let says = move || row.with(|row| row.as_ref().map(|row| spoken(app, row)).unwrap_or_default());
    let item = el_of("li", if own.is_some() { "event" } else { "event event-proposed" });
    let item = match own {
        Some(id) => takes(app, item, Target::Event(id)),
        None => item,
    };
    item.attr("id", &element)
        .toggle("event-milestone", is_milestone)
        .toggle("event-target", move || own.is_some() && app.selected.get() == own.map(Target::Event))
        .attr_of("tabindex", tabindex)
        .attr_of("aria-label", says)
        .on("focusin", move |_: Event| state.current.set(Some(key.clone())))
        .on("keydown", keydown)
        .area(move || row.get().map(|row| event_face(app, state, row)).unwrap_or_default())
        .list(edited, form)
}

/// What a row shows while it is not edited, and its buttons.
fn event_face(app: App, state: TimelineState, row: TimelineRow) -> Vec<El> {
    let TimelineRow { key, event, cites, .. } = row;
    let DocumentEvent { at, end, uncertainty_s, count, phase, source, text: words, .. } = event;
    let start = move |offset_s: i32| at.map_or_else(|| "—".to_owned(), |at| clock(at, offset_s));
    let until = move |offset_s: i32| {
        at.zip(end)
            .map(|(at, until)| format!("–{}", format::end(TimeRange::of(at, until), offset_s)))
            .unwrap_or_default()
    };
    let day = move || at.map(|at| at.to_local(app.case_offset_s.get()).chars().take(10).collect()).unwrap_or_default();
    let length = at.zip(end).map(|(at, end)| TimeRange::of(at, end).seconds()).filter(|length| *length > 0.0);
    // A fold says over how long it was; a stretch how long it is.
    let extent = move || {
        let times = || integer(count.into());
        match (count > 1, length) {
            (true, None) => format!("×{}", times()),
            (true, Some(length)) => {
                app.with("timeline-times-over", &[("count", times().into()), ("length", Arg::Seconds(length))])
            }
            (false, Some(length)) => app.with("timeline-over", &[("length", Arg::Seconds(length))]),
            (false, None) => String::new(),
        }
    };
    let evidence = el_of("span", "event-evidence");
    let buttons = el_of("span", "event-buttons");
    let (evidence, buttons, remove) = match &key {
        RowKey::Own(id) => {
            let id = *id;
            let editor = icon_button("icon", "✎", app.tr("timeline-edit"), move || edit(state, id));
            let buttons = buttons.child(walked(target_button(app, Target::Event(id)))).child(walked(editor));
            (evidence.child(citation_chips(app, Target::Event(id))), buttons, "timeline-remove")
        }
        RowKey::Proposed(key) => {
            let key = key.clone();
            let accept = move || TimelineState::accept(app, &key);
            let buttons = buttons.child(walked(icon_button("icon accept", "✓", app.tr("timeline-accept"), accept)));
            let chips = (!cites.is_empty()).then(|| cite_chips(app, cites, true, MOST));
            (evidence.children(chips), buttons, "timeline-dismiss")
        }
    };
    let local = el_of("time", "event-local")
        .child(el("span").say(move || start(app.case_offset_s.get())))
        .child(el("span").say(move || until(app.case_offset_s.get())))
        .child(el_of("span", "event-day").say(day))
        .child(el_of("span", "event-doubt").say(move || doubt(app, uncertainty_s)));
    let text = el_of("span", "event-text").say(move || words.say(&app.texts()));
    vec![
        el_of("time", "event-utc").child(el("span").text(&start(0))).child(el("span").text(&until(0))),
        local,
        el_of("span", "event-lane").attr("aria-hidden", "true"),
        phase_mark(app, phase),
        text.text(" ").child(el_of("span", "event-count").say(extent)),
        el_of("span", "event-source").attr("title", &source).text(&source),
        evidence,
        buttons.child(walked(icon_button("icon", "×", app.tr(remove), move || remove_row(app, &key)))),
    ]
}

/// A button that the arrow keys lead to: Tab has one stop in the whole list.
fn walked(button: El) -> El {
    button.attr("tabindex", "-1")
}

fn edit(state: TimelineState, id: ItemId) {
    state.editing.set(Some(id));
    focus_soon(event_element(id) + "-text");
}

/// Does what a key means on a row; says whether it meant something.
fn handle_key(app: App, state: TimelineState, key: &RowKey, ev: &KeyboardEvent) -> bool {
    match (ev.key().as_str(), key) {
        ("t", RowKey::Own(id)) => toggle_target(app, Target::Event(*id)),
        ("c", _) => cite_row(app, state, key),
        ("Enter", RowKey::Own(id)) => edit(state, *id),
        ("Enter" | "a", RowKey::Proposed(key)) => TimelineState::accept(app, key),
        ("Delete", _) => remove_row(app, key),
        _ => return false,
    }
    true
}

/// Takes a row out; the one beside it gets the focus.
fn remove_row(app: App, key: &RowKey) {
    let row = document().get_element_by_id(&row_element(key));
    focus(row.and_then(|row| beside(&row, true).or_else(|| beside(&row, false))));
    TimelineState::remove(app, key);
}

/// The arrow keys: up and down to the row beside, right and left along the buttons of the row, which Tab passes over. Fields of a form
/// keep their arrows. Says whether it was one.
fn walk(ev: &KeyboardEvent) -> bool {
    let element = |target: Option<EventTarget>| target.map(JsCast::unchecked_into::<Element>);
    let (Some(at), Some(row)) = (element(ev.target()), element(ev.current_target())) else { return false };
    // The row itself, or what only the arrows lead to.
    let is_stop = at == row || at.get_attribute("tabindex").is_some_and(|tab| tab == "-1");
    let along = || {
        let buttons = row.query_selector_all("[tabindex='-1']:enabled").ok();
        let buttons = js_sys::Array::from(buttons.as_ref()?).into_iter().map(JsCast::unchecked_into::<Element>);
        let stops: Vec<Element> = std::iter::once(row.clone()).chain(buttons).collect();
        let now = stops.iter().position(|stop| *stop == at)?;
        let next = if ev.key() == "ArrowRight" { now + 1 } else { now.checked_sub(1)? };
        stops.get(next).cloned()
    };
    let next = match ev.key().as_str() {
        _ if !is_stop => return false,
        "ArrowDown" => beside(&row, true),
        "ArrowUp" => beside(&row, false),
        "ArrowLeft" | "ArrowRight" => along(),
        _ => return false,
    };
    focus(next);
    true
}

/// Puts what shows an event to the item that is selected; a proposal without one enters the document as an event of its own.
fn cite_row(app: App, state: TimelineState, key: &RowKey) {
    let Some(row) = untrack(|| state.row(key)) else { return };
    let selected = app.selected.get_untracked();
    match key {
        RowKey::Proposed(key) if selected.is_none() => TimelineState::accept(app, key),
        RowKey::Proposed(_) => citing::cite(app, row.cites),
        RowKey::Own(id) if selected != Some(Target::Event(*id)) => app.cite_to(selected, row.event.citations),
        RowKey::Own(_) => {}
    }
}

/// The next or previous event: gaps are passed over.
fn beside(row: &Element, forward: bool) -> Option<Element> {
    let step = |from: &Element| if forward { from.next_element_sibling() } else { from.previous_element_sibling() };
    let mut next = step(row)?;
    while !next.has_attribute("tabindex") {
        next = step(&next)?;
    }
    Some(next)
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
pub(crate) fn spoken(app: App, row: &TimelineRow) -> String {
    let texts = app.texts();
    let at = row.event.at.map_or_else(|| texts.get("timeline-no-time"), |at| texts.plain(&Arg::Time(at)));
    let phase = phase_name(app, row.event.phase);
    let words = row.event.text.say(&texts);
    match row.key {
        RowKey::Own(_) => format!("{at}, {phase}: {words}"),
        RowKey::Proposed(_) => format!("{}, {at}, {phase}: {words}", texts.get("timeline-proposed")),
    }
}
