//! What rules about one limit of a part share: a pod's tasks, a unit's, a user's, open files, tracked connections.
//!
//! Two things can show that such a limit was reached: a line that only this limit makes the kernel write, or use close to the limit while
//! something fitting was refused. Use alone is a warning, and use that is far from the limit rules it out.

use super::RuleInfo;
use super::tasks::is_unit;
use crate::facts::Facts;
use crate::facts::ceilings::{EXCEEDED, NEAR, REACHED, binds_node, node_use};
use crate::facts::change_point::find_onset;
use crate::facts::failures::{Failure, count_of, range_of};
use crate::facts::usage::{Quantity, SeriesFact, timestamp};
use crate::model::words::holds;
use crate::model::{
    Arg, Ceiling, Cite, Confidence, Finding, LimitName, Message, Outcome, Role, Scope, Severity, Statement, TimeRange,
};

/// From this share on, use without a refusal is worth a finding.
const FULL: f64 = 0.95;
/// How far from the highest use a refusal may lie and still belong to it, in seconds.
const SLACK_S: f64 = 600.0;

/// What one rule looks for.
pub(super) struct Pattern<'a> {
    /// The rule.
    pub(super) rule: &'static RuleInfo,
    /// Start of its messages' ids: `finding-<key>-title`, `finding-<key>-near`, `question-<key>`.
    pub(super) ids: Ids,
    /// Its limits.
    pub(super) names: &'static [LimitName],
    /// Lines that nothing but this limit explains.
    pub(super) stated: Vec<&'a Failure>,
    /// Lines that it can explain as well as another.
    pub(super) fitting: Vec<&'a Failure>,
    /// Whom the stated lines are about.
    pub(super) subject: Option<String>,
    /// The pod that this is, where its UID was collected.
    pub(super) pod: Option<&'a str>,
}

impl Pattern<'_> {
    /// Whether a limit is that of whom the stated lines are about: its own or one above it. `None` where nothing tells which pod they name.
    fn is_own(&self, ceiling: &Ceiling) -> Option<bool> {
        let Some(subject) = &self.subject else { return Some(true) };
        let is_below = |whole: &str, end: &str| whole.strip_suffix(end).is_some_and(|rest| rest.ends_with('/'));
        let in_folder = |path: &str, folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        let name = ceiling.culprit.as_ref();
        match &ceiling.scope {
            Scope::Unit(name) | Scope::User(name) | Scope::Process(name) => Some(name == subject),
            Scope::Cgroup(path) if path.starts_with('/') => {
                Some(path == subject || in_folder(subject, path) || is_below(path, subject))
            }
            Scope::Node if name.is_none() => Some(true),
            Scope::Cgroup(name) => self.pod.map(|pod| name == pod || in_folder(name, pod)),
            Scope::Node => self.pod.map(|pod| name.is_some_and(|name| name == pod)),
        }
    }
}

/// Ids of a rule's own messages.
#[derive(Clone, Copy)]
pub(super) struct Ids {
    pub(super) title: &'static str,
    pub(super) near: &'static str,
    pub(super) question: &'static str,
    /// What is missing where the limit is unknown, one by one.
    pub(super) missing: &'static [&'static str],
    /// What is missing where it is known: of each of the rule's limits, else the first.
    pub(super) missing_use: &'static [&'static str],
}

