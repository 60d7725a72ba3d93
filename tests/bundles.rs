//! Layouts of bundles by their paths alone, each as its description has it, and what a layout gives: kind, time, owners of logs, what is
//! missing. Bundles that others made are read in `corpus`.

use debrief::case::Case;
use debrief::evidence::MemorySource;
use debrief::model::{Analysis, BundleKind, CollectedBy, IssueCode, Timestamp};
use debrief::protocol::Choices;

const POD: &str = r#"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"web-6996dd565b-xl44t","namespace":"shop","ownerReferences":[{"kind":"ReplicaSet","name":"web-6996dd565b","controller":true}]},"spec":{"nodeName":"node-5","containers":[{"name":"web"}]},"status":{"phase":"Running","containerStatuses":[{"name":"web","ready":false,"restartCount":3,"state":{"waiting":{"reason":"CrashLoopBackOff"}},"lastState":{"terminated":{"exitCode":1,"reason":"Error","startedAt":"2024-08-20T05:58:08Z","finishedAt":"2024-08-20T05:58:23Z"}}}]}}
"#;
const LOG: &str = "2024-08-20T05:58:20Z ERROR cannot reach redis\n";

fn case(files: &[(&str, &str)]) -> Case {
    let mut case = Case::new(0, Timestamp::from_seconds(1_790_000_000));
    for (path, text) in files {
        case.add(path, Box::new(MemorySource(text.as_bytes().to_vec())), Choices::default(), false);
    }
    case.read_all();
    case
}

fn analysis(files: &[(&str, &str)]) -> Analysis {
    case(files).analysis().clone()
}

fn missing(analysis: &Analysis, id: &str) -> Vec<String> {
    let gaps = analysis.coverage.missing.iter().filter(|gap| gap.what.id == id);
    gaps.map(|gap| gap.command.clone()).collect()
}

#[test]
fn layouts_are_known_by_their_paths_together() {
    let kinds: [(BundleKind, &[&str], &str); 8] = [
        (
            BundleKind::Troubleshoot,
            &["cluster-resources/pods/shop.json"],
            "cluster-resources/pods/logs/shop/web-6996dd565b-xl44t/web-previous.log",
        ),
        (BundleKind::Troubleshoot, &["host-collectors/system/memory.json", "version.yaml"], ""),
        (
            BundleKind::MustGather,
            &["cluster-scoped-resources/core/nodes/node-5.yaml", "namespaces/shop/core/pods.json"],
            "namespaces/shop/pods/web-6996dd565b-xl44t/web/web/logs/previous.log",
        ),
        (
            BundleKind::InsightsArchive,
            &["config/clusteroperator/dns.json", "config/pod/shop/web.json", "insights-operator/gathers.json"],
            "config/pod/shop/logs/web-6996dd565b-xl44t/web_previous.log",
        ),
        (BundleKind::Sosreport, &["sos_commands/process/ps_-elfL", "sos_commands/kernel/sysctl_-a"], ""),
        (BundleKind::Sosreport, &["data/insights_commands/ps_-ef"], ""),
        (BundleKind::ClusterInfoDump, &["nodes.json", "shop/replication-controllers.json", "shop/pods.json"], ""),
        (
            BundleKind::SupportBundleKit,
            &["metadata.yaml", "yamls/namespaced/shop/pods.json"],
            "logs/shop/web-6996dd565b-xl44t/web-previous.log",
        ),
    ];
    for (kind, paths, previous) in kinds {
        let paths: Vec<String> = paths.iter().map(|path| format!("case.tgz/anything/{path}")).collect();
        let previous = format!("case.tgz/anything/{previous}");
        let mut files: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), POD)).collect();
        if previous.ends_with(".log") {
            files.push((previous.as_str(), LOG));
        }
        let analysis = analysis(&files);
        let found: Vec<BundleKind> = analysis.coverage.bundles.iter().map(|bundle| bundle.kind).collect();
        assert_eq!(found, [kind], "{paths:?}");
        assert_eq!(analysis.coverage.bundles[0].verified, kind == BundleKind::Troubleshoot);
        let wanted = usize::from(!previous.ends_with(".log"));
        assert_eq!(missing(&analysis, "missing-previous-log").len(), wanted, "{kind:?}");
    }
    for paths in
        [&["cluster/nodes.json"][..], &["version.yaml", "metadata.yaml"], &["proc/1/status", "var/log/messages"]]
    {
        let files: Vec<(&str, &str)> = paths.iter().map(|path| (*path, POD)).collect();
        assert!(analysis(&files).coverage.bundles.is_empty(), "{paths:?}");
    }
}

