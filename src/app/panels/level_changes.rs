//! Under a chart: when its series went to other levels. Each shows its stretch, and goes to the timeline with the samples that show it.

use debrief::model::{TimeRange, Timestamp};
use debrief::view::trends::LevelChange;

use super::trends::{Chart, TrendsMemory};
use crate::app::citing::cite_change;
use crate::app::dom::{El, button, el, el_of};
use crate::app::signal::Memo;
use crate::app::state::App;

/// How many times its own length is shown around a change, and at least which share of everything.
const AROUND: i64 = 10;
const LEAST_SHARE: i64 = 20;

/// The changes of a chart.
pub(super) fn view(app: App, memory: TrendsMemory, chart: Chart) -> El {
    // Answers come while the chart moves; what they say of this is the same.
    let told = Memo::new(move |_| {
        chart.with(|chart| chart.as_ref().map(|chart| (chart.changes.clone(), chart.n_changes))).unwrap_or_default()
    });
    let rest = move || told.with(|(told, n_all)| n_all.saturating_sub(told.len() as u32));
    let list = move || {
        let changes = move || told.with(|(told, _)| told.clone());
        let more = move || app.with("trends-level-rest", &[("count", rest().into())]);
        el_of("div", "level-changes")
            .child(el("h3").say(app.tr("trends-level-changes")))
            .child(el("ul").list(changes, move |change| row(app, memory, change)))
            .when(move || rest() > 0, move || el_of("p", "muted").say(more))
    };
    el("div").when(move || told.with(|(told, _)| !told.is_empty()), list)
}

fn row(app: App, memory: TrendsMemory, change: LevelChange) -> El {
    let LevelChange { said, color, between, .. } = change.clone();
    let show = move || {
        if let Some(full) = memory.full.get_untracked() {
            app.window.set(Some(around(between, full)));
        }
    };
    let key = change.key();
    let is_added =
        Memo::new(move |_| app.document.with(|it| it.events.iter().any(|event| event.from.as_ref() == Some(&key))));
    let words = move || app.t(if is_added.get() { "trends-level-added" } else { "trends-level-add" });
    let add = button("quiet", words, move || cite_change(app, change.clone()));
    el("li")
        .child(el_of("span", &format!("swatch series-{color}")).attr("aria-hidden", "true"))
        .child(button("link", move || app.say(&said), show).attr_of("title", app.tr("trends-level-show")))
        .child(add.flag("disabled", move || is_added.get() || app.read_only.get()))
}

/// The window in which a change is seen: as far as there is something.
fn around(change: TimeRange, full: TimeRange) -> TimeRange {
    let length = |range: TimeRange| range.end.0.saturating_sub(range.start.0);
    let beyond = length(change).saturating_mul(AROUND).max(length(full) / LEAST_SHARE);
    TimeRange::of(
        Timestamp(change.start.0.saturating_sub(beyond).max(full.start.0)),
        Timestamp(change.end.0.saturating_add(beyond).min(full.end.0)),
    )
}
