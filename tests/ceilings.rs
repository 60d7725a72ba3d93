//! Limits over time: which was in force when use was highest, on which node, until when, and what nothing shows.
// Long because: it is one subject, and each way to be wrong about a limit needs its own few lines of evidence.

use debrief::case::Case;
use debrief::evidence::MemorySource;
use debrief::model::{Analysis, Ceiling, Confidence, Finding, LimitName, Phase, Scope, Timestamp, WhySuggestion};
use debrief::text::{Lang, Texts};

const START_S: i64 = 1_741_657_200;
const STEP_S: i64 = 30;
const RULE: &str = "host/pid-space-exhausted";

fn analyse(files: &[(&str, String)]) -> Analysis {
    let mut case = Case::new(0, Timestamp::from_seconds(START_S + 86_400));
    for (name, text) in files {
        case.add(name, Box::new(MemorySource(text.clone().into_bytes())), Default::default(), false);
    }
    case.read_all();
    case.analysis().clone()
}

/// One series as Prometheus answers it.
fn series(selector: &str, n: i64, value: impl Fn(i64) -> i64) -> String {
    let values: Vec<String> =
        (0..n).map(|index| format!("[{}, \"{}\"]", START_S + index * STEP_S, value(index))).collect();
    format!("{{\"metric\":{{{selector}}},\"values\":[{}]}}", values.join(","))
}

fn answer(series: &[String]) -> String {
    format!("{{\"status\":\"success\",\"data\":{{\"resultType\":\"matrix\",\"result\":[{}]}}}}", series.join(","))
}

fn of_node(metric: &str, node: &str) -> String {
    format!("\"__name__\":\"{metric}\",\"instance\":\"{node}:9100\"")
}

fn of_container(pod: &str) -> String {
    format!(
        "\"__name__\":\"container_threads\",\"node\":\"n1\",\"namespace\":\"risk\",\"pod\":\"{pod}\",\"container\":\"{pod}\""
    )
}

/// A line of a log, so many steps after the start.
fn line(step: i64, words: &str) -> String {
    let at = Timestamp::from_seconds(START_S + step * STEP_S).to_local(0);
    format!("{}Z {words}\n", at.replace(' ', "T"))
}

fn refused(step: i64) -> String {
    line(step, "n1 kubelet[2211]: runtime: failed to create new OS thread (have 7 already; errno=11)")
}

fn finding<'a>(analysis: &'a Analysis, rule: &str) -> &'a Finding {
    analysis.findings.iter().find(|finding| finding.rule == rule).unwrap_or_else(|| panic!("{:?}", analysis.outcomes))
}

fn why<'a>(analysis: &'a Analysis, rule: &str) -> (&'a str, &'a str) {
    let outcome = analysis.outcomes.iter().find(|outcome| outcome.rule == rule).expect("every rule answers");
    (&outcome.outcome, outcome.why.as_ref().map_or("", |why| &why.id))
}

fn ceiling(analysis: &Analysis, name: LimitName) -> &Ceiling {
    analysis.ceilings.iter().find(|ceiling| ceiling.name == name).expect("the limit")
}

/// Key, question and answer of each why, without the rule.
fn whys(finding: &Finding) -> Vec<(&str, &str, &str)> {
    fn claim(why: &WhySuggestion) -> &str {
        why.claim.as_ref().map_or("", |claim| claim.id.as_str())
    }
    let all = finding.whys.iter();
    all.map(|why| (&why.key[RULE.len() + 1..], why.question.id.as_str(), claim(why))).collect()
}

#[test]
fn a_limit_that_was_raised_afterwards_is_not_the_one_that_was_reached() {
    // 32,700 of 32,768 at first; raised to 4,194,304, and later 63,000 of that.
    let threads = |index| match index {
        ..30 => (2000 + index * 1600).min(32_700),
        30..35 => 3000,
        _ => 3000 + (index - 35) * 2500,
    };
    let limit = |index| if index < 32 { 32_768 } else { 4_194_304 };
    let metrics = answer(&[
        series(&of_node("node_processes_threads", "n1"), 60, threads),
        series(&of_node("node_processes_max_processes", "n1"), 60, limit),
    ]);
    let analysis = analyse(&[("metrics.json", metrics), ("kubelet.log", refused(25))]);
    let found = finding(&analysis, RULE);
    assert_eq!(found.confidence, Confidence::Certain);
    let pid_max = ceiling(&analysis, LimitName::PidMax);
    assert_eq!((pid_max.limit, pid_max.used), (Some(32_768), Some(32_700.0)));
    // The growth is that under the limit, and ends with it.
    let range = found.time_range.expect("a time");
    assert!(range.end <= Timestamp::from_seconds(START_S + 31 * STEP_S), "{range:?}");
    assert_eq!(pid_max.exhaustion, None);
}

