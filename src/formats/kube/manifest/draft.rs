//! One object while its fields come in.

use super::event::EventDraft;
use super::pod::Containers;
use crate::formats::Parsed;
use crate::formats::time::parse_iso;
use crate::formats::tree::Place;
use crate::model::{EvidenceId, KubeCondition, KubeField, KubeObject, KubeOwner, Timestamp};

/// Fields that are kept as they are written, whatever the kind.
const FIELDS: &[&str] = &[
    "allowVolumeExpansion",
    "metadata.creationTimestamp",
    "metadata.deletionTimestamp",
    "provisioner",
    "reclaimPolicy",
    "spec.capacity.storage",
    "spec.claimRef.name",
    "spec.claimRef.namespace",
    "spec.csi.driver",
    "spec.maxReplicas",
    "spec.minReplicas",
    "spec.persistentVolumeReclaimPolicy",
    "spec.priorityClassName",
    "spec.replicas",
    "spec.resources.requests.storage",
    "spec.storageClassName",
    "spec.terminationGracePeriodSeconds",
    "spec.unschedulable",
    "spec.volumeName",
    "status.allocatable.ephemeral-storage",
    "status.allocatable.memory",
    "status.allocatable.pods",
    "status.availableReplicas",
    "status.capacity.cpu",
    "status.capacity.ephemeral-storage",
    "status.capacity.memory",
    "status.capacity.pods",
    "status.capacity.storage",
    "status.currentReplicas",
    "status.desiredNumberScheduled",
    "status.desiredReplicas",
    "status.nodeInfo.bootID",
    "status.nodeInfo.containerRuntimeVersion",
    "status.nodeInfo.kernelVersion",
    "status.nodeInfo.kubeletVersion",
    "status.nodeInfo.osImage",
    "status.numberReady",
    "status.numberUnavailable",
    "status.qosClass",
    "status.readyReplicas",
    "status.replicas",
    "status.unavailableReplicas",
    "status.updatedReplicas",
    "volumeBindingMode",
];

/// An object while its fields come in.
pub(super) struct Draft {
    evidence: EvidenceId,
    version: String,
    object: KubeObject,
    event: EventDraft,
    containers: Containers,
    condition: Option<KubeCondition>,
    owner: Option<(KubeOwner, bool)>,
    policy: Policy,
}

/// What a NetworkPolicy says, for its fields.
#[derive(Default)]
struct Policy {
    /// The selector, once seen: whether it is empty.
    selects_all: Option<bool>,
    types: Vec<String>,
    /// Ports of each egress rule; an empty list allows all.
    egress: Vec<Vec<String>>,
    protocol: String,
    port: String,
    at: Place,
}

impl Draft {
    pub(super) fn new(evidence: EvidenceId, at: Place) -> Self {
        Self {
            evidence,
            version: String::new(),
            object: KubeObject::at("", at.locator(evidence)),
            event: EventDraft::default(),
            containers: Containers::default(),
            condition: None,
            owner: None,
            policy: Policy::default(),
        }
    }

    pub(super) fn kind(&self) -> &str {
        &self.object.kind
    }

    /// A map or list begins at a path inside the object.
    pub(super) fn open(&mut self, path: &str, at: Place) {
        match path {
            ".status.conditions[]" => {
                let text = String::new;
                let (kind, status, reason, message) = (text(), text(), text(), text());
                let locator = at.locator(self.evidence);
                self.condition = Some(KubeCondition { kind, status, reason, message, since: None, locator });
            }
            ".metadata.ownerReferences[]" => {
                self.owner = Some((KubeOwner { kind: String::new(), name: String::new() }, false));
            }
            ".spec.podSelector" => (self.policy.selects_all, self.policy.at) = (Some(true), at),
            ".spec.egress[]" => self.policy.egress.push(Vec::new()),
            _ if path.starts_with(".spec.podSelector.") => self.policy.selects_all = Some(false),
            _ => self.containers.open(path),
        }
    }

    /// A value at a path inside the object; `false` where it should be a time and is none.
    pub(super) fn scalar(&mut self, path: &str, text: &str, at: Place) -> bool {
        let object = &mut self.object;
        if let (Some(condition), Some(key)) = (&mut self.condition, path.strip_prefix(".status.conditions[].")) {
            match key {
                "type" => text.clone_into(&mut condition.kind),
                "status" => text.clone_into(&mut condition.status),
                "reason" => text.clone_into(&mut condition.reason),
                "message" => text.clone_into(&mut condition.message),
                "lastTransitionTime" => return set_time(text, &mut condition.since),
                _ => {}
            }
            return true;
        }
        if let (Some((owner, controls)), Some(key)) =
            (&mut self.owner, path.strip_prefix(".metadata.ownerReferences[]."))
        {
            match key {
                "kind" => text.clone_into(&mut owner.kind),
                "name" => text.clone_into(&mut owner.name),
                "controller" => *controls = text == "true",
                _ => {}
            }
            return true;
        }
        match path {
            ".kind" => text.clone_into(&mut object.kind),
            ".apiVersion" => text.clone_into(&mut self.version),
            ".metadata.name" => text.clone_into(&mut object.name),
            ".metadata.namespace" => text.clone_into(&mut object.namespace),
            ".metadata.uid" => object.uid = Some(text.to_owned()),
            ".spec.nodeName" => object.node = Some(text.to_owned()).filter(|name| !name.is_empty()),
            ".status.phase" => object.status = Some(field("status.phase", text, at, self.evidence)),
            ".status.reason" => object.reason = Some(text.to_owned()),
            ".status.message" => {
                object.message = Some(text.to_owned());
                object.fields.push(field("status.message", text, at, self.evidence));
            }
            ".spec.volumes[].persistentVolumeClaim.claimName" => object.claims.push(text.to_owned()),
            ".metadata.annotations.deployment.kubernetes.io/revision" => {
                object.fields.push(field("revision", text, at, self.evidence));
            }
            ".spec.policyTypes[]" => self.policy.types.push(text.to_owned()),
            ".spec.egress[].ports[].port" => text.clone_into(&mut self.policy.port),
            ".spec.egress[].ports[].protocol" => text.clone_into(&mut self.policy.protocol),
            _ if path.starts_with(".spec.podSelector.") => self.policy.selects_all = Some(false),
            _ => {
                if let Some(name) = path.get(1..).filter(|name| FIELDS.binary_search(name).is_ok()) {
                    object.fields.push(field(name, text, at, self.evidence));
                    return true;
                }
                return self.event.scalar(path, text) && self.containers.scalar(path, text, at, self.evidence);
            }
        }
        true
    }

