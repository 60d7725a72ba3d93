//! Slot `evidence`: the index that every reference leads to. It is written last, when all references are known, and put where it belongs.

use crate::model::Citation;
use crate::text::Texts;
use crate::view::document::{Block, Inline};

use super::Pages;

/// Puts the index where the template has its slot. Without a slot it goes to the end: no reference may lead nowhere.
pub(super) fn place(pages: &mut Pages<'_>) {
    let has_references = !pages.references.list().is_empty();
    if pages.index.is_none() && has_references {
        let heading = pages.get("export-index");
        pages.blocks.push(Block::Heading(2, heading));
        pages.index = Some((pages.blocks.len(), true));
    }
    let Some((at, full)) = pages.index else { return };
    let mut blocks = Vec::new();
    for (number, citation) in (1u32..).zip(pages.references.list()) {
        // Level 3 whatever stands above: the heading is the anchor.
        blocks.push(Block::Heading(3, format!("E{number}")));
        let is_taken_out = pages.material.taken_out.contains(&citation.locator.evidence);
        blocks.push(about(citation, is_taken_out, pages.texts));
        if full && !citation.excerpt.is_empty() {
            blocks.push(Block::Quote(number, citation.excerpt.iter().take(5).cloned().collect()));
        }
    }
    if blocks.is_empty() {
        blocks.push(Block::Note(pages.get("export-no-references")));
    }
    let at = at.min(pages.blocks.len());
    pages.blocks.splice(at..at, blocks);
}

/// File, line, time and digest, and whether the analysis is without the file.
fn about(citation: &Citation, is_taken_out: bool, texts: &Texts) -> Block {
    let lines = citation.locator.lines;
    let place = if lines.first == lines.last {
        texts.with("export-line", &[("line", lines.first.to_string().into())])
    } else {
        let range = [("first", lines.first.to_string().into()), ("last", lines.last.to_string().into())];
        texts.with("export-lines", &range)
    };
    let mut about = vec![place];
    about.extend(citation.at.map(|at| at.to_rfc3339()));
    about.push(match &citation.digest {
        Some(digest) => format!("SHA-256 {digest}"),
        None => texts.get("export-digest-pending"),
    });
    about.extend(is_taken_out.then(|| texts.get("export-taken-out")));
    let path = Inline::Strong(citation.path.clone());
    Block::Paragraph(vec![path, Inline::Text(format!(" · {}", about.join(" · ")))])
}
