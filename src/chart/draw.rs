//! Draws a specification.
//!
//! From the back: bands, a light horizontal grid, series, lines of markers: what moves when the window does. Then what stands still: the
//! labels of values, times and markers, ceilings with their labels. Above the plot stand what y counts and the ceilings that are too far
//! away to be on the scale, then up to three rows of marker labels; below it the times and, in a second row, their dates.

use std::cell::RefCell;
use std::convert::Infallible;
use std::ops::Range;
use std::rc::Rc;

use plotters::coord::Shift;
use plotters::coord::cartesian::Cartesian2d;
use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged};
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::element::{Circle, PathElement, Polygon, Rectangle, Text};
use plotters::series::LineSeries;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, RGBColor, ShapeStyle, TextStyle};

use super::backend::{Recorder, UNITS, text_width};
use super::layout::{Header, Layout, Line, TITLE_HEIGHT};
use super::palette::rgb;
use super::place::{Area, FLAG_GAP, LABEL_SIZE, ROW_HEIGHT, fit};
use super::scale::ValueAxis;
use super::ticks::TimeTick;
use super::{CeilingKind, ChartMarker, ChartSpec, Drawing};

const TITLE_SIZE: f32 = 14.0;
const LINE_WIDTH: f32 = 1.5;
const EMPHASIS_WIDTH: f32 = 2.25;
/// Of a line with more points than pixels. It is a band whatever its width; wider ones take a browser without a GPU ten times as long.
const DENSE_WIDTH: f32 = 1.0;
const DASH: (f32, f32) = (6.0, 4.0);
/// Of the areas of a stack: light enough for the lines over them, and for the grid to show through.
const AREA_OPACITY: f64 = 0.35;
/// Wider than any screen; keeps backend units far from the limits of i32.
const MAX_SIZE: u32 = 16_384;

type Drawn = Result<(), DrawingAreaErrorKind<Infallible>>;
type Plot = DrawingArea<Recorder, Cartesian2d<Axis, Axis>>;

/// Draws a chart into canvas operations.
#[must_use]
pub fn draw(spec: &ChartSpec) -> Drawing {
    draw_with_legend(spec, 0.0, 0.0, &[])
}

/// `draw` for a page that moves the picture before the next one is there: what moves is drawn for so large a share of the window beyond
/// each of its ends too. Values there that the axis does not reach lie on its edge.
#[must_use]
pub fn draw_beyond(spec: &ChartSpec, share: f64) -> Drawing {
    draw_with_legend(spec, share, 0.0, &[])
}

/// An entry of a legend below the chart: where it stands, counted from the chart's lower edge, and what it says.
pub(super) struct LegendPlace {
    pub(super) series: usize,
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) label: String,
}

/// `draw` on a picture that is `legend_height` higher, with a legend there.
pub(super) fn draw_with_legend(spec: &ChartSpec, beyond: f64, legend_height: f32, legend: &[LegendPlace]) -> Drawing {
    let (width, height) = (spec.width.clamp(1, MAX_SIZE), spec.height.clamp(1, MAX_SIZE));
    let background = rgb(&spec.palette.background);
    let recorder = Recorder::new(width, height + legend_height as u32, &background.to_backend_color());
    let recorder = Rc::new(RefCell::new(recorder));
    let layout = Layout::of(spec, width as f32, height as f32, beyond);
    let area = DrawingArea::from(&recorder);
    let mut canvas = Canvas { spec, area, recorder: Rc::clone(&recorder), layout, beyond: 0 };
    // Recording cannot fail; an error here could only be a layout plotters refuses, and then what was drawn so far is shown.
    let _ = canvas.area.fill(&background).is_err();
    canvas.widen(canvas.pixels_beyond());
    let _ = canvas.draw_moving().is_err();
    canvas.widen(0);
    let still_from = recorder.borrow().len() as u32;
    let _ = canvas.draw_still().and_then(|()| canvas.draw_legend(height as f32, legend)).is_err();
    let (ops, strings) = recorder.borrow_mut().take();
    let Layout { plot, x, y, .. } = canvas.layout;
    Drawing { ops, strings, plot: (plot.left, plot.top, plot.right, plot.bottom), x, y: y.edges(), still_from }
}

/// An axis over backend units. plotters' own rounds down and overflows on values far outside.
struct Axis(ValueAxis);

impl Axis {
    fn linear((low, high): (f64, f64)) -> Self {
        Self(ValueAxis { low, high, is_log: false })
    }
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        let (from, to) = (f64::from(limit.0), f64::from(limit.1));
        (from + self.0.share(*value).clamp(-1.0, 2.0) * (to - from)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _hint: Hint) -> Vec<f64> {
        Vec::new()
    }

    fn range(&self) -> Range<f64> {
        self.0.low..self.0.high
    }
}

