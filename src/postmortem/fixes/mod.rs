//! Ready-made fixes: files and commands that carry out action items, filled from the case.
//!
//! A file states at its top what it was filled from, what a person must check, and how to apply, verify and undo it. A figure or a name
//! that the evidence does not hold is a placeholder (`REPLACE-ME-…`) or a default that is marked as one, and is listed in
//! [`Fix::assumed`]; none is made up. Files are code: their comments are English in every language of the product.
//!
//! A fix is one file here with a `build` function and one line in [`BUILDERS`].

mod alerts;
mod allow_dns;
mod chaos_memory;
mod chaos_threads;
mod checklist;
mod head;
mod health_check;
mod known;
mod memory;
mod node_exporter;
mod pod_pids_limit;
mod priority_class;
mod probes;
pub mod quote;
mod storage_class;
mod sysctl;
mod target;
mod volume_resize;

use super::ActionKind;
use crate::model::sort::Order as _;
use crate::model::{Analysis, Cite, Message};
use known::Known;

/// A file or command that carries out an action item, filled from the case.
#[derive(Clone, Debug, PartialEq)]
pub struct Fix {
    /// Stable, kebab-case: `sysctl-pid-max`.
    pub id: &'static str,
    /// What it does.
    pub title: Message,
    /// What for.
    pub kind: ActionKind,
    /// Name of the file (`90-pid-max.conf`).
    pub file_name: &'static str,
    /// Language of the file, as a fence of markdown names it: `ini`, `yaml`, `sh`, `markdown`.
    pub language: &'static str,
    /// The file itself.
    pub text: String,
    /// The command that applies it, verbatim for a shell.
    pub apply: String,
    /// What applying it disturbs.
    pub risks: Vec<Message>,
    /// Places its figures and names were taken from.
    pub cites: Vec<Cite>,
    /// Figures and names that the evidence does not hold: placeholders and defaults that a person must check.
    pub assumed: Vec<Message>,
    /// Whether this case's evidence suggests it; such fixes come first.
    pub from_case: bool,
}

/// Makes one fix; `None` where the evidence shows that there is nothing to change.
type Build = fn(&Known<'_>) -> Option<Fix>;

/// All fixes, in the order in which they are offered: what mitigates, prevents, detects, and what changes how people work.
const BUILDERS: &[Build] = &[
    sysctl::build,
    memory::build,
    volume_resize::build,
    allow_dns::build,
    probes::build,
    pod_pids_limit::build,
    storage_class::build,
    priority_class::build,
    node_exporter::build,
    alerts::build_rules,
    alerts::build_custom_resource,
    health_check::build,
    checklist::build,
    chaos_threads::build,
    chaos_memory::build,
];

/// Every fix, those that this case's evidence suggests first.
#[must_use]
pub fn fixes(analysis: &Analysis) -> Vec<Fix> {
    let known = Known::new(analysis);
    let mut fixes: Vec<Fix> = BUILDERS.iter().filter_map(|build| build(&known)).collect();
    fixes.order_by_key(|fix| !fix.from_case);
    fixes
}
