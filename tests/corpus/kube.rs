//! What the corpus' Kubernetes objects and events hold, against the truths that are known of them.

use std::collections::BTreeMap;
use std::path::Path;

use debrief::case::Case;
use debrief::evidence::MemorySource;
use debrief::model::{EvidenceId, Timestamp};
use debrief::protocol::Choices;

/// Reads files under names that tell nothing.
fn read(folder: &Path, names: &[&str]) -> Case {
    let mut case = Case::new(0, Timestamp::from_seconds(1_790_000_000));
    for name in names {
        let bytes = std::fs::read(folder.join(name)).expect("a file");
        case.add("unknown", Box::new(MemorySource(bytes)), Choices::default(), false);
    }
    case.read_all();
    case
}

#[test]
fn json_from_clusters_is_recognised_and_complete() {
    let Some(folder) = super::corpus("json_from_clusters_is_recognised_and_complete") else { return };
    let names = [
        "pods_default.json",
        "pods_default-unhealthy.json",
        "pod_image-pull-fail.json",
        "pod_pending-pod-resources.json",
        "events_image-pull-fail.json",
    ];
    let case = read(&folder.join("k8s-json"), &names);
    for meta in case.evidence() {
        assert_eq!((meta.format.as_str(), meta.lines.failed, &meta.issues.list), ("kube-json", 0, &Vec::new()));
    }
    let pod = |index| {
        let objects = &case.parsed(EvidenceId(index)).expect("an input").objects;
        assert_eq!(objects.len(), 1);
        objects[0].clone()
    };
    let phase = |index| pod(index).status.map(|status| status.value).unwrap_or_default();
    assert_eq!([0, 1, 2, 3].map(phase), ["Running", "CrashLoopBackOff", "Pending", "Pending"]);
    let unhealthy = &pod(1).containers[0];
    assert_eq!((unhealthy.state.phase.as_str(), unhealthy.ready, unhealthy.restarts), ("Running", Some(true), 0));
    let pulling = &pod(2).containers[0];
    assert_eq!((pulling.state.reason.as_deref(), pulling.restarts), (Some("ErrImagePull"), 0));
    assert!(pulling.state.message.as_ref().is_some_and(|message| message.contains("x509")));
    let unschedulable = pod(3);
    let condition = unschedulable.condition("PodScheduled").expect("a condition");
    assert_eq!((condition.reason.as_str(), condition.status.as_str()), ("Unschedulable", "False"));
    assert!(condition.message.contains("Insufficient nvidia.com/gpu"));

    let events = &case.parsed(EvidenceId(4)).expect("an input").events;
    let mut warnings = BTreeMap::new();
    for event in events.iter().filter(|event| event.kind == "Warning") {
        *warnings.entry(event.reason.as_str()).or_insert(0) += 1;
    }
    assert_eq!(events.len(), 17);
    assert_eq!(warnings, BTreeMap::from([("BackoffLimitExceeded", 1), ("Failed", 3), ("FailedScheduling", 2)]));
    assert!(events.iter().all(|event| event.last.is_some()));
}

#[test]
fn yaml_from_clusters_is_recognised_and_complete() {
    let Some(folder) = super::corpus("yaml_from_clusters_is_recognised_and_complete") else { return };
    let case = read(&folder.join("insights"), &["oc_get_node.yaml", "oc_get_pod.yaml"]);
    for meta in case.evidence() {
        assert_eq!((meta.format.as_str(), meta.lines.failed, &meta.issues.list), ("kube-yaml", 0, &Vec::new()));
    }
    let nodes = &case.parsed(EvidenceId(0)).expect("an input").objects;
    assert_eq!(nodes.iter().map(|node| node.name.as_str()).collect::<Vec<_>>(), ["master37"]);
    let version = nodes[0].field("status.nodeInfo.kubeletVersion").map(|field| field.value.as_str());
    assert_eq!(version, Some("v1.7.6+a08f5eeb62"));
    let conditions: Vec<_> =
        nodes[0].conditions.iter().map(|condition| (condition.kind.as_str(), condition.status.as_str())).collect();
    assert_eq!(conditions, [("OutOfDisk", "False"), ("MemoryPressure", "False"), ("DiskPressure", "False")]);
    let pods = &case.parsed(EvidenceId(1)).expect("an input").objects;
    let restarts: Vec<_> = pods.iter().map(|pod| pod.containers.iter().map(|it| it.restarts).sum::<u32>()).collect();
    assert_eq!(restarts, [1, 0]);
    let last = pods[0].containers[0].last_state.as_ref().expect("a last state");
    assert_eq!((last.reason.as_deref(), last.exit_code), (Some("Error"), Some(2)));
    assert!(pods.iter().all(|pod| pod.status.as_ref().is_some_and(|status| status.value == "Running")));
}

