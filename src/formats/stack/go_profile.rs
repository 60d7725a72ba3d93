//! Profiles that count something else than goroutines (heap, CPU, contention), from the protobuf of pprof: the functions that samples end
//! in, with their sums.
//!
//! ```text
//! pprof profile: 812 samples at 2023-07-23T14:03:20Z
//! alloc_objects (count)    inuse_space (bytes)    function
//! 4096                     268435456              main.(*cache).load
//! ```
//! Written by [`crate::evidence::profile`] of what was dropped; becomes a table. Whole stacks are left to pprof itself.

use crate::model::memmem;

use crate::evidence::{Block, Line};
use crate::formats::{Family, Format, Head, Parsed, Parser};
use crate::model::{ByteRange, EvidenceId, IssueCode, Level, LineRange, Locator, Table, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "go-profile", family: Family::Stack, sniff, parser };

const TITLE: &[u8] = b"pprof profile: ";

fn sniff(head: &Head<'_>) -> u8 {
    let mut lines = head.lines();
    let is_titled = lines.next().is_some_and(is_title);
    let has_columns = lines.next().is_some_and(|line| line.ends_with(b"\tfunction"));
    if is_titled && has_columns { 95 } else { 0 }
}

/// The title, with or without the time behind it.
fn is_title(line: &[u8]) -> bool {
    line.starts_with(TITLE) && memmem::find(line, b" samples").is_some()
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(ProfileTable { evidence, table: None })
}

struct ProfileTable {
    evidence: EvidenceId,
    table: Option<Table>,
}

impl ProfileTable {
    /// Whether the line is understood.
    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> bool {
        if is_title(line.bytes) {
            let time = memmem::find(line.bytes, b" at ").map_or(&b""[..], |at| &line.bytes[at + 4..]);
            let stamp = crate::formats::time::parse_iso(time).and_then(|stamp| stamp.utc());
            out.wall_kind = if stamp.is_some() { WallKind::Utc } else { WallKind::Unclocked };
            out.records.push(line.number, stamp.unwrap_or(WallTime::NONE), Level::None, b"pprof");
            return true;
        }
        let cells = || line.bytes.split(|byte| *byte == b'\t').map(|cell| String::from_utf8_lossy(cell).into_owned());
        match &mut self.table {
            None if line.bytes.ends_with(b"\tfunction") => self.table = Some(Table::new("pprof", cells().collect())),
            Some(table) if cells().count() == table.columns.len() => {
                let bytes = ByteRange { start: line.offset, end: line.offset + line.bytes.len() as u64 };
                table.push(
                    cells().collect(),
                    Locator { evidence: self.evidence, bytes, lines: LineRange::one(line.number) },
                );
            }
            _ => return false,
        }
        true
    }
}

impl Parser for ProfileTable {
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        for line in block.lines() {
            if line.bytes.trim_ascii().is_empty() {
                out.lines.skipped += 1;
            } else if self.read(&line, out) {
                out.lines.parsed += 1;
            } else {
                out.lines.failed += 1;
                out.issues.add(IssueCode::UnparsedLines, line.number, line.offset);
            }
        }
    }

    fn finish(&mut self, out: &mut Parsed) {
        out.tables.extend(self.table.take());
    }
}
