//! Tasks with the same stack, as one.
//!
//! Stacks are interned, so grouping is one pass with a table lookup per task. Arguments, offsets and ids are no part of a stack; who
//! created the task is. Groups whose functions agree although lines differ (one worker at two selects, deeper recursion) are told as
//! similar.

use super::idle::{Idle, ends_at_a_name, idle_reason};
use super::names::collapsed;
use crate::model::sort::Order as _;
use crate::model::{DumpKind, FrameId, StackDump, StackId, Symbols, Task, TextId, WaitClass};

/// Upper bounds of the histogram's buckets in minutes; the last bucket has none.
pub const BUCKETS_MIN: [u32; 9] = [1, 5, 10, 30, 60, 180, 360, 720, 1440];

/// How long the tasks of a group wait, as far as the dump says.
#[derive(Clone, Debug, PartialEq)]
pub struct Waits {
    /// How many state it.
    pub n_stated: u64,
    /// Shortest, in seconds.
    pub min_s: u32,
    /// The middle one.
    pub median_s: u32,
    /// Longest.
    pub max_s: u32,
    /// How many up to each of [`BUCKETS_MIN`], and more.
    pub histogram: [u64; BUCKETS_MIN.len() + 1],
    /// What the distribution says.
    pub shape: WaitShape,
}

/// What a distribution of waits says of one dump. Waits are sampled, so it takes many to say anything.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum WaitShape {
    /// Too few, too short, or of no shape we know.
    Open,
    /// They came one after the other at an even rate and none has left: so many an hour.
    Steady {
        /// Tasks an hour.
        per_hour: f64,
    },
    /// They came at once: one event, so long ago.
    Step,
}

/// Fewer waits have no shape.
const MIN_SHAPED: usize = 20;
/// Shorter ones have none either: a wait is a whole minute at least.
const MIN_SHAPED_S: u32 = 30 * 60;
/// Stretches of time, and of starts, that are compared.
const SLOTS: usize = 10;
/// Tasks that began to wait within this time began together: the sampling is no more exact.
const TOGETHER_S: u32 = 3 * 60;

/// Tasks with one stack.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The stack.
    pub stack: StackId,
    /// Who created them.
    pub created_by: Option<FrameId>,
    /// Their indices in the dump, in file order.
    pub tasks: Vec<u32>,
    /// How many they stand for.
    pub count: u64,
    /// States as written with their number, most frequent first.
    pub states: Vec<(TextId, u64)>,
    /// What most of them wait for.
    pub wait: WaitClass,
    /// How long.
    pub waits: Option<Waits>,
    /// How many are bound to their threads.
    pub n_locked: u64,
    /// Why they are set aside, if they are.
    pub idle: Option<Idle>,
    /// Index of the first group with the same functions.
    pub similar: usize,
}

/// Groups of a dump: those that matter first (longest wait times number), those set aside last.
#[must_use]
pub fn group(dump: &StackDump, symbols: &Symbols) -> Vec<Group> {
    // For every stack its first group, and for every group the next one of its stack: creators of one stack are few.
    let mut first_of = vec![usize::MAX; symbols.len()[2]];
    let (mut groups, mut next): (Vec<Group>, Vec<usize>) = (Vec::new(), Vec::new());
    for (index, task) in (0..).zip(&dump.tasks) {
        let Some(mut at) = first_of.get(task.stack.index()).copied() else { continue };
        while groups.get(at).is_some_and(|group| group.created_by != task.created_by) {
            at = next[at];
        }
        if at == usize::MAX {
            at = groups.len();
            next.push(first_of[task.stack.index()]);
            first_of[task.stack.index()] = at;
            groups.push(Group::new(task, dump.kind, symbols));
        }
        let group = &mut groups[at];
        group.tasks.push(index);
        group.count += u64::from(task.count);
        group.n_locked += u64::from(task.is_locked_to_thread);
        match group.states.iter_mut().find(|(state, _)| *state == task.state) {
            Some((_, count)) => *count += u64::from(task.count),
            None => group.states.push((task.state, u64::from(task.count))),
        }
    }
    for group in &mut groups {
        group.states.order_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        group.waits = waits(dump, &group.tasks);
        let most = group.states.first().map(|(state, _)| *state);
        let typical =
            group.tasks.iter().map(|index| &dump.tasks[*index as usize]).find(|task| Some(task.state) == most);
        group.wait = typical.map_or(WaitClass::Unknown, |task| task.wait);
    }
    take_back_unpaired(&mut groups, dump.kind, symbols);
    groups.order_by(|a, b| a.idle.is_some().cmp(&b.idle.is_some()).then(b.weight().cmp(&a.weight())));
    mark_similar(&mut groups, symbols);
    groups
}

