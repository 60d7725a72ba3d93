//! One story as four collections tell it: a bundle of Troubleshoot, a must-gather, a report of sos, and what a person saved by hand. A
//! storage plugin on node-5 has nearly all of the node's threads; probes of two pods cannot fork and kubelet restarts them, a third pod
//! ends itself, a fourth is killed at its own memory limit. The verdict must not depend on the layout.

use std::fmt::Write as _;

use debrief::case::Case;
use debrief::evidence::MemorySource;
use debrief::model::{Finding, Timestamp};
use debrief::protocol::Choices;
use serde_json::{Value, json};

const UID: &str = "0b6d1c2e-0000-4000-8000-000000000001";
const ID: &str = "8e8c01d2e3f4a5b6c7d8e9f00112233445566778899aabbccddeeff001122334";
const REFUSED: &str =
    "Liveness probe errored: failed to exec in container: fork/exec /proc/self/exe: resource temporarily unavailable";
const KILLED: &str = "failed liveness probe, will be restarted";
const SYSCTL: &str = "kernel.pid_max = 4096\nkernel.threads-max = 514013\nkernel.hostname = node-5\n";
const DATE: &str = "Tue Aug 20 06:20:00 UTC 2024\n";
const LAST_WORDS: &str = "2024-08-20T06:07:59Z INFO request served\n2024-08-20T06:08:05Z ERROR no worker\n";

/// Namespace, pod, controller, container, node, restarts, last run (exit code, reason, started, finished), memory limit.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    u32,
    Option<(i32, &'static str, &'static str, &'static str)>,
    &'static str,
);

const PODS: [Row; 7] = [
    ("kube-system", "csi-nas-x7k2p", "csi-nas", "node-5", 0, None, ""),
    ("kube-system", "csi-nas-m4q8z", "csi-nas", "node-4", 0, None, ""),
    ("shop", "payment-6996dd565b-xl44t", "payment", "node-5", 3, Some((137, "Error", "06:07:40", "06:09:30")), "1Gi"),
    ("shop", "payment-6996dd565b-2k2xz", "payment", "node-4", 0, None, "1Gi"),
    ("shop", "cart-5c8d7f9b6d-z9k4m", "cart", "node-5", 2, Some((137, "Error", "06:08:00", "06:09:50")), "2Gi"),
    ("shop", "order-7d9f8b6c4-q5v7t", "order", "node-5", 2, Some((2, "Error", "06:08:10", "06:08:52")), "512Mi"),
    (
        "batch",
        "report-64c7b9d8f5-w8r2n",
        "report",
        "node-5",
        1,
        Some((137, "OOMKilled", "05:30:00", "06:02:11")),
        "256Mi",
    ),
];
/// Pod, type, reason, words, first, last, how often.
type Told = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str, u32);

const EVENTS: [Told; 6] = [
    ("payment-6996dd565b-xl44t", "Warning", "Unhealthy", REFUSED, "06:04:10", "06:09:00", 9),
    ("payment-6996dd565b-xl44t", "Normal", "Killing", "Container payment", "06:04:30", "06:09:00", 3),
    ("payment-6996dd565b-xl44t", "Normal", "Started", "Started container payment", "05:00:00", "06:09:31", 4),
    ("cart-5c8d7f9b6d-z9k4m", "Warning", "Unhealthy", REFUSED, "06:05:00", "06:09:20", 6),
    ("cart-5c8d7f9b6d-z9k4m", "Normal", "Killing", "Container cart", "06:05:20", "06:09:20", 2),
    ("cart-5c8d7f9b6d-z9k4m", "Normal", "Started", "Started container cart", "05:00:00", "06:09:51", 3),
];

fn at(time: &str) -> String {
    format!("2024-08-20T{time}Z")
}

fn words(reason: &str, words: &str) -> String {
    if reason == "Killing" { format!("{words} {KILLED}") } else { words.to_owned() }
}

