//! The command line's text: the verdict first, then its argument with places, then what is not known.
//!
//! ```text
//! Ceilings
//!   kernel.pid_max  node    49,152   49,012  100 %  [####################]  reached
//!   ulimit -u       user:*  204,800  46,023   22 %  [####----------------]
//! ```

mod bundles;
mod inputs;
mod workloads;

use crate::model::{
    Analysis, Arg, Bundle, Ceiling, Cite, Clock, ClockOrigin, Confidence, EvidenceMeta, LineCounts, Severity,
    TimeBasis, Timestamp, in_trouble,
};
use crate::text::{Texts, format};
use crate::view::trends::say_change;

use super::document::{clock_text, none, rule_name};
use super::issue::issue_text;
use super::json::scope_text;
use super::series::{Point, SeriesBrief, unit_name};
use super::terminal::{Page, cell};

/// Places named after a sentence.
const PLACES_SHOWN: usize = 6;

/// `debrief analyze --format text`.
#[must_use]
pub fn analyze(analysis: &Analysis, evidence: &[EvidenceMeta], texts: &Texts) -> String {
    let mut report = Report { texts, evidence, page: Page::default() };
    report.opening();
    report.findings(analysis);
    report.ceilings(analysis.ceilings.iter().chain(&analysis.other_ceilings));
    report.threads(analysis);
    report.workloads(&analysis.workloads);
    report.spread(&analysis.spread);
    report.ruled_out(analysis);
    report.timeline(analysis);
    report.whys(analysis);
    report.bundles(&analysis.coverage.bundles);
    report.not_collected(analysis);
    report.collectors(&analysis.coverage);
    report.redacted(&analysis.coverage);
    report.undecided(analysis);
    report.inputs();
    report.page.finish()
}

/// `debrief inspect --format text`.
#[must_use]
pub fn inspect(evidence: &[EvidenceMeta], bundles: &[Bundle], texts: &Texts) -> String {
    let mut report = Report { texts, evidence, page: Page::default() };
    report.bundles(bundles);
    let mut page = report.page;
    for meta in evidence {
        page.heading(&meta.path);
        let mut rows = vec![
            (texts.get("cli-format"), format_text(meta, texts)),
            (texts.get("cli-content"), content_text(meta, texts)),
        ];
        if let Some(range) = meta.time_range {
            let range = texts.with("cli-range", &[("start", range.start.into()), ("end", range.end.into())]);
            rows.push((texts.get("cli-time"), range));
            rows.push((texts.get("export-clock"), clock_text(&meta.clock, texts)));
        }
        let yields = yields(meta, texts);
        if !yields.is_empty() {
            rows.push((texts.get("cli-yield"), yields));
        }
        if let Some(digest) = &meta.digest {
            rows.push(("SHA-256".to_owned(), digest.clone()));
        }
        rows.extend(meta.issues.list.iter().map(|issue| (texts.get("cli-issue"), issue_text(issue, texts))));
        let rows: Vec<Vec<String>> = rows.into_iter().map(|(name, value)| vec![name, cell(&value, 84)]).collect();
        page.columns(2, &rows, &[]);
    }
    if evidence.is_empty() {
        page.paragraph(0, "", &texts.get("cli-no-input"));
    }
    page.finish()
}

