//! The picture of a chart: a canvas that is drawn on once per answer of the worker and moved until the next one.
//!
//! What moves when the window does (series, grid, markers) is drawn beside the canvas, somewhat wider than the plot, and put into the plot
//! where the wanted window has it; labels stand still until the next answer. Drawing tens of thousands of points takes longer than a frame:
//! a few are drawn at a time, and until all are there the drawing before stands, with that of everything behind it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use debrief::chart::Drawing;
use debrief::view::trends::BEYOND;
use leptos::prelude::window;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::trends::Drawn;
use crate::app::canvas::{context_of, fit, replay};
use crate::app::dom::{between, el, pause, spawn};

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
    shown: RefCell<Option<Rc<Shown>>>,
    /// The drawing of everything, in the look of the one that is shown: what lies beyond that one is seen in it.
    whole: RefCell<Option<Rc<Shown>>>,
    n_drawings: Cell<u32>,
}

/// A drawing that is there.
struct Shown {
    chart: Drawn,
    /// What moves.
    layer: HtmlCanvasElement,
    /// Device pixels per CSS pixel that it and the canvas were made for: a window may have moved to another screen since.
    ratio: f64,
    /// The how many-th it is.
    number: u32,
}

impl Drop for Shown {
    /// The pixels of a layer are let go at once, and not when memory is collected.
    fn drop(&mut self) {
        self.layer.set_width(0);
    }
}

impl Picture {
    /// On a canvas.
    pub(super) fn of(canvas: HtmlCanvasElement) -> Self {
        let (shown, whole, n_drawings) = Default::default();
        Self(Rc::new(State { canvas, shown, whole, n_drawings }))
    }

    /// Takes a new drawing, which is so many CSS pixels wide; when it is there, it is shown in the window that is wanted then.
    pub(super) fn draw(&self, chart: Drawn, width: f64, wanted: impl Fn() -> Option<(f64, f64)> + 'static) {
        let number = self.0.n_drawings.get() + 1;
        self.0.n_drawings.set(number);
        let stands = self.0.shown.borrow().as_ref().is_some_and(|shown| {
            shown.chart.drawing.size() == chart.drawing.size() && Place::of(shown, shown, wanted()).is_some()
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
            let new = Rc::new(Shown { chart, layer, ratio, number });
            let (Some(context), drawing) = (context_of(&new.layer), &new.chart.drawing) else { return };
            let mut rest = drawing.layers()[1];
            while !rest.is_empty() && !is_late() {
                rest = replay(&context, rest, drawing, (ratio, beyond), at_a_time);
                if !rest.is_empty() {
                    pause(0).await;
                }
            }
            if is_late() {
                return;
            }
            let is_of_this = |whole: &Rc<Shown>| (whole.chart.look, whole.ratio) == (new.chart.look, ratio);
            let whole =
                if new.chart.is_whole { Some(Rc::clone(&new)) } else { picture.0.whole.take().filter(is_of_this) };
            picture.0.whole.replace(whole);
            picture.0.shown.replace(Some(new));
            fit(&picture.0.canvas, width, height, ratio);
            picture.show(wanted());
        });
    }

    /// Shows the drawing in a window (seconds since the epoch), and what lies beyond it in the drawing of everything. A window that neither
    /// says anything of leaves the picture as it is.
    pub(super) fn show(&self, window: Option<(f64, f64)>) {
        let (shown, whole) = (self.0.shown.borrow(), self.0.whole.borrow());
        let Some(shown) = shown.as_deref() else { return };
        let whole = whole.as_deref().filter(|whole| whole.number != shown.number);
        let place = Place::of(shown, shown, window);
        let behind = whole.and_then(|whole| Some((whole, Place::of(whole, shown, window)?)));
        if place.is_none() && behind.is_none() {
            return;
        }
        let Some(context) = context_of(&self.0.canvas) else { return };
        let (drawing, ratio) = (&shown.chart.drawing, shown.ratio);
        let Sizes { left, right, top, bottom, .. } = Sizes::of(drawing, ratio);
        let [ground, _, still] = drawing.layers();
        replay(&context, ground, drawing, (ratio, 0.0), usize::MAX);
        // Where the drawing itself lies; all is left of it where it is nowhere.
        let (from, to) = place.as_ref().map_or((right, right), |place| place.lines);
        let (from, to) = (between(from, left, right), between(to, left, right));
        if let Some((whole, place)) = behind
            && (from, to) != (left, right)
        {
            put(&context, whole, &place, &[(left, top, from, bottom), (to, top, right, bottom)]);
        }
        if let Some(place) = place {
            put(&context, shown, &place, &[(from, 0.0, to, bottom + OVERHANG * ratio)]);
        }
        replay(&context, still, drawing, (ratio, 0.0), usize::MAX);
    }
}

