//! Bytes become named, bounded, decoded inputs.
//!
//! Everything is read through [`Source`], the engine's only door to the outside: a `File` in the browser, a file or memory natively.
//! Reading is synchronous and sliced; the caller decides when the next slice is read, so queries and cancellation get their turn.

pub mod digest;
pub mod encoding;
pub mod guard;
pub mod lines;
pub mod profile;
pub mod source;

pub use lines::{Block, Line, LineIndex};
pub use source::{MemorySource, ReadError, Source, TextOf, read_all, read_full};
