//! What a reading is told and what it gives.

use serde::{Deserialize, Serialize};

use crate::evidence::LineIndex;
use crate::model::{
    Column, Counts, Encoding, EvidenceId, EvidenceState, LineCounts, Parsed, RecordTable, Setting, Values,
};

/// What is to be read, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// The input: whatever is read of it names it in its places.
    pub evidence: EvidenceId,
    /// Path or name: a hint for recognising it.
    pub path: String,
    /// Format id that a person chose; `None` = as recognised.
    pub format: Option<String>,
    /// What a person set instead of guesses.
    pub settings: Vec<Setting>,
    /// Whether it is so large that only some of its records are kept.
    pub is_indexed: bool,
    /// Whether something was wrong with it before it came here.
    pub is_noted: bool,
    /// Whether more of it is still to come: it is being unpacked.
    pub grows: bool,
}

/// What reading found out about an input so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Where reading stands.
    pub state: EvidenceState,
    /// Format id; empty before it is opened.
    pub format: String,
    /// Score of the format, 0 to 100.
    pub score: u8,
    /// Other formats that would accept it, best first, with scores.
    pub runners_up: Vec<(String, u8)>,
    /// Encoding.
    pub encoding: Encoding,
    /// Length of the byte order mark in front of its text.
    pub skip: u64,
    /// Bytes read.
    pub bytes_read: u64,
    /// Lines.
    pub lines: LineCounts,
    /// What it yielded.
    pub counts: Counts,
}

/// What came since the batch before. All batches of an input, joined in order, are what it yields.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Batch {
    /// What is known by now.
    pub found: Found,
    /// Its text, where it had to be made of another encoding; in one batch only.
    pub text: Option<Vec<u8>>,
    /// Further records.
    pub records: RecordTable,
    /// Further lines.
    pub index: LineIndex,
    /// Further values of columns, which stand empty in the tables of the last batch.
    pub values: Vec<ColumnPart>,
    /// Everything else; in the last batch.
    pub rest: Option<Box<Rest>>,
}

/// Values of a column, after those of its part before.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ColumnPart {
    /// Index of the column among those of all tables.
    pub column: u32,
    /// Values of all parts of it.
    pub n_values: u64,
    /// These.
    pub values: Values,
}

/// What is there when reading is over.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Rest {
    /// What it yielded, without the records, which went before.
    pub parsed: Parsed,
    /// Tells inputs of the same size apart.
    pub checksum: u64,
}

/// The ticket of samples, which no input has.
pub const WARM: u32 = 0;

/// To a worker that reads. A reading is known by a ticket: an input that is to be read again has another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ToReader {
    /// Reads these, in order; the message holds a file handle for each.
    Read(Vec<(u32, Job)>),
    /// Reads this one no further. It still gives its last batch.
    Cancel(u32),
    /// Gets ready: nobody waits for it yet. What is read for it comes under the ticket [`WARM`].
    Warm,
    /// There is more of this one, or, in the end, all of it; the message holds its file handle, and may hold its end as a buffer.
    Grow {
        /// Which.
        ticket: u32,
        /// Whether there is all of it.
        is_whole: bool,
    },
    /// Takes no further slice until it is told to go on; what is cancelled meanwhile still gives its last batch.
    Pause(bool),
}

/// From a worker that reads: batches, in the order in which they came, by ticket.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct FromReader(pub Vec<(u32, Batch)>);

/// What there is of an input of which so many records were told.
pub(super) fn counts_of(parsed: &Parsed, n_told: u64) -> Counts {
    let samples = |column: &Column| column.values.n_finite() as u64;
    Counts {
        records: n_told + parsed.records.len() as u64,
        series: parsed.frames.iter().map(|frame| frame.columns.len() as u64).sum(),
        samples: parsed.frames.iter().flat_map(|frame| &frame.columns).map(samples).sum(),
        dumps: u64::from(parsed.dumps.n_seen),
        tasks: parsed.dumps.n_tasks + parsed.processes.iter().map(|listing| u64::from(listing.n_threads)).sum::<u64>(),
        objects: (parsed.objects.len() + parsed.events.len()) as u64,
        limits: parsed.limits.len() as u64,
        tables: parsed.tables.len() as u64,
    }
}
