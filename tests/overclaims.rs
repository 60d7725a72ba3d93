//! What stands beside a failure and does not explain it: it may be told, never as the cause, and never as what rules another thing out.

use debrief::case::Case;
use debrief::evidence::MemorySource;
use debrief::model::{Analysis, Confidence, Finding, Severity, Timestamp};

const LOST: &str = "2024-08-20 14:02:11,412 ERROR [main] lookup redis.cache on 10.0.0.10:53: no such host\n\
    2024-08-20 14:02:21,412 ERROR [main] lookup redis.cache on 10.0.0.10:53: no such host\n\
    2024-08-20 14:02:31,412 ERROR [main] lookup redis.cache on 10.0.0.10:53: no such host\n";
const DENY: &str = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: deny-all\n  namespace: sandbox\nspec:\n  podSelector: {}\n  policyTypes:\n  - Egress\n";
const DF: &str = "Filesystem      Size  Used Avail Use% Mounted on\n";

/// What is concluded from some files.
pub(crate) fn analyse(files: &[(&str, &str)]) -> Analysis {
    let mut case = Case::new(0, Timestamp::from_seconds(1_790_000_000));
    for (name, text) in files {
        case.add(name, Box::new(MemorySource(text.as_bytes().to_vec())), Default::default(), false);
    }
    case.read_all();
    case.analysis().clone()
}

fn finding<'a>(analysis: &'a Analysis, rule: &str) -> &'a Finding {
    analysis.findings.iter().find(|finding| finding.rule == rule).unwrap_or_else(|| panic!("{rule} finds nothing"))
}

fn outcome<'a>(analysis: &'a Analysis, rule: &str) -> (&'a str, &'a str) {
    let outcome = analysis.outcomes.iter().find(|outcome| outcome.rule == rule).expect("every rule answers");
    (&outcome.outcome, outcome.why.as_ref().map_or("", |why| &why.id))
}

fn texts<'a>(finding: &'a Finding, topic: &str) -> Vec<&'a str> {
    let of = finding.statements.iter().filter(|statement| statement.topic == topic);
    of.map(|statement| statement.text.id.as_str()).collect()
}

#[test]
fn a_mount_with_room_is_not_the_one_that_is_full_above_it() {
    let df = format!("{DF}/dev/sda1  100G  99G  1G  99% /\n/dev/sdb1  100G  40G  60G  40% /data\n");
    let log = "2024-08-20 14:02:11,412 ERROR [main] write /data/x/y.log: no space left on device\n";
    let analysis = analyse(&[("df.txt", &df), ("app.log", log)]);
    let found = finding(&analysis, "host/file-system-full");
    assert_eq!((found.subject.as_str(), found.confidence), ("/data/x/y.log", Confidence::Possible));
    let full = format!("{DF}/dev/sda1  100G  40G  60G  40% /\n/dev/sdb1  100G  99G  1G  99% /data\n");
    let analysis = analyse(&[("df.txt", &full), ("app.log", log)]);
    let found = finding(&analysis, "host/file-system-full");
    assert_eq!((found.subject.as_str(), found.confidence), ("/data", Confidence::Certain));
}

#[test]
fn one_hosts_df_says_nothing_of_another_ones_write() {
    let df = |host: &str, used: u32| format!("[root@{host} ~]# df -h\n{DF}/dev/sda1  100G  99G  1G  {used}% /data\n");
    let touch = |host: &str| {
        format!("[root@{host} ~]# touch /data/x\ntouch: cannot touch '/data/x': No space left on device\n")
    };
    let inodes = "[root@n1 ~]# df -i\nFilesystem     Inodes IUsed IFree IUse% Mounted on\n/dev/sda1  9000  90  8910    1% /data\n";
    for (text, confidence, n_told) in [
        (df("n2", 100) + &touch("n1"), Confidence::Likely, 0),
        (df("n2", 100) + &df("n1", 40) + &touch("n1"), Confidence::Possible, 0),
        (df("n2", 40) + &df("n1", 100) + &touch("n1"), Confidence::Certain, 1),
        (df("n1", 100) + inodes + &touch("n1"), Confidence::Certain, 1),
    ] {
        let analysis = analyse(&[("terminal.txt", &text)]);
        let found = finding(&analysis, "host/file-system-full");
        assert_eq!((found.confidence, texts(found, "ceiling").len()), (confidence, n_told), "{text}");
    }
    // Nothing says which of the hosts the log is of.
    let log = "2024-08-20 14:02:11,412 ERROR [main] write /data/x/y.log: no space left on device\n";
    let analysis = analyse(&[("terminal.txt", &(df("n2", 40) + &df("n1", 100))), ("app.log", log)]);
    assert_eq!(finding(&analysis, "host/file-system-full").confidence, Confidence::Possible);
}

