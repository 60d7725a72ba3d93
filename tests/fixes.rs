//! Ready-made fixes: each is valid for the tool that reads it, filled from the case, and says what it assumes.

mod schema;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use debrief::case::Case;
use debrief::evidence::MemorySource;
use debrief::model::{
    Analysis, Arg, Ceiling, Cite, Confidence, EvidenceId, Finding, LimitName, Locator, Message, Role, Scope, Severity,
    Statement, Timestamp, Workload,
};
use debrief::postmortem::fixes::{Fix, fixes, quote};
use debrief::postmortem::suggest;
use debrief::protocol::Choices;
use debrief::text::{Lang, Texts};
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use schema::{check, parse};

fn cite(line: u32) -> Cite {
    Cite { locator: Locator::lines(EvidenceId(0), line, line), role: Role::Shows, at: None }
}

/// Incident A's analysis, from the files of the example.
fn incident_a() -> Analysis {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("public/examples/incident-a");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut case = Case::new(28_800, Timestamp::from_seconds(1_690_200_000));
    for path in paths.iter().filter(|path| !path.ends_with("files.json")) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        case.add(&name, Box::new(MemorySource(fs::read(path).unwrap())), Choices::default(), false);
    }
    case.read_all();
    case.analysis().clone()
}

fn restarted(name: &str, reason: &str) -> Workload {
    Workload {
        kind: "Pod".to_owned(),
        namespace: "payments".to_owned(),
        name: name.to_owned(),
        node: Some("node-5".to_owned()),
        restarts: 11,
        exit_code: Some(137),
        exit_reason: Some(reason.to_owned()),
        exit_at: None,
        cites: vec![cite(7)],
        ..Workload::default()
    }
}

fn finding(rule: &str, subject: &str) -> Finding {
    Finding {
        rule: rule.to_owned(),
        title: Message::new("title"),
        severity: Severity::High,
        confidence: Confidence::Likely,
        subject: subject.to_owned(),
        culprit: None,
        victims: Vec::new(),
        time_range: None,
        statements: Vec::new(),
        questions: Vec::new(),
        whys: Vec::new(),
    }
}

fn node_limit(name: LimitName, limit: u64, hit: bool) -> Ceiling {
    let ratio = hit.then_some(0.99);
    let used = ratio.map(|ratio| ratio * limit as f64);
    let cites = vec![cite(3)];
    Ceiling {
        node: None,
        name,
        scope: Scope::Node,
        limit: Some(limit),
        used,
        at: None,
        ratio,
        headroom: None,
        slope_per_hour: None,
        exhaustion: None,
        hit,
        culprit: None,
        cites,
    }
}

/// Incident B as far as fixes need it: killed for memory, killed by a probe, volumes full, names not found.
fn incident_b() -> Analysis {
    Analysis {
        findings: vec![
            finding("kube/oom-killed", "payments/payment-service"),
            finding("kube/volume-full", "payments/payment-data"),
            finding("kube/dns-blocked", "payments"),
        ],
        workloads: vec![
            restarted("payment-service-6f7d8c9b54-x2v8q", "OOMKilled"),
            restarted("order-service-5c9fb7d64f-k8zwp", "Error"),
        ],
        ..Analysis::default()
    }
}

fn fix<'a>(fixes: &'a [Fix], id: &str) -> &'a Fix {
    fixes.iter().find(|fix| fix.id == id).unwrap_or_else(|| panic!("no fix {id}"))
}

/// All that a fix says, in both languages, and its file.
fn dump(fixes: &[Fix]) -> String {
    let (en, zh) = (Texts::new(Lang::En, 28_800), Texts::new(Lang::ZhCn, 28_800));
    let mut dump = String::new();
    for fix in fixes {
        let from = if fix.from_case { "from the case" } else { "general" };
        let (id, kind, n_cites) = (fix.id, fix.kind.as_str(), fix.cites.len());
        writeln!(dump, "=== {id} · {kind} · {from} · {n_cites} places").unwrap();
        writeln!(dump, "{} · {}", en.say(&fix.title), zh.say(&fix.title)).unwrap();
        for (mark, messages) in [("risk", &fix.risks), ("assumed", &fix.assumed)] {
            for message in messages {
                writeln!(dump, "{mark}: {} · {}", en.say(message), zh.say(message)).unwrap();
            }
        }
        writeln!(dump, "$ {}\n--- {} ({})\n{}", fix.apply, fix.file_name, fix.language, fix.text).unwrap();
    }
    dump
}

