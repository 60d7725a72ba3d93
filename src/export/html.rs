//! The document as one HTML file that needs nothing else, and its body alone for the clipboard.
//!
//! ```text
//! <p><strong>Cause:</strong> The node ran out of process IDs. <a href="#e1">E1</a></p>
//! ```
//! No script, no address outside: the page's own policy forbids both, so that even a mistake in escaping could not act. Charts stand inside
//! as SVG that `chart::svg` wrote. Links lead to the evidence index only, and their text is the name of what they lead to, so paper loses
//! nothing. Prints to A4: heads of tables repeat, rows and quotations are not cut.

use crate::text::Texts;
use crate::view::document::{Block, DocumentView, Inline};

use super::document::is_file;
use super::inert::visible;

const CSS: &str = include_str!("html.css");
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/// The document as a page of its own.
#[must_use]
pub fn render(title: &str, view: &DocumentView, texts: &Texts) -> String {
    let lang = texts.lang().tag();
    let mut out = Writer { view, anchors: true, html: String::with_capacity(64 * 1024) };
    out.raw("<!DOCTYPE html>\n<html lang=\"").raw(lang).raw("\">\n<head>\n<meta charset=\"utf-8\">\n");
    out.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"").raw(POLICY).raw("\">\n");
    out.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    out.raw("<meta name=\"generator\" content=\"debrief ").raw(env!("CARGO_PKG_VERSION")).raw("\">\n<title>");
    out.text(title).raw("</title>\n<style>\n").raw(CSS).raw("</style>\n</head>\n<body>\n<main>\n");
    out.contents(&texts.get("export-contents"));
    out.blocks();
    let made = texts.with("export-made-by", &[("version", env!("CARGO_PKG_VERSION").into())]);
    out.raw("<footer>").text(&made).raw("</footer>\n</main>\n</body>\n</html>\n");
    out.html
}

/// The document's body for the clipboard. References are words in brackets, because a link would lead out of the document it is pasted
/// into; of a chart its description remains.
#[must_use]
pub fn fragment(view: &DocumentView) -> String {
    let mut out = Writer { view, anchors: false, html: String::new() };
    out.blocks();
    out.html
}

struct Writer<'a> {
    view: &'a DocumentView,
    /// Whether things can be linked to; otherwise this is pasted into something else.
    anchors: bool,
    html: String,
}

