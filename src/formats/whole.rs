//! A document that must be held until its end is seen: JSON, on many lines or on a single long one.

use super::{Parsed, Parser};
use crate::evidence::{Block, guard};
use crate::model::{EvidenceId, IssueCode};

/// Reads a document, all of which is there.
pub(in crate::formats) type ReadWhole = fn(EvidenceId, &[u8], &mut Parsed);

/// Holds a document until its end and reads it then. It may be one line, however long.
pub(in crate::formats) struct WholeParser {
    evidence: EvidenceId,
    whole: Whole,
    read: ReadWhole,
}

impl WholeParser {
    pub(in crate::formats) fn boxed(evidence: EvidenceId, read: ReadWhole) -> Box<dyn Parser> {
        Box::new(Self { evidence, whole: Whole::default(), read })
    }
}

impl Parser for WholeParser {
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        self.whole.feed(block, out);
    }

    fn takes_pieces(&self) -> bool {
        true
    }

    fn finish(&mut self, out: &mut Parsed) {
        let skipped = out.lines.skipped;
        (self.read)(self.evidence, &std::mem::take(&mut self.whole.bytes), out);
        // Lines above are counted by the input that holds the document.
        let n_skipped = self.whole.n_above.min(out.lines.skipped - skipped);
        out.lines.skipped -= n_skipped;
        out.lines.parsed = out.lines.parsed.saturating_sub(self.whole.n_above - n_skipped);
    }
}

/// Bytes of an input above a document that stands inside of it: each such document costs as much.
const MAX_ABOVE: u64 = 512 << 10;

/// The bytes of an input, up to the guard. Lines beyond it are counted as failed here; the holder counts those of `bytes`.
#[derive(Default)]
struct Whole {
    /// What was held.
    bytes: Vec<u8>,
    is_full: bool,
    /// Lines above it, where it stands inside of another input.
    n_above: u64,
    /// What came last ends inside a line, which is counted already.
    is_open: bool,
}

impl Whole {
    /// Takes the next block or piece of a line.
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        let was_open = self.is_open;
        self.is_open = block.bytes.last().map_or(was_open, |&byte| byte != b'\n');
        let above = if self.bytes.is_empty() { block.offset } else { 0 };
        let len = self.bytes.len() + block.bytes.len();
        if self.is_full || above > MAX_ABOVE || len > guard::MAX_DOCUMENT_BYTES {
            if !self.is_full {
                out.issues.add(IssueCode::TooLarge, block.first_line, block.offset);
            }
            self.is_full = true;
            let n_lines = memchr::memchr_iter(b'\n', block.bytes).count() as u64 + u64::from(self.is_open);
            out.lines.failed += n_lines.saturating_sub(u64::from(was_open));
            return;
        }
        if above > 0 {
            // A document may begin with blanks: as many bytes and lines of them as are above it give everything in it its place.
            self.n_above = u64::from(block.first_line - 1);
            self.bytes.resize(above.saturating_sub(self.n_above) as usize, b' ');
            self.bytes.resize(above as usize, b'\n');
        }
        self.bytes.extend_from_slice(block.bytes);
    }
}

/// Lines of bytes of a text, for places in ascending order; an earlier one is of the line found last.
pub(in crate::formats) struct Places<'a> {
    bytes: &'a [u8],
    /// Lines before this byte are counted in `line`.
    counted_to: usize,
    line: u32,
}

impl<'a> Places<'a> {
    pub(in crate::formats) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, counted_to: 0, line: 1 }
    }

    /// The line of a byte.
    pub(in crate::formats) fn line_of(&mut self, at: usize) -> u32 {
        if let Some(between) = self.bytes.get(self.counted_to..at) {
            let n = memchr::memchr_iter(b'\n', between).count();
            self.line = self.line.saturating_add(u32::try_from(n).unwrap_or(u32::MAX));
            self.counted_to = at;
        }
        self.line
    }

    /// Counts the lines of the whole text, which broke at a byte or did not: what stands before a break was understood.
    pub(in crate::formats) fn account(&mut self, broken: Option<usize>, out: &mut Parsed) {
        let n_lines = |bytes: &[u8]| {
            let has_rest = bytes.last().is_some_and(|last| *last != b'\n');
            memchr::memchr_iter(b'\n', bytes).count() as u64 + u64::from(has_rest)
        };
        let up_to = |at: usize| memchr::memrchr(b'\n', &self.bytes[..at]).map_or(0, |end| end + 1);
        let (good, rest) = self.bytes.split_at(broken.map_or(self.bytes.len(), up_to));
        out.lines.parsed += n_lines(good);
        out.lines.failed += n_lines(rest);
        if let Some(at) = broken {
            let line = self.line_of(at);
            out.issues.add(IssueCode::TruncatedDocument, line, at as u64);
        }
    }
}
