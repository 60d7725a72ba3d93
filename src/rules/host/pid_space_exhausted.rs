//! The node ran out of task slots: threads of all processes together reached `kernel.pid_max` or `kernel.threads-max`.
//!
//! # What it detects
//! Use of the node's tightest task limit of 90 % or more (80 % when task creation failed as well), who filled it, since when, and who
//! merely suffered.
//!
//! # Why it matters
//! Nothing on the node can fork any more: exec probes fail, kubelet restarts healthy pods, networking agents lose their peers. The
//! messages point elsewhere: Go's runtime suggests `ulimit -u`, which is rarely the limit.
//!
//! # Evidence used
//! Limits (`sysctl -a`, `/proc/sys/kernel/*`, `ulimit -a`, `limits.d`), threads over time (`container_threads`, its sum,
//! `node_processes_threads`), a thread listing (`ps -eLf`), failures in logs and events. No keyword decides alone.
//!
//! # Example
//! ```text
//! runtime: failed to create new OS thread (have 5 already; errno=11)
//! runtime: may need to increase max user processes (ulimit -u)
//! fatal error: newosproc
//! ```
//! beside `kernel.pid_max = 49152`, 46,000 threads in containers and 3,000 of the host.
//!
//! # Ruled out when
//! Threads could not be created for want of memory (ENOMEM), or the highest use stays below 80 % of the node's tightest limit, or below 90 % while nothing was refused then. Refusals at times when
//! use was low are another matter: they neither raise the severity nor are they explained by this pattern. `Resource temporarily
//! unavailable` counts only where a line is about a fork, an exec or a thread, not a lock or a socket.
//! It cannot be told when only containers were counted, unless they alone filled it, when a cgroup's pids controller rejected forks while use was between 80 % and 90 %, when inputs state different
//! values of the limit and only one of them was reached, or when nothing was measured while tasks were refused.
//!
//! # Known false positives
//! A node that lives at 90 % of a small `pid_max` without trouble is reported as near exhaustion, with confidence *possible*. Metrics of
//! several nodes are never added up: the node that paths or restarted pods name is judged, else the fullest one, against limits that may
//! be another's where no path says whose they are; a question says so.
//!
//! # Questions to ask next
//! What did the growing workload start to do at the onset? Is `podPidsLimit` set? What alerts on threads against the real ceiling?
//!
//! # References
//! <https://docs.kernel.org/admin-guide/sysctl/kernel.html#pid-max>, <https://kubernetes.io/docs/concepts/policy/pid-limiting/>,
//! <https://github.com/golang/go/blob/master/src/runtime/os_linux.go> (`newosproc`)

// Long because: a rule is one file, and this one holds every task limit of a node against its use.

use crate::facts::Facts;
use crate::facts::caveats::{Caution, Caveat};
use crate::facts::ceilings::{EXCEEDED, NEAR, NodeUse, REACHED, binds_node, is_plausible, node_use, rival};
use crate::facts::coincidence::{covers, while_high};
use crate::facts::failures::{Failure, count_of, probes_suffer, range_of, timed};
use crate::facts::growth::{Contribution, Growth};
use crate::facts::usage::{SeriesFact, Snapshot, timestamp};
use crate::model::gather::{ByName, names_of};
use crate::model::{
    Arg, Ceiling, Cite, Confidence, Finding, LimitName, Message, Outcome, Role, Scope, Severity, SightingKind,
    Statement, TimeRange, WhySuggestion,
};
use crate::rules::{RuleInfo, tasks};

/// The rule.
pub static RULE: RuleInfo =
    RuleInfo { id: "host/pid-space-exhausted", severity: Severity::Critical, since: "0.1.0", detect };

/// From this share of the growth on a container is named beside others.
const TOLD_SHARE: f64 = 0.1;
/// How long before probes are looked at at least, in seconds: one that failed every few minutes did so before.
const MIN_BEFORE_S: i64 = 600;
/// Pods with failing probes that are named.
const MAX_PROBED: usize = 12;
/// A reporter with at most this many threads when creation failed did not leak them.
const FEW_THREADS: u32 = 100;

