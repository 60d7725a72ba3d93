//! Maps and sets of what an iterator gives, one by one. `collect` sorts first, with a sort that is compiled for the type: 4 KB for each.

use std::collections::{BTreeMap, BTreeSet};

/// The entries as a map; of one key the last one counts.
pub fn map_of<K: Ord, V>(entries: impl Iterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    for (key, value) in entries {
        map.insert(key, value);
    }
    map
}

/// The items as a set.
pub fn set_of<T: Ord>(items: impl Iterator<Item = T>) -> BTreeSet<T> {
    let mut set = BTreeSet::new();
    for item in items {
        set.insert(item);
    }
    set
}
