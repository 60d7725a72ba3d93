//! `ps -eLf` of procps 3.3, taken after the recovery: one row per thread. Its rows are exactly the containers' threads and the machine's
//! own, so it reconciles with the metric exports.

use std::fmt::Write;

use super::node::{CALICO, Container, Kind, LEAKER, Node};
use super::rng::Rng;

/// The listing and how many rows it has.
pub(crate) struct Listing {
    pub(crate) text: String,
    pub(crate) n_rows: u64,
    pub(crate) n_host_rows: u64,
}

/// kubelet's process id: the journal shows it too.
pub(crate) const KUBELET_PID: u64 = 1123;
const N_CPUS: u64 = 48;

/// Daemons of the machine that started before kubelet: user, threads, command.
const BEFORE_KUBELET: [(&str, u64, &str); 22] = [
    ("root", 1, "/usr/lib/systemd/systemd-journald"),
    ("root", 1, "/usr/lib/systemd/systemd-udevd"),
    ("root", 7, "/sbin/multipathd -d -s"),
    ("root", 2, "/sbin/auditd"),
    ("dbus", 1, "/usr/bin/dbus-daemon --system"),
    ("root", 2, "/usr/sbin/irqbalance --foreground"),
    ("polkitd", 8, "/usr/lib/polkit-1/polkitd --no-debug"),
    ("chrony", 1, "/usr/sbin/chronyd"),
    ("root", 1, "/usr/lib/systemd/systemd-logind"),
    ("root", 1, "/usr/sbin/crond -n"),
    ("root", 3, "/usr/sbin/NetworkManager --no-daemon"),
    ("root", 5, "/usr/libexec/platform-python -Es /usr/sbin/tuned -l -P"),
    ("root", 3, "/usr/sbin/rsyslogd -n"),
    ("root", 1, "/usr/sbin/sshd -D"),
    ("rpc", 1, "/usr/bin/rpcbind -w -f"),
    ("root", 4, "/usr/sbin/gssproxy -D"),
    ("root", 1, "/usr/sbin/smartd -n"),
    ("root", 2, "/usr/bin/lsmd -d"),
    ("root", 61, "/usr/local/falcon/bin/falcon-agent -c cfg.json"),
    ("root", 34, "/usr/local/ilogtail/ilogtail"),
    ("root", 84, "/usr/bin/containerd"),
    ("root", 126, "/usr/bin/dockerd -H fd://"),
];

struct Writer<'a> {
    node: &'a Node<'a>,
    rng: Rng,
    text: String,
    /// The last id handed out.
    id: u64,
    n_rows: u64,
}

impl Writer<'_> {
    /// The next id; some of those between two were handed out to processes that are gone.
    fn next_id(&mut self) -> u64 {
        self.id += 1 + if self.rng.per_mille(120) { self.rng.below(6) } else { 0 };
        self.id
    }

    /// All rows of a process whose id is the next one; returns it.
    fn process(&mut self, user: &str, ppid: u64, threads: u64, started: i64, command: &str) -> u64 {
        let pid = self.next_id();
        self.rows(user, pid, ppid, threads, started, "?", command);
        pid
    }

    #[expect(clippy::too_many_arguments, reason = "the columns of ps")]
    fn rows(&mut self, user: &str, pid: u64, ppid: u64, threads: u64, started: i64, tty: &str, command: &str) {
        let now = self.node.collected;
        let stime = self.node.zone.start_time(started, now);
        let hours = ((now - started) / 3600) as u64;
        for index in 0..threads {
            let lwp = if index == 0 { pid } else { self.next_id() };
            // Few threads of a process do most of its work.
            let cpu_s = self.rng.below(if index < 4 { hours * 5 } else { hours / 9 + 1 });
            let (h, m, s) = (cpu_s / 3600, cpu_s / 60 % 60, cpu_s % 60);
            let _ = writeln!(
                self.text,
                "{user:<8} {pid:>5} {ppid:>5} {lwp:>5} {:>2} {threads:>4} {stime:>5} {tty:<8} {h:02}:{m:02}:{s:02} {command}",
                cpu_s / (hours.max(1) * 36),
            );
        }
        self.n_rows += threads;
    }
}

