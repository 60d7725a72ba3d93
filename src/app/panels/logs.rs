//! The panel Logs: one input, line by line, with search, selection and citing.

use debrief::model::words::replaced;
use debrief::model::{EvidenceId, EvidenceState, Locator};
use debrief::protocol::{Answer, Request};
use debrief::view::lines::opens_on;
use leptos::ev;
use leptos::prelude::*;
use web_sys::HtmlInputElement;

use super::log_model::LogModel;
pub(crate) use super::log_model::LogsMemory;
use super::log_rows;
use crate::app::dom::{El, button, effect, el, el_of, icon_button, spawn};
use crate::app::files::writes_text;
use crate::app::signal::{Memo, StoredValue};
use crate::app::state::{App, Panel, Tone};

/// The panel.
pub(crate) fn view(app: App) -> El {
    let memory = app.memories.logs;
    let model = LogModel::new(app, memory);
    let ids = Memo::new(move |_| app.evidence.with(|list| list.iter().map(|meta| meta.id).collect::<Vec<_>>()));
    // What findings cite is shown until somebody chooses another input; one that is gone gives way. While inputs are read nothing is
    // concluded: the largest stands in, and stays if somebody began to read it.
    let stand_in = StoredValue::new(None);
    let settled = Memo::new(move |_| {
        app.progress.with(|progress| progress.idle) && app.analysis.with(|analysis| !analysis.outcomes.is_empty())
    });
    effect(move || {
        let (ids, settled) = (ids.get(), settled.get());
        let shown = memory.evidence.get_untracked();
        let untouched = memory.top.get_untracked() == 0.0 && memory.selection.get_untracked().is_none();
        let gives_way = settled && untouched && shown == stand_in.get_value();
        if gives_way || shown.is_none_or(|shown| !ids.contains(&shown)) {
            let chosen = app.evidence.with_untracked(|list| match settled {
                true => app.analysis.with_untracked(|analysis| opens_on(list, &analysis.findings)),
                false => list.iter().max_by_key(|meta| meta.bytes).map(|meta| meta.id),
            });
            stand_in.set_value(chosen.filter(|_| !settled));
            memory.evidence.set(chosen);
        }
    });
    Effect::new(move |before: Option<Option<EvidenceId>>| {
        let shown = memory.evidence.get();
        app.analysis.track();
        model.forget();
        if before.is_some_and(|before| before != shown) {
            model.longest.set(0);
        }
        shown
    });
    effect(move || {
        let shown = memory.evidence.get();
        let lines = shown.and_then(|id| app.meta(id)).map(|meta| meta.lines);
        let n = lines.map_or(0, |lines| lines.parsed + lines.skipped + lines.failed);
        model.n_lines.update(|now| *now = u32::try_from(n).unwrap_or(u32::MAX));
    });
    effect(move || {
        // The height must be known before a line can be put in the middle.
        let (Some(locator), true) = (app.opened.get(), model.height.get() > 0.0) else { return };
        if memory.evidence.get_untracked() != Some(locator.evidence) {
            memory.evidence.set(Some(locator.evidence));
        }
        if model.n_lines.get() >= locator.lines.first {
            memory.opened.set(Some(locator));
            model.forget();
            memory.selection.set(Some((locator.lines.first, locator.lines.last)));
            model.reveal(locator.lines.last);
            model.reveal(locator.lines.first);
            app.opened.set(None);
        }
    });
    el_of("div", "logs").child(tools(model, ids)).child(log_rows::view(model))
}

