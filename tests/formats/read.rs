//! What the case does with an input, in small: decode, rank, cut into blocks of whole lines, parse and scan.

use debrief::evidence::encoding::{sniff_encoding, utf8_of_gb18030, utf8_of_utf16};
use debrief::evidence::guard::HEAD_BYTES;
use debrief::evidence::profile::text_of_profile;
use debrief::evidence::{Block, LineIndex};
use debrief::formats::detect::{Ranking, detect};
use debrief::formats::search::Search;
use debrief::formats::{Format, Head, Parsed};
use debrief::model::{Encoding, EvidenceId, Locator, RowAt};

/// The evidence that fixtures are read as.
pub(super) const EVIDENCE: EvidenceId = EvidenceId(7);

/// An input's decoded text.
pub(super) struct Text {
    pub(super) bytes: Vec<u8>,
}

impl Text {
    /// Takes the byte order mark off and UTF-16 apart.
    pub(super) fn decode(bytes: &[u8]) -> Self {
        let kind = sniff_encoding(&bytes[..bytes.len().min(HEAD_BYTES)]);
        let content = &bytes[kind.bom_bytes..];
        let bytes = match kind.encoding {
            Encoding::Utf16Le => utf8_of_utf16(content, true),
            Encoding::Utf16Be => utf8_of_utf16(content, false),
            Encoding::Utf8 => content.to_vec(),
            Encoding::Gb18030 => utf8_of_gb18030(content),
            Encoding::Binary => text_of_profile(content).map_or_else(|| content.to_vec(), String::into_bytes),
        };
        Self { bytes }
    }

    /// What formats look at.
    pub(super) fn head<'a>(&'a self, name: &'a str) -> Head<'a> {
        if self.bytes.len() <= HEAD_BYTES {
            return Head { bytes: &self.bytes, name, complete: true };
        }
        let head = &self.bytes[..HEAD_BYTES];
        let end = memchr::memrchr(b'\n', head).map_or(HEAD_BYTES, |end| end + 1);
        Head { bytes: &head[..end], name, complete: false }
    }

    pub(super) fn n_lines(&self) -> u64 {
        let mut index = LineIndex::default();
        index.push(&self.bytes);
        index.n_lines()
    }
}

/// How a text is fed.
#[derive(Clone, Copy)]
pub(super) enum Cut {
    /// In one block.
    Whole,
    /// In blocks of so many lines.
    Lines(usize),
}

/// Reads a text as the format that claims it.
pub(super) fn read(text: &Text, name: &str) -> (Ranking, Parsed) {
    let ranking = detect(&text.head(name));
    let parsed = read_as(ranking.format, text, name, Cut::Whole);
    (ranking, parsed)
}

/// Reads a text as a given format.
pub(super) fn read_as(format: &Format, text: &Text, name: &str, cut: Cut) -> Parsed {
    let mut parsed = Parsed::default();
    let head = text.head(name);
    let mut search = Search::new(EVIDENCE, format.family, &head);
    let mut parser = (format.parser)(EVIDENCE, &head);
    let lines_per_block = match cut {
        Cut::Whole => usize::MAX,
        Cut::Lines(lines) => lines,
    };
    let (mut start, mut first_line) = (0, 1);
    while start < text.bytes.len() {
        let rest = &text.bytes[start..];
        let len = memchr::memchr_iter(b'\n', rest).nth(lines_per_block - 1).map_or(rest.len(), |end| end + 1);
        let block = Block { bytes: &rest[..len], offset: start as u64, first_line };
        parser.feed(&block, &mut parsed);
        search.scan(&block, None, &mut parsed);
        first_line += memchr::memchr_iter(b'\n', block.bytes).count() as u32;
        start += len;
    }
    parser.finish(&mut parsed);
    search.finish(&mut parsed);
    parsed
}

