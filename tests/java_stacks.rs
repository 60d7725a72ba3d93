//! Java thread dumps from text to verdict: the corpus as its index has it, what wraps, cuts or shuffles a dump, and the traps.

use std::collections::BTreeMap;

use debrief::case::Case;
use debrief::model::{Analysis, Confidence, OwnerClass};
use debrief::view::stacks::DumpView;

use crate::stacks::{dumps, each_line, meaning, only, open, wrapped};

/// Twelve threads wait for the pool that `worker-1` refills from a socket, two for its lock; three workers of a pool have no work.
const HELD: &str = include_str!("fixtures/formats/java-threads/jstack-l-jdk21.txt");
/// A circle through a monitor and a lock whose owner only the machine's own report names.
const CIRCLE: &str = include_str!("fixtures/rules/stack/deadlock/positive.txt");

fn circle() -> &'static str {
    CIRCLE.split("#- ").nth(1).unwrap().split_once('\n').unwrap().1
}

/// States as written up to the first blank, with their number; the machine's own threads state none.
fn states(dump: &DumpView) -> BTreeMap<String, u64> {
    let mut states = BTreeMap::new();
    for (state, count) in dump.groups.iter().flat_map(|group| &group.states) {
        let word = state.split(' ').next().unwrap_or_default();
        if word.bytes().any(|byte| byte.is_ascii_uppercase()) {
            *states.entry(word.to_owned()).or_default() += count;
        }
    }
    states
}

fn circles(dump: &DumpView) -> usize {
    dump.owners.iter().filter(|owner| owner.cycle && owner.blocked > 0).count()
}

fn analysis(files: &[(&str, &str)]) -> Analysis {
    let mut case: Case = open(files);
    case.analysis().clone()
}

fn outcome<'a>(analysis: &'a Analysis, rule: &str) -> (&'a str, &'a str) {
    let outcome = analysis.outcomes.iter().find(|outcome| outcome.rule == rule).unwrap();
    (&outcome.outcome, outcome.why.as_ref().map_or("", |why| why.id.as_str()))
}

#[test]
fn the_corpus_is_as_its_index_has_it() {
    let Some(folder) = crate::corpus::corpus("the_corpus_is_as_its_index_has_it") else { return };
    for (name, tasks, at, want, n_circles) in [
        ("ibm_hotspot11_small", 1, None, vec![("WAITING", 1)], 0),
        (
            "jtd_deadlock",
            33,
            Some("2025-12-21T11:28:04Z"),
            vec![("BLOCKED", 2), ("RUNNABLE", 11), ("TIMED_WAITING", 2), ("WAITING", 1)],
            1,
        ),
        (
            "jtd_read-write-lock",
            60,
            Some("2025-12-22T13:30:15Z"),
            vec![("BLOCKED", 7), ("RUNNABLE", 12), ("TIMED_WAITING", 4), ("WAITING", 18)],
            3,
        ),
        ("jtd_thread-dump-multi-deadlock", 5, None, vec![("BLOCKED", 4), ("RUNNABLE", 1)], 2),
        (
            "jtd_thread-pool-progression-0",
            56,
            Some("2025-12-22T13:30:04Z"),
            vec![("BLOCKED", 4), ("RUNNABLE", 12), ("TIMED_WAITING", 3), ("WAITING", 18)],
            2,
        ),
        (
            "jtd_thread-pool-progression-1",
            71,
            Some("2025-12-22T13:30:04Z"),
            vec![("BLOCKED", 4), ("RUNNABLE", 12), ("TIMED_WAITING", 3), ("WAITING", 33)],
            2,
        ),
        (
            "jtd_thread-pool-progression-2",
            71,
            Some("2025-12-22T13:30:07Z"),
            vec![("BLOCKED", 4), ("RUNNABLE", 12), ("TIMED_WAITING", 3), ("WAITING", 33)],
            2,
        ),
    ] {
        let text = std::fs::read_to_string(folder.join(format!("java/{name}.txt"))).unwrap();
        let dump = only(&text);
        assert_eq!(
            (dump.kind.as_str(), dump.tasks, dump.at.as_deref(), dump.is_cut),
            ("jvm", tasks, at, false),
            "{name}"
        );
        let want: BTreeMap<String, u64> = want.into_iter().map(|(state, count)| (state.to_owned(), count)).collect();
        assert_eq!(states(&dump), want, "{name}");
        assert_eq!(circles(&dump), n_circles, "{name}");
        let found = analysis(&[("t.txt", &text)]);
        let deadlocks: Vec<_> = found.findings.iter().filter(|finding| finding.rule == "stack/deadlock").collect();
        assert_eq!(deadlocks.len(), n_circles, "{name}");
        assert!(deadlocks.iter().all(|finding| finding.confidence == Confidence::Certain));
        // The machine's own report and what was found agree; without one, nothing is invented.
        let id = if name.contains("multi") { "finding-deadlock-not-reported" } else { "finding-deadlock-reported" };
        assert!(deadlocks.iter().all(|it| it.statements.iter().any(|said| said.text.id == id)), "{name}");
    }
}

