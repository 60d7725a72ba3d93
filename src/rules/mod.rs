//! One file per failure pattern. A rule reads facts only and answers found, ruled out, inconclusive or skipped; every statement it makes
//! points at its places, and `case` turns the places into citations.
//!
//! Adding a rule: its file with the doc sections below, one line in [`RULES`], fixtures, texts `rule-<id>` and its `finding-…` messages.

pub mod cross;
pub mod host;
pub mod kube;
mod reached;
pub mod stack;
mod tasks;

use crate::facts::Facts;
use crate::model::sort::Order as _;
use crate::model::{Finding, Outcome, RuleOutcome, Severity};

/// A rule's descriptor. Its name for people is the message `rule-<id>` with `-` for `/`.
#[derive(Clone, Copy, Debug)]
pub struct RuleInfo {
    /// Stable id that names the pattern (`host/pid-space-exhausted`).
    pub id: &'static str,
    /// Severity when found with its full effect.
    pub severity: Severity,
    /// Version of the program that had it first.
    pub since: &'static str,
    /// The rule itself.
    pub detect: fn(&Facts) -> Outcome,
}

/// All rules, in order of id.
pub static RULES: &[&RuleInfo] = &[
    &cross::call_chain_stalled::RULE,
    &host::conntrack_table_full::RULE,
    &host::file_system_full::RULE,
    &host::inotify_exhausted::RULE,
    &host::name_not_resolved::RULE,
    &host::open_files_exhausted::RULE,
    &host::pid_space_exhausted::RULE,
    &host::unit_tasks_exhausted::RULE,
    &host::user_processes_exhausted::RULE,
    &kube::crash_loop::RULE,
    &kube::evicted_pressure::RULE,
    &kube::image_pull_failed::RULE,
    &kube::oom_killed::RULE,
    &kube::pod_pids_exhausted::RULE,
    &kube::probe_kill_loop::RULE,
    &stack::deadlock::RULE,
    &stack::lock_convoy::RULE,
];

/// Asks every rule. Findings are sorted: most severe first, then surest, then by rule.
#[must_use]
pub fn ask_all(facts: &Facts) -> (Vec<Finding>, Vec<RuleOutcome>) {
    let mut findings = Vec::new();
    let mut outcomes = Vec::new();
    for rule in RULES {
        let id = rule.id.to_owned();
        let outcome = |outcome: &str| RuleOutcome {
            rule: id.clone(),
            outcome: outcome.to_owned(),
            why: None,
            would_need: Vec::new(),
            cites: Vec::new(),
        };
        outcomes.push(match (rule.detect)(facts) {
            Outcome::Found(found) => {
                let why = found.first().map(|finding| finding.title.clone());
                let cites =
                    found.first().and_then(|finding| finding.statements.first()).map(|first| first.cites.clone());
                findings.extend(found);
                RuleOutcome { why, cites: cites.unwrap_or_default(), ..outcome("found") }
            }
            Outcome::RuledOut { why, cites } => RuleOutcome { why: Some(why), cites, ..outcome("ruled_out") },
            Outcome::Inconclusive { why, would_need, cites } => {
                RuleOutcome { why: Some(why), would_need, cites, ..outcome("inconclusive") }
            }
            Outcome::Skipped { missing } => RuleOutcome { would_need: missing, ..outcome("skipped") },
        });
    }
    findings
        .order_by(|a, b| b.severity.cmp(&a.severity).then(b.confidence.cmp(&a.confidence)).then(a.rule.cmp(&b.rule)));
    (findings, outcomes)
}
