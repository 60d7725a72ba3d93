//! The forms in which a document is written: markdown with slots, four of our own and any that a person brings.
//!
//! ```text
//! # {{title}}
//! ## {{t export-summary}}
//! {{part summary}}
//! {{causes table}}
//! ```
//! A template never fails an export: `parse` keeps what it does not understand as text and says so.

mod parse;

use crate::model::Message;
use crate::postmortem::TemplateChoice;
use crate::text::Texts;

pub(super) use parse::{ActionsForm, CausesForm, Element, Heading, Line, Piece, Slot};

/// Our own templates in the order of [`TemplateChoice::BUILT_IN`]; the first is the default.
const BUILT_IN: [&str; TemplateChoice::BUILT_IN.len()] = [
    include_str!("sre-book.md"),
    include_str!("why-analysis.md"),
    include_str!("tabular.md"),
    include_str!("short.md"),
];

/// The markdown of a template; `None` where we have none of that id.
#[must_use]
pub fn text(choice: &TemplateChoice) -> Option<&str> {
    match choice {
        TemplateChoice::Own { text, .. } => Some(text),
        TemplateChoice::BuiltIn(id) => {
            let known = TemplateChoice::BUILT_IN.iter().position(|known| known == id)?;
            BUILT_IN.get(known).copied()
        }
    }
}

/// What of a template is not understood, line by line.
#[must_use]
pub fn check(choice: &TemplateChoice, texts: &Texts) -> Vec<Message> {
    let wrong = |element| match element {
        Element::Bad(_, wrong) => Some(wrong),
        _ => None,
    };
    elements(choice, texts).into_iter().filter_map(wrong).collect()
}

/// The template's elements; a template that this release does not have is written as the default, which is said.
pub(super) fn elements(choice: &TemplateChoice, texts: &Texts) -> Vec<Element> {
    // `get` gives back an id that it does not know.
    let is_text = |id: &str| !id.is_empty() && texts.get(id) != id;
    let mut elements = parse::parse(text(choice).unwrap_or(BUILT_IN[0]), &is_text);
    if let (TemplateChoice::BuiltIn(id), None) = (choice, text(choice)) {
        let unknown = Message::new("template-unknown").with("id", id.as_str());
        elements.insert(0, Element::Bad(String::new(), unknown));
    }
    elements
}