#[test]
fn the_corpus_names_the_contended_lock_its_owner_and_the_idle_pools() {
    let Some(folder) = crate::corpus::corpus("the_corpus_names_the_contended_lock") else { return };
    let read = |name: &str| std::fs::read_to_string(folder.join("java").join(name)).unwrap();
    let dump = only(&read("jtd_read-write-lock.txt"));
    let owner = &dump.owners[0];
    assert_eq!(
        (owner.waiters, owner.holder.as_deref(), owner.class),
        (5, Some("thread “WriteLockHolder”"), Some(OwnerClass::Stated))
    );
    assert!(owner.lock.contains("ReentrantReadWriteLock"));
    let texts = [
        read("jtd_thread-pool-progression-0.txt"),
        read("jtd_thread-pool-progression-1.txt"),
        read("jtd_thread-pool-progression-2.txt"),
    ];
    let before = only(&texts[0]);
    let pool = before.groups.iter().find(|group| group.frames.iter().any(|frame| frame.contains("awaitWork"))).unwrap();
    assert_eq!(pool.idle.as_deref(), Some("a pool’s worker without work"));
    // One circle that three dumps show is one finding.
    let found = analysis(&[("0.txt", &texts[0]), ("1.txt", &texts[1]), ("2.txt", &texts[2])]);
    let deadlocks: Vec<_> = found.findings.iter().filter(|finding| finding.rule == "stack/deadlock").collect();
    assert_eq!(deadlocks.len(), 2);
    assert!(deadlocks.iter().all(|it| it.statements.iter().any(|said| said.text.id == "finding-deadlock-again")));
    // Fifteen more threads wait at a latch in the second, none in the third.
    let mut case = open(&[("0.txt", &texts[0]), ("1.txt", &texts[1])]);
    let other = case.evidence()[1].id;
    let diff = case.stacks(Some(other), debrief::text::Lang::En).1.unwrap();
    assert_eq!((diff.persistent, diff.new, diff.gone), (37, 15, 0));
}

#[test]
fn the_lock_its_owner_and_all_behind_it_are_named() {
    let dump = only(HELD);
    assert_eq!((dump.tasks, dump.is_cut, dump.at.as_deref()), (25, false, Some("2026-03-02T09:14:05Z")));
    let owner = |class: &str| dump.owners.iter().find(|owner| owner.lock.contains(class)).unwrap();
    for (class, waiters) in [("com.example.Pool", 12), ("ReentrantLock", 2)] {
        let owner = owner(class);
        assert_eq!(
            (owner.waiters, owner.holder.as_deref(), owner.class),
            (waiters, Some("thread “worker-1”"), Some(OwnerClass::Stated))
        );
    }
    // Whoever waits to be notified has given the monitor back: its `locked` is no holding.
    assert_eq!(owner("com.example.Gate").holder, None);
    assert!(
        dump.verdict.starts_with("12 threads wait behind one lock") && dump.verdict.contains("com.example.Db.query"),
        "{}",
        dump.verdict
    );
    let idle: u64 = dump.groups.iter().filter(|group| group.idle.is_some()).map(|group| group.count).sum();
    assert_eq!(idle, 3 + 1 + 4, "the pool's workers, the acceptor, the machine's own threads");
    assert!(dump.owners.iter().all(|owner| owner.candidates.iter().all(|it| !it.task.contains("idle"))));
    let found = analysis(&[("t.txt", HELD)]);
    assert_eq!(outcome(&found, "stack/lock-convoy").0, "found");
    assert_eq!(found.findings[0].confidence, Confidence::Likely, "one moment is no proof of a wait");
}

