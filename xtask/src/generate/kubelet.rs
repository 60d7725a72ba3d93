//! kubelet's journal from 21:40 to 22:40: an hour of its hum, with the incident in the middle.
//!
//! Why calico-node was killed only five minutes after the first refused fork although its probe runs every ten seconds: where runc itself
//! cannot start, the probe *errs* and kubelet throws the result away; only where the runtime answers with an exit code the probe *fails*.
//! Six failures in a row, however far apart, kill the container.

use std::fmt::Write;

use super::crash::newosproc;
use super::node::{CALICO, Container, Kind, LEAKER, LEAKER_GRACE_S, LEAKER_PERIOD_S, Node};
use super::noise::{Said, Subject, eviction, housekeeping, hum, scrape};
use super::ps::KUBELET_PID;
use super::rng::Rng;
use super::variant::JournalStyle;

/// What runc says when it cannot fork the first stage of an exec.
pub(crate) const RUNC_SPAWN: &str = "OCI runtime exec failed: exec failed: container_linux.go:380: starting container process caused: process_linux.go:130: executing setns process caused: exit status 1: nsexec: unable to spawn stage-1: Resource temporarily unavailable: unknown";
/// What dockerd says when it cannot fork runc.
const FORK_RUNC: &str = "rpc error: code = Unknown desc = failed to exec in container: fork/exec /usr/bin/runc: resource temporarily unavailable";
/// One second, in the journal's unit.
const US: i64 = 1_000_000;

/// When calico-node's probes failed (and counted).
pub(crate) struct CalicoFailures {
    pub(crate) readiness: Vec<i64>,
    pub(crate) liveness: Vec<i64>,
}

/// The failures of calico-node's exec probes: the last liveness failure is the sixth.
pub(crate) fn calico_failures(node: &Node<'_>) -> CalicoFailures {
    let last = node.heal - 4;
    CalicoFailures {
        readiness: [292, 268, 233, 178, 120, 71, 38, 12].map(|before| last - before).into(),
        liveness: [289, 236, 187, 118, 59, 0].map(|before| last - before).into(),
    }
}

/// Containers whose probes fail without any fault of theirs.
pub(crate) fn victims(node: &Node<'_>) -> Vec<String> {
    let mut names = vec![node.calico().name.clone()];
    names.extend(suffering(node).into_iter().map(|index| node.containers[index].name.clone()));
    names
}

/// Services that could not start a thread for a health check: index in the node's containers.
fn suffering(node: &Node<'_>) -> Vec<usize> {
    [2, 6, 10, 12].into_iter().filter(|&index| index < node.containers.len()).collect()
}

struct Log<'a> {
    node: &'a Node<'a>,
    rng: Rng,
    /// Microseconds since the epoch and the text after the journal's own head.
    lines: Vec<(i64, String)>,
    n_crashes: u64,
}

/// The journal and how many crashes it holds.
pub(crate) fn journal(node: &Node<'_>) -> (String, u64) {
    let mut log = Log { node, rng: Rng::new(node.seed, "kubelet"), lines: Vec::new(), n_crashes: 0 };
    log.daily_hum();
    log.cron_jobs();
    log.healthy_blips();
    if !node.variant.healthy {
        log.refused_forks();
        log.probes_of_services();
        log.calico_node();
        log.leaker_restart();
    }
    // Stable: lines of one burst share an instant and keep their order.
    log.lines.sort_by_key(|(at, _)| *at);
    (log.render(), log.n_crashes)
}

