//! Redaction: a planted corpus, and what holds for any text.
//!
//! Fixtures mark what must vanish: `⟦class:original⟧`. Without the marks a line is the input; with a pseudonym of the class in place of each
//! mark it is the output, byte for byte, so that a line without marks is a look-alike that must stay. `‸` is dropped: it keeps scanners of
//! repositories from taking a made-up key for a leak. Texts end at every line, or at an empty line below `#: multi-line`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;

use debrief::chart::{CeilingKind, ChartCeiling, ChartForm, ChartMarker, ChartSeries, ChartSpec, Palette};
use debrief::model::{
    Analysis, Citation, EvidenceId, Few, Locator, RedactionChoices, RedactionClass as Class, Role, Workload,
};
use debrief::postmortem::{Document, DocumentEvent, Field, Wording};
use debrief::redact::{KnownNames, Redactor};
use proptest::prelude::*;
use serde_json::{Value, json};

const FIXTURES: [&str; 7] = ["blocks", "email", "header", "host", "ip", "secret", "user"];

fn redactor() -> Redactor {
    Redactor::new(&RedactionChoices::everything(), &KnownNames::default())
}

fn knowing(hosts: &[&str], users: &[&str]) -> Redactor {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Redactor::new(&RedactionChoices::everything(), &KnownNames { hosts: names(hosts), users: names(users) })
}

/// A text of a fixture: literal pieces, each followed by a planted thing except the last.
struct Planted {
    literals: Vec<String>,
    things: Vec<(String, String)>,
}

impl Planted {
    fn read(text: &str) -> Self {
        let text = text.replace('‸', "");
        let mut planted = Self { literals: Vec::new(), things: Vec::new() };
        let mut rest = text.as_str();
        while let Some((literal, behind)) = rest.split_once('⟦') {
            let (thing, behind) = behind.split_once('⟧').expect("a mark is closed");
            let (class, original) = thing.split_once(':').expect("a mark has a class");
            planted.literals.push(literal.to_owned());
            planted.things.push((class.to_owned(), original.to_owned()));
            rest = behind;
        }
        planted.literals.push(rest.to_owned());
        planted
    }

    fn input(&self) -> String {
        let originals = self.things.iter().map(|(_, original)| original.as_str()).chain([""]);
        self.literals.iter().zip(originals).map(|(literal, original)| format!("{literal}{original}")).collect()
    }

    /// What is wrong about an output.
    fn judge(&self, output: &str) -> Option<String> {
        let mut names = BTreeMap::new();
        let mut rest = output.strip_prefix(self.literals[0].as_str())?;
        for ((class, original), literal) in self.things.iter().zip(&self.literals[1..]) {
            let end = rest.find(|c: char| !(c.is_ascii_lowercase() || c == '-')).unwrap_or(rest.len());
            let end = end + rest[end..].chars().take_while(char::is_ascii_digit).count();
            let (noun, _) = rest[..end].rsplit_once('-')?;
            if noun != class && !(class == "host" && noun == "node") {
                return None;
            }
            if class != "secret" && *names.entry(original.clone()).or_insert(&rest[..end]) != &rest[..end] {
                return None;
            }
            rest = rest[end..].strip_prefix(literal.as_str())?;
        }
        rest.is_empty().then(String::new)
    }
}

fn planted() -> Vec<(String, Planted)> {
    let mut all = Vec::new();
    for name in FIXTURES {
        let path = format!("tests/fixtures/redact/{name}.txt");
        let text = fs::read_to_string(&path).unwrap();
        let is_blocks = text.contains("#: multi-line");
        let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("#:")).collect();
        let blocks = lines.split(|line| line.is_empty()).filter(|block| !block.is_empty());
        for block in blocks {
            let texts =
                if is_blocks { vec![block.join("\n")] } else { block.iter().map(|it| (*it).to_owned()).collect() };
            all.extend(texts.iter().map(|text| (path.clone(), Planted::read(text))));
        }
    }
    all
}

#[test]
fn no_fixture_is_forgotten() {
    let mut names: Vec<String> = fs::read_dir("tests/fixtures/redact")
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().trim_end_matches(".txt").to_owned())
        .collect();
    names.sort();
    assert_eq!(names, FIXTURES);
}

