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
    /// Signal that ended it, where the runtime says so.
    pub signal: Option<i32>,
    /// What the runtime or kubelet adds.
    pub message: Option<String>,
    /// When it began.
    pub started: Option<Timestamp>,
    /// When it ended.
    pub finished: Option<Timestamp>,
    /// Lines of this block.
    pub locator: Option<Locator>,
}

/// One container of a pod.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KubeContainer {
    /// Name.
    pub name: String,
    /// Runtime id (`containerd://8e8c…`), and behind a blank that of the run before, where it is said.
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
    /// Startup probe as printed.
    pub startup: Option<String>,
    /// Whether it runs before the others.
    pub is_init: bool,
    /// Whether it is ready.
    pub ready: Option<bool>,
    /// Line of the memory limit.
    pub memory_limit_at: Option<Locator>,
    /// Memory limit as printed (`2Gi`).
    pub memory_limit: Option<String>,
}

/// A condition of an object (`Ready`, `MemoryPressure`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KubeCondition {
    /// `Ready`, `MemoryPressure`, `PodScheduled`, …
    pub kind: String,
    /// `True`, `False` or `Unknown`.
    pub status: String,
    /// Reason as printed.
    pub reason: String,
    /// Message.
    pub message: String,
    /// Since when.
    pub since: Option<Timestamp>,
    /// Its lines.
    pub locator: Locator,
}

/// A field of an object as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KubeField {
    /// Path (`spec.storageClassName`), or the heading of a column that has no path.
    pub name: String,
    /// Value.
    pub value: String,
    /// Its line.
    pub locator: Locator,
}

/// An object that another belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct KubeOwner {
    /// `ReplicaSet`, `DaemonSet`, …
    pub kind: String,
    /// Name.
    pub name: String,
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
    /// Containers in the order written, for pods.
    pub containers: Vec<KubeContainer>,
    /// Its lines.
    pub locator: Locator,
    /// Unique id: another object of the same name has another.
    pub uid: Option<String>,
    /// Who controls it.
    pub owner: Option<KubeOwner>,
    /// Phase, or the column STATUS of a table, as printed (`Running`, `CrashLoopBackOff`, `NotReady`).
    pub status: Option<KubeField>,
    /// Reason of the status (`Evicted`).
    pub reason: Option<String>,
    /// Message of the status.
    pub message: Option<String>,
    /// Restarts, where only their sum over containers is printed.
    pub restarts: Option<u32>,
    /// Restarts' last one, in seconds before collection and the unit's width, where a table prints it.
    pub restarted_age_s: Option<(u32, u32)>,
    /// Conditions.
    pub conditions: Vec<KubeCondition>,
    /// Claims (PersistentVolumeClaim) that a pod mounts.
    pub claims: Vec<String>,
    /// Other fields that are read.
    pub fields: Vec<KubeField>,
}

impl KubeObject {
    /// An object of which only the place is known.
    #[must_use]
    pub fn at(kind: &str, locator: Locator) -> Self {
        Self {
            kind: kind.to_owned(),
            namespace: String::new(),
            name: String::new(),
            node: None,
            containers: Vec::new(),
            locator,
            uid: None,
            owner: None,
            status: None,
            reason: None,
            message: None,
            restarts: None,
            restarted_age_s: None,
            conditions: Vec::new(),
            claims: Vec::new(),
            fields: Vec::new(),
        }
    }

    /// `namespace/name`, or the name alone.
    #[must_use]
    pub fn full_name(&self) -> String {
        full_name(&self.namespace, &self.name)
    }

    /// A field by its name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&KubeField> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// A condition by its kind.
    #[must_use]
    pub fn condition(&self, kind: &str) -> Option<&KubeCondition> {
        self.conditions.iter().find(|condition| condition.kind == kind)
    }
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

impl KubeEvent {
    /// The name of what it is about; empty where it does not say.
    #[must_use]
    pub fn name(&self) -> &str {
        self.object.rsplit('/').next().unwrap_or_default()
    }

    /// Whether it is about such an object in a namespace, as far as either says.
    #[must_use]
    pub fn is_about(&self, kind: &str, namespace: &str) -> bool {
        let of_kind = self.object.split_once('/').is_none_or(|(of, _)| of.eq_ignore_ascii_case(kind));
        of_kind && (self.namespace.is_empty() || namespace.is_empty() || self.namespace == namespace)
    }

    /// `namespace/name` of what it is about, or the name alone.
    #[must_use]
    pub fn full_name(&self) -> String {
        full_name(&self.namespace, self.name())
    }
}

/// `namespace/name`; the name alone where no namespace is known.
#[must_use]
pub fn full_name(namespace: &str, name: &str) -> String {
    if namespace.is_empty() { name.to_owned() } else { [namespace, "/", name].concat() }
}