#[test]
fn of_nodes_with_limits_of_their_own_the_one_that_filled_its_is_judged() {
    let metrics = answer(&[
        series(&of_node("node_processes_threads", "big"), 60, |_| 60_000),
        series(&of_node("node_processes_threads", "n1"), 60, |index| (2000 + index * 1600).min(32_700)),
        series(&of_node("node_processes_max_processes", "big"), 60, |_| 4_194_304),
        series(&of_node("node_processes_max_processes", "n1"), 60, |_| 32_768),
    ]);
    let analysis = analyse(&[("metrics.json", metrics), ("kubelet.log", refused(50))]);
    assert_eq!(finding(&analysis, RULE).subject, "node n1");
}

#[test]
fn other_nodes_that_come_near_their_own_limits_are_told() {
    let used = |node: &str, most: i64| {
        series(&of_node("node_processes_threads", node), 60, move |index| (2000 + index * 900).min(most))
    };
    let limit = |node: &str| series(&of_node("node_processes_max_processes", node), 60, |_| 32_768);
    let most = [("n1", 32_430), ("n2", 32_609), ("n3", 32_251), ("n4", 20_000)];
    let told = |analysis: &Analysis| -> Vec<(Option<String>, Option<f64>, bool)> {
        let all = analysis.ceilings.iter().chain(&analysis.other_ceilings);
        all.filter(|it| it.name == LimitName::PidMax).map(|it| (it.node.clone(), it.used, it.hit)).collect()
    };
    let row = |node: &str, used: f64, hit: bool| (Some(node.to_owned()), Some(used), hit);
    let stated: Vec<String> = most.iter().flat_map(|(node, most)| [used(node, *most), limit(node)]).collect();
    let analysis = analyse(&[("metrics.json", answer(&stated))]);
    assert_eq!(finding(&analysis, RULE).subject, "node n2");
    assert_eq!(told(&analysis), [row("n2", 32_609.0, true), row("n1", 32_430.0, false), row("n3", 32_251.0, false)]);
    // What a host states itself is its limit too, and then it is told how far it is from it.
    let counted: Vec<String> = most.iter().map(|(node, most)| used(node, *most)).collect();
    let sysctl = |host: &str| format!("sosreport-{host}-2026-06-18-abcdefg/sos_commands/kernel/sysctl_-a");
    let limits = || "kernel.pid_max = 32768\nkernel.threads-max = 513842\n".to_owned();
    let uname = |host: &str| (sysctl(host).replace("sysctl", "uname"), format!("Linux {host} 5.4.0-1 #1 SMP x\n"));
    let (n2, n4, says_n2, says_n4) = (sysctl("n2"), sysctl("n4"), uname("n2"), uname("n4"));
    let mut files = vec![("metrics.json", answer(&counted)), (&n2, limits()), (&n4, limits())];
    files.extend([(says_n2.0.as_str(), says_n2.1), (&says_n4.0, says_n4.1)]);
    assert_eq!(told(&analyse(&files)), [row("n2", 32_609.0, true), row("n4", 20_000.0, false)]);
    // A report that does not say its host is another one's where its folder does not name the node.
    files.truncate(2);
    files.push((&n4, "kernel.pid_max = 31000\n".to_owned()));
    let apart = (Some("sosreport-n4-2026-06-18-abcdefg".to_owned()), None, false);
    assert_eq!(told(&analyse(&files)), [row("n2", 32_609.0, true), apart]);
    // What hosts state themselves is told before what nothing but series states.
    let near = (10..30).map(|index| format!("a{index}"));
    let near: Vec<String> = near.flat_map(|node| [used(&node, 32_000), limit(&node)]).collect();
    let metrics = answer(&[counted, near].concat());
    let analysis = analyse(&[("metrics.json", metrics), (&n2, limits()), (&n4, limits())]);
    assert!(analysis.other_ceilings.iter().any(|it| it.node.as_deref() == Some("sosreport-n4-2026-06-18-abcdefg")));
}

