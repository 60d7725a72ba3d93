//! Which events the timeline shows: words, sources, phase.

use debrief::model::Phase;
use debrief::view::timeline::{Lane, LaneCount, TimelineFilter};

use crate::app::components::fields::Choice;
use crate::app::components::phase_mark::{phase_key, phase_name};
use crate::app::dom::{El, button, el, el_of};
use crate::app::panels::timeline::TimelineState;
use crate::app::state::App;

/// The menu's value for every phase; a phase's own is its name, and that of none is empty.
const ALL: &str = "all";

/// The row of fields.
pub(crate) fn timeline_filter(app: App, state: TimelineState) -> El {
    let filter = state.filter;
    let search = el("input")
        .attr("type", "search")
        .attr_of("aria-label", app.tr("timeline-filter"))
        .attr_of("placeholder", app.tr("timeline-filter"))
        .prop_of("value", move || filter.with(|filter| filter.text.clone()).into())
        .on_value("input", move |text| filter.update(|filter| filter.text = text));
    let phases = || std::iter::once(None).chain(Phase::ALL.into_iter().map(Some));
    let phase = Choice {
        label: "timeline-filter-phase",
        named: false,
        options: Box::new(move || {
            let all = std::iter::once((ALL.to_owned(), app.t("timeline-all-phases")));
            all.chain(phases().map(|phase| (phase_key(phase).to_owned(), phase_name(app, phase)))).collect()
        }),
        value: std::rc::Rc::new(move || {
            filter.with(|filter| filter.phases.first().map_or(ALL, |phase| phase_key(*phase)).to_owned())
        }),
        choose: Box::new(move |key| {
            let chosen = phases().filter(|phase| phase_key(*phase) == key);
            filter.update(|filter| filter.phases = chosen.collect());
        }),
    };
    let lanes =
        el_of("span", "lane-toggles").attr("role", "group").attr_of("aria-label", app.tr("timeline-lanes")).list(
            move || state.view.with(|view| view.lanes.iter().map(|lane| lane.lane).collect()),
            move |lane| lane_toggle(app, state, lane),
        );
    el_of("div", "timeline-filter").child(search).child(lanes).child(phase.view(app))
}

/// A source: pressed, only it and the others pressed are shown.
fn lane_toggle(app: App, state: TimelineState, lane: Lane) -> El {
    let counts = move || {
        let of = |count: &&LaneCount| count.lane == lane;
        state.view.with(|view| view.lanes.iter().find(of).map_or((0, 0), |count| (count.n_shown, count.n_events)))
    };
    let says = move || {
        let (n_shown, n_events) = counts();
        let name = app.say(&lane.name());
        if n_shown == n_events {
            return format!("{name} {n_events}");
        }
        let args = [("lane", name.into()), ("shown", n_shown.into()), ("count", n_events.into())];
        app.with("timeline-lane-count", &args)
    };
    let act = move || {
        state.filter.update(|TimelineFilter { lanes, .. }| match lanes.iter().position(|chosen| *chosen == lane) {
            Some(index) => drop(lanes.remove(index)),
            None => lanes.push(lane),
        });
    };
    button("lane-toggle", says, act)
        .attr("data-lane", lane.id())
        .aria("aria-pressed", move || state.filter.with(|filter| filter.lanes.contains(&lane)))
}
