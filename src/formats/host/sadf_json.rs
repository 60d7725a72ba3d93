//! sysstat's `sadf -j`: `sar`'s history as JSON.
//!
//! ```text
//! {"sysstat": {"hosts": [{"nodename": "SYSSTAT.TEST", "file-date": "2019-04-18",
//!   "statistics": [{"timestamp": {"date": "2019-04-18", "time": "13:20:19", "utc": 1, "interval": 31},
//!     "process-and-context-switch": {"proc": 1.20, "cswch": 2330.40},
//!     "queue": {"runq-sz": 3, "plist-sz": 956, "ldavg-1": 0.10, "blocked": 0},
//!     "cpu-load": [{"cpu": "all", "user": 1.08, "idle": 97.20}]}]}]}}
//! ```
//! Yields what `sar` does, with the same names: `proc` of its section is `proc/s`. Texts and numbers of a subject (`cpu`, `iface`) are
//! labels. The times are UTC where `utc` says so, else local; the first decides.
//!
//! Spec: sadf(1). A document that ends early gives what was complete (`truncated-document`).

use super::clock::{DAY_NS, parse_clock, parse_date};
use super::samples::{Samples, parse_value};
use crate::evidence::Line;
use crate::formats::metrics::json::{Broken, Reader, unescape};
use crate::formats::whole::WholeParser;
use crate::formats::{Family, Format, Head, Parsed, Parser};
use crate::model::{EvidenceId, IssueCode, Unit, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "sadf-json", family: Family::Metrics, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    let text = head.bytes.trim_ascii_start();
    let has = |needle: &[u8]| crate::model::memmem::find(&text[..text.len().min(4096)], needle).is_some();
    if text.starts_with(b"{") && has(b"\"sysstat\"") && has(b"\"hosts\"") { 97 } else { 0 }
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    WholeParser::boxed(evidence, read_whole)
}

/// Nesting that is followed; sadf has six.
const MAX_DEPTH: u32 = 16;

/// What a walk through the document has learned.
struct Walk<'a> {
    bytes: &'a [u8],
    samples: Samples,
    node: String,
    wall: WallTime,
    kind: Option<WallKind>,
    line: u32,
    line_at: usize,
    n_bad_times: u64,
}

impl<'a> Walk<'a> {
    /// Walks an object whose brace is next; `name` is the key that it stands under.
    fn object(&mut self, reader: &mut Reader<'a>, name: &'a [u8], depth: u32) -> Result<(), Broken> {
        let from = reader.at;
        reader.expect(b'{')?;
        let mut cells: Vec<(&[u8], &[u8], bool)> = Vec::new();
        let mut first = true;
        while reader.has_item(first, b'}')? {
            first = false;
            let key = reader.key()?;
            let next = reader.peek()?;
            if matches!(next, b'{' | b'[') {
                // A subject's own number comes before its parts.
                self.emit(name, &mut cells, from);
                self.value(reader, key, depth + 1)?;
            } else {
                cells.push((key, reader.scalar()?, next == b'"'));
            }
        }
        self.emit(name, &mut cells, from);
        Ok(())
    }

    fn value(&mut self, reader: &mut Reader<'a>, name: &'a [u8], depth: u32) -> Result<(), Broken> {
        if depth > MAX_DEPTH {
            return reader.skip();
        }
        match reader.peek()? {
            b'{' => self.object(reader, name, depth),
            b'[' => {
                reader.expect(b'[')?;
                let mut first = true;
                while reader.has_item(first, b']')? {
                    first = false;
                    self.value(reader, name, depth + 1)?;
                }
                Ok(())
            }
            _ => reader.skip(),
        }
    }

    /// The scalars of one object: a time, the host's name, or numbers of a section.
    fn emit(&mut self, section: &[u8], cells: &mut Vec<(&'a [u8], &'a [u8], bool)>, at: usize) {
        let find = |key: &[u8]| cells.iter().find(|(name, ..)| *name == key).map(|(_, value, _)| *value);
        if let Some(host) = find(b"nodename") {
            self.node = unescape(host);
        } else if section == b"timestamp" {
            let of_day = find(b"time").and_then(parse_clock).map(|(ns, _)| ns);
            let wall = find(b"date").and_then(parse_date).zip(of_day).map(|(day, ns)| WallTime(day * DAY_NS + ns));
            let kind = if find(b"utc") == Some(b"1") { WallKind::Utc } else { WallKind::Local };
            self.wall = wall.filter(|_| *self.kind.get_or_insert(kind) == kind).unwrap_or(WallTime::NONE);
            self.n_bad_times += u64::from(!self.wall.is_some());
        } else if self.wall.is_some() && !cells.is_empty() && !matches!(section, b"boot" | b"restarts" | b"comments") {
            self.put(section, cells, at);
        }
        cells.clear();
    }

