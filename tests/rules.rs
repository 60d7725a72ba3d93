//! Every rule over its four fixtures: found, ruled out, cannot tell, and broken input. A fixture is one text that holds several files,
//! each begun by a line `#- name`; its first line says where it is from. The snapshot beside it is what the rule said, in English.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use debrief::case::Case;
use debrief::evidence::MemorySource;
use debrief::model::{Arg, Cite, Message, Timestamp};
use debrief::rules::RULES;
use debrief::text::page_file::NOT_OF_THE_PAGE;
use debrief::text::{Lang, Texts};

const KINDS: [&str; 4] = ["malformed", "missing_evidence", "positive", "ruled_out"];

fn folder(rule: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/rules").join(rule)
}

fn case_of(fixture: &str) -> Case {
    let now = Timestamp::from_seconds(1_790_000_000);
    let mut case = Case::new(8 * 3600, now);
    for part in fixture.split("\n#- ").skip(1) {
        let (name, text) = part.split_once('\n').expect("a file name and its text");
        case.add(name, Box::new(MemorySource(text.as_bytes().to_vec())), Default::default(), false);
    }
    case.read_all();
    case
}

fn dump(case: &mut Case, rule: &str) -> String {
    let analysis = case.analysis().clone();
    let texts = Texts::new(Lang::En, case.offset_s());
    let say = |message: &Message| {
        let is_kept = NOT_OF_THE_PAGE.iter().any(|area| message.id.starts_with(area));
        assert!(!is_kept, "{}: the page shows it and does not have it", message.id);
        texts.say(message)
    };
    let mut out = String::new();
    let quote = |out: &mut String, cites: &[Cite]| {
        for citation in case.cite(cites) {
            let lines = citation.locator.lines;
            let excerpt = citation.excerpt.first().map_or("", String::as_str);
            let _ =
                writeln!(out, "      {:?} {}:{}-{} {excerpt}", citation.role, citation.path, lines.first, lines.last);
            assert!(!citation.excerpt.is_empty(), "a citation quotes something");
        }
    };
    for outcome in analysis.outcomes.iter().filter(|outcome| outcome.rule == rule) {
        let why = outcome.why.as_ref().map(say).unwrap_or_default();
        let _ = writeln!(out, "{}: {why}", outcome.outcome);
        for need in &outcome.would_need {
            let _ = writeln!(out, "   needs {}", say(need));
        }
        quote(&mut out, &outcome.cites);
    }
    for finding in analysis.findings.iter().filter(|finding| finding.rule == rule) {
        let _ = writeln!(
            out,
            "{:?}, {:?}, {}, culprit {:?}",
            finding.severity, finding.confidence, finding.subject, finding.culprit
        );
        for statement in &finding.statements {
            assert!(!statement.cites.is_empty(), "a statement has a place");
            let _ = writeln!(out, "   [{}] {}", statement.topic, say(&statement.text));
            quote(&mut out, &statement.cites);
        }
        for why in &finding.whys {
            assert_eq!(why.claim.is_some(), !why.cites.is_empty(), "an answer has places, a question has none");
            let claim = why.claim.as_ref().map_or_else(|| "open".to_owned(), say);
            let _ = writeln!(out, "   why {} -> {claim}", say(&why.question));
        }
    }
    out
}

#[test]
fn every_rule_answers_its_fixtures_as_reviewed() {
    for rule in RULES {
        for kind in KINDS {
            let path = folder(rule.id).join(format!("{kind}.txt"));
            let fixture = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let mut case = case_of(&fixture);
            let said = dump(&mut case, rule.id);
            let want = match kind {
                "positive" => "found:",
                "ruled_out" => "ruled_out:",
                "missing_evidence" => "inconclusive:",
                _ => "",
            };
            assert!(said.starts_with(want), "{} {kind}: {said}", rule.id);
            insta::with_settings!({ snapshot_path => folder(rule.id), prepend_module_to_snapshot => false, omit_expression => true }, {
                insta::assert_snapshot!(kind, said);
            });
        }
    }
}

#[test]
fn every_rule_has_its_sections_and_no_fixture_is_forgotten() {
    let sections = [
        "What it detects",
        "Why it matters",
        "Evidence used",
        "Example",
        "Ruled out when",
        "Known false positives",
        "Questions to ask next",
        "References",
    ];
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for rule in RULES {
        let file = root.join("src/rules").join(format!("{}.rs", rule.id.replace('-', "_")));
        let source = std::fs::read_to_string(&file).expect("a rule's file is named after its id");
        let mut from = 0;
        for section in sections {
            let at = source[from..].find(&format!("//! # {section}\n"));
            from += at.unwrap_or_else(|| panic!("{}: section `{section}` is missing or out of order", rule.id));
        }
        let mut found: Vec<String> = std::fs::read_dir(folder(rule.id))
            .expect("a folder of fixtures")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .filter(|name| name.ends_with(".txt"))
            .collect();
        found.sort();
        assert_eq!(found, KINDS.map(|kind| format!("{kind}.txt")));
    }
    let ids: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
    assert!(ids.is_sorted() && ids.windows(2).all(|pair| pair[0] != pair[1]), "rule ids are sorted and unique");
}

#[test]
fn a_refusal_that_a_line_and_an_event_tell_of_counts_once() {
    let fixture = std::fs::read_to_string(folder("host/user-processes-exhausted").join("positive.txt")).unwrap();
    let (before, others) = fixture.split_once("#- secure.log").unwrap();
    let others = &others[others.find("\n#- ").unwrap()..];
    let line = |second: u32| {
        format!(
            "Jul 23 22:05:{second} n1 kubelet[1123]: E0723 22:05:{second}.100000    1123 pod_workers.go:1301] \"Error syncing pod\" \
             err=\"fork/exec /usr/bin/runc: resource temporarily unavailable\" pod=\"shop/api-0\"\n"
        )
    };
    for (pod, count) in [("api-0", 2), ("api-1", 28)] {
        let event = format!(
            r#"{{"kind":"Event","apiVersion":"v1","metadata":{{"name":"e","namespace":"shop"}},"involvedObject":{{"kind":"Pod","name":"{pod}","namespace":"shop"}},"type":"Warning","reason":"FailedCreatePodSandBox","message":"fork/exec /usr/bin/runc: resource temporarily unavailable","count":26,"firstTimestamp":"2026-07-23T14:05:41Z","lastTimestamp":"2026-07-23T14:05:49Z"}}"#
        );
        let text = format!("{before}#- kubelet.log\n{}{}#- events.json\n{event}{others}", line(41), line(49));
        let analysis = case_of(&text).analysis().clone();
        let found = analysis.findings.iter().find(|found| found.rule == "host/user-processes-exhausted").unwrap();
        let told = found.statements.iter().find(|it| it.topic == "failures").map(|it| &it.text.args);
        assert!(told.is_some_and(|args| args.contains(&("count".to_owned(), Arg::Int(count)))), "{pod}: {told:?}");
    }
}
