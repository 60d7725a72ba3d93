//! The kernel's stacks: what wraps, cuts or shuffles them does not change what is said, and traps stay traps.

use debrief::case::Case;
use debrief::evidence::MemorySource;
use debrief::model::{OwnerClass, Timestamp};
use debrief::text::Lang;
use debrief::view::stacks::DumpView;

const HUNG: &str = include_str!("fixtures/formats/kernel-stack/hung-tasks-3.10.txt");
const OWNED: &str = include_str!("fixtures/formats/kernel-stack/hung-tasks-6.16.txt");
const BLOCKED: &str = include_str!("fixtures/formats/kernel-stack/sysrq-w-5.15.txt");
const CRASH: &str = include_str!("fixtures/formats/kernel-stack/crash-bt.txt");
const PROC: &str = include_str!("fixtures/formats/kernel-stack/proc-stack-loop.txt");
const REPORTS: &str = include_str!("fixtures/formats/kernel-stack/soft-lockup-rcu.txt");

fn dumps(text: &str) -> Vec<DumpView> {
    let mut case = Case::new(0, Timestamp::from_seconds(1_790_000_000));
    case.add("unknown", Box::new(MemorySource(text.as_bytes().to_vec())), Default::default(), false);
    case.read_all();
    case.stacks(None, Lang::En).0
}

fn only(text: &str) -> DumpView {
    let mut all = dumps(text);
    assert_eq!(all.len(), 1, "{:?}", all.iter().map(|dump| (&dump.title, dump.tasks)).collect::<Vec<_>>());
    all.remove(0)
}

/// What a wrapping must not change: tasks with their states, waits and frames, queues and owners.
type Meaning = (u64, String, Vec<(Vec<u64>, String, Vec<String>)>, Vec<(u64, Option<String>, Option<OwnerClass>)>);

fn meaning(dump: &DumpView) -> Meaning {
    let mut groups: Vec<_> =
        dump.groups.iter().map(|group| (group.ids.clone(), group.class.clone(), group.frames.clone())).collect();
    groups.sort();
    let owners = dump.owners.iter().map(|owner| (owner.waiters, owner.holder.clone(), owner.class)).collect();
    (dump.tasks, dump.verdict.clone(), groups, owners)
}

fn each_line(text: &str, wrap: impl Fn(usize, &str) -> String) -> String {
    text.lines().enumerate().map(|(index, line)| wrap(index, line) + "\n").collect()
}

#[test]
fn what_wraps_a_report_does_not_change_what_is_said() {
    for (which, report) in [("hung", HUNG), ("owned", OWNED), ("blocked", BLOCKED)] {
        let want = meaning(&only(report));
        let lines: String = report.lines().filter(|line| !line.is_empty()).map(|line| format!("{line}\n")).collect();
        let wrapped = [
            ("dmesg", each_line(&lines, |index, line| format!("[ 1431.{:06}] {line}", 920_513 + index))),
            ("dmesg with its caller", each_line(&lines, |_, line| format!("[ 1431.920513][   T31] {line}"))),
            ("dmesg -T", each_line(&lines, |_, line| format!("[Mon May 15 09:25:27 2023] {line}"))),
            ("dmesg -r", each_line(&lines, |_, line| format!("<3>[ 1431.920513] {line}"))),
            ("journal", each_line(&lines, |_, line| format!("Nov 28 02:02:14 node-1 kernel: {line}"))),
            (
                "syslog with uptime",
                each_line(&lines, |_, line| format!("Nov 28 02:02:14 node-1 kernel: [ 1431.920513] {line}")),
            ),
            ("ISO journal", each_line(&lines, |_, line| format!("2023-11-28T02:02:14+0800 node-1 kernel: {line}"))),
            ("CRI", each_line(&lines, |_, line| format!("2024-08-20T14:00:01.123456789+08:00 stderr F {line}"))),
            ("mail", each_line(report, |_, line| format!("> {line}"))),
            ("CRLF", report.replace('\n', "\r\n")),
            ("without blank lines", lines.clone()),
            ("a log around", format!("eth0: link up\n{report}eth0: link down\n")),
        ];
        for (name, text) in &wrapped {
            let mut all = dumps(text);
            assert_eq!(all.len(), 1, "{which} in {name}: {:?}", all.iter().map(|it| it.tasks).collect::<Vec<_>>());
            assert_eq!(meaning(&all.remove(0)), want, "{which} in {name}");
        }
    }
}

