//! Requests and answers between the page and the desk: the worker that makes what leaves, and reads what comes back.
//!
//! The desk holds no evidence. What the engine knows and an export needs ([`Material`]) is sent to it as bytes that the page does not look
//! into. Dialogs are sheets: the desk says which widgets stand on one, the page draws them, and what a person does comes back as the id of
//! an act, which the desk carries out on the case. So a dialog is a pure function, tested without a browser, and costs the page nothing.

use serde::{Deserialize, Serialize};

use crate::chart::{ChartSpec, Drawing};
use crate::model::{Analysis, Citation, Cite, EvidenceMeta, Message, Timestamp};
use crate::postmortem::saved::SavedCase;
use crate::postmortem::{Document, ItemId};
use crate::text::Lang;
use crate::view::document::DocumentView;

/// What the engine gives for exports, in one language and zone.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Material {
    /// Conclusions.
    pub analysis: Analysis,
    /// All inputs.
    pub evidence: Vec<EvidenceMeta>,
    /// Charts by key, drawn wide and in light colours.
    pub charts: Vec<(String, ChartSpec)>,
    /// Every place that the analysis points at, quoted.
    pub citations: Vec<(Cite, Citation)>,
}

/// A form in which a case leaves the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportForm {
    /// `postmortem.md` alone: in place of a picture it says where there is one.
    Markdown,
    /// One HTML file.
    Html,
    /// Every form of the document, its charts and the files of its action items, in one archive.
    Zip,
    /// The document as JSON.
    Json,
    /// The case with small evidence (`.debrief`), as it is: nothing is replaced in it.
    CaseFile,
    /// The timeline for spreadsheets.
    TimelineCsv,
    /// The timeline as JSON lines for Timesketch.
    Timesketch,
    /// The document for the clipboard: HTML, and markdown as its plain text.
    RichText,
    /// `postmortem.md` and its charts beside it, for the command line.
    MarkdownFiles,
}

/// What is to be exported.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExportRequest {
    /// Form.
    pub form: ExportForm,
    /// The case: inputs in the order of the engine's.
    pub case: SavedCase,
    /// Language of the export.
    pub lang: Lang,
    /// Paths of the charts that the page drew as PNG, for an archive; their handles come with the message, in this order.
    pub pictures: Vec<String>,
    /// Inputs whose handles come with the message, in their order, by position in the case.
    pub handles: Vec<u32>,
    /// Bytes of evidence that a case file may carry.
    pub evidence_bytes: u64,
}

/// A form in which one chart leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChartFile {
    /// A drawing that scales.
    Svg,
    /// A picture: drawn by the page.
    Png,
    /// Every sample, one column per series.
    Csv,
}

/// One chart that is to leave on its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChartRequest {
    /// Form.
    pub form: ChartFile,
    /// Bytes of a [`LeavingChart`](crate::view::trends::LeavingChart).
    pub chart: Vec<u8>,
    /// The case: what is to be replaced is its choice.
    pub case: SavedCase,
}

/// A chart for the page to draw, because only a browser can make a PNG: what the drawing says may leave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    /// Path inside the export (`assets/threads.png`).
    pub path: String,
    /// The drawing, with its legend.
    pub drawing: Drawing,
}

/// A file that leaves the program by a person's click.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportedFile {
    /// Path inside the export (`postmortem.md`, `assets/threads.svg`).
    pub path: String,
    /// Media type.
    pub media_type: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// An input that came with an opened case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenedInput {
    /// Position in the case's inputs.
    pub index: u32,
    /// Content; its digest is the one that the case names.
    pub bytes: Vec<u8>,
}

/// A case that was opened from a file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OpenedCase {
    /// What people wrote and chose.
    pub case: SavedCase,
    /// Inputs that came along.
    pub evidence: Vec<OpenedInput>,
    /// What could not be taken, for the person.
    pub notes: Vec<Message>,
}

/// The act of [`SheetKind::Fixes`] that attaches what the suggestion of an action item names.
pub const SUGGESTED: &str = "suggested";

