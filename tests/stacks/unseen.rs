//! What a dump does not show is neither found in it nor ruled out from it.

use debrief::model::{Confidence, OwnerClass};
use debrief::text::{Lang, Texts};

use super::{crossed, dumps, only, open, pool};

const RULES: [&str; 3] = ["cross/call-chain-stalled", "stack/deadlock", "stack/lock-convoy"];

/// What the rules about stacks say of some inputs.
fn outcomes(texts: &[&str]) -> [String; 3] {
    let names = ["a", "b", "c"];
    let files: Vec<(&str, &str)> = names.into_iter().zip(texts.iter().copied()).collect();
    let mut case = open(&files);
    let all = case.analysis().outcomes.clone();
    RULES.map(|rule| all.iter().find(|outcome| outcome.rule == rule).map(|it| it.outcome.clone()).unwrap_or_default())
}

#[test]
fn what_shows_a_few_tasks_rules_nothing_out() {
    let race = include_str!("../fixtures/formats/go-goroutine/race.txt");
    assert_eq!(outcomes(&[race]), ["skipped"; 3]);
    // Three programs that each panicked are not three tasks of one.
    let panic =
        "panic: boom\n\ngoroutine 7 [running]:\nmain.run(0xc000012000)\n\t/src/main.go:9 +0x1f\nexit status 2\n";
    assert_eq!(outcomes(&[panic; 3]), ["skipped"; 3]);
    let rust = include_str!("../fixtures/formats/rust-panic/full-two-threads.txt");
    assert_eq!(outcomes(&[rust]), ["skipped"; 3]);
}

#[test]
fn what_does_not_say_who_waits_rules_no_waiting_out() {
    // A lock is taken in the line of Python that takes it: no frame says so.
    let python = include_str!("../fixtures/formats/python-stack/faulthandler-3.8.txt");
    // A machine that died says that threads are blocked, not where.
    let died = "Java Threads: ( => current thread )\n  0x00007f1c8c2d2000 JavaThread \"pool-2\" daemon [_thread_blocked, id=4712, stack(0x00007f1c5a2fe000,0x00007f1c5a3fe000)]\n\
                =>0x00007f1c8c2d1000 JavaThread \"worker-1\" [_thread_in_vm, id=4711, stack(0x00007f1c5a3fe000,0x00007f1c5a4fe000)]\n";
    let file = "17\n2025-11-20T09:14:05.123Z\n21.0.4+7-LTS\n\n#31 \"w\"\n      com.example.P.take(P.java:3)\n\n#40 \"\" virtual\n      com.example.P.take(P.java:3)\n";
    for text in [python, died, file] {
        assert_eq!(outcomes(&[text]), ["skipped", "inconclusive", "inconclusive"], "{text}");
    }
    // Where its frames say that a thread takes a lock, that is a queue whose owner nobody states.
    let waits = file.replace(
        "      com",
        "      java.base/java.util.concurrent.locks.ReentrantLock.lock(ReentrantLock.java:322)\n      com",
    );
    let dump = only(&waits);
    assert_eq!(dump.owners.iter().map(|it| (it.waiters, &it.holder)).collect::<Vec<_>>(), [(2, &None)], "{dump:#?}");
    assert!(dump.owners[0].lock.contains("com.example.P.take"));
    assert_eq!(outcomes(&[&waits]), ["skipped", "inconclusive", "inconclusive"]);
    // What one dump does not show, another may.
    let java = include_str!("../fixtures/formats/java-threads/jcmd-jdk24-virtual.txt");
    assert_eq!(outcomes(&[java, python])[1], outcomes(&[java])[1]);
}

#[test]
fn workers_that_take_turns_are_no_leak() {
    // Jobs came at an even rate, and the worker that had waited longest took each: their waits are as even as those of a leak.
    for text in [pool(250, 10, |index| 1 + index * 7 % 240), pool(240, 10, |index| 1 + (index + 100) % 240)] {
        let dump = only(&text);
        assert_eq!(dump.groups[0].wait.as_ref().map(|wait| wait.shape.as_str()), Some("open"));
        assert!(!dump.verdict.contains("leak"), "{}", dump.verdict);
    }
    // Those that were started later have waited for less, whatever the sampling and a few that were busy before made of it.
    let dump = only(&pool(250, 10, |index| if index % 50 == 7 { 1 } else { 252 - index + index % 3 }));
    assert_eq!(dump.groups[0].wait.as_ref().map(|wait| wait.shape.as_str()), Some("steady"));
}

