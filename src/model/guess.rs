//! What had to be guessed to read an input, and what a person set instead.

use serde::{Deserialize, Serialize};

/// What is guessed. Zone, year and day are the [clock](super::time::Clock)'s.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GuessKind {
    /// What separates cells: `,`, `;` or `tab`.
    Delimiter,
    /// What separates fractions: `.` or `,`; `.,` where each number may have either.
    DecimalMark,
    /// The column that is the time of a row: its name, or `#3` where it has none.
    TimeColumn,
    /// What epochs count: `s`, `ms`, `us` or `ns`. Written times have none.
    TimeUnit,
}

/// One guess, for people to look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guess {
    /// What.
    pub what: GuessKind,
    /// How the input was read.
    pub value: String,
    /// How else it could be read.
    pub alternatives: Vec<String>,
    /// Whether a person set the value.
    pub chosen: bool,
}

/// What a person set instead of a guess.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// What.
    pub what: GuessKind,
    /// How the input is to be read; a value that makes no sense for it is passed over.
    pub value: String,
}

impl Setting {
    /// The value that is set for something.
    #[must_use]
    pub fn of(settings: &[Self], what: GuessKind) -> Option<&str> {
        settings.iter().find(|setting| setting.what == what).map(|setting| setting.value.as_str())
    }
}
