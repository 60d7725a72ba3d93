//! One chart on a canvas: drawing, crosshair, zoom, pan, brush, keys, touch.
//!
//! The worker draws; the page replays. What the pointer does is seen at once: the crosshair reads what came with the drawing, and until the
//! drawing of another window is there, the one before stands in its place ([`Picture`]).

use debrief::model::sort::Order as _;
use debrief::model::{TimeRange, Timestamp};
use debrief::text::format;
use debrief::view::trends::LegendEntry;
use leptos::ev::{Event, KeyboardEvent, PointerEvent, WheelEvent};
use leptos::prelude::*;
use web_sys::HtmlCanvasElement;

use super::gestures::{Gesture, Pointers};
use super::picture::Picture;
use super::trends::{Chart, Drawn, TrendsMemory, told_series};
use crate::app::citing::{cite_range, cite_sample};
use crate::app::dom::{El, between, effect, el, el_of};
use crate::app::signal::{Memo, RwSignal, StoredValue};
use crate::app::state::App;

/// One chart.
pub(crate) fn view(app: App, memory: TrendsMemory, chart: Chart) -> El {
    let canvas: HtmlCanvasElement = el_of("canvas", "plot-canvas").raw();
    let (place, at) = (Place { app, memory, chart }, RwSignal::new(None::<f64>));
    let plot = PlotState {
        place,
        canvas: StoredValue::new(canvas.clone()),
        at,
        values: Memo::new(move |_| at.get().and_then(|x| place.values(x)).unwrap_or_default()),
        pointers: RwSignal::default(),
    };
    let picture = Picture::of(canvas.clone());
    let drawn = picture.clone();
    effect(move || {
        if let Some(chart) = chart.get() {
            drawn.draw(chart, memory.width.get(), move || untrack(|| place.window()));
        }
    });
    effect(move || picture.show(place.window()));
    // The other charts show the same instant.
    effect(move || memory.cross.set(plot.values.with(|values| values.at)));
    let height = move || {
        let height = chart.with(|chart| chart.as_ref().map(|chart| chart.drawing.size().1));
        height.map(|height| format::fixed(height.into(), 1) + "px").unwrap_or_default()
    };
    let summary = move || chart.with(|chart| chart.as_ref().map(|chart| chart.summary.clone())).unwrap_or_default();
    let canvas = El::from(canvas)
        .attr("tabindex", "0")
        .attr("role", "img")
        .attr_of("aria-label", summary)
        .style_of("height", height)
        .on("wheel", move |ev: WheelEvent| plot.wheel(&ev))
        .on("pointerdown", move |ev: PointerEvent| plot.pointer_down(&ev))
        .on("pointermove", move |ev: PointerEvent| plot.pointer_move(&ev))
        .on("pointerup", move |ev: PointerEvent| plot.pointer_up(&ev))
        .on("pointercancel", move |ev: PointerEvent| plot.pointer_up(&ev))
        .on("pointerleave", move |_: PointerEvent| plot.at.set(None))
        .on("dblclick", move |_: Event| app.window.set(None))
        .on("keydown", move |ev: KeyboardEvent| plot.key(&ev));
    overlay(plot, el_of("div", "plot").child(canvas))
}

/// What the crosshair says.
#[derive(Clone, Default, PartialEq)]
struct Values {
    /// The instant, in seconds since the epoch.
    at: Option<f64>,
    /// Places in the legend with their values, highest first.
    of: Vec<(usize, f64)>,
}

/// A chart and the window that it is in.
#[derive(Clone, Copy)]
struct Place {
    app: App,
    memory: TrendsMemory,
    chart: Chart,
}

impl Place {
    /// The window that is wanted, in seconds since the epoch; its drawing may still be on its way.
    fn window(self) -> Option<(f64, f64)> {
        let TimeRange { start, end } = self.app.window.get().or(self.memory.full.get())?;
        Some((start.as_seconds_f64(), end.as_seconds_f64()))
    }

    /// Left and right of the plot, and the window between them.
    fn frame(self) -> Option<(f64, f64, (f64, f64))> {
        let (left, _, right, _) = self.chart.with(|chart| chart.as_ref().map(|chart| chart.drawing.plot))?;
        let window = self.window()?;
        (right > left && window.1 > window.0).then(|| (f64::from(left), f64::from(right), window))
    }

    fn time_at(self, x: f64) -> Option<f64> {
        let (left, right, (start, end)) = self.frame()?;
        Some(start + (between(x, left, right) - left) / (right - left) * (end - start))
    }

    fn x_of(self, at: f64) -> Option<f64> {
        let (left, right, (start, end)) = self.frame()?;
        Some(left + (at - start) / (end - start) * (right - left))
    }

