//! Figures and messages in the evidence that are easily taken for what they are not, beside limits on tasks.
//!
//! `node_processes_pids` counts processes and no threads. cAdvisor writes `container_threads_max 0` where a container has no limit.
//! `PIDPressure=False` says nothing: kubelet has no default threshold for `pid.available` (kubernetes/kubernetes#98206). Go's hint at
//! `ulimit -u` is printed for every EAGAIN, whichever limit refused the thread (`newosproc` in runtime/os_linux.go). What a file of sysctl
//! sets need not be in force.

use std::collections::BTreeSet;

use super::Input;
use super::ceilings::{binds_node, is_plausible, least};
use super::failures::Failures;
use super::growth::{Contribution, Growth};
use super::usage::{Quantity, SeriesFact, Usage};
use crate::model::gather::set_of;
use crate::model::{Arg, Cite, LimitName, LimitOrigin, Message, Role, SightingKind};

/// What misleads.
#[derive(Clone, Debug, PartialEq)]
pub enum Caveat {
    /// A series that counts processes.
    Processes {
        /// Its metric.
        name: String,
        /// Its highest value.
        most: f64,
    },
    /// A limit of zero, which is none.
    Unlimited {
        /// The container that grew.
        name: String,
    },
    /// A node's condition that is no sign of health.
    PidPressure {
        /// The node.
        node: String,
    },
    /// The runtime's guess at a limit.
    UlimitHint,
    /// A setting that is not in force.
    Configured {
        /// Whose.
        name: LimitName,
        /// What the last file says.
        set: u64,
        /// What is in force.
        live: u64,
    },
    /// A limit of the node that no kernel takes: a file that was never in force, or a number that lost its upper bits on the way.
    Implausible {
        /// Whose.
        name: LimitName,
        /// What is given.
        value: u64,
    },
}

/// Something that misleads, and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Caution {
    /// What.
    pub what: Caveat,
    /// Where.
    pub cite: Cite,
}

impl Caution {
    /// What it says.
    #[must_use]
    pub fn message(&self) -> Message {
        match &self.what {
            Caveat::Processes { name, most } => {
                Message::new("caveat-processes").with("name", name.as_str()).with("most", Arg::Int(most.round() as i64))
            }
            Caveat::Unlimited { name } => Message::new("caveat-unlimited").with("name", name.as_str()),
            Caveat::PidPressure { node } => Message::new("caveat-pressure").with("node", node.as_str()),
            Caveat::UlimitHint => Message::new("caveat-hint"),
            Caveat::Configured { name, set, live } => {
                Message::new("caveat-configured").with("limit", name.as_str()).with("set", *set).with("live", *live)
            }
            Caveat::Implausible { name, value } => Message::new("caveat-implausible")
                .with("limit", name.as_str())
                .with("value", *value)
                .with("least", least(*name)),
        }
    }
}

