//! What is known of an input, in words: the same on the list of evidence and on the panel.

use crate::model::{Arg, ClockOrigin, Counts, EvidenceMeta, EvidenceState, Timestamp, WallKind};
use crate::text::{Texts, format};

/// The format's name; empty while nothing was recognised.
#[must_use]
pub fn format_name(meta: &EvidenceMeta, texts: &Texts) -> String {
    if meta.format.is_empty() { String::new() } else { texts.get(&format!("format-{}", meta.format)) }
}

/// The format with how sure it is, or that a person chose it.
#[must_use]
pub fn format_of(meta: &EvidenceMeta, texts: &Texts) -> Option<String> {
    if meta.format.is_empty() {
        return None;
    }
    let name = Arg::from(format_name(meta, texts));
    Some(if meta.format_chosen {
        texts.with("evidence-format-chosen", &[("format", name)])
    } else {
        texts.with("evidence-format", &[("format", name), ("score", Arg::Int(i64::from(meta.score)))])
    })
}

/// Where reading stands; nothing where it ended well.
#[must_use]
pub fn state_of(state: EvidenceState, texts: &Texts) -> Option<String> {
    let state = match state {
        EvidenceState::Waiting => "waiting",
        EvidenceState::Reading => "reading",
        EvidenceState::Ready => return None,
        EvidenceState::Cancelled => "cancelled",
        EvidenceState::Refused => "refused",
        EvidenceState::Removed => "removed",
    };
    Some(texts.get(&format!("evidence-state-{state}")))
}

/// What it yielded: only what there is.
#[must_use]
pub fn counts_of(counts: &Counts, texts: &Texts) -> Option<String> {
    let parts = [
        ("evidence-records", counts.records),
        ("evidence-series", counts.series),
        ("evidence-samples", counts.samples),
        ("evidence-tasks", counts.tasks),
        ("evidence-objects", counts.objects),
        ("evidence-limits", counts.limits),
        ("evidence-tables", counts.tables),
    ];
    said(&parts, texts)
}

/// What became of its lines: nothing is dropped without a word.
#[must_use]
pub fn lines_of(meta: &EvidenceMeta, texts: &Texts) -> Option<String> {
    let lines = meta.lines;
    let parts = [
        ("evidence-lines-parsed", lines.parsed),
        ("evidence-lines-skipped", lines.skipped),
        ("evidence-lines-failed", lines.failed),
    ];
    said(&parts, texts)
}

fn said(parts: &[(&str, u64)], texts: &Texts) -> Option<String> {
    let parts = parts.iter().filter(|(_, n)| *n > 0).map(|(id, n)| texts.with(id, &[("count", (*n).into())]));
    let parts: Vec<String> = parts.collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

/// From when to when.
#[must_use]
pub fn range_of(meta: &EvidenceMeta, texts: &Texts) -> Option<String> {
    meta.time_range.map(|range| format::range(range, texts.offset_s()))
}

/// What its times are read as, and who says so; nothing where it has none.
#[must_use]
pub fn clock_of(meta: &EvidenceMeta, texts: &Texts) -> Option<String> {
    let clock = &meta.clock;
    meta.time_range?;
    let who = |origin| {
        Arg::from(texts.get(match origin {
            ClockOrigin::Stated => "evidence-origin-stated",
            ClockOrigin::Person => "evidence-origin-person",
            ClockOrigin::Sibling => "evidence-origin-sibling",
            ClockOrigin::Default => "evidence-origin-default",
        }))
    };
    let zone = || {
        let offset = Arg::from(format::offset(clock.offset_s));
        texts.with("evidence-zone", &[("offset", offset), ("origin", who(clock.offset_origin))])
    };
    let mut said = match clock.kind {
        WallKind::Unclocked => return None,
        WallKind::Utc => texts.get("evidence-zone-in-times"),
        WallKind::Local => zone(),
        WallKind::TimeOfDay => {
            let day = clock.day.map(|day| Timestamp::from_seconds(i64::from(day) * 86_400).to_local(0));
            let day = day.map(|day| day.chars().take(10).collect::<String>()).unwrap_or_default();
            let day = texts.with("evidence-day", &[("day", day.into()), ("origin", who(clock.day_origin))]);
            format!("{} · {day}", zone())
        }
        WallKind::LocalWithoutYear => {
            let origin = match meta.year_from.as_str() {
                "" => who(clock.year_origin),
                path => texts.with("evidence-origin-nearest", &[("path", path.into())]).into(),
            };
            let year = Arg::from(clock.year.to_string());
            let year = texts.with("evidence-year", &[("year", year), ("origin", origin)]);
            format!("{} · {year}", zone())
        }
    };
    if clock.shift_ms != 0 {
        let shift = Arg::Seconds(clock.shift_ms as f64 / 1000.0);
        said = format!("{said} · {}", texts.with("evidence-shift", &[("shift", shift)]));
    }
    Some(said)
}