/// `debrief series --format text`.
#[must_use]
pub fn series(series: &[SeriesBrief], texts: &Texts) -> String {
    let mut page = Page::default();
    let mut path = None;
    for it in series {
        if path != Some(&it.path) {
            page.heading(&it.path);
            path = Some(&it.path);
        }
        let samples = texts.with("cli-count-samples", &[("count", it.n_samples.into())]);
        page.paragraph(2, "", &format!("{} · {} · {samples}", it.selector, unit_name(it.unit)));
        let points = [("cli-first", it.first), ("cli-last", it.last), ("cli-min", it.min), ("cli-max", it.max)];
        let rows = points.into_iter().filter_map(|(id, point)| {
            let Point { at, value, line } = point?;
            let at = at.map(Timestamp::to_rfc3339).unwrap_or_default();
            let place = line.map(|line| format!("{}:{line}", it.path)).unwrap_or_default();
            Some(vec![texts.get(id), format::decimal(value), at, cell(&place, 44)])
        });
        page.columns(4, &rows.collect::<Vec<_>>(), &[1]);
        for change in &it.changes {
            page.paragraph(4, "", &texts.say(&say_change(change, &it.name)));
        }
    }
    if series.is_empty() {
        page.paragraph(0, "", &texts.get("cli-no-series"));
    }
    page.finish()
}

struct Report<'a> {
    texts: &'a Texts,
    evidence: &'a [EvidenceMeta],
    page: Page,
}

