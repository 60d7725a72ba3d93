//! Workloads that restarted or do not do what they should: every input's view of an object joined, its exits explained, and where the
//! views disagree.

pub(super) mod exits;
mod loops;
mod others;
mod owners;
mod pods;
mod spread;
mod warnings;

use std::collections::{BTreeMap, BTreeSet};

use super::Input;
use super::failures::Failures;
use super::memory::MemoryKills;
use crate::model::sort::Order as _;
use crate::model::words::shortened;
use crate::model::{Bundle, Cite, KubeObject, Locator, Message, Role, Statement, Timestamp, Workload};
pub use loops::{CrashLoop, CrashLoops};
pub use spread::derive_spread;

/// Characters of a message of Kubernetes that a sentence repeats.
const MAX_CHARS: usize = 240;

/// Workloads given at most.
const MAX_WORKLOADS: usize = 2_000;

/// Kind, namespace and name.
type Key<'a> = (&'a str, &'a str, &'a str);

/// The views of all objects, joined by kind, namespace and name.
pub(super) struct Views<'a> {
    by_key: BTreeMap<Key<'a>, Vec<&'a KubeObject>>,
}

impl<'a> Views<'a> {
    fn of(inputs: &[Input<'a>]) -> Self {
        let objects = || inputs.iter().flat_map(|input| &input.parsed.objects);
        // A table of one namespace does not name it: the object is the one of its name, where there is one.
        let mut namespaces: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
        for object in objects().filter(|object| !object.namespace.is_empty()) {
            namespaces.entry((&object.kind, &object.name)).or_default().insert(&object.namespace);
        }
        let mut by_key: BTreeMap<Key<'a>, Vec<&KubeObject>> = BTreeMap::new();
        for object in objects() {
            let known = namespaces.get(&(object.kind.as_str(), object.name.as_str())).filter(|known| known.len() == 1);
            let namespace = match known.and_then(|known| known.first()) {
                Some(only) if object.namespace.is_empty() => *only,
                _ => object.namespace.as_str(),
            };
            let views = by_key.entry((&object.kind, namespace, &object.name)).or_default();
            match views.last_mut().filter(|last| is_superseded(last, object)) {
                Some(last) => *last = object,
                None => views.push(object),
            }
        }
        Self { by_key }
    }

    /// Pods, each with its views.
    fn pods(&self) -> impl Iterator<Item = (&Key<'a>, &Vec<&'a KubeObject>)> {
        self.by_key.iter().filter(|((kind, ..), _)| *kind == "Pod")
    }
}

/// Whether a row says anew what one above it in the same input said: `kubectl get -w`, or the command given again.
fn is_superseded(row: &KubeObject, later: &KubeObject) -> bool {
    let is_row = |object: &KubeObject| object.containers.is_empty() && object.status.is_some();
    let tells = |object: &KubeObject| (object.node.is_some(), object.restarts.is_some(), object.fields.len());
    let ((node, restarts, fields), (later_node, later_restarts, later_fields)) = (tells(row), tells(later));
    row.locator.evidence == later.locator.evidence
        && is_row(row)
        && is_row(later)
        && (node <= later_node && restarts <= later_restarts && fields <= later_fields)
}

/// All workloads that restarted or fail, in order of namespace, name and kind, and the containers that do so again and again.
#[must_use]
pub fn derive_workloads(
    inputs: &[Input<'_>],
    failures: &Failures,
    memory: &MemoryKills,
    bundles: &[Bundle],
) -> (Vec<Workload>, CrashLoops) {
    let views = Views::of(inputs);
    let signs = exits::Signs::of(inputs, failures, memory, &views, bundles);
    let owners = owners::Owners::of(&views);
    let warnings = warnings::Warnings::of(inputs, bundles);
    let mut workloads: Vec<Workload> = views
        .by_key
        .iter()
        .filter_map(|(key, views)| {
            let waits = pods::main(views).is_some_and(warnings::waits);
            let warned = warnings.told(*key, waits, false);
            let mut workload = match key.0 {
                "Pod" | "Container" => pods::workload(*key, views, &signs, waits && !warned.is_empty()),
                _ => others::workload(*key, views),
            }?;
            workload.statements.extend(warned);
            Some(workload)
        })
        .collect();
    let mut names: Vec<&str> = views.by_key.keys().map(|key| key.2).collect();
    names.order();
    workloads.extend(warnings.alone(|name| names.binary_search(&name).is_ok()));
    let mut loops = CrashLoops::default();
    for (key, views) in views.pods() {
        let owner = owners.chain(key.1, key.2, views).pop().map(|owner| [owner.kind, owner.name].join("/"));
        loops.add(*key, views, owner.as_deref(), &signs);
    }
    for workload in &mut workloads {
        let key = (workload.kind.as_str(), workload.namespace.as_str(), workload.name.as_str());
        let views = views.by_key.get(&key).map_or(&[][..], Vec::as_slice);
        workload.owners = owners.chain(key.1, key.2, views);
    }
    // Each is quoted in every export: beyond some number the worst stand for the rest, and the spread counts all pods.
    workloads.order_by(|a, b| b.failing.cmp(&a.failing).then(b.restarts.cmp(&a.restarts)));
    workloads.truncate(MAX_WORKLOADS);
    workloads.order_by(|a, b| (&a.namespace, &a.name, &a.kind).cmp(&(&b.namespace, &b.name, &b.kind)));
    (workloads, loops)
}

fn shows(locator: Locator, at: Option<Timestamp>) -> Cite {
    Cite { locator, role: Role::Shows, at }
}

fn statement(topic: &str, text: Message, cites: Vec<Cite>) -> Statement {
    Statement { topic: topic.to_owned(), text, cites }
}

/// `reason: message`, or the one that is there.
fn reason_and_message(reason: &str, message: &str) -> String {
    let parts = [reason.to_owned(), first_chars(message)];
    parts.iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join(": ")
}

fn first_chars(text: &str) -> String {
    shortened(text.trim(), MAX_CHARS)
}