#[test]
fn what_wraps_a_dump_does_not_change_what_is_said() {
    for (name, text) in [("held", HELD), ("circle", circle())] {
        let want = meaning(&only(text));
        for (wrapping, text) in &wrapped(text) {
            let mut all = dumps(text);
            assert_eq!((all.len(), all[0].is_cut), (1, false), "{name} in {wrapping}");
            assert_eq!(meaning(&all.remove(0)), want, "{name} in {wrapping}");
        }
    }
}

#[test]
fn the_order_of_threads_does_not_matter() {
    for text in [HELD, circle()] {
        let want = only(text);
        let (head, rest) = text.split_once("\n\n\"").unwrap();
        let (threads, tail) = rest.split_once("\n\nJNI global").unwrap();
        let mut threads: Vec<&str> = threads.split("\n\n\"").collect();
        for turn in 0..threads.len().min(6) {
            threads.rotate_left(turn);
            let half = threads.len() / 2;
            threads[half..].reverse();
            let got = only(&format!("{head}\n\n\"{}\n\nJNI global{tail}", threads.join("\n\n\"")));
            assert_eq!((got.tasks, &got.verdict), (want.tasks, &want.verdict), "turn {turn}");
            assert_eq!(circles(&got), circles(&want));
        }
    }
}

#[test]
fn a_cut_dump_says_so_and_claims_no_more() {
    let dump = only(&HELD[..HELD.len() * 6 / 10]);
    assert!(dump.is_cut && dump.tasks < 25);
    assert_eq!(circles(&dump), 0);
    assert_eq!(dump.owners[0].holder.as_deref(), Some("thread “worker-1”"));
    // The other half has the waiters without the owner.
    let without: Vec<&str> = HELD.split("\n\n\"").filter(|part| !part.starts_with("worker-1\"")).collect();
    let dump = only(&without.join("\n\n\""));
    assert_eq!(dump.owners[0].holder, None);
    assert!(dump.verdict.contains("not visible in this evidence"), "{}", dump.verdict);
    let found = analysis(&[("t.txt", &without.join("\n\n\""))]);
    assert_eq!(outcome(&found, "stack/deadlock"), ("inconclusive", "outcome-deadlock-owner-unstated"));
    assert_eq!(outcome(&found, "stack/lock-convoy").0, "inconclusive");
}

#[test]
fn the_section_about_deadlocks_adds_owners_and_no_threads() {
    let dump = only(circle());
    assert_eq!((dump.tasks, circles(&dump)), (3, 1));
    assert!(dump.verdict.contains("each other’s locks") && dump.verdict.contains("stated"), "{}", dump.verdict);
    // Without it the owner of the lock is not visible, and that is no circle.
    let (without, _) = circle().split_once("Found one").unwrap();
    let dump = only(without);
    assert_eq!((dump.tasks, circles(&dump)), (3, 0));
    assert!(dump.owners.iter().any(|owner| owner.holder.is_none()));
}

#[test]
fn threads_of_one_name_are_told_apart_by_their_locks() {
    let thread = |name: &str, id: u32, wants: &str, holds: &str| {
        format!(
            "\"{name}\" #{id} prio=5 os_prio=0 tid=0x{id:016x} nid={id} waiting for monitor entry  [0x1]\n   \
             java.lang.Thread.State: BLOCKED (on object monitor)\n\tat x.A.b(A.java:1)\n\t- waiting to lock <0x{wants}> (a x.A)\n\t- locked <0x{holds}> (a x.A)\n\n"
        )
    };
    let section = |wants: [&str; 2]| {
        format!(
            "Found one Java-level deadlock:\n=============================\n\"a\":\n  waiting to lock monitor 0x1 (object 0x{}, a x.A),\n  which is held by \"b\"\n\
             \"b\":\n  waiting to lock monitor 0x2 (object 0x{}, a x.A),\n  which is held by \"a\"\n\n",
            wants[0], wants[1]
        )
    };
    let text = [
        "Full thread dump X (21):\n\n",
        &thread("a", 1, "e1", "e2"),
        &thread("b", 2, "e2", "e1"),
        &thread("a", 3, "e3", "e4"),
        &thread("b", 4, "e4", "e3"),
        "JNI global refs: 1\n\n",
        &section(["e1", "e2"]),
        &section(["e3", "e4"]),
        "Found 2 deadlocks.\n",
    ];
    let text = text.concat();
    assert_eq!((only(&text).tasks, circles(&only(&text))), (4, 2));
    let found = analysis(&[("t.txt", &text)]);
    assert_eq!(found.findings.iter().filter(|finding| finding.rule == "stack/deadlock").count(), 2);
}

