//! One input: name, format, clock, lines, issues, and what can be done about it.

use debrief::model::{EvidenceId, EvidenceMeta, EvidenceState, Issue, IssueSeverity};
use debrief::postmortem::since::resting_on;
use debrief::text::{Texts, format};
use debrief::view::evidence;
use leptos::prelude::*;

use super::correct;
use crate::app::dom::{El, button, el, el_of};
use crate::app::panels::data;
use crate::app::signal::{Memo, RwSignal};
use crate::app::state::{App, NoticeAction, Tone};

/// What is known of an input.
pub(crate) type Known = Memo<Option<EvidenceMeta>>;

/// What a component reads of it; empty where there is nothing to say.
type Reader = fn(App, &EvidenceMeta) -> Option<String>;
/// The same, where the page's sentences are enough.
type Words = fn(&EvidenceMeta, &Texts) -> Option<String>;

/// One input: its name and size, what it is, what is wrong with it; the rest on demand.
pub(crate) fn view(app: App, id: EvidenceId) -> El {
    let known: Known = Memo::new(move |_| app.meta(id));
    let state = move || known.with(|meta| meta.as_ref().map_or(EvidenceState::Waiting, |meta| meta.state));
    let reading = move || matches!(state(), EvidenceState::Reading | EvidenceState::Waiting);
    let bar = move || {
        el("progress")
            .attr("max", "1")
            .attr_of("aria-label", app.tr("page-reading-label"))
            .prop_of("value", move || known.with(|meta| meta.as_ref().map_or(0.0, share_read)).into())
    };
    let name = button("evidence-name", String::new, move || app.open_line(id, 1))
        .attr_of("title", said(app, known, path_of))
        .child(el("bdi").say(said(app, known, path_of)));
    let head =
        el_of("div", "evidence-head")
            .child(name)
            .child(el_of("span", "muted").say(said(app, known, |_, meta| Some(format::bytes(meta.bytes)))));
    let issues = move || known.with(|meta| meta.as_ref().map(|meta| meta.issues.list.clone()).unwrap_or_default());
    el_of("li", "evidence-item")
        .toggle("out", move || matches!(state(), EvidenceState::Removed | EvidenceState::Refused))
        .child(head)
        .child(more(app, id, known))
        .when(reading, bar)
        .when(reading, move || button("quiet", app.tr("page-stop"), move || app.engine().cancel(Some(id))))
        .list(issues, move |issue| issue_view(app, id, &issue))
}

fn said(app: App, known: Known, read: Reader) -> impl Fn() -> String {
    move || known.with(|meta| meta.as_ref().and_then(|meta| read(app, meta))).unwrap_or_default()
}

/// In short what it is; on demand how it was recognised, its clock, what became of its lines, and what can be done about it.
fn more(app: App, id: EvidenceId, known: Known) -> El {
    let words: [Words; 4] = [evidence::format_of, evidence::range_of, evidence::clock_of, evidence::lines_of];
    let lines = words.map(|words| {
        let says = move || known.with(|meta| meta.as_ref().and_then(|meta| words(meta, &app.texts())));
        el_of("div", "evidence-line muted").say(move || says().unwrap_or_default())
    });
    let open = data::opener(app);
    let row = format!("e{}", id.0);
    let details = button("quiet", app.tr("evidence-details"), move || open(&row));
    el_of("details", "evidence-more")
        .child(el_of("summary", "muted").say(said(app, known, brief_of)))
        .children(lines)
        .child(acts(app, id, known, Some(details)))
}

/// What can be done about an input: corrections, and taking it out or putting it back.
pub(crate) fn acts(app: App, id: EvidenceId, known: Known, details: Option<El>) -> El {
    let correcting = RwSignal::new(false);
    let removed = move || known.with(|meta| meta.as_ref().is_some_and(|meta| meta.state == EvidenceState::Removed));
    let correct = button("quiet", app.tr("evidence-correct"), move || correcting.update(|open| *open = !*open));
    let take_out = move || app.t(if removed() { "evidence-restore" } else { "evidence-remove" });
    let actions = el_of("div", "evidence-actions")
        .child(correct.aria("aria-expanded", move || correcting.get()))
        .child(button("quiet", take_out, move || set_removed(app, id, !untrack(removed))))
        .children(details);
    el("div").child(actions).when(move || correcting.get(), move || correct::view(app, id, known, correcting))
}

/// Takes an input out, says what rests on it and offers it back; or puts it back.
fn set_removed(app: App, id: EvidenceId, removed: bool) {
    app.engine().set_removed(id, removed);
    if removed {
        let path = untrack(|| app.meta(id)).map(|meta| meta.path);
        let count = app.document.with_untracked(|document| resting_on(document, &[id]));
        let text = app.with("page-taken-out", &[("path", path.unwrap_or_default().into()), ("count", count.into())]);
        let run = Callback::new(move |()| app.engine().set_removed(id, false));
        app.notify_with(Tone::Done, text, NoticeAction { label: app.t("page-undo"), run });
    }
}

/// An issue: what, how often, where first, what to do.
fn issue_view(app: App, id: EvidenceId, issue: &Issue) -> El {
    let code = issue.code.as_str();
    let class = match issue.code.severity() {
        IssueSeverity::Info => "issue",
        IssueSeverity::Notice => "issue notice-level",
        IssueSeverity::DataLoss => "issue data-loss",
        IssueSeverity::Error => "issue error-level",
    };
    let times = if issue.count > 1 { format!("×{}", format::integer(issue.count as i64)) } else { String::new() };
    let (line, byte) = (issue.first_line, issue.first_byte);
    // Of what could not be unpacked there is a byte and no line.
    let at_byte = (line == 0 && byte > 0).then(|| {
        let says = move || app.with("evidence-first-byte", &[("byte", format::integer(byte as i64).into())]);
        el("span").say(says)
    });
    let place = (line > 0).then(|| {
        let says = move || app.with("evidence-first-line", &[("line", format::integer(i64::from(line)).into())]);
        button("link", says, move || app.open_line(id, line))
    });
    let title = el("summary").say(move || app.t(&format!("issue-{code}"))).text(" ");
    el_of("details", class)
        .child(title.child(el_of("span", "muted").text(&times)))
        .child(el("p").say(move || app.t(&format!("issue-{code}.help"))).text(" ").children(place).children(at_byte))
}

fn share_read(meta: &EvidenceMeta) -> f64 {
    if meta.bytes == 0 { 0.0 } else { meta.bytes_read as f64 / meta.bytes as f64 }
}

fn path_of(_: App, meta: &EvidenceMeta) -> Option<String> {
    Some(meta.path.clone())
}

/// One line: where reading stands, format, what it yielded, from when to when.
fn brief_of(app: App, meta: &EvidenceMeta) -> Option<String> {
    let texts = app.texts();
    let format = Some(evidence::format_name(meta, &texts)).filter(|name| !name.is_empty());
    let parts = [
        evidence::state_of(meta.state, &texts),
        format,
        evidence::counts_of(&meta.counts, &texts),
        evidence::range_of(meta, &texts),
    ];
    Some(parts.into_iter().flatten().collect::<Vec<_>>().join(" · "))
}
