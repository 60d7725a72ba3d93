//! Traps of Go's dumps: each one stands in a test, so that it stays one that nobody walks into.

use super::{HELD, dumps, each_line, only, open, pool};
use debrief::model::OwnerClass;
use debrief::text::Lang;

fn goroutine(id: u64, state: &str, frames: &str) -> String {
    let lines: String = frames.split(' ').map(|name| format!("{name}(0xc000012000)\n\t/src/x.go:9 +0x1\n")).collect();
    format!("goroutine {id} [{state}]:\n{lines}\n")
}

#[test]
fn every_line_that_says_what_happened_titles_its_dump() {
    let rest = goroutine(1, "running", "main.main");
    for title in [
        "SIGQUIT: quit",
        "SIGABRT: abort",
        "fatal error: all goroutines are asleep - deadlock!",
        "fatal error: concurrent map writes",
        "fatal error: sync: unlock of unlocked mutex",
        "fatal error: newosproc",
        "panic: test timed out after 10m0s",
        "runtime: goroutine stack exceeds 1000000000-byte limit",
        "runtime: out of memory: cannot allocate 4194304-byte block (4194304 in use)",
        "panic: assignment to entry in nil map [recovered]",
        "unexpected signal during runtime execution",
        "http: panic serving 10.0.0.1:4021: runtime error: index out of range",
    ] {
        assert_eq!(only(&format!("{title}\n\n{rest}")).title, title);
    }
    let klog = "E0820 14:00:01.100000       1 runtime.go:79] Observed a panic: \"invalid memory address\" (x)\n";
    assert!(only(&format!("{klog}{rest}")).title.starts_with("Observed a panic: "));
}

#[test]
fn a_crash_that_prints_more_than_goroutines_is_still_only_its_goroutines() {
    let text = "fatal error: fault\n[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x46e5a1]\n\nruntime stack:\n\
                runtime.throw({0x5642c3, 0x9})\n\t/go/panic.go:1077 +0x5c\nnon-Go function\n\tpc=0x7f1c8c2d1000\n\n\
                goroutine 7 gp=0xc0 m=3 mp=0xc1 [running]:\nmain.work()\n\t/x.go:1 +0x1\n\
                [originating from goroutine 5]:\nmain.start(...)\n\t/x.go:2 +0x1\ncreated by main.boot\n\t/x.go:3 +0x1\n\n-----\n\n\
                goroutine 7 gp=0xc0 m=3 mp=0xc1 [running]:\nmain.work()\n\t/x.go:1 +0x1\n\n\
                goroutine 8 [select]:\nmain.loop()\n\t/x.go:4 +0x1\n...23 frames elided...\nmain.go1()\n\t/x.go:5 +0x1\n";
    let dump = only(text);
    assert_eq!((dump.tasks, dump.title.as_str()), (2, "fatal error: fault"));
    let frames = |id: u64| dump.groups.iter().find(|group| group.ids == [id]).map(|group| group.frames.clone());
    assert_eq!(frames(7).unwrap(), ["main.work /x.go:1"]);
    assert_eq!(frames(8).unwrap(), ["main.loop /x.go:4", "main.go1 /x.go:5"]);
}

#[test]
fn names_with_old_and_damaged_characters_and_windows_paths_are_kept() {
    let text = "goroutine 5 [chan send (nil chan), 3 minutes]:\nruntimeÂ·unlock(0x1)\n\tC:/Go/src/lock.go:12 +0x1\n\
                main.func·001()\n\tD:/work dir/x.go:9 +0x1\npanic({0x5e5c60, 0xc00001a0d8?})\n\t/go/panic.go:9 +0x1\n";
    let dump = only(text);
    assert_eq!(
        dump.groups[0].frames,
        ["runtimeÂ·unlock C:/Go/src/lock.go:12", "main.func·001 D:/work dir/x.go:9", "panic /go/panic.go:9"]
    );
    assert_eq!(dump.groups[0].states.keys().collect::<Vec<_>>(), ["chan send (nil chan)"]);
}

