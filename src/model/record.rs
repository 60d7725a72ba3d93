//! Log lines and events, as columns: a gigabyte of log is millions of records, so there is no struct per line.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::citation::{ByteRange, Locator};
use super::packed;
use super::sort::Order as _;
use super::time::WallTime;

/// How serious the writer of the line said it was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Not said.
    #[default]
    None,
    /// Trace.
    Trace,
    /// Debug.
    Debug,
    /// Information.
    Info,
    /// Notice.
    Notice,
    /// Warning.
    Warning,
    /// Error.
    Error,
    /// Fatal, critical, alert, emergency.
    Fatal,
}

impl Level {
    /// Every level, by its number.
    pub(super) const ALL: [Self; 8] =
        [Self::None, Self::Trace, Self::Debug, Self::Info, Self::Notice, Self::Warning, Self::Error, Self::Fatal];

    /// The contract's spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Trace => "trace",
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Notice => "notice",
            Self::Warning => "warning",
            Self::Error => "error",
            Self::Fatal => "fatal",
        }
    }
}

/// One record: a row of the [`RecordTable`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its first line, from 1.
    pub line: u32,
    /// Its time as written.
    pub wall: WallTime,
    /// Its level.
    pub level: Level,
    /// Index into [`RecordTable::sources`]; the unit or program that wrote it (`kubelet`).
    pub source: u16,
    /// The byte of the input that it begins at, where it shares its line with the record before it; else 0.
    pub at: u64,
}

/// The records of one evidence in file order. A record spans the lines from its own up to the next record's (continuations belong to the
/// record above them); its text is re-read through evidence when asked for.
///
/// Columns, in parts of bounded length: one column over a gigabyte of log would be copied each time it grew, and take twice its size.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct RecordTable {
    parts: Vec<Part>,
    /// Names of sources in order of first appearance; index 0 is the empty name.
    pub sources: Vec<String>,
    #[serde(skip)]
    ids: HashMap<Vec<u8>, usize>,
    #[serde(skip)]
    last: u16,
    /// Records and sources that were split off.
    #[serde(skip)]
    n_split_off: (u64, usize),
}

/// Records of a full part.
const PART_LEN: usize = 1 << 14;

/// Some records in a row, at least one.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Part {
    /// Records before it.
    first: usize,
    #[serde(with = "packed")]
    line: Vec<u32>,
    #[serde(with = "packed")]
    wall: Vec<WallTime>,
    #[serde(with = "packed")]
    level: Vec<Level>,
    #[serde(with = "packed")]
    source: Vec<u16>,
    /// Only as long as it takes: hardly ever do records share a line.
    #[serde(with = "packed")]
    at: Vec<u64>,
}

impl Part {
    fn with_capacity(first: usize, n: usize) -> Self {
        let (line, wall) = (Vec::with_capacity(n), Vec::with_capacity(n));
        Self { first, line, wall, level: Vec::with_capacity(n), source: Vec::with_capacity(n), at: Vec::new() }
    }

    const fn len(&self) -> usize {
        self.line.len()
    }

    fn push(&mut self, record: Record) {
        if record.at > 0 {
            self.at.resize(self.len(), 0);
            self.at.push(record.at);
        }
        self.line.push(record.line);
        self.wall.push(record.wall);
        self.level.push(record.level);
        self.source.push(record.source);
    }

    fn get(&self, index: usize) -> Option<Record> {
        let (line, wall) = (*self.line.get(index)?, *self.wall.get(index)?);
        let at = self.at.get(index).copied().unwrap_or(0);
        Some(Record { line, wall, level: *self.level.get(index)?, source: *self.source.get(index)?, at })
    }

    /// Takes the first `n` out.
    fn split_before(&mut self, n: usize) -> Self {
        fn first<T: Copy>(column: &mut Vec<T>, n: usize) -> Vec<T> {
            let first = column[..n].to_vec();
            column.drain(..n);
            first
        }
        let (line, wall) = (first(&mut self.line, n), first(&mut self.wall, n));
        let n_at = n.min(self.at.len());
        let (level, source, at) = (first(&mut self.level, n), first(&mut self.source, n), first(&mut self.at, n_at));
        Self { first: 0, line, wall, level, source, at }
    }

    fn append(&mut self, mut next: Self) {
        if !next.at.is_empty() {
            self.at.resize(self.len(), 0);
            self.at.append(&mut next.at);
        }
        self.line.append(&mut next.line);
        self.wall.append(&mut next.wall);
        self.level.append(&mut next.level);
        self.source.append(&mut next.source);
    }
}

