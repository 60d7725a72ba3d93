//! The same drawing as SVG text, with a legend, since a picture on its own has no page around it.

use std::fmt::Write as _;

use super::backend::{Anchor, FONT_FAMILY, HALO_WIDTH, Op, operations, text_width};
use super::draw::{LegendPlace, draw_with_legend};
use super::layout::margin_of;
use super::place::{LABEL_SIZE, ROW_HEIGHT, fit};
use super::{ChartSpec, Drawing};

const LEGEND_GAP: f32 = 18.0;
const SWATCH: f32 = 20.0;

/// Renders a chart as a self-contained SVG document: no script, no style attribute, no reference to anything outside. The legend is
/// added below, so the picture is higher than the specification says.
#[must_use]
pub fn render_svg(spec: &ChartSpec) -> String {
    let title = if spec.title.is_empty() { &spec.y_label } else { &spec.title };
    drawing_svg(&picture(spec), title)
}

/// The chart as a picture of its own, with a legend below.
#[must_use]
pub fn picture(spec: &ChartSpec) -> Drawing {
    let (legend, legend_height) = place_legend(spec);
    draw_with_legend(spec, 0.0, legend_height, &legend)
}

/// Rows of entries from the left, and their height.
fn place_legend(spec: &ChartSpec) -> (Vec<LegendPlace>, f32) {
    let left = margin_of(spec.width as f32);
    let room = spec.width as f32 - 2.0 * left;
    if spec.series.is_empty() || room < 100.0 {
        return (Vec::new(), 0.0);
    }
    let (mut x, mut y) = (left, 4.0);
    let mut places = Vec::new();
    for (series, entry) in spec.series.iter().enumerate() {
        let label = fit(&entry.label, LABEL_SIZE, room - SWATCH);
        // The bold names of the emphasised are wider.
        let stretch = if entry.emphasis { 1.1 } else { 1.0 };
        let width = SWATCH + text_width(&label, LABEL_SIZE) * stretch;
        if x > left && x + width > left + room {
            (x, y) = (left, y + ROW_HEIGHT + 2.0);
        }
        places.push(LegendPlace { series, x, y, label });
        x += width + LEGEND_GAP;
    }
    (places, (y + ROW_HEIGHT + 8.0).ceil())
}

/// Any drawing as a self-contained SVG document.
#[must_use]
pub fn drawing_svg(drawing: &Drawing, title: &str) -> String {
    let mut svg = String::with_capacity(16 * 1024);
    let (width, height) = drawing.size();
    let (width, height) = (Num(width), Num(height));
    // Writing into a String cannot fail.
    let _ = write!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         font-family=\"{FONT_FAMILY}\" fill=\"none\" stroke-linejoin=\"round\">\n<title>{}</title>\n",
        Escaped(title)
    );
    for op in operations(drawing) {
        let _ = write_op(&mut svg, &op);
    }
    svg.push_str("</svg>\n");
    svg
}

