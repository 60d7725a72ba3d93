//! One user's tasks reached RLIMIT_NPROC (`ulimit -u`): all threads of all its processes count together.
//!
//! # What it detects
//! Threads of one user at 90 % of `ulimit -u` in a listing, while tasks were refused and the node itself had room.
//!
//! # Why it matters
//! Every process of that user fails at once, others and root do not: it looks like an application's fault. The limit counts threads, and
//! all processes of the user on the node, in containers too where they share its user ids.
//!
//! # Evidence used
//! `ulimit -a`, `/proc/PID/limits` or `limits.conf`; listings of all threads with their users (`ps -eLf`); lines that report EAGAIN.
//!
//! # Example
//! ```text
//! -bash: fork: retry: Resource temporarily unavailable
//! ```
//! while `ps -eLf` shows 4,090 threads of `app` and `ulimit -u` is 4096.
//!
//! # Ruled out when
//! The user with most threads stays below 95 % of the limit in a listing taken at the node's highest use. root is exempt and not counted.
//!
//! # Known false positives
//! The limit of the shell that was asked need not be that of the service. A user id means different users in containers with namespaces
//! of their own; a listing shows the host's.
//!
//! # Questions to ask next
//! Which limit does the affected service itself have (`/proc/PID/limits`)? Which of the user's processes grew?
//!
//! # References
//! <https://man7.org/linux/man-pages/man2/getrlimit.2.html> (`RLIMIT_NPROC`)

use crate::facts::Facts;
use crate::model::{LimitName, Outcome, Severity};
use crate::rules::RuleInfo;
use crate::rules::reached::{Ids, Pattern, judge};

/// The rule.
pub static RULE: RuleInfo =
    RuleInfo { id: "host/user-processes-exhausted", severity: Severity::High, since: "0.1.0", detect };

const IDS: Ids = Ids {
    title: "finding-usertasks-title",
    near: "finding-usertasks-near",
    question: "question-usertasks",
    missing: &["missing-ulimit", "missing-user-threads"],
    missing_use: &["missing-user-threads"],
};

fn detect(facts: &Facts) -> Outcome {
    let fitting = facts.failures.task_refused().collect();
    let names = &[LimitName::UlimitProcesses];
    let mut ids = IDS;
    if facts.usage.snapshots.iter().any(|snapshot| !snapshot.users.is_empty()) {
        ids.missing = &["missing-ulimit"];
    }
    judge(facts, &Pattern { rule: &RULE, ids, names, stated: Vec::new(), fitting, subject: None, pod: None })
}
