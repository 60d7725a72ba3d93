//! The case survives a reload, a crash and a closed tab: it is saved to IndexedDB within a third of a second of every change.
//!
//! One record holds everything people wrote or chose ([`Record`]); the bytes of each input are a record of their own. Both are written in
//! one transaction. Inputs above [`KEEP_BYTES`] are only named; the page says which file to drop again. One tab writes: it holds a Web
//! Lock, other tabs show the case read-only.
//!
//! Saving needs no worker. The JSON for other releases follows when nobody types, at once while a new release waits.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use debrief::model::Arg;
use debrief::postmortem::Document;
use debrief::postmortem::saved::{SavedCase, SavedInput};
use debrief::protocol::desk::DeskAnswer;
use gloo::timers::callback::Timeout;
use idb::{Database, DatabaseEvent as _, Factory, ObjectStoreParams, Transaction, TransactionMode};
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::Blob;

use super::dom::spawn;
use super::inputs::Input;
use super::record::Record;
use super::state::{App, SaveState, Tone};
use super::{locks, update};

/// Inputs above this size are not copied into the browser's storage.
const KEEP_BYTES: u64 = 256_000_000;
const DEBOUNCE_MS: u32 = 300;
/// Quiet time before the JSON is made.
const QUIET_MS: u32 = 2_000;
const CASE: &str = "case";
const BLOBS: &str = "blobs";

struct Store {
    app: App,
    database: Database,
    /// The bytes that are saved under each index, to write each only once.
    kept: RefCell<Vec<Option<Blob>>>,
    record: RefCell<Record>,
    /// Nothing of the case before may stay.
    forget: Cell<bool>,
    saving: Cell<bool>,
    again: Cell<bool>,
    timer: RefCell<Option<Timeout>>,
    json_timer: RefCell<Option<Timeout>>,
}

thread_local! {
    /// Where this tab writes; `None` while it only reads.
    static STORE: RefCell<Option<Rc<Store>>> = const { RefCell::new(None) };
}

fn with_store(act: impl FnOnce(&Rc<Store>)) {
    if let Some(store) = STORE.with_borrow(Clone::clone) {
        act(&store);
    }
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
    STORE.set(Some(store));
    Effect::new(move |before: Option<()>| {
        app.document.track();
        app.inputs_revision.track();
        app.versions.track();
        app.zone_choice.track();
        // The first run only starts the watch: what was restored is saved already.
        if before.is_some() {
            app.save_state.set(SaveState::Pending);
            with_store(save_soon);
        }
    });
    let _ = window_event_listener(ev::pagehide, |_| with_store(save_now));
    let _ = window_event_listener(ev::visibilitychange, |_| {
        with_store(save_now);
        with_store(json_now);
    });
    let _ = window_event_listener(ev::Custom::<web_sys::Event>::new(update::EVENT), |_| with_store(json_now));
}

fn save_soon(store: &Rc<Store>) {
    let later = Rc::clone(store);
    store.timer.replace(Some(Timeout::new(DEBOUNCE_MS, move || save_now(&later))));
}

fn json_soon(store: &Rc<Store>) {
    let quiet = if update::waits() { 0 } else { QUIET_MS };
    let later = Rc::clone(store);
    store.json_timer.replace(Some(Timeout::new(quiet, move || json_now(&later))));
}

fn json_now(store: &Rc<Store>) {
    store.json_timer.replace(None);
    let store = Rc::clone(store);
    spawn(async move {
        // Where it fails, the next change tries again; until then the snapshot holds every word.
        let _ = store.make_json().await;
    });
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
            json_soon(&store);
        }
    });
}

/// Saves now, in the form of every release; says whether that is done. A tab that only reads has nothing to save.
pub(crate) async fn settle(app: App) -> bool {
    let Some(store) = STORE.with_borrow(Clone::clone) else { return true };
    if !matches!(app.save_state.get_untracked(), SaveState::Untouched | SaveState::Saved(_)) {
        app.save_state.set(store.save().await);
    }
    !matches!(app.save_state.get_untracked(), SaveState::Failed(_)) && store.make_json().await
}

impl Store {
    fn new(app: App, database: Database) -> Rc<Self> {
        Rc::new(Self {
            app,
            database,
            kept: RefCell::default(),
            record: RefCell::default(),
            forget: Cell::new(false),
            saving: Cell::new(false),
            again: Cell::new(false),
            timer: RefCell::default(),
            json_timer: RefCell::default(),
        })
    }

    /// Brings the saved case back and, where this tab may write, saves every change from then on. Says whether it may.
    async fn restore(self: Rc<Self>, holds: bool) -> Result<bool, idb::Error> {
        let app = self.app;
        let transaction = self.database.transaction(&[CASE], TransactionMode::ReadOnly)?;
        let Some(value) = transaction.object_store(CASE)?.get(JsValue::from(CASE))?.await? else {
            if holds {
                watch(self);
            }
            return Ok(holds);
        };
        let record = Record::from_js(&value);
        let opened = match record.open(&self.app.desk()).await {
            Ok(opened) => opened,
            Err(why) => {
                // What cannot be read must not be overwritten either.
                app.engine_trouble.set(Some(why));
                return Ok(false);
            }
        };
        if opened.behind {
            if holds {
                self.keep(&record, &value).await?;
            }
            app.notify(Tone::Trouble, app.t("document-saved-behind"));
        }
        self.record.replace(record);
        self.show(opened.case).await?;
        app.save_state.set(SaveState::Saved(clock_now()));
        if holds {
            watch(Rc::clone(&self));
            if opened.converted {
                app.save_state.set(SaveState::Pending);
                save_soon(&self);
            } else {
                json_soon(&self);
            }
        }
        Ok(holds)
    }