#[test]
fn a_container_that_its_runtime_describes_ended_as_it_says() {
    let inspect = |oom: bool, code: i32, labels: &str| {
        format!(
            "[{{\"Id\":\"8e8c1f208e8c1f20\",\"State\":{{\"Status\":\"exited\",\"OOMKilled\":{oom},\"ExitCode\":{code},\
             \"FinishedAt\":\"2024-08-20T05:58:23.9Z\"}},\"Name\":\"/payment\",\"RestartCount\":5,\
             \"HostConfig\":{{\"Memory\":536870912,\"PidsLimit\":0}},\"Config\":{{\"Labels\":{{{labels}}}}}}}]"
        )
    };
    let of_pod = "\"io.kubernetes.pod.name\":\"pay-0\",\"io.kubernetes.pod.namespace\":\"shop\"";
    for (text, kind, is_found, n_limits) in [
        (inspect(true, 137, ""), "Container", true, 2),
        (inspect(false, 137, ""), "Container", false, 2),
        // One of its processes was killed, and it ended by itself.
        (inspect(true, 1, ""), "Container", false, 2),
        (inspect(true, 137, of_pod), "Pod", true, 1),
    ] {
        let analysis = analyse(&[("inspect.json", &text)]);
        assert_eq!(analysis.findings.iter().any(|found| found.rule == "kube/oom-killed"), is_found, "{text}");
        let workload = &analysis.workloads[0];
        assert_eq!((workload.kind.as_str(), workload.restarts), (kind, 5), "{text}");
        assert_eq!(analysis.ceilings.len(), n_limits, "{text}");
    }
}

#[test]
fn lines_that_name_no_path_are_not_about_the_fullest_mount() {
    let df = format!("{DF}devfs  1.0K  1.0K  0B  100% /dev\n/dev/sda1  100G  99G  1G  99% /srv\n");
    let log = "2024-08-20 14:02:11,412 ERROR [main] java.io.IOException: No space left on device\n";
    let analysis = analyse(&[("df.txt", &df), ("app.log", log)]);
    assert_eq!(finding(&analysis, "host/file-system-full").confidence, Confidence::Possible);
}

#[test]
fn ceph_is_the_cause_only_below_what_lies_on_it() {
    let log = "2024-08-20 14:02:11,412 ERROR [main] write /var/log/x.log: no space left on device\n";
    let ceph = "HEALTH_ERR 1 osds down; 2 pool(s) full\n";
    for (device, topic) in [("/dev/sda1", "bears-on"), ("/dev/rbd0", "cause"), ("mon-a:6789:/logs", "cause")] {
        let df = format!("{DF}{device}  100G  99G  1G  99% /var/log\n");
        let analysis = analyse(&[("df.txt", &df), ("app.log", log), ("ceph.txt", ceph)]);
        let found = finding(&analysis, "host/file-system-full");
        assert_eq!(texts(found, topic).len(), 1, "{device}: {:?}", found.statements);
        assert_eq!(found.whys[0].claim.is_some(), topic == "cause", "{device}");
        assert_eq!(found.whys[0].would_need.is_empty(), topic == "cause", "{device}");
    }
    // Over several lines.
    let df = format!("{DF}/dev/rbd0  100G  99G  1G  99% /var/log\n");
    for (health, told) in [
        (
            "HEALTH_ERR\n            1 full osd(s)\n            1 nearfull osd(s)\n            2 pool(s) full",
            vec![4, 6],
        ),
        ("HEALTH_WARN\n            1 osds down", vec![4]),
        ("HEALTH_WARN\n            1 nearfull osd(s)", vec![]),
        ("HEALTH_OK", vec![]),
    ] {
        let ceph = format!(
            "  cluster:\n    id:     a7f64266-0894-4f1e-a635-d0aeaca0e993\n    health: {health}\n \n  services:\n    osd: 13 osds: 12 up (since 2h), 12 in (since 2h)\n"
        );
        let analysis = analyse(&[("df.txt", &df), ("app.log", log), ("ceph.txt", &ceph)]);
        let causes = finding(&analysis, "host/file-system-full").statements.iter().filter(|it| it.topic == "cause");
        let lines: Vec<_> = causes.flat_map(|it| &it.cites).map(|cite| cite.locator.lines.first).collect();
        assert_eq!(lines, told, "{health}");
    }
}

