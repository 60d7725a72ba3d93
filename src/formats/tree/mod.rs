//! Documents as trees, read while they stream: JSON and the YAML that tools print tell a visitor the same story.
//!
//! Nothing is built here and nothing is held but the token at hand and one entry per level, so a list of a hundred thousand objects costs
//! what the visitor keeps of it. Lines are accounted for by the readers: a line with something of a document is parsed, a blank one is
//! skipped, one outside documents is what the visitor says, one that cannot be part of a document is failed.

pub(in crate::formats) mod json;
pub(in crate::formats) mod yaml;

use super::Parsed;
use crate::model::{ByteRange, EvidenceId, LineRange, Locator};

/// Bytes of a key or scalar that are kept: more than any name, state or message that is read; certificates and scripts are longer.
const MAX_TOKEN_BYTES: usize = 8 * 1024;
/// Levels of nesting; Kubernetes' own objects stay below thirty.
const MAX_DEPTH: usize = 200;

/// Where a token stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::formats) struct Place {
    /// First byte.
    pub(in crate::formats) start: u64,
    /// One past the last byte.
    pub(in crate::formats) end: u64,
    /// First line.
    pub(in crate::formats) first: u32,
    /// Last line.
    pub(in crate::formats) last: u32,
}

impl Place {
    /// From the beginning of this to the end of another.
    pub(in crate::formats) const fn to(self, other: Self) -> Self {
        Self { start: self.start, end: other.end, first: self.first, last: other.last }
    }

    /// As a locator.
    pub(in crate::formats) const fn locator(self, evidence: EvidenceId) -> Locator {
        let bytes = ByteRange { start: self.start, end: self.end };
        Locator { evidence, bytes, lines: LineRange { first: self.first, last: self.last } }
    }
}

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::formats) enum Fate {
    /// Understood.
    Parsed,
    /// Nothing to understand.
    Skipped,
    /// Not understood.
    Failed,
}

/// Is told what a document holds, in its order. Keys and items come before their values.
pub(in crate::formats) trait Visit {
    /// A map or a list begins.
    fn open(&mut self, is_list: bool, at: Place);

    /// A map's key; its value comes next.
    fn key(&mut self, key: &str, at: Place);

    /// A string, number, boolean or null. `is_null` where nothing or `null` is written.
    fn scalar(&mut self, text: &str, is_null: bool, at: Place);

    /// What was opened last ends.
    fn close(&mut self, at: Place);

    /// A document broke off or cannot go on: what is not closed never will be.
    fn abandon(&mut self);

    /// A line outside documents.
    fn between(&mut self, line: &str, at: Place) -> Fate;

    /// Whether the next line is text whatever it begins with.
    fn takes_text(&self) -> bool {
        false
    }

    /// Where lines and issues are counted.
    fn out(&mut self) -> &mut Parsed;
}

/// Counts a line.
fn count(out: &mut Parsed, fate: Fate) {
    match fate {
        Fate::Parsed => out.lines.parsed += 1,
        Fate::Skipped => out.lines.skipped += 1,
        Fate::Failed => out.lines.failed += 1,
    }
}

/// Adds what still fits into a token.
fn extend(token: &mut Vec<u8>, bytes: &[u8]) {
    let room = MAX_TOKEN_BYTES.saturating_sub(token.len());
    token.extend_from_slice(&bytes[..bytes.len().min(room)]);
}

/// The text of a double-quoted string of either notation, escapes resolved where there are any.
fn unescaped(raw: &[u8]) -> std::borrow::Cow<'_, str> {
    if memchr::memchr(b'\\', raw).is_none() {
        return String::from_utf8_lossy(raw);
    }
    super::metrics::json::unescape(raw).into()
}
