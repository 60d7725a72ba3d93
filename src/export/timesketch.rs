//! The timeline for Timesketch: JSON lines, one object per line, no array.
//!
//! ```text
//! {"message":"fork failed","datetime":"2023-07-23T14:09:14.000000+00:00","timestamp":1690121354000000,"timestamp_desc":"Impact",…}
//! ```
//! `message`, `datetime` (ISO 8601 with an offset) and `timestamp_desc` are what Timesketch requires, `timestamp` is in microseconds; the
//! other members become columns. A range gives two lines, its start and its end. An event without a time has no place on such a timeline and
//! is left out. Format: <https://timesketch.org/guides/user/import-from-json-csv/>.

use serde::Serialize;

use crate::model::time::Civil;
use crate::model::{Phase, Timestamp};
use crate::postmortem::{Document, DocumentEvent};
use crate::text::Texts;
use crate::view::document::DocumentView;

use super::inert::{escape_json, visible};
use super::timeline_csv::place;

#[derive(Serialize)]
struct Line<'a> {
    message: &'a str,
    datetime: String,
    timestamp: i64,
    timestamp_desc: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    source: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    phase: Option<Phase>,
    count: u32,
    uncertainty_s: u32,
    evidence: &'a [String],
    sha256: &'a [&'a str],
}

/// Writes the timeline.
#[must_use]
pub fn render(document: &Document, view: &DocumentView, texts: &Texts) -> String {
    let mut out = String::new();
    for event in &document.events {
        let Some(at) = event.at else { continue };
        let phase = match event.phase {
            Some(phase) => texts.get(&format!("phase-{}", phase.as_str())),
            None => texts.get("export-event"),
        };
        write_event(event, at, &phase, view, texts, &mut out);
        if let Some(end) = event.end.filter(|end| *end != at) {
            let ended = texts.with("export-range-end", &[("what", phase.into())]);
            write_event(event, end, &ended, view, texts, &mut out);
        }
    }
    out
}

fn write_event(event: &DocumentEvent, at: Timestamp, desc: &str, view: &DocumentView, texts: &Texts, out: &mut String) {
    let evidence: Vec<String> = event.citations.iter().map(|it| visible(&place(it, view)).into_owned()).collect();
    let mut sha256: Vec<&str> = Vec::new();
    for digest in event.citations.iter().filter_map(|citation| citation.digest.as_deref()) {
        if !sha256.contains(&digest) {
            sha256.push(digest);
        }
    }
    let text = event.text.say(texts);
    let line = Line {
        message: &visible(&text),
        datetime: datetime(at),
        timestamp: at.0.div_euclid(1_000),
        timestamp_desc: desc,
        source: &visible(&event.source),
        phase: event.phase,
        count: event.count.max(1),
        uncertainty_s: event.uncertainty_s,
        evidence: &evidence,
        sha256: &sha256,
    };
    // Plain data with string keys: writing cannot fail.
    out.push_str(&escape_json(&serde_json::to_string(&line).unwrap_or_default()));
    out.push('\n');
}

/// Microseconds and a numeric offset, always: some importers know neither nanoseconds nor `Z`.
fn datetime(at: Timestamp) -> String {
    let Civil { year, month, day, hour, minute, second, nanosecond } = Civil::from_ns(at.0);
    let us = nanosecond / 1_000;
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{us:06}+00:00")
}
