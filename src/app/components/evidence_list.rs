//! The left pane: every input, what it was recognised as, and what became of its lines.

use debrief::model::{Arg, EvidenceId};

use super::{evidence_item, start};
use crate::app::dom::{El, button, el, el_of};
use crate::app::panels::data;
use crate::app::signal::Memo;
use crate::app::state::App;

/// Inputs listed: an archive may hold a hundred thousand, which no browser draws and nobody reads.
const LISTED: usize = 2_000;

/// The evidence list.
pub(crate) fn view(app: App) -> El {
    let ids = Memo::new(move |_| {
        app.inputs_revision.track();
        let mut cited = Vec::new();
        app.document.with(|document| document.each_citation(&mut |citation| cited.push(citation.locator.evidence)));
        let is_shown = |id: &EvidenceId| !app.engine().is_former(*id) || cited.contains(id);
        app.evidence.with(|list| list.iter().map(|meta| meta.id).filter(is_shown).collect::<Vec<_>>())
    });
    let count = Memo::new(move |_| ids.with(Vec::len));
    let listed = move || ids.with(|ids| ids.iter().take(LISTED).copied().collect());
    let more = move || app.with("evidence-more", &[("count", Arg::from(count.get().saturating_sub(LISTED)))]);
    let items = move || el_of("ul", "evidence-items").list(listed, move |id| evidence_item::view(app, id));
    let open = data::opener(app);
    let says = move || app.with("evidence-count", &[("count", Arg::from(count.get()))]);
    let all = button("link", says, move || open("")).attr_of("title", app.tr("evidence-all"));
    let head = el_of("div", "pane-head").child(el("h2").say(app.tr("page-evidence"))).child(all);
    el_of("div", "evidence")
        .child(head)
        .when(move || count.get() == 0, move || el_of("p", "muted pane-empty").say(app.tr("evidence-none")))
        .when(move || count.get() > 0, items)
        .when(move || count.get() > LISTED, move || el_of("p", "muted pane-empty").say(more))
        .when(move || count.get() > 0, move || el_of("div", "pane-foot").children(start::pickers(app)))
}