#[test]
fn an_unknown_state_is_kept_and_known_ones_say_what_is_waited_for() {
    for (state, class) in [
        ("a state of 2031", "unknown"),
        ("???", "unknown"),
        ("dumping heap", "unknown"),
        ("GC assist wait", "running"),
        ("GC worker (idle)", "idle"),
        ("select (no cases)", "channel"),
        ("sync.WaitGroup.Wait", "join"),
        ("sync.RWMutex.RLock", "lock"),
        ("sync.Cond.Wait", "condition"),
        ("sleep", "sleep"),
        ("copystack", "running"),
        ("coroutine", "channel"),
    ] {
        let dump = only(&goroutine(5, state, "example.net/a.run"));
        assert_eq!(
            (dump.groups[0].class.as_str(), dump.groups[0].states.contains_key(state)),
            (class, true),
            "{state}"
        );
    }
}

#[test]
fn main_in_a_channel_for_days_is_main() {
    let main = goroutine(1, "chan receive, 9000 minutes", "main.main");
    let dump = only(&(main + &goroutine(7, "select, 20 minutes", "example.net/a.run")));
    assert!(dump.groups.iter().any(|group| group.ids == [1] && group.idle.is_some()));
    assert!(dump.verdict.contains("example.net/a.run") && !dump.verdict.contains("9000"), "{}", dump.verdict);
}

#[test]
fn a_listener_that_waits_longest_is_not_accused_even_where_it_shares_the_lock() {
    // The subscriber of the dump has waited longer than everybody; here it also has the lock's object among its arguments.
    let text =
        HELD.replace("linkSubscribeAt.func2(0xc0001a2040, 0xc0000a6060)", "linkSubscribeAt.func2(0xc0003f2100, 0x1)");
    let dump = only(&text);
    assert_eq!(dump.owners[0].holder.as_deref(), Some("goroutine 67570"), "{:#?}", dump.owners[0]);
    // Threads that take turns in accept wait for work.
    let accept = |id: u64| {
        goroutine(
            id,
            "IO wait, 900 minutes",
            "internal/poll.runtime_pollWait internal/poll.(*FD).Accept net.(*netFD).accept",
        )
    };
    let dump = only(&(10..40).map(accept).collect::<String>());
    assert!(dump.verdict.contains("30 of them idle"), "{}", dump.verdict);
}

#[test]
fn no_minutes_do_not_mean_not_blocked() {
    let text = each_line(HELD, |_, line| {
        let cut = line.find(", ").filter(|_| line.starts_with("goroutine ")).zip(line.find(" minutes"));
        cut.map_or_else(|| line.to_owned(), |(start, end)| format!("{}{}", &line[..start], &line[end + 8..]))
    });
    let dump = only(&text);
    assert_eq!((dump.owners[0].waiters, dump.owners[0].longest), (5, None));
    assert!(dump.onset.is_none() && dump.owners[0].holder.is_none());
}

#[test]
fn stale_arguments_prove_nothing() {
    let holder = |mark: &str| {
        format!(
            "goroutine 9 [IO wait, 10 minutes]:\ninternal/poll.runtime_pollWait(0x7f30, 0x72)\n\t/go/netpoll.go:305 +0x1\n\
             example.net/c.(*Cache).load(0xc000020000{mark})\n\t/c.go:60 +0x1\n\n"
        )
    };
    let waiter = |id: u64| {
        format!(
            "goroutine {id} [sync.Mutex.Lock, 10 minutes]:\nsync.runtime_SemacquireMutex(0xc000020004, 0x0, 0x1)\n\t/go/sema.go:95 +0x1\n\
             sync.(*Mutex).lockSlow(0xc000020000)\n\t/go/mutex.go:149 +0x1\nexample.net/c.(*Cache).Get(0xc000020000)\n\t/c.go:9 +0x1\n\n"
        )
    };
    let waiters: String = (20..32).map(waiter).collect();
    let class = |text: &str| only(text).owners[0].class;
    assert_eq!(class(&(waiters.clone() + &holder(""))), Some(OwnerClass::Derived));
    assert_eq!(class(&(waiters.clone() + &holder("?"))), Some(OwnerClass::Suspected));
    let sure = only(&(waiters.clone() + &holder(""))).verdict;
    assert!(sure.contains(", held by goroutine 9") && !sure.contains("probably"), "{sure}");
    let unsure = only(&(waiters + &holder("?"))).verdict;
    assert!(unsure.contains("probably held by goroutine 9") && unsure.contains("has waited as long"), "{unsure}");
}

