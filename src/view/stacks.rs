//! What is shown of stack dumps: texts and numbers only, ready for a panel, a report or JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::facts::stacks::diff::{Diff, Row, Side, compare};
use crate::facts::stacks::graph::Root;
use crate::facts::stacks::groups::{Group, WaitShape, Waits};
use crate::facts::stacks::owners::Candidate;
use crate::facts::stacks::verdict::{lock_name, task_name};
use crate::model::gather::map_of;
use crate::model::words::holds;
use crate::model::{EvidenceId, FrameId, OwnerClass, Symbols, Timestamp};
use crate::text::Texts;

/// A dump.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DumpView {
    /// The input.
    pub evidence: EvidenceId,
    /// Its path.
    pub path: String,
    /// First line of the dump.
    pub line: u32,
    /// `go`, `jvm`, …
    pub kind: String,
    /// When, as RFC 3339.
    pub at: Option<String>,
    /// What it says of itself.
    pub title: String,
    /// Who printed it, as far as its envelope says.
    pub process: String,
    /// Its pid.
    pub pid: Option<u32>,
    /// How many tasks.
    pub tasks: u64,
    /// It breaks off.
    pub is_cut: bool,
    /// Groups: those that matter first, those set aside last.
    pub groups: Vec<GroupView>,
    /// Queues of locks with their owners.
    pub owners: Vec<OwnerView>,
    /// When the wait that matters began, as RFC 3339: then or a few minutes earlier.
    pub onset: Option<String>,
    /// One sentence.
    pub verdict: String,
}

/// Tasks with one stack.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupView {
    /// How many.
    pub count: u64,
    /// Their ids, in file order.
    pub ids: Vec<u64>,
    /// Their names, in file order, where they have any.
    pub names: Vec<String>,
    /// States as written with their number.
    pub states: BTreeMap<String, u64>,
    /// What they wait for: `lock`, `io`, …
    pub class: String,
    /// How long, in minutes.
    pub wait: Option<WaitView>,
    /// Frames from the innermost on: function, then file and line.
    pub frames: Vec<String>,
    /// Who created them.
    pub created_by: Option<String>,
    /// How many are locked to their threads.
    pub locked_to_thread: u64,
    /// Why they are set aside, as a sentence.
    pub idle: Option<String>,
    /// Number of the first group with the same functions.
    pub similar: usize,
    /// First line of the first task.
    pub line: u32,
}

/// Waits of a group, in minutes. Lower bounds: Go samples them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WaitView {
    /// Shortest.
    pub min: f64,
    /// The middle one.
    pub median: f64,
    /// Longest.
    pub max: f64,
    /// How many state one.
    pub stated: u64,
    /// How many up to 1, 5, 10, 30, 60, 180, 360, 720, 1440 minutes, and more.
    pub histogram: Vec<u64>,
    /// `steady` (a leak at a constant rate), `step` (one event), `open`.
    pub shape: String,
}

/// A queue and who may hold what it waits for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OwnerView {
    /// The lock.
    pub lock: String,
    /// How many wait for it.
    pub waiters: u64,
    /// How many are blocked behind it in all, other queues included; 0 where another lock is nearer to the root.
    pub blocked: u64,
    /// Longest wait, in minutes.
    pub longest: Option<u32>,
    /// Who holds it; `None` = not visible in this dump.
    pub holder: Option<String>,
    /// `stated`, `derived`, `suspected`.
    pub class: Option<OwnerClass>,
    /// What speaks for the holder.
    pub reasons: Vec<String>,
    /// Readers and writers wait: a writer in the queue keeps new readers out.
    pub convoy: bool,
    /// It is part of a cycle.
    pub cycle: bool,
    /// Who else may hold it, the holder first, with score and reasons.
    pub candidates: Vec<CandidateView>,
}

/// Somebody who may hold a lock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CandidateView {
    /// Who.
    pub task: String,
    /// Where it begins.
    pub line: u32,
    /// What speaks for it, summed up.
    pub score: i32,
    /// How it is known.
    pub class: OwnerClass,
    /// What speaks for and against it.
    pub reasons: Vec<String>,
}

