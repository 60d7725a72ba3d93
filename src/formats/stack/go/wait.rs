//! What a goroutine waits for: its state, and its innermost frames where the state says too little.

use crate::model::WaitClass;
use crate::model::words::cut_at;

/// Frames from the innermost that may tell what a semaphore stands for.
const TELLING_FRAMES: usize = 8;

/// The class of a state (`chan receive (nil chan)`); `function` gives the functions from the innermost on.
pub(super) fn wait_class<'a>(state: &str, function: impl Fn(usize) -> Option<&'a str>) -> WaitClass {
    let first_known = |class: fn(&str) -> Option<WaitClass>| (0..TELLING_FRAMES).map_while(&function).find_map(class);
    match state {
        "running" | "runnable" | "copystack" | "preempted" | "exiting syscall" | "stopping the world" => {
            WaitClass::Running
        }
        "GC assist marking" | "GC assist wait" | "wait for GC cycle" => WaitClass::Running,
        "syscall" => WaitClass::Syscall,
        "IO wait" => WaitClass::Io,
        "sleep" => WaitClass::Sleep,
        "sync.Mutex.Lock" | "sync.RWMutex.Lock" | "sync.RWMutex.RLock" => WaitClass::Lock,
        "sync.Cond.Wait" => WaitClass::Condition,
        "sync.WaitGroup.Wait" => WaitClass::Join,
        // Before 1.20 or so one word for a mutex, a read-write lock and a wait group.
        "semacquire" => first_known(of_semaphore).unwrap_or(WaitClass::Lock),
        // A weighted semaphore is a lock built on a channel.
        "select" => first_known(|name| name.ends_with("semaphore.(*Weighted).Acquire").then_some(WaitClass::Lock))
            .unwrap_or(WaitClass::Channel),
        _ if state.starts_with("chan ") || state.starts_with("select") || state == "coroutine" => WaitClass::Channel,
        "idle" | "finalizer wait" | "cleanup wait" | "trace reader (blocked)" => WaitClass::Idle,
        _ if state.starts_with("GC ") || state.starts_with("force gc") || state.starts_with("garbage collection") => {
            WaitClass::Idle
        }
        _ => WaitClass::Unknown,
    }
}

fn of_semaphore(name: &str) -> Option<WaitClass> {
    match name {
        _ if is_lock(name) => Some(WaitClass::Lock),
        "sync.(*WaitGroup).Wait" => Some(WaitClass::Join),
        "sync.runtime_notifyListWait" | "sync.(*Cond).Wait" => Some(WaitClass::Condition),
        _ => None,
    }
}

/// Whether a function of the standard library waits for a lock.
fn is_lock(name: &str) -> bool {
    let method = name.strip_prefix("internal/").unwrap_or(name).strip_prefix("sync.(*");
    method.and_then(|method| cut_at(method, ").")).is_some_and(|(of, method)| {
        matches!(of, "Mutex" | "RWMutex") && matches!(method, "Lock" | "lockSlow" | "RLock" | "lock")
    })
}

/// What a profile without states shows by its innermost frames: what is not listed is not known.
pub(super) fn profile_class<'a>(function: impl Fn(usize) -> Option<&'a str>) -> WaitClass {
    let first_known = |class: fn(&str) -> Option<WaitClass>| (0..TELLING_FRAMES).map_while(&function).find_map(class);
    let of_frame = |name: &str| match name {
        "internal/poll.runtime_pollWait" | "net.runtime_pollWait" => Some(WaitClass::Io),
        _ => of_semaphore(name),
    };
    first_known(of_frame).unwrap_or(WaitClass::Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(state: &str, stack: &[&'static str]) -> WaitClass {
        wait_class(state, |index| stack.get(index).copied())
    }

    #[test]
    fn an_old_semaphore_is_told_by_its_frames() {
        let runtime = ["sync.runtime_SemacquireMutex", "sync.(*Mutex).lockSlow", "sync.(*Mutex).Lock"];
        assert_eq!(class("semacquire", &runtime), WaitClass::Lock);
        assert_eq!(class("semacquire", &["sync.runtime_Semacquire", "sync.(*RWMutex).RLock"]), WaitClass::Lock);
        assert_eq!(class("semacquire", &["sync.runtime_Semacquire", "sync.(*WaitGroup).Wait"]), WaitClass::Join);
        assert_eq!(class("semacquire", &["sync.runtime_notifyListWait", "sync.(*Cond).Wait"]), WaitClass::Condition);
        assert_eq!(class("sync.Mutex.Lock", &["internal/sync.runtime_SemacquireMutex"]), WaitClass::Lock);
    }

    #[test]
    fn a_weighted_semaphore_is_a_lock_and_any_other_select_is_not() {
        let acquire = ["golang.org/x/sync/semaphore.(*Weighted).Acquire", "main.work"];
        assert_eq!(class("select", &acquire), WaitClass::Lock);
        assert_eq!(class("select", &["main.loop"]), WaitClass::Channel);
        assert_eq!(class("select (no cases)", &["main.main"]), WaitClass::Channel);
        assert_eq!(class("chan send (nil chan)", &["main.main"]), WaitClass::Channel);
        assert_eq!(class("force gc (idle)", &[]), WaitClass::Idle);
        assert_eq!(class("a state of 2031", &[]), WaitClass::Unknown);
    }
}