#[test]
fn groups_that_hold_others_are_not_counted_beside_them() {
    let leak = |most: i64| move |index: i64| 200 + (index - 20).clamp(0, 20) * (most - 200) / 20;
    let of = |id: &str, more: &str| format!("\"__name__\":\"container_threads\",\"id\":\"{id}\"{more}");
    let pod = ",\"namespace\":\"shop\",\"pod\":\"pay-1\"";
    let container = |name: &str| format!("{pod},\"container\":\"{name}\",\"name\":\"k8s_{name}\",\"image\":\"x\"");
    let tree = |top: &str, most: i64| {
        let under = |path: &str| format!("{top}{path}");
        answer(&[
            // Of the root a kernel counts what it likes: it is not the node's use.
            series(&of("/", ""), 60, move |index| leak(most)(index) + 900),
            series(&of(top, ""), 60, move |index| leak(most)(index) + 1),
            series(&of(&under("/burstable"), ""), 60, move |index| leak(most)(index) + 1),
            series(&of(&under("/burstable/pod1"), pod), 60, move |index| leak(most)(index) + 1),
            series(&of(&under("/burstable/pod1/aa"), &container("POD")), 60, |_| 1),
            series(&of(&under("/burstable/pod1/bb"), &container("app")), 60, leak(most)),
            series(&of(&under("/burstable/pod1/bb/inner.slice"), ""), 60, |_| 70),
            series(&of(&under("/burstable/pod1/bb/inner.slice/cron.service"), ""), 60, |_| 70),
            series(&of("/system.slice", ""), 60, |_| 700),
            series(&of("/system.slice/containerd.service", ""), 60, |_| 600),
        ])
    };
    let sysctl = || ("sysctl.txt", "kernel.pid_max = 32768\n".to_owned());
    // Kubernetes' own group counts all pods, others are counted by what lies at their ends.
    for (top, rest) in [("/kubepods.slice", 1.0), ("/kubepods", 1.0), ("/machine.slice", 601.0)] {
        let far = analyse(&[("metrics.json", tree(top, 16_000)), sysctl()]);
        assert_eq!(why(&far, RULE), ("inconclusive", "outcome-pid-containers"), "{top}");
        assert_eq!(ceiling(&far, LimitName::PidMax).used, Some(16_000.0 + rest), "{top}");
        let full = analyse(&[("metrics.json", tree(top, 31_000)), sysctl()]);
        assert_eq!(finding(&full, RULE).culprit.as_deref(), Some("app (shop/pay-1)"), "{top}");
    }
    // Labels that only end like its own are others, and a path of nothing but slashes is no reason to stop.
    let own = "\"id\":\"/machine.slice/burstable/pod1/bb\"";
    let odd = tree("/machine.slice", 16_000).replace(own, "\"pod_id\":\"/kubepods\"");
    let deep = series(&of(&"/".repeat(1 << 16), ""), 3, |_| 1);
    let analysis = analyse(&[("metrics.json", odd.replace("\"result\":[", &format!("\"result\":[{deep},"))), sysctl()]);
    assert_eq!(ceiling(&analysis, LimitName::PidMax).used, Some(16_671.0));
    // A group is called by its path, where it has no other name, and has its own limit.
    let limit = series("\"__name__\":\"container_threads_max\",\"id\":\"/kubepods\"", 60, |_| 20_000);
    let metrics = tree("/kubepods", 16_000).replace("\"result\":[", &format!("\"result\":[{limit},"));
    let analysis = analyse(&[("metrics.json", metrics)]);
    let own = ceiling(&analysis, LimitName::PidsMax);
    assert_eq!((&own.scope, own.used), (&Scope::Cgroup("/kubepods".to_owned()), Some(16_001.0)));
}

#[test]
fn a_limit_of_a_user_is_held_against_that_users_threads() {
    let listing = "USER       PID PPID NLWP STIME COMMAND\nroot         1    0    1 Jul01 /sbin/init\n\
        app       2000    1   70 Jul01 /usr/bin/java\npostgres    72    1   60 Jul01 /usr/bin/postgres\nsvc         90    1   90 Jul01 /usr/bin/svc\n";
    let of_process = |most: u32| {
        let head = "Limit                     Soft Limit           Hard Limit           Units     \n";
        format!("{head}Max processes             {most}                   {most}                   processes \n")
    };
    let shell = "core file size          (blocks, -c) 0\nmax user processes              (-u) 72\nopen files                      (-n) 1024\n";
    for (path, text, want) in [
        ("proc/72/limits", of_process(70), ("ruled_out", Some(60.0), Some("postgres"))),
        ("limits.d/20-nproc.conf", "app   soft   nproc   70\n".to_owned(), ("found", Some(70.0), Some("app"))),
        ("limits.d/20-nproc.conf", "svc   soft   nproc   4096\n".to_owned(), ("ruled_out", Some(90.0), Some("svc"))),
        // Who has more is not bound by it.
        ("ulimit.txt", shell.to_owned(), ("found", Some(70.0), Some("app"))),
        // Whose it is nothing tells, nor what root has: it is not bound.
        ("proc/99/limits", of_process(200), ("inconclusive", None, None)),
        ("proc/1/limits", of_process(100), ("inconclusive", None, None)),
    ] {
        let analysis = analyse(&[(path, text), ("ps.txt", listing.to_owned())]);
        let own = ceiling(&analysis, LimitName::UlimitProcesses);
        let outcome = why(&analysis, "host/user-processes-exhausted").0;
        assert_eq!((outcome, own.used, own.culprit.as_deref()), want, "{path}");
    }
}

#[test]
fn a_thread_that_had_no_memory_is_no_case_of_tasks() {
    let words = "n1 app[2]: runtime: failed to create new OS thread (have 812 already; errno=12)";
    let analysis = analyse(&[("app.log", line(3, words))]);
    assert_eq!(why(&analysis, RULE), ("ruled_out", "outcome-pid-memory"));
}

#[test]
fn a_counter_of_rejected_forks_says_that_the_group_was_full() {
    let group = "/sys/fs/cgroup/kubepods.slice/kubepods-pod22.slice";
    let text = format!("{group}/pids.current:290\n{group}/pids.events:max 41\n{group}/pids.max:300\n");
    let analysis = analyse(&[("cgroup.txt", text)]);
    let found = finding(&analysis, "kube/pod-pids-exhausted");
    assert_eq!((found.title.id.as_str(), found.confidence), ("finding-podpids-title", Confidence::Certain));
}

