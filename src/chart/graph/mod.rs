//! Who waits for whom, as a picture: on the left those that everybody waits for, to the right of each the queues behind it.
//!
//! A card is a queue: its head names what is waited for, its boxes are those who wait, alike ones in one box. A line leads from a card to
//! the box that holds what the card waits for. What a line rests on is told by its stroke and in words, never by colour alone: solid,
//! dashed, dotted. Queues that wait for each other in a circle stand under one another, and the circle is drawn around them.
//!
//! Drawn by plotters through the same recorder as charts, so canvas and SVG show the same.

mod layout;

use plotters::style::RGBColor;

use plotters::style::text_anchor::HPos;
use std::f32::consts::FRAC_1_SQRT_2;

use super::palette::{over, rgb};
use super::place::{Area, LABEL_SIZE};
use super::sheet::{BOLD, Ink, Sheet};
use super::{Drawing, Palette};
use crate::chart::backend::text_width;
use crate::model::words;
use layout::{LINE, Layout, PAD, SHOULDER};

pub use layout::columns_of;

/// A word or two and a name that gives way where there is little room: from its front, for the end of a function's name tells most.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Label {
    /// In front of the name.
    pub before: String,
    /// A function, a thread, a lock.
    pub name: String,
    /// Behind the name; left out first.
    pub after: String,
}

impl Label {
    /// A name alone.
    #[must_use]
    pub fn of(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// All of it.
    #[must_use]
    pub fn whole(&self) -> String {
        format!("{}{}{}", self.before, self.name, self.after)
    }

    /// The longest form of it that is at most `room` wide.
    fn fitting(&self, room: f32, size: f32) -> String {
        let fits = |text: &String| text_width(text, size) <= room;
        let forms = |after: &str| -> Vec<String> {
            cuts(&self.name)
                .iter()
                .map(|from| format!("{}{}{after}", self.before, words::after(&self.name, *from)))
                .collect()
        };
        let (with, without) = (forms(&self.after), forms(""));
        let shortest = without.last().cloned().unwrap_or_default();
        // A state is worth more than the path of a package, and less than the last two names.
        let n_dear = with.len().saturating_sub(1).max(1);
        let found = with.into_iter().take(n_dear).chain(without).find(fits);
        // Of an address the end tells.
        found.or_else(|| self.address(&fits)).unwrap_or(shortest)
    }

    fn address(&self, fits: &dyn Fn(&String) -> bool) -> Option<String> {
        let digits = self.name.strip_prefix("0x").filter(|digits| digits.bytes().all(|it| it.is_ascii_hexdigit()))?;
        let short = digits.trim_start_matches('0');
        let ends = (1..short.len()).map(|from| format!("…{}", words::after(short, from)));
        std::iter::once(format!("0x{short}")).chain(ends).find(fits)
    }
}

/// Where a function's name may begin when it is shortened: behind its path's slashes, then behind dots and colons that stand in no bracket.
fn cuts(name: &str) -> Vec<usize> {
    let mut depth = 0_usize;
    let outside = name.char_indices().filter(|(_, letter)| {
        match letter {
            '(' | '[' | '<' | '{' => depth += 1,
            ')' | ']' | '>' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    });
    let marks: Vec<(usize, char)> = outside.filter(|(_, letter)| matches!(letter, '/' | '.' | ':')).collect();
    // Dots in a path are those of hosts.
    let path = marks.iter().rfind(|(_, mark)| *mark == '/').map_or(0, |(at, _)| *at);
    let names = |at: usize| {
        let rest = words::after(name, at + 1);
        // `func1` alone names nothing, and neither does a part of a number.
        let is_name = rest.starts_with(|first: char| !first.is_ascii_digit() && !matches!(first, ':' | '.' | ' '));
        is_name && !(rest.starts_with("func") && rest.len() <= 7)
    };
    let cuts = marks.into_iter().filter(|(at, mark)| (*mark == '/' || *at > path) && names(*at));
    std::iter::once(0).chain(cuts.map(|(at, _)| at + 1)).collect()
}

/// What a box is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Those who wait.
    #[default]
    Waits,
    /// Whoever waits for nothing here, and everybody for it.
    Root,
    /// Nobody is seen there.
    Unseen,
    /// Those that have no box of their own.
    Rest,
}

/// One task, or several that are alike.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskBox {
    /// Who.
    pub title: Label,
    /// Where it is; may be empty.
    pub note: Label,
    /// How many it holds up; may be empty.
    pub weight: String,
    /// Index into the palette, as in the icicle.
    pub color: u8,
    /// What it is.
    pub tone: Tone,
}

