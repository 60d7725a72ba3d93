//! Pasting a chat, alerts or events: the text becomes evidence like any other, and the page says what it was taken for.

use debrief::model::{EvidenceId, EvidenceMeta, EvidenceState, WallKind};
use web_sys::HtmlTextAreaElement;

use crate::app::components::correct::day_field;
use crate::app::components::verbs::focus_soon;
use crate::app::dom::{El, button, el, el_of};
use crate::app::files;
use crate::app::signal::RwSignal;
use crate::app::state::{App, Tone};

const FIELD: &str = "timeline-import-text";

/// The field, its buttons, and what became of what was added.
pub(crate) fn view(app: App, open: RwSignal<bool>) -> El {
    let added = RwSignal::new(None::<String>);
    let text = el_of("textarea", "import-text")
        .attr("id", FIELD)
        .attr("rows", "6")
        .attr("spellcheck", "false")
        .attr("placeholder", "[22:13] net-oncall: Peer Down")
        .attr_of("aria-label", app.tr("timeline-import-field"));
    let field: HtmlTextAreaElement = text.raw();
    let add = move || {
        let text = field.value();
        if text.trim().is_empty() {
            return app.notify(Tone::Trouble, app.t("timeline-import-empty"));
        }
        field.set_value("");
        added.set(Some(files::add_text(app, &text)));
    };
    focus_soon(FIELD.to_owned());
    let meta = move || {
        let name = added.get()?;
        app.evidence.with(|list| list.iter().rfind(|meta| meta.path == name).cloned())
    };
    let undated = move || {
        let meta = meta().filter(|meta| meta.clock.kind == WallKind::TimeOfDay && meta.clock.day.is_none());
        meta.map(|meta| meta.id).into_iter().collect()
    };
    let says = move || match (added.get(), meta()) {
        (Some(_), Some(meta)) if is_read(&meta) => recognised(app, &meta),
        (Some(name), _) => app.with("timeline-import-reading", &[("name", name.into())]),
        (None, _) => String::new(),
    };
    let day = move |id: EvidenceId| {
        let choices = RwSignal::new(app.engine().choices(id));
        el_of("div", "import-day")
            .child(el("p").say(app.tr("timeline-import-no-day")))
            .child(day_field(app, id, choices))
    };
    let buttons = el_of("p", "sheet-buttons")
        .child(button("primary", app.tr("timeline-import-add"), add).flag("disabled", move || app.read_only.get()))
        .child(button("", app.tr("page-close"), move || open.set(false)));
    el_of("div", "import")
        .child(el_of("p", "hint").say(app.tr("timeline-import-field")))
        .child(text)
        .child(buttons)
        .child(el_of("p", "import-says").attr("role", "status").say(says))
        .list(undated, day)
}

fn is_read(meta: &EvidenceMeta) -> bool {
    !matches!(meta.state, EvidenceState::Waiting | EvidenceState::Reading)
}

/// What a text was taken for, and how many events it proposes. Tracks the conclusions.
fn recognised(app: App, meta: &EvidenceMeta) -> String {
    let n_events = app.analysis.with(|analysis| {
        let of_it = |cite: &debrief::model::Cite| cite.locator.evidence == meta.id;
        analysis.timeline.iter().filter(|event| event.cites.iter().any(of_it)).count()
    });
    let format = app.t(&format!("format-{}", meta.format));
    app.with(
        "timeline-import-done",
        &[("name", meta.path.clone().into()), ("format", format.into()), ("count", n_events.into())],
    )
}
