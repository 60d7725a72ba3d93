//! The dialog that needs no desk: the keys.

use leptos::ev::Event;
use web_sys::HtmlDialogElement;

use crate::app::dom::{El, button, effect, el, el_of};
use crate::app::keys::KEYS;
use crate::app::signal::RwSignal;
use crate::app::state::App;

/// The keys. Opens and closes with a signal, and the signal with the dialog (Esc).
pub(crate) fn help(app: App, open: RwSignal<bool>) -> El {
    let rows = KEYS.iter().map(|(key, id)| {
        let key = el("th").attr("scope", "row").child(el("kbd").text(key));
        el("tr").child(key).child(el("td").say(app.tr(id)))
    });
    let close = button("", app.tr("page-close"), move || open.set(false));
    let frame = el_of("dialog", "dialog")
        .attr("aria-labelledby", "help-title")
        .on("close", move |_: Event| open.set(false))
        .child(el("h2").attr("id", "help-title").say(app.tr("page-keys")))
        .child(el_of("table", "keys").child(el("tbody").children(rows)))
        .child(el_of("p", "muted").say(app.tr("page-privacy")))
        .child(el_of("div", "dialog-actions").child(close));
    let dialog: HtmlDialogElement = frame.raw();
    effect(move || match (open.get(), dialog.open()) {
        (true, false) => drop(dialog.show_modal()),
        (false, true) => dialog.close(),
        _ => {}
    });
    frame
}
