//! What bears on names that are not resolved: answers of name servers.

use super::Input;
use crate::model::{Cite, Role};

/// An answer that `dig` got.
#[must_use]
pub fn derive_answer(inputs: &[Input<'_>]) -> Option<Cite> {
    let rows = inputs.iter().flat_map(|input| &input.parsed.tables).filter(|table| table.title == "probes");
    let mut rows = rows.flat_map(|table| &table.rows);
    let answer = rows.find(|row| row.cells.first().is_some_and(|verdict| verdict == "answered"))?;
    Some(Cite { locator: answer.locator, role: Role::Bounds, at: None })
}
