//! What the case holds is not asked for: logs that a terminal shows, namespaces that its commands name, the name server's log.

use debrief::postmortem::suggest;

use crate::overclaims::analyse;

/// A pasted terminal in which two pods of one Deployment loop; the log of one was printed.
const ROLLOUT: &str = "\
$ kubectl -n shop get pods -o wide
NAME                        READY   STATUS             RESTARTS      AGE     IP            NODE     NOMINATED NODE   READINESS GATES
checkout-6f9c7d8b9c-2kqzl   0/1     CrashLoopBackOff   6 (42s ago)   8m12s   10.244.1.31   node-1   <none>           <none>
checkout-6f9c7d8b9c-pm4xt   0/1     CrashLoopBackOff   6 (31s ago)   8m12s   10.244.2.18   node-2   <none>           <none>
$ LOGS
2026-06-10T10:11:02.114Z INFO  starting checkout 2.19.0
2026-06-10T10:11:02.498Z ERROR required environment variable PAYMENT_GATEWAY_URL is not set
2026-06-10T10:11:02.499Z INFO  bye

$ kubectl -n shop describe pod checkout-6f9c7d8b9c-2kqzl
Name:             checkout-6f9c7d8b9c-2kqzl
Namespace:        shop
Node:             node-1/10.0.0.11
Status:           Running
Controlled By:    ReplicaSet/checkout-6f9c7d8b9c
Containers:
  checkout:
    Image:          checkout:2.19.0
    State:          Waiting
      Reason:       CrashLoopBackOff
    Last State:     Terminated
      Reason:       Error
      Exit Code:    1
      Started:      Wed, 10 Jun 2026 10:11:02 +0000
      Finished:     Wed, 10 Jun 2026 10:11:02 +0000
    Ready:          False
    Restart Count:  6
Events:           <none>
";

#[test]
fn a_log_that_a_terminal_shows_is_read_as_the_pods() {
    let full = "kubectl -n shop logs checkout-6f9c7d8b9c-2kqzl --previous";
    for (command, is_there) in [
        (full, true),
        ("kubectl logs -p -c checkout pod/checkout-6f9c7d8b9c-2kqzl --tail=3", true),
        ("kubectl logs -n shop checkout-6f9c7d8b9c-2kqzl checkout --previous", true),
        // Above the description that shows it waiting: it may have run then.
        ("kubectl logs -n shop checkout-6f9c7d8b9c-2kqzl checkout", false),
        ("kubectl logs -n $NS checkout-6f9c7d8b9c-2kqzl --previous", false),
        ("kubectl logs -n shop checkout-6f9c7d8b9c-2kqzl --previous --limit-bytes=500", false),
        ("kubectl -n other logs checkout-6f9c7d8b9c-2kqzl --previous", false),
        ("kubectl -n shop logs checkout-6f9c7d8b9c-2kqzl -c sidecar --previous", false),
        ("kubectl -n shop logs checkout-6f9c7d8b9c-pm4xt --previous", false),
        ("kubectl -n shop logs checkout-6f9c7d8b9c-2kqzl --previous | grep INFO", false),
        ("kubectl -n shop logs deploy/checkout --previous", false),
    ] {
        let analysis = analyse(&[("session.txt", &ROLLOUT.replace("LOGS", command))]);
        let [found] = &analysis.findings[..] else { panic!("{command}: {:?}", analysis.findings) };
        let said = found.statements.iter().find(|statement| statement.topic == "said");
        let line = said.and_then(|said| said.cites.first()).map(|cite| cite.locator.lines.first);
        assert_eq!(line, is_there.then_some(7), "{command}");
        assert_eq!(found.whys[0].claim.is_some(), is_there, "{command}");
        let asked = analysis.coverage.missing.iter().any(|missing| missing.command.contains("--previous"));
        assert_eq!(asked, !is_there, "{command}: {:?}", analysis.coverage.missing);
    }
    let is_asked = |text: &str| {
        let analysis = analyse(&[("session.txt", text)]);
        analysis.coverage.missing.iter().any(|missing| missing.command.contains("--previous"))
    };
    // Below the description that shows it waiting the run at hand is the one that ended.
    let (head, rest) = ROLLOUT.split_once("$ LOGS\n").expect("a log");
    let (log, described) = rest.split_once("\n\n").expect("its end");
    let below = format!("{head}{described}$ kubectl -n shop logs checkout-6f9c7d8b9c-2kqzl\n{log}\n");
    assert!(!is_asked(&below));
    // Of two pods of the name either may be meant.
    let bare = ROLLOUT.replace("LOGS", "kubectl logs checkout-6f9c7d8b9c-2kqzl --previous");
    let other = "$ kubectl -n test get pods\nNAME                        READY   STATUS    RESTARTS   AGE\n\
        checkout-6f9c7d8b9c-2kqzl   1/1     Running   0          8m12s\n";
    assert!(!is_asked(&bare));
    assert!(is_asked(&[&bare, other].concat()));
    // Of several containers kubectl shows one, and does not always say which; one that ran before the others is none of them.
    let sidecar =
        "Containers:\n  sidecar:\n    Image:          proxy:1\n    State:          Running\n    Restart Count:  0\n";
    for (list, is_open) in [("Containers:\n", true), ("Init Containers:\n", false)] {
        let more = sidecar.replace("Containers:\n", list) + if is_open { "" } else { "Containers:\n" };
        assert_eq!(is_asked(&bare.replace("Containers:\n", &more)), is_open, "{list}");
    }
    // An error is no log.
    let refused = ROLLOUT.replace("LOGS", full);
    let (before, rest) = refused.split_once("2026").expect("a log");
    let (_, after) = rest.split_once("bye\n").expect("its end");
    for error in [
        "Error from server (NotFound): pods \"checkout-6f9c7d8b9c-2kqzl\" not found",
        "Unable to connect to the server: dial tcp 10.0.0.1:6443: i/o timeout",
        "E1129 20:20:20.100000   77 memcache.go:265] couldn't get current server API group list\n\
            The connection to the server localhost:8080 was refused - did you specify the right host or port?",
        "unable to retrieve container logs for containerd://5a1c",
        "zsh: command not found: kubectl",
    ] {
        assert!(is_asked(&[before, error, "\n", after].concat()), "{error}");
    }
}

