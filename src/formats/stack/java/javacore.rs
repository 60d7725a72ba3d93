//! Javacores of IBM's and OpenJ9's virtual machines: every line has a tag.
//!
//! ```text
//! 1TISIGINFO     Dump Event "user" (00004000) received
//! 1TIDATETIMEUTC Date: 2026/04/28 at 04:34:56:789 (UTC)
//! 1TIDATETIME    Date: 2026/04/28 at 12:34:56:789
//! 3XMTHREADINFO      "worker-2" J9VMThread:0x000000000054EE00, omrthread_t:0x0000000000550000, java/lang/Thread:0x0000000000600000, state:B, prio=5
//! 3XMJAVALTHREAD            (java/lang/Thread getId:0x1F, isDaemon:false)
//! 3XMTHREADINFO1            (native thread ID:0xB7A3, native priority:0x5, native policy:UNKNOWN, vmstate:B, vm thread flags:0x00000020)
//! 3XMTHREADBLOCK     Blocked on: com/example/Pool@0x000000000ABC1234 Owned by: "worker-1" (J9VMThread:0x000000000054EF00)
//! 4XESTACKTRACE                at com/example/Pool.take(Pool.java:88(Compiled Code))
//! 5XESTACKTRACE                   (entered lock: com/example/Cache@0x000000000ABC4321, entry count: 1)
//! 1LKDEADLOCK    Deadlock detected !!!
//! ```
//! Unverified: written after the documentation of OpenJ9, not tried on a dump of a production machine.

use crate::model::memmem;
use memchr::{memchr, memrchr};

use super::super::super::time::parse_iso;
use super::super::{Above, Opening, Parsed, Reader, Taken, Text};
use super::build::Builder;
use super::deadlock::{Entry, Told};
use super::frame::parse_frame;
use super::head::address;
use super::lock::LockLine;
use crate::model::{LockRelation, Symbols, Task, TextId, WallKind, WallTime};

const THREAD: &[u8] = b"3XMTHREADINFO ";
const EVENT: &[u8] = b"1TISIGINFO ";

/// Whether a line begins a dump or a thread.
pub(super) fn is_head(line: &[u8]) -> bool {
    line.starts_with(EVENT) || line.starts_with(THREAD) && memchr(b'"', line).is_some()
}

/// Whether a line has a tag: a digit and capital letters, or `NULL`.
pub(in super::super) fn is_tagged(line: &[u8]) -> bool {
    let tag = &line[..memchr(b' ', line).unwrap_or(line.len())];
    let is_tag = tag.first().is_some_and(u8::is_ascii_digit)
        && tag.len() >= 6
        && tag[1..].iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && tag[1..3].iter().all(u8::is_ascii_uppercase);
    is_tag || tag == b"NULL"
}

pub(super) fn above(line: &[u8]) -> Above {
    if is_tagged(line) { Above::Known } else { Above::Other }
}

/// The time of a dump, which stands on a line of its own far above the threads; newer machines write it in UTC first.
pub(in super::super) fn parse_time(line: &[u8]) -> Option<(WallTime, WallKind)> {
    let rest = line.strip_prefix(b"1TIDATETIME")?;
    let (rest, kind) = rest.strip_prefix(b"UTC").map_or((rest, WallKind::Local), |rest| (rest, WallKind::Utc));
    let rest = rest.strip_prefix(b" ")?.trim_ascii_start().strip_prefix(b"Date:")?.trim_ascii_start();
    let mut text: Vec<u8> = rest.get(..10)?.to_vec();
    text[4] = b'-';
    text[7] = b'-';
    text.push(b' ');
    text.extend_from_slice(rest[10..].trim_ascii_start().strip_prefix(b"at ")?.get(..8)?);
    parse_iso(&text).map(|stamp| (stamp.wall, kind))
}

/// A reader of a stream.
pub(super) fn open(opening: Opening) -> Box<dyn Reader> {
    Box::new(CoreReader { build: Builder::new(opening), told: None, entry: None, plain: Vec::new() })
}

struct CoreReader {
    build: Builder,
    /// The cycle that is being told.
    told: Option<Told>,
    entry: Option<Entry>,
    /// A line with dots for slashes.
    plain: Vec<u8>,
}

