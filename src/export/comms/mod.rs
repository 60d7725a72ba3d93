//! The comms kit: what is said while the incident runs and when it is over, written from the same case as the postmortem.
//!
//! ```text
//! [SEV2] 22:20 +08:00  Pods of node-xx are unreachable since 22:09.
//! Affected: payment-service, about 15 % of requests
//! Known: Probes could not fork (kubelet.log:4211)
//! Candidate, not confirmed: order-sync leaks threads (threads.csv:31)
//! Unknown: Which limit was reached?
//! Requests: host process counts: run `ps -eLf | wc -l`
//! Rule: every statement carries a log excerpt or a command's output.
//! Next: 22:50
//! ```
//! Each notice is text for a chat and markdown for a page. Nothing is stated as a cause that the team did not mark as certain, and what
//! nobody wrote down is said to be not known, never filled in.

mod known;
mod notices;
mod raci;

use serde::{Deserialize, Serialize};

use crate::model::{Analysis, Timestamp};
use crate::postmortem::Document;
use crate::text::Texts;
use crate::view::document::{Block, Inline};

use super::inert::visible;
use super::markdown;

/// A kind of notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// Within five minutes: what is seen, known and asked.
    First,
    /// On the hour or faster: state, teams, plan, risks.
    Update,
    /// Who does what: responsible, accountable, consulted, informed.
    Raci,
    /// It is over: when, how long, why, what follows.
    Resolved,
    /// For those who do not run systems: effect, state, what is done about it.
    Stakeholders,
}

impl Notice {
    /// All, in the order in which they are sent.
    pub const ALL: [Self; 5] = [Self::First, Self::Update, Self::Raci, Self::Resolved, Self::Stakeholders];

    /// Message id of its name.
    #[must_use]
    pub const fn name_id(self) -> &'static str {
        match self {
            Self::First => "comms-first",
            Self::Update => "comms-update",
            Self::Raci => "comms-raci",
            Self::Resolved => "comms-resolved",
            Self::Stakeholders => "comms-stakeholders",
        }
    }
}

/// A notice as it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// Plain text for a chat.
    pub chat: String,
    /// Markdown.
    pub markdown: String,
}

/// What a notice is written from.
pub(super) struct Desk<'a> {
    document: &'a Document,
    analysis: &'a Analysis,
    now: Timestamp,
    texts: &'a Texts,
}

/// A notice before it has a form.
struct Sheet {
    head: String,
    lines: Vec<Line>,
    table: Option<(Vec<String>, Vec<Vec<String>>)>,
    /// Whether the chat form is one line, its parts set apart by bars.
    on_one_line: bool,
}

/// A named list of statements; one without statements is not written.
struct Line {
    name: String,
    items: Vec<String>,
}

/// Writes a notice as of `now`, in the language of `texts`.
#[must_use]
pub fn write(notice: Notice, document: &Document, analysis: &Analysis, now: Timestamp, texts: &Texts) -> Written {
    let desk = Desk { document, analysis, now, texts };
    let sheet = match notice {
        Notice::First => desk.first(),
        Notice::Update => desk.update(),
        Notice::Raci => desk.raci(),
        Notice::Resolved => desk.resolved(),
        Notice::Stakeholders => desk.stakeholders(),
    };
    Written { chat: chat(&sheet, texts), markdown: markdown_of(&sheet, texts) }
}

/// Sentences as parts of one: only the last keeps its stop.
fn one_line(items: &[String], between: &str) -> String {
    let Some((last, before)) = items.split_last() else { return String::new() };
    let before = before.iter().map(|item| item.trim_end_matches(['.', '。']));
    before.chain([last.as_str()]).collect::<Vec<_>>().join(between)
}

fn chat(sheet: &Sheet, texts: &Texts) -> String {
    let lines = sheet.lines.iter().filter(|line| !line.items.is_empty());
    let lines = lines.map(|line| {
        let items = one_line(&line.items, &texts.get("comms-between"));
        texts.with("comms-line", &[("name", line.name.as_str().into()), ("items", items.into())])
    });
    let rows = sheet.table.iter().flat_map(|(heads, rows)| std::iter::once(heads).chain(rows));
    let rows = rows.map(|row| row.join(" | "));
    let parts: Vec<String> =
        std::iter::once(sheet.head.clone()).chain(lines).chain(rows).map(|part| visible(&part).into_owned()).collect();
    if sheet.on_one_line { format!("{} {}", parts[0], parts[1..].join(" | ")) } else { parts.join("\n") }
}

fn markdown_of(sheet: &Sheet, texts: &Texts) -> String {
    let mut blocks = vec![Block::Paragraph(vec![Inline::Strong(sheet.head.clone())])];
    let mut items = Vec::new();
    for line in sheet.lines.iter().filter(|line| !line.items.is_empty()) {
        let name = Inline::Strong(texts.with("export-label", &[("name", line.name.as_str().into())]));
        match line.items.as_slice() {
            [item] => {
                let mut parts = vec![name, Inline::Text(" ".to_owned())];
                parts.extend(inlines(item));
                items.push((0, parts));
            }
            several => {
                items.push((0, vec![name]));
                items.extend(several.iter().map(|item| (1, inlines(item))));
            }
        }
    }
    if !items.is_empty() {
        blocks.push(Block::List(items));
    }
    if let Some((heads, rows)) = &sheet.table {
        let cells = |row: &Vec<String>| row.iter().map(|cell| vec![Inline::Text(cell.clone())]).collect();
        blocks.push(Block::Table(heads.clone(), rows.iter().map(cells).collect()));
    }
    markdown::fragment(&blocks)
}

/// Words, with what stands between backticks as code: commands are to be copied as they are.
fn inlines(text: &str) -> Vec<Inline> {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return vec![Inline::Text(text.to_owned())];
    }
    let part = |(index, part): (usize, &&str)| {
        if !index.is_multiple_of(2) { Inline::Code((*part).to_owned()) } else { Inline::Text((*part).to_owned()) }
    };
    parts.iter().enumerate().map(part).collect()
}
