//! Stack dumps from text to verdict: what wraps a dump, cuts it or shuffles it must not change what is said, and traps stay traps.

mod dotnet;
mod idle;
mod metamorphic;
mod samples;
mod threads;
mod trap_list;
mod traps;
mod unseen;
mod wrapped;

use debrief::case::Case;
use debrief::evidence::MemorySource;
use debrief::model::{OwnerClass, Timestamp};
use debrief::text::Lang;
use debrief::view::stacks::{DiffView, DumpView};

/// The incident in small: five goroutines wait for the lock that goroutine 67570 holds, a subscriber has waited longer.
const HELD: &str = include_str!("fixtures/formats/go-goroutine/sigquit-go1.24.txt");

pub(crate) fn open(files: &[(&str, &str)]) -> Case {
    let mut case = Case::new(0, Timestamp::from_seconds(1_790_000_000));
    for (name, text) in files {
        case.add(name, Box::new(MemorySource(text.as_bytes().to_vec())), Default::default(), false);
    }
    case.read_all();
    case
}

pub(crate) fn dumps(text: &str) -> Vec<DumpView> {
    dumps_of(text.as_bytes().to_vec(), "unknown")
}

fn dumps_of(bytes: Vec<u8>, name: &str) -> Vec<DumpView> {
    let mut case = Case::new(0, Timestamp::from_seconds(1_790_000_000));
    case.add(name, Box::new(MemorySource(bytes)), Default::default(), false);
    case.read_all();
    case.stacks(None, Lang::En).0
}

pub(crate) fn only(text: &str) -> DumpView {
    let mut all = dumps(text);
    assert_eq!(all.len(), 1, "{:?}", all.iter().map(|dump| (&dump.title, dump.tasks)).collect::<Vec<_>>());
    all.remove(0)
}

/// What a wrapping must not change: tasks, verdict, groups, owners.
pub(crate) type Meaning = (u64, String, Vec<(u64, Vec<String>)>, Vec<(u64, Option<String>, Option<OwnerClass>)>);

pub(crate) fn meaning(dump: &DumpView) -> Meaning {
    let groups = dump.groups.iter().map(|group| (group.count, group.frames.clone())).collect();
    let owners = dump.owners.iter().map(|owner| (owner.waiters, owner.holder.clone(), owner.class)).collect();
    (dump.tasks, dump.verdict.clone(), groups, owners)
}

pub(crate) fn each_line(text: &str, wrap: impl Fn(usize, &str) -> String) -> String {
    text.lines().enumerate().map(|(index, line)| wrap(index, line) + "\n").collect()
}

#[test]
fn the_lock_its_owner_and_the_onset_are_named() {
    let dump = only(HELD);
    assert_eq!(dump.tasks, 9);
    assert_eq!(dump.title, "SIGQUIT: quit");
    let owner = &dump.owners[0];
    assert_eq!((owner.waiters, owner.blocked, owner.longest), (5, 5, Some(1594)));
    assert_eq!(owner.holder.as_deref(), Some("goroutine 67570"));
    assert_eq!(owner.class, Some(OwnerClass::Suspected));
    assert!(dump.verdict.contains("system call") && dump.verdict.contains("1,594 min"), "{}", dump.verdict);
    // The subscriber has waited longest of all and is set aside.
    let idle = dump.groups.iter().find(|group| group.ids == [18]).unwrap();
    assert!(idle.idle.is_some());
    assert!(dump.owners.iter().all(|owner| owner.candidates.iter().all(|it| it.task != "goroutine 18")));
}