/// The answer.
pub(super) fn judge(facts: &Facts, pattern: &Pattern<'_>) -> Outcome {
    // A unit's control group has a `pids.max` too, and that is its TasksMax.
    let is_of_sort = |ceiling: &Ceiling| match &ceiling.scope {
        Scope::Cgroup(path) if ceiling.name == LimitName::PidsMax => {
            is_unit(path) == (pattern.names[0] == LimitName::TasksMax)
        }
        _ => true,
    };
    let of_pattern = |ceiling: &&Ceiling| pattern.names.contains(&ceiling.name) && is_of_sort(ceiling);
    let known: Vec<&Ceiling> = facts.ceilings.iter().filter(of_pattern).collect();
    let share = |ceiling: &Ceiling| ceiling.ratio.unwrap_or(-1.0);
    // What all threads of the node give for a user is no use of its own: it bounds it from above, so it can only rule out.
    let is_use = |ceiling: &Ceiling| ceiling.ratio.is_some_and(|ratio| !ceiling.is_bound() || ratio < NEAR);
    // What another used proves nothing of the one that was refused; of pods, the one that may be meant was full when it was.
    let is_other = |ceiling: &Ceiling| match pattern.is_own(ceiling) {
        Some(is_own) => !is_own,
        None => share(ceiling) < REACHED || !pattern.stated.iter().any(|failure| belongs(facts, failure, ceiling)),
    };
    let most = |of_others: bool| {
        // Of others the fullest, whether or not it may be a pod that nothing names.
        let rank = |ceiling: &Ceiling| (pattern.is_own(ceiling).filter(|_| !of_others), share(ceiling));
        let measured = known.iter().copied().filter(|&ceiling| is_use(ceiling) && is_other(ceiling) == of_others);
        measured.reduce(|a, b| if rank(b) > rank(a) { b } else { a })
    };
    let fullest = most(false);
    if let Some(ceiling) = fullest.filter(|&ceiling| share(ceiling) > EXCEEDED && pattern.stated.is_empty()) {
        let would_need = asked(pattern.ids.missing);
        let why = use_of("outcome-limit-exceeded", ceiling);
        return Outcome::Inconclusive { why, would_need, cites: ceiling.cites.clone() };
    }
    // What the kernel says itself needs no count.
    let fullest = fullest.filter(|&ceiling| share(ceiling) <= EXCEEDED);
    let node_near = facts.ceilings.iter().any(|ceiling| binds_node(ceiling.name) && share(ceiling) >= NEAR);
    let counts_tasks = pattern.names.iter().all(|name| name.counts_tasks());
    // What a full node explains, no part of it has to.
    let explained = counts_tasks && node_near;
    let fitting: Vec<&Failure> = pattern
        .fitting
        .iter()
        .copied()
        .filter(|failure| !explained && fullest.is_none_or(|fullest| belongs(facts, failure, fullest)))
        .collect();
    let case = Case { facts, pattern, fullest };
    let ratio = fullest.map_or(0.0, share);
    if !pattern.stated.is_empty() {
        let is_same = fullest.is_some_and(|ceiling| pattern.is_own(ceiling) == Some(true));
        let confidence = if ratio >= REACHED && is_same { Confidence::Certain } else { Confidence::Likely };
        let own = case.found(pattern.rule.severity, confidence, &pattern.stated);
        let near = most(true).filter(|ceiling| (FULL..=EXCEEDED).contains(&share(ceiling))).map(|other| {
            let &Pattern { rule, ids, names, .. } = pattern;
            let pattern =
                &Pattern { rule, ids, names, stated: Vec::new(), fitting: Vec::new(), subject: None, pod: None };
            Case { facts, pattern, fullest: Some(other) }.found(Severity::Medium, Confidence::Possible, &[])
        });
        return Outcome::Found([own].into_iter().chain(near).collect());
    }
    if ratio >= REACHED && !fitting.is_empty() {
        return Outcome::Found(vec![case.found(pattern.rule.severity, Confidence::Likely, &fitting)]);
    }
    if ratio >= FULL {
        return Outcome::Found(vec![case.found(Severity::Medium, Confidence::Possible, &[])]);
    }
    if let Some(ceiling) = fullest {
        let far = if ceiling.is_bound() { "finding-pid-ruled-out" } else { "outcome-limit-far" };
        return Outcome::RuledOut { why: use_of(far, ceiling), cites: ceiling.cites.clone() };
    }
    let fits = !pattern.fitting.is_empty() && !explained;
    match known.first() {
        Some(ceiling) if ceiling.limit.is_some() => Outcome::Inconclusive {
            why: Message::new("outcome-limit-no-use")
                .with("limit", ceiling.name.as_str())
                .with("value", ceiling.limit.unwrap_or_default()),
            would_need: {
                let uses = pattern.ids.missing_use;
                let own = pattern.names.iter().position(|name| *name == ceiling.name).and_then(|at| uses.get(at));
                asked(own.map_or(uses, std::slice::from_ref))
            },
            cites: ceiling.cites.iter().take(1).copied().chain(first_and_last(&pattern.fitting)).collect(),
        },
        _ if fits => Outcome::Inconclusive {
            why: Message::new("outcome-limit-unknown").with("limit", pattern.names[0].as_str()),
            would_need: asked(pattern.ids.missing),
            cites: first_and_last(&pattern.fitting),
        },
        _ => Outcome::Skipped { missing: asked(pattern.ids.missing) },
    }
}