fn write_op(svg: &mut String, op: &Op<'_>) -> std::fmt::Result {
    match *op {
        Op::Line { color, alpha, width, dash, points } => {
            svg.push_str("<path d=\"");
            write_points(svg, points)?;
            write!(svg, "\" stroke=\"{color}\"{}", Opacity("stroke-opacity", alpha))?;
            if width != 1.0 {
                write!(svg, " stroke-width=\"{}\"", Num(width))?;
            }
            if dash.0 > 0.0 {
                write!(svg, " stroke-dasharray=\"{} {}\"", Num(dash.0), Num(dash.1))?;
            }
        }
        Op::Rect { color, alpha, x, y, width, height } => {
            let (x, y, width, height) = (Num(x), Num(y), Num(width), Num(height));
            write!(svg, "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{color}\"")?;
            write!(svg, "{}", Opacity("fill-opacity", alpha))?;
        }
        Op::Polygon { color, alpha, points } => {
            svg.push_str("<path d=\"");
            write_points(svg, points)?;
            write!(svg, "Z\" fill=\"{color}\"{}", Opacity("fill-opacity", alpha))?;
        }
        Op::Circle { color, alpha, width, x, y, radius } => {
            write!(svg, "<circle cx=\"{}\" cy=\"{}\" r=\"{}\"", Num(x), Num(y), Num(radius))?;
            if width > 0.0 {
                write!(svg, " stroke=\"{color}\" stroke-width=\"{}\"", Num(width))?;
                write!(svg, "{}", Opacity("stroke-opacity", alpha))?;
            } else {
                write!(svg, " fill=\"{color}\"{}", Opacity("fill-opacity", alpha))?;
            }
        }
        Op::Text { color, halo, text, size, weight, anchor, turn, x, y, shift } => {
            if turn == 0.0 {
                write!(svg, "<text x=\"{}\" y=\"{}\"", Num(x), Num(y + shift))?;
            } else {
                let place = (Num(x), Num(y), Num(turn));
                write!(
                    svg,
                    "<text transform=\"translate({} {}) rotate({})\" y=\"{}\"",
                    place.0,
                    place.1,
                    place.2,
                    Num(shift)
                )?;
            }
            write!(svg, " font-size=\"{}\"", Num(size))?;
            if weight != 400.0 {
                write!(svg, " font-weight=\"{}\"", Num(weight))?;
            }
            match anchor {
                Anchor::Start => {}
                Anchor::Middle => svg.push_str(" text-anchor=\"middle\""),
                Anchor::End => svg.push_str(" text-anchor=\"end\""),
            }
            let halo_width = Num(HALO_WIDTH);
            write!(svg, " fill=\"{color}\" stroke=\"{halo}\" stroke-width=\"{halo_width}\" paint-order=\"stroke\"")?;
            return writeln!(svg, ">{}</text>", Escaped(text));
        }
    }
    svg.push_str("/>\n");
    Ok(())
}

/// `M` to the first point and straight lines from there; two decimals are a sixth of what a screen can show.
fn write_points(svg: &mut String, points: &[f32]) -> std::fmt::Result {
    let (points, _) = points.as_chunks::<2>();
    for (index, [x, y]) in points.iter().enumerate() {
        let before = ["M", "L", " "][index.min(2)];
        write!(svg, "{before}{} {}", Num(*x), Num(*y))?;
    }
    Ok(())
}

/// A number with at most two decimals and no needless zeros.
struct Num(f32);

impl std::fmt::Display for Num {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let hundredths = (f64::from(self.0) * 100.0).round() as i64;
        let (whole, rest) = (hundredths.abs() / 100, hundredths.abs() % 100);
        let sign = if hundredths < 0 { "-" } else { "" };
        match rest {
            0 => write!(out, "{sign}{whole}"),
            rest if rest % 10 == 0 => write!(out, "{sign}{whole}.{}", rest / 10),
            rest => write!(out, "{sign}{whole}.{rest:02}"),
        }
    }
}

/// An opacity attribute, left out where it says nothing.
struct Opacity(&'static str, f32);

impl std::fmt::Display for Opacity {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.1 < 1.0 { write!(out, " {}=\"{}\"", self.0, Num(self.1)) } else { Ok(()) }
    }
}

/// Text of evidence inside markup; characters that XML does not allow, or that act on the text around them, become U+FFFD.
pub(crate) struct Escaped<'a>(pub(crate) &'a str);

impl std::fmt::Display for Escaped<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        use std::fmt::Write as _;
        for letter in self.0.chars() {
            match letter {
                '&' => out.write_str("&amp;")?,
                '<' => out.write_str("&lt;")?,
                '>' => out.write_str("&gt;")?,
                '"' => out.write_str("&quot;")?,
                '\'' => out.write_str("&#39;")?,
                '\t' | '\n' | '\r' => out.write_char(' ')?,
                '\u{fffe}' | '\u{ffff}' => out.write_char('\u{fffd}')?,
                letter if crate::text::acts(letter) => out.write_char('\u{fffd}')?,
                letter => out.write_char(letter)?,
            }
        }
        Ok(())
    }
}
