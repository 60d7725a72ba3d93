//! What crash prints of a memory image or a running kernel: `bt`, `foreach bt`, `ps`, `ps -m`, `ps -S`, and when.
//!
//! ```text
//! PID: 19246  TASK: ffff880951f70fd0  CPU: 16  COMMAND: "terwayd"
//!  #0 [ffff880826267a40] __schedule at ffffffff816a8f65
//!     [exception RIP: native_queued_spin_lock_slowpath+65]
//!     RIP: 000000000046e5a1  RSP: 000000c000aa1a20  RFLAGS: 00000246
//!     RDX: 0000000000001000  RSI: 000000c000d84000  RDI: 0000000000000016
//!     ORIG_RAX: 000000000000002d  CS: 0033  SS: 002b
//! --- <NMI exception stack> ---
//! ```
//! Registers with `CS: 0033` are those of user space at its system call: its number, and its arguments.

use super::super::{Above, Opening, Parsed, Reader, Taken, Text};
use super::draft::Draft;
use super::frame::{KernelFrame, hex, parse_crash_frame};
use super::heads::{TaskHead, is_crash_table, parse_crash_head, parse_crash_row};
use crate::formats::dates::parse_ctime;
use crate::model::{WallKind, WallTime};

/// A reader of a stream.
pub(super) fn open(opening: Opening) -> Box<dyn Reader> {
    Box::new(CrashReader { draft: Draft::new(opening), registers: Vec::new(), is_table: false })
}

/// Whether a line begins a dump.
pub(super) fn opens(line: &[u8]) -> bool {
    parse_crash_head(line).is_some() || is_crash_table(line)
}

/// What a line is to the dump below it.
pub(super) fn above(line: &[u8]) -> Above {
    let text = line.trim_ascii();
    const KNOWN: [&[u8]; 15] = [
        b"crash ",
        b"crash>",
        b"KERNEL:",
        b"DUMPFILE:",
        b"CPUS:",
        b"DATE:",
        b"UPTIME:",
        b"LOAD AVERAGE:",
        b"TASKS:",
        b"NODENAME:",
        b"RELEASE:",
        b"VERSION:",
        b"MACHINE:",
        b"MEMORY:",
        b"PANIC:",
    ];
    if text.starts_with(b"PANIC: \"") {
        return Above::Title;
    }
    if KNOWN.iter().any(|start| text.starts_with(start))
        || is_state_count(text)
        || is_around(text)
        || parse_crash_frame(line).is_some()
    {
        return Above::Known;
    }
    Above::Other
}

/// The time that crash says of the image, in the zone of the machine that it runs on: `DATE: Tue Nov 28 02:20:41 2023`, newer with the
/// name of the zone before the year.
pub(in super::super) fn parse_date(line: &[u8]) -> Option<(WallTime, WallKind)> {
    let stamp = parse_ctime(line.trim_ascii().strip_prefix(b"DATE: ")?.trim_ascii_start())?;
    Some(stamp.utc().map_or((stamp.wall, WallKind::Local), |utc| (utc, WallKind::Utc)))
}

/// A row of `ps -S`: how many tasks are in a state (`UN: 12`).
fn is_state_count(text: &[u8]) -> bool {
    const STATES: [&[u8]; 12] = [b"RU", b"IN", b"UN", b"ID", b"ZO", b"ST", b"TR", b"DE", b"SW", b"WA", b"PA", b"NE"];
    let (state, rest) = text.split_at(text.len().min(2));
    STATES.contains(&state) && rest.strip_prefix(b": ").and_then(super::frame::number).is_some()
}

/// What crash prints between frames.
fn is_around(text: &[u8]) -> bool {
    text.starts_with(b"[exception RIP: ")
        || text.starts_with(b"--- <")
        || text == b"(active)"
        || text.starts_with(b"bt: ")
        || is_registers(text)
        // `bt -l`: the source of the frame above.
        || text.starts_with(b"/") && text.rsplit(|byte| *byte == b' ').next().and_then(super::frame::number).is_some()
}

