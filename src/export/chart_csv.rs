//! The samples of one chart as CSV (RFC 4180): a row per instant, a column per series, times in UTC.
//!
//! ```text
//! time,"order-sync","kernel.pid_max 49,152"
//! 2023-07-23T14:00:00Z,812,49152
//! ```
//! Series that have no sample at an instant have an empty cell. Ceilings are columns too: without them a table of the chart would say less
//! than its picture. It begins with a byte order mark, as the timeline does.

use std::fmt::Write as _;

use super::timeline_csv::csv_text;
use crate::chart::{ChartSeries, ChartSpec};
use crate::model::Timestamp;

/// Writes the chart.
#[must_use]
pub fn render(spec: &ChartSpec) -> String {
    let mut out = String::from("\u{feff}time");
    let names = spec.series.iter().map(|series| &series.label).chain(spec.ceilings.iter().map(|it| &it.label));
    for name in names {
        let _ = write!(out, ",{}", csv_text(name));
    }
    out.push_str("\r\n");
    // Every series is in order of time: the next row is the earliest of all heads.
    let mut heads = vec![0_usize; spec.series.len()];
    let head = |(at, series): (&usize, &ChartSeries)| series.times.get(*at).copied();
    while let Some(next) = heads.iter().zip(&spec.series).filter_map(head).reduce(f64::min) {
        // To the millisecond: a double has no more to give.
        out.push_str(&Timestamp((next * 1000.0).round() as i64 * 1_000_000).to_rfc3339());
        for (at, series) in heads.iter_mut().zip(&spec.series) {
            out.push(',');
            if series.times.get(*at).is_some_and(|time| time.total_cmp(&next).is_le()) {
                if let Some(value) = series.values.get(*at).filter(|value| value.is_finite()) {
                    let _ = write!(out, "{value}");
                }
                *at += 1;
            }
        }
        for ceiling in &spec.ceilings {
            let _ = write!(out, ",{}", ceiling.value);
        }
        out.push_str("\r\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::{CeilingKind, ChartCeiling, ChartForm, Palette};

    #[test]
    fn instants_are_rows_and_gaps_are_empty() {
        let series = |label: &str, times: &[f64], values: &[f64]| ChartSeries {
            label: label.to_owned(),
            times: times.to_vec(),
            values: values.to_vec(),
            ..ChartSeries::default()
        };
        let spec = ChartSpec {
            title: String::new(),
            y_label: String::new(),
            from_zero: true,
            form: ChartForm::Lines,
            offset_s: 0,
            x_label: String::new(),
            window: (0.0, 60.0),
            width: 100,
            height: 100,
            series: vec![
                series("=a", &[0.0, 15.0, 30.0], &[1.0, f64::NAN, 2.5]),
                series("b", &[15.0, 15.5], &[7.0, 8.0]),
            ],
            ceilings: vec![ChartCeiling { label: "pid_max".to_owned(), value: 9.0, kind: CeilingKind::Known }],
            markers: Vec::new(),
            palette: Palette::light(),
        };
        assert_eq!(
            render(&spec),
            "\u{feff}time,\"'=a\",\"b\",\"pid_max\"\r\n1970-01-01T00:00:00Z,1,,9\r\n1970-01-01T00:00:15Z,,7,9\r\n\
             1970-01-01T00:00:15.500Z,,8,9\r\n1970-01-01T00:00:30Z,2.5,,9\r\n"
        );
    }
}
