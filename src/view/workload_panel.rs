//! The panel Workloads: what failing pods have in common, as a picture and as a table, and every workload that restarted or fails, with
//! what its exits mean.

use super::panel::{Item, OPEN_ROW, Panel, PanelRequest, Row, Tool, Weight, head};
use super::spread::build_spread;
use crate::chart::bars::{Bar, draw_bars};
use crate::model::sort::Order as _;
use crate::model::words;
use crate::model::{Cite, SpreadRow, Workload, in_trouble};
use crate::text::{Texts, format};

/// The sentence that lines of a log stand under.
const LAST_WORDS: &str = "workload-last-words";

/// Rows of the table: what is not among them is found by searching.
const SHOWN: usize = 200;

/// The lines that stand at a place.
pub type Quote<'a> = &'a dyn Fn(&Cite) -> Vec<String>;

/// The panel for the workloads of a case.
#[must_use]
pub fn build_workload_panel(
    workloads: &[Workload],
    spread: &[SpreadRow],
    request: &PanelRequest,
    texts: &Texts,
    quote: Quote<'_>,
) -> Panel {
    if workloads.is_empty() {
        return Panel { items: vec![Item::quiet(texts.get("panel-workloads-none"))] };
    }
    let n_failing = in_trouble(workloads).iter().filter(|one| one.failing).count();
    let n_restarted = workloads.iter().filter(|one| one.restarts > 0).count();
    let args = [("failing", n_failing.into()), ("restarted", n_restarted.into())];
    let text = texts.with("panel-workloads-sum", &args);
    let mut items = vec![Item::Text { text, weight: Weight::Verdict, cites: Vec::new() }];
    items.extend(spread_items(spread, request, texts));
    items.extend(table(workloads, request, texts, quote));
    Panel { items }
}

/// How failing pods spread.
fn spread_items(spread: &[SpreadRow], request: &PanelRequest, texts: &Texts) -> Vec<Item> {
    if spread.is_empty() {
        return Vec::new();
    }
    let lines = build_spread(spread, texts);
    let mut bars: Vec<Bar> = Vec::new();
    let mut last = None;
    for (row, line) in spread.iter().zip(&lines) {
        if last != Some(row.dimension) {
            bars.push(Bar { label: line.dimension.clone(), ..Bar::default() });
            last = Some(row.dimension);
        }
        let (part, whole) = (f64::from(row.failing), f64::from(row.total));
        bars.push(Bar { label: row.value.clone(), value: line.count.clone(), part, whole });
    }
    let drawing = draw_bars(&bars, request.width, &request.palette);
    let name = texts.get("panel-workloads-spread");
    let columns = [
        ("panel-workloads-shared", false),
        ("panel-workloads-name", false),
        ("panel-workloads-failing-of", true),
        ("panel-workloads-share", true),
    ];
    let rows = lines
        .into_iter()
        .map(|line| Row { cells: vec![line.dimension, line.value, line.count, line.share], ..Row::default() });
    let picture = texts.get("panel-workloads-picture");
    vec![
        Item::Heading(name.clone()),
        Item::Picture { name: picture, drawing, spots: Vec::new() },
        Item::Table { name, head: head(texts, &columns), rows: rows.collect() },
    ]
}

/// Workloads one by one.
fn table(workloads: &[Workload], request: &PanelRequest, texts: &Texts, quote: Quote<'_>) -> Vec<Item> {
    let n_policies = workloads.iter().filter(|one| !one.is_in_trouble()).count();
    let name = texts.with("panel-workloads-list", &[("policies", n_policies.into())]);
    let words = request.value("find").trim().to_ascii_lowercase();
    let which = request.value("which");
    let passes = |one: &&Workload| {
        let parts = [Some(&one.namespace), Some(&one.name), one.node.as_ref(), one.owner.as_ref(), one.status.as_ref()];
        let holds = |part: &&String| words::holds(&part.to_ascii_lowercase(), &words);
        let is_found = words.is_empty() || parts.into_iter().flatten().any(|part| holds(&part));
        is_found && (which != "failing" || one.failing) && (which != "restarted" || one.restarts > 0)
    };
    let options =
        [("", "panel-stacks-any"), ("failing", "panel-workloads-failing"), ("restarted", "panel-workloads-restarted")];
    let options = options.map(|(value, id)| (value.to_owned(), texts.get(id))).to_vec();
    let mut items = vec![
        Item::Heading(name.clone()),
        Item::Tools(vec![
            Tool::Search { id: "find".to_owned(), label: texts.get("panel-workloads-find") },
            Tool::Choice { id: "which".to_owned(), label: texts.get("panel-workloads-which"), options },
        ]),
    ];
    let mut passing: Vec<&Workload> = workloads.iter().filter(passes).collect();
    passing.order_by(|a, b| b.failing.cmp(&a.failing).then(b.restarts.cmp(&a.restarts)));
    if passing.is_empty() {
        items.push(Item::quiet(texts.get("panel-workloads-nothing-passes")));
        return items;
    }
    let columns = [
        ("panel-workloads-workload", false),
        ("panel-workloads-kind", false),
        ("panel-workloads-node", false),
        ("panel-workloads-owner", false),
        ("panel-workloads-status", false),
        ("panel-workloads-restarts", true),
        ("panel-workloads-exit", false),
    ];
    let rows = passing.iter().take(SHOWN).map(|one| row(one, request, texts, quote)).collect();
    items.push(Item::Table { name, head: head(texts, &columns), rows });
    let n_more = passing.len().saturating_sub(SHOWN);
    if n_more > 0 {
        items.push(Item::quiet(texts.with("panel-workloads-more", &[("count", n_more.into())])));
    }
    items
}

fn row(one: &Workload, request: &PanelRequest, texts: &Texts, quote: Quote<'_>) -> Row {
    let names = [one.namespace.as_str(), one.name.as_str()].into_iter().filter(|part| !part.is_empty());
    let names = names.collect::<Vec<_>>().join("/");
    let exit = [
        one.exit_code.map(|code| code.to_string()),
        one.exit_reason.clone(),
        one.exit_at.map(|at| format::time(at, texts.offset_s())),
    ];
    let fails = || if one.failing { texts.get("panel-workloads-fails") } else { String::new() };
    let cells = vec![
        names.clone(),
        one.kind.clone(),
        one.node.clone().unwrap_or_default(),
        one.owner.clone().unwrap_or_default(),
        one.status.clone().unwrap_or_else(fails),
        if one.restarts > 0 { format::integer(one.restarts.into()) } else { String::new() },
        exit.into_iter().flatten().collect::<Vec<_>>().join(" · "),
    ];
    let key = format!("{} {names}", one.kind);
    let said = || {
        let mut said = Vec::new();
        for it in &one.statements {
            said.push(Item::plain(texts.say(&it.text), it.cites.clone()));
            // It is about what these lines say.
            if it.text.id == LAST_WORDS {
                said.push(Item::Lines(it.cites.iter().flat_map(quote).collect()));
            }
        }
        if said.is_empty() { vec![Item::quiet(texts.get("panel-workloads-nothing-known"))] } else { said }
    };
    let open = if request.value(OPEN_ROW) == key { said() } else { Vec::new() };
    Row { key, cells, cites: one.cites.clone(), open, ..Row::default() }
}
