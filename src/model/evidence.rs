//! What is known of one input besides its content.

use serde::{Deserialize, Serialize};

use super::citation::EvidenceId;
use super::guess::Guess;
use super::issue::Issues;
use super::time::{Clock, TimeRange};

/// How bytes became text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Encoding {
    /// UTF-8 (ASCII included), with or without a byte order mark.
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    /// UTF-16, little endian.
    #[serde(rename = "utf-16le")]
    Utf16Le,
    /// UTF-16, big endian.
    #[serde(rename = "utf-16be")]
    Utf16Be,
    /// GB18030 with what it grew from, GBK and GB 2312: Chinese Windows and old Chinese hosts.
    #[serde(rename = "gb18030")]
    Gb18030,
    /// Not text.
    #[serde(rename = "binary")]
    Binary,
}

/// Where reading stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceState {
    /// Waits for its turn.
    #[default]
    Waiting,
    /// Is being read.
    Reading,
    /// Read to its end.
    Ready,
    /// Stopped by a person: what was read so far is in the analysis.
    Cancelled,
    /// Could not be used; its issues say why.
    Refused,
    /// Taken out by a person; can be put back.
    Removed,
}

/// Lines by what became of them; the sum is the number of lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineCounts {
    /// Understood.
    pub parsed: u64,
    /// Blank lines, comments, headers: nothing to understand.
    pub skipped: u64,
    /// Not understood.
    pub failed: u64,
}

/// What an evidence yielded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Log lines and events.
    pub records: u64,
    /// Series.
    pub series: u64,
    /// Samples that are numbers.
    pub samples: u64,
    /// Stack dumps.
    pub dumps: u64,
    /// Tasks (goroutines, threads) in dumps; threads in process listings.
    pub tasks: u64,
    /// Kubernetes objects and events.
    pub objects: u64,
    /// Stated limits.
    pub limits: u64,
    /// Other tables.
    pub tables: u64,
}

impl Counts {
    /// Adds what another evidence yielded.
    pub const fn add(&mut self, other: &Self) {
        let Self { records, series, samples, dumps, tasks, objects, limits, tables } = *other;
        self.records += records;
        self.series += series;
        self.samples += samples;
        self.dumps += dumps;
        self.tasks += tasks;
        self.objects += objects;
        self.limits += limits;
        self.tables += tables;
    }
}

/// Whom an input tells of, as far as its path in a bundle says so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Node.
    pub node: Option<String>,
    /// Pod as `namespace/name`, for the log of a container.
    pub pod: Option<String>,
    /// Container.
    pub container: Option<String>,
    /// Whether it is the log of the run before the last.
    pub previous: bool,
}

impl Origin {
    /// As the source of a line that names none: `namespace/pod/container`, else the node.
    #[must_use]
    pub fn source(&self) -> String {
        match (&self.pod, &self.container) {
            (Some(pod), Some(container)) => format!("{pod}/{container}"),
            (Some(pod), None) => pod.clone(),
            (None, _) => self.node.clone().unwrap_or_default(),
        }
    }
}

/// One input of the case, as shown to people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EvidenceMeta {
    /// Its id.
    pub id: EvidenceId,
    /// Path or name, as dropped.
    pub path: String,
    /// Whom it tells of, where its path says so.
    pub origin: Option<Origin>,
    /// Format id; `plain` when nothing was recognised, empty while waiting.
    pub format: String,
    /// Score of the format, 0 to 100.
    pub score: u8,
    /// Other formats that would accept it, best first, with scores.
    pub runners_up: Vec<(String, u8)>,
    /// Whether a person chose the format.
    pub format_chosen: bool,
    /// Encoding.
    pub encoding: Encoding,
    /// Bytes as dropped.
    pub bytes: u64,
    /// Bytes read so far.
    pub bytes_read: u64,
    /// Lines.
    pub lines: LineCounts,
    /// SHA-256 in lower-case hex, when computed.
    pub digest: Option<String>,
    /// First and last instant.
    pub time_range: Option<TimeRange>,
    /// Clock in force.
    pub clock: Clock,
    /// The path of the input that the year was taken from; empty where none was.
    pub year_from: String,
    /// What it yielded.
    pub counts: Counts,
    /// What had to be guessed to read it.
    pub guesses: Vec<Guess>,
    /// Trouble in reading it.
    pub issues: Issues,
    /// Where reading stands.
    pub state: EvidenceState,
}