impl RecordTable {
    /// Adds a record; `source` is interned without allocation when it was seen before.
    pub fn push(&mut self, line: u32, wall: WallTime, level: Level, source: &[u8]) {
        let record = Record { line, wall, level, source: self.intern(source), at: 0 };
        self.push_record(record);
    }

    /// Adds a record that begins inside the line of the one before it; what it says of itself follows.
    pub fn push_at(&mut self, line: u32, at: u64) {
        self.push_record(Record { line, wall: WallTime::NONE, level: Level::None, source: 0, at });
    }

    fn push_record(&mut self, record: Record) {
        match self.parts.last_mut() {
            Some(part) if part.len() < PART_LEN => part.push(record),
            // Where there was a full part there will be another one; small inputs are many and take what they need.
            last => {
                let (first, n) = last.map_or((0, 0), |part| (part.first + part.len(), PART_LEN));
                let mut part = Part::with_capacity(first, n);
                part.push(record);
                self.parts.push(part);
            }
        }
    }

    /// Says the time, the level and the source of the last record anew: it began before they were known.
    pub fn amend_last(&mut self, wall: WallTime, level: Level, source: &[u8]) {
        let source = self.intern(source);
        if let Some(part) = self.parts.last_mut()
            && let (Some(wall_at), Some(level_at), Some(source_at)) =
                (part.wall.last_mut(), part.level.last_mut(), part.source.last_mut())
        {
            (*wall_at, *level_at, *source_at) = (wall, level, source);
        }
    }

    /// Number of records.
    #[must_use]
    pub fn len(&self) -> usize {
        self.parts.last().map_or(0, |part| part.first + part.len())
    }

