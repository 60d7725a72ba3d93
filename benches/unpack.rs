//! Unpacking a kubelet journal in every compression, beside the system's own tools on the same file in the same run.
//!
//! `cargo bench --bench unpack` packs 64 MB with `gzip`, `zstd`, `xz` and `bzip2` where they are installed; `DEBRIEF_BENCH_BYTES` asks for another
//! size. Prints one JSON object per compression: megabytes that came out per second, ours and the tool's.
#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs, unreachable_pub)]

#[path = "../xtask/src/generate/mod.rs"]
mod generate;

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::process::{Command, Stdio};
use std::time::Instant;

use debrief::evidence::{MemorySource, ReadError, Source};
use debrief::model::Issues;
use debrief::unpack::{Limits, Sink, unpack};

/// Counts what comes out.
#[derive(Default)]
struct Counted {
    bytes: u64,
    issues: usize,
}

impl Sink for Counted {
    fn write(&mut self, bytes: &[u8]) -> Result<(), ReadError> {
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    fn member(&mut self, _path: &str, noted: Issues) {
        self.issues += noted.list.len();
    }

    fn aside(&mut self) -> Result<Box<dyn Source>, ReadError> {
        Err(ReadError { at: 0, reason: "nothing is kept".to_owned() })
    }

    fn progress(&mut self, _bytes_read: u64) {}
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

fn main() {
    let bytes: u64 = std::env::var("DEBRIEF_BENCH_BYTES").ok().and_then(|text| text.parse().ok()).unwrap_or(64_000_000);
    let path = std::env::temp_dir().join(format!("debrief-unpack-{bytes}.log"));
    let mut out = BufWriter::with_capacity(1 << 20, File::create(&path).unwrap());
    generate::journal::write(&mut out, bytes, 1).unwrap();
    out.flush().unwrap();
    drop(out);
    let size = fs::metadata(&path).unwrap().len();
    for (tool, ending) in [("gzip", "gz"), ("zstd", "zst"), ("xz", "xz"), ("bzip2", "bz2")] {
        let packed = path.with_extension(format!("log.{ending}"));
        let packs = Command::new(tool).args(["-kfq"]).arg(&path).status();
        if !packs.is_ok_and(|status| status.success()) {
            println!("{{\"tool\": \"{tool}\", \"absent\": true}}");
            continue;
        }
        let source = MemorySource(fs::read(&packed).unwrap());
        let ours = best_of_three(|| {
            let mut counted = Counted::default();
            let noted = unpack("journal.log", &source, Limits::default(), &mut counted);
            assert_eq!((counted.bytes, counted.issues, noted.list.len()), (size, 0, 0), "all of it comes out");
        });
        let theirs = best_of_three(|| {
            let status = Command::new(tool).args(["-dcq"]).arg(&packed).stdout(Stdio::null()).status();
            assert!(status.is_ok_and(|status| status.success()));
        });
        let mb = size as f64 / 1e6;
        println!(
            "{{\"tool\": \"{tool}\", \"bytes\": {size}, \"packed\": {}, \"mb_per_s\": {:.0}, \"tool_mb_per_s\": {:.0}}}",
            source.len(),
            mb / ours,
            mb / theirs,
        );
        let _ = fs::remove_file(&packed);
    }
    let _ = fs::remove_file(&path);
}
