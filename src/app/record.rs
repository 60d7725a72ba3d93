//! The record of the saved case in the browser's storage: a snapshot that this release reads at once, and JSON that every release reads.
//!
//! The JSON is made later, from the snapshot of one revision. Where it is of an older revision than the snapshot and the snapshot cannot be
//! read, words are missing: that is told, never hidden.

use debrief::model::Message;
use debrief::postmortem::saved::{LoadError, SNAPSHOT, SavedCase};
use debrief::protocol::desk::{DeskAnswer, DeskRequest};
use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

use super::database::{field, number, object};
use super::desk::Desk;

/// The record.
#[derive(Clone, Default)]
pub(crate) struct Record {
    /// Number of the snapshot's shape; 0 without a snapshot.
    shape: u32,
    /// Counts saves.
    revision: u32,
    snapshot: Uint8Array,
    json: Option<String>,
    /// The revision that the JSON was made from.
    json_revision: u32,
}

/// A case that was read back.
pub(crate) struct Opened {
    /// The case.
    pub(crate) case: SavedCase,
    /// It came out of the JSON: a snapshot of this release has to be written.
    pub(crate) converted: bool,
    /// The JSON was older than the snapshot: the last changes are missing.
    pub(crate) behind: bool,
}

impl Record {
    /// As it stands in the database. The first release kept JSON alone.
    pub(crate) fn from_js(value: &JsValue) -> Self {
        if let Some(json) = value.as_string() {
            return Self { json: Some(json), ..Self::default() };
        }
        Self {
            shape: number(value, "shape") as u32,
            revision: number(value, "revision") as u32,
            snapshot: field(value, "snapshot").dyn_into().unwrap_or_default(),
            json: field(value, "json").as_string(),
            json_revision: number(value, "jsonRevision") as u32,
        }
    }

    /// As it goes into the database.
    pub(crate) fn to_js(&self) -> JsValue {
        object(&[
            ("shape", self.shape.into()),
            ("revision", self.revision.into()),
            ("snapshot", self.snapshot.clone().into()),
            ("json", self.json.as_deref().into()),
            ("jsonRevision", self.json_revision.into()),
        ])
    }

    /// Name to keep it under where it could not be read to its end.
    pub(crate) fn name(&self) -> String {
        format!("kept-{}-{}", self.shape, self.revision)
    }

    /// The case it holds.
    pub(crate) async fn open(&self, desk: &Desk) -> Result<Opened, Message> {
        if self.shape == SNAPSHOT
            && let Some(case) = SavedCase::from_snapshot(&self.snapshot.to_vec())
        {
            return Ok(Opened { case, converted: false, behind: false });
        }
        let broken = || LoadError::Broken.message();
        let Some(json) = self.json.clone() else {
            // Closed before there was any JSON: another release's snapshot is all there is.
            let is_foreign = self.shape != 0 && self.shape != SNAPSHOT;
            let empty = Opened { case: SavedCase::default(), converted: true, behind: true };
            return is_foreign.then_some(empty).ok_or_else(broken);
        };
        match desk.ask(DeskRequest::FromJson(json)).await {
            DeskAnswer::Snapshot(bytes) => {
                let case = SavedCase::from_snapshot(&bytes).ok_or_else(broken)?;
                Ok(Opened { case, converted: true, behind: self.is_behind() })
            }
            DeskAnswer::Failed(why) => Err(why),
            _ => Err(broken()),
        }
    }

    /// Takes a new state of the case in.
    pub(crate) fn take(&mut self, snapshot: &[u8]) {
        self.shape = SNAPSHOT;
        self.revision = self.revision.wrapping_add(1);
        self.snapshot = Uint8Array::from(snapshot);
    }

    /// What to ask for the JSON of the present state, with its revision; `None` when the JSON is there, or nothing was saved yet.
    pub(crate) fn wants_json(&self) -> Option<(u32, DeskRequest)> {
        (self.shape == SNAPSHOT && self.is_behind())
            .then(|| (self.revision, DeskRequest::ToJson(self.snapshot.to_vec())))
    }

    /// Takes the JSON of a revision in, unless the case has changed since; says whether it did.
    pub(crate) fn take_json(&mut self, revision: u32, json: String) -> bool {
        if self.revision != revision {
            return false;
        }
        self.json = Some(json);
        self.json_revision = revision;
        true
    }

    fn is_behind(&self) -> bool {
        self.json.is_none() || self.json_revision != self.revision
    }
}
