//! `journalctl -o json`: one object per line, and `-o json-pretty`, where it spans several.
//!
//! ```text
//! {"__REALTIME_TIMESTAMP":"1690121000123456","_HOSTNAME":"node-xx","SYSLOG_IDENTIFIER":"kubelet","PRIORITY":"6","MESSAGE":"E0723 …"}
//! {
//!         "__REALTIME_TIMESTAMP" : "1690121000123456",
//!         "MESSAGE" : "text"
//! }
//! ```
//! The time is the journal's, in microseconds since the epoch; klog's inner clock is the event. The message's own level counts, else the
//! priority: all that a service prints has the priority `info`. A message that is no text is an array of bytes and has no level. An object
//! that ends inside is not understood and counted.
//!
//! Spec: <https://systemd.io/JOURNAL_EXPORT_FORMATS/#journal-json-format>. Not supported: `json-sse`, `json-seq`.

use super::super::metrics::json::{Broken, Reader};
use super::super::{Family, Format, Head, Parsed, Parser};
use super::journal_fields::Entry;
use super::{LineParser, Lines, Verdict};
use crate::evidence::Line;
use crate::model::{EvidenceId, IssueCode, WallKind};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "journal-json", family: Family::Log, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    let mut lines = head.telling_lines();
    match lines.next() {
        Some(b"{") => {
            let has_stamp = lines.take(64).any(|line| line.trim_ascii_start().starts_with(b"\"__REALTIME_TIMESTAMP\""));
            if has_stamp { 97 } else { 0 }
        }
        Some(line) => {
            let has_stamp = crate::model::memmem::find(line, b"\"__REALTIME_TIMESTAMP\"").is_some();
            if line.starts_with(b"{") && has_stamp { 97 } else { 0 }
        }
        None => 0,
    }
}

fn parser(_evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(LineParser::new(JournalJson::default()))
}

#[derive(Default)]
struct JournalJson {
    entry: Entry,
    /// The line and the byte at which an object over several lines begins.
    open: Option<(u32, u64)>,
}

impl Lines for JournalJson {
    fn wall_kind(&self) -> WallKind {
        WallKind::Utc
    }

    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Verdict {
        let text = line.bytes.trim_ascii();
        if text == b"{" {
            self.end(out);
            self.open = Some((line.number, line.offset));
            self.entry.emit(line.number, out);
            return Verdict::Record;
        }
        if self.open.is_some() {
            let is_read = text == b"}" || self.field(text).is_ok();
            if text == b"}" || text.starts_with(b"\"__REALTIME") {
                self.entry.amend(out);
            }
            self.open = self.open.filter(|_| text != b"}");
            return if is_read { Verdict::Record } else { Verdict::Unread };
        }
        self.entry.clear();
        match self.object(line.bytes) {
            Ok(()) => {
                self.entry.emit(line.number, out);
                Verdict::Record
            }
            Err(Broken) => Verdict::Unread,
        }
    }

    /// An object without its end is a record as far as it goes.
    fn end(&mut self, out: &mut Parsed) {
        if let Some((first, byte)) = self.open.take() {
            out.issues.add(IssueCode::TruncatedDocument, first, byte);
            self.entry.amend(out);
        }
        self.entry.clear();
    }
}

impl JournalJson {
    fn object(&mut self, text: &[u8]) -> Result<(), Broken> {
        let mut reader = Reader::new(text, 0);
        reader.expect(b'{')?;
        let mut is_first = true;
        while reader.has_item(is_first, b'}')? {
            is_first = false;
            self.pair(&mut reader)?;
        }
        Ok(())
    }

    /// A line of an object over several: a pair, or an item or the end of an array of bytes.
    fn field(&mut self, text: &[u8]) -> Result<(), Broken> {
        if text.first() != Some(&b'"') {
            let is_bytes = text.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b']' | b'[' | b' '));
            return if is_bytes { Ok(()) } else { Err(Broken) };
        }
        if text.ends_with(b"[") {
            return Ok(());
        }
        self.pair(&mut Reader::new(text, 0))
    }

    fn pair(&mut self, reader: &mut Reader<'_>) -> Result<(), Broken> {
        let key = reader.key()?;
        if reader.peek()? == b'"' {
            let value = reader.string()?;
            self.entry.take(key, value);
            Ok(())
        } else {
            reader.skip()
        }
    }
}
