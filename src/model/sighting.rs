//! Typed sightings: what one scan over the text saw of the literals that rules ask for, and where.

use super::words::holds;
use serde::{Deserialize, Serialize};

use super::citation::ByteRange;

/// What was seen. Numbers that the line itself states are carried along.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SightingKind {
    /// Go: `runtime: failed to create new OS thread (have 5 already; errno=11)`.
    GoThreadCreateFailed {
        /// Threads the process had.
        have: Option<u32>,
        /// 11 is EAGAIN (a task limit), 12 is ENOMEM.
        errno: Option<u32>,
    },
    /// Go's guess: `runtime: may need to increase max user processes (ulimit -u)`.
    GoUlimitHint,
    /// `fatal error: newosproc`.
    GoNewosproc,
    /// `Resource temporarily unavailable` (EAGAIN) of a fork, exec or thread creation.
    ResourceUnavailable,
    /// `cgroup: fork rejected by pids controller in /kubepods/…`.
    PidsControllerRejected {
        /// The cgroup.
        cgroup: String,
    },
    /// A liveness or readiness probe failed (kubelet's log or an event).
    ProbeFailed {
        /// Whether kubelet logs the event that it made of a failure, beside the line of its prober.
        is_event: bool,
    },
    /// kubelet killed a container that failed its liveness probe.
    LivenessKill,
    /// `unable to create new native thread` (JVM), `can't start new thread` (Python), `pthread_create failed`.
    NativeThreadFailed,
    /// `nf_conntrack: table full, dropping packet`.
    ConntrackFull,
    /// `VFS: file-max limit 1631329 reached`, `Too many open files in system` (ENFILE).
    FileMaxReached,
    /// `Too many open files` (EMFILE), unless the line is about inotify, which answers with the same words.
    TooManyOpenFiles,
    /// `inotify_add_watch …: no space left on device`, `failed to create fsnotify watcher: too many open files`.
    InotifyFull {
        /// Watches of a user (`fs.inotify.max_user_watches`), else instances (`max_user_instances`).
        is_watches: bool,
    },
    /// kubelet: `pleg was last seen active 4m24.920746134s ago; threshold is 3m0s`.
    PlegStopped {
        /// The age, in whole milliseconds.
        age_ms: u32,
    },
    /// A line of the kernel's, or of kubelet's, about a kill for memory.
    OutOfMemory(OomLine),
    /// A line of kubelet's eviction manager.
    Eviction(EvictionLine),
    /// `no space left on device` (ENOSPC) of a file system; see [`refuses_space`].
    NoSpace {
        /// The path that the line names, or nothing.
        path: String,
    },
    /// Ceph's words for OSDs that are down and for pools or OSDs that are full.
    CephTrouble,
    /// A name that was not resolved: `UnknownHostException: redis.cache`, `lookup redis.cache on 10.96.0.10:53: no such host`.
    NameNotResolved {
        /// The name, where the line says it.
        name: String,
        /// Whether the name server gave no answer, else it said that there is no such name, or the line does not tell.
        is_silent: bool,
        /// The address of the server that gave none, where the line says it.
        server: String,
    },
    /// `***HIDDEN***`: whoever collected the log took a value out of the line. No failure, and nothing that the program wrote.
    Hidden,
}

/// What one line of kubelet's eviction manager says. The pod it names is the sighting's subject.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvictionLine {
    /// How far it went.
    pub step: EvictionStep,
    /// The resource as kubelet names it (`memory`, `ephemeral-storage`, `inodes`, `pids`); empty where the line names none.
    pub resource: String,
}

/// What the eviction manager does about a threshold that was met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum EvictionStep {
    /// `attempting to reclaim`: a threshold was met.
    #[default]
    Attempting,
    /// `able to reduce resource pressure without evicting pods`.
    Reduced,
    /// `must evict pod(s) to reclaim`.
    Must,
    /// `pod is evicted successfully`.
    Evicted,
}

/// What one line about a kill for memory says; the kernel writes many of them for one kill.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OomLine {
    /// Which part of the story it is.
    pub step: OomStep,
    /// The process it names.
    pub process: String,
    /// Its id.
    pub pid: Option<u32>,
    /// The control group it names.
    pub cgroup: String,
    /// Whether a control group's limit was reached (else the node's memory), where the line says so.
    pub is_of_cgroup: Option<bool>,
    /// Memory used and the limit, in kB.
    pub use_kb: Option<(u64, u64)>,
}

/// The parts of the kernel's story of one kill, and kubelet's word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum OomStep {
    /// `java invoked oom-killer: …`: a story begins.
    Invoked,
    /// Whose limit, and how much was used.
    #[default]
    Told,
    /// `Kill process 24572 (java) score 0 or sacrifice child`: chosen.
    Chosen,
    /// `Killed process 28438 (java) total-vm:…`: done.
    Killed,
    /// kubelet: `OOMKilled`; or systemd and a container's runtime, who name the unit or the whole id in place of a control group.
    Stated,
}

