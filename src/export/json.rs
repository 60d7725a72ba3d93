//! The command line's JSON: the shapes of `docs/schema/`, keys in a fixed order, times as RFC 3339 in UTC. Keys are only ever added.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::Confidence;
use crate::model::gather::map_of;
use crate::model::{
    Analysis, Bundle, Ceiling, Citation, Cite, EvidenceId, EvidenceMeta, LimitName, Message, Phase, Scope, Severity,
    SpreadRow, Statement, Timestamp, Unit, WorkloadOwner,
};
use crate::postmortem::WhyKind;
use crate::postmortem::suggest::why_kind;
use crate::text::Texts;

use super::coverage_json::{BundleJson, CoverageJson};
use super::evidence_json::{CitationJson, EvidenceJson, RangeJson, evidence_json};
use super::metrics_json::{ChangeJson, ExhaustionJson, GrowthJson, ThreadsJson};
use super::series::{Point, SeriesBrief};

/// Freezes places into citations.
pub type CiteFn<'a> = &'a dyn Fn(&[Cite]) -> Vec<Citation>;

/// `debrief analyze --format json`.
#[must_use]
pub fn analyze(analysis: &Analysis, evidence: &[EvidenceMeta], cite: CiteFn<'_>, texts: &Texts) -> String {
    let quote = |cites: &[Cite]| cite(cites).into_iter().map(CitationJson::from).collect();
    let say = |message: &Message| texts.say(message);
    let all = |messages: &[Message]| messages.iter().map(say).collect();
    let state =
        |it: &'_ Statement| StatementJson { topic: it.topic.clone(), text: say(&it.text), citations: quote(&it.cites) };
    let findings = analysis.findings.iter().map(|finding| {
        let mut cites: Vec<Cite> = Vec::new();
        for cite in finding.statements.iter().flat_map(|statement| &statement.cites) {
            if !cites.contains(cite) {
                cites.push(*cite);
            }
        }
        FindingJson {
            rule: &finding.rule,
            title: say(&finding.title),
            severity: finding.severity,
            confidence: finding.confidence,
            subject: &finding.subject,
            culprit: finding.culprit.as_deref(),
            victims: &finding.victims,
            time_range: finding.time_range.map(RangeJson::from),
            citations: quote(&cites),
            questions: all(&finding.questions),
            statements: finding.statements.iter().map(state).collect(),
        }
    });
    let outcomes = analysis.outcomes.iter().map(|it| OutcomeJson {
        rule: &it.rule,
        outcome: &it.outcome,
        why: it.why.as_ref().map(say),
        would_need: all(&it.would_need),
        citations: quote(&it.cites),
    });
    let ceilings = analysis.ceilings.iter().chain(&analysis.other_ceilings).map(|it| CeilingJson {
        name: it.name,
        scope: scope_text(it),
        node: it.node.as_deref(),
        limit: it.limit,
        used: it.used,
        at: it.at.map(Timestamp::to_rfc3339),
        ratio: it.ratio,
        headroom: it.headroom,
        slope_per_hour: it.slope_per_hour,
        exhaustion: it.exhaustion.map(ExhaustionJson::from),
        hit: it.hit,
        culprit: it.culprit.as_deref(),
        citations: quote(&it.cites),
    });
    let threads = analysis.threads.as_ref().map(|it| ThreadsJson::of(it, &quote));
    let change_points = analysis.change_points.iter().map(ChangeJson::of_series);
    let workloads = analysis.workloads.iter().map(|it| {
        let exited = it.exit_code.is_some() || it.exit_reason.is_some() || it.exit_at.is_some();
        WorkloadJson {
            kind: &it.kind,
            namespace: &it.namespace,
            name: &it.name,
            node: it.node.as_deref(),
            restarts: it.restarts,
            last_exit: exited.then(|| ExitJson {
                code: it.exit_code,
                reason: it.exit_reason.as_deref(),
                at: it.exit_at.map(Timestamp::to_rfc3339),
            }),
            citations: quote(&it.cites),
            owner: it.owner.as_deref(),
            owners: &it.owners,
            status: it.status.as_deref(),
            failing: it.failing,
            statements: it.statements.iter().map(state).collect(),
        }
    });
    let timeline = analysis.timeline.iter().map(|it| EventJson {
        at: it.at.to_rfc3339(),
        end: it.end.map(Timestamp::to_rfc3339),
        uncertainty_s: it.uncertainty_s,
        phase: it.phase,
        text: say(&it.text),
        count: it.count,
        citations: quote(&it.cites),
    });
    let whys = analysis.findings.iter().flat_map(|finding| &finding.whys).map(|it| WhyJson {
        question: say(&it.question),
        claim: it.claim.as_ref().map(say),
        kind: why_kind(it),
        would_need: all(&it.would_need),
        citations: quote(&it.cites),
        children: Vec::new(),
    });
    to_text(&AnalyzeJson {
        schema: "debrief/analyze/1",
        tool: TOOL,
        lang: texts.lang().tag(),
        draft: true,
        evidence: evidence.iter().map(evidence_json).collect(),
        findings: findings.collect(),
        outcomes: outcomes.collect(),
        ceilings: ceilings.collect(),
        threads,
        growth: analysis.growth.as_ref().map(GrowthJson::from),
        change_points: change_points.collect(),
        workloads: workloads.collect(),
        spread: &analysis.spread,
        timeline: timeline.collect(),
        whys: whys.collect(),
        coverage: CoverageJson::of(&analysis.coverage, evidence, texts),
    })
}

