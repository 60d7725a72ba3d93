//! Writing the case: the words always, the bytes of the inputs where there is room.

use debrief::protocol::desk::DeskAnswer;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, IdbTransaction};

use super::{KEEP_BYTES, Kept, Store, clock_now, is_full, reason, saved_case};
use crate::app::database::{BLOBS, CASE, LIST, RECORDS, all_of, begin, commit, done, key};
use crate::app::inputs::Input;
use crate::app::keeping::{self, Copy};
use crate::app::locks::{self, Lock};
use crate::app::row::Row;
use crate::app::state::{SaveState, Tone};
use crate::app::{shelf, tabs};

/// Why a transaction was not made.
enum Refused {
    /// Another tab wrote the case.
    Taken,
    Failed(JsValue),
}

impl From<JsValue> for Refused {
    fn from(error: JsValue) -> Self {
        Self::Failed(error)
    }
}

impl Store {
    /// Writes everything, or at least the words; what is too much is given up and said.
    pub(super) async fn save(&self) -> SaveState {
        let inputs = self.app.engine().inputs();
        self.record.borrow_mut().take(&saved_case(self.app, &inputs).to_snapshot());
        // Once given up, bytes are not tried again for the same inputs: they would take the room of the words once more.
        let mut with_bytes = self.given_up.get() != inputs.len();
        let mut lost = false;
        loop {
            match self.write(&inputs, with_bytes).await {
                Ok(()) => {
                    if lost {
                        self.app.notify(Tone::Trouble, self.app.t("page-inputs-not-kept"));
                    }
                    tabs::tell_saved(&self.id());
                    return SaveState::Saved(clock_now());
                }
                // Under a new name nobody else writes.
                Err(Refused::Taken) => self.go_apart().await,
                // The bytes may be too many or gone; the words must be saved all the same.
                Err(Refused::Failed(_)) if with_bytes => (with_bytes, lost) = (false, true),
                Err(Refused::Failed(error)) => {
                    if !is_full(&error) || self.given_up.replace(inputs.len()) == inputs.len() {
                        return SaveState::Failed(reason(&error));
                    }
                    lost = true;
                    // Where that fails too, the next try says why.
                    drop(self.evict().await);
                }
            }
        }
    }

    /// Gives up the bytes that are kept of this case, to make room for its words.
    async fn evict(&self) -> Result<(), Refused> {
        let (transaction, id) = (self.begin().await?, self.id());
        transaction.object_store(BLOBS)?.delete(all_of(&id)?.as_ref())?;
        commit(transaction).await?;
        self.kept.take();
        keeping::stop(self.app);
        keeping::forget_all(&id).await;
        Ok(())
    }

    /// What is on this page becomes a case of its own: another tab wrote the one it was.
    async fn go_apart(&self) {
        self.go_on_as_another().await;
        self.app.notify(Tone::Trouble, self.app.t("page-case-apart"));
    }

    /// Begins a case of its own, with nothing kept of the one before.
    pub(crate) async fn begin_anew(&self) {
        self.go_on_as_another().await;
        self.record.take();
    }

    async fn go_on_as_another(&self) {
        let id = shelf::new_id();
        self.lock.replace(locks::lock(&id, false).await);
        shelf::show_address(&id);
        self.id.replace(id);
        self.kept.take();
        self.row.take();
    }

    /// Begins to write, unless this tab may no longer, or another one wrote since this one read. With a lock nobody can have: then nothing is
    /// waited for, so that the last words of a page that goes away are written.
    async fn begin(&self) -> Result<IdbTransaction, Refused> {
        if !self.writes.get() {
            return Err(Refused::Failed(self.app.t("page-read-only").into()));
        }
        let transaction = begin(&self.database, true)?;
        if self.lock.borrow().as_ref().is_some_and(Lock::is_real) {
            return Ok(transaction);
        }
        let row = done(&transaction.object_store(LIST)?.get(&self.id().into())?).await?;
        if Row::from_js(&row).stamp != self.row.borrow().stamp {
            transaction.abort()?;
            return Err(Refused::Taken);
        }
        Ok(transaction)
    }

    async fn write(&self, inputs: &[Input], with_bytes: bool) -> Result<(), Refused> {
        let transaction = self.begin().await?;
        let id = self.id();
        let mut kept = self.kept.borrow().clone();
        let (mut copies, mut gone) = (Vec::new(), Vec::new());
        let large = self.row.borrow().large;
        if with_bytes {
            let blobs = transaction.object_store(BLOBS)?;
            for (index, surplus) in kept.iter_mut().enumerate().skip(inputs.len()) {
                blobs.delete(&key(&id, index as f64))?;
                gone.extend(surplus.file.take());
            }
            kept.resize(inputs.len(), Kept::default());
            for (index, (input, kept)) in inputs.iter().zip(&mut kept).enumerate() {
                let is_large = input.bytes > KEEP_BYTES;
                let blob = input.blob.as_ref().filter(|_| !input.grows && (large || !is_large));
                let same = match (blob, &kept.blob) {
                    (Some(blob), Some(before)) => js_sys::Object::is(blob, before),
                    // One that waits to be dropped again may still be completed by the tab that copies it.
                    (None, None) => kept.file.is_none() || large,
                    _ => false,
                };
                if same {
                    continue;
                }
                gone.extend(kept.file.take());
                let at = key(&id, index as f64);
                match blob {
                    Some(blob) if is_large => {
                        // Its name is known before there is a file, so that no file can be left behind.
                        let file = shelf::new_id();
                        blobs.put_with_key(&file.as_str().into(), &at)?;
                        copies.push(Copy { file: file.clone(), path: input.path.clone(), blob: blob.clone() });
                        kept.file = Some(file);
                    }
                    Some(blob) => drop(blobs.put_with_key(blob, &at)?),
                    None => drop(blobs.delete(&at)?),
                }
                kept.blob = blob.cloned();
            }
        }
        let bytes = kept.iter().filter_map(|kept| kept.blob.as_ref()).map(Blob::size).sum();
        let n_inputs = inputs.iter().filter(|input| !input.removed).count();
        let title = self.app.document.with_untracked(|document| document.title().to_owned());
        let row = Row {
            title,
            changed: js_sys::Date::now(),
            n_inputs: n_inputs as f64,
            bytes,
            large,
            stamp: shelf::new_id(),
        };
        transaction.object_store(LIST)?.put_with_key(&row.to_js(), &id.as_str().into())?;
        transaction.object_store(RECORDS)?.put_with_key(&self.record.borrow().to_js(), &key(&id, CASE))?;
        commit(transaction).await?;
        // Meanwhile a person may have chosen otherwise.
        let large = self.row.borrow().large;
        self.row.replace(Row { large, ..row });
        if with_bytes {
            self.kept.replace(kept);
        }
        keeping::forget(&id, gone).await;
        keeping::keep(self.app, &id, copies);
        Ok(())
    }

    /// Brings the JSON up to the present state; says whether it is.
    pub(super) async fn make_json(&self) -> bool {
        let Some((revision, request)) = self.record.borrow().wants_json() else { return true };
        let DeskAnswer::Json(json) = self.app.desk().ask(request).await else { return false };
        self.record.borrow_mut().take_json(revision, json) && self.write_record().await.is_ok()
    }

    async fn write_record(&self) -> Result<(), Refused> {
        let transaction = self.begin().await?;
        transaction.object_store(RECORDS)?.put_with_key(&self.record.borrow().to_js(), &key(&self.id(), CASE))?;
        Ok(commit(transaction).await?)
    }
}
