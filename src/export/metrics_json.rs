//! What the command line's JSON says of metrics beside single samples: changes, forecasts, and the node's threads.

use serde::Serialize;

use super::evidence_json::CitationJson;
use crate::model::{
    ChangeKind, ChangePoint, Cite, EvidenceId, Exhaustion, ForkReport, GrowthReport, GrowthShare, ThreadHistory,
    ThreadSource,
};

#[derive(Serialize)]
pub(super) struct ExhaustionJson {
    at: String,
    low: String,
    high: String,
}

impl From<Exhaustion> for ExhaustionJson {
    fn from(end: Exhaustion) -> Self {
        Self { at: end.at.to_rfc3339(), low: end.low.to_rfc3339(), high: end.high.to_rfc3339() }
    }
}

#[derive(Serialize)]
pub(super) struct ThreadsJson<'a> {
    node: Option<&'a str>,
    containers_only: bool,
    sources: &'a [ThreadSource],
    gaps: Vec<GapJson>,
    reconciliation: Option<ReconciliationJson>,
}

#[derive(Serialize)]
struct ReconciliationJson {
    at: String,
    node: f64,
    containers: f64,
    rest: f64,
    before: Option<f64>,
    listed: bool,
    unlabelled: bool,
    citations: Vec<CitationJson>,
}

#[derive(Serialize)]
struct GapJson {
    start: String,
    end: String,
    while_refused: bool,
    citations: Vec<CitationJson>,
}

impl<'a> ThreadsJson<'a> {
    pub(super) fn of(threads: &'a ThreadHistory, quote: &dyn Fn(&[Cite]) -> Vec<CitationJson>) -> Self {
        let gaps = threads.gaps.iter().map(|gap| GapJson {
            start: gap.range.start.to_rfc3339(),
            end: gap.range.end.to_rfc3339(),
            while_refused: gap.while_refused,
            citations: quote(&gap.cites),
        });
        let reconciliation = threads.reconciliation.as_ref().map(|sum| ReconciliationJson {
            at: sum.at.to_rfc3339(),
            node: sum.node,
            containers: sum.containers,
            rest: sum.rest,
            before: sum.before,
            listed: sum.listed,
            unlabelled: sum.unlabelled,
            citations: quote(&sum.cites),
        });
        let (node, containers_only) = (threads.node.as_deref(), threads.containers_only);
        Self { node, containers_only, sources: &threads.sources, gaps: gaps.collect(), reconciliation }
    }
}

#[derive(Serialize)]
pub(super) struct GrowthJson<'a> {
    series: &'a str,
    after: String,
    by: String,
    baseline: f64,
    peak: f64,
    contributions: &'a [GrowthShare],
    forks: Option<&'a ForkReport>,
}

impl<'a> From<&'a GrowthReport> for GrowthJson<'a> {
    fn from(growth: &'a GrowthReport) -> Self {
        Self {
            series: &growth.series,
            after: growth.onset.start.to_rfc3339(),
            by: growth.onset.end.to_rfc3339(),
            baseline: growth.baseline,
            peak: growth.peak,
            contributions: &growth.contributions,
            forks: growth.forks.as_ref(),
        }
    }
}

#[derive(Serialize)]
pub(super) struct ChangeJson<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    series: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<EvidenceId>,
    after: String,
    by: String,
    before: f64,
    level: f64,
    kind: ChangeKind,
}

impl<'a> ChangeJson<'a> {
    /// The change alone, beside its series.
    pub(super) fn of(point: &ChangePoint) -> Self {
        let (after, by) = (point.after.to_rfc3339(), point.by.to_rfc3339());
        let (before, level, kind) = (point.baseline, point.peak, point.kind);
        Self { series: None, evidence: None, after, by, before, level, kind }
    }

    /// The change with the series it is of.
    pub(super) fn of_series(point: &'a ChangePoint) -> Self {
        Self { series: Some(&point.selector), evidence: point.evidence, ..Self::of(point) }
    }
}
