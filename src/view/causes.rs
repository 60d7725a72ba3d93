//! The causes as a graph, laid out: the incident on the left, each deeper why to the right of what it explains.
//!
//! Pure geometry over estimated widths, so that the page and the exported picture draw the same graph. An answer is a box; several answers
//! to one question are several boxes. Nothing overlaps: every box has rows of its own.

use crate::chart::backend::text_width;
use crate::model::words::{after, before, is_one_of};
use crate::postmortem::edit::Move;
use crate::postmortem::{Document, Why, WhyKind, Wording};

/// Size of the text in a box, in pixels.
pub const TEXT_SIZE: f32 = 12.0;
/// Height of a line of it.
pub const LINE_HEIGHT: f32 = 16.0;
/// Between the edge of a box and its text.
pub const PADDING: f32 = 8.0;

const BOX_WIDTH: f32 = 230.0;
const COLUMN_GAP: f32 = 44.0;
const ROW_GAP: f32 = 14.0;
const MAX_QUESTION_LINES: usize = 2;
const MAX_CLAIM_LINES: usize = 5;

/// A box.
#[derive(Clone, Debug, PartialEq)]
pub struct CauseNode {
    /// What it is to the incident; `None` for the incident itself.
    pub kind: Option<WhyKind>,
    /// Left edge.
    pub x: f32,
    /// Upper edge.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
    /// Lines of the question; none for a further answer and for the incident.
    pub question: Vec<String>,
    /// Lines of the answer; none while it is open.
    pub claim: Vec<String>,
}

/// The causes, laid out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CauseGraph {
    /// Boxes: each stands after the one that it explains.
    pub nodes: Vec<CauseNode>,
    /// From what is explained to what explains it, by position in `nodes`.
    pub edges: Vec<(usize, usize)>,
    /// Width of the whole.
    pub width: f32,
    /// Height of the whole.
    pub height: f32,
}

impl CauseGraph {
    /// Whether anything has more than one cause: a plain chain is read better as a list.
    #[must_use]
    pub fn has_branches(&self) -> bool {
        self.edges.iter().any(|(from, to)| self.edges.iter().any(|(other, there)| from == other && to != there))
    }

    /// The box that a step leads to: along an edge sideways, to the next box of the column up and down. Siblings stand next to each other
    /// in their column, and no step up or down ends between two families.
    #[must_use]
    pub fn neighbour(&self, index: usize, step: Move) -> Option<usize> {
        let x = self.nodes.get(index)?.x;
        let mut column = (0..self.nodes.len()).filter(|other| self.nodes[*other].x == x);
        match step {
            Move::Up => column.take_while(|other| *other < index).last(),
            Move::Down => column.find(|other| *other > index),
            Move::Out => self.edges.iter().find(|(_, to)| *to == index).map(|(from, _)| *from),
            Move::In => self.edges.iter().find(|(from, _)| *from == index).map(|(_, to)| *to),
        }
    }
}

/// Lays the document's whys out. `say` gives words in the reader's language, fit to be shown.
#[must_use]
pub fn layout(document: &Document, incident: &str, say: &dyn Fn(&Wording) -> String) -> CauseGraph {
    let mut graph = CauseGraph::default();
    if document.whys.is_empty() {
        return graph;
    }
    let title = wrap(incident, BOX_WIDTH - 2.0 * PADDING, MAX_CLAIM_LINES);
    graph.nodes.push(node(None, 0, Vec::new(), title));
    let bottom = place(&mut graph, 0, &document.whys, 1, 0.0, say);
    centre(&mut graph, 0);
    graph.height = graph.nodes.iter().map(|node| node.y + node.height).fold(bottom, f32::max);
    graph.width = graph.nodes.iter().map(|node| node.x + node.width).fold(0.0, f32::max);
    graph
}