impl SightingKind {
    /// Position in the tables of [`Sightings`].
    #[must_use]
    pub const fn index(&self) -> usize {
        match self {
            Self::GoThreadCreateFailed { .. } => 0,
            Self::GoUlimitHint => 1,
            Self::GoNewosproc => 2,
            Self::ResourceUnavailable => 3,
            Self::PidsControllerRejected { .. } => 4,
            Self::ProbeFailed { .. } => 5,
            Self::LivenessKill => 6,
            Self::NativeThreadFailed => 7,
            Self::ConntrackFull => 8,
            Self::FileMaxReached => 9,
            Self::TooManyOpenFiles => 10,
            Self::PlegStopped { .. } => 11,
            Self::OutOfMemory(_) => 12,
            Self::InotifyFull { .. } => 13,
            Self::Eviction(_) => 14,
            Self::Hidden => 15,
            Self::NoSpace { .. } => 16,
            Self::CephTrouble => 17,
            Self::NameNotResolved { .. } => 18,
        }
    }

    /// Number of kinds.
    pub const N_KINDS: usize = 19;
}

/// Whether a line says that a fork, an exec or a thread met EAGAIN. The same words end lines about locks, sockets and pipes: what
/// stands right before them and what the line is about decide.
#[must_use]
pub fn refuses_a_task(line: &[u8]) -> bool {
    const UNAVAILABLE: &[u8] = b"resource temporarily unavailable";
    /// What calls for a task. `probe` stands for kubelet's exec probes, whose output may be nothing else.
    const ABOUT: [&[u8]; 8] =
        [b"fork", b"clone", b"spawn", b"setns", b"pthread_create", b"exec", b"probe", b"cannot set user id"];
    /// Calls that answer EAGAIN for want of something else.
    const OTHER: [&[u8]; 11] = [
        b"connect",
        b"accept",
        b"read",
        b"write",
        b"recv",
        b"recvfrom",
        b"recvmsg",
        b"send",
        b"sendto",
        b"sendmsg",
        b"lock",
    ];
    let line = line.to_ascii_lowercase();
    let Some(at) = line.windows(UNAVAILABLE.len()).position(|words| words == UNAVAILABLE) else { return false };
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let before = &line[..at];
    let end = before.iter().rposition(is_letter).map_or(0, |last| last + 1);
    let start = before[..end].iter().rposition(|byte| !is_letter(byte)).map_or(0, |gap| gap + 1);
    if OTHER.contains(&&before[start..end]) {
        return false;
    }
    // Whole words at their start: `executor` is no exec, `nsexec` and `vfork` are.
    let says = |word: &[u8]| {
        line.windows(word.len()).enumerate().any(|(at, here)| {
            here == word && !line.get(at + word.len()).is_some_and(|next| next.is_ascii_lowercase() && word == b"exec")
        })
    };
    ABOUT.iter().any(|word| says(word)) || says(b"thread") && (says(b"creat") || says(b"start"))
}

/// Whether a line says that a file system had no room. Watches, control groups, semaphores and shared memory answer with the same words.
#[must_use]
pub fn refuses_space(line: &str) -> bool {
    const OTHER: [&str; 8] =
        ["inotify", "fsnotify", "watch", "cgroup", "semget", "semaphore", "shared memory", "/dev/shm"];
    let line = line.to_ascii_lowercase();
    holds(&line, "no space left on device") && !OTHER.iter().any(|word| holds(&line, word))
}

/// Ceph's words for OSDs that are down, and for pools and OSDs that are full.
pub const CEPH_TROUBLE: [&str; 3] = ["osds down", "pool(s) full", " full osd(s)"];

/// One place where something was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    /// What.
    pub kind: SightingKind,
    /// Line, from 1.
    pub line: u32,
    /// The whole line's bytes.
    pub bytes: ByteRange,
    /// The pod the line names (`kube-system/calico-node-xx`), for probes and kills.
    pub subject: Option<String>,
    /// FNV-1a of the line, by which another input that holds it too is told; 0 where no line says it alone.
    pub digest: u32,
}

/// Sightings of one evidence, in file order. At most [`Sightings::KEPT`] of a kind are kept, and always its last one; all are counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sightings {
    /// Kept sightings of all kinds, in file order.
    pub kept: Vec<Sighting>,
    /// How many were seen of each kind, by [`SightingKind::index`].
    pub n_seen: [u32; SightingKind::N_KINDS],
    /// The last of each kind, by the same index.
    pub last: [Option<Sighting>; SightingKind::N_KINDS],
}

impl Sightings {
    /// How many of one kind are kept.
    pub const KEPT: u32 = 2_000;

    /// Counts a sighting and keeps it while there is room.
    pub fn push(&mut self, sighting: Sighting) {
        let index = sighting.kind.index();
        self.n_seen[index] += 1;
        self.last[index] = Some(sighting.clone());
        if self.n_seen[index] <= Self::KEPT {
            self.kept.push(sighting);
        }
    }
}
