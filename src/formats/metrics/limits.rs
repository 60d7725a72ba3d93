//! Limits, and how far they are used, in samples without a time.
//!
//! A series over time tells its limits where its facts are derived. A scrape is no series, so what it states is taken here:
//!
//! | metric | of the limit | |
//! |---|---|---|
//! | `node_processes_max_processes` | `kernel.pid_max` | its name says processes: it bounds threads |
//! | `node_processes_max_threads` | `kernel.threads-max` | |
//! | `node_filefd_maximum`, `node_filefd_allocated` | `fs.file-max` | |
//! | `node_nf_conntrack_entries_limit`, `node_nf_conntrack_entries` | `net.netfilter.nf_conntrack_max` | |
//! | `container_threads_max`, `container_threads` | `pids.max` of the cgroup | 0 is unlimited |
//! | `container_ulimits_soft{ulimit="max_open_files"}` | `ulimit -n` of the container's first process | |
//! | `maxpid` of kubelet's summary | `kubelet maxpid` | old kubelets leave `threads-max` out of it (kubernetes#107107) |
//!
//! What is a node's is taken only where a single node is measured: which node a limit binds is not part of it. Source: node_exporter
//! `collector/processes_linux.go`, cAdvisor `metrics/prometheus.go`.

use crate::formats::Parsed;
use crate::model::{
    Column, EvidenceId, Frame, Limit, LimitName, LimitOrigin, LimitUse, Locator, RowAt, Scope, WallTime,
};

/// What a sample is to a limit.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Stated,
    Used,
}

/// Adds the limits and uses that an input's samples without a time state, each as of its last sample.
pub(super) fn take_limits(evidence: EvidenceId, out: &mut Parsed) {
    let (mut limits, mut uses, mut nodes) = (Vec::new(), Vec::new(), Vec::new());
    for frame in out.frames.iter().filter(|frame| frame.wall.iter().all(|wall| !wall.is_some())) {
        for column in &frame.columns {
            let Some((name, part, scope)) = part_of(column) else { continue };
            let Some(row) = column.values.iter().rposition(|value| value.is_finite()) else { continue };
            let value = match column.values[row] {
                value if (0.0..1.8e19).contains(&value) => value as u64,
                _ => continue,
            };
            let locator = line_of(evidence, frame, row);
            let node = ["instance", "node"].iter().find_map(|key| column.label(key)).unwrap_or_default();
            if scope == Scope::Node {
                nodes.push(node);
            }
            match part {
                Part::Used => uses.push(LimitUse { name, scope, used: value, wall: WallTime::NONE, locator }),
                // Nothing but a cgroup is unlimited by a 0.
                Part::Stated if value > 0 || name == LimitName::PidsMax => {
                    let value = (value > 0).then_some(value);
                    limits.push(Limit { name, scope, value, origin: LimitOrigin::Live, soft: true, locator });
                }
                Part::Stated => {}
            }
        }
    }
    let is_one_node = nodes.iter().min() == nodes.iter().max();
    limits.retain(|limit| is_one_node || limit.scope != Scope::Node);
    uses.retain(|used| is_one_node || used.scope != Scope::Node);
    out.limits.append(&mut limits);
    out.uses.append(&mut uses);
}

/// The line of a row; the case fills the bytes.
fn line_of(evidence: EvidenceId, frame: &Frame, row: usize) -> Locator {
    let line = match &frame.rows {
        RowAt::Lines(lines) => lines.get(row).unwrap_or(1),
        RowAt::Bytes { .. } => 1,
    };
    Locator::lines(evidence, line, line)
}

fn part_of(column: &Column) -> Option<(LimitName, Part, Scope)> {
    let label = |key: &str| column.label(key).unwrap_or_default();
    // As the series of a container is known by its pod, where it has one.
    let owner = || match (label("pod"), label("container")) {
        ("", _) => label("id").to_owned(),
        (pod, container) => [label("namespace"), pod, container].join("/"),
    };
    Some(match column.name.as_str() {
        "node_processes_max_processes" => (LimitName::PidMax, Part::Stated, Scope::Node),
        "node_processes_max_threads" => (LimitName::ThreadsMax, Part::Stated, Scope::Node),
        "node_processes_threads" => (LimitName::PidMax, Part::Used, Scope::Node),
        "maxpid" => (LimitName::KubeletMaxPid, Part::Stated, Scope::Node),
        "node_filefd_maximum" => (LimitName::FileMax, Part::Stated, Scope::Node),
        "node_filefd_allocated" => (LimitName::FileMax, Part::Used, Scope::Node),
        "node_nf_conntrack_entries_limit" => (LimitName::ConntrackMax, Part::Stated, Scope::Node),
        "node_nf_conntrack_entries" => (LimitName::ConntrackMax, Part::Used, Scope::Node),
        "container_threads_max" => (LimitName::PidsMax, Part::Stated, Scope::Cgroup(owner())),
        "container_threads" => (LimitName::PidsMax, Part::Used, Scope::Cgroup(owner())),
        "container_ulimits_soft" if label("ulimit") == "max_open_files" => {
            (LimitName::UlimitFiles, Part::Stated, Scope::Process(owner()))
        }
        _ => return None,
    })
}
