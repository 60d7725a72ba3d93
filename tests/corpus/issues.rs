//! What the corpus' excerpts of issues hold, against the truths that are known of them.

use debrief::case::Case;
use debrief::evidence::MemorySource;
use debrief::model::{IssueCode, Timestamp};
use debrief::protocol::Choices;
use debrief::text::{Lang, Texts};

/// Reads an excerpt under a name that tells nothing.
fn read(test: &str, name: &str) -> Option<Case> {
    let bytes = std::fs::read(super::corpus(test)?.join("k8s-issues").join(name)).expect("a file");
    let mut case = Case::new(0, Timestamp::from_seconds(1_790_000_000));
    case.add("unknown", Box::new(MemorySource(bytes)), Choices::default(), false);
    case.read_all();
    Some(case)
}

/// Proposed events: when, how many lines, the first words.
fn events(case: &mut Case) -> Vec<(String, u32, String)> {
    let texts = Texts::new(Lang::En, 0);
    let events = case.analysis().timeline.clone();
    let brief = |text: String| text.split([':', ' ']).take(3).collect::<Vec<_>>().join(" ");
    events.iter().map(|it| (it.at.to_rfc3339(), it.count, brief(texts.say(&it.text)))).collect()
}

/// Why a rule could not tell, in words.
fn why(case: &mut Case, rule: &str) -> String {
    let texts = Texts::new(Lang::En, 0);
    let analysis = case.analysis();
    let outcome = analysis.outcomes.iter().find(|outcome| outcome.rule == rule).expect("every rule answers");
    assert_eq!(outcome.outcome, "inconclusive", "{rule}");
    outcome.why.as_ref().map(|why| texts.say(why)).unwrap_or_default()
}

#[test]
fn when_kubelet_stopped_is_the_lines_own_time_less_the_age() {
    let test = "when_kubelet_stopped_is_the_lines_own_time_less_the_age";
    // Three ages that grow are one stop; klog's time is the event, the journal wrote all lines later.
    let Some(mut case) = read(test, "k3s_2370_pleg.log") else { return };
    let stop = |at: &str, n| (at.to_owned(), n, "kubelet last saw".to_owned());
    assert_eq!(events(&mut case), [stop("2025-10-08T16:25:10.541989Z", 3)]);
    assert!(why(&mut case, "cross/call-chain-stalled").contains("PLEG, 3 lines"));
    let Some(mut case) = read(test, "k8s_98044_pleg_setters.log") else { return };
    let all = events(&mut case);
    assert!(matches!(&all[..], [(_, 1, words)] if words == "kubelet last saw"), "{all:?}");
    assert!(why(&mut case, "cross/call-chain-stalled").contains("(PLEG)"));
}

#[test]
fn refusals_are_counted_and_the_limit_is_not_guessed() {
    let test = "refusals_are_counted_and_the_limit_is_not_guessed";
    let Some(mut case) = read(test, "k8s_79466_kubelet_eagain.log") else { return };
    let all = events(&mut case);
    assert!(matches!(&all[..], [(at, 2, words)] if at.contains("-06-26T20:28:37") && words == "Tasks refused with"));
    // Threads of a virtual machine are tasks; no line has a time, and none is invented.
    let Some(mut virtual_machine) = read(test, "nacos_11149_threads.log") else { return };
    assert_eq!(events(&mut virtual_machine), []);
    for case in [&mut case, &mut virtual_machine] {
        assert!(why(case, "host/pid-space-exhausted").contains("kernel.pid_max"));
        let outcomes = &case.analysis().outcomes;
        let refused = outcomes.iter().find(|outcome| outcome.rule == "host/pid-space-exhausted").expect("an answer");
        assert_eq!(refused.cites.len(), 2);
        assert!(case.analysis().findings.is_empty());
    }
}

#[test]
fn ten_refused_forks_are_a_units_own_limit() {
    let test = "ten_refused_forks_are_a_units_own_limit";
    let Some(mut case) = read(test, "icinga_4918_pids_dmesg.txt") else { return };
    let finding = case.analysis().findings[0].clone();
    assert_eq!((finding.rule.as_str(), finding.subject.as_str()), ("host/unit-tasks-exhausted", "icinga2.service"));
    let range = finding.time_range.expect("its lines have times");
    assert_eq!(range.start.to_rfc3339(), "2020-09-30T03:58:46Z");
    assert_eq!(range.end.to_rfc3339(), "2020-09-30T13:13:44Z");
    assert_eq!(
        format!("{:?}", finding.statements[0].text.args.iter().find(|arg| arg.0 == "count")),
        "Some((\"count\", Int(10)))"
    );
}

#[test]
fn a_line_that_states_its_own_second_in_full_says_year_and_zone() {
    let test = "a_line_that_states_its_own_second_in_full_says_year_and_zone";
    let Some(mut case) = read(test, "k8s_98044_pleg_setters.log") else { return };
    case.analysis();
    let meta = &case.evidence()[0];
    let range = meta.time_range.expect("it has times");
    assert_eq!(range.start.to_rfc3339(), "2021-01-09T11:48:52.460707Z");
    let doubts = [IssueCode::ZoneAssumed, IssueCode::YearInferred];
    assert!(meta.issues.list.iter().all(|issue| !doubts.contains(&issue.code)), "{:?}", meta.issues);
}

#[test]
fn what_crashed_rules_no_lock_out_and_its_own_limits_are_asked_for() {
    let test = "what_crashed_rules_no_lock_out_and_its_own_limits_are_asked_for";
    let Some(mut case) = read(test, "moby_20096_pthread_messages.log") else { return };
    let analysis = case.analysis();
    let of_stacks = ["cross/call-chain-stalled", "stack/deadlock", "stack/lock-convoy"];
    let answers = analysis.outcomes.iter().filter(|outcome| of_stacks.contains(&outcome.rule.as_str()));
    assert_eq!(answers.map(|answer| answer.outcome.as_str()).collect::<Vec<_>>(), ["skipped"; 3]);
    let asked = |case: &mut Case| {
        let missing = case.analysis().coverage.missing.clone();
        missing.into_iter().find(|gap| gap.what.id == "missing-ulimit").map(|gap| gap.command)
    };
    assert_eq!(asked(&mut case).as_deref(), Some("cat /proc/PID/limits"));
    let Some(mut kubelets) = read(test, "k8s_79466_kubelet_eagain.log") else { return };
    assert_eq!(asked(&mut kubelets).as_deref(), Some("cat /proc/$(pgrep -o kubelet)/limits"));
}

#[test]
fn seven_questions_without_an_answer_have_no_time() {
    let test = "seven_questions_without_an_answer_have_no_time";
    let Some(mut case) = read(test, "coredns_225_iotimeout.log") else { return };
    let finding = case.analysis().findings[0].clone();
    assert_eq!((finding.rule.as_str(), finding.time_range.is_none()), ("host/name-not-resolved", true));
    assert_eq!(
        format!("{:?}", finding.statements[0].text.args.iter().find(|arg| arg.0 == "count")),
        "Some((\"count\", Int(7)))"
    );
    let texts = Texts::new(Lang::En, 0);
    assert_eq!(texts.say(&finding.title), "Names could not be resolved: no answer from 172.23.83.11, 172.23.83.12");
    let servers = finding.statements.iter().find(|it| it.topic == "servers").expect("they are told");
    assert_eq!(texts.say(&servers.text), "Name servers that did not answer: 172.23.83.11 ×6, 172.23.83.12 ×1.");
    assert_eq!(events(&mut case), []);
}
