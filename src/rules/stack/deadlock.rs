//! Tasks of a program wait for each other in a circle.
//!
//! # What it detects
//! A stack dump in which each of two or more tasks holds the lock that another of them waits for, whether the program that printed the
//! dump reports it or not; who they are, what each waits for, and how many others are blocked behind them.
//!
//! # Why it matters
//! It does not go away: those tasks, and all that need one of the locks, are lost until the process is restarted.
//!
//! # Evidence used
//! Thread, goroutine and kernel dumps. Every edge of the circle is stated by the dump (monitors and ownable synchronizers of a Java
//! virtual machine, its own section about deadlocks, owners that the kernel names) or derived from what it prints: addresses, while both
//! have waited as long as it can tell or the runtime says that nobody can go on; who runs the initialiser of a class that another waits
//! for. A lock whose owner is not visible closes no circle.
//!
//! # Example
//! ```text
//! "worker-1": waiting to lock <0x00000000e1a0b2c8>, locked <0x00000000e1a0b2d0>
//! "worker-2": waiting to lock <0x00000000e1a0b2d0>, locked <0x00000000e1a0b2c8>
//! ```
//!
//! # Ruled out when
//! The dumps are whole, state who holds every lock that is waited for, or that none is, and nobody is in a circle. It cannot be told while
//! a lock is waited for whose owner is not stated (goroutines, a Java dump without ownable synchronizers), from dumps that break off, or
//! from those that do not say what is waited for (profiles, Python's dumps, Java's files without states). Crashes and race reports, which
//! show a few tasks, are not asked.
//!
//! # Known false positives
//! A timed attempt at a lock (`tryLock` with a limit) inside the circle ends by itself. Of goroutines the owner is derived from addresses:
//! confidence is then *likely*.
//!
//! # Questions to ask next
//! In which order do these paths take the two locks? What changed before it happened first?
//!
//! # References
//! <https://github.com/openjdk/jdk/blob/master/src/hotspot/share/services/threadService.cpp> (`ThreadService::find_deadlocks_at_safepoint`)

use crate::facts::Facts;
use crate::facts::stacks::deadlocks::{Deadlock, Edge};
use crate::facts::stacks::{DumpFacts, Sight, first_line};
use crate::model::{
    Arg, Cite, Confidence, DumpKind, Finding, Message, Outcome, OwnerClass, Role, Severity, Statement, TimeRange,
    WhySuggestion,
};
use crate::rules::RuleInfo;

/// The rule.
pub static RULE: RuleInfo = RuleInfo { id: "stack/deadlock", severity: Severity::High, since: "0.2.0", detect };

/// Circles that become findings; a program that has more has one cause.
const TOLD: usize = 20;
/// Tasks of a circle that are told one by one.
const EDGES_TOLD: usize = 12;

fn detect(facts: &Facts) -> Outcome {
    // The same circle in several dumps is one that stays.
    let mut seen: Vec<(&Deadlock, Vec<&DumpFacts>)> = Vec::new();
    for (dump, deadlock) in facts.stacks.iter().flat_map(|dump| dump.deadlocks.iter().map(move |it| (dump, it))) {
        let is_same =
            |(known, dumps): &(&Deadlock, Vec<&DumpFacts>)| known.key == deadlock.key && dumps[0].kind == dump.kind;
        match seen.iter().position(is_same) {
            Some(at) => seen[at].1.push(dump),
            None if seen.len() < TOLD => seen.push((deadlock, vec![dump])),
            None => {}
        }
    }
    if !seen.is_empty() {
        return Outcome::Found(seen.iter().map(|(deadlock, dumps)| finding(deadlock, dumps)).collect());
    }
    if let Some(dump) = facts.stacks.iter().find(|dump| dump.is_asleep) {
        return Outcome::Inconclusive {
            why: Message::new("stacks-verdict-reported"),
            would_need: Vec::new(),
            cites: vec![cite(dump, Role::Shows)],
        };
    }
    if let Some((dump, cite)) = facts.stacks.iter().find_map(|dump| Some((dump, dump.unstated?))) {
        let need = if dump.kind == DumpKind::Jvm { "missing-ownable-synchronizers" } else { "missing-second-dump" };
        return Outcome::Inconclusive {
            why: Message::new("outcome-deadlock-owner-unstated"),
            would_need: vec![Message::new(need)],
            cites: vec![cite],
        };
    }
    // One stack in a line of the kernel's, or of what crashed, tells nothing of the others.
    if facts.stacks.iter().all(|dump| dump.sight == Sight::Few) {
        return Outcome::Skipped { missing: vec![Message::new("missing-stack-dump")] };
    }
    let whole = || facts.stacks.iter().filter(|dump| dump.sight == Sight::Waits);
    if whole().all(|dump| dump.is_cut) {
        let cites = facts.stacks.iter().take(2).map(|dump| cite(dump, Role::Shows)).collect();
        let would_need = vec![Message::new("missing-stack-dump")];
        return Outcome::Inconclusive { why: Message::new("outcome-deadlock-not-whole"), would_need, cites };
    }
    let tasks: u64 = whole().map(|dump| dump.n_tasks).sum();
    let cites = whole().take(2).map(|dump| cite(dump, Role::Shows)).collect();
    Outcome::RuledOut { why: Message::new("outcome-deadlock-none").with("count", tasks), cites }
}

