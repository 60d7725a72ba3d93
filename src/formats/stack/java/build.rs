//! Puts threads together to a dump, whatever wrote them down.

use super::super::seen::Seen;
use super::super::{Opening, Parsed, Text, push};
use super::deadlock::Told;
use super::frame::JavaFrame;
use super::lock::LockLine;
use super::wait::wait_class;
use crate::model::sort::Order as _;
use crate::model::{
    DumpKind, FrameId, Locator, LockFact, LockRelation, StackDump, StackFrame, StatedDeadlock, Symbols, Task, TextId,
    WaitClass,
};

/// Frames from the innermost in which a thread parks.
const PARKING_FRAMES: usize = 4;
/// Statements of a thread among which one that repeats is looked for.
const MAX_REPEATED: usize = 8;
/// Statements of a thread among which one about a lock that is told elsewhere is looked for.
const MAX_FACTS: usize = 256;
/// Cycles of one dump that are kept: a machine reports each once.
const MAX_DEADLOCKS: usize = 1_000;

/// A dump that is being put together.
pub(super) struct Builder {
    opening: Opening,
    dump: Option<StackDump>,
    /// Threads of the dump: whether by id, and the number.
    seen: [Seen; 2],
    task: Option<Task>,
    frames: Vec<FrameId>,
    /// Owners that the dump names and that were not read yet: index into the locks, name.
    named: Vec<(u32, TextId)>,
    /// Cycles as told.
    told: Vec<Told>,
    /// Something is missing at its end.
    pub(super) is_cut: bool,
}

impl Builder {
    pub(super) fn new(opening: Opening) -> Self {
        Self {
            opening,
            dump: None,
            seen: Default::default(),
            task: None,
            frames: Vec::new(),
            named: Vec::new(),
            told: Vec::new(),
            is_cut: false,
        }
    }

    /// Whether there is a thread whose lines may go on.
    pub(super) const fn has_task(&self) -> bool {
        self.task.is_some()
    }

    /// Whether the thread that is being read should have frames and has none.
    pub(super) fn is_bare(&self) -> bool {
        self.task.as_ref().is_some_and(|task| !task.state.is_empty()) && self.frames.is_empty()
    }

    /// A dump begins with its title.
    pub(super) fn begin_dump(&mut self, title: &[u8], place: Locator, out: &mut Parsed) {
        self.end_dump(out);
        self.opening.title = out.dumps.symbols.text(title);
        self.dump = Some(StackDump::new(DumpKind::Jvm, place));
    }

    /// The title of the dump.
    pub(super) fn set_title(&mut self, title: TextId) {
        self.opening.title = title;
    }

    /// The process says which one it is.
    pub(super) fn set_pid(&mut self, pid: Option<u32>) {
        self.opening.pid = pid.or(self.opening.pid);
    }

    /// A thread begins, told by its id or, without one, by an address; one that was there already begins another dump.
    pub(super) fn begin_task(&mut self, task: Task, tid: u64, out: &mut Parsed) {
        self.end_task(&mut out.dumps.symbols);
        let key = (task.id != 0, if task.id == 0 { tid } else { task.id });
        if key.1 != 0 && !self.seen[usize::from(key.0)].insert(key.1) {
            self.end_dump(out);
            self.opening.title = TextId::EMPTY;
            self.seen[usize::from(key.0)].insert(key.1);
        }
        let dump = self.dump.get_or_insert_with(|| StackDump::new(DumpKind::Jvm, task.locator));
        let n_locks = count(dump.locks.len());
        self.task = Some(Task { locks: (n_locks, n_locks), ..task });
    }

    /// A virtual thread begins, on the carrier that came last.
    pub(super) fn begin_mounted(&mut self, task: Task) {
        let Some(dump) = &mut self.dump else { return };
        let n_locks = count(dump.locks.len());
        self.task = Some(Task { locks: (n_locks, n_locks), ..task });
    }

    /// The owner of what the thread waits for.
    pub(super) fn set_owner(&mut self, owner: u64) {
        let (Some(dump), Some(task)) = (&mut self.dump, &self.task) else { return };
        let facts = dump.locks.get_mut(task.locks.0 as usize..).unwrap_or(&mut []);
        if let Some(fact) = facts.iter_mut().find(|fact| fact.relation != LockRelation::Holds) {
            fact.owner = owner;
        }
    }

    /// The thread that is being read.
    pub(super) const fn task(&mut self) -> Option<&mut Task> {
        self.task.as_mut()
    }

