//! The panels Evidence and Workloads as data: what stands on them, and what the reader's choices do to it.

use debrief::case::Case;
use debrief::chart::Palette;
use debrief::evidence::MemorySource;
use debrief::model::{EvidenceId, EvidenceState, IssueCode, Timestamp};
use debrief::protocol::Choices;
use debrief::text::{Lang, Texts};
use debrief::view::conclusions::{Conclusions, looked_at};
use debrief::view::evidence::clock_of;
use debrief::view::panel::{Item, Panel, PanelKind, PanelRequest, Tool};
use proptest::prelude::*;

fn fixture(path: &str) -> Vec<u8> {
    std::fs::read(format!("tests/fixtures/formats/{path}")).unwrap()
}

fn case_of(inputs: Vec<(&str, Vec<u8>)>) -> Case {
    let mut case = Case::new(8 * 3600, Timestamp::from_seconds(1_790_000_000));
    for (path, bytes) in inputs {
        case.add(path, Box::new(MemorySource(bytes)), Choices::default(), false);
    }
    case.read_all();
    case.analysis();
    case
}

fn ask(case: &mut Case, kind: PanelKind, values: &[(&str, &str)]) -> Panel {
    let values = values.iter().map(|(id, value)| ((*id).to_owned(), (*value).to_owned())).collect();
    let (palette, lang) = (Palette::light(), Lang::En);
    case.panel(&PanelRequest { kind, values, width: 800, palette, lang, offset_s: 8 * 3600 })
}

/// The panel as text: what a reader sees, without pictures.
fn told(panel: &Panel) -> String {
    panel.items.iter().map(said).collect()
}

fn said(item: &Item) -> String {
    match item {
        Item::Heading(text) => format!("## {text}\n"),
        Item::Text { text, weight, cites } => format!("{weight:?}: {text} {}\n", places(cites)),
        Item::Tools(tools) => format!("[{}]\n", tools.iter().map(tool).collect::<Vec<_>>().join("] [")),
        Item::Picture { name, .. } => format!("({name})\n"),
        Item::Table { name, head, rows } => {
            let head: Vec<&str> = head.iter().map(|head| head.label.as_str()).collect();
            let rows = rows.iter().map(|row| {
                let fold = row.is_unfolded.map_or("", |open| if open { "▾ " } else { "▸ " });
                let indent = "  ".repeat(usize::from(row.depth));
                let open: String = row.open.iter().map(|item| format!("      {}", said(item))).collect();
                format!("{indent}{fold}{} {}\n{open}", row.cells.join(" | "), places(&row.cites))
            });
            format!("<{name}>\n{}\n{}", head.join(" | "), rows.collect::<String>())
        }
        Item::Lines(lines) => lines.iter().map(|line| format!("    {line}\n")).collect(),
        Item::Facts(facts) => facts.iter().map(|(name, fact)| format!("{name}: {fact}\n")).collect(),
        Item::Correct(id) => format!("(corrections of {})\n", id.0),
    }
}

fn places(cites: &[debrief::model::Cite]) -> String {
    cites.iter().map(|cite| format!("@{}:{}", cite.locator.evidence.0, cite.locator.lines.first)).collect()
}

fn tool(tool: &Tool) -> String {
    match tool {
        Tool::Choice { label, options, .. } => {
            let names: Vec<&str> = options.iter().map(|(_, name)| name.as_str()).collect();
            format!("{label}: {}", names.join(" / "))
        }
        Tool::Search { label, .. } => format!("{label} …"),
        Tool::Button { label, sets } => format!("{label} → {sets:?}"),
    }
}

