//! Kills for memory: the kernel's table of processes is a listing, and says who held the memory, whoever was killed.

use std::fmt::Write as _;

use debrief::case::Case;
use debrief::evidence::MemorySource;
use debrief::model::{Finding, Timestamp};
use debrief::text::{Lang, Texts};

const REPORT: &str = include_str!("fixtures/formats/kernel-stack/oom-6.8.txt");

fn open(text: &str) -> Case {
    let mut case = Case::new(0, Timestamp::from_seconds(1_790_000_000));
    case.add("unknown", Box::new(MemorySource(text.as_bytes().to_vec())), Default::default(), false);
    case.read_all();
    case
}

fn findings(case: &mut Case) -> Vec<Finding> {
    case.analysis().findings.iter().filter(|it| it.rule == "kube/oom-killed").cloned().collect()
}

/// What is said of who held the memory, with the line it cites.
fn held(text: &str) -> Option<(String, String)> {
    let mut case = open(text);
    let found = findings(&mut case);
    let statement = found.iter().flat_map(|it| &it.statements).find(|it| it.topic == "held")?.clone();
    let quoted = case.cite(&statement.cites).into_iter().flat_map(|it| it.excerpt).collect();
    Some((Texts::new(Lang::En, 0).say(&statement.text), quoted))
}

fn each_line(text: &str, wrap: impl Fn(usize, &str) -> String) -> String {
    text.lines().enumerate().map(|(index, line)| wrap(index, line) + "\n").collect()
}

#[test]
fn who_held_most_is_not_who_was_killed() {
    let (said, quoted) = held(REPORT).expect("the table tells");
    assert!(said.contains("3 processes named worker") && said.contains("985 MB"), "{said}");
    assert!(said.contains("(7002) 332 MB") && said.contains("is another: stress-ng"), "{said}");
    assert!(quoted.contains("7002") && quoted.contains("81000"), "{quoted}");
    // One process that outweighs the three.
    let (said, _) = held(&REPORT.replace("900000   120000", "900000   320000")).unwrap();
    assert!(said.contains("process java (8123)") && said.contains("1.3 GB"), "{said}");
    // The victim is the one.
    let own = REPORT.replace("14000     9000", "14000   999000");
    assert!(held(&own).unwrap().0.contains("process stress-ng (9001)"));
    assert!(!held(&own).unwrap().0.contains("is another"));
}

#[test]
fn a_kill_long_before_or_after_an_end_did_not_end_it() {
    let text = include_str!("fixtures/rules/kube/oom-killed/positive.txt");
    let (pods, log) = text.split_once("#- pods.json\n").unwrap().1.split_once("#- dmesg.txt\n").unwrap();
    let zone = "Tue Aug 20 07:00:00 UTC 2024\n";
    let killers_of = |texts: &[&str]| {
        let mut case = Case::new(0, Timestamp::from_seconds(1_790_000_000));
        for text in texts {
            case.add("unknown", Box::new(MemorySource(text.as_bytes().to_vec())), Default::default(), false);
        }
        case.read_all();
        let mut found = findings(&mut case).into_iter().filter(|it| it.subject.ends_with("payment-6c9f-x2x"));
        let cites = found.next().unwrap().statements.into_iter().find(|it| it.topic == "killer").unwrap().cites;
        cites
            .iter()
            .filter(|cite| cite.locator.evidence.0 == 1)
            .map(|cite| cite.locator.lines.first)
            .collect::<Vec<_>>()
    };
    let killers = |log: &str| killers_of(&[pods, log, zone]);
    let kill = &log[..log.find("[Tue Aug 20 06:02:10").unwrap()];
    let at = |time: &str| kill.replace("05:58:22", time);
    assert_eq!(killers(&at("05:56:40")), [1, 2, 3, 4]);
    for far in ["04:58:22", "06:58:22"] {
        assert!(killers(&at(far)).is_empty(), "{far}");
        assert_eq!(killers(&(at(far) + kill)), [5, 6, 7, 8], "{far}");
    }
    // Where nobody says the zone, the same second of another hour is the end's; another second is not.
    assert_eq!(killers_of(&[pods, &at("13:58:22")]), [1, 2, 3, 4]);
    assert_eq!(killers_of(&[pods, &at("13:51:22")]), [0; 0]);
    // Of two that are near, the nearer; without a time nothing speaks against it.
    let earlier = at("05:54:40").replace("28438", "28001");
    assert_eq!(killers(&(earlier + kill)), [5, 6, 7, 8]);
    assert_eq!(killers(&kill.replace("[Tue Aug 20 05:58:22 2024] ", "")), [1, 2, 3, 4]);
}