/// A queue, or with an empty title somebody who is in none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Card {
    /// What is waited for.
    pub title: Label,
    /// How many wait and for how long, and what is special; a line each.
    pub notes: Vec<String>,
    /// Who.
    pub boxes: Vec<TaskBox>,
    /// Who holds it.
    pub lead: Option<Lead>,
    /// Whether it is what the reader looks at.
    pub is_lit: bool,
}

/// What a line rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stroke {
    /// It is written.
    Solid,
    /// It is concluded.
    Dashed,
    /// It is a suspicion, or nothing is known.
    Dotted,
}

/// From a card to the box that holds what it waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lead {
    /// Which card, and which of its boxes.
    pub to: (usize, usize),
    /// What it rests on.
    pub stroke: Stroke,
    /// The same in a word; may be empty.
    pub label: String,
}

/// Cards; every one leads to one other at most. What stands first stands on top.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graph {
    /// The cards.
    pub cards: Vec<Card>,
    /// What else there is; may be empty.
    pub rest: String,
}

/// Where something was drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placed {
    /// Left, top, right, bottom, in pixels.
    pub area: (f32, f32, f32, f32),
    /// The card.
    pub card: usize,
    /// Its box; none: the card itself.
    pub task: Option<usize>,
}

/// Draws a graph `width` pixels wide.
#[must_use]
pub fn draw_graph(graph: &Graph, width: u32, palette: &Palette) -> (Drawing, Vec<Placed>) {
    let layout = Layout::of(graph, width);
    let sheet = Sheet::new(layout.width, layout.height, palette);
    let paper = rgb(&palette.background);
    let pen = Pen { sheet: &sheet, palette, paper, layout: &layout };
    for (index, card) in graph.cards.iter().enumerate() {
        pen.card(index, card);
    }
    for (index, card) in graph.cards.iter().enumerate() {
        if let Some(lead) = &card.lead {
            pen.lead(index, lead);
        }
    }
    let mut placed = Vec::new();
    let edges = |area: &Area| (area.left, area.top, area.right, area.bottom);
    for (card, (area, boxes)) in layout.cards.iter().zip(&layout.boxes).enumerate() {
        placed.push(Placed { area: edges(area), card, task: None });
        for (task, (area, one)) in boxes.iter().zip(&graph.cards[card].boxes).enumerate() {
            pen.task(one, area);
            placed.push(Placed { area: edges(area), card, task: Some(task) });
        }
    }
    if !graph.rest.is_empty() {
        let middle = layout.height - LINE / 2.0 - 2.0;
        sheet.text(&graph.rest, (layout.left, middle), layout.width - layout.left, Ink::plain(&palette.muted, paper));
    }
    (sheet.take(), placed)
}

struct Pen<'a> {
    sheet: &'a Sheet,
    palette: &'a Palette,
    /// The colour of the sheet.
    paper: RGBColor,
    layout: &'a Layout,
}

