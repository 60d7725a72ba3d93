//! `storage-class`: volumes that can grow, made in the zone where the pod is scheduled.

use super::head::Head;
use super::known::Known;
use super::{ActionKind, Fix, Message};

const BODY: &str = "apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: expandable-multi-zone
provisioner: REPLACE-ME-csi-driver
allowVolumeExpansion: true
# The volume is made where the pod runs, so replicas spread over zones get volumes there.
volumeBindingMode: WaitForFirstConsumer
# Retain keeps the data when a claim is deleted; somebody must then remove the volume.
reclaimPolicy: Retain
allowedTopologies:
  - matchLabelExpressions:
      - key: topology.kubernetes.io/zone
        values:
          - REPLACE-ME-zone-a
          - REPLACE-ME-zone-b
";

pub(super) fn build(known: &Known<'_>) -> Option<Fix> {
    let apply = "kubectl apply --filename storage-class.yaml";
    let head = Head {
        what: "A class of volumes that can be expanded and that follow the pod's zone.",
        from: Vec::new(),
        check: vec![
            "the provisioner (kubectl get storageclass), its parameters, and that it supports expansion.".to_owned(),
            "the zones: kubectl get nodes --label-columns topology.kubernetes.io/zone. Some drivers use a key of their own.".to_owned(),
            "for a class that exists, only expansion can be changed: kubectl patch storageclass NAME --patch '{\"allowVolumeExpansion\":true}'.".to_owned(),
        ],
        apply,
        verify: "kubectl get storageclass expandable-multi-zone",
        undo: "kubectl delete --filename storage-class.yaml; volumes that were made stay",
    };
    Some(Fix {
        id: "storage-class",
        title: Message::new("fix-storage-class"),
        kind: ActionKind::Prevent,
        file_name: "storage-class.yaml",
        language: "yaml",
        text: head.render(known) + BODY,
        apply: apply.to_owned(),
        risks: vec![Message::new("fix-risk-new-volumes-only"), Message::new("fix-risk-retain")],
        cites: Vec::new(),
        assumed: vec![Message::new("fix-assume-provisioner"), Message::new("fix-assume-zones")],
        from_case: known.is_about(super::volume_resize::STORAGE_WORDS),
    })
}
