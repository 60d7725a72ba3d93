//! The frame of the page: header, evidence on the left, the panel in the centre, the document on the right.

use debrief::view::panel::PanelKind;
use leptos::prelude::*;
use web_sys::Event;

use super::components::{banners, desk_sheet, dialogs, document_rail, evidence_list, header, notices, start};
use super::dom::{El, el, el_of, icon_button};
use super::engine::Engine;
use super::panels::data;
use super::panels::logs;
use super::panels::trends;
use super::panels::{findings, postmortem, timeline, whys};
use super::signal::{Memo, RwSignal};
use super::state::{App, Panel, Sheet};
use super::{files, keys, moved, prefs, storage};

/// Puts the page on the document's body.
pub(crate) fn mount() {
    let app = App::new(Engine::default());
    let (help, over) = (RwSignal::new(false), RwSignal::new(false));
    prefs::follow(app);
    app.engine().connect(app);
    files::listen(app, over);
    keys::listen(app, help);
    moved::watch(app);
    storage::start(app);
    prefs::tell_now(app);
    let main = el_of("main", "panes")
        .child(pane(app, Sheet::Evidence, "page-evidence").child(evidence_list::view(app)))
        .child(centre(app))
        .child(pane(app, Sheet::Document, "page-document").child(document_rail::view(app)));
    let shell = el_of("div", "shell")
        .child(header::view(app, help))
        .child(banners::view(app))
        .child(main)
        .child(notices::view(app))
        // Leaving a field ends a run of typing, so that undo takes back one field at a time.
        .on("focusout", move |_: Event| app.seal());
    let veil = el_of("div", "drop-veil").attr("aria-hidden", "true").toggle("shown", move || over.get());
    let page = [
        el_of("a", "skip").attr("href", "#panel").say(app.tr("page-skip")),
        shell,
        dialogs::help(app, help),
        desk_sheet::view(app),
        veil.child(el("span").say(app.tr("page-drop-anywhere"))),
    ];
    if let Some(body) = document().body() {
        for part in page {
            drop(body.append_child(&part.raw::<web_sys::Node>()));
        }
    }
}

/// The panel of the moment. The panels about evidence give way to the start view while there is none.
fn centre(app: App) -> El {
    let empty = Memo::new(move |_| app.evidence.with(Vec::is_empty) && app.progress.with(|progress| progress.idle));
    let shown = move || vec![(app.panel.get(), empty.get())];
    let panel = move |(panel, empty): (Panel, bool)| match (panel, empty) {
        (Panel::Timeline, _) => timeline::view(app),
        (Panel::Whys, _) => whys::view(app),
        (Panel::Postmortem, _) => postmortem::view(app),
        (_, true) => start::view(app),
        (Panel::Findings, false) => findings::view(app),
        (Panel::Trends, false) => trends::view(app),
        (Panel::Stacks, false) => data::view(app, PanelKind::Stacks),
        (Panel::Logs, false) => logs::view(app),
        (Panel::Evidence, false) => data::view(app, PanelKind::Evidence),
        (Panel::Workloads, false) => data::view(app, PanelKind::Workloads),
    };
    let tab = move || {
        let place = Panel::ALL.iter().position(|panel| *panel == app.panel.get());
        place.map(|index| format!("tab-{}", index + 1)).unwrap_or_default()
    };
    el_of("section", "centre")
        .attr("id", "panel")
        .attr("role", "tabpanel")
        .attr("tabindex", "-1")
        .attr_of("aria-labelledby", tab)
        .list(shown, panel)
}

/// A side pane; a sheet over the centre on narrow screens.
fn pane(app: App, sheet: Sheet, label: &'static str) -> El {
    let class = if sheet == Sheet::Document { "pane pane-document" } else { "pane pane-evidence" };
    el_of("aside", class)
        .toggle("open", move || app.sheet.get() == sheet)
        .attr_of("aria-label", app.tr(label))
        .child(icon_button("icon sheet-close", "×", app.tr("page-close"), move || app.sheet.set(Sheet::None)))
}
