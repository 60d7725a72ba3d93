//! Every form in which a printer writes a task down, one line each: what is read of it. Forms are those of `stacks.md`, generation by
//! generation; a form that is read wrongly fails here by its name.

use super::{dumps, only};

/// What is read of a text: kind, then per task its id, what it waits for, for how many minutes, its innermost frame.
fn brief(text: &str) -> String {
    let dump = only(text);
    let mut tasks: Vec<String> = dump
        .groups
        .iter()
        .flat_map(|group| {
            let wait = group.wait.as_ref().map_or(String::new(), |wait| format!(" {}", wait.max));
            let frame = group.frames.first().map_or("-", |frame| frame.split(' ').next().unwrap_or_default());
            let ids = if group.ids.is_empty() { vec![0] } else { group.ids.clone() };
            ids.into_iter().map(|id| format!("{id} {}{wait} {frame}", group.class)).collect::<Vec<_>>()
        })
        .collect();
    tasks.sort();
    format!("{}: {}", dump.kind, tasks.join(", "))
}

fn check(samples: &[(&str, &str, &str)]) {
    let failed: Vec<String> = samples
        .iter()
        .filter_map(|(what, text, want)| {
            let got = brief(text);
            (got != *want).then(|| format!("{what}: {got}\n  {want}"))
        })
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// A goroutine with one frame under a head.
fn under(head: &str) -> String {
    format!("{head}\nexample.net/a.run(0x1)\n\t/src/a.go:3 +0x1\n")
}

#[test]
fn heads_of_goroutines() {
    for (head, want) in [
        ("goroutine 67570 [syscall, 1595 minutes, locked to thread]:", "67570 syscall 1595"),
        ("goroutine 1 gp=0xc0000061c0 m=nil [semacquire, 15 minutes]:", "1 lock 15"),
        ("goroutine 1 gp=0xc0000061c0 m=0 mp=0x4df340 [running]:", "1 running"),
        (
            "goroutine 1 [IO wait (leaked) (scan) (durable), 10 minutes, locked to thread, synctest bubble 2]:",
            "1 io 10",
        ),
        ("goroutine 8 [running labels:{\"foobar\": \"baz\"}]:", "8 running"),
        ("goroutine 9 [runnable] {k: v, sweep: \"a]b[c\"}:", "9 running"),
        ("goroutine 1234 [select, 2 minutes]{\"service\": \"users\"}:", "1234 channel 2"),
        ("goroutine 7 [chan receive (nil chan)]:", "7 channel"),
        ("goroutine 7 [select (no cases)]:", "7 channel"),
        ("goroutine 3 [force gc (idle)]:", "3 idle"),
        ("goroutine 3 [GC worker (idle)]:", "3 idle"),
        ("goroutine 3 [finalizer wait]:", "3 idle"),
        ("goroutine 3 [trace reader (blocked)]:", "3 idle"),
        ("goroutine 3 [sync.RWMutex.Lock, 3 minutes]:", "3 lock 3"),
        ("goroutine 3 [sync.WaitGroup.Wait, 3 minutes]:", "3 join 3"),
        ("goroutine 3 [coroutine]:", "3 channel"),
        ("goroutine 3 [panicwait]:", "3 unknown"),
        ("goroutine 3 [???]:", "3 unknown"),
    ] {
        assert_eq!(brief(&under(head)), format!("go: {want} example.net/a.run"), "{head}");
    }
}

#[test]
fn frames_of_goroutines() {
    let head = "goroutine 34 [select, 5 minutes]:\n";
    for (frames, want) in [
        (
            "sync.runtime_SemacquireMutex(0xc00103f204, 0x0, 0x1)\n\t/usr/lib/golang/src/runtime/sema.go:71 +0x49\n",
            "sync.runtime_SemacquireMutex",
        ),
        ("sync.(*Mutex).Lock(...)\n\t/go/mutex.go:3\n", "sync.(*Mutex).Lock"),
        (
            "ttrpc.(*Client).dispatch(0x3f1ed33fc300, {0x55c59bf6a090, 0x27320d9058f0}, 0x55c59bd1a7e0?, ...)\n\tvendor/ttrpc/client.go:545 +0x18c\n",
            "ttrpc.(*Client).dispatch",
        ),
        (
            "runtime.gopark(0x0)\n\t.../proc.go:398 +0xce fp=0xc00058b638 sp=0xc00058b618 pc=0x43a2f6\n",
            "runtime.gopark",
        ),
        (
            "runtime.gopark(0x0) fp=0xc00058b638 sp=0xc00058b618 pc=0x43a2f6\n\t/go/proc.go:398 +0xce\n",
            "runtime.gopark",
        ),
        ("a.b.(pkg.Type)-fm(0x7f00)\n\tC:/x.go:12\n", "a.b.(pkg.Type)-fm"),
        ("main.func·001()\n    /src/x.go:9 +0x1\n", "main.func·001"),
        ("time.Sleep\n\t/usr/lib/go/time/sleep.go:10\nmain.run\n\t/src/x.go:4\n", "time.Sleep"),
        ("panic({0x5e5c60, 0xc00001a0d8?})\n\t/go/panic.go:9 +0x1\n", "panic"),
        ("\tgoroutine running on other thread; stack unavailable\n", "-"),
        ("\tgoroutine in C code; stack unavailable\n", "-"),
    ] {
        let text = format!("{head}{frames}created by main.main in goroutine 1\n\t/src/main.go:1 +0x1\n");
        assert_eq!(brief(&text), format!("go: 34 channel 5 {want}"), "{frames}");
        assert_eq!(only(&text).groups[0].created_by.as_deref(), Some("main.main /src/main.go:1"), "{frames}");
    }
}

#[test]
fn threads_of_java() {
    let title =
        "2026-03-02 09:14:05\nFull thread dump OpenJDK 64-Bit Server VM (21.0.4+7-LTS mixed mode, sharing):\n\n";
    let of = |head: &str, rest: &str| brief(&format!("{title}{head}\n{rest}\n"));
    let blocked = "   java.lang.Thread.State: BLOCKED (on object monitor)\n\tat x.Pool.take(Pool.java:88)\n\t- waiting to lock <0x00e1> (a x.Pool)\n";
    for (head, rest, want) in [
        (
            "\"w\" #31 [4711] prio=5 os_prio=0 cpu=12.40ms elapsed=913.55s tid=0x00007f1c8c2d1000 nid=4711 waiting for monitor entry  [0x00007f1c5a3fe000]",
            blocked,
            "31 lock x.Pool.take",
        ),
        (
            "\"w\" #31 daemon prio=5 os_prio=0 tid=0x00007f1c8c2d1000 nid=0x2a43 waiting for monitor entry [0x00007f1c5a3fe000]",
            blocked,
            "31 lock x.Pool.take",
        ),
        (
            "\"w\" prio=5 tid=0x00034a88 nid=0x1 waiting for monitor entry [0xffbfd000..0xffbfdc28]",
            "\tat x.Pool.take(Pool.java:88)\n\t- waiting to lock <0x00e1> (a x.Pool)\n",
            "0 lock x.Pool.take",
        ),
        (
            "\"w\" prio=10 tid=00032f38 nid=1 lwp_id=1 in Object.wait() [0x7f..0x80]",
            "\tat java.lang.Object.wait(Native Method)\n\t- waiting on <0x00e1> (a x.Gate)\n\tat x.Gate.pass(Gate.java:3)\n\t- locked <0x00e1> (a x.Gate)\n",
            "0 condition java.lang.Object.wait",
        ),
        (
            "\"VirtualThread[#21]\" #21 virtual prio=5 tid=0x00007f1c8c2d1001 nid=0 waiting on condition",
            "   java.lang.Thread.State: WAITING (parking)\n\tat java.lang.VirtualThread.park(java.base@21/VirtualThread.java:582)\n",
            "21 condition java.lang.VirtualThread.park",
        ),
        (
            "\"w\" #8 prio=5 os_prio=0 tid=0x00007f1c8c2d1002 nid=0x2a44 waiting on condition [0x0]",
            "   java.lang.Thread.State: WAITING (parking)\n\tat sun.misc.Unsafe.park(Native Method)\n\t- parking to wait for  <0x00e2> (a java.util.concurrent.locks.ReentrantLock$NonfairSync)\n",
            "8 lock sun.misc.Unsafe.park",
        ),
        (
            "\"w\" #8 prio=5 os_prio=0 tid=0x00007f1c8c2d1002 nid=0x2a44 runnable [0x0]",
            "   java.lang.Thread.State: RUNNABLE\n\tat java.net.SocketInputStream.socketRead0(Native Method)\n",
            "8 io java.net.SocketInputStream.socketRead0",
        ),
        (
            "\"w\" #8 prio=5 os_prio=0 tid=0x00007f1c8c2d1002 nid=0x2a44 in Object.wait() [0x0]",
            "   java.lang.Thread.State: BLOCKED (on object monitor)\n\tat java.lang.Object.wait(Native Method)\n\t- waiting to re-lock in wait() <0x00e1> (a x.Gate)\n",
            "8 lock java.lang.Object.wait",
        ),
    ] {
        assert_eq!(of(head, rest), format!("jvm: {want}"), "{head}");
    }
    // A number or a prompt before the date, as jcmd and a shell write them.
    for before in ["7:\n", "user@host:~$ jstack 2486\n", "[root@node-1 ~]# jcmd 7 Thread.print\n7:\n"] {
        let dump = only(&format!(
            "{before}{title}\"w\" #8 prio=5 os_prio=0 tid=0x00007f1c8c2d1002 nid=0x2a44 runnable [0x0]\n   java.lang.Thread.State: RUNNABLE\n\tat x.A.b(A.java:1)\n\n"
        ));
        assert_eq!((dump.tasks, dump.at.as_deref()), (1, Some("2026-03-02T09:14:05Z")), "{before}");
    }
}

#[test]
fn tasks_of_the_kernel() {
    let trace = "Call Trace:\n [<ffffffff81726f29>] schedule+0x29/0x70\n [<ffffffff81728e2f>] mutex_lock+0x1f/0x2f\n [<ffffffff81254898>] vfs_rename+0x4c/0x90\n";
    let new = "Call Trace:\n <TASK>\n __schedule+0x5d1/0x13e0\n __mutex_lock.constprop.0+0x3f/0x6f0\n </TASK>\n";
    check(&[
        (
            "hung task, 3.x to 5.x",
            &format!(
                "INFO: task docker:21805 blocked for more than 120 seconds.\n      Tainted: G        W  O    4.4.0 #1\n\"echo 0 > /proc/sys/kernel/hung_task_timeout_secs\" disables this message.\ndocker          D ffff88003ea13180     0 21805      1 0x00000000\n{trace}"
            ),
            "kernel: 21805 lock 2 schedule",
        ),
        (
            "hung task, 5.10 on",
            &format!(
                "INFO: task kworker/1:2:4711 blocked for more than 240 seconds.\n      Not tainted 6.1.0 #1\ntask:kworker/1:2     state:D stack:28136 pid: 4711 ppid:  2 flags:0x00004000\n{new}"
            ),
            "kernel: 4711 lock 4 __schedule",
        ),
        (
            "hung task in I/O, newest",
            &format!(
                "INFO: task dd:456 blocked in I/O wait for more than 120 seconds.\ntask:dd              state:D stack:0     pid:456   tgid:456   ppid:1    task_flags:0x400100 flags:0x00000002\n{new}"
            ),
            "kernel: 456 lock 2 __schedule",
        ),
        (
            "sysrq-t with its header",
            &format!(
                "SysRq : Show State\n  task                        PC stack   pid father\nbash            D ffff88003ea13180     0     7      1 0x00000000\n{trace}"
            ),
            "kernel: 7 lock schedule",
        ),
        (
            "sysrq-w without",
            &format!(
                "sysrq: Show Blocked State\ntask:dmsetup         state:D stack:28136 pid: 3088 ppid:  3087 flags:0x00004000\n{new}"
            ),
            "kernel: 3088 lock __schedule",
        ),
        (
            "soft lockup",
            "watchdog: BUG: soft lockup - CPU#1 stuck for 22s! [kworker/1:2:4711]\nCPU: 1 PID: 4711 Comm: kworker/1:2 Not tainted 5.4.0\nRIP: 0010:native_queued_spin_lock_slowpath+0x1f/0x2f\nCall Trace:\n _raw_spin_lock+0x1f/0x2f\n",
            "kernel: 4711 lock native_queued_spin_lock_slowpath",
        ),
        (
            "soft lockup, old",
            "NMI watchdog: BUG: soft lockup - CPU#1 stuck for 22s! [foo:4711]\nCPU: 1 PID: 4711 Comm: foo Not tainted 3.10.0\nCall Trace:\n [<ffffffff810fb0d1>] _raw_spin_lock+0x1f/0x2f\n",
            "kernel: 4711 running _raw_spin_lock",
        ),
        (
            "stall",
            "rcu: INFO: rcu_sched detected stalls on CPUs/tasks:\nrcu: \t1-...!: (0 ticks this GP) idle=e7a/0/0x0 softirq=1234/1234 fqs=0\nrcu: \t(detected by 2, t=60002 jiffies, g=1, q=5)\nSending NMI from CPU 2 to CPUs 1:\nNMI backtrace for cpu 1\nCPU: 1 PID: 99 Comm: x Not tainted 5.4.0\nCall Trace:\n foo+0x1/0x2\n",
            "kernel: 99 running foo",
        ),
        (
            "oops",
            "BUG: kernel NULL pointer dereference, address: 0000000000000008\n#PF: supervisor read access in kernel mode\nPGD 0 P4D 0\nOops: 0000 [#1] SMP PTI\nCPU: 3 PID: 1234 Comm: insmod Tainted: G           OE     5.15.0\nRIP: 0010:init_module+0x5/0x1000 [x]\nCode: 00\nCall Trace:\n <TASK>\n do_one_initcall+0x48/0x210\n </TASK>\n---[ end trace 0000000000000000 ]---\n",
            "kernel: 1234 running init_module",
        ),
        (
            "crash bt",
            "PID: 19246  TASK: ffff880951f70fd0  CPU: 16  COMMAND: \"terwayd\"\n #0 [ffff880826267a40] __schedule at ffffffff816a8f65\n #1 [ffff880826267b60] __skb_wait_for_more_packets at ffffffff8157d1ed\n #2 [ffff880826267bb0] nfs_wait at ffffffff8157d1ed [nfs]\n #3 [ffff880826267f50] sys_recvfrom at ffffffff8156d2ae (via x)\n    RIP: 00000000004a4a4a  RSP: 000000c000a1a2b8  RFLAGS: 00000246\n    ORIG_RAX: 000000000000002d  CS: 0033  SS: 002b\n",
            "kernel: 19246 io __schedule",
        ),
        (
            "crash bt on ppc64",
            "PID: 10     TASK: c0000000f5e53a10  CPU: 1   COMMAND: \"x\"\n  #0 [c0000000f5e53a10] .schedule at c00000000059f010\n  #1 [c0000000f5e53a90] .mutex_lock at c00000000059f020\n",
            "kernel: 10 lock .schedule",
        ),
        (
            "crash: what interrupted a task is not its stack",
            "PID: 7      TASK: ffff880951f70fd0  CPU: 1   COMMAND: \"x\"\n #0 [ffff880826267a40] crash_nmi_callback at ffffffff816a8f65\n    [exception RIP: native_queued_spin_lock_slowpath+65]\n    RIP: ffffffff810fb0d1  RSP: ffff880826267a40  RFLAGS: 00000202\n--- <NMI exception stack> ---\n #1 [ffff880826267f50] native_queued_spin_lock_slowpath at ffffffff8156d2ae\n #2 [ffff880826267f80] do_work at ffffffff816b52ed\n",
            "kernel: 7 lock native_queued_spin_lock_slowpath",
        ),
        (
            "/proc/PID/stack, old",
            "[<ffffffff81548980>] poll_schedule_timeout+0x4c/0x90\n[<ffffffff81548981>] do_sys_poll+0x4c/0x90\n[<ffffffffffffffff>] 0xffffffffffffffff\n",
            "kernel: 0 io poll_schedule_timeout",
        ),
        (
            "/proc/PID/stack, new",
            "[<0>] pipe_read+0x4c/0x90\n[<0>] do_syscall_64+0x5b/0x1a0\n",
            "kernel: 0 io pipe_read",
        ),
        (
            "lockdep, old: a class without an address",
            "INFO: task ip:117 blocked for more than 120 seconds.\nip              D ffff88003ea13180     0 117      1 0x00000000\nCall Trace:\n [<ffffffff81726f29>] schedule+0x29/0x70\n [<ffffffff81728e2f>] mutex_lock_nested+0x1f/0x2f\n [<ffffffff81634b15>] rtnl_lock+0x15/0x20\n1 lock held by ip/117:\n #0:  (rtnl_mutex){+.+.}, at: [<ffffffff81634b15>] rtnl_lock+0x15/0x20\n",
            "kernel: 117 lock 2 schedule",
        ),
    ]);
    // One line of a network device that waits is no dump.
    assert!(dumps("unregister_netdevice: waiting for lo to become free. Usage count = 1\n").is_empty());
}

#[test]
fn threads_of_other_languages() {
    check(&[
        (
            "gdb",
            "Thread 2 (Thread 0x7fafc69f7700 (LWP 3618)):\n#0  0x0000003ec220e48d in write () at ../sysdeps/unix/syscall-template.S:82\nNo locals.\n#1  0x00007f in x::run (this=0x7f) at a.cc:1\n        buf = \"abc\"\n---Type <return> to continue, or q <return> to quit---\n#2  0x00007f in start_thread () from /lib64/libpthread.so.0\nBacktrace stopped: previous frame inner to this frame (corrupt stack?)\n",
            "native: 3618 io write",
        ),
        (
            "pstack",
            "Thread 11 (Thread 19965):\n#0  0x00007f in accept () from /lib64/libc.so.6\n",
            "native: 19965 io accept",
        ),
        (
            "gdb without libthread_db",
            "Thread 1 (LWP 7096 \"hyperkube\"):\n#0  0x00007f in runtime.futex ()\n",
            "native: 7096 unknown runtime.futex",
        ),
        (
            "eu-stack",
            "PID 1234 - process\nTID 1234:\n#0  0x00007f5e8c1b7a30 __lll_lock_wait\n#1  0x00007f5e8c1b7a31 - 1 main\n",
            "native: 1234 lock __lll_lock_wait",
        ),
        (
            "faulthandler",
            "Fatal Python error: Aborted\n\nCurrent thread 0x0000000000000010 (most recent call first):\n  File \"threading.py\", line 302 in wait\n  File \"x.py\", line 953 in run\n",
            "python: 16 condition wait",
        ),
        (
            "py-spy",
            "Process 123: python x.py\nPython v3.8.10 (/usr/bin/python3.8)\n\nThread 123 (idle): \"MainThread\"\n    acquire (threading.py:320)\n    run (x.py:3)\nThread 124 (active+gil): \"w\"\n    f (x.py:3)\n",
            "python: 123 lock acquire, 124 running f",
        ),
        (
            "pystack: the outermost frame first",
            "Traceback for thread 2175 (python3.12) [] (most recent call last):\n    (Python) File \"/app/x.py\", line 3, in main\n    (Python) File \"/usr/lib/threading.py\", line 320, in acquire\n",
            "python: 2175 lock acquire",
        ),
        (
            "SOS",
            "OS Thread Id: 0x2900 (0)\n        Child SP               IP Call Site\n0000001E4AB7E4C8 00007ffd8c5b06e4 [HelperMethodFrame_1OBJ: 0000001e4ab7e4c8] System.Threading.Monitor.ObjWait(Int32, System.Object)\n0000001E4AB7E600 00007ffd8c5b0700 Orders.X.Run() [C:\\x.cs @ 3]\n",
            "dotnet: 10496 condition System.Threading.Monitor.ObjWait",
        ),
        (
            "dotnet-stack",
            "Thread (0x48839B):\n  [Native Frames]\n  System.Private.CoreLib.il!System.Threading.Monitor.Wait(class System.Object,int32)\n  App!App.Run()\n",
            "dotnet: 4752283 condition System.Threading.Monitor.Wait",
        ),
        (
            "Node: fatal",
            "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n 1: 0xb7b3e0 node::Abort() [node]\n",
            "node: 0 unknown node::Abort()",
        ),
        (
            "Node: uncaught, Node's own line",
            "node:internal/process/promises:288\n            triggerUncaughtException(err, true /* fromPromise */);\n            ^\n\nError: x\n    at next (/app/x.js:149:13)\n    at node:internal/timers:581:17\n\nNode.js v18.19.0\n",
            "node: 0 unknown next",
        ),
        (
            "Node: uncaught, as consoles say it",
            "Uncaught Error: y\n    at g (/app/b.js:3:9)\n    at node:internal/timers:581:17\n",
            "node: 0 unknown g",
        ),
        (
            "Rust",
            "thread 'main' panicked at src/x.rs:4:5:\nboom\nstack backtrace:\n   0: std::panicking::begin_panic\n             at /rustc/x/library/std/src/panicking.rs:645:5\n   1: app::main\n             at ./src/x.rs:4:5\n",
            "rust: 0 unknown std::panicking::begin_panic",
        ),
        (
            "Rust before 1.73",
            "thread 'w' panicked at 'boom', src/x.rs:4:5\nstack backtrace:\n   0: std::panicking::begin_panic\n",
            "rust: 0 unknown std::panicking::begin_panic",
        ),
    ]);
}
