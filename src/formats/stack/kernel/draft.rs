//! A kernel dump on the way: its tasks, their frames, what is known of locks.

use crate::model::words::holds;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::super::{Opening, Parsed, Text, push};
use super::frame::KernelFrame;
use super::heads::TaskHead;
use super::locks::Blocked;
use super::wait::{is_locking, wait_class};
use crate::model::sort::Order as _;
use crate::model::{
    DumpKind, FrameId, Locator, LockFact, LockRelation, StackArg, StackDump, StackFrame, Symbols, Task, TextId,
};

/// Statements about locks that are kept of one dump.
const MAX_LOCKS: usize = 20_000;
/// Frames of one task.
const MAX_FRAMES: usize = 1_000;

/// A lock that a list names.
struct Listed {
    pid: u32,
    fact: LockFact,
    /// The function that takes it.
    at: TextId,
    /// The last of its list.
    is_last: bool,
}

/// What readers of the kernel's dumps share.
pub(super) struct Draft {
    pub(super) opening: Opening,
    dump: Option<StackDump>,
    /// Where each task is in the dump, by pid.
    index_of: HashMap<u64, usize>,
    task: Option<Task>,
    frames: Vec<FrameId>,
    /// Registers of user space: arguments of the system call the task is in.
    user: [Option<u64>; 3],
    listed: Vec<Listed>,
    /// Owners that are no task of the dump (yet).
    owners: Vec<(u32, TextId, Locator)>,
}

impl Draft {
    pub(super) fn new(opening: Opening) -> Self {
        Self {
            opening,
            dump: None,
            index_of: HashMap::new(),
            task: None,
            frames: Vec::new(),
            user: [None; 3],
            listed: Vec::new(),
            owners: Vec::new(),
        }
    }

    /// Whether the dump has a task of this pid, the current one included.
    pub(super) fn has(&self, pid: u32) -> bool {
        let id = u64::from(pid);
        self.index_of.contains_key(&id) || self.task.as_ref().is_some_and(|task| task.id == id)
    }

    /// Whether nothing was read yet.
    pub(super) fn is_empty(&self) -> bool {
        self.index_of.is_empty() && self.task.is_none()
    }

    /// The current task, if it has no frames yet.
    pub(super) fn bare_task(&mut self) -> Option<&mut Task> {
        self.task.as_mut().filter(|_| self.frames.is_empty())
    }

    /// Whether a task is being read.
    pub(super) fn has_task(&self) -> bool {
        self.task.is_some()
    }

    /// Whether the current task has frames.
    pub(super) fn has_frames(&self) -> bool {
        self.task.is_some() && !self.frames.is_empty()
    }

    /// A task begins.
    pub(super) fn begin(&mut self, head: &TaskHead<'_>, place: Locator, symbols: &mut Symbols) {
        self.end_task(symbols);
        let dump = self.dump.get_or_insert_with(|| StackDump::new(DumpKind::Kernel, place));
        dump.cover(&place);
        self.task = Some(Task {
            name: symbols.text(head.name),
            state: symbols.text(head.state),
            waited_s: head.waited_s,
            parent: u64::from(head.parent),
            ..Task::new(u64::from(head.pid), place)
        });
    }

    /// A line of the current task.
    pub(super) fn cover(&mut self, line: &Text<'_>) {
        if let Some(task) = &mut self.task {
            task.locator.bytes.end = task.locator.bytes.end.max(line.place.bytes.end);
            task.locator.lines.last = task.locator.lines.last.max(line.place.lines.last);
        }
    }

    /// A frame of the current task.
    pub(super) fn frame(&mut self, frame: &KernelFrame<'_>, line: &Text<'_>, symbols: &mut Symbols) {
        self.cover(line);
        if self.task.is_none() || frame.is_guess || self.frames.len() >= MAX_FRAMES {
            return;
        }
        let (function, file) = (symbols.text(frame.function), symbols.text(frame.file));
        let frame = symbols.frame(StackFrame { function, file, line: frame.line });
        self.frames.push(frame);
    }

    /// What was read of the current stack is not the task's own: an interrupt's.
    pub(super) fn drop_frames(&mut self) {
        self.frames.clear();
    }

