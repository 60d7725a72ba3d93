//! What every fuzz target runs: a format reads any bytes, in one block and line by line, and accounts for every line alike.

use debrief::evidence::Block;
use debrief::formats::registry::format_of;
use debrief::formats::scan::Scanner;
use debrief::formats::{Head, Parsed};
use debrief::model::EvidenceId;

/// Sniffs and parses `bytes` as a format.
///
/// # Panics
/// When the format breaks its contract; that is what fuzzing looks for.
pub fn fuzz_format(id: &str, bytes: &[u8]) {
    let format = format_of(id).expect("the target names a format of the registry");
    let head = Head { bytes, name: "unknown", complete: true };
    assert!((format.sniff)(&head) <= 100);
    let run = |blocks: &[Block<'_>]| {
        let (mut parsed, mut scanner) = (Parsed::default(), Scanner::new());
        let mut parser = (format.parser)(EvidenceId(0), &head);
        for block in blocks {
            parser.feed(block, &mut parsed);
            scanner.scan(block, &mut parsed.sightings);
        }
        parser.finish(&mut parsed);
        parsed
    };
    let (mut lines, mut offset) = (Vec::new(), 0);
    for (first_line, line) in (1..).zip(bytes.split_inclusive(|byte| *byte == b'\n')) {
        lines.push(Block { bytes: line, offset, first_line });
        offset += line.len() as u64;
    }
    let whole = run(&[Block { bytes, offset: 0, first_line: 1 }]);
    let sliced = run(&lines);
    assert_eq!(whole.lines.parsed + whole.lines.skipped + whole.lines.failed, lines.len() as u64);
    assert_eq!(whole.lines, sliced.lines);
    assert_eq!(whole.records.line, sliced.records.line);
    assert_eq!(whole.records.wall, sliced.records.wall);
    assert_eq!(whole.issues, sliced.issues);
    assert_eq!(whole.sightings, sliced.sightings);
}