#[test]
fn a_policy_of_another_namespace_is_not_why_a_name_was_not_resolved() {
    let analysis = analyse(&[("app.log", LOST), ("policy.yaml", DENY)]);
    let found = finding(&analysis, "host/name-not-resolved");
    assert_eq!(found.severity, Severity::Medium);
    assert!(found.whys[0].claim.is_none() && !found.whys[0].would_need.is_empty(), "{:?}", found.whys);
}

#[test]
fn an_answer_for_one_name_rules_little_out() {
    let dig = |n: u32| {
        format!(
            ";; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 61024\n;; flags: qr aa rd; QUERY: 1, ANSWER: {n}, AUTHORITY: 0, ADDITIONAL: 1\n"
        )
    };
    let rule = "host/name-not-resolved";
    let quiet = "2024-08-20 14:02:11,412 INFO [main] started\n2024-08-20 14:02:12,412 INFO [main] ready\n";
    assert_eq!(outcome(&analyse(&[("dig.txt", &dig(0))]), rule).0, "skipped");
    assert_eq!(outcome(&analyse(&[("dig.txt", &dig(1))]), rule), ("inconclusive", "outcome-dns-one-answer"));
    assert_eq!(
        outcome(&analyse(&[("dig.txt", &dig(1)), ("app.log", quiet)]), rule),
        ("ruled_out", "outcome-dns-answered")
    );
}

#[test]
fn libc_says_temporary_of_answers_too() {
    let log = LOST.replace(
        "lookup redis.cache on 10.0.0.10:53: no such host",
        "redis.cache: Temporary failure in name resolution",
    );
    let analysis = analyse(&[("app.log", &log)]);
    assert_eq!(texts(finding(&analysis, "host/name-not-resolved"), "cause"), [""; 0]);
}

#[test]
fn machines_and_volumes_are_no_pods() {
    for table in [
        "NAME             PHASE    TYPE       REGION   ZONE   AGE   NODE          PROVIDERID   STATE\n\
         ocp-worker-1     Failed   m5.large   us-1     1a     3d    ip-10-0-1-3   aws:///x     stopped\n",
        "NAME      ZPOOL    NODE     SIZE   STATUS   FILESYSTEM   AGE\npvc-34    pool-1   node-1   8Gi    Failed   zfs          3d\n",
    ] {
        let analysis = analyse(&[("table.txt", table)]);
        assert!(analysis.workloads.iter().all(|workload| workload.kind != "Pod"), "{table}\n{:?}", analysis.workloads);
    }
    let chosen = "NAME        NODE     PHASE\npayment-0   node-5   Failed\n";
    let analysis = analyse(&[("table.txt", chosen)]);
    assert!(analysis.workloads.iter().any(|workload| workload.kind == "Pod"), "{:?}", analysis.workloads);
}

