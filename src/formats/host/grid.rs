//! Outputs that are rows and columns and nothing more special, read into [`Table`]s by a description of what a header and a row look like.
//!
//! A format gives one [`Spec`] per table that its tools print. A header begins a table; a table without a header begins with its first row.

use super::prompt::parse_prompt;
use super::tally::{Fate, locator_of, split_words, tally, text_of, words};
use crate::evidence::{Block, Line};
use crate::formats::{Head, Parsed, Parser};
use crate::model::{EvidenceId, Locator, Table, WallKind};

/// The columns of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Columns {
    /// Names as printed.
    pub(super) names: Vec<String>,
    /// Where each begins in the header, in characters; empty where rows are cut at blanks.
    pub(super) starts: Vec<usize>,
}

impl Columns {
    /// Columns of these names, whose rows are cut at blanks.
    pub(super) fn named(names: &[&str]) -> Self {
        Self { names: names.iter().map(|&name| name.to_owned()).collect(), starts: Vec::new() }
    }

    /// The columns of a header whose names are separated by two blanks or more, or by tabs. A name may hold single blanks.
    pub(super) fn aligned(header: &[u8]) -> Self {
        let text = String::from_utf8_lossy(header);
        let mut columns = Self::default();
        let (mut name, mut gap) = (String::new(), 2);
        for (at, char) in text.trim_end().chars().enumerate() {
            if char == ' ' || char == '\t' {
                gap += if char == '\t' { 2 } else { 1 };
                continue;
            }
            if gap >= 2 {
                columns.names.extend((!name.is_empty()).then(|| std::mem::take(&mut name)));
                columns.starts.push(at);
            } else if gap == 1 {
                name.push(' ');
            }
            name.push(char);
            gap = 0;
        }
        columns.names.extend((!name.is_empty()).then_some(name));
        columns
    }
}

/// What begins a table.
pub(super) enum Start {
    /// A header: its columns, where the line is one.
    Header(fn(&[u8]) -> Option<Columns>),
    /// Its first row; the names of its columns are not printed.
    Row(&'static [&'static str]),
}

/// One kind of table.
pub(super) struct Spec {
    /// What prints it (`df -i`).
    pub(super) title: &'static str,
    /// What begins it.
    pub(super) start: Start,
    /// Reads a row: one cell per column; `None` where the line is none.
    pub(super) row: fn(&Columns, &[u8]) -> Option<Vec<String>>,
}

/// Whether a line belongs to the output and holds nothing (`Active Internet connections (w/o servers)`).
pub(super) type Noise = fn(&[u8]) -> bool;

/// Scores a head: how many of its lines are headers and rows.
pub(super) fn sniff(specs: &[Spec], noise: Noise, head: &Head<'_>) -> u8 {
    let mut open: Option<(&Spec, Columns)> = None;
    let mut carry: Option<&[u8]> = None;
    let (mut n_headers, mut n_rows, mut n_strange) = (0u32, 0u32, 0u32);
    for line in head.lines().filter(|line| !line.trim_ascii().is_empty()).take(100) {
        if let Some((spec, columns)) = header_of(specs, line) {
            n_headers += 1;
            open = Some((spec, columns));
            continue;
        }
        let joined = carry.take().map(|first| [first, b" ", line].concat());
        let row = joined.as_deref().unwrap_or(line);
        let is_row = open.as_ref().is_some_and(|(spec, columns)| (spec.row)(columns, row).is_some());
        if is_row || bare_row(specs, line).is_some() {
            n_rows += 1;
        } else if open.is_some() && words(line).nth(1).is_none() && !noise(line) {
            // A device name too long for its column stands alone on a line.
            carry = Some(line);
        } else {
            let is_known =
                noise(line) || is_comment(line) || parse_prompt(line).is_some_and(|prompt| prompt.is_certain);
            n_strange += u32::from(!is_known);
        }
    }
    match (n_headers, n_rows) {
        (0, 0) => 0,
        (_, 0) => {
            if n_strange == 0 {
                60
            } else {
                0
            }
        }
        (_, rows) if n_strange * 2 > rows + n_headers => 0,
        (0, rows) => {
            if rows >= 3 {
                86
            } else {
                81
            }
        }
        _ => 91,
    }
}

fn is_comment(line: &[u8]) -> bool {
    matches!(line.trim_ascii_start().first(), Some(b'#' | b';'))
}

fn header_of<'a>(specs: &'a [Spec], line: &[u8]) -> Option<(&'a Spec, Columns)> {
    specs.iter().find_map(|spec| match spec.start {
        Start::Header(read) => Some((spec, read(line)?)),
        Start::Row(_) => None,
    })
}

fn bare_row<'a>(specs: &'a [Spec], line: &[u8]) -> Option<(&'a Spec, Vec<String>)> {
    specs.iter().find_map(|spec| match spec.start {
        Start::Row(_) => Some((spec, (spec.row)(&Columns::default(), line)?)),
        Start::Header(_) => None,
    })
}

/// A parser over these tables.
pub(super) fn parser(specs: &'static [Spec], noise: Noise, evidence: EvidenceId) -> Box<dyn Parser> {
    Box::new(Grid { specs, noise, evidence, open: None, carry: None })
}