#[test]
fn the_highest_use_is_told_where_a_series_states_no_limit() {
    let metrics = answer(&[
        series(&of_node("node_processes_threads", "n1"), 60, |index| 2000 + index),
        series(&of_node("node_processes_max_processes", "n1"), 60, |_| 0),
    ]);
    let analysis = analyse(&[("metrics.json", metrics)]);
    assert_eq!(ceiling(&analysis, LimitName::PidMax).used, Some(2059.0));
}

#[test]
fn those_who_grew_together_are_told_together() {
    let grown = |index: i64| 300 + (index - 20).clamp(0, 16) * 920;
    let metrics = answer(&[series(&of_container("p0"), 60, grown), series(&of_container("p1"), 60, grown)]);
    let sysctl = "kernel.pid_max = 32768\nkernel.threads-max = 513842\n".to_owned();
    let analysis = analyse(&[("metrics.json", metrics), ("sysctl.txt", sysctl), ("kubelet.log", refused(50))]);
    let found = finding(&analysis, RULE);
    assert_eq!(found.culprit, None);
    let told = found.statements.iter().find(|it| it.topic == "culprit").expect("a statement");
    let said = Texts::new(Lang::En, 0).say(&told.text);
    assert_eq!(said, "No single one carries the growth: p0 (risk/p0) 50 %, p1 (risk/p1) 50 %.");
}

#[test]
fn who_grew_is_told_though_nothing_shows_since_when() {
    let grown = |index: i64| 2000 + index * 480;
    let metrics =
        answer(&[series(&of_container("p0"), 61, grown), series(&of_container("p1"), 61, |index| 300 + index % 3)]);
    // Ten listings of a process that has 20 threads more in each.
    let listing = |index: i64| {
        let at = format!("Thu Jun 18 10:{:02}:00 UTC 2026\nUID PID PPID LWP C NLWP STIME TTY TIME CMD\n", index * 5);
        let n = 20 + index * 34;
        let row = |lwp: i64| format!("1001 100 1 {lwp} 0 {n} 09:00 ? 00:00:00 java -jar app.jar\n");
        at + "root 1 1 1 0 1 09:00 ? 00:00:00 /sbin/init\n" + &(100..100 + n).map(row).collect::<String>()
    };
    let listings = (0..10).map(listing).collect::<String>();
    let sysctl = |n| ("sysctl.txt", format!("kernel.pid_max = {n}\nkernel.threads-max = 513842\n"));
    for (files, said) in [
        (
            [("metrics.json", metrics), sysctl(32_768)],
            [
                "Threads grew from the first sample on, from 2,300 to 31,100 within 2025-03-11 01:40:00 – 02:10:00 UTC: when this began is not shown.",
                "p0 (risk/p0) grew from 2,000 to 30,800 threads: 100 % of the growth.",
            ],
        ),
        (
            [("ps.txt", listings), sysctl(350)],
            [
                "Threads grew from the first sample on, from 21 to 327 within 2026-06-18 10:00:00 – 10:45:00 UTC: when this began is not shown.",
                "java (pid 100) grew from 20 to 326 threads: 100 % of the growth.",
            ],
        ),
    ] {
        let analysis = analyse(&files);
        let statements = finding(&analysis, RULE).statements.iter();
        let told = statements.filter(|it| ["onset", "growth", "culprit", "holder"].contains(&it.topic.as_str()));
        let told: Vec<String> = told.map(|it| Texts::new(Lang::En, 0).say(&it.text)).collect();
        assert_eq!(told, said);
        assert!(analysis.growth.is_none() && analysis.timeline.iter().all(|event| event.phase != Some(Phase::Onset)));
    }
}

#[test]
fn a_container_that_is_sampled_late_has_not_grown_by_all_it_has() {
    let late = (0..3).fold(series(&of_container("p1"), 61, |_| 5000), |text, index| {
        text.replace(&format!("[{}, \"5000\"],", START_S + index * STEP_S), "")
    });
    let total = || series(&of_node("node_processes_threads", "n1"), 61, |index| 8000 + index * 68);
    let limit = || ("sysctl.txt", "kernel.pid_max = 12288\nkernel.threads-max = 513842\n".to_owned());
    for (grown, want) in [(60, Some("p0 (risk/p0)")), (0, None)] {
        let own = series(&of_container("p0"), 61, |index| 2000 + index * grown);
        let analysis = analyse(&[("metrics.json", answer(&[total(), own, late.clone()])), limit()]);
        assert_eq!(finding(&analysis, RULE).culprit.as_deref(), want);
    }
}