/// `RIP: … RSP: …`, `ORIG_RAX: …`, `R10: …`.
fn is_registers(text: &[u8]) -> bool {
    let mut words = text.split(|byte| *byte == b' ').filter(|word| !word.is_empty());
    let name = words.next().and_then(|name| name.strip_suffix(b":"));
    name.is_some_and(|name| {
        (2..=8).contains(&name.len())
            && name.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_')
    }) && words.next().is_some_and(|value| hex(value).is_some())
}

struct CrashReader {
    draft: Draft,
    /// Registers since the last frame, by name.
    registers: Vec<([u8; 8], u64)>,
    /// Rows of `ps` follow.
    is_table: bool,
}

impl Reader for CrashReader {
    fn read(&mut self, line: &Text<'_>, out: &mut Parsed) -> Taken {
        let text = line.bytes;
        if let Some(head) = parse_crash_head(text) {
            // `ps -m` has heads without stacks.
            self.is_table = text.trim_ascii_start().starts_with(b"[");
            self.begin(&head, line, out);
            return Taken::Head;
        }
        if is_crash_table(text) {
            self.draft.end_dump(false, out);
            self.is_table = true;
            return Taken::Head;
        }
        if self.is_table
            && let Some(head) = parse_crash_row(text)
        {
            self.begin(&head, line, out);
            return Taken::Head;
        }
        if let Some(frame) = parse_crash_frame(text) {
            self.registers.clear();
            self.draft.frame(&frame, line, &mut out.dumps.symbols);
            return if self.draft.has_task() { Taken::Part } else { Taken::Foreign };
        }
        let text = text.trim_ascii();
        if is_state_count(text) {
            return Taken::Part;
        }
        if !is_around(text) {
            return if above(text) == Above::Known { Taken::Part } else { Taken::Foreign };
        }
        self.draft.cover(line);
        if let Some(place) = text.strip_prefix(b"[exception RIP: ") {
            let end = place.iter().position(|byte| matches!(byte, b'+' | b']')).unwrap_or(place.len());
            let frame = KernelFrame { function: &place[..end], file: &[], line: 0, is_guess: false };
            if !place[..end].is_empty() && !place.starts_with(b"unknown") {
                self.draft.frame(&frame, line, &mut out.dumps.symbols);
            }
        } else if text.starts_with(b"--- <") {
            // What is above ran on top of the task, to show it: an interrupt, a non-maskable one.
            self.draft.drop_frames();
            if let Some(task) = self.draft.bare_task() {
                task.state = out.dumps.symbols.text(b"running");
            }
        } else if is_registers(text) {
            self.read_registers(text);
        }
        Taken::Part
    }

    fn finish(&mut self, out: &mut Parsed) {
        let is_cut = self.draft.has_task() && !self.draft.has_frames() && !self.is_table;
        self.draft.end_dump(is_cut, out);
    }
}

impl CrashReader {
    fn begin(&mut self, head: &TaskHead<'_>, line: &Text<'_>, out: &mut Parsed) {
        self.registers.clear();
        // Idle tasks of all processors have pid 0.
        if head.pid != 0 && self.draft.has(head.pid) {
            self.draft.end_dump(false, out);
        }
        self.draft.begin(head, line.place, &mut out.dumps.symbols);
    }

    fn read_registers(&mut self, text: &[u8]) {
        let mut words = text.split(|byte| *byte == b' ').filter(|word| !word.is_empty());
        while let (Some(name), Some(value)) = (words.next(), words.next()) {
            let Some(name) = name.strip_suffix(b":").filter(|name| name.len() <= 8) else { continue };
            let Some(value) = hex(value) else { continue };
            let mut key = [b' '; 8];
            key[..name.len()].copy_from_slice(name);
            if self.registers.len() < 32 {
                self.registers.push((key, value));
            }
        }
        let value = |name: &[u8; 8]| self.registers.iter().rev().find(|(key, _)| key == name).map(|(_, value)| *value);
        // Segment 0033 is user space.
        if let (Some(number), Some(0x33)) = (value(b"ORIG_RAX"), value(b"CS      ")) {
            let args = [b"RDI     ", b"RSI     ", b"RDX     "].map(value);
            self.draft.syscall(number);
            self.draft.syscall_args(args);
        }
    }
}
