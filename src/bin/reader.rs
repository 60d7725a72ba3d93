//! Bin `reader`: reads inputs for the engine. Holds the formats and nothing else; what it reads goes back slice by slice.
//!
//! One slice per turn of a `MessageChannel`, so that a reading can be cancelled between two (`setTimeout` would cost 5 ms a turn).

fn main() {
    #[cfg(target_arch = "wasm32")]
    browser::start();
}

#[cfg(target_arch = "wasm32")]
#[path = "ahead.rs"]
mod ahead;
#[cfg(target_arch = "wasm32")]
#[path = "clock.rs"]
mod clock;
#[cfg(target_arch = "wasm32")]
#[path = "file_source.rs"]
mod file_source;
#[cfg(target_arch = "wasm32")]
#[path = "gb18030.rs"]
mod gb18030;
#[cfg(target_arch = "wasm32")]
#[path = "wire.rs"]
mod wire;

#[cfg(target_arch = "wasm32")]
mod browser {
    use std::cell::{Cell, RefCell};
    use std::collections::VecDeque;
    use std::rc::Rc;

    use debrief::evidence::MemorySource;
    use debrief::evidence::guard::SLICE_BYTES;
    use debrief::protocol::{decode, encode};
    use debrief::reading::{Batch, FromReader, Job, Reading, ToReader, WARM};
    use js_sys::{Array, ArrayBuffer, Uint8Array};
    use wasm_bindgen::prelude::*;
    use web_sys::{Blob, MessageChannel, MessageEvent, MessagePort};

    use super::ahead::{Ahead, AheadSource, Piece};
    use super::clock::now_ms;
    use super::file_source::{FileSource, Windows};
    use super::{gb18030, wire};

    /// Batches of small inputs wait this long for each other, in milliseconds: a message costs as much as reading some.
    const TOGETHER_MS: f64 = 15.0;
    /// What is worth a message by itself.
    const ENOUGH_RECORDS: usize = 4_000;

    /// Slices of what is read ahead: four buffers of them are under way, and larger ones are not read faster.
    const AHEAD_SLICE_BYTES: usize = SLICE_BYTES / 2;
    /// The first slice of what is read ahead, which nothing is done before; the next ones are larger and larger.
    const FIRST_BYTES: usize = SLICE_BYTES / 4;
    /// Inputs from this size on are read ahead: a worker of its own is not worth while for less.
    const AHEAD_FROM_BYTES: u64 = 2 * SLICE_BYTES as u64;
    /// Pieces of an input that came along and are not read yet; further ones are read from the file.
    const MAX_PIECES: usize = 8;
    /// Goroutines of the sample.
    const SAMPLED: u32 = 3;

    /// Read while nobody waits, since code is compiled when it first runs: recognising an input runs a part of every format, and a queue
    /// behind a lock most of what concludes.
    fn samples() -> [Vec<u8>; 3] {
        let queued = |id: u32| {
            format!(
                "goroutine {id} [semacquire, 9 minutes]:\nsync.runtime_SemacquireMutex(0xc000012044, 0x0)\n\t/sema.go:71 +0x25\n\
                 sync.(*Mutex).Lock(...)\n\t/mutex.go:81\nx.io/p.(*Pool).Get(0xc000012040)\n\t/pool.go:8 +0x1d\n\
                 created by main.main\n\t/main.go:5 +0x1d\n\n"
            )
        };
        let holder = "goroutine 1 [IO wait, 10 minutes]:\nx.io/p.(*Pool).Get(0xc000012040)\n\t/pool.go:9 +0x2d\n\n";
        let dump: String = (2..2 + SAMPLED).map(queued).collect();
        let log = "Nov 28 02:02:14 node kubelet[1156]: E1128 02:02:14.000001    1156 main.go:9] fork/exec: errno=11\n";
        let table = "time,web_threads,db_threads\n2026-11-28T02:00:00Z,10,7.5\n2026-11-28T02:01:00Z,12,7.5\n2026-11-28T02:02:00Z,15,8\n";
        [holder.to_owned() + &dump, log.to_owned(), table.to_owned()].map(String::into_bytes)
    }

    thread_local! {
        static READER: RefCell<Option<Reader>> = const { RefCell::new(None) };
        /// The ticket of what is being read, to be told when it is the end of this worker.
        static READING: Cell<Option<u32>> = const { Cell::new(None) };
    }

