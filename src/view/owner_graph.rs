//! Who waits for whom, as a picture: the chains of queues with what is at their ends, alike waiters together, and what has no room counted.

use super::panel::{Item, OPEN_ROW, PanelRequest, Spot};
use crate::chart::graph::{Card, Graph, Label, Lead, Placed, Stroke, TaskBox, Tone, columns_of, draw_graph};
use crate::facts::stacks::diff::Side;
use crate::facts::stacks::graph::{Chain, Root};
use crate::facts::stacks::names::telling_frame;
use crate::facts::stacks::owners::Owner;
use crate::facts::stacks::per_stack::PerStack;
use crate::facts::stacks::queues::{Lock, Queue};
use crate::facts::stacks::verdict::{is_serious, task_name};
use crate::model::sort::Order as _;
use crate::model::{DumpKind, OwnerClass, TextId};
use crate::text::{Texts, format};

/// Boxes on the picture.
const BOXES: usize = 40;
/// Boxes of a queue; the last one is for the rest.
const OF_QUEUE: usize = 6;
/// Queues of a circle that is drawn: of a longer one nobody sees that it is one.
const OF_CIRCLE: usize = 12;
/// No queue.
const NONE: usize = usize::MAX;

/// Tasks of a queue that are told as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cohort {
    /// How many.
    pub(super) count: u64,
    /// The first of them, which has waited longest.
    pub(super) task: u32,
    /// Where they are.
    pub(super) function: String,
    /// Their state, as written.
    pub(super) state: TextId,
}

/// The waiters of a queue by where they are and in which state, the largest cohort first.
pub(super) fn cohorts(side: Side<'_>, waiters: impl Iterator<Item = u32>) -> Vec<Cohort> {
    let Side { dump, symbols, .. } = side;
    let mut known = PerStack::new(symbols);
    let function_of = |stack| {
        let frame = telling_frame(dump.kind, symbols, stack);
        frame.map_or(TextId::EMPTY, |frame| symbols.frame_of(frame).function)
    };
    let mut tasks: Vec<(TextId, TextId, u32)> = waiters
        .filter_map(|index| {
            let task = dump.tasks.get(index as usize)?;
            Some((*known.get(task.stack, || function_of(task.stack))?, task.state, index))
        })
        .collect();
    // Stable: the first of each stays the one that has waited longest.
    tasks.order_by_key(|(function, state, _)| (*function, *state));
    let cohort = |run: &[(TextId, TextId, u32)]| {
        let (function, state, task) = run[0];
        let count = run.iter().map(|(.., index)| u64::from(dump.tasks[*index as usize].count)).sum();
        Cohort { count, task, function: symbols.text_of(function).to_owned(), state }
    };
    let mut cohorts: Vec<Cohort> = tasks.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).map(cohort).collect();
    // Texts are numbered in the order of the file, which must not decide.
    cohorts.order_by(|a, b| b.count.cmp(&a.count).then_with(|| a.function.cmp(&b.function)));
    cohorts
}

/// The row of a queue's owner.
pub(super) fn row_key(queue: usize) -> String {
    format!("owner-{queue}")
}

/// The picture as it stands on the panel; nothing where nobody waits.
pub(super) fn owner_picture(side: Side<'_>, request: &PanelRequest, texts: &Texts) -> Option<Item> {
    let Pictured { mut graph, queues } = owner_graph(side, request.width, texts)?;
    for (card, queue) in graph.cards.iter_mut().zip(&queues) {
        card.is_lit = request.value(OPEN_ROW) == row_key(*queue);
    }
    let (drawing, placed) = draw_graph(&graph, request.width, &request.palette);
    let spot = |one: Placed| {
        let card = graph.cards.get(one.card)?;
        let title = match one.task.and_then(|task| card.boxes.get(task)) {
            Some(TaskBox { title, note, weight, .. }) => told(&[title.whole(), note.whole(), weight.clone()]),
            None => told(&[&[card.title.whole()], card.notes.as_slice()].concat()),
        };
        Some(Spot { area: one.area, id: OPEN_ROW.to_owned(), value: row_key(*queues.get(one.card)?), title })
    };
    let name = texts.with("panel-graph-name", &[("queues", side.facts.queues.len().into())]);
    Some(Item::Picture { name, drawing, spots: placed.into_iter().filter_map(spot).collect() })
}

