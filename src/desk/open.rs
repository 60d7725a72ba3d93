//! Files that come back: `.debrief`, the zip of an export, JSON, our markdown.

use crate::evidence::digest::digest_of;
use crate::evidence::{Source, read_all};
use crate::export::case_file::Carried;
use crate::export::import;
use crate::model::Message;
use crate::protocol::desk::{OpenedCase, OpenedInput};

/// The largest file that is opened as a case; evidence of that size is dropped as evidence.
const MAX_BYTES: u64 = 1 << 30;

/// Opens a file that was saved or exported. Evidence in it whose digest is not the one that the case names is left out and named:
/// citations must not come to stand beside other bytes.
///
/// # Errors
/// When it is none of ours, or damaged; says what and where.
pub fn open(bytes: &[u8]) -> Result<OpenedCase, Message> {
    let file = import::open(bytes).map_err(|error| error.message())?;
    let mut opened = OpenedCase { case: file.case, evidence: Vec::new(), notes: file.notes };
    for Carried { index, bytes } in file.evidence {
        let Some(input) = opened.case.inputs.get(index) else { continue };
        if input.digest.as_ref().is_some_and(|digest| *digest != digest_of(&bytes)) {
            opened.notes.push(Message::new("import-evidence-digest").with("path", input.path.as_str()));
        } else {
            opened.evidence.push(OpenedInput { index: u32::try_from(index).unwrap_or(u32::MAX), bytes });
        }
    }
    Ok(opened)
}

/// Opens what a handle gives.
pub(super) fn open_file(file: &dyn Source) -> Result<OpenedCase, Message> {
    let unreadable = |reason: String| Message::new("import-unreadable").with("reason", reason);
    if file.len() > MAX_BYTES {
        return Err(Message::new("import-too-large"));
    }
    open(&read_all(file).map_err(|error| unreadable(error.reason))?)
}