/// One request per piece of evidence.
pub(super) fn asked(ids: &[&'static str]) -> Vec<Message> {
    ids.iter().map(|id| Message::new(id)).collect()
}

/// A finding of these lines, whatever was measured of the limit: for limits whose use nothing counts.
pub(super) fn found(facts: &Facts, pattern: &Pattern<'_>, confidence: Confidence, lines: &[&Failure]) -> Outcome {
    Outcome::Found(vec![Case { facts, pattern, fullest: None }.found(pattern.rule.severity, confidence, lines)])
}

/// Whether a refusal is of a time of high use, as far as both have one: a leak that met its limit may stay there for hours.
fn belongs(facts: &Facts, failure: &Failure, fullest: &Ceiling) -> bool {
    let Some(spans) = failure.spans() else { return true };
    let slack_s = SLACK_S + f64::from(failure.uncertainty_s);
    let is_near = |time: f64| {
        let is_in =
            |it: &TimeRange| it.start.as_seconds_f64() - slack_s <= time && time <= it.end.as_seconds_f64() + slack_s;
        spans.iter().any(is_in)
    };
    let high = fullest.limit.map_or(f64::INFINITY, |limit| limit as f64 * REACHED);
    let mut samples = counted(facts, fullest).flat_map(|one| one.times.iter().zip(&one.values));
    fullest.at.is_none_or(|at| is_near(at.as_seconds_f64()))
        || samples.any(|(time, value)| *value >= high && is_near(time))
}

/// The series that count against a limit.
fn counted<'a>(facts: &'a Facts, ceiling: &Ceiling) -> impl Iterator<Item = &'a SeriesFact> {
    let subject = subject_of(ceiling);
    let is_of_pods = matches!(ceiling.name, LimitName::PidsMax | LimitName::PodPidsLimit);
    let quantity = Quantity::Used(if is_of_pods { LimitName::PidsMax } else { ceiling.name });
    let is_of_node = ceiling.scope == Scope::Node && ceiling.culprit.is_none();
    let counts = move |it: Quantity| it == quantity || is_of_pods && it == Quantity::ContainerThreads;
    facts.usage.series.iter().filter(move |one| counts(one.quantity) && (is_of_node || is_about(one, &subject)))
}

/// Whether a series counts for a pod, unit or process.
fn is_about(series: &SeriesFact, subject: &str) -> bool {
    series.owner.as_ref().is_some_and(|owner| holds(subject, owner)) || holds(subject, &series.label)
}

struct Case<'a> {
    facts: &'a Facts,
    pattern: &'a Pattern<'a>,
    fullest: Option<&'a Ceiling>,
}

