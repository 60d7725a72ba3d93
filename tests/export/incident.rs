//! Incident A by hand: the analysis, the document and the citations that an export is made from.

use debrief::chart::{CeilingKind, ChartCeiling, ChartForm, ChartSeries, ChartSpec, Palette};
use debrief::model::*;

use debrief::postmortem::{
    ActionItem, ActionKind, Document, DocumentEvent, Field, ItemId, Part, Prose, Why, WhyKind, Wording,
};

pub(crate) const OFFSET_S: i32 = 8 * 3600;
pub(crate) const JOURNAL: EvidenceId = EvidenceId(0);
pub(crate) const THREADS: EvidenceId = EvidenceId(1);
pub(crate) const SYSCTL: EvidenceId = EvidenceId(2);
pub(crate) const ULIMIT: EvidenceId = EvidenceId(3);

/// Words of evidence at every place where evidence can put words.
#[derive(Clone)]
pub(crate) struct Words {
    pub(crate) path: String,
    pub(crate) line: String,
    pub(crate) name: String,
    pub(crate) own: String,
}

impl Words {
    pub(crate) fn of_incident_a() -> Self {
        Self {
            path: "node-xx/kubelet.journal".into(),
            line:
                "Jul 23 22:09:14 node-xx kubelet[1]: runtime: failed to create new OS thread (have 5 already; errno=11)"
                    .into(),
            name: "pod/report-worker".into(),
            own: "Pods on node-xx were unreachable from 22:09 to 22:14.".into(),
        }
    }
}

/// 2023-07-23, a time of day at +08:00.
pub(crate) fn at(hour: i64, minute: i64, second: i64) -> Timestamp {
    // 1,690,041,600 is that day's midnight at +08:00.
    Timestamp::from_seconds(1_690_041_600 + (hour * 60 + minute) * 60 + second)
}

pub(crate) fn place(evidence: EvidenceId, line: u32, role: Role, at: Option<Timestamp>) -> Cite {
    Cite { locator: Locator::lines(evidence, line, line), role, at }
}

/// Sentences of rules, through a message that is nothing but its argument: the export is tested here, not the rules.
pub(crate) fn sentence(text: &str) -> Message {
    Message::new("cli-bad-argument").with("what", text)
}

pub(crate) fn evidence(words: &Words) -> Vec<EvidenceMeta> {
    let meta = |id: EvidenceId, path: &str, format: &str, clock: Clock, counts: Counts| EvidenceMeta {
        id,
        path: path.into(),
        origin: None,
        format: format.into(),
        score: 95,
        runners_up: Vec::new(),
        format_chosen: false,
        encoding: Encoding::Utf8,
        bytes: 1_234_567,
        bytes_read: 1_234_567,
        lines: LineCounts { parsed: 12_345, skipped: 2, failed: 0 },
        digest: Some(format!("{:064x}", u64::from(id.0) + 0xa11ce)),
        time_range: Some(TimeRange::of(at(21, 30, 0), at(22, 20, 0))),
        clock,
        year_from: String::new(),
        counts,
        guesses: Vec::new(),
        issues: Issues::default(),
        state: EvidenceState::Ready,
    };
    let local = Clock { kind: WallKind::LocalWithoutYear, offset_s: OFFSET_S, year: 2023, ..Clock::default() };
    let mut journal =
        meta(JOURNAL, &words.path, "journal-short", local, Counts { records: 12_345, ..Counts::default() });
    journal.issues.add_many(IssueCode::UnparsedLines, 3, 17, 900);
    journal.issues.add(IssueCode::YearInferred, 0, 0);
    let csv = Counts { series: 2, samples: 240, ..Counts::default() };
    let csv = meta(THREADS, "node-xx/threads.csv", "grafana-csv", Clock::default(), csv);
    let unclocked = Clock { kind: WallKind::Unclocked, ..Clock::default() };
    let mut sysctl = meta(SYSCTL, "node-xx/sysctl.txt", "sysctl", unclocked, Counts { limits: 2, ..Counts::default() });
    sysctl.time_range = None;
    let mut ulimit = meta(ULIMIT, "node-xx/ulimit.txt", "ulimit", unclocked, Counts { limits: 1, ..Counts::default() });
    (ulimit.time_range, ulimit.digest) = (None, None);
    vec![journal, csv, sysctl, ulimit]
}

