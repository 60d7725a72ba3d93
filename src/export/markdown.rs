//! GitHub-flavoured markdown: `postmortem.md` with front matter, its charts as SVG files beside it.
//!
//! ```text
//! ### Which limit was reached?
//! **Cause** The node ran out of process IDs: 49,012 of 49,152. [E1](#e1) [E4](#e4)
//! ```
//! References are links to the index's headings (`### E1` has the anchor `#e1` on GitHub and in every common renderer); raw HTML is never
//! written, so nothing can be stripped and nothing can be injected. Spec: <https://github.github.com/gfm/>.

use std::fmt::Write as _;

use crate::model::{EvidenceMeta, EvidenceState, Phase};
use crate::postmortem::milestones::milestones;
use crate::postmortem::{Document, Field};
use crate::protocol::desk::ExportedFile;
use crate::text::{Texts, format};
use crate::view::document::{Block, DocumentView, Inline};

use super::inert::visible;

/// Writes the document as `postmortem.md` and its charts as `assets/*.svg`.
#[must_use]
pub fn render(document: &Document, view: &DocumentView, evidence: &[EvidenceMeta], texts: &Texts) -> Vec<ExportedFile> {
    let mut text = front_matter(document, evidence, texts);
    let mut files = Vec::new();
    for block in &view.blocks {
        text.push('\n');
        write_block(block, &mut text);
        if let Block::Chart { path, svg, .. } = block {
            files.push(file(path.clone(), "image/svg+xml", svg));
        }
    }
    files.insert(0, file("postmortem.md".to_owned(), "text/markdown", &text));
    files
}

/// Blocks as a piece of markdown, without front matter.
#[must_use]
pub fn fragment(blocks: &[Block]) -> String {
    let mut text = String::new();
    for (index, block) in blocks.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        write_block(block, &mut text);
    }
    text
}

fn file(path: String, media_type: &str, text: &str) -> ExportedFile {
    ExportedFile { path, media_type: media_type.to_owned(), bytes: text.as_bytes().to_vec() }
}

fn front_matter(document: &Document, evidence: &[EvidenceMeta], texts: &Texts) -> String {
    let milestones = milestones(document);
    let time = |phase: Phase| {
        let at = milestones.iter().find(|milestone| milestone.phase == phase).and_then(|milestone| milestone.at);
        at.map_or_else(|| "null".to_owned(), |at| quoted(&at.to_rfc3339()))
    };
    let title = match document.title() {
        "" => texts.get("export-untitled"),
        title => title.to_owned(),
    };
    let authors = document
        .field(Field::Authors)
        .split([',', ';', '、', '，', '；', '\n'])
        .map(str::trim)
        .filter(|name| !name.is_empty());
    let authors: Vec<String> = authors.map(quoted).collect();
    let mut digests: Vec<&str> = Vec::new();
    for meta in evidence.iter().filter(|meta| meta.state != EvidenceState::Removed) {
        if let Some(digest) = meta.digest.as_deref().filter(|digest| !digests.contains(digest)) {
            digests.push(digest);
        }
    }
    let mut text = String::from("---\n");
    let number = document.field(Field::Number).trim();
    if !number.is_empty() {
        let _ = writeln!(text, "id: {}", quoted(number));
    }
    for (key, value) in [
        ("title", quoted(&title)),
        ("severity", quoted(document.field(Field::Severity).trim())),
        ("start", time(Phase::Impact)),
        ("detect", time(Phase::Detection)),
        ("mitigate", time(Phase::Mitigation)),
        ("resolve", time(Phase::Resolution)),
        ("tz", quoted(&format::offset(texts.offset_s()))),
        ("authors", format!("[{}]", authors.join(", "))),
        ("tool_version", quoted(concat!("debrief ", env!("CARGO_PKG_VERSION")))),
    ] {
        let _ = writeln!(text, "{key}: {value}");
    }
    if digests.is_empty() {
        text.push_str("input_sha256: []\n");
    } else {
        text.push_str("input_sha256:\n");
        digests.iter().for_each(|digest| {
            let _ = writeln!(text, "  - {}", quoted(digest));
        });
    }
    text.push_str("---\n");
    text
}

/// A YAML double-quoted scalar: safe for any text, because what YAML would interpret is escaped or made visible.
fn quoted(text: &str) -> String {
    format!("\"{}\"", visible(text).replace('\\', "\\\\").replace('"', "\\\"").replace('\t', " "))
}

