//! Reports in the kernel's log: hung tasks, sysrq's task lists, lockups, stalls, oopses, lists of locks.
//!
//! A report begins with what happened or with a task. Tasks of one burst are one dump: hung tasks are reported again every two minutes,
//! so a task that comes again, or a head that comes a minute after the one before, begins the next one.

use crate::model::memmem;

use super::super::{Above, Opening, Parsed, Reader, Taken, Text};
use super::draft::Draft;
use super::frame::{hex, parse_frame, symbol_in};
use super::heads::{TaskHead, parse_comm_line, parse_hung, parse_task_line};
use super::locks::{parse_blocked, parse_held, parse_holder};
use super::oom::{OomTable, parse_header};
use crate::model::{Locator, WallTime};

/// Bytes of a title that are kept.
const MAX_TITLE: usize = 200;
/// After so many reports of hung tasks the kernel is silent, whatever hangs (`kernel.hung_task_warnings`).
const HUNG_REPORTS: u32 = 10;
/// Heads further apart are of two reports.
const BURST_NS: i64 = 60 * 1_000_000_000;

/// What a report may begin with besides a task.
const TITLES: &[&[u8]] = &[
    b"BUG: ",
    b"watchdog: BUG: ",
    b"NMI watchdog: ",
    b"watchdog: Watchdog detected hard LOCKUP",
    b"rcu: INFO: ",
    b"INFO: rcu_",
    b"WARNING: ",
    b"general protection fault",
    b"divide error: ",
    b"kernel BUG at ",
    b"Kernel panic - not syncing",
    b"Unable to handle kernel ",
    b"Internal error: ",
    b"sysrq: Show ",
    b"SysRq : Show ",
];

/// What the kernel prints around and inside of a report.
const AROUND: &[&[u8]] = &[
    b"Call Trace:",
    b"Call trace:",
    b"Hardware name:",
    b"Modules linked in:",
    b"Workqueue:",
    b"Code:",
    b"Oops: ",
    b"PGD ",
    b"IP: ",
    b"PC is at ",
    b"LR is at ",
    b"#PF: ",
    b"Tainted: ",
    b"Not tainted ",
    b"\"echo 0 > /proc/sys/kernel/hung_task_timeout_secs\"",
    b"Future hung task reports are suppressed",
    b"INFO: lockdep is turned off.",
    b"INFO: Object ",
    b"Kernel Offset:",
    b"Kernel panic - ",
    b"Stack:",
    b"Task dump for CPU ",
    b"Sending NMI from CPU ",
    b"NMI backtrace for cpu ",
    b"task                        PC stack   pid father",
    b"Process ",
    b"task: ",
    b"Sched Debug Version:",
    b"Showing busy workqueues and worker pools:",
    b"Mem-Info:",
    b"Tasks state (memory values in pages):",
    b"oom-kill:constraint=",
    b"oom_reaper: ",
    b"Out of memory: ",
    b"Memory cgroup ",
    b"Killed process ",
    b"Task in /",
    b"memory: usage ",
    b"memory+swap: usage ",
    b"swap: usage ",
    b"kmem: usage ",
    b"------------[ cut here ]",
    b"---[ end trace ",
    b"=====",
];

/// A reader of a stream.
pub(super) fn open(opening: Opening) -> Box<dyn Reader> {
    Box::new(ReportReader {
        draft: Draft::new(opening),
        last_head: WallTime::NONE,
        lists: None,
        is_in_user_registers: false,
        n_hung: 0,
        is_suppressed: false,
        table: None,
    })
}

/// Whether a line begins a report.
pub(super) fn opens(line: &[u8]) -> bool {
    parse_hung(line).is_some()
        || is_stall(line)
        || line.starts_with(b"Showing all locks held in the system:")
        || parse_task_line(line).is_some() && line.first().is_some_and(|first| !first.is_ascii_whitespace())
        || parse_comm_line(line).is_some()
        || parse_holder(line).is_some()
        || parse_header(line).is_some()
        || line.trim_ascii_start().starts_with(b"task                        PC stack   pid father")
}

fn is_stall(line: &[u8]) -> bool {
    memmem::find(line, b"detected stall").or_else(|| memmem::find(line, b"self-detected stall")).is_some()
        && is_title(line)
}

/// What a line is to the report below it.
pub(super) fn above(line: &[u8]) -> Above {
    match line {
        _ if is_title(line) => Above::Title,
        _ if is_around(line) => Above::Known,
        _ => Above::Other,
    }
}

fn is_title(line: &[u8]) -> bool {
    let is_oom = || memmem::find(line, b" invoked oom-killer: ").is_some();
    TITLES.iter().any(|title| line.starts_with(title)) || is_oom()
}

/// Whether the kernel prints such lines in a report that are no frames and no heads.
fn is_around(line: &[u8]) -> bool {
    let text = line.trim_ascii();
    // Old kernels print the stack's words before its frames.
    let is_word = |word: &[u8]| matches!(word.len(), 8 | 16) && word.iter().all(u8::is_ascii_hexdigit);
    let is_raw = || text.len() >= 16 && text.split(|byte| *byte == b' ').all(is_word);
    let is_mark = || text.len() < 16 && text.starts_with(b"<") && text.ends_with(b">");
    AROUND.iter().any(|start| text.starts_with(start))
        || is_mark()
        || is_raw()
        || is_register(text)
        || is_oom_row(text)
        || parse_header(text).is_some()
        || is_rcu(text)
}

