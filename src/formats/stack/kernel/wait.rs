//! What a kernel task waits for: by the functions it sleeps in, where its state says no more.

use crate::model::WaitClass;
use crate::model::words::holds;

/// Frames from the innermost that may tell.
const TELLING_FRAMES: usize = 16;

/// Innermost functions by what they wait for. A `*` ends a beginning. The first frame that is listed decides.
const WAITS: &[(&str, WaitClass)] = &[
    ("rtnl_lock*", WaitClass::Lock),
    ("__mutex_lock*", WaitClass::Lock),
    ("mutex_lock*", WaitClass::Lock),
    ("ww_mutex_lock*", WaitClass::Lock),
    ("rt_mutex_*lock*", WaitClass::Lock),
    ("rwsem_down_*", WaitClass::Lock),
    ("call_rwsem_down_*", WaitClass::Lock),
    ("__down*", WaitClass::Lock),
    ("down", WaitClass::Lock),
    ("down_*", WaitClass::Lock),
    ("percpu_down_*", WaitClass::Lock),
    ("__percpu_down_*", WaitClass::Lock),
    ("native_queued_spin_lock_slowpath", WaitClass::Lock),
    ("queued_spin_lock_slowpath", WaitClass::Lock),
    ("futex_wait*", WaitClass::Condition),
    ("__futex_wait", WaitClass::Condition),
    ("wait_for_completion*", WaitClass::Join),
    ("__wait_for_common", WaitClass::Join),
    ("__flush_work*", WaitClass::Join),
    ("flush_work*", WaitClass::Join),
    ("flush_workqueue*", WaitClass::Join),
    ("kthread_stop*", WaitClass::Join),
    ("synchronize_*", WaitClass::Join),
    ("__synchronize_*", WaitClass::Join),
    ("do_wait", WaitClass::Join),
    ("kernel_wait*", WaitClass::Join),
    ("io_schedule*", WaitClass::Io),
    ("bit_wait_io*", WaitClass::Io),
    ("wait_on_page*", WaitClass::Io),
    ("__wait_on_buffer", WaitClass::Io),
    ("blk_*", WaitClass::Io),
    ("submit_bio_wait", WaitClass::Io),
    ("nfs_*", WaitClass::Io),
    ("rpc_wait_bit_killable", WaitClass::Io),
    ("jbd2_*", WaitClass::Io),
    ("__skb_wait_for_more_packets", WaitClass::Io),
    ("sk_wait_data", WaitClass::Io),
    ("sk_stream_wait_*", WaitClass::Io),
    ("inet_csk_accept", WaitClass::Io),
    ("unix_stream_*", WaitClass::Io),
    ("unix_wait_for_peer", WaitClass::Io),
    ("pipe_wait*", WaitClass::Io),
    ("pipe_read", WaitClass::Io),
    ("anon_pipe_read", WaitClass::Io),
    ("pipe_write", WaitClass::Io),
    ("poll_schedule_timeout*", WaitClass::Io),
    ("schedule_hrtimeout_range*", WaitClass::Io),
    ("ep_poll", WaitClass::Io),
    ("n_tty_read", WaitClass::Io),
    ("hrtimer_nanosleep", WaitClass::Sleep),
    ("do_nanosleep", WaitClass::Sleep),
    ("msleep*", WaitClass::Sleep),
    ("sigsuspend", WaitClass::Sleep),
    ("do_sigtimedwait*", WaitClass::Sleep),
    ("worker_thread", WaitClass::Idle),
    ("rescuer_thread", WaitClass::Idle),
    ("smpboot_thread_fn", WaitClass::Idle),
    ("kthreadd", WaitClass::Idle),
    ("rcu_gp_kthread", WaitClass::Idle),
    ("kswapd*", WaitClass::Idle),
    ("kauditd_thread", WaitClass::Idle),
    ("do_idle", WaitClass::Idle),
    ("cpu_idle*", WaitClass::Idle),
];

/// The class of a state with the functions from the innermost on.
pub(super) fn wait_class<'a>(state: &str, function: impl Fn(usize) -> Option<&'a str>) -> WaitClass {
    let by_frames = || (0..TELLING_FRAMES).map_while(&function).find_map(of_function);
    match state {
        // Whoever spins is on a processor and waits for a lock all the same.
        "R" | "RU" | "running" | "R (running)" => {
            by_frames().filter(|class| *class == WaitClass::Lock).unwrap_or(WaitClass::Running)
        }
        "I" | "ID" => WaitClass::Idle,
        _ => {
            // A worker's loop is below everything the worker does: it is idle where nothing else is above.
            let sleeps = |name: &str| holds(plain(name), "schedule");
            let own = (0..).map_while(&function).find(|name| !sleeps(name)).and_then(of_function);
            match by_frames() {
                Some(WaitClass::Idle) if own != Some(WaitClass::Idle) => WaitClass::Unknown,
                class => class.unwrap_or(WaitClass::Unknown),
            }
        }
    }
}

fn of_function(name: &str) -> Option<WaitClass> {
    let name = plain(name);
    let is_it = |pattern: &str| match pattern.split_once('*') {
        None => name == pattern,
        Some((start, "")) => name.starts_with(start),
        Some((start, rest)) => name.strip_prefix(start).is_some_and(|tail| holds(tail, rest.trim_end_matches('*'))),
    };
    WAITS.iter().find(|(pattern, _)| is_it(pattern)).map(|(_, class)| *class)
}

/// A function without what the compiler appends (`.isra.0`, `.constprop.7`) and ppc64 puts in front.
fn plain(name: &str) -> &str {
    let name = name.strip_prefix('.').unwrap_or(name);
    name.split('.').next().unwrap_or(name)
}

/// Whether a function is on the way into a lock: a task in it only waits.
pub(super) fn is_locking(name: &str) -> bool {
    of_function(name) == Some(WaitClass::Lock)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(state: &str, stack: &[&'static str]) -> WaitClass {
        wait_class(state, |index| stack.get(index).copied())
    }

    #[test]
    fn the_innermost_known_function_decides() {
        assert_eq!(
            class("D", &["__schedule", "schedule", "schedule_preempt_disabled", "__mutex_lock.isra.0", "x"]),
            WaitClass::Lock
        );
        assert_eq!(
            class("", &["__schedule", "schedule", "schedule_timeout", "__skb_wait_for_more_packets"]),
            WaitClass::Io
        );
        assert_eq!(class("D", &["__schedule", "io_schedule", "mutex_lock"]), WaitClass::Io);
        assert_eq!(
            class("D", &["schedule", "schedule_timeout", "wait_for_completion", "__flush_work"]),
            WaitClass::Join
        );
        assert_eq!(class("R", &["retint_kernel", "io_schedule"]), WaitClass::Running);
        assert_eq!(class("running", &["native_queued_spin_lock_slowpath"]), WaitClass::Lock);
        assert_eq!(class("I", &["__schedule", "schedule", "worker_thread"]), WaitClass::Idle);
        assert_eq!(class("D", &["__schedule", "schedule", "something"]), WaitClass::Unknown);
        assert_eq!(class("S", &["__schedule", "schedule", "worker_thread", "kthread"]), WaitClass::Idle);
        assert_eq!(class("D", &["schedule", "netdev_run_todo", "worker_thread", "kthread"]), WaitClass::Unknown);
    }
}
