//! Everything around the code: set-up, build, serving, checks. `cargo xtask` lists the commands; docs/ARCHITECTURE.md says how they fit.

mod bench;
mod build;
#[path = "../../src/text/compiled.rs"]
mod compiled;
#[path = "../../src/text/engine_file.rs"]
mod engine_file;
mod example;
mod fuzz;
mod generate;
mod goroutines;
mod instructions;
mod journal;
mod locals;
#[path = "../../src/text/mark.rs"]
#[allow(dead_code, reason = "the build only writes marks")]
mod mark;
mod order;
#[path = "../../src/text/page_file.rs"]
mod page_file;
mod post_build;
mod run;
mod rustc;
mod serve;
mod server;
mod setup;
mod shrink;
mod sizes;
mod snapshot;
mod test;
mod wasm;

use std::ffi::OsString;
use std::process::ExitCode;

/// What went wrong, for a person.
type Result<T = ()> = std::result::Result<T, String>;

const USAGE: &str = "\
cargo xtask serve [--port 8080] [--base /]   set up, build the release site, serve it on 127.0.0.1
cargo xtask build                            set up and build the release site into dist/
cargo xtask test [STEP...]                   set up and run every check; with names, only those steps
cargo xtask screenshots                      build, then picture every panel into e2e/out
cargo xtask setup                            install what is missing, nothing else
cargo xtask sizes                            compressed sizes of dist/ against their budgets
cargo xtask snapshot                         raise the number of the saved case's snapshot and write its fixture
cargo xtask example                          write the example incident into public/examples/
cargo xtask journal --bytes N --out FILE     write a large kubelet journal for benchmarks
cargo xtask goroutines --out FILE            write a dump of 20,000 goroutines for benchmarks
cargo xtask bench [--bytes N]                a large journal, natively and in Chromium, beside wc and lnav
cargo xtask fuzz [--seconds N] [TARGET...]   every fuzz target for 20 seconds (needs nightly and cargo-fuzz)
cargo xtask scale [--bytes N]                the journal in Chromium, plain and packed, beside wc, lnav and ripgrep
cargo xtask serve-only [--dir dist] [--port] [--base]   serve a built site as it is (port 0: any free one)";

fn main() -> ExitCode {
    let called: Vec<OsString> = std::env::args_os().skip(1).collect();
    if rustc::is_called(&called) {
        return rustc::run(&called);
    }
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) = args.split_first().map_or(("help", &[][..]), |(first, rest)| (first.as_str(), rest));
    let outcome = match command {
        "serve" => serve::build_and_serve(rest),
        "serve-only" => serve::serve_only(rest),
        "build" => setup::for_build().and_then(|()| build::release_site()),
        "setup" => setup::for_build().and_then(|()| setup::for_tests()),
        "sizes" => sizes::print(),
        "post-build" => post_build::run(),
        "snapshot" => snapshot::raise(),
        "example" => example::run(rest).map_err(|error| error.to_string()),
        "bench" => bench::run_all(rest),
        "scale" => bench::scale(rest),
        "journal" => journal::run(rest).map_err(|error| error.to_string()),
        "fuzz" => fuzz::run_all(rest),
        "goroutines" => goroutines::run(rest).map_err(|error| error.to_string()),
        "screenshots" => test::screenshots(),
        "test" => return test::run(rest),
        "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(())
        }
        other => Err(format!("no command '{other}'\n{USAGE}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}
