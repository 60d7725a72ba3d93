//! Running other programs: from the project's root, with our own tools first on the path.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Result;

/// The project's root.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the project")
}

/// Where tools are installed that the machine lacks: inside the project, so that nothing a person has is replaced.
pub fn tools() -> PathBuf {
    root().join(".tools")
}

/// A command in the project's root.
pub fn command(program: &str) -> Command {
    let mut paths = vec![tools().join("bin")];
    paths.extend(env::var_os("CARGO_HOME").map(|home| Path::new(&home).join("bin")));
    paths.extend(env::var_os("HOME").map(|home| Path::new(&home).join(".cargo/bin")));
    paths.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    let path = env::join_paths(paths).unwrap_or_else(|_| env::var_os("PATH").unwrap_or_default());

    // Cargo describes its own run to us in these; a cargo below must not take them for its own.
    let mut command = Command::new(program);
    command.current_dir(root()).env("PATH", path).env_remove("CARGO_MANIFEST_DIR").env_remove("CARGO_PKG_NAME");
    command
}

/// Runs to the end and fails with the program's name.
pub fn run(command: &mut Command) -> Result {
    let status = command.status().map_err(|error| format!("{}: {error}", name(command)))?;
    if status.success() { Ok(()) } else { Err(format!("{} ended with {status}", name(command))) }
}

/// What a program prints; nothing where it is absent or fails.
pub fn output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Whether a program starts.
pub fn exists(program: &str) -> bool {
    output(command(program).arg("--version")).is_some()
}

fn name(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
