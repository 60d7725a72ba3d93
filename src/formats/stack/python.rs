//! Threads of a Python process: faulthandler, `py-spy dump`, pystack.
//!
//! ```text
//! Fatal Python error: Aborted                                                faulthandler; also `Timeout (0:00:30)!`
//!
//! Thread 0x00007fd1f5aef700 (most recent call first):
//!   File "/usr/lib/python3.8/threading.py", line 302 in wait
//! Current thread 0x00007fd1f6ed8080 [main] (most recent call first):
//!   File "x.py", line 953 in run
//!
//! Process 123: python x.py                                                   py-spy; states are idle, active, active+gil
//! Thread 123 (idle): "MainThread"
//!     acquire (threading.py:320)
//!
//! Traceback for thread 2175 (python3.12) [Has the GIL] (most recent call last):    pystack; the outermost frame comes first
//!     (Python) File "/app/x.py", line 3, in f
//! ```
//! A lock has no name in these dumps and its owner is not printed: threads that wait are grouped by the place where they do. Tracebacks of
//! exceptions are no dumps of threads and stay lines of their log. *Unverified*: written from documentation and sources, not from a corpus.
//!
//! Source: <https://docs.python.org/3/library/faulthandler.html>, `Python/traceback.c` (`_Py_DumpTracebackThreads`),
//! <https://github.com/benfred/py-spy>, <https://github.com/bloomberg/pystack>. Not supported: local variables, the C stack of 3.14.

use crate::model::memmem;
use crate::model::words::holds;
use memchr::{memchr, memrchr};

use super::draft::Draft;
use super::sniff::sniff_dump;
use super::{Above, Kind, Opening, Parsed, Reader, StackParser, Taken, Text};
use crate::formats::time::number;
use crate::formats::{Family, Format, Head, Parser};
use crate::model::{DumpKind, EvidenceId, Task, WaitClass};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "python-stack", family: Family::Stack, sniff, parser };

/// faulthandler writes into the log of its process.
pub(super) static FAULT: Kind =
    Kind { anchors: &["(most recent call first):"], opens: |line| parse_fault(line).is_some(), above, reader: open };

/// What other tools print of a process.
pub(super) static TOOLS: Kind = Kind {
    anchors: &[" (idle", " (active", "Traceback for thread "],
    opens: |line| parse_spy(line).or_else(|| parse_pystack(line)).is_some(),
    above,
    reader: open,
};

fn sniff(head: &Head<'_>) -> u8 {
    sniff_dump(head, &[&FAULT, &TOOLS], |line| parse_frame(line).is_some())
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    StackParser::boxed(evidence)
}

/// Lines that say what happened.
const TITLES: &[&[u8]] = &[b"Fatal Python error: ", b"Timeout (", b"Windows fatal exception: "];

fn above(line: &[u8]) -> Above {
    const KNOWN: [&[u8]; 6] = [
        b"Python v",
        b"Extension modules: ",
        b"Current thread's C stack trace",
        b"  Binary file \"",
        b"  <truncated rest of calls>",
        b"  Garbage-collecting",
    ];
    let is_known = KNOWN.iter().any(|start| line.starts_with(start));
    match line {
        _ if TITLES.iter().any(|title| line.starts_with(title)) || parse_process(line).is_some() => Above::Title,
        _ if is_known => Above::Known,
        _ => Above::Other,
    }
}

/// What the head of a thread says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct ThreadHead<'a> {
    id: u64,
    /// As printed where the thread has none: the number that faulthandler prints is how people find it.
    name: &'a [u8],
    state: &'a [u8],
    is_outermost_first: bool,
}

/// A number in digits or hex, and what follows it.
fn thread_id(text: &[u8]) -> Option<(u64, &[u8], &[u8])> {
    let hex = text.strip_prefix(b"0x");
    let digits = hex.unwrap_or(text);
    let end = digits
        .iter()
        .take_while(|byte| if hex.is_some() { byte.is_ascii_hexdigit() } else { byte.is_ascii_digit() })
        .count();
    let written = &text[..text.len() - digits.len() + end];
    let id =
        u64::from_str_radix(std::str::from_utf8(&digits[..end]).ok()?, if hex.is_some() { 16 } else { 10 }).ok()?;
    Some((id, written, &digits[end..]))
}

/// `Current thread 0x00007fd1f6ed8080 [main] (most recent call first):`
fn parse_fault(line: &[u8]) -> Option<ThreadHead<'_>> {
    let text = line.trim_ascii_end().strip_suffix(b" (most recent call first):")?;
    let current = text.strip_prefix(b"Current thread ");
    let (id, written, rest) = thread_id(current.or_else(|| text.strip_prefix(b"Thread "))?)?;
    let name = rest.strip_prefix(b" [").and_then(|rest| rest.strip_suffix(b"]"));
    let is_whole = written.starts_with(b"0x") && (rest.is_empty() || name.is_some());
    let state = if current.is_some() { &b"current"[..] } else { b"" };
    is_whole.then_some(ThreadHead { id, name: name.unwrap_or(written), state, is_outermost_first: false })
}