fn write_block(block: &Block, out: &mut String) {
    match block {
        Block::Heading(level, text) => {
            let hashes = "#".repeat(usize::from((*level).clamp(1, 6)));
            let _ = writeln!(out, "{hashes} {}", line_start(&escaped(text)));
        }
        Block::Paragraph(inlines) => {
            let _ = writeln!(out, "{}", line_start(&inline_text(inlines, false)));
        }
        Block::List(items) => {
            let mut deepest = 0;
            for (depth, inlines) in items {
                // An item may be one level deeper than the one before it, or renderers take it for code.
                let depth = (*depth).min(deepest);
                deepest = depth.saturating_add(1);
                let indent = "  ".repeat(usize::from(depth));
                let _ = writeln!(out, "{indent}- {}", line_start(&inline_text(inlines, false)));
            }
        }
        Block::Numbered(items) => {
            for (number, inlines) in (1..).zip(items) {
                let _ = writeln!(out, "{number}. {}", line_start(&inline_text(inlines, false)));
            }
        }
        Block::Table(heads, rows) => write_table(heads, rows, out),
        Block::Chart { path, alt, .. } => {
            let _ = writeln!(out, "![{}]({path})", escaped(alt));
        }
        Block::Quote(_, lines) => write_fenced("text", lines.iter().map(String::as_str), out),
        Block::Tasks(items) => {
            for (is_done, inlines) in items {
                let mark = if *is_done { 'x' } else { ' ' };
                let _ = writeln!(out, "- [{mark}] {}", line_start(&inline_text(inlines, false)));
            }
        }
        Block::Code { language, text } => {
            let language: String =
                language.chars().filter(|c| c.is_ascii_alphanumeric() || "+-_.".contains(*c)).collect();
            write_fenced(&language, text.lines(), out);
        }
        Block::Note(text) => {
            let _ = writeln!(out, "> {}", line_start(&escaped(text)));
        }
    }
}

fn write_table(heads: &[String], rows: &[Vec<Vec<Inline>>], out: &mut String) {
    let heads_text: Vec<String> = heads.iter().map(|head| escaped(head)).collect();
    let _ = writeln!(out, "| {} |", heads_text.join(" | "));
    let _ = writeln!(out, "|{}", " --- |".repeat(heads.len()));
    for row in rows {
        let cells: Vec<String> = row.iter().map(|inlines| inline_text(inlines, true)).collect();
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    }
}

/// Lines verbatim, in a fence that is longer than any run of backticks in them.
fn write_fenced<'a>(language: &str, lines: impl Iterator<Item = &'a str> + Clone, out: &mut String) {
    let longest = lines.clone().map(longest_run).max().unwrap_or(0);
    let fence = "`".repeat((longest + 1).max(3));
    let _ = writeln!(out, "{fence}{language}");
    for line in lines {
        let _ = writeln!(out, "{}", visible(line));
    }
    let _ = writeln!(out, "{fence}");
}

/// Length of the longest run of backticks.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

fn inline_text(inlines: &[Inline], in_table: bool) -> String {
    let mut out = String::new();
    let mut after_strong = false;
    for inline in inlines {
        let piece = match inline {
            Inline::Text(text) => escaped_keeping_edges(text),
            Inline::Strong(text) => match escaped(text) {
                text if text.is_empty() => text,
                text => format!("**{text}**"),
            },
            Inline::Code(text) => code_span(text, in_table),
            Inline::Reference(number) => format!("[E{number}](#e{number})"),
            Inline::Link(title) => format!("[{}](#{})", escaped(title), anchor(title)),
        };
        if piece.is_empty() {
            continue;
        }
        // `**` opens and closes only beside a space or punctuation; Chinese writes neither. References stand apart from their words.
        let apart = after_strong || !matches!(inline, Inline::Text(_));
        if apart && !out.is_empty() && !out.ends_with(' ') && !piece.starts_with(' ') {
            out.push(' ');
        }
        after_strong = matches!(inline, Inline::Strong(_));
        out.push_str(&piece);
    }
    out.trim().to_owned()
}

/// The anchor that GitHub and common renderers give a heading.
pub(super) fn anchor(title: &str) -> String {
    let mut anchor = title.trim().to_lowercase();
    anchor.retain(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ' '));
    anchor.replace(' ', "-")
}

/// A code span whose fence is longer than any run of backticks inside. In a table a pipe ends the cell even in code.
fn code_span(text: &str, in_table: bool) -> String {
    let text = visible(text.trim());
    if text.is_empty() {
        return String::new();
    }
    let fence = "`".repeat(longest_run(&text) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    let text = if in_table { text.replace('|', "\\|") } else { text.into_owned() };
    format!("{fence}{pad}{text}{pad}{fence}")
}

fn escaped(text: &str) -> String {
    escaped_keeping_edges(text.trim()).trim().to_owned()
}

/// Text without any markdown in it. `:/` and `www.` are broken up because GFM makes links of bare addresses; an underscore inside a word
/// (`pid_max`) means nothing and stays readable.
fn escaped_keeping_edges(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let text = visible(text);
    let mut chars = text.chars().peekable();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        let in_word = before.is_alphanumeric() && chars.peek().is_some_and(|next| next.is_alphanumeric());
        let special = match c {
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '#' | '&' | '~' | '|' | '$' => true,
            '_' => !in_word,
            _ => false,
        };
        if special {
            out.push('\\');
        }
        out.push(if c == '\t' { ' ' } else { c });
        before = c;
    }
    out.replace(":/", "\\:/").replace("www.", "www\\.")
}

/// The beginning of a line must not look like a list, a rule or an underline.
fn line_start(text: &str) -> String {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    match text.as_bytes().get(digits) {
        Some(b'-' | b'+' | b'=') if digits == 0 => format!("\\{text}"),
        Some(b'.' | b')') if digits > 0 => format!("{}\\{}", &text[..digits], &text[digits..]),
        _ => text.to_owned(),
    }
}