/// A dump in everything that is put around dumps. What is around it names a process `netd` where it names one.
pub(crate) fn wrapped(text: &str) -> Vec<(&'static str, String)> {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\t', "\\t");
    let without_blank_lines: String =
        text.lines().filter(|line| !line.is_empty()).map(|line| format!("{line}\n")).collect();
    vec![
        ("journal", each_line(&without_blank_lines, |_, line| format!("Nov 28 02:02:14 node-1 netd[1156]: {line}"))),
        (
            "Chinese journal",
            each_line(&without_blank_lines, |_, line| format!("11月 28 02:02:14 node-1 netd[1156]: {line}")),
        ),
        (
            "sudo journal",
            each_line(&without_blank_lines, |_, line| {
                format!("2023-11-28T02:02:14+0800 node-1 sudo[7]: {}", line.replace('\t', ""))
            }),
        ),
        (
            "CRI",
            each_line(text, |index, line| {
                format!("2024-08-20T14:00:{:02}.123456789+08:00 stderr F {line}", index % 60)
            }),
        ),
        (
            "docker",
            each_line(text, |_, line| {
                let text = line.replace('\\', "\\\\").replace('"', "\\\"").replace('\t', "\\t");
                format!("{{\"log\":\"{text}\\n\",\"stream\":\"stderr\",\"time\":\"2021-02-01T16:45:03.01233Z\"}}")
            }),
        ),
        (
            "journal as JSON",
            each_line(&without_blank_lines, |_, line| {
                let text = line.replace('\\', "\\\\").replace('"', "\\\"").replace('\t', "\\t");
                format!(
                    "{{\"__REALTIME_TIMESTAMP\":\"1690121000123456\",\"_HOSTNAME\":\"node-1\",\"MESSAGE\":\"{text}\",\"SYSLOG_IDENTIFIER\":\"netd\",\"_PID\":\"1156\"}}"
                )
            }),
        ),
        (
            "fluentd",
            each_line(text, |index, line| {
                let text = line.replace('\\', "\\\\").replace('"', "\\\"").replace('\t', "\\t");
                format!(
                    "{{\"@timestamp\":\"2025-11-20T08:00:{:02}Z\",\"kubernetes\":{{\"pod_name\":\"netd-1\"}},\"message\":\"{text}\"}}",
                    index % 60
                )
            }),
        ),
        (
            "Google Cloud",
            each_line(text, |_, line| {
                let text = line.replace('\\', "\\\\").replace('"', "\\\"").replace('\t', "\\t");
                format!(
                    "{{\"textPayload\":\"{text}\\n\",\"resource\":{{\"type\":\"k8s_container\"}},\"timestamp\":\"2025-11-20T08:00:00.1Z\"}}"
                )
            }),
        ),
        (
            "journal, exported",
            each_line(&without_blank_lines, |_, line| {
                format!(
                    "__CURSOR=s=1;i=1\n__REALTIME_TIMESTAMP=1690121000123456\n_PID=1156\nSYSLOG_IDENTIFIER=netd\nMESSAGE={line}\n"
                )
            }),
        ),
        ("kubectl --timestamps", each_line(text, |_, line| format!("2021-12-21T11:12:45.854971114+01:00 {line}"))),
        ("kubectl --prefix", each_line(text, |_, line| format!("[pod/netd-x2x/netd] {line}"))),
        (
            "logrus",
            format!(
                "time=\"2023-07-23T14:03:11Z\" level=info msg=\"=== BEGIN goroutine stack dump ===\\n{escaped}\"\n"
            ),
        ),
        ("mail", each_line(text, |_, line| format!("> {line}"))),
        ("comment", each_line(text, |_, line| format!("# {line}"))),
        ("compose", each_line(text, |_, line| format!("netd_1  | {line}"))),
        ("one blank", each_line(text, |_, line| format!(" {line}"))),
        ("without blank lines", without_blank_lines.clone()),
        ("blanks for tabs", text.replace('\t', "    ")),
        ("CRLF", text.replace('\n', "\r\n")),
        ("a log around", format!("starting\nlistening on :80\n{text}\nexiting\nbye\n")),
        (
            "klog around",
            format!(
                "I0820 14:00:01.100000       1 main.go:9] serving\n{text}I0820 14:00:02.100000       1 main.go:9] bye\n"
            ),
        ),
    ]
}

