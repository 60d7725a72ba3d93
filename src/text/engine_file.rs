//! What of a language the engine says itself, which the page fetches beside its own sentences and hands on: the build script and `cargo xtask
//! post-build` compile this same file.

/// Areas of the texts that the engine says: on charts, on panels that it says as data, of inputs, stacks and workloads. `tests/tidy.rs`
/// proves that it says no other.
pub const OF_THE_ENGINE: &[&str] =
    &["caveat-", "evidence-", "format-", "issue-", "panel-", "spread-", "stacks-", "trends-", "workload-"];

/// Texts of these areas that the page says and the engine does not; those that begin so where it ends in a dash.
pub const OF_THE_PAGE: &[&str] = &[
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
    "trends-level-",
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

/// Compiled sentences that the engine says.
#[must_use]
pub fn engine_file(compiled: &str) -> String {
    let is_said = |line: &&str| {
        let id = line.split('=').next().unwrap_or_default();
        let is_of_the_page = |it: &&str| id == *it || it.ends_with('-') && id.starts_with(it);
        OF_THE_ENGINE.iter().any(|area| id.starts_with(area)) && !OF_THE_PAGE.iter().any(is_of_the_page)
    };
    compiled.split_inclusive('\n').filter(is_said).collect()
}