#[test]
fn what_wraps_crash_and_proc_does_not_change_what_is_said() {
    for text in [CRASH, PROC] {
        let want: Vec<Meaning> = dumps(text).iter().map(meaning).collect();
        for (name, wrapped) in [
            ("mail", each_line(text, |_, line| format!("> {line}"))),
            ("CRLF", text.replace('\n', "\r\n")),
            (
                "without blank lines",
                text.lines().filter(|line| !line.is_empty()).map(|line| format!("{line}\n")).collect(),
            ),
        ] {
            assert_eq!(dumps(&wrapped).iter().map(meaning).collect::<Vec<_>>(), want, "{name}");
        }
    }
}

#[test]
fn the_order_of_tasks_does_not_matter() {
    let head = "INFO: task ";
    let mut parts: Vec<String> = HUNG.split(head).skip(1).map(|part| format!("{head}{part}")).collect();
    parts.reverse();
    assert_eq!(meaning(&only(&parts.concat())), meaning(&only(HUNG)));
}

#[test]
fn a_cut_report_says_what_is_left_and_no_circle() {
    for text in [HUNG, OWNED, BLOCKED, CRASH, PROC, REPORTS] {
        let n_whole: u64 = dumps(text).iter().map(|dump| dump.tasks).sum();
        let cut = &text[..text.len() * 6 / 10];
        let all = dumps(cut);
        let n_left: u64 = all.iter().map(|dump| dump.tasks).sum();
        assert!((1..=n_whole).contains(&n_left), "{n_left} of {n_whole}");
        assert!(all.iter().all(|dump| !dump.verdict.contains("circle")));
    }
}

#[test]
fn an_owner_that_the_kernel_names_is_stated_and_hedged() {
    let dump = only(OWNED);
    let owner = dump.owners.iter().find(|owner| owner.holder.as_deref() == Some("task cat (114)")).unwrap();
    assert_eq!((owner.class, owner.waiters, owner.longest), (Some(OwnerClass::Stated), 1, Some(2)));
    assert!(owner.reasons.iter().any(|reason| reason.contains("likely")), "{:?}", owner.reasons);
    // The owner's stack is not in the report; the kernel names it all the same.
    assert!(dump.owners.iter().any(|owner| owner.holder.as_deref() == Some("task writer (9)")));
    assert!(!dump.verdict.contains("circle"), "{}", dump.verdict);
}

#[test]
fn tasks_that_the_kernel_calls_hung_behind_one_owner_are_a_finding() {
    let report = |id: u32| {
        format!(
            "[ 1200.1{id}] INFO: task kworker/u8:{id}:{id} blocked for more than 122 seconds.\n\
             [ 1200.1{id}] task:kworker/u8:{id}    state:D stack:12000 pid:{id}   tgid:{id}   ppid:2      task_flags:0x4208060 flags:0x00004000\n\
             [ 1200.1{id}] Call Trace:\n[ 1200.1{id}]  <TASK>\n[ 1200.1{id}]  __schedule+0x3c2/0xb20\n[ 1200.1{id}]  __mutex_lock.constprop.0+0x4c3/0x9a0\n\
             [ 1200.1{id}]  rtnl_lock+0x15/0x20\n[ 1200.1{id}]  linkwatch_event+0x12/0x60\n[ 1200.1{id}]  </TASK>\n\
             [ 1200.1{id}] INFO: task kworker/u8:{id}:{id} is blocked on a mutex likely owned by task ip:4711.\n"
        )
    };
    let owner = "[ 1200.180] task:ip              state:D stack:12000 pid:4711  tgid:4711  ppid:4700   task_flags:0x400000 flags:0x00004000\n\
                 [ 1200.180] Call Trace:\n[ 1200.180]  <TASK>\n[ 1200.180]  __schedule+0x3c2/0xb20\n[ 1200.180]  synchronize_rcu_expedited+0x1c0/0x210\n\
                 [ 1200.180]  rtnl_dellink+0x11b/0x320\n[ 1200.180]  </TASK>\n";
    let said = |n: u32| {
        let text = (20..20 + n).map(report).collect::<String>() + owner;
        let mut case = crate::stacks::open(&[("unknown", &text)]);
        let findings = case.analysis().findings.clone();
        findings.iter().map(|it| (it.rule.clone(), it.confidence, it.culprit.clone())).collect::<Vec<_>>()
    };
    // The kernel hedges, and so does the finding.
    assert_eq!(said(9), [("stack/lock-convoy".to_owned(), debrief::model::Confidence::Likely, Some("ip".to_owned()))]);
    assert_eq!(said(2), []);
}