/// Shows the first line that tells of an error, of the first input that has one.
pub(crate) fn show_error(app: App) {
    let ids = app.evidence.with_untracked(|list| {
        let read = list.iter().filter(|meta| meta.state == EvidenceState::Ready && meta.counts.records > 0);
        read.map(|meta| meta.id).collect::<Vec<_>>()
    });
    let began = app.panel.get_untracked();
    spawn(async move {
        for evidence in ids {
            let request = Request::FindLine { evidence, text: String::new(), from: 0, backwards: false };
            let answer = app.ask(request).await;
            // Whoever went on to something else meanwhile is not called back.
            if app.panel.get_untracked() != began {
                return;
            }
            if let Answer::FoundLine(Some(line)) = answer {
                return app.open_at(Locator::lines(evidence, line, line));
            }
        }
        app.panel.set(Panel::Logs);
    });
}

/// Which input, search, line, wrapping, citing.
fn tools(model: LogModel, ids: Memo<Vec<EvidenceId>>) -> El {
    let LogModel { app, memory, .. } = model;
    let choose = move |value: String| {
        if let Ok(id) = value.parse() {
            memory.selection.set(None);
            memory.top.set(0.0);
            memory.evidence.set(Some(EvidenceId(id)));
        }
    };
    let go = move |value: String| {
        let number = replaced(&value, ",", "");
        let number = number.trim();
        if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) {
            let n_lines = model.n_lines.get_untracked();
            let number = number.parse().unwrap_or(u32::MAX);
            if number > n_lines {
                app.notify(Tone::Done, app.with("logs-ends-before", &[("count", n_lines.into())]));
            }
            model.select(number, false);
            model.reveal(number);
        }
    };
    let option = move |id: EvidenceId| {
        el("option")
            .attr("value", &id.0.to_string())
            .flag("selected", move || memory.evidence.get() == Some(id))
            .say(move || app.meta(id).map(|meta| meta.path).unwrap_or_default())
    };
    let input = el_of("select", "grow")
        .attr_of("aria-label", app.tr("logs-input"))
        .list(move || ids.get(), option)
        .on_value("change", choose);
    let search = el("input")
        .attr("type", "search")
        .attr_of("aria-label", app.tr("logs-search"))
        .attr_of("placeholder", app.tr("logs-search"))
        .prop_of("value", move || memory.search.get().into())
        .on_value("input", move |text| memory.search.set(text))
        .on("keydown", move |ev: ev::KeyboardEvent| {
            if ev.key() == "Enter" {
                model.find(ev.shift_key());
            }
        });
    let line = el_of("input", "line-input")
        .attr("type", "text")
        .attr("inputmode", "numeric")
        .attr_of("aria-label", app.tr("logs-go-to"))
        .attr_of("placeholder", app.tr("logs-line"))
        .on_value("change", go);
    listen(search.raw(), line.raw());
    let wrap = button("", app.tr("logs-wrap"), move || memory.wrap.update(|wrap| *wrap = !*wrap));
    let cite = button("primary", app.tr("logs-cite"), move || model.cite_selection());
    el_of("div", "bar-row")
        .attr("role", "toolbar")
        .attr_of("aria-label", app.tr("logs-tools"))
        .child(input)
        .child(search)
        .child(icon_button("icon", "↑", app.tr("logs-previous"), move || model.find(true)))
        .child(icon_button("icon", "↓", app.tr("logs-next"), move || model.find(false)))
        .child(line)
        .child(wrap.aria("aria-pressed", move || memory.wrap.get()))
        .child(cite.flag("disabled", move || memory.selection.get().is_none()).text(" ").child(el("kbd").text("c")))
}

/// Keys that lead to the fields from anywhere.
fn listen(search: HtmlInputElement, line: HtmlInputElement) {
    let focus = |input: &HtmlInputElement| {
        drop(input.focus());
        input.select();
    };
    let keys = window_event_listener(ev::keydown, move |ev| {
        if writes_text(ev.target()) || ev.ctrl_key() || ev.meta_key() || ev.alt_key() {
            return;
        }
        match ev.key().as_str() {
            "/" => focus(&search),
            "g" => focus(&line),
            _ => return,
        }
        ev.prevent_default();
    });
    on_cleanup(move || keys.remove());
}
