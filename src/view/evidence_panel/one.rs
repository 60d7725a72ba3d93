//! One input: how much of it is in the analysis and why not more, how it was recognised, what it gave, and what can be done about it.

use super::{Content, Share, is_pending, raw, tables};
use crate::model::{Arg, Cite, CollectorError, Encoding, EvidenceMeta, Issue, IssueSeverity, Locator, Role};
use crate::text::{Texts, format};
use crate::view::evidence;
use crate::view::panel::{Item, OPEN_ROW, PanelRequest, Tool, Weight};

/// Tables named in the choice of what to show.
const NAMED_TABLES: usize = 100;
/// Errors of the collector that are shown: the command line lists all.
const ERRORS: usize = 50;
/// The value of the choice that shows bytes and lines.
const RAW: &str = "raw";

/// The panel while an input is open.
pub(super) fn items(meta: &EvidenceMeta, content: &dyn Content, request: &PanelRequest, texts: &Texts) -> Vec<Item> {
    let key = format!("e{}", meta.id.0);
    let chosen = request.value(&format!("part-{key}"));
    let tables = &content.parsed().tables;
    let table = chosen.strip_prefix('t').and_then(|index| Some((index, tables.get(index.parse::<usize>().ok()?)?)));
    // What stands at the same place keeps what was opened and written on it, whatever becomes of the rest.
    let mut items = vec![tools(&key, content, texts), verdict(meta, texts), Item::Correct(meta.id)];
    match (table, chosen) {
        (Some((index, table)), _) => items.extend(tables::rows(table, &format!("{key}-{index}"), request, texts)),
        (_, RAW) => items.extend(raw::items(&key, content, request, texts)),
        _ => items.extend(overview(meta, &key, content, texts)),
    }
    items
}

/// The way back, and what to show of the input.
fn tools(key: &str, content: &dyn Content, texts: &Texts) -> Item {
    let mut options =
        vec![(String::new(), texts.get("panel-evidence-overview")), (RAW.to_owned(), texts.get("panel-evidence-raw"))];
    options.extend(content.parsed().tables.iter().take(NAMED_TABLES).enumerate().map(|(index, table)| {
        let args = [("title", table.title.as_str().into()), ("count", table.n_rows.into())];
        (format!("t{index}"), texts.with("panel-evidence-table", &args))
    }));
    let id = format!("part-{key}");
    Item::Tools(vec![
        Tool::sets(OPEN_ROW, "", texts.get("panel-evidence-back")),
        Tool::Choice { id, label: texts.get("panel-evidence-show"), options },
    ])
}

fn verdict(meta: &EvidenceMeta, texts: &Texts) -> Item {
    let said = match Share::of(meta, meta.state) {
        Share::Whole => "panel-evidence-is-whole",
        Share::Part => "panel-evidence-is-part",
        Share::None => "panel-evidence-is-none",
        Share::Waits => "panel-evidence-is-waiting",
        Share::Removed => "panel-evidence-is-removed",
    };
    let name = meta.path.rsplit('/').next().unwrap_or_default();
    let text = texts.with(said, &[("name", name.into())]);
    Item::Text { text, weight: Weight::Verdict, cites: Vec::new() }
}

fn overview(meta: &EvidenceMeta, key: &str, content: &dyn Content, texts: &Texts) -> Vec<Item> {
    let mut items = Vec::new();
    for issue in &meta.issues.list {
        items.extend(issue_items(meta, issue, key, content, texts));
    }
    items.extend(content.parsed().collector_errors.iter().take(ERRORS).map(|error| lost(error, texts)));
    items.push(Item::Facts(facts(meta, texts)));
    items.extend(tables::list(&content.parsed().tables, key, texts));
    items
}

/// What a collector says it could not collect.
fn lost(error: &CollectorError, texts: &Texts) -> Item {
    let id = if error.collector.is_empty() { "panel-evidence-lost" } else { "panel-evidence-not-collected" };
    let args = [("collector", error.collector.as_str().into()), ("message", error.message.as_str().into())];
    let cite = |locator: &Locator| Cite { locator: *locator, role: Role::Shows, at: None };
    Item::plain(texts.with(id, &args), std::iter::once(&error.locator).chain(&error.also).map(cite).collect())
}