    /// Stretches the thread over a line.
    pub(super) fn cover(&mut self, line: &Text<'_>) {
        if let Some(task) = &mut self.task {
            task.locator.bytes.end = task.locator.bytes.end.max(line.place.bytes.end);
            task.locator.lines.last = task.locator.lines.last.max(line.place.lines.last);
        }
    }

    /// Stretches the dump over a line.
    pub(super) fn cover_dump(&mut self, line: &Text<'_>) {
        if let Some(dump) = &mut self.dump {
            dump.cover(&line.place);
        }
    }

    /// The next frame, further out.
    pub(super) fn frame(&mut self, frame: &JavaFrame<'_>, symbols: &mut Symbols) {
        let (function, file) = (symbols.text(&frame.function), symbols.text(frame.file));
        self.frames.push(symbols.frame(StackFrame { function, file, line: frame.line }));
    }

    /// What the thread states about a lock, under the frame that came last.
    pub(super) fn lock(&mut self, said: &LockLine<'_>, line: u32, symbols: &mut Symbols) {
        let (Some(dump), Some(task)) = (&mut self.dump, &self.task) else { return };
        let (lock, class) = (symbols.text(said.lock), symbols.text(said.class));
        let known = dump.locks.get(task.locks.0 as usize..).unwrap_or(&[]);
        // JMX says in the head and under the first frame what the thread waits for.
        if said.relation != LockRelation::Holds
            && known
                .iter()
                .take(MAX_REPEATED)
                .any(|fact| fact.relation == said.relation && fact.lock == lock && !lock.is_empty())
        {
            return;
        }
        let (owner_name, owner) = said.owner.unwrap_or((&[], 0));
        if owner == 0 && !owner_name.is_empty() {
            self.named.push((count(dump.locks.len()), symbols.text(owner_name)));
        }
        let frame = u16::try_from(self.frames.len().saturating_sub(1)).unwrap_or(u16::MAX);
        dump.locks.push(LockFact { relation: said.relation, lock, class, frame, owner, is_hedged: false, line });
    }

    /// The machine reports a cycle.
    pub(super) fn deadlock(&mut self, told: Told) {
        if self.told.len() < MAX_DEADLOCKS {
            self.told.push(told);
        }
    }

    /// The thread is complete.
    pub(super) fn end_task(&mut self, symbols: &mut Symbols) {
        let (Some(mut task), Some(dump)) = (self.task.take(), &mut self.dump) else { return };
        let functions = |index: usize| self.frames.get(index).map(|frame| symbols.function_of(*frame));
        let parks = (0..PARKING_FRAMES)
            .map_while(functions)
            .any(|name| name.ends_with("Unsafe.park") || name.ends_with("LockSupport.park"));
        let state = symbols.text_of(task.state);
        let is_blocked = state.starts_with("BLOCKED");
        let facts = dump.locks.get_mut(task.locks.0 as usize..).unwrap_or(&mut []);
        for fact in facts.iter_mut().filter(|fact| fact.relation == LockRelation::WaitsForNotify) {
            if is_blocked {
                // It was notified and waits for the monitor, whatever the line says.
                fact.relation = LockRelation::WaitsToRelock;
            } else if parks {
                // JMX calls both alike.
                fact.relation = LockRelation::Parks;
            }
        }
        let waited_for =
            facts.iter().find(|fact| !matches!(fact.relation, LockRelation::Holds | LockRelation::Eliminated));
        let blocker = waited_for.map_or("", |fact| symbols.text_of(fact.class));
        if waited_for.is_some_and(|fact| fact.relation == LockRelation::WaitsToLock) {
            task.wait = WaitClass::Lock;
        } else if task.wait == WaitClass::Unknown {
            task.wait = wait_class(state, blocker, functions);
        }
        task.stack = symbols.stack(&self.frames);
        task.locks.1 = count(dump.locks.len());
        self.frames.clear();
        dump.cover(&task.locator);
        dump.tasks.push(task);
    }

    /// The dump is complete.
    pub(super) fn end_dump(&mut self, out: &mut Parsed) {
        if let Some(dump) = self.take(&mut out.dumps.symbols) {
            push(dump, &self.opening, out);
        }
    }

