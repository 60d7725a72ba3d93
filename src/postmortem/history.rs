//! Undo and redo: the states a document went through, without a clock.
//!
//! Typing in one field is one step, however many keys it took; it ends when another field is edited or [`History::seal`] is called
//! (the page calls it when a field loses the focus).

use std::collections::VecDeque;

use super::edit::{self, Edit};
use super::{Document, ItemId};

/// Steps that can be undone; a document is a few kilobytes.
const MAX_STEPS: usize = 200;

/// The states before and after the document that the page shows.
#[derive(Clone, Debug, Default)]
pub struct History {
    past: VecDeque<Document>,
    future: Vec<Document>,
    typing: Option<(&'static str, u32)>,
}

impl History {
    /// Makes a change and gives the item it was made on. A change that changes nothing is no step.
    pub fn edit(&mut self, document: &mut Document, edit: Edit) -> Option<ItemId> {
        if !edit.is_step() {
            for state in self.past.iter_mut().chain(&mut self.future) {
                edit::apply(state, edit.clone());
            }
            return edit::apply(document, edit);
        }
        let typing = edit.typing();
        let before = document.clone();
        let touched = edit::apply(document, edit);
        if *document == before {
            return touched;
        }
        if typing.is_none() || typing != self.typing {
            if self.past.len() == MAX_STEPS {
                self.past.pop_front();
            }
            self.past.push_back(before);
        }
        self.typing = typing;
        self.future.clear();
        touched
    }

    /// Ends a run of typing: the next key begins a step of its own.
    pub const fn seal(&mut self) {
        self.typing = None;
    }

    /// Goes a step back; says whether there was one.
    pub fn undo(&mut self, document: &mut Document) -> bool {
        self.seal();
        let Some(state) = self.past.pop_back() else { return false };
        self.future.push(replace(document, state));
        true
    }

    /// Goes a step forward again; says whether there was one.
    pub fn redo(&mut self, document: &mut Document) -> bool {
        self.seal();
        let Some(state) = self.future.pop() else { return false };
        self.past.push_back(replace(document, state));
        true
    }

    /// Whether there is a step to undo.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether there is a step to redo.
    #[must_use]
    pub const fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }
}

/// Puts another state in place and gives the one that was. Identities given in between are not given again.
fn replace(document: &mut Document, mut state: Document) -> Document {
    state.last_id = state.last_id.max(document.last_id);
    std::mem::replace(document, state)
}
