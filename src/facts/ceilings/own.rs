//! What counts against each limit: of the node, of a pod or cgroup, of a unit, of a user, of the files and connections.

use std::collections::BTreeMap;

use super::NodeUse;
use crate::facts::Input;
use crate::facts::usage::total::fullest;
use crate::facts::usage::{Quantity, SeriesFact, Snapshot, Usage, sum_over, timestamp};
use crate::model::gather::ByName;
use crate::model::sort::Order as _;
use crate::model::{Cite, Limit, LimitName, LimitOrigin, Role, Scope, Times, Timestamp, Values};

/// A listing tells of the users at the peak when it holds this part of the peak's threads.
const OF_PEAK: f64 = 0.9;

/// The highest use of one limit.
pub(super) struct Use {
    pub(super) used: f64,
    pub(super) at: Option<Timestamp>,
    pub(super) cites: Vec<Cite>,
    /// The pod or user that is meant where the limit binds each one.
    pub(super) of: Option<String>,
    /// The node it is of, where the same was counted on others too.
    pub(super) node: Option<String>,
    /// Its course over time, where there is one.
    pub(super) course: Option<(Times, Values)>,
}

/// The series that count against each limit, and those that state it.
pub(super) type Counted<'a> = BTreeMap<(LimitName, Scope), [Vec<&'a SeriesFact>; 2]>;

/// The series that count against limits, by whom those bind: there are thousands of pods.
pub(super) fn counted(usage: &Usage) -> Counted<'_> {
    let mut counted = Counted::new();
    for one in &usage.series {
        let (name, side) = match one.quantity {
            Quantity::Used(name) => (name, 0),
            Quantity::ContainerThreads | Quantity::ContainerSum => (LimitName::PidsMax, 0),
            Quantity::Stated(name) => (name, 1),
            _ => continue,
        };
        counted.entry((name, scope_of(one, name))).or_default()[side].push(one);
    }
    counted
}

/// The series and its sample that fill most of what was in force then: a limit may have been raised since.
fn peak_of<'a>([uses, stated]: &[Vec<&'a SeriesFact>; 2]) -> Option<(&'a SeriesFact, usize)> {
    let peaks = uses.iter().filter_map(|one| Some((*one, fullest(one.times.all(), &one.values, stated)?)));
    let (one, (index, _)) = peaks.max_by(|a, b| a.1.1.total_cmp(&b.1.1).then_with(|| b.0.key.cmp(&a.0.key)))?;
    Some((one, index))
}

/// Threads of a user in a listing.
type Its<'a> = (u32, &'a str, &'a Snapshot);

/// The users of the listings that were taken while the node was about as full as it ever was: there are thousands of users with limits.
pub(super) struct Users<'a> {
    listings: Vec<&'a Snapshot>,
    /// Who has least first.
    all: Vec<Its<'a>>,
    /// By name, and of each the least first.
    by_name: Vec<Its<'a>>,
    /// All threads of the node, which bound those of any user from above. Of a part that is no bound, unless it fills the node.
    bound: Option<&'a NodeUse>,
}

impl<'a> Users<'a> {
    pub(super) fn of(inputs: &[Input<'_>], usage: &'a Usage, node: Option<&'a NodeUse>) -> Self {
        let is_of_peak = |it: &&Snapshot| node.is_none_or(|node| f64::from(it.n_threads) >= OF_PEAK * node.threads);
        let listings: Vec<&Snapshot> = usage.snapshots.iter().filter(is_of_peak).collect();
        let mut all: Vec<Its<'_>> = listings.iter().flat_map(|snapshot| its_of(snapshot)).collect();
        all.order_by_key(|it| it.0);
        let mut by_name = all.clone();
        by_name.order_by_key(|it| it.1);
        let limits = || inputs.iter().flat_map(|input| &input.parsed.limits).filter(|one| super::binds_node(one.name));
        let fills = |node: &NodeUse, value: u64| node.threads >= super::REACHED * value as f64;
        let is_whole =
            |node: &&NodeUse| !node.is_part() || limits().filter_map(|one| one.value).any(|value| fills(node, value));
        Self { listings, all, by_name, bound: node.filter(is_whole) }
    }

    /// What one user has, the least first.
    fn named(&self, name: &str) -> &[Its<'a>] {
        let its = &self.by_name[self.by_name.partition_point(|it| it.1 < name)..];
        &its[..its.partition_point(|it| it.1 == name)]
    }
}

fn its_of(snapshot: &Snapshot) -> impl Iterator<Item = Its<'_>> {
    snapshot.users.iter().map(move |(user, threads)| (*threads, user.as_str(), snapshot))
}