    /// Installs the handlers.
    pub(super) fn start() {
        // Started to read ahead, it waits to be called.
        if wire::scope().name().ends_with("ahead") {
            return;
        }
        wire::tell_death(|| READING.get());
        gb18030::bring();
        let Ok(channel) = MessageChannel::new() else { return };
        let on_turn = Closure::<dyn FnMut(MessageEvent)>::new(|_| {
            with_reader(|reader| {
                reader.turn_waits = false;
                reader.turn();
            });
        });
        channel.port2().set_onmessage(Some(on_turn.as_ref().unchecked_ref()));
        on_turn.forget();
        READER.set(Some(Reader {
            readings: VecDeque::new(),
            buffer: Vec::new(),
            batches: Vec::new(),
            told_ms: 0.0,
            ahead: None,
            turns: channel.port1(),
            turn_waits: false,
            is_paused: false,
        }));
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(|ev: MessageEvent| {
            with_reader(|reader| reader.receive(&ev.data()));
        });
        wire::scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        on_message.forget();
    }

    fn with_reader(work: impl FnOnce(&mut Reader)) {
        READER.with_borrow_mut(|reader| reader.as_mut().map(work));
    }

    /// An input to be read.
    struct Queued {
        ticket: u32,
        reading: Reading,
        slice_bytes: usize,
        max_slice_bytes: usize,
        /// The file, where it is read ahead.
        ahead: Option<(Blob, Rc<AheadSource>)>,
        /// What came along of an input that grows: from which byte, the bytes.
        pieces: VecDeque<(u64, Uint8Array)>,
    }

    impl Queued {
        /// How much is read next, and whether that came along. What came along and was read otherwise is let go.
        fn next_len(&mut self) -> (usize, bool) {
            let Some(next) = self.reading.next_range(1) else { return (self.slice_bytes, false) };
            while let Some((_, passed)) = self.pieces.pop_front_if(|(at, _)| *at < next.start) {
                wire::give_back(&passed);
            }
            match self.pieces.front() {
                Some((at, bytes)) if *at == next.start => (bytes.length() as usize, true),
                // Up to the piece, so that it is of use.
                Some((at, _)) => (self.slice_bytes.min((at - next.start) as usize), false),
                None => (self.slice_bytes, false),
            }
        }
    }

    struct Reader {
        /// In the order in which they came.
        readings: VecDeque<Queued>,
        /// Reused for every slice.
        buffer: Vec<u8>,
        /// Not told yet.
        batches: Vec<(u32, Batch)>,
        told_ms: f64,
        /// Started before the first input, and where another reader has to help, for the first large one.
        ahead: Option<Ahead>,
        turns: MessagePort,
        turn_waits: bool,
        is_paused: bool,
    }

    impl Reader {
        fn receive(&mut self, data: &JsValue) {
            let (bytes, files) = wire::parts(data);
            match decode::<ToReader>(&bytes) {
                Some(ToReader::Read(jobs)) => {
                    let was_idle = self.readings.is_empty();
                    for ((ticket, job), file) in jobs.into_iter().zip(files.iter()) {
                        let Ok(blob) = file.dyn_into::<Blob>() else { continue };
                        let size = blob.size() as u64;
                        let source = Rc::new(AheadSource::new(FileSource::new(blob.clone(), Windows::default())));
                        let ahead = (size >= AHEAD_FROM_BYTES).then(|| (blob, Rc::clone(&source)));
                        let (slice_bytes, max_slice_bytes) =
                            if ahead.is_some() { (FIRST_BYTES, AHEAD_SLICE_BYTES) } else { (SLICE_BYTES, SLICE_BYTES) };
                        self.readings.push_back(Queued {
                            ticket,
                            reading: Reading::new(job, source),
                            slice_bytes,
                            max_slice_bytes,
                            ahead,
                            pieces: VecDeque::new(),
                        });
                    }
                    if was_idle {
                        self.take_turn();
                    }
                }
                Some(ToReader::Warm) => {
                    for sample in samples() {
                        let mut reading = Reading::new(Job::default(), Rc::new(MemorySource(sample)));
                        while !reading.is_over() {
                            reading.step(&mut self.buffer, SLICE_BYTES);
                            let sample = reading.take();
                            if sample.rest.is_some() {
                                self.batches.push((WARM, sample));
                            }
                        }
                    }
                    self.tell();
                    self.spawn_ahead();
                }
                Some(ToReader::Pause(is_paused)) => {
                    self.is_paused = is_paused;
                    self.take_turn();
                }
                Some(ToReader::Grow { ticket, is_whole }) => {
                    let queued = self.readings.iter_mut().find(|queued| queued.ticket == ticket);
                    if let (Some(queued), Ok(blob)) = (queued, files.get(0).dyn_into::<Blob>()) {
                        if let Some((known, source)) = &mut queued.ahead {
                            if let Ok(end) = files.get(1).dyn_into::<ArrayBuffer>()
                                && queued.pieces.len() < MAX_PIECES
                            {
                                let end = Uint8Array::new(&end);
                                queued.pieces.push_back((blob.size() as u64 - u64::from(end.length()), end));
                            }
                            known.clone_from(&blob);
                            source.grow(FileSource::new(blob, Windows::default()));
                        }
                        queued.reading.grow(is_whole);
                        self.take_turn();
                    }
                }
                Some(ToReader::Cancel(ticket)) => {
                    if let Some(at) = self.readings.iter().position(|job| job.ticket == ticket)
                        && let Some(Queued { mut reading, .. }) = self.readings.remove(at)
                    {
                        let was_awaited = at == 0 && self.ahead.as_mut().map(Ahead::forget).is_some();
                        reading.cancel();
                        while !reading.is_over() {
                            self.batches.push((ticket, reading.take()));
                            self.tell();
                        }
                        if was_awaited {
                            self.take_turn();
                        }
                    }
                }
                None => {}
            }
        }