#[test]
fn a_lock_that_is_only_wanted_is_not_held() {
    // Without the owner line, the two lists alone: both name the lock, only one is past its slow path.
    let text: String =
        OWNED.lines().filter(|line| !line.contains("likely owned")).map(|line| format!("{line}\n")).collect();
    let dump = only(&text);
    let owner = dump.owners.iter().find(|owner| owner.lock.contains("dummy_mutex")).unwrap();
    assert_eq!((owner.holder.as_deref(), owner.class), (Some("task cat (114)"), Some(OwnerClass::Derived)));
    // Without any stack nothing tells who has it and who wants it.
    let lists = text.find("Showing all locks").unwrap();
    let dump = only(&text[lists..]);
    assert!(dump.owners.is_empty(), "{:?}", dump.owners);
}

#[test]
fn one_task_under_rtnl_is_a_suspect_and_two_are_none() {
    let dump = only(HUNG);
    let owner = &dump.owners[0];
    assert_eq!((owner.waiters, owner.holder.as_deref()), (2, Some("task kworker/u64:2 (4711)")));
    assert_eq!(owner.class, Some(OwnerClass::Suspected));
    assert!(owner.lock.contains("rtnl_lock"), "{}", owner.lock);
    let second =
        HUNG[HUNG.find("INFO: task kworker").unwrap()..HUNG.find("INFO: task ip").unwrap()].replace("4711", "4712");
    let dump = only(&format!("{HUNG}{second}"));
    assert_eq!(dump.owners[0].holder, None);
    assert_eq!(dump.owners[0].candidates.len(), 2);
    assert!(dump.verdict.contains("not visible"), "{}", dump.verdict);
}

#[test]
fn a_report_that_comes_again_is_another_dump() {
    let stamped = |at: &str| each_line(HUNG, |_, line| format!("2023-11-28T{at}+08:00 node-1 kernel: {line}"));
    // The same tasks two minutes later, and others an hour later.
    let later = stamped("03:04:14").replace(":21805 ", ":21806 ").replace(" 21805 ", " 21806 ");
    let all = dumps(&[stamped("02:02:14"), stamped("02:04:14"), later].concat());
    assert_eq!(all.iter().map(|dump| dump.tasks).collect::<Vec<_>>(), [3, 3, 3]);
    assert_eq!(all[2].at.as_deref(), Some("2023-11-27T19:04:14Z"));
    assert_eq!(all[0].onset.as_deref(), Some("2023-11-27T18:00:14Z"));
}

#[test]
fn silence_after_ten_reports_is_no_recovery() {
    let one = |pid: u32| {
        format!(
            "INFO: task dd:{pid} blocked for more than 120 seconds.\ndd              D ffff88003ea13180     0 {pid}      1 0x00000000\nCall Trace:\n [<ffffffff81726f29>] io_schedule+0x29/0x70\n [<ffffffff81726f30>] ext4_sync_file+0x29/0x70\n"
        )
    };
    let reports = |n: u32| (1..=n).map(one).collect::<String>();
    assert!(only(&reports(10)).is_cut && !only(&reports(9)).is_cut);
    let said = format!("{}Future hung task reports are suppressed, see sysctl kernel.hung_task_warnings\n", reports(3));
    assert!(only(&said).is_cut);
    let dump = only(&reports(9));
    assert!(dump.verdict.contains("name victims") && dump.verdict.contains("ext4_sync_file"), "{}", dump.verdict);
}

