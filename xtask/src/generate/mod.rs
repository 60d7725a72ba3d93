//! Makes evidence: incident A as an engineer would have collected it, variants of it for metamorphic tests, and a kubelet journal of any
//! size for benchmarks.
//!
//! One simulated [`node`] answers "how many threads had this container at that second"; every file is a view of it, so the figures of a
//! metric export, a `ps` listing and a limit always reconcile. Same seed and variant, same bytes, on every platform: integers only.
//! Shared by `cargo xtask example`, `cargo xtask journal` and the tests (which include it by path), hence standard library only.
#![allow(dead_code, unused_imports)] // each of the three users needs another part

mod clock;
mod crash;
mod describe;
pub(crate) mod goroutines;
pub(crate) mod journal;
mod kubelet;
mod limits;
mod metrics;
mod node;
mod noise;
mod ps;
mod rng;
mod tellings;
mod variant;

use clock::Zone;
use node::Node;
pub(crate) use tellings::{COARSE_STEP_S, Telling, leaking_pid};
pub(crate) use variant::{FileKind, MetricsForm, Variant};

/// What really happened, for tests to compare the engine's answer with.
#[derive(Clone, Debug)]
pub(crate) struct Truth {
    /// Container that leaks threads; `None` in a healthy variant.
    pub(crate) culprit: Option<String>,
    /// Name of the ceiling that is reached (`kernel.pid_max` or `kernel.threads-max`).
    pub(crate) ceiling: &'static str,
    /// Its value in force on the simulated node; the files state it times `pid_max_factor`.
    pub(crate) ceiling_value: u64,
    /// First leaked thread, in seconds since the epoch.
    pub(crate) onset: i64,
    /// First refused fork.
    pub(crate) wall: i64,
    /// The leaking container is gone.
    pub(crate) heal: i64,
    /// Containers whose probes fail although they leak nothing.
    pub(crate) victims: Vec<String>,
    /// Highest Σ container threads of any sample.
    pub(crate) peak: u64,
    /// Rows of `ps -eLf`, without the header.
    pub(crate) n_ps_rows: u64,
    /// The machine's own threads when `ps` ran.
    pub(crate) host_threads: u64,
    /// Go processes that died of `newosproc` in kubelet's journal.
    pub(crate) n_crashes: u64,
    /// Seconds between two samples of a container.
    pub(crate) step_s: i64,
}

/// The files of one incident, in the order in which they are listed, and the truth behind them.
pub(crate) struct Incident {
    /// Name and content.
    pub(crate) files: Vec<(String, Vec<u8>)>,
    /// What happened.
    pub(crate) truth: Truth,
}

impl Incident {
    /// A file's content, by the kind that it is.
    pub(crate) fn file(&self, kind: FileKind, variant: &Variant) -> Option<&[u8]> {
        let name = file_name(kind, variant);
        self.files.iter().find(|(path, _)| *path == name).map(|(_, bytes)| bytes.as_slice())
    }
}

/// Generates incident A.
pub(crate) fn incident_a(seed: u64, variant: &Variant) -> Incident {
    let node = Node::new(seed, variant);
    let (journal, n_crashes) = kubelet::journal(&node);
    let ps = ps::listing(&node);
    let truth = Truth {
        culprit: (!variant.healthy).then(|| node.leaker().name.clone()),
        ceiling: node.ceiling_name(),
        ceiling_value: node.ceiling(),
        onset: node.onset,
        wall: node.wall,
        heal: node.heal,
        victims: if variant.healthy { Vec::new() } else { kubelet::victims(&node) },
        peak: metrics::sums(&node).map(|(_, sum)| sum).max().unwrap_or(0),
        n_ps_rows: ps.n_rows,
        host_threads: ps.n_host_rows,
        n_crashes,
        step_s: metrics::STEP_S,
    };
    let files = FileKind::ALL
        .into_iter()
        .filter(|kind| !variant.omit.contains(kind))
        .map(|kind| {
            let text = match kind {
                FileKind::Journal => journal.clone(),
                FileKind::Describe => describe::pod(&node),
                FileKind::ContainerThreads => metrics::container_threads(&node),
                FileKind::SumThreads => metrics::sum_container_threads(&node),
                FileKind::ContainerProcesses => metrics::container_processes(&node),
                FileKind::Forks => metrics::node_forks(&node),
                FileKind::Ps => ps.text.clone(),
                FileKind::Sysctl => limits::sysctl(&node),
                FileKind::Ulimit => limits::ulimit(&node),
                FileKind::LimitsD => limits::limits_d(&node),
                FileKind::LimitsConf => limits::limits_conf(),
            };
            (file_name(kind, variant), text.into_bytes())
        })
        .collect();
    Incident { files, truth }
}

/// Incident A as one kind of source tells it, beside the journal and the node's limits.
pub(crate) fn incident_a_told(telling: Telling, seed: u64, variant: &Variant) -> Incident {
    let node = Node::new(seed, variant);
    let mut incident = incident_a(seed, variant);
    let kept = [FileKind::Journal, FileKind::Sysctl].map(|kind| file_name(kind, variant));
    let metrics = file_name(FileKind::ContainerThreads, variant);
    incident.files.retain(|(name, _)| kept.contains(name) || telling == Telling::Metrics && *name == metrics);
    match telling {
        Telling::Metrics => {}
        Telling::Sar => incident.files.push(("sar.csv".into(), tellings::sar(&node).into_bytes())),
        Telling::Listings => {
            let listings = tellings::listings(&node).into_iter();
            incident.files.extend(listings.map(|(name, text)| (name, text.into_bytes())));
        }
    }
    incident
}

/// The name a file is collected under.
pub(crate) fn file_name(kind: FileKind, variant: &Variant) -> String {
    match kind {
        FileKind::Journal => "kubelet.journal.log".into(),
        FileKind::Describe => "calico-node-describe.txt".into(),
        FileKind::ContainerThreads if variant.metrics == MetricsForm::Prometheus => "container_threads.json".into(),
        FileKind::ContainerThreads => {
            let zone = Zone(variant.offset_s);
            let day = zone.date(variant.midnight());
            format!("container_threads-data-as-joinbyfield-{day} 22_41_07.csv")
        }
        FileKind::SumThreads => "sum_container_threads.json".into(),
        FileKind::ContainerProcesses => "container_processes.csv".into(),
        FileKind::Forks => "node_forks_total.csv".into(),
        FileKind::Ps => "ps-eLf.txt".into(),
        FileKind::Sysctl => "sysctl-a.txt".into(),
        FileKind::Ulimit => "ulimit-a.txt".into(),
        FileKind::LimitsD => "20-nofile.conf".into(),
        FileKind::LimitsConf => "limits.conf".into(),
    }
}

/// The list of an incident's files, in order, for a page that fetches them: `[{"name": …, "bytes": …}, …]`.
pub(crate) fn index(files: &[(String, Vec<u8>)]) -> String {
    let rows: Vec<String> =
        files.iter().map(|(name, bytes)| format!("  {{\"name\": \"{name}\", \"bytes\": {}}}", bytes.len())).collect();
    format!("[\n{}\n]\n", rows.join(",\n"))
}
