//! Every check, one after the other, each result counted; the last line is `N passed, N failed, N skipped`.
//!
//! A step that fails does not stop the others, except those that need what it makes. One cargo at a time: two would only wait for each
//! other's lock. Tests that lack an input which not every machine has (`../shared`) append a line to the file named by `DEBRIEF_SKIPS`.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use crate::run::{command, root};
use crate::{Result, build, setup, sizes};

const WASM: [&str; 2] = ["--target", "wasm32-unknown-unknown"];
/// Property tests draw the same cases in every run: a rare case that fails is found by exploring (`cargo test`, and `PROPTEST_CASES=20000`
/// for long), not by the check of a change that has nothing to do with it.
const SEED: (&str, &str) = ("PROPTEST_RNG_SEED", "20230723");
const DENY: [&str; 3] = ["--", "-D", "warnings"];

/// Results so far.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Counts {
    passed: u32,
    failed: u32,
    skipped: u32,
}

impl Counts {
    const PASSED: Self = Self { passed: 1, failed: 0, skipped: 0 };
    const FAILED: Self = Self { passed: 0, failed: 1, skipped: 0 };

    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

/// A step: its name, a step that must have passed before, and what it does.
struct Step {
    name: &'static str,
    needs: Option<&'static str>,
    run: fn() -> Counts,
}

const STEPS: &[Step] = &[
    Step { name: "rustfmt", needs: None, run: || check(command("cargo").args(["fmt", "--all", "--check"])) },
    Step { name: "clippy", needs: None, run: clippy_native },
    Step { name: "clippy-wasm", needs: None, run: clippy_wasm },
    Step { name: "native", needs: None, run: native_tests },
    Step { name: "wasm", needs: None, run: wasm_tests },
    Step { name: "site", needs: None, run: || counted(build::release_site()) },
    Step { name: "sizes", needs: Some("site"), run: size_budgets },
    Step { name: "e2e", needs: Some("site"), run: browser_tests },
];

/// Runs all steps, or those named.
pub fn run(only: &[String]) -> ExitCode {
    if let Some(unknown) = only.iter().find(|name| STEPS.iter().all(|step| step.name != **name)) {
        let names: Vec<_> = STEPS.iter().map(|step| step.name).collect();
        eprintln!("xtask: no step '{unknown}'; there are: {}", names.join(", "));
        return ExitCode::FAILURE;
    }
    let mut total = Counts::default();
    // What can be checked without the missing tool still is.
    if let Err(error) = setup::for_build().and_then(|()| setup::for_tests()) {
        eprintln!("xtask: set-up: {error}");
        total.add(Counts::FAILED);
    }
    let mut broken: Vec<&str> = Vec::new();
    let mut summary = Vec::new();
    for step in STEPS.iter().filter(|step| only.is_empty() || only.iter().any(|name| name == step.name)) {
        println!("\n=== {}", step.name);
        let started = Instant::now();
        let counts = match step.needs.filter(|needed| broken.contains(needed)) {
            Some(needed) => {
                println!("not run: {needed} failed");
                Counts { skipped: 1, ..Counts::default() }
            }
            None => (step.run)(),
        };
        if counts.failed > 0 {
            broken.push(step.name);
        }
        total.add(counts);
        summary.push(format!("{:<12} {counts} in {} s", step.name, started.elapsed().as_secs()));
    }

    println!("\n=== summary");
    summary.iter().for_each(|line| println!("{line}"));
    let skips_count = env::var("CI").is_ok_and(|ci| ci == "true") && root().join("../shared").exists();
    if skips_count && total.skipped > 0 {
        println!("skipped tests fail here: ../shared exists, so nothing may be skipped");
    }
    println!("{total}");
    if total.failed == 0 && !(skips_count && total.skipped > 0) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn clippy_native() -> Counts {
    check(command("cargo").args(["clippy", "--workspace", "--all-targets"]).args(DENY))
}

fn clippy_wasm() -> Counts {
    // The command line is native only.
    let targets = [
        "--lib", "--bin", "page", "--bin", "worker", "--bin", "reader", "--bin", "desk", "--bin", "unpack", "--test",
        "web",
    ];
    check(command("cargo").arg("clippy").args(WASM).args(targets).args(DENY))
}

fn native_tests() -> Counts {
    let skips = root().join("target/skips.txt");
    let _ = fs::remove_file(&skips);
    let mut counts = tests(
        command("cargo")
            .args(["test", "--workspace"])
            .env("DEBRIEF_SKIPS", &skips)
            .env("INSTA_UPDATE", "no")
            .env(SEED.0, SEED.1),
    );
    let skipped = fs::read_to_string(&skips).unwrap_or_default();
    for line in skipped.lines() {
        println!("SKIP {line}");
        // Such a test returned early: cargo counted it as passed.
        counts.skipped += 1;
        counts.passed = counts.passed.saturating_sub(1);
    }
    counts
}

fn wasm_tests() -> Counts {
    tests(command("cargo").arg("test").args(WASM).args(["--test", "web"]))
}

fn size_budgets() -> Counts {
    let Ok(sizes) = sizes::measure().inspect_err(|error| println!("size: {error}")) else { return Counts::FAILED };
    let mut counts = Counts::default();
    for size in sizes {
        println!("size: {size}");
        counts.add(if size.is_met() { Counts::PASSED } else { Counts::FAILED });
    }
    counts
}

fn browser_tests() -> Counts {
    tests(playwright().args(["--project", "desktop", "--project", "phone"]))
}

/// `cargo xtask screenshots`: pictures of every panel of the built site, into `e2e/out`.
pub fn screenshots() -> Result {
    setup::for_build().and_then(|()| setup::for_tests())?;
    build::release_site()?;
    crate::run::run(playwright().args(["--project", "screenshots"]))
}

fn playwright() -> Command {
    let mut playwright = command("npx");
    playwright.args(["--no-install", "playwright", "test"]).current_dir(root().join("e2e"));
    // The specs start this very program as their server, so that no cargo runs beside them.
    playwright.env("DEBRIEF_XTASK", env::current_exe().unwrap_or_else(|_| PathBuf::from("xtask")));
    playwright.envs(setup::chromium().map(|chromium| ("DEBRIEF_CHROMIUM", chromium)));
    playwright
}

fn check(command: &mut Command) -> Counts {
    counted(crate::run::run(command))
}

fn counted(result: Result) -> Counts {
    match result {
        Ok(()) => Counts::PASSED,
        Err(error) => {
            println!("{error}");
            Counts::FAILED
        }
    }
}

/// Runs a test program, shows what it prints and counts its `test result:` lines.
fn tests(command: &mut Command) -> Counts {
    let mut child = match command.stdout(Stdio::piped()).spawn() {
        Ok(child) => child,
        Err(error) => {
            println!("{}: {error}", command.get_program().to_string_lossy());
            return Counts::FAILED;
        }
    };
    let mut counts = Counts::default();
    for line in
        child.stdout.take().into_iter().flat_map(|stdout| BufReader::new(stdout).split(b'\n')).map_while(|it| it.ok())
    {
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        counts.add(counts_of(&line).unwrap_or_default());
    }
    let succeeded = child.wait().is_ok_and(|status| status.success());
    // It did not compile, or died before it could count; or it says it is well and ran nothing.
    if counts.failed == 0 && (!succeeded || counts == Counts::default()) {
        counts.add(Counts::FAILED);
    }
    counts
}

/// `test result: ok. 12 passed; 0 failed; 1 ignored; …`, as cargo, wasm-bindgen-test and our Playwright reporter print it.
fn counts_of(line: &str) -> Option<Counts> {
    let (_, numbers) = line.trim().strip_prefix("test result: ")?.split_once(". ")?;
    let number = |what: &str| {
        let part = numbers.split(';').map(str::trim).find_map(|part| part.strip_suffix(what))?;
        part.trim().parse().ok()
    };
    Some(Counts { passed: number("passed")?, failed: number("failed")?, skipped: number("ignored")? })
}

#[cfg(test)]
mod tests {
    use super::{Counts, counts_of};

    #[test]
    fn result_lines_are_counted() {
        let counts = |passed, failed, skipped| Some(Counts { passed, failed, skipped });
        let cases = [
            (
                "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.1s",
                counts(12, 0, 1),
            ),
            ("test result: FAILED. 1 passed; 2 failed; 0 ignored", counts(1, 2, 0)),
            ("test result: ok. nonsense", None),
            ("test some::test ... ok", None),
        ];
        for (line, expected) in cases {
            assert_eq!(counts_of(line), expected, "{line}");
        }
    }
}