impl Reader for CoreReader {
    fn read(&mut self, line: &Text<'_>, out: &mut Parsed) -> Taken {
        let text = line.bytes;
        if !is_tagged(text) {
            return Taken::Foreign;
        }
        let (tag, rest) = text.split_at(memchr(b' ', text).unwrap_or(text.len()));
        let rest = rest.trim_ascii();
        let symbols = &mut out.dumps.symbols;
        match tag {
            b"1TISIGINFO" => {
                self.end_dump(out);
                let title = out.dumps.symbols.text(rest);
                self.build.set_title(title);
                return Taken::Head;
            }
            b"3XMTHREADINFO" if rest.starts_with(b"\"") => {
                self.begin(rest, line, out);
                return Taken::Head;
            }
            b"3XMJAVALTHREAD" => {
                let id = after(rest, b"getId:").and_then(address);
                if let (Some(task), Some(id)) = (self.build.task(), id) {
                    task.id = id;
                }
            }
            b"3XMTHREADINFO1" => {
                let id = after(rest, b"native thread ID:").and_then(address);
                if let (Some(task), Some(id)) = (self.build.task(), id) {
                    task.thread = id;
                }
            }
            b"3XMTHREADBLOCK" => self.read_block(rest, line, symbols),
            b"4XESTACKTRACE" => {
                dotted(rest, &mut self.plain);
                if let Some(frame) = parse_frame(&self.plain) {
                    self.build.frame(&frame, symbols);
                }
            }
            b"5XESTACKTRACE" => {
                dotted(after(rest, b"entered lock: ").unwrap_or_default(), &mut self.plain);
                self.lock(LockRelation::Holds, None, line, symbols);
            }
            b"1LKDEADLOCK" => {
                self.end_told();
                self.told = Some(Told { entries: Vec::new(), locator: line.place });
            }
            b"2LKDEADLOCKTHR" => self.read_deadlock(rest, line, symbols),
            b"4LKDEADLOCKOBJ" => {
                dotted(rest, &mut self.plain);
                if let Some(entry) = &mut self.entry {
                    let class = &self.plain[..memrchr(b'@', &self.plain).unwrap_or(0)];
                    (entry.lock, entry.class) = (symbols.text(&self.plain), symbols.text(class));
                }
            }
            b"0SECTION" => {
                self.end_told();
                self.build.end_task(symbols);
            }
            _ => {}
        }
        self.build.cover(line);
        Taken::Part
    }

    fn finish(&mut self, out: &mut Parsed) {
        self.end_dump(out);
    }
}

impl CoreReader {
    /// `"worker-2" J9VMThread:0x…, …, state:B, prio=5`
    fn begin(&mut self, rest: &[u8], line: &Text<'_>, out: &mut Parsed) {
        let symbols = &mut out.dumps.symbols;
        let close = memmem::find(rest, b"\" J9VMThread:").or_else(|| memrchr(b'"', rest)).unwrap_or(0);
        let (name, rest) = (rest.get(1..close).unwrap_or_default(), &rest[close..]);
        let state = after(rest, b"state:").unwrap_or_default();
        let task = Task { name: symbols.text(name), state: symbols.text(state), ..Task::new(0, line.place) };
        let tid = after(rest, b"J9VMThread:").and_then(address).unwrap_or(0);
        self.build.begin_task(task, tid, out);
    }

    /// `Blocked on: com/example/Pool@0x… Owned by: "worker-1" (J9VMThread:0x…)`
    fn read_block(&mut self, rest: &[u8], line: &Text<'_>, symbols: &mut Symbols) {
        let relation = match rest {
            _ if rest.starts_with(b"Blocked on:") => LockRelation::WaitsToLock,
            _ if rest.starts_with(b"Parked on:") => LockRelation::Parks,
            _ => LockRelation::WaitsForNotify,
        };
        let object = after(rest, b" on: ").unwrap_or_default();
        let owner = memmem::find(rest, b"Owned by: \"").map(|at| &rest[at + 11..]);
        let owner = owner.map(|owner| &owner[..memmem::find(owner, b"\" (").unwrap_or(0)]);
        dotted(object, &mut self.plain);
        self.lock(relation, owner, line, symbols);
    }

    /// A statement about the lock that `plain` names.
    fn lock(&mut self, relation: LockRelation, owner: Option<&[u8]>, line: &Text<'_>, symbols: &mut Symbols) {
        let Some(at) = memrchr(b'@', &self.plain) else { return };
        let (lock, class) = (&self.plain[..], &self.plain[..at]);
        let said = LockLine { relation, lock, class, owner: owner.map(|name| (name, 0)) };
        self.build.lock(&said, line.place.lines.first, symbols);
    }

    /// `Thread "worker-1" (0x…)`: the owner of what the one before it waits for, and the next to wait.
    fn read_deadlock(&mut self, rest: &[u8], line: &Text<'_>, symbols: &mut Symbols) {
        let Some(told) = &mut self.told else { return };
        let name = rest.strip_prefix(b"Thread \"").unwrap_or_default();
        let name = symbols.text(&name[..memrchr(b'"', name).unwrap_or(0)]);
        told.locator.lines.last = line.place.lines.last;
        told.locator.bytes.end = line.place.bytes.end.max(told.locator.bytes.end);
        if let Some(entry) = self.entry.take().filter(|entry| !entry.lock.is_empty()) {
            told.push(Entry { holder: name, ..entry });
        }
        let none = TextId::EMPTY;
        self.entry = Some(Entry { name, lock: none, class: none, holder: none, line: line.place.lines.first });
    }

    fn end_told(&mut self) {
        self.entry = None;
        if let Some(told) = self.told.take().filter(|told| !told.entries.is_empty()) {
            self.build.deadlock(told);
        }
    }

    fn end_dump(&mut self, out: &mut Parsed) {
        self.end_told();
        self.build.end_dump(out);
    }
}

/// What stands behind a word, up to a comma, a blank or the end.
fn after<'a>(text: &'a [u8], word: &[u8]) -> Option<&'a [u8]> {
    let rest = &text[memmem::find(text, word)? + word.len()..];
    let end = rest.iter().position(|byte| matches!(byte, b',' | b' ' | b')')).unwrap_or(rest.len());
    Some(&rest[..end])
}

/// A text with dots for the slashes of class names.
fn dotted(text: &[u8], into: &mut Vec<u8>) {
    into.clear();
    into.extend(text.iter().map(|byte| if *byte == b'/' { b'.' } else { *byte }));
}
