//! Incident A, told in many ways: the verdict follows from the evidence, whatever the names, rates, zones, limits and tools.
//!
//! The files come from the generator that also writes `public/examples/incident-a`; it knows the truth behind them. Each test changes one
//! thing about the evidence and says what must change, and what must not, in the answer.

#[path = "../xtask/src/generate/mod.rs"]
mod generate;

use std::path::Path;

use debrief::case::Case;
use debrief::evidence::MemorySource;
use debrief::model::{Analysis, Arg, Cite, EvidenceState, Finding, Message, Phase, RuleOutcome, Timestamp};
use debrief::protocol::Choices;

use generate::{
    COARSE_STEP_S, FileKind, Incident, MetricsForm, Telling, Truth, Variant, incident_a, incident_a_told, index,
    journal, leaking_pid,
};

const RULE: &str = "host/pid-space-exhausted";
const SEEDS: std::ops::Range<u64> = 1..21;
/// Seeds of the tests that ask for one answer only.
const FEW_SEEDS: [u64; 6] = [1, 4, 8, 11, 15, 19];

/// A case over the incident's files, opened a day later where the node's zone is the browser's.
fn open(incident: &Incident, variant: &Variant) -> Case {
    let now = Timestamp::from_seconds(variant.at(22, 41, 0) + 86_400);
    let mut case = Case::new(variant.offset_s, now);
    for (name, bytes) in &incident.files {
        case.add(name, Box::new(MemorySource(bytes.clone())), Choices::default(), false);
    }
    case.read_all();
    case
}

fn analyse(seed: u64, variant: &Variant) -> (Analysis, Truth) {
    let incident = incident_a(seed, variant);
    let analysis = open(&incident, variant).analysis().clone();
    (analysis, incident.truth)
}

fn outcome(analysis: &Analysis) -> &RuleOutcome {
    analysis.outcomes.iter().find(|outcome| outcome.rule == RULE).expect("every rule answers")
}

fn finding(analysis: &Analysis) -> &Finding {
    analysis.findings.iter().find(|finding| finding.rule == RULE).expect("the finding")
}

fn visit_args<'a>(message: &'a Message, visit: &mut impl FnMut(&'a Arg)) {
    fn visit_arg<'a>(arg: &'a Arg, visit: &mut impl FnMut(&'a Arg)) {
        visit(arg);
        match arg {
            Arg::Message(message) => visit_args(message, visit),
            Arg::List(args) => args.iter().for_each(|arg| visit_arg(arg, visit)),
            _ => {}
        }
    }
    message.args.iter().for_each(|(_, arg)| visit_arg(arg, visit));
}

fn times(message: &Message) -> Vec<Timestamp> {
    let mut times = Vec::new();
    visit_args(message, &mut |arg| match arg {
        Arg::Time(at) => times.push(*at),
        Arg::Range(range) => times.extend([range.start, range.end]),
        _ => {}
    });
    times
}

/// Counts of threads and limits that a sentence states; small numbers (attempts, CPUs) are not figures of the argument.
fn figures(message: &Message) -> Vec<i64> {
    let mut figures = Vec::new();
    visit_args(message, &mut |arg| {
        if let Arg::Int(number @ 1000..) = arg {
            figures.push(*number);
        }
    });
    figures
}