#[test]
fn manifests_are_kubernetes_objects() {
    let Some(folder) = super::corpus("manifests_are_kubernetes_objects") else { return };
    let mut names: Vec<String> = std::fs::read_dir(folder.join("manifests"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let case = read(&folder.join("manifests"), &names);
    let odd: Vec<_> = case
        .evidence()
        .iter()
        .zip(&names)
        .filter(|(meta, _)| meta.format != "kube-yaml" || meta.lines.failed > 0)
        .map(|(meta, name)| format!("{name}: {} {:?}", meta.format, meta.lines))
        .collect();
    assert!(odd.is_empty(), "{odd:#?}");
}

/// What a rule says: subject, confidence, ids of its statements, and the time.
fn told(case: &mut Case, rule: &str) -> Vec<(String, Vec<String>, Option<String>)> {
    let findings = case.analysis().findings.iter().filter(|finding| finding.rule == rule);
    let shown = findings.map(|finding| {
        let statements = finding.statements.iter().map(|statement| statement.text.id.clone());
        let range = finding.time_range.map(|range| format!("{}..{}", range.start.to_rfc3339(), range.end.to_rfc3339()));
        (finding.subject.clone(), statements.collect(), range)
    });
    shown.collect()
}

#[test]
fn an_image_that_is_not_pulled_is_told_with_its_cause() {
    let Some(folder) = super::corpus("an_image_that_is_not_pulled_is_told_with_its_cause") else { return };
    let cause = ["finding-pull-pods", "finding-pull-certificate"].map(str::to_owned).to_vec();
    for name in ["pod_image-pull-fail.json", "events_image-pull-fail.json"] {
        let mut case = read(&folder.join("k8s-json"), &[name]);
        let told = told(&mut case, "kube/image-pull-failed");
        let [(image, statements, _)] = told.as_slice() else { panic!("{told:?}") };
        assert_eq!((image.as_str(), statements), ("noimage.com/no-such-image", &cause), "{name}");
    }
    for name in ["pods_default.json", "pods_default-unhealthy.json", "pod_pending-pod-resources.json"] {
        let mut case = read(&folder.join("k8s-json"), &[name]);
        assert!(case.analysis().findings.is_empty(), "{name}: {:?}", case.analysis().findings);
    }
}

#[test]
fn the_kernels_kills_for_memory_are_told_apart() {
    let Some(folder) = super::corpus("the_kernels_kills_for_memory_are_told_apart") else { return };
    let mut case = read(&folder.join("k8s-issues"), &["k8s_56891_oom_dmesg.txt"]);
    let told = told(&mut case, "kube/oom-killed");
    let [(process, statements, range)] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!(process, "java");
    assert_eq!(statements, &["finding-oom-kernel", "finding-oom-by-limit", "finding-oom-held"]);
    assert_eq!(range.as_deref(), Some("2017-12-07T00:05:15Z..2017-12-07T00:13:22Z"));
    let finding = &case.analysis().findings[0];
    assert_eq!(format!("{:?}", finding.statements[0].text.args[0]), "(\"count\", Int(2))");
}
