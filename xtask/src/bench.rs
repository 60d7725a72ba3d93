//! `cargo xtask bench [--bytes N]`: a large kubelet journal through the native engine and through the page in Chromium, beside `wc -l`
//! and lnav (where installed) in the same run. Prints a JSON object a line; `docs/PERFORMANCE.md` holds what was measured.

use crate::run::{command, root, run};
use crate::{Result, build, journal, setup};

/// Sets up, builds, generates and measures.
pub fn run_all(args: &[String]) -> Result {
    let bytes = match args {
        [] => "1000000000",
        [flag, number] if flag == "--bytes" => number,
        _ => return Err("usage: cargo xtask bench [--bytes N]".to_owned()),
    };
    setup::for_build()?;
    setup::for_tests()?;
    build::release_site()?;
    run(command("cargo").args(["bench", "--bench", "journal"]).env("DEBRIEF_BENCH_BYTES", bytes))?;
    let file = std::env::temp_dir().join(format!("debrief-page-{bytes}.log"));
    let path = file.to_string_lossy().into_owned();
    let write = ["--bytes", bytes, "--seed", "1", "--out", &path].map(str::to_owned);
    journal::run(&write).map_err(|error| error.to_string())?;
    let measured = run(command("node").args(["bench/journal.js", &path]).current_dir(root().join("e2e")));
    std::fs::remove_file(&file).map_err(|error| error.to_string())?;
    measured
}
