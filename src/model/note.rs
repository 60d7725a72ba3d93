//! What people and alerting said at a time: chat messages, alerts, and what histories say was changed. Words about the incident, not
//! traces of it.

use serde::{Deserialize, Serialize};

use super::citation::Locator;
use super::time::WallTime;

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteKind {
    /// A person, or a bot, in a chat.
    Chat,
    /// An alerting rule.
    Alert,
    /// A history of releases or commits.
    Change,
}

/// One message, alert or change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Who speaks.
    pub kind: NoteKind,
    /// The author's name as written, or the alert's; empty where the input names none.
    pub who: String,
    /// What was said, on one line, cut at [`Note::MAX_CHARS`].
    pub text: String,
    /// When, as written; the start of an alert.
    pub wall: WallTime,
    /// When an alert ended, where it had.
    pub end: WallTime,
    /// Its lines.
    pub locator: Locator,
}

impl Note {
    /// Characters of the text that are kept: enough to know the message by; all of it stands in the log.
    pub const MAX_CHARS: usize = 200;

    /// Appends a line to the text, blanks and control characters as single blanks.
    pub fn say(&mut self, line: &str) {
        let mut room = Self::MAX_CHARS.saturating_sub(self.text.chars().count());
        for word in line.split(|it: char| it.is_whitespace() || it.is_control()).filter(|word| !word.is_empty()) {
            if room == 0 {
                break;
            }
            if !self.text.is_empty() {
                self.text.push(' ');
                room -= 1;
            }
            let is_whole = word.char_indices().nth(room).is_none();
            self.text.extend(word.chars().take(room));
            room = if is_whole { room - word.chars().count() } else { 0 };
            if !is_whole {
                self.text.push('…');
            }
        }
    }
}

/// The notes of one evidence in file order. At most [`Notes::KEPT`] are kept; all are counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notes {
    /// The first ones.
    pub kept: Vec<Note>,
    /// How many there are.
    pub n_seen: u32,
}

impl Notes {
    /// How many are kept: more than anybody reads, little enough to hold.
    pub const KEPT: usize = 20_000;

    /// Counts a note and keeps it while there is room.
    pub fn push(&mut self, note: Note) {
        self.n_seen = self.n_seen.saturating_add(1);
        if self.kept.len() < Self::KEPT {
            self.kept.push(note);
        }
    }

    /// The last note, to add lines to, unless it was not kept.
    pub fn open(&mut self) -> Option<&mut Note> {
        let is_kept = self.n_seen as usize == self.kept.len();
        self.kept.last_mut().filter(|_| is_kept)
    }
}
