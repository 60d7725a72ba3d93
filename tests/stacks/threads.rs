//! Threads of other languages and tools: what is said of them, and that nothing is invented.

use super::{dumps, dumps_of, each_line, only};
use debrief::view::stacks::DumpView;

const GDB: &str = include_str!("../fixtures/formats/native-stack/gdb-mutex.txt");

fn classes(dump: &DumpView) -> Vec<(u64, &str, bool)> {
    let mut all: Vec<_> = dump
        .groups
        .iter()
        .flat_map(|group| group.ids.iter().map(|id| (*id, group.class.as_str(), group.idle.is_some())))
        .collect();
    all.sort_unstable();
    all
}

#[test]
fn a_debugger_names_the_mutex_and_not_its_owner() {
    let dump = only(GDB);
    assert_eq!((dump.kind.as_str(), dump.tasks), ("native", 4));
    assert_eq!(
        classes(&dump),
        [(3610, "join", false), (3618, "io", false), (3619, "lock", false), (3620, "lock", false)]
    );
    let owner = &dump.owners[0];
    assert_eq!((owner.lock.as_str(), owner.waiters, &owner.holder), ("lock 0x7fafb80008c0 (mutex)", 2, &None));
    assert!(owner.candidates.is_empty());
    // A frame that was broken over three lines is one.
    let frames = dump.groups.iter().find(|group| group.ids.contains(&3620)).map(|group| group.frames.clone()).unwrap();
    assert!(frames.contains(&"Store::put /src/orders/store.cc:88".to_owned()), "{frames:?}");
    let many: String = (0..12)
        .map(|n| GDB.replace("LWP 3619", &format!("LWP {}", 5000 + n)))
        .filter_map(|text| text.split("\n\n").nth(2).map(|part| format!("{part}\n\n")))
        .collect();
    let dump = only(&many);
    assert!(dump.verdict.contains("12 threads") && dump.verdict.contains("owner is not visible"), "{}", dump.verdict);
}

#[test]
fn without_an_address_it_is_only_a_place() {
    let dump = only(include_str!("../fixtures/formats/native-stack/eu-stack.txt"));
    assert_eq!(classes(&dump), [(4711, "io", false), (4712, "lock", false), (4713, "condition", false)]);
    assert_eq!(dump.owners[0].lock, "the lock taken in relay_send");
    let dump = only(include_str!("../fixtures/formats/native-stack/pstack-old.txt"));
    assert_eq!(classes(&dump), [(19965, "io", true), (19966, "io", false)]);
}

#[test]
fn python_says_what_its_library_waits_for() {
    let dump = only(include_str!("../fixtures/formats/python-stack/faulthandler-3.8.txt"));
    assert_eq!((dump.kind.as_str(), dump.title.as_str(), dump.tasks), ("python", "Fatal Python error: Aborted", 3));
    let by_class: Vec<&str> = classes(&dump).iter().map(|(_, class, _)| *class).collect();
    assert_eq!(by_class, ["channel", "channel", "unknown"]);
    let dump = only(include_str!("../fixtures/formats/python-stack/py-spy-dump.txt"));
    assert_eq!(dump.title, "Process 123: python /srv/app/main.py");
    assert_eq!(classes(&dump), [(123, "lock", false), (140, "running", false), (141, "io", true)]);
    assert_eq!(dump.owners[0].lock, "the lock taken in reserve");
    // The outermost frame comes first there.
    let dump = only(include_str!("../fixtures/formats/python-stack/pystack.txt"));
    assert_eq!(classes(&dump), [(2175, "unknown", false), (2176, "lock", false)]);
    assert_eq!(
        dump.groups.iter().find(|group| group.ids == [2176]).unwrap().frames[0],
        "pthread_mutex_lock ./nptl/pthread_mutex_lock.c:93"
    );
}

