//! Installs what is missing and says so. What the machine already has in a fitting version is used as it is.

use std::env;
use std::fs;
use std::path::Path;

use crate::Result;
use crate::run::{command, exists, output, root, run, tools};

/// Trunk 0.22 wants a newer compiler than the project does.
const TRUNK: &str = "0.21.14";

/// What a build of the site needs.
pub fn for_build() -> Result {
    wasm_target()?;
    trunk()?;
    wasm_bindgen()
}

/// What the checks need beyond a build.
pub fn for_tests() -> Result {
    if !exists("node") || !exists("npm") {
        return Err("Node 20 or later with npm is needed for the browser tests".into());
    }
    components()?;
    promtool()?;
    browser()?;
    node_modules()
}

/// The browser that the tests drive.
pub fn chromium() -> Option<String> {
    let named = env::var("DEBRIEF_CHROMIUM").ok();
    named.into_iter().chain(["chromium", "chromium-browser", "google-chrome"].map(String::from)).find(|it| exists(it))
}

fn wasm_target() -> Result {
    const TARGET: &str = "wasm32-unknown-unknown";
    let libraries = output(command("rustc").args(["--print", "target-libdir", "--target", TARGET]));
    if libraries.is_some_and(|path| Path::new(&path).is_dir()) {
        return found("Rust target", TARGET);
    }
    step("Rust target", TARGET);
    run(command("rustup").args(["target", "add", TARGET]))
}

fn components() -> Result {
    for (program, component) in [("cargo-fmt", "rustfmt"), ("cargo-clippy", "clippy")] {
        if !exists(program) {
            step("Rust component", component);
            run(command("rustup").args(["component", "add", component]))?;
        }
    }
    Ok(())
}

fn trunk() -> Result {
    if let Some(version) = version_of("trunk").filter(|version| version.starts_with("0.21.")) {
        return found("trunk", &version);
    }
    step("trunk", TRUNK);
    // Built light: the tool's own speed hardly matters, two minutes of building do.
    install(&["--locked", &format!("trunk@{TRUNK}")], "0")
}

fn wasm_bindgen() -> Result {
    let lock = fs::read_to_string(root().join("Cargo.lock")).map_err(|error| format!("Cargo.lock: {error}"))?;
    let wanted = locked_version(&lock, "wasm-bindgen").ok_or("Cargo.lock has no wasm-bindgen")?;
    // The tool refuses a module made by any other version.
    if ["wasm-bindgen", "wasm-bindgen-test-runner"].iter().all(|tool| version_of(tool).as_deref() == Some(wanted)) {
        return found("wasm-bindgen", wanted);
    }
    step("wasm-bindgen", wanted);
    // Not --locked: its lock file names a version that is no longer published. It works through megabytes of wasm: some optimisation pays.
    install(&["--no-default-features", &format!("wasm-bindgen-cli@{wanted}")], "1")
}

fn browser() -> Result {
    let chromium = chromium();
    if let (Some(chromium), true) = (&chromium, exists("chromedriver")) {
        return found("browser", chromium);
    }
    if !exists("apt-get") {
        return Err(
            "Chromium and its chromedriver are needed for the browser tests; install them by the system's packages"
                .into(),
        );
    }
    step("browser", "chromium and chromium-driver by apt-get");
    packages(&["chromium", "chromium-driver", "fonts-noto-cjk"])
}

/// What judges the alert rules that the product writes.
fn promtool() -> Result {
    if exists("promtool") {
        return found("alert rules", "promtool");
    }
    if !exists("apt-get") {
        return Err("promtool is needed to test alert rules; install Prometheus by the system's packages".into());
    }
    step("alert rules", "promtool by apt-get (package prometheus)");
    packages(&["prometheus"])
}

/// Installs system packages.
fn packages(names: &[&str]) -> Result {
    let apt = |args: &[&str]| {
        let root = output(command("id").arg("-u")).as_deref() == Some("0");
        let mut apt = if root { command("apt-get") } else { command("sudo") };
        if !root {
            apt.args(["--non-interactive", "apt-get"]);
        }
        run(apt.args(args).env("DEBIAN_FRONTEND", "noninteractive"))
    };
    apt(&["update", "--quiet"])?;
    apt(&[&["install", "--yes", "--quiet", "--no-install-recommends"], names].concat())
}

fn node_modules() -> Result {
    let modified = |path: &str| fs::metadata(root().join(path)).and_then(|it| it.modified()).ok();
    let (lock, installed) = (modified("e2e/package-lock.json"), modified("e2e/node_modules/.package-lock.json"));
    if installed.is_some() && installed >= lock {
        return found("npm modules", "e2e/node_modules");
    }
    step("npm modules", "e2e/node_modules");
    let mut npm = command("npm");
    npm.current_dir(root().join("e2e")).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    run(npm.args(["ci", "--no-audit", "--no-fund"]))
}

fn install(what: &[&str], opt_level: &str) -> Result {
    let mut cargo = command("cargo");
    cargo.args(["install", "--quiet", "--root"]).arg(tools()).args(what);
    // A target folder that a person set for projects is not for tools.
    cargo.env_remove("CARGO_TARGET_DIR");
    let light = [("LTO", "off"), ("OPT_LEVEL", opt_level), ("CODEGEN_UNITS", "64"), ("DEBUG", "false")];
    run(cargo.envs(light.map(|(name, value)| (format!("CARGO_PROFILE_RELEASE_{name}"), value))))
}

/// `trunk 0.21.14` -> `0.21.14`.
fn version_of(program: &str) -> Option<String> {
    output(command(program).arg("--version"))?.split_whitespace().nth(1).map(String::from)
}

fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let (_, after) = lock.split_once(&format!("name = \"{package}\"\nversion = \""))?;
    after.split_once('"').map(|(version, _)| version)
}

fn found(what: &str, which: &str) -> Result {
    println!("set-up: {what}: {which} is there");
    Ok(())
}

fn step(what: &str, which: &str) {
    println!("set-up: {what}: installing {which} …");
}

#[cfg(test)]
mod tests {
    #[test]
    fn reads_a_version_from_the_lock_file() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(super::locked_version(lock, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(super::locked_version(lock, "absent"), None);
    }
}
