//! The causes as a picture: boxes and arrows in light colours, as SVG. Where each box stands is decided by [`crate::view::causes`].

use std::fmt::Write as _;

use crate::chart::Palette;
use crate::chart::backend::FONT_FAMILY;
use crate::chart::svg::Escaped;
use crate::postmortem::{Document, WhyKind};
use crate::text::Texts;
use crate::view::causes::{CauseGraph, CauseNode, LINE_HEIGHT, PADDING, TEXT_SIZE, layout};
use crate::view::document::Block;

use super::inert::visible;

const MARGIN: f32 = 12.0;
const ARROW: f32 = 5.0;

/// The picture, where the causes have branches; a plain chain needs none.
pub(super) fn picture(document: &Document, texts: &Texts) -> Option<Block> {
    let title = match document.title() {
        "" => texts.get("export-untitled"),
        title => visible(title).into_owned(),
    };
    let graph = layout(document, &title, &|wording| visible(wording.say(texts).trim()).into_owned());
    let alt = texts.with("export-graph-alt", &[("title", title.as_str().into())]);
    let svg = || render(&graph, &alt, texts);
    graph.has_branches().then(|| Block::Chart { path: "assets/causes.svg".to_owned(), svg: svg(), alt: alt.clone() })
}

fn render(graph: &CauseGraph, title: &str, texts: &Texts) -> String {
    let palette = Palette::light();
    let mut svg = String::with_capacity(8 * 1024);
    let (width, height) = (graph.width + 2.0 * MARGIN, graph.height + 2.0 * MARGIN);
    // Writing into a String cannot fail.
    let _ = write!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\" font-family=\"{FONT_FAMILY}\" font-size=\"{TEXT_SIZE}\" fill=\"none\">\n<title>{}</title>\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"{}\"/>\n<g transform=\"translate({MARGIN} {MARGIN})\">\n",
        Escaped(title),
        palette.background
    );
    for (from, to) in &graph.edges {
        if let (Some(from), Some(to)) = (graph.nodes.get(*from), graph.nodes.get(*to)) {
            let _ = write_edge(&mut svg, from, to, &palette);
        }
    }
    for node in &graph.nodes {
        let _ = write_node(&mut svg, node, &palette, texts);
    }
    svg.push_str("</g>\n</svg>\n");
    svg
}

/// A curve with an arrow at the cause's effect: what stands right leads to what stands left.
fn write_edge(svg: &mut String, effect: &CauseNode, cause: &CauseNode, palette: &Palette) -> std::fmt::Result {
    let (x1, y1) = (effect.x + effect.width + ARROW, effect.y + effect.height / 2.0);
    let (x2, y2) = (cause.x, cause.y + cause.height / 2.0);
    let middle = (x1 + x2) / 2.0;
    let dash = match cause.kind {
        None | Some(WhyKind::Cause) => "",
        Some(WhyKind::Question) => " stroke-dasharray=\"2 4\"",
        Some(_) => " stroke-dasharray=\"6 4\"",
    };
    let color = kind_color(cause.kind, palette);
    writeln!(svg, "<path d=\"M{x2} {y2}C{middle} {y2} {middle} {y1} {x1} {y1}\" stroke=\"{color}\"{dash}/>")?;
    let (tip, up, down) = (x1 - ARROW, y1 - ARROW * 0.7, y1 + ARROW * 0.7);
    writeln!(svg, "<path d=\"M{tip} {y1}L{x1} {up}V{down}Z\" fill=\"{color}\"/>")
}

fn write_node(svg: &mut String, node: &CauseNode, palette: &Palette, texts: &Texts) -> std::fmt::Result {
    let CauseNode { x, y, width, height, .. } = node;
    let (color, ground) = (kind_color(node.kind, palette), &palette.background);
    write!(svg, "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"4\"")?;
    writeln!(svg, " fill=\"{ground}\" stroke=\"{color}\"/>")?;
    writeln!(svg, "<rect x=\"{x}\" y=\"{y}\" width=\"4\" height=\"{height}\" fill=\"{color}\"/>")?;
    let kind = node.kind.map(|kind| texts.get(&format!("why-kind-{}", kind.as_str())));
    let kind = kind.iter().map(|name| (name.as_str(), color, false));
    let question = node.question.iter().map(|line| (line.as_str(), palette.muted.as_str(), false));
    let claim = node.claim.iter().map(|line| (line.as_str(), palette.text.as_str(), node.kind.is_none()));
    let mut baseline = y + PADDING + TEXT_SIZE;
    for (text, fill, is_bold) in kind.chain(question).chain(claim) {
        let left = x + PADDING + 2.0;
        let weight = if is_bold { " font-weight=\"600\"" } else { "" };
        writeln!(svg, "<text x=\"{left}\" y=\"{baseline}\" fill=\"{fill}\"{weight}>{}</text>", Escaped(text))?;
        baseline += LINE_HEIGHT;
    }
    Ok(())
}

fn kind_color(kind: Option<WhyKind>, palette: &Palette) -> &str {
    let series = |index: usize| palette.series.get(index).map_or(palette.text.as_str(), String::as_str);
    match kind {
        None => &palette.text,
        Some(WhyKind::Cause) => &palette.alarm,
        Some(WhyKind::Contributing) => &palette.warning,
        Some(WhyKind::Detection) => series(0),
        Some(WhyKind::Mitigating) => series(2),
        Some(WhyKind::Question) => &palette.muted,
    }
}
