//! The panel Whys: what the evidence answers, beside the tree that people make of it.

use debrief::model::WhySuggestion;
use debrief::postmortem::edit::Edit;
use debrief::postmortem::review::review;
use debrief::postmortem::suggest;
use leptos::prelude::*;

use crate::app::components::verbs::ask_deeper;
use crate::app::components::why_card::why_card;
use crate::app::components::why_graph::why_graph;
use crate::app::components::why_node::why_node;
use crate::app::dom::{El, button, el, el_of};
use crate::app::signal::Memo;
use crate::app::state::App;

/// The panel.
pub(crate) fn view(app: App) -> El {
    let shown_as = |(name, graph)| {
        button("", app.tr(name), move || app.graph.set(graph)).aria("aria-pressed", move || app.graph.get() == graph)
    };
    let views = el_of("div", "segments")
        .attr("role", "group")
        .attr_of("aria-label", app.tr("whys-view"))
        .children([("whys-view-list", false), ("whys-view-graph", true)].map(shown_as));
    let head = el_of("header", "panel-head")
        .child(el_of("h2", "grow").attr("id", "whys-heading").say(app.tr("whys-heading")))
        .child(views)
        .child(button("", app.tr("whys-add"), move || ask_deeper(app, None)).attr("id", "why-add"));
    let remarks = Memo::new(move |_| app.document.with(review));
    let offered = Memo::new(move |_| -> Vec<WhySuggestion> {
        app.analysis.with(|analysis| {
            app.document.with(|document| suggest::whys(&analysis.findings, document).into_iter().cloned().collect())
        })
    });
    let none_offered = move || offered.with(Vec::is_empty);
    let n_declined = move || declined(app).len();
    let again = move || {
        let words = move || app.with("whys-offer-again", &[("count", n_declined().into())]);
        button("quiet", words, move || offer_again(app))
    };
    // A card is made anew when what it says changes: evidence that went can turn an answer into a question.
    let cards = part(app, "whys-offered", "whys-offered")
        .child(el_of("p", "empty").flag("hidden", move || !none_offered()).say(app.tr("whys-none-offered")))
        .child(
            el_of("ul", "plain")
                .flag("hidden", none_offered)
                .list(move || offered.get(), move |suggestion| why_card(app, suggestion)),
        )
        .when(move || n_declined() > 0, again);
    let none_written = move || app.document.with(|document| document.whys.is_empty());
    let ids = move || app.document.with(|document| document.outline().into_iter().map(|(_, why)| why.id).collect());
    let list = move || el_of("ul", "plain why-tree").list(ids, move |id| why_node(app, id, remarks));
    let is_drawn = move || !none_written() && app.graph.get();
    let keys = move || app.t(if app.graph.get() { "whys-graph-keys" } else { "whys-keys" });
    let nodes = part(app, "whys-own", "whys-own")
        .child(el_of("p", "empty").flag("hidden", move || !none_written()).say(app.tr("whys-empty")))
        .when(move || !none_written() && !app.graph.get(), list)
        .when(is_drawn, move || why_graph(app, remarks))
        .child(el_of("p", "hint").flag("hidden", none_written).say(keys));
    let body = el_of("div", "whys-body")
        .toggle("all-taken", none_offered)
        .toggle("as-graph", is_drawn)
        .child(cards)
        .child(nodes);
    el_of("section", "whys").attr("aria-labelledby", "whys-heading").child(head).child(body)
}

/// A part of the panel under its heading.
fn part(app: App, class: &str, name: &'static str) -> El {
    let id = format!("{class}-heading");
    el_of("section", class).attr("aria-labelledby", &id).child(el("h3").attr("id", &id).say(app.tr(name)))
}

/// The keys of suggestions that were declined; tracks them.
fn declined(app: App) -> Vec<String> {
    app.analysis.with(|analysis| {
        let keys = analysis.findings.iter().flat_map(|finding| &finding.whys).map(|why| &why.key);
        app.document.with(|document| keys.filter(|key| document.declined.contains(key)).cloned().collect())
    })
}

fn offer_again(app: App) {
    for key in untrack(|| declined(app)) {
        app.edit(Edit::Offer(key));
    }
}
