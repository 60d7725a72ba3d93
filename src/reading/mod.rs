//! One input is read: opened, recognised, parsed slice by slice.
//!
//! Where this runs is the caller's business: on the command line beside the case, in the browser in workers of their own, which hold the
//! formats, so that the engine need not. So what was read travels in [`Batch`]es, one per slice, and nobody holds it twice.

mod batch;
mod checksum;
mod decode;
mod scout;

use std::ops::Range;
use std::rc::Rc;

use memchr::{memchr, memchr_iter, memrchr};

use self::batch::counts_of;
use self::checksum::Checksum;
pub use batch::{Batch, ColumnPart, Found, FromReader, Job, Rest, ToReader, WARM};
use scout::Known;
pub use scout::{Scout, Scouted};

use crate::evidence::guard::{INDEX_STRIDE, MAX_LINE_BYTES};
use crate::evidence::{Block, LineIndex, ReadError, Source, TextOf};
use crate::formats::detect::detect;
use crate::formats::log::escapes::{has_escapes, without_escapes};
use crate::formats::registry::format_of;
use crate::formats::search::Search;
use crate::formats::{Family, Head, Parser};
use crate::model::{EvidenceState, IssueCode, Parsed, Sightings, Values};

/// Bytes that all who look at a text look at before the next ones: they must fit the cache that is next to a core.
const BLOCK_BYTES: usize = 256 << 10;
/// Values of columns that one batch has room for: a megabyte, because whoever reads and whoever gets it hold it twice meanwhile.
const BATCH_VALUES: usize = 1 << 17;

/// What is at work between the first slice and the last.
struct Parsing {
    parser: Box<dyn Parser>,
    /// Parsers of logs do not look back at what they emitted, and it is logs that have records by the million.
    is_log: bool,
    /// Somebody copied the colours of a terminal: what is no log is read without them.
    is_coloured: bool,
    /// Looks for what no parser does.
    search: Search,
    /// Bytes of an unfinished line.
    carry: Vec<u8>,
    /// Offset of the first byte of `carry`.
    carry_at: u64,
    /// Number of the line that `carry` begins.
    next_line: u32,
    /// The line's beginning was parsed already; the rest of it is passed over.
    in_giant_line: bool,
    /// Words that a scout found.
    known: Known,
}

impl Parsing {
    fn finish(&mut self, parsed: &mut Parsed) {
        self.parser.finish(parsed);
        self.search.finish(parsed);
    }

    /// The first line whose record is still asked for: everything from it on stays here.
    fn needs_from(&self) -> u32 {
        if !self.is_log {
            return 0;
        }
        // A dump that the next line opens stands in the record of that line, which may have begun before it.
        self.search.open_since().unwrap_or(self.next_line)
    }
}

/// One input being read.
pub struct Reading {
    job: Job,
    text: TextOf,
    found: Found,
    /// The text that was made of another encoding, until it is told.
    decoded: Option<Vec<u8>>,
    /// Such a text is read, not the source.
    is_decoded: bool,
    parsed: Parsed,
    /// Records that were told.
    n_told: u64,
    /// Sightings whose records were told.
    n_seen: usize,
    /// See [`BATCH_VALUES`].
    batch_values: usize,
    /// Columns whose values were told, and values of the next one.
    n_columns_told: usize,
    n_values_told: usize,
    /// Its encoding takes all of it to be understood, and more is to come.
    needs_whole: bool,
    /// Everything was told.
    is_told: bool,
    index: LineIndex,
    checksum: Checksum,
    /// What is known already of the next slice.
    scouted: Option<Scouted>,
    parsing: Option<Parsing>,
}

impl Reading {
    /// A reading that has not begun.
    #[must_use]
    pub fn new(job: Job, source: Rc<dyn Source>) -> Self {
        Self {
            job,
            text: TextOf { source, skip: 0 },
            found: Found::default(),
            decoded: None,
            is_decoded: false,
            parsed: Parsed::default(),
            n_told: 0,
            n_seen: 0,
            batch_values: BATCH_VALUES,
            n_columns_told: 0,
            n_values_told: 0,
            needs_whole: false,
            is_told: false,
            index: LineIndex::default(),
            checksum: Checksum::default(),
            scouted: None,
            parsing: None,
        }
    }

    /// With other batches than of [`BATCH_VALUES`].
    #[must_use]
    pub fn with_batch_values(self, batch_values: usize) -> Self {
        Self { batch_values, ..self }
    }

