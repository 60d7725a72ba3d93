//! One sentence over a dump: who waits, how many, on what, since when, behind whom, and how that is known.

use super::DumpFacts;
use super::graph::{Chain, Root};
use super::groups::{Group, WaitShape};
use super::names::{is_standard, package, telling_frame};
use super::owners::Owner;
use super::queues::{Lock, Queue};
use crate::model::{Arg, DumpKind, Message, OwnerClass, StackDump, Symbols, Task, TextId};

/// Goroutines that wait for one lock without minutes are traffic up to this many.
const MANY_WAITERS: u64 = 10;
/// Groups below this size are no pool that ran out; threads are dearer than goroutines, and pools of them smaller.
const MANY_TASKS: u64 = 100;
const MANY_THREADS: u64 = 20;
/// Tasks of a circle that are named.
const NAMED: usize = 8;
/// What Go's runtime says where the program ends because of what one goroutine did.
const CRASHES: [&str; 4] = ["panic: ", "fatal error: concurrent map ", "fatal error: stack overflow", "SIGSEGV: "];
/// What Go's runtime says where none of its goroutines can go on.
pub const ASLEEP: &str = "all goroutines are asleep";
/// Waits below are not worth a sentence.
const LONG_S: u32 = 10 * 60;

/// Whether a dump with this title is of a program that crashed.
pub(super) fn is_crash(title: &str) -> bool {
    CRASHES.iter().any(|crash| title.starts_with(crash))
}

/// A task by the name people find it by.
#[must_use]
pub fn task_name(kind: DumpKind, task: &Task, symbols: &Symbols) -> Message {
    let name = symbols.text_of(task.name);
    match kind {
        DumpKind::Go | DumpKind::GoProfile => Message::new("stacks-goroutine").with("id", task.id.to_string()),
        // A stack that nobody signed.
        _ if name.is_empty() && task.id == 0 => Message::new("stacks-task-unnamed"),
        _ if name.is_empty() => Message::new("stacks-task").with("id", task.id.to_string()),
        DumpKind::Kernel => Message::new("stacks-named-task").with("name", name).with("id", task.id.to_string()),
        // Threads of C have the name of their program, all of them.
        DumpKind::Native => Message::new("stacks-named-thread").with("name", name).with("id", task.id.to_string()),
        _ => Message::new("stacks-thread").with("name", name),
    }
}

/// A lock by its name, its address or the place where it is wanted.
#[must_use]
pub fn lock_name(queue: &Queue, symbols: &Symbols) -> Message {
    match queue.lock {
        Lock::Named(name) => named_lock(name, queue.class, symbols),
        Lock::At(address) => Message::new("stacks-lock").with("lock", format!("{address:#x}")),
        Lock::In(frame) => Message::new("stacks-lock-in").with("frame", symbols.function_of(frame)),
    }
}

/// A lock by its name and class.
pub(super) fn named_lock(name: TextId, class: TextId, symbols: &Symbols) -> Message {
    let (name, class) = (symbols.text_of(name), symbols.text_of(class));
    // JMX writes the class into the name.
    if class.is_empty() || name.starts_with(class) {
        return Message::new("stacks-lock").with("lock", name);
    }
    Message::new("stacks-lock-of").with("lock", name).with("class", class)
}

/// Where a task is: its state and the frame that tells.
#[must_use]
pub fn whereabouts(kind: DumpKind, task: &Task, symbols: &Symbols) -> Message {
    let frame = telling_frame(kind, symbols, task.stack).map_or("", |frame| symbols.function_of(frame));
    place(symbols.text_of(task.state), frame)
}

/// A frame with a state, or the one of both that is known.
fn place(state: &str, frame: &str) -> Message {
    match (state, frame) {
        ("", "") => Message::new("stacks-where-unseen"),
        ("", frame) => Message::new("stacks-where").with("frame", frame),
        (state, "") => Message::new("stacks-where").with("frame", state),
        (state, frame) => Message::new("stacks-where-state").with("state", state).with("frame", frame),
    }
}

/// How long, or that it is not said.
fn longest(waited_s: Option<u32>) -> Message {
    match waited_s {
        Some(seconds) => Message::new("stacks-longest").with("minutes", seconds / 60),
        None => Message::new("stacks-longest-unknown"),
    }
}

