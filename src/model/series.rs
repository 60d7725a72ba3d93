//! Metric samples as columns: a frame is one shared time column with any number of value columns beside it.

use serde::{Deserialize, Serialize};

use super::steps::Steps;
use super::time::WallTime;
use super::values::Values;

/// What a number counts, where the input says so (a unit suffix, a `#unit#` line, a metric's name).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Plain number.
    #[default]
    None,
    /// Bytes.
    Bytes,
    /// Seconds.
    Seconds,
    /// 0 to 100.
    Percent,
    /// Per second.
    PerSecond,
}

/// Where the rows of a frame stand in their evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RowAt {
    /// The line of each row (from 1): CSV.
    Lines(Steps<u32>),
    /// Row `i` starts at byte `base` and its offset of the decoded text: JSON, which may be one line.
    Bytes {
        /// Byte of the first row's frame.
        base: u64,
        /// Offset of each row, then one more entry for the end of the last row.
        offsets: Steps<u32>,
    },
}

/// One series of a frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Metric name where it is known (`container_threads`), else the header or legend as written.
    pub name: String,
    /// Labels in the order written; `__name__` is taken out into `name`.
    pub labels: Vec<(String, String)>,
    /// Unit.
    pub unit: Unit,
    /// One value per row of the frame; NaN where the row has none (a gap stays a gap).
    pub values: Values,
}

impl Column {
    /// A label's value.
    #[must_use]
    pub fn label(&self, key: &str) -> Option<&str> {
        self.labels.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// `name{key="value", …}`, the selector a Prometheus user would write; the bare name without labels.
    #[must_use]
    pub fn selector(&self) -> String {
        if self.labels.is_empty() {
            return self.name.clone();
        }
        let labels: Vec<String> = self.labels.iter().map(|(key, value)| format!("{key}=\"{value}\"")).collect();
        format!("{}{{{}}}", self.name, labels.join(", "))
    }
}

/// Samples of one or more series that share their times.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// Time of each row, as written; sorted ascending when parsing has finished.
    pub wall: Steps<WallTime>,
    /// Where each row stands.
    pub rows: RowAt,
    /// The series.
    pub columns: Vec<Column>,
}