#[test]
fn a_suspect_is_not_said_to_hold_the_lock_in_either_language() {
    let mut case = open(&[("unknown", HELD)]);
    let en = case.stacks(None, Lang::En).0.remove(0).verdict;
    assert!(en.contains("probably held by goroutine 67570") && en.contains("is locked to its thread"), "{en}");
    let zh = case.stacks(None, Lang::ZhCn).0.remove(0).verdict;
    assert!(zh.contains("很可能由") && zh.contains("绑定在自己的线程上"), "{zh}");
}

#[test]
fn waiting_at_one_place_is_not_waiting_for_one_lock() {
    let one = |id: u64| {
        format!(
            "goroutine {id} [sync.Mutex.Lock, 30 minutes]:\nsync.(*Mutex).Lock(...)\n\t/go/mutex.go:90\nexample.net/a.(*Shard).Put(...)\n\t/a.go:3\n\n"
        )
    };
    let dump = only(&(1..30).map(one).collect::<String>());
    assert!(dump.verdict.contains("one lock or many") && !dump.verdict.contains("behind one lock"), "{}", dump.verdict);
}

#[test]
fn an_idle_cohort_that_outnumbers_everything_is_not_accused() {
    let pair = |id: u64| {
        goroutine(2 * id, "IO wait, 40 minutes", "internal/poll.runtime_pollWait net/http.(*persistConn).readLoop")
            + &goroutine(2 * id + 1, "select, 40 minutes", "net/http.(*persistConn).writeLoop")
    };
    let dump = only(&(10..1000).map(pair).collect::<String>());
    assert!(dump.verdict.contains("1,980 of them idle"), "{}", dump.verdict);
    // Readers without writers are no connections that are kept: they are no longer set aside.
    let reader = |id: u64| {
        goroutine(id, "IO wait, 40 minutes", "internal/poll.runtime_pollWait net/http.(*persistConn).readLoop")
    };
    let dump = only(&((10..20).map(pair).collect::<String>() + &(100..700).map(reader).collect::<String>()));
    assert!(dump.groups[0].idle.is_none() && dump.verdict.contains("610 goroutines"), "{}", dump.verdict);
}

#[test]
fn a_large_cohort_without_a_trend_is_no_leak() {
    for text in [
        pool(500, 10, |_| 90),
        pool(500, 10, |index| 1 + index % 3),
        pool(500, 10, |index| if index < 250 { 5 } else { 90 }),
    ] {
        let verdict = only(&text).verdict;
        assert!(!verdict.contains("leak"), "{verdict}");
    }
    // Even an even rate is only what a leak looks like.
    let verdict = only(&pool(400, 10, |index| 200 - index / 2)).verdict;
    assert!(verdict.contains("looks like") && verdict.contains("second dump"), "{verdict}");
}

#[test]
fn debug_levels_agree_in_counts() {
    let debug2: String =
        (1..=6).map(|id| goroutine(id, "chan receive", "example.net/q.take example.net/q.run")).collect();
    let debug1 = "goroutine profile: total 6\n6 @ 0x43a2f6 0x46c1d0\n#\t0x43a2f5\texample.net/q.take+0x1\t/src/x.go:9\n#\t0x46c1cf\texample.net/q.run+0x1\t/src/x.go:9\n";
    let (full, folded) = (only(&debug2), only(debug1));
    assert_eq!((full.tasks, &full.groups[0].frames), (folded.tasks, &folded.groups[0].frames));
    for kind in ["goroutineleak", "threadcreate"] {
        let dump = only(&debug1.replace("goroutine profile", &format!("{kind} profile")));
        assert_eq!((dump.tasks, dump.kind.as_str()), (6, "go_profile"));
    }
}

