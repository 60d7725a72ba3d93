//! Events that lines state: tasks refused, probes that failed, containers killed for it.

use super::event;
use crate::facts::Facts;
use crate::facts::failures::{Failure, PROBE_FAILED, count_of, probes_suffer, timed};
use crate::model::sort::Order as _;
use crate::model::{
    Arg, EventSource, Finding, Locator, Message, Phase, Role, SightingKind, TimeRange, TimelineEvent, Timestamp,
};

/// Pods that are named, unless one more would be all.
const NAMED: usize = 5;

/// Failures are of one burst while no silence lies between them that is as long or longer, in seconds.
const SILENCE_S: i64 = 900;
/// Bursts of one kind that are proposed one by one.
const MAX_BURSTS: usize = 30;

/// Everything that failed.
pub(super) fn failed(facts: &Facts, findings: &[Finding]) -> Vec<TimelineEvent> {
    let mut events = Vec::new();
    let refused: Vec<&Failure> = facts.failures.task_refused().collect();
    let own = told(&refused, findings);
    let names_errno = refused.iter().any(|failure| failure.names_errno());
    let id = if names_errno { "event-task-refused" } else { "event-thread-refused" };
    let is_own = |burst: &[&Failure]| own.iter().any(|own| is_one(own, burst));
    each(("task-refused", id, None), bursts(&refused), is_own, &mut events);
    // While tasks are refused, failing probes are what users of those pods felt; probes that fail at other times are another story.
    let (phase, probes): (_, Vec<&Failure>) = match &own[..] {
        [] => (None, facts.failures.of(PROBE_FAILED.index()).collect()),
        own => (Some(Phase::Impact), felt(facts, own)),
    };
    each(("probe-failed", "event-probes-failed", phase), bursts(&probes), |_| false, &mut events);
    let storage: Vec<&Failure> = facts.failures.of(SightingKind::CephTrouble.index()).collect();
    events.extend(folded("storage", "event-storage", None, &storage));
    events.extend(kills(facts));
    events
}

/// The bursts of refused tasks that findings speak of: those that hold a place which one of them cites for its failures.
pub(super) fn told<'a>(refused: &[&'a Failure], findings: &[Finding]) -> Vec<Vec<&'a Failure>> {
    let stated = findings.iter().flat_map(|finding| &finding.statements).filter(|it| it.topic == "failures");
    let cites: Vec<Locator> = stated.flat_map(|statement| &statement.cites).map(|cite| cite.locator).collect();
    let mut bursts = bursts(refused);
    bursts.retain(|burst| burst.iter().any(|failure| cites.contains(&failure.locator)));
    bursts
}

/// Probes that failed while tasks were refused, on the same host as far as that is known.
pub(super) fn felt<'a>(facts: &'a Facts, own: &[Vec<&Failure>]) -> Vec<&'a Failure> {
    let is_felt = |probe: &&Failure| {
        own.iter().any(|burst| {
            let host = burst.first().and_then(|failure| failure.host.as_ref());
            let is_here = probe.host.is_none() || host.is_none() || probe.host.as_ref() == host;
            is_here && probes_suffer(burst).is_some_and(|time| probe.is_within(time))
        })
    };
    facts.failures.of(PROBE_FAILED.index()).filter(is_felt).collect()
}

fn is_one(a: &[&Failure], b: &[&Failure]) -> bool {
    a.first().map(|failure| failure.locator) == b.first().map(|failure| failure.locator)
}

/// Failures with a time, apart by host, where the evidence tells several apart, and by silence.
fn bursts<'a>(failures: &[&'a Failure]) -> Vec<Vec<&'a Failure>> {
    let mut timed = timed(failures);
    let mut hosts = timed.iter().filter_map(|failure| failure.host.as_ref());
    let first = hosts.next();
    let is_split = hosts.any(|host| Some(host) != first);
    let host = |failure: &'a Failure| failure.host.as_ref().filter(move |_| is_split);
    let start = |failure: &Failure| failure.range().map(|range| range.start);
    timed.order_by(|a, b| host(a).cmp(&host(b)).then(start(a).cmp(&start(b))));
    let mut bursts: Vec<Vec<&'a Failure>> = Vec::new();
    let mut until = None;
    for failure in timed {
        let Some(TimeRange { start, end }) = failure.range() else { continue };
        let is_same = |burst: &&mut Vec<&'a Failure>| {
            let is_near = until.is_some_and(|until: Timestamp| start < until.plus_seconds(SILENCE_S));
            is_near && burst.first().is_some_and(|first| host(first) == host(failure))
        };
        match bursts.last_mut().filter(is_same) {
            Some(burst) => {
                burst.push(failure);
                until = until.max(Some(end));
            }
            None => {
                bursts.push(vec![failure]);
                until = Some(end);
            }
        }
    }
    bursts
}

/// An event for each burst: those first that are the finding's own, then in order of time. The first keeps the plain key; where there are too
/// many, what is left is one event.
fn each(
    (key, id, phase): (&str, &str, Option<Phase>),
    mut bursts: Vec<Vec<&Failure>>,
    is_own: impl Fn(&[&Failure]) -> bool,
    events: &mut Vec<TimelineEvent>,
) {
    bursts.order_by_key(|burst| (!is_own(burst), burst.first().and_then(|first| first.range()).map(|it| it.start)));
    if bursts.len() > MAX_BURSTS {
        let rest = bursts.split_off(MAX_BURSTS - 1).concat();
        bursts.push(rest);
    }
    for (index, burst) in bursts.iter().enumerate() {
        let at = burst.first().and_then(|first| first.range()).map_or(0, |it| it.start.0.div_euclid(1_000_000_000));
        let key = if index == 0 { key.to_owned() } else { format!("{key}/{at}") };
        events.extend(folded(&key, id, phase, burst));
    }
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
