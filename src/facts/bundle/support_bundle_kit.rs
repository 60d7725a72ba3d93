//! The support-bundle-kit of Rancher, Longhorn and Harvester. Unverified: no foreign sample was read.
//!
//! ```text
//! supportbundle_0b6d…_2024-08-20T06-00-01Z.zip/metadata.yaml             issueDescription, kubernetesVersion
//! …/yamls/cluster/…, …/yamls/namespaced/NS/…                             objects
//! …/logs/NS/POD/CTR.log
//! …/nodes/NODE.zip/{hostinfos,logs,configs}/…                            a zip in the zip; logs/kubelet.log has its newest line first
//! …/external/…, …/bundleGenerationError.log                              what could not be collected
//! ```
//! Logs of previous runs are not collected, `processes_info` counts no threads, and `scc/*.txz` is xz.
//!
//! Source: <https://github.com/rancher/support-bundle-kit> `pkg/manager/`.

use super::Layout;
use crate::model::BundleKind;

pub(super) static LAYOUT: Layout = Layout {
    kind: BundleKind::SupportBundleKit,
    verified: false,
    marks: &[
        ("metadata.yaml", 1),
        ("yamls/cluster/*", 2),
        ("yamls/namespaced/*", 2),
        ("bundleGenerationError.log", 2),
        ("nodes/*.zip/*", 1),
        ("hostinfos/*", 2),
        ("logs/*/*/*.log", 1),
    ],
    logs: &["logs/NS/POD/CTR-previous.log", "logs/NS/POD/CTR.log"],
    nodes: &["nodes/NODE.zip/*", "nodes/NODE.zip/*/*", "nodes/NODE.zip/*/*/*"],
    troubles: &["bundleGenerationError.log"],
    clocks: &[],
    command: "kubectl create -n longhorn-system -f supportbundle.yaml",
};
