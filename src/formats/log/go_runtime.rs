//! What the Go runtime prints when a process dies, without an envelope: a copied fragment, a container's stderr.
//!
//! ```text
//! runtime: failed to create new OS thread (have 5 already; errno=11)
//! runtime: may need to increase max user processes (ulimit -u)
//! fatal error: newosproc
//!
//! goroutine 0 [idle]:
//! runtime.throw(0x5642c3, 0x9)
//!     /usr/local/go/src/runtime/panic.go:774 +0x72
//! ```
//! Messages of the runtime and heads of goroutines are records without a time; frames and registers belong to the record above.
//!
//! Source: <https://github.com/golang/go/blob/master/src/runtime/os_linux.go> (`newosproc`), `runtime/panic.go`, `runtime/traceback.go`.
//! Not supported: the stacks as stacks (states, waits, groups).

use super::super::{Family, Format, Head, Parsed, Parser};
use super::message::go_runtime_level;
use super::{LineParser, Lines, SNIFFED_LINES, Verdict};
use crate::evidence::Line;
use crate::model::{EvidenceId, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "go-runtime", family: Family::Log, sniff, parser };

/// How the runtime's own messages begin.
const MESSAGES: &[&[u8]] = &[
    b"runtime: ",
    b"runtime/cgo: ",
    b"fatal error: ",
    b"panic: ",
    b"SIGABRT: ",
    b"SIGQUIT: ",
    b"SIGSEGV: ",
    b"[signal ",
];

/// What stands between them besides frames.
const BETWEEN: &[&[u8]] = &[b"created by ", b"PC=", b"exit status ", b"[originating from goroutine "];

fn sniff(head: &Head<'_>) -> u8 {
    let (mut seen, mut known, mut messages) = (0u32, 0u32, 0u32);
    let mut begins = false;
    for line in head.telling_lines().take(SNIFFED_LINES) {
        let is_message = is_message(line);
        let is_known = is_message || is_goroutine(line) || is_between(line);
        begins |= seen == 0 && is_known;
        seen += 1;
        messages += u32::from(is_message);
        known += u32::from(is_known);
    }
    if messages == 0 || known * 2 < seen {
        // A dump of stacks without a crash is for a format that reads stacks.
        return 0;
    }
    // At most 90, for a format that reads stacks may know better; little where the crash ends a log of another format.
    (known * if begins { 90 } else { 22 } / seen) as u8
}

fn parser(_evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(LineParser::new(GoRuntime))
}

fn is_message(line: &[u8]) -> bool {
    MESSAGES.iter().any(|message| line.starts_with(message))
}

/// `goroutine 1 [running]:`
fn is_goroutine(line: &[u8]) -> bool {
    line.strip_prefix(b"goroutine ").is_some_and(|rest| rest.first().is_some_and(u8::is_ascii_digit))
}

/// A frame (`main.main()`, its indented place), a register (`rax    0x0`) or another line between two messages.
fn is_between(line: &[u8]) -> bool {
    let is_place = line.starts_with(b"\t") || line.starts_with(b"    ");
    let is_call = line.ends_with(b")") && line.iter().take_while(|byte| **byte != b' ').any(|byte| *byte == b'(');
    let is_register = line.len() < 40 && crate::model::memmem::find(line, b" 0x").is_some();
    is_place || is_call || is_register || BETWEEN.iter().any(|start| line.starts_with(start))
}

struct GoRuntime;

impl Lines for GoRuntime {
    fn wall_kind(&self) -> WallKind {
        WallKind::Unclocked
    }

    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Verdict {
        let text = line.bytes;
        if !is_message(text) && !is_goroutine(text) {
            return Verdict::Continuation;
        }
        out.records.push(line.number, WallTime::NONE, go_runtime_level(text), b"");
        Verdict::Record
    }
}
