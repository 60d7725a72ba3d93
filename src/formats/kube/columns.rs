//! Tables cut at the offsets of their header, as kubectl prints them.

use super::events::cells_at;
use crate::evidence::{Block, Line};
use crate::formats::{Parsed, Parser};
use crate::model::{IssueCode, WallKind};

/// Columns that a table may have at most.
const MAX_COLUMNS: usize = 40;

/// A table seen from the driver: what one line of it is.
pub(super) trait Rows {
    /// Reads a line and counts it.
    fn read(&mut self, line: &Line<'_>, out: &mut Parsed);

    /// What its times lack.
    fn wall_kind(&self) -> WallKind {
        WallKind::Unclocked
    }

    /// Emits what was held back.
    fn finish(&mut self, _out: &mut Parsed) {}
}

/// Feeds lines to a table. What kubectl prints as a table has ages and no clock, unless something beside it says when it was printed.
pub(super) struct RowParser<R>(pub(super) R);

impl<R: Rows> Parser for RowParser<R> {
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        super::super::log::report_bytes(block, out);
        for line in block.lines() {
            if line.is_cut() {
                out.issues.add(IssueCode::LineTooLong, line.number, line.offset);
            }
            self.0.read(&line, out);
        }
        out.wall_kind = self.0.wall_kind();
    }

    fn finish(&mut self, out: &mut Parsed) {
        self.0.finish(out);
        out.wall_kind = self.0.wall_kind();
    }
}

/// Where the columns begin.
pub(super) struct Columns {
    columns: Vec<(String, usize)>,
}

impl Columns {
    /// Reads a header: names of capitals (`ACCESS MODES`, `PORT(S)`, `CPU(cores)`), two blanks or more between them.
    pub(super) fn of_header(line: &[u8]) -> Option<Self> {
        let text =
            std::str::from_utf8(line).ok().filter(|text| text.starts_with(|it: char| it.is_ascii_uppercase()))?;
        let mut columns = Vec::new();
        for field in fields(text.as_bytes()) {
            let is_part = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b" -_%()/.".contains(byte);
            let is_unit = |name: &str| matches!(name, "CPU(cores)" | "MEMORY(bytes)" | "SWAP(bytes)");
            let name = std::str::from_utf8(field).ok()?;
            if !field.iter().all(is_part) && !is_unit(name) || columns.len() == MAX_COLUMNS {
                return None;
            }
            columns.push((name.to_owned(), field.as_ptr() as usize - text.as_ptr() as usize));
        }
        (columns.len() > 1).then_some(Self { columns })
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.columns.iter().any(|(column, _)| column == name)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|(name, _)| name.as_str())
    }

    /// The cells of a row. Where text runs over the beginning of a column (rows pasted from elsewhere), as many fields as there are columns.
    pub(super) fn cells<'a>(&self, line: &'a [u8]) -> Option<Vec<&'a [u8]>> {
        cells_at(line, self.columns.iter().map(|(_, column)| *column)).or_else(|| {
            let cells: Vec<&[u8]> = fields(line).take(self.columns.len() + 1).collect();
            (cells.len() == self.columns.len()).then_some(cells)
        })
    }

    pub(super) fn cell<'a>(&self, cells: &[&'a [u8]], name: &str) -> &'a [u8] {
        let index = self.columns.iter().position(|(column, _)| column == name);
        index.and_then(|index| cells.get(index)).copied().unwrap_or(&[])
    }
}

/// What stands between tabs or two blanks and more.
pub(super) fn fields(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = line;
    std::iter::from_fn(move || {
        rest = rest.trim_ascii_start();
        if rest.is_empty() {
            return None;
        }
        let ends = |at: &usize| {
            rest[*at] == b'\t' || rest[*at] == b' ' && matches!(rest.get(at + 1), None | Some(b' ' | b'\t'))
        };
        let end = (0..rest.len()).find(ends).unwrap_or(rest.len());
        let (field, after) = rest.split_at(end);
        rest = after;
        Some(field)
    })
}
