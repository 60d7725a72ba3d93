//! Everything about a chart that is decided before the first line is drawn: ranges, margins, marks and where each label stands.

use super::backend::text_width;
use super::place::{Area, Flag, LABEL_SIZE, ROW_HEIGHT, fit, place_flags, place_line_labels};
use super::scale::ValueAxis;
use super::stack::stack;
use super::ticks::{TimeTick, ValueTicks, floor_of_ten, log_ticks, time_ticks, value_ticks};
use super::{CeilingKind, ChartCeiling, ChartForm, ChartMarker, ChartSeries, ChartSpec, reduce};
use crate::model::sort::Order as _;

/// Height of the title's row, in pixels.
pub(super) const TITLE_HEIGHT: f32 = 24.0;
/// Doubles near today's date are a quarter of a microsecond apart; a shorter window would show their steps.
const SHORTEST_WINDOW_S: f64 = 0.01;
/// What [`crate::model::Timestamp`] can hold, so that every axis has a calendar.
const TIME_LIMIT_S: f64 = 9.2e9;
/// Values beyond are drawn at this one: room is left for the axis to reach above them.
const VALUE_LIMIT: f64 = 1e300;

/// What is decided.
pub(super) struct Layout {
    pub(super) plot: Area,
    pub(super) x: (f64, f64),
    /// The window with what is drawn beyond its ends.
    pub(super) wide: (f64, f64),
    pub(super) y: ValueAxis,
    pub(super) x_ticks: Vec<TimeTick>,
    pub(super) y_ticks: ValueTicks,
    /// What is drawn of each series, cut at the ends of `wide`.
    pub(super) lines: Vec<Line>,
    /// Indices of the ceilings on the scale and where their labels stand.
    pub(super) ceilings: Vec<(usize, Option<Area>)>,
    /// Ceilings beyond the scale.
    pub(super) headers: Vec<Header>,
    /// Marker index and its flag.
    pub(super) flags: Vec<(usize, Option<Flag>)>,
    pub(super) flags_top: f32,
    /// Between texts and the picture's edge.
    pub(super) margin: f32,
    /// Top of the row that says what y counts.
    pub(super) header_top: f32,
    /// Whether there is room for texts at all.
    pub(super) has_texts: bool,
}

/// A series as it is drawn: reduced samples, ascending, NaN where the line breaks.
#[derive(Default)]
pub(super) struct Line {
    pub(super) points: Vec<(f64, f64)>,
    /// The lower edge of an area; empty for a line.
    pub(super) floor: Vec<(f64, f64)>,
}

/// A text at the top right: its right end, its middle, what it says.
pub(super) struct Header {
    pub(super) right: f32,
    pub(super) middle: f32,
    pub(super) text: String,
}

