//! `kubectl get events` and `kubectl events`: the table, with any of their options.
//!
//! ```text
//! LAST SEEN               TYPE      REASON      OBJECT                 MESSAGE
//! 5m                      Warning   Unhealthy   pod/payment-6c9f-x2x   Liveness probe failed: HTTP probe failed with statuscode: 503
//! 24m (x211 over 3h58m)   Warning   BackOff     pod/payment-6c9f-x2x   Back-off restarting failed container       kubectl events
//! LAST SEEN   TYPE   REASON   OBJECT   SUBOBJECT   SOURCE   MESSAGE   FIRST SEEN   COUNT   NAME                   -o wide
//! NAMESPACE   LAST SEEN   TYPE   …                                                                                -A
//! LAST SEEN   FIRST SEEN   COUNT   NAME   KIND   SUBOBJECT   TYPE   REASON   SOURCE   MESSAGE                     before 1.14
//! ```
//! Columns are cut where the header's begin. Ages are intervals before the unknown time of collection: they become instants only where the
//! case holds a pod description that ties one of them to an absolute time (see `facts/failures.rs`). Lines below a row that do not fit the
//! columns are the rest of its message; a second header begins another table.
//!
//! Source: kubernetes/kubernetes `pkg/printers/internalversion/printers.go` (`eventColumnDefinitions`), kubernetes/kubectl
//! `pkg/cmd/events/event_printer.go`. Not supported: `-o json`, `-o yaml`, `-o wide` without its header, custom columns without TYPE and REASON.

use super::super::bundle::kubectl_errors;
use super::super::host::is_prompt;
use super::super::time::{number, parse_age};
use super::super::{Family, Format, Head, Parsed, Parser};
use super::columns::{RowParser, Rows, fields};
use super::events::{Age, cells_at, reporter};
use super::get_table::is_aside;
use crate::evidence::Line;
use crate::model::{ByteRange, EvidenceId, IssueCode, KubeEvent, LineRange, Locator};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "get-events", family: Family::Kube, sniff, parser };

/// Columns that are printed; not all of them are read.
const COLUMNS: &[&str] = &[
    "NAMESPACE",
    "LAST SEEN",
    "FIRST SEEN",
    "COUNT",
    "NAME",
    "KIND",
    "TYPE",
    "REASON",
    "OBJECT",
    "SUBOBJECT",
    "SOURCE",
    "MESSAGE",
];

fn sniff(head: &Head<'_>) -> u8 {
    let mut lines = head.lines().skip_while(|line| Table::of_header(line).is_none());
    let Some(table) = lines.next().and_then(Table::of_header) else {
        let mut rows = head.telling_lines().take(20).peekable();
        return if rows.peek().is_some() && rows.all(|row| Table::of_row(row).is_some()) { 80 } else { 0 };
    };
    let fits: Vec<bool> =
        lines.filter(|line| !line.trim_ascii().is_empty()).take(20).map(|row| table.cells(row).is_some()).collect();
    match fits.contains(&true) {
        true => 95,
        false if fits.is_empty() => 70,
        false => 20,
    }
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(RowParser(GetEvents { evidence, table: None, is_open: false }))
}

/// Where the columns begin.
struct Table {
    columns: Vec<(&'static str, usize)>,
}

impl Table {
    /// Reads a header; `None` where the line is none. Names are separated by two blanks or more, or by tabs.
    fn of_header(line: &[u8]) -> Option<Self> {
        let text =
            std::str::from_utf8(line).ok().filter(|text| text.starts_with(|it: char| it.is_ascii_uppercase()))?;
        let mut columns = Vec::new();
        let mut at = 0;
        while at < text.len() {
            let rest = &text[at..];
            // A longer name first: `NAME` begins `NAMESPACE`.
            let found = COLUMNS.iter().filter(|name| rest.starts_with(**name)).max_by_key(|name| name.len())?;
            columns.push((*found, at));
            let after = &rest[found.len()..];
            let gap = after.len() - after.trim_start_matches(' ').len();
            if !after.is_empty() && gap == 0 {
                return None;
            }
            at += found.len() + gap;
        }
        let has = |name| columns.iter().any(|(column, _)| *column == name);
        (has("LAST SEEN") && has("TYPE") && has("REASON") && has("MESSAGE")).then_some(Self { columns })
    }

