//! What bears on names that are not resolved: answers of name servers.

use super::Input;
use crate::model::words::holds;
use crate::model::{Cite, Role};

/// An answer that `dig` got: one name, from one place.
#[derive(Clone, Copy, Debug)]
pub struct Answer {
    /// The line that counts it.
    pub cite: Cite,
    /// Whether records with times were collected, which would tell of other names.
    pub has_records: bool,
}

/// The first answer.
#[must_use]
pub fn derive_answer(inputs: &[Input<'_>]) -> Option<Answer> {
    let rows = inputs.iter().flat_map(|input| &input.parsed.tables).filter(|table| table.title == "probes");
    let mut rows = rows.flat_map(|table| &table.rows);
    let answer = rows.find(|row| row.cells.first().is_some_and(|verdict| verdict == "answered"))?;
    let is_dated = |input: &Input<'_>| input.meta.time_range.is_some() && !input.parsed.records.is_empty();
    let cite = Cite { locator: answer.locator, role: Role::Bounds, at: None };
    Some(Answer { cite, has_records: inputs.iter().any(is_dated) })
}

/// Whether a log of the cluster's name service is among the inputs.
#[must_use]
pub fn has_log(inputs: &[Input<'_>]) -> bool {
    let is_servers = |pod: &str| ["coredns", "kube-dns"].iter().any(|name| holds(pod, name));
    inputs
        .iter()
        .any(|input| input.meta.format == "coredns" || input.parsed.logs.iter().any(|log| is_servers(&log.pod)))
}
