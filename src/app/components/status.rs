//! How far reading is, and whether the case is safe.

use debrief::model::Arg;
use debrief::text::format;

use crate::app::dom::{El, button, el, el_of};
use crate::app::state::{App, SaveState};
use crate::app::unpacking::{self, Unpacking};

/// Reading and concluding: a bar, how much of how much, the rate and a way to stop. Keeps its room while idle, so that nothing jumps.
pub(crate) fn reading(app: App) -> El {
    let share = move || {
        let progress = app.progress.get();
        let read =
            if progress.bytes_total == 0 { 0.0 } else { progress.bytes_done as f64 / progress.bytes_total as f64 };
        progress.concluded.unwrap_or(read)
    };
    let says = move || {
        let progress = app.progress.get();
        if progress.concluded.is_some() {
            return app.t("page-concluding");
        }
        let id = if app.paused.get() { "page-reading-paused" } else { "page-reading" };
        let left = progress.seconds_left().filter(|_| !app.paused.get()).map(Arg::Seconds);
        let read = app.with(
            id,
            &[
                ("done", Arg::Bytes(progress.bytes_done)),
                ("total", Arg::Bytes(progress.bytes_total)),
                ("rate", Arg::Text(format::bytes(progress.bytes_per_second as u64))),
            ],
        );
        let left = left.map(|left| app.with("page-time-left", &[("left", left)]));
        [Some(read), left].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    };
    let working = move || !app.progress.get().idle;
    let reading = move || working() && app.progress.get().concluded.is_none();
    let label = move || app.t(if reading() { "page-reading-label" } else { "page-concluding" });
    let bar =
        move || el("progress").attr("max", "1").attr_of("aria-label", label).prop_of("value", move || share().into());
    let unpacks = move || app.unpacking.with(Option::is_some);
    let unpacked = move || app.unpacking.with(|now| now.as_ref().map_or(0.0, Unpacking::share));
    let unpack_bar = move || {
        let bar = el("progress").attr("max", "1").attr_of("aria-label", app.tr("page-unpacking-label"));
        bar.prop_of("value", move || unpacked().into())
    };
    let held = move || app.t(if app.paused.get() { "page-resume" } else { "page-pause" });
    let hold = move || app.engine().pause(!app.paused.get_untracked());
    el_of("div", "reading")
        .toggle("idle", move || !working() && !unpacks())
        .when(unpacks, unpack_bar)
        .when(unpacks, move || el_of("span", "reading-text").say(move || unpacking::said(app)))
        .when(unpacks, move || button("quiet", app.tr("page-unpacking-stop"), move || app.unpacker().stop(app)))
        .when(working, bar)
        .when(working, move || el_of("span", "reading-text").say(says))
        .when(move || reading() || unpacks(), move || button("quiet", held, hold))
        .when(reading, move || button("quiet", app.tr("page-stop"), move || app.engine().cancel(None)))
}

/// `saved 12:03:04`, `not saved: …`.
pub(crate) fn saved(app: App) -> El {
    let says = move || match app.save_state.get() {
        SaveState::Untouched => String::new(),
        SaveState::Pending => app.t("page-saving"),
        SaveState::Saved(at) => app.with("page-saved", &[("at", Arg::Text(at))]),
        SaveState::Failed(reason) => app.with("page-not-saved", &[("reason", reason)]),
    };
    let keeps = move || app.keeping.get().map(|what| app.say(&what)).unwrap_or_default();
    el_of("span", "save-state")
        .toggle("trouble", move || matches!(app.save_state.get(), SaveState::Failed(_)))
        .attr_of("title", app.tr("page-saved-where"))
        .say(says)
        .when(move || app.keeping.with(Option::is_some), move || el("span").text(" · ").child(el("span").say(keeps)))
}
