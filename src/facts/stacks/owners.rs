//! Who holds what others wait for: stated by the dump, derived from addresses, or suspected by time and place, each with its reasons.
//!
//! Where the dump states owners, nothing is scored. Go states none: every goroutine is judged by what speaks for it, and an answer is
//! only given where one stands out. "The owner is not visible" is an answer.

use super::groups::Group;
use super::names::{is_standard, package, receiver_type};
use super::per_stack::PerStack;
use super::queues::{Lock, Queue};
use crate::model::sort::Order as _;
use crate::model::{
    DumpKind, LockFact, LockRelation, Message, OwnerClass, StackArg, StackDump, Symbols, Task, TextId, WaitClass,
};

/// Queues whose owner is looked for where the dump states none; the others are shorter.
pub const MAX_QUEUES: usize = 32;
/// Waiters whose receivers are looked at: those of a queue have the same.
const MAX_RECEIVERS_FROM: usize = 64;
/// How far behind the beginning of its object a lock may lie.
const OBJECT_BYTES: u64 = 4096;
/// Waits within this time have no order: they are sampled.
const SAMPLING_S: u32 = 180;
/// The first waiter came within this part of its own wait after the lock got stuck.
const BEFORE_THE_FIRST: u32 = 32;
/// Fewer points accuse nobody.
const ENOUGH: i32 = 4;
/// What HotSpot calls the lock under which a class is initialised.
const CLASS_MONITOR: &str = "Class initialization monitor";
/// Candidates that are told.
const TOLD: usize = 3;

/// Somebody who may hold a lock.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Index of the task.
    pub task: u32,
    /// What speaks for it, summed up; 0 where the dump states the owner.
    pub score: i32,
    /// How it is known.
    pub class: OwnerClass,
    /// What speaks for and against it.
    pub reasons: Vec<Message>,
}

/// Who may hold the lock of a queue.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Owner {
    /// The one that stands out; the first of the candidates.
    pub is_told: bool,
    /// At most three, best first.
    pub candidates: Vec<Candidate>,
}

impl Owner {
    /// The one that stands out.
    #[must_use]
    pub fn holder(&self) -> Option<&Candidate> {
        self.candidates.first().filter(|_| self.is_told)
    }
}

/// What all queues of a dump share.
pub struct Judge<'a> {
    /// The dump.
    pub dump: &'a StackDump,
    /// Its texts.
    pub symbols: &'a Symbols,
    /// For every task the queue it is in, or `usize::MAX`.
    pub queue_of: Vec<usize>,
    /// For every task whether it is set aside.
    pub is_idle: Vec<bool>,
    /// Locks with the tasks that say they hold them, sorted.
    holders: Vec<(TextId, u32)>,
    /// Ids with their tasks, sorted; empty where the dump names no owner by its id.
    ids: Vec<(u64, u32)>,
}

impl<'a> Judge<'a> {
    /// Prepares what is asked for every task.
    #[must_use]
    pub fn new(dump: &'a StackDump, symbols: &'a Symbols, groups: &[Group], queues: &[Queue]) -> Self {
        let mut queue_of = vec![usize::MAX; dump.tasks.len()];
        for (index, queue) in queues.iter().enumerate() {
            queue.waiters.iter().for_each(|task| queue_of[*task as usize] = index);
        }
        let mut is_idle = vec![false; dump.tasks.len()];
        for group in groups.iter().filter(|group| group.idle.is_some()) {
            group.tasks.iter().for_each(|task| is_idle[*task as usize] = true);
        }
        let names_owners = dump.locks.iter().any(|fact| fact.owner != 0);
        let mut ids: Vec<(u64, u32)> = Vec::new();
        if names_owners {
            ids.extend((0..).zip(&dump.tasks).map(|(index, task)| (task.id, index)));
            ids.order();
        }
        Self { dump, symbols, queue_of, is_idle, holders: holders(dump), ids }
    }

