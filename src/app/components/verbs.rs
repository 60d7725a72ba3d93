//! What several components do to the document: accepting with evidence, jumping to a part of it, keeping the focus where it was.

use std::cell::RefCell;

use debrief::model::{Citation, Cite, TimelineEvent, WhySuggestion};
use debrief::postmortem::completeness::Place;
use debrief::postmortem::edit::{Edit, Move};
use debrief::postmortem::suggest::{AlternativeSuggestion, ImpactSuggestion};
use debrief::postmortem::{Field, ItemId, Part};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use crate::app::dom::{later, spawn};
use crate::app::state::{App, Panel, Sheet, Tone};

/// A panel that was just shown needs a frame or two before its fields can take the focus.
const PANEL_SHOWN_MS: u32 = 60;

/// Accepts a proposed why; `then_edit` goes on in its answer, otherwise at the next card.
pub(crate) fn accept_why(app: App, suggestion: WhySuggestion, then_edit: bool) {
    let cites = suggestion.cites.clone();
    let edit = move |citations| {
        if let Some(id) = app.edit(Edit::AcceptWhy(suggestion, citations)) {
            let fallback = why_element(id) + "-claim";
            if then_edit { focus_soon(fallback) } else { focus_first_soon(".why-card .primary", fallback) }
        }
    };
    accept(app, cites, Box::new(edit));
}

/// Accepts a proposed event.
pub(crate) fn accept_event(app: App, event: TimelineEvent) {
    let cites = event.cites.clone();
    let edit = move |citations| {
        if let Some(id) = app.edit(Edit::AcceptEvent(event, citations)) {
            focus_soon(event_element(id));
        }
    };
    accept(app, cites, Box::new(edit));
}

/// Accepts the proposed impact.
pub(crate) fn accept_impact(app: App, suggestion: ImpactSuggestion) {
    let edit = move |citations| {
        app.edit(Edit::AcceptPart(Part::Impact, suggestion.text, citations));
        focus_soon(part_element(Part::Impact));
    };
    accept(app, suggestion.cites, Box::new(edit));
}

/// Accepts an answer that the evidence rules out, as an alternative of a why.
pub(crate) fn accept_alternative(app: App, why: ItemId, suggestion: AlternativeSuggestion) {
    let cites = suggestion.cites.clone();
    let edit = move |citations| {
        if let Some(id) = app.edit(Edit::AcceptAlternative(why, suggestion, citations)) {
            focus_soon(alternative_element(id));
        }
    };
    accept(app, cites, Box::new(edit));
}

/// Asks a new question, under a why or at the top, and goes on in it.
pub(crate) fn ask_deeper(app: App, parent: Option<ItemId>) {
    go_on(app, Edit::AddWhy { parent, question: String::new(), citations: Vec::new() }, "");
}

/// Adds one more answer to the question of a why, and goes on in it.
pub(crate) fn answer_again(app: App, id: ItemId) {
    go_on(app, Edit::AddAnswer(id), "-claim");
}

fn go_on(app: App, edit: Edit, field: &str) {
    if let Some(id) = app.edit(edit) {
        app.cause.set(id);
        focus_soon(why_element(id) + field);
    }
}

/// Takes a why out with all that is under it, and offers it back.
pub(crate) fn remove_why(app: App, id: ItemId) {
    app.edit(Edit::RemoveWhy(id));
    if app.document.with_untracked(|document| document.why(id).is_none()) {
        app.notify_undoable(app.t("whys-removed"));
    }
}

/// The step that an arrow key stands for in a tree.
pub(crate) fn step_of(key: &str) -> Option<Move> {
    match key {
        "ArrowUp" => Some(Move::Up),
        "ArrowDown" => Some(Move::Down),
        "ArrowLeft" => Some(Move::Out),
        "ArrowRight" => Some(Move::In),
        _ => None,
    }
}

/// Freezes the places, then makes the edit. Nothing that had evidence is accepted without it.
fn accept(app: App, cites: Vec<Cite>, edit: Box<dyn FnOnce(Vec<Citation>)>) {
    spawn(async move {
        let expected = !cites.is_empty();
        let citations = if expected { app.cite(cites).await } else { Vec::new() };
        if expected && citations.is_empty() {
            app.notify(Tone::Trouble, app.t("document-not-cited"));
            return;
        }
        edit(citations);
        app.announce(app.t("document-accepted"));
    });
}

