//! A pod or container used up its own tasks: `pids.max` of its cgroup, set by kubelet's `podPidsLimit` or the runtime.
//!
//! # What it detects
//! The kernel's line that the pids controller rejected a fork below `/kubepods`, or threads of a container or pod at 90 % of its limit
//! while tasks were refused and the node itself had room.
//!
//! # Why it matters
//! Inside the pod everything looks like a broken node: exec probes fail, runtimes cannot start threads, the Go runtime suggests
//! `ulimit -u`. Raising the node's limits changes nothing.
//!
//! # Evidence used
//! The kernel's log, the pods' UIDs and their own lines about refused threads, `container_threads` with `container_threads_max`, `pids.max` and `pids.current`, `podPidsLimit`.
//!
//! # Example
//! ```text
//! cgroup: fork rejected by pids controller in /kubepods/burstable/pod1f9e8b0c-7c1d-4e0a-9d58-6f1f6c2f0a11
//! ```
//!
//! # Ruled out when
//! The fullest pod stays below 95 % of its limit and the kernel rejected nothing. The kernel writes its line once per cgroup, so its absence
//! proves nothing: where no pod's use was collected, the question stays open. `container_threads_max 0` is no limit.
//!
//! # Known false positives
//! A container that lives at 95 % of its limit by design, such as a pool sized to it, is reported with confidence *possible*. Refusals
//! while the node itself is nearly full are left to that pattern.
//!
//! # Questions to ask next
//! Who set this limit, and for which workload? What in the pod starts tasks without end?
//!
//! # References
//! <https://kubernetes.io/docs/concepts/policy/pid-limiting/>, <https://docs.kernel.org/admin-guide/cgroup-v2.html#pid>

use crate::facts::Facts;
use crate::model::words::holds;
use crate::model::{LimitName, Outcome, Severity, Statement};
use crate::rules::reached::{Ids, Pattern, judge};
use crate::rules::{RuleInfo, tasks};

/// The rule.
pub static RULE: RuleInfo =
    RuleInfo { id: "kube/pod-pids-exhausted", severity: Severity::High, since: "0.1.0", detect };

const IDS: Ids = Ids {
    title: "finding-podpids-title",
    near: "finding-podpids-near",
    question: "question-podpids",
    missing: &["missing-pod-pids-limit"],
    missing_use: &["missing-container-threads"],
};

fn detect(facts: &Facts) -> Outcome {
    let (stated, subject) = tasks::rejected(facts, |cgroup| holds(cgroup, "kubepods"));
    let fitting = facts.failures.task_refused().collect();
    let names = &[LimitName::PidsMax, LimitName::PodPidsLimit];
    let refusal = facts.refusals.iter().find(|refusal| Some(&refusal.cgroup) == subject.as_ref());
    let pod = refusal.and_then(|refusal| refusal.pod.as_deref());
    let mut outcome = judge(facts, &Pattern { rule: &RULE, ids: IDS, names, stated, fitting, subject, pod });
    if let (Outcome::Found(findings), Some(refusal)) = (&mut outcome, refusal)
        && let Some(finding) = findings.first_mut()
    {
        finding.statements.extend(refusal.joins.iter().map(|(text, class, cites)| {
            let class = crate::facts::joins::class_name(*class);
            Statement { topic: "join".to_owned(), text: text.clone().with("class", class), cites: cites.clone() }
        }));
    }
    outcome
}
