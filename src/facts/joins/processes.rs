//! The processes that a caller waits for, in a listing of `ps`, and what joins them with the layers above and below.

use super::calls::Caller;
use super::names::Names;
use super::{Join, Layer, MANY, Part, Seen};
use crate::facts::Input;
use crate::facts::usage::program;
use crate::model::gather::{ByName, map_of};
use crate::model::sort::Order as _;
use crate::model::{Arg, Cite, Message, OwnerClass, Process, Role};

/// Processes of one program.
pub(super) struct Children {
    /// The program.
    pub(super) name: String,
    count: usize,
    first: Cite,
    /// Of those that the caller's goroutines wait for by number: how many are in the listing, out of how many, and the first pair.
    by_pid: Option<(usize, usize, [Cite; 2])>,
    /// How many are children of the caller's process, and its pid.
    by_parent: Option<(usize, u32)>,
    /// Programs with as many processes.
    alternatives: usize,
}

/// Whether two numbers agree as far as counts at two moments can.
fn agrees(a: usize, b: usize) -> bool {
    a > 0 && b > 0 && a * 2 >= b && b * 2 >= a
}

/// The program of which most processes run that a caller waits for or that call a daemon; `None` where no listing shows one.
pub(super) fn children(
    inputs: &[Input<'_>],
    caller: Option<&Caller<'_>>,
    server: Option<&Seen<'_>>,
    names: Option<&Names<'_>>,
) -> Option<Children> {
    let listings = inputs.iter().flat_map(|input| &input.parsed.processes);
    // Of several listings the fullest: a stall fills it. What the kernel lists when it kills is of another moment, and has no parents.
    let listing = listings.max_by_key(|listing| (listing.held.is_none(), listing.processes.len()))?;
    let mut programs = ByName::<(String, Vec<&Process>)>::default();
    for process in listing.processes.iter().filter(|process| !process.command.starts_with('[')) {
        let name = program(&process.command);
        programs.get_or_insert_with(&name, || (name.clone(), Vec::new())).1.push(process);
    }
    let awaited = map_of(caller.into_iter().flat_map(|caller| caller.children().map(|(task, pid)| (pid, task))));
    let parent = caller.and_then(|caller| caller.seen.dump.pid);
    let n_waiting = caller.map_or(0, |caller| caller.waiting.len());
    let n_blocked =
        server.and_then(Seen::convoy).map_or(0, |convoy| usize::try_from(convoy.n_blocked).unwrap_or(usize::MAX));
    let mut found: Vec<Children> = Vec::new();
    for (name, processes) in programs.into_values() {
        let pairs: Vec<(&Process, u32)> =
            processes.iter().filter_map(|process| Some((*process, *awaited.get(&process.pid)?))).collect();
        let n_children = processes.iter().filter(|process| Some(process.ppid) == parent).count();
        let is_many = processes.len() >= MANY;
        let by_count = is_many && (agrees(processes.len(), n_waiting) || agrees(processes.len(), n_blocked));
        let by_name = is_many && names.is_some_and(|names| names.is_kin(&name));
        if pairs.is_empty() && n_children < MANY && !by_count && !by_name {
            continue;
        }
        let cite = |process: &Process| Cite { locator: process.locator, role: Role::Shows, at: None };
        let by_pid = pairs.first().and_then(|(process, task)| {
            let pair = [caller?.seen.cite(*task)?, cite(process)];
            Some((pairs.len(), awaited.len(), pair))
        });
        let by_parent = parent.filter(|_| n_children > 0).map(|parent| (n_children, parent));
        let Some(first) = processes.first() else { continue };
        found.push(Children { count: processes.len(), first: cite(first), by_pid, by_parent, alternatives: 0, name });
    }
    // A pid is surer than a parent, a parent than a number.
    let rank = |it: &Children| (it.by_pid.as_ref().map_or(0, |by| by.0), it.by_parent.map_or(0, |by| by.0), it.count);
    found.order_by(|a, b| rank(b).cmp(&rank(a)).then_with(|| a.name.cmp(&b.name)));
    let alternatives = found.len().saturating_sub(1);
    found.into_iter().next().map(|best| Children { alternatives, ..best })
}

impl Children {
    /// The layer.
    pub(super) fn layer(&self) -> Layer {
        let text = Message::new("finding-stall-children").with("count", self.count).with("name", self.name.as_str());
        Layer { part: Part::Children, name: format!("{} × {}", self.name, self.count), text, cites: vec![self.first] }
    }

    /// What joins them with the program that waits.
    pub(super) fn join_up(&self, caller: &Caller<'_>) -> Option<Join> {
        let from = Part::Caller;
        if let Some((count, of, pair)) = &self.by_pid {
            let text = Message::new("finding-stall-by-pid").with("count", *count).with("of", *of);
            return Some(Join { from, class: OwnerClass::Derived, text, alternatives: 0, cites: pair.to_vec() });
        }
        let cites = vec![caller.first_cite()?, self.first];
        if let Some((count, parent)) = self.by_parent {
            let text = Message::new("finding-stall-by-parent").with("count", count).with("pid", parent.to_string());
            return Some(Join { from, class: OwnerClass::Derived, text, alternatives: 0, cites });
        }
        let text = Message::new("finding-stall-by-count")
            .with("waiting", caller.waiting.len())
            .with("count", self.count)
            .with("others", self.alternatives);
        let agree = agrees(self.count, caller.waiting.len());
        agree.then_some(Join { from, class: OwnerClass::Suspected, text, alternatives: self.alternatives, cites })
    }

    /// What joins them with the daemon: their number, their name, the stack of one of them.
    pub(super) fn join_down(
        &self,
        server: &Seen<'_>,
        names: &Names<'_>,
        sample: Option<(Message, Cite)>,
    ) -> Option<Join> {
        let convoy = server.convoy()?;
        let n_blocked = usize::try_from(convoy.n_blocked).unwrap_or(usize::MAX);
        let mut reasons: Vec<Arg> = Vec::new();
        if agrees(self.count, n_blocked) {
            let reason =
                Message::new("finding-stall-reason-count").with("count", self.count).with("blocked", n_blocked);
            reasons.push(reason.into());
        }
        if names.is_kin(&self.name) {
            reasons.push(Message::new("finding-stall-reason-name").with("name", self.name.as_str()).into());
        }
        let mut cites = vec![self.first, convoy.waiter];
        if let Some((reason, cite)) = sample {
            reasons.push(reason.into());
            cites.push(cite);
        }
        let text = Message::new("finding-stall-by-reasons").with("reasons", Arg::List(reasons.clone()));
        let join =
            Join { from: Part::Children, class: OwnerClass::Suspected, text, alternatives: self.alternatives, cites };
        (!reasons.is_empty()).then_some(join)
    }
}
