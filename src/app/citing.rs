//! Putting places into the document: by the key `c`, by a button, or by dragging a mark onto the item that it shows.
//!
//! What is dragged stays in the page: the browser is given an empty word, so that nothing of the evidence can be dropped elsewhere.

use debrief::model::{Citation, Cite, EventSource, Message, TimeRange, TimelineEvent};
use debrief::postmortem::edit::{Edit, Target};
use debrief::protocol::{Answer, Request};
use debrief::view::trends::LevelChange;
use web_sys::{DragEvent, Element, Event, KeyboardEvent};

use super::dom::{El, icon_button, spawn};
use super::state::{App, Tone};

/// What is dragged.
#[derive(Clone)]
pub(crate) enum Carried {
    /// Places, still to be quoted.
    Places(Vec<Cite>),
    /// Quotations of the document.
    Quoted(Vec<Citation>),
}

/// Whether a key asks to cite: `c` alone.
pub(crate) fn asks_to_cite(ev: &KeyboardEvent) -> bool {
    ev.key() == "c" && !ev.ctrl_key() && !ev.meta_key() && !ev.alt_key()
}

/// Copies places into the document, one by one where nothing is selected.
pub(crate) fn cite(app: App, cites: Vec<Cite>) {
    spawn(async move {
        let citations = app.cite(cites).await;
        told(app, citations);
    });
}

fn told(app: App, citations: Vec<Citation>) {
    if citations.is_empty() {
        app.notify(Tone::Trouble, app.t("document-not-cited"));
    }
    app.cite_into_document(citations);
}

/// Copies places that say one thing together: where nothing is selected they are one event in these words.
pub(crate) fn cite_said(app: App, said: Message, cites: Vec<Cite>) {
    spawn(async move {
        let citations = app.cite(cites).await;
        if app.selected.get_untracked().is_some() || citations.is_empty() {
            return told(app, citations);
        }
        let at = citations.iter().filter_map(|citation| citation.at).min();
        let n = citations.len();
        app.edit(Edit::AddEvent { at, phase: None, text: app.say(&said), citations });
        app.tell_cited(n);
    });
}

/// Cites the nearest samples of a series to some instants.
async fn samples(app: App, series: &str, instants: &[f64]) -> Vec<Citation> {
    let mut citations: Vec<Citation> = Vec::new();
    for at in instants {
        let request = Request::CiteSample { series: series.to_owned(), at: *at };
        if let Answer::Citations(found) = app.ask(request).await {
            citations.extend(found);
        }
    }
    citations.dedup_by(|a, b| a.locator == b.locator);
    citations
}

/// Copies the sample of a series nearest to an instant into the document.
pub(crate) fn cite_sample(app: App, series: String, at: f64) {
    spawn(async move {
        let citations = samples(app, &series, &[at]).await;
        if citations.is_empty() {
            app.notify(Tone::Trouble, app.t("trends-nothing-there"));
        }
        app.cite_into_document(citations);
    });
}

/// Copies the first and the last sample of a stretch; where nothing is selected they bound an event of their own.
pub(crate) fn cite_range(app: App, series: String, label: String, (start, end): (f64, f64)) {
    spawn(async move {
        let citations = samples(app, &series, &[start, end]).await;
        let times: Vec<_> = citations.iter().filter_map(|citation| citation.at).collect();
        let (Some(first), Some(last), None) = (times.first(), times.last(), app.selected.get_untracked()) else {
            if citations.is_empty() {
                app.notify(Tone::Trouble, app.t("trends-nothing-there"));
            }
            return app.cite_into_document(citations);
        };
        let TimeRange { start, end } = TimeRange::of(*first, *last);
        let n = citations.len();
        let event = TimelineEvent {
            key: format!("range/{series}/{}/{}", start.0, end.0),
            at: start,
            end: Some(end).filter(|end| *end > start),
            uncertainty_s: 0,
            count: 1,
            phase: None,
            source: EventSource::Series(label.clone()),
            text: Message::new("trends-range-event").with("series", label),
            cites: Vec::new(),
        };
        app.edit(Edit::AcceptEvent(event, citations));
        app.tell_cited(n);
    });
}

/// Puts a change of a series' level on the timeline, with the sample before it and the one after.
pub(crate) fn cite_change(app: App, change: LevelChange) {
    spawn(async move {
        let key = change.key();
        let LevelChange { series, label, said, between: TimeRange { start, end }, .. } = change;
        let citations = samples(app, &series, &[start.as_seconds_f64(), end.as_seconds_f64()]).await;
        if citations.is_empty() {
            return app.notify(Tone::Trouble, app.t("trends-nothing-there"));
        }
        let n = citations.len();
        let event = TimelineEvent {
            key,
            at: start,
            end: None,
            uncertainty_s: TimeRange::of(start, end).seconds().ceil() as u32,
            count: 1,
            phase: None,
            source: EventSource::Series(label),
            text: said,
            cites: Vec::new(),
        };
        app.edit(Edit::AcceptEvent(event, citations));
        app.tell_cited(n);
    });
}

/// The button behind a sentence that cites all its places.
#[inline(never)]
pub(crate) fn cite_button(app: App, said: Message, cites: Vec<Cite>) -> El {
    let (words, places) = (said.clone(), cites.clone());
    let keys = move |ev: KeyboardEvent| {
        if asks_to_cite(&ev) {
            ev.prevent_default();
            cite_said(app, words.clone(), places.clone());
        }
    };
    let act = {
        let cites = cites.clone();
        move || cite_said(app, said.clone(), cites.clone())
    };
    let button = icon_button("icon cite-all", "”", app.tr("finding-cite-all"), act).on("keydown", keys);
    carries(app, button, Carried::Places(cites))
}

/// Makes an element one that can be dragged onto an item of the document.
#[inline(never)]
pub(crate) fn carries(app: App, element: El, carried: Carried) -> El {
    element
        .attr("draggable", "true")
        .on("dragstart", move |ev: DragEvent| {
            // Firefox drags nothing that carries no data; this kind means nothing to anybody else.
            if let Some(transfer) = ev.data_transfer() {
                drop(transfer.set_data("application/x-debrief", ""));
                transfer.set_effect_allowed("copy");
            }
            app.carried.set(Some(carried.clone()));
        })
        .on("dragend", move |_: Event| app.carried.set(None))
}

/// Makes an element one that takes what is dragged onto it.
#[inline(never)]
pub(crate) fn takes(app: App, element: El, target: Target) -> El {
    let mark = |ev: &DragEvent, on: bool| {
        if let Some(place) = ev.current_target() {
            let place: Element = wasm_bindgen::JsCast::unchecked_into(place);
            drop(place.class_list().toggle_with_force("drop-here", on));
        }
    };
    element
        .on("dragover", move |ev: DragEvent| {
            if app.carried.with_untracked(Option::is_some) {
                ev.prevent_default();
                mark(&ev, true);
            }
        })
        .on("dragleave", move |ev: DragEvent| mark(&ev, false))
        .on("drop", move |ev: DragEvent| {
            mark(&ev, false);
            let Some(carried) = app.carried.get_untracked() else { return };
            ev.prevent_default();
            app.carried.set(None);
            spawn(async move {
                let citations = match carried {
                    Carried::Places(cites) => app.cite(cites).await,
                    Carried::Quoted(citations) => citations,
                };
                app.cite_to(Some(target), citations);
            });
        })
}