/// A dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SheetKind {
    /// Forms, template, language.
    Export,
    /// What is replaced, with a preview.
    Redaction,
    /// Notices.
    Comms,
    /// Ready-made fixes for an action item.
    Fixes(ItemId),
    /// Kept versions of the document.
    Versions,
    /// A case that was opened from a file: take it, or merge it.
    Opened,
    /// The cases that this browser keeps.
    Cases,
}

/// Asks for a dialog as it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SheetRequest {
    /// Which.
    pub kind: SheetKind,
    /// What the person wrote or chose on it so far, by widget id.
    pub values: Vec<(String, String)>,
    /// The case as it stands.
    pub case: SavedCase,
    /// The browser's clock.
    pub now: Timestamp,
    /// What the browser keeps; empty for all dialogs but [`SheetKind::Cases`].
    pub shelf: Shelf,
}

impl SheetRequest {
    /// What a widget holds; empty while nobody touched it.
    #[must_use]
    pub fn value(&self, id: &str) -> &str {
        self.values.iter().find(|(name, _)| name == id).map_or("", |(_, value)| value)
    }
}

/// A case that the browser keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShelfCase {
    /// Its name among the others: digits.
    pub id: String,
    /// Title of its document.
    pub title: String,
    /// When it was saved last.
    pub changed: Timestamp,
    /// Seconds that the browser's clock was ahead of UTC then: cases have zones of their own, and one list needs one.
    pub offset_s: i32,
    /// Inputs.
    pub n_inputs: u32,
    /// Bytes that are kept of them.
    pub bytes: u64,
    /// Whether its large inputs are kept too.
    pub keeps_large: bool,
    /// It is the one on this page.
    pub here: bool,
    /// Another tab writes it.
    pub elsewhere: bool,
}

/// What the browser keeps, and how much room there is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shelf {
    /// All cases, in no order.
    pub cases: Vec<ShelfCase>,
    /// Bytes used and granted to all of Debrief; `None` where the browser does not say.
    pub room: Option<(u64, u64)>,
    /// Whether the browser promised to clear nothing by itself; `None` where it cannot be asked.
    pub persisted: Option<bool>,
    /// Whether large inputs can be kept: browsers give no files to pages that came over plain HTTP.
    pub can_keep_large: bool,
}

/// What can be done with the cases that the browser keeps. The page does it: the desk has no storage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ShelfAct {
    /// Goes to a new case.
    New,
    /// Goes to a case.
    Open(String),
    /// Calls a case what the value [`RENAMED`] says.
    Rename(String),
    /// Puts a copy of a case beside it.
    Duplicate(String),
    /// Removes a case and everything kept of it.
    Delete(String),
    /// Asks the browser to clear nothing by itself.
    Persist,
    /// Keeps the large inputs of the case on this page too, or no longer.
    KeepLarge(bool),
}

/// Value of [`SheetKind::Cases`]: the title to be.
pub const RENAMED: &str = "case-title";

/// A dialog: what stands on it, from top to bottom.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// Its name.
    pub title: String,
    /// Its widgets.
    pub widgets: Vec<Widget>,
}

/// Something on a dialog. Texts are in the page's language; all of them may hold words of evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Widget {
    /// The name of what follows.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// A remark: what to be careful about, what is missing.
    Note(String),
    /// One among several.
    Choice {
        /// Its value's id.
        id: String,
        /// Its name.
        label: String,
        /// Values with their names.
        options: Vec<(String, String)>,
        /// The one chosen.
        value: String,
    },
    /// On or off; changing it is an act.
    Check {
        /// The act.
        act: String,
        /// What it says.
        label: String,
        /// Whether it is on.
        on: bool,
        /// What it is one of, where at most one of several is on; empty where it stands on its own.
        group: String,
    },
    /// A line to write.
    Field {
        /// Its value's id.
        id: String,
        /// Its name.
        label: String,
        /// What it holds.
        value: String,
    },
    /// A text file to read: its content becomes the value, its name the value of `<id>-name`.
    File {
        /// Its value's id.
        id: String,
        /// Its name.
        label: String,
        /// What the browser offers (`.md`).
        accept: String,
    },
    /// Text to copy.
    Verbatim(String),
    /// A table; a row may end with something to do.
    Table {
        /// Heads.
        head: Vec<String>,
        /// Rows.
        rows: Vec<SheetRow>,
    },
    /// One of a list of things with a name: what is known of it, and what can be done with it.
    Entry {
        /// Its name.
        name: String,
        /// What is known of it.
        says: String,
        /// What sets it apart from the others, as a word; empty for most.
        mark: String,
        /// What can be done with it.
        buttons: Vec<SheetButton>,
    },
    /// Things to do.
    Buttons(Vec<SheetButton>),
}

