//! Logs as JSON documents: what a log store's command line or interface answers, on as many lines as it likes.
//!
//! ```text
//! {"events": [{"logStreamName": "web/1", "timestamp": 1772623231123, "message": "…"}]}     aws logs filter-log-events, get-log-events
//! {"results": [[{"field": "@timestamp", "value": "2026-03-04 11:20:31.123"}, …]]}          aws logs get-query-results
//! [{"timestamp": "2026-03-04T11:20:31Z", "severity": "ERROR", "textPayload": "…"}]         gcloud logging read --format=json
//! {"hits": {"hits": [{"_source": {"@timestamp": "…", "message": "…"}}]}}                   Elasticsearch, OpenSearch
//! {"data": {"result": [{"stream": {"app": "pay"}, "values": [["1772623231123456789", "…"]]}]}}    Loki
//! {"resourceLogs": [{"scopeLogs": [{"logRecords": [{"timeUnixNano": "…", "body": {"stringValue": "…"}}]}]}]}    OpenTelemetry
//! {"tables": [{"columns": [{"name": "TimeGenerated"}, …], "rows": [["2026-03-04T11:20:31Z", …]]}]}              Azure Monitor
//! {"data": [{"attributes": {"timestamp": "…", "status": "error", "message": "…"}}]}        Datadog
//! {"_index": "app", "_source": {"@timestamp": "…", "message": "…"}}    {"result": {"_time": "…", "_raw": "…"}}       elasticdump, Splunk: lines
//! {                                                                                        objects in a row: `jq .`, `mongoexport --pretty`
//!   "ts": 1772623231.123, "level": "error", "msg": "…"
//! }
//! ```
//! No such form is known by name. Of what the head holds, the outermost items of lists (or documents) that have a time and a message or a
//! level are the entries, and so is whatever stands at the same place further on. Keys say what they hold as in [`super::json_lines`]; a
//! row takes its keys from `columns`, a pair from `field` or `key`, and who wrote an entry may stand around it (Loki's `stream`, the resource of
//! OpenTelemetry). The message's own level counts before the one of the store, which may know no more than the stream the line came by;
//! klog's inner clock is the event. A record begins on the line of its entry: where several share one, as in what `curl`
//! prints, each but the first has its place in it, and that is said (`shared-line`).
//!
//! Sources: docs.aws.amazon.com/cli (`logs`), cloud.google.com/logging (`LogEntry`), grafana.com/docs/loki (`query_range`), opentelemetry.io
//! (OTLP), learn.microsoft.com (Log Analytics query), docs.datadoghq.com (logs search). Verified against these, not against live
//! services. Not supported: documents whose first entry is longer than the head.

use super::super::time::{Yearless, number};
use super::super::tree::json::JsonReader;
use super::super::tree::{Fate, Place, Visit};
use super::super::{Family, Format, Head, Parsed, Parser};
use super::export_keys::{Says, says_of};
use super::json_fields::{Told, level_of, time_of};
use super::message::{InnerClock, read_message};
use super::zones::Zones;
use crate::evidence::{Block, Line};
use crate::model::{EvidenceId, IssueCode, Level, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "json-export", family: Family::Log, sniff, parser };

/// Columns of a table, and bytes of a name, that are kept.
const MAX_COLUMNS: usize = 500;
const MAX_NAME: usize = 200;

fn sniff(head: &Head<'_>) -> u8 {
    if survey(head).is_some() { 72 } else { 0 }
}

fn parser(_evidence: EvidenceId, head: &Head<'_>) -> Box<dyn Parser> {
    let export = Export { entries_at: Some(survey(head).unwrap_or(0)), ..Export::default() };
    Box::new(JsonExport { reader: JsonReader::default(), export, end: 0 })
}

