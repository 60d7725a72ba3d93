//! What a Go program shows of its calls to others: children it waits for, answers it waits for.

use super::names::Names;
use super::{LONG_S, Layer, MANY, Part, Seen};
use crate::facts::stacks::Onset;
use crate::model::sort::Order as _;
use crate::model::{Cite, Message, WaitClass};

/// Functions that wait for a child process.
const CHILD: &[&str] = &["os/exec.(*Cmd).Wait", "os.(*Process).Wait", "os.(*Process).wait"];
/// Ends of functions that wait for the answer of another process.
const ANSWER: &[&str] = &["net/rpc.(*Client).Call", "grpc.Invoke", "grpc.(*ClientConn).Invoke", "ttrpc.(*Client).Call"];
/// Parts of functions that run a network plugin.
const PLUGIN: &[&str] = &["libcni.(*CNIConfig).", "/invoke.Exec"];
/// Tasks of a dump of one plugin.
const MAX_SAMPLE: u64 = 60;

/// A program that waits for children.
pub(super) struct Caller<'a> {
    pub(super) seen: Seen<'a>,
    /// Tasks that wait for a child, the longest wait first.
    pub(super) waiting: Vec<u32>,
    names: Names<'a>,
}

fn has(seen: &Seen<'_>, index: u32, holds: impl Fn(&str) -> bool) -> bool {
    let frames = seen.task(index).map(|task| seen.symbols.frames_of(task.stack));
    frames.is_some_and(|frames| frames.iter().any(|frame| holds(seen.symbols.function_of(*frame))))
}

/// Tasks in functions that `holds` knows, the longest wait first.
fn tasks_in(seen: &Seen<'_>, holds: impl Fn(&str) -> bool) -> Vec<u32> {
    // Stacks are few, tasks are many: a group answers for all of its tasks.
    let groups = seen.facts.groups.iter().filter(|group| group.wait != WaitClass::Lock);
    let groups = groups.filter(|group| group.tasks.first().is_some_and(|first| has(seen, *first, &holds)));
    let mut found: Vec<u32> = groups.flat_map(|group| group.tasks.iter().copied()).collect();
    found.order_by_key(|index| (std::cmp::Reverse(seen.task(*index).and_then(|task| task.waited_s)), *index));
    found
}

/// The program that waits for most children: for long, and with others behind it or in calls of plugins. A supervisor that waits for what
/// it started is none.
pub(super) fn caller<'a>(dumps: impl Iterator<Item = Seen<'a>>) -> Option<Caller<'a>> {
    let of = |seen: Seen<'a>| {
        let waiting = tasks_in(&seen, |name| CHILD.contains(&name));
        let longest = waiting.first().and_then(|index| seen.task(*index)?.waited_s).unwrap_or(0);
        let n_plugins =
            waiting.iter().filter(|index| has(&seen, **index, |name| PLUGIN.iter().any(|part| name.contains(part))));
        let is_stuck = seen.convoy().is_some() || n_plugins.count() >= MANY;
        (longest >= LONG_S && is_stuck).then(|| Caller { names: Names::of(&seen), seen, waiting })
    };
    let mut callers: Vec<Caller<'a>> = dumps.filter_map(of).collect();
    callers.order_by_key(|caller| (std::cmp::Reverse(caller.waiting.len()), caller.seen.facts.evidence));
    callers.into_iter().next()
}

impl Caller<'_> {
    /// Processes that its goroutines wait for by number.
    pub(super) fn children(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        const WAITS: [u32; 4] = [61, 247, 260, 95];
        let call = |index: &u32| Some((*index, self.seen.task(*index)?.syscall?));
        self.waiting.iter().filter_map(call).filter_map(|(index, (number, pid))| {
            (WAITS.contains(&number) && pid > 1 && pid < 1 << 22).then_some((index, pid))
        })
    }

    /// The task that waits longest.
    pub(super) fn first_cite(&self) -> Option<Cite> {
        self.seen.cite(*self.waiting.first()?)
    }

    /// When the longest of its waits began.
    pub(super) fn onset(&self) -> Option<Onset> {
        let own = self.first_cite()?;
        let waited_s = self.seen.task(*self.waiting.first()?)?.waited_s?;
        let at = self.seen.facts.at?.plus_seconds(-i64::from(waited_s));
        let convoy = self.seen.facts.onset.clone().filter(|onset| onset.at < at);
        Some(convoy.unwrap_or(Onset { at, waited_s, cite: own }))
    }

    /// The layer.
    pub(super) fn layer(&self) -> Option<Layer> {
        let longest = self.waiting.first().and_then(|index| self.seen.task(*index)?.waited_s).unwrap_or(0);
        let mut cites = vec![self.first_cite()?];
        let text = match self.seen.convoy() {
            Some(convoy) => {
                cites.push(convoy.waiter);
                Message::new("finding-stall-caller").with("blocked", convoy.n_blocked).with("lock", convoy.lock.clone())
            }
            None => Message::new("finding-stall-caller-alone"),
        };
        let text =
            text.with("count", self.waiting.len()).with("name", self.names.shown()).with("minutes", longest / 60);
        Some(Layer { part: Part::Caller, name: self.names.short(), text, cites })
    }
}

/// The dump of one of the children: few tasks, one of which waits for the daemon's answer.
pub(super) fn sample<'a>(
    mut dumps: impl Iterator<Item = Seen<'a>>,
    server: &Seen<'_>,
    child: Option<&str>,
) -> Option<(Message, Cite)> {
    dumps.find_map(|seen| {
        let is_other = seen.facts.evidence != server.facts.evidence || seen.facts.index != server.facts.index;
        let names = Names::of(&seen);
        let is_child = !names.is_known() || child.is_some_and(|child| names.is_kin(child));
        if !is_other || seen.facts.n_tasks > MAX_SAMPLE || !is_child || !seen.may_share_host(server) {
            return None;
        }
        let waiting = tasks_in(&seen, |name| ANSWER.iter().any(|end| name.ends_with(end)));
        let first = *waiting.first()?;
        let task = seen.task(first)?;
        let mut calls = seen.symbols.frames_of(task.stack).iter().map(|frame| seen.symbols.function_of(*frame));
        let call = calls.find(|name| ANSWER.iter().any(|end| name.ends_with(end)))?;
        Some((Message::new("finding-stall-reason-sample").with("call", call), seen.cite(first)?))
    })
}
