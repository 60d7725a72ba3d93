//! Incident F: kubelet waits for plugins, plugins for a daemon, the daemon for one goroutine, and that for a netlink answer that never
//! came. Four files of four layers, generated in their size; take any away and the chain ends there.

use std::fmt::Write as _;

use debrief::case::Case;
use debrief::evidence::MemorySource;
use debrief::model::{Confidence, Finding, Timestamp};
use debrief::text::{Lang, Texts};

/// Plugin processes.
const N: u32 = 1_003;

const MUTEX: &str = "sync.runtime_SemacquireMutex(LOCK4, 0x0, 0x1)\n\t/usr/local/go/src/runtime/sema.go:71 +0x47\n\
    sync.(*Mutex).lockSlow(LOCK)\n\t/usr/local/go/src/sync/mutex.go:138 +0xfc\n\
    sync.(*Mutex).Lock(...)\n\t/usr/local/go/src/sync/mutex.go:81\n";

fn mutex(lock: u64) -> String {
    MUTEX.replace("LOCK4", &format!("{:#x}", lock + 4)).replace("LOCK", &format!("{lock:#x}"))
}

/// kubelet's SIGABRT dump in its journal: relist waits for an answer, tear-downs for plugins, status calls for the lock.
fn kubelet(host: &str) -> String {
    let mut dump = String::from(
        "SIGABRT: abort\ngoroutine 311 [select, 1593 minutes]:\ngoogle.golang.org/grpc.(*ClientConn).Invoke(0xc0007e4000)\n\t/go/grpc/call.go:37 +0x1e0\n\
         k8s.io/kubernetes/pkg/kubelet/pleg.(*GenericPLEG).relist(0xc000f1c000)\n\t/go/pleg/generic.go:246 +0x3ff\n",
    );
    for index in 0..N {
        let (id, minutes, pid) = (9_012 + index * 7, 1_594 - index, 20_101 + index * 3);
        let _ = write!(
            dump,
            "goroutine {id} [syscall, {minutes} minutes]:\nsyscall.Syscall6(0xf7, 0x1, {pid:#x}, 0xc0021b7cc8, 0x1000004, 0x0, 0x0)\n\t/usr/local/go/src/syscall/asm_linux_amd64.s:41 +0x5\n\
             os.(*Process).wait(0xc0024b0000)\n\t/usr/local/go/src/os/exec_unix.go:22 +0x39\n\
             os/exec.(*Cmd).Wait(0xc0019e2160)\n\t/usr/local/go/src/os/exec/exec.go:507 +0x60\n\
             github.com/containernetworking/cni/libcni.(*CNIConfig).DelNetworkList(0xc000c5a0e0)\n\t/go/libcni/api.go:200 +0x2f8\n\
             k8s.io/kubernetes/pkg/kubelet/dockershim/network.(*PluginManager).TearDownPod(0xc000a60700)\n\t/go/network/plugins.go:415 +0x2ac\n"
        );
    }
    for index in 0..40 {
        let _ = write!(
            dump,
            "goroutine {} [semacquire, {} minutes]:\n{}k8s.io/kubernetes/pkg/kubelet/dockershim/network.(*PluginManager).GetPodNetworkStatus(0xc000a60700)\n\t/go/network/plugins.go:377 +0xc8\n\
             created by google.golang.org/grpc.(*Server).serveStreams.func1\n\t/go/grpc/server.go:722 +0xa1\n",
            30_000 + index,
            1_590 - index * 30,
            mutex(0xc0_00a6_1400)
        );
    }
    let pleg = |time: &str, age: &str| {
        format!(
            "2023-11-28T{time}+08:00 {host} kubelet[1156]: skipping pod synchronization - [PLEG is not healthy: pleg was last seen active {age} ago; threshold is 3m0s]\n"
        )
    };
    let journal: String =
        dump.lines().map(|line| format!("2023-11-28T02:02:14+08:00 {host} kubelet[1156]: {line}\n")).collect();
    [pleg("02:01:22.299597", "3m0.000091019s"), pleg("02:01:25.299597", "3m3.1s"), journal].concat()
}

fn ps() -> String {
    let mut text = String::from(
        "  PID  PPID STAT COMMAND\n    1     0 Ss   /usr/lib/systemd/systemd\n 1156     1 Ssl  /usr/bin/kubelet --v=2\n19200     1 Ssl  /usr/bin/orbitd\n",
    );
    for index in 0..N {
        let _ = writeln!(text, "{} 1156 Sl   /opt/cni/bin/orbit", 20_101 + index * 3);
    }
    text + "31000 30990 R+   ps -eo pid,ppid,stat,args\n"
}

