//! The panel Findings: the verdict first, then the argument sentence by sentence, the limits, and what was looked for in vain.

use debrief::model::{Arg, Finding, Message, Statement, TimeRange};
use debrief::text::format;
use debrief::view::conclusions::{self, Conclusions};
use debrief::view::panel::PanelKind;

use super::{data, logs, outcomes};
use crate::app::components::chips;
use crate::app::dom::{El, button, el, el_of};
use crate::app::state::{App, Panel};

/// The panel.
pub(crate) fn view(app: App) -> El {
    let part = move |read: fn(&Conclusions) -> bool| move || app.analysis.with(read);
    el_of("div", "findings")
        .when(part(|analysis| analysis.findings.is_empty()), move || nothing_found(app))
        .list(move || app.analysis.with(|analysis| analysis.findings.clone()), move |finding| one(app, finding))
        .child(data::view(app, PanelKind::Limits))
        .when(part(|analysis| !analysis.outcomes.is_empty()), move || outcomes::view(app))
}

/// Nothing found is an answer too: it says what was looked at, what could not be, and what fails all the same.
fn nothing_found(app: App) -> El {
    let open = move || app.analysis.with(|analysis| analysis.outcomes.iter().filter(|it| it.asks()).count());
    let inputs = move || app.evidence.with(|list| conclusions::looked_at(list));
    let troubled = move || app.analysis.with(|analysis| (analysis.n_failing, analysis.n_restarted));
    let errors = move || app.analysis.with(|analysis| analysis.n_errors);
    let rules = move || app.analysis.with(|analysis| (analysis.n_looked(), analysis.outcomes.len()));
    let title = move || match rules() {
        (looked, all) if all > 0 && app.progress.get().idle => match looked {
            0 => app.with("finding-unchecked", &[("rules", all.into())]),
            _ => app.with("finding-none", &[("open", open().into())]),
        },
        _ => app.t(if app.paused.get() { "finding-reading-paused" } else { "finding-reading" }),
    };
    let looked_at = move || match rules() {
        (_, 0) => String::new(),
        (looked, all) => app.with(
            "finding-looked-at",
            &[("looked", looked.into()), ("rules", all.into()), ("inputs", inputs().0.into())],
        ),
    };
    let there = move |said: El, name, go: fn(App)| {
        el("p").child(said).text(" ").child(button("link", app.tr(name), move || go(app)))
    };
    let fails = move || {
        let said = el("span").say(move || match troubled() {
            (0, restarted) => app.with("finding-restarted", &[("count", restarted.into())]),
            (failing, _) => app.with("finding-failing", &[("count", failing.into())]),
        });
        there(said, "page-panel-workloads", |app| app.panel.set(Panel::Workloads))
    };
    let complains = move || {
        let said = el("span").say(move || app.with("finding-errors", &[("count", errors().into())]));
        there(said, "page-panel-logs", logs::show_error)
    };
    let left_out = move || el("p").say(move || app.with("finding-not-read", &[("count", inputs().1.into())]));
    el_of("section", "verdict")
        .toggle("calm", move || open() + inputs().1 + errors() == 0 && troubled() == (0, 0) && rules().0 > 0)
        .child(el("h2").say(title))
        .when(move || troubled() != (0, 0), fails)
        .when(move || errors() > 0, complains)
        .when(move || inputs().1 > 0, left_out)
        .child(el_of("p", "muted").say(looked_at))
}

/// One finding.
fn one(app: App, finding: Finding) -> El {
    let Finding {
        rule, title, severity, confidence, subject, culprit, victims, time_range, statements, questions, ..
    } = finding;
    let (severity, confidence) = (severity.as_str(), confidence.as_str());
    let class = ["verdict severity-", severity].concat();
    let marks = el_of("p", "verdict-marks")
        .child(el_of("span", "severity").say(move || app.t(&format!("severity-{severity}"))))
        .text(" ")
        .child(el_of("span", "confidence").say(move || app.t(&format!("confidence-{confidence}"))))
        .text(" ")
        .child(el_of("code", "muted").text(&rule));
    let mut facts = el_of("dl", "verdict-facts").children(fact(
        app,
        "finding-subject",
        el("dd").say(move || app.texts().subject(&subject)),
    ));
    if let Some(culprit) = culprit {
        facts = facts.children(fact(app, "finding-culprit", el_of("dd", "alarm").text(&culprit)));
    }
    if !victims.is_empty() {
        let victims = Arg::List(victims.into_iter().map(Arg::Text).collect());
        facts = facts.children(fact(app, "finding-victims", el("dd").say(move || app.texts().plain(&victims))));
    }
    if let Some(range) = time_range {
        let window = button("link", app.tr("finding-set-window"), move || {
            // An instant is no window.
            let around = if range.start < range.end { 0 } else { 60 };
            app.window.set(Some(TimeRange::of(range.start.plus_seconds(-around), range.end.plus_seconds(around))));
            let has_charts = app.evidence.with(|list| list.iter().any(|meta| meta.counts.series > 0));
            app.panel.set(if has_charts { Panel::Trends } else { Panel::Timeline });
        });
        let when = el("dd").say(move || format::range(range, app.case_offset_s.get())).text(" ").child(window);
        facts = facts.children(fact(app, "finding-when", when));
    }
    // Marks are numbered through the whole finding, so that `[7]` means one place.
    let mut next = 1;
    let sentences = statements.into_iter().map(|Statement { topic, text, cites }| {
        let first = next;
        next += cites.len();
        let said = text.clone();
        let sentence = el("li").attr("data-topic", &topic).say(move || app.say(&text)).text(" ");
        sentence.child(chips::view(app, said, cites, first))
    });
    el_of("article", &class)
        .child(marks)
        .child(el("h2").say(move || app.say(&title)))
        .child(facts)
        .child(el_of("ol", "statements").children(sentences))
        .children((!questions.is_empty()).then(|| ask_next(app, questions)))
}

fn fact(app: App, name: &'static str, value: El) -> [El; 2] {
    [el("dt").say(app.tr(name)), value]
}

fn ask_next(app: App, questions: Vec<Message>) -> El {
    el_of("details", "questions")
        .child(el("summary").say(app.tr("finding-questions")))
        .child(el("ul").children(sentences(app, questions)))
}

/// A list item per sentence.
pub(super) fn sentences(app: App, messages: Vec<Message>) -> impl Iterator<Item = El> {
    messages.into_iter().map(move |message| el("li").say(move || app.say(&message)))
}
