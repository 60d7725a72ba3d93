//! Tasks that wait for each other in a circle: found in the queues, and compared with what the dump itself reports.
//!
//! A circle counts where every edge of it is stated by the dump or derived from addresses; a lock without a visible owner is none.

use super::graph::{Chain, Root};
use super::owners::Owner;
use super::queues::{Lock, Queue};
use super::{first_line, verdict};
use crate::model::sort::Order as _;
use crate::model::{
    Cite, LineRange, Locator, LockRelation, Message, OwnerClass, Role, StackDump, StatedDeadlock, Symbols, Task,
    TextId, Timestamp,
};

/// One circle.
#[derive(Clone, Debug, PartialEq)]
pub struct Deadlock {
    /// Who waits for whom; the last one waits for the first.
    pub edges: Vec<Edge>,
    /// The weakest evidence of an edge.
    pub class: OwnerClass,
    /// The dump reports it itself, here.
    pub reported: Option<Cite>,
    /// How many tasks are blocked, those behind the circle included.
    pub n_blocked: u64,
    /// What is the same in another dump of the same program: names and locks, sorted.
    pub key: Key,
}

/// What tells circles apart: who waits for what.
type Key = Vec<(String, Message)>;

/// One task of a circle.
#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    /// The task that waits.
    pub waiter: Message,
    /// Its name without a language.
    pub plain: String,
    /// Where it is.
    pub place: Message,
    /// What it waits for.
    pub lock: Message,
    /// Its head, and what it says of the lock.
    pub cites: Vec<Cite>,
}

/// What was concluded of a dump before.
pub(super) struct Known<'a> {
    pub(super) dump: &'a StackDump,
    pub(super) symbols: &'a Symbols,
    pub(super) queues: &'a [Queue],
    pub(super) owners: &'a [Owner],
    pub(super) chains: &'a [Chain],
    pub(super) at: Option<Timestamp>,
}

/// Circles of a dump: those found, then those that only the dump reports.
pub(super) fn deadlocks(known: &Known<'_>) -> Vec<Deadlock> {
    let mut left: Vec<(Vec<u32>, &StatedDeadlock)> =
        known.dump.deadlocks.iter().map(|it| (sorted(&it.tasks), it)).collect();
    let mut found: Vec<Deadlock> = Vec::new();
    for chain in known.chains.iter().filter(|chain| chain.root == Root::Cycle) {
        // The owner of each queue waits in the next one.
        let holder = |queue: usize| known.owners.get(queue).and_then(Owner::holder).map(|holder| holder.task);
        let tasks: Vec<u32> = chain.cycle.iter().filter_map(|queue| holder(*queue)).collect();
        let wanted = chain.cycle.iter().cycle().skip(1);
        let edges = tasks.iter().zip(wanted).filter_map(|(task, queue)| known.edge(*task, known.queues.get(*queue)));
        let edges: Vec<Edge> = edges.collect();
        let same = left.iter().position(|(reported, _)| *reported == sorted(&tasks));
        let reported = same.map(|at| left.swap_remove(at).1);
        found.push(Deadlock {
            key: key(&edges),
            edges,
            class: chain.class.unwrap_or(OwnerClass::Derived),
            reported: reported.map(|stated| known.cite(stated.locator)),
            n_blocked: chain.n_blocked,
        });
    }
    left.order_by_key(|(_, stated)| stated.locator.lines.first);
    for (_, stated) in left {
        let edges: Vec<Edge> = stated.tasks.iter().filter_map(|task| known.edge(*task, None)).collect();
        found.push(Deadlock {
            n_blocked: edges.len() as u64,
            key: key(&edges),
            edges,
            class: OwnerClass::Stated,
            reported: Some(known.cite(stated.locator)),
        });
    }
    found.retain(|deadlock| deadlock.edges.len() > 1);
    found
}

impl Known<'_> {
    fn edge(&self, index: u32, queue: Option<&Queue>) -> Option<Edge> {
        let task = self.dump.tasks.get(index as usize)?;
        let name = self.symbols.text_of(task.name);
        let wanted = self.wanted(task, queue);
        let lock = match (queue, wanted) {
            (Some(queue), _) => verdict::lock_name(queue, self.symbols),
            (None, Some((lock, class, _))) => verdict::named_lock(lock, class, self.symbols),
            (None, None) => return None,
        };
        let mut cites = vec![self.cite(task.locator)];
        cites.extend(wanted.map(|(_, _, line)| self.line(line)).filter(|cite| *cite != cites[0]));
        Some(Edge {
            waiter: verdict::task_name(self.dump.kind, task, self.symbols),
            plain: if name.is_empty() {
                format!("{} {}", self.dump.kind.task_word(), task.id)
            } else {
                name.to_owned()
            },
            place: verdict::whereabouts(self.dump.kind, task, self.symbols),
            lock,
            cites,
        })
    }

    /// What the task says of the lock that it wants.
    fn wanted(&self, task: &Task, queue: Option<&Queue>) -> Option<(TextId, TextId, u32)> {
        let is_it = |lock: TextId| queue.is_none_or(|queue| queue.lock == Lock::Named(lock));
        let waits = |relation| {
            matches!(relation, LockRelation::WaitsToLock | LockRelation::WaitsToRelock | LockRelation::Parks)
        };
        let fact = self.dump.locks_of(task).iter().find(|fact| waits(fact.relation) && is_it(fact.lock))?;
        Some((fact.lock, fact.class, fact.line))
    }

    fn cite(&self, locator: Locator) -> Cite {
        Cite { locator: first_line(locator), role: Role::Shows, at: self.at }
    }

    fn line(&self, line: u32) -> Cite {
        let locator = Locator { lines: LineRange::one(line), ..self.dump.locator };
        self.cite(locator)
    }
}

fn sorted(tasks: &[u32]) -> Vec<u32> {
    let mut tasks = tasks.to_vec();
    tasks.order();
    tasks
}

fn key(edges: &[Edge]) -> Key {
    let mut parts: Key = edges.iter().map(|edge| (edge.plain.clone(), edge.lock.clone())).collect();
    parts.order_by(|(a, _), (b, _)| a.cmp(b));
    parts
}
