//! `ceph -s`, `ceph health detail`, `ceph df` and `ceph osd tree`.
//!
//! ```text
//!   cluster:                                                         ceph -s since 12
//!     id:     55ea52a1-b549-46d9-8298-65d125e1a8d8
//!     health: HEALTH_WARN
//!             1 osds down
//!     cluster 55ea52a1-b549-46d9-8298-65d125e1a8d8                   before
//!      health HEALTH_WARN
//! ID CLASS WEIGHT  TYPE NAME       STATUS REWEIGHT PRI-AFF           ceph osd tree
//! -1       0.29306 root default
//!  0   ssd 0.09769         osd.0       up  1.00000 1.00000
//! CLASS     SIZE    AVAIL     USED  RAW USED  %RAW USED              ceph df: of all devices, then of each pool
//! ssd    600 GiB  599 GiB  836 MiB   836 MiB       0.14
//! ```
//! Yields tables: of the state its words by section, of the tree a row per bucket and OSD. Spec: ceph(8). Not supported: `-f json`.

use super::grid::{Columns, Spec, Start, begins_with, cut_words, parser as grid, sniff as sniff_grid};
use super::tally::{text_of, words};
use crate::formats::{Family, Format, Head, Parser};
use crate::model::EvidenceId;

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "ceph", family: Family::Host, sniff, parser };

static SPECS: [Spec; 4] = [
    Spec { title: "ceph df", start: Start::Header(df_header), row: df_row },
    Spec { title: "ceph osd tree", start: Start::Header(tree_header), row: tree_row },
    Spec { title: "ceph -s", start: Start::Header(state_header), row: state_row },
    Spec { title: "ceph health", start: Start::Header(health_header), row: health_row },
];

fn sniff(head: &Head<'_>) -> u8 {
    sniff_grid(&SPECS, is_rule, head)
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    grid(&SPECS, is_rule, evidence)
}

/// `CLASS  SIZE  AVAIL  USED  RAW USED  %RAW USED`, `POOL  ID  PGS  STORED  OBJECTS  USED  %USED  MAX AVAIL`.
fn df_header(line: &[u8]) -> Option<Columns> {
    let is_df = begins_with(line, &["CLASS", "SIZE", "AVAIL"]) || begins_with(line, &["POOL", "ID"]);
    is_df.then(|| Columns::aligned(line))
}

/// An amount has its unit behind a blank.
fn df_row(columns: &Columns, line: &[u8]) -> Option<Vec<String>> {
    let mut cells: Vec<String> = Vec::new();
    for word in words(line).map(text_of) {
        let is_unit = matches!(word.as_str(), "B" | "KiB" | "MiB" | "GiB" | "TiB" | "PiB" | "EiB" | "k" | "M" | "G");
        match cells.last_mut().filter(|_| is_unit) {
            Some(amount) => *amount = [amount, " ", &word].concat(),
            None => cells.push(word),
        }
    }
    (cells.len() == columns.names.len()).then_some(cells)
}

fn is_rule(line: &[u8]) -> bool {
    line.starts_with(b"--- ")
}

fn tree_header(line: &[u8]) -> Option<Columns> {
    let is_tree = begins_with(line, &["ID"]) && words(line).any(|word| word == b"REWEIGHT");
    is_tree.then(|| Columns::named(&["ID", "CLASS", "WEIGHT", "NAME", "STATUS", "REWEIGHT"]))
}

/// Classes are left out of buckets and of old clusters; a bucket has its type before its name.
fn tree_row(_columns: &Columns, line: &[u8]) -> Option<Vec<String>> {
    let mut fields = words(line).peekable();
    let id = text_of(fields.next()?);
    id.parse::<i64>().ok()?;
    let is_number = |word: &&[u8]| std::str::from_utf8(word).is_ok_and(|word| word.parse::<f64>().is_ok());
    let class = fields.next_if(|word| !is_number(word)).map(text_of).unwrap_or_default();
    let weight = text_of(fields.next().filter(is_number)?);
    let rest: Vec<&[u8]> = fields.collect();
    let status = rest.iter().position(|word| matches!(*word, b"up" | b"down" | b"destroyed"));
    let name = rest[..status.unwrap_or(rest.len())].iter().map(|word| text_of(word)).collect::<Vec<_>>().join(" ");
    let cell = |at: Option<usize>| at.and_then(|at| rest.get(at)).map(|word| text_of(word)).unwrap_or_default();
    (!name.is_empty()).then(|| vec![id, class, weight, name, cell(status), cell(status.map(|at| at + 1))])
}

/// `  cluster:` or, before version 12, `    cluster 55ea52a1-…`.
fn state_header(line: &[u8]) -> Option<Columns> {
    let text = line.trim_ascii();
    let is_id = |word: &[u8]| word.len() == 36 && word.iter().filter(|byte| **byte == b'-').count() == 4;
    let is_old = text.strip_prefix(b"cluster ").is_some_and(is_id);
    (text == b"cluster:" || is_old).then(|| Columns::named(&["name", "state"]))
}

/// `health: HEALTH_WARN`, `osd: 18 osds: 17 up`, ` health HEALTH_WARN`, `1 osds down`, `services:`.
fn state_row(_columns: &Columns, line: &[u8]) -> Option<Vec<String>> {
    if !line.first().is_some_and(u8::is_ascii_whitespace) {
        return None;
    }
    let text = text_of(line.trim_ascii());
    let is_name = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b' ');
    let pair = text
        .split_once(':')
        .filter(|(name, _)| is_name(name))
        .map(|(name, state)| (name.to_owned(), state.trim().to_owned()));
    const OLD: &[&str] = &["health ", "monmap ", "osdmap ", "pgmap ", "mdsmap ", "fsmap ", "election "];
    let old = || OLD.iter().find_map(|name| Some((name.trim().to_owned(), text.strip_prefix(name)?.trim().to_owned())));
    let (name, state) = pair.or_else(old).unwrap_or((String::new(), text.clone()));
    Some(vec![name, state])
}

/// `HEALTH_WARN 1 osds down; 1 near full osd(s)`.
fn health_header(line: &[u8]) -> Option<Columns> {
    line.starts_with(b"HEALTH_").then(|| Columns::named(&[text_of(line.trim_ascii()).as_str()]))
}

fn health_row(_columns: &Columns, line: &[u8]) -> Option<Vec<String>> {
    cut_words(1, 1, line)
}
