//! One stable sort for every type.
//!
//! The standard library compiles its sort anew for each type and each comparison, some 7 KB every time: with thirty sorts that was an
//! eighth of the worker. Here only the order is sorted, once, as indices; the items are then swapped into place. For lists of findings,
//! events and the like; columns of samples, where time counts, use the standard sort.

use std::cmp::Ordering;
use std::mem;

/// Stable sorting without a sort of its own per type.
pub trait Order<T> {
    /// Sorts by a comparison; equal items keep their order.
    fn order_by(&mut self, compare: impl Fn(&T, &T) -> Ordering);

    /// Sorts by the items' own order.
    fn order(&mut self)
    where
        T: Ord,
    {
        self.order_by(T::cmp);
    }

    /// Sorts by a key; equal items keep their order.
    fn order_by_key<K: Ord>(&mut self, key: impl Fn(&T) -> K) {
        self.order_by(|a, b| key(a).cmp(&key(b)));
    }
}

impl<T> Order<T> for [T] {
    fn order_by(&mut self, compare: impl Fn(&T, &T) -> Ordering) {
        let order = order_of(self.len(), &|a, b| compare(&self[a], &self[b]));
        permute(order, &mut |a, b| self.swap(a, b));
    }
}

/// Indices of `n` items in their order: runs of one, of two, of four are merged. A tenth of the standard library's sort in size.
pub(super) fn order_of(n: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    let mut merged = Vec::with_capacity(n);
    let mut width = 1;
    while width < n {
        for pair in order.chunks(2 * width) {
            let (mut left, mut right) = pair.split_at(width.min(pair.len()));
            // What is in order already, as lists mostly are, is not compared item by item.
            if left.last().zip(right.first()).is_some_and(|(last, next)| compare(*next, *last).is_ge()) {
                merged.extend_from_slice(pair);
                continue;
            }
            while let ([first, later @ ..], [other, others @ ..]) = (left, right) {
                if compare(*other, *first).is_lt() {
                    merged.push(*other);
                    right = others;
                } else {
                    merged.push(*first);
                    left = later;
                }
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
        }
        mem::swap(&mut order, &mut merged);
        merged.clear();
        width *= 2;
    }
    order
}

/// Swaps items so that position `i` holds what was at `order[i]`, cycle by cycle.
pub(super) fn permute(mut order: Vec<usize>, swap: &mut dyn FnMut(usize, usize)) {
    for start in 0..order.len() {
        let mut at = start;
        while order[at] != start {
            let from = order[at];
            swap(at, from);
            order[at] = at;
            at = from;
        }
        order[at] = at;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_like_the_standard_library() {
        // A linear congruence gives every order a list of this length can have, more or less.
        let mut seed = 7_u32;
        for n in 0..60 {
            let next = |seed: &mut u32| {
                *seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                *seed >> 28
            };
            let mut items: Vec<(u32, usize)> = (0..n).map(|index| (next(&mut seed), index)).collect();
            let mut expected = items.clone();
            expected.sort_by_key(|item| item.0);
            items.order_by_key(|item| item.0);
            assert_eq!(items, expected);
        }
    }
}
