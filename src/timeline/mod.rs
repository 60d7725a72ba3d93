//! Proposed events: what facts and findings say happened, merged in order of time. People accept, correct or dismiss them.

use crate::facts::Facts;
use crate::facts::failures::Failure;
use crate::facts::usage::timestamp;
use crate::model::{
    Cite, EventSource, Finding, Message, Phase, Role, SightingKind, TimeRange, TimelineEvent, Timestamp,
};

/// A probe reports a failure at most about this long after it, in seconds: the default period is 10 s.
const PROBE_PERIOD_S: i64 = 30;

/// Proposes events from facts and findings, in order of time and then key.
#[must_use]
pub fn propose(facts: &Facts, findings: &[Finding]) -> Vec<TimelineEvent> {
    let mut events = Vec::new();
    events.extend(onset(facts));
    events.extend(recovery(facts));
    let refused: Vec<&Failure> = facts.failures.task_refused().collect();
    events.extend(folded("task-refused", "event-task-refused", None, &refused));
    // While tasks are refused, failing probes are what users of those pods felt; probes that fail at other times are another story.
    let refused_times = || refused.iter().filter(|failure| failure.uncertainty_s == 0).filter_map(|failure| failure.at);
    let window = refused_times().min().zip(refused_times().max()).filter(|_| !findings.is_empty());
    let window = window.map(|(first, last)| TimeRange { start: first, end: last.plus_seconds(PROBE_PERIOD_S) });
    let probes = facts.failures.of(SightingKind::ProbeFailed.index());
    let probes: Vec<&Failure> =
        probes.filter(|probe| window.is_none_or(|window| probe.at.is_some_and(|at| window.contains(at)))).collect();
    events.extend(folded("probe-failed", "event-probes-failed", window.map(|_| Phase::Impact), &probes));
    events.extend(kills(facts));
    for workload in &facts.workloads {
        if let Some(at) = workload.exit_at {
            let text = Message::new("event-container-ended")
                .with("workload", format!("{}/{}", workload.namespace, workload.name))
                .with("code", workload.exit_code.map_or_else(|| "?".to_owned(), |code| code.to_string()))
                .with("reason", workload.exit_reason.as_deref().unwrap_or("?"));
            let key = format!("ended/{}/{}/{}", workload.namespace, workload.name, at.0.div_euclid(1_000_000_000));
            let source = EventSource::Kube(workload.kind.clone());
            events.push(TimelineEvent { at, ..event(key, at, text, source, workload.cites.clone()) });
        }
    }
    events.sort_by(|a, b| a.at.cmp(&b.at).then(a.key.cmp(&b.key)));
    events.dedup_by(|a, b| a.key == b.key);
    events
}

fn event(key: String, at: Timestamp, text: Message, source: EventSource, cites: Vec<Cite>) -> TimelineEvent {
    TimelineEvent { key, at, end: None, uncertainty_s: 0, phase: None, text, source, count: 1, cites }
}

fn onset(facts: &Facts) -> Option<TimelineEvent> {
    let growth = facts.growth.as_ref()?;
    let total = facts.usage.series.get(growth.total)?;
    let shown =
        if total.origin.is_some() { total } else { facts.usage.series.get(growth.contributions.first()?.series)? };
    let onset = &growth.onset;
    let at = timestamp(onset.after);
    let text =
        Message::new("event-threads-grow").with("baseline", whole(onset.baseline)).with("peak", whole(onset.peak));
    let cites = shown.nearest(onset.by).and_then(|index| shown.cite(index, Role::Shows)).into_iter().collect();
    let step = (onset.by - onset.after).ceil() as u32;
    let proposed = event("onset".to_owned(), at, text, EventSource::Series(total.label.clone()), cites);
    Some(TimelineEvent { phase: Some(Phase::Onset), uncertainty_s: step, ..proposed })
}

