//! One evidence at work: opened, recognised, read slice by slice, and quoted from afterwards.

use memchr::memrchr;

use crate::evidence::encoding::{HeadKind, sniff_encoding, utf8_of_utf16};
use crate::evidence::guard::{HEAD_BYTES, MAX_LINE_BYTES, MAX_TRANSCODED_BYTES};
use crate::evidence::{Block, LineIndex, MemorySource, ReadError, Source, read_all, read_full};
use crate::facts::clock::{Chosen, Clocked, wall_range};
use crate::formats::detect::detect;
use crate::formats::registry::format_of;
use crate::formats::scan::Scanner;
use crate::formats::stack::DumpScanner;
use crate::formats::{Head, Parser};
use crate::model::{
    Clock, Counts, Encoding, EvidenceId, EvidenceMeta, EvidenceState, IssueCode, Issues, Parsed, TimeRange, WallTime,
};
use crate::protocol::Choices;

/// The text of an input: its bytes without a byte order mark, transcoded where they are UTF-16.
struct Text {
    source: Box<dyn Source>,
    skip: u64,
}

impl Source for Text {
    fn len(&self) -> u64 {
        self.source.len().saturating_sub(self.skip)
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        self.source.read_at(offset.saturating_add(self.skip), buffer)
    }
}

/// What only a reading in progress needs.
struct Reading {
    parser: Box<dyn Parser>,
    /// Reads the stack dumps between the lines of a log.
    dumps: Option<DumpScanner>,
    /// Looks for what rules ask for.
    scanner: Option<Scanner>,
    /// Bytes of an unfinished line.
    carry: Vec<u8>,
    /// Offset of the first byte of `carry`.
    carry_at: u64,
    /// Number of the line that `carry` begins.
    next_line: u32,
    /// The line's beginning was parsed already; the rest of it is passed over.
    in_giant_line: bool,
}

impl Reading {
    /// The input has ended, or is read no further.
    fn finish(&mut self, parsed: &mut Parsed) {
        self.parser.finish(parsed);
        if let Some(dumps) = &mut self.dumps {
            dumps.finish(parsed);
        }
    }
}

/// One evidence.
pub(super) struct Input {
    /// What is known of it.
    pub(super) meta: EvidenceMeta,
    /// What it yielded.
    pub(super) parsed: Parsed,
    /// What a person corrected.
    pub(super) choices: Choices,
    /// Taken out by a person.
    pub(super) removed: bool,
    /// What was wrong with it before it came here, as part of an archive or as one.
    pub(super) noted: Issues,
    text: Text,
    /// The encoding was looked at and undone: another reading starts from text.
    is_decoded: bool,
    index: LineIndex,
    checksum: Checksum,
    /// First and last written time, once read.
    range: Option<(WallTime, WallTime)>,
    reading: Option<Reading>,
}

impl Input {
    /// An input that waits to be read.
    pub(super) fn new(id: EvidenceId, path: &str, source: Box<dyn Source>, choices: Choices) -> Self {
        let meta = EvidenceMeta {
            id,
            path: path.to_owned(),
            format: String::new(),
            score: 0,
            runners_up: Vec::new(),
            format_chosen: choices.format.is_some(),
            encoding: Encoding::Utf8,
            bytes: source.len(),
            bytes_read: 0,
            lines: Default::default(),
            digest: None,
            time_range: None,
            clock: Clock::default(),
            counts: Counts::default(),
            guesses: Vec::new(),
            issues: Default::default(),
            state: EvidenceState::Waiting,
        };
        let text = Text { source, skip: 0 };
        Self {
            meta,
            parsed: Parsed::default(),
            choices,
            removed: false,
            noted: Issues::default(),
            text,
            is_decoded: false,
            index: LineIndex::default(),
            checksum: Checksum::default(),
            range: None,
            reading: None,
        }
    }

    /// Whether there is something left to read.
    pub(super) const fn is_unread(&self) -> bool {
        matches!(self.meta.state, EvidenceState::Waiting | EvidenceState::Reading)
    }