impl Report<'_> {
    fn heading(&mut self, id: &str) {
        let text = self.texts.get(id);
        self.page.heading(&text);
    }

    fn opening(&mut self) {
        let n_lines: u64 = self.evidence.iter().map(n_lines).sum();
        let args = [
            ("version", env!("CARGO_PKG_VERSION").into()),
            ("inputs", Arg::Message(Box::new(count_of("cli-count-inputs", self.evidence.len() as u64)))),
            ("lines", Arg::Message(Box::new(count_of("cli-count-lines", n_lines)))),
        ];
        self.page.paragraph(0, "", &self.texts.with("cli-opening", &args));
    }

    fn findings(&mut self, analysis: &Analysis) {
        self.heading("cli-verdict");
        if analysis.findings.is_empty() {
            self.page.paragraph(2, "", &none(analysis, self.texts, "cli-no-finding"));
            let troubled = in_trouble(&analysis.workloads).len();
            for (id, count) in [("cli-troubled", troubled), ("finding-errors", analysis.coverage.n_errors)] {
                if count > 0 {
                    self.page.paragraph(2, "", &self.texts.with(id, &[("count", count.into())]));
                }
            }
        }
        for finding in &analysis.findings {
            let severity = self.texts.get(&format!("severity-{}", severity_name(finding.severity)));
            let confidence = self.texts.get(&format!("confidence-{}", confidence_name(finding.confidence)));
            let title = self.texts.say(&finding.title);
            self.page.paragraph(2, "", &format!("{title} [{severity} · {confidence}]"));
            let victims = Arg::List(finding.victims.iter().map(|victim| victim.as_str().into()).collect());
            // Lines that name nothing are about nothing in particular.
            let subject = Some(self.texts.subject(&finding.subject)).filter(|subject| !subject.is_empty());
            let mut rows: Vec<_> = subject.map(|subject| ("cli-subject", subject)).into_iter().collect();
            rows.extend(finding.culprit.clone().map(|culprit| ("cli-culprit", culprit)));
            if !finding.victims.is_empty() {
                rows.push(("cli-victims", self.texts.plain(&victims)));
            }
            rows.extend(finding.time_range.map(|range| ("cli-when", format::range(range, self.texts.offset_s()))));
            let rows = rows.into_iter().map(|(id, value)| vec![self.texts.get(id), cell(&value, 80)]);
            self.page.columns(4, &rows.collect::<Vec<_>>(), &[]);
            for statement in finding.statements.iter().filter(|it| it.topic != "ruled-out") {
                self.statement(&self.texts.say(&statement.text), &statement.cites);
            }
        }
    }

    fn statement(&mut self, text: &str, cites: &[Cite]) {
        self.page.paragraph(2, "- ", text);
        let places = self.places(cites);
        if !places.is_empty() {
            self.page.paragraph(6, "", &places);
        }
    }

    /// `kubelet.log:1234, limits.txt:2-5`, the first few.
    fn places(&self, cites: &[Cite]) -> String {
        let mut places: Vec<String> = Vec::new();
        for cite in cites {
            let meta = self.evidence.iter().find(|meta| meta.id == cite.locator.evidence);
            let path = meta.map_or("?", |meta| meta.path.as_str());
            let lines = cite.locator.lines;
            let place = if lines.first == lines.last {
                format!("{path}:{}", lines.first)
            } else {
                format!("{path}:{}-{}", lines.first, lines.last)
            };
            if !places.contains(&place) {
                places.push(place);
            }
        }
        let more = places.len().saturating_sub(PLACES_SHOWN);
        places.truncate(PLACES_SHOWN);
        let mut text = places.join(", ");
        if more > 0 {
            text.push_str(&self.texts.with("cli-more-places", &[("count", more.into())]));
        }
        text
    }

    fn ceilings<'c>(&mut self, ceilings: impl Iterator<Item = &'c Ceiling> + Clone) {
        if ceilings.clone().next().is_none() {
            return;
        }
        self.heading("cli-ceilings");
        let heads = ["cli-limit-name", "cli-scope", "cli-limit", "cli-used", "cli-headroom", "cli-slope", "cli-ratio"];
        let mut rows = vec![heads.iter().map(|id| self.texts.get(id)).collect::<Vec<_>>()];
        for it in ceilings.clone() {
            let scope = it.of_node(&scope_text(it));
            let bound = if it.is_bound() { "≤" } else { "" };
            let limit = it.limit.map_or_else(
                || self.texts.get("cli-unlimited"),
                |limit| format::integer(i64::try_from(limit).unwrap_or(i64::MAX)),
            );
            rows.push(vec![
                it.name.as_str().to_owned(),
                cell(&scope, 24),
                limit,
                it.used.map_or_else(
                    || self.texts.get("cli-not-measured"),
                    |used| [bound, &format::decimal(used)].concat(),
                ),
                it.headroom.filter(|_| bound.is_empty()).map(format::decimal).unwrap_or_default(),
                it.slope_per_hour.map(|slope| format::decimal(slope.round())).unwrap_or_default(),
                it.ratio.map(|share| [bound, &format::percent(share)].concat()).unwrap_or_default(),
                it.ratio.map(bar).unwrap_or_default(),
                if it.hit { self.texts.get("cli-reached") } else { String::new() },
            ]);
        }
        self.page.columns(2, &rows, &[2, 3, 4, 5, 6]);
        for (it, end) in ceilings.filter_map(|it| Some((it, it.exhaustion?))) {
            let args = [
                ("limit", it.of_node(it.name.as_str()).as_str().into()),
                ("at", end.at.into()),
                ("low", end.low.into()),
                ("high", end.high.into()),
            ];
            self.page.paragraph(2, "", &self.texts.with("cli-exhaustion", &args));
        }
    }

    /// What the node's threads were put together from, and where they are missing.
    fn threads(&mut self, analysis: &Analysis) {
        let Some(threads) = &analysis.threads else { return };
        if threads.gaps.is_empty() && threads.sources.len() < 2 || threads.containers_only && threads.gaps.is_empty() {
            return;
        }
        self.heading("cli-threads");
        if !threads.containers_only {
            for it in &threads.sources {
                let path =
                    self.evidence.iter().find(|meta| meta.id == it.evidence).map_or("", |meta| meta.path.as_str());
                let name = it.selector.as_deref().unwrap_or_default();
                let samples = self.texts.with("cli-count-samples", &[("count", it.samples.into())]);
                self.page.paragraph(2, "", &format!("{path} {name} · {samples}"));
            }
        }
        for it in &threads.gaps {
            let id = if it.while_refused { "cli-gap-refused" } else { "cli-gap" };
            let text = self.texts.with(id, &[("range", it.range.into())]);
            self.statement(&text, &it.cites);
        }
    }

    fn ruled_out(&mut self, analysis: &Analysis) {
        let statements = analysis.findings.iter().flat_map(|finding| &finding.statements);
        let statements: Vec<_> = statements.filter(|it| it.topic == "ruled-out").collect();
        let outcomes: Vec<_> = analysis.outcomes.iter().filter(|it| it.outcome == "ruled_out").collect();
        if statements.is_empty() && outcomes.is_empty() {
            return;
        }
        self.heading("cli-ruled-out");
        for it in statements {
            self.statement(&self.texts.say(&it.text), &it.cites);
        }
        for it in outcomes {
            let why = it.why.as_ref().map(|why| self.texts.say(why)).unwrap_or_default();
            let args = [("rule", rule_name(&it.rule, self.texts).into()), ("why", why.into())];
            self.statement(&self.texts.with("cli-rule-why", &args), &it.cites);
        }
    }

    fn timeline(&mut self, analysis: &Analysis) {
        if analysis.timeline.is_empty() {
            return;
        }
        let offset_s = self.texts.offset_s();
        // `22:09:14` is enough within one day.
        let time = |at| format::time(at, offset_s).trim_end_matches(&format::offset(offset_s)).trim_end().to_owned();
        let day = |at| time(at).split(' ').next().map(str::to_owned);
        let first_day = analysis.timeline.first().and_then(|event| day(event.at));
        let one_day = analysis.timeline.iter().all(|event| day(event.at) == first_day);
        // Where every row shows its clock alone, the heading shows the day; without a year that nothing states.
        let is_year_assumed = |meta: &EvidenceMeta| {
            let Clock { year_origin, .. } = meta.clock;
            meta.clock.basis() == TimeBasis::InferredYear && year_origin == ClockOrigin::Default
        };
        let mut timed = self.evidence.iter().filter(|meta| meta.time_range.is_some()).peekable();
        let from = if timed.peek().is_some() && timed.all(is_year_assumed) { "2026-".len() } else { 0 };
        let zone = format::offset(offset_s);
        let zone = first_day
            .filter(|_| one_day)
            .map_or(zone.clone(), |day| format!("{}, {zone}", day.get(from..).unwrap_or(&day)));
        self.page.heading(&self.texts.with("cli-timeline", &[("zone", zone.into())]));
        for event in &analysis.timeline {
            let phase = event.phase.map(|phase| self.texts.get(&format!("phase-{}", phase.as_str())));
            let phase = phase.map(|phase| format!(" [{phase}]")).unwrap_or_default();
            let at = if one_day { format::clock(event.at, offset_s) } else { time(event.at) };
            self.page.paragraph(2, &format!("{at}  "), &format!("{}{phase}", self.texts.say(&event.text)));
            let places = self.places(&event.cites);
            if !places.is_empty() {
                self.page.paragraph(4 + at.len(), "", &places);
            }
        }
    }

    fn whys(&mut self, analysis: &Analysis) {
        let whys: Vec<_> = analysis.findings.iter().flat_map(|finding| &finding.whys).collect();
        if whys.is_empty() {
            return;
        }
        self.heading("cli-whys");
        for why in whys {
            self.page.paragraph(2, "? ", &self.texts.say(&why.question));
            let Some(claim) = &why.claim else {
                let needs = why.would_need.iter().cloned().map(Arg::from).collect();
                let text = if why.would_need.is_empty() {
                    self.texts.get("export-open")
                } else {
                    self.texts.with("cli-would-need", &[("needs", Arg::List(needs))])
                };
                self.page.paragraph(4, "", &text);
                continue;
            };
            self.page.paragraph(4, "", &self.texts.say(claim));
            self.page.paragraph(6, "", &self.places(&why.cites));
        }
    }

    fn not_collected(&mut self, analysis: &Analysis) {
        if analysis.coverage.missing.is_empty() {
            return;
        }
        self.heading("cli-not-collected");
        for missing in &analysis.coverage.missing {
            let disturbs = missing.disturbs.as_ref().map(|it| self.texts.say(it));
            let disturbs = disturbs.unwrap_or_else(|| self.texts.get("export-only-reads"));
            let text = [("what", self.texts.say(&missing.what).into()), ("disturbs", disturbs.into())];
            self.page.paragraph(2, "- ", &self.texts.with("cli-missing", &text));
            self.page.verbatim(4, &format!("$ {}", missing.command));
        }
    }

    fn undecided(&mut self, analysis: &Analysis) {
        let undecided: Vec<_> = analysis.outcomes.iter().filter(|it| it.outcome == "inconclusive").collect();
        if undecided.is_empty() {
            return;
        }
        self.heading("cli-undecided");
        for it in undecided {
            let why = it.why.as_ref().map(|why| self.texts.say(why)).unwrap_or_default();
            let args = [("rule", rule_name(&it.rule, self.texts).into()), ("why", why.into())];
            self.statement(&self.texts.with("cli-rule-why", &args), &it.cites);
            if !it.would_need.is_empty() {
                let needs = it.would_need.iter().cloned().map(Arg::from).collect();
                self.page.paragraph(4, "", &self.texts.with("cli-would-need", &[("needs", Arg::List(needs))]));
            }
        }
    }
}

