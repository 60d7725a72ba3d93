//! From plans to pictures, legends and tables for one window and size.

use super::level_changes;
use super::plan::{Plan, Plans};
use super::{BEYOND, ChartView, LEFT_OUT, LeavingChart, LegendEntry, Readings, TrendsRequest, TrendsView};
use crate::chart::draw::draw_beyond;
use crate::chart::reduce::widened;
use crate::chart::{CeilingKind, ChartCeiling, ChartForm, ChartMarker, ChartSeries, ChartSpec, Palette};
use crate::facts::Facts;
use crate::facts::ceilings::{NEAR, binds_node};
use crate::facts::usage::timestamp;
use crate::model::sort::Order as _;
use crate::model::{Analysis, Arg, Message, Scope, TimeRange};
use crate::text::{Texts, format};

/// Measures without a chart that are named.
const MAX_LEFT_OUT: usize = 500;
/// Rows of a chart's table.
const MAX_TABLE_ROWS: usize = 200;
/// Size of an exported chart in CSS pixels.
const EXPORT_SIZE: (u32, u32) = (960, 360);
/// Seconds shown on each side of the only instant there is.
const AROUND_S: f64 = 30.0;
/// Samples are reduced before the chart's margins are known, to so many columns per pixel of its width: the reduction to pixels that
/// follows then sees what it would have seen of all samples, to half a pixel. More would be handled and thrown away again in every frame.
const COLUMNS_PER_PIXEL: usize = 2;

/// The charts of a case for the window, size, palette and language asked for.
#[must_use]
pub fn build_trends(
    facts: &Facts,
    analysis: &Analysis,
    plans: &Plans,
    request: &TrendsRequest,
    texts: &Texts,
) -> TrendsView {
    let Some(full) = full_range(facts, plans) else { return TrendsView::default() };
    let window = request.window.map_or(full, |window| (window.start.as_seconds_f64(), window.end.as_seconds_f64()));
    let mut charts: Vec<ChartView> = plans
        .charts
        .iter()
        .enumerate()
        .map(|(index, plan)| {
            let height = if index == 0 { request.height } else { request.height * 3 / 5 };
            let form = form_of(plan, request);
            let look = Look {
                window,
                beyond: BEYOND,
                size: (request.width, height),
                hidden: &request.hidden,
                palette: &request.palette,
                form,
            };
            let mut spec = spec(plan, facts, analysis, &look, texts);
            // The page shows title and legend as text beside the canvas.
            spec.title = String::new();
            let legend = legend(plan, facts, window, &request.hidden, texts);
            let (changes, n_changes) = level_changes::told(plan, facts, &request.hidden, texts);
            let (table_head, table_rows) =
                if request.tables { table(plan, facts, &look, texts) } else { Default::default() };
            ChartView {
                key: plan.key.clone(),
                title: title(plan, facts, texts),
                summary: summary(plan, facts, window, texts),
                drawing: draw_beyond(&spec, BEYOND),
                form,
                can_stack: plan.can_stack(),
                legend,
                changes,
                n_changes,
                readings: readings(plan, facts, &look),
                table_head,
                table_rows,
            }
        })
        .collect();
    let range = |(start, end): (f64, f64)| TimeRange::of(timestamp(start), timestamp(end));
    if !plans.left_out.is_empty() {
        charts.push(left_out(&plans.left_out, texts));
    }
    TrendsView { full: Some(range(full)), window: Some(range(window)), charts }
}

/// What has no chart, in place of the last one: a legend of what can be picked.
fn left_out(measures: &[(String, String)], texts: &Texts) -> ChartView {
    let entry = |(key, name): &(String, String)| LegendEntry {
        key: key.clone(),
        label: name.clone(),
        folded: true,
        ..LegendEntry::default()
    };
    ChartView {
        key: LEFT_OUT.to_owned(),
        title: texts.with("trends-left-out", &[("count", measures.len().into())]),
        legend: measures.iter().take(MAX_LEFT_OUT).map(entry).collect(),
        ..ChartView::default()
    }
}

/// One chart as the reader has it, to leave on its own: in its window and form, without the series that are hidden. As a picture it is as wide
/// and as light as in an exported document; as a table it has every sample. `None` where there is no such chart.
#[must_use]
pub fn build_chart(
    facts: &Facts,
    analysis: &Analysis,
    plans: &Plans,
    (key, as_table): (&str, bool),
    request: &TrendsRequest,
    texts: &Texts,
) -> Option<LeavingChart> {
    let plan = plans.charts.iter().find(|plan| plan.key == key)?;
    let full = full_range(facts, plans)?;
    let window = request.window.map_or(full, |window| (window.start.as_seconds_f64(), window.end.as_seconds_f64()));
    let palette = Palette::light();
    let (hidden, form) = (&request.hidden, form_of(plan, request));
    let look = Look { window, beyond: 0.0, size: EXPORT_SIZE, hidden, palette: &palette, form };
    let mut chart =
        LeavingChart { key: key.to_owned(), spec: spec(plan, facts, analysis, &look, texts), thinned: false };
    if as_table {
        for series in &mut chart.spec.series {
            let Some(planned) = plan.series.iter().find(|planned| planned.key == series.key) else { continue };
            let thinned;
            ((series.times, series.values), thinned) = planned.samples(facts).within(window);
            chart.thinned |= thinned;
        }
    }
    Some(chart)
}