    /// What the crosshair says at a place.
    fn values(self, x: f64) -> Option<Values> {
        let at = self.time_at(x)?;
        self.chart.with(|chart| {
            let chart = chart.as_ref()?;
            let (at, values) = chart.readings.at(at)?;
            let drawn = chart.legend.iter().enumerate().filter(|(_, entry)| !entry.hidden && !entry.folded);
            let of = drawn.zip(values).map(|((place, _), value)| (place, *value));
            let mut of: Vec<_> = of.filter(|(_, value)| !value.is_nan()).collect();
            of.order_by(|a, b| b.1.total_cmp(&a.1));
            Some(Values { at: Some(at), of })
        })
    }
}

/// What a plot's handlers share.
#[derive(Clone, Copy)]
struct PlotState {
    place: Place,
    canvas: StoredValue<HtmlCanvasElement>,
    /// Where the crosshair stands, in CSS pixels from the left.
    at: RwSignal<Option<f64>>,
    values: Memo<Values>,
    pointers: RwSignal<Pointers>,
}

impl PlotState {
    // ---- window ----

    /// Shows a window, kept inside the range of all series and not shorter than a second.
    fn show(self, start: f64, end: f64) {
        let Some(full) = self.place.memory.full.get_untracked() else { return };
        let (first, last) = (full.start.as_seconds_f64(), full.end.as_seconds_f64());
        let length = between(end - start, 1.0, (last - first).max(1.0));
        let start = between(start, first, (last - length).max(first));
        let whole = length >= last - first;
        let instant = |seconds: f64| Timestamp((seconds * 1e9) as i64);
        self.place.app.window.set((!whole).then(|| TimeRange::of(instant(start), instant(start + length))));
    }

    /// Left and right of the plot, and the window wanted; tracks nothing.
    fn wanted(self) -> Option<(f64, f64, (f64, f64))> {
        untrack(|| self.place.frame())
    }

    /// Zooms by a factor around a place.
    fn zoom(self, factor: f64, x: Option<f64>) {
        let Some((left, right, (start, end))) = self.wanted() else { return };
        let share = x.map_or(0.5, |x| (between(x, left, right) - left) / (right - left));
        let at = start + share * (end - start);
        self.show(at - (at - start) * factor, at + (end - at) * factor);
    }

    /// Moves by pixels.
    fn pan(self, pixels: f64) {
        let Some((left, right, (start, end))) = self.wanted() else { return };
        let seconds = pixels * (end - start) / (right - left);
        self.show(start + seconds, end + seconds);
    }

    // ---- input ----

    fn x_in_canvas(self, client_x: i32) -> f64 {
        f64::from(client_x) - self.canvas.with_value(|canvas| canvas.get_bounding_client_rect().left())
    }

    fn wheel(self, ev: &WheelEvent) {
        let x = self.x_in_canvas(ev.client_x());
        if ev.delta_x().abs() > ev.delta_y().abs() {
            ev.prevent_default();
            self.pan(ev.delta_x());
        } else if ev.delta_y() != 0.0 {
            ev.prevent_default();
            // Nearly `exp`, and like it the same way out as in.
            let turned = between(ev.delta_y() * 0.001, -0.25, 0.25);
            self.zoom((1.0 + turned) / (1.0 - turned), Some(x));
        }
    }

    fn pointer_down(self, ev: &PointerEvent) {
        self.canvas.with_value(|canvas| drop(canvas.set_pointer_capture(ev.pointer_id())));
        let x = self.x_in_canvas(ev.client_x());
        let pans = ev.shift_key() || ev.button() == 1;
        if ev.button() == 1 {
            ev.prevent_default();
        }
        self.pointers.update(|pointers| pointers.down(ev.pointer_id(), x, ev.pointer_type() == "touch", pans));
        self.at.set(Some(x));
    }

    fn pointer_move(self, ev: &PointerEvent) {
        let x = self.x_in_canvas(ev.client_x());
        self.at.set(Some(x));
        match self.pointers.try_update(|pointers| pointers.moved(ev.pointer_id(), x)).flatten() {
            Some(Gesture::Pan(pixels)) => self.pan(-pixels),
            Some(Gesture::Pinch { factor, center }) => self.zoom(factor, Some(center)),
            None => {}
        }
    }

    fn pointer_up(self, ev: &PointerEvent) {
        let brushed = self.pointers.try_update(|pointers| pointers.up(ev.pointer_id())).flatten();
        let Some(range) = brushed.and_then(|(a, b)| untrack(|| self.place.time_at(a).zip(self.place.time_at(b))))
        else {
            return;
        };
        if ev.alt_key() || ev.ctrl_key() { self.cite_range(range) } else { self.show(range.0, range.1) }
    }