/// Where the entries of an input stand, as its head shows.
fn survey(head: &Head<'_>) -> Option<u64> {
    if !matches!(head.bytes.trim_ascii_start().first(), Some(b'{' | b'[')) {
        return None;
    }
    let (mut export, mut out) = (Export::default(), Parsed::default());
    let block = Block { bytes: head.bytes, offset: 0, first_line: 1 };
    JsonReader::default().feed(&block, &mut Visitor { export: &mut export, out: &mut out });
    let Best { path, n_items, n_logs, .. } = export.best;
    let is_document = out.lines.failed * 4 <= out.lines.parsed;
    (n_logs > 0 && n_logs * 2 >= n_items && is_document).then_some(path)
}

struct JsonExport {
    reader: JsonReader,
    export: Export,
    /// Bytes seen.
    end: u64,
}

impl Parser for JsonExport {
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        super::report_bytes(block, out);
        self.reader.feed(block, &mut Visitor { export: &mut self.export, out });
        self.end = block.offset + block.bytes.len() as u64;
        out.wall_kind = self.export.zones.kind();
    }

    /// An answer may be one line, however long.
    fn takes_pieces(&self) -> bool {
        true
    }

    fn finish(&mut self, out: &mut Parsed) {
        self.reader.finish(self.end, &mut Visitor { export: &mut self.export, out });
        out.wall_kind = self.export.zones.kind();
    }
}

/// OpenTelemetry's levels, each of which is four numbers.
const SEVERITIES: [Level; 6] = [Level::Trace, Level::Debug, Level::Info, Level::Warning, Level::Error, Level::Fatal];

/// The rank of none.
const NOBODY: u8 = u8::MAX;

/// What is said so far of an entry, or in one of its maps.
#[derive(Clone, Copy)]
struct Said {
    time: Option<Told>,
    /// The time stands in a map of the entry's: the entry's own counts before it.
    is_inner: bool,
    has_bad_time: bool,
    level: Level,
    has_message: bool,
    /// The level and klog's clock, as the message has them.
    text_level: Level,
    clock: Option<Yearless>,
    /// Who wrote it, as a range of [`Export::names`], and the rank of that.
    source: (usize, usize),
    rank: u8,
}

impl Said {
    const NOTHING: Self = Self {
        time: None,
        is_inner: false,
        has_bad_time: false,
        level: Level::None,
        has_message: false,
        text_level: Level::None,
        clock: None,
        source: (0, 0),
        rank: NOBODY,
    };

    /// What an inner map or list of it says, or a pair.
    fn take(&mut self, inner: &Self, is_own: bool) {
        if inner.time.is_some() && (self.time.is_none() || is_own && self.is_inner) {
            (self.time, self.is_inner) = (inner.time, inner.is_inner || !is_own);
        }
        if inner.level != Level::None && (self.level == Level::None || !is_own) {
            self.level = inner.level;
        }
        if self.text_level == Level::None {
            self.text_level = inner.text_level;
        }
        self.clock = self.clock.or(inner.clock);
        self.has_bad_time |= inner.has_bad_time;
        self.has_message |= inner.has_message;
        if inner.rank < self.rank {
            (self.rank, self.source) = (inner.rank, inner.source);
        }
    }

    const fn is_log(&self) -> bool {
        self.time.is_some() && (self.has_message || !matches!(self.level, Level::None))
    }
}

/// A map or list that is open.
struct Open {
    /// The keys that lead to it, as a number.
    path: u64,
    at: Place,
    is_list: bool,
    /// A document or the item of a list: an entry perhaps.
    is_item: bool,
    /// It is an entry, and a record.
    is_entry: bool,
    /// A map that names a key: of two values it is a field of what it is in.
    is_pair: bool,
    /// What its key says.
    inside: Says,
    /// Values so far.
    n: usize,
    said: Said,
    /// Bytes of [`Export::names`] before it.
    n_names: usize,
}

/// The outermost items that are entries.
#[derive(Default)]
struct Best {
    depth: usize,
    path: u64,
    n_items: u32,
    n_logs: u32,
}

#[derive(Default)]
struct Export {
    /// Where entries stand; `None` while that is looked for.
    entries_at: Option<u64>,
    best: Best,
    stack: Vec<Open>,
    /// What the last key says, and the path behind it.
    says: Says,
    path: u64,
    /// What the value of the pair at hand says.
    pair: Says,
    columns: Vec<Says>,
    names: Vec<u8>,
    zones: Zones,
    inner: InnerClock,
    /// The line of the last record.
    last: u32,
}

