//! All inputs: how many were read, and the tree of them.

use std::collections::BTreeSet;

use super::{Inputs, Share, is_pending};
use crate::model::words::{after, before, holds};
use crate::model::{Counts, EvidenceMeta, IssueSeverity, TimeRange};
use crate::text::{Texts, acts, format};
use crate::view::evidence;
use crate::view::panel::{Item, OPEN_ROW, PanelRequest, Row, Tool, Weight, head};

/// Rows shown at most: a page draws no more of them at once without a pause.
const ROWS: usize = 500;
/// Rows of one folder, until more are asked for.
const FOLDER_ROWS: usize = 100;
/// Of so many inputs all folders are open from the start.
const ALL_OPEN: usize = 40;
/// Folders in each other that are drawn as such.
const DEEPEST: u8 = 24;
/// Characters of a digest that tell it from others.
const DIGEST_CHARS: usize = 8;

/// The panel while no input is open.
pub(super) fn items(inputs: &dyn Inputs, request: &PanelRequest, texts: &Texts) -> Vec<Item> {
    let all = inputs.order();
    let (mut sum, mut formats) = (Sum::default(), BTreeSet::new());
    for place in all {
        let meta = inputs.meta(*place);
        sum.add(meta, Share::of(meta, inputs.state(*place)));
        if !formats.contains(meta.format.as_str()) {
            formats.insert(meta.format.as_str());
        }
    }
    let verdict = Item::Text { text: sum.said(texts), weight: Weight::Verdict, cites: Vec::new() };
    let size = [Some(format::bytes(sum.bytes)), sum.range.map(|range| format::range(range, texts.offset_s()))];
    let size = size.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let filter = Filter {
        words: request.value("find").trim().to_ascii_lowercase(),
        share: Share::ALL.iter().find(|(_, value)| *value == request.value("share")).map(|(share, _)| *share),
        format: request.value("format"),
    };
    let mut walk = Walk { inputs, request, texts, rows: Vec::new() };
    if filter.is_any() {
        walk.list(all.iter().copied().filter(|place| filter.passes(inputs, *place)));
    } else {
        walk.folder(all, 0, 0, all.len() <= ALL_OPEN);
    }
    let mut items = vec![verdict, Item::quiet(size), tools(&formats, texts)];
    if walk.rows.is_empty() {
        items.push(Item::quiet(texts.get("panel-evidence-nothing-passes")));
        return items;
    }
    let columns = [
        ("panel-evidence-name", false),
        ("panel-evidence-format", false),
        ("panel-evidence-size", true),
        ("panel-evidence-gave", false),
        ("panel-evidence-range", false),
        ("panel-evidence-clock", false),
        ("panel-evidence-trouble", false),
        ("panel-evidence-digest", false),
    ];
    let name = texts.get("panel-evidence-tree");
    items.push(Item::Table { name, head: head(texts, &columns), rows: walk.rows });
    items
}

fn tools(formats: &BTreeSet<&str>, texts: &Texts) -> Item {
    let any = || (String::new(), texts.get("panel-stacks-any"));
    let shares = Share::ALL.iter().map(|(share, value)| ((*value).to_owned(), texts.get(name_of(*share))));
    let named = |id: &&str| ((*id).to_owned(), texts.get(&format!("format-{id}")));
    let formats = formats.iter().filter(|id| !id.is_empty()).map(named);
    Item::Tools(vec![
        Tool::Search { id: "find".to_owned(), label: texts.get("panel-evidence-find") },
        Tool::Choice {
            id: "share".to_owned(),
            label: texts.get("panel-evidence-share"),
            options: std::iter::once(any()).chain(shares).collect(),
        },
        Tool::Choice {
            id: "format".to_owned(),
            label: texts.get("panel-evidence-format"),
            options: std::iter::once(any()).chain(formats).collect(),
        },
    ])
}

const fn name_of(share: Share) -> &'static str {
    match share {
        Share::Whole => "panel-evidence-whole",
        Share::Part => "panel-evidence-part",
        Share::None => "panel-evidence-none",
        Share::Waits => "panel-evidence-waits",
        Share::Removed => "evidence-state-removed",
    }
}

/// What the reader asked to see.
struct Filter<'a> {
    words: String,
    share: Option<Share>,
    format: &'a str,
}

impl Filter<'_> {
    fn is_any(&self) -> bool {
        !self.words.is_empty() || self.share.is_some() || !self.format.is_empty()
    }

    fn passes(&self, inputs: &dyn Inputs, place: u32) -> bool {
        let meta = inputs.meta(place);
        (self.format.is_empty() || meta.format == self.format)
            && self.share.is_none_or(|share| Share::of(meta, inputs.state(place)) == share)
            && (self.words.is_empty() || holds(&meta.path.to_ascii_lowercase(), &self.words))
    }
}

