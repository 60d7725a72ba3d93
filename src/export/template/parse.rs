//! Reading a template, line by line:
//!
//! ```text
//! # {{title}}
//! <!-- a remark that is not written -->
//! ## ? {{t export-trigger}}
//! {{part trigger}}
//! | Severity | {{field severity}} |
//! ```
//!
//! A section whose heading begins with `?` is left out while nothing stands in it. Headings, table cells, list items and paragraphs may
//! hold `{{title}}`, `{{date}}`, `{{field …}}` and `{{t …}}`; every other slot stands alone on its line. What is not understood is kept as
//! the text it is, with a remark that names the line and what would be allowed there.

use crate::model::{Arg, Message};
use crate::postmortem::{Field, Part};

/// What fills a line of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::export) enum Slot {
    Facts,
    Overview,
    Milestones,
    Part(Part),
    Causes(CausesForm),
    Timeline { full: bool },
    Charts,
    Actions(ActionsForm),
    Lessons,
    Findings,
    RuledOut,
    OpenQuestions,
    Coverage,
    Evidence { full: bool },
}

/// How the causes are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::export) enum CausesForm {
    Tree,
    Questions,
    Numbered,
    Table,
    Graph,
}

/// How the action items are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::export) enum ActionsForm {
    Table,
    Full,
    Todo,
}

/// Slots by name, each with its forms; the first form is the one without a name.
const SLOTS: &[(&str, &[(&str, Slot)])] = &[
    ("facts", &[("full", Slot::Facts), ("overview", Slot::Overview)]),
    ("milestones", &[("table", Slot::Milestones)]),
    (
        "causes",
        &[
            ("tree", Slot::Causes(CausesForm::Tree)),
            ("questions", Slot::Causes(CausesForm::Questions)),
            ("numbered", Slot::Causes(CausesForm::Numbered)),
            ("table", Slot::Causes(CausesForm::Table)),
            ("graph", Slot::Causes(CausesForm::Graph)),
        ],
    ),
    ("timeline", &[("full", Slot::Timeline { full: true }), ("short", Slot::Timeline { full: false })]),
    ("charts", &[("all", Slot::Charts)]),
    (
        "actions",
        &[
            ("table", Slot::Actions(ActionsForm::Table)),
            ("full", Slot::Actions(ActionsForm::Full)),
            ("todo", Slot::Actions(ActionsForm::Todo)),
        ],
    ),
    ("lessons", &[("all", Slot::Lessons)]),
    ("findings", &[("all", Slot::Findings)]),
    ("ruled-out", &[("all", Slot::RuledOut)]),
    ("open-questions", &[("all", Slot::OpenQuestions)]),
    ("coverage", &[("all", Slot::Coverage)]),
    ("evidence", &[("full", Slot::Evidence { full: true }), ("short", Slot::Evidence { full: false })]),
];

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::export) enum Piece {
    /// The template's own words.
    Words(String),
    /// A line of the document's head.
    Field(Field),
    /// A text of the program, in the language of the export.
    Text(String),
}

/// Words with the small slots in them.
pub(in crate::export) type Line = Vec<Piece>;

/// A heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::export) struct Heading {
    pub(in crate::export) level: u8,
    /// Whether its section goes while nothing stands in it.
    pub(in crate::export) optional: bool,
    pub(in crate::export) text: Line,
}

/// What a template is made of.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::export) enum Element {
    Heading(Heading),
    Slot(Slot),
    Paragraph(Line),
    List(Vec<Line>),
    Table(Vec<Vec<Line>>),
    Code(String, String),
    /// A line that is not understood, and why not.
    Bad(String, Message),
}

/// Reads a template. `is_text` says whether an id names a text of the program.
pub(in crate::export) fn parse(template: &str, is_text: &dyn Fn(&str) -> bool) -> Vec<Element> {
    let mut elements = Vec::new();
    let mut lines = (1u32..).zip(template.lines()).peekable();
    while let Some((number, line)) = lines.next() {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        if line.starts_with("<!--") {
            let mut end = line;
            while !end.ends_with("-->") {
                let Some((_, next)) = lines.next() else { break };
                end = next.trim_end();
            }
            continue;
        }
        if let Some(language) = line.strip_prefix("```") {
            let code: Vec<&str> =
                lines.by_ref().map(|(_, line)| line).take_while(|line| line.trim() != "```").collect();
            elements.push(Element::Code(language.to_owned(), code.join("\n")));
            continue;
        }
        let understood = element(line, is_text, elements.last_mut());
        match understood {
            Ok(Some(element)) => elements.push(element),
            Ok(None) => {}
            Err(wrong) => {
                let wrong = Message::new("template-line").with("line", number.to_string()).with("what", wrong);
                elements.push(Element::Bad(line.to_owned(), wrong));
            }
        }
        // A blank line ends a list or a table.
        if lines.peek().is_some_and(|(_, next)| next.trim().is_empty()) {
            elements.push(Element::Paragraph(Vec::new()));
        }
    }
    elements.retain(|element| *element != Element::Paragraph(Vec::new()));
    elements
}

