//! What a host says of itself in one small object: Troubleshoot's `host-collectors/system` and `host-collectors/diskUsage`.
//!
//! ```text
//! {"logicalCount":4,"physicalCount":2,"flags":["cmov","cx8"],"machineArch":"x86_64"}                        cpu.json
//! {"total":16777216000}                                                                                     memory.json
//! {"name": "node-xx", "kernelVersion": "5.13.0-1024-gcp", "platformVersion": "20.04", "platform": "ubuntu"}   hostos_info.json
//! {"total_bytes":83067539456,"used_bytes":35521277952}                                                      diskUsage/NAME.json
//! {"timezone":"UTC","ntp_synchronized":true,"ntp_active":true}                                              time.json
//! ```
//! Yields a table of names and values. How full a disk is stays a pair of numbers: the path that was asked for is not written.
//!
//! Source: troubleshoot.sh/docs/host-collect-analyze. Not supported: lists of interfaces and block devices.

use crate::evidence::Block;
use crate::formats::tree::json::JsonReader;
use crate::formats::tree::{Fate, Place, Visit};
use crate::formats::{Family, Format, Head, Parsed, Parser};
use crate::model::{EvidenceId, Table, WallKind};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "host-json", family: Family::Host, sniff, parser };

/// Keys that stand together in nothing else.
const KEYS: [[&str; 2]; 4] = [
    ["\"logicalCount\"", "\"physicalCount\""],
    ["\"kernelVersion\"", "\"platformVersion\""],
    ["\"total_bytes\"", "\"used_bytes\""],
    ["\"timezone\"", "\"ntp_synchronized\""],
];

fn sniff(head: &Head<'_>) -> u8 {
    let bytes = head.bytes.trim_ascii();
    let has = |key: &str| crate::model::memmem::find(bytes, key.as_bytes()).is_some();
    let is_known = KEYS.iter().any(|keys| keys.iter().all(|key| has(key)));
    let is_memory = || {
        let total = bytes.strip_prefix(b"{\"total\":").and_then(|rest| rest.strip_suffix(b"}"));
        total.is_some_and(|total| super::tally::parse_whole(total.trim_ascii()).is_some())
    };
    let is_object = head.complete && bytes.starts_with(b"{") && bytes.ends_with(b"}");
    if is_object && (is_known || is_memory()) { 85 } else { 0 }
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    let table = Table::new("host", ["name", "value"].map(str::to_owned).to_vec());
    Box::new(HostJson {
        reader: JsonReader::default(),
        evidence,
        table,
        key: (String::new(), Place::default()),
        end: 0,
    })
}

struct HostJson {
    reader: JsonReader,
    evidence: EvidenceId,
    table: Table,
    /// The last key.
    key: (String, Place),
    /// Bytes seen.
    end: u64,
}

struct Visitor<'a> {
    evidence: EvidenceId,
    table: &'a mut Table,
    key: &'a mut (String, Place),
    out: &'a mut Parsed,
}

impl Visit for Visitor<'_> {
    fn open(&mut self, _: bool, _: Place) {}

    fn key(&mut self, key: &str, at: Place) {
        *self.key = (key.to_owned(), at);
    }

    fn scalar(&mut self, text: &str, _: bool, at: Place) {
        let (key, from) = &*self.key;
        // What has no key stands by itself.
        let from = if key.is_empty() { at } else { *from };
        self.table.push(vec![key.clone(), text.trim().to_owned()], from.to(at).locator(self.evidence));
    }

    fn close(&mut self, _: Place) {}

    fn abandon(&mut self) {}

    fn between(&mut self, line: &str, _: Place) -> Fate {
        if super::is_prompt(line.as_bytes()) { Fate::Skipped } else { Fate::Failed }
    }

    fn out(&mut self) -> &mut Parsed {
        self.out
    }
}

impl HostJson {
    fn read(&mut self, block: Option<&Block<'_>>, out: &mut Parsed) {
        let mut visitor = Visitor { evidence: self.evidence, table: &mut self.table, key: &mut self.key, out };
        match block {
            Some(block) => {
                self.reader.feed(block, &mut visitor);
                self.end = block.offset + block.bytes.len() as u64;
            }
            None => self.reader.finish(self.end, &mut visitor),
        }
        out.wall_kind = WallKind::Unclocked;
    }
}

impl Parser for HostJson {
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        self.read(Some(block), out);
    }

    fn takes_pieces(&self) -> bool {
        true
    }

    fn finish(&mut self, out: &mut Parsed) {
        self.read(None, out);
        let columns = self.table.columns.clone();
        let table = std::mem::replace(&mut self.table, Table::new("host", columns));
        out.tables.extend((table.n_rows > 0).then_some(table));
    }
}