/// What is under a node, together.
#[derive(Default)]
struct Sum {
    n: usize,
    /// By place in [`Share::ALL`].
    shares: [usize; Share::ALL.len()],
    bytes: u64,
    counts: Counts,
    range: Option<TimeRange>,
}

impl Sum {
    fn add(&mut self, meta: &EvidenceMeta, share: Share) {
        self.n += 1;
        for (n, (one, _)) in self.shares.iter_mut().zip(Share::ALL) {
            *n += usize::from(one == share);
        }
        self.bytes += meta.bytes;
        if share != Share::Removed {
            self.counts.add(&meta.counts);
            self.range = match (self.range, meta.time_range) {
                (Some(all), Some(own)) => Some(all.union(own)),
                (all, own) => all.or(own),
            };
        }
    }

    /// `Of 34 inputs 30 were read whole · 2 in part · 2 not at all`
    fn said(&self, texts: &Texts) -> String {
        let count = texts.with("panel-evidence-count", &[("count", self.n.into())]);
        let parts = self.shares.iter().zip(Share::ALL).filter(|(n, _)| **n > 0);
        let parts: Vec<String> = parts
            .map(|(n, (share, _))| format!("{} {}", format::integer(*n as i64), texts.get(name_of(share))))
            .collect();
        texts.with("panel-evidence-shares", &[("count", count.into()), ("parts", parts.join(" · ").into())])
    }

    /// What is amiss under a folder.
    fn trouble(&self, texts: &Texts) -> String {
        let parts = self.shares.iter().zip(Share::ALL).filter(|(n, (share, _))| **n > 0 && *share != Share::Whole);
        let parts =
            parts.map(|(n, (share, _))| format!("{} {}", format::integer(*n as i64), texts.get(name_of(share))));
        parts.collect::<Vec<_>>().join(" · ")
    }
}

/// Makes rows.
struct Walk<'a> {
    inputs: &'a dyn Inputs,
    request: &'a PanelRequest,
    texts: &'a Texts,
    rows: Vec<Row>,
}

