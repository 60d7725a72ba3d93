//! The case survives a reload, a crash and a closed tab: it is saved to IndexedDB within a third of a second of every change.
//!
//! One record holds everything people wrote or chose ([`SavedCase`]); the bytes of each input are a record of their own. Both are written in
//! one transaction. Inputs above [`KEEP_BYTES`] are only named; the page says which file to drop again. One tab writes: it holds a Web
//! Lock, other tabs show the case read-only.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use debrief::model::Arg;
use debrief::postmortem::Document;
use debrief::postmortem::saved::{SavedCase, SavedChoices, SavedInput};
use debrief::protocol::Choices;
use gloo::timers::callback::Timeout;
use idb::{Database, DatabaseEvent as _, Factory, ObjectStoreParams, TransactionMode};
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::Blob;

use super::dom::spawn;
use super::inputs::Input;
use super::locks;
use super::state::{App, SaveState, Tone};

/// Inputs above this size are not copied into the browser's storage.
const KEEP_BYTES: u64 = 256_000_000;
const DEBOUNCE_MS: u32 = 300;
const CASE: &str = "case";
const BLOBS: &str = "blobs";

struct Store {
    app: App,
    database: Database,
    /// The bytes that are saved under each index, to write each only once.
    kept: RefCell<Vec<Option<Blob>>>,
    saving: Cell<bool>,
    again: Cell<bool>,
    timer: RefCell<Option<Timeout>>,
}

/// Restores the case, then saves every change.
pub(crate) fn start(app: App) {
    spawn(async move {
        let holds = locks::hold_case(app).await;
        let restored = match open().await {
            Ok(database) => Store::new(app, database).restore(holds).await,
            Err(error) => Err(error),
        };
        let may_write = restored.unwrap_or_else(|error| {
            app.save_state.set(SaveState::Failed(error.to_string()));
            holds
        });
        app.read_only.set(!may_write);
        app.restoring.set(false);
        let early = app.dropped_early.try_update(std::mem::take).unwrap_or_default();
        if !early.is_empty() {
            app.engine().add(early);
        }
    });
}

async fn open() -> Result<Database, idb::Error> {
    let mut request = Factory::new()?.open("debrief", Some(1))?;
    request.on_upgrade_needed(|event| {
        let Ok(database) = event.database() else { return };
        for name in [CASE, BLOBS] {
            // A store that cannot be made fails the first transaction, which is told.
            drop(database.create_object_store(name, ObjectStoreParams::new()));
        }
    });
    request.await
}

/// Saves soon after every change, and at once when the page goes away.
fn watch(store: Rc<Store>) {
    let app = store.app;
    let store = StoredValue::new_local(store);
    Effect::new(move |before: Option<()>| {
        app.document.track();
        app.inputs_revision.track();
        app.zone_choice.track();
        // The first run only starts the watch: what was restored is saved already.
        if before.is_some() {
            app.save_state.set(SaveState::Pending);
            store.with_value(save_soon);
        }
    });
    let flush = move || store.with_value(save_now);
    let _ = window_event_listener(ev::pagehide, move |_| flush());
    let _ = window_event_listener(ev::visibilitychange, move |_| flush());
}

fn save_soon(store: &Rc<Store>) {
    let later = Rc::clone(store);
    store.timer.replace(Some(Timeout::new(DEBOUNCE_MS, move || save_now(&later))));
}

fn save_now(store: &Rc<Store>) {
    store.timer.replace(None);
    if store.app.save_state.get_untracked() != SaveState::Pending {
        return;
    }
    if store.saving.replace(true) {
        store.again.set(true);
        return;
    }
    let store = Rc::clone(store);
    spawn(async move {
        let state = store.save().await;
        store.saving.set(false);
        if store.again.take() {
            save_now(&store);
        } else {
            store.app.save_state.set(state);
        }
    });
}

impl Store {
    fn new(app: App, database: Database) -> Rc<Self> {
        let (kept, timer) = (RefCell::default(), RefCell::default());
        Rc::new(Self { app, database, kept, saving: Cell::new(false), again: Cell::new(false), timer })
    }

    /// Brings the saved case back and, where this tab may write, saves every change from then on. Says whether it may.
    async fn restore(self: Rc<Self>, holds: bool) -> Result<bool, idb::Error> {
        let is_readable = self.read_back().await?;
        if holds && is_readable {
            watch(self);
        }
        Ok(holds && is_readable)
    }

