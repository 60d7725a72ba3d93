//! The durations of an incident, each with the two instants that it subtracts, and what is missing for the others.

use debrief::model::{Arg, Phase};
use debrief::postmortem::edit::Edit;
use debrief::postmortem::milestones::{Span, milestones, spans};
use debrief::postmortem::suggest;
use debrief::text::format::clock;
use leptos::prelude::*;

use crate::app::components::buttons::button;
use crate::app::components::phase_mark::{phase_mark, phase_name};
use crate::app::components::verbs::{event_element, focus_soon, proposal_element};
use crate::app::erase::{area, on, text};
use crate::app::state::App;

/// What has to be on the timeline before a postmortem can be measured.
const NEEDED: [Phase; 2] = [Phase::Impact, Phase::Detection];

/// Durations, then what is missing.
pub(crate) fn measures(app: App) -> AnyView {
    let known = move || app.document.with(spans).into_iter().map(|span| measure(app, span)).collect_view().into_any();
    let missing = move || {
        let milestones = app.document.with(milestones);
        let is_missing = |phase: &Phase| !milestones.iter().any(|own| own.phase == *phase && own.at.is_some());
        NEEDED.into_iter().filter(is_missing).map(|phase| missing_phase(app, phase)).collect_view().into_any()
    };
    view! {
        <dl class="measures">{area(known)}</dl>
        <div class="measures-missing">{area(missing)}</div>
    }
    .into_any()
}

fn measure(app: App, span: Span) -> AnyView {
    let how = move || {
        let offset_s = app.case_offset_s.get();
        let instant = |(phase, at): (Phase, _)| format!("{} {}", phase_name(app, Some(phase)), clock(at, offset_s));
        format!("{} → {}", instant(span.from), instant(span.to))
    };
    view! {
        <div class="measure">
            <dt>{app.tr(span.measure.message_id())}</dt>
            <dd>
                <strong>{text(move || app.texts().plain(&Arg::Seconds(span.seconds)))}</strong>
                <span class="event-doubt">{text(move || doubt(app, span.uncertainty_s))}</span>
                <span class="measure-how">{text(how)}</span>
            </dd>
        </div>
    }
    .into_any()
}

/// How far off something may be; empty where it is exact.
pub(crate) fn doubt(app: App, uncertainty_s: u32) -> String {
    match uncertainty_s {
        0 => String::new(),
        seconds => app.with("timeline-uncertainty", &[("seconds", Arg::Seconds(seconds.into()))]),
    }
}

/// A phase that nobody put on the timeline, with a button that shows the proposal for it or adds an event. Tracks both.
fn missing_phase(app: App, phase: Phase) -> AnyView {
    let words = if phase == Phase::Detection { "timeline-no-detection" } else { "timeline-no-impact" };
    let proposal = app.analysis.with(|analysis| {
        let offered = app.document.with(|document| suggest::events(analysis, document));
        offered.into_iter().find(|event| event.phase == Some(phase)).map(|event| proposal_element(&event.key))
    });
    let label = if proposal.is_some() { "timeline-see-proposal" } else { "timeline-add" };
    let act = move |_| {
        if let Some(element) = proposal.clone() {
            return focus_soon(element);
        }
        let event = Edit::AddEvent { at: None, phase: Some(phase), text: String::new(), citations: Vec::new() };
        if let Some(id) = app.edit(event) {
            focus_soon(event_element(id));
        }
    };
    view! {
        <p class="measure-missing">
            {phase_mark(app, Some(phase))}
            <span>{app.tr(words)}</span>
            {button("", text(move || app.t(label)), on(act))}
        </p>
    }
    .into_any()
}