/// FNV-1a over the keys.
fn path_to(path: u64, key: &[u8]) -> u64 {
    key.iter().chain(b"/").fold(path, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

impl Export {
    /// A document or an item begins; whether it is an entry that becomes a record. What it says of itself is told with its end: the record is
    /// there before, because a dump in it takes its time from the record that holds it.
    fn begin(&mut self, path: u64, at: Place, out: &mut Parsed) -> bool {
        if self.entries_at != Some(path) {
            return false;
        }
        let is_shared = self.last == at.first;
        if is_shared {
            out.issues.add(IssueCode::SharedLine, at.first, at.start);
        }
        self.last = at.first;
        out.records.push_at(at.first, if is_shared { at.start } else { 0 });
        true
    }

    /// An entry has ended.
    fn end(&mut self, entry: &Open, out: &mut Parsed) {
        let said = &entry.said;
        let line = Line { bytes: &[], offset: entry.at.start, number: entry.at.first, full_len: 0 };
        let wall = self.zones.wall(said.time, said.has_bad_time, &line, out);
        let wall = match said.clock.filter(|_| wall.is_some()) {
            Some(clock) => self.inner.event_at(wall, &clock),
            None => wall,
        };
        let level = if said.text_level == Level::None { said.level } else { said.text_level };
        out.records.amend_last(wall, level, &self.names[said.source.0..said.source.1]);
    }

    /// A document or an item has ended, while it is looked for entries.
    fn compare(&mut self, item: &Open, last: u32) {
        let (depth, best, is_log) = (self.stack.len(), &mut self.best, item.said.is_log());
        // Objects of a logger, one per line, are `json-lines`.
        if depth == 0 && item.at.first == last && !item.said.is_inner {
            return;
        }
        if is_log && (best.n_logs == 0 || depth < best.depth) {
            *best = Best { depth, path: item.path, n_items: 1, n_logs: 1 };
        } else if item.path == best.path {
            best.n_items += 1;
            best.n_logs += u32::from(is_log);
        }
    }

    fn close(&mut self, last: u32, out: &mut Parsed) {
        let Some(ended) = self.stack.pop() else { return };
        let is_pair = ended.is_pair && ended.n == 2 && !ended.is_entry;
        if ended.is_item && !is_pair {
            if ended.is_entry {
                self.end(&ended, out);
            } else if self.entries_at.is_none() {
                self.compare(&ended, last);
            }
            self.names.truncate(ended.n_names);
        } else if let Some(outer) = self.stack.last_mut()
            && ended.inside != Says::Nothing
        {
            let is_own = is_pair || !matches!(ended.inside, Says::Message | Says::Fields);
            outer.said.take(&ended.said, is_own);
            outer.said.has_message |= ended.inside == Says::Message;
        }
    }
}

struct Visitor<'a> {
    export: &'a mut Export,
    out: &'a mut Parsed,
}

impl Visit for Visitor<'_> {
    fn open(&mut self, is_list: bool, at: Place) {
        let it = &mut *self.export;
        let (path, is_item, inside, said) = match it.stack.last_mut() {
            None => {
                it.columns.clear();
                (1, true, Says::Fields, Said::NOTHING)
            }
            Some(outer) => {
                outer.n += 1;
                // Whoever wrote what is around an entry wrote the entry.
                let Said { level, source, rank, .. } = outer.said;
                let said = Said { level, source, rank, ..Said::NOTHING };
                match outer.inside {
                    _ if !outer.is_list => (it.path, false, it.says, said),
                    Says::Columns => (0, false, Says::Columns, said),
                    _ => (path_to(outer.path, b"[]"), true, Says::Fields, said),
                }
            }
        };
        match inside {
            Says::Columns if is_list => it.columns.clear(),
            Says::Rows if it.columns.is_empty() => it.columns.extend([Says::Nanoseconds, Says::Message]),
            _ => {}
        }
        let n_names = it.names.len();
        let is_entry = is_item && it.begin(path, at, self.out);
        it.stack.push(Open { path, at, is_list, is_item, is_entry, is_pair: false, inside, n: 0, said, n_names });
    }

    fn key(&mut self, key: &str, _: Place) {
        let it = &mut *self.export;
        let Some(top) = it.stack.last() else { return };
        it.path = path_to(top.path, key.as_bytes());
        it.says = match (top.inside, key) {
            (Says::Time, "$date" | "seconds" | "epochSecond") => Says::Time,
            (Says::Time, "nanos" | "nanoOfSecond") => Says::Fraction,
            (Says::Source(_), "name") | (Says::Message, "stringValue") => top.inside,
            (Says::Columns, "name") => Says::Column,
            (Says::Value, "stringValue") => it.pair,
            // Datadog's level; elsewhere a number of HTTP's.
            (Says::Fields, "status") if !top.is_item => Says::Level,
            (Says::Fields | Says::Message, _) => says_of(key),
            (Says::Labels, _) => match says_of(key) {
                says @ (Says::Source(_) | Says::Level | Says::Labels | Says::Fields) => says,
                _ => Says::Nothing,
            },
            _ => Says::Nothing,
        };
    }

    fn scalar(&mut self, text: &str, is_null: bool, _: Place) {
        let it = &mut *self.export;
        let Some(top) = it.stack.last_mut() else { return };
        let is_row = top.is_list && top.is_item;
        let says = if is_row { it.columns.get(top.n).copied().unwrap_or_default() } else { it.says };
        top.n += 1;
        if is_null {
            return;
        }
        let (said, bytes) = (&mut top.said, text.as_bytes());
        match if says == Says::Value { it.pair } else { says } {
            Says::Nanoseconds if bytes.len() != 19 => {}
            Says::Time | Says::Nanoseconds if said.time.is_none() || said.is_inner => match time_of(bytes) {
                Some(told) => {
                    (said.time, said.is_inner) = (Some(told), false);
                    if it.stack.iter().any(|open| open.is_entry) {
                        let (Told::Utc(wall) | Told::Local(wall)) = told;
                        let last = self.out.records.len().saturating_sub(1);
                        self.out.records.change_walls(last, |_| wall);
                    }
                }
                None => said.has_bad_time = true,
            },
            Says::Fraction => {
                if let (Some(Told::Utc(wall)), Some(ns)) = (&mut said.time, number(bytes)) {
                    *wall = WallTime(wall.0.saturating_add(ns.into()));
                }
            }
            Says::Level if said.level == Level::None => said.level = level_of(bytes),
            Says::Severity if said.level == Level::None => {
                let step = number(bytes).and_then(|number| number.checked_sub(1)).map(|number| number as usize / 4);
                said.level = step.and_then(|step| SEVERITIES.get(step)).copied().unwrap_or_default();
            }
            Says::Message => {
                said.has_message = true;
                if said.text_level == Level::None {
                    let message = read_message(bytes);
                    (said.text_level, said.clock) = (message.level, said.clock.or(message.time));
                }
            }
            Says::Source(rank) if rank < said.rank && !bytes.is_empty() => {
                let start = it.names.len();
                it.names.extend_from_slice(&bytes[..bytes.len().min(MAX_NAME)]);
                (said.rank, said.source) = (rank, (start, it.names.len()));
            }
            Says::Key => {
                top.is_pair = true;
                it.pair = says_of(text);
            }
            Says::Columns | Says::Column if it.columns.len() < MAX_COLUMNS => it.columns.push(says_of(text)),
            _ => {}
        }
    }

    fn close(&mut self, at: Place) {
        self.export.close(at.last, self.out);
    }

    /// An entry without its end is a record as far as it goes.
    fn abandon(&mut self) {
        while !self.export.stack.is_empty() {
            self.export.close(0, self.out);
        }
    }

    fn between(&mut self, _: &str, _: Place) -> Fate {
        Fate::Failed
    }

    fn out(&mut self) -> &mut Parsed {
        self.out
    }
}
