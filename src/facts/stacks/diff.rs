//! Two dumps of one program: which groups are gone, new, grown, and which are large but flat.
//!
//! Groups are matched by functions and lines first and by functions alone where a build moved the lines. Ids only grow in Go, so the
//! highest one of each dump gives the rate at which goroutines are started.

use super::DumpFacts;
use super::groups::Group;
use crate::model::sort::Order as _;
use crate::model::{DumpKind, FrameId, StackDump, Symbols};

/// Cohorts of this size are worth saying that they are flat.
const LARGE: u64 = 50;

/// What became of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// More than before, beyond a tenth and a handful.
    Grown,
    /// Was not there before.
    New,
    /// Fewer than before, beyond a tenth and a handful.
    Shrunk,
    /// Is not there any more.
    Gone,
    /// Large and about the same: not growing between these two dumps.
    Flat,
    /// About the same.
    Stayed,
}

impl Change {
    /// The contract's spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Grown => "grown",
            Self::New => "new",
            Self::Shrunk => "shrunk",
            Self::Gone => "gone",
            Self::Flat => "flat",
            Self::Stayed => "stayed",
        }
    }
}

/// A group in both dumps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// What became of it.
    pub change: Change,
    /// Index of the group before.
    pub before: Option<usize>,
    /// Index of the group after.
    pub after: Option<usize>,
    /// How many there were.
    pub n_before: u64,
    /// How many there are.
    pub n_after: u64,
}

/// What two dumps show together.
#[derive(Clone, Debug, PartialEq)]
pub struct Diff {
    /// Groups, the largest change first.
    pub rows: Vec<Row>,
    /// Seconds between the dumps, where both have a time.
    pub seconds: Option<f64>,
    /// Goroutines started an hour: the growth of the highest id over time.
    pub spawned_per_hour: Option<f64>,
    /// Ids in both dumps, only in the later one, only in the earlier one.
    pub ids: [u64; 3],
}

/// A dump with all that is known of it.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// What was concluded.
    pub facts: &'a DumpFacts,
    /// The dump.
    pub dump: &'a StackDump,
    /// Its texts.
    pub symbols: &'a Symbols,
}

/// Compares an earlier dump with a later one.
#[must_use]
pub fn compare(before: Side<'_>, after: Side<'_>) -> Diff {
    let mut rows = Vec::new();
    let mut open: [Vec<usize>; 2] = [(0..before.facts.groups.len()).collect(), (0..after.facts.groups.len()).collect()];
    for with_lines in [true, false] {
        let [left, right] = &open;
        let left = merged(before, left, with_lines);
        let right = merged(after, right, with_lines);
        let (mut rest, mut used) = ([Vec::new(), Vec::new()], vec![false; right.len()]);
        for (key, groups) in left {
            match right.binary_search_by_key(&key, |(key, _)| *key) {
                Ok(at) => {
                    used[at] = true;
                    rows.push(row(before.facts, after.facts, &groups, &right[at].1));
                }
                Err(_) => rest[0].extend(groups),
            }
        }
        rest[1].extend(right.iter().zip(&used).filter(|(_, used)| !**used).flat_map(|((_, groups), _)| groups));
        open = rest;
    }
    rows.extend(open[0].iter().map(|index| row(before.facts, after.facts, &[*index], &[])));
    rows.extend(open[1].iter().map(|index| row(before.facts, after.facts, &[], &[*index])));
    rows.order_by_key(|row| (std::cmp::Reverse(row.n_before.abs_diff(row.n_after)), row.change, row.after, row.before));
    let seconds = before.facts.at.zip(after.facts.at).map(|(from, to)| to.as_seconds_f64() - from.as_seconds_f64());
    let is_go = before.dump.kind == DumpKind::Go && after.dump.kind == DumpKind::Go;
    let highest = |side: &Side<'_>| side.dump.tasks.iter().map(|task| task.id).max();
    let started = highest(&before).zip(highest(&after)).and_then(|(from, to)| to.checked_sub(from)).filter(|_| is_go);
    let spawned = started.zip(seconds.filter(|seconds| *seconds > 0.0));
    Diff {
        rows,
        seconds,
        spawned_per_hour: spawned.map(|(started, seconds)| started as f64 * 3600.0 / seconds),
        ids: ids(before.dump, after.dump),
    }
}

fn row(before: &DumpFacts, after: &DumpFacts, left: &[usize], right: &[usize]) -> Row {
    let sum = |facts: &DumpFacts, groups: &[usize]| groups.iter().map(|index| facts.groups[*index].count).sum();
    let (n_before, n_after): (u64, u64) = (sum(before, left), sum(after, right));
    // A handful more or less is how a busy program breathes.
    let slack = 3.max(n_before / 10);
    let change = match (n_before, n_after) {
        (0, _) => Change::New,
        (_, 0) => Change::Gone,
        _ if n_after > n_before + slack => Change::Grown,
        _ if n_after + slack < n_before => Change::Shrunk,
        _ if n_before.max(n_after) >= LARGE => Change::Flat,
        _ => Change::Stayed,
    };
    Row { change, before: left.first().copied(), after: right.first().copied(), n_before, n_after }
}

/// Groups by the texts of their stacks, sorted: two dumps do not share their numbers.
fn merged(side: Side<'_>, groups: &[usize], with_lines: bool) -> Vec<(u64, Vec<usize>)> {
    let mut keys: Vec<(u64, usize)> =
        groups.iter().map(|index| (key(side.symbols, &side.facts.groups[*index], with_lines), *index)).collect();
    keys.order_by_key(|key| *key);
    keys.chunk_by(|a, b| a.0 == b.0).map(|run| (run[0].0, run.iter().map(|(_, index)| *index).collect())).collect()
}

fn key(symbols: &Symbols, group: &Group, with_lines: bool) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut add = |bytes: &[u8]| {
        hash = bytes
            .iter()
            .fold(hash, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
            .rotate_left(17);
    };
    let mut see = |frame: FrameId| {
        let frame = symbols.frame_of(frame);
        add(symbols.text_of(frame.function).as_bytes());
        if with_lines {
            add(symbols.text_of(frame.file).as_bytes());
            add(&frame.line.to_le_bytes());
        }
    };
    symbols.frames_of(group.stack).iter().for_each(|frame| see(*frame));
    group.created_by.into_iter().for_each(see);
    hash
}

fn ids(before: &StackDump, after: &StackDump) -> [u64; 3] {
    let of = |dump: &StackDump| {
        let mut ids: Vec<u64> = dump.tasks.iter().map(|task| task.id).filter(|id| *id != 0).collect();
        ids.order();
        ids.dedup();
        ids
    };
    let (before, after) = (of(before), of(after));
    let both = before.iter().filter(|id| after.binary_search(id).is_ok()).count() as u64;
    [both, after.len() as u64 - both, before.len() as u64 - both]
}
