//! What every fuzz target runs: a format reads any bytes, in one block and line by line, and accounts for every line alike; redaction
//! takes any text, and its own output needs no more of it; whatever opens as a case leaves and opens again as the same; an archive unpacks to no
//! more than it may.

use debrief::desk;
use debrief::evidence::{Block, MemorySource, ReadError, Source};
use debrief::export::case_file;
use debrief::formats::registry::format_of;
use debrief::formats::search::Search;
use debrief::formats::{Head, Parsed};
use debrief::model::{EvidenceId, Issues, RedactionChoices};
use debrief::redact::{KnownNames, Redactor};
use debrief::unpack::{Limits, Sink, unpack};

/// Sniffs and parses `bytes` as a format.
///
/// # Panics
/// When the format breaks its contract; that is what fuzzing looks for.
pub fn fuzz_format(id: &str, bytes: &[u8]) {
    let format = format_of(id).expect("the target names a format of the registry");
    let head = Head { bytes, name: "unknown", complete: true };
    assert!((format.sniff)(&head) <= 100);
    let run = |blocks: &[Block<'_>]| {
        let (mut parsed, mut search) = (Parsed::default(), Search::new(EvidenceId(0), format.family, &head));
        let mut parser = (format.parser)(EvidenceId(0), &head);
        for block in blocks {
            parser.feed(block, &mut parsed);
            search.scan(block, None, &mut parsed);
        }
        parser.finish(&mut parsed);
        search.finish(&mut parsed);
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
    assert!(whole.records.iter().eq(sliced.records.iter()));
    assert_eq!(whole.issues, sliced.issues);
    assert_eq!(whole.sightings, sliced.sightings);
    assert_eq!(whole.dumps.kept, sliced.dumps.kept);
}

/// Redacts `bytes` as text.
///
/// # Panics
/// When redacting the result again changes it.
pub fn fuzz_redact(bytes: &[u8]) {
    let mut redactor = Redactor::new(&RedactionChoices::default(), &KnownNames::default());
    let text = String::from_utf8_lossy(bytes);
    let once = redactor.text(&text).into_owned();
    assert_eq!(redactor.text(&once), once);
}

/// Opens `bytes` as a case.
///
/// # Panics
/// When what was opened does not survive being written and opened again.
pub fn fuzz_open(bytes: &[u8]) {
    let Ok(opened) = desk::open(bytes) else { return };
    let file = case_file::write(&opened.case, &[]).expect("a case without evidence is far below 4 GiB");
    let again = desk::open(&file).expect("our own file opens");
    assert_eq!(again.case, opened.case);
    assert_eq!(again.notes, []);
}

/// Unpacks `bytes` behind the first bytes of a container.
///
/// # Panics
/// When more comes out than the limits allow.
pub fn fuzz_unpack(magic: &[u8], bytes: &[u8]) {
    let limits = Limits { free_bytes: 1 << 16, bytes: 8 << 20, entries: 1_000, ..Limits::default() };
    let mut kept = Kept::default();
    unpack("x", &MemorySource([magic, bytes].concat()), limits, &mut kept);
    // A zip that is put aside comes out twice.
    assert!(kept.all <= 2 * limits.bytes);
    assert!(kept.members as u64 <= limits.entries + 1);
}

#[derive(Default)]
struct Kept {
    rest: Vec<u8>,
    all: u64,
    members: usize,
}

impl Sink for Kept {
    fn write(&mut self, bytes: &[u8]) -> Result<(), ReadError> {
        self.all += bytes.len() as u64;
        self.rest.extend(bytes);
        Ok(())
    }

    fn member(&mut self, path: &str, _noted: Issues) {
        // A name that only ends in dots leads nowhere.
        assert!(!path.starts_with('/') && path.split('/').all(|part| part != ".."), "{path:?} leads somewhere");
        self.rest.clear();
        self.members += 1;
    }

    fn aside(&mut self) -> Result<Box<dyn Source>, ReadError> {
        Ok(Box::new(MemorySource(std::mem::take(&mut self.rest))))
    }

    fn progress(&mut self, _bytes_read: u64) {}
}
