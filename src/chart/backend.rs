//! Our plotters backend: records what is drawn as a flat list of operations that a canvas or an SVG replays.
//!
//! # Encoding
//! `Drawing::ops` is a sequence of `code, n, argument × n`. Lengths are CSS pixels, colours and texts are indices into
//! `Drawing::strings`, `alpha` is 0 to 1.
//!
//! | code | operation | arguments |
//! |---|---|---|
//! | 1 | open line | colour, alpha, width, dash length, dash gap (0, 0 = solid), then x, y per point |
//! | 2 | filled rectangle | colour, alpha, x, y, width, height |
//! | 3 | filled polygon | colour, alpha, then x, y per corner |
//! | 4 | circle | colour, alpha, line width (0 = filled), x, y, radius |
//! | 5 | text | colour, colour of the halo, text, size, weight, anchor (0 start, 1 middle, 2 end), clockwise degrees, x, y, shift |
//!
//! A text stands at (x, y), turned about that point; its alphabetic baseline lies `shift` below. Nobody else needs to know this table:
//! [`operations`] decodes it.
//!
//! plotters counts whole pixels. It is given [`UNITS`] units per pixel instead, so slopes stay smooth and lines may be 1.5 px wide;
//! one-pixel horizontals and verticals are moved onto pixel centres, filled rectangles onto pixel edges, so both are sharp.

use std::convert::Infallible;

use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle as StrokeStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    FontStyle, FontTransform,
};

use super::Drawing;

/// Backend units per CSS pixel.
pub const UNITS: i32 = 16;

/// Font families of every text in a chart, for canvas and SVG alike.
pub const FONT_FAMILY: &str =
    "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'PingFang SC', 'Noto Sans CJK SC', sans-serif";

/// Width of the halo around texts, in pixels: keeps a label readable where it crosses a line.
pub const HALO_WIDTH: f32 = 3.0;

const LINE: f32 = 1.0;
const RECT: f32 = 2.0;
const POLYGON: f32 = 3.0;
const CIRCLE: f32 = 4.0;
const TEXT: f32 = 5.0;

/// Where a text's anchor lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// At its start.
    Start,
    /// In its middle.
    Middle,
    /// At its end.
    End,
}

/// One decoded operation.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)] // Each field is named in the module's table.
pub enum Op<'a> {
    /// An open line through `points` (x, y, x, y …).
    Line { color: &'a str, alpha: f32, width: f32, dash: (f32, f32), points: &'a [f32] },
    /// A filled rectangle.
    Rect { color: &'a str, alpha: f32, x: f32, y: f32, width: f32, height: f32 },
    /// A filled polygon.
    Polygon { color: &'a str, alpha: f32, points: &'a [f32] },
    /// A circle; filled where the line width is 0.
    Circle { color: &'a str, alpha: f32, width: f32, x: f32, y: f32, radius: f32 },
    /// A text.
    Text {
        color: &'a str,
        halo: &'a str,
        text: &'a str,
        size: f32,
        weight: f32,
        anchor: Anchor,
        turn: f32,
        x: f32,
        y: f32,
        shift: f32,
    },
}

/// The operations of a drawing, in order; ends at the first one that is malformed.
pub fn operations(drawing: &Drawing) -> impl Iterator<Item = Op<'_>> {
    operations_of(&drawing.ops, &drawing.strings)
}

/// The operations of a part of a drawing.
pub fn operations_of<'a>(ops: &'a [f32], strings: &'a [String]) -> impl Iterator<Item = Op<'a>> {
    let mut rest = ops;
    std::iter::from_fn(move || next_operation(&mut rest, strings))
}

/// Takes the first of the operations that are left; none is left after one that is malformed.
pub fn next_operation<'a>(rest: &mut &'a [f32], strings: &'a [String]) -> Option<Op<'a>> {
    let [code, n_args, tail @ ..] = std::mem::take(rest) else { return None };
    let (args, tail) = tail.split_at_checked(*n_args as usize)?;
    let op = decode(*code, args, strings)?;
    *rest = tail;
    Some(op)
}