    /// The owner of a queue's lock, as far as the dump shows it.
    #[must_use]
    pub fn owner(&self, index: usize, queue: &Queue) -> Owner {
        match queue.lock {
            Lock::Named(_) => self.stated(queue),
            Lock::At(_) | Lock::In(_) if self.dump.kind == DumpKind::Go => self.judged(index, queue),
            Lock::In(_) if self.dump.kind == DumpKind::Kernel => super::kernel::owner(self, queue),
            Lock::At(_) | Lock::In(_) => Owner::default(),
        }
    }

    /// The owner that the dump names, or the task that says it holds the lock.
    fn stated(&self, queue: &Queue) -> Owner {
        let Lock::Named(lock) = queue.lock else { return Owner::default() };
        let facts = |task: &'a Task| self.dump.locks_of(task).iter().filter(move |fact| fact.lock == lock);
        let named = queue.waiters.iter().flat_map(|index| facts(&self.dump.tasks[*index as usize]));
        let named = named.filter(|fact| fact.owner != 0).map(|fact| (fact.owner, fact.is_hedged)).next();
        let by_name = named.and_then(|(owner, is_hedged)| {
            let at = self.ids.partition_point(|(id, _)| *id < owner);
            let task = self.ids.get(at).filter(|(id, _)| *id == owner)?.1;
            let reason = match is_hedged {
                // One of the readers, or who took it last: others may have it as well.
                true if !queue.class.is_empty() => "stacks-reason-named-hint",
                true => "stacks-reason-named-likely",
                false => "stacks-reason-named",
            };
            Some((task, reason))
        });
        let by_holding = || {
            let at = self.holders.partition_point(|(held, _)| *held < lock);
            let task = self.holders.get(at).filter(|(held, _)| *held == lock)?.1;
            Some((task, "stacks-reason-holds"))
        };
        // Of a class that is being initialised the machine names neither: whoever runs its initialiser has it.
        let by_running = || {
            let class = self.symbols.text_of(lock);
            let runs = |task: &Task| {
                let mut names = self.symbols.frames_of(task.stack).iter().map(|frame| self.symbols.function_of(*frame));
                names.any(|name| name.strip_suffix(".<clinit>") == Some(class))
            };
            let is_wanted = self.dump.kind == DumpKind::Jvm && self.symbols.text_of(queue.class) == CLASS_MONITOR;
            let task = (0..).zip(&self.dump.tasks).find(|(_, task)| is_wanted && runs(task))?.0;
            Some((task, "stacks-reason-initialises"))
        };
        let found = by_name.or_else(by_holding).or_else(by_running).map(|(task, reason)| {
            let reasons = vec![Message::new(reason)];
            // The kernel lists what a task holds together with what it is about to take: which of both is concluded from its stack. .NET
            // lists owners and how many wait: who waits for which of several is concluded.
            let is_concluded =
                matches!(self.dump.kind, DumpKind::Kernel | DumpKind::Dotnet) && reason == "stacks-reason-holds";
            let class = match reason {
                "stacks-reason-named-hint" => OwnerClass::Suspected,
                "stacks-reason-initialises" => OwnerClass::Derived,
                _ if is_concluded => OwnerClass::Derived,
                _ => OwnerClass::Stated,
            };
            Candidate { task, score: 0, class, reasons }
        });
        Owner { is_told: found.is_some(), candidates: found.into_iter().collect() }
    }