pub(crate) fn analysis(words: &Words) -> Analysis {
    let hit = place(SYSCTL, 3, Role::Shows, None);
    let peak = place(THREADS, 88, Role::Shows, Some(at(22, 9, 0)));
    let failed = place(JOURNAL, 7_001, Role::Shows, Some(at(22, 9, 14)));
    let statement = |topic: &str, text: &str, cites: &[Cite]| Statement {
        topic: topic.into(),
        text: sentence(text),
        cites: cites.to_vec(),
    };
    let why = |key: &str, question: &str, claim: Option<&str>, cites: &[Cite]| WhySuggestion {
        key: format!("host/pid-space-exhausted/{key}"),
        question: sentence(question),
        claim: claim.map(sentence),
        cites: cites.to_vec(),
        would_need: if claim.is_none() { vec![sentence("kubelet configuration")] } else { Vec::new() },
    };
    let event = |key: &str, at, phase, text: &str, cites: &[Cite]| TimelineEvent {
        key: key.into(),
        at,
        end: None,
        uncertainty_s: 0,
        phase,
        text: sentence(text),
        source: EventSource::Rule("host/pid-space-exhausted".into()),
        count: 1,
        cites: cites.to_vec(),
    };
    let ceiling = |name, scope, limit, ratio: f64, hit, cites: &[Cite]| Ceiling {
        node: None,
        name,
        scope,
        limit: Some(limit),
        used: Some((limit as f64 * ratio).round()),
        at: Some(at(22, 9, 0)),
        ratio: Some(ratio),
        headroom: None,
        slope_per_hour: None,
        exhaustion: None,
        hit,
        culprit: hit.then(|| words.name.clone()),
        cites: cites.to_vec(),
    };
    let finding = Finding {
        rule: "host/pid-space-exhausted".into(),
        title: sentence("node node-xx ran out of process IDs"),
        severity: Severity::Critical,
        confidence: Confidence::Certain,
        subject: "node node-xx".into(),
        culprit: Some(words.name.clone()),
        victims: vec!["pod/calico-node-xx".into(), "kubelet".into()],
        time_range: Some(TimeRange::of(at(22, 0, 0), at(22, 14, 0))),
        statements: vec![
            statement(
                "ceiling",
                "49,012 of 49,152 process IDs were in use when the first fork failed, so kernel.pid_max was the limit",
                &[hit, peak, failed],
            ),
            statement("culprit", &format!("{} grew from 200 to 31,000 threads", words.name), &[peak]),
            statement("ruled-out", "ulimit -u (204,800) was far away", &[place(ULIMIT, 9, Role::Contradicts, None)]),
        ],
        questions: vec![sentence("Who deployed the container before 22:00?")],
        whys: vec![
            why(
                "direct-cause",
                "What was the direct cause?",
                Some("a thread leak used up all process IDs of the node"),
                &[hit, peak],
            ),
            why("detection", "Why was it noticed late?", Some("no alert watched process IDs"), &[peak]),
            why("pod-limit", "Does Kubernetes not limit the PIDs of a pod?", None, &[]),
        ],
    };
    Analysis {
        other_ceilings: Vec::new(),
        threads: None,
        growth: None,
        change_points: Vec::new(),
        findings: vec![finding],
        outcomes: vec![
            RuleOutcome {
                rule: "host/pid-space-exhausted".into(),
                outcome: "found".into(),
                why: None,
                would_need: Vec::new(),
                cites: Vec::new(),
            },
            RuleOutcome {
                rule: "kube/oom-killed".into(),
                outcome: "ruled_out".into(),
                why: Some(sentence("no container was killed for memory")),
                would_need: Vec::new(),
                cites: vec![failed],
            },
            RuleOutcome {
                rule: "host/disk-full".into(),
                outcome: "inconclusive".into(),
                why: Some(sentence("no output of df")),
                would_need: vec![sentence("df -h")],
                cites: Vec::new(),
            },
        ],
        ceilings: vec![
            ceiling(LimitName::PidMax, Scope::Node, 49_152, 0.997_152, true, &[hit, peak]),
            ceiling(LimitName::UlimitProcesses, Scope::User("*".into()), 204_800, 0.225, false, &[peak]),
        ],
        workloads: vec![Workload {
            kind: "Pod".into(),
            namespace: "kube-system".into(),
            name: "calico-node-xx".into(),
            node: Some("node-xx".into()),
            restarts: 3,
            exit_code: Some(137),
            exit_reason: Some("Error".into()),
            exit_at: Some(at(22, 14, 2)),
            cites: vec![failed],
            ..Workload::default()
        }],
        spread: Vec::new(),
        timeline: vec![
            event("onset", at(22, 0, 0), Some(Phase::Onset), "threads begin to grow", &[peak]),
            event("impact", at(22, 9, 14), Some(Phase::Impact), &words.line, &[failed]),
        ],
        coverage: Coverage {
            windows: vec![(words.path.clone(), TimeRange::of(at(21, 30, 0), at(22, 20, 0)))],
            missing: vec![MissingEvidence {
                what: sentence("number of threads on the host"),
                command: "ps -eLf | wc -l".into(),
                disturbs: None,
            }],
            failed: Vec::new(),
            ..Coverage::default()
        },
    }
}

