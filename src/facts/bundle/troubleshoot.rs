//! Troubleshoot: `kubectl support-bundle`, also as kURL, KOTS and Embedded Cluster ship it.
//!
//! ```text
//! support-bundle-2024-08-20T14_00_01/version.yaml                        since 2020; older ones have none
//! …/cluster-resources/{nodes,namespaces,pvs,…}.json
//! …/cluster-resources/{pods,events,deployments,…}/NS.json                one list per namespace; documents also show NS/NAME.json
//! …/cluster-resources/pods/logs/NS/POD/CTR[-previous].log                pods in trouble only, unless a collector names more
//! …/NAME/POD/CTR.log                                                     a link to one of those
//! …/host-collectors/{system,run-host,journald}/[NODE/]…                  a bundle may be of a host alone, or of all from a distance
//! …/collector-errors/NAME-error.json, …/NAME/errors.json                 what was not collected
//! ```
//! Source: <https://github.com/replicatedhq/troubleshoot> `pkg/constants`, `pkg/collect`. Seen: bundles of 2022 (without a version) and 2025.

use super::Layout;
use crate::model::BundleKind;

pub(super) static LAYOUT: Layout = Layout {
    kind: BundleKind::Troubleshoot,
    verified: true,
    marks: &[
        ("cluster-resources/*", 2),
        ("cluster-info/cluster_version.json", 1),
        ("version.yaml", 1),
        ("collector-errors/*", 1),
        ("execution-data/summary.txt", 1),
        ("host-collectors/system/*", 2),
        ("host-collectors/run-host/*", 2),
        ("node-metrics/*.json", 1),
    ],
    logs: &["cluster-resources/pods/logs/NS/POD/CTR-previous.log", "cluster-resources/pods/logs/NS/POD/CTR.log"],
    // Collected from a distance, each collector has a folder per node.
    nodes: &[
        "node-metrics/NODE.json",
        "sysctl/NODE",
        "host-collectors/system/NODE/*",
        "host-collectors/run-host/NODE/*",
        "host-collectors/journald/NODE/*",
    ],
    troubles: &["stderr.txt", "*-stderr.txt", "error.txt", "CTR-logs-errors.log"],
    clocks: &["host-collectors/run-host/date.txt", "host-collectors/run-host/*/date.txt"],
    command: "kubectl support-bundle --load-cluster-specs",
};
