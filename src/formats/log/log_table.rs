//! Logs as tables with a header: what consoles of log stores and Windows' event viewer save as CSV or TSV.
//!
//! ```text
//! Level,Date and Time,Source,Event ID,Task Category                                                Windows' event viewer
//! Error,25/03/2026 11:20:31,Service Control Manager,7031,None,"The service terminated unexpectedly."
//! "TimeCreated","LevelDisplayName","ProviderName","Id","Message"                                   Get-WinEvent | Export-Csv
//! "_raw","_time",source                                                                            Splunk
//! Date,Host,Service,Message                                                                        Datadog
//! ```
//! Columns are known by their names, as the keys of [`super::json_export`] are; a column of times and one of messages or levels make a
//! log. A cell in quotes may hold line ends. The message's own level counts. Whether times have zones is decided by the first row. Whether
//! the day or the month of `3/4/2026` stands first tells only a date of the head that can be read in one way; else such rows have no time
//! (`bad-time`).
//!
//! Tables whose first column is the time are mostly read by [`super::stamped`]. Source: learn.microsoft.com (Get-WinEvent), the forms
//! above; not verified against live consoles. Not supported: date and time of day in two columns, headers in other languages than English
//! and Chinese.

use crate::model::memmem;
use memchr::{memchr, memchr_iter};

use super::super::metrics::cells::{cell_text, cells, delimiter_of};
use super::super::metrics::instant::parse_time;
use super::super::metrics::written::{DayOrder, Shown, shown_order};
use super::super::{Family, Format, Head, Parsed, Parser};
use super::export_keys::{Says, says_of};
use super::json_fields::{Told, level_of, time_of};
use super::message::read_message;
use super::zones::Zones;
use super::{LineParser, Lines, Verdict};
use crate::evidence::Line;
use crate::model::{EvidenceId, Level, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "log-table", family: Family::Log, sniff, parser };

/// How far into a message with quotes its level is looked for.
const REACH: usize = 1024;
/// Columns that are looked at.
const MAX_COLUMNS: usize = 100;

fn sniff(head: &Head<'_>) -> u8 {
    let mut lines = head.telling_lines();
    let table = lines.next().and_then(Table::of_header);
    let is_row = |line: &[u8]| {
        let table = table.as_ref()?;
        let (_, time) = table.cells(0, line).find(|(says, _)| *says == Says::Time)?;
        Some(told(time, None).is_some() || shown_order(time).is_some())
    };
    let is_log = lines.next().and_then(is_row) == Some(true);
    // Where the time stands first, and the lines have levels, the log is one without its header too.
    let is_stamped = table.as_ref().is_some_and(|table| table.columns.first() == Some(&Says::Time));
    match (is_log, is_stamped) {
        (true, true) => 45,
        (true, false) => 65,
        _ => 0,
    }
}

fn parser(_evidence: EvidenceId, head: &Head<'_>) -> Box<dyn Parser> {
    let mut lines = head.telling_lines();
    let table = lines.next().and_then(Table::of_header);
    let order = lines.find_map(|line| {
        let shown = table
            .as_ref()?
            .cells(0, line)
            .filter(|(says, _)| *says == Says::Time)
            .find_map(|(_, text)| shown_order(text));
        match shown? {
            Shown::DayFirst => Some(DayOrder::DayFirst),
            Shown::MonthFirst => Some(DayOrder::MonthFirst),
            _ => None,
        }
    });
    Box::new(LineParser::new(LogTable { table: None, order, is_open: false, row: Row::NONE, zones: Zones::default() }))
}

/// A time in a cell; of a date that can be read in two ways only in the order that is known.
fn told(cell: &[u8], order: Option<DayOrder>) -> Option<Told> {
    let text = cell.trim_ascii();
    time_of(text).or_else(|| {
        if order.is_none() && shown_order(text) == Some(Shown::Ambiguous) {
            return None;
        }
        let (wall, kind) = parse_time(text, order.unwrap_or(DayOrder::Either))?;
        Some(if kind == WallKind::Utc { Told::Utc(wall) } else { Told::Local(wall) })
    })
}

/// The level that a message states, whose quotes are doubled in its cell.
fn level_in(cell: &[u8]) -> Level {
    let head = &cell[..cell.len().min(REACH)];
    if memmem::find(head, b"\"\"").is_none() {
        return read_message(cell).level;
    }
    read_message(cell_text(head).as_bytes()).level
}

struct Table {
    columns: Vec<Says>,
    delimiter: u8,
}

impl Table {
    fn of_header(line: &[u8]) -> Option<Self> {
        let delimiter = delimiter_of(line, None)?;
        let says = |cell: &[u8]| std::str::from_utf8(cell.trim_ascii()).map_or(Says::Nothing, says_of);
        let columns: Vec<Says> = cells(line, delimiter).take(MAX_COLUMNS).map(|cell| says(cell.text)).collect();
        let has = |says| columns.contains(&says);
        (has(Says::Time) && (has(Says::Message) || has(Says::Level))).then_some(Self { columns, delimiter })
    }

