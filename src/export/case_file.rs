//! `.debrief`: a case as one file, a zip that any tool opens.
//!
//! ```text
//! case.json                 everything people wrote and chose (postmortem::saved), with its version
//! digests.json              every input: path, size, SHA-256, and the file below where it is carried
//! evidence/0-kubelet.log    inputs that were small enough, by their number in the case
//! ```
//! Reading takes archives that other tools packed again (deflated, in a folder, with files of their own beside) and is bounded. The words
//! are what counts: evidence that is missing, damaged or too large is said and left out, and the case opens.

use serde_json::{Value, json};

use crate::model::{Arg, Message};
use crate::postmortem::saved::SavedCase;
use crate::text::format;

use super::file_names::safe_name;
use super::import::{ImportError, parse_case};
use super::inert::escape_json;
use super::zip::{Archive, Limits, Zip, ZipError};
use crate::model::sort::Order as _;

/// Entries of an archive, ours and whatever else somebody packed into it.
const MAX_ENTRIES: usize = 4_096;
/// Bytes that an archive may unpack to: all of it is held in memory.
const MAX_BYTES: u64 = 256 * 1024 * 1024;
const FOLDER: &str = "evidence/";

/// An input's bytes, carried along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    /// Position in the case's inputs.
    pub index: usize,
    /// Content.
    pub bytes: Vec<u8>,
}

/// A case that was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CaseFile {
    /// What people wrote and chose.
    pub case: SavedCase,
    /// Inputs that came along, in their order.
    pub evidence: Vec<Carried>,
    /// What could not be taken, for the person.
    pub notes: Vec<Message>,
}

/// Writes a case with the inputs to be carried; `None` where that is more than an archive holds (4 GiB).
#[must_use]
pub fn write(case: &SavedCase, evidence: &[Carried]) -> Option<Vec<u8>> {
    let name = |index: usize, path: &str| format!("{FOLDER}{index}-{}", safe_name(path));
    let listed = case.inputs.iter().enumerate().map(|(id, input)| {
        let file = evidence.iter().any(|carried| carried.index == id).then(|| name(id, &input.path));
        json!({ "id": id, "path": input.path, "bytes": input.bytes, "sha256": input.digest, "file": file })
    });
    let digests = json!({ "schema": "debrief/evidence/1", "evidence": Value::from_iter(listed) });
    let mut zip = Zip::default();
    // Only strings as keys, and accepted figures are finite: writing the case cannot fail.
    for (path, text) in [("case.json", case.to_json().unwrap_or_default()), ("digests.json", format!("{digests:#}\n"))]
    {
        zip.add(path, escape_json(&text).as_bytes()).then_some(())?;
    }
    for carried in evidence {
        let Some(input) = case.inputs.get(carried.index) else { continue };
        zip.add(&name(carried.index, &input.path), &carried.bytes).then_some(())?;
    }
    Some(zip.finish())
}

/// Reads an archive.
///
/// # Errors
/// When it is none, when it holds no case, or when the case in it cannot be read.
pub fn read(bytes: &[u8]) -> Result<CaseFile, ImportError> {
    let mut archive = Archive::open(bytes, Limits { n_entries: MAX_ENTRIES, bytes: MAX_BYTES })?;
    let paths: Vec<(usize, String)> = archive.entries().iter().map(|entry| entry.path.clone()).enumerate().collect();
    // The export of a document holds the same as `document.json`. The shortest path is the outermost.
    let named = |name: &str| {
        let named = paths.iter().filter(|(_, path)| path.rsplit('/').next() == Some(name));
        named.min_by_key(|(index, path)| (path.len(), *index))
    };
    let (index, path) = named("case.json").or_else(|| named("document.json")).ok_or(ImportError::NoCase)?;
    let json = archive.read(*index)?.unwrap_or_default();
    let case = parse_case(&String::from_utf8_lossy(&json))?;
    let folder = format!("{}{FOLDER}", path.get(..path.rfind('/').map_or(0, |at| at + 1)).unwrap_or_default());

    let mut file = CaseFile { case, ..CaseFile::default() };
    for (entry, path) in &paths {
        let Some(name) = path.strip_prefix(&folder) else { continue };
        let index = name.split_once('-').and_then(|(number, _)| number.parse::<usize>().ok());
        let input = index.and_then(|index| Some((index, file.case.inputs.get(index)?)));
        let Some((index, input)) = input.filter(|(index, _)| file.evidence.iter().all(|it| it.index != *index)) else {
            continue;
        };
        match archive.read(*entry) {
            Ok(Some(bytes)) if input.bytes == 0 || input.bytes == bytes.len() as u64 => {
                file.evidence.push(Carried { index, bytes });
            }
            Ok(Some(bytes)) => {
                let size = |bytes: u64| Arg::from(format::integer(i64::try_from(bytes).unwrap_or(i64::MAX)));
                let note = Message::new("import-evidence-size").with("path", input.path.as_str());
                file.notes.push(note.with("found", size(bytes.len() as u64)).with("expected", size(input.bytes)));
            }
            Ok(None) => {}
            Err(error) => file.notes.push(error.message()),
        }
    }
    file.evidence.order_by_key(|carried| carried.index);
    Ok(file)
}

impl From<ZipError> for ImportError {
    fn from(error: ZipError) -> Self {
        Self::Zip(error)
    }
}