fn decode<'a>(code: f32, args: &'a [f32], strings: &'a [String]) -> Option<Op<'a>> {
    let string = |index: f32| strings.get(index as usize).map(String::as_str);
    Some(match (code, args) {
        (LINE, &[color, alpha, width, dash, gap, ref points @ ..]) => {
            Op::Line { color: string(color)?, alpha, width, dash: (dash, gap), points }
        }
        (RECT, &[color, alpha, x, y, width, height]) => Op::Rect { color: string(color)?, alpha, x, y, width, height },
        (POLYGON, &[color, alpha, ref points @ ..]) => Op::Polygon { color: string(color)?, alpha, points },
        (CIRCLE, &[color, alpha, width, x, y, radius]) => {
            Op::Circle { color: string(color)?, alpha, width, x, y, radius }
        }
        (TEXT, &[color, halo, text, size, weight, anchor, turn, x, y, shift]) => Op::Text {
            color: string(color)?,
            halo: string(halo)?,
            text: string(text)?,
            size,
            weight,
            anchor: match anchor {
                1.0 => Anchor::Middle,
                2.0 => Anchor::End,
                _ => Anchor::Start,
            },
            turn,
            x,
            y,
            shift,
        },
        _ => return None,
    })
}

/// Width of a text in pixels, from fixed glyph widths: the same in a worker, in a browser and natively, and as generous as a wide
/// interface font, since nobody knows which one will be used. Ideographs and kana are twice as wide as Latin letters.
#[must_use]
pub fn text_width(text: &str, size: f32) -> f32 {
    text.chars().map(glyph_width).sum::<f32>() * size
}

fn glyph_width(glyph: char) -> f32 {
    match glyph {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' => 0.32,
        'f' | 'r' | 't' | '(' | ')' | '[' | ']' | '/' | '-' => 0.4,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 0.88,
        'A'..='Z' | '+' | '↑' | '…' | '_' => 0.68,
        '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' => 1.12,
        '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' | '\u{20000}'..='\u{3ffff}' => 1.12,
        _ => 0.6,
    }
}

/// Records plotters' calls.
pub(super) struct Recorder {
    size: (u32, u32),
    /// Units by which the area is wider than the picture, on each side.
    beyond: i32,
    background: String,
    dash: (f32, f32),
    ops: Vec<f32>,
    strings: Vec<String>,
}

impl Recorder {
    /// A recorder of `width` × `height` pixels; texts get a halo in the colour of the background.
    pub(super) fn new(width: u32, height: u32, background: &BackendColor) -> Self {
        let units = UNITS as u32;
        Self {
            size: (width * units, height * units),
            beyond: 0,
            background: css(background),
            dash: (0.0, 0.0),
            ops: Vec::new(),
            strings: Vec::new(),
        }
    }

    /// Dash and gap of the lines to come, in pixels; (0, 0) draws them solid. plotters has no dashed strokes of its own: its dashed
    /// series cut a line into one path per dash.
    pub(super) fn set_dash(&mut self, dash: (f32, f32)) {
        self.dash = dash;
    }

    /// The colour that the texts to come stand on, for their halo.
    pub(super) fn set_background(&mut self, color: &BackendColor) {
        self.background = css(color);
    }

    /// Takes what lies so many units left and right of the picture too, as an area made from now on has it: plotters cuts at an area's edges,
    /// and an area begins at 0.
    pub(super) fn widen(&mut self, beyond: i32) {
        self.beyond = beyond;
    }

    /// A place in the area as one in the picture, in pixels.
    fn x_of(&self, x: i32) -> f32 {
        pixels(x - self.beyond)
    }

    /// Length of what was recorded so far.
    pub(super) fn len(&self) -> usize {
        self.ops.len()
    }

    /// What was recorded: operations and strings.
    pub(super) fn take(&mut self) -> (Vec<f32>, Vec<String>) {
        (std::mem::take(&mut self.ops), std::mem::take(&mut self.strings))
    }

    fn record(&mut self, code: f32, args: &[f32]) {
        self.ops.extend([code, args.len() as f32]);
        self.ops.extend(args);
    }

    /// Index of a string. A chart has a few dozen, so looking through them is cheaper than a map.
    fn string(&mut self, text: &str) -> f32 {
        let found = self.strings.iter().position(|known| known == text);
        found.unwrap_or_else(|| {
            self.strings.push(text.to_owned());
            self.strings.len() - 1
        }) as f32
    }
}

/// The backend never fails: it only remembers.
type Recorded = Result<(), DrawingErrorKind<Infallible>>;

