//! Calls are stuck from a program through its child processes and a daemon down to the kernel.
//!
//! # What it detects
//! A stall that goes through several layers: a program (kubelet, a runtime) whose goroutines wait for child processes, many processes of
//! one plugin, a daemon whose goroutines wait behind one lock, and the kernel task of the goroutine that holds it. It joins what the
//! evidence shows of them, in order, and says where the evidence ends.
//!
//! # Why it matters
//! Each layer's own dump accuses the next one. A restart of the first cures it for minutes, since what it asks for still does not answer.
//! The change that prevents it is at the end of the chain: a timeout on the one call that never returned.
//!
//! # Evidence used
//! Goroutine dumps of the program and of the daemon, a listing of all processes with their parents, kernel stacks of the daemon's
//! threads (crash, `/proc/PID/stack`, sysrq), kubelet's age of PLEG.
//!
//! # Example
//! ```text
//! goroutine 9012 [syscall, 1594 minutes]: os/exec.(*Cmd).Wait ← libcni.(*CNIConfig).DelNetworkList                 kubelet
//! root 20101 1156 … /opt/cni/bin/orbit                                                             and 1,002 more
//! goroutine 67570 [syscall, 1595 minutes, locked to thread]: unix.Recvfrom ← netlink.(*Handle).LinkSetNsFd        orbitd
//! PID: 19246  TASK: ffff880951f70fd0  CPU: 16  COMMAND: "orbitd"  … netlink_recvmsg ← SYSC_recvfrom               kernel
//! ```
//!
//! # Ruled out when
//! Goroutine dumps with states have no task that has waited for long for a child process or in a system call, and no lock that many
//! wait for. It cannot be told from one layer alone.
//!
//! # Known false positives
//! Numbers that agree by chance: such a join is only *suspected*, and the finding *possible*. Dumps that were taken hours apart show
//! different moments.
//!
//! # Questions to ask next
//! Why has the call at the end of the chain no timeout? Does the same task stand there a few minutes later?
//!
//! # References
//! <https://github.com/containernetworking/cni/blob/main/libcni/api.go>,
//! <https://github.com/vishvananda/netlink/issues/254> (a netlink answer that never came)

use crate::facts::Facts;
use crate::facts::failures::Failure;
use crate::facts::joins::{Layer, Part, Stall};
use crate::facts::stacks::Sight;
use crate::model::{
    Arg, Cite, Confidence, DumpKind, Finding, Message, Outcome, OwnerClass, Role, Severity, SightingKind, Statement,
    TimeRange, Timestamp, WhySuggestion,
};
use crate::rules::RuleInfo;
use crate::rules::reached::first_and_last;

/// The rule.
pub static RULE: RuleInfo =
    RuleInfo { id: "cross/call-chain-stalled", severity: Severity::Critical, since: "0.2.0", detect };

/// Waits from here on are no load, in seconds.
const LONG_S: u32 = 5 * 60;

