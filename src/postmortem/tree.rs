//! The tree of whys: finding, taking out and moving its nodes like an outline's.

use super::edit::Move;
use super::{ItemId, Why, WhyKind};

/// Deepest level of a why. Deeper trees are no longer read by people, and a saved case must stay within what JSON readers nest.
pub const MAX_DEPTH: usize = 12;

/// The whys that a linear reading follows, from the top down: at each level the first cause, else the first that is open, else the first.
#[must_use]
pub fn chain(whys: &[Why]) -> Vec<&Why> {
    let next = |whys: &[Why]| {
        let of = |kind| whys.iter().position(|why| why.kind == kind);
        of(WhyKind::Cause).or_else(|| of(WhyKind::Question)).unwrap_or(0)
    };
    let mut chain = Vec::new();
    let mut siblings = whys;
    while let Some(why) = siblings.get(next(siblings)) {
        chain.push(why);
        siblings = &why.children;
    }
    chain
}

pub(super) fn find_why(whys: &mut [Why], id: ItemId) -> Option<&mut Why> {
    whys.iter_mut().find_map(|why| if why.id == id { Some(why) } else { find_why(&mut why.children, id) })
}

pub(super) fn take_why(whys: &mut Vec<Why>, id: ItemId) -> Option<Why> {
    match whys.iter().position(|why| why.id == id) {
        Some(index) => Some(whys.remove(index)),
        None => whys.iter_mut().find_map(|why| take_why(&mut why.children, id)),
    }
}

pub(super) fn for_each_why(whys: &mut [Why], visit: &mut dyn FnMut(&mut Why)) {
    for why in whys {
        visit(why);
        for_each_why(&mut why.children, visit);
    }
}

/// Puts a why right after another, beside it; says whether that one is there.
pub(super) fn insert_after(whys: &mut Vec<Why>, id: ItemId, new: Why) -> bool {
    fn insert(whys: &mut Vec<Why>, id: ItemId, new: &mut Option<Why>) -> bool {
        if let Some(index) = whys.iter().position(|why| why.id == id) {
            whys.splice(index + 1..index + 1, new.take());
            return true;
        }
        whys.iter_mut().any(|why| insert(&mut why.children, id, new))
    }
    insert(whys, id, &mut Some(new))
}

/// Levels above a why; `None` where there is no such why.
pub(super) fn depth(whys: &[Why], id: ItemId) -> Option<usize> {
    whys.iter().find_map(|why| if why.id == id { Some(0) } else { depth(&why.children, id).map(|depth| depth + 1) })
}

/// Levels under a why, itself included.
fn height(why: &Why) -> usize {
    1 + why.children.iter().map(height).max().unwrap_or(0)
}

/// Moves a why among `siblings` (which stand `level` deep) or further down; says whether it moved.
pub(super) fn move_why(siblings: &mut Vec<Why>, id: ItemId, direction: Move, level: usize) -> bool {
    if let Some(index) = siblings.iter().position(|why| why.id == id) {
        if direction != Move::In {
            return swap(siblings, index, direction);
        }
        if index == 0 || level + 1 + height(&siblings[index]) > MAX_DEPTH {
            return false;
        }
        let why = siblings.remove(index);
        siblings[index - 1].children.push(why);
        return true;
    }
    if direction == Move::Out {
        let parent = siblings.iter().position(|why| why.children.iter().any(|child| child.id == id));
        if let Some(parent) = parent {
            if let Some(why) = take_why(&mut siblings[parent].children, id) {
                siblings.insert(parent + 1, why);
            }
            return true;
        }
    }
    siblings.iter_mut().any(|why| move_why(&mut why.children, id, direction, level + 1))
}

/// Swaps an item with its neighbour; sideways there is none.
pub(super) fn swap<T>(items: &mut [T], index: usize, direction: Move) -> bool {
    let other = match direction {
        Move::Up => index.checked_sub(1),
        Move::Down => Some(index + 1).filter(|other| *other < items.len()),
        Move::In | Move::Out => None,
    };
    other.map(|other| items.swap(index, other)).is_some()
}
