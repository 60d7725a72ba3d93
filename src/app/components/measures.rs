//! The durations of an incident, each with the two instants that it subtracts, and what is missing for the others.

use debrief::model::{Arg, Phase};
use debrief::postmortem::edit::Edit;
use debrief::postmortem::milestones::{Span, milestones, spans};
use debrief::postmortem::suggest;
use debrief::text::format::clock;

use crate::app::components::phase_mark::{phase_mark, phase_name};
use crate::app::components::verbs::{event_element, focus_soon, proposal_element};
use crate::app::dom::{El, button, el, el_of};
use crate::app::state::App;

/// What has to be on the timeline before a postmortem can be measured.
const NEEDED: [Phase; 2] = [Phase::Impact, Phase::Detection];

/// Durations, then what is missing.
pub(crate) fn measures(app: App) -> [El; 2] {
    let missing = move || {
        let milestones = app.document.with(milestones);
        let is_missing = |phase: &Phase| !milestones.iter().any(|own| own.phase == *phase && own.at.is_some());
        NEEDED.into_iter().filter(is_missing).map(|phase| missing_phase(app, phase)).collect::<Vec<_>>()
    };
    [
        el_of("dl", "measures").list(move || app.document.with(spans), move |span| measure(app, span)),
        el_of("div", "measures-missing").area(missing),
    ]
}

fn measure(app: App, span: Span) -> El {
    let how = move || {
        let offset_s = app.case_offset_s.get();
        let instant = |(phase, at): (Phase, _)| format!("{} {}", phase_name(app, Some(phase)), clock(at, offset_s));
        format!("{} → {}", instant(span.from), instant(span.to))
    };
    let length = el("dd")
        .child(el("strong").say(move || app.texts().plain(&Arg::Seconds(span.seconds))))
        .child(el_of("span", "event-doubt").say(move || doubt(app, span.uncertainty_s)))
        .child(el_of("span", "measure-how").say(how));
    el_of("div", "measure").child(el("dt").say(app.tr(span.measure.message_id()))).child(length)
}

/// How far off something may be; empty where it is exact.
pub(crate) fn doubt(app: App, uncertainty_s: u32) -> String {
    match uncertainty_s {
        0 => String::new(),
        seconds => app.with("timeline-uncertainty", &[("seconds", Arg::Seconds(seconds.into()))]),
    }
}

/// A phase that nobody put on the timeline, with a button that shows the proposal for it or adds an event. Tracks both.
fn missing_phase(app: App, phase: Phase) -> El {
    let words = if phase == Phase::Detection { "timeline-no-detection" } else { "timeline-no-impact" };
    let proposal = app.analysis.with(|analysis| {
        let offered = app.document.with(|document| suggest::events(&analysis.timeline, document));
        offered.into_iter().find(|event| event.phase == Some(phase)).map(|event| proposal_element(&event.key))
    });
    let label = if proposal.is_some() { "timeline-see-proposal" } else { "timeline-add" };
    let act = move || {
        if let Some(element) = proposal.clone() {
            return focus_soon(element);
        }
        let event = Edit::AddEvent { at: None, phase: Some(phase), text: String::new(), citations: Vec::new() };
        if let Some(id) = app.edit(event) {
            focus_soon(event_element(id));
        }
    };
    el_of("p", "measure-missing")
        .child(phase_mark(app, Some(phase)))
        .child(el("span").say(app.tr(words)))
        .child(button("", app.tr(label), act))
}