fn cite(dump: &DumpFacts, role: Role) -> Cite {
    Cite { locator: first_line(dump.locator), role, at: dump.at }
}

fn finding(deadlock: &Deadlock, dumps: &[&DumpFacts]) -> Finding {
    let statement = |topic: &str, text, cites| Statement { topic: topic.to_owned(), text, cites };
    let names = || deadlock.edges.iter().take(EDGES_TOLD).map(|edge| Arg::from(edge.waiter.clone())).collect();
    let mut statements: Vec<Statement> = Vec::new();
    let holders = deadlock.edges.iter().cycle().skip(1);
    for (edge, holder) in deadlock.edges.iter().zip(holders).take(EDGES_TOLD) {
        let Edge { waiter, place, lock, .. } = edge;
        let text = Message::new("finding-deadlock-edge")
            .with("waiter", waiter.clone())
            .with("lock", lock.clone())
            .with("holder", holder.waiter.clone())
            .with("where", place.clone());
        statements.push(statement("culprit", text, edge.cites.clone()));
    }
    let first = dumps[0];
    match deadlock.reported {
        Some(cite) => {
            statements.push(statement("reported", Message::new("finding-deadlock-reported"), vec![cite]));
        }
        None if first.kind == DumpKind::Jvm => {
            let text = Message::new("finding-deadlock-not-reported");
            statements.push(statement("reported", text, vec![cite(first, Role::Bounds)]));
        }
        None => {}
    }
    let behind = deadlock.n_blocked.saturating_sub(deadlock.edges.len() as u64);
    if behind > 0 {
        let text = Message::new("finding-deadlock-behind").with("count", behind);
        let cites = deadlock.edges.iter().filter_map(|edge| edge.cites.last().copied()).take(1).collect();
        statements.push(statement("victim", text, cites));
    }
    if dumps.len() > 1 {
        let text = Message::new("finding-deadlock-again").with("count", dumps.len());
        let cites = dumps.iter().skip(1).take(4).map(|dump| cite(dump, Role::Bounds)).collect();
        statements.push(statement("duration", text, cites));
    }
    let claim = Message::new("finding-deadlock-claim").with("holders", Arg::List(names()));
    let proof: Vec<Cite> = deadlock.edges.iter().flat_map(|edge| edge.cites.iter().copied()).take(4).collect();
    let times = || dumps.iter().filter_map(|dump| dump.at);
    Finding {
        rule: RULE.id.to_owned(),
        title: Message::new("finding-deadlock-title")
            .with("holders", Arg::List(names()))
            .with("class", crate::facts::stacks::verdict::class_name(deadlock.class))
            .with("count", deadlock.n_blocked),
        severity: RULE.severity,
        confidence: match deadlock.class {
            OwnerClass::Stated => Confidence::Certain,
            OwnerClass::Derived => Confidence::Likely,
            OwnerClass::Suspected => Confidence::Possible,
        },
        subject: first.process.clone(),
        culprit: None,
        victims: Vec::new(),
        time_range: times().min().zip(times().max()).map(|(from, to)| TimeRange::of(from, to)),
        statements,
        questions: vec![Message::new("finding-deadlock-ask-order"), Message::new("finding-deadlock-ask-change")],
        whys: vec![WhySuggestion {
            key: format!("{}/{}-{}-{}", RULE.id, first.evidence.0, first.index, deadlock.edges[0].plain),
            question: Message::new("finding-deadlock-why").with("holders", Arg::List(names())),
            claim: Some(claim),
            cites: proof,
            would_need: Vec::new(),
        }],
    }
}
