//! The browser's database of all cases: its stores and versions, and IndexedDB as futures.
//!
//! Three stores: [`LIST`] holds a row per case, [`RECORDS`] what people wrote, [`BLOBS`] the bytes of inputs. What is of one case stands
//! under keys `[case, name]`, so that one range is all of it.

use js_sys::{Array, Object, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, IdbDatabase, IdbKeyRange, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransaction};
use web_sys::{IdbTransactionMode, IdbVersionChangeEvent};

use super::dom::spawn;
use super::row::Row;

/// Rows of the list, by name of the case.
pub(crate) const LIST: &str = "list";
/// Records: under [`CASE`] the case, under other names what could not be read of it.
pub(crate) const RECORDS: &str = "case";
/// Inputs by their place: bytes, or the name of the file that holds them.
pub(crate) const BLOBS: &str = "blobs";
/// Name of the record that is the case.
pub(crate) const CASE: &str = "case";

/// Version 1 held one case: its record under [`CASE`] alone, its inputs under their places alone.
const VERSION: u32 = 2;
/// The name that the one case of version 1 is given.
const FIRST: &str = "1";

/// Opens the database. `blocked` is called where another tab holds an older version of it open; then this waits for that tab to close.
pub(crate) async fn open(blocked: impl FnOnce() + 'static) -> Result<IdbDatabase, JsValue> {
    let factory = window().indexed_db()?.ok_or("IndexedDB")?;
    let request = factory.open_with_u32("debrief", VERSION)?;
    let opening = request.clone();
    let upgrade = Closure::once_into_js(move |ev: IdbVersionChangeEvent| upgrade(&opening, ev.old_version()));
    request.set_onupgradeneeded(Some(upgrade.unchecked_ref()));
    request.set_onblocked(Some(Closure::once_into_js(blocked).unchecked_ref()));
    Ok(done(&request).await?.unchecked_into())
}

fn upgrade(request: &IdbOpenDbRequest, before: f64) -> Result<(), JsValue> {
    let database: IdbDatabase = request.result()?.unchecked_into();
    database.create_object_store(LIST)?;
    if before < 1.0 {
        for name in [RECORDS, BLOBS] {
            database.create_object_store(name)?;
        }
        return Ok(());
    }
    let transaction = request.transaction().ok_or("transaction")?;
    let stores = [transaction.object_store(RECORDS)?, transaction.object_store(BLOBS)?];
    let [records, blobs] = [entries(&stores[0], None)?, entries(&stores[1], None)?];
    spawn(async move {
        if name_first(&transaction, &stores, records.await, blobs.await).is_err() {
            // Then nothing has changed, and opening says that it failed.
            drop(transaction.abort());
        }
    });
    Ok(())
}

/// Gives the one case of version 1 a name.
fn name_first(
    transaction: &IdbTransaction,
    stores: &[IdbObjectStore; 2],
    records: Entries,
    blobs: Entries,
) -> Result<(), JsValue> {
    let (records, blobs) = (records?, blobs?);
    if records.is_empty() {
        return Ok(());
    }
    let bytes = blobs.iter().filter_map(|(_, blob)| blob.dyn_ref::<Blob>()).map(Blob::size).sum();
    let row = Row { changed: js_sys::Date::now(), n_inputs: blobs.len() as f64, bytes, ..Row::default() };
    transaction.object_store(LIST)?.put_with_key(&row.to_js(), &FIRST.into())?;
    for (store, entries) in stores.iter().zip([records, blobs]) {
        for (name, value) in entries {
            store.put_with_key(&value, &key(FIRST, name.clone()))?;
            store.delete(&name)?;
        }
    }
    Ok(())
}

/// Keys with their values.
type Entries = Result<Vec<(JsValue, JsValue)>, JsValue>;

/// All that stands in a store, or in a range of it.
pub(crate) fn entries(
    store: &IdbObjectStore,
    range: Option<&IdbKeyRange>,
) -> Result<impl Future<Output = Entries> + use<>, JsValue> {
    let range = range.map_or(JsValue::UNDEFINED, JsValue::from);
    let keys = done(&store.get_all_keys_with_key(&range)?);
    let values = done(&store.get_all_with_key(&range)?);
    Ok(async move {
        let (keys, values) = (Array::from(&keys.await?), Array::from(&values.await?));
        Ok(keys.iter().zip(values.iter()).collect())
    })
}

/// Begins a transaction over all stores.
pub(crate) fn begin(database: &IdbDatabase, writes: bool) -> Result<IdbTransaction, JsValue> {
    let stores = Array::of3(&LIST.into(), &RECORDS.into(), &BLOBS.into());
    let mode = if writes { IdbTransactionMode::Readwrite } else { IdbTransactionMode::Readonly };
    database.transaction_with_str_sequence_and_mode(&stores, mode)
}

/// Key of something of a case.
pub(crate) fn key(case: &str, name: impl Into<JsValue>) -> JsValue {
    Array::of2(&case.into(), &name.into()).into()
}

/// All keys of a case: an array is behind every name.
pub(crate) fn all_of(case: &str) -> Result<IdbKeyRange, JsValue> {
    IdbKeyRange::bound(&Array::of1(&case.into()), &key(case, Array::new()))
}

/// What a request gives. It is listened to from now on, not only once this is awaited.
pub(crate) fn done(request: &IdbRequest) -> impl Future<Output = Result<JsValue, JsValue>> + use<> {
    let told = promise(|yes, no| {
        request.set_onsuccess(Some(yes));
        request.set_onerror(Some(no));
    });
    let request = request.clone();
    async move {
        match told.await {
            Ok(_) => request.result(),
            // What it is told by is the event; the reason lies with the request.
            Err(_) => Err(request.error()?.map_or(JsValue::UNDEFINED, JsValue::from)),
        }
    }
}

/// Ends a transaction; all of it is there, or nothing.
pub(crate) async fn commit(transaction: IdbTransaction) -> Result<(), JsValue> {
    let told = promise(|yes, no| {
        transaction.set_oncomplete(Some(yes));
        transaction.set_onabort(Some(no));
    });
    // By its name: what web-sys knows of it is an older form that Firefox had.
    let ends: js_sys::Function = field(&transaction, "commit").dyn_into()?;
    ends.call0(&transaction)?;
    told.await.map(drop).map_err(|_| transaction.error().map_or(JsValue::UNDEFINED, JsValue::from))
}

fn promise(mut listen: impl FnMut(&js_sys::Function, &js_sys::Function)) -> JsFuture {
    JsFuture::from(Promise::new(&mut |yes, no| listen(&yes, &no)))
}

/// A record as the database keeps it.
pub(crate) fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        drop(Reflect::set(&object, &(*name).into(), value));
    }
    object.into()
}

/// A field of a record; `undefined` where there is none.
pub(crate) fn field(record: &JsValue, name: &str) -> JsValue {
    Reflect::get(record, &name.into()).unwrap_or_default()
}

/// A field that is a number; 0 where there is none.
pub(crate) fn number(record: &JsValue, name: &str) -> f64 {
    field(record, name).as_f64().unwrap_or_default()
}
