//! Whatever of ours a person opens: a `.debrief` file, the zip of an export, a saved case or document as JSON, our markdown. It is recognised
//! by its content; its name says nothing.

use serde::de::IgnoredAny;

use crate::model::Message;
use crate::postmortem::saved::{LoadError, SavedCase};

use super::case_file::{self, CaseFile};
use super::markdown_import;
use super::zip::ZipError;

/// Why nothing could be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ImportError {
    /// Neither a case nor a document of ours.
    NotOurs,
    /// An archive without a case in it.
    NoCase,
    /// The archive, or the case in it, cannot be read.
    Zip(ZipError),
    /// The case is no JSON.
    Json {
        /// Line of the first mistake, from 1.
        line: usize,
        /// Column in it, from 1.
        column: usize,
    },
    /// JSON, but not of a case, or of a newer program.
    Case(LoadError),
}

impl ImportError {
    /// What to tell the person.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::NotOurs => Message::new("import-not-ours"),
            Self::NoCase => Message::new("import-no-case"),
            Self::Zip(error) => error.message(),
            Self::Json { line, column } => {
                // Places are names: they are not grouped.
                Message::new("import-json-broken").with("line", line.to_string()).with("column", column.to_string())
            }
            Self::Case(LoadError::Broken) => Message::new("import-json-other"),
            Self::Case(error) => error.message(),
        }
    }
}

/// Opens a file of ours.
///
/// # Errors
/// When it is none, or damaged; says what and where.
pub fn open(bytes: &[u8]) -> Result<CaseFile, ImportError> {
    if bytes.starts_with(b"PK") {
        return case_file::read(bytes);
    }
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    if text.starts_with('{') {
        return Ok(CaseFile { case: parse_case(text)?, ..CaseFile::default() });
    }
    let (case, notes) = markdown_import::import(text).ok_or(ImportError::NotOurs)?;
    Ok(CaseFile { case, notes, ..CaseFile::default() })
}

/// A saved case, or a document as JSON, which is one with additions.
pub(super) fn parse_case(json: &str) -> Result<SavedCase, ImportError> {
    SavedCase::from_json(json.trim_start_matches('\u{feff}')).map_err(|error| {
        let broken = serde_json::from_str::<IgnoredAny>(json).err().filter(|_| error == LoadError::Broken);
        broken.map_or(ImportError::Case(error), |it| ImportError::Json { line: it.line(), column: it.column() })
    })
}