/// A bundle with a log, a listing, a table, bytes that are no text, and an archive that was cut.
fn bundle() -> Case {
    let elf = [b"\x7fELF\x02\x01\x01".as_slice(), &[0; 40], &[3; 60]].concat();
    let log = b"2023-07-23T22:00:01Z INFO begun\nnot a line of a log\n2023-07-23T22:00:03Z ERROR gone\n".to_vec();
    let mut case = Case::new(8 * 3600, Timestamp::from_seconds(1_790_000_000));
    let cut =
        case.add("bundle.tar.gz", Box::new(MemorySource(vec![0x1f, 0x8b, 8, 0, 1, 2, 3])), Choices::default(), false);
    let mut noted = debrief::model::Issues::default();
    noted.add(IssueCode::ArchiveCut, 0, 5);
    case.note(cut, noted);
    for (path, bytes) in [
        ("bundle.tar.gz/node-xx/df-i.txt", fixture("df/i.txt")),
        ("bundle.tar.gz/node-xx/agent", elf),
        ("bundle.tar.gz/node-xx/var/log/app.log", log),
        ("notes.7z", b"7z\xbc\xaf\x27\x1c\x00\x04".to_vec()),
        ("empty.log", Vec::new()),
        (
            "samples.csv",
            b"Time;Threads\n2023-07-23 22:00:00;1,5\n2023-07-23 22:01:00;x\n2023-07-23 22:02:00;2,5\n".to_vec(),
        ),
    ] {
        case.add(path, Box::new(MemorySource(bytes)), Choices::default(), false);
    }
    case.read_all();
    case.analysis();
    case
}

#[test]
fn the_tree_says_what_was_given_and_what_became_of_it() {
    insta::assert_snapshot!("panel_evidence_tree", told(&ask(&mut bundle(), PanelKind::Evidence, &[])));
}

#[test]
fn an_input_says_all_that_is_known_of_it() {
    let mut case = bundle();
    let mut all = String::new();
    for values in [
        &[("row", "e0")][..],
        &[("row", "e1")],
        &[("row", "e1"), ("part-e1", "t0")],
        &[("row", "e1"), ("part-e1", "t0"), ("find-e1-0", "tmpfs")],
        &[("row", "e2")],
        &[("row", "e2"), ("part-e2", "raw"), ("pos-e2", "0x7")],
        &[("row", "e3"), ("part-e3", "raw"), ("pos-e3", "2")],
        &[("row", "e3"), ("part-e3", "raw"), ("from-e3", "0x20")],
        &[("row", "e4")],
        &[("row", "e6")],
    ] {
        all += &format!("==== {values:?}\n{}", told(&ask(&mut case, PanelKind::Evidence, values)));
    }
    insta::assert_snapshot!("panel_evidence_one", all);
}

#[test]
fn a_filter_gives_a_list_and_folds_are_the_readers() {
    let mut case = bundle();
    let mut names = |values: &[(&str, &str)]| -> Vec<String> {
        let panel = ask(&mut case, PanelKind::Evidence, values);
        let rows = panel
            .items
            .into_iter()
            .find_map(|item| if let Item::Table { rows, .. } = item { Some(rows) } else { None });
        rows.into_iter().flatten().map(|mut row| row.cells.swap_remove(0)).collect()
    };
    assert_eq!(names(&[("find", "NODE-XX/AG")]), ["bundle.tar.gz/node-xx/agent"]);
    assert_eq!(names(&[("share", "none")]), ["bundle.tar.gz", "bundle.tar.gz/node-xx/agent", "empty.log", "notes.7z"]);
    assert_eq!(names(&[("format", "df")]), ["bundle.tar.gz/node-xx/df-i.txt"]);
    assert_eq!(names(&[("f:bundle.tar.gz", "shut")]), ["bundle.tar.gz", "empty.log", "notes.7z", "samples.csv"]);
    assert!(names(&[("find", "nothing of the kind")]).is_empty());
}

#[test]
fn a_removed_input_says_so_and_comes_back() {
    let mut case = bundle();
    case.set_removed(debrief::model::EvidenceId(3), true);
    let panel = told(&ask(&mut case, PanelKind::Evidence, &[("row", "e3")]));
    assert!(panel.contains("Taken out, not in the analysis: app.log"), "{panel}");
    case.set_removed(debrief::model::EvidenceId(3), false);
    let panel = told(&ask(&mut case, PanelKind::Evidence, &[("row", "e3")]));
    assert!(!panel.contains("Taken out"), "{panel}");
}