fn told(parts: &[String]) -> String {
    parts.iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join("\n")
}

/// A picture in words, and which queue's owner each card is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Pictured {
    /// What is drawn.
    pub graph: Graph,
    /// For every card the queue it is, or whose lock its task holds.
    pub queues: Vec<usize>,
}

/// Chains of a dump for a picture of a width in CSS pixels; `None` where nobody waits for a lock.
#[must_use]
pub fn owner_graph(side: Side<'_>, width: u32, texts: &Texts) -> Option<Pictured> {
    let web = Web::of(side, texts)?;
    let mut drawn = Drawn {
        graph: Graph::default(),
        queues: Vec::new(),
        card_of: vec![NONE; side.facts.queues.len()],
        roots: Vec::new(),
        n_boxes: 0,
    };
    let is_serious = |chain: &&Chain| side.facts.queues.get(chain.queue).is_some_and(|queue| is_serious(chain, queue));
    let chains = || side.facts.chains.iter();
    let has_serious = chains().any(|chain| is_serious(&chain));
    for chain in chains().filter(|chain| !has_serious || is_serious(chain)) {
        web.draw(chain, columns_of(width), &mut drawn);
    }
    let left = || drawn.card_of.iter().enumerate().filter(|(_, card)| **card == NONE).map(|(queue, _)| queue);
    let n_tasks: u64 = left().map(|queue| side.facts.queues[queue].n_waiting).sum();
    if n_tasks > 0 {
        let args = [("queues", left().count().into()), ("tasks", n_tasks.into())];
        drawn.graph.rest = texts.with("panel-graph-rest", &args);
    }
    (!drawn.graph.cards.is_empty()).then_some(Pictured { graph: drawn.graph, queues: drawn.queues })
}

/// What was put on the picture.
struct Drawn {
    graph: Graph,
    queues: Vec<usize>,
    /// For every queue its card.
    card_of: Vec<usize>,
    /// Tasks at the ends of chains with their cards.
    roots: Vec<(u32, usize)>,
    n_boxes: usize,
}

impl Drawn {
    fn push(&mut self, queue: usize, card: Card) -> usize {
        self.n_boxes += card.boxes.len();
        self.graph.cards.push(card);
        self.queues.push(queue);
        self.graph.cards.len() - 1
    }
}

/// Which queue waits behind which.
struct Web<'a> {
    side: Side<'a>,
    texts: &'a Texts,
    /// For every queue the one in which its lock's owner waits.
    next: Vec<usize>,
    /// Whether it is part of a circle.
    in_circle: Vec<bool>,
    /// How many are blocked behind it, without what waits behind others of its circle.
    blocked: Vec<u64>,
    /// Tasks with the queues whose locks they hold, sorted.
    holders: Vec<(u32, usize)>,
}

impl<'a> Web<'a> {
    fn of(side: Side<'a>, texts: &'a Texts) -> Option<Self> {
        let facts = side.facts;
        if facts.queues.is_empty() {
            return None;
        }
        let holder = |queue: usize| Some(facts.owners.get(queue).and_then(Owner::holder)?.task);
        let mut queue_of: Vec<(u32, usize)> = Vec::new();
        for (index, queue) in facts.queues.iter().enumerate() {
            queue_of.extend(queue.waiters.iter().map(|task| (*task, index)));
        }
        queue_of.order();
        let waits_in = |task: u32| {
            let at = queue_of.partition_point(|(other, _)| *other < task);
            queue_of.get(at).filter(|(other, _)| *other == task).map(|(_, queue)| *queue)
        };
        let n_queues = facts.queues.len();
        let mut next: Vec<usize> =
            (0..n_queues).map(|queue| holder(queue).and_then(waits_in).unwrap_or(NONE)).collect();
        let mut in_circle = vec![false; n_queues];
        for chain in &facts.chains {
            chain.cycle.iter().for_each(|queue| in_circle[*queue] = true);
            // A circle of guesses is none: the chain ends where it would close.
            if chain.root != Root::Cycle {
                next[chain.queue] = NONE;
            }
        }
        let mut holders: Vec<(u32, usize)> = (0..n_queues).filter_map(|queue| Some((holder(queue)?, queue))).collect();
        holders.order();
        let mut web = Self { side, texts, next, in_circle, blocked: vec![0; n_queues], holders };
        for chain in &facts.chains {
            // From the far end of the chain to its root.
            for (queue, _) in web.behind(chain).into_iter().rev() {
                web.blocked[queue] += facts.queues[queue].n_waiting;
                let next = web.next[queue];
                if next != NONE && !web.in_circle[queue] {
                    web.blocked[next] += web.blocked[queue];
                }
            }
        }
        Some(web)
    }

