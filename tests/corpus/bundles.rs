//! Support bundles, unpacked by the system's tar, against what is known of them.

use std::path::{Path, PathBuf};
use std::process::Command;

use debrief::case::Case;
use debrief::evidence::MemorySource;
use debrief::model::{
    BundleKind, EvidenceId, EvidenceMeta, KubeEvent, KubeObject, LimitName, Timestamp, Workload, in_trouble,
};
use debrief::protocol::Choices;
use debrief::text::{Lang, Texts};

/// Every file of a bundle, under its path in the archive or under a name that tells nothing.
fn read(archive: &Path, keep_names: bool) -> Case {
    let name = archive.file_name().expect("a name").to_string_lossy().into_owned();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{keep_names}"));
    std::fs::create_dir_all(&folder).expect("a folder");
    let done = Command::new("tar").arg("-xzf").arg(archive).arg("-C").arg(&folder).status().expect("tar");
    assert!(done.success());
    let mut paths: Vec<PathBuf> = Vec::new();
    super::files(&folder, &mut paths);
    let mut case = Case::new(0, Timestamp::from_seconds(1_790_000_000));
    for path in paths {
        let inside = path.strip_prefix(&folder).expect("inside").to_string_lossy().into_owned();
        let name = if keep_names { format!("{name}/{inside}") } else { "unknown".to_owned() };
        case.add(&name, Box::new(MemorySource(std::fs::read(&path).expect("a file"))), Choices::default(), false);
    }
    case.read_all();
    case
}

fn all<T: Clone>(case: &Case, metas: &[EvidenceMeta], of: impl Fn(&debrief::formats::Parsed) -> &Vec<T>) -> Vec<T> {
    let ids = metas.iter().map(|meta| meta.id);
    ids.filter_map(|id: EvidenceId| case.parsed(id)).flat_map(|parsed| of(parsed).clone()).collect()
}

fn pods(objects: &[KubeObject]) -> Vec<&KubeObject> {
    objects.iter().filter(|object| object.kind == "Pod").collect()
}

fn phases(pods: &[&KubeObject], phase: &str) -> usize {
    pods.iter().filter(|pod| pod.status.as_ref().is_some_and(|status| status.value == phase)).count()
}

fn warnings(events: &[KubeEvent]) -> Vec<&str> {
    let mut reasons: Vec<&str> =
        events.iter().filter(|event| event.kind == "Warning").map(|event| event.reason.as_str()).collect();
    reasons.sort_unstable();
    reasons
}

fn restarted(workloads: &[Workload]) -> Vec<(String, u32)> {
    let workloads = workloads.iter().filter(|workload| workload.restarts > 0);
    workloads.map(|workload| (workload.name.clone(), workload.restarts)).collect()
}

#[test]
fn a_bundle_of_troubleshoot_says_what_it_holds() {
    let Some(folder) = super::corpus("a_bundle_of_troubleshoot_says_what_it_holds") else { return };
    for keep_names in [true, false] {
        let mut case = read(&folder.join("bundles/sbctl_support-bundle.tar.gz"), keep_names);
        let metas = case.evidence();
        let objects = all(&case, &metas, |parsed| &parsed.objects);
        let pods = pods(&objects);
        assert_eq!((pods.len(), phases(&pods, "Running"), phases(&pods, "Succeeded")), (58, 57, 1));
        let nodes: Vec<_> =
            objects.iter().filter(|object| object.kind == "Node" && object.namespace.is_empty()).collect();
        let version =
            |node: &&KubeObject| node.field("status.nodeInfo.kubeletVersion").map(|field| field.value.clone());
        assert_eq!(nodes.iter().filter_map(version).collect::<Vec<_>>(), ["v1.23.5"; 3]);
        let events = all(&case, &metas, |parsed| &parsed.events);
        assert_eq!((events.len(), warnings(&events)), (67, vec!["BackOff"; 3]));
        assert!(metas.iter().any(|meta| meta.issues.list.iter().any(|issue| issue.code.as_str() == "redacted")));

        let analysis = case.analysis().clone();
        assert!(!analysis.coverage.redacted.is_empty());
        // Without paths nothing tells that it is a bundle, nor whose log a file is.
        let bundles: Vec<_> = analysis.coverage.bundles.iter().map(|it| (it.kind, it.inputs, it.read)).collect();
        assert_eq!(bundles, if keep_names { vec![(BundleKind::Troubleshoot, 137, 137)] } else { Vec::new() });
        let wanted = analysis.coverage.missing.iter().filter(|gap| gap.what.id == "missing-previous-log").count();
        assert_eq!(wanted, if keep_names { 6 } else { 7 }, "{:?}", analysis.coverage.missing);
        let velero = analysis.workloads.iter().find(|workload| workload.name == "velero-6996dd565b-xl44t");
        let velero = velero.expect("the pod that fails");
        assert_eq!((velero.restarts, velero.exit_code, velero.failing), (3, Some(1), true));
        assert_eq!(velero.exit_reason.as_deref(), Some("Error"));
        let exit = if keep_names { "workload-exit-own" } else { "workload-exit-own-unread" };
        assert!(velero.statements.iter().any(|statement| statement.text.id == exit));
        assert!(velero.statements.iter().any(|statement| statement.text.id == "workload-waiting"));
        let last_words = velero.statements.iter().find(|statement| statement.text.id == "workload-last-words");
        assert_eq!(last_words.is_some(), keep_names);
        // Its ReplicaSet fails with it: that is one trouble.
        let failing: Vec<&str> =
            in_trouble(&analysis.workloads).iter().filter(|it| it.failing).map(|it| it.name.as_str()).collect();
        assert_eq!(failing, ["velero-6996dd565b-xl44t"]);
        let [finding] = analysis.findings.as_slice() else { panic!("{:?}", analysis.findings) };
        assert_eq!(
            (finding.rule.as_str(), finding.subject.as_str()),
            ("kube/crash-loop", "velero/velero-6996dd565b-xl44t")
        );
        let said = Texts::new(Lang::En, 0).say(&finding.statements.last().expect("a statement").text);
        assert_eq!(
            said.contains("An error occurred: unknown command \"server-junk\" for \"velero\""),
            keep_names,
            "{said}"
        );
        assert_eq!(finding.whys[0].claim.is_some(), keep_names);
        let others = restarted(&analysis.workloads);
        let names: Vec<&str> = others.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(others.iter().map(|(_, restarts)| restarts).sum::<u32>(), 10, "{names:?}");
        assert_eq!(others.len(), 7);
        assert!(others.contains(&("haproxy-troubleshoot-demo-001".to_owned(), 2)));
        assert!(analysis.spread.is_empty(), "one pod alone shares nothing");
    }
}