#[test]
fn what_wraps_a_dump_does_not_change_what_is_said() {
    let want = meaning(&only(HELD));
    for (name, text) in &wrapped(HELD) {
        let mut all = dumps(text);
        assert_eq!(all.len(), 1, "{name}");
        let mut got = meaning(&all.remove(0));
        if *name == "logrus" {
            // What logging says in front of the dump becomes its title, nothing else changes.
            got.1.clone_from(&want.1);
        }
        assert_eq!(got, want, "{name}");
    }
}

#[test]
fn the_order_of_goroutines_does_not_matter() {
    let want = only(HELD);
    let mut parts: Vec<&str> = HELD.split("\n\n").filter(|part| part.starts_with("goroutine ")).collect();
    parts.reverse();
    let got = only(&parts.join("\n\n"));
    assert_eq!((got.tasks, &got.owners[0].holder, got.owners[0].waiters), (want.tasks, &want.owners[0].holder, 5));
    assert_eq!(got.verdict, want.verdict);
}

#[test]
fn two_processes_in_one_journal_are_two_dumps() {
    let mut lines = String::new();
    for line in HELD.lines().filter(|line| !line.is_empty()) {
        for pid in [7, 8] {
            lines.push_str(&format!("Nov 28 02:02:14 node-1 netd[{pid}]: {line}\n"));
        }
        lines.push_str("Nov 28 02:02:14 node-1 kernel: a line of somebody else\n");
    }
    let want = meaning(&only(HELD));
    let all = dumps(&lines);
    assert_eq!(all.iter().map(|dump| dump.pid).collect::<Vec<_>>(), [Some(7), Some(8)]);
    assert!(all.iter().all(|dump| meaning(dump) == want && dump.process == "netd"));
}

#[test]
fn a_dump_in_a_log_keeps_the_records_and_takes_their_time() {
    let text = each_line(HELD, |_, line| format!("2023-11-28T02:02:14+08:00 node-1 netd[1156]: {line}"));
    let mut case = open(&[("netd.log", &text)]);
    let meta = case.evidence().remove(0);
    assert_eq!((meta.format.as_str(), meta.counts.dumps, meta.counts.tasks), ("journal-iso", 1, 9));
    assert!(meta.counts.records > 90);
    let dump = case.stacks(None, Lang::En).0.remove(0);
    assert_eq!(dump.at.as_deref(), Some("2023-11-27T18:02:14Z"));
    // 1595 minutes earlier.
    assert_eq!(dump.onset.as_deref(), Some("2023-11-26T15:27:14Z"));
}

#[test]
fn without_the_holder_the_owner_is_not_visible() {
    let without: Vec<&str> = HELD.split("\n\n").filter(|part| !part.contains("goroutine 67570 ")).collect();
    let dump = only(&without.join("\n\n"));
    assert_eq!((dump.tasks, &dump.owners[0].holder), (8, &None));
    assert!(dump.verdict.contains("not visible in this evidence"), "{}", dump.verdict);
}

#[test]
fn without_waits_there_is_no_onset_and_nobody_is_accused() {
    let text = each_line(HELD, |_, line| {
        let start = line.find(", ").filter(|_| line.starts_with("goroutine "));
        let end = line.find(" minutes");
        start.zip(end).map_or_else(|| line.to_owned(), |(start, end)| format!("{}{}", &line[..start], &line[end + 8..]))
    });
    let text = each_line(&text, |_, line| format!("2023-11-28T02:02:14+08:00 node-1 netd[1156]: {line}"));
    let dump = only(&text);
    assert_eq!((dump.tasks, &dump.onset, &dump.owners[0].holder), (9, &None, &None));
}

#[test]
fn a_cut_dump_says_what_is_left() {
    let cut = &HELD[..HELD.len() * 6 / 10];
    let dump = only(cut);
    assert!((4..9).contains(&dump.tasks) && dump.is_cut, "{}", dump.tasks);
    assert!(!dump.verdict.contains("circle"));
}

