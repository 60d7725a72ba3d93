//! `vmstat`, once or at an interval.
//!
//! ```text
//! procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu----- -----timestamp-----
//!  r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st                 UTC
//!  2  0      0 123456  10240 567890    0    0     5    10  100  200  3  1 95  1  0 2026-11-28 02:10:11
//! ```
//! With times (`-t`) the rows are series; without, a table, for no row says when it was taken. The first row is the average since the boot
//! and no sample of its time.
//!
//! Spec: vmstat(8) of procps-ng. Not supported: `-d`, `-m`, `-s`, `-D`.

use super::clock::Stamps;
use super::grid::begins_with;
use super::prompt::parse_prompt;
use super::samples::Samples;
use super::tally::{Fate, locator_of, parse_whole, tally, text_of, words};
use crate::evidence::{Block, Line};
use crate::formats::time::parse_iso;
use crate::formats::{Family, Format, Head, Parsed, Parser};
use crate::model::{EvidenceId, Table, Unit, WallKind};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "vmstat", family: Family::Host, sniff, parser };

/// The columns that every version has first.
const FIRST: [&str; 5] = ["r", "b", "swpd", "free", "buff"];
/// Shares of the time of all processors.
const SHARES: [&str; 6] = ["us", "sy", "id", "wa", "st", "gu"];

fn sniff(head: &Head<'_>) -> u8 {
    if head.lines().take(20).any(|line| begins_with(line, &FIRST)) { 93 } else { 0 }
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(VmStat {
        evidence,
        names: Vec::new(),
        offset_s: None,
        is_first: true,
        table: None,
        stamps: Stamps::default(),
        samples: Samples::default(),
        is_dated: false,
    })
}

struct VmStat {
    evidence: EvidenceId,
    names: Vec<String>,
    /// The zone that the header names, where it names one that is known.
    offset_s: Option<i32>,
    /// The next row is the average since the boot.
    is_first: bool,
    /// Rows without a time.
    table: Option<Table>,
    stamps: Stamps,
    samples: Samples,
    is_dated: bool,
}

impl VmStat {
    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Fate {
        if begins_with(line.bytes, &FIRST) {
            // Behind the columns stands the zone of the times.
            let (names, zone): (Vec<&[u8]>, Vec<&[u8]>) =
                words(line.bytes).partition(|word| word.iter().all(u8::is_ascii_lowercase));
            self.names = names.into_iter().map(text_of).collect();
            self.offset_s = zone.first().filter(|zone| matches!(**zone, b"UTC" | b"GMT")).map(|_| 0);
            return Fate::Skipped;
        }
        if begins_with(line.bytes, &["procs"]) {
            return Fate::Skipped;
        }
        let values: Vec<u64> = words(line.bytes).map_while(parse_whole).take(self.names.len()).collect();
        if values.is_empty() || values.len() < self.names.len() {
            return parse_prompt(line.bytes).map_or(Fate::Failed, |prompt| {
                self.is_first = true;
                prompt.pass(line.number, out)
            });
        }
        let written = words(line.bytes).nth(values.len());
        let stamp = written.and_then(|word| {
            let from = word.as_ptr() as usize - line.bytes.as_ptr() as usize;
            parse_iso(&line.bytes[from..])
        });
        let Some(stamp) = stamp else {
            let columns = || Table::new("vmstat", self.names.clone());
            let cells = values.iter().map(u64::to_string).collect();
            self.table.get_or_insert_with(columns).push(cells, locator_of(self.evidence, line));
            return Fate::Parsed;
        };
        let at = self.stamps.place((stamp.wall, stamp.offset_s.or(self.offset_s)), out);
        if std::mem::take(&mut self.is_first) {
            return Fate::Parsed;
        }
        self.is_dated = true;
        let frame = self.samples.frame(b"", &[]);
        frame.row(at, line);
        for (name, value) in self.names.iter().zip(values) {
            let unit = if SHARES.contains(&name.as_str()) { Unit::Percent } else { Unit::None };
            frame.put(name, unit, value as f64);
        }
        Fate::Parsed
    }
}

impl Parser for VmStat {
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        tally(block, out, |line, out| self.read(line, out));
    }

    fn finish(&mut self, out: &mut Parsed) {
        self.samples.finish(out);
        out.tables.extend(self.table.take());
        out.wall_kind = if self.is_dated { WallKind::Local } else { WallKind::Unclocked };
    }
}
