//! A Java process as it is seen from outside, or as it sees itself when it dies: `jstack -F`, and the list of threads in an hs_err file.
//!
//! ```text
//! Thread 12345: (state = BLOCKED)                                                              jstack -F
//!  - java.lang.Object.wait(long) @bci=0 (Compiled frame; information may be imprecise)
//!  - com.example.Pool.take() @bci=12, line=88 (Interpreted frame)
//! =>0x00007f1c8c00b800 JavaThread "main" [_thread_in_vm, id=117671, stack(0x00007f1c94000000,0x00007f1c94100000)]      hs_err
//!   0x00007f1c8c2d1000 JavaThread "x" daemon [_thread_blocked, id=117672, stack(0x00007f1c5a3fe000,0x00007f1c5a4ff000)]
//! ```
//! Both print the virtual machine's own state of a thread, in which `BLOCKED` and `_thread_blocked` also are those that wait, park or sleep:
//! that word accuses nobody, only frames tell what is waited for. Neither names a lock or an owner.
//!
//! Source: <https://github.com/openjdk/jdk/blob/master/src/jdk.hotspot.agent/share/classes/sun/jvm/hotspot/tools/StackTrace.java>,
//! `hotspot/share/runtime/thread.cpp` (`Threads::print_on_error`). The section about deadlocks of `jstack -F` names threads, and its threads have
//! numbers: it titles the dump. Not supported: other threads of an hs_err file (compilers, collectors), its frames.

use std::borrow::Cow;

use crate::model::memmem;
use memchr::memchr;

use super::super::super::time::number;
use super::super::{Above, Opening, Parsed, Reader, Taken, Text};
use super::build::Builder;
use super::deadlock::Section;
use super::frame::{JavaFrame, stable_name};
use super::head::{address, decimal};
use crate::model::Task;

/// What a head says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct OutsideHead<'a> {
    /// Empty where none is printed.
    name: &'a [u8],
    /// The system's id.
    native: u64,
    /// Address of the thread's structure; 0 where none is printed.
    tid: u64,
    /// As written.
    state: &'a [u8],
}

/// Whether a line begins a thread.
pub(super) fn is_head(line: &[u8]) -> bool {
    parse_head(line).is_some()
}

/// Whether a line can only be a part of one.
pub(super) fn is_telling(line: &[u8]) -> bool {
    parse_frame(line).is_some() || is_around(line.trim_ascii())
}

pub(super) fn above(line: &[u8]) -> Above {
    let text = line.trim_ascii();
    match text {
        _ if Section::begins(text) => Above::Title,
        _ if is_around(text) || super::is_between(text) || super::is_named(text) => Above::Known,
        _ => Above::Other,
    }
}

fn parse_head(line: &[u8]) -> Option<OutsideHead<'_>> {
    let text = line.trim_ascii();
    if let Some(rest) = text.strip_prefix(b"Thread ") {
        let colon = memchr(b':', rest)?;
        let state = rest[colon + 1..].strip_prefix(b" (")?.strip_suffix(b")")?;
        let native = decimal(&rest[..colon])?;
        return state.starts_with(b"state = ").then_some(OutsideHead { name: &[], native, tid: 0, state });
    }
    let rest = text.strip_prefix(b"=>").unwrap_or(text);
    let at = memmem::find(rest, b" JavaThread \"")?;
    let tid = rest[..at].strip_prefix(b"0x").and_then(address)?;
    let rest = &rest[at + 13..];
    // A name may hold quotation marks: it ends where the state begins.
    let open = memmem::find(rest, b" [_thread_")?;
    let name = rest[..open].strip_suffix(b" daemon").unwrap_or(&rest[..open]).strip_suffix(b"\"")?;
    let inside = &rest[open + 2..];
    let state = &inside[..memchr(b',', inside)?];
    let id = &inside[memmem::find(inside, b" id=")? + 4..];
    let native = decimal(&id[..id.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(id.len())])?;
    Some(OutsideHead { name, native, tid, state })
}

