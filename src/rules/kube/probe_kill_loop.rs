//! A liveness probe kills a container again and again.
//!
//! # What it detects
//! kubelet killed a container for its liveness probe at least twice, as events or its log say; whether the container never got ready in the
//! time the probe allows, or ran and then stopped answering; and what the probe met.
//!
//! # Why it matters
//! Logs say that the application started, the exit code looks like a kill for memory, and every restart makes a slow start slower. The
//! probe is rarely the cause, but it turns slowness into an outage.
//!
//! # Evidence used
//! Events `Killing` and `Unhealthy`, kubelet's log, the container's last state, and the numbers of its liveness probe: one that never
//! succeeds kills between `delay + (failures - 1) x period` and `delay + failures x period + timeout` after the start.
//!
//! # Example
//! ```text
//! Warning  Unhealthy  kubelet  Liveness probe failed: HTTP probe failed with statuscode: 503
//! Normal   Killing    kubelet  Container payment failed liveness probe, will be restarted
//! ```
//!
//! # Ruled out when
//! Events about pods were collected, containers ended while they were, and no event speaks of such a kill. Also where the container was killed for its memory,
//! or where probes failed because no task could be created: then the kills are an effect of that.
//!
//! # Known false positives
//! A probe that rightly restarts a process that hangs looks the same; what hung is the question then. Two kills of a pod weeks apart are no
//! loop, where events are old enough to show both.
//!
//! # Questions to ask next
//! What did the application wait for when it did not answer? How long does a healthy start take under load?
//!
//! # References
//! <https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/>

use crate::facts::Facts;
use crate::facts::probes::{PodKills, ProbeCause};
use crate::model::few::Few;
use crate::model::{Arg, Cite, Confidence, Finding, Message, Outcome, Severity, Statement, TimeRange, WhySuggestion};
use crate::rules::RuleInfo;

/// The rule.
pub static RULE: RuleInfo = RuleInfo { id: "kube/probe-kill-loop", severity: Severity::High, since: "0.2.0", detect };

/// One kill may be right.
const LOOP: u32 = 2;
/// How long kubelet may take to stop a container: the grace period and a little.
const GRACE_S: f64 = 35.0;
/// Findings of one case: beyond some number they repeat each other.
const MAX_FINDINGS: usize = 20;
/// Places given of one statement.
const MAX_CITES: usize = 4;

fn detect(facts: &Facts) -> Outcome {
    let probes = &facts.probes;
    let is_memory = |pod: &PodKills| pod.exit.as_ref().is_some_and(|(_, reason, _)| reason == "OOMKilled");
    let is_loop = |pod: &PodKills| {
        let was_killed = pod.exit.as_ref().is_none_or(|(code, ..)| matches!(code, 137 | 143));
        pod.kills >= LOOP && (was_killed || pod.restarts >= pod.kills)
    };
    let mut groups: Few<(&str, &str), Vec<&PodKills>> = Few::default();
    for pod in probes.pods.iter().filter(|pod| is_loop(pod) && !is_memory(pod) && !pod.is_starved) {
        let owner = pod.owner.as_deref().unwrap_or(&pod.pod);
        groups.or_default((owner, pod.container.as_deref().unwrap_or_default())).push(pod);
    }
    if !groups.is_empty() {
        return Outcome::Found(groups.into_values().take(MAX_FINDINGS).map(|pods| finding(facts, &pods)).collect());
    }
    let ruled_out = |id: &str, cites: Vec<Cite>| Outcome::RuledOut { why: Message::new(id), cites };
    let cites = |pods: &[&PodKills]| pods.iter().flat_map(|pod| pod.cites.clone()).take(MAX_CITES).collect();
    let starved: Vec<&PodKills> = probes.pods.iter().filter(|pod| pod.is_starved).collect();
    if !starved.is_empty() {
        return ruled_out("outcome-probe-starved", cites(&starved));
    }
    let memory: Vec<&PodKills> = probes.pods.iter().filter(|pod| is_memory(pod)).collect();
    if !memory.is_empty() {
        return ruled_out("outcome-probe-memory", cites(&memory));
    }
    if !probes.pods.is_empty() {
        let once: Vec<&PodKills> = probes.pods.iter().collect();
        let why = Message::new("outcome-probe-once").with("pod", once[0].pod.as_str());
        return Outcome::Inconclusive { why, would_need: vec![Message::new("missing-events")], cites: cites(&once) };
    }
    let first = |cites: &[Cite]| cites.iter().take(MAX_CITES).copied().collect();
    let is_before = |cite: &&Cite| probes.events_from.zip(cite.at).is_some_and(|(from, at)| at < from);
    let unseen = probes.unexplained.iter().chain(&probes.others).filter(is_before);
    let unseen: Vec<Cite> = unseen.take(MAX_CITES).copied().collect();
    if !unseen.is_empty() {
        let why = Message::new("outcome-probe-before-events");
        return Outcome::Inconclusive { why, would_need: vec![Message::new("missing-events")], cites: unseen };
    }
    match (probes.has_events, probes.unexplained.as_slice(), probes.others.as_slice()) {
        (false, [_, ..], _) => Outcome::Inconclusive {
            why: Message::new("outcome-probe-no-events").with("count", probes.unexplained.len()),
            would_need: vec![Message::new("missing-events")],
            cites: first(&probes.unexplained),
        },
        (true, [_, ..], _) => ruled_out("outcome-probe-none", first(&probes.unexplained)),
        (true, [], [_, ..]) => ruled_out("outcome-probe-none", first(&probes.others)),
        _ => Outcome::Skipped { missing: vec![Message::new("missing-events")] },
    }
}

