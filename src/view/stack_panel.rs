//! The panel Stacks: the verdict first, then who waits for whom, where tasks are (as a picture and as a table), and what was set aside.

use super::owner_graph::{Cohort, cohorts, owner_picture, row_key};
use super::panel::{Item, OPEN_ROW, Panel, PanelRequest, Row, Tool, Weight, head};
use super::stack_picture::stack_picture;
use super::stacks::{
    CandidateView, ChangeView, DiffView, DumpView, GroupView, OwnerView, diff_view, dump_view, telling,
};
use super::wait_bars::{bucket_name, wait_picture};
use crate::facts::stacks::diff::Side;
use crate::facts::stacks::groups::BUCKETS_MIN;
use crate::model::sort::Order as _;
use crate::model::words;
use crate::model::{Arg, Cite, EvidenceId, Locator, Role};
use crate::text::{Texts, format};

/// Rows of a table: what is rarer is found by searching.
const SHOWN: usize = 200;
/// Task ids that an open row lists.
const IDS: usize = 60;
/// Widest bar of a histogram, in blocks.
const BAR: u64 = 24;

/// A dump with the path of its input.
pub type Shown<'a> = (Side<'a>, &'a str);

/// The panel for the dumps of a case.
#[must_use]
pub fn build_stack_panel(dumps: &[Shown<'_>], request: &PanelRequest, texts: &Texts) -> Panel {
    // The largest first: crash lines of a victim are dumps of one goroutine each.
    let mut order: Vec<usize> = (0..dumps.len()).collect();
    order.order_by_key(|index| std::cmp::Reverse(dumps[*index].0.facts.n_tasks));
    let largest = order.first().copied().unwrap_or(0);
    let chosen = request.value("dump").parse().ok().filter(|chosen| *chosen < dumps.len()).unwrap_or(largest);
    let Some((side, path)) = dumps.get(chosen).copied() else {
        return Panel { items: vec![Item::quiet(texts.get("panel-stacks-none"))] };
    };
    let dump = &dump_view(side, path, texts);
    let other =
        request.value("with").parse().ok().filter(|other| *other != chosen).and_then(|other: usize| dumps.get(other));
    let compared = other.map(|other| diff_view(*other, (side, path)));
    let mut items = Vec::new();
    if dumps.len() > 1 {
        let named = |index: &usize| (index.to_string(), name_of(&dumps[*index].0, dumps[*index].1, texts));
        let options: Vec<_> = order.iter().map(named).collect();
        let others = options.iter().filter(|(index, _)| *index != chosen.to_string()).cloned();
        let none = (String::new(), texts.get("panel-stacks-compare-none"));
        let others = std::iter::once(none).chain(others).collect();
        items.push(Item::Tools(vec![
            Tool::Choice { id: "dump".to_owned(), label: texts.get("panel-stacks-dump"), options },
            Tool::Choice { id: "with".to_owned(), label: texts.get("panel-stacks-compare"), options: others },
        ]));
    }
    let cite = |line| cite(dump.evidence, line);
    items.push(Item::Text { text: dump.verdict.clone(), weight: Weight::Verdict, cites: vec![cite(dump.line)] });
    let head = [dump.title.clone(), texts.with("panel-stacks-tasks", &[("count", Arg::from(dump.tasks))])];
    let head: Vec<String> = head.into_iter().filter(|text| !text.is_empty()).collect();
    items.push(Item::quiet(head.join(" · ")));
    if let Some(onset) = &side.facts.onset {
        items.push(Item::plain(texts.with("panel-stacks-onset", &[("at", Arg::Time(onset.at))]), vec![onset.cite]));
    }
    if dump.is_cut {
        items.push(Item::quiet(texts.get("panel-stacks-cut")));
    }
    items.extend(compared.iter().flat_map(|diff| changes(diff, texts)));
    items.extend(owners(side, dump, request, texts));
    items.extend(groups(dump, request, texts));
    Panel { items }
}

fn name_of(side: &Side<'_>, path: &str, texts: &Texts) -> String {
    let file = path.rsplit('/').next().unwrap_or(path);
    let at = side.facts.at.map(|at| format!(" · {}", format::time(at, texts.offset_s()))).unwrap_or_default();
    format!("{file}:{}{at}", side.dump.locator.lines.first)
}

fn cite(evidence: EvidenceId, line: u32) -> Cite {
    Cite { locator: Locator::lines(evidence, line, line), role: Role::Shows, at: None }
}

/// Who waits for whom.
fn owners(side: Side<'_>, dump: &DumpView, request: &PanelRequest, texts: &Texts) -> Vec<Item> {
    if dump.owners.is_empty() {
        return Vec::new();
    }
    let unknown = || texts.get("panel-stacks-not-visible");
    let row = |(index, owner): (usize, &OwnerView)| {
        let key = row_key(index);
        let marks = [(owner.convoy, "panel-stacks-convoy"), (owner.cycle, "panel-stacks-cycle")];
        let marks = marks.iter().filter(|(holds, _)| *holds).map(|(_, id)| format!(" · {}", texts.get(id)));
        let class = owner.class.map(|class| texts.get(&format!("stacks-class-{}", class.as_str())));
        let cells = vec![
            figure(owner.waiters),
            if owner.blocked > 0 { figure(owner.blocked) } else { String::new() },
            owner.longest.map(figure).unwrap_or_default(),
            owner.lock.clone() + &marks.collect::<String>(),
            owner.holder.clone().unwrap_or_else(unknown),
            class.unwrap_or_default(),
        ];
        let is_open = request.value(OPEN_ROW) == key;
        let open =
            if is_open { [candidates(dump, owner, texts), waiters(side, index, texts)].concat() } else { Vec::new() };
        let cites =
            owner.candidates.first().filter(|_| owner.holder.is_some()).map(|one| cite(dump.evidence, one.line));
        Row { key, cells, cites: cites.into_iter().collect(), open, ..Row::default() }
    };
    let columns = [
        ("panel-stacks-waiters", true),
        ("panel-stacks-blocked", true),
        ("panel-stacks-longest", true),
        ("panel-stacks-lock", false),
        ("panel-stacks-owner", false),
        ("panel-stacks-known", false),
    ];
    let rows = dump.owners.iter().take(SHOWN).enumerate().map(row).collect();
    let name = texts.get("panel-stacks-owners");
    let mut items = vec![Item::Heading(name.clone())];
    items.extend(owner_picture(side, request, texts));
    items.push(Item::Table { name, head: head(texts, &columns), rows });
    items
}

/// Who waits in a queue, as the picture folds them.
fn waiters(side: Side<'_>, queue: usize, texts: &Texts) -> Vec<Item> {
    let Side { facts, dump, symbols } = side;
    let Some(queue) = facts.queues.get(queue) else { return Vec::new() };
    let row = |cohort: &Cohort| {
        let task = dump.tasks.get(cohort.task as usize);
        let cells = vec![
            figure(cohort.count),
            symbols.text_of(cohort.state).to_owned(),
            task.and_then(|task| task.waited_s).map(|seconds| figure(seconds / 60)).unwrap_or_default(),
            cohort.function.clone(),
        ];
        let cites = task.map(|task| cite(facts.evidence, task.locator.lines.first));
        Row { cells, cites: cites.into_iter().collect(), ..Row::default() }
    };
    let columns = [
        ("panel-stacks-waiters", true),
        ("panel-stacks-state", false),
        ("panel-stacks-longest", true),
        ("panel-stacks-where", false),
    ];
    let rows = cohorts(side, queue.waiters.iter().copied()).iter().take(SHOWN).map(row).collect();
    vec![Item::Table { name: texts.get("panel-graph-waiters"), head: head(texts, &columns), rows }]
}

/// Who may hold a lock, and why.
fn candidates(dump: &DumpView, owner: &OwnerView, texts: &Texts) -> Vec<Item> {
    if owner.candidates.is_empty() {
        return vec![Item::quiet(texts.get("panel-stacks-no-candidate"))];
    }
    let sentence = |one: &CandidateView| {
        let class = texts.get(&format!("stacks-class-{}", one.class.as_str()));
        let args =
            [("task", one.task.as_str().into()), ("class", class.into()), ("reasons", one.reasons.join("; ").into())];
        Item::plain(texts.with("panel-stacks-candidate", &args), vec![cite(dump.evidence, one.line)])
    };
    owner.candidates.iter().map(sentence).collect()
}

/// What the reader asked to see of the groups.
struct Filter<'a> {
    search: String,
    class: &'a str,
    at_least_min: u32,
}

