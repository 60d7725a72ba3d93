//! Numbered marks behind a sentence: hover or focus quotes the place, a click opens it, `c` copies it into the document.

use debrief::model::{Citation, Cite, Message, Role};
use debrief::text::format;
use leptos::ev::{Event, KeyboardEvent};
use leptos::prelude::*;

use crate::app::citing::{self, Carried, asks_to_cite};
use crate::app::dom::{El, button, el, el_of, spawn};
use crate::app::state::App;

/// The marks of one sentence, and the button that cites them all; `first` is the number of the first, from 1.
pub(crate) fn view(app: App, said: Message, cites: Vec<Cite>, first: usize) -> El {
    let all = (!cites.is_empty()).then(|| citing::cite_button(app, said, cites.clone()));
    let chips = cites.into_iter().zip(first..).map(|(cite, number)| chip(app, cite, number));
    el_of("span", "chips").children(chips).children(all)
}

/// One mark.
fn chip(app: App, cite: Cite, number: usize) -> El {
    let quoted = RwSignal::new(Vec::<Citation>::new());
    let shown = RwSignal::new(false);
    let show = move || {
        shown.set(true);
        if quoted.with_untracked(Vec::is_empty) {
            spawn(async move {
                let citations = app.cite(vec![cite]).await;
                // The mark may be gone by now: an analysis replaced its sentence.
                drop(quoted.try_set(citations));
            });
        }
    };
    let copy = move || citing::cite(app, vec![cite]);
    let keys = move |ev: KeyboardEvent| {
        if asks_to_cite(&ev) {
            ev.prevent_default();
            copy();
        } else if ev.key() == "Escape" {
            shown.set(false);
        }
    };
    let class = match cite.role {
        Role::Shows => "chip",
        Role::Bounds => "chip bounds",
        Role::Contradicts => "chip contradicts",
    };
    let label = move || {
        let path = app.meta(cite.locator.evidence).map(|meta| meta.path).unwrap_or_default();
        let line = format::integer(i64::from(cite.locator.lines.first));
        app.with("finding-citation", &[("number", number.into()), ("path", path.into()), ("line", line.into())])
    };
    let mark = button(class, move || number.to_string(), move || app.open_at(cite.locator))
        .attr_of("aria-label", label)
        .on("focus", move |_: Event| show())
        .on("blur", move |_: Event| shown.set(false))
        .on("keydown", keys);
    el_of("span", "chip-holder")
        .on("mouseenter", move |_: Event| show())
        .on("mouseleave", move |_: Event| shown.set(false))
        .child(citing::carries(app, mark, Carried::Places(vec![cite])))
        .list(
            move || if shown.get() { quoted.get() } else { Vec::new() },
            move |citation| preview(app, &citation, copy),
        )
}

/// What stands there, with a way to copy it into the document.
fn preview(app: App, citation: &Citation, copy: impl FnMut() + 'static) -> El {
    let lines = citation.locator.lines;
    let place = if lines.first == lines.last {
        format!("{}:{}", citation.path, lines.first)
    } else {
        format!("{}:{}–{}", citation.path, lines.first, lines.last)
    };
    let copy = button("quiet", app.tr("finding-cite"), copy)
        .attr("tabindex", "-1")
        // Pressing must not take the focus away, which would close the preview before the click.
        .on("mousedown", |ev: Event| ev.prevent_default())
        .text(" ")
        .child(el("kbd").text("c"));
    el_of("span", "preview")
        .attr("role", "tooltip")
        .child(el_of("span", "preview-place").text(&place))
        .child(el_of("span", "preview-lines").text(&citation.excerpt.join("\n")))
        .child(copy)
}
