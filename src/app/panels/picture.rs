//! The picture of a chart: a canvas that is drawn on once per answer of the worker and moved until the next one.
//!
//! What moves when the window does (series, grid, markers) is drawn beside the canvas, somewhat wider than the plot, and put into the plot
//! where the wanted window has it; labels stand still until the next answer.

use debrief::chart::Drawing;
use debrief::view::trends::BEYOND;
use leptos::prelude::window;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use crate::app::canvas::{context_of, fit, replay};
use crate::app::dom::el;

/// How far lines may reach over the lower edge of the plot, in pixels.
const OVERHANG: f64 = 3.0;
/// A picture that would be stretched or squeezed by more than this says nothing.
const MOST: f64 = 8.0;

/// A chart's canvas.
#[derive(Clone)]
pub(super) struct Picture {
    canvas: HtmlCanvasElement,
    /// What moves.
    layer: HtmlCanvasElement,
}

impl Picture {
    /// On a canvas.
    pub(super) fn of(canvas: HtmlCanvasElement) -> Self {
        Self { canvas, layer: el("canvas").raw() }
    }

    /// Takes a new drawing, which is so many CSS pixels wide, and shows it in a window.
    pub(super) fn draw(&self, drawing: &Drawing, width: f64, window: Option<(f64, f64)>) {
        let Sizes { ratio, beyond, .. } = Sizes::of(drawing);
        let height = drawing.size().1.into();
        fit(&self.canvas, width, height, ratio);
        fit(&self.layer, width + 2.0 * beyond / ratio, height, ratio);
        if let Some(context) = context_of(&self.layer) {
            in_device_pixels(&context);
            context.clear_rect(0.0, 0.0, self.layer.width().into(), self.layer.height().into());
            replay(&context, drawing.layers()[1], drawing, (ratio, beyond));
        }
        self.show(drawing, window);
    }

    /// Shows the drawing in a window (seconds since the epoch). One that it says nothing of leaves the picture as it is.
    pub(super) fn show(&self, drawing: &Drawing, window: Option<(f64, f64)>) {
        let Sizes { ratio, beyond, left, plot, bottom } = Sizes::of(drawing);
        let ((from, to), Some((start, end))) = (drawing.x, window) else { return };
        let mut scale = (to - from) / (end - start);
        let mut moved = (from - start) / (end - start) * plot;
        if !(scale > 1.0 / MOST && scale < MOST && moved < plot && moved + scale * plot > 0.0) {
            return;
        }
        if (scale - 1.0).abs() < 1e-6 {
            // Whole pixels stay sharp.
            (scale, moved) = (1.0, moved.round());
        }
        let Some(context) = context_of(&self.canvas) else { return };
        let [ground, _, still] = drawing.layers();
        replay(&context, ground, drawing, (ratio, 0.0));
        context.save();
        in_device_pixels(&context);
        context.begin_path();
        context.rect(left, 0.0, plot, bottom + OVERHANG * ratio);
        context.clip();
        let (width, height) = (f64::from(self.layer.width()), f64::from(self.layer.height()));
        let at = left + moved - (left + beyond) * scale;
        let put =
            context.draw_image_with_html_canvas_element_and_dw_and_dh(&self.layer, at, 0.0, width * scale, height);
        // A canvas without pixels cannot be put anywhere; nothing is missing then.
        let _ = put.is_err();
        context.restore();
        replay(&context, still, drawing, (ratio, 0.0));
    }
}

fn in_device_pixels(context: &CanvasRenderingContext2d) {
    // Only a matrix that is none is refused.
    let _ = context.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0).is_err();
}

/// Lengths in device pixels.
struct Sizes {
    /// Device pixels per CSS pixel.
    ratio: f64,
    /// How much wider the layer is than the canvas, on each side.
    beyond: f64,
    /// Left of the plot, its width, and where it ends.
    left: f64,
    plot: f64,
    bottom: f64,
}

impl Sizes {
    fn of(drawing: &Drawing) -> Self {
        let ratio = window().device_pixel_ratio().max(1.0);
        let (left, _, right, bottom) = drawing.plot;
        let [left, right, bottom] = [left, right, bottom].map(|length| f64::from(length) * ratio);
        Self { ratio, beyond: ((right - left) * BEYOND).ceil(), left, plot: right - left, bottom }
    }
}
