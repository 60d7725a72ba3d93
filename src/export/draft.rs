//! A document of nothing but suggestions, for the command line: marked as a draft in its title and its summary.

use crate::model::{Analysis, Arg, Citation, Cite, Message};
use crate::postmortem::{Document, Field, Part, Wording, suggest};
use crate::text::Texts;

/// Everything the analysis suggests, as a draft that says so.
#[must_use]
pub fn draft(analysis: &Analysis, cite: &dyn Fn(&[Cite]) -> Vec<Citation>, texts: &Texts) -> Document {
    let title = suggest::title(&analysis.findings).cloned().unwrap_or_else(|| Message::new("export-untitled"));
    let mut document = Document { offset_s: texts.offset_s(), ..suggest::draft(analysis, cite) };
    document.fields.insert(Field::Title, texts.with("export-draft-title", &[("title", Arg::from(title))]));
    let summary = Wording::Suggested(Message::new("document-draft-summary"));
    document.prose.insert(Part::Summary, summary.into());
    document
}
