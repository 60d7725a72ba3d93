//! Reads a file ahead of whoever parses it, in a worker of its own: reading blocks, and took a third of the time of a large input.

use std::cell::RefCell;
use std::ops::Range;

use debrief::evidence::{ReadError, Source};
use js_sys::{Array, Function, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{Blob, ErrorEvent, MessageEvent, Worker};

use super::file_source::FileSource;
use super::wire;

/// A file that is read piece by piece from what was read ahead, and by itself where that is not what is asked for.
pub(crate) struct AheadSource {
    file: RefCell<FileSource>,
    /// From which byte, the bytes.
    piece: RefCell<Option<(u64, Uint8Array)>>,
    /// What was read, to be filled again.
    spare: RefCell<Option<Uint8Array>>,
}

impl AheadSource {
    pub(crate) fn new(file: FileSource) -> Self {
        Self { file: RefCell::new(file), piece: RefCell::default(), spare: RefCell::default() }
    }

    /// Goes on with a handle of the same file that has grown.
    pub(crate) fn grow(&self, file: FileSource) {
        self.file.replace(file);
    }

    /// The bytes that were read last: nobody needs them any more.
    pub(crate) fn take_spare(&self) -> Option<Uint8Array> {
        self.spare.take()
    }

    /// Hands in what was read ahead, for the read that asks for just this.
    pub(crate) fn hand_in(&self, offset: u64, bytes: Uint8Array) {
        self.piece.replace(Some((offset, bytes)));
    }
}

impl Source for AheadSource {
    fn len(&self) -> u64 {
        self.file.borrow().len()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        let is_asked = |(at, bytes): &(u64, Uint8Array)| *at == offset && bytes.length() as usize == buffer.len();
        let Some((_, bytes)) = self.piece.take().filter(is_asked) else {
            return self.file.borrow().read_at(offset, buffer);
        };
        bytes.copy_to(buffer);
        self.spare.replace(Some(bytes));
        Ok(buffer.len())
    }
}

/// The worker, and the one piece that it was asked for.
pub(crate) struct Ahead {
    worker: Worker,
    asked: Option<Range<u64>>,
    arrived: Option<Uint8Array>,
    /// The file that it reads and up to where it was asked to: behind that it goes on by itself.
    stream: Option<(Blob, u64)>,
    /// A buffer to be filled.
    spare: Option<Uint8Array>,
    /// Counts what was asked for: an answer may come when another input is read, from the same byte on.
    number: u32,
    /// It failed as a whole and answers nothing any more.
    is_dead: bool,
    /// Kept as long as the worker may call it.
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(ErrorEvent)>,
}

/// What there is of a piece that is needed now.
pub(crate) enum Piece {
    /// It is on its way.
    Awaited,
    /// It is here.
    Here(Uint8Array),
    /// It could not be read: whoever tries again is told why.
    Failed,
}

impl Ahead {
    /// Starts the worker; `None` where a worker cannot start another. `arrived` hands on what it reads, to [`Self::take`].
    pub(crate) fn spawn(arrived: fn(JsValue)) -> Option<Self> {
        // `boot.js` gives it to the reader.
        let spawn: Function = Reflect::get(&wire::scope(), &"debriefSpawnAhead".into()).ok()?.dyn_into().ok()?;
        let worker: Worker = spawn.call0(&JsValue::NULL).ok()?.dyn_into().ok()?;
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |ev: MessageEvent| arrived(ev.data()));
        let on_error = Closure::<dyn FnMut(ErrorEvent)>::new(move |_| arrived(JsValue::NULL));
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Some(Self {
            worker,
            asked: None,
            arrived: None,
            stream: None,
            spare: None,
            number: 0,
            is_dead: false,
            _on_message: on_message,
            _on_error: on_error,
        })
    }

    /// Takes what the worker read: the number it was asked with and the bytes, or nothing where they could not be read; nothing at all where
    /// the worker itself failed.
    pub(crate) fn take(&mut self, piece: &JsValue) {
        if piece.is_null() {
            self.is_dead = true;
            return;
        }
        let piece = Array::from(piece);
        // What was asked for and is no longer wanted is let go.
        if self.asked.is_some() && piece.get(0).as_f64() == Some(self.number.into()) {
            let bytes = piece.get(1).dyn_into().ok();
            // Where it failed, it does not go on.
            self.stream = self.stream.take().filter(|_| bytes.is_some());
            self.arrived = Some(bytes.unwrap_or_default());
        }
    }

    /// The bytes of a range, and asks for as many of the following ones as are wanted next.
    pub(crate) fn piece(&mut self, blob: &Blob, range: &Range<u64>, next_len: usize) -> Piece {
        if self.is_dead {
            return Piece::Failed;
        }
        if self.asked.as_ref() != Some(range) {
            self.ask(blob, range.clone());
        }
        let Some(bytes) = self.arrived.take() else { return Piece::Awaited };
        let len = range.end - range.start;
        let next = range.end..(range.end + next_len as u64).min(blob.size() as u64);
        self.asked = None;
        if !next.is_empty() {
            self.ask(blob, next);
        }
        if u64::from(bytes.length()) == len { Piece::Here(bytes) } else { Piece::Failed }
    }

    /// Takes a buffer to be filled; of two the first is let go.
    pub(crate) fn reuse(&mut self, buffer: Option<Uint8Array>) {
        if let Some(buffer) = buffer
            && let Some(before) = self.spare.replace(buffer)
        {
            wire::give_back(&before);
        }
    }

    /// Nothing of what was asked for is wanted.
    pub(crate) fn forget(&mut self) {
        (self.asked, self.arrived) = (None, None);
    }

    fn ask(&mut self, blob: &Blob, range: Range<u64>) {
        self.number = self.number.wrapping_add(1);
        let [from, to] = [range.start, range.end].map(|place| JsValue::from_f64(place as f64));
        let goes_on = self.stream.as_ref().is_some_and(|(file, end)| file == blob && *end == range.start);
        let file = if goes_on { JsValue::NULL } else { blob.into() };
        let spare = self.spare.take().map(|spare| spare.buffer());
        let message = Array::of5(&self.number.into(), &file, &from, &to, &spare.as_ref().into());
        let transfer: Array = spare.iter().collect();
        self.stream = Some((blob.clone(), range.end));
        self.arrived = None;
        self.asked = Some(range);
        if let Err(error) = self.worker.post_message_with_transfer(&message, &transfer) {
            web_sys::console::error_1(&error);
        }
    }
}