/// Reads ` - com.example.Pool.take() @bci=12, line=88 (Interpreted frame)`.
pub(super) fn parse_frame(line: &[u8]) -> Option<JavaFrame<'_>> {
    let rest = line.trim_ascii().strip_prefix(b"- ")?;
    let at = memmem::find(rest, b" @bci=")?;
    let function = &rest[..memchr(b'(', &rest[..at])?];
    let line = memmem::find(&rest[at..], b", line=").and_then(|from| {
        let digits = &rest[at + from + 7..];
        number(&digits[..digits.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(digits.len())])
    });
    let is_name = memchr(b'.', function).is_some_and(|dot| dot > 0 && dot + 1 < function.len());
    let function: Cow<'_, [u8]> = stable_name(function);
    is_name.then_some(JavaFrame { function, file: &[], line: line.unwrap_or(0) })
}

/// What stands in front of threads and between them.
fn is_around(text: &[u8]) -> bool {
    const KNOWN: [&[u8]; 13] = [
        b"Attaching to process ID ",
        b"Attaching to core ",
        b"Debugger attached successfully",
        b"Server compiler detected",
        b"Client compiler detected",
        b"JVM version is ",
        b"Deadlock Detection:",
        b"No deadlocks found",
        b"Locked ownable synchronizers:",
        b"- None",
        b"Java Threads: (",
        b"Other Threads:",
        b"Threads class SMR info",
    ];
    let is_other = || text.starts_with(b"0x") && memmem::find(text, b"Thread \"").is_some();
    KNOWN.iter().any(|start| text.starts_with(start)) || is_other()
}

/// A reader of a stream.
pub(super) fn open(opening: Opening) -> Box<dyn Reader> {
    Box::new(OutsideReader { build: Builder::new(opening) })
}

struct OutsideReader {
    build: Builder,
}

impl Reader for OutsideReader {
    fn read(&mut self, line: &Text<'_>, out: &mut Parsed) -> Taken {
        if let Some(head) = parse_head(line.bytes) {
            let symbols = &mut out.dumps.symbols;
            let (name, state) = (symbols.text(head.name), symbols.text(head.state));
            let task = Task { thread: head.native, name, state, ..Task::new(head.native, line.place) };
            self.build.begin_task(task, head.tid, out);
            return Taken::Head;
        }
        if let Some(frame) = parse_frame(line.bytes).filter(|_| self.build.has_task()) {
            self.build.frame(&frame, &mut out.dumps.symbols);
            self.build.cover(line);
            return Taken::Part;
        }
        if is_around(line.bytes.trim_ascii()) { Taken::Part } else { Taken::Foreign }
    }

    fn finish(&mut self, out: &mut Parsed) {
        self.build.end_dump(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_and_frames_come_apart() {
        for (line, want) in [
            ("Thread 12345: (state = BLOCKED)", " 12345 0 state = BLOCKED"),
            (
                r#"=>0x00007f1c8c00b800 JavaThread "main" [_thread_in_vm, id=117671, stack(0x00007f1c94000000,0x00007f1c94100000)]"#,
                "main 117671 7f1c8c00b800 _thread_in_vm",
            ),
            (
                r#"  0x01 JavaThread "say "hi"" daemon [_thread_blocked, id=117672, stack(0x1,0x2) (1024K)]"#,
                "say \"hi\" 117672 1 _thread_blocked",
            ),
            ("Thread 3 (Thread 0x7f (LWP 3618)):", ""),
            ("Thread 12: (idle)", ""),
            (r#"  0x00007f1c8c2d1000 VMThread "VM Thread" [id=117650, stack(0x1,0x2)]"#, ""),
        ] {
            let shown = parse_head(line.as_bytes()).map(|head| {
                let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                format!("{} {} {:x} {}", text(head.name), head.native, head.tid, text(head.state))
            });
            assert_eq!(shown.unwrap_or_default(), want, "{line}");
        }
        for (line, want) in [
            (
                " - java.lang.Object.wait(long) @bci=0 (Compiled frame; information may be imprecise)",
                "java.lang.Object.wait 0",
            ),
            (" - com.example.Pool.take() @bci=12, line=88 (Interpreted frame)", "com.example.Pool.take 88"),
            (" - none of it @bci=12", ""),
        ] {
            let frame = parse_frame(line.as_bytes());
            let shown = frame.map(|it| format!("{} {}", String::from_utf8_lossy(&it.function), it.line));
            assert_eq!(shown.unwrap_or_default(), want, "{line}");
        }
    }
}
