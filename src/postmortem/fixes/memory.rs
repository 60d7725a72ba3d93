//! `memory-limits`: memory that requests, limit and the JVM's heap agree on. Without `MaxRAMPercentage` a JVM takes a quarter of the limit.

use super::head::Head;
use super::known::Known;
use super::target::Target;
use super::{ActionKind, Fix, Message};

const FILE: &str = "memory-limits.yaml";

const FIELDS: &str = r#"          resources:
            # The highest working set of a healthy week and a quarter more. Request and limit alike: no node is promised twice.
            requests:
              memory: REPLACE-ME-2Gi
            limits:
              memory: REPLACE-ME-2Gi
          env:
            # A JVM only; remove it elsewhere. 75 is a default: a quarter is left for metaspace, stacks and direct buffers.
            - name: JAVA_TOOL_OPTIONS
              value: "-XX:MaxRAMPercentage=75.0"
"#;

pub(super) fn build(known: &Known<'_>) -> Option<Fix> {
    let killed = known.out_of_memory();
    let target = killed.map(Target::of_workload).unwrap_or_default();
    let apply = target.patch_command(FILE);
    let verify = format!("{} top pod --containers", target.kubectl());
    let undo = format!("{} rollout undo deployment {}", target.kubectl(), target.deployment());
    let mut check = target.check();
    check.push("the figure: max_over_time(container_memory_working_set_bytes{container!=\"\"}[7d]).".to_owned());
    check.push("JAVA_TOOL_OPTIONS is not set yet: this replaces it.".to_owned());
    let head = Head {
        what: "Requests, limit and the JVM's share of memory for one container.",
        from: target.from().into_iter().map(|pod| format!("{pod} was OOMKilled.")).collect(),
        check,
        apply: &apply,
        verify: &verify,
        undo: &undo,
    };
    let text = head.render(known) + &target.patch() + FIELDS;
    let mut assumed = target.assumed();
    assumed.extend([Message::new("fix-assume-memory"), Message::new("fix-assume-jvm")]);
    Some(Fix {
        id: "memory-limits",
        title: Message::new("fix-memory-limits"),
        kind: ActionKind::Mitigate,
        file_name: FILE,
        language: "yaml",
        text,
        apply,
        risks: vec![Message::new("fix-risk-rollout"), Message::new("fix-risk-unschedulable")],
        cites: target.cites,
        assumed,
        from_case: killed.is_some() || known.is_about(&["oom", "memory", "heap"]),
    })
}