#[test]
fn a_dump_on_one_stream_is_a_bundle_and_names_its_logs() {
    let dump = format!(
        "{POD}==== START logs for container web of pod shop/web-6996dd565b-xl44t ====\n{LOG}==== END logs for container web of pod shop/web-6996dd565b-xl44t ====\n"
    );
    let analysis = analysis(&[("dump.txt", &dump)]);
    assert_eq!(analysis.coverage.bundles.iter().map(|it| it.kind).collect::<Vec<_>>(), [BundleKind::ClusterInfoDump]);
    // While it waits, that is the log of the run that ended.
    assert!(missing(&analysis, "missing-previous-log").is_empty());
    let runs = dump
        .replace(r#"{"waiting":{"reason":"CrashLoopBackOff"}}"#, r#"{"running":{"startedAt":"2024-08-20T05:58:40Z"}}"#);
    let wanted = ["kubectl logs -n shop web-6996dd565b-xl44t -c web --previous"];
    assert_eq!(missing(&self::analysis(&[("dump.txt", &runs)]), "missing-previous-log"), wanted);
}

#[test]
fn a_bundle_says_when_it_was_collected_as_well_as_it_can() {
    let pods = |root: &str| format!("{root}/cluster-resources/pods/shop.json");
    let collected = |files: &[(&str, &str)]| {
        let analysis = analysis(files);
        let collected = analysis.coverage.bundles[0].collected.expect("a time");
        (collected.by, collected.at.to_rfc3339(), collected.uncertainty_s)
    };
    let newest = pods("b");
    assert_eq!(collected(&[(&newest, POD)]), (CollectedBy::Newest, "2024-08-20T05:58:23Z".to_owned(), 0));
    // A name without a zone does not narrow what is inside; a name of another day does.
    let same_day = pods("support-bundle-2024-08-20T14_00_01");
    assert_eq!(collected(&[(&same_day, POD)]).0, CollectedBy::Newest);
    let later = pods("support-bundle-2024-08-25T14_00_01");
    assert_eq!(collected(&[(&later, POD)]), (CollectedBy::Name, "2024-08-25T14:00:01Z".to_owned(), 50_400));
    let stamp = "2024-08-20 06:00:01.1 +0000 UTC m=+0.01\n2024-08-20 06:05:00 +0000 UTC m=+299.1\n";
    let must_gather = [("m/namespaces/shop/core/pods.json", POD), ("m/event-filter.html", ""), ("m/timestamp", stamp)];
    assert_eq!(collected(&must_gather), (CollectedBy::Clock, "2024-08-20T06:05:00Z".to_owned(), 1));
}

#[test]
fn the_clock_of_a_bundle_dates_the_ages_in_it() {
    let events = "LAST SEEN   TYPE      REASON      OBJECT      MESSAGE\n3m          Warning   Unhealthy   pod/web-1   Liveness probe failed: timeout\n";
    let clock = "Tue Aug 20 06:00:00 UTC 2024\n";
    let files = [
        ("sos/sos_commands/date/date", clock),
        ("sos/sos_commands/kubernetes/kubectl_get_events", events),
        ("sos/sos_commands/process/ps_-ef", "x\n"),
    ];
    let dated = analysis(&files);
    let probe = dated.timeline.iter().find(|event| event.key.starts_with("probe-failed")).expect("it is placed");
    assert_eq!((probe.at.to_rfc3339().as_str(), probe.uncertainty_s), ("2024-08-20T05:57:00Z", 600));
    assert!(analysis(&files[1..]).timeline.is_empty());
}

#[test]
fn ages_of_a_table_are_the_events_that_another_file_dates() {
    let table = "LAST SEEN          TYPE      REASON    OBJECT      MESSAGE\n3m (x4 over 20m)   Warning   BackOff   pod/web-1   Back-off restarting failed container\n";
    let json = |count: u32, last: &str| {
        format!(
            "{{\"kind\":\"Event\",\"apiVersion\":\"v1\",\"metadata\":{{\"name\":\"e\",\"namespace\":\"shop\"}},\"involvedObject\":{{\"kind\":\"Pod\",\"namespace\":\"shop\",\"name\":\"web-1\"}},\"type\":\"Warning\",\"reason\":\"BackOff\",\"message\":\"Back-off restarting failed container\",\"firstTimestamp\":\"2024-08-20T05:40:10Z\",\"lastTimestamp\":\"{last}\",\"count\":{count}}}\n"
        )
    };
    let counts = |events: &str, clock: &str| {
        let files = [
            ("sos/sos_commands/date/date", clock),
            ("sos/sos_commands/kubernetes/kubectl_get_events", table),
            ("sos/sos_commands/kubernetes/events.json", events),
        ];
        let timeline = analysis(&files).timeline;
        let told = timeline.iter().filter(|event| event.key.starts_with("warning"));
        told.map(|event| event.count).collect::<Vec<_>>()
    };
    let clock = "Tue Aug 20 06:00:00 UTC 2024\n";
    assert_eq!(counts(&json(4, "2024-08-20T05:56:40Z"), clock), [4], "one event, told twice");
    assert_eq!(counts(&json(5, "2024-08-20T05:58:40Z"), clock), [5], "dated a little later, and counted once more");
    // Seen more often, or long after the dated one: another event, as far as anything shows.
    assert_eq!(counts(&json(3, "2024-08-20T05:56:40Z"), clock).iter().sum::<u32>(), 7);
    assert_eq!(counts(&json(4, "2024-08-20T05:41:10Z"), clock).iter().sum::<u32>(), 8);
    // Nothing says when the table was made.
    assert_eq!(counts(&json(4, "2024-08-20T05:56:40Z"), "x\n"), [4]);
}

#[test]
fn what_sos_could_not_collect_is_said_with_its_plugin() {
    let files = [
        ("sos/sos_commands/process/ps_-ef", "x\n"),
        ("sos/sos_logs/sos.log", include_str!("fixtures/formats/sos-log/sos.log")),
        ("sos/sos_logs/ui.log", include_str!("fixtures/formats/sos-log/ui.log")),
        ("sos/sos_logs/cgroups-plugin-errors.txt", "Traceback (most recent call last):\n  File \"x\", line 1\n"),
        ("sos/sos_reports/manifest.json", include_str!("fixtures/formats/sos-manifest/manifest.json")),
    ];
    let analysis = analysis(&files);
    let told: Vec<_> = analysis.coverage.errors.iter().map(|it| (it.collector.as_str(), it.message.as_str())).collect();
    assert_eq!(
        told,
        [
            ("kubernetes", "command 'kubectl get --all-namespaces pods' timed out after 300s"),
            ("cgroups", "caught exception in plugin method \"cgroups.collect()\""),
            ("networking", "Plugin networking timed out"),
            ("networking", "return_code: 124, ip -s -d link"),
            ("cgroups", "Traceback (most recent call last):"),
        ]
    );
    // What sos prints and what its manifest holds is one failure, at both places.
    let networking = analysis.coverage.errors.iter().find(|it| it.message == "Plugin networking timed out");
    let places = networking.map(|it| (it.locator.evidence.0, it.also.iter().map(|also| also.evidence.0).collect()));
    assert_eq!(places, Some((2, vec![4])));
}

#[test]
fn messages_that_were_dropped_are_coverage_and_no_failure() {
    let log = "Jul 23 22:14:33 node-xx systemd-journald[401]: Suppressed 1270 messages from kubelet.service\n\
        Jul 23 22:14:34 node-xx kernel: net_ratelimit: 41 callbacks suppressed\n\
        Jul 23 22:15:03 node-xx systemd-journald[401]: Suppressed 30 messages from kubelet.service\n\
        Jul 23 22:15:09 node-xx app[7]: consumer got 12 messages from topic orders\n\
        Jul 23 22:16:03 node-xx rsyslogd: imuxsock lost 301 messages from pid 2201 due to rate-limiting\n\
        Jul 23 22:17:03 node-xx systemd-journald[401]: Suppressed 12 messages from docker.service\n";
    let analysis = analysis(&[("messages", log), ("status.txt", STATUS)]);
    let told = analysis.coverage.errors.iter().map(|it| {
        let also: Vec<u32> = it.also.iter().map(|also| also.lines.first).collect();
        (it.collector.as_str(), it.message.as_str(), it.locator.lines.first, also)
    });
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            ("systemd-journald", "Suppressed 1300 messages from kubelet.service (×2)", 1, vec![3]),
            ("kernel", "net_ratelimit: 41 callbacks suppressed", 2, vec![]),
            ("rsyslogd", "imuxsock lost 301 messages from pid 2201", 5, vec![]),
            ("systemd-journald", "Suppressed 12 messages from docker.service", 6, vec![]),
            ("", "Some lines were ellipsized", 9, vec![]),
        ]
    );
    assert!(analysis.timeline.is_empty() && analysis.findings.is_empty());
}

