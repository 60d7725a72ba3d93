//! Chats, alerts and events of Kubernetes on the timeline: their day, their folds, their bounds, and what the panel shows of them.

use debrief::case::Case;
use debrief::evidence::MemorySource;
use debrief::model::{EventSource, EvidenceId, IssueCode, Phase, TimelineEvent, Timestamp};
use debrief::postmortem::{Document, DocumentEvent};
use debrief::protocol::Choices;
use debrief::text::{Lang, Texts};
use debrief::view::timeline::{Lane, TimelineFilter, TimelineItem, build_timeline};

const ZONE_S: i32 = 8 * 3600;

const CHAT: &str = include_str!("fixtures/formats/chat/brackets-minutes.txt");
const EVENTS: &str = include_str!("fixtures/formats/get-events/default.txt");
const ALERTS: &str = include_str!("fixtures/formats/alerts/alertmanager-v2.json");
const JOURNAL: &str = "2023-07-23T22:03:11+0800 node-xx kubelet[1123]: started\n\
    2023-07-23T23:40:11+0800 node-xx kubelet[1123]: stopped\n";
const PAYMENT: &str = "Name:         payment-6c9f-x2x\nNamespace:    shop\nContainers:\n  payment:\n    State:          Running\n      \
    Started:      Sun, 23 Jul 2023 22:06:00 +0800\n    Restart Count:  1\n";

fn case(texts: &[&str]) -> Case {
    let mut case = Case::new(ZONE_S, Timestamp::from_seconds(1_790_000_000));
    for (index, text) in texts.iter().enumerate() {
        let source = MemorySource(text.as_bytes().to_vec());
        case.add(&format!("input-{index}"), Box::new(source), Choices::default(), false);
    }
    case.read_all();
    case
}

fn proposed(case: &mut Case) -> Vec<TimelineEvent> {
    case.analysis().timeline.clone()
}

/// Local time, source, count and text of each event.
fn shown(events: &[TimelineEvent]) -> Vec<String> {
    let texts = Texts::new(Lang::En, ZONE_S);
    let of = |event: &TimelineEvent| {
        let end = event.end.map_or(String::new(), |end| format!(" to {}", end.to_local(ZONE_S)));
        format!("{}{end} ×{} {}", event.at.to_local(ZONE_S), event.count, texts.say(&event.text))
    };
    events.iter().map(of).collect()
}

fn has(case: &Case, code: IssueCode) -> bool {
    case.evidence()[0].issues.list.iter().any(|issue| issue.code == code)
}

#[test]
fn a_chat_without_a_date_takes_its_day_from_the_other_evidence_or_has_none() {
    let mut alone = case(&[CHAT]);
    assert!(proposed(&mut alone).is_empty());
    assert!(has(&alone, IssueCode::DayUnknown) && !has(&alone, IssueCode::DayInferred));
    assert_eq!(alone.time_range(), None);

    let mut both = case(&[CHAT, JOURNAL]);
    assert_eq!(
        shown(&proposed(&mut both)),
        [
            "2023-07-23 22:09:00 ×1 alertbot: NodeThreadsHigh on node-xx",
            "2023-07-23 22:13:00 ×1 net-oncall: Peer Down on leaf-3 bgp neighbor 10.0.0.1 went idle",
            "2023-07-23 22:14:00 ×1 dana: seeing 503 from report, looking",
            "2023-07-23 22:14:00 ×1 Peer Down again",
            "2023-07-23 23:58:00 ×1 dana: rolled back report-worker",
            "2023-07-24 00:05:00 ×1 net-oncall: peer is up again",
        ]
    );
    assert!(has(&both, IssueCode::DayInferred) && !has(&both, IssueCode::DayUnknown));

    both.choose(EvidenceId(0), Choices { day: Some(19_560), ..Choices::default() });
    assert!(shown(&proposed(&mut both))[0].starts_with("2023-07-22 22:09:00"));
    assert!(!has(&both, IssueCode::DayInferred));
}

