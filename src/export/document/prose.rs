//! Slots `part` and `lessons`: what people wrote as prose.

use crate::model::Citation;
use crate::postmortem::{Part, Wording};
use crate::view::document::Block;

use super::{Pages, cell, words};

/// Id of the name of a part.
pub(in crate::export) const fn part_id(part: Part) -> &'static str {
    match part {
        Part::Summary => "export-summary",
        Part::Impact => "export-impact",
        Part::Trigger => "export-trigger",
        Part::Detection => "export-detection",
        Part::Notification => "export-notification",
        Part::Response => "export-response",
        Part::Mitigation => "export-mitigation",
        Part::Resolution => "export-resolution",
        Part::Well => "export-well",
        Part::Badly => "export-badly",
        Part::Lucky => "export-lucky",
        Part::Surprise => "export-surprise",
        Part::OpenQuestions => "export-questions",
        Part::RuledOut => "export-ruled-out",
        Part::Notes => "export-notes",
    }
}

/// A part, or that it is not written.
pub(super) fn part(pages: &mut Pages<'_>, part: Part) {
    let prose = pages.document.prose(part);
    if !prose.is_empty() {
        write(pages, &prose.text, &prose.citations);
    }
    if prose.text.is_empty() {
        let lack = match part {
            Part::Summary => pages.get("export-empty-summary"),
            Part::Impact => pages.get("export-empty-impact"),
            _ => pages.texts.with("export-empty-part", &[("name", pages.get(part_id(part)).into())]),
        };
        pages.lacks(lack);
    }
}

/// A sentence of the program, or a person's paragraphs: one per line; lines that begin with `- ` or `* ` become a list.
fn write(pages: &mut Pages<'_>, wording: &Wording, citations: &[Citation]) {
    let text = words(wording, pages.texts);
    let start = pages.blocks.len();
    if matches!(wording, Wording::Suggested(_)) {
        pages.blocks.push(Block::Paragraph(cell(text)));
    } else {
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            own_line(pages, line, start);
        }
    }
    let references = pages.references.inlines(citations);
    if references.is_empty() {
        return;
    }
    match pages.blocks.get_mut(start..).and_then(<[_]>::last_mut) {
        Some(Block::Paragraph(inlines)) => inlines.extend(references),
        _ => {
            let mut inlines = vec![pages.label(pages.get("export-evidence"))];
            inlines.extend(references);
            pages.blocks.push(Block::Paragraph(inlines));
        }
    }
}

/// A line of a text that began at the block `start`.
fn own_line(pages: &mut Pages<'_>, line: &str, start: usize) {
    let Some(item) = list_item(line) else {
        return pages.blocks.push(Block::Paragraph(cell(line)));
    };
    match pages.blocks.get_mut(start..).and_then(<[_]>::last_mut) {
        Some(Block::List(items)) => items.push((0, cell(item))),
        _ => pages.blocks.push(Block::List(vec![(0, cell(item))])),
    }
}

/// The words of a line that a person wrote as a list item.
fn list_item(line: &str) -> Option<&str> {
    ["- ", "* ", "• "].iter().find_map(|mark| line.strip_prefix(mark))
}

/// What went well, what badly, where luck helped: one lesson per line.
pub(super) fn lessons(pages: &mut Pages<'_>) {
    let parts = [Part::Well, Part::Badly, Part::Lucky];
    if parts.iter().all(|part| pages.document.prose(*part).text.is_empty()) {
        let lack = pages.get("export-empty-lessons");
        return pages.lacks(lack);
    }
    for part in parts {
        let heading = pages.get(part_id(part));
        pages.heading(heading);
        let prose = pages.document.prose(part);
        let text = words(&prose.text, pages.texts);
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let mut items: Vec<_> = lines.map(|line| (0, cell(list_item(line).unwrap_or(line)))).collect();
        let Some((_, last)) = items.last_mut() else {
            pages.note("export-nothing");
            continue;
        };
        last.extend(pages.references.inlines(&prose.citations));
        pages.blocks.push(Block::List(items));
    }
}
