//! Stacks of tasks that wait for work, by name. They are set aside with the reason and never deleted: an idle listener may show the
//! longest wait of all and must not be accused.

use serde::{Deserialize, Serialize};

use super::names::telling_frame;
use crate::model::words::holds;
use crate::model::{DumpKind, Message, StackId, Symbols, Task, WaitClass};

/// Why a task is set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Idle {
    /// A worker of the runtime.
    Runtime,
    /// Waits for connections or events to come in: accepts, polls, subscribes.
    Listener,
    /// Keeps a connection open between two requests.
    Connection,
    /// Waits for its turn in a loop of timers, queues or watches.
    Loop,
    /// A worker of a pool that has no work.
    Worker,
    /// The main function, which started the others and waits for the end.
    Main,
    /// Prints the dump.
    Dumper,
}

impl Idle {
    /// The contract's spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Runtime => "runtime",
            Self::Listener => "listener",
            Self::Connection => "connection",
            Self::Loop => "loop",
            Self::Worker => "worker",
            Self::Main => "main",
            Self::Dumper => "dumper",
        }
    }

    /// The reason as a sentence.
    #[must_use]
    pub fn message(self) -> Message {
        Message::new(match self {
            Self::Runtime => "stacks-idle-runtime",
            Self::Listener => "stacks-idle-listener",
            Self::Connection => "stacks-idle-connection",
            Self::Loop => "stacks-idle-loop",
            Self::Worker => "stacks-idle-worker",
            Self::Main => "stacks-idle-main",
            Self::Dumper => "stacks-idle-dumper",
        })
    }
}

/// Functions of Go that give a stack away wherever they stand in it, by their ends.
const GO_ANYWHERE: &[(&str, Idle)] = &[
    ("runtime/pprof.writeGoroutineStacks", Idle::Dumper),
    ("runtime/pprof.writeGoroutine", Idle::Dumper),
    ("runtime/pprof.writeRuntimeProfile", Idle::Dumper),
    ("runtime/pprof.runtime_goroutineProfileWithLabels", Idle::Dumper),
    ("runtime/debug.Stack", Idle::Dumper),
    ("os/signal.loop", Idle::Listener),
    ("os/signal.signal_recv", Idle::Listener),
    ("runtime.ensureSigM.func1", Idle::Runtime),
    ("runtime.bgsweep", Idle::Runtime),
    ("runtime.bgscavenge", Idle::Runtime),
    ("runtime.forcegchelper", Idle::Runtime),
    ("runtime.runfinq", Idle::Runtime),
    ("runtime.gcBgMarkWorker", Idle::Runtime),
    ("net.(*netFD).accept", Idle::Listener),
    ("internal/poll.(*FD).Accept", Idle::Listener),
    ("syscall.EpollWait", Idle::Listener),
    ("unix.EpollWait", Idle::Listener),
    ("fsnotify.(*Watcher).readEvents", Idle::Listener),
    ("fsnotify.(*inotify).readEvents", Idle::Listener),
    ("net/http.(*persistConn).readLoop", Idle::Connection),
    ("net/http.(*persistConn).writeLoop", Idle::Connection),
    ("transport.(*loopyWriter).run", Idle::Connection),
    ("transport.(*http2Client).reader", Idle::Connection),
    ("transport.(*http2Client).keepalive", Idle::Connection),
    ("transport.(*http2Server).keepalive", Idle::Connection),
    ("transport.(*http2Server).HandleStreams", Idle::Connection),
    ("net/http.(*connReader).backgroundRead", Idle::Connection),
    ("http2.(*clientConnReadLoop).run", Idle::Connection),
    ("http2.(*serverConn).readFrames", Idle::Connection),
    ("http2.(*serverConn).serve", Idle::Connection),
    ("ttrpc.(*Client).receiveLoop", Idle::Connection),
    ("ttrpc.(*serverConn).run", Idle::Connection),
    ("net/http.(*http2clientConnReadLoop).run", Idle::Connection),
    ("net/http.(*http2serverConn).serve", Idle::Connection),
    ("net/http.(*http2serverConn).readFrames", Idle::Connection),
    ("klog.(*loggingT).flushDaemon", Idle::Loop),
    ("klog/v2.(*loggingT).flushDaemon", Idle::Loop),
    ("klog/v2.(*flushDaemon).run.func1", Idle::Loop),
    ("glog.(*loggingT).flushDaemon", Idle::Loop),
    ("cache.(*Reflector).ListAndWatch", Idle::Loop),
    ("cache.(*Reflector).watchHandler", Idle::Loop),
    ("cache.watchHandler", Idle::Loop),
    ("cache.(*processorListener).pop", Idle::Loop),
    ("cache.(*DeltaFIFO).Pop", Idle::Loop),
    ("workqueue.(*Type).Get", Idle::Loop),
    ("workqueue.(*delayingType).waitingLoop", Idle::Loop),
    ("database/sql.(*DB).connectionOpener", Idle::Loop),
    ("view.(*worker).start", Idle::Loop),
];

