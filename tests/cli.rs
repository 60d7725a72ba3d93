//! The command line as a script meets it: exit status, streams, files. What it concludes is tested with the rules.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

fn run(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_debrief")).args(args).stdin(Stdio::null()).output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// An empty directory of one test.
fn directory(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

#[test]
fn help_and_version_are_no_errors() {
    for (args, words) in [
        (&["--help"][..], "Usage: debrief COMMAND"),
        (&["--lang", "zh-CN", "--help"], "用法：debrief 命令"),
        (&["--version"], "debrief 0."),
    ] {
        let output = run(args);
        assert_eq!(output.status.code(), Some(0), "{args:?}");
        assert!(stdout(&output).contains(words), "{args:?}: {}", stdout(&output));
        assert!(output.stderr.is_empty());
    }
}

#[test]
fn senseless_arguments_are_said_with_status_2() {
    for (args, words) in [
        (&[][..], "no command"),
        (&["explain", "x"], "unknown command: explain"),
        (&["analyze"], "at least one path"),
        (&["analyze", "x", "--colour"], "unknown option: --colour"),
        (&["analyze", "x", "--tz"], "--tz needs a value"),
        (&["analyze", "x", "--tz", "CST"], "not a time zone offset: CST"),
        (&["analyze", "x", "--lang", "fr"], "unknown language: fr"),
        (&["analyze", "x", "--format", "csv"], "analyze cannot write the format csv"),
        (&["records", "x", "--format", "json"], "records cannot write the format json"),
        (&["analyze", "x", "--template", "short"], "only --format markdown and html have a template: short"),
        (
            &["analyze", "x", "--format", "markdown", "--template", "/no/such.md"],
            "known: sre-book, why-analysis, tabular, short",
        ),
        (&["records", "x", "--redact", "--format", "jsonl"], "only analyze can redact: --redact"),
        (&["records", "x", "--diff", "y", "--format", "jsonl"], "only stacks compares dumps: y"),
        (&["patterns", "x"], "not available yet: patterns"),
        (&["--lang", "zh-CN", "patterns", "x"], "暂不支持：patterns"),
    ] {
        let output = run(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(stderr(&output).contains(words), "{args:?}: {}", stderr(&output));
        assert!(output.stdout.is_empty(), "{args:?}");
    }
}

#[test]
fn what_cannot_be_opened_is_named_and_the_rest_is_done() {
    let missing = directory("missing").join("no-such.log");
    let output = run(&["inspect", missing.to_str().unwrap(), "--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("no-such.log: "), "{}", stderr(&output));
    assert!(stdout(&output).contains("\"schema\": \"debrief/inspect/1\""), "{}", stdout(&output));
}

#[test]
fn an_answer_goes_where_it_was_asked_to_go() {
    let directory = directory("output");
    fs::write(directory.join("pid_max"), "49152\n").unwrap();
    let file = directory.join("answer.json");
    let output = run(&[
        "inspect",
        directory.join("pid_max").to_str().unwrap(),
        "--format",
        "json",
        "-o",
        file.to_str().unwrap(),
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(output.stdout.is_empty());
    assert!(fs::read_to_string(file).unwrap().starts_with("{\n  \"schema\": \"debrief/inspect/1\""));
}

#[test]
fn a_document_follows_its_template() {
    let directory = directory("template");
    let (input, own) = (directory.join("pid_max"), directory.join("own.md"));
    fs::write(&input, "49152\n").unwrap();
    fs::write(&own, "# Ours: {{title}}\n{{nonsense}}\n").unwrap();
    let analyze = |template: &str| {
        run(&["analyze", input.to_str().unwrap(), "--format", "markdown", "--template", template, "--lang", "zh-CN"])
    };
    let output = analyze("tabular");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).contains("\n## 事故概要\n"), "{}", stdout(&output));
    let output = analyze(own.to_str().unwrap());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).contains("\n# Ours: 草稿"), "{}", stdout(&output));
    assert!(stderr(&output).contains("模板第 2 行：没有名为“nonsense”的占位符"), "{}", stderr(&output));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_debrief"))
        .args(["inspect", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let _ = child.stdin.take().unwrap().write_all(b"49152\n");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(stderr(&output), "");
}

#[test]
fn entries_that_share_a_line_have_their_own_times_and_places() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/formats/json-export/elasticsearch-one-line.json");
    let output = run(&["records", path, "--format", "jsonl"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stdout(&output);
    let records: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(records.len(), 4, "{text}");
    assert_eq!((&records[3]["time"], &records[3]["line"]), (&"2026-03-04T11:19:02Z".into(), &1.into()));
    assert!(records[1]["text"].as_str().unwrap().starts_with("{\"_index\":\"filebeat-2026.03.04\",\"_id\":\"a1\""));
    // Neither the time of the first entry nor what another one says of a fork.
    let analysis: serde_json::Value =
        serde_json::from_str(&stdout(&run(&["analyze", path, "--format", "json"]))).unwrap();
    let refused: Vec<&str> =
        analysis["timeline"].as_array().unwrap().iter().filter_map(|it| it["at"].as_str()).collect();
    assert_eq!(refused, ["2026-03-04T11:19:02Z"]);
}

#[test]
fn a_directory_is_read_in_order_and_records_are_whole() {
    let directory = directory("records");
    fs::create_dir_all(directory.join(".git")).unwrap();
    fs::write(directory.join(".git/config"), "[core]\n").unwrap();
    fs::write(directory.join("b.log"), "Jul 23 22:09:14 n1 app[7]: \x1b[31mred \"quoted\"\n").unwrap();
    fs::write(directory.join(".a.log"), "Jul 23 22:09:13 n1 app[7]: first\n").unwrap();
    let output = run(&["records", directory.to_str().unwrap(), "--format", "jsonl", "--tz", "+08:00"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stdout(&output);
    let records: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(records.len(), 2, "{text}");
    assert!(records[0]["file"].as_str().unwrap().ends_with(".a.log"));
    assert!(records[0]["time"].as_str().unwrap().ends_with("-07-23T14:09:13Z"), "{text}");
    assert_eq!(records[1]["text"], "Jul 23 22:09:14 n1 app[7]: \x1b[31mred \"quoted\"");
    assert_eq!((&records[1]["source"], &records[1]["line"]), (&"app".into(), &1.into()));
    let output = run(&["records", directory.to_str().unwrap()]);
    assert!(!stdout(&output).contains('\x1b'), "a terminal obeys nothing that a log says");
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_out_of_a_folder_is_not_followed() {
    use std::os::unix::fs::symlink;
    let directory = directory("links");
    let bundle = directory.join("bundle");
    fs::create_dir_all(bundle.join("pods")).unwrap();
    fs::write(directory.join("secret.log"), "Jul 23 22:09:14 n1 app[7]: nobody's business\n").unwrap();
    fs::write(bundle.join("pods/0.log"), "Jul 23 22:09:13 n1 app[7]: first\n").unwrap();
    symlink("../secret.log", bundle.join("host.log")).unwrap();
    symlink("pods/0.log", bundle.join("web.log")).unwrap();
    let output = run(&["records", bundle.to_str().unwrap(), "--format", "jsonl"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stderr(&output).contains("host.log: a link that leads out of the folder"), "{}", stderr(&output));
    let text = stdout(&output);
    assert!(text.contains("first") && !text.contains("nobody's business"), "{text}");
}

#[test]
fn an_archive_is_named_and_the_rest_is_analysed() {
    let directory = directory("archive");
    fs::write(directory.join("bundle.tar.gz"), b"\x1f\x8b\x08\0\0\0\0\0").unwrap();
    fs::write(directory.join("pid_max"), "49152\n").unwrap();
    let output = run(&["analyze", directory.to_str().unwrap(), "--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("bundle.tar.gz: "), "{}", stderr(&output));
    let answer: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(answer["ceilings"][0]["name"], "kernel.pid_max", "{answer:#}");
    assert_eq!(answer["ceilings"][0]["limit"], 49152);
}

#[test]
fn the_document_as_one_page() {
    let input = directory("page").join("pid_max");
    fs::write(&input, "49152\n").unwrap();
    let output = run(&["analyze", input.to_str().unwrap(), "--format", "html", "--lang", "zh-CN"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let page = stdout(&output);
    assert!(page.starts_with("<!DOCTYPE html>\n<html lang=\"zh-CN\">") && page.ends_with("</html>\n"), "{page:.200}");
}

#[test]
fn redaction_holds_in_every_format() {
    let directory = directory("redact");
    let input = directory.join("worker-prod-17-10.77.66.55.log");
    let line = "Jul 23 22:09:13 worker-prod-17 kubelet[7]: E0723 22:09:13.000001 7 x.go:1] dial 10.77.66.55:6443 token=ghp_16C7e42F292c6912E7710c838347Ae178B4a: runtime/cgo: pthread_create failed: Resource temporarily unavailable\n";
    fs::write(&input, line.repeat(3)).unwrap();
    for format in ["text", "json", "markdown", "html"] {
        let plain = stdout(&run(&["analyze", input.to_str().unwrap(), "--format", format]));
        assert!(plain.contains("10.77.66.55"), "{format}: {plain}");
        let output = run(&["analyze", input.to_str().unwrap(), "--format", format, "--redact"]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let text = stdout(&output);
        for secret in ["10.77.66.55", "worker-prod-17", "ghp_16C7"] {
            assert!(!text.contains(secret), "{format}: {secret} in\n{text}");
        }
        assert!(text.contains("ip-1") && text.lines().count() >= plain.lines().count() / 2, "{format}: {text}");
        if format == "json" {
            let answer: serde_json::Value = serde_json::from_str(&text).unwrap();
            assert!(answer["schema"].as_str().unwrap().starts_with("debrief/analyze/"), "{answer:#}");
        }
    }
}