pub(crate) fn quote(words: &Words, cites: &[Cite]) -> Vec<Citation> {
    let metas = evidence(words);
    let quoted = |cite: &Cite| {
        let meta = &metas[cite.locator.evidence.0 as usize];
        Citation {
            locator: cite.locator,
            path: meta.path.clone(),
            role: cite.role,
            at: cite.at,
            excerpt: vec![words.line.clone(), "second line".into()],
            digest: meta.digest.clone(),
        }
    };
    cites.iter().map(quoted).collect()
}

pub(crate) fn charts(words: &Words) -> Vec<(String, ChartSpec)> {
    let seconds: Vec<f64> = (0..5).map(|i| at(22, 0, 0).as_seconds_f64() + f64::from(i) * 180.0).collect();
    let series = |key: &str, label: &str, emphasis, values: &[f64]| ChartSeries {
        key: key.into(),
        label: label.into(),
        color: 0,
        emphasis,
        is_part: !emphasis,
        times: seconds.clone(),
        values: values.to_vec(),
    };
    let color = || "#000000".to_owned();
    let spec = ChartSpec {
        from_zero: true,
        form: ChartForm::Lines,
        title: "Threads".into(),
        y_label: "threads".into(),
        offset_s: OFFSET_S,
        x_label: "time (+08:00)".into(),
        window: (seconds[0], seconds[4]),
        width: 960,
        height: 360,
        series: vec![
            series("total", "total", true, &[14_000.0, 22_000.0, 39_000.0, 46_023.0, f64::NAN]),
            series("w", &words.name, false, &[200.0, 8_000.0, 25_000.0, 31_000.0, 300.0]),
        ],
        ceilings: vec![ChartCeiling { label: "kernel.pid_max 49,152".into(), value: 49_152.0, kind: CeilingKind::Hit }],
        markers: Vec::new(),
        palette: Palette {
            background: color(),
            text: color(),
            grid: color(),
            muted: color(),
            alarm: color(),
            warning: color(),
            series: vec![color()],
        },
    };
    vec![("threads".into(), spec)]
}

pub(crate) fn document(words: &Words) -> Document {
    let hit = place(SYSCTL, 3, Role::Shows, None);
    let failed = place(JOURNAL, 7_001, Role::Shows, Some(at(22, 9, 14)));
    let cited = |cites: &[Cite]| quote(words, cites);
    let event = |id, at, phase, text: &str, uncertainty_s| DocumentEvent {
        id: ItemId(id),
        at: Some(at),
        phase: Some(phase),
        text: Wording::Own(text.into()),
        uncertainty_s,
        citations: cited(&[failed]),
        ..DocumentEvent::default()
    };
    let why = |id, kind, question: &str, claim: &str, citations, children| Why {
        id: ItemId(id),
        from: None,
        kind,
        question: Wording::Own(question.into()),
        claim: Wording::Own(claim.into()),
        citations,
        children,
        ..Why::default()
    };
    let deeper = vec![
        why(
            12,
            WhyKind::Contributing,
            "How could one pod take them all?",
            &words.line,
            cited(&[hit, failed]),
            vec![why(13, WhyKind::Question, "Why was podPidsLimit not set?", "", Vec::new(), Vec::new())],
        ),
        why(14, WhyKind::Detection, "Why was it noticed late?", "Nobody watched it.", Vec::new(), Vec::new()),
    ];
    Document {
        fields: Few::from_iter([
            (Field::Title, "PID space of node-xx exhausted".into()),
            (Field::Authors, "Lin Wei, Sam Okoro".into()),
            (Field::Severity, "SEV2".into()),
        ]),
        prose: Few::from_iter([
            (Part::Summary, Wording::Suggested(sentence(&words.name)).into()),
            (Part::Impact, Prose { text: Wording::Own(words.own.clone()), citations: cited(&[failed]) }),
            (Part::Well, Wording::Own(words.name.clone()).into()),
            (Part::Badly, Wording::Own("- one\n- two".into()).into()),
        ]),
        events: vec![
            event(1, at(22, 0, 0), Phase::Onset, "Threads begin to grow", 60),
            event(2, at(22, 9, 14), Phase::Impact, &words.line, 0),
            event(3, at(22, 13, 0), Phase::Detection, "The network team reports Peer Down", 30),
            DocumentEvent {
                id: ItemId(4),
                text: Wording::Own("Somebody looked at ps".into()),
                ..DocumentEvent::default()
            },
        ],
        whys: vec![why(11, WhyKind::Cause, "What was the direct cause?", &words.line, cited(&[hit]), deeper)],
        actions: vec![
            ActionItem {
                id: ItemId(21),
                from: None,
                kind: ActionKind::Detect,
                text: Wording::Own(format!("Alert at 80 % of pid_max for {}", words.name)),
                owner: words.name.clone(),
                due: "2023-08-15".into(),
                addresses: Some(ItemId(14)),
                ..ActionItem::default()
            },
            ActionItem { id: ItemId(22), text: Wording::Own("Raise kernel.pid_max".into()), ..ActionItem::default() },
        ],
        offset_s: OFFSET_S,
        last_id: 22,
        ..Document::default()
    }
}
