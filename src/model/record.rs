//! Log lines and events, as columns: a gigabyte of log is millions of records, so there is no struct per line.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

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
#[derive(Clone, Debug, Default)]
pub struct RecordTable {
    /// First line of each record, from 1, strictly increasing.
    pub line: Vec<u32>,
    /// Written time of each record.
    pub wall: Vec<WallTime>,
    /// Level of each record.
    pub level: Vec<Level>,
    /// Index into `sources` of each record; the unit or program that wrote it (`kubelet`).
    pub source: Vec<u16>,
    /// Names of sources in order of first appearance; index 0 is the empty name.
    pub sources: Vec<String>,
    ids: HashMap<Vec<u8>, u16>,
    last: u16,
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

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.line.is_empty()
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