impl Pen<'_> {
    /// The card around a queue: its head.
    fn card(&self, index: usize, card: &Card) {
        if card.title == Label::default() {
            return;
        }
        let area = &self.layout.cards[index];
        let Palette { grid, text, muted, alarm, .. } = self.palette;
        let is_circle = self.layout.in_circle[index];
        let shade = over(self.paper, rgb(grid), 0.45);
        self.sheet.polygon(&rounded(area, 7.0), shade);
        let (border, width) = match (card.is_lit, is_circle) {
            (true, true) => (rgb(alarm), 2.5),
            (true, false) => (rgb(text), 2.0),
            (false, true) => (rgb(alarm), 1.5),
            (false, false) => (over(rgb(grid), rgb(muted), 0.35), 1.0),
        };
        self.sheet.line(&closed(area, 7.0), border, width, (0.0, 0.0));
        let room = area.right - area.left - 2.0 * PAD;
        let title = card.title.fitting(room, LABEL_SIZE * BOLD);
        let first = area.top + PAD + LINE / 2.0;
        let ink = Ink { is_bold: true, ..Ink::plain(text, shade) };
        self.sheet.text(&title, (area.left + PAD, first), room, ink);
        for (line, note) in (1_u8..).zip(&card.notes) {
            let middle = first + f32::from(line) * LINE;
            self.sheet.text(note, (area.left + PAD, middle), room, Ink::plain(muted, shade));
        }
    }

    fn task(&self, task: &TaskBox, area: &Area) {
        let Palette { text, muted, alarm, .. } = self.palette;
        let color = match task.tone {
            Tone::Root => rgb(alarm),
            Tone::Waits => self.palette.series_color(task.color),
            Tone::Unseen | Tone::Rest => rgb(muted),
        };
        let shade = match task.tone {
            Tone::Root | Tone::Waits => over(self.paper, color, 0.14),
            Tone::Unseen | Tone::Rest => self.paper,
        };
        self.sheet.polygon(&rounded(area, 4.0), shade);
        match task.tone {
            Tone::Root => self.sheet.line(&closed(area, 4.0), color, 2.0, (0.0, 0.0)),
            Tone::Unseen => self.sheet.line(&closed(area, 4.0), color, 1.0, (4.0, 3.0)),
            Tone::Waits => self.sheet.fill((area.left, area.top), (area.left + 3.0, area.bottom), color),
            Tone::Rest => {}
        }
        let (left, room) = (area.left + PAD + 2.0, area.right - area.left - 2.0 * PAD - 2.0);
        let mut middle = area.top + layout::BOX_PAD + LINE / 2.0;
        let is_bold = task.tone == Tone::Root;
        let size = LABEL_SIZE * if is_bold { BOLD } else { 1.0 };
        let ink = if matches!(task.tone, Tone::Rest | Tone::Unseen) { muted } else { text };
        let title = task.title.fitting(room, size);
        self.sheet.text(&title, (left, middle), room, Ink { is_bold, ..Ink::plain(ink, shade) });
        for (line, ink) in [(task.note.fitting(room, LABEL_SIZE), muted), (task.weight.clone(), alarm)] {
            if !line.is_empty() {
                middle += LINE;
                self.sheet.text(&line, (left, middle), room, Ink::plain(ink, shade));
            }
        }
    }

    /// The line from a card to the box it waits for.
    fn lead(&self, from: usize, lead: &Lead) {
        let Some(to) = self.layout.boxes.get(lead.to.0).and_then(|boxes| boxes.get(lead.to.1)) else { return };
        let card = &self.layout.cards[from];
        let Palette { muted, alarm, .. } = self.palette;
        let is_circle = self.layout.in_circle[from];
        let ink = if is_circle { alarm } else { muted };
        let dash = match lead.stroke {
            Stroke::Solid => (0.0, 0.0),
            Stroke::Dashed => (7.0, 4.0),
            Stroke::Dotted => (1.5, 3.5),
        };
        let width = if is_circle { 2.0 } else { 1.5 };
        let middle = f32::midpoint(to.top, to.bottom);
        let label = Ink { anchor: HPos::Right, ..Ink::plain(ink, self.paper) };
        if !is_circle {
            let tip = (to.right + 1.0, middle);
            // Straight where it can be.
            let y = middle.min(card.bottom - SHOULDER).max(card.top + SHOULDER);
            let bend = (card.left - to.right) / 2.0;
            let start = (card.left, y);
            let end = (tip.0 + ARROW, middle);
            let points = if (y - middle).abs() < 0.5 {
                vec![start, end]
            } else {
                curve(start, (card.left - bend, y), (tip.0 + bend, middle), end)
            };
            self.sheet.line(&points, rgb(ink), width, dash);
            self.arrow(tip, -1.0, ink);
            // Above a level line and below one that rises: there it is free.
            let beside = if y > middle + 0.5 { LINE * 0.6 } else { -LINE * 0.55 };
            self.sheet.text(&lead.label, (card.left - 5.0, y + beside), card.left - to.right - 8.0, label);
            return;
        }
        // Down on the right, back up on the left: a circle.
        let is_down = self.layout.cards[lead.to.0].top > card.top;
        let (side, start, tip) = if is_down {
            (1.0, (card.right, card.bottom - SHOULDER), (to.right + 1.0, middle))
        } else {
            (-1.0, (card.left, card.top + SHOULDER), (to.left - 1.0, middle))
        };
        let far = if is_down { card.right } else { card.left } + side * layout::LANE * 1.25;
        let end = (tip.0 + side * ARROW, middle);
        self.sheet.line(&curve(start, (far, start.1), (far, middle), end), rgb(ink), width, dash);
        self.arrow(tip, -side, ink);
        let halfway = f32::midpoint(start.1, middle);
        let beside =
            if is_down { card.right + layout::LANE + 2.0 } else { card.left - layout::LANE - 0.8 * LABEL_SIZE };
        let label = if is_down {
            Ink::plain(ink, self.paper)
        } else {
            Ink { anchor: HPos::Center, is_turned: true, ..Ink::plain(ink, self.paper) }
        };
        self.sheet.text(&lead.label, (beside, halfway), (start.1 - middle).abs().max(80.0), label);
    }

    /// A head with its tip at a place, pointing along x.
    fn arrow(&self, (x, y): (f32, f32), along: f32, ink: &str) {
        let back = x - along * (ARROW + 1.0);
        self.sheet.polygon(&[(x, y), (back, y - 4.5), (back, y + 4.5)], rgb(ink));
    }
}

