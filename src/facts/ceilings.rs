//! Limits with the highest use they saw, what was left of them, and for how long.
//!
//! Linux counts every thread against `kernel.pid_max` and `kernel.threads-max` (the node), RLIMIT_NPROC (all threads of one real UID),
//! a cgroup's `pids.max` and a unit's TasksMax at once; the tightest wins. So the node's threads are compared with the node's limits, and
//! serve as an upper bound for a user's: a limit that all threads together do not fill, no single user fills. A pod, a unit, the open
//! files and the tracked connections are compared with what counts against them alone, and with nothing where that was not collected.

mod own;

use std::collections::BTreeSet;

use own::{Users, counted, stated_by_series, use_of};

use super::Input;
use super::change_point::{Onset, find_onset};
use super::growth::Growth;
use super::slope::{Slope, exhaustion, since_restart, slope_of};
use super::usage::total::names_node;
use super::usage::{Snapshot, Usage, short, timestamp};
use crate::model::few::Few;
use crate::model::sort::Order as _;
use crate::model::{
    Ceiling, Cite, Exhaustion, Instants, Limit, LimitName, LimitOrigin, Locator, Role, Scope, Timestamp,
};

/// From this share of a limit on, use is worth an alert.
pub const NEAR: f64 = 0.8;
/// From this share on, a limit counts as reached: kernels reserve some ids, samples miss the very peak.
pub const REACHED: f64 = 0.9;
/// Beyond this share count and limit are not of one node at one time: kernels let nobody pass, but for a few that were there before.
pub const EXCEEDED: f64 = 1.1;
/// Ceilings of one name that are kept: a node has hundreds of pods, each with the same limit.
const MAX_ALIKE: usize = 12;
/// The last eighth of a growth, and at least so many samples, must grow this part as fast as the whole: else it has come to a stop.
const FEWEST: usize = 4;
/// What is all but reached with fewer samples than these is a step: it has no slope.
const STEP: usize = 2;
const GOES_ON: f64 = 0.25;
/// How far from a sample's time a process listing may lie to be compared with it, in seconds.
const SNAPSHOT_REACH_S: f64 = 900.0;

/// The highest number of threads on the node that the evidence shows.
#[derive(Clone, Debug)]
pub struct NodeUse {
    /// Threads at the peak, the host's own included where they are known.
    pub threads: f64,
    /// When.
    pub at: Option<Timestamp>,
    /// Threads in containers at the peak; `None` where the node's own count was collected.
    pub containers: Option<f64>,
    /// The host's own threads, from a listing of all threads minus the containers' at the same time.
    pub host: Option<f64>,
    /// What shows the peak.
    pub peak_cites: Vec<Cite>,
    /// What shows the host's share.
    pub host_cites: Vec<Cite>,
}

impl NodeUse {
    /// Whether it is a part of what the node had: the host's own threads, and containers that were not collected, come on top.
    #[must_use]
    pub const fn is_part(&self) -> bool {
        self.containers.is_some() && self.host.is_none()
    }

    /// What was stated once, beside the limit and without a time.
    #[must_use]
    pub fn stated(ceiling: &Ceiling) -> Option<Self> {
        let (peak_cites, host_cites) = (ceiling.cites.clone(), Vec::new());
        Some(Self { threads: ceiling.used?, at: ceiling.at, containers: None, host: None, peak_cites, host_cites })
    }
}

