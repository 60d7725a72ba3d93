//! Loops of well-known libraries that wait for their next turn: set aside while they wait, and not while they work.

use super::only;

/// Functions of Go from the innermost on, with the state in which they wait.
const GO: &[(&str, &str)] = &[
    (
        "IO wait",
        "internal/poll.(*FD).Read golang.org/x/net/http2.(*Framer).ReadFrame golang.org/x/net/http2.(*clientConnReadLoop).run",
    ),
    ("select", "golang.org/x/net/http2.(*serverConn).serve"),
    ("IO wait", "github.com/containerd/ttrpc.(*channel).recv github.com/containerd/ttrpc.(*Client).receiveLoop"),
    ("select", "google.golang.org/grpc/internal/grpcsync.(*CallbackSerializer).run"),
    ("select", "google.golang.org/grpc/internal/resolver/dns.(*dnsResolver).watcher"),
    ("chan receive", "gopkg.in/natefinch/lumberjack%2ev2.(*Logger).millRun"),
    (
        "chan receive",
        "k8s.io/client-go/tools/cache.(*sharedProcessor).run k8s.io/apimachinery/pkg/util/wait.(*Group).Start.func1",
    ),
    (
        "sync.Cond.Wait",
        "sync.(*Cond).Wait k8s.io/client-go/util/workqueue.(*Typed[...]).Get k8s.io/x.(*Controller).runWorker",
    ),
    (
        "select",
        "k8s.io/apimachinery/pkg/util/wait.loopConditionUntilContext.func1 k8s.io/client-go/tools/leaderelection.(*LeaderElector).renew",
    ),
    (
        "sync.Cond.Wait",
        "sync.(*Cond).Wait github.com/docker/go-events.(*Queue).next github.com/docker/go-events.(*Queue).run",
    ),
    ("select", "context.(*cancelCtx).propagateCancel.func2"),
];

fn goroutine(id: usize, state: &str, functions: &str) -> String {
    let frames: String =
        functions.split(' ').map(|name| format!("{name}(0xc000012000)\n\t/src/x.go:9 +0x1\n")).collect();
    format!("goroutine {id} [{state}, 2000 minutes]:\n{frames}\n")
}

#[test]
fn loops_of_libraries_are_idle_while_nothing_of_others_is_further_in() {
    for (state, functions) in GO {
        let dump = only(&goroutine(7, state, functions));
        assert!(dump.groups[0].idle.is_some(), "{functions}");
    }
    // What a loop calls is work, and may be stuck.
    for loops in [
        "google.golang.org/grpc/internal/grpcsync.(*CallbackSerializer).run",
        "k8s.io/client-go/tools/cache.(*sharedProcessor).run",
    ] {
        let dump = only(&goroutine(7, "chan send", &format!("example.com/app.(*handler).notify {loops}")));
        assert_eq!(dump.groups[0].idle, None, "{loops}");
    }
}

/// Methods of Java from the innermost on, with the state in which they wait.
const JAVA: &[(&str, &str)] = &[
    ("TIMED_WAITING (on object monitor)", "java.lang.Object.wait org.quartz.simpl.SimpleThreadPool$WorkerThread.run"),
    (
        "TIMED_WAITING (parking)",
        "jdk.internal.misc.Unsafe.park org.eclipse.jetty.util.BlockingArrayQueue.poll org.eclipse.jetty.util.thread.QueuedThreadPool$Runner.idleJobPoll",
    ),
    (
        "TIMED_WAITING (parking)",
        "jdk.internal.misc.Unsafe.park com.lmax.disruptor.TimeoutBlockingWaitStrategy.waitFor com.lmax.disruptor.ProcessingSequenceBarrier.waitFor",
    ),
    (
        "WAITING (on object monitor)",
        "java.lang.Object.wait com.mchange.v2.async.ThreadPoolAsynchronousRunner$PoolThread.run",
    ),
    (
        "WAITING (parking)",
        "jdk.internal.misc.Unsafe.park java.util.concurrent.LinkedBlockingQueue.take org.apache.zookeeper.ClientCnxn$EventThread.run",
    ),
    (
        "RUNNABLE",
        "java.net.SocketInputStream.socketRead0 com.rabbitmq.client.impl.Frame.readFrom com.rabbitmq.client.impl.AMQConnection$MainLoop.run",
    ),
    ("RUNNABLE", "io.netty.channel.epoll.Native.epollWait0 io.netty.channel.epoll.EpollEventLoop.run"),
    ("TIMED_WAITING (sleeping)", "java.lang.Thread.sleep org.apache.catalina.core.StandardServer.await"),
];

fn thread(state: &str, methods: &str) -> String {
    let frames: String = methods.split(' ').map(|name| format!("\tat {name}(X.java:9)\n")).collect();
    format!(
        "\"t-1\" #31 daemon prio=5 os_prio=0 cpu=12.40ms elapsed=913.55s tid=0x00007f1c8c2d1000 nid=0x1267 waiting on condition  [0x00007f1c5a3fe000]\n   java.lang.Thread.State: {state}\n{frames}\n"
    )
}

#[test]
fn workers_of_libraries_are_idle_while_nothing_of_others_is_further_in() {
    for (state, methods) in JAVA {
        assert!(only(&thread(state, methods)).groups[0].idle.is_some(), "{methods}");
    }
    for worker in
        ["org.quartz.simpl.SimpleThreadPool$WorkerThread.run", "org.apache.zookeeper.ClientCnxn$EventThread.run"]
    {
        let dump = only(&thread(
            "WAITING (on object monitor)",
            &format!("java.lang.Object.wait com.example.Job.execute {worker}"),
        ));
        assert_eq!(dump.groups[0].idle, None, "{worker}");
    }
}
