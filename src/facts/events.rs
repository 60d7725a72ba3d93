//! Events that stand in several inputs: a bundle lists them by namespace, with the pod, and in its dump, and each is one event.

use std::collections::{BTreeMap, BTreeSet};

use super::Input;
use super::failures::{Collected, collection_time, event_time, first_seen};
use crate::model::gather::ByName;
use crate::model::{Bundle, KubeEvent, Locator, Timestamp};

/// When something was seen, as far as its output says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    /// The time.
    pub(super) at: Option<Timestamp>,
    /// Seconds before collection.
    pub(super) age_s: Option<u32>,
    /// Where.
    pub(super) locator: Locator,
}

impl Seen {
    /// When an event was last seen; its time may be known from its age.
    pub(super) fn of(event: &KubeEvent, at: Option<Timestamp>) -> Self {
        Self { at, age_s: event.age_last_s.map(|(age, _)| age), locator: event.locator }
    }

    /// Whether it was so after another, by times or, of one output, by ages and places.
    pub(super) fn is_later_than(&self, other: &Self) -> bool {
        let is_one = self.locator.evidence == other.locator.evidence;
        match self.at.zip(other.at) {
            Some((at, then)) => (at, !is_one || self.locator > other.locator) > (then, false),
            None => {
                let ages = self.age_s.zip(other.age_s).filter(|_| is_one);
                ages.is_some_and(|(own, age)| (own, other.locator) < (age, self.locator))
            }
        }
    }
}

/// Places of events that another tells as well, and better.
#[derive(Clone, Debug, Default)]
pub struct Repeats(BTreeSet<Locator>);

/// What stays the same while an event is counted up.
type Key<'a> = (&'a str, &'a str, &'a str, &'a str, i64);

impl Repeats {
    /// Finds events that are told of twice: the same object, reason and words since the same instant, the one that counts most stays; and
    /// the ages of a table (`5m`) about what another input tells with its times, where the table's own time is known, or with its ages,
    /// where neither's is: they are taken to be of one collection.
    #[must_use]
    pub fn of(inputs: &[Input<'_>], bundles: &[Bundle]) -> Self {
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
        let (mut dated, mut undated) = (Dated::default(), Dated::default());
        kept.into_values().for_each(|event| dated.add(event, &Collected::default()));
        for input in inputs.iter().filter(|input| input.parsed.events.iter().any(is_aged)) {
            let collected = collection_time(input, inputs, bundles);
            let aged = input.parsed.events.iter().filter(|event| is_aged(event));
            let (timed, rest): (Vec<&KubeEvent>, Vec<&KubeEvent>) =
                aged.partition(|event| event_time(event, &collected).is_some());
            for (aged, others, at) in [(timed, &mut dated, &collected), (rest, &mut undated, &ONE_COLLECTION)] {
                let (twice, new): (Vec<&KubeEvent>, Vec<&KubeEvent>) =
                    aged.into_iter().partition(|event| others.tells(event, at));
                repeats.extend(twice.iter().map(|event| event.locator));
                new.into_iter().for_each(|event| others.add(event, at));
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

fn is_aged(event: &KubeEvent) -> bool {
    event.first.is_none() && event.last.is_none() && event.age_last_s.is_some()
}

/// When a collection was made of which nothing says when, and within how many seconds its commands ran.
const ONE_COLLECTION: Collected = Collected { dated: Vec::new(), rest: Some((Timestamp(0), 600)) };

/// Events with their first and last time, by reason and by the object's kind and name.
#[derive(Default)]
struct Dated<'a>(ByName<Vec<Spanned<'a>>>);

/// An event with its first and last time.
type Spanned<'a> = (&'a KubeEvent, Timestamp, Timestamp);

impl<'a> Dated<'a> {
    fn add(&mut self, event: &'a KubeEvent, collected: &Collected) {
        let Some((last, _)) = event_time(event, collected) else { return };
        let first = first_seen(event, collected).map_or(last, |(first, _)| first);
        self.0.get_or_insert_with(&Self::key(event), Vec::new).push((event, first, last));
    }

    fn key(event: &KubeEvent) -> String {
        [&event.reason, "/", &event.object].concat()
    }

    /// Whether one of them is the event of an age: it was seen in the time that the age leaves open, and as often at least. One that was
    /// seen again since the other was written tells something new.
    fn tells(&self, aged: &KubeEvent, collected: &Collected) -> bool {
        let Some((at, slack_s)) = event_time(aged, collected) else { return false };
        let same_space =
            |it: &KubeEvent| aged.namespace.is_empty() || it.namespace.is_empty() || aged.namespace == it.namespace;
        // A table shows the first line of a message.
        let words = |event: &'a KubeEvent| event.message.lines().next().unwrap_or_default().trim();
        let said = aged.message.lines().next().unwrap_or_default().trim();
        let known = self.0.get(&Self::key(aged)).into_iter().flatten();
        let slack_s = i64::from(slack_s);
        let mut same = known.filter(|(it, ..)| same_space(it) && words(it) == said && it.count >= aged.count);
        same.any(|(_, first, last)| first.plus_seconds(-slack_s) <= at && at <= last.plus_seconds(slack_s))
    }
}
