//! `/proc/PID/stack`: of one task, or of many through a shell's loop, `tail`, `grep` or `more`.
//!
//! ```text
//! ==> /proc/19246/stack <==                                tail -n +1 /proc/*/stack
//! [<0>] __skb_wait_for_more_packets+0x13b/0x180
//! [<0>] do_syscall_64+0x5b/0x1a0
//! == /proc/19200/task/19246 terwayd                        for t in /proc/P/task/*; do echo "== $t $(cat $t/comm)"; cat $t/stack $t/syscall; done
//! /proc/19246/stack:[<0>] netlink_recvmsg+0x2a0/0x3f0      grep '' /proc/*/stack
//! 45 0x16 0xc000d84000 0x1000 0x0 0xc0006ad2f8 0xc0006ad2ec 0x7ffd0 0x46e5a1      /proc/PID/syscall
//! State:  D (disk sleep)                                   /proc/PID/status
//! ```
//! The file says neither whose it is nor what state it is in: a line above it may. Where none does, the task has the number 0.

use crate::model::memmem;

use super::super::{Above, Opening, Parsed, Reader, Taken, Text};
use super::draft::Draft;
use super::frame::{hex, is_stack_end, number, parse_frame};
use super::heads::TaskHead;

/// Largest pid there is.
const MAX_PID: u32 = 1 << 22;

/// Functions that end a stack: the entry from user space, the beginning of a kernel thread.
const OUTERMOST: &[&str] = &[
    "entry_SYSCALL_64_after_hwframe",
    "entry_SYSCALL_64_fastpath",
    "entry_SYSCALL_64",
    "system_call_fastpath",
    "tracesys",
    "ret_from_fork",
    "ret_from_fork_asm",
    "ret_from_fork_nospec_begin",
    "ret_from_fork_nospec_end",
    "el0_svc_naked",
    "el0t_64_sync",
    "el0_sync",
];

/// A reader of a stream.
pub(super) fn open(opening: Opening) -> Box<dyn Reader> {
    Box::new(ProcReader { draft: Draft::new(opening), is_complete: false, is_open: false })
}

/// Whether a line begins a stack: its first frame, behind the path it was read from or not.
pub(super) fn opens(line: &[u8]) -> bool {
    let (path, rest) = split_path(line);
    if path.is_some() && !rest.is_empty() {
        return is_first_frame(rest);
    }
    is_first_frame(line)
}

fn is_first_frame(line: &[u8]) -> bool {
    line.starts_with(b"[<") && parse_frame(line).is_some_and(|frame| !frame.is_guess)
}

/// What a line is to the stack below it.
pub(super) fn above(line: &[u8]) -> Above {
    if parse_path(line).is_some() || is_decorated(line) && parse_header(line).is_some() {
        return Above::Title;
    }
    let is_known = is_stack_end(line) || is_first_frame(line) || parse_syscall(line).is_some();
    if is_known { Above::Known } else { Above::Other }
}

/// Whose stack follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Whose<'a> {
    pid: u32,
    name: &'a [u8],
}

/// `/proc/19246/stack:` in front of a line, as `grep` prints it.
fn split_path(line: &[u8]) -> (Option<u32>, &[u8]) {
    let end = memmem::find(line, b"/stack:").filter(|_| line.starts_with(b"/proc/"));
    match end.and_then(|end| Some((pid_of(&line[..end])?, &line[end + 7..]))) {
        Some((pid, rest)) => (Some(pid), rest),
        None => (None, line),
    }
}

/// A line that names `/proc/PID/stack` or `/proc/PID/task/TID`, with the command where it stands behind.
fn parse_path(line: &[u8]) -> Option<Whose<'_>> {
    if line.len() > 200 || parse_frame(line).is_some() {
        return None;
    }
    let at = memmem::find(line, b"/proc/")?;
    let rest = &line[at..];
    let end = rest
        .iter()
        .position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'_')))
        .unwrap_or(rest.len());
    let path = &rest[..end];
    let is_stack = path.ends_with(b"/stack");
    let is_task = memmem::find(path, b"/task/").is_some();
    let pid = pid_of(path.strip_suffix(b"/stack").unwrap_or(path)).filter(|_| is_stack || is_task)?;
    let name = trim(&rest[end..]);
    // A sentence is no command.
    let name = if name.len() <= 15 && !name.contains(&b' ') { name } else { &[] };
    Some(Whose { pid, name })
}

/// The last number of a path.
fn pid_of(path: &[u8]) -> Option<u32> {
    path.rsplit(|byte| *byte == b'/').find_map(number).filter(|pid| (1..=MAX_PID).contains(pid))
}

/// `== 1234 ==`, `--- PID 1234 (terwayd) ---`, `1234`: one number and at most one command.
fn parse_header(line: &[u8]) -> Option<Whose<'_>> {
    let text = trim(line);
    if text.is_empty() || text.len() > 60 {
        return None;
    }
    let (mut pid, mut name) = (None, &[][..]);
    for word in text.split(|byte| matches!(byte, b' ' | b'\t')).map(trim).filter(|word| !word.is_empty()) {
        let is_label =
            [&b"PID"[..], b"pid", b"TID", b"tid", b"comm", b"process", b"Process", b"task", b"Task"].contains(&word);
        match number(word.strip_prefix(b"pid=").unwrap_or(word)) {
            Some(number) if pid.is_none() && (1..=MAX_PID).contains(&number) => pid = Some(number),
            None if is_label => {}
            None if name.is_empty() && word.len() <= 15 => name = word,
            _ => return None,
        }
    }
    Some(Whose { pid: pid?, name })
}

