//! What a Java thread waits for. The state alone says too little: `RUNNABLE` in `epollWait` is no processor time, and `WAITING (parking)`
//! may be a lock, a queue, a latch or a pool without work. The class of what it parks on decides, then the innermost frames.

use crate::model::WaitClass;
use crate::model::words::holds;

/// Frames from the innermost that may tell.
const TELLING_FRAMES: usize = 12;

/// The class of a state as written (`BLOCKED (on object monitor)`, or a head's `waiting on condition`); `blocker` is the class of what the
/// thread waits on, empty where none is printed, and `function` gives the functions from the innermost on.
pub(super) fn wait_class<'a>(state: &str, blocker: &str, function: impl Fn(usize) -> Option<&'a str>) -> WaitClass {
    let first_known = |class: fn(&str) -> Option<WaitClass>| (0..TELLING_FRAMES).map_while(&function).find_map(class);
    let runs = || first_known(of_native).unwrap_or(WaitClass::Running);
    let waits = || of_blocker(blocker).or_else(|| of_frames(&function)).unwrap_or(WaitClass::Condition);
    match state.split([' ', '(']).next().unwrap_or_default() {
        // The letters are OpenJ9's.
        "BLOCKED" | "B" => WaitClass::Lock,
        "RUNNABLE" if !blocker.is_empty() => WaitClass::Condition,
        "RUNNABLE" | "runnable" | "R" => runs(),
        "CW" | "P" => waits(),
        "TIMED_WAITING" | "WAITING" if !holds(state, "sleeping") => waits(),
        "TIMED_WAITING" | "sleeping" => WaitClass::Sleep,
        "NEW" | "TERMINATED" => WaitClass::Idle,
        // Before 1.6 the head alone says it.
        _ if state.starts_with("waiting for monitor entry") => WaitClass::Lock,
        // Files of a machine before 25 state nothing, and seen from outside every thread that waits is blocked: only what the frames show is
        // known.
        "state" if state.ends_with("IN_JAVA") => WaitClass::Running,
        "" | "state" => of_frames(&function).or_else(|| first_known(of_native)).unwrap_or(WaitClass::Unknown),
        _ if state.starts_with("in Object.wait") || state.starts_with("waiting on condition") => waits(),
        _ => WaitClass::Unknown,
    }
}

/// Starts of classes that threads park on.
const BLOCKERS: &[(&str, WaitClass)] = &[
    ("java.util.concurrent.locks.ReentrantLock$", WaitClass::Lock),
    ("java.util.concurrent.locks.ReentrantReadWriteLock$", WaitClass::Lock),
    ("java.util.concurrent.locks.StampedLock", WaitClass::Lock),
    ("java.util.concurrent.Semaphore$", WaitClass::Lock),
    ("java.util.concurrent.CountDownLatch$", WaitClass::Join),
    ("java.util.concurrent.CompletableFuture$", WaitClass::Join),
    ("java.util.concurrent.FutureTask", WaitClass::Join),
    ("java.util.concurrent.Phaser$", WaitClass::Join),
    ("java.util.concurrent.SynchronousQueue$", WaitClass::Channel),
    ("java.util.concurrent.LinkedTransferQueue", WaitClass::Channel),
    ("java.util.concurrent.Exchanger$", WaitClass::Channel),
];

fn of_blocker(class: &str) -> Option<WaitClass> {
    BLOCKERS.iter().find(|(start, _)| class.starts_with(start)).map(|(_, class)| *class)
}

/// Ends of functions that wait, wherever the innermost frames have them.
const WAITS: &[(&str, WaitClass)] = &[
    ("lang.Thread.sleep", WaitClass::Sleep),
    ("lang.Thread.sleep0", WaitClass::Sleep),
    ("lang.Thread.sleepNanos", WaitClass::Sleep),
    ("lang.VirtualThread.sleepNanos", WaitClass::Sleep),
    ("lang.Thread.join", WaitClass::Join),
    ("lang.UNIXProcess.waitFor", WaitClass::Join),
    ("lang.ProcessImpl.waitFor", WaitClass::Join),
    ("concurrent.CountDownLatch.await", WaitClass::Join),
    ("concurrent.CyclicBarrier.await", WaitClass::Join),
    ("concurrent.CyclicBarrier.dowait", WaitClass::Join),
    ("concurrent.CompletableFuture.get", WaitClass::Join),
    ("concurrent.CompletableFuture.join", WaitClass::Join),
    ("concurrent.FutureTask.get", WaitClass::Join),
    ("concurrent.FutureTask.awaitDone", WaitClass::Join),
    ("concurrent.ForkJoinTask.get", WaitClass::Join),
    ("concurrent.ForkJoinTask.join", WaitClass::Join),
    ("locks.ReentrantLock.lock", WaitClass::Lock),
    ("locks.ReentrantLock.lockInterruptibly", WaitClass::Lock),
    ("locks.ReentrantLock.tryLock", WaitClass::Lock),
    ("locks.ReentrantReadWriteLock$ReadLock.lock", WaitClass::Lock),
    ("locks.ReentrantReadWriteLock$WriteLock.lock", WaitClass::Lock),
    ("locks.AbstractQueuedSynchronizer.acquireQueued", WaitClass::Lock),
    ("concurrent.Semaphore.acquire", WaitClass::Lock),
    ("concurrent.Semaphore.tryAcquire", WaitClass::Lock),
];

/// Methods of queues that wait.
const QUEUES: [&str; 6] = [".take", ".poll", ".put", ".offer", ".transfer", ".takeFirst"];