fn count_of(id: &str, count: u64) -> crate::model::Message {
    crate::model::Message::new(id).with("count", count)
}

const fn n_lines(meta: &EvidenceMeta) -> u64 {
    let LineCounts { parsed, skipped, failed } = meta.lines;
    parsed + skipped + failed
}

fn format_name(meta: &EvidenceMeta, texts: &Texts) -> String {
    if meta.format.is_empty() { texts.get("cli-unread") } else { texts.get(&format!("format-{}", meta.format)) }
}

fn format_text(meta: &EvidenceMeta, texts: &Texts) -> String {
    let name = format_name(meta, texts);
    if meta.format.is_empty() { name } else { format!("{name} ({}, {})", meta.format, meta.score) }
}

fn content_text(meta: &EvidenceMeta, texts: &Texts) -> String {
    let lines = texts.say(&count_of("cli-count-lines", n_lines(meta)));
    let encoding = match meta.encoding {
        crate::model::Encoding::Utf8 => "UTF-8",
        crate::model::Encoding::Utf16Le => "UTF-16LE",
        crate::model::Encoding::Utf16Be => "UTF-16BE",
        crate::model::Encoding::Gb18030 => "GB18030",
        crate::model::Encoding::Binary => {
            return format!("{} · {}", texts.get("cli-binary"), format::bytes(meta.bytes));
        }
    };
    format!("{encoding} · {} · {lines}", format::bytes(meta.bytes))
}

