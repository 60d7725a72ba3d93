//! Many tasks of a program wait behind one lock.
//!
//! # What it detects
//! A stack dump in which at least ten tasks are blocked behind one lock and have waited for five minutes or more; who holds the lock, as
//! far as the dump shows it, and since when. A Java dump states owners and no waits: ten threads behind a stated owner are enough, and
//! another dump in which the same thread holds the same lock makes it certain. Of the kernel three tasks are enough that it reports as
//! blocked for two minutes behind an owner that it names or lists: it tells of ten at most.
//!
//! # Why it matters
//! One call without a timeout, made under a lock, stops everything behind it: kubelet's relist, every plugin that asks the daemon. A
//! restart cures it until the answer fails to come again.
//!
//! # Evidence used
//! Goroutine, thread and kernel dumps, with the time of the log they stand in. Owners that the dump states, addresses that it prints,
//! and where it does neither, time and place; each is named for what it is.
//!
//! # Example
//! ```text
//! goroutine 67570 [syscall, 1595 minutes, locked to thread]:      in a netlink call, under the lock
//! goroutine 67601 [sync.Mutex.Lock, 1594 minutes]:                 and thousands more
//! ```
//!
//! # Ruled out when
//! Dumps that state waits have no task that waits for a lock, or all that wait are in a circle or behind one, which is another rule's. It
//! cannot be told from dumps that do not say what is waited for (profiles, Python's dumps, Java's files without states), or while waits
//! for locks are not shown to be more than traffic.
//!
//! # Known false positives
//! A lock that is busy but moves on: waits are then short, and five minutes rule it out; of Java dumps another one that shows another
//! owner of the lock does. A single Java dump is one moment: the finding then is *likely* at most. An owner that is only suspected may be another
//! one; the finding then has confidence *possible* and tells what speaks for it.
//!
//! # Questions to ask next
//! What does the owner wait for, and why has that no timeout? Does a second dump show the same owner?
//!
//! # References
//! <https://github.com/golang/go/blob/master/src/runtime/traceback.go> (`goroutineheader`: waits are whole minutes from the first on)

use crate::facts::Facts;
use crate::facts::stacks::graph::Root;
use crate::facts::stacks::verdict::{is_hedged, reasons_of};
use crate::facts::stacks::{Convoy, DumpFacts, OtherDump, Sight};
use crate::model::{
    Cite, Confidence, DumpKind, Finding, Message, Outcome, OwnerClass, Role, Severity, Statement, TimeRange,
    WhySuggestion,
};
use crate::rules::RuleInfo;

/// The rule.
pub static RULE: RuleInfo = RuleInfo { id: "stack/lock-convoy", severity: Severity::High, since: "0.2.0", detect };

/// Fewer may be traffic.
const MANY: u64 = 10;
/// Shorter waits may be load.
const LONG_S: u32 = 5 * 60;
/// So many tasks that the kernel itself calls hung are no traffic, after so long.
const MANY_HUNG: u64 = 3;
const HUNG_S: u32 = 2 * 60;

fn detect(facts: &Facts) -> Outcome {
    let found: Vec<Finding> = facts
        .stacks
        .iter()
        .filter_map(|dump| {
            let convoy = dump.convoy.as_ref()?;
            let is_long = convoy.longest_s.is_some_and(|waited| waited >= LONG_S);
            let moved_on = matches!(convoy.other, Some(OtherDump::MovedOn { .. }));
            let states_owners = matches!(dump.kind, DumpKind::Jvm | DumpKind::Dotnet);
            let is_stated = states_owners && convoy.class == Some(OwnerClass::Stated) && !moved_on;
            // The kernel tells of a few tasks at a time, and stops after ten.
            let is_hung = dump.kind == DumpKind::Kernel
                && convoy.holder.is_some()
                && convoy.n_blocked >= MANY_HUNG
                && convoy.longest_s.is_some_and(|waited| waited >= HUNG_S);
            let is_many = convoy.n_blocked >= MANY && (is_long || is_stated) || is_hung;
            (convoy.root != Root::Cycle && is_many).then(|| finding(dump, convoy))
        })
        .collect();
    if !found.is_empty() {
        return Outcome::Found(found);
    }
    let cites = || facts.stacks.iter().take(2).map(|dump| cite(dump, Role::Shows)).collect();
    let waits_outside = |dump: &DumpFacts| dump.chains.iter().any(|chain| chain.root != Root::Cycle);
    if facts.stacks.iter().any(|dump| !dump.deadlocks.is_empty()) && !facts.stacks.iter().any(waits_outside) {
        let count: u64 = facts.stacks.iter().flat_map(|dump| &dump.deadlocks).map(|it| it.n_blocked).sum();
        return Outcome::RuledOut { why: Message::new("outcome-convoy-circle").with("count", count), cites: cites() };
    }
    if facts.stacks.iter().any(|dump| !dump.queues.is_empty()) {
        let would_need = vec![Message::new("missing-second-dump")];
        return Outcome::Inconclusive { why: Message::new("outcome-convoy-traffic"), would_need, cites: cites() };
    }
    if facts.stacks.iter().all(|dump| dump.sight == Sight::Few) {
        return Outcome::Skipped { missing: vec![Message::new("missing-stack-dump")] };
    }
    let whole = || facts.stacks.iter().filter(|dump| dump.sight == Sight::Waits);
    if whole().next().is_none() {
        let would_need = vec![Message::new("missing-stack-dump")];
        return Outcome::Inconclusive { why: Message::new("outcome-convoy-no-states"), would_need, cites: cites() };
    }
    let tasks: u64 = whole().map(|dump| dump.n_tasks).sum();
    let cites = whole().take(2).map(|dump| cite(dump, Role::Shows)).collect();
    Outcome::RuledOut { why: Message::new("outcome-convoy-no-waiters").with("count", tasks), cites }
}

