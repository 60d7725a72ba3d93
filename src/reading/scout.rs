//! What can be known of a log from its bytes alone: its lines, its checksum, whether it is plain and where the words stand that every log is
//! searched for.
//!
//! None of it depends on the format. So in the browser the worker that reads a large file ahead looks for it too, while the one that parses is
//! busy with what came before: a third of the time of a large log.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::BLOCK_BYTES;
use super::checksum::Checksum;
use crate::evidence::LineIndex;
use crate::evidence::encoding::is_plain;
use crate::formats::search::common_words;
use crate::formats::words::Hit;
use crate::model::sort::Order as _;

/// Looks at a text piece by piece, from its first byte on.
#[derive(Default)]
pub struct Scout {
    index: LineIndex,
    checksum: Checksum,
    /// The last bytes before the next piece, in which a word may begin that ends in it.
    tail: Vec<u8>,
}

/// What was found in one piece.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Scouted {
    /// Its lines, to be appended to those before.
    pub(super) index: LineIndex,
    /// Of the text up to its end.
    pub(super) checksum: Checksum,
    /// Whether it is plain.
    pub(super) is_plain: bool,
    /// The words that end in it.
    pub(super) hits: Vec<Hit>,
}

/// The words that a scout found and nobody has looked at yet.
#[derive(Default)]
pub(super) struct Known {
    hits: Vec<Hit>,
    /// From where on they are known, where they are.
    from: Option<u64>,
}

impl Known {
    /// Adds those of the piece that begins at `start`.
    pub(super) fn add(&mut self, start: u64, hits: Vec<Hit>) {
        self.from.get_or_insert(start);
        self.hits.extend(hits);
        // One that begins in the last piece may begin before others that end there.
        self.hits.order_by_key(|hit| (hit.at, hit.word));
    }

    /// Of the next piece nothing is known.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    /// Takes those that begin in a range, which come in order; `None` where they are not known.
    pub(super) fn take(&mut self, range: Range<u64>) -> Option<Vec<Hit>> {
        let n = self.hits.partition_point(|hit| hit.at < range.end);
        let taken = self.hits.drain(..n).filter(|hit| hit.at >= range.start).collect();
        self.from.is_some_and(|from| from <= range.start).then_some(taken)
    }
}

impl Scout {
    /// The byte at which the next piece begins.
    #[must_use]
    pub const fn at(&self) -> u64 {
        self.index.end()
    }

    /// Looks at the next piece.
    pub fn look(&mut self, piece: &[u8]) -> Scouted {
        let (mut hits, mut all_plain) = (Vec::new(), true);
        for block in piece.chunks(BLOCK_BYTES) {
            all_plain &= is_plain(block);
            self.find(block, &mut hits);
            self.checksum.push(block);
        }
        Scouted { index: self.index.take(), checksum: self.checksum, is_plain: all_plain, hits }
    }

    /// Finds words in the next bytes, and counts their lines.
    fn find(&mut self, bytes: &[u8], hits: &mut Vec<Hit>) {
        let words = common_words();
        let reach = words.max_len() - 1;
        let (n_tail, at) = (self.tail.len(), self.at());
        self.tail.extend_from_slice(&bytes[..bytes.len().min(reach)]);
        // No word goes over the end of a line: the lines before one that began further up are those before these bytes.
        let line = self.index.n_line_ends() as u32;
        let over_seam = words.find(&self.tail, at - n_tail as u64).into_iter();
        let over_seam = over_seam.filter(|hit| hit.at < at && hit.at + words.len_of(hit.word) as u64 > at);
        hits.extend(over_seam.map(|hit| Hit { line, ..hit }));
        let mut counted_to = 0;
        for hit in words.find(bytes, at) {
            let to = (hit.at - at) as usize;
            self.index.push(&bytes[counted_to..to]);
            hits.push(Hit { line: self.index.n_line_ends() as u32, ..hit });
            counted_to = to;
        }
        self.index.push(&bytes[counted_to..]);
        if bytes.len() >= reach {
            self.tail.clear();
            self.tail.extend_from_slice(&bytes[bytes.len() - reach..]);
        } else {
            self.tail.drain(..self.tail.len().saturating_sub(reach));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::evidence::MemorySource;
    use crate::evidence::guard::MAX_LINE_BYTES;
    use crate::reading::{Job, Reading};

    #[test]
    fn words_in_what_is_passed_over_are_not_kept() {
        // A line beyond the guard: only its beginning is parsed.
        let line = "goroutine ".repeat(MAX_LINE_BYTES);
        let mut reading = Reading::new(Job::default(), Rc::new(MemorySource(line.clone().into_bytes())));
        let (mut scout, mut buffer, slice) = (Scout::default(), Vec::new(), MAX_LINE_BYTES / 2);
        let mut most = 0;
        while !reading.is_over() {
            if let Some(range) = reading.next_range(slice) {
                reading.hand_in(scout.look(&line.as_bytes()[range.start as usize..range.end as usize]));
            }
            reading.step(&mut buffer, slice);
            reading.take();
            most = most.max(reading.parsing.as_ref().map_or(0, |parsing| parsing.known.hits.len()));
        }
        assert!((1..=MAX_LINE_BYTES / 2).contains(&most), "{most} words are kept");
    }
}
