//! What the node says about its limits: `ulimit -a`, `sysctl -a`, limits.conf and limits.d.

use std::fmt::Write;

use super::node::Node;

/// `ulimit -a` of bash 4.4 in a login shell of root.
pub(crate) fn ulimit(node: &Node<'_>) -> String {
    format!(
        "\
core file size          (blocks, -c) 0
data seg size           (kbytes, -d) unlimited
scheduling priority             (-e) 0
file size               (blocks, -f) unlimited
pending signals                 (-i) {}
max locked memory       (kbytes, -l) 64
max memory size         (kbytes, -m) unlimited
open files                      (-n) 655350
pipe size            (512 bytes, -p) 8
POSIX message queues     (bytes, -q) 819200
real-time priority              (-r) 0
stack size              (kbytes, -s) 8192
cpu time               (seconds, -t) unlimited
max user processes              (-u) {}
virtual memory          (kbytes, -v) unlimited
file locks                      (-x) unlimited
",
        node.variant.threads_max / 2,
        node.variant.ulimit
    )
}

/// `/etc/security/limits.d/20-nofile.conf`, which pam_limits reads after limits.conf.
pub(crate) fn limits_d(node: &Node<'_>) -> String {
    let ulimit = node.variant.ulimit;
    format!(
        "\
# Managed by the base image, do not edit on the host.
*          soft    nofile    655350
*          hard    nofile    655350
*          soft    nproc     {ulimit}
*          hard    nproc     {ulimit}
root       soft    nproc     {ulimit}
root       hard    nproc     {ulimit}
"
    )
}

/// `/etc/security/limits.conf`: the distribution's comments and an older entry that limits.d overrides.
pub(crate) fn limits_conf() -> String {
    "\
# /etc/security/limits.conf
#
#This file sets the resource limits for the users logged in via PAM.
#It does not affect resource limits of the system services.
#
#Also note that configuration files in /etc/security/limits.d directory,
#which are read in alphabetical order, override the settings in this
#file in case the domain is the same or more specific.
#
#Each line describes a limit for a user in the form:
#
#<domain>        <type>  <item>  <value>
#
#*               soft    core            0
#*               hard    rss             10000
#@student        hard    nproc           20
#@faculty        soft    nproc           20
#ftp             hard    nproc           0
#@student        -       maxlogins       4

*               soft    nofile          65535
*               hard    nofile          65535
*               soft    nproc           65535
*               hard    nproc           65535

# End of file
"
    .into()
}

/// `sysctl -a` of a 4.18 kernel: the keys of this machine, its 48 CPUs and its interfaces.
pub(crate) fn sysctl(node: &Node<'_>) -> String {
    let variant = node.variant;
    let half = variant.threads_max / 2;
    let mut text = String::with_capacity(80_000);
    text.push_str(HEAD);
    let _ = write!(
        text,
        "\
kernel.ngroups_max = 65536
kernel.nmi_watchdog = 0
kernel.ns_last_pid = 31877
kernel.numa_balancing = 0
kernel.osrelease = 4.18.0-305.25.1.el8_4.x86_64
kernel.ostype = Linux
kernel.overflowgid = 65534
kernel.overflowuid = 65534
kernel.panic = 10
kernel.panic_on_oops = 1
kernel.perf_event_max_sample_rate = 50000
kernel.perf_event_paranoid = 2
kernel.pid_max = {}
kernel.poweroff_cmd = /sbin/poweroff
kernel.printk = 4\t4\t1\t7
kernel.printk_ratelimit = 5
kernel.pty.max = 4096
kernel.pty.nr = 2
kernel.random.entropy_avail = 3710
kernel.random.poolsize = 4096
kernel.randomize_va_space = 2
kernel.sched_autogroup_enabled = 0
kernel.sched_child_runs_first = 0
",
        variant.pid_max * variant.pid_max_factor
    );
    for cpu in 0..48 {
        for (domain, name, flags) in [(0, "SMT", 4783), (1, "MC", 4655), (2, "NUMA", 25647)] {
            let prefix = format!("kernel.sched_domain.cpu{cpu}.domain{domain}");
            let _ = writeln!(text, "{prefix}.busy_factor = 32\n{prefix}.flags = {flags}\n{prefix}.name = {name}");
        }
    }
    let _ = write!(
        text,
        "\
kernel.sched_latency_ns = 24000000
kernel.sched_migration_cost_ns = 500000
kernel.sched_min_granularity_ns = 10000000
kernel.sched_rr_timeslice_ms = 100
kernel.sched_wakeup_granularity_ns = 15000000
kernel.sem = 32000\t1024000000\t500\t32000
kernel.shmall = 18446744073692774399
kernel.shmmax = 18446744073692774399
kernel.shmmni = 4096
kernel.softlockup_panic = 0
kernel.sysrq = 16
kernel.tainted = 0
kernel.threads-max = {}
kernel.timer_migration = 1
kernel.unknown_nmi_panic = 0
kernel.unprivileged_bpf_disabled = 1
kernel.version = #1 SMP Wed Nov 3 10:29:07 UTC 2021
kernel.watchdog = 1
kernel.watchdog_thresh = 10
net.core.bpf_jit_enable = 1
net.core.default_qdisc = fq_codel
net.core.netdev_max_backlog = 16384
net.core.optmem_max = 81920
net.core.rmem_default = 212992
net.core.rmem_max = 16777216
net.core.somaxconn = 32768
net.core.wmem_default = 212992
net.core.wmem_max = 16777216
",
        variant.threads_max
    );
    let mut interfaces: Vec<String> =
        ["all", "bond0", "default", "docker0", "eth0", "eth1", "lo"].map(String::from).into();
    let mut rng = super::rng::Rng::new(node.seed, "interfaces");
    interfaces.splice(2..2, (0..14).map(|_| format!("cali{}", rng.hex(11))));
    for interface in &interfaces {
        let prefix = format!("net.ipv4.conf.{interface}");
        let rp_filter = u8::from(!interface.starts_with("cali"));
        let _ = writeln!(
            text,
            "{prefix}.accept_redirects = 0\n{prefix}.arp_announce = 0\n{prefix}.forwarding = 1\n{prefix}.proxy_arp = {}\n{prefix}.rp_filter = {rp_filter}",
            1 - rp_filter
        );
    }
    text.push_str(TAIL);
    for space in ["cgroup", "ipc", "mnt", "net", "pid", "user", "uts"] {
        let _ = writeln!(text, "user.max_{space}_namespaces = {half}");
    }
    text.push_str(VM);
    text
}

