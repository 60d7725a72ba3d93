//! An icicle: a tree as boxes, each as wide as its weight, children below their parent.
//!
//! Drawn by plotters through the same recorder as charts, so canvas and SVG show the same. Boxes too narrow to be seen are left out with
//! all that is below them: their share is what stays empty under the parent.

use super::palette::{over, rgb};
use super::sheet::{Ink, MAX_SIZE, Sheet};
use super::{Drawing, Palette};

/// Height of a box in pixels.
const ROW: f32 = 18.0;
/// The narrowest box that is drawn, in pixels.
const NARROWEST: f32 = 2.0;
/// Rows at most.
pub const DEEPEST: usize = 60;

/// A node of the tree; its weight is at least the sum of its children's.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Node {
    /// What its box says.
    pub label: String,
    /// Its share of the parent.
    pub weight: f64,
    /// Index into the palette.
    pub color: u8,
    /// Whether it is one of those looked for; the others step back.
    pub is_lit: bool,
    /// What is below it.
    pub children: Vec<Node>,
}

/// A box that was drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// Left, top, right, bottom, in pixels.
    pub area: (f32, f32, f32, f32),
    /// Which child of which child …, from the root on.
    pub path: Vec<usize>,
}

/// Draws a tree `width` pixels wide, the root on top.
#[must_use]
pub fn draw_icicle(root: &Node, width: u32, palette: &Palette) -> (Drawing, Vec<Placed>) {
    let width = (width as f32).clamp(1.0, MAX_SIZE);
    let mut placed = Vec::new();
    place(root, (0.0, width), 0, &mut Vec::new(), &mut placed);
    let height = placed.iter().map(|one| one.area.3).fold(ROW, f32::max);
    let sheet = Sheet::new(width, height, palette);
    for one in &placed {
        let Some(node) = one.path.iter().try_fold(root, |node, index| node.children.get(*index)) else { continue };
        let (left, top, right, bottom) = one.area;
        let share = if node.is_lit { 0.4 } else { 0.1 };
        let color = over(rgb(&palette.background), palette.series_color(node.color), share);
        sheet.fill((left, top), (right - 1.0, bottom - 1.0), color);
        let ink = Ink::plain(if node.is_lit { &palette.text } else { &palette.muted }, color);
        sheet.text(&node.label, (left + 4.0, (top + bottom) / 2.0), right - left - 8.0, ink);
    }
    (sheet.take(), placed)
}

fn place(node: &Node, (left, right): (f32, f32), depth: usize, path: &mut Vec<usize>, placed: &mut Vec<Placed>) {
    if right - left < NARROWEST || depth >= DEEPEST {
        return;
    }
    let top = depth as f32 * ROW;
    placed.push(Placed { area: (left, top, right, top + ROW), path: path.clone() });
    let mut from = left;
    for (index, child) in node.children.iter().enumerate() {
        let share = if node.weight > 0.0 { (child.weight / node.weight).clamp(0.0, 1.0) } else { 0.0 };
        let to = (from + share as f32 * (right - left)).min(right);
        path.push(index);
        place(child, (from, to), depth + 1, path, placed);
        path.pop();
        from = to;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::backend::{Op, operations};

    fn leaf(label: &str, weight: f64) -> Node {
        Node { label: label.to_owned(), weight, is_lit: true, ..Node::default() }
    }

    #[test]
    fn boxes_are_as_wide_as_their_weight_and_specks_are_left_out() {
        let root =
            Node { children: vec![leaf("half", 50.0), leaf("rest", 49.9), leaf("speck", 0.1)], ..leaf("all", 100.0) };
        let (drawing, placed) = draw_icicle(&root, 200, &Palette::light());
        let areas: Vec<_> = placed.iter().map(|one| (one.path.clone(), one.area)).collect();
        assert_eq!(areas[0], (vec![], (0.0, 0.0, 200.0, 18.0)));
        assert_eq!(areas[1], (vec![0], (0.0, 18.0, 100.0, 36.0)));
        assert_eq!(areas.len(), 3);
        let texts = operations(&drawing).filter(|op| matches!(op, Op::Text { .. })).count();
        assert_eq!(texts, 3);
    }

    #[test]
    fn a_tree_as_deep_as_evidence_likes_is_cut() {
        let deep = (0..5000).fold(leaf("end", 1.0), |below, _| Node { children: vec![below], ..leaf("on", 1.0) });
        let (_, placed) = draw_icicle(&deep, 100, &Palette::dark());
        assert_eq!(placed.len(), DEEPEST);
        // Dropping nests as deep as the tree: taken apart from the top.
        let mut rest = vec![deep];
        while let Some(mut node) = rest.pop() {
            rest.append(&mut node.children);
        }
    }
}