fn detect(facts: &Facts) -> Outcome {
    let dumps = || facts.stacks.iter().filter(|dump| dump.kind == DumpKind::Go);
    let stall = &facts.stall;
    if !stall.joins.is_empty() {
        return Outcome::Found(vec![finding(facts, stall)]);
    }
    // A list of processes alone shows no stall.
    let shown: Vec<_> = stall.layers.iter().filter(|layer| layer.part != Part::Children).collect();
    if let Some(layer) = shown.first() {
        let missing = Part::ALL.into_iter().filter(|part| stall.layer(*part).is_none());
        return Outcome::Inconclusive {
            why: Message::new("outcome-stall-one-layer")
                .with("shown", Arg::List(shown.iter().map(|layer| layer.text.clone().into()).collect()))
                .with("count", shown.len()),
            would_need: missing.map(needed).collect(),
            cites: layer.cites.clone(),
        };
    }
    let Some(first) = dumps().next() else {
        let stopped: Vec<&Failure> = facts.failures.of(SightingKind::PlegStopped { age_ms: 0 }.index()).collect();
        if !stopped.is_empty() {
            return Outcome::Inconclusive {
                why: Message::new("outcome-stall-pleg").with("count", stopped.len()),
                would_need: vec![needed(Part::Caller), needed(Part::Server)],
                cites: first_and_last(&stopped),
            };
        }
        return Outcome::Skipped { missing: vec![Message::new("missing-stack-dump")] };
    };
    let cite = |dump: &crate::facts::stacks::DumpFacts| Cite {
        locator: crate::facts::stacks::first_line(dump.locator),
        role: Role::Shows,
        at: dump.at,
    };
    let longest = dumps().flat_map(|dump| {
        let busy = dump.groups.iter().filter(|group| group.idle.is_none());
        busy.map(move |group| (group.max_s(), dump))
    });
    if let Some((seconds, dump)) = longest.max_by_key(|(seconds, _)| *seconds).filter(|(seconds, _)| *seconds >= LONG_S)
    {
        return Outcome::Inconclusive {
            why: Message::new("outcome-stall-lone").with("minutes", seconds / 60),
            would_need: vec![needed(Part::Kernel), needed(Part::Caller)],
            cites: vec![cite(dump)],
        };
    }
    // What crashed or raced says nothing of those that wait.
    let tasks: u64 = dumps().filter(|dump| dump.sight == Sight::Waits).map(|dump| dump.n_tasks).sum();
    if tasks == 0 {
        return Outcome::Skipped { missing: vec![Message::new("missing-stack-dump")] };
    }
    Outcome::RuledOut { why: Message::new("outcome-stall-none").with("count", tasks), cites: vec![cite(first)] }
}

/// What shows a layer, with the command that collects it.
fn needed(part: Part) -> Message {
    Message::new(match part {
        Part::Caller => "missing-caller-stacks",
        Part::Children => "missing-process-list",
        Part::Server => "missing-server-stacks",
        Part::Kernel => "missing-kernel-stacks",
    })
}

/// What cannot be told without a layer.
fn untold(part: Part) -> Message {
    Message::new(match part {
        Part::Caller => "finding-stall-gap-caller",
        Part::Children => "finding-stall-gap-children",
        Part::Server => "finding-stall-gap-server",
        Part::Kernel => "finding-stall-gap-kernel",
    })
}

fn statement(topic: &str, text: Message, cites: Vec<Cite>) -> Statement {
    Statement { topic: topic.to_owned(), text, cites }
}

fn finding(facts: &Facts, stall: &Stall) -> Finding {
    let mut statements = Vec::new();
    let mut whys = Vec::new();
    let mut chain: Vec<&str> = Vec::new();
    let nearest = |part: Part| -> Vec<Cite> {
        let above = stall.layers.iter().rfind(|layer| layer.part < part);
        let layer = above.or_else(|| stall.layers.iter().find(|layer| layer.part > part));
        layer
            .and_then(|layer| layer.cites.first())
            .map(|cite| Cite { role: Role::Bounds, ..*cite })
            .into_iter()
            .collect()
    };
    for part in Part::ALL {
        match stall.layer(part) {
            Some(layer) => {
                chain.push(if layer.name.is_empty() { "?" } else { &layer.name });
                statements.push(statement("layer", layer.text.clone(), layer.cites.clone()));
            }
            // Who calls the daemon itself needs no processes in between.
            None if part == Part::Children && stall.join(Part::Caller).is_some() => {}
            None => {
                chain.push("?");
                let text = Message::new("finding-stall-gap").with("untold", untold(part)).with("needed", needed(part));
                statements.push(statement("gap", text, nearest(part)));
                whys.push(WhySuggestion {
                    key: format!("{}/{part:?}", RULE.id),
                    question: untold(part),
                    claim: None,
                    cites: Vec::new(),
                    would_need: vec![needed(part)],
                });
                // Below the last layer there is nothing to tell.
                if stall.layers.iter().all(|layer| layer.part < part) {
                    break;
                }
            }
        }
        statements.extend(between(stall, part));
    }
    if let Some((text, cites)) = &stall.end {
        statements.push(statement("end", text.clone(), cites.clone()));
    }
    if let Some(onset) = &stall.onset {
        let text = Message::new("finding-convoy-onset").with("at", onset.at).with("minutes", onset.waited_s / 60);
        statements.push(statement("onset", text, vec![onset.cite]));
    }
    statements.extend(pleg(facts, stall));
    let weakest = stall.joins.iter().map(|join| join.class).chain(stall.owner).max();
    let confidence = match weakest {
        Some(OwnerClass::Suspected) | None => Confidence::Possible,
        Some(OwnerClass::Derived | OwnerClass::Stated) => Confidence::Likely,
    };
    // The direct cause is as deep as the chain goes.
    if let Some(last) = stall.layers.last().filter(|layer| layer.part >= Part::Server) {
        let key = format!("{}/direct-cause", RULE.id);
        let cites = last.cites.clone();
        let claim = Some(last.text.clone());
        let question = Message::new("finding-stall-why");
        whys.insert(0, WhySuggestion { key, question, claim, cites, would_need: Vec::new() });
    }
    let first = stall.layers.first();
    let end = facts.stacks.iter().filter_map(|dump| dump.at).max();
    Finding {
        rule: RULE.id.to_owned(),
        title: Message::new("finding-stall-title").with("chain", chain.join(" → ")),
        // What explains the dumps of several layers comes before what each of them says.
        severity: if stall.joins.len() > 1 { RULE.severity } else { Severity::High },
        confidence,
        subject: first.map(|layer| layer.name.clone()).unwrap_or_default(),
        culprit: culprit(stall),
        victims: Vec::new(),
        time_range: stall.onset.as_ref().zip(end).map(|(onset, end)| TimeRange::of(onset.at, end.max(onset.at))),
        statements,
        questions: vec![Message::new("finding-stall-ask-timeout"), Message::new("finding-stall-ask-again")],
        whys,
    }
}

