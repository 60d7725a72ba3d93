//! Incident A as one kind of source tells it: metrics of containers, sar's count of all tasks, or listings of processes.

use std::fmt::Write;

use super::node::{LEAKER, Node};

/// Seconds between two samples of sar and between two listings.
pub(crate) const COARSE_STEP_S: i64 = 60;
/// Processes that the machine's own threads are spread over.
const N_DAEMONS: u64 = 20;

/// What was collected besides limits and logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Telling {
    /// `container_threads` by container.
    Metrics,
    /// `plist-sz`: all tasks of the node.
    Sar,
    /// `ps` once a minute, as long as it could be started.
    Listings,
}

/// The process id of a container's process in the listings.
pub(crate) const fn pid_of(container: usize) -> usize {
    20_000 + 37 * container
}

/// The process id of the one that leaks.
pub(crate) fn leaking_pid() -> usize {
    pid_of(LEAKER)
}

fn instants(node: &Node<'_>) -> impl Iterator<Item = i64> + use<> {
    let (start, end) = (node.variant.at(21, 30, 0), node.variant.at(22, 59, 0));
    (start..=end).step_by(COARSE_STEP_S as usize)
}

fn of_containers(node: &Node<'_>, at: i64) -> u64 {
    (0..node.containers.len()).filter_map(|index| node.threads(index, at)).sum()
}

/// `plist-sz` as a table.
pub(crate) fn sar(node: &Node<'_>) -> String {
    let mut text = String::from("\"Time\",\"{__name__=\"\"plist-sz\"\"}\"\r\n");
    for at in instants(node) {
        let _ = write!(text, "{},{}\r\n", at * 1000, of_containers(node, at) + node.host_threads(at));
    }
    text
}

/// Name and text of each listing; none while nothing could be forked.
pub(crate) fn listings(node: &Node<'_>) -> Vec<(String, String)> {
    instants(node)
        .filter(|&at| !node.is_full(at))
        .map(|at| {
            let clock = node.zone.date_time(at);
            let minute = &clock[11..16];
            let mut text = String::from("USER         PID    PPID NLWP STIME COMMAND\n");
            let host = node.host_threads(at);
            for daemon in 0..N_DAEMONS {
                let threads = host / N_DAEMONS + u64::from(daemon < host % N_DAEMONS);
                let _ =
                    writeln!(text, "root {:>10} {:>7} {threads:>4} Jul01 /usr/sbin/daemon-{daemon}", 300 + daemon, 1);
            }
            for (index, container) in node.containers.iter().enumerate() {
                let Some(threads) = node.threads(index, at) else { continue };
                let (pid, name) = (pid_of(index), &container.name);
                let _ = writeln!(text, "app {pid:>11} {:>7} {threads:>4} Jul01 /usr/bin/java -jar /app/{name}.jar", 1);
            }
            let _ =
                writeln!(text, "root {:>10} {:>7} {:>4} {minute} ps -eo user,pid,ppid,nlwp,stime,args", 60_000, 1, 1);
            (format!("ps-{}.txt", minute.replace(':', "")), text)
        })
        .collect()
}
