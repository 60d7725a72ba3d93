//! Copies an input into a file of the browser, in pieces. Writing in place is what only a worker may; stopping it is ending the worker.

use debrief::model::Message;
use debrief::protocol::{Answer, KEPT_FOLDER};
use js_sys::{Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, FileReaderSync, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetDirectoryOptions};
use web_sys::{FileSystemGetFileOptions, FileSystemSyncAccessHandle, StorageManager};

use super::answer::post;
use super::wire;

/// Bytes copied at once.
const PIECE_BYTES: f64 = 8_388_608.0;

/// Copies an input, and says how far it is after every piece.
pub(crate) async fn keep(id: u32, case: String, file: String, input: Blob) {
    let copied = match open(&case, &file).await {
        Ok(target) => {
            let copied = copy(id, &input, &target);
            target.close();
            copied
        }
        Err(error) => Err(error),
    };
    match copied {
        Ok(()) => post(id, Answer::Keeping { bytes: input.size() as u64, done: true }),
        Err(error) => {
            web_sys::console::warn_1(&error);
            post(id, Answer::Failed(Message::new("page-large-not-kept")));
        }
    }
}

async fn open(case: &str, file: &str) -> Result<FileSystemSyncAccessHandle, JsValue> {
    let storage: StorageManager = Reflect::get(&wire::scope().navigator(), &"storage".into())?.unchecked_into();
    let mut folder: FileSystemDirectoryHandle = wait(storage.get_directory()).await?;
    let create = FileSystemGetDirectoryOptions::new();
    create.set_create(true);
    for name in [KEPT_FOLDER, case] {
        folder = wait(folder.get_directory_handle_with_options(name, &create)).await?;
    }
    let create = FileSystemGetFileOptions::new();
    create.set_create(true);
    let file: FileSystemFileHandle = wait(folder.get_file_handle_with_options(file, &create)).await?;
    wait(file.create_sync_access_handle()).await
}

async fn wait<T: JsCast>(promise: Promise) -> Result<T, JsValue> {
    JsFuture::from(promise).await.map(JsCast::unchecked_into)
}

fn copy(id: u32, input: &Blob, target: &FileSystemSyncAccessHandle) -> Result<(), JsValue> {
    target.truncate_with_f64(0.0)?;
    let reader = FileReaderSync::new()?;
    let mut at = 0.0;
    while at < input.size() {
        let piece = input.slice_with_f64_and_f64(at, at + PIECE_BYTES)?;
        let bytes = Uint8Array::new(&reader.read_as_array_buffer(&piece)?.into());
        let wanted = f64::from(bytes.length());
        // Each write goes on where the last one ended.
        let written = target.write_with_buffer_source(&bytes)?;
        wire::give_back(&bytes);
        if written < wanted {
            return Err("no room".into());
        }
        at += written;
        post(id, Answer::Keeping { bytes: at as u64, done: false });
    }
    target.flush()
}
