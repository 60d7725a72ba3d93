//! Events that stack dumps and kubelet's own watch over them show: when the wait that matters began, when PLEG stopped.

use super::event;
use crate::facts::Facts;
use crate::facts::failures::Failure;
use crate::model::{Cite, EventSource, Message, Phase, Role, SightingKind, TimelineEvent, Timestamp};

/// Waits are sampled by the garbage collector, which runs every two minutes at least: a wait may be that much longer than it says.
const SAMPLING_S: u32 = 180;

/// Beginnings this close are one.
const ONE_ONSET_NS: u64 = 10 * 60 * 1_000_000_000;

/// Beginnings of waits, each at the dump's time minus the longest wait.
pub(super) fn onsets(facts: &Facts) -> Vec<TimelineEvent> {
    let stall = facts.stall.onset.as_ref().filter(|_| !facts.stall.joins.is_empty());
    // A layer of the chain that began to wait within minutes began with it.
    let is_told = |at: Timestamp| stall.is_some_and(|stall| stall.at.0.abs_diff(at.0) < ONE_ONSET_NS);
    let of = |dump: &crate::facts::stacks::DumpFacts| {
        let onset = dump.onset.as_ref().filter(|onset| !is_told(onset.at))?;
        // A task that waits on in a later dump began once, however often the kernel reports it.
        let is_again = facts.stacks.iter().filter(|before| before.evidence == dump.evidence).any(|before| {
            let (Some(first), Some(at)) = (&before.onset, before.at) else { return false };
            let since = onset.at.plus_seconds(-i64::from(SAMPLING_S));
            (before.kind, first.task) == (dump.kind, onset.task) && Some(at) < dump.at && since <= at
        });
        let convoy = dump.convoy.as_ref().filter(|_| !is_again)?;
        let text =
            Message::new("event-stacks-onset").with("count", convoy.n_blocked).with("minutes", onset.waited_s / 60);
        let key = format!("stacks-onset/{}/{}", dump.evidence.0, dump.index);
        let source = EventSource::Log(dump.process.clone());
        let taken = Cite { locator: crate::facts::stacks::first_line(dump.locator), role: Role::Bounds, at: dump.at };
        let cites = if taken.locator == onset.cite.locator { vec![onset.cite] } else { vec![onset.cite, taken] };
        let proposed = event(key, onset.at, text, source, cites);
        Some(TimelineEvent { phase: Some(Phase::Onset), uncertainty_s: SAMPLING_S, ..proposed })
    };
    let chain = stall.map(|onset| {
        let text = Message::new("event-stall-onset").with("minutes", onset.waited_s / 60);
        let source = EventSource::Log(facts.stall.layers.first().map(|layer| layer.name.clone()).unwrap_or_default());
        let proposed = event("stall-onset".to_owned(), onset.at, text, source, vec![onset.cite]);
        TimelineEvent { phase: Some(Phase::Onset), uncertainty_s: SAMPLING_S, ..proposed }
    });
    chain.into_iter().chain(facts.stacks.iter().filter_map(of)).collect()
}

/// Ages of one stop give the same instant but for the time between the check and the line.
const ONE_STOP_NS: u64 = 10_000_000_000;
/// Stops that are told: kubelet was restarted in between.
const MAX_STOPS: usize = 20;

/// When kubelet's relist stopped: the time of the line minus the age it states. Lines about one stop are one event.
pub(super) fn pleg_stops(facts: &Facts) -> Vec<TimelineEvent> {
    let mut stops: Vec<(Timestamp, &Failure, &Failure, u32)> = Vec::new();
    for failure in facts.failures.of(SightingKind::PlegStopped { age_ms: 0 }.index()) {
        let (SightingKind::PlegStopped { age_ms }, Some(at)) = (&failure.kind, failure.at) else { continue };
        let stopped = Timestamp(at.0.saturating_sub(i64::from(*age_ms) * 1_000_000));
        let is_same = |stop: &(Timestamp, &Failure, &Failure, u32)| stop.0.0.abs_diff(stopped.0) < ONE_STOP_NS;
        match stops.iter().position(is_same) {
            Some(index) => {
                let (first, _, last, count) = &mut stops[index];
                (*first, *last, *count) = ((*first).min(stopped), failure, *count + 1);
            }
            None if stops.len() < MAX_STOPS => stops.push((stopped, failure, failure, 1)),
            None => {}
        }
    }
    let of = |(at, first, last, count): (Timestamp, &Failure, &Failure, u32)| {
        let text = Message::new("event-pleg-stopped").with("count", count);
        let cites = if count == 1 {
            vec![first.cite(Role::Shows)]
        } else {
            vec![first.cite(Role::Shows), last.cite(Role::Shows)]
        };
        let key = format!("pleg-stopped/{}", at.0.div_euclid(1_000_000_000));
        TimelineEvent {
            phase: Some(Phase::Onset),
            count,
            ..event(key, at, text, EventSource::Log(first.reporter.clone()), cites)
        }
    };
    stops.into_iter().map(of).collect()
}
