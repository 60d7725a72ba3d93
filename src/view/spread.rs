//! How failing pods spread, as a table: what they share, its name, how many of how many fail.

use crate::model::{SpreadDimension, SpreadRow};
use crate::text::{Texts, format};

/// One row, ready to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpreadLine {
    /// `Node`, in the reader's language.
    pub dimension: String,
    /// Its name.
    pub value: String,
    /// `7 of 12`
    pub count: String,
    /// `58 %`
    pub share: String,
}

/// The table, in the order of the rows.
#[must_use]
pub fn build_spread(rows: &[SpreadRow], texts: &Texts) -> Vec<SpreadLine> {
    let line = |row: &SpreadRow| SpreadLine {
        dimension: texts.get(match row.dimension {
            SpreadDimension::Namespace => "spread-namespace",
            SpreadDimension::Node => "spread-node",
            SpreadDimension::Owner => "spread-owner",
            SpreadDimension::Volume => "spread-volume",
        }),
        value: row.value.clone(),
        count: texts.with("spread-count", &[("failing", row.failing.into()), ("total", row.total.into())]),
        share: format::percent(f64::from(row.failing) / f64::from(row.total.max(1))),
    };
    rows.iter().map(line).collect()
}
