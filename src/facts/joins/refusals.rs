//! Refused threads joined with the cgroup that refused them: the kernel's line names a cgroup by the pod's UID, the program's line
//! (`errno=11`) stands in the pod's log, and its threads grew in the metrics.

use crate::facts::Input;
use crate::facts::failures::{Failure, Failures};
use crate::facts::growth::Growth;
use crate::facts::usage::Usage;
use crate::model::words::{holds, places_of};
use crate::model::{Arg, Cite, KubeObject, Message, OwnerClass, Role, SightingKind};

/// How far apart a rejection and what it refused may lie, in seconds: each is written when it happens.
const WITHIN_S: f64 = 60.0;
/// Cgroups that are looked at: the kernel names each once.
const MAX_CGROUPS: usize = 20;

/// What joins a rejection in a pod's cgroup with the pod's own failures.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The cgroup as written.
    pub cgroup: String,
    /// The pod that it is of, where its UID was collected: `namespace/name`.
    pub pod: Option<String>,
    /// The sentences, each with its class and the places of both sides.
    pub joins: Vec<(Message, OwnerClass, Vec<Cite>)>,
}

/// The UID of the pod in a cgroup's path: `…/pod6b1f0c2e-…/…`, `kubepods-burstable-pod6b1f0c2e_….slice`.
fn uid_of(cgroup: &str) -> Option<String> {
    let is_uid = |text: &str| {
        let is_part = |(index, byte): (usize, u8)| match index {
            8 | 13 | 18 | 23 => byte == b'-' || byte == b'_',
            _ => byte.is_ascii_hexdigit(),
        };
        text.len() == 36 && text.bytes().enumerate().all(is_part)
    };
    let mut ends = places_of(cgroup, "pod").filter_map(|at| cgroup.get(at + 3..at + 39));
    ends.find(|text| is_uid(text)).map(|uid| uid.replace('_', "-"))
}

/// Joins every rejection in a pod's cgroup with what else the evidence says of that pod.
#[must_use]
pub fn derive_refusals(
    inputs: &[Input<'_>],
    failures: &Failures,
    usage: &Usage,
    growth: Option<&Growth>,
) -> Vec<Refusal> {
    let kind = SightingKind::PidsControllerRejected { cgroup: String::new() }.index();
    let mut refusals: Vec<Refusal> = Vec::new();
    for rejection in failures.of(kind) {
        let SightingKind::PidsControllerRejected { cgroup } = &rejection.kind else { continue };
        let is_known = refusals.iter().any(|refusal| refusal.cgroup == *cgroup);
        if is_known || !holds(cgroup, "kubepods") || refusals.len() >= MAX_CGROUPS {
            continue;
        }
        let uid = uid_of(cgroup);
        let mut pods = inputs.iter().flat_map(|input| &input.parsed.objects).filter(|object| object.kind == "Pod");
        let pod = pods.find(|pod| uid.is_some() && pod.uid == uid);
        let name = pod.map(KubeObject::full_name);
        let joins = joins(rejection, pod.zip(name.as_ref()), failures, usage, growth);
        refusals.push(Refusal { cgroup: cgroup.clone(), pod: name, joins });
    }
    refusals
}

fn joins(
    rejection: &Failure,
    pod: Option<(&KubeObject, &String)>,
    failures: &Failures,
    usage: &Usage,
    growth: Option<&Growth>,
) -> Vec<(Message, OwnerClass, Vec<Cite>)> {
    let mut joins = Vec::new();
    let name = pod.map(|(_, name)| name);
    let own = rejection.cite(Role::Shows);
    if let Some((pod, name)) = pod {
        let text = Message::new("finding-refusal-pod").with("pod", name.as_str());
        let locator = crate::facts::stacks::first_line(pod.locator);
        joins.push((text, OwnerClass::Derived, vec![own, Cite { locator, role: Role::Shows, at: None }]));
    }
    let is_near = |failure: &&Failure| {
        let apart = failure.at.zip(rejection.at).map(|(a, b)| (a.as_seconds_f64() - b.as_seconds_f64()).abs());
        apart.is_some_and(|apart| apart <= WITHIN_S + f64::from(failure.uncertainty_s))
    };
    let near: Vec<&Failure> = failures.task_refused().filter(is_near).collect();
    let of_pod: Vec<&Failure> =
        near.iter().copied().filter(|failure| name.is_some() && failure.subject.as_ref() == name).collect();
    // Lines that name another pod are that pod's.
    let unnamed: Vec<&Failure> = near.iter().copied().filter(|failure| failure.subject.is_none()).collect();
    let refused = match (of_pod.as_slice(), unnamed.as_slice()) {
        ([first, ..], _) => Some((Message::new("finding-refusal-of-pod"), OwnerClass::Derived, of_pod.len(), *first)),
        ([], [first, ..]) => Some((Message::new("finding-refusal-near"), OwnerClass::Suspected, unnamed.len(), *first)),
        ([], []) => None,
    };
    if let Some((text, class, count, first)) = refused {
        joins.push((text.with("count", count), class, vec![own, first.cite(Role::Shows)]));
    }
    let part = growth.and_then(|growth| {
        growth.contributions.iter().find_map(|part| {
            let series = usage.series.get(part.series)?;
            let is_its = name.is_some() && series.owner.as_ref() == name;
            is_its.then_some((part, series))
        })
    });
    if let Some((part, series)) = part {
        let whole = |threads: f64| Arg::Int(threads.round() as i64);
        let text = Message::new("finding-refusal-growth")
            .with("name", series.full_name())
            .with("before", whole(part.baseline))
            .with("peak", whole(part.peak));
        if let Some(peak) = series.cite(part.peak_index, Role::Shows) {
            joins.push((text, OwnerClass::Derived, vec![own, peak]));
        }
    }
    joins
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_uid_stands_in_every_form_of_path() {
        let uid = Some("6b1f0c2e-7c1d-4e0a-9d58-6f1f6c2f0a11".to_owned());
        for path in [
            "/kubepods/burstable/pod6b1f0c2e-7c1d-4e0a-9d58-6f1f6c2f0a11/4d7a90",
            "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod6b1f0c2e_7c1d_4e0a_9d58_6f1f6c2f0a11.slice/crio-4d7a90.scope",
        ] {
            assert_eq!(uid_of(path), uid, "{path}");
        }
        assert_eq!(uid_of("/kubepods/besteffort/podé"), None);
        assert_eq!(uid_of("/system.slice/podman.service"), None);
    }
}