#[test]
fn every_proposal_of_a_chat_cites_its_message_and_none_has_a_phase() {
    let mut case = case(&[CHAT, ALERTS, JOURNAL]);
    for event in proposed(&mut case) {
        assert_eq!(event.phase, None, "{}", event.key);
        let citation = &case.cite(&event.cites)[0];
        assert!(citation.locator.lines.first > 0 && !citation.excerpt.is_empty(), "{citation:?}");
    }
    let alerts = case.analysis().timeline.iter().filter(|event| matches!(event.source, EventSource::Alert(_)));
    assert_eq!(
        shown(&alerts.cloned().collect::<Vec<_>>()),
        [
            "2023-07-23 22:05:11.337 ×1 Alert NodeThreadsHigh: Threads above 80 % on node-xx",
            "2023-07-23 22:09:00 to 2023-07-23 22:20:00 ×1 Alert ReportErrorsHigh: service=\"report\"",
        ]
    );
}

#[test]
fn ages_become_times_only_beside_a_description_that_ties_one_of_them() {
    let mut alone = case(&[EVENTS, JOURNAL]);
    assert!(proposed(&mut alone).is_empty());
    // Started 34 minutes before the collection, at 22:06: collected at 22:40, give or take a minute.
    let mut tied = case(&[EVENTS, PAYMENT]);
    let events = proposed(&mut tied);
    let warning = events.iter().find(|event| event.key.starts_with("warning/")).expect("a warning");
    assert_eq!(warning.uncertainty_s, 60);
    assert_eq!(
        shown(std::slice::from_ref(warning)),
        ["2023-07-23 22:37:00 ×1 BackOff on pod/report-7d9f-k8s: Back-off restarting failed container"]
    );
}

/// What was changed before the onset stands on the timeline with its place.
#[test]
fn changes_are_proposed_in_a_lane_of_their_own_with_their_places() {
    const HELM: &str = include_str!("fixtures/formats/helm/list.txt");
    const GIT: &str = include_str!("fixtures/formats/git-log/fuller.txt");
    const ROLLOUT: &str = "LAST SEEN   TYPE      REASON              OBJECT                 MESSAGE\n\
        2m          Normal    ScalingReplicaSet   deployment/payment     Scaled up replica set payment-6c9f to 3\n\
        2m          Normal    Pulled              pod/payment-6c9f-x2x   Container image already present\n";
    let mut case = case(&[HELM, GIT, ROLLOUT, JOURNAL]);
    let events = proposed(&mut case);
    let is_change = |event: &&TimelineEvent| matches!(event.source, EventSource::Change(_));
    let changes: Vec<TimelineEvent> = events.iter().filter(is_change).cloned().collect();
    let texts: Vec<String> = shown(&changes).into_iter().filter(|text| !text.contains("payment-6c9f")).collect();
    assert_eq!(
        texts,
        [
            "2023-05-01 08:00:00.500 ×1 Change, redis-17.3.1: cache, 2, failed",
            "2023-07-23 21:58:11 ×1 Change, Dana Example: Raise the pool of workers to 500",
            "2023-07-23 21:58:11.123456789 ×1 Change, payment-1.2.3: shop, 7, deployed",
        ]
    );
    for event in &changes {
        assert_eq!((event.phase, event.cites.len()), (None, 1), "{}", event.key);
    }
    let place = &case.cite(&changes[1].cites)[0].excerpt;
    assert!(place[0].starts_with("commit 8e8c1f2a"), "{place:?}");
}

#[test]
fn a_restart_that_sar_shows_in_each_section_is_told_once() {
    let section = |names: &str, values: &str| {
        format!(
            "22:00:01 {names}\n22:10:01 {values}\n\n22:12:13     LINUX RESTART\t(8 CPU)\n\n22:20:01 {names}\n22:30:01 {values}\n\n"
        )
    };
    let banner = "Linux 5.15.0 (worker-02) \t07/23/23 \t_x86_64_\t(8 CPU)\n\n";
    let sar = [banner, &section("runq-sz plist-sz", "1 1500"), &section("proc/s cswch/s", "41.20 90210.5")].concat();
    let events = shown(&proposed(&mut case(&[&sar])));
    assert_eq!(events, ["2023-07-23 22:12:13 ×1 The host was started anew: worker-02"]);
    let events = shown(&proposed(&mut case(&[&sar.replace("worker-02", "")])));
    assert_eq!(events, ["2023-07-23 22:12:13 ×1 The host was started anew"]);
}

