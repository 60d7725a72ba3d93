//! `cargo xtask journal --bytes N --out FILE [--seed S]`: writes a big kubelet journal for benchmarks.

use std::fs::File;
use std::io;
use std::time::Instant;

use crate::generate::journal::write;

/// Writes the journal and says what is in it.
///
/// # Errors
/// When an argument is missing or wrong, or the file cannot be written.
pub(crate) fn run(args: &[String]) -> io::Result<()> {
    let (mut bytes, mut out, mut seed) = (None, None, 0);
    let mut args = args.iter();
    while let Some(option) = args.next() {
        let value = args.next().ok_or_else(|| usage(&format!("expected a value after {option}")))?;
        match option.as_str() {
            "--bytes" => bytes = Some(number(value)?),
            "--seed" => seed = number(value)?,
            "--out" => out = Some(value),
            _ => return Err(usage(&format!("unknown option {option}"))),
        }
    }
    let (Some(bytes), Some(out)) = (bytes, out) else { return Err(usage("--bytes and --out are needed")) };
    let started = Instant::now();
    let written = write(&mut File::create(out)?, bytes, seed)?;
    let rate = written.bytes as f64 / 1e6 / started.elapsed().as_secs_f64();
    println!("{out}: {} bytes, {} lines, {} crashes; {rate:.0} MB/s", written.bytes, written.lines, written.crashes);
    Ok(())
}

fn number(text: &str) -> io::Result<u64> {
    text.parse().map_err(|_| usage(&format!("expected a whole number, found {text}")))
}

fn usage(problem: &str) -> io::Error {
    let usage = "usage: cargo xtask journal --bytes N --out FILE [--seed S]";
    io::Error::new(io::ErrorKind::InvalidInput, format!("{problem}\n{usage}"))
}
