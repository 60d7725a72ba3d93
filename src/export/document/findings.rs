//! Slots `findings`, `ruled-out` and `open-questions`: what people wrote first, then what the program derived, marked as such.

use crate::model::{Analysis, RuleOutcome};
use crate::postmortem::Part;
use crate::text::Texts;
use crate::view::document::{Block, Inline};

use super::{Material, Pages, causes, cell, prose, rule_name, words};

type Items = Vec<(u8, Vec<Inline>)>;

/// The findings, sentence by sentence.
pub(super) fn write(pages: &mut Pages<'_>) {
    let material = pages.material;
    if material.analysis.findings.is_empty() {
        if !pages.optional {
            pages.blocks.push(Block::Note(none(material.analysis, pages.texts, "export-no-findings")));
        }
        return;
    }
    pages.note("export-by-program");
    for finding in &material.analysis.findings {
        let title = pages.texts.say(&finding.title);
        pages.heading(title);
        let severity = pages.get(&format!("severity-{}", finding.severity.as_str()));
        let level = pages.get(&format!("confidence-{}", finding.confidence.as_str()));
        let sure = pages.texts.with("export-confidence", &[("level", level.into())]);
        pages.blocks.push(Block::Paragraph(cell(format!("{severity} {sure}"))));
        let mut items = Items::new();
        for statement in &finding.statements {
            let text = pages.texts.say(&statement.text);
            items.push((0, pages.cited(text, &(material.cite)(&statement.cites))));
        }
        if !items.is_empty() {
            pages.blocks.push(Block::List(items));
        }
    }
}

/// That nothing was found, by the message `id`, unless there was nothing to look at.
pub(in crate::export) fn none(analysis: &Analysis, texts: &Texts, id: &str) -> String {
    let outcomes = &analysis.outcomes;
    if outcomes.is_empty() || outcomes.iter().any(RuleOutcome::looked) {
        return texts.with(id, &[("open", outcomes.iter().filter(|it| it.asks()).count().into())]);
    }
    texts.with("export-unchecked", &[("rules", outcomes.len().into())])
}

/// What it was not: in people's words, the alternatives of the causes among them, then as the evidence says.
pub(super) fn ruled_out(pages: &mut Pages<'_>) {
    let mut is_written = written(pages, Part::RuledOut);
    let mut refuted = Items::new();
    for other in pages.document.outline().into_iter().flat_map(|(_, why)| &why.alternatives) {
        refuted.push((0, causes::refuted(pages, other)));
    }
    if !refuted.is_empty() {
        is_written = true;
        pages.blocks.push(Block::List(refuted));
    }
    let material = pages.material;
    let mut items = Items::new();
    for statement in material.analysis.findings.iter().flat_map(|finding| &finding.statements) {
        if statement.topic == "ruled-out" {
            let text = pages.texts.say(&statement.text);
            items.push((0, pages.cited(text, &(material.cite)(&statement.cites))));
        }
    }
    for outcome in outcomes(material, "ruled_out") {
        let rule = rule_name(&outcome.rule, pages.texts);
        let label = pages.texts.with("export-ruled-out-rule", &[("rule", rule.into())]);
        let mut item = vec![pages.label(label)];
        let why = outcome.why.as_ref().map(|why| format!(" {}", pages.texts.say(why))).unwrap_or_default();
        item.extend(pages.cited(why, &(material.cite)(&outcome.cites)));
        items.push((0, item));
    }
    let is_empty = !is_written && items.is_empty();
    by_program(pages, items, "export-by-program");
    if is_empty {
        pages.nothing("export-nothing-ruled-out");
    }
}

/// What is still open: the team's own questions and whys, then what the evidence leaves open.
pub(super) fn open_questions(pages: &mut Pages<'_>) {
    let is_written = written(pages, Part::OpenQuestions);
    let mut asked = Items::new();
    for (_, why) in pages.document.outline() {
        let question = words(&why.question, pages.texts);
        if why.claim.is_empty() && !question.is_empty() {
            add(&mut asked, question);
        }
    }
    let mut by_rules = Items::new();
    let material = pages.material;
    for question in material.analysis.findings.iter().flat_map(|finding| &finding.questions) {
        let question = pages.texts.say(question);
        if !asked.contains(&(0, cell(question.as_str()))) {
            add(&mut by_rules, question);
        }
    }
    for outcome in outcomes(material, "inconclusive") {
        let why = outcome.why.as_ref().map(|why| pages.texts.say(why)).unwrap_or_default();
        let undecided = [("rule", rule_name(&outcome.rule, pages.texts).into()), ("why", why.into())];
        add(&mut by_rules, pages.texts.with("export-undecided", &undecided));
    }
    let is_empty = !is_written && asked.is_empty() && by_rules.is_empty();
    if !asked.is_empty() {
        pages.blocks.push(Block::List(asked));
    }
    by_program(pages, by_rules, "export-asked-by-program");
    if is_empty {
        pages.nothing("export-no-questions");
    }
}

/// A part in people's words; says whether there is one.
fn written(pages: &mut Pages<'_>, part: Part) -> bool {
    let is_written = !pages.document.prose(part).is_empty();
    if is_written {
        prose::part(pages, part);
    }
    is_written
}

fn add(items: &mut Items, text: String) {
    let item = (0, cell(text));
    if !items.contains(&item) {
        items.push(item);
    }
}

fn by_program(pages: &mut Pages<'_>, items: Items, note: &str) {
    if !items.is_empty() {
        pages.note(note);
        pages.blocks.push(Block::List(items));
    }
}

fn outcomes<'a>(material: &Material<'a>, outcome: &'static str) -> impl Iterator<Item = &'a RuleOutcome> + use<'a> {
    material.analysis.outcomes.iter().filter(move |it| it.outcome == outcome)
}
