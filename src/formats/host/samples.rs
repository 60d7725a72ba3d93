//! Numbers that a command prints over and over, gathered into frames: one frame per section and subject (`queue`; `cpu-load` of `all`).
//!
//! Each subject has its own times, so that a process that lived for a minute costs a minute's rows.

use std::collections::HashMap;

use super::tally::text_of;
use crate::evidence::Line;
use crate::formats::Parsed;
use crate::model::time::order_of_times;
use crate::model::{Column, Frame, IssueCode, RowAt, Unit, Values, WallTime};

/// Columns of one frame; no known tool has half as many.
const MAX_COLUMNS: usize = 64;

/// Frames while their rows come in.
#[derive(Default)]
pub(in crate::formats) struct Samples {
    frames: Vec<Filling>,
    index: HashMap<Vec<u8>, usize>,
    key: Vec<u8>,
}

/// One frame while it fills.
pub(in crate::formats) struct Filling {
    wall: Vec<WallTime>,
    lines: Vec<u32>,
    offsets: Vec<u64>,
    columns: Vec<Column>,
    labels: Vec<(String, String)>,
    next: usize,
    /// Words where numbers should be, and the row of the first.
    n_bad: u64,
    first_bad: usize,
}

impl Samples {
    /// The frame of a section and its labels, for a new row in it. Labels without a value are left out.
    pub(in crate::formats) fn frame(&mut self, section: &[u8], labels: &[(&str, &[u8])]) -> &mut Filling {
        self.key.clear();
        self.key.extend_from_slice(section);
        for (_, value) in labels {
            self.key.push(0);
            self.key.extend_from_slice(value);
        }
        let at = match self.index.get(&self.key) {
            Some(&at) => at,
            None => {
                self.index.insert(self.key.clone(), self.frames.len());
                let stated = labels.iter().filter(|(_, value)| !value.is_empty());
                self.frames.push(Filling {
                    wall: Vec::new(),
                    lines: Vec::new(),
                    offsets: Vec::new(),
                    columns: Vec::new(),
                    labels: stated.map(|(name, value)| ((*name).to_owned(), text_of(value))).collect(),
                    next: 0,
                    n_bad: 0,
                    first_bad: 0,
                });
                self.frames.len() - 1
            }
        };
        &mut self.frames[at]
    }

    /// Hands the frames over, each in the order of its times.
    pub(in crate::formats) fn finish(&mut self, out: &mut Parsed) {
        self.index.clear();
        for mut filling in std::mem::take(&mut self.frames) {
            filling.pad();
            if filling.n_bad > 0 {
                let at = filling.first_bad;
                out.issues.add_many(IssueCode::BadNumber, filling.n_bad, filling.lines[at], filling.offsets[at]);
            }
            filling.sort(out);
            let Filling { wall, lines, columns, .. } = filling;
            if !wall.is_empty() && !columns.is_empty() {
                out.frames.push(Frame { wall: wall.into(), rows: RowAt::Lines(lines.into()), columns });
            }
        }
    }
}

impl Filling {
    /// Time of the last row, where that stands below a line: a header with a date begins anew.
    pub(super) fn last_below(&self, line: u32) -> Option<WallTime> {
        self.wall.last().copied().filter(|_| self.lines.last().is_some_and(|last| *last > line))
    }

    /// Begins a row.
    pub(in crate::formats) fn row(&mut self, wall: WallTime, line: &Line<'_>) {
        self.wall.push(wall);
        self.lines.push(line.number);
        self.offsets.push(line.offset);
        self.next = 0;
    }

    /// Puts a value as written into the row that was begun last; what is none is a gap, and counted.
    pub(super) fn put_text(&mut self, name: &str, unit: Unit, text: &[u8]) {
        let value = parse_value(text);
        if value.is_none() && !matches!(text, b"" | b"-" | b"nan" | b"-nan") {
            self.first_bad = if self.n_bad == 0 { self.wall.len() - 1 } else { self.first_bad };
            self.n_bad += 1;
        }
        self.put(name, unit, value.unwrap_or(f64::NAN));
    }

    /// Puts a value into the row that was begun last. Columns come in the same order in every row, so the next one is looked at first.
    pub(in crate::formats) fn put(&mut self, name: &str, unit: Unit, value: f64) {
        let is_next = self.columns.get(self.next).is_some_and(|column| column.name == name);
        let found = if is_next { Some(self.next) } else { self.columns.iter().position(|column| column.name == name) };
        let at = match found {
            Some(at) => at,
            None if self.columns.len() < MAX_COLUMNS => {
                let labels = self.labels.clone();
                self.columns.push(Column { name: name.to_owned(), labels, unit, values: Values::default() });
                self.columns.len() - 1
            }
            None => return,
        };
        let values = self.columns[at].values.to_mut();
        values.resize(self.wall.len() - 1, f64::NAN);
        values.push(value);
        self.next = at + 1;
    }

    /// Fills every column up to the last row.
    fn pad(&mut self) {
        let n_rows = self.wall.len();
        self.columns.iter_mut().for_each(|column| column.values.to_mut().resize(n_rows, f64::NAN));
    }

    fn sort(&mut self, out: &mut Parsed) {
        let backwards = |row: &usize| self.wall[row - 1] > self.wall[*row];
        let n_back = (1..self.wall.len()).filter(backwards).count();
        let Some(first) = (1..self.wall.len()).find(backwards) else { return };
        out.issues.add_many(IssueCode::UnsortedTimes, n_back as u64, self.lines[first], self.offsets[first]);
        let order = order_of_times(&self.wall);
        self.wall = order.iter().map(|&row| self.wall[row]).collect();
        self.lines = order.iter().map(|&row| self.lines[row]).collect();
        for column in &mut self.columns {
            column.values = order.iter().map(|&row| column.values[row]).collect();
        }
    }
}

/// One number that is known at no time, at its line.
pub(super) fn single(name: &str, labels: &[(&str, &[u8])], value: f64, line: &Line<'_>, out: &mut Parsed) {
    let mut samples = Samples::default();
    let frame = samples.frame(b"", labels);
    frame.row(WallTime::NONE, line);
    frame.put(name, Unit::None, value);
    samples.finish(out);
}

/// The unit that a column's name states by sysstat's conventions.
pub(super) fn unit_of(name: &[u8]) -> Unit {
    match name {
        [b'%', ..] => Unit::Percent,
        [.., b'/', b's'] => Unit::PerSecond,
        _ => Unit::None,
    }
}

/// Reads a number as sysstat prints it: with a decimal point, or a comma where the locale has one.
pub(super) fn parse_value(text: &[u8]) -> Option<f64> {
    let text = std::str::from_utf8(text).ok()?;
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b'-'));
    if !plain {
        return None;
    }
    text.parse().or_else(|_| text.replacen(',', ".", 1).parse()).ok()
}