impl DrawingBackend for Recorder {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        (self.size.0 + 2 * self.beyond as u32, self.size.1)
    }

    fn ensure_prepared(&mut self) -> Recorded {
        Ok(())
    }

    fn present(&mut self) -> Recorded {
        Ok(())
    }

    fn draw_pixel(&mut self, point: BackendCoord, color: BackendColor) -> Recorded {
        self.draw_rect(point, (point.0 + UNITS, point.1 + UNITS), &color, true)
    }

    fn draw_line<S: StrokeStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Recorded {
        self.draw_path([from, to], style)
    }

    fn draw_path<S: StrokeStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Recorded {
        let color = self.string(&css(&style.color()));
        let width = pixels(style.stroke_width() as i32);
        let at = self.ops.len();
        self.record(LINE, &[color, style.color().alpha as f32, width, self.dash.0, self.dash.1]);
        let from = self.ops.len();
        let beyond = self.beyond;
        self.ops.extend(path.into_iter().flat_map(|(x, y)| [pixels(x - beyond), pixels(y)]));
        self.ops[at + 1] += (self.ops.len() - from) as f32;
        if let [x, y, end_x, end_y] = &mut self.ops[from..]
            && width == 1.0
        {
            for (a, b) in [(x, end_x), (y, end_y)] {
                if a == b {
                    *a = a.floor() + 0.5;
                    *b = *a;
                }
            }
        }
        Ok(())
    }

    fn draw_rect<S: StrokeStyle>(&mut self, a: BackendCoord, b: BackendCoord, style: &S, fill: bool) -> Recorded {
        if !fill {
            return self.draw_path([a, (b.0, a.1), b, (a.0, b.1), a], style);
        }
        let color = self.string(&css(&style.color()));
        let (left, right) = (self.x_of(a.0.min(b.0)).round(), self.x_of(a.0.max(b.0)).round());
        let (top, bottom) = (pixels(a.1.min(b.1)).round(), pixels(a.1.max(b.1)).round());
        self.record(RECT, &[color, style.color().alpha as f32, left, top, right - left, bottom - top]);
        Ok(())
    }

    fn draw_circle<S: StrokeStyle>(&mut self, center: BackendCoord, radius: u32, style: &S, fill: bool) -> Recorded {
        let color = self.string(&css(&style.color()));
        let width = if fill { 0.0 } else { pixels(style.stroke_width() as i32) };
        let (x, y) = (self.x_of(center.0), pixels(center.1));
        self.record(CIRCLE, &[color, style.color().alpha as f32, width, x, y, pixels(radius as i32)]);
        Ok(())
    }

    fn fill_polygon<S: StrokeStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Recorded {
        let color = self.string(&css(&style.color()));
        let mut args = vec![color, style.color().alpha as f32];
        args.extend(corners.into_iter().flat_map(|(x, y)| [self.x_of(x), pixels(y)]));
        self.record(POLYGON, &args);
        Ok(())
    }

    fn draw_text<T: BackendTextStyle>(&mut self, text: &str, style: &T, at: BackendCoord) -> Recorded {
        let color = self.string(&css(&style.color()));
        let background = std::mem::take(&mut self.background);
        let halo = self.string(&background);
        self.background = background;
        let text = self.string(text);
        let size = style.size() as f32 / UNITS as f32;
        let weight = if matches!(style.style(), FontStyle::Bold) { 600.0 } else { 400.0 };
        let anchor = match style.anchor().h_pos {
            HPos::Left => 0.0,
            HPos::Center => 1.0,
            HPos::Right => 2.0,
        };
        // Ascent, middle of the capitals and descent of common interface fonts; browsers disagree on what `dominant-baseline` means.
        let shift = size
            * match style.anchor().v_pos {
                VPos::Top => 0.8,
                VPos::Center => 0.36,
                VPos::Bottom => -0.2,
            };
        let turn = match style.transform() {
            FontTransform::None => 0.0,
            FontTransform::Rotate90 => 90.0,
            FontTransform::Rotate180 => 180.0,
            FontTransform::Rotate270 => 270.0,
        };
        let args = [color, halo, text, size, weight, anchor, turn, self.x_of(at.0), pixels(at.1), shift];
        self.record(TEXT, &args);
        Ok(())
    }

    fn estimate_text_size<T: BackendTextStyle>(
        &self,
        text: &str,
        style: &T,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        let size = style.size() as f32;
        Ok((text_width(text, size).ceil() as u32, (size * 1.2).ceil() as u32))
    }
}

fn pixels(units: i32) -> f32 {
    units as f32 / UNITS as f32
}

fn css(color: &BackendColor) -> String {
    let (red, green, blue) = color.rgb;
    format!("#{red:02x}{green:02x}{blue:02x}")
}
