//! Which format every file of the corpus is recognised as, by its own name and by none; and whether the times and levels of its logs are
//! those that its index gives.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use debrief::case::Case;
use debrief::evidence::MemorySource;
use debrief::formats::registry::format_of;
use debrief::formats::time::parse_iso;
use debrief::model::{Level, RecordTable, Timestamp, WallTime};
use debrief::protocol::Choices;

use super::{corpus, files};

/// Every file that the index calls an input, and its format. A format that the registry does not have is a known miss: such a file is read
/// as plain text.
const TABLE: &[(&str, &str)] = &[
    ("goroutine/goleak_http.go1.20.txt", "go-goroutine"),
    ("goroutine/goleak_http.txt", "go-goroutine"),
    ("insights/crictl_logs.txt", "cri"),
    ("insights/df_li.txt", "df"),
    ("insights/dmesg_boot.txt", "dmesg"),
    ("insights/dmesg_rhel7.txt", "dmesg"),
    ("insights/docker_ps_a.txt", "containers"),
    ("insights/interrupts.txt", "proc-tables"),
    ("insights/iptables_save.txt", "iptables-save"),
    ("insights/limits.conf", "limits-conf"),
    ("insights/lsof.txt", "lsof"),
    ("insights/meminfo.txt", "memory"),
    ("insights/messages.txt", "journal-short"),
    ("insights/mount.txt", "mount"),
    ("insights/netstat_s.txt", "sockets"),
    ("insights/oc_get_node.yaml", "kube-yaml"),
    ("insights/oc_get_pod.yaml", "kube-yaml"),
    ("insights/proc_26231_limits.txt", "ulimit"),
    ("insights/proc_cgroups.txt", "proc-tables"),
    ("insights/proc_meminfo_procfs.txt", "memory"),
    ("insights/proc_stat.txt", "proc-tables"),
    ("insights/ps_auxcww.txt", "ps"),
    ("insights/ps_auxww_1.txt", "ps"),
    ("insights/ps_ef.txt", "ps"),
    ("insights/resolv.conf", "resolv-conf"),
    ("insights/slabinfo.txt", "proc-tables"),
    ("insights/softnet_stat.txt", "proc-tables"),
    ("insights/ss_tulpn.txt", "sockets"),
    ("insights/sysctl.conf", "sysctl"),
    ("java/ibm_hotspot11_small.txt", "java-threads"),
    ("java/jtd_deadlock.txt", "java-threads"),
    ("java/jtd_read-write-lock.txt", "java-threads"),
    ("java/jtd_thread-dump-multi-deadlock.txt", "java-threads"),
    ("java/jtd_thread-pool-progression-0.txt", "java-threads"),
    ("java/jtd_thread-pool-progression-1.txt", "java-threads"),
    ("java/jtd_thread-pool-progression-2.txt", "java-threads"),
    ("k8s-issues/coredns_225_iotimeout.log", "coredns"),
    ("k8s-issues/icinga_4918_pids_dmesg.txt", "dmesg"),
    ("k8s-issues/k3s_2370_pleg.log", "journal-short"),
    ("k8s-issues/k8s_56891_oom_dmesg.txt", "dmesg"),
    ("k8s-issues/k8s_79466_kubelet_eagain.log", "journal-short"),
    ("k8s-issues/k8s_98044_pleg_setters.log", "journal-short"),
    ("k8s-issues/moby_20096_pthread_messages.log", "journal-short"),
    ("k8s-issues/nacos_11149_threads.log", "java-exception"),
    ("k8s-issues/netlink_254_stack.txt", "go-goroutine"),
    ("k8s-json/events_image-pull-fail.json", "kube-json"),
    ("k8s-json/pod_image-pull-fail.json", "kube-json"),
    ("k8s-json/pod_pending-pod-resources.json", "kube-json"),
    ("k8s-json/pods_default-unhealthy.json", "kube-json"),
    ("k8s-json/pods_default.json", "kube-json"),
    ("lnav/logfile_ansi.1", "journal-short"),
    ("lnav/logfile_bunyan.0", "json-lines"),
    ("lnav/logfile_caddy_log.0", "json-lines"),
    ("lnav/logfile_crlf.0", "stamped"),
    ("lnav/logfile_epoch.0", "stamped"),
    ("lnav/logfile_epoch.1", "stamped"),
    ("lnav/logfile_generic.0", "stamped"),
    ("lnav/logfile_generic.1", "stamped"),
    ("lnav/logfile_generic.2", "stamped"),
    ("lnav/logfile_glog.0", "klog"),
    ("lnav/logfile_grafana.0", "logfmt"),
    ("lnav/logfile_haproxy.0", "journal-short"),
    ("lnav/logfile_invalid_utf8.0", "stamped"),
    ("lnav/logfile_java.0", "stamped"),
    ("lnav/logfile_leveltest.0", "stamped"),
    ("lnav/logfile_mysql_slow.0", "mysql-slow"),
    ("lnav/logfile_pino.0", "json-lines"),
    ("lnav/logfile_rollover.0", "stamped"),
    ("lnav/logfile_rust_tracing.0", "json-lines"),
    ("lnav/logfile_ts_value.0", "stamped"),
    ("loghub/Apache.log", "apache-error"),
    ("loghub/HDFS.log", "stamped"),
    ("loghub/HPC.log", "stamped"),
    ("loghub/Mac.log", "journal-short"),
    ("loghub/OpenSSH.log", "journal-short"),
    ("loghub/Proxifier.log", "stamped"),
    ("loghub/Spark.log", "stamped"),
    ("loghub/Windows.log", "stamped"),
    ("manifests/kl_no-liveness-probe.yml", "kube-yaml"),
    ("manifests/kl_no-readiness-probe.yml", "kube-yaml"),
    ("manifests/kl_unset-cpu-requirements.yml", "kube-yaml"),
    ("manifests/ks_deployment-test-resources.yaml", "kube-yaml"),
    ("manifests/ks_pod-probes-all-missing.yaml", "kube-yaml"),
    ("manifests/ks_pod-probes-both.yaml", "kube-yaml"),
    ("manifests/ks_pod-probes-missing-live.yaml", "kube-yaml"),
    ("manifests/ks_pod-probes-missing-ready.yaml", "kube-yaml"),
    ("manifests/ks_pod-probes-not-targeted-by-service.yaml", "kube-yaml"),
    ("manifests/ks_pod-probes-targeted-by-service-same-namespace.yaml", "kube-yaml"),
    ("manifests/ks_pod-probes-targeted-by-service.yaml", "kube-yaml"),
    ("manifests/ks_pod-test-resources-limits-and-requests.yaml", "kube-yaml"),
    ("manifests/ks_pod-test-resources-none.yaml", "kube-yaml"),
    ("manifests/ks_pod-test-resources-only-limits.yaml", "kube-yaml"),
    ("manifests/pol_cpuLimitsMissing_failure.yaml", "kube-yaml"),
    ("manifests/pol_cpuLimitsMissing_success.yaml", "kube-yaml"),
    ("manifests/pol_livenessProbeMissing_failure.yaml", "kube-yaml"),
    ("manifests/pol_livenessProbeMissing_success.yaml", "kube-yaml"),
    ("manifests/pol_memoryLimitsMissing_failure.yaml", "kube-yaml"),
    ("manifests/pol_memoryLimitsMissing_success.yaml", "kube-yaml"),
    ("manifests/pol_readinessProbeMissing_failure.yaml", "kube-yaml"),
    ("manifests/pol_readinessProbeMissing_success.yaml", "kube-yaml"),
    ("metrics/cadvisor_prometheus_metrics.prom", "prometheus-text"),
    ("metrics/nab_art_daily_jumpsup.csv", "csv-table"),
    ("metrics/nab_art_daily_small_noise.csv", "csv-table"),
    ("metrics/nab_ec2_cpu_utilization_24ae8d.csv", "csv-table"),
    ("metrics/nab_ec2_cpu_utilization_c6585a.csv", "csv-table"),
    ("metrics/nab_ec2_network_in_257a54.csv", "csv-table"),
    ("metrics/nab_rds_cpu_utilization_cc0c53.csv", "csv-table"),
    ("metrics/node_exporter_e2e.prom", "prometheus-text"),
    ("nezha/0822/adservice-5f6585d649-fnmft_metric.csv", "csv-table"),
    ("nezha/0822/cartservice-579f59597d-wc2lz_metric.csv", "csv-table"),
    ("nezha/0822/checkoutservice-578fcf4766-9csqn_metric.csv", "csv-table"),
    ("nezha/0822/currencyservice-cf787dd48-vpjrd_metric.csv", "csv-table"),
    ("nezha/0822/emailservice-55fdc5b988-f6xth_metric.csv", "csv-table"),
    ("nezha/0822/frontend-579b9bff58-t2dbm_metric.csv", "csv-table"),
    ("nezha/0822/recommendationservice-6cfdd55578-gfj6q_metric.csv", "csv-table"),
];