#[test]
fn a_bundle_with_collector_errors_tells_of_them_and_invents_nothing() {
    let Some(folder) = super::corpus("a_bundle_with_collector_errors_tells_of_them_and_invents_nothing") else {
        return;
    };
    let mut case = read(&folder.join("bundles/troubleshoot_baseline_supportbundle.tar.gz"), true);
    let metas = case.evidence();
    let of_cluster: Vec<EvidenceMeta> =
        metas.iter().filter(|meta| meta.path.contains("/cluster-resources/")).cloned().collect();
    let objects = all(&case, &of_cluster, |parsed| &parsed.objects);
    let pods = pods(&objects);
    assert_eq!((pods.len(), phases(&pods, "Running"), phases(&pods, "Succeeded")), (7, 5, 2));
    let node = objects.iter().find(|object| object.kind == "Node").expect("a node");
    let version = node.field("status.nodeInfo.kubeletVersion").map(|field| field.value.as_str());
    assert_eq!((node.name.as_str(), version), ("primary-node", Some("v1.31.2+k3s1")));
    let events = all(&case, &of_cluster, |parsed| &parsed.events);
    assert_eq!((events.len(), warnings(&events)), (97, vec!["InvalidDiskCapacity", "Unhealthy"]));
    let limits = all(&case, &metas, |parsed| &parsed.limits);
    assert!(limits.iter().all(|limit| limit.name != LimitName::PidMax), "{limits:?}");
    let analysis = case.analysis();
    let full = analysis.outcomes.iter().find(|outcome| outcome.rule == "host/file-system-full").expect("an answer");
    let said = Texts::new(Lang::En, 0).say(full.why.as_ref().expect("kubelet measured its own"));
    assert!(full.outcome == "inconclusive" && said.contains("(node.fs) was measured: it was at 79 %"), "{said}");
    let collectors: Vec<&str> = analysis.coverage.errors.iter().map(|error| error.collector.as_str()).collect();
    assert!(collectors.contains(&"etcd") && collectors.contains(&"sonobuoy"), "{collectors:?}");
    // Six are stated as errors; three are texts in which a collector complains.
    assert_eq!(collectors.len(), 9, "{:?}", analysis.coverage.errors);
    let complaint =
        analysis.coverage.errors.iter().find(|error| error.collector == "copy-from-host-example/primary-node");
    assert_eq!(complaint.map(|error| error.message.as_str()), Some("tar: example: No such file or directory"));
    let [bundle] = analysis.coverage.bundles.as_slice() else { panic!("{:?}", analysis.coverage.bundles) };
    assert_eq!((bundle.kind, bundle.verified, bundle.inputs), (BundleKind::Troubleshoot, true, 149));
    let log = metas.iter().find(|meta| meta.path.ends_with("/run-pod-example/example.log")).expect("a log");
    let origin = log.origin.as_ref().expect("the path says whose it is");
    assert_eq!(origin.source(), "default/run-pod-example/example");
    let helm = analysis.coverage.missing.iter().filter(|gap| gap.what.id == "missing-previous-log");
    let helm: Vec<&str> = helm.map(|gap| gap.command.as_str()).collect();
    assert_eq!(helm, ["kubectl logs -n kube-system helm-install-traefik-5wnn9 -c helm --previous"]);
}

#[test]
fn a_bundle_that_holds_next_to_nothing_says_so() {
    let Some(folder) = super::corpus("a_bundle_that_holds_next_to_nothing_says_so") else { return };
    let mut case = read(&folder.join("bundles/omc_must-gather.tar.gz"), true);
    let coverage = &case.analysis().coverage;
    let [bundle] = coverage.bundles.as_slice() else { panic!("{:?}", coverage.bundles) };
    assert_eq!((bundle.kind, bundle.inputs, bundle.read), (BundleKind::MustGather, 1, 0));
    assert_eq!(coverage.missing.iter().map(|gap| gap.command.as_str()).collect::<Vec<_>>(), ["oc adm must-gather"]);
}