fn yields(meta: &EvidenceMeta, texts: &Texts) -> String {
    let counts = &meta.counts;
    let yields = [
        ("cli-count-records", counts.records),
        ("cli-count-series", counts.series),
        ("cli-count-samples", counts.samples),
        ("cli-count-tasks", counts.tasks),
        ("cli-count-objects", counts.objects),
        ("cli-count-limits", counts.limits),
        ("cli-count-tables", counts.tables),
    ];
    let yields = yields.into_iter().filter(|(_, count)| *count > 0).map(|(id, count)| texts.say(&count_of(id, count)));
    yields.collect::<Vec<_>>().join(" · ")
}

/// A share as twenty columns: `[#####---------------]`.
fn bar(ratio: f64) -> String {
    const COLUMNS: usize = 20;
    let filled = ((ratio.clamp(0.0, 1.0) * COLUMNS as f64).round() as usize).min(COLUMNS);
    format!("[{}{}]", "#".repeat(filled), "-".repeat(COLUMNS - filled))
}

const fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info",
        Severity::Low => "low",
        Severity::Medium => "medium",
        Severity::High => "high",
        Severity::Critical => "critical",
    }
}

const fn confidence_name(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Possible => "possible",
        Confidence::Likely => "likely",
        Confidence::Certain => "certain",
    }
}
