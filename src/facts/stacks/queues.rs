//! Who waits for which lock: queues, stated by the dump or derived from the addresses that Go prints.
//!
//! Go prints waiters only. The lock's address is the first argument of the locking function, or lies a few bytes before the semaphore's
//! that the runtime waits on. Where neither is printed, goroutines that wait at one place of one function are a queue of that place,
//! which is less sure: it may be many locks. So are kernel tasks, except for locks that the whole kernel has one of (`rtnl_lock`).

use super::names::{is_standard, telling_frame};
use super::per_stack::PerStack;
use crate::model::sort::Order as _;
use crate::model::{DumpKind, FrameId, LockFact, LockRelation, StackDump, Symbols, Task, TextId, WaitClass};

/// What a queue waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lock {
    /// A lock that the dump names.
    Named(TextId),
    /// A lock in memory.
    At(u64),
    /// Whatever is locked at a place of the code.
    In(FrameId),
}

/// How a task wants the lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// Alone.
    Exclusive,
    /// As a writer among readers.
    Write,
    /// As a reader.
    Read,
}

/// Tasks that wait for one lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queue {
    /// The lock.
    pub lock: Lock,
    /// Its class, where the dump says it.
    pub class: TextId,
    /// Indices of the tasks that wait, the longest wait first.
    pub waiters: Vec<u32>,
    /// How many they stand for: a profile folds goroutines of one stack into one task.
    pub n_waiting: u64,
    /// Longest wait, in seconds.
    pub longest_s: Option<u32>,
    /// The frame that most of them want the lock in.
    pub caller: Option<FrameId>,
    /// Readers and writers wait: one writer in the queue keeps all new readers out.
    pub is_convoy: bool,
}

/// What one task waits for.
struct Wait {
    lock: Lock,
    class: TextId,
    want: Want,
    caller: Option<FrameId>,
}

/// All queues, the one with the most waiters first, then the longest wait.
#[must_use]
pub fn queues(dump: &StackDump, symbols: &Symbols) -> Vec<Queue> {
    let mut known = PerStack::new(symbols);
    let mut waits: Vec<(u32, Wait)> = (0..)
        .zip(&dump.tasks)
        .filter_map(|(index, task)| {
            let wait = stated(dump, task, symbols).or_else(|| derived(dump, task, symbols, &mut known))?;
            Some((index, wait))
        })
        .collect();
    waits.order_by_key(|(index, wait)| (wait.lock, *index));
    let mut queues: Vec<Queue> = Vec::new();
    for run in waits.chunk_by(|a, b| a.1.lock == b.1.lock) {
        let Some((_, first)) = run.first() else { continue };
        let mut waiters: Vec<u32> = run.iter().map(|(index, _)| *index).collect();
        let waited = |index: u32| dump.tasks[index as usize].waited_s;
        waiters.order_by(|a, b| waited(*b).cmp(&waited(*a)).then(a.cmp(b)));
        let wants = |want| run.iter().any(|(_, wait)| wait.want == want);
        queues.push(Queue {
            lock: first.lock,
            class: first.class,
            longest_s: waiters.first().and_then(|index| waited(*index)),
            n_waiting: waiters.iter().map(|index| u64::from(dump.tasks[*index as usize].count)).sum(),
            waiters,
            caller: most_frequent(run.iter().filter_map(|(_, wait)| wait.caller)),
            is_convoy: wants(Want::Read) && wants(Want::Write),
        });
    }
    // Names of locks are numbered in the order of the file, which must not decide.
    let name = |queue: &Queue| if let Lock::Named(name) = queue.lock { symbols.text_of(name) } else { "" };
    queues.order_by(|a, b| {
        let by_size = b.n_waiting.cmp(&a.n_waiting).then(b.longest_s.cmp(&a.longest_s));
        by_size.then_with(|| name(a).cmp(name(b)))
    });
    queues
}

fn most_frequent(frames: impl Iterator<Item = FrameId>) -> Option<FrameId> {
    let mut frames: Vec<FrameId> = frames.collect();
    frames.order();
    let runs = frames.chunk_by(|a, b| a == b);
    // The first of the longest runs.
    let longest = runs.fold(&[][..], |longest: &[FrameId], run| if run.len() > longest.len() { run } else { longest });
    longest.first().copied()
}