    /// Candidates by what speaks for them.
    fn judged(&self, index: usize, queue: &Queue) -> Owner {
        let traits = Traits::of(self, queue);
        let mut known = PerStack::new(self.symbols);
        let mut kinship = |task: &Task| {
            let kinship = known.get(task.stack, || traits.kinship(self.symbols, task));
            kinship.copied().unwrap_or(Kinship::None)
        };
        let mut all: Vec<Candidate> = (0..)
            .zip(&self.dump.tasks)
            .filter(|(task, _)| self.queue_of[*task as usize] != index)
            .filter_map(|(number, task)| self.candidate(number, task, &traits, kinship(task)))
            .collect();
        // Whoever came to where it waits a moment ago may be in a loop under the lock, or in one beside it, and a loop that the waiters feed
        // has had no work since they got stuck: such are told, not accused.
        let is_beside = |it: &Candidate| {
            let task = &self.dump.tasks[it.task as usize];
            use WaitClass::{Channel, Condition, Io, Sleep};
            let has_come = task.waited_s.is_none() && matches!(task.wait, Channel | Condition | Io | Sleep);
            has_come && queue.longest_s.is_some_and(|longest| longest > SAMPLING_S) || self.is_fed(task)
        };
        all.order_by(|a, b| {
            let waited = |it: &Candidate| self.dump.tasks[it.task as usize].waited_s;
            let by_place = is_beside(a).cmp(&is_beside(b));
            by_place.then(b.score.cmp(&a.score)).then(waited(b).cmp(&waited(a))).then(a.task.cmp(&b.task))
        });
        // One stands out by its score or, among equals, by having waited clearly longer.
        let stands_out = match (all.first(), all.get(1)) {
            (Some(first), Some(second)) => {
                let waited = |it: &Candidate| self.dump.tasks[it.task as usize].waited_s.unwrap_or(0);
                first.score > second.score || waited(first) > waited(second).saturating_add(SAMPLING_S)
            }
            (first, _) => first.is_some(),
        };
        all.truncate(TOLD);
        Owner { is_told: stands_out && !all.first().is_some_and(is_beside), candidates: all }
    }

    /// Whether a goroutine waits to be given something in the very function that it was started with: a loop that others feed.
    fn is_fed(&self, task: &Task) -> bool {
        let Self { dump, symbols, .. } = self;
        let waits = matches!(task.wait, WaitClass::Channel | WaitClass::Condition | WaitClass::Sleep)
            && !symbols.text_of(task.state).starts_with("chan send");
        let mut frames = symbols.frames_of(task.stack).iter().rev();
        let started = frames.find(|frame| symbols.function_of(**frame) != "runtime.goexit").copied();
        waits && started.is_some() && super::names::telling_frame(dump.kind, symbols, task.stack) == started
    }

    fn candidate(&self, number: u32, task: &Task, traits: &Traits<'_>, kinship: Kinship) -> Option<Candidate> {
        let is_queued = self.queue_of[number as usize] != usize::MAX;
        // Whoever holds the lock has been where it is since the others began to queue. A loop of the same program that waits for work has
        // waited for much longer, or for less: what it waits for has nothing to do with them.
        let longest = traits.longest_s.unwrap_or(0);
        let latest = longest.saturating_add(SAMPLING_S.max(longest / BEFORE_THE_FIRST));
        let waits_as_long =
            task.waited_s.is_some_and(|waited| (longest.saturating_sub(SAMPLING_S)..=latest).contains(&waited));
        if task.waited_s.is_some() && !waits_as_long && !is_queued {
            return None;
        }
        let (mut score, mut reasons) = (0, Vec::new());
        let mut add = |points: i32, reason: Message| {
            score += points;
            reasons.push(reason);
        };
        let args = self.dump.args_of(task).iter().filter(|arg| !arg.is_stale());
        let shared = args.map(|arg| arg.address()).find(|address| traits.addresses.binary_search(address).is_ok());
        // Most tasks share neither an address nor a function with the waiters.
        if shared.is_none() && kinship == Kinship::None {
            return None;
        }
        if let Some(address) = shared {
            let id = if traits.lock == Some(address) { "stacks-reason-same-lock" } else { "stacks-reason-same-object" };
            add(3, Message::new(id).with("address", format!("{address:#x}")));
        }
        match kinship {
            Kinship::Type => {
                add(2, Message::new("stacks-reason-same-type").with("name", traits.of_type.unwrap_or_default()))
            }
            Kinship::Package => {
                add(2, Message::new("stacks-reason-same-package").with("name", traits.package.unwrap_or_default()));
            }
            Kinship::None => {}
        }
        if is_queued {
            add(2, Message::new("stacks-reason-queued"));
        }
        if matches!(task.wait, WaitClass::Syscall | WaitClass::Io | WaitClass::Channel | WaitClass::Condition) {
            add(1, Message::new("stacks-reason-blocked").with("state", self.symbols.text_of(task.state)));
        }
        if task.is_locked_to_thread {
            add(1, Message::new("stacks-reason-locked-to-thread"));
        }
        if waits_as_long && longest > 0 {
            add(2, Message::new("stacks-reason-as-long"));
        }
        if self.is_idle[number as usize] {
            add(-5, Message::new("stacks-reason-idle"));
        }
        // Loops of an object that has a lock are many: who waits since then, or for another lock, is more than one of them.
        let is_derived = shared.is_some() && (waits_as_long && longest > 0 && !self.is_fed(task) || is_queued);
        let class = if is_derived { OwnerClass::Derived } else { OwnerClass::Suspected };
        // Without an address it takes both: the same code and the same time.
        let is_enough = score >= ENOUGH && (shared.is_some() || waits_as_long && longest > 0);
        is_enough.then_some(Candidate { task: number, score, class, reasons })
    }
}