#[test]
fn the_kubelets_own_counts_under_their_later_names() {
    let of = |metric: &str| format!("\"__name__\":\"{metric}\",\"k8s_node_name\":\"n1\"");
    let usage = series(&of("k8s_node_pid_usage"), 60, |_| 32_000);
    let analysis = analyse(&[("metrics.json", answer(&[usage, series(&of("k8s_node_pid_limit"), 60, |_| 32_768)]))]);
    let found = ceiling(&analysis, LimitName::KubeletMaxPid);
    assert_eq!((found.limit, found.used), (Some(32_768), Some(32_000.0)));
}

#[test]
fn an_expression_is_a_count_where_it_keeps_the_one_that_it_selects() {
    // What a column is called, and whether its 97 are threads of the node.
    let expressions = [
        ("sum by (instance) (node_processes_threads{job=~\"node|a/b\"})", true),
        ("sum(node_processes_threads) without(job)", true),
        ("max_over_time(node_processes_threads[5m])", true),
        ("topk(3, node_processes_threads offset 1d)", true),
        ("node_processes_threads * on (instance) group_left(nodename) node_uname_info", true),
        ("sum(node_processes_threads) or vector(0)", true),
        ("sum(node_processes_threads{instance=\"utility-5\", job=\"a:ratio\"})", true),
        ("node_processes_threads (1)", true),
        ("node-1 - node_processes_threads", true),
        ("100 * sum(node_processes_threads) / 32768", false),
        ("node_processes_threads{job=\"x\"}/node_processes_max_processes", false),
        ("node_processes_max_processes - node_processes_threads", false),
        ("sum(node_processes_threads)-sum(container_threads)", false),
        ("sum(deriv(node_processes_threads[5m]))", false),
        ("sum_over_time(node_processes_threads[1h])", false),
        ("count(node_processes_threads)", false),
        ("count by (node) (container_threads)", false),
        ("node:node_processes_threads:rate5m", false),
        ("node_processes_threads{instance=\"n1\"} utilisation", false),
        ("instance:node_processes_threads:ratio", false),
        ("node_processes_threads (percent)", false),
        ("node_filefd_allocated / node_filefd_maximum", false),
    ];
    for (expression, is_count) in expressions {
        let mut table = format!("\"Time\",\"{}\"\n", expression.replace('"', "\"\""));
        (0..60).for_each(|index| table += &format!("{},97\n", (START_S + index * STEP_S) * 1000));
        let analysis = analyse(&[("table.csv", table), ("sysctl.txt", "kernel.pid_max = 32768\n".to_owned())]);
        let told: Vec<_> = analysis.ceilings.iter().map(|it| (it.name, it.limit, it.used)).collect();
        assert_eq!(told, [(LimitName::PidMax, Some(32_768), is_count.then_some(97.0))], "{expression}");
    }
}

#[test]
fn what_spares_root_binds_everybody_else() {
    let text = "*          soft    nproc     4096\nroot       soft    nproc     unlimited\n".to_owned();
    let analysis = analyse(&[("etc/security/limits.d/20-nproc.conf", text)]);
    let limits: Vec<Option<u64>> = analysis.ceilings.iter().map(|ceiling| ceiling.limit).collect();
    assert_eq!(limits.len(), 2, "{:?}", analysis.ceilings);
    assert!(limits.contains(&Some(4096)) && limits.contains(&None), "{limits:?}");
}

#[test]
fn limits_that_series_state_were_collected() {
    let metrics = answer(&[
        series(&of_node("node_processes_threads", "n1"), 60, |_| 32_700),
        series(&of_node("node_processes_max_processes", "n1"), 60, |_| 32_768),
    ]);
    let analysis = analyse(&[("metrics.json", metrics)]);
    let asked: Vec<&str> = analysis.coverage.missing.iter().map(|gap| gap.what.id.as_str()).collect();
    assert!(!asked.contains(&"missing-pid-max") && asked.contains(&"missing-threads-max"), "{asked:?}");
}

#[test]
fn what_came_to_a_stop_does_not_go_on_as_before() {
    let metrics = |n| {
        let rising = |index: i64| 420 + (index - 20).clamp(0, 12) * 1900;
        answer(&[series(&of_container("engine"), n, rising), series(&of_container("api"), n, |index| 300 + index % 3)])
    };
    let limits = || ("sysctl.txt", "kernel.pid_max = 32768\nkernel.threads-max = 513842\n".to_owned());
    let ulimit = || {
        (
            "ulimit.txt",
            "core file size          (blocks, -c) 0\nmax user processes              (-u) 64000\nopen files                      (-n) 1024\n".to_owned(),
        )
    };
    let goes_on = analyse(&[("metrics.json", metrics(32)), limits(), ulimit()]);
    assert!(ceiling(&goes_on, LimitName::PidMax).exhaustion.is_some());
    // All threads of the node are no measure of how fast those of one user grow.
    let of_user = ceiling(&goes_on, LimitName::UlimitProcesses);
    assert!(of_user.is_bound() && of_user.exhaustion.is_none() && of_user.slope_per_hour.is_none(), "{of_user:?}");
    let stopped = analyse(&[("metrics.json", metrics(44)), limits(), ulimit()]);
    assert_eq!(ceiling(&stopped, LimitName::PidMax).exhaustion, None);
}

