//! Metric files against the truths that the corpus' index states.

use std::path::Path;

use debrief::case::Case;
use debrief::evidence::MemorySource;
use debrief::model::{
    Column, EvidenceId, EvidenceMeta, IssueCode, LimitName, Parsed, Scope, Timestamp, WallKind, WallTime,
};
use debrief::protocol::Choices;

use super::corpus;

/// One file of the corpus as a case reads it.
fn read(path: &Path) -> (EvidenceMeta, Parsed) {
    let mut case = Case::new(0, Timestamp::from_seconds(1_790_000_000));
    let bytes = std::fs::read(path).expect("a file of the corpus");
    case.add("unknown", Box::new(MemorySource(bytes)), Choices::default(), false);
    case.read_all();
    let parsed = case.parsed(EvidenceId(0)).expect("the input").clone();
    (case.evidence().remove(0), parsed)
}

/// First and last time as written, with nothing where there is none.
fn range(parsed: &Parsed) -> Option<(String, String)> {
    let wall = &parsed.frames.first()?.wall;
    let text = |index: usize| wall.get(index).map(|wall| Timestamp(wall.0).to_local(0));
    Some((text(0)?, text(wall.len() - 1)?))
}

#[test]
fn benchmark_tables_have_the_rows_and_ranges_of_their_labels() {
    let Some(folder) = corpus("benchmark_tables_have_the_rows_and_ranges_of_their_labels") else { return };
    let truth = std::fs::read(folder.join("metrics/nab_truth.json")).expect("the truths");
    let truth: serde_json::Value = serde_json::from_slice(&truth).expect("JSON");
    for (name, truth) in truth.as_object().expect("one entry per file") {
        let (meta, parsed) = read(&folder.join("metrics").join(name));
        assert_eq!((meta.format.as_str(), parsed.wall_kind), ("csv-table", WallKind::Local), "{name}");
        let values = &parsed.frames[0].columns[0].values;
        assert_eq!(Some(values.len() as u64), truth["rows"].as_u64(), "{name}");
        let (first, last) = range(&parsed).expect("rows");
        assert_eq!(
            (Some(first.as_str()), Some(last.as_str())),
            (truth["first"].as_str(), truth["last"].as_str()),
            "{name}"
        );
        let (min, max) =
            values.iter().fold((f64::MAX, f64::MIN), |(min, max), &value| (min.min(value), max.max(value)));
        assert_eq!((Some(min), Some(max)), (truth["min"].as_f64(), truth["max"].as_f64()), "{name}");
        assert!(!meta.issues.lost_data(), "{name}: {:?}", meta.issues);
    }
}

#[test]
fn pods_are_timed_by_the_column_that_is_right() {
    let Some(folder) = corpus("pods_are_timed_by_the_column_that_is_right") else { return };
    let mut n_files = 0;
    for entry in std::fs::read_dir(folder.join("nezha/0822")).expect("the folder") {
        let path = entry.expect("an entry").path();
        let Some(pod) = path.file_name().and_then(|name| name.to_str()?.strip_suffix("_metric.csv")) else { continue };
        n_files += 1;
        let (meta, parsed) = read(&path);
        assert_eq!((parsed.frames.len(), parsed.wall_kind, meta.lines.parsed), (1, WallKind::Utc, 1209), "{pod}");
        let frame = &parsed.frames[0];
        // Of 22 columns two are times and one is the pod's name.
        assert_eq!(frame.columns.len(), 19, "{pod}");
        assert!(frame.columns.iter().all(|column| column.label("PodName") == Some(pod)), "{pod}");
        let (first, last) = range(&parsed).expect("rows");
        assert!(first.starts_with("2022-08-22 ") && last.starts_with("2022-08-2"), "{pod}: {first} to {last}");
        let off = meta.issues.list.iter().find(|issue| issue.code == IssueCode::TimesDisagree);
        // One pod's epochs are six years ahead of its written times; the others' agree.
        let expected = pod.starts_with("adservice").then_some((1209, 2));
        assert_eq!(off.map(|issue| (issue.count, issue.first_line)), expected, "{pod}");
        assert!(!meta.issues.lost_data(), "{pod}: {:?}", meta.issues);
    }
    assert_eq!(n_files, 7);
}

/// The value of the only series of a name.
fn value(parsed: &Parsed, name: &str) -> Option<f64> {
    let mut columns = parsed.frames.iter().flat_map(|frame| &frame.columns).filter(|column| column.name == name);
    columns.next().filter(|_| columns.next().is_none())?.values.last().copied()
}