        /// Comes back for the next slice, where there is one and it may be read.
        fn take_turn(&mut self) {
            if !self.turn_waits && !self.is_paused && !self.readings.is_empty() {
                self.turn_waits = self.turns.post_message(&JsValue::NULL).is_ok();
            }
        }

        /// Reads the next slice, unless it is on its way.
        fn turn(&mut self) {
            if self.is_paused {
                return;
            }
            // What waits for more of itself lets the others go first.
            let next = self.readings.iter_mut().position(|queued| {
                let (len, _) = queued.next_len();
                !queued.reading.waits(len)
            });
            let Some(next) = next else { return };
            if next > 0 {
                self.readings.rotate_left(next);
                if let Some(ahead) = &mut self.ahead {
                    ahead.forget();
                }
            }
            if self.readings.front().is_some_and(|queued| queued.ahead.is_some()) {
                self.spawn_ahead();
            }
            let Some(queued) = self.readings.front_mut() else { return };
            let (mut step_bytes, came_along) = queued.next_len();
            let Queued { ticket, reading, slice_bytes, max_slice_bytes, ahead, pieces } = queued;
            let was_open = reading.is_open();
            if came_along {
                if let (Some((_, source)), Some((at, bytes))) = (&ahead, pieces.pop_front()) {
                    source.hand_in(at, bytes);
                }
            } else if let (Some((blob, source)), Some(reader)) = (&ahead, &mut self.ahead) {
                if let Some(range) = reading.next_range(step_bytes) {
                    // What came along need not be read.
                    let max_bytes = if pieces.is_empty() { *max_slice_bytes } else { 0 };
                    match reader.piece(blob, range.start, step_bytes, max_bytes) {
                        Piece::Awaited => return,
                        Piece::Here(bytes, scouted) => {
                            step_bytes = bytes.length() as usize;
                            source.hand_in(range.start, bytes);
                            if let Some(scouted) = scouted {
                                reading.hand_in(scouted);
                            }
                        }
                        Piece::Failed => {}
                    }
                } else if !reading.is_open() {
                    // While it is recognised, its first slice is read.
                    let _ = reader.piece(blob, 0, *slice_bytes, *max_slice_bytes);
                }
            }
            let source = ahead.as_ref().map(|(_, source)| source);
            READING.set(Some(*ticket));
            reading.step(&mut self.buffer, step_bytes);
            if let (Some(source), Some(reader)) = (source, &mut self.ahead) {
                reader.reuse(source.take_spare());
            }
            if was_open {
                *slice_bytes = (*slice_bytes * 2).min(*max_slice_bytes);
            }
            let batch = reading.take();
            let is_large = batch.records.len() >= ENOUGH_RECORDS || !batch.values.is_empty();
            let is_over = reading.is_over();
            self.batches.push((*ticket, batch));
            READING.set(None);
            if is_over {
                self.readings.pop_front();
                // What was read ahead of one input must not be taken for another's.
                if let Some(ahead) = &mut self.ahead {
                    ahead.forget();
                }
            }
            if is_large || self.readings.is_empty() || now_ms() - self.told_ms >= TOGETHER_MS {
                self.tell();
            }
            self.take_turn();
        }

        /// Starts the worker that reads ahead. It comes up while this one does nothing, and a large file is read from its first byte on.
        fn spawn_ahead(&mut self) {
            if self.ahead.is_none() {
                self.ahead = Ahead::spawn(|piece| with_reader(|reader| reader.arrived(&piece)));
            }
        }

        /// What was read ahead is here.
        fn arrived(&mut self, piece: &JsValue) {
            if let Some(ahead) = &mut self.ahead {
                ahead.take(piece);
                self.turn();
            }
        }

        fn tell(&mut self) {
            self.told_ms = now_ms();
            let bytes = encode(&FromReader(std::mem::take(&mut self.batches)));
            let (message, transfer) = wire::message(&bytes, &Array::new());
            if let Err(error) = wire::scope().post_message_with_transfer(&message, &transfer) {
                web_sys::console::error_1(&error);
            }
        }
    }
}
