//! The document as blocks, in the form of its template: what people wrote and accepted, and what the program adds and marks as its own.
//!
//! Only what a person accepted stands as a claim. An empty section says so in a note and in [`DocumentView::missing`], unless the template
//! leaves it out. One file per family of slots.

mod actions;
mod causes;
mod charts;
mod coverage;
mod findings;
mod head;
mod index;
mod prose;
mod timeline;

use crate::chart::ChartSpec;
use crate::model::{Analysis, Arg, Citation, EvidenceId, EvidenceMeta, Timestamp};
use crate::postmortem::{Document, Field, Wording};
use crate::text::{Texts, format};
use crate::view::document::{Block, DocumentView, Inline};

use super::references::References;
use super::template::{self, Element, Heading, Line, Piece, Slot};

pub(super) use actions::is_file;
pub(crate) use charts::asset;
pub(super) use coverage::clock_text;
pub(super) use findings::none;
pub(super) use head::{field_id, instant_id};
pub(super) use prose::part_id;

/// What an export is made from, besides the document.
pub struct Material<'a> {
    /// Conclusions.
    pub analysis: &'a Analysis,
    /// All inputs.
    pub evidence: &'a [EvidenceMeta],
    /// Charts by key (`threads`), drawn wide and in light colours.
    pub charts: &'a [(String, ChartSpec)],
    /// Inputs that a person took out of the case; the document may cite them all the same.
    pub taken_out: &'a [EvidenceId],
    /// Freezes places into citations; what the analysis cites is quoted through this.
    pub cite: &'a dyn Fn(&[crate::model::Cite]) -> Vec<Citation>,
}

/// Builds the document's blocks in the form of its template and in the language of `texts`.
#[must_use]
pub fn build(document: &Document, material: &Material<'_>, texts: &Texts) -> DocumentView {
    let mut pages = Pages {
        document,
        material,
        texts,
        references: References::new(material.evidence),
        blocks: Vec::new(),
        missing: Vec::new(),
        level: 1,
        optional: false,
        index: None,
        files_of: None,
    };
    pages.write(&template::elements(&document.template, texts));
    index::place(&mut pages);
    actions::files(&mut pages);
    let Pages { references, blocks, missing, .. } = pages;
    DocumentView { blocks, references: references.finish(), missing }
}

/// The name of a rule for people.
pub(super) fn rule_name(rule: &str, texts: &Texts) -> String {
    texts.get(&format!("rule-{}", rule.replace('/', "-")))
}

/// A document being written.
struct Pages<'a> {
    document: &'a Document,
    material: &'a Material<'a>,
    texts: &'a Texts,
    references: References<'a>,
    blocks: Vec<Block>,
    missing: Vec<String>,
    /// Level of the heading that stands above.
    level: u8,
    /// Whether the section goes while nothing stands in it; then nothing is said to be missing from it either.
    optional: bool,
    /// Where the evidence index goes once every reference is known, and whether it quotes.
    index: Option<(usize, bool)>,
    /// The heading above the action items whose files stand at the end.
    files_of: Option<String>,
}

/// A table cell without references.
fn cell(text: impl Into<String>) -> Vec<Inline> {
    vec![Inline::Text(text.into())]
}

/// Words in the language of the export; a person's own words as they are.
pub(super) fn words(wording: &Wording, texts: &Texts) -> String {
    wording.say(texts).trim().to_owned()
}

/// An instant without its fraction of a second, which is left to the quoted line.
fn utc(at: Timestamp) -> String {
    Timestamp(at.0.div_euclid(1_000_000_000).saturating_mul(1_000_000_000)).to_rfc3339()
}

impl<'a> Pages<'a> {
    fn write(&mut self, elements: &[Element]) {
        let mut rest = elements;
        while let Some((element, after)) = rest.split_first() {
            rest = after;
            match element {
                Element::Heading(heading) => {
                    let ends = |next: &Element| matches!(next, Element::Heading(next) if next.level <= heading.level);
                    let end = after.iter().position(ends).unwrap_or(after.len());
                    let (body, next) = after.split_at(end);
                    rest = next;
                    self.section(heading, body);
                }
                Element::Slot(slot) => self.slot(*slot),
                Element::Paragraph(line) => {
                    let text = self.line(line);
                    self.blocks.push(Block::Paragraph(cell(text)));
                }
                Element::List(items) => {
                    let items = items.iter().map(|item| (0, cell(self.line(item)))).collect();
                    self.blocks.push(Block::List(items));
                }
                Element::Table(rows) => self.written_table(rows),
                Element::Code(language, text) => {
                    self.blocks.push(Block::Code { language: language.clone(), text: text.clone() });
                }
                Element::Bad(line, wrong) => {
                    if !line.is_empty() {
                        self.blocks.push(Block::Paragraph(cell(line)));
                    }
                    let wrong = self.texts.say(wrong);
                    self.miss(wrong.clone());
                    self.blocks.push(Block::Note(wrong));
                }
            }
        }
    }

