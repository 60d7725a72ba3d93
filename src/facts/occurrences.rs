//! What people, alerting and Kubernetes say happened, with the instants that the inputs' clocks give.

use super::Input;
use super::events::Repeats;
use super::failures::{collection_time, event_time, first_seen, is_failure};
use crate::model::sort::Order as _;
use crate::model::{Bundle, KubeEvent, Locator, NoteKind, Timestamp};

/// A chat message, an alert or a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimedNote {
    /// Who speaks.
    pub kind: NoteKind,
    /// Author or alert.
    pub who: String,
    /// What.
    pub text: String,
    /// When.
    pub at: Timestamp,
    /// When an alert ended.
    pub end: Option<Timestamp>,
    /// Where.
    pub locator: Locator,
}

/// A Kubernetes event that is not among the failures already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimedKubeEvent {
    /// `Unhealthy`.
    pub reason: String,
    /// `shop/pod/web`, as far as known.
    pub object: String,
    /// What.
    pub message: String,
    /// When it was first seen.
    pub first: Timestamp,
    /// When it was last seen.
    pub last: Timestamp,
    /// How far both may be off, in seconds.
    pub uncertainty_s: u32,
    /// How often.
    pub count: u32,
    /// Where.
    pub locator: Locator,
}

/// All of them that have a time.
#[derive(Clone, Debug, Default)]
pub struct Occurrences {
    /// In order of time, then place.
    pub notes: Vec<TimedNote>,
    /// Messages and alerts beyond what was kept, with the place of the last one kept.
    pub beyond: Vec<(u32, Locator, Timestamp)>,
    /// Warnings, in order of time, then place.
    pub events: Vec<TimedKubeEvent>,
    /// What Kubernetes says was rolled out, in order of time, then place.
    pub rollouts: Vec<TimedKubeEvent>,
}

/// Reasons of events that say somebody changed what runs: the deployment controller's, Argo CD's and the Flux helm controller's. Those of
/// single pods, which follow from them, are none.
const ROLLOUTS: &[&str] = &[
    "ScalingReplicaSet",
    "OperationStarted",
    "OperationCompleted",
    "InstallSucceeded",
    "UpgradeSucceeded",
    "UpgradeFailed",
    "RollbackSucceeded",
];

/// Gathers notes and warnings. What has no time is left out: it can be read and cited, but not placed.
#[must_use]
pub fn derive_occurrences(inputs: &[Input<'_>], bundles: &[Bundle], repeats: &Repeats) -> Occurrences {
    let mut all = Occurrences::default();
    for input in inputs {
        let clock = &input.meta.clock;
        let notes = &input.parsed.notes;
        all.notes.extend(notes.kept.iter().filter_map(|note| {
            let (kind, who, text, locator) = (note.kind, note.who.clone(), note.text.clone(), note.locator);
            Some(TimedNote { kind, who, text, at: clock.resolve(note.wall)?, end: clock.resolve(note.end), locator })
        }));
        let n_beyond = notes.n_seen.saturating_sub(u32::try_from(notes.kept.len()).unwrap_or(u32::MAX));
        if let Some((last, at)) = notes.kept.last().and_then(|last| Some((last, clock.resolve(last.wall)?)))
            && n_beyond > 0
        {
            all.beyond.push((n_beyond, last.locator, at));
        }
        let collected = collection_time(input, inputs, bundles);
        let timed = |event: &KubeEvent| {
            let (last, uncertainty_s) = event_time(event, &collected)?;
            let (first, width) =
                first_seen(event, &collected).filter(|(first, _)| *first <= last).unwrap_or((last, uncertainty_s));
            let object = [event.namespace.as_str(), &event.object].into_iter().filter(|part| !part.is_empty());
            Some(TimedKubeEvent {
                reason: event.reason.clone(),
                object: object.collect::<Vec<_>>().join("/"),
                message: event.message.clone(),
                first,
                last,
                uncertainty_s: uncertainty_s.max(width),
                count: event.count,
                locator: event.locator,
            })
        };
        let events = input.parsed.events.iter().filter(|event| !repeats.has(event));
        // That a node is not ready is no warning to some who say so.
        let warns = |event: &KubeEvent| event.kind == "Warning" || event.reason == "NodeNotReady";
        let is_warning = |event: &&KubeEvent| warns(event) && !is_failure(event);
        let is_rollout = |event: &&KubeEvent| ROLLOUTS.contains(&event.reason.as_str()) && !is_warning(event);
        all.events.extend(events.clone().filter(is_warning).filter_map(timed));
        all.rollouts.extend(events.filter(is_rollout).filter_map(timed));
    }
    all.notes.order_by_key(|note| (note.at, note.locator));
    for events in [&mut all.events, &mut all.rollouts] {
        events.order_by_key(|event| (event.first, event.locator));
    }
    all
}
