//! Bundles from the world outside, through the command line, as a person would give them. They are not part of the project: where they are
//! absent, this is counted as skipped in the file that `DEBRIEF_SKIPS` names.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::corpus::corpus;

fn bundle(name: &str, test: &str) -> Option<PathBuf> {
    Some(corpus(test)?.join("bundles").join(name))
}

/// The evidence of `inspect`, and the exit status.
fn inspect(path: &PathBuf) -> (Vec<Value>, Option<i32>) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_debrief")).arg("inspect").arg(path).args(["--format", "json"]).output();
    let output = output.expect("runs");
    let answer: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    (answer["evidence"].as_array().cloned().unwrap_or_default(), output.status.code())
}

fn paths(evidence: &[Value]) -> Vec<&str> {
    evidence.iter().filter_map(|it| it["path"].as_str()).collect()
}

#[test]
fn a_support_bundle_is_opened_whole() {
    let test = "a_support_bundle_is_opened_whole";
    let Some(path) = bundle("sbctl_support-bundle.tar.gz", test) else { return };
    let (evidence, _) = inspect(&path);
    assert_eq!(evidence.len(), 137);
    let shown = path.to_string_lossy();
    assert!(paths(&evidence).iter().all(|it| it.starts_with(&format!("{shown}/"))), "{:?}", paths(&evidence));
}

#[test]
fn links_in_a_support_bundle_are_not_counted_twice() {
    let test = "links_in_a_support_bundle_are_not_counted_twice";
    let Some(path) = bundle("troubleshoot_baseline_supportbundle.tar.gz", test) else { return };
    let (evidence, _) = inspect(&path);
    // 147 files and no link; two of the files are archives that hold nothing.
    assert_eq!(evidence.len(), 147, "{:?}", paths(&evidence));
    let is_link = |path: &&str| path.contains("/run-example/run-example.log");
    assert_eq!(paths(&evidence).into_iter().filter(is_link).count(), 0);
}

#[test]
fn an_almost_empty_bundle_says_so_in_every_form() {
    for name in ["omc_must-gather.tar", "omc_must-gather.tar.gz", "omc_must-gather.zip"] {
        let Some(path) = bundle(name, "an_almost_empty_bundle_says_so_in_every_form") else { return };
        let (evidence, status) = inspect(&path);
        let [one] = &evidence[..] else { panic!("{name}: {:?}", paths(&evidence)) };
        assert_eq!((one["bytes"].as_u64(), one["issues"][0]["code"].as_str()), (Some(0), Some("empty")), "{name}");
        assert_eq!(status, Some(1), "{name}");
    }
}
