//! One file per input format. A format recognises a head, then parses block by block into a [`Parsed`].
//!
//! Contract of a parser: it never fails on content, never drops a line uncounted (`parsed + skipped + failed` is the number of lines it
//! was fed), gives the same result for any slicing, allocates nothing per line where the input can be large, and cites: whatever it
//! emits has a locator. What it cannot read it counts as an issue with the first place.
//!
//! Adding a format: its file, one line in [`registry::FORMATS`], two samples in `tests/fixtures/formats/<id>/`, a fuzz target.

pub mod bundle;
pub mod change;
pub mod dates;
pub mod detect;
pub mod host;
pub mod kube;
pub mod log;
pub mod metrics;
pub mod registry;
mod scan;
pub mod search;
pub mod stack;
pub mod time;
mod tree;
mod whole;
pub mod words;

use crate::evidence::Block;
pub use crate::model::Parsed;
use crate::model::{EvidenceId, Setting};

/// What a format looks at to recognise an input: its first bytes as UTF-8 (cut at a line end when `complete` is false) and its name.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    /// At most [`crate::evidence::guard::HEAD_BYTES`] bytes.
    pub bytes: &'a [u8],
    /// Path or name; a hint, never the reason, except where the content is a bare number.
    pub name: &'a str,
    /// Whether `bytes` is the whole input.
    pub complete: bool,
}

impl<'a> Head<'a> {
    /// Its lines without line ends.
    pub fn lines(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        Block { bytes: self.bytes, offset: 0, first_line: 1 }.lines().map(|line| line.bytes)
    }

    /// Its lines that are neither blank nor comments (`#`, `;`).
    pub fn telling_lines(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        self.lines().filter(|line| {
            let text = line.trim_ascii_start();
            !text.is_empty() && !text.starts_with(b"#") && !text.starts_with(b";")
        })
    }

    /// The share, 0 to 100, of the first `n` telling lines that satisfy a test; 0 where there is none.
    pub fn share(&self, n: usize, mut test: impl FnMut(&[u8]) -> bool) -> u8 {
        let (mut seen, mut hits) = (0u32, 0u32);
        for line in self.telling_lines().take(n) {
            seen += 1;
            hits += u32::from(test(line));
        }
        (hits * 100).checked_div(seen).map_or(0, |share| share as u8)
    }
}

/// What kind of evidence a format is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// Log lines.
    Log,
    /// Samples.
    Metrics,
    /// Kubernetes objects and events.
    Kube,
    /// Host state and limits.
    Host,
    /// What a terminal showed: outputs of any family.
    Session,
    /// Stack dumps.
    Stack,
    /// What people and alerting said: chats, alert lists.
    Talk,
    /// What was changed: histories of releases and commits.
    Change,
}

impl Family {
    /// Whether dumps may stand between the lines of such an input, to be read beside its parser: people paste them into chats. Of stack
    /// dumps the parser reads them, and of a session those of each output are read with it.
    #[must_use]
    pub const fn may_hold_dumps(self) -> bool {
        matches!(self, Self::Log | Self::Kube | Self::Host | Self::Talk)
    }

    /// Whether the scan for what rules ask for reads such an input. Metrics hold numbers and labels, none of which is a failure; what
    /// people quote, or say to have mended, is not one more.
    #[must_use]
    pub const fn is_scanned(self) -> bool {
        !matches!(self, Self::Metrics | Self::Talk | Self::Change)
    }
}

/// A format's descriptor. Its name for people is the message `format-<id>`.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// Stable id, kebab-case, after the producing tool (`journal-short`).
    pub id: &'static str,
    /// Family.
    pub family: Family,
    /// How sure the format is of a head: 0 not mine, 100 certain. Plain text answers 1 for anything.
    pub sniff: fn(&Head<'_>) -> u8,
    /// A parser for one evidence.
    pub parser: fn(EvidenceId, &Head<'_>) -> Box<dyn Parser>,
}

/// A parser at work on one evidence.
pub trait Parser {
    /// Takes the next whole lines.
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed);

    /// The input has ended: emits what was held back.
    fn finish(&mut self, out: &mut Parsed);

    /// What a person set instead of guesses; told before anything else.
    fn set(&mut self, _settings: &[Setting]) {}

    /// Whether blocks may end inside a line: a document on one line, however long, then arrives in pieces with the same line number.
    fn takes_pieces(&self) -> bool {
        false
    }
}