/// Truths and test cases about other files: no inputs.
const TRUTHS: &[&str] = &[
    "k8s-logs/fluentbit_multiline_pairs.json",
    "lnav/expected_from_lnav_tests.json",
    "lnav/format_samples.jsonl",
    "loghub/Apache.truth.csv",
    "loghub/HDFS.truth.csv",
    "loghub/HPC.truth.csv",
    "loghub/Mac.truth.csv",
    "loghub/OpenSSH.truth.csv",
    "loghub/Proxifier.truth.csv",
    "loghub/Spark.truth.csv",
    "loghub/Windows.truth.csv",
    "metrics/nab_truth.json",
    "nezha/0822/faults.json",
];

/// A name that says nothing.
const NEUTRAL: &str = "x";

struct Read {
    format: String,
    records: RecordTable,
    n_issues_of_time: u64,
}

fn read(name: &str, bytes: &[u8]) -> Read {
    let mut case = Case::new(0, Timestamp::from_seconds(1_790_000_000));
    case.add(name, Box::new(MemorySource(bytes.to_vec())), Choices::default(), false);
    case.read_all();
    let meta = case.evidence().remove(0);
    let parsed = case.parsed(meta.id).expect("it was read");
    let of_time = |issue: &&debrief::model::Issue| issue.code == debrief::model::IssueCode::BadTime;
    let n_issues_of_time = parsed.issues.list.iter().filter(of_time).map(|issue| issue.count).sum();
    Read { format: meta.format, records: parsed.records.clone(), n_issues_of_time }
}

