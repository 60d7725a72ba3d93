//! Benchmarks over generated journals, beside other tools in the same run; each prints a JSON object a line, and `docs/PERFORMANCE.md`
//! holds what was measured.
//!
//! - `cargo xtask bench [--bytes N]`: a large kubelet journal through the native engine and through the page in Chromium, beside `wc -l` and
//!   lnav (where installed).
//! - `cargo xtask scale [--bytes N]`: the same journal in Chromium, plain and in every compression, beside `wc -l`, lnav and ripgrep.

use crate::run::{command, root, run};
use crate::{Result, build, journal, setup};

/// Natively and in Chromium.
pub fn run_all(args: &[String]) -> Result {
    let bytes = prepare(args, "bench")?;
    run(command("cargo").args(["bench", "--bench", "journal"]).env("DEBRIEF_BENCH_BYTES", bytes))?;
    in_chromium("bench/journal.js", bytes)
}

/// In Chromium, plain and packed.
pub fn scale(args: &[String]) -> Result {
    let bytes = prepare(args, "scale")?;
    in_chromium("bench/scale.js", bytes)
}

/// Sets up and builds; says how large the journal is to be.
fn prepare<'a>(args: &'a [String], name: &str) -> Result<&'a str> {
    let bytes = match args {
        [] => "1000000000",
        [flag, number] if flag == "--bytes" => number,
        _ => return Err(format!("usage: cargo xtask {name} [--bytes N]")),
    };
    setup::for_build()?;
    setup::for_tests()?;
    build::release_site()?;
    Ok(bytes)
}

/// Writes a journal, gives it to a script of `e2e/`, and removes it.
fn in_chromium(script: &str, bytes: &str) -> Result {
    let file = std::env::temp_dir().join(format!("debrief-page-{bytes}.log"));
    let path = file.to_string_lossy().into_owned();
    let write = ["--bytes", bytes, "--seed", "1", "--out", &path].map(str::to_owned);
    journal::run(&write).map_err(|error| error.to_string())?;
    let measured = run(command("node").args([script, &path]).current_dir(root().join("e2e")));
    std::fs::remove_file(&file).map_err(|error| error.to_string())?;
    measured
}
