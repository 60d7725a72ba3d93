//! The two dialogs of the page: the keys, and whether to forget the case.

use leptos::ev::Event;
use web_sys::HtmlDialogElement;

use crate::app::dom::{El, button, effect, el, el_of};
use crate::app::keys::KEYS;
use crate::app::signal::RwSignal;
use crate::app::state::App;
use crate::app::storage;

/// A dialog that opens and closes with a signal, and the signal with the dialog (Esc).
fn dialog(app: App, title_id: &'static str, title: &'static str, open: RwSignal<bool>) -> El {
    let frame = el_of("dialog", "dialog")
        .attr("aria-labelledby", title_id)
        .on("close", move |_: Event| open.set(false))
        .child(el("h2").attr("id", title_id).say(app.tr(title)));
    let dialog: HtmlDialogElement = frame.raw();
    effect(move || match (open.get(), dialog.open()) {
        (true, false) => drop(dialog.show_modal()),
        (false, true) => dialog.close(),
        _ => {}
    });
    frame
}

/// The keys.
pub(crate) fn help(app: App, open: RwSignal<bool>) -> El {
    let rows = KEYS.iter().map(|(key, id)| {
        let key = el("th").attr("scope", "row").child(el("kbd").text(key));
        el("tr").child(key).child(el("td").say(app.tr(id)))
    });
    let close = button("", app.tr("page-close"), move || open.set(false));
    dialog(app, "help-title", "page-keys", open)
        .child(el_of("table", "keys").child(el("tbody").children(rows)))
        .child(el_of("p", "muted").say(app.tr("page-privacy")))
        .child(el_of("div", "dialog-actions").child(close))
}

/// Whether to forget the case: nothing can bring it back, so it is asked and said.
pub(crate) fn new_case(app: App, open: RwSignal<bool>) -> El {
    let keep = button("", app.tr("page-keep-case"), move || open.set(false));
    let forget = button("danger", app.tr("page-forget-case"), move || {
        open.set(false);
        storage::new_case(app);
    });
    dialog(app, "new-title", "page-new-case", open)
        .child(el("p").say(app.tr("page-new-case-asks")))
        .child(el_of("div", "dialog-actions").child(keep).child(forget.flag("disabled", move || app.read_only.get())))
}
