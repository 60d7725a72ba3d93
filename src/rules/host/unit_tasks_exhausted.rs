//! A systemd unit or user slice used up its tasks: `TasksMax`.
//!
//! # What it detects
//! The kernel's line that the pids controller rejected a fork in `/system.slice/…` or `/user.slice/…`, or tasks of a unit at 90 % of its
//! `TasksMax` while tasks were refused and the node itself had room.
//!
//! # Why it matters
//! One service stops working while the node looks healthy. The default is small: 15 % of the node's tasks for a service, 33 % for a user's
//! slice, 512 with old releases of systemd. Neither `ulimit -u` nor `kernel.pid_max` is the one to raise.
//!
//! # Evidence used
//! The kernel's log, `systemctl status` or `show`, `pids.max` with `pids.current` of a unit's group,
//! `node_systemd_unit_tasks_current` with `node_systemd_unit_tasks_max`.
//!
//! # Example
//! ```text
//! cgroup: fork rejected by pids controller in /system.slice/icinga2.service
//! ```
//!
//! # Ruled out when
//! The fullest unit stays below 95 % of its limit and the kernel rejected nothing in a unit. The kernel writes its line once per cgroup, so
//! its absence alone proves nothing.
//!
//! # Known false positives
//! A unit that lives close to a small `TasksMax` without trouble is reported with confidence *possible*. Refusals while the node itself is
//! nearly full are left to that pattern.
//!
//! # Questions to ask next
//! Is the limit the default, or was it set for this unit? What in the service starts tasks without end?
//!
//! # References
//! <https://www.freedesktop.org/software/systemd/man/latest/systemd.resource-control.html#TasksMax=N>

use crate::facts::Facts;
use crate::facts::ceilings::REACHED;
use crate::model::{Ceiling, Confidence, LimitName, Outcome, Scope, Severity};
use crate::rules::reached::{Ids, Pattern, judge};
use crate::rules::{RuleInfo, tasks};

/// The rule.
pub static RULE: RuleInfo =
    RuleInfo { id: "host/unit-tasks-exhausted", severity: Severity::High, since: "0.1.0", detect };

const IDS: Ids = Ids {
    title: "finding-unittasks-title",
    near: "finding-unittasks-near",
    question: "question-unittasks",
    missing: &["missing-unit-tasks"],
    missing_use: &["missing-unit-tasks"],
};

/// A unit's limit, as systemd and as its control group states it.
const NAMES: &[LimitName] = &[LimitName::TasksMax, LimitName::PidsMax];

fn detect(facts: &Facts) -> Outcome {
    let (stated, subject) = tasks::rejected(facts, tasks::is_unit);
    // The unit's name is the last part that is one: below it lie cgroups of its own making. The kernel names the cgroup that forked; the
    // limit may be that of one above.
    let unit = |cgroup: String| {
        let is_unit = |part: &&str| [".service", ".scope", ".slice"].iter().any(|end| part.ends_with(end));
        let is_full = |part: &&str| {
            let of_part = |one: &Ceiling| match &one.scope {
                Scope::Unit(unit) => one.name == NAMES[0] && unit == part,
                Scope::Cgroup(path) => one.name == NAMES[1] && path.ends_with(part),
                _ => false,
            };
            facts.ceilings.iter().any(|one| of_part(one) && one.ratio.is_some_and(|ratio| ratio >= REACHED))
        };
        let units = || cgroup.rsplit('/').filter(is_unit);
        units().find(is_full).or_else(|| units().next()).unwrap_or(&cgroup).to_owned()
    };
    let fitting = facts.failures.task_refused().collect();
    let inner = subject.clone().unwrap_or_default();
    let subject = subject.map(unit);
    let is_above = subject.as_ref().is_some_and(|subject| !inner.ends_with(subject.as_str()));
    let mut outcome =
        judge(facts, &Pattern { rule: &RULE, ids: IDS, names: NAMES, stated, fitting, subject, pod: None });
    if let Outcome::Found(findings) = &mut outcome
        && is_above
    {
        // The one that forked may have had a limit of its own.
        findings.iter_mut().for_each(|finding| finding.confidence = finding.confidence.min(Confidence::Likely));
    }
    outcome
}