#[test]
fn tracebacks_of_exceptions_are_no_dumps() {
    let log = "2023-07-23 14:03:20 ERROR request failed\nTraceback (most recent call last):\n  File \"x.py\", line 3, in f\n    g()\nValueError: x\n";
    assert!(dumps(log).is_empty());
    assert!(dumps("thread 'main' panicked at src/x.rs:4:5:\nboom\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n").is_empty());
}

#[test]
fn crashes_in_the_log_of_a_container_are_found_there() {
    let rust = include_str!("../fixtures/formats/rust-panic/main-1.75.txt");
    let python = include_str!("../fixtures/formats/python-stack/faulthandler-3.8.txt");
    let node = include_str!("../fixtures/formats/node-stack/heap-limit.txt");
    let cri = |text: &str| each_line(text, |_, line| format!("2024-08-20T14:00:01.123456789Z stderr F {line}"));
    let served = "2024-08-20T14:00:00.123456789Z stdout F served 200\n".repeat(5);
    for (text, kind, title, tasks) in [
        (rust, "rust", "thread 'main' panicked at src/store.rs:41:17: called `Option::unwrap()` on a `None` value", 1),
        (python, "python", "Fatal Python error: Aborted", 3),
        (node, "node", "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory", 1),
    ] {
        let dump = only(&(served.clone() + &cri(text) + &served));
        assert_eq!((dump.kind.as_str(), dump.title.as_str(), dump.tasks), (kind, title, tasks));
        assert_eq!(dump.at.as_deref(), Some("2024-08-20T14:00:01.123456789Z"), "{kind}");
    }
}

#[test]
fn an_error_that_nobody_caught_is_told_with_its_cause() {
    let text = include_str!("../fixtures/formats/node-stack/uncaught-cause-20.txt");
    let dump = only(text);
    assert_eq!((dump.kind.as_str(), dump.title.as_str(), dump.tasks), ("node", "Error: pool exhausted", 1));
    let frames = &dump.groups[0].frames;
    assert_eq!(frames[0], "Pool.acquire /app/server.js:42");
    // What caused it stands behind the line that says so.
    let cause = frames.iter().position(|frame| frame.starts_with("[cause]: Error: connect")).unwrap();
    assert!(frames[cause + 1].contains("afterConnect") && frames[..cause].len() == 3, "{frames:?}");
    // In a log, and a second one after the restart.
    let cri = |text: &str| each_line(text, |_, line| format!("2024-08-20T14:00:01.123456789Z stderr F {line}"));
    let served = "2024-08-20T14:00:00.123456789Z stdout F served 200\n".repeat(5);
    let all = dumps(&[&served, &cri(text), &served, &cri(text)].map(|part| part.as_str()).concat());
    assert_eq!(all.iter().map(|dump| dump.tasks).collect::<Vec<_>>(), [1, 1]);
    // Errors that were only logged, and words about throwing, are none.
    for log in [
        "Error: x\n    at f (/app/a.js:1:2)\n",
        "it will throw an error (maybe);\n\nError: x\n    at f (/app/a.js:1:2)\n",
        "PHP Fatal error:  Uncaught Error: x in /app/a.php:3\nStack trace:\n#0 {main}\n",
        "  File \"x.py\", line 1\n    foo(\n       ^\nSyntaxError: invalid syntax\n",
    ] {
        assert!(dumps(&cri(log)).is_empty(), "{log}");
    }
}

#[test]
fn what_tools_print_is_found_in_the_log_of_the_pod_that_they_were_called_in() {
    let journal = |text: &str| each_line(text, |_, line| format!("Nov 28 02:02:14 node-1 debug[7]: {line}"));
    let dump = only(&(journal("attaching") + &journal(include_str!("../fixtures/formats/native-stack/gdb-owner.txt"))));
    assert_eq!(dump.owners[0].class, Some(debrief::model::OwnerClass::Stated));
    assert_eq!((dump.process.as_str(), dump.pid), ("debug", Some(7)));
    // Words that only look like it open nothing.
    assert!(dumps(&journal("Thread 12 (LWP 3) is busy\nTID 12 is late\nPID: 1 TASK: none\n")).is_empty());
}

