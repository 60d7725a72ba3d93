//! Events that stack dumps show: when the wait that matters began, and when they were taken.

use super::event;
use crate::facts::Facts;
use crate::model::{Cite, EventSource, Message, Phase, Role, TimelineEvent};

/// Waits are sampled by the garbage collector, which runs every two minutes at least: a wait may be that much longer than it says.
const SAMPLING_S: u32 = 180;

/// Beginnings of waits, each at the dump's time minus the longest wait.
pub(super) fn onsets(facts: &Facts) -> Vec<TimelineEvent> {
    let of = |dump: &crate::facts::stacks::DumpFacts| {
        let onset = dump.onset.as_ref()?;
        let convoy = dump.convoy.as_ref()?;
        let text =
            Message::new("event-stacks-onset").with("count", convoy.n_blocked).with("minutes", onset.waited_s / 60);
        let key = format!("stacks-onset/{}/{}", dump.evidence.0, dump.index);
        let source = EventSource::Log(convoy.process.clone());
        let taken = Cite { locator: crate::facts::stacks::first_line(dump.locator), role: Role::Bounds, at: dump.at };
        let cites = if taken.locator == onset.cite.locator { vec![onset.cite] } else { vec![onset.cite, taken] };
        let proposed = event(key, onset.at, text, source, cites);
        Some(TimelineEvent { phase: Some(Phase::Onset), uncertainty_s: SAMPLING_S, ..proposed })
    };
    facts.stacks.iter().filter_map(of).collect()
}
