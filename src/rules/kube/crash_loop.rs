//! A container is started again and again, and ends again and again.
//!
//! # What it detects
//! A container that Kubernetes waits with before it starts it once more (`CrashLoopBackOff`), or that was restarted at least three times
//! and whose last run ended with an error within ten minutes; and what its own log said at its end.
//!
//! # Why it matters
//! What ends at its start never does its work, and a roll-out with it does not end. Its state only says that it ended; why it did stands in
//! the log of the run before, which is gone once the pod is.
//!
//! # Evidence used
//! States of containers, the column STATUS of a table of pods, and the log of the last run that ended, where its path says whose it is.
//!
//! # Example
//! ```text
//! State: Waiting / Reason: CrashLoopBackOff / Last State: Terminated / Exit Code: 1 / Restart Count: 3
//! Error: unknown command "server-junk" for "velero"
//! ```
//!
//! # Ruled out when
//! States of containers were collected and none ends again and again; or each that does was killed for its memory or by its probe, was
//! refused a task or lost with its node, which other rules tell of.
//!
//! # Known false positives
//! The loop is what Kubernetes says; the quoted line is only what the container said, and may be a complaint it always makes. A container
//! that waited for another at its start and runs since is told with low severity.
//!
//! # Questions to ask next
//! Did it ever run so, and what was changed since: image, arguments, configuration, secrets? What does it need at its start?
//!
//! # References
//! <https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy>

use crate::facts::Facts;
use crate::facts::workloads::CrashLoop;
use crate::model::few::Few;
use crate::model::{Arg, Cite, Confidence, Finding, Message, Outcome, Severity, Statement, TimeRange, WhySuggestion};
use crate::rules::RuleInfo;

/// The rule.
pub static RULE: RuleInfo = RuleInfo { id: "kube/crash-loop", severity: Severity::High, since: "0.2.0", detect };

/// Findings of one case: beyond some number they repeat each other.
const MAX_FINDINGS: usize = 20;
/// Places given of one statement.
const MAX_CITES: usize = 4;

fn detect(facts: &Facts) -> Outcome {
    let all = &facts.crash_loops;
    let named = |one: &CrashLoop| !one.container.is_empty();
    // Pods of one controller are one finding. A table does not name the container: it is the one that others of the controller loop in.
    let mut groups: Few<(&str, &str), Vec<&CrashLoop>> = Few::default();
    for one in all.loops.iter().filter(|one| named(one)).chain(all.loops.iter().filter(|one| !named(one))) {
        let owner = one.owner.as_deref().unwrap_or(&one.pod);
        let known = groups.keys().find(|(known, _)| *known == owner && !named(one)).copied();
        groups.or_default(known.unwrap_or((owner, one.container.as_str()))).push(one);
    }
    // Of a pod whose end nothing tells it is the end that others of its controller had.
    let unexplained = groups.into_values().map(|mut loops| {
        let is_known = loops.iter().any(|one| one.is_explained);
        loops.retain(|one| !(one.is_explained || is_known && one.exit.is_none()));
        loops
    });
    let found = unexplained.filter(|loops| !loops.is_empty());
    let found: Vec<Finding> = found.take(MAX_FINDINGS).map(|loops| finding(&loops)).collect();
    let first = |cites: &[Cite]| cites.iter().take(MAX_CITES).copied().collect::<Vec<Cite>>();
    let why = |id: &str, count: usize| Message::new(id).with("count", count);
    match (found.is_empty(), &all.stateless[..], &all.loops[..]) {
        (false, ..) => Outcome::Found(found),
        (_, [_, ..], _) => Outcome::Inconclusive {
            why: why("outcome-crash-stateless", all.stateless.len()),
            would_need: vec![Message::new("missing-pod-states")],
            cites: first(&all.stateless),
        },
        (_, [], [_, ..]) => {
            let ends = all.loops.iter().filter_map(|one| one.exit.as_ref()).map(|exit| exit.3).take(MAX_CITES);
            Outcome::RuledOut {
                why: why("outcome-crash-explained", all.loops.iter().filter(|one| one.is_explained).count()),
                cites: ends.collect(),
            }
        }
        _ if all.n_others > 0 => Outcome::RuledOut {
            why: Message::new("outcome-crash-none").with("count", all.n_others),
            cites: first(&all.others),
        },
        _ => Outcome::Skipped { missing: vec![Message::new("missing-pod-states")] },
    }
}

fn finding(loops: &[&CrashLoop]) -> Finding {
    // The one that tells most.
    let told =
        loops.iter().find(|one| one.last_words.is_some()).or_else(|| loops.iter().find(|one| one.exit.is_some()));
    let first = *told.unwrap_or(&loops[0]);
    let subject = if loops.len() > 1 { first.owner.as_ref() } else { None }.unwrap_or(&first.pod).as_str();
    let waits = loops.iter().any(|one| one.waits);
    let title = match (first.container.as_str(), waits) {
        ("", _) => "finding-crash-pod-title",
        (_, true) => "finding-crash-title",
        (_, false) => "finding-crash-again-title",
    };
    let statement = |topic: &str, text, cites: Vec<Cite>| Statement { topic: topic.to_owned(), text, cites };
    let restarts = loops.iter().map(|one| one.restarts).fold(0, u32::saturating_add);
    let restarted = Message::new("finding-crash-restarts").with("restarts", restarts).with("pods", loops.len());
    let places = loops.iter().flat_map(|one| one.cites.iter().copied()).take(MAX_CITES).collect();
    let mut statements = vec![statement("failures", restarted, places)];
    statements.extend(first.exit.as_ref().map(|(code, reason, lived_s, cite)| {
        let id = if lived_s.is_some() { "finding-crash-exit-lived" } else { "finding-crash-exit" };
        let text = Message::new(id)
            .with("code", code.to_string())
            .with("reason", if reason.is_empty() { "?" } else { reason })
            .with("lived", Arg::Seconds(lived_s.unwrap_or_default()));
        statement("exit", text, vec![*cite])
    }));
    let said = first.last_words.map(|[end, error]| {
        let cites = if end == error { vec![end] } else { vec![error, end] };
        statement("said", Message::quoting("finding-crash-said"), cites)
    });
    statements.extend(said.clone());
    let asked = || match first.container.as_str() {
        "" => Message::new("missing-pod-states"),
        container => Message::new("missing-previous-log")
            .with("container", container)
            .with("pod", first.pod.as_str())
            .with("count", first.restarts),
    };
    let why = WhySuggestion {
        key: format!("{}/{subject}/{}", RULE.id, first.container),
        question: Message::new("finding-crash-why").with("subject", subject),
        would_need: if said.is_some() { Vec::new() } else { vec![asked()] },
        cites: said.as_ref().map(|said| said.cites.clone()).unwrap_or_default(),
        claim: said.map(|said| said.text),
    };
    let ends = loops.iter().filter_map(|one| one.exit.as_ref()?.3.at);
    let is_over = loops.iter().all(|one| one.is_over);
    Finding {
        rule: RULE.id.to_owned(),
        title: Message::new(title).with("container", first.container.as_str()).with("subject", subject),
        severity: if is_over { Severity::Low } else { RULE.severity },
        confidence: if waits { Confidence::Certain } else { Confidence::Likely },
        subject: subject.to_owned(),
        culprit: None,
        victims: Vec::new(),
        time_range: ends.clone().min().zip(ends.max()).map(|(first, last)| TimeRange::of(first, last)),
        statements,
        questions: vec![Message::new("question-crash-change"), Message::new("question-crash-needs")],
        whys: vec![why],
    }
}
