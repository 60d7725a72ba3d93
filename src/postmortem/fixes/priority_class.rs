//! `priority-class`: what must survive is evicted last and scheduled first.

use super::head::Head;
use super::known::Known;
use super::{ActionKind, Fix, Message};

const BODY: &str = "apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata:
  name: business-critical
# A default: above ordinary pods (0), far below system-cluster-critical (2000000000).
value: 1000000
globalDefault: false
# Never waits for room; PreemptLowerPriority would evict others for it.
preemptionPolicy: Never
description: Workloads whose outage is an incident. Name it as priorityClassName in the pod template.
";

pub(super) fn build(known: &Known<'_>) -> Option<Fix> {
    let apply = "kubectl apply --filename priority-class.yaml";
    let head = Head {
        what: "A priority for workloads whose outage is an incident.",
        from: Vec::new(),
        check: vec!["which workloads deserve it: a priority that everybody has is none.".to_owned()],
        apply,
        verify: "kubectl get priorityclass business-critical",
        undo: "kubectl delete --filename priority-class.yaml; pods keep the number they were given",
    };
    Some(Fix {
        id: "priority-class",
        title: Message::new("fix-priority-class"),
        kind: ActionKind::Prevent,
        file_name: "priority-class.yaml",
        language: "yaml",
        text: head.render(known) + BODY,
        apply: apply.to_owned(),
        risks: vec![Message::new("fix-risk-priority")],
        cites: Vec::new(),
        assumed: vec![Message::new("fix-assume-priority")],
        from_case: known.is_about(&["evicted", "eviction", "preempted", "pressure"]),
    })
}
