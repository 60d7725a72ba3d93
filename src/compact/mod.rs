//! Messages as postcard bytes, without a failing path: writing cannot fail, and what is wrong with what is read is told once, at the end. So
//! the compiler writes no code for what to do where a field fails, which was half of the code for messages.
//!
//! Source of the form: <https://postcard.jamesmunns.com/wire-format>.

mod read;
mod write;

use std::fmt;

pub(crate) use read::read;
use serde::{de, ser};
pub(crate) use write::write;

/// The error of what cannot fail.
#[derive(Debug)]
enum Never {}

impl fmt::Display for Never {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

impl std::error::Error for Never {}

impl de::Error for Never {
    fn custom<T: fmt::Display>(_: T) -> Self {
        // Derived code asks for this where an enum has no such variant or a field is missing; the reader gives neither.
        unreachable!()
    }
}

impl ser::Error for Never {
    fn custom<T: fmt::Display>(_: T) -> Self {
        // Types ask for this that cannot be written, such as a time before 1970 or a lock that was poisoned; no message holds one.
        unreachable!()
    }
}
