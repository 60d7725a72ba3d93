//! Under the chart of threads and among the findings: every limit with what was left of it and for how long, whether the counts add up, and what misleads.

use super::panel::{Gauge, Head, Item, Panel, Row, Weight};
use crate::facts::Facts;
use crate::facts::ceilings::NEAR;
use crate::model::{Analysis, Arg, Ceiling, Exhaustion, Reconciliation, Role, Scope, TimeRange};
use crate::text::{Texts, format};

/// The column that has a bar.
const SHARE: u32 = 3;

/// The panel; empty where no limit is known.
#[must_use]
pub fn build_limits_panel(facts: &Facts, analysis: &Analysis, texts: &Texts) -> Panel {
    if analysis.ceilings.is_empty() && analysis.other_ceilings.is_empty() {
        return Panel::default();
    }
    let head = [
        ("panel-limits-limit", false),
        ("panel-limits-used", true),
        ("panel-limits-value", true),
        ("panel-limits-share", true),
        ("panel-limits-exhausted", false),
        ("panel-limits-scope", false),
        ("panel-limits-left", true),
        ("panel-limits-slope", true),
    ];
    let mut rows: Vec<Row> =
        analysis.ceilings.iter().chain(&analysis.other_ceilings).map(|ceiling| row(ceiling, texts)).collect();
    let mut head = head.map(|(id, is_number)| Head { label: texts.get(id), is_number }).to_vec();
    // What is known of no limit takes no room.
    for column in (0..head.len()).rev() {
        if rows.iter().all(|row| row.cells[column].is_empty()) {
            head.remove(column);
            rows.iter_mut().for_each(|row| drop(row.cells.remove(column)));
        }
    }
    let name = texts.get("panel-limits");
    let mut items = vec![Item::Heading(name.clone()), Item::Table { name, head, rows }];
    let reconciled = analysis.threads.as_ref().and_then(|threads| threads.reconciliation.as_ref());
    items.extend(reconciled.map(|it| Item::plain(reconciliation(it, texts), it.cites.clone())));
    items.extend(facts.caveats.iter().map(|caution| {
        let (text, cites) = (texts.say(&caution.message()), vec![caution.cite]);
        Item::Text { text, weight: Weight::Quiet, cites }
    }));
    Panel { items }
}

fn row(ceiling: &Ceiling, texts: &Texts) -> Row {
    let whole = |value: f64| format::decimal(if value.abs() >= 100.0 { value.round() } else { value });
    let limit = ceiling.limit.map(|limit| format::integer(i64::try_from(limit).unwrap_or(i64::MAX)));
    let name = ceiling.name.as_str();
    // All threads of the node are no user's own, and no user has more.
    let bound = if ceiling.is_bound() { "≤ " } else { "" };
    let cells = vec![
        if ceiling.hit { texts.with("panel-limits-reached", &[("name", name.into())]) } else { name.to_owned() },
        ceiling.used.map_or_else(|| texts.get("panel-limits-unknown"), |used| [bound, &whole(used)].concat()),
        limit.unwrap_or_else(|| texts.get("panel-limits-none")),
        ceiling.ratio.map(|share| [bound, &format::percent(share)].concat()).unwrap_or_default(),
        ceiling.exhaustion.map(|end| exhausted(end, texts)).unwrap_or_default(),
        scope(ceiling, texts),
        ceiling.headroom.filter(|_| bound.is_empty()).map(whole).unwrap_or_default(),
        ceiling.slope_per_hour.map(whole).unwrap_or_default(),
    ];
    // One place for the limit and one for its use: the finding has all of them.
    let first = |role: Role| ceiling.cites.iter().find(|cite| cite.role == role).copied();
    let cites = [first(Role::Bounds), first(Role::Shows)].into_iter().flatten().collect();
    let level = |share: f64| if ceiling.hit || share >= 1.0 { 2 } else { u8::from(share >= NEAR) };
    let gauge = ceiling.ratio.map(|share| Gauge { column: SHARE, share, level: level(share) });
    Row { cells, cites, gauge, ..Row::default() }
}

/// The band says it as exactly as it is known.
fn exhausted(end: Exhaustion, texts: &Texts) -> String {
    format::range(TimeRange::of(end.low, end.high), texts.offset_s())
}

fn scope(ceiling: &Ceiling, texts: &Texts) -> String {
    let of = |id: &str, name: &String| texts.with(id, &[("name", name.as_str().into())]);
    let scope = match &ceiling.scope {
        Scope::Node => {
            texts.get(if ceiling.name.is_of_each_user() { "panel-limits-each-user" } else { "panel-limits-node" })
        }
        Scope::User(name) => of("panel-limits-user", name),
        Scope::Cgroup(name) => of("panel-limits-cgroup", name),
        Scope::Unit(name) => of("panel-limits-unit", name),
        Scope::Process(name) if name == Scope::SHELL => texts.get("panel-limits-shell"),
        Scope::Process(name) => of("panel-limits-process", name),
    };
    ceiling.of_node(&scope)
}

/// Whether the node's count is explained.
fn reconciliation(it: &Reconciliation, texts: &Texts) -> String {
    let id = match (it.listed, it.before, it.unlabelled) {
        (true, ..) => "panel-limits-sum-listed",
        (false, None, _) => "panel-limits-sum-once",
        (false, Some(_), false) => "panel-limits-sum",
        (false, Some(_), true) => "panel-limits-sum-unlabelled",
    };
    let whole = |threads: f64| Arg::Int(threads.round() as i64);
    texts.with(
        id,
        &[
            ("at", Arg::Time(it.at)),
            ("node", whole(it.node)),
            ("containers", whole(it.containers)),
            ("rest", whole(it.rest)),
            ("before", whole(it.before.unwrap_or(0.0))),
            ("share", Arg::Ratio(it.rest / it.node)),
        ],
    )
}