    fn put(&mut self, section: &[u8], cells: &[(&'a [u8], &'a [u8], bool)], at: usize) {
        let is_label = |name: &[u8], is_text: bool| is_text || matches!(name, b"cpu" | b"number" | b"intr");
        let mut labels: Vec<(&str, &[u8])> = vec![("node", self.node.as_bytes())];
        let texts = cells.iter().filter(|(name, _, is_text)| is_label(name, *is_text));
        labels.extend(texts.filter_map(|(name, value, _)| Some((std::str::from_utf8(name).ok()?, *value))));
        // Numbers behind an inner object are cited where that was.
        let at = at.max(self.line_at);
        self.line += memchr::memchr_iter(b'\n', &self.bytes[self.line_at..at]).count() as u32;
        self.line_at = at;
        let place = Line { bytes: &[], offset: at as u64, number: self.line, full_len: 0 };
        let frame = self.samples.frame(section, &labels);
        let mut is_begun = false;
        for (name, value, _) in cells.iter().filter(|(name, _, is_text)| !is_label(name, *is_text)) {
            let Some(value) = parse_value(value) else { continue };
            if !is_begun {
                frame.row(self.wall, &place);
                is_begun = true;
            }
            let (name, unit) = name_of(section, name);
            frame.put(&name, unit, value);
        }
    }
}

/// The name that `sar` prints for it.
pub(super) fn name_of(section: &[u8], name: &[u8]) -> (String, Unit) {
    let name = String::from_utf8_lossy(name);
    match section {
        b"process-and-context-switch" => (format!("{name}/s"), Unit::PerSecond),
        b"cpu-load" | b"cpu-load-all" => (format!("%{name}"), Unit::Percent),
        _ => (name.into_owned(), Unit::None),
    }
}

fn read_whole(_: EvidenceId, bytes: &[u8], out: &mut Parsed) {
    let from = bytes.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(0);
    let mut walk = Walk {
        bytes,
        samples: Samples::default(),
        node: String::new(),
        wall: WallTime::NONE,
        kind: None,
        line: 1,
        line_at: 0,
        n_bad_times: 0,
    };
    let mut reader = Reader::new(bytes, from);
    let is_whole = walk.value(&mut reader, b"", 0).is_ok();
    let n_lines = memchr::memchr_iter(b'\n', bytes).count() as u64;
    let n_lines = n_lines + u64::from(bytes.last().is_some_and(|&byte| byte != b'\n'));
    let n_read = memchr::memchr_iter(b'\n', &bytes[..reader.at.min(bytes.len())]).count() as u64;
    if is_whole || n_lines == 0 {
        out.lines.parsed += n_lines;
    } else {
        out.lines.parsed += n_read.min(n_lines);
        out.lines.failed += n_lines - n_read.min(n_lines);
        out.issues.add(
            IssueCode::TruncatedDocument,
            n_read.min(n_lines.max(1) - 1) as u32 + 1,
            reader.at.min(bytes.len()) as u64,
        );
    }
    if walk.n_bad_times > 0 {
        out.issues.add_many(IssueCode::BadTime, walk.n_bad_times, 1, 0);
    }
    walk.samples.finish(out);
    out.wall_kind = walk.kind.unwrap_or(WallKind::Unclocked);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Block;

    const TEXT: &str = r#"{"sysstat": {"hosts": [{"nodename": "n",
"statistics": [
{"timestamp": {"date": "2023-07-23", "time": "14:00:00", "utc": 1, "interval": 60},
"process-and-context-switch": {"proc": 1.20, "cswch": 2330.40},
"queue": {"runq-sz": 3, "plist-sz": 29877},
"cpu-load": [{"cpu": "all", "user": 1.08}, {"cpu": "0", "user": 2}]},
{"timestamp": {"date": "2023-07-23", "time": "14:01:00", "utc": 1, "interval": 60},
"queue": {"runq-sz": 4, "plist-sz": 30112}}]}]}}
"#;

    fn parse(text: &str) -> Parsed {
        let head = Head { bytes: text.as_bytes(), name: "unknown", complete: true };
        let (mut parser, mut out) = (parser(EvidenceId(7), &head), Parsed::default());
        parser.feed(&Block { bytes: text.as_bytes(), offset: 0, first_line: 1 }, &mut out);
        parser.finish(&mut out);
        out
    }

    #[test]
    fn sections_become_series() {
        assert!(sniff(&Head { bytes: TEXT.as_bytes(), name: "unknown", complete: true }) >= 95);
        let parsed = parse(TEXT);
        let columns: Vec<_> = parsed.frames.iter().flat_map(|frame| &frame.columns).collect();
        let selectors: Vec<_> = columns.iter().map(|column| column.selector()).collect();
        assert_eq!(
            selectors[..4],
            ["proc/s{node=\"n\"}", "cswch/s{node=\"n\"}", "runq-sz{node=\"n\"}", "plist-sz{node=\"n\"}"]
        );
        assert_eq!(selectors[4..], ["%user{node=\"n\", cpu=\"all\"}", "%user{node=\"n\", cpu=\"0\"}"]);
        assert_eq!(columns[3].values, [29_877.0, 30_112.0]);
        assert_eq!(parsed.frames[1].rows, crate::model::RowAt::Lines(vec![5, 8].into()));
        assert_eq!((parsed.wall_kind, parsed.lines.parsed), (WallKind::Utc, 8));
    }

    #[test]
    fn a_document_that_ends_early_gives_what_was_complete() {
        for cut in 0..TEXT.len() - 1 {
            let parsed = parse(&TEXT[..cut]);
            let lines = parsed.lines;
            assert_eq!(lines.parsed + lines.failed, TEXT[..cut].lines().count() as u64, "cut at {cut}");
        }
        let cut = parse(&TEXT[..TEXT.find("14:01").unwrap_or(0)]);
        assert!(cut.issues.list.iter().any(|issue| issue.code == IssueCode::TruncatedDocument));
        assert_eq!(cut.frames.len(), 4);
    }
}