    fn section(&mut self, heading: &Heading, body: &[Element]) {
        let around = (self.level, self.optional);
        let text = self.line(&heading.text);
        self.blocks.push(Block::Heading(heading.level, text));
        (self.level, self.optional) = (heading.level, around.1 || heading.optional);
        let start = self.blocks.len();
        self.write(body);
        if self.optional && self.blocks.len() == start && self.index.is_none_or(|(at, _)| at < start) {
            self.blocks.pop();
        }
        (self.level, self.optional) = around;
    }

    fn slot(&mut self, slot: Slot) {
        match slot {
            Slot::Facts => head::facts(self),
            Slot::Overview => head::overview(self),
            Slot::Milestones => head::milestones_table(self),
            Slot::Part(part) => prose::part(self, part),
            Slot::Causes(form) => causes::write(self, form),
            Slot::Timeline { full } => timeline::write(self, full),
            Slot::Charts => charts::write(self),
            Slot::Actions(form) => actions::write(self, form),
            Slot::Lessons => prose::lessons(self),
            Slot::Findings => findings::write(self),
            Slot::RuledOut => findings::ruled_out(self),
            Slot::OpenQuestions => findings::open_questions(self),
            Slot::Coverage => coverage::write(self),
            Slot::Evidence { full } => self.index = Some((self.blocks.len(), full)),
        }
    }

    /// A table of the template: its first row is the head, as in markdown.
    fn written_table(&mut self, rows: &[Vec<Line>]) {
        let Some((head, rows)) = rows.split_first() else { return };
        let heads: Vec<String> = head.iter().map(|line| self.line(line)).collect();
        let rows = rows.iter().map(|row| {
            // A row has as many cells as the head, or a renderer makes of it what it likes.
            let nothing = Line::new();
            (0..heads.len()).map(|at| cell(self.line(row.get(at).unwrap_or(&nothing)))).collect()
        });
        let rows = rows.collect();
        self.blocks.push(Block::Table(heads, rows));
    }

    /// A line of the template with its small slots filled.
    fn line(&mut self, line: &Line) -> String {
        let filled = |piece: &Piece| match piece {
            Piece::Words(words) => words.clone(),
            Piece::Text(id) => self.texts.get(id),
            Piece::Field(field) => self.field(*field),
        };
        line.iter().map(filled).collect()
    }

    /// A line of the document's head; one that nobody wrote is said to be missing.
    fn field(&mut self, field: Field) -> String {
        let text = self.document.field(field).trim();
        if !text.is_empty() {
            return text.to_owned();
        }
        let (lack, instead) = match field {
            Field::Title => (self.get("export-empty-title"), "export-untitled"),
            Field::Severity => (self.get("export-empty-severity"), "export-not-set"),
            Field::Authors => (self.get("export-empty-authors"), "export-not-set"),
            _ => {
                let name = self.get(head::field_id(field));
                (self.texts.with("export-empty-field", &[("name", name.into())]), "export-not-set")
            }
        };
        self.miss(lack);
        self.get(instead)
    }

    fn get(&self, id: &str) -> String {
        self.texts.get(id)
    }

    /// A heading below the section's own.
    fn heading(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Heading((self.level + 1).min(6), text.into()));
    }

    fn note(&mut self, id: &str) {
        let text = self.get(id);
        self.blocks.push(Block::Note(text));
    }

    fn table(&mut self, heads: &[&str], rows: Vec<Vec<Vec<Inline>>>) {
        let heads = heads.iter().map(|id| self.get(id)).collect();
        self.blocks.push(Block::Table(heads, rows));
    }

    /// Words followed by their references.
    fn cited(&mut self, text: String, citations: &[Citation]) -> Vec<Inline> {
        let mut inlines = cell(text);
        inlines.extend(self.references.inlines(citations));
        inlines
    }

    /// A name that introduces what follows it.
    fn label(&self, name: impl Into<Arg>) -> Inline {
        Inline::Strong(self.labelled(name))
    }

    fn labelled(&self, name: impl Into<Arg>) -> String {
        self.texts.with("export-label", &[("name", name.into())])
    }

    /// Says that something a person should write is not there.
    fn lacks(&mut self, text: String) {
        if !self.optional {
            self.miss(text.clone());
            self.blocks.push(Block::Note(text));
        }
    }

    fn miss(&mut self, text: String) {
        if !self.missing.contains(&text) {
            self.missing.push(text);
        }
    }

    /// A remark where a list of the program has nothing, unless the section then goes.
    fn nothing(&mut self, id: &str) {
        if !self.optional {
            self.note(id);
        }
    }

    /// ` ± 30 s`, nothing where the instant is exact.
    fn off_by(&self, uncertainty_s: u32) -> String {
        match uncertainty_s {
            0 => String::new(),
            seconds => format!(" ± {}", format::duration(f64::from(seconds), self.texts.lang())),
        }
    }
}