impl Layout {
    /// `beyond` is the share of the window that is drawn beyond each of its ends.
    pub(super) fn of(spec: &ChartSpec, width: f32, height: f32, beyond: f64) -> Self {
        let x = visible_window(spec.window);
        let wide = reduce::widened(x, beyond);
        let has_texts = width >= 120.0 && height >= 80.0;
        let margin = margin_of(width);
        let header_top = if spec.title.is_empty() { 4.0 } else { TITLE_HEIGHT + 4.0 };

        // As wide as most labels need, so that charts below each other share their time axis, and known before the values are.
        let usual_left = if width < 480.0 { 48.0 } else { 60.0 };
        let usual_columns = (width - margin - usual_left).max(1.0) as usize;
        let lines = reduce_all(spec, x, usual_columns);
        let data = value_range(&lines);
        let on_scale = ceilings_on_scale(&spec.ceilings, data);
        // At least as much air as the label of a ceiling needs above the highest one, under a guess of the plot's height.
        let label_room = ROW_HEIGHT + 3.0;
        let air = f64::from(label_room / (height - 125.0 - label_room).max(40.0));
        let y = match spec.form {
            ChartForm::Log => log_range(spec, &lines, &on_scale, air),
            _ => {
                let (low, high) = fitted_range(spec, data, &on_scale, air);
                ValueAxis { low, high, is_log: false }
            }
        };

        if !has_texts {
            let plot = Area { left: 1.0, top: 2.0, right: (width - 1.0).max(2.0), bottom: (height - 2.0).max(3.0) };
            let lines = drawn(spec, wide, (plot.right - plot.left) * (1.0 + 2.0 * beyond as f32), &y);
            let ceilings = on_scale.into_iter().map(|index| (index, None)).collect();
            let y_ticks = ValueTicks { values: Vec::new(), labels: Vec::new() };
            let (x_ticks, headers, flags) = (Vec::new(), Vec::new(), Vec::new());
            return Self {
                plot,
                x,
                wide,
                y,
                x_ticks,
                y_ticks,
                lines,
                ceilings,
                headers,
                flags,
                flags_top: 0.0,
                margin,
                header_top,
                has_texts,
            };
        }

        let bottom = (height - if height < 140.0 { 20.0 } else { 38.0 }).round();
        let max_marks = ((bottom - 46.0) / 28.0).clamp(2.0, 8.0) as usize;
        let y_ticks = if data.is_none() && on_scale.is_empty() {
            // Nothing is drawn that an axis could be read for.
            ValueTicks { values: Vec::new(), labels: Vec::new() }
        } else if y.is_log {
            log_ticks(y.low, y.high, max_marks)
        } else {
            value_ticks(y.low, y.high, max_marks)
        };
        let label_width = y_ticks.labels.iter().map(|label| text_width(label, LABEL_SIZE)).fold(0.0, f32::max);
        let left = (label_width + margin + 4.0).min(width / 2.0).ceil().max(usual_left);
        let right = width - margin;
        let columns = (right - left).max(1.0) * (1.0 + 2.0 * beyond as f32);
        let is_drawn = left == usual_left && beyond == 0.0;
        let lines = if is_drawn { lines } else { drawn(spec, wide, columns, &y) };

        let x_of = |at: f64| left + ((at - x.0) / (x.1 - x.0)) as f32 * (right - left);
        let is_visible = |marker: &ChartMarker| marker.at <= x.1 && marker.end.unwrap_or(marker.at) >= x.0;
        let visible: Vec<usize> = (0..spec.markers.len()).filter(|index| is_visible(&spec.markers[*index])).collect();
        let n_rows =
            [(240.0, 3), (160.0, 2), (110.0, 1)].iter().find(|(from, _)| height >= *from).map_or(0, |row| row.1);
        let labels: Vec<(f32, &str, bool)> = visible
            .iter()
            .map(|index| &spec.markers[*index])
            .map(|marker| (x_of(marker.at.max(x.0)), marker.label.as_str(), marker.alarm))
            .collect();
        let flags: Vec<(usize, Option<Flag>)> =
            visible.iter().copied().zip(place_flags(&labels, n_rows, left, width - 4.0)).collect();
        let n_flag_rows = flags.iter().filter_map(|(_, flag)| flag.map(|flag| flag.row + 1)).max().unwrap_or(0);

        let mut far: Vec<&ChartCeiling> = (0..spec.ceilings.len())
            .filter(|index| !on_scale.contains(index) && spec.ceilings[*index].value.is_finite())
            .map(|index| &spec.ceilings[index])
            .collect();
        far.order_by(|a, b| a.value.total_cmp(&b.value));
        let y_label_end = margin + text_width(&spec.y_label, LABEL_SIZE) + 16.0;
        let (headers, n_header_rows) = place_headers(&far, y_label_end, margin, right, header_top);
        let flags_top = header_top + n_header_rows as f32 * ROW_HEIGHT + 3.0;
        let top = (flags_top + n_flag_rows as f32 * ROW_HEIGHT + 3.0).min(bottom - 16.0).round();

        let plot = Area { left, top, right, bottom };
        let y_of = |value: f64| bottom - y.share(value) as f32 * (bottom - top);
        let ceiling_lines: Vec<(f32, &str)> =
            on_scale.iter().map(|index| &spec.ceilings[*index]).map(|it| (y_of(it.value), it.label.as_str())).collect();
        let ceilings = on_scale.iter().copied().zip(place_line_labels(&ceiling_lines, &plot)).collect();
        let x_ticks = time_ticks(x, spec.offset_s, right - left, text_width("0", LABEL_SIZE));
        Self {
            plot,
            x,
            wide,
            y,
            x_ticks,
            y_ticks,
            lines,
            ceilings,
            headers,
            flags,
            flags_top,
            margin,
            header_top,
            has_texts,
        }
    }
}

