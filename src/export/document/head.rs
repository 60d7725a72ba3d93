//! Slots `facts` and `milestones`: the lines of the head, the instants that an incident is measured by and the durations between them.

use crate::model::{Phase, TimeRange, Timestamp};
use crate::postmortem::Field;
use crate::postmortem::milestones::{Measure, Span, milestones, spans};
use crate::text::format;

use super::{Pages, cell, utc};

/// Id of the name of a line of the head.
pub(in crate::export) const fn field_id(field: Field) -> &'static str {
    match field {
        Field::Title => "export-title",
        Field::Number => "export-number",
        Field::Status => "export-status",
        Field::Severity => "export-severity",
        Field::Authors => "export-authors",
        Field::Date => "export-date",
        Field::Leads => "export-leads",
        Field::Attendees => "export-attendees",
        Field::Systems => "export-systems",
        Field::Scope => "export-scope",
        Field::Responsible => "export-responsible",
        Field::Tags => "export-tags",
    }
}

/// Id of the name of a phase's instant; what set the incident off is told by the timeline and the causes.
pub(in crate::export) const fn instant_id(phase: Phase) -> Option<&'static str> {
    Some(match phase {
        Phase::Trigger => return None,
        Phase::Onset => "export-onset",
        Phase::Impact => "export-start",
        Phase::Detection => "export-detect",
        Phase::Response => "export-respond",
        Phase::Mitigation => "export-mitigate",
        Phase::Resolution => "export-resolve",
    })
}

/// Ids of the name of a duration and of the instants at its two ends.
fn span_ids(span: &Span) -> Option<[&'static str; 3]> {
    let name = match span.measure {
        // How long the impact lasted is between two instants of one phase.
        Measure::Impact => return Some(["export-lasted", "export-start", "export-end"]),
        Measure::Detect => "export-ttd",
        Measure::Respond => "export-tta",
        Measure::Mitigate => "export-ttm",
        Measure::Resolve => "export-ttr",
    };
    Some([name, instant_id(span.from.0)?, instant_id(span.to.0)?])
}

/// The head table: what people wrote, the instants, the durations with the two instants that each subtracts.
pub(super) fn facts(pages: &mut Pages<'_>) {
    let mut rows = Vec::new();
    for field in Field::ALL.into_iter().filter(|field| *field != Field::Title) {
        let is_asked_for = matches!(field, Field::Severity | Field::Authors);
        if is_asked_for || !pages.document.field(field).trim().is_empty() {
            rows.push((pages.get(field_id(field)), pages.field(field)));
        }
    }
    for milestone in milestones(pages.document) {
        if let (Some(id), Some(at)) = (instant_id(milestone.phase), milestone.at) {
            rows.push((pages.get(id), instant(pages, at, milestone.uncertainty_s)));
        }
    }
    for span in spans(pages.document) {
        let Some([name, first, last]) = span_ids(&span) else { continue };
        let value = pages.texts.with(
            "export-interval",
            &[
                ("length", length(pages, &span).into()),
                ("first", pages.get(first).into()),
                ("from", span.from.1.into()),
                ("last", pages.get(last).into()),
                ("to", span.to.1.into()),
            ],
        );
        rows.push((pages.get(name), value));
    }
    push_table(pages, rows);
}

/// The overview of a tabular report: when, what, whom, who follows up, how severe, reported when; then what else people wrote.
pub(super) fn overview(pages: &mut Pages<'_>) {
    const ASKED_FOR: [Field; 5] = [Field::Systems, Field::Scope, Field::Responsible, Field::Severity, Field::Date];
    let when = occurred(pages).unwrap_or_else(|| {
        let lack = pages.get("export-empty-start");
        pages.miss(lack);
        pages.get("export-not-set")
    });
    let mut rows = vec![(pages.get("export-occurred"), when)];
    for field in ASKED_FOR {
        rows.push((pages.get(field_id(field)), pages.field(field)));
    }
    let others = Field::ALL.into_iter().filter(|field| *field != Field::Title && !ASKED_FOR.contains(field));
    for field in others.filter(|field| !pages.document.field(*field).trim().is_empty()).collect::<Vec<_>>() {
        rows.push((pages.get(field_id(field)), pages.field(field)));
    }
    push_table(pages, rows);
}

fn push_table(pages: &mut Pages<'_>, rows: Vec<(String, String)>) {
    let rows = rows.into_iter().map(|(name, value)| vec![cell(name), cell(value)]).collect();
    pages.table(&["export-fact", "export-value"], rows);
}

/// From the start of the impact to its end, or to the resolution where the timeline has no end of the impact.
fn occurred(pages: &Pages<'_>) -> Option<String> {
    let spans = spans(pages.document);
    let span = [Measure::Impact, Measure::Resolve, Measure::Mitigate]
        .into_iter()
        .find_map(|measure| spans.iter().find(|span| span.measure == measure && span.seconds > 0.0));
    if let Some(span) = span {
        let range = TimeRange::of(span.from.1, span.to.1);
        let args = [("range", range.into()), ("length", length(pages, span).into())];
        return Some(pages.texts.with("export-occurred-range", &args));
    }
    let start = milestones(pages.document).into_iter().find(|milestone| milestone.phase == Phase::Impact)?;
    Some(format::time(start.at?, pages.texts.offset_s()))
}

/// The durations as a table, each with its two instants.
pub(super) fn milestones_table(pages: &mut Pages<'_>) {
    let mut rows = Vec::new();
    for span in spans(pages.document) {
        let Some([name, first, last]) = span_ids(&span) else { continue };
        let end = |name: &str, at: Timestamp| {
            let at = format::time(at, pages.texts.offset_s());
            cell(pages.texts.with("export-named-instant", &[("name", pages.get(name).into()), ("at", at.into())]))
        };
        let length = cell(length(pages, &span));
        rows.push(vec![cell(pages.get(name)), length, end(first, span.from.1), end(last, span.to.1)]);
    }
    if rows.is_empty() {
        let lack = pages.get("export-empty-milestones");
        pages.lacks(lack);
    } else {
        pages.table(&["export-measure", "export-length", "export-from", "export-to"], rows);
    }
}

fn instant(pages: &Pages<'_>, at: Timestamp, uncertainty_s: u32) -> String {
    let offset_s = pages.texts.offset_s();
    let (local, off) = (format::time(at, offset_s), pages.off_by(uncertainty_s));
    if offset_s == 0 { format!("{local}{off}") } else { format!("{local} ({}){off}", utc(at)) }
}

/// A length, to the minute where its ends are not known better than that.
fn length(pages: &Pages<'_>, span: &Span) -> String {
    let Span { seconds, uncertainty_s, .. } = *span;
    let seconds = if uncertainty_s < 30 { seconds } else { (seconds / 60.0).round() * 60.0 };
    format!("{}{}", format::duration(seconds, pages.texts.lang()), pages.off_by(uncertainty_s))
}
