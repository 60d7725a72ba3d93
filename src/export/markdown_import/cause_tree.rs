//! A tree of whys while it is read, one after the other.

use crate::postmortem::{ItemId, Why, WhyKind, Wording};

/// Whys in the order in which they were read.
#[derive(Default)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    /// The one that what is read next belongs to; the last at the top, unless a form says another.
    pub(super) top: Option<usize>,
}

struct Node {
    /// The one that it lies below.
    above: Option<usize>,
    /// The one whose question it answers too, where that was read before others of the same level.
    beside: Option<usize>,
    why: Why,
}

impl Tree {
    pub(super) const fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    pub(super) fn get(&mut self, at: usize) -> Option<&mut Why> {
        self.nodes.get_mut(at).map(|node| &mut node.why)
    }

    pub(super) fn above(&self, at: usize) -> Option<usize> {
        self.nodes.get(at).and_then(|node| node.above)
    }

    /// Adds a question, open so far; gives its position.
    pub(super) fn ask(&mut self, above: Option<usize>, id: ItemId, question: &str) -> usize {
        let at = self.nodes.len();
        if above.is_none() {
            self.top = Some(at);
        }
        let question = Wording::Own(question.to_owned());
        let why = Why { id, kind: WhyKind::Question, question, ..Why::default() };
        self.nodes.push(Node { above, beside: None, why });
        at
    }

    /// Adds another answer to the question of a why; gives its position.
    pub(super) fn answer_beside(&mut self, step: usize, id: ItemId) -> usize {
        let why = Why { id, kind: WhyKind::Question, ..Why::default() };
        self.nodes.push(Node { above: self.above(step), beside: Some(step), why });
        self.nodes.len() - 1
    }

    /// The trees. A why stands after the one above it, so the last ones go to theirs first.
    pub(super) fn grown(self) -> Vec<Why> {
        let mut tops = Vec::new();
        let mut nodes = self.nodes;
        // Further answers wait for the one that they stand beside, the last one first.
        let mut waiting: Vec<(usize, Why)> = Vec::new();
        while let Some(Node { above, beside, mut why }) = nodes.pop() {
            why.children.reverse();
            if let Some(beside) = beside {
                waiting.push((beside, why));
                continue;
            }
            let at = nodes.len();
            let siblings = match above.and_then(|above| nodes.get_mut(above)) {
                Some(parent) => &mut parent.why.children,
                None => &mut tops,
            };
            siblings.extend(waiting.extract_if(.., |(beside, _)| *beside == at).map(|(_, why)| why));
            siblings.push(why);
        }
        tops.reverse();
        tops
    }
}