impl Filter<'_> {
    fn passes(&self, group: &GroupView) -> bool {
        let waited = group.wait.as_ref().map_or(0.0, |wait| wait.max);
        waited >= f64::from(self.at_least_min) && self.passes_otherwise(group)
    }

    /// However long it waits.
    fn passes_otherwise(&self, group: &GroupView) -> bool {
        (self.class.is_empty() || group.class == self.class) && self.is_found(group)
    }

    fn is_found(&self, group: &GroupView) -> bool {
        let holds = |text: &String| words::holds(&text.to_ascii_lowercase(), &self.search);
        self.search.is_empty() || group.frames.iter().chain(&group.created_by).any(holds)
    }
}

/// Where tasks are.
fn groups(dump: &DumpView, request: &PanelRequest, texts: &Texts) -> Vec<Item> {
    let filter = Filter {
        search: request.value("search").trim().to_ascii_lowercase(),
        class: request.value("class"),
        at_least_min: request.value("wait").parse().unwrap_or(0),
    };
    let mut classes: Vec<&str> = dump.groups.iter().map(|group| group.class.as_str()).collect();
    classes.order();
    classes.dedup();
    let any = || (String::new(), texts.get("panel-stacks-any"));
    let named = |class: &str| (class.to_owned(), texts.get(&format!("panel-wait-{class}")));
    let minutes =
        |minutes: &u32| (minutes.to_string(), texts.with("panel-stacks-minutes", &[("count", (*minutes).into())]));
    let choice = |id: &str, label: &str, options: [(&str, &str); 2]| Tool::Choice {
        id: id.to_owned(),
        label: texts.get(label),
        options: options.map(|(value, id)| (value.to_owned(), texts.get(id))).to_vec(),
    };
    let tools = vec![
        Tool::Search { id: "search".to_owned(), label: texts.get("panel-stacks-search") },
        Tool::Choice {
            id: "class".to_owned(),
            label: texts.get("panel-stacks-class"),
            options: std::iter::once(any()).chain(classes.into_iter().map(named)).collect(),
        },
        Tool::Choice {
            id: "wait".to_owned(),
            label: texts.get("panel-panel-wait-least"),
            options: std::iter::once(any()).chain(BUCKETS_MIN.iter().map(minutes)).collect(),
        },
        choice("merge", "panel-stacks-merge", [("", "panel-stacks-identical"), ("similar", "panel-stacks-similar")]),
        choice("boxes", "panel-stacks-boxes", [("", "panel-stacks-functions"), ("package", "panel-stacks-packages")]),
        choice("weight", "panel-stacks-weight", [("", "panel-stacks-by-count"), ("wait", "panel-stacks-by-wait")]),
    ];
    let (idle, busy): (Vec<&GroupView>, Vec<&GroupView>) = dump.groups.iter().partition(|group| group.idle.is_some());
    let mut items = vec![Item::Heading(texts.get("panel-stacks-groups")), Item::Tools(tools)];
    let of_any_wait: Vec<&GroupView> = busy.iter().copied().filter(|group| filter.passes_otherwise(group)).collect();
    items.extend(wait_picture(&of_any_wait, filter.at_least_min, request, texts));
    let passing: Vec<&GroupView> = busy.into_iter().filter(|group| filter.passes(group)).collect();
    items.extend(stack_picture(&dump.kind, &passing, &filter.search, request, texts));
    let merged = merge(&passing, request.value("merge") == "similar");
    let columns = [
        ("panel-stacks-count", true),
        ("panel-stacks-state", false),
        ("panel-stacks-wait", true),
        ("panel-stacks-where", false),
        ("panel-stacks-created", false),
    ];
    let row = |cohort: &Vec<&GroupView>| group_row(dump, cohort, request, texts);
    let rows: Vec<Row> = merged.iter().take(SHOWN).map(row).collect();
    if rows.is_empty() {
        items.push(Item::quiet(texts.get("panel-stacks-nothing-passes")));
    } else {
        items.push(Item::Table { name: texts.get("panel-stacks-groups"), head: head(texts, &columns), rows });
    }
    if merged.len() > SHOWN {
        items.push(Item::quiet(texts.with("panel-stacks-more", &[("count", (merged.len() - SHOWN).into())])));
    }
    if !idle.is_empty() {
        let count: u64 = idle.iter().map(|group| group.count).sum();
        items.push(Item::Heading(texts.with("panel-stacks-idle", &[("count", count.into())])));
        let row = |group: &&GroupView| {
            let key = format!("idle-{}", group.line);
            let open =
                if request.value(OPEN_ROW) == key { vec![Item::Lines(lines_of(group, texts))] } else { Vec::new() };
            let cells =
                vec![figure(group.count), group.idle.clone().unwrap_or_default(), telling(&group.frames).to_owned()];
            Row { key, cells, cites: vec![cite(dump.evidence, group.line)], open, ..Row::default() }
        };
        let columns = [("panel-stacks-count", true), ("panel-stacks-reason", false), ("panel-stacks-where", false)];
        let rows = idle.iter().take(SHOWN).map(row).collect();
        items.push(Item::Table { name: texts.get("panel-stacks-idle-name"), head: head(texts, &columns), rows });
    }
    items
}