    /// Takes the complete dump, where there is one.
    pub(super) fn take(&mut self, symbols: &mut Symbols) -> Option<StackDump> {
        self.end_task(symbols);
        self.seen.iter_mut().for_each(Seen::clear);
        let (named, told) = (std::mem::take(&mut self.named), std::mem::take(&mut self.told));
        let is_cut = std::mem::take(&mut self.is_cut);
        let mut dump = self.dump.take().filter(|dump| !dump.tasks.is_empty())?;
        dump.is_cut = is_cut;
        if !named.is_empty() || !told.is_empty() {
            join_names(&mut dump, &named, &told);
        }
        Some(dump)
    }
}

fn count(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

/// Brings in what the dump says of threads by name: owners, and the cycles that the machine reports.
fn join_names(dump: &mut StackDump, named: &[(u32, TextId)], told: &[Told]) {
    let mut by_name: Vec<(TextId, u32)> = (0..).zip(&dump.tasks).map(|(index, task)| (task.name, index)).collect();
    by_name.order();
    let mut added: Vec<(u32, LockFact)> = Vec::new();
    // Names repeat: of several threads the one that says the same of the lock is meant, else the first.
    let find = |dump: &StackDump, name: TextId, lock: TextId, is_it: fn(LockRelation) -> bool| {
        let from = by_name.partition_point(|(known, _)| *known < name);
        let all = by_name.get(from..).unwrap_or(&[]).iter().take_while(|(known, _)| *known == name);
        let says = |index: u32| {
            let facts = dump.tasks.get(index as usize).map_or(&[][..], |task| dump.locks_of(task));
            facts.iter().take(MAX_FACTS).any(|fact| fact.lock == lock && is_it(fact.relation))
        };
        let mut all = all.map(|(_, index)| *index).take(MAX_NAMESAKES).peekable();
        let first = all.peek().copied()?;
        Some(all.find(|index| says(*index)).map_or((first, false), |index| (index, true)))
    };
    let holds = |relation| relation == LockRelation::Holds;
    let waits = |relation| !matches!(relation, LockRelation::Holds | LockRelation::Eliminated);
    for (at, name) in named {
        let Some(fact) = dump.locks.get(*at as usize).copied() else { continue };
        if let Some((holder, says)) = find(dump, *name, fact.lock, holds) {
            let id = dump.tasks.get(holder as usize).map_or(0, |task| task.id);
            if let Some(fact) = dump.locks.get_mut(*at as usize) {
                fact.owner = id;
            }
            if !says && id == 0 {
                added.push((holder, LockFact { relation: LockRelation::Holds, owner: 0, ..fact }));
            }
        }
    }
    for told in told {
        let (mut tasks, mut is_whole) = (Vec::with_capacity(told.entries.len()), told.entries.len() > 1);
        for entry in &told.entries {
            let fact = |relation| LockFact {
                relation,
                lock: entry.lock,
                class: entry.class,
                frame: 0,
                owner: 0,
                is_hedged: false,
                line: entry.line,
            };
            if let Some((waiter, says)) = find(dump, entry.name, entry.lock, waits) {
                tasks.push(waiter);
                if !says {
                    added.push((waiter, fact(LockRelation::WaitsToLock)));
                }
                if let Some(task) = dump.tasks.get_mut(waiter as usize) {
                    task.wait = WaitClass::Lock;
                }
            }
            match find(dump, entry.holder, entry.lock, holds) {
                Some((holder, false)) => added.push((holder, fact(LockRelation::Holds))),
                Some((_, true)) => {}
                None => is_whole = false,
            }
        }
        // A report that breaks off tells no circle.
        if is_whole && tasks.len() == told.entries.len() {
            dump.deadlocks.push(StatedDeadlock { tasks, locator: told.locator });
        }
    }
    if !added.is_empty() {
        insert(dump, added);
    }
}

/// Threads of one name that are looked at.
const MAX_NAMESAKES: usize = 64;

/// Adds statements to the threads that they are about: those of a thread stand together.
fn insert(dump: &mut StackDump, mut added: Vec<(u32, LockFact)>) {
    added.order_by_key(|(task, _)| *task);
    let mut added = added.into_iter().peekable();
    let old = std::mem::take(&mut dump.locks);
    let mut locks = Vec::with_capacity(old.len() + added.len());
    for (index, task) in (0..).zip(&mut dump.tasks) {
        let from = count(locks.len());
        locks.extend_from_slice(old.get(task.locks.0 as usize..task.locks.1 as usize).unwrap_or(&[]));
        while let Some((_, fact)) = added.next_if(|(task, _)| *task == index) {
            locks.push(fact);
        }
        task.locks = (from, count(locks.len()));
    }
    dump.locks = locks;
}
