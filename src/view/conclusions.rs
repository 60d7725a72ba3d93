//! What the page is told of an analysis: what it shows by itself and offers for the document. Everything else is said by the engine, panel
//! by panel, so that the page need not understand it.

use serde::{Deserialize, Serialize};

use super::evidence_panel::Share;
use crate::model::{Analysis, EvidenceMeta, Finding, MissingEvidence, RuleOutcome, TimelineEvent, in_trouble};
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
    /// Lines of logs whose level is error or worse.
    pub n_errors: usize,
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
            n_errors: analysis.coverage.n_errors,
            missing: analysis.coverage.missing.clone(),
            actions: suggest::actions(analysis),
            impact: suggest::impact(analysis),
        }
    }

    /// How many patterns there was something to look at for.
    #[must_use]
    pub fn n_looked(&self) -> usize {
        self.outcomes.iter().filter(|outcome| outcome.looked()).count()
    }
}

/// How many inputs were looked at, wholly or in part, and of how many something is missing; what a person took out is neither.
#[must_use]
pub fn looked_at(evidence: &[EvidenceMeta]) -> (usize, usize) {
    let mut shares = [0; 2];
    for meta in evidence {
        let share = Share::of(meta, meta.state);
        shares[0] += usize::from(matches!(share, Share::Whole | Share::Part));
        shares[1] += usize::from(matches!(share, Share::Part | Share::None));
    }
    (shares[0], shares[1])
}
