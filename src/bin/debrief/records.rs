//! `debrief records`: every record as it is read again, never more than a window of lines in memory.

use std::io::{self, Write};

use debrief::case::Case;
use debrief::export::inert::visible;
use debrief::model::{ByteRange, EvidenceMeta, Origin, Record, RecordTable, Timestamp};

/// Lines asked for at once.
const WINDOW: u32 = 500;

/// Writes all records of one input.
pub(crate) fn write(case: &Case, meta: &EvidenceMeta, as_json: bool, out: &mut dyn Write) -> io::Result<()> {
    let Some(parsed) = case.parsed(meta.id) else { return Ok(()) };
    let records = &parsed.records;
    let Some(first) = records.first() else { return Ok(()) };
    let origin = meta.origin.as_ref().map(Origin::source).unwrap_or_default();
    let mut writer = Writer { meta, records, as_json, out, origin, open: None };
    let (mut next, mut from) = (0, first.line);
    loop {
        let view = case.lines(meta.id, from, WINDOW);
        let Some(last) = view.lines.last() else { break };
        from = last.number.saturating_add(1);
        for line in &view.lines {
            if records.get(next).is_some_and(|record| record.line <= line.number) {
                writer.begin(next)?;
                next += 1;
            } else {
                writer.out.write_all(if as_json { b"\\n" } else { b"\n    " })?;
            }
            writer.text(&line.text)?;
            if line.cut {
                writer.text("…")?;
            }
            // Further records of the line have their places in it.
            while let Some(at) = records.get(next).filter(|it| it.line <= line.number && it.at > 0).map(|it| it.at) {
                writer.begin(next)?;
                next += 1;
                let end = records.share_of_line(line.number, at).end;
                let text = case.text_of(meta.id, ByteRange { start: at, end });
                writer.text(text.lines().next().unwrap_or_default())?;
            }
        }
    }
    writer.end()
}

/// Writes a record piece by piece: its lines may be many.
struct Writer<'a> {
    meta: &'a EvidenceMeta,
    records: &'a RecordTable,
    as_json: bool,
    out: &'a mut dyn Write,
    /// Whose log it is by its path, for lines that do not say it.
    origin: String,
    /// The record whose end is still to be written.
    open: Option<usize>,
}

impl Writer<'_> {
    fn begin(&mut self, record: usize) -> io::Result<()> {
        self.end()?;
        self.open = Some(record);
        let source = self.records.source_name(record);
        let Some(Record { line, wall, level, .. }) = self.records.get(record) else { return Ok(()) };
        let (at, level) = (self.meta.clock.resolve(wall).map(Timestamp::to_rfc3339), level.as_str());
        let source = if source.is_empty() { &self.origin } else { source };
        if self.as_json {
            let at = at.map_or_else(|| "null".to_owned(), |at| json(&at));
            return write!(
                self.out,
                "{{\"time\":{at},\"level\":{},\"source\":{},\"text\":\"",
                json(level),
                json(source)
            );
        }
        let at = at.unwrap_or_else(|| "-".to_owned());
        let source = if source.is_empty() { "-" } else { source };
        write!(self.out, "{at} {level} {} {}:{line}: ", visible(source), visible(&self.meta.path))
    }

    fn text(&mut self, text: &str) -> io::Result<()> {
        if self.as_json {
            let quoted = json(text);
            return self.out.write_all(&quoted.as_bytes()[1..quoted.len() - 1]);
        }
        self.out.write_all(visible(text).as_bytes())
    }

    fn end(&mut self) -> io::Result<()> {
        let Some(record) = self.open.take() else { return Ok(()) };
        if self.as_json {
            let line = self.records.get(record).map_or(0, |record| record.line);
            return writeln!(self.out, "\",\"file\":{},\"line\":{line}}}", json(&self.meta.path));
        }
        self.out.write_all(b"\n")
    }
}

/// A JSON string; writing one cannot fail.
fn json(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_else(|_| "\"\"".to_owned())
}
