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

/// Who held the memory when the kernel killed for it, by its own table. In pages, whose size depends on the machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldMemory {
    /// The name whose processes held most together, cut at 15 characters.
    pub name: String,
    /// How many processes have it.
    pub n_named: u32,
    /// The largest of them.
    pub pid: u32,
    /// Resident pages: of that one, of all with its name, of all that are listed. Pages that processes share are in each of them.
    pub pages: [u64; 3],
    /// kB of a page, where the line about the kill shows it.
    pub page_kb: Option<u32>,
    /// The row of the largest.
    pub row: Locator,
}

/// One run of `ps` or `top`, one total of all tasks, or the kernel's table of a kill for memory.
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
    /// Who held most of the memory, where the listing is the kernel's of a kill for memory.
    pub held: Option<HeldMemory>,
    /// The whole listing, header included.
    pub locator: Locator,
}
