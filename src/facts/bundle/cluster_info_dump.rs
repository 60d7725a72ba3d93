//! `kubectl cluster-info dump`, with `--output-directory` and without. Unverified: no foreign sample was read.
//!
//! ```text
//! nodes.json, NS/{events,pods,services,deployments,daemonsets,replicasets,replication-controllers}.json      or .yaml
//! NS/POD/logs.txt                                                        all containers of the pod, between markers
//! ==== START logs for container web of pod shop/web-1 ====
//! ```
//! On standard output the documents and the logs follow each other. Neither form holds logs of previous runs, and without
//! `--all-namespaces` only `kube-system` and the current namespace are there.
//!
//! Source: <https://github.com/kubernetes/kubernetes> `staging/src/k8s.io/kubectl/pkg/cmd/clusterinfo/clusterinfo_dump.go`.

use super::Layout;
use crate::facts::Input;
use crate::model::BundleKind;

pub(super) static LAYOUT: Layout = Layout {
    kind: BundleKind::ClusterInfoDump,
    verified: false,
    marks: &[
        ("nodes.json", 1),
        ("nodes.yaml", 1),
        ("*/replication-controllers.json", 2),
        ("*/replication-controllers.yaml", 2),
        ("*/*/logs.txt", 1),
    ],
    logs: &["NS/POD/logs.txt"],
    nodes: &[],
    troubles: &[],
    clocks: &[],
    command: "kubectl cluster-info dump --all-namespaces --output-directory=dump",
};

/// The form on standard output: objects of the cluster, and between them containers' logs by the markers' names (`shop/web-1/web`).
pub(super) fn is_on_one_stream(input: &Input<'_>) -> bool {
    let records = &input.parsed.records;
    let is_kube = matches!(input.meta.format.as_str(), "kube-json" | "kube-yaml");
    is_kube
        && !input.parsed.objects.is_empty()
        && !records.is_empty()
        && records.source_name(0).matches('/').count() == 2
}
