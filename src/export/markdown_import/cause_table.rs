//! The table of causes, read back into a tree.
//!
//! ```text
//! | Level | Question | Answer |
//! | Direct cause | Why did the probes fail? | No thread could be created. |
//! | Underlying cause | Why not? | … |
//! | Root cause | … | … |
//! ```
//! A row says of what kind a cause is, whether it is at the top and whether another cause lies below it, not how deep it lies. A chain comes
//! back as it was. Of several trees with the same table the flattest is taken: a cause goes below the nearest one that has none yet, else below
//! the direct one. That is said, for a person to look at.

use super::Reading;
use super::cause_tree::Tree;
use crate::model::Message;
use crate::postmortem::{Alternative, WhyKind};
use crate::view::document::Inline;

/// What a level says of a cause.
const LEVELS: [(&str, WhyKind); 7] = [
    ("export-level-direct", WhyKind::Cause),
    ("export-level-underlying", WhyKind::Cause),
    ("export-level-root", WhyKind::Cause),
    ("export-level-latent", WhyKind::Contributing),
    ("export-level-detection", WhyKind::Detection),
    ("why-kind-mitigating", WhyKind::Mitigating),
    ("export-level-open", WhyKind::Question),
];

/// A cause that others can lie below.
struct Open {
    node: usize,
    question: String,
    /// Whether another cause must lie below it, and whether one does.
    wants: bool,
    has: bool,
}

impl Reading<'_> {
    pub(super) fn is_cause_table(&self, heads: &[String]) -> bool {
        ["export-level", "export-question", "export-answer"].map(|id| self.texts.get(id)).as_slice() == heads
    }

    pub(super) fn cause_table(&mut self, rows: &[Vec<Vec<Inline>>], whys: &mut Tree) {
        let mut open: Vec<Open> = Vec::new();
        let mut last = None;
        let mut is_guessed = false;
        for row in rows {
            let [level, question, answer] = row.as_slice() else { continue };
            let (level, question) = (super::words(level), self.question(&super::words(question)));
            if level == self.texts.get("export-not-it") {
                let (claim, reason) = self.refuted(answer);
                let other = Alternative { id: self.id(), claim, reason, citations: self.cited(answer) };
                if let Some(why) = last.and_then(|last| whys.get(last)) {
                    why.alternatives.push(other);
                }
                continue;
            }
            // A level that a person wrote is a cause like others.
            let named = LEVELS.iter().find(|(id, _)| self.texts.get(id) == level);
            let (id, kind) = named.copied().unwrap_or(("export-level-root", WhyKind::Cause));
            let again = open.iter().rposition(|cause| cause.question == question && !question.is_empty());
            let (above, asked) = match again {
                // Another answer to a question of before.
                Some(at) => {
                    let above = open.get(at).and_then(|cause| whys.above(cause.node));
                    open.truncate(at);
                    (above, "")
                }
                None if id == "export-level-direct" => {
                    open.clear();
                    (None, question.as_str())
                }
                None if kind == WhyKind::Cause => {
                    let n_open = open.len();
                    while open.len() > 1 && open.last().is_some_and(|cause| cause.has || !cause.wants) {
                        open.pop();
                    }
                    is_guessed |= open.len() < n_open || open.last().is_some_and(|cause| cause.has);
                    (open.last().map(|cause| cause.node), question.as_str())
                }
                None => {
                    is_guessed |= !open.is_empty();
                    (open.last().map(|cause| cause.node), question.as_str())
                }
            };
            let node = whys.ask(above, self.id(), asked);
            if let Some(why) = whys.get(node) {
                self.answer(why, answer);
                if !why.claim.is_empty() {
                    why.kind = kind;
                }
            }
            last = Some(node);
            if kind == WhyKind::Cause {
                if let Some(cause) = open.last_mut() {
                    cause.has = true;
                }
                open.push(Open { node, question, wants: id == "export-level-underlying", has: false });
            }
        }
        if is_guessed {
            self.notes.push(Message::new("import-causes-flat"));
        }
    }
}
