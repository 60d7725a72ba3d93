//! What several components do to the document: accepting with evidence, jumping to a part of it, keeping the focus where it was.

use std::time::Duration;

use debrief::model::{Citation, Cite, TimelineEvent, WhySuggestion};
use debrief::postmortem::ItemId;
use debrief::postmortem::completeness::Place;
use debrief::postmortem::edit::Edit;
use debrief::postmortem::suggest::ImpactSuggestion;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::app::state::{App, Panel, Sheet, Tone};

/// A panel that was just shown needs a frame or two before its fields can take the focus.
const PANEL_SHOWN: Duration = Duration::from_millis(60);

/// Accepts a proposed why; `then_edit` goes on in its answer, otherwise at the next card.
pub(crate) fn accept_why(app: App, suggestion: WhySuggestion, then_edit: bool) {
    let cites = suggestion.cites.clone();
    let edit = move |citations| {
        if let Some(id) = app.edit(Edit::AcceptWhy(suggestion, citations)) {
            let fallback = format!("{}-claim", why_element(id));
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
        app.edit(Edit::AcceptImpact(suggestion.text, citations));
        focus_soon(IMPACT_ELEMENT.to_owned());
    };
    accept(app, suggestion.cites, Box::new(edit));
}

/// Freezes the places, then makes the edit. Nothing that had evidence is accepted without it.
fn accept(app: App, cites: Vec<Cite>, edit: Box<dyn FnOnce(Vec<Citation>)>) {
    spawn_local(async move {
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

/// Element of the impact's field.
pub(crate) const IMPACT_ELEMENT: &str = "field-impact";

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

/// Element of an action item's text.
pub(crate) fn action_element(id: ItemId) -> String {
    format!("action-{}", id.0)
}

/// Shows the part of the document and puts the focus there.
pub(crate) fn jump(app: App, place: Place, item: Option<ItemId>) {
    let (panel, element) = match (place, item) {
        (Place::Title, _) => (Panel::Postmortem, "field-title".to_owned()),
        (Place::Severity, _) => (Panel::Postmortem, "field-severity".to_owned()),
        (Place::Authors, _) => (Panel::Postmortem, "field-authors".to_owned()),
        (Place::Summary, _) => (Panel::Postmortem, "field-summary".to_owned()),
        (Place::Impact, _) => (Panel::Postmortem, IMPACT_ELEMENT.to_owned()),
        (Place::Lessons, _) => (Panel::Postmortem, "field-well".to_owned()),
        (Place::Timeline, Some(id)) => (Panel::Timeline, event_element(id)),
        (Place::Timeline, None) => (Panel::Timeline, "timeline-add".to_owned()),
        (Place::Whys, Some(id)) => (Panel::Whys, why_element(id)),
        (Place::Whys, None) => (Panel::Whys, "why-add".to_owned()),
        (Place::Actions, Some(id)) => (Panel::Postmortem, action_element(id)),
        (Place::Actions, None) => (Panel::Postmortem, "action-add".to_owned()),
    };
    app.panel.set(panel);
    app.sheet.set(Sheet::None);
    focus_soon(element);
}

/// Puts the focus on an element once it is there.
pub(crate) fn focus_soon(element: String) {
    set_timeout(move || focus(&element), PANEL_SHOWN);
}

/// Puts the focus on the first element that a selector finds, or on the one named.
fn focus_first_soon(selector: &'static str, fallback: String) {
    set_timeout(
        move || match document().query_selector(selector).ok().flatten() {
            Some(element) => {
                let _ = element.unchecked_into::<HtmlElement>().focus();
            }
            None => focus(&fallback),
        },
        PANEL_SHOWN,
    );
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

fn focus(element: &str) {
    let found = document().get_element_by_id(element).and_then(|element| element.dyn_into::<HtmlElement>().ok());
    if let Some(element) = found {
        let _ = element.focus();
    }
}