#[test]
fn thousands_of_commits_are_a_bounded_number_of_changes_and_the_latest_stay() {
    let line = |n: u32| {
        format!(
            "a{n:06x} {} +0800 Dana change {n}\n",
            Timestamp::from_seconds(1_690_000_000 + i64::from(n) * 3600).to_local(0)
        )
    };
    let text: String = (0..3000).map(line).collect();
    let events = proposed(&mut case(&[&text]));
    assert_eq!(events.len(), 100);
    assert_eq!(events.iter().map(|event| event.count).sum::<u32>(), 3000);
    assert!(shown(&events)[99].ends_with("change 2999"), "{}", shown(&events)[99]);
}

#[test]
fn a_long_chat_is_a_bounded_number_of_stretches_that_hold_every_message() {
    let line = |minute: u32| {
        format!("[{:02}:{:02}] user-{}: message {minute}\n", 8 + minute / 60 % 12, minute % 60, minute % 7)
    };
    let mut text = "--- 2023-07-23 ---\n".to_owned();
    (0..720).flat_map(|minute| std::iter::repeat_n(minute, 7)).for_each(|minute| text.push_str(&line(minute)));
    let mut case = case(&[&text]);
    let events = proposed(&mut case);
    assert!(events.len() <= 120, "{}", events.len());
    let count = |event: &TimelineEvent| {
        let arg = event.text.args.iter().find(|(name, _)| name == "count").map(|(_, arg)| arg.clone());
        if let Some(debrief::model::Arg::Int(count)) = arg { count } else { 1 }
    };
    assert_eq!(events.iter().map(count).sum::<i64>(), 5040);
}

#[test]
fn the_panel_shows_lanes_gaps_and_what_the_filter_lets_through() {
    let mut case = case(&[CHAT, ALERTS, JOURNAL]);
    let texts = Texts::new(Lang::En, ZONE_S);
    let analysis = case.analysis().clone();
    let mut document = Document::default();
    let chat = analysis.timeline.iter().find(|event| matches!(event.source, EventSource::Chat(_))).expect("a message");
    document.events.push(DocumentEvent::accepted(chat.clone()));
    document.events.push(DocumentEvent { at: Some(chat.at.plus_seconds(60)), ..DocumentEvent::default() });
    let view = |filter: &TimelineFilter| build_timeline(&analysis.timeline, &document, filter, &texts);

    let all = view(&TimelineFilter::default());
    let lanes: Vec<_> = all.lanes.iter().map(|lane| (lane.lane.id(), lane.n_events, lane.n_shown)).collect();
    assert_eq!(lanes, [("own", 1, 1), ("chat", 5, 5), ("alert", 2, 2), ("change", 1, 1)]);
    let gaps = all.items.iter().filter_map(|item| match item {
        TimelineItem::Gap(gap) => Some((gap.from.to_local(ZONE_S), gap.seconds)),
        TimelineItem::Event(_) => None,
    });
    let gaps: Vec<_> = gaps.collect();
    // 22:20, when the alert ended, to 23:58; the seven minutes to midnight are too few for a span of two hours.
    assert_eq!(gaps, [("2023-07-23 22:20:00".to_owned(), 5880.0)]);

    let chat_only =
        view(&TimelineFilter { lanes: vec![Lane::Chat], text: "PEER down".to_owned(), ..TimelineFilter::default() });
    let lanes: Vec<_> = chat_only.lanes.iter().map(|lane| (lane.n_events, lane.n_shown)).collect();
    assert_eq!(lanes, [(1, 0), (5, 2), (2, 0), (1, 0)]);
    let no_phase = view(&TimelineFilter { phases: vec![None], ..TimelineFilter::default() });
    assert_eq!(no_phase.items, all.items);
    let nothing = view(&TimelineFilter { text: "no such words".to_owned(), ..TimelineFilter::default() });
    assert!(nothing.items.is_empty() && nothing.span.is_none());
}

