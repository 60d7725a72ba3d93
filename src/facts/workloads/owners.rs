//! Who controls a pod, up to the top: pod, ReplicaSet, Deployment; pod, Job, CronJob. By owner references where they were collected, else by
//! names: a ReplicaSet is named after its Deployment with a hash, its pods after it with five letters.

use super::Views;
use crate::model::gather::ByName;
use crate::model::{KubeObject, KubeOwner, OwnerClass, WorkloadOwner};

/// Steps up at most: references may form a circle.
const MAX_STEPS: usize = 4;

/// The owners of all objects that have one.
pub(super) struct Owners<'a> {
    by_key: ByName<&'a KubeOwner>,
}

impl<'a> Owners<'a> {
    pub(super) fn of(views: &Views<'a>) -> Self {
        let mut by_key = ByName::default();
        for ((kind, namespace, name), views) in &views.by_key {
            if let Some(owner) = views.iter().find_map(|view| view.owner.as_ref()) {
                by_key.get_or_insert_with(&key(kind, namespace, name), || owner);
            }
        }
        Self { by_key }
    }

    /// The chain of an object's owners, the nearest first.
    pub(super) fn chain(&self, namespace: &str, name: &str, views: &[&KubeObject]) -> Vec<WorkloadOwner> {
        let stated = views.iter().find_map(|view| view.owner.as_ref());
        let Some(first) = stated else {
            // A table prints names alone.
            let is_pod = views.iter().any(|view| view.kind == "Pod");
            let deployment = is_pod.then(|| deployment_of_pod(name)).flatten();
            return deployment.map(|name| owner("Deployment", name, OwnerClass::Suspected)).into_iter().collect();
        };
        let mut chain = vec![owner(&first.kind, &first.name, OwnerClass::Stated)];
        while let Some(last) = chain.last().filter(|_| chain.len() < MAX_STEPS) {
            let next = match self.by_key.get(&key(&last.kind, namespace, &last.name)) {
                Some(above) => owner(&above.kind, &above.name, OwnerClass::Stated),
                None if last.kind == "ReplicaSet" => match without_hash(&last.name) {
                    Some(name) => owner("Deployment", name, OwnerClass::Derived),
                    None => break,
                },
                None => break,
            };
            if chain.iter().any(|known| (&known.kind, &known.name) == (&next.kind, &next.name)) {
                break;
            }
            chain.push(next);
        }
        chain
    }
}

fn key(kind: &str, namespace: &str, name: &str) -> String {
    [kind, "/", namespace, "/", name].concat()
}

fn owner(kind: &str, name: &str, class: OwnerClass) -> WorkloadOwner {
    WorkloadOwner { kind: kind.to_owned(), name: name.to_owned(), class }
}

/// Whether a word may be a hash of Kubernetes: letters and digits without vowels and what looks like them.
fn is_hash(word: &str, lengths: std::ops::RangeInclusive<usize>) -> bool {
    lengths.contains(&word.len()) && word.bytes().all(|byte| b"bcdfghjklmnpqrstvwxz2456789".contains(&byte))
}

/// `payment` of `payment-6996dd565b`.
fn without_hash(name: &str) -> Option<&str> {
    // A hash has digits; a word without vowels may be part of a name.
    let looks = |hash: &str| is_hash(hash, 6..=10) && hash.bytes().any(|byte| byte.is_ascii_digit());
    name.rsplit_once('-').filter(|(stem, hash)| !stem.is_empty() && looks(hash)).map(|(stem, _)| stem)
}

/// `payment` of `payment-6996dd565b-xl44t`.
fn deployment_of_pod(name: &str) -> Option<&str> {
    let (replicas, suffix) = name.rsplit_once('-')?;
    is_hash(suffix, 5..=5).then(|| without_hash(replicas)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deployment_is_known_by_the_hashes_of_its_pods() {
        for (name, want) in [
            ("velero-6996dd565b-xl44t", Some("velero")),
            ("a-b-c-7d9f8b6c4-2k2xz", Some("a-b-c")),
            ("weave-net-bphj8", None),
            ("web-0", None),
            ("coredns-plugin-xl44t", None),
            ("-6996dd565b-xl44t", None),
        ] {
            assert_eq!(deployment_of_pod(name), want, "{name}");
        }
    }
}