/// Goroutines that keep a connection come in pairs: one reads, one writes. By the ends of their functions.
const PAIRS: &[(&str, &str)] = &[
    ("net/http.(*persistConn).readLoop", "net/http.(*persistConn).writeLoop"),
    ("transport.(*http2Client).reader", "transport.(*loopyWriter).run"),
    ("transport.(*http2Server).HandleStreams", "transport.(*loopyWriter).run"),
];
/// So many more than twice their counterparts are not idle connections.
const UNPAIRED: u64 = 100;

/// An idle group that outnumbers the connections it belongs to is no longer set aside: it leaks.
fn take_back_unpaired(groups: &mut [Group], kind: DumpKind, symbols: &Symbols) {
    if !matches!(kind, DumpKind::Go | DumpKind::GoProfile)
        || groups.iter().all(|group| group.idle != Some(Idle::Connection))
    {
        return;
    }
    let has = |group: &Group, end: &str| {
        symbols.frames_of(group.stack).iter().any(|frame| ends_at_a_name(symbols.function_of(*frame), end))
    };
    let count = |groups: &[Group], end: &str| {
        groups.iter().filter(|group| has(group, end)).map(|group| group.count).sum::<u64>()
    };
    for one in PAIRS.iter().flat_map(|(reader, writer)| [*reader, *writer]) {
        // Writers of gRPC serve clients and servers alike: the readers of both are their counterparts.
        let others = PAIRS.iter().filter_map(|(reader, writer)| match one {
            _ if one == *reader => Some(*writer),
            _ if one == *writer => Some(*reader),
            _ => None,
        });
        let paired: u64 = others.map(|end| count(groups, end)).sum();
        if count(groups, one) > paired.saturating_mul(2).saturating_add(UNPAIRED) {
            groups.iter_mut().filter(|group| has(group, one)).for_each(|group| group.idle = None);
        }
    }
}

impl Group {
    fn new(task: &Task, kind: DumpKind, symbols: &Symbols) -> Self {
        Self {
            stack: task.stack,
            created_by: task.created_by,
            tasks: Vec::new(),
            count: 0,
            states: Vec::new(),
            wait: task.wait,
            waits: None,
            n_locked: 0,
            idle: idle_reason(kind, task, symbols),
            similar: 0,
        }
    }

    /// The longest wait, in seconds; 0 where none is stated.
    #[must_use]
    pub fn max_s(&self) -> u32 {
        self.waits.as_ref().map_or(0, |waits| waits.max_s)
    }

    /// What lets a group come first: longest wait times number, then number, then the one that came first.
    fn weight(&self) -> (u64, u64, std::cmp::Reverse<u32>) {
        let first = self.tasks.first().copied().unwrap_or(0);
        (u64::from(self.max_s()).saturating_mul(self.count), self.count, std::cmp::Reverse(first))
    }
}

