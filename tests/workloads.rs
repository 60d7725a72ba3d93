//! What the engine says of workloads: exits decoded with their reasons, views that disagree, and how failing pods spread.

use debrief::case::Case;
use debrief::evidence::MemorySource;
use debrief::model::{Analysis, Arg, SpreadRow, Timestamp};
use debrief::protocol::Choices;
use debrief::text::{Lang, Texts};

const PODS: &str = include_str!("fixtures/formats/kube-json/pods.json");
const NODE: &str = include_str!("fixtures/formats/describe/node-and-claim.txt");
const TABLES: &str = include_str!("fixtures/formats/get-table/several-tables.txt");
const POLICIES: &str = include_str!("fixtures/formats/kube-yaml/several-documents.yaml");

fn analysis(texts: &[&str]) -> Analysis {
    let mut case = Case::new(0, Timestamp::from_seconds(1_790_000_000));
    for text in texts {
        case.add("unknown", Box::new(MemorySource(text.as_bytes().to_vec())), Choices::default(), false);
    }
    case.read_all();
    case.analysis().clone()
}

/// A pod whose only container ended as told, before it was started again.
fn pod(name: &str, ended: &str) -> String {
    format!(
        r#"{{"kind":"Pod","apiVersion":"v1","metadata":{{"name":"{name}","namespace":"shop"}},"spec":{{"nodeName":"node-5","containers":[{{"name":"web","livenessProbe":{{"httpGet":{{"port":8080}},"initialDelaySeconds":2,"periodSeconds":5}}}}]}},"status":{{"phase":"Running","containerStatuses":[{{"name":"web","ready":true,"restartCount":1,"state":{{"running":{{"startedAt":"2024-08-20T06:00:00Z"}}}},"lastState":{{"terminated":{ended}}}}}]}}}}
"#
    )
}

fn ended(code: i32, reason: &str) -> String {
    format!(
        r#"{{"exitCode":{code},"reason":"{reason}","startedAt":"2024-08-20T05:58:08Z","finishedAt":"2024-08-20T05:58:23Z"}}"#
    )
}

fn event(reason: &str, object: &str, message: &str) -> String {
    let (kind, name) = object.split_once('/').unwrap();
    format!(
        r#"{{"kind":"Event","apiVersion":"v1","metadata":{{"name":"e","namespace":"shop"}},"involvedObject":{{"kind":"{kind}","name":"{name}"}},"type":"Normal","reason":"{reason}","message":"{message}","lastTimestamp":"2024-08-20T05:58:20Z"}}
"#
    )
}

/// Ids of what is said of the first workload.
fn said(texts: &[&str]) -> Vec<String> {
    let analysis = analysis(texts);
    analysis.workloads[0].statements.iter().map(|statement| statement.text.id.clone()).collect()
}

#[test]
fn an_exit_code_is_decided_by_what_stands_around_it() {
    for (code, reason, want) in [
        (137, "OOMKilled", "workload-exit-oom"),
        (137, "ContainerStatusUnknown", "workload-exit-made-up"),
        (137, "Error", "workload-exit-sigkill"),
        (143, "Error", "workload-exit-sigterm"),
        (139, "Error", "workload-exit-crash"),
        (134, "Error", "workload-exit-crash"),
        (255, "Unknown", "workload-exit-lost"),
        (126, "ContainerCannotRun", "workload-exit-not-executable"),
        (127, "ContainerCannotRun", "workload-exit-not-found"),
        (128, "StartError", "workload-exit-never-started"),
        (130, "Error", "workload-exit-signal"),
        (0, "Completed", "workload-exit-zero"),
        (1, "Error", "workload-exit-own-unread"),
    ] {
        assert_eq!(said(&[&pod("web-1", &ended(code, reason))]), [want], "{code} {reason}");
    }
}