#[test]
fn the_size_of_a_page_is_taken_from_the_kill_or_not_at_all() {
    // 64 kB pages, as on arm64 and ppc64.
    let (said, _) = held(&REPORT.replace("total-vm:56000kB", "total-vm:896000kB")).unwrap();
    assert!(said.contains("16 GB"), "{said}");
    // Where both do not fit, and where no kill was logged, pages stay pages.
    let (said, _) = held(&REPORT.replace("total-vm:56000kB", "total-vm:56001kB")).unwrap();
    assert!(said.contains("240,500 pages"), "{said}");
    let cut = &REPORT[..REPORT.find("Out of memory").unwrap()];
    assert!(held(cut).is_some_and(|(said, _)| said.contains("pages")));
}

#[test]
fn what_wraps_the_table_does_not_change_what_is_said() {
    let want = held(REPORT).unwrap().0;
    let wrapped = [
        ("dmesg", each_line(REPORT, |index, line| format!("[ 1431.{:06}] {line}", 920_513 + index))),
        ("dmesg with its caller", each_line(REPORT, |_, line| format!("[ 1431.920513][ T9001] {line}"))),
        ("dmesg -T", each_line(REPORT, |_, line| format!("[Mon May 15 09:25:27 2023] {line}"))),
        ("dmesg -r", each_line(REPORT, |_, line| format!("<4>[ 1431.920513] {line}"))),
        ("journal", each_line(REPORT, |_, line| format!("Nov 28 02:02:14 node-1 kernel: {line}"))),
        (
            "a busy journal",
            each_line(REPORT, |index, line| {
                format!("Nov 28 02:02:14 node-1 kernel: {line}\nNov 28 02:02:14 node-1 app[7]: request {index} served")
            }),
        ),
        ("syslog", each_line(REPORT, |_, line| format!("Nov 28 02:02:14 node-1 kernel: [ 1431.920513] {line}"))),
        ("ISO journal", each_line(REPORT, |_, line| format!("2023-11-28T02:02:14+0800 node-1 kernel: {line}"))),
        ("mail", each_line(REPORT, |_, line| format!("> {line}"))),
        ("CRLF", REPORT.replace('\n', "\r\n")),
        (
            "without its stack",
            REPORT.lines().filter(|line| !line.starts_with(' ')).fold(String::new(), |mut all, line| {
                let _ = writeln!(all, "[ 1431.920513] {line}");
                all
            }),
        ),
    ];
    for (name, text) in &wrapped {
        assert_eq!(held(text).map(|it| it.0).as_ref(), Some(&want), "{name}");
    }
    let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(REPORT.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let mut case = Case::new(0, Timestamp::from_seconds(1_790_000_000));
    case.add("unknown", Box::new(MemorySource(wide)), Default::default(), false);
    case.read_all();
    assert!(findings(&mut case).iter().flat_map(|it| &it.statements).any(|it| it.topic == "held"));
}

#[test]
fn the_table_is_of_its_own_kill() {
    let stamped = |text: &str, minute: u32| {
        each_line(text, |_, line| format!("2023-11-28T02:{minute:02}:14+08:00 n kernel: {line}"))
    };
    let second = REPORT.replace("worker", "indexer").replace("stress-ng", "ffmpeg");
    let mut case = open(&(stamped(REPORT, 2) + &stamped(&second, 9)));
    let texts = Texts::new(Lang::En, 0);
    let said: Vec<(String, String)> = findings(&mut case)
        .iter()
        .map(|found| {
            let held = found.statements.iter().find(|it| it.topic == "held").map(|it| texts.say(&it.text));
            (found.subject.clone(), held.unwrap_or_default())
        })
        .collect();
    for (subject, other) in [("stress-ng", "named worker"), ("ffmpeg", "named indexer")] {
        assert!(said.iter().any(|(of, held)| of == subject && held.contains(other)), "{said:#?}");
    }
}

#[test]
fn rows_are_processes_and_never_threads() {
    let mut case = open(REPORT);
    let analysis = case.analysis().clone();
    assert!(analysis.ceilings.iter().all(|ceiling| ceiling.used.is_none()), "{:?}", analysis.ceilings);
    assert_eq!(case.evidence()[0].lines.failed, 0);
    // The kernel's stack above the table is the only dump.
    assert_eq!(case.stacks(None, Lang::En).0.iter().map(|dump| dump.tasks).collect::<Vec<_>>(), [1]);
}

#[test]
fn a_cut_or_broken_table_says_what_is_left() {
    for cut in (0..REPORT.len()).step_by(37) {
        if let Some((said, _)) = held(&REPORT[..cut]) {
            assert!(said.contains("held most") && !said.contains("named stress"), "{said}");
        }
    }
    let broken = REPORT.replace("[   7001]  1000  7001   166000", "[   7001]  10x0  7001   166000");
    assert!(held(&broken).unwrap().0.contains("2 processes named worker"));
    for text in
        ["[ pid ]   uid  tgid total_vm      rss cpu oom_adj oom_score_adj name\n", "[  pid  ] total_vm rss name\n"]
    {
        assert_eq!(held(text), None);
    }
}

#[test]
fn the_corpus_names_who_held_the_memory() {
    let Some(folder) = crate::corpus::corpus("the_corpus_names_who_held_the_memory") else { return };
    let text = std::fs::read_to_string(folder.join("k8s-issues/k8s_56891_oom_dmesg.txt")).unwrap();
    let (said, quoted) = held(&text).expect("a table of 3.10");
    assert!(said.contains("java"), "{said}");
    assert!(quoted.contains("java"), "{quoted}");
}

#[test]
fn a_container_of_no_pod_is_named_once_and_its_limit_is_a_size() {
    let found = findings(&mut open(include_str!("fixtures/formats/container-inspect/docker.json")));
    let [finding] = &found[..] else { panic!("{found:?}") };
    let texts = Texts::new(Lang::En, 0);
    assert_eq!(texts.say(&finding.title), "Container payment was OOM-killed");
    let killer = finding.statements.iter().find(|it| it.topic == "killer").map(|it| texts.say(&it.text));
    assert!(killer.is_some_and(|text| text.starts_with("It has a limit of 537 MB,")), "{finding:?}");
}

/// The id of a container's run.
const ID: &str = "8e8c1f3a0c5f0d4be1f2d3c4b5a697887766554433221100ffeeddccbbaa9988";

#[test]
fn what_systemd_and_the_runtime_say_of_a_kill_is_one() {
    let unit = "mysqld.service: A process of this unit has been killed by the OOM killer.";
    let event = format!(r#"time="2024-08-20T13:58:23.1+08:00" level=info msg="TaskOOM event container_id:\"{ID}\"""#);
    let older = format!(r#"msg="TaskOOM event &TaskOOM{{ContainerID:{ID},XXX_unrecognized:[],}}""#);
    let scope = format!("cri-containerd-{ID}.scope: Failed with result 'oom-kill'.");
    let kernel = "Memory cgroup out of memory: Killed process 911 (mysqld) total-vm:1kB, anon-rss:1kB, file-rss:0kB";
    let told = "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/system.slice/mysqld.service,task=mysqld,pid=911,uid=27";
    let oomd = "Killed /user.slice/user-1000.slice due to memory pressure for /user.slice being 65.00% > 50.00% for > 20s with reclaim activity";
    let pid = "Killed /usr/bin/old due to a restart";
    let told_of = "worker 12 is gone, it may have been killed by the OOM killer or by an operator";
    let none = "cleanup: no process was killed by the OOM killer, no TaskOOM event was seen";
    for (lines, subjects) in [
        (&[unit, "mysqld.service: Failed with result 'oom-kill'."][..], "mysqld.service"),
        (&[&event, &scope], "8e8c1f3a0c5f"),
        (&[&older], "8e8c1f3a0c5f"),
        // The kernel's own words tell more.
        (&[kernel, unit], "mysqld"),
        (&[told, unit, kernel], "mysqld"),
        (&[unit, told, kernel, &event], "8e8c1f3a0c5f mysqld"),
        (&[oomd], "user-1000.slice"),
        (&[pid], ""),
        (&[told_of, none], ""),
    ] {
        let log: String = lines.iter().map(|line| format!("Aug 20 13:58:23 node-5 systemd[1]: {line}\n")).collect();
        let found = findings(&mut open(&log));
        let of: Vec<&str> = found.iter().map(|it| it.subject.as_str()).collect();
        assert_eq!(of.join(" "), subjects, "{log}");
    }
    // Whose it was is said above the line, if at all.
    let mut case = open("     Active: failed (Result: oom-kill) since Tue 2024-08-20 13:58:23 CST; 3min ago\n");
    let outcome = case.analysis().outcomes.iter().find(|it| it.rule == "kube/oom-killed").map(|it| it.outcome.clone());
    assert_eq!(outcome.as_deref(), Some("inconclusive"));
}

#[test]
fn a_container_whose_state_is_silent_was_killed_where_its_runtime_says_so() {
    let now = ID.replace("8e8c", "0000");
    let pod = |code: u32| {
        format!(
            r#"{{"kind":"Pod","apiVersion":"v1","metadata":{{"name":"web-0","namespace":"shop"}},"spec":{{"containers":[{{"name":"web"}}]}},
            "status":{{"phase":"Running","containerStatuses":[{{"name":"web","restartCount":1,"containerID":"containerd://{now}",
            "state":{{"running":{{"startedAt":"2024-08-20T05:58:30Z"}}}},
            "lastState":{{"terminated":{{"containerID":"containerd://{ID}","exitCode":{code},"reason":"Error","finishedAt":"2024-08-20T05:58:25Z"}}}}}}]}}}}
"#
        )
    };
    // As the API server orders it: by its own structure.
    let of_now = format!("\"containerID\":\"containerd://{now}\",");
    let moved = pod(1).replace(&of_now, "").replace("}}}]}}", &format!("}}}},{}}}]}}}}", of_now.trim_end_matches(',')));
    let probed = r#"{"kind":"Event","apiVersion":"v1","metadata":{"name":"e","namespace":"shop"},"involvedObject":{"kind":"Pod","name":"web-0"},"type":"Normal",
        "reason":"Killing","message":"Container web failed liveness probe, will be restarted","lastTimestamp":"2024-08-20T05:58:20Z"}"#;
    let (oom, own, probe) = ("workload-exit-oom-child", "workload-exit-own-unread", "workload-exit-probe");
    for (pod, id, time, event, want) in [
        (&pod(1), ID, "13:58:23", "", oom),
        (&moved, ID, "13:58:23", "", oom),
        // The run that is alive now.
        (&pod(1), &now, "13:59:23", "", own),
        (&moved, &now, "13:59:23", "", own),
        // A process of it that was killed long before is not what ended it.
        (&pod(137), ID, "13:58:23", probed, oom),
        (&pod(137), ID, "11:58:23", probed, probe),
    ] {
        let log = format!("Aug 20 {time} node-5 containerd[811]: msg=\"TaskOOM event container_id:\\\"{id}\\\"\"\n");
        let mut case = Case::new(8 * 3600, Timestamp::from_seconds(1_790_000_000));
        for (name, text) in [("pod.json", pod.as_str()), ("node.log", &log), ("event.json", event)] {
            case.add(name, Box::new(MemorySource(text.as_bytes().to_vec())), Default::default(), false);
        }
        case.read_all();
        let found = findings(&mut case);
        assert_eq!(found.iter().map(|it| it.subject.as_str()).collect::<Vec<_>>(), ["shop/web-0/web"]);
        let said = &case.analysis().workloads[0].statements[0];
        assert_eq!((said.text.id.as_str(), said.cites.len()), (want, if want == own { 1 } else { 2 }), "{pod}{log}");
    }
}

#[test]
fn a_copy_of_the_last_line_takes_nothing_away() {
    let stamped = each_line(REPORT, |_, line| format!("2023-11-28T02:02:14+08:00 n kernel: {line}"));
    let copy = stamped.lines().find(|line| line.contains("Killed process")).expect("it was killed");
    let mut case = Case::new(0, Timestamp::from_seconds(1_790_000_000));
    for (name, text) in [("dmesg", stamped.clone()), ("messages", copy.replace("+08:00 n", ".5+08:00 n") + "\n")] {
        case.add(name, Box::new(MemorySource(text.into_bytes())), Default::default(), false);
    }
    case.read_all();
    let found = findings(&mut case);
    assert!(found[0].statements.iter().any(|it| it.topic == "held"), "{found:#?}");
}
