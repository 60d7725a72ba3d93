//! Kills for memory, as kernels of all ages and kubelet write of them.
//!
//! ```text
//! java invoked oom-killer: gfp_mask=0xd0, order=0, oom_score_adj=-998
//! Memory cgroup stats for /kubepods/pod95387fa4-…/6895a3e1…: cache:32KB rss:524188KB …              up to 4.18
//! memory: usage 2097152kB, limit 2097152kB, failcnt 1234
//! oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=…,oom_memcg=/kubepods/…,task=java,pid=28438,uid=0      since 4.19
//! Memory cgroup out of memory: Kill process 24572 (java) score 0 or sacrifice child                   up to 4.18: chosen
//! Killed process 28438 (java) total-vm:20255636kB, anon-rss:466160kB, file-rss:13684kB                up to 4.18: done
//! Out of memory: Killed process 28438 (java) total-vm:…, oom_score_adj:1000                           since 4.19
//! Error: failed to start container "payment": OOMKilled                                               kubelet
//! System OOM encountered, victim process: nginx, pid: 9295                                            its event SystemOOM
//! mysqld.service: A process of this unit has been killed by the OOM killer.                           systemd
//! mysqld.service: Failed with result 'oom-kill'.
//! Killed /user.slice/user-1000.slice due to memory pressure for /user.slice being 65.00% > 50.00% …   systemd-oomd
//! TaskOOM event container_id:\"8e8c1f3a0c5f…\"                                                        containerd
//! ```
//! Source: <https://github.com/torvalds/linux> `mm/oom_kill.c`, `mm/memcontrol.c`; kubernetes `pkg/kubelet/oom/oom_watcher_linux.go`;
//! systemd `src/core/unit.c`, `src/oom/oomd-util.c`; containerd `internal/cri/server/events.go`.

use super::{after, find_in, has, number_after};
use crate::model::{OomLine, OomStep, SightingKind};

type See<'a> = &'a mut dyn FnMut(SightingKind);

/// Text up to the first byte of `ends`.
fn until(text: &[u8], ends: &[u8]) -> String {
    let end = text.iter().position(|byte| ends.contains(byte)).unwrap_or(text.len());
    String::from_utf8_lossy(&text[..end]).into_owned()
}

/// The word right before a literal.
fn word_before(line: &[u8], literal: &str) -> Option<String> {
    let before = &line[..find_in(line, literal)?];
    let is_edge = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'"';
    let start = before.iter().rposition(is_edge).map_or(0, |edge| edge + 1);
    Some(String::from_utf8_lossy(&before[start..]).into_owned())
}

/// Units of systemd, and containers by the whole id that their runtime gave them.
pub(super) fn judge_unit(line: &[u8], see: See<'_>) {
    let named = [": A process of this unit has been", ": Failed with result 'oom"];
    let mut cgroup = named.iter().find_map(|words| word_before(line, words)).unwrap_or_default();
    if let Some(slice) = after(line, "]: Killed /") {
        if !has(slice, " due to memory ") {
            return;
        }
        cgroup = until(slice, b" ");
    }
    let event = after(line, "TaskOOM event");
    let place = event.unwrap_or(cgroup.as_bytes());
    let id = place.split(|byte| !byte.is_ascii_hexdigit()).find(|run| run.len() == 64);
    if event.is_some() && id.is_none() {
        return;
    }
    cgroup = id.map_or(cgroup.clone(), |id| until(id, b""));
    see(SightingKind::OutOfMemory(OomLine { step: OomStep::Stated, cgroup, ..OomLine::default() }));
}

/// A story begins, or a newer kernel sums it up in one line.
pub(super) fn judge_invoked(line: &[u8], see: See<'_>) {
    if let Some(process) = word_before(line, " invoked oom-killer") {
        see(SightingKind::OutOfMemory(OomLine { step: OomStep::Invoked, process, ..OomLine::default() }));
    } else if let Some(rest) = after(line, "oom-kill:constraint=") {
        let is_of_cgroup = Some(rest.starts_with(b"CONSTRAINT_MEMCG"));
        // The group of the victim tells whose it is; the one whose limit was reached may lie above it.
        let cgroup = after(rest, "task_memcg=").or_else(|| after(rest, "oom_memcg="));
        let cgroup = cgroup.map(|name| until(name, b", ")).unwrap_or_default();
        let process = after(rest, ",task=").map(|name| until(name, b",")).unwrap_or_default();
        let pid = number_after(rest, ",pid=");
        see(SightingKind::OutOfMemory(OomLine { process, pid, cgroup, is_of_cgroup, ..OomLine::default() }));
    }
}

/// Whose limit it was.
pub(super) fn judge_stats(line: &[u8], see: See<'_>) {
    if let Some(rest) = after(line, "emory cgroup stats for ") {
        let cgroup = until(rest, b": ");
        see(SightingKind::OutOfMemory(OomLine { cgroup, is_of_cgroup: Some(true), ..OomLine::default() }));
    }
}

/// How much was used of which limit. A group without a limit prints the largest number there is.
pub(super) fn judge_usage(line: &[u8], see: See<'_>) {
    let kb = |literal: &str| {
        let rest = after(line, literal)?;
        let n_digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        std::str::from_utf8(&rest[..n_digits]).ok()?.parse::<u64>().ok()
    };
    if let Some(use_kb) = kb("memory: usage ").zip(kb("kB, limit ")) {
        see(SightingKind::OutOfMemory(OomLine { use_kb: Some(use_kb), ..OomLine::default() }));
    }
}

/// Chosen, killed, or kubelet's word for it.
pub(super) fn judge_kill(line: &[u8], see: See<'_>) {
    if let Some(rest) = after(line, "System OOM encountered, victim process: ") {
        // The node's own memory: of a container's kubelet says nothing.
        let (process, pid) = (until(rest, b","), number_after(rest, ", pid: "));
        let step = OomStep::Killed;
        see(SightingKind::OutOfMemory(OomLine { step, process, pid, is_of_cgroup: Some(false), ..OomLine::default() }));
        return;
    }
    let is_of_cgroup = if has(line, "emory cgroup out of memory: ") {
        Some(true)
    } else {
        has(line, "Out of memory: ").then_some(false)
    };
    let (step, rest) = match (after(line, "Killed process "), after(line, "Kill process ")) {
        // Other programs say that they killed a process, but not how much memory it had.
        (Some(rest), _) if is_of_cgroup.is_some() || has(rest, "total-vm:") => (OomStep::Killed, rest),
        (None, Some(rest)) if is_of_cgroup.is_some() => (OomStep::Chosen, rest),
        _ => {
            if has(line, "OOMKilled") {
                see(SightingKind::OutOfMemory(OomLine { step: OomStep::Stated, ..OomLine::default() }));
            }
            return;
        }
    };
    let process = after(rest, "(").map(|name| until(name, b")")).unwrap_or_default();
    // `28438 (java)`, newer with a comma: `28438, UID 0, (java)`.
    let n_digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let pid = std::str::from_utf8(&rest[..n_digits]).ok().and_then(|digits| digits.parse().ok());
    see(SightingKind::OutOfMemory(OomLine { step, process, pid, is_of_cgroup, ..OomLine::default() }));
}
