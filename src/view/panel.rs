//! Panels as data: what stands on a panel, said by the engine and drawn by the page without knowing what it means.
//!
//! A panel is a pure function from what was concluded and what the reader chose on it ([`PanelRequest::values`]) to items. The page draws
//! items, keeps the values and asks again when one changes. So a panel is tested without a browser and costs the page nothing; charts keep
//! panels of their own, because they follow the pointer.

use serde::{Deserialize, Serialize};

use crate::chart::{Drawing, Palette};
use crate::model::{Cite, EvidenceId};
use crate::text::{Lang, Texts};

/// A panel that is said as data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PanelKind {
    /// Stack dumps.
    Stacks,
    /// Everything that was given, and what became of it.
    Evidence,
    /// What restarted or fails, and what it has in common.
    Workloads,
    /// Every limit with its use: under the chart of threads and among the findings.
    Limits,
}

impl PanelKind {
    /// How many there are.
    pub const COUNT: usize = 4;
}

/// Asks for a panel as it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PanelRequest {
    /// Which.
    pub kind: PanelKind,
    /// What the reader chose or wrote, by id of the tool, column or row; what is not there was not touched.
    pub values: Vec<(String, String)>,
    /// Width of pictures in CSS pixels.
    pub width: u32,
    /// Colours from the style tokens.
    pub palette: Palette,
    /// Language.
    pub lang: Lang,
    /// Seconds east of UTC of shown times.
    pub offset_s: i32,
}

impl PanelRequest {
    /// A panel as nobody chose it yet, in light colours and English.
    #[must_use]
    pub fn unseen(kind: PanelKind) -> Self {
        let (values, palette) = (Vec::new(), Palette::light());
        Self { kind, values, width: 800, palette, lang: Lang::En, offset_s: 0 }
    }

    /// What the reader chose; empty while untouched.
    #[must_use]
    pub fn value(&self, id: &str) -> &str {
        self.values.iter().find(|(name, _)| name == id).map_or("", |(_, value)| value)
    }
}

/// The id of the value that holds the key of the row that is open.
pub const OPEN_ROW: &str = "row";

/// What stands on a panel, from top to bottom. Texts are in the reader's language and may hold words of evidence.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Panel {
    /// Its items.
    pub items: Vec<Item>,
}

/// Something on a panel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Item {
    /// The name of what follows.
    Heading(String),
    /// A sentence with its places.
    Text {
        /// What it says.
        text: String,
        /// How loud.
        weight: Weight,
        /// What proves it.
        cites: Vec<Cite>,
    },
    /// Things to choose from and to write into, in a row.
    Tools(Vec<Tool>),
    /// A picture. Everything on it must also stand in a table: not everybody sees it.
    Picture {
        /// What it shows, in a sentence.
        name: String,
        /// The drawing.
        drawing: Drawing,
        /// Where a click means something.
        spots: Vec<Spot>,
    },
    /// A table.
    Table {
        /// What it holds.
        name: String,
        /// Columns.
        head: Vec<Head>,
        /// Rows.
        rows: Vec<Row>,
    },
    /// Lines as they stand in evidence, none of them broken.
    Lines(Vec<String>),
    /// What is known of something: names and what stands under them.
    Facts(Vec<(String, String)>),
    /// What can be done about an input: the page has the corrections, the engine only says where they stand.
    Correct(EvidenceId),
}

/// How loud a sentence is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Weight {
    /// The answer.
    Verdict,
    /// Part of the argument.
    Plain,
    /// Something is amiss.
    Trouble,
    /// To be read by those who ask.
    Quiet,
}

/// Something to choose from or to write into. None says its value: the page keeps what was chosen, and so the tool under the reader's hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tool {
    /// One among several; untouched, it is the first.
    Choice {
        /// Its value's id.
        id: String,
        /// Its name.
        label: String,
        /// Values with their names.
        options: Vec<(String, String)>,
    },
    /// A text to look for.
    Search {
        /// Its value's id.
        id: String,
        /// Its name.
        label: String,
    },
    /// Sets values.
    Button {
        /// Ids of values and what they are set to.
        sets: Vec<(String, String)>,
        /// What the button says.
        label: String,
    },
}

/// A place on a picture that sets a value, in CSS pixels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spot {
    /// Left, top, right, bottom.
    pub area: (f32, f32, f32, f32),
    /// The value's id.
    pub id: String,
    /// What it is set to.
    pub value: String,
    /// What stands there.
    pub title: String,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Its name.
    pub label: String,
    /// Whether it holds numbers.
    pub is_number: bool,
}

/// A row.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Its identity, where it can be pressed; empty where not.
    pub key: String,
    /// What a press sets; nothing: the row itself opens and closes ([`OPEN_ROW`]).
    pub sets: Vec<(String, String)>,
    /// Whether the rows under it are shown, where it is the head of some.
    pub is_unfolded: Option<bool>,
    /// How deep in a tree.
    pub depth: u8,
    /// Cells.
    pub cells: Vec<String>,
    /// Where it stands in the evidence.
    pub cites: Vec<Cite>,
    /// What is under it, while it is open.
    pub open: Vec<Item>,
    /// The bar in one of its cells.
    pub gauge: Option<Gauge>,
}

/// How full something is, as a bar behind the words of a cell, which is not the first.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gauge {
    /// The cell's column.
    pub column: u32,
    /// From 0, empty, to 1; what is above is drawn as full.
    pub share: f64,
    /// 0: there is room; 1: from the mark at 80 % on; 2: full.
    pub level: u8,
}

impl Item {
    /// A sentence of the argument.
    #[must_use]
    pub fn plain(text: String, cites: Vec<Cite>) -> Self {
        Self::Text { text, weight: Weight::Plain, cites }
    }

    /// Something amiss.
    #[must_use]
    pub fn trouble(text: String, cites: Vec<Cite>) -> Self {
        Self::Text { text, weight: Weight::Trouble, cites }
    }

    /// A remark.
    #[must_use]
    pub fn quiet(text: String) -> Self {
        Self::Text { text, weight: Weight::Quiet, cites: Vec::new() }
    }
}

impl Tool {
    /// A button that sets one value.
    #[must_use]
    pub fn sets(id: &str, value: &str, label: String) -> Self {
        Self::Button { sets: vec![(id.to_owned(), value.to_owned())], label }
    }
}

/// The columns of a table: the id of each one's name, and whether it holds numbers.
#[must_use]
pub fn head(texts: &Texts, columns: &[(&str, bool)]) -> Vec<Head> {
    columns.iter().map(|(id, is_number)| Head { label: texts.get(id), is_number: *is_number }).collect()
}