/// `debrief inspect --format json`.
#[must_use]
pub fn inspect(evidence: &[EvidenceMeta], bundles: &[Bundle]) -> String {
    let evidence = evidence.iter().map(evidence_json).collect();
    let bundles = bundles.iter().map(BundleJson::from).collect();
    to_text(&InspectJson { schema: "debrief/inspect/1", tool: TOOL, evidence, bundles })
}

/// `debrief series --format json`.
#[must_use]
pub fn series(series: &[SeriesBrief], evidence: &[EvidenceMeta]) -> String {
    let series = series.iter().map(|it| SeriesJson {
        evidence: it.evidence,
        path: &it.path,
        name: &it.name,
        labels: map_of(it.labels.iter().map(|(key, value)| (key.as_str(), value.as_str()))),
        selector: &it.selector,
        unit: it.unit,
        samples: it.n_samples,
        first: it.first.map(PointJson::from),
        last: it.last.map(PointJson::from),
        min: it.min.map(PointJson::from),
        max: it.max.map(PointJson::from),
        change_points: it.changes.iter().map(|change| change.by.to_rfc3339()).collect(),
        changes: it.changes.iter().map(ChangeJson::of).collect(),
    });
    to_text(&SeriesListJson {
        schema: "debrief/series/1",
        tool: TOOL,
        evidence: evidence.iter().map(evidence_json).collect(),
        series: series.collect(),
    })
}

/// A limit's scope in one word: `node`, or `user:*`, `cgroup:/kubepods`, `unit:kubelet.service`, `process:ulimit`.
#[must_use]
pub fn scope_text(ceiling: &Ceiling) -> String {
    match &ceiling.scope {
        Scope::Node if ceiling.name.is_of_each_user() => "user:*".to_owned(),
        Scope::Node => "node".to_owned(),
        Scope::User(name) => format!("user:{name}"),
        Scope::Cgroup(name) => format!("cgroup:{name}"),
        Scope::Unit(name) => format!("unit:{name}"),
        Scope::Process(name) => format!("process:{name}"),
    }
}

pub(super) const TOOL: &str = concat!("debrief ", env!("CARGO_PKG_VERSION"));

/// Only strings as keys and plain data as values: writing cannot fail.
pub(super) fn to_text<T: Serialize>(value: &T) -> String {
    serde_json::to_string_pretty(value).map(|text| text + "\n").unwrap_or_default()
}

