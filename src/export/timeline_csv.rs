//! The timeline as CSV (RFC 4180) for spreadsheets: one row per event, times in UTC and in the document's zone.
//!
//! ```text
//! utc,local,end_utc,uncertainty_s,phase,source,event,count,evidence
//! 2023-07-23T14:09:14Z,2023-07-23 22:09:14,,0,impact,,"fork failed",1,"E1 kubelet.log:7001"
//! ```
//! It begins with a byte order mark: without one Excel reads UTF-8 in the system's own code page, and Chinese text is lost. Programs that
//! mind have the same timeline as JSON lines (`timesketch`).

use std::fmt::Write as _;

use crate::model::{Citation, Timestamp};
use crate::postmortem::Document;
use crate::text::Texts;
use crate::view::document::DocumentView;

use super::inert::visible;

/// Writes the timeline. References are those of the document's evidence index in `view`.
#[must_use]
pub fn render(document: &Document, view: &DocumentView, texts: &Texts) -> String {
    let mut out = String::from("\u{feff}utc,local,end_utc,uncertainty_s,phase,source,event,count,evidence\r\n");
    for event in &document.events {
        let utc = |at: Option<Timestamp>| at.map(Timestamp::to_rfc3339).unwrap_or_default();
        let local = event.at.map(|at| at.to_local(document.offset_s)).unwrap_or_default();
        let phase = event.phase.map_or("", |phase| phase.as_str());
        let _ = write!(out, "{},{local},{},{},{phase},", utc(event.at), utc(event.end), event.uncertainty_s);
        let evidence: Vec<String> = event.citations.iter().map(|citation| place(citation, view)).collect();
        let (source, text) = (csv_text(&event.source), csv_text(&event.text.say(texts)));
        let _ = write!(out, "{source},{text},{},{}\r\n", event.count.max(1), csv_text(&evidence.join("; ")));
    }
    out
}

/// `E1 kubelet.log:7001-7003`: the number where the document has the place in its index.
pub(super) fn place(citation: &Citation, view: &DocumentView) -> String {
    let number = view.references.iter().position(|it| it.locator == citation.locator);
    let number = number.map(|index| format!("E{} ", index + 1)).unwrap_or_default();
    let lines = citation.locator.lines;
    let last = if lines.last > lines.first { format!("-{}", lines.last) } else { String::new() };
    format!("{number}{}:{}{last}", citation.path, lines.first)
}

/// A quoted cell on one line. One that a spreadsheet would take for a formula, also behind spaces or as the full-width signs of Chinese
/// and Japanese keyboards, begins with an apostrophe.
#[must_use]
pub fn csv_text(text: &str) -> String {
    let acts = text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
        || text.starts_with(['\t', '\r', '\n']);
    let guard = if acts { "'" } else { "" };
    format!("\"{guard}{}\"", visible(text).replace('"', "\"\""))
}
