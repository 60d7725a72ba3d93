//! Ten million samples through the engine: a CSV becomes columns, conclusions and charts that can be panned.
//!
//! `cargo bench --bench metrics` measures three shapes, each in a process of its own: `wide` is what an export of sixty containers is, `long`
//! is one series, `floats` are twenty series with six decimals. Prints a JSON object each; `docs/PERFORMANCE.md` reports what was measured. `-- wide 1000000` measures one shape of so
//! many samples. The `-- write wide 10000000 FILE` form only writes the table, for the same measurement in a browser.
#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::os::unix::fs::FileExt as _;
use std::process::Command;
use std::time::Instant;

use debrief::case::Case;
use debrief::evidence::{ReadError, Source};
use debrief::model::{TimeRange, Timestamp};
use debrief::protocol::TrendsRequest;

const SAMPLES: usize = 10_000_000;
const FIRST_S: usize = 1_690_000_000;
const STEP_S: usize = 15;

struct FileSource(File, u64);

impl Source for FileSource {
    fn len(&self) -> u64 {
        self.1
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        self.0.read_at(buffer, offset).map_err(|error| ReadError { at: offset, reason: error.to_string() })
    }
}

/// Columns of a shape.
fn n_columns(shape: &str) -> usize {
    match shape {
        "wide" => 60,
        "floats" => 20,
        _ => 1,
    }
}

/// Threads of containers as Grafana writes them: steady ones with noise, and one that leaks towards the end.
fn write_table(shape: &str, n_samples: usize, out: &mut impl std::io::Write) {
    let (columns, mut line) = (n_columns(shape), String::from("Time"));
    for column in 0..columns {
        let _ = write!(line, ",\"{{__name__=\"\"container_threads\"\", container=\"\"app-{column}\"\"}}\"");
    }
    line.push('\n');
    let (n_rows, mut state) = (n_samples / columns, 1_u64);
    for row in 0..n_rows {
        out.write_all(line.as_bytes()).unwrap();
        line.clear();
        let _ = write!(line, "{}", (FIRST_S + row * STEP_S) * 1000);
        for column in 0..columns {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let leak = if column == 0 { (row * 10).saturating_sub(n_rows * 9) * 40_000 / n_rows } else { 0 };
            let _ = write!(line, ",{}", 300 + column * 7 + (state >> 60) as usize + leak);
            if shape == "floats" {
                let _ = write!(line, ".{:06}", (state >> 40) % 1_000_000);
            }
        }
        line.push('\n');
    }
    out.write_all(line.as_bytes()).unwrap();
}

/// A memory figure of this process in bytes; Linux only.
fn memory(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    line.trim().trim_end_matches(" kB").trim().parse::<u64>().unwrap_or(0) * 1024
}

/// 95 of 100 are at most so many milliseconds.
fn p95_ms(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() * 95 / 100] * 1e3
}

fn timed<T>(run: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let out = run();
    (out, start.elapsed().as_secs_f64())
}

fn measure(shape: &str, n_samples: usize) {
    let path = std::env::temp_dir().join(format!("debrief-metrics-{shape}-{n_samples}.csv"));
    write_file(shape, n_samples, &path);
    let file = File::open(&path).unwrap();
    let size = file.metadata().unwrap().len();
    let before = memory("VmRSS:");
    let mut case = Case::new(0, Timestamp::from_seconds(1_790_000_000));
    let id = case.add("threads.csv", Box::new(FileSource(file, size)), Default::default(), false);
    let ((), read_s) = timed(|| case.read_all());
    let read_peak = memory("VmHWM:") - before;
    let samples = case.evidence()[id.0 as usize].counts.samples;
    assert_eq!(samples, (n_samples / n_columns(shape) * n_columns(shape)) as u64, "every sample is read");
    let (_, analysis_s) = timed(|| {
        let _ = case.analysis();
    });
    let request = |window: Option<TimeRange>| TrendsRequest { window, width: 1200, ..TrendsRequest::unseen() };
    let (view, first_s) = timed(|| case.trends(&request(None)));
    let full = view.full.unwrap();
    let (from, length) = (full.start.as_seconds_f64(), full.end.as_seconds_f64() - full.start.as_seconds_f64());
    // From everything to an hundredth, and along.
    let window = |share: f64, place: f64| {
        let start = from + place * (length - share * length);
        TimeRange::of(Timestamp((start * 1e9) as i64), Timestamp(((start + share * length) * 1e9) as i64))
    };
    let frames = (0..200).map(|step| {
        let place = f64::from(step) / 200.0;
        let share = 1.0 - 0.99 * place;
        timed(|| case.trends(&request(Some(window(share, place))))).1
    });
    let frames = p95_ms(frames.collect());
    let pans = (0..200).map(|step| timed(|| case.trends(&request(Some(window(0.5, f64::from(step) / 200.0))))).1);
    let pans = p95_ms(pans.collect());
    let crosshair = (0..200).map(|step| {
        let at = from + length * f64::from(step) / 200.0;
        let (found, seconds) = timed(|| view.charts[0].readings.at(at).is_some());
        assert!(found, "a value at every instant");
        seconds
    });
    let crosshair = p95_ms(crosshair.collect());
    println!(
        "{{\"shape\": \"{shape}\", \"bytes\": {size}, \"samples\": {samples}, \"read_s\": {read_s:.3}, \"read_mb_per_s\": {:.0}, \
         \"analysis_s\": {analysis_s:.3}, \"first_chart_ms\": {:.1}, \"zoom_p95_ms\": {frames:.2}, \"pan_p95_ms\": {pans:.2}, \
         \"crosshair_p95_ms\": {crosshair:.3}, \"read_peak_mb\": {}, \"held_mb\": {}, \"peak_mb\": {}}}",
        size as f64 / 1e6 / read_s,
        first_s * 1e3,
        read_peak / 1_000_000,
        (memory("VmRSS:") - before) / 1_000_000,
        (memory("VmHWM:") - before) / 1_000_000,
    );
    let _ = std::fs::remove_file(&path);
}

fn write_file(shape: &str, n_samples: usize, path: &std::path::Path) {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path).unwrap());
    write_table(shape, n_samples, &mut out);
    out.flush().unwrap();
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let number = |text: &String| text.parse().unwrap_or(SAMPLES);
    match args.as_slice() {
        [write, shape, n, path] if write == "write" => write_file(shape, number(n), path.as_ref()),
        [shape, n] => measure(shape, number(n)),
        _ => {
            for shape in ["wide", "floats", "long"] {
                let me = std::env::current_exe().unwrap();
                let status = Command::new(me).args([shape, &SAMPLES.to_string()]).status().unwrap();
                assert!(status.success(), "{shape}");
            }
        }
    }
}
