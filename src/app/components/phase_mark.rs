//! A phase by colour, sign and word; never by colour alone.

use debrief::model::Phase;

use crate::app::dom::{El, el_of};
use crate::app::state::App;

/// The sign of a phase.
const fn sign(phase: Option<Phase>) -> &'static str {
    match phase {
        Some(Phase::Trigger) => "◆",
        Some(Phase::Onset) => "◐",
        Some(Phase::Impact) => "▲",
        Some(Phase::Detection) => "◉",
        Some(Phase::Response) => "▶",
        Some(Phase::Mitigation) => "▼",
        Some(Phase::Resolution) => "✔",
        None => "·",
    }
}

/// The value that styles and menus know a phase by; empty where there is none.
pub(crate) const fn phase_key(phase: Option<Phase>) -> &'static str {
    match phase {
        Some(phase) => phase.as_str(),
        None => "",
    }
}

/// The phase of a menu's value.
pub(crate) fn phase_of(key: &str) -> Option<Phase> {
    Phase::ALL.into_iter().find(|phase| phase.as_str() == key)
}

/// The name of a phase, now.
pub(crate) fn phase_name(app: App, phase: Option<Phase>) -> String {
    match phase {
        Some(phase) => app.t(&format!("phase-{}", phase.as_str())),
        None => app.t("timeline-no-phase"),
    }
}

/// Sign and word.
pub(crate) fn phase_mark(app: App, phase: Option<Phase>) -> El {
    el_of("span", "phase")
        .attr("data-phase", phase_key(phase))
        .child(el_of("span", "phase-sign").attr("aria-hidden", "true").text(sign(phase)))
        .child(el_of("span", "phase-word").say(move || phase_name(app, phase)))
}