#[test]
fn lockups_stalls_and_oom_are_titled_by_what_happened() {
    let all = dumps(REPORTS);
    let titles: Vec<(&str, u64)> = all.iter().map(|dump| (dump.title.as_str(), dump.tasks)).collect();
    assert_eq!(titles[0], ("watchdog: BUG: soft lockup - CPU#1 stuck for 22s! [kworker/1:2:4711]", 1));
    // A processor that waits for the others is a victim of one of them.
    assert!(all[0].verdict.contains("another processor"), "{}", all[0].verdict);
    assert_eq!(titles[1], ("rcu: INFO: rcu_sched detected stalls on CPUs/tasks:", 1));
    // Who asked for memory is not whom the kernel killed, and the table below is of pages, not of stacks.
    assert_eq!(titles[2], ("java invoked oom-killer: gfp_mask=0xd0, order=0, oom_score_adj=-998", 1));
    assert!(all[2].owners.is_empty() && all[2].verdict.contains("14881"), "{}", all[2].verdict);
}

#[test]
fn what_ran_on_top_of_a_task_is_not_its_stack() {
    let java = &dumps(CRASH)[0];
    let group = java.groups.iter().find(|group| group.ids == [7101]).unwrap();
    assert_eq!(group.frames[0], "native_queued_spin_lock_slowpath");
    assert_eq!(group.class, "lock");
    // Guesses (`?`) are no frames.
    assert!(only(HUNG).groups.iter().all(|group| group.frames.iter().all(|frame| frame != "kthread_create_on_node")));
}

#[test]
fn one_stack_says_its_task_and_its_call() {
    let bt = &CRASH[CRASH.find("PID: 19246").unwrap()..CRASH.find("crash> foreach").unwrap()];
    let dump = only(bt);
    assert!(dump.verdict.contains("netd (19246)") && dump.verdict.contains("recvfrom"), "{}", dump.verdict);
    assert!(dump.verdict.contains("netlink_recvmsg"), "{}", dump.verdict);
    // A stack that nobody signed stays without a name.
    let frames: String = PROC
        .lines()
        .filter(|line| line.starts_with("[<0>] ") && line.contains("recv") || line.contains("skb"))
        .map(|line| format!("{line}\n"))
        .collect();
    let dump = only(&frames);
    assert_eq!((dump.tasks, dump.groups[0].ids.len()), (1, 0));
}

#[test]
fn lines_that_only_look_like_heads_open_nothing() {
    for text in [
        "unregister_netdevice: waiting for lo to become free. Usage count = 1\n",
        "the lock is held by node-1/7:\n",
        "waited for more than 120 seconds for task a:1\n",
        "== 1234 ==\nsome text\n",
        "ppid: 12 pid father\n",
        "Comm: nothing here\n",
    ] {
        assert!(dumps(text).is_empty(), "{text}");
    }
}

#[test]
fn the_corpus_kernel_texts_accuse_nobody() {
    let Some(folder) = crate::corpus::corpus("the_corpus_kernel_texts_accuse_nobody") else { return };
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let oom = dumps(&read("k8s-issues/k8s_56891_oom_dmesg.txt"));
    assert!(oom.iter().all(|dump| dump.owners.is_empty()), "{oom:#?}");
    for name in ["insights/dmesg_boot.txt", "insights/dmesg_rhel7.txt", "k8s-issues/icinga_4918_pids_dmesg.txt"] {
        assert!(dumps(&read(name)).is_empty(), "{name}");
    }
}

