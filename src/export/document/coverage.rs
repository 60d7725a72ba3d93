//! Slot `coverage`: which times the evidence covers and whose clock that is, what was not collected, what could not be read.

use crate::model::{
    Arg, Clock, ClockOrigin, Coverage, EvidenceMeta, EvidenceState, IssueSeverity, Locator, Message, TimeBasis,
    Timestamp,
};
use crate::text::{Texts, format};
use crate::view::document::{Block, Inline};

use super::{Pages, cell, utc};

/// What the analysis covers.
pub(super) fn write(pages: &mut Pages<'_>) {
    let material = pages.material;
    let coverage = &material.analysis.coverage;
    if coverage.windows.is_empty() {
        pages.note("export-no-windows");
    } else {
        let rows = coverage.windows.iter().map(|(path, range)| {
            let meta = material.evidence.iter().find(|meta| meta.path == *path);
            let clock = meta.map(|meta| clock_text(&meta.clock, pages.texts)).unwrap_or_default();
            vec![cell(path), cell(utc(range.start)), cell(utc(range.end)), cell(clock)]
        });
        let rows = rows.collect();
        pages.table(&["export-evidence", "export-first", "export-last", "export-clock"], rows);
    }
    timeless(pages, coverage);
    not_collected(pages, coverage);
    collectors(pages, coverage);
    let damaged: Vec<_> =
        material.evidence.iter().filter_map(|meta| damage(meta, pages)).map(|item| (0, item)).collect();
    if !damaged.is_empty() {
        let text = pages.get("export-damaged");
        pages.blocks.push(Block::Paragraph(cell(text)));
        pages.blocks.push(Block::List(damaged));
    }
}

/// Names that are listed at most.
const MAX_NAMES: usize = 20;

/// What was read as well: whoever goes by the table would think that it was not.
fn timeless(pages: &mut Pages<'_>, coverage: &Coverage) {
    let evidence = pages.material.evidence.iter();
    let read = evidence.filter(|meta| meta.state == EvidenceState::Ready && meta.time_range.is_none());
    let mut names: Vec<Arg> = read.map(|meta| meta.path.as_str().into()).collect();
    if names.is_empty() || coverage.windows.is_empty() {
        return;
    }
    if names.len() > MAX_NAMES {
        let more = names.len() - MAX_NAMES;
        names.truncate(MAX_NAMES);
        names.push(Message::new("event-names-more").with("count", more).into());
    }
    let text = pages.texts.with("export-timeless", &[("names", Arg::List(names))]);
    pages.blocks.push(Block::Paragraph(cell(text)));
}

fn not_collected(pages: &mut Pages<'_>, coverage: &Coverage) {
    if coverage.missing.is_empty() {
        return;
    }
    let text = pages.get("export-not-collected");
    pages.blocks.push(Block::Paragraph(cell(text)));
    let rows = coverage.missing.iter().map(|missing| {
        let disturbs = missing.disturbs.as_ref();
        let disturbs = disturbs.map_or_else(|| pages.get("export-only-reads"), |message| pages.texts.say(message));
        vec![cell(pages.texts.say(&missing.what)), vec![Inline::Code(missing.command.clone())], cell(disturbs)]
    });
    let rows = rows.collect();
    pages.table(&["export-what", "export-command", "export-disturbs"], rows);
}

/// What collectors say they could not collect or lost, with the lines that say it.
fn collectors(pages: &mut Pages<'_>, coverage: &Coverage) {
    if coverage.errors.is_empty() {
        return;
    }
    let evidence = pages.material.evidence;
    let place = |locator: &Locator| {
        let meta = evidence.iter().find(|meta| meta.id == locator.evidence);
        format!("{}:{}", meta.map_or("?", |meta| meta.path.as_str()), locator.lines.first)
    };
    let items = coverage.errors.iter().map(|error| {
        let places: Vec<String> = std::iter::once(&error.locator).chain(&error.also).map(place).collect();
        let said = [error.collector.as_str(), &error.message].into_iter().filter(|part| !part.is_empty());
        let said = said.collect::<Vec<_>>().join(": ");
        (0, vec![Inline::Text(format!("{said} ")), Inline::Code(places.join(", "))])
    });
    let items = items.collect();
    let text = pages.get("export-collectors");
    pages.blocks.push(Block::Paragraph(cell(text)));
    pages.blocks.push(Block::List(items));
}

/// What of an input is not in the analysis; `None` where all of it is.
fn damage(meta: &EvidenceMeta, pages: &Pages<'_>) -> Option<Vec<Inline>> {
    let lost = meta.issues.list.iter().filter(|issue| issue.code.severity() >= IssueSeverity::DataLoss);
    let lost = lost.map(|issue| crate::export::issue::issue_text(issue, pages.texts));
    let lost = lost.reduce(|all, next| both(&all, &next, pages.texts))?;
    Some(vec![pages.label(meta.path.as_str()), Inline::Text(format!(" {lost}"))])
}

/// Where the instants of an input come from: what was assumed is said.
pub(in crate::export) fn clock_text(clock: &Clock, texts: &Texts) -> String {
    let origin = |origin| match origin {
        ClockOrigin::Stated => "export-clock-stated",
        ClockOrigin::Person => "export-clock-person",
        ClockOrigin::Sibling => "export-clock-sibling",
        ClockOrigin::Default => "export-clock-default",
    };
    let zone = || {
        let zone = format::offset(clock.offset_s);
        texts.with(
            "export-clock-zone",
            &[("zone", zone.into()), ("origin", texts.get(origin(clock.offset_origin)).into())],
        )
    };
    let text = match clock.basis() {
        TimeBasis::Explicit => texts.get("export-clock-explicit"),
        TimeBasis::AssumedZone => zone(),
        TimeBasis::InferredYear => {
            // A year is a name, not a quantity: never grouped.
            let year =
                [("year", clock.year.to_string().into()), ("origin", texts.get(origin(clock.year_origin)).into())];
            both(&zone(), &texts.with("export-clock-year", &year), texts)
        }
        TimeBasis::InferredDay => {
            let date = Timestamp::from_seconds(i64::from(clock.day.unwrap_or_default()) * 86_400).to_local(0);
            let date: String = date.chars().take(10).collect();
            let day = [("day", date.into()), ("origin", texts.get(origin(clock.day_origin)).into())];
            both(&zone(), &texts.with("export-clock-day", &day), texts)
        }
        TimeBasis::None => texts.get("export-clock-none"),
    };
    if clock.shift_ms == 0 {
        return text;
    }
    let shift = Arg::Seconds(clock.shift_ms as f64 / 1000.0);
    both(&text, &texts.with("export-clock-shift", &[("shift", shift)]), texts)
}

/// Two remarks, one after the other.
fn both(first: &str, then: &str, texts: &Texts) -> String {
    texts.with("export-both", &[("first", first.into()), ("then", then.into())])
}