    /// A register of user space by its name.
    pub(super) fn user_register(&mut self, name: &[u8], value: u64) {
        match name {
            b"RDI" => self.user[0] = Some(value),
            b"RSI" => self.user[1] = Some(value),
            b"RDX" => self.user[2] = Some(value),
            _ => {}
        }
    }

    /// The number of the system call that the current task is in, as its registers say.
    pub(super) fn syscall(&mut self, number: u64) {
        if let (Some(task), Ok(number)) = (&mut self.task, u32::try_from(number))
            && number < 1024
        {
            task.syscall = Some((number, u32::MAX));
        }
    }

    /// Arguments of the system call, in order.
    pub(super) fn syscall_args(&mut self, args: [Option<u64>; 3]) {
        self.user = args;
    }

    /// Who waits for whom, as the kernel says.
    pub(super) fn blocked(&mut self, said: &Blocked<'_>, line: &Text<'_>, symbols: &mut Symbols) {
        let Blocked { pid, lock, owner: Some(owner), hint } = *said else { return };
        // The kernel does not name the lock: its kind and its owner tell it from others.
        let kind = &lock[..crate::model::memmem::find(lock, b" likely ").unwrap_or(lock.len())];
        let lock = [kind, b" (", owner.0, b":", owner.1.to_string().as_bytes(), b")"].concat();
        let fact = LockFact {
            relation: LockRelation::WaitsToLock,
            lock: symbols.text(&lock),
            class: symbols.text(hint),
            frame: 0,
            owner: u64::from(owner.1),
            is_hedged: true,
            line: line.place.lines.first,
        };
        if self.listed.len() < MAX_LOCKS {
            self.listed.push(Listed { pid, fact, at: TextId::EMPTY, is_last: false });
            self.owners.push((owner.1, symbols.text(owner.0), line.place));
        }
    }

    /// An entry of a task's list of locks.
    pub(super) fn held(
        &mut self,
        pid: u32,
        lock: &[u8],
        class: &[u8],
        at: &[u8],
        line: &Text<'_>,
        symbols: &mut Symbols,
    ) {
        let fact = LockFact {
            relation: LockRelation::Holds,
            lock: symbols.text(lock),
            class: symbols.text(class),
            frame: 0,
            owner: 0,
            is_hedged: false,
            line: line.place.lines.first,
        };
        if let Some(before) = self.listed.last_mut().filter(|before| before.pid == pid) {
            before.is_last = false;
        }
        if self.listed.len() < MAX_LOCKS {
            self.listed.push(Listed { pid, fact, at: symbols.text(at), is_last: true });
        }
        if let Some(dump) = &mut self.dump {
            dump.cover(&line.place);
        }
    }

    /// A list of locks of a task begins; the task may have no stack in the dump.
    pub(super) fn lists(&mut self, name: &[u8], pid: u32, line: &Text<'_>, symbols: &mut Symbols) {
        self.end_task(symbols);
        if self.has(pid) {
            if let Some(dump) = &mut self.dump {
                dump.cover(&line.place);
            }
            return;
        }
        self.begin(&TaskHead { pid, name, ..TaskHead::default() }, line.place, symbols);
        if let Some(task) = &mut self.task {
            task.is_cut = true;
        }
        self.end_task(symbols);
    }

    /// The task is complete.
    pub(super) fn end_task(&mut self, symbols: &mut Symbols) {
        let user = std::mem::take(&mut self.user);
        let (Some(mut task), Some(dump)) = (self.task.take(), &mut self.dump) else {
            self.frames.clear();
            return;
        };
        let functions = |index: usize| self.frames.get(index).map(|frame| symbols.function_of(*frame));
        task.wait = wait_class(symbols.text_of(task.state), functions);
        let n_args = u32::try_from(dump.args.len()).unwrap_or(u32::MAX);
        if let Some((_, first)) = &mut task.syscall {
            *first = user[0].and_then(|value| u32::try_from(value).ok()).unwrap_or(u32::MAX);
            // They belong to the outermost frame, the entry from user space.
            let entry = self.frames.len().saturating_sub(1);
            let places = user.iter().enumerate().filter_map(|(position, value)| Some((position, (*value)?)));
            let places = places.filter(|(_, value)| *value >= 0x1_0000);
            dump.args.extend(places.filter_map(|(position, value)| StackArg::new(value, entry, position, false)));
        }
        task.args = (n_args, u32::try_from(dump.args.len()).unwrap_or(u32::MAX));
        task.stack = symbols.stack(&self.frames);
        self.frames.clear();
        dump.cover(&task.locator);
        self.index_of.entry(task.id).or_insert(dump.tasks.len());
        dump.tasks.push(task);
    }

