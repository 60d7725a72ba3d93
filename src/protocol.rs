//! Requests and answers between the page and the worker that holds the engine.
//!
//! Both sides are built from this file, so they agree; the version catches a page and a worker of different releases meeting through a
//! stale cache. A message on the wire is a JavaScript object `{ m: Uint8Array, f: File[] }`: `m` is this module's postcard bytes,
//! transferred, `f` the file handles that [`Request::Add`] or [`Answer::Members`] counts, cloned (a handle, not the bytes).

pub mod desk;

use serde::{Deserialize, Serialize};

use crate::compact;
use crate::model::{
    ByteRange, Citation, Cite, EvidenceId, EvidenceMeta, Issues, Message, Setting, TimeRange, Timestamp, Zone,
};
use crate::text::Lang;
use crate::view::conclusions::Conclusions;
use crate::view::lines::LinesView;
use crate::view::panel::{Panel, PanelRequest};
pub use crate::view::trends::TrendsRequest;
use crate::view::trends::TrendsView;

/// Raised with every change of this file's types.
pub const VERSION: u32 = 14;

/// Folder of the kept inputs of all cases.
pub const KEPT_FOLDER: &str = "cases";

/// Identity of a request; its answers carry it. Progress and evidence news carry 0.
pub type RequestId = u32;

/// From the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToWorker {
    /// Identity, from 1.
    pub id: RequestId,
    /// What is asked.
    pub request: Request,
}

/// From the worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToPage {
    /// The request answered; 0 for news.
    pub id: RequestId,
    /// The answer.
    pub answer: Answer,
}

/// One input to be added.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AddItem {
    /// Path or name to show.
    pub path: String,
    /// Where its bytes come from.
    pub source: AddSource,
    /// A remembered choice of format, zone or shift, applied before reading (restoring a case).
    pub choices: Choices,
    /// Whether it starts removed (restoring a case).
    pub removed: bool,
    /// What unpacking found wrong with it.
    pub noted: Issues,
    /// Whether more of it is still to come, by [`Request::Grow`].
    pub grows: bool,
}

/// What came out of an archive: an input, whose bytes are the handle at its place in the message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Path of the archive and in it.
    pub path: String,
    /// What could not be read of it.
    pub noted: Issues,
}

/// Where the bytes of an input come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum AddSource {
    /// The next file handle of the message.
    File,
    /// Text that was pasted.
    Text(String),
}

/// What a person corrected about an input.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Choices {
    /// Format id; `None` = as detected.
    pub format: Option<String>,
    /// Seconds east of UTC; `None` = as inferred.
    pub offset_s: Option<i32>,
    /// Year for times without one; `None` = as inferred.
    pub year: Option<i32>,
    /// Correction in milliseconds.
    pub shift_ms: i64,
    /// Day of the first time, in days since the epoch, for times of day without a date; `None` = as inferred.
    pub day: Option<i32>,
    /// What is set instead of guesses.
    pub settings: Vec<Setting>,
}

/// What the page asks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// First message: the page's protocol version, the browser's zone and clock. Answered by [`Answer::Ready`].
    Hello {
        /// [`VERSION`] of the page.
        version: u32,
        /// The browser's zone: that of times that state none.
        zone: Zone,
        /// The browser's clock: only used to infer a missing year.
        now: Timestamp,
    },
    /// What the engine says itself in a language, compiled (`text::engine_file`); told before anything is asked in it.
    Speak(Lang, String),
    /// Adds inputs to the case, in order. Ids are given in order from the next free one. Answered by [`Answer::Added`].
    Add(Vec<AddItem>),
    /// More of an input is there, as the file handle that comes along; a buffer behind it is its end.
    Grow {
        /// Input.
        evidence: EvidenceId,
        /// What unpacking found wrong with it, where that is all of it.
        noted: Option<Issues>,
    },
    /// Corrects an input.
    Choose(EvidenceId, Choices),
    /// Sets the zone of the case for inputs that state none; `None` = as inferred.
    SetZone(Option<i32>),
    /// Takes an input out of the analysis, or puts it back.
    SetRemoved(EvidenceId, bool),
    /// Stops reading an input (`None`: all); what was read stays.
    Cancel(Option<EvidenceId>),
    /// Holds all reading, or lets it go on where it was.
    Pause(bool),
    /// Empties the case: new ids start from 0 again.
    Clear,
    /// Lines of an input. Answered by [`Answer::Lines`].
    Lines {
        /// Input.
        evidence: EvidenceId,
        /// First line, from 1.
        first: u32,
        /// How many, at most 500.
        count: u32,
        /// Bytes that are marked where they are a part of a line; none where it is empty.
        cited: ByteRange,
    },
    /// Next line after (or before) `from` that holds `text`, or without one that tells of an error. Answered by [`Answer::FoundLine`].
    FindLine {
        /// Input.
        evidence: EvidenceId,
        /// Literal to look for, ASCII case ignored; empty for errors and worse.
        text: String,
        /// Line to start from, exclusive.
        from: u32,
        /// Backwards.
        backwards: bool,
    },
    /// Charts of the case. Answered by [`Answer::Trends`].
    Trends(TrendsRequest),
    /// A chart of these, by its key, for the desk: as a picture, or with every sample. Answered by [`Answer::Chart`].
    Chart {
        /// Key of the chart.
        key: String,
        /// Whether every sample is wanted.
        as_table: bool,
        /// How the reader has it.
        request: TrendsRequest,
    },
    /// A panel that is said as data. Answered by [`Answer::Panel`].
    Panel(PanelRequest),
    /// Freezes places into citations. Answered by [`Answer::Citations`].
    Cite(Vec<Cite>),
    /// Cites the nearest sample of a series. Answered by [`Answer::Citations`].
    CiteSample {
        /// Series key.
        series: String,
        /// Seconds since the epoch.
        at: f64,
    },
    /// What exports need of the engine. Answered by [`Answer::Material`].
    Material {
        /// Language of the charts' texts.
        lang: Lang,
        /// Zone of the charts' times, in seconds east of UTC.
        offset_s: i32,
    },
    /// Computes the digest of a file handle, away from the engine (sent to a second worker). Answered by [`Answer::Digest`].
    DigestFile(EvidenceId),
    /// Tells the engine a digest that the second worker computed.
    SetDigest(EvidenceId, String),
    /// Unpacks the file handle that comes along, called so (sent to the unpacker, which knows nothing else), without so many members, which
    /// came out before a pause. Answered by any number of [`Answer::Members`], then by [`Answer::Unpacked`].
    Unpack(String, usize),
    /// Copies the file handle that comes along into a file of the browser, under [`KEPT_FOLDER`] (sent to an unpacker of its own, which does
    /// nothing else meanwhile). Answered by [`Answer::Keeping`] after every piece, or by [`Answer::Failed`].
    Keep {
        /// The case, which has a folder of its own.
        case: String,
        /// Name of the file.
        file: String,
    },
    /// A [`desk::DeskRequest`] as bytes: the engine does not know what the desk does.
    Desk(Vec<u8>),
}