impl Writer<'_> {
    /// Markup: never anything that came from outside this file, the style sheet and the SVG writer.
    fn raw(&mut self, markup: &str) -> &mut Self {
        self.html.push_str(markup);
        self
    }

    /// Words: whatever they hold, they stay words.
    fn text(&mut self, text: &str) -> &mut Self {
        for c in visible(text).chars() {
            match c {
                '&' => self.html.push_str("&amp;"),
                '<' => self.html.push_str("&lt;"),
                '>' => self.html.push_str("&gt;"),
                '"' => self.html.push_str("&quot;"),
                '\'' => self.html.push_str("&#39;"),
                '\u{fffe}' | '\u{ffff}' => self.html.push('\u{fffd}'),
                c => self.html.push(c),
            }
        }
        self
    }

    fn contents(&mut self, label: &str) {
        self.raw("<nav aria-label=\"").text(label).raw("\">\n");
        for (index, block) in self.view.blocks.iter().enumerate() {
            if let Block::Heading(2, title) = block {
                self.raw(&format!("<a href=\"#s{index}\">")).text(title).raw("</a>\n");
            }
        }
        self.raw("</nav>\n");
    }

    fn blocks(&mut self) {
        let view = self.view;
        for (index, block) in view.blocks.iter().enumerate() {
            self.block(index, block);
        }
    }

    fn block(&mut self, index: usize, block: &Block) {
        match block {
            Block::Heading(level, title) => self.heading(index, *level, title),
            Block::Paragraph(inlines) => {
                self.raw("<p>").inlines(inlines).raw("</p>\n");
            }
            Block::List(items) => self.list(items),
            Block::Numbered(items) => {
                self.raw("<ol>\n");
                for item in items {
                    self.raw("<li>").inlines(item).raw("</li>\n");
                }
                self.raw("</ol>\n");
            }
            Block::Table(heads, rows) => self.table(heads, rows),
            Block::Chart { alt, .. } if !self.anchors => {
                self.raw("<p><em>").text(alt).raw("</em></p>\n");
            }
            Block::Chart { alt, svg, .. } => {
                self.raw("<figure>\n").raw(svg).raw("<figcaption>").text(alt).raw("</figcaption>\n</figure>\n");
            }
            Block::Quote(_, lines) => self.verbatim(&mut lines.iter().map(String::as_str)),
            Block::Code { text, .. } => self.verbatim(&mut text.lines()),
            Block::Tasks(tasks) => {
                self.raw("<ul class=\"tasks\">\n");
                for (done, inlines) in tasks {
                    self.raw(if *done { "<li>☑ " } else { "<li>☐ " }).inlines(inlines).raw("</li>\n");
                }
                self.raw("</ul>\n");
            }
            Block::Note(text) => {
                self.raw(if self.anchors { "<p class=\"note\">" } else { "<p>" }).text(text).raw("</p>\n");
            }
        }
    }

    fn verbatim(&mut self, lines: &mut dyn Iterator<Item = &str>) {
        self.raw("<pre>");
        for (index, line) in lines.enumerate() {
            // A parser drops the line end that follows `<pre>` directly, so lines are joined, not ended.
            self.raw(if index > 0 { "\n" } else { "" }).text(line);
        }
        self.raw("</pre>\n");
    }

    fn heading(&mut self, index: usize, level: u8, title: &str) {
        let level = level.clamp(1, 6);
        let id = match self.reference_of(index, title) {
            _ if !self.anchors => String::new(),
            Some(number) => format!(" id=\"e{number}\""),
            None if level == 2 || is_file(title) => format!(" id=\"s{index}\""),
            None => String::new(),
        };
        self.raw(&format!("<h{level}{id}>")).text(title).raw(&format!("</h{level}>\n"));
    }

    /// The reference that a heading of the index stands for: the last heading of that name, since a person may write `E1` as well.
    fn reference_of(&self, index: usize, title: &str) -> Option<usize> {
        let digits = title.strip_prefix('E').filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
        let number = digits.parse().ok().filter(|number| (1..=self.view.references.len()).contains(number))?;
        let later = self.view.blocks.get(index + 1..).unwrap_or_default();
        let again = later.iter().any(|block| matches!(block, Block::Heading(_, other) if other == title));
        (!again && format!("E{number}") == title).then_some(number)
    }

    /// The name of a heading, leading to it where that can be done.
    fn link(&mut self, title: &str) -> &mut Self {
        let is_it = |block: &Block| match block {
            Block::Heading(level, other) => other == title && (*level == 2 || is_file(other)),
            _ => false,
        };
        match self.view.blocks.iter().rposition(is_it).filter(|_| self.anchors) {
            Some(index) => self.raw(&format!("<a href=\"#s{index}\">")).text(title).raw("</a>"),
            None => self.text(title),
        }
    }

    fn list(&mut self, items: &[(u8, Vec<Inline>)]) {
        // Lists that are open, innermost last. An item is at most one level deeper than the one before it.
        let mut open = 0_u8;
        for (depth, inlines) in items {
            let wanted = depth.saturating_add(1).min(open.saturating_add(1));
            match wanted {
                deeper if deeper > open => {
                    self.raw("\n<ul>\n");
                }
                _ => {
                    self.raw("</li>\n");
                    (wanted..open).for_each(|_| {
                        self.raw("</ul>\n</li>\n");
                    });
                }
            }
            open = wanted;
            self.raw("<li>").inlines(inlines);
        }
        (0..open).for_each(|_| {
            self.raw("</li>\n</ul>\n");
        });
    }

    fn table(&mut self, heads: &[String], rows: &[Vec<Vec<Inline>>]) {
        self.raw("<div class=\"wide\"><table>\n<thead><tr>");
        for head in heads {
            self.raw("<th scope=\"col\">").text(head).raw("</th>");
        }
        self.raw("</tr></thead>\n<tbody>\n");
        for row in rows {
            self.raw("<tr>");
            for cell in row {
                self.raw("<td>").inlines(cell).raw("</td>");
            }
            self.raw("</tr>\n");
        }
        self.raw("</tbody>\n</table></div>\n");
    }

    fn inlines(&mut self, inlines: &[Inline]) -> &mut Self {
        let mut before: Option<&Inline> = None;
        for inline in inlines {
            // References stand apart from their words and from each other; so do words from the name before them.
            let apart = matches!(inline, Inline::Reference(_))
                || matches!(before, Some(Inline::Strong(_) | Inline::Reference(_)));
            if apart && before.is_some() && !self.html.ends_with([' ', '\n']) && !begins_with_space(inline) {
                self.raw(" ");
            }
            match inline {
                Inline::Text(text) => self.text(text),
                Inline::Strong(text) => self.raw("<strong>").text(text).raw("</strong>"),
                Inline::Code(text) => self.raw("<code>").text(text).raw("</code>"),
                Inline::Reference(number) if self.anchors => self.raw(&format!("<a href=\"#e{number}\">E{number}</a>")),
                Inline::Reference(number) => self.raw(&format!("[E{number}]")),
                Inline::Link(title) => self.link(title),
            };
            before = Some(inline);
        }
        self
    }
}

fn begins_with_space(inline: &Inline) -> bool {
    matches!(inline, Inline::Text(text) if text.starts_with(' '))
}
