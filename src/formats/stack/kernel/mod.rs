//! What the Linux kernel says of its tasks. One file per printer, and what they share: heads of tasks, frames, locks, waits.
//!
//! Three printers: the kernel's own log (`report`), crash (`crash`), `/proc/PID/stack` (`proc_stack`). Prefixes of logs are off when
//! lines come here. Numbers of system calls and their arguments are read where registers of user space are printed.
//!
//! Source: <https://github.com/torvalds/linux/blob/master/kernel/hung_task.c>, `kernel/sched/core.c` (`sched_show_task`),
//! `lib/dump_stack.c`, `kernel/locking/lockdep.c` (`lockdep_print_held_locks`), `fs/proc/base.c` (`proc_pid_stack`);
//! <https://crash-utility.github.io/help_pages/bt.html>.

mod crash;
mod draft;
mod frame;
mod heads;
mod locks;
mod oom;
mod proc_stack;
mod report;
mod wait;

use super::{Above, Kind};

/// Hung tasks, sysrq, lockups, stalls, oopses, lists of locks, kills for memory with the table of processes.
pub(super) static REPORT: Kind = Kind {
    anchors: &[
        "for more than ",
        "pid father",
        " flags:0x",
        "Not tainted ",
        " Tainted: ",
        "detected stall",
        "locks held",
        "total_vm",
    ],
    opens: report::opens,
    above: report::above,
    reader: report::open,
};

/// `bt` and `ps` of crash.
pub(super) static CRASH: Kind =
    Kind { anchors: &["COMMAND: ", "ST  %MEM"], opens: crash::opens, above: crash::above, reader: crash::open };

/// `/proc/PID/stack`.
pub(super) static PROC_STACK: Kind = Kind {
    anchors: &["[<0>] ", "[<ffffff"],
    opens: proc_stack::opens,
    above: proc_stack::above,
    reader: proc_stack::open,
};

pub(super) use crash::parse_date;

/// Whether a line begins a kernel task.
pub(super) fn is_head(line: &[u8]) -> bool {
    report::opens(line) || crash::opens(line) || proc_stack::opens(line)
}

/// Whether a line without its envelope can only be part of a kernel dump: for recognising inputs.
pub(super) fn is_telling(line: &[u8]) -> bool {
    frame::parse_frame(line).is_some()
        || frame::parse_crash_frame(line).is_some()
        || frame::is_stack_end(line)
        || heads::parse_crash_row(line).is_some()
        || locks::parse_held(line).is_some()
        || locks::parse_blocked(line).is_some()
}

/// Whether a line stands beside such lines.
pub(super) fn is_above(line: &[u8]) -> bool {
    [report::above, crash::above, proc_stack::above].iter().any(|above| above(line) != Above::Other)
}