    /// The dump is complete.
    pub(super) fn end_dump(&mut self, is_cut: bool, out: &mut Parsed) {
        self.end_task(&mut out.dumps.symbols);
        self.add_owners();
        let listed = std::mem::take(&mut self.listed);
        let index_of = std::mem::take(&mut self.index_of);
        let Some(mut dump) = self.dump.take().filter(|dump| !dump.tasks.is_empty()) else { return };
        attach(&mut dump, listed, &index_of, &out.dumps.symbols);
        dump.is_cut = is_cut;
        push(dump, &self.opening, out);
        self.opening.title = TextId::EMPTY;
    }

    /// Owners whose stack is not in the dump are tasks of it all the same: the kernel names them.
    fn add_owners(&mut self) {
        let Some(dump) = &mut self.dump else {
            self.owners.clear();
            return;
        };
        for (pid, name, place) in self.owners.drain(..) {
            let id = u64::from(pid);
            if let Entry::Vacant(entry) = self.index_of.entry(id) {
                entry.insert(dump.tasks.len());
                dump.tasks.push(Task { name, is_cut: true, ..Task::new(id, place) });
                dump.cover(&place);
            }
        }
    }
}

/// Gives every task its statements about locks. The last lock of a list may be one that its task only wants: its stack tells, and where
/// it has none, nothing is claimed of that lock unless another list names it too and has gone past it.
fn attach(dump: &mut StackDump, listed: Vec<Listed>, index_of: &HashMap<u64, usize>, symbols: &Symbols) {
    let mut by_task: Vec<(usize, LockFact)> = Vec::new();
    for entry in listed {
        let Some(&index) = index_of.get(&u64::from(entry.pid)) else { continue };
        let mut fact = entry.fact;
        if fact.relation == LockRelation::Holds && entry.is_last {
            let Some(task) = dump.tasks.get(index) else { continue };
            let frames = symbols.frames_of(task.stack);
            match wants(frames, entry.at, symbols) {
                Some(frame) => {
                    fact.relation = LockRelation::WaitsToLock;
                    fact.frame = u16::try_from(frame).unwrap_or(u16::MAX);
                }
                None if frames.is_empty() => continue,
                None => {}
            }
        }
        by_task.push((index, fact));
    }
    by_task.order_by_key(|(index, _)| *index);
    for run in by_task.chunk_by(|a, b| a.0 == b.0) {
        let Some(task) = run.first().and_then(|(index, _)| dump.tasks.get_mut(*index)) else { continue };
        let start = u32::try_from(dump.locks.len()).unwrap_or(u32::MAX);
        dump.locks.extend(run.iter().map(|(_, fact)| *fact));
        task.locks = (start, u32::try_from(dump.locks.len()).unwrap_or(u32::MAX));
    }
}

/// The frame in which a task is still on its way into the lock that `at` takes.
fn wants(frames: &[FrameId], at: TextId, symbols: &Symbols) -> Option<usize> {
    let is_at = |frame: &&FrameId| symbols.frame_of(**frame).function == at;
    let position = frames.iter().position(|frame| is_at(&frame))?;
    let inner = &frames[..position];
    let waits =
        is_locking(symbols.text_of(at)) && inner.iter().all(|frame| is_way_to_sleep(symbols.function_of(*frame)));
    (waits || inner.iter().any(|frame| is_locking(symbols.function_of(*frame)))).then_some(position)
}

/// Whether a function only puts its caller to sleep.
fn is_way_to_sleep(name: &str) -> bool {
    holds(name, "schedule") || is_locking(name)
}
