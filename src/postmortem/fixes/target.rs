//! The workload that a patch is for, as far as the evidence names it.
//!
//! Kubernetes refuses names outside of a small alphabet, so evidence that holds any other is not a name of Kubernetes: the placeholder
//! stands there, and with it nothing hostile ever reaches a file.

use super::quote::{shell, visible, yaml};
use crate::model::{Cite, Message, Workload};

const NAMESPACE: &str = "REPLACE-ME-namespace";
const DEPLOYMENT: &str = "REPLACE-ME-deployment";
const CONTAINER: &str = "REPLACE-ME-container";

/// Letters of a ReplicaSet's hash and of a pod's suffix (`SafeEncodeString` of k8s.io/apimachinery).
const SUFFIX_LETTERS: &str = "bcdfghjklmnpqrstvwxz2456789";

/// Names of a workload; `None` where the evidence has none that is valid.
#[derive(Clone, Debug, Default)]
pub(super) struct Target {
    namespace: Option<String>,
    deployment: Option<String>,
    container: Option<String>,
    /// The pod that the other names were read from.
    pod: Option<String>,
    /// Where the names stand.
    pub(super) cites: Vec<Cite>,
}

impl Target {
    /// The pod of a restarted workload. Which of its containers it was is not known.
    pub(super) fn of_workload(workload: &Workload) -> Self {
        let target = Self::of_pod(&workload.namespace, &workload.name);
        Self { cites: workload.cites.clone(), ..target }
    }

    /// `container (namespace/pod)`, as findings name a culprit.
    pub(super) fn of_culprit(culprit: &str, cites: Vec<Cite>) -> Self {
        let named = culprit.strip_suffix(')').and_then(|text| text.rsplit_once(" ("));
        let Some((container, (namespace, pod))) =
            named.and_then(|(container, pod)| Some((container, pod.split_once('/')?)))
        else {
            return Self::default();
        };
        let container = Some(container.to_owned()).filter(|name| is_label(name));
        Self { container, cites, ..Self::of_pod(namespace, pod) }
    }

    fn of_pod(namespace: &str, pod: &str) -> Self {
        Self {
            namespace: Some(namespace.to_owned()).filter(|name| is_label(name)),
            deployment: deployment_of(pod).map(str::to_owned),
            container: None,
            pod: Some(pod.to_owned()).filter(|name| is_subdomain(name)),
            cites: Vec::new(),
        }
    }

    pub(super) fn namespace(&self) -> &str {
        self.namespace.as_deref().unwrap_or(NAMESPACE)
    }

    pub(super) fn deployment(&self) -> &str {
        self.deployment.as_deref().unwrap_or(DEPLOYMENT)
    }

    pub(super) fn container(&self) -> &str {
        self.container.as_deref().unwrap_or(CONTAINER)
    }

    /// `pod payment-5c… in namespace shop`, for the head of a file.
    pub(super) fn from(&self) -> Vec<String> {
        let pod = self.pod.iter().map(|pod| format!("pod {} in namespace {}", visible(pod), visible(self.namespace())));
        pod.collect()
    }

    /// `kubectl` for the workload's namespace.
    pub(super) fn kubectl(&self) -> String {
        format!("kubectl --namespace {}", shell(self.namespace()))
    }

    /// The command that patches the Deployment from a file.
    pub(super) fn patch_command(&self, file_name: &str) -> String {
        format!("{} patch deployment {} --patch-file {file_name}", self.kubectl(), shell(self.deployment()))
    }