#[test]
fn a_server_that_is_silent_is_no_mistake_in_a_name() {
    let silent = ";; connection timed out; no servers could be reached\n";
    let few = analyse(&[("nslookup.txt", silent)]);
    assert_eq!(outcome(&few, "host/name-not-resolved"), ("inconclusive", "finding-dns-silent"));
    let absent =
        "Server:         10.96.0.10\nAddress:        10.96.0.10#53\n\n** server can't find redis.cache: NXDOMAIN\n";
    let both = analyse(&[("a.txt", silent), ("b.txt", absent)]);
    assert_eq!(outcome(&both, "host/name-not-resolved"), ("inconclusive", "outcome-dns-few"));
    // CoreDNS asks whether it asks itself; lines without a clock, each a question without an answer.
    let port = |n: u32| {
        format!("[ERROR] plugin/errors: 2 4711.1174. HINFO: read udp 10.42.0.3:{n}->172.23.83.11:53: i/o timeout\n")
    };
    let own = analyse(&[("coredns.log", &(40_000..40_007).map(port).collect::<String>())]);
    let own = finding(&own, "host/name-not-resolved");
    assert_eq!(texts(own, "cause"), ["finding-dns-silent"]);
    assert!(own.title.args.iter().all(|(_, arg)| !format!("{arg:?}").contains("4711")), "{:?}", own.title);
}

#[test]
fn what_a_watched_table_says_last_is_so_and_its_kill_for_memory_counts() {
    let head = "NAME                   READY   STATUS             RESTARTS      AGE\n";
    let row = |ready: &str, status: &str, restarts: &str, age: &str| {
        format!("payment-6c9f7d-x2xpq   {ready:<7} {status:<18} {restarts:<13} {age}\n")
    };
    let killed = row("0/1", "OOMKilled", "0", "42m");
    let looped = row("0/1", "CrashLoopBackOff", "1 (12s ago)", "43m");
    let well = row("1/1", "Running", "2 (1m ago)", "44m");
    let watched = analyse(&[("get-w.txt", &[head, &killed, &looped].concat())]);
    assert_eq!(outcome(&watched, "kube/oom-killed"), ("inconclusive", "outcome-oom-stated"));
    let [pod] = watched.workloads.as_slice() else { panic!("{:?}", watched.workloads) };
    assert_eq!((pod.status.as_deref(), pod.restarts, pod.statements.len()), (Some("CrashLoopBackOff"), 1, 0));
    let recovered = analyse(&[("get-w.txt", &[head, &looped, &well].concat())]);
    let [pod] = recovered.workloads.as_slice() else { panic!("{:?}", recovered.workloads) };
    assert!(!pod.failing && pod.restarts == 2, "{pod:?}");
}

#[test]
fn the_share_of_a_limit_is_of_the_use_that_is_said() {
    let scrape =
        "node_processes_max_processes 4.194304e+06\nnode_processes_max_threads 61187\nnode_processes_threads 59000\n";
    let summary = r#"{"node":{"nodeName":"n5","rlimit":{"time":"2022-11-11T07:58:14Z","maxpid":126764,"curproc":591}},"pods":[]}"#;
    let analysis = analyse(&[("scrape.prom", scrape), ("summary.json", summary)]);
    let found = finding(&analysis, "host/pid-space-exhausted");
    let args: Vec<String> = found.statements[0].text.args.iter().map(|(name, arg)| format!("{name} {arg:?}")).collect();
    assert!(args.iter().any(|arg| arg.starts_with("used ") && arg.contains("59000")), "{args:?}");
    // The node's own count is there.
    assert!(found.whys.iter().all(|why| why.claim.as_ref().is_none_or(|claim| claim.id != "why-pid-late-answer")));
    assert!(analysis.coverage.missing.iter().all(|gap| gap.what.id != "missing-node-processes"));
}

#[test]
fn a_listing_that_was_cut_is_no_count_of_all_threads() {
    let limits = "$ sysctl kernel.pid_max kernel.threads-max\nkernel.pid_max = 49152\nkernel.threads-max = 1545000\n";
    let ps = "    PID NLWP USER     COMMAND\n   9731  612 app      java\n   1123   13 root     kubelet\n";
    let outcome_of = |command: &str| {
        let text = format!("{limits}$ {command}\n{ps}$ date\n");
        let analysis = analyse(&[("session.txt", &text)]);
        outcome(&analysis, "host/pid-space-exhausted").0.to_owned()
    };
    assert_eq!(outcome_of("ps -eo pid,nlwp,user,comm --sort=-nlwp"), "ruled_out");
    assert_eq!(outcome_of("ps -eo pid,nlwp,user,comm --sort=-nlwp | head -3"), "inconclusive");
}