#[test]
fn several_dumps_in_one_file_are_told_apart() {
    let all = dumps(&format!("{HELD}\nsome log\n{HELD}"));
    assert_eq!(all.iter().map(|dump| dump.tasks).collect::<Vec<_>>(), [9, 9]);
    // Without a title, a goroutine that was there already begins the next dump.
    let plain = HELD.split_once("\n\n").unwrap().1;
    let all = dumps(&format!("{plain}\n{plain}"));
    assert_eq!(all.iter().map(|dump| dump.tasks).collect::<Vec<_>>(), [9, 9]);
}

/// A mutex of its own for each pair of goroutines: A holds one and waits for B's, B the other way round.
fn crossed(minutes: &str) -> String {
    let one = |id: u64, own: u64, other: u64, from: &str, to: &str| {
        format!(
            "goroutine {id} [sync.Mutex.Lock{minutes}]:\n\
             sync.runtime_SemacquireMutex({:#x}, 0x0, 0x1)\n\t/go/sema.go:77 +0x26\n\
             sync.(*Mutex).lockSlow({other:#x})\n\t/go/mutex.go:171 +0x15d\n\
             sync.(*Mutex).Lock(...)\n\t/go/mutex.go:90\n\
             example.net/bank.(*Account).{to}({other:#x})\n\t/src/account.go:20 +0x1\n\
             example.net/bank.(*Account).{from}({own:#x}, {other:#x})\n\t/src/account.go:40 +0x1\n\n",
            other + 4
        )
    };
    one(11, 0xc0_0001_0000, 0xc0_0002_0000, "Send", "Take") + &one(12, 0xc0_0002_0000, 0xc0_0001_0000, "Send", "Take")
}

#[test]
fn a_circle_of_two_is_a_cycle_only_when_both_have_waited() {
    let dump = only(&crossed(", 8 minutes"));
    assert!(dump.verdict.contains("each other’s locks") && dump.verdict.contains("derived"), "{}", dump.verdict);
    assert!(dump.owners.iter().all(|owner| owner.cycle && owner.class == Some(OwnerClass::Derived)));
    // A third that works on both may hold both: then the two only wait behind it.
    let third = "goroutine 13 [IO wait, 8 minutes]:\ninternal/poll.runtime_pollWait(0x7f30, 0x72)\n\t/go/netpoll.go:305 +0x1\n\
                 example.net/bank.(*Account).Audit(0xc000010000, 0xc000020000)\n\t/src/audit.go:9 +0x1\n\
                 example.net/bank.(*Account).Audit(0xc000020000, 0xc000010000)\n\t/src/audit.go:9 +0x1\n\n";
    let dump = only(&format!("{}{third}", crossed(", 8 minutes")));
    assert!(!dump.verdict.contains("each other’s locks"), "{}", dump.verdict);
    let dump = only(&crossed(""));
    assert!(!dump.verdict.contains("each other’s locks"), "{}", dump.verdict);
}

#[test]
fn readers_behind_a_writer_are_a_convoy_on_one_lock() {
    let reader = |id: u64| {
        format!(
            "goroutine {id} [semacquire, 9 minutes]:\nsync.runtime_Semacquire(0xc00002000c)\n\t/go/sema.go:56 +0x45\n\
             sync.(*RWMutex).RLock(...)\n\t/go/rwmutex.go:50\nexample.net/c.(*Cache).Get(0xc000020000)\n\t/c.go:9 +0x1\n\n"
        )
    };
    let writer = "goroutine 2 [semacquire, 10 minutes]:\nsync.runtime_Semacquire(0xc000020008)\n\t/go/sema.go:56 +0x45\n\
                  sync.(*RWMutex).Lock(0xc000020000)\n\t/go/rwmutex.go:98 +0x7\nexample.net/c.(*Cache).Put(0xc000020000)\n\t/c.go:30 +0x1\n\n";
    let holder = "goroutine 9 [IO wait, 10 minutes]:\ninternal/poll.runtime_pollWait(0x7f30, 0x72)\n\t/go/netpoll.go:305 +0x1\n\
                  example.net/c.(*Cache).load(0xc000020000)\n\t/c.go:60 +0x1\nexample.net/c.(*Cache).Get(0xc000020000)\n\t/c.go:12 +0x1\n\n";
    let dump = only(&[&(20..30).map(reader).collect::<String>(), writer, holder].concat());
    let owner = &dump.owners[0];
    assert_eq!((owner.waiters, owner.convoy, owner.holder.as_deref()), (11, true, Some("goroutine 9")), "{owner:#?}");
    assert_eq!(owner.class, Some(OwnerClass::Derived));
}

