//! How it ended: what gave the threads back, and when the last of the impact was over.

use super::event;
use super::failures::{felt, told};
use crate::facts::Facts;
use crate::facts::failures::{Failure, PROBE_FAILED};
use crate::facts::growth::Growth;
use crate::facts::usage::{SeriesFact, timestamp};
use crate::model::gather::names_of;
use crate::model::{Cite, EventSource, Finding, Message, Phase, Role, TimelineEvent, Timestamp};

/// A container that is stopped is gone within its grace period and a sample or two, in seconds.
const STOPS_S: i64 = 120;
/// Impact that lasts this much longer than what caused it is the end of it, in seconds: probes have their periods.
const LINGERS_S: i64 = 120;

/// Gives the restart that ended the impact its phase: the leaker's own, after which its threads were back and the impact over. What is said
/// to be over is over when the impact is: where that went on, its last sign is the resolution.
pub(super) fn end(facts: &Facts, findings: &[Finding], events: &mut [TimelineEvent]) -> Option<TimelineEvent> {
    let recovery = events.iter().position(|event| event.key == "recovery")?;
    let recovered = events[recovery].at;
    let felt = events.iter().filter(|event| event.phase == Some(Phase::Impact));
    let last = felt.max_by_key(|event| event.end.unwrap_or(event.at))?;
    let (mut until, mut cite) = (last.end.unwrap_or(last.at), last.cites.last().copied());
    let (source, doubt_s) = (EventSource::Log(last.source.name().to_owned()), last.uncertainty_s);
    if let Some((at, later)) = felt_later(facts, findings, until) {
        (until, cite) = (at, Some(later));
    }
    let has_ended = i64::from(doubt_s) <= LINGERS_S && until <= recovered.plus_seconds(LINGERS_S);
    if let Some((most, owner)) = gave_back(facts, recovered.as_seconds_f64()).filter(|_| has_ended) {
        let key = ["killed/", owner, "/"].concat();
        let is_it = |event: &&mut TimelineEvent| {
            let is_exact = event.end.is_none() && event.uncertainty_s <= 60;
            let is_then = most <= event.at && event.at <= recovered.min(until);
            event.key.starts_with(&key) && is_exact && is_then && recovered <= event.at.plus_seconds(STOPS_S)
        };
        if let Some(restart) = events.iter_mut().rfind(is_it) {
            restart.phase = Some(Phase::Mitigation);
        }
    }
    if until <= recovered {
        return None;
    }
    events[recovery].phase = None;
    let text = Message::new("event-probes-end");
    let resolved = event("resolution".to_owned(), until, text, source, cite.into_iter().collect());
    has_ended.then_some(TimelineEvent { phase: Some(Phase::Resolution), uncertainty_s: doubt_s, ..resolved })
}

/// When probes of the pods that felt it failed for the last time, if that was later: whether for the same reason cannot be told.
fn felt_later(facts: &Facts, findings: &[Finding], until: Timestamp) -> Option<(Timestamp, Cite)> {
    let refused: Vec<&Failure> = facts.failures.task_refused().collect();
    let felt = felt(facts, &told(&refused, findings));
    let pods = names_of(felt.into_iter().filter_map(|probe| probe.subject.as_ref()));
    let later = facts.failures.of(PROBE_FAILED.index()).filter(|it| it.uncertainty_s == 0 && it.at > Some(until));
    let of_pods = later.filter(|it| it.subject.as_ref().is_some_and(|pod| pods.get(pod).is_some()));
    of_pods.max_by_key(|it| it.at).and_then(|it| Some((it.at?, it.cite(Role::Shows))))
}

/// Who carried the growth and was back where it began when the node was, and when it had most.
fn gave_back(facts: &Facts, recovered: f64) -> Option<(Timestamp, &str)> {
    let part = facts.growth.as_ref().and_then(Growth::culprit)?;
    let series = facts.usage.series.get(part.series)?;
    // One that has no samples any more has no threads either, as long as others of its input have some.
    let is_sampled = |other: &SeriesFact| {
        let evidence = |one: &SeriesFact| one.origin.as_ref().map(|origin| origin.evidence);
        evidence(other) == evidence(series) && other.times.iter().next_back().is_some_and(|last| last >= recovered)
    };
    if !facts.usage.series.iter().any(is_sampled) {
        return None;
    }
    let from = series.times.partition_point(|time| time < recovered);
    let after = (from..series.values.len()).map(|index| series.values[index]).find(|value| value.is_finite());
    let is_back = after.is_none_or(|after| after <= part.baseline + 0.2 * (part.peak - part.baseline));
    let most = series.times.all().get(part.peak_index)?;
    Some((timestamp(most), series.owner.as_deref()?)).filter(|_| is_back)
}
