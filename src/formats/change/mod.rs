//! Evidence of change: what was released or committed, and when. A change before the onset is the first thing a postmortem asks for.
//!
//! Each entry is a record and a [`Note`] of the kind [`NoteKind::Change`], which the timeline proposes with its place. What the words of
//! such an entry say is no failure, so the scan for what rules ask for does not read these inputs.

pub mod git_log;
pub mod helm;
pub mod helm_json;
pub mod rollout_history;

use super::Parsed;
use crate::evidence::Line;
use crate::model::{ByteRange, EvidenceId, Level, LineRange, Locator, Note, NoteKind, WallTime};

/// An entry of one line: a record and a note.
fn emit(evidence: EvidenceId, line: &Line<'_>, wall: WallTime, who: &[u8], text: &[&[u8]], out: &mut Parsed) {
    out.records.push(line.number, wall, Level::None, who);
    let bytes = ByteRange { start: line.offset, end: line.offset + line.bytes.len() as u64 };
    let mut note = note(evidence, wall, who, (bytes, LineRange::one(line.number)));
    say(&mut note, text);
    out.notes.push(note);
}

/// A note without words yet.
fn note(evidence: EvidenceId, wall: WallTime, who: &[u8], (bytes, lines): (ByteRange, LineRange)) -> Note {
    let locator = Locator { evidence, bytes, lines };
    let who = String::from_utf8_lossy(who).chars().take(Note::MAX_CHARS).collect();
    Note { kind: NoteKind::Change, who, text: String::new(), wall, end: WallTime::NONE, locator }
}

/// Gives a note its words: what is there of the parts, with commas between.
fn say(note: &mut Note, parts: &[&[u8]]) {
    let words: Vec<_> =
        parts.iter().filter(|part| !part.is_empty()).map(|part| String::from_utf8_lossy(part)).collect();
    note.say(&words.join(", "));
}
