//! The charts of a case: which there are, what each shows in the window asked for, its legend, its table.

mod build;
mod labels;
mod level_changes;
mod plan;

pub use build::{build_chart, build_export_charts, build_trends};
pub use level_changes::{LevelChange, say as say_change};
pub use plan::Plans;

use serde::{Deserialize, Serialize};

use crate::chart::{ChartForm, ChartSpec, Drawing, Palette};
use crate::model::TimeRange;
use crate::text::Lang;

/// Share of the window that is drawn beyond each of its ends: as far as a hand moves a chart before the next drawing is there.
pub const BEYOND: f64 = 0.125;

/// Whether drawings of one window can stand for another for a moment: they reach beyond it, or those of the `whole` lie behind them, and they
/// are neither blown up nor shrunk to where nothing is seen.
#[must_use]
pub fn reaches(shown: TimeRange, wanted: TimeRange, whole: bool) -> bool {
    const MOST: f64 = 8.0;
    let [(start, end), (from, to)] = [shown, wanted].map(|range| (range.start.0 as f64, range.end.0 as f64));
    let (long, beyond) = (end - start, (end - start) * BEYOND);
    let is_inside = start - beyond <= from && to <= end + beyond;
    (whole || is_inside) && (to - from) * MOST >= long && to - from <= long * MOST
}

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
    /// Series that the reader took out of *others*, or of what has no chart, by key.
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

impl TrendsRequest {
    /// Charts as nobody chose them yet, in light colours and English.
    #[must_use]
    pub fn unseen() -> Self {
        Self {
            window: None,
            width: 800,
            height: 320,
            hidden: Vec::new(),
            picked: Vec::new(),
            forms: Vec::new(),
            tables: false,
            palette: Palette::light(),
            lang: Lang::En,
            offset_s: 0,
        }
    }
}

/// All charts, the threads first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TrendsView {
    /// Time range of all series; `None` without series.
    pub full: Option<TimeRange>,
    /// The window drawn.
    pub window: Option<TimeRange>,
    /// Charts; where there are too many measures, what has none as the last of them ([`LEFT_OUT`]).
    pub charts: Vec<ChartView>,
}

/// Key of what is no chart, only a title and a legend of the measures that have none.
pub const LEFT_OUT: &str = "left-out";

/// One chart.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChartView {
    /// Stable key: `threads`, `processes`, `forks`, `other-<n>`, [`LEFT_OUT`].
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
    /// Where series that are shown went to other levels: the first changes of all that was collected, in order of time.
    pub changes: Vec<LevelChange>,
    /// How many there are in all.
    pub n_changes: u32,
    /// What the crosshair says.
    pub readings: Readings,
    /// Column heads of the table: time, then a name per series.
    pub table_head: Vec<String>,
    /// Some 200 rows of the window: time as text, then values as text; none where no table was asked for.
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

/// What the crosshair says, wherever it stands: so many samples as a chart has pixel columns at most, which come with the drawing, so that
/// nobody has to be asked while the pointer moves.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Readings {
    /// Instants of samples in seconds since the epoch, ascending: of every pixel column the nearest to its middle.
    pub times: Vec<f64>,
    /// For each instant the value of every series that is drawn, in the order of the legend; NaN where a series has none near.
    pub values: Vec<f64>,
}

impl Readings {
    /// The instant nearest to another one, and the values there.
    #[must_use]
    pub fn at(&self, at: f64) -> Option<(f64, &[f64])> {
        let after = self.times.partition_point(|time| *time < at);
        let is_nearer = |row: &usize| self.times.get(*row).is_some_and(|time| time - at < at - self.times[row - 1]);
        let row = if after == 0 || is_nearer(&after) { after } else { after - 1 };
        let n_series = self.values.len().checked_div(self.times.len())?;
        Some((*self.times.get(row)?, self.values.get(row * n_series..(row + 1) * n_series)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Timestamp;

    #[test]
    fn a_drawing_reaches_an_eighth_beyond_its_window() {
        let of = |start, end| TimeRange { start: Timestamp(start), end: Timestamp(end) };
        for (wanted, alone, before_the_whole) in [
            (of(1_000, 1_800), true, true),
            (of(900, 1_700), true, true),
            (of(1_100, 1_900), true, true),
            (of(899, 1_699), false, true),
            (of(1_101, 1_901), false, true),
            (of(1_200, 1_300), true, true),
            (of(1_200, 1_299), false, false),
            (of(0, 6_400), false, true),
            (of(0, 6_401), false, false),
        ] {
            let reaches = |whole| reaches(of(1_000, 1_800), wanted, whole);
            assert_eq!((reaches(false), reaches(true)), (alone, before_the_whole), "{wanted:?}");
        }
    }
}
