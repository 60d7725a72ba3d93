//! From queues and owners to the one everybody waits for: the root of the chain, how many are blocked behind it, and cycles.

use super::owners::Owner;
use super::queues::Queue;
use crate::model::{OwnerClass, StackDump};

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

/// Chains, the one that blocks most first.
#[must_use]
pub fn chains(dump: &StackDump, queues: &[Queue], owners: &[Owner], queue_of: &[usize]) -> Vec<Chain> {
    // The queue in which the owner of a queue's lock waits itself.
    let behind = |queue: usize| {
        let holder = owners.get(queue)?.holder()?;
        queue_of.get(holder.task as usize).copied().filter(|next| *next < queues.len() && *next != queue)
    };
    let mut chains: Vec<Chain> = Vec::new();
    for start in 0..queues.len() {
        let mut path = vec![start];
        let mut cycle = Vec::new();
        while let Some(next) = path.last().and_then(|last| behind(*last)) {
            if let Some(at) = path.iter().position(|seen| *seen == next) {
                cycle = path[at..].to_vec();
                break;
            }
            path.push(next);
        }
        let is_cycle =
            !cycle.is_empty() && cycle.iter().all(|queue| is_held_fast(dump, &queues[*queue], &owners[*queue]));
        // A circle of guesses is no deadlock: the chain then ends where it would close.
        let last = if is_cycle { cycle.iter().copied().min() } else { path.last().copied() }.unwrap_or(start);
        let holder = owners.get(last).and_then(Owner::holder);
        let root = match holder {
            _ if is_cycle => Root::Cycle,
            Some(holder) => Root::Task(holder.task),
            None => Root::NotVisible,
        };
        let n_waiters = queues[start].waiters.len() as u64;
        let class = path.iter().filter_map(|queue| Some(owners.get(*queue)?.holder()?.class)).max();
        match chains.iter_mut().find(|chain| chain.queue == last) {
            Some(chain) => {
                chain.n_blocked += n_waiters;
                chain.class = chain.class.max(class);
            }
            None => {
                let cycle = if is_cycle { cycle } else { Vec::new() };
                chains.push(Chain { queue: last, root, n_blocked: n_waiters, cycle, class });
            }
        }
    }
    chains.sort_by(|a, b| b.root.is_cycle().cmp(&a.root.is_cycle()).then(b.n_blocked.cmp(&a.n_blocked)));
    chains
}

impl Root {
    const fn is_cycle(self) -> bool {
        matches!(self, Self::Cycle)
    }
}

/// Whether a queue's edge may be part of a deadlock: the dump states it, or the address shows it and the waiters have waited for as long
/// as a dump can tell.
fn is_held_fast(dump: &StackDump, queue: &Queue, owner: &Owner) -> bool {
    let Some(holder) = owner.holder() else { return false };
    let has_waited = |index: u32| dump.tasks[index as usize].waited_s.is_some();
    match holder.class {
        OwnerClass::Stated => true,
        OwnerClass::Derived => queue.longest_s.is_some() && has_waited(holder.task),
        OwnerClass::Suspected => false,
    }
}