/// What `systemctl status` says.
const STATUS: &str = "● kubelet.service - kubelet\n   Loaded: loaded (/lib/systemd/system/kubelet.service; enabled)\n   \
    Active: active (running) since Sun 2023-07-23 22:06:00 CST; 3h ago\n Main PID: 1123 (kubelet)\n    Tasks: 17 (limit: 10267)\n   \
    Memory: 1.2G\n\nJul 23 22:14:33 node-xx kubelet[1123]: I0723 22:14:33.000001    1123 kubelet.go:1] a long line t...\n\
    Hint: Some lines were ellipsized, use -l to show in full.\n";

#[test]
fn what_kubectl_refused_is_said_alone_and_among_rows() {
    let refused = "Error from server (Forbidden): nodes is forbidden: User \"ops\" cannot list resource \"nodes\" in API group \"\" at the cluster scope\n";
    let table = format!("NAME    READY   STATUS    RESTARTS   AGE\nweb-1   1/1     Running   0          5m\n{refused}");
    let analysis = analysis(&[
        ("nodes.txt", refused),
        ("all.txt", &table),
        ("none.txt", "No resources found in shop namespace.\n"),
    ]);
    let told: Vec<_> =
        analysis.coverage.errors.iter().map(|it| (it.collector.as_str(), it.locator.lines.first)).collect();
    assert_eq!(told, [("kubectl", 1), ("kubectl", 3)]);
}

