//! The times and lines of a frame's rows while they come in.

use super::table::Place;
use crate::formats::Parsed;
use crate::model::time::order_of_times;
use crate::model::{IssueCode, RowAt, Steps, WallTime};

/// Rows in the order of the input.
#[derive(Default)]
pub(super) struct Stamps {
    wall: Steps<WallTime>,
    lines: Steps<u32>,
    is_unsorted: bool,
    /// Where the rows stand from the first one on that is earlier than the one before.
    late: Vec<u64>,
    /// Rows that are earlier than the one before, and the first of them.
    n_back: u64,
    first_back: Option<Place>,
    /// Rows at the time of the one before, and the first of them.
    n_same: u64,
    first_same: Option<Place>,
}

impl Stamps {
    /// Adds a row.
    #[inline]
    pub(super) fn push(&mut self, wall: WallTime, place: Place) {
        if let Some(last) = self.wall.last().filter(|last| wall <= *last) {
            self.note(last, wall, place);
        }
        if self.is_unsorted {
            self.late.push(place.offset);
        }
        self.wall.push(wall);
        self.lines.push(place.line);
    }

    #[cold]
    fn note(&mut self, last: WallTime, wall: WallTime, place: Place) {
        self.is_unsorted |= wall < last;
        if wall < last && wall.is_some() {
            self.n_back += 1;
            self.first_back.get_or_insert(place);
        } else if wall.is_some() {
            self.n_same += 1;
            self.first_same.get_or_insert(place);
        }
    }

    /// How many rows there are.
    pub(super) const fn len(&self) -> usize {
        self.wall.len()
    }

    /// Times and places in order of time, and what was wrong with them. `reorder` gets the order of the rows where it is not that of the
    /// input.
    pub(super) fn finish(mut self, out: &mut Parsed, reorder: impl FnOnce(&[usize])) -> (Steps<WallTime>, RowAt) {
        if let Some(Place { line, offset }) = self.first_back {
            out.issues.add_many(IssueCode::UnsortedTimes, self.n_back, line, offset);
        }
        if self.is_unsorted {
            let (wall, lines): (Vec<WallTime>, Vec<u32>) = self.wall.iter().zip(self.lines.iter()).unzip();
            let order = order_of_times(&wall);
            reorder(&order);
            // A row at another's time comes after it, and if it is none of the late ones, it is the first that was noted.
            let n_before = wall.len() - self.late.len();
            let offset_of = |row: usize| match row.checked_sub(n_before) {
                Some(late) => self.late[late],
                None => self.first_same.map_or(0, |place| place.offset),
            };
            let (mut n_same, mut first_same) = (0, None);
            for pair in order.windows(2) {
                if wall[pair[0]] == wall[pair[1]] && wall[pair[0]].is_some() {
                    n_same += 1;
                    first_same.get_or_insert_with(|| Place { line: lines[pair[1]], offset: offset_of(pair[1]) });
                }
            }
            (self.n_same, self.first_same) = (n_same, first_same);
            self.wall = order.iter().map(|&row| wall[row]).collect();
            self.lines = order.iter().map(|&row| lines[row]).collect();
        }
        if let Some(Place { line, offset }) = self.first_same {
            out.issues.add_many(IssueCode::DuplicateTimes, self.n_same, line, offset);
        }
        (self.wall, RowAt::Lines(self.lines))
    }
}

/// The values of rows in another order.
pub(super) fn reordered(values: &[f64], order: &[usize]) -> Vec<f64> {
    order.iter().map(|&row| values[row]).collect()
}
