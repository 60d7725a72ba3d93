//! From plans to pictures, legends and tables for one window and size.

use super::plan::{Plan, PlannedSeries, plan};
use super::{ChartView, CrosshairView, LegendEntry, TrendsRequest, TrendsView};
use crate::chart::draw::draw;
use crate::chart::{CeilingKind, ChartCeiling, ChartMarker, ChartSeries, ChartSpec, Palette};
use crate::facts::Facts;
use crate::facts::ceilings::{NEAR, binds_node};
use crate::facts::usage::timestamp;
use crate::model::sort::Order as _;
use crate::model::{Analysis, Arg, LimitName, Message, TimeRange};
use crate::text::{Texts, format};

/// Rows of a chart's table.
const MAX_TABLE_ROWS: usize = 200;
/// Size of an exported chart in CSS pixels.
const EXPORT_SIZE: (u32, u32) = (960, 360);

/// The charts of a case for the window, size, palette and language asked for.
#[must_use]
pub fn build_trends(facts: &Facts, analysis: &Analysis, request: &TrendsRequest, texts: &Texts) -> TrendsView {
    let plans = plan(facts);
    let Some(full) = full_range(&plans) else { return TrendsView::default() };
    let window = request.window.map_or(full, |window| (window.start.as_seconds_f64(), window.end.as_seconds_f64()));
    let charts = plans
        .iter()
        .enumerate()
        .map(|(index, plan)| {
            let height = if index == 0 { request.height } else { request.height * 3 / 5 };
            let size = (request.width, height);
            let mut spec = spec(plan, facts, analysis, window, size, &request.hidden, &request.palette, texts);
            let summary = summary(plan, &spec, texts);
            let (table_head, table_rows) = table(plan, window, texts);
            // The page shows title and legend as text beside the canvas.
            spec.title = String::new();
            ChartView {
                key: plan.key.clone(),
                title: texts.say(&plan.title),
                summary,
                drawing: draw(&spec),
                legend: legend(plan, window, &request.hidden, texts),
                table_head,
                table_rows,
            }
        })
        .collect();
    let range = |(start, end): (f64, f64)| TimeRange::of(timestamp(start), timestamp(end));
    TrendsView { full: Some(range(full)), window: Some(range(window)), charts }
}

/// The charts that go into an exported document, by key: light, wide, over everything that was collected.
#[must_use]
pub fn build_export_charts(facts: &Facts, analysis: &Analysis, texts: &Texts) -> Vec<(String, ChartSpec)> {
    let plans = plan(facts);
    let Some(full) = full_range(&plans) else { return Vec::new() };
    let known = plans.iter().filter(|plan| !plan.key.starts_with("other"));
    known
        .map(|plan| {
            let spec = spec(plan, facts, analysis, full, EXPORT_SIZE, &[], &Palette::light(), texts);
            (plan.key.clone(), spec)
        })
        .collect()
}

/// Values of a chart's series nearest to an instant, highest first.
#[must_use]
pub fn build_crosshair(facts: &Facts, chart: &str, at: f64, hidden: &[String], texts: &Texts) -> CrosshairView {
    let mut view = CrosshairView { chart: chart.to_owned(), ..CrosshairView::default() };
    let Some(plan) = plan(facts).into_iter().find(|plan| plan.key == chart) else { return view };
    let visible = plan.series.iter().filter(|series| !hidden.contains(&series.key));
    let mut nearest: Option<f64> = None;
    for series in visible {
        if let Some((time, value)) = series.value_near(at) {
            if nearest.is_none_or(|best| (time - at).abs() < (best - at).abs()) {
                nearest = Some(time);
            }
            view.values.push((series.key.clone(), texts.say(&series.label), series.color, value));
        }
    }
    view.values.order_by(|a, b| b.3.total_cmp(&a.3));
    view.at = nearest.map(timestamp);
    view
}