#[test]
fn the_namespace_that_was_asked_for_is_that_of_the_rows() {
    let analysis = analyse(&[("session.txt", ROLLOUT)]);
    let subjects: Vec<&str> = analysis.findings.iter().map(|finding| finding.subject.as_str()).collect();
    assert_eq!(subjects, ["shop/Deployment/checkout"], "both pods are of one Deployment");
    let oom = analysis.outcomes.iter().find(|outcome| outcome.rule == "kube/oom-killed").expect("it answers");
    let lines: Vec<u32> = oom.cites.iter().map(|cite| cite.locator.lines.first).collect();
    assert_eq!(lines, [4], "how the other one ended is told");
    // Nodes are in none.
    let node = "$ kubectl -n shop get nodes\nNAME     STATUS     ROLES    AGE   VERSION\nnode-1   NotReady   <none>   41d   v1.30.1\n$ date\n";
    let analysis = analyse(&[("session.txt", node)]);
    assert!(!analysis.workloads.is_empty());
    assert!(analysis.workloads.iter().all(|workload| workload.namespace.is_empty()), "{:?}", analysis.workloads);
}

#[test]
fn the_log_of_the_name_server_is_not_asked_for_again() {
    let coredns = "[ERROR] plugin/errors: 2 api.example.com. A: read udp 10.244.3.17:40001->10.0.0.2:53: i/o timeout\n";
    let app = "2026-01-20T14:07:06.120Z ERROR getaddrinfo EAI_AGAIN api.example.com\n";
    for (name, log, is_asked) in [("coredns.log", coredns, false), ("app.log", app, true)] {
        let analysis = analyse(&[(name, &log.repeat(3)), ("more.log", app)]);
        let needed = analysis.findings.iter().flat_map(|finding| &finding.whys).flat_map(|why| &why.would_need);
        let outcomes = analysis.outcomes.iter().flat_map(|outcome| &outcome.would_need);
        let mut ids = needed.chain(outcomes).map(|message| message.id.as_str());
        assert_eq!(ids.any(|id| id == "missing-dns-log"), is_asked, "{name}");
    }
}

#[test]
fn a_hosts_own_file_system_is_no_claim() {
    let of_claims = vec![Some("volume-resize"), Some("storage-class"), None];
    for (mount, file, fixes) in [("/", "/x.log", vec![None; 2]), ("/data", "/data/x.log", of_claims)] {
        let df = format!("Filesystem      Size  Used Avail Use% Mounted on\n/dev/sda1  97G  97G  0 100% {mount}\n");
        let log = format!("2026-05-06 04:12:00,412 ERROR [main] write {file}: no space left on device\n");
        let analysis = analyse(&[("df.txt", &df), ("app.log", &log)]);
        let offered = suggest::actions(&analysis);
        let offered: Vec<Option<&str>> = offered.iter().map(|action| action.fix.as_deref()).collect();
        assert_eq!(offered, fixes, "{mount}");
    }
}
