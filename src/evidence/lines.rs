//! Lines over blocks of bytes, and a sparse index that finds any line again.

use memchr::{memchr, memchr_iter};
use serde::{Deserialize, Serialize};

use super::guard::MAX_LINE_BYTES;

/// A slice of decoded text that holds whole lines only; the last line of the last block may lack its line end.
#[derive(Clone, Copy, Debug)]
pub struct Block<'a> {
    /// The bytes.
    pub bytes: &'a [u8],
    /// Offset of the first byte in the evidence.
    pub offset: u64,
    /// Number of the first line, from 1.
    pub first_line: u32,
}

/// One line, without its line end (`\n` or `\r\n`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// Text, cut at [`MAX_LINE_BYTES`].
    pub bytes: &'a [u8],
    /// Offset of its first byte in the evidence.
    pub offset: u64,
    /// Its number, from 1.
    pub number: u32,
    /// Its length in the evidence, without the line end and before any cut.
    pub full_len: usize,
}

impl Line<'_> {
    /// Whether only its beginning is in `bytes`.
    #[must_use]
    pub const fn is_cut(&self) -> bool {
        self.full_len > self.bytes.len()
    }
}

impl<'a> Block<'a> {
    /// Its lines, in order.
    pub fn lines(&self) -> impl Iterator<Item = Line<'a>> + use<'a> {
        let Block { bytes, offset, first_line } = *self;
        let mut at = 0;
        let mut number = first_line;
        std::iter::from_fn(move || {
            let rest = bytes.get(at..).filter(|rest| !rest.is_empty())?;
            let (text, step) = match memchr(b'\n', rest) {
                Some(end) => (&rest[..end], end + 1),
                None => (rest, rest.len()),
            };
            let text = text.strip_suffix(b"\r").unwrap_or(text);
            let cut = &text[..text.len().min(MAX_LINE_BYTES)];
            let line = Line { bytes: cut, offset: offset + at as u64, number, full_len: text.len() };
            at += step;
            number = number.saturating_add(1);
            Some(line)
        })
    }
}

/// Bytes whose line ends are counted at once.
const PIECE: usize = 512;

/// Every 64th line's offset: 1.25 MB for ten million lines, and a rescan of a few kilobytes finds the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineIndex {
    offsets: Vec<u64>,
    n_line_ends: u64,
    end: u64,
    ends_with_newline: bool,
}

impl LineIndex {
    /// Distance between two remembered lines.
    pub const STRIDE: u64 = 64;

    /// Takes the next bytes of the text, in order; they need not be whole lines. Gives the number of line ends in them.
    pub fn push(&mut self, bytes: &[u8]) -> u64 {
        let first = self.n_line_ends;
        if self.end == 0 && !bytes.is_empty() {
            self.offsets.push(0);
        }
        // Counting line ends is faster than finding each: they are looked for only where one is to be remembered.
        for piece in bytes.chunks(PIECE) {
            let before = self.n_line_ends;
            self.n_line_ends += memchr_iter(b'\n', piece).count() as u64;
            if before / Self::STRIDE != self.n_line_ends / Self::STRIDE {
                let ends = (before + 1..).zip(memchr_iter(b'\n', piece));
                let remembered = ends.filter(|(number, _)| number.is_multiple_of(Self::STRIDE));
                self.offsets.extend(remembered.map(|(_, end)| self.end + end as u64 + 1));
            }
            self.end += piece.len() as u64;
        }
        if let Some(&last) = bytes.last() {
            self.ends_with_newline = last == b'\n';
        }
        self.n_line_ends - first
    }

    /// Bytes taken.
    #[must_use]
    pub const fn end(&self) -> u64 {
        self.end
    }

    /// Line ends in them.
    #[must_use]
    pub const fn n_line_ends(&self) -> u64 {
        self.n_line_ends
    }

    /// What was added since this was last called, to be [appended](Self::append) elsewhere in the same order.
    pub fn take(&mut self) -> Self {
        Self { offsets: std::mem::take(&mut self.offsets), ..*self }
    }

    /// Adds what was [taken](Self::take) from the index that is being made.
    pub fn append(&mut self, more: Self) {
        let Self { offsets, n_line_ends, end, ends_with_newline } = more;
        self.offsets.extend(offsets);
        (self.n_line_ends, self.end, self.ends_with_newline) = (n_line_ends, end, ends_with_newline);
    }

    /// Number of lines; an unfinished last line counts.
    #[must_use]
    pub fn n_lines(&self) -> u64 {
        self.n_line_ends + u64::from(self.end > 0 && !self.ends_with_newline)
    }

    /// A remembered offset at or before line `line` (from 1), and how many line ends to skip from there.
    #[must_use]
    pub fn seek(&self, line: u32) -> (u64, u32) {
        let zero_based = u64::from(line.saturating_sub(1));
        let slot =
            usize::try_from(zero_based / Self::STRIDE).unwrap_or(usize::MAX).min(self.offsets.len().saturating_sub(1));
        let offset = self.offsets.get(slot).copied().unwrap_or(0);
        let skip = zero_based - slot as u64 * Self::STRIDE;
        (offset, u32::try_from(skip).unwrap_or(u32::MAX))
    }

    /// The greatest remembered line at or before a byte, and that line's offset.
    #[must_use]
    pub fn seek_byte(&self, byte: u64) -> (u64, u32) {
        let slot = self.offsets.partition_point(|&offset| offset <= byte).saturating_sub(1);
        let line = slot as u64 * Self::STRIDE + 1;
        (self.offsets.get(slot).copied().unwrap_or(0), u32::try_from(line).unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_alike_for_any_slicing() {
        let text: Vec<u8> = (0..1000).flat_map(|i| format!("line {i}\r\n").into_bytes()).chain(*b"last").collect();
        for size in [1, 7, 100, 4096] {
            let mut index = LineIndex::default();
            let n_ends: u64 = text.chunks(size).map(|chunk| index.push(chunk)).sum();
            assert_eq!(n_ends, memchr_iter(b'\n', &text).count() as u64);
            assert_eq!(index.n_lines(), 1001);
            let (offset, skip) = index.seek(900);
            assert_eq!(skip, 899 % 64);
            assert!(text[offset as usize..].starts_with(format!("line {}\r", 899 - skip).as_bytes()));
            assert_eq!(index.seek_byte(offset), (offset, 900 - skip));
        }
    }

    #[test]
    fn a_block_gives_its_lines_without_ends() {
        let block = Block { bytes: b"a\r\n\nb", offset: 10, first_line: 5 };
        let lines: Vec<_> = block.lines().map(|line| (line.bytes, line.offset, line.number)).collect();
        assert_eq!(lines, [(&b"a"[..], 10, 5), (&b""[..], 13, 6), (&b"b"[..], 14, 7)]);
    }
}
