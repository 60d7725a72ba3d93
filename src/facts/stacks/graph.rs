//! From queues and owners to the one everybody waits for: the root of the chain, how many are blocked behind it, and cycles.

use super::owners::Owner;
use super::queues::Queue;
use crate::model::sort::Order as _;
use crate::model::{DumpKind, OwnerClass, StackDump};

/// Where a chain of queues ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Root {
    /// At a task that waits for no lock.
    Task(u32),
    /// At a lock whose owner is not visible.
    NotVisible,
    /// In a circle.
    Cycle,
}

/// A chain of queues by its last one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// The queue nearest to the root; of a cycle the first one.
    pub queue: usize,
    /// Its end.
    pub root: Root,
    /// How many tasks are blocked behind it, those behind other queues included.
    pub n_blocked: u64,
    /// The queues of a cycle, each waiting for the next; empty where there is none.
    pub cycle: Vec<usize>,
    /// The weakest class of evidence on the way; `None` where nothing is claimed.
    pub class: Option<OwnerClass>,
}

/// No queue.
const NONE: usize = usize::MAX;

/// Chains, the one that blocks most first. Every queue leads to one other at most, so each is walked over once. `is_asleep`: the runtime
/// says itself that nobody can go on.
#[must_use]
pub fn chains(dump: &StackDump, queues: &[Queue], owners: &[Owner], queue_of: &[usize], is_asleep: bool) -> Vec<Chain> {
    // The queue in which the owner of a queue's lock waits itself.
    let behind = |queue: usize| {
        let holder = owners.get(queue)?.holder()?;
        queue_of.get(holder.task as usize).copied().filter(|next| *next < queues.len() && *next != queue)
    };
    let class_of = |queue: usize| Some(owners.get(queue)?.holder()?.class);
    let mut chains: Vec<Chain> = Vec::new();
    // For every queue the chain that it is part of and the weakest class from it on, and in which walk it was met.
    let mut known: Vec<(usize, Option<OwnerClass>)> = vec![(NONE, None); queues.len()];
    let mut walked = vec![NONE; queues.len()];
    for start in 0..queues.len() {
        let (mut path, mut at) = (Vec::new(), start);
        let closes = loop {
            if at == NONE || known[at].0 != NONE {
                break false;
            }
            if walked[at] == start {
                break true;
            }
            walked[at] = start;
            path.push(at);
            at = behind(at).unwrap_or(NONE);
        };
        let (chain, mut class) = match known.get(at) {
            Some(&(chain, class)) if chain != NONE => (chain, class),
            _ => {
                let cycle = if closes {
                    path.iter().position(|seen| *seen == at).map_or(&[][..], |at| &path[at..])
                } else {
                    &[]
                };
                let is_fast = |queue: &usize| is_held_fast(dump, &queues[*queue], &owners[*queue], is_asleep);
                // A circle of guesses is no deadlock: the chain then ends where it would close.
                let is_cycle = !cycle.is_empty() && cycle.iter().all(is_fast);
                let first = cycle.iter().copied().min().filter(|_| is_cycle);
                let last = first.or(path.last().copied()).unwrap_or(start);
                let root = match owners.get(last).and_then(Owner::holder) {
                    _ if is_cycle => Root::Cycle,
                    Some(holder) => Root::Task(holder.task),
                    None => Root::NotVisible,
                };
                let class = cycle.iter().filter_map(|queue| class_of(*queue)).max();
                // The same circle is told from the same queue on, wherever it was entered.
                let from = cycle.iter().position(|queue| Some(*queue) == first).unwrap_or(0);
                let cycle = if is_cycle { [&cycle[from..], &cycle[..from]].concat() } else { Vec::new() };
                chains.push(Chain { queue: last, root, n_blocked: 0, cycle, class });
                (chains.len() - 1, class)
            }
        };
        for queue in path.into_iter().rev() {
            class = class.max(class_of(queue));
            known[queue] = (chain, class);
        }
        chains[chain].n_blocked += queues[start].n_waiting;
        chains[chain].class = chains[chain].class.max(known[start].1);
    }
    chains.order_by(|a, b| b.root.is_cycle().cmp(&a.root.is_cycle()).then(b.n_blocked.cmp(&a.n_blocked)));
    chains
}

impl Root {
    const fn is_cycle(self) -> bool {
        matches!(self, Self::Cycle)
    }
}

/// Whether a queue's edge may be part of a deadlock: the dump states it, or the address shows it and the waiters have waited for as long
/// as a dump can tell, or for ever as the runtime says.
fn is_held_fast(dump: &StackDump, queue: &Queue, owner: &Owner, is_asleep: bool) -> bool {
    let Some(holder) = owner.holder() else { return false };
    let has_waited = |index: u32| dump.tasks[index as usize].waited_s.is_some();
    // Where another works on the same object, either may hold its lock.
    let n_derived = owner.candidates.iter().filter(|it| it.class == OwnerClass::Derived).count();
    match holder.class {
        OwnerClass::Stated => true,
        // An image of memory is of one instant; so is a dump for which the virtual machine stops its threads.
        OwnerClass::Derived if matches!(dump.kind, DumpKind::Dotnet | DumpKind::Jvm) => true,
        OwnerClass::Derived => n_derived == 1 && (is_asleep || queue.longest_s.is_some() && has_waited(holder.task)),
        OwnerClass::Suspected => false,
    }
}
