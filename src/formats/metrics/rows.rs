//! The lines of a CSV, sorted into tables. A table is read once its header and first rows are seen, because they tell what its columns are.

use super::cells::{cells, delimiter_of};
use super::heading::is_time_name;
use super::instant::parse_time;
use super::layout::Layout;
use super::table::{Place, Row, Table};
use super::written::DayOrder;
use crate::evidence::{Block, Line};
use crate::formats::{Head, Parsed, Parser};
use crate::model::{EvidenceId, IssueCode, Setting, WallKind};

/// Lines that are held until the columns are known.
const SAMPLE_LINES: usize = 64;
/// Bytes that may be held for it, as soon as there is a header and a row.
const SAMPLE_BYTES: usize = 1 << 20;

const NAME_LINE: &[u8] = b"#name#";
const UNIT_LINE: &[u8] = b"#unit#";

/// A parser of any table over time.
pub(super) fn parser(_evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(Rows::default())
}

/// Lines that wait for the layout of their table.
#[derive(Default)]
struct Held {
    bytes: Vec<u8>,
    lines: Vec<(Place, usize)>,
}

impl Held {
    fn push(&mut self, line: &[u8], place: Place) {
        self.bytes.extend_from_slice(line);
        self.lines.push((place, self.bytes.len()));
    }

    fn is_full(&self) -> bool {
        self.lines.len() >= SAMPLE_LINES || (self.lines.len() >= 2 && self.bytes.len() > SAMPLE_BYTES)
    }

    fn lines(&self) -> Vec<&[u8]> {
        let starts = std::iter::once(0).chain(self.lines.iter().map(|(_, end)| *end));
        starts.zip(&self.lines).map(|(start, (_, end))| &self.bytes[start..*end]).collect()
    }
}

/// The reader of a file of tables.
#[derive(Default)]
pub(super) struct Rows {
    held: Held,
    table: Option<Table>,
    kind: Option<WallKind>,
    separator: Option<u8>,
    units: Option<Vec<u8>>,
    after_blank: bool,
    settings: Vec<Setting>,
}

impl Rows {
    /// Takes a line.
    fn read(&mut self, bytes: &[u8], place: Place, out: &mut Parsed) {
        if bytes.trim_ascii().is_empty() {
            self.after_blank = true;
            out.lines.skipped += 1;
            return;
        }
        let after_blank = std::mem::take(&mut self.after_blank);
        match bytes {
            [b's', b'e', b'p', b'=', separator] => {
                self.end_table(out);
                self.separator = Some(*separator);
                out.lines.skipped += 1;
            }
            [b'#', ..] => {
                if let Some(header) = bytes.strip_prefix(NAME_LINE) {
                    self.end_table(out);
                    self.hold(header, place, out);
                    return;
                }
                if let Some(units) = bytes.strip_prefix(UNIT_LINE) {
                    self.units = Some(units.to_vec());
                }
                out.lines.skipped += 1;
            }
            _ => self.read_row(bytes, place, after_blank, out),
        }
    }

    /// Takes the line that a text begins with, and says how long it is with its line end. A header of many series is read whole, however
    /// long it is.
    fn read_line(&mut self, rest: &[u8], place: Place, out: &mut Parsed) -> usize {
        let end = memchr::memchr(b'\n', rest);
        let line = &rest[..end.unwrap_or(rest.len())];
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if let Some(at) = memchr::memchr(0, line) {
            let n_nul = memchr::memchr_iter(0, line).count() as u64;
            out.issues.add_many(IssueCode::NulBytes, n_nul, place.line, place.offset + at as u64);
        }
        self.read(line, place, out);
        end.map_or(rest.len(), |end| end + 1)
    }

    fn read_row(&mut self, bytes: &[u8], place: Place, after_blank: bool, out: &mut Parsed) {
        if after_blank && !self.held.lines.is_empty() {
            self.settle(true, out);
        }
        let Some(table) = &mut self.table else { return self.hold(bytes, place, out) };
        let row = table.push_row(bytes, place);
        if row == Row::Taken {
            out.lines.parsed += 1;
        } else if after_blank || cells(bytes, table.layout.delimiter).any(|cell| is_time_name(cell.text)) {
            self.end_table(out);
            self.hold(bytes, place, out);
        } else {
            fail(row, place, out);
        }
    }

    fn hold(&mut self, bytes: &[u8], place: Place, out: &mut Parsed) {
        self.held.push(bytes, place);
        if self.held.is_full() {
            self.settle(false, out);
        }
    }

    /// Finds the table among the lines held. Lines before its header are none of it; the last one may yet be a header.
    fn settle(&mut self, at_end: bool, out: &mut Parsed) {
        let held = std::mem::take(&mut self.held);
        let lines = held.lines();
        for (index, (&line, &(place, _))) in lines.iter().zip(&held.lines).enumerate() {
            let n_more = more_headings(&lines[index..]);
            let rows = &lines[index + 1 + n_more..];
            if rows.is_empty() && !at_end {
                self.held.push(line, place);
                return;
            }
            let layout = Layout::infer(line, rows, self.separator, &self.settings);
            // A header alone must say that it is one.
            let Some(layout) = layout.filter(|layout| layout.has_time_name || !rows.is_empty() || !layout.has_header)
            else {
                fail(Row::NotWhole, place, out);
                continue;
            };
            let has_header = layout.has_header;
            if out.guesses.is_empty() {
                out.guesses.clone_from(&layout.guesses);
            }
            out.lines.skipped += u64::from(has_header) + n_more as u64;
            self.table = Some(Table::new(layout, place, self.kind, self.units.take().as_deref()));
            let rows = index + usize::from(has_header) + n_more..lines.len();
            for (&line, &(place, _)) in lines[rows.clone()].iter().zip(&held.lines[rows]) {
                self.read_row(line, place, false, out);
            }
            return;
        }
    }