#[derive(Serialize)]
struct AnalyzeJson<'a> {
    schema: &'static str,
    tool: &'static str,
    lang: &'static str,
    /// Always true: what the command line writes nobody has accepted yet.
    draft: bool,
    evidence: Vec<EvidenceJson<'a>>,
    findings: Vec<FindingJson<'a>>,
    outcomes: Vec<OutcomeJson<'a>>,
    ceilings: Vec<CeilingJson<'a>>,
    threads: Option<ThreadsJson<'a>>,
    growth: Option<GrowthJson<'a>>,
    change_points: Vec<ChangeJson<'a>>,
    workloads: Vec<WorkloadJson<'a>>,
    spread: &'a [SpreadRow],
    timeline: Vec<EventJson>,
    whys: Vec<WhyJson>,
    coverage: CoverageJson<'a>,
}

#[derive(Serialize)]
struct InspectJson<'a> {
    schema: &'static str,
    tool: &'static str,
    evidence: Vec<EvidenceJson<'a>>,
    bundles: Vec<BundleJson<'a>>,
}

#[derive(Serialize)]
struct SeriesListJson<'a> {
    schema: &'static str,
    tool: &'static str,
    evidence: Vec<EvidenceJson<'a>>,
    series: Vec<SeriesJson<'a>>,
}

#[derive(Serialize)]
struct FindingJson<'a> {
    rule: &'a str,
    title: String,
    severity: Severity,
    confidence: Confidence,
    subject: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    culprit: Option<&'a str>,
    victims: &'a [String],
    time_range: Option<RangeJson>,
    citations: Vec<CitationJson>,
    questions: Vec<String>,
    statements: Vec<StatementJson>,
}

#[derive(Serialize)]
struct StatementJson {
    topic: String,
    text: String,
    citations: Vec<CitationJson>,
}

#[derive(Serialize)]
struct OutcomeJson<'a> {
    rule: &'a str,
    outcome: &'a str,
    why: Option<String>,
    would_need: Vec<String>,
    citations: Vec<CitationJson>,
}

#[derive(Serialize)]
struct CeilingJson<'a> {
    name: LimitName,
    scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    node: Option<&'a str>,
    limit: Option<u64>,
    used: Option<f64>,
    at: Option<String>,
    ratio: Option<f64>,
    headroom: Option<f64>,
    slope_per_hour: Option<f64>,
    exhaustion: Option<ExhaustionJson>,
    hit: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    culprit: Option<&'a str>,
    citations: Vec<CitationJson>,
}

#[derive(Serialize)]
struct WorkloadJson<'a> {
    kind: &'a str,
    namespace: &'a str,
    name: &'a str,
    node: Option<&'a str>,
    restarts: u32,
    last_exit: Option<ExitJson<'a>>,
    citations: Vec<CitationJson>,
    owner: Option<&'a str>,
    /// Up to the top, each with how it is known.
    owners: &'a [WorkloadOwner],
    status: Option<&'a str>,
    failing: bool,
    statements: Vec<StatementJson>,
}

#[derive(Serialize)]
struct ExitJson<'a> {
    code: Option<i32>,
    reason: Option<&'a str>,
    at: Option<String>,
}

#[derive(Serialize)]
struct EventJson {
    at: String,
    end: Option<String>,
    uncertainty_s: u32,
    phase: Option<Phase>,
    text: String,
    count: u32,
    citations: Vec<CitationJson>,
}

#[derive(Serialize)]
struct WhyJson {
    question: String,
    claim: Option<String>,
    kind: WhyKind,
    would_need: Vec<String>,
    citations: Vec<CitationJson>,
    children: Vec<WhyJson>,
}

#[derive(Serialize)]
struct SeriesJson<'a> {
    evidence: EvidenceId,
    path: &'a str,
    name: &'a str,
    labels: BTreeMap<&'a str, &'a str>,
    selector: &'a str,
    unit: Unit,
    samples: u64,
    first: Option<PointJson>,
    last: Option<PointJson>,
    min: Option<PointJson>,
    max: Option<PointJson>,
    change_points: Vec<String>,
    changes: Vec<ChangeJson<'a>>,
}

#[derive(Serialize)]
struct PointJson {
    at: Option<String>,
    value: f64,
    line: Option<u32>,
}

impl From<Point> for PointJson {
    fn from(point: Point) -> Self {
        Self { at: point.at.map(Timestamp::to_rfc3339), value: point.value, line: point.line }
    }
}
