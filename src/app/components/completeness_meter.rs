//! How much of the document is there, and the way to what is not.

use debrief::postmortem::completeness::{Completeness, Gap, completeness};
use debrief::postmortem::since::Since;

use crate::app::components::verbs::jump;
use crate::app::dom::{El, button, el, el_of};
use crate::app::signal::Memo;
use crate::app::state::App;

/// The meter with its list.
#[inline(never)]
pub(crate) fn completeness_meter(app: App) -> El {
    // Typing in a field seldom changes it.
    let taken_out = Memo::new(move |_| {
        app.inputs_revision.track();
        app.evidence.track();
        app.engine().taken_out()
    });
    let state = Memo::new(move |_| {
        let since = Since { moved: app.moved.get(), taken_out: taken_out.get() };
        app.document.with(|document| completeness(document, &since))
    });
    let count = move |of: fn(&Completeness) -> usize| move || state.with(of).to_string();
    let label = move || {
        let (n_done, n_checks) = state.with(|state| (state.n_done, state.n_checks));
        app.with("document-completeness", &[("done", n_done.into()), ("checks", n_checks.into())])
    };
    let gap = move |Gap { text, place, item }: Gap| {
        el("li").child(button("gap", move || app.say(&text), move || jump(app, place, item)))
    };
    let meter = el("meter")
        .attr("min", "0")
        .attr_of("max", count(|state| state.n_checks))
        .attr_of("value", count(|state| state.n_done))
        .attr_of("aria-label", label);
    el_of("details", "completeness")
        .child(el("summary").child(el("span").say(label)).child(meter))
        .child(el_of("ul", "plain").list(move || state.with(|state| state.gaps.clone()), gap))
}
