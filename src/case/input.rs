//! One evidence of the case: what is known of it, what it yielded and its text, to be quoted from.

use std::rc::Rc;

use crate::evidence::{LineIndex, MemorySource, Source, TextOf};
use crate::facts::bundle::origin_of;
use crate::facts::clock::{Chosen, Clocked, wall_range};
use crate::model::{
    Clock, ClockOrigin, Counts, Encoding, EvidenceId, EvidenceMeta, EvidenceState, GuessKind, IssueCode, Issues,
    LineCounts, Parsed, TimeBasis, TimeRange, Values, WallKind, WallTime,
};
use crate::protocol::Choices;
use crate::reading::{Batch, ColumnPart, Found, Job, Reading, Rest};

/// Where an input is being read.
enum At {
    /// Nowhere: it waits, or reading is over.
    Nowhere,
    /// Here, between two slices.
    Here(Box<Reading>),
    /// By somebody who answers under this ticket.
    Elsewhere(u32),
}

/// A day in nanoseconds.
const DAY_NS: i64 = 86_400_000_000_000;

/// Larger ones hardly hold the same by chance.
const STATE_BYTES: u64 = 4096;

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
    /// Whether only some of its records are kept.
    pub(super) is_indexed: bool,
    /// Whether more of it is still to come.
    pub(super) grows: bool,
    source: Rc<dyn Source>,
    text: TextOf,
    index: LineIndex,
    /// Values of columns whose tables are still to come, by the columns' indices.
    values: Vec<(u32, Values)>,
    checksum: u64,
    /// First and last written time, once read.
    range: Option<(WallTime, WallTime)>,
    at: At,
}

impl Input {
    /// An input that waits to be read.
    pub(super) fn new(id: EvidenceId, path: &str, source: Box<dyn Source>, choices: Choices, is_indexed: bool) -> Self {
        let meta = EvidenceMeta {
            id,
            path: path.to_owned(),
            origin: origin_of(path),
            format: String::new(),
            score: 0,
            runners_up: Vec::new(),
            format_chosen: choices.format.is_some(),
            encoding: Encoding::Utf8,
            bytes: source.len(),
            bytes_read: 0,
            lines: LineCounts::default(),
            digest: None,
            time_range: None,
            clock: Clock::default(),
            year_from: String::new(),
            counts: Counts::default(),
            guesses: Vec::new(),
            issues: Issues::default(),
            state: EvidenceState::Waiting,
        };
        let source: Rc<dyn Source> = source.into();
        Self {
            meta,
            parsed: Parsed::default(),
            choices,
            removed: false,
            noted: Issues::default(),
            is_indexed,
            grows: false,
            text: TextOf { source: Rc::clone(&source), skip: 0 },
            source,
            index: LineIndex::default(),
            values: Vec::new(),
            checksum: 0,
            range: None,
            at: At::Nowhere,
        }
    }

    /// Whether there is something left to read.
    pub(super) const fn is_unread(&self) -> bool {
        matches!(self.meta.state, EvidenceState::Waiting | EvidenceState::Reading)
    }

    /// The state for people: removed hides every other, unless nobody chose it.
    pub(super) fn state(&self) -> EvidenceState {
        let is_absent = self.noted.list.iter().any(|issue| issue.code == IssueCode::NotKept);
        match (self.removed, is_absent) {
            (true, true) => EvidenceState::Refused,
            (true, false) => EvidenceState::Removed,
            _ => self.meta.state,
        }
    }

