//! `cargo xtask goroutines --out FILE`: writes a dump of twenty thousand goroutines for benchmarks.

use std::{fs, io};

use crate::generate::goroutines::{GOROUTINES, dump};

/// Writes the dump and says what is in it.
///
/// # Errors
/// When the arguments are wrong or the file cannot be written.
pub(crate) fn run(args: &[String]) -> io::Result<()> {
    let [flag, out] = args else { return Err(usage()) };
    if flag != "--out" {
        return Err(usage());
    }
    let text = dump();
    fs::write(out, &text)?;
    println!("{out}: {} bytes, {GOROUTINES} goroutines", text.len());
    Ok(())
}

fn usage() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "usage: cargo xtask goroutines --out FILE")
}
