//! A container, or a process of a node, was killed for its memory.
//!
//! # What it detects
//! A container whose state says `OOMKilled`, the kernel's lines about a kill for memory, or the word of kubelet, systemd or a container's
//! runtime for one; and who killed: the limit of the container's own control group, or a node that ran out.
//!
//! # Why it matters
//! Its log ends in the middle of a sentence and says that all is well. Which of the two killed decides what to do: raise or respect the
//! container's limit, or find who filled the node; the victim of a full node is often not the one that grew.
//!
//! # Evidence used
//! States of containers with their memory limits, the kernel's log with its table of processes (joined by the pod's uid, the container's id, or the limit and the
//! second), events `SystemOOM` and `OOMKilling` of the pod's node, the logs of kubelet, systemd, systemd-oomd and containerd.
//!
//! # Example
//! ```text
//! Last State: Terminated / Reason: OOMKilled / Exit Code: 137
//! Memory cgroup out of memory: Killed process 28438 (java) total-vm:20255636kB, anon-rss:466160kB, file-rss:13684kB
//! ```
//!
//! # Ruled out when
//! Every container has a state, none of them says so, none ended with an unexplained 137, and the kernel killed nothing. A 137 without a
//! reason stays open: where a child of the container's process was the victim, its state does not say so.
//!
//! # Known false positives
//! The kernel's lines alone do not tell whether the process belonged to a container that matters. A state may be older than the incident:
//! its time is given.
//!
//! # Questions to ask next
//! Did its memory grow until it was killed, or is the limit below what it needs? How large may the program's own heap become?
//!
//! # References
//! <https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/>, <https://docs.kernel.org/admin-guide/mm/concepts.html#oom-killer>

use crate::facts::Facts;
use crate::facts::memory::{ContainerKill, KernelKill, shown};
use crate::model::few::Few;
use crate::model::{
    Arg, Cite, Confidence, Finding, Message, Outcome, Role, Severity, Statement, TimeRange, WhySuggestion,
};
use crate::rules::RuleInfo;

/// The rule.
pub static RULE: RuleInfo = RuleInfo { id: "kube/oom-killed", severity: Severity::High, since: "0.2.0", detect };

/// Findings of one case: beyond some number they repeat each other.
const MAX_FINDINGS: usize = 20;
/// Places given of one statement.
const MAX_CITES: usize = 4;

fn detect(facts: &Facts) -> Outcome {
    let memory = &facts.memory;
    // Pods of one controller are one finding: fifteen replicas have one cause.
    let mut groups: Few<(&str, &str), Vec<&ContainerKill>> = Few::default();
    for kill in &memory.containers {
        let owner = kill.owner.as_deref().unwrap_or(&kill.pod);
        groups.or_default((owner, kill.container.as_str())).push(kill);
    }
    let mut found: Vec<Finding> = groups.into_values().map(|kills| of_containers(facts, &kills)).collect();
    let is_joined = |index: usize| memory.containers.iter().any(|kill| kill.kernel == Some(index));
    // A kernel's kill without a container of its own, as far as the evidence shows.
    let alone: Vec<&KernelKill> =
        memory.kernel.iter().enumerate().filter(|(index, _)| !is_joined(*index)).map(|(_, kill)| kill).collect();
    let mut processes: Few<&str, Vec<&KernelKill>> = Few::default();
    for kill in alone {
        processes.or_default(&kill.process).push(kill);
    }
    found.extend(processes.into_iter().map(|(process, kills)| of_kernel(process, &kills)));
    found.truncate(MAX_FINDINGS);
    if !found.is_empty() {
        return Outcome::Found(found);
    }
    let kernel_log = || vec![Message::new("missing-kernel-log").with("node", "NODE")];
    let open = |why: &str, cites: &[Cite], would_need| Outcome::Inconclusive {
        why: Message::new(why).with("count", cites.len()),
        would_need,
        cites: cites.iter().take(MAX_CITES).copied().collect(),
    };
    if !memory.stated.is_empty() {
        let needed = [kernel_log(), vec![Message::new("missing-pod-states")]].concat();
        return open("outcome-oom-stated", &memory.stated, needed);
    }
    if !memory.unexplained.is_empty() && !probes_explain(facts) {
        return open("outcome-oom-unexplained", &memory.unexplained, kernel_log());
    }
    if !memory.stateless.is_empty() {
        return open("outcome-oom-stateless", &memory.stateless, vec![Message::new("missing-pod-states")]);
    }
    if memory.n_others > 0 {
        let why = Message::new("outcome-oom-none").with("count", memory.n_others);
        return Outcome::RuledOut { why, cites: memory.others.iter().take(MAX_CITES).copied().collect() };
    }
    Outcome::Skipped { missing: vec![Message::new("missing-pod-states")] }
}

