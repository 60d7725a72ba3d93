//! What had to be guessed to read an input, and what a person set instead.

use serde::{Deserialize, Serialize};

/// What is guessed. Zone, year and day are the [clock](super::time::Clock)'s.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GuessKind {
    /// What separates cells: `,`, `;`, `tab` or `blank`.
    Delimiter,
    /// What separates fractions: `.` or `,`; `.,` where each number may have either.
    DecimalMark,
    /// The column that is the time of a row: its name, or `#3` where it has none; `Date + Time` where the time of day stands beside the day.
    TimeColumn,
    /// What epochs count: `s`, `ms`, `us`, `ns`, or `excel` for the days that spreadsheets count. Written times have none.
    TimeUnit,
    /// What comes first in dates that could be read both ways: `dd/mm`, `mm/dd`, or `yy/mm/dd` where years have two digits.
    DateOrder,
}

impl GuessKind {
    /// The id of its name in the texts.
    #[must_use]
    pub const fn message_id(self) -> &'static str {
        match self {
            Self::Delimiter => "evidence-guess-delimiter",
            Self::DecimalMark => "evidence-guess-decimal-mark",
            Self::TimeColumn => "evidence-guess-time-column",
            Self::TimeUnit => "evidence-guess-time-unit",
            Self::DateOrder => "evidence-guess-date-order",
        }
    }
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
    /// What the first row then says, of the value and of each alternative: a piece of it, or how a cell of it is read. The same in every
    /// language; empty where no cell shows a difference.
    #[serde(default)]
    pub readings: Vec<String>,
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

impl Guess {
    /// What can be set otherwise: what was guessed, and what was set by hand even where nothing could be read with it.
    #[must_use]
    pub fn open(guesses: &[Self], settings: &[Setting]) -> Vec<Self> {
        let mut open = guesses.to_vec();
        for Setting { what, value } in settings {
            if guesses.iter().all(|guess| guess.what != *what) {
                let (value, alternatives, readings) = (value.clone(), Vec::new(), Vec::new());
                open.push(Self { what: *what, value, alternatives, readings, chosen: true });
            }
        }
        open
    }
}

impl Setting {
    /// The value that is set for something.
    #[must_use]
    pub fn of(settings: &[Self], what: GuessKind) -> Option<&str> {
        settings.iter().find(|setting| setting.what == what).map(|setting| setting.value.as_str())
    }
}
