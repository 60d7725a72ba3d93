//! Layers of one stall joined: a caller that waits for processes, the processes, the daemon they call, the kernel task its goroutine is.
//!
//! No dump names the next one. What joins two layers is printed in both (a pid, the address of a buffer, a descriptor) or agrees
//! (numbers, names, the system call): a join says which, how many others would do as well, and cites both sides. Where nothing joins,
//! the chain ends, and says so. Layers of different hosts are never joined.

mod calls;
mod kernel;
mod names;
mod processes;
pub mod refusals;

use super::Input;
use super::stacks::graph::Root;
use super::stacks::{Convoy, DumpFacts, Onset, first_line};
use crate::model::{Cite, DumpKind, Message, OwnerClass, Role, StackDump, Symbols, Task};
use names::Names;

/// Fewer tasks may be traffic.
const MANY: usize = 10;
/// Shorter waits may be load, in seconds.
const LONG_S: u32 = 5 * 60;

/// Which part of the chain a layer is, from the top down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// A program that waits for child processes.
    Caller,
    /// The processes it waits for.
    Children,
    /// The daemon whose lock everybody waits for.
    Server,
    /// The kernel task of the goroutine that holds it.
    Kernel,
}

impl Part {
    /// All, from the top down.
    pub const ALL: [Self; 4] = [Self::Caller, Self::Children, Self::Server, Self::Kernel];
}

/// A layer that the evidence shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// Which one.
    pub part: Part,
    /// Its name in the chain; empty where nothing names it.
    pub name: String,
    /// What it shows.
    pub text: Message,
    /// Where.
    pub cites: Vec<Cite>,
}

/// What joins a layer with the one below.
#[derive(Clone, Debug, PartialEq)]
pub struct Join {
    /// The upper one.
    pub from: Part,
    /// How sure.
    pub class: OwnerClass,
    /// By what.
    pub text: Message,
    /// How many others would do as well.
    pub alternatives: usize,
    /// Both sides.
    pub cites: Vec<Cite>,
}

/// A stall over several layers, as far as the evidence shows it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stall {
    /// The layers there are, from the top down.
    pub layers: Vec<Layer>,
    /// What joins them.
    pub joins: Vec<Join>,
    /// How the owner of the daemon's lock is known, where the chain goes through it.
    pub owner: Option<OwnerClass>,
    /// Where it ends: what the last layer waits for, and who is not seen to answer.
    pub end: Option<(Message, Vec<Cite>)>,
    /// When the longest wait of the daemon began, else the caller's.
    pub onset: Option<Onset>,
}

impl Stall {
    /// A layer.
    #[must_use]
    pub fn layer(&self, part: Part) -> Option<&Layer> {
        self.layers.iter().find(|layer| layer.part == part)
    }

    /// What joins a layer with the one below it.
    #[must_use]
    pub fn join(&self, from: Part) -> Option<&Join> {
        self.joins.iter().find(|join| join.from == from)
    }
}

/// How a join is known.
#[must_use]
pub fn class_name(class: OwnerClass) -> Message {
    Message::new(match class {
        OwnerClass::Stated => "stacks-class-stated",
        OwnerClass::Derived => "finding-join-derived",
        OwnerClass::Suspected => "finding-join-suspected",
    })
}

/// A dump with what is concluded from it.
#[derive(Clone, Copy)]
struct Seen<'a> {
    facts: &'a DumpFacts,
    dump: &'a StackDump,
    symbols: &'a Symbols,
}

impl<'a> Seen<'a> {
    fn of(inputs: &[Input<'a>], facts: &'a DumpFacts) -> Option<Self> {
        let input = inputs.iter().find(|input| input.meta.id == facts.evidence)?;
        let dumps = &input.parsed.dumps;
        Some(Self { facts, dump: dumps.kept.get(facts.index)?, symbols: &dumps.symbols })
    }

    fn task(&self, index: u32) -> Option<&'a Task> {
        self.dump.tasks.get(index as usize)
    }

    fn cite(&self, index: u32) -> Option<Cite> {
        let locator = first_line(self.task(index)?.locator);
        Some(Cite { locator, role: Role::Shows, at: self.facts.at })
    }

    /// The convoy that matters: many, for long.
    fn convoy(&self) -> Option<&'a Convoy> {
        let convoy = self.facts.convoy.as_ref()?;
        let is_long = convoy.longest_s.is_some_and(|waited| waited >= LONG_S);
        (convoy.n_blocked >= MANY as u64 && is_long).then_some(convoy)
    }

    /// The task that holds up everybody in the main convoy.
    fn holder(&self) -> Option<u32> {
        match self.facts.main_chain()?.0.root {
            Root::Task(task) => Some(task),
            Root::NotVisible | Root::Cycle => None,
        }
    }

    /// Whether two dumps may be of one host: as far as both say it.
    fn may_share_host(&self, other: &Self) -> bool {
        let [own, theirs] = [self, other].map(|seen| seen.symbols.text_of(seen.dump.host));
        own.is_empty() || theirs.is_empty() || own == theirs
    }
}