fn form_of(plan: &Plan, request: &TrendsRequest) -> ChartForm {
    let asked = request.forms.iter().find(|(key, _)| *key == plan.key).map(|(_, form)| *form);
    asked.filter(|form| *form != ChartForm::Stacked || plan.can_stack()).unwrap_or_default()
}

/// The charts that go into an exported document, by key: light, wide, over everything that was collected.
#[must_use]
pub fn build_export_charts(facts: &Facts, analysis: &Analysis, texts: &Texts) -> Vec<(String, ChartSpec)> {
    let plans = Plans::of(facts, &[]);
    let Some(window) = full_range(facts, &plans) else { return Vec::new() };
    let palette = Palette::light();
    let form = ChartForm::Lines;
    let look = Look { window, beyond: 0.0, size: EXPORT_SIZE, hidden: &[], palette: &palette, form };
    let known = plans.charts.iter().filter(|plan| !plan.key.starts_with("other"));
    known.map(|plan| (plan.key.clone(), spec(plan, facts, analysis, &look, texts))).collect()
}

/// What the crosshair says over a chart: what is nearest to the middle of every pixel column.
fn readings(plan: &Plan, facts: &Facts, look: &Look<'_>) -> Readings {
    let drawn = plan.series.iter().filter(|series| !look.hidden.contains(&series.key));
    let drawn: Vec<_> = drawn.map(|series| series.samples(facts)).collect();
    let (start, end) = widened(look.window, look.beyond);
    let n_columns = (f64::from(look.size.0) * (1.0 + 2.0 * look.beyond)) as usize;
    let width = (end - start) / n_columns.max(1) as f64;
    let mut readings = Readings::default();
    for column in 0..n_columns {
        let middle = start + (column as f64 + 0.5) * width;
        let distance = |time: &f64| (time - middle).abs();
        let near = drawn.iter().filter_map(|samples| samples.value_near(middle)).map(|(time, _)| time);
        let nearest = near.min_by(|a, b| distance(a).total_cmp(&distance(b)));
        // Where samples are rare, many columns are nearest to one of them.
        if let Some(time) = nearest.filter(|time| readings.times.last().is_none_or(|last| last < time)) {
            readings.times.push(time);
            let at = drawn.iter().map(|samples| samples.value_near(time).map_or(f64::NAN, |(_, value)| value));
            readings.values.extend(at);
        }
    }
    readings
}

/// From the first sample of all charts to the last; around the only instant where there is one.
fn full_range(facts: &Facts, plans: &Plans) -> Option<(f64, f64)> {
    let (first, last) = range_of(&plans.charts, facts)?;
    let around = if first < last { 0.0 } else { AROUND_S };
    Some((first - around, last + around))
}

fn range_of(plans: &[Plan], facts: &Facts) -> Option<(f64, f64)> {
    let times = plans.iter().flat_map(|plan| &plan.series).filter_map(|series| {
        let times = series.samples(facts).times;
        let first = times.iter().find(|time| time.is_finite())?;
        let last = times.iter().rfind(|time| time.is_finite())?;
        Some((first, last))
    });
    times.reduce(|(a, b), (c, d)| (a.min(c), b.max(d)))
}

/// What a chart shows; of a single instant it is said that there are no others.
fn title(plan: &Plan, facts: &Facts, texts: &Texts) -> String {
    let title = texts.say(&plan.title);
    match range_of(std::slice::from_ref(plan), facts) {
        Some((first, last)) if first == last => {
            let at = Arg::Time(timestamp(first));
            texts.with("trends-chart-instant", &[("title", Arg::Text(title)), ("at", at)])
        }
        _ => title,
    }
}

/// How a chart is to look.
struct Look<'a> {
    window: (f64, f64),
    /// Share of the window that is drawn beyond each of its ends.
    beyond: f64,
    /// Width and height in CSS pixels.
    size: (u32, u32),
    hidden: &'a [String],
    palette: &'a Palette,
    form: ChartForm,
}

fn spec(plan: &Plan, facts: &Facts, analysis: &Analysis, look: &Look<'_>, texts: &Texts) -> ChartSpec {
    let (width, height) = look.size;
    let window = widened(look.window, look.beyond);
    let columns = (f64::from(width) * (1.0 + 2.0 * look.beyond)) as usize * COLUMNS_PER_PIXEL;
    let visible = plan.series.iter().filter(|series| !look.hidden.contains(&series.key));
    let mut series: Vec<ChartSeries> = visible
        .map(|series| {
            let (times, values) = series.samples(facts).reduced(window, columns);
            let (key, label) = (series.key.clone(), texts.say(&series.label));
            let (color, emphasis, is_part) = (series.color, series.emphasis, series.is_part);
            ChartSeries { key, label, color, emphasis, is_part, times, values }
        })
        .collect();
    // The largest and emphasised lines are drawn last, on top.
    series.order_by_key(|series| series.emphasis);
    let zone = format::offset(texts.offset_s());
    let is_empty = plan.series.iter().all(|series| series.samples(facts).last_and_highest(look.window).is_none());
    ChartSpec {
        title: title(plan, facts, texts),
        y_label: if is_empty { texts.get("trends-summary-empty") } else { texts.say(&plan.y_label) },
        offset_s: texts.offset_s(),
        x_label: texts.with("trends-axis-time", &[("zone", Arg::Text(zone))]),
        window: look.window,
        from_zero: plan.has_ceilings || matches!(plan.key.as_str(), "processes" | "forks"),
        form: look.form,
        width,
        height,
        series,
        ceilings: if plan.has_ceilings { ceilings(facts, texts) } else { Vec::new() },
        markers: markers(analysis, texts),
        palette: look.palette.clone(),
    }
}