    /// The state for people: removed hides every other.
    pub(super) const fn state(&self) -> EvidenceState {
        if self.removed { EvidenceState::Removed } else { self.meta.state }
    }

    /// What facts about clocks need.
    pub(super) const fn clocked(&self) -> Clocked<'_> {
        let Choices { offset_s, year, shift_ms, day, .. } = self.choices;
        Clocked { parsed: &self.parsed, range: self.range, chosen: Chosen { offset_s, year, day, shift_ms } }
    }

    /// What tells that another input holds the same bytes, before either digest is known; `None` while unread.
    pub(super) fn content(&self) -> Option<(u64, u64)> {
        (self.meta.state == EvidenceState::Ready).then_some((self.meta.bytes, self.checksum.0))
    }

    /// Starts over, as another format.
    pub(super) fn reread(&mut self) {
        self.parsed = Parsed::default();
        self.index = LineIndex::default();
        self.checksum = Checksum::default();
        self.range = None;
        self.reading = None;
        self.meta.state = EvidenceState::Waiting;
        self.meta.bytes_read = 0;
        self.meta.format_chosen = self.choices.format.is_some();
    }

    /// Stops reading; what was read stays.
    pub(super) fn cancel(&mut self) {
        if self.is_unread() {
            if let Some(mut reading) = self.reading.take() {
                reading.finish(&mut self.parsed);
            }
            self.finish(EvidenceState::Cancelled);
        }
    }

    /// Opens the input or reads its next slice of at most `slice_bytes` into `buffer`.
    pub(super) fn step(&mut self, buffer: &mut Vec<u8>, slice_bytes: usize) {
        let done = match self.meta.state {
            EvidenceState::Waiting => self.open(),
            EvidenceState::Reading => self.read_slice(buffer, slice_bytes),
            _ => Ok(()),
        };
        if let Err(error) = done {
            // What was read before stays, as after a cancellation.
            if let Some(mut reading) = self.reading.take() {
                reading.finish(&mut self.parsed);
            }
            self.parsed.issues.add(IssueCode::ReadFailed, 0, error.at);
            self.finish(EvidenceState::Refused);
        }
    }

    /// Refuses the input; where it is known already what is wrong with it, that it is empty or still packed only repeats it.
    fn refuse(&mut self, code: IssueCode) {
        if self.noted.list.is_empty() || !matches!(code, IssueCode::Empty | IssueCode::Compressed) {
            self.parsed.issues.add(code, 0, 0);
        }
        self.finish(EvidenceState::Refused);
    }

    fn open(&mut self) -> Result<(), ReadError> {
        self.meta.state = EvidenceState::Reading;
        if self.meta.bytes == 0 {
            self.refuse(IssueCode::Empty);
            return Ok(());
        }
        if let Some(code) = if self.is_decoded { None } else { self.decode()? } {
            self.refuse(code);
            return Ok(());
        }
        if self.text.len() == 0 {
            // A byte order mark and nothing else.
            self.refuse(IssueCode::Empty);
            return Ok(());
        }
        let mut head = self.head()?;
        let complete = head.len() as u64 == self.text.len();
        if !complete {
            head.truncate(memrchr(b'\n', &head).map_or(head.len(), |end| end + 1));
        }
        let path = self.meta.path.clone();
        let head = Head { bytes: &head, name: &path, complete };
        let ranking = detect(&head);
        let chosen = self.choices.format.as_deref().and_then(format_of);
        let others = ranking.runners_up.iter().map(|(format, score)| (format.id.to_owned(), *score));
        self.meta.runners_up = others.collect();
        let format = chosen.unwrap_or(ranking.format);
        if format.id != ranking.format.id {
            self.meta.runners_up.insert(0, (ranking.format.id.to_owned(), ranking.score));
            self.meta.runners_up.retain(|(id, _)| *id != format.id);
        }
        self.meta.format = format.id.to_owned();
        self.meta.score = if format.id == ranking.format.id { ranking.score } else { (format.sniff)(&head) };
        let mut parser = (format.parser)(self.meta.id, &head);
        parser.set(&self.choices.settings);
        self.reading = Some(Reading {
            parser,
            dumps: format.family.may_hold_dumps().then(|| DumpScanner::new(self.meta.id)),
            scanner: format.family.is_scanned().then(Scanner::new),
            carry: Vec::new(),
            carry_at: 0,
            next_line: 1,
            in_giant_line: false,
        });
        Ok(())
    }

    /// Finds the encoding and makes UTF-8 of it; says why the input is refused, if it is.
    fn decode(&mut self) -> Result<Option<IssueCode>, ReadError> {
        let HeadKind { encoding, bom_bytes, packing } = sniff_encoding(&self.head()?);
        self.meta.encoding = encoding;
        if encoding == Encoding::Binary {
            return Ok(Some(if packing.is_some() { IssueCode::Compressed } else { IssueCode::Binary }));
        }
        if encoding != Encoding::Utf8 && self.meta.bytes > MAX_TRANSCODED_BYTES {
            return Ok(Some(IssueCode::TooLarge));
        }
        self.text.skip = bom_bytes as u64;
        if encoding != Encoding::Utf8 {
            let utf8 = utf8_of_utf16(&read_all(&self.text)?, encoding == Encoding::Utf16Le);
            let text = Text { source: Box::new(MemorySource(utf8)), skip: 0 };
            self.text = text;
        }
        self.is_decoded = true;
        Ok(None)
    }

    fn head(&self) -> Result<Vec<u8>, ReadError> {
        let mut head = vec![0; HEAD_BYTES.min(usize::try_from(self.text.len()).unwrap_or(HEAD_BYTES))];
        let n = read_full(&self.text, 0, &mut head)?;
        head.truncate(n);
        Ok(head)
    }

    fn read_slice(&mut self, buffer: &mut Vec<u8>, slice_bytes: usize) -> Result<(), ReadError> {
        let Some(reading) = &mut self.reading else { return Ok(()) };
        let start = reading.carry_at + reading.carry.len() as u64;
        buffer.clear();
        buffer.append(&mut reading.carry);
        let kept = buffer.len();
        // Not a whole slice for an input of a few bytes: clearing it would take longer than everything else.
        let left = usize::try_from(self.text.len().saturating_sub(start)).unwrap_or(usize::MAX);
        buffer.resize(kept + slice_bytes.max(1).min(left), 0);
        let n = self.text.read_at(start, &mut buffer[kept..])?;
        buffer.truncate(kept + n);
        if n == 0 && start < self.text.len() {
            let reason = "the input is shorter than it was".to_owned();
            return Err(ReadError { at: start + self.text.skip, reason });
        }
        self.index.push(&buffer[kept..]);
        self.checksum.push(&buffer[kept..]);
        let at_end = start + n as u64 >= self.text.len();
        // Whole lines go to the parser; the rest waits for the next slice, unless it is longer than any line may be.
        let whole = if at_end { buffer.len() } else { memrchr(b'\n', buffer).map_or(0, |end| end + 1) };
        let takes_pieces = reading.parser.takes_pieces();
        let is_giant = whole == 0 && !takes_pieces && buffer.len() > MAX_LINE_BYTES + 1;
        let takes_all = whole == 0 && (takes_pieces || is_giant || reading.in_giant_line);
        let fed = if takes_all { buffer.len() } else { whole };
        let mut bytes = &buffer[..fed];
        let mut offset = reading.carry_at;
        if reading.in_giant_line {
            // The rest of a line whose beginning was parsed: passed over up to its end.
            let rest = memchr::memchr(b'\n', bytes).map_or(bytes.len(), |end| end + 1);
            if rest < bytes.len() || bytes.ends_with(b"\n") {
                reading.in_giant_line = false;
                reading.next_line = reading.next_line.saturating_add(1);
            }
            bytes = &bytes[rest..];
            offset += rest as u64;
        }
        if !bytes.is_empty() {
            let block = Block { bytes, offset, first_line: reading.next_line };
            reading.parser.feed(&block, &mut self.parsed);
            if let Some(dumps) = &mut reading.dumps {
                dumps.scan(&block, &mut self.parsed);
            }
            if let Some(scanner) = &mut reading.scanner {
                scanner.scan(&block, &mut self.parsed.sightings);
            }
            let line_ends = memchr::memchr_iter(b'\n', bytes).count();
            reading.next_line = reading.next_line.saturating_add(u32::try_from(line_ends).unwrap_or(u32::MAX));
            reading.in_giant_line = is_giant;
        }
        reading.carry.extend_from_slice(&buffer[fed..]);
        reading.carry_at += fed as u64;
        self.meta.bytes_read = (start + n as u64 + self.text.skip).min(self.meta.bytes);
        self.meta.lines = self.parsed.lines;
        self.meta.counts = counts_of(&self.parsed);
        if at_end {
            if let Some(mut reading) = self.reading.take() {
                reading.finish(&mut self.parsed);
            }
            self.finish(EvidenceState::Ready);
        }
        Ok(())
    }

    fn finish(&mut self, state: EvidenceState) {
        self.meta.state = state;
        if state != EvidenceState::Cancelled {
            self.meta.bytes_read = self.meta.bytes;
        }
        self.meta.lines = self.parsed.lines;
        for issue in &self.noted.list {
            self.parsed.issues.add_many(issue.code, issue.count, issue.first_line, issue.first_byte);
        }
        // That a text is of no known format goes without saying where its very bytes are in doubt.
        let issues = &mut self.parsed.issues.list;
        if issues.iter().any(|issue| matches!(issue.code, IssueCode::NotUtf8 | IssueCode::NulBytes)) {
            issues.retain(|issue| issue.code != IssueCode::PlainText);
        }
        self.meta.issues = self.parsed.issues.clone();
        self.meta.guesses = self.parsed.guesses.clone();
        self.meta.counts = counts_of(&self.parsed);
        self.range = wall_range(&self.parsed);
    }

    /// Puts a clock in force.
    pub(super) fn set_clock(&mut self, clock: Clock) {
        self.meta.clock = clock;
        self.meta.time_range =
            self.range.and_then(|(first, last)| Some(TimeRange::of(clock.resolve(first)?, clock.resolve(last)?)));
    }

    /// Its text, for readers.
    pub(super) fn source(&self) -> &dyn Source {
        &self.text
    }

    /// Its line index.
    pub(super) const fn index(&self) -> &LineIndex {
        &self.index
    }
}

