//! A snapshot of processes and their threads (`ps -eLf`).

use serde::{Deserialize, Serialize};

use super::citation::Locator;
use super::time::WallTime;

/// One process of a snapshot, its thread rows folded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    /// Process id.
    pub pid: u32,
    /// Parent.
    pub ppid: u32,
    /// User as printed (name, or number for long names).
    pub user: String,
    /// Threads counted in the snapshot (rows of a `-L` listing, else NLWP).
    pub n_threads: u32,
    /// Command as printed.
    pub command: String,
    /// Its first row.
    pub locator: Locator,
}

/// One run of `ps` or `top`, or one total of all tasks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessSnapshot {
    /// Time of day (nanoseconds since midnight, local) when it was taken, from the STIME of the `ps` process itself; `None` when unknown.
    /// Only minutes are printed, and no date.
    pub time_of_day: Option<WallTime>,
    /// When it was taken, on the input's clock: a `date` line above it says so, or a clock that names its own second (`top`). `None` where
    /// only `time_of_day` is known, or nothing.
    pub wall: Option<WallTime>,
    /// Whether the rows are threads: only then may they be summed against a thread limit.
    pub counts_threads: bool,
    /// All threads (rows without the header).
    pub n_threads: u32,
    /// Processes, in order of PID; none where only a total was printed (`/proc/loadavg`, `top -H`).
    pub processes: Vec<Process>,
    /// The whole listing, header included.
    pub locator: Locator,
}
