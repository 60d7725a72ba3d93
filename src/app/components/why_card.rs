//! A proposed why: the question, what the evidence answers, its places. Or an open question and what would answer it.

use debrief::model::WhySuggestion;
use debrief::postmortem::edit::Edit;

use crate::app::components::citation_chip::{MOST, cite_chips};
use crate::app::components::verbs::accept_why;
use crate::app::components::would_need::would_need;
use crate::app::dom::{El, button, el, el_of};
use crate::app::state::App;

/// The card.
pub(crate) fn why_card(app: App, suggestion: WhySuggestion) -> El {
    let WhySuggestion { key, question, claim, cites, would_need: needed } = suggestion.clone();
    let (class, accept_words) = match claim {
        Some(_) => ("why-card", "whys-accept"),
        None => ("why-card why-card-open", "whys-accept-question"),
    };
    let card = el_of("li", class).child(el("h4").say(move || app.say(&question)));
    let card = match claim {
        Some(claim) => card.child(el_of("p", "why-claim").say(move || app.say(&claim))),
        None => card
            .child(el_of("p", "why-open").say(app.tr("whys-not-answered")))
            .children((!needed.is_empty()).then(|| would_need(app, needed))),
    };
    let accept = |class, words, then_edit| {
        let suggestion = suggestion.clone();
        button(class, app.tr(words), move || accept_why(app, suggestion.clone(), then_edit))
    };
    let decline = button("quiet", app.tr("whys-dismiss"), move || {
        app.edit(Edit::Decline(key.clone()));
    });
    let buttons = el_of("p", "why-card-buttons")
        .child(accept("primary", accept_words, false))
        .child(accept("", "whys-accept-edit", true))
        .child(decline);
    card.child(cite_chips(app, cites, false, MOST)).child(buttons)
}
