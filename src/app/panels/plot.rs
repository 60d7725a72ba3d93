//! One chart on a canvas: drawing, crosshair, zoom, pan, brush, keys, touch.
//!
//! The worker draws; the page replays. While a new drawing is on its way the last one stays, so nothing flickers.

use debrief::model::{TimeRange, Timestamp};
use debrief::protocol::{Answer, CrosshairRequest, Request};
use debrief::text::format;
use debrief::view::trends::CrosshairView;
use leptos::ev::{Event, KeyboardEvent, PointerEvent, WheelEvent};
use leptos::prelude::*;
use web_sys::HtmlCanvasElement;

use super::gestures::{Gesture, Pointers};
use super::trends::{Chart, TrendsMemory, told_series};
use crate::app::canvas::paint;
use crate::app::citing::{cite_range, cite_sample};
use crate::app::dom::{El, between, effect, el_of, spawn};
use crate::app::signal::{RwSignal, StoredValue};
use crate::app::state::App;

/// One chart.
pub(crate) fn view(app: App, memory: TrendsMemory, chart: Chart) -> El {
    let plot = PlotState {
        app,
        memory,
        chart,
        canvas: StoredValue::new(el_of("canvas", "plot-canvas").raw()),
        at: RwSignal::new(None),
        values: RwSignal::default(),
        pointers: RwSignal::default(),
    };
    effect(move || {
        chart.with(|chart| {
            if let Some(chart) = chart {
                let ratio = window().device_pixel_ratio().max(1.0);
                plot.canvas.with_value(|canvas| paint(canvas, &chart.drawing, memory.width.get(), ratio));
            }
        });
    });
    plot.follow_crosshair();
    let height = move || {
        let height = chart.with(|chart| chart.as_ref().map(|chart| chart.drawing.size().1));
        height.map(|height| format::fixed(height.into(), 1) + "px").unwrap_or_default()
    };
    let summary = move || chart.with(|chart| chart.as_ref().map(|chart| chart.summary.clone())).unwrap_or_default();
    let canvas = plot.canvas.with_value(|canvas| El::from(canvas.clone()));
    let canvas = canvas
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

/// What a plot's handlers share.
#[derive(Clone, Copy)]
struct PlotState {
    app: App,
    memory: TrendsMemory,
    chart: Chart,
    canvas: StoredValue<HtmlCanvasElement>,
    /// Where the crosshair stands, in CSS pixels from the left.
    at: RwSignal<Option<f64>>,
    values: RwSignal<CrosshairView>,
    pointers: RwSignal<Pointers>,
}

impl PlotState {
    /// Left, right, and the window between them, of the drawing on screen.
    fn frame(self) -> Option<(f64, f64, (f64, f64))> {
        self.chart.with(|chart| {
            let drawing = &chart.as_ref()?.drawing;
            let (left, _, right, _) = drawing.plot;
            (right > left && drawing.x.1 > drawing.x.0).then(|| (f64::from(left), f64::from(right), drawing.x))
        })
    }

    fn time_at(self, x: f64) -> Option<f64> {
        let (left, right, (start, end)) = untrack(|| self.frame())?;
        Some(start + (between(x, left, right) - left) / (right - left) * (end - start))
    }

    fn x_of(self, at: f64) -> Option<f64> {
        let (left, right, (start, end)) = self.frame()?;
        Some(left + (at - start) / (end - start) * (right - left))
    }

    /// Asks for values at the crosshair, at most one request at a time: the newest place wins.
    fn follow_crosshair(self) {
        let busy = StoredValue::new(false);
        effect(move || {
            let place = self.at.get();
            if place.is_none() {
                self.values.set(CrosshairView::default());
                self.memory.cross.set(None);
                return;
            }
            if !busy.get_value() {
                busy.set_value(true);
                request_animation_frame(move || self.ask_values(busy));
            }
        });
    }

    fn ask_values(self, busy: StoredValue<bool>) {
        let Some(x) = self.at.try_get_untracked().flatten() else {
            let _ = busy.try_update_value(|busy| *busy = false);
            return;
        };
        let chart = self.chart.with_untracked(|chart| chart.as_ref().map(|chart| chart.key.clone()));
        let (Some(chart), Some(at)) = (chart, self.time_at(x)) else {
            busy.set_value(false);
            return;
        };
        let (hidden, picked) = (self.memory.hidden.get_untracked(), self.memory.picked.get_untracked());
        let lang = self.app.lang.get_untracked();
        let answer = self.app.ask(Request::Crosshair(CrosshairRequest { chart, at, hidden, picked, lang }));
        spawn(async move {
            let answer = answer.await;
            if self.values.is_disposed() {
                return;
            }
            busy.set_value(false);
            if let Answer::Crosshair(values) = answer {
                self.memory.cross.set(values.at.map(Timestamp::as_seconds_f64));
                self.values.set(values);
            }
            // The pointer moved on meanwhile.
            if self.at.get_untracked().is_some_and(|now| (now - x).abs() >= 1.0) {
                busy.set_value(true);
                request_animation_frame(move || self.ask_values(busy));
            }
        });
    }

    // ---- window ----

    /// Shows a window, kept inside the range of all series and not shorter than a second.
    fn show(self, start: f64, end: f64) {
        let Some(full) = self.memory.view.with_untracked(|view| view.full) else { return };
        let (first, last) = (full.start.as_seconds_f64(), full.end.as_seconds_f64());
        let length = between(end - start, 1.0, (last - first).max(1.0));
        let start = between(start, first, (last - length).max(first));
        let whole = length >= last - first;
        let instant = |seconds: f64| Timestamp((seconds * 1e9) as i64);
        self.app.window.set((!whole).then(|| TimeRange::of(instant(start), instant(start + length))));
    }

    /// Left, right, and the window last asked for: its drawing may still be on its way.
    fn wanted(self) -> Option<(f64, f64, (f64, f64))> {
        let (left, right, _) = untrack(|| self.frame())?;
        let full = self.memory.view.with_untracked(|view| view.full);
        let TimeRange { start, end } = self.app.window.get_untracked().or(full)?;
        Some((left, right, (start.as_seconds_f64(), end.as_seconds_f64())))
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
        let Some(range) = brushed.and_then(|(a, b)| self.time_at(a).zip(self.time_at(b))) else { return };
        if ev.alt_key() || ev.ctrl_key() { self.cite_range(range) } else { self.show(range.0, range.1) }
    }

    fn key(self, ev: &KeyboardEvent) {
        if ev.ctrl_key() || ev.meta_key() || ev.alt_key() {
            return;
        }
        let Some((left, right, _)) = untrack(|| self.frame()) else { return };
        let step = (right - left) / 10.0;
        match (ev.key().as_str(), ev.shift_key()) {
            // With shift the crosshair moves, so that a point can be cited without a mouse.
            ("ArrowLeft", true) => self.move_crosshair(-2.0, left, right),
            ("ArrowRight", true) => self.move_crosshair(2.0, left, right),
            ("ArrowLeft", false) => self.pan(-step),
            ("ArrowRight", false) => self.pan(step),
            ("+" | "=", _) => self.zoom(0.7, self.at.get_untracked()),
            ("-", _) => self.zoom(1.0 / 0.7, self.at.get_untracked()),
            ("0", _) => self.app.window.set(None),
            ("Home", _) => self.pan(f64::MIN),
            ("End", _) => self.pan(f64::MAX),
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
        let Some(at) = self.at.get_untracked().and_then(|x| self.time_at(x)) else { return };
        if let Some((series, _)) = self.series() {
            cite_sample(self.app, series, at);
        }
    }

    /// Cites the first and the last sample of a stretch of the same series.
    fn cite_range(self, range: (f64, f64)) {
        if let Some((series, label)) = self.series() {
            cite_range(self.app, series, label, range);
        }
    }

    /// The series that is meant where a place alone is pointed at.
    fn series(self) -> Option<(String, String)> {
        let highest = self.values.with_untracked(|view| view.values.first().map(|(key, ..)| key.clone()));
        told_series(self.chart, highest.as_deref())
    }
}

/// Puts over the drawing: the crosshair with its values, and the window being brushed.
fn overlay(plot: PlotState, over: El) -> El {
    const SHOWN: usize = 8;
    let app = plot.app;
    // The nearest sample may lie beyond the window.
    let x = move || {
        let (left, right, _) = plot.frame()?;
        let at = plot.values.with(|view| view.at)?;
        Some(between(plot.x_of(at.as_seconds_f64())?, left, right))
    };
    let when = move || {
        let at = plot.values.with(|view| view.at);
        at.map(|at| format::time(at, app.case_offset_s.get())).unwrap_or_default()
    };
    let flipped =
        move || plot.frame().is_some_and(|(left, right, _)| x().is_some_and(|x| x > f64::midpoint(left, right)));
    let rows = move || {
        plot.values.with(|view| {
            let row = |(_, label, color, value): &(String, String, _, f64)| {
                [
                    el_of("span", &format!("swatch series-{color}")),
                    el_of("span", "value-label").text(label),
                    el_of("span", "number").text(&format::decimal(*value)),
                ]
            };
            view.values.iter().take(SHOWN).flat_map(row).collect::<Vec<_>>()
        })
    };
    let px = |x: Option<f64>| x.map(|x| format::fixed(x, 1) + "px").unwrap_or_default();
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
            .child(el_of("div", "values-grid").area(rows));
        el_of("div", "crosshair").style_of("left", move || px(x())).child(values)
    };
    // The same instant on the other charts, where their windows hold it.
    let elsewhere = move || {
        let (left, right, _) = plot.frame()?;
        let x = plot.x_of(plot.memory.cross.get()?)?;
        (plot.values.with(|view| view.at.is_none()) && left <= x && x <= right).then_some(x)
    };
    let line = move || el_of("div", "crosshair shared").style_of("left", move || px(elsewhere()));
    over.when(move || brush().is_some(), brushed)
        .when(move || x().is_some(), crosshair)
        .when(move || elsewhere().is_some(), line)
}
