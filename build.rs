//! Compiles the sentences of `locales/`, so that no program carries a parser for them.
//!
//! Writes `<language>.txt` with all of them, `<language>.engine.txt` with those that the engine says itself and `<language>.desk.txt` with
//! those that the desk may say (`src/text/mod.rs`).

#[path = "src/text/compiled.rs"]
mod compiled;
#[path = "src/text/engine_file.rs"]
#[allow(unreachable_pub, reason = "the library shows it to its tests")]
mod engine_file;
#[path = "src/text/mark.rs"]
#[allow(dead_code, reason = "the build only writes marks")]
mod mark;

use std::env;
use std::fs;
use std::path::PathBuf;

/// What to do about an issue, which the panel alone says: its title is in every document.
const HELP: &str = ".help=";
/// Areas that neither the desk nor what leaves ever says: the page, the engine and the command line do. `tests/tidy.rs` proves it.
const NOT_OF_THE_DESK: &[&str] = &[
    "cli-",
    "document-actions-",
    "document-cite-",
    "document-citing-",
    "document-more-",
    "document-move-",
    "document-n-",
    "document-not-",
    "document-remove-",
    "evidence-",
    "format-",
    "logs-",
    "page-",
    "panel-",
    "timeline-field-",
    "timeline-filter-",
    "timeline-import-",
    "timeline-lane-",
    "timeline-no-",
    "timeline-proposed-",
    "timeline-strip-",
    "trends-",
    "whys-",
    "workload-",
];

/// What a stretch of a series is called that was cited from its chart: from then on it is an event of the document.
const OF_DOCUMENTS: &str = "trends-range-event";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=locales");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    for language in ["en", "zh-CN"] {
        let all = compiled::compiled(&fs::read_to_string(format!("locales/{language}.ftl"))?);
        fs::write(out.join(format!("{language}.engine.txt")), engine_file::engine_file(&all))?;
        let is_help = |line: &str| line.starts_with("issue-") && line.contains(HELP);
        let is_left = |line: &&str| {
            let is_apart = NOT_OF_THE_DESK.iter().any(|area| line.starts_with(area));
            !is_help(line) && (!is_apart || line.starts_with(OF_DOCUMENTS))
        };
        let of_the_desk: String = all.split_inclusive('\n').filter(is_left).collect();
        fs::write(out.join(format!("{language}.desk.txt")), of_the_desk)?;
        fs::write(out.join(format!("{language}.txt")), all)?;
    }
    Ok(())
}
