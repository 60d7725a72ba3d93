//! The cases that the browser keeps: which one a tab shows, the list of all, and what can be done with them.
//!
//! The address names the case (`?case=…`), so that a reload comes back to it and two tabs go their own ways. Going to another case loads the
//! page anew: nothing of the case before can be left in it.

use debrief::model::{Arg, Message, Timestamp};
use debrief::postmortem::Field;
use debrief::postmortem::edit::{self, Edit};
use debrief::postmortem::saved::LoadError;
use debrief::protocol::desk::{Acted, DeskAnswer, Shelf, ShelfAct, ShelfCase};
use leptos::prelude::window;
use wasm_bindgen::prelude::*;
use web_sys::IdbDatabase;

use super::database::{self, BLOBS, CASE, LIST, RECORDS, all_of, begin, commit, done, entries, key};
use super::keeping;
use super::leaving;
use super::locks;
use super::prefs;
use super::record::Record;
use super::row::Row;
use super::state::{App, Tone};
use super::storage::{self, store};

const ADDRESS: &str = "?case=";
const DELETED: &str = "page-case-deleted";

/// A name that no case, no file and no tab has: the time, and chance.
pub(crate) fn new_id() -> String {
    // Stays below 2^53 until the year 2255.
    (((js_sys::Date::now() + js_sys::Math::random()) * 1_000.0) as u64).to_string()
}

/// The case that this tab shows: the one in its address, else the one that was changed last, else a new one.
pub(crate) async fn chosen(database: &IdbDatabase) -> Result<String, JsValue> {
    let address = window().location().search().unwrap_or_default();
    let named = address.strip_prefix(ADDRESS).filter(|id| !id.is_empty() && id.len() <= 20);
    if let Some(id) = named.filter(|id| id.bytes().all(|byte| byte.is_ascii_digit())) {
        return Ok(id.to_owned());
    }
    let rows = rows(database).await?;
    let last = rows.into_iter().reduce(|last, one| if one.1.changed > last.1.changed { one } else { last });
    let id = last.map_or_else(new_id, |(id, _)| id);
    show_address(&id);
    Ok(id)
}

/// Puts a case into the address.
pub(crate) fn show_address(id: &str) {
    // Where the browser refuses (a page from a file), a reload comes to the case that was changed last.
    let shown = window()
        .history()
        .map(|history| history.replace_state_with_url(&JsValue::NULL, "", Some(&format!("{ADDRESS}{id}"))));
    drop(shown);
}

/// Loads the page with a case.
pub(crate) fn leave(id: &str) {
    drop(window().location().assign(&format!("{ADDRESS}{id}")));
}

/// Goes to a case, once this one is saved.
async fn go(app: App, id: &str) {
    if storage::flush(app).await {
        leave(id);
    } else {
        app.notify(Tone::Trouble, app.t("page-not-left"));
    }
}

/// Takes in a case that came in a file, as one of its own: the one on the page is saved before, and stays as it is.
pub(crate) async fn add(app: App, acted: Acted) {
    match store() {
        Some(store) if store.holds() && storage::flush(app).await => {
            store.begin_anew().await;
            // No input may be taken for one of the case before.
            app.engine().replace_inputs(Vec::new(), acted.case.zone_s);
            leaving::take(app, acted);
            store.keep_large(false).await;
            go(app, &store.id()).await;
        }
        _ => app.notify(Tone::Trouble, app.t("page-not-left")),
    }
}

async fn rows(database: &IdbDatabase) -> Result<Vec<(String, Row)>, JsValue> {
    let transaction = begin(database, false)?;
    let rows = entries(&transaction.object_store(LIST)?, None)?.await?;
    Ok(rows.into_iter().map(|(id, row)| (id.as_string().unwrap_or_default(), Row::from_js(&row))).collect())
}

/// The list as it is now, with what was just written.
pub(crate) async fn now(app: App) -> Shelf {
    storage::flush(app).await;
    let Some(store) = store() else { return Shelf::default() };
    let (here, held) = (store.id(), locks::held().await);
    let rows = rows(&store.database).await.unwrap_or_default();
    let cases = rows.into_iter().map(|(id, row)| ShelfCase {
        here: id == here,
        elsewhere: held.contains(&id) && !(id == here && store.holds()),
        title: row.title,
        changed: Timestamp((row.changed * 1e6) as i64),
        offset_s: (-js_sys::Date::new(&row.changed.into()).get_timezone_offset() * 60.0) as i32,
        n_inputs: row.n_inputs as u32,
        bytes: row.bytes as u64,
        keeps_large: row.large,
        id,
    });
    Shelf {
        cases: cases.collect(),
        room: keeping::room().await,
        persisted: keeping::persists(false).await,
        can_keep_large: store.holds() && keeping::is_possible(),
    }
}

