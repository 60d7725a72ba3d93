//! Notices at the foot of the page and the region that screen readers listen to.

use gloo::timers::callback::Timeout;
use leptos::prelude::*;

use crate::app::dom::{El, button, el, el_of, icon_button};
use crate::app::state::{App, Notice, Tone};

/// How long a notice stays; trouble stays until it is put away.
const SHOWN_MS: u32 = 6_000;

/// The notices, a landmark of their own.
pub(crate) fn view(app: App) -> El {
    let said = el_of("div", "visually-hidden").attr("role", "status").attr("aria-live", "polite");
    el("section")
        .attr_of("aria-label", app.tr("page-notices"))
        .child(list(app))
        .child(said.say(move || app.announcement.get()))
}

/// The notices for a dialog: while it is open, what stands outside of it can neither be heard nor put away.
pub(crate) fn in_dialog(app: App) -> El {
    list(app).attr("role", "status")
}

fn list(app: App) -> El {
    el_of("div", "notices").list(move || app.notices.get(), move |notice| one(app, notice))
}

fn one(app: App, notice: Notice) -> El {
    let Notice { id, tone, text, action } = notice;
    let close = move || app.notices.update(|notices| notices.retain(|notice| notice.id != id));
    if tone == Tone::Done {
        Timeout::new(SHOWN_MS, close).forget();
    }
    let offer = action.map(|action| {
        let label = action.label;
        button(
            "quiet",
            move || label.clone(),
            move || {
                action.run.run(());
                close();
            },
        )
    });
    el_of("div", if tone == Tone::Trouble { "notice trouble" } else { "notice" })
        .child(el("span").text(&text))
        .children(offer)
        .child(icon_button("icon", "×", app.tr("page-close"), close))
}