/// A folder of this test's own for files that programs read.
fn scratch(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fixes").join(test);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn succeeds(command: &mut Command) -> Output {
    let output =
        command.output().unwrap_or_else(|error| panic!("{command:?}: {error}; `cargo xtask test` installs it"));
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {text}");
    output
}

/// A file as its tool reads it. The script is only looked at where a program would have to be started.
fn is_valid(fix: &Fix) {
    match fix.language {
        "yaml" => drop(check(&fix.text)),
        "ini" => {
            let settings = fix.text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
            let mut n_settings = 0;
            for line in settings {
                let (key, value) = line.split_once(" = ").unwrap_or_else(|| panic!("{line}"));
                assert!(["kernel.pid_max", "kernel.threads-max"].contains(&key), "{line}");
                assert!(value.parse::<u64>().is_ok_and(|value| value > 0), "{line}");
                n_settings += 1;
            }
            assert!(n_settings > 0, "{}", fix.text);
        }
        "sh" => assert!(fix.text.starts_with("#!/bin/sh\n") && fix.text.ends_with("exit \"$worst\"\n")),
        "markdown" => assert!(fix.text.starts_with("# ")),
        other => panic!("no check for {other}"),
    }
    // Between the two stand dashes and quotation marks, which are seen.
    let is_unseen = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}');
    let is_inert = |c: char| c == '\n' || !c.is_control() && !is_unseen(c);
    assert!(fix.text.chars().all(is_inert), "{}", fix.text);
    // What stands in for a missing name is said.
    assert!(!fix.text.contains("REPLACE-ME") || !fix.assumed.is_empty(), "{}: a silent placeholder", fix.id);
}

#[test]
fn incident_a_gets_what_its_team_did() {
    let analysis = incident_a();
    let fixes = fixes(&analysis);
    fixes.iter().for_each(is_valid);
    insta::assert_snapshot!("incident_a", dump(&fixes));

    assert!(fix(&fixes, "sysctl-pid-max").text.contains("\nkernel.pid_max = 262144\n"));
    assert!(!fix(&fixes, "sysctl-pid-max").cites.is_empty());
    assert_eq!(check(&fix(&fixes, "kubelet-pod-pids-limit").text)["podPidsLimit"].as_i64(), Some(4096));
    for action in suggest::actions(&analysis) {
        if let Some(id) = &action.fix {
            let fix = fix(&fixes, id);
            assert!(fix.from_case && fix.kind == action.kind, "{id}");
        }
    }
}

#[test]
fn incident_b_gets_memory_probes_storage_and_names() {
    let fixes = fixes(&incident_b());
    fixes.iter().for_each(is_valid);
    let from_case: Vec<Fix> = fixes.iter().filter(|fix| fix.from_case).cloned().collect();
    insta::assert_snapshot!("incident_b", dump(&from_case));

    let target = |id: &str| {
        let document = check(&fix(&fixes, id).text);
        let metadata = &document["metadata"];
        (metadata["namespace"].as_str().map(str::to_owned), metadata["name"].as_str().map(str::to_owned))
    };
    let named = |namespace: &str, name: &str| (Some(namespace.to_owned()), Some(name.to_owned()));
    assert_eq!(target("memory-limits"), named("payments", "payment-service"));
    assert_eq!(target("probe-patch"), named("payments", "order-service"));
    assert_eq!(target("allow-dns"), named("payments", "allow-dns"));
}

#[test]
fn without_evidence_everything_is_general_and_says_what_it_assumes() {
    let fixes = fixes(&Analysis::default());
    fixes.iter().for_each(is_valid);
    insta::assert_snapshot!("empty", dump(&fixes));
    for fix in &fixes {
        assert!(
            !fix.from_case && fix.cites.is_empty() && !fix.assumed.is_empty() && !fix.risks.is_empty(),
            "{}",
            fix.id
        );
    }
}