/// Space between texts and the picture's edge; less on a phone.
pub(super) fn margin_of(width: f32) -> f32 {
    if width < 480.0 { 8.0 } else { 12.0 }
}

/// The window as asked for; widened around its start where it is too short to be an axis.
fn visible_window((start, end): (f64, f64)) -> (f64, f64) {
    let limit = |at: f64| if at.is_nan() { 0.0 } else { at.clamp(-TIME_LIMIT_S, TIME_LIMIT_S) };
    let (start, end) = (limit(start), limit(end));
    if end - start >= SHORTEST_WINDOW_S { (start, end) } else { (start - 0.5, start + 0.5) }
}

/// What is drawn in a window that may be wider than the one that the axis was fitted to: nothing leaves the axis.
fn drawn(spec: &ChartSpec, window: (f64, f64), columns: f32, y: &ValueAxis) -> Vec<Line> {
    let mut lines = reduce_all(spec, window, columns as usize);
    for point in lines.iter_mut().flat_map(|line| line.points.iter_mut().chain(&mut line.floor)) {
        // A gap (NaN) stays one. Not `clamp`, which prints its bounds where they are crossed: that is all printing of floats.
        if point.1 < y.low {
            point.1 = y.low;
        } else if point.1 > y.high {
            point.1 = y.high;
        }
    }
    lines
}

fn reduce_all(spec: &ChartSpec, window: (f64, f64), columns: usize) -> Vec<Line> {
    let reduced = |times: &[f64], values: &[f64]| {
        let mut points = Vec::new();
        reduce::reduce(times.into(), values, window, columns, None, &mut points);
        reduce::clip(&mut points, window);
        for point in &mut points {
            point.1 = point.1.clamp(-VALUE_LIMIT, VALUE_LIMIT);
        }
        points
    };
    let mut layers = Vec::new();
    if spec.form == ChartForm::Stacked {
        let parts = spec.series.iter().filter(|series| series.is_part);
        let parts: Vec<_> = parts.map(|series| (series.times.as_slice(), series.values.as_slice())).collect();
        layers = stack(&parts);
    }
    let mut layers = layers.into_iter();
    let line = |series: &ChartSeries| {
        if let Some(layer) = series.is_part.then(|| layers.next()).flatten() {
            let (points, floor) = (reduced(&layer.times, &layer.upper), reduced(&layer.times, &layer.lower));
            return Line { points, floor };
        }
        let points = reduced(&series.times, &series.values);
        Line { points: if spec.form == ChartForm::Steps { steps(&points) } else { points }, floor: Vec::new() }
    };
    spec.series.iter().map(line).collect()
}

/// Each value held until the next sample.
fn steps(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut held = Vec::with_capacity(2 * points.len());
    for (index, point) in points.iter().enumerate() {
        if let Some((_, before)) = index.checked_sub(1).map(|before| points[before])
            && before.is_finite()
        {
            held.push((point.0, before));
        }
        held.push(*point);
    }
    held
}

/// Lowest and highest value; `None` without any.
fn value_range(lines: &[Line]) -> Option<(f64, f64)> {
    let values = lines.iter().flat_map(|line| &line.points).map(|point| point.1).filter(|value| value.is_finite());
    values.fold(None, |range, value| match range {
        None => Some((value, value)),
        Some((low, high)) => Some((low.min(value), high.max(value))),
    })
}

