//! Changes found in labelled series from the world outside: the level shifts of the Numenta anomaly benchmark, the CPU faults that were
//! injected for Nezha. Files are read by a case, as a person drops them.

use std::path::Path;

use debrief::case::Case;
use debrief::evidence::MemorySource;
use debrief::model::time::{Civil, WallTime};
use debrief::model::{ChangeKind, ChangePoint, Timestamp};

use crate::corpus::corpus;

/// `2014-04-11 09:00:00` in UTC, in seconds.
fn seconds(text: &str) -> f64 {
    let number = |from: usize, to: usize| text[from..to].parse::<u32>().expect("digits");
    let civil = Civil {
        year: number(0, 4) as i32,
        month: number(5, 7),
        day: number(8, 10),
        hour: number(11, 13),
        minute: number(14, 16),
        second: number(17, 19),
        nanosecond: 0,
    };
    let WallTime(ns) = WallTime::from_civil(civil).expect("a time");
    Timestamp(ns).as_seconds_f64()
}

/// What a case says of one column of a file, which is added under a name that says nothing.
fn changes(path: &Path, name: &str) -> Vec<ChangePoint> {
    let mut case = Case::new(0, Timestamp::from_seconds(1_790_000_000));
    let bytes = std::fs::read(path).expect("a table");
    case.add("unknown", Box::new(MemorySource(bytes)), Default::default(), false);
    case.read_all();
    let of_column = |point: &&ChangePoint| point.selector.split('{').next() == Some(name);
    case.analysis().change_points.iter().filter(of_column).cloned().collect()
}

#[test]
fn labelled_level_shifts_are_found_and_nothing_else() {
    let Some(folder) = corpus("labelled_level_shifts_are_found_and_nothing_else") else { return };
    let folder = folder.join("metrics");
    let truth = std::fs::read_to_string(folder.join("nab_truth.json")).expect("the labels");
    let truth: serde_json::Value = serde_json::from_str(&truth).expect("JSON");
    let with_a_shift = ["art_daily_jumpsup", "ec2_network_in_257a54", "rds_cpu_utilization_cc0c53"];
    let mut faults = Vec::new();
    for (name, labels) in truth.as_object().expect("by file") {
        let windows: Vec<(f64, f64)> = labels["windows"]
            .as_array()
            .expect("windows")
            .iter()
            .map(|window| (seconds(window[0].as_str().expect("a time")), seconds(window[1].as_str().expect("a time"))))
            .collect();
        let shifts = changes(&folder.join(name), "value");
        let is_inside = |shift: &ChangePoint| {
            let at = shift.by.as_seconds_f64();
            windows.iter().any(|(start, end)| (*start..=*end).contains(&at))
        };
        faults.extend(shifts.iter().filter(|shift| !is_inside(shift)).map(|shift| format!("{name}: {shift:?}")));
        if with_a_shift.iter().any(|one| name.contains(one)) && !shifts.iter().any(|shift| shift.peak > shift.baseline)
        {
            faults.push(format!("{name}: the shift was not found: {shifts:?}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Recall is over the CPU faults of pods that have a table; a rise is right when any fault was injected into its pod within two minutes.
#[test]
fn injected_cpu_faults_are_found_within_two_minutes_on_the_right_pod() {
    let Some(folder) = corpus("injected_cpu_faults_are_found_within_two_minutes_on_the_right_pod") else { return };
    let folder = folder.join("nezha/0822");
    let faults = std::fs::read_to_string(folder.join("faults.json")).expect("the labels");
    let faults: serde_json::Value = serde_json::from_str(&faults).expect("JSON");
    let text = |fault: &serde_json::Value, key: &str| fault[key].as_str().expect("text").to_owned();
    let faults: Vec<(String, f64, bool)> = faults
        .as_object()
        .expect("by hour")
        .values()
        .flat_map(|hour| hour.as_array().expect("faults"))
        .map(|fault| {
            let at = text(fault, "inject_timestamp").parse().expect("seconds");
            (text(fault, "inject_pod"), at, text(fault, "inject_type").starts_with("cpu"))
        })
        .collect();
    let (mut n_faults, mut n_found, mut n_rises, mut n_right) = (0, 0, 0, 0);
    let mut told = Vec::new();
    for entry in std::fs::read_dir(&folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let Some(pod) = name.strip_suffix("_metric.csv") else { continue };
        let shifts = changes(&path, "CpuUsageRate(%)");
        let is_up = |kind: ChangeKind| matches!(kind, ChangeKind::Rise | ChangeKind::Growth);
        let rises: Vec<f64> =
            shifts.iter().filter(|shift| is_up(shift.kind)).map(|shift| shift.by.as_seconds_f64()).collect();
        let own: Vec<_> = faults.iter().filter(|(of, ..)| of == pod).collect();
        let near = |at: f64, rise: f64| (rise - at).abs() <= 120.0;
        for (_, at, _) in own.iter().filter(|(_, _, is_cpu)| *is_cpu) {
            n_faults += 1;
            n_found += usize::from(rises.iter().any(|rise| near(*at, *rise)));
        }
        n_rises += rises.len();
        n_right += rises.iter().filter(|rise| own.iter().any(|(_, at, _)| near(*at, **rise))).count();
        told.push(format!("{pod}: {rises:?}"));
    }
    let told = format!("{n_found} of {n_faults} found, {n_right} of {n_rises} right\n{}", told.join("\n"));
    assert!(n_faults == 8 && n_found >= 7, "{told}");
    assert!(n_right * 10 >= n_rises * 7, "{told}");
}