#[test]
fn evictions_that_only_kubelets_log_tells_of_are_proposed_with_their_lines() {
    let line = |minute: u32, second: u32, text: &str| {
        format!("2023-07-23T22:{minute:02}:{second:02}+0800 node-xx kubelet[1123]: {text}\n")
    };
    let log = [
        line(3, 1, "W0723 22:03:01.000001    1123 eviction_manager.go:340] eviction manager: attempting to reclaim memory"),
        line(3, 1, "I0723 22:03:01.000002    1123 eviction_manager.go:351] eviction manager: must evict pod(s) to reclaim memory"),
        line(3, 2, "I0723 22:03:02.000001    1123 eviction_manager.go:369] eviction manager: pods ranked for eviction: web-1_shop(0b6d), db-1_shop(0b6e)"),
        line(3, 2, "I0723 22:03:02.000002    1123 eviction_manager.go:571] eviction manager: pod web-1_shop(0b6d) is evicted successfully"),
        line(3, 11, "W0723 22:03:11.000001    1123 eviction_manager.go:340] eviction manager: attempting to reclaim memory"),
        line(40, 0, "\"Eviction manager: attempting to reclaim\" resourceName=\"ephemeral-storage\""),
        line(40, 1, "\"Eviction manager: pod is evicted successfully\" pod=\"shop/db-1\""),
    ]
    .concat();
    let events = "LAST SEEN   TYPE      REASON    OBJECT      MESSAGE\n\
        2m          Warning   Evicted   pod/db-1    The node was low on resource: ephemeral-storage.\n";
    let mut alone = case(&[&log]);
    let proposed_alone = proposed(&mut alone);
    assert_eq!(
        shown(&proposed_alone),
        [
            "2023-07-23 22:03:01.000001 to 2023-07-23 22:03:11.000001 ×2 kubelet sets out to reclaim memory",
            "2023-07-23 22:03:02.000002 ×1 kubelet evicts shop/web-1",
            "2023-07-23 22:40:00 ×1 kubelet sets out to reclaim ephemeral-storage",
            "2023-07-23 22:40:01 ×1 kubelet evicts shop/db-1",
        ]
    );
    let cited: Vec<Vec<u32>> =
        proposed_alone.iter().map(|it| it.cites.iter().map(|cite| cite.locator.lines.first).collect()).collect();
    assert_eq!(cited, [vec![1, 5], vec![4], vec![6], vec![7]]);
    // Kubernetes says it as well: one proposal, the event.
    let mut both = case(&[&log, events]);
    let about_db: Vec<String> = shown(&proposed(&mut both)).into_iter().filter(|it| it.contains("db-1")).collect();
    assert_eq!(about_db.len(), 1, "{about_db:?}");
    // A storm is one event.
    let storm: String = (0..40)
        .map(|n| line(3, n % 60, &format!("\"Eviction manager: pod is evicted successfully\" pod=\"shop/web-{n}\"")))
        .collect();
    assert_eq!(
        shown(&proposed(&mut case(&[&storm]))),
        ["2023-07-23 22:03:00 to 2023-07-23 22:03:39 ×40 kubelet evicts 40 pods"]
    );
}

/// A dump of a Java virtual machine in which so many threads wait for a lock that another one holds.
fn queue(day: u32, n_waiting: u32) -> String {
    let head =
        format!("2026-03-{day:02} 09:14:05\nFull thread dump OpenJDK 64-Bit Server VM (21.0.4+7-LTS mixed mode):\n\n");
    let thread = |name: String, n: u32, state: &str, lock: &str| {
        format!(
            "\"{name}\" #{n} [47{n}] prio=5 os_prio=0 cpu=12.40ms elapsed=913.55s tid=0x00007f1c8c2d{n:04x} nid=47{n} x\n   \
             java.lang.Thread.State: {state}\n\tat com.example.Account.take(Account.java:20)\n\t- {lock} <0x00000000e1a0b2d0> \
             (a com.example.Account)\n\n"
        )
    };
    let holder = thread("holder".to_owned(), 10, "RUNNABLE", "locked");
    let waiting = |n| thread(format!("waits-{n}"), 11 + n, "BLOCKED (on object monitor)", "waiting to lock");
    head + &holder + &(0..n_waiting).map(waiting).collect::<String>()
}