    /// Whether it has begun.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        !matches!(self.found.state, EvidenceState::Waiting)
    }

    /// Whether there is nothing left to read and to take.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        self.is_told
    }

    /// Whether there is nothing left to read.
    const fn is_read(&self) -> bool {
        !matches!(self.found.state, EvidenceState::Waiting | EvidenceState::Reading)
    }

    /// More of the input is there, or all of it: its source is longer than it was.
    pub const fn grow(&mut self, is_whole: bool) {
        self.job.grows = !is_whole;
    }

    /// Whether the next slice of so many bytes is not there yet, because the input still grows.
    #[must_use]
    pub fn waits(&self, slice_bytes: usize) -> bool {
        let next = self.parsing.as_ref().map(|parsing| parsing.carry_at + parsing.carry.len() as u64);
        let is_there = |next| self.text.len() >= next + slice_bytes as u64;
        self.job.grows && !self.is_read() && next.map_or(self.needs_whole, |next| !is_there(next))
    }

    /// Opens the input or reads its next slice of at most `slice_bytes` into `buffer`.
    pub fn step(&mut self, buffer: &mut Vec<u8>, slice_bytes: usize) {
        let done = match self.found.state {
            EvidenceState::Waiting => self.open(),
            EvidenceState::Reading => self.read_slice(buffer, slice_bytes),
            _ => Ok(()),
        };
        if let Err(error) = done {
            // What was read before stays, as after a cancellation.
            self.parsed.issues.add(IssueCode::ReadFailed, 0, error.at);
            self.finish(EvidenceState::Refused);
        }
    }

    /// The bytes of the source that the next step reads; `None` where that cannot be told before.
    #[must_use]
    pub fn next_range(&self, slice_bytes: usize) -> Option<Range<u64>> {
        let parsing = self.parsing.as_ref().filter(|_| !self.is_decoded)?;
        let start = self.text.skip + parsing.carry_at + parsing.carry.len() as u64;
        Some(start..self.text.source.len().min(start + slice_bytes as u64)).filter(|range| !range.is_empty())
    }

    /// Hands in what is known of the slice that the next step reads, from its bytes alone.
    pub fn hand_in(&mut self, scouted: Scouted) {
        self.scouted = Some(scouted);
    }

    /// Reads no further; what was read stays.
    pub fn cancel(&mut self) {
        if !self.is_read() {
            self.finish(EvidenceState::Cancelled);
        }
    }

    /// What came since this was last asked.
    pub fn take(&mut self) -> Batch {
        if (self.n_columns_told, self.n_values_told) == (0, 0) {
            self.found.counts = counts_of(&self.parsed, self.n_told);
            self.found.lines = self.parsed.lines;
        }
        let needs_from = self.parsing.as_ref().map_or(u32::MAX, Parsing::needs_from);
        let mut records = self.parsed.records.split_before(needs_from);
        self.n_told += records.len() as u64;
        if self.job.is_indexed {
            let Sightings { kept, last, .. } = &self.parsed.sightings;
            let told = kept.iter().skip(self.n_seen).chain(last.iter().flatten());
            records.thin(INDEX_STRIDE, told.map(|sighting| (sighting.line, sighting.bytes.start)));
            // Those of records that stay for now are looked at again.
            self.n_seen = kept.partition_point(|sighting| sighting.line < needs_from);
        }
        let mut batch = Batch {
            found: self.found.clone(),
            text: self.decoded.take(),
            records,
            index: self.index.take(),
            values: Vec::new(),
            rest: None,
        };
        if self.is_read() {
            let has_more = self.take_values(&mut batch.values);
            if has_more {
                batch.found.state = EvidenceState::Reading;
            } else {
                self.is_told = true;
                let parsed = std::mem::take(&mut self.parsed);
                batch.rest = Some(Box::new(Rest { parsed, checksum: self.checksum.sum() }));
            }
        }
        batch
    }

    /// Takes the next values of columns; whether there are more. A table of millions would be held several times over on its way if it
    /// went at once, and whoever gets it would wait for the last of it.
    fn take_values(&mut self, parts: &mut Vec<ColumnPart>) -> bool {
        let mut room = self.batch_values;
        for column in self.parsed.frames.iter_mut().flat_map(|frame| &mut frame.columns).skip(self.n_columns_told) {
            let n_values = column.values.len();
            let n = (n_values - self.n_values_told).min(room);
            // Only what is longer than any batch goes in pieces.
            if n < n_values && room < self.batch_values {
                return true;
            }
            let values = match self.n_values_told {
                0 if n == n_values => std::mem::take(&mut column.values),
                told => column.values.piece(told, told + n),
            };
            parts.push(ColumnPart { column: self.n_columns_told as u32, n_values: n_values as u64, values });
            room -= n;
            self.n_values_told += n;
            if self.n_values_told < n_values {
                return true;
            }
            column.values = Values::default();
            (self.n_columns_told, self.n_values_told) = (self.n_columns_told + 1, 0);
        }
        false
    }

    fn finish(&mut self, state: EvidenceState) {
        if let Some(mut parsing) = self.parsing.take() {
            parsing.finish(&mut self.parsed);
        }
        self.found.state = state;
    }

    /// Refuses the input; where it is known already what is wrong with it, that it is empty or still packed only repeats it.
    fn refuse(&mut self, code: IssueCode, byte: usize) {
        if !self.job.is_noted || !matches!(code, IssueCode::Empty | IssueCode::Compressed) {
            self.parsed.issues.add(code, 0, byte as u64);
        }
        self.finish(EvidenceState::Refused);
    }

    fn open(&mut self) -> Result<(), ReadError> {
        self.found.state = EvidenceState::Reading;
        if self.text.source.is_empty() {
            self.refuse(IssueCode::Empty, 0);
            return Ok(());
        }
        if let Some((code, byte)) = self.decode()? {
            self.refuse(code, byte);
            return Ok(());
        }
        if self.needs_whole {
            return Ok(());
        }
        if self.text.len() == 0 {
            // A byte order mark and nothing else.
            self.refuse(IssueCode::Empty, 0);
            return Ok(());
        }
        let mut head = self.head()?;
        let complete = head.len() as u64 == self.text.len();
        if !complete {
            head.truncate(memrchr(b'\n', &head).map_or(head.len(), |end| end + 1));
        }
        let mut is_coloured = has_escapes(&head);
        let plain = if is_coloured { without_escapes(&head) } else { Vec::new() };
        let head = Head { bytes: &head, name: &self.job.path, complete };
        let mut ranking = detect(&head);
        let plain_head = Head { bytes: &plain, ..head };
        if is_coloured {
            // Logs take colours off themselves, line by line, and show them as they came.
            let of_plain = detect(&plain_head);
            if of_plain.format.family != Family::Log && of_plain.score > ranking.score {
                ranking = of_plain;
            }
        }
        let chosen = self.job.format.as_deref().and_then(format_of);
        let others = ranking.runners_up.iter().map(|(format, score)| (format.id.to_owned(), *score));
        self.found.runners_up = others.collect();
        let format = chosen.unwrap_or(ranking.format);
        if format.id != ranking.format.id {
            self.found.runners_up.insert(0, (ranking.format.id.to_owned(), ranking.score));
            self.found.runners_up.retain(|(id, _)| *id != format.id);
        }
        is_coloured &= format.family != Family::Log;
        let head = if is_coloured { plain_head } else { head };
        self.found.format = format.id.to_owned();
        self.found.score = if format.id == ranking.format.id { ranking.score } else { (format.sniff)(&head) };
        if self.job.is_indexed {
            self.parsed.issues.add(IssueCode::Indexed, 0, 0);
        }
        let mut parser = (format.parser)(self.job.evidence, &head);
        parser.set(&self.job.settings);
        self.parsing = Some(Parsing {
            parser,
            is_log: format.family == Family::Log,
            is_coloured,
            search: Search::new(self.job.evidence, format.family, &head),
            carry: Vec::new(),
            carry_at: 0,
            next_line: 1,
            in_giant_line: false,
            known: Known::default(),
        });
        Ok(())
    }

    fn read_slice(&mut self, buffer: &mut Vec<u8>, slice_bytes: usize) -> Result<(), ReadError> {
        let Some(parsing) = &mut self.parsing else { return Ok(()) };
        let start = parsing.carry_at + parsing.carry.len() as u64;
        let kept = parsing.carry.len();
        // Not a whole slice for an input of a few bytes: clearing it would take longer than everything else. What is there from the last
        // slice is not cleared again.
        let left = usize::try_from(self.text.len().saturating_sub(start)).unwrap_or(usize::MAX);
        buffer.resize(kept + slice_bytes.max(1).min(left), 0);
        buffer[..kept].copy_from_slice(&parsing.carry);
        parsing.carry.clear();
        let n = self.text.read_at(start, &mut buffer[kept..])?;
        buffer.truncate(kept + n);
        if n == 0 && start < self.text.len() {
            let reason = "the input is shorter than it was".to_owned();
            return Err(ReadError { at: start + self.text.skip, reason });
        }
        let end = start + n as u64;
        let scouted = self.scouted.take().filter(|scouted| {
            let is_this = (self.index.end(), scouted.index.end()) == (start, end) && self.text.skip == 0;
            is_this && !self.is_decoded && !parsing.is_coloured && parsing.search.is_common()
        });
        let is_scouted = scouted.is_some();
        if let Some(Scouted { index, checksum, is_plain, hits }) = scouted {
            let begins = if self.parsed.plain.end == start { self.parsed.plain.start } else { start };
            self.parsed.plain = if is_plain { begins..end } else { Range::default() };
            parsing.known.add(start, hits);
            self.index.append(index);
            self.checksum = checksum;
        } else {
            parsing.known.forget();
        }
        let at_end = end >= self.text.len() && !self.job.grows;
        // Whole lines go to the parser; the rest waits for the next slice, unless it is longer than any line may be.
        let whole = if at_end { buffer.len() } else { memrchr(b'\n', buffer).map_or(0, |end| end + 1) };
        let takes_pieces = parsing.parser.takes_pieces();
        let is_giant = whole == 0 && !takes_pieces && buffer.len() > MAX_LINE_BYTES + 1;
        let takes_all = whole == 0 && (takes_pieces || is_giant || parsing.in_giant_line);
        let fed = if takes_all { buffer.len() } else { whole };
        let mut at = 0;
        while at < buffer.len() {
            let end = if at < fed { at + block_len(&buffer[at..fed]) } else { buffer.len() };
            // The carry has no line end, or it would have been fed.
            let new = &buffer[at.max(kept)..end.max(kept)];
            let mut line_ends = if is_scouted {
                memchr_iter(b'\n', new).count() as u64
            } else {
                self.checksum.push(new);
                self.index.push(new)
            };
            let mut bytes = if at < fed { &buffer[at..end] } else { &[] };
            let mut offset = parsing.carry_at + at as u64;
            at = end;
            if parsing.in_giant_line && !bytes.is_empty() {
                // The rest of a line whose beginning was parsed: passed over up to its end.
                let rest = memchr(b'\n', bytes).map_or(bytes.len(), |end| end + 1);
                if rest < bytes.len() || bytes.ends_with(b"\n") {
                    parsing.in_giant_line = false;
                    parsing.next_line = parsing.next_line.saturating_add(1);
                    line_ends -= 1;
                }
                bytes = &bytes[rest..];
                offset += rest as u64;
            }
            // What stands in bytes that are passed over is let go as well.
            let known = parsing.known.take(offset..offset + bytes.len() as u64);
            if !bytes.is_empty() {
                let plain = if parsing.is_coloured { without_escapes(bytes) } else { Vec::new() };
                let shown = if parsing.is_coloured { plain.as_slice() } else { bytes };
                let block = Block { bytes: shown, offset, first_line: parsing.next_line };
                parsing.parser.feed(&block, &mut self.parsed);
                parsing.search.scan(&block, known.as_deref(), &mut self.parsed);
                parsing.next_line = parsing.next_line.saturating_add(u32::try_from(line_ends).unwrap_or(u32::MAX));
                parsing.in_giant_line = is_giant;
            }
        }
        parsing.carry.extend_from_slice(&buffer[fed..]);
        parsing.carry_at += fed as u64;
        self.found.bytes_read = end + self.text.skip;
        if at_end {
            self.finish(EvidenceState::Ready);
        }
        Ok(())
    }
}

/// How much of whole lines is looked at next: whole lines, at least one.
fn block_len(lines: &[u8]) -> usize {
    let Some((head, rest)) = lines.split_at_checked(BLOCK_BYTES) else { return lines.len() };
    let last = memrchr(b'\n', head).map(|end| end + 1);
    last.or_else(|| memchr(b'\n', rest).map(|end| BLOCK_BYTES + end + 1)).unwrap_or(lines.len())
}
