//! `iostat`, once or at an interval.
//!
//! ```text
//! Linux 5.15.0 (node-xx)   07/23/2023   _x86_64_  (8 CPU)
//!
//! 07/23/2023 10:10:00 PM                                                              with -t
//! avg-cpu:  %user   %nice %system %iowait  %steal   %idle
//!            3.01    0.00    1.20   40.10    0.00   55.69
//!
//! Device            r/s     rkB/s   rrqm/s  %rrqm r_await …  aqu-sz  %util            -x; `Device:` before sysstat 12
//! sda              1.00     10.00     0.00   0.00    0.50 …   24.10  99.80
//! ```
//! With times (`-t`) the rows are series with the host and the device; without, tables, for no row says when it was taken. The first report
//! is the average since the boot and no sample of its time.
//!
//! Spec: iostat(1) of sysstat. Not supported: `-o JSON`, `-s`.

use super::clock::{Stamps, parse_date_line};
use super::prompt::parse_prompt;
use super::samples::{Samples, parse_value, unit_of};
use super::sysstat::parse_banner;
use super::tally::{Fate, locator_of, tally, text_of, words};
use crate::evidence::{Block, Line};
use crate::formats::{Family, Format, Head, Parsed, Parser};
use crate::model::{EvidenceId, Table, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "iostat", family: Family::Host, sniff, parser };

/// Kinds of tables that are kept: there are two in an output.
const MAX_TABLES: usize = 8;

fn sniff(head: &Head<'_>) -> u8 {
    if head.lines().take(40).any(|line| header_of(line).is_some()) { 94 } else { 0 }
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(IoStat { evidence, ..IoStat::default() })
}

/// The columns of a header; the first is that of devices, or of nothing.
fn header_of(line: &[u8]) -> Option<Vec<String>> {
    let first = words(line).next()?;
    let is_of_devices = matches!(first, b"Device" | b"Device:");
    let has = |name: &[u8]| words(line).any(|word| word == name);
    let is_header = first == b"avg-cpu:" || is_of_devices && (has(b"%util") || has(b"tps"));
    is_header.then(|| words(line).map(|word| text_of(word.strip_suffix(b":").unwrap_or(word))).collect())
}

#[derive(Default)]
struct IoStat {
    evidence: EvidenceId,
    host: Vec<u8>,
    /// When the report at hand was made, and how many there were.
    at: Option<WallTime>,
    n_reports: u32,
    names: Vec<String>,
    /// Rows without a time.
    tables: Vec<Table>,
    stamps: Stamps,
    samples: Samples,
    is_dated: bool,
}

impl IoStat {
    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Fate {
        if let Some(banner) = parse_banner(line.bytes) {
            (self.host, self.at, self.n_reports) = (banner.host.to_vec(), None, 0);
            return Fate::Skipped;
        }
        if let Some(names) = header_of(line.bytes) {
            self.names = names;
            return Fate::Skipped;
        }
        if let Some(stamp) = parse_date_line(line.bytes) {
            self.at = Some(self.stamps.place(stamp, out));
            self.n_reports += 1;
            return Fate::Skipped;
        }
        let n_named = usize::from(self.names.first().is_some_and(|name| name == "Device"));
        let device = words(line.bytes).take(n_named).last().unwrap_or_default();
        let values: Vec<f64> = words(line.bytes).skip(n_named).map_while(parse_value).collect();
        if values.len() + 1 != self.names.len() || words(line.bytes).count() != values.len() + n_named {
            return parse_prompt(line.bytes).map_or(Fate::Failed, |prompt| prompt.pass(line.number, out));
        }
        let Some(at) = self.at else {
            let known = self.tables.iter().position(|table| table.columns == self.names);
            let at = known.unwrap_or(self.tables.len());
            if known.is_none() {
                if at == MAX_TABLES {
                    return Fate::Failed;
                }
                self.tables.push(Table::new("iostat", self.names.clone()));
            }
            let cells = words(line.bytes).skip(n_named);
            let row = std::iter::once(device).chain(cells).map(text_of).collect();
            self.tables[at].push(row, locator_of(self.evidence, line));
            return Fate::Parsed;
        };
        if self.n_reports > 1 {
            self.is_dated = true;
            let section = self.names[0].as_bytes();
            let frame = self.samples.frame(section, &[("node", &self.host), ("device", device)]);
            frame.row(at, line);
            for (name, value) in self.names.iter().skip(1).zip(values) {
                frame.put(name, unit_of(name.as_bytes()), value);
            }
        }
        Fate::Parsed
    }
}

impl Parser for IoStat {
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        tally(block, out, |line, out| self.read(line, out));
    }

    fn finish(&mut self, out: &mut Parsed) {
        self.samples.finish(out);
        out.tables.append(&mut self.tables);
        out.wall_kind = if self.is_dated { WallKind::Local } else { WallKind::Unclocked };
    }
}