#[test]
fn what_only_a_dump_shows_is_an_event_at_the_time_of_the_dump_and_none_without_one() {
    let deadlock = include_str!("fixtures/rules/stack/deadlock/positive.txt");
    let dump = deadlock.split("#- ").nth(1).and_then(|part| part.split_once('\n')).expect("the first dump").1;
    let mut stuck = case(&[dump]);
    let events = proposed(&mut stuck);
    let texts = shown(&events);
    assert_eq!(texts.len(), 1, "{texts:?}");
    assert!(
        texts[0].starts_with("2026-03-02 09:14:05 ×1 Deadlock: thread “transfer-2”, thread “transfer-1”"),
        "{texts:?}"
    );
    assert_eq!(stuck.cite(&events[0].cites)[0].locator.lines.first, 11);
    // Without the line that says when, there is a finding and no time.
    let mut timeless = case(&[dump.split_once('\n').expect("its head").1]);
    assert_eq!((timeless.analysis().findings.len(), proposed(&mut timeless).len()), (1, 0));
    // A queue in two dumps is two observations.
    let mut queues = case(&[&queue(2, 12), &queue(3, 14)]);
    let events = proposed(&mut queues);
    assert_eq!(queues.analysis().findings.len(), events.len());
    let keys: std::collections::BTreeSet<&str> = events.iter().map(|event| event.key.as_str()).collect();
    assert_eq!((events.len(), keys.len()), (2, 2), "{:?}", shown(&events));
    assert!(shown(&events)[1].starts_with("2026-03-03 09:14:05 ×1 "), "{:?}", shown(&events));
}

#[test]
fn what_an_event_counts_up_lasted_from_its_first_to_its_last() {
    let event = |reason: &str, message: &str, first: &str, last: &str, count: u32| {
        format!(
            r#"{{"kind":"Event","apiVersion":"v1","metadata":{{"name":"{reason}","namespace":"shop"}},"type":"Warning","reason":"{reason}",
            "message":"{message}","involvedObject":{{"kind":"Pod","name":"orders-0"}},"firstTimestamp":"2024-08-20T{first}Z","lastTimestamp":"2024-08-20T{last}Z","count":{count}}}"#
        )
    };
    let killed = "Container orders failed liveness probe, will be restarted";
    let failed = event("Unhealthy", "Liveness probe failed: timeout", "05:30:00", "06:01:00", 36);
    let ended = r#"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"orders-0","namespace":"shop"},"status":{"containerStatuses":[{"name":"orders",
        "restartCount":9,"state":{"running":{"startedAt":"2024-08-20T05:45:30Z"}},
        "lastState":{"terminated":{"exitCode":137,"reason":"Error","finishedAt":"2024-08-20T05:45:20Z"}}}]}}"#;
    let events = [failed, event("Killing", killed, "05:30:10", "06:01:10", 12)].join("\n");
    let mut dated = case(&[&events, ended]);
    let told = shown(&proposed(&mut dated));
    assert_eq!(told[0], "2024-08-20 13:30:00 to 2024-08-20 14:01:00 ×36 Probes of shop/orders-0 fail");
    let kills = "2024-08-20 13:30:10 to 2024-08-20 14:01:10 ×12 kubelet restarts shop/orders-0: liveness probe failed";
    assert_eq!(told[1], kills);
    let found = &dated.analysis().findings[0];
    assert_eq!(found.time_range.map(|range| range.seconds()), Some(1860.0));
    // A kill somewhere in between.
    assert_eq!(dated.analysis().workloads[0].statements[0].text.id, "workload-exit-probe");

    // What a log tells one by one stays so.
    let log = format!(
        "2024-08-20T05:50:00Z node-5 kubelet[1]: Event(v1.ObjectReference{{Kind:\"Pod\"}}) pod \"orders-0_shop(1)\" {killed}\n"
    );
    let told = shown(&proposed(&mut case(&[&events, &log])));
    assert!(told.iter().any(|line| line.starts_with("2024-08-20 14:01:10 ×1 kubelet restarts")), "{told:#?}");
}

