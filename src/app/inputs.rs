//! The inputs of the case as the page keeps them: handles and corrections, never contents. With them a new worker can be brought to where
//! the old one was, and a reload to where the page was.

use debrief::model::{EvidenceId, IssueCode, Issues};
use debrief::postmortem::saved::{SavedChoices, SavedInput};
use debrief::protocol::{AddItem, AddSource, Choices};
use js_sys::Array;
use web_sys::Blob;

/// One input; its index is its evidence id.
#[derive(Clone, Debug)]
pub(crate) struct Input {
    /// Path or name.
    pub(crate) path: String,
    /// Its bytes: a file handle or pasted text. `None` when it was not kept over a reload.
    pub(crate) blob: Option<Blob>,
    /// Size in bytes.
    pub(crate) bytes: u64,
    /// What a person corrected.
    pub(crate) choices: Choices,
    /// Taken out by a person.
    pub(crate) removed: bool,
    /// Of a case that another one took the place of: not shown unless the document cites it.
    pub(crate) former: bool,
    /// The engine died on it: it is not given to another one.
    pub(crate) refused: bool,
    /// SHA-256, when computed.
    pub(crate) digest: Option<String>,
    /// What unpacking found wrong with it.
    pub(crate) noted: Issues,
    /// Whether more of it is still coming out of its archive.
    pub(crate) grows: bool,
}

impl Input {
    /// A new input, as dropped.
    pub(crate) fn new(path: String, blob: Blob) -> Self {
        let bytes = blob.size() as u64;
        Self {
            path,
            blob: Some(blob),
            bytes,
            choices: Choices::default(),
            removed: false,
            former: false,
            refused: false,
            digest: None,
            noted: Issues::default(),
            grows: false,
        }
    }

    /// An input of a saved case, with its bytes where they are at hand.
    pub(crate) fn saved(saved: SavedInput, blob: Option<Blob>) -> Self {
        let SavedInput { path, bytes, digest, choices, removed, former, noted } = saved;
        let SavedChoices { format, offset_s, year, shift_ms, day, settings } = choices;
        let choices = Choices { format, offset_s, year, shift_ms, day, settings };
        Self { path, blob, bytes, choices, removed, former, refused: false, digest, noted, grows: false }
    }

    /// What the worker is told, with its handle pushed to `handles`. An input that cannot be given keeps its place (ids are places) as a
    /// removed, empty one.
    fn item(&self, handles: &Array) -> AddItem {
        let (source, removed, noted) = match &self.blob {
            Some(blob) if !self.refused => {
                handles.push(blob);
                (AddSource::File, self.removed, self.noted.clone())
            }
            blob => {
                let why = match blob {
                    Some(_) => IssueCode::ReaderDied.into(),
                    // What a person took out is not missed.
                    None if self.removed => self.noted.clone(),
                    None => IssueCode::NotKept.into(),
                };
                (AddSource::Text(String::new()), true, why)
            }
        };
        AddItem { path: self.path.clone(), source, choices: self.choices.clone(), removed, noted, grows: self.grows }
    }
}

impl From<Input> for SavedInput {
    fn from(input: Input) -> Self {
        let Input { path, bytes, choices, removed, former, refused, digest, noted, grows, .. } = input;
        // How large it will be is not known yet.
        let bytes = if grows { 0 } else { bytes };
        let Choices { format, offset_s, year, shift_ms, day, settings } = choices;
        let choices = SavedChoices { format, offset_s, year, shift_ms, day, settings };
        // An input that the engine died on comes back as taken out, for a person to try again.
        Self { path, bytes, digest, choices, removed: removed || refused, former, noted }
    }
}

/// Something that a person chooses about the evidence, as it is or was: what undo goes back to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Chosen {
    /// What is corrected about an input, whether it is taken out, and whether it is of a former case.
    Input(EvidenceId, Choices, bool, bool),
    /// The zone of the case.
    Zone(Option<i32>),
}

/// Items and handles of a message that adds inputs.
pub(crate) fn to_add(inputs: &[Input]) -> (Vec<AddItem>, Array) {
    let handles = Array::new();
    let items = inputs.iter().map(|input| input.item(&handles)).collect();
    (items, handles)
}

/// The place of an input that waits for its file: the same path, and the same size where that was known, dropped again.
pub(crate) fn awaited(inputs: &[Input], path: &str, bytes: u64) -> Option<usize> {
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let is_alike = |input: &Input| input.bytes == bytes || input.bytes == 0;
    inputs.iter().position(|input| input.blob.is_none() && is_alike(input) && name(&input.path) == name(path))
}

/// Ids of inputs whose bytes are gone.
pub(crate) fn missing(inputs: &[Input]) -> Vec<EvidenceId> {
    let gone = inputs.iter().enumerate().filter(|(_, input)| input.blob.is_none() && !input.removed);
    gone.filter_map(|(index, _)| u32::try_from(index).ok().map(EvidenceId)).collect()
}
