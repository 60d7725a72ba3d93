//! A dump of twenty thousand goroutines through the engine, beside `panicparse` (where installed) on the same file in the same run.
//!
//! `cargo bench --bench stacks` generates some 30 MB. Prints one JSON object; `docs/PERFORMANCE.md` reports what was measured.
#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

use std::fmt::Write as _;
use std::process::{Command, Stdio};
use std::time::Instant;

use debrief::case::Case;
use debrief::evidence::MemorySource;
use debrief::model::Timestamp;
use debrief::text::Lang;

const GOROUTINES: u64 = 20_000;

/// Nearly all wait for one mutex under some forty different stacks; one holds it in a system call.
fn dump() -> String {
    let mut text = String::new();
    let holder = "goroutine 5 [syscall, 1595 minutes, locked to thread]:\n\
        syscall.Syscall6(0x2d, 0x16, 0xc000d84000, 0x1000, 0x0, 0xc0006ad2f8, 0xc0006ad2ec)\n\
        \t/usr/local/go/src/syscall/asm_linux_amd64.s:43 +0x5\n\
        example.net/netd/daemon.(*service).setup(0xc0003f2100, {0xc00071c0a0, 0xb}, 0x17)\n\t/src/daemon/veth.go:118 +0x3aa\n\n";
    text.push_str(holder);
    for index in 0..GOROUTINES - 1 {
        let id = 100 + index * 3;
        let _ = write!(
            text,
            "goroutine {id} [sync.Mutex.Lock, {} minutes]:\n\
             internal/sync.runtime_SemacquireMutex(0xc0003f212c, 0x0, 0x1)\n\t/usr/local/go/src/runtime/sema.go:95 +0x25\n\
             internal/sync.(*Mutex).lockSlow(0xc0003f2128)\n\t/usr/local/go/src/internal/sync/mutex.go:149 +0x15d\n\
             internal/sync.(*Mutex).Lock(...)\n\t/usr/local/go/src/internal/sync/mutex.go:70\n\
             sync.(*Mutex).Lock(...)\n\t/usr/local/go/src/sync/mutex.go:46\n",
            1594 - index * 1590 / GOROUTINES
        );
        let kind = index % 41;
        for depth in 0..8 + kind % 5 {
            let _ = write!(
                text,
                "example.net/netd/daemon/handlers{kind}.(*service).step{depth}(0xc0003f2100, {{0x1c0b6a8, 0xc{:09x}}}, 0xc{:09x}?, 0x2)\n\
                 \t/src/netd/daemon/handlers{kind}/service_{depth}.go:{} +0x9f\n",
                index * 64,
                index * 128,
                100 + depth
            );
        }
        let parent = id - 1;
        let _ = write!(
            text,
            "created by net/rpc.(*Server).ServeCodec in goroutine {parent}\n\t/usr/local/go/src/net/rpc/server.go:464 +0x3b6\n\n"
        );
    }
    text
}

/// The best of three runs, in seconds: the others are the machine's noise.
fn best_of_three(mut run: impl FnMut()) -> f64 {
    let times = (0..3).map(|_| {
        let start = Instant::now();
        run();
        start.elapsed().as_secs_f64()
    });
    times.fold(f64::INFINITY, f64::min)
}

fn main() {
    let text = dump();
    let path = std::env::temp_dir().join("debrief-stacks.txt");
    std::fs::write(&path, &text).unwrap();
    let bytes = text.clone().into_bytes();
    let (mut tasks, mut holder) = (0, None);
    let mut inputs: Vec<Vec<u8>> = (0..3).map(|_| bytes.clone()).collect();
    let engine = best_of_three(|| {
        let mut case = Case::new(0, Timestamp::from_seconds(1_790_000_000));
        case.add("goroutine.txt", Box::new(MemorySource(inputs.pop().unwrap())), Default::default(), false);
        case.read_all();
        let _ = case.analysis();
        tasks = case.evidence()[0].counts.tasks;
    });
    let mut case = Case::new(0, Timestamp::from_seconds(1_790_000_000));
    case.add("goroutine.txt", Box::new(MemorySource(bytes)), Default::default(), false);
    case.read_all();
    let dumps = case.stacks(None, Lang::En).0;
    holder.clone_from(&dumps[0].owners[0].holder);
    assert_eq!(
        (tasks, holder.as_deref()),
        (GOROUTINES, Some("goroutine 5")),
        "every goroutine is read and the owner found"
    );
    let run = || {
        let file = std::fs::File::open(&path).unwrap();
        Command::new("panicparse").stdin(file).stdout(Stdio::null()).stderr(Stdio::null()).status()
    };
    let peer = run().is_ok_and(|status| status.success()).then(|| {
        best_of_three(|| {
            let _ = run();
        })
    });
    let number = |value: Option<f64>| value.map_or_else(|| "null".to_owned(), |value| format!("{value:.3}"));
    println!(
        "{{\"bytes\": {}, \"goroutines\": {tasks}, \"engine_mb_per_s\": {:.0}, \"engine_s\": {engine:.3}, \"panicparse_s\": {}, \
         \"panicparse_over_engine\": {}}}",
        text.len(),
        text.len() as f64 / 1e6 / engine,
        number(peer),
        number(peer.map(|peer| peer / engine)),
    );
    let _ = std::fs::remove_file(&path);
}
