//! kubelet evicted pods because their node ran short of memory, disk or process ids.
//!
//! # What it detects
//! Pods whose status or events say `Evicted` with what the node was low on, or that kubelet's eviction manager names in its log; by node and
//! resource, with the threshold, what was available, and the container that used most beyond its request.
//!
//! # Why it matters
//! An evicted pod does not start again on its node, its log is gone with it, and its containers often show exit code 137 as after a kill for
//! memory. The pod that was chosen need not be the one that filled the node.
//!
//! # Evidence used
//! Statuses of pods, events `Evicted`, `EvictionThresholdMet`, `NodeHasDiskPressure`, `NodeHasInsufficientMemory` and
//! `NodeHasInsufficientPID`, nodes' conditions, kubelet's log.
//!
//! # Example
//! ```text
//! The node was low on resource: memory. Threshold quantity: 100Mi, available: 17348Ki. Container app was using 188Ki, request is 0, …
//! ```
//!
//! # Ruled out when
//! Pods' statuses were collected together with nodes' conditions or events about nodes, and none speaks of an eviction or of pressure: events
//! about one pod say nothing of its node. Also where pods were evicted for a limit of their own, and where kubelet freed enough without
//! evicting. That a node was under pressure proves no eviction: without a pod that is named the question stays open.
//!
//! # Known false positives
//! An evicted pod stays listed until somebody removes it, for weeks: its time is given where anything says it. Conditions are those of the
//! moment of collection.
//!
//! # Questions to ask next
//! What filled the node: a container without a request, logs, images, processes? Do other pods of it use more than they request?
//!
//! # References
//! <https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/>

use crate::facts::Facts;
use crate::facts::evictions::{Eviction, EvictionCause, Resource, bytes};
use crate::model::few::Few;
use crate::model::{
    Arg, Cite, Confidence, Finding, Message, Outcome, Role, Severity, Statement, TimeRange, WhySuggestion,
};
use crate::rules::RuleInfo;

/// The rule.
pub static RULE: RuleInfo = RuleInfo { id: "kube/evicted-pressure", severity: Severity::High, since: "0.2.0", detect };

/// Findings of one case.
const MAX_FINDINGS: usize = 20;
/// Places given of one statement.
const MAX_CITES: usize = 4;

fn detect(facts: &Facts) -> Outcome {
    let all = &facts.evictions;
    let mut groups: Few<(Option<&str>, Resource), Vec<&Eviction>> = Few::default();
    for pod in &all.pods {
        if let EvictionCause::Shortage(resource) = pod.cause {
            groups.or_default((pod.node.as_deref(), resource)).push(pod);
        }
    }
    if !groups.is_empty() {
        let found = groups.into_iter().take(MAX_FINDINGS);
        return Outcome::Found(found.map(|((node, resource), pods)| finding(facts, node, resource, &pods)).collect());
    }
    let of_cause = |cause: EvictionCause| all.pods.iter().filter(move |pod| pod.cause == cause);
    let places = |cause| of_cause(cause).flat_map(|pod| pod.cites.clone()).take(MAX_CITES).collect::<Vec<_>>();
    let would_need = vec![Message::new("missing-evicted-pods"), Message::new("missing-eviction-log")];
    let unknown = places(EvictionCause::Unknown);
    if !unknown.is_empty() {
        let why = Message::new("outcome-evict-unknown").with("count", of_cause(EvictionCause::Unknown).count());
        return Outcome::Inconclusive { why, would_need, cites: unknown };
    }
    let open: Vec<Cite> = all.pressure.iter().filter(|it| !it.is_relieved).map(|it| it.cite).take(MAX_CITES).collect();
    if !open.is_empty() {
        return Outcome::Inconclusive { why: Message::new("outcome-evict-pressure"), would_need, cites: open };
    }
    let ruled_out = |id: &str, cites: Vec<Cite>| Outcome::RuledOut { why: Message::new(id), cites };
    let own = places(EvictionCause::OwnLimit);
    if !own.is_empty() {
        return ruled_out("outcome-evict-own-limit", own);
    }
    if !all.pressure.is_empty() {
        let relieved = all.pressure.iter().map(|it| it.cite).take(MAX_CITES).collect();
        return ruled_out("outcome-evict-relieved", relieved);
    }
    if !all.unknown.is_empty() {
        let why = Message::new("outcome-evict-unsaid");
        return Outcome::Inconclusive { why, would_need, cites: all.unknown.iter().take(MAX_CITES).copied().collect() };
    }
    let witnesses = all.calm.iter().chain(&all.events);
    if !all.others.is_empty() && witnesses.clone().next().is_some() {
        return ruled_out("outcome-evict-none", witnesses.chain(&all.others).take(MAX_CITES).copied().collect());
    }
    Outcome::Skipped { missing: would_need }
}

