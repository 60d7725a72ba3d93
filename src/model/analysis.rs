//! Everything the engine concludes from a case's evidence.

use serde::{Deserialize, Serialize};

use super::bundle::Bundle;
use super::citation::{Cite, EvidenceId};
use super::finding::{Finding, RuleOutcome, Statement};
use super::limit::{LimitName, Scope};
use super::message::Message;
use super::parsed::CollectorError;
use super::sort::Order as _;
use super::stack::OwnerClass;
use super::time::{TimeRange, Timestamp};
use super::timeline::TimelineEvent;

/// A limit with the highest use it saw.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ceiling {
    /// Which.
    pub name: LimitName,
    /// Whom it binds.
    pub scope: Scope,
    /// The node it is of, where the evidence tells several apart.
    pub node: Option<String>,
    /// The value in force; `None` is unlimited.
    pub limit: Option<u64>,
    /// Highest use while it was in force, in the limit's own unit; `None` when no use was collected.
    pub used: Option<f64>,
    /// When that was.
    pub at: Option<Timestamp>,
    /// `used / limit`.
    pub ratio: Option<f64>,
    /// `limit - used`: what was left at the highest use.
    pub headroom: Option<f64>,
    /// How fast use grew: from the onset of its growth to the highest use, else since the last restart.
    pub slope_per_hour: Option<f64>,
    /// When the limit would have been reached, had use gone on as at the end of the evidence.
    pub exhaustion: Option<Exhaustion>,
    /// Whether it is the ceiling that was reached.
    pub hit: bool,
    /// Who filled it, where the evidence shows one.
    pub culprit: Option<String>,
    /// Where limit and use stand.
    pub cites: Vec<Cite>,
}

impl Ceiling {
    /// Whether the use is no more than a bound: all threads of the node, which no single user exceeds.
    #[must_use]
    pub fn is_bound(&self) -> bool {
        self.name == LimitName::UlimitProcesses && self.culprit.is_none()
    }

    /// What is said of it, with its node where there are several.
    #[must_use]
    pub fn of_node(&self, text: &str) -> String {
        self.node.as_ref().map_or_else(|| text.to_owned(), |node| [text, " · ", node].concat())
    }
}

/// When a limit is reached if use goes on so; never given where that would be a guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exhaustion {
    /// By the median slope.
    pub at: Timestamp,
    /// At the earliest, by the upper end of the slope's band.
    pub low: Timestamp,
    /// At the latest, by its lower end.
    pub high: Timestamp,
}

/// An object of Kubernetes that restarted or does not do what it should.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Workload {
    /// Kind (`Pod`, `Node`).
    pub kind: String,
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Node.
    pub node: Option<String>,
    /// Who controls it, as `kind/name`.
    pub owner: Option<String>,
    /// Who controls it, the nearest first, up to the top.
    pub owners: Vec<WorkloadOwner>,
    /// Its status as written.
    pub status: Option<String>,
    /// Whether it does not do its work now, as far as the evidence says.
    pub failing: bool,
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
    /// What its exits mean, what it waits for, where views of it disagree.
    pub statements: Vec<Statement>,
}

impl Workload {
    /// Whether it restarted or fails; a policy stands among workloads for what it holds back from them, and does neither.
    #[must_use]
    pub fn is_in_trouble(&self) -> bool {
        self.failing || self.restarts > 0
    }
}

/// Workloads that restarted or fail, each trouble once: what controls one that fails is in trouble with it.
#[must_use]
pub fn in_trouble(workloads: &[Workload]) -> Vec<&Workload> {
    let failing = workloads.iter().filter(|workload| workload.failing);
    let owners = failing.flat_map(|it| it.owners.iter().map(|owner| [&it.namespace, &owner.kind, &owner.name]));
    let mut owners: Vec<[&String; 3]> = owners.collect();
    owners.order();
    let is_owner = |it: &Workload| owners.binary_search(&[&it.namespace, &it.kind, &it.name]).is_ok();
    workloads.iter().filter(|it| it.is_in_trouble() && !is_owner(it)).collect()
}

/// Who controls a workload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkloadOwner {
    /// Kind (`Deployment`).
    pub kind: String,
    /// Name.
    pub name: String,
    /// Stated by a reference; derived from the ReplicaSet's name; suspected by the pod's.
    pub class: OwnerClass,
}

/// What failing pods have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpreadDimension {
    /// Namespace.
    Namespace,
    /// Node.
    Node,
    /// Controller.
    Owner,
    /// Claim.
    Volume,
}

/// Failing pods among all pods that share something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpreadRow {
    /// What they share.
    pub dimension: SpreadDimension,
    /// Its name.
    pub value: String,
    /// Pods that fail.
    pub failing: u32,
    /// All pods known of.
    pub total: u32,
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
    /// Bundles that inputs are part of, in order of their roots.
    pub bundles: Vec<Bundle>,
    /// Time windows by evidence path.
    pub windows: Vec<(String, TimeRange)>,
    /// Not collected.
    pub missing: Vec<MissingEvidence>,
    /// Inputs that could not be used, by path.
    pub failed: Vec<String>,
    /// Lines of logs whose level is error or worse; of very large inputs those that keep their level.
    pub n_errors: usize,
    /// What collectors say they could not collect.
    pub errors: Vec<CollectorError>,
    /// Inputs in which whoever collected them hid values, by path.
    pub redacted: Vec<String>,
}

