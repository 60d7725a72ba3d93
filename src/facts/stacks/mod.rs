//! Stack dumps put to use: groups, queues, owners, and one sentence over each dump.
//!
//! Everything is linear in the size of a dump but for the search for owners, which is bounded to the longest queues. What is inferred
//! says so: an owner is *stated* by the dump, *derived* from addresses it prints, or *suspected* by time and place.

pub mod diff;
pub mod graph;
pub mod groups;
pub mod idle;
pub mod names;
pub mod owners;
pub mod queues;
pub mod verdict;

use super::Input;
use crate::model::{
    ByteRange, Cite, DumpKind, EvidenceId, Locator, Message, OwnerClass, Role, StackDump, Symbols, Timestamp,
};
use graph::{Chain, Root};
use groups::Group;
use owners::{Judge, MAX_QUEUES, Owner};
use queues::Queue;

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
    /// Its groups: those that matter first, those set aside last.
    pub groups: Vec<Group>,
    /// Who waits for which lock, the longest queue first.
    pub queues: Vec<Queue>,
    /// Who may hold the lock of each queue.
    pub owners: Vec<Owner>,
    /// Where the queues lead, the one that blocks most first.
    pub chains: Vec<Chain>,
    /// The main chain in words and places; `None` where all waiting is traffic.
    pub convoy: Option<Convoy>,
    /// When the wait that matters began, where the dump has a time.
    pub onset: Option<Onset>,
    /// The sentence.
    pub verdict: Message,
    /// Where the dump stands.
    pub locator: Locator,
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
    /// The program, as far as the dump or its envelope says.
    pub process: String,
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
    inputs.iter().flat_map(|input| -> Vec<DumpFacts> { of(input) }).collect()
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
    queues.truncate(MAX_QUEUES);
    let judge = Judge::new(dump, symbols, &groups, &queues);
    let owners: Vec<Owner> = queues.iter().enumerate().map(|(index, queue)| judge.owner(index, queue)).collect();
    let chains = graph::chains(dump, &queues, &owners, &judge.queue_of);
    let mut facts = DumpFacts {
        evidence,
        index,
        kind: dump.kind,
        at,
        n_tasks: dump.n_tasks(),
        groups,
        queues,
        owners,
        chains,
        convoy: None,
        onset: None,
        verdict: Message::new("stacks-verdict-quiet"),
        locator: dump.locator,
    };
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
    let process = [symbols.text_of(dump.process), dump.kind.as_str()].into_iter().find(|name| !name.is_empty());
    Some(Convoy {
        n_blocked: chain.n_blocked,
        longest_s: queue.longest_s,
        lock: verdict::lock_name(queue, symbols),
        class: chain.class,
        root: chain.root,
        holder,
        waiter: cite(*queue.waiters.first()?)?,
        process: process.unwrap_or_default().to_owned(),
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
    Some(Onset { at: at.plus_seconds(-i64::from(waited_s)), waited_s, cite })
}

/// The head of a task: what a citation quotes of it.
#[must_use]
pub fn first_line(mut locator: Locator) -> Locator {
    locator.lines.last = locator.lines.first;
    locator.bytes = ByteRange::default();
    locator
}