impl Case<'_> {
    fn found(&self, severity: Severity, confidence: Confidence, lines: &[&Failure]) -> Finding {
        let Self { facts, pattern, fullest } = self;
        let subject = pattern.subject.clone().or_else(|| fullest.map(subject_of));
        let subject = subject.unwrap_or_else(|| pattern.names[0].as_str().to_owned());
        let title = if lines.is_empty() { pattern.ids.near } else { pattern.ids.title };
        let measured = fullest.map(|ceiling| {
            let low = ceiling.ratio.is_some_and(|ratio| ratio < NEAR);
            let id = match pattern.is_own(ceiling) {
                None => "finding-limit-unsure",
                Some(_) if low => "finding-limit-low",
                Some(_) => "finding-limit-use",
            };
            Statement { topic: "ceiling".to_owned(), text: use_of(id, ceiling), cites: ceiling.cites.clone() }
        });
        let statements = [measured, self.growth(), refusals(pattern, lines), self.node()];
        let mut statements: Vec<Statement> = statements.into_iter().flatten().collect();
        statements.retain(|statement| !statement.cites.is_empty());
        // The time between a refusal and use that was high at another time is none of either.
        let is_joined = |ceiling: &&Ceiling| {
            let is_of_then = lines.is_empty() || lines.iter().any(|failure| belongs(facts, failure, ceiling));
            pattern.is_own(ceiling) == Some(true) && is_of_then
        };
        let at_peak = fullest.filter(is_joined).and_then(|ceiling| ceiling.at).map(|at| TimeRange::of(at, at));
        let range = [range_of(lines), at_peak].into_iter().flatten().reduce(TimeRange::union);
        let tasks = pattern.names.iter().all(|name| name.counts_tasks());
        // Who grew the most filled a limit of the whole node; a narrower one has its own subject.
        let culprit = facts.growth.as_ref().and_then(|growth| growth.culprit()).filter(|_| tasks);
        let culprit = culprit.and_then(|one| facts.usage.series.get(one.series)).filter(|one| is_about(one, &subject));
        Finding {
            rule: pattern.rule.id.to_owned(),
            title: Message::new(title).with("subject", subject.as_str()),
            severity,
            confidence,
            subject,
            culprit: culprit.map(|one| one.full_name()),
            victims: Vec::new(),
            time_range: range,
            statements,
            questions: vec![Message::new(pattern.ids.question)],
            whys: Vec::new(),
        }
    }

    /// Since when the use grew that came to its highest.
    fn growth(&self) -> Option<Statement> {
        let ceiling = self.fullest.filter(|ceiling| ceiling.ratio.is_some_and(|ratio| ratio >= NEAR))?;
        let is_it = |one: &&SeriesFact| one.max().map(|(_, most)| most) == ceiling.used;
        let one = counted(self.facts, ceiling).find(is_it)?;
        let onset = find_onset(one.times.all(), &one.values)?;
        let whole = |value: f64| Arg::Int(value.round() as i64);
        let text = Message::new("finding-limit-onset")
            .with("range", TimeRange::of(timestamp(onset.after), timestamp(onset.by)))
            .with("baseline", whole(onset.baseline))
            .with("peak", whole(onset.peak));
        let shown = [(onset.after, Role::Bounds), (onset.by, Role::Shows)];
        let cites = shown.into_iter().filter_map(|(at, role)| one.cite(one.nearest(at)?, role)).collect();
        Some(Statement { topic: "growth".to_owned(), text, cites })
    }

    /// The node's tightest limit, where it was far: then none of them is what refused.
    fn node(&self) -> Option<Statement> {
        let tasks = self.pattern.names.iter().all(|name| name.counts_tasks());
        let mut of_node = self.facts.ceilings.iter().filter(|ceiling| binds_node(ceiling.name));
        let node = of_node.next().filter(|node| tasks && node.ratio.is_some_and(|ratio| ratio < NEAR))?;
        if node_use(&self.facts.usage).is_some_and(|node| node.is_part()) {
            return None;
        }
        let cites = node.cites.iter().map(|cite| Cite { role: Role::Bounds, ..*cite }).collect();
        Some(Statement { topic: "ruled-out".to_owned(), text: use_of("finding-limit-node-far", node), cites })
    }
}

/// How many lines say it, and from when to when.
fn refusals(pattern: &Pattern<'_>, lines: &[&Failure]) -> Option<Statement> {
    let is_stated = !pattern.stated.is_empty();
    let count = count_of(lines);
    let text = match range_of(lines) {
        Some(range) => {
            Message::new(if is_stated { "finding-limit-stated" } else { "finding-limit-fitting" }).with("range", range)
        }
        None => Message::new(if is_stated { "finding-limit-stated-untimed" } else { "finding-limit-fitting-untimed" }),
    };
    let text = text.with("count", count).with("limit", pattern.names[0].as_str());
    (count > 0).then(|| Statement { topic: "failures".to_owned(), text, cites: first_and_last(lines) })
}

/// A limit with its highest use as a message.
fn use_of(id: &str, ceiling: &Ceiling) -> Message {
    let at = ceiling.at.map_or_else(|| Arg::from(Message::new("time-unknown")), Arg::from);
    Message::new(id)
        .with("of", subject_of(ceiling))
        .with("limit", ceiling.name.as_str())
        .with("value", ceiling.limit.unwrap_or_default())
        .with("used", Arg::Int(ceiling.used.unwrap_or_default().round() as i64))
        .with("ratio", Arg::Ratio(ceiling.ratio.unwrap_or_default()))
        .with("at", at)
}

/// Whom a ceiling binds: the fullest of those it binds one by one, else its scope.
fn subject_of(ceiling: &Ceiling) -> String {
    let node = ceiling.node.as_deref();
    let scope = || match &ceiling.scope {
        Scope::Node => node.map_or_else(|| "node".to_owned(), |node| ["node ", node].concat()),
        Scope::Unit(name) if node.is_some() => [name, " (", node.unwrap_or_default(), ")"].concat(),
        Scope::User(name) | Scope::Cgroup(name) | Scope::Unit(name) | Scope::Process(name) => name.clone(),
    };
    ceiling.culprit.clone().unwrap_or_else(scope)
}

/// Places of the first and the last of some lines.
pub(super) fn first_and_last(lines: &[&Failure]) -> Vec<Cite> {
    let mut cites: Vec<Cite> = lines.first().map(|line| line.cite(Role::Shows)).into_iter().collect();
    cites.extend(lines.last().filter(|_| lines.len() > 1).map(|line| line.cite(Role::Shows)));
    cites
}