/// Groups as they are, or those with the same functions together, the largest first.
fn merge<'a>(groups: &[&'a GroupView], is_similar: bool) -> Vec<Vec<&'a GroupView>> {
    let mut cohorts: Vec<(usize, Vec<&GroupView>)> = Vec::new();
    let mut sorted: Vec<&GroupView> = groups.to_vec();
    if is_similar {
        sorted.order_by_key(|group| group.similar);
    }
    for group in sorted {
        match cohorts.last_mut().filter(|(similar, _)| is_similar && *similar == group.similar) {
            Some((_, cohort)) => cohort.push(group),
            None => cohorts.push((group.similar, vec![group])),
        }
    }
    let count = |cohort: &[&GroupView]| cohort.iter().map(|group| group.count).sum::<u64>();
    if is_similar {
        cohorts.order_by(|(_, a), (_, b)| count(b).cmp(&count(a)));
    }
    cohorts.into_iter().map(|(_, cohort)| cohort).collect()
}

fn group_row(dump: &DumpView, cohort: &[&GroupView], request: &PanelRequest, texts: &Texts) -> Row {
    let first = cohort[0];
    let key = format!("group-{}", first.line);
    let count: u64 = cohort.iter().map(|group| group.count).sum();
    let waits = || cohort.iter().filter_map(|group| group.wait.as_ref());
    let least = waits().map(|wait| wait.min).reduce(f64::min);
    let most = waits().map(|wait| wait.max).reduce(f64::max);
    // Less than a hundredth of a minute is none.
    let minutes = |minutes: f64| format::decimal((minutes * 100.0).round() / 100.0);
    let wait = match (least, most) {
        (Some(least), Some(most)) if least < most => format!("{}–{}", minutes(least), minutes(most)),
        (_, most) => most.map(minutes).unwrap_or_default(),
    };
    let mut states: Vec<&str> = cohort.iter().flat_map(|group| group.states.keys()).map(String::as_str).collect();
    states.dedup();
    let is_open = request.value(OPEN_ROW) == key;
    let open = if is_open { cohort.iter().flat_map(|group| opened(group, texts)).collect() } else { Vec::new() };
    let cells = vec![
        figure(count),
        states.into_iter().take(3).collect::<Vec<_>>().join(", "),
        wait,
        telling(&first.frames).to_owned(),
        first.created_by.clone().unwrap_or_default(),
    ];
    Row { key, cells, cites: vec![cite(dump.evidence, first.line)], open, ..Row::default() }
}