/// Functions that wait for their next turn when nothing but the runtime is further in.
const GO_INNERMOST: &[&str] = &[
    "wait.JitterUntil",
    "wait.BackoffUntil",
    "wait.Until",
    "wait.Forever",
    "wait.poller.func1.1",
    "watch.(*Broadcaster).loop",
    "watch.(*StreamWatcher).receive",
    "cache.(*Reflector).ListAndWatch.func2",
    "cache.(*Reflector).startResync",
    "cache.(*controller).Run",
    "cache.(*controller).Run.func1",
    "cache.(*processorListener).run.func1",
    "cache.(*sharedProcessor).run",
    "context.(*cancelCtx).propagateCancel.func2",
    "context.propagateCancel.func1",
    "database/sql.(*DB).connectionCleaner",
    "database/sql.(*DB).connectionResetter",
    "dns.(*dnsResolver).watcher",
    "exchange.(*Exchange).Subscribe.func3",
    "go-events.(*Queue).next",
    "grpc.(*ccBalancerWrapper).watcher",
    "grpcsync.(*CallbackSerializer).run",
    "lumberjack%2ev2.(*Logger).millRun",
    "os/signal.NotifyContext.func1",
    "record.(*eventBroadcasterImpl).StartEventWatcher.func1",
    "server.SetupSignalContext.func1",
    "wait.loopConditionUntilContext",
    "wait.loopConditionUntilContext.func1",
    "workqueue.(*Type).updateUnfinishedWorkLoop",
    "workqueue.(*Typed[...]).Get",
    "workqueue.(*Typed[...]).updateUnfinishedWorkLoop",
    "workqueue.(*delayingType[...]).waitingLoop",
];