#[test]
fn a_report_of_node_has_its_workers_and_its_time() {
    let dump = only(include_str!("../fixtures/formats/node-stack/report-signal.json"));
    assert_eq!(
        (dump.kind.as_str(), dump.title.as_str(), dump.tasks, dump.pid),
        ("node", "Signal, SIGUSR2", 2, Some(4711))
    );
    assert_eq!(dump.at.as_deref(), Some("2023-07-23T14:03:20.123Z"));
}

#[test]
fn dotnet_threads_wait_at_places() {
    let dump = only(include_str!("../fixtures/formats/dotnet-stack/dotnet-stack-report.txt"));
    assert_eq!(classes(&dump), [(0x48_839b, "lock", false), (0x48_839c, "lock", false), (0x48_839d, "idle", true)]);
    assert_eq!((dump.owners[0].lock.as_str(), dump.owners[0].waiters), ("the lock taken in Orders.Store.Put", 2));
    let dump = only(include_str!("../fixtures/formats/dotnet-stack/clrstack-all.txt"));
    assert_eq!(classes(&dump), [(0x1b34, "unknown", false), (0x2900, "lock", false), (0x2a10, "sleep", false)]);
}

#[test]
fn downloaded_profiles_are_read_like_the_text_that_go_prints() {
    let dump =
        dumps_of(include_bytes!("../fixtures/formats/go-goroutine/goroutine.pb").to_vec(), "goroutine").remove(0);
    assert_eq!((dump.kind.as_str(), dump.tasks, dump.is_cut), ("go_profile", 668, false));
    assert_eq!(dump.at.as_deref(), Some("2023-07-23T14:03:20.123Z"));
    let found: Vec<(u64, &str)> = dump.groups.iter().map(|group| (group.count, group.class.as_str())).collect();
    assert_eq!(found, [(640, "condition"), (25, "lock"), (3, "io")]);
    assert!(dump.groups.iter().all(|group| group.ids.is_empty() && group.wait.is_none()));
    assert!(dump.groups[2].frames.contains(&"main.serve[go.shape.struct { A int }] /src/main.go:30".to_owned()));
    let threads =
        dumps_of(include_bytes!("../fixtures/formats/go-goroutine/threadcreate.pb").to_vec(), "x.pb").remove(0);
    assert_eq!(threads.tasks, 13);
    // What is cut is said to be.
    let bytes = include_bytes!("../fixtures/formats/go-goroutine/goroutine.pb");
    assert!(dumps_of(bytes[..bytes.len() / 2].to_vec(), "cut").iter().all(|dump| dump.tasks <= 668));
    assert!(dumps_of(include_bytes!("../fixtures/formats/go-profile/heap.pb").to_vec(), "heap").is_empty());
}

#[test]
fn a_mutex_that_gdb_was_asked_for_has_its_owner() {
    let text = include_str!("../fixtures/formats/native-stack/gdb-owner.txt");
    let dump = only(text);
    let owner = &dump.owners[0];
    assert_eq!((owner.waiters, owner.class), (2, Some(debrief::model::OwnerClass::Stated)));
    assert!(
        dump.verdict.contains("2 threads wait behind one lock") && dump.verdict.contains("Log::sync"),
        "{}",
        dump.verdict
    );
    // Printed over many lines, as `set print pretty on` does.
    let pretty = text.replace(
        "$1 = {__data = {__lock = 2, __count = 0, __owner",
        "$1 = {\n  __data = {\n    __lock = 2,\n    __owner",
    );
    assert_eq!(only(&pretty).owners[0].class, owner.class);
    // What is printed behind another command, or where gdb could not answer, is of another mutex.
    let asked = text.lines().find(|line| line.contains("*)0x1a2b3c0")).expect("it is asked for");
    for between in ["Cannot access memory at address 0x1a2b3c0", "(gdb) p other_mutex"] {
        let other = text.replace(asked, &format!("{asked}\n{between}"));
        assert_eq!(only(&other).owners[0].holder, None, "{between}");
    }
    // Another mutex, or nobody's: nothing is said of who holds this one, and two that wait are no jam.
    for other in [text.replace("*)0x1a2b3c0", "*)0x1a2b3d0"), text.replace("__owner = 3617", "__owner = 0")] {
        let dump = only(&other);
        assert_eq!(dump.owners[0].holder, None);
        assert!(dump.verdict.contains("Waiting for locks: 2; whether"), "{}", dump.verdict);
    }
}