/// The highest use of the node's task slots: where series state limits that changed, the one that filled most of what was in force.
#[must_use]
pub fn node_use(usage: &Usage) -> Option<NodeUse> {
    let share = |snapshot: &Snapshot| usage.share_at(f64::from(snapshot.n_threads), snapshot.at);
    let fullest = usage.snapshots.iter().max_by(|a, b| share(a).total_cmp(&share(b)));
    let of_snapshot = fullest.map(|snapshot| NodeUse {
        threads: f64::from(snapshot.n_threads),
        at: snapshot.at,
        containers: None,
        host: None,
        peak_cites: vec![Cite { locator: snapshot.locator, role: Role::Shows, at: snapshot.at }],
        host_cites: Vec::new(),
    });
    let Some((total, (index, _))) = usage.total_series().zip(usage.fullest()) else {
        return of_snapshot;
    };
    let (at, peak) = (total.times.at(index), total.values[index]);
    let peak_cites = match total.cite(index, Role::Shows) {
        Some(cite) => vec![cite],
        None => parts_at(usage, at),
    };
    let mut node = NodeUse {
        threads: peak,
        at: Some(timestamp(at)),
        containers: usage.total_is_containers.then_some(peak),
        host: None,
        peak_cites,
        host_cites: Vec::new(),
    };
    if usage.total_is_containers {
        // The listing nearest to the peak tells best what the host had then.
        let distance = |snapshot: &&Snapshot| snapshot.at.map(|taken| (taken.0 - timestamp(at).0).unsigned_abs());
        let mut snapshots: Vec<&Snapshot> = usage.snapshots.iter().filter(|one| one.at.is_some()).collect();
        snapshots.order_by_key(|snapshot| (distance(snapshot), snapshot.n_threads));
        let host = snapshots.into_iter().find_map(|snapshot| {
            let taken = snapshot.at?.as_seconds_f64();
            let near = total.nearest(taken).filter(|&near| (total.times.at(near) - taken).abs() <= SNAPSHOT_REACH_S)?;
            let own = f64::from(snapshot.n_threads) - total.values[near];
            let mut cites = vec![Cite { locator: snapshot.locator, role: Role::Shows, at: snapshot.at }];
            cites.extend(total.cite(near, Role::Bounds));
            (own >= 0.0).then_some((own, cites))
        });
        if let Some((own, cites)) = host {
            node.threads += own;
            node.host = Some(own);
            node.host_cites = cites;
        }
    }
    match of_snapshot {
        Some(other) if usage.share_at(other.threads, other.at) > usage.share_at(node.threads, node.at) => Some(other),
        _ => Some(node),
    }
}

/// For a computed total: the samples of its largest parts.
fn parts_at(usage: &Usage, at: f64) -> Vec<Cite> {
    let mut parts: Vec<(f64, Cite)> = usage
        .of(super::usage::Quantity::ContainerThreads)
        .filter_map(|(_, one)| {
            let index = one.nearest(at)?;
            Some((one.values.at(index), one.cite(index, Role::Shows)?))
        })
        .collect();
    parts.order_by(|a, b| b.0.total_cmp(&a.0).then(a.1.locator.cmp(&b.1.locator)));
    // Columns of one row are one place.
    let mut cites: Vec<Cite> = Vec::new();
    for (_, cite) in parts {
        if cites.len() < 2 && cites.iter().all(|known| known.locator != cite.locator) {
            cites.push(cite);
        }
    }
    cites
}

