//! Tables of an input that are rows and columns and nothing more: which there are, and one of them row by row.

use crate::model::table::Row as TableRow;
use crate::model::words::holds;
use crate::model::{Cite, Role, Table};
use crate::text::Texts;
use crate::view::panel::{Head, Item, PanelRequest, Row, Tool, head};

/// Tables listed.
const LISTED: usize = 500;
/// Rows of a page.
const PAGE: usize = 100;
/// Columns shown: no command prints as many.
const COLUMNS: usize = 60;

/// The tables of an input; nothing where there is none.
pub(super) fn list(tables: &[Table], key: &str, texts: &Texts) -> Vec<Item> {
    if tables.is_empty() {
        return Vec::new();
    }
    let row = |(index, table): (usize, &Table)| Row {
        key: format!("t{index}"),
        sets: vec![(format!("part-{key}"), format!("t{index}"))],
        cells: vec![table.title.clone(), table.columns.join(" · "), table.n_rows.to_string()],
        cites: table.rows.first().map(cite).into_iter().collect(),
        ..Row::default()
    };
    let rows = tables.iter().take(LISTED).enumerate().map(row).collect();
    let columns =
        [("panel-evidence-table-name", false), ("panel-evidence-columns", false), ("panel-evidence-rows", true)];
    let name = texts.get("panel-evidence-tables");
    let mut items = vec![Item::Heading(name.clone()), Item::Table { name, head: head(texts, &columns), rows }];
    if tables.len() > LISTED {
        items.push(Item::quiet(texts.with("panel-evidence-more-tables", &[("count", (tables.len() - LISTED).into())])));
    }
    items
}

/// One table: a search, and a page of rows.
pub(super) fn rows(table: &Table, key: &str, request: &PanelRequest, texts: &Texts) -> Vec<Item> {
    let find = format!("find-{key}");
    let words = request.value(&find).trim().to_ascii_lowercase();
    // Another search begins at its first row.
    let from = format!("from-{key}-{words}");
    let holds =
        |row: &&TableRow| words.is_empty() || row.cells.iter().any(|cell| holds(&cell.to_ascii_lowercase(), &words));
    let passing: Vec<&TableRow> = table.rows.iter().filter(holds).collect();
    let first = request.value(&from).parse().unwrap_or(0_usize);
    let first = if first < passing.len() { first } else { 0 };
    let shown = &passing[first..passing.len().min(first + PAGE)];
    let mut items = vec![
        Item::Heading(table.title.clone()),
        Item::Tools(vec![Tool::Search { id: find, label: texts.get("panel-evidence-find-row") }]),
    ];
    let mut turns = Vec::new();
    if first > 0 {
        turns.push(Tool::sets(&from, &first.saturating_sub(PAGE).to_string(), texts.get("panel-evidence-before")));
    }
    if first + PAGE < passing.len() {
        turns.push(Tool::sets(&from, &(first + PAGE).to_string(), texts.get("panel-evidence-after")));
    }
    if !turns.is_empty() {
        items.push(Item::Tools(turns));
    }
    if shown.is_empty() {
        items.push(Item::quiet(texts.get("panel-evidence-no-row")));
        return items;
    }
    let range = [("first", (first + 1).into()), ("last", (first + shown.len()).into()), ("all", passing.len().into())];
    items.push(Item::quiet(texts.with("panel-evidence-rows-of", &range)));
    // Rows may have more cells than the header has names.
    let n_columns = shown.iter().map(|row| row.cells.len()).fold(table.columns.len(), usize::max).min(COLUMNS);
    let is_number = |column: usize| {
        let mut cells = shown.iter().filter_map(|row| row.cells.get(column)).filter(|cell| !cell.is_empty()).peekable();
        cells.peek().is_some() && cells.all(|cell| is_figure(cell))
    };
    let label = |column: usize| match table.columns.get(column).filter(|name| !name.is_empty()) {
        Some(name) => name.clone(),
        None => format!("#{}", column + 1),
    };
    let head = (0..n_columns).map(|column| Head { label: label(column), is_number: is_number(column) }).collect();
    let row = |row: &&TableRow| {
        let mut cells = row.cells.clone();
        cells.resize(n_columns, String::new());
        Row { cells, cites: vec![cite(row)], ..Row::default() }
    };
    items.push(Item::Table { name: table.title.clone(), head, rows: shown.iter().map(row).collect() });
    let n_lost = table.n_rows.saturating_sub(table.rows.len() as u64);
    if n_lost > 0 {
        items.push(Item::quiet(texts.with("panel-evidence-rows-not-kept", &[("count", n_lost.into())])));
    }
    items
}

fn cite(row: &TableRow) -> Cite {
    Cite { locator: row.locator, role: Role::Shows, at: None }
}

/// Whether a cell is a number or a share: `-12`, `98.5%`. Not by reading it as one, which costs the engine ten kilobytes.
fn is_figure(cell: &str) -> bool {
    let digits = cell.trim_end_matches('%').trim_start_matches(['-', '+']);
    let is_part = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    digits.starts_with(|c: char| c.is_ascii_digit()) && digits.bytes().all(is_part) && digits.matches('.').count() < 2
}