/// `Thread 123 (active+gil): "MainThread"`
fn parse_spy(line: &[u8]) -> Option<ThreadHead<'_>> {
    let (id, written, rest) = thread_id(line.trim_ascii_end().strip_prefix(b"Thread ")?)?;
    let rest = rest.strip_prefix(b" (")?;
    let close = memchr(b')', rest)?;
    let state = &rest[..close];
    let is_state = matches!(state, b"idle" | b"active" | b"idle+gil" | b"active+gil");
    let name = match &rest[close + 1..] {
        b"" | b":" => written,
        named => named.strip_prefix(b": \"")?.strip_suffix(b"\"")?,
    };
    is_state.then_some(ThreadHead { id, name, state, is_outermost_first: false })
}

/// `Traceback for thread 2175 (python3.12) [] (most recent call last):`
fn parse_pystack(line: &[u8]) -> Option<ThreadHead<'_>> {
    let text = line.trim_ascii_end().strip_suffix(b" (most recent call last):")?;
    let (id, written, rest) = thread_id(text.strip_prefix(b"Traceback for thread ")?)?;
    let rest = rest.strip_prefix(b" (")?;
    let close = memchr(b')', rest)?;
    let marks = rest[close + 1..].trim_ascii().strip_prefix(b"[")?.strip_suffix(b"]")?;
    let name = if rest[..close].is_empty() { written } else { &rest[..close] };
    Some(ThreadHead { id, name, state: marks, is_outermost_first: true })
}

/// `Process 123: python x.py`: the pid and the program.
fn parse_process(line: &[u8]) -> Option<(u32, &[u8])> {
    let rest = line.strip_prefix(b"Process ")?;
    let colon = memchr(b':', rest)?;
    Some((number(&rest[..colon])?, rest[colon + 1..].strip_prefix(b" ")?))
}

/// A frame of any of the tools: function, file, line.
fn parse_frame(line: &[u8]) -> Option<(&[u8], &[u8], u32)> {
    let text = line.trim_ascii();
    if text.len() == line.trim_ascii_end().len() {
        return None;
    }
    let quoted = ["File \"", "(Python) File \"", "(C) File \"", "(other) File \""];
    if let Some(rest) = quoted.iter().find_map(|start| text.strip_prefix(start.as_bytes())) {
        let end = memmem::find(rest, b"\", line ")?;
        let (file, rest) = (&rest[..end], &rest[end + 8..]);
        let in_at = memmem::find(rest, b" in ")?;
        let line = number(rest[..in_at].strip_suffix(b",").unwrap_or(&rest[..in_at])).unwrap_or(0);
        let function = &rest[in_at + 4..];
        // pystack names the library behind functions of C.
        let function = memmem::find(function, b" (").map_or(function, |at| &function[..at]);
        return Some((function, file, line));
    }
    let open = memrchr(b'(', text)?;
    let (function, place) = (text[..open].strip_suffix(b" ")?, text[open + 1..].strip_suffix(b")")?);
    let (file, line) = match memrchr(b':', place) {
        Some(colon) => (&place[..colon], number(&place[colon + 1..])?),
        // With `--native`: a function of a library.
        None => (place, 0),
    };
    let is_file = memchr(b'.', file).is_some() || file.starts_with(b"<") || line > 0;
    (is_file && !function.is_empty() && memchr(b' ', function).is_none()).then_some((function, file, line))
}

/// What a function of the standard library says its thread waits for.
fn wait_of(index: usize, function: &str, file: &str) -> Option<WaitClass> {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    if holds(name, ".so") || name.ends_with(".c") {
        return super::native::wait_of(index, function, file);
    }
    match (name, function) {
        ("threading.py", "acquire" | "__enter__") => Some(WaitClass::Lock),
        ("threading.py", "join" | "_wait_for_tstate_lock" | "_join_os_thread" | "_shutdown") => Some(WaitClass::Join),
        ("threading.py", "wait" | "wait_for" | "_acquire_restore") => Some(WaitClass::Condition),
        ("queue.py", "get" | "put") => Some(WaitClass::Channel),
        ("thread.py", "_worker") if index <= 1 => Some(WaitClass::Channel),
        ("selectors.py", "select" | "poll") | ("ssl.py", "read" | "recv_into" | "do_handshake") => Some(WaitClass::Io),
        ("socket.py", "accept" | "readinto" | "recv" | "recv_into" | "sendall" | "connect" | "getaddrinfo") => {
            Some(WaitClass::Io)
        }
        ("connection.py", "_recv" | "_recv_bytes" | "_send" | "wait" | "poll") if index <= 2 => Some(WaitClass::Io),
        ("subprocess.py", "wait" | "_wait" | "_try_wait" | "communicate") => Some(WaitClass::Join),
        _ => None,
    }
}

