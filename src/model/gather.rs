//! Maps and sets of what an iterator gives, one by one. `collect` sorts first, with a sort that is compiled for the type: 4 KB for each.

use std::collections::{BTreeMap, BTreeSet};

use super::sort::permute;

/// What is gathered by names. One map finds the places of things of every type, where a map of each type is compiled for it.
#[derive(Debug)]
pub struct ByName<V> {
    places: BTreeMap<String, usize>,
    values: Vec<V>,
}

impl<V> Default for ByName<V> {
    fn default() -> Self {
        Self { places: BTreeMap::new(), values: Vec::new() }
    }
}

impl<V> ByName<V> {
    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// All names, in order.
    pub fn names(&self) -> impl Iterator<Item = &String> {
        self.places.keys()
    }

    /// What has a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&V> {
        self.values.get(*self.places.get(name)?)
    }

    /// What has a name, to be changed.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut V> {
        self.values.get_mut(*self.places.get(name)?)
    }

    /// What has a name; something new where nothing had it.
    pub fn get_or_insert_with(&mut self, name: &str, new: impl FnOnce() -> V) -> &mut V {
        let place = place_of(&mut self.places, name);
        if place == self.values.len() {
            self.values.push(new());
        }
        &mut self.values[place]
    }

    /// All of them, in the order in which they came.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.values.iter_mut()
    }

    /// All of them, in order of names.
    #[must_use]
    pub fn into_values(mut self) -> Vec<V> {
        permute(self.places.into_values().collect(), &mut |a, b| self.values.swap(a, b));
        self.values
    }
}

/// The names among some, to be looked up.
#[must_use]
pub fn names_of<'a>(names: impl Iterator<Item = &'a String>) -> ByName<()> {
    let mut known = ByName::default();
    names.for_each(|name| *known.get_or_insert_with(name, || ()));
    known
}

fn place_of(places: &mut BTreeMap<String, usize>, name: &str) -> usize {
    if let Some(place) = places.get(name) {
        return *place;
    }
    let place = places.len();
    places.insert(name.to_owned(), place);
    place
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_gathered_by_names_comes_in_their_order() {
        let mut all = ByName::<Vec<u32>>::default();
        for (name, value) in [("c", 1), ("a", 2), ("d", 3), ("b", 4), ("a", 5)] {
            all.get_or_insert_with(name, Vec::new).push(value);
        }
        all.get_mut("d").into_iter().for_each(|values| values.push(6));
        assert_eq!((all.len(), all.get("a"), all.get("e")), (4, Some(&vec![2, 5]), None));
        assert_eq!(all.names().map(String::as_str).collect::<String>(), "abcd");
        assert_eq!(all.into_values(), [vec![2, 5], vec![4], vec![1], vec![3, 6]]);
    }
}