#[test]
fn two_that_the_runtime_says_are_asleep_for_ever_are_a_circle_without_waits() {
    let text = format!("fatal error: all goroutines are asleep - deadlock!\n\n{}exit status 2\n", crossed(""));
    let dump = only(&text);
    assert!(dump.verdict.contains("each other’s locks") && dump.verdict.contains("derived"), "{}", dump.verdict);
    let mut case = open(&[("unknown", &text)]);
    let findings = &case.analysis().findings;
    assert_eq!(
        findings.iter().map(|it| (it.rule.as_str(), it.confidence)).collect::<Vec<_>>(),
        [("stack/deadlock", Confidence::Likely)]
    );
}

#[test]
fn the_first_panic_titles_the_dump_and_not_what_went_wrong_while_it_was_handled() {
    let text = "panic: index out of range [5] with length 3 [recovered]\n\tpanic: close of closed channel\n[signal SIGSEGV: x]\n\n\
                goroutine 7 [running]:\npanic({0x4a2b60?, 0x55c0a0?})\n\t/go/panic.go:770 +0x132\nmain.run(0xc000012000)\n\t/src/main.go:9 +0x1f\n";
    assert_eq!(only(text).title, "panic: index out of range [5] with length 3 [recovered]");
}

/// Two threads, each of which runs the initialiser of one class and needs the other's.
fn initialisers(b_needs: &str) -> String {
    let thread = |name: &str, id: u32, own: &str, needs: &str| {
        format!(
            "\"{name}\" #{id} [47{id}] prio=5 os_prio=0 cpu=12.40ms elapsed=913.55s tid=0x00007f1c8c2d10{id} nid=47{id} waiting on condition  [0x00007f1c5a3fe000]\n   \
             java.lang.Thread.State: RUNNABLE\n\tat com.example.{own}.<clinit>({own}.java:5)\n{needs}\tat com.example.Main.run(Main.java:10)\n\n"
        )
    };
    format!(
        "2026-03-02 09:14:05\nFull thread dump OpenJDK 64-Bit Server VM (21.0.4+7-LTS mixed mode, sharing):\n\n{}{}JNI global refs: 12, weak refs: 0\n",
        thread("init-a", 31, "A", "\t- waiting on the Class initialization monitor for com.example.B\n"),
        thread("init-b", 32, "B", b_needs),
    )
}

#[test]
fn classes_that_wait_for_each_others_initialisers_are_a_circle() {
    // The machine reports none and calls both threads runnable.
    let text = initialisers("\t- waiting on the Class initialization monitor for com.example.A\n");
    let dump = only(&text);
    assert!(dump.owners.iter().all(|owner| owner.cycle && owner.class == Some(OwnerClass::Derived)), "{dump:#?}");
    assert!(dump.verdict.starts_with("Deadlock: "), "{}", dump.verdict);
    let mut case = open(&[("unknown", &text)]);
    let finding = case.analysis().findings[0].clone();
    assert_eq!((finding.rule.as_str(), finding.confidence), ("stack/deadlock", Confidence::Likely));
    let texts = Texts::new(Lang::ZhCn, 0);
    assert!(finding.statements.iter().all(|said| !texts.say(&said.text).is_empty()));
    // One that only waits for the other is none.
    let dump = only(&initialisers(""));
    assert_eq!(dump.owners[0].holder.as_deref(), Some("thread “init-b”"), "{:#?}", dump.owners);
    assert!(!dump.verdict.contains("Deadlock"), "{}", dump.verdict);
    // Nobody runs that initialiser: the owner is not visible.
    let dump = only(&initialisers("").replace("B.<clinit>", "B.<init>"));
    assert_eq!(dump.owners[0].holder, None);
    // Older machines do not name the class: a thread that is runnable and waits for an object is all there is.
    let old = "2026-03-02 09:14:05\nFull thread dump Java HotSpot(TM) 64-Bit Server VM (25.191-b12 mixed mode):\n\n\
               \"clin-1\" #33 prio=5 os_prio=0 tid=0x00007f1c8c2d1002 nid=0x2a46 in Object.wait() [0x00007f1c5a3fc000]\n   \
               java.lang.Thread.State: RUNNABLE\n\tat com.example.A.<clinit>(A.java:5)\n\tat com.example.M.run(M.java:5)\n\n\
               \"clin-2\" #34 prio=5 os_prio=0 tid=0x00007f1c8c2d1003 nid=0x2a47 in Object.wait() [0x00007f1c5a3fb000]\n   \
               java.lang.Thread.State: RUNNABLE\n\tat com.example.B.<clinit>(B.java:5)\n\tat com.example.M.run(M.java:6)\n\n\
               JNI global references: 310\n";
    assert_eq!(only(old).groups.iter().map(|it| it.class.as_str()).collect::<Vec<_>>(), ["lock", "lock"]);
    assert_eq!(outcomes(&[old]), ["skipped", "inconclusive", "inconclusive"]);
}