#[test]
fn what_is_planted_vanishes_and_all_else_stays() {
    let mut wrong = Vec::new();
    for (path, planted) in planted() {
        let input = planted.input();
        let mut lines: Vec<String> = input.split('\n').map(str::to_owned).collect();
        redactor().excerpt(&mut lines);
        let mut json = json!({ "text": input, "lines": input.split('\n').collect::<Vec<_>>() });
        redactor().value(&mut json);
        let in_lines =
            |it: &Value| it.as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect::<Vec<_>>().join("\n");
        for (how, output) in [
            ("text", redactor().text(&input).into_owned()),
            ("excerpt", lines.join("\n")),
            ("json", json["text"].as_str().unwrap().to_owned()),
            ("json lines", in_lines(&json["lines"])),
        ] {
            if planted.judge(&output).is_none() {
                wrong.push(format!("{path} as {how}:\n  {input}\n  {output}"));
                break;
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Whatever stands around: a table of markdown, JSON text, a Chinese sentence, a colour. Headers must begin their line, so they are left out.
#[test]
fn frames_hide_nothing() {
    let mut wrong = Vec::new();
    let single = |(path, it): &(String, Planted)| !path.contains("header") && !it.input().contains('\n');
    for (path, planted) in planted().iter().filter(|it| single(it)) {
        let input = planted.input();
        let frames = [
            format!("| 3 | {input} | x |"),
            format!("- `{input}`"),
            serde_json::to_string(&json!({ "level": "info", "msg": input })).unwrap(),
            format!("日志显示 {input}，随后重启。"),
            format!("\x1b[31m{input}\x1b[0m"),
        ];
        for text in frames {
            let mut redactor = redactor();
            let output = redactor.text(&text).into_owned();
            let left = |(_, original): &&(String, String)| {
                original.len() > 3 && original != "plain" && output.contains(original.as_str())
            };
            wrong.extend(
                planted.things.iter().filter(left).map(|(_, it)| format!("{path}: {it} is left in\n  {output}")),
            );
            if planted.things.is_empty() && output != text {
                wrong.push(format!("{path}: a look-alike was hit\n  {text}\n  {output}"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn one_original_has_one_pseudonym_everywhere() {
    let mut redactor = redactor();
    assert_eq!(redactor.text("from 10.0.0.7 to 10.0.0.8"), "from ip-1 to ip-2");
    assert_eq!(redactor.text("10.0.0.8 again, DB.corp.internal"), "ip-2 again, host-1");
    assert_eq!(redactor.text("db.corp.internal"), "host-1");
    let met: Vec<_> =
        redactor.replacements().into_iter().map(|it| (it.original, it.pseudonym, it.count, it.class)).collect();
    let want = [
        ("10.0.0.7", "ip-1", 1, Class::Ip),
        ("10.0.0.8", "ip-2", 2, Class::Ip),
        ("DB.corp.internal", "host-1", 2, Class::Host),
    ];
    assert_eq!(met, want.map(|(original, name, count, class)| (original.to_owned(), name.to_owned(), count, class)));
    assert_eq!(redactor.replacements()[1].sample, "from 10.0.0.7 to 10.0.0.8");
}

#[test]
fn known_names_are_found_anywhere_as_whole_words() {
    let mut redactor = knowing(&["node-xx", "Web", "10.0.0.7"], &["alice"]);
    assert_eq!(
        redactor.text("node node-xx: kube-proxy-node-xx on NODE-XX:10250"),
        "node node-1: kube-proxy-node-1 on node-1:10250"
    );
    assert_eq!(
        redactor.text("节点node-xx上 node-xxl, /logs/node-xx/a.log"),
        "节点node-1上 node-xxl, /logs/node-1/a.log"
    );
    assert_eq!(redactor.text("web and web-frontend, web.rs, webs"), "node-2 and web-frontend, web.rs, webs");
    assert_eq!(redactor.text("alice told malice"), "user-1 told malice");
    assert_eq!(redactor.text("10.0.0.7"), "ip-1");
}

#[test]
fn the_nodes_of_an_analysis_are_known() {
    let workload = Workload {
        kind: "Pod".into(),
        namespace: "shop".into(),
        name: "web".into(),
        node: Some("blue".into()),
        restarts: 1,
        ..Workload::default()
    };
    let analysis = Analysis { workloads: vec![workload], ..Analysis::default() };
    assert_eq!(KnownNames::of(&analysis).hosts, ["blue"]);
    let mut redactor = Redactor::new(&RedactionChoices::everything(), &KnownNames::of(&analysis));
    let copy = redactor.apply(&analysis).unwrap();
    assert_eq!(copy.workloads[0].node.as_deref(), Some("node-1"));
    assert_eq!(copy.workloads[0].name, "web");
}

#[test]
fn a_pseudonym_is_never_a_name_of_the_case() {
    let mut redactor = knowing(&["node-1", "db"], &[]);
    redactor.learn("later there is an ip-1 and a Node-3");
    assert_eq!(redactor.text("db, node-1, 10.0.0.7"), "node-2, node-4, ip-2");
}

#[test]
fn a_machine_that_one_text_tells_is_found_in_the_others() {
    let mut redactor = redactor();
    let mut value = json!({ "claim": "worker-3 ran out", "digest": "worker-3", "lines": ["Aug 20 13:58:23 worker-3 kubelet[1]: x"] });
    redactor.value(&mut value);
    assert_eq!(value["claim"], "node-1 ran out");
    assert_eq!(value["lines"][0], "Aug 20 13:58:23 node-1 kubelet[1]: x");
    assert_eq!(value["digest"], "worker-3");
}

#[test]
fn names_in_json_tell_what_their_values_are() {
    let mut redactor = redactor();
    let mut value = json!({ "password": "two words", "node": "solo", "user": "alice", "token": "", "title": "solo" });
    redactor.value(&mut value);
    assert_eq!(
        value,
        json!({ "password": "secret-1", "node": "node-1", "user": "user-1", "token": "", "title": "solo" })
    );
}

#[test]
fn choices_are_followed() {
    let text = "alice@example.com logged in from 10.0.0.7 with password=hunter2";
    let with = |choices: RedactionChoices| Redactor::new(&choices, &KnownNames::default()).text(text).into_owned();
    assert_eq!(with(RedactionChoices { enabled: false, ..RedactionChoices::everything() }), text);
    assert_eq!(with(RedactionChoices { classes: Vec::new(), ..RedactionChoices::everything() }), text);
    let secrets = RedactionChoices { classes: vec![Class::Secret], ..RedactionChoices::everything() };
    assert_eq!(with(secrets), "alice@example.com logged in from 10.0.0.7 with password=secret-1");
    let keep = RedactionChoices { keep: vec![" Alice@example.com".into()], ..RedactionChoices::everything() };
    let mut redactor = Redactor::new(&keep, &KnownNames::default());
    assert_eq!(redactor.text(text), "alice@example.com logged in from ip-1 with password=secret-1");
    let kept: Vec<_> =
        redactor.replacements().into_iter().filter(|it| it.kept).map(|it| (it.original, it.count)).collect();
    assert_eq!(kept, [("alice@example.com".to_owned(), 1)]);
    let json = serde_json::to_value(&keep).unwrap();
    assert_eq!(json["classes"][4], "user");
    assert_eq!(serde_json::from_value::<RedactionChoices>(json!({})).unwrap(), RedactionChoices::default());
}

#[test]
fn a_document_is_replaced_as_a_whole_and_keeps_its_form() {
    let citation = Citation {
        locator: Locator::lines(EvidenceId(0), 1, 2),
        path: "logs/node-5/journal.log".into(),
        role: Role::Shows,
        at: None,
        excerpt: vec!["-----BEGIN RSA PRIVATE KEY-----".into(), "QUJDREVGR0g=".into()],
        digest: Some("0a1b".into()),
    };
    let event = DocumentEvent {
        text: Wording::Own("node-5 down, ask bob@example.com".into()),
        citations: vec![citation],
        ..DocumentEvent::default()
    };
    let document = Document {
        fields: Few::from_iter([(Field::Title, "node-5".to_owned())]),
        events: vec![event],
        ..Document::default()
    };
    let copy = knowing(&["node-5"], &[]).apply(&document).unwrap();
    assert_eq!(copy.title(), "node-1");
    assert_eq!(copy.events[0].text, Wording::Own("node-1 down, ask email-1".into()));
    let cited = &copy.events[0].citations[0];
    assert_eq!(cited.path, "logs/node-1/journal.log");
    assert_eq!(cited.excerpt, ["-----BEGIN RSA PRIVATE KEY-----", "secret-1"]);
    assert_eq!(cited.digest.as_deref(), Some("0a1b"));
    assert_eq!(cited.locator, document.events[0].citations[0].locator);
}

#[test]
fn charts_say_nothing_that_the_text_does_not() {
    let mut spec = ChartSpec {
        title: "Threads of node-5".into(),
        y_label: "threads".into(),
        from_zero: true,
        form: ChartForm::Lines,
        offset_s: 0,
        x_label: "time".into(),
        window: (0.0, 1.0),
        width: 10,
        height: 10,
        series: vec![ChartSeries {
            key: "a".into(),
            label: "10.0.0.7:9100".into(),
            values: vec![f64::NAN],
            ..ChartSeries::default()
        }],
        ceilings: vec![ChartCeiling { label: "pid_max node-5".into(), value: 1.0, kind: CeilingKind::Hit }],
        markers: vec![ChartMarker { label: "10.0.0.7 left".into(), at: 0.5, end: None, alarm: false }],
        palette: Palette {
            background: String::new(),
            text: String::new(),
            grid: String::new(),
            muted: String::new(),
            alarm: String::new(),
            warning: String::new(),
            series: Vec::new(),
        },
    };
    knowing(&["node-5"], &[]).chart(&mut spec);
    assert_eq!(spec.title, "Threads of node-1");
    assert_eq!(spec.series[0].label, "ip-1:9100");
    assert_eq!(spec.ceilings[0].label, "pid_max node-1");
    assert_eq!(spec.markers[0].label, "ip-1 left");
}

/// A long text without blanks, of what detectors look for: run time must not grow with the square.
#[test]
fn the_worst_texts_take_linear_time() {
    for unit in [
        "token=",
        "a@",
        "://u:",
        "eyJ",
        "1.",
        "a:",
        "node ",
        "for x from ",
        "$6$",
        "password=\"",
        "{\"data\":{",
        "-----BEGIN PRIVATE KEY-----",
    ] {
        let mut redactor = redactor();
        let text = unit.repeat(40_000 / unit.len());
        let once = redactor.text(&text).into_owned();
        assert_eq!(redactor.text(&once), once, "{unit}");
    }
}

/// Pieces that detectors look for, beside anything.
fn texts() -> impl Strategy<Value = String> {
    let pieces = [
        "password=",
        "token: ",
        "\"",
        "'",
        "\\",
        "hunter2",
        "10.0.0.7",
        ":",
        "/",
        "@",
        "db.corp.internal",
        "node-5",
        "node ",
        "user ",
        "alice",
        " ",
        "\n",
        "://",
        "eyJhbGciOi.J9abcdef",
        "-----BEGIN PRIVATE KEY-----",
        "-----END PRIVATE KEY-----",
        "kind: Secret",
        "data:\n  a: ",
        "…",
        "Aug 20 13:58:23 ",
        "kubelet[1]: ",
        "fe80::1",
        "ssh ",
        "ip-1",
        "secret-1",
        "node-1",
        ".",
        "-",
        "=",
        "密码：",
        "Cookie: a=",
        ";",
        "|",
        "\x1b[31m",
        "$6$",
        "Authorization: ",
        "Bearer ",
        "Basic ",
        "@tcp(",
        "mysql -p",
        "/home/",
        "id=7(",
        ")",
        "{",
        "}",
        "name",
        "value",
    ];
    let piece = prop_oneof![4 => proptest::sample::select(pieces.to_vec()).prop_map(str::to_owned), 1 => "\\PC{0,6}"];
    proptest::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn redacting_twice_is_redacting_once(text in texts(), other in texts()) {
        // Both are learned first, as the contract of texts redacted one by one asks: a machine that only `other` tells is one in `text` too.
        let mut redactor = knowing(&["node-5"], &["alice"]);
        redactor.learn(&text);
        redactor.learn(&other);
        let once = redactor.text(&text).into_owned();
        redactor.text(&other);
        prop_assert_eq!(redactor.text(&once), once.as_str());
        prop_assert_eq!(once.matches('\n').count(), text.matches('\n').count());
    }

    #[test]
    fn the_same_text_becomes_the_same(text in texts(), other in texts()) {
        let mut redactor = redactor();
        redactor.learn(&text);
        redactor.learn(&other);
        let first = redactor.text(&text).into_owned();
        redactor.text(&other);
        prop_assert_eq!(redactor.text(&text), first);
    }

    #[test]
    fn what_is_kept_stays(text in texts()) {
        let mut finder = redactor();
        finder.text(&text);
        let keep: Vec<String> = finder.replacements().into_iter().map(|it| it.original).collect();
        let choices = RedactionChoices { keep: keep.clone(), ..RedactionChoices::everything() };
        let mut redactor = Redactor::new(&choices, &KnownNames::default());
        redactor.text(&text);
        for met in redactor.replacements() {
            let listed = keep.iter().any(|it| it.trim().eq_ignore_ascii_case(&met.original) || *it == met.original);
            prop_assert_eq!(met.kept, listed);
        }
    }

    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        crate::formats::fuzz::fuzz_redact(&bytes);
    }

    #[test]
    fn a_text_without_hits_is_borrowed(text in "[a-z ]{0,40}") {
        let borrows = matches!(redactor().text(&text), Cow::Borrowed(_));
        prop_assert!(borrows);
    }

    #[test]
    fn any_json_keeps_its_form(text in texts(), name in texts()) {
        let mut value = json!({ "key": text, name: [text, text], "n": 3 });
        let before = value.clone();
        redactor().value(&mut value);
        prop_assert_eq!(&value["n"], &before["n"]);
        prop_assert_eq!(value.as_object().unwrap().len(), before.as_object().unwrap().len());
    }
}