/// A header by its looks: elsewhere a line with a number is any line.
fn is_decorated(line: &[u8]) -> bool {
    let starts = [&b"=="[..], b"--", b"##", b"**", b">>", b"# ", b"PID", b"pid", b"TID", b"tid"];
    starts.iter().any(|start| line.trim_ascii_start().starts_with(start))
}

/// A text without what decorates it.
fn trim(text: &[u8]) -> &[u8] {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'/' | b'.');
    let start = text.iter().position(is_plain).unwrap_or(text.len());
    let end = text.iter().rposition(is_plain).map_or(start, |last| last + 1);
    &text[start..end.max(start)]
}

/// `45 0x16 0xc000d84000 …`: the number of a system call and its arguments.
fn parse_syscall(line: &[u8]) -> Option<(u64, [Option<u64>; 3])> {
    let mut words = line.trim_ascii().split(|byte| *byte == b' ');
    let call = number(words.next()?)?;
    let mut values = [None; 8];
    for value in &mut values {
        *value = Some(hex(words.next()?.strip_prefix(b"0x")?)?);
    }
    words.next().is_none().then_some((u64::from(call), [values[0], values[1], values[2]]))
}

struct ProcReader {
    draft: Draft,
    /// The outermost frame of the current stack was read.
    is_complete: bool,
    /// The header above the first frame was looked at.
    is_open: bool,
}

impl Reader for ProcReader {
    fn read(&mut self, line: &Text<'_>, out: &mut Parsed) -> Taken {
        let (path, text) = split_path(line.bytes);
        let begins = path.filter(|pid| !self.draft.has(*pid));
        if let Some(pid) = begins {
            self.begin(Whose { pid, name: &[] }, line, out);
        }
        if path.is_some() && text.trim_ascii().is_empty() {
            return Taken::Head;
        }
        if let Some(frame) = parse_frame(text).filter(|_| text.trim_ascii_start().starts_with(b"[<")) {
            let is_new = !self.draft.has_task() || self.is_complete;
            if is_new {
                self.begin_unnamed(line, out);
            }
            self.is_complete = std::str::from_utf8(frame.function).is_ok_and(|name| OUTERMOST.contains(&name));
            self.draft.frame(&frame, line, &mut out.dumps.symbols);
            return if is_new || begins.is_some() { Taken::Head } else { Taken::Part };
        }
        if is_stack_end(text) {
            self.is_complete = true;
            self.draft.cover(line);
            return Taken::Part;
        }
        if let Some((call, args)) = parse_syscall(text).filter(|_| self.draft.has_task()) {
            self.draft.syscall(call);
            self.draft.syscall_args(args);
            self.draft.cover(line);
            return Taken::Part;
        }
        // Between stacks of a loop a number alone is enough; a word with a number may be of any log.
        let is_header = is_decorated(text) || number(trim(text)).is_some();
        if let Some(whose) = parse_path(text).or_else(|| parse_header(text).filter(|_| is_header)) {
            self.begin(whose, line, out);
            return Taken::Head;
        }
        self.status(line, out)
    }

    fn finish(&mut self, out: &mut Parsed) {
        self.draft.end_dump(false, out);
    }
}

impl ProcReader {
    fn begin(&mut self, whose: Whose<'_>, line: &Text<'_>, out: &mut Parsed) {
        self.is_complete = false;
        self.is_open = true;
        if self.draft.has(whose.pid) {
            self.draft.end_dump(false, out);
        }
        let head = TaskHead { pid: whose.pid, name: whose.name, ..TaskHead::default() };
        self.draft.begin(&head, line.place, &mut out.dumps.symbols);
    }

    /// A stack below no header: the line above the first one may still say whose it is.
    fn begin_unnamed(&mut self, line: &Text<'_>, out: &mut Parsed) {
        let title = std::mem::take(&mut self.draft.opening.title);
        let title = out.dumps.symbols.text_of(title).as_bytes().to_vec();
        let whose = parse_path(&title).or_else(|| parse_header(&title)).filter(|_| !self.is_open);
        self.is_complete = false;
        self.is_open = true;
        let head = whose.map_or(TaskHead::default(), |whose| TaskHead {
            pid: whose.pid,
            name: whose.name,
            ..TaskHead::default()
        });
        self.draft.begin(&head, line.place, &mut out.dumps.symbols);
    }

    /// Lines of `/proc/PID/status` and `/proc/PID/comm` that say more of the task.
    fn status(&mut self, line: &Text<'_>, out: &mut Parsed) -> Taken {
        let Some(task) = self.draft.bare_task() else { return Taken::Foreign };
        let text = line.bytes.trim_ascii();
        let value = |key: &[u8]| text.strip_prefix(key).map(<[u8]>::trim_ascii);
        if let Some(name) = value(b"Name:") {
            task.name = out.dumps.symbols.text(name);
        } else if let Some(state) = value(b"State:") {
            let end = state.iter().position(|byte| *byte == b' ').unwrap_or(state.len());
            task.state = out.dumps.symbols.text(&state[..end]);
        } else if text == b"running" {
            task.state = out.dumps.symbols.text(text);
        } else if task.name.is_empty() && text.len() <= 15 && !text.contains(&b' ') {
            task.name = out.dumps.symbols.text(text);
        } else {
            return Taken::Foreign;
        }
        self.draft.cover(line);
        Taken::Part
    }
}
