//! `chaos-memory`: an experiment for Chaos Mesh that would have shown a limit that is too small: one container takes more memory.

use super::chaos_threads::experiment;
use super::head::Head;
use super::known::Known;
use super::quote::yaml;
use super::target::Target;
use super::{ActionKind, Fix, Message};

pub(super) fn build(known: &Known<'_>) -> Option<Fix> {
    let killed = known.out_of_memory();
    let target = killed.map(Target::of_workload).unwrap_or_default();
    let apply = "kubectl apply --filename chaos-memory.yaml";
    let verify = format!(
        "{} get pods --watch; the pod restarts alone, requests are served by the others, an alert fires",
        target.kubectl()
    );
    let mut check = vec![
        "this is a test environment.".to_owned(),
        "the size: what is left between the working set and the limit. Half of it first; the limit itself to see the OOM kill.".to_owned(),
        "the label app selects the pods that are meant.".to_owned(),
    ];
    check.extend(target.check());
    let head = Head {
        what: "An experiment (Chaos Mesh): one container meets its memory limit.",
        from: target.from().into_iter().map(|pod| format!("{pod} was OOMKilled.")).collect(),
        check,
        apply,
        verify: &verify,
        undo: "kubectl delete --filename chaos-memory.yaml",
    };
    let text = format!(
        "{}  stressors:\n    memory:\n      workers: 1\n      size: REPLACE-ME-512MB\n  containerNames:\n    - {}\n  duration: 10m\n",
        experiment("debrief-memory", &target),
        yaml(target.container()),
    );
    let mut assumed = vec![
        Message::new("fix-assume-test-environment"),
        Message::new("fix-assume-app-label"),
        Message::new("fix-assume-stress-size"),
    ];
    assumed.extend(target.assumed());
    Some(Fix {
        id: "chaos-memory",
        title: Message::new("fix-chaos-memory"),
        kind: ActionKind::Process,
        file_name: "chaos-memory.yaml",
        language: "yaml",
        text: head.render(known) + &text,
        apply: apply.to_owned(),
        risks: vec![Message::new("fix-risk-chaos")],
        cites: target.cites,
        assumed,
        from_case: killed.is_some(),
    })
}
