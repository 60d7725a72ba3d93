//! The section on causes, read back into a tree: questions under headings, and the numbered chain with its branches.

use super::cause_tree::Tree;
use super::unsay::unsay;
use super::{Reading, words};
use crate::model::Confidence;
use crate::postmortem::tree::MAX_DEPTH;
use crate::postmortem::{Alternative, Part, Why, WhyKind, Wording};
use crate::view::document::{Block, Inline};

impl Reading<'_> {
    /// Top-level questions are headings, each followed by its answers (a paragraph each) with what lies deeper (a list each). Or they are a
    /// numbered chain, each below the one before it, then lists of what branches off, each below a paragraph that says from where.
    pub(super) fn causes(&mut self, title: &str, blocks: &[Block]) {
        let mut whys = Tree::default();
        // The steps of the chain, and whether lists tell of one of them.
        let (mut chain, mut is_branch) = (Vec::new(), false);
        for block in blocks {
            match block {
                Block::Heading(_, heading) => {
                    let numbered = unsay(self.texts, "export-question-number", ["number", "question"], heading);
                    let numbered = numbered.filter(|[number, _]| number.parse::<u32>().is_ok());
                    let question = numbered.as_ref().map_or(heading.as_str(), |[_, question]| question);
                    let question = self.question(question);
                    whys.ask(None, self.id(), &question);
                    is_branch = false;
                }
                Block::Paragraph(inlines) if self.branch(inlines, &chain).is_some() => {
                    whys.top = self.branch(inlines, &chain).flatten();
                    is_branch = true;
                }
                Block::Paragraph(inlines) if !whys.is_empty() && !is_branch => {
                    let named = matches!(inlines.first(), Some(Inline::Strong(_)));
                    let top = whys.top.and_then(|top| whys.get(top)).is_some_and(|why| !why.claim.is_empty());
                    if named && top {
                        whys.ask(None, self.id(), "");
                    }
                    if let Some(why) = whys.top.and_then(|top| whys.get(top)) {
                        self.answer(why, inlines);
                    }
                }
                Block::Numbered(steps) if chain.is_empty() => {
                    for step in steps {
                        let (question, rest) = match step.split_first() {
                            Some((Inline::Strong(question), rest)) => (self.question(question), rest),
                            _ => (String::new(), step.as_slice()),
                        };
                        let at = whys.ask(chain.last().copied(), self.id(), &question);
                        chain.push(at);
                        if let Some(why) = whys.get(at) {
                            self.answer(why, rest);
                        }
                    }
                }
                Block::List(items) if !whys.is_empty() => self.deeper(items, &mut whys),
                Block::Table(heads, rows) if self.is_cause_table(heads) => self.cause_table(rows, &mut whys),
                // The graph of the causes is the program's.
                Block::Chart { .. } => {}
                Block::Note(text) if self.says_nothing(text) => {}
                Block::Table(..) | Block::Numbered(_) => self.keep(title, std::slice::from_ref(block)),
                other => self.part(Part::Notes, std::slice::from_ref(other)),
            }
        }
        self.document.whys.extend(whys.grown());
    }

    /// Which step of the chain the list below tells of, `None` inside where it stands beside the chain.
    fn branch(&self, inlines: &[Inline], chain: &[usize]) -> Option<Option<usize>> {
        let [Inline::Strong(label)] = inlines else { return None };
        let [name] = unsay(self.texts, "export-label", ["name"], label)?;
        if name == self.texts.get("export-beside") && !chain.is_empty() {
            return Some(None);
        }
        let [number] = unsay(self.texts, "export-branch", ["number"], &name)?;
        let step = number.parse::<usize>().ok()?.checked_sub(1)?;
        chain.get(step).copied().map(Some)
    }

    /// A question as it was written; a form says where there was none.
    pub(super) fn question(&self, text: &str) -> String {
        if text == self.texts.get("export-no-question") { String::new() } else { text.to_owned() }
    }

    fn deeper(&mut self, items: &[(u8, Vec<Inline>)], whys: &mut Tree) {
        let label = |id: &str| self.texts.with("export-label", &[("name", self.texts.get(id).into())]);
        let (not_it, also) = (label("export-not-it"), label("export-also"));
        // The node that the last item of each depth stands for.
        let mut open: Vec<usize> = Vec::new();
        for (depth, inlines) in items {
            open.truncate(usize::from(*depth).min(MAX_DEPTH - 2));
            let parent = open.last().copied().or(whys.top);
            match (inlines.split_first(), parent) {
                (Some((Inline::Strong(name), rest)), Some(parent)) if *name == not_it => {
                    let (claim, reason) = self.refuted(rest);
                    let other = Alternative { id: self.id(), claim, reason, citations: self.cited(rest) };
                    if let Some(why) = whys.get(parent) {
                        why.alternatives.push(other);
                    }
                    open.push(parent);
                }
                (Some((Inline::Strong(name), rest)), Some(step)) if *name == also && open.is_empty() => {
                    let at = whys.answer_beside(step, self.id());
                    open.push(at);
                    if let Some(why) = whys.get(at) {
                        self.answer(why, rest);
                    }
                }
                (Some((Inline::Strong(question), rest)), parent) => {
                    let question = self.question(question);
                    // A question below nothing stands at the top, without becoming what the next list tells of.
                    let top = whys.top;
                    let at = whys.ask(parent, self.id(), &question);
                    whys.top = top;
                    open.push(at);
                    if let Some(why) = whys.get(at) {
                        self.answer(why, rest);
                    }
                }
                // An answer below its question: the first is the question's own, the others stand beside it.
                (_, Some(parent)) => {
                    let asked = whys.get(parent).map(|why| why.claim.is_empty()).filter(|_| !open.is_empty());
                    let node = match asked {
                        Some(true) => parent,
                        Some(false) => whys.ask(whys.above(parent), self.id(), ""),
                        None => whys.ask(Some(parent), self.id(), ""),
                    };
                    if let Some(why) = whys.get(node) {
                        self.answer(why, inlines);
                    }
                    open.push(node);
                }
                (_, None) => self.part(Part::Notes, &[Block::List(vec![(0, inlines.clone())])]),
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
    pub(super) fn answer(&self, why: &mut Why, inlines: &[Inline]) {
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
