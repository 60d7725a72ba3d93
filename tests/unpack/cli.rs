//! Archives given to the command line.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use super::{LOG, fixture, pack};

fn run(args: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_debrief"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("unpack");
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    fs::write(&path, bytes).unwrap();
    path
}

/// The files of the example incident.
fn incident() -> (PathBuf, Vec<(String, Vec<u8>)>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("public/examples/incident-a");
    let mut names: Vec<PathBuf> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    let of = |path: &PathBuf| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(path).unwrap());
    let files = names.iter().map(of).collect();
    (folder, files)
}

/// What a verdict says, without the paths it points at.
fn verdict(answer: &Value) -> Vec<Value> {
    let part = |finding: &Value, key: &str| finding[key].clone();
    let findings = answer["findings"].as_array().unwrap().iter();
    let mut said: Vec<Value> = findings
        .flat_map(|finding| {
            ["rule", "title", "severity", "confidence", "subject", "time_range"].map(|key| part(finding, key))
        })
        .collect();
    said.extend(
        answer["ceilings"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|it| [it["name"].clone(), it["used"].clone(), it["limit"].clone()]),
    );
    said
}

#[test]
fn a_bundle_gives_the_verdict_of_its_files() {
    let (folder, files) = incident();
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), &bytes[..])).collect();
    let loose = json(&run(&["analyze", folder.to_str().unwrap(), "--format", "json"], b""));
    assert!(!verdict(&loose).is_empty());
    let bundle = pack::gzip(&pack::tar(&files));
    let path = file("incident.log", &bundle);
    let packed = run(&["analyze", path.to_str().unwrap(), "--format", "json"], b"");
    assert_eq!(verdict(&json(&packed)), verdict(&loose));
    let paths: Vec<String> = json(&packed)["evidence"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["path"].as_str().unwrap().to_owned())
        .collect();
    let expected: Vec<String> = files.iter().map(|(name, _)| format!("{}/{name}", path.display())).collect();
    assert_eq!(paths, expected);
    // Through a pipe, and archives among loose files.
    let piped = json(&run(&["analyze", "-", "--format", "json"], &bundle));
    assert_eq!(verdict(&piped), verdict(&loose));
    assert!(piped["evidence"][0]["path"].as_str().unwrap().starts_with("-/"));
}

#[test]
fn what_could_not_be_unpacked_is_an_issue_with_its_byte() {
    let whole = pack::tar(&[("a.log", LOG), ("b.log", &LOG.repeat(40))]);
    let cut = file("cut.tar", &whole[..2000]);
    let output = run(&["inspect", cut.to_str().unwrap(), "--format", "json"], b"");
    assert_eq!(output.status.code(), Some(1));
    let evidence = json(&output)["evidence"].as_array().unwrap().clone();
    let told: Vec<(String, String, u64)> = evidence
        .iter()
        .flat_map(|it| {
            let path = it["path"].as_str().unwrap().rsplit("unpack/").next().unwrap().to_owned();
            let losses = it["issues"].as_array().unwrap().iter().filter(|issue| issue["severity"] == "data_loss");
            losses
                .map(move |issue| {
                    (path.clone(), issue["code"].as_str().unwrap().to_owned(), issue["first_byte"].as_u64().unwrap())
                })
                .collect::<Vec<_>>()
        })
        .collect();
    let member = ("cut.tar/b.log".to_owned(), "archive-cut".to_owned(), 2000 - 1536);
    let archive = ("cut.tar".to_owned(), "archive-cut".to_owned(), 1024);
    assert_eq!(told, [member, archive]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("cut.tar/b.log: The archive ends early"), "{stderr}");
    // What came before the cut is read as what it is.
    assert_eq!(evidence[1]["format"], "journal-short");
    assert_eq!(evidence[1]["issues"][0]["code"], "archive-cut");
}

#[cfg(unix)]
#[test]
fn folders_in_a_circle_are_read_once() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("circle");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("pods")).unwrap();
    fs::write(folder.join("pods/a.log"), LOG).unwrap();
    for (link, to) in [("pods/up", ".."), ("pods/self", "self"), ("pods/gone", "nowhere")] {
        std::os::unix::fs::symlink(to, folder.join(link)).unwrap();
    }
    let output = run(&["inspect", folder.to_str().unwrap(), "--format", "json"], b"");
    let evidence = json(&output)["evidence"].as_array().unwrap().len();
    let said = String::from_utf8(output.stderr).unwrap();
    // A link that leads nowhere is said, like any file that cannot be opened.
    assert_eq!((evidence, output.status.code()), (1, Some(1)), "{said}");
    assert!(said.contains("pods/self") && said.contains("pods/gone") && !said.contains("pods/up"), "{said}");
}

#[test]
fn encrypted_and_unknown_members_are_said_and_the_rest_is_read() {
    let path = file("encrypted.zip", &fixture("encrypted.zip"));
    let output = run(&["inspect", path.to_str().unwrap(), "--lang", "zh-CN"], b"");
    assert_eq!(output.status.code(), Some(1));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("encrypted.zip/node/pid_max: 已加密"), "{stderr}");
    assert!(String::from_utf8(output.stdout).unwrap().contains("kubelet.log"));
    let seven = file("refused.7z", &fixture("refused.7z"));
    let output = run(&["inspect", seven.to_str().unwrap(), "--format", "json"], b"");
    assert_eq!(json(&output)["evidence"][0]["issues"][0]["code"], "compressed");
}
