//! What the corpus' outputs of commands and files of the kernel hold, cell by cell, against the truths of its index.

use std::path::Path;

use debrief::case::Case;
use debrief::evidence::MemorySource;
use debrief::formats::Parsed;
use debrief::model::{EvidenceId, LimitName, Timestamp};
use debrief::protocol::Choices;

/// Reads a file under a name that tells nothing, and concludes: no output of a sound host accuses anybody.
fn read(folder: &Path, name: &str) -> Parsed {
    let bytes = std::fs::read(folder.join("insights").join(name)).expect("a file");
    let mut case = Case::new(0, Timestamp::from_seconds(1_790_000_000));
    case.add("unknown", Box::new(MemorySource(bytes)), Choices::default(), false);
    case.read_all();
    assert!(case.analysis().findings.is_empty(), "{name}: {:?}", case.analysis().findings);
    case.parsed(EvidenceId(0)).expect("it was read").clone()
}

/// A column of the only table.
fn column(parsed: &Parsed, name: &str) -> Vec<String> {
    let [table] = &parsed.tables[..] else { panic!("{:?}", parsed.tables) };
    let at = table.columns.iter().position(|it| it == name).unwrap_or_else(|| panic!("{name} in {:?}", table.columns));
    table.rows.iter().map(|row| row.cells.get(at).cloned().unwrap_or_default()).collect()
}

#[test]
fn limits_are_those_that_are_stated_and_no_others() {
    let Some(folder) = super::corpus("limits_are_those_that_are_stated_and_no_others") else { return };
    let limits = |name: &str| read(&folder, name).limits;
    let of = |name: &str, wanted: LimitName| -> Vec<Option<u64>> {
        limits(name).iter().filter(|limit| limit.name == wanted).map(|limit| limit.value).collect()
    };
    assert_eq!(of("proc_26231_limits.txt", LimitName::UlimitProcesses), [Some(62_898); 2]);
    assert_eq!(of("proc_26231_limits.txt", LimitName::UlimitFiles), [Some(2_048), Some(4_096)]);
    assert_eq!(of("limits.conf", LimitName::UlimitProcesses), []);
    assert!(of("limits.conf", LimitName::UlimitFiles).len() >= 7);
    // Neither the settings of a file nor the kernel's word on its default is the limit in force.
    for name in ["sysctl.conf", "dmesg_boot.txt", "dmesg_rhel7.txt", "proc_cgroups.txt", "proc_stat.txt"] {
        assert_eq!(limits(name), [], "{name}");
    }
}

#[test]
fn cells_are_what_the_index_says() {
    let Some(folder) = super::corpus("cells_are_what_the_index_says") else { return };
    let inodes = read(&folder, "df_li.txt");
    let mounts = column(&inodes, "Mounted on");
    assert!(mounts.contains(&"/V M T o o l s".to_owned()) && mounts.contains(&"/VM Tools".to_owned()), "{mounts:?}");
    let use_of = |cell: &String| cell.trim_end_matches('%').parse::<u32>().ok();
    assert_eq!(column(&inodes, "IUse%").iter().filter_map(use_of).max(), Some(2));
    let containers = column(&read(&folder, "docker_ps_a.txt"), "STATUS");
    assert_eq!(containers.iter().filter(|status| status.starts_with("Exited (137)")).count(), 1, "{containers:?}");
    assert_eq!(containers.iter().filter(|status| status.starts_with("Up")).count(), 1);
    let zombies = read(&folder, "ps_auxcww.txt").processes.remove(0).processes;
    assert_eq!(zombies.iter().filter(|it| it.command.contains("<defunct>")).count(), 1);
    let parents = read(&folder, "ps_ef.txt").processes.remove(0).processes;
    assert_eq!(parents.iter().filter(|it| it.command.contains("openshift start")).count(), 2);
    assert!(parents.iter().any(|it| it.ppid > 0));
    let mounted = read(&folder, "mount.txt");
    assert!(mounted.tables[0].rows.iter().flat_map(|row| &row.cells).any(|cell| cell.contains(' ')));
}

#[test]
fn inodes_do_not_tell_how_full_a_file_system_is() {
    let Some(folder) = super::corpus("inodes_do_not_tell_how_full_a_file_system_is") else { return };
    let bytes = std::fs::read(folder.join("insights/df_li.txt")).expect("a file");
    let mut case = Case::new(0, Timestamp::from_seconds(1_790_000_000));
    case.add("unknown", Box::new(MemorySource(bytes)), Choices::default(), false);
    case.read_all();
    let outcomes = &case.analysis().outcomes;
    let full = outcomes.iter().find(|outcome| outcome.rule == "host/file-system-full").expect("an answer");
    let why = full.why.as_ref().map(|why| why.id.as_str());
    assert_eq!((full.outcome.as_str(), why), ("inconclusive", Some("outcome-space-far-inodes")));
    assert!(!full.asks());
}

#[test]
fn times_are_those_of_the_lines_and_none_is_put_in_order() {
    let Some(folder) = super::corpus("times_are_those_of_the_lines_and_none_is_put_in_order") else { return };
    let walls = |name: &str| -> Vec<i64> { read(&folder, name).records.walls().map(|wall| wall.0).collect() };
    // Seconds since boot are an order, and nothing says when that was.
    for name in ["dmesg_rhel7.txt", "dmesg_boot.txt"] {
        assert!(read(&folder, name).records.walls().all(|wall| !wall.is_some()), "{name}");
    }
    let back = walls("messages.txt");
    assert!(back[..5].is_sorted() && back[5..].is_sorted() && back[5] < back[4], "{back:?}");
    // The second stamp of three lines is part of what they say.
    let outer = walls("crictl_logs.txt");
    let second: Vec<i64> = outer.iter().map(|wall| wall / 1_000_000_000 % 60).collect();
    assert_eq!((second, outer[0] % 1_000_000_000), (vec![45, 45, 46, 46], 854_971_114));
}