fn full_range(plans: &[Plan<'_>]) -> Option<(f64, f64)> {
    let times = plans.iter().flat_map(|plan| &plan.series).filter_map(|series| {
        let first = series.times.iter().find(|time| time.is_finite())?;
        let last = series.times.iter().rfind(|time| time.is_finite())?;
        Some((*first, *last))
    });
    times.reduce(|(a, b), (c, d)| (a.min(c), b.max(d)))
}

#[allow(clippy::too_many_arguments, reason = "a specification is where all of these meet, once")]
fn spec(
    plan: &Plan<'_>,
    facts: &Facts,
    analysis: &Analysis,
    window: (f64, f64),
    (width, height): (u32, u32),
    hidden: &[String],
    palette: &Palette,
    texts: &Texts,
) -> ChartSpec {
    let visible = plan.series.iter().filter(|series| !hidden.contains(&series.key));
    let mut series: Vec<ChartSeries> = visible.map(|series| chart_series(series, window, texts)).collect();
    // The largest and emphasised lines are drawn last, on top.
    series.order_by_key(|series| series.emphasis);
    let zone = format::offset(texts.offset_s());
    ChartSpec {
        title: texts.say(&plan.title),
        y_label: texts.say(&plan.y_label),
        offset_s: texts.offset_s(),
        x_label: texts.with("trends-axis-time", &[("zone", Arg::Text(zone))]),
        window,
        from_zero: plan.has_ceilings || matches!(plan.key.as_str(), "processes" | "forks"),
        width,
        height,
        series,
        ceilings: if plan.has_ceilings { ceilings(facts, texts) } else { Vec::new() },
        markers: markers(analysis, texts),
        palette: palette.clone(),
    }
}

/// The samples of the window and one on each side, so that lines run to the edge.
fn chart_series(series: &PlannedSeries<'_>, (start, end): (f64, f64), texts: &Texts) -> ChartSeries {
    let from = series.times.partition_point(|&time| time < start).saturating_sub(1);
    let to = (series.times.partition_point(|&time| time <= end) + 1).min(series.times.len());
    ChartSeries {
        key: series.key.clone(),
        label: texts.say(&series.label),
        color: series.color,
        emphasis: series.emphasis,
        times: series.times[from..to].to_vec(),
        values: series.values[from..to].to_vec(),
    }
}

fn ceilings(facts: &Facts, texts: &Texts) -> Vec<ChartCeiling> {
    let drawn =
        facts.ceilings.iter().filter(|ceiling| !matches!(ceiling.name, LimitName::FileMax | LimitName::UlimitFiles));
    let label = |name: &str, value: u64| {
        texts.with("trends-ceiling", &[("name", Arg::from(name)), ("value", Arg::from(value))])
    };
    let mut lines: Vec<ChartCeiling> = drawn
        .clone()
        .filter_map(|ceiling| {
            let value = ceiling.limit?;
            let kind = if ceiling.hit { CeilingKind::Hit } else { CeilingKind::Known };
            Some(ChartCeiling { label: label(ceiling.name.as_str(), value), value: value as f64, kind })
        })
        .collect();
    // The same limit for another scope is the same line.
    lines.dedup_by(|a, b| a.label == b.label);
    let tightest = drawn.clone().find(|ceiling| binds_node(ceiling.name)).and_then(|ceiling| ceiling.limit);
    lines.extend(tightest.map(|limit| ChartCeiling {
        label: texts.with("trends-ceiling-mark", &[("share", Arg::Ratio(NEAR))]),
        value: limit as f64 * NEAR,
        kind: CeilingKind::Mark,
    }));
    lines
}

/// The events that explain a chart's shape, by the stable head of their keys.
fn markers(analysis: &Analysis, texts: &Texts) -> Vec<ChartMarker> {
    let kinds = [
        ("onset", "trends-marker-onset", true),
        ("task-refused", "trends-marker-refused", false),
        ("killed", "trends-marker-killed", false),
        ("recovery", "trends-marker-recovery", false),
    ];
    let of = |event: &crate::model::TimelineEvent| {
        let head = event.key.split('/').next().unwrap_or_default();
        let (_, id, alarm) = kinds.iter().find(|(key, ..)| *key == head)?;
        let message = Message::new(id).with("count", event.count);
        let end = event.end.map(|end| end.as_seconds_f64());
        Some(ChartMarker { label: texts.say(&message), at: event.at.as_seconds_f64(), end, alarm: *alarm })
    };
    analysis.timeline.iter().filter_map(of).collect()
}

fn legend(plan: &Plan<'_>, (start, end): (f64, f64), hidden: &[String], texts: &Texts) -> Vec<LegendEntry> {
    let entries = plan.series.iter().map(|series| {
        let inside = series
            .times
            .iter()
            .zip(series.values.iter())
            .filter(|(time, value)| **time >= start && **time <= end && value.is_finite());
        let (last, max) = inside.fold((None, None), |(_, max): (Option<f64>, Option<f64>), (_, value)| {
            (Some(*value), Some(max.map_or(*value, |max| max.max(*value))))
        });
        let number =
            |value: Option<f64>| value.map_or_else(String::new, |value| format::decimal(round_for_reading(value)));
        LegendEntry {
            key: series.key.clone(),
            label: texts.say(&series.label),
            color: series.color,
            hidden: hidden.contains(&series.key),
            culprit: series.culprit,
            last: number(last),
            max: number(max),
        }
    });
    entries.collect()
}

/// Large values need no decimals.
fn round_for_reading(value: f64) -> f64 {
    if value.abs() >= 100.0 { value.round() } else { value }
}

fn summary(plan: &Plan<'_>, spec: &ChartSpec, texts: &Texts) -> String {
    let highest = plan
        .series
        .iter()
        .flat_map(|series| {
            series.times.iter().zip(series.values.iter()).map(move |(time, value)| (series, *time, *value))
        })
        .filter(|(_, time, value)| value.is_finite() && *time >= spec.window.0 && *time <= spec.window.1)
        .reduce(|best, next| if next.2 > best.2 { next } else { best });
    let Some((series, at, value)) = highest else { return texts.get("trends-summary-empty") };
    texts.with(
        "trends-summary",
        &[
            ("title", Arg::Text(texts.say(&plan.title))),
            ("count", Arg::from(plan.series.len())),
            ("series", Arg::Text(texts.say(&series.label))),
            ("max", Arg::Float(round_for_reading(value))),
            ("at", Arg::Time(timestamp(at))),
        ],
    )
}

fn table(plan: &Plan<'_>, (start, end): (f64, f64), texts: &Texts) -> (Vec<String>, Vec<Vec<String>>) {
    let mut head = vec![texts.get("trends-table-time")];
    head.extend(plan.series.iter().map(|series| texts.say(&series.label)));
    let Some(clock) = plan.series.first() else { return (head, Vec::new()) };
    let from = clock.times.partition_point(|&time| time < start);
    let to = clock.times.partition_point(|&time| time <= end);
    let step = (to.saturating_sub(from)).div_ceil(MAX_TABLE_ROWS).max(1);
    let rows = (from..to).step_by(step).map(|row| {
        let at = clock.times[row];
        let values = plan.series.iter().map(|series| {
            series.value_near(at).map_or_else(String::new, |(_, value)| format::decimal(round_for_reading(value)))
        });
        std::iter::once(format::time(timestamp(at), texts.offset_s())).chain(values).collect()
    });
    (head, rows.collect())
}