pub(crate) fn daemon() -> String {
    let mut text = String::from(
        "goroutine 67570 [syscall, 1595 minutes, locked to thread]:\nsyscall.Syscall6(0x2d, 0x16, 0xc000d84000, 0x1000, 0x0, 0xc0006ad2f8, 0xc0006ad2ec)\n\t/usr/local/go/src/syscall/asm_linux_amd64.s:41 +0x5\n\
         golang.org/x/sys/unix.Recvfrom(0x16, 0xc000d84000, 0x1000, 0x1000, 0x0)\n\t/go/unix/syscall_unix.go:304 +0x9c\n\
         example.net/netlink/nl.(*NetlinkSocket).Receive(0xc0004f2180)\n\t/go/nl/nl_linux.go:613 +0x9b\n\
         example.net/orbit/daemon.SetupVethPair(0xc00071c0a0, 0x17)\n\t/src/daemon/veth.go:118 +0x3aa\n\
         created by example.net/orbit/daemon.(*networkService).setup\n\t/src/daemon/service.go:402 +0x18d\n\n",
    );
    for index in 0..N - 1 {
        let _ = write!(
            text,
            "goroutine {} [semacquire, {} minutes]:\n{}example.net/orbit/daemon.(*networkService).ReleaseIP(0xc0003f2100, 0xc0008a4000)\n\t/src/daemon/service.go:268 +0x9f\n\
             created by net/rpc.(*Server).ServeCodec\n\t/usr/local/go/src/net/rpc/server.go:481 +0x3b6\n\n",
            67_601 + index * 31,
            1_594 - index,
            mutex(0xc0_003f_2128)
        );
    }
    text
}

pub(crate) fn kernel() -> String {
    let crash = include_str!("fixtures/formats/kernel-stack/crash-bt.txt");
    crash[crash.find("PID: 19246").unwrap()..crash.find("crash> foreach").unwrap()].replace("\"netd\"", "\"orbitd\"")
}

fn open(files: &[(&str, String)]) -> Case {
    let mut case = Case::new(8 * 3600, Timestamp::from_seconds(1_790_000_000));
    for (name, text) in files {
        case.add(name, Box::new(MemorySource(text.as_bytes().to_vec())), Default::default(), false);
    }
    case.read_all();
    case
}

fn all() -> Vec<(&'static str, String)> {
    vec![("kubelet.log", kubelet("node-7")), ("ps.txt", ps()), ("orbitd.txt", daemon()), ("crash.txt", kernel())]
}

fn finding(case: &mut Case) -> Option<Finding> {
    case.analysis().findings.iter().find(|finding| finding.rule == "cross/call-chain-stalled").cloned()
}

fn said(finding: &Finding, lang: Lang) -> Vec<String> {
    let texts = Texts::new(lang, 8 * 3600);
    let statements = finding.statements.iter().map(|it| format!("[{}] {}", it.topic, texts.say(&it.text)));
    std::iter::once(texts.say(&finding.title)).chain(statements).collect()
}

fn holds(said: &[String], topic: &str, words: &[&str]) -> bool {
    said.iter().any(|text| text.starts_with(&format!("[{topic}]")) && words.iter().all(|word| text.contains(word)))
}

#[test]
fn the_chain_is_told_in_order_and_ends_honestly() {
    let mut case = open(&all());
    let found = finding(&mut case).expect("the chain is found");
    let en = said(&found, Lang::En);
    assert_eq!(en[0], "A chain of calls stands still: kubelet → orbit × 1003 → orbit → orbitd 19246 (netlink_recvmsg)");
    let topics: Vec<&str> = found.statements.iter().map(|it| it.topic.as_str()).collect();
    assert_eq!(topics, ["layer", "join", "layer", "join", "layer", "join", "layer", "end", "onset", "effect"]);
    assert!(holds(&en, "join", &["1,003 of the 1,003 processes", "derived"]), "{en:#?}");
    assert!(holds(&en, "join", &["1,003 processes run and 1,002 goroutines are blocked", "suspected"]), "{en:#?}");
    assert!(holds(&en, "join", &["0xc000d84000", "recvfrom", "derived"]), "{en:#?}");
    assert!(holds(&en, "end", &["netlink", "no other kernel task", "cannot be told"]), "{en:#?}");
    assert!(holds(&en, "effect", &["an effect of it, not its cause"]), "{en:#?}");
    assert_eq!(found.confidence, Confidence::Possible);
    // Whose code it is, on a host of many, names no program.
    let hosted =
        all().into_iter().map(|(name, text)| (name, text.replace("example.net/orbit/", "github.com/SomeOwner/orbit/")));
    let hosted = finding(&mut open(&hosted.collect::<Vec<_>>())).expect("the same chain");
    assert_eq!(said(&hosted, Lang::En)[0], en[0]);
    // 1594 min before the dump; the daemon's own dump has no time.
    let start = found.time_range.unwrap().start;
    assert_eq!(start.to_rfc3339(), "2023-11-26T15:28:14Z");
    assert!(case.analysis().timeline.iter().any(|event| event.key == "stall-onset" && event.at == start));
    assert!(said(&found, Lang::ZhCn).iter().all(|text| !text.contains("finding-")));
    for statement in &found.statements {
        assert!(!case.cite(&statement.cites).is_empty());
    }
}

