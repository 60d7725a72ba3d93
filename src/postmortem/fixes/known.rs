//! What a case knows that fixes need: the ceiling that was reached, who leaked, who was killed and how.

use super::quote::visible;
use super::target::{Target, is_subdomain};
use crate::model::{Analysis, Arg, Ceiling, Cite, Finding, LimitName, Scope, Workload};
use crate::text::format;

/// Exit code of a process that got SIGKILL.
const SIGKILL: i32 = 137;
const PID_SPACE: &str = "host/pid-space-exhausted";

/// The analysis, asked the questions of fixes.
pub(super) struct Known<'a> {
    analysis: &'a Analysis,
}

/// A limit of the node and where it stands.
#[derive(Clone, Copy)]
pub(super) struct NodeLimit<'a> {
    /// The ceiling.
    pub(super) ceiling: &'a Ceiling,
    /// Its value.
    pub(super) value: u64,
}

impl NodeLimit<'_> {
    /// `kernel.pid_max = 49,152, highest use 49,087 (99.9 %)`.
    pub(super) fn describe(&self) -> String {
        let mut text = format!("{} = {}", self.ceiling.name.as_str(), grouped(self.value));
        if let (Some(used), Some(ratio)) = (self.ceiling.used, self.ceiling.ratio) {
            text.push_str(&format!(", highest use {} ({})", format::decimal(used), format::percent(ratio)));
        }
        text
    }
}

impl<'a> Known<'a> {
    pub(super) const fn new(analysis: &'a Analysis) -> Self {
        Self { analysis }
    }

    /// What the most severe finding is about, for a comment.
    pub(super) fn subject(&self) -> Option<String> {
        let finding = self.analysis.findings.first()?;
        Some(format!("{}, {}", visible(&finding.rule), visible(&finding.subject)))
    }

    /// Whether a finding's rule is about one of these words (`host/disk-full` is about `disk` and `full`).
    pub(super) fn is_about(&self, words: &[&str]) -> bool {
        let mut names = self.analysis.findings.iter().filter_map(|finding| finding.rule.rsplit('/').next());
        names.any(|name| name.split('-').any(|word| words.contains(&word)))
    }

    /// The finding that the node ran out of tasks.
    pub(super) fn pid_space(&self) -> Option<&'a Finding> {
        self.analysis.findings.iter().find(|finding| finding.rule == PID_SPACE)
    }

    /// Whether the node's tasks ran out, as a finding or a ceiling says.
    pub(super) fn ran_out_of_tasks(&self) -> bool {
        self.pid_space().is_some() || self.reached().is_some()
    }

    /// The node's ceiling on tasks that was reached.
    pub(super) fn reached(&self) -> Option<NodeLimit<'a>> {
        [LimitName::PidMax, LimitName::KubeletMaxPid, LimitName::ThreadsMax]
            .into_iter()
            .filter_map(|name| self.node_limit(name))
            .find(|limit| limit.ceiling.hit)
    }

    /// The tightest known ceiling on the node's tasks.
    pub(super) fn tightest(&self) -> Option<NodeLimit<'a>> {
        let names = [LimitName::PidMax, LimitName::KubeletMaxPid, LimitName::ThreadsMax];
        names.into_iter().filter_map(|name| self.node_limit(name)).min_by_key(|limit| limit.value)
    }

    /// A limit of the whole node; the one that was reached, where several nodes state it.
    pub(super) fn node_limit(&self, name: LimitName) -> Option<NodeLimit<'a>> {
        let limits = self.analysis.ceilings.iter().filter_map(|ceiling| {
            let is_wanted = ceiling.name == name && ceiling.scope == Scope::Node;
            ceiling.limit.filter(|&value| is_wanted && value > 0).map(|value| NodeLimit { ceiling, value })
        });
        limits.min_by_key(|limit| (!limit.ceiling.hit, limit.value))
    }

    /// The node that the findings are about, where they name one.
    pub(super) fn node(&self) -> Option<&'a str> {
        let subjects = self.analysis.findings.iter().filter_map(|finding| finding.subject.strip_prefix("node "));
        let hosts = self.analysis.workloads.iter().filter_map(|workload| workload.node.as_deref());
        subjects.chain(hosts).find(|name| is_subdomain(name))
    }

    /// Who leaked threads, as a workload that can be patched.
    pub(super) fn leaker(&self) -> Option<Target> {
        let finding = self.pid_space()?;
        Some(Target::of_culprit(finding.culprit.as_deref()?, culprit_cites(finding)))
    }

    /// The highest use of threads by a container while it was healthy: the culprit's, before it grew.
    pub(super) fn healthy_threads(&self) -> Option<(u64, Vec<Cite>)> {
        let finding = self.pid_space()?;
        let arguments = &finding.statements.iter().find(|statement| statement.topic == "culprit")?.text.args;
        let (_, baseline) = arguments.iter().find(|(name, _)| name == "baseline")?;
        let Arg::Int(baseline) = baseline else { return None };
        Some((u64::try_from(*baseline).ok().filter(|&threads| threads > 0)?, culprit_cites(finding)))
    }

    /// The first workload that the kernel killed for memory.
    pub(super) fn out_of_memory(&self) -> Option<&'a Workload> {
        self.analysis.workloads.iter().find(|workload| is_oom(workload))
    }

    /// The first workload that was killed from outside and not for memory: by a liveness probe, most of the time. While the node had no
    /// tasks left every probe failed, and no probe was at fault.
    pub(super) fn killed_by_probe(&self) -> Option<&'a Workload> {
        let mut killed = self.analysis.workloads.iter();
        let killed = killed
            .find(|workload| workload.exit_code == Some(SIGKILL) && workload.exit_reason.as_deref() == Some("Error"));
        killed.filter(|_| !self.ran_out_of_tasks())
    }

    /// Restarted workloads.
    pub(super) fn workloads(&self) -> Vec<&'a Workload> {
        self.analysis.workloads.iter().filter(|workload| workload.restarts > 0).collect()
    }

    /// Whether the node's own thread series were looked for and not there.
    pub(super) fn lacks_node_series(&self) -> bool {
        self.analysis.coverage.missing.iter().any(|missing| missing.what.id == "missing-node-processes")
    }
}

/// `49152` as `49,152`.
pub(super) fn grouped(number: u64) -> String {
    format::integer(i64::try_from(number).unwrap_or(i64::MAX))
}

fn is_oom(workload: &Workload) -> bool {
    workload.exit_reason.as_deref() == Some("OOMKilled")
}

fn culprit_cites(finding: &Finding) -> Vec<Cite> {
    let about = finding.statements.iter().filter(|statement| statement.topic == "culprit");
    about.flat_map(|statement| statement.cites.iter().copied()).collect()
}
