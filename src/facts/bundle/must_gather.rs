//! OpenShift's must-gather.
//!
//! ```text
//! must-gather.local.123/quay-io-…-sha256-…/version, timestamp, event-filter.html
//! …/namespaces/NS/core/{pods,events,…}.yaml,  …/namespaces/NS/NS.yaml
//! …/namespaces/NS/pods/POD/POD.yaml
//! …/namespaces/NS/pods/POD/CTR/CTR/logs/{current,previous,previous.insecure}.log
//! …/namespaces/NS/pods/POD/CTR/CTR/logs/rotated/0.log.20240820-055823.gz
//! …/cluster-scoped-resources/core/nodes/NODE.yaml
//! …/host_service_logs/masters/kubelet_service.log,  …/audit_logs/,  …/network_logs/,  …/monitoring/
//! ```
//! `timestamp` holds the start and the end of the collection as Go prints them. A gathering that failed leaves next to nothing.
//!
//! Source: <https://github.com/openshift/must-gather> `collection-scripts/`, `oc adm inspect`. Seen: one that is almost empty;
//! the rest by its description.

use super::Layout;
use crate::model::BundleKind;

pub(super) static LAYOUT: Layout = Layout {
    kind: BundleKind::MustGather,
    verified: false,
    marks: &[
        ("cluster-scoped-resources/*", 2),
        ("event-filter.html", 2),
        ("namespaces/*/core/*", 1),
        ("namespaces/*/pods/*/*/*/logs/*", 2),
        ("host_service_logs/*", 1),
        ("audit_logs/*", 1),
        ("network_logs/*", 1),
        ("static-pods/*", 1),
        ("timestamp", 1),
    ],
    logs: &[
        "namespaces/NS/pods/POD/*/CTR/logs/previous.log",
        "namespaces/NS/pods/POD/*/CTR/logs/previous.insecure.log",
        "namespaces/NS/pods/POD/*/CTR/logs/current.log",
        "namespaces/NS/pods/POD/*/CTR/logs/rotated/*",
    ],
    nodes: &["cluster-scoped-resources/core/nodes/NODE.yaml", "nodes/NODE/*", "nodes/NODE/*/*"],
    troubles: &["gather-debug.log"],
    clocks: &["timestamp"],
    command: "oc adm must-gather",
};