/// Two dumps compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DiffView {
    /// Path and line of the earlier dump.
    pub before: (String, u32),
    /// Path and line of the later one.
    pub after: (String, u32),
    /// Seconds between them.
    pub seconds: Option<f64>,
    /// Goroutines started an hour.
    pub spawned_per_hour: Option<f64>,
    /// Ids in both.
    pub persistent: u64,
    /// Ids only in the later one.
    pub new: u64,
    /// Ids only in the earlier one.
    pub gone: u64,
    /// Groups, the largest change first.
    pub groups: Vec<ChangeView>,
}

/// What became of a group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChangeView {
    /// `grown`, `new`, `shrunk`, `gone`, `flat`, `stayed`.
    pub change: String,
    /// How many there were.
    pub before: u64,
    /// How many there are.
    pub after: u64,
    /// Frames from the innermost on.
    pub frames: Vec<String>,
    /// Who created them.
    pub created_by: Option<String>,
}

/// A dump as it is shown.
#[must_use]
pub fn dump_view(side: Side<'_>, path: &str, texts: &Texts) -> DumpView {
    let Side { facts, dump, symbols } = side;
    let text = |id| symbols.text_of(id).to_owned();
    let groups = facts.groups.iter().map(|group| group_view(side, group, texts)).collect();
    DumpView {
        evidence: facts.evidence,
        path: path.to_owned(),
        line: dump.locator.lines.first,
        kind: dump.kind.as_str().to_owned(),
        at: facts.at.map(Timestamp::to_rfc3339),
        title: text(dump.title),
        process: text(dump.process),
        pid: dump.pid,
        tasks: facts.n_tasks,
        is_cut: dump.is_cut,
        groups,
        owners: (0..facts.queues.len()).map(|index| owner_view(side, index, texts)).collect(),
        onset: facts.onset.as_ref().map(|onset| onset.at.to_rfc3339()),
        verdict: texts.say(&facts.verdict),
    }
}

fn group_view(side: Side<'_>, group: &Group, texts: &Texts) -> GroupView {
    let Side { dump, symbols, .. } = side;
    let tasks = || group.tasks.iter().map(|index| &dump.tasks[*index as usize]);
    GroupView {
        count: group.count,
        ids: tasks().map(|task| task.id).filter(|id| *id != 0).collect(),
        names: tasks().filter(|task| !task.name.is_empty()).map(|task| symbols.text_of(task.name).to_owned()).collect(),
        states: map_of(group.states.iter().map(|(state, count)| (symbols.text_of(*state).to_owned(), *count))),
        class: group.wait.as_str().to_owned(),
        wait: group.waits.as_ref().map(wait_view),
        frames: frames(symbols, symbols.frames_of(group.stack)),
        created_by: group.created_by.map(|frame| frame_text(symbols, frame)),
        locked_to_thread: group.n_locked,
        idle: group.idle.map(|idle| texts.say(&idle.message())),
        similar: group.similar,
        line: tasks().next().map_or(0, |task| task.locator.lines.first),
    }
}

fn wait_view(waits: &Waits) -> WaitView {
    let minutes = |seconds: u32| f64::from(seconds) / 60.0;
    let shape = match waits.shape {
        WaitShape::Open => "open",
        WaitShape::Steady { .. } => "steady",
        WaitShape::Step => "step",
    };
    WaitView {
        min: minutes(waits.min_s),
        median: minutes(waits.median_s),
        max: minutes(waits.max_s),
        stated: waits.n_stated,
        histogram: waits.histogram.to_vec(),
        shape: shape.to_owned(),
    }
}

