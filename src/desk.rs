//! The desk: everything that leaves the program and comes back, over a case's words and what the engine told. It holds no evidence.
//!
//! One object behind one request type, so that the worker and the command line only carry messages.

mod chart;
mod export;
mod material;
mod open;
mod sheets;

use crate::evidence::Source;
use crate::model::Message;
use crate::postmortem::saved::{LoadError, SavedCase};
use crate::protocol::desk::{DeskAnswer, DeskRequest, Material, OpenedCase};

pub use open::open;

/// The desk.
#[derive(Default)]
pub struct Desk {
    material: Material,
    /// The case that was opened last, until it is taken.
    opened: Option<OpenedCase>,
}

impl Desk {
    /// A desk that knows what the engine knows.
    #[must_use]
    pub fn new(material: Material) -> Self {
        Self { material, opened: None }
    }

    /// Answers a request; `files` are the handles that came with it.
    pub fn answer(&mut self, request: DeskRequest, files: &[&dyn Source]) -> DeskAnswer {
        match request {
            DeskRequest::ToJson(snapshot) => {
                snapshot_to_json(&snapshot).map_or_else(DeskAnswer::Failed, DeskAnswer::Json)
            }
            DeskRequest::FromJson(json) => {
                json_to_snapshot(&json).map_or_else(DeskAnswer::Failed, DeskAnswer::Snapshot)
            }
            DeskRequest::Take(bytes) => match crate::protocol::decode::<Material>(&bytes) {
                Some(material) => {
                    self.material = material;
                    DeskAnswer::Done
                }
                None => DeskAnswer::Failed(Message::new("page-engine-stopped")),
            },
            DeskRequest::Preview { document, lang } => DeskAnswer::Preview(self.preview(&document, lang)),
            DeskRequest::Pictures(request) => DeskAnswer::Pictures(self.pictures(&request)),
            DeskRequest::Chart(request) => self.chart(&request),
            DeskRequest::Export(request) => {
                self.export(&request, files).map_or_else(DeskAnswer::Failed, DeskAnswer::Exported)
            }
            DeskRequest::Open => match files.first().map(|file| open::open_file(*file)) {
                Some(Ok(opened)) => {
                    self.opened = Some(opened);
                    DeskAnswer::Done
                }
                Some(Err(message)) => DeskAnswer::Failed(message),
                None => DeskAnswer::Failed(Message::new("page-engine-stopped")),
            },
            DeskRequest::Sheet(request) => DeskAnswer::Sheet(self.sheet(&request)),
            DeskRequest::Act(request, act) => DeskAnswer::Acted(Box::new(self.act(*request, &act))),
        }
    }
}

/// The JSON that every release reads, out of this release's snapshot.
///
/// # Errors
/// When the snapshot is damaged; says so in the reader's words.
pub fn snapshot_to_json(snapshot: &[u8]) -> Result<String, Message> {
    let case = SavedCase::from_snapshot(snapshot).ok_or_else(|| LoadError::Broken.message())?;
    case.to_json().map_err(|_| LoadError::Broken.message())
}

/// This release's snapshot of a saved case, out of the JSON of any release.
///
/// # Errors
/// When the JSON is no case or a newer release wrote it; says so in the reader's words.
pub fn json_to_snapshot(json: &str) -> Result<Vec<u8>, Message> {
    let case = SavedCase::from_json(json).map_err(|error| error.message())?;
    Ok(case.to_snapshot())
}