/// Known limits with their use, the tightest first; limits without a known use last.
#[must_use]
pub fn derive_ceilings(inputs: &[Input<'_>], usage: &Usage, growth: Option<&Growth>) -> Vec<Ceiling> {
    let is_here = |input: &Input<'_>, locator: &Locator| usage.is_here(input.host_at(locator));
    let node = usage.node.clone().filter(|_| !usage.elsewhere.is_empty());
    ceilings_of(inputs, usage, growth, node, &is_here)
}

/// The limits of the other hosts, each with its own host's use; of nodes that nothing but series tells of, those that were near.
#[must_use]
pub fn derive_others(inputs: &[Input<'_>], usage: &Usage) -> Vec<Ceiling> {
    let of = |own: &Usage| {
        let host = own.node.as_deref().map(short);
        let is_its = |input: &Input<'_>, locator: &Locator| input.host_at(locator) == host;
        let mut ceilings = ceilings_of(inputs, own, None, own.node.clone(), &is_its);
        let is_host = usage.other_hosts.iter().any(|other| Some(other.as_str()) == host);
        ceilings.retain(|ceiling| is_host || ceiling.ratio.is_some_and(|ratio| ratio >= NEAR));
        // The node that is judged is the one that filled most.
        ceilings.iter_mut().for_each(|ceiling| ceiling.hit = false);
        ceilings
    };
    usage.elsewhere.iter().flat_map(of).collect()
}

/// Whether what stands at a place is of the host at hand.
type OfHost<'a> = &'a dyn Fn(&Input<'_>, &Locator) -> bool;

fn ceilings_of(
    inputs: &[Input<'_>],
    usage: &Usage,
    growth: Option<&Growth>,
    host: Option<String>,
    is_its: OfHost<'_>,
) -> Vec<Ceiling> {
    let node = node_use(usage);
    let culprit = growth
        .and_then(Growth::culprit)
        .and_then(|contribution| usage.series.get(contribution.series))
        .map(|series| series.label.clone());
    let its = |input: &Input<'_>, limit: &Limit| is_its(input, &limit.locator);
    let stated: Vec<&Limit> =
        inputs.iter().flat_map(|input| input.parsed.limits.iter().filter(move |limit| its(input, limit))).collect();
    // A 0 of the kernel's is no limit: `caveats` says so.
    let is_one = |limit: &&Limit| limit.value != Some(0) || !binds_node(limit.name);
    let counted = counted(usage);
    let users = Users::of(inputs, usage, node.as_ref());
    let by_series = stated_by_series(usage, &counted, node.as_ref());
    let mut ceilings: Vec<Ceiling> = effective_limits(inputs, usage, &by_series, is_its)
        .into_iter()
        .filter(is_one)
        .map(|limit| {
            let own = use_of(limit, inputs, usage, (&counted, &users), node.as_ref(), is_its);
            let mut cites = vec![Cite { locator: limit.locator, role: Role::Bounds, at: None }];
            // Where the value in force was configured, if that was collected too.
            let configured = stated.iter().find(|other| {
                other.name == limit.name
                    && other.value == limit.value
                    && other.origin == LimitOrigin::Configured
                    && other.locator.evidence != limit.locator.evidence
            });
            cites.extend(configured.map(|other| Cite { locator: other.locator, role: Role::Bounds, at: None }));
            cites.extend(own.iter().flat_map(|own| &own.cites).copied());
            let value = limit.value.filter(|value| is_plausible(limit.name, *value)).map(|value| value as f64);
            let measured = own.as_ref().map(|own| own.used).zip(value);
            let course = own.as_ref().and_then(|own| own.course.as_ref());
            let known = growth.map(|growth| &growth.onset).filter(|_| binds_node(limit.name));
            let outlook = course.map(|(times, values)| outlook(times.all(), values, value, known)).unwrap_or_default();
            Ceiling {
                name: limit.name,
                scope: limit.scope.clone(),
                node: host.clone().or_else(|| own.as_ref()?.node.clone()),
                limit: limit.value,
                used: own.as_ref().map(|own| own.used),
                at: own.as_ref().and_then(|own| own.at),
                ratio: measured.map(|(used, value)| used / value),
                headroom: measured.map(|(used, value)| value - used),
                slope_per_hour: outlook.0,
                exhaustion: outlook.1,
                hit: false,
                culprit: own.and_then(|own| own.of),
                cites,
            }
        })
        .collect();
    ceilings.order_by(|a, b| {
        let (a_ratio, b_ratio) = (a.ratio.unwrap_or(-1.0), b.ratio.unwrap_or(-1.0));
        let scope = |ceiling: &Ceiling| (is_narrow(&ceiling.scope), ceiling.scope.clone());
        b_ratio.total_cmp(&a_ratio).then(a.name.cmp(&b.name)).then_with(|| scope(a).cmp(&scope(b)))
    });
    let mut n_alike: Few<LimitName, usize> = Few::default();
    ceilings.retain(|ceiling| {
        let n = n_alike.or_default(ceiling.name);
        *n += 1;
        *n <= MAX_ALIKE
    });
    let tightest = ceilings.iter().position(|ceiling| binds_node(ceiling.name));
    if let Some(name) = tightest.map(|index| ceilings[index].name) {
        // What one limit stops reaches no other.
        let others = ceilings.iter_mut().filter(|other| binds_node(other.name) && other.name != name);
        others.for_each(|other| other.exhaustion = None);
    }
    let is_hit = |ceiling: &Ceiling| ceiling.ratio.is_some_and(|ratio| (REACHED..=EXCEEDED).contains(&ratio));
    if let Some(index) = tightest.filter(|&index| is_hit(&ceilings[index]))
        && rival(&ceilings, &ceilings[index]).is_none_or(is_hit)
    {
        ceilings[index].hit = true;
        ceilings[index].culprit = culprit;
    }
    ceilings
}

/// How fast a use grew, and when its limit would have been reached had it gone on so. The slope is that of the growth to the highest use
/// where there is one, after a step that of what follows, and else that since the last restart.
fn outlook(
    times: Instants<'_>,
    values: &[f64],
    limit: Option<f64>,
    known: Option<&Onset>,
) -> (Option<f64>, Option<Exhaustion>) {
    let found = if known.is_some() { None } else { find_onset(times, values) };
    let times = times.part(0..values.len());
    let start = since_restart(values);
    let (mut from, mut to) = (start, values.len());
    if let Some(onset) = known.or(found.as_ref()) {
        let high = values[onset.peak_index] - 0.05 * (onset.peak - onset.baseline);
        let reached = (onset.index..onset.peak_index).find(|&at| values[at] >= high).unwrap_or(onset.peak_index);
        if start > reached {
            let since = outlook(times.part(start..times.len()), &values[start..], limit, None);
            if since.1.is_some() {
                return since;
            }
        }
        if reached < onset.index + STEP {
            from = from.max(reached);
        } else {
            // From the last sample at the baseline on.
            (from, to) = (times.partition_point(|time| time < onset.after), reached + 1);
        }
    }
    let of = |range: std::ops::Range<usize>| slope_of(times.part(range.clone()), &values[range]);
    let slope = of(from..to);
    let n_since = values.len() - from;
    // What has come to a stop since does not go on as before.
    let tail = || of(from + (n_since * 7 / 8).min(n_since.saturating_sub(FEWEST))..values.len());
    let goes_on = |slope: &&Slope| start < to && tail().is_some_and(|tail| tail.per_s >= slope.per_s * GOES_ON);
    let last = values.iter().rposition(|value| value.is_finite());
    let end = slope.as_ref().filter(goes_on).zip(last).zip(limit);
    let end = end.and_then(|((slope, last), limit)| exhaustion(slope, times.at(last), limit - values[last]));
    (slope.map(|slope| slope.per_s * 3600.0), end)
}

/// The loosest other value that was read for the same limit of the node. Only one can have been in force, and nothing says which.
#[must_use]
pub fn rival<'a>(ceilings: &'a [Ceiling], of: &Ceiling) -> Option<&'a Ceiling> {
    let same = |other: &&Ceiling| binds_node(of.name) && other.name == of.name && other.limit != of.limit;
    let is_usable = |other: &Ceiling| other.limit.is_none_or(|value| is_plausible(of.name, value));
    ceilings.iter().rfind(|other| same(other) && is_usable(other))
}

/// The least value that a kernel takes for a limit (`RESERVED_PIDS` + 1 in kernel/pid.c, `MIN_THREADS` in kernel/fork.c).
#[must_use]
pub const fn least(name: LimitName) -> u64 {
    match name {
        LimitName::PidMax | LimitName::KubeletMaxPid => 301,
        LimitName::ThreadsMax => 20,
        _ => 1,
    }
}

/// Whether a kernel would take the value.
#[must_use]
pub const fn is_plausible(name: LimitName, value: u64) -> bool {
    value >= least(name)
}

/// Whether a limit binds all tasks of the node together.
#[must_use]
pub const fn binds_node(name: LimitName) -> bool {
    matches!(name, LimitName::PidMax | LimitName::ThreadsMax | LimitName::KubeletMaxPid)
}

/// One limit per name and scope: live beats configured, soft beats hard, and of several configured ones the last wins, `limits.d` after
/// `limits.conf` and in C-locale order (pam_limits, "limits.conf(5)"). What another node's files say is left out; where several values
/// of a node's limit were read live, each is kept: a terminal may have gone from host to host, or set what it read before.
fn effective_limits<'a>(
    inputs: &[Input<'a>],
    usage: &Usage,
    by_series: &'a [Limit],
    is_its: OfHost<'_>,
) -> Vec<&'a Limit> {
    let is_elsewhere = |path: &str| {
        let names = |node: &String| names_node(path, node);
        usage.other_nodes.iter().any(names) && !usage.node.iter().any(names)
    };
    let mut limits: Vec<(&str, &Limit)> = inputs
        .iter()
        .filter(|input| !is_elsewhere(&input.meta.path))
        .flat_map(|input| {
            let its = input.parsed.limits.iter().filter(|limit| is_its(input, &limit.locator));
            its.map(|limit| (input.meta.path.as_str(), limit))
        })
        .chain(by_series.iter().map(|limit| ("", limit)))
        .collect();
    limits.order_by(|(a_path, a), (b_path, b)| {
        let order = |path: &str, limit: &Limit| {
            let file = path.rsplit('/').next().unwrap_or(path).to_owned();
            (limit.origin != LimitOrigin::Live, limit.origin == LimitOrigin::Configured && file == "limits.conf", file)
        };
        // Live first; among configured ones the winner first: last file, last line.
        let ((a_live, a_main, a_file), (b_live, b_main, b_file)) = (order(a_path, a), order(b_path, b));
        a_live
            .cmp(&b_live)
            .then(b.soft.cmp(&a.soft))
            .then(a_main.cmp(&b_main))
            .then(b_file.cmp(&a_file))
            .then(b.locator.lines.first.cmp(&a.locator.lines.first))
            .then(a.value.cmp(&b.value))
            .then(a.locator.cmp(&b.locator))
    });
    let (mut effective, mut known): (Vec<&Limit>, BTreeSet<(LimitName, &Scope)>) = Default::default();
    for (path, limit) in limits {
        let is_of_node = binds_node(limit.name);
        let disagrees = |known: &&Limit| {
            (known.origin, limit.origin) == (LimitOrigin::Live, LimitOrigin::Live) && known.value != limit.value
        };
        let mut rivals = effective.iter().filter(|known| is_of_node && known.name == limit.name).peekable();
        if rivals.peek().is_some() && rivals.all(disagrees) {
            effective.push(limit);
            continue;
        }
        // A shell's live value and a configured `*` answer the same question for the reader: one line per name is kept. What holds for one
        // user alone answers none for the others, and what series state holds for those that they count.
        let is_wide = |limit: &Limit| !is_narrow(&limit.scope);
        let is_one = is_of_node || !path.is_empty() && is_wide(limit);
        let same = |known: &&Limit| known.name == limit.name && (is_of_node || is_wide(known));
        if known.insert((limit.name, &limit.scope)) && !(is_one && effective.iter().any(same)) {
            effective.push(limit);
        }
    }
    effective
}

fn is_narrow(scope: &Scope) -> bool {
    match scope {
        Scope::User(domain) => domain != "*",
        Scope::Cgroup(_) | Scope::Unit(_) => true,
        Scope::Node | Scope::Process(_) => false,
    }
}