#[test]
fn a_policy_on_one_line_lets_out_what_it_says() {
    let policy = |egress: &str| {
        format!(
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: p, namespace: shop}}\nspec:\n  podSelector: {{}}\n  policyTypes: [Ingress, Egress]\n{egress}"
        )
    };
    let held_back = |egress: &str| !analyse(&[("policy.yaml", &policy(egress))]).workloads.is_empty();
    assert!(held_back(""));
    assert!(held_back("  egress: [{ports: [{port: 443, protocol: TCP}]}]\n"));
    assert!(!held_back("  egress: [{ports: [{port: 53, protocol: UDP}]}]\n"));
    assert!(!held_back("  egress: [{}]\n"));
}

#[test]
fn a_node_that_ran_out_of_memory_is_not_said_to_be_calm() {
    let event = |reason: &str, message: &str| {
        format!(
            "LAST SEEN   TYPE      REASON      OBJECT        MESSAGE\n12m         Warning   {reason}   node/node-5   {message}\n"
        )
    };
    let oom = event("SystemOOM", "System OOM encountered, victim process: java, pid: 9295");
    let kernel = "[Tue Aug 20 14:00:00 2024] Out of memory: Killed process 9295 (java) total-vm:1kB, anon-rss:1kB, file-rss:0kB\n";
    let alone = analyse(&[("events.txt", &oom)]);
    let killed = finding(&alone, "kube/oom-killed");
    assert_eq!((killed.subject.as_str(), texts(killed, "killer")), ("java", vec!["finding-oom-by-node"]));
    assert_eq!(outcome(&alone, "kube/evicted-pressure"), ("inconclusive", "outcome-evict-pressure"));
    let twice = analyse(&[("events.txt", &oom), ("dmesg.txt", kernel)]);
    let killed = finding(&twice, "kube/oom-killed");
    assert!(
        format!("{:?}", killed.statements[0].text.args).contains("(\"count\", Int(1))"),
        "{:?}",
        killed.statements[0]
    );
    let node = "Name:               node-5\nRoles:              <none>\nCreationTimestamp:  Tue, 21 May 2024 10:00:00 +0800\nConditions:\n  \
                Type             Status    LastHeartbeatTime                 LastTransitionTime                Reason              Message\n  \
                ----             ------    -----------------                 ------------------                ------              -------\n  \
                MemoryPressure   Unknown   Tue, 20 Aug 2024 14:01:00 +0800   Tue, 20 Aug 2024 14:02:00 +0800   NodeStatusUnknown   Kubelet stopped posting node status.\n  \
                DiskPressure     False     Tue, 20 Aug 2024 14:01:00 +0800   Tue, 20 Aug 2024 14:02:00 +0800   KubeletHasNoDiskPressure   kubelet has no disk pressure\n";
    let pods = "NAME    READY   STATUS    RESTARTS   AGE\nweb-1   1/1     Running   0          5m\n";
    let silent = analyse(&[("node.txt", node), ("pods.txt", pods)]);
    assert_eq!(outcome(&silent, "kube/evicted-pressure"), ("inconclusive", "outcome-evict-unsaid"));
}

#[test]
fn a_setting_that_is_not_in_force_is_said() {
    let live = "kernel.pid_max = 49152\nkernel.threads-max = 1545000\n";
    let (low, high) = ("kernel.pid_max = 4194304\n", "kernel.pid_max = 262144\n");
    let scrape = "node_processes_threads 48900\n";
    let told = |files: &[(&str, &str)]| {
        let all = [&[("sysctl_-a", live), ("node.prom", scrape)], files].concat();
        let analysis = analyse(&all);
        let found = finding(&analysis, "host/pid-space-exhausted");
        let said = found.statements.iter().find(|it| it.text.id == "caveat-configured");
        said.map(|it| (format!("{:?}", it.text.args), it.cites[0].locator.evidence.0))
    };
    let (args, place) =
        told(&[("usr/lib/sysctl.d/50-pid-max.conf", low), ("etc/sysctl.d/90-pids.conf", high)]).expect("said");
    assert!(args.contains("262144") && args.contains("49152") && place == 3, "{args} {place}");
    assert_eq!(told(&[("etc/sysctl.d/90-pids.conf", "kernel.pid_max = 49152\n")]), None);
}