/// Methods of Java that give a stack away wherever they stand in it, by their ends.
const JAVA_ANYWHERE: &[(&str, Idle)] = &[
    ("management.ThreadImpl.dumpThreads0", Idle::Dumper),
    ("management.ThreadImpl.getThreadInfo1", Idle::Dumper),
    ("lang.Thread.dumpThreads", Idle::Dumper),
    ("lang.ref.Reference.waitForReferencePendingList", Idle::Runtime),
    ("lang.ref.Reference$ReferenceHandler.run", Idle::Runtime),
    ("lang.ref.ReferenceQueue.remove", Idle::Runtime),
    ("misc.GC$Daemon.run", Idle::Runtime),
    ("concurrent.ThreadPoolExecutor.getTask", Idle::Worker),
    ("threads.ThreadPoolExecutor.getTask", Idle::Worker),
    ("concurrent.ForkJoinPool.awaitWork", Idle::Worker),
    ("thread.QueuedThreadPool.idleJobPoll", Idle::Worker),
    ("thread.QueuedThreadPool$Runner.idleJobPoll", Idle::Worker),
    ("disruptor.ProcessingSequenceBarrier.waitFor", Idle::Worker),
    ("core.StandardServer.await", Idle::Main),
    ("impl.Frame.readFrom", Idle::Connection),
    ("concurrent.TaskRunner.awaitTaskToRun", Idle::Loop),
    ("okio.AsyncTimeout$Companion.awaitTimeout", Idle::Loop),
    ("common.ServiceThread.waitForRunning", Idle::Loop),
    ("ReservedThreadExecutor$ReservedThread.reservedWait", Idle::Worker),
    ("concurrent.SingleThreadEventExecutor.takeTask", Idle::Worker),
    ("weblogic.work.ExecuteThread.waitForRequest", Idle::Worker),
    ("util.TimerThread.mainLoop", Idle::Loop),
    ("util.HashedWheelTimer$Worker.waitForNextTick", Idle::Loop),
    ("net.ServerSocket.accept", Idle::Listener),
    ("nio.ch.ServerSocketChannelImpl.accept", Idle::Listener),
    ("nio.ch.EPoll.wait", Idle::Listener),
    ("nio.ch.EPollArrayWrapper.epollWait", Idle::Listener),
    ("nio.ch.KQueue.poll", Idle::Listener),
    ("nio.ch.WEPoll.wait", Idle::Listener),
    ("nio.ch.WindowsSelectorImpl$SubSelector.poll0", Idle::Listener),
    ("netty.channel.epoll.Native.epollWait", Idle::Listener),
    ("netty.channel.epoll.Native.epollWait0", Idle::Listener),
    ("fs.LinuxWatchService.poll", Idle::Listener),
];

/// Methods of Java that wait for work when only the library is further in.
const JAVA_INNERMOST: &[(&str, Idle)] = &[
    ("threads.EnhancedQueueExecutor$ThreadBody.run", Idle::Worker),
    ("core.ContainerBase$ContainerBackgroundProcessor.run", Idle::Loop),
    ("async.ThreadPoolAsynchronousRunner$PoolThread.run", Idle::Worker),
    ("simpl.SimpleThreadPool$WorkerThread.run", Idle::Worker),
    ("core.AsyncAppenderBase$Worker.run", Idle::Worker),
    ("core.QuartzSchedulerThread.run", Idle::Loop),
    ("pool.DruidDataSource$CreateConnectionThread.run", Idle::Loop),
    ("pool.DruidDataSource$DestroyConnectionThread.run", Idle::Loop),
    ("zookeeper.ClientCnxn$EventThread.run", Idle::Loop),
];

/// Why the tasks of a stack are set aside; `None` where nothing is known of it.
#[must_use]
pub fn idle_reason(kind: DumpKind, task: &Task, symbols: &Symbols) -> Option<Idle> {
    if task.wait == WaitClass::Idle {
        return Some(Idle::Runtime);
    }
    if kind == DumpKind::Kernel {
        return super::kernel::idle_reason(task, symbols);
    }
    // Whoever waits for a lock does not wait for work.
    if task.wait == WaitClass::Lock {
        return None;
    }
    match kind {
        DumpKind::Go | DumpKind::GoProfile | DumpKind::Jvm => {}
        DumpKind::Native | DumpKind::Python => return waits_for_work(kind, task.stack, symbols),
        _ => return None,
    }
    let functions = || symbols.frames_of(task.stack).iter().map(|frame| symbols.function_of(*frame));
    if kind == DumpKind::Jvm {
        return of_java(task, symbols, functions);
    }
    let known = functions()
        .find_map(|name| GO_ANYWHERE.iter().find(|(end, _)| ends_at_a_name(name, end)).map(|(_, reason)| *reason));
    known
        .or_else(|| served(functions))
        .or_else(|| subscribed(functions))
        .or_else(|| in_turn(kind, task.stack, symbols))
        .or_else(|| is_main(task, functions).then_some(Idle::Main))
}