#[test]
fn a_profile_without_states_is_told_without_empty_brackets() {
    let profile = "goroutine profile: total 812\n640 @ 0x43a2f6 0x46c1d0\n#\t0x43a2f5\texample.net/q.take+0x1\t/src/x.go:9\n\n\
                   172 @ 0x43a2f6 0x46c1d1\n#\t0x43a2f5\texample.net/q.put+0x1\t/src/x.go:19\n";
    let mut case = open(&[("unknown", profile)]);
    let mut verdict = |lang| case.stacks(None, lang).0.remove(0).verdict;
    let en = verdict(Lang::En);
    assert!(en.contains("640 of 812 goroutines have one stack, in example.net/q.take; no lock is visible"), "{en}");
    let zh = verdict(Lang::ZhCn);
    assert!(zh.contains("位于 example.net/q.take；看不到锁"), "{zh}");
}

#[test]
fn queues_of_a_profile_count_goroutines_and_not_stacks() {
    let stack = |count: u32, outer: &str| {
        format!(
            "{count} @ 0x43a2f6 0x46c1d0\n#\t0x43a2f5\tsync.(*Mutex).lockSlow+0x1\t/go/sync/mutex.go:171\n\
             #\t0x46c1cf\texample.net/store.(*Store).Put+0x1\t/src/store.go:9\n#\t0x46c1c0\t{outer}+0x1\t/src/api.go:2\n\n"
        )
    };
    let text = format!(
        "goroutine profile: total 668\n{}{}1 @ 0x1\n#\t0x1\tmain.main+0x1\t/src/main.go:1\n",
        stack(640, "example.net/api.write"),
        stack(27, "example.net/api.batch")
    );
    let dump = only(&text);
    assert_eq!((dump.owners[0].waiters, dump.owners[0].blocked), (667, 667));
    assert!(dump.verdict.starts_with("667 goroutines wait for a lock taken at one place"), "{}", dump.verdict);
    let pb = super::dumps_of(include_bytes!("../fixtures/formats/go-goroutine/goroutine.pb").to_vec(), "x").remove(0);
    assert_eq!(pb.owners.iter().map(|owner| owner.waiters).collect::<Vec<_>>(), [25]);
    // What a profile of thread creation counts are threads.
    let threads = only(&text.replace("goroutine profile", "threadcreate profile").replace("Mutex).lockSlow", "x).y"));
    assert!(threads.verdict.contains("threads"), "{}", threads.verdict);
}

#[test]
fn one_is_told_as_one() {
    let waiters: Vec<&str> = HELD.split("\n\n").collect();
    // One waiter and the holder are left.
    let mut n_waiters = 0;
    let kept: Vec<&str> = waiters
        .into_iter()
        .filter(|part| {
            n_waiters += u32::from(part.contains("sync.(*Mutex).Lock"));
            !part.contains("sync.(*Mutex).Lock") || n_waiters == 1
        })
        .collect();
    let text = kept.join("\n\n");
    for (text, want) in [
        (text.as_str(), "One of the goroutines waits behind one lock"),
        (&goroutine(5, "select", "example.net/a.run"), "One of the goroutines is in this dump"),
    ] {
        let mut case = open(&[("unknown", text)]);
        let said = case.stacks(None, Lang::En).0.remove(0).verdict;
        assert!(said.starts_with(want), "{said}");
        assert!(!said.contains("1 goroutines") && !case.stacks(None, Lang::ZhCn).0[0].verdict.is_empty());
    }
}

#[test]
fn what_the_runtime_calls_a_deadlock_is_not_ruled_out() {
    let text = format!(
        "fatal error: all goroutines are asleep - deadlock!\n\n{}{}exit status 2\n",
        goroutine(1, "sync.WaitGroup.Wait", "sync.runtime_SemacquireWaitGroup sync.(*WaitGroup).Wait main.main"),
        goroutine(18, "chan receive", "main.worker")
    );
    let mut case = open(&[("unknown", &text)]);
    let verdict = case.stacks(None, Lang::En).0.remove(0).verdict;
    assert!(verdict.contains("none of its goroutines could go on (2 in this dump)"), "{verdict}");
    let outcome = case.analysis().outcomes.iter().find(|it| it.rule == "stack/deadlock").cloned().unwrap();
    assert_eq!((outcome.outcome.as_str(), outcome.cites.len()), ("inconclusive", 1));
}