struct Canvas<'a> {
    spec: &'a ChartSpec,
    area: DrawingArea<Recorder, Shift>,
    recorder: Rc<RefCell<Recorder>>,
    layout: Layout,
    /// Units by which the area is wider than the picture, on each side.
    beyond: i32,
}

impl Canvas<'_> {
    /// Units that the wide window needs beyond the plot.
    fn pixels_beyond(&self) -> i32 {
        let Layout { plot, x, wide, .. } = &self.layout;
        units((plot.right - plot.left) * ((wide.1 - x.1) / (x.1 - x.0)) as f32)
    }

    fn widen(&mut self, beyond: i32) {
        self.beyond = beyond;
        self.recorder.borrow_mut().widen(beyond);
        self.area = DrawingArea::from(&self.recorder);
    }

    fn plot(&self) -> Plot {
        let Area { left, top, right, bottom } = self.layout.plot;
        let (x, y) = (self.layout.x, self.layout.y);
        let pixels = (units(left) + self.beyond..units(right) + self.beyond, units(bottom)..units(top));
        self.area.apply_coord_spec(Cartesian2d::new(Axis::linear(x), Axis(y), pixels))
    }

    fn draw_moving(&self) -> Drawn {
        let plot = self.plot();
        self.draw_bands(&plot)?;
        self.draw_grid(&plot)?;
        self.draw_series(&plot)?;
        self.draw_markers(&plot)
    }

    fn draw_still(&self) -> Drawn {
        let plot = self.plot();
        self.draw_axes(&plot)?;
        self.draw_flags(&plot)?;
        self.draw_ceilings(&plot)?;
        self.draw_headers()
    }

    fn draw_headers(&self) -> Drawn {
        if !self.layout.has_texts {
            return Ok(());
        }
        let palette = &self.spec.palette;
        let Layout { margin, header_top, .. } = self.layout;
        if !self.spec.title.is_empty() {
            let style = text_style(&rgb(&palette.text), TITLE_SIZE, FontStyle::Bold, HPos::Left, VPos::Center);
            let title = fit(&self.spec.title, TITLE_SIZE * 1.05, self.spec.width as f32 - 2.0 * margin);
            self.text(&title, (margin, 4.0 + TITLE_HEIGHT / 2.0), style)?;
        }
        let y_label = (margin, header_top + ROW_HEIGHT / 2.0);
        self.text(&self.spec.y_label, y_label, label_style(&rgb(&palette.muted), HPos::Left, VPos::Center))?;
        for Header { right, middle, text } in &self.layout.headers {
            self.text(text, (*right, *middle), label_style(&rgb(&palette.muted), HPos::Right, VPos::Center))?;
        }
        Ok(())
    }

    fn draw_bands(&self, plot: &Plot) -> Drawn {
        let (x, y) = (self.layout.wide, self.layout.y);
        for (index, _) in &self.layout.flags {
            let marker = &self.spec.markers[*index];
            if let Some(end) = marker.end {
                let style = self.marker_color(marker).mix(0.1).filled();
                plot.draw(&Rectangle::new([(marker.at.max(x.0), y.high), (end.min(x.1), y.low)], style))?;
            }
        }
        Ok(())
    }

    fn draw_grid(&self, plot: &Plot) -> Drawn {
        let layout = &self.layout;
        let (from, to) = layout.wide;
        let grid = stroke(&rgb(&self.spec.palette.grid), 1.0);
        for value in &layout.y_ticks.values {
            plot.draw(&PathElement::new([(from, *value), (to, *value)], grid))?;
        }
        if !layout.has_texts {
            return Ok(());
        }
        let pixel_of = |at: f64| self.pixel_of(plot, at);
        let axis = stroke(&rgb(&self.spec.palette.muted).mix(0.6), 1.0);
        self.line((pixel_of(from), layout.plot.bottom), (pixel_of(to), layout.plot.bottom), axis)
    }

    fn draw_axes(&self, plot: &Plot) -> Drawn {
        let layout = &self.layout;
        let palette = &self.spec.palette;
        let muted = rgb(&palette.muted);
        for (value, label) in layout.y_ticks.values.iter().zip(&layout.y_ticks.labels) {
            let (_, y) = plot.map_coordinate(&(layout.x.0, *value));
            let at = (layout.plot.left - 6.0, y as f32 / UNITS as f32);
            self.text(label, at, label_style(&muted, HPos::Right, VPos::Center))?;
        }
        if !layout.has_texts {
            return Ok(());
        }
        let Area { right, bottom, .. } = layout.plot;
        let has_contexts = self.spec.height >= 140;
        let zone_width =
            if self.spec.x_label.is_empty() { 0.0 } else { text_width(&self.spec.x_label, LABEL_SIZE) + 12.0 };
        let mut contexts_end = f32::MIN;
        let next_context = |from: usize| layout.x_ticks[from + 1..].iter().find(|tick| tick.context.is_some());
        let pixel_of = |tick: &TimeTick| self.pixel_of(plot, tick.at);
        for (index, tick) in layout.x_ticks.iter().enumerate() {
            let x = pixel_of(tick);
            self.line((x, bottom), (x, bottom + 4.0), stroke(&muted.mix(0.6), 1.0))?;
            let center = |text: &str| {
                let half = text_width(text, LABEL_SIZE) / 2.0;
                x.min(self.spec.width as f32 - 2.0 - half).max(2.0 + half)
            };
            let at = (center(&tick.label), bottom + 6.0);
            self.text(&tick.label, at, label_style(&muted, HPos::Center, VPos::Top))?;
            let Some(context) = tick.context.as_ref().filter(|_| has_contexts) else { continue };
            let (middle, width) = (center(context), text_width(context, LABEL_SIZE));
            // The first date gives way to the next one, so that midnight keeps its own.
            let is_first = contexts_end == f32::MIN;
            let yields = is_first && next_context(index).is_some_and(|next| pixel_of(next) - middle < width + 8.0);
            let is_free = contexts_end + 8.0 < middle - width / 2.0;
            if is_free && !yields && (is_first || middle + width / 2.0 < right - zone_width) {
                let style = label_style(&rgb(&palette.text), HPos::Center, VPos::Top);
                self.text(context, (middle, bottom + 6.0 + ROW_HEIGHT), style)?;
                contexts_end = middle + width / 2.0;
            }
        }
        if has_contexts && contexts_end < right - zone_width {
            let at = (right, bottom + 6.0 + ROW_HEIGHT);
            self.text(&self.spec.x_label, at, label_style(&muted, HPos::Right, VPos::Top))?;
        }
        Ok(())
    }

    fn draw_series(&self, plot: &Plot) -> Drawn {
        let drawn = || self.spec.series.iter().zip(&self.layout.lines);
        // Areas first: a total that is drawn as a line lies on top of its parts.
        for (series, line) in drawn().filter(|(_, line)| !line.floor.is_empty()) {
            draw_area(plot, line, &self.spec.palette.series_color(series.color))?;
        }
        for (series, line) in drawn() {
            let color = self.spec.palette.series_color(series.color);
            let width = if series.emphasis { EMPHASIS_WIDTH } else { LINE_WIDTH };
            for run in line.points.split(|point| point.1.is_nan()) {
                let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
                let (from, to) = (plot.map_coordinate(first), plot.map_coordinate(last));
                if to.0 - from.0 < UNITS && run.len() <= 2 && (to.1 - from.1).abs() < UNITS {
                    // A line without length would not be seen.
                    plot.draw(&Circle::new(*first, units(2.0 * width) as u32, color.filled()))?;
                    continue;
                }
                let is_dense = run.len() as f32 > (to.0 - from.0) as f32 / UNITS as f32;
                let width = if is_dense { DENSE_WIDTH } else { width };
                for line in LineSeries::new(run.iter().copied(), stroke(&color, width)) {
                    plot.draw(&line)?;
                }
                if is_dense && series.emphasis {
                    // Twice, a pixel apart.
                    let raised = run.iter().map(|point| plot.map_coordinate(point)).map(|(x, y)| (x, y - UNITS));
                    self.area.draw(&PathElement::new(raised.collect::<Vec<_>>(), stroke(&color, width)))?;
                }
            }
        }
        Ok(())
    }

    fn draw_ceilings(&self, plot: &Plot) -> Drawn {
        let x = self.layout.x;
        let palette = &self.spec.palette;
        for (index, label) in &self.layout.ceilings {
            let ceiling = &self.spec.ceilings[*index];
            let (color, dash) = match ceiling.kind {
                CeilingKind::Hit => (rgb(&palette.alarm), (0.0, 0.0)),
                CeilingKind::Known => (rgb(&palette.muted), (0.0, 0.0)),
                CeilingKind::Mark => (rgb(&palette.warning), DASH),
            };
            self.recorder.borrow_mut().set_dash(dash);
            plot.draw(&PathElement::new([(x.0, ceiling.value), (x.1, ceiling.value)], stroke(&color, 1.0)))?;
            self.recorder.borrow_mut().set_dash((0.0, 0.0));
            if let Some(label) = label {
                let at = (label.right, label.bottom - 1.0);
                self.text(&ceiling.label, at, label_style(&color, HPos::Right, VPos::Bottom))?;
            }
        }
        Ok(())
    }

    /// Where an instant stands in the picture, in pixels.
    fn pixel_of(&self, plot: &Plot, at: f64) -> f32 {
        (plot.map_coordinate(&(at, self.layout.y.low)).0 - self.beyond) as f32 / UNITS as f32
    }

    /// Where a marker stands.
    fn marker_x(&self, plot: &Plot, marker: &ChartMarker) -> f32 {
        self.pixel_of(plot, marker.at.max(self.layout.x.0))
    }

    fn draw_markers(&self, plot: &Plot) -> Drawn {
        let layout = &self.layout;
        for (index, flag) in &layout.flags {
            let marker = &self.spec.markers[*index];
            let color = self.marker_color(marker);
            let x = self.marker_x(plot, marker);
            let Some(flag) = flag else {
                let top = layout.plot.top;
                self.line((x, top - 2.0), (x, top + 5.0), stroke(&color, 1.0))?;
                continue;
            };
            let top = layout.flags_top + flag.row as f32 * ROW_HEIGHT;
            let opacity = if marker.alarm { 1.0 } else { 0.55 };
            self.line((x, top), (x, layout.plot.bottom), stroke(&color.mix(opacity), 1.0))?;
        }
        Ok(())
    }

    /// What markers say.
    fn draw_flags(&self, plot: &Plot) -> Drawn {
        for (index, flag) in &self.layout.flags {
            let Some(flag) = flag else { continue };
            let marker = &self.spec.markers[*index];
            let (color, x) = (self.marker_color(marker), self.marker_x(plot, marker));
            let top = self.layout.flags_top + flag.row as f32 * ROW_HEIGHT;
            let weight = if marker.alarm { FontStyle::Bold } else { FontStyle::Normal };
            let (end, anchor) = if flag.is_left { (x - FLAG_GAP, HPos::Right) } else { (x + FLAG_GAP, HPos::Left) };
            let style = text_style(&color, LABEL_SIZE, weight, anchor, VPos::Center);
            self.text(&marker.label, (end, top + ROW_HEIGHT / 2.0), style)?;
        }
        Ok(())
    }

    fn draw_legend(&self, top: f32, legend: &[LegendPlace]) -> Drawn {
        let palette = &self.spec.palette;
        for LegendPlace { series, x, y, label } in legend {
            let Some(series) = self.spec.series.get(*series) else { continue };
            let width = if series.emphasis { 3.0 } else { 2.0 };
            let middle = top + y + ROW_HEIGHT / 2.0;
            self.line((*x, middle), (x + 14.0, middle), stroke(&palette.series_color(series.color), width))?;
            let weight = if series.emphasis { FontStyle::Bold } else { FontStyle::Normal };
            let style = text_style(&rgb(&palette.text), LABEL_SIZE, weight, HPos::Left, VPos::Center);
            self.text(label, (x + 20.0, middle), style)?;
        }
        Ok(())
    }

    fn marker_color(&self, marker: &ChartMarker) -> RGBColor {
        rgb(if marker.alarm { &self.spec.palette.alarm } else { &self.spec.palette.muted })
    }

    fn line(&self, from: (f32, f32), to: (f32, f32), style: ShapeStyle) -> Drawn {
        let points = [from, to].map(|(x, y)| (units(x) + self.beyond, units(y)));
        self.area.draw(&PathElement::new(points, style))
    }

    fn text(&self, text: &str, at: (f32, f32), style: TextStyle<'_>) -> Drawn {
        if text.is_empty() {
            return Ok(());
        }
        self.area.draw(&Text::new(text, (units(at.0) + self.beyond, units(at.1)), style))
    }
}

