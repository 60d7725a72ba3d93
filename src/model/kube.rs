//! Kubernetes objects and events as far as failure patterns need them, whichever command printed them.

use serde::{Deserialize, Serialize};

use super::citation::Locator;
use super::time::Timestamp;

/// State of a container (`State`, `Last State`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContainerState {
    /// `Running`, `Waiting`, `Terminated` as printed.
    pub phase: String,
    /// Reason as printed (`CrashLoopBackOff`, `OOMKilled`, `Error`).
    pub reason: Option<String>,
    /// Exit code.
    pub exit_code: Option<i32>,
    /// When it began.
    pub started: Option<Timestamp>,
    /// When it ended.
    pub finished: Option<Timestamp>,
    /// Lines of this block.
    pub locator: Option<Locator>,
}

/// One container of a pod.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KubeContainer {
    /// Name.
    pub name: String,
    /// Runtime id (`containerd://8e8c…`).
    pub id: Option<String>,
    /// Image.
    pub image: Option<String>,
    /// Restarts.
    pub restarts: u32,
    /// Line of the restart count.
    pub restarts_at: Option<Locator>,
    /// Now.
    pub state: ContainerState,
    /// Before.
    pub last_state: Option<ContainerState>,
    /// Liveness probe as printed.
    pub liveness: Option<String>,
    /// Readiness probe as printed.
    pub readiness: Option<String>,
}

/// A Kubernetes object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KubeObject {
    /// `Pod`, `Node`, …
    pub kind: String,
    /// Namespace; empty for cluster-scoped objects.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Node it runs on.
    pub node: Option<String>,
    /// Containers (init containers first), for pods.
    pub containers: Vec<KubeContainer>,
    /// Its lines.
    pub locator: Locator,
}

/// A Kubernetes event; named so because the DOM and the timeline have events too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KubeEvent {
    /// `Normal` or `Warning`.
    pub kind: String,
    /// Reason (`Unhealthy`).
    pub reason: String,
    /// Reporter (`kubelet`).
    pub from: String,
    /// Object as `pod/name` where known.
    pub object: String,
    /// Namespace where known.
    pub namespace: String,
    /// Message.
    pub message: String,
    /// How often.
    pub count: u32,
    /// First seen, when absolute times are printed.
    pub first: Option<Timestamp>,
    /// Last seen, when absolute times are printed.
    pub last: Option<Timestamp>,
    /// Seconds before collection when last seen, and the unit's width in seconds (`3m` → 180, 60), when ages are printed.
    pub age_last_s: Option<(u32, u32)>,
    /// The same for first seen (`over 20m`).
    pub age_first_s: Option<(u32, u32)>,
    /// Its line.
    pub locator: Locator,
}
