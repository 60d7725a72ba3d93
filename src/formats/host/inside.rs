//! Shells inside of containers, as a terminal shows them: from `kubectl exec -it web-0 -- sh` until its prompt is back.
//!
//! ```text
//! [root@node-5 ~]# docker exec -it app sh
//! / # ps -eLf | wc -l                         a container's threads, not those of node-5
//! 31
//! / # exit
//! [root@node-5 ~]#
//! ```
//! What is counted there is of the container alone, and the node that it is on is not named: nothing of it is held against a node's limit.

use super::prompt::Prompt;
use crate::formats::Parsed;
use crate::model::{IssueCode, Scope};

/// Whether commands run inside of a container.
#[derive(Default)]
pub(super) struct Inside {
    /// Shells that were opened and not left.
    n_shells: u32,
    /// The prompt that the first was opened at; empty where it names no host.
    outside: Vec<u8>,
}

impl Inside {
    /// Takes note of a prompt; whether its command runs inside.
    pub(super) fn follow(&mut self, line: &[u8], prompt: &mut Prompt<'_>) -> bool {
        let at = line.len().min((prompt.command.as_ptr() as usize).saturating_sub(line.as_ptr() as usize));
        let shown = if prompt.command.is_empty() { line } else { &line[..at] }.trim_ascii();
        if self.n_shells == 0 {
            self.n_shells = u32::from(prompt.opens_container());
            self.outside = if shown.contains(&b'@') { shown.to_vec() } else { Vec::new() };
            return false;
        }
        if shown == self.outside {
            self.n_shells = u32::from(prompt.opens_container());
            return false;
        }
        prompt.host = &[];
        match prompt.command {
            b"exit" | b"logout" => self.n_shells -= 1,
            _ if prompt.is_shell() => self.n_shells += 1,
            _ => {}
        }
        true
    }
}

/// Takes back what an output from inside says of a node: listings, uses and limits from these on, and the host of its prompt.
pub(super) fn forget_node([listings, uses, limits]: [usize; 3], out: &mut Parsed) {
    while out.processes.len() > listings {
        out.issues.take_back(IssueCode::SnapshotWithoutTime);
        out.processes.pop();
    }
    out.uses.truncate(uses);
    let mut n = 0;
    out.limits.retain(|limit| {
        n += 1;
        n <= limits || limit.scope != Scope::Node
    });
    while out.hosts.last().is_some_and(|(_, host)| !host.is_empty()) {
        out.hosts.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::super::prompt::parse_prompt;
    use super::super::tally::parse_text;
    use super::super::terminal;

    #[test]
    fn what_is_counted_in_a_container_is_not_the_nodes() {
        let limits = "kernel.pid_max = 49152\n";
        let count = "ps -eLf | wc -l\n31\n";
        for (at, exec, inner, leave) in [
            ("[root@n5 ~]# ", "docker exec -it app sh", "/ # ", "/ # exit\n"),
            (
                "root@jump:~# ",
                "kubectl -n shop exec -it web-0 -- /bin/bash",
                "root@web-0:/# ",
                "root@web-0:/# exit\nexit\n",
            ),
            // Left by Ctrl-D, and on the node's network.
            ("root@jump:~# ", "oc rsh web-0", "sh-4.4# ", ""),
            ("root@n5:~# ", "kubectl exec -it calico-node-x -- bash", "root@n5:/# ", ""),
            (
                "[root@n5 ~]# ",
                "crictl exec -it 8e8c sh",
                "/ # ",
                "/ # bash\nbash-5.1# exit\n/ # ps -eLf | wc -l\n31\n/ # exit\n",
            ),
        ] {
            let text = format!(
                "{at}sysctl kernel.pid_max\n{limits}{at}{exec}\n{inner}{count}{inner}cat /proc/sys/kernel/pid_max\n32768\n{inner}ulimit -n\n1024\n{leave}{at}ps -eLf | wc -l\n601\n"
            );
            let parsed = parse_text(&terminal::FORMAT, "unknown", &text);
            let threads: Vec<_> = parsed.processes.iter().map(|listing| listing.n_threads).collect();
            let values: Vec<_> = parsed.limits.iter().map(|limit| limit.value).collect();
            assert_eq!((threads, values), (vec![600], vec![Some(49_152), Some(1024)]), "{text}");
            let host = parse_prompt(at.as_bytes()).map(|prompt| prompt.host);
            let of =
                |line: u32| parsed.hosts.iter().rev().find(|(from, _)| *from <= line).map(|(_, host)| host.as_bytes());
            assert_eq!((of(1), of(4), of(6), of(99)), (host, Some(&b""[..]), Some(&b""[..]), host), "{text}");
        }
    }
}
