//! Events of the incident's timeline.

use serde::{Deserialize, Serialize};

use super::citation::Cite;
use super::message::Message;
use super::time::Timestamp;

/// What an event is to the incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// What set it off.
    Trigger,
    /// When the trouble began to grow.
    Onset,
    /// When users felt it.
    Impact,
    /// When somebody or something noticed.
    Detection,
    /// When somebody acted.
    Response,
    /// When harm was reduced.
    Mitigation,
    /// When it was over.
    Resolution,
}

impl Phase {
    /// All, in the order of an incident.
    pub const ALL: [Self; 7] =
        [Self::Trigger, Self::Onset, Self::Impact, Self::Detection, Self::Response, Self::Mitigation, Self::Resolution];

    /// The contract's spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Trigger => "trigger",
            Self::Onset => "onset",
            Self::Impact => "impact",
            Self::Detection => "detection",
            Self::Response => "response",
            Self::Mitigation => "mitigation",
            Self::Resolution => "resolution",
        }
    }
}

/// Who put it on the timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventSource {
    /// A rule's finding.
    Rule(String),
    /// A change point of a series.
    Series(String),
    /// A log line.
    Log(String),
    /// A Kubernetes object or event.
    Kube(String),
    /// A person in a chat.
    Chat(String),
    /// An alert, by its name.
    Alert(String),
    /// A release, a commit or a rollout, by who or what made it.
    Change(String),
}

impl EventSource {
    /// Who it is, without the kind.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Rule(name)
            | Self::Series(name)
            | Self::Log(name)
            | Self::Kube(name)
            | Self::Chat(name)
            | Self::Alert(name)
            | Self::Change(name) => name,
        }
    }
}

/// An event that the program proposes. Accepting it copies it into the document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimelineEvent {
    /// Stable key, unique in the case.
    pub key: String,
    /// When; the start of a range.
    pub at: Timestamp,
    /// End of a range.
    pub end: Option<Timestamp>,
    /// How far `at` may be off, in seconds (a sampling step, an age's unit); 0 where it is exact.
    pub uncertainty_s: u32,
    /// What it is to the incident, where the evidence says so.
    pub phase: Option<Phase>,
    /// What happened.
    pub text: Message,
    /// Who says so.
    pub source: EventSource,
    /// How often, for folded repeats.
    pub count: u32,
    /// Where it stands.
    pub cites: Vec<Cite>,
}