#[test]
fn texts_about_a_failure_are_none() {
    let rules = "groups:\n- name: disk\n  rules:\n  - alert: DiskFull\n    annotations:\n      \
                 description: \"Writes fail: no space left on device\"\n  - alert: Forks\n    annotations:\n      \
                 summary: \"cgroup: fork rejected by pids controller in /kubepods\"\n";
    let app = "2026-11-28 02:10:11,123 INFO  [main] c.e.Retry - recovered from fork/exec: resource temporarily unavailable\n\
               2026-11-28 02:10:13,123 DEBUG [main] c.e.Pattern - loaded pattern 'unable to create new native thread'\n\
               2026-11-28 02:10:14,123 INFO  [main] c.e.Pattern - loaded pattern: too many open files\n";
    let book = "# Runbook\nWhen kubelet logs `fork/exec /usr/bin/nice: resource temporarily unavailable`, there are no free PIDs:\n\
                - `-bash: fork: retry: Resource temporarily unavailable`\n- no space left on device\n";
    let code =
        "func isFull(err error) bool {\n\treturn strings.Contains(err.Error(), \"no space left on device\")\n}\n";
    let analysis = analyse(&[("rules.yaml", rules), ("app.log", app), ("book.md", book), ("main.go", code)]);
    assert_eq!(analysis.findings.len(), 0);
    let decided = analysis.outcomes.iter().filter(|outcome| outcome.outcome != "skipped").map(|outcome| &outcome.rule);
    assert_eq!(decided.collect::<Vec<_>>(), Vec::<&String>::new());
    let events: Vec<&str> = analysis.timeline.iter().map(|event| event.text.id.as_str()).collect();
    assert_eq!(events, Vec::<&str>::new());
}

#[test]
fn an_image_that_was_pulled_after_all_is_waited_for_by_nobody() {
    let head = "LAST SEEN   TYPE      REASON    OBJECT      MESSAGE\n";
    let failed = |age: &str| {
        format!(
            "{age:<12}Warning   Failed    pod/web-0   Failed to pull image \"reg.io/web:v9\": dial tcp: lookup reg.io: i/o timeout\n"
        )
    };
    let pulled = |age: &str, image: &str| {
        format!("{age:<12}Normal    Pulled    pod/web-0   Successfully pulled image \"{image}\" in 3.2s\n")
    };
    let describe = |state: &str, events: &str| {
        format!(
            "Name:         web-0\nNamespace:    shop\nStatus:       Running\nContainers:\n  web:\n    Image:          reg.io/web:v9\n    \
             State:          {state}\n    Ready:          True\n    Restart Count:  0\nEvents:\n  Type     Reason   Age   From     Message\n  \
             ----     ------   ----  ----     -------\n{events}"
        )
    };
    let event = "  Warning  Failed   10m   kubelet  Failed to pull image \"reg.io/web:v9\": dial tcp: lookup reg.io: i/o timeout\n";
    let json = |reason: &str, message: &str, at: &str| {
        format!(
            r#"{{"kind":"Event","apiVersion":"v1","metadata":{{"name":"{reason}","namespace":"shop"}},"type":"Normal","reason":"{reason}","message":"{message}",
            "involvedObject":{{"kind":"Pod","name":"web-0"}},"firstTimestamp":"2024-08-20T05:{at}:00Z","lastTimestamp":"2024-08-20T05:{at}:00Z","count":1}}"#
        )
    };
    let refused = json("Failed", r#"Failed to pull image \"reg.io/web:v9\": i/o timeout"#, "30");
    let running = |at: &str| {
        format!(
            r#"{{"kind":"Pod","apiVersion":"v1","metadata":{{"name":"web-0","namespace":"shop"}},"spec":{{"containers":[{{"name":"web","image":"reg.io/web:v9"}}]}},
            "status":{{"containerStatuses":[{{"name":"web","ready":true,"restartCount":0,"state":{{"running":{{"startedAt":"2024-08-20T05:{at}:02Z"}}}}}}]}}}}"#
        )
    };
    for (files, is_over) in [
        (vec![[head, &failed("10m"), &pulled("9m", "reg.io/web:v9")].concat()], true),
        (vec![[head, &failed("10m"), &pulled("10m", "reg.io/web:v9")].concat()], true),
        (vec![[head, &pulled("11m", "reg.io/web:v9"), &failed("10m")].concat()], false),
        (vec![[head, &failed("10m"), &pulled("9m", "reg.io/web:v8")].concat()], false),
        (vec![describe("Running", event)], true),
        (vec![describe("Waiting\n      Reason:       ImagePullBackOff", event)], false),
        (
            vec![
                refused.clone()
                    + "\n"
                    + &json("Pulled", r#"Container image \"reg.io/web:v9\" already present on machine"#, "31"),
            ],
            true,
        ),
        (vec![refused.clone(), running("31")], true),
        // It ran before, and has to be pulled again.
        (vec![refused, running("29")], false),
    ] {
        let files: Vec<(&str, &str)> = files.iter().map(|text| ("unknown", text.as_str())).collect();
        let analysis = analyse(&files);
        let found = finding(&analysis, "kube/image-pull-failed");
        let want =
            if is_over { (Severity::Low, "finding-pull-over-title") } else { (Severity::Medium, "finding-pull-title") };
        assert_eq!((found.severity, found.title.id.as_str()), want, "{files:#?}");
        assert!(!is_over || texts(found, "failures") == ["finding-pull-over"], "{files:#?}");
    }
}

