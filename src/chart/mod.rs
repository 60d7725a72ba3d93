//! From a chart's specification to drawing operations, through plotters and our own backend.
//!
//! One drawing code serves the screen (operations replayed on a canvas), the export and the command line (SVG). It never measures text
//! in a browser, so it runs in the worker. Samples are reduced to at most four per pixel column before anything is drawn.

pub mod backend;
pub mod bars;
pub mod draw;
pub mod graph;
pub mod icicle;
mod layout;
mod palette;
mod place;
pub mod reduce;
mod scale;
mod sheet;
mod stack;
pub mod svg;
mod ticks;

use serde::{Deserialize, Serialize};

/// A series ready to be drawn: times in seconds since the epoch, ascending; NaN breaks the line.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChartSeries {
    /// Stable key (hide, solo, citing a point).
    pub key: String,
    /// Name in legend and table; text of evidence or already in the reader's language.
    pub label: String,
    /// Index into the palette; the same series keeps its colour over zoom and reload.
    pub color: u8,
    /// Drawn heavier: the total, the culprit.
    pub emphasis: bool,
    /// A part of a whole: what [`ChartForm::Stacked`] puts on top of each other. Totals are none.
    #[serde(default)]
    pub is_part: bool,
    /// Seconds since the epoch.
    pub times: Vec<f64>,
    /// Values.
    pub values: Vec<f64>,
}

/// How the series of a chart are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChartForm {
    /// A line through the samples.
    #[default]
    Lines,
    /// Each value holds until the next sample.
    Steps,
    /// Parts as areas on top of each other; totals stay lines.
    Stacked,
    /// Lines over a logarithmic value axis; what is not above zero lies on its lower edge.
    Log,
}

/// A horizontal line: a ceiling or its 80 % mark.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChartCeiling {
    /// What it says at its right end (`kernel.pid_max 49,152`).
    pub label: String,
    /// Where.
    pub value: f64,
    /// Whether it is the ceiling that was reached (drawn in the alarm colour), a bound far away or an 80 % mark (dashed).
    pub kind: CeilingKind,
}

/// How a ceiling is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CeilingKind {
    /// Reached.
    Hit,
    /// Known, not reached.
    Known,
    /// 80 % of the tightest.
    Mark,
}

/// A vertical line or band: onset, event, impact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChartMarker {
    /// What it says at its top; short.
    pub label: String,
    /// Seconds since the epoch.
    pub at: f64,
    /// End of a band.
    pub end: Option<f64>,
    /// Palette entry: onset in the alarm colour, events neutral.
    pub alarm: bool,
}

/// Everything a chart shows. The time window and the size are the caller's; y is fitted to what the window holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChartSpec {
    /// Heading; empty on screen where the page says it.
    pub title: String,
    /// What y counts (`threads`).
    pub y_label: String,
    /// Whether y always starts at 0, as for threads: a count is compared with its ceiling. Otherwise y is fitted where the data lies far
    /// from 0 and no ceiling is on the scale.
    #[serde(default)]
    pub from_zero: bool,
    /// How series are drawn.
    #[serde(default)]
    pub form: ChartForm,
    /// Seconds east of UTC of the time axis.
    pub offset_s: i32,
    /// Name of the time axis with its zone (`time (+08:00)`).
    pub x_label: String,
    /// Visible window in seconds since the epoch; start < end.
    pub window: (f64, f64),
    /// Width in CSS pixels.
    pub width: u32,
    /// Height in CSS pixels.
    pub height: u32,
    /// Series, drawn in order.
    pub series: Vec<ChartSeries>,
    /// Ceilings. Those within twice the data's maximum (or hit) are drawn on the scale; the rest are named at the top edge with an arrow, never squeezing the data.
    pub ceilings: Vec<ChartCeiling>,
    /// Markers.
    pub markers: Vec<ChartMarker>,
    /// Colours.
    pub palette: Palette,
}

/// Colours of a chart as `#rrggbb`, from the page's style tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Palette {
    /// Background of the plot.
    pub background: String,
    /// Text.
    pub text: String,
    /// Grid lines.
    pub grid: String,
    /// Ceilings not reached, neutral markers.
    pub muted: String,
    /// The ceiling reached, onset.
    pub alarm: String,
    /// 80 % mark.
    pub warning: String,
    /// Series, colour-blind safe.
    pub series: Vec<String>,
}

/// A drawn chart: operations for a canvas and what is needed to turn a pointer into a value.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Drawing {
    /// Operations; see [`backend`] for their encoding.
    pub ops: Vec<f32>,
    /// Strings that operations refer to: colours, texts, fonts.
    pub strings: Vec<String>,
    /// Plot area in CSS pixels: left, top, right, bottom.
    pub plot: (f32, f32, f32, f32),
    /// Time window drawn.
    pub x: (f64, f64),
    /// Value range drawn; of a logarithmic axis the binary logarithms, in which it is even.
    pub y: (f64, f64),
    /// Where the layers of a chart meet in `ops`: behind the background what moves when the window does, from the first of these on what
    /// stands still until the next drawing (values, times, labels).
    pub still_from: u32,
}

impl Drawing {
    /// The background, what moves with the window, and what stands still.
    #[must_use]
    pub fn layers(&self) -> [&[f32]; 3] {
        // The first operation with its arguments.
        let ground = self.ops.get(1).map_or(0, |n_args| *n_args as usize + 2).min(self.ops.len());
        let still = (self.still_from as usize).clamp(ground, self.ops.len());
        [&self.ops[..ground], &self.ops[ground..still], &self.ops[still..]]
    }

    /// Width and height in CSS pixels: a drawing begins with its background. Nothing has no size.
    #[must_use]
    pub fn size(&self) -> (f32, f32) {
        match backend::operations(self).next() {
            Some(backend::Op::Rect { width, height, .. }) => (width, height),
            _ => (0.0, 0.0),
        }
    }
}