impl Walk<'_> {
    fn path(&self, place: u32) -> &str {
        &self.inputs.meta(place).path
    }

    /// The rows of what passes a filter, with whole paths.
    fn list(&mut self, places: impl Iterator<Item = u32>) {
        let mut n_more = 0_usize;
        for place in places {
            if self.rows.len() < ROWS {
                self.leaf(place, 0, 0);
            } else {
                n_more += 1;
            }
        }
        if n_more > 0 {
            let text = self.texts.with("panel-evidence-more-passing", &[("count", n_more.into())]);
            self.rows.push(Row { cells: vec![text], ..Row::default() });
        }
    }

    /// The rows of what lies in a folder: `places` share their first `from` bytes.
    fn folder(&mut self, places: &[u32], from: usize, depth: u8, all_open: bool) {
        let key = format!("n:{}", places.first().map_or("", |place| self.path(*place).get(..from).unwrap_or_default()));
        let most = self.request.value(&key).parse().unwrap_or(FOLDER_ROWS);
        let mut rest = places;
        let mut n_shown = 0;
        while let Some(first) = rest.first() {
            if n_shown >= most || self.rows.len() >= ROWS {
                let text = self.texts.with("panel-evidence-more", &[("count", rest.len().into())]);
                let can_grow = self.rows.len() < ROWS;
                let sets =
                    if can_grow { vec![(key.clone(), (most + FOLDER_ROWS * 2).to_string())] } else { Vec::new() };
                let key = if can_grow { key } else { String::new() };
                self.rows.push(Row { key, sets, depth, cells: vec![text], ..Row::default() });
                return;
            }
            n_shown += 1;
            let path = self.path(*first);
            let end = part_end(path, from);
            if end == path.len() && !self.has_under(rest, end) {
                self.leaf(*first, from, depth);
                rest = &rest[1..];
                continue;
            }
            let inside = |place: &u32| is_inside(self.path(*place), before(path, end));
            let (under, others) = rest.split_at(rest.partition_point(inside));
            rest = others;
            self.node(under, from, end, depth, all_open);
        }
    }

    /// Whether a path is that of an archive with members, which follow it.
    fn has_under(&self, places: &[u32], end: usize) -> bool {
        let path = before(self.path(places[0]), end);
        let n_same = places.partition_point(|place| self.path(*place) == path);
        places.get(n_same).is_some_and(|other| is_inside(self.path(*other), path))
    }

    /// A folder or an archive, and what is in it where it is open.
    fn node(&mut self, under: &[u32], from: usize, end: usize, depth: u8, all_open: bool) {
        let (first, last) = (self.path(under[0]), self.path(under[under.len() - 1]));
        // Folders that hold nothing but one folder are one row.
        let mut end = end;
        loop {
            let next = part_end(first, (end + 1).min(first.len()));
            let goes_on = first.len() > end && next < first.len() && is_inside(last, before(first, next));
            if !goes_on {
                break;
            }
            end = next;
        }
        let path = before(first, end).to_owned();
        let key = format!("f:{path}");
        let is_open = match self.request.value(&key) {
            "open" => true,
            "shut" => false,
            _ => all_open || depth == 0 && under.len() == self.inputs.order().len(),
        };
        let mut sum = Sum::default();
        for place in under {
            let meta = self.inputs.meta(*place);
            sum.add(meta, Share::of(meta, self.inputs.state(*place)));
        }
        let name = Some(shown(after(&path, from))).filter(|name| !name.is_empty()).unwrap_or_else(|| "/".to_owned());
        let cells = vec![
            name,
            self.texts.with("panel-evidence-count", &[("count", sum.n.into())]),
            format::bytes(sum.bytes),
            evidence::counts_of(&sum.counts, self.texts).unwrap_or_default(),
            sum.range.map(|range| format::range(range, self.texts.offset_s())).unwrap_or_default(),
            String::new(),
            sum.trouble(self.texts),
            String::new(),
        ];
        let sets = vec![(key.clone(), if is_open { "shut" } else { "open" }.to_owned())];
        self.rows.push(Row { key, sets, is_unfolded: Some(is_open), depth, cells, ..Row::default() });
        if !is_open {
            return;
        }
        // An archive that stands for itself too comes before its members.
        let n_own = under.iter().take_while(|place| self.path(**place).len() == end).count();
        let (own, members) = under.split_at(n_own);
        own.iter().for_each(|place| self.leaf(*place, from, depth + 1));
        if depth < DEEPEST {
            self.folder(members, end + 1, depth + 1, all_open);
        } else {
            members.iter().take(FOLDER_ROWS).for_each(|place| self.leaf(*place, from, depth + 1));
        }
    }

    /// One input; its name is its path without the first `from` bytes.
    fn leaf(&mut self, place: u32, from: usize, depth: u8) {
        let (meta, texts) = (self.inputs.told(place), self.texts);
        let key = format!("e{place}");
        let share = Share::of(&meta, meta.state);
        let is_there = share != Share::None;
        let cells = vec![
            shown(meta.path.get(from..).filter(|name| !name.is_empty()).unwrap_or(&meta.path)),
            evidence::format_name(&meta, texts),
            if is_there || meta.bytes > 0 { format::bytes(meta.bytes) } else { String::new() },
            evidence::counts_of(&meta.counts, texts).unwrap_or_default(),
            evidence::range_of(&meta, texts).unwrap_or_default(),
            evidence::clock_of(&meta, texts).unwrap_or_default(),
            trouble(&meta, share, texts),
            digest(&meta, texts),
        ];
        let sets = vec![(OPEN_ROW.to_owned(), key.clone())];
        self.rows.push(Row { key, sets, depth, cells, ..Row::default() });
    }
}

/// Where reading stands if it did not end well, and the worst that is amiss.
fn trouble(meta: &EvidenceMeta, share: Share, texts: &Texts) -> String {
    let severity = |issue: &crate::model::Issue| issue.code.severity();
    let worst = meta.issues.list.iter().max_by(|a, b| severity(a).cmp(&severity(b)).then(b.code.cmp(&a.code)));
    let worst = worst.filter(|issue| severity(issue) > IssueSeverity::Info);
    let n_more = meta.issues.list.iter().filter(|issue| severity(issue) > IssueSeverity::Info).count();
    let worst = worst.map(|issue| {
        let title = texts.get(&format!("issue-{}", issue.code.as_str()));
        if n_more > 1 { format!("{title} +{}", n_more - 1) } else { title }
    });
    let state = (share != Share::Whole).then(|| texts.get(name_of(share)));
    [state, worst].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn digest(meta: &EvidenceMeta, texts: &Texts) -> String {
    match &meta.digest {
        Some(digest) => digest.chars().take(DIGEST_CHARS).collect(),
        None if is_pending(meta) => texts.get("panel-evidence-pending"),
        None => String::new(),
    }
}

/// Where the part of a path that begins at a byte ends.
fn part_end(path: &str, from: usize) -> usize {
    path.get(from..).and_then(|rest| rest.find('/')).map_or(path.len(), |end| from + end)
}

fn is_inside(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A name of evidence: nothing in it acts.
fn shown(name: &str) -> String {
    name.chars().map(|c| if acts(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}
