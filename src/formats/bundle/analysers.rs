//! What Troubleshoot's own analysers said of a bundle: `analysis.json`.
//!
//! ```text
//! [{"name":"node.memory","labels":{…},"insight":{"name":"node.memory","labels":{…},"primary":"Node memory","detail":"node-5 has less than 8Gi",
//!   "severity":"error"},"severity":"error","analyzerSpec":""}]                                    error, warn, debug: failed, warns, passed
//! [{"isPass":false,"isFail":true,"isWarn":false,"title":"Node memory","message":"node-5 has less than 8Gi"}]        as the tool prints them
//! ```
//! Yields a record per verdict, the line of its message with its level, and a table of them. They are the words of another tool: read, cited, and never taken for
//! a failure that was seen.
//!
//! Source: <https://github.com/replicatedhq/troubleshoot> `pkg/convert/supportbundle.go`, `pkg/analyze/analyzer.go`.

use super::super::tree::json::JsonReader;
use super::super::tree::{Fate, Place, Visit};
use super::super::{Family, Format, Head, Parsed, Parser};
use crate::evidence::Block;
use crate::model::{EvidenceId, Level, Table, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "analysers", family: Family::Talk, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    let mut out = Parsed::default();
    let mut verdicts = Verdicts::new(EvidenceId(0));
    JsonReader::default().feed(&Block { bytes: head.bytes, offset: 0, first_line: 1 }, &mut verdicts.visitor(&mut out));
    if verdicts.table.n_rows > 0 && !verdicts.is_other { 93 } else { 0 }
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(Analysers { reader: JsonReader::default(), verdicts: Verdicts::new(evidence), end: 0 })
}

struct Analysers {
    reader: JsonReader,
    verdicts: Verdicts,
    /// Bytes seen.
    end: u64,
}

impl Parser for Analysers {
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        self.reader.feed(block, &mut self.verdicts.visitor(out));
        self.end = block.offset + block.bytes.len() as u64;
        out.wall_kind = WallKind::Unclocked;
    }

    fn takes_pieces(&self) -> bool {
        true
    }

    fn finish(&mut self, out: &mut Parsed) {
        self.reader.finish(self.end, &mut self.verdicts.visitor(out));
        let table = std::mem::replace(&mut self.verdicts.table, new_table());
        out.tables.extend((table.n_rows > 0).then_some(table));
        out.wall_kind = WallKind::Unclocked;
    }
}

fn new_table() -> Table {
    Table::new("analysis.json", ["verdict", "title", "message"].map(str::to_owned).to_vec())
}

/// What the list holds.
struct Verdicts {
    evidence: EvidenceId,
    depth: usize,
    key: String,
    opened: Place,
    level: Option<Level>,
    title: String,
    message: String,
    table: Table,
    /// What is open on the third level is the insight.
    is_insight: bool,
    /// The line of the message.
    said: u32,
    /// The line of the last record: several verdicts may share one.
    line: u32,
    /// Something stands there that no list of verdicts has.
    is_other: bool,
}

impl Verdicts {
    fn new(evidence: EvidenceId) -> Self {
        Self {
            evidence,
            depth: 0,
            key: String::new(),
            opened: Place::default(),
            level: None,
            title: String::new(),
            message: String::new(),
            table: new_table(),
            is_insight: false,
            said: 0,
            line: 0,
            is_other: false,
        }
    }

    const fn visitor<'a>(&'a mut self, out: &'a mut Parsed) -> Visitor<'a> {
        Visitor { verdicts: self, out }
    }
}

struct Visitor<'a> {
    verdicts: &'a mut Verdicts,
    out: &'a mut Parsed,
}

impl Visit for Visitor<'_> {
    fn open(&mut self, is_list: bool, at: Place) {
        let it = &mut *self.verdicts;
        it.depth += 1;
        match it.depth {
            1 => it.is_other |= !is_list,
            2 => {
                it.is_other |= is_list;
                it.opened = at;
                it.level = None;
                it.title.clear();
                it.message.clear();
            }
            // Labels and variables say nothing of the verdict.
            3 => it.is_insight = it.key == "insight",
            _ => {}
        }
    }

    fn key(&mut self, key: &str, _: Place) {
        key.clone_into(&mut self.verdicts.key);
    }

    fn scalar(&mut self, text: &str, is_null: bool, at: Place) {
        let it = &mut *self.verdicts;
        if is_null || it.depth != 2 && !(it.depth == 3 && it.is_insight) {
            return;
        }
        match (it.key.as_str(), text) {
            ("isFail", "true") | ("severity", "error") => it.level = Some(Level::Error),
            ("isWarn", "true") | ("severity", "warn") => it.level = Some(Level::Warning),
            ("isPass", "true") | ("severity", "debug" | "info") => it.level = Some(Level::Info),
            ("title" | "primary", _) => text.clone_into(&mut it.title),
            ("message" | "detail", _) => {
                text.clone_into(&mut it.message);
                it.said = at.first;
            }
            _ => {}
        }
    }

    fn close(&mut self, at: Place) {
        let it = &mut *self.verdicts;
        it.depth = it.depth.saturating_sub(1);
        if it.depth != 1 {
            return;
        }
        let (Some(level), false) = (it.level.take(), it.title.is_empty()) else {
            it.is_other = true;
            return;
        };
        let place = it.opened.to(at);
        let line = it.said.max(place.first);
        if line > it.line {
            it.line = line;
            self.out.records.push(line, WallTime::NONE, level, b"");
        }
        let verdict = level.as_str().to_owned();
        let cells = vec![verdict, std::mem::take(&mut it.title), std::mem::take(&mut it.message)];
        it.table.push(cells, place.locator(it.evidence));
    }

    fn abandon(&mut self) {
        self.verdicts.depth = 0;
    }

    fn between(&mut self, _: &str, _: Place) -> Fate {
        self.verdicts.is_other = true;
        Fate::Failed
    }

    fn out(&mut self) -> &mut Parsed {
        self.out
    }
}