fn detect(facts: &Facts) -> Outcome {
    let node = node_use(&facts.usage);
    let refused: Vec<&Failure> = facts.failures.task_refused().collect();
    let failure_cites = || first_and_last(&refused, Role::Shows);
    let is_usable = |ceiling: &&Ceiling| {
        binds_node(ceiling.name) && ceiling.limit.is_some_and(|value| is_plausible(ceiling.name, value))
    };
    let Some(tightest) = facts.ceilings.iter().find(is_usable) else {
        if node.is_none() && refused.is_empty() {
            let mut created = facts.failures.of(SightingKind::GoThreadCreateFailed { have: None, errno: None }.index());
            if let Some(failure) = created.next() {
                // None of them counts as refused: all state ENOMEM.
                let cites = vec![failure.cite(Role::Shows)];
                return Outcome::RuledOut { why: Message::new("outcome-pid-memory"), cites };
            }
            return Outcome::Skipped {
                missing: vec![Message::new("missing-thread-use"), Message::new("missing-pid-max")],
            };
        }
        let given = facts.caveats.iter().find(|it| matches!(it.what, Caveat::Implausible { .. }));
        return Outcome::Inconclusive {
            why: given.map_or_else(|| Message::new("outcome-pid-no-limits"), Caution::message),
            would_need: vec![Message::new("missing-pid-max"), Message::new("missing-threads-max")],
            cites: failure_cites().into_iter().chain(given.map(|it| it.cite)).collect(),
        };
    };
    // What was stated without a time may be more than what was measured over time.
    let node = node.filter(|node| tightest.used.is_none_or(|used| used <= node.threads));
    let node = node.or_else(|| NodeUse::stated(tightest));
    let (Some(node), Some(limit), Some(ratio)) = (node, tightest.limit, tightest.ratio) else {
        return Outcome::Inconclusive {
            why: Message::new("outcome-pid-no-use"),
            would_need: vec![Message::new("missing-container-threads"), Message::new("missing-thread-listing")],
            cites: failure_cites(),
        };
    };
    if ratio < NEAR && !covers(&facts.usage, &refused) {
        return Outcome::Inconclusive {
            why: Message::new("outcome-pid-not-covered"),
            would_need: vec![Message::new("missing-container-threads"), Message::new("missing-thread-listing")],
            cites: failure_cites(),
        };
    }
    let rejected = facts.failures.of(SightingKind::PidsControllerRejected { cgroup: String::new() }.index()).next();
    let of_that_time = while_high(&facts.usage, &node, limit, &refused);
    let say = |id: &str| {
        Message::new(id)
            .with("limit", tightest.name.as_str())
            .with("value", limit)
            .with("used", whole(node.threads))
            .with("ratio", Arg::Ratio(ratio))
    };
    let cites = || {
        let contradiction = rejected.map(|failure| failure.cite(Role::Contradicts));
        tightest.cites.iter().copied().chain(contradiction).collect::<Vec<Cite>>()
    };
    if ratio < NEAR || ratio < REACHED && of_that_time.is_empty() {
        let id = match (rejected, refused.is_empty()) {
            (Some(_), _) => "outcome-pid-cgroup-limit",
            (None, false) if ratio >= NEAR => "outcome-pid-refused-otherwise",
            (None, false) => "outcome-pid-far-but-refused",
            (None, true) => "outcome-pid-far",
        };
        if node.is_part() {
            let would_need = vec![Message::new("missing-thread-listing"), Message::new("missing-node-processes")];
            return Outcome::Inconclusive { why: say("outcome-pid-containers"), would_need, cites: cites() };
        }
        return Outcome::RuledOut { why: say(id), cites: cites() };
    }
    if ratio < REACHED && rejected.is_some() {
        let would_need = vec![Message::new("missing-pod-pids-limit"), Message::new("missing-thread-listing")];
        return Outcome::Inconclusive { why: say("outcome-pid-cgroup-or-node"), would_need, cites: cites() };
    }
    if let Some(other) = rival(&facts.ceilings, tightest)
        && other.ratio.is_none_or(|ratio| ratio < NEAR)
    {
        let looser = other.limit.map_or_else(|| Arg::from(Message::new("finding-unlimited")), Arg::from);
        let why = say("outcome-pid-limits-disagree").with("other", looser);
        let cites = tightest.cites.iter().chain(other.cites.first()).copied().collect();
        return Outcome::Inconclusive { why, would_need: vec![Message::new("missing-pid-max")], cites };
    }
    if ratio > EXCEEDED {
        let would_need = vec![Message::new("missing-pid-max"), Message::new("missing-threads-max")];
        let why = say("outcome-limit-exceeded").with("of", "node");
        return Outcome::Inconclusive { why, would_need, cites: cites() };
    }
    let argument = Argument { facts, node, tightest, limit, ratio, refused: of_that_time };
    Outcome::Found(vec![argument.finding()])
}

