//! The postmortem as blocks: the one structure behind the live preview and the markdown.

use serde::{Deserialize, Serialize};

use crate::model::Citation;

/// A rendered document.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DocumentView {
    /// Blocks, in order.
    pub blocks: Vec<Block>,
    /// Evidence index: entry `i` is reference `[E(i+1)]`.
    pub references: Vec<Citation>,
    /// What is still missing, in the reader's language.
    pub missing: Vec<String>,
}

/// A piece of text: plain words or a reference into the evidence index.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Inline {
    /// Words; hostile until escaped.
    Text(String),
    /// Words to be stressed.
    Strong(String),
    /// A command or a name, verbatim in the code face.
    Code(String),
    /// A reference, from 1.
    Reference(u32),
    /// The name of a heading of this document, as the way to it.
    Link(String),
}

/// A block of the document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Block {
    /// A heading of level 1 to 4.
    Heading(u8, String),
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// A list; the first member of an item is its depth.
    List(Vec<(u8, Vec<Inline>)>),
    /// A numbered list.
    Numbered(Vec<Vec<Inline>>),
    /// A table: heads and rows.
    Table(Vec<String>, Vec<Vec<Vec<Inline>>>),
    /// A chart: file name, description, SVG.
    Chart {
        /// Path inside the export.
        path: String,
        /// What it shows.
        alt: String,
        /// The picture.
        svg: String,
    },
    /// Quoted evidence: reference number and lines.
    Quote(u32, Vec<String>),
    /// Things to do: whether each is done, and what.
    Tasks(Vec<(bool, Vec<Inline>)>),
    /// A file, verbatim: its language as a code fence names it, and its text.
    Code {
        /// Language (`yaml`); may be empty.
        language: String,
        /// The text, with its lines.
        text: String,
    },
    /// A remark of the program (an empty section, a draft mark).
    Note(String),
}
