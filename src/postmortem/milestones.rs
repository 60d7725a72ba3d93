//! The instants an incident is measured by, and the durations between them.
//!
//! A duration always names the two instants it subtracts: teams differ on what "time to recover" means, instants do not. Nothing is
//! averaged, and a milestone that nobody put on the timeline is missing, never guessed.

use super::{Document, ItemId};
use crate::model::{Phase, Timestamp};

/// What stands for a phase: its first event, or its last one for the resolution, which may be reached and lost again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Milestone {
    /// Phase.
    pub phase: Phase,
    /// The event; `None` while the timeline has none with a time.
    pub event: Option<ItemId>,
    /// When that was.
    pub at: Option<Timestamp>,
    /// How far it may be off, in seconds.
    pub uncertainty_s: u32,
}

/// A duration by what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// How long users felt it: from the first to the last instant of impact.
    Impact,
    /// From impact to detection.
    Detect,
    /// From detection to the first response.
    Respond,
    /// From impact to mitigation.
    Mitigate,
    /// From impact to resolution.
    Resolve,
}

impl Measure {
    /// Message id of its name.
    #[must_use]
    pub const fn message_id(self) -> &'static str {
        match self {
            Self::Impact => "timeline-measure-impact",
            Self::Detect => "timeline-measure-detect",
            Self::Respond => "timeline-measure-respond",
            Self::Mitigate => "timeline-measure-mitigate",
            Self::Resolve => "timeline-measure-resolve",
        }
    }
}

/// A duration with the two instants it was taken from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// What it says.
    pub measure: Measure,
    /// Phase and instant it starts at.
    pub from: (Phase, Timestamp),
    /// Phase and instant it ends at.
    pub to: (Phase, Timestamp),
    /// Seconds between them; negative where the second came first, which is worth seeing.
    pub seconds: f64,
    /// How far it may be off, in seconds.
    pub uncertainty_s: u32,
}

/// One milestone per phase, in the order of an incident.
#[must_use]
pub fn milestones(document: &Document) -> Vec<Milestone> {
    let milestone = |phase| {
        let of_phase = document.events.iter().filter(|event| event.phase == Some(phase) && event.at.is_some());
        let event = match phase {
            Phase::Resolution => of_phase.max_by_key(|event| event.at),
            _ => of_phase.min_by_key(|event| event.at),
        };
        Milestone {
            phase,
            event: event.map(|event| event.id),
            at: event.and_then(|event| event.at),
            uncertainty_s: event.map_or(0, |event| event.uncertainty_s),
        }
    };
    Phase::ALL.map(milestone).to_vec()
}

/// The durations that the timeline gives, in the order of [`Measure`].
#[must_use]
pub fn spans(document: &Document) -> Vec<Span> {
    let milestones = milestones(document);
    let of = |phase| milestones.iter().find(|milestone| milestone.phase == phase);
    let between = |measure, from: Phase, to: Phase| {
        let (start, end) = (of(from)?, of(to)?);
        let uncertainty_s = start.uncertainty_s.saturating_add(end.uncertainty_s);
        Some(span(measure, (from, start.at?), (to, end.at?), uncertainty_s))
    };
    [
        impact_span(document),
        between(Measure::Detect, Phase::Impact, Phase::Detection),
        between(Measure::Respond, Phase::Detection, Phase::Response),
        between(Measure::Mitigate, Phase::Impact, Phase::Mitigation),
        between(Measure::Resolve, Phase::Impact, Phase::Resolution),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn impact_span(document: &Document) -> Option<Span> {
    let felt = document.events.iter().filter(|event| event.phase == Some(Phase::Impact));
    let instants = felt.clone().flat_map(|event| [event.at, event.end]).flatten();
    let (start, end) = (instants.clone().min()?, instants.max()?);
    let uncertainty_s = felt.map(|event| event.uncertainty_s).max().unwrap_or(0);
    (start < end).then(|| span(Measure::Impact, (Phase::Impact, start), (Phase::Impact, end), uncertainty_s))
}

fn span(measure: Measure, from: (Phase, Timestamp), to: (Phase, Timestamp), uncertainty_s: u32) -> Span {
    Span { measure, from, to, seconds: to.1.as_seconds_f64() - from.1.as_seconds_f64(), uncertainty_s }
}
