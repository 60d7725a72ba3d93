//! What of a language's file the page fetches: `cargo xtask post-build` compiles this same file and writes it so.
//!
//! Half of the sentences are only said by the desk, in exports and dialogs, and by the command line; both have all of them compiled in.

/// Areas of the texts that the page never says. A message that can cross to it, as what a dialog did or why it failed, lies in another one.
pub const NOT_OF_THE_PAGE: &[&str] = &[
    "cli-",
    "comms-",
    "export-",
    "fix-",
    "merge-",
    "panel-",
    "sheet-",
    "spread-",
    "template-",
    "trends-axis-",
    "trends-ceiling",
    "trends-chart-",
    "trends-marker-",
    "trends-series-",
    "trends-summary",
    "trends-table-time",
    "trends-unit-",
    "workload-",
];

/// Compiled sentences without those that the page never says.
#[must_use]
pub fn page_file(compiled: &str) -> String {
    let is_said = |line: &&str| !NOT_OF_THE_PAGE.iter().any(|area| line.starts_with(area));
    compiled.split_inclusive('\n').filter(is_said).collect()
}
