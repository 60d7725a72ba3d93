//! A sheet of paper for pictures that are no charts: what is drawn on it is given in pixels and recorded like everything else.

use std::cell::RefCell;
use std::rc::Rc;

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::element::{PathElement, Polygon, Rectangle, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, FontTransform, RGBColor, ShapeStyle};

use super::backend::{Recorder, UNITS};
use super::palette::rgb;
use super::place::{LABEL_SIZE, fit};
use super::{Drawing, Palette};

/// Wider and higher than any screen; keeps backend units far from the limits of i32.
pub(super) const MAX_SIZE: f32 = 16_384.0;

/// How much wider bold letters are.
pub(super) const BOLD: f32 = 1.2;

/// How a text stands.
#[derive(Clone, Copy)]
pub(super) struct Ink<'a> {
    /// `#rrggbb`.
    pub(super) color: &'a str,
    /// What it stands on.
    pub(super) on: RGBColor,
    pub(super) is_bold: bool,
    pub(super) anchor: HPos,
    /// Whether it runs upwards.
    pub(super) is_turned: bool,
}

impl<'a> Ink<'a> {
    /// From its place to the right.
    pub(super) fn plain(color: &'a str, on: RGBColor) -> Self {
        Self { color, on, is_bold: false, anchor: HPos::Left, is_turned: false }
    }
}

/// Recording cannot fail, so nothing here does.
pub(super) struct Sheet {
    area: DrawingArea<Recorder, Shift>,
    recorder: Rc<RefCell<Recorder>>,
    size: (f32, f32),
}

impl Sheet {
    /// A sheet in the colour of the background.
    pub(super) fn new(width: f32, height: f32, palette: &Palette) -> Self {
        let size = (width.clamp(1.0, MAX_SIZE).floor(), height.clamp(1.0, MAX_SIZE).floor());
        let background = rgb(&palette.background);
        let recorder = Recorder::new(size.0 as u32, size.1 as u32, &background.to_backend_color());
        let recorder = Rc::new(RefCell::new(recorder));
        let area = DrawingArea::from(&recorder);
        let _ = area.fill(&background).is_err();
        Self { area, recorder, size }
    }

    /// A filled rectangle.
    pub(super) fn fill(&self, (left, top): (f32, f32), (right, bottom): (f32, f32), color: RGBColor) {
        let corners = [(units(left), units(top)), (units(right), units(bottom))];
        let _ = self.area.draw(&Rectangle::new(corners, color.filled())).is_err();
    }

    /// A filled polygon.
    pub(super) fn polygon(&self, corners: &[(f32, f32)], color: RGBColor) {
        let corners: Vec<(i32, i32)> = corners.iter().map(|(x, y)| (units(*x), units(*y))).collect();
        let _ = self.area.draw(&Polygon::new(corners, color.filled())).is_err();
    }

    /// An open line of a width, dashed by (dash, gap) or solid where both are 0.
    pub(super) fn line(&self, points: &[(f32, f32)], color: RGBColor, width: f32, dash: (f32, f32)) {
        let points: Vec<(i32, i32)> = points.iter().map(|(x, y)| (units(*x), units(*y))).collect();
        let style = ShapeStyle { color: color.to_rgba(), filled: false, stroke_width: units(width).unsigned_abs() };
        self.recorder.borrow_mut().set_dash(dash);
        let _ = self.area.draw(&PathElement::new(points, style)).is_err();
        self.recorder.borrow_mut().set_dash((0.0, 0.0));
    }

    /// A label whose middle is at a height, as much of it as there is room for.
    pub(super) fn text(&self, label: &str, (x, middle): (f32, f32), room: f32, ink: Ink<'_>) {
        let label = fit(label, LABEL_SIZE * if ink.is_bold { BOLD } else { 1.0 }, room);
        if label.is_empty() {
            return;
        }
        let size = f64::from(LABEL_SIZE) * f64::from(UNITS);
        let style = if ink.is_bold { FontStyle::Bold } else { FontStyle::Normal };
        let font = FontDesc::new(FontFamily::SansSerif, size, style);
        let font = if ink.is_turned { font.transform(FontTransform::Rotate270) } else { font };
        let style = font.color(&rgb(ink.color)).pos(Pos::new(ink.anchor, VPos::Center));
        self.recorder.borrow_mut().set_background(&ink.on.to_backend_color());
        let _ = self.area.draw(&Text::new(label, (units(x), units(middle)), style)).is_err();
    }

    /// What was drawn.
    pub(super) fn take(self) -> Drawing {
        let (ops, strings) = self.recorder.borrow_mut().take();
        Drawing { ops, strings, plot: (0.0, 0.0, self.size.0, self.size.1), ..Drawing::default() }
    }
}

fn units(pixels: f32) -> i32 {
    (pixels * UNITS as f32).round() as i32
}