#[test]
fn what_is_left_lasts_as_long_as_the_slope_says() {
    let sysctl = || ("sysctl.txt", "kernel.pid_max = 32768\nkernel.threads-max = 513842\n".to_owned());
    let pid_max = |n, value: fn(i64) -> i64| {
        let metrics = answer(&[series(&of_node("node_processes_threads", "n1"), n, value)]);
        let analysis = analyse(&[("metrics.json", metrics), sysctl()]);
        assert_eq!(ceiling(&analysis, LimitName::ThreadsMax).exhaustion, None, "pid_max is in the way");
        let it = ceiling(&analysis, LimitName::PidMax);
        (it.slope_per_hour.map(f64::round), it.exhaustion.map(|end| end.at.as_seconds_f64() - START_S as f64))
    };
    // Flat for long, then 80 a step: 18,728 are left after 138 steps, and the slope is 9,600 an hour.
    let late = pid_max(439, |index| 3000 + index % 3 + (index - 300).max(0) * 80);
    assert!(matches!(late, (Some(9600.0), Some(end)) if (end - 672.1 * 30.0).abs() < 60.0), "{late:?}");
    // Back to the start in between: what grows now counts.
    let again = pid_max(600, |index| 3000 + (index % 300 - 100).max(0) * if index < 300 { 120 } else { 80 });
    assert!(matches!(again, (Some(9600.0), Some(end)) if (end - 772.1 * 30.0).abs() < 60.0), "{again:?}");
    // A release is a step, and nothing grows before or after it.
    assert_eq!(pid_max(60, |index| if index < 30 { 800 } else { 3000 }), (Some(0.0), None));
    assert_eq!(pid_max(60, |index| if index < 30 { 800 } else { 31_000 }), (Some(0.0), None));
    // One that goes on from there does so from there.
    let then = pid_max(240, |index| if index < 30 { 800 } else { 3000 + index * 80 });
    assert!(matches!(then, (Some(9600.0), Some(end)) if (end - 372.1 * 30.0).abs() < 60.0), "{then:?}");
}

#[test]
fn a_refusal_hours_after_the_limit_was_met_is_still_of_it() {
    let metrics = || answer(&[series(&of_container("p-1"), 200, |index| (1000 + index * 60).min(4095))]);
    let config = || {
        let text = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\npodPidsLimit: 4096\n";
        ("kubelet-config.yaml", text.to_owned())
    };
    let log = |step| line(step, "ERROR java.lang.OutOfMemoryError: unable to create native thread");
    let of = |step| analyse(&[("metrics.json", metrics()), config(), ("app.log", log(step))]);
    let late = of(180);
    let found = finding(&late, "kube/pod-pids-exhausted");
    assert_eq!((found.title.id.as_str(), found.confidence), ("finding-podpids-title", Confidence::Likely));
    // Long before it was met it is another matter.
    assert_eq!(finding(&of(5), "kube/pod-pids-exhausted").title.id, "finding-podpids-near");
}

#[test]
fn several_lines_of_a_process_without_files_are_about_its_own_limit() {
    let words = "n1 gateway[2]: accept4 0.0.0.0:80: too many open files";
    let several = || line(3, words) + &line(4, words);
    let sysctl = || ("file-nr.txt", "fs.file-max = 920000\nfs.file-nr = 900 0 920000\n".to_owned());
    for files in [vec![("app.log", several())], vec![("app.log", several()), sysctl()]] {
        let analysis = analyse(&files);
        let found = finding(&analysis, "host/open-files-exhausted");
        assert_eq!((found.subject.as_str(), found.confidence), ("gateway", Confidence::Likely));
        let texts: Vec<String> = found.statements.iter().map(|it| format!("{:?}", it.text)).collect();
        assert!(texts.iter().any(|text| text.contains("ulimit -n")), "{texts:?}");
        assert!(!texts.iter().any(|text| text.contains("file-max")), "{texts:?}");
    }
    // One line may quote another's words.
    let one = analyse(&[("app.log", line(3, words))]);
    assert_eq!(why(&one, "host/open-files-exhausted"), ("inconclusive", "outcome-limit-unknown"));
}

