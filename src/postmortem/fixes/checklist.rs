//! `health-checklist`: what a person looks at after the incident, as a task list of GitHub's markdown; what failed in this case first.

use super::known::Known;
use super::quote::code;
use super::volume_resize::STORAGE_WORDS;
use super::{ActionKind, Fix, Message};

/// A section: title, whether this case failed there, and its items.
struct Section {
    title: &'static str,
    failed: fn(&Known<'_>) -> bool,
    items: &'static [&'static str],
}

const SECTIONS: &[Section] = &[
    Section {
        title: "Ceilings on tasks",
        failed: |known| known.ran_out_of_tasks(),
        items: &[
            "Threads of each node are under 80 % of the smaller of `kernel.pid_max` and `kernel.threads-max`: `sysctl kernel.pid_max kernel.threads-max`, `ps -eLf | wc -l`",
            "Limits on every level are known: node, pod (`podPidsLimit`, `pids.max`), service (`TasksMax`), user (`ulimit -u` of the service, not of a shell)",
            "No container grows: `container_threads` over a week",
            "`node_processes_threads` is there for every node, and an alert divides it by the real ceiling",
        ],
    },
    Section {
        title: "Restarts and memory",
        failed: |known| !known.workloads().is_empty(),
        items: &[
            "Every restart is explained by its exit code: 137 with `OOMKilled` is memory, 137 without is a kill from outside, 143 is a request to stop, 1 is the application",
            "`kubectl logs --previous` was read for each",
            "Working set is under 80 % of the limit: `kubectl top pod --containers`",
            "Nodes have memory left: `kubectl top nodes`, `dmesg | grep -i 'killed process'`",
        ],
    },
    Section {
        title: "Probes",
        failed: |known| known.killed_by_probe().is_some(),
        items: &[
            "The slowest start was measured, from the first line of the log to the line that says ready",
            "The startup probe allows twice that: `failureThreshold × periodSeconds`",
            "Liveness tests only the process itself, never a dependency",
            "`timeoutSeconds` is longer than the slowest healthy answer",
        ],
    },
    Section {
        title: "Storage",
        failed: |known| known.is_about(STORAGE_WORDS),
        items: &[
            "No volume is over 85 %: `df -h` in the pod, `kubelet_volume_stats_used_bytes`",
            "Claims are `Bound` and their class allows expansion: `kubectl get pvc,storageclass -A`",
            "The storage behind is healthy: `ceph -s`, `ceph osd tree`, `ceph df`",
            "Alerts cover the disks, not only the cluster",
        ],
    },
    Section {
        title: "Names and network",
        failed: |known| known.is_about(&["dns", "network"]),
        items: &[
            "A name resolves from an affected pod: `nslookup kubernetes.default.svc`",
            "Every policy that denies egress allows UDP and TCP 53: `kubectl get networkpolicy -A`",
            "Peers of the network (BGP, load balancer) see the node up",
        ],
    },
    Section {
        title: "Nodes and control plane",
        failed: |known| known.is_about(&["node", "pressure", "pleg"]),
        items: &[
            "Every node is `Ready`: `kubectl get nodes`; `PIDPressure=False` is no proof of health",
            "kubelet and the runtime answer: `journalctl -u kubelet --since -15m`, `crictl ps`",
            "API server and etcd answer: `kubectl get --raw='/readyz?verbose'`",
        ],
    },
];

/// How many ceilings and workloads are named.
const NAMED: usize = 10;

pub(super) fn build(known: &Known<'_>) -> Option<Fix> {
    let mut text = String::from(
        "# Health checklist\n\nWritten by Debrief; every command only reads. Fill in who looked, when, and what they saw.\n",
    );
    let mut cites = Vec::new();
    let mut seen = Vec::new();
    if let Some(limit) = known.tightest() {
        seen.push(code(&limit.describe()));
        cites.extend(limit.ceiling.cites.iter().copied());
    }
    for workload in known.workloads().iter().take(NAMED) {
        let exit = match (workload.exit_code, &workload.exit_reason) {
            (Some(exit), Some(reason)) => format!(", last exit {exit} ({})", code(reason)),
            (Some(exit), None) => format!(", last exit {exit}"),
            _ => String::new(),
        };
        let name = code(&format!("{}/{}", workload.namespace, workload.name));
        seen.push(format!("{name}: {} restarts{exit}", workload.restarts));
        cites.extend(workload.cites.iter().copied());
    }
    let n_more = known.workloads().len().saturating_sub(NAMED);
    if n_more > 0 {
        seen.push(format!("{n_more} more workloads that restarted"));
    }
    if !seen.is_empty() {
        text.push_str("\nSeen in this case:\n\n");
        seen.iter().for_each(|line| text.push_str(&format!("- {line}\n")));
    }

    let (failed, other): (Vec<&Section>, Vec<&Section>) = SECTIONS.iter().partition(|section| (section.failed)(known));
    let from_case = !failed.is_empty();
    for (section, mark) in failed.iter().map(|it| (it, " (failed in this case)")).chain(other.iter().map(|it| (it, "")))
    {
        text.push_str(&format!("\n## {}{mark}\n\n", section.title));
        section.items.iter().for_each(|item| text.push_str(&format!("- [ ] {}\n", item)));
    }
    Some(Fix {
        id: "health-checklist",
        title: Message::new("fix-health-checklist"),
        kind: ActionKind::Process,
        file_name: "health-checklist.md",
        language: "markdown",
        text,
        apply: "kubectl get nodes,pods --all-namespaces".to_owned(),
        risks: vec![Message::new("fix-risk-reads-only")],
        cites,
        assumed: vec![Message::new("fix-assume-thresholds")],
        from_case,
    })
}
