//! Threads of one stream, dump after dump: HotSpot, JMX and VisualVM share all but their heads.

use super::super::{Opening, Parsed, Reader, Taken, Text};
use super::build::Builder;
use super::deadlock::Section;
use super::frame::parse_frame;
use super::head::{HeadKind, ThreadHead, decimal, parse_head};
use super::lock::{LockLine, parse_lock, parse_object};
use super::{TITLE, is_between};
use crate::model::{LockRelation, Symbols, Task, WaitClass};

/// Bytes of a title that are kept.
const MAX_TITLE: usize = 200;

/// A reader of a stream.
pub(super) fn open(opening: Opening) -> Box<dyn Reader> {
    Box::new(ThreadReader {
        build: Builder::new(opening),
        section: None,
        in_synchronizers: false,
        in_heap: false,
        is_closed: false,
        has_title: false,
        is_modern: false,
        is_ended: false,
    })
}

struct ThreadReader {
    build: Builder,
    /// The machine's own words about a deadlock.
    section: Option<Section>,
    /// What follows are synchronizers that the thread owns.
    in_synchronizers: bool,
    /// What follows is a picture of the heap.
    in_heap: bool,
    /// Frames that follow are not of the thread: the log went on.
    is_closed: bool,
    /// The dump began with its title.
    has_title: bool,
    /// The dump is of a machine that ends dumps with a line about JNI.
    is_modern: bool,
    /// That line was read.
    is_ended: bool,
}

impl Reader for ThreadReader {
    fn read(&mut self, line: &Text<'_>, out: &mut Parsed) -> Taken {
        let text = line.bytes;
        if text.first() == Some(&b'"')
            && let Some(head) = parse_head(text)
        {
            self.begin(&head, line, out);
            return Taken::Head;
        }
        if text.starts_with(TITLE) {
            self.end_dump(out);
            let title = text[..text.len().min(MAX_TITLE)].trim_ascii_end();
            self.build.begin_dump(title.strip_suffix(b":").unwrap_or(title), line.place, out);
            self.has_title = true;
            return Taken::Head;
        }
        let trimmed = text.trim_ascii();
        if Section::begins(trimmed) {
            self.end_section();
            self.build.end_task(&mut out.dumps.symbols);
            self.section = Some(Section::new(line));
            self.is_closed = true;
            self.build.cover_dump(line);
            return Taken::Part;
        }
        if let Some(section) = &mut self.section {
            let is_its = is_between(trimmed) || trimmed.starts_with(b"\"") || parse_frame(trimmed).is_some();
            if is_its || parse_lock(trimmed).is_some() {
                section.read(line, &mut out.dumps.symbols);
                self.build.cover_dump(line);
                return Taken::Part;
            }
        }
        if !self.is_closed && self.build.has_task() && self.read_part(trimmed, line, &mut out.dumps.symbols) {
            return Taken::Part;
        }
        self.read_between(trimmed, line, out)
    }

    fn finish(&mut self, out: &mut Parsed) {
        self.end_dump(out);
    }
}

impl ThreadReader {
    /// A thread begins.
    fn begin(&mut self, head: &ThreadHead<'_>, line: &Text<'_>, out: &mut Parsed) {
        self.end_section();
        (self.in_synchronizers, self.in_heap, self.is_closed) = (false, false, false);
        self.is_modern |= head.is_modern;
        let symbols = &mut out.dumps.symbols;
        let task = Task {
            thread: head.native,
            name: symbols.text(head.name),
            state: symbols.text(head.state),
            ..Task::new(head.id, line.place)
        };
        self.build.begin_task(task, head.tid, out);
        if let Some(said) = head.waits_on.and_then(parse_object) {
            let is_blocked = head.kind == HeadKind::Jmx && head.state == b"BLOCKED";
            let relation = if is_blocked { LockRelation::WaitsToLock } else { LockRelation::WaitsForNotify };
            self.build.lock(&LockLine { relation, ..said }, line.place.lines.first, &mut out.dumps.symbols);
        }
    }