#[test]
fn a_pool_of_threads_that_all_wait_in_one_place_is_told() {
    let thread = |id: u64| {
        format!(
            "\"http-{id}\" #{id} daemon prio=5 os_prio=0 cpu=12.40ms elapsed=913.55s tid=0x00007f1c8c2d{id:04x} nid=0x{id:x} waiting on condition  [0x00007f1c5a3fe000]\n   \
             java.lang.Thread.State: TIMED_WAITING (parking)\n\tat jdk.internal.misc.Unsafe.park(java.base@11.0.20/Native Method)\n\
             \tat java.util.concurrent.SynchronousQueue.poll(java.base@11.0.20/SynchronousQueue.java:937)\n\
             \tat com.zaxxer.hikari.util.ConcurrentBag.borrow(ConcurrentBag.java:151)\n\tat com.example.Dao.find(Dao.java:44)\n\n"
        )
    };
    let dump = |n: u64| {
        let threads: String = (0..n).map(|index| thread(100 + index)).collect();
        format!(
            "2025-11-20 09:14:05\nFull thread dump OpenJDK 64-Bit Server VM (11.0.20+8 mixed mode):\n\n{threads}JNI global refs: 12\n"
        )
    };
    let verdict = only(&dump(50)).verdict;
    assert!(verdict.starts_with("50 of 50 threads have one stack, in com.zaxxer.hikari"), "{verdict}");
    assert!(only(&dump(12)).verdict.contains("none is seen"));
}

#[test]
fn a_time_in_utc_is_the_time_of_a_javacore() {
    let dump = |utc: &str| {
        only(&format!(
            "0SECTION       TITLE subcomponent dump routine\n1TISIGINFO     Dump Event \"user\" (00004000) received\n{utc}\
             1TIDATETIME    Date: 2026/04/28 at 12:34:56:789\n\
             3XMTHREADINFO      \"worker-1\" J9VMThread:0x000000000054EE00, omrthread_t:0x0000000000550000, java/lang/Thread:0x0000000000600000, state:R, prio=5\n\
             4XESTACKTRACE                at com/example/Pool.take(Pool.java:88(Compiled Code))\n"
        ))
    };
    assert_eq!(dump("").at.as_deref(), Some("2026-04-28T12:34:56Z"));
    let utc = dump("1TIDATETIMEUTC Date: 2026/04/28 at 04:34:56:789 (UTC)\n");
    assert_eq!(utc.at.as_deref(), Some("2026-04-28T04:34:56Z"));
}

#[test]
fn a_dump_below_one_line_of_a_log_is_no_chat_and_one_in_a_chat_is_found() {
    let race = include_str!("../fixtures/formats/go-goroutine/race.txt");
    for line in ["2025/11/20 10:11:12 start", "2025-11-20 10:11:12 server started"] {
        assert_eq!(dumps(&format!("{line}\n{race}")).len(), 2, "{line}");
    }
    let chat = format!(
        "2026-03-02 10:11:12 张三\n看这个\n\n2026-03-02 10:12:40 李四\n{}\n2026-03-02 10:14:00 张三\n死锁\n",
        crossed(", 8 minutes")
    );
    let mut case = open(&[("unknown", &chat)]);
    assert_eq!(case.evidence()[0].format, "chat");
    let dump = case.stacks(None, Lang::En).0.remove(0);
    assert_eq!((dump.tasks, dump.at.as_deref()), (2, Some("2026-03-02T10:12:40Z")));
    // A message that somebody copied alone is one.
    assert_eq!(open(&[("unknown", "2026-03-02 10:11:12 张三\n重启了吗？\n")]).evidence()[0].format, "chat");
}

#[test]
fn lines_that_a_printer_adds_are_known() {
    let python = "Timeout (0:00:30)!\nThread 0x00007fd1f6ed8080 (most recent call first):\n  Garbage-collecting\n  File \"/app/x.py\", line 953 in run\n";
    let go = "goroutine 7 [chan receive, 5 minutes]:\nmain.run(0xc000012000)\n\t/src/main.go:9 +0x1f\n...\n\ngoroutine 8 [select]:\nmain.x()\n\t/src/main.go:8 +0x1f\n";
    for (text, n_frames) in [(python, 1), (go, 1)] {
        let mut case = open(&[("unknown", text)]);
        assert_eq!(case.evidence()[0].lines.failed, 0, "{text}");
        assert_eq!(case.stacks(None, Lang::En).0[0].groups[0].frames.len(), n_frames, "{text}");
    }
}