fn is_well(row: &Row) -> bool {
    row.5.is_none_or(|last| last.1 == "OOMKilled")
}

/// The controller as a pod states it.
fn controller(row: &Row) -> (&'static str, &'static str) {
    let name = row.1.rsplit_once('-').unwrap().0;
    if row.0 == "kube-system" { ("DaemonSet", name) } else { ("ReplicaSet", name) }
}

fn pod(row: &Row) -> Value {
    let (namespace, name, container, node, restarts, last, limit) = *row;
    let (kind, owner) = controller(row);
    let last = last.map(|(code, reason, from, to)| {
        json!({"terminated": {"exitCode": code, "reason": reason, "startedAt": at(from), "finishedAt": at(to), "containerID": format!("containerd://{}", if container == "report" { ID.to_owned() } else { ID.replace("8e8c", &name[name.len() - 4..]) })}})
    });
    let state = match name.starts_with("order") {
        true => json!({"waiting": {"reason": "CrashLoopBackOff"}}),
        false => {
            json!({"running": {"startedAt": at(row.5.map_or("01:00:00", |last| ["06:09:31", "06:09:51"][usize::from(last.3 > "06:09:40")]))}})
        }
    };
    let probe = json!({"exec": {"command": ["/bin/alive"]}, "periodSeconds": 10, "failureThreshold": 3});
    let volumes = json!([{"name": "data", "persistentVolumeClaim": {"claimName": format!("{container}-data")}}]);
    json!({
        "kind": "Pod", "apiVersion": "v1",
        "metadata": {"name": name, "namespace": namespace, "uid": if container == "report" { UID.to_owned() } else { UID.replace("1c2e", &name[name.len() - 4..]) },
            "ownerReferences": [{"kind": kind, "name": owner, "controller": true}]},
        "spec": {"nodeName": node, "volumes": volumes,
            "containers": [{"name": container, "image": "reg/x:1", "livenessProbe": probe, "resources": {"limits": {"memory": limit}}}]},
        "status": {"phase": "Running", "containerStatuses": [{"name": container, "image": "reg/x:1", "ready": is_well(row), "restartCount": restarts, "state": state, "lastState": last.unwrap_or(json!({}))}]}
    })
}

fn pods(namespace: &str) -> Value {
    list(PODS.iter().filter(|row| row.0 == namespace).map(pod).collect())
}

fn list(items: Vec<Value>) -> Value {
    json!({"kind": "List", "apiVersion": "v1", "items": items})
}

fn events() -> Value {
    let event = |(index, &(name, kind, reason, text, first, last, count)): (usize, &Told)| {
        json!({"kind": "Event", "apiVersion": "v1", "metadata": {"name": format!("{name}.{index}"), "namespace": "shop"},
            "involvedObject": {"kind": "Pod", "namespace": "shop", "name": name}, "type": kind, "reason": reason,
            "message": words(reason, text), "firstTimestamp": at(first), "lastTimestamp": at(last), "count": count})
    };
    list(EVENTS.iter().enumerate().map(event).collect())
}

fn nodes() -> [Value; 2] {
    let condition = json!({"type": "PIDPressure", "status": "False", "reason": "KubeletHasSufficientPID", "message": "kubelet has sufficient PID available"});
    ["node-4", "node-5"].map(|name| {
        json!({"kind": "Node", "apiVersion": "v1", "metadata": {"name": name}, "status": {"conditions": [condition]}})
    })
}