struct Grid {
    specs: &'static [Spec],
    noise: Noise,
    evidence: EvidenceId,
    open: Option<(&'static Spec, Columns, Table)>,
    /// A row that goes on in the next line.
    carry: Option<(Vec<u8>, Locator)>,
}

impl Grid {
    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Fate {
        let specs = self.specs;
        if let Some((spec, columns)) = header_of(specs, line.bytes) {
            self.end_table(out);
            let table = Table::new(spec.title, columns.names.clone());
            self.open = Some((spec, columns, table));
            return Fate::Skipped;
        }
        let mut locator = locator_of(self.evidence, line);
        if let Some((spec, columns, table)) = &mut self.open {
            let joined = self.carry.take().map(|(mut text, from)| {
                text.push(b' ');
                text.extend_from_slice(line.bytes);
                (locator.lines.first, locator.bytes.start) = (from.lines.first, from.bytes.start);
                text
            });
            if let Some(cells) = (spec.row)(columns, joined.as_deref().unwrap_or(line.bytes)) {
                table.push(cells, locator);
                return Fate::Parsed;
            }
        }
        if let Some((spec, cells)) = bare_row(specs, line.bytes) {
            if self.open.as_ref().is_none_or(|(open, ..)| open.title != spec.title) {
                self.end_table(out);
                let columns = match spec.start {
                    Start::Row(names) => Columns::named(names),
                    Start::Header(_) => Columns::default(),
                };
                let table = Table::new(spec.title, columns.names.clone());
                self.open = Some((spec, columns, table));
            }
            if let Some((.., table)) = &mut self.open {
                table.push(cells, locator);
            }
            return Fate::Parsed;
        }
        if (self.noise)(line.bytes) || is_comment(line.bytes) {
            return Fate::Skipped;
        }
        if let Some(prompt) = parse_prompt(line.bytes) {
            return prompt.pass(line.number, out);
        }
        let begins_row = words(line.bytes).nth(1).is_none()
            && self.open.as_ref().is_some_and(|(spec, ..)| matches!(spec.start, Start::Header(_)));
        if begins_row {
            self.carry = Some((line.bytes.trim_ascii().to_vec(), locator));
            return Fate::Parsed;
        }
        Fate::Failed
    }

    fn end_table(&mut self, out: &mut Parsed) {
        self.carry = None;
        out.tables.extend(self.open.take().map(|(.., table)| table));
    }
}

impl Parser for Grid {
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        tally(block, out, |line, out| self.read(line, out));
    }

    fn finish(&mut self, out: &mut Parsed) {
        self.end_table(out);
        out.wall_kind = WallKind::Unclocked;
    }
}

/// The words of a row, one per column; the last column takes what is left. `None` where there are fewer than `at_least`.
pub(super) fn cut_words(n: usize, at_least: usize, line: &[u8]) -> Option<Vec<String>> {
    let mut rest = line.trim_ascii();
    let mut cells = Vec::with_capacity(n);
    while cells.len() + 1 < n && !rest.is_empty() {
        let (cell, after) = split_words(rest, 1)?;
        cells.push(text_of(cell));
        rest = after;
    }
    if !rest.is_empty() {
        cells.push(text_of(rest));
    }
    if cells.len() < at_least {
        return None;
    }
    cells.resize(n, String::new());
    Some(cells)
}

/// A row cut where the header's columns begin. A cell that is wider than its column takes its whole word. `None` where the first is empty.
pub(super) fn cut_aligned(columns: &Columns, line: &[u8]) -> Option<Vec<String>> {
    let text: Vec<char> = String::from_utf8_lossy(line).chars().collect();
    let mut cells = Vec::with_capacity(columns.starts.len());
    let mut from = 0;
    for index in 0..columns.starts.len() {
        let mut to = columns.starts.get(index + 1).copied().unwrap_or(text.len()).clamp(from, text.len());
        while to > from && to < text.len() && text[to - 1] != ' ' && text[to] != ' ' {
            to += 1;
        }
        cells.push(text[from..to].iter().collect::<String>().trim().to_owned());
        from = to;
    }
    cells.first().is_some_and(|cell| !cell.is_empty()).then_some(cells)
}

/// Whether a line's words begin with these.
pub(super) fn begins_with(line: &[u8], first: &[&str]) -> bool {
    let mut fields = words(line);
    first.iter().all(|word| fields.next() == Some(word.as_bytes()))
}

/// No line is noise.
pub(super) fn no_noise(_line: &[u8]) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aligned_columns_hold_blanks() {
        let columns = Columns::aligned(b"CONTAINER ID   IMAGE     STATUS                  NAMES");
        assert_eq!(columns.names, ["CONTAINER ID", "IMAGE", "STATUS", "NAMES"]);
        let cells = cut_aligned(&columns, b"03e2861336a7   rhel7     Exited (137) 18 hours   angry");
        assert_eq!(cells.unwrap_or_default(), ["03e2861336a7", "rhel7", "Exited (137) 18 hours", "angry"]);
        assert_eq!(cut_aligned(&columns, b"               rhel7"), None, "a row has a first cell");
    }

    #[test]
    fn words_fill_columns_from_the_left() {
        assert_eq!(cut_words(3, 2, b" a  b c d"), Some(vec!["a".into(), "b".into(), "c d".into()]));
        assert_eq!(cut_words(3, 2, b"a b"), Some(vec!["a".into(), "b".into(), String::new()]));
        assert_eq!(cut_words(3, 2, b"a"), None);
    }
}
