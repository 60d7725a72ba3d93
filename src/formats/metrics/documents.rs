//! JSON documents one after the other, with the lines between them: answers that were pasted, collected or concatenated.
//!
//! Where a document breaks, everything complete before that place is kept, and the rest of the input is counted as failed.

use super::json::{Broken, Reader};
use crate::evidence::Block;
use crate::formats::Parsed;
use crate::model::IssueCode;

/// Where the next document opens: at the start of a line. Lines before it may be a query or a prompt.
pub(super) fn document_at(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let rest = bytes.get(at..).filter(|rest| !rest.is_empty())?;
        let blank = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        if matches!(rest.get(blank), Some(b'{' | b'[')) {
            return Some(at + blank);
        }
        at += memchr::memchr(b'\n', rest)? + 1;
    }
}

/// Reads one document at the reader's place.
pub(super) type ReadDocument<'r> = &'r mut dyn FnMut(&mut Documents<'_, '_>, &mut Reader<'_>) -> Result<(), Broken>;

/// A walk over the documents of an input.
pub(super) struct Documents<'a, 'b> {
    bytes: &'a [u8],
    /// What a line `Query: …` before the document asks.
    pub(super) query: String,
    /// Line ends before this byte are in `n_counted`.
    counted_to: usize,
    n_counted: u32,
    /// What the input yields.
    pub(super) out: &'b mut Parsed,
}

impl<'a, 'b> Documents<'a, 'b> {
    /// At the start of an input.
    pub(super) const fn new(bytes: &'a [u8], out: &'b mut Parsed) -> Self {
        Self { bytes, query: String::new(), counted_to: 0, n_counted: 0, out }
    }

    /// Gives each document to `read`, and counts all lines.
    pub(super) fn read_all(&mut self, read: ReadDocument<'_>) {
        let mut at = 0;
        while at < self.bytes.len() {
            let Some(open) = document_at(self.bytes, at) else { return self.between(at, self.bytes.len()) };
            // Blanks before the document on its own line are part of that line.
            let start = line_start(self.bytes, open);
            self.between(at, start);
            let mut reader = Reader::new(self.bytes, open);
            if read(self, &mut reader).is_err() {
                // A document that just ends is cut behind its last byte that says something.
                let ended = reader.peek().is_err();
                let place = if ended { self.bytes.trim_ascii_end().len() - 1 } else { reader.at };
                let line = self.line_of(place);
                self.out.issues.add(IssueCode::TruncatedDocument, line, place as u64);
                let good = line_start(self.bytes, place);
                self.out.lines.parsed += count_lines(&self.bytes[start..good]);
                self.out.lines.failed += count_lines(&self.bytes[good..]);
                return;
            }
            // The rest of the closing line counts with the document; it should be blank.
            let rest = &self.bytes[reader.at..];
            let rest = &rest[..memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1)];
            if !rest.trim_ascii().is_empty() {
                self.report(IssueCode::UnparsedLines, reader.at);
            }
            at = reader.at + rest.len();
            self.out.lines.parsed += count_lines(&self.bytes[start..at]);
            self.query.clear();
        }
    }

    /// Lines outside documents: the query, blank lines, prompts.
    fn between(&mut self, from: usize, to: usize) {
        let block = Block { bytes: &self.bytes[from..to], offset: from as u64, first_line: self.line_of(from) };
        for line in block.lines() {
            let text = line.bytes.trim_ascii();
            if let Some(query) = text.strip_prefix(b"Query:") {
                self.query = String::from_utf8_lossy(query).trim().to_owned();
            } else if !text.is_empty() && !text.starts_with(b"$") && !text.starts_with(b"#") {
                self.out.lines.failed += 1;
                self.out.issues.add(IssueCode::UnparsedLines, line.number, line.offset);
                continue;
            }
            self.out.lines.skipped += 1;
        }
    }

    /// Counts an issue at a byte.
    pub(super) fn report(&mut self, code: IssueCode, byte: usize) {
        let line = self.line_of(byte);
        self.out.issues.add(code, line, byte as u64);
    }

    /// The line of a byte, from 1. Cheap where places are asked for in order.
    pub(super) fn line_of(&mut self, byte: usize) -> u32 {
        let ends = |from: usize, to: usize| memchr::memchr_iter(b'\n', &self.bytes[from..to]).count() as u32;
        if byte >= self.counted_to {
            self.n_counted += ends(self.counted_to, byte);
        } else {
            self.n_counted -= ends(byte, self.counted_to);
        }
        self.counted_to = byte;
        self.n_counted + 1
    }
}

/// Where the line of a byte starts.
fn line_start(bytes: &[u8], byte: usize) -> usize {
    memchr::memrchr(b'\n', &bytes[..byte]).map_or(0, |end| end + 1)
}

/// Lines of a piece that starts at a line's start.
fn count_lines(bytes: &[u8]) -> u64 {
    let ends_open = bytes.last().is_some_and(|&byte| byte != b'\n');
    memchr::memchr_iter(b'\n', bytes).count() as u64 + u64::from(ends_open)
}
