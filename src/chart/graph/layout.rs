//! Where cards and boxes stand: columns by how many locks lie between a card and the end of its chain, and in a column each under the
//! other, beside what it waits for. Every card leads to one other at most, so a chain is a tree, and a circle is a tree's root.

use super::{Card, Graph, TaskBox};
use crate::chart::backend::text_width;
use crate::chart::place::{Area, LABEL_SIZE};
use crate::chart::sheet::MAX_SIZE;

/// Height of a line of text, in pixels.
pub(super) const LINE: f32 = 15.0;
/// Between a card's edge and what stands in it.
pub(super) const PAD: f32 = 8.0;
/// Above and below the lines of a box.
pub(super) const BOX_PAD: f32 = 5.0;
/// How far from a card's corners its line begins.
pub(super) const SHOULDER: f32 = 18.0;
/// Room beside the cards of a circle, for its lines.
pub(super) const LANE: f32 = 34.0;
/// Between boxes of a card.
const BOX_GAP: f32 = 4.0;
/// Between cards under one another.
const CARD_GAP: f32 = 14.0;
/// Between those of a circle, for the lines on its sides.
const CIRCLE_GAP: f32 = 26.0;
/// Between chains.
const CHAIN_GAP: f32 = 26.0;
/// The widest column.
const WIDEST: f32 = 330.0;
/// The narrowest one that still tells something.
const NARROWEST: f32 = 116.0;
/// The narrowest gap between columns: an arrow and a word over it.
const GAP: f32 = 44.0;

/// How many columns a picture of a width has room for; deeper cards are the caller's to leave out.
#[must_use]
pub fn columns_of(width: u32) -> usize {
    // A word of evidence on every line, and a circle at the root.
    let gap = GAP + 40.0;
    let room = (width as f32).clamp(1.0, MAX_SIZE) - LANE;
    (((room + gap) / (NARROWEST + gap)) as usize).clamp(1, 6)
}

/// Where everything stands.
pub(super) struct Layout {
    pub(super) width: f32,
    pub(super) height: f32,
    /// Where the first column begins.
    pub(super) left: f32,
    pub(super) cards: Vec<Area>,
    pub(super) boxes: Vec<Vec<Area>>,
    /// Which cards wait for each other in a circle.
    pub(super) in_circle: Vec<bool>,
}

impl Layout {
    pub(super) fn of(graph: &Graph, width: u32) -> Self {
        let width = (width as f32).clamp(1.0, MAX_SIZE);
        let n_cards = graph.cards.len();
        let next: Vec<usize> = graph.cards.iter().enumerate().map(|(at, card)| next_of(graph, at, card)).collect();
        let circles = circles(&next);
        let mut in_circle = vec![false; n_cards];
        circles.iter().flatten().for_each(|card| in_circle[*card] = true);
        let mut columns = vec![0_usize; n_cards];
        for (card, column) in columns.iter_mut().enumerate() {
            let mut at = card;
            while next[at] != NONE && !in_circle[at] {
                (at, *column) = (next[at], *column + 1);
            }
        }
        let n_columns = columns.iter().max().map_or(1, |most| most + 1) as f32;
        let label =
            graph.cards.iter().filter_map(|card| card.lead.as_ref()).map(|lead| text_width(&lead.label, LABEL_SIZE));
        let gap = label.fold(0.0, f32::max).min(120.0) + GAP;
        let has_circle = !circles.is_empty();
        let left = if has_circle { LANE + 1.5 * LABEL_SIZE } else { 1.0 };
        let room = width - left - 1.0 - (n_columns - 1.0) * gap - if has_circle { LANE } else { 0.0 };
        // What stands alone in a circle has its words beside it.
        let room = if has_circle && n_columns < 1.5 { room - gap } else { room };
        let column = (room / n_columns).clamp(1.0, WIDEST).floor();
        let lefts = columns.iter().map(|at| {
            let lane = if has_circle && *at > 0 { LANE } else { 0.0 };
            left + lane + *at as f32 * (column + gap)
        });
        let mut walk = Walk {
            graph,
            lefts: lefts.collect(),
            column,
            behind: vec![Vec::new(); n_cards],
            layout: Self {
                width,
                height: 1.0,
                left,
                cards: vec![Area { left: 0.0, top: 0.0, right: 0.0, bottom: 0.0 }; n_cards],
                boxes: vec![Vec::new(); n_cards],
                in_circle,
            },
        };
        for (card, &at) in next.iter().enumerate() {
            if at != NONE && !walk.layout.in_circle[card] {
                walk.behind[at].push(card);
            }
        }
        walk.all(&next, &circles);
        walk.layout
    }
}

