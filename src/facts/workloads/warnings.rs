//! Warnings of Kubernetes and the objects that they are about: what one waits for, and what has no time and so no place on the timeline.

use std::cmp::Reverse;

use super::{Key, reason_and_message, shows, statement};
use crate::facts::Input;
use crate::facts::events::Seen;
use crate::facts::failures::{collection_time, event_time, is_failure};
use crate::model::sort::Order as _;
use crate::model::{Bundle, KubeEvent, KubeObject, Message, Statement, Timestamp, Workload};

/// Warnings told of one object: the newest.
const MAX_TOLD: usize = 3;
/// Events that end a warning, looked at of one object: the newest.
const MAX_ENDS: usize = 50;
/// Kinds of objects of which warnings alone may tell.
const KINDS: [&str; 2] = ["Pod", "PersistentVolumeClaim"];

/// Events by the name of what they are about, the newest of each object first.
pub(super) struct Warnings<'a>(Vec<(&'a str, &'a KubeEvent, Option<Timestamp>)>);

/// Whether an object is not there yet: that may be well.
pub(super) fn waits(view: &KubeObject) -> bool {
    let is_early = |word: &str| matches!(word, "Pending" | "ContainerCreating" | "PodInitializing");
    let reasons = view.containers.iter().filter_map(|container| container.state.reason.as_deref());
    view.status.iter().map(|status| status.value.as_str()).chain(reasons).any(is_early)
}

impl<'a> Warnings<'a> {
    pub(super) fn of(inputs: &[Input<'a>], bundles: &[Bundle]) -> Self {
        let mut all = Vec::new();
        for input in inputs {
            let collected = collection_time(input, inputs, bundles);
            // Failures are told as such, and so are images that were not pulled.
            let is_told = |event: &&KubeEvent| !is_failure(event) && event.reason != "Failed";
            let events = input.parsed.events.iter().filter(is_told);
            all.extend(events.map(|event| (event.name(), event, event_time(event, &collected).map(|(at, _)| at))));
        }
        all.order_by_key(|(name, event, at)| (*name, &event.namespace, &event.object, Reverse(*at), event.age_last_s));
        Self(all)
    }

    /// Events about an object: one that says no namespace may be of any.
    fn about(&self, key: Key<'_>) -> impl Iterator<Item = (&'a KubeEvent, Option<Timestamp>)> {
        let (kind, of, wanted) = key;
        let spaces = ["", of].into_iter().skip(usize::from(of.is_empty()));
        let its = spaces.flat_map(move |space| {
            let place =
                |(name, event, _): &(&str, &'a KubeEvent, _)| (*name, event.namespace.as_str()) < (wanted, space);
            let from = self.0.partition_point(place);
            let is_its = move |(name, event, _): &&(&str, &KubeEvent, _)| {
                *name == wanted && (of.is_empty() || event.namespace == space)
            };
            self.0[from..].iter().take_while(is_its)
        });
        its.filter(move |(_, event, _)| event.is_about(kind, of)).map(|(_, event, at)| (*event, *at))
    }

    /// What they say of an object, each once: of one that waits all, else what has no time, unless something says that it is over. That a
    /// container is started again and again is told by its state, where there is one.
    pub(super) fn told(&self, key: Key<'_>, waits: bool, is_alone: bool) -> Vec<Statement> {
        let ends = ["Scheduled", "Started", "ProvisioningSucceeded"];
        let ends = self.about(key).filter(|(event, _)| ends.contains(&event.reason.as_str()));
        let ends: Vec<Seen> = ends.map(|(event, at)| Seen::of(event, at)).take(MAX_ENDS).collect();
        let mut told: Vec<Statement> = Vec::new();
        let is_wanted = |(event, at): &(&KubeEvent, Option<Timestamp>)| {
            let is_over = || ends.iter().any(|end| end.is_later_than(&Seen::of(event, *at)));
            event.kind == "Warning" && (waits || at.is_none()) && (is_alone || event.reason != "BackOff") && !is_over()
        };
        for (event, at) in self.about(key).filter(is_wanted) {
            let warning = reason_and_message(&event.reason, &event.message);
            let text = Message::new("workload-warned").with("warning", warning);
            if told.len() < MAX_TOLD && told.iter().all(|old| old.text != text) {
                told.push(statement("waiting", text, vec![shows(event.locator, at)]));
            }
        }
        told
    }

    /// Objects of which only warnings without a time tell.
    pub(super) fn alone(&self, is_known: impl Fn(&str) -> bool) -> Vec<Workload> {
        let mut all = Vec::new();
        let mut judged = ("", "");
        for (name, event, at) in self.0.iter().filter(|(_, event, _)| event.kind == "Warning") {
            let of = event.object.split_once('/').map_or("", |(of, _)| of);
            let kind = KINDS.iter().find(|kind| kind.eq_ignore_ascii_case(of));
            let Some(kind) = kind.filter(|_| at.is_none() && judged != (name, &event.namespace)) else { continue };
            judged = (name, &event.namespace);
            let key = (*kind, event.namespace.as_str(), *name);
            if is_known(name) {
                continue;
            }
            let statements = self.told(key, false, true);
            let Some(first) = statements.first() else { continue };
            all.push(Workload {
                kind: (*kind).to_owned(),
                namespace: event.namespace.clone(),
                name: (*name).to_owned(),
                node: None,
                owner: None,
                owners: Vec::new(),
                status: None,
                failing: true,
                restarts: 0,
                exit_code: None,
                exit_reason: None,
                exit_at: None,
                cites: first.cites.clone(),
                statements,
            });
        }
        all
    }
}