/// The pieces of a positive answer.
struct Argument<'a> {
    facts: &'a Facts,
    node: NodeUse,
    tightest: &'a Ceiling,
    limit: u64,
    ratio: f64,
    refused: Vec<&'a Failure>,
}

impl Argument<'_> {
    fn finding(&self) -> Finding {
        let culprit = self.culprit();
        let (victims, victim_statements) = self.victims();
        let mut statements = vec![self.ceiling()];
        statements.extend(self.close());
        statements.extend(self.failures());
        statements.extend(self.onset());
        statements.extend(culprit.map(|(series, contribution)| culprit_statement(series, contribution)));
        statements.extend(self.shared());
        statements.extend(self.holder());
        statements.extend(victim_statements);
        statements.extend(self.ruled_out());
        statements.extend(self.hint());
        let host = self.node.host.unwrap_or(0.0);
        let limit = (self.tightest.name, self.limit);
        statements.extend(tasks::about_growth(self.facts, self.node_name(), limit, host, &self.refused));
        statements.retain(|statement| !statement.cites.is_empty());
        let title = if self.refused.is_empty() { "finding-pid-title-near" } else { "finding-pid-title" };
        Finding {
            rule: RULE.id.to_owned(),
            title: Message::new(title).with("limit", self.tightest.name.as_str()).with("value", self.limit),
            severity: if self.refused.is_empty() { Severity::High } else { RULE.severity },
            confidence: self.confidence(),
            subject: self.subject(),
            culprit: culprit.map(|(series, _)| series.full_name()),
            whys: self.whys(culprit),
            victims,
            time_range: self.time_range(),
            statements,
            questions: self.questions(culprit),
        }
    }

    /// Certain only when use over time is reconciled with one limit alone and creation failed while it was high. A listing alone is one moment
    /// whose date is inferred, and untimed failures may be of any day.
    fn confidence(&self) -> Confidence {
        if self.refused.is_empty() {
            return Confidence::Possible;
        }
        let sampled = self.facts.usage.total_series().is_some();
        let reconciled = self.ratio >= 0.95 && !self.node.is_part();
        let timed = self.refused.iter().any(|failure| failure.at.is_some()) && self.close().is_none();
        if sampled && reconciled && timed { Confidence::Certain } else { Confidence::Likely }
    }

    fn subject(&self) -> String {
        self.node_name().map_or_else(|| "node".to_owned(), |name| format!("node {name}"))
    }

    /// By the series, the listing, or the first pod in trouble.
    fn node_name(&self) -> Option<&str> {
        let by_pod = || self.facts.workloads.iter().find_map(|workload| workload.node.as_deref());
        let listed = || self.listing()?.host.as_deref();
        // `node-5/10.0.0.5` and `node-5:9100` both name node-5.
        self.facts.usage.node.as_deref().or_else(listed).or_else(by_pod)?.split(['/', ':']).next()
    }

    /// The listing that shows the use, where no series does.
    fn listing(&self) -> Option<&Snapshot> {
        let is_it = |it: &&Snapshot| f64::from(it.n_threads) == self.node.threads && it.at == self.node.at;
        self.facts.usage.snapshots.iter().find(is_it)
    }

    /// Who has most of the tasks, where nothing shows who grew: by a container's name where one alone on the node is called so. One that
    /// always had as many is no culprit.
    fn holder(&self) -> Option<Statement> {
        let holder = self.listing().filter(|_| self.facts.growth.is_none())?.holder.as_ref()?;
        let here = self.node_name();
        let is_here = |node: &Option<String>| node.is_none() || here.is_none() || node.as_deref() == here;
        let mut of_node = holder.containers.iter().filter(|(node, _)| is_here(node));
        let only = of_node.next().filter(|_| of_node.next().is_none());
        let id = if only.is_some() { "finding-pid-holder-container" } else { "finding-pid-holder" };
        let text = Message::new(id)
            .with("process", holder.name.as_str())
            .with("container", only.map_or("", |(_, container)| container))
            .with("used", holder.n_threads)
            .with("ratio", Arg::Ratio(f64::from(holder.n_threads) / self.node.threads));
        let cites = vec![Cite { locator: holder.locator, role: Role::Shows, at: self.node.at }];
        Some(Statement { topic: "holder".to_owned(), text, cites })
    }

    fn culprit(&self) -> Option<(&SeriesFact, &Contribution)> {
        let contribution = self.facts.growth.as_ref().and_then(Growth::culprit)?;
        Some((self.facts.usage.series.get(contribution.series)?, contribution))
    }

    /// From the onset to the last sample near the ceiling; from the failures alone without a growth.
    fn time_range(&self) -> Option<TimeRange> {
        if let Some(growth) = &self.facts.growth {
            let total = self.facts.usage.series.get(growth.total)?;
            let host = self.node.host.unwrap_or(0.0);
            let until = self.facts.usage.fullest().map_or(total.values.len(), |(_, until)| until);
            let high = total.values[..until].iter().rposition(|value| *value + host >= NEAR * self.limit as f64);
            let end = high.map_or(total.times.at(growth.onset.peak_index), |index| total.times.at(index));
            return Some(TimeRange::of(timestamp(growth.onset.after), timestamp(end)));
        }
        range_of(&self.refused)
    }

    fn ceiling(&self) -> Statement {
        let base = |id: &str| {
            let message = Message::new(id)
                .with("limit", self.tightest.name.as_str())
                .with("value", self.limit)
                .with("used", whole(self.node.threads))
                .with("ratio", Arg::Ratio(self.ratio));
            match self.node.at {
                Some(at) => message.with("at", at),
                None => message.with("at", Message::new("time-unknown")),
            }
        };
        let text = match (self.node.containers, self.node.host) {
            (Some(containers), Some(host)) => {
                base("finding-pid-ceiling-reconciled").with("containers", whole(containers)).with("host", whole(host))
            }
            (Some(_), None) => base("finding-pid-ceiling-containers"),
            _ => base("finding-pid-ceiling"),
        };
        Statement { topic: "ceiling".to_owned(), text, cites: self.tightest.cites.clone() }
    }

    /// Another limit of the node that was nearly as full: which of them the kernel met is not told.
    fn close(&self) -> Option<Statement> {
        let is_close = |other: &&Ceiling| {
            let is_full = other.ratio.is_some_and(|ratio| ratio >= REACHED);
            binds_node(other.name) && other.name != self.tightest.name && is_full
        };
        let other = self.facts.ceilings.iter().find(is_close)?;
        let text = Message::new("finding-pid-close")
            .with("other", other.name.as_str())
            .with("value", other.limit?)
            .with("ratio", Arg::Ratio(other.ratio?))
            .with("limit", self.tightest.name.as_str());
        Some(Statement { topic: "ceiling".to_owned(), text, cites: other.cites.clone() })
    }

    fn failures(&self) -> Option<Statement> {
        let timed = timed(&self.refused);
        let text = match range_of(&timed) {
            Some(range) => Message::new("finding-pid-failures").with("range", range),
            None => Message::new("finding-pid-failures-untimed"),
        };
        let shown = if timed.is_empty() { &self.refused } else { &timed };
        let count = count_of(shown);
        let n_named = shown.iter().filter(|failure| failure.names_errno()).count();
        let said = match n_named {
            0 => "finding-task-said-runtime",
            n if n < shown.len() => "finding-task-said-some",
            _ => "finding-task-said-errno",
        };
        let cites = first_and_last(shown, Role::Shows);
        (count > 0).then(|| Statement {
            topic: "failures".to_owned(),
            text: text.with("count", count).with("said", Message::new(said)),
            cites,
        })
    }

    fn onset(&self) -> Option<Statement> {
        let growth = self.facts.growth.as_ref()?;
        let total = self.facts.usage.series.get(growth.total)?;
        let onset = &growth.onset;
        // A computed total has no places of its own: its largest part stands for it.
        let shown = if total.has_places() {
            total
        } else {
            self.facts.usage.series.get(growth.contributions.first()?.series)?
        };
        let peak = total.times.all().get(onset.peak_index).unwrap_or(onset.by);
        let (topic, id, until) =
            if growth.begins { ("onset", "finding-pid-onset", onset.by) } else { ("growth", "finding-pid-grew", peak) };
        let text = Message::new(id)
            .with("range", TimeRange::of(timestamp(onset.after), timestamp(until)))
            .with("baseline", whole(onset.baseline))
            .with("peak", whole(onset.peak));
        let mut cites: Vec<Cite> = [(onset.after, Role::Bounds), (until, Role::Shows), (peak, Role::Shows)]
            .into_iter()
            .filter_map(|(at, role)| shown.cite(shown.nearest(at)?, role))
            .collect();
        cites.dedup_by(|a, b| a.locator == b.locator);
        Some(Statement { topic: topic.to_owned(), text, cites })
    }

    /// Those who grew most, where no single one carries the growth.
    fn shared(&self) -> Option<Statement> {
        let growth = self.facts.growth.as_ref().filter(|growth| growth.culprit().is_none())?;
        let (mut shares, mut cites) = (Vec::new(), Vec::new());
        for one in growth.contributions.iter().filter(|one| one.share >= TOLD_SHARE).take(3) {
            let series = self.facts.usage.series.get(one.series)?;
            let share = Message::new("finding-pid-shared-part").with("name", series.full_name());
            shares.push(Arg::from(share.with("share", Arg::Ratio(one.share))));
            cites.extend(series.cite(one.peak_index, Role::Shows));
        }
        cites.dedup_by(|a, b| a.locator == b.locator);
        let text = Message::new("finding-pid-shared").with("parts", Arg::List(shares));
        Some(Statement { topic: "culprit".to_owned(), text, cites })
    }

    /// Who could not get a task without having taken many, and who was restarted for it.
    fn victims(&self) -> (Vec<String>, Vec<Statement>) {
        let mut victims = Vec::new();
        let mut statements = Vec::new();
        let few = self.refused.iter().find_map(|failure| match failure.kind {
            SightingKind::GoThreadCreateFailed { have: Some(have), .. } if have < FEW_THREADS => Some((*failure, have)),
            _ => None,
        });
        if let Some((failure, have)) = few {
            let text =
                Message::new("finding-pid-victim-have").with("reporter", failure.reporter.as_str()).with("have", have);
            statements.push(Statement { topic: "victim".to_owned(), text, cites: vec![failure.cite(Role::Shows)] });
        }
        for (pod, failures) in self.killed_pods() {
            let id = if failures.iter().any(|failure| failure.at.is_some()) {
                "finding-pid-victim-restarted"
            } else {
                "finding-pid-victim-restarted-untimed"
            };
            let mut text = Message::new(id).with("pod", pod.as_str());
            if let Some(at) = failures.iter().find_map(|failure| failure.at) {
                text = text.with("at", at);
            }
            let cites = failures.iter().take(2).map(|failure| failure.cite(Role::Shows)).collect();
            statements.push(Statement { topic: "victim".to_owned(), text, cites });
            victims.push(pod);
        }
        statements.extend(self.probed(&mut victims));
        (victims, statements)
    }

    /// Other pods whose probes began to fail while tasks were refused.
    fn probed(&self, victims: &mut Vec<String>) -> Option<Statement> {
        let time = probes_suffer(&self.refused)?;
        let length_s = (time.seconds().ceil() as i64).max(MIN_BEFORE_S);
        let before = TimeRange { start: time.start.plus_seconds(-length_s), end: time.start };
        let failures = &self.facts.failures;
        let hosts = names_of(self.refused.iter().filter_map(|failure| failure.host.as_ref()));
        let is_here =
            |probe: &Failure| probe.host.as_ref().is_none_or(|host| hosts.is_empty() || hosts.get(host).is_some());
        let culprit = self.culprit().and_then(|(series, _)| series.owner.as_ref());
        let mut pods = ByName::<&Failure>::default();
        for probe in failures.probes_within(time).filter(|probe| is_here(probe)) {
            let Some(pod) = probe.subject.as_ref().filter(|pod| culprit != Some(pod) && !victims.contains(pod)) else {
                continue;
            };
            pods.get_or_insert_with(pod, || probe);
        }
        // One that failed before suffers from something else.
        let began = |it: &&Failure| it.range().is_some_and(|it| it.start < time.start);
        let failed_before = names_of(failures.probes_within(before).filter(began).filter_map(|it| it.subject.as_ref()));
        let mut probes = pods.into_values();
        probes.retain(|probe| probe.subject.as_ref().is_none_or(|pod| failed_before.get(pod).is_none()));
        let names = probes.iter().filter_map(|probe| probe.subject.clone()).take(MAX_PROBED);
        let names: Vec<String> = names.collect();
        let mut listed: Vec<Arg> = names.iter().map(|name| Arg::from(name.as_str())).collect();
        if probes.len() > names.len() {
            listed.push(Message::new("event-names-more").with("count", probes.len() - names.len()).into());
        }
        let text =
            Message::new("finding-pid-victim-probes").with("count", probes.len()).with("names", Arg::List(listed));
        // An event does not say on which node its pod was.
        let is_known = |probe: &&&Failure| hosts.is_empty() || probe.host.is_some();
        let known = probes.iter().take(MAX_PROBED).filter(is_known);
        victims.extend(known.filter_map(|probe| probe.subject.clone()));
        let cites: Vec<Cite> = probes.iter().take(MAX_PROBED).map(|probe| probe.cite(Role::Shows)).collect();
        (!cites.is_empty()).then(|| Statement { topic: "victim".to_owned(), text, cites })
    }

    /// Pods killed by their liveness probe while tasks were refused, with the kill and the refused probe; the culprit is none of them.
    fn killed_pods(&self) -> Vec<(String, Vec<&Failure>)> {
        let culprit = self.culprit().and_then(|(series, _)| series.owner.clone());
        let kills = self.facts.failures.of(SightingKind::LivenessKill.index());
        let mut pods: Vec<(String, Vec<&Failure>)> = Vec::new();
        for kill in kills {
            let Some(pod) = kill.subject.clone().filter(|pod| culprit.as_ref() != Some(pod)) else { continue };
            // An exec probe that could not fork is what makes a kill part of this pattern.
            let is_same = |failure: &&&Failure| failure.subject.as_ref() == Some(&pod);
            let Some(refused) = self.refused.iter().find(is_same) else { continue };
            if pods.iter().all(|(known, _)| *known != pod) {
                pods.push((pod, vec![kill, *refused]));
            }
        }
        pods
    }

    /// Every other known task limit, and why it was not the one.
    fn ruled_out(&self) -> Vec<Statement> {
        let is_other = |other: &&Ceiling| {
            let is_of_part = matches!(other.scope, Scope::Cgroup(_) | Scope::Unit(_));
            other.name != self.tightest.name && other.name.counts_tasks() && !is_of_part
        };
        let others: Vec<&Ceiling> = self.facts.ceilings.iter().filter(is_other).collect();
        others
            .iter()
            .enumerate()
            // The same value for another scope is the same argument.
            .filter(|(index, other)| {
                !others[..*index].iter().any(|known| known.name == other.name && known.limit == other.limit)
            })
            .filter_map(|(_, other)| {
                let (Some(value), Some(ratio)) = (other.limit, other.ratio) else { return None };
                if ratio >= NEAR {
                    return None;
                }
                // A user's or pod's own use where it is known; else all threads of the node are the bound.
                let own = other.culprit.as_deref().zip(other.used);
                let text = match own {
                    Some((of, used)) => {
                        Message::new("finding-pid-ruled-out-own").with("of", of).with("used", whole(used))
                    }
                    None => Message::new("finding-pid-ruled-out").with("used", whole(self.node.threads)),
                };
                let text =
                    text.with("limit", other.name.as_str()).with("value", value).with("ratio", Arg::Ratio(ratio));
                let cites = other.cites.iter().map(|cite| Cite { role: Role::Bounds, ..*cite }).collect();
                Some(Statement { topic: "ruled-out".to_owned(), text, cites })
            })
            .collect()
    }

    /// The runtime's own hint, when the limit it names was not reached.
    fn hint(&self) -> Option<Statement> {
        let hint = self.facts.failures.of(SightingKind::GoUlimitHint.index()).next()?;
        let ulimit = self
            .ceiling_of(LimitName::UlimitProcesses)
            .filter(|ulimit| ulimit.ratio.is_some_and(|ratio| ratio < NEAR))?;
        let text = Message::new("finding-pid-hint").with("value", ulimit.limit?);
        let mut cites = vec![hint.cite(Role::Contradicts)];
        cites.extend(ulimit.cites.first());
        Some(Statement { topic: "hint".to_owned(), text, cites })
    }

    fn ceiling_of(&self, name: LimitName) -> Option<&Ceiling> {
        self.facts.ceilings.iter().find(|ceiling| ceiling.name == name)
    }

    fn questions(&self, culprit: Option<(&SeriesFact, &Contribution)>) -> Vec<Message> {
        let first = match culprit {
            Some((series, _)) => Message::new("question-pid-what-changed").with("culprit", series.full_name()),
            None => Message::new("question-pid-who"),
        };
        let mut questions = vec![first, Message::new("question-pid-pod-limit"), Message::new("question-pid-alert")];
        questions.extend(self.node.is_part().then(|| Message::new("question-pid-host-threads")));
        let usage = &self.facts.usage;
        if let Some(node) = usage.node.as_deref().filter(|_| !usage.other_nodes.is_empty()) {
            questions.push(
                Message::new("question-pid-other-nodes").with("node", node).with("count", usage.other_nodes.len()),
            );
        }
        questions
    }

    /// The questions a team asks, each on its own: an answer needs its places, else the question stays open. None supposes what nothing
    /// shows, and none asks for what was collected.
    fn whys(&self, culprit: Option<(&SeriesFact, &Contribution)>) -> Vec<WhySuggestion> {
        let missing = &self.facts.coverage.missing;
        let mut whys = Vec::new();
        let mut why = |key: &str, question: Message, claim: Option<(Message, Vec<Cite>)>, needs: &[&str]| {
            let (claim, cites) = claim.filter(|(_, cites)| !cites.is_empty()).unzip();
            let is_missing = |id: &&&str| claim.is_none() && missing.iter().any(|gap| gap.what.id == **id);
            let would_need: Vec<Message> = needs.iter().filter(is_missing).map(|id| Message::new(id)).collect();
            if claim.is_some() || !would_need.is_empty() {
                let (key, cites) = ([RULE.id, key].join("/"), cites.unwrap_or_default());
                whys.push(WhySuggestion { key, question, claim, cites, would_need });
            }
        };
        let listed = ["missing-container-threads", "missing-thread-listing"];
        let (question, answer) = self.direct_cause(culprit);
        why("direct-cause", question, answer, &listed);
        why("pod-limit", Message::new("why-pid-pod-limit"), self.pod_limit(culprit), &["missing-pod-pids-limit"]);
        if !self.refused.is_empty() {
            // What was not collected may be monitored all the same, and when it was noticed only people know: a question.
            why("late-diagnosis", Message::new("why-pid-late"), None, &["missing-node-processes"]);
        }
        why("global-limit", Message::new("why-pid-global"), self.global_limit(), &[]);
        whys
    }

    /// What happened for want of tasks, as far as it is shown (a pod was restarted, tasks were refused, or use was only high), and who took them.
    fn direct_cause(&self, culprit: Option<(&SeriesFact, &Contribution)>) -> (Message, Option<(Message, Vec<Cite>)>) {
        let killed = self.killed_pods();
        let (question, answer) = match (&killed[..], &self.refused[..]) {
            ([_, ..], _) => ("why-pid-direct", "why-pid-direct-answer"),
            ([], [_, ..]) => ("why-pid-refused", "why-pid-refused-answer"),
            ([], []) => ("why-pid-near", "finding-pid-culprit"),
        };
        let said = |id: &str| {
            let message = Message::new(id).with("limit", self.tightest.name.as_str()).with("value", self.limit);
            killed.first().map_or(message.clone(), |(pod, _)| message.with("victim", pod.as_str()))
        };
        let claim = culprit.map(|(series, contribution)| {
            let Some(failure) = self.refused.first() else {
                let Statement { text, cites, .. } = culprit_statement(series, contribution);
                return (text, cites);
            };
            let mut cites: Vec<Cite> = series.cite(contribution.peak_index, Role::Shows).into_iter().collect();
            cites.extend(self.tightest.cites.first());
            cites.push(failure.cite(Role::Shows));
            cites.extend(killed.first().and_then(|(_, of)| of.first()).map(|kill| kill.cite(Role::Shows)));
            (said(answer).with("culprit", series.full_name()), cites)
        });
        let held = || {
            let Statement { text, mut cites, .. } = self.holder()?;
            cites.extend(self.tightest.cites.first());
            cites.extend(self.refused.first().map(|failure| failure.cite(Role::Shows)));
            Some((text, cites))
        };
        (said(question), claim.or_else(held))
    }

    /// A container that grew this far was held back by no lower pod limit, or by none that was low enough.
    fn pod_limit(&self, culprit: Option<(&SeriesFact, &Contribution)>) -> Option<(Message, Vec<Cite>)> {
        let (series, contribution) = culprit?;
        let set = self.ceiling_of(LimitName::PodPidsLimit).filter(|set| set.limit.is_some());
        let id = if set.is_some() { "why-pid-pod-limit-answer-set" } else { "why-pid-pod-limit-answer" };
        let claim = Message::new(id)
            .with("culprit", series.full_name())
            .with("peak", whole(contribution.peak))
            .with("value", set.and_then(|set| set.limit).unwrap_or_default());
        let stated = set.and_then(|set| set.cites.first()).copied();
        Some((claim, series.cite(contribution.peak_index, Role::Bounds).into_iter().chain(stated).collect()))
    }

    fn global_limit(&self) -> Option<(Message, Vec<Cite>)> {
        let ulimit = self.ceiling_of(LimitName::UlimitProcesses)?;
        let per_user = ulimit.limit.filter(|per_user| *per_user > self.limit)?;
        // The kernel's default is 1,024 ids per possible CPU, at least 32,768: a value of that shape was left as it came.
        let cpus = self.limit / 1024;
        let is_default =
            self.tightest.name == LimitName::PidMax && self.limit.is_multiple_of(1024) && (32..=4096).contains(&cpus);
        let id = if is_default { "why-pid-global-answer-default" } else { "why-pid-global-answer" };
        let claim = Message::new(id)
            .with("limit", self.tightest.name.as_str())
            .with("value", self.limit)
            .with("per-user", per_user)
            .with("cpus", cpus);
        let cites = [self.tightest.cites.first(), ulimit.cites.first()].into_iter().flatten().copied().collect();
        Some((claim, cites))
    }
}

fn culprit_statement(series: &SeriesFact, contribution: &Contribution) -> Statement {
    let text = Message::new("finding-pid-culprit")
        .with("culprit", series.full_name())
        .with("baseline", whole(contribution.baseline))
        .with("peak", whole(contribution.peak))
        .with("share", Arg::Ratio(contribution.share.min(1.0)));
    let before = series.values.iter().position(|value| value.is_finite());
    let cites = [(before, Role::Bounds), (Some(contribution.peak_index), Role::Shows)]
        .into_iter()
        .filter_map(|(index, role)| series.cite(index?, role))
        .collect();
    Statement { topic: "culprit".to_owned(), text, cites }
}

fn first_and_last(failures: &[&Failure], role: Role) -> Vec<Cite> {
    let mut cites: Vec<Cite> = failures.first().map(|failure| failure.cite(role)).into_iter().collect();
    cites.extend(failures.last().filter(|_| failures.len() > 1).map(|failure| failure.cite(role)));
    cites
}

/// A count of threads: whole by nature.
fn whole(threads: f64) -> Arg {
    Arg::Int(threads.round() as i64)
}
