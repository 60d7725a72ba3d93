//! Stack dumps put to use: groups, queues, owners, and one sentence over each dump.
//!
//! Everything is linear in the size of a dump but for the search for owners, which is bounded to the longest queues. What is inferred
//! says so: an owner is *stated* by the dump, *derived* from addresses it prints, or *suspected* by time and place.

pub mod deadlocks;
pub mod diff;
pub mod graph;
pub mod groups;
pub mod idle;
pub mod kernel;
pub mod names;
pub mod owners;
pub mod per_stack;
pub mod queues;
pub mod syscalls;
pub mod verdict;

use super::Input;
use crate::model::sort::Order as _;
use crate::model::words::holds;
use crate::model::{
    ByteRange, Cite, DumpKind, EvidenceId, Locator, Message, OwnerClass, Role, StackDump, StackId, Symbols, Task,
    Timestamp, WaitClass,
};
use deadlocks::{Deadlock, Known};
use graph::{Chain, Root};
use groups::Group;
use owners::{Judge, MAX_QUEUES, Owner};
use queues::{Lock, Queue};

/// What is concluded from one dump.
#[derive(Clone, Debug, PartialEq)]
pub struct DumpFacts {
    /// The input.
    pub evidence: EvidenceId,
    /// Which of its dumps.
    pub index: usize,
    /// Who printed it.
    pub kind: DumpKind,
    /// When.
    pub at: Option<Timestamp>,
    /// How many tasks it has.
    pub n_tasks: u64,
    /// The program, as far as the dump or its envelope says.
    pub process: String,
    /// It breaks off.
    pub is_cut: bool,
    /// How much it shows of who waits for whom.
    pub sight: Sight,
    /// Its groups: those that matter first, those set aside last.
    pub groups: Vec<Group>,
    /// Who waits for which lock, the longest queue first.
    pub queues: Vec<Queue>,
    /// Who may hold the lock of each queue.
    pub owners: Vec<Owner>,
    /// Where the queues lead, the one that blocks most first.
    pub chains: Vec<Chain>,
    /// Tasks that wait for each other in a circle.
    pub deadlocks: Vec<Deadlock>,
    /// The runtime says itself that nobody can go on, without who waits for whom.
    pub is_asleep: bool,
    /// The first task that waits for a lock whose owner the dump does not state.
    pub unstated: Option<Cite>,
    /// The main chain in words and places; `None` where all waiting is traffic.
    pub convoy: Option<Convoy>,
    /// When the wait that matters began, where the dump has a time.
    pub onset: Option<Onset>,
    /// The sentence.
    pub verdict: Message,
    /// Where the dump stands.
    pub locator: Locator,
}

/// How much a dump shows of who waits for whom: what it does not show cannot be ruled out from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// All tasks, and which of them wait for a lock.
    Waits,
    /// Tasks by where they are: of Go's profiles, of Python, where whoever takes a lock is only in the line that takes it, of Java's files
    /// without states, and of the kernel where its tasks wait for locks of programs (futex) or for each other to be done.
    Places,
    /// Those that crashed or met in a race, and none of the others.
    Few,
}

/// Everybody who is blocked behind one lock, in words and places.
#[derive(Clone, Debug, PartialEq)]
pub struct Convoy {
    /// How many are blocked.
    pub n_blocked: u64,
    /// The longest wait in the queue, in seconds.
    pub longest_s: Option<u32>,
    /// The lock.
    pub lock: Message,
    /// How the owner is known.
    pub class: Option<OwnerClass>,
    /// Where the chain ends.
    pub root: Root,
    /// Who holds the lock, where that is visible.
    pub holder: Option<Holder>,
    /// The first of the queue.
    pub waiter: Cite,
    /// The lock as the dump names it; empty where it does not.
    pub name: String,
    /// What another dump says of the same lock.
    pub other: Option<OtherDump>,
}

/// What another dump says of a lock that is held here.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum OtherDump {
    /// The same task holds it there, so many seconds apart.
    StillHeld {
        /// How far the dumps are apart; `None` where one has no time.
        seconds: Option<f64>,
        /// The holder there.
        cite: Cite,
    },
    /// Another task holds it there: the lock moves on.
    MovedOn {
        /// The holder there.
        cite: Cite,
    },
}

/// Who holds a lock.
#[derive(Clone, Debug, PartialEq)]
pub struct Holder {
    /// Its name.
    pub name: Message,
    /// The same without a language.
    pub plain: String,
    /// Where it is.
    pub place: Message,
    /// How that is known.
    pub class: OwnerClass,
    /// The same in words.
    pub class_name: Message,
    /// What speaks for it.
    pub reasons: Vec<Message>,
    /// Its first line.
    pub cite: Cite,
}