#[test]
fn what_became_of_nodes_is_on_the_timeline() {
    let event = r#"{"kind":"Event","apiVersion":"v1","metadata":{"name":"c"},"type":"Normal","reason":"NodeNotReady","message":"Node node-6 status is now: NodeNotReady",
        "involvedObject":{"kind":"Node","name":"node-6"},"firstTimestamp":"2024-08-20T05:50:00Z","lastTimestamp":"2024-08-20T05:50:00Z","count":1}"#;
    let node = r#"{"kind":"Node","apiVersion":"v1","metadata":{"name":"node-5"},"status":{"conditions":[
        {"type":"DiskPressure","status":"True","reason":"KubeletHasDiskPressure","message":"kubelet has disk pressure","lastTransitionTime":"2024-08-20T06:02:31Z"},
        {"type":"PIDPressure","status":"False","reason":"KubeletHasSufficientPID","message":"kubelet has sufficient PID available","lastTransitionTime":"2024-05-20T01:12:44Z"}]}}"#;
    assert_eq!(
        shown(&proposed(&mut case(&[event, node]))),
        [
            "2024-08-20 13:50:00 ×1 NodeNotReady on node/node-6: Node node-6 status is now: NodeNotReady",
            "2024-08-20 14:02:31 ×1 DiskPressure=True on node/node-5: KubeletHasDiskPressure: kubelet has disk pressure",
        ]
    );
}

#[test]
fn ages_right_below_a_date_have_a_time() {
    let date = "root@jump:~# date\nTue Aug 20 14:20:11 UTC 2024\n";
    let events = "root@jump:~# kubectl get events -n shop\n\
        LAST SEEN   TYPE      REASON               OBJECT          MESSAGE\n\
        14s         Warning   FailedScheduling     pod/big-0       0/6 nodes are available: 5 Insufficient memory.\n\
        9m          Warning   FailedMount          pod/db-0        MountVolume.SetUp failed for volume\n";
    let other = "root@jump:~# uptime\n 14:20:12 up 10 days,  1:00,  1 user,  load average: 0.10, 0.10, 0.10\n";
    let end = "root@jump:~# \n";
    let told = [
        "2024-08-20 22:11:11 ×1 FailedMount on shop/pod/db-0: MountVolume.SetUp failed for volume",
        "2024-08-20 22:19:57 ×1 FailedScheduling on shop/pod/big-0: 0/6 nodes are available: 5 Insufficient memory.",
    ];
    assert_eq!(shown(&proposed(&mut case(&[&[date, events, end].concat()]))), told);
    // Of the next output alone, and of each that has a date.
    assert_eq!(shown(&proposed(&mut case(&[&[date, events, other, events, end].concat()]))), told);
    let later = [date, events, end].concat().replace("14:20", "14:50").replace("pod/", "pod/x-");
    let both = shown(&proposed(&mut case(&[&([date, events, end].concat() + &later)])));
    assert_eq!(both.len(), 4, "{both:?}");
    assert!(both[3].starts_with("2024-08-20 22:49:57 ×1 FailedScheduling on shop/pod/x-big-0"), "{both:?}");
    for text in [[date, other, events, end].concat(), [events, date, end].concat()] {
        assert_eq!(shown(&proposed(&mut case(&[&text]))), [""; 0], "{text}");
    }
}

#[test]
fn nothing_is_resolved_by_a_restart_after_which_the_same_probes_fail() {
    let phases = |later: &str| {
        let mut case = crate::documents::incident_a::case();
        case.add("later.log", Box::new(MemorySource(later.as_bytes().to_vec())), Choices::default(), false);
        case.read_all();
        let phases = case.analysis().timeline.iter().filter_map(|event| event.phase);
        phases.filter(|phase| matches!(phase, Phase::Mitigation | Phase::Resolution)).collect::<Vec<_>>()
    };
    assert_eq!(phases(""), [Phase::Mitigation, Phase::Resolution]);
    let pod = crate::documents::incident_a::case().analysis().findings[0].victims[1].clone();
    let text = format!("\"Probe failed\" probeType=\"Readiness\" pod=\"{pod}\"");
    assert_eq!(phases(&format!("Jul 23 22:45:00 node-xx kubelet[1123]: {text}\n")), []);
}

