//! One table of a CSV: a time column and, beside it, columns that fill row by row and become a [`Frame`].

use super::legend::parse_legend;
use super::number::{Cell, parse_cell, parse_plain, unit_of_name};
use crate::formats::Parsed;
use crate::model::{Column, Frame, IssueCode, RowAt, Unit, WallTime};

/// A cell as it stands in its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RawCell<'a> {
    /// Its text without quotes around; doubled quotes inside are still doubled.
    pub(super) text: &'a [u8],
    /// Where it ends in the line: at a delimiter or at the line's end.
    pub(super) end: usize,
}

impl RawCell<'_> {
    /// Its text with doubled quotes made single.
    fn to_text(self) -> String {
        String::from_utf8_lossy(self.text).replace("\"\"", "\"")
    }
}

/// The cell that starts at `at`. A quote that is never closed ends with the line.
pub(super) fn cell_at(line: &[u8], at: usize, delimiter: u8) -> RawCell<'_> {
    let rest = line.get(at..).unwrap_or_default();
    let quoted_len = rest.strip_prefix(b"\"").map(|inside| {
        let mut close = 0;
        loop {
            match memchr::memchr(b'"', &inside[close..]) {
                Some(quote) if inside.get(close + quote + 1) == Some(&b'"') => close += quote + 2,
                Some(quote) => break close + quote,
                None => break inside.len(),
            }
        }
    });
    let from = quoted_len.map_or(0, |len| (len + 2).min(rest.len()));
    let end = memchr::memchr(delimiter, &rest[from..]).map_or(rest.len(), |found| from + found);
    let text = quoted_len.map_or(&rest[..end], |len| &rest[1..=len]);
    RawCell { text, end: at + end }
}

/// All cells of a line.
pub(super) fn cells(line: &[u8], delimiter: u8) -> impl Iterator<Item = RawCell<'_>> {
    let mut next = Some(0);
    std::iter::from_fn(move || {
        let cell = cell_at(line, next?, delimiter);
        next = (cell.end < line.len()).then_some(cell.end + 1);
        Some(cell)
    })
}

/// Where a row stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Line, from 1.
    pub(super) line: u32,
    /// Byte of its start.
    pub(super) offset: u64,
}

/// Cells of a column that hold text.
#[derive(Clone, Debug)]
struct TextCells {
    n: usize,
    first: Place,
    text: Vec<u8>,
    varies: bool,
}

/// A column while it fills.
#[derive(Clone, Debug)]
struct Filling {
    column: Column,
    /// A second time column is no series.
    is_time: bool,
    /// To the base unit, where a `#unit#` line states another.
    factor: f64,
    texts: Option<Box<TextCells>>,
}

impl Filling {
    /// Takes a cell that is not a plain number.
    #[cold]
    fn read(&mut self, cell: RawCell<'_>, delimiter: u8, place: Place) -> f64 {
        match parse_cell(cell.text, delimiter == b',') {
            Cell::Value(value, unit) => {
                if self.column.unit == Unit::None {
                    self.column.unit = unit;
                }
                value
            }
            Cell::Gap => f64::NAN,
            Cell::Text => {
                match &mut self.texts {
                    Some(texts) => {
                        texts.n += 1;
                        texts.varies |= texts.text != cell.text;
                    }
                    none => {
                        let text = cell.text.to_vec();
                        *none = Some(Box::new(TextCells { n: 1, first: place, text, varies: false }));
                    }
                }
                f64::NAN
            }
        }
    }