/// `RIP: 0010:…`, `RAX: ffffffffffffffda RBX: …`, `x29: …`, `pc : …`.
fn is_register(text: &[u8]) -> bool {
    let end = text.iter().position(|byte| matches!(byte, b':' | b' ')).unwrap_or(0);
    let name = &text[..end];
    let is_name = (2..=8).contains(&name.len()) && name.iter().all(u8::is_ascii_alphanumeric);
    let rest = text[end..].trim_ascii_start().strip_prefix(b":").map(<[u8]>::trim_ascii_start);
    let is_x86 = matches!(name, b"RIP" | b"EIP" | b"RSP" | b"ESP" | b"CR2" | b"CS" | b"FS" | b"GS" | b"DR0" | b"DR3")
        || matches!(
            name,
            [b'R', b'A'..=b'D', b'X']
                | [b'R', b'S' | b'D', b'I']
                | b"RBP"
                | b"EAX"
                | b"ESI"
                | b"R08"
                | b"R10"
                | b"R13"
                | b"ORIG_RAX"
        );
    let is_arm = matches!(name, b"pc" | b"lr" | b"sp" | b"pstate")
        || name.first() == Some(&b'x') && name[1..].iter().all(u8::is_ascii_digit);
    is_name && (is_x86 || is_arm) && rest.is_some()
}

/// `[ 7001]  1000  7001   166000    80000     301        0             0 worker`: a table of memory, not of stacks.
fn is_oom_row(text: &[u8]) -> bool {
    let Some(inside) = text.strip_prefix(b"[") else { return false };
    let Some(close) = inside.iter().take(12).position(|byte| *byte == b']') else { return false };
    let is_pid = super::frame::number(inside[..close].trim_ascii()).is_some();
    let n_numbers = inside[close + 1..]
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty())
        .take_while(|word| word.iter().all(|byte| byte.is_ascii_digit() || *byte == b'-'))
        .count();
    is_pid && n_numbers >= 7
}

/// Details of a stall.
fn is_rcu(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"rcu: ").unwrap_or(text).trim_ascii_start();
    let is_cpu = text.first().is_some_and(u8::is_ascii_digit) && memmem::find(text, b"idle=").is_some();
    is_cpu
        || text.starts_with(b"(detected by ")
        || text.starts_with(b"(t=")
        || text.starts_with(b"rcu_sched kthread ")
        || text.starts_with(b"rcu_preempt kthread ")
}

struct ReportReader {
    draft: Draft,
    /// When the last head was printed.
    last_head: WallTime,
    /// Whose list of locks is being read.
    lists: Option<u32>,
    /// Registers that follow are those of user space.
    is_in_user_registers: bool,
    /// Hung tasks that were reported.
    n_hung: u32,
    /// The kernel says that it reports no more.
    is_suppressed: bool,
    /// The table of a kill for memory, until the line about the kill.
    table: Option<OomTable>,
}

impl Reader for ReportReader {
    fn read(&mut self, line: &Text<'_>, out: &mut Parsed) -> Taken {
        let text = line.bytes;
        if let Some(taken) = self.memory_table(line, out) {
            return taken;
        }
        let starts_at_once = text.first().is_some_and(|first| !first.is_ascii_whitespace());
        if let Some(frame) = parse_frame(text) {
            if !self.draft.has_task() {
                return Taken::Foreign;
            }
            self.draft.frame(&frame, line, &mut out.dumps.symbols);
            return Taken::Part;
        }
        if let Some(head) = parse_hung(text) {
            self.n_hung = self.n_hung.saturating_add(1);
            self.begin(&head, line, out);
            self.set_title(text, out);
            return Taken::Head;
        }
        if let Some(blocked) = parse_blocked(text) {
            self.draft.blocked(&blocked, line, &mut out.dumps.symbols);
            self.draft.cover(line);
            return Taken::Part;
        }
        if let Some(head) = parse_task_line(text).filter(|_| starts_at_once) {
            return self.task_line(&head, line, out);
        }
        if let Some(head) = parse_comm_line(text) {
            return self.comm_line(&head, line, out);
        }
        if let Some((name, pid)) = parse_holder(text) {
            self.draft.lists(name, pid, line, &mut out.dumps.symbols);
            self.lists = Some(pid);
            return Taken::Head;
        }
        if let (Some(pid), Some(held)) = (self.lists, parse_held(text)) {
            let (lock, class) =
                if held.address.is_empty() { (held.class, &[][..]) } else { (held.address, held.class) };
            self.draft.held(pid, lock, class, held.at, line, &mut out.dumps.symbols);
            return Taken::Part;
        }
        self.read_around(line, out)
    }