/// What is under the row of a group.
fn opened(group: &GroupView, texts: &Texts) -> Vec<Item> {
    let mut items = vec![Item::Lines(lines_of(group, texts))];
    if let Some(wait) = &group.wait {
        let most = wait.histogram.iter().copied().max().unwrap_or(0).max(1);
        let row = |(bucket, count): (usize, &u64)| Row {
            cells: vec![bucket_name(bucket, texts), figure(*count), "█".repeat((count * BAR).div_ceil(most) as usize)],
            ..Row::default()
        };
        let rows = wait.histogram.iter().enumerate().filter(|(_, count)| **count > 0).map(row).collect();
        let columns = [("panel-stacks-wait", false), ("panel-stacks-count", true), ("panel-stacks-share", false)];
        items.push(Item::Table { name: texts.get("panel-stacks-histogram"), head: head(texts, &columns), rows });
    }
    if !group.names.is_empty() {
        let names = group.names.iter().take(IDS).map(String::as_str).collect::<Vec<_>>().join(", ");
        let rest = if group.names.len() > IDS { " …" } else { "" };
        items.push(Item::quiet(texts.with("panel-stacks-names", &[("names", (names + rest).into())])));
    }
    if !group.ids.is_empty() {
        let ids: Vec<String> = group.ids.iter().take(IDS).map(u64::to_string).collect();
        let rest = if group.ids.len() > IDS { " …" } else { "" };
        items.push(Item::quiet(texts.with("panel-stacks-ids", &[("ids", (ids.join(", ") + rest).into())])));
    }
    items
}

