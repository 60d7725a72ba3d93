//! How evidence comes in: dropped files and folders, the pickers, the clipboard. Only handles pass through here; the page reads no content.

use debrief::model::Arg;
use debrief::model::sort::Order as _;
use js_sys::{Array, Function, Promise};
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, DataTransfer, File, FileList, FileSystemDirectoryEntry, FileSystemEntry, FileSystemFileEntry, HtmlElement,
    HtmlInputElement,
};

use super::dom::spawn;
use super::inputs::Input;
use super::leaving;
use super::signal::RwSignal;
use super::state::{App, Tone};
use super::unpacking::{self, Parts};

/// A path and the bytes behind it.
pub(crate) type Dropped = (String, Blob);

/// Takes drops and pastes anywhere on the page. `over` follows whether files hover above it.
pub(crate) fn listen(app: App, over: RwSignal<bool>) {
    let drags =
        |transfer: Option<DataTransfer>| transfer.is_some_and(|transfer| transfer.types().includes(&"Files".into(), 0));
    let _ = window_event_listener(ev::dragover, move |ev| {
        if drags(ev.data_transfer()) {
            ev.prevent_default();
            over.set(true);
        }
    });
    let _ = window_event_listener(ev::dragleave, move |ev| {
        // Leaving one element for another inside the page is not leaving the page.
        if ev.related_target().is_none() {
            over.set(false);
        }
    });
    let _ = window_event_listener(ev::drop, move |ev| {
        let Some(transfer) = ev.data_transfer().filter(|transfer| drags(Some(transfer.clone()))) else { return };
        ev.prevent_default();
        over.set(false);
        take_transfer(app, &transfer);
    });
    let _ = window_event_listener(ev::paste, move |ev| {
        if writes_text(ev.target()) {
            return;
        }
        let Some(transfer) = ev.clipboard_data() else { return };
        if transfer.files().is_some_and(|files| files.length() > 0) {
            ev.prevent_default();
            take_transfer(app, &transfer);
        } else if let Some(text) = transfer.get_data("text/plain").ok().filter(|text| !text.trim().is_empty()) {
            ev.prevent_default();
            add_text(app, &text);
        }
    });
}

/// Whether an event goes to a field that people write in.
pub(crate) fn writes_text(target: Option<web_sys::EventTarget>) -> bool {
    let Some(element) = target.and_then(|target| target.dyn_into::<HtmlElement>().ok()) else { return false };
    matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT") || element.is_content_editable()
}

/// Adds what a file input holds, and empties it so that the same file can be picked again.
pub(crate) fn take_input(app: App, input: &HtmlInputElement) {
    let picked = input.files().map(|files| picked(&files)).unwrap_or_default();
    input.set_value("");
    add_by_path(app, picked);
}

fn picked(files: &FileList) -> Vec<Dropped> {
    let files = (0..files.length()).filter_map(|index| files.get(index));
    files.map(|file| (path_of(&file), file.into())).collect()
}

/// A folder picker says the path; a plain file has only its name.
fn path_of(file: &File) -> String {
    let path = js_sys::Reflect::get(file, &"webkitRelativePath".into()).ok().and_then(|path| path.as_string());
    path.filter(|path| !path.is_empty()).unwrap_or_else(|| file.name())
}

/// Adds a text as an input and gives its name.
pub(crate) fn add_text(app: App, text: &str) -> String {
    let n = app.engine().inputs().iter().filter(|input| input.path.starts_with("pasted-")).count() + 1;
    let name = format!("pasted-{n}.txt");
    if let Ok(blob) = Blob::new_with_str_sequence(&Array::of1(&text.into())) {
        app.engine().add(vec![Input::new(name.clone(), blob)]);
    }
    name
}

/// The browser lists files in no order that can be relied on.
fn add_by_path(app: App, mut dropped: Vec<Dropped>) {
    dropped.order_by(|(a, _), (b, _)| a.cmp(b));
    add(app, dropped);
}

/// Adds inputs and says so. A case file is no evidence, and neither is what was exported: one at a time is opened.
pub(crate) fn add(app: App, dropped: Vec<Dropped>) {
    spawn(async move {
        let Parts { inputs, archives, exports } = unpacking::part(dropped).await;
        if let Some((_, export)) = exports.first() {
            leaving::open(app, export);
        }
        if inputs.len() + archives.len() > 0 {
            app.announce(app.with("page-adding", &[("count", Arg::from(inputs.len() + archives.len()))]));
        }
        if !inputs.is_empty() {
            app.engine().add(inputs.into_iter().map(|(path, blob)| Input::new(path, blob)).collect());
        }
        app.unpacker().open(app, archives);
    });
}

/// Entries must be taken before the event returns; folders are walked afterwards.
fn take_transfer(app: App, transfer: &DataTransfer) {
    let items = transfer.items();
    let entries: Vec<FileSystemEntry> = (0..items.length())
        .filter_map(|index| items.get(index))
        .filter_map(|item| item.webkit_get_as_entry().ok().flatten())
        .collect();
    if entries.is_empty() {
        add_by_path(app, transfer.files().map(|files| picked(&files)).unwrap_or_default());
        return;
    }
    spawn(async move {
        let mut dropped = Vec::new();
        let mut failed = 0usize;
        for entry in entries {
            failed += walk(entry, &mut dropped).await;
        }
        add_by_path(app, dropped);
        if failed > 0 {
            app.notify(Tone::Trouble, app.with("page-entries-failed", &[("count", Arg::from(failed))]));
        }
    });
}

/// Collects the files under an entry; how many could not be opened.
async fn walk(root: FileSystemEntry, dropped: &mut Vec<Dropped>) -> usize {
    let mut failed = 0;
    let mut waiting = vec![root];
    while let Some(entry) = waiting.pop() {
        let path = entry.full_path().trim_start_matches('/').to_owned();
        if entry.is_directory() {
            match children(&entry.unchecked_into()).await {
                Ok(children) => waiting.extend(children),
                Err(_) => failed += 1,
            }
        } else {
            match file_of(&entry.unchecked_into()).await {
                Ok(file) => dropped.push((path, file.into())),
                Err(_) => failed += 1,
            }
        }
    }
    failed
}

async fn file_of(entry: &FileSystemFileEntry) -> Result<File, JsValue> {
    let file = promised(|done, failed| entry.file_with_callback_and_callback(done, failed)).await?;
    file.dyn_into()
}

/// A directory reader gives its entries in parts (100 in Chromium) until an empty one.
async fn children(entry: &FileSystemDirectoryEntry) -> Result<Vec<FileSystemEntry>, JsValue> {
    let reader = entry.create_reader();
    let mut children = Vec::new();
    loop {
        let part = promised(|done, failed| {
            reader.read_entries_with_callback_and_callback(done, failed).unwrap_or(());
        })
        .await?;
        let part = Array::from(&part);
        if part.length() == 0 {
            return Ok(children);
        }
        children.extend(part.iter().filter_map(|child| child.dyn_into().ok()));
    }
}

async fn promised(call: impl FnOnce(&Function, &Function)) -> Result<JsValue, JsValue> {
    let mut call = Some(call);
    let promise = Promise::new(&mut |done, failed| {
        if let Some(call) = call.take() {
            call(&done, &failed);
        }
    });
    JsFuture::from(promise).await
}
