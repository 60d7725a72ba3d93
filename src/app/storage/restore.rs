//! The way back: a saved case is put on the page, at the start and when another tab gave it.

use std::rc::Rc;

use debrief::postmortem::saved::{SavedCase, SavedInput};
use wasm_bindgen::prelude::*;

use super::{Kept, Store, clock_now, json_soon, save_soon, watch};
use crate::app::database::{self, BLOBS, CASE, LIST, RECORDS, begin, commit, done, key};
use crate::app::inputs::Input;
use crate::app::record::Record;
use crate::app::row::Row;
use crate::app::state::{SaveState, Tone};
use crate::app::{keeping, shelf};

impl Store {
    /// Brings the saved case back and, where this tab may write, saves every change from then on. Says whether it may.
    /// `again`: it is on the page already, and another tab may have changed it.
    pub(super) async fn restore(self: &Rc<Self>, again: bool) -> Result<bool, JsValue> {
        let app = self.app;
        let (id, held) = (self.id(), self.holds());
        let transaction = begin(&self.database, false)?;
        let row = done(&transaction.object_store(LIST)?.get(&id.as_str().into())?);
        let value = done(&transaction.object_store(RECORDS)?.get(&key(&id, CASE))?);
        self.row.replace(Row::from_js(&row.await?));
        let value = value.await?;
        if value.is_undefined() {
            if again {
                // It was deleted over there: nothing of it may stay here either.
                shelf::leave(&shelf::new_id());
                return Ok(false);
            }
            if self.holds() {
                watch(self);
            }
            return Ok(self.holds());
        }
        let record = Record::from_js(&value);
        let opened = match record.open(&app.desk()).await {
            Ok(opened) => opened,
            Err(why) => {
                // What cannot be read must not be overwritten either.
                app.engine_trouble.set(Some(why));
                return Ok(false);
            }
        };
        if opened.behind {
            if self.holds() {
                self.keep(&record, &value).await?;
            }
            app.notify(Tone::Trouble, app.t("document-saved-behind"));
        }
        self.show(opened.case, again, held).await?;
        self.record.replace(record);
        app.save_state.set(SaveState::Saved(clock_now()));
        if self.holds() {
            watch(self);
            let titled = app.document.with_untracked(|document| document.title() == self.row.borrow().title);
            if opened.converted || !titled {
                app.save_state.set(SaveState::Pending);
                save_soon(self);
            } else {
                json_soon(self);
            }
        }
        Ok(self.holds())
    }

    /// Puts a record that could not be read to its end aside, before anything is written over it.
    async fn keep(&self, record: &Record, value: &JsValue) -> Result<(), JsValue> {
        let transaction = begin(&self.database, true)?;
        transaction.object_store(RECORDS)?.put_with_key(value, &key(&self.id(), record.name()))?;
        commit(transaction).await
    }

    /// Puts a saved case on the page, unless it was given to this tab since: what is shown from then on is newer.
    async fn show(&self, saved: SavedCase, again: bool, held: bool) -> Result<(), JsValue> {
        let app = self.app;
        let id = self.id();
        let transaction = begin(&self.database, false)?;
        let blobs = transaction.object_store(BLOBS)?;
        let blobs = database::entries(&blobs, Some(&database::all_of(&id)?))?.await?;
        let mut kept = vec![Kept::default(); saved.inputs.len()];
        for (place, value) in blobs {
            let place = js_sys::Array::from(&place).get(1).as_f64().unwrap_or_default() as usize;
            let (Some(kept), Some(input)) = (kept.get_mut(place), saved.inputs.get(place)) else { continue };
            *kept = match value.as_string() {
                Some(file) => Kept { blob: keeping::find(&id, &file, input.bytes).await, file: Some(file) },
                None => Kept { blob: value.dyn_into().ok(), file: None },
            };
        }
        if again && self.holds() != held {
            return Err(JsValue::UNDEFINED);
        }
        // The evidence says it again only when it is read.
        if !saved.inputs.is_empty() {
            app.case_offset_s.set(saved.document.offset_s);
        }
        app.replace_document(saved.document);
        app.versions.set(saved.versions);
        let now = app.engine().inputs();
        let fuller = now.iter().zip(&kept).any(|(input, kept)| input.blob.is_none() && kept.blob.is_some());
        if !fuller && now.iter().cloned().map(SavedInput::from).eq(saved.inputs.iter().cloned()) {
            // What is read already need not be read again; its bytes are those that are kept.
            for (kept, input) in kept.iter_mut().zip(now).filter(|(kept, _)| kept.blob.is_some()) {
                kept.blob = input.blob;
            }
        } else {
            let inputs = saved.inputs.into_iter().zip(&kept);
            let inputs = inputs.map(|(input, kept)| Input::saved(input, kept.blob.clone())).collect();
            if again {
                app.engine().replace_inputs(inputs, saved.zone_s);
            } else {
                app.engine().restore(inputs, saved.zone_s);
            }
        }
        self.kept.replace(kept);
        Ok(())
    }
}
