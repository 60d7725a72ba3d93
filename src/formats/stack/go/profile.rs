//! A goroutine profile as text: stacks with counts, without ids, states and waits. None is invented.
//!
//! ```text
//! goroutine profile: total 812
//! 640 @ 0x43a2f6 0x46c1d0 0x46c1b1 0x6f01aa 0x46f8e1
//! # labels: {"queue":"orders"}
//! #   0x46c1cf    sync.runtime_notifyListWait+0x12f       runtime/sema.go:569
//! ```
//! `goroutineleak` and `threadcreate` profiles have the same grammar. The columns are separated by tabs, which copying turns into blanks.

use super::super::super::time::{number, parse_iso};
use super::super::{Opening, Parsed, Reader, Taken, Text, push};
use super::frame::parse_place;
use super::wait::profile_class;
use crate::model::{DumpKind, FrameId, StackDump, StackFrame, Symbols, Task, TextId, WallKind, WallTime};

/// The total of a profile's head, and the time that ends it where the profile was downloaded as protobuf.
fn parse_stamped(line: &[u8]) -> Option<(u32, WallTime)> {
    match crate::model::memmem::rfind(line, b" at ") {
        Some(at) => {
            let stamp = parse_iso(&line[at + 4..])?;
            Some((parse_total(&line[..at])?, stamp.utc()?))
        }
        None => Some((parse_total(line)?, WallTime::NONE)),
    }
}

/// The total of a profile's head.
pub(super) fn parse_head(line: &[u8]) -> Option<u32> {
    parse_stamped(line).map(|(total, _)| total)
}

fn parse_total(line: &[u8]) -> Option<u32> {
    let at = crate::model::memmem::find(line, b" profile: total ")?;
    let is_kind = matches!(&line[..at], b"goroutine" | b"goroutineleak" | b"threadcreate");
    number(line[at + 16..].trim_ascii_end()).filter(|_| is_kind)
}

/// The count and the addresses of `640 @ 0x43a2f6 0x46c1d0`.
fn parse_count(line: &[u8]) -> Option<(u32, &[u8])> {
    let at = line.iter().position(|byte| *byte == b' ')?;
    let addresses = line[at..].strip_prefix(b" @")?;
    let is_address = |word: &[u8]| word.is_empty() || word.starts_with(b"0x");
    addresses.split(|byte| *byte == b' ').all(is_address).then_some((number(&line[..at])?, addresses))
}

/// Whether a line can only be part of a profile.
pub(super) fn is_telling(line: &[u8]) -> bool {
    let is_symbol = || line.strip_prefix(b"#").is_some_and(|rest| rest.trim_ascii_start().starts_with(b"0x"));
    parse_count(line).is_some() || line.starts_with(b"# labels: {") || is_symbol()
}

/// A reader of a stream.
pub(super) fn open(opening: Opening) -> Box<dyn Reader> {
    Box::new(ProfileReader { opening, dump: None, task: None, frames: Vec::new(), addresses: Vec::new() })
}

struct ProfileReader {
    opening: Opening,
    dump: Option<StackDump>,
    task: Option<Task>,
    frames: Vec<FrameId>,
    /// What stands for frames where no symbols follow.
    addresses: Vec<FrameId>,
}

impl Reader for ProfileReader {
    fn read(&mut self, line: &Text<'_>, out: &mut Parsed) -> Taken {
        let text = line.bytes;
        if let Some((total, wall)) = parse_stamped(text) {
            self.end_dump(out);
            self.opening.title = out.dumps.symbols.text(text);
            if wall.is_some() && out.wall_kind == WallKind::Unclocked {
                out.wall_kind = WallKind::Utc;
            }
            let dump = StackDump::new(DumpKind::GoProfile, line.place);
            let dump = StackDump { stated_total: Some(total), wall, ..dump };
            self.dump = Some(dump);
            return Taken::Head;
        }
        let symbols = &mut out.dumps.symbols;
        if let Some((count, addresses)) = parse_count(text) {
            self.end_task(symbols);
            let words = addresses.split(|byte| *byte == b' ').filter(|word| !word.is_empty());
            self.addresses.extend(words.map(|word| frame(word, None, symbols)));
            self.task = Some(Task { count, ..Task::new(0, line.place) });
            return Taken::Head;
        }
        let (Some(task), Some(comment)) = (&mut self.task, text.strip_prefix(b"#")) else { return Taken::Foreign };
        let comment = comment.trim_ascii();
        if let Some(labels) = comment.strip_prefix(b"labels: ") {
            task.labels = symbols.text(labels);
        } else {
            // Tabs separate the columns, for names may hold blanks; unless copying turned them into some.
            let has_tabs = memchr::memchr(b'\t', comment).is_some();
            let is_between = |byte: &u8| if has_tabs { *byte == b'\t' } else { byte.is_ascii_whitespace() };
            let mut words = comment.split(is_between).map(<[u8]>::trim_ascii).filter(|word| !word.is_empty());
            let (address, function) = (words.next().unwrap_or_default(), words.next());
            if !address.starts_with(b"0x") {
                return Taken::Foreign;
            }
            let place = words.next_back().and_then(parse_place);
            let function = function.map_or(address, without_offset);
            self.frames.push(frame(function, place, symbols));
        }
        task.locator.bytes.end = line.place.bytes.end;
        task.locator.lines.last = line.place.lines.last;
        Taken::Part
    }

    fn finish(&mut self, out: &mut Parsed) {
        self.end_dump(out);
    }
}

/// `sync.runtime_notifyListWait+0x12f` without its offset.
fn without_offset(function: &[u8]) -> &[u8] {
    crate::model::memmem::rfind(function, b"+0x").map_or(function, |at| &function[..at])
}

fn frame(function: &[u8], place: Option<(&[u8], u32)>, symbols: &mut Symbols) -> FrameId {
    let function = symbols.text(function);
    let (file, line) = place.map_or((TextId::EMPTY, 0), |(file, line)| (symbols.text(file), line));
    symbols.frame(StackFrame { function, file, line })
}

impl ProfileReader {
    fn end_task(&mut self, symbols: &mut Symbols) {
        let frames = if self.frames.is_empty() { &self.addresses } else { &self.frames };
        if let (Some(mut task), Some(dump)) = (self.task.take(), &mut self.dump) {
            task.wait = profile_class(|index| frames.get(index).map(|frame| symbols.function_of(*frame)));
            task.stack = symbols.stack(frames);
            dump.cover(&task.locator);
            dump.tasks.push(task);
        }
        self.frames.clear();
        self.addresses.clear();
    }

    fn end_dump(&mut self, out: &mut Parsed) {
        self.end_task(&mut out.dumps.symbols);
        if let Some(mut dump) = self.dump.take() {
            dump.is_cut = dump.stated_total.is_some_and(|total| dump.n_tasks() < u64::from(total));
            push(dump, &self.opening, out);
        }
    }
}
