//! Compiles the sentences of `locales/`, so that no program carries a parser for them.
//!
//! Writes `<language>.txt` with all of them, `<language>.engine.txt` with those that the engine says itself and `<language>.desk.txt` with
//! those that the desk may say (`src/text/mod.rs`).

#[path = "src/text/compiled.rs"]
mod compiled;
#[path = "src/text/mark.rs"]
#[allow(dead_code, reason = "the build only writes marks")]
mod mark;

use std::env;
use std::fs;
use std::path::PathBuf;

/// Areas of the texts that the engine says: on charts, on panels that it says as data, of inputs, stacks and workloads. `tests/tidy.rs`
/// proves that it says no other.
const OF_THE_ENGINE: &[&str] =
    &["caveat-", "evidence-", "format-", "issue-", "panel-", "spread-", "stacks-", "trends-", "workload-"];

/// Texts of these areas that the page says and the engine does not; those that begin so where it ends in a dash.
const OF_THE_PAGE: &[&str] = &[
    "evidence-all",
    "evidence-as-detected",
    "evidence-correct",
    "evidence-correct-",
    "evidence-count",
    "evidence-details",
    "evidence-first-",
    "evidence-guess-tab",
    "evidence-guessed",
    "evidence-more",
    "evidence-none",
    "evidence-remove",
    "evidence-restore",
    "trends-cite-",
    "trends-culprit",
    "trends-form",
    "trends-form-",
    "trends-hint",
    "trends-hint-",
    "trends-last",
    "trends-max",
    "trends-max-",
    "trends-none",
    "trends-nothing-",
    "trends-range-",
    "trends-save",
    "trends-save-",
    "trends-search",
    "trends-solo",
    "trends-table",
    "trends-table-keys",
    "trends-table-of",
    "trends-tools",
    "trends-whole",
];

/// Areas that neither the desk nor what leaves ever says: the page, the engine and the command line do. `tests/tidy.rs` proves it.
const NOT_OF_THE_DESK: &[&str] =
    &["cli-", "evidence-", "format-", "issue-", "logs-", "page-", "panel-", "trends-", "whys-", "workload-"];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=locales");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    for language in ["en", "zh-CN"] {
        let all = compiled::compiled(&fs::read_to_string(format!("locales/{language}.ftl"))?);
        let is_said = |line: &&str| {
            let id = line.split('=').next().unwrap_or_default();
            let is_of_the_page = |it: &&str| id == *it || it.ends_with('-') && id.starts_with(it);
            OF_THE_ENGINE.iter().any(|area| id.starts_with(area)) && !OF_THE_PAGE.iter().any(is_of_the_page)
        };
        let of_the_engine: String = all.split_inclusive('\n').filter(is_said).collect();
        fs::write(out.join(format!("{language}.engine.txt")), of_the_engine)?;
        let is_left = |line: &&str| !NOT_OF_THE_DESK.iter().any(|area| line.starts_with(area));
        let of_the_desk: String = all.split_inclusive('\n').filter(is_left).collect();
        fs::write(out.join(format!("{language}.desk.txt")), of_the_desk)?;
        fs::write(out.join(format!("{language}.txt")), all)?;
    }
    Ok(())
}