/// A lasting change of a series: the begin of a growth or decline, or a step to another level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChangePoint {
    /// Input; `None` for a computed series.
    pub evidence: Option<EvidenceId>,
    /// The series as `name{label="value"}`.
    pub selector: String,
    /// Last sample at the level before.
    pub after: Timestamp,
    /// First sample away from it.
    pub by: Timestamp,
    /// Median before.
    pub baseline: f64,
    /// Median of the new level; of a growth or decline its highest or lowest value.
    pub peak: f64,
    /// How it changed.
    pub kind: ChangeKind,
}

/// How a series changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// It began to grow.
    Growth,
    /// It began to decline.
    Decline,
    /// It stepped up.
    Rise,
    /// It stepped down.
    Fall,
}

impl ChangeKind {
    /// The contract's spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Growth => "growth",
            Self::Decline => "decline",
            Self::Rise => "rise",
            Self::Fall => "fall",
        }
    }
}

/// The node's threads over time: what they were put together from, and where they are missing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ThreadHistory {
    /// The node, where labels name it.
    pub node: Option<String>,
    /// Whether only containers are counted.
    pub containers_only: bool,
    /// Where the samples stand, in order of first use.
    pub sources: Vec<ThreadSource>,
    /// Where samples are missing.
    pub gaps: Vec<Gap>,
    /// Whether the counts add up at the peak; `None` where only one of them was collected.
    #[serde(default)]
    pub reconciliation: Option<Reconciliation>,
}

/// The node's threads against the sum over its containers, at one instant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reconciliation {
    /// When.
    pub at: Timestamp,
    /// Threads of the whole node.
    pub node: f64,
    /// Threads of its containers.
    pub containers: f64,
    /// What no container's series counts.
    pub rest: f64,
    /// The same before the growth; `None` where nothing grew or it was not counted then.
    pub before: Option<f64>,
    /// Whether the rest is that of one listing of all threads, so that the node's count is an estimate.
    pub listed: bool,
    /// Whether so much more is left over than before that an owner without a label must have grown.
    pub unlabelled: bool,
    /// Where the counts stand.
    pub cites: Vec<Cite>,
}

/// The growth of the node's threads, taken apart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GrowthReport {
    /// The series that grew.
    pub series: String,
    /// From the last sample at the baseline to the first above it.
    pub onset: TimeRange,
    /// Median before.
    pub baseline: f64,
    /// Highest value.
    pub peak: f64,
    /// Who grew with it, largest share first.
    pub contributions: Vec<GrowthShare>,
    /// Tasks created and kept, per second.
    pub forks: Option<ForkReport>,
}

/// What one container or process added.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GrowthShare {
    /// Container or process, with its pod or id.
    pub name: String,
    /// Median before.
    pub baseline: f64,
    /// Highest value on the way to the peak.
    pub peak: f64,
    /// Share of the growth.
    pub share: f64,
    /// Seconds by which its own growth was seen before the whole's; null where it has no onset of its own.
    pub lead_s: Option<f64>,
}

/// Tasks created per second around a growth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ForkReport {
    /// Before.
    pub before: f64,
    /// During.
    pub during: f64,
    /// How many of them stayed.
    pub kept: f64,
    /// `leak`, `storm` or `unclear`.
    pub kind: String,
}

/// One source of the node's threads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ThreadSource {
    /// Input.
    pub evidence: EvidenceId,
    /// Its series, or `None` for listings.
    pub selector: Option<String>,
    /// Samples taken from it.
    pub samples: u32,
}

/// A stretch without samples in a series that has them regularly.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gap {
    /// From the last sample before to the first one after.
    pub range: TimeRange,
    /// Whether tasks were refused within: then the collector, which needs tasks too, may have been a victim.
    pub while_refused: bool,
    /// Both samples.
    pub cites: Vec<Cite>,
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
    /// The limits of other nodes, each with its own node's use; no rule looks at them.
    pub other_ceilings: Vec<Ceiling>,
    /// Workloads that restarted or fail, in order of namespace and name.
    pub workloads: Vec<Workload>,
    /// How failing pods spread, by dimension, the worst first.
    pub spread: Vec<SpreadRow>,
    /// Proposed events, in order of time.
    pub timeline: Vec<TimelineEvent>,
    /// The node's threads: sources and gaps; `None` where nothing counts them.
    pub threads: Option<ThreadHistory>,
    /// Their growth; `None` where they did not grow.
    pub growth: Option<GrowthReport>,
    /// Lasting changes of all series, in order of time.
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
        let ceilings = self.ceilings.iter_mut().chain(&mut self.other_ceilings).flat_map(|ceiling| &mut ceiling.cites);
        let workloads = self.workloads.iter_mut().flat_map(|workload| {
            let statements = workload.statements.iter_mut().flat_map(|statement| &mut statement.cites);
            workload.cites.iter_mut().chain(statements)
        });
        let events = self.timeline.iter_mut().flat_map(|event| &mut event.cites);
        let threads = self.threads.iter_mut().flat_map(|threads| {
            let sum = threads.reconciliation.iter_mut().flat_map(|sum| &mut sum.cites);
            threads.gaps.iter_mut().flat_map(|gap| &mut gap.cites).chain(sum)
        });
        let collected = self.coverage.bundles.iter_mut().flat_map(|bundle| &mut bundle.collected);
        let collected = collected.flat_map(|collected| &mut collected.cite);
        let all = findings.chain(outcomes).chain(ceilings).chain(workloads).chain(events).chain(threads);
        all.chain(collected).for_each(&mut visit);
    }
}
