//! How much of the document is there, and the way to what is not.

use debrief::postmortem::completeness::{Completeness, Gap, completeness};
use leptos::prelude::*;

use crate::app::components::buttons::button;
use crate::app::components::verbs::jump;
use crate::app::erase::{area, on, text};
use crate::app::state::App;

/// The meter with its list.
pub(crate) fn completeness_meter(app: App) -> AnyView {
    // Typing in a field seldom changes it.
    let state = Memo::new(move |_| app.document.with(completeness));
    let count = move |of: fn(&Completeness) -> usize| text(move || state.with(of).to_string());
    let label = text(move || {
        let (n_done, n_checks) = state.with(|state| (state.n_done, state.n_checks));
        app.with("document-completeness", &[("done", n_done.into()), ("checks", n_checks.into())])
    });
    let gap = move |Gap { text: what, place, item }: Gap| {
        let words = text(move || app.say(&what));
        view! { <li>{button("gap", words, on(move |_| jump(app, place, item)))}</li> }
    };
    view! {
        <details class="completeness">
            <summary>
                <span>{label}</span>
                <meter
                    min="0"
                    max=count(|state| state.n_checks)
                    value=count(|state| state.n_done)
                    aria-label=label
                ></meter>
            </summary>
            <ul class="plain">{area(move || state.get().gaps.into_iter().map(gap).collect_view().into_any())}</ul>
        </details>
    }
    .into_any()
}