#[test]
fn every_file_is_recognised_by_its_content() {
    let Some(folder) = corpus("every_file_is_recognised_by_its_content") else { return };
    let mut wrong = Vec::new();
    for &(path, format) in TABLE {
        let bytes = fs::read(folder.join(path)).expect("a file");
        let want = if format_of(format).is_some() { format } else { "plain" };
        for name in [path, NEUTRAL] {
            let got = read(name, &bytes).format;
            if got != want {
                wrong.push(format!("{path} as {name}: {got}, not {want}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_file_of_the_corpus_is_forgotten() {
    let Some(folder) = corpus("no_file_of_the_corpus_is_forgotten") else { return };
    let mut paths = Vec::new();
    files(&folder, &mut paths);
    let is_apart = |path: &str| {
        ["bundles/", "licenses/", "tools/"].iter().any(|start| path.starts_with(start)) || path.ends_with(".md")
    };
    let forgotten: Vec<String> = paths
        .iter()
        .map(|path| path.strip_prefix(&folder).expect("inside").to_string_lossy().replace('\\', "/"))
        .filter(|path| !is_apart(path) && !TRUTHS.contains(&path.as_str()))
        .filter(|path| !TABLE.iter().any(|(known, _)| known == path))
        .collect();
    assert_eq!(forgotten, Vec::<String>::new());
}

/// A time as the truths write it: `2005-12-04T04:47:44`, with `Z`, or without the year.
fn instant(text: &str) -> Option<WallTime> {
    let dated = if text.len() == 14 { format!("2000-{text}") } else { text.to_owned() };
    let stamp = parse_iso(dated.as_bytes())?;
    Some(stamp.utc().unwrap_or(stamp.wall))
}

/// How a truth's word is called here; none where it names none.
fn level(word: &str) -> Level {
    match word.to_ascii_lowercase().as_str() {
        "trace" => Level::Trace,
        "debug" => Level::Debug,
        "info" => Level::Info,
        "notice" => Level::Notice,
        "warn" | "warning" => Level::Warning,
        "error" => Level::Error,
        "fatal" | "critical" => Level::Fatal,
        _ => Level::None,
    }
}

/// Lines of a set whose time and level are as its truth says.
fn hits(folder: &Path, set: &str) -> (usize, usize, usize) {
    let log = fs::read(folder.join(format!("loghub/{set}.log"))).expect("a log");
    let truth = fs::read_to_string(folder.join(format!("loghub/{set}.truth.csv"))).expect("a truth");
    let records = read(NEUTRAL, &log).records;
    let by_line: BTreeMap<u32, usize> =
        records.iter().enumerate().map(|(index, record)| (record.line, index)).collect();
    let (mut n, mut times, mut levels) = (0, 0, 0);
    for (number, row) in (1..).zip(truth.lines().skip(1)) {
        let mut cells = row.split(',').skip(1);
        let (Some(time), Some(word)) = (cells.next(), cells.next()) else { continue };
        n += 1;
        let Some(&index) = by_line.get(&number) else { continue };
        // A yearless log may cross the turn of a year: only the first year is compared.
        times += usize::from(instant(time) == Some(records.get(index).unwrap().wall));
        // Where a set's head has no level, the level that a message states of itself is no fault.
        levels += usize::from(word.is_empty() || level(word) == records.get(index).unwrap().level);
    }
    (n, times, levels)
}

#[test]
fn times_and_levels_of_the_log_sets_are_those_of_their_truths() {
    let Some(folder) = corpus("times_and_levels_of_the_log_sets_are_those_of_their_truths") else { return };
    let sets = ["Apache", "HDFS", "HPC", "Mac", "OpenSSH", "Proxifier", "Spark", "Windows"];
    let wrong: Vec<String> = sets
        .iter()
        .map(|set| (set, hits(&folder, set)))
        .filter(|(_, hits)| *hits != (2000, 2000, 2000))
        .map(|(set, (n, times, levels))| format!("{set}: {times} times and {levels} levels of {n}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Kinds of the one-line samples whose time stands further in than a head, or is no time of a line at all.
const NOT_READ: &[&str] = &[
    "alb_log",
    "choose_repo_log",
    "cloudvm_ram_log",
    "fsck_hfs_log",
    "openam_log",
    "page_log",
    "procstate_log",
    "s3_log",
    "tcsh_history",
    "unifi_iptables_log",
    "unifi_log",
    "uwsgi_log",
    "vdsm_log",
    "vmw_log",
    "zellijFmt",
];

#[test]
fn one_line_samples_have_their_times_and_levels() {
    let Some(folder) = corpus("one_line_samples_have_their_times_and_levels") else { return };
    let samples = fs::read_to_string(folder.join("lnav/format_samples.jsonl")).expect("samples");
    let (mut n, mut times, mut wrong, mut wrong_levels) = (0, 0, Vec::new(), Vec::new());
    for line in samples.lines() {
        let sample: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let field = |name: &str| sample[name].as_str().unwrap_or_default();
        let read = read(NEUTRAL, field("line").as_bytes());
        let first = read.records.walls().next().filter(|wall| wall.is_some());
        n += 1;
        if first.is_some() && first == instant(field("ts_iso")) {
            times += 1;
        } else if !NOT_READ.contains(&field("format")) {
            wrong.push(format!("{} as {}: {:?}, not {}", field("format"), read.format, first, field("ts_iso")));
        }
        let got = read.records.first().map_or(Level::None, |record| record.level);
        if got != Level::None && got != level(field("level")) && level(field("level")) != Level::None {
            wrong_levels.push(format!("{} as {}: {got:?}, not {}", field("format"), read.format, field("level")));
        }
        assert_eq!(read.n_issues_of_time, 0, "{line}");
    }
    assert!(wrong_levels.is_empty(), "{}", wrong_levels.join("\n"));
    assert!(wrong.is_empty(), "{times} of {n}\n{}", wrong.join("\n"));
    assert!(times >= 71 && n == 108, "{times} of {n}");
}
