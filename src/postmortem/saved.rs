//! The saved form of a case, twice: JSON with a version, which survives releases, and a snapshot, which does not.
//!
//! A snapshot is what the page itself writes on every change: small code, no worker, so words are safe while the engine is dead. It is read
//! back only by a release with the same [`SNAPSHOT`] number. A worker makes the JSON out of it when there is time.
//!
//! The rule that keeps old cases alive: a released version's fields never change their meaning; whatever changes gets a new version, the
//! types of the old one stay here and turn into the new ones, and a file of every version stays a fixture.
//! Fields that are not known are ignored. A version from the future is refused, because ignoring what it knows would lose words.

mod v1;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Document, apply};
use crate::compact;
use crate::model::{Issues, Message, Setting, Timestamp};
use crate::text::Lang;

// A new version without a way to it from this one must not compile.
const _: () = assert!(Document::VERSION == 2);

/// Number of the snapshot's shape. A change of any type inside [`SavedCase`] raises it: `cargo xtask snapshot` does, and a test asks for it.
pub const SNAPSHOT: u32 = 5;

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
    /// Day of the first time, in days since the epoch, for times of day without a date; `None` = as inferred.
    pub day: Option<i32>,
    /// What is set instead of guesses.
    pub settings: Vec<Setting>,
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
    /// What unpacking found wrong with it.
    pub noted: Issues,
    /// Of a case that another one took the place of: here for undo alone, so it does not leave with this one.
    pub former: bool,
}

/// A state of the document that a person kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedVersion {
    /// When, by the browser's clock.
    pub at: Timestamp,
    /// What a person calls it, or why the program kept it (before an import).
    pub name: String,
    /// The document as it was.
    pub document: Document,
    /// Of a case that another one took the place of.
    #[serde(default)]
    pub former: bool,
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
    /// Earlier states of the document, the oldest first.
    #[serde(default)]
    pub versions: Vec<SavedVersion>,
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
            versions: Vec::new(),
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
    /// The case as this release's snapshot.
    #[must_use]
    pub fn to_snapshot(&self) -> Vec<u8> {
        compact::write(self)
    }

    /// Reads a snapshot whose number is [`SNAPSHOT`]; `None` when it is damaged.
    #[must_use]
    pub fn from_snapshot(bytes: &[u8]) -> Option<Self> {
        compact::read(bytes)
    }

    /// The case as JSON.
    ///
    /// # Errors
    /// When serialisation fails, which only an allocation failure can cause.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        // By way of a value: code for every type here exists once, however many forms of JSON there are.
        serde_json::to_value(self).map(|case| case.to_string())
    }

    /// Reads a case of this or any older version.
    ///
    /// # Errors
    /// When the text is no case or was written by a newer program.
    pub fn from_json(json: &str) -> Result<Self, LoadError> {
        let value: Value = serde_json::from_str(json).map_err(|_| LoadError::Broken)?;
        let mut case: Self = match value.get("version").and_then(Value::as_u64) {
            None | Some(0) => return Err(LoadError::Broken),
            Some(1) => Self::from_v1(value)?,
            Some(2) => serde_json::from_value(value).map_err(|_| LoadError::Broken)?,
            Some(version) => return Err(LoadError::Newer { version }),
        };
        apply::mend(&mut case.document);
        Ok(case)
    }
}

impl SavedCase {
    /// Only the document was another in version 1.
    fn from_v1(mut case: Value) -> Result<Self, LoadError> {
        let document = case.as_object_mut().and_then(|case| case.remove("document"));
        let document: v1::DocumentV1 = document
            .map_or_else(|| Ok(v1::DocumentV1::default()), serde_json::from_value)
            .map_err(|_| LoadError::Broken)?;
        let rest: Self = serde_json::from_value(case).map_err(|_| LoadError::Broken)?;
        Ok(Self { version: Document::VERSION, document: document.into(), ..rest })
    }
}
