//! Lists of alerts: what Alertmanager's API and `amtool` print, and plain `FIRING` lines.
//!
//! ```text
//! [{"labels":{"alertname":"NodeThreadsHigh",…},"annotations":{"summary":"…"},"startsAt":"2023-07-23T14:05:11Z",…}]   /api/v2/alerts
//! {"status":"success","data":{"alerts":[{"labels":{…},"state":"firing","activeAt":"2023-07-23T14:03:11Z"}]}}         Prometheus
//! Alertname        Starts At                Summary                          State                                amtool alert query
//! NodeThreadsHigh  2023-07-23 14:05:11 UTC  Threads above 80 % on node-xx    active
//! [FIRING:2] NodeThreadsHigh node-xx (critical)                                                   titles of notifications
//! 2023-07-23T14:05:11Z FIRING[1] NodeThreadsHigh
//! ```
//! An alert is a record and a note that names it. Its end is taken only where it is said to be resolved or lies before the last update:
//! of a firing alert, Alertmanager writes the time at which it will give it up. `0001-01-01` is no time.
//!
//! Source: prometheus/alertmanager `cli/format/format_simple.go`, `format_extended.go`, `api/v2/openapi.yaml`; prometheus.io/docs
//! (`/api/v1/alerts`, webhook payload; titles: `template/default.tmpl`). Verified against these, not against a live server.
//! Not supported: Grafana's notification text, PagerDuty's and other CSV lists (no shape that tells them is known for sure).

use super::super::metrics::json::{Broken, Reader, unescape};
use super::super::time::parse_iso;
use super::super::whole::{Places, WholeParser};
use super::super::{Family, Format, Head, Parsed, Parser};
use super::{LineParser, Lines, Verdict};
use crate::evidence::{Block, Line};
use crate::model::words::cut_at;
use crate::model::{ByteRange, EvidenceId, Level, LineRange, Locator, Note, NoteKind, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "alerts", family: Family::Talk, sniff, parser };

/// Objects inside objects that may hold alerts; deeper ones are stepped over.
const MAX_DEPTH: u32 = 8;

fn sniff(head: &Head<'_>) -> u8 {
    if is_json(head) {
        let holds = |needle: &[u8]| crate::model::memmem::find(head.bytes, needle).is_some();
        let is_manager = holds(b"\"startsAt\"") && holds(b"\"labels\"");
        let is_prometheus = holds(b"\"activeAt\"") && holds(b"\"alerts\"");
        return if is_manager || is_prometheus { 95 } else { 0 };
    }
    if head.telling_lines().take(3).any(|line| Columns::of_header(line).is_some()) {
        return 95;
    }
    let share = head.share(super::SNIFFED_LINES, |line| title(line).is_some());
    if share >= 50 { 40 + share / 2 } else { 0 }
}

fn is_json(head: &Head<'_>) -> bool {
    head.bytes.trim_ascii_start().first().is_some_and(|first| matches!(first, b'[' | b'{')) && !is_title(head.bytes)
}

fn is_title(text: &[u8]) -> bool {
    title(text.split(|byte| *byte == b'\n').next().unwrap_or(text)).is_some()
}

fn parser(evidence: EvidenceId, head: &Head<'_>) -> Box<dyn Parser> {
    if is_json(head) {
        WholeParser::boxed(evidence, read_whole)
    } else {
        Box::new(LineParser::new(AlertLines { evidence, columns: None, is_zoned: None }))
    }
}

/// A note about an alert.
fn note(
    evidence: EvidenceId,
    who: String,
    text: &str,
    (wall, end): (WallTime, WallTime),
    place: (ByteRange, LineRange),
) -> Note {
    let locator = Locator { evidence, bytes: place.0, lines: place.1 };
    let mut note = Note { kind: NoteKind::Alert, who, text: String::new(), wall, end, locator };
    note.say(text);
    note
}

/// Where the columns of `amtool alert query` begin: names separated by two blanks or more.
struct Columns {
    starts: Vec<(&'static str, usize)>,
}

impl Columns {
    const NAMES: [&'static str; 8] =
        ["Alertname", "Starts At", "Summary", "State", "Labels", "Annotations", "Ends At", "Generator URL"];

    fn of_header(line: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(line).ok()?;
        let (mut starts, mut at) = (Vec::new(), 0);
        while at < text.trim_end().len() {
            let name = Self::NAMES.iter().find(|name| text[at..].starts_with(**name))?;
            starts.push((*name, at));
            let after = &text[at + name.len()..];
            at = text.len() - after.trim_start().len();
        }
        let has = |name| starts.iter().any(|(column, _)| *column == name);
        ((has("Alertname") || has("Labels")) && has("Starts At")).then_some(Self { starts })
    }

    /// A cell; columns are as wide as characters, whatever their bytes.
    fn cell<'a>(&self, line: &'a str, name: &str) -> Option<&'a str> {
        let index = self.starts.iter().position(|(column, _)| *column == name)?;
        let byte = |column: usize| line.char_indices().nth(column).map_or(line.len(), |(at, _)| at);
        let start = byte(self.starts[index].1);
        let end = self.starts.get(index + 1).map_or(line.len(), |(_, column)| byte(*column));
        line.get(start..end).map(str::trim)
    }
}