/// Does what the dialog asks for; `title` is what was written there. Says what could not be done.
pub(crate) async fn act(app: App, act: ShelfAct, title: Option<String>) {
    let Some(store) = store() else { return };
    let done = match act {
        ShelfAct::New => return go(app, &new_id()).await,
        ShelfAct::Open(id) => return go(app, &id).await,
        ShelfAct::Rename(id) => {
            // Nothing was written: the title stays.
            let Some(title) = title else { return };
            if id == store.id() {
                app.edit(Edit::Field(Field::Title, title));
                return;
            }
            match locks::lock(&id, false).await {
                Some(_lock) => copy(app, &store.database, &id, &id, Some(title)).await,
                None => Err(Message::new("page-case-busy")),
            }
        }
        ShelfAct::Duplicate(id) => copy(app, &store.database, &id, &new_id(), None).await,
        ShelfAct::Delete(id) => {
            let here = id == store.id();
            let lock = if here { None } else { locks::lock(&id, false).await };
            if !(lock.is_some() || here && store.holds()) {
                Err(Message::new("page-case-busy"))
            } else {
                if here {
                    store.end();
                }
                let deleted = delete(&store.database, &id).await.map_err(failed);
                if deleted.is_ok() {
                    if here {
                        prefs::tell_later(DELETED);
                        leave(&new_id());
                    } else {
                        app.notify(Tone::Done, app.t(DELETED));
                    }
                }
                deleted
            }
        }
        ShelfAct::Persist => match keeping::persists(true).await {
            Some(true) => Ok(()),
            _ => Err(Message::new("page-persist-refused")),
        },
        ShelfAct::KeepLarge(large) => {
            store.keep_large(large).await;
            if !large {
                // What was read from there is gone.
                leave(&store.id());
            }
            Ok(())
        }
    };
    if let Err(why) = done {
        app.notify(Tone::Trouble, app.say(&why));
    }
}

fn failed(error: JsValue) -> Message {
    Message::new("page-not-saved").with("reason", storage::reason(&error))
}

/// Removes everything kept of a case.
async fn delete(database: &IdbDatabase, id: &str) -> Result<(), JsValue> {
    let transaction = begin(database, true)?;
    transaction.object_store(LIST)?.delete(&id.into())?;
    for name in [RECORDS, BLOBS] {
        transaction.object_store(name)?.delete(all_of(id)?.as_ref())?;
    }
    commit(transaction).await?;
    if keeping::forget_all(id).await { Ok(()) } else { Err("files".into()) }
}

/// Writes the case `from` as `to`, which may be itself, with another title. Large inputs stay where they are.
async fn copy(app: App, database: &IdbDatabase, from: &str, to: &str, title: Option<String>) -> Result<(), Message> {
    let read = begin(database, false).map_err(failed)?;
    let asked = (|| {
        let row = done(&read.object_store(LIST)?.get(&from.into())?);
        let record = done(&read.object_store(RECORDS)?.get(&key(from, CASE))?);
        Ok((row, record, entries(&read.object_store(BLOBS)?, Some(&all_of(from)?))?))
    })();
    let (row, record, blobs) = asked.map_err(failed)?;
    let (row, record, blobs) = (row.await, record.await, blobs.await);
    let mut row = Row::from_js(&row.map_err(failed)?);
    let mut record = Record::from_js(&record.map_err(failed)?);
    let opened = record.open(&app.desk()).await?;
    if opened.behind {
        // Another release's last words would be lost: opening it says so and keeps them.
        return Err(LoadError::Broken.message());
    }
    let mut case = opened.case;
    row.title = title.unwrap_or_else(|| {
        let before = case.document.title().to_owned();
        let before = if before.is_empty() { app.t("page-untitled") } else { before };
        app.with("page-case-copy", &[("title", Arg::Text(before))])
    });
    edit::apply(&mut case.document, Edit::Field(Field::Title, row.title.clone()));
    record.take(&case.to_snapshot());
    if let Some((revision, request)) = record.wants_json()
        && let DeskAnswer::Json(json) = app.desk().ask(request).await
    {
        record.take_json(revision, json);
    }
    row.changed = js_sys::Date::now();
    row.stamp = new_id();
    let write = async {
        let transaction = begin(database, true)?;
        if from != to {
            row.large = false;
            row.bytes = 0.0;
            let store = transaction.object_store(BLOBS)?;
            for (at, blob) in blobs? {
                if let Some(bytes) = blob.dyn_ref::<web_sys::Blob>().map(web_sys::Blob::size) {
                    row.bytes += bytes;
                    store.put_with_key(&blob, &key(to, js_sys::Array::from(&at).get(1)))?;
                }
            }
        }
        transaction.object_store(LIST)?.put_with_key(&row.to_js(), &to.into())?;
        transaction.object_store(RECORDS)?.put_with_key(&record.to_js(), &key(to, CASE))?;
        database::commit(transaction).await
    };
    write.await.map_err(failed)
}
