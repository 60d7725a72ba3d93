//! The simulated node: how many threads each container has at any second, when the wall is hit and when it is over.
//!
//! The story: one container leaks threads at a steady rate until the node has no id left. From then on every fork on the node fails, the
//! leaker's own liveness probe too; kubelet kills it (nobody acts), its ids are free again and the restart of calico-node succeeds.

use super::clock::Zone;
use super::rng::Rng;
use super::variant::Variant;

/// Seconds from the first refused fork to the end of the leaking container.
const PLATEAU_S: i64 = 313;
/// The leaker's grace period and the period of its liveness probe (five failures in a row kill it).
pub(crate) const LEAKER_GRACE_S: i64 = 30;
/// Period of the leaker's liveness probe.
pub(crate) const LEAKER_PERIOD_S: i64 = 60;
/// Ids below 300 are never handed out again after the first wrap: those free since boot stay free.
const UNUSABLE_IDS: u64 = 64;

/// How a container's process is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A Java service with an HTTP health check.
    Java,
    /// A Go or C daemon.
    Daemon,
}

/// One container.
#[derive(Clone, Debug)]
pub(crate) struct Container {
    pub(crate) namespace: String,
    pub(crate) pod: String,
    pub(crate) name: String,
    pub(crate) pod_uid: String,
    pub(crate) id: String,
    pub(crate) ip: String,
    pub(crate) kind: Kind,
    /// Threads when all is well.
    pub(crate) threads: u64,
    /// Processes when all is well.
    pub(crate) processes: u64,
    /// Days before the incident at which it started.
    pub(crate) age_days: i64,
}

/// Namespace, workload, container, kind, threads, processes, days since it started.
type Row = (&'static str, &'static str, &'static str, Kind, u64, u64, i64);

/// The first is calico-node, the second leaks. A large flat neighbour (`stream-worker`) is there to be suspected wrongly.
const CONTAINERS: [Row; 22] = [
    ("kube-system", "calico-node-", "calico-node", Kind::Daemon, 126, 9, 42),
    ("trade", "order-sync-7d9c6bf5b4-", "order-sync", Kind::Java, 1150, 1, 3),
    ("trade", "order-api-6c8f9d7b55-", "order-api", Kind::Java, 934, 1, 3),
    ("trade", "order-query-5f7b8c9d66-", "order-query", Kind::Java, 782, 1, 11),
    ("trade", "cart-79b5d4c8f7-", "cart", Kind::Java, 648, 1, 11),
    ("trade", "settlement-84d6f5c9b8-", "settlement", Kind::Java, 1042, 1, 19),
    ("pay", "pay-gateway-66f4c7d9c5-", "pay-gateway", Kind::Java, 861, 1, 6),
    ("pay", "risk-engine-58c9b7f6d4-", "risk-engine", Kind::Java, 1016, 1, 6),
    ("data", "stream-worker-0-", "stream-worker", Kind::Java, 2312, 1, 27),
    ("data", "search-data-2-", "search", Kind::Java, 418, 2, 27),
    ("user", "user-center-7c6d8f9b44-", "user-center", Kind::Java, 827, 1, 14),
    ("user", "account-6b8d7c5f99-", "account", Kind::Java, 571, 1, 14),
    ("promo", "coupon-5d7f6c8b9c-", "coupon", Kind::Java, 684, 1, 8),
    ("promo", "campaign-78f5b6d4c9-", "campaign", Kind::Java, 733, 1, 8),
    ("stock", "inventory-9c7b8d6f55-", "inventory", Kind::Java, 716, 1, 5),
    ("ingress-nginx", "ingress-nginx-controller-", "controller", Kind::Daemon, 246, 50, 33),
    ("kube-system", "kube-proxy-", "kube-proxy", Kind::Daemon, 37, 1, 42),
    ("kube-system", "node-local-dns-", "node-cache", Kind::Daemon, 58, 1, 42),
    ("logging", "filebeat-", "filebeat", Kind::Daemon, 47, 1, 40),
    ("monitoring", "node-exporter-", "node-exporter", Kind::Daemon, 21, 1, 40),
    ("monitoring", "node-exporter-", "kube-rbac-proxy", Kind::Daemon, 18, 1, 40),
    ("kube-system", "csi-rbdplugin-", "csi-rbdplugin", Kind::Daemon, 52, 1, 42),
];

/// Index of calico-node in [`Node::containers`].
pub(crate) const CALICO: usize = 0;
/// Index of the leaking container.
pub(crate) const LEAKER: usize = 1;

/// The node.
pub(crate) struct Node<'a> {
    pub(crate) seed: u64,
    pub(crate) variant: &'a Variant,
    pub(crate) zone: Zone,
    pub(crate) containers: Vec<Container>,
    /// First leaked thread.
    pub(crate) onset: i64,
    /// First refused fork.
    pub(crate) wall: i64,
    /// End of the leaking container.
    pub(crate) heal: i64,
    /// kubelet kills calico-node.
    pub(crate) calico_killed: i64,
    /// calico-node runs again.
    pub(crate) calico_started: i64,
    /// When the engineer ran the commands.
    pub(crate) collected: i64,
    host_threads: u64,
}