/// Time, state with its number, and the rest of `[FIRING:1] …`, `FIRING[1] …`, `[RESOLVED] …`.
struct Title<'a> {
    stamp: Option<super::super::time::Stamp>,
    rest: &'a [u8],
}

fn title(line: &[u8]) -> Option<Title<'_>> {
    let line = line.trim_ascii();
    let stamp = parse_iso(line);
    let text = stamp.map_or(line, |stamp| line[stamp.len..].trim_ascii_start());
    let is_bracketed = text.starts_with(b"[");
    let text = text.strip_prefix(b"[").unwrap_or(text);
    let rest = [b"FIRING".as_slice(), b"RESOLVED"].iter().find_map(|state| text.strip_prefix(*state))?;
    let open: u8 = if is_bracketed { b':' } else { b'[' };
    let rest = match rest.strip_prefix(&[open]) {
        Some(number) => {
            let digits = number.iter().take_while(|byte| byte.is_ascii_digit()).count();
            number.get(digits..).filter(|_| digits > 0)?
        }
        None if is_bracketed => rest,
        None => return None,
    };
    let rest = rest.strip_prefix(b"]")?.trim_ascii_start();
    (!rest.is_empty()).then_some(Title { stamp, rest })
}

struct AlertLines {
    evidence: EvidenceId,
    columns: Option<Columns>,
    /// Whether times have zones; known from the first on.
    is_zoned: Option<bool>,
}

impl AlertLines {
    /// The wall time of a cell or a line's beginning: of the kind that the first one was.
    fn wall(&mut self, text: &[u8]) -> WallTime {
        let Some(stamp) = parse_iso(text) else { return WallTime::NONE };
        let zone = text.get(stamp.len..).unwrap_or(&[]);
        let is_utc = stamp.offset_s.is_none() && (zone.starts_with(b" UTC") || zone.starts_with(b" GMT"));
        let utc = if is_utc { Some(stamp.wall) } else { stamp.utc() };
        let is_zoned = *self.is_zoned.get_or_insert(utc.is_some());
        match (is_zoned, utc) {
            (true, Some(utc)) => utc,
            (false, None) => stamp.wall,
            _ => WallTime::NONE,
        }
    }

    fn emit(
        &mut self,
        line: &Line<'_>,
        (who, text): (String, &str),
        (at, end): (WallTime, WallTime),
        out: &mut Parsed,
    ) {
        out.records.push(line.number, at, Level::None, who.as_bytes());
        let bytes = ByteRange { start: line.offset, end: line.offset + line.bytes.len() as u64 };
        out.notes.push(note(self.evidence, who, text, (at, end), (bytes, LineRange::one(line.number))));
    }
}

impl Lines for AlertLines {
    fn wall_kind(&self) -> WallKind {
        match self.is_zoned {
            Some(true) => WallKind::Utc,
            Some(false) => WallKind::Local,
            None => WallKind::Unclocked,
        }
    }

    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Verdict {
        if let Some(columns) = Columns::of_header(line.bytes) {
            self.columns = Some(columns);
            return Verdict::Skipped;
        }
        if let Some(title) = title(line.bytes) {
            let at = if title.stamp.is_some() { self.wall(line.bytes.trim_ascii_start()) } else { WallTime::NONE };
            let text = String::from_utf8_lossy(title.rest);
            let name = text.split_whitespace().next().unwrap_or_default().to_owned();
            self.emit(line, (name, &text), (at, WallTime::NONE), out);
            return Verdict::Record;
        }
        let text = String::from_utf8_lossy(line.bytes);
        let Some(columns) = &self.columns else { return Verdict::Continuation };
        let cell = |name| columns.cell(&text, name).unwrap_or_default();
        let (starts, name, labels) = (cell("Starts At"), cell("Alertname"), cell("Labels"));
        let (annotations, summary) = (cell("Annotations"), cell("Summary"));
        let at = self.wall(starts.as_bytes());
        if !at.is_some() {
            // A summary of several lines goes on here.
            return Verdict::Continuation;
        }
        let name = if name.is_empty() { quoted(labels, "alertname") } else { name };
        let text = [summary, quoted(annotations, "summary"), labels].into_iter().find(|text| !text.is_empty());
        self.emit(line, (name.to_owned(), text.unwrap_or_default()), (at, WallTime::NONE), out);
        Verdict::Record
    }
}

/// The value of `name="value"`; empty where it is not there.
fn quoted<'a>(text: &'a str, name: &str) -> &'a str {
    let value = cut_at(text, &format!("{name}=\"")).map(|(_, value)| value);
    value.and_then(|value| value.split('"').next()).unwrap_or_default()
}