const HEAD: &str = "\
abi.vsyscall32 = 1
crypto.fips_enabled = 0
debug.exception-trace = 1
debug.kprobes-optimization = 1
dev.raid.speed_limit_max = 200000
dev.raid.speed_limit_min = 1000
dev.scsi.logging_level = 0
fs.aio-max-nr = 1048576
fs.aio-nr = 6144
fs.dentry-state = 1182640\t1093871\t45\t0\t241903\t0
fs.dir-notify-enable = 1
fs.epoll.max_user_watches = 40461189
fs.file-max = 19732480
fs.file-nr = 38944\t0\t19732480
fs.inode-nr = 1011230\t126
fs.inode-state = 1011230\t126\t0\t0\t0\t0\t0
fs.inotify.max_queued_events = 16384
fs.inotify.max_user_instances = 8192
fs.inotify.max_user_watches = 524288
fs.may_detach_mounts = 1
fs.mount-max = 100000
fs.nr_open = 1048576
fs.overflowgid = 65534
fs.overflowuid = 65534
fs.pipe-max-size = 1048576
fs.protected_hardlinks = 1
fs.protected_symlinks = 1
fs.suid_dumpable = 0
fs.xfs.error_level = 3
fs.xfs.xfssyncd_centisecs = 3000
kernel.acct = 4\t2\t30
kernel.auto_msgmni = 0
kernel.bootloader_type = 114
kernel.cad_pid = 1
kernel.cap_last_cap = 39
kernel.core_pattern = core
kernel.core_pipe_limit = 0
kernel.core_uses_pid = 1
kernel.dmesg_restrict = 0
kernel.domainname = (none)
kernel.hung_task_check_count = 4194304
kernel.hung_task_panic = 0
kernel.hung_task_timeout_secs = 120
kernel.hung_task_warnings = 10
kernel.io_delay_type = 0
kernel.keys.maxkeys = 200
kernel.keys.root_maxkeys = 1000000
kernel.kptr_restrict = 0
kernel.max_lock_depth = 1024
kernel.msgmax = 65536
kernel.msgmnb = 65536
kernel.msgmni = 32000
";

const TAIL: &str = "\
net.ipv4.fib_multipath_hash_policy = 0
net.ipv4.icmp_echo_ignore_broadcasts = 1
net.ipv4.ip_default_ttl = 64
net.ipv4.ip_forward = 1
net.ipv4.ip_local_port_range = 10240\t65000
net.ipv4.ip_local_reserved_ports = 30000-32767
net.ipv4.neigh.default.gc_thresh1 = 1024
net.ipv4.neigh.default.gc_thresh2 = 4096
net.ipv4.neigh.default.gc_thresh3 = 8192
net.ipv4.tcp_fin_timeout = 15
net.ipv4.tcp_keepalive_intvl = 30
net.ipv4.tcp_keepalive_probes = 3
net.ipv4.tcp_keepalive_time = 600
net.ipv4.tcp_max_orphans = 262144
net.ipv4.tcp_max_syn_backlog = 16384
net.ipv4.tcp_max_tw_buckets = 262144
net.ipv4.tcp_rmem = 4096\t87380\t6291456
net.ipv4.tcp_syncookies = 1
net.ipv4.tcp_tw_reuse = 1
net.ipv4.tcp_wmem = 4096\t16384\t4194304
net.netfilter.nf_conntrack_buckets = 262144
net.netfilter.nf_conntrack_count = 48817
net.netfilter.nf_conntrack_max = 1048576
net.netfilter.nf_conntrack_tcp_timeout_established = 86400
net.unix.max_dgram_qlen = 512
";

const VM: &str = "\
vm.admin_reserve_kbytes = 8192
vm.compact_unevictable_allowed = 1
vm.dirty_background_ratio = 10
vm.dirty_expire_centisecs = 3000
vm.dirty_ratio = 20
vm.dirty_writeback_centisecs = 500
vm.extfrag_threshold = 500
vm.laptop_mode = 0
vm.max_map_count = 262144
vm.memory_failure_recovery = 1
vm.min_free_kbytes = 1048576
vm.mmap_min_addr = 4096
vm.nr_hugepages = 0
vm.oom_dump_tasks = 1
vm.oom_kill_allocating_task = 0
vm.overcommit_memory = 1
vm.overcommit_ratio = 50
vm.panic_on_oom = 0
vm.swappiness = 0
vm.vfs_cache_pressure = 100
vm.watermark_scale_factor = 10
vm.zone_reclaim_mode = 0
";