/// The element of a line; nothing where the line went into the element before it.
fn element(
    line: &str,
    is_text: &dyn Fn(&str) -> bool,
    before: Option<&mut Element>,
) -> Result<Option<Element>, Message> {
    let level = line.bytes().take_while(|byte| *byte == b'#').count();
    if let (1..=6, Some(text)) = (level, line[level..].strip_prefix(' ')) {
        let text = text.trim();
        let required = text.strip_prefix("? ");
        let text = pieces(required.unwrap_or(text), is_text)?;
        let level = u8::try_from(level).unwrap_or(6);
        return Ok(Some(Element::Heading(Heading { level, optional: required.is_some(), text })));
    }
    if let Some(cells) = line.strip_prefix('|') {
        let cells: Vec<&str> = cells.strip_suffix('|').unwrap_or(cells).split('|').map(str::trim).collect();
        let is_rule = cells.iter().all(|cell| cell.contains('-') && cell.bytes().all(|byte| b"-: ".contains(&byte)));
        let row = cells.into_iter().map(|cell| pieces(cell, is_text)).collect::<Result<Vec<_>, _>>()?;
        return Ok(match before {
            Some(Element::Table(_)) if is_rule => None,
            Some(Element::Table(rows)) => {
                rows.push(row);
                None
            }
            _ => Some(Element::Table(vec![row])),
        });
    }
    if let Some(item) = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")) {
        let item = pieces(item, is_text)?;
        return Ok(match before {
            Some(Element::List(items)) => {
                items.push(item);
                None
            }
            _ => Some(Element::List(vec![item])),
        });
    }
    let alone = line.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}")).filter(|name| !name.contains("{{"));
    match alone.map(block_slot) {
        Some(Ok(Some(slot))) => Ok(Some(Element::Slot(slot))),
        Some(Err(wrong)) => Err(wrong),
        Some(Ok(None)) | None => Ok(Some(Element::Paragraph(pieces(line, is_text)?))),
    }
}

/// The slot of a name that may stand alone on a line; nothing where it may not or is unknown.
fn block_slot(slot: &str) -> Result<Option<Slot>, Message> {
    let (name, form) = name_and_form(slot);
    if name == "part" {
        return by_name(&Part::ALL, Part::as_str, name, form).map(|part| Some(Slot::Part(part)));
    }
    let Some((_, forms)) = SLOTS.iter().find(|(known, _)| *known == name) else { return Ok(None) };
    let found = match form {
        "" => forms.first(),
        form => forms.iter().find(|(known, _)| *known == form),
    };
    found.map(|(_, slot)| Some(*slot)).ok_or_else(|| unknown_form(name, form, forms.iter().map(|(known, _)| *known)))
}

/// Splits a line at its small slots.
fn pieces(line: &str, is_text: &dyn Fn(&str) -> bool) -> Result<Line, Message> {
    let mut pieces = Vec::new();
    let mut rest = line;
    while let Some((words, after)) = rest.split_once("{{") {
        let (slot, after) = after.split_once("}}").ok_or_else(|| Message::new("template-unclosed"))?;
        if !words.is_empty() {
            pieces.push(Piece::Words(words.to_owned()));
        }
        pieces.push(small_slot(slot, is_text)?);
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Words(rest.to_owned()));
    }
    Ok(pieces)
}

