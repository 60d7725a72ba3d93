//! Slot `causes`: the tree of whys as prose, as numbered questions, as the classic Five Whys, as a table and as a picture.
//!
//! Every form tells the kind of an answer, how sure the team is, several answers to one question, and what was ruled out with its evidence.

use crate::model::{Citation, Confidence};
use crate::postmortem::{Alternative, Why, WhyKind, tree};
use crate::view::document::{Block, Inline};

use super::{Pages, cell, words};
use crate::export::cause_graph;
use crate::export::template::CausesForm;

type Items = Vec<(u8, Vec<Inline>)>;

/// Id of what a why is to the incident.
const fn kind_id(kind: WhyKind) -> &'static str {
    match kind {
        WhyKind::Cause => "why-kind-cause",
        WhyKind::Contributing => "why-kind-contributing",
        WhyKind::Detection => "why-kind-detection",
        WhyKind::Mitigating => "why-kind-mitigating",
        WhyKind::Question => "why-kind-question",
    }
}

/// The causes in one of their forms.
pub(super) fn write(pages: &mut Pages<'_>, form: CausesForm) {
    let whys = &pages.document.whys;
    if form == CausesForm::Graph {
        pages.blocks.extend(cause_graph::picture(pages.document, pages.texts));
        return;
    }
    if whys.is_empty() {
        let lack = pages.get("export-empty-causes");
        return pages.lacks(lack);
    }
    match form {
        CausesForm::Numbered => numbered(pages, whys),
        CausesForm::Table => table(pages, whys),
        form => headed(pages, whys, form == CausesForm::Questions),
    }
}

/// A question with all its answers.
fn questions(whys: &[Why]) -> impl Iterator<Item = &[Why]> {
    whys.chunk_by(|_, next| next.is_further_answer())
}

/// A heading for each top-level question, its answers as paragraphs, what is deeper as lists.
fn headed(pages: &mut Pages<'_>, whys: &[Why], is_numbered: bool) {
    for (number, answers) in (1u32..).zip(questions(whys)) {
        let Some(first) = answers.first() else { continue };
        let question = question(pages, first);
        let args = [("number", number.into()), ("question", question.as_str().into())];
        let heading = if is_numbered { pages.texts.with("export-question-number", &args) } else { question };
        pages.heading(heading);
        for why in answers {
            let mut paragraph = vec![pages.label(pages.get(kind_id(why.kind)))];
            paragraph.extend(answer(pages, why));
            pages.blocks.push(Block::Paragraph(paragraph));
            let mut items = Items::new();
            ruled_out(pages, &why.alternatives, 0, &mut items);
            deeper(pages, &why.children, 0, &mut items);
            list(pages, items);
        }
    }
}

/// Whys as list items: a question with its answer; several answers stand below their question.
fn deeper(pages: &mut Pages<'_>, whys: &[Why], depth: u8, items: &mut Items) {
    for answers in questions(whys) {
        let Some(first) = answers.first() else { continue };
        let asked = Inline::Strong(question(pages, first));
        if let [why] = answers {
            let mut item = vec![asked];
            item.extend(named_answer(pages, why));
            items.push((depth, item));
            below(pages, why, depth.saturating_add(1), items);
            continue;
        }
        items.push((depth, vec![asked]));
        for why in answers {
            let item = named_answer(pages, why);
            items.push((depth.saturating_add(1), item));
            below(pages, why, depth.saturating_add(2), items);
        }
    }
}

fn below(pages: &mut Pages<'_>, why: &Why, depth: u8, items: &mut Items) {
    ruled_out(pages, &why.alternatives, depth, items);
    deeper(pages, &why.children, depth, items);
}

fn ruled_out(pages: &mut Pages<'_>, alternatives: &[Alternative], depth: u8, items: &mut Items) {
    for other in alternatives {
        let mut item = vec![pages.label(pages.get("export-not-it"))];
        item.extend(refuted(pages, other));
        items.push((depth, item));
    }
}

/// A space, the answer that it is not, why not and what shows that.
pub(super) fn refuted(pages: &mut Pages<'_>, other: &Alternative) -> Vec<Inline> {
    let (claim, reason) = (words(&other.claim, pages.texts), words(&other.reason, pages.texts));
    let text = match reason.as_str() {
        "" => claim,
        _ => {
            let claim = claim.trim_end_matches(['.', '。']);
            pages.texts.with("export-because", &[("claim", claim.into()), ("reason", reason.as_str().into())])
        }
    };
    proven(pages, &text, &other.citations)
}

/// The question; that of a further answer was asked before it.
fn question(pages: &Pages<'_>, why: &Why) -> String {
    let question = words(&why.question, pages.texts);
    if question.is_empty() { pages.get("export-no-question") } else { question }
}

/// The answer after the name of its kind; that something caused the incident is what an answer says without a name.
fn named_answer(pages: &mut Pages<'_>, why: &Why) -> Vec<Inline> {
    let mut inlines = answer(pages, why);
    let is_named = !why.claim.is_empty() && !matches!(why.kind, WhyKind::Cause | WhyKind::Question);
    if is_named {
        let label = pages.labelled(pages.get(kind_id(why.kind)));
        // A full-width colon brings its own space.
        if let (true, Some(Inline::Text(text))) = (label.ends_with('：'), inlines.first_mut()) {
            *text = text.trim_start().to_owned();
        }
        inlines.insert(0, Inline::Text(format!(" {label}")));
    }
    inlines
}