    /// The text that every row of the column repeats (a pod's name): a label, not a series.
    fn constant_text(&self, n_rows: usize) -> Option<String> {
        let texts = self.texts.as_ref().filter(|texts| texts.n == n_rows && !texts.varies)?;
        // What starts like a number is a number that was not understood.
        let is_word =
            !texts.text.first().is_some_and(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.'));
        is_word.then(|| String::from_utf8_lossy(&texts.text).replace("\"\"", "\""))
    }
}

/// A table while its rows come in.
pub(super) struct Table {
    /// What separates its cells.
    pub(super) delimiter: u8,
    /// Whether its header begins with a name of a time column.
    pub(super) has_time_name: bool,
    /// The header's place.
    pub(super) header: Place,
    filling: Vec<Filling>,
    wall: Vec<WallTime>,
    lines: Vec<u32>,
    offsets: Vec<u64>,
    n_back: u64,
    first_back: usize,
}

impl Table {
    /// A table of this header.
    pub(super) fn of_header(header: &[u8], delimiter: u8, place: Place) -> Self {
        let mut cells = cells(header, delimiter);
        let has_time_name = cells.next().is_some_and(|cell| is_time_name(cell.text));
        let filling = cells.map(|cell| {
            let (name, labels) = parse_legend(&cell.to_text());
            let unit = unit_of_name(&name);
            let column = Column { name, labels, unit, values: Vec::new() };
            Filling { column, is_time: is_time_name(cell.text), factor: 1.0, texts: None }
        });
        Self {
            delimiter,
            has_time_name,
            header: place,
            filling: filling.collect(),
            wall: Vec::new(),
            lines: Vec::new(),
            offsets: Vec::new(),
            n_back: 0,
            first_back: 0,
        }
    }

    /// Whether it has no row yet.
    pub(super) fn is_empty(&self) -> bool {
        self.wall.is_empty()
    }

    /// Takes the units of a `#unit#` line: one cell per column, the time column's first.
    pub(super) fn set_units(&mut self, line: &[u8]) {
        for (filling, cell) in self.filling.iter_mut().zip(cells(line, self.delimiter).skip(1)) {
            if let Some((factor, unit)) = unit_of_id(cell.text) {
                (filling.factor, filling.column.unit) = (factor, unit);
            }
        }
    }

    /// Takes a row whose time cell ends at `at`; `false`, and nothing is taken, when it has more or fewer cells than the header: a row
    /// that was cut, or one whose decimal commas look like delimiters.
    pub(super) fn push_row(&mut self, line: &[u8], mut at: usize, wall: WallTime, place: Place) -> bool {
        let delimiter = self.delimiter;
        let n_columns = self.filling.len();
        let mut is_counted = false;
        for index in 0..n_columns {
            let filling = &mut self.filling[index];
            if line.get(at) != Some(&delimiter) {
                return self.undo_row(index);
            }
            at += 1;
            let is_end = |at: usize| line.get(at).is_none_or(|&byte| byte == delimiter);
            let value = match parse_plain(&line[at..]) {
                Some((value, len)) if is_end(at + len) => {
                    at += len;
                    value
                }
                _ if is_end(at) => f64::NAN,
                _ => {
                    // Texts leave traces in the column, so they are read only once the row is known to be whole.
                    if !is_counted && !has_cells(line, at, delimiter, n_columns - index) {
                        return self.undo_row(index);
                    }
                    is_counted = true;
                    let cell = cell_at(line, at, delimiter);
                    at = cell.end;
                    filling.read(cell, delimiter, place)
                }
            };
            filling.column.values.push(value);
        }
        // A delimiter at the very end opens no cell.
        if line.len() > at + 1 {
            return self.undo_row(n_columns);
        }
        if self.wall.last().is_some_and(|last| *last > wall) {
            if self.n_back == 0 {
                self.first_back = self.wall.len();
            }
            self.n_back += 1;
        }
        self.wall.push(wall);
        self.lines.push(place.line);
        self.offsets.push(place.offset);
        true
    }

    /// Takes back the values of a row that came to nothing.
    #[cold]
    fn undo_row(&mut self, n_columns: usize) -> bool {
        let n_rows = self.wall.len();
        self.filling[..n_columns].iter_mut().for_each(|filling| filling.column.values.truncate(n_rows));
        false
    }

