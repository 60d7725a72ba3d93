//! One input: name, format, clock, lines, issues, and what can be done about it.

use debrief::model::{
    Arg, Clock, ClockOrigin, EvidenceId, EvidenceMeta, EvidenceState, Issue, IssueSeverity, Message, Timestamp,
    WallKind,
};
use debrief::text::format;
use leptos::prelude::*;

use super::correct;
use crate::app::dom::{El, button, el, el_of};
use crate::app::signal::{Memo, RwSignal};
use crate::app::state::App;

/// What is known of an input.
pub(crate) type Known = Memo<Option<EvidenceMeta>>;

/// What a component reads of it; empty where there is nothing to say.
type Reader = fn(App, &EvidenceMeta) -> Option<String>;

/// One input: its name and size, what it is, what is wrong with it; the rest on demand.
pub(crate) fn view(app: App, id: EvidenceId) -> El {
    let known: Known = Memo::new(move |_| app.meta(id));
    let state = move || known.with(|meta| meta.as_ref().map_or(EvidenceState::Waiting, |meta| meta.state));
    let reading = move || matches!(state(), EvidenceState::Reading | EvidenceState::Waiting);
    // A refusal that the engine explains has an issue; one without is the engine's own death.
    let died = move || {
        let unexplained = |meta: &EvidenceMeta| meta.state == EvidenceState::Refused && meta.issues.list.is_empty();
        known.with(|meta| meta.as_ref().is_some_and(unexplained))
    };
    let bar = move || {
        el("progress")
            .attr("max", "1")
            .attr_of("aria-label", app.tr("page-reading-label"))
            .prop_of("value", move || known.with(|meta| meta.as_ref().map_or(0.0, share_read)).into())
    };
    let lost = move |id: &'static str| el_of("p", "issue data-loss").say(app.tr(id));
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
        .when(move || app.missing.with(|missing| missing.contains(&id)), move || lost("evidence-missing"))
        .when(died, move || lost("evidence-engine-died"))
        .list(issues, move |issue| issue_view(app, id, &issue))
}

fn said(app: App, known: Known, read: Reader) -> impl Fn() -> String {
    move || known.with(|meta| meta.as_ref().and_then(|meta| read(app, meta))).unwrap_or_default()
}

/// In short what it is; on demand how it was recognised, its clock, what became of its lines, and what can be done about it.
fn more(app: App, id: EvidenceId, known: Known) -> El {
    let correcting = RwSignal::new(false);
    let readers: [Reader; 4] = [format_of, range_of, clock_of, lines_of];
    let lines = readers.map(|read| el_of("div", "evidence-line muted").say(said(app, known, read)));
    let removed = move || known.with(|meta| meta.as_ref().is_some_and(|meta| meta.state == EvidenceState::Removed));
    let correct = button("quiet", app.tr("evidence-correct"), move || correcting.update(|open| *open = !*open));
    let take_out = move || app.t(if removed() { "evidence-restore" } else { "evidence-remove" });
    let actions = el_of("div", "evidence-actions")
        .child(correct.aria("aria-expanded", move || correcting.get()))
        .child(button("quiet", take_out, move || app.engine().set_removed(id, !untrack(removed))));
    el_of("details", "evidence-more")
        .child(el_of("summary", "muted").say(said(app, known, brief_of)))
        .children(lines)
        .child(actions)
        .when(move || correcting.get(), move || correct::view(app, id, known, correcting))
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
    let format = (!meta.format.is_empty()).then(|| app.t(&format!("format-{}", meta.format)));
    let parts = [state_of(app, meta), format, counts_of(app, meta), range_of(app, meta)];
    Some(parts.into_iter().flatten().collect::<Vec<_>>().join(" · "))
}