fn of_frames<'a>(function: impl Fn(usize) -> Option<&'a str>) -> Option<WaitClass> {
    let is_known = |name: &str| {
        let of_queue = || {
            let is_queue = ["Queue.", "Deque.", "$DelayedWorkQueue."].iter().any(|part| holds(name, part));
            (is_queue && QUEUES.iter().any(|method| name.ends_with(method))).then_some(WaitClass::Channel)
        };
        WAITS.iter().find(|(end, _)| ends_at_a_package(name, end)).map(|(_, class)| *class).or_else(of_queue)
    };
    (0..TELLING_FRAMES).map_while(function).find_map(is_known)
}

/// Ends of methods in which a thread that Java calls runnable waits in the kernel.
const NATIVE: &[(&str, WaitClass)] = &[
    (".epollWait", WaitClass::Io),
    (".EPoll.wait", WaitClass::Io),
    (".KQueue.poll", WaitClass::Io),
    (".WEPoll.wait", WaitClass::Io),
    (".Net.poll", WaitClass::Io),
    (".Net.accept", WaitClass::Io),
    (".Net.connect", WaitClass::Io),
    (".poll0", WaitClass::Io),
    (".kevent0", WaitClass::Io),
    (".socketRead0", WaitClass::Io),
    (".socketWrite0", WaitClass::Io),
    (".socketAccept", WaitClass::Io),
    (".socketConnect", WaitClass::Io),
    (".accept0", WaitClass::Io),
    (".connect0", WaitClass::Io),
    (".lookupAllHostAddr", WaitClass::Io),
    (".read0", WaitClass::Io),
    (".readv0", WaitClass::Io),
    (".write0", WaitClass::Io),
    (".writev0", WaitClass::Io),
    (".pread0", WaitClass::Io),
    (".pwrite0", WaitClass::Io),
    (".force0", WaitClass::Io),
    ("FileInputStream.readBytes", WaitClass::Io),
    ("FileInputStream.readBytes0", WaitClass::Io),
    ("FileInputStream.read0", WaitClass::Io),
    ("FileOutputStream.writeBytes", WaitClass::Io),
    ("RandomAccessFile.readBytes", WaitClass::Io),
    ("LinuxWatchService.poll", WaitClass::Io),
    ("epoll.Native.epollWait0", WaitClass::Io),
    (".waitForProcessExit", WaitClass::Join),
    (".waitForProcessExit0", WaitClass::Join),
    (".waitForReferencePendingList", WaitClass::Idle),
];

fn of_native(name: &str) -> Option<WaitClass> {
    NATIVE.iter().find(|(end, _)| name.ends_with(end)).map(|(_, class)| *class)
}

/// Whether a name ends in whole parts of itself.
fn ends_at_a_package(name: &str, end: &str) -> bool {
    name.strip_suffix(end).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(state: &str, blocker: &str, stack: &[&'static str]) -> WaitClass {
        wait_class(state, blocker, |index| stack.get(index).copied())
    }

    #[test]
    fn runnable_in_the_kernel_is_no_processor_time() {
        for (function, want) in [
            ("sun.nio.ch.EPollArrayWrapper.epollWait", WaitClass::Io),
            ("sun.nio.ch.EPoll.wait", WaitClass::Io),
            ("java.net.SocketInputStream.socketRead0", WaitClass::Io),
            ("java.lang.ProcessHandleImpl.waitForProcessExit0", WaitClass::Join),
            ("com.example.Sums.add", WaitClass::Running),
        ] {
            assert_eq!(class("RUNNABLE", "", &[function, "com.example.Main.run"]), want, "{function}");
        }
        // The machine calls a thread runnable that waits for another to initialise a class.
        assert_eq!(class("RUNNABLE", "com.example.Config", &["com.example.Main.run"]), WaitClass::Condition);
    }

    #[test]
    fn what_a_thread_parks_on_tells() {
        let park = "jdk.internal.misc.Unsafe.park";
        let awaits = "java.util.concurrent.locks.AbstractQueuedSynchronizer$ConditionObject.await";
        let condition = "java.util.concurrent.locks.AbstractQueuedSynchronizer$ConditionObject";
        let take = "java.util.concurrent.LinkedBlockingQueue.take";
        assert_eq!(class("WAITING (parking)", condition, &[park, awaits, take]), WaitClass::Channel);
        assert_eq!(
            class("WAITING (parking)", condition, &[park, awaits, "com.example.Gate.pass"]),
            WaitClass::Condition
        );
        // It was signalled and wants the lock of its queue back.
        let lock = "java.util.concurrent.locks.ReentrantLock$NonfairSync";
        assert_eq!(class("WAITING (parking)", lock, &[park, awaits, take]), WaitClass::Lock);
        assert_eq!(class("WAITING (parking)", "java.util.concurrent.CountDownLatch$Sync", &[park]), WaitClass::Join);
        assert_eq!(
            class("WAITING (parking)", "", &[park, "java.util.concurrent.locks.ReentrantLock.lock"]),
            WaitClass::Lock
        );
        assert_eq!(class("TIMED_WAITING (sleeping)", "", &["java.lang.Thread.sleep"]), WaitClass::Sleep);
        assert_eq!(class("TIMED_WAITING", "", &["java.base.x", "java.lang.Thread.sleep0"]), WaitClass::Sleep);
        assert_eq!(
            class("WAITING (on object monitor)", "java.lang.Object", &["java.lang.Object.wait"]),
            WaitClass::Condition
        );
        assert_eq!(
            class("in Object.wait()", "java.lang.Thread", &["java.lang.Object.wait", "java.lang.Thread.join"]),
            WaitClass::Join
        );
        assert_eq!(class("waiting for monitor entry", "", &[]), WaitClass::Lock);
        assert_eq!(class("a state of 2031", "", &[]), WaitClass::Unknown);
    }
}