#[test]
fn an_input_that_was_not_kept_is_not_read_until_a_person_takes_it_out() {
    let mut case = case_of(vec![]);
    let id = case.add("app.log", Box::new(MemorySource(Vec::new())), Choices::default(), true);
    case.note(id, IssueCode::NotKept.into());
    case.read_all();
    let shown = |case: &mut Case| (case.evidence()[0].state, told(&ask(case, PanelKind::Evidence, &[("row", "e0")])));
    let (state, panel) = shown(&mut case);
    assert_eq!(state, EvidenceState::Refused);
    assert!(panel.contains("Not here: the browser did not keep it") && !panel.contains("too large to"), "{panel}");
    case.set_removed(id, true);
    assert_eq!(shown(&mut case).0, EvidenceState::Removed);
}

#[test]
fn of_a_hundred_thousand_inputs_a_window_is_shown() {
    let mut case = Case::new(0, Timestamp::from_seconds(1_790_000_000));
    for n in 0..100_000 {
        let path = format!("all.zip/{}/{}/{n}.log", n % 3, n % 1500);
        case.add(&path, Box::new(MemorySource(b"one line\n".to_vec())), Choices::default(), false);
    }
    let rows = |panel: Panel| {
        let table = panel
            .items
            .into_iter()
            .find_map(|item| if let Item::Table { rows, .. } = item { Some(rows) } else { None });
        table.unwrap()
    };
    // Nothing is read yet, and nothing is concluded for it.
    let folded = rows(ask(&mut case, PanelKind::Evidence, &[]));
    assert_eq!(folded.len(), 4, "{folded:?}");
    assert_eq!(folded[1].cells[1], "33,334 inputs");
    let open = rows(ask(&mut case, PanelKind::Evidence, &[("f:all.zip/0", "open")]));
    assert_eq!(open.len(), 4 + 100 + 1);
    let more = &open[102];
    assert!(more.cells[0].contains("more inputs") && more.sets.len() == 1, "{more:?}");
    let (id, value) = more.sets[0].clone();
    let more = rows(ask(&mut case, PanelKind::Evidence, &[("f:all.zip/0", "open"), (&id, &value)]));
    assert_eq!(more.len(), 4 + 300 + 1);
    let found = rows(ask(&mut case, PanelKind::Evidence, &[("find", "7.log")]));
    assert!(found.len() == 501 && found[500].cells[0].contains("9,500 more"), "{:?}", found.last());
}

#[test]
fn workloads_say_what_they_share_and_what_their_exits_mean() {
    let pod = r#"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"cart-1","namespace":"shop"},"spec":{"nodeName":"node-5","containers":[{"name":"cart"}]},"status":{"phase":"Running","containerStatuses":[{"name":"cart","ready":false,"restartCount":0,"state":{"running":{}}}]}}"#;
    let mut case = case_of(vec![
        ("pods.json", fixture("kube-json/pods.json")),
        ("pod.json", pod.as_bytes().to_vec()),
        ("node.txt", fixture("describe/node-and-claim.txt")),
        ("tables.txt", fixture("get-table/several-tables.txt")),
    ]);
    let panel = ask(&mut case, PanelKind::Workloads, &[]);
    let rows =
        panel.items.iter().filter_map(|item| if let Item::Table { rows, .. } = item { Some(rows) } else { None });
    let keys: Vec<String> = rows.flatten().map(|row| row.key.clone()).filter(|key| !key.is_empty()).collect();
    let mut all = told(&panel);
    for key in &keys {
        let opened =
            ask(&mut case, PanelKind::Workloads, &[("row", key), ("find", key.rsplit(['/', ' ']).next().unwrap())]);
        all += &format!("==== {key}\n{}", opened.items.last().map(said).unwrap_or_default());
    }
    insta::assert_snapshot!("panel_workloads", all);
    let none = told(&ask(&mut case_of(vec![("df", fixture("df/i.txt"))]), PanelKind::Workloads, &[]));
    assert!(none.contains("Nothing in this evidence restarted or fails."), "{none}");
}