    /// The start of a strategic merge patch, down to the container's fields.
    pub(super) fn patch(&self) -> String {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {}\n  namespace: {}\nspec:\n  template:\n    spec:\n      \
             containers:\n        - name: {}\n",
            yaml(self.deployment()),
            yaml(self.namespace()),
            yaml(self.container()),
        )
    }

    /// What a person must check about the namespace.
    pub(super) fn assumed_namespace(&self) -> Vec<Message> {
        let missing = self.namespace.is_none();
        missing.then(|| Message::new("fix-assume-namespace").with("name", NAMESPACE)).into_iter().collect()
    }

    /// The same where the namespace is that of a pod which may only be a neighbour of those concerned.
    pub(super) fn assumed_namespace_of_pod(&self) -> Vec<Message> {
        match (&self.namespace, &self.pod) {
            (Some(namespace), Some(pod)) => {
                let text = Message::new("fix-assume-namespace-of-pod");
                vec![text.with("name", namespace.as_str()).with("pod", pod.as_str())]
            }
            _ => self.assumed_namespace(),
        }
    }

    /// What a person must check about all three names.
    pub(super) fn assumed(&self) -> Vec<Message> {
        let mut assumed = self.assumed_namespace();
        assumed.push(match (&self.deployment, &self.pod) {
            (Some(deployment), Some(pod)) => {
                Message::new("fix-assume-deployment-of-pod").with("name", deployment.as_str()).with("pod", pod.as_str())
            }
            _ => Message::new("fix-assume-deployment").with("name", DEPLOYMENT),
        });
        if self.container.is_none() {
            assumed.push(Message::new("fix-assume-container").with("name", CONTAINER));
        }
        assumed
    }

    /// The same for the head of the file.
    pub(super) fn check(&self) -> Vec<String> {
        let named = match (&self.deployment, &self.pod) {
            (Some(deployment), Some(pod)) => {
                format!("that {} is a Deployment: its name was read off the pod {}.", visible(deployment), visible(pod))
            }
            _ => {
                "the names: replace every REPLACE-ME; for a StatefulSet or a DaemonSet change the kind too.".to_owned()
            }
        };
        let container = self.container.is_none() && self.deployment.is_some();
        let container = container.then(|| format!("the container's name: replace {CONTAINER}."));
        std::iter::once(named).chain(container).collect()
    }
}

/// `payment` of `payment-6f7d8c9b54-x2v8q`: the name without the hash and the suffix that a Deployment gives its pods.
fn deployment_of(pod: &str) -> Option<&str> {
    let is_made_of = |text: &str| text.chars().all(|c| SUFFIX_LETTERS.contains(c));
    let (rest, suffix) = pod.rsplit_once('-')?;
    let (deployment, hash) = rest.rsplit_once('-')?;
    let is_generated = suffix.len() == 5 && (8..=10).contains(&hash.len()) && is_made_of(suffix) && is_made_of(hash);
    (is_generated && is_subdomain(deployment)).then_some(deployment)
}

/// Whether it is a valid name of a namespace or a container (RFC 1123 label).
pub(super) fn is_label(name: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=63).contains(&name.len()) && name.bytes().all(is_inner) && !name.starts_with('-') && !name.ends_with('-')
}

/// Whether it is a valid name of a node, a pod or a Deployment (RFC 1123 subdomain).
pub(super) fn is_subdomain(name: &str) -> bool {
    name.len() <= 253 && name.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deployment_is_read_off_its_pods() {
        let cases = [
            ("order-sync-7d9c6bf5b4-m2kqz", Some("order-sync")),
            ("payment-6f7d8c9b54-x2v8q", Some("payment")),
            ("calico-node-xx", None),
            ("kafka-0", None),
            ("api-7d9c6bf5b4-aeiou", None),
            ("-7d9c6bf5b4-m2kqz", None),
            ("", None),
        ];
        for (pod, deployment) in cases {
            assert_eq!(deployment_of(pod), deployment, "{pod}");
        }
    }

    #[test]
    fn what_kubernetes_would_refuse_is_no_name() {
        let target = Target::of_culprit("api\n- evil (shop\"/$(reboot)-7d9c6bf5b4-m2kqz)", Vec::new());
        assert_eq!((target.namespace(), target.deployment(), target.container()), (NAMESPACE, DEPLOYMENT, CONTAINER));
        assert_eq!(target.assumed().len(), 3);
    }
}
