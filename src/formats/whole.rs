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
        if self.whole.is_full && self.whole.bytes.is_empty() {
            return;
        }
        let skipped = out.lines.skipped;
        (self.read)(self.evidence, &std::mem::take(&mut self.whole.bytes), out);
        // Lines above are counted by the input that holds the document.
        let n_skipped = self.whole.n_above.min(out.lines.skipped - skipped);
        out.lines.skipped -= n_skipped;
        out.lines.parsed = out.lines.parsed.saturating_sub(self.whole.n_above - n_skipped);
    }
}

/// Bytes of an input above the documents that stand inside of it, of all of them together: each costs as much as stands above it.
const MAX_ABOVE: u64 = 64 << 20;

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
        let is_far = out.padded + above > MAX_ABOVE;
        if self.is_full || is_far || len > guard::MAX_DOCUMENT_BYTES {
            if !self.is_full {
                let code = if is_far { IssueCode::FarDown } else { IssueCode::TooLarge };
                out.issues.add(code, block.first_line, block.offset);
            }
            self.is_full = true;
            let n_lines = memchr::memchr_iter(b'\n', block.bytes).count() as u64 + u64::from(self.is_open);
            out.lines.failed += n_lines.saturating_sub(u64::from(was_open));
            return;
        }
        if above > 0 {
            // A document may begin with blanks: as many bytes and lines of them as are above it give everything in it its place.
            out.padded += above;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::host::{parse_text, terminal};
    use crate::model::RowAt;

    #[test]
    fn an_answer_behind_much_other_output_is_read_where_it_stands() {
        let listing = "root      2345  1123  2345    1 Jul23 ?        00:00:01 /usr/bin/kubelet --v=2\n".repeat(9_000);
        assert!(listing.len() > 512 << 10);
        let above =
            format!("[root@n1 ~]# cat other.txt\n{listing}[root@n1 ~]# curl localhost:9090/api/v1/query_range\n");
        let json = r#"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"up"},"values":[[1690120800,"1"]]}]}}"#;
        let parsed = parse_text(&terminal::FORMAT, "unknown", &format!("{above}{json}\n"));
        assert_eq!((parsed.frames[0].columns.len(), parsed.lines.failed), (1, 0));
        let RowAt::Bytes { base, offsets } = &parsed.frames[0].rows else { panic!("rows of JSON") };
        let row = base + u64::from(offsets.first().expect("a row"));
        assert_eq!(row as usize, above.len() + json.find("[1690120800").expect("the point"));
        assert!(!parsed.issues.lost_data(), "{:?}", parsed.issues);
    }

    #[test]
    fn documents_too_far_down_are_said_to_be_that() {
        let mut out = Parsed::default();
        // Each costs what stands above it.
        for offset in [MAX_ABOVE / 2, MAX_ABOVE / 2, 1] {
            let mut parser = WholeParser::boxed(EvidenceId(0), |_, bytes, out| {
                Places::new(bytes).account(None, out);
            });
            parser.feed(&Block { bytes: b"{\n}\n", offset, first_line: 2 }, &mut out);
            parser.finish(&mut out);
        }
        assert_eq!((out.lines.parsed, out.lines.failed), (4, 2));
        let issues: Vec<_> = out.issues.list.iter().map(|issue| (issue.code, issue.count, issue.first_byte)).collect();
        assert_eq!(issues, [(IssueCode::FarDown, 1, 1)]);
    }
}
