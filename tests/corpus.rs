//! Real files from the world outside, read through a case. They are not part of the project: where they are absent, this is counted as
//! skipped in the file that `DEBRIEF_SKIPS` names.

mod bundles;
mod insights;
mod issues;
mod kube;
mod metrics;
mod recognition;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use debrief::case::Case;
use debrief::evidence::MemorySource;
use debrief::model::{EvidenceState, Timestamp};
use debrief::protocol::Choices;

/// Larger files only cost time here.
const MAX_BYTES: u64 = 4 << 20;

/// The folder of real files, if this machine has it.
pub(crate) fn corpus(test: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    if folder.is_dir() {
        return Some(folder);
    }
    if let Some(list) = std::env::var_os("DEBRIEF_SKIPS") {
        let file = std::fs::OpenOptions::new().create(true).append(true).open(list);
        writeln!(file.expect("a list of skips"), "{test}: ../shared absent").expect("a line");
    }
    None
}

fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, into);
        } else if path.metadata().is_ok_and(|meta| meta.len() <= MAX_BYTES) {
            into.push(path);
        }
    }
}

#[test]
fn real_files_are_accounted_for_and_accuse_nobody() {
    let Some(folder) = corpus("real_files_are_accounted_for_and_accuse_nobody") else { return };
    let mut paths = Vec::new();
    files(&folder, &mut paths);
    let open = || Case::new(0, Timestamp::from_seconds(1_790_000_000));
    let add = |case: &mut Case, path: &Path| {
        let name = path.strip_prefix(&folder).expect("inside").to_string_lossy().into_owned();
        case.add(&name, Box::new(MemorySource(std::fs::read(path).expect("a file"))), Choices::default(), false);
    };
    let (mut all, mut faults) = (open(), Vec::new());
    for path in &paths {
        let mut case = open();
        add(&mut case, path);
        add(&mut all, path);
        case.read_all();
        let analysis = case.analysis().clone();
        let meta = case.evidence().remove(0);
        let n_lines = case.lines(meta.id, 1, 1).n_lines;
        let lines = meta.lines;
        if meta.state == EvidenceState::Ready && lines.parsed + lines.skipped + lines.failed != n_lines {
            faults.push(format!("{}: {lines:?} of {n_lines}", meta.path));
        }
        let told = |rule: &str| TOLD.iter().any(|(name, of)| *of == rule && meta.path.contains(name));
        let untold = analysis.findings.iter().filter(|finding| !told(&finding.rule));
        faults.extend(untold.map(|finding| format!("{}: {}", meta.path, finding.rule)));
        let is_quiet =
            ["art_daily_small_noise", "ec2_cpu_utilization_c6585a"].iter().any(|name| meta.path.contains(name));
        if is_quiet && !analysis.change_points.is_empty() {
            faults.push(format!("{}: {:?}", meta.path, analysis.change_points));
        }
    }
    all.read_all();
    let is_told = |rule: &str| TOLD.iter().any(|(_, of)| *of == rule);
    let of_all = all.analysis().findings.iter().filter(|finding| !is_told(&finding.rule));
    faults.extend(of_all.map(|finding| format!("all together: {}", finding.rule)));
    assert!(all.evidence().iter().all(|meta| !matches!(meta.state, EvidenceState::Waiting | EvidenceState::Reading)));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What files of the corpus tell by what the index says of them: the kernel's words on a unit's tasks and on memory, a registry's answer,
/// name servers that are silent.
const TOLD: &[(&str, &str)] = &[
    ("coredns_225_iotimeout", "host/name-not-resolved"),
    ("icinga_4918_pids", "host/unit-tasks-exhausted"),
    ("jtd_", "stack/deadlock"),
    ("k8s_56891_oom_dmesg", "kube/oom-killed"),
    ("image-pull-fail", "kube/image-pull-failed"),
];

/// What each file of `insights` is, and how many lines or rows of it are understood as the corpus' index says.
const INSIGHTS: &[(&str, &str, u64)] = &[
    ("crictl_logs.txt", "cri", 4),
    ("df_li.txt", "df", 10),
    ("dmesg_boot.txt", "dmesg", 34),
    ("dmesg_rhel7.txt", "dmesg", 15),
    ("docker_ps_a.txt", "containers", 2),
    ("interrupts.txt", "proc-tables", 37),
    ("iptables_save.txt", "iptables-save", 23),
    ("limits.conf", "limits-conf", 0),
    ("lsof.txt", "lsof", 5),
    ("meminfo.txt", "memory", 43),
    ("messages.txt", "journal-short", 9),
    ("mount.txt", "mount", 13),
    ("netstat_s.txt", "sockets", 80),
    ("proc_26231_limits.txt", "ulimit", 0),
    ("proc_cgroups.txt", "proc-tables", 12),
    ("proc_meminfo_procfs.txt", "memory", 45),
    ("proc_stat.txt", "proc-tables", 16),
    ("ps_auxcww.txt", "ps", 13),
    ("ps_auxww_1.txt", "ps", 7),
    ("ps_ef.txt", "ps", 9),
    ("resolv.conf", "resolv-conf", 5),
    ("slabinfo.txt", "proc-tables", 103),
    ("softnet_stat.txt", "proc-tables", 5),
    ("ss_tulpn.txt", "sockets", 13),
    ("sysctl.conf", "sysctl", 0),
];

#[test]
fn outputs_of_commands_are_recognised_by_their_content() {
    let Some(folder) = corpus("outputs_of_commands_are_recognised_by_their_content") else { return };
    let mut wrong = Vec::new();
    for (file, format, n_items) in INSIGHTS {
        let bytes = std::fs::read(folder.join("insights").join(file)).expect("a file");
        for name in [*file, "unknown"] {
            let mut case = Case::new(0, Timestamp::from_seconds(1_790_000_000));
            case.add(name, Box::new(MemorySource(bytes.clone())), Choices::default(), false);
            case.read_all();
            let meta = case.evidence().remove(0);
            let parsed = case.parsed(meta.id).expect("it was read");
            let rows = parsed.tables.iter().map(|table| table.n_rows).sum::<u64>();
            let processes = parsed.processes.iter().map(|listing| listing.processes.len() as u64).sum::<u64>();
            let n = rows + processes + parsed.records.len() as u64;
            if meta.format != *format || meta.lines.failed > 0 || (n != *n_items && *n_items > 0) {
                wrong.push(format!("{file} as {name}: {} with {n} items, {:?}", meta.format, meta.lines));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
