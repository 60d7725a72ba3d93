//! Goroutines of one stream, dump after dump.
//!
//! Nothing is needed between two goroutines: journals lose blank lines. A dump ends where another one begins: with a line that says why
//! it was printed, or with a goroutine that was in it already.

use super::super::seen::Seen;
use super::super::{Opening, Parsed, Reader, Taken, Text, push};
use super::frame::{
    for_each_arg, frame_of_lines, has_args_only, is_place_of, parse_call, parse_open_call, parse_place,
};
use super::head::{GoHead, is_open_head, join_head, parse_access, parse_head};
use super::wait::wait_class;
use super::{TITLES, is_between};
use crate::model::{DumpKind, FrameId, Locator, StackArg, StackDump, StackFrame, Symbols, Task, TextId};

/// Bytes of a title that are kept.
const MAX_TITLE: usize = 200;
/// Where heaps lie. Below are texts, numbers and lengths, above are stacks of threads and mapped files.
const HEAP: std::ops::Range<u64> = 0x40_0000_0000..0x7e00_0000_0000;

/// A reader of a stream.
pub(super) fn open(opening: Opening) -> Box<dyn Reader> {
    Box::new(GoReader {
        opening,
        dump: None,
        ids: Seen::default(),
        task: None,
        frames: Vec::new(),
        pending: None,
        follows: Followers::default(),
        broken: None,
        skips_frames: false,
        is_bare: false,
        is_between_threads: false,
    })
}

struct GoReader {
    opening: Opening,
    dump: Option<StackDump>,
    /// Goroutines of the dump.
    ids: Seen,
    /// The goroutine whose frames are being read.
    task: Option<Task>,
    frames: Vec<FrameId>,
    /// A function whose place comes on the next line.
    pending: Option<Pending>,
    /// Which frame last followed a frame: goroutines have their stacks in common, so the next frame is known before it is read.
    follows: Followers,
    /// The first part of a head or a place that was broken in two, and where it stands.
    broken: Option<(Vec<u8>, Locator)>,
    /// Frames that follow are not of the goroutine: its ancestors', the runtime's own stack.
    skips_frames: bool,
    /// Functions come without parentheses.
    is_bare: bool,
    /// `GOTRACEBACK=crash` prints what other threads run behind a rule, goroutines again that were printed before.
    is_between_threads: bool,
}

/// Which frame last followed each frame, and began a stack.
#[derive(Default)]
struct Followers(Vec<Option<FrameId>>);

impl Followers {
    fn place(frame: Option<FrameId>) -> usize {
        frame.map_or(0, |frame| frame.index() + 1)
    }

    fn behind(&self, frame: Option<FrameId>) -> Option<FrameId> {
        self.0.get(Self::place(frame)).copied().flatten()
    }

    fn see(&mut self, frame: Option<FrameId>, next: FrameId) {
        let place = Self::place(frame);
        if self.0.len() <= place {
            self.0.resize(place + 1, None);
        }
        self.0[place] = Some(next);
    }
}

#[derive(Clone, Copy)]
struct Pending {
    function: TextId,
    /// It started the goroutine.
    is_creator: bool,
    /// Its line was broken.
    is_open: bool,
}

impl Reader for GoReader {
    fn read(&mut self, line: &Text<'_>, out: &mut Parsed) -> Taken {
        let text = line.bytes;
        let whole = if text.starts_with(b"goroutine ") { parse_head(text) } else { None };
        if let Some(head) = whole.or_else(|| if text.ends_with(b":") { parse_access(text) } else { None }) {
            self.begin(&head, line, out);
            self.broken = None;
            return Taken::Head;
        }
        if let Some(taken) = self.mend(line, out) {
            return taken;
        }
        if self.task.is_some() && self.read_frame(line, &mut out.dumps.symbols) {
            return Taken::Part;
        }
        self.read_between(line, out)
    }