#[test]
fn the_use_of_one_group_proves_no_refusal_in_another() {
    const POD: &str = "/kubepods.slice/kubepods-pod1d2c3b4a_1111_2222_3333_444455556666.slice";
    let units = |name: &str| format!("Id={name}\nTasksCurrent=4900\nTasksMax=4915\n");
    let of = |group: &str, file: &str| format!("sys/fs/cgroup{group}/{file}");
    let files =
        |group: &str| vec![(of(group, "pids.max"), "512\n".into()), (of(group, "pids.current"), "511\n".into())];
    let far = files("/kubepods.slice/x");
    let far =
        far.into_iter().map(|(name, text): (String, String)| (name, text.replace("511", "51"))).collect::<Vec<_>>();
    // One pod of shop, at its limit from a quarter past ten on, or for all of the time.
    let series = |from: i64| {
        let row = |i: i64| {
            let at = (1_781_776_800 + 60 * i) * 1000;
            format!("{at},{},1024\n", if i < from { 100 + i % 2 } else { 1024 })
        };
        let labels = "{namespace=\"\"shop\"\",pod=\"\"pay-1\"\",container=\"\"app\"\"}";
        let head = format!("\"Time\",\"container_threads{labels}\",\"container_threads_max{labels}\"\n");
        vec![("c.csv".to_owned(), head + &(0..60).map(row).collect::<String>())]
    };
    let pod = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: pay-1\n  namespace: shop\n  uid: 1d2c3b4a-1111-2222-3333-444455556666\n";
    let known = [series(0), vec![("pod.yaml".to_owned(), pod.to_owned())]].concat();
    let bare = known.iter().map(|(name, text)| {
        (name.clone(), text.replace("namespace=\"\"shop\"\",", "").replace("  namespace: shop\n", ""))
    });
    let bare: Vec<(String, String)> = bare.collect();
    let inner = format!("{POD}/cri-containerd-aa.scope");
    let unit = "/system.slice/ingest.service";
    let (joined, alone, unsure) = ("finding-limit-use", "", "finding-limit-unsure");
    for (cgroup, files, use_said, confidence, others) in [
        (unit, vec![("show.txt".to_owned(), units("backup.service"))], alone, Confidence::Likely, "backup.service"),
        (unit, vec![("show.txt".to_owned(), units("ingest.service"))], joined, Confidence::Certain, ""),
        (unit, files("/system.slice/backup.service"), alone, Confidence::Likely, "/system.slice/backup.service"),
        (unit, files(unit), joined, Confidence::Certain, ""),
        (
            &inner,
            files("/kubepods.slice/kubepods-podffff_2222.slice"),
            alone,
            Confidence::Likely,
            "/kubepods.slice/kubepods-podffff_2222.slice",
        ),
        // One that is known to be another, and far from its limit, does not hide one that is full.
        (&inner, [series(30), far].concat(), alone, Confidence::Likely, "shop/pay-1/app"),
        (&inner, files(POD), joined, Confidence::Certain, ""),
        (&inner, series(30), alone, Confidence::Likely, "shop/pay-1/app"),
        (&inner, series(0), unsure, Confidence::Likely, ""),
        (&inner, known, joined, Confidence::Certain, ""),
        (&inner, bare, joined, Confidence::Certain, ""),
    ] {
        let line = format!("[Thu Jun 18 10:10:01 2026] cgroup: fork rejected by pids controller in {cgroup}\n");
        let files = files.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        let analysis = analyse(&[("dmesg.txt", line.as_str())].into_iter().chain(files).collect::<Vec<_>>());
        let [found, near @ ..] = &analysis.findings[..] else { panic!("{cgroup}: nothing") };
        let said = texts(found, "ceiling").first().copied().unwrap_or_default();
        assert_eq!((said, found.confidence), (use_said, confidence), "{cgroup}: {:?}", found.statements);
        let near: Vec<&str> = near.iter().map(|near| near.subject.as_str()).collect();
        assert_eq!(near.concat(), others, "{cgroup}");
        let range = found.time_range.expect("the line has a time");
        assert!(use_said == joined || range.start == range.end, "{cgroup}: {range:?}");
    }
}