/// What is known of a Java thread. One without a frame belongs to the machine: collectors, compilers, the signal dispatcher.
fn of_java<'a, I: Iterator<Item = &'a str>>(
    task: &Task,
    symbols: &'a Symbols,
    functions: impl Fn() -> I,
) -> Option<Idle> {
    if task.stack == StackId::EMPTY {
        let is_machines = task.wait == WaitClass::Running || symbols.text_of(task.state) == "waiting on condition";
        return (is_machines && !task.is_cut).then_some(Idle::Runtime);
    }
    let is_at =
        |name: &str, end: &str| name.strip_suffix(end).is_some_and(|before| before.is_empty() || before.ends_with('.'));
    let of =
        |name: &str, known: &[(&str, Idle)]| known.iter().find(|(end, _)| is_at(name, end)).map(|(_, reason)| *reason);
    functions().find_map(|name| of(name, JAVA_ANYWHERE)).or_else(|| {
        let frame = telling_frame(DumpKind::Jvm, symbols, task.stack)?;
        of(symbols.function_of(frame), JAVA_INNERMOST)
    })
}

/// Threads of C and Python that wait for connections, events or work, by their innermost frames.
fn waits_for_work(kind: DumpKind, stack: StackId, symbols: &Symbols) -> Option<Idle> {
    const INNERMOST: usize = 3;
    symbols.frames_of(stack).iter().take(INNERMOST).find_map(|frame| {
        let frame = symbols.frame_of(*frame);
        let (function, file) = (symbols.text_of(frame.function), symbols.text_of(frame.file));
        match (kind, function.trim_start_matches('_')) {
            (DumpKind::Python, "serve_forever") if file.ends_with("socketserver.py") => Some(Idle::Listener),
            (DumpKind::Python, "worker") if file.ends_with("concurrent/futures/thread.py") => Some(Idle::Loop),
            (DumpKind::Native, "epoll_wait" | "epoll_pwait" | "accept" | "accept4" | "libc_accept") => {
                Some(Idle::Listener)
            }
            _ => None,
        }
    })
}

/// Whether a name ends in a part of itself: `x/klog.flush` does in `klog.flush`, `myklog.flush` does not.
pub(super) fn ends_at_a_name(name: &str, end: &str) -> bool {
    name.strip_suffix(end).is_some_and(|before| before.is_empty() || before.ends_with('/'))
}

/// A server's connection without a handler at work reads the next request.
fn served<'a, I: Iterator<Item = &'a str>>(functions: impl Fn() -> I) -> Option<Idle> {
    let has = |name: &str| functions().any(|function| function == name);
    (has("net/http.(*conn).serve")
        && !has("net/http.serverHandler.ServeHTTP")
        && !has("net/http.HandlerFunc.ServeHTTP"))
    .then_some(Idle::Connection)
}

/// A subscription waits for the kernel or a broker to say something.
fn subscribed<'a, I: Iterator<Item = &'a str>>(functions: impl Fn() -> I) -> Option<Idle> {
    let receives = functions().any(|name| name.ends_with("NetlinkSocket).Receive") || name.ends_with(".Recvfrom"));
    (receives && functions().any(|name| holds(name, "ubscribe"))).then_some(Idle::Listener)
}

fn in_turn(kind: DumpKind, stack: StackId, symbols: &Symbols) -> Option<Idle> {
    let name = symbols.function_of(telling_frame(kind, symbols, stack)?);
    GO_INNERMOST.iter().any(|end| ends_at_a_name(name, end)).then_some(Idle::Loop)
}

/// The main goroutine on a channel is the program waiting for its end.
fn is_main<'a, I: Iterator<Item = &'a str>>(task: &Task, functions: impl Fn() -> I) -> bool {
    let waits = matches!(task.wait, WaitClass::Channel | WaitClass::Join);
    task.id == 1 && waits && functions().any(|name| name == "main.main")
}