    /// The table has ended.
    pub(super) fn finish(mut self, out: &mut Parsed) {
        if self.n_back > 0 {
            let at = self.first_back;
            out.issues.add_many(IssueCode::UnsortedTimes, self.n_back, self.lines[at], self.offsets[at]);
            self.sort();
        }
        for row in 1..self.wall.len() {
            if self.wall[row] == self.wall[row - 1] {
                out.issues.add(IssueCode::DuplicateTimes, self.lines[row], self.offsets[row]);
            }
        }
        let columns = self.take_columns(out);
        if !columns.is_empty() && !self.wall.is_empty() {
            out.frames.push(Frame { wall: self.wall, rows: RowAt::Lines(self.lines), columns });
        }
    }

    fn sort(&mut self) {
        let mut order: Vec<usize> = (0..self.wall.len()).collect();
        order.sort_by_key(|&row| self.wall[row]);
        self.wall = order.iter().map(|&row| self.wall[row]).collect();
        self.lines = order.iter().map(|&row| self.lines[row]).collect();
        self.offsets = order.iter().map(|&row| self.offsets[row]).collect();
        for filling in &mut self.filling {
            let values = &filling.column.values;
            filling.column.values = order.iter().map(|&row| values[row]).collect();
        }
    }

    /// The series among the columns; columns that repeat one text become labels of all of them.
    fn take_columns(&mut self, out: &mut Parsed) -> Vec<Column> {
        let n_rows = self.wall.len();
        let mut shared = Vec::new();
        let mut columns = Vec::new();
        for filling in std::mem::take(&mut self.filling) {
            if filling.is_time {
                continue;
            }
            if let Some(text) = filling.constant_text(n_rows) {
                shared.push((filling.column.name, text));
                continue;
            }
            let mut column = filling.column;
            if let Some(texts) = filling.texts {
                let Place { line, offset } = texts.first;
                out.issues.add_many(IssueCode::BadNumber, texts.n as u64, line, offset);
                if texts.n == n_rows {
                    continue;
                }
            }
            if filling.factor != 1.0 {
                column.values.iter_mut().for_each(|value| *value *= filling.factor);
            }
            columns.push(column);
        }
        for column in &mut columns {
            column.labels.extend(shared.iter().cloned());
        }
        columns
    }
}

/// Whether `n` cells stand from `at` to the end of the line; a delimiter at the very end may open one or none.
fn has_cells(line: &[u8], at: usize, delimiter: u8, n: usize) -> bool {
    let rest = line.get(at..).unwrap_or_default();
    let n_cells = cells(rest, delimiter).count();
    let n_opened_last = usize::from(rest.last() == Some(&delimiter));
    (n_cells - n_opened_last..=n_cells).contains(&n)
}

/// Names that tools give the time column.
pub(super) fn is_time_name(name: &[u8]) -> bool {
    const NAMES: &[&str] =
        &["time", "date", "datetime", "date time", "timestamp", "@timestamp", "_time", "ts", "epoch", "时间"];
    let name = name.trim_ascii();
    NAMES.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(name))
}

/// Grafana's unit ids, with the factor to the base unit.
fn unit_of_id(id: &[u8]) -> Option<(f64, Unit)> {
    Some(match id.trim_ascii() {
        b"bytes" | b"decbytes" => (1.0, Unit::Bytes),
        b"kbytes" => (1024.0, Unit::Bytes),
        b"mbytes" => (1_048_576.0, Unit::Bytes),
        b"gbytes" => (1_073_741_824.0, Unit::Bytes),
        b"deckbytes" => (1e3, Unit::Bytes),
        b"decmbytes" => (1e6, Unit::Bytes),
        b"decgbytes" => (1e9, Unit::Bytes),
        b"s" => (1.0, Unit::Seconds),
        b"ms" => (1e-3, Unit::Seconds),
        [0xc2, 0xb5, b's'] => (1e-6, Unit::Seconds),
        b"ns" => (1e-9, Unit::Seconds),
        b"percent" => (1.0, Unit::Percent),
        b"percentunit" => (100.0, Unit::Percent),
        b"Bps" | b"binBps" | b"bps" | b"reqps" | b"ops" | b"rps" | b"wps" | b"iops" | b"cps" | b"eps" | b"pps" => {
            (1.0, Unit::PerSecond)
        }
        _ => return None,
    })
}
