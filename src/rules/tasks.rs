//! What rules about tasks say beside their verdict: how long was left, what forks and sums tell, what is missing, what misleads.

use crate::facts::Facts;
use crate::facts::caveats::Caveat;
use crate::facts::ceilings::NEAR;
use crate::facts::failures::Failure;
use crate::facts::growth::ForkKind;
use crate::facts::usage::{short, timestamp};
use crate::model::words::holds;
use crate::model::{Arg, Cite, LimitName, Message, Role, SightingKind, Statement, TimeRange, Timestamp};

/// The statements that hold for the node's growth towards a limit, each with its places.
pub(super) fn about_growth(
    facts: &Facts,
    node: Option<&str>,
    limit: (LimitName, u64),
    host: f64,
    refused: &[&Failure],
) -> Vec<Statement> {
    let statements = [headroom(facts, limit, host, refused), forks(facts), rest(facts)];
    statements.into_iter().flatten().chain(gaps(facts)).chain(caveats(facts, node)).collect()
}

fn statement(topic: &str, text: Message, cites: impl IntoIterator<Item = Cite>) -> Option<Statement> {
    let cites: Vec<Cite> = cites.into_iter().collect();
    (!cites.is_empty()).then(|| Statement { topic: topic.to_owned(), text, cites })
}

/// A place of the node's threads at a time: of the total, or of the largest part of a sum.
fn cite_at(facts: &Facts, at: f64, role: Role) -> Option<Cite> {
    let total = facts.usage.total_series()?;
    let largest = || facts.usage.series.get(facts.growth.as_ref()?.contributions.first()?.series);
    let shown = if total.has_places() { total } else { largest()? };
    shown.cite(shown.nearest(at)?, role)
}

/// How long before the first refusal four fifths of the limit were passed: what an alert would have given.
fn headroom(facts: &Facts, (name, value): (LimitName, u64), host: f64, refused: &[&Failure]) -> Option<Statement> {
    let exact = refused.iter().filter(|failure| failure.uncertainty_s == 0);
    let (first, at) = exact.filter_map(|failure| Some((failure, failure.range()?.start))).min_by_key(|(_, at)| *at)?;
    let (growth, total) = (facts.growth.as_ref()?, facts.usage.total_series()?);
    let from = growth.onset.index.min(total.values.len());
    let is_near = |index: &usize| total.values[*index] + host >= NEAR * value as f64;
    let passed = timestamp(total.times.at((from..total.values.len()).find(is_near)?));
    let left = at.as_seconds_f64() - passed.as_seconds_f64();
    let text = Message::new("finding-task-headroom")
        .with("share", Arg::Ratio(NEAR))
        .with("limit", name.as_str())
        .with("at", passed)
        .with("left", Arg::Seconds(left));
    let cites = [cite_at(facts, passed.as_seconds_f64(), Role::Shows), Some(first.cite(Role::Shows))];
    (left > 0.0).then(|| statement("headroom", text, cites.into_iter().flatten()))?
}

/// Whether tasks that stay or tasks that come and go filled the node.
fn forks(facts: &Facts) -> Option<Statement> {
    let forks = facts.growth.as_ref()?.forks.as_ref()?;
    let id = match forks.kind() {
        ForkKind::Leak => "finding-task-forks-leak",
        ForkKind::Storm => "finding-task-forks-storm",
        ForkKind::Unclear => return None,
    };
    let series = facts.usage.series.get(forks.series)?;
    let rate = |per_s: f64| Arg::Float((per_s * 10.0).round() / 10.0);
    let text = Message::new(id)
        .with("before", rate(forks.before))
        .with("during", rate(forks.during))
        .with("kept", rate(forks.kept));
    // A rate stands in two rows of a counter.
    let rows = [forks.index.checked_sub(1), Some(forks.index)];
    statement("forks", text, rows.into_iter().filter_map(|row| series.cite(row?, Role::Shows)))
}

/// The node's count against the sum over its containers.
fn rest(facts: &Facts) -> Option<Statement> {
    let rest = facts.growth.as_ref()?.rest?;
    let id = if rest.is_unlabelled() { "finding-task-rest-unlabelled" } else { "finding-task-rest" };
    let whole = |threads: f64| Arg::Int(threads.round() as i64);
    let text = Message::new(id)
        .with("node", whole(rest.node))
        .with("containers", whole(rest.containers))
        .with("rest", whole(rest.at_peak))
        .with("before", whole(rest.before))
        .with("at", timestamp(rest.at));
    let part = facts.growth.as_ref()?.contributions.first();
    let containers = facts.usage.containers.as_ref().filter(|sum| sum.has_places());
    let shown = containers.or_else(|| facts.usage.series.get(part?.series));
    let other = shown.and_then(|one| one.cite(one.nearest(rest.at)?, Role::Shows));
    statement("rest", text, [cite_at(facts, rest.at, Role::Shows), other].into_iter().flatten())
}

/// Stretches without samples while tasks were refused: a collector needs tasks too.
fn gaps(facts: &Facts) -> Option<Statement> {
    let gaps = facts.threads.as_ref()?.gaps.iter();
    let gap = gaps.filter(|gap| gap.while_refused).max_by(|a, b| a.range.seconds().total_cmp(&b.range.seconds()))?;
    let text = Message::new("finding-task-gap").with("range", gap.range);
    let TimeRange { start, end } = gap.range;
    let ends = [start, end].map(Timestamp::as_seconds_f64);
    let cites = ends.into_iter().filter_map(|at| cite_at(facts, at, Role::Bounds));
    statement("gap", text, if gap.cites.is_empty() { cites.collect() } else { gap.cites.clone() })
}

/// Figures in the evidence that are easily taken for what they are not, none of another node. What the runtime suggests is said where the
/// limit is known.
fn caveats(facts: &Facts, node: Option<&str>) -> Vec<Statement> {
    let told = facts.caveats.iter().filter(|caution| match &caution.what {
        Caveat::UlimitHint => false,
        Caveat::PidPressure { node: of } => node.is_none_or(|node| short(node) == short(of)),
        _ => true,
    });
    let said = told.filter_map(|caution| statement("caveat", caution.message(), [caution.cite]));
    said.collect()
}

/// Whether a control group is one of systemd's own, whose `pids.max` is the TasksMax of a unit.
pub(super) fn is_unit(cgroup: &str) -> bool {
    !holds(cgroup, "kubepods") && holds(cgroup, ".slice/")
}

/// The lines in which the kernel rejected a fork in a cgroup of one sort, and the first of those cgroups. Only the lines about that one are
/// given: each cgroup is a case of its own.
pub(super) fn rejected(facts: &Facts, is_of_sort: impl Fn(&str) -> bool) -> (Vec<&Failure>, Option<String>) {
    let cgroup_of = |failure: &Failure| match &failure.kind {
        SightingKind::PidsControllerRejected { cgroup } if is_of_sort(cgroup) => Some(cgroup.clone()),
        _ => None,
    };
    let kind = SightingKind::PidsControllerRejected { cgroup: String::new() }.index();
    let first = facts.failures.of(kind).find_map(cgroup_of);
    let lines = facts.failures.of(kind).filter(|failure| first.is_some() && cgroup_of(failure) == first).collect();
    (lines, first)
}