/// The area between a line and its floor, one polygon for each stretch without a gap.
fn draw_area(plot: &Plot, line: &Line, color: &RGBColor) -> Drawn {
    for run in line.points.split(|point| point.1.is_nan()) {
        let [(start, _), .., (end, _)] = run else { continue };
        let below = line.floor.iter().filter(|point| *start <= point.0 && point.0 <= *end && point.1.is_finite());
        let corners: Vec<(f64, f64)> = run.iter().chain(below.rev()).copied().collect();
        plot.draw(&Polygon::new(corners, color.mix(AREA_OPACITY).filled()))?;
    }
    Ok(())
}

/// Pixels in backend units.
fn units(pixels: f32) -> i32 {
    (pixels * UNITS as f32).round() as i32
}

fn stroke(color: &impl Color, width: f32) -> ShapeStyle {
    color.stroke_width((width * UNITS as f32).round() as u32)
}

fn label_style(color: &RGBColor, h: HPos, v: VPos) -> TextStyle<'static> {
    text_style(color, LABEL_SIZE, FontStyle::Normal, h, v)
}

fn text_style(color: &RGBColor, size: f32, weight: FontStyle, h: HPos, v: VPos) -> TextStyle<'static> {
    let font = FontDesc::new(FontFamily::SansSerif, f64::from(size) * f64::from(UNITS), weight);
    font.color(color).pos(Pos::new(h, v))
}
