//! The output of a command that is rows and columns and nothing more special (`df`, `ss`, `kubectl get`), as text.

use serde::{Deserialize, Serialize};

use super::citation::Locator;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// One text per column, without blanks around; empty where the row has none.
    pub cells: Vec<String>,
    /// Its lines.
    pub locator: Locator,
}

/// One table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// What prints such a table (`df -i`).
    pub title: String,
    /// Names of the columns as printed.
    pub columns: Vec<String>,
    /// Rows in the order printed; at most [`Self::MAX_ROWS`] of them.
    pub rows: Vec<Row>,
    /// Rows that there were.
    pub n_rows: u64,
}

impl Table {
    /// Rows that are kept: more are counted, so that a listing of a million open files costs no memory.
    pub const MAX_ROWS: usize = 20_000;

    /// An empty table.
    #[must_use]
    pub fn new(title: &str, columns: Vec<String>) -> Self {
        Self { title: title.to_owned(), columns, rows: Vec::new(), n_rows: 0 }
    }

    /// Takes a row.
    pub fn push(&mut self, cells: Vec<String>, locator: Locator) {
        self.n_rows += 1;
        if self.rows.len() < Self::MAX_ROWS {
            self.rows.push(Row { cells, locator });
        }
    }

    /// The cell of a row in the column of a name.
    #[must_use]
    pub fn cell(&self, row: usize, column: &str) -> Option<&str> {
        let index = self.columns.iter().position(|name| name == column)?;
        self.rows.get(row)?.cells.get(index).map(String::as_str)
    }
}
