//! The saved form of a case: JSON with a version.
//!
//! Written by the page on every change and read after a reload. The rule that keeps old cases alive: a released version's fields never
//! change their meaning; whatever changes gets a new version, the types of the old one stay here and turn into the new ones, and a file of
//! every version stays a fixture. So far there is one version.
//! Fields that are not known are ignored. A version from the future is refused, because ignoring what it knows would lose words.

use serde::{Deserialize, Serialize};

use super::{Document, edit};
use crate::model::Message;
use crate::text::Lang;

// A new version without a way to it from this one must not compile.
const _: () = assert!(Document::VERSION == 1);

/// What a person corrected about an input.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SavedChoices {
    /// Format id; `None` = as detected.
    pub format: Option<String>,
    /// Seconds east of UTC; `None` = as inferred.
    pub offset_s: Option<i32>,
    /// Year for times without one; `None` = as inferred.
    pub year: Option<i32>,
    /// Correction in milliseconds.
    pub shift_ms: i64,
}

/// One input: what is needed to know it again. Its bytes are kept elsewhere or dropped again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SavedInput {
    /// Path or name, as dropped.
    pub path: String,
    /// Size.
    pub bytes: u64,
    /// SHA-256 in lower-case hex, when it was computed in time.
    pub digest: Option<String>,
    /// What a person corrected.
    pub choices: SavedChoices,
    /// Taken out of the analysis.
    pub removed: bool,
}

/// A case as it is saved. Inputs stand in the order of their ids, which citations refer to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedCase {
    /// [`Document::VERSION`] of the program that wrote it.
    pub version: u32,
    /// The document.
    #[serde(default)]
    pub document: Document,
    /// Inputs.
    #[serde(default)]
    pub inputs: Vec<SavedInput>,
    /// Zone that a person set for inputs that state none, in seconds east of UTC; `None` = as inferred.
    #[serde(default)]
    pub zone_s: Option<i32>,
    /// Language of the page.
    #[serde(default)]
    pub lang: Lang,
    /// Language of the export.
    #[serde(default)]
    pub export_lang: Lang,
}

impl Default for SavedCase {
    fn default() -> Self {
        Self {
            version: Document::VERSION,
            document: Document::default(),
            inputs: Vec::new(),
            zone_s: None,
            lang: Lang::default(),
            export_lang: Lang::default(),
        }
    }
}

/// Why a saved case could not be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoadError {
    /// Not JSON, or not a case.
    Broken,
    /// Written by a newer program.
    Newer {
        /// Its version.
        version: u64,
    },
}

impl LoadError {
    /// What to tell the person: the saved bytes are never thrown away on an error, so both say what to do.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::Broken => Message::new("document-saved-broken"),
            Self::Newer { version } => Message::new("document-saved-newer").with("version", *version),
        }
    }
}

impl SavedCase {
    /// The case as JSON.
    ///
    /// # Errors
    /// When serialisation fails, which only an allocation failure can cause.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// Reads a case of this or any older version.
    ///
    /// # Errors
    /// When the text is no case or was written by a newer program.
    pub fn from_json(json: &str) -> Result<Self, LoadError> {
        let Version { version } = serde_json::from_str(json).map_err(|_| LoadError::Broken)?;
        match version {
            0 => return Err(LoadError::Broken),
            1 => {}
            _ => return Err(LoadError::Newer { version }),
        }
        let mut case: Self = serde_json::from_str(json).map_err(|_| LoadError::Broken)?;
        edit::mend(&mut case.document);
        Ok(case)
    }
}

/// What is read first: everything else depends on it.
#[derive(Deserialize)]
struct Version {
    version: u64,
}
