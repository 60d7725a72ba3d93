//! The picture of a chart: a canvas that is drawn on once per answer of the worker and moved until the next one.
//!
//! What moves when the window does (series, grid, markers) is drawn beside the canvas, somewhat wider than the plot, and put into the plot
//! where the wanted window has it; labels stand still until the next answer. Drawing tens of thousands of points takes longer than a frame:
//! a few are drawn at a time, and until all are there the drawing before stands.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use debrief::chart::Drawing;
use debrief::view::trends::BEYOND;
use leptos::prelude::window;
use web_sys::HtmlCanvasElement;

use super::trends::Drawn;
use crate::app::canvas::{context_of, fit, replay};
use crate::app::dom::{el, pause, spawn};

/// How far lines may reach over the lower edge of the plot, in pixels.
const OVERHANG: f64 = 3.0;
/// A picture that would be stretched or squeezed by more than this says nothing.
const MOST: f64 = 64.0;
/// Coordinates of lines and areas that are drawn at a time: about a millisecond, which a moving hand can wait for.
const AT_A_TIME: usize = 4_000;

/// A chart's canvas.
#[derive(Clone)]
pub(super) struct Picture(Rc<State>);

struct State {
    canvas: HtmlCanvasElement,
    shown: RefCell<Option<Shown>>,
    n_drawings: Cell<u32>,
}

/// The drawing that is shown.
struct Shown {
    chart: Drawn,
    /// What moves.
    layer: HtmlCanvasElement,
    /// Device pixels per CSS pixel that it and the canvas were made for: a window may have moved to another screen since.
    ratio: f64,
    /// The how many-th it is.
    number: u32,
}

impl Picture {
    /// On a canvas.
    pub(super) fn of(canvas: HtmlCanvasElement) -> Self {
        Self(Rc::new(State { canvas, shown: RefCell::default(), n_drawings: Cell::new(0) }))
    }

    /// Takes a new drawing, which is so many CSS pixels wide; when it is there, it is shown in the window that is wanted then.
    pub(super) fn draw(&self, chart: Drawn, width: f64, wanted: impl Fn() -> Option<(f64, f64)> + 'static) {
        let number = self.0.n_drawings.get() + 1;
        self.0.n_drawings.set(number);
        let stands = self.0.shown.borrow().as_ref().is_some_and(|Shown { chart: shown, ratio, .. }| {
            let (shown, new) = (&shown.drawing, &chart.drawing);
            shown.size() == new.size() && Place::of(shown, wanted(), Sizes::of(shown, *ratio).plot).is_some()
        });
        // Where nothing stands in its place, nothing else is waited for.
        let at_a_time = if stands { AT_A_TIME } else { usize::MAX };
        let picture = self.clone();
        spawn(async move {
            // A later one with fewer lines may be there first.
            let is_late = || picture.0.shown.borrow().as_ref().is_some_and(|shown| shown.number > number);
            let ratio = window().device_pixel_ratio().max(1.0);
            let Sizes { beyond, .. } = Sizes::of(&chart.drawing, ratio);
            let height = chart.drawing.size().1.into();
            let layer: HtmlCanvasElement = el("canvas").raw();
            fit(&layer, width + 2.0 * beyond / ratio, height, ratio);
            let Some(context) = context_of(&layer) else { return };
            let mut rest = chart.drawing.layers()[1];
            while !rest.is_empty() && !is_late() {
                rest = replay(&context, rest, &chart.drawing, (ratio, beyond), at_a_time);
                if !rest.is_empty() {
                    pause(0).await;
                }
            }
            // The pixels of a layer are let go at once, and not when memory is collected.
            if is_late() {
                return layer.set_width(0);
            }
            let shown = Shown { chart, layer, ratio, number };
            if let Some(before) = picture.0.shown.replace(Some(shown)) {
                before.layer.set_width(0);
            }
            fit(&picture.0.canvas, width, height, ratio);
            picture.show(wanted());
        });
    }

    /// Shows the drawing in a window (seconds since the epoch). One that it says nothing of leaves the picture as it is.
    pub(super) fn show(&self, window: Option<(f64, f64)>) {
        let shown = self.0.shown.borrow();
        let Some(Shown { chart, layer, ratio, .. }) = &*shown else { return };
        let (drawing, ratio) = (&chart.drawing, *ratio);
        let sizes = Sizes::of(drawing, ratio);
        let Some(Place { scale, moved }) = Place::of(drawing, window, sizes.plot) else { return };
        let Sizes { beyond, left, plot, bottom } = sizes;
        let Some(context) = context_of(&self.0.canvas) else { return };
        let [ground, _, still] = drawing.layers();
        replay(&context, ground, drawing, (ratio, 0.0), usize::MAX);
        context.save();
        // Only a matrix that is none is refused.
        let _ = context.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0).is_err();
        context.begin_path();
        context.rect(left, 0.0, plot, bottom + OVERHANG * ratio);
        context.clip();
        let (width, height) = (f64::from(layer.width()), f64::from(layer.height()));
        let at = left + moved - (left + beyond) * scale;
        let put = context.draw_image_with_html_canvas_element_and_dw_and_dh(layer, at, 0.0, width * scale, height);
        // A canvas without pixels cannot be put anywhere; nothing is missing then.
        let _ = put.is_err();
        context.restore();
        replay(&context, still, drawing, (ratio, 0.0), usize::MAX);
    }
}

/// Where a window has the plot of a drawing of another one.
struct Place {
    /// How much wider it is.
    scale: f64,
    /// Device pixels that it begins to the right.
    moved: f64,
}

impl Place {
    /// In a window (seconds since the epoch), in a plot so many device pixels wide; none where the drawing says nothing of it.
    fn of(drawing: &Drawing, window: Option<(f64, f64)>, plot: f64) -> Option<Self> {
        let ((from, to), (start, end)) = (drawing.x, window?);
        let mut scale = (to - from) / (end - start);
        let mut moved = (from - start) / (end - start) * plot;
        if (scale - 1.0).abs() < 1e-6 {
            // Whole pixels stay sharp.
            (scale, moved) = (1.0, moved.round());
        }
        let is_seen = scale > 1.0 / MOST && scale < MOST && moved < plot && moved + scale * plot > 0.0;
        is_seen.then_some(Self { scale, moved })
    }
}

/// Lengths in device pixels.
struct Sizes {
    /// How much wider the layer is than the canvas, on each side.
    beyond: f64,
    /// Left of the plot, its width, and where it ends.
    left: f64,
    plot: f64,
    bottom: f64,
}

impl Sizes {
    /// At so many device pixels per CSS pixel.
    fn of(drawing: &Drawing, ratio: f64) -> Self {
        let (left, _, right, bottom) = drawing.plot;
        let [left, right, bottom] = [left, right, bottom].map(|length| f64::from(length) * ratio);
        Self { beyond: ((right - left) * BEYOND).ceil(), left, plot: right - left, bottom }
    }
}