#[test]
fn without_any_one_file_the_chain_ends_there_and_says_what_it_would_take() {
    for (missing, title, needs) in [
        (0, "? → orbit × 1003 → orbit → orbitd 19246 (netlink_recvmsg)", "kubelet: kubectl get --raw"),
        (1, "kubelet → ? → orbit → orbitd 19246 (netlink_recvmsg)", "ps -eo pid,ppid"),
        (2, "kubelet → orbit × 1003 → ?", "curl --unix-socket"),
        (3, "kubelet → orbit × 1003 → orbit → ?", "/proc/PID/task"),
    ] {
        let mut files = all();
        files.remove(missing);
        let found = finding(&mut open(&files)).unwrap_or_else(|| panic!("without file {missing}"));
        let en = said(&found, Lang::En);
        assert_eq!(en[0], format!("A chain of calls stands still: {title}"));
        assert!(holds(&en, "gap", &["gap", needs]), "without {missing}: {en:#?}");
        // What cannot be joined over the gap is not joined.
        assert!(found.statements.iter().filter(|it| it.topic == "join").count() < 3);
        assert!(found.whys.iter().any(|why| why.claim.is_none() && !why.would_need.is_empty()));
    }
}

#[test]
fn names_and_order_of_files_do_not_matter() {
    let want = finding(&mut open(&all())).unwrap();
    let mut files: Vec<(&str, String)> = all().into_iter().rev().collect();
    for (file, name) in files.iter_mut().zip(["a", "b", "c", "d"]) {
        file.0 = name;
    }
    let got = finding(&mut open(&files)).unwrap();
    assert_eq!((said(&got, Lang::En), got.time_range), (said(&want, Lang::En), want.time_range));
}

#[test]
fn layers_of_two_hosts_are_not_joined() {
    let journal = |text: String, host: &str, name: &str| -> String {
        text.lines().map(|line| format!("2023-11-28T02:03:00+08:00 {host} {name}: {line}\n")).collect()
    };
    let with = |host: &str| {
        let daemon = journal(daemon(), host, "orbitd[19200]");
        let found =
            finding(&mut open(&[("kubelet.log", kubelet("node-7")), ("ps.txt", ps()), ("d.log", daemon)])).unwrap();
        found.statements.iter().filter(|it| it.topic == "join").count()
    };
    assert_eq!((with("node-7"), with("node-8")), (2, 1));
}

#[test]
fn a_kernel_task_is_joined_by_what_both_print() {
    let with = |kernel: String| {
        let mut files = all();
        files[3].1 = kernel;
        said(&finding(&mut open(&files)).unwrap(), Lang::En)
    };
    // Another buffer, the same descriptor and program.
    let en = with(kernel().replace("RSI: 000000c000d84000", "RSI: 000000c000aaa000"));
    assert!(holds(&en, "join", &["the same descriptor 22", "derived"]), "{en:#?}");
    // No registers: call and command alone are only likely, and two such tasks are said.
    let bare: String = kernel()
        .lines()
        .filter(|line| !line.contains(": 0000") && !line.contains("ffffffda"))
        .map(|line| format!("{line}\n"))
        .collect();
    let twice = format!("{bare}{}", bare.replace("19246", "19250"));
    let en = with(twice);
    assert!(holds(&en, "join", &["one other task of it is as well", "suspected"]), "{en:#?}");
    // Another call, or another program on another descriptor: no join, and the gap says what it would take.
    for other in [
        kernel().replace("recvfrom", "read").replace("ORIG_RAX: 000000000000002d", "ORIG_RAX: 0000000000000000"),
        kernel().replace("orbitd", "nginx").replace("c000d84000", "c000aaa000"),
    ] {
        let en = with(other);
        assert!(holds(&en, "gap", &["/proc/PID/task"]), "{en:#?}");
    }
    // A task that runs rtnl code is to be looked at next, not accused.
    let hung = include_str!("fixtures/formats/kernel-stack/hung-tasks-3.10.txt");
    let mut files = all();
    files.push(("dmesg.txt", hung.to_owned()));
    let en = said(&finding(&mut open(&files)).unwrap(), Lang::En);
    assert!(holds(&en, "end", &["to be looked at next"]), "{en:#?}");
}

