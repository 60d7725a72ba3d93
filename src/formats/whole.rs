//! A document that must be held until its end is seen: JSON, on many lines or on a single long one.

use super::Parsed;
use crate::evidence::{Block, guard};
use crate::model::IssueCode;

/// The bytes of an input, up to the guard. Lines beyond it are counted as failed here; the holder counts those of `bytes`.
#[derive(Default)]
pub(in crate::formats) struct Whole {
    /// What was held.
    pub(in crate::formats) bytes: Vec<u8>,
    is_full: bool,
    /// What came last ends inside a line, which is counted already.
    is_open: bool,
}

impl Whole {
    /// Takes the next block or piece of a line.
    pub(in crate::formats) fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        let was_open = self.is_open;
        self.is_open = block.bytes.last().map_or(was_open, |&byte| byte != b'\n');
        if self.is_full || self.bytes.len() + block.bytes.len() > guard::MAX_DOCUMENT_BYTES {
            if !self.is_full {
                out.issues.add(IssueCode::TooLarge, block.first_line, block.offset);
            }
            self.is_full = true;
            let n_lines = memchr::memchr_iter(b'\n', block.bytes).count() as u64 + u64::from(self.is_open);
            out.lines.failed += n_lines.saturating_sub(u64::from(was_open));
            return;
        }
        self.bytes.extend_from_slice(block.bytes);
    }
}
