//! The panel Whys: what the evidence answers, beside the tree that people make of it.

use debrief::model::WhySuggestion;
use debrief::postmortem::edit::Edit;
use debrief::postmortem::suggest;
use leptos::prelude::*;

use crate::app::components::buttons::button;
use crate::app::components::keyed::{Row, keyed};
use crate::app::components::verbs::{focus_soon, why_element};
use crate::app::components::why_card::why_card;
use crate::app::components::why_node::why_node;
use crate::app::erase::{area, flag, on, text};
use crate::app::state::App;

/// The panel.
#[component]
pub(crate) fn WhysPanel() -> impl IntoView {
    let app = App::use_app();
    let offered = Memo::new(move |_| -> Vec<WhySuggestion> {
        app.analysis.with(|analysis| {
            app.document.with(|document| suggest::whys(analysis, document).into_iter().cloned().collect())
        })
    });
    let n_declined = move || {
        let declined = |why: &WhySuggestion| app.document.with(|document| document.declined.contains(&why.key));
        app.analysis.with(|analysis| {
            analysis.findings.iter().flat_map(|finding| &finding.whys).filter(|why| declined(why)).count()
        })
    };
    let add = move |_| {
        let blank = Edit::AddWhy { parent: None, question: String::new(), citations: Vec::new() };
        if let Some(id) = app.edit(blank) {
            focus_soon(why_element(id));
        }
    };
    let nothing_offered = flag(move || offered.with(Vec::is_empty));
    let cards = move || {
        let card = |suggestion: WhySuggestion| Row::new(card_key(&suggestion), move || why_card(app, suggestion));
        offered.get().into_iter().map(card).collect()
    };
    let nodes = move || {
        let node = |id| Row::new(why_element(id), move || why_node(app, id));
        app.document.with(|document| document.outline().into_iter().map(|(_, why)| node(why.id)).collect())
    };
    let nothing_written = flag(move || app.document.with(|document| document.whys.is_empty()));
    let again = move || match n_declined() {
        0 => ().into_any(),
        n => {
            let words = text(move || app.with("whys-offer-again", &[("count", n.into())]));
            button("quiet", words, on(move |_| offer_again(app)))
        }
    };
    view! {
        <section class="whys" aria-labelledby="whys-heading">
            <header class="panel-head">
                <h2 id="whys-heading">{app.tr("whys-heading")}</h2>
                <button type="button" id="why-add" on:click=on(add)>{app.tr("whys-add")}</button>
            </header>
            <div class="whys-body" class:all-taken=nothing_offered>
                <section class="whys-offered" aria-labelledby="whys-offered-heading">
                    <h3 id="whys-offered-heading">{app.tr("whys-offered")}</h3>
                    <p class="empty" hidden=flag(move || !nothing_offered.get())>{app.tr("whys-none-offered")}</p>
                    <ul class="plain" hidden=nothing_offered>{keyed(cards)}</ul>
                    {area(again)}
                </section>
                <section class="whys-own" aria-labelledby="whys-own-heading">
                    <h3 id="whys-own-heading">{app.tr("whys-own")}</h3>
                    <p class="empty" hidden=flag(move || !nothing_written.get())>{app.tr("whys-empty")}</p>
                    <ul class="plain why-tree" hidden=nothing_written>{keyed(nodes)}</ul>
                    <p class="hint" hidden=nothing_written>{app.tr("whys-keys")}</p>
                </section>
            </div>
        </section>
    }
}

/// A card is made anew when what it says changes: evidence that went can turn an answer into a question.
fn card_key(why: &WhySuggestion) -> String {
    let claim = why.claim.as_ref().map_or("", |claim| &claim.id);
    let places = why.cites.iter().map(|cite| format!(" {}:{}", cite.locator.evidence.0, cite.locator.lines.first));
    format!("{} {claim}{}", why.key, places.collect::<String>())
}

fn offer_again(app: App) {
    let keys: Vec<String> = app.analysis.with_untracked(|analysis| {
        let keys = analysis.findings.iter().flat_map(|finding| &finding.whys).map(|why| why.key.clone());
        keys.filter(|key| app.document.with_untracked(|document| document.declined.contains(key))).collect()
    });
    for key in keys {
        app.edit(Edit::Offer(key));
    }
}