#[test]
fn a_probe_is_named_only_where_it_killed_this_run() {
    let kill = event("Killing", "Pod/web-1", "Container web failed liveness probe, will be restarted");
    let killed = pod("web-1", &ended(137, "Error"));
    assert_eq!(said(&[&killed, &kill]), ["workload-exit-probe", "workload-probe-window"]);
    let another = event("Killing", "Pod/web-2", "Container web failed liveness probe, will be restarted");
    assert_eq!(said(&[&killed, &another]), ["workload-exit-sigkill"]);
    let late = kill.replace("05:58:20", "05:58:59");
    assert_eq!(said(&[&killed, &late]), ["workload-exit-sigkill"]);
    // Of an event that was seen twice both times are known.
    let seen = |count: u32, last: &str| {
        let first = "\"firstTimestamp\":\"2024-08-20T02:00:00Z\"";
        kill.replace("\"lastTimestamp\"", &format!("\"count\":{count},{first},\"lastTimestamp\""))
            .replace("05:58:20", last)
    };
    for (count, last, id) in [
        (2, "12:00:00", "workload-exit-sigkill"),
        (2, "05:58:20", "workload-exit-probe"),
        (9, "12:00:00", "workload-exit-probe"),
    ] {
        assert_eq!(said(&[&killed, &seen(count, last)])[0], id, "{count} {last}");
    }
    // The runtime's own word for memory stands above the probe's.
    assert_eq!(said(&[&pod("web-1", &ended(137, "OOMKilled")), &kill]), ["workload-exit-oom"]);
}

#[test]
fn the_node_bears_on_an_exit() {
    let oom = event("SystemOOM", "Node/node-5", "System OOM encountered, victim process: java, pid: 9295");
    let killed = pod("web-1", &ended(137, "Error"));
    assert_eq!(said(&[&killed, &oom]), ["workload-exit-sigkill", "workload-memory-near"]);
    let elsewhere = oom.replace("node-5", "node-6");
    assert_eq!(said(&[&killed, &elsewhere]), ["workload-exit-sigkill"]);
    let lost = ended(255, "Unknown");
    assert_eq!(said(&[&pod("web-1", &lost), &pod("web-2", &lost)]), ["workload-exit-lost-together"]);
}