/// No card.
const NONE: usize = usize::MAX;

/// The card that a card leads to, where that is another one.
fn next_of(graph: &Graph, at: usize, card: &Card) -> usize {
    card.lead.as_ref().map(|lead| lead.to.0).filter(|to| *to != at && *to < graph.cards.len()).unwrap_or(NONE)
}

/// Circles, each from its first card on in the order of waiting.
fn circles(next: &[usize]) -> Vec<Vec<usize>> {
    let (mut circles, mut met) = (Vec::new(), vec![NONE; next.len()]);
    for start in 0..next.len() {
        let mut at = start;
        while at != NONE && met[at] == NONE {
            met[at] = start;
            at = next[at];
        }
        if at == NONE || met[at] != start {
            continue;
        }
        let mut circle = vec![at];
        let mut step = next[at];
        while step != at {
            circle.push(step);
            step = next[step];
        }
        let first = circle.iter().enumerate().min_by_key(|(_, card)| **card).map_or(0, |(place, _)| place);
        circle.rotate_left(first);
        circles.push(circle);
    }
    circles
}

struct Walk<'a> {
    graph: &'a Graph,
    lefts: Vec<f32>,
    column: f32,
    /// Which cards lead to a card.
    behind: Vec<Vec<usize>>,
    layout: Layout,
}

impl Walk<'_> {
    fn all(&mut self, next: &[usize], circles: &[Vec<usize>]) {
        let mut top = 1.0;
        for (card, &to) in next.iter().enumerate() {
            let chain = match circles.iter().find(|circle| circle.contains(&card)) {
                Some(circle) if circle[0] == card => circle.clone(),
                None if to == NONE => vec![card],
                _ => continue,
            };
            let mut bottom = top;
            for (place, one) in chain.iter().enumerate() {
                bottom = self.place(*one, if place > 0 { bottom + CIRCLE_GAP } else { bottom });
            }
            top = bottom + CHAIN_GAP;
        }
        let rest = if self.graph.rest.is_empty() { 0.0 } else { LINE + CARD_GAP };
        self.layout.height = (top - CHAIN_GAP + rest + 2.0).ceil().max(1.0);
    }

    /// Places a card and all behind it below a height; what is lowest of them. Cards are few, so this goes no deeper than a few steps.
    fn place(&mut self, card: usize, top: f32) -> f32 {
        let (left, right) = (self.lefts[card], self.lefts[card] + self.column);
        let of = &self.graph.cards[card];
        let is_bare = of.title == super::Label::default();
        let (inset, mut y) =
            if is_bare { (0.0, top) } else { (PAD, top + PAD + LINE * (1 + of.notes.len()) as f32 + 4.0) };
        for task in &of.boxes {
            let bottom = y + height_of(task);
            self.layout.boxes[card].push(Area { left: left + inset, top: y, right: right - inset, bottom });
            y = bottom + BOX_GAP;
        }
        let bottom = if is_bare { y - BOX_GAP } else { y - BOX_GAP + PAD };
        self.layout.cards[card] = Area { left, top, right, bottom };
        let mut behind = std::mem::take(&mut self.behind[card]);
        // In the order of the boxes they lead to, so that no line crosses another.
        let leads_to = |card: &usize| self.graph.cards[*card].lead.as_ref().map_or(0, |lead| lead.to.1);
        crate::model::sort::Order::order_by_key(behind.as_mut_slice(), leads_to);
        let mut lowest = top;
        for (place, one) in behind.into_iter().enumerate() {
            lowest = self.place(one, if place > 0 { lowest + CARD_GAP } else { top });
        }
        bottom.max(lowest)
    }
}

fn height_of(task: &TaskBox) -> f32 {
    let n_more = usize::from(task.note != super::Label::default()) + usize::from(!task.weight.is_empty());
    2.0 * BOX_PAD + LINE * (1 + n_more) as f32
}
