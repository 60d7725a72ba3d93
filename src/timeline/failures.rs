//! Events that lines state: tasks refused, probes that failed, containers killed for it.

use super::event;
use crate::facts::Facts;
use crate::facts::failures::{Failure, PROBE_FAILED, count_of, probes_suffer, timed};
use crate::model::sort::Order as _;
use crate::model::{Arg, EventSource, Finding, Message, Phase, Role, SightingKind, TimelineEvent, Timestamp};

/// Pods that are named, unless one more would be all.
const NAMED: usize = 5;

/// Everything that failed.
pub(super) fn failed(facts: &Facts, findings: &[Finding]) -> Vec<TimelineEvent> {
    let mut events = Vec::new();
    let refused: Vec<&Failure> = facts.failures.task_refused().collect();
    let names_errno = refused.iter().any(|failure| failure.names_errno());
    let id = if names_errno { "event-task-refused" } else { "event-thread-refused" };
    events.extend(folded("task-refused", id, None, &refused));
    // While tasks are refused, failing probes are what users of those pods felt; probes that fail at other times are another story.
    let window = probes_suffer(&refused).filter(|_| !findings.is_empty());
    let probes: Vec<&Failure> = match window {
        Some(window) => facts.failures.probes_within(window).collect(),
        None => facts.failures.of(PROBE_FAILED.index()).collect(),
    };
    events.extend(folded("probe-failed", "event-probes-failed", window.map(|_| Phase::Impact), &probes));
    let storage: Vec<&Failure> = facts.failures.of(SightingKind::CephTrouble.index()).collect();
    events.extend(folded("storage", "event-storage", None, &storage));
    events.extend(kills(facts));
    events
}

/// Repeats as one event over their range.
pub(super) fn folded(key: &str, id: &str, phase: Option<Phase>, failures: &[&Failure]) -> Option<TimelineEvent> {
    let timed = timed(failures);
    let first = timed.iter().min_by_key(|failure| failure.range().map(|it| it.start))?;
    let last = timed.last()?;
    let (at, end) = (first.range()?.start, last.at?);
    let count = count_of(&timed);
    let mut subjects: Vec<&str> = timed.iter().filter_map(|failure| failure.subject.as_deref()).collect();
    subjects.order_by(|a, b| a.cmp(b));
    subjects.dedup();
    let n_named = if subjects.len() > NAMED + 1 { NAMED } else { subjects.len() };
    let (named, others) = subjects.split_at(n_named);
    let mut names: Vec<Arg> = named.iter().map(|name| Arg::from(*name)).collect();
    if !others.is_empty() {
        names.push(Message::new("event-names-more").with("count", others.len()).into());
    }
    let text = Message::new(id).with("count", count).with("subjects", subjects.len()).with("names", Arg::List(names));
    let mut cites = vec![first.cite(Role::Shows)];
    if first.locator != last.locator {
        cites.push(last.cite(Role::Shows));
    }
    let source = EventSource::Log(first.reporter.clone());
    let proposed = event(key.to_owned(), at, text, source, cites);
    let uncertainty_s = first.since.map_or(first.uncertainty_s, |(_, unit)| unit);
    Some(TimelineEvent { end: (end > at).then_some(end), uncertainty_s, phase, count, ..proposed })
}

/// Kills by liveness probes, one per pod and minute: the journal tells of each in several lines, and the pod's events once more.
fn kills(facts: &Facts) -> Vec<TimelineEvent> {
    let mut kills: Vec<(&str, &Failure, Timestamp)> = Vec::new();
    let mut stated: Vec<_> = facts.failures.of(SightingKind::LivenessKill.index()).collect();
    // Exact times first: a less exact one then only repeats what is known.
    stated.order_by_key(|kill| kill.uncertainty_s);
    for kill in stated {
        let (Some(pod), Some(at)) = (kill.subject.as_deref(), kill.at) else { continue };
        let slack = i64::from(kill.uncertainty_s.max(60)) * 1_000_000_000;
        if !kills.iter().any(|(known, _, when)| *known == pod && (when.0 - at.0).abs() <= slack) {
            kills.push((pod, kill, at));
        }
    }
    let of = |&(pod, kill, at): &(&str, &Failure, Timestamp)| {
        // What is told one by one is not told as a stretch.
        let is_told = |since: Timestamp| kills.iter().any(|(it, _, when)| *it == pod && since <= *when && *when < at);
        let since = kill.since.filter(|(since, _)| !is_told(*since));
        let (first, uncertainty_s) = since.unwrap_or((at, kill.uncertainty_s));
        let text = Message::new("event-liveness-kill").with("pod", pod);
        let key = format!("killed/{pod}/{}", at.0.div_euclid(1_000_000_000));
        let proposed = event(key, first, text, EventSource::Log(kill.reporter.clone()), vec![kill.cite(Role::Shows)]);
        let count = since.map_or(1, |_| kill.count);
        TimelineEvent { end: since.map(|_| at), uncertainty_s, count, ..proposed }
    };
    kills.iter().map(of).collect()
}
