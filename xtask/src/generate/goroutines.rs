//! A goroutine dump of twenty thousand behind one mutex, as the benchmarks read it.
//!
//! Shared by `cargo xtask goroutines` and the benchmark (which includes it by path), hence standard library only.

use std::fmt::Write as _;

/// How many goroutines.
pub(crate) const GOROUTINES: u64 = 20_000;

/// Nearly all wait for one mutex under some forty different stacks; one holds it in a system call.
pub(crate) fn dump() -> String {
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
        for depth in 0..5 + kind % 5 {
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
