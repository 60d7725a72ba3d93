//! What was looked for: what fired, what cannot be told from this evidence, what is ruled out, what was not collected, with the commands that
//! would collect it.

use debrief::model::words::replaced;
use debrief::model::{MissingEvidence, RuleOutcome};
use leptos::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::findings::sentences;
use crate::app::components::chips;
use crate::app::dom::{El, button, el, el_of, spawn};
use crate::app::state::{App, Tone};

/// What was not collected, and what could not be looked at without it: open where nothing else is said.
fn missing(app: App) -> El {
    let missing = move || app.analysis.with(|analysis| analysis.missing.clone());
    let details = el_of("details", "block")
        .flag("open", move || app.analysis.with(|analysis| analysis.findings.is_empty()))
        .child(el("summary").child(el("h3").say(app.tr("finding-not-collected"))))
        .child(el_of("ul", "missing").list(missing, move |missing| missing_row(app, missing)));
    group(app, details, ("skipped", "outcome-skipped"))
}

fn missing_row(app: App, missing: MissingEvidence) -> El {
    let MissingEvidence { what, command, disturbs } = missing;
    let class = if disturbs.is_some() { "effect disturbs" } else { "effect" };
    let effect = move || match &disturbs {
        None => app.t("finding-only-reads"),
        Some(how) => app.with("finding-disturbs", &[("how", how.clone().into())]),
    };
    let code = el("code").text(&command);
    let copy = button("quiet", app.tr("finding-copy"), move || copy(app, command.clone()));
    el("li")
        .child(el("div").say(move || app.say(&what)))
        .child(el_of("div", "command").child(code).child(copy).child(el_of("span", class).say(effect)))
}

fn copy(app: App, text: String) {
    spawn(async move {
        let copied = JsFuture::from(window().navigator().clipboard().write_text(&text)).await;
        match copied {
            Ok(_) => app.notify(Tone::Done, app.t("finding-copied")),
            Err(_) => app.notify(Tone::Trouble, app.t("finding-copy-failed")),
        }
    });
}

/// Every rule's answer: what fired, what is open, what is ruled out; on demand what there was nothing to look at for.
pub(crate) fn view(app: App) -> El {
    let section = el_of("section", "block").child(el("h3").say(app.tr("finding-outcomes")));
    let section = group(app, section, ("found", "outcome-found"));
    let section = group(app, section, ("inconclusive", "outcome-inconclusive"));
    let section = group(app, section, ("ruled_out", "outcome-ruled-out"));
    let lacks = move || app.analysis.with(|analysis| !analysis.missing.is_empty()) || some(app, "skipped");
    section.when(lacks, move || missing(app))
}

fn some(app: App, outcome: &str) -> bool {
    app.analysis.with(|analysis| analysis.outcomes.iter().any(|answer| answer.outcome == outcome))
}

/// The answers of one sort, under its name, where there are some.
fn group(app: App, parent: El, (outcome, title): (&'static str, &'static str)) -> El {
    let answers = move || {
        app.analysis.with(|analysis| {
            analysis.outcomes.iter().filter(|answer| answer.outcome == outcome).cloned().collect::<Vec<_>>()
        })
    };
    let list = el_of("ul", &["outcomes ", outcome].concat()).list(answers, move |answer| answer_row(app, answer));
    parent.when(move || some(app, outcome), move || el("h4").say(app.tr(title))).child(list)
}

fn answer_row(app: App, answer: RuleOutcome) -> El {
    let RuleOutcome { rule, why, would_need, cites, .. } = answer;
    let name = format!("rule-{}", replaced(&rule, "/", "-"));
    let name = el_of("div", "outcome-name")
        .child(el("span").say(move || app.t(&name)))
        .text(" ")
        .child(el_of("code", "muted").text(&rule));
    let why = why.map(|why| {
        let said = why.clone();
        el("div").say(move || app.say(&why)).text(" ").child(chips::view(app, said, cites, 1))
    });
    let needs = (!would_need.is_empty()).then(|| {
        let needs = el_of("ul", "needs").children(sentences(app, would_need));
        [el_of("div", "muted").say(app.tr("finding-would-need")), needs]
    });
    el("li").child(name).children(why).children(needs.into_iter().flatten())
}
