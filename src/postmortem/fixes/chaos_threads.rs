//! `chaos-threads`: an experiment for Chaos Mesh that would have shown a missing PID limit: one container takes many threads.
//!
//! stress-ng's `--pthread` workers start their threads, let them live together, and end them, again and again.

use super::head::Head;
use super::known::Known;
use super::pod_pids_limit::{Proposal, propose};
use super::quote::yaml;
use super::target::Target;
use super::{ActionKind, Fix, Message};

pub(super) fn build(known: &Known<'_>) -> Option<Fix> {
    let Proposal { limit, cites, .. } = propose(known);
    let leaker = known.leaker();
    let is_named = leaker.is_some();
    let target = leaker.unwrap_or_default();
    // A quarter more than the limit: enough to meet it, too little to fill a node that has none.
    let threads = limit + limit / 4;
    let apply = "kubectl apply --filename chaos-threads.yaml";
    let verify = format!(
        "{} describe stresschaos debrief-threads; the container reaches podPidsLimit, its neighbours stay up, an alert fires",
        target.kubectl()
    );
    let mut check = vec![
        "this is a test environment, on a node that may fail.".to_owned(),
        "podPidsLimit is in force, and the node has room for these threads.".to_owned(),
        "the label app selects the pods that are meant.".to_owned(),
    ];
    check.extend(target.check());
    let mut from: Vec<String> = target.from().into_iter().map(|pod| format!("{pod} leaked threads.")).collect();
    from.push(format!(
        "podPidsLimit = {limit}, as the fix kubelet-pod-pids-limit proposes; {threads} threads are a quarter more."
    ));
    let head = Head {
        what: "An experiment (Chaos Mesh): one container takes more threads than a pod may have.",
        from,
        check,
        apply,
        verify: &verify,
        undo: "kubectl delete --filename chaos-threads.yaml",
    };
    let text = format!(
        "{}  stressngStressors: {}\n  containerNames:\n    - {}\n  duration: 10m\n",
        experiment("debrief-threads", &target),
        yaml(&format!("--pthread 1 --pthread-max {threads}")),
        yaml(target.container()),
    );
    let mut assumed = vec![Message::new("fix-assume-test-environment"), Message::new("fix-assume-app-label")];
    assumed.extend(target.assumed());
    Some(Fix {
        id: "chaos-threads",
        title: Message::new("fix-chaos-threads"),
        kind: ActionKind::Process,
        file_name: "chaos-threads.yaml",
        language: "yaml",
        text: head.render(known) + &text,
        apply: apply.to_owned(),
        risks: vec![Message::new("fix-risk-chaos")],
        cites: cites.into_iter().chain(target.cites).collect(),
        assumed,
        from_case: is_named || known.ran_out_of_tasks(),
    })
}

/// The start of a StressChaos on one pod of the workload.
pub(super) fn experiment(name: &str, target: &Target) -> String {
    format!(
        "apiVersion: chaos-mesh.org/v1alpha1\nkind: StressChaos\nmetadata:\n  name: {name}\n  namespace: {namespace}\nspec:\n  mode: one\n  \
         selector:\n    namespaces:\n      - {namespace}\n    labelSelectors:\n      app: {app}\n",
        namespace = yaml(target.namespace()),
        app = yaml(target.deployment()),
    )
}