fn small_slot(slot: &str, is_text: &dyn Fn(&str) -> bool) -> Result<Piece, Message> {
    let (name, form) = name_and_form(slot);
    match name {
        "title" => Ok(Piece::Field(Field::Title)),
        "date" => Ok(Piece::Field(Field::Date)),
        "field" => by_name(&Field::ALL, Field::as_str, name, form).map(Piece::Field),
        "t" if is_text(form) => Ok(Piece::Text(form.to_owned())),
        "t" => Err(Message::new("template-unknown-text").with("id", form)),
        _ if name == "part" || SLOTS.iter().any(|(known, _)| *known == name) => {
            Err(Message::new("template-not-alone").with("slot", name))
        }
        _ => {
            let small = ["title", "date", "field", "t", "part"].into_iter();
            let allowed = small.chain(SLOTS.iter().map(|(known, _)| *known));
            Err(Message::new("template-unknown-slot").with("slot", name).with("allowed", list(allowed)))
        }
    }
}

fn name_and_form(slot: &str) -> (&str, &str) {
    let slot = slot.trim();
    slot.split_once(' ').map_or((slot, ""), |(name, form)| (name, form.trim()))
}

/// The item of that spelling; hyphens serve as well as underscores.
fn by_name<T: Copy, const N: usize>(
    all: &[T; N],
    spelling: fn(T) -> &'static str,
    slot: &str,
    form: &str,
) -> Result<T, Message> {
    let wanted = form.replace('-', "_");
    let found = all.iter().copied().find(|item| spelling(*item) == wanted);
    found.ok_or_else(|| unknown_form(slot, form, all.iter().map(|item| spelling(*item))))
}

fn unknown_form<'a>(slot: &str, form: &str, allowed: impl Iterator<Item = &'a str>) -> Message {
    let message = Message::new("template-unknown-form").with("slot", slot).with("form", form);
    message.with("allowed", list(allowed))
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> Arg {
    Arg::List(names.map(Arg::from).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(template: &str) -> Vec<Element> {
        parse(template, &|id| id == "export-summary")
    }

    #[test]
    fn lines_become_elements() {
        let elements = read(
            "# {{title}}\n<!-- not\nwritten -->\n## ? {{t export-summary}} of it\n{{part summary}}\n{{causes}}\n\
             | a | {{field severity}} |\n|---|:-:|\n| b | {{date}} |\n\n| c |\n- one\n- {{ date }}\nSee {{title}}.",
        );
        let words = |text: &str| Piece::Words(text.to_owned());
        let heading = |level, optional, text| Element::Heading(Heading { level, optional, text });
        assert_eq!(
            elements,
            [
                heading(1, false, vec![Piece::Field(Field::Title)]),
                heading(2, true, vec![Piece::Text("export-summary".to_owned()), words(" of it")]),
                Element::Slot(Slot::Part(Part::Summary)),
                Element::Slot(Slot::Causes(CausesForm::Tree)),
                Element::Table(vec![
                    vec![vec![words("a")], vec![Piece::Field(Field::Severity)]],
                    vec![vec![words("b")], vec![Piece::Field(Field::Date)]],
                ]),
                Element::Table(vec![vec![vec![words("c")]]]),
                Element::List(vec![vec![words("one")], vec![Piece::Field(Field::Date)]]),
                Element::Paragraph(vec![words("See "), Piece::Field(Field::Title), words(".")]),
            ]
        );
    }

    #[test]
    fn what_is_not_understood_keeps_its_words_and_names_its_line() {
        for (line, id) in [
            ("{{nonsense}}", "template-unknown-slot"),
            ("{{}}", "template-unknown-slot"),
            ("{{{{}}}}", "template-unknown-slot"),
            ("{{causes sideways}}", "template-unknown-form"),
            ("{{part mood}}", "template-unknown-form"),
            ("{{field}}", "template-unknown-form"),
            ("# {{causes}}", "template-not-alone"),
            ("- {{part summary}}", "template-not-alone"),
            ("see {{title", "template-unclosed"),
            ("{{t nowhere}}", "template-unknown-text"),
            ("| {{x}} |", "template-unknown-slot"),
        ] {
            let elements = read(&format!("\n{line}\n"));
            let [Element::Bad(text, message)] = &elements[..] else { panic!("{line}: {elements:?}") };
            assert_eq!((text.as_str(), &message.args[0].1), (line, &Arg::from("2")));
            let Arg::Message(what) = &message.args[1].1 else { panic!("{line}: {message:?}") };
            assert_eq!(what.id, id, "{line}");
        }
        for line in
            ["}}", "#no", "#", "|", "||", "|-|", "```", "<!--", "- ", "####### x", "é", "{", "{{title}}{{date}}"]
        {
            assert!(!read(line).iter().any(|it| matches!(it, Element::Bad(..))), "{line}");
        }
    }
}
