//! Nodes, claims, controllers and policies that do not do what they should.

use super::{Key, reason_and_message, shows, statement};
use crate::model::{KubeObject, Message, Statement, Workload};

/// The workload of an object's views; `None` where nothing is wrong with it.
pub(super) fn workload(key: Key<'_>, views: &[&KubeObject]) -> Option<Workload> {
    let statements: Vec<Statement> = match key.0 {
        "Node" => views.iter().flat_map(|view| node(view)).collect(),
        "PersistentVolumeClaim" | "PersistentVolume" => views.iter().filter_map(|view| claim(view)).collect(),
        "Deployment" | "ReplicaSet" | "StatefulSet" | "DaemonSet" => {
            views.iter().filter_map(|view| replicas(view)).collect()
        }
        "NetworkPolicy" => views.iter().filter_map(|view| policy(view)).collect(),
        _ => Vec::new(),
    };
    let first = statements.first()?;
    let status = views.iter().find_map(|view| view.status.as_ref());
    Some(Workload {
        kind: key.0.to_owned(),
        namespace: key.1.to_owned(),
        name: key.2.to_owned(),
        node: None,
        owner: views.iter().find_map(|view| view.owner.as_ref()).map(|owner| format!("{}/{}", owner.kind, owner.name)),
        owners: Vec::new(),
        status: status.map(|status| status.value.clone()),
        failing: key.0 != "NetworkPolicy",
        restarts: 0,
        exit_code: None,
        exit_reason: None,
        exit_at: None,
        cites: first.cites.clone(),
        statements,
    })
}

/// A node that is not ready, or under pressure.
fn node(view: &KubeObject) -> Vec<Statement> {
    let is_wrong = |kind: &str, status: &str| match kind {
        "Ready" => status != "True",
        kind => (kind.ends_with("Pressure") || kind == "NetworkUnavailable") && status != "False",
    };
    let of_conditions = view.conditions.iter().filter(|condition| is_wrong(&condition.kind, &condition.status));
    let mut said: Vec<Statement> = of_conditions
        .map(|condition| {
            let text = Message::new("workload-condition")
                .with("kind", condition.kind.as_str())
                .with("status", condition.status.as_str())
                .with("reason", reason_and_message(&condition.reason, &condition.message));
            statement("condition", text, vec![shows(condition.locator, condition.since)])
        })
        .collect();
    if let Some(status) = view.status.as_ref().filter(|status| !status.value.split(',').any(|word| word == "Ready")) {
        let text = Message::new("workload-status").with("status", status.value.as_str());
        said.push(statement("condition", text, vec![shows(status.locator, None)]));
    }
    said
}

/// A claim or volume that is not bound.
fn claim(view: &KubeObject) -> Option<Statement> {
    let status =
        view.status.as_ref().filter(|status| matches!(status.value.as_str(), "Pending" | "Lost" | "Failed"))?;
    let text = Message::new("workload-status").with("status", status.value.as_str());
    Some(statement("condition", text, vec![shows(status.locator, None)]))
}

/// A controller with fewer ready replicas than it wants.
fn replicas(view: &KubeObject) -> Option<Statement> {
    let number = |name: &str| Some((view.field(name)?.value.parse::<u32>().ok()?, view.field(name)?.locator));
    let (ready, wanted, place) = if let Some(share) = view.field("READY") {
        let (ready, wanted) = share.value.split_once('/')?;
        (ready.parse().ok()?, wanted.parse().ok()?, share.locator)
    } else {
        let (wanted, place) = number("spec.replicas").or_else(|| number("status.desiredNumberScheduled"))?;
        // Zero is not written: only an object with a status is known to have none ready.
        let has_status = view.fields.iter().any(|field| field.name.starts_with("status."));
        let ready = number("status.readyReplicas").or_else(|| number("status.numberReady"));
        let ready = ready.or(has_status.then_some((0, place)))?;
        (ready.0, wanted, place)
    };
    let text = Message::new("workload-replicas").with("ready", ready).with("wanted", wanted);
    (ready < wanted).then(|| statement("condition", text, vec![shows(place, None)]))
}

/// A policy for all pods of its namespace that lets no DNS query out.
fn policy(view: &KubeObject) -> Option<Statement> {
    let types = view.field("spec.policyTypes")?;
    let rules_egress = types.value.split(',').any(|kind| kind == "Egress");
    let selects_all = view.field("spec.podSelector").is_some_and(|selector| selector.value == "{}");
    let mut rules = view.fields.iter().filter(|field| field.name == "spec.egress[].ports");
    let lets_dns_out = rules
        .any(|rule| rule.value.split(',').any(|port| port == "*" || port.ends_with("/53") || port.ends_with("/*")));
    let text = Message::new("workload-policy-no-dns").with("namespace", view.namespace.as_str());
    (rules_egress && selects_all && !lets_dns_out).then(|| statement("policy", text, vec![shows(view.locator, None)]))
}