#[test]
fn crash_says_when_its_image_was_taken() {
    for (date, at) in [
        ("DATE: Tue Nov 28 02:20:41 2023", Some("2023-11-28T02:20:41Z")),
        ("DATE: Tue Nov 28 02:20:41 CST 2023", Some("2023-11-28T02:20:41Z")),
        ("DATE: Tue Nov 28 02:20:41 UTC 2023", Some("2023-11-28T02:20:41Z")),
        ("DATE: yesterday", None),
    ] {
        let all = dumps(&CRASH.replace("DATE: Tue Nov 28 02:20:41 2023", date));
        assert!(all.len() > 1 && all.iter().all(|dump| dump.at.as_deref() == at), "{date}: {:?}", all[0].at);
    }
    // Counts of states are crash's own words and no damage.
    assert!(CRASH.contains("crash> ps -S\n  RU: 5"));
    let mut case = Case::new(0, Timestamp::from_seconds(1_790_000_000));
    case.add("unknown", Box::new(MemorySource(CRASH.as_bytes().to_vec())), Default::default(), false);
    case.read_all();
    assert_eq!(case.evidence()[0].lines.failed, 0);
}

#[test]
fn a_reader_or_a_last_holder_that_the_kernel_names_is_only_suspected() {
    let text = |who: &str, lock: &str| {
        format!(
            "INFO: task ls:115 blocked for more than 122 seconds.\n      Not tainted 6.16.0 #1\n\
             task:ls              state:D stack:13432 pid:115   tgid:115   ppid:106    task_flags:0x400100 flags:0x00000002\n\
             Call Trace:\n <TASK>\n __schedule+0x5d1/0x13e0\n rwsem_down_write_slowpath+0x2a/0x6f0\n </TASK>\n\
             INFO: task ls:115{who} blocked on a{lock}\n"
        )
    };
    for (who, lock, class) in [
        (" is", " mutex likely owned by task cat:114.", OwnerClass::Stated),
        (" <writer>", "n rw-semaphore likely owned by task cat:114 <writer>", OwnerClass::Stated),
        (" <writer>", "n rw-semaphore likely owned by task cat:114 <reader>", OwnerClass::Suspected),
        (" is", " semaphore likely last held by task cat:114", OwnerClass::Suspected),
    ] {
        let dump = only(&text(who, lock));
        let owner = &dump.owners[0];
        assert_eq!((owner.holder.as_deref(), owner.class), (Some("task cat (114)"), Some(class)), "{lock}");
        assert!(dump.verdict.contains("probably held by"), "{}", dump.verdict);
        let hint = owner.reasons.iter().any(|reason| reason.contains("others may have it as well"));
        assert_eq!(hint, class == OwnerClass::Suspected, "{:?}", owner.reasons);
    }
    let dump = only(&text(" is", " mutex, but the owner is not found."));
    assert!(dump.owners.iter().all(|owner| owner.holder.is_none()), "{:#?}", dump.owners);
}

#[test]
fn when_a_task_last_ran_is_a_wait_only_where_it_cannot_be_interrupted() {
    let dump = only(
        "crash> ps -m\n[ 3 00:00:01.404] [IN]  PID: 272    TASK: ffff880951f70fd0  CPU: 0   COMMAND: \"agetty\"\n\
         [ 2 01:02:03.404] [UN]  PID: 512    TASK: ffff8801290b2ab0  CPU: 3   COMMAND: \"kworker/3:1\"\n",
    );
    let longest = dump.groups.iter().filter_map(|group| group.wait.as_ref()).map(|wait| wait.max as u32).max();
    assert_eq!((dump.tasks, longest), (2, Some(2942)));
    // Heads without stacks are all that it prints.
    assert!(!dump.is_cut && dump.verdict.contains("2,942 min"), "{}", dump.verdict);
}

#[test]
fn what_only_sleeps_is_named_by_what_it_sleeps_in_and_a_stack_that_nobody_signed_has_no_number() {
    let dump = only(
        "sysrq: Show Blocked State\ntask:dd              state:D stack:13432 pid:9   tgid:9   ppid:1    flags:0x00000002\n\
         Call Trace:\n __schedule+0x5d1/0x13e0\n schedule+0x29/0xa0\n nfs_wait_bit_killable+0x4c/0x90 [nfs]\n",
    );
    assert!(dump.verdict.contains("nfs_wait_bit_killable"), "{}", dump.verdict);
    let dump = only("[<0>] pipe_read+0x4c/0x90\n[<0>] vfs_read+0x9d/0x150\n[<0>] do_syscall_64+0x5b/0x1a0\n");
    assert!(dump.verdict.starts_with("a task without a number"), "{}", dump.verdict);
}