fn pool(n: u64, first: u64, wait: impl Fn(u64) -> u64) -> String {
    let one = |index: u64| {
        format!(
            "goroutine {} [chan receive, {} minutes]:\nexample.net/q.(*Queue).take(0xc0000{index:05x})\n\t/q.go:9 +0x1\n\
             created by example.net/q.Start\n\t/q.go:5 +0x1\n\n",
            first + index,
            wait(index)
        )
    };
    (0..n).map(one).collect()
}

#[test]
fn one_dump_shows_a_steady_leak_a_batch_and_nothing() {
    let dump = only(&pool(400, 10, |index| 200 - index / 2));
    assert!(dump.verdict.contains("a leak at a constant rate"), "{}", dump.verdict);
    assert_eq!(dump.groups[0].wait.as_ref().map(|wait| wait.shape.as_str()), Some("steady"));
    let dump = only(&pool(400, 10, |_| 90));
    assert!(!dump.verdict.contains("leak"), "{}", dump.verdict);
    assert_eq!(dump.groups[0].wait.as_ref().map(|wait| wait.shape.as_str()), Some("step"));
    let dump = only(&pool(6, 10, |index| 1 + index));
    assert!(!dump.verdict.contains("leak"), "{}", dump.verdict);
}

fn diff(before: &str, after: &str) -> DiffView {
    let stamped =
        |text: &str, at: &str| each_line(text, |_, line| format!("2023-11-28T{at}+08:00 node-1 netd[1]: {line}"));
    let (before, after) = (stamped(before, "02:00:00"), stamped(after, "03:00:00"));
    let mut case = open(&[("before.log", &before), ("after.log", &after)]);
    let other = case.evidence()[1].id;
    case.stacks(Some(other), Lang::En).1.unwrap()
}

#[test]
fn two_dumps_show_what_grew_and_what_is_only_large() {
    let flat = diff(&pool(300, 10, |_| 5), &pool(301, 10, |_| 65));
    assert_eq!(flat.groups[0].change, "flat");
    assert_eq!((flat.persistent, flat.new, flat.gone), (300, 1, 0));
    let grown = diff(&pool(300, 10, |_| 5), &pool(900, 10, |_| 5));
    assert_eq!((grown.groups[0].change.as_str(), grown.groups[0].before, grown.groups[0].after), ("grown", 300, 900));
    assert_eq!(grown.spawned_per_hour, Some(600.0));
    let gone = diff(&format!("{}{HELD}", pool(9, 100_000, |_| 5)), HELD);
    assert_eq!(gone.groups.iter().filter(|it| it.change == "gone").map(|it| it.before).collect::<Vec<_>>(), [9]);
    // The clocks decide which is earlier, not the order of the files.
    assert_eq!(diff(HELD, HELD).before.0, "before.log");
}

#[test]
fn a_profile_without_ids_and_waits_invents_none() {
    let dump = only(include_str!("fixtures/formats/go-goroutine/debug1-profile.txt"));
    assert_eq!((dump.kind.as_str(), dump.tasks, dump.is_cut), ("go_profile", 645, false));
    assert!(dump.groups.iter().all(|group| group.ids.is_empty() && group.wait.is_none()));
    assert_eq!(
        dump.groups.iter().map(|group| group.class.as_str()).collect::<Vec<_>>(),
        ["condition", "unknown", "io"]
    );
    assert!(dump.onset.is_none() && dump.owners.is_empty());
}