#[test]
fn a_wait_that_goes_on_in_a_later_dump_began_once() {
    let report = |minute: u32, pid: u32| {
        format!(
            "Nov 28 02:{minute:02}:14 node-1 kernel: INFO: task docker:{pid} blocked for more than 120 seconds.\n\
             Nov 28 02:{minute:02}:14 node-1 kernel: docker          D ffff88003ea13180     0 {pid}      1 0x00000000\n\
             Nov 28 02:{minute:02}:14 node-1 kernel: Call Trace:\n\
             Nov 28 02:{minute:02}:14 node-1 kernel:  [<ffffffff81728d95>] __mutex_lock_slowpath+0x135/0x1b0\n\
             Nov 28 02:{minute:02}:14 node-1 kernel:  [<ffffffff8162afd5>] copy_net_ns+0x85/0x140\n"
        )
    };
    let begins = |text: &str| {
        let mut case = open(&[("unknown", text)]);
        let events = case.analysis().timeline.clone();
        let begins = events.iter().filter(|event| event.key.starts_with("stacks-onset/"));
        begins.map(|event| event.at.to_rfc3339()[11..16].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(begins(&[report(2, 21_805), report(4, 21_805), report(6, 21_805)].concat()), ["02:00"]);
    // Another task, and the same one after it went on, begin anew.
    assert_eq!(begins(&[report(2, 21_805), report(4, 4_711)].concat()), ["02:00", "02:02"]);
    assert_eq!(begins(&[report(2, 21_805), report(40, 21_805)].concat()), ["02:00", "02:38"]);
}

#[test]
fn the_kernel_does_not_see_the_locks_of_programs() {
    let task =
        |pid: u32, frame: &str| format!("== {pid} netd\n[<0>] {frame}+0xc6/0x130\n[<0>] do_syscall_64+0x5b/0x1a0\n");
    let io = task(19_246, "netlink_recvmsg");
    for frame in ["futex_wait_queue_me", "wait_for_completion"] {
        assert_eq!(
            outcomes(&[&format!("{io}{}", task(19_247, frame))]),
            ["skipped", "inconclusive", "inconclusive"],
            "{frame}"
        );
    }
    assert_eq!(outcomes(&[&format!("{io}{}", task(19_247, "pipe_read"))]), ["skipped", "ruled_out", "ruled_out"]);
}

/// Goroutines that wait for the lock of a store, in Go's form.
fn waiters(lock: impl Fn(u64) -> u64) -> String {
    let one = |id: u64| {
        let at = lock(id);
        format!(
            "goroutine {id} [sync.Mutex.Lock, 20 minutes]:\nsync.runtime_SemacquireMutex({:#x}, 0x0, 0x1)\n\t/go/sema.go:95 +0x1\n\
             sync.(*Mutex).lockSlow({at:#x})\n\t/go/mutex.go:149 +0x1\nexample.net/c.(*Store).Put({at:#x})\n\t/c.go:9 +0x1\n\n",
            at + 4
        )
    };
    (20..50).map(one).collect()
}

#[test]
fn a_loop_that_the_waiters_feed_is_told_and_not_accused() {
    // It has had no work since they got stuck, so it has waited for as long as they have.
    let fed = |state: &str, frames: &str| {
        format!(
            "goroutine 9 [{state}, 20 minutes]:\n{frames}example.net/c.(*Store).flush(0xc000020000)\n\t/c.go:60 +0x1\n\
             created by example.net/c.New\n\t/c.go:5 +0x1\n\n"
        )
    };
    let queue = |text: &str| only(text).owners.remove(0);
    for state in ["select", "chan receive", "sleep"] {
        let owner = queue(&(waiters(|_| 0xc0_0002_0000) + &fed(state, "")));
        assert_eq!((&owner.holder, owner.candidates[0].class), (&None, OwnerClass::Suspected), "{state}");
    }
    // What it called may be under the lock, and so may what it gives away or asks the system for.
    for (state, frames) in [
        ("select", "google.golang.org/grpc.(*ClientConn).Invoke(0xc000333000)\n\t/g.go:1 +0x1\n"),
        ("chan send", ""),
        ("syscall", "syscall.Syscall(0x4a, 0x9, 0x0, 0x0)\n\t/s.go:1 +0x1\n"),
    ] {
        let owner = queue(&(waiters(|_| 0xc0_0002_0000) + &fed(state, frames)));
        assert_eq!((owner.holder.as_deref(), owner.class), (Some("goroutine 9"), Some(OwnerClass::Derived)), "{state}");
    }
}

#[test]
fn many_that_each_wait_for_a_lock_of_their_own_are_not_told_as_one() {
    let verdict = only(&waiters(|id| 0xc0_0002_0000 + id * 256)).verdict;
    assert!(verdict.starts_with("30 goroutines wait for a lock taken at one place, up to 20 min"), "{verdict}");
    let verdict = only(&waiters(|_| 0xc0_0002_0000)).verdict;
    assert!(verdict.starts_with("30 goroutines wait behind one lock, up to 20 min: lock 0xc000020000"), "{verdict}");
}

#[test]
fn three_hundred_that_wait_say_more_than_one_that_waited_a_minute_longer() {
    let lone = "goroutine 9 [syscall, 41 minutes]:\nsyscall.Syscall(0x4a, 0x9, 0x0, 0x0)\n\t/s.go:1 +0x1\nexample.net/b.(*Bus).drain(0x1)\n\t/b.go:1 +0x1\n\n";
    let verdict = only(&(pool(300, 20, |_| 40) + lone)).verdict;
    assert!(
        verdict.contains("300 goroutines in example.net/q.(*Queue).take (chan receive), up to 40 min"),
        "{verdict}"
    );
}

#[test]
fn a_crash_says_who_crashed_and_where() {
    let text = "fatal error: concurrent map writes\n\ngoroutine 34 [running]:\nmain.(*store).put(...)\n\t/src/store.go:18\nmain.main.func1(0x1)\n\t/src/main.go:12 +0x6a\n\n\
                goroutine 35 [runnable]:\nmain.main.func1(0x2)\n\t/src/main.go:12 +0x6a\n\nexit status 2\n";
    let verdict = only(text).verdict;
    assert!(verdict.starts_with("The program ended while goroutine 34 was in main.(*store).put."), "{verdict}");
    let text = "panic: boom\n\ngoroutine 7 [running]:\npanic({0x4a2b60?, 0x55c0a0?})\n\t/go/panic.go:770 +0x132\nmain.run(0xc000012000)\n\t/src/main.go:9 +0x1f\n";
    assert!(only(text).verdict.starts_with("The program ended while goroutine 7 was in main.run."));
    // Who ends a test that took too long did nothing else.
    let text = "panic: test timed out after 10m0s\n\trunning tests:\n\ngoroutine 33 [running]:\ntesting.(*M).startAlarm.func1()\n\t/go/testing.go:2373 +0x385\n\n\
                goroutine 18 [chan receive, 9 minutes]:\nexample.com/app.TestFoo(0xc000003be0)\n\t/src/app_test.go:14 +0x35\nFAIL\texample.com/app\t600.010s\n";
    assert!(only(text).verdict.contains("none is seen to hold others up"));
}

#[test]
fn a_deadlock_that_a_tool_from_outside_reports_is_one() {
    let dump = only(include_str!("../fixtures/formats/java-threads/jhsdb-jdk17.txt"));
    assert!(dump.verdict.starts_with("Deadlock: ") && dump.verdict.contains("stated by the dump"), "{}", dump.verdict);
    assert!(dump.groups.iter().all(|group| !group.frames.is_empty()));
    let mut case = open(&[("unknown", include_str!("../fixtures/formats/java-threads/jhsdb-jdk17.txt"))]);
    assert_eq!(case.evidence()[0].lines.failed, 0);
    let finding = case.analysis().findings[0].clone();
    assert_eq!(finding.confidence, Confidence::Certain);
    assert!(finding.statements.iter().any(|said| said.text.id == "finding-deadlock-reported"));
    // Of `jstack -F` threads have no names: which are meant cannot be told, but that there is one can.
    let section = "Deadlock Detection:\n\nFound one Java-level deadlock:\n=============================\n\n\"T1\":\n  waiting to lock Monitor@0x00007f1c (Object@0x00e1, a java/lang/Object),\n  \
                   which is held by \"T2\"\n\"T2\":\n  waiting to lock Monitor@0x00007f1d (Object@0x00e2, a java/lang/Object),\n  which is held by \"T1\"\n\nFound a total of 1 deadlock.\n";
    let quiet = include_str!("../fixtures/formats/java-threads/jstack-F.txt");
    let text = quiet.replace("Deadlock Detection:\n\nNo deadlocks found.\n", section);
    assert_eq!(outcomes(&[&text])[1], "inconclusive");
    assert!(only(&text).verdict.starts_with("The runtime itself reports a deadlock."));
    assert_eq!(open(&[("unknown", &text)]).evidence()[0].lines.failed, 0);
}