/// The figures of a sentence that its places do not carry. A figure is carried when it stands in a cited line, is the sum of a cited row's
/// samples or the number of cited lines, is the sum or difference of two such numbers, or of two carried figures of the same sentence.
fn unfounded(case: &Case, text: &Message, cites: &[Cite], is_rounded: bool) -> Vec<i64> {
    let (mut known, mut counted): (Vec<i64>, Vec<i64>) = (Vec::new(), Vec::new());
    for citation in case.cite(cites) {
        for line in &citation.excerpt {
            let numbers = numbers(line);
            // The first cell of a row is its time.
            known.push(numbers.iter().skip(1).sum());
            known.extend(numbers);
        }
        let n_lines = i64::from(citation.locator.lines.last - citation.locator.lines.first);
        known.extend([n_lines, n_lines + 1]);
        counted.push(n_lines);
    }
    let is_carried = |figure: i64, known: &[i64]| {
        // Samples exported as `33.9 K` are known to three digits.
        let slack = if is_rounded { figure / 150 } else { 0 };
        let near = |number: i64| (number - figure).abs() <= slack;
        // All of the node: what containers had, and what a listing counts beyond them.
        let beyond = |a: i64, b: i64| counted.iter().any(|&listed| near(a + listed - b));
        known.iter().any(|&a| near(a) || known.iter().any(|&b| near(a + b) || near(a - b) || beyond(a, b)))
    };
    let (carried, rest): (Vec<i64>, Vec<i64>) =
        figures(text).into_iter().partition(|&figure| is_carried(figure, &known));
    rest.into_iter().filter(|&figure| !is_carried(figure, &carried)).collect()
}

/// The numbers of a line; `33.9 K` is 33,900.
fn numbers(line: &str) -> Vec<i64> {
    let is_digit = |c: char| c.is_ascii_digit() || c == '.';
    line.split(|c: char| !is_digit(c) && c != ' ' && c != 'K')
        .flat_map(|part| {
            let thousands = part.trim_end().strip_suffix(" K");
            let words: Vec<&str> = thousands.map_or_else(|| part.split(' ').collect(), |number| vec![number]);
            let factor = if thousands.is_some() { 1000.0 } else { 1.0 };
            words
                .into_iter()
                .filter_map(|word| word.parse::<f64>().ok())
                .map(|number| (number * factor).round() as i64)
                .collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn the_committed_example_is_what_the_generator_writes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("public/examples/incident-a");
    let Incident { files, .. } = incident_a(0, &Variant::reference());
    for (name, bytes) in &files {
        let committed = std::fs::read(folder.join(name)).unwrap();
        assert!(committed == *bytes, "{name} differs: run `cargo xtask example`");
    }
    assert_eq!(std::fs::read_to_string(folder.join("files.json")).unwrap(), index(&files));
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), files.len() + 1, "a file that nobody lists");
}

#[test]
fn the_examples_figures_are_those_of_the_incident_and_reconcile() {
    let variant = Variant::reference();
    let incident = incident_a(0, &variant);
    let text = |kind| String::from_utf8_lossy(incident.file(kind, &variant).unwrap()).into_owned();
    let truth = &incident.truth;

    assert!((46_100..46_200).contains(&truth.peak), "Σ container threads reached {}", truth.peak);
    let used = truth.peak + truth.host_threads;
    assert!(used <= truth.ceiling_value && used * 100 >= truth.ceiling_value * 98, "{used} of {}", truth.ceiling_value);

    let listing = text(FileKind::Ps);
    let rows: Vec<Vec<&str>> = listing.lines().skip(1).map(|row| row.split_whitespace().collect()).collect();
    let mut ids: Vec<u64> = rows.iter().map(|row| row[3].parse().unwrap()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len() as u64, truth.n_ps_rows, "thread ids are unique");
    assert!(ids.last().is_some_and(|last| *last < variant.pid_max));
    let metrics = text(FileKind::ContainerThreads);
    let last: u64 = metrics.lines().last().unwrap().split(',').skip(1).map(|cell| cell.parse::<u64>().unwrap()).sum();
    assert_eq!(truth.n_ps_rows - last, truth.host_threads, "ps without the containers is the host");
    assert!((2_900..3_000).contains(&truth.host_threads));

    let journal = text(FileKind::Journal);
    for line in [
        "runtime: failed to create new OS thread (have 5 already; errno=11)",
        "runtime: may need to increase max user processes (ulimit -u)",
        "fatal error: newosproc",
        "fork/exec /usr/bin/nice: resource temporarily unavailable",
        "Container calico-node failed liveness probe, will be restarted",
    ] {
        assert!(journal.contains(line), "{line}");
    }
    assert_eq!(journal.matches("fatal error: newosproc").count() as u64, truth.n_crashes);
    let describe = text(FileKind::Describe);
    for line in ["Readiness probe failed", "Liveness probe failed", "Resource temporarily unavailable", "22:14:"] {
        assert!(describe.contains(line), "{line}");
    }
    assert!(text(FileKind::Sysctl).contains("kernel.pid_max = 49152\n"));
    assert!(incident.files.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() < 2_600_000);
}