/// How it is known.
#[must_use]
pub fn class_name(class: OwnerClass) -> Message {
    Message::new(match class {
        OwnerClass::Stated => "stacks-class-stated",
        OwnerClass::Derived => "stacks-class-derived",
        OwnerClass::Suspected => "stacks-class-suspected",
    })
}

/// Whether a chain is more than traffic.
#[must_use]
pub fn is_serious(chain: &Chain, queue: &Queue) -> bool {
    chain.root == Root::Cycle
        || queue.longest_s.is_some()
        || queue.n_waiting >= MANY_WAITERS
        || chain.class == Some(OwnerClass::Stated)
}

/// The sentence.
#[must_use]
pub fn verdict(facts: &DumpFacts, dump: &StackDump, symbols: &Symbols) -> Message {
    // A profile of thread creation counts threads.
    let is_of_threads = symbols.text_of(dump.title).starts_with("threadcreate");
    let tasks = Message::new(match dump.kind {
        DumpKind::GoProfile if is_of_threads => "stacks-threads",
        DumpKind::Go | DumpKind::GoProfile => "stacks-goroutines",
        DumpKind::Kernel => "stacks-kernel-tasks",
        _ => "stacks-threads",
    });
    if let Some((chain, queue)) = facts.main_chain() {
        return of_chain(facts, chain, queue, dump, symbols).with("tasks", tasks);
    }
    if let [first, second, ..] = dump.tasks.as_slice()
        && symbols.text_of(dump.title).contains(super::RACE)
    {
        let name = |task| task_name(dump.kind, task, symbols);
        return Message::new("stacks-verdict-race").with("first", name(first)).with("second", name(second));
    }
    if facts.is_asleep && dump.kind != DumpKind::Go {
        return Message::new("stacks-verdict-reported");
    }
    if facts.is_asleep {
        return Message::new("stacks-verdict-asleep").with("count", dump.n_tasks());
    }
    if let Some(message) = super::kernel::verdict(facts, dump, symbols) {
        return message.with("tasks", tasks);
    }
    let active = || facts.groups.iter().filter(|group| group.idle.is_none());
    let is_steady =
        |group: &&Group| group.waits.as_ref().is_some_and(|waits| matches!(waits.shape, WaitShape::Steady { .. }));
    let say = |id: &str, group: &Group| {
        let frame = telling_frame(dump.kind, symbols, group.stack).map_or("", |frame| symbols.function_of(frame));
        let state = group.states.first().map_or("", |(state, _)| symbols.text_of(*state));
        let minutes = group.max_s() / 60;
        Message::new(id).with("count", group.count).with("where", place(state, frame)).with("minutes", minutes)
    };
    if let Some(group) = active().filter(|group| group.count >= MANY_TASKS).find(is_steady)
        && let Some(WaitShape::Steady { per_hour }) = group.waits.as_ref().map(|waits| waits.shape)
    {
        return say("stacks-verdict-steady", group).with("rate", Arg::Float(per_hour)).with("tasks", tasks);
    }
    // Groups stand by how long they wait all together.
    if let Some(group) = active().find(|group| group.max_s() >= LONG_S) {
        return say("stacks-verdict-longest", group).with("tasks", tasks);
    }
    let total = dump.n_tasks();
    let many = if matches!(dump.kind, DumpKind::Jvm | DumpKind::Dotnet) { MANY_THREADS } else { MANY_TASKS };
    if let Some(group) =
        active().filter(|group| group.count >= many && group.count * 2 > total).max_by_key(|group| group.count)
    {
        return say("stacks-verdict-many", group).with("total", total).with("tasks", tasks);
    }
    // Who crashed is printed first. A test that took too long is ended by the library's own goroutine.
    if let Some(task) = dump.tasks.first()
        && is_crash(symbols.text_of(dump.title))
        && let Some(frame) = telling_frame(dump.kind, symbols, task.stack)
        && !is_standard(package(symbols.function_of(frame)))
    {
        let message = Message::new("stacks-verdict-crash").with("holder", task_name(dump.kind, task, symbols));
        return message.with("where", symbols.function_of(frame));
    }
    let n_idle: u64 = facts.groups.iter().filter(|group| group.idle.is_some()).map(|group| group.count).sum();
    let waiting: u64 = facts.queues.iter().map(|queue| queue.n_waiting).sum();
    let id = if waiting > 0 { "stacks-verdict-traffic" } else { "stacks-verdict-quiet" };
    Message::new(id).with("count", total).with("idle", n_idle).with("tasks", tasks).with("waiting", waiting)
}