    /// The queues of a chain with their distance from its root, the nearest first.
    fn behind(&self, chain: &Chain) -> Vec<(usize, usize)> {
        let start = if chain.cycle.is_empty() { std::slice::from_ref(&chain.queue) } else { &chain.cycle[..] };
        let mut found: Vec<(usize, usize)> = start.iter().map(|queue| (*queue, 0)).collect();
        let mut at = 0;
        while let Some(&(queue, depth)) = found.get(at) {
            let behind = self.side.facts.queues[queue].waiters.iter().flat_map(|task| self.held_from(*task, queue));
            let behind = behind.filter(|next| !self.in_circle[*next]);
            found.extend(behind.map(|next| (next, depth + 1)));
            at += 1;
        }
        found
    }

    /// Queues whose locks a task holds.
    fn held_by(&self, task: u32) -> impl Iterator<Item = usize> {
        let from = self.holders.partition_point(|(holder, _)| *holder < task);
        self.holders[from..].iter().take_while(move |(holder, _)| *holder == task).map(|(_, queue)| *queue)
    }

    fn draw(&self, chain: &Chain, n_columns: usize, drawn: &mut Drawn) {
        let behind = self.behind(chain);
        // A chain that does not fit as a whole is told from its root on; one that cannot even begin is left out.
        if drawn.n_boxes + 2 > BOXES || chain.cycle.len() > OF_CIRCLE {
            return;
        }
        let root = match chain.root {
            Root::Cycle => NONE,
            Root::Task(task) => self.root(task, chain.queue, drawn),
            Root::NotVisible => {
                let title = Label::of(self.texts.get("panel-graph-unseen"));
                let weight = self.holds_up(self.blocked[chain.queue]);
                let boxes = vec![TaskBox { title, weight, tone: Tone::Unseen, ..TaskBox::default() }];
                drawn.push(chain.queue, Card { boxes, ..Card::default() })
            }
        };
        for &(queue, depth) in &behind {
            let next = self.next[queue];
            let column = depth + usize::from(root != NONE);
            let is_apart = depth > 0 && drawn.card_of.get(next).is_none_or(|card| *card == NONE);
            // The queues of a circle are shown together or not at all.
            let is_full = drawn.n_boxes + 2 > BOXES && !self.in_circle[queue];
            if column >= n_columns.max(2) || is_apart || is_full {
                continue;
            }
            let card = self.card(queue, chain, BOXES.saturating_sub(drawn.n_boxes).clamp(2, OF_QUEUE));
            drawn.card_of[queue] = drawn.push(queue, card);
        }
        for &(queue, depth) in behind.iter().filter(|(queue, _)| drawn.card_of[*queue] != NONE) {
            let to = match (depth, root) {
                (0, root) if root != NONE => Some((root, 0)),
                _ => self.place_of_holder(queue, drawn),
            };
            drawn.graph.cards[drawn.card_of[queue]].lead = to.map(|to| self.lead(queue, to));
        }
    }

    /// The card of a task at the end of a chain; one task may hold several locks.
    fn root(&self, task: u32, queue: usize, drawn: &mut Drawn) -> usize {
        if let Some((_, card)) = drawn.roots.iter().find(|(other, _)| *other == task) {
            return *card;
        }
        let n_blocked = self.held_by(task).filter(|held| self.next[*held] == NONE).map(|held| self.blocked[held]).sum();
        let card = Card { boxes: vec![self.one(task, n_blocked, Tone::Root)], ..Card::default() };
        let card = drawn.push(queue, card);
        drawn.roots.push((task, card));
        card
    }

