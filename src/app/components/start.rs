//! The empty page: what Debrief does, and every way to begin.

use leptos::ev::Event;
use web_sys::HtmlInputElement;

use crate::app::dom::{El, button, el, el_of, spawn};
use crate::app::example;
use crate::app::files;
use crate::app::signal::RwSignal;
use crate::app::state::App;

/// The start view.
pub(crate) fn view(app: App) -> El {
    let loading = RwSignal::new(false);
    let open_example = move || {
        loading.set(true);
        spawn(async move {
            example::open(app).await;
            // By now the example may stand where this view stood.
            loading.set(false);
        });
    };
    let drop_zone = el_of("div", "drop-zone")
        .child(el_of("p", "drop-title").say(app.tr("page-drop")))
        .child(el_of("div", "drop-actions").children(pickers(app)))
        .child(el_of("p", "muted").say(app.tr("page-paste-hint")));
    let example = el("p")
        .child(button("link", app.tr("page-example"), open_example).flag("disabled", move || loading.get()))
        .child(el_of("span", "muted").say(app.tr("page-example-says")));
    el_of("section", "start")
        .child(el_of("h2", "start-title").say(app.tr("page-what")))
        .child(drop_zone)
        .child(example)
        .child(el_of("p", "muted").say(app.tr("page-formats-read")))
        .child(el_of("p", "privacy").say(app.tr("page-privacy")))
}

/// Buttons that open the file picker and the folder picker.
pub(crate) fn pickers(app: App) -> [El; 4] {
    let input =
        || el_of("input", "visually-hidden").attr("type", "file").attr("tabindex", "-1").attr("aria-hidden", "true");
    let (files, folder) = (input().attr("multiple", ""), input().attr("webkitdirectory", ""));
    let pick = |class: &str, name: &'static str, from: &El| {
        let from: HtmlInputElement = from.raw();
        button(class, app.tr(name), move || from.click())
    };
    let take = |from: El| {
        let input: HtmlInputElement = from.raw();
        from.on("change", move |_: Event| files::take_input(app, &input))
    };
    [
        pick("primary", "page-pick-files", &files),
        pick("pick-folder", "page-pick-folder", &folder),
        take(files),
        take(folder),
    ]
}