fn statement(topic: &str, text: Message, cites: Vec<Cite>) -> Option<Statement> {
    (!cites.is_empty()).then(|| Statement { topic: topic.to_owned(), text, cites })
}

fn finding(facts: &Facts, pods: &[&PodKills]) -> Finding {
    let first = pods[0];
    let container = first.container.as_deref().unwrap_or("?");
    let subject = match (&first.owner, pods) {
        (Some(owner), [_, _, ..]) => format!("{}/{owner}", first.pod.split('/').next().unwrap_or_default()),
        _ => first.pod.clone(),
    };
    let count = pods.iter().map(|pod| pod.kills).fold(0, u32::saturating_add);
    let range = pods.iter().filter_map(|pod| pod.range).reduce(TimeRange::union);
    let said = Message::new("finding-probe-kills").with("count", count).with("pods", pods.len());
    let kills = statement("failures", said, pods.iter().flat_map(|pod| pod.cites.clone()).take(MAX_CITES).collect());
    let cause = cause(pods);
    let timing = pods.iter().find_map(|pod| timing(pod));
    let ends = pods.iter().filter_map(|pod| pod.exit.as_ref()).map(|(_, _, cite)| *cite).take(MAX_CITES).collect();
    // Where kubelet speaks of such a kill, the state's silence proves nothing.
    let ruled_out = statement("ruled-out", Message::new("finding-probe-not-memory"), ends);
    let ruled_out = ruled_out.filter(|_| facts.memory.stated.is_empty());
    let is_shown = timing.is_some() && ruled_out.is_some();
    let claim = timing.as_ref().or(cause.as_ref());
    let why = WhySuggestion {
        key: format!("{}/{subject}/{container}", RULE.id),
        question: Message::new("finding-probe-why").with("container", container),
        claim: claim.map(|claim| claim.text.clone()),
        cites: claim.map(|claim| claim.cites.clone()).unwrap_or_default(),
        would_need: if claim.is_none() { vec![Message::new("missing-events")] } else { Vec::new() },
    };
    Finding {
        rule: RULE.id.to_owned(),
        title: Message::new("finding-probe-title").with("container", container).with("subject", subject.as_str()),
        severity: RULE.severity,
        confidence: if is_shown { Confidence::Certain } else { Confidence::Likely },
        subject,
        culprit: None,
        victims: Vec::new(),
        time_range: range,
        statements: [kills, cause, timing, ruled_out].into_iter().flatten().collect(),
        questions: vec![Message::new("question-probe-waited"), Message::new("question-probe-start")],
        whys: vec![why],
    }
}

/// What the failing probe met most often.
fn cause(pods: &[&PodKills]) -> Option<Statement> {
    let causes = pods.iter().flat_map(|pod| pod.causes.iter());
    let (cause, (count, cite)) = causes.max_by_key(|(_, (count, _))| *count)?;
    let id = match cause {
        ProbeCause::Refused => "finding-probe-refused",
        ProbeCause::Status => "finding-probe-status",
        ProbeCause::Timeout => "finding-probe-timeout",
        ProbeCause::Other => "finding-probe-other",
    };
    statement("cause", Message::new(id).with("count", *count), cite.iter().copied().collect())
}

/// Whether the container never got ready, or stopped answering later.
fn timing(pod: &PodKills) -> Option<Statement> {
    let ((from, to), lived_s, (_, _, cite)) = (pod.window_s?, pod.lived_s?, pod.exit.as_ref()?);
    let is_early = lived_s <= f64::from(to) + GRACE_S;
    if is_early && pod.has_startup {
        return None;
    }
    let id = if is_early { "finding-probe-never-ready" } else { "finding-probe-later" };
    let seconds = |seconds: u32| Arg::Seconds(f64::from(seconds));
    let text =
        Message::new(id).with("from", seconds(from)).with("to", seconds(to)).with("lived", Arg::Seconds(lived_s));
    statement("timing", text, vec![*cite])
}