/// Joins the layers of the largest stall that the dumps show.
#[must_use]
pub fn derive_stall(inputs: &[Input<'_>], stacks: &[DumpFacts]) -> Stall {
    let all: Vec<Seen<'_>> = stacks.iter().filter_map(|facts| Seen::of(inputs, facts)).collect();
    let go = || all.iter().copied().filter(|seen| seen.dump.kind == DumpKind::Go);
    let caller = calls::caller(go());
    let is_caller = |seen: &Seen<'_>| caller.as_ref().is_some_and(|caller| std::ptr::eq(caller.seen.facts, seen.facts));
    let server = go()
        .filter(|seen| !is_caller(seen) && seen.convoy().is_some())
        .filter(|seen| caller.as_ref().is_none_or(|caller| caller.seen.may_share_host(seen)))
        .max_by_key(|seen| {
            (seen.facts.convoy.as_ref().map(|convoy| convoy.n_blocked), std::cmp::Reverse(seen.facts.evidence))
        });
    let names = server.map(|seen| Names::of(&seen));
    let children = processes::children(inputs, caller.as_ref(), server.as_ref(), names.as_ref());
    let kernel = server.and_then(|seen| kernel::task_of(&seen, names.as_ref()?, &all));
    let mut stall = Stall { onset: server.and_then(|seen| seen.facts.onset.clone()), ..Stall::default() };
    if let Some(caller) = &caller {
        stall.layers.extend(caller.layer());
        stall.onset = stall.onset.or_else(|| caller.onset());
    }
    // Without children the daemon's callers may be its clients.
    if caller.is_none()
        && children.is_none()
        && let Some((layer, join)) = server.and_then(|seen| calls::asker(go(), &seen))
        && (join.is_some() || kernel.is_none())
    {
        stall.layers.push(layer);
        stall.joins.extend(join);
    }
    if let Some(children) = &children {
        stall.layers.push(children.layer());
        stall.joins.extend(caller.as_ref().and_then(|caller| children.join_up(caller)));
    }
    if let (Some(seen), Some(names)) = (server, &names) {
        stall.layers.extend(server_layer(&seen, names));
        stall.owner = seen.facts.convoy.as_ref().and_then(|convoy| convoy.class);
        let sample = calls::sample(go(), &seen, children.as_ref().map(|children| children.name.as_str()));
        stall.joins.extend(children.as_ref().and_then(|children| children.join_down(&seen, names, sample)));
        stall.end = server_end(&seen);
    }
    if let Some(found) = kernel {
        stall.end = found.end;
        stall.layers.push(found.layer);
        stall.joins.push(found.join);
    }
    stall
}

/// The daemon whose lock everybody waits for.
fn server_layer(seen: &Seen<'_>, names: &Names<'_>) -> Option<Layer> {
    let convoy = seen.convoy()?;
    let mut cites = vec![convoy.waiter];
    let text = match &convoy.holder {
        Some(holder) => {
            cites.push(holder.cite);
            let is_suspect = holder.class == OwnerClass::Suspected;
            Message::new(if is_suspect { "finding-stall-server-suspect" } else { "finding-stall-server" })
                .with("holder", holder.name.clone())
                .with("where", holder.place.clone())
                .with("class", holder.class_name.clone())
        }
        None => Message::new("finding-stall-server-unowned"),
    };
    let text = text
        .with("count", convoy.n_blocked)
        .with("name", names.shown())
        .with("lock", convoy.lock.clone())
        .with("minutes", convoy.longest_s.unwrap_or(0) / 60);
    Some(Layer { part: Part::Server, name: names.short(), text, cites })
}

/// Where the chain ends at the daemon.
fn server_end(seen: &Seen<'_>) -> Option<(Message, Vec<Cite>)> {
    let holder = seen.holder()?;
    let task = seen.task(holder)?;
    let name = super::stacks::verdict::task_name(seen.dump.kind, task, seen.symbols);
    let text = match super::stacks::syscalls::of_go(task, seen.symbols) {
        Some(call) => Message::new("finding-stall-end-call").with("call", call),
        None => Message::new("finding-stall-end-task"),
    };
    Some((text.with("task", name), vec![seen.cite(holder)?]))
}
