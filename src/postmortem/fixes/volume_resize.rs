//! `volume-resize`: grows a claim whose volume is full. Works online with most CSI drivers; a volume never shrinks.

use super::head::Head;
use super::known::Known;
use super::{ActionKind, Fix, Message};

/// Words in the ids of rules about storage.
pub(super) const STORAGE_WORDS: &[&str] = &["volume", "disk", "storage", "pvc", "mount"];

const BODY: &str = "apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: REPLACE-ME-claim
  namespace: REPLACE-ME-namespace
spec:
  resources:
    requests:
      storage: REPLACE-ME-100Gi
";

pub(super) fn build(known: &Known<'_>) -> Option<Fix> {
    let apply = "kubectl --namespace REPLACE-ME-namespace patch persistentvolumeclaim REPLACE-ME-claim --patch-file volume-resize.yaml";
    let head = Head {
        what: "More room for a claim whose volume is full.",
        from: Vec::new(),
        check: vec![
            "the class allows it: kubectl get storageclass shows ALLOWVOLUMEEXPANSION true.".to_owned(),
            "the storage behind it has the room: a full pool (ceph df) does not grow by a larger claim.".to_owned(),
        ],
        apply,
        verify: "kubectl --namespace REPLACE-ME-namespace get persistentvolumeclaim REPLACE-ME-claim; df -h in the pod",
        undo: "none: a volume cannot shrink",
    };
    Some(Fix {
        id: "volume-resize",
        title: Message::new("fix-volume-resize"),
        kind: ActionKind::Mitigate,
        file_name: "volume-resize.yaml",
        language: "yaml",
        text: head.render(known) + BODY,
        apply: apply.to_owned(),
        risks: vec![Message::new("fix-risk-no-shrink"), Message::new("fix-risk-expansion-support")],
        cites: Vec::new(),
        assumed: vec![
            Message::new("fix-assume-claim"),
            Message::new("fix-assume-namespace").with("name", "REPLACE-ME-namespace"),
            Message::new("fix-assume-claim-size"),
        ],
        from_case: known.is_about(STORAGE_WORDS),
    })
}
