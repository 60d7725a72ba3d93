//! One large kubelet journal through the engine, beside `wc -l` and (where installed) lnav on the same file in the same run.
//!
//! `cargo bench --bench journal` reads 256 MB; `DEBRIEF_BENCH_BYTES=1000000000` asks for a gigabyte. Prints one JSON object: wall time
//! on a shared machine is noisy, so `docs/PERFORMANCE.md` reports the ratios.
#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs, unreachable_pub)]

#[path = "../xtask/src/generate/mod.rs"]
mod generate;

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::os::unix::fs::FileExt as _;
use std::process::{Command, Stdio};
use std::time::Instant;

use debrief::case::Case;
use debrief::evidence::{ReadError, Source};
use debrief::model::Timestamp;

struct FileSource(File, u64);

impl Source for FileSource {
    fn len(&self) -> u64 {
        self.1
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        self.0.read_at(buffer, offset).map_err(|error| ReadError { at: offset, reason: error.to_string() })
    }
}

/// The best of three runs, in seconds: the others are the machine's noise.
fn best_of_three(mut run: impl FnMut()) -> f64 {
    let times = (0..3).map(|_| {
        let start = Instant::now();
        run();
        start.elapsed().as_secs_f64()
    });
    times.fold(f64::INFINITY, f64::min)
}

fn tool(name: &str, args: &[&str]) -> Option<f64> {
    let run = || {
        Command::new(name)
            .args(args)
            .env("HOME", std::env::temp_dir())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
    };
    run().ok().filter(std::process::ExitStatus::success)?;
    Some(best_of_three(|| {
        let _ = run();
    }))
}

/// Highest resident memory of this process in bytes; Linux only.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches(" kB").trim().parse::<u64>().ok()? * 1024)
}

fn main() {
    let bytes: u64 =
        std::env::var("DEBRIEF_BENCH_BYTES").ok().and_then(|text| text.parse().ok()).unwrap_or(256_000_000);
    let path = std::env::temp_dir().join(format!("debrief-journal-{bytes}.log"));
    let mut out = BufWriter::with_capacity(1 << 20, File::create(&path).unwrap());
    let written = generate::journal::write(&mut out, bytes, 1).unwrap();
    out.flush().unwrap();
    drop(out);
    let size = std::fs::metadata(&path).unwrap().len();
    let (mut records, mut seen) = (0, 0);
    let engine = best_of_three(|| {
        let mut case = Case::new(8 * 3600, Timestamp::from_seconds(1_790_000_000));
        let id =
            case.add("kubelet.log", Box::new(FileSource(File::open(&path).unwrap(), size)), Default::default(), false);
        case.read_all();
        let _ = case.analysis();
        records = case.evidence()[0].counts.records;
        seen = case.parsed(id).unwrap().sightings.n_seen[0];
    });
    assert_eq!(u64::from(seen), written.crashes, "every crash line is seen");
    let peak = peak_memory();
    let file = path.to_str().unwrap();
    let wc = tool("wc", &["-l", file]);
    let lnav = tool("lnav", &["-n", "-c", ";SELECT count(*) FROM all_logs", file]);
    let mb = size as f64 / 1e6;
    let number = |value: Option<f64>| value.map_or_else(|| "null".to_owned(), |value| format!("{value:.3}"));
    println!(
        "{{\"bytes\": {size}, \"records\": {records}, \"engine_mb_per_s\": {:.0}, \"engine_s\": {engine:.3}, \"wc_s\": {}, \"lnav_s\": {}, \
         \"engine_over_wc\": {}, \"lnav_over_engine\": {}, \"peak_memory_over_input\": {}}}",
        mb / engine,
        number(wc),
        number(lnav),
        number(wc.map(|wc| engine / wc)),
        number(lnav.map(|lnav| lnav / engine)),
        number(peak.map(|peak| peak as f64 / size as f64)),
    );
    let _ = std::fs::remove_file(&path);
}