fn read_whole(evidence: EvidenceId, bytes: &[u8], out: &mut Parsed) {
    super::report_bytes(&Block { bytes, offset: 0, first_line: 1 }, out);
    let mut walk = Walk { evidence, bytes, places: Places::new(bytes), out };
    let end = bytes.trim_ascii_end().len();
    let mut reader = Reader::new(bytes, 0);
    let mut broken = None;
    while broken.is_none() && reader.peek().is_ok() {
        broken = walk.value(&mut reader, 0).err().map(|Broken| reader.at.min(end.saturating_sub(1)));
    }
    walk.places.account(broken, walk.out);
    let has_time = walk.out.notes.kept.iter().any(|note| note.wall.is_some());
    out.wall_kind = if has_time { WallKind::Utc } else { WallKind::Unclocked };
}

/// A walk over the documents of an input.
struct Walk<'a, 'b> {
    evidence: EvidenceId,
    bytes: &'a [u8],
    places: Places<'a>,
    out: &'b mut Parsed,
}

/// An alert while its fields come in.
#[derive(Default)]
struct Fields {
    name: String,
    labels: String,
    summary: String,
    starts: Option<WallTime>,
    ends: Option<WallTime>,
    updated: Option<WallTime>,
    is_resolved: bool,
}

impl Walk<'_, '_> {
    fn value(&mut self, reader: &mut Reader<'_>, depth: u32) -> Result<(), Broken> {
        match reader.peek()? {
            b'[' if depth < MAX_DEPTH => {
                reader.expect(b'[')?;
                let mut is_first = true;
                while reader.has_item(is_first, b']')? {
                    is_first = false;
                    self.value(reader, depth + 1)?;
                }
                Ok(())
            }
            b'{' if depth < MAX_DEPTH => self.object(reader, depth),
            _ => reader.skip(),
        }
    }

    fn object(&mut self, reader: &mut Reader<'_>, depth: u32) -> Result<(), Broken> {
        let start = reader.at;
        reader.expect(b'{')?;
        let (mut fields, mut is_first) = (Fields::default(), true);
        while reader.has_item(is_first, b'}')? {
            is_first = false;
            let key = reader.key()?;
            let next = reader.peek()?;
            match (key, next) {
                (b"labels", b'{') => pairs(reader, |name, value| match name {
                    b"alertname" => fields.name = unescape(value),
                    _ if fields.labels.len() < 4 * Note::MAX_CHARS => {
                        let gap = if fields.labels.is_empty() { "" } else { " " };
                        fields.labels.push_str(&format!("{gap}{}=\"{}\"", unescape(name), unescape(value)));
                    }
                    _ => {}
                })?,
                (b"annotations", b'{') => pairs(reader, |name, value| match name {
                    b"summary" => fields.summary = unescape(value),
                    b"description" | b"message" if fields.summary.is_empty() => fields.summary = unescape(value),
                    _ => {}
                })?,
                (b"startsAt" | b"activeAt", b'"') => fields.starts = instant(reader.string()?),
                (b"endsAt", b'"') => fields.ends = instant(reader.string()?),
                (b"updatedAt", b'"') => fields.updated = instant(reader.string()?),
                (b"status" | b"state", b'"') => fields.is_resolved |= reader.string()? == b"resolved",
                _ => self.value(reader, depth + 1)?,
            }
        }
        if let Some(at) = fields.starts {
            self.alert(fields, at, (start, reader.at));
        }
        Ok(())
    }

    fn alert(&mut self, fields: Fields, at: WallTime, (start, end): (usize, usize)) {
        let first = self.places.line_of(start);
        let n = memchr::memchr_iter(b'\n', self.bytes.get(start..end).unwrap_or(&[])).count();
        let lines = LineRange { first, last: first.saturating_add(u32::try_from(n).unwrap_or(u32::MAX)) };
        let bytes = ByteRange { start: start as u64, end: end as u64 };
        let has_ended = fields.is_resolved || fields.updated.is_some_and(|updated| fields.ends < Some(updated));
        let ends = fields.ends.filter(|ends| has_ended && *ends >= at).unwrap_or(WallTime::NONE);
        let text = if fields.summary.is_empty() { &fields.labels } else { &fields.summary };
        // A record is a line; several alerts on one line are notes all the same.
        if self.out.records.last().is_none_or(|last| last.line < first) {
            self.out.records.push(first, at, Level::None, fields.name.as_bytes());
        }
        let note = note(self.evidence, fields.name, text, (at, ends), (bytes, lines));
        self.out.notes.push(note);
    }
}

/// The pairs of an object whose values are texts; others are stepped over.
fn pairs<'a>(reader: &mut Reader<'a>, mut take: impl FnMut(&[u8], &'a [u8])) -> Result<(), Broken> {
    reader.expect(b'{')?;
    let mut is_first = true;
    while reader.has_item(is_first, b'}')? {
        is_first = false;
        let key = reader.key()?;
        if reader.peek()? == b'"' {
            take(key, reader.string()?);
        } else {
            reader.skip()?;
        }
    }
    Ok(())
}

/// A time with its zone; year 1 is Go's way of writing none.
fn instant(text: &[u8]) -> Option<WallTime> {
    parse_iso(text)?.utc()
}