fn owner_view(side: Side<'_>, index: usize, texts: &Texts) -> OwnerView {
    let Side { facts, dump, symbols } = side;
    let (queue, owner) = (&facts.queues[index], &facts.owners[index]);
    let name = |candidate: &Candidate| {
        dump.tasks.get(candidate.task as usize).map(|task| texts.say(&task_name(dump.kind, task, symbols)))
    };
    let candidates = owner.candidates.iter().map(|candidate| CandidateView {
        task: name(candidate).unwrap_or_default(),
        line: dump.tasks.get(candidate.task as usize).map_or(0, |task| task.locator.lines.first),
        score: candidate.score,
        class: candidate.class,
        reasons: candidate.reasons.iter().map(|reason| texts.say(reason)).collect(),
    });
    let candidates: Vec<CandidateView> = candidates.collect();
    let holder = owner.holder();
    let chain = facts.chains.iter().find(|chain| chain.queue == index);
    OwnerView {
        lock: texts.say(&lock_name(queue, symbols)),
        waiters: queue.n_waiting,
        blocked: chain.map_or(0, |chain| chain.n_blocked),
        longest: queue.longest_s.map(|seconds| seconds / 60),
        holder: holder.and_then(name),
        class: holder.map(|holder| holder.class),
        reasons: candidates.first().filter(|_| holder.is_some()).map_or(Vec::new(), |first| first.reasons.clone()),
        convoy: queue.is_convoy,
        cycle: facts.chains.iter().any(|chain| chain.root == Root::Cycle && chain.cycle.contains(&index)),
        candidates,
    }
}

/// Two dumps as they are shown: the one that the clocks say is earlier first, else in the order given.
#[must_use]
pub fn diff_view(first: (Side<'_>, &str), second: (Side<'_>, &str)) -> DiffView {
    let is_reversed = first.0.facts.at.zip(second.0.facts.at).is_some_and(|(first, second)| second < first);
    let ((before, before_path), (after, after_path)) = if is_reversed { (second, first) } else { (first, second) };
    let Diff { rows, seconds, spawned_per_hour, ids: [persistent, new, gone] } = compare(before, after);
    let change = |row: &Row| {
        let (side, index) = match (row.after, row.before) {
            (Some(index), _) => (after, index),
            (None, index) => (before, index.unwrap_or(0)),
        };
        let group = side.facts.groups.get(index)?;
        Some(ChangeView {
            change: row.change.as_str().to_owned(),
            before: row.n_before,
            after: row.n_after,
            frames: frames(side.symbols, side.symbols.frames_of(group.stack)),
            created_by: group.created_by.map(|frame| frame_text(side.symbols, frame)),
        })
    };
    DiffView {
        before: (before_path.to_owned(), before.dump.locator.lines.first),
        after: (after_path.to_owned(), after.dump.locator.lines.first),
        seconds,
        spawned_per_hour,
        persistent,
        new,
        gone,
        groups: rows.iter().filter_map(change).collect(),
    }
}

/// The function that tells most of where a stack is: the innermost that is not the language's own.
#[must_use]
pub fn telling(frames: &[String]) -> &str {
    let functions = || frames.iter().map(|frame| frame.split(' ').next().unwrap_or_default());
    let own = functions().find(|name| name.contains('/') && !is_of_runtime(name));
    own.or_else(|| functions().find(|name| !is_of_runtime(name))).or_else(|| functions().next()).unwrap_or_default()
}

/// Functions in which everybody waits: they say how, not where.
fn is_of_runtime(name: &str) -> bool {
    const PREFIXES: [&str; 9] =
        ["runtime.", "sync.", "internal/", "syscall.", "java.", "jdk.", "sun.", "__", "schedule"];
    // Packages of Go; of Java, whose names have more parts, they are people's own.
    const SHORT: [&str; 2] = ["net.", "os."];
    let is_short = || holds(name, "(*") || name.bytes().filter(|byte| *byte == b'.').count() < 3;
    PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        || SHORT.iter().any(|prefix| name.starts_with(prefix)) && is_short()
}

fn frames(symbols: &Symbols, frames: &[FrameId]) -> Vec<String> {
    frames.iter().map(|frame| frame_text(symbols, *frame)).collect()
}

fn frame_text(symbols: &Symbols, frame: FrameId) -> String {
    let frame = symbols.frame_of(frame);
    let (function, file) = (symbols.text_of(frame.function), symbols.text_of(frame.file));
    match (file, frame.line) {
        ("", _) => function.to_owned(),
        (file, 0) => format!("{function} {file}"),
        (file, line) => format!("{function} {file}:{line}"),
    }
}