    fn end_table(&mut self, out: &mut Parsed) {
        loop {
            if !self.held.lines.is_empty() {
                self.settle(true, out);
            }
            if let Some(table) = self.table.take() {
                self.kind = self.kind.or(table.kind());
                table.finish(out);
            }
            // Among the lines that were held another header may have come.
            if self.held.lines.is_empty() {
                break;
            }
        }
        self.units = None;
    }
}

/// Lines below a header that say more of its columns, as CloudWatch's console writes them: as many words each, before the first time.
fn more_headings(lines: &[&[u8]]) -> usize {
    const MOST: usize = 8;
    let Some((first, rows)) = lines.split_first() else { return 0 };
    let is_time = |line: &[u8]| {
        let cell = line.split(|byte| matches!(byte, b',' | b';' | b'\t')).next().unwrap_or_default().trim_ascii();
        let cell = cell.strip_prefix(b"\"").and_then(|cell| cell.strip_suffix(b"\"")).unwrap_or(cell);
        parse_time(cell, DayOrder::Either).is_some()
    };
    let n = rows.iter().take(MOST + 1).take_while(|line| !is_time(line)).count();
    let Some(delimiter) = delimiter_of(first, rows.get(n).copied()).filter(|_| n <= MOST && !is_time(first)) else {
        return 0;
    };
    let n_cells = |line: &[u8]| cells(line, delimiter).count();
    if n < rows.len() && rows[..n].iter().all(|line| n_cells(line) == n_cells(first)) { n } else { 0 }
}

fn fail(row: Row, place: Place, out: &mut Parsed) {
    let code = match row {
        Row::BadTime => IssueCode::BadTime,
        Row::Beyond => IssueCode::TooManySeries,
        Row::NotWhole | Row::Taken => IssueCode::UnparsedLines,
    };
    out.lines.failed += 1;
    out.issues.add(code, place.line, place.offset);
}

impl Parser for Rows {
    fn set(&mut self, settings: &[Setting]) {
        self.settings = settings.to_vec();
    }

    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        let mut place = Place { line: block.first_line, offset: block.offset };
        let mut rest = block.bytes;
        while !rest.is_empty() {
            let plain = self.table.as_mut().and_then(|table| table.push_plain(rest, place));
            let len = match plain {
                Some(len) => {
                    self.after_blank = false;
                    out.lines.parsed += 1;
                    len
                }
                None => self.read_line(rest, place, out),
            };
            rest = &rest[len..];
            place = Place { line: place.line.saturating_add(1), offset: place.offset + len as u64 };
        }
    }

    fn finish(&mut self, out: &mut Parsed) {
        self.end_table(out);
        out.wall_kind = self.kind.unwrap_or(WallKind::Unclocked);
    }
}

/// A line beyond the guard for lines too: a header of many series, or a series of many samples, is read in one linear pass.
pub(super) fn whole_line<'a>(block: &Block<'a>, line: &Line<'a>) -> &'a [u8] {
    let from = (line.offset - block.offset) as usize;
    block.bytes.get(from..from + line.full_len).unwrap_or(line.bytes)
}

/// How sure the first lines of a head are a table over time: 0 none, 60 without a header, 70 with one, 90 where it names the time.
pub(super) fn score(head: &Head<'_>) -> u8 {
    const LINES: usize = 40;
    if matches!(head.bytes.trim_ascii_start().first(), Some(b'{' | b'[')) {
        return 0;
    }
    let (mut rows, mut out) = (Rows::default(), Parsed::default());
    for (number, line) in (1..).zip(head.lines().take(LINES)) {
        // Only the first table is looked at.
        if line.trim_ascii().is_empty() && !rows.held.lines.is_empty() {
            break;
        }
        rows.read(line, Place { line: number, offset: 0 }, &mut out);
    }
    rows.settle(true, &mut out);
    let Some((has_name, has_header)) =
        rows.table.as_ref().map(|table| &table.layout).map(|it| (it.has_time_name, it.has_header))
    else {
        return 0;
    };
    rows.end_table(&mut out);
    let (n_rows, n_failed) = (out.lines.parsed, out.lines.failed);
    let has_numbers = out.frames.iter().any(|frame| !frame.columns.is_empty());
    match (n_rows, has_numbers && n_rows * 10 >= (n_rows + n_failed) * 6) {
        (0, _) if has_name && head.complete && n_failed == 0 => {
            if head.bytes.starts_with(b"\"") {
                60
            } else {
                30
            }
        }
        (1.., true) if has_name => 90,
        (1.., true) if has_header => 70,
        (2.., true) => 60,
        _ => 0,
    }
}