/// As `kubectl get -o yaml` prints it.
fn yaml(value: &Value, depth: usize, into: &mut String) {
    let pad = "  ".repeat(depth);
    let is_block = |value: &Value| {
        matches!(value, Value::Object(map) if !map.is_empty())
            || matches!(value, Value::Array(list) if !list.is_empty())
    };
    let write = |into: &mut String, head: String, value: &Value, depth: usize| {
        if is_block(value) {
            let _ = writeln!(into, "{head}");
            yaml(value, depth, into);
        } else {
            let _ = writeln!(into, "{head} {value}");
        }
    };
    match value {
        Value::Object(map) => {
            map.iter().for_each(|(key, value)| {
                write(into, format!("{pad}{key}:"), value, depth + usize::from(value.is_object()))
            });
        }
        Value::Array(list) => {
            for value in list {
                let mut item = String::new();
                yaml(value, depth + 1, &mut item);
                match is_block(value) {
                    true => into.push_str(&format!("{pad}- {}", item.trim_start())),
                    false => into.push_str(&format!("{pad}- {value}\n")),
                }
            }
        }
        _ => {}
    }
}

fn to_yaml(value: &Value) -> String {
    let mut text = "---\n".to_owned();
    yaml(value, 0, &mut text);
    text
}

/// Threads of the node: `ps -eLf`.
fn threads() -> String {
    let mut text = "UID          PID    PPID     LWP  C NLWP STIME TTY          TIME CMD\n".to_owned();
    let mut task = 5000;
    for (pid, n, command) in [
        (1, 1, "/sbin/init"),
        (1123, 41, "/usr/bin/kubelet"),
        (4410, 3900, "/bin/csi-nas --nodeid=node-5"),
        (9102, 130, "java -jar /app/cart.jar"),
    ] {
        for index in 0..n {
            task += 1;
            let lwp = if index == 0 { pid } else { task };
            let _ = writeln!(text, "root     {pid:>7}       1 {lwp:>7}  0 {n:>4} 01:00 ?        00:00:01 {command}");
        }
    }
    text
}

/// The kernel's log of the kill at the limit of one container.
fn kernel() -> String {
    let group = format!(
        "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{}.slice/cri-containerd-{ID}.scope",
        UID.replace('-', "_")
    );
    [
        "report invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=984".to_owned(),
        "memory: usage 262144kB, limit 262144kB, failcnt 3121".to_owned(),
        format!("oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=x,mems_allowed=0,oom_memcg={group},task_memcg={group},task=report,pid=22190,uid=0"),
        "Memory cgroup out of memory: Killed process 22190 (report) total-vm:812340kB, anon-rss:259812kB, file-rss:1204kB, shmem-rss:0kB, UID:0 pgtables:812kB oom_score_adj:984".to_owned(),
    ]
    .iter()
    .fold(String::new(), |text, line| text + "[Tue Aug 20 06:02:11 2024] " + line + "\n")
}

fn kubelet() -> String {
    let line = |time: &str| {
        format!(
            "Aug 20 {time} node-5 kubelet[1123]: E0820 {time}.000000    1123 remote_runtime.go:496] \"ExecSync cmd from runtime service failed\" err=\"fork/exec /proc/self/exe: resource temporarily unavailable\"\n"
        )
    };
    ["06:04:10", "06:06:00", "06:08:10"].map(line).concat()
}

fn age(time: &str) -> String {
    let parts: Vec<u32> = time.split(':').map(|part| part.parse().unwrap()).collect();
    let age = 6 * 3600 + 20 * 60 - (parts[0] * 3600 + parts[1] * 60 + parts[2]);
    format!("{}m", age / 60)
}

