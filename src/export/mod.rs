//! What leaves the program: the document as blocks and as markdown, and the command line's text, JSON and CSV.
//!
//! All text of evidence is hostile here: every writer passes it through `inert` and its own escaping.

mod appendix;
pub mod document;
pub mod draft;
pub mod inert;
pub mod json;
pub mod markdown;
mod references;
pub mod report;
pub mod series;
mod terminal;