/// When the wait that matters began.
#[derive(Clone, Debug, PartialEq)]
pub struct Onset {
    /// Dump time minus the longest wait: then or a few minutes earlier, for waits are sampled.
    pub at: Timestamp,
    /// The longest wait, in seconds.
    pub waited_s: u32,
    /// The id of who waits longest.
    pub task: u64,
    /// Who waits longest, the owner included.
    pub cite: Cite,
}

impl DumpFacts {
    /// The chain that the verdict is about, with its queue; `None` where all of them are traffic.
    #[must_use]
    pub fn main_chain(&self) -> Option<(&Chain, &Queue)> {
        self.chains.iter().find_map(|chain| {
            let queue = self.queues.get(chain.queue)?;
            verdict::is_serious(chain, queue).then_some((chain, queue))
        })
    }
}

/// Begins what Go's race detector reports.
const RACE: &str = "DATA RACE";

/// Whether a dump was printed because something ended or raced: how the others stood says nothing of how they waited.
fn is_of_end(title: &str) -> bool {
    holds(title, RACE) || title.starts_with("SIGABRT: ") || verdict::is_crash(title)
}

fn sight(dump: &StackDump, symbols: &Symbols) -> Sight {
    // Seen from outside every Java thread that does not run is blocked.
    let is_said = |task: &Task| {
        let state = symbols.text_of(task.state);
        !state.is_empty() && !state.starts_with("state = ") && task.stack != StackId::EMPTY
    };
    let is_open = |task: &Task| matches!(task.wait, WaitClass::Condition | WaitClass::Join);
    match dump.kind {
        _ if dump.n_tasks() < 2 || is_of_end(symbols.text_of(dump.title)) => Sight::Few,
        DumpKind::Rust | DumpKind::Node => Sight::Few,
        DumpKind::GoProfile | DumpKind::Python => Sight::Places,
        DumpKind::Jvm if !dump.tasks.iter().any(is_said) => Sight::Places,
        DumpKind::Kernel if dump.tasks.iter().any(is_open) => Sight::Places,
        DumpKind::Go | DumpKind::Jvm | DumpKind::Kernel | DumpKind::Native | DumpKind::Dotnet => Sight::Waits,
    }
}

/// Concludes from all dumps of the inputs that take part.
#[must_use]
pub fn derive_stacks(inputs: &[Input<'_>]) -> Vec<DumpFacts> {
    let of = |input: &Input<'_>| {
        let dumps = &input.parsed.dumps;
        let clock = input.meta.clock;
        let all = dumps.kept.iter().enumerate();
        all.map(|(index, dump)| read_dump(input.meta.id, index, dump, &dumps.symbols, clock.resolve(dump.wall)))
            .collect()
    };
    let mut all: Vec<DumpFacts> = inputs.iter().flat_map(|input| -> Vec<DumpFacts> { of(input) }).collect();
    compare_holders(&mut all);
    all
}

/// Looks for the lock of every convoy in the other dumps, nearest in time last: addresses of objects stay while no collection moves them,
/// so the same address with the same owner is the same lock, held on.
fn compare_holders(all: &mut [DumpFacts]) {
    let mut held: Vec<(String, usize)> = Vec::new();
    for (index, facts) in all.iter().enumerate() {
        let convoy = facts.convoy.as_ref().filter(|convoy| convoy.holder.is_some() && !convoy.name.is_empty());
        held.extend(convoy.map(|convoy| (format!("{} {}", facts.kind.as_str(), convoy.name), index)));
    }
    held.order();
    for run in held.chunk_by(|a, b| a.0 == b.0).filter(|run| run.len() > 1) {
        // Each with the one before it, and the first with the one behind it.
        for (at, (_, index)) in run.iter().enumerate() {
            let Some((_, other)) = run.get(if at == 0 { 1 } else { at - 1 }) else { continue };
            let said = other_dump(&all[*index], &all[*other]);
            if let Some(convoy) = &mut all[*index].convoy {
                convoy.other = said;
            }
        }
    }
}

fn other_dump(this: &DumpFacts, other: &DumpFacts) -> Option<OtherDump> {
    let holder = |facts: &DumpFacts| facts.convoy.as_ref().and_then(|convoy| convoy.holder.clone());
    let (mine, theirs) = (holder(this)?, holder(other)?);
    let seconds = this.at.zip(other.at).map(|(a, b)| (a.as_seconds_f64() - b.as_seconds_f64()).abs());
    let cite = Cite { role: Role::Bounds, ..theirs.cite };
    match mine.plain == theirs.plain {
        true => Some(OtherDump::StillHeld { seconds, cite }),
        // Two processes may have a lock at one address.
        false if this.evidence == other.evidence => Some(OtherDump::MovedOn { cite }),
        false => None,
    }
}

