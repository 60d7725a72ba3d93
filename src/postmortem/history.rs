//! Undo and redo: the states a document went through, without a clock, and in one order with them what was done beside it: an input that
//! was corrected or taken out.
//!
//! Typing in one field is one step, however many keys it took; it ends when another field is edited or [`History::seal`] is called
//! (the page calls it when a field loses the focus).

use std::collections::VecDeque;

use super::edit::{self, Edit};
use super::{Document, ItemId};

/// Steps that can be undone; a document is a few kilobytes.
const MAX_STEPS: usize = 200;

/// Something to go back to.
#[derive(Clone, Debug)]
enum State<T> {
    Document(Box<Document>),
    Beside(T),
}

/// What a step back or forward did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Went<T> {
    /// The document is another.
    Document,
    /// What is beside it is to be as its owner once said that it was.
    Beside(T),
}

/// The states before and after what the page shows, in one order.
#[derive(Clone, Debug)]
pub struct History<T> {
    past: VecDeque<State<T>>,
    future: VecDeque<State<T>>,
    typing: Option<(&'static str, u32)>,
}

impl<T> Default for History<T> {
    fn default() -> Self {
        Self { past: VecDeque::new(), future: VecDeque::new(), typing: None }
    }
}

impl<T> History<T> {
    /// Makes a change and gives the item it was made on. A change that changes nothing is no step.
    pub fn edit(&mut self, document: &mut Document, edit: Edit) -> Option<ItemId> {
        if !edit.is_step() {
            for state in self.past.iter_mut().chain(&mut self.future) {
                if let State::Document(state) = state {
                    edit::apply(state, edit.clone());
                }
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
            self.step(State::Document(Box::new(before)));
        }
        self.typing = typing;
        self.future.clear();
        touched
    }

    /// Something beside the document is about to change; so it is now.
    pub fn beside(&mut self, now: T) {
        self.seal();
        self.step(State::Beside(now));
        self.future.clear();
    }

    fn step(&mut self, before: State<T>) {
        if self.past.len() == MAX_STEPS {
            self.past.pop_front();
        }
        self.past.push_back(before);
    }

    /// Ends a run of typing: the next key begins a step of its own.
    pub const fn seal(&mut self) {
        self.typing = None;
    }

    /// Goes a step back; nothing where there is none. `now` says how what is beside the document is at present.
    pub fn undo(&mut self, document: &mut Document, now: &dyn Fn(&T) -> T) -> Option<Went<T>> {
        self.seal();
        travel(&mut self.past, &mut self.future, document, now)
    }

    /// Goes a step forward again, likewise.
    pub fn redo(&mut self, document: &mut Document, now: &dyn Fn(&T) -> T) -> Option<Went<T>> {
        self.seal();
        travel(&mut self.future, &mut self.past, document, now)
    }

    /// Whether there is a step to undo.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether there is a step to redo.
    #[must_use]
    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }
}

/// Takes the last state of one side and leaves what was in its place on the other.
fn travel<T>(
    from: &mut VecDeque<State<T>>,
    to: &mut VecDeque<State<T>>,
    document: &mut Document,
    now: &dyn Fn(&T) -> T,
) -> Option<Went<T>> {
    let (before, went) = match from.pop_back()? {
        State::Document(mut state) => {
            replace(document, &mut state);
            (State::Document(state), Went::Document)
        }
        State::Beside(state) => (State::Beside(now(&state)), Went::Beside(state)),
    };
    to.push_back(before);
    Some(went)
}

/// Puts another state in place and leaves the one that was. Identities given in between are not given again.
fn replace(document: &mut Document, state: &mut Document) {
    state.last_id = state.last_id.max(document.last_id);
    std::mem::swap(document, state);
}