/// Element of a line of the head.
pub(crate) fn field_element(field: Field) -> String {
    ["field-", field.as_str()].concat()
}

/// Element of a part's words.
pub(crate) fn part_element(part: Part) -> String {
    ["part-", part.as_str()].concat()
}

/// Element of an event's row.
pub(crate) fn event_element(id: ItemId) -> String {
    format!("event-{}", id.0)
}

/// Element of a proposed event's row.
pub(crate) fn proposal_element(key: &str) -> String {
    format!("proposal-{key}")
}

/// Element of a why's question.
pub(crate) fn why_element(id: ItemId) -> String {
    format!("why-{}", id.0)
}

/// Element of an alternative's words.
pub(crate) fn alternative_element(id: ItemId) -> String {
    format!("alternative-{}", id.0)
}

/// Element of a why's box in the graph.
pub(crate) fn cause_element(id: ItemId) -> String {
    format!("cause-{}", id.0)
}

/// Element of an action item's text.
pub(crate) fn action_element(id: ItemId) -> String {
    format!("action-{}", id.0)
}

/// Shows the part of the document and puts the focus there.
pub(crate) fn jump(app: App, place: Place, item: Option<ItemId>) {
    let (panel, element) = match (place, item) {
        (Place::Field(field), _) => (Panel::Postmortem, field_element(field)),
        (Place::Part(part), _) => (Panel::Postmortem, part_element(part)),
        (Place::Timeline, Some(id)) => (Panel::Timeline, event_element(id)),
        (Place::Timeline, None) => (Panel::Timeline, "timeline-add".to_owned()),
        (Place::Whys, Some(id)) => (Panel::Whys, why_element(id)),
        (Place::Whys, None) => (Panel::Whys, "why-add".to_owned()),
        (Place::Actions, Some(id)) => (Panel::Postmortem, action_element(id)),
        (Place::Actions, None) => (Panel::Postmortem, "action-add".to_owned()),
    };
    app.cause.set(item.unwrap_or_default());
    app.panel.set(panel);
    app.sheet.set(Sheet::None);
    focus_soon(element);
}

/// Puts the focus on an element once it is there, unless the person has put it elsewhere by then.
pub(crate) fn focus_soon(element: String) {
    unless_moved(move || focus(&element));
}

/// Puts the focus on the first element that a selector finds, or on the one named; else as [`focus_soon`].
pub(crate) fn focus_first_soon(selector: &'static str, fallback: String) {
    unless_moved(move || match document().query_selector(selector).ok().flatten() {
        Some(element) => focus_on(element),
        None => focus(&fallback),
    });
}

thread_local! {
    /// What got the focus last without a person's doing.
    static GIVEN: RefCell<Option<Element>> = const { RefCell::new(None) };
}

/// Acts when a panel is on screen, unless a person moved the focus meanwhile: who is quicker than the page must not write into another field.
/// That the element with the focus went away with its panel, or that the page gave the focus to another one, is no such move.
fn unless_moved(act: impl FnOnce() + 'static) {
    let before = document().active_element();
    let act = move || {
        let now = document().active_element();
        let is_ours = || GIVEN.with_borrow(|given| *given == now);
        if now == before || is_ours() || now.as_ref().is_none_or(|element| element.tag_name() == "BODY") {
            act();
        }
    };
    later(PANEL_SHOWN_MS, act).forget();
}

/// Puts the focus back after a list was reordered: moving a node in the page takes its focus away.
pub(crate) fn keep_focus(change: impl FnOnce()) {
    let before = document().active_element();
    change();
    request_animation_frame(move || {
        if let Some(element) = before.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            let _ = element.focus();
        }
    });
}

/// Puts the focus on an element that is there. A box of a picture takes it like any other.
pub(crate) fn focus(element: &str) {
    if let Some(element) = document().get_element_by_id(element) {
        focus_on(element);
    }
}

fn focus_on(element: Element) {
    let _ = element.unchecked_ref::<HtmlElement>().focus();
    GIVEN.set(Some(element));
}
