//! The node ran out of open files (`fs.file-max`), or a process out of its own (`ulimit -n`).
//!
//! # What it detects
//! The kernel's `VFS: file-max limit … reached`, ENFILE in any log (`Too many open files in system`), or open files at 90 % of a limit while
//! `Too many open files` was reported.
//!
//! # Why it matters
//! No socket, file or pipe can be opened any more: servers stop accepting, probes fail, logs end. ENFILE hits all processes but root's.
//!
//! # Evidence used
//! `fs.file-nr` and `fs.file-max`, `node_filefd_allocated` and `node_filefd_maximum`, `process_open_fds` and `process_max_fds`, sar's
//! `file-nr`, `ulimit -n`, lines of logs.
//!
//! # Example
//! ```text
//! kernel: VFS: file-max limit 1631329 reached
//! ```
//!
//! # Ruled out when
//! The highest use stays below 95 % of the limit and nothing says that the node's was reached. `Too many open files` alone names no limit:
//! where the process' own use was not collected, the question stays open.
//!
//! # Known false positives
//! inotify answers with the same words when a user has no instance left: lines that speak of inotify or fsnotify do not count here.
//! Use of a process that lives close to its limit by design is reported with confidence *possible*.
//!
//! # Questions to ask next
//! Which process holds most files, and of which kind (`ls -l /proc/PID/fd`)? Did their number only ever grow?
//!
//! # References
//! <https://docs.kernel.org/admin-guide/sysctl/fs.html#file-max-file-nr>, <https://man7.org/linux/man-pages/man3/errno.3.html>

use crate::facts::Facts;
use crate::facts::failures::Failure;
use crate::model::{LimitName, Outcome, Severity, SightingKind};
use crate::rules::RuleInfo;
use crate::rules::reached::{Ids, Pattern, judge};

/// The rule.
pub static RULE: RuleInfo =
    RuleInfo { id: "host/open-files-exhausted", severity: Severity::High, since: "0.1.0", detect };

const IDS: Ids = Ids {
    title: "finding-files-title",
    near: "finding-files-near",
    question: "question-files",
    missing: "missing-open-files",
};

fn detect(facts: &Facts) -> Outcome {
    let of = |kind: SightingKind| -> Vec<&Failure> { facts.failures.of(kind.index()).collect() };
    let stated = of(SightingKind::FileMaxReached);
    let subject = (!stated.is_empty()).then(|| "node".to_owned());
    let names = &[LimitName::FileMax, LimitName::UlimitFiles];
    let fitting = of(SightingKind::TooManyOpenFiles);
    judge(facts, &Pattern { rule: &RULE, ids: IDS, names, stated, fitting, subject })
}