#[test]
fn the_dumper_main_and_idle_connections_are_set_aside_with_a_reason() {
    let dump = only(include_str!("fixtures/formats/go-goroutine/debug2-generations.txt"));
    let idle = |id: u64| dump.groups.iter().find(|group| group.ids.contains(&id)).and_then(|group| group.idle.clone());
    assert_eq!(idle(12).as_deref(), Some("prints this dump"));
    assert_eq!(idle(8), None);
    assert_eq!(only(HELD).groups.iter().filter(|group| group.idle.is_some()).count(), 3);
}

#[test]
fn quiet_dumps_accuse_nobody() {
    let Some(folder) = crate::corpus::corpus("quiet_dumps_accuse_nobody") else { return };
    for (name, tasks, states) in [
        ("goroutine/goleak_http.txt", 5, [("IO wait", 2), ("running", 1), ("select", 2)]),
        ("goroutine/goleak_http.go1.20.txt", 5, [("IO wait", 2), ("running", 1), ("select", 2)]),
    ] {
        let dump = only(&std::fs::read_to_string(folder.join(name)).unwrap());
        let mut all: Vec<(String, u64)> = Vec::new();
        for (state, count) in dump.groups.iter().flat_map(|group| &group.states) {
            match all.iter_mut().find(|(known, _)| known == state) {
                Some((_, sum)) => *sum += count,
                None => all.push((state.clone(), *count)),
            }
        }
        all.sort();
        assert_eq!(all, states.map(|(state, count)| (state.to_owned(), count)), "{name}");
        assert_eq!((dump.tasks, dump.owners.len(), &dump.onset), (tasks, 0, &None), "{name}");
        assert!(dump.verdict.contains("none is seen to hold others up"), "{}", dump.verdict);
    }
    let netlink = only(&std::fs::read_to_string(folder.join("k8s-issues/netlink_254_stack.txt")).unwrap());
    assert_eq!((netlink.tasks, netlink.groups[0].wait.as_ref().map(|wait| wait.max)), (1, Some(66.0)));
    assert!(netlink.verdict.contains("66 min"), "{}", netlink.verdict);
    let moby = only(&std::fs::read_to_string(folder.join("k8s-issues/moby_20096_pthread_messages.log")).unwrap());
    assert_eq!((moby.tasks, moby.title.as_str(), moby.process.as_str()), (2, "SIGABRT: abort", "node"));
    assert!(moby.at.is_some());
}

#[test]
fn the_json_is_what_its_schema_says() {
    let text = each_line(HELD, |_, line| format!("2023-11-28T02:02:14+08:00 node-1 netd[1156]: {line}"));
    let mut case = open(&[("a.log", &text), ("b.txt", &crossed(", 8 minutes"))]);
    let evidence = case.evidence();
    let (dumps, diff) = case.stacks(Some(evidence[1].id), Lang::En);
    let json = debrief::export::stacks::to_json(&dumps, diff.as_ref(), &evidence);
    crate::export::conforms(&json, include_str!("../docs/schema/stacks.schema.json"));
}

#[test]
fn kubelets_age_of_pleg_is_when_it_stopped() {
    let line = |time: &str, age: &str| {
        format!(
            "2020-10-08T{time}Z worker9 kubelet[1636]: skipping pod synchronization - PLEG is not healthy: pleg was last seen active {age} ago; threshold is 3m0s\n"
        )
    };
    let log =
        [line("16:29:35.462", "4m24.920746134s"), line("16:29:40.462", "4m29.921051026s"), line("17:29:40", "3m0.1s")];
    let mut case = open(&[("kubelet.log", &log.concat())]);
    let events = case.analysis().timeline.clone();
    let stops: Vec<(String, u32)> = events
        .iter()
        .filter(|event| event.key.starts_with("pleg-stopped/"))
        .map(|event| (event.at.to_rfc3339(), event.count))
        .collect();
    assert_eq!(stops, [("2020-10-08T16:25:10.541Z".to_owned(), 2), ("2020-10-08T17:26:39.900Z".to_owned(), 1)]);
}