impl<'a> Node<'a> {
    pub(crate) fn new(seed: u64, variant: &'a Variant) -> Self {
        let containers = containers(seed, variant);
        let host_threads = 2936 + Rng::new(seed, "host").below(12);
        let onset = variant.at(22, 0, 0) + variant.onset_s;
        let mut node = Self {
            seed,
            variant,
            zone: Zone(variant.offset_s),
            containers,
            onset,
            wall: onset,
            heal: onset,
            calico_killed: onset,
            calico_started: onset,
            collected: variant.at(22, 40, 17),
            host_threads,
        };
        let used: u64 = node.containers.iter().map(|c| c.threads).sum::<u64>() + host_threads;
        node.wall = onset + (node.usable().saturating_sub(used)) as i64 / variant.leak_per_s;
        node.heal = node.wall + PLATEAU_S;
        node.calico_killed = node.heal + 5;
        node.calico_started = node.heal + 15;
        node
    }

    pub(crate) fn leaker(&self) -> &Container {
        &self.containers[LEAKER]
    }

    pub(crate) fn calico(&self) -> &Container {
        &self.containers[CALICO]
    }

    /// The ceiling of the whole node: the smaller of the two wins.
    pub(crate) fn ceiling(&self) -> u64 {
        self.variant.pid_max.min(self.variant.threads_max)
    }

    pub(crate) fn ceiling_name(&self) -> &'static str {
        if self.variant.threads_max < self.variant.pid_max { "kernel.threads-max" } else { "kernel.pid_max" }
    }

    fn usable(&self) -> u64 {
        self.ceiling() - UNUSABLE_IDS
    }

    /// Whether forks fail at this second.
    pub(crate) fn is_full(&self, at: i64) -> bool {
        !self.variant.healthy && (self.wall..self.heal).contains(&at)
    }

    /// Threads that belong to no container: kernel threads, systemd units, shims, pause processes.
    pub(crate) fn host_threads(&self, at: i64) -> u64 {
        self.host_threads + self.noise("host", at, 9)
    }

    /// Threads of a container; `None` while it does not run.
    pub(crate) fn threads(&self, index: usize, at: i64) -> Option<u64> {
        let container = &self.containers[index];
        if self.variant.healthy {
            return Some(self.calm(index, at));
        }
        match index {
            LEAKER if at >= self.onset && at < self.heal => {
                let leaked = container.threads + ((at - self.onset) * self.variant.leak_per_s) as u64;
                // A few ids are always between two owners, so that the sum never stands still.
                let others: u64 = (0..self.containers.len()).filter(|&i| i != LEAKER).map(|i| self.calm(i, at)).sum();
                let room = self.usable() - others - self.host_threads(at) - self.noise("slack", at, 14);
                Some(leaked.min(room))
            }
            LEAKER if at >= self.heal => started(container.threads - 27, at - self.heal - 3, 45),
            CALICO if (self.calico_killed..self.calico_started).contains(&at) => None,
            CALICO if at >= self.calico_started => started(container.threads - 8, at - self.calico_started, 20),
            _ => Some(self.calm(index, at)),
        }
        .map(|threads| {
            if index == LEAKER && at >= self.heal + 48 { threads + self.noise("after", at, 9) } else { threads }
        })
    }

    /// Threads of a container that does its daily work; a few fewer while lost workers cannot be replaced.
    fn calm(&self, index: usize, at: i64) -> u64 {
        let container = &self.containers[index];
        let swing = container.threads / 90 + 1;
        let lost = if self.is_full(at) { container.threads / 400 } else { 0 };
        container.threads - swing / 2 - lost + self.noise(&container.name, at, swing)
    }

    /// Processes of a container.
    pub(crate) fn processes(&self, index: usize, at: i64) -> Option<u64> {
        self.threads(index, at)?;
        let container = &self.containers[index];
        // An exec probe now and then is one more process.
        let probe = u64::from(index == CALICO && !self.is_full(at) && self.noise("probe", at, 10) == 0);
        Some(container.processes + probe)
    }

    /// Successful forks and thread creations per second.
    pub(crate) fn forks_per_s(&self, at: i64) -> u64 {
        let daily = 44 + self.noise("forks", at, 9);
        if self.variant.healthy || at < self.onset {
            daily
        } else if at < self.wall {
            daily + self.variant.leak_per_s as u64 + self.noise("forks of leak", at, 6)
        } else if at < self.heal {
            3 + self.noise("forks at wall", at, 6)
        } else if at < self.heal + 48 {
            daily + 26
        } else {
            daily
        }
    }

    /// A number below `n` that depends on what and when only, so that every file sees the same node.
    fn noise(&self, purpose: &str, at: i64, n: u64) -> u64 {
        Rng::new(self.seed ^ (at as u64).wrapping_mul(0x2545_f491_4f6c_dd1d), purpose).below(n)
    }
}