#[test]
fn same_seed_same_bytes() {
    let variant = Variant::random(7);
    assert!(incident_a(7, &variant).files == incident_a(7, &variant).files);
    assert!(incident_a(7, &variant).files != incident_a(8, &variant).files);

    let (mut first, mut second) = (Vec::new(), Vec::new());
    let written = journal::write(&mut first, 8 << 20, 3).unwrap();
    assert_eq!(journal::write(&mut second, 8 << 20, 3).unwrap(), written);
    assert!(first == second && first.len() as u64 == written.bytes && written.bytes >= 8 << 20);
    let text = String::from_utf8(first).unwrap();
    assert_eq!(text.lines().count() as u64, written.lines);
    assert_eq!(text.matches("failed to create new OS thread").count() as u64, written.crashes);
}

#[test]
fn every_file_of_the_example_is_recognised_and_understood() {
    let variant = Variant::reference();
    let case = open(&incident_a(0, &variant), &variant);
    assert_eq!(case.evidence().len(), FileKind::ALL.len());
    for evidence in case.evidence() {
        assert_eq!(evidence.state, EvidenceState::Ready, "{}", evidence.path);
        assert_ne!(evidence.format, "plain", "{}", evidence.path);
        assert_eq!(evidence.lines.failed, 0, "{}: {:?}", evidence.path, evidence.issues);
    }
}

#[test]
fn the_verdict_is_right_however_it_is_told() {
    let check = |seed, variant: &Variant| {
        let (analysis, truth) = analyse(seed, variant);
        let context = format!("seed {seed}, {variant:?}, {truth:?}");
        assert_eq!(outcome(&analysis).outcome, "found", "{context}");
        let finding = finding(&analysis);
        let hit = analysis.ceilings.iter().find(|ceiling| ceiling.hit).expect(&context);
        assert_eq!((hit.name.as_str(), hit.limit), (truth.ceiling, Some(truth.ceiling_value)), "{context}");
        assert!(hit.ratio.is_some_and(|ratio| (0.95..1.01).contains(&ratio)), "{context}: {:?}", hit.ratio);
        let culprit = truth.culprit.as_deref().expect("an unhealthy variant");
        assert!(finding.culprit.as_deref().is_some_and(|named| named.contains(culprit)), "{context}: {finding:?}");
        assert!(
            finding.victims.iter().any(|victim| victim.contains("calico-node")),
            "{context}: {:?}",
            finding.victims
        );
        // A pod is named after its workload; whose probes failed is a victim, the leaker is none.
        let is_of = |pod: &str, name: &str| {
            let pod = pod.rsplit('/').next().unwrap_or(pod);
            pod.strip_prefix(name).is_some_and(|rest| rest.starts_with('-') && rest.matches('-').count() <= 2)
        };
        let is_victim = |pod: &String| truth.victims.iter().any(|name| is_of(pod, name));
        assert!(finding.victims.iter().all(is_victim), "{context}: {:?}", finding.victims);
        assert!(!finding.victims.iter().any(|pod| is_of(pod, culprit)), "{context}: {:?}", finding.victims);

        // What ended it was a restart of the leaker, if anything is said to have; nothing is over while it is felt.
        let of_phase = |phase| analysis.timeline.iter().filter(move |event| event.phase == Some(phase));
        let felt_until = of_phase(Phase::Impact).filter_map(|event| event.end.or(Some(event.at))).max();
        assert!(of_phase(Phase::Resolution).all(|event| Some(event.at) >= felt_until), "{context}");
        for event in of_phase(Phase::Mitigation) {
            let pod = event.key.strip_prefix("killed/").and_then(|key| key.rsplit_once('/')).expect(&context).0;
            assert!(is_of(pod, culprit), "{context}: {pod}");
        }

        // The interval holds the truth, give or take the one sample that nobody saw.
        let statement = finding.statements.iter().find(|statement| statement.topic == "onset").expect(&context);
        let bounds = times(&statement.text);
        let (from, to) = (bounds.iter().min().expect(&context), bounds.iter().max().expect(&context));
        let onset = Timestamp::from_seconds(truth.onset);
        let holds = from.plus_seconds(-truth.step_s) <= onset && onset <= to.plus_seconds(truth.step_s);
        assert!(holds, "{context}: onset {onset:?} outside {from:?} to {to:?}");
        assert!(to.as_seconds_f64() - from.as_seconds_f64() <= 4.0 * truth.step_s as f64, "{context}: too vague");
        assert!(analysis.timeline.iter().any(|event| event.phase == Some(Phase::Onset)), "{context}");
    };
    check(0, &Variant::reference());
    for seed in SEEDS {
        check(seed, &Variant::random(seed));
    }
}