/// A space, the answer, how sure it is and its references; what is open or unproven is said to be.
fn answer(pages: &mut Pages<'_>, why: &Why) -> Vec<Inline> {
    let claim = words(&why.claim, pages.texts);
    if claim.is_empty() {
        let mut inlines = cell(format!(" {}", pages.get("export-open")));
        inlines.extend(pages.references.inlines(&why.citations));
        return inlines;
    }
    let sure = why.confidence.map(|confidence| format!(" {}", sureness(pages, confidence))).unwrap_or_default();
    proven(pages, &format!("{claim}{sure}"), &why.citations)
}

fn proven(pages: &mut Pages<'_>, text: &str, citations: &[Citation]) -> Vec<Inline> {
    if citations.is_empty() {
        return cell(format!(" {text} {}", pages.get("export-uncited")));
    }
    pages.cited(format!(" {text}"), citations)
}

fn sureness(pages: &Pages<'_>, confidence: Confidence) -> String {
    let level = pages.get(&format!("confidence-{}", confidence.as_str()));
    pages.texts.with("export-confidence", &[("level", level.into())])
}

fn list(pages: &mut Pages<'_>, items: Items) {
    if !items.is_empty() {
        pages.blocks.push(Block::List(items));
    }
}

/// The classic Five Whys: the first chain of causes, numbered; then what branches off, named after the why it branches off from.
fn numbered(pages: &mut Pages<'_>, whys: &[Why]) {
    let chain = tree::chain(whys);
    let mut steps = Vec::new();
    for why in &chain {
        let mut step = vec![Inline::Strong(question(pages, why))];
        step.extend(named_answer(pages, why));
        steps.push(step);
    }
    pages.blocks.push(Block::Numbered(steps));
    let mut siblings = whys;
    for (at, why) in chain.iter().enumerate() {
        let mut items = Items::new();
        ruled_out(pages, &why.alternatives, 0, &mut items);
        for other in other_answers(siblings, why) {
            let mut item = vec![pages.label(pages.get("export-also"))];
            item.extend(named_answer(pages, other));
            items.push((0, item));
            below(pages, other, 1, &mut items);
        }
        other_questions(pages, &why.children, chain.get(at + 1).copied(), &mut items);
        let name = pages.texts.with("export-branch", &[("number", (at + 1).into())]);
        labelled_list(pages, name, items);
        siblings = &why.children;
    }
    let mut items = Items::new();
    other_questions(pages, whys, chain.first().copied(), &mut items);
    let name = pages.get("export-beside");
    labelled_list(pages, name, items);
}

/// The answers to the question of a why that are not its own.
fn other_answers<'a>(siblings: &'a [Why], why: &Why) -> impl Iterator<Item = &'a Why> {
    let id = why.id;
    let answers = questions(siblings).find(|answers| answers.iter().any(|other| other.id == id)).unwrap_or_default();
    answers.iter().filter(move |other| other.id != id)
}

/// The questions that are not the one that a why of the chain answers.
fn other_questions(pages: &mut Pages<'_>, whys: &[Why], followed: Option<&Why>, items: &mut Items) {
    for answers in questions(whys) {
        if !answers.iter().any(|why| followed.is_some_and(|followed| followed.id == why.id)) {
            deeper(pages, answers, 0, items);
        }
    }
}

fn labelled_list(pages: &mut Pages<'_>, name: String, items: Items) {
    if !items.is_empty() {
        let label = pages.label(name);
        pages.blocks.push(Block::Paragraph(vec![label]));
        list(pages, items);
    }
}

/// Level, question, answer: a cause at the top is the direct one, the deepest of a chain a root cause, what lies between is underlying;
/// what made it possible or worse lay dormant.
fn table(pages: &mut Pages<'_>, whys: &[Why]) {
    let mut rows = Vec::new();
    table_rows(pages, whys, true, &mut rows);
    pages.table(&["export-level", "export-question", "export-answer"], rows);
}

fn table_rows(pages: &mut Pages<'_>, whys: &[Why], is_top: bool, rows: &mut Vec<Vec<Vec<Inline>>>) {
    for answers in questions(whys) {
        let Some(first) = answers.first() else { continue };
        let question = question(pages, first);
        for why in answers {
            let level = pages.get(level_id(why, is_top));
            let answer = answer(pages, why);
            rows.push(vec![cell(level), cell(question.as_str()), answer]);
            for other in &why.alternatives {
                let refuted = refuted(pages, other);
                rows.push(vec![cell(pages.get("export-not-it")), cell(question.as_str()), refuted]);
            }
            table_rows(pages, &why.children, false, rows);
        }
    }
}

fn level_id(why: &Why, is_top: bool) -> &'static str {
    let goes_deeper = why.children.iter().any(|child| child.kind == WhyKind::Cause && !child.claim.is_empty());
    match why.kind {
        _ if why.claim.is_empty() => "export-level-open",
        WhyKind::Cause | WhyKind::Question if is_top => "export-level-direct",
        WhyKind::Cause | WhyKind::Question if goes_deeper => "export-level-underlying",
        WhyKind::Cause | WhyKind::Question => "export-level-root",
        WhyKind::Contributing => "export-level-latent",
        WhyKind::Detection => "export-level-detection",
        WhyKind::Mitigating => "why-kind-mitigating",
    }
}