    fn key(self, ev: &KeyboardEvent) {
        if ev.ctrl_key() || ev.meta_key() || ev.alt_key() {
            return;
        }
        let Some((left, right, (start, end))) = self.wanted() else { return };
        // Beyond every instant that can be told: the window is as wide as before, at an end of all series.
        let beyond = 1e10;
        let step = (right - left) / 10.0;
        match (ev.key().as_str(), ev.shift_key()) {
            // With shift the crosshair moves, so that a point can be cited without a mouse.
            ("ArrowLeft", true) => self.move_crosshair(-2.0, left, right),
            ("ArrowRight", true) => self.move_crosshair(2.0, left, right),
            ("ArrowLeft", false) => self.pan(-step),
            ("ArrowRight", false) => self.pan(step),
            ("+" | "=", _) => self.zoom(0.7, self.at.get_untracked()),
            ("-", _) => self.zoom(1.0 / 0.7, self.at.get_untracked()),
            ("0", _) => self.place.app.window.set(None),
            ("Home", _) => self.show(-beyond, end - start - beyond),
            ("End", _) => self.show(beyond, end - start + beyond),
            ("C", _) => {
                if let Some((_, _, range)) = self.wanted() {
                    self.cite_range(range);
                }
            }
            ("Enter" | "c", _) => self.cite(),
            _ => return,
        }
        ev.prevent_default();
    }

    fn move_crosshair(self, pixels: f64, left: f64, right: f64) {
        let now = self.at.get_untracked().unwrap_or(f64::midpoint(left, right));
        self.at.set(Some(between(now + pixels, left, right)));
    }

    /// Cites the sample under the crosshair: of the culprit if it is there, else of the highest series.
    fn cite(self) {
        let Some(at) = self.at.get_untracked().and_then(|x| untrack(|| self.place.time_at(x))) else { return };
        if let Some((series, _)) = self.series() {
            cite_sample(self.place.app, series, at);
        }
    }

    /// Cites the first and the last sample of a stretch of the same series.
    fn cite_range(self, range: (f64, f64)) {
        if let Some((series, label)) = self.series() {
            cite_range(self.place.app, series, label, range);
        }
    }

    /// The series that is meant where a place alone is pointed at.
    fn series(self) -> Option<(String, String)> {
        let highest = self.values.with_untracked(|values| values.of.first().map(|(place, _)| *place));
        told_series(self.place.chart, highest)
    }
}

/// Puts over the drawing: the crosshair with its values, and the window being brushed.
fn overlay(plot: PlotState, over: El) -> El {
    const SHOWN: usize = 8;
    let PlotState { place, values, .. } = plot;
    // The nearest sample may lie beyond the window.
    let x = move || {
        let (left, right, _) = place.frame()?;
        Some(between(place.x_of(values.with(|values| values.at)?)?, left, right))
    };
    let when = move || {
        let at = values.with(|values| values.at).map(|at| Timestamp((at * 1e9) as i64));
        at.map(|at| format::time(at, place.app.case_offset_s.get())).unwrap_or_default()
    };
    let flipped =
        move || place.frame().is_some_and(|(left, right, _)| x().is_some_and(|x| x > f64::midpoint(left, right)));
    // A row per rank: what stands in it changes with every movement, its elements stay.
    let ranks = move || values.with(|values| (0..values.of.len().min(SHOWN)).collect::<Vec<_>>());
    let row = move |rank: usize| {
        let told = move |of: fn(&LegendEntry, f64) -> String| {
            move || {
                let ranked = values.with(|values| values.of.get(rank).copied());
                let told = |chart: &Option<Drawn>| {
                    let (place, value) = ranked?;
                    Some(of(chart.as_ref()?.legend.get(place)?, value))
                };
                place.chart.with(told).unwrap_or_default()
            }
        };
        let class = |entry: &LegendEntry, _| format!("swatch series-{}", entry.color);
        el_of("div", "value-row")
            .child(el("span").attr_of("class", told(class)))
            .child(el_of("span", "value-label").say(told(|entry, _| entry.label.clone())))
            .child(el_of("span", "number").say(told(|_, value| format::decimal(value))))
    };
    let px = |x: Option<f64>| x.map(|x| format::fixed(x, 1) + "px").unwrap_or_default();
    // What only moves is not laid out again.
    let moved = move |x| ["translateX(", &px(x), ")"].concat();
    let brush = move || plot.pointers.with(Pointers::brushed);
    let brushed = move || {
        el_of("div", "brush")
            .style_of("left", move || px(brush().map(|(a, b)| a.min(b))))
            .style_of("width", move || px(brush().map(|(a, b)| (a - b).abs())))
    };
    let crosshair = move || {
        let values = el_of("div", "values")
            .toggle("flipped", flipped)
            .child(el_of("div", "values-when").say(when))
            .child(el_of("div", "values-grid").list(ranks, row));
        el_of("div", "crosshair").style_of("transform", move || moved(x())).child(values)
    };
    // The same instant on the other charts, where their windows hold it.
    let elsewhere = move || {
        let (left, right, _) = place.frame()?;
        let x = place.x_of(place.memory.cross.get()?)?;
        (values.with(|values| values.at.is_none()) && left <= x && x <= right).then_some(x)
    };
    let line = move || el_of("div", "crosshair shared").style_of("transform", move || moved(elsewhere()));
    over.when(move || brush().is_some(), brushed)
        .when(move || x().is_some(), crosshair)
        .when(move || elsewhere().is_some(), line)
}