    fn read_foreseen(&mut self, text: &[u8], place: Locator, symbols: &mut Symbols) -> (usize, u32) {
        let (mut at, mut n_lines) = (0, 0);
        if self.task.is_none() || self.pending.is_some() || self.broken.is_some() || self.skips_frames {
            return (0, 0);
        }
        while let Some(id) = self.follows.behind(self.frames.last().copied()) {
            let frame = symbols.frame_of(id);
            let function = symbols.text_of(frame.function).as_bytes();
            let Some((args, len)) = frame_of_lines(&text[at..], function, symbols.text_of(frame.file), frame.line)
            else {
                break;
            };
            self.see_args(function, args);
            self.frames.push(id);
            (at, n_lines) = (at + len, n_lines + 2);
        }
        if let (Some(task), true) = (&mut self.task, n_lines > 0) {
            // Without the line end.
            task.locator.bytes.end = place.bytes.start + at as u64 - 1;
            task.locator.lines.last = place.lines.first + n_lines - 1;
        }
        (at, n_lines)
    }

    fn finish(&mut self, out: &mut Parsed) {
        // A dump ends with the place of a frame: without it, something is missing.
        let is_cut = self.pending.is_some_and(|pending| pending.is_open)
            || self.pending.is_some() && !self.frames.is_empty() && !self.skips_frames;
        self.end_dump(is_cut, out);
    }
}

impl GoReader {
    /// Puts together what was broken in two lines.
    fn mend(&mut self, line: &Text<'_>, out: &mut Parsed) -> Option<Taken> {
        let text = line.bytes;
        if let Some((open, mut place)) = self.broken.take() {
            place.bytes.end = line.place.bytes.end;
            place.lines.last = line.place.lines.last;
            if let Some(joined) = join_head(&open, text.trim_ascii_start()) {
                let head = parse_head(&joined)?;
                self.begin(&head, &Text { bytes: &joined, place }, out);
                return Some(Taken::Part);
            }
            let joined = [&open[..], text.trim_ascii_start()].concat();
            if self.pending.is_some()
                && let Some((file, number)) = parse_place(&joined)
            {
                self.commit(Some((file, number)), &mut out.dumps.symbols);
                self.cover(line);
                return Some(Taken::Part);
            }
        }
        let is_head = is_open_head(text);
        let trimmed = text.trim_ascii();
        // A path without a line number, where one is due.
        let is_place = || {
            self.pending.is_some_and(|pending| !pending.is_open)
                && text.first().is_some_and(u8::is_ascii_whitespace)
                && trimmed.starts_with(b"/")
                && !trimmed.contains(&b' ')
                && parse_place(trimmed).is_none()
        };
        if is_head || is_place() {
            self.broken = Some((if is_head { text } else { trimmed }.to_vec(), line.place));
            return Some(if is_head { Taken::Head } else { Taken::Part });
        }
        None
    }

    /// A goroutine begins.
    fn begin(&mut self, head: &GoHead<'_>, line: &Text<'_>, out: &mut Parsed) {
        self.end_task(out);
        let is_known = !self.ids.insert(head.id);
        if is_known && !self.is_between_threads {
            self.end_dump(false, out);
            self.opening.title = TextId::EMPTY;
            self.ids.insert(head.id);
        }
        let symbols = &mut out.dumps.symbols;
        let dump = self.dump.get_or_insert_with(|| StackDump::new(DumpKind::Go, line.place));
        // What a thread runs was printed before, with all that it waits for.
        self.skips_frames = is_known && self.is_between_threads;
        let n_args = count(dump.args.len());
        self.task = Some(Task {
            state: symbols.text(head.state),
            waited_s: head.waited_min.map(|minutes| minutes.saturating_mul(60)),
            labels: symbols.text(head.labels),
            is_locked_to_thread: head.is_locked_to_thread,
            args: (n_args, n_args),
            ..Task::new(head.id, line.place)
        });
    }