#[test]
fn a_title_behind_the_stamp_of_a_logger_is_one() {
    let rest = goroutine(77, "running", "panic example.com/app.handler");
    for stamp in ["2024/05/01 12:00:00 ", "2024/05/01 12:00:00.123456 "] {
        let text = format!("{stamp}http: panic serving 10.1.2.3:55555: nil map\n{rest}");
        assert!(only(&text).title.ends_with("http: panic serving 10.1.2.3:55555: nil map"));
        let mut case = open(&[("unknown", &text)]);
        assert_eq!(case.evidence().remove(0).lines.failed, 0);
        assert!(case.analysis().findings.is_empty());
    }
}

#[test]
fn renumbered_goroutines_are_not_the_same_ones() {
    let stamped =
        |text: &str, at: &str| each_line(text, |_, line| format!("2023-11-28T{at}+08:00 node-1 netd[1]: {line}"));
    let mut case = open(&[
        ("a.log", &stamped(&pool(60, 10, |_| 5), "02:00:00")),
        ("b.log", &stamped(&pool(60, 5_000, |_| 5), "03:00:00")),
    ]);
    let other = case.evidence()[1].id;
    let diff = case.stacks(Some(other), Lang::En).1.unwrap();
    assert_eq!((diff.persistent, diff.new, diff.gone, diff.groups[0].change.as_str()), (0, 60, 60, "flat"));
}

#[test]
fn dumps_of_one_log_are_told_apart_by_their_times() {
    let at = |time: &str| {
        each_line(&pool(12, 10, |_| 5), |_, line| format!("2023-11-28T{time}+08:00 node-1 netd[1]: {line}"))
    };
    let all = dumps(&(at("02:00:00") + &at("02:30:00") + &at("03:00:00")));
    let times: Vec<&str> = all.iter().filter_map(|dump| dump.at.as_deref()).collect();
    assert_eq!(times, ["2023-11-27T18:00:00Z", "2023-11-27T18:30:00Z", "2023-11-27T19:00:00Z"]);
}

#[test]
fn the_same_dump_in_two_files_is_one_finding() {
    let text = each_line(&waiting(20), |_, line| format!("2023-11-28T02:02:14+08:00 node-1 netd[1]: {line}"));
    let mut case = open(&[("a.log", &text), ("copy/a.log", &text)]);
    let found = case.analysis().findings.iter().filter(|finding| finding.rule == "stack/lock-convoy").count();
    assert_eq!(found, 1);
}

fn waiting(n: u64) -> String {
    let one = |id: u64| {
        format!(
            "goroutine {id} [sync.Mutex.Lock, 30 minutes]:\nsync.(*Mutex).lockSlow(0xc000020000)\n\t/go/mutex.go:149 +0x1\n\
             example.net/c.(*Cache).Get(0xc000020000)\n\t/c.go:9 +0x1\n\n"
        )
    };
    (1..=n).map(one).collect()
}

#[test]
fn a_listener_that_no_name_gives_away_is_not_accused() {
    // It is of the same package as those who wait, locked to its thread in the same call, and has waited for longer than all of them.
    let text = HELD.replace("example.net/netlink.linkSubscribeAt.func2(", "example.net/netd/daemon.monitorLinks(");
    let dump = only(&text);
    assert_eq!(dump.owners[0].holder.as_deref(), Some("goroutine 67570"), "{:#?}", dump.owners[0]);
    assert!(dump.owners.iter().all(|owner| owner.candidates.iter().all(|it| it.task != "goroutine 18")));
    // A loop of the very object that the lock lies in, which waits for the end of the program.
    let idle = |wait: &str| {
        format!(
            "goroutine 30 [{wait}]:\nexample.net/netd/daemon.(*service).gcLoop(0xc0003f2100)\n\t/src/daemon/gc.go:31 +0x1\n\
             created by example.net/netd/daemon.(*service).Run in goroutine 1\n\t/src/daemon/run.go:9 +0x1\n\n"
        )
    };
    for wait in ["select, 1702 minutes", "chan receive, 28800 minutes", "select, 4 minutes", "sleep, 2 minutes"] {
        let dump = only(&format!("{}\n{}", HELD.trim_end(), idle(wait)));
        assert_eq!(dump.owners[0].holder.as_deref(), Some("goroutine 67570"), "{wait}: {:#?}", dump.owners[0]);
    }
    // A busy loop of the object has only just come to where it waits: it may be under the lock or not.
    for wait in ["select", "IO wait", "sleep, locked to thread"] {
        let with = only(&format!("{}\n{}", HELD.trim_end(), idle(wait)));
        assert_eq!(with.owners[0].holder.as_deref(), Some("goroutine 67570"), "{wait}: {:#?}", with.owners[0]);
        let without: Vec<&str> = HELD.split("\n\n").filter(|part| !part.contains("goroutine 67570 ")).collect();
        let dump = only(&format!("{}\n\n{}", without.join("\n\n"), idle(wait)));
        let owner = &dump.owners[0];
        assert_eq!((&owner.holder, owner.candidates.len()), (&None, 1), "{owner:#?}");
        assert_eq!(owner.candidates[0].class, OwnerClass::Suspected);
    }
    // Without the holder nobody is left to accuse, however long others have waited.
    let without: Vec<&str> = text.split("\n\n").filter(|part| !part.contains("goroutine 67570 ")).collect();
    let dump = only(&format!("{}\n\n{}", without.join("\n\n"), idle("select, 1702 minutes")));
    assert_eq!(dump.owners[0].holder, None, "{:#?}", dump.owners[0]);
    assert!(dump.verdict.contains("not visible in this evidence"), "{}", dump.verdict);
}

