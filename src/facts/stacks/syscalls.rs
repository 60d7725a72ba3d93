//! Names of system calls: by their number, by the kernel's entry function, by Go's wrapper. Two layers of one wait meet in them.

use super::kernel::plain;
use crate::model::{StackDump, Symbols, Task};

/// Calls that a task can wait in: name, number on amd64, number on arm64 (which has fewer).
const CALLS: &[(&str, u32, Option<u32>)] = &[
    ("read", 0, Some(63)),
    ("write", 1, Some(64)),
    ("close", 3, Some(57)),
    ("poll", 7, None),
    ("ioctl", 16, Some(29)),
    ("pread64", 17, Some(67)),
    ("pwrite64", 18, Some(68)),
    ("readv", 19, Some(65)),
    ("writev", 20, Some(66)),
    ("select", 23, None),
    ("nanosleep", 35, Some(101)),
    ("connect", 42, Some(203)),
    ("accept", 43, Some(202)),
    ("sendto", 44, Some(206)),
    ("recvfrom", 45, Some(207)),
    ("sendmsg", 46, Some(211)),
    ("recvmsg", 47, Some(212)),
    ("clone", 56, Some(220)),
    ("execve", 59, Some(221)),
    ("wait4", 61, Some(260)),
    ("fcntl", 72, Some(25)),
    ("flock", 73, Some(32)),
    ("fsync", 74, Some(82)),
    ("fdatasync", 75, Some(83)),
    ("rename", 82, None),
    ("unlink", 87, None),
    ("mount", 165, Some(40)),
    ("umount2", 166, Some(39)),
    ("futex", 202, Some(98)),
    ("clock_nanosleep", 230, Some(115)),
    ("epoll_wait", 232, None),
    ("waitid", 247, Some(95)),
    ("openat", 257, Some(56)),
    ("newfstatat", 262, Some(79)),
    ("unlinkat", 263, Some(35)),
    ("pselect6", 270, Some(72)),
    ("ppoll", 271, Some(73)),
    ("epoll_pwait", 281, Some(22)),
    ("accept4", 288, Some(242)),
    ("recvmmsg", 299, Some(243)),
    ("sendmmsg", 307, Some(269)),
    ("clone3", 435, Some(435)),
];

/// Frames from the innermost in which a wrapper is looked for.
const WRAPPER_FRAMES: usize = 6;

fn by_number(number: u32, is_arm: bool) -> Option<&'static str> {
    let has = |call: &&(&str, u32, Option<u32>)| if is_arm { call.2 == Some(number) } else { call.1 == number };
    CALLS.iter().find(has).map(|call| call.0)
}

fn by_name(name: &str) -> Option<&'static str> {
    CALLS.iter().find(|call| call.0 == name).map(|call| call.0)
}

/// The system call that a kernel task is in: by the registers it came with, else by the function that the call enters.
#[must_use]
pub fn of_kernel(task: &Task, symbols: &Symbols) -> Option<&'static str> {
    const ENTRIES: [&str; 9] =
        ["__x64_sys_", "__arm64_sys_", "__se_sys_", "__do_sys_", "SyS_", "SYSC_", "__sys_", "ksys_", "sys_"];
    let names = || symbols.frames_of(task.stack).iter().rev().map(|frame| plain(symbols.function_of(*frame)));
    let entered = |name: &str| ENTRIES.iter().find_map(|entry| by_name(name.strip_prefix(entry)?));
    let is_arm = names().any(|name| name.starts_with("__arm64_sys_") || name.starts_with("el0"));
    let by_registers = task.syscall.and_then(|(number, _)| by_number(number, is_arm));
    names().find_map(entered).or(by_registers)
}

/// The system call that a goroutine is in: by the number it passes, else by the wrapper it calls.
#[must_use]
pub fn of_go(task: &Task, symbols: &Symbols) -> Option<&'static str> {
    let frames = || symbols.frames_of(task.stack).iter().take(WRAPPER_FRAMES);
    let is_arm = frames().any(|frame| symbols.text_of(symbols.frame_of(*frame).file).ends_with("_arm64.s"));
    let wrapped = |function: &str| {
        let (package, name) = function.rsplit_once('.')?;
        let is_wrapper = package == "syscall" || package.ends_with("/unix") || package.ends_with("/syscall");
        by_name(&name.to_ascii_lowercase()).filter(|_| is_wrapper)
    };
    let by_wrapper = || frames().find_map(|frame| wrapped(symbols.function_of(*frame)));
    task.syscall.and_then(|(number, _)| by_number(number, is_arm)).or_else(by_wrapper)
}

/// What kind of place a dump gives for one argument of two layers: the same address means the same call.
#[must_use]
pub fn shared_address(go: (&StackDump, &Task), kernel: (&StackDump, &Task)) -> Option<u64> {
    let theirs = kernel.0.args_of(kernel.1);
    let own = go.0.args_of(go.1).iter().filter(|arg| arg.frame() <= WRAPPER_FRAMES && !arg.is_stale());
    own.map(|arg| arg.address()).find(|address| theirs.iter().any(|arg| arg.address() == *address))
}