#[test]
fn a_failed_probe_is_one_though_kubelet_logs_its_event_too_and_a_handful_of_pods_is_named() {
    let line = |second: u32, text: &str| format!("Jul 23 22:09:{second:02} node-xx kubelet[1123]: {text}\n");
    let probe =
        |second, pod: &str| line(second, &format!("\"Probe failed\" probeType=\"Readiness\" pod=\"shop/{pod}\""));
    let event = |second, pod: &str| {
        let text = "type=\"Warning\" reason=\"Unhealthy\" message=\"Readiness probe failed: timeout\"";
        line(second, &format!("\"Event occurred\" object=\"shop/{pod}\" kind=\"Pod\" {text}"))
    };
    // The event of a failure that no other line tells of is one.
    let journal =
        [probe(1, "web-1"), probe(1, "web-3"), event(1, "web-1"), event(1, "web-3"), event(12, "web-2")].concat();
    let told = |journal: &str| shown(&proposed(&mut case(&[journal]))).join("\n");
    assert!(
        told(&journal).ends_with("×3 Probes of 3 pods fail: shop/web-1, shop/web-2, shop/web-3"),
        "{}",
        told(&journal)
    );
    let many: String = (1..8).map(|pod| probe(pod, &format!("web-{pod}"))).collect();
    let names = "×7 Probes of 7 pods fail: shop/web-1, shop/web-2, shop/web-3, shop/web-4, shop/web-5, and 2 more";
    assert!(told(&many).ends_with(names), "{}", told(&many));
}

#[test]
fn what_failed_on_another_day_or_host_is_an_event_of_its_own() {
    let told = |path: &str, text: &str| {
        let mut case = crate::documents::incident_a::case();
        case.add(path, Box::new(MemorySource(text.as_bytes().to_vec())), Choices::default(), false);
        case.read_all();
        let is_told = |event: &TimelineEvent| event.phase.is_some() || event.key.starts_with("task-refused");
        let mut events = proposed(&mut case);
        events.retain(is_told);
        let finding = &case.analysis().findings[0];
        assert!(!finding.statements.iter().any(|it| it.text.id == "caveat-pressure"), "{:?}", finding.statements);
        (shown(&events), events.iter().map(|event| event.phase).collect::<Vec<_>>())
    };
    let (shown, phases) = told("none.log", "");
    let own = "2023-07-23 22:08:47.244431 to 2023-07-23 22:13:56.596913 ×162 Tasks refused with EAGAIN";
    assert!(shown.iter().any(|event| event == own), "{shown:?}");
    let line = "E0626 20:28:37.242405    1086 fsHandler.go:121] failed to exec du - fork/exec /usr/bin/nice: resource temporarily unavailable";
    let june = format!("Jun 26 20:28:37 node03 kubelet-wrapper[1086]: {line}\n");
    let (after, after_phases) = told("june.log", &june.repeat(2));
    assert_eq!(after[0], "2023-06-26 20:28:37.242405 ×2 Tasks refused with EAGAIN");
    assert_eq!((&after[1..], &after_phases[1..]), (&shown[..], &phases[..]));
    // Another cluster's node says nothing of the one that was full.
    let node = "Name:               other-1\nRoles:              <none>\nCreationTimestamp:  Tue, 21 May 2024 10:00:00 +0800\nConditions:\n  \
        Type             Status    LastHeartbeatTime                 LastTransitionTime                Reason              Message\n  \
        ----             ------    -----------------                 ------------------                ------              -------\n  \
        PIDPressure      False     Tue, 20 Aug 2024 14:01:00 +0800   Tue, 20 Aug 2024 14:02:00 +0800   KubeletHasSufficientPID   kubelet has sufficient PID available\n";
    assert_eq!(told("node.txt", node), (shown, phases));
}