#[test]
fn questions_suppose_only_what_is_shown_and_ask_for_nothing_that_is_there() {
    let grown = |index: i64| 420 + (index - 20).clamp(0, 12) * 2600;
    let metrics = || answer(&[series(&of_container("engine"), 60, grown), series(&of_container("api"), 60, |_| 300)]);
    let sysctl = || ("sysctl.txt", "kernel.pid_max = 32768\nkernel.threads-max = 513842\n".to_owned());
    let near = analyse(&[("metrics.json", metrics()), sysctl()]);
    let near = finding(&near, RULE);
    assert_eq!(
        whys(near),
        [
            ("direct-cause", "why-pid-near", "finding-pid-culprit"),
            ("pod-limit", "why-pid-pod-limit", "why-pid-pod-limit-answer"),
        ],
        "nothing failed, and no limit of a user is known"
    );
    let analysis = analyse(&[("metrics.json", metrics()), sysctl(), ("kubelet.log", refused(40))]);
    let found = finding(&analysis, RULE);
    assert_eq!(whys(found)[0], ("direct-cause", "why-pid-refused", "why-pid-refused-answer"), "no pod was restarted");
    assert!(found.whys.iter().all(|why| why.claim.is_some() || !why.would_need.is_empty()));

    let config = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\npodPidsLimit: 40000\n";
    let set = analyse(&[("metrics.json", metrics()), sysctl(), ("kubelet-config.yaml", config.to_owned())]);
    assert!(whys(finding(&set, RULE)).contains(&("pod-limit", "why-pid-pod-limit", "why-pid-pod-limit-answer-set")));
    let own =
        "node_processes_max_processes 4.194304e+06\nnode_processes_max_threads 61187\nnode_processes_threads 59872\n";
    let scrape = analyse(&[("scrape.prom", own.to_owned())]);
    let needs = finding(&scrape, RULE).whys.iter().flat_map(|why| &why.would_need);
    assert!(needs.clone().all(|need| need.id != "missing-node-processes"), "{:?}", needs.collect::<Vec<_>>());
}

#[test]
fn a_use_is_held_against_the_limit_of_its_own_node() {
    let tables = |used: fn(i64) -> i64| {
        answer(&[
            series(&of_node("node_nf_conntrack_entries", "n1"), 60, used),
            series(&of_node("node_nf_conntrack_entries_limit", "n1"), 60, |_| 65_536),
            series(&of_node("node_nf_conntrack_entries", "n2"), 60, |_| 120_000),
            series(&of_node("node_nf_conntrack_entries_limit", "n2"), 60, |_| 262_144),
        ])
    };
    let shown = |analysis: &Analysis| {
        let it = ceiling(analysis, LimitName::ConntrackMax);
        (it.node.clone().unwrap_or_default(), it.limit, it.used)
    };
    let rule = "host/conntrack-table-full";
    let far = analyse(&[("metrics.json", tables(|index| 20_000 + index % 7))]);
    assert_eq!(why(&far, rule), ("ruled_out", "outcome-limit-far"));
    assert_eq!(shown(&far), ("n2".to_owned(), Some(262_144), Some(120_000.0)));
    let full = analyse(&[("metrics.json", tables(|index| (20_000 + index * 900).min(65_000)))]);
    let found = finding(&full, rule);
    assert_eq!((found.subject.as_str(), found.confidence), ("node n1", Confidence::Possible));
    assert_eq!(shown(&full), ("n1".to_owned(), Some(65_536), Some(65_000.0)));

    let of_unit = |metric: &str, node: &str| format!("{},\"name\":\"haproxy.service\"", of_node(metric, node));
    let unit = answer(&[
        series(&of_unit("node_systemd_unit_tasks_current", "n1"), 60, |_| 300),
        series(&of_unit("node_systemd_unit_tasks_max", "n1"), 60, |_| 4915),
        series(&of_unit("node_systemd_unit_tasks_current", "n2"), 60, |_| 9000),
        series(&of_unit("node_systemd_unit_tasks_max", "n2"), 60, |_| 19_000),
    ]);
    let analysis = analyse(&[("metrics.json", unit)]);
    assert_eq!(why(&analysis, "host/unit-tasks-exhausted"), ("ruled_out", "outcome-limit-far"));
    assert_eq!(ceiling(&analysis, LimitName::TasksMax).ratio, Some(9000.0 / 19_000.0));

    // Processes of one name in two pods.
    let of_pod = |metric: &str, pod: &str| {
        format!("\"__name__\":\"{metric}\",\"namespace\":\"shop\",\"pod\":\"{pod}\",\"container\":\"api\"")
    };
    let files = answer(&[
        series(&of_pod("process_open_fds", "api-1"), 60, |_| 600),
        series(&of_pod("process_max_fds", "api-1"), 60, |_| 1024),
        series(&of_pod("process_open_fds", "api-2"), 60, |_| 5000),
        series(&of_pod("process_max_fds", "api-2"), 60, |_| 65_536),
    ]);
    let analysis = analyse(&[("metrics.json", files)]);
    assert_eq!(why(&analysis, "host/open-files-exhausted"), ("ruled_out", "outcome-limit-far"));
    let shares: Vec<Option<f64>> = analysis.ceilings.iter().map(|ceiling| ceiling.ratio).collect();
    assert_eq!(shares, [Some(600.0 / 1024.0), Some(5000.0 / 65_536.0)]);

    // Whose limit a listing states is not told, so no node's use is held against it.
    let uses = |nodes: &[&str]| {
        let of = |node: &&str| series(&of_node("node_nf_conntrack_entries", node), 60, |_| 60_000);
        answer(&nodes.iter().map(of).collect::<Vec<_>>())
    };
    let sysctl = || ("sysctl.txt", "net.netfilter.nf_conntrack_max = 65536\n".to_owned());
    let used = |nodes: &[&str]| {
        let analysis = analyse(&[("metrics.json", uses(nodes)), sysctl()]);
        ceiling(&analysis, LimitName::ConntrackMax).used
    };
    assert_eq!((used(&["n1"]), used(&["n1", "n2"])), (Some(60_000.0), None));
}

