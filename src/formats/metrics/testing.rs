//! What the formats of this module are tested with.

use crate::formats::{Format, Parsed, host};

/// A parser's answer on one text; fed at once and fed line by line must give the same, and every line is counted once.
pub(super) fn parse_text(format: &Format, text: &str) -> Parsed {
    host::parse_text(format, "unknown", text)
}
