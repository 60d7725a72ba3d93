//! Pods that kubelet evicted, and nodes under pressure: what pods' statuses, events, nodes' conditions and kubelet's own log say of each,
//! joined by the pod.

use super::Input;
use super::events::Repeats;
use super::failures::{Failure, Failures, collection_time, event_time};
use crate::model::gather::ByName;
use crate::model::sort::Order as _;
use crate::model::words::{after, before, cut_at, holds, places_of};
use crate::model::{
    Bundle, Cite, EvictionLine, EvictionStep, KubeEvent, KubeObject, Locator, Role, SightingKind, Timestamp, full_name,
};

/// Pods and reports that are kept.
const MAX_KEPT: usize = 2_000;
/// Places kept of one pod.
const MAX_CITES: usize = 4;

/// What a node was short of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Resource {
    /// Memory (`memory.available`).
    Memory,
    /// Disk space (`nodefs.available`, `imagefs.available`).
    Disk,
    /// Files of a file system (`nodefs.inodesFree`, `imagefs.inodesFree`).
    Inodes,
    /// Process ids (`pid.available`).
    Pids,
}

/// Why a pod was evicted, as far as anything says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EvictionCause {
    /// Nothing says it.
    #[default]
    Unknown,
    /// Its node ran short.
    Shortage(Resource),
    /// It used more local storage than it or its volume may: the node was not short.
    OwnLimit,
}

/// What a container used when its pod was chosen, as kubelet writes it (`188Ki`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContainerUse {
    /// Its name.
    pub container: String,
    /// What it used.
    pub used: String,
    /// What it had requested.
    pub request: String,
}

/// One pod that was evicted.
#[derive(Clone, Debug, Default)]
pub struct Eviction {
    /// Pod as `namespace/name`, as far as known.
    pub pod: String,
    /// Its node.
    pub node: Option<String>,
    /// Why.
    pub cause: EvictionCause,
    /// The threshold and what was available, as kubelet writes them, and where.
    pub threshold: Option<(String, String, Cite)>,
    /// The container that used most, and where it is said.
    pub largest: Option<(ContainerUse, Cite)>,
    /// When.
    pub at: Option<Timestamp>,
    /// What says so, what tells most first.
    pub cites: Vec<Cite>,
    /// How many sorts of input say so: a status, an event, kubelet's log.
    pub n_sorts: u32,
}

/// A report that a node was short.
#[derive(Clone, Debug)]
pub struct Pressure {
    /// The node, where known.
    pub node: Option<String>,
    /// Of what, where known.
    pub resource: Option<Resource>,
    /// Whether kubelet then got by without evicting.
    pub is_relieved: bool,
    /// Where.
    pub cite: Cite,
}

/// All of it.
#[derive(Clone, Debug, Default)]
pub struct Evictions {
    /// By pod.
    pub pods: Vec<Eviction>,
    /// Reports, in order of place.
    pub pressure: Vec<Pressure>,
    /// Conditions of nodes that say there is none.
    pub calm: Vec<Cite>,
    /// Conditions of nodes that nobody knows any more.
    pub unknown: Vec<Cite>,
    /// Pods' statuses that say something else.
    pub others: Vec<Cite>,
    /// Events about nodes that say something else.
    pub events: Vec<Cite>,
}