#[test]
fn each_piece_of_evidence_is_asked_for_on_its_own() {
    let needs = |files: &[(&str, String)], rule: &str| -> Vec<String> {
        let analysis = analyse(files);
        let outcome = analysis.outcomes.iter().find(|outcome| outcome.rule == rule).expect("every rule answers");
        outcome.would_need.iter().map(|need| need.id.clone()).collect()
    };
    let refused = || ("app.log", line(3, "n1 su[7]: -bash: fork: retry: Resource temporarily unavailable"));
    let ulimit = || {
        ("ulimit.txt", "core file size          (blocks, -c) 0\nmax user processes              (-u) 4096\nopen files                      (-n) 1024\n".to_owned())
    };
    let listing = || ("ps.txt", "USER  PID PPID NLWP STIME COMMAND\napp  2000    1   20 Jul01 /usr/bin/x\n".to_owned());
    let user = "host/user-processes-exhausted";
    assert_eq!(needs(&[refused()], user), ["missing-ulimit", "missing-user-threads"]);
    assert_eq!(needs(&[refused(), ulimit()], user), ["missing-user-threads"]);
    assert_eq!(needs(&[refused(), listing()], user), ["missing-ulimit"]);
    let files = "host/open-files-exhausted";
    let full = || ("app.log", line(3, "n1 gateway[2]: accept4 0.0.0.0:80: too many open files"));
    assert_eq!(needs(&[full()], files), ["missing-open-files", "missing-ulimit-files", "missing-process-files"]);
    assert_eq!(needs(&[full(), ulimit()], files), ["missing-process-files"]);
    let inotify = "host/inotify-exhausted";
    let both = || {
        let watcher = line(4, "n1 kubelet[1123]: failed to create fsnotify watcher: too many open files");
        ("app.log", full().1 + &watcher)
    };
    assert_eq!(needs(&[both()], inotify), ["missing-inotify", "missing-inotify-holders"]);
    let sysctl = ("sysctl.txt", "fs.inotify.max_user_instances = 128\n".to_owned());
    assert_eq!(needs(&[both(), sysctl], inotify), ["missing-inotify-holders"]);
}

#[test]
fn more_than_a_limit_allows_is_no_use_of_it() {
    let threads = |n| answer(&[series(&of_node("node_processes_threads", "n1"), 60, move |_| n)]);
    let sysctl = || ("sysctl.txt", "kernel.pid_max = 32768\nkernel.threads-max = 500000\n".to_owned());
    let over = analyse(&[("metrics.json", threads(60_000)), sysctl(), ("kubelet.log", refused(30))]);
    assert_eq!(why(&over, RULE), ("inconclusive", "outcome-limit-exceeded"));
    assert!(over.findings.is_empty() && over.ceilings.iter().all(|ceiling| !ceiling.hit));
    let full = analyse(&[("metrics.json", threads(33_000)), sysctl(), ("kubelet.log", refused(30))]);
    assert_eq!(why(&full, RULE).0, "found");

    let entries = || answer(&[series(&of_node("node_nf_conntrack_entries", "n1"), 60, |_| 120_000)]);
    let limit = || ("sysctl.txt", "net.netfilter.nf_conntrack_max = 65536\n".to_owned());
    let over = analyse(&[("metrics.json", entries()), limit()]);
    assert_eq!(why(&over, "host/conntrack-table-full"), ("inconclusive", "outcome-limit-exceeded"));
    // The kernel's own words need no count.
    let words = line(30, "n1 kernel: nf_conntrack: nf_conntrack: table full, dropping packet");
    let stated = analyse(&[("metrics.json", entries()), limit(), ("kern.log", words)]);
    let found = finding(&stated, "host/conntrack-table-full");
    assert!(found.confidence == Confidence::Likely && found.statements.iter().all(|it| it.topic != "ceiling"));
}

#[test]
fn a_table_that_was_enlarged_was_full_before() {
    let used = |index: i64| if index < 40 { (20_000 + index * 1500).min(65_500) } else { 120_000 };
    let limit = |index| if index < 40 { 65_536 } else { 262_144 };
    let metrics = answer(&[
        series(&of_node("node_nf_conntrack_entries", "n1"), 60, used),
        series(&of_node("node_nf_conntrack_entries_limit", "n1"), 60, limit),
    ]);
    let analysis = analyse(&[("metrics.json", metrics)]);
    let it = ceiling(&analysis, LimitName::ConntrackMax);
    assert_eq!((it.limit, it.used), (Some(65_536), Some(65_500.0)));
    assert_eq!(finding(&analysis, "host/conntrack-table-full").title.id, "finding-conntrack-near");
    // It goes on under the new one.
    assert_eq!(it.exhaustion, None);
}
