//! Answers to a why that were ruled out, each with its reason and evidence, and those that the findings rule out besides.

use std::rc::Rc;

use debrief::postmortem::edit::{Edit, Target};
use debrief::postmortem::suggest::{self, AlternativeSuggestion};
use debrief::postmortem::{Alternative, ItemId, Why, Wording};

use crate::app::components::citation_chip::{MOST, citation_chips, cite_chips, is_target, target_button};
use crate::app::components::fields::Field;
use crate::app::components::verbs::{accept_alternative, alternative_element};
use crate::app::dom::{El, button, el, el_of, icon_button};
use crate::app::signal::Memo;
use crate::app::state::App;

/// Both lists; nothing is seen of one that is empty.
pub(crate) fn why_alternatives(app: App, id: ItemId) -> [El; 2] {
    let ids = move || {
        let ids = |why: &Why| why.alternatives.iter().map(|other| other.id).collect();
        app.document.with(|document| document.why(id).map(ids).unwrap_or_default())
    };
    let offered = Memo::new(move |_| {
        app.analysis
            .with(|analysis| app.document.with(|document| suggest::alternatives(&analysis.findings, document, id)))
    });
    let others = el_of("ul", "plain why-others")
        .attr_of("aria-label", app.tr("whys-alternatives"))
        .list(ids, move |other| alternative(app, other));
    let offers = move || offered.with(|offered| (!offered.is_empty()).then(|| offers(app, id, offered)));
    [others, el_of("div", "why-offers").area(offers)]
}

fn offers(app: App, why: ItemId, offered: &[AlternativeSuggestion]) -> El {
    let count = app.with("whys-alternatives-offered", &[("count", offered.len().into())]);
    let offer = |suggestion: &AlternativeSuggestion| {
        let (reason, cites) = (app.say(&suggestion.reason), suggestion.cites.clone());
        let suggestion = suggestion.clone();
        el_of("li", "suggestion")
            .child(el("span").text(&reason))
            .child(cite_chips(app, cites, false, MOST))
            .child(button("", app.tr("whys-accept"), move || accept_alternative(app, why, suggestion.clone())))
    };
    el("details").child(el("summary").text(&count)).child(el_of("ul", "plain").children(offered.iter().map(offer)))
}

fn alternative(app: App, id: ItemId) -> El {
    let field = |element, label: &'static str, part: fn(&Alternative) -> &Wording, edit: fn(ItemId, String) -> Edit| {
        let value = move || {
            let texts = app.texts();
            app.document.with(|all| all.alternative(id).map(|other| part(other).say(&texts)).unwrap_or_default())
        };
        let write = move |text| {
            app.edit(edit(id, text));
        };
        Field { id: element, label, hint: Some(label.to_owned()), value: Rc::new(value), write: Box::new(write) }
    };
    let (element, target) = (alternative_element(id), Target::Alternative(id));
    let reason = format!("{element}-reason");
    let claim = field(element, "whys-field-alternative", |other| &other.claim, Edit::AlternativeClaim);
    let reason = field(reason, "whys-field-reason", |other| &other.reason, Edit::AlternativeReason);
    let remove = move || {
        app.edit(Edit::RemoveAlternative(id));
    };
    let buttons = el_of("span", "why-buttons").child(target_button(app, target)).child(icon_button(
        "icon",
        "×",
        app.tr("whys-remove-alternative"),
        remove,
    ));
    el_of("li", "why-other")
        .toggle("why-target", is_target(app, target))
        .child(el_of("span", "why-not").attr("aria-hidden", "true").text("≠"))
        .child(claim.words(app, 1))
        .child(reason.words(app, 1))
        .child(el_of("div", "why-foot").child(citation_chips(app, target)).child(buttons))
}