#[test]
fn two_that_have_waited_alike_are_told_and_neither_is_accused() {
    // Waits are sampled: within minutes they have no order.
    let second = |minutes: u32| {
        format!(
            "goroutine 67571 [syscall, {minutes} minutes, locked to thread]:\nsyscall.Syscall6(0x2d, 0x17)\n\t/go/asm.s:43 +0x5\n\
             example.net/netd/daemon.probe()\n\t/src/daemon/probe.go:4 +0x1\n\n"
        )
    };
    for minutes in [1593, 1595, 1597] {
        let dump = only(&format!("{}\n\n{}", HELD.trim_end(), second(minutes)));
        assert_eq!((&dump.owners[0].holder, dump.owners[0].candidates.len()), (&None, 2), "{:#?}", dump.owners[0]);
    }
}

#[test]
fn a_race_report_is_read_and_accuses_nobody_of_waiting() {
    let text = include_str!("../fixtures/formats/go-goroutine/race.txt");
    let all = dumps(text);
    assert_eq!(
        all.iter().map(|dump| (dump.tasks, dump.title.as_str())).collect::<Vec<_>>(),
        [(2, "WARNING: DATA RACE"); 2]
    );
    assert!(all[0].verdict.contains("goroutine 8 and goroutine 1 use the same memory"), "{}", all[0].verdict);
    assert!(all.iter().all(|dump| dump.owners.is_empty()));
    // The stack of whoever started a goroutine is not its own.
    let of = |id: u64| all[0].groups.iter().find(|group| group.ids == [id]).map(|group| group.frames.clone()).unwrap();
    assert_eq!(of(1), ["example.net/shop/cart.(*Cart).Total /src/cart/cart.go:31", "main.main /src/main.go:24"]);
    // A crash below is a dump of its own.
    let all = dumps(&format!("{text}panic: boom\n\n{}", goroutine(1, "running", "main.main")));
    assert_eq!(all.iter().map(|dump| dump.title.as_str()).collect::<Vec<_>>()[2..], ["panic: boom"]);
    // Words about a race are none.
    assert!(dumps("read at 0x10 by goroutine 8 was fine\nWrite at 0x00 by hand:\n").is_empty());
}

#[test]
fn a_dump_that_its_printer_cut_says_so() {
    let rest = goroutine(7, "select, 2 minutes", "main.run");
    for end in ["...additional frames elided...\n", "(truncated)\n", "...(truncated)\n", "main.wait(0xc0000120"] {
        let text = format!("{}goroutine 9 [chan receive]:\nmain.take(0xc000012000)\n\t/src/x.go:9 +0x1\n{end}", rest);
        let dump = only(&text);
        let of = |id: u64| dump.groups.iter().find(|group| group.ids == [id]).map(|group| group.frames.len());
        assert_eq!((dump.tasks, of(7)), (2, Some(1)), "{end}");
        assert!(of(9).is_some_and(|n_frames| n_frames >= 1), "{end}");
    }
}
