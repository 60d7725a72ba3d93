//! Series in brief: unit, first, last, lowest and highest sample, change points. Input of the command line's `series`.

use std::fmt::Write as _;

use crate::model::{Analysis, ChangePoint, Column, EvidenceId, EvidenceMeta, Frame, RowAt, Timestamp, Unit};

use super::timeline_csv::csv_text;

/// A sample with its place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// When; `None` where the input's clock is not known.
    pub at: Option<Timestamp>,
    /// Value.
    pub value: f64,
    /// Its line, from 1; `None` where rows are not lines (JSON).
    pub line: Option<u32>,
}

/// One series.
#[derive(Clone, Debug, PartialEq)]
pub struct SeriesBrief {
    /// Its input.
    pub evidence: EvidenceId,
    /// The input's path.
    pub path: String,
    /// Metric name or legend.
    pub name: String,
    /// Labels as written.
    pub labels: Vec<(String, String)>,
    /// Name and labels as a selector.
    pub selector: String,
    /// Unit.
    pub unit: Unit,
    /// Samples that are numbers.
    pub n_samples: u64,
    /// First sample.
    pub first: Option<Point>,
    /// Last sample.
    pub last: Option<Point>,
    /// Lowest sample, the first of several.
    pub min: Option<Point>,
    /// Highest sample, the first of several.
    pub max: Option<Point>,
    /// Where its course changed.
    pub changes: Vec<ChangePoint>,
}

/// Every series of an input.
#[must_use]
pub fn summarise(meta: &EvidenceMeta, frames: &[Frame], analysis: &Analysis) -> Vec<SeriesBrief> {
    frames
        .iter()
        .flat_map(|frame| frame.columns.iter().map(move |column| (frame, column)))
        .map(|(frame, column)| brief(meta, frame, column, analysis))
        .collect()
}

fn brief(meta: &EvidenceMeta, frame: &Frame, column: &Column, analysis: &Analysis) -> SeriesBrief {
    let selector = column.selector();
    let mut series = SeriesBrief {
        evidence: meta.id,
        path: meta.path.clone(),
        name: column.name.clone(),
        labels: column.labels.clone(),
        unit: column.unit,
        n_samples: 0,
        first: None,
        last: None,
        min: None,
        max: None,
        changes: changes(analysis, meta.id, &selector),
        selector,
    };
    for (row, (wall, &value)) in frame.wall.iter().zip(&column.values).enumerate() {
        if !value.is_finite() {
            continue;
        }
        let line = match &frame.rows {
            RowAt::Lines(lines) => lines.get(row),
            RowAt::Bytes { .. } => None,
        };
        let point = Point { at: meta.clock.resolve(wall), value, line };
        series.n_samples += 1;
        series.first = series.first.or(Some(point));
        series.last = Some(point);
        series.min = series.min.filter(|min| min.value <= value).or(Some(point));
        series.max = series.max.filter(|max| max.value >= value).or(Some(point));
    }
    series
}

fn changes(analysis: &Analysis, evidence: EvidenceId, selector: &str) -> Vec<ChangePoint> {
    let of_series =
        analysis.change_points.iter().filter(|point| point.evidence == Some(evidence) && point.selector == selector);
    of_series.cloned().collect()
}

/// The contract's spelling of a unit.
#[must_use]
pub const fn unit_name(unit: Unit) -> &'static str {
    match unit {
        Unit::None => "none",
        Unit::Bytes => "bytes",
        Unit::Seconds => "seconds",
        Unit::Percent => "percent",
        Unit::PerSecond => "per_second",
    }
}

/// The series as CSV (RFC 4180), times in UTC.
#[must_use]
pub fn to_csv(series: &[SeriesBrief]) -> String {
    let mut out =
        String::from("file,series,unit,samples,first_at,first,last_at,last,min_at,min,max_at,max,change_points\r\n");
    for it in series {
        let _ =
            write!(out, "{},{},{},{}", csv_text(&it.path), csv_text(&it.selector), unit_name(it.unit), it.n_samples);
        for point in [it.first, it.last, it.min, it.max] {
            let at = point.and_then(|point| point.at).map(Timestamp::to_rfc3339).unwrap_or_default();
            let value = point.map(|point| point.value.to_string()).unwrap_or_default();
            let _ = write!(out, ",{at},{value}");
        }
        let changes: Vec<String> = it.changes.iter().map(|change| change.by.to_rfc3339()).collect();
        let _ = write!(out, ",{}\r\n", changes.join(" "));
    }
    out
}