    /// The cells of a row from one on, with what their columns say.
    fn cells<'a>(&self, from: usize, line: &'a [u8]) -> impl Iterator<Item = (Says, &'a [u8])> {
        let columns = self.columns.iter().skip(from).copied().chain(std::iter::repeat(Says::Nothing));
        columns.zip(cells(line, self.delimiter).map(|cell| cell.text))
    }
}

/// A row while its cells come in.
struct Row {
    line: u32,
    offset: u64,
    /// Cells so far.
    n: usize,
    time: Option<Told>,
    has_bad_time: bool,
    level: Level,
    text_level: Level,
    /// Who wrote it, and the rank of that.
    source: Vec<u8>,
    rank: u8,
}

impl Row {
    const NONE: Self = Self {
        line: 0,
        offset: 0,
        n: 0,
        time: None,
        has_bad_time: false,
        level: Level::None,
        text_level: Level::None,
        source: Vec::new(),
        rank: u8::MAX,
    };
}

struct LogTable {
    table: Option<Table>,
    order: Option<DayOrder>,
    /// The line above ends inside a cell.
    is_open: bool,
    row: Row,
    zones: Zones,
}

impl LogTable {
    /// Takes the cells of a line.
    fn take(&mut self, line: &[u8]) {
        let (Some(table), row) = (&self.table, &mut self.row) else { return };
        for (says, cell) in table.cells(row.n, line) {
            row.n += 1;
            match says {
                Says::Time if row.time.is_none() && !cell.is_empty() => {
                    row.time = told(cell, self.order);
                    row.has_bad_time = row.time.is_none();
                }
                Says::Level if row.level == Level::None => row.level = level_of(cell),
                Says::Message if row.text_level == Level::None => row.text_level = level_in(cell),
                Says::Source(rank) if rank < row.rank && !cell.is_empty() => {
                    row.rank = rank;
                    row.source.clear();
                    row.source.extend_from_slice(cell);
                }
                _ => {}
            }
        }
    }

    /// The row at hand is complete: its record says what is known.
    fn settle(&mut self, out: &mut Parsed) {
        let row = &self.row;
        let line = Line { bytes: &[], offset: row.offset, number: row.line, full_len: 0 };
        let wall = self.zones.wall(row.time, row.has_bad_time, &line, out);
        let level = if row.text_level == Level::None { row.level } else { row.text_level };
        out.records.amend_last(wall, level, &row.source);
    }
}

/// What follows the quote that ends a cell.
fn behind_quote(line: &[u8]) -> Option<&[u8]> {
    let mut at = 0;
    loop {
        let quote = at + memchr(b'"', &line[at..])?;
        if line.get(quote + 1) != Some(&b'"') {
            return Some(&line[quote + 1..]);
        }
        at = quote + 2;
    }
}

impl Lines for LogTable {
    fn wall_kind(&self) -> WallKind {
        self.zones.kind()
    }

    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Verdict {
        let was_open = self.is_open;
        self.is_open ^= memchr_iter(b'"', line.bytes).count() % 2 == 1;
        if was_open {
            if let Some([_, rest @ ..]) = behind_quote(line.bytes) {
                self.take(rest);
            }
            if !self.is_open {
                self.settle(out);
            }
            return Verdict::Continuation;
        }
        if let Some(table) = Table::of_header(line.bytes) {
            (self.table, self.is_open) = (Some(table), false);
            return Verdict::Skipped;
        }
        if self.table.is_none() {
            self.is_open = false;
            return if line.bytes.starts_with(b"#") { Verdict::Skipped } else { Verdict::Unread };
        }
        let mut source = std::mem::take(&mut self.row.source);
        source.clear();
        self.row = Row { line: line.number, offset: line.offset, source, ..Row::NONE };
        self.take(line.bytes);
        if self.row.n < 2 && !self.is_open {
            return Verdict::Unread;
        }
        out.records.push(line.number, WallTime::NONE, Level::None, b"");
        if !self.is_open {
            self.settle(out);
        }
        Verdict::Record
    }

    /// A row without its end is a record as far as it goes.
    fn end(&mut self, out: &mut Parsed) {
        if self.is_open && self.row.n > 0 {
            self.settle(out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_in_a_cell_states_its_level() {
        for (cell, level) in [
            (r#"{""level"":""error"",""msg"":""no route to host""}"#, Level::Error),
            (r#"level=warn msg=""slow"""#, Level::Warning),
            ("words", Level::None),
        ] {
            assert_eq!(level_in(cell.as_bytes()), level, "{cell}");
        }
    }
}
