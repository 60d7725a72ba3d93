//! A Go program that dies because the kernel refuses it a thread: the runtime's own words on standard error, which journald files under
//! kubelet because kubelet forked it. The hint at `ulimit -u` is the runtime's guess.

use super::rng::Rng;

/// The lines of one crash. journald drops empty lines. `have` counts the threads that this process had: few, so it is a victim.
pub(crate) fn newosproc(rng: &mut Rng, have: u64) -> Vec<String> {
    let stack = rng.hex(6);
    let spare = rng.hex(4);
    [
        format!("runtime: failed to create new OS thread (have {have} already; errno=11)"),
        "runtime: may need to increase max user processes (ulimit -u)".into(),
        "fatal error: newosproc".into(),
        "runtime stack:".into(),
        "runtime.throw(0x9a4f31, 0x9)".into(),
        "\t/usr/local/go/src/runtime/panic.go:1117 +0x72".into(),
        format!("runtime.newosproc(0xc000{stack})"),
        "\t/usr/local/go/src/runtime/os_linux.go:161 +0x1c5".into(),
        format!("runtime.newm1(0xc000{stack})"),
        "\t/usr/local/go/src/runtime/proc.go:2211 +0xdd".into(),
        format!("runtime.newm(0xa1c5e8, 0xc0000{spare}, 0xffffffffffffffff)"),
        "\t/usr/local/go/src/runtime/proc.go:2190 +0x9b".into(),
        "runtime.startm(0x0, 0xc000034001)".into(),
        "\t/usr/local/go/src/runtime/proc.go:2485 +0xc9".into(),
        "goroutine 1 [running]:".into(),
        "runtime.systemstack_switch()".into(),
        "\t/usr/local/go/src/runtime/asm_amd64.s:339 fp=0xc00006a788 sp=0xc00006a780 pc=0x46c9a0".into(),
        "runtime.main()".into(),
        "\t/usr/local/go/src/runtime/proc.go:133 +0x70".into(),
    ]
    .into()
}
