//! Replays a drawing on a canvas: one pass over the recorded operations, one stroke per line, no measuring of text. And makes a picture
//! of it that leaves.

use debrief::chart::Drawing;
use debrief::chart::backend::{Anchor, FONT_FAMILY, HALO_WIDTH, Op, next_operation};
use debrief::text::format;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::dom::el;

/// Device pixels per CSS pixel of a picture that leaves: sharp on dense screens and in print.
const PICTURE_RATIO: f64 = 2.0;

/// What a canvas is drawn on with.
pub(crate) fn context_of(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    canvas.get_context("2d").ok()?.and_then(|context| context.dyn_into().ok())
}

/// Fits a canvas to a size in CSS pixels, with `ratio` device pixels each.
pub(crate) fn fit(canvas: &HtmlCanvasElement, width: f64, height: f64, ratio: f64) {
    let (w, h) = ((width * ratio).round() as u32, (height * ratio).round() as u32);
    if canvas.width() != w || canvas.height() != h {
        canvas.set_width(w);
        canvas.set_height(h);
    }
}

/// Fits a canvas to a drawing that is shown so many CSS pixels wide and high, with `ratio` device pixels each, then replays it.
pub(crate) fn paint(canvas: &HtmlCanvasElement, drawing: &Drawing, size: (f32, f32), ratio: f64) {
    fit(canvas, size.0.into(), size.1.into(), ratio);
    if let Some(context) = context_of(canvas) {
        replay(&context, &drawing.ops, drawing, (ratio, 0.0), usize::MAX);
    }
}

/// The drawing as PNG, as a blob; `None` where the browser cannot make one.
pub(crate) async fn png(drawing: &Drawing) -> Option<JsValue> {
    let canvas: HtmlCanvasElement = el("canvas").raw();
    paint(&canvas, drawing, drawing.size(), PICTURE_RATIO);
    let encoded = js_sys::Promise::new(&mut |done, failed| {
        if let Err(why) = canvas.to_blob(&done) {
            drop(failed.call1(&JsValue::NULL, &why));
        }
    });
    JsFuture::from(encoded).await.ok().filter(JsValue::is_object)
}

/// Draws operations of a drawing, which is in CSS pixels, onto a canvas that has so many device pixels for each and lies so many of them to
/// the left. Lines and areas of so many coordinates are drawn; what is left comes back.
pub(crate) fn replay<'a>(
    context: &CanvasRenderingContext2d,
    mut ops: &'a [f32],
    drawing: &'a Drawing,
    (ratio, left): (f64, f64),
    mut room: usize,
) -> &'a [f32] {
    // Only a matrix that is none is refused.
    let _ = context.set_transform(ratio, 0.0, 0.0, ratio, left, 0.0).is_err();
    context.set_line_join("round");
    context.set_text_baseline("alphabetic");
    let mut pen = Pen { context, font: (0.0, 0.0) };
    while room > 0
        && let Some(op) = next_operation(&mut ops, &drawing.strings)
    {
        if let Op::Line { points, .. } | Op::Polygon { points, .. } = op {
            room = room.saturating_sub(points.len());
        }
        // A refused shape (a negative radius, say) is left out; the others are still worth seeing.
        let _ = pen.draw(op).is_err();
    }
    ops
}

struct Pen<'a> {
    context: &'a CanvasRenderingContext2d,
    /// Size and weight that are set: setting a font parses CSS, so it is done only where it changes.
    font: (f32, f32),
}

impl Pen<'_> {
    fn draw(&mut self, op: Op<'_>) -> Result<(), JsValue> {
        let context = self.context;
        match op {
            Op::Line { color, alpha, width, dash, points } => {
                self.stroke_with(color, alpha, width);
                if dash.0 > 0.0 {
                    context.set_line_dash(&js_sys::Array::of2(&dash.0.into(), &dash.1.into()))?;
                }
                trace(context, points);
                context.stroke();
                if dash.0 > 0.0 {
                    context.set_line_dash(&js_sys::Array::new())?;
                }
            }
            Op::Rect { color, alpha, x, y, width, height } => {
                self.fill_with(color, alpha);
                context.fill_rect(x.into(), y.into(), width.into(), height.into());
            }
            Op::Polygon { color, alpha, points } => {
                self.fill_with(color, alpha);
                trace(context, points);
                context.fill();
            }
            Op::Circle { color, alpha, width, x, y, radius } => {
                context.begin_path();
                context.arc(x.into(), y.into(), radius.into(), 0.0, std::f64::consts::TAU)?;
                if width > 0.0 {
                    self.stroke_with(color, alpha, width);
                    context.stroke();
                } else {
                    self.fill_with(color, alpha);
                    context.fill();
                }
            }
            Op::Text { color, halo, text, size, weight, anchor, turn, x, y, shift } => {
                if self.font != (size, weight) {
                    self.font = (size, weight);
                    context.set_font(
                        &[&format::fixed(weight.into(), 0), " ", &format::fixed(size.into(), 1), "px ", FONT_FAMILY]
                            .concat(),
                    );
                }
                context.set_text_align(match anchor {
                    Anchor::Start => "left",
                    Anchor::Middle => "center",
                    Anchor::End => "right",
                });
                self.stroke_with(halo, 1.0, HALO_WIDTH);
                self.fill_with(color, 1.0);
                let (x, y, shift) = (f64::from(x), f64::from(y), f64::from(shift));
                if turn == 0.0 {
                    context.stroke_text(text, x, y + shift)?;
                    return context.fill_text(text, x, y + shift);
                }
                context.save();
                context.translate(x, y)?;
                context.rotate(f64::from(turn).to_radians())?;
                context.stroke_text(text, 0.0, shift)?;
                context.fill_text(text, 0.0, shift)?;
                context.restore();
            }
        }
        Ok(())
    }

    fn stroke_with(&self, color: &str, alpha: f32, width: f32) {
        self.context.set_stroke_style_str(color);
        self.context.set_global_alpha(alpha.into());
        self.context.set_line_width(width.into());
    }

    fn fill_with(&self, color: &str, alpha: f32) {
        self.context.set_fill_style_str(color);
        self.context.set_global_alpha(alpha.into());
    }
}

/// Begins a path through points.
fn trace(context: &CanvasRenderingContext2d, points: &[f32]) {
    context.begin_path();
    let (points, _) = points.as_chunks::<2>();
    // The first `lineTo` of an empty path is a `moveTo`.
    for [x, y] in points {
        context.line_to(f64::from(*x), f64::from(*y));
    }
}
