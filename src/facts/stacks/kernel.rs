//! What the kernel's names say: which functions only put a task to sleep, which tasks wait for work, who may hold the one lock of all
//! network configuration, and the sentence over a report.

use super::DumpFacts;
use super::groups::Group;
use super::idle::Idle;
use super::names::telling_frame;
use super::owners::{Candidate, Judge, Owner};
use super::queues::Queue;
use super::verdict::task_name;
use crate::model::words::holds;
use crate::model::{DumpKind, FrameId, Message, OwnerClass, StackDump, Symbols, Task, WaitClass};

/// A function without what the compiler appends (`.isra.0`) and ppc64 puts in front.
#[must_use]
pub fn plain(function: &str) -> &str {
    let function = function.strip_prefix('.').unwrap_or(function);
    function.split('.').next().unwrap_or(function)
}

/// Whether a function only waits or enters on behalf of another: what is left of a stack says what the task is about.
#[must_use]
pub fn is_plumbing(function: &str) -> bool {
    let name = plain(function);
    // Locks and grace periods that the whole kernel shares say more than their callers.
    if name.starts_with("rtnl_lock") || name.starts_with("synchronize_") {
        return false;
    }
    const PARTS: [&str; 7] = ["sched", "_lock", "rwsem", "completion", "kthread", "wait", "lock_slowpath"];
    const STARTS: [&str; 12] = [
        "down",
        "__down",
        "percpu_down",
        "__percpu_down",
        "msleep",
        "skb_recv",
        "__skb_recv",
        "ret_from_fork",
        "dump_stack",
        "dump_header",
        "native_safe_halt",
        "call_rwsem",
    ];
    PARTS.iter().any(|part| holds(name, part)) || STARTS.iter().any(|start| name.starts_with(start))
}

/// Innermost functions of tasks that wait for something to come in.
const LISTENING: &[&str] = &[
    "ep_poll",
    "do_epoll_wait",
    "do_sys_poll",
    "do_poll",
    "do_select",
    "core_sys_select",
    "inet_csk_accept",
    "n_tty_read",
    "inotify_read",
    "signalfd_read",
    "do_sigtimedwait",
    "devkmsg_read",
    "syslog_print",
];

/// Why a kernel task is set aside. One that cannot be interrupted never is: it does not wait for work.
pub(super) fn idle_reason(task: &Task, symbols: &Symbols) -> Option<Idle> {
    if is_uninterruptible(symbols.text_of(task.state)) || task.waited_s.is_some() {
        return None;
    }
    let function = symbols.function_of(telling_frame(DumpKind::Kernel, symbols, task.stack)?);
    LISTENING.contains(&plain(function)).then_some(Idle::Listener)
}

/// `D`, crash's `UN`.
#[must_use]
pub fn is_uninterruptible(state: &str) -> bool {
    state == "UN" || state.split(' ').next() == Some("D")
}

/// The frame that names the lock a task waits for: that of a lock the whole kernel has one of, else the one that wants it.
pub(super) fn locking_frame(task: &Task, symbols: &Symbols) -> Option<FrameId> {
    let frames = symbols.frames_of(task.stack);
    let of_all = |frame: &&FrameId| plain(symbols.function_of(**frame)).starts_with("rtnl_lock");
    frames.iter().find(of_all).copied().or_else(|| telling_frame(DumpKind::Kernel, symbols, task.stack))
}

/// Functions that run with the lock of all network configuration held.
const UNDER_RTNL: &[&str] = &[
    "rtnetlink_rcv_msg",
    "unregister_netdevice_many",
    "unregister_netdevice_queue",
    "netdev_run_todo",
    "default_device_exit_batch",
    "rtnl_newlink",
    "rtnl_dellink",
    "dev_ioctl",
    "linkwatch_event",
    "addrconf_dad_work",
];