/// How long an arrow's head is, in pixels.
const ARROW: f32 = 8.0;

/// A cubic curve as a line of short pieces.
fn curve(from: (f32, f32), first: (f32, f32), second: (f32, f32), to: (f32, f32)) -> Vec<(f32, f32)> {
    const PIECES: u8 = 20;
    let at = |step: u8| {
        let t = f32::from(step) / f32::from(PIECES);
        let u = 1.0 - t;
        let of =
            |a: f32, b: f32, c: f32, d: f32| u * u * u * a + 3.0 * u * u * t * b + 3.0 * u * t * t * c + t * t * t * d;
        (of(from.0, first.0, second.0, to.0), of(from.1, first.1, second.1, to.1))
    };
    (0..=PIECES).map(at).collect()
}

/// Corners of a box whose corners are round.
fn rounded(area: &Area, radius: f32) -> Vec<(f32, f32)> {
    /// Points of a quarter of a circle around its centre. A table: sine and cosine would be larger than all that is drawn with them.
    const QUARTER: [(f32, f32); 5] = [
        (0.0, -1.0),
        (0.382_683_43, -0.923_879_5),
        (FRAC_1_SQRT_2, -FRAC_1_SQRT_2),
        (0.923_879_5, -0.382_683_43),
        (1.0, 0.0),
    ];
    let Area { left, top, right, bottom } = *area;
    // What a quarter is turned by on its way around.
    let corners = [
        ((right - radius, top + radius), (1.0, 0.0)),
        ((right - radius, bottom - radius), (0.0, 1.0)),
        ((left + radius, bottom - radius), (-1.0, 0.0)),
        ((left + radius, top + radius), (0.0, -1.0)),
    ];
    let around = |((x, y), (cos, sin)): ((f32, f32), (f32, f32))| {
        QUARTER.map(|(right, down)| (x + radius * (right * cos - down * sin), y + radius * (right * sin + down * cos)))
    };
    corners.into_iter().flat_map(around).collect()
}

/// The same as a line around it, on the middle of its pixels.
fn closed(area: &Area, radius: f32) -> Vec<(f32, f32)> {
    let Area { left, top, right, bottom } = *area;
    let inner = Area { left: left + 0.5, top: top + 0.5, right: right - 0.5, bottom: bottom - 0.5 };
    let mut points = rounded(&inner, radius);
    points.extend(points.first().copied());
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_give_way_from_their_front() {
        let label = Label {
            before: "4 × ".to_owned(),
            name: "example.net/a/daemon.(*Server).Run.func1".to_owned(),
            after: " · io".to_owned(),
        };
        for want in [
            "4 × example.net/a/daemon.(*Server).Run.func1 · io",
            "4 × a/daemon.(*Server).Run.func1 · io",
            "4 × daemon.(*Server).Run.func1 · io",
            "4 × (*Server).Run.func1 · io",
            "4 × (*Server).Run.func1",
            "4 × Run.func1",
        ] {
            assert_eq!(label.fitting(text_width(want, 11.0), 11.0), want);
        }
        assert_eq!(label.fitting(1.0, 11.0), "4 × Run.func1");
        for (name, want) in [
            ("com.example.Pool.take", vec!["com.example.Pool.take", "example.Pool.take", "Pool.take", "take"]),
            ("<a::B as c::D>::run", vec!["<a::B as c::D>::run", "run"]),
            ("a.(*T[...]).m", vec!["a.(*T[...]).m", "(*T[...]).m", "m"]),
            ("netlink_recvmsg", vec!["netlink_recvmsg"]),
            ("x.y.", vec!["x.y.", "y."]),
        ] {
            let shown: Vec<&str> = cuts(name).into_iter().map(|at| words::after(name, at)).collect();
            assert_eq!(shown, want, "{name}");
        }
        let address = Label { after: " · Account".to_owned(), ..Label::of("0x00000000e1a0b2d0") };
        let shown = [300.0, 130.0, 80.0, 40.0].map(|room| address.fitting(room, 11.0));
        assert_eq!(shown, ["0x00000000e1a0b2d0 · Account", "0x00000000e1a0b2d0", "0xe1a0b2d0", "…b2d0"]);
    }
}
