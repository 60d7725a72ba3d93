//! Limits on tasks and handles, as an input states them.

use serde::{Deserialize, Serialize};

use super::citation::Locator;
use super::time::WallTime;

/// Which limit. The spelling is part of the command line's contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum LimitName {
    /// Highest PID or thread id of the node (`/proc/sys/kernel/pid_max`): counts all threads.
    #[serde(rename = "kernel.pid_max")]
    PidMax,
    /// Tasks the kernel can hold (`/proc/sys/kernel/threads-max`).
    #[serde(rename = "kernel.threads-max")]
    ThreadsMax,
    /// What kubelet reports as the node's limit (`rlimit.maxpid`).
    #[serde(rename = "kubelet maxpid")]
    KubeletMaxPid,
    /// A cgroup's `pids.max`.
    #[serde(rename = "pids.max")]
    PidsMax,
    /// kubelet's `podPidsLimit`.
    #[serde(rename = "podPidsLimit")]
    PodPidsLimit,
    /// RLIMIT_NPROC: all threads of one real UID.
    #[serde(rename = "ulimit -u")]
    UlimitProcesses,
    /// systemd's `TasksMax` of a unit.
    #[serde(rename = "TasksMax")]
    TasksMax,
    /// Open files of the node.
    #[serde(rename = "fs.file-max")]
    FileMax,
    /// RLIMIT_NOFILE: open files of one process.
    #[serde(rename = "ulimit -n")]
    UlimitFiles,
    /// Tracked connections of the node.
    #[serde(rename = "net.netfilter.nf_conntrack_max")]
    ConntrackMax,
    /// inotify watches of one user.
    #[serde(rename = "fs.inotify.max_user_watches")]
    InotifyWatches,
    /// inotify instances of one user.
    #[serde(rename = "fs.inotify.max_user_instances")]
    InotifyInstances,
    /// A cgroup's memory in bytes.
    #[serde(rename = "memory.max")]
    MemoryMax,
    /// Pods that kubelet runs on the node.
    #[serde(rename = "maxPods")]
    MaxPods,
}

impl LimitName {
    /// The contract's spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PidMax => "kernel.pid_max",
            Self::ThreadsMax => "kernel.threads-max",
            Self::KubeletMaxPid => "kubelet maxpid",
            Self::PidsMax => "pids.max",
            Self::PodPidsLimit => "podPidsLimit",
            Self::UlimitProcesses => "ulimit -u",
            Self::TasksMax => "TasksMax",
            Self::FileMax => "fs.file-max",
            Self::UlimitFiles => "ulimit -n",
            Self::ConntrackMax => "net.netfilter.nf_conntrack_max",
            Self::InotifyWatches => "fs.inotify.max_user_watches",
            Self::InotifyInstances => "fs.inotify.max_user_instances",
            Self::MemoryMax => "memory.max",
            Self::MaxPods => "maxPods",
        }
    }

    /// Whether every user has as much of it, though the node states it.
    #[must_use]
    pub const fn is_of_each_user(self) -> bool {
        matches!(self, Self::InotifyWatches | Self::InotifyInstances)
    }

    /// Whether tasks (threads) count against it.
    #[must_use]
    pub const fn counts_tasks(self) -> bool {
        matches!(
            self,
            Self::PidMax
                | Self::ThreadsMax
                | Self::KubeletMaxPid
                | Self::PidsMax
                | Self::PodPidsLimit
                | Self::UlimitProcesses
                | Self::TasksMax
        )
    }
}

/// Whom a limit binds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The whole node.
    Node,
    /// Every real UID the domain matches: a user, `@group` or `*`.
    User(String),
    /// A cgroup or pod.
    Cgroup(String),
    /// A systemd unit.
    Unit(String),
    /// The shell or process that was asked.
    Process(String),
}

impl Scope {
    /// The process that was asked, where what it answered does not tell which.
    pub const SHELL: &str = "shell";
}

/// Whether the value was in force or merely written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitOrigin {
    /// Read from the running system.
    Live,
    /// Read from a configuration file: live beats configured, a difference is worth saying.
    Configured,
}

/// One stated limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    /// Which.
    pub name: LimitName,
    /// Whom it binds.
    pub scope: Scope,
    /// The value; `None` is unlimited.
    pub value: Option<u64>,
    /// In force or written down.
    pub origin: LimitOrigin,
    /// Whether it is the soft of a soft/hard pair (the one that bites first); limits without the pair are soft.
    pub soft: bool,
    /// The line that states it.
    pub locator: Locator,
}

/// How far a limit was used, where an input states it once and no series does: `pids.current`, `Tasks: 17 (limit: 10267)`, `fs.file-nr`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitUse {
    /// Of which limit.
    pub name: LimitName,
    /// Of whom; the same as that of the limit.
    pub scope: Scope,
    /// What was used, in the limit's unit.
    pub used: u64,
    /// When, as written; [`WallTime::NONE`] where the input does not tell.
    pub wall: WallTime,
    /// The line that states it.
    pub locator: Locator,
}