    /// Whether what is saved, if anything, could be read.
    async fn read_back(&self) -> Result<bool, idb::Error> {
        let app = self.app;
        let transaction = self.database.transaction(&[CASE, BLOBS], TransactionMode::ReadOnly)?;
        let saved = transaction.object_store(CASE)?.get(JsValue::from(CASE))?.await?;
        let Some(json) = saved.and_then(|saved| saved.as_string()) else { return Ok(true) };
        let saved = match SavedCase::from_json(&json) {
            Ok(saved) => saved,
            Err(error) => {
                // What cannot be read must not be overwritten either.
                app.engine_trouble.set(Some(error.message()));
                return Ok(false);
            }
        };
        app.replace_document(saved.document);
        let blobs = transaction.object_store(BLOBS)?;
        let mut inputs = Vec::with_capacity(saved.inputs.len());
        for (index, input) in saved.inputs.into_iter().enumerate() {
            let blob = blobs.get(key(index))?.await?.and_then(|blob| blob.dyn_into::<Blob>().ok());
            self.kept.borrow_mut().push(blob.clone());
            let SavedInput { path, bytes, digest, choices, removed } = input;
            let SavedChoices { format, offset_s, year, shift_ms } = choices;
            let choices = Choices { format, offset_s, year, shift_ms };
            inputs.push(Input { path, blob, bytes, choices, removed, refused: false, digest });
        }
        if !inputs.is_empty() {
            app.engine().restore(inputs, saved.zone_s);
        }
        app.save_state.set(SaveState::Saved(clock_now()));
        Ok(true)
    }

    async fn save(&self) -> SaveState {
        let inputs = self.app.engine().inputs();
        let state = match self.write(&inputs, true).await {
            Ok(()) => Ok(()),
            // The bytes may be too many or gone; the words must be saved all the same.
            Err(_) => match self.write(&inputs, false).await {
                Ok(()) => {
                    self.app.notify(Tone::Trouble, self.app.t("page-inputs-not-kept"));
                    Ok(())
                }
                Err(error) => Err(error.to_string()),
            },
        };
        match state {
            Ok(()) => SaveState::Saved(clock_now()),
            Err(reason) => SaveState::Failed(reason),
        }
    }

    async fn write(&self, inputs: &[Input], with_bytes: bool) -> Result<(), idb::Error> {
        let transaction = self.database.transaction(&[CASE, BLOBS], TransactionMode::ReadWrite)?;
        let json = self.saved_case(inputs).to_json().unwrap_or_default();
        transaction.object_store(CASE)?.put(&json.into(), Some(&CASE.into()))?;
        let mut kept = self.kept.borrow().clone();
        if with_bytes {
            let blobs = transaction.object_store(BLOBS)?;
            for index in inputs.len()..kept.len() {
                blobs.delete(key(index))?;
            }
            kept.resize(inputs.len(), None);
            for (index, input) in inputs.iter().enumerate() {
                let blob = input.blob.as_ref().filter(|blob| blob.size() as u64 <= KEEP_BYTES);
                match (blob, &kept[index]) {
                    (Some(blob), Some(kept)) if js_sys::Object::is(blob, kept) => continue,
                    (Some(blob), _) => drop(blobs.put(blob, Some(&key(index)))?),
                    (None, Some(_)) => drop(blobs.delete(key(index))?),
                    (None, None) => continue,
                }
                kept[index] = blob.cloned();
            }
        }
        if transaction.commit()?.await?.is_aborted() {
            return Err(idb::Error::TransactionCommitError(JsValue::from("aborted")));
        }
        if with_bytes {
            self.kept.replace(kept);
        }
        Ok(())
    }

    fn saved_case(&self, inputs: &[Input]) -> SavedCase {
        let saved = inputs.iter().cloned().map(|input| {
            let Input { path, bytes, choices, removed, refused, digest, .. } = input;
            let Choices { format, offset_s, year, shift_ms } = choices;
            let choices = SavedChoices { format, offset_s, year, shift_ms };
            // An input that the engine died on comes back as taken out, for a person to try again.
            SavedInput { path, bytes, digest, choices, removed: removed || refused }
        });
        SavedCase {
            document: self.app.document.get_untracked(),
            inputs: saved.collect(),
            zone_s: self.app.zone_choice.get_untracked(),
            ..SavedCase::default()
        }
    }
}

/// Forgets the case: its inputs, its document and what was saved of them.
pub(crate) fn new_case(app: App) {
    app.engine().clear();
    app.replace_document(Document::default());
    app.window.set(None);
    app.opened.set(None);
    app.notify(Tone::Done, app.t("page-case-cleared"));
}

/// Names of inputs that have to be dropped again, as one argument.
pub(crate) fn missing_paths(app: App) -> Arg {
    let missing = app.missing.get();
    let inputs = app.engine().inputs();
    let paths = missing.iter().filter_map(|id| inputs.get(id.0 as usize)).map(|input| Arg::Text(input.path.clone()));
    Arg::List(paths.collect())
}

fn key(index: usize) -> JsValue {
    JsValue::from(index as f64)
}

fn clock_now() -> String {
    let now = js_sys::Date::new_0();
    format!("{:02}:{:02}:{:02}", now.get_hours(), now.get_minutes(), now.get_seconds())
}