/// One dump of each printer, with how many tasks it has.
const PRINTERS: [(&str, &str); 10] = [
    ("hotspot", include_str!("../fixtures/formats/java-threads/jstack-l-jdk21.txt")),
    ("jstack -F", include_str!("../fixtures/formats/java-threads/jstack-F.txt")),
    ("hung tasks", include_str!("../fixtures/formats/kernel-stack/hung-tasks-3.10.txt")),
    ("sysrq-w", include_str!("../fixtures/formats/kernel-stack/sysrq-w-5.15.txt")),
    ("gdb", include_str!("../fixtures/formats/native-stack/gdb-owner.txt")),
    ("eu-stack", include_str!("../fixtures/formats/native-stack/eu-stack.txt")),
    ("py-spy", include_str!("../fixtures/formats/python-stack/py-spy-dump.txt")),
    ("faulthandler", include_str!("../fixtures/formats/python-stack/faulthandler-3.8.txt")),
    ("dotnet-stack", include_str!("../fixtures/formats/dotnet-stack/dotnet-stack-report.txt")),
    ("rust", include_str!("../fixtures/formats/rust-panic/main-1.75.txt")),
];

#[test]
fn encodings_and_quoting_change_nothing_whoever_printed_the_dump() {
    let wide = |text: &str, with_mark: bool, big: bool| -> Vec<u8> {
        let mark = with_mark.then_some(0xfeff_u16);
        let units = mark.into_iter().chain(text.encode_utf16());
        units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    };
    for (name, text) in PRINTERS {
        let want: Vec<_> = super::dumps(text).iter().map(super::meaning).collect();
        assert!(!want.is_empty(), "{name}");
        let same = |how: &str, bytes: Vec<u8>| {
            let got: Vec<_> = dumps_of(bytes, "unknown").iter().map(super::meaning).collect();
            assert_eq!(got, want, "{name} {how}");
        };
        same("with CRLF", text.replace('\n', "\r\n").into_bytes());
        same("as UTF-16", wide(text, true, false));
        same("as UTF-16 without a mark", wide(text, false, false));
        same("as UTF-16BE", wide(text, true, true));
        same("with a mark", format!("\u{feff}{text}").into_bytes());
        same("quoted in mail", each_line(text, |_, line| format!("> {line}")).into_bytes());
        same("without its last line end", text.trim_end().as_bytes().to_vec());
    }
}

#[test]
fn a_dump_cut_anywhere_claims_no_more_than_the_whole() {
    for (name, text) in PRINTERS {
        let n_whole: u64 = super::dumps(text).iter().map(|dump| dump.tasks).sum();
        for percent in [20, 40, 60, 80, 95] {
            let mut at = text.len() * percent / 100;
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            let all = super::dumps(&text[..at]);
            let n_left: u64 = all.iter().map(|dump| dump.tasks).sum();
            assert!(n_left <= n_whole, "{name} at {percent} %: {n_left} of {n_whole}");
            assert!(all.iter().all(|dump| !dump.verdict.contains("circle")), "{name} at {percent} %");
        }
    }
}