/// Puts whys below each other into a column, right of `parent`, from `top` on; gives where the next may begin.
fn place(
    graph: &mut CauseGraph,
    parent: usize,
    whys: &[Why],
    column: usize,
    top: f32,
    say: &dyn Fn(&Wording) -> String,
) -> f32 {
    let mut y = top;
    for why in whys {
        let room = BOX_WIDTH - 2.0 * PADDING;
        let question = wrap(&say(&why.question), room, MAX_QUESTION_LINES);
        let claim = wrap(&say(&why.claim), room, MAX_CLAIM_LINES);
        let index = graph.nodes.len();
        graph.nodes.push(node(Some(why.kind), column, question, claim));
        graph.edges.push((parent, index));
        let below = place(graph, index, &why.children, column + 1, y, say);
        graph.nodes[index].y = y;
        centre(graph, index);
        // A box that is higher than all it rests on begins where it may, and the next begins below it.
        let own = &mut graph.nodes[index];
        own.y = own.y.max(y);
        y = below.max(own.y + own.height + ROW_GAP);
    }
    y
}

/// Moves a box to the middle of those it leads to.
fn centre(graph: &mut CauseGraph, index: usize) {
    let middle = |node: &CauseNode| node.y + node.height / 2.0;
    let children = graph.edges.iter().filter(|(from, _)| *from == index).map(|(_, to)| middle(&graph.nodes[*to]));
    let (first, last) = children.fold((f32::MAX, f32::MIN), |(first, last), y| (first.min(y), last.max(y)));
    if first <= last {
        let own = &mut graph.nodes[index];
        own.y = ((first + last - own.height) / 2.0).max(0.0);
    }
}

fn node(kind: Option<WhyKind>, column: usize, question: Vec<String>, claim: Vec<String>) -> CauseNode {
    // A row for the name of the kind, none for the incident.
    let rows = question.len() + claim.len() + usize::from(kind.is_some());
    CauseNode {
        kind,
        x: column as f32 * (BOX_WIDTH + COLUMN_GAP),
        y: 0.0,
        width: BOX_WIDTH,
        height: rows.max(1) as f32 * LINE_HEIGHT + 2.0 * PADDING,
        question,
        claim,
    }
}

/// Breaks a text into lines of at most `width` pixels: at spaces, and between any two characters of scripts without them or where a
/// single word is too long. What does not fit into `max_lines` gives way to `…`.
fn wrap(text: &str, width: f32, max_lines: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let fits = |line: &str| text_width(line, TEXT_SIZE) <= width;
    for word in pieces(text) {
        let longer = format!("{line}{word}");
        if line.is_empty() || fits(longer.trim_end()) {
            line = longer;
        } else {
            lines.push(std::mem::replace(&mut line, word.to_owned()));
        }
        // Only a piece that is alone on its line can be too long for it.
        while !fits(line.trim_end()) && lines.len() <= max_lines {
            let mut end = 0;
            for (at, letter) in line.char_indices() {
                if at > 0 && !fits(before(&line, at + letter.len_utf8())) {
                    break;
                }
                end = at + letter.len_utf8();
            }
            let rest = line.split_off(end);
            if rest.is_empty() {
                break;
            }
            lines.push(std::mem::replace(&mut line, rest));
        }
        if lines.len() > max_lines {
            break;
        }
    }
    lines.push(line);
    lines.iter_mut().for_each(|line| line.truncate(line.trim_end().len()));
    lines.retain(|line| !line.is_empty());
    if lines.len() > max_lines {
        lines.truncate(max_lines);
        if let Some(last) = lines.last_mut() {
            while !fits(&format!("{last}…")) && last.pop().is_some() {}
            last.push('…');
        }
    }
    lines
}

/// Words with the space after them; a wide character is a piece of its own, with the punctuation that must not begin a line.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut start, mut last) = (0, ' ');
    for (at, letter) in text.char_indices() {
        let closes = is_one_of(letter, "，。、；：？！）」』”…");
        let may_break = last == ' ' || (is_wide(last) || is_wide(letter)) && !is_one_of(last, "（「『“");
        if at > start && letter != ' ' && !closes && may_break {
            pieces.push(before(after(text, start), at - start));
            start = at;
        }
        last = letter;
    }
    pieces.push(after(text, start));
    pieces
}

