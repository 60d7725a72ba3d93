//! What the program adds to a person's document: charts with their key points, what was ruled out, open questions, coverage, the index.

use std::cmp::Ordering;

use crate::chart::{ChartSpec, svg};
use crate::model::{Arg, Clock, ClockOrigin, Coverage, EvidenceMeta, IssueSeverity, RuleOutcome, TimeBasis, Timestamp};
use crate::postmortem::{Document, Why};
use crate::text::{Texts, format};
use crate::view::document::{Block, Inline};

use super::document::{Material, Pages, cell, utc, words};

/// Everything after the lessons.
pub(super) fn write(pages: &mut Pages<'_>, document: &Document, material: &Material<'_>) {
    pages.heading(2, "export-analysis");
    pages.note("export-by-program");
    ruled_out(pages, material);
    open_questions(pages, document, material);
    coverage(pages, material);
    index(pages);
}

/// The name of a rule for people.
pub(super) fn rule_name(rule: &str, texts: &Texts) -> String {
    texts.get(&format!("rule-{}", rule.replace('/', "-")))
}

/// Charts, each with a table of its ceilings and highest values: a picture alone says nothing to a search or a screen reader.
pub(super) fn charts(pages: &mut Pages<'_>, charts: &[(String, ChartSpec)]) {
    if charts.is_empty() {
        return;
    }
    pages.heading(2, "export-charts");
    for (key, spec) in charts {
        let name: String = key.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        let peaks = peaks(spec);
        let alt = match peaks.first() {
            Some((_, value, at)) => pages.texts.with(
                "export-chart-alt",
                &[("title", spec.title.as_str().into()), ("max", Arg::Float(*value)), ("at", (*at).into())],
            ),
            None => spec.title.clone(),
        };
        if !spec.title.is_empty() {
            pages.blocks.push(Block::Heading(3, spec.title.clone()));
        }
        pages.blocks.push(Block::Chart { path: format!("assets/{name}.svg"), alt, svg: svg::render_svg(spec) });
        let mut rows = Vec::new();
        for ceiling in &spec.ceilings {
            let what = pages.texts.with("export-ceiling", &[("name", ceiling.label.as_str().into())]);
            rows.push(vec![cell(what), cell(format::decimal(ceiling.value)), cell("")]);
        }
        for (label, value, at) in peaks {
            let what = pages.texts.with("export-highest", &[("name", label.into())]);
            rows.push(vec![cell(what), cell(format::decimal(value)), cell(utc(at))]);
        }
        if !rows.is_empty() {
            pages.table(&["export-key-point", "export-amount", "export-utc"], rows);
        }
    }
}

/// Highest value of the chart's telling series (the heavier drawn ones; all where none is), the highest first.
fn peaks(spec: &ChartSpec) -> Vec<(&str, f64, Timestamp)> {
    let any_emphasis = spec.series.iter().any(|series| series.emphasis);
    let mut peaks: Vec<_> = spec
        .series
        .iter()
        .filter(|series| series.emphasis || !any_emphasis)
        .filter_map(|series| {
            let points = series.times.iter().zip(&series.values).filter(|(_, value)| value.is_finite());
            // The first of several equal values: `max_by` would give the last.
            let (at, value) = points.reduce(|best, next| if next.1 > best.1 { next } else { best })?;
            Some((series.label.as_str(), *value, Timestamp((at * 1e9) as i64)))
        })
        .collect();
    peaks.sort_by(|a, b| b.1.partial_cmp(&a.1).unwrap_or(Ordering::Equal));
    peaks.truncate(5);
    peaks
}

fn ruled_out(pages: &mut Pages<'_>, material: &Material<'_>) {
    pages.heading(3, "export-ruled-out");
    let mut items = Vec::new();
    for statement in material.analysis.findings.iter().flat_map(|finding| &finding.statements) {
        if statement.topic == "ruled-out" {
            let text = pages.texts.say(&statement.text);
            items.push((0, pages.cited(text, &(material.cite)(&statement.cites))));
        }
    }
    for outcome in outcomes(material, "ruled_out") {
        let mut item = vec![pages.label(rule_name(&outcome.rule, pages.texts))];
        let why = outcome.why.as_ref().map(|why| format!(" {}", pages.texts.say(why))).unwrap_or_default();
        item.extend(pages.cited(why, &(material.cite)(&outcome.cites)));
        items.push((0, item));
    }
    list_or_note(pages, items, "export-nothing-ruled-out");
}