#[test]
fn scrapes_have_their_samples_and_state_their_limits() {
    let Some(folder) = corpus("scrapes_have_their_samples_and_state_their_limits") else { return };
    let limits = |parsed: &Parsed| -> Vec<(LimitName, Scope, Option<u64>)> {
        parsed.limits.iter().map(|limit| (limit.name, limit.scope.clone(), limit.value)).collect()
    };
    let (meta, cadvisor) = read(&folder.join("metrics/cadvisor_prometheus_metrics.prom"));
    assert_eq!((meta.format.as_str(), meta.lines.parsed, meta.lines.failed), ("prometheus-text", 287, 0));
    // All but one sample are stamped, at one instant.
    let stamp = WallTime(1_395_066_363_000_000_000);
    let walls: Vec<WallTime> = cadvisor.frames.iter().flat_map(|frame| frame.wall.iter()).collect();
    assert!(walls.iter().all(|&wall| wall == stamp || !wall.is_some()));
    assert_eq!(
        (value(&cadvisor, "container_threads"), value(&cadvisor, "container_processes")),
        (Some(5.0), Some(1.0))
    );
    assert_eq!(value(&cadvisor, "container_threads_max"), Some(100.0));

    let (meta, node) = read(&folder.join("metrics/node_exporter_e2e.prom"));
    assert_eq!((meta.format.as_str(), meta.lines.parsed, meta.lines.failed), ("prometheus-text", 3027, 0));
    assert_eq!((node.wall_kind, meta.time_range), (WallKind::Unclocked, None));
    let expected = [
        ("node_processes_threads", 3.0),
        ("node_processes_pids", 3.0),
        ("node_filefd_maximum", 1_631_329.0),
        ("node_filefd_allocated", 1024.0),
        ("node_nf_conntrack_entries", 123.0),
        ("node_nf_conntrack_entries_limit", 65_536.0),
    ];
    for (name, expected) in expected {
        assert_eq!(value(&node, name), Some(expected), "{name}");
    }
    let in_state = |state: &str| {
        let mut columns = node.frames.iter().flat_map(|frame| &frame.columns);
        let of_state = |column: &&Column| column.name == "node_processes_state" && column.label("state") == Some(state);
        columns.find(of_state).and_then(|column| column.values.last().copied())
    };
    assert_eq!((in_state("S"), in_state("I")), (Some(2.0), Some(1.0)));
    let expected = [
        (LimitName::FileMax, Scope::Node, Some(1_631_329)),
        (LimitName::ConntrackMax, Scope::Node, Some(65_536)),
        (LimitName::PidMax, Scope::Node, Some(123)),
        (LimitName::ThreadsMax, Scope::Node, Some(7801)),
    ];
    assert_eq!(limits(&node), expected);
    let uses: Vec<(LimitName, u64)> = node.uses.iter().map(|used| (used.name, used.used)).collect();
    assert_eq!(uses, [(LimitName::FileMax, 1024), (LimitName::ConntrackMax, 123), (LimitName::PidMax, 3)]);
}

#[test]
fn scrapes_are_held_against_the_limits_that_they_state() {
    let Some(folder) = corpus("scrapes_are_held_against_the_limits_that_they_state") else { return };
    for (name, expected) in [
        ("cadvisor_prometheus_metrics.prom", vec![(LimitName::PidsMax, 5.0, 100)]),
        (
            "node_exporter_e2e.prom",
            vec![
                (LimitName::PidMax, 3.0, 123),
                (LimitName::ThreadsMax, 3.0, 7801),
                (LimitName::FileMax, 1024.0, 1_631_329),
                (LimitName::ConntrackMax, 123.0, 65_536),
            ],
        ),
    ] {
        let mut case = Case::new(0, Timestamp::from_seconds(1_790_000_000));
        let bytes = std::fs::read(folder.join("metrics").join(name)).expect("a file of the corpus");
        case.add("unknown", Box::new(MemorySource(bytes)), Choices::default(), false);
        case.read_all();
        let analysis = case.analysis();
        for (limit, used, value) in expected {
            let told = analysis.ceilings.iter().find(|it| it.name == limit && it.limit == Some(value));
            assert_eq!(told.and_then(|it| it.used), Some(used), "{name}: {limit:?} in {:?}", analysis.ceilings);
        }
        assert!(analysis.findings.is_empty(), "{name}: {:?}", analysis.findings);
    }
}