fn waits(dump: &StackDump, tasks: &[u32]) -> Option<Waits> {
    let mut all: Vec<u32> = tasks.iter().filter_map(|index| dump.tasks[*index as usize].waited_s).collect();
    all.order();
    let (min_s, max_s) = (*all.first()?, *all.last()?);
    let mut histogram = [0; BUCKETS_MIN.len() + 1];
    for wait in &all {
        histogram[BUCKETS_MIN.partition_point(|bound| bound * 60 < *wait)] += 1;
    }
    let shape = match shape(&all, tasks.len()) {
        WaitShape::Steady { .. } if !came_as_they_were_started(dump, tasks) => WaitShape::Open,
        shape => shape,
    };
    Some(Waits { n_stated: all.len() as u64, min_s, median_s: all[all.len() / 2], max_s, histogram, shape })
}

/// Whether the later a task was started, the shorter it has waited, as it is where each is started, gets stuck and stays. The workers of
/// an idle pool take turns: their waits are as even, and have nothing to do with when they were started.
fn came_as_they_were_started(dump: &StackDump, tasks: &[u32]) -> bool {
    let tasks = tasks.iter().map(|index| &dump.tasks[*index as usize]);
    let mut waits: Vec<(u64, u32)> = tasks.filter_map(|task| Some((task.id, task.waited_s?))).collect();
    waits.order();
    let mut before = f64::INFINITY;
    waits.chunks(waits.len().div_ceil(SLOTS).max(1)).all(|slot| {
        let mean = slot.iter().map(|(_, wait)| f64::from(*wait)).sum::<f64>() / slot.len() as f64;
        mean < std::mem::replace(&mut before, mean)
    })
}

/// The shape of sorted waits.
fn shape(all: &[u32], n_tasks: usize) -> WaitShape {
    let (Some(&max), true) = (all.last(), all.len() >= MIN_SHAPED) else { return WaitShape::Open };
    if max < MIN_SHAPED_S {
        return WaitShape::Open;
    }
    let together = all.len() - all.partition_point(|wait| *wait + TOGETHER_S < max);
    if together * 10 >= n_tasks * 9 {
        return WaitShape::Step;
    }
    // Ten equal stretches of time, and in none of them far more or fewer arrivals than in the others.
    let mut arrivals = [0usize; SLOTS];
    for wait in all {
        let slot = u64::from(*wait) * SLOTS as u64 / (u64::from(max) + 1);
        arrivals[usize::try_from(slot).unwrap_or(SLOTS - 1).min(SLOTS - 1)] += 1;
    }
    let is_even = arrivals.iter().all(|&n| n * SLOTS * 5 >= all.len() * 2 && n * SLOTS <= all.len() * 2);
    if is_even && all.len() * 10 >= n_tasks * 8 {
        return WaitShape::Steady { per_hour: all.len() as f64 * 3600.0 / f64::from(max) };
    }
    WaitShape::Open
}

/// Tells groups that agree in their functions once recursion is folded.
fn mark_similar(groups: &mut [Group], symbols: &Symbols) {
    let keys: Vec<u64> = groups.iter().map(|group| collapsed(symbols, group.stack, group.created_by)).collect();
    let mut order: Vec<usize> = (0..groups.len()).collect();
    order.order_by_key(|index| (keys[*index], *index));
    let mut first = 0;
    for (position, &index) in order.iter().enumerate() {
        if position == 0 || keys[order[position - 1]] != keys[index] {
            first = index;
        }
        groups[index].similar = first;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distribution_says_what_it_can() {
        let minutes = |waits: &[u32]| {
            let mut waits: Vec<u32> = waits.iter().map(|wait| wait * 60).collect();
            waits.sort_unstable();
            shape(&waits, waits.len())
        };
        let even: Vec<u32> = (1..=200).collect();
        assert!(matches!(minutes(&even), WaitShape::Steady { per_hour } if (59.0..=61.0).contains(&per_hour)));
        assert_eq!(minutes(&[90; 300]), WaitShape::Step);
        // A spike in an otherwise even stream, a few goroutines, short waits: nothing is said.
        assert_eq!(minutes(&[&even[..], &[77; 200]].concat()), WaitShape::Open);
        assert_eq!(minutes(&even[..10]), WaitShape::Open);
        assert_eq!(minutes(&[2; 300]), WaitShape::Open);
    }
}