/// Whether the dump names the owner with a reservation.
#[must_use]
pub fn is_hedged(reasons: &[Message]) -> bool {
    reasons.iter().any(|reason| reason.id == "stacks-reason-named-likely")
}

/// What speaks for somebody, as a list.
#[must_use]
pub fn reasons_of(reasons: &[Message]) -> Arg {
    Arg::List(reasons.iter().cloned().map(Arg::from).collect())
}

fn of_chain(facts: &DumpFacts, chain: &Chain, queue: &Queue, dump: &StackDump, symbols: &Symbols) -> Message {
    let message = |id: &str| {
        Message::new(id)
            .with("count", chain.n_blocked)
            .with("lock", lock_name(queue, symbols))
            .with("longest", longest(queue.longest_s))
    };
    let class = chain.class.map(class_name);
    match chain.root {
        Root::Cycle => {
            let holders = chain.cycle.iter().filter_map(|queue| facts.owners.get(*queue)?.holder());
            let names = holders.filter_map(|holder| dump.tasks.get(holder.task as usize)).take(NAMED);
            let names = names.map(|task| Arg::from(task_name(dump.kind, task, symbols))).collect();
            let class = class.unwrap_or_else(|| class_name(OwnerClass::Stated));
            let cycles = || facts.chains.iter().filter(|chain| chain.root == Root::Cycle);
            let id = if cycles().nth(1).is_some() { "stacks-verdict-cycles" } else { "stacks-verdict-cycle" };
            let n_blocked: u64 = cycles().map(|chain| chain.n_blocked).sum();
            Message::new(id)
                .with("count", n_blocked)
                .with("circles", cycles().count())
                .with("longest", longest(queue.longest_s))
                .with("holders", Arg::List(names))
                .with("class", class)
        }
        Root::Task(index) => {
            let Some(task) = dump.tasks.get(index as usize) else { return message("stacks-verdict-not-visible") };
            let holder = facts.owners.get(chain.queue).and_then(Owner::holder);
            let reasons = holder.map(|holder| holder.reasons.as_slice()).unwrap_or_default();
            // Whoever is only suspected does not hold it: that is said with what speaks for it.
            let is_sure = matches!(chain.class, Some(OwnerClass::Stated | OwnerClass::Derived)) && !is_hedged(reasons);
            let id = match (is_sure, task.syscall.is_some()) {
                (true, true) => "stacks-verdict-syscall",
                (true, false) => "stacks-verdict-owned",
                (false, true) => "stacks-verdict-suspected-syscall",
                (false, false) => "stacks-verdict-suspected",
            };
            let message = message(id)
                .with("holder", task_name(dump.kind, task, symbols))
                .with("where", whereabouts(dump.kind, task, symbols))
                .with("class", class.unwrap_or_else(|| class_name(OwnerClass::Suspected)));
            if is_sure { message } else { message.with("reasons", reasons_of(reasons)) }
        }
        // One place of the code may take many locks.
        Root::NotVisible if matches!(queue.lock, Lock::In(_)) => message("stacks-verdict-place"),
        Root::NotVisible => {
            let first = queue.waiters.first();
            let alike = facts.groups.iter().find(|group| first.is_some_and(|first| group.tasks.contains(first)));
            match (alike.filter(|group| group.count > chain.n_blocked * 2), queue.caller) {
                (Some(group), Some(caller)) => {
                    let place = Message::new("stacks-lock-in").with("frame", symbols.function_of(caller));
                    Message::new("stacks-verdict-place")
                        .with("count", group.count)
                        .with("lock", place)
                        .with("longest", longest(Some(group.max_s()).filter(|waited| *waited > 0)))
                }
                _ => message("stacks-verdict-not-visible"),
            }
        }
    }
}
