//! What must not change a verdict, over every printer of dumps that has one: one table of samples, one of what happens to texts on their
//! way, one check. A sample is added by one line.

use std::collections::BTreeMap;

use debrief::model::OwnerClass;
use debrief::text::Lang;

use super::wrapped::{html, quoted_printable};
use super::{HELD, Meaning, crossed, dumps, dumps_of, each_line, meaning, open, pool, wrapped};

/// A dump, and what is known of its printer.
struct Sample {
    name: &'static str,
    text: String,
    /// How the first line of a task begins, or behind a `*` what it holds; empty where its parts have an order.
    begins: &'static [&'static str],
    /// Where the last task has ended.
    ends: &'static str,
    /// Whether it is read inside of a log: what nothing but its input tells comes alone.
    in_log: bool,
}

macro_rules! fixture {
    ($path:literal) => {
        include_str!(concat!("../fixtures/formats/", $path)).to_owned()
    };
}

fn samples() -> Vec<Sample> {
    let of = |name, text, begins, ends, in_log| Sample { name, text, begins, ends, in_log };
    let circle = include_str!("../fixtures/rules/stack/deadlock/positive.txt");
    let circle = circle.split("#- ").nth(1).unwrap().split_once('\n').unwrap().1.to_owned();
    let asleep = "fatal error: all goroutines are asleep - deadlock!\n\n".to_owned();
    let asleep = asleep + &pool(3, 7, |_| 9).replace(", 9 minutes", "");
    let sigquit = |text: String| format!("SIGQUIT: quit\n\n{text}");
    vec![
        of("Go: held", HELD.to_owned(), &["goroutine "], "\0", true),
        of("Go: a circle", sigquit(crossed(", 8 minutes")), &["goroutine "], "\0", true),
        of("Go: a steady cohort", sigquit(pool(120, 10, |index| 1 + index)), &["goroutine "], "\0", true),
        of("Go: a flat cohort", sigquit(pool(120, 10, |_| 90)), &["goroutine "], "\0", true),
        of("Go: asleep", asleep, &["goroutine "], "\0", true),
        of("Go: a race", fixture!("go-goroutine/race.txt"), &[], "", true),
        of("Go: debug=1", fixture!("go-goroutine/debug1-profile.txt"), &["* @ 0x"], "\0", true),
        of("HotSpot: held", fixture!("java-threads/jstack-l-jdk21.txt"), &["\""], "JNI global", true),
        of("HotSpot: a circle", circle, &["\""], "JNI global", true),
        of("HotSpot 1.4", fixture!("java-threads/jdk1.4.txt"), &[], "", true),
        of("HotSpot: virtual threads", fixture!("java-threads/jcmd-jdk24-virtual.txt"), &[], "", true),
        of("JMX", fixture!("java-threads/jmx-threadinfo.txt"), &["\""], "\0", false),
        of("VisualVM", fixture!("java-threads/visualvm.txt"), &[], "", false),
        of("jstack -F", fixture!("java-threads/jstack-F.txt"), &["*(state = "], "\0", true),
        of("javacore", fixture!("java-core/deadlock-user-event.txt"), &[], "", false),
        of("hung tasks", fixture!("kernel-stack/hung-tasks-3.10.txt"), &["* blocked for more "], "\0", true),
        of("hung tasks with owners", fixture!("kernel-stack/hung-tasks-6.16.txt"), &[], "", true),
        of("sysrq-w", fixture!("kernel-stack/sysrq-w-5.15.txt"), &["task:"], "\0", true),
        of("lockups", fixture!("kernel-stack/soft-lockup-rcu.txt"), &[], "", true),
        of("crash", fixture!("kernel-stack/crash-bt.txt"), &[], "", true),
        of("/proc/PID/stack", fixture!("kernel-stack/proc-stack-loop.txt"), &[], "", false),
        of("gdb: an owner", fixture!("native-stack/gdb-owner.txt"), &["Thread "], "(gdb)", true),
        of("gdb", fixture!("native-stack/gdb-mutex.txt"), &["Thread "], "(gdb)", true),
        of("eu-stack", fixture!("native-stack/eu-stack.txt"), &["TID "], "\0", true),
        of("faulthandler", fixture!("python-stack/faulthandler-3.8.txt"), &["*hread 0x"], "Extension ", true),
        of("py-spy", fixture!("python-stack/py-spy-dump.txt"), &["Thread "], "\0", true),
        of("SOS: a convoy", fixture!("dotnet-stack/syncblk-convoy.txt"), &["OS Thread Id"], "\0", true),
        of("SOS: a circle", fixture!("dotnet-stack/syncblk-circle.txt"), &[], "", true),
        of("dotnet-stack", fixture!("dotnet-stack/dotnet-stack-report.txt"), &["Thread (0x"], "\0", true),
        of("Node: fatal", fixture!("node-stack/heap-limit.txt"), &[], "", true),
        of("Node: uncaught", fixture!("node-stack/uncaught-cause-20.txt"), &[], "", true),
        of("Rust", fixture!("rust-panic/full-two-threads.txt"), &[], "", true),
    ]
}