/// The use of a limit; `None` where nothing collected counts against it.
pub(super) fn use_of(
    limit: &Limit,
    inputs: &[Input<'_>],
    usage: &Usage,
    (counted, users): (&Counted<'_>, &Users<'_>),
    node: Option<&NodeUse>,
    is_its: super::OfHost<'_>,
) -> Option<Use> {
    let series = match limit.name {
        LimitName::PidMax | LimitName::ThreadsMax | LimitName::KubeletMaxPid => node.map(|node| of_node(usage, node)),
        LimitName::UlimitProcesses => {
            // Beyond the limit all threads of the node say nothing of a user's, nor how fast those grow.
            let bound = || users.bound.map(|node| Use { course: None, ..of_node(usage, node) });
            let tells = |own: &Use| limit.value.is_none_or(|most| own.used <= most as f64);
            return of_user(limit, inputs, users).or_else(|| bound().filter(tells));
        }
        LimitName::PodPidsLimit => return of_fullest_pod(usage),
        name => {
            let counted = counted.get(&(name, limit.scope.clone()));
            let is_elsewhere = |one: &&&SeriesFact| {
                let alike = usage.series.iter().filter(|other| other.name == one.name);
                alike.into_iter().any(|other| other.node.is_some() && other.node != one.node)
            };
            let shared = counted.filter(|_| matches!(limit.scope, Scope::Node | Scope::Unit(_)));
            let node = shared.and_then(|[uses, _]| uses.iter().find(is_elsewhere)?.node.clone());
            counted.and_then(peak_of).map(|(one, index)| Use {
                used: one.values[index],
                at: Some(timestamp(one.times.at(index))),
                cites: one.cite(index, Role::Shows).into_iter().collect(),
                of: None,
                node,
                course: Some((one.times.clone(), one.values.clone())),
            })
        }
    };
    // One count of the node's threads is the use of all its limits on them.
    let is_same = |name| name == limit.name || super::binds_node(name) && super::binds_node(limit.name);
    let stated = inputs.iter().flat_map(|input| input.parsed.uses.iter().map(move |used| (input, used)));
    let stated =
        stated.filter(|(input, used)| is_same(used.name) && used.scope == limit.scope && is_its(input, &used.locator));
    let stated = stated.max_by_key(|(_, used)| used.used).map(|(input, used)| {
        let at = input.meta.clock.resolve(used.wall);
        let cites = vec![Cite { locator: used.locator, role: Role::Shows, at }];
        Use { used: used.used as f64, at, cites, of: None, node: None, course: None }
    });
    match (series, stated) {
        (Some(series), Some(stated)) if stated.used > series.used => Some(Use { course: series.course, ..stated }),
        (series, stated) => series.or(stated),
    }
}

/// Limits that series state, each as of the highest use of what it binds; 0 and infinity are cAdvisor's words for unlimited.
pub(super) fn stated_by_series(usage: &Usage, counted: &Counted<'_>, node: Option<&NodeUse>) -> Vec<Limit> {
    let of = |one: &SeriesFact| {
        let Quantity::Stated(name) = one.quantity else { return None };
        if super::binds_node(name) && one.node.as_ref().is_some_and(|node| usage.other_nodes.contains(node)) {
            return None;
        }
        let own = || counted.get(&(name, scope_of(one, name))).and_then(peak_of).map(|(used, at)| used.times.at(at));
        let of_node = || node.and_then(|node| node.at).map(Timestamp::as_seconds_f64);
        let peak = if super::binds_node(name) { of_node() } else { own() };
        let index = one.nearest(peak.unwrap_or(f64::MAX))?;
        let value = one.values[index];
        let value = (value > 0.0 && value < i64::MAX as f64).then_some(value as u64);
        Some(Limit {
            name,
            scope: scope_of(one, name),
            value,
            origin: LimitOrigin::Live,
            soft: true,
            locator: one.locator(index)?,
        })
    };
    usage.series.iter().filter_map(of).collect()
}

/// Whom a series is about, in a limit's terms.
fn scope_of(series: &SeriesFact, name: LimitName) -> Scope {
    match name {
        LimitName::PidsMax => Scope::Cgroup(series.path()),
        LimitName::TasksMax => Scope::Unit(series.label.clone()),
        LimitName::UlimitFiles => Scope::Process(series.path()),
        _ => Scope::Node,
    }
}

fn of_node(usage: &Usage, node: &NodeUse) -> Use {
    let host = node.host.unwrap_or(0.0);
    Use {
        used: node.threads,
        at: node.at,
        cites: node.peak_cites.iter().chain(&node.host_cites).copied().collect(),
        of: None,
        node: None,
        course: usage.total_series().zip(usage.fullest()).map(|(total, (_, until))| {
            let is_same = host == 0.0 && until == total.times.len();
            let raised = || total.values[..until].iter().map(|value| value + host).collect();
            (total.times.clone(), if is_same { total.values.clone() } else { raised() })
        }),
    }
}

/// All threads of the user that a limit binds, where a listing was taken while the node was about as full as it ever was: of one that binds
/// each by himself the user who has most and no more than it allows. Otherwise all threads of the node are the bound that no single user
/// exceeds.
fn of_user(limit: &Limit, inputs: &[Input<'_>], users: &Users<'_>) -> Option<Use> {
    let pid = if let Scope::Process(pid) = &limit.scope { pid.parse::<u32>().ok() } else { None };
    // Of a process it is its user, whom a listing tells that has it; nobody where none does.
    let owned = pid.map(|pid| {
        let of_owner = users.listings.iter().filter_map(|snapshot| {
            let (input, listing) = snapshot.listing?;
            let processes = &inputs.get(input)?.parsed.processes.get(listing)?.processes;
            let owner = processes.iter().find(|process| process.pid == pid)?.user.as_str();
            its_of(snapshot).find(|it| it.1 == owner)
        });
        let mut owned: Vec<Its<'_>> = of_owner.collect();
        owned.order_by_key(|it| it.0);
        owned
    });
    let its = match (&owned, &limit.scope) {
        (Some(owned), _) => owned,
        (None, Scope::User(name)) if name != "*" && !name.starts_with('@') => users.named(name),
        _ => &users.all,
    };
    let allows = |it: &Its<'_>| limit.value.is_none_or(|most| f64::from(it.0) <= most as f64 * super::EXCEEDED);
    // Who ever had more than it allows is not bound by it.
    let is_bound = |it: &&Its<'_>| users.named(it.1).last().is_none_or(allows);
    let most = its[..its.partition_point(allows)].last();
    let &(threads, user, snapshot) = most.filter(is_bound).or(its.last())?;
    Some(Use {
        used: f64::from(threads),
        at: snapshot.at,
        cites: vec![Cite { locator: snapshot.locator, role: Role::Shows, at: snapshot.at }],
        of: Some(user.to_owned()),
        node: None,
        course: None,
    })
}

/// Threads of the pod that has most, all its containers together.
fn of_fullest_pod(usage: &Usage) -> Option<Use> {
    let mut pods = ByName::<Vec<&SeriesFact>>::default();
    for (_, one) in usage.of(Quantity::ContainerThreads) {
        pods.get_or_insert_with(one.owner.as_deref()?, Vec::new).push(one);
    }
    let sums = pods.into_values().into_iter().filter_map(|parts| {
        let (times, values) = sum_over(&parts);
        let peak = values.iter().copied().enumerate().filter(|(_, value)| value.is_finite());
        let (index, used) = peak.reduce(|best, next| if next.1 > best.1 { next } else { best })?;
        let cites = parts.iter().filter_map(|one| one.cite(one.nearest(times[index])?, Role::Shows));
        let mut cites: Vec<Cite> = cites.collect();
        cites.dedup_by(|a, b| a.locator == b.locator);
        cites.truncate(2);
        Some(Use {
            used,
            at: Some(timestamp(times[index])),
            cites,
            of: parts.first()?.owner.clone(),
            node: None,
            course: Some((times.into(), values.into())),
        })
    });
    sums.reduce(|best, next| if next.used > best.used { next } else { best })
}