/// Whether every unexplained kill is one by a probe.
fn probes_explain(facts: &Facts) -> bool {
    let explained = facts.probes.pods.iter().filter_map(|pod| pod.exit.as_ref());
    let explained: Vec<_> = explained.map(|(_, _, cite)| cite.locator).collect();
    facts.memory.unexplained.iter().all(|cite| explained.contains(&cite.locator))
}

fn statement(topic: &str, text: Message, cites: Vec<Cite>) -> Option<Statement> {
    (!cites.is_empty()).then(|| Statement { topic: topic.to_owned(), text, cites })
}

/// Kills of one container, in one pod or in several of one controller.
fn of_containers(facts: &Facts, kills: &[&ContainerKill]) -> Finding {
    let first = kills[0];
    let subject = match (&first.owner, kills) {
        (Some(owner), [_, _, ..]) => format!("{}/{owner}", first.pod.split('/').next().unwrap_or_default()),
        _ => first.pod.clone(),
    };
    let restarts = kills.iter().map(|kill| kill.restarts).fold(0, u32::saturating_add);
    let ended = Message::new("finding-oom-state").with("pods", kills.len()).with("restarts", restarts);
    let states = kills.iter().take(MAX_CITES).map(|kill| kill.cite).collect();
    let kernel = kills.iter().find_map(|kill| facts.memory.kernel.get(kill.kernel?));
    let report = kills.iter().find_map(|kill| kill.node_report);
    let limit = first.limit.as_ref();
    let limit_cite = |role| limit.map(|(_, locator)| Cite { locator: *locator, role, at: None });
    let told = kernel.and_then(by_kernel);
    let is_told = told.is_some();
    let killer = match (told, report, limit) {
        (Some(told), _, _) => Some(told),
        (None, Some(report), _) => statement("killer", Message::new("finding-oom-node-report"), vec![report]),
        (None, None, Some((limit, _))) => {
            let text = Message::new("finding-oom-likely-limit").with("limit", shown(limit));
            statement("killer", text, limit_cite(Role::Bounds).into_iter().collect())
        }
        _ => statement("killer", Message::new("finding-oom-unlimited"), vec![first.cite]),
    };
    let of_limit = limit.filter(|_| is_told || report.is_some());
    let ceiling = of_limit.and_then(|(limit, _)| {
        let text = Message::new("finding-oom-limit").with("limit", shown(limit));
        statement("ceiling", text, limit_cite(Role::Bounds).into_iter().collect())
    });
    // A container that is of no pod is its own subject.
    let title = if first.container == subject {
        Message::new("finding-oom-alone-title")
    } else {
        Message::new("finding-oom-title").with("subject", subject.as_str())
    };
    let title = title.with("container", first.container.as_str());
    let confidence = if is_told { Confidence::Certain } else { Confidence::Likely };
    let why = WhySuggestion {
        key: format!("{}/{subject}/{}", RULE.id, first.container),
        question: Message::new("finding-oom-why").with("container", first.container.as_str()),
        claim: killer.as_ref().map(|killer| killer.text.clone()),
        cites: killer.iter().flat_map(|killer| killer.cites.clone()).collect(),
        would_need: Vec::new(),
    };
    Finding {
        rule: RULE.id.to_owned(),
        title,
        severity: RULE.severity,
        confidence,
        subject,
        culprit: None,
        victims: Vec::new(),
        time_range: range(kills.iter().filter_map(|kill| kill.at)),
        statements: [statement("failures", ended, states), killer, kernel.and_then(held), ceiling]
            .into_iter()
            .flatten()
            .collect(),
        questions: vec![Message::new("question-oom-growth"), Message::new("question-oom-heap")],
        whys: vec![why],
    }
}

