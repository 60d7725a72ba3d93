//! What is worked out once for every stack: tasks are many, stacks are few.

use crate::model::{StackId, Symbols};

/// What is known of the stacks of a dump.
pub struct PerStack<T>(Vec<Option<T>>);

impl<T> PerStack<T> {
    /// Nothing is known yet.
    #[must_use]
    pub fn new(symbols: &Symbols) -> Self {
        Self((0..symbols.len()[2]).map(|_| None).collect())
    }

    /// What is known of a stack, worked out where it was not asked for before; `None` for one that the symbols do not have.
    pub fn get(&mut self, stack: StackId, work_out: impl FnOnce() -> T) -> Option<&T> {
        self.0.get_mut(stack.index()).map(|slot| &*slot.get_or_insert_with(work_out))
    }
}
