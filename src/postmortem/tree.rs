//! The tree of whys: finding, taking out and moving its nodes like an outline's.

use super::edit::Move;
use super::{ItemId, Why};

/// Deepest level of a why. Deeper trees are no longer read by people, and a saved case must stay within what JSON readers nest.
pub const MAX_DEPTH: usize = 12;

pub(super) fn find_why(whys: &mut [Why], id: ItemId) -> Option<&mut Why> {
    whys.iter_mut().find_map(|why| if why.id == id { Some(why) } else { find_why(&mut why.children, id) })
}

pub(super) fn take_why(whys: &mut Vec<Why>, id: ItemId) -> Option<Why> {
    match whys.iter().position(|why| why.id == id) {
        Some(index) => Some(whys.remove(index)),
        None => whys.iter_mut().find_map(|why| take_why(&mut why.children, id)),
    }
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