/// Puts what moves of a drawing into its place, where that lies in areas of the canvas: left, top, right, bottom.
fn put(context: &CanvasRenderingContext2d, of: &Shown, place: &Place, areas: &[(f64, f64, f64, f64)]) {
    context.save();
    // Only a matrix that is none is refused.
    let _ = context.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0).is_err();
    context.begin_path();
    for (left, top, right, bottom) in areas {
        context.rect(*left, *top, right - left, bottom - top);
    }
    context.clip();
    let Place { x, y, width, height, .. } = *place;
    // A canvas without pixels cannot be put anywhere; nothing is missing then.
    let _ = context.draw_image_with_html_canvas_element_and_dw_and_dh(&of.layer, x, y, width, height).is_err();
    context.restore();
}

/// Where a layer lies on the canvas, in device pixels.
struct Place {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
    /// From where to where something is drawn on it: its margins are empty.
    lines: (f64, f64),
}

impl Place {
    /// Of a drawing's layer in a window (seconds since the epoch), on the canvas of the one that is shown; none where it says nothing of it.
    fn of(shown: &Shown, on: &Shown, window: Option<(f64, f64)>) -> Option<Self> {
        let (drawing, wanted) = (&shown.chart.drawing, window?);
        let own = Sizes::of(drawing, shown.ratio);
        let canvas = Sizes::of(&on.chart.drawing, on.ratio);
        let (longer, x) = mapped((drawing.x, (own.left, own.right)), (wanted, (canvas.left, canvas.right)));
        let (higher, y) = mapped((drawing.y, (own.bottom, own.top)), (on.chart.drawing.y, (canvas.bottom, canvas.top)));
        let is_told = longer > 1.0 / MOST && longer < MOST;
        let is_seen = own.left * longer + x < canvas.right && own.right * longer + x > canvas.left;
        (is_told && is_seen).then(|| Self {
            x: x - own.beyond * longer,
            y,
            width: f64::from(shown.layer.width()) * longer,
            height: f64::from(shown.layer.height()) * higher,
            lines: (x + (own.left - own.beyond) * longer, x + (own.right + own.beyond) * longer),
        })
    }
}

/// An axis: what stands at its edges, and the pixels where they lie.
type Axis = ((f64, f64), (f64, f64));

/// By what to multiply the pixels of one axis, and what to add then, so that its values lie where those of the other do.
fn mapped(own: Axis, other: Axis) -> (f64, f64) {
    if own == other {
        return (1.0, 0.0);
    }
    let (((from, to), (start, end)), ((low, high), (first, last))) = (own, other);
    let per = (last - first) / (high - low);
    let longer = (to - from) * per / (end - start);
    let added = |longer: f64| first + (from - low) * per - start * longer;
    // Whole pixels stay sharp.
    if (longer - 1.0).abs() < 1e-6 { (1.0, added(1.0).round()) } else { (longer, added(longer)) }
}

/// Lengths in device pixels.
struct Sizes {
    /// How much wider the layer is than the canvas, on each side.
    beyond: f64,
    /// Where the plot lies.
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Sizes {
    /// At so many device pixels per CSS pixel.
    fn of(drawing: &Drawing, ratio: f64) -> Self {
        let (left, top, right, bottom) = drawing.plot;
        let [left, top, right, bottom] = [left, top, right, bottom].map(|length| f64::from(length) * ratio);
        Self { beyond: ((right - left) * BEYOND).ceil(), left, top, right, bottom }
    }
}
