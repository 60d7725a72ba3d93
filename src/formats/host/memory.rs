//! `free` and `/proc/meminfo`: memory of the node.
//!
//! ```text
//!                total        used        free      shared  buff/cache   available          free, with any unit
//! Mem:        26383790    12030100     8102270       18400     5633050    13580010
//! MemAvailable:    6820236 kB                                                              /proc/meminfo
//! ```
//! Yields tables of the words as printed. Spec: free(1), proc_meminfo(5).

use super::grid::{Columns, Spec, Start, begins_with, cut_words, no_noise, parser as grid, sniff as sniff_grid};
use super::tally::{parse_whole, words};
use crate::formats::{Family, Format, Head, Parser};
use crate::model::EvidenceId;

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "memory", family: Family::Host, sniff, parser };

static SPECS: [Spec; 2] = [
    Spec { title: "free", start: Start::Header(header), row },
    Spec { title: "/proc/meminfo", start: Start::Row(&["name", "value", "unit"]), row: meminfo },
];

/// How the header of `free` begins, also in Chinese and German.
const HEADERS: [&[&str]; 4] =
    [&["total", "used", "free"], &["总计", "已用", "空闲"], &["總計", "已用", "可用"], &["gesamt", "benutzt", "frei"]];
/// Its rows.
const ROWS: [&str; 12] = [
    "Mem:",
    "Swap:",
    "Total:",
    "Low:",
    "High:",
    "内存：",
    "交换：",
    "总量：",
    "記憶體：",
    "置換：",
    "Speicher:",
    "Gesamt:",
];

fn sniff(head: &Head<'_>) -> u8 {
    // Other files of /proc have rows of this shape.
    let is_meminfo = head.lines().take(60).any(|line| line.starts_with(b"MemTotal:"));
    let is_free = head.lines().take(60).any(|line| header(line).is_some());
    if is_meminfo || is_free { sniff_grid(&SPECS, no_noise, head) } else { 0 }
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    grid(&SPECS, no_noise, evidence)
}

fn header(line: &[u8]) -> Option<Columns> {
    let is_known = HEADERS.iter().any(|names| begins_with(line, names));
    let is_header = is_known && line.first().is_some_and(u8::is_ascii_whitespace);
    let names = std::str::from_utf8(line).ok()?.split_whitespace();
    is_header
        .then(|| Columns { names: std::iter::once("").chain(names).map(str::to_owned).collect(), starts: Vec::new() })
}

fn row(columns: &Columns, line: &[u8]) -> Option<Vec<String>> {
    let is_row = ROWS.into_iter().any(|name| begins_with(line, &[name]));
    if begins_with(line, &["-/+", "buffers/cache:"]) {
        let mut cells = cut_words(4, 4, line)?;
        cells.splice(0..2, ["-/+ buffers/cache:".to_owned(), String::new()]);
        cells.resize(columns.names.len(), String::new());
        return Some(cells);
    }
    is_row.then(|| cut_words(columns.names.len(), 4, line))?
}

fn meminfo(_columns: &Columns, line: &[u8]) -> Option<Vec<String>> {
    let mut fields = words(line);
    let (name, value, unit) = (fields.next()?.strip_suffix(b":")?, fields.next()?, fields.next());
    let is_row = parse_whole(value).is_some() && matches!(unit, None | Some(b"kB")) && fields.next().is_none();
    let texts = [name, value, unit.unwrap_or_default()].map(super::tally::text_of);
    is_row.then(|| texts.to_vec())
}