#[test]
fn values_that_a_collector_hid_in_a_log_are_coverage_and_no_failure() {
    let log = "2024-08-20T05:58:20Z INFO connect to ***HIDDEN***:6379\n2024-08-20T05:58:21Z INFO ready\n";
    let analysis = analysis(&[("a/web.log", log), ("a/other.log", LOG)]);
    assert_eq!(analysis.coverage.redacted, ["a/web.log"]);
    assert!(analysis.timeline.is_empty() && analysis.findings.is_empty());
}

#[test]
fn whose_log_a_line_is_from_comes_from_its_path() {
    let log = "b/cluster-resources/pods/logs/shop/web-1/web.log";
    let case = case(&[(log, "2024-08-20T05:58:20Z accept4: too many open files\n")]);
    let origin = case.evidence()[0].origin.clone().expect("the path says it");
    assert_eq!((origin.source().as_str(), origin.previous), ("shop/web-1/web", false));
}

#[test]
fn a_hostile_name_never_stands_in_a_command() {
    let pod = POD.replace("web-6996dd565b-xl44t", "web-1; rm -rf ~").replace("\"name\":\"web\"", "\"name\":\"$(id)\"");
    let analysis = analysis(&[("pods.json", &pod)]);
    assert_eq!(missing(&analysis, "missing-previous-log"), [""; 0]);
    let commands: Vec<_> = analysis.coverage.missing.iter().map(|gap| &gap.command).collect();
    assert!(commands.iter().all(|command| !command.contains("rm") && !command.contains("$(id)")), "{commands:?}");
}

#[test]
fn a_document_of_a_bundle_is_kept_without_alarm_and_any_other_text_is_not() {
    let about = |what: &str| format!("issueDescription: {what}\nkubernetesVersion: v1.31.2\n");
    let codes = |files: &[(&str, &str)]| {
        let mut case = case(files);
        case.analysis();
        let of =
            |meta: &debrief::model::EvidenceMeta| meta.issues.list.iter().map(|issue| issue.code).collect::<Vec<_>>();
        case.evidence().iter().map(of).collect::<Vec<_>>()
    };
    let pods = "b/cluster-resources/pods/shop.json";
    let [document, notes, elsewhere] = ["pods restart", "nodes restart", "all restart"].map(about);
    let [document, notes, elsewhere] = [&document, &notes, &elsewhere].map(String::as_str);
    let found = codes(&[
        (pods, POD),
        ("b/metadata.yaml", document),
        ("b/notes.txt", notes),
        ("elsewhere/metadata.yaml", elsewhere),
    ]);
    assert_eq!(found[1..], [vec![IssueCode::Document], vec![IssueCode::PlainText], vec![IssueCode::PlainText]]);
    assert_eq!(IssueCode::Document.severity(), debrief::model::IssueSeverity::Info);
}

#[test]
fn what_a_summary_says_failed_is_said_once() {
    let summary = "============ Collectors summary =============\nSucceeded (S), eXcluded (X), Failed (F)\n\
        =============================================\netcd (F) : 2ms\nsecret/db (X) : 1ms\nhelm (S) : 1ms\n";
    let etcd =
        r#"{"collector":"etcd","error":"this distribution is not supported","timestamp":"2024-08-20T06:00:00Z"}"#;
    for (first, last) in [("a-error.json", "z.txt"), ("z-error.json", "a.txt")] {
        let (first, last) = (format!("b/collector-errors/{first}"), format!("b/{last}"));
        let files = [("b/cluster-resources/pods/shop.json", POD), (first.as_str(), etcd), (last.as_str(), summary)];
        let errors = analysis(&files).coverage.errors;
        let said: Vec<_> =
            errors.iter().map(|it| (it.collector.as_str(), it.message.as_str(), it.also.len())).collect();
        assert!(said.contains(&("etcd", "this distribution is not supported", 1)), "{said:?}");
        assert!(said.contains(&("secret/db", "secret/db (X) : 1ms", 0)) && said.len() == 2, "{said:?}");
    }
}