    /// Whether there is none, nor was any split off.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty() && self.n_split_off.0 == 0
    }

    /// A record.
    #[must_use]
    pub fn get(&self, record: usize) -> Option<Record> {
        let part = self.parts.partition_point(|part| part.first <= record).checked_sub(1)?;
        self.parts[part].get(record - self.parts[part].first)
    }

    /// The first record.
    #[must_use]
    pub fn first(&self) -> Option<Record> {
        self.get(0)
    }

    /// The last record.
    #[must_use]
    pub fn last(&self) -> Option<Record> {
        self.parts.last().and_then(|part| part.get(part.len() - 1))
    }

    /// All records, in order.
    pub fn iter(&self) -> impl Iterator<Item = Record> + '_ {
        self.parts.iter().flat_map(|part| (0..part.len()).filter_map(|index| part.get(index)))
    }

    /// Their times as written, in order.
    pub fn walls(&self) -> impl Iterator<Item = WallTime> + '_ {
        self.parts.iter().flat_map(|part| part.wall.iter().copied())
    }

    /// The times of the records from one on.
    pub fn walls_from(&self, from: usize) -> impl Iterator<Item = WallTime> + '_ {
        let parts = &self.parts[self.parts.partition_point(|part| part.first + part.len() <= from)..];
        parts.iter().flat_map(move |part| part.wall[from.saturating_sub(part.first)..].iter().copied())
    }

    /// Writes the times of the records from one on anew: what an input says of its clock may come behind them.
    pub fn change_walls(&mut self, from: usize, mut change: impl FnMut(WallTime) -> WallTime) {
        let begin = self.parts.partition_point(|part| part.first + part.len() <= from);
        for part in &mut self.parts[begin..] {
            let within = from.saturating_sub(part.first);
            part.wall[within..].iter_mut().for_each(|wall| *wall = change(*wall));
        }
    }

    /// Takes the records out that end before `line`, with the sources that are new since the last time. Further records may be added here;
    /// all parts [appended](Self::append) to each other are the table.
    pub fn split_before(&mut self, line: u32) -> Self {
        // The record that holds the line stays, and so does the last one: lines may still be added to it.
        let n = if line == u32::MAX { self.len() } else { self.at_line(line).unwrap_or(0) };
        let whole = self.parts.partition_point(|part| part.first + part.len() <= n);
        let mut rest = self.parts.split_off(whole);
        let mut parts = std::mem::take(&mut self.parts);
        if let Some(part) = rest.first_mut().filter(|part| part.first < n) {
            let before = part.split_before(n - part.first);
            parts.push(Part { first: part.first, ..before });
            part.first = n;
        }
        rest.iter_mut().for_each(|part| part.first -= n);
        self.parts = rest;
        let sources = self.sources.get(self.n_split_off.1..).unwrap_or(&[]).to_vec();
        self.n_split_off = (self.n_split_off.0 + n as u64, self.sources.len());
        Self { parts, sources, ..Self::default() }
    }

    /// Keeps one record in `stride`, the last one, the first and last in time, and those that hold one of `places` (line and byte): what is needed to find
    /// times again, and to know the times of what tells something.
    pub fn thin(&mut self, stride: usize, places: impl Iterator<Item = (u32, u64)>) {
        let mut told: Vec<usize> = places.filter_map(|(line, byte)| self.at_place(line, byte)).collect();
        let timed = || self.walls().enumerate().filter(|(_, wall)| wall.is_some());
        told.extend(timed().min_by_key(|(_, wall)| *wall).map(|(record, _)| record));
        told.extend(timed().max_by_key(|(_, wall)| *wall).map(|(record, _)| record));
        told.extend(self.len().checked_sub(1));
        told.order();
        told.dedup();
        let mut told = told.into_iter().peekable();
        let mut part = Part::default();
        for (index, record) in self.iter().enumerate() {
            if told.next_if_eq(&index).is_some() || index % stride == 0 {
                part.push(record);
            }
        }
        self.parts = if part.len() == 0 { Vec::new() } else { vec![part] };
    }

    /// Adds the next part.
    pub fn append(&mut self, next: Self) {
        for part in next.parts {
            match self.parts.last_mut() {
                Some(last) if last.len() + part.len() <= PART_LEN => last.append(part),
                _ => self.parts.push(Part { first: self.len(), ..part }),
            }
        }
        self.sources.extend(next.sources);
    }

    /// The record that holds a line, if any.
    #[must_use]
    pub fn at_line(&self, line: u32) -> Option<usize> {
        self.at_place(line, u64::MAX)
    }

    /// The record that holds a byte of a line: the same, unless several share it.
    #[must_use]
    pub fn at_place(&self, line: u32, byte: u64) -> Option<usize> {
        let begins_before = |part: &Part| part.get(0).is_some_and(|first| (first.line, first.at) <= (line, byte));
        let part = &self.parts[self.parts.partition_point(begins_before).checked_sub(1)?];
        let end = part.line.partition_point(|&first| first <= line);
        let begin = part.line.partition_point(|&first| first < line);
        // A line that is shared has a place for each but the first.
        let n = part.at.get(begin..end).map_or(end, |at| begin + at.partition_point(|&at| at <= byte));
        (part.first + n).checked_sub(1)
    }

    /// The time of the record that a place stands in; none where several share its line and it is not in the last one.
    #[must_use]
    pub fn wall_at(&self, place: &Locator) -> WallTime {
        let record = self.at_place(place.lines.first, place.bytes.start);
        let record = record.filter(|record| self.at_line(place.lines.first) == Some(*record));
        record.and_then(|record| self.get(record)).map_or(WallTime::NONE, |record| record.wall)
    }

    /// Between which bytes the record that holds a byte of a line stands, as far as it shares the line with others.
    #[must_use]
    pub fn share_of_line(&self, line: u32, byte: u64) -> ByteRange {
        let record = self.at_place(line, byte).and_then(|index| Some((index, self.get(index)?)));
        let next = self.get(record.map_or(0, |(index, _)| index + 1)).filter(|next| next.line == line && next.at > 0);
        let start = record.filter(|(_, record)| record.line == line).map_or(0, |(_, record)| record.at);
        ByteRange { start, end: next.map_or(u64::MAX, |next| next.at) }
    }

    /// The line of the next record after (or the last before) a line that tells of an error or worse.
    #[must_use]
    pub fn error_line(&self, from: u32, backwards: bool) -> Option<u32> {
        let mut found = None;
        for part in &self.parts {
            for (&line, level) in part.line.iter().zip(&part.level) {
                if *level < Level::Error {
                    continue;
                }
                if !backwards && line > from {
                    return Some(line);
                }
                if backwards && line >= from {
                    return found;
                }
                found = Some(line).filter(|_| backwards);
            }
        }
        found
    }

    /// How many records tell of an error or worse.
    #[must_use]
    pub fn n_errors(&self) -> usize {
        self.parts.iter().flat_map(|part| &part.level).filter(|level| **level >= Level::Error).count()
    }

    /// The source name of a record.
    #[must_use]
    pub fn source_name(&self, record: usize) -> &str {
        let id = self.get(record).map_or(0, |record| record.source);
        self.sources.get(usize::from(id)).map_or("", String::as_str)
    }

    fn intern(&mut self, source: &[u8]) -> u16 {
        if self.sources.is_empty() {
            self.sources.push(String::new());
            self.ids.insert(Vec::new(), 0);
        }
        // Comparing nothing with the empty name's dangling pointer costs a microcode assist per line on some processors.
        if source.is_empty() {
            return 0;
        }
        if self.sources.get(usize::from(self.last)).is_some_and(|name| name.as_bytes() == source) {
            return self.last;
        }
        let id = match self.ids.get(source) {
            // Never more than what fits, by what stands below.
            Some(&id) => id as u16,
            None => {
                let Ok(id) = u16::try_from(self.sources.len()) else { return 0 };
                self.sources.push(String::from_utf8_lossy(source).into_owned());
                self.ids.insert(source.to_vec(), id.into());
                id
            }
        };
        self.last = id;
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(lines: std::ops::Range<u32>) -> RecordTable {
        let mut table = RecordTable::default();
        for line in lines {
            table.push(
                2 * line + 1,
                WallTime(i64::from(line)),
                Level::Info,
                if line % 3 == 0 { b"kubelet" } else { b"" },
            );
        }
        table
    }

    #[test]
    fn parts_are_one_table() {
        let whole = table(0..50_000);
        assert_eq!((whole.len(), whole.parts.len()), (50_000, 4));
        assert_eq!(whole.get(49_999).map(|record| record.line), Some(99_999));
        assert_eq!(whole.get(50_000), None);
        assert_eq!(whole.at_line(0), None);
        for line in [1, 2, 32_768, 32_769, 32_770, 99_999, 200_000] {
            let record = whole.at_line(line).unwrap();
            assert_eq!(record, (line as usize - 1).min(99_998) / 2, "{line}");
        }
        assert_eq!(whole.source_name(3), "kubelet");
    }

    #[test]
    fn what_is_split_off_and_appended_is_the_table() {
        for step in [1, 777, 16_384, 20_000] {
            let (mut given, mut taken) = (RecordTable::default(), RecordTable::default());
            for line in 0..40_000u32 {
                given.push(
                    2 * line + 1,
                    WallTime(i64::from(line)),
                    Level::Info,
                    if line % 3 == 0 { b"kubelet" } else { b"" },
                );
                if line % step == 0 && (step > 1 || line < 500) {
                    taken.append(given.split_before(2 * line.saturating_sub(5) + 1));
                }
            }
            taken.append(given.split_before(u32::MAX));
            assert!(taken.iter().eq(table(0..40_000).iter()), "{step}");
            assert_eq!(taken.sources, ["", "kubelet"]);
            assert!(given.first().is_none() && !given.is_empty());
        }
    }

    #[test]
    fn what_is_thinned_keeps_what_tells_something() {
        let mut table = table(0..40_000);
        table.thin(64, [(5, 0), (6, 0), (1_001, 0)].into_iter());
        let lines: Vec<u32> = table.iter().map(|record| record.line).collect();
        assert_eq!(lines[..4], [1, 5, 129, 257]);
        assert!(lines.contains(&1_001) && lines.last() == Some(&79_999));
        assert_eq!(lines.len(), 40_000 / 64 + 3);
        let mut none = RecordTable::default();
        none.thin(64, std::iter::empty());
        assert_eq!(none.len(), 0);
    }

    #[test]
    fn records_may_share_a_line() {
        let (mut given, mut taken) = (RecordTable::default(), RecordTable::default());
        for index in 0..40_000u32 {
            // Three lines: of one record, of most, of one.
            let line = 1 + u32::from(index > 0) + u32::from(index == 39_999);
            given.push_at(line, if (2..39_999).contains(&index) { 100 + 10 * u64::from(index) } else { 0 });
            if index % 7_777 == 0 {
                taken.append(given.split_before(line));
            }
        }
        taken.append(given.split_before(u32::MAX));
        let place = |line, byte| taken.at_place(line, byte);
        assert_eq!([place(1, 50), place(2, 60), place(2, 119), place(2, 120)], [Some(0), Some(1), Some(1), Some(2)]);
        assert_eq!([place(2, 300_105), place(3, 500_000)], [Some(30_000), Some(39_999)]);
        assert_eq!((taken.at_line(1), taken.at_line(2), taken.at_line(7)), (Some(0), Some(39_998), Some(39_999)));
        assert_eq!(taken.share_of_line(2, 200_105), ByteRange { start: 200_100, end: 200_110 });
        assert_eq!(taken.share_of_line(2, 60), ByteRange { start: 0, end: 120 });
        assert_eq!(taken.share_of_line(3, 500_000), ByteRange { start: 0, end: u64::MAX });
        assert_eq!(taken.get(20_000).map(|record| record.at), Some(200_100));
    }

    #[test]
    fn times_are_changed_from_a_record_on() {
        let mut table = table(0..40_000);
        assert_eq!(table.walls_from(20_000).count(), 20_000);
        table.change_walls(20_000, |_| WallTime::NONE);
        assert_eq!(table.walls().position(|wall| !wall.is_some()), Some(20_000));
        assert_eq!(table.walls().filter(|wall| wall.is_some()).count(), 20_000);
    }
}
