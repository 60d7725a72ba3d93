//! `sysctl-pid-max`: raises the node's ceiling on tasks and keeps it over a restart. The file replaces distributions' `50-pid-max.conf`.

use super::head::Head;
use super::known::{Known, grouped};
use super::{ActionKind, Fix, Message};
use crate::model::LimitName;
use crate::postmortem::suggest::{USUAL_PID_MAX, larger_pid_max};

/// The most that Linux accepts for `kernel.threads-max` (`FUTEX_TID_MASK`).
const THREADS_MAX_LIMIT: u64 = 0x3fff_ffff;

pub(super) fn build(known: &Known<'_>) -> Option<Fix> {
    let pid_max = known.node_limit(LimitName::PidMax).or_else(|| known.node_limit(LimitName::KubeletMaxPid));
    let threads_max = known.node_limit(LimitName::ThreadsMax);
    let reached = known.reached();
    let is_threads = reached.is_some_and(|limit| limit.ceiling.name == LimitName::ThreadsMax);

    let new_threads_max = reached
        .filter(|_| is_threads)
        .map(|limit| limit.value.saturating_mul(2).min(THREADS_MAX_LIMIT))
        .filter(|&proposed| reached.is_some_and(|limit| proposed > limit.value));
    let new_pid_max = match (pid_max, new_threads_max) {
        (Some(limit), Some(threads)) if limit.value < threads => larger_pid_max(limit.value),
        (Some(limit), _) if limit.ceiling.hit || limit.value < USUAL_PID_MAX => larger_pid_max(limit.value),
        (Some(_), _) => None,
        (None, _) => Some(USUAL_PID_MAX),
    };

    let mut lines = String::new();
    let mut assumed = Vec::new();
    let mut check = Vec::new();
    if let Some(proposed) = new_pid_max {
        if pid_max.is_none() {
            lines.push_str("# A default: the present value is not in the evidence.\n");
            check.push(format!("sysctl -n kernel.pid_max prints less than {proposed}; this must not lower it."));
            assumed.push(Message::new("fix-assume-pid-max").with("proposed", proposed));
        }
        lines.push_str(&format!("kernel.pid_max = {proposed}\n"));
        // Whichever is smaller binds.
        if let Some(limit) = threads_max.filter(|limit| new_threads_max.is_none() && limit.value < proposed) {
            lines.push_str(&format!("# From here on kernel.threads-max = {} is the ceiling.\n", limit.value));
        }
    }
    if let Some(proposed) = new_threads_max {
        lines.push_str(&format!("# Twice the present value; the kernel's own default is RAM / (8 x stack).\nkernel.threads-max = {proposed}\n"));
        check.push(format!(
            "the node has memory for {} tasks (a 16 KiB kernel stack each, and more).",
            grouped(proposed)
        ));
        assumed.push(Message::new("fix-assume-threads-max").with("proposed", proposed));
    }
    if lines.is_empty() {
        return None;
    }

    let filled = [pid_max, threads_max];
    let filled = || filled.iter().flatten();
    let apply = "sudo install -m 0644 90-pid-max.conf /etc/sysctl.d/90-pid-max.conf && sudo sysctl --system";
    let head = Head {
        what: "Room for more tasks on the node: Linux counts every thread against the smaller of both limits.",
        from: filled().map(|limit| format!("{}.", limit.describe())).collect(),
        check,
        apply,
        verify: "sysctl kernel.pid_max kernel.threads-max; awk '{ print $4 }' /proc/loadavg",
        undo: "remove the file; set the former value with sysctl -w, or restart the node",
    };
    Some(Fix {
        id: "sysctl-pid-max",
        title: Message::new("fix-sysctl-pid-max"),
        kind: ActionKind::Mitigate,
        file_name: "90-pid-max.conf",
        language: "ini",
        text: head.render(known) + &lines,
        apply: apply.to_owned(),
        risks: vec![Message::new("fix-risk-hides-leak"), Message::new("fix-risk-sysctl-order")],
        cites: filled().flat_map(|limit| limit.ceiling.cites.iter().copied()).collect(),
        assumed,
        from_case: reached.is_some(),
    })
}