fn outcomes<'a>(material: &Material<'a>, outcome: &'static str) -> impl Iterator<Item = &'a RuleOutcome> + use<'a> {
    material.analysis.outcomes.iter().filter(move |it| it.outcome == outcome)
}

fn list_or_note(pages: &mut Pages<'_>, items: Vec<(u8, Vec<Inline>)>, note: &str) {
    if items.is_empty() {
        pages.note(note);
    } else {
        pages.blocks.push(Block::List(items));
    }
}

fn open_questions(pages: &mut Pages<'_>, document: &Document, material: &Material<'_>) {
    fn open(whys: &[Why], texts: &Texts, items: &mut Vec<String>) {
        for why in whys {
            if words(&why.claim, texts).is_empty() {
                items.push(words(&why.question, texts));
            }
            open(&why.children, texts, items);
        }
    }
    pages.heading(3, "export-questions");
    let mut questions = Vec::new();
    open(&document.whys, pages.texts, &mut questions);
    for finding in &material.analysis.findings {
        questions.extend(finding.questions.iter().map(|question| pages.texts.say(question)));
    }
    for outcome in outcomes(material, "inconclusive") {
        let why = outcome.why.as_ref().map(|why| pages.texts.say(why)).unwrap_or_default();
        let undecided = [("rule", rule_name(&outcome.rule, pages.texts).into()), ("why", why.into())];
        questions.push(pages.texts.with("export-undecided", &undecided));
    }
    let mut items: Vec<(u8, Vec<Inline>)> = Vec::new();
    for question in questions {
        let item = (0, cell(question));
        if !items.contains(&item) {
            items.push(item);
        }
    }
    list_or_note(pages, items, "export-no-questions");
}

fn coverage(pages: &mut Pages<'_>, material: &Material<'_>) {
    let coverage = &material.analysis.coverage;
    pages.heading(3, "export-coverage");
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
    not_collected(pages, coverage);
    let damaged: Vec<_> =
        material.evidence.iter().filter_map(|meta| damage(meta, pages)).map(|item| (0, item)).collect();
    if !damaged.is_empty() {
        let text = pages.get("export-damaged");
        pages.blocks.push(Block::Paragraph(cell(text)));
        pages.blocks.push(Block::List(damaged));
    }
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

/// What of an input is not in the analysis; `None` where all of it is.
fn damage(meta: &EvidenceMeta, pages: &Pages<'_>) -> Option<Vec<Inline>> {
    let lost = meta.issues.list.iter().filter(|issue| issue.code.severity() >= IssueSeverity::DataLoss);
    let lost = lost.map(|issue| super::report::issue_text(issue, pages.texts));
    let lost = lost.reduce(|all, next| both(&all, &next, pages.texts))?;
    Some(vec![pages.label(meta.path.as_str()), Inline::Text(format!(" {lost}"))])
}

/// Where the instants of an input come from: what was assumed is said.
pub(super) fn clock_text(clock: &Clock, texts: &Texts) -> String {
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

fn index(pages: &mut Pages<'_>) {
    pages.heading(2, "export-index");
    let mut blocks = Vec::new();
    for (number, citation) in (1u32..).zip(pages.references.list()) {
        let texts = pages.texts;
        let lines = citation.locator.lines;
        let place = if lines.first == lines.last {
            texts.with("export-line", &[("line", lines.first.to_string().into())])
        } else {
            let range = [("first", lines.first.to_string().into()), ("last", lines.last.to_string().into())];
            texts.with("export-lines", &range)
        };
        let mut about = vec![place];
        about.extend(citation.at.map(|at| at.to_rfc3339()));
        about.push(match &citation.digest {
            Some(digest) => format!("SHA-256 {digest}"),
            None => texts.get("export-digest-pending"),
        });
        blocks.push(Block::Heading(3, format!("E{number}")));
        let path = Inline::Strong(citation.path.clone());
        blocks.push(Block::Paragraph(vec![path, Inline::Text(format!(" · {}", about.join(" · ")))]));
        if !citation.excerpt.is_empty() {
            blocks.push(Block::Quote(number, citation.excerpt.iter().take(5).cloned().collect()));
        }
    }
    if blocks.is_empty() {
        pages.note("export-no-references");
    }
    pages.blocks.append(&mut blocks);
}