/// What the worker answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// The engine is up.
    Ready {
        /// [`VERSION`] of the worker.
        version: u32,
        /// Ids of all formats, for the menu that corrects one.
        formats: Vec<String>,
    },
    /// The ids given to added inputs.
    Added(Vec<EvidenceId>),
    /// The state of all inputs: sent on change, at most some ten times a second while reading.
    Evidence(Vec<EvidenceMeta>),
    /// How far reading is.
    Progress(Progress),
    /// Conclusions over everything read so far: sent when reading has ended and after every change.
    Analysis {
        /// Conclusions, as far as the page shows them by itself.
        conclusions: Box<Conclusions>,
        /// Zone in force for inputs that state none, in seconds east of UTC.
        offset_s: i32,
        /// Time range of everything that has a time.
        time_range: Option<TimeRange>,
    },
    /// Lines of an input.
    Lines(LinesView),
    /// The line found, if any.
    FoundLine(Option<u32>),
    /// Charts.
    Trends(TrendsView),
    /// Bytes of a [`LeavingChart`](crate::view::trends::LeavingChart), to be handed on to the desk; none where there is no such chart.
    Chart(Vec<u8>),
    /// A panel.
    Panel(Panel),
    /// Frozen citations, in the order asked.
    Citations(Vec<Citation>),
    /// Bytes of a [`desk::Material`], to be handed on to the desk.
    Material(Vec<u8>),
    /// A digest.
    Digest(EvidenceId, String),
    /// What came out of an archive since the last news of it; with as many handles, and where something is coming out, two more: its handle,
    /// and its last bytes as a buffer. None is news too: of how far it is.
    Members {
        /// What came out.
        members: Vec<Member>,
        /// The path of a large one of which only a part came out so far.
        coming: Option<String>,
        /// Bytes of the archive that were read.
        bytes_read: u64,
    },
    /// An archive is unpacked; what was wrong with it that no member says.
    Unpacked(Issues),
    /// How far a copy is.
    Keeping {
        /// Bytes that are copied.
        bytes: u64,
        /// Whether that is all, and safe.
        done: bool,
    },
    /// A [`desk::DeskAnswer`] as bytes.
    Desk(Vec<u8>),
    /// The request could not be done; says why in the reader's words (a message id of `locales/`).
    Failed(Message),
}

/// How far reading is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Bytes read of all inputs.
    pub bytes_done: u64,
    /// Those and what is still to be read.
    pub bytes_total: u64,
    /// Bytes per second over this run.
    pub bytes_per_second: f64,
    /// The share of the conclusions that is drawn, once everything is read.
    pub concluded: Option<f64>,
    /// Whether reading has ended and everything is concluded.
    pub idle: bool,
}

impl Progress {
    /// Seconds until everything is read, at the rate of this run; `None` while there is no rate.
    #[must_use]
    pub fn seconds_left(&self) -> Option<f64> {
        let left = self.bytes_total.saturating_sub(self.bytes_done) as f64 / self.bytes_per_second;
        Some(left.ceil()).filter(|left| left.is_finite())
    }
}

/// Encodes a message.
#[must_use]
pub fn encode<T: Serialize>(message: &T) -> Vec<u8> {
    compact::write(message)
}

/// Decodes a message; `None` when the bytes are no message of this version.
#[must_use]
pub fn decode<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Option<T> {
    compact::read(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_needs_a_rate() {
        let progress = Progress { bytes_done: 150, bytes_total: 200, bytes_per_second: 20.0, ..Progress::default() };
        assert_eq!(progress.seconds_left(), Some(3.0));
        assert_eq!(Progress { bytes_per_second: 0.0, ..progress }.seconds_left(), None);
        assert_eq!(Progress { bytes_done: 200, bytes_per_second: 0.0, ..progress }.seconds_left(), None);
    }
}