    fn finish(&mut self, out: &mut Parsed) {
        self.end_table(out);
        // A task without a stack that is not finished by anything: the log breaks off.
        let is_open = self.draft.has_task() && !self.draft.has_frames();
        let is_cut = is_open || self.is_suppressed || self.n_hung == HUNG_REPORTS;
        self.draft.end_dump(is_cut, out);
    }
}

impl ReportReader {
    /// A task begins; in a new dump where it was in this one already or the last head was long ago.
    fn begin(&mut self, head: &TaskHead<'_>, line: &Text<'_>, out: &mut Parsed) {
        let wall = wall_of(&line.place, out);
        let is_later = wall.is_some() && self.last_head.is_some() && wall.0.saturating_sub(self.last_head.0) > BURST_NS;
        if self.draft.has(head.pid) || is_later {
            self.draft.end_dump(false, out);
        }
        self.last_head = wall;
        self.lists = None;
        self.is_in_user_registers = false;
        self.draft.begin(head, line.place, &mut out.dumps.symbols);
    }

    /// The table of a kill for memory and the line about the kill, which ends it.
    fn memory_table(&mut self, line: &Text<'_>, out: &mut Parsed) -> Option<Taken> {
        let text = line.bytes.trim_ascii();
        if let Some(columns) = parse_header(text) {
            self.end_table(out);
            self.table = Some(OomTable::new(columns, line.place));
            return Some(if self.draft.is_empty() { Taken::Head } else { Taken::Part });
        }
        let table = self.table.as_mut()?;
        if table.push(text, line.place) {
            return Some(Taken::Part);
        }
        table.is_killed(text).then(|| {
            self.end_table(out);
            Taken::Part
        })
    }

    fn end_table(&mut self, out: &mut Parsed) {
        if let Some(table) = self.table.take() {
            table.finish(out);
        }
    }

    /// What happened, where nothing said so before.
    fn set_title(&mut self, text: &[u8], out: &mut Parsed) {
        if self.draft.opening.title.is_empty() {
            self.draft.opening.title = out.dumps.symbols.text(&text[..text.len().min(MAX_TITLE)]);
        }
    }

    /// The task line below a report is of the same task, with its state.
    fn task_line(&mut self, head: &TaskHead<'_>, line: &Text<'_>, out: &mut Parsed) -> Taken {
        let symbols = &mut out.dumps.symbols;
        if let Some(task) = self.draft.bare_task().filter(|task| task.id == u64::from(head.pid)) {
            task.state = symbols.text(head.state);
            task.parent = u64::from(head.parent);
            self.draft.cover(line);
            return Taken::Part;
        }
        self.begin(head, line, out);
        Taken::Head
    }

    /// A processor's own report names the task that runs on it; below a report of a hung task it names that task.
    fn comm_line(&mut self, head: &TaskHead<'_>, line: &Text<'_>, out: &mut Parsed) -> Taken {
        if self.draft.bare_task().is_some_and(|task| task.id == u64::from(head.pid)) {
            self.draft.cover(line);
            return Taken::Part;
        }
        self.begin(&TaskHead { state: b"running", ..*head }, line, out);
        Taken::Head
    }

    fn read_around(&mut self, line: &Text<'_>, out: &mut Parsed) -> Taken {
        let text = line.bytes;
        if is_title(text) {
            if !self.draft.is_empty() {
                self.draft.end_dump(false, out);
            }
            self.set_title(text, out);
            self.lists = None;
            return Taken::Head;
        }
        if text.starts_with(b"Showing all locks held in the system:") {
            self.draft.end_task(&mut out.dumps.symbols);
            self.set_title(text, out);
            return Taken::Part;
        }
        if !is_around(text) {
            return Taken::Foreign;
        }
        let text = text.trim_ascii();
        self.is_suppressed |= text.starts_with(b"Future hung task reports are suppressed");
        if is_register(text) && self.draft.has_task() {
            self.registers(text, line, out);
        }
        Taken::Part
    }

    /// Where a task ran, and the system call it is in.
    fn registers(&mut self, text: &[u8], line: &Text<'_>, out: &mut Parsed) {
        self.draft.cover(line);
        if text.starts_with(b"RIP: ") || text.starts_with(b"pc : ") {
            // Segment 0033 is user space.
            self.is_in_user_registers = text.starts_with(b"RIP: 0033:");
            if let Some(function) = symbol_in(text).filter(|_| !self.draft.has_frames()) {
                let frame = super::frame::KernelFrame { function, file: &[], line: 0, is_guess: false };
                self.draft.frame(&frame, line, &mut out.dumps.symbols);
            }
        }
        if !self.is_in_user_registers {
            return;
        }
        let mut words = text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).peekable();
        while let Some(word) = words.next() {
            let Some(name) = word.strip_suffix(b":") else { continue };
            let Some(value) = words.peek().and_then(|value| hex(value)) else { continue };
            if name == b"ORIG_RAX" {
                self.draft.syscall(value);
            } else {
                self.draft.user_register(name, value);
            }
        }
    }
}

/// The time of the record that a line belongs to.
fn wall_of(place: &Locator, out: &Parsed) -> WallTime {
    out.records.wall_at(place)
}