/// What is amiss, what to do about it, and the bytes or the line where it begins.
fn issue_items(meta: &EvidenceMeta, issue: &Issue, key: &str, content: &dyn Content, texts: &Texts) -> Vec<Item> {
    let code = issue.code.as_str();
    let times = if issue.count > 1 { format!(" ×{}", format::integer(issue.count as i64)) } else { String::new() };
    let text = format!("{}{times}. {}", texts.get(&format!("issue-{code}")), texts.get(&format!("issue-{code}.help")));
    let locator = Locator::lines(meta.id, issue.first_line, issue.first_line);
    let cites = (issue.first_line > 0).then_some(Cite { locator, role: Role::Shows, at: None });
    let severity = issue.code.severity();
    let is_lost = severity >= IssueSeverity::DataLoss;
    let cites = cites.into_iter().collect();
    let mut items = vec![if is_lost { Item::trouble(text, cites) } else { Item::plain(text, cites) }];
    // What is wrong with the whole input (its clock, its name) stands at no byte.
    let byte = match (issue.first_line, issue.first_byte) {
        (0, 0) if !is_lost || content.source().is_empty() => return items,
        (line, 0) if line > 1 => content.byte_of(line),
        (_, byte) => byte,
    };
    if is_lost {
        let at = if issue.first_line > 0 { content.line_at(byte) } else { 0 };
        items.push(raw::around(byte, at, content));
    }
    let label = texts.with("panel-evidence-to-byte", &[("byte", format::integer(byte as i64).into())]);
    let sets = vec![
        (format!("part-{key}"), RAW.to_owned()),
        (format!("pos-{key}"), format!("{byte:#x}")),
        (format!("from-{key}"), String::new()),
    ];
    items.push(Item::Tools(vec![Tool::Button { sets, label }]));
    items
}

/// What is known of it, by name.
fn facts(meta: &EvidenceMeta, texts: &Texts) -> Vec<(String, String)> {
    let named = |(id, score): &(String, u8)| format!("{} {score}", texts.get(&format!("format-{id}")));
    let others: Vec<String> = meta.runners_up.iter().map(named).collect();
    let exact = texts.with("panel-evidence-bytes", &[("count", meta.bytes.into())]);
    let read = (meta.bytes_read < meta.bytes).then(|| format::bytes(meta.bytes_read));
    let size = match read {
        Some(read) => texts.with("panel-evidence-read-so-far", &[("read", read.into()), ("all", exact.into())]),
        None => exact,
    };
    let facts = [
        ("panel-evidence-path", Some(meta.path.clone())),
        ("panel-evidence-format", evidence::format_of(meta, texts)),
        ("panel-evidence-others", Some(others.join(" · ")).filter(|others| !others.is_empty())),
        ("panel-evidence-encoding", encoding(meta).map(str::to_owned)),
        ("panel-evidence-size", Some(size)),
        ("panel-evidence-lines", evidence::lines_of(meta, texts)),
        ("panel-evidence-gave", evidence::counts_of(&meta.counts, texts)),
        ("panel-evidence-range", evidence::range_of(meta, texts)),
        ("panel-evidence-clock", evidence::clock_of(meta, texts)),
    ];
    let mut facts: Vec<(String, String)> =
        facts.into_iter().filter_map(|(id, fact)| Some((texts.get(id), fact?))).collect();
    facts.extend(meta.guesses.iter().map(|guess| {
        let quoted = |value: &String| texts.with("panel-evidence-quoted", &[("value", value.as_str().into())]);
        let value = Arg::from(quoted(&guess.value));
        let said = match (guess.chosen, guess.alternatives.is_empty()) {
            (true, _) => texts.with("panel-evidence-guess-chosen", &[("value", value)]),
            (false, true) => texts.with("panel-evidence-guess-only", &[("value", value)]),
            (false, false) => {
                let others = Arg::from(guess.alternatives.iter().map(quoted).collect::<Vec<_>>().join(" "));
                texts.with("panel-evidence-guess", &[("value", value), ("others", others)])
            }
        };
        (texts.get(guess.what.message_id()), said)
    }));
    let is_known = meta.digest.is_some() || is_pending(meta);
    let digest = || meta.digest.clone().unwrap_or_else(|| texts.get("panel-evidence-pending"));
    facts.extend(is_known.then(|| (texts.get("panel-evidence-digest"), digest())));
    facts
}

/// The encoding as it is called; nothing where no byte was looked at.
fn encoding(meta: &EvidenceMeta) -> Option<&'static str> {
    match meta.encoding {
        _ if meta.format.is_empty() && meta.encoding != Encoding::Binary => None,
        Encoding::Utf8 => Some("UTF-8"),
        Encoding::Utf16Le => Some("UTF-16LE"),
        Encoding::Utf16Be => Some("UTF-16BE"),
        Encoding::Gb18030 => Some("GB18030"),
        Encoding::Binary => None,
    }
}