#[test]
fn what_a_part_of_the_node_had_rules_nothing_out_of_it() {
    let sysctl = ("sysctl.txt", "kernel.pid_max = 32768\n");
    let containers = |threads: i64| {
        let row = |i: i64| format!("{},{},{threads}\n", (1_781_776_800 + 60 * i) * 1000, threads + i % 3);
        let of = |pod: &str| {
            format!("\"container_threads{{namespace=\"\"shop\"\",pod=\"\"{pod}\"\",container=\"\"app\"\"}}\"")
        };
        format!("\"Time\",{},{}\n", of("web-1"), of("web-2")) + &(0..60).map(row).collect::<String>()
    };
    // The host's own listing at the end of the series, and one in a container.
    let ps = |first: &str| {
        let rows = (1..50).map(|id| format!("root {id} 0 {id} 0 1 09:00 ? 00:00:00 {first}\n"));
        format!(
            "UID PID PPID LWP C NLWP STIME TTY TIME CMD\n{}root 99 1 99 0 1 10:59 ? 00:00:00 ps -eLf\n",
            rows.collect::<String>()
        )
    };
    let (few, many) = (containers(4), containers(14_600));
    let (host, inner) = (ps("/usr/lib/systemd/systemd"), ps("java -jar /app.jar"));
    let whole = "node_processes_threads 300\n";
    for (file, want) in [
        (("c.csv", few.as_str()), ("inconclusive", "outcome-pid-containers")),
        (("c.csv", many.as_str()), ("inconclusive", "outcome-pid-containers")),
        (("exec.txt", inner.as_str()), ("inconclusive", "outcome-pid-no-use")),
        (("ps.txt", host.as_str()), ("ruled_out", "outcome-pid-far")),
        (("node.prom", whole), ("ruled_out", "outcome-pid-far")),
    ] {
        let analysis = analyse(&[sysctl, file]);
        assert_eq!(outcome(&analysis, "host/pid-space-exhausted"), want, "{}", file.1);
    }
    let both = analyse(&[sysctl, ("c.csv", &few), ("ps.txt", &host)]);
    assert_eq!(outcome(&both, "host/pid-space-exhausted"), ("ruled_out", "outcome-pid-far"));
    // Nor is it a bound of what a user has.
    let ulimit = "$ ulimit -a\nmax user processes              (-u) 4096\nopen files                      (-n) 65536\n";
    let user = analyse(&[("ulimit.txt", ulimit), ("c.csv", &few)]);
    assert_eq!(outcome(&user, "host/user-processes-exhausted").0, "inconclusive");
}