/// Everything that misleads about limits on tasks, in the order of [`Caveat`].
#[must_use]
pub fn derive_caveats(
    inputs: &[Input<'_>],
    usage: &Usage,
    growth: Option<&Growth>,
    failures: &Failures,
) -> Vec<Caution> {
    let configured = Some(usage)
        .filter(|usage| usage.other_nodes.is_empty() && usage.other_hosts.is_empty())
        .and_then(|_| configured(inputs));
    let (hint, implausible) = (ulimit_hint(failures), implausible(inputs));
    let all = [processes(usage), unlimited(usage, growth), pid_pressure(inputs, usage), hint, configured, implausible];
    all.into_iter().flatten().collect()
}

/// A limit of the node that the last of its files sets to another value than the one in force (`sysctl --system` reads files by name).
fn configured(inputs: &[Input<'_>]) -> Option<Caution> {
    let limits = |name: LimitName, origin: LimitOrigin| {
        let all =
            inputs.iter().flat_map(|input| input.parsed.limits.iter().map(move |limit| (&input.meta.path, limit)));
        all.filter(move |(_, limit)| limit.name == name && limit.origin == origin)
    };
    [LimitName::PidMax, LimitName::ThreadsMax].into_iter().find_map(|name| {
        let mut live = limits(name, LimitOrigin::Live).map(|(_, limit)| limit.value);
        let in_force = live.next()??;
        let file = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        let last =
            limits(name, LimitOrigin::Configured).max_by_key(|(path, it)| (file(path), it.locator.lines.first))?.1;
        let set = last.value.filter(|set| *set != in_force)?;
        let cite = Cite { locator: last.locator, role: Role::Contradicts, at: None };
        live.all(|other| other == Some(in_force))
            .then_some(Caution { what: Caveat::Configured { name, set, live: in_force }, cite })
    })
}

/// The first limit of the node that is compared with nothing, because no kernel takes it.
fn implausible(inputs: &[Input<'_>]) -> Option<Caution> {
    inputs.iter().flat_map(|input| &input.parsed.limits).find_map(|limit| {
        let name = limit.name;
        let value = limit.value.filter(|value| binds_node(name) && !is_plausible(name, *value))?;
        let cite = Cite { locator: limit.locator, role: Role::Contradicts, at: None };
        Some(Caution { what: Caveat::Implausible { name, value }, cite })
    })
}

fn processes(usage: &Usage) -> Option<Caution> {
    let processes = usage.of(Quantity::Processes).filter_map(|(_, one)| Some((one, one.max()?)));
    let (one, (index, most)) =
        processes.max_by(|a, b| a.1.1.total_cmp(&b.1.1).then_with(|| b.0.selector.cmp(&a.0.selector)))?;
    Some(Caution { what: Caveat::Processes { name: one.name.clone(), most }, cite: one.cite(index, Role::Bounds)? })
}

/// The limit of the container that grew, where it is none.
fn unlimited(usage: &Usage, growth: Option<&Growth>) -> Option<Caution> {
    let Contribution { series, .. } = growth?.culprit()?;
    let culprit = usage.series.get(*series)?;
    let is_its = |one: &&SeriesFact| {
        one.quantity == Quantity::Stated(LimitName::PidsMax)
            && (&one.label, &one.owner) == (&culprit.label, &culprit.owner)
    };
    let stated = usage.series.iter().find(is_its)?;
    let index = stated.values.iter().position(|value| *value == 0.0)?;
    let what = Caveat::Unlimited { name: culprit.full_name() };
    Some(Caution { what, cite: stated.cite(index, Role::Bounds)? })
}

/// Of several nodes the one whose threads were counted, else the first on which a container was restarted, else the first.
fn pid_pressure(inputs: &[Input<'_>], usage: &Usage) -> Option<Caution> {
    let objects = || inputs.iter().flat_map(|input| &input.parsed.objects);
    let nodes = objects().filter(|object| object.kind == "Node");
    let said = nodes.filter_map(|node| Some((node, node.condition("PIDPressure").filter(|it| it.status == "False")?)));
    let counted = |name: Option<&str>| {
        usage.node.as_deref() == name || usage.snapshots.iter().any(|it| it.host.as_deref() == name)
    };
    let restarted = objects().filter(|it| it.containers.iter().any(|one| one.restarts > 0));
    let restarted: BTreeSet<&str> = set_of(restarted.filter_map(|pod| pod.node.as_deref()));
    let rank = |name: &str| if counted(Some(name)) { 0 } else { 2 - u8::from(restarted.contains(name)) };
    let (node, condition) = said.min_by_key(|(node, _)| rank(&node.name))?;
    let cite = Cite { locator: condition.locator, role: Role::Contradicts, at: None };
    Some(Caution { what: Caveat::PidPressure { node: node.name.clone() }, cite })
}

fn ulimit_hint(failures: &Failures) -> Option<Caution> {
    let hint = failures.of(SightingKind::GoUlimitHint.index()).next()?;
    Some(Caution { what: Caveat::UlimitHint, cite: hint.cite(Role::Contradicts) })
}
