//! Evidence that looks like an exhausted PID space and is not, or not for the reason at hand. The rule must not accuse.

use debrief::case::Case;
use debrief::evidence::MemorySource;
use debrief::model::{Analysis, Confidence, Timestamp};

const RULE: &str = "host/pid-space-exhausted";
const START: i64 = 1_690_120_200; // 21:50 in UTC+8
const N: i64 = 60;
const PID_MAX: &str = "kernel.pid_max = 32768\nkernel.threads-max = 500000\n";
/// What is far from the limit is not all that the node had.
const ONLY_CONTAINERS: (&str, &str) = ("inconclusive", "outcome-pid-containers");
const REFUSED: &str = "runtime: failed to create new OS thread (have 5 already; errno=11)";

/// One line of a series: labels and the value of sample `i`.
type Line = (&'static str, fn(i64) -> i64);

fn csv(lines: &[Line]) -> String {
    let heads = lines.iter().map(|(labels, _)| format!(",\"{{__name__=\"\"container_threads\"\", {labels}}}\""));
    let mut text = format!("\"Time\"{}\n", heads.collect::<String>());
    for i in 0..N {
        let cells: String = lines.iter().map(|(_, value)| format!(",{}", value(i))).collect();
        text += &format!("{}{cells}\n", (START + 30 * i) * 1000);
    }
    text
}

/// A journal line at a minute after 21:50.
fn journal(minutes: i64, text: &str) -> String {
    let at = Timestamp::from_seconds(START + 60 * minutes).to_local(8 * 3600);
    format!("Jul 23 {} n1 kubelet[1123]: {text}\n", &at[11..])
}

fn analyse(files: &[(&str, &str)]) -> Analysis {
    let mut case = Case::new(8 * 3600, Timestamp::from_seconds(1_790_000_000));
    for (name, text) in files {
        case.add(name, Box::new(MemorySource(text.as_bytes().to_vec())), Default::default(), false);
    }
    case.read_all();
    case.analysis().clone()
}

fn outcome(analysis: &Analysis) -> (&str, &str) {
    let outcome = analysis.outcomes.iter().find(|outcome| outcome.rule == RULE).expect("every rule answers");
    (&outcome.outcome, outcome.why.as_ref().map_or("", |why| &why.id))
}

/// Grows from 800 to 22,800 between 22:00 and 22:10 and stays.
fn leak(i: i64) -> i64 {
    800 + (i - 20).clamp(0, 20) * 1100 + i % 3
}

fn flat(i: i64) -> i64 {
    9000 + i % 5
}

fn half(i: i64) -> i64 {
    400 + (i - 20).clamp(0, 20) * 750 + i % 2
}

const LEAKER: Line = (r#"container=""api"", namespace=""shop"", node=""n1"", pod=""api-0"""#, leak);
const FLAT: Line = (r#"container=""db"", namespace=""shop"", node=""n1"", pod=""db-0"""#, flat);
const ELSEWHERE: Line = (r#"container=""web"", namespace=""shop"", node=""n2"", pod=""web-0"""#, flat);
const LEAKER_ELSEWHERE: Line = (r#"container=""web"", namespace=""shop"", node=""n2"", pod=""web-0"""#, leak);

#[test]
fn the_plain_story_is_found() {
    let analysis =
        analyse(&[("t.csv", &csv(&[LEAKER, FLAT])), ("sysctl.txt", PID_MAX), ("j.log", &journal(19, REFUSED))]);
    let finding = &analysis.findings[0];
    assert_eq!((finding.culprit.as_deref(), finding.confidence), (Some("api (shop/api-0)"), Confidence::Likely));
    assert_eq!((finding.subject.as_str(), finding.questions.len()), ("node n1", 4));
}

#[test]
fn two_that_grow_alike_leave_nobody_to_blame() {
    const A: Line = (r#"container=""a"", namespace=""shop"", node=""n1"", pod=""a-0"""#, half);
    const B: Line = (r#"container=""b"", namespace=""shop"", node=""n1"", pod=""b-0"""#, half);
    let analysis = analyse(&[("t.csv", &csv(&[A, B])), ("sysctl.txt", PID_MAX), ("j.log", &journal(19, REFUSED))]);
    assert_eq!((analysis.findings.len(), &analysis.findings[0].culprit), (1, &None));
}

#[test]
fn a_big_flat_container_is_not_the_leaker() {
    const BIG: Line = (r#"container=""big"", namespace=""shop"", node=""n1"", pod=""big-0"""#, |i| 28_000 + i % 7);
    const SMALL: Line =
        (r#"container=""api"", namespace=""shop"", node=""n1"", pod=""api-0"""#, |i| 100 + (i - 20).clamp(0, 20) * 190);
    let analysis =
        analyse(&[("t.csv", &csv(&[BIG, SMALL])), ("sysctl.txt", PID_MAX), ("j.log", &journal(19, REFUSED))]);
    assert!(
        analysis.findings.iter().all(|finding| finding.culprit.as_deref().is_none_or(|name| name.starts_with("api")))
    );
}

#[test]
fn refusals_hours_before_the_growth_are_another_story() {
    let early = journal(-180, REFUSED);
    let analysis = analyse(&[("t.csv", &csv(&[LEAKER, FLAT])), ("sysctl.txt", PID_MAX), ("j.log", &early)]);
    // 97 % of the limit is worth a warning; that it refused anything is not said.
    let finding = &analysis.findings[0];
    assert_eq!((finding.confidence, finding.title.id.as_str()), (Confidence::Possible, "finding-pid-title-near"));
    assert!(finding.statements.iter().all(|statement| statement.topic != "failures"));
    let roomy = "kernel.pid_max = 36864\n";
    let analysis = analyse(&[("t.csv", &csv(&[LEAKER, FLAT])), ("sysctl.txt", roomy), ("j.log", &early)]);
    assert_eq!(outcome(&analysis), ONLY_CONTAINERS);
}

#[test]
fn words_about_locks_and_sockets_are_no_refusal() {
    let roomy = "kernel.pid_max = 36864\n";
    for words in [
        "E: Could not get lock /var/lib/dpkg/lock-frontend - open (11: Resource temporarily unavailable)",
        "transport: Error while dialing dial unix /run/containerd/containerd.sock: connect: resource temporarily unavailable",
        "executor-3: recvmsg: Resource temporarily unavailable",
        "thread 7 read: Resource temporarily unavailable",
    ] {
        let analysis =
            analyse(&[("t.csv", &csv(&[LEAKER, FLAT])), ("sysctl.txt", roomy), ("j.log", &journal(19, words))]);
        assert_eq!(outcome(&analysis), ONLY_CONTAINERS, "{words}");
    }
    for words in [
        "-bash: fork: retry: Resource temporarily unavailable",
        "failed to exec du: fork/exec /usr/bin/nice: resource temporarily unavailable",
        "OCI runtime exec failed: exec failed: nsexec: unable to spawn stage-1: Resource temporarily unavailable: unknown",
        "\"Probe failed\" probeType=\"Liveness\" output=\"resource temporarily unavailable\"",
        "could not create thread: Resource temporarily unavailable",
    ] {
        let analysis =
            analyse(&[("t.csv", &csv(&[LEAKER, FLAT])), ("sysctl.txt", roomy), ("j.log", &journal(19, words))]);
        assert_eq!(outcome(&analysis).0, "found", "{words}");
    }
}

#[test]
fn a_pods_own_limit_is_not_the_nodes() {
    let line = journal(19, "cgroup: fork rejected by pids controller in /kubepods/burstable/pod1");
    let both = format!("{line}{}", journal(20, REFUSED));
    let roomy = ("sysctl.txt", "kernel.pid_max = 400000\n");
    let analysis = analyse(&[("t.csv", &csv(&[LEAKER, FLAT])), roomy, ("j.log", &both)]);
    // What is no part of a container may have filled the node all the same.
    assert_eq!(outcome(&analysis), ONLY_CONTAINERS);
    let all = csv(&[LEAKER, FLAT]).replace("\"\"container_threads\"\"", "\"\"node_processes_threads\"\"");
    let analysis = analyse(&[("t.csv", &all), roomy, ("j.log", &both)]);
    assert_eq!(outcome(&analysis), ("ruled_out", "outcome-pid-cgroup-limit"));
    let analysis =
        analyse(&[("t.csv", &csv(&[LEAKER, FLAT])), ("sysctl.txt", "kernel.pid_max = 36864\n"), ("j.log", &both)]);
    assert_eq!(outcome(&analysis), ("inconclusive", "outcome-pid-cgroup-or-node"));
}

#[test]
fn a_listing_alone_is_never_certain() {
    let row = |id: u32| format!("root {id} 1 {id} 0 1 21:00 ? 00:00:00 /usr/bin/x\n");
    let listing = format!("UID PID PPID LWP C NLWP STIME TTY TIME CMD\n{}", (1000..1960).map(row).collect::<String>());
    let analysis = analyse(&[
        ("ps-eLf.txt", &listing),
        ("sysctl.txt", "kernel.pid_max = 1000\n"),
        ("j.log", &journal(19, REFUSED)),
    ]);
    assert_eq!((outcome(&analysis).0, analysis.findings[0].confidence), ("found", Confidence::Likely));
    assert!(analysis.findings[0].culprit.is_none());
}

#[test]
fn a_line_that_two_logs_hold_is_counted_once() {
    let lines: Vec<String> = [18, 19, 19, 20].map(|minute| journal(minute, REFUSED)).into();
    let n_refused = |files: &[(&str, String)]| {
        let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let limit = [("t.csv", &*csv(&[LEAKER, FLAT])), ("sysctl.txt", "kernel.pid_max = 36864\n")];
        let analysis = analyse(&[&limit[..], &files].concat());
        let failures = analysis.findings[0].statements.iter().find(|it| it.topic == "failures").expect("they are said");
        format!("{:?}", failures.text.args.iter().find(|arg| arg.0 == "count"))
    };
    let all = n_refused(&[("j.log", lines.concat())]);
    assert!(all.contains("Int(4)"), "{all}");
    // An excerpt beside the whole, in either order; two exports that overlap; the same lines with Windows' ends.
    let crlf = lines.concat().replace('\n', "\r\n");
    let three = (lines[..3].concat(), lines[1..].concat());
    for files in [
        [("a.log", three.0.clone()), ("b.log", lines.concat())],
        [("a.log", lines.concat()), ("b.log", three.1.clone())],
        [("a.log", three.0), ("b.log", three.1)],
        [("a.log", lines.concat()), ("b.log", crlf)],
    ] {
        assert_eq!(n_refused(&files), all, "{files:?}");
    }
    // Two nodes say the same at the same time: the finding is about one of them, and each has its event.
    let of = |node: &str| format!("b/host-collectors/journald/{node}/kubelet.txt");
    let nodes = [(&*of("n1"), lines.concat()), (&*of("n2"), lines.concat() + "\n")];
    assert!(n_refused(&nodes).contains("Int(4)"));
    let analysis = analyse(&nodes.each_ref().map(|(name, text)| (*name, text.as_str())));
    let events = analysis.timeline.iter().filter(|event| event.key.starts_with("task-refused"));
    assert_eq!(events.map(|event| event.count).collect::<Vec<_>>(), [4, 4]);
}

#[test]
fn the_tighter_of_the_nodes_limits_is_the_ceiling() {
    let limits = "kernel.pid_max = 4194304\nkernel.threads-max = 32768\n";
    let analysis =
        analyse(&[("t.csv", &csv(&[LEAKER, FLAT])), ("sysctl.txt", limits), ("j.log", &journal(19, REFUSED))]);
    let hit = analysis.ceilings.iter().find(|ceiling| ceiling.hit).expect("a ceiling");
    assert_eq!(hit.name.as_str(), "kernel.threads-max");
}

#[test]
fn what_only_looks_like_threads_is_not_counted() {
    // Goroutines, a process' own threads and the load grow past the limit; processes stay below it and say nothing.
    let names = ["go_goroutines", "jvm_threads_current", "node_load1", "container_memory_working_set_bytes"];
    let heads: String =
        names.iter().map(|name| format!(",\"{{__name__=\"\"{name}\"\", instance=\"\"n1\"\"}}\"")).collect();
    let threads = csv(&[FLAT, (r#"container=""api"", namespace=""shop"", node=""n1"", pod=""api-0"""#, |_| 40)]);
    for name in ["metrics.csv", "container_threads-and-others.csv"] {
        let lines = threads.lines().enumerate().map(|(row, line)| match row {
            0 => format!("{line}{heads}\n"),
            _ => format!("{line}{}\n", format!(",{}", leak(row as i64) * 4).repeat(names.len())),
        });
        let all: String = lines.collect();
        let analysis = analyse(&[(name, &all), ("sysctl.txt", PID_MAX), ("j.log", &journal(19, REFUSED))]);
        assert_eq!(outcome(&analysis), ONLY_CONTAINERS, "{name}");
        assert_eq!(analysis.ceilings[0].used.map(|used| used as i64 / 10), Some(904), "{name}");
    }
}

#[test]
fn nodes_are_judged_one_by_one() {
    // Together they would fill the limit; each alone is far from it.
    let both = csv(&[
        FLAT,
        ELSEWHERE,
        (r#"container=""x"", namespace=""shop"", node=""n2"", pod=""x-0"""#, flat),
        (r#"container=""y"", namespace=""shop"", node=""n1"", pod=""y-0"""#, flat),
    ]);
    let analysis = analyse(&[("t.csv", &both), ("sysctl.txt", PID_MAX), ("j.log", &journal(19, REFUSED))]);
    assert_eq!(outcome(&analysis), ONLY_CONTAINERS);
    assert_eq!(analysis.ceilings[0].used.map(|used| used as i64 / 10), Some(1800));

    // Nothing says whose limits these are: the fullest node is judged, and a question says that others were seen.
    let both = csv(&[
        FLAT,
        (r#"container=""z"", namespace=""shop"", node=""n1"", pod=""z-0"""#, |_| 5),
        (r#"container=""y"", namespace=""shop"", node=""n2"", pod=""y-0"""#, flat),
        LEAKER_ELSEWHERE,
    ]);
    let analysis = analyse(&[("t.csv", &both), ("sysctl.txt", PID_MAX), ("j.log", &journal(19, REFUSED))]);
    let finding = &analysis.findings[0];
    assert_eq!(finding.subject, "node n2");
    assert!(finding.questions.iter().any(|question| question.id == "question-pid-other-nodes"));

    // The path says that they are the other node's.
    let analysis = analyse(&[("t.csv", &both), ("n1/sysctl.txt", PID_MAX), ("n1/j.log", &journal(19, REFUSED))]);
    assert_eq!(outcome(&analysis), ONLY_CONTAINERS);

    // Limits of both nodes: each is held against its own.
    let analysis = analyse(&[
        ("t.csv", &both),
        ("n1/sysctl.txt", "kernel.pid_max = 9500\n"),
        ("n2/sysctl.txt", "kernel.pid_max = 4194304\n"),
    ]);
    assert_eq!(analysis.ceilings.iter().map(|ceiling| ceiling.limit).collect::<Vec<_>>(), [Some(4_194_304)]);
}

#[test]
fn the_same_export_twice_is_counted_once() {
    let raw = csv(&[FLAT, LEAKER]);
    let peak = |files: &[(&str, &str)]| analyse(files).ceilings[0].used;
    let want = peak(&[("t.csv", &raw), ("s.txt", PID_MAX)]);
    // The same times and values in another order of columns, so that no digest tells.
    let other_order = csv(&[LEAKER, FLAT]);
    assert_eq!(peak(&[("t.csv", &raw), ("u.csv", &other_order), ("s.txt", PID_MAX)]), want);
    // Formatted: rounded to three digits, text for times.
    let mut formatted = raw.lines().next().expect("a header").to_owned() + "\n";
    for i in 0..N {
        let k = |value: i64| {
            if value < 1000 {
                value.to_string()
            } else {
                format!("{:.*} K", if value < 10_000 { 2 } else { 1 }, value as f64 / 1000.0)
            }
        };
        let time = Timestamp::from_seconds(START + 30 * i).to_local(8 * 3600);
        formatted += &format!("{time},{},{}\n", k(flat(i)), k(leak(i)));
    }
    let analysis =
        analyse(&[("f.csv", &formatted), ("t.csv", &raw), ("s.txt", PID_MAX), ("j.log", &journal(19, REFUSED))]);
    assert_eq!(analysis.ceilings[0].used, want);
    assert_eq!(analysis.findings[0].culprit.as_deref(), Some("api (shop/api-0)"), "no rival of its own");
    // Two windows that overlap.
    let lines: Vec<&str> = raw.lines().collect();
    let window = |from: usize, to: usize| format!("{}\n{}\n", lines[0], lines[from..to].join("\n"));
    let analysis = analyse(&[
        ("a.csv", &window(1, 40)),
        ("b.csv", &window(30, 61)),
        ("s.txt", PID_MAX),
        ("j.log", &journal(19, REFUSED)),
    ]);
    assert_eq!(analysis.ceilings[0].used, want);
    assert_eq!(analysis.findings[0].culprit.as_deref(), Some("api (shop/api-0)"));
    // A pod's sum beside its containers, without the namespace.
    let by_pod = csv(&[(r#"node=""n1"", pod=""api-0"""#, leak), (r#"node=""n1"", pod=""db-0"""#, flat)]);
    assert_eq!(peak(&[("t.csv", &raw), ("p.csv", &by_pod), ("s.txt", PID_MAX)]), want);
}

#[test]
fn limits_nobody_could_set_and_limits_that_disagree_decide_nothing() {
    let files = |limits: &'static [(&'static str, &'static str)]| -> Analysis {
        let (metrics, log) = (csv(&[LEAKER, FLAT]), journal(19, REFUSED));
        let mut all = vec![("t.csv", metrics.as_str()), ("j.log", log.as_str())];
        all.extend(limits);
        analyse(&all)
    };
    assert_eq!(outcome(&files(&[("s.txt", "kernel.pid_max = 0\n")])), ("inconclusive", "caveat-implausible"));
    // What no kernel takes is no ceiling, what 0 leaves open is one without a value, and what was not set is none.
    let zeros = "kernel.pid_max = 49152\nkernel.threads-max = 0\nnet.netfilter.nf_conntrack_max = 0\n";
    let kubelet =
        "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nmaxPods: 0\npodPidsLimit: 0\n";
    let analysis = analyse(&[("s.txt", zeros), ("kubelet.yaml", kubelet)]);
    let limits: Vec<_> = analysis.ceilings.iter().map(|ceiling| (ceiling.name.as_str(), ceiling.limit)).collect();
    let open = ["podPidsLimit", "net.netfilter.nf_conntrack_max"].map(|name| (name, None));
    assert_eq!(limits, [&[("kernel.pid_max", Some(49_152))][..], &open].concat());
    assert_eq!(outcome(&files(&[("s.txt", "kernel.pid_max = 18446744073709551615\n")])), ONLY_CONTAINERS);
    let two: &[_] = &[("a.txt", PID_MAX), ("b.txt", "kernel.pid_max = 4194304\n")];
    let analysis = files(two);
    assert_eq!(outcome(&analysis), ("inconclusive", "outcome-pid-limits-disagree"));
    assert!(analysis.ceilings.iter().all(|ceiling| !ceiling.hit));
    // One terminal may have gone from host to host, or raised what it read before.
    let hops = "# cat /proc/sys/kernel/pid_max\n49152\n# ps -eLf | wc -l\n48999\n\
                $ cat /proc/sys/kernel/pid_max\n4194304\n$ ps -eLf | wc -l\n301\n";
    assert_eq!(outcome(&analyse(&[("hops.txt", hops)])), ("inconclusive", "outcome-pid-limits-disagree"));
    // Where both were reached, both say the same.
    assert_eq!(outcome(&files(&[("a.txt", PID_MAX), ("b.txt", "kernel.pid_max = 33000\n")])).0, "found");
}

#[test]
fn of_two_limits_that_are_both_full_neither_is_named_alone() {
    let refused = journal(20, REFUSED);
    let metrics = csv(&[LEAKER, FLAT]);
    let told = |limits: &str| {
        let analysis = analyse(&[("sysctl.txt", limits), ("threads.csv", &metrics), ("journal.txt", &refused)]);
        let found = analysis.findings.iter().find(|finding| finding.rule == RULE).expect("the node was full");
        found.statements.iter().any(|statement| statement.text.id == "finding-pid-close")
    };
    assert!(told("kernel.pid_max = 32768\nkernel.threads-max = 33000\n"));
    assert!(!told(PID_MAX));
}

#[test]
fn what_a_runtime_does_not_say_is_not_said() {
    let metrics = csv(&[LEAKER, FLAT]);
    let said = |lines: &[&str]| {
        let log: String = lines.iter().map(|line| journal(20, line)).collect();
        let analysis = analyse(&[("sysctl.txt", PID_MAX), ("threads.csv", &metrics), ("journal.txt", &log)]);
        let found = analysis.findings.iter().find(|finding| finding.rule == RULE).expect("the node was full");
        let failures = found.statements.iter().find(|statement| statement.topic == "failures").expect("its lines");
        let event = analysis.timeline.iter().find(|event| event.key == "task-refused").expect("their event");
        format!("{:?} {}", failures.text, event.text.id)
    };
    let java = "java.lang.OutOfMemoryError: unable to create native thread: possibly out of memory";
    let python = "RuntimeError: can't start new thread";
    let runtimes = said(&[java, python]);
    assert!(runtimes.contains("finding-task-said-runtime") && runtimes.ends_with("event-thread-refused"), "{runtimes}");
    assert!(said(&[java, REFUSED]).contains("finding-task-said-some"));
    let go = said(&[REFUSED]);
    assert!(go.contains("finding-task-said-errno") && go.ends_with("event-task-refused"), "{go}");
}

#[test]
fn the_unit_whose_limit_is_full_may_lie_above_the_one_that_forked() {
    let line = "Jul 23 22:05:40 n1 kernel: cgroup: fork rejected by pids controller in /user.slice/user-1000.slice/session-3.scope\n";
    let slice = |tasks: u32| {
        format!(
            "● user-1000.slice - User Slice of UID 1000\n     Active: active\n      Tasks: {tasks} (limit: 10813)\n"
        )
    };
    let subject = |tasks: u32| {
        let analysis = analyse(&[("kern.log", line), ("status.txt", &slice(tasks))]);
        let found = analysis.findings.iter().find(|finding| finding.rule == "host/unit-tasks-exhausted");
        let found = found.expect("a unit was full");
        assert_eq!(found.confidence, Confidence::Likely);
        found.subject.clone()
    };
    assert_eq!(subject(10_800), "user-1000.slice");
    assert_eq!(subject(120), "session-3.scope");
}

#[test]
fn what_one_host_shows_is_never_held_against_another() {
    let on = |host: &str, limit: u32, threads: u32| {
        format!("root@{host}:~# cat /proc/sys/kernel/pid_max\n{limit}\nroot@{host}:~# ps -eLf | wc -l\n{threads}\n")
    };
    // The full one, and where it stands in the terminal does not matter.
    for hops in
        [[on("n1", 49152, 49_001), on("n2", 4_194_304, 60_001)], [on("n2", 49152, 301), on("n1", 49152, 49_001)]]
    {
        let analysis = analyse(&[("hops.txt", &hops.concat())]);
        assert_eq!(outcome(&analysis).0, "found");
        let shown = |it: &debrief::model::Ceiling| (it.node.clone().unwrap_or_default(), it.used);
        let [first, other] = [&analysis.ceilings[0], &analysis.other_ceilings[0]];
        assert_eq!((shown(first), first.hit), (("n1".to_owned(), Some(49_000.0)), true));
        assert_eq!((shown(other).0.as_str(), other.hit), ("n2", false));
        assert!(shown(other).1 == Some(60_000.0) || shown(other).1 == Some(300.0));
    }
    // A full count of one host is no use of the other's limit.
    let apart = "root@n1:~# cat /proc/sys/kernel/pid_max\n49152\nroot@n2:~# ps -eLf | wc -l\n49100\n";
    let analysis = analyse(&[("apart.txt", apart)]);
    assert_eq!(outcome(&analysis), ("inconclusive", "outcome-pid-no-use"));
    assert_eq!(analysis.ceilings[0].used, None);
    let user = "root@n1:~# su - app -c 'ulimit -u'\n1024\nroot@n1:~# cat /proc/sys/kernel/pid_max\n49152\n\
                root@n2:~# ps -eLf | wc -l\n1021\n";
    assert!(analyse(&[("user.txt", user)]).ceilings.iter().all(|ceiling| ceiling.used.is_none()));
}

#[test]
fn in_bundles_the_folder_says_whose() {
    for (one, other, names, is_said) in [
        ("b/host-collectors/run-host/n1", "b/host-collectors/run-host/n2", ["n1", "n2"], false),
        (
            "b/sosreport-ip-10-20-1-2-2026-06-18-abcdefg/sos_commands/kernel",
            "b/sosreport-n2-2026-06-18-abcdefg/sos_commands/kernel",
            ["ip-10-20-1-2", "n2"],
            true,
        ),
        // In a folder's name stand a label and a case too, or whoever made the report: without its host's word it is only another report.
        (
            "b/sosreport-tux-mylabel-123456-2017-12-24-abcdefg/sos_commands/kernel",
            "b/sosreport-ada.123456-20171224/sos_commands/kernel",
            ["tux", "web-2019-1"],
            true,
        ),
        (
            "b/sosreport-tux-mylabel-123456-2017-12-24-abcdefg/sos_commands/kernel",
            "b/sosreport-tux-2017-12-25-abcdefg/sos_commands/kernel",
            ["sosreport-tux-mylabel-123456-2017-12-24-abcdefg", "sosreport-tux-2017-12-25-abcdefg"],
            false,
        ),
        (
            "insights-n1.example.com-20260618104000/data/insights_commands",
            "insights-n2.example.com-20260618104000/data/insights_commands",
            ["n1.example.com", "n2.example.com"],
            true,
        ),
        ("one/sos/sos_commands/kernel", "two/sos/sos_commands/kernel", ["one", "two"], false),
    ] {
        let file = |folder: &str, name: &str| format!("{folder}/{name}");
        let (threads, pid_max) = (file(one, "loadavg"), file(other, "pid_max"));
        let unames = if is_said {
            let uname = |host| format!("Linux {host} 5.4.0-1 #1 SMP Thu Feb 3 18:43:29 UTC 2022 x86_64 GNU/Linux\n");
            [(file(one, "uname_-a"), uname(names[0])), (file(other, "uname_-a"), uname(names[1]))].to_vec()
        } else {
            Vec::new()
        };
        let unames: Vec<(&str, &str)> = unames.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let analyse = |files: &[(&str, &str)]| analyse(&[files, &unames].concat());
        let apart = analyse(&[(&threads, "0.1 0.1 0.1 1/49100 3\n"), (&pid_max, "49152\n")]);
        assert_eq!((apart.ceilings[0].used, apart.findings.len()), (None, 0), "{one}");
        // Each has its own, also where both state the same.
        let files = [
            (threads.as_str(), "0.1 0.1 0.1 1/49100 3\n"),
            (pid_max.as_str(), "49152\n"),
            (&file(one, "pid_max"), "49152\n"),
            (&file(other, "loadavg"), "0.1 0.1 0.1 1/400 3\n"),
        ];
        let both = analyse(&files);
        let shown = |it: &debrief::model::Ceiling| (it.node.clone().unwrap_or_default(), it.used);
        let told = both.ceilings.iter().chain(&both.other_ceilings).map(shown).collect::<Vec<_>>();
        let [full, idle] = names.map(|name| name.split('.').next().unwrap_or_default().to_owned());
        let subject = format!("node {full}");
        assert_eq!(told, [(full, Some(49_100.0)), (idle, Some(400.0))]);
        assert_eq!(both.findings[0].subject, subject);
    }
}
