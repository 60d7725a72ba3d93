//! Events that stand in several inputs: a bundle lists them by namespace, with the pod, and in its dump, and each is one event.

use std::collections::{BTreeMap, BTreeSet};

use super::Input;
use crate::model::{KubeEvent, Locator};

/// Places of events that another tells as well, and better.
#[derive(Clone, Debug, Default)]
pub struct Repeats(BTreeSet<Locator>);

/// What stays the same while an event is counted up.
type Key<'a> = (&'a str, &'a str, &'a str, &'a str, i64);

impl Repeats {
    /// Finds events that are told of twice: the same object, reason and words since the same instant. The one that counts most stays.
    #[must_use]
    pub fn of(inputs: &[Input<'_>]) -> Self {
        let mut kept: BTreeMap<Key<'_>, &KubeEvent> = BTreeMap::new();
        let mut repeats = BTreeSet::new();
        if inputs.iter().filter(|input| !input.parsed.events.is_empty()).count() < 2 {
            return Self(repeats);
        }
        for event in inputs.iter().flat_map(|input| &input.parsed.events) {
            let Some(first) = event.first else { continue };
            let key = (
                event.namespace.as_str(),
                event.object.as_str(),
                event.reason.as_str(),
                event.message.as_str(),
                first.0,
            );
            let Some(old) = kept.insert(key, event) else { continue };
            // In one input they are two.
            if old.locator.evidence == event.locator.evidence {
                continue;
            }
            let is_better = (event.count, event.last) > (old.count, old.last);
            repeats.insert(if is_better { old.locator } else { event.locator });
            if !is_better {
                kept.insert(key, old);
            }
        }
        Self(repeats)
    }

    /// Whether an event only repeats another.
    #[must_use]
    pub fn has(&self, event: &KubeEvent) -> bool {
        !self.0.is_empty() && self.0.contains(&event.locator)
    }
}
