//! An image cannot be pulled, so pods wait.
//!
//! # What it detects
//! Containers that wait in `ErrImagePull`, `ImagePullBackOff` and the like, or events that say so, by image, with what stood in the way: the
//! registry's certificate, its credentials, its limit, a missing tag, or the way to it.
//!
//! # Why it matters
//! Pods that run go on; what is new, moved or scaled up does not start. It looks like a failed roll-out or a full cluster.
//!
//! # Evidence used
//! States of containers, events `Failed` and `Pulled`.
//!
//! # Example
//! ```text
//! Failed to pull image "registry.example/pay:1.4": … x509: certificate is valid for example.com, not registry.example
//! ```
//!
//! # Ruled out when
//! Containers were collected, all of them have their image, none waits to be created, and no event says otherwise.
//!
//! # Known false positives
//! An event stays for an hour after a pull that succeeded at last. Where nothing says that it did, the times are given.
//!
//! # Questions to ask next
//! Which change brought this image reference, or the registry's answer? Can other nodes pull it?
//!
//! # References
//! <https://kubernetes.io/docs/concepts/containers/images/>

use crate::facts::Facts;
use crate::facts::pulls::{FailedPull, PullCause};
use crate::model::{Confidence, Finding, Message, Outcome, Severity, Statement, TimeRange, WhySuggestion};
use crate::rules::RuleInfo;

/// The rule.
pub static RULE: RuleInfo =
    RuleInfo { id: "kube/image-pull-failed", severity: Severity::Medium, since: "0.2.0", detect };

/// Findings of one case.
const MAX_FINDINGS: usize = 20;
/// Places given of one statement.
const MAX_CITES: usize = 4;

fn detect(facts: &Facts) -> Outcome {
    let pulls = &facts.pulls;
    if !pulls.failed.is_empty() {
        return Outcome::Found(pulls.failed.iter().take(MAX_FINDINGS).map(finding).collect());
    }
    if !pulls.waiting.is_empty() {
        return Outcome::Inconclusive {
            why: Message::new("outcome-pull-waiting").with("count", pulls.waiting.len()),
            would_need: vec![Message::new("missing-events")],
            cites: pulls.waiting.iter().take(MAX_CITES).copied().collect(),
        };
    }
    if !pulls.held.is_empty() {
        return Outcome::Inconclusive {
            why: Message::new("outcome-pull-held").with("count", pulls.held.len()),
            would_need: Vec::new(),
            cites: pulls.held.iter().take(MAX_CITES).copied().collect(),
        };
    }
    if !pulls.others.is_empty() {
        let why = Message::new("outcome-pull-none").with("count", pulls.others.len());
        return Outcome::RuledOut { why, cites: pulls.others.iter().take(MAX_CITES).copied().collect() };
    }
    Outcome::Skipped { missing: vec![Message::new("missing-pod-states")] }
}

fn finding(pull: &FailedPull) -> Finding {
    let image = pull.image.as_str();
    let is_over = pull.pods.is_empty();
    let [title, pods] = if is_over {
        ["finding-pull-over-title", "finding-pull-over"]
    } else {
        ["finding-pull-title", "finding-pull-pods"]
    };
    let pods = Message::new(pods).with("count", pull.pods.len());
    let waiting = Statement {
        topic: "failures".to_owned(),
        text: pods.with("pod", pull.pods.first().map_or("?", String::as_str)),
        cites: pull.cites.iter().take(MAX_CITES).copied().chain(pull.had.filter(|_| is_over)).collect(),
    };
    let id = match pull.cause {
        PullCause::Unreachable => "finding-pull-unreachable",
        PullCause::Certificate => "finding-pull-certificate",
        PullCause::Unauthorised => "finding-pull-unauthorised",
        PullCause::NotFound => "finding-pull-not-found",
        PullCause::RateLimit => "finding-pull-rate-limit",
        PullCause::Unknown => "",
    };
    let cause =
        pull.answer.map(|cite| Statement { topic: "cause".to_owned(), text: Message::new(id), cites: vec![cite] });
    let why = WhySuggestion {
        key: format!("{}/{image}", RULE.id),
        question: Message::new("finding-pull-why").with("image", image),
        claim: cause.as_ref().map(|cause| cause.text.clone()),
        cites: cause.as_ref().map(|cause| cause.cites.clone()).unwrap_or_default(),
        would_need: if cause.is_none() { vec![Message::new("missing-events")] } else { Vec::new() },
    };
    Finding {
        rule: RULE.id.to_owned(),
        title: Message::new(title).with("image", image),
        severity: if is_over { Severity::Low } else { RULE.severity },
        confidence: if cause.is_some() { Confidence::Certain } else { Confidence::Likely },
        subject: image.to_owned(),
        culprit: None,
        victims: Vec::new(),
        time_range: pull.range.map(|(first, last)| TimeRange::of(first, last)),
        statements: [Some(waiting), cause].into_iter().flatten().collect(),
        questions: vec![Message::new("question-pull-change"), Message::new("question-pull-nodes")],
        whys: vec![why],
    }
}