/// What the dump says the task waits for.
fn stated(dump: &StackDump, task: &Task, symbols: &Symbols) -> Option<Wait> {
    let is_wanted = |fact: &&LockFact| match fact.relation {
        LockRelation::WaitsToLock | LockRelation::WaitsToRelock => true,
        LockRelation::Parks => fact.owner != 0 || task.wait == WaitClass::Lock,
        LockRelation::Holds | LockRelation::WaitsForNotify | LockRelation::Eliminated => false,
    };
    let fact = dump.locks_of(task).iter().filter(|fact| !fact.lock.is_empty()).find(is_wanted)?;
    let (mut want, mut caller) = (Want::Exclusive, None);
    for frame in symbols.frames_of(task.stack).iter().take(LOCKING_FRAMES) {
        match symbols.function_of(*frame) {
            name if name.ends_with("ReentrantReadWriteLock$ReadLock.lock") => want = Want::Read,
            name if name.ends_with("ReentrantReadWriteLock$WriteLock.lock") => want = Want::Write,
            name if super::names::is_plumbing(dump.kind, name) => {}
            _ => {
                caller = Some(*frame);
                break;
            }
        }
    }
    Some(Wait { lock: Lock::Named(fact.lock), class: fact.class, want, caller })
}

/// Frames from the innermost that may belong to the locking.
const LOCKING_FRAMES: usize = 12;

/// What Go's frames and their arguments show, and the kernel's frames.
fn derived(dump: &StackDump, task: &Task, symbols: &Symbols, known: &mut PerStack<Locking>) -> Option<Wait> {
    if dump.kind == DumpKind::Kernel && task.wait == WaitClass::Lock {
        let frame = super::kernel::locking_frame(task, symbols)?;
        return Some(Wait { lock: Lock::In(frame), class: TextId::EMPTY, want: Want::Exclusive, caller: Some(frame) });
    }
    if task.wait != WaitClass::Lock {
        return None;
    }
    match dump.kind {
        DumpKind::Go | DumpKind::GoProfile => {}
        // No address is printed, but where the lock is wanted.
        DumpKind::Jvm | DumpKind::Native | DumpKind::Python | DumpKind::Dotnet => {
            let caller = telling_frame(dump.kind, symbols, task.stack)?;
            return Some(Wait {
                lock: Lock::In(caller),
                class: TextId::EMPTY,
                want: Want::Exclusive,
                caller: Some(caller),
            });
        }
        _ => return None,
    }
    let Locking { want, frames, semaphore, caller } =
        known.get(task.stack, || Locking::of(dump.kind, task, symbols))?;
    let (want, caller) = (*want, *caller);
    let first_arg = |frame: usize| dump.args_of(task).iter().find(|arg| arg.frame() == frame && arg.position() == 0);
    let (mut at, mut stale) = (None, None);
    for arg in frames.iter().filter_map(|frame| first_arg(*frame)) {
        *(if arg.is_stale() { &mut stale } else { &mut at }) = Some(arg.address());
    }
    let semaphore = semaphore.and_then(first_arg).map(|arg| arg.address());
    // Where the semaphore lies in the lock. Of a reader-writer lock it is the writers' or the readers'.
    let offset = match want {
        Want::Exclusive => 4,
        Want::Write => 8,
        Want::Read => 12,
    };
    let address = at.or_else(|| semaphore.and_then(|at: u64| at.checked_sub(offset))).or(stale);
    let lock = address.map(Lock::At).or(caller.map(Lock::In))?;
    Some(Wait { lock, class: TextId::EMPTY, want, caller })
}

/// How a stack of Go is at a lock.
struct Locking {
    want: Want,
    /// Numbers of the frames whose first argument is the lock, from the innermost.
    frames: Vec<usize>,
    /// Number of the frame whose first argument is the lock's semaphore.
    semaphore: Option<usize>,
    /// The frame that wants the lock.
    caller: Option<FrameId>,
}

impl Locking {
    fn of(kind: DumpKind, task: &Task, symbols: &Symbols) -> Self {
        let mut locking = Self { want: Want::Exclusive, frames: Vec::new(), semaphore: None, caller: None };
        for (index, frame) in symbols.frames_of(task.stack).iter().take(LOCKING_FRAMES).enumerate() {
            let name = symbols.function_of(*frame);
            let plain = name.strip_prefix("internal/").unwrap_or(name);
            let locks = match plain {
                "sync.(*Mutex).Lock" | "sync.(*Mutex).lockSlow" => Some(locking.want),
                "sync.(*RWMutex).Lock" => Some(Want::Write),
                "sync.(*RWMutex).RLock" => Some(Want::Read),
                _ if plain.ends_with("semaphore.(*Weighted).Acquire") => Some(Want::Exclusive),
                _ => None,
            };
            match locks {
                Some(how) => {
                    locking.want = how;
                    locking.frames.push(index);
                }
                None if plain.starts_with("sync.runtime_Semacquire") => locking.semaphore = Some(index),
                None if is_standard(super::names::package(name)) && super::names::is_plumbing(kind, name) => {}
                None => {
                    locking.caller = Some(*frame);
                    break;
                }
            }
        }
        locking
    }
}