/// The first sample after the peak that is back near the baseline.
fn recovery(facts: &Facts) -> Option<TimelineEvent> {
    let growth = facts.growth.as_ref()?;
    let total = facts.usage.series.get(growth.total)?;
    let shown =
        if total.origin.is_some() { total } else { facts.usage.series.get(growth.contributions.first()?.series)? };
    let onset = &growth.onset;
    let back_below = onset.baseline + 0.2 * (onset.peak - onset.baseline);
    let index = (onset.peak_index..total.values.len()).find(|&index| total.values[index] <= back_below)?;
    let before = (0..index).rev().find(|&before| total.values[before].is_finite())?;
    let at = timestamp(total.times[index]);
    let text = Message::new("event-threads-recover").with("value", whole(total.values[index]));
    let cites =
        shown.nearest(total.times[index]).and_then(|index| shown.cite(index, Role::Shows)).into_iter().collect();
    let step = (total.times[index] - total.times[before]).ceil() as u32;
    let proposed = event("recovery".to_owned(), at, text, EventSource::Series(total.label.clone()), cites);
    Some(TimelineEvent { phase: Some(Phase::Resolution), uncertainty_s: step, ..proposed })
}

/// Repeats as one event over their range.
fn folded(key: &str, id: &str, phase: Option<Phase>, failures: &[&Failure]) -> Option<TimelineEvent> {
    let mut timed: Vec<&&Failure> = failures.iter().filter(|failure| failure.at.is_some()).collect();
    if timed.iter().any(|failure| failure.uncertainty_s == 0) {
        timed.retain(|failure| failure.uncertainty_s == 0);
    }
    let (first, last) = (timed.first()?, timed.last()?);
    let (at, end) = (first.at?, last.at?);
    let count: u32 = timed.iter().map(|failure| failure.count).fold(0, u32::saturating_add);
    let mut subjects: Vec<&str> = timed.iter().filter_map(|failure| failure.subject.as_deref()).collect();
    subjects.sort_unstable();
    subjects.dedup();
    let text = Message::new(id).with("count", count).with("subjects", subjects.len());
    let mut cites = vec![first.cite(Role::Shows)];
    if first.locator != last.locator {
        cites.push(last.cite(Role::Shows));
    }
    let source = EventSource::Log(first.reporter.clone());
    let proposed = event(key.to_owned(), at, text, source, cites);
    Some(TimelineEvent { end: (end > at).then_some(end), uncertainty_s: first.uncertainty_s, phase, count, ..proposed })
}

/// Kills by liveness probes, one per pod and minute: the journal tells of each in several lines, and the pod's events once more.
fn kills(facts: &Facts) -> Vec<TimelineEvent> {
    let mut kills: Vec<(&str, &Failure, Timestamp)> = Vec::new();
    let mut stated: Vec<_> = facts.failures.of(SightingKind::LivenessKill.index()).collect();
    // Exact times first: a less exact one then only repeats what is known.
    stated.sort_by_key(|kill| kill.uncertainty_s);
    for kill in stated {
        let (Some(pod), Some(at)) = (kill.subject.as_deref(), kill.at) else { continue };
        let slack = i64::from(kill.uncertainty_s.max(60)) * 1_000_000_000;
        if !kills.iter().any(|(known, _, when)| *known == pod && (when.0 - at.0).abs() <= slack) {
            kills.push((pod, kill, at));
        }
    }
    let of = |(pod, kill, at): (&str, &Failure, Timestamp)| {
        let text = Message::new("event-liveness-kill").with("pod", pod);
        let key = format!("killed/{pod}/{}", at.0.div_euclid(1_000_000_000));
        let proposed = event(key, at, text, EventSource::Log(kill.reporter.clone()), vec![kill.cite(Role::Shows)]);
        TimelineEvent { uncertainty_s: kill.uncertainty_s, ..proposed }
    };
    kills.into_iter().map(of).collect()
}

fn whole(threads: f64) -> crate::model::Arg {
    crate::model::Arg::Int(threads.round() as i64)
}
