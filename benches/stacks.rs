//! A dump of twenty thousand goroutines through the engine, beside `panicparse` (where installed) on the same file in the same run.
//!
//! `cargo bench --bench stacks` generates some 30 MB. Prints one JSON object; `docs/PERFORMANCE.md` reports what was measured.
#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

#[path = "../xtask/src/generate/goroutines.rs"]
mod goroutines;

use std::process::{Command, Stdio};
use std::time::Instant;

use debrief::case::Case;
use debrief::evidence::MemorySource;
use debrief::model::Timestamp;
use debrief::text::Lang;
use goroutines::{GOROUTINES, dump};

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
    let text = dump();
    let path = std::env::temp_dir().join("debrief-stacks.txt");
    std::fs::write(&path, &text).unwrap();
    let bytes = text.clone().into_bytes();
    let (mut tasks, mut holder) = (0, None);
    let mut inputs: Vec<Vec<u8>> = (0..3).map(|_| bytes.clone()).collect();
    let engine = best_of_three(|| {
        let mut case = Case::new(0, Timestamp::from_seconds(1_790_000_000));
        case.add("goroutine.txt", Box::new(MemorySource(inputs.pop().unwrap())), Default::default(), false);
        case.read_all();
        let _ = case.analysis();
        tasks = case.evidence()[0].counts.tasks;
    });
    let mut case = Case::new(0, Timestamp::from_seconds(1_790_000_000));
    case.add("goroutine.txt", Box::new(MemorySource(bytes)), Default::default(), false);
    case.read_all();
    let dumps = case.stacks(None, Lang::En).0;
    holder.clone_from(&dumps[0].owners[0].holder);
    assert_eq!(
        (tasks, holder.as_deref()),
        (GOROUTINES, Some("goroutine 5")),
        "every goroutine is read and the owner found"
    );
    let run = || {
        let file = std::fs::File::open(&path).unwrap();
        Command::new("panicparse").stdin(file).stdout(Stdio::null()).stderr(Stdio::null()).status()
    };
    let peer = run().is_ok_and(|status| status.success()).then(|| {
        best_of_three(|| {
            let _ = run();
        })
    });
    let number = |value: Option<f64>| value.map_or_else(|| "null".to_owned(), |value| format!("{value:.3}"));
    println!(
        "{{\"bytes\": {}, \"goroutines\": {tasks}, \"engine_mb_per_s\": {:.0}, \"engine_s\": {engine:.3}, \"panicparse_s\": {}, \
         \"panicparse_over_engine\": {}}}",
        text.len(),
        text.len() as f64 / 1e6 / engine,
        number(peer),
        number(peer.map(|peer| peer / engine)),
    );
    let _ = std::fs::remove_file(&path);
}
