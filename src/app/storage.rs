//! The case survives a reload, a crash and a closed tab: it is saved to IndexedDB within a third of a second of every change.
//!
//! One record holds everything people wrote or chose ([`Record`]); the bytes of each input are a record of their own, and a row of the list
//! says what is known of the case without opening it ([`Row`]). All are written in one transaction. Inputs above [`KEEP_BYTES`] are kept as
//! files where a person wants it ([`keeping`]), and else only named; the page says which file to drop again.
//!
//! One tab writes a case: it holds a Web Lock, other tabs show what it saved, read-only, until they are given the lock. Where there are no locks,
//! a stamp in the row says that another tab wrote meanwhile, and what would write over its words becomes a case of its own.
//!
//! Where the room runs out, words go before bytes: what was kept of the inputs is given up ([`writing`]). While even that is not enough,
//! the page says so and is not left without a question.
//!
//! Saving needs no worker. The JSON for other releases follows when nobody types, at once while a new release waits.

mod restore;
mod writing;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use debrief::model::{Arg, Message};
use debrief::postmortem::saved::{SavedCase, SavedInput};
use gloo::timers::callback::Timeout;
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, IdbDatabase};

use super::database;
use super::dom::{pause, spawn};
use super::inputs::Input;
use super::keeping;
use super::locks::{self, Lock};
use super::record::Record;
use super::row::Row;
use super::state::{App, SaveState, Tone};
use super::{shelf, tabs, update};

/// Inputs above this size are copied into the browser's storage only where a person wants it.
const KEEP_BYTES: u64 = 256_000_000;
const DEBOUNCE_MS: u32 = 300;
/// Quiet time before the JSON is made.
const QUIET_MS: u32 = 2_000;

/// What is kept of an input.
#[derive(Clone, Default)]
struct Kept {
    /// The bytes, to write each only once; `None` where they could not be found again.
    blob: Option<Blob>,
    /// The file they are in.
    file: Option<String>,
}

/// The case on this page, and where it is kept.
pub(crate) struct Store {
    app: App,
    pub(crate) database: IdbDatabase,
    id: RefCell<String>,
    /// The right to write.
    lock: RefCell<Option<Lock>>,
    /// Whether changes are saved: with the lock, and when what was saved before could be read.
    writes: Cell<bool>,
    watches: Cell<bool>,
    kept: RefCell<Vec<Kept>>,
    /// For how many inputs there was no room beside the words; `usize::MAX` where there was.
    given_up: Cell<usize>,
    record: RefCell<Record>,
    row: RefCell<Row>,
    saving: Cell<bool>,
    again: Cell<bool>,
    timer: RefCell<Option<Timeout>>,
    json_timer: RefCell<Option<Timeout>>,
}

thread_local! {
    /// `None` until the database is open.
    static STORE: RefCell<Option<Rc<Store>>> = const { RefCell::new(None) };
}

/// Where the case of this page is kept.
pub(crate) fn store() -> Option<Rc<Store>> {
    STORE.with_borrow(Clone::clone)
}

/// Whether another tab writes the case of this page.
pub(crate) fn is_elsewhere() -> bool {
    store().is_some_and(|store| !store.holds())
}

fn with_writer(act: impl FnOnce(&Rc<Store>)) {
    if let Some(store) = store().filter(|store| store.writes.get()) {
        act(&store);
    }
}

/// Restores the case, then saves every change.
pub(crate) fn start(app: App) {
    let _ = window_event_listener(ev::Custom::<web_sys::Event>::new("beforeunload"), move |ev| {
        if !unsaved(app).is_empty() {
            ev.prevent_default();
        }
    });
    spawn(async move {
        let may_write = begin_with(app).await.unwrap_or_else(|error| {
            app.save_state.set(SaveState::Failed(reason(&error)));
            !is_elsewhere()
        });
        app.read_only.set(!may_write);
        app.restoring.set(false);
        let early = app.dropped_early.try_update(std::mem::take).unwrap_or_default();
        if !early.is_empty() {
            app.engine().add(early);
        }
    });
}

async fn begin_with(app: App) -> Result<bool, JsValue> {
    let database = database::open(move || app.notify(Tone::Trouble, app.t("page-older-tab"))).await?;
    let id = shelf::chosen(&database).await?;
    let lock = locks::lock(&id, false).await;
    let store = Store::new(app, database, id, lock);
    STORE.set(Some(Rc::clone(&store)));
    tabs::listen(&store);
    if !store.holds() {
        wait(&store);
    }
    store.restore(false).await
}

/// Why something failed: as the browser says it, unless it has no words for it.
pub(crate) fn reason(error: &JsValue) -> Arg {
    if is_full(error) {
        return Message::new("page-storage-full").into();
    }
    let said = |name| database::field(error, name).as_string().filter(|said| !said.is_empty());
    error.as_string().or_else(|| said("message")).or_else(|| said("name")).unwrap_or_default().into()
}

/// Whether something failed because the browser has no room for it.
fn is_full(error: &JsValue) -> bool {
    database::field(error, "name") == "QuotaExceededError"
}

/// Says that what a person makes here is not saved, and why; empty where it is, or soon will be.
pub(crate) fn unsaved(app: App) -> String {
    match app.save_state.get() {
        SaveState::Failed(reason) if !app.read_only.get() => app.with("page-unsaved", &[("reason", reason)]),
        _ => String::new(),
    }
}

