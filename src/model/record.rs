//! Log lines and events, as columns: a gigabyte of log is millions of records, so there is no struct per line.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::packed;
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

/// The records of one evidence in file order. Record `i` spans the lines from `line[i]` up to the next record's line (continuations
/// belong to the record above them); its text is re-read through evidence when asked for.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct RecordTable {
    /// First line of each record, from 1, strictly increasing.
    #[serde(with = "packed")]
    pub line: Vec<u32>,
    /// Written time of each record.
    #[serde(with = "packed")]
    pub wall: Vec<WallTime>,
    /// Level of each record.
    #[serde(with = "packed")]
    pub level: Vec<Level>,
    /// Index into `sources` of each record; the unit or program that wrote it (`kubelet`).
    #[serde(with = "packed")]
    pub source: Vec<u16>,
    /// Names of sources in order of first appearance; index 0 is the empty name.
    pub sources: Vec<String>,
    #[serde(skip)]
    ids: HashMap<Vec<u8>, u16>,
    #[serde(skip)]
    last: u16,
    /// Records and sources that were split off.
    #[serde(skip)]
    n_split_off: (u64, usize),
}

impl RecordTable {
    /// Adds a record; `source` is interned without allocation when it was seen before.
    pub fn push(&mut self, line: u32, wall: WallTime, level: Level, source: &[u8]) {
        let source = self.intern(source);
        self.line.push(line);
        self.wall.push(wall);
        self.level.push(level);
        self.source.push(source);
    }

    /// Number of records.
    #[must_use]
    pub fn len(&self) -> usize {
        self.line.len()
    }

    /// Whether there is none, nor was any split off.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.line.is_empty() && self.n_split_off.0 == 0
    }

    /// Takes the records out that end before `line`, with the sources that are new since the last time. Further records may be added here;
    /// all parts [appended](Self::append) to each other are the table.
    pub fn split_before(&mut self, line: u32) -> Self {
        fn first<T: Clone>(column: &mut Vec<T>, n: usize) -> Vec<T> {
            // As much will come again.
            let mut rest = Vec::with_capacity(column.len() + n / 8);
            rest.extend_from_slice(&column[n..]);
            column.truncate(n);
            std::mem::replace(column, rest)
        }
        // The record that holds the line stays, and so does the last one: lines may still be added to it.
        let n = if line == u32::MAX { self.len() } else { self.at_line(line).unwrap_or(0) };
        let sources = self.sources.get(self.n_split_off.1..).unwrap_or(&[]).to_vec();
        self.n_split_off = (self.n_split_off.0 + n as u64, self.sources.len());
        Self {
            line: first(&mut self.line, n),
            wall: first(&mut self.wall, n),
            level: first(&mut self.level, n),
            source: first(&mut self.source, n),
            sources,
            ..Self::default()
        }
    }

    /// Adds the next part. `n_expected` records in all, where that can be told, keep the columns from being copied time and again.
    pub fn append(&mut self, mut part: Self, n_expected: usize) {
        if self.line.is_empty() && self.sources.is_empty() && n_expected <= part.len() {
            *self = part;
            return;
        }
        fn join<T>(column: &mut Vec<T>, part: &mut Vec<T>, n_expected: usize) {
            if column.capacity() - column.len() < part.len() {
                column.reserve_exact(part.len().max(n_expected.saturating_sub(column.len())));
            }
            column.append(part);
        }
        join(&mut self.line, &mut part.line, n_expected);
        join(&mut self.wall, &mut part.wall, n_expected);
        join(&mut self.level, &mut part.level, n_expected);
        join(&mut self.source, &mut part.source, n_expected);
        self.sources.append(&mut part.sources);
    }

    /// The record that holds a line, if any.
    #[must_use]
    pub fn at_line(&self, line: u32) -> Option<usize> {
        self.line.partition_point(|&first| first <= line).checked_sub(1)
    }

    /// The source name of a record.
    #[must_use]
    pub fn source_name(&self, record: usize) -> &str {
        let id = self.source.get(record).copied().unwrap_or(0);
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
            Some(&id) => id,
            None => {
                let Ok(id) = u16::try_from(self.sources.len()) else { return 0 };
                self.sources.push(String::from_utf8_lossy(source).into_owned());
                self.ids.insert(source.to_vec(), id);
                id
            }
        };
        self.last = id;
        id
    }
}