#[test]
fn exits_at_one_time_are_the_nodes_only_where_it_or_its_runtime_says_so() {
    let own = ended(255, "Error");
    let [one, other] = ["web-1", "web-2"].map(|name| pod(name, &own));
    assert_eq!(said(&[&one]), ["workload-exit-unclear"]);
    assert_eq!(said(&[&one, &other]), ["workload-exit-together"], "chance, as far as can be told");
    let booted = event("Rebooted", "Node/node-5", "Node node-5 has been rebooted, boot id: 7f0c");
    let started_by =
        |from: &str| event("Starting", "Node/node-5", "").replace("\"type\"", &[from, "\"type\""].concat());
    for (text, want) in [
        (booted.clone(), "workload-exit-lost-together"),
        (event("Starting", "Node/node-5", "Starting kubelet."), "workload-exit-lost-together"),
        // Whose start it is, its reporter says.
        (started_by(""), "workload-exit-together"),
        (started_by(r#""source":{"component":"kubelet"},"#), "workload-exit-lost-together"),
        (started_by(r#""reportingController":"kubelet","#), "workload-exit-lost-together"),
        (started_by(r#""source":{"component":"kube-proxy"},"#), "workload-exit-together"),
        (started_by(r#""reportingComponent":"kube-proxy","#), "workload-exit-together"),
        (event("Starting", "Node/node-5", "Starting kube-proxy."), "workload-exit-together"),
        (booted.replace("node-5", "node-6"), "workload-exit-together"),
        (booted.replace("05:58:20", "07:58:20"), "workload-exit-together"),
    ] {
        assert_eq!(said(&[&one, &other, &text]), [want], "{text}");
        let cites = analysis(&[&one, &other, &text]).workloads[0].statements[0].cites.len();
        assert_eq!(cites, 1 + usize::from(want.ends_with("lost-together")), "{text}");
    }
    // What is told of all pods of a lost node does not hide what is told of the node.
    let pods = event("NodeNotReady", "Pod/web-9", "Node is not ready").repeat(2_000);
    assert_eq!(said(&[&one, &other, &(pods + &booted)]), ["workload-exit-lost-together"]);
    // Only one of both is lost by the runtime's word, which holds for that one whoever else ended then.
    let lost = pod("web-1", &ended(255, "Unknown"));
    assert_eq!(said(&[&lost, &other]), ["workload-exit-lost"]);
    assert_eq!(analysis(&[&lost, &other]).workloads[1].statements[0].text.id, "workload-exit-together");
    // One container that ends twice within a minute is not two.
    let running = r#"{"running":{"startedAt":"2024-08-20T06:00:00Z"}}"#;
    let again = own.replace("05:58:23", "05:58:51").replace("05:58:08", "05:58:40");
    let twice = one.replace(running, &["{\"terminated\":", &again, "}"].concat());
    assert_eq!(said(&[&twice])[0], "workload-exit-unclear");
    // What ended together and then again was together all the same.
    let (own, later) = (ended(255, "Unknown"), own.replace("05:58:", "06:08:"));
    let twice = pod("web-1", &own).replace(running, &["{\"terminated\":", &later, "}"].concat());
    for texts in [[&twice, &pod("web-2", &own)], [&pod("web-1", &own), &twice.replace("web-1", "web-2")]] {
        assert_eq!(said(&texts.map(String::as_str)), ["workload-exit-lost-together"]);
    }
}

#[test]
fn views_that_disagree_are_both_cited() {
    let table = "NAME    READY   STATUS    RESTARTS      AGE\nweb-1   1/1     Running   4 (2m ago)    3d\n";
    let both = analysis(&[&pod("web-1", &ended(1, "Error")), table]);
    let [workload] = both.workloads.as_slice() else { panic!("{:?}", both.workloads) };
    assert_eq!((workload.namespace.as_str(), workload.restarts), ("shop", 4));
    let differ = workload.statements.iter().find(|it| it.text.id == "workload-views-differ").expect("it is said");
    assert_eq!(differ.cites.iter().map(|cite| cite.locator.evidence.0).collect::<Vec<_>>(), [0, 1]);
    let ready = pod("web-1", &ended(1, "Error")).replace("\"Running\"", "\"CrashLoopBackOff\"");
    assert!(said(&[&ready]).contains(&"workload-contradiction".to_owned()));
}

#[test]
fn what_is_well_is_not_a_workload_in_trouble() {
    let well = pod("web-1", &ended(1, "Error")).replace("\"restartCount\":1", "\"restartCount\":0");
    let quiet = analysis(&[&well]);
    assert!(quiet.workloads.is_empty() && quiet.spread.is_empty(), "{:?}", quiet.workloads);
}

#[test]
fn every_statement_is_said_in_both_languages_and_cited() {
    let all = analysis(&[PODS, NODE, TABLES, POLICIES]);
    let kinds: std::collections::BTreeSet<&str> = all.workloads.iter().map(|workload| workload.kind.as_str()).collect();
    let want = ["Deployment", "NetworkPolicy", "Node", "PersistentVolumeClaim", "Pod"];
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), want);
    for lang in [Lang::En, Lang::ZhCn] {
        let texts = Texts::new(lang, 0);
        for statement in all.workloads.iter().flat_map(|workload| &workload.statements) {
            let text = texts.say(&statement.text);
            assert!(!text.contains("workload-") && !text.contains('{') && !text.is_empty(), "{text}");
            assert!(!statement.cites.is_empty(), "{text}");
        }
    }
}

#[test]
fn what_two_failing_pods_have_in_common_is_their_spread() {
    let failing = |name: &str, namespace: &str, node: &str| {
        let text = pod(name, &ended(1, "Error")).replace("\"ready\":true", "\"ready\":false");
        text.replace("\"namespace\":\"shop\"", &format!("\"namespace\":\"{namespace}\"")).replace("node-5", node)
    };
    let spread = |pods: &[String]| {
        let texts: Vec<&str> = pods.iter().map(String::as_str).collect();
        let rows = analysis(&texts).spread;
        let told = |row: &SpreadRow| format!("{:?} {}: {} of {}", row.dimension, row.value, row.failing, row.total);
        rows.iter().map(told).collect::<Vec<_>>()
    };
    let well = pod("web-9", &ended(1, "Error"));
    let two = [failing("web-1", "shop", "node-5"), failing("web-2", "shop", "node-6"), well.clone()];
    assert_eq!(spread(&two), ["Namespace shop: 2 of 3"]);
    let on_one = [failing("web-1", "shop", "node-5"), failing("job-2", "batch", "node-5"), well];
    assert_eq!(spread(&on_one), ["Node node-5: 2 of 3"]);
    assert_eq!(spread(&[failing("web-1", "shop", "node-5")]), [""; 0], "one shares nothing");
}

#[test]
fn a_pod_is_known_by_its_deployment() {
    use debrief::model::OwnerClass::{Derived, Stated, Suspected};
    let owned = |pod: &str| {
        pod.replace("\"namespace\":\"shop\"", "\"namespace\":\"shop\",\"ownerReferences\":[{\"kind\":\"ReplicaSet\",\"name\":\"web-6996dd565b\",\"controller\":true}]")
    };
    let owners = |texts: &[&str]| {
        let analysis = analysis(texts);
        let pod = analysis.workloads.iter().find(|workload| workload.kind == "Pod").expect("a pod");
        pod.owners.iter().map(|owner| (owner.kind.clone(), owner.name.clone(), owner.class)).collect::<Vec<_>>()
    };
    let owner = |kind: &str, name: &str, class| (kind.to_owned(), name.to_owned(), class);
    let pod = pod("web-6996dd565b-xl44t", &ended(1, "Error"));
    let replicas = r#"{"kind":"ReplicaSet","apiVersion":"apps/v1","metadata":{"name":"web-6996dd565b","namespace":"shop","ownerReferences":[{"kind":"Deployment","name":"front","controller":true}]}}
"#;
    let [first, above] = ["ReplicaSet", "Deployment"];
    let stated = owner(first, "web-6996dd565b", Stated);
    assert_eq!(owners(&[&owned(&pod), replicas]), [stated.clone(), owner(above, "front", Stated)]);
    assert_eq!(owners(&[&owned(&pod)]), [stated, owner(above, "web", Derived)]);
    assert_eq!(owners(&[&pod]), [owner(above, "web", Suspected)]);
}

#[test]
fn an_event_that_two_inputs_tell_is_one_event() {
    let seen = |count: u32, last: &str| {
        let event = event("Killing", "Pod/web-1", "Container web failed liveness probe, will be restarted");
        event.replace(
            "\"lastTimestamp\":\"2024-08-20T05:58:20Z\"",
            &format!("\"firstTimestamp\":\"2024-08-20T05:40:20Z\",\"lastTimestamp\":\"{last}\",\"count\":{count}"),
        )
    };
    let killed = pod("web-1", &ended(137, "Error"));
    let kills = |texts: &[&str]| {
        let finding = analysis(texts).findings.into_iter().find(|finding| finding.rule == "kube/probe-kill-loop");
        format!("{:?}", finding.expect("a loop").statements[0].text.args[0].1)
    };
    let (early, late) = (seen(3, "2024-08-20T05:58:20Z"), seen(4, "2024-08-20T05:59:20Z"));
    assert_eq!(kills(&[&killed, &early]), "Int(3)");
    for order in [[&early, &late], [&late, &early]] {
        assert_eq!(kills(&[&killed, order[0], order[1]]), "Int(4)");
    }
}

#[test]
fn a_warning_belongs_to_its_object_whether_or_not_it_has_a_time() {
    let describe = |status: &str, reason: &str, age: &str, message: &str| {
        let row = |cells: [&str; 5]| {
            format!("  {:<9}{:<22}{:<21}{:<19}{}\n", cells[0], cells[1], cells[2], cells[3], cells[4])
        };
        format!(
            "Name:         a-0\nNamespace:    shop\nNode:         node-5/10.0.0.5\nStatus:       {status}\nEvents:\n"
        ) + &row(["Type", "Reason", "Age", "From", "Message"])
            + &row(["----", "------", "----", "----", "-------"])
            + &row(["Warning", reason, age, "default-scheduler", message])
    };
    let mount = "MountVolume.SetUp failed for volume \"cfg\" : configmap \"app-config\" not found";
    let creating = describe(
        "Pending\nContainers:\n  a:\n    State:          Waiting\n      Reason:       ContainerCreating\n    Ready:          False\n    \
         Restart Count:  0",
        "FailedMount",
        "2m21s (x22 over 30m)",
        mount,
    );
    let unplaced = describe(
        "Pending\nConditions:\n  Type           Status\n  PodScheduled   False",
        "FailedScheduling",
        "14s (x7 over 31m)",
        "0/6 nodes are available: 5 Insufficient memory.",
    );
    let head = "NAMESPACE     LAST SEEN   TYPE      REASON              OBJECT                               MESSAGE\n";
    let row = |age: &str, kind: &str, reason: &str, object: &str, message: &str| {
        format!("{:<14}{age:<12}{kind:<10}{reason:<20}{object:<37}{message}\n", "shop")
    };
    let table = |rows: &str| [head, rows].concat();
    let attach =
        table(&row("9m", "Warning", "FailedAttachVolume", "pod/db-0", "Multi-Attach error for volume \"pvc-1a2b\""));
    let placed = "  Normal   Scheduled             1m                   default-scheduler  Successfully assigned shop/a-0 to node-5\n";
    let claim = "Name:          data\nNamespace:     shop\nStorageClass:  ceph-rbd\nStatus:        Pending\nVolume:        \nCapacity:      \nAccess Modes:  \nEvents:\n  \
                 Type     Reason                Age                  From   Message\n  ----     ------                ----                 ----   -------\n  \
                 Warning  ProvisioningFailed    4m (x10 over 22m)    rbd    failed to provision volume\n";
    let warned = "Kubernetes warned: ";
    for (text, want) in [
        (creating.clone(), "Pod shop/a-0: FailedMount: MountVolume.SetUp failed"),
        (unplaced, "Pod shop/a-0: FailedScheduling: 0/6 nodes are available"),
        (claim.to_owned(), "PersistentVolumeClaim shop/data: ProvisioningFailed: failed to provision"),
        (attach.clone(), "Pod shop/db-0: FailedAttachVolume: Multi-Attach error"),
        // It started after all.
        (attach.clone() + &row("8m", "Normal", "Started", "pod/db-0", "Started container db"), ""),
        (attach.clone() + &row("10m", "Normal", "Started", "pod/db-0", "Started container db"), "Pod shop/db-0"),
        (table(&row("9m", "Normal", "Pulling", "pod/db-0", "Pulling image")), ""),
        // It was placed after all, and waits for nothing that is said.
        (creating.replace("FailedMount", "FailedScheduling") + placed, ""),
        (creating.clone() + &placed.replace(" 1m ", " 30m"), "Pod shop/a-0: FailedMount"),
        (describe("Running", "FailedMount", "30m", mount), ""),
    ] {
        let analysis = analysis(&[&text]);
        let texts = &Texts::new(Lang::En, 0);
        let told: Vec<String> = analysis
            .workloads
            .iter()
            .flat_map(|it| it.statements.iter().map(move |said| (it, texts.say(&said.text))))
            .filter_map(|(it, said)| {
                Some(format!("{} {}/{}: {}", it.kind, it.namespace, it.name, said.strip_prefix(warned)?))
            })
            .collect();
        assert_eq!(told.len(), usize::from(!want.is_empty()), "{text}{told:#?}");
        assert!(told.iter().all(|said| said.starts_with(want)), "{text}{told:#?}");
    }
    let is_told = |texts: &[&str]| {
        let workloads = analysis(texts).workloads;
        workloads.iter().flat_map(|it| &it.statements).any(|it| it.text.id == "workload-warned")
    };
    assert!(analysis(&[&creating]).workloads[0].failing);
    // A time and an age without one are not compared, nor are ages of two outputs.
    let started = event("Started", "Pod/db-0", "Started container db");
    assert!(is_told(&[&attach, &started]));
    let attached = table(&row("1m", "Normal", "Started", "pod/db-0", "Started container db"));
    assert!(is_told(&[&attach, &attached]));
    // The fullest view speaks: that another one still waits is of another time.
    let waits = "NAMESPACE   NAME    READY   STATUS              RESTARTS   AGE\nshop        web-1   0/1     ContainerCreating   0          3d\n";
    let warning = event("FailedMount", "Pod/web-1", "MountVolume.SetUp failed").replace("Normal", "Warning");
    assert!(is_told(&[waits, &warning]));
    assert!(!is_told(&[waits, &pod("web-1", &ended(1, "Error")), &warning]));
}

#[test]
fn a_container_that_waits_is_not_said_to_have_its_image() {
    let pods = |state: &str| {
        let other =
            pod("web-2", &ended(1, "Error")).replace("\"running\":{\"startedAt\":\"2024-08-20T06:00:00Z\"}", state);
        pod("web-1", &ended(1, "Error")) + &other
    };
    let creating = "\"waiting\":{\"reason\":\"ContainerCreating\"}";
    let mount = |object: &str| event("FailedMount", object, "MountVolume.SetUp failed").replace("Normal", "Warning");
    let elsewhere = mount("Pod/web-2").replace("shop", "test");
    for (state, event, why) in [
        ("\"running\":{}", String::new(), "outcome-pull-none"),
        (creating, String::new(), "outcome-pull-waiting"),
        (creating, mount("Pod/web-2"), "outcome-pull-held"),
        (creating, mount("StatefulSet/web-2"), "outcome-pull-waiting"),
        (creating, elsewhere, "outcome-pull-waiting"),
    ] {
        let analysis = analysis(&[&pods(state), &event]);
        let outcome =
            analysis.outcomes.iter().find(|it| it.rule == "kube/image-pull-failed").expect("every rule answers");
        assert_eq!(outcome.why.as_ref().map(|it| it.id.as_str()), Some(why), "{event}");
        assert_eq!(outcome.cites[0].locator.evidence.0 == 1, why == "outcome-pull-held", "{event}");
    }
}

#[test]
fn what_a_run_left_as_its_message_is_said() {
    let left = ended(2, "Error").replace("\"exitCode\"", "\"message\":\"panic: no config\\ngoroutine 1\",\"exitCode\"");
    let analysis = analysis(&[&pod("web-0", &left)]);
    let texts = Texts::new(Lang::En, 0);
    let said: Vec<String> = analysis.workloads[0].statements.iter().map(|it| texts.say(&it.text)).collect();
    assert!(said.iter().any(|it| it.ends_with("panic: no config goroutine 1")), "{said:#?}");
}

#[test]
fn what_ended_before_the_first_event_may_have_been_killed_by_its_probe() {
    let pulled = event("Pulled", "Pod/web-0", "Container image already present");
    for (seen, answer) in [
        ("05:58:24", ("inconclusive", "outcome-probe-before-events")),
        ("05:58:23", ("ruled_out", "outcome-probe-none")),
    ] {
        let analysis = analysis(&[&pod("web-0", &ended(0, "Completed")), &pulled.replace("05:58:20", seen)]);
        let probes = analysis.outcomes.iter().find(|outcome| outcome.rule == "kube/probe-kill-loop").unwrap();
        assert_eq!((&*probes.outcome, &*probes.why.as_ref().unwrap().id), answer, "{seen}");
    }
}

#[test]
fn rows_of_a_table_loop_with_the_pods_of_their_controller() {
    let state = |code: i32| ended(code, if code == 137 { "OOMKilled" } else { "Error" });
    let waits = |code| {
        let running = r#"{"running":{"startedAt":"2024-08-20T06:00:00Z"}}"#;
        let waiting = r#"{"waiting":{"reason":"CrashLoopBackOff"}}"#;
        pod("payment-6c9f8d5b7-x2xkz", &state(code)).replace(running, waiting)
    };
    let rows = "NAMESPACE   NAME                      READY   STATUS             RESTARTS   AGE\n\
                shop        payment-6c9f8d5b7-q7wfd   0/1     CrashLoopBackOff   4          15m\n\
                shop        payment-6c9f8d5b7-x2xkz   0/1     CrashLoopBackOff   1          15m\n";
    let told = |texts: &[&str]| {
        let analysis = analysis(texts);
        let of_rule = analysis.findings.iter().filter(|finding| finding.rule == "kube/crash-loop");
        of_rule.map(|finding| (finding.subject.clone(), finding.statements[0].text.args.clone())).collect::<Vec<_>>()
    };
    let count = |name: &str, count: i64| (name.to_owned(), Arg::Int(count));
    let subject = "shop/Deployment/payment".to_owned();
    assert_eq!(told(&[&waits(1), rows]), [(subject, vec![count("restarts", 5), count("pods", 2)])]);
    // Whatever explains one of them may explain all.
    assert_eq!(told(&[&waits(137), rows]), []);
    assert_eq!(told(&[rows]).len(), 1);
}

#[test]
fn a_loop_is_told_of_who_loops_whatever_the_code_and_whoever_was_killed_beside_it() {
    let running = r#"{"running":{"startedAt":"2024-08-20T06:00:00Z"}}"#;
    let waits = |name: &str, code, reason: &str| {
        pod(name, &ended(code, reason)).replace(running, r#"{"waiting":{"reason":"CrashLoopBackOff"}}"#)
    };
    let told = |texts: &[&str]| {
        let analysis = analysis(texts);
        let outcome = analysis.outcomes.iter().find(|outcome| outcome.rule == "kube/crash-loop").unwrap();
        let of_rule = analysis.findings.iter().filter(|finding| finding.rule == "kube/crash-loop");
        let pods = of_rule.map(|finding| finding.statements[0].text.args[1].1.clone()).collect::<Vec<_>>();
        (outcome.outcome.clone(), pods)
    };
    // A fatal error of a program in Go ends it with 255 as well.
    assert_eq!(told(&[&waits("web-0", 255, "Error")]).1, [Arg::Int(1)]);
    assert_eq!(told(&[&waits("web-0", 255, "Error"), &waits("web-1", 255, "Error")]).1.len(), 2);
    assert_eq!(told(&[&waits("web-0", 255, "Unknown"), &waits("web-1", 255, "Unknown")]).1, []);
    let [killed, first, second] = ["x2xkz", "q7wfd", "8xv2w"].map(|it| format!("payment-6c9f8d5b7-{it}"));
    let killed = waits(&killed, 137, "OOMKilled");
    assert_eq!(told(&[&killed, &waits(&first, 1, "Error"), &waits(&second, 1, "Error")]).1, [Arg::Int(2)]);
    assert_eq!(told(&[&killed]), ("ruled_out".to_owned(), Vec::new()));
    // An older row of a pod that is ready now, and states whose run ended before it began.
    let row = "NAMESPACE   NAME    READY   STATUS             RESTARTS   AGE\n\
               shop        web-0   0/1     CrashLoopBackOff   4          15m\n";
    assert_eq!(told(&[&pod("web-0", &ended(1, "Error")), row]).1, []);
    let backwards =
        ended(1, "Error").replace("05:58:23", "05:58:01").replace("2024-08-20T05:58:08", "2250-01-01T00:00:00");
    assert_eq!(told(&[&pod("web-0", &backwards).replace("\"restartCount\":1", "\"restartCount\":9")]).1, []);
}