/// Gathers them.
#[must_use]
pub fn derive_evictions(inputs: &[Input<'_>], failures: &Failures, bundles: &[Bundle], repeats: &Repeats) -> Evictions {
    let mut all = Evictions::default();
    let mut pods = Pods::default();
    for object in inputs.iter().flat_map(|input| &input.parsed.objects) {
        match object.kind.as_str() {
            "Pod" => of_pod(object, &mut pods, &mut all),
            "Node" => of_node(object, &mut all),
            _ => {}
        }
    }
    pods.end_sort();
    for input in inputs.iter().filter(|input| !input.parsed.events.is_empty()) {
        let collected = collection_time(input, inputs, bundles);
        for event in input.parsed.events.iter().filter(|event| !repeats.has(event)) {
            of_event(event, event_time(event, &collected).map(|(at, _)| at), &mut pods, &mut all);
        }
    }
    pods.end_sort();
    of_log(inputs, failures, &mut pods, &mut all);
    pods.end_sort();
    all.pods = pods.by_name.into_values();
    let key = |pressure: &Pressure| pressure.cite.locator;
    all.pressure.order_by_key(key);
    for cites in [&mut all.calm, &mut all.unknown, &mut all.others, &mut all.events] {
        cites.truncate(MAX_CITES);
    }
    all
}

/// Pods by name, with those that this sort of input spoke of.
#[derive(Default)]
struct Pods {
    by_name: ByName<Eviction>,
    spoken_of: Vec<String>,
}

impl Pods {
    /// The pod of a name: one without a namespace is any of that name that is known already.
    fn of(&mut self, namespace: &str, name: &str) -> Option<&mut Eviction> {
        let full = full_name(namespace, name);
        let is_it = |known: &&String| namespace.is_empty() && known.rsplit('/').next() == Some(name);
        let known = self.by_name.names().find(is_it).cloned();
        let full = known.unwrap_or(full);
        if name.is_empty() || self.by_name.len() >= MAX_KEPT && self.by_name.get(&full).is_none() {
            return None;
        }
        self.spoken_of.push(full.clone());
        let new = || Eviction { pod: full.clone(), ..Eviction::default() };
        Some(self.by_name.get_or_insert_with(&full, new))
    }

    fn end_sort(&mut self) {
        self.spoken_of.order();
        self.spoken_of.dedup();
        for name in self.spoken_of.drain(..) {
            if let Some(pod) = self.by_name.get_mut(&name) {
                pod.n_sorts += 1;
            }
        }
    }
}

const fn shows(locator: Locator, at: Option<Timestamp>) -> Cite {
    Cite { locator, role: Role::Shows, at }
}

fn of_pod(object: &KubeObject, pods: &mut Pods, all: &mut Evictions) {
    let status = object.status.as_ref();
    let is_evicted = |text: &str| text == "Evicted";
    let evicted =
        object.reason.as_deref().is_some_and(is_evicted) || status.is_some_and(|status| is_evicted(&status.value));
    if !evicted {
        all.others.extend(status.filter(|_| all.others.len() < MAX_CITES).map(|status| shows(status.locator, None)));
        return;
    }
    let at = object.condition("DisruptionTarget").filter(|it| it.status == "True").and_then(|it| it.since);
    let place = object.field("status.message").or(status).map_or(object.locator, |field| field.locator);
    let Some(pod) = pods.of(&object.namespace, &object.name) else { return };
    pod.node = pod.node.take().or_else(|| object.node.clone());
    add(pod, object.message.as_deref().unwrap_or_default(), shows(place, at));
}

fn of_node(object: &KubeObject, all: &mut Evictions) {
    for condition in &object.conditions {
        let resource = match condition.kind.as_str() {
            "MemoryPressure" => Resource::Memory,
            "DiskPressure" => Resource::Disk,
            "PIDPressure" => Resource::Pids,
            _ => continue,
        };
        let cite = shows(condition.locator, condition.since);
        match condition.status.as_str() {
            "True" => push(all, Some(object.name.clone()), Some(resource), cite),
            "False" => all.calm.push(cite),
            _ => all.unknown.push(cite),
        }
    }
}

fn of_event(event: &KubeEvent, at: Option<Timestamp>, pods: &mut Pods, all: &mut Evictions) {
    let (kind, name) = event.object.split_once('/').unwrap_or(("", &event.object));
    let cite = shows(event.locator, at);
    let resource = match event.reason.as_str() {
        "Evicted" if !kind.eq_ignore_ascii_case("node") => {
            if let Some(pod) = pods.of(&event.namespace, name) {
                add(pod, &event.message, cite);
            }
            return;
        }
        "EvictionThresholdMet" => event.message.strip_prefix("Attempting to reclaim ").and_then(resource_of),
        "NodeHasDiskPressure" => Some(Resource::Disk),
        "NodeHasInsufficientMemory" | "NodeHasMemoryPressure" | "SystemOOM" => Some(Resource::Memory),
        "NodeHasInsufficientPID" | "NodeHasPIDPressure" => Some(Resource::Pids),
        _ => {
            if kind.eq_ignore_ascii_case("node") && all.events.len() < MAX_CITES {
                all.events.push(cite);
            }
            return;
        }
    };
    push(all, Some(name.to_owned()).filter(|name| !name.is_empty()), resource, cite);
}

fn push(all: &mut Evictions, node: Option<String>, resource: Option<Resource>, cite: Cite) {
    if all.pressure.len() < MAX_KEPT {
        all.pressure.push(Pressure { node, resource, is_relieved: false, cite });
    }
}

/// kubelet's log: a pod that it evicts is evicted for what it last set out to reclaim.
fn of_log(inputs: &[Input<'_>], failures: &Failures, pods: &mut Pods, all: &mut Evictions) {
    let of_kind = SightingKind::Eviction(EvictionLine::default()).index();
    let mut lines: Vec<&Failure> = failures.of(of_kind).collect();
    lines.order_by_key(|line| line.locator);
    let mut input = None;
    let mut resource = None;
    for line in lines {
        let SightingKind::Eviction(said) = &line.kind else { continue };
        if input != Some(line.locator.evidence) {
            (input, resource) = (Some(line.locator.evidence), None);
        }
        let meta = inputs.iter().map(|input| input.meta).find(|meta| meta.id == line.locator.evidence);
        let node = meta.and_then(|meta| meta.origin.as_ref()?.node.clone());
        resource = resource_of(&said.resource).or(resource);
        match said.step {
            EvictionStep::Attempting => push(all, node, resource, line.cite(Role::Shows)),
            EvictionStep::Reduced => {
                let last = all.pressure.last_mut().filter(|it| it.cite.locator.evidence == line.locator.evidence);
                if let Some(pressure) = last {
                    pressure.is_relieved = true;
                }
            }
            EvictionStep::Must => {}
            EvictionStep::Evicted => {
                let name = line.subject.as_deref().unwrap_or_default();
                let (namespace, name) = name.split_once('/').unwrap_or(("", name));
                if let Some(pod) = pods.of(namespace, name) {
                    pod.node = pod.node.take().or(node);
                    if let (EvictionCause::Unknown, Some(resource)) = (pod.cause, resource) {
                        pod.cause = EvictionCause::Shortage(resource);
                    }
                    add(pod, "", line.cite(Role::Shows));
                }
            }
        }
    }
}

/// Adds what one place says of a pod.
fn add(pod: &mut Eviction, message: &str, cite: Cite) {
    pod.at = pod.at.or(cite.at);
    let cause = cause_of(message);
    let is_first = cause != EvictionCause::Unknown && pod.cause == EvictionCause::Unknown;
    if is_first {
        pod.cause = cause;
    }
    let quantity = |literal: &str| {
        let text = cut_at(message, literal)?.1.split_ascii_whitespace().next()?;
        Some(text.trim_end_matches(['.', ',']).to_owned()).filter(|text| !text.is_empty())
    };
    if let Some((threshold, available)) = quantity("Threshold quantity: ").zip(quantity(", available: ")) {
        pod.threshold.get_or_insert((threshold, available, cite));
    }
    if let Some(largest) = largest_use(message) {
        pod.largest.get_or_insert((largest, cite));
    }
    if pod.cites.len() < MAX_CITES && pod.cites.iter().all(|known| known.locator != cite.locator) {
        let at = if is_first { 0 } else { pod.cites.len() };
        pod.cites.insert(at, cite);
    }
}

/// Why, from the message of the status or of the event, by kubelets of all ages.
fn cause_of(message: &str) -> EvictionCause {
    let own = [
        "ephemeral local storage usage exceeds",
        "exceeded its local ephemeral storage limit",
        "Usage of EmptyDir volume",
    ];
    if own.iter().any(|words| holds(message, words)) {
        return EvictionCause::OwnLimit;
    }
    let named = ["low on resource: ", "had condition: "].iter().find_map(|words| cut_at(message, words));
    named.and_then(|(_, rest)| resource_of(rest)).map_or(EvictionCause::Unknown, EvictionCause::Shortage)
}

/// The resource by kubelet's name for it, or by the condition's: `ephemeral-storage`, `nodefsInodes`, `[DiskPressure]`.
fn resource_of(text: &str) -> Option<Resource> {
    let text = text.trim_start_matches(['[', '"']);
    let end = text.find(|it: char| !it.is_ascii_alphanumeric() && it != '-').unwrap_or(text.len());
    let name = before(text, end).to_ascii_lowercase();
    match name.as_str() {
        _ if name.ends_with("inodes") => Some(Resource::Inodes),
        "ephemeral-storage" | "nodefs" | "imagefs" | "containerfs" | "storage" | "diskpressure" => Some(Resource::Disk),
        "pids" | "pidpressure" => Some(Resource::Pids),
        "memory" | "memorypressure" => Some(Resource::Memory),
        _ => None,
    }
}

/// `Container app was using 188Ki, request is 0, has larger consumption of memory`, earlier `…, which exceeds its request of 0`.
fn largest_use(message: &str) -> Option<ContainerUse> {
    const WORD: &str = "ontainer ";
    let uses = places_of(message, WORD).filter_map(|at| {
        let (container, rest) = cut_at(after(message, at + WORD.len()), " was using ")?;
        let (used, rest) = cut_at(rest, ", ")?;
        let request =
            rest.strip_prefix("request is ").or_else(|| rest.strip_prefix("which exceeds its request of "))?;
        let request = request.split([',', ' ']).next()?.trim_end_matches('.');
        let whole = |text: &str| (!text.is_empty() && !text.contains(' ')).then(|| text.to_owned());
        Some(ContainerUse { container: whole(container)?, used: whole(used)?, request: whole(request)? })
    });
    uses.max_by_key(|it| bytes(&it.used).unwrap_or(0))
}

/// A quantity in bytes: `17348Ki`, `46993491787`; `None` where it is written otherwise.
#[must_use]
pub fn bytes(quantity: &str) -> Option<u64> {
    match quantity.parse::<u64>() {
        Ok(bytes) => Some(bytes),
        Err(_) => super::memory::kilobytes(quantity).and_then(|kb| kb.checked_mul(1024)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_all_ages() {
        let read = |message: &str| {
            let mut pod = Eviction::default();
            let cite = shows(Locator::lines(crate::model::EvidenceId(0), 1, 1), None);
            add(&mut pod, message, cite);
            let threshold = pod.threshold.map(|(threshold, available, _)| format!("{threshold}/{available}"));
            let largest = pod.largest.map(|(it, _)| format!("{} {}/{}", it.container, it.used, it.request));
            (pod.cause, threshold.unwrap_or_default(), largest.unwrap_or_default())
        };
        let shortage = EvictionCause::Shortage;
        for (message, cause, threshold, largest) in [
            (
                "The node was low on resource: memory. Threshold quantity: 100Mi, available: 17348Ki. Container app was using 188Ki, request is 0, has larger consumption of memory. Container side was using 2Mi, request is 1Mi, has larger consumption of memory. ",
                shortage(Resource::Memory),
                "100Mi/17348Ki",
                "side 2Mi/1Mi",
            ),
            (
                "The node was low on resource: ephemeral-storage. Container app was using 46876Ki, which exceeds its request of 0. ",
                shortage(Resource::Disk),
                "",
                "app 46876Ki/0",
            ),
            ("The node was low on resource: inodes.", shortage(Resource::Inodes), "", ""),
            ("The node was low on resource: [DiskPressure].", shortage(Resource::Disk), "", ""),
            ("The node had condition: [PIDPressure]. ", shortage(Resource::Pids), "", ""),
            (
                "Pod ephemeral local storage usage exceeds the total limit of containers 1Gi. ",
                EvictionCause::OwnLimit,
                "",
                "",
            ),
            ("Usage of EmptyDir volume \"cache\" exceeds the limit \"1Gi\". ", EvictionCause::OwnLimit, "", ""),
            ("The node was low on compute resources.", EvictionCause::Unknown, "", ""),
            ("Threshold quantity: , available: ", EvictionCause::Unknown, "", ""),
        ] {
            assert_eq!(read(message), (cause, threshold.to_owned(), largest.to_owned()), "{message}");
        }
        assert_eq!(["17348Ki", "46993491787", "1.2Gi"].map(bytes), [Some(17_764_352), Some(46_993_491_787), None]);
    }
}