#[test]
fn the_last_lines_of_a_log_stand_under_the_sentence_about_them_or_nothing_does() {
    let pod = r#"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"web-1","namespace":"shop"},"spec":{"containers":[{"name":"web"}]},"status":{"phase":"Running","containerStatuses":[{"name":"web","ready":false,"restartCount":3,"state":{"waiting":{"reason":"CrashLoopBackOff"}},"lastState":{"terminated":{"exitCode":1,"reason":"Error","startedAt":"2024-08-20T05:58:08Z","finishedAt":"2024-08-20T05:58:23Z"}}}]}}"#;
    let log = "2024-08-20T05:58:09Z INFO starting\n2024-08-20T05:58:10Z INFO reading /etc/web.yaml\n\
               2024-08-20T05:58:20Z ERROR cannot reach redis\n2024-08-20T05:58:23Z FATAL giving up\n";
    let opened = |log: &str| {
        let mut case = case_of(vec![
            ("pods/shop.json", pod.as_bytes().to_vec()),
            ("pods/shop/web-1/web/previous.log", log.as_bytes().to_vec()),
        ]);
        told(&ask(&mut case, PanelKind::Workloads, &[("row", "Pod shop/web-1")]))
    };
    let panel = opened(log);
    let (_, lines) = panel.split_once("these are its last lines").expect("the sentence");
    assert!(
        lines.contains("    2024-08-20T05:58:20Z ERROR cannot reach redis\n    2024-08-20T05:58:23Z FATAL giving up\n"),
        "{lines}"
    );
    assert!(!lines.contains("starting"), "{lines}");
    for nothing in ["", "\n\n\n"] {
        assert!(!opened(nothing).contains("last lines"), "{}", opened(nothing));
    }
}

#[test]
fn a_policy_is_no_workload_that_fails() {
    let policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: deny-all\n  namespace: shop\nspec:\n  \
                  podSelector: {}\n  policyTypes:\n  - Egress\n";
    let mut case = case_of(vec![("policy.yaml", policy.as_bytes().to_vec())]);
    let panel = told(&ask(&mut case, PanelKind::Workloads, &[]));
    assert!(panel.contains("Nothing fails in what was collected; nothing restarted"), "{panel}");
    assert!(panel.contains("## Workloads that restarted or fail, and policies that let no DNS query out"), "{panel}");
    let only = case.analysis().workloads.first().map(|workload| workload.is_in_trouble());
    assert_eq!(only, Some(false));
}

#[test]
fn lines_open_on_the_input_that_findings_cite_then_on_the_longest_then_on_the_first() {
    let quiet = "2024-08-20 14:02:11,412 INFO [main] all is well\n";
    let full = "2024-08-20 14:02:11,412 ERROR [main] write /data/x.log: No space left on device\n";
    let df = "Filesystem      Size  Used Avail Use% Mounted on\n/dev/sdb1       50G   50G     0 100% /data\n";
    let opens = |texts: &[&str]| {
        let inputs = texts.iter().map(|text| ("x.txt", text.as_bytes().to_vec())).collect();
        let mut case = case_of(inputs);
        let findings = case.analysis().findings.clone();
        let metas = case.evidence();
        debrief::view::lines::opens_on(&metas, &findings).map(|id| id.0)
    };
    assert_eq!(opens(&[]), None);
    assert_eq!(opens(&[quiet, quiet, quiet]), Some(0));
    assert_eq!(opens(&[quiet, &quiet.repeat(3), quiet]), Some(1));
    assert_eq!(opens(&[&quiet.repeat(3), df, full]), Some(2));
}

#[test]
fn what_was_guessed_of_times_is_said_of_the_input() {
    let line = |day: &str| format!("{day} 10:00:00 n1 kubelet[1]: started\n");
    let stepped = ["May 17", "May 18", "Apr 22", "Apr 23"].map(line).concat();
    let newest_first = ["May 18", "May 15", "May 12"].map(line).concat();
    let swapped = |day: u32| format!("time,threads\n03/04/2024 10:00:00,1\n{day:02}/04/2024 10:00:30,2\n");
    let dated = "2022-03-01T10:00:00Z ERROR checkout failed\n";
    let inputs = [&stepped, &newest_first, dated, &swapped(3), &swapped(13)].map(|text| text.as_bytes().to_vec());
    let mut case = case_of(["a.log", "b.log", "app.log", "a.csv", "b.csv"].into_iter().zip(inputs).collect());
    let issues = |case: &Case, place: usize, code: IssueCode| {
        let told = case.evidence()[place].issues.list.clone();
        told.iter().find(|issue| issue.code == code).map(|issue| (issue.count, issue.first_line))
    };
    let of_all = |case: &Case, code| (0..5).map(|place| issues(case, place, code)).collect::<Vec<_>>();
    assert_eq!(of_all(&case, IssueCode::StepsBack), [Some((1, 3)), None, None, None, None]);
    assert_eq!(of_all(&case, IssueCode::OrderGuessed), [None, None, None, Some((1, 0)), None]);
    let clock = |case: &Case| clock_of(&case.evidence()[0], &Texts::new(Lang::En, 0)).unwrap();
    assert!(clock(&case).ends_with("year 2024, the nearest to b.csv"), "{}", clock(&case));
    // What was taken out says nothing.
    for place in [2, 3, 4] {
        case.set_removed(EvidenceId(place), true);
    }
    case.read_all();
    case.analysis();
    assert!(clock(&case).ends_with("year 2026, assumed"), "{}", clock(&case));
}

