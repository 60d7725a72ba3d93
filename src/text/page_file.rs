//! What of a language's file the page fetches: `cargo xtask post-build` compiles this same file and writes it so.
//!
//! Half of the sentences are only said by the desk, in exports and dialogs, and by the command line; both have all of them compiled in.

/// Areas of the texts that the page never says. A message that can cross to it, as what a dialog did or why it failed, lies in another one.
pub const NOT_OF_THE_PAGE: &[&str] = &["cli-", "comms-", "export-", "fix-", "merge-", "sheet-", "template-"];

/// A Fluent source without comments, blank lines and what the page never says.
#[must_use]
pub fn page_file(source: &str) -> String {
    let mut kept = String::with_capacity(source.len());
    let mut is_said = true;
    for line in source.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        // A message opens at the margin; indented lines, and the brace that closes a selection, belong to the one before.
        if line.starts_with(|first: char| first.is_ascii_alphabetic()) {
            is_said = !NOT_OF_THE_PAGE.iter().any(|area| line.starts_with(area));
        }
        if is_said {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}
