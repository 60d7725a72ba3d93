//! What names of functions say: package, receiver, whether they belong to the runtime.

use crate::model::words::{after, before, holds};
use crate::model::{DumpKind, FrameId, StackId, Symbols};

/// The package of a Go function: `github.com/x/daemon` of `github.com/x/daemon.(*Server).Run`.
#[must_use]
pub fn package(function: &str) -> &str {
    let from = function.rfind('/').map_or(0, |at| at + 1);
    // A generic instance may hold a slash between its brackets.
    let from = if function.get(..from).is_some_and(|path| path.contains(['[', '('])) { 0 } else { from };
    after(function, from).find('.').map_or(function, |dot| before(function, from + dot))
}

/// The type a Go method belongs to, with its package: `daemon.(*Server)` of `daemon.(*Server).Run.func1`.
#[must_use]
pub fn receiver_type(function: &str) -> Option<&str> {
    let package = package(function);
    let rest = function.get(package.len() + 1..)?;
    let end = if rest.starts_with('(') { rest.find(')')? + 1 } else { return None };
    function.get(..package.len() + 1 + end)
}

/// Whether a package is the standard library's: its first element has no dot.
#[must_use]
pub fn is_standard(package: &str) -> bool {
    package != "main" && !package.split('/').next().unwrap_or_default().contains('.')
}

/// Whether a function only waits on behalf of its caller: the runtime, locks, system calls, pollers.
#[must_use]
pub fn is_plumbing(kind: DumpKind, function: &str) -> bool {
    match kind {
        DumpKind::Go | DumpKind::GoProfile => {
            let package = package(function);
            matches!(
                package,
                "panic"
                    | "runtime"
                    | "sync"
                    | "internal/sync"
                    | "syscall"
                    | "time"
                    | "internal/poll"
                    | "golang.org/x/sys/unix"
            ) || package.ends_with("/syscall")
                || package.starts_with("internal/runtime")
                || holds(function, "/semaphore.(*Weighted).")
        }
        DumpKind::Jvm => ["java.", "jdk.", "sun.", "java.base"].iter().any(|start| function.starts_with(start)),
        DumpKind::Kernel => super::kernel::is_plumbing(function),
        DumpKind::Native => is_of_libc(function),
        DumpKind::Rust => {
            let name = function.trim_start_matches(['<', '_']);
            ["std::", "core::", "alloc::", "rust_", "rustc::"].iter().any(|start| name.starts_with(start))
        }
        DumpKind::Dotnet => {
            ["System.", "Microsoft.", "Interop", "Internal."].iter().any(|start| function.starts_with(start))
        }
        DumpKind::Node => function.starts_with("node::") || function.starts_with("v8::") || function.starts_with("0x"),
        // A name alone says nothing in Python: the file does.
        DumpKind::Python => false,
    }
}

/// Whether a function is the C library's way to wait.
fn is_of_libc(function: &str) -> bool {
    function.starts_with("__")
        || function.starts_with("pthread_")
        || function == "??"
        || matches!(
            function,
            "poll"
                | "ppoll"
                | "select"
                | "epoll_wait"
                | "read"
                | "write"
                | "recv"
                | "recvfrom"
                | "recvmsg"
                | "send"
                | "sendto"
                | "accept"
                | "accept4"
                | "connect"
                | "nanosleep"
                | "usleep"
                | "sleep"
                | "syscall"
                | "futex_wait"
                | "fsync"
                | "fdatasync"
                | "flock"
                | "ioctl"
                | "sem_wait"
                | "waitpid"
                | "raise"
                | "abort"
                | "clone"
                | "clone3"
                | "start_thread"
        )
        || function.starts_with("std::condition_variable::")
        || function.starts_with("std::mutex::")
        || function.starts_with("std::lock_guard<")
        || function.starts_with("std::unique_lock<")
}

/// Files of the standard libraries of Python and Node in which everybody waits.
fn is_standard_file(kind: DumpKind, file: &str) -> bool {
    match kind {
        DumpKind::Python => {
            let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
            let is_library = matches!(name, "threading.py" | "queue.py" | "selectors.py" | "socket.py" | "ssl.py");
            let is_waiting = matches!(name, "subprocess.py" | "connection.py" | "base_events.py");
            is_library || is_waiting || holds(name, ".so") || name.ends_with(".c")
        }
        DumpKind::Node => file.starts_with("node:"),
        _ => false,
    }
}

/// The same of a frame: in some languages the file tells.
#[must_use]
pub fn is_plumbing_frame(kind: DumpKind, symbols: &Symbols, frame: FrameId) -> bool {
    let frame = symbols.frame_of(frame);
    is_plumbing(kind, symbols.text_of(frame.function)) || is_standard_file(kind, symbols.text_of(frame.file))
}

/// The innermost frame that says what a task is about; where none does, the innermost that says more than that it was put to sleep.
#[must_use]
pub fn telling_frame(kind: DumpKind, symbols: &Symbols, stack: StackId) -> Option<FrameId> {
    let frames = symbols.frames_of(stack);
    let is_telling = |frame: &&FrameId| !is_plumbing_frame(kind, symbols, **frame);
    let is_awake = |frame: &&FrameId| !holds(symbols.function_of(**frame), "sched");
    frames.iter().find(is_telling).or_else(|| frames.iter().find(is_awake)).or(frames.first()).copied()
}

/// A hash of the functions of a stack and its creator, a repeated run of one function counted once.
#[must_use]
pub fn collapsed(symbols: &Symbols, stack: StackId, created_by: Option<FrameId>) -> u64 {
    let functions = symbols.frames_of(stack).iter().map(|frame| symbols.frame_of(*frame).function);
    let creator = created_by.map(|frame| symbols.frame_of(frame).function);
    let (mut hash, mut last) = (0xcbf2_9ce4_8422_2325_u64, None);
    for function in functions.map(Some).chain([None, creator]) {
        if function.is_none() || function != last {
            let number = function.map_or(u64::MAX, |function| function.index() as u64);
            hash = (hash ^ number).wrapping_mul(0x0100_0000_01b3).rotate_left(23);
        }
        last = function;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_apart() {
        for (function, of, receiver) in [
            ("github.com/x/daemon.(*Server).Run.func1", "github.com/x/daemon", Some("github.com/x/daemon.(*Server)")),
            (
                "k8s.io/dockershim/network.(*PluginManager).Status",
                "k8s.io/dockershim/network",
                Some("k8s.io/dockershim/network.(*PluginManager)"),
            ),
            ("main.main", "main", None),
            ("sync.(*Mutex).Lock", "sync", Some("sync.(*Mutex)")),
            ("gopkg.in/yaml%2ev2.Unmarshal", "gopkg.in/yaml%2ev2", None),
        ] {
            assert_eq!((package(function), receiver_type(function)), (of, receiver), "{function}");
        }
        assert!(
            is_standard("net/http")
                && is_standard("sync")
                && !is_standard("github.com/x/daemon")
                && !is_standard("main")
        );
    }
}
