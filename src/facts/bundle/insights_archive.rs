//! The archive that OpenShift's Insights operator writes every two hours. Unverified: no foreign sample was read.
//!
//! ```text
//! config/version.json, config/id, config/clusteroperator/NAME.json, config/node/NODE.json
//! config/pod/NS/POD.json,  config/pod/NS/logs/POD/CTR_{current,previous}.log
//! conditional/namespaces/NS/pods/POD/containers/CTR/{logs,logs-previous}/last-100-lines.log
//! events/NS.json
//! insights-operator/gathers.json, insights-operator/remote-configuration.json
//! ```
//! Names and addresses may be obfuscated; logs are cut to their last lines.
//!
//! Source: <https://github.com/openshift/insights-operator> `docs/gathered-data.md`.

use super::Layout;
use crate::model::BundleKind;

pub(super) static LAYOUT: Layout = Layout {
    kind: BundleKind::InsightsArchive,
    verified: false,
    marks: &[
        ("insights-operator/*", 2),
        ("config/clusteroperator/*", 1),
        ("config/version.json", 1),
        ("config/node/*.json", 1),
        ("config/pod/*/*", 1),
        ("conditional/namespaces/*", 1),
    ],
    logs: &[
        "config/pod/NS/logs/POD/CTR_previous.log",
        "config/pod/NS/logs/POD/CTR_current.log",
        "conditional/namespaces/NS/pods/POD/containers/CTR/logs-previous/*",
        "conditional/namespaces/NS/pods/POD/containers/CTR/logs/*",
    ],
    nodes: &["config/node/NODE.json"],
    troubles: &[],
    clocks: &[],
    command: "oc adm must-gather",
};