    /// Puts a record that could not be read to its end aside, before anything is written over it.
    async fn keep(&self, record: &Record, value: &JsValue) -> Result<(), idb::Error> {
        let transaction = self.database.transaction(&[CASE], TransactionMode::ReadWrite)?;
        transaction.object_store(CASE)?.put(value, Some(&record.name().into()))?;
        committed(transaction).await
    }

    /// Puts a saved case on the page.
    async fn show(&self, saved: SavedCase) -> Result<(), idb::Error> {
        let app = self.app;
        let transaction = self.database.transaction(&[BLOBS], TransactionMode::ReadOnly)?;
        app.replace_document(saved.document);
        app.versions.set(saved.versions);
        let blobs = transaction.object_store(BLOBS)?;
        let mut inputs = Vec::with_capacity(saved.inputs.len());
        for (index, input) in saved.inputs.into_iter().enumerate() {
            let blob = blobs.get(key(index))?.await?.and_then(|blob| blob.dyn_into::<Blob>().ok());
            self.kept.borrow_mut().push(blob.clone());
            inputs.push(Input::saved(input, blob));
        }
        if !inputs.is_empty() {
            app.engine().restore(inputs, saved.zone_s);
        }
        Ok(())
    }

    async fn save(&self) -> SaveState {
        let inputs = self.app.engine().inputs();
        let snapshot = match saved_case(self.app, &inputs).to_snapshot() {
            Ok(snapshot) => snapshot,
            Err(error) => return SaveState::Failed(error.to_string()),
        };
        let forgets = self.forget.take();
        self.record.borrow_mut().take(&snapshot, forgets);
        let state = match self.write(&inputs, true, forgets).await {
            Ok(()) => Ok(()),
            // The bytes may be too many or gone; the words must be saved all the same.
            Err(_) => match self.write(&inputs, false, forgets).await {
                Ok(()) => {
                    self.app.notify(Tone::Trouble, self.app.t("page-inputs-not-kept"));
                    Ok(())
                }
                Err(error) => Err(error.to_string()),
            },
        };
        match state {
            Ok(()) => SaveState::Saved(clock_now()),
            Err(reason) => {
                self.forget.set(forgets || self.forget.get());
                SaveState::Failed(reason)
            }
        }
    }

    async fn write(&self, inputs: &[Input], with_bytes: bool, forgets: bool) -> Result<(), idb::Error> {
        let transaction = self.database.transaction(&[CASE, BLOBS], TransactionMode::ReadWrite)?;
        let case = transaction.object_store(CASE)?;
        if forgets {
            case.clear()?;
        }
        case.put(&self.record.borrow().to_js(), Some(&CASE.into()))?;
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
        committed(transaction).await?;
        if with_bytes {
            self.kept.replace(kept);
        }
        Ok(())
    }

    /// Brings the JSON up to the present state; says whether it is.
    async fn make_json(&self) -> bool {
        let Some((revision, request)) = self.record.borrow().wants_json() else { return true };
        let DeskAnswer::Json(json) = self.app.desk().ask(request).await else { return false };
        self.record.borrow_mut().take_json(revision, json) && self.write_record().await.is_ok()
    }

    async fn write_record(&self) -> Result<(), idb::Error> {
        let transaction = self.database.transaction(&[CASE], TransactionMode::ReadWrite)?;
        transaction.object_store(CASE)?.put(&self.record.borrow().to_js(), Some(&CASE.into()))?;
        committed(transaction).await
    }
}

/// The case as it is saved.
pub(crate) fn saved_case(app: App, inputs: &[Input]) -> SavedCase {
    SavedCase {
        document: app.document.get_untracked(),
        inputs: inputs.iter().cloned().map(SavedInput::from).collect(),
        versions: app.versions.get_untracked(),
        zone_s: app.zone_choice.get_untracked(),
        lang: app.lang.get_untracked(),
        export_lang: app.export_lang.get_untracked(),
        ..SavedCase::default()
    }
}

/// Forgets the case: its inputs, its document and what was saved of them.
pub(crate) fn new_case(app: App) {
    with_store(|store| store.forget.set(true));
    app.unpacker().stop(app);
    app.engine().clear();
    app.replace_document(Document::default());
    app.versions.set(Vec::new());
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

async fn committed(transaction: Transaction) -> Result<(), idb::Error> {
    if transaction.commit()?.await?.is_aborted() {
        return Err(idb::Error::TransactionCommitError(JsValue::from("aborted")));
    }
    Ok(())
}

fn key(index: usize) -> JsValue {
    JsValue::from(index as f64)
}

fn clock_now() -> String {
    let now = js_sys::Date::new_0();
    format!("{:02}:{:02}:{:02}", now.get_hours(), now.get_minutes(), now.get_seconds())
}
