//! `alert-rules` and `alert-rules-operator`: Prometheus alerts for what nobody watched, as a rules file and as a PrometheusRule.
//!
//! Ceilings are metrics too, so no figure of a node stands in a rule: threads are divided by the smaller of both limits at run time.
//! Metrics come from node_exporter (with `--collector.processes`), cAdvisor, kubelet and kube-state-metrics.

use super::head::Head;
use super::known::{Known, grouped};
use super::quote::yaml;
use super::{ActionKind, Fix, Message};

/// One alert. Expressions are PromQL, a line per element; texts are templates of Prometheus.
struct Alert {
    name: &'static str,
    expr: &'static [&'static str],
    /// How long it must hold.
    holds: &'static str,
    severity: &'static str,
    summary: &'static str,
    description: &'static str,
}

/// The ceiling that binds: `a < b` keeps `a` where it is the smaller one, `or` fills what is left.
macro_rules! ceiling {
    () => {
        "  / (node_processes_max_processes < node_processes_max_threads or node_processes_max_threads or node_processes_max_processes)"
    };
}

const TASKS: &[Alert] = &[
    Alert {
        name: "NodeThreadsNearCeiling",
        expr: &["node_processes_threads", ceiling!(), "  > 0.80"],
        holds: "2m",
        severity: "warning",
        summary: "{{ $labels.instance }} uses {{ $value | humanizePercentage }} of the threads it may have",
        description: "The ceiling is the smaller of kernel.pid_max and kernel.threads-max. Look for a container whose container_threads grows.",
    },
    Alert {
        name: "NodeThreadsAtCeiling",
        expr: &["node_processes_threads", ceiling!(), "  > 0.95"],
        holds: "1m",
        severity: "critical",
        summary: "{{ $labels.instance }} is about to run out of PIDs ({{ $value | humanizePercentage }})",
        description: "No process on the node will be able to fork: exec probes fail and healthy pods are restarted. Restart the pod that leaks.",
    },
    Alert {
        name: "NodeThreadSeriesMissing",
        expr: &["up{job=~\".*node-?exporter.*\"} == 1", "  unless on (job, instance) node_processes_threads"],
        holds: "15m",
        severity: "warning",
        summary: "{{ $labels.instance }} reports no threads",
        description: "node_exporter runs without --collector.processes, so the alerts on threads are blind there.",
    },
    Alert {
        name: "NodePIDPressure",
        expr: &["kube_node_status_condition{condition=\"PIDPressure\",status=\"true\"} == 1"],
        holds: "1m",
        severity: "critical",
        summary: "{{ $labels.node }} is under PID pressure",
        description: "kubelet evicts pods. It has no threshold for pid.available unless one is set: without it this alert stays silent.",
    },
    Alert {
        name: "ContainerThreadsGrowing",
        expr: &[
            "container_threads{container!=\"\"} > 500",
            "  and container_threads{container!=\"\"} > 2 * (container_threads{container!=\"\"} offset 30m)",
        ],
        holds: "10m",
        severity: "warning",
        summary: "{{ $labels.namespace }}/{{ $labels.pod }} doubled its threads in 30 minutes",
        description: "Container {{ $labels.container }} has {{ $value }} threads. 500 is a default: below it nothing is said.",
    },
    Alert {
        name: "ContainerThreadsNearLimit",
        expr: &["container_threads{container!=\"\"}", "  / (container_threads_max{container!=\"\"} > 0)", "  > 0.80"],
        holds: "5m",
        severity: "warning",
        summary: "{{ $labels.namespace }}/{{ $labels.pod }} uses {{ $value | humanizePercentage }} of its PID limit",
        description: "Container {{ $labels.container }} will soon fail to start threads (pids.max; 0 is unlimited and is left out).",
    },
];

const CONTAINERS: &[Alert] = &[
    Alert {
        name: "ContainerRestarting",
        expr: &["increase(kube_pod_container_status_restarts_total[15m]) > 3"],
        holds: "1m",
        severity: "warning",
        summary: "{{ $labels.namespace }}/{{ $labels.pod }} keeps restarting",
        description: "Container {{ $labels.container }} restarted {{ $value | humanize }} times in 15 minutes. Read logs --previous and the exit code.",
    },
    Alert {
        name: "RestartStorm",
        expr: &[
            "count by (namespace) (increase(kube_pod_container_status_restarts_total[10m]) > 0) >= 3",
            "  and count by (namespace) (increase(kube_pod_container_status_restarts_total[10m]) > 0)",
            "    / count by (namespace) (kube_pod_container_status_restarts_total) > 0.20",
        ],
        holds: "1m",
        severity: "critical",
        summary: "{{ $value }} containers of {{ $labels.namespace }} restarted within 10 minutes",
        description: "More than a fifth of the namespace restarts together: look for what they share (node, volume, name service, probe).",
    },
    Alert {
        name: "ContainerOOMKilled",
        expr: &[
            "increase(kube_pod_container_status_restarts_total[10m]) > 0",
            "  and on (namespace, pod, container)",
            "    kube_pod_container_status_last_terminated_reason{reason=\"OOMKilled\"} == 1",
        ],
        holds: "0m",
        severity: "warning",
        summary: "{{ $labels.namespace }}/{{ $labels.pod }} was OOM-killed",
        description: "Container {{ $labels.container }} reached its memory limit, or its node ran out of memory.",
    },
    Alert {
        name: "NodeOOMKill",
        expr: &["increase(node_vmstat_oom_kill[10m]) > 0"],
        holds: "0m",
        severity: "warning",
        summary: "The kernel of {{ $labels.instance }} killed a process for memory",
        description: "It may be a child process that no container status shows: see dmesg.",
    },
    Alert {
        name: "VolumeAlmostFull",
        expr: &["kubelet_volume_stats_used_bytes / kubelet_volume_stats_capacity_bytes > 0.85"],
        holds: "5m",
        severity: "warning",
        summary: "{{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }} is {{ $value | humanizePercentage }} full",
        description: "Clean up or grow the claim before writes fail.",
    },
];