/// The listing of the node.
pub(crate) fn listing(node: &Node<'_>) -> Listing {
    let at = node.variant.at(22, 40, 0);
    let boot = node.collected - 43 * 86_400 - 5_000;
    let mut w = Writer { node, rng: Rng::new(node.seed, "ps"), text: String::with_capacity(1 << 21), id: 0, n_rows: 0 };
    w.text.push_str("UID        PID  PPID   LWP  C NLWP STIME TTY          TIME CMD\n");

    w.id = 2;
    w.rows("root", 1, 0, 1, boot, "?", "/usr/lib/systemd/systemd --system --deserialize 18");
    w.rows("root", 2, 0, 1, boot, "?", "[kthreadd]");
    kernel_threads(&mut w, boot);
    for (user, threads, command) in BEFORE_KUBELET {
        w.process(user, 1, threads, boot + 20, command);
    }
    w.id = KUBELET_PID;
    w.rows("root", KUBELET_PID, 1, 78, boot + 31, "?", "/usr/bin/kubelet --config=/var/lib/kubelet/config.yaml --v=4");

    // Shims and pause processes are the machine's, what they start is the containers'.
    let shim_threads = 12;
    let n_containers = node.containers.len() as u64;
    // The last four are the engineer's own: two sshd, bash and ps.
    let n_host_later = n_containers * (shim_threads + 1) + 4;
    let n_osds = 8;
    let osd_threads = 76;
    for osd in 0..n_osds {
        w.process("ceph", 1, osd_threads, boot + 90, &format!("/usr/bin/ceph-osd -f --id {}", 40 + osd));
    }
    // Whatever the machine runs beyond that is workers of the kernel.
    let host = node.host_threads(at);
    let n_workers = host.saturating_sub(w.n_rows + n_host_later);
    for worker in 0..n_workers {
        let cpu = worker % N_CPUS;
        let pool = *w.rng.pick(&[
            "events",
            "mm_percpu_wq",
            "xfs-buf/nvme0n1",
            "rcu_gp",
            "kblockd",
            "cgroup_destroy",
            "ceph-msgr",
        ]);
        w.process(
            "root",
            2,
            1,
            boot + 3_600 * (worker as i64 % 900),
            &format!("[kworker/{cpu}:{}-{pool}]", worker / N_CPUS),
        );
    }
    let mut n_container_rows = 0;
    let mut order: Vec<usize> = (0..node.containers.len()).collect();
    // Ids grow with time: whoever was restarted in the incident comes last.
    order.sort_by_key(|&index| (restarted_at(node, index), -node.containers[index].age_days));
    for index in order {
        let container = &node.containers[index];
        let started = restarted_at(node, index).unwrap_or(node.collected - container.age_days * 86_400 - 777);
        let shim = format!("containerd-shim-runc-v2 -namespace moby -id {}", &container.id[..12]);
        let shim = w.process("root", 1, shim_threads, started, &shim);
        w.process("65535", shim, 1, started, "/pause");
        let before = w.n_rows;
        container_processes(&mut w, container, node.threads(index, at).unwrap_or(0), shim, started);
        n_container_rows += w.n_rows - before;
    }
    let now = node.collected;
    let sshd = w.process("root", 1, 1, now - 700, "sshd: root [priv]");
    let session = w.process("root", sshd, 1, now - 699, "sshd: root@pts/0");
    let bash = w.next_id();
    w.rows("root", bash, session, 1, now - 699, "pts/0", "-bash");
    let ps = w.next_id();
    w.rows("root", ps, bash, 1, now, "pts/0", "ps -eLf");
    Listing { n_host_rows: w.n_rows - n_container_rows, n_rows: w.n_rows, text: w.text }
}

/// When a container was restarted in the incident.
fn restarted_at(node: &Node<'_>, index: usize) -> Option<i64> {
    match index {
        _ if node.variant.healthy => None,
        LEAKER => Some(node.heal + 3),
        CALICO => Some(node.calico_started),
        _ => None,
    }
}

/// The kernel's own threads of a machine with 48 CPUs.
fn kernel_threads(w: &mut Writer<'_>, boot: i64) {
    for name in [
        "rcu_gp",
        "rcu_par_gp",
        "mm_percpu_wq",
        "rcu_sched",
        "kdevtmpfs",
        "netns",
        "kauditd",
        "khungtaskd",
        "oom_reaper",
    ] {
        w.process("root", 2, 1, boot, &format!("[{name}]"));
    }
    for cpu in 0..N_CPUS {
        for name in ["cpuhp", "watchdog", "migration", "ksoftirqd"] {
            w.process("root", 2, 1, boot, &format!("[{name}/{cpu}]"));
        }
        w.process("root", 2, 1, boot, &format!("[kworker/{cpu}:0H-kblockd]"));
    }
    for name in [
        "kcompactd0",
        "kcompactd1",
        "ksmd",
        "khugepaged",
        "kintegrityd",
        "kswapd0",
        "kswapd1",
        "ata_sff",
        "md",
        "edac-poller",
    ] {
        w.process("root", 2, 1, boot, &format!("[{name}]"));
    }
    for queue in 0..N_CPUS {
        w.process("root", 2, 1, boot + 2, &format!("[nvme-wq-{queue}]"));
    }
}

/// The processes of one container: the first holds all threads that the others have not.
fn container_processes(w: &mut Writer<'_>, container: &Container, threads: u64, shim: u64, started: i64) {
    let others = container.processes - 1;
    let main = threads.saturating_sub(others);
    let name = &container.name;
    let (user, command) = match container.kind {
        Kind::Java => ("1000", format!("java -jar {name}.jar")),
        Kind::Daemon if name == "calico-node" => ("root", "calico-node -felix".into()),
        Kind::Daemon => ("root", format!("/usr/bin/{name}")),
    };
    let parent = w.process(user, shim, main, started, &command);
    const CALICO_PROCESSES: [&str; 8] = [
        "runsv felix",
        "runsv bird",
        "runsv bird6",
        "runsv confd",
        "bird -R -s /var/run/calico/bird.ctl -d",
        "bird6 -R -s /var/run/calico/bird6.ctl -d",
        "runsv monitor-addresses",
        "runsv allocate-tunnel-addrs",
    ];
    for index in 0..others {
        let command = match name.as_str() {
            "calico-node" => CALICO_PROCESSES[index as usize % CALICO_PROCESSES.len()],
            "controller" => "nginx: worker process",
            _ => "/usr/share/search/controller",
        };
        w.process(user, parent, 1, started, command);
    }
}