fn open(opening: Opening) -> Box<dyn Reader> {
    Box::new(PythonReader { draft: Draft::new(DumpKind::Python, opening, wait_of) })
}

struct PythonReader {
    draft: Draft,
}

impl Reader for PythonReader {
    fn read(&mut self, line: &Text<'_>, out: &mut Parsed) -> Taken {
        let text = line.bytes;
        if let Some(head) = parse_fault(text).or_else(|| parse_spy(text)).or_else(|| parse_pystack(text)) {
            let symbols = &mut out.dumps.symbols;
            let (name, state) = (symbols.text(head.name), symbols.text(head.state));
            let wait = if head.state.starts_with(b"active") { WaitClass::Running } else { WaitClass::Unknown };
            self.draft.begin(Task { name, state, wait, ..Task::new(head.id, line.place) }, line, out);
            self.draft.is_reversed = head.is_outermost_first;
            return Taken::Head;
        }
        if TITLES.iter().any(|title| text.starts_with(title)) {
            self.draft.title(text, out);
            return Taken::Part;
        }
        if let Some((pid, program)) = parse_process(text) {
            self.draft.title(text, out);
            self.draft.process(program, Some(pid), out);
            return Taken::Part;
        }
        if !self.draft.has_task() {
            return if above(text) == Above::Other { Taken::Foreign } else { Taken::Part };
        }
        if let Some((function, file, number)) = parse_frame(text) {
            self.draft.add(function, Some((file, number)), &mut out.dumps.symbols);
        } else if matches!(text.trim_ascii(), b"..." | b"<no Python frame>") {
            self.draft.cut(line);
        } else if !text.starts_with(b"    ") && above(text) == Above::Other {
            return Taken::Foreign;
        }
        self.draft.cover(line);
        Taken::Part
    }

    fn finish(&mut self, out: &mut Parsed) {
        self.draft.end_dump(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_of_all_tools_are_read_and_no_others() {
        let said = |line: &str| {
            let head = parse_fault(line.as_bytes()).or_else(|| parse_spy(line.as_bytes()));
            let head = head.or_else(|| parse_pystack(line.as_bytes()))?;
            let [name, state] = [head.name, head.state].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
            Some(format!("{} {name} {state}", head.id))
        };
        for (line, want) in [
            ("Thread 0x00000000000000ff (most recent call first):", "255 0x00000000000000ff "),
            ("Current thread 0x10 [worker-1] (most recent call first):", "16 worker-1 current"),
            ("Thread 123 (idle): \"MainThread\"", "123 MainThread idle"),
            ("Thread 0x7b (active+gil)", "123 0x7b active+gil"),
            (
                "Traceback for thread 2175 (python3.12) [Has the GIL] (most recent call last):",
                "2175 python3.12 Has the GIL",
            ),
        ] {
            assert_eq!(said(line).as_deref(), Some(want), "{line}");
        }
        for line in [
            "Traceback (most recent call last):",
            "Thread 12 (Thread 0x7f (LWP 3)):",
            "Thread 1 (busy): \"x\"",
            "Thread pool (idle)",
        ] {
            assert_eq!(said(line), None, "{line}");
        }
    }

    #[test]
    fn frames_of_all_tools_are_read() {
        for (line, want) in [
            (
                "  File \"/usr/lib/python3.8/threading.py\", line 302 in wait",
                "wait /usr/lib/python3.8/threading.py 302",
            ),
            ("  File \"x.py\", line ??? in run", "run x.py 0"),
            ("    acquire (threading.py:320)", "acquire threading.py 320"),
            ("    __lll_lock_wait (libpthread-2.31.so)", "__lll_lock_wait libpthread-2.31.so 0"),
            ("    (Python) File \"/app/x.py\", line 3, in f", "f /app/x.py 3"),
            ("    (C) File \"./nptl/futex.c\", line 57, in __futex_wait (libc.so.6)", "__futex_wait ./nptl/futex.c 57"),
        ] {
            let frame = parse_frame(line.as_bytes()).map(|(function, file, line)| {
                format!("{} {} {line}", String::from_utf8_lossy(function), String::from_utf8_lossy(file))
            });
            assert_eq!(frame.as_deref(), Some(want), "{line}");
        }
        for line in ["acquire (threading.py:320)", "    retrying in a while (attempt 3)", "        x = 1"] {
            assert_eq!(parse_frame(line.as_bytes()), None, "{line}");
        }
    }
}
