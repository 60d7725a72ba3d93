//! File handles as sources, for the workers that read them.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use debrief::evidence::{ReadError, Source};
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{Blob, FileReaderSync};

use super::wire::give_back;

/// Small reads are served from windows of this size: a read costs about a millisecond however small it is.
const WINDOW_BYTES: usize = 1 << 20;
/// Windows kept, over all inputs.
const WINDOWS: usize = 4;

/// The windows kept for small reads: which source, from which byte, the bytes. Newest first.
pub(crate) type Windows = Rc<RefCell<Vec<(u32, u64, Vec<u8>)>>>;

/// A file handle read through `FileReaderSync`.
pub(crate) struct FileSource {
    blob: Blob,
    key: u32,
    windows: Windows,
}

impl FileSource {
    pub(crate) fn new(blob: Blob, windows: Windows) -> Self {
        thread_local!(static NEXT: Cell<u32> = const { Cell::new(0) });
        let key = NEXT.get();
        NEXT.set(key.wrapping_add(1));
        Self { blob, key, windows }
    }

    fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        let end = offset.saturating_add(buffer.len() as u64).min(self.len());
        if offset >= end {
            return Ok(0);
        }
        let failed = |error: JsValue| ReadError { at: offset, reason: error_name(&error) };
        let slice = self.blob.slice_with_f64_and_f64(offset as f64, end as f64).map_err(failed)?;
        let bytes = FileReaderSync::new().and_then(|reader| reader.read_as_array_buffer(&slice)).map_err(failed)?;
        let bytes = Uint8Array::new(&bytes);
        let n = (bytes.length() as usize).min(buffer.len());
        bytes.subarray(0, n as u32).copy_to(&mut buffer[..n]);
        give_back(&bytes);
        Ok(n)
    }
}

impl Source for FileSource {
    fn len(&self) -> u64 {
        self.blob.size() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        if buffer.len() >= WINDOW_BYTES || self.len() <= buffer.len() as u64 {
            return self.read(offset, buffer);
        }
        let mut windows = self.windows.borrow_mut();
        let holds = |(key, start, bytes): &(u32, u64, Vec<u8>)| {
            let wanted = offset.saturating_add(buffer.len() as u64).min(self.len());
            *key == self.key && *start <= offset && wanted <= *start + bytes.len() as u64
        };
        let window = match windows.iter().position(holds) {
            Some(index) => windows.remove(index),
            None => {
                // Reading goes backwards as often as forwards when people scroll: the place stands in the middle.
                let start = offset.saturating_sub((WINDOW_BYTES / 2 - buffer.len() / 2) as u64);
                let mut bytes = vec![0; WINDOW_BYTES];
                let n = self.read(start, &mut bytes)?;
                bytes.truncate(n);
                (self.key, start, bytes)
            }
        };
        let from = usize::try_from(offset - window.1).unwrap_or(usize::MAX);
        let rest = window.2.get(from..).unwrap_or(&[]);
        let n = rest.len().min(buffer.len());
        buffer[..n].copy_from_slice(&rest[..n]);
        windows.insert(0, window);
        windows.truncate(WINDOWS);
        Ok(n)
    }
}

/// `NotReadableError` of a DOM exception; never its message, which may hold a path.
pub(crate) fn error_name(error: &JsValue) -> String {
    let name = Reflect::get(error, &"name".into()).ok().and_then(|name| name.as_string());
    name.unwrap_or_else(|| "Error".to_owned())
}