impl Log<'_> {
    fn raw(&mut self, at_us: i64, text: impl Into<String>) {
        self.lines.push((at_us, text.into()));
    }

    fn klog(&mut self, at_us: i64, level: char, site: &str, message: &str) {
        let f = self.node.zone.fields(at_us.div_euclid(US));
        let us = at_us.rem_euclid(US);
        self.raw(
            at_us,
            format!(
                "{level}{:02}{:02} {:02}:{:02}:{:02}.{us:06} {KUBELET_PID:>7} {site} {message}",
                f.month, f.day, f.hour, f.minute, f.second
            ),
        );
    }

    /// A moment within a second.
    fn within(&mut self, second: i64) -> i64 {
        second * US + self.rng.between(2_000, 990_000)
    }

    fn daily_hum(&mut self) {
        let subjects: Vec<Subject> = self.node.containers.iter().map(subject).collect();
        let start = self.node.variant.at(21, 40, 0);
        for second in start..self.node.collected {
            let is_full = self.node.is_full(second);
            // While no thread can be had kubelet gets less done.
            let n = *self.rng.pick::<u32>(if is_full { &[0, 0, 1, 1] } else { &[0, 1, 1, 1] });
            let mut said: Vec<Said> = (0..n).map(|_| hum(&mut self.rng, &subjects)).collect();
            match second - start {
                age if age % 10 == 7 => said.push(eviction()),
                age if age % 15 == 4 && !is_full => said.push(scrape(&mut self.rng)),
                age if age % 2 == 0 => said.push(housekeeping()),
                _ => {}
            }
            // Some probes answer without a new thread, but those that fail are told elsewhere.
            said.retain(|(_, site, _)| !(is_full && *site == "prober.go:125]"));
            for (level, site, message) in said {
                let at = self.within(second);
                self.klog(at, level, site, &message);
            }
        }
        let gc = self.node.variant.at(21, 43, 37) * US + 412_093;
        for round in 0..12 {
            self.klog(
                gc + round * 300 * US,
                'I',
                "image_gc_manager.go:304]",
                "\"Image garbage collection: disk usage is within the high threshold\" usage=61 highThreshold=85",
            );
        }
    }

    /// A short-lived pod every five minutes: sandbox, Calico's CNI plugin on standard error, start, end.
    fn cron_jobs(&mut self) {
        for round in 0..12 {
            let second = self.node.variant.at(21, 40, 2) + round * 300;
            let name = format!("report-rollup-{}-{}", second / 60, self.rng.suffix(5));
            let (uid, id, ns) = (self.rng.uuid(), self.rng.hex(64), "batch");
            let sandbox = self.rng.hex(64);
            let at = self.within(second);
            self.klog(at, 'I', "kubelet.go:2081]", &format!("\"SyncLoop ADD\" source=\"api\" pods=[{ns}/{name}]"));
            self.klog(
                at + 1_820,
                'I',
                "topology_manager.go:200]",
                &format!("\"Topology Admit Handler\" podUID={uid} podAddress=\"{ns}/{name}\""),
            );
            self.klog(at + 61_411, 'I', "reconciler.go:224]", &format!("\"operationExecutor.VerifyControllerAttachedVolume started for volume \\\"kube-api-access\\\" (UniqueName: \\\"kubernetes.io/projected/{uid}-kube-api-access\\\") pod \\\"{name}\\\" (UID: \\\"{uid}\\\") \" pod=\"{ns}/{name}\""));
            if self.node.is_full(second + 1) {
                let fault = format!(
                    "failed to set up sandbox container \\\"{sandbox}\\\" network for pod \\\"{name}\\\": networkPlugin cni failed to set up pod \\\"{name}_{ns}\\\" network: fork/exec /opt/cni/bin/calico: resource temporarily unavailable"
                );
                for attempt in 0..4 {
                    let at = at + (1 + attempt * 14) * US + 217_000;
                    self.klog(at, 'E', "remote_runtime.go:116]", &format!("\"RunPodSandbox from runtime service failed\" err=\"rpc error: code = Unknown desc = {fault}\""));
                    self.klog(at + 240, 'E', "pod_workers.go:747]", &format!("\"Error syncing pod, skipping\" err=\"failed to \\\"CreatePodSandbox\\\" for \\\"{name}_{ns}({uid})\\\" with CreatePodSandboxError: {fault}\" pod=\"{ns}/{name}\" podUID={uid}"));
                }
                continue;
            }
            self.cni(at + 600_000, ns, &name, &sandbox);
            self.klog(at + 1_310_000, 'I', "kubelet.go:2103]", &format!("\"SyncLoop (PLEG): event for pod\" pod=\"{ns}/{name}\" event=&{{ID:{uid} Type:ContainerStarted Data:{id}}}"));
            let runs = self.rng.between(20, 70) * US;
            self.klog(
                at + runs,
                'I',
                "generic.go:296]",
                &format!("\"Generic (PLEG): container finished\" podID={uid} containerID={id} exitCode=0"),
            );
            self.klog(at + runs + 900, 'I', "kubelet.go:2103]", &format!("\"SyncLoop (PLEG): event for pod\" pod=\"{ns}/{name}\" event=&{{ID:{uid} Type:ContainerDied Data:{id}}}"));
            self.klog(
                at + runs + 30_000,
                'I',
                "kubelet_volumes.go:140]",
                &format!(
                    "\"Cleaned up orphaned pod volumes dir\" podUID={uid} path=\"/var/lib/kubelet/pods/{uid}/volumes\""
                ),
            );
        }
    }

    fn cni(&mut self, at: i64, namespace: &str, pod: &str, sandbox: &str) {
        let f = self.node.zone.date_time(at / US);
        let (tid, ip, host) =
            (self.rng.between(9_000, 30_000), self.rng.between(120, 250), self.node.variant.node.clone());
        for (index, text) in [
            format!("plugin.go 260: Calico CNI found existing endpoint: <nil> ContainerID=\"{sandbox}\" Namespace=\"{namespace}\" Pod=\"{pod}\""),
            format!("ipam_plugin.go 265: Auto assigning IP ContainerID=\"{sandbox}\" HandleID=\"k8s-pod-network.{sandbox}\" Workload=\"{host}-k8s-{pod}-eth0\""),
            format!("ipam_plugin.go 284: Calico CNI IPAM assigned addresses IPv4=[10.233.71.{ip}/26] IPv6=[] ContainerID=\"{sandbox}\""),
            format!("k8s.go 527: Wrote updated endpoint to datastore ContainerID=\"{sandbox}\" Namespace=\"{namespace}\" Pod=\"{pod}\""),
        ]
        .into_iter()
        .enumerate()
        {
            let at = at + index as i64 * 41_300;
            self.raw(at, format!("{f}.{:03} [INFO][{tid}] {text}", at.rem_euclid(US) / 1000));
        }
    }

    /// Failures that mean nothing: a slow answer long before the trouble.
    fn healthy_blips(&mut self) {
        for (hour, minute, second, index) in [(21, 46, 13, 13), (21, 53, 41, 14), (22, 31, 8, 13)] {
            let at = self.within(self.node.variant.at(hour, minute, second));
            if !self.node.is_full(at / US) {
                let container = self.node.containers[index].clone();
                self.probe_failed(at, &container, "Readiness", "HTTP probe failed with statuscode: 503");
            }
        }
    }

    fn probe_failed(&mut self, at: i64, c: &Container, probe: &str, output: &str) {
        self.klog(at, 'I', "prober.go:116]", &format!(
            "\"Probe failed\" probeType=\"{probe}\" pod=\"{}/{}\" podUID={} containerName=\"{}\" probeResult=failure output=\"{output}\"",
            c.namespace, c.pod, c.pod_uid, c.name
        ));
    }

    fn event(&mut self, at: i64, c: &Container, kind: &str, reason: &str, message: &str) {
        self.klog(at, 'I', "event.go:291]", &format!(
            "\"Event occurred\" object=\"{}/{}\" kind=\"Pod\" apiVersion=\"v1\" type=\"{kind}\" reason=\"{reason}\" message=\"{message}\"",
            c.namespace, c.pod
        ));
    }

    /// Everything kubelet itself could not fork, and its helpers that died of it.
    fn refused_forks(&mut self) {
        let (wall, heal) = (self.node.wall, self.node.heal);
        let mut second = wall + 3;
        while second < heal - 20 {
            let have = if self.rng.per_mille(550) { 5 } else { self.rng.between(2, 8) as u64 };
            let at = self.within(second);
            for line in newosproc(&mut self.rng, have) {
                self.raw(at, line);
            }
            self.n_crashes += 1;
            second += self.rng.between(7, 16);
        }
        let mut second = wall + 2;
        while second < heal {
            let at = self.within(second);
            match self.rng.below(4) {
                0 => {
                    let id = self.rng.hex(64);
                    self.klog(at, 'E', "fsHandler.go:119]", &format!("failed to collect filesystem stats - rootDiskErr: failed to exec du - fork/exec /usr/bin/nice: resource temporarily unavailable, extraDiskErr: could not stat \"/var/lib/docker/containers/{id}\""));
                }
                1 => self.klog(at, 'E', "kubelet_network_linux.go:93]", "\"Failed to ensure that nat chain exists KUBE-MARK-DROP chain\" err=\"error creating chain \\\"KUBE-MARK-DROP\\\": fork/exec /usr/sbin/iptables: resource temporarily unavailable: \""),
                2 => {
                    let c = self.rng.pick(&self.node.containers).clone();
                    let sandbox = self.rng.hex(64);
                    self.klog(at, 'W', "docker_sandbox.go:401]", &format!("failed to read pod IP from plugin/docker: networkPlugin cni failed on the status hook for pod \"{}_{}\": fork/exec /usr/bin/nsenter: resource temporarily unavailable, sandbox \"{sandbox}\"", c.pod, c.namespace));
                }
                _ => {
                    let c = self.rng.pick(&self.node.containers).clone();
                    self.klog(at, 'E', "mount_linux.go:184]", &format!("Mount failed: fork/exec /usr/bin/systemd-run: resource temporarily unavailable, Mounting command: systemd-run, Output: , target: /var/lib/kubelet/pods/{}/volumes/kubernetes.io~projected/kube-api-access", c.pod_uid));
                }
            }
            second += self.rng.between(3, 9);
        }
    }

    /// Services whose own runtime could not start a thread for the health check answer too late.
    fn probes_of_services(&mut self) {
        for (order, index) in suffering(self.node).into_iter().enumerate() {
            let c = self.node.containers[index].clone();
            let mut second = self.node.wall + 24 + 3 * order as i64;
            let mut failures = 0;
            while second < self.node.heal + 8 {
                let at = self.within(second);
                let output = format!(
                    "Get \\\"http://{}:8080/actuator/health\\\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)",
                    c.ip
                );
                self.probe_failed(at, &c, "Readiness", &output);
                failures += 1;
                if failures % 3 == 0 {
                    self.event(
                        at + 310,
                        &c,
                        "Warning",
                        "Unhealthy",
                        &format!("Readiness probe failed: {}", output.replace("\\\"", "\\\\\\\"")),
                    );
                    self.klog(
                        at + 420,
                        'I',
                        "kubelet.go:2151]",
                        &format!(
                            "\"SyncLoop (probe)\" probe=\"readiness\" status=\"\" pod=\"{}/{}\"",
                            c.namespace, c.pod
                        ),
                    );
                }
                second += self.rng.between(10, 21);
            }
            let at = self.within(self.node.heal + 21 + 4 * order as i64);
            self.klog(
                at,
                'I',
                "kubelet.go:2151]",
                &format!("\"SyncLoop (probe)\" probe=\"readiness\" status=\"ready\" pod=\"{}/{}\"", c.namespace, c.pod),
            );
        }
    }

    fn calico_node(&mut self) {
        let c = self.node.containers[CALICO].clone();
        let failures = calico_failures(self.node);
        for (probe, times) in [("Readiness", failures.readiness), ("Liveness", failures.liveness)] {
            for &second in &times {
                let at = self.within(second);
                self.probe_failed(at, &c, probe, RUNC_SPAWN);
                self.event(at + 280, &c, "Warning", "Unhealthy", &format!("{probe} probe failed: {RUNC_SPAWN}"));
            }
            let mut second = self.node.wall + 11;
            while second < self.node.heal - 6 {
                if times.iter().all(|time| (time - second).abs() > 4) {
                    let at = self.within(second);
                    self.klog(at, 'E', "remote_runtime.go:394]", &format!("\"ExecSync cmd from runtime service failed\" err=\"{FORK_RUNC}\" containerID=\"{}\" cmd=[/bin/calico-node]", c.id));
                    self.klog(at + 190, 'E', "prober.go:107]", &format!("\"Probe errored\" err=\"{FORK_RUNC}\" probeType=\"{probe}\" pod=\"{}/{}\" podUID={} containerName=\"{}\"", c.namespace, c.pod, c.pod_uid, c.name));
                }
                second += 20;
            }
        }
        let killed = self.within(self.node.calico_killed);
        self.restart(killed, &c, 0, self.node.calico_killed + 2, self.node.calico_started);
    }

    /// The leaking container's own HTTP liveness probe fails five times, a minute apart: kubelet restarts it, nobody acted.
    fn leaker_restart(&mut self) {
        let c = self.node.containers[LEAKER].clone();
        let killed = self.node.heal - LEAKER_GRACE_S - 1;
        for failure in (0..5).rev() {
            let at = self.within(killed - failure * LEAKER_PERIOD_S) - 40_000;
            let output = format!(
                "Get \\\"http://{}:8080/actuator/health/liveness\\\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)",
                c.ip
            );
            self.probe_failed(at, &c, "Liveness", &output);
        }
        let at = self.within(killed + 1);
        self.restart(at, &c, LEAKER_GRACE_S, self.node.heal, self.node.heal + 3);
    }

    /// What kubelet says when it restarts a container that failed its liveness probe.
    fn restart(&mut self, at: i64, c: &Container, grace_s: i64, died: i64, started: i64) {
        let pod = format!("pod=\"{}/{}\"", c.namespace, c.pod);
        let message = format!("Container {} failed liveness probe, will be restarted", c.name);
        self.klog(
            at,
            'I',
            "kubelet.go:2151]",
            &format!("\"SyncLoop (probe)\" probe=\"liveness\" status=\"unhealthy\" {pod}"),
        );
        self.klog(at + 390, 'I', "kuberuntime_manager.go:638]", &format!("\"Message for Container of pod\" containerName=\"{}\" containerStatusID={{Type:docker ID:{}}} {pod} containerMessage=\"{message}\"", c.name, c.id));
        self.klog(at + 455, 'I', "kuberuntime_container.go:720]", &format!("\"Killing container with a grace period\" {pod} podUID={} containerName=\"{}\" containerID=\"docker://{}\" gracePeriod={grace_s}", c.pod_uid, c.name, c.id));
        self.event(at + 610, c, "Normal", "Killing", &message);
        let died = died * US + 771_204;
        self.klog(
            died,
            'I',
            "generic.go:296]",
            &format!("\"Generic (PLEG): container finished\" podID={} containerID={} exitCode=137", c.pod_uid, c.id),
        );
        self.klog(
            died + 812,
            'I',
            "kubelet.go:2103]",
            &format!(
                "\"SyncLoop (PLEG): event for pod\" {pod} event=&{{ID:{} Type:ContainerDied Data:{}}}",
                c.pod_uid, c.id
            ),
        );
        let id = self.rng.hex(64);
        self.klog(
            started * US + 318_447,
            'I',
            "kubelet.go:2103]",
            &format!(
                "\"SyncLoop (PLEG): event for pod\" {pod} event=&{{ID:{} Type:ContainerStarted Data:{id}}}",
                c.pod_uid
            ),
        );
        let ready = started + if c.kind == Kind::Java { 45 } else { 9 };
        self.klog(
            ready * US + 96_020,
            'I',
            "kubelet.go:2151]",
            &format!("\"SyncLoop (probe)\" probe=\"readiness\" status=\"ready\" {pod}"),
        );
    }

    fn render(&self) -> String {
        let (node, variant) = (self.node, self.node.variant);
        let boot = node.collected - 43 * 86_400 - 5_000;
        let mut text = format!(
            "-- Logs begin at {}, end at {}. --\n",
            node.zone.journal_header(boot),
            node.zone.journal_header(node.collected)
        );
        for (at, line) in &self.lines {
            let (second, us) = (at.div_euclid(US), at.rem_euclid(US));
            let f = node.zone.fields(second);
            let _ = match variant.journal {
                JournalStyle::ShortIso => write!(
                    text,
                    "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}",
                    f.year,
                    f.month,
                    f.day,
                    f.hour,
                    f.minute,
                    f.second,
                    node.zone.offset()
                ),
                style => {
                    let fraction =
                        if style == JournalStyle::ShortPrecise { format!(".{us:06}") } else { String::new() };
                    write!(
                        text,
                        "{} {:02} {:02}:{:02}:{:02}{fraction}",
                        f.month_name(),
                        f.day,
                        f.hour,
                        f.minute,
                        f.second
                    )
                }
            };
            let _ = writeln!(text, " {} kubelet[{KUBELET_PID}]: {line}", variant.node);
        }
        text
    }
}

fn subject(c: &Container) -> Subject {
    Subject {
        namespace: c.namespace.clone(),
        pod: c.pod.clone(),
        pod_uid: c.pod_uid.clone(),
        container: c.name.clone(),
        container_id: c.id.clone(),
    }
}