    /// A map or list ends at a path inside the object.
    pub(super) fn close(&mut self, path: &str, at: Place) {
        match path {
            ".status.conditions[]" => {
                let condition = self.condition.take().filter(|condition| !condition.kind.is_empty());
                let locator = at.locator(self.evidence);
                self.object.conditions.extend(condition.map(|condition| KubeCondition { locator, ..condition }));
            }
            ".metadata.ownerReferences[]" => {
                if let Some((owner, controls)) = self.owner.take()
                    && (controls || self.object.owner.is_none())
                {
                    self.object.owner = Some(owner);
                }
            }
            ".spec.egress[].ports[]" => {
                let (protocol, port) =
                    (std::mem::take(&mut self.policy.protocol), std::mem::take(&mut self.policy.port));
                let protocol = if protocol.is_empty() { "TCP" } else { &protocol };
                if let Some(rule) = self.policy.egress.last_mut() {
                    rule.push(format!("{protocol}/{}", if port.is_empty() { "*" } else { &port }));
                }
            }
            _ => self.containers.close(path, at, self.evidence, &mut self.object.containers),
        }
    }

    /// The object has ended.
    pub(super) fn finish(self, at: Place, list_kind: &str, out: &mut Parsed) {
        let Self { evidence, version, mut object, event, policy, .. } = self;
        if object.kind.is_empty() {
            let of_list = list_kind.strip_suffix("List").unwrap_or(list_kind);
            of_list.clone_into(&mut object.kind);
        }
        if object.kind.is_empty() {
            object.kind = guessed_kind(&object, &event).to_owned();
        }
        object.locator = at.locator(evidence);
        if object.kind == "Event" && (version.is_empty() || version == "v1" || version.starts_with("events.k8s.io/")) {
            out.events.extend(event.finish(&object));
            return;
        }
        if object.kind == "NetworkPolicy" {
            policy.add_to(&mut object.fields, evidence);
        }
        if !object.name.is_empty() {
            out.objects.push(object);
        }
    }
}

impl Policy {
    /// The policy as fields: whom it selects, which directions it rules, which ports its rules let out.
    fn add_to(self, fields: &mut Vec<KubeField>, evidence: EvidenceId) {
        if let Some(selects_all) = self.selects_all {
            let selector = if selects_all { "{}" } else { "matches" };
            fields.push(field("spec.podSelector", selector, self.at, evidence));
        }
        fields.push(field("spec.policyTypes", &self.types.join(","), self.at, evidence));
        for rule in self.egress {
            let ports = if rule.is_empty() { "*".to_owned() } else { rule.join(",") };
            fields.push(field("spec.egress[].ports", &ports, self.at, evidence));
        }
    }
}

/// Items of typed lists and what older collectors wrote have no kind: what only one kind has tells it.
fn guessed_kind(object: &KubeObject, event: &EventDraft) -> &'static str {
    if event.is_about_something() {
        "Event"
    } else if !object.containers.is_empty() && object.status.is_some() {
        "Pod"
    } else if object.field("status.nodeInfo.kubeletVersion").is_some() {
        "Node"
    } else {
        ""
    }
}

pub(super) fn field(name: &str, value: &str, at: Place, evidence: EvidenceId) -> KubeField {
    KubeField { name: name.to_owned(), value: value.to_owned(), locator: at.locator(evidence) }
}

/// Sets a time; one of the year 1 or of 1970 means never. `false` where the text is no time.
pub(in crate::formats::kube) fn set_time(text: &str, time: &mut Option<Timestamp>) -> bool {
    if text.starts_with("0001-") || text.starts_with("1970-01-01") {
        *time = None;
        return true;
    }
    *time = parse_iso(text.as_bytes()).and_then(|stamp| stamp.utc()).map(|wall| Timestamp(wall.0));
    time.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_by_halves() {
        assert!(FIELDS.is_sorted());
    }

    #[test]
    fn never_is_no_time() {
        for (text, is_time, is_set) in [
            ("2024-08-20T05:58:23Z", true, true),
            ("0001-01-01T00:00:00Z", true, false),
            ("1970-01-01T00:00:00Z", true, false),
            ("soon", false, false),
        ] {
            let mut time = None;
            assert_eq!((set_time(text, &mut time), time.is_some()), (is_time, is_set), "{text}");
        }
    }
}
