//! Where labels go so that none covers another: pure geometry over estimated widths.

use super::backend::text_width;
use crate::model::sort::Order as _;

/// Size of the labels inside a chart, in pixels.
pub(super) const LABEL_SIZE: f32 = 11.0;
/// Height of a row of them.
pub(super) const ROW_HEIGHT: f32 = 15.0;
/// Between a vertical line and its label.
pub(super) const FLAG_GAP: f32 = 4.0;
const GAP: f32 = 8.0;

/// A box, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Area {
    pub(super) left: f32,
    pub(super) top: f32,
    pub(super) right: f32,
    pub(super) bottom: f32,
}

impl Area {
    fn overlaps(&self, other: &Self) -> bool {
        self.left < other.right && other.left < self.right && self.top < other.bottom && other.top < self.bottom
    }

    fn is_crossed_at(&self, y: f32) -> bool {
        self.top < y && y < self.bottom
    }
}

/// Places the labels of horizontal lines at `lines` (y, label), right-aligned at the plot's right end: above the line, else below it,
/// else to the left of what is in the way, and where it can be had, crossed by no other line. `None` where there is no room.
pub(super) fn place_line_labels(lines: &[(f32, &str)], plot: &Area) -> Vec<Option<Area>> {
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.order_by(|a, b| lines[*a].0.total_cmp(&lines[*b].0));
    let mut placed: Vec<Option<Area>> = vec![None; lines.len()];
    for index in order {
        let (y, label) = lines[index];
        let width = text_width(label, LABEL_SIZE);
        let at = |right: f32, bottom: f32| Area { left: right - width, top: bottom - ROW_HEIGHT, right, bottom };
        let above = at(plot.right - 4.0, y - 1.0);
        let below = at(plot.right - 4.0, y + 1.0 + ROW_HEIGHT);
        let beside = |area: Area| {
            let in_the_way = placed.iter().flatten().filter(|other| other.top < area.bottom && area.top < other.bottom);
            at(in_the_way.map(|other| other.left - 2.0 * GAP).fold(area.right, f32::min), area.bottom)
        };
        let is_inside = |area: &Area| area.left >= plot.left && area.top >= plot.top && area.bottom <= plot.bottom;
        let is_free = |area: &Area| is_inside(area) && !placed.iter().flatten().any(|other| area.overlaps(other));
        let is_clear = |area: &Area| !lines.iter().any(|(other, _)| area.is_crossed_at(*other));
        let candidates = [above, below, beside(above), beside(below)];
        let found = candidates.iter().find(|area| is_free(area) && is_clear(area));
        placed[index] = found.or_else(|| candidates.iter().find(|area| is_free(area))).copied();
    }
    placed
}

/// A label at the top of a vertical line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Flag {
    /// Row, 0 at the top.
    pub(super) row: usize,
    /// Whether the text stands to the left of the line.
    pub(super) is_left: bool,
}

/// Places labels for vertical lines at `markers` (x, label, whether it comes first) into at most `n_rows` rows between `left` and
/// `right`. A line hangs from its label down to the plot, so neither may cross another label. `None` where there is no room.
pub(super) fn place_flags(markers: &[(f32, &str, bool)], n_rows: usize, left: f32, right: f32) -> Vec<Option<Flag>> {
    struct Placed {
        x: f32,
        row: usize,
        from: f32,
        to: f32,
    }
    let mut order: Vec<usize> = (0..markers.len()).collect();
    order.order_by(|a, b| {
        let (a, b) = (markers[*a], markers[*b]);
        b.2.cmp(&a.2).then(a.0.total_cmp(&b.0))
    });
    let mut placed: Vec<Placed> = Vec::new();
    let mut flags = vec![None; markers.len()];
    for index in order {
        let (x, label, _) = markers[index];
        let width = text_width(label, LABEL_SIZE);
        let from_of = |is_left: bool| if is_left { x - FLAG_GAP - width } else { x + FLAG_GAP };
        let found = (0..n_rows).flat_map(|row| [(row, false), (row, true)]).find(|(row, is_left)| {
            let from = from_of(*is_left);
            let to = from + width;
            let is_free = placed.iter().all(|other| {
                let is_apart = other.row != *row || to + GAP < other.from || other.to + GAP < from;
                let misses_line = other.row > *row || other.x + 2.0 < from || to + 2.0 < other.x;
                let is_missed = other.row < *row || x + 2.0 < other.from || other.to + 2.0 < x;
                is_apart && misses_line && is_missed
            });
            from >= left && to <= right && is_free
        });
        if let Some((row, is_left)) = found {
            let from = from_of(is_left);
            placed.push(Placed { x, row, from, to: from + width });
            flags[index] = Some(Flag { row, is_left });
        }
    }
    flags
}

/// Shortens a text to `width` pixels: the end gives way to `…`.
pub(super) fn fit(text: &str, size: f32, width: f32) -> String {
    if text_width(text, size) <= width {
        return text.to_owned();
    }
    let mut room = width - text_width("…", size);
    let mut glyphs = [0; 4];
    let kept: String = text
        .chars()
        .take_while(|glyph| {
            room -= text_width(glyph.encode_utf8(&mut glyphs), size);
            room >= 0.0
        })
        .collect();
    if kept.is_empty() { kept } else { format!("{}…", kept.trim_end()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_close_lines_do_not_overlap() {
        let plot = Area { left: 40.0, top: 0.0, right: 600.0, bottom: 300.0 };
        let lines: Vec<(f32, &str)> =
            (0..8).map(|index| (50.0 + 3.0 * index as f32, "kernel.pid_max 49,152")).collect();
        let placed: Vec<Area> = place_line_labels(&lines, &plot).into_iter().flatten().collect();
        assert!(placed.len() >= 4, "{placed:?}");
        for (index, a) in placed.iter().enumerate() {
            assert!(placed[index + 1..].iter().all(|b| !a.overlaps(b)), "{placed:?}");
        }
    }

    #[test]
    fn close_markers_move_to_other_rows_and_then_lose_their_label() {
        let markers: Vec<(f32, &str, bool)> =
            (0..5).map(|index| (100.0 + 10.0 * index as f32, "deployed", false)).collect();
        let flags = place_flags(&markers, 3, 40.0, 600.0);
        let rows: Vec<Option<usize>> = flags.iter().map(|flag| flag.map(|flag| flag.row)).collect();
        assert_eq!(rows, [Some(0), Some(1), Some(2), None, None]);
    }

    #[test]
    fn a_marker_at_the_right_end_has_its_label_on_the_left() {
        let flags = place_flags(&[(590.0, "onset", true)], 3, 40.0, 600.0);
        assert_eq!(flags, [Some(Flag { row: 0, is_left: true })]);
    }
}