/// Threads of a container that started `age` seconds ago and is complete after `warm_s`.
fn started(threads: u64, age: i64, warm_s: i64) -> Option<u64> {
    (age >= 0).then(|| (20 + (threads - 20) * age.min(warm_s) as u64 / warm_s as u64).min(threads))
}

fn containers(seed: u64, variant: &Variant) -> Vec<Container> {
    let mut rng = Rng::new(seed, "containers");
    let mut names = variant.names.map(|seed| Rng::new(seed, "names"));
    let mut made: Vec<Container> = Vec::new();
    for (index, (namespace, workload, name, kind, threads, processes, age_days)) in CONTAINERS.into_iter().enumerate() {
        let shares_pod =
            made.last().is_some_and(|last: &Container| name == "kube-rbac-proxy" && last.name == "node-exporter");
        let mut container = Container {
            namespace: namespace.into(),
            pod: match index {
                CALICO => "calico-node-xx".into(),
                LEAKER => format!("{workload}m2kqz"),
                _ => format!("{workload}{}", rng.suffix(5)),
            },
            name: name.into(),
            pod_uid: rng.uuid(),
            id: rng.hex(64),
            ip: format!("10.233.71.{}", 10 + index * 7),
            kind,
            threads,
            processes,
            age_days,
        };
        if let Some(names) = &mut names {
            rename(&mut container, index, names);
        }
        if shares_pod {
            let last = &made[made.len() - 1];
            (container.pod, container.pod_uid, container.ip) =
                (last.pod.clone(), last.pod_uid.clone(), last.ip.clone());
        }
        made.push(container);
    }
    made
}

/// Invents names for what belongs to applications; system components keep theirs but for the pod's suffix.
fn rename(container: &mut Container, index: usize, rng: &mut Rng) {
    const FIRST: [&str; 12] =
        ["atlas", "bridge", "comet", "delta", "ember", "fjord", "grove", "harbor", "iris", "juniper", "krill", "lotus"];
    const SECOND: [&str; 8] = ["api", "worker", "sync", "gateway", "consumer", "scheduler", "core", "bff"];
    if index == CALICO {
        container.pod = format!("calico-node-{}", rng.suffix(5));
    } else if container.kind == Kind::Java {
        // The index keeps two containers from getting one name.
        container.name = format!("{}-{}-{index}", rng.pick(&FIRST), rng.pick(&SECOND));
        container.namespace = format!("team-{}", rng.pick(&FIRST));
        container.pod = format!("{}-{}-{}", container.name, rng.suffix(10), rng.suffix(5));
    }
    container.threads += container.threads * rng.below(10) / 100;
}
