//! A user ran out of inotify watches or instances: what follows files does not start, or no longer sees them change.
//!
//! # What it detects
//! `no space left on device` from `inotify_add_watch` (`fs.inotify.max_user_watches`), and `too many open files` from `inotify_init`
//! (`fs.inotify.max_user_instances`), in the words of fsnotify, systemd, tail, Node, Java and .NET.
//!
//! # Why it matters
//! Both answers send people to the wrong place: the disk has room and the process has files left. kubelet does not start without watches on
//! its control groups, `kubectl logs -f` ends, configuration is no longer reloaded.
//!
//! # Evidence used
//! Lines of logs; `sysctl fs.inotify`, `/proc/sys/fs/inotify`; `process_open_fds` with `process_max_fds`, because a process without files
//! left gets the same answer from `inotify_init`.
//!
//! # Example
//! ```text
//! kubelet[1123]: Failed to start cAdvisor inotify_add_watch /sys/fs/cgroup/cpu,cpuacct: no space left on device
//! kubectl: failed to create fsnotify watcher: too many open files
//! ```
//!
//! # Ruled out when
//! Only instances were refused, and the process that was refused had used up its own files (`ulimit -n`).
//!
//! # Known false positives
//! `inotify_init` answers a full process and a full user alike. Where anything else met `too many open files` too, the question stays open;
//! where the limit is unknown or large, the finding is *possible* only. The kernel counts neither use, so nothing can confirm it afterwards.
//!
//! # Questions to ask next
//! Which processes of the user hold watches and instances (`inotify` in `/proc/PID/fdinfo`, `anon_inode:inotify` in `/proc/PID/fd`)?
//!
//! # References
//! <https://man7.org/linux/man-pages/man7/inotify.7.html>, <https://man7.org/linux/man-pages/man2/inotify_init.2.html>,
//! <https://github.com/kubernetes/kubernetes/issues/64315>

use crate::facts::Facts;
use crate::facts::ceilings::REACHED;
use crate::facts::failures::Failure;
use crate::model::{
    Arg, Ceiling, Cite, Confidence, LimitName, Message, Outcome, Role, Scope, Severity, SightingKind, Statement,
};
use crate::rules::RuleInfo;
use crate::rules::reached::{Ids, Pattern, asked, first_and_last, found};

/// The rule.
pub static RULE: RuleInfo = RuleInfo { id: "host/inotify-exhausted", severity: Severity::High, since: "0.1.0", detect };

const IDS: Ids = Ids {
    title: "finding-inotify-title",
    near: "finding-inotify-title",
    question: "question-inotify",
    missing: &["missing-inotify", "missing-inotify-holders"],
    missing_use: &["missing-inotify-holders"],
};

/// Up to this many instances a handful of programs that watch files use them up: kernels allow 128.
const FEW_INSTANCES: u64 = 1024;

fn detect(facts: &Facts) -> Outcome {
    let of = |kind: SightingKind| facts.failures.of(kind.index());
    let is_of_watches = |failure: &&Failure| matches!(failure.kind, SightingKind::InotifyFull { is_watches: true });
    let (watches, instances): (Vec<&Failure>, Vec<&Failure>) =
        of(SightingKind::InotifyFull { is_watches: false }).partition(is_of_watches);
    let limit_of = |name: LimitName| facts.ceilings.iter().find(|ceiling| ceiling.name == name);
    if !watches.is_empty() {
        let lines = watches.clone();
        let outcome =
            found(facts, &pattern(&[LimitName::InotifyWatches], watches, Vec::new()), Confidence::Likely, &lines);
        return with_limit(outcome, limit_of(LimitName::InotifyWatches));
    }
    let known = limit_of(LimitName::InotifyInstances);
    let missing = || asked(if known.is_some() { IDS.missing_use } else { IDS.missing });
    if instances.is_empty() {
        // A limit alone asks nothing: no use of it is counted anywhere.
        return Outcome::Skipped { missing: missing() };
    }
    if let Some((ceiling, process)) = full_process(facts) {
        let mut cites = ceiling.cites.clone();
        cites.extend(first_and_last(&instances));
        if instances.iter().all(|failure| process.rsplit('/').next() == Some(&failure.reporter)) {
            let why = Message::new("outcome-inotify-files")
                .with("of", process)
                .with("limit", ceiling.name.as_str())
                .with("value", ceiling.limit.unwrap_or_default())
                .with("used", Arg::Int(ceiling.used.unwrap_or_default().round() as i64));
            return Outcome::RuledOut { why, cites };
        }
        return Outcome::Inconclusive { why: Message::new("outcome-inotify-alike"), would_need: missing(), cites };
    }
    let others: Vec<&Failure> = of(SightingKind::TooManyOpenFiles).chain(of(SightingKind::FileMaxReached)).collect();
    if !others.is_empty() {
        let cites: Vec<Cite> = [&instances, &others].into_iter().flat_map(|lines| first_and_last(lines)).collect();
        return Outcome::Inconclusive { why: Message::new("outcome-inotify-alike"), would_need: missing(), cites };
    }
    let is_small = known.and_then(|ceiling| ceiling.limit).is_some_and(|limit| limit <= FEW_INSTANCES);
    let confidence = if is_small { Confidence::Likely } else { Confidence::Possible };
    let lines = instances.clone();
    let outcome = found(facts, &pattern(&[LimitName::InotifyInstances], Vec::new(), instances), confidence, &lines);
    with_limit(outcome, known)
}

fn pattern<'a>(names: &'static [LimitName], stated: Vec<&'a Failure>, fitting: Vec<&'a Failure>) -> Pattern<'a> {
    Pattern { rule: &RULE, ids: IDS, names, stated, fitting, subject: Some("node".to_owned()), pod: None }
}

/// A process that has no files left, and its name.
fn full_process(facts: &Facts) -> Option<(&Ceiling, &str)> {
    facts.ceilings.iter().find_map(|ceiling| match &ceiling.scope {
        Scope::Process(name) if ceiling.name == LimitName::UlimitFiles => {
            ceiling.ratio.is_some_and(|ratio| ratio >= REACHED).then_some((ceiling, name.as_str()))
        }
        _ => None,
    })
}

/// The finding with the limit's value, where that was collected.
fn with_limit(mut outcome: Outcome, ceiling: Option<&Ceiling>) -> Outcome {
    if let (Outcome::Found(findings), Some(ceiling)) = (&mut outcome, ceiling)
        && let (Some(finding), Some(value)) = (findings.first_mut(), ceiling.limit)
    {
        let text = Message::new("outcome-limit-no-use").with("limit", ceiling.name.as_str()).with("value", value);
        let cites = ceiling.cites.iter().map(|cite| Cite { role: Role::Bounds, ..*cite }).collect();
        finding.statements.push(Statement { topic: "ceiling".to_owned(), text, cites });
    }
    outcome
}