/// Indices of the ceilings that are drawn: those reached, and those within twice the highest value. Without data, the lowest leads.
fn ceilings_on_scale(ceilings: &[ChartCeiling], data: Option<(f64, f64)>) -> Vec<usize> {
    let is_drawable = |ceiling: &&ChartCeiling| ceiling.value.abs() <= VALUE_LIMIT;
    let lowest = || ceilings.iter().filter(is_drawable).map(|ceiling| ceiling.value).fold(f64::INFINITY, f64::min);
    let reference = data.map_or_else(lowest, |(_, high)| high);
    let is_near = |ceiling: &ChartCeiling| ceiling.kind == CeilingKind::Hit || ceiling.value <= 2.0 * reference;
    (0..ceilings.len()).filter(|index| is_drawable(&&ceilings[*index]) && is_near(&ceilings[*index])).collect()
}

/// The value axis: from 0, unless the data lies so far from it that its shape would be lost, up to the highest line and some air.
fn fitted_range(spec: &ChartSpec, data: Option<(f64, f64)>, on_scale: &[usize], air: f64) -> (f64, f64) {
    let ceilings = on_scale.iter().map(|index| spec.ceilings[*index].value);
    let (low, high) = data.unwrap_or((0.0, 0.0));
    let high = ceilings.clone().fold(high, f64::max);
    let low = ceilings.fold(low, f64::min);
    let span = high - low;
    let is_far = !spec.from_zero && on_scale.is_empty() && span > 0.0 && span < 0.2 * high.abs().min(low.abs());
    if is_far {
        return (low - 0.1 * span, high + 0.1 * span);
    }
    let (low, high) = (low.min(0.0), high.max(0.0));
    if low == high {
        return (0.0, 1.0);
    }
    let air = air.max(0.06) * (high - low);
    (if low < 0.0 { low - air } else { 0.0 }, if high > 0.0 { high + air } else { 0.0 })
}

/// The logarithmic axis: from the power of ten below the lowest value above zero up to the highest line and some air.
fn log_range(spec: &ChartSpec, lines: &[Line], on_scale: &[usize], air: f64) -> ValueAxis {
    let values = lines.iter().flat_map(|line| &line.points).map(|point| point.1);
    let ceilings = on_scale.iter().map(|index| spec.ceilings[*index].value);
    let positive = values.chain(ceilings).filter(|value| *value > 0.0 && value.is_finite());
    let range = positive.fold(None, |range: Option<(f64, f64)>, value| {
        Some(range.map_or((value, value), |(low, high)| (low.min(value), high.max(value))))
    });
    let (low, high) = range.map_or((1.0, 10.0), |(low, high)| (floor_of_ten(low), high));
    let (low, high) = (low, high.max(10.0 * low));
    // Air is a share of the axis, whose length is in orders of magnitude.
    let orders = super::scale::log2(high) - super::scale::log2(low);
    let factor = 1.0 + air.clamp(0.06, 0.5) * orders;
    ValueAxis { low, high: (high * factor).min(f64::MAX), is_log: true }
}

/// Names the ceilings far above the scale, the nearest first, from the right end to the left, in at most two rows. The first row starts
/// at `left`, behind what y counts; it is there in any case.
fn place_headers(far: &[&ChartCeiling], left: f32, margin: f32, right: f32, top: f32) -> (Vec<Header>, usize) {
    let mut placed = Vec::new();
    let (mut row, mut start, mut end) = (0, left, right);
    for ceiling in far {
        let text = format!("↑ {}", ceiling.label);
        let width = text_width(&text, LABEL_SIZE);
        if end - width < start && row == 0 {
            (row, start, end) = (1, margin, right);
        }
        if end - width < start && end < right {
            break;
        }
        let text = fit(&text, LABEL_SIZE, end - start);
        placed.push(Header { right: end, middle: top + (row as f32 + 0.5) * ROW_HEIGHT, text });
        end -= width + 16.0;
    }
    (placed, row + 1)
}
