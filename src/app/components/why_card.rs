//! A proposed why: the question, what the evidence answers, its places. Or an open question and what would answer it.

use debrief::model::WhySuggestion;
use debrief::postmortem::edit::Edit;
use leptos::prelude::*;

use crate::app::components::buttons::button;
use crate::app::components::citation_chip::cite_chips;
use crate::app::components::verbs::accept_why;
use crate::app::components::would_need::would_need;
use crate::app::erase::{area, on, text};
use crate::app::state::App;

/// The card.
pub(crate) fn why_card(app: App, suggestion: WhySuggestion) -> AnyView {
    let open = suggestion.claim.is_none();
    let question = suggestion.question.clone();
    let answer = match suggestion.claim.clone() {
        Some(claim) => view! { <p class="why-claim">{text(move || app.say(&claim))}</p> }.into_any(),
        None => {
            let needed = suggestion.would_need.clone();
            view! {
                <p class="why-open">{app.tr("whys-not-answered")}</p>
                {area(move || would_need(app, &needed))}
            }
            .into_any()
        }
    };
    let chips = cite_chips(app, suggestion.cites.clone());
    let key = suggestion.key.clone();
    let suggestion = StoredValue::new(suggestion);
    let accept = move |then_edit| on(move |_| accept_why(app, suggestion.get_value(), then_edit));
    let decline = move |_| {
        app.edit(Edit::Decline(key.clone()));
    };
    let accept_words = if open { "whys-accept-question" } else { "whys-accept" };
    let class = if open { "why-card why-card-open" } else { "why-card" };
    view! {
        <li class=class>
            <h4>{text(move || app.say(&question))}</h4>
            {answer}
            {chips}
            <p class="why-card-buttons">
                {button("primary", text(move || app.t(accept_words)), accept(false))}
                {button("", text(move || app.t("whys-accept-edit")), accept(true))}
                {button("quiet", text(move || app.t("whys-dismiss")), on(decline))}
            </p>
        </li>
    }
    .into_any()
}
