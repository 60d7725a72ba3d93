//! What a Go program shows of its calls to others: children it waits for, answers it waits for.

use super::names::Names;
use super::{Join, LONG_S, Layer, MANY, Part, Seen};
use crate::facts::stacks::Onset;
use crate::model::sort::Order as _;
use crate::model::words::{after, cut_last, holds};
use crate::model::{Cite, Message, OwnerClass, WaitClass};

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
            waiting.iter().filter(|index| has(&seen, **index, |name| PLUGIN.iter().any(|part| holds(name, part))));
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
        let task = self.seen.task(*self.waiting.first()?)?;
        let waited_s = task.waited_s?;
        let at = self.seen.facts.at?.plus_seconds(-i64::from(waited_s));
        let convoy = self.seen.facts.onset.clone().filter(|onset| onset.at < at);
        Some(convoy.unwrap_or(Onset { at, waited_s, task: task.id, cite: own }))
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

fn is_answer(name: &str) -> bool {
    ANSWER.iter().any(|end| name.ends_with(end))
}

/// Service and method of a stub that calls another process, or of the handler that serves it, as gRPC's generator names both:
/// `v1.(*runtimeServiceClient).PodSandboxStatus` and `v1._RuntimeService_PodSandboxStatus_Handler` are `RuntimeService_PodSandboxStatus`.
fn method(name: &str) -> Option<String> {
    if let Some((left, method)) = cut_last(name, "Client).") {
        let service = cut_last(left, "(*")?.1;
        let first = service.get(..1)?.to_ascii_uppercase();
        return (!method.contains('.')).then(|| format!("{first}{}_{method}", after(service, 1)));
    }
    let handler = |part: &str| Some(part.strip_prefix('_')?.strip_suffix("_Handler")?.to_owned());
    name.rsplit('.').find_map(handler)
}

/// The program whose goroutines wait for the server's answers, with the join where both run one method of a service. Calls that do not
/// name their method (`net/rpc`) join nothing.
pub(super) fn asker<'a>(dumps: impl Iterator<Item = Seen<'a>>, server: &Seen<'_>) -> Option<(Layer, Option<Join>)> {
    let methods_of = |seen: &Seen<'_>, index: u32| {
        let frames = seen.task(index).map_or(&[][..], |task| seen.symbols.frames_of(task.stack));
        frames.iter().find_map(|frame| method(seen.symbols.function_of(*frame)))
    };
    let waited = |seen: &Seen<'_>, index: u32| seen.task(index).and_then(|task| task.waited_s).unwrap_or(0);
    let others = dumps.filter(|seen| !std::ptr::eq(seen.facts, server.facts) && seen.may_share_host(server));
    let of = |seen: Seen<'a>| {
        let mut waiting = tasks_in(&seen, is_answer);
        let first = *waiting.first()?;
        let longest = waited(&seen, first);
        let called = methods_of(&seen, first);
        // Who waits longest tells for which method; the others count where they wait for the same.
        waiting.retain(|index| methods_of(&seen, *index) == called);
        let blocked = server.facts.groups.iter().filter(|group| group.wait == WaitClass::Lock);
        let serving = blocked.filter(|group| called.is_some() && methods_of(server, group.tasks[0]) == called);
        let serving: Vec<u32> = serving.flat_map(|group| group.tasks.iter().copied()).collect();
        let is_long = longest >= LONG_S && (waiting.len() >= MANY || !serving.is_empty());
        let names = Names::of(&seen);
        let cites = vec![seen.cite(first)?];
        let text = Message::new("finding-stall-asker")
            .with("count", waiting.len())
            .with("name", names.shown())
            .with("minutes", longest / 60);
        let layer = Layer { part: Part::Caller, name: names.short(), text, cites };
        let join = called.zip(serving.first()).and_then(|(called, served)| {
            let text = Message::new("finding-stall-by-method")
                .with("method", called)
                .with("waiting", waiting.len())
                .with("count", serving.len());
            let cites = vec![seen.cite(first)?, server.cite(*served)?];
            Some(Join { from: Part::Caller, class: OwnerClass::Suspected, text, alternatives: 0, cites })
        });
        is_long.then_some((layer, join))
    };
    others.filter_map(of).reduce(|a, b| if a.1.is_none() && b.1.is_some() { b } else { a })
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
        let waiting = tasks_in(&seen, is_answer);
        let first = *waiting.first()?;
        let task = seen.task(first)?;
        let mut calls = seen.symbols.frames_of(task.stack).iter().map(|frame| seen.symbols.function_of(*frame));
        let call = calls.find(|name| is_answer(name))?;
        Some((Message::new("finding-stall-reason-sample").with("call", call), seen.cite(first)?))
    })
}