/// Who holds everybody up: the kernel task or, without one, the daemon.
fn culprit(stall: &Stall) -> Option<String> {
    let name = |part| stall.layer(part).map(|layer: &Layer| layer.name.clone()).filter(|name| !name.is_empty());
    name(Part::Kernel).or_else(|| name(Part::Server))
}

/// What joins a layer with the next one, or that nothing does although both are there.
fn between(stall: &Stall, part: Part) -> Option<Statement> {
    let upper = stall.layer(part)?;
    if let Some(join) = stall.join(part) {
        let class = crate::facts::joins::class_name(join.class);
        let text = Message::new("finding-stall-join").with("by", join.text.clone()).with("class", class);
        return Some(statement("join", text, join.cites.clone()));
    }
    let next = Part::ALL.into_iter().find(|next| *next > part)?;
    let lower = stall.layer(next)?;
    let cites =
        upper.cites.iter().chain(&lower.cites).take(2).map(|cite| Cite { role: Role::Bounds, ..*cite }).collect();
    Some(statement("gap", Message::new("finding-stall-apart"), cites))
}

/// When kubelet's relist stopped, beside the beginning of the stall.
fn pleg(facts: &Facts, stall: &Stall) -> Option<Statement> {
    let stopped = |failure: &Failure| match failure.kind {
        SightingKind::PlegStopped { age_ms } => {
            Some(Timestamp(failure.at?.0.saturating_sub(i64::from(age_ms) * 1_000_000)))
        }
        _ => None,
    };
    let all = facts.failures.of(SightingKind::PlegStopped { age_ms: 0 }.index());
    let (at, failure) = all.filter_map(|failure| Some((stopped(failure)?, failure))).min_by_key(|(at, _)| *at)?;
    let text = match &stall.onset {
        // Waits are sampled: what lies this close has no order.
        Some(onset) if at.0 >= onset.at.0.saturating_sub(180_000_000_000) => {
            let after = at.as_seconds_f64() - onset.at.as_seconds_f64();
            Message::new("finding-stall-pleg")
                .with("at", at)
                .with("after", crate::model::Arg::Seconds(after.max(0.0).round()))
        }
        Some(_) => Message::new("finding-stall-pleg-before").with("at", at),
        None => Message::new("finding-stall-pleg-alone").with("at", at),
    };
    Some(statement("effect", text, vec![failure.cite(Role::Shows)]))
}
