//! The cells of one line of a CSV.

use super::heading::is_time_name;
use super::instant::parse_time;
use super::number::{Cell, Mark, parse_cell};
use super::written::{DayOrder, parse_clock};
use crate::model::words::replaced;

/// A cell as it stands in its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::formats) struct RawCell<'a> {
    /// Its text without quotes around; doubled quotes inside are still doubled.
    pub(in crate::formats) text: &'a [u8],
    /// Where it ends in the line: at a delimiter or at the line's end.
    pub(super) end: usize,
}

/// The text of a cell with doubled quotes made single.
pub(in crate::formats) fn cell_text(text: &[u8]) -> String {
    replaced(&String::from_utf8_lossy(text), "\"\"", "\"")
}

/// The cell that starts at `at`. A quote that is never closed ends with the line.
#[inline]
pub(super) fn cell_at(line: &[u8], at: usize, delimiter: u8) -> RawCell<'_> {
    let rest = line.get(at..).unwrap_or_default();
    if rest.first() == Some(&b'"') {
        return quoted_cell_at(rest, at, delimiter);
    }
    let len = memchr::memchr(delimiter, rest).unwrap_or(rest.len());
    RawCell { text: &rest[..len], end: at + len }
}

fn quoted_cell_at(rest: &[u8], at: usize, delimiter: u8) -> RawCell<'_> {
    let inside = &rest[1..];
    let mut close = 0;
    let len = loop {
        match memchr::memchr(b'"', &inside[close..]) {
            Some(quote) if inside.get(close + quote + 1) == Some(&b'"') => close += quote + 2,
            Some(quote) => break close + quote,
            None => break inside.len(),
        }
    };
    let from = (len + 2).min(rest.len());
    let end = memchr::memchr(delimiter, &rest[from..]).map_or(rest.len(), |found| from + found);
    RawCell { text: &inside[..len], end: at + end }
}

/// All cells of a line. A delimiter at the very end opens no cell.
pub(in crate::formats) fn cells(line: &[u8], delimiter: u8) -> impl Iterator<Item = RawCell<'_>> {
    let mut next = Some(0);
    std::iter::from_fn(move || {
        let cell = cell_at(line, next?, delimiter);
        next = (cell.end + 1 < line.len()).then_some(cell.end + 1);
        Some(cell)
    })
}

/// What separates the cells of a table: the sign that gives its first two lines the same number of them, else the first that follows the
/// first cell. A blank does where nothing but times and numbers lies between (`1690120800 46312`, as a loop in a shell prints it).
pub(in crate::formats) fn delimiter_of(header: &[u8], row: Option<&[u8]>) -> Option<u8> {
    const DELIMITERS: [u8; 3] = [b'\t', b';', b','];
    let is_alike = |delimiter: &u8| {
        let n = cells(header, *delimiter).count();
        n >= 2 && row.is_some_and(|row| cells(row, *delimiter).count() == n)
    };
    let is_number = |text: &[u8]| {
        let is_time = || parse_time(text, DayOrder::Either).is_some() || parse_clock(text).is_some();
        matches!(parse_cell(text, Mark::Either), Cell::Value(..)) || is_time()
    };
    let is_bare = |line: &[u8]| cells(line, b' ').all(|cell| is_number(cell.text));
    let is_blank = || {
        is_alike(&b' ') && row.is_some_and(is_bare) && (is_bare(header) || is_time_name(cell_at(header, 0, b' ').text))
    };
    DELIMITERS.into_iter().find(is_alike).or_else(|| is_blank().then_some(b' ')).or_else(|| {
        let from = if header.starts_with(b"\"") { 1 + memchr::memchr(b'"', &header[1..])? } else { 0 };
        header[from..].iter().copied().find(|byte| DELIMITERS.contains(byte))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hold_delimiters_and_quotes() {
        let texts =
            |line: &str| -> Vec<String> { cells(line.as_bytes(), b',').map(|cell| cell_text(cell.text)).collect() };
        assert_eq!(texts(r#"a,"b, ""c""",,d"#), ["a", "b, \"c\"", "", "d"]);
        assert_eq!(texts(r#"a,b,"#), ["a", "b"]);
        assert_eq!(texts(r#""never closed, at all"#), ["never closed, at all"]);
        assert_eq!(texts(""), [""]);
    }

    #[test]
    fn the_delimiter_is_what_the_lines_agree_on() {
        assert_eq!(delimiter_of(b"Time;a, b", Some(b"22:00;1,5")), Some(b';'));
        assert_eq!(delimiter_of(b"\"Time\"\t\"a\"", None), Some(b'\t'));
        assert_eq!(delimiter_of(b"Time,a", Some(b"22:00")), Some(b','));
        assert_eq!(delimiter_of(b"no table", Some(b"at all")), None);
        assert_eq!(delimiter_of(b"1690120800 46312", Some(b"1690120815 46315")), Some(b' '));
        assert_eq!(delimiter_of(b"2023-07-23 22:00:00 46312", Some(b"2023-07-23 22:00:15 46315")), Some(b' '));
        assert_eq!(delimiter_of(b"time threads", Some(b"1690120815 46315")), Some(b' '));
        for (header, row) in [
            ("1690120800 up", "1690120815 down"),
            ("2023-07-23 22:00:00 46312 tasks", "2023-07-23 22:00:15 46312 tasks"),
        ] {
            assert_eq!(delimiter_of(header.as_bytes(), Some(row.as_bytes())), None);
        }
    }
}