    /// A line inside a thread; `false` where it is none of its lines.
    fn read_part(&mut self, text: &[u8], line: &Text<'_>, symbols: &mut Symbols) -> bool {
        if let Some(frame) = parse_frame(text).or_else(|| super::outside::parse_frame(text)) {
            self.build.frame(&frame, symbols);
        } else if text.starts_with(b"-") {
            let said = if self.in_synchronizers {
                let object = text.strip_prefix(b"- ").and_then(parse_object);
                object.map(|said| LockLine { relation: LockRelation::Holds, ..said }).or_else(|| parse_lock(text))
            } else {
                parse_lock(text)
            };
            match said {
                Some(said) => self.build.lock(&said, line.place.lines.first, symbols),
                None if text == b"- None" => {}
                None => return false,
            }
        } else if let Some(state) = text.strip_prefix(b"java.lang.Thread.State: ") {
            if let Some(task) = self.build.task() {
                // Before 12 that is all the machine says of a thread that waits until another has initialised a class.
                if state == b"RUNNABLE" && symbols.text_of(task.state).starts_with("in Object.wait") {
                    task.wait = WaitClass::Lock;
                }
                task.state = symbols.text(state);
            }
        } else if let Some(carried) = text.strip_prefix(b"Carrying virtual thread ") {
            if let Some(task) = self.build.task() {
                task.state = symbols.text(b"Carrying virtual thread");
                task.labels = symbols.text(carried);
            }
        } else if let Some(mounted) = text.strip_prefix(b"Mounted virtual thread #") {
            let Some(id) = decimal(mounted) else { return false };
            self.build.end_task(symbols);
            self.build.begin_mounted(Task { labels: symbols.text(b"virtual"), ..Task::new(id, line.place) });
        } else if text.starts_with(b"Locked ownable synchronizers:")
            || text.starts_with(b"Number of locked synchronizers")
        {
            self.in_synchronizers = true;
        } else if text == b"..." {
            if let Some(task) = self.build.task() {
                task.is_cut = true;
            }
        } else if let Some(owner) = text.strip_prefix(b"owned by ") {
            // Tools on JMX put the owner on a line of its own: `owned by worker-1 Id=30`.
            let id = crate::model::memmem::rfind(owner, b"Id=").and_then(|at| decimal(&owner[at + 3..]));
            self.build.set_owner(id.unwrap_or(0));
        } else if text.starts_with(b"Compiling:") || text.starts_with(b"No compile task") {
            // A compiler's thread.
        } else {
            return false;
        }
        self.build.cover(line);
        true
    }

    /// A line between two threads, or of the log around them.
    fn read_between(&mut self, text: &[u8], line: &Text<'_>, out: &mut Parsed) -> Taken {
        let is_indented = line.bytes.first().is_some_and(u8::is_ascii_whitespace);
        if self.in_heap && is_indented {
            return Taken::Part;
        }
        if is_between(text) || super::is_time(text) {
            self.is_ended |= text.starts_with(b"JNI global ref");
            self.in_heap = text == b"Heap";
            if !is_indented {
                self.build.end_task(&mut out.dumps.symbols);
                self.is_closed = true;
            }
            return Taken::Part;
        }
        // The log goes on: frames below are of what it tells.
        self.is_closed |= !is_indented;
        Taken::Foreign
    }

    fn end_section(&mut self) {
        if let Some(told) = self.section.take().and_then(Section::finish) {
            self.build.deadlock(told);
        }
    }

    fn end_dump(&mut self, out: &mut Parsed) {
        self.end_section();
        let is_open = !self.is_closed && self.build.is_bare() && self.has_title && !self.is_ended;
        self.build.is_cut = self.has_title && self.is_modern && !self.is_ended || is_open;
        self.build.end_dump(out);
        (self.has_title, self.is_modern, self.is_ended) = (false, false, false);
        (self.in_heap, self.is_closed) = (false, false);
    }
}