/// As `kubectl describe pods` prints it.
fn description(row: &Row) -> String {
    let (namespace, name, container, node, restarts, last, limit) = *row;
    let (kind, owner) = controller(row);
    let value = pod(row);
    let state = &value["status"]["containerStatuses"][0]["state"];
    let date = |time: &str| format!("Tue, 20 Aug 2024 {time} +0000");
    let mut text = format!(
        "Name:             {name}\nNamespace:        {namespace}\nNode:             {node}/192.168.0.5\nStatus:           Running\nControlled By:    {kind}/{owner}\nContainers:\n  {container}:\n    Image:          reg/x:1\n"
    );
    match state["running"]["startedAt"].as_str() {
        Some(at) => text += &format!("    State:          Running\n      Started:      {}\n", date(&at[11..19])),
        None => text += "    State:          Waiting\n      Reason:       CrashLoopBackOff\n",
    }
    if let Some((code, reason, from, to)) = last {
        text += &format!(
            "    Last State:     Terminated\n      Reason:       {reason}\n      Exit Code:    {code}\n      Started:      {}\n      Finished:     {}\n",
            date(from),
            date(to)
        );
    }
    let ready = if is_well(row) { "True" } else { "False" };
    text += &format!("    Ready:          {ready}\n    Restart Count:  {restarts}\n");
    if !limit.is_empty() {
        text += &format!("    Limits:\n      memory:  {limit}\n");
    }
    text += &format!(
        "    Liveness:     exec [/bin/alive] delay=0s timeout=1s period=10s #success=1 #failure=3\nVolumes:\n  data:\n    Type:       PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)\n    ClaimName:  {container}-data\n"
    );
    text += "Events:\n  Type     Reason     Age                  From     Message\n  ----     ------     ----                 ----     -------\n";
    for (_, kind, reason, said, first, last, count) in EVENTS.iter().filter(|event| event.0 == name) {
        let ages = format!("{} (x{count} over {})", age(last), age(first));
        text += &format!("  {kind:<8} {reason:<10} {ages:<20} kubelet  {}\n", words(reason, said));
    }
    text + "\n\n"
}

fn table() -> String {
    let mut text =
        "NAMESPACE   LAST SEEN            TYPE      REASON      OBJECT                         MESSAGE\n".to_owned();
    for (name, kind, reason, said, first, last, count) in EVENTS {
        let ages = format!("{} (x{count} over {})", age(last), age(first));
        let _ = writeln!(
            text,
            "shop        {ages:<20} {kind:<9} {reason:<11} {:<30} {}",
            format!("pod/{name}"),
            words(reason, said)
        );
    }
    text
}

type Files = Vec<(String, String)>;

const SPACES: [&str; 3] = ["kube-system", "shop", "batch"];

/// Pods that restarted: where their logs of the run before lie.
fn previous(path: impl Fn(&Row) -> String) -> Files {
    PODS.iter().filter(|row| row.4 > 0).map(|row| (path(row), LAST_WORDS.replace("worker", row.2))).collect()
}

fn troubleshoot() -> Files {
    let root = "support-bundle-2024-08-20T06_20_00";
    let mut files: Files =
        SPACES.map(|of| (format!("cluster-resources/pods/{of}.json"), format!("{:#}", pods(of)))).into();
    files.push(("cluster-resources/events/shop.json".to_owned(), format!("{:#}", events())));
    files.push(("cluster-resources/nodes.json".to_owned(), format!("{:#}", list(nodes().into()))));
    let host = [
        ("ps.txt", threads()),
        ("sysctl.txt", SYSCTL.to_owned()),
        ("dmesg.txt", kernel()),
        ("date.txt", DATE.to_owned()),
    ];
    files.extend(host.map(|(name, text)| (format!("host-collectors/run-host/node-5/{name}"), text)));
    files.push(("host-collectors/journald/node-5/kubelet.txt".to_owned(), kubelet()));
    files.extend(previous(|row| format!("cluster-resources/pods/logs/{}/{}/{}-previous.log", row.0, row.1, row.2)));
    files.into_iter().map(|(path, text)| (format!("{root}/{path}"), text)).collect()
}

