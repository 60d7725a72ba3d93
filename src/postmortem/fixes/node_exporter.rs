//! `node-exporter-processes`: switches node_exporter's collector of threads and PIDs on; it is off by default.
//!
//! A JSON patch, because a merge patch would replace the whole list of arguments. Its first step tests that the container is the right one.

use super::head::Head;
use super::known::Known;
use super::{ActionKind, Fix, Message};

const BODY: &str = r#"- op: test
  path: /spec/template/spec/containers/0/name
  value: node-exporter
- op: add
  path: /spec/template/spec/containers/0/args/-
  value: --collector.processes
"#;

pub(super) fn build(known: &Known<'_>) -> Option<Fix> {
    let apply = "kubectl --namespace monitoring patch daemonset node-exporter --type json --patch-file node-exporter-processes.yaml";
    let from = if known.lacks_node_series() {
        vec!["the evidence has no node_processes_* series.".to_owned()]
    } else {
        Vec::new()
    };
    let head = Head {
        what: "node_exporter's collector of threads, PIDs and their limits, which is off by default.",
        from,
        check: vec![
            "the namespace and the name of the DaemonSet: these are kube-prometheus's. With Helm or an operator set the flag there."
                .to_owned(),
            "the DaemonSet has hostPID: true; without it only the exporter's own PIDs are counted.".to_owned(),
        ],
        apply,
        verify: "in Prometheus: count(node_processes_threads) equals the number of nodes",
        undo: "kubectl --namespace monitoring rollout undo daemonset node-exporter",
    };
    Some(Fix {
        id: "node-exporter-processes",
        title: Message::new("fix-node-exporter-processes"),
        kind: ActionKind::Detect,
        file_name: "node-exporter-processes.yaml",
        language: "yaml",
        text: head.render(known) + BODY,
        apply: apply.to_owned(),
        risks: vec![Message::new("fix-risk-node-exporter")],
        cites: Vec::new(),
        assumed: vec![Message::new("fix-assume-node-exporter")],
        from_case: known.lacks_node_series() || known.ran_out_of_tasks(),
    })
}