    fn place_of_holder(&self, queue: usize, drawn: &Drawn) -> Option<(usize, usize)> {
        let next = self.next[queue];
        let card = *drawn.card_of.get(next).filter(|card| **card != NONE)?;
        let holder = self.side.facts.owners.get(queue).and_then(Owner::holder)?.task;
        let apart = self.apart(next);
        let place = apart.iter().position(|task| *task == holder).unwrap_or(NONE);
        // One that has no box of its own is among the rest.
        Some((card, place.min(drawn.graph.cards[card].boxes.len().saturating_sub(1))))
    }

    /// The waiters of a queue that hold up others, those of a circle first.
    fn apart(&self, queue: usize) -> Vec<u32> {
        let waiters = &self.side.facts.queues[queue].waiters;
        let mut apart: Vec<u32> = waiters.iter().copied().filter(|task| self.is_apart(*task, queue)).collect();
        let n_blocked = |task: u32| self.held_from(task, queue).map(|held| self.blocked[held]).sum::<u64>();
        let is_in_circle = |task: u32| self.held_from(task, queue).any(|held| self.in_circle[held]);
        apart.order_by_key(|task| (std::cmp::Reverse(is_in_circle(*task)), std::cmp::Reverse(n_blocked(*task))));
        apart
    }

    /// Queues whose locks a task of a queue holds, where they are told to lead there.
    fn held_from(&self, task: u32, queue: usize) -> impl Iterator<Item = usize> {
        self.held_by(task).filter(move |held| self.next[*held] == queue)
    }

    fn is_apart(&self, task: u32, queue: usize) -> bool {
        self.held_from(task, queue).next().is_some()
    }

    /// A queue with at most so many boxes.
    fn card(&self, queue: usize, chain: &Chain, n_most: usize) -> Card {
        let facts = self.side.facts;
        let of = &facts.queues[queue];
        let apart = self.apart(queue);
        let mut boxes: Vec<(u64, TaskBox)> = apart
            .iter()
            .map(|task| {
                let held = self.held_from(*task, queue).filter(|held| !self.in_circle[*held]);
                (1, self.one(*task, held.map(|held| self.blocked[held]).sum(), Tone::Waits))
            })
            .collect();
        let others = of.waiters.iter().copied().filter(|task| !self.is_apart(*task, queue));
        boxes.extend(cohorts(self.side, others).into_iter().map(|cohort| (cohort.count, self.many(&cohort))));
        if boxes.len() > n_most {
            let n_left: u64 = boxes[n_most - 1..].iter().map(|(count, _)| count).sum();
            boxes.truncate(n_most - 1);
            let title = Label::of(self.texts.with("panel-graph-others", &[("count", n_left.into())]));
            boxes.push((n_left, TaskBox { title, tone: Tone::Rest, ..TaskBox::default() }));
        }
        let notes = self.notes(queue, of, chain);
        let title = self.lock(of);
        Card { title, notes, boxes: boxes.into_iter().map(|(_, one)| one).collect(), ..Card::default() }
    }

    /// A lock in few words: the class without its package, what is longest last.
    fn lock(&self, of: &Queue) -> Label {
        let symbols = self.side.symbols;
        match of.lock {
            Lock::Named(name) => {
                let (name, class) = (symbols.text_of(name), symbols.text_of(of.class));
                let short = class.rsplit('.').next().filter(|short| !short.is_empty() && !name.starts_with(class));
                let after = short.map(|short| format!(" · {short}")).unwrap_or_default();
                Label { name: name.to_owned(), after, ..Label::default() }
            }
            Lock::At(address) => Label {
                name: format!("{address:#x}"),
                before: self.texts.get("panel-graph-lock") + " ",
                ..Label::default()
            },
            Lock::In(frame) => Label {
                name: symbols.function_of(frame).to_owned(),
                before: self.texts.get("panel-graph-lock-in") + " ",
                ..Label::default()
            },
        }
    }