/// Waits for the lock, then brings the case up to what the other tab wrote.
fn wait(store: &Rc<Store>) {
    let store = Rc::clone(store);
    spawn(async move {
        let id = store.id();
        store.lock.replace(locks::lock(&id, true).await);
        let app = store.app;
        let may_write = store.restore(true).await.unwrap_or_default();
        app.read_only.set(!may_write);
        if may_write {
            app.notify(Tone::Done, app.t("page-case-yours"));
        }
    });
}

/// Shows what the tab that writes the case has saved.
pub(crate) async fn follow(store: Rc<Store>) {
    while store.app.restoring.get_untracked() {
        pause(20).await;
    }
    // What is overtaken by the next save, or by the right to write, is shown by that.
    drop(store.restore(true).await);
}

/// Saves soon after every change, and at once when the page goes away.
fn watch(store: &Rc<Store>) {
    store.writes.set(true);
    if store.watches.replace(true) {
        return;
    }
    let app = store.app;
    Effect::new(move |before: Option<()>| {
        app.document.track();
        app.inputs_revision.track();
        app.versions.track();
        app.zone_choice.track();
        // The first run only starts the watch: what was restored is saved already.
        if before.is_some() {
            with_writer(|store| {
                // What could not be saved is said not to be until it is.
                if is_saved(app) {
                    app.save_state.set(SaveState::Pending);
                }
                save_soon(store);
            });
        }
    });
    let _ = window_event_listener(ev::pagehide, |_| with_writer(save_now));
    let _ = window_event_listener(ev::visibilitychange, |_| {
        with_writer(save_now);
        with_writer(json_now);
    });
    let _ = window_event_listener(ev::Custom::<web_sys::Event>::new(update::EVENT), |_| with_writer(json_now));
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
    if is_saved(store.app) {
        return;
    }
    if store.saving.replace(true) {
        store.again.set(true);
        return;
    }
    let store = Rc::clone(store);
    spawn(async move { save_once(&store).await });
}

/// Saves, and says what became of it.
async fn save_once(store: &Rc<Store>) {
    let state = store.save().await;
    store.saving.set(false);
    if store.again.take() {
        save_now(store);
    } else if store.timer.borrow().is_none() {
        // What was changed while it was written is still to be saved: said to be saved, it never would be.
        store.app.save_state.set(state);
        json_soon(store);
    }
}

/// Whether there is nothing to save.
fn is_saved(app: App) -> bool {
    matches!(app.save_state.get_untracked(), SaveState::Untouched | SaveState::Saved(_))
}

/// Saves now; says whether everything is. A tab that only reads has nothing to save.
pub(crate) async fn flush(app: App) -> bool {
    if let Some(store) = store().filter(|store| store.writes.get())
        && !is_saved(app)
    {
        while store.saving.replace(true) {
            pause(20).await;
        }
        store.timer.replace(None);
        save_once(&store).await;
    }
    !matches!(app.save_state.get_untracked(), SaveState::Failed(_))
}

/// Saves now, in the form of every release; says whether that is done.
pub(crate) async fn settle(app: App) -> bool {
    let saved = flush(app).await;
    match store().filter(|store| store.writes.get()) {
        Some(store) => saved && store.make_json().await,
        None => saved,
    }
}

impl Store {
    fn new(app: App, database: IdbDatabase, id: String, lock: Option<Lock>) -> Rc<Self> {
        Rc::new(Self {
            app,
            database,
            id: RefCell::new(id),
            lock: RefCell::new(lock),
            writes: Cell::new(false),
            watches: Cell::new(false),
            kept: RefCell::default(),
            given_up: Cell::new(usize::MAX),
            record: RefCell::default(),
            row: RefCell::default(),
            saving: Cell::new(false),
            again: Cell::new(false),
            timer: RefCell::default(),
            json_timer: RefCell::default(),
        })
    }

    /// Name of the case.
    pub(crate) fn id(&self) -> String {
        self.id.borrow().clone()
    }

    /// Whether this tab has the right to write.
    pub(crate) fn holds(&self) -> bool {
        self.lock.borrow().is_some()
    }

    /// Ends saving: the case is about to go.
    pub(crate) fn end(&self) {
        self.writes.set(false);
        self.app.read_only.set(true);
        keeping::stop(self.app);
    }

    /// Gives the right to write to a tab that waits for it, once everything is saved.
    pub(crate) async fn give(self: Rc<Self>) {
        if !self.writes.get() {
            return;
        }
        self.app.read_only.set(true);
        if !flush(self.app).await {
            return self.app.read_only.set(false);
        }
        self.end();
        self.lock.replace(None);
        // Told once more: only now it is another tab's.
        self.app.read_only.set(true);
        wait(&self);
    }

    /// Another release takes the database over: it is closed, so that the other one need not wait.
    pub(crate) async fn close(self: Rc<Self>) {
        flush(self.app).await;
        self.end();
        self.database.close();
        self.app.notify(Tone::Trouble, self.app.t("page-newer-tab"));
    }

    /// Keeps the large inputs too, or no longer.
    pub(crate) async fn keep_large(&self, large: bool) {
        self.row.borrow_mut().large = large;
        self.app.save_state.set(SaveState::Pending);
        flush(self.app).await;
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

/// Names of inputs that have to be dropped again, as one argument.
pub(crate) fn missing_paths(app: App) -> Arg {
    let missing = app.missing.get();
    let inputs = app.engine().inputs();
    let paths = missing.iter().filter_map(|id| inputs.get(id.0 as usize)).map(|input| Arg::Text(input.path.clone()));
    Arg::List(paths.collect())
}

fn clock_now() -> String {
    let now = js_sys::Date::new_0();
    format!("{:02}:{:02}:{:02}", now.get_hours(), now.get_minutes(), now.get_seconds())
}