fn statement(topic: &str, text: Message, cites: Vec<Cite>) -> Statement {
    Statement { topic: topic.to_owned(), text, cites }
}

/// The resource's name, and the signals that kubelet compares.
const fn names(resource: Resource) -> (&'static str, &'static str) {
    match resource {
        Resource::Memory => ("finding-evict-memory", "memory.available"),
        Resource::Disk => ("finding-evict-disk", "nodefs.available, imagefs.available"),
        Resource::Inodes => ("finding-evict-inodes", "nodefs.inodesFree, imagefs.inodesFree"),
        Resource::Pids => ("finding-evict-pids", "pid.available"),
    }
}

/// A quantity as it is written; bytes without a unit are hard to read.
fn amount(resource: Resource, quantity: &str) -> Arg {
    let is_bytes = matches!(resource, Resource::Memory | Resource::Disk);
    match quantity.parse::<u64>() {
        Ok(bytes) if is_bytes && bytes >= 1024 => Arg::Bytes(bytes),
        _ => Arg::from(quantity),
    }
}

fn finding(facts: &Facts, node: Option<&str>, resource: Resource, pods: &[&Eviction]) -> Finding {
    let (name, signal) = names(resource);
    let subject = node.map_or_else(|| pods[0].pod.clone(), |node| format!("node {node}"));
    let said = Message::new("finding-evict-pods").with("count", pods.len()).with("pod", pods[0].pod.as_str());
    let evicted = statement(
        "failures",
        said.with("resource", Message::new(name)),
        pods.iter().filter_map(|pod| pod.cites.first()).take(MAX_CITES).copied().collect(),
    );
    let threshold = pods.iter().find_map(|pod| pod.threshold.as_ref()).map(|(threshold, available, cite)| {
        let text = Message::new("finding-evict-threshold")
            .with("threshold", amount(resource, threshold))
            .with("available", amount(resource, available))
            .with("signal", signal);
        statement("ceiling", text, vec![Cite { role: Role::Bounds, ..*cite }])
    });
    let largest = pods.iter().filter_map(|pod| Some((pod, pod.largest.as_ref()?)));
    let largest = largest.max_by_key(|(_, (used, _))| bytes(&used.used)).map(|(pod, (used, cite))| {
        let text = Message::new("finding-evict-use")
            .with("container", used.container.as_str())
            .with("pod", pod.pod.as_str())
            .with("used", amount(resource, &used.used))
            .with("request", amount(resource, &used.request));
        statement("use", text, vec![*cite])
    });
    // Pressure on a disk is told of its space and of its files by the same words.
    let class = |resource| if resource == Resource::Inodes { Resource::Disk } else { resource };
    let is_its = |other: Option<Resource>| other.is_none_or(|other| class(other) == class(resource));
    let reports = facts.evictions.pressure.iter().filter(|it| is_its(it.resource) && it.node.as_deref() == node);
    let reports: Vec<Cite> = reports.map(|it| it.cite).take(MAX_CITES).collect();
    let pressure = node.filter(|_| !reports.is_empty());
    let pressure = pressure.map(|_| statement("pressure", Message::new("finding-evict-reported"), reports));
    let times = pods.iter().filter_map(|pod| pod.at);
    let is_certain = threshold.is_some() || pods.iter().any(|pod| pod.n_sorts > 1);
    let why = WhySuggestion {
        key: format!("{}/{subject}/{name}", RULE.id),
        question: Message::new("finding-evict-why").with("pod", pods[0].pod.as_str()),
        claim: threshold.as_ref().map(|threshold| threshold.text.clone()),
        cites: threshold.as_ref().map(|threshold| threshold.cites.clone()).unwrap_or_default(),
        would_need: if threshold.is_none() { vec![Message::new("missing-evicted-pods")] } else { Vec::new() },
    };
    Finding {
        rule: RULE.id.to_owned(),
        title: Message::new(if node.is_some() { "finding-evict-title" } else { "finding-evict-title-unplaced" })
            .with("count", pods.len())
            .with("node", node.unwrap_or("?"))
            .with("resource", Message::new(name)),
        severity: RULE.severity,
        confidence: if is_certain { Confidence::Certain } else { Confidence::Likely },
        subject,
        culprit: None,
        victims: pods.iter().take(MAX_FINDINGS).map(|pod| pod.pod.clone()).collect(),
        time_range: times.clone().min().zip(times.max()).map(|(first, last)| TimeRange::of(first, last)),
        statements: [Some(evicted), threshold, largest, pressure].into_iter().flatten().collect(),
        questions: vec![Message::new("question-evict-filled")],
        whys: vec![why],
    }
}