/// Locks with the tasks that say they hold them, sorted.
fn holders(dump: &StackDump) -> Vec<(TextId, u32)> {
    let mut holders = Vec::new();
    for (index, task) in (0..).zip(&dump.tasks) {
        let facts = dump.locks_of(task);
        // Whoever waits to be notified has given the monitor back, and a frame that wants it is told to be in it already.
        let wants = |fact: &&LockFact| {
            use LockRelation::{WaitsForNotify, WaitsToLock, WaitsToRelock};
            matches!(fact.relation, WaitsForNotify | WaitsToLock | WaitsToRelock)
        };
        let mut wanted: Vec<TextId> = facts.iter().filter(wants).map(|fact| fact.lock).collect();
        wanted.order();
        let held = facts.iter().filter(|fact| fact.relation == LockRelation::Holds && !fact.lock.is_empty());
        let held = held.map(|fact| fact.lock).filter(|lock| wanted.binary_search(lock).is_err());
        holders.extend(held.map(|lock| (lock, index)));
    }
    holders.order();
    holders
}

/// What the waiters of a queue show of their lock.
struct Traits<'a> {
    lock: Option<u64>,
    /// The lock and the objects it lies in, sorted.
    addresses: Vec<u64>,
    longest_s: Option<u32>,
    of_type: Option<&'a str>,
    package: Option<&'a str>,
}

impl<'a> Traits<'a> {
    fn of(judge: &Judge<'a>, queue: &Queue) -> Self {
        let Judge { dump, symbols, .. } = judge;
        let lock = if let Lock::At(address) = queue.lock { Some(address) } else { None };
        let mut addresses: Vec<u64> = lock.into_iter().collect();
        if let Some(lock) = lock {
            let waiters = queue.waiters.iter().take(MAX_RECEIVERS_FROM).map(|index| &dump.tasks[*index as usize]);
            let args = waiters.flat_map(|task| dump.args_of(task));
            let is_receiver = |arg: &&StackArg| arg.position() == 0 && !arg.is_stale();
            let receivers = args.filter(is_receiver).map(|arg| arg.address());
            addresses.extend(receivers.filter(|at| *at <= lock && lock - at < OBJECT_BYTES));
            addresses.order();
            addresses.dedup();
        }
        let caller = queue.caller.map(|frame| symbols.function_of(frame));
        // Everybody uses the standard library, and in a small program everything is in `main`.
        let package = caller.map(package).filter(|package| !is_standard(package) && *package != "main");
        let of_type = caller.and_then(receiver_type).filter(|name| !is_standard(super::names::package(name)));
        Self { lock, addresses, longest_s: queue.longest_s, of_type, package }
    }

    /// What a task's stack has in common with the code that the waiters want the lock in.
    fn kinship(&self, symbols: &Symbols, task: &Task) -> Kinship {
        let mut kinship = Kinship::None;
        for frame in symbols.frames_of(task.stack) {
            let name = symbols.function_of(*frame);
            let is_of = |with: Option<&str>| {
                with.is_some_and(|with| name.strip_prefix(with).is_some_and(|rest| rest.starts_with('.')))
            };
            if is_of(self.of_type) {
                return Kinship::Type;
            }
            if is_of(self.package) {
                kinship = Kinship::Package;
            }
        }
        kinship
    }
}

/// What two stacks have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kinship {
    None,
    /// Functions of one package.
    Package,
    /// Methods of one type.
    Type,
}