/// What must hold for anything a format emits from any input.
pub(super) fn check_integrity(text: &Text, parsed: &Parsed) {
    let (n_bytes, n_lines) = (text.bytes.len() as u64, text.n_lines());
    let counts = parsed.lines;
    assert_eq!(counts.parsed + counts.skipped + counts.failed, n_lines, "lines by fate: {counts:?}");

    let records = &parsed.records;
    assert_eq!(records.iter().count(), records.len(), "columns of records");
    assert!(
        records.iter().is_sorted_by(|a, b| a.line < b.line || a.line == b.line && a.at < b.at),
        "places of records"
    );
    assert!(records.iter().all(|it| it.at < n_bytes.max(1)), "records begin in the input");
    assert!(records.iter().all(|it| it.line >= 1 && u64::from(it.line) <= n_lines), "records are in the input");
    assert!(records.iter().all(|it| usize::from(it.source) < records.sources.len()), "sources have names");

    let is_inside = |locator: &Locator| {
        let lines_inside = 1 <= locator.lines.first && locator.lines.first <= locator.lines.last;
        let bytes_inside = locator.bytes.start <= locator.bytes.end && locator.bytes.end <= n_bytes;
        assert!(lines_inside && u64::from(locator.lines.last) <= n_lines && bytes_inside, "{locator:?} is outside");
        assert_eq!(locator.evidence, EVIDENCE);
    };
    parsed.limits.iter().for_each(|limit| is_inside(&limit.locator));
    parsed.uses.iter().for_each(|used| is_inside(&used.locator));
    parsed.events.iter().for_each(|event| is_inside(&event.locator));
    parsed.collector_errors.iter().for_each(|error| is_inside(&error.locator));
    parsed.notes.kept.iter().for_each(|note| is_inside(&note.locator));
    for table in &parsed.tables {
        table.rows.iter().for_each(|row| is_inside(&row.locator));
        assert!(table.rows.iter().all(|row| row.cells.len() == table.columns.len()), "{} is no table", table.title);
    }
    for object in &parsed.objects {
        is_inside(&object.locator);
        for container in &object.containers {
            let states = [container.state.locator, container.last_state.as_ref().and_then(|state| state.locator)];
            states.into_iter().chain([container.restarts_at]).flatten().for_each(|locator| is_inside(&locator));
        }
    }
    for snapshot in &parsed.processes {
        is_inside(&snapshot.locator);
        snapshot.processes.iter().for_each(|process| is_inside(&process.locator));
    }
    for dump in &parsed.dumps.kept {
        is_inside(&dump.locator);
        for task in &dump.tasks {
            is_inside(&task.locator);
            let (args, locks) = (task.args, task.locks);
            assert!(args.0 <= args.1 && args.1 as usize <= dump.args.len(), "arguments of {task:?}");
            assert!(locks.0 <= locks.1 && locks.1 as usize <= dump.locks.len(), "locks of {task:?}");
            let lines = dump.locator.lines;
            assert!(lines.first <= task.locator.lines.first && task.locator.lines.last <= lines.last, "{task:?}");
        }
    }
    for frame in &parsed.frames {
        assert!(frame.wall.iter().is_sorted(), "times of a frame are sorted");
        assert!(
            frame.columns.iter().all(|column| column.values.len() == frame.wall.len()),
            "columns are as long as times"
        );
        match &frame.rows {
            RowAt::Lines(lines) => {
                assert_eq!(lines.len(), frame.wall.len());
                assert!(lines.iter().all(|line| line >= 1 && u64::from(line) <= n_lines), "rows are in the input");
            }
            RowAt::Bytes { base, offsets } => {
                assert_eq!(offsets.len(), frame.wall.len() + 1);
                assert!(offsets.iter().all(|offset| base + u64::from(offset) <= n_bytes), "rows are in the input");
            }
        }
    }
    let sightings = &parsed.sightings.kept;
    assert!(sightings.is_sorted_by_key(|sighting| sighting.line), "sightings are in file order");
    for sighting in sightings {
        assert!(
            u64::from(sighting.line) <= n_lines
                && sighting.bytes.end <= n_bytes
                && sighting.bytes.start < sighting.bytes.end
        );
    }
    for issue in &parsed.issues.list {
        assert!(issue.count > 0 && u64::from(issue.first_line) <= n_lines && issue.first_byte <= n_bytes, "{issue:?}");
    }
}