    fn notes(&self, queue: usize, of: &Queue, chain: &Chain) -> Vec<String> {
        let texts = self.texts;
        let mut waits = texts.with("panel-graph-waits", &[("count", of.n_waiting.into())]);
        if let Some(seconds) = of.longest_s {
            waits = waits + " · " + &texts.with("stacks-longest", &[("minutes", (seconds / 60).into())]);
        }
        let is_first = chain.cycle.first() == Some(&queue);
        let n_blocked = if is_first { chain.n_blocked } else { self.blocked[queue] };
        if n_blocked > of.n_waiting && (is_first || !self.in_circle[queue]) {
            waits = waits + " · " + &texts.with("panel-graph-in-all", &[("count", n_blocked.into())]);
        }
        let marks = [(of.is_convoy, "panel-stacks-convoy"), (self.in_circle[queue], "panel-stacks-cycle")];
        let marks = marks.iter().filter(|(holds, _)| *holds).map(|(_, id)| texts.get(id));
        std::iter::once(waits).chain(marks).collect()
    }

    fn holds_up(&self, n_blocked: u64) -> String {
        if n_blocked == 0 {
            return String::new();
        }
        self.texts.with("panel-graph-holds-up", &[("count", n_blocked.into())])
    }

    /// A task with a box of its own.
    fn one(&self, index: u32, n_blocked: u64, tone: Tone) -> TaskBox {
        let Side { dump, symbols, .. } = self.side;
        let Some(task) = dump.tasks.get(index as usize) else { return TaskBox::default() };
        let frame = telling_frame(dump.kind, symbols, task.stack).map_or("", |frame| symbols.function_of(frame));
        TaskBox {
            title: Label::of(match symbols.text_of(task.name) {
                "" => self.texts.say(&task_name(dump.kind, task, symbols)),
                name if dump.kind == DumpKind::Kernel => format!("{name} ({})", task.id),
                name => name.to_owned(),
            }),
            note: place(frame, symbols.text_of(task.state)),
            weight: self.holds_up(n_blocked),
            color: color_of(task.wait.as_str()),
            tone,
        }
    }

    /// Tasks in one box.
    fn many(&self, cohort: &Cohort) -> TaskBox {
        if cohort.count == 1 {
            return self.one(cohort.task, 0, Tone::Waits);
        }
        let Side { dump, symbols, .. } = self.side;
        let wait = dump.tasks.get(cohort.task as usize).map_or("", |task| task.wait.as_str());
        let before = format!("{} × ", format::integer(i64::try_from(cohort.count).unwrap_or(i64::MAX)));
        let (name, state) = (cohort.function.clone(), symbols.text_of(cohort.state));
        let (name, note) = if name.is_empty() { (state.to_owned(), "") } else { (name, state) };
        let title = Label { before, name, after: String::new() };
        TaskBox { title, note: Label::of(note), color: color_of(wait), ..TaskBox::default() }
    }

    fn lead(&self, queue: usize, to: (usize, usize)) -> Lead {
        let class = self.side.facts.owners.get(queue).and_then(Owner::holder).map(|holder| holder.class);
        let (stroke, label) = match class {
            Some(OwnerClass::Stated) => (Stroke::Solid, self.texts.get("panel-graph-stated")),
            Some(OwnerClass::Derived) => (Stroke::Dashed, self.texts.get("panel-graph-derived")),
            Some(OwnerClass::Suspected) => (Stroke::Dotted, self.texts.get("panel-graph-suspected")),
            None => (Stroke::Dotted, String::new()),
        };
        Lead { to, stroke, label }
    }
}

/// Where a task is.
fn place(frame: &str, state: &str) -> Label {
    match (frame, state) {
        ("", state) => Label::of(state),
        (frame, "") => Label::of(frame),
        (frame, state) => Label { name: frame.to_owned(), after: format!(" · {state}"), ..Label::default() },
    }
}

/// The palette's entry for what tasks wait for: the same in every picture of the panel.
pub(super) fn color_of(class: &str) -> u8 {
    match class {
        "lock" => 5,
        "io" => 0,
        "channel" | "condition" | "join" => 2,
        "syscall" => 1,
        "sleep" => 6,
        "running" => 3,
        _ => 4,
    }
}