/// Who may hold the lock that a queue of kernel tasks waits for: only where the kernel has one of it and one task alone runs under it.
pub(super) fn owner(judge: &Judge<'_>, queue: &Queue) -> Owner {
    let Judge { dump, symbols, queue_of, .. } = judge;
    let is_rtnl = queue.caller.is_some_and(|frame| plain(symbols.function_of(frame)).starts_with("rtnl_lock"));
    if !is_rtnl {
        return Owner::default();
    }
    let under = |task: &Task| {
        let names = || symbols.frames_of(task.stack).iter().map(|frame| plain(symbols.function_of(*frame)));
        // Whoever is in rtnl_lock itself does not have it yet.
        names().find(|name| UNDER_RTNL.contains(name)).filter(|_| !names().any(|name| name.starts_with("rtnl_lock")))
    };
    let tasks = (0..).zip(&dump.tasks).filter(|(index, _)| queue_of[*index as usize] == usize::MAX);
    let found = tasks.filter_map(|(index, task)| Some((index, under(task)?)));
    let mut candidates: Vec<Candidate> = found
        .map(|(task, frame)| Candidate {
            task,
            score: 2,
            class: OwnerClass::Suspected,
            reasons: vec![Message::new("stacks-reason-under-rtnl").with("frame", frame)],
        })
        .collect();
    let is_told = candidates.len() == 1;
    candidates.truncate(3);
    Owner { is_told, candidates }
}

/// The sentence over a report without a lock that matters; `None` where there is nothing special to say.
pub(super) fn verdict(facts: &DumpFacts, dump: &StackDump, symbols: &Symbols) -> Option<Message> {
    if dump.kind != DumpKind::Kernel {
        return None;
    }
    let frame_of = |group: &Group| {
        telling_frame(dump.kind, symbols, group.stack).map_or("", |frame| symbols.function_of(frame)).to_owned()
    };
    if let [task] = dump.tasks.as_slice() {
        let frame = telling_frame(dump.kind, symbols, task.stack).map_or("", |frame| symbols.function_of(frame));
        let id = match (task.waited_s, super::syscalls::of_kernel(task, symbols)) {
            _ if frame.is_empty() => return None,
            // It waits until the other processors have answered: one of them is stuck.
            _ if plain(frame).starts_with("smp_call_function") => "stacks-verdict-kernel-smp",
            (Some(_), _) => "stacks-verdict-kernel-hung-one",
            (None, Some(_)) => "stacks-verdict-kernel-call",
            (None, None) => "stacks-verdict-kernel-one",
        };
        let call = super::syscalls::of_kernel(task, symbols).unwrap_or_default();
        let name = task_name(dump.kind, task, symbols);
        let message = Message::new(id).with("task", name).with("frame", frame).with("call", call);
        return Some(message.with("seconds", task.waited_s.unwrap_or(0)));
    }
    let of_tasks = |holds: &dyn Fn(&Task) -> bool| {
        let count = dump.tasks.iter().filter(|task| holds(task)).count();
        let most = facts.groups.iter().filter_map(|group| {
            let held = group.tasks.iter().filter(|index| dump.tasks.get(**index as usize).is_some_and(holds)).count();
            Some((held, frame_of(group))).filter(|(held, frame)| *held > 0 && !frame.is_empty())
        });
        // The order of the tasks must not decide.
        let most = most.reduce(|a, b| if (b.0, &a.1) > (a.0, &b.1) { b } else { a })?;
        Some((count, most)).filter(|_| count > 0)
    };
    let longest = dump.tasks.iter().filter_map(|task| task.waited_s).max();
    let (id, (count, (n_most, frame))) = match longest {
        Some(_) => ("stacks-verdict-kernel-hung", of_tasks(&|task| task.waited_s.is_some())?),
        None => {
            let sleeps = |task: &Task| is_uninterruptible(symbols.text_of(task.state)) && task.wait != WaitClass::Idle;
            ("stacks-verdict-kernel-blocked", of_tasks(&sleeps)?)
        }
    };
    let message = Message::new(id).with("count", count).with("total", dump.n_tasks()).with("most", n_most);
    Some(message.with("frame", frame).with("seconds", longest.unwrap_or(0)))
}
