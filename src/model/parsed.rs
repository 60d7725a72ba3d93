//! What parsing one evidence yields.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{
    Dumps, Frame, Guess, Issues, KubeEvent, KubeObject, Limit, LimitUse, LineCounts, Locator, Notes, ProcessSnapshot,
    RecordTable, Sightings, Table, WallKind,
};

/// What a collector could not collect, or lost of what came to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectorError {
    /// Its name, where it is stated.
    pub collector: String,
    /// What it says.
    pub message: String,
    /// Where.
    pub locator: Locator,
    /// Where it is said as well: by another account of the same run, or the last time.
    pub also: Vec<Locator>,
}

/// The log of a container in a terminal, as far as the command that printed it says whose it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintedLog {
    /// `namespace/name`; `/name` where no namespace is said.
    pub pod: String,
    /// Container; empty where the only one is meant.
    pub container: String,
    /// Whether it is of the run before.
    pub is_previous: bool,
    /// Its lines.
    pub locator: Locator,
}

/// What parsing one evidence yields.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Parsed {
    /// What the written times lack; one answer per input, set by the parser (`Unclocked` where it has no times).
    pub wall_kind: WallKind,
    /// The zone that the input itself states although its times do not, in seconds east of UTC (a `+0800` in a header).
    pub stated_offset_s: Option<i32>,
    /// The year that the input itself states although its times do not (`-- Logs begin at Sun 2023-07-23 …`).
    pub stated_year: Option<i32>,
    /// Log lines.
    pub records: RecordTable,
    /// Samples.
    pub frames: Vec<Frame>,
    /// Stated limits.
    pub limits: Vec<Limit>,
    /// Uses of limits that are stated once.
    pub uses: Vec<LimitUse>,
    /// Kubernetes objects.
    pub objects: Vec<KubeObject>,
    /// Kubernetes events.
    pub events: Vec<KubeEvent>,
    /// What collectors say they could not collect.
    pub collector_errors: Vec<CollectorError>,
    /// Hosts that prompts name, each from its line on to the next; empty where a prompt does not tell which.
    pub hosts: Vec<(u32, String)>,
    /// Logs of containers that stand in it among other things.
    pub logs: Vec<PrintedLog>,
    /// Process listings.
    pub processes: Vec<ProcessSnapshot>,
    /// Other outputs of commands.
    pub tables: Vec<Table>,
    /// Chat messages and alerts.
    pub notes: Notes,
    /// Stack dumps.
    pub dumps: Dumps,
    /// What the scan for literals saw.
    pub sightings: Sightings,
    /// What had to be guessed to read it.
    pub guesses: Vec<Guess>,
    /// Lines by what became of them.
    pub lines: LineCounts,
    /// Trouble.
    pub issues: Issues,
    /// Bytes of which somebody knows already that they are [plain](crate::evidence::encoding::is_plain).
    #[serde(skip)]
    pub plain: Range<u64>,
    /// What was put in front of documents inside of it, so that what they hold has its place: bytes, of all of them.
    #[serde(skip)]
    pub padded: u64,
}