#[test]
fn a_supervisor_that_waits_for_its_children_is_no_stall() {
    let child = |id: u32| {
        format!(
            "goroutine {id} [syscall, 9000 minutes]:\nsyscall.Syscall6(0xf7, 0x1, {id:#x}, 0xc0021b7cc8, 0x1000004, 0x0, 0x0)\n\t/go/asm_linux_amd64.s:41 +0x5\nos/exec.(*Cmd).Wait(0xc0019e2160)\n\t/go/exec.go:507 +0x60\nexample.net/runtime.(*Shim).wait(0xc000c5a0e0)\n\t/src/shim.go:20 +0x2f8\n\n"
        )
    };
    let dump: String = (20_101..20_140).map(child).collect();
    assert!(finding(&mut open(&[("d.txt", dump), ("ps.txt", ps())])).is_none());
}

/// A client whose goroutine waits for an answer of a runtime, and the runtime, whose handlers wait behind one lock.
fn client_and_runtime(handler: &str) -> Vec<(&'static str, String)> {
    let client = "goroutine 311 [select, 1593 minutes]:\ngoogle.golang.org/grpc.(*ClientConn).Invoke(0xc0007e4000)\n\t/go/grpc/call.go:37 +0x1e0\n\
        k8s.io/cri-api/pkg/apis/runtime/v1.(*runtimeServiceClient).PodSandboxStatus(0xc0007e4100)\n\t/go/cri/api.pb.go:9 +0x1\n\
        k8s.io/kubernetes/pkg/kubelet/pleg.(*GenericPLEG).Relist(0xc000f1c000)\n\t/go/pleg/generic.go:246 +0x3ff\n\n";
    let mut runtime = String::new();
    for index in 0..40 {
        let _ = write!(
            runtime,
            "goroutine {} [sync.Mutex.Lock, {} minutes]:\n{}example.net/boxd/store.(*Store).Get(0xc000a60700)\n\t/src/store.go:9 +0x1\n\
             {handler}(0xc000a60800)\n\t/src/api.pb.go:2 +0x1\ncreated by google.golang.org/grpc.(*Server).serveStreams.func1\n\t/go/grpc/server.go:722 +0xa1\n\n",
            30_000 + index,
            1_592 - index,
            mutex(0xc0_00a6_1400)
        );
    }
    vec![("client.txt", client.to_owned()), ("runtime.txt", runtime)]
}

#[test]
fn a_client_and_the_handlers_of_its_method_are_joined_without_processes() {
    let handler = "k8s.io/cri-api/pkg/apis/runtime/v1._RuntimeService_PodSandboxStatus_Handler.func1";
    let found = finding(&mut open(&client_and_runtime(handler))).expect("both name the method");
    let en = said(&found, Lang::En);
    assert!(
        holds(&en, "join", &["RuntimeService_PodSandboxStatus", "40 that serve it are blocked", "suspected"]),
        "{en:#?}"
    );
    assert!(holds(&en, "layer", &["One goroutine of", "1,593 min"]), "{en:#?}");
    assert!(!holds(&en, "gap", &["Which processes"]) && en[0].ends_with(": ? → boxd → ?"), "{en:#?}");
    assert_eq!(found.confidence, Confidence::Possible);
    assert!(said(&found, Lang::ZhCn).iter().all(|text| !text.contains("finding-")));
}

#[test]
fn calls_that_do_not_name_their_method_are_not_joined() {
    for handler in ["example.net/boxd.(*server).call", "example.net/v1._ImageService_ListImages_Handler"] {
        let mut case = open(&client_and_runtime(handler));
        assert!(finding(&mut case).is_none(), "{handler}");
        let outcome =
            case.analysis().outcomes.iter().find(|it| it.rule == "cross/call-chain-stalled").cloned().unwrap();
        let why = Texts::new(Lang::En, 0).say(&outcome.why.unwrap());
        assert!(outcome.outcome == "inconclusive" && !outcome.cites.is_empty(), "{why}");
        if handler.contains("server") {
            assert!(why.contains("40 goroutines of") && why.contains("nothing that joins"), "{why}");
        }
    }
    // Many that wait for answers are a layer too, but whether of this daemon cannot be told.
    let mut files = client_and_runtime("example.net/boxd.(*server).call");
    files[0].1 = (0..20).map(|index| files[0].1.replace("311", &(311 + index).to_string())).collect();
    let outcome = open(&files).analysis().outcomes.iter().find(|it| it.rule == "cross/call-chain-stalled").cloned();
    let why = Texts::new(Lang::En, 0).say(&outcome.unwrap().why.unwrap());
    assert!(why.contains("cannot be told") && why.contains("20 goroutines"), "{why}");
}