fn read_dump(
    evidence: EvidenceId,
    index: usize,
    dump: &StackDump,
    symbols: &Symbols,
    at: Option<Timestamp>,
) -> DumpFacts {
    let groups = groups::group(dump, symbols);
    let mut queues = queues::queues(dump, symbols);
    let mut n_seen = 0;
    queues.retain(|queue| {
        n_seen += 1;
        n_seen <= MAX_QUEUES || matches!(queue.lock, Lock::Named(_))
    });
    let judge = Judge::new(dump, symbols, &groups, &queues);
    let owners: Vec<Owner> = queues.iter().enumerate().map(|(index, queue)| judge.owner(index, queue)).collect();
    let title = symbols.text_of(dump.title);
    let is_asleep = holds(title, verdict::ASLEEP) || holds(title, " Java-level deadlock");
    let chains = graph::chains(dump, &queues, &owners, &judge.queue_of, is_asleep);
    let process = [symbols.text_of(dump.process), dump.kind.as_str()].into_iter().find(|name| !name.is_empty());
    let mut facts = DumpFacts {
        process: process.unwrap_or_default().to_owned(),
        is_cut: dump.is_cut,
        sight: sight(dump, symbols),
        evidence,
        index,
        kind: dump.kind,
        at,
        n_tasks: dump.n_tasks(),
        groups,
        queues,
        owners,
        chains,
        deadlocks: Vec::new(),
        is_asleep,
        unstated: None,
        convoy: None,
        onset: None,
        verdict: Message::new("stacks-verdict-quiet"),
        locator: dump.locator,
    };
    let DumpFacts { queues, owners, chains, .. } = &facts;
    let found = deadlocks::deadlocks(&Known { dump, symbols, queues, owners, chains, at });
    let unstated = chains.iter().find(|chain| chain.class != Some(OwnerClass::Stated));
    let waiter = unstated.and_then(|chain| dump.tasks.get(*queues.get(chain.queue)?.waiters.first()? as usize));
    facts.unstated = waiter.map(|task| Cite { locator: first_line(task.locator), role: Role::Shows, at });
    facts.deadlocks = found;
    facts.verdict = verdict::verdict(&facts, dump, symbols);
    facts.onset = onset(&facts, dump);
    facts.convoy = convoy(&facts, dump, symbols);
    facts
}

fn convoy(facts: &DumpFacts, dump: &StackDump, symbols: &Symbols) -> Option<Convoy> {
    let (chain, queue) = facts.main_chain()?;
    let cite = |index: u32| {
        let task = dump.tasks.get(index as usize)?;
        Some(Cite { locator: first_line(task.locator), role: Role::Shows, at: facts.at })
    };
    let holder = facts.owners.get(chain.queue).and_then(Owner::holder).and_then(|holder| {
        let task = dump.tasks.get(holder.task as usize)?;
        let name = symbols.text_of(task.name);
        Some(Holder {
            name: verdict::task_name(dump.kind, task, symbols),
            plain: if name.is_empty() { format!("{} {}", dump.kind.task_word(), task.id) } else { name.to_owned() },
            place: verdict::whereabouts(dump.kind, task, symbols),
            class: holder.class,
            class_name: verdict::class_name(holder.class),
            reasons: holder.reasons.clone(),
            cite: cite(holder.task)?,
        })
    });
    Some(Convoy {
        n_blocked: chain.n_blocked,
        longest_s: queue.longest_s,
        lock: verdict::lock_name(queue, symbols),
        class: chain.class,
        root: chain.root,
        holder,
        waiter: cite(*queue.waiters.first()?)?,
        name: if let Lock::Named(name) = queue.lock { symbols.text_of(name).to_owned() } else { String::new() },
        other: None,
    })
}

/// The beginning of the wait that the verdict is about.
fn onset(facts: &DumpFacts, dump: &StackDump) -> Option<Onset> {
    let at = facts.at?;
    let (chain, queue) = facts.main_chain()?;
    let holder = if let Root::Task(task) = chain.root { Some(task) } else { None };
    let tasks = queue.waiters.first().copied().into_iter().chain(holder);
    let waited =
        tasks.filter_map(|index| dump.tasks.get(index as usize)).filter_map(|task| Some((task.waited_s?, task)));
    let (waited_s, task) = waited.max_by_key(|(waited, _)| *waited)?;
    let cite = Cite { locator: first_line(task.locator), role: Role::Shows, at: Some(at) };
    Some(Onset { at: at.plus_seconds(-i64::from(waited_s)), waited_s, task: task.id, cite })
}

/// The head of a task: what a citation quotes of it.
#[must_use]
pub fn first_line(mut locator: Locator) -> Locator {
    locator.lines.last = locator.lines.first;
    locator.bytes = ByteRange::default();
    locator
}
