//! A dump while it is read: what the readers of threads share.

use super::seen::Seen;
use super::{Opening, Parsed, Text, push};
use crate::model::{DumpKind, FrameId, Locator, LockFact, StackDump, StackFrame, Symbols, Task, TextId, WaitClass};

/// Frames from the innermost that may tell what a thread waits for.
const TELLING_FRAMES: usize = 8;
/// Frames around a wait for a condition that may say what for.
const AROUND: usize = 3;
/// Bytes of a title that are kept.
const MAX_TITLE: usize = 200;

/// What a frame says its thread waits for, by its index from the innermost, its function and its file.
pub(super) type WaitOf = fn(usize, &str, &str) -> Option<WaitClass>;

/// The dump and the task that lines are added to.
pub(super) struct Draft {
    kind: DumpKind,
    opening: Opening,
    wait_of: WaitOf,
    dump: Option<StackDump>,
    /// Tasks of the dump: one that comes again begins the next dump.
    ids: Seen,
    task: Option<Task>,
    frames: Vec<FrameId>,
    /// The outermost frame is printed first.
    pub(super) is_reversed: bool,
}

impl Draft {
    /// Of a kind; `wait_of` is asked for the innermost frames where a task's wait is not known.
    pub(super) fn new(kind: DumpKind, opening: Opening, wait_of: WaitOf) -> Self {
        Self {
            kind,
            opening,
            wait_of,
            dump: None,
            ids: Seen::default(),
            task: None,
            frames: Vec::new(),
            is_reversed: false,
        }
    }

    /// Whether a task is being read.
    pub(super) const fn has_task(&self) -> bool {
        self.task.is_some()
    }

    /// Whether a task of this number is in the dump: if it comes again, it is of the next one.
    pub(super) fn has_seen(&self, id: u64) -> bool {
        self.ids.contains(id)
    }

    /// How many tasks of the dump are complete.
    pub(super) fn n_tasks(&self) -> usize {
        self.dump.as_ref().map_or(0, |dump| dump.tasks.len())
    }

    /// Index of the next frame of the task.
    pub(super) fn n_frames(&self) -> usize {
        self.frames.len()
    }

    /// A line that says what happened: the dump before it is over.
    pub(super) fn title(&mut self, title: &[u8], out: &mut Parsed) {
        self.end_dump(out);
        self.opening.title = out.dumps.symbols.text(&title[..title.len().min(MAX_TITLE)]);
    }

    /// The process of the dump that follows.
    pub(super) fn process(&mut self, name: &[u8], pid: Option<u32>, out: &mut Parsed) {
        if self.opening.process.is_empty() {
            self.opening.process = out.dumps.symbols.text(name);
        }
        self.opening.pid = self.opening.pid.or(pid);
    }

    /// A task begins.
    pub(super) fn begin(&mut self, task: Task, line: &Text<'_>, out: &mut Parsed) {
        self.end_task(&mut out.dumps.symbols);
        if task.id != 0 && !self.ids.insert(task.id) {
            self.end_dump(out);
            self.opening.title = TextId::EMPTY;
            self.ids.insert(task.id);
        }
        let dump = self.dump.get_or_insert_with(|| StackDump::new(self.kind, line.place));
        let at = u32::try_from(dump.locks.len()).unwrap_or(u32::MAX);
        self.task = Some(Task { locks: (at, at), ..task });
    }

    /// Adds a frame to the task.
    pub(super) fn add(&mut self, function: &[u8], place: Option<(&[u8], u32)>, symbols: &mut Symbols) {
        let function = symbols.text(function);
        let (file, line) = place.map_or((TextId::EMPTY, 0), |(file, line)| (symbols.text(file), line));
        self.frames.push(symbols.frame(StackFrame { function, file, line }));
    }

    /// Whether the task stated something about a lock already.
    pub(super) fn has_lock(&self) -> bool {
        let stated = self.dump.as_ref().map_or(0, |dump| dump.locks.len());
        self.task.as_ref().is_some_and(|task| stated > task.locks.0 as usize)
    }

    /// Adds what the task states about a lock.
    pub(super) fn lock(&mut self, fact: LockFact) {
        if let Some(dump) = &mut self.dump {
            dump.locks.push(fact);
        }
    }

    /// Its stack is not whole.
    pub(super) fn cut(&mut self, line: &Text<'_>) {
        if let Some(task) = &mut self.task {
            task.is_cut = true;
        }
        self.cover(line);
    }

    /// Stretches the task over a line.
    pub(super) fn cover(&mut self, line: &Text<'_>) {
        if let Some(task) = &mut self.task {
            task.locator.bytes.end = task.locator.bytes.end.max(line.place.bytes.end);
            task.locator.lines.last = task.locator.lines.last.max(line.place.lines.last);
        }
    }

    /// The task is complete.
    pub(super) fn end_task(&mut self, symbols: &mut Symbols) {
        let (Some(mut task), Some(dump)) = (self.task.take(), &mut self.dump) else { return };
        if self.is_reversed {
            self.frames.reverse();
        }
        if task.wait == WaitClass::Unknown {
            let of_frame = |(index, frame): (usize, &FrameId)| {
                let frame = symbols.frame_of(*frame);
                (self.wait_of)(index, symbols.text_of(frame.function), symbols.text_of(frame.file))
            };
            let mut waits = self.frames.iter().enumerate().map(of_frame).take(TELLING_FRAMES);
            task.wait = waits.find_map(|wait| wait).unwrap_or_default();
            // Queues, joins and semaphores are made of conditions: what stands around one says more.
            if task.wait == WaitClass::Condition {
                let is_more = |wait: &WaitClass| matches!(wait, WaitClass::Channel | WaitClass::Join | WaitClass::Lock);
                task.wait = waits.take(AROUND).flatten().find(is_more).unwrap_or(task.wait);
            }
        }
        task.stack = symbols.stack(&self.frames);
        self.frames.clear();
        task.locks.1 = u32::try_from(dump.locks.len()).unwrap_or(u32::MAX);
        dump.cover(&task.locator);
        dump.tasks.push(task);
    }

    /// The dump with all of its tasks, to be completed by what is known of all of them; it begins at a place where it has none.
    pub(super) fn whole(&mut self, place: Locator, symbols: &mut Symbols) -> &mut StackDump {
        self.end_task(symbols);
        self.dump.get_or_insert_with(|| StackDump::new(self.kind, place))
    }

    /// The dump is complete.
    pub(super) fn end_dump(&mut self, out: &mut Parsed) {
        self.end_task(&mut out.dumps.symbols);
        self.ids.clear();
        if let Some(dump) = self.dump.take().filter(|dump| !dump.tasks.is_empty()) {
            push(dump, &self.opening, out);
        }
    }
}
