//! The compiler as cargo is to call it for the site: profiles hold no flags, and the reader needs one.

use std::ffi::OsString;
use std::process::{Command, ExitCode};

/// What is compiled for size, the reader, is 1.4 % smaller (6 of 445 KB with brotli) where no more than this is inlined, and as fast: its hot
/// loops say themselves what belongs into them. LLVM's own threshold for it is 50.
const FOR_SIZE: &str = "-Cllvm-args=-inline-threshold=20";

/// Whether this is a call of cargo's: it puts the compiler's path first.
pub fn is_called(args: &[OsString]) -> bool {
    args.first().is_some_and(|program| std::path::Path::new(program).file_stem().is_some_and(|stem| stem == "rustc"))
}

/// Runs the compiler.
pub fn run(args: &[OsString]) -> ExitCode {
    let mut rustc = Command::new(&args[0]);
    rustc.args(&args[1..]);
    if args.iter().any(|arg| arg == "opt-level=s") {
        rustc.arg(FOR_SIZE);
    }
    match rustc.status() {
        Ok(status) => ExitCode::from(u8::try_from(status.code().unwrap_or(1)).unwrap_or(1)),
        Err(error) => {
            eprintln!("xtask: {}: {error}", args[0].to_string_lossy());
            ExitCode::FAILURE
        }
    }
}