fn cite(dump: &DumpFacts, role: Role) -> Cite {
    Cite { locator: crate::facts::stacks::first_line(dump.locator), role, at: dump.at }
}

fn finding(dump: &DumpFacts, convoy: &Convoy) -> Finding {
    let statement = |topic: &str, text, cites| Statement { topic: topic.to_owned(), text, cites };
    let waiters = match convoy.longest_s {
        Some(seconds) => Message::new("finding-convoy-waiters").with("minutes", seconds / 60),
        None => Message::new("finding-convoy-waiters-unsaid"),
    };
    let waiters = waiters.with("count", convoy.n_blocked).with("lock", convoy.lock.clone());
    let mut statements = vec![statement("victim", waiters, vec![convoy.waiter])];
    let holder = convoy.holder.as_ref().map(|holder| {
        let is_sure = holder.class != OwnerClass::Suspected && !is_hedged(&holder.reasons);
        let text = Message::new(if is_sure { "finding-convoy-owner" } else { "finding-convoy-suspect" })
            .with("holder", holder.name.clone())
            .with("where", holder.place.clone())
            .with("class", holder.class_name.clone())
            .with("reasons", reasons_of(&holder.reasons));
        statement("culprit", text, vec![holder.cite])
    });
    statements.extend(holder.clone());
    if let Some(onset) = &dump.onset {
        let text = Message::new("finding-convoy-onset").with("at", onset.at).with("minutes", onset.waited_s / 60);
        statements.push(statement("onset", text, vec![onset.cite]));
    }
    if let (Some(OtherDump::StillHeld { seconds, cite }), Some(holder)) = (convoy.other, &convoy.holder) {
        let text = match seconds.filter(|seconds| *seconds >= 1.0) {
            Some(seconds) => Message::new("finding-convoy-held").with("seconds", seconds.round() as u64),
            None => Message::new("finding-convoy-held-unsaid"),
        };
        statements.push(statement("duration", text.with("holder", holder.name.clone()), vec![holder.cite, cite]));
    }
    // What speaks for a suspect stands among the statements: a title has no room for it.
    let mut title = dump.verdict.clone();
    if title.id.starts_with("stacks-verdict-suspected") {
        title.id = "finding-convoy-title-suspect".into();
    }
    let confidence = match convoy.class {
        // Who is only likely to own it may not.
        Some(OwnerClass::Stated) if convoy.holder.as_ref().is_some_and(|holder| is_hedged(&holder.reasons)) => {
            Confidence::Likely
        }
        // One dump without waits is one moment.
        Some(OwnerClass::Stated) if convoy.longest_s.is_none() && convoy.other.is_none() => Confidence::Likely,
        Some(OwnerClass::Stated) => Confidence::Certain,
        Some(OwnerClass::Derived) => Confidence::Likely,
        Some(OwnerClass::Suspected) | None => Confidence::Possible,
    };
    let why = WhySuggestion {
        key: format!("{}/{}-{}", RULE.id, dump.evidence.0, dump.index),
        question: Message::new("finding-convoy-why").with("lock", convoy.lock.clone()),
        claim: holder.as_ref().map(|holder| holder.text.clone()),
        cites: holder.map(|holder| holder.cites).unwrap_or_default(),
        would_need: if convoy.holder.is_none() { vec![Message::new("missing-second-dump")] } else { Vec::new() },
    };
    Finding {
        rule: RULE.id.to_owned(),
        title,
        severity: RULE.severity,
        confidence,
        subject: dump.process.clone(),
        culprit: convoy.holder.as_ref().map(|holder| holder.plain.clone()),
        victims: Vec::new(),
        time_range: dump.onset.as_ref().zip(dump.at).map(|(onset, at)| TimeRange::of(onset.at, at)),
        statements,
        questions: vec![Message::new("finding-convoy-ask-timeout"), Message::new("finding-convoy-ask-second")],
        whys: vec![why],
    }
}