#[test]
fn other_limits_are_ruled_out_by_name() {
    let (analysis, _) = analyse(0, &Variant::reference());
    let ruled_out: Vec<_> = finding(&analysis).statements.iter().filter(|s| s.topic == "ruled-out").collect();
    for limit in ["ulimit -u", "kernel.threads-max"] {
        let names = |message: &Message| message.args.iter().any(|(_, arg)| *arg == Arg::from(limit));
        assert!(ruled_out.iter().any(|statement| names(&statement.text)), "{limit}: {ruled_out:?}");
    }
    // What overrides decides: limits.conf still says 65,535.
    let ulimit = analysis.ceilings.iter().find(|ceiling| ceiling.name.as_str() == "ulimit -u").expect("ulimit -u");
    assert_eq!(ulimit.limit, Some(204_800));
}

#[test]
fn a_hundredfold_pid_max_rules_it_out() {
    for seed in FEW_SEEDS {
        let variant = Variant { pid_max: 49_152, pid_max_factor: 100, threads_max: 1_545_366, ..Variant::random(seed) };
        let (analysis, _) = analyse(seed, &variant);
        let outcome = outcome(&analysis);
        assert_eq!(outcome.outcome, "ruled_out", "seed {seed}: {outcome:?}");
        assert!(!outcome.cites.is_empty(), "seed {seed}: ruled out without a place");
        assert!(analysis.findings.iter().all(|finding| finding.rule != RULE), "seed {seed}");
    }
}

#[test]
fn without_limits_or_without_use_nothing_is_concluded() {
    for seed in FEW_SEEDS {
        for (omitted, needed) in [(&FileKind::LIMITS[..], "pid"), (&FileKind::USAGE[..], "thread")] {
            let (analysis, _) = analyse(seed, &Variant::random(seed).without(omitted));
            let outcome = outcome(&analysis);
            assert_eq!(outcome.outcome, "inconclusive", "seed {seed}: {outcome:?}");
            assert!(outcome.would_need.iter().any(|need| need.id.contains(needed)), "seed {seed}: {outcome:?}");
            assert!(analysis.findings.iter().all(|finding| finding.rule != RULE), "seed {seed}");
        }
    }
}

#[test]
fn a_healthy_node_is_left_in_peace() {
    for seed in FEW_SEEDS {
        let variant = Variant { healthy: true, ..Variant::random(seed) };
        let (analysis, _) = analyse(seed, &variant);
        assert_eq!(outcome(&analysis).outcome, "ruled_out", "seed {seed}: {:?}", outcome(&analysis));
        assert!(analysis.findings.is_empty(), "seed {seed}: {:?}", analysis.findings);
    }
}