    /// The columns of a row whose header was cut off (`--no-headers`, `| tail`): an age, a type that nothing else has, an object.
    fn of_row(line: &[u8]) -> Option<Self> {
        const NAMES: [&str; 6] = ["NAMESPACE", "LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"];
        let cells: Vec<&[u8]> = fields(line).take(NAMES.len()).collect();
        let at = cells.iter().position(|cell| is_type(cell)).filter(|at| (1..=2).contains(at))?;
        let age = cells[at - 1];
        let is_row = cells.len() == at + 4
            && (age == b"<unknown>" || Age::of(age).last.is_some())
            && cells[at + 2].contains(&b'/');
        let start = |cell: &[u8]| cell.as_ptr() as usize - line.as_ptr() as usize;
        let columns = NAMES[2 - at..].iter().copied().zip(cells.iter().map(|cell| start(cell)));
        is_row.then(|| Self { columns: columns.collect() })
    }

    /// The cells of a row; `None` where the line is none.
    fn cells<'a>(&self, line: &'a [u8]) -> Option<Vec<&'a [u8]>> {
        let cells = cells_at(line, self.columns.iter().map(|(_, column)| *column))?;
        let kind = self.cell(&cells, "TYPE");
        is_type(kind).then_some(cells)
    }

    fn cell<'a>(&self, cells: &[&'a [u8]], name: &str) -> &'a [u8] {
        let index = self.columns.iter().position(|(column, _)| *column == name);
        index.and_then(|index| cells.get(index)).copied().unwrap_or(&[])
    }

    fn event(&self, cells: &[&[u8]], locator: Locator) -> KubeEvent {
        let text = |name| String::from_utf8_lossy(self.cell(cells, name)).into_owned();
        let age = Age::of(self.cell(cells, "LAST SEEN"));
        let count = number(self.cell(cells, "COUNT")).unwrap_or(age.count);
        let (from, _) = reporter(self.cell(cells, "SOURCE"));
        let (object, kind) = (text("OBJECT"), text("KIND"));
        // Old kubectl names kind and name in columns of their own; its NAME is the object's.
        let object = if kind.is_empty() {
            object
        } else {
            format!("{}/{}", kind.to_ascii_lowercase(), object_of(&text("NAME")))
        };
        KubeEvent {
            kind: text("TYPE"),
            reason: text("REASON"),
            from,
            object,
            namespace: text("NAMESPACE"),
            message: text("MESSAGE"),
            count: count.max(1),
            first: None,
            last: None,
            age_last_s: age.last,
            age_first_s: parse_age(self.cell(cells, "FIRST SEEN")).or(age.first),
            locator,
        }
    }
}

/// What only a row has among its first words: one that the header does not explain is lost, anything else is the rest of a message.
fn is_type(word: &[u8]) -> bool {
    word == b"Normal" || word == b"Warning"
}

/// An event's name is its object's and a hash: `payment-6c9f-x2x.17745d3a9ef1b0c2`.
fn object_of(name: &str) -> &str {
    let is_hash = |end: &str| end.len() >= 12 && end.bytes().all(|byte| byte.is_ascii_hexdigit());
    name.rsplit_once('.').filter(|(_, end)| is_hash(end)).map_or(name, |(object, _)| object)
}

struct GetEvents {
    evidence: EvidenceId,
    table: Option<Table>,
    /// A row was read, whose message may go on.
    is_open: bool,
}

impl Rows for GetEvents {
    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) {
        let text = line.bytes.trim_ascii_end();
        if text.is_empty() || is_prompt(text) {
            self.is_open &= text.is_empty();
            out.lines.skipped += 1;
            return;
        }
        if kubectl_errors::take(self.evidence, line, out) {
            self.is_open = false;
            out.lines.parsed += 1;
            return;
        }
        if let Some(table) = Table::of_header(text) {
            (self.table, self.is_open) = (Some(table), false);
            out.lines.parsed += 1;
            return;
        }
        self.table = self.table.take().or_else(|| Table::of_row(text));
        let Some(table) = &self.table else {
            // A remark above the table, or what another command printed.
            if is_aside(text) {
                out.lines.skipped += 1;
            } else {
                out.lines.failed += 1;
                out.issues.add(IssueCode::UnparsedLines, line.number, line.offset);
            }
            return;
        };
        let bytes = ByteRange { start: line.offset, end: line.offset + line.bytes.len() as u64 };
        let here = Locator { evidence: self.evidence, bytes, lines: LineRange::one(line.number) };
        let is_lost = || text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).take(8).any(is_type);
        match (table.cells(text), out.events.last_mut().filter(|_| self.is_open && !is_lost())) {
            (Some(cells), _) => {
                out.events.push(table.event(&cells, here));
                self.is_open = true;
            }
            (None, Some(event)) => {
                event.locator.lines.last = line.number;
                event.locator.bytes.end = here.bytes.end;
            }
            (None, None) => {
                out.lines.failed += 1;
                out.issues.add(IssueCode::UnparsedLines, line.number, line.offset);
                return;
            }
        }
        out.lines.parsed += 1;
    }
}
