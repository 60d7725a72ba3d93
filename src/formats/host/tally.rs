//! What every line-by-line parser owes: each line counted exactly once, cut lines and NUL bytes reported, places as locators.

use memchr::{memchr, memchr_iter};

use crate::evidence::{Block, Line};
use crate::formats::Parsed;
use crate::model::{ByteRange, EvidenceId, IssueCode, LineRange, Locator};

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Understood.
    Parsed,
    /// Blank, a comment, a header, a prompt.
    Skipped,
    /// Not understood.
    Failed,
}

/// Gives every line of a block to `read` and counts what it answers; blank lines are not given.
pub(super) fn tally(block: &Block<'_>, out: &mut Parsed, mut read: impl FnMut(&Line<'_>, &mut Parsed) -> Fate) {
    let may_hold_nul = memchr(0, block.bytes).is_some();
    for line in block.lines() {
        if line.is_cut() {
            out.issues.add(IssueCode::LineTooLong, line.number, line.offset);
        }
        if may_hold_nul && let Some(at) = memchr(0, line.bytes) {
            let n_nul = memchr_iter(0, line.bytes).count() as u64;
            out.issues.add_many(IssueCode::NulBytes, n_nul, line.number, line.offset + at as u64);
        }
        let fate = if line.bytes.trim_ascii().is_empty() { Fate::Skipped } else { read(&line, out) };
        match fate {
            Fate::Parsed => out.lines.parsed += 1,
            Fate::Skipped => out.lines.skipped += 1,
            Fate::Failed => {
                out.lines.failed += 1;
                out.issues.add(IssueCode::UnparsedLines, line.number, line.offset);
            }
        }
    }
}

/// The place of a whole line.
pub(super) fn locator_of(evidence: EvidenceId, line: &Line<'_>) -> Locator {
    let bytes = ByteRange { start: line.offset, end: line.offset + line.full_len as u64 };
    Locator { evidence, bytes, lines: LineRange::one(line.number) }
}

/// The words of a line, cut at ASCII white space.
pub(super) fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty())
}

/// The first `n` words as one cell, and what follows them.
pub(super) fn split_words(text: &[u8], n: usize) -> Option<(&[u8], &[u8])> {
    let mut end = 0;
    for _ in 0..n {
        let begin = end + text[end..].iter().position(|byte| !byte.is_ascii_whitespace())?;
        end = text[begin..].iter().position(u8::is_ascii_whitespace).map_or(text.len(), |blank| begin + blank);
    }
    Some((&text[..end], text[end..].trim_ascii_start()))
}

/// A decimal number that fills the whole text.
pub(super) fn parse_whole(text: &[u8]) -> Option<u64> {
    if text.is_empty() || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// A limit's value: a number, or `unlimited` and its spellings (`Some(None)`).
pub(super) fn parse_limit(text: &[u8]) -> Option<Option<u64>> {
    match text {
        b"unlimited" | b"infinity" | b"-1" => Some(None),
        _ => parse_whole(text).map(Some),
    }
}

/// Text of the input for a name, whatever its bytes.
pub(super) fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A parser's answer on one text, fed line by line; the same text fed at once must give the same.
#[cfg(test)]
pub(in crate::formats) fn parse_text(format: &crate::formats::Format, name: &str, text: &str) -> Parsed {
    use crate::formats::Head;

    let head = Head { bytes: text.as_bytes(), name, complete: true };
    let run = |slices: &mut dyn Iterator<Item = &str>| {
        let (mut parser, mut out) = ((format.parser)(EvidenceId(7), &head), Parsed::default());
        let (mut offset, mut first_line) = (0, 1);
        for slice in slices {
            parser.feed(&Block { bytes: slice.as_bytes(), offset, first_line }, &mut out);
            offset += slice.len() as u64;
            first_line += slice.matches('\n').count() as u32;
        }
        parser.finish(&mut out);
        out
    };
    let whole = run(&mut std::iter::once(text));
    let sliced = run(&mut text.split_inclusive('\n'));
    assert_eq!(
        format!("{:?}", (&whole.limits, &whole.processes, &whole.frames, &whole.tables)),
        format!("{:?}", (&sliced.limits, &sliced.processes, &sliced.frames, &sliced.tables))
    );
    assert_eq!((whole.lines, &whole.issues), (sliced.lines, &sliced.issues));
    let n_lines = whole.lines.parsed + whole.lines.skipped + whole.lines.failed;
    assert_eq!(n_lines, text.lines().count() as u64, "every line is counted once");
    whole
}