/// Kills by the kernel of which no state tells.
fn of_kernel(process: &str, kills: &[&KernelKill]) -> Finding {
    let process = if process.is_empty() { "?" } else { process };
    let range = range(kills.iter().filter_map(|kill| kill.at));
    let is_unit = kills.iter().all(|kill| kill.is_unit);
    let [said, title] = if is_unit {
        ["finding-oom-unit", "finding-oom-unit-title"]
    } else {
        ["finding-oom-kernel", "finding-oom-kernel-title"]
    }
    .map(|id| Message::new(id).with("count", kills.len()).with("process", process));
    let cites = kills.iter().filter_map(|kill| kill.cites.last()).take(MAX_CITES).copied().collect();
    // The one that tells most.
    let told =
        kills.iter().max_by_key(|kill| (kill.is_of_cgroup.is_some(), kill.use_kb.is_some(), kill.held.is_some()));
    let told = told.copied();
    let killer = told.and_then(by_kernel);
    Finding {
        rule: RULE.id.to_owned(),
        title,
        severity: RULE.severity,
        confidence: Confidence::Likely,
        subject: process.to_owned(),
        culprit: None,
        victims: Vec::new(),
        time_range: range,
        statements: [statement("failures", said, cites), killer, told.and_then(held)].into_iter().flatten().collect(),
        questions: vec![Message::new("question-oom-growth"), Message::new("question-oom-whose")],
        whys: Vec::new(),
    }
}

/// What the kernel says of who killed.
fn by_kernel(kill: &KernelKill) -> Option<Statement> {
    let cites: Vec<Cite> = kill.cites.iter().take(MAX_CITES).copied().collect();
    let bytes = |kb: u64| Arg::Bytes(kb.saturating_mul(1024));
    let text = match (kill.is_of_cgroup?, kill.use_kb) {
        (true, Some((used, limit))) => {
            Message::new("finding-oom-by-limit-used").with("used", bytes(used)).with("limit", bytes(limit))
        }
        (true, None) => Message::new("finding-oom-by-limit"),
        (false, _) => Message::new("finding-oom-by-node"),
    };
    statement("killer", text, cites)
}

/// Who held most of the memory by the kernel's own table. The one that was killed need not be it, nor the one that asked for more.
fn held(kill: &KernelKill) -> Option<Statement> {
    let held = kill.held.as_ref()?;
    let amount = |pages: u64| match held.page_kb {
        Some(kb) => Arg::Bytes(pages.saturating_mul(u64::from(kb)).saturating_mul(1024)),
        None => Message::new("finding-oom-pages").with("count", pages).into(),
    };
    let [largest, of_name, all] = held.pages;
    let is_other = kill.pid.is_some_and(|pid| pid != held.pid) && kill.process != held.name;
    let id = if is_other { "finding-oom-held-other" } else { "finding-oom-held" };
    let text = Message::new(id)
        .with("count", held.n_named)
        .with("name", held.name.as_str())
        .with("pid", held.pid.to_string())
        .with("largest", amount(largest))
        .with("held", amount(of_name))
        .with("all", amount(all))
        .with("victim", kill.process.as_str());
    statement("held", text, vec![Cite { locator: held.row, role: Role::Shows, at: kill.at }])
}

fn range(times: impl Iterator<Item = crate::model::Timestamp> + Clone) -> Option<TimeRange> {
    times.clone().min().zip(times.max()).map(|(first, last)| TimeRange::of(first, last))
}
