//! Everything the engine concludes from a case's evidence.

use serde::{Deserialize, Serialize};

use super::citation::{Cite, EvidenceId};
use super::finding::{Finding, RuleOutcome};
use super::limit::{LimitName, Scope};
use super::message::Message;
use super::time::{TimeRange, Timestamp};
use super::timeline::TimelineEvent;

/// A limit with the highest use it saw.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ceiling {
    /// Which.
    pub name: LimitName,
    /// Whom it binds.
    pub scope: Scope,
    /// The value in force; `None` is unlimited.
    pub limit: Option<u64>,
    /// Highest use while it was in force, in the limit's own unit; `None` when no use was collected.
    pub used: Option<f64>,
    /// When that was.
    pub at: Option<Timestamp>,
    /// `used / limit`.
    pub ratio: Option<f64>,
    /// Whether it is the ceiling that was reached.
    pub hit: bool,
    /// Who filled it, where the evidence shows one.
    pub culprit: Option<String>,
    /// Where limit and use stand.
    pub cites: Vec<Cite>,
}

/// A workload that restarted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RestartedWorkload {
    /// Kind of the object that was described.
    pub kind: String,
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Node.
    pub node: Option<String>,
    /// Restarts of all its containers.
    pub restarts: u32,
    /// Exit code of the last run.
    pub exit_code: Option<i32>,
    /// Reason of the last exit.
    pub exit_reason: Option<String>,
    /// When the last run ended.
    pub exit_at: Option<Timestamp>,
    /// Where it stands.
    pub cites: Vec<Cite>,
}

/// Something that was not collected.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MissingEvidence {
    /// What.
    pub what: Message,
    /// The command that would have collected it, verbatim for a shell.
    pub command: String,
    /// What running it does to the system, `None` where it only reads.
    pub disturbs: Option<Message>,
}

/// What the evidence covers and what it does not.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Coverage {
    /// Time windows by evidence path.
    pub windows: Vec<(String, TimeRange)>,
    /// Not collected.
    pub missing: Vec<MissingEvidence>,
    /// Inputs that could not be used, by path.
    pub failed: Vec<String>,
}

/// A series that began to grow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChangePoint {
    /// Input; `None` for a computed series.
    pub evidence: Option<EvidenceId>,
    /// The series as `name{label="value"}`.
    pub selector: String,
    /// Last sample at the baseline.
    pub after: Timestamp,
    /// First sample above it.
    pub by: Timestamp,
    /// Median before.
    pub baseline: f64,
    /// Highest value after.
    pub peak: f64,
}

/// The analysis of a case.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Analysis {
    /// Most severe first.
    pub findings: Vec<Finding>,
    /// One per rule, in the order of rule ids.
    pub outcomes: Vec<RuleOutcome>,
    /// Known limits, the tightest first.
    pub ceilings: Vec<Ceiling>,
    /// Restarted workloads.
    pub workloads: Vec<RestartedWorkload>,
    /// Proposed events, in order of time.
    pub timeline: Vec<TimelineEvent>,
    /// Series that began to grow, in order of time.
    pub change_points: Vec<ChangePoint>,
    /// Coverage.
    pub coverage: Coverage,
}

impl Analysis {
    /// Visits every place that the analysis points at.
    pub fn for_each_cite(&mut self, mut visit: impl FnMut(&mut Cite)) {
        let findings = self.findings.iter_mut().flat_map(|finding| {
            let statements = finding.statements.iter_mut().flat_map(|statement| &mut statement.cites);
            statements.chain(finding.whys.iter_mut().flat_map(|why| &mut why.cites))
        });
        let outcomes = self.outcomes.iter_mut().flat_map(|outcome| &mut outcome.cites);
        let ceilings = self.ceilings.iter_mut().flat_map(|ceiling| &mut ceiling.cites);
        let workloads = self.workloads.iter_mut().flat_map(|workload| &mut workload.cites);
        let events = self.timeline.iter_mut().flat_map(|event| &mut event.cites);
        findings.chain(outcomes).chain(ceilings).chain(workloads).chain(events).for_each(&mut visit);
    }
}
