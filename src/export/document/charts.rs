//! Slot `charts`: each with a table of its ceilings and highest values, because a picture alone says nothing to a search or a screen reader.

use std::cmp::Ordering;

use crate::chart::{ChartSpec, svg};
use crate::model::sort::Order as _;
use crate::model::{Arg, Timestamp};
use crate::text::format;
use crate::view::document::Block;

use super::{Pages, cell, utc};

/// All charts of the case.
pub(super) fn write(pages: &mut Pages<'_>) {
    for (key, spec) in pages.material.charts {
        let peaks = peaks(spec);
        let alt = match peaks.first() {
            Some((_, value, at)) => pages.texts.with(
                "export-chart-alt",
                &[("title", spec.title.as_str().into()), ("max", Arg::Float(*value)), ("at", (*at).into())],
            ),
            None => spec.title.clone(),
        };
        if !spec.title.is_empty() {
            pages.heading(spec.title.clone());
        }
        pages.blocks.push(Block::Chart { path: asset(key, "svg"), alt, svg: svg::render_svg(spec) });
        let mut rows = Vec::new();
        for ceiling in &spec.ceilings {
            let what = pages.texts.with("export-ceiling", &[("name", ceiling.label.as_str().into())]);
            rows.push(vec![cell(what), cell(format::decimal(ceiling.value)), cell("")]);
        }
        for (label, value, at) in peaks {
            let what = pages.texts.with("export-highest", &[("name", label.into())]);
            rows.push(vec![cell(what), cell(format::decimal(value)), cell(utc(at))]);
        }
        if !rows.is_empty() {
            pages.table(&["export-key-point", "export-amount", "export-utc"], rows);
        }
    }
}

/// Where a chart stands in an export.
pub(crate) fn asset(key: &str, ending: &str) -> String {
    let name: String = key.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    format!("assets/{name}.{ending}")
}

/// Highest value of the chart's telling series (the heavier drawn ones; all where none is), the highest first.
fn peaks(spec: &ChartSpec) -> Vec<(&str, f64, Timestamp)> {
    let any_emphasis = spec.series.iter().any(|series| series.emphasis);
    let mut peaks: Vec<_> = spec
        .series
        .iter()
        .filter(|series| series.emphasis || !any_emphasis)
        .filter_map(|series| {
            let points = series.times.iter().zip(&series.values).filter(|(_, value)| value.is_finite());
            // The first of several equal values: `max_by` would give the last.
            let (at, value) = points.reduce(|best, next| if next.1 > best.1 { next } else { best })?;
            Some((series.label.as_str(), *value, Timestamp((at * 1e9) as i64)))
        })
        .collect();
    peaks.order_by(|a, b| b.1.partial_cmp(&a.1).unwrap_or(Ordering::Equal));
    peaks.truncate(5);
    peaks
}
