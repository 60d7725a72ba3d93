//! Bin `debrief`: the same engine on the command line. Wiring only.

#[cfg(not(target_arch = "wasm32"))]
#[path = "debrief/cli.rs"]
mod cli;

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    cli::run()
}

#[cfg(target_arch = "wasm32")]
fn main() {}