/// A count or a number of minutes; ids are not grouped.
fn figure(number: impl Into<u64>) -> String {
    format::integer(number.into() as i64)
}

fn lines_of(group: &GroupView, texts: &Texts) -> Vec<String> {
    let creator = group.created_by.as_ref();
    let creator = creator.map(|creator| texts.with("panel-stacks-created-by", &[("frame", creator.as_str().into())]));
    group.frames.iter().cloned().chain(creator).collect()
}

/// What became of the groups between two dumps.
fn changes(diff: &DiffView, texts: &Texts) -> Vec<Item> {
    let args = [("persistent", diff.persistent.into()), ("new", diff.new.into()), ("gone", diff.gone.into())];
    let mut items = vec![Item::Heading(texts.get("panel-stacks-changes"))];
    // Profiles have no ids.
    if diff.persistent + diff.new + diff.gone > 0 {
        items.push(Item::plain(texts.with("panel-panel-change-ids", &args), Vec::new()));
    }
    if let Some(rate) = diff.spawned_per_hour {
        let rate = format::decimal(rate.round());
        items.push(Item::plain(texts.with("panel-stacks-spawned", &[("rate", rate.into())]), Vec::new()));
    }
    let row = |change: &ChangeView| {
        let cells = vec![
            texts.get(&format!("panel-change-{}", change.change)),
            figure(change.before),
            figure(change.after),
            telling(&change.frames).to_owned(),
            change.created_by.clone().unwrap_or_default(),
        ];
        Row { cells, ..Row::default() }
    };
    let columns = [
        ("panel-stacks-change", false),
        ("panel-stacks-before", true),
        ("panel-stacks-after", true),
        ("panel-stacks-where", false),
        ("panel-stacks-created", false),
    ];
    let rows = diff.groups.iter().take(SHOWN).map(row).collect();
    items.push(Item::Table { name: texts.get("panel-stacks-changes"), head: head(texts, &columns), rows });
    items
}
