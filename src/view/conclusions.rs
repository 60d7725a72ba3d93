//! What the page is told of an analysis: what it shows by itself and offers for the document. Everything else is said by the engine, panel
//! by panel, so that the page need not understand it.

use serde::{Deserialize, Serialize};

use crate::model::{Analysis, Finding, MissingEvidence, RuleOutcome, TimelineEvent, in_trouble};
use crate::postmortem::suggest::{self, ActionSuggestion, ImpactSuggestion};

/// The page's part of an analysis.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Conclusions {
    /// Most severe first.
    pub findings: Vec<Finding>,
    /// One per rule, in the order of rule ids.
    pub outcomes: Vec<RuleOutcome>,
    /// Proposed events, in order of time.
    pub timeline: Vec<TimelineEvent>,
    /// How many workloads fail.
    pub n_failing: usize,
    /// How many others restarted.
    pub n_restarted: usize,
    /// What was not collected.
    pub missing: Vec<MissingEvidence>,
    /// Action items that can be offered.
    pub actions: Vec<ActionSuggestion>,
    /// A sentence for the impact.
    pub impact: Option<ImpactSuggestion>,
}

impl Conclusions {
    /// The page's part.
    #[must_use]
    pub fn of(analysis: &Analysis) -> Self {
        let troubled = in_trouble(&analysis.workloads);
        let n_failing = troubled.iter().filter(|workload| workload.failing).count();
        Self {
            findings: analysis.findings.clone(),
            outcomes: analysis.outcomes.clone(),
            timeline: analysis.timeline.clone(),
            n_failing,
            n_restarted: troubled.len() - n_failing,
            missing: analysis.coverage.missing.clone(),
            actions: suggest::actions(analysis),
            impact: suggest::impact(analysis),
        }
    }
}