fn must_gather() -> Files {
    let mut files: Files = SPACES.map(|of| (format!("namespaces/{of}/core/pods.yaml"), to_yaml(&pods(of)))).into();
    files.extend(PODS.iter().map(|row| (format!("namespaces/{}/pods/{1}/{1}.yaml", row.0, row.1), to_yaml(&pod(row)))));
    files.extend(nodes().map(|node| {
        (
            format!("cluster-scoped-resources/core/nodes/{}.yaml", node["metadata"]["name"].as_str().unwrap()),
            to_yaml(&node),
        )
    }));
    files.push(("namespaces/shop/core/events.yaml".to_owned(), to_yaml(&events())));
    let host = [("ps_-eLf", threads()), ("sysctl_-a", SYSCTL.to_owned()), ("dmesg", kernel())];
    files.extend(host.map(|(name, text)| (format!("nodes/node-5/{name}"), text)));
    files.push(("host_service_logs/masters/kubelet_service.log".to_owned(), kubelet()));
    files.push((
        "timestamp".to_owned(),
        "2024-08-20 06:19:00.1 +0000 UTC m=+0.01\n2024-08-20 06:20:00 +0000 UTC m=+60.1\n".to_owned(),
    ));
    files.extend(previous(|row| format!("namespaces/{}/pods/{}/{2}/{2}/logs/previous.log", row.0, row.1, row.2)));
    files.into_iter().map(|(path, text)| (format!("must-gather.local.1/quay-io-sha256-1/{path}"), text)).collect()
}

fn sosreport() -> Files {
    let get = |of: &str, what: &str| {
        format!("sos_commands/kubernetes/cluster-info/{of}/kubectl_get_-o_json_--namespace_{of}_{what}")
    };
    let mut files: Files = SPACES.map(|of| (get(of, "pods"), format!("{:#}", pods(of)))).into();
    files.push((get("shop", "events"), format!("{:#}", events())));
    files.push(("sos_commands/kubernetes/kubectl_get_-o_json_nodes".to_owned(), format!("{:#}", list(nodes().into()))));
    let host = [
        ("process/ps_-eLf", threads()),
        ("kernel/sysctl_-a", SYSCTL.to_owned()),
        ("kernel/dmesg_-T", kernel()),
        ("date/date", DATE.to_owned()),
        ("kubernetes/journalctl_--no-pager_--unit_kubelet", kubelet()),
    ];
    files.extend(host.map(|(name, text)| (format!("sos_commands/{name}"), text)));
    // What waits to be started again has no run after the one that ended.
    let run = |row: &Row| row.4 - u32::from(!row.1.starts_with("order"));
    files.extend(previous(|row| format!("var/log/pods/{}_{}_{UID}/{}/{}.log", row.0, row.1, row.2, run(row))));
    files.into_iter().map(|(path, text)| (format!("sosreport-node-5-2024-08-20-abcdefg/{path}"), text)).collect()
}

fn by_hand() -> Files {
    let mut files = vec![
        ("describe.txt".to_owned(), PODS.iter().map(description).collect()),
        ("events.txt".to_owned(), table()),
        ("ps.txt".to_owned(), threads()),
        ("sysctl.txt".to_owned(), SYSCTL.to_owned()),
        ("dmesg.txt".to_owned(), kernel()),
        ("kubelet.log".to_owned(), kubelet()),
    ];
    files.extend(previous(|row| format!("{}-previous.log", row.2)));
    files
}

fn read(files: &Files) -> Case {
    let mut case = Case::new(0, Timestamp::from_seconds(1_790_000_000));
    for (path, text) in files {
        case.add(path, Box::new(MemorySource(text.clone().into_bytes())), Choices::default(), false);
    }
    case.read_all();
    case
}

