//! What the formats of this module are tested with.

use crate::evidence::Block;
use crate::formats::{Format, Head, Parsed};
use crate::model::EvidenceId;

/// A parser's answer on one text; fed at once and fed line by line must give the same, and every line is counted once.
pub(super) fn parse_text(format: &Format, text: &str) -> Parsed {
    let head = Head { bytes: text.as_bytes(), name: "unknown", complete: true };
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
    assert_eq!(format!("{:?}", whole.frames), format!("{:?}", sliced.frames));
    assert_eq!((whole.lines, &whole.issues), (sliced.lines, &sliced.issues));
    let n_lines = whole.lines.parsed + whole.lines.skipped + whole.lines.failed;
    assert_eq!(n_lines, text.lines().count() as u64, "every line is counted once");
    whole
}
