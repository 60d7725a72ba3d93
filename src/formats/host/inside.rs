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

use super::prompt::{Prompt, is_clock};
use super::tally::words;
use crate::formats::Parsed;
use crate::model::{IssueCode, Scope};

/// Whether commands run inside of a container.
#[derive(Default)]
pub(super) struct Inside {
    /// Shells that were opened and not left.
    n_shells: u32,
    /// The prompt that the first was opened at.
    outside: Vec<u8>,
    /// Whether the last command was to open it.
    is_new: bool,
    /// Whether that prompt tells where it is: it names a host, or the shell inside showed another one.
    is_telling: bool,
}

impl Inside {
    /// Takes note of a prompt; whether its command runs inside. `has_failed` says that the command before it printed an error.
    pub(super) fn follow(&mut self, line: &[u8], prompt: &mut Prompt<'_>, has_failed: bool) -> bool {
        let at = line.len().min((prompt.command.as_ptr() as usize).saturating_sub(line.as_ptr() as usize));
        let shown = if prompt.command.is_empty() { line } else { &line[..at] };
        let is_same = words(shown).filter(not_clock).eq(words(&self.outside).filter(not_clock));
        // Right behind the command that was to open it, an error says that no shell is there.
        let is_none = std::mem::take(&mut self.is_new) && has_failed;
        if self.n_shells == 0 || is_same && (self.is_telling || is_none) {
            self.is_new = prompt.opens_container();
            self.n_shells = u32::from(self.is_new);
            if self.is_new {
                (self.outside, self.is_telling) = (shown.to_vec(), shown.contains(&b'@'));
            }
            return false;
        }
        self.is_telling |= self.n_shells == 1 && !is_same;
        prompt.host = &[];
        match prompt.command {
            b"exit" | b"logout" => self.n_shells -= 1,
            _ if prompt.is_shell() => self.n_shells += 1,
            _ => {}
        }
        true
    }
}

/// The time in a prompt is another each time.
fn not_clock(word: &&[u8]) -> bool {
    !is_clock(word)
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
            ("n5:~ # ", "docker exec -it app sh", "/ # ", ""),
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

    #[test]
    fn what_the_node_says_again_is_the_nodes() {
        let count = "ps -eLf | wc -l\n";
        let exec = "kubectl exec -it web-0 -- sh\n";
        let missing = "Error from server (NotFound): pods \"web-0\" not found\n";
        for (text, want) in [
            // Left by Ctrl-D, at a prompt that shows a clock.
            (format!("[10:00:01] root@n5:~# {exec}/ # {count}31\n[10:01:02] root@n5:~# {count}601\n"), &[600][..]),
            // Another prompt was shown inside.
            (format!("$ {exec}/ # {count}31\n$ {count}601\n"), &[600]),
            // It may be inside as well as out of it.
            (format!("sh-4.4# {exec}sh-4.4# {count}601\n"), &[]),
            (format!("$ {exec}{missing}$ {count}601\n"), &[600]),
            (format!("$ {exec}$ cat x\n{missing}$ {count}601\n"), &[]),
            (format!("# docker exec app ls -l /bin/sh\nlrwxrwxrwx 1 root\n# {count}601\n"), &[600]),
        ] {
            let parsed = parse_text(&terminal::FORMAT, "unknown", &text);
            let threads: Vec<_> = parsed.processes.iter().map(|listing| listing.n_threads).collect();
            assert_eq!(threads, want, "{text}");
        }
    }
}