/// What is said, without the order in which groups of one weight stand.
fn said(all: &[Meaning]) -> Vec<Meaning> {
    let mut all = all.to_vec();
    for (_, _, groups, owners) in &mut all {
        groups.sort();
        owners.sort_by_key(|owner| format!("{owner:?}"));
    }
    all.sort_by_key(|it| format!("{it:?}"));
    all
}

fn said_of(text: &str) -> Vec<Meaning> {
    said(&dumps(text).iter().map(meaning).collect::<Vec<_>>())
}

/// Fails with everything that differs.
fn report(failed: Vec<String>) {
    assert!(failed.is_empty(), "{} differ:\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn nothing_around_a_dump_changes_what_is_said() {
    let mut failed = Vec::new();
    for sample in &samples() {
        let text = sample.text.as_str();
        let want = said_of(text);
        assert!(!want.is_empty(), "{}", sample.name);
        let utf16 = |to_bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(to_bytes).collect::<Vec<u8>>();
        let mut all: Vec<(&str, Vec<u8>)> = vec![
            ("UTF-16", [&b"\xff\xfe"[..], &utf16(u16::to_le_bytes)].concat()),
            ("UTF-16 without a mark", utf16(u16::to_le_bytes)),
            ("UTF-16BE", [&b"\xfe\xff"[..], &utf16(u16::to_be_bytes)].concat()),
            ("quoted-printable", quoted_printable(text).into_bytes()),
            ("HTML", each_line(text, |_, line| html(line)).into_bytes()),
            ("HTML, quoted", each_line(text, |_, line| html(&format!("> {line}"))).into_bytes()),
            ("a table's cell", each_line(text, |_, line| format!("| {line} |")).into_bytes()),
        ];
        // What is asked for comes alone: in a file, in a mail, through a terminal.
        const ALONE: [&str; 8] = [
            "mail",
            "comment",
            "one blank",
            "CRLF",
            "without blank lines",
            "compose",
            "kubectl --prefix",
            "blanks for tabs",
        ];
        // What tabs separate is one word without them; only a process escapes its own dump.
        const ESCAPES: [&str; 6] = ["Go", "HotSpot", "jstack", "fault", "Node", "Rust"];
        let is_not_so = |how: &str| match how {
            "sudo journal" => sample.name == "Go: debug=1",
            "logrus" => !ESCAPES.iter().any(|it| sample.name.starts_with(it)),
            _ => false,
        };
        let around = wrapped(text).into_iter();
        let around = around.filter(|(how, _)| (sample.in_log || ALONE.contains(how)) && !is_not_so(how));
        all.extend(around.map(|(how, text)| (how, text.into_bytes())));
        for (how, bytes) in all {
            let mut got: Vec<Meaning> = dumps_of(bytes, "unknown").iter().map(meaning).collect();
            if how == "logrus" && got.len() == want.len() {
                // What logging says in front of the dump becomes its title, and Go's words about a race or a deadlock stand there.
                got.iter_mut().zip(&want).for_each(|(got, want)| got.1.clone_from(&want.1));
            }
            let got = said(&got);
            if got != want {
                let brief = |all: &[Meaning]| all.iter().map(|it| (it.0, it.1.clone())).collect::<Vec<_>>();
                let differ = if brief(&got) == brief(&want) {
                    format!("{got:?}\n  {want:?}")
                } else {
                    format!("{:?}\n  {:?}", brief(&got), brief(&want))
                };
                failed.push(format!("{} in {how}: {differ}", sample.name));
            }
        }
    }
    report(failed);
}

/// Tasks of a sample with what stands before and behind them.
fn tasks_of(sample: &Sample) -> Option<(String, Vec<String>, String)> {
    let (mut head, mut tasks, mut tail) = (String::new(), Vec::<String>::new(), String::new());
    if sample.begins.is_empty() {
        return None;
    }
    for line in sample.text.lines() {
        let line = format!("{line}\n");
        let begins = |begin: &&str| begin.strip_prefix('*').map_or(line.starts_with(begin), |part| line.contains(part));
        let is_first = || sample.begins.iter().any(begins);
        match tasks.last_mut() {
            _ if !tail.is_empty() || line.starts_with(sample.ends) => tail.push_str(&line),
            _ if is_first() => tasks.push(line),
            Some(task) => task.push_str(&line),
            None => head.push_str(&line),
        }
    }
    assert!(tasks.len() > 1, "{}", sample.name);
    Some((head, tasks, tail))
}

#[test]
fn the_order_of_tasks_changes_nothing() {
    let mut failed = Vec::new();
    for sample in &samples() {
        let Some((head, mut tasks, tail)) = tasks_of(sample) else { continue };
        if let Some(last) = tasks.last_mut()
            && !last.ends_with("\n\n")
        {
            last.push('\n');
        }
        let want = said_of(&sample.text);
        for turn in 0..5 {
            let at = tasks.len() * turn / 5;
            tasks.rotate_left(at);
            let half = tasks.len() / 2;
            tasks[half..].reverse();
            let got = said_of(&format!("{head}{}{tail}", tasks.concat()));
            if got != want {
                failed.push(format!("{} in turn {turn}: {got:?}\n  {want:?}", sample.name));
            }
        }
    }
    report(failed);
}

#[test]
fn the_order_and_the_names_of_files_change_nothing() {
    let all = samples();
    let mut by_name: BTreeMap<&str, Vec<Meaning>> = BTreeMap::new();
    let names = ["jstack.txt", "b/goroutine.log", "dmesg", "1.csv"];
    for (turn, name) in names.iter().enumerate() {
        let mut files: Vec<(&Sample, String)> =
            all.iter().enumerate().map(|(index, it)| (it, format!("{index}-{turn}-{name}"))).collect();
        files.rotate_left(turn * 7);
        if turn % 2 == 1 {
            files.reverse();
        }
        let texts: Vec<(&str, &str)> = files.iter().map(|(it, name)| (name.as_str(), it.text.as_str())).collect();
        let mut case = open(&texts);
        let views = case.stacks(None, Lang::En).0;
        for (sample, name) in &files {
            let own: Vec<Meaning> = views.iter().filter(|view| view.path == *name).map(meaning).collect();
            let own = said(&own);
            assert_eq!(*by_name.entry(sample.name).or_insert_with(|| own.clone()), own, "{} as {name}", sample.name);
            assert_eq!(own, said_of(&sample.text), "{} beside others", sample.name);
        }
    }
}

#[test]
fn two_processes_that_write_into_one_journal_are_told_apart() {
    let mut failed = Vec::new();
    for sample in samples().iter().filter(|sample| sample.in_log) {
        let want = said_of(&sample.text);
        let mut text = String::new();
        // The kernel has one voice on each host.
        for (index, line) in sample.text.lines().filter(|line| !line.is_empty()).enumerate() {
            for (host, pid) in [("node-1", 7), ("node-1", 8), ("node-2", 7)] {
                text.push_str(&format!("Nov 28 02:02:14 {host} netd[{pid}]: {line}\n"));
            }
            if index % 5 == 0 {
                text.push_str("Nov 28 02:02:14 node-1 sshd[2]: a line of somebody else\n");
            }
        }
        let got = said_of(&text);
        let mut three = [want.clone(), want.clone(), want].concat();
        three.sort_by_key(|it| format!("{it:?}"));
        if got != three {
            failed.push(format!("{}: {got:?}\n  {three:?}", sample.name));
        }
    }
    report(failed);
}

/// What a dump claims of locks: of each the owner and how that is known.
fn claims(text: &str) -> (u64, bool, BTreeMap<String, (String, OwnerClass)>) {
    let all = dumps(text);
    let owners = all.iter().flat_map(|dump| &dump.owners);
    let claims = owners.filter_map(|it| Some((it.lock.clone(), (it.holder.clone()?, it.class?)))).collect();
    (all.iter().map(|it| it.tasks).sum(), all.iter().any(|it| it.verdict.contains("circle")), claims)
}

#[test]
fn what_is_cut_claims_no_other_owner_and_nothing_more() {
    let mut failed = Vec::new();
    for sample in &samples() {
        let text = sample.text.as_str();
        let (n_whole, is_circle, whole) = claims(text);
        let at = |percent: usize| {
            let mut at = text.len() * percent / 100;
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let ends =
            [10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 99].map(|percent| ("its first", percent, &text[..at(percent)]));
        let starts = [10, 25, 40, 60, 75].map(|percent| ("its last", 100 - percent, &text[at(percent)..]));
        // The list of monitors states owners and how many wait; that the stacks show who does is what is only concluded.
        let starts = starts.into_iter().filter(|_| sample.name != "SOS: a circle");
        for (part, percent, rest) in ends.into_iter().chain(starts) {
            let (n_left, has_circle, left) = claims(rest);
            let mut fail = |what: String| failed.push(format!("{}, {part} {percent} %: {what}", sample.name));
            // Of those that a list only counts, the one whose stack is cut may be one.
            if n_left > n_whole + u64::from(sample.name == "SOS: a convoy") {
                fail(format!("{n_left} tasks of {n_whole}"));
            }
            if has_circle && !is_circle {
                fail("a circle".to_owned());
            }
            for (lock, (holder, class)) in left {
                match whole.get(&lock) {
                    Some((known, how)) if *known == holder && class >= *how => {}
                    known => fail(format!("{lock}: {holder} {class:?} where the whole says {known:?}")),
                }
            }
        }
    }
    report(failed);
}

#[test]
fn a_sample_of_the_tasks_claims_no_other_owner() {
    let mut failed = Vec::new();
    for sample in &samples() {
        let Some((head, tasks, tail)) = tasks_of(sample) else { continue };
        let (_, is_circle, whole) = claims(&sample.text);
        for (step, first) in [(2, 0), (2, 1), (3, 0), (3, 1), (3, 2)] {
            let kept: String = tasks.iter().skip(first).step_by(step).map(String::as_str).collect();
            let (_, has_circle, left) = claims(&format!("{head}{kept}{tail}"));
            let is_known = |(lock, (holder, class)): (&String, &(String, OwnerClass))| {
                whole.get(lock).is_some_and(|(known, how)| known == holder && class >= how)
            };
            if has_circle && !is_circle || !left.iter().all(is_known) {
                failed.push(format!("{}, every {step}. from {first} on: {left:?}\n  {whole:?}", sample.name));
            }
        }
    }
    report(failed);
}

#[test]
fn without_arguments_no_lock_has_an_address_and_nobody_is_accused_of_it() {
    // `main.(*T).f(0xc000, {0x1, 0x2})`, `lock (mutex=0x55d0)`: what a tool leaves out, or somebody took out.
    let strip = |text: &str| {
        each_line(text, |_, line| match line.split_once("(0x").or_else(|| line.split_once("(mutex=")) {
            Some((call, rest)) if !line.starts_with(['T', '(']) => {
                format!("{call}(...){}", rest.rsplit_once(')').map_or("", |(_, behind)| behind))
            }
            _ => line.to_owned(),
        })
    };
    let mut n_checked = 0;
    for sample in samples().iter().filter(|it| it.name.starts_with("Go: held") || it.name == "Go: a circle") {
        for dump in dumps(&strip(&sample.text)) {
            n_checked += dump.owners.len();
            assert!(dump.owners.iter().all(|owner| !owner.lock.contains("0x")), "{:#?}", dump.owners);
            assert!(dump.owners.iter().all(|owner| owner.class != Some(OwnerClass::Derived)), "{:#?}", dump.owners);
            assert!(!dump.verdict.contains("circle"), "{}", dump.verdict);
        }
    }
    assert!(n_checked > 0);
}

#[test]
fn two_halves_hold_what_the_whole_holds() {
    let mut failed = Vec::new();
    for sample in &samples() {
        let Some((head, tasks, tail)) = tasks_of(sample) else { continue };
        // A list in front of the stacks says of all threads that they are there.
        if sample.name == "SOS: a convoy" {
            continue;
        }
        let whole: u64 = dumps(&sample.text).iter().map(|dump| dump.tasks).sum();
        let (first, second) = tasks.split_at(tasks.len() / 2);
        let halves = [format!("{head}{}", first.concat()), format!("{head}{}{tail}", second.concat())];
        let apart: u64 = halves.iter().flat_map(|half| dumps(half)).map(|dump| dump.tasks).sum();
        if apart != whole {
            failed.push(format!("{}: {apart} of {whole}", sample.name));
        }
    }
    report(failed);
}