    /// What facts about clocks need.
    pub(super) const fn clocked(&self) -> Clocked<'_> {
        let Choices { offset_s, year, shift_ms, day, .. } = self.choices;
        Clocked { parsed: &self.parsed, range: self.range, chosen: Chosen { offset_s, year, day, shift_ms } }
    }

    /// What tells that another input holds the same bytes, before either digest is known; `None` while unread.
    pub(super) fn content(&self) -> Option<(u64, u64)> {
        (self.meta.state == EvidenceState::Ready).then_some((self.meta.bytes, self.checksum))
    }

    /// Whose its content is, as far as its path says so: a pod's, a node's. A few values or a date mean nothing without all of the path.
    pub(super) fn whose(&self) -> &str {
        let Parsed { records, frames, objects, events, collector_errors, dumps, .. } = &self.parsed;
        let is_told = frames.is_empty() && objects.is_empty() && events.is_empty() && collector_errors.is_empty();
        let is_silent = dumps.kept.is_empty() && (records.is_empty() || self.meta.format == "date");
        if self.meta.bytes <= STATE_BYTES && is_told && is_silent {
            return &self.meta.path;
        }
        let named = self.meta.origin.as_ref().and_then(|origin| origin.pod.as_deref().or(origin.node.as_deref()));
        named.unwrap_or_default()
    }

    /// Starts over, as another format.
    pub(super) fn reread(&mut self) {
        self.forget();
        self.meta.state = EvidenceState::Waiting;
        self.meta.format_chosen = self.choices.format.is_some();
    }

    /// More of it is there. Nothing that was read of it changes.
    pub(super) fn grow(&mut self, source: Box<dyn Source>) {
        self.meta.bytes = source.len();
        self.source = source.into();
        self.text.source = Rc::clone(&self.source);
    }

    fn forget(&mut self) {
        self.parsed = Parsed::default();
        self.values.clear();
        self.index = LineIndex::default();
        self.checksum = 0;
        self.range = None;
        self.at = At::Nowhere;
        self.meta.bytes_read = 0;
    }

    fn job(&self) -> Job {
        Job {
            evidence: self.meta.id,
            path: self.meta.path.clone(),
            format: self.choices.format.clone(),
            settings: self.choices.settings.clone(),
            is_indexed: self.is_indexed,
            is_noted: !self.noted.list.is_empty(),
            grows: self.grows,
        }
    }

    /// Opens the input or reads its next slice of at most `slice_bytes` into `buffer`.
    pub(super) fn step(&mut self, buffer: &mut Vec<u8>, slice_bytes: usize) {
        let mut reading = match std::mem::replace(&mut self.at, At::Nowhere) {
            At::Here(reading) => reading,
            _ => Box::new(Reading::new(self.job(), Rc::clone(&self.source))),
        };
        reading.step(buffer, slice_bytes);
        self.take(reading.take());
        if !reading.is_over() {
            self.at = At::Here(reading);
        }
    }

    /// Gives the reading of it away, if it waits for one.
    pub(super) fn give(&mut self, ticket: u32) -> Option<Job> {
        let waits = self.meta.state == EvidenceState::Waiting && matches!(self.at, At::Nowhere);
        waits.then(|| {
            self.at = At::Elsewhere(ticket);
            self.job()
        })
    }

    /// Whether batches under this ticket are its.
    pub(super) fn awaits(&self, ticket: u32) -> bool {
        matches!(self.at, At::Elsewhere(known) if known == ticket)
    }

    /// It was not read after all, and waits again.
    pub(super) fn take_back(&mut self) {
        self.forget();
        self.meta.state = EvidenceState::Waiting;
    }

    /// Who read it died of it: nothing of it takes part.
    pub(super) fn lose(&mut self) {
        self.forget();
        let found = Found { state: EvidenceState::Refused, bytes_read: self.meta.bytes, ..Found::default() };
        let mut rest = Box::<Rest>::default();
        rest.parsed.issues.add(IssueCode::ReaderDied, 0, 0);
        self.take(Batch { found, rest: Some(rest), ..Batch::default() });
    }

    /// Stops reading; what was read stays. Read elsewhere, it is over when its last batch comes.
    pub(super) fn cancel(&mut self) {
        match std::mem::replace(&mut self.at, At::Nowhere) {
            At::Here(mut reading) => {
                reading.cancel();
                while !reading.is_over() {
                    self.take(reading.take());
                }
            }
            At::Elsewhere(ticket) if self.meta.state == EvidenceState::Reading => self.at = At::Elsewhere(ticket),
            _ if self.is_unread() => self.meta.state = EvidenceState::Cancelled,
            _ => {}
        }
    }

    /// Takes what was read.
    pub(super) fn take(&mut self, batch: Batch) {
        let Batch { found, text, records, index, values, rest } = batch;
        let Found { state, format, score, runners_up, encoding, skip, bytes_read, lines, counts } = found;
        let meta = &mut self.meta;
        (meta.state, meta.format, meta.score, meta.runners_up) = (state, format, score, runners_up);
        (meta.encoding, meta.lines, meta.counts) = (encoding, lines, counts);
        meta.bytes_read = bytes_read.min(meta.bytes);
        self.text.skip = skip;
        if let Some(text) = text {
            self.text = TextOf { source: Rc::new(MemorySource(text)), skip: 0 };
        }
        self.parsed.records.append(records);
        self.index.append(index);
        for ColumnPart { column, n_values, values } in values {
            match self.values.last_mut() {
                Some((last, known)) if *last == column => known.append(&values),
                _ if values.len() as u64 == n_values => self.values.push((column, values)),
                _ => {
                    let mut first = Values::with_room(n_values as usize);
                    first.append(&values);
                    self.values.push((column, first));
                }
            }
        }
        if let Some(rest) = rest {
            self.finish(*rest);
        }
    }

    fn finish(&mut self, rest: Rest) {
        self.at = At::Nowhere;
        let records = std::mem::take(&mut self.parsed.records);
        self.parsed = Parsed { records, ..rest.parsed };
        let mut columns = self.parsed.frames.iter_mut().flat_map(|frame| &mut frame.columns).zip(0..);
        for (index, values) in std::mem::take(&mut self.values) {
            if let Some((column, _)) = columns.find(|(_, at)| *at == index) {
                column.values = values;
            }
        }
        self.checksum = rest.checksum;
        if self.meta.state != EvidenceState::Cancelled {
            self.meta.bytes_read = self.meta.bytes;
        }
        for issue in &self.noted.list {
            self.parsed.issues.add_many(issue.code, issue.count, issue.first_line, issue.first_byte);
        }
        // That a text is of no known format goes without saying where its very bytes are in doubt.
        let issues = &mut self.parsed.issues.list;
        if issues.iter().any(|issue| matches!(issue.code, IssueCode::NotUtf8 | IssueCode::NulBytes)) {
            issues.retain(|issue| issue.code != IssueCode::PlainText);
        }
        self.add_steps_back();
        self.meta.issues = self.parsed.issues.clone();
        self.meta.guesses = self.parsed.guesses.clone();
        self.range = wall_range(&self.parsed);
    }

    /// Counts where the clock of a log steps back by more than a day. What mostly goes back is written newest first, and lists of events and
    /// objects are in no order of time.
    fn add_steps_back(&mut self) {
        let Parsed { records, events, objects, issues, .. } = &mut self.parsed;
        if !events.is_empty() || !objects.is_empty() {
            return;
        }
        let (mut last, mut n_on, mut n_back, mut n_far, mut line) = (WallTime::NONE, 0_u64, 0_u64, 0_u64, 0);
        for record in records.iter().filter(|record| record.wall.is_some()) {
            if last.is_some() {
                n_on += u64::from(record.wall > last);
                n_back += u64::from(record.wall < last);
                if record.wall.0.saturating_add(DAY_NS) < last.0 {
                    line = if n_far == 0 { record.line } else { line };
                    n_far += 1;
                }
            }
            last = record.wall;
        }
        if n_far > 0 && n_back <= n_on {
            issues.add_many(IssueCode::StepsBack, n_far, line, 0);
        }
    }

    /// Puts a clock in force.
    pub(super) fn set_clock(&mut self, clock: Clock, year_from: String) {
        self.meta.clock = clock;
        self.meta.year_from = year_from;
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

/// What was assumed of an input's clock and of its dates, as issues.
pub(super) fn add_doubts(meta: &mut EvidenceMeta) {
    let clock = meta.clock;
    if clock.kind == WallKind::TimeOfDay && clock.day.is_none() && meta.state == EvidenceState::Ready {
        meta.issues.add(IssueCode::DayUnknown, 0, 0);
    }
    if meta.time_range.is_none() {
        return;
    }
    if meta.guesses.iter().any(|guess| guess.what == GuessKind::DateOrder && !guess.chosen) {
        meta.issues.add(IssueCode::OrderGuessed, 0, 0);
    }
    if clock.basis() != TimeBasis::Explicit && clock.offset_origin == ClockOrigin::Default {
        meta.issues.add(IssueCode::ZoneAssumed, 0, 0);
    }
    let year_is_inferred = matches!(clock.year_origin, ClockOrigin::Sibling | ClockOrigin::Default);
    if clock.kind == WallKind::LocalWithoutYear && year_is_inferred {
        meta.issues.add(IssueCode::YearInferred, 0, 0);
    }
    if clock.kind == WallKind::TimeOfDay && clock.day_origin != ClockOrigin::Person {
        meta.issues.add(IssueCode::DayInferred, 0, 0);
    }
}