/// Whether a character belongs to a script that is written without spaces, or to its punctuation.
const fn is_wide(letter: char) -> bool {
    matches!(letter, '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{ff60}' | '\u{20000}'..='\u{3fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postmortem::ItemId;

    fn why(id: u32, claim: &str, children: Vec<Why>) -> Why {
        Why { id: ItemId(id), claim: Wording::Own(claim.to_owned()), children, ..Why::default() }
    }

    fn laid_out(whys: Vec<Why>) -> CauseGraph {
        let say = |wording: &Wording| match wording {
            Wording::Own(text) => text.clone(),
            Wording::Suggested(_) => String::new(),
        };
        layout(&Document { whys, ..Document::default() }, "incident", &say)
    }

    #[test]
    fn boxes_do_not_overlap_and_stand_right_of_what_they_explain() {
        let long = "磁盘写满后主容器无法写入临时文件，".repeat(9);
        let graph = laid_out(vec![
            why(1, &long, vec![why(2, "a", vec![]), why(3, &long, vec![why(4, "b", vec![]), why(5, "c", vec![])])]),
            why(6, "d", vec![why(7, &long, vec![])]),
            why(8, "", vec![]),
        ]);
        assert_eq!((graph.nodes.len(), graph.edges.len()), (9, 8));
        assert!(graph.has_branches());
        for (from, to) in &graph.edges {
            assert!(graph.nodes[*from].x + graph.nodes[*from].width < graph.nodes[*to].x);
        }
        for (index, a) in graph.nodes.iter().enumerate() {
            assert!(a.y >= 0.0 && a.y + a.height <= graph.height && a.x + a.width <= graph.width, "{a:?}");
            for b in &graph.nodes[index + 1..] {
                let apart = a.y + a.height <= b.y || b.y + b.height <= a.y || a.x != b.x;
                assert!(apart, "{a:?}\n{b:?}");
            }
        }
    }

    #[test]
    fn steps_lead_along_edges_and_through_columns() {
        // 0 → 1 → (2, 3), 0 → 4 → 5
        let graph = laid_out(vec![
            why(1, "a", vec![why(2, "b", vec![]), why(3, "c", vec![])]),
            why(4, "d", vec![why(5, "e", vec![])]),
        ]);
        let steps = |index| [Move::Up, Move::Down, Move::Out, Move::In].map(|step| graph.neighbour(index, step));
        assert_eq!(steps(0), [None, None, None, Some(1)]);
        assert_eq!(steps(1), [None, Some(4), Some(0), Some(2)]);
        assert_eq!(steps(3), [Some(2), Some(5), Some(1), None]);
        assert_eq!(steps(5), [Some(3), None, Some(4), None]);
        assert_eq!(steps(6), [None; 4]);
    }

    #[test]
    fn lines_fit_and_lose_nothing_but_spaces() {
        let room = 100.0;
        for text in [
            "kernel.pid_max was never sized against ulimit -u",
            "全局 PID 空间被单个 Pod 的线程占满，探针无法 fork。",
            "x",
        ] {
            let lines = wrap(text, room, 99);
            assert!(lines.iter().all(|line| text_width(line, TEXT_SIZE) <= room), "{lines:?}");
            let joined: String = lines.concat();
            assert_eq!(joined.replace(' ', ""), text.replace(' ', ""));
        }
        let cut = wrap(&"word ".repeat(99), room, 2);
        assert_eq!(cut.len(), 2);
        assert!(cut[1].ends_with('…') && text_width(&cut[1], TEXT_SIZE) <= room, "{cut:?}");
        assert!(wrap(" ", room, 2).is_empty());
        assert_eq!(wrap(&"长".repeat(200), 1.0, 3).len(), 3);
    }
}
