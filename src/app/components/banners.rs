//! What a person must know before going on: the engine stopped, nothing is saved, another tab writes, a file must be dropped again, a new version waits.

use debrief::protocol::desk::ExportForm;
use leptos::ev;
use leptos::prelude::*;

use crate::app::dom::{El, button, el_of};
use crate::app::signal::RwSignal;
use crate::app::state::App;
use crate::app::{leaving, moved, storage, tabs, update as release};

/// The banners, most urgent first.
pub(crate) fn view(app: App) -> El {
    let update = RwSignal::new(release::waits());
    let _ = window_event_listener(ev::Custom::<web_sys::Event>::new(release::EVENT), move |_| update.set(true));
    let trouble = move || app.engine_trouble.get().map(|why| app.say(&why)).unwrap_or_default();
    let drop_again = move || app.with("page-drop-again", &[("paths", storage::missing_paths(app))]);
    el_of("div", "banners")
        .when(
            move || app.engine_trouble.with(Option::is_some),
            move || {
                let close = button("quiet", app.tr("page-close"), move || app.engine_trouble.set(None));
                el_of("p", "banner trouble").attr("role", "alert").say(trouble).child(close)
            },
        )
        .when(
            move || !storage::unsaved(app).is_empty(),
            move || {
                let save =
                    button("quiet", app.tr("page-save-file"), move || leaving::export(app, ExportForm::CaseFile));
                el_of("p", "banner trouble").attr("role", "alert").say(move || storage::unsaved(app)).child(save)
            },
        )
        .when(
            // A case that cannot be read is read-only too, and says why itself.
            move || app.read_only.get() && !app.restoring.get() && storage::is_elsewhere(),
            move || {
                let ask = button("quiet", app.tr("page-take-over"), move || tabs::take_over(app));
                el_of("p", "banner").say(app.tr("page-read-only")).child(ask)
            },
        )
        .when(move || !app.missing.with(Vec::is_empty), move || el_of("p", "banner").say(drop_again))
        .child(moved::banner(app))
        .when(
            move || update.get(),
            move || {
                let apply = button("quiet", app.tr("page-update-apply"), move || release::apply(app));
                el_of("p", "banner").say(app.tr("page-update-ready")).child(apply)
            },
        )
}