    /// A line inside a goroutine; `false` where it is none of its lines.
    fn read_frame(&mut self, line: &Text<'_>, symbols: &mut Symbols) -> bool {
        let text = line.bytes.trim_ascii();
        let is_indented = line.bytes.first().is_some_and(u8::is_ascii_whitespace);
        let foreseen = self.follows.behind(self.frames.last().copied()).map(|id| (id, symbols.frame_of(id)));
        if let Some(pending) = self.pending {
            if let Some((id, frame)) = foreseen
                && frame.function == pending.function
                && !pending.is_creator
                && !self.skips_frames
                && is_place_of(text, symbols.text_of(frame.file), frame.line)
            {
                self.pending = None;
                self.frames.push(id);
                return self.cover(line);
            }
            if let Some((file, number)) = parse_place(text) {
                self.commit(Some((file, number)), symbols);
                return self.cover(line);
            }
            if pending.is_open
                && (text.ends_with(b")") && has_args_only(&text[..text.len() - 1]) || has_args_only(text))
            {
                let is_open = !text.ends_with(b")");
                self.pending = Some(Pending { is_open, ..pending });
                return self.cover(line);
            }
        }
        let call = parse_call(text);
        let is_open = call.is_none();
        if let Some(call) = call.or_else(|| parse_open_call(text)) {
            self.commit(None, symbols);
            self.see_args(call.function, call.args);
            let foreseen = foreseen.map(|(_, frame)| frame.function);
            let function = foreseen.filter(|id| symbols.text_of(*id).as_bytes() == call.function);
            let function = function.unwrap_or_else(|| symbols.text(call.function));
            self.pending = Some(Pending { function, is_creator: false, is_open });
            return self.cover(line);
        }
        if let Some(creator) = text.strip_prefix(b"created by ") {
            self.commit(None, symbols);
            self.see_creator(creator, symbols);
            return self.cover(line);
        }
        // The offset of a place that was broken at its blank; the parent of a creator that was.
        if self.pending.is_none() && text.starts_with(b"+0x") && has_args_only(&text[1..]) {
            return self.cover(line);
        }
        if let (Some(Pending { is_creator: true, .. }), Ok(parent), Some(task)) =
            (self.pending, str::from_utf8(text).unwrap_or_default().parse(), &mut self.task)
        {
            task.parent = parent;
            return self.cover(line);
        }
        let is_elided = || text.starts_with(b"...") && crate::model::memmem::find(text, b"elided").is_some();
        if is_elided()
            || text.ends_with(b"stack unavailable")
            || text.starts_with(b"[failed to ")
            || matches!(text, b"..." | b"(truncated)")
            || text == b"...(truncated)"
        {
            self.commit(None, symbols);
            if let Some(task) = &mut self.task {
                task.is_cut = true;
            }
            return self.cover(line);
        }
        // Who started the goroutines of a race stands behind both.
        if text.starts_with(b"[originating from goroutine ") || text.starts_with(b"Goroutine ") {
            self.commit(None, symbols);
            self.skips_frames = true;
            return self.cover(line);
        }
        // gccgo prints functions without parentheses.
        let is_name = !is_indented
            && memchr::memchr(b'.', text).is_some()
            && text.iter().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'(' | b')' | b'=' | b':' | b'"'));
        if is_name && (self.is_bare || self.frames.is_empty() && self.pending.is_none()) {
            self.is_bare = true;
            self.commit(None, symbols);
            self.pending = Some(Pending { function: symbols.text(text), is_creator: false, is_open: false });
            return self.cover(line);
        }
        false
    }

    /// A line between two goroutines, or of the log around them.
    fn read_between(&mut self, line: &Text<'_>, out: &mut Parsed) -> Taken {
        let text = line.bytes;
        if TITLES.iter().any(|title| text.starts_with(title)) {
            self.end_task(out);
            self.end_dump(false, out);
            self.opening.title = out.dumps.symbols.text(&text[..text.len().min(MAX_TITLE)]);
            return Taken::Head;
        }
        if is_between(text) {
            self.end_task(out);
            self.is_between_threads |= text.starts_with(b"-----");
            return Taken::Part;
        }
        // Frames of the runtime's own stack.
        let trimmed = text.trim_ascii_start();
        let is_frame = self.task.is_none()
            && (parse_call(text).is_some() || trimmed.len() < text.len() && parse_place(trimmed).is_some());
        if is_frame { Taken::Part } else { Taken::Foreign }
    }

    /// Stretches the goroutine over a line.
    fn cover(&mut self, line: &Text<'_>) -> bool {
        if let Some(task) = &mut self.task {
            task.locator.bytes.end = task.locator.bytes.end.max(line.place.bytes.end);
            task.locator.lines.last = task.locator.lines.last.max(line.place.lines.last);
        }
        true
    }

    /// Adds the frame whose function is known, with its place where it has one.
    fn commit(&mut self, place: Option<(&[u8], u32)>, symbols: &mut Symbols) {
        let Some(pending) = self.pending.take() else { return };
        if self.skips_frames {
            return;
        }
        let (file, line) = place.map_or((TextId::EMPTY, 0), |(file, line)| (symbols.text(file), line));
        let frame = symbols.frame(StackFrame { function: pending.function, file, line });
        match &mut self.task {
            Some(task) if pending.is_creator => task.created_by = Some(frame),
            _ => {
                self.follows.see(self.frames.last().copied(), frame);
                self.frames.push(frame);
            }
        }
    }

    /// Remembers the arguments that may be locks or receivers, and which system call it is.
    fn see_args(&mut self, function: &[u8], args: &[u8]) {
        let (Some(task), Some(dump), false) = (&mut self.task, &mut self.dump, self.skips_frames) else { return };
        let frame = self.frames.len();
        let is_syscall = task.syscall.is_none()
            && [&b"yscall.Syscall"[..], b"yscall.Syscall6", b"yscall.RawSyscall", b"yscall.RawSyscall6"]
                .iter()
                .any(|name| function.ends_with(name));
        let (mut call, mut n_seen) = ([0u64; 3], 0);
        for_each_arg(args, |position, value, is_stale| {
            if let Some(slot) = call.get_mut(n_seen) {
                *slot = value;
            }
            n_seen += 1;
            if HEAP.contains(&value) {
                dump.args.extend(StackArg::new(value, frame, position, is_stale));
            }
        });
        if is_syscall && n_seen >= 2 {
            // Of `waitid(P_PID, pid, …)`, which process; its number is 247 or, on arm64, 95.
            let first = if n_seen >= 3 && matches!(call, [247 | 95, 1, _]) { call[2] } else { call[1] };
            let first = u32::try_from(first).unwrap_or(u32::MAX);
            task.syscall = u32::try_from(call[0]).ok().map(|number| (number, first));
        }
    }

    /// `main.main in goroutine 1`
    fn see_creator(&mut self, creator: &[u8], symbols: &mut Symbols) {
        const IN: &[u8] = b" in goroutine ";
        let at = crate::model::memmem::find(creator, IN);
        let (function, parent) = at.map_or((creator, &[][..]), |at| (&creator[..at], &creator[at + IN.len()..]));
        // Where the line was broken.
        let function =
            [&b" in goroutine"[..], b" in"].iter().find_map(|end| function.strip_suffix(*end)).unwrap_or(function);
        if let (Some(task), false) = (&mut self.task, self.skips_frames) {
            task.parent = std::str::from_utf8(parent).ok().and_then(|digits| digits.trim().parse().ok()).unwrap_or(0);
        }
        self.pending = Some(Pending { function: symbols.text(function), is_creator: true, is_open: false });
    }

    /// The goroutine is complete.
    fn end_task(&mut self, out: &mut Parsed) {
        let symbols = &mut out.dumps.symbols;
        self.commit(None, symbols);
        let (Some(mut task), Some(dump)) = (self.task.take(), &mut self.dump) else { return };
        self.is_bare = false;
        let was_skipped = std::mem::take(&mut self.skips_frames) && self.is_between_threads;
        if was_skipped && self.frames.is_empty() {
            return;
        }
        let functions = |index: usize| self.frames.get(index).map(|frame| symbols.function_of(*frame));
        task.wait = wait_class(symbols.text_of(task.state), functions);
        task.stack = symbols.stack(&self.frames);
        task.args.1 = count(dump.args.len());
        self.frames.clear();
        dump.cover(&task.locator);
        dump.tasks.push(task);
    }

    /// The dump is complete.
    fn end_dump(&mut self, is_cut: bool, out: &mut Parsed) {
        self.end_task(out);
        self.ids.clear();
        self.is_between_threads = false;
        if let Some(mut dump) = self.dump.take().filter(|dump| !dump.tasks.is_empty()) {
            dump.is_cut = is_cut;
            push(dump, &self.opening, out);
        }
    }
}

fn count(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}