#[test]
fn every_figure_stands_in_the_lines_that_are_cited() {
    let mut faults = Vec::new();
    for (seed, variant) in [(0, Variant::reference()), (3, Variant::random(3)), (11, Variant::random(11))] {
        let mut case = open(&incident_a(seed, &variant), &variant);
        let analysis = case.analysis().clone();
        let finding = finding(&analysis);
        let statements = finding.statements.iter().map(|statement| (&statement.text, &statement.cites));
        let claims = finding.whys.iter().filter_map(|why| why.claim.as_ref().map(|claim| (claim, &why.cites)));
        for (text, cites) in statements.chain(claims) {
            assert!(!cites.is_empty(), "seed {seed}: {text:?} without a place");
            assert!(case.cite(cites).iter().all(|citation| !citation.excerpt.is_empty()), "seed {seed}: {text:?}");
            let is_rounded = variant.metrics == MetricsForm::GrafanaFormatted;
            for figure in unfounded(&case, text, cites, is_rounded) {
                faults.push(format!("seed {seed}: {figure} of {} {:?}", text.id, text.args));
            }
        }
    }
    assert!(faults.is_empty(), "figures that stand in no cited line:\n{}", faults.join("\n"));
}

#[test]
fn a_file_taken_away_takes_its_answers_along() {
    let variant = Variant::reference();
    let full = incident_a(0, &variant);
    let mut case = open(&full, &variant);
    let before = finding(case.analysis()).clone();
    for why in &before.whys {
        assert_eq!(why.claim.is_some(), !why.cites.is_empty(), "{why:?}");
    }
    let paths = |case: &Case, cites: &[Cite]| -> Vec<String> {
        case.cite(cites).into_iter().map(|citation| citation.path).collect()
    };
    for (id, (name, _)) in case.evidence().iter().map(|meta| meta.id).zip(&full.files).collect::<Vec<_>>() {
        let relied: Vec<_> =
            before.whys.iter().filter(|why| paths(&case, &why.cites).contains(name)).cloned().collect();
        case.set_removed(id, true);
        let analysis = case.analysis().clone();
        for why in analysis.findings.iter().filter(|finding| finding.rule == RULE).flat_map(|finding| &finding.whys) {
            assert_eq!(why.claim.is_some(), !why.cites.is_empty(), "without {name}: {why:?}");
            assert!(
                why.claim.is_some() || !why.would_need.is_empty(),
                "without {name}: an open question says what it needs"
            );
            assert!(!paths(&case, &why.cites).contains(name), "without {name}: {why:?} still cites it");
            // An answer that survives stands on other places now, not on the same ones less one.
            if let Some(old) = relied.iter().find(|old| old.key == why.key) {
                let kept: Vec<&Cite> = old.cites.iter().filter(|cite| cite.locator.evidence != id).collect();
                let shrunk = why.claim == old.claim && why.cites.iter().collect::<Vec<_>>() == kept;
                assert!(!shrunk || kept.len() > 1, "without {name}: {why:?} keeps a claim that it no longer carries");
            }
        }
        case.set_removed(id, false);
        assert_eq!(finding(case.analysis()), &before, "putting {name} back restores the finding");
    }
}

/// Writes a table of times and counts as a tool prints it.
type AsTool = fn(&str, &Variant) -> String;

/// Instants and counts of a table.
fn counts(table: &str) -> impl Iterator<Item = (Timestamp, &str)> {
    let rows = table.lines().skip(1).filter_map(|row| row.split_once(','));
    rows.map(|(ms, count)| (Timestamp(ms.parse::<i64>().expect("an epoch") * 1_000_000), count))
}

/// `sar -q`: the day once, then times of day on the node's clock; each new day begins anew.
fn as_sar(table: &str, variant: &Variant) -> String {
    let (mut text, mut day) = (String::new(), String::new());
    for (at, count) in counts(table) {
        let at = at.to_local(variant.offset_s);
        if at[..10] != day {
            day = at[..10].to_owned();
            let (year, month, of_month) = (&day[2..4], &day[5..7], &day[8..10]);
            text += &format!(
                "Linux 5.4.0-100-generic ({}) \t{month}/{of_month}/{year} \t_x86_64_\t(48 CPU)\n\n\
                 {}      runq-sz  plist-sz   ldavg-1   ldavg-5  ldavg-15   blocked\n",
                variant.node,
                &at[11..19]
            );
        }
        text += &format!("{} {:>12} {count:>9}      3.10      3.07      3.08         0\n", &at[11..19], 4);
    }
    text
}

