//! The charts of a case: which there are, what each shows in the window asked for, its legend, its table.

mod build;
mod plan;

pub use build::{build_chart, build_crosshair, build_export_charts, build_trends};
pub use plan::Plans;

use serde::{Deserialize, Serialize};

use crate::chart::{ChartForm, ChartSpec, Drawing, Palette};
use crate::model::{TimeRange, Timestamp};
use crate::text::Lang;

/// What a chart request says about its canvas and what to show.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrendsRequest {
    /// Visible window; `None` shows everything.
    pub window: Option<TimeRange>,
    /// Width of each chart in CSS pixels.
    pub width: u32,
    /// Height of the first (largest) chart in CSS pixels.
    pub height: u32,
    /// Series hidden by the reader, by key.
    pub hidden: Vec<String>,
    /// Series that the reader took out of *others*, by key.
    pub picked: Vec<String>,
    /// Charts that the reader wants drawn otherwise than as lines, by key.
    pub forms: Vec<(String, ChartForm)>,
    /// Whether the tables are shown too: writing their figures takes longer than drawing the charts.
    pub tables: bool,
    /// Colours from the style tokens.
    pub palette: Palette,
    /// Language of labels.
    pub lang: Lang,
    /// Seconds east of UTC of the time axis.
    pub offset_s: i32,
}

/// All charts, the threads first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TrendsView {
    /// Time range of all series; `None` without series.
    pub full: Option<TimeRange>,
    /// The window drawn.
    pub window: Option<TimeRange>,
    /// Charts.
    pub charts: Vec<ChartView>,
}

/// One chart.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChartView {
    /// Stable key: `threads`, `processes`, `forks`, `other-<n>`.
    pub key: String,
    /// Heading in the reader's language.
    pub title: String,
    /// One sentence that says what the chart shows, for those who cannot see it.
    pub summary: String,
    /// The picture.
    pub drawing: Drawing,
    /// How it is drawn.
    pub form: ChartForm,
    /// Whether its series are parts that can be stacked.
    pub can_stack: bool,
    /// Legend.
    pub legend: Vec<LegendEntry>,
    /// Column heads of the table: time, then a name per series.
    pub table_head: Vec<String>,
    /// At most 200 rows of the window: time as text, then values as text; none where no table was asked for.
    pub table_rows: Vec<Vec<String>>,
}

/// One chart that is to leave on its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LeavingChart {
    /// Key of the chart.
    pub key: String,
    /// What it shows.
    pub spec: ChartSpec,
    /// Whether there were more samples than a table takes.
    pub thinned: bool,
}

/// One legend entry.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LegendEntry {
    /// Series key.
    pub key: String,
    /// Name.
    pub label: String,
    /// Palette index.
    pub color: u8,
    /// Hidden by the reader.
    pub hidden: bool,
    /// Named as the culprit by a finding.
    pub culprit: bool,
    /// Summed in *others*: shown where it is searched for, drawn once it is picked.
    pub folded: bool,
    /// Last value in the window, as text; empty where there is none.
    pub last: String,
    /// Highest value in the window, as text.
    pub max: String,
}

/// Asks for the values of a chart's series at an instant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CrosshairRequest {
    /// Chart key.
    pub chart: String,
    /// Seconds since the epoch.
    pub at: f64,
    /// Hidden series.
    pub hidden: Vec<String>,
    /// Series taken out of *others*.
    pub picked: Vec<String>,
    /// Language of series names.
    pub lang: Lang,
}

/// Values of a chart's series nearest to an instant.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CrosshairView {
    /// Chart key.
    pub chart: String,
    /// Instant of the nearest row.
    pub at: Option<Timestamp>,
    /// `(series key, label, palette index, value)`, highest first; series without a value there are left out.
    pub values: Vec<(String, String, u8, f64)>,
}