fn format_of(app: App, meta: &EvidenceMeta) -> Option<String> {
    if meta.format.is_empty() {
        return None;
    }
    let name = app.t(&format!("format-{}", meta.format));
    Some(if meta.format_chosen {
        app.with("evidence-format-chosen", &[("format", name.into())])
    } else {
        app.with("evidence-format", &[("format", name.into()), ("score", Arg::Int(i64::from(meta.score)))])
    })
}

fn state_of(app: App, meta: &EvidenceMeta) -> Option<String> {
    let state = match meta.state {
        EvidenceState::Waiting => "waiting",
        EvidenceState::Reading => "reading",
        EvidenceState::Ready => return None,
        EvidenceState::Cancelled => "cancelled",
        EvidenceState::Refused => "refused",
        EvidenceState::Removed => "removed",
    };
    Some(app.t(&format!("evidence-state-{state}")))
}

/// What it yielded, in words: only what there is.
fn counts_of(app: App, meta: &EvidenceMeta) -> Option<String> {
    let counts = &meta.counts;
    let parts = [
        ("evidence-records", counts.records),
        ("evidence-series", counts.series),
        ("evidence-samples", counts.samples),
        ("evidence-tasks", counts.tasks),
        ("evidence-objects", counts.objects),
        ("evidence-limits", counts.limits),
    ];
    let said = parts.into_iter().filter(|(_, n)| *n > 0).map(|(id, n)| app.with(id, &[("count", n.into())]));
    let said: Vec<String> = said.collect();
    (!said.is_empty()).then(|| said.join(" · "))
}

fn range_of(app: App, meta: &EvidenceMeta) -> Option<String> {
    meta.time_range.map(|range| format::range(range, app.case_offset_s.get()))
}

fn clock_of(app: App, meta: &EvidenceMeta) -> Option<String> {
    let clock: &Clock = &meta.clock;
    meta.time_range?;
    let who = |origin: ClockOrigin| match origin {
        ClockOrigin::Stated => Message::new("evidence-origin-stated"),
        ClockOrigin::Person => Message::new("evidence-origin-person"),
        ClockOrigin::Sibling => Message::new("evidence-origin-sibling"),
        ClockOrigin::Default => Message::new("evidence-origin-default"),
    };
    let zone = Message::new("evidence-zone").with("offset", format::offset(clock.offset_s));
    let zone = zone.with("origin", who(clock.offset_origin));
    let mut said = match clock.kind {
        WallKind::Unclocked => return None,
        WallKind::Utc => app.t("evidence-zone-in-times"),
        WallKind::Local => app.say(&zone),
        WallKind::TimeOfDay => {
            let day = clock.day.map(|day| Timestamp::from_seconds(i64::from(day) * 86_400).to_local(0));
            let day = day.map(|day| day.chars().take(10).collect::<String>()).unwrap_or_default();
            let day = Message::new("evidence-day").with("day", day);
            format!("{} · {}", app.say(&zone), app.say(&day.with("origin", who(clock.day_origin))))
        }
        WallKind::LocalWithoutYear => {
            let year = Message::new("evidence-year").with("year", clock.year.to_string());
            format!("{} · {}", app.say(&zone), app.say(&year.with("origin", who(clock.year_origin))))
        }
    };
    if clock.shift_ms != 0 {
        let shift = Arg::Seconds(clock.shift_ms as f64 / 1000.0);
        said = format!("{said} · {}", app.with("evidence-shift", &[("shift", shift)]));
    }
    Some(said)
}

/// What became of its lines: nothing is dropped without a word.
fn lines_of(app: App, meta: &EvidenceMeta) -> Option<String> {
    let lines = meta.lines;
    let parts = [
        ("evidence-lines-parsed", lines.parsed),
        ("evidence-lines-skipped", lines.skipped),
        ("evidence-lines-failed", lines.failed),
    ];
    let said = parts.into_iter().filter(|(_, n)| *n > 0).map(|(id, n)| app.with(id, &[("count", n.into())]));
    let said: Vec<String> = said.collect();
    (!said.is_empty()).then(|| said.join(" · "))
}
