//! `cargo xtask fuzz [--seconds N] [TARGET...]`: every fuzz target for a while, with the fixtures of its format as seeds.
//!
//! Needs a nightly compiler and cargo-fuzz. There is no unsafe code to watch, so no sanitizer: that builds in a third of the time.

use std::fs;

use crate::Result;
use crate::run::{command, root, run};

/// Runs the targets one after the other; ends at the first that fails, with the input kept in `fuzz/artifacts`.
pub(crate) fn run_all(args: &[String]) -> Result {
    let (seconds, mut targets) = match args {
        [flag, seconds, targets @ ..] if flag == "--seconds" => (seconds.as_str(), targets.to_vec()),
        targets => ("20", targets.to_vec()),
    };
    if targets.is_empty() {
        let files = fs::read_dir(root().join("fuzz/fuzz_targets")).map_err(|error| error.to_string())?;
        let names = files.flatten().map(|file| file.path());
        targets.extend(names.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())));
        targets.sort();
    }
    run(command("cargo").args(["+nightly", "fuzz", "build", "-s", "none"]))?;
    for target in targets {
        let corpus = format!("fuzz/corpus/{target}");
        fs::create_dir_all(root().join(&corpus)).map_err(|error| error.to_string())?;
        let seeds = format!("tests/fixtures/formats/{target}");
        let seeds = Some(seeds).filter(|seeds| root().join(seeds).is_dir());
        let limit = format!("-max_total_time={seconds}");
        let folders = std::iter::once(corpus).chain(seeds);
        run(command("cargo").args(["+nightly", "fuzz", "run", "-s", "none", &target]).args(folders).args([
            "--",
            &limit,
            "-timeout=10",
            "-max_len=20000",
        ]))?;
    }
    Ok(())
}
