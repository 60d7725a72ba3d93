//! Reads a file ahead of whoever parses it, in a worker of its own: reading blocks, and took a third of the time of a large input. What can be
//! found in the bytes whatever their format is, that worker finds as well.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::ops::Range;

use debrief::evidence::{ReadError, Source};
use debrief::protocol::{decode, encode};
use debrief::reading::{Scout, Scouted};
use js_sys::{Array, Function, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{Blob, ErrorEvent, MessageEvent, Worker};

use super::file_source::FileSource;
use super::wire;

/// Pieces that are under way: while one is read, another one waits for who parses.
const AHEAD_PIECES: usize = 2;

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

/// What was read, and what was found in it.
type Read = (Uint8Array, Option<Scouted>);

/// The worker, and the pieces that it was asked for.
pub(crate) struct Ahead {
    worker: Worker,
    /// One behind the other: which bytes, and what arrived of them.
    asked: VecDeque<(Range<u64>, Option<Read>)>,
    /// The file that it reads and up to where it was asked to: behind that it goes on by itself.
    stream: Option<(Blob, u64)>,
    /// Buffers to be filled.
    spare: Vec<Uint8Array>,
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
    Here(Uint8Array, Option<Scouted>),
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
            asked: VecDeque::new(),
            stream: None,
            spare: Vec::new(),
            number: 0,
            is_dead: false,
            _on_message: on_message,
            _on_error: on_error,
        })
    }

    /// Takes what the worker read: the number it was asked with, the bytes, or nothing where they could not be read, and what was found in them;
    /// nothing at all where the worker itself failed.
    pub(crate) fn take(&mut self, piece: &JsValue) {
        if piece.is_null() {
            self.is_dead = true;
            return;
        }
        let piece = Array::from(piece);
        let number = piece.get(0).as_f64().unwrap_or(f64::NAN) as u32;
        // What was asked for and is no longer wanted is let go.
        let first = self.number.wrapping_sub(self.asked.len() as u32).wrapping_add(1);
        if let Some((_, arrived)) = self.asked.get_mut(number.wrapping_sub(first) as usize) {
            let bytes = piece.get(1).dyn_into().ok();
            // Where it failed, it does not go on.
            self.stream = self.stream.take().filter(|_| bytes.is_some());
            let scouted = piece.get(2).dyn_into::<Uint8Array>().ok().and_then(|seen| decode(&seen.to_vec()));
            *arrived = Some((bytes.unwrap_or_default(), scouted));
        }
    }

    /// The next bytes from `at` on, and asks for those behind them, in pieces of so many bytes at first and of twice as many each time up to
    /// `max_bytes`; for none behind these where that is 0.
    pub(crate) fn piece(&mut self, blob: &Blob, at: u64, bytes: usize, max_bytes: usize) -> Piece {
        if self.is_dead {
            return Piece::Failed;
        }
        if self.asked.front().is_none_or(|(range, _)| range.start != at) {
            self.asked.clear();
            self.ask(blob, at, bytes as u64);
        }
        let here = self.asked.pop_front_if(|(_, arrived)| arrived.is_some());
        while self.asked.len() < AHEAD_PIECES
            && let Some(Range { start, end }) = self.asked.back().or(here.as_ref()).map(|(range, _)| range.clone())
            && end < blob.size() as u64
            && max_bytes > 0
        {
            self.ask(blob, end, (2 * (end - start)).min(max_bytes as u64));
        }
        match here {
            None => Piece::Awaited,
            Some((range, Some((bytes, scouted)))) if u64::from(bytes.length()) == range.end - range.start => {
                Piece::Here(bytes, scouted)
            }
            Some(_) => Piece::Failed,
        }
    }

    /// Takes a buffer to be filled, or lets it go where there are enough.
    pub(crate) fn reuse(&mut self, buffer: Option<Uint8Array>) {
        match buffer {
            Some(buffer) if self.spare.len() < AHEAD_PIECES => self.spare.push(buffer),
            Some(buffer) => wire::give_back(&buffer),
            None => {}
        }
    }

    /// Nothing of what was asked for is wanted.
    pub(crate) fn forget(&mut self) {
        self.asked.clear();
    }

    fn ask(&mut self, blob: &Blob, start: u64, bytes: u64) {
        let range = start..(start + bytes).min(blob.size() as u64);
        self.number = self.number.wrapping_add(1);
        let [from, to] = [range.start, range.end].map(|place| JsValue::from_f64(place as f64));
        let goes_on = self.stream.as_ref().is_some_and(|(file, end)| file == blob && *end == range.start);
        let file = if goes_on { JsValue::NULL } else { blob.into() };
        let spare = self.spare.pop().map(|spare| spare.buffer());
        let message = Array::of5(&self.number.into(), &file, &from, &to, &spare.as_ref().into());
        let transfer: Array = spare.iter().collect();
        self.stream = Some((blob.clone(), range.end));
        self.asked.push_back((range, None));
        if let Err(error) = self.worker.post_message_with_transfer(&message, &transfer) {
            web_sys::console::error_1(&error);
        }
    }
}

thread_local! {
    static SCOUT: RefCell<Scout> = RefCell::default();
}

/// Called in the worker that reads ahead, with what it read and from which byte on: what is found in it. Nothing where the pieces before are
/// not known.
#[wasm_bindgen]
#[expect(unreachable_pub, reason = "only what is public can be called from JavaScript")]
pub fn scout(piece: &[u8], from: f64) -> Option<Vec<u8>> {
    SCOUT.with_borrow_mut(|scout| {
        if from == 0.0 {
            *scout = Scout::default();
        }
        (scout.at() == from as u64).then(|| encode(&scout.look(piece)))
    })
}