fn ceilings(facts: &Facts, texts: &Texts) -> Vec<ChartCeiling> {
    let drawn = facts
        .ceilings
        .iter()
        .filter(|ceiling| ceiling.name.counts_tasks() && !matches!(ceiling.scope, Scope::Cgroup(_) | Scope::Unit(_)));
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
        value: (limit as f64 * NEAR).floor(),
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
        let id = if event.text.id.ends_with("-thread-refused") { "trends-marker-threads" } else { id };
        let message = Message::new(id).with("count", event.count);
        let end = event.end.map(|end| end.as_seconds_f64());
        Some(ChartMarker { label: texts.say(&message), at: event.at.as_seconds_f64(), end, alarm: *alarm })
    };
    analysis.timeline.iter().filter_map(of).collect()
}

fn legend(plan: &Plan, facts: &Facts, window: (f64, f64), hidden: &[String], texts: &Texts) -> Vec<LegendEntry> {
    let number = |value: f64| format::decimal(round_for_reading(value));
    let drawn = plan.series.iter().map(|series| {
        let samples = series.samples(facts);
        let (last, max) = samples.last_and_highest(window).unzip();
        let number = |index: Option<usize>| index.map_or_else(String::new, |index| number(samples.value(index)));
        LegendEntry {
            key: series.key.clone(),
            label: texts.say(&series.label),
            color: series.color,
            hidden: hidden.contains(&series.key),
            culprit: series.culprit,
            folded: false,
            last: number(last),
            max: number(max),
        }
    });
    let folded = plan.folded.iter().map(|(key, label)| LegendEntry {
        key: key.clone(),
        label: texts.say(label),
        folded: true,
        ..LegendEntry::default()
    });
    drawn.chain(folded).collect()
}

/// Large values need no decimals.
pub(super) fn round_for_reading(value: f64) -> f64 {
    if value.abs() >= 100.0 { value.round() } else { value }
}

fn summary(plan: &Plan, facts: &Facts, window: (f64, f64), texts: &Texts) -> String {
    let highest = plan.series.iter().filter_map(|series| {
        let samples = series.samples(facts);
        let (_, index) = samples.last_and_highest(window)?;
        Some((series, samples.times.at(index), samples.value(index)))
    });
    let highest = highest.reduce(|best, next| if next.2 > best.2 { next } else { best });
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

/// The figures of a window: a row for every sample of the series that has most, so that no peak lies between two; where those are too many,
/// every so many-th, the highest and the lowest of each series, and a head that says so.
fn table(plan: &Plan, facts: &Facts, look: &Look<'_>, texts: &Texts) -> (Vec<String>, Vec<Vec<String>>) {
    let (start, end) = look.window;
    let shown = || plan.series.iter().filter(|series| !look.hidden.contains(&series.key));
    let mut head = vec![texts.get("trends-table-time")];
    head.extend(shown().map(|series| texts.say(&series.label)));
    let clocks = shown().map(|series| {
        let clock = series.samples(facts).times;
        (clock, clock.partition_point(|time| time < start), clock.partition_point(|time| time <= end))
    });
    let most = |(_, from, to): &(_, usize, usize)| to.saturating_sub(*from);
    let Some((clock, from, to)) = clocks.max_by_key(most) else { return (head, Vec::new()) };
    let n_samples = to.saturating_sub(from);
    let step = n_samples.div_ceil(MAX_TABLE_ROWS).max(1);
    let mut times: Vec<f64> = (from..to).step_by(step).map(|row| clock.at(row)).collect();
    if step > 1 {
        for series in shown() {
            let samples = series.samples(facts);
            let extremes = samples.extremes(look.window);
            times.extend(extremes.into_iter().flatten().map(|index| samples.times.at(index)));
        }
        times.order_by(f64::total_cmp);
        times.dedup();
        let counts = [("shown", times.len().into()), ("count", n_samples.into()), ("step", step.into())];
        head[0] = texts.with("trends-table-thinned", &counts);
    }
    let row = |at: f64| {
        let values = shown().map(|series| {
            let near = series.samples(facts).value_near(at);
            near.map_or_else(String::new, |(_, value)| format::decimal(round_for_reading(value)))
        });
        std::iter::once(format::time(timestamp(at), texts.offset_s())).chain(values).collect()
    };
    (head, times.into_iter().map(row).collect())
}