#[test]
fn where_nothing_could_be_looked_at_nothing_is_said_to_be_well() {
    let told = |case: &mut Case| {
        let (evidence, texts) = (case.evidence(), Texts::new(Lang::En, 0));
        let said = Conclusions::of(case.analysis());
        let told = debrief::export::report::analyze(case.analysis(), &evidence, &texts);
        let unchecked = told.contains("Nothing in this evidence could be checked against the 17 known patterns.");
        assert_eq!(unchecked, said.n_looked() == 0, "{told}");
        assert_eq!(told.contains("2 lines of the logs have the level error or worse."), said.n_errors == 2, "{told}");
        (said.n_looked(), said.n_errors, looked_at(&evidence))
    };
    let log = b"2026-07-14T20:00:00Z ERROR checkout failed\n2026-07-14T20:00:01Z ERROR checkout failed\n2026-07-14T20:00:02Z INFO up\n";
    let mut case = case_of(vec![("app.log", log.to_vec()), ("random.bin", vec![0, 1, 2, 255, 254])]);
    assert_eq!(told(&mut case), (0, 2, (1, 1)));
    let df = b"Filesystem      Size  Used Avail Use% Mounted on\n/dev/sda1  100G  40G  60G  40% /\n";
    let id = case.add("df.txt", Box::new(MemorySource(df.to_vec())), Choices::default(), false);
    case.read_all();
    assert_eq!(told(&mut case), (1, 2, (2, 1)));
    for id in [EvidenceId(0), EvidenceId(1), id] {
        case.set_removed(id, true);
    }
    assert_eq!(told(&mut case), (0, 0, (0, 0)));
    // What holds a line that was not understood is read in part: looked at, and not wholly.
    let cut = b"Time,threads\n2026-07-14T20:00:00Z,1\n2026-07-14T20:00:30Z,x y\nbroken\n".to_vec();
    assert_eq!(told(&mut case_of(vec![("t.csv", cut)])).2, (1, 1));
}

proptest! {
    /// Whatever paths an archive has and whatever a page asks, there is an answer, and every input is counted once.
    #[test]
    fn any_paths_and_any_values_give_a_panel(
        paths in prop::collection::vec("[ab/.\u{e9}\u{202e}]{0,6}", 1..30),
        values in prop::collection::vec((0usize..12, "(open|shut|e[0-9]{1,2}|t0|raw|0x[0-9a-f]{1,17}|[0-9]{1,20}|[ab/\u{e9}]{0,3})"), 0..6),
    ) {
        let inputs = paths.iter().map(|path| (path.as_str(), b"a,b\n1,2\n".to_vec())).collect();
        let mut case = case_of(inputs);
        let ids = ["row", "find", "share", "format", "part-e0", "pos-e0", "from-e0", "part-e1", "pos-e1", "f:a", "n:", "n:a/"];
        let values: Vec<(&str, &str)> = values.iter().map(|(id, value)| (ids[*id], value.as_str())).collect();
        for kind in [PanelKind::Evidence, PanelKind::Workloads, PanelKind::Stacks] {
            prop_assert!(!ask(&mut case, kind, &values).items.is_empty());
        }
        // All open: as many leaves as inputs.
        let panel = ask(&mut case, PanelKind::Evidence, &[]);
        let rows = panel.items.iter().filter_map(|item| if let Item::Table { rows, .. } = item { Some(rows) } else { None });
        let leaves = rows.flatten().filter(|row| row.is_unfolded.is_none()).count();
        prop_assert_eq!(leaves, paths.len());
    }
}
