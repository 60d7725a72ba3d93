//! Numbers of tasks that were seen.

use std::collections::HashMap;

/// Numbers that were seen: a map of the sort that others have too, since each sort brings code of its own.
#[derive(Debug, Default)]
pub(super) struct Seen(HashMap<u64, usize>);

impl Seen {
    /// Adds a number, and says whether it is new.
    pub(super) fn insert(&mut self, number: u64) -> bool {
        self.0.insert(number, 0).is_none()
    }

    /// Whether it was seen.
    pub(super) fn contains(&self, number: u64) -> bool {
        self.0.contains_key(&number)
    }

    /// Forgets all.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}
