//! A sentence before it has a language: a Fluent message id with arguments.

use serde::{Deserialize, Serialize};

use super::time::{TimeRange, Timestamp};

/// An argument of a message. Its form (digits, unit, zone) is decided by the language, not here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Arg {
    /// Text from evidence or a name; never translated.
    Text(String),
    /// A whole number.
    Int(i64),
    /// A number.
    Float(f64),
    /// A share between 0 and 1, shown as per cent.
    Ratio(f64),
    /// An instant, shown in the case's zone.
    Time(Timestamp),
    /// From one instant to another: the date once where it is the same day, the zone once.
    Range(TimeRange),
    /// A number of seconds, shown as a duration.
    Seconds(f64),
    /// A size in bytes.
    Bytes(u64),
    /// Another message.
    Message(Box<Message>),
    /// Several messages or texts, joined as a list.
    List(Vec<Arg>),
}

/// A sentence of the program: an id in `locales/*.ftl` and its arguments.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Fluent id, kebab-case.
    pub id: String,
    /// Named arguments, in the order given.
    pub args: Vec<(String, Arg)>,
}

impl Message {
    /// A message without arguments.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self { id: id.to_owned(), args: Vec::new() }
    }

    /// The argument that the case fills in: the last line that stands at the first place of the sentence.
    pub const QUOTED: &str = "quoted";

    /// A message that quotes its first place.
    #[must_use]
    pub fn quoting(id: &str) -> Self {
        Self::new(id).with(Self::QUOTED, "")
    }

    /// The same message with one more argument.
    #[must_use]
    pub fn with(mut self, name: &str, arg: impl Into<Arg>) -> Self {
        self.args.push((name.to_owned(), arg.into()));
        self
    }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Arg {
    fn from(number: u64) -> Self {
        Self::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<usize> for Arg {
    fn from(number: usize) -> Self {
        Self::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<u32> for Arg {
    fn from(number: u32) -> Self {
        Self::Int(i64::from(number))
    }
}

impl From<Timestamp> for Arg {
    fn from(at: Timestamp) -> Self {
        Self::Time(at)
    }
}

impl From<TimeRange> for Arg {
    fn from(range: TimeRange) -> Self {
        Self::Range(range)
    }
}

impl From<Message> for Arg {
    fn from(message: Message) -> Self {
        Self::Message(Box::new(message))
    }
}