#[test]
fn several_dumps_keep_their_own_times() {
    let all = dumps(include_str!("fixtures/formats/java-threads/kill3-jdk8-two-dumps.txt"));
    let shown: Vec<_> = all.iter().map(|dump| (dump.tasks, dump.at.as_deref().unwrap(), dump.is_cut)).collect();
    assert_eq!(shown, [(7, "2021-04-12T10:00:00Z", false), (7, "2021-04-12T10:05:00Z", false)]);
    // Without titles, a thread that was there already begins the next dump.
    let plain = HELD.split_once("\n\n\"").unwrap().1;
    let all = dumps(&format!("\"{plain}\"{plain}"));
    assert_eq!(all.iter().map(|dump| dump.tasks).collect::<Vec<_>>(), [25, 25]);
}

#[test]
fn a_second_dump_shows_whether_the_lock_moves_on() {
    let later = HELD.replace("09:14:05", "09:19:05");
    let found = analysis(&[("t.txt", &format!("{HELD}{later}"))]);
    let convoy = found.findings.iter().find(|finding| finding.rule == "stack/lock-convoy").unwrap();
    assert_eq!(convoy.confidence, Confidence::Certain);
    assert!(convoy.statements.iter().any(|said| said.text.id == "finding-convoy-held"));
    // Another thread holds it: it is busy and moves on.
    let swapped = later
        .replace("\"worker-1\"", "\"other\"")
        .replace("\"worker-2\"", "\"worker-1\"")
        .replace("\"other\"", "\"worker-2\"");
    let found = analysis(&[("t.txt", &format!("{HELD}{swapped}"))]);
    assert_eq!(outcome(&found, "stack/lock-convoy"), ("inconclusive", "outcome-convoy-traffic"));
}

#[test]
fn every_other_way_of_writing_it_down_is_read() {
    let jmx = only(include_str!("fixtures/formats/java-threads/jmx-threadinfo.txt"));
    assert_eq!((jmx.tasks, jmx.owners.len()), (4, 2));
    assert!(jmx.owners.iter().all(|owner| owner.holder.as_deref() == Some("thread “worker-1”")), "{:#?}", jmx.owners);
    let visual = only(include_str!("fixtures/formats/java-threads/visualvm.txt"));
    assert_eq!(
        (visual.tasks, visual.owners.len(), visual.owners[0].holder.as_deref()),
        (3, 1, Some("thread “worker-1”"))
    );
    let old = only(include_str!("fixtures/formats/java-threads/jdk1.4.txt"));
    assert_eq!((old.tasks, circles(&old), old.is_cut), (7, 1, false));
    let virtuals = only(include_str!("fixtures/formats/java-threads/jcmd-jdk24-virtual.txt"));
    assert_eq!((virtuals.tasks, virtuals.at.as_deref()), (5, Some("2025-05-06T07:08:09Z")));
    // The monitor is the virtual thread's, not its carrier's; who was notified wants it back.
    let owner = &virtuals.owners[0];
    assert_eq!((owner.waiters, owner.holder.as_deref()), (1, Some("task 21")), "{owner:#?}");
    let class = |function: &str| {
        virtuals.groups.iter().find(|group| group.frames[0].contains(function)).map(|group| group.class.clone())
    };
    assert_eq!(class("SocketDispatcher").as_deref(), Some("io"));
    assert_eq!(class("Main.start").as_deref(), Some("lock"), "it waits for another to initialise a class");
}