#[test]
fn a_proposed_limit_follows_the_ceiling_that_was_reached() {
    let of = |ceilings: Vec<Ceiling>| fixes(&Analysis { ceilings, ..Analysis::default() });
    let settings = |fixes: &[Fix]| -> Vec<String> {
        let fix = fixes.iter().find(|fix| fix.id == "sysctl-pid-max");
        let lines = fix.into_iter().flat_map(|fix| fix.text.lines().filter(|line| line.starts_with("kernel.")));
        lines.map(str::to_owned).collect()
    };
    let (pid_max, threads_max) = (LimitName::PidMax, LimitName::ThreadsMax);
    // threads-max was the smaller one (node_exporter#2371): pid_max is far enough.
    let tight = of(vec![node_limit(threads_max, 61_187, true), node_limit(pid_max, 4_194_304, false)]);
    assert_eq!(settings(&tight), ["kernel.threads-max = 122374"]);
    // Raising one must not leave the other as the new ceiling right above.
    let both = of(vec![node_limit(threads_max, 31_000, true), node_limit(pid_max, 32_768, false)]);
    assert_eq!(settings(&both), ["kernel.pid_max = 262144", "kernel.threads-max = 62000"]);
    // Nothing to raise.
    assert_eq!(settings(&of(vec![node_limit(pid_max, 4_194_304, true)])), Vec::<String>::new());
    assert_eq!(settings(&of(vec![node_limit(pid_max, 4_194_304, false)])), Vec::<String>::new());

    let pods = |fixes: &[Fix]| check(&fix(fixes, "kubelet-pod-pids-limit").text)["podPidsLimit"].as_i64();
    assert_eq!(pods(&of(vec![node_limit(pid_max, 32_768, true)])), Some(4096));
    assert_eq!(pods(&of(vec![node_limit(pid_max, 16_384, true)])), Some(1024));
    // What a healthy container used is never forbidden.
    let statement = Statement {
        topic: "culprit".to_owned(),
        text: Message::new("culprit").with("baseline", Arg::Int(3_000)),
        cites: vec![cite(9)],
    };
    let leak = Finding { statements: vec![statement], ..finding("host/pid-space-exhausted", "node n") };
    assert_eq!(pods(&fixes(&Analysis { findings: vec![leak], ..Analysis::default() })), Some(8192));
}

#[test]
fn promtool_accepts_the_alerts_and_they_fire_when_they_should() {
    for (name, analysis) in [("empty", Analysis::default()), ("incident-a", incident_a())] {
        let fixes = fixes(&analysis);
        let folder = scratch(&format!("promtool-{name}"));
        let rules = fix(&fixes, "alert-rules");
        fs::write(folder.join(rules.file_name), &rules.text).unwrap();
        succeeds(
            Command::new("promtool").args(["check", "rules", "--lint-fatal", rules.file_name]).current_dir(&folder),
        );
        fs::write(folder.join("alerts.yaml"), include_str!("fixes/alerts.yaml")).unwrap();
        succeeds(Command::new("promtool").args(["test", "rules", "alerts.yaml"]).current_dir(&folder));

        // The operator's resource holds the same rules.
        let resource = check(&fix(&fixes, "alert-rules-operator").text);
        assert_eq!(resource["spec"], check(&rules.text));
    }
}

#[test]
fn the_script_runs_and_sees_what_is_wrong() {
    let folder = scratch("script");
    let script = fixes(&incident_b());
    let script = fix(&script, "health-check");
    fs::write(folder.join("health-check.sh"), &script.text).unwrap();
    succeeds(Command::new("sh").args(["-n", "health-check.sh"]).current_dir(&folder));

    // A cluster where one pod fails and one restarted often; and one that does not answer.
    let cluster = "#!/bin/sh\ncase $* in\n  *'get pods --namespace payments'*) printf 'a 0/1 CrashLoopBackOff 7 1h\\nb 1/1 Running 5 (3m ago) \
                   1h\\nc 1/1 Running 0 1h\\n' ;;\n  *kube-dns*) echo 'coredns 1/1 Running 0 1d' ;;\n  *'get nodes --no-headers'*) \
                   printf 'n1 Ready x\\nn2 NotReady x\\n' ;;\nesac\n";
    for (answers, expected) in [
        (
            cluster,
            vec![
                "bad  pods that fail in payments: 1",
                "warn pods with more than 3 restarts in payments: 2",
                "bad  name servers ready: 1",
                "bad  nodes that are not Ready: 1",
                "ok   events: liveness probes failed: none",
            ],
        ),
        (
            "#!/bin/sh\nexit 1\n",
            vec![
                "warn pods: not checked, kubectl does not answer",
                "warn nodes: not checked",
                "warn name servers: not checked",
            ],
        ),
    ] {
        let kubectl = folder.join("kubectl");
        fs::write(&kubectl, answers).unwrap();
        succeeds(Command::new("chmod").arg("+x").arg(&kubectl));
        let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
        let output = Command::new("sh").arg("health-check.sh").env("PATH", path).current_dir(&folder).output().unwrap();
        let (said, complained) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(complained, "");
        for line in expected {
            assert!(said.contains(line), "{line}\n{said}");
        }
        assert!(matches!(output.status.code(), Some(1 | 2)), "{:?}", output.status);
    }
}

