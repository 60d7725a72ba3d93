//! `helm history` and `helm list` as tables: which revision of which chart was installed when.
//!
//! ```text
//! REVISION    UPDATED                     STATUS        CHART            APP VERSION    DESCRIPTION                                     helm history
//! 1           Mon Oct  3 10:15:13 2016    superseded    payment-0.1.0    1.0            Initial install
//! 2           Mon Oct  3 10:20:42 2016    failed        payment-0.2.0    1.1            Upgrade "payment" failed: timed out waiting
//! NAME       NAMESPACE    REVISION    UPDATED                                    STATUS      CHART            APP VERSION           helm list
//! payment    shop         7           2023-07-23 21:58:11.123456789 +0800 CST    deployed    payment-1.2.3    1.2.3
//! ```
//! The times of a history have no zone (they are of whoever ran helm); those of a list have one. Columns are separated by tabs or, out of a
//! terminal, by blanks. A row whose time cannot be read is a record without one (`bad-time`).
//!
//! Source: helm/helm `pkg/cmd/history.go` (`time.ANSIC`), `pkg/cmd/list.go`. Not supported: `-o yaml`; JSON is `helm-json`.

use super::super::dates::parse_ctime;
use super::super::log::{LineParser, Lines, Verdict};
use super::super::time::parse_iso;
use super::super::{Family, Format, Head, Parsed, Parser};
use super::emit;
use crate::evidence::Line;
use crate::model::{EvidenceId, IssueCode, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "helm", family: Family::Change, sniff, parser };

/// Cells of a row that are looked at.
const MAX_CELLS: usize = 8;

fn sniff(head: &Head<'_>) -> u8 {
    let header = head.telling_lines().take(5).find_map(table_of);
    if header.is_some() { 94 } else { 0 }
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(LineParser::new(Helm { evidence, table: None, kind: None }))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Table {
    History,
    List,
}

/// The table that a header begins.
fn table_of(line: &[u8]) -> Option<Table> {
    let has = |name: &[u8]| crate::model::memmem::find(line, name).is_some();
    match line {
        _ if line.starts_with(b"REVISION") && has(b"UPDATED") && has(b"CHART") => Some(Table::History),
        _ if line.starts_with(b"NAME") && has(b"REVISION") && has(b"UPDATED") && has(b"CHART") => Some(Table::List),
        _ => None,
    }
}

/// What stands between tabs or two blanks and more; at most so many.
fn cells(line: &[u8]) -> Vec<&[u8]> {
    let mut cells = Vec::with_capacity(MAX_CELLS);
    let mut rest = line.trim_ascii();
    while !rest.is_empty() && cells.len() < MAX_CELLS {
        let ends = |pair: &[u8]| pair[0] == b'\t' || pair == b"  ";
        let end = rest.windows(2).position(ends).unwrap_or(rest.len());
        cells.push(rest[..end].trim_ascii());
        rest = rest[end..].trim_ascii_start();
    }
    cells
}

struct Helm {
    evidence: EvidenceId,
    table: Option<Table>,
    /// What the times lack; known from the first row on.
    kind: Option<WallKind>,
}

impl Lines for Helm {
    fn wall_kind(&self) -> WallKind {
        self.kind.unwrap_or(WallKind::Unclocked)
    }

    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Verdict {
        if let Some(table) = table_of(line.bytes) {
            self.table = Some(table);
            return Verdict::Skipped;
        }
        let row = match self.table {
            Some(Table::History) => history_row(line.bytes),
            Some(Table::List) => list_row(line.bytes),
            None => None,
        };
        let Some((when, who, words)) = row else { return Verdict::Unread };
        let told = when.map(|stamp| stamp.utc().map_or((WallKind::Local, stamp.wall), |utc| (WallKind::Utc, utc)));
        let wall = match told {
            Some((kind, wall)) if *self.kind.get_or_insert(kind) == kind => wall,
            _ => {
                out.issues.add(IssueCode::BadTime, line.number, line.offset);
                WallTime::NONE
            }
        };
        emit(self.evidence, line, wall, who, &words, out);
        Verdict::Record
    }
}

type Row<'a> = (Option<super::super::time::Stamp>, &'a [u8], Vec<&'a [u8]>);

/// `2  Mon Oct  3 10:20:42 2016  failed  payment-0.2.0  1.1  Upgrade …`: the chart tells, status and description are said.
fn history_row(line: &[u8]) -> Option<Row<'_>> {
    let text = line.trim_ascii_start();
    let n_digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let rest = text[n_digits..].trim_ascii_start();
    if n_digits == 0 || rest.len() == text.len() {
        return None;
    }
    let stamp = parse_ctime(rest);
    let rest = stamp.map_or(rest, |stamp| &rest[stamp.len..]);
    // A time that cannot be read is a cell of its own.
    let cells = cells(rest);
    let [status, chart, more @ ..] = &cells[usize::from(stamp.is_none()).min(cells.len())..] else { return None };
    let words = [&text[..n_digits], status].into_iter().chain(more.iter().copied()).collect();
    Some((stamp, chart, words))
}

/// `payment  shop  7  2023-07-23 21:58:11.123456789 +0800 CST  deployed  payment-1.2.3  1.2.3`.
fn list_row(line: &[u8]) -> Option<Row<'_>> {
    let cells = cells(line);
    let [_name, namespace, revision, updated, status, chart, ..] = cells[..] else { return None };
    let is_revision = !revision.is_empty() && revision.iter().all(u8::is_ascii_digit);
    is_revision.then(|| (parse_iso(updated), chart, vec![namespace, revision, status]))
}