fn counts_of(parsed: &Parsed) -> Counts {
    let samples = |column: &crate::model::Column| column.values.iter().filter(|value| value.is_finite()).count() as u64;
    Counts {
        records: parsed.records.len() as u64,
        series: parsed.frames.iter().map(|frame| frame.columns.len() as u64).sum(),
        samples: parsed.frames.iter().flat_map(|frame| &frame.columns).map(samples).sum(),
        dumps: u64::from(parsed.dumps.n_seen),
        tasks: parsed.dumps.n_tasks + parsed.processes.iter().map(|listing| u64::from(listing.n_threads)).sum::<u64>(),
        objects: (parsed.objects.len() + parsed.events.len()) as u64,
        limits: parsed.limits.len() as u64,
    }
}

/// Tells two inputs of the same size apart at the speed of reading. Not the digest: nobody is shown it, and it guards against nothing.
#[derive(Clone, Copy, Debug, Default)]
struct Checksum(u64);

impl Checksum {
    fn push(&mut self, bytes: &[u8]) {
        let mix = |sum: u64, word: u64| (sum ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
        let mut words = bytes.chunks_exact(8);
        for word in &mut words {
            let word = word.try_into().map_or(0, u64::from_le_bytes);
            self.0 = mix(self.0, word);
        }
        self.0 = words.remainder().iter().fold(self.0, |sum, &byte| mix(sum, u64::from(byte)));
    }
}