#[test]
fn files_of_jcmd_and_javacores_tell_the_same() {
    for (name, text, tasks) in [
        ("text", include_str!("fixtures/formats/java-dump-file/text-jdk25.txt"), 3),
        ("json", include_str!("fixtures/formats/java-dump-file/json-jdk25.json"), 3),
    ] {
        let dump = only(text);
        assert_eq!(
            (dump.tasks, dump.pid, dump.at.as_deref()),
            (tasks, Some(4711), Some("2026-03-02T09:14:05.123456Z")),
            "{name}"
        );
        assert_eq!(dump.owners.len(), 2, "{name}: {:#?}", dump.owners);
        assert!(dump.owners.iter().all(|owner| owner.holder.as_deref() == Some("thread “worker-1”")), "{name}");
    }
    // Since 26 the owner is told by another name, and numbers as numbers.
    let json = include_str!("fixtures/formats/java-dump-file/json-jdk25.json");
    let newer =
        json.replace("\"exclusiveOwnerThreadId\": \"30\"", "\"owner\": 30").replace("\"tid\": \"30\"", "\"tid\": 30");
    assert_ne!(newer, json);
    assert_eq!(meaning(&only(&newer)), meaning(&only(json)));
    // Spring's answer over JMX, whole and as the list that its first releases wrote.
    let spring = include_str!("fixtures/formats/java-dump-file/spring-actuator.json");
    let list = spring.trim().strip_prefix("{\n  \"threads\": ").and_then(|rest| rest.strip_suffix("}")).unwrap();
    for text in [spring, list] {
        let dump = only(text);
        assert_eq!((dump.tasks, dump.owners.len(), dump.at.as_deref()), (3, 2, None), "{:#?}", dump.owners);
        assert!(
            dump.owners.iter().all(|owner| owner.holder.as_deref() == Some("thread “worker-1”")),
            "{:#?}",
            dump.owners
        );
        assert!(dump.owners.iter().all(|owner| owner.class == Some(OwnerClass::Stated)));
    }
    // Before 25 neither states nor locks are told, and none are invented.
    let old = only(include_str!("fixtures/formats/java-dump-file/text-jdk21.txt"));
    assert_eq!((old.tasks, old.owners.len(), old.groups[0].count), (3, 0, 2));
    assert!(old.groups.iter().all(|group| group.states.keys().all(String::is_empty)));
    let core = only(include_str!("fixtures/formats/java-core/deadlock-user-event.txt"));
    assert_eq!((core.tasks, circles(&core), core.at.as_deref()), (3, 1, Some("2026-04-28T12:34:56Z")));
    assert_eq!(core.title, "Dump Event \"user\" (00004000) received");
    // Its threads alone close the same circle.
    assert_eq!(circles(&only(include_str!("fixtures/formats/java-core/threads-section.txt"))), 1);
}

#[test]
fn an_exception_behind_a_dump_is_not_of_its_last_thread() {
    let text = format!(
        "{HELD}2026-03-02 09:14:06 ERROR request failed\njava.lang.IllegalStateException: x\n\tat com.example.Late.fail(Late.java:1)\n"
    );
    let all = dumps(&text);
    assert_eq!((all.len(), meaning(&all[0])), (1, meaning(&only(HELD))));
    assert!(all[0].groups.iter().all(|group| group.frames.iter().all(|frame| !frame.contains("Late"))));
    // Exceptions alone are no dump.
    assert!(
        dumps(&each_line(&text[text.find("2026-03-02 09:14:06").unwrap()..], |_, line| line.to_owned())).is_empty()
    );
}

#[test]
fn blocked_as_a_tool_from_outside_says_it_is_no_lock() {
    // The machine's own word for every thread that does not run: only frames tell what is waited for.
    let dump = only(include_str!("fixtures/formats/java-threads/jstack-F.txt"));
    let class = |id: u64| dump.groups.iter().find(|group| group.ids.contains(&id)).map(|group| group.class.as_str());
    assert_eq!([12345, 12346, 12350].map(class), [Some("unknown"), Some("channel"), Some("io")]);
    assert!(dump.owners.is_empty() && !dump.is_cut, "{}", dump.verdict);
}

#[test]
fn the_threads_of_a_machine_that_died_are_counted() {
    let thread = |id: u32, state: &str| {
        format!(
            "  0x00007f1c8c{id:06x} JavaThread \"pool-{id}\" daemon [{state}, id={id}, stack(0x00007f1c5a3fe000,0x00007f1c5a4ff000)]\n"
        )
    };
    let list: String = (117_672..117_700).map(|id| thread(id, "_thread_blocked")).collect();
    let text = format!(
        "#\n# There is insufficient memory for the Java Runtime Environment to continue.\n# Native memory allocation (mmap) failed\n#\n\n\
         Java Threads: ( => current thread )\n=>0x00007f1c8c00b800 JavaThread \"main\" [_thread_in_vm, id=117671, stack(0x00007f1c94000000,0x00007f1c94100000)]\n\
         {list}\nOther Threads:\n  0x00007f1c8c2d1000 VMThread \"VM Thread\" [id=117650, stack(0x00007f1c5a3fe000,0x00007f1c5a4ff000)]\n\nVM state: not at safepoint (normal execution)\n"
    );
    let dump = only(&text);
    assert_eq!((dump.kind.as_str(), dump.tasks, dump.owners.len()), ("jvm", 29, 0));
    assert!(dump.groups.iter().any(|group| group.names.contains(&"main".to_owned())));
}
