//! The kernel's table of tracked connections was full: packets of new connections were dropped.
//!
//! # What it detects
//! The kernel's `nf_conntrack: table full, dropping packet`, or tracked connections at 95 % of `net.netfilter.nf_conntrack_max`.
//!
//! # Why it matters
//! New connections time out at random while existing ones work: DNS and health checks fail first, and nothing in the applications' logs
//! says why.
//!
//! # Evidence used
//! The kernel's log, `node_nf_conntrack_entries` with `node_nf_conntrack_entries_limit`, `nf_conntrack_count` and `nf_conntrack_max` of
//! sysctl.
//!
//! # Example
//! ```text
//! kernel: nf_conntrack: nf_conntrack: table full, dropping packet
//! ```
//!
//! # Ruled out when
//! The highest number of entries stays below 95 % of the limit and the kernel dropped nothing.
//!
//! # Known false positives
//! A node that lives above 95 % of a small table without drops is reported with confidence *possible*. Network namespaces have counts of
//! their own; the node's metrics are those of its first one.
//!
//! # Questions to ask next
//! Which connections fill the table (`conntrack -L`, by state and peer)? Does a client open one per request?
//!
//! # References
//! <https://docs.kernel.org/networking/nf_conntrack-sysctl.html>

use crate::facts::Facts;
use crate::model::{LimitName, Outcome, Severity, SightingKind};
use crate::rules::RuleInfo;
use crate::rules::reached::{Ids, Pattern, judge};

/// The rule.
pub static RULE: RuleInfo =
    RuleInfo { id: "host/conntrack-table-full", severity: Severity::High, since: "0.1.0", detect };

const IDS: Ids = Ids {
    title: "finding-conntrack-title",
    near: "finding-conntrack-near",
    question: "question-conntrack",
    missing: &["missing-conntrack"],
    missing_use: &["missing-conntrack"],
};

fn detect(facts: &Facts) -> Outcome {
    let stated: Vec<_> = facts.failures.of(SightingKind::ConntrackFull.index()).collect();
    let subject = (!stated.is_empty()).then(|| "node".to_owned());
    let names = &[LimitName::ConntrackMax];
    judge(facts, &Pattern { rule: &RULE, ids: IDS, names, stated, fitting: Vec::new(), subject, pod: None })
}
