//! Large inputs as files of the browser (the origin-private file system): a worker copies them in the background, one after the other, and
//! after a reload they are opened from there.
//!
//! The files of a case lie in a folder of its name, so that deleting it is one step. Where the room runs out, what was copied of a file is
//! removed and said.

use std::cell::RefCell;
use std::collections::VecDeque;

use debrief::model::{Arg, Message};
use debrief::protocol::{Answer, KEPT_FOLDER, Request};
use js_sys::{Array, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetDirectoryOptions};
use web_sys::{FileSystemRemoveOptions, StorageManager};

use super::dom::spawn;
use super::state::{App, Tone};
use super::wire::{Incoming, Wire};

/// An input that is to be copied.
pub(crate) struct Copy {
    /// Name of the file.
    pub(crate) file: String,
    /// Path of the input.
    pub(crate) path: String,
    /// Its bytes.
    pub(crate) blob: Blob,
}

/// What is being copied.
#[derive(Default)]
struct Queue {
    wire: Option<Wire>,
    /// The first is being copied.
    waiting: VecDeque<(String, Copy)>,
}

thread_local! {
    static QUEUE: RefCell<Queue> = RefCell::default();
}

/// The browser's storage; `None` for pages that came over plain HTTP.
pub(crate) fn manager() -> Option<StorageManager> {
    let manager = Reflect::get(&window().navigator(), &"storage".into()).ok()?;
    manager.is_object().then(|| manager.unchecked_into())
}

/// Whether this browser gives files to this page.
pub(crate) fn is_possible() -> bool {
    manager().is_some_and(|manager| Reflect::has(&manager, &"getDirectory".into()).unwrap_or_default())
}

/// Copies inputs of a case, after those that wait already.
pub(crate) fn keep(app: App, case: &str, copies: Vec<Copy>) {
    if copies.is_empty() {
        return;
    }
    let begins = QUEUE.with_borrow_mut(|queue| {
        queue.waiting.extend(copies.into_iter().map(|copy| (case.to_owned(), copy)));
        queue.wire.is_none()
    });
    if begins {
        next(app);
    }
}

/// Stops: what is copied in part is as good as not kept.
pub(crate) fn stop(app: App) {
    drop(QUEUE.take());
    app.keeping.set(None);
}

/// The bytes of a kept input; `None` where they are not all there.
pub(crate) async fn find(case: &str, file: &str, bytes: u64) -> Option<Blob> {
    let folder = folder(case).await.ok()?;
    let file: FileSystemFileHandle = JsFuture::from(folder.get_file_handle(file)).await.ok()?.unchecked_into();
    let file: Blob = JsFuture::from(file.get_file()).await.ok()?.unchecked_into();
    (file.size() as u64 == bytes).then_some(file)
}

/// Removes files of a case.
pub(crate) async fn forget(case: &str, files: Vec<String>) {
    if files.is_empty() {
        return;
    }
    let Ok(folder) = folder(case).await else { return };
    for file in files {
        // One that was never begun is as good as removed.
        drop(JsFuture::from(folder.remove_entry(&file)).await);
    }
}

/// Removes all files of a case; says whether none is left.
pub(crate) async fn forget_all(case: &str) -> bool {
    if !is_possible() {
        return true;
    }
    let Ok(root) = root().await else { return true };
    let all = FileSystemRemoveOptions::new();
    all.set_recursive(true);
    drop(JsFuture::from(root.remove_entry_with_options(case, &all)).await);
    JsFuture::from(root.get_directory_handle(case)).await.is_err()
}

async fn folder(case: &str) -> Result<FileSystemDirectoryHandle, JsValue> {
    let folder = root().await?.get_directory_handle(case);
    Ok(JsFuture::from(folder).await?.unchecked_into())
}

/// The folder of all cases.
async fn root() -> Result<FileSystemDirectoryHandle, JsValue> {
    let manager = manager().filter(|_| is_possible()).ok_or(JsValue::UNDEFINED)?;
    let top: FileSystemDirectoryHandle = JsFuture::from(manager.get_directory()).await?.unchecked_into();
    let create = FileSystemGetDirectoryOptions::new();
    create.set_create(true);
    Ok(JsFuture::from(top.get_directory_handle_with_options(KEPT_FOLDER, &create)).await?.unchecked_into())
}

/// Used and granted bytes.
pub(crate) async fn room() -> Option<(u64, u64)> {
    let estimate = JsFuture::from(manager()?.estimate().ok()?).await.ok()?;
    let bytes = |name: &str| super::database::number(&estimate, name) as u64;
    Some((bytes("usage"), bytes("quota")))
}

/// Whether the browser promised to clear nothing by itself; `asks` for it.
pub(crate) async fn persists(asks: bool) -> Option<bool> {
    let manager = manager()?;
    let answer: Promise = if asks { manager.persist() } else { manager.persisted() }.ok()?;
    JsFuture::from(answer).await.ok()?.as_bool()
}

/// Copies the first that waits; without any the worker ends and frees its memory.
fn next(app: App) {
    spawn(async move {
        let first = QUEUE.with_borrow(|queue| {
            queue.waiting.front().map(|(case, copy)| (case.clone(), copy.file.clone(), copy.blob.clone()))
        });
        let Some((case, file, blob)) = first else {
            QUEUE.with_borrow_mut(|queue| queue.wire = None);
            return app.keeping.set(None);
        };
        let short = room().await.is_some_and(|(used, granted)| used as f64 + blob.size() > granted as f64);
        let posted = !short
            && QUEUE
                .with_borrow_mut(|queue| {
                    if queue.wire.is_none() {
                        queue.wire = Wire::spawn("unpack", move |incoming| receive(app, incoming)).ok();
                    }
                    queue.wire.as_ref().map(|wire| wire.post(1, Request::Keep { case, file }, &Array::of1(&blob)))
                })
                .is_some();
        if posted {
            tell(app, 0);
        } else {
            end(app, false);
        }
    });
}

fn receive(app: App, incoming: Incoming) {
    let Incoming::Message(message, _) = incoming else { return end(app, false) };
    match message.answer {
        Answer::Keeping { bytes, done: false } => tell(app, bytes),
        Answer::Keeping { done: true, .. } => end(app, true),
        _ => end(app, false),
    }
}

/// Says how far the first is.
fn tell(app: App, bytes: u64) {
    let said = QUEUE.with_borrow(|queue| {
        let (_, Copy { path, blob, .. }) = queue.waiting.front()?;
        let share = bytes as f64 / blob.size().max(1.0);
        Some(Message::new("page-keeping").with("path", path.as_str()).with("share", Arg::Ratio(share)))
    });
    app.keeping.set(said);
}

/// The first is copied, or could not be.
fn end(app: App, kept: bool) {
    let Some((case, copy)) = QUEUE.with_borrow_mut(|queue| queue.waiting.pop_front()) else { return };
    if !kept {
        app.notify(Tone::Trouble, app.with("page-large-not-kept", &[("path", Arg::Text(copy.path))]));
    }
    spawn(async move {
        if !kept {
            // With its worker the hold on the file goes.
            QUEUE.with_borrow_mut(|queue| queue.wire = None);
            forget(&case, vec![copy.file]).await;
        }
        next(app);
    });
}
