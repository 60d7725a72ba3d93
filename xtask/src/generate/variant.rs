//! What may differ between one telling of the incident and another without changing what happened.

use super::clock::midnight_utc;
use super::rng::Rng;

/// A collected file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileKind {
    /// kubelet's journal.
    Journal,
    /// `kubectl describe pod` of calico-node.
    Describe,
    /// `container_threads` by container.
    ContainerThreads,
    /// `sum(container_threads{node=…})`.
    SumThreads,
    /// `container_processes` by container.
    ContainerProcesses,
    /// `node_forks_total`.
    Forks,
    /// `ps -eLf`, after recovery.
    Ps,
    /// `sysctl -a`.
    Sysctl,
    /// `ulimit -a`.
    Ulimit,
    /// `/etc/security/limits.d/20-nofile.conf`.
    LimitsD,
    /// `/etc/security/limits.conf`.
    LimitsConf,
}

impl FileKind {
    /// All, in the order of the listing: what an engineer looks at first comes first.
    pub(crate) const ALL: [Self; 11] = [
        Self::Journal,
        Self::Describe,
        Self::ContainerThreads,
        Self::SumThreads,
        Self::ContainerProcesses,
        Self::Forks,
        Self::Ps,
        Self::Sysctl,
        Self::Ulimit,
        Self::LimitsD,
        Self::LimitsConf,
    ];

    /// Every file that states a limit.
    pub(crate) const LIMITS: [Self; 4] = [Self::Sysctl, Self::Ulimit, Self::LimitsD, Self::LimitsConf];

    /// Every file that counts threads.
    pub(crate) const USAGE: [Self; 3] = [Self::ContainerThreads, Self::SumThreads, Self::Ps];
}

/// How `journalctl -o` printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JournalStyle {
    /// `Jul 23 22:03:11`.
    Short,
    /// `Jul 23 22:03:11.123456`.
    ShortPrecise,
    /// `2023-07-23T22:03:11+0800`.
    ShortIso,
}

/// How the samples of containers were exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MetricsForm {
    /// Grafana's CSV, raw: epoch milliseconds and plain numbers.
    GrafanaRaw,
    /// Grafana's CSV, formatted: local time and `33.9 K`.
    GrafanaFormatted,
    /// JSON of Prometheus' `query_range`.
    Prometheus,
}

/// One telling of the incident.
#[derive(Clone, Debug)]
pub(crate) struct Variant {
    /// Node name.
    pub(crate) node: String,
    /// Seed of invented names for containers, pods and namespaces; `None` keeps the reference's.
    pub(crate) names: Option<u64>,
    /// Day on which it happens, local: year, month, day.
    pub(crate) date: (i64, i64, i64),
    /// Zone of the node's clock and of whoever collected, in seconds east of UTC.
    pub(crate) offset_s: i32,
    /// Seconds from 22:00:00 local to the first leaked thread.
    pub(crate) onset_s: i64,
    /// Leaked threads per second.
    pub(crate) leak_per_s: i64,
    /// `kernel.pid_max` in force.
    pub(crate) pid_max: u64,
    /// The files state `pid_max` times this: what the same evidence would say on a node with another limit.
    pub(crate) pid_max_factor: u64,
    /// `kernel.threads-max`.
    pub(crate) threads_max: u64,
    /// `ulimit -u`.
    pub(crate) ulimit: u64,
    /// Form of the journal.
    pub(crate) journal: JournalStyle,
    /// Form of `container_threads`.
    pub(crate) metrics: MetricsForm,
    /// Files that nobody collected.
    pub(crate) omit: Vec<FileKind>,
    /// Nothing leaks.
    pub(crate) healthy: bool,
}

impl Variant {
    /// The committed example: incident A as told.
    pub(crate) fn reference() -> Self {
        Self {
            node: "node-xx".into(),
            names: None,
            date: (2023, 7, 23),
            offset_s: 8 * 3600,
            onset_s: 4,
            leak_per_s: 63,
            pid_max: 49_152,
            pid_max_factor: 1,
            threads_max: 1_545_366,
            ulimit: 204_800,
            journal: JournalStyle::Short,
            metrics: MetricsForm::GrafanaRaw,
            omit: Vec::new(),
            healthy: false,
        }
    }

    /// The same incident on another node, another day, told by other tools. One in four reaches `threads-max` before `pid_max`.
    pub(crate) fn random(seed: u64) -> Self {
        let mut rng = Rng::new(seed, "variant");
        let by_threads_max = rng.per_mille(250);
        Self {
            node: format!("{}-{}", rng.pick(&["worker", "bm", "node", "k8s-prod"]), rng.between(2, 80)),
            names: Some(rng.next()),
            date: (rng.between(2021, 2025), rng.between(1, 12), rng.between(1, 28)),
            offset_s: *rng.pick(&[28_800, 0, -18_000, 19_800, 32_400]),
            onset_s: rng.between(0, 300),
            leak_per_s: rng.between(32, 110),
            pid_max: if by_threads_max { 4_194_304 } else { *rng.pick(&[32_768, 40_960, 49_152, 65_536]) },
            pid_max_factor: 1,
            threads_max: if by_threads_max {
                rng.between(36_000, 62_000) as u64
            } else {
                *rng.pick(&[513_602, 1_545_366])
            },
            ulimit: *rng.pick(&[102_400, 131_072, 204_800, 655_360]),
            journal: *rng.pick(&[JournalStyle::Short, JournalStyle::ShortPrecise, JournalStyle::ShortIso]),
            metrics: *rng.pick(&[MetricsForm::GrafanaRaw, MetricsForm::GrafanaFormatted, MetricsForm::Prometheus]),
            omit: Vec::new(),
            healthy: false,
        }
    }

    /// The same telling without some files.
    pub(crate) fn without(&self, kinds: &[FileKind]) -> Self {
        Self { omit: kinds.to_vec(), ..self.clone() }
    }

    /// Local midnight of the day, in seconds since the epoch.
    pub(crate) fn midnight(&self) -> i64 {
        let (year, month, day) = self.date;
        midnight_utc(year, month, day) - i64::from(self.offset_s)
    }

    /// An instant of the day by its local time.
    pub(crate) fn at(&self, hour: i64, minute: i64, second: i64) -> i64 {
        self.midnight() + hour * 3600 + minute * 60 + second
    }
}
