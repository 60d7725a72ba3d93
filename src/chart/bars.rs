//! Bars, one under another: a whole, and the part of it that stands out.
//!
//! Drawn by plotters through the same recorder as charts, so canvas and SVG show the same.

use plotters::style::RGBColor;

use super::palette::{over, rgb};
use super::sheet::{Ink, MAX_SIZE, Sheet};
use super::{Drawing, Palette};

/// Height of a bar with its distance to the next, in pixels.
pub const ROW: f32 = 20.0;
/// Height of a bar.
const BAR: f32 = 12.0;
/// The widest a name may be, of the picture.
const NAMES: f32 = 0.4;
/// The widest a name may be, in pixels.
const NAME_WIDTH: f32 = 260.0;
/// Room for the numbers behind the bars, in pixels.
const NUMBERS: f32 = 80.0;

/// One bar, or where its whole is 0 the name of those under it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bar {
    /// Whose it is.
    pub label: String,
    /// What stands behind it.
    pub value: String,
    /// The part that stands out.
    pub part: f64,
    /// All of it.
    pub whole: f64,
}

/// Draws bars `width` pixels wide, the first on top.
#[must_use]
pub fn draw_bars(bars: &[Bar], width: u32, palette: &Palette) -> Drawing {
    let width = (width as f32).clamp(1.0, MAX_SIZE);
    let paper = rgb(&palette.background);
    let sheet = Sheet::new(width, ROW * bars.len().max(1) as f32, palette);
    let names = (width * NAMES).min(NAME_WIDTH);
    let room = (width - names - NUMBERS).max(0.0);
    let most = bars.iter().map(|bar| bar.whole).fold(0.0, f64::max);
    for (index, bar) in bars.iter().enumerate() {
        let middle = ROW * (index as f32 + 0.5);
        if bar.whole <= 0.0 {
            sheet.text(&bar.label, (0.0, middle), width, Ink::plain(&palette.muted, paper));
            continue;
        }
        sheet.text(&bar.label, (8.0, middle), names - 16.0, Ink::plain(&palette.text, paper));
        let long = |value: f64| names + (value / most) as f32 * room;
        let draw = |to: f32, color: RGBColor| {
            sheet.fill((names, middle - BAR / 2.0), (to.max(names + 1.0), middle + BAR / 2.0), color);
        };
        draw(long(bar.whole), over(paper, rgb(&palette.muted), 0.3));
        if bar.part > 0.0 {
            draw(long(bar.part.min(bar.whole)), rgb(&palette.alarm));
        }
        sheet.text(&bar.value, (long(bar.whole) + 6.0, middle), NUMBERS, Ink::plain(&palette.text, paper));
    }
    sheet.take()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::backend::{Op, operations};

    #[test]
    fn a_bar_is_as_long_as_its_share_of_the_longest() {
        let bar = |label: &str, part, whole| Bar { label: label.to_owned(), value: "1".to_owned(), part, whole };
        let bars = [bar("Node", 0.0, 0.0), bar("node-a", 2.0, 4.0), bar("node-b", 1.0, 2.0), bar("node-c", 0.0, 1.0)];
        let drawing = draw_bars(&bars, 580, &Palette::light());
        let boxes: Vec<f32> = operations(&drawing)
            .filter_map(|op| if let Op::Rect { width, .. } = op { Some(width) } else { None })
            .collect();
        // The background, then whole and part of each; names take 232 pixels, numbers 80.
        assert_eq!(boxes, [580.0, 268.0, 134.0, 134.0, 67.0, 67.0]);
        assert_eq!(drawing.size(), (580.0, 80.0));
        assert_eq!(draw_bars(&[], 0, &Palette::dark()).size(), (1.0, 20.0));
    }
}
