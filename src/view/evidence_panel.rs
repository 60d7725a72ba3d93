//! The panel Evidence: everything that was given, as a tree of archives, folders and files; and of one input all that is known, its
//! tables and its bytes.
//!
//! An archive may hold a hundred thousand inputs. What is shown is a window: nodes count what is under them and stay folded, a folder
//! shows its first rows and offers more, a search gives a list. Only what is shown is put into words.

mod one;
mod raw;
mod tables;
mod tree;

use super::lines::LinesView;
use super::panel::{OPEN_ROW, Panel, PanelRequest};
use crate::evidence::Source;
use crate::model::{EvidenceMeta, EvidenceState, IssueCode, Parsed};
use crate::text::Texts;

/// The inputs of a case, by their place in it.
pub trait Inputs {
    /// All places, in the order of paths: what lies in a folder follows each other.
    fn order(&self) -> &[u32];

    /// What reading said of an input. What is in doubt about its clock or content is left out: that costs more.
    fn meta(&self, place: u32) -> &EvidenceMeta;

    /// Where it stands; removed hides every other state.
    fn state(&self, place: u32) -> EvidenceState;

    /// All that is known of it, with its state and its doubts.
    fn told(&self, place: u32) -> EvidenceMeta;

    /// What it holds; `None` where there is no such input.
    fn content(&self, place: u32) -> Option<Box<dyn Content + '_>>;
}

/// What one input holds.
pub trait Content {
    /// What it yielded.
    fn parsed(&self) -> &Parsed;

    /// Its bytes: of a text the decoded ones that locators count.
    fn source(&self) -> &dyn Source;

    /// Some of its lines, from one on; none where it was never read as text.
    fn lines(&self, first: u32, count: u32) -> LinesView;

    /// The line that holds a byte.
    fn line_at(&self, byte: u64) -> u32;

    /// The first byte of a line.
    fn byte_of(&self, line: u32) -> u64;
}

/// The panel for the inputs of a case.
#[must_use]
pub fn build_evidence_panel(inputs: &dyn Inputs, request: &PanelRequest, texts: &Texts) -> Panel {
    let opened = request.value(OPEN_ROW).strip_prefix('e').and_then(|place| place.parse().ok());
    let opened = opened.and_then(|place: u32| Some((place, inputs.content(place)?)));
    let items = match opened {
        Some((place, content)) => one::items(&inputs.told(place), content.as_ref(), request, texts),
        None => tree::items(inputs, request, texts),
    };
    Panel { items }
}

/// How much of an input is in the analysis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// All of it.
    Whole,
    /// Not yet.
    Waits,
    /// Some is missing.
    Part,
    /// Nothing, and not by choice.
    None,
    /// Nothing: a person took it out.
    Removed,
}

impl Share {
    /// All, with the value by which the reader asks for them.
    const ALL: [(Self, &'static str); 5] = [
        (Self::Whole, "whole"),
        (Self::Part, "part"),
        (Self::None, "none"),
        (Self::Waits, "waits"),
        (Self::Removed, "removed"),
    ];

    /// Of an input in a state.
    #[must_use]
    pub fn of(meta: &EvidenceMeta, state: EvidenceState) -> Self {
        // What the page could not give stands here as removed and empty; it was no choice.
        let is_absent = |code| matches!(code, IssueCode::ReaderDied | IssueCode::NotKept);
        match state {
            _ if meta.issues.list.iter().any(|issue| is_absent(issue.code)) => Self::None,
            EvidenceState::Removed => Self::Removed,
            EvidenceState::Waiting | EvidenceState::Reading => Self::Waits,
            // Reading may stop after a part was read.
            EvidenceState::Refused if meta.lines.parsed == 0 => Self::None,
            EvidenceState::Refused | EvidenceState::Cancelled => Self::Part,
            EvidenceState::Ready if meta.issues.lost_data() => Self::Part,
            EvidenceState::Ready => Self::Whole,
        }
    }
}

/// Whether a digest is still to come: of what was removed or has no bytes there is none.
fn is_pending(meta: &EvidenceMeta) -> bool {
    meta.digest.is_none() && meta.bytes > 0 && meta.state != EvidenceState::Removed
}