pub(super) fn build_rules(known: &Known<'_>) -> Option<Fix> {
    let apply = "sudo install -m 0644 debrief-alerts.yaml /etc/prometheus/rules/debrief-alerts.yaml && curl --fail --request POST localhost:9090/-/reload";
    let head = head(known, apply, "promtool check rules debrief-alerts.yaml", "remove the file and reload Prometheus");
    let mut assumed = vec![Message::new("fix-assume-rule-files")];
    assumed.extend(assumed_metrics());
    Some(Fix {
        id: "alert-rules",
        title: Message::new("fix-alert-rules"),
        kind: ActionKind::Detect,
        file_name: "debrief-alerts.yaml",
        language: "yaml",
        text: head.render(known) + &groups(known, ""),
        apply: apply.to_owned(),
        risks: vec![Message::new("fix-risk-alert-noise")],
        cites: cites(known),
        assumed,
        from_case: is_from_case(known),
    })
}

pub(super) fn build_custom_resource(known: &Known<'_>) -> Option<Fix> {
    let apply = "kubectl apply --filename debrief-prometheus-rule.yaml";
    let verify = "kubectl --namespace monitoring get prometheusrule debrief; then the page /rules of Prometheus";
    let head = head(known, apply, verify, "kubectl delete --filename debrief-prometheus-rule.yaml");
    let resource = "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: debrief\n  namespace: monitoring\n  \
                    labels:\n    # A default: the label that kube-prometheus-stack selects rules by is `release`; the operator's ruleSelector decides.\n    \
                    release: kube-prometheus-stack\nspec:\n";
    let mut assumed = vec![Message::new("fix-assume-rule-selector")];
    assumed.extend(assumed_metrics());
    Some(Fix {
        id: "alert-rules-operator",
        title: Message::new("fix-alert-rules-operator"),
        kind: ActionKind::Detect,
        file_name: "debrief-prometheus-rule.yaml",
        language: "yaml",
        text: head.render(known) + resource + &groups(known, "  "),
        apply: apply.to_owned(),
        risks: vec![Message::new("fix-risk-alert-noise")],
        cites: cites(known),
        assumed,
        from_case: is_from_case(known),
    })
}

fn is_from_case(known: &Known<'_>) -> bool {
    known.ran_out_of_tasks() || known.out_of_memory().is_some() || !known.workloads().is_empty()
}

fn cites(known: &Known<'_>) -> Vec<super::Cite> {
    known.tightest().map(|limit| limit.ceiling.cites.clone()).unwrap_or_default()
}

fn assumed_metrics() -> Option<Message> {
    Some(Message::new("fix-assume-metrics"))
}

fn head<'a>(known: &Known<'_>, apply: &'a str, verify: &'a str, undo: &'a str) -> Head<'a> {
    Head {
        what: "Alerts on threads, PIDs, restarts, OOM kills and full volumes.",
        from: known.tightest().map(|limit| format!("{}.", limit.describe())).into_iter().collect(),
        check: vec![
            "node_exporter runs with --collector.processes, and cAdvisor's and kube-state-metrics's series are there."
                .to_owned(),
            "thresholds and durations are defaults; so is the job name in NodeThreadSeriesMissing.".to_owned(),
        ],
        apply,
        verify,
        undo,
    }
}

/// The groups as YAML, every line behind `indent`.
fn groups(known: &Known<'_>, indent: &str) -> String {
    let mut lines = vec!["groups:".to_owned()];
    for (name, alerts) in [("debrief-tasks", TASKS), ("debrief-containers", CONTAINERS)] {
        lines.push(format!("  - name: {name}"));
        lines.push("    rules:".to_owned());
        for alert in alerts {
            if let Some(limit) = known.tightest().filter(|_| alert.name == TASKS[0].name) {
                let mark = limit.value / 5 * 4;
                lines.push(format!(
                    "      # In this case {} was {}.",
                    limit.ceiling.name.as_str(),
                    grouped(limit.value)
                ));
                lines
                    .push(format!("      # Without node_exporter's series of limits: node_processes_threads > {mark}"));
            }
            lines.push(format!("      - alert: {}", alert.name));
            lines.push("        expr: |".to_owned());
            lines.extend(alert.expr.iter().map(|line| format!("          {line}")));
            lines.push(format!("        for: {}", alert.holds));
            lines.push(format!("        labels:\n{indent}          severity: {}", alert.severity));
            lines.push(format!("        annotations:\n{indent}          summary: {}", yaml(alert.summary)));
            lines.push(format!("          description: {}", yaml(alert.description)));
        }
    }
    lines.iter().map(|line| format!("{indent}{line}\n")).collect()
}
