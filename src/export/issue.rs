//! What went wrong in reading an input, as documents and the command line say it.

use crate::model::{Arg, Issue};
use crate::text::{Texts, format};

/// Trouble in reading, with its count and first place.
#[must_use]
pub fn issue_text(issue: &Issue, texts: &Texts) -> String {
    let title = texts.get(&format!("issue-{}", issue.code.as_str()));
    // Line numbers are names: they are not grouped, so that they can be searched for.
    let args = [
        ("title", Arg::from(title.as_str())),
        ("count", Arg::Text(format::integer(i64::try_from(issue.count).unwrap_or(i64::MAX)))),
        ("line", Arg::Text(issue.first_line.to_string())),
        ("byte", Arg::Text(format::integer(i64::try_from(issue.first_byte).unwrap_or(i64::MAX)))),
    ];
    match (issue.count, issue.first_line) {
        (0 | 1, 0) if issue.first_byte > 0 => texts.with("export-issue-byte", &args),
        (0 | 1, 0) => title,
        (_, 0) => texts.with("export-issue-times", &args),
        (0 | 1, _) => texts.with("export-issue-line", &args),
        _ => texts.with("export-issue-many", &args),
    }
}