/// What the verdict is, without places, and without what only some layouts can know.
fn told(files: &Files) -> Vec<String> {
    let mut case = read(files);
    let analysis = case.analysis().clone();
    let mut said = Vec::new();
    for finding in &analysis.findings {
        let Finding { rule, subject, culprit, victims, time_range, .. } = finding;
        let from = time_range.map(|range| range.start.to_rfc3339());
        said.push(format!("{rule}: {subject}, {culprit:?}, {victims:?}, from {from:?}"));
        let ids: Vec<&str> = finding
            .statements
            .iter()
            .map(|it| it.text.id.as_ref())
            .filter(|id: &&str| !id.starts_with("caveat") && !id.contains("restarted"))
            .collect();
        said.push(ids.join(" "));
        let count = finding.statements.iter().find(|it| it.text.id == "finding-pid-failures");
        let holder = finding.statements.iter().find(|it| it.topic == "holder");
        said.extend(holder.map(|it| format!("{:?}", it.text.args)));
        said.extend(count.map(|it| format!("{:?}", it.text.args.iter().find(|arg| arg.0 == "count"))));
    }
    for pod in analysis.workloads.iter().filter(|workload| workload.kind == "Pod") {
        let owner = pod.owners.last().map(|owner| format!("{}/{}", owner.kind, owner.name));
        let exit = pod.exit_at.map(|at| at.to_rfc3339());
        let ids: Vec<&str> =
            pod.statements.iter().map(|it| it.text.id.as_ref()).filter(|id| *id != "workload-last-words").collect();
        said.push(format!(
            "{}/{} on {:?} of {owner:?}: {:?} {} {:?} {:?} {exit:?} {ids:?}",
            pod.namespace, pod.name, pod.node, pod.status, pod.restarts, pod.exit_code, pod.exit_reason
        ));
    }
    said.extend(
        analysis.spread.iter().map(|row| format!("{:?} {} {} of {}", row.dimension, row.value, row.failing, row.total)),
    );
    said.extend(
        analysis.coverage.missing.iter().filter(|gap| gap.what.id.contains("log")).map(|gap| gap.command.clone()),
    );
    let pulled = analysis.outcomes.iter().find(|it| it.rule == "kube/image-pull-failed").and_then(|it| it.why.as_ref());
    said.extend(pulled.map(|why| format!("{:?}", why.args)));
    said
}

#[test]
fn the_verdict_does_not_depend_on_the_layout() {
    let want = told(&troubleshoot());
    assert!(want[0].starts_with(r#"host/pid-space-exhausted: node node-5, None, ["shop/payment-6996dd565b-xl44t", "shop/cart-5c8d7f9b6d-z9k4m"]"#), "{want:#?}");
    assert!(want[2].contains("csi-nas (kube-system/csi-nas-x7k2p)"), "{want:#?}");
    assert!(want.iter().any(|line| line.starts_with("kube/oom-killed: batch/report-64c7b9d8f5-w8r2n")), "{want:#?}");
    for (name, files) in [("must-gather", must_gather()), ("sos", sosreport()), ("by hand", by_hand())] {
        // A file that is called as its collector likes does not say of which pod it is.
        let mut want = want.clone();
        if name == "by hand" {
            for (said, unsaid) in
                [(" finding-crash-said", ""), ("\"workload-exit-own\"", "\"workload-exit-own-unread\"")]
            {
                want.iter_mut().for_each(|line| *line = line.replace(said, unsaid));
            }
        }
        assert_eq!(told(&files), want, "{name}");
    }
}

#[test]
fn each_layout_has_the_same_last_words_and_timeline() {
    let all = |files: &Files| {
        let mut case = read(files);
        let analysis = case.analysis().clone();
        let ends = analysis
            .workloads
            .iter()
            .flat_map(|it| &it.statements)
            .filter(|it| it.text.id == "workload-last-words")
            .count();
        let times: Vec<String> =
            analysis.timeline.iter().map(|event| format!("{} {}", event.at.to_rfc3339(), event.text.id)).collect();
        let pressed: Vec<String> = analysis
            .findings
            .iter()
            .flat_map(|it| &it.statements)
            .filter(|it| it.text.id == "caveat-pressure")
            .map(|it| format!("{:?}", it.text.args))
            .collect();
        (ends, times, pressed)
    };
    let want = all(&troubleshoot());
    assert_eq!(want.0, 4);
    assert!(want.2[0].contains("node-5"), "{:?}", want.2);
    assert_eq!(all(&must_gather()), want);
    assert_eq!(all(&sosreport()), want);
}
