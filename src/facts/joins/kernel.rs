//! The kernel task that a goroutine is while it is in a system call.
//!
//! A goroutine's number is no thread's. The address of a buffer that both print makes them one; so do call, descriptor and command
//! together; call and command alone are only likely, and the number of tasks that have both is said.

use super::names::Names;
use super::{Join, Layer, Part, Seen};
use crate::facts::stacks::names::telling_frame;
use crate::facts::stacks::verdict::task_name;
use crate::facts::stacks::{kernel, syscalls};
use crate::model::sort::Order as _;
use crate::model::{Arg, Cite, DumpKind, Message, OwnerClass, Task};

/// Related tasks that are named.
const TOLD: usize = 3;

/// A kernel task that is a goroutine.
pub(super) struct Found {
    pub(super) layer: Layer,
    pub(super) join: Join,
    pub(super) end: Option<(Message, Vec<Cite>)>,
}

/// How well a kernel task fits, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Address(u64),
    Descriptor(u32),
    Command,
    OnlyTask,
}

/// The kernel task of the goroutine that holds everybody up.
pub(super) fn task_of(server: &Seen<'_>, names: &Names<'_>, all: &[Seen<'_>]) -> Option<Found> {
    let holder = server.holder()?;
    let task = server.task(holder)?;
    let call = syscalls::of_go(task, server.symbols)?;
    let is_kernel = |seen: &&Seen<'_>| seen.dump.kind == DumpKind::Kernel && server.may_share_host(seen);
    let stacks = || {
        let with_frames = |seen: &&Seen<'_>, task: &Task| !seen.symbols.frames_of(task.stack).is_empty();
        all.iter().filter(is_kernel).flat_map(move |seen| {
            (0..)
                .zip(&seen.dump.tasks)
                .filter(move |(_, task)| with_frames(&seen, task))
                .map(move |(index, task)| (seen, index, task))
        })
    };
    let n_stacks = stacks().count();
    let fit = |seen: &Seen<'_>, other: &Task| {
        if syscalls::of_kernel(other, seen.symbols) != Some(call) {
            return None;
        }
        if let Some(address) = syscalls::shared_address((server.dump, task), (seen.dump, other)) {
            return Some(Fit::Address(address));
        }
        let comm = seen.symbols.text_of(other.name);
        let is_kin = !comm.is_empty() && names.is_kin(comm);
        let descriptors = task.syscall.zip(other.syscall).map(|(own, theirs)| (own.1, theirs.1));
        match descriptors {
            Some((own, theirs)) if own != u32::MAX && theirs != u32::MAX => {
                (own == theirs && is_kin).then_some(Fit::Descriptor(own))
            }
            _ if is_kin => Some(Fit::Command),
            // One stack was collected on purpose, of a thread without a name.
            _ => (n_stacks == 1 && (comm.is_empty() || !names.is_known())).then_some(Fit::OnlyTask),
        }
    };
    let fits: Vec<(Fit, &Seen<'_>, u32, &Task)> =
        stacks().filter_map(|(seen, index, other)| Some((fit(seen, other)?, seen, index, other))).collect();
    let rank = |fit: Fit| match fit {
        Fit::Address(_) => 0,
        Fit::Descriptor(_) => 1,
        Fit::Command => 2,
        Fit::OnlyTask => 3,
    };
    let (best, seen, index, other) = *fits.iter().min_by_key(|(fit, ..)| rank(*fit))?;
    // The same task in two dumps is one.
    let mut same: Vec<u64> = fits.iter().filter(|it| rank(it.0) == rank(best)).map(|it| it.3.id).collect();
    same.order();
    same.dedup();
    let alternatives = same.len().saturating_sub(1);
    let text = match best {
        Fit::Address(address) => Message::new("finding-stall-by-address").with("address", format!("{address:#x}")),
        Fit::Descriptor(fd) => Message::new("finding-stall-by-descriptor").with("fd", fd),
        Fit::Command => Message::new("finding-stall-by-command"),
        Fit::OnlyTask => Message::new("finding-stall-by-call"),
    };
    let is_derived = matches!(best, Fit::Address(_) | Fit::Descriptor(_)) && alternatives == 0;
    let class = if is_derived { OwnerClass::Derived } else { OwnerClass::Suspected };
    let text = text.with("call", call).with("others", alternatives);
    let join =
        Join { from: Part::Server, class, text, alternatives, cites: vec![server.cite(holder)?, seen.cite(index)?] };
    let frame =
        telling_frame(DumpKind::Kernel, seen.symbols, other.stack).map_or("", |frame| seen.symbols.function_of(frame));
    let name = task_name(DumpKind::Kernel, other, seen.symbols);
    let text = Message::new("finding-stall-kernel").with("task", name).with("call", call).with("frame", frame);
    let cites = vec![seen.cite(index)?];
    let shown = format!("{} {} ({})", seen.symbols.text_of(other.name), other.id, kernel::plain(frame));
    let layer = Layer { part: Part::Kernel, name: shown.trim_start().to_owned(), text, cites: cites.clone() };
    let others = stacks().filter(|(_, _, one)| one.id != other.id);
    let end = end(frame, others, cites);
    Some(Found { layer, join, end: Some(end) })
}

/// What the kernel task waits for, and whether any other task in the evidence has to do with it.
fn end<'a>(
    frame: &str,
    others: impl Iterator<Item = (&'a Seen<'a>, u32, &'a Task)>,
    mut cites: Vec<Cite>,
) -> (Message, Vec<Cite>) {
    let subsystem = kernel::plain(frame).trim_start_matches('_').split('_').next().unwrap_or_default();
    // Answers to requests for links are made under one lock.
    let words: &[&str] = if subsystem == "netlink" { &["netlink", "rtnl"] } else { &[subsystem] };
    let (mut n_others, mut related) = (0u64, Vec::new());
    for (seen, index, task) in others {
        n_others += 1;
        let mut frames =
            seen.symbols.frames_of(task.stack).iter().map(|frame| kernel::plain(seen.symbols.function_of(*frame)));
        let is_related = frames.any(|name| {
            let name = name.trim_start_matches('_');
            words.iter().any(|word| word.len() >= 3 && name.starts_with(word))
        });
        if is_related && related.len() < TOLD {
            related.push(Arg::from(task_name(DumpKind::Kernel, task, seen.symbols)));
            cites.extend(seen.cite(index));
        }
    }
    let id = match (related.is_empty(), n_others, subsystem) {
        (false, ..) => "finding-stall-end-related",
        (true, 0, "netlink") => "finding-stall-end-netlink-alone",
        (true, 0, _) => "finding-stall-end-alone",
        (true, _, "netlink") => "finding-stall-end-netlink",
        (true, ..) => "finding-stall-end-kernel",
    };
    let text = Message::new(id).with("frame", frame).with("count", n_others).with("related", Arg::List(related));
    (text, cites)
}
