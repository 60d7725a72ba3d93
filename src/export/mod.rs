//! What leaves the program and comes back: the document as blocks and in every form it is written in, the case as a file, and the command
//! line's text, JSON and CSV.
//!
//! All text of evidence is hostile here: every writer passes it through `inert` and its own escaping. So is every file that is opened.

pub mod bundle;
pub mod case_file;
mod cause_graph;
pub mod chart_csv;
pub mod comms;
mod coverage_json;
pub mod document;
pub mod document_json;
pub mod draft;
mod evidence_json;
pub mod file_names;
pub mod html;
pub mod import;
pub mod inert;
pub mod issue;
pub mod json;
pub mod markdown;
pub mod markdown_import;
mod markdown_reader;
mod metrics_json;
mod references;
pub mod report;
pub mod series;
pub mod stacks;
pub mod template;
mod terminal;
pub mod timeline_csv;
pub mod timesketch;
pub mod zip;