/// A row of a dialog's table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetRow {
    /// Cells.
    pub cells: Vec<String>,
    /// What can be done with it.
    pub button: Option<SheetButton>,
}

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetButton {
    /// What it says.
    pub label: String,
    /// What it does.
    pub does: Does,
    /// Whether it is what people mostly come for.
    pub primary: bool,
}

/// What a button does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Does {
    /// An act of the desk on the case.
    Act(String),
    /// Downloads the case in a form; rich text goes to the clipboard.
    Export(ExportForm),
    /// Copies a text.
    Copy(String),
    /// Asks for a case file and opens it.
    Open,
    /// Shows another dialog.
    Show(SheetKind),
    /// Forgets all values but one, which gets another content, and shows the dialog anew.
    Set(String, String),
    /// Does something with the cases that the browser keeps.
    Shelf(ShelfAct),
}

/// What an act did.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Acted {
    /// The case as it is now.
    pub case: SavedCase,
    /// Content of inputs that are new in it.
    pub evidence: Vec<OpenedInput>,
    /// What to tell the person.
    pub said: Vec<Message>,
    /// Whether the dialog is done with.
    pub closes: bool,
    /// Whether the case is to stand in the list as one of its own: the one on the page stays as it is.
    pub apart: bool,
}

/// What the page asks of the desk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum DeskRequest {
    /// Turns a snapshot of a case into the JSON that every release reads. Answered by [`DeskAnswer::Json`].
    ToJson(Vec<u8>),
    /// Turns the JSON of any release into this release's snapshot. Answered by [`DeskAnswer::Snapshot`].
    FromJson(String),
    /// What the engine knows now: bytes of a [`Material`]. Answered by [`DeskAnswer::Done`].
    Take(Vec<u8>),
    /// The document as it would leave. Answered by [`DeskAnswer::Preview`].
    Preview {
        /// The document.
        document: Box<Document>,
        /// Language of the export.
        lang: Lang,
    },
    /// The charts of an export that is about to be asked for. Answered by [`DeskAnswer::Pictures`].
    Pictures(Box<ExportRequest>),
    /// One chart, with the replacements of the document. Answered by [`DeskAnswer::Exported`], or by [`DeskAnswer::Pictures`] as PNG.
    Chart(Box<ChartRequest>),
    /// Exports. Answered by [`DeskAnswer::Exported`].
    Export(Box<ExportRequest>),
    /// Opens the file whose handle comes with the message and keeps it for [`SheetKind::Opened`]. Answered by [`DeskAnswer::Done`].
    Open,
    /// A dialog as it stands. Answered by [`DeskAnswer::Sheet`].
    Sheet(Box<SheetRequest>),
    /// Does what a dialog offers. Answered by [`DeskAnswer::Acted`].
    Act(Box<SheetRequest>, String),
}

/// What the desk answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum DeskAnswer {
    /// It is done; nothing to say.
    Done,
    /// A saved case as JSON.
    Json(String),
    /// A saved case as a snapshot.
    Snapshot(Vec<u8>),
    /// The document as it would leave.
    Preview(DocumentView),
    /// Charts to draw.
    Pictures(Vec<Picture>),
    /// Files; the first is the one that was asked for.
    Exported(Vec<ExportedFile>),
    /// A dialog.
    Sheet(Sheet),
    /// What an act did.
    Acted(Box<Acted>),
    /// It could not be done; says why.
    Failed(Message),
}