#[test]
fn the_checklist_is_a_list_of_tasks() {
    let fixes = fixes(&incident_b());
    let text = &fix(&fixes, "health-checklist").text;
    let events: Vec<Event<'_>> = Parser::new_ext(text, Options::ENABLE_TASKLISTS).collect();
    let n_tasks = events.iter().filter(|event| matches!(event, Event::TaskListMarker(false))).count();
    assert_eq!(n_tasks, text.matches("\n- [ ] ").count());
    assert!(n_tasks > 15);
    // What failed stands first.
    let heads: Vec<&str> = text.lines().filter(|line| line.starts_with("## ")).collect();
    let n_failed = heads.iter().filter(|head| head.ends_with("(failed in this case)")).count();
    assert_eq!(n_failed, 4);
    assert!(heads.iter().take(n_failed).all(|head| head.ends_with("(failed in this case)")));
}

/// Names as nobody should write them.
fn hostile() -> impl Strategy<Value = String> {
    let fragments = prop::sample::select(vec![
        "\"",
        "'",
        "\\",
        "\n",
        "\r\n",
        "\t",
        ": ",
        " #",
        "- ",
        "{{",
        "$(reboot)",
        "`id`",
        ";",
        "%",
        "\0",
        "\u{1b}[31m",
        "\u{202e}",
        "\u{2028}",
        "\u{feff}",
        "</script>",
        "|",
        "]]",
        "...",
        "---",
        "!!",
        "&a",
        "*a",
        "null",
        "0x1f",
        "1e3",
        "true",
        "数",
        "payment",
    ]);
    let fragment = prop_oneof![fragments.prop_map(str::to_owned), any::<char>().prop_map(String::from)];
    prop::collection::vec(fragment, 0..8).prop_map(|fragments| fragments.concat())
}

proptest! {
    #[test]
    fn quoted_yaml_reads_back_as_the_name(name in hostile()) {
        let quoted = quote::yaml(&name);
        prop_assert!(!quoted.contains(|c: char| c.is_control()));
        let document = parse(&format!("key: {quoted}\nlist:\n  - {quoted} # after\n{quoted}: end\n"));
        prop_assert_eq!(document["key"].as_str(), Some(name.as_str()));
        prop_assert_eq!(document["list"][0].as_str(), Some(name.as_str()));
        prop_assert!(name == "key" || name == "list" || document[name.as_str()].as_str() == Some("end"));
    }

    #[test]
    fn comments_stay_on_their_line(name in hostile()) {
        let shown = quote::visible(&name);
        let turns = |c: char| c.is_control() || ('\u{2028}'..='\u{202e}').contains(&c);
        prop_assert!(!shown.contains(turns));
    }

    #[test]
    fn code_spans_are_inert(name in hostile()) {
        let text = format!("- {}: 1", quote::code(&name));
        for event in Parser::new(&text) {
            let is_plain = matches!(
                event,
                Event::Text(_) | Event::Code(_) | Event::Start(Tag::List(_) | Tag::Item) | Event::End(TagEnd::List(_) | TagEnd::Item)
            );
            prop_assert!(is_plain, "{:?} in {}", event, text);
        }
    }

    #[test]
    fn whatever_evidence_is_called_the_files_stay_valid(names in prop::array::uniform6(hostile())) {
        let [namespace, pod, node, reason, rule, culprit] = names;
        let workload = |reason: &str| Workload {
            namespace: namespace.clone(),
            name: pod.clone(),
            node: Some(node.clone()),
            ..restarted("", reason)
        };
        let leak = Finding { culprit: Some(format!("{culprit} ({namespace}/{pod})")), ..finding("host/pid-space-exhausted", &format!("node {node}")) };
        let analysis = Analysis {
            findings: vec![finding(&rule, &node), finding("kube/dns", &pod), leak],
            workloads: vec![workload("OOMKilled"), workload(&reason)],
            ..Analysis::default()
        };
        fixes(&analysis).iter().for_each(is_valid);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn quoted_words_reach_the_shell_as_they_are(name in hostile()) {
        let script = format!("printf %s {}", quote::shell(&name));
        prop_assert!(!script.contains('\0'));
        let output = succeeds(Command::new("sh").arg("-c").arg(script));
        prop_assert_eq!(String::from_utf8(output.stdout).unwrap(), name.replace('\0', ""));
    }
}