/// `sadf -d -- -q`: UTC.
fn as_sadf(table: &str, variant: &Variant) -> String {
    let head = "# hostname;interval;timestamp;runq-sz;plist-sz;ldavg-1;ldavg-5;ldavg-15;blocked\n".to_owned();
    let node = &variant.node;
    head + &counts(table)
        .map(|(at, count)| format!("{node};60;{} UTC;4;{count};3.10;3.07;3.08;0\n", at.to_local(0)))
        .collect::<String>()
}

#[test]
fn three_tellings_agree_on_ceiling_and_onset_and_name_whom_they_can() {
    for seed in [0, 2, 5, 9, 13, 17] {
        // Slow enough for a minute's step, whatever the seed chose.
        let variant = Variant {
            leak_per_s: 24 + seed as i64 % 7,
            pid_max: 49_152,
            threads_max: 1_545_366,
            metrics: MetricsForm::GrafanaRaw,
            ..if seed == 0 { Variant::reference() } else { Variant::random(seed) }
        };
        let prometheus = Variant { metrics: MetricsForm::Prometheus, ..variant.clone() };
        let tellings = [
            (Telling::Metrics, &variant, None),
            (Telling::Metrics, &prometheus, None),
            (Telling::Sar, &variant, None),
            (Telling::Sar, &variant, Some(as_sar as AsTool)),
            (Telling::Sar, &variant, Some(as_sadf as AsTool)),
            (Telling::Listings, &variant, None),
        ];
        for (telling, variant, tool) in tellings {
            let mut incident = incident_a_told(telling, seed, variant);
            if let Some(tool) = tool {
                let sar = incident.files.iter_mut().find(|(name, _)| name == "sar.csv").expect("sar's counts");
                *sar = ("counts.txt".to_owned(), tool(&String::from_utf8_lossy(&sar.1), variant).into_bytes());
            }
            let analysis = open(&incident, variant).analysis().clone();
            let truth = &incident.truth;
            let context = format!("seed {seed}, {telling:?}, {truth:?}");
            assert_eq!(outcome(&analysis).outcome, "found", "{context}: {:?}", outcome(&analysis));
            let hit = analysis.ceilings.iter().find(|ceiling| ceiling.hit).expect(&context);
            assert_eq!((hit.name.as_str(), hit.limit), (truth.ceiling, Some(truth.ceiling_value)), "{context}");
            let finding = finding(&analysis);
            let onset = finding.statements.iter().find(|statement| statement.topic == "onset").expect(&context);
            let bounds = times(&onset.text);
            let (from, to) = (bounds.iter().min().expect(&context), bounds.iter().max().expect(&context));
            let step = if telling == Telling::Metrics { truth.step_s } else { COARSE_STEP_S };
            let at = Timestamp::from_seconds(truth.onset);
            let holds = from.plus_seconds(-step) <= at && at <= to.plus_seconds(step);
            assert!(holds, "{context}: {from:?} to {to:?}");
            let culprit = finding.culprit.as_deref();
            match telling {
                Telling::Metrics => {
                    let name = truth.culprit.as_deref().expect("a culprit");
                    assert!(culprit.is_some_and(|named| named.contains(name)), "{context}: {culprit:?}");
                }
                // A count of all tasks shows nobody.
                Telling::Sar => assert_eq!(culprit, None, "{context}"),
                Telling::Listings => {
                    assert_eq!(culprit, Some(format!("java (pid {})", leaking_pid()).as_str()), "{context}");
                    let gap = finding.statements.iter().find(|statement| statement.topic == "gap");
                    assert!(gap.is_some_and(|gap| gap.cites.len() == 2), "{context}: no ps while nothing forks");
                }
            }
        }
    }
}
