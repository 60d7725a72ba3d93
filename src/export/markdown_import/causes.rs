//! The section on causes, read back into a tree.

use super::unsay::unsay;
use super::{Reading, words};
use crate::model::Confidence;
use crate::postmortem::tree::MAX_DEPTH;
use crate::postmortem::{Alternative, ItemId, Part, Why, WhyKind, Wording};
use crate::view::document::{Block, Inline};

impl Reading<'_> {
    /// Top-level questions are headings, each followed by its answers (a paragraph each) with what lies deeper (a list each).
    pub(super) fn causes(&mut self, title: &str, blocks: &[Block]) {
        let mut whys = Tree::default();
        for block in blocks {
            match block {
                Block::Heading(_, heading) => {
                    let numbered = unsay(self.texts, "export-question-number", ["number", "question"], heading);
                    let numbered = numbered.filter(|[number, _]| number.parse::<u32>().is_ok());
                    let question = numbered.as_ref().map_or(heading.as_str(), |[_, question]| question);
                    whys.ask(None, self.id(), question);
                }
                Block::Paragraph(inlines) if !whys.nodes.is_empty() => {
                    let named = matches!(inlines.first(), Some(Inline::Strong(_)));
                    let top =
                        whys.top.and_then(|top| whys.nodes.get(top)).is_some_and(|(_, why)| !why.claim.is_empty());
                    if named && top {
                        whys.ask(None, self.id(), "");
                    }
                    if let Some((_, why)) = whys.top.and_then(|top| whys.nodes.get_mut(top)) {
                        self.answer(why, inlines);
                    }
                }
                Block::List(items) if !whys.nodes.is_empty() => self.deeper(items, &mut whys),
                // The graph of the causes is the program's.
                Block::Chart { .. } => {}
                Block::Note(text) if self.says_nothing(text) => {}
                // Forms that tell the tree in one line after another: the words stay, the tree cannot be read off.
                Block::Table(..) | Block::Numbered(_) => self.keep(title, std::slice::from_ref(block)),
                other => self.part(Part::Notes, std::slice::from_ref(other)),
            }
        }
        let whys = whys.grown();
        self.document.whys.extend(whys);
    }

    fn deeper(&mut self, items: &[(u8, Vec<Inline>)], whys: &mut Tree) {
        let not_it = self.texts.with("export-label", &[("name", self.texts.get("export-not-it").into())]);
        // The node that the last item of each depth stands for.
        let mut open: Vec<usize> = Vec::new();
        for (depth, inlines) in items {
            open.truncate(usize::from(*depth).min(MAX_DEPTH - 2));
            let Some(parent) = open.last().copied().or(whys.top) else { continue };
            match inlines.split_first() {
                Some((Inline::Strong(name), rest)) if *name == not_it => {
                    let (claim, reason) = self.refuted(rest);
                    let other = Alternative { id: self.id(), claim, reason, citations: self.cited(rest) };
                    if let Some((_, why)) = whys.nodes.get_mut(parent) {
                        why.alternatives.push(other);
                    }
                    open.push(parent);
                }
                Some((Inline::Strong(question), rest)) => {
                    whys.ask(Some(parent), self.id(), question);
                    open.push(whys.nodes.len() - 1);
                    if let Some((_, why)) = whys.nodes.last_mut() {
                        self.answer(why, rest);
                    }
                }
                // An answer below its question: the first is the question's own, the others stand beside it.
                _ => {
                    let asked = whys.nodes.get(parent).filter(|_| !open.is_empty());
                    let node = match asked.map(|(above, why)| (*above, why.claim.is_empty())) {
                        Some((_, true)) => parent,
                        asked => {
                            whys.ask(asked.map_or(Some(parent), |(above, _)| above), self.id(), "");
                            whys.nodes.len() - 1
                        }
                    };
                    if let Some((_, why)) = whys.nodes.get_mut(node) {
                        self.answer(why, inlines);
                    }
                    open.push(node);
                }
            }
        }
    }

    /// `It is not X. Because Y. (no evidence cited)`
    pub(super) fn refuted(&self, inlines: &[Inline]) -> (Wording, Wording) {
        let text = words(inlines);
        let text = text.strip_suffix(&self.texts.get("export-uncited")).unwrap_or(&text).trim_end();
        match unsay(self.texts, "export-because", ["claim", "reason"], text) {
            Some([claim, reason]) => (Wording::Own(claim), Wording::Own(reason)),
            None => (Wording::Own(text.to_owned()), Wording::default()),
        }
    }

    /// Adds words to an answer; what the form says of it (its kind, how sure it is, that it is open or unproven) is not part of it.
    fn answer(&self, why: &mut Why, inlines: &[Inline]) {
        why.citations.extend(self.cited(inlines));
        let text = words(inlines);
        let text = text.strip_suffix(&self.texts.get("export-uncited")).unwrap_or(&text).trim();
        let label = |kind: WhyKind| {
            let name = self.texts.get(&format!("why-kind-{}", kind.as_str()));
            self.texts.with("export-label", &[("name", name.into())])
        };
        let kind = WhyKind::ALL.into_iter().find_map(|kind| Some((kind, text.strip_prefix(&label(kind))?)));
        let (kind, text) = kind.map_or((None, text), |(kind, text)| (Some(kind), text.trim_start()));
        let sure = [Confidence::Certain, Confidence::Likely, Confidence::Possible].into_iter().find_map(|level| {
            let name = self.texts.get(&format!("confidence-{}", level.as_str()));
            Some((level, text.strip_suffix(&self.texts.with("export-confidence", &[("level", name.into())]))?))
        });
        let (confidence, text) = sure.map_or((None, text), |(level, text)| (Some(level), text.trim_end()));
        why.confidence = why.confidence.or(confidence);
        if text.is_empty() || text == self.texts.get("export-open") {
            why.kind = kind.unwrap_or(why.kind);
            return;
        }
        why.kind = kind.unwrap_or(if why.kind == WhyKind::Question { WhyKind::Cause } else { why.kind });
        let before = std::mem::take(&mut why.claim).say(self.texts);
        why.claim = Wording::Own(if before.is_empty() { text.to_owned() } else { format!("{before}\n{text}") });
    }
}

/// Whys as they are read, in their order, each with the position of the one above it.
#[derive(Default)]
struct Tree {
    nodes: Vec<(Option<usize>, Why)>,
    /// The last one at the top.
    top: Option<usize>,
}

impl Tree {
    fn ask(&mut self, above: Option<usize>, id: ItemId, question: &str) {
        if above.is_none() {
            self.top = Some(self.nodes.len());
        }
        let question = Wording::Own(question.to_owned());
        self.nodes.push((above, Why { id, kind: WhyKind::Question, question, ..Why::default() }));
    }

    /// The trees. A why stands after the one above it, so the last ones go to theirs first.
    fn grown(self) -> Vec<Why> {
        let mut tops = Vec::new();
        let mut nodes = self.nodes;
        while let Some((above, mut why)) = nodes.pop() {
            why.children.reverse();
            match above.and_then(|above| nodes.get_mut(above)) {
                Some((_, parent)) => parent.children.push(why),
                None => tops.push(why),
            }
        }
        tops.reverse();
        tops
    }
}
