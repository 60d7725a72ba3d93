//! The node ran out of open files (`fs.file-max`), or a process out of its own (`ulimit -n`).
//!
//! # What it detects
//! The kernel's `VFS: file-max limit … reached`, ENFILE in any log (`Too many open files in system`), open files at 90 % of a limit while
//! `Too many open files` was reported, or several such lines: outside inotify only a process' own `ulimit -n` makes the kernel say so (EMFILE).
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
//! The highest use stays below 95 % of the limit and nothing says that a limit was reached. A single line of `Too many open files` may
//! quote another's words: where the process' own use was not collected, the question stays open.
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
use crate::model::{Confidence, LimitName, Outcome, Severity, SightingKind};
use crate::rules::RuleInfo;
use crate::rules::reached::{Ids, Pattern, found, judge};

/// The rule.
pub static RULE: RuleInfo =
    RuleInfo { id: "host/open-files-exhausted", severity: Severity::High, since: "0.1.0", detect };

const IDS: Ids = Ids {
    title: "finding-files-title",
    near: "finding-files-near",
    question: "question-files",
    missing: &["missing-open-files", "missing-ulimit-files", "missing-process-files"],
    missing_use: &["missing-process-files", "missing-open-files"],
};

/// Lines that say so from which on nobody merely quotes another.
const SEVERAL: usize = 2;

fn detect(facts: &Facts) -> Outcome {
    let of = |kind: SightingKind| -> Vec<&Failure> { facts.failures.of(kind.index()).collect() };
    let stated = of(SightingKind::FileMaxReached);
    let subject = (!stated.is_empty()).then(|| "node".to_owned());
    let fitting = of(SightingKind::TooManyOpenFiles);
    // Such a line is about the limit of its process, whatever was measured of the node or of another process.
    let names = &[LimitName::UlimitFiles, LimitName::FileMax];
    let outcome =
        judge(facts, &Pattern { rule: &RULE, ids: IDS, names, stated, fitting: fitting.clone(), subject, pod: None });
    if matches!(outcome, Outcome::Found(_)) || fitting.len() < SEVERAL {
        return outcome;
    }
    let who = fitting[0].subject.as_ref().unwrap_or(&fitting[0].reporter);
    let subject = Some(who.clone()).filter(|who| !who.is_empty());
    let pattern = Pattern { rule: &RULE, ids: IDS, names, stated: Vec::new(), fitting: Vec::new(), subject, pod: None };
    found(facts, &pattern, Confidence::Likely, &fitting)
}
