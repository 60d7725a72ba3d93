//! Whether the places that the document cites still have the times that it has them with: after a correction they are quoted anew, and a
//! person is asked whether the events go along.

use debrief::postmortem::edit::Edit;
use debrief::postmortem::since::{moved, offer, timed_places};

use super::dom::{El, button, effect, el, el_of, spawn};
use super::signal::{Memo, StoredValue};
use super::state::App;

/// Asks the engine whenever it has concluded anew, or other places are cited.
pub(crate) fn watch(app: App) {
    let places = Memo::new(move |_| app.document.with(timed_places));
    let idle = Memo::new(move |_| app.progress.with(|progress| progress.idle));
    let asked = StoredValue::new(0_u32);
    effect(move || {
        app.analysis.track();
        let places = places.get();
        // While something is read, zone and year of what states none are not known yet.
        if !idle.get() || places.is_empty() {
            return;
        }
        asked.update_value(|n| *n += 1);
        let n = asked.get_value();
        spawn(async move {
            let quoted = app.cite(places).await;
            if asked.get_value() == n {
                let now = app.analysis.with_untracked(|analysis| {
                    app.document.with_untracked(|document| moved(document, &quoted, &analysis.timeline))
                });
                app.moved.set(now);
            }
        });
    });
}

/// The question, while there is one.
pub(crate) fn banner(app: App) -> El {
    let asks = Memo::new(move |_| app.moved.with(|moved| app.document.with(|document| offer(document, moved))));
    let says = move || asks.get().map(|asks| app.say(&asks)).unwrap_or_default();
    let settle = move |along: bool| {
        app.edit(Edit::Retime(app.moved.get_untracked(), along));
    };
    el("div").when(
        move || asks.with(Option::is_some),
        move || {
            let act = |name, along| button("quiet", app.tr(name), move || settle(along));
            let acts = el("span").child(act("page-move", true)).child(act("page-leave", false));
            el_of("p", "banner").attr("role", "status").say(says).child(acts)
        },
    )
}
