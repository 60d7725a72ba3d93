//! Bin `worker`: the engine in a Web Worker. Decodes a request, calls the case, encodes the answer. Wiring only.
//!
//! Reading is resumable: one slice per turn of a `MessageChannel`, so that requests and cancellation are answered between two slices
//! (`setTimeout` would cost 5 ms a turn). A panic is told to the page, which starts another worker; nothing is lost with this one.

fn main() {
    #[cfg(target_arch = "wasm32")]
    browser::start();
}

#[cfg(target_arch = "wasm32")]
#[path = "wire.rs"]
mod wire;

#[cfg(target_arch = "wasm32")]
mod browser {
    use std::cell::{Cell, RefCell};
    use std::rc::Rc;

    use super::wire::{self, post, scope};
    use debrief::case::{Case, Step};
    use debrief::evidence::digest::Digest;
    use debrief::evidence::guard::SLICE_BYTES;
    use debrief::evidence::{ReadError, Source};
    use debrief::model::{Arg, EvidenceId, EvidenceState, Message, Timestamp};
    use debrief::protocol::{self, AddSource, Answer, Progress, Request, ToWorker, VERSION};
    use js_sys::{Array, Reflect, Uint8Array};
    use wasm_bindgen::prelude::*;
    use web_sys::{Blob, FileReaderSync, MessageChannel, MessageEvent, MessagePort};

    /// Least time between two pieces of news, in milliseconds.
    const NEWS_EVERY_MS: f64 = 100.0;
    /// Small reads are served from windows of this size: a read costs about a millisecond however small it is.
    const WINDOW_BYTES: usize = 1 << 20;
    /// Windows kept, over all inputs.
    const WINDOWS: usize = 4;

    thread_local! {
        static WORKER: RefCell<Option<Worker>> = const { RefCell::new(None) };
        /// What is being read, for the page to name when the engine dies on it.
        static READING: Cell<Option<EvidenceId>> = const { Cell::new(None) };
    }

    /// Installs the handlers.
    pub(super) fn start() {
        wire::tell_death(|| READING.get().map(|id| id.0));
        let Ok(channel) = MessageChannel::new() else { return };
        listen(&channel.port2(), |_| with_worker(Worker::turn));
        WORKER.set(Some(Worker::new(channel.port1())));
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(|ev: MessageEvent| {
            with_worker(|worker| worker.receive(&ev.data()));
        });
        scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        on_message.forget();
    }

    fn now_ms() -> f64 {
        scope().performance().map_or(0.0, |performance| performance.now())
    }

    fn listen(port: &MessagePort, handler: impl FnMut(MessageEvent) + 'static) {
        let handler = Closure::<dyn FnMut(MessageEvent)>::new(handler);
        port.set_onmessage(Some(handler.as_ref().unchecked_ref()));
        handler.forget();
    }

    fn with_worker(work: impl FnOnce(&mut Worker)) {
        WORKER.with_borrow_mut(|worker| worker.as_mut().map(work));
    }

    /// A digest under way.
    struct Digesting {
        request: u32,
        evidence: EvidenceId,
        source: FileSource,
        digest: Digest,
        at: u64,
    }

    struct Worker {
        case: Case,
        digesting: Vec<Digesting>,
        turns: MessagePort,
        turn_waits: bool,
        reading: bool,
        run_started_ms: f64,
        last_news_ms: f64,
        windows: Windows,
    }

    impl Worker {
        fn new(turns: MessagePort) -> Self {
            Self {
                case: Case::new(0, Timestamp(0)),
                digesting: Vec::new(),
                turns,
                turn_waits: false,
                reading: false,
                run_started_ms: 0.0,
                last_news_ms: 0.0,
                windows: Windows::default(),
            }
        }

        fn receive(&mut self, data: &JsValue) {
            let (bytes, files) = wire::parts(data);
            match protocol::decode::<ToWorker>(&bytes) {
                Some(ToWorker { id, request }) => self.handle(id, request, &files),
                None => {
                    // Only a page of another release sends what cannot be decoded: its Hello names the versions.
                    let why = Message::new("page-protocol-mismatch").with("reason", VERSION);
                    post(0, Answer::Failed(why));
                }
            }
        }

        fn handle(&mut self, id: u32, request: Request, files: &Array) {
            match request {
                Request::Hello { offset_s, now, .. } => {
                    self.case = Case::new(offset_s, now);
                    let formats = debrief::formats::registry::FORMATS.iter().map(|f| f.id.to_owned()).collect();
                    post(id, Answer::Ready { version: VERSION, formats });
                }
                Request::Add(items) => {
                    let mut handles = files.iter();
                    let mut ids = Vec::with_capacity(items.len());
                    for item in items {
                        let source: Box<dyn Source> = match item.source {
                            AddSource::File => match handles.next().and_then(|file| self.open(file)) {
                                Some(source) => Box::new(source),
                                None => Box::new(debrief::evidence::MemorySource(Vec::new())),
                            },
                            AddSource::Text(text) => Box::new(debrief::evidence::MemorySource(text.into_bytes())),
                        };
                        ids.push(self.case.add(&item.path, source, item.choices, item.removed));
                    }
                    post(id, Answer::Added(ids));
                    self.changed();
                }
                Request::Choose(evidence, choices) => self.change(|case| case.choose(evidence, choices)),
                Request::SetZone(offset_s) => self.change(|case| case.set_zone(offset_s)),
                Request::SetRemoved(evidence, removed) => self.change(|case| case.set_removed(evidence, removed)),
                Request::Cancel(evidence) => self.change(|case| case.cancel(evidence)),
                Request::Clear => self.change(Case::clear),
                Request::SetDigest(evidence, digest) => {
                    // Conclusions do not depend on it: telling the state is enough.
                    self.case.set_digest(evidence, digest);
                    post(0, Answer::Evidence(self.case.evidence()));
                }
                Request::DigestFile(evidence) => self.start_digest(id, evidence, files),
                query => post(id, self.answer(query)),
            }
        }

        fn answer(&mut self, query: Request) -> Answer {
            let case = &mut self.case;
            match query {
                Request::Lines { evidence, first, count } => Answer::Lines(case.lines(evidence, first, count.min(500))),
                Request::FindLine { evidence, text, from, backwards } => {
                    Answer::FoundLine(case.find_line(evidence, &text, from, backwards))
                }
                Request::Trends(request) => Answer::Trends(case.trends(&request)),
                Request::Crosshair(request) => Answer::Crosshair(case.crosshair(&request)),
                Request::Cite(cites) => Answer::Citations(case.cite(&cites)),
                Request::CiteSample { series, at } => {
                    Answer::Citations(case.cite_sample(&series, at).into_iter().collect())
                }
                Request::Material { lang, offset_s } => match protocol::encode(&case.material(lang, offset_s)) {
                    Ok(bytes) => Answer::Material(bytes),
                    Err(_) => Answer::Failed(Message::new("page-engine-stopped")),
                },
                // Everything else changes the case and was handled above.
                _ => Answer::Failed(Message::new("page-engine-stopped")),
            }
        }

        fn open(&self, file: JsValue) -> Option<FileSource> {
            let blob = file.dyn_into::<Blob>().ok()?;
            Some(FileSource::new(blob, self.windows.clone()))
        }

        fn start_digest(&mut self, request: u32, evidence: EvidenceId, files: &Array) {
            let Some(source) = self.open(files.get(0)) else {
                post(request, Answer::Failed(Message::new("page-digest-failed")));
                return;
            };
            self.digesting.push(Digesting { request, evidence, source, digest: Digest::default(), at: 0 });
            self.take_turn();
        }

        fn change(&mut self, change: impl FnOnce(&mut Case)) {
            change(&mut self.case);
            self.changed();
        }

        /// Something was added or corrected: reads what waits, then tells the new state.
        fn changed(&mut self) {
            if !self.reading {
                self.reading = true;
                self.run_started_ms = now_ms();
            }
            self.name_reading();
            self.take_turn();
        }

        fn take_turn(&mut self) {
            if !self.turn_waits {
                self.turn_waits = self.turns.post_message(&JsValue::NULL).is_ok();
            }
        }

        /// One slice of work.
        fn turn(&mut self) {
            self.turn_waits = false;
            if self.reading {
                match self.case.step() {
                    Step::Idle => return self.finish_run(),
                    Step::Finished(_) => self.name_reading(),
                    Step::Working => {}
                }
                let now = now_ms();
                if now - self.last_news_ms >= NEWS_EVERY_MS {
                    self.last_news_ms = now;
                    post(0, Answer::Evidence(self.case.evidence()));
                    post(0, Answer::Progress(self.progress(false)));
                }
                self.take_turn();
            } else if self.digest_slice() {
                self.take_turn();
            }
        }

        fn finish_run(&mut self) {
            self.reading = false;
            READING.set(None);
            post(0, Answer::Evidence(self.case.evidence()));
            post(0, Answer::Progress(self.progress(true)));
            let analysis = Box::new(self.case.analysis().clone());
            let (offset_s, time_range) = (self.case.offset_s(), self.case.time_range());
            post(0, Answer::Analysis { analysis, offset_s, time_range });
            if !self.digesting.is_empty() {
                self.take_turn();
            }
        }

        fn progress(&self, idle: bool) -> Progress {
            let progress = self.case.progress();
            let seconds = (now_ms() - self.run_started_ms) / 1000.0;
            let rate = if seconds > 0.0 { progress.bytes_done as f64 / seconds } else { 0.0 };
            Progress { bytes_per_second: rate, idle, ..progress }
        }

        fn name_reading(&self) {
            let evidence = self.case.evidence();
            let in_state = |state| evidence.iter().find(move |meta| meta.state == state).map(|meta| meta.id);
            READING.set(in_state(EvidenceState::Reading).or_else(|| in_state(EvidenceState::Waiting)));
        }

        /// Digests one slice; whether there is more to do.
        fn digest_slice(&mut self) -> bool {
            let Some(job) = self.digesting.first_mut() else { return false };
            let mut buffer = vec![0; SLICE_BYTES];
            let outcome = match job.source.read_at(job.at, &mut buffer) {
                Ok(0) => Some(Answer::Digest(job.evidence, std::mem::take(&mut job.digest).finish())),
                Ok(n) => {
                    job.digest.update(&buffer[..n]);
                    job.at += n as u64;
                    None
                }
                Err(error) => {
                    let why = Message::new("page-digest-failed").with("reason", Arg::Text(error.reason));
                    Some(Answer::Failed(why))
                }
            };
            if let Some(answer) = outcome {
                let job = self.digesting.remove(0);
                post(job.request, answer);
            }
            !self.digesting.is_empty()
        }
    }

    /// The windows kept for small reads: which source, from which byte, the bytes. Newest first.
    type Windows = Rc<RefCell<Vec<(u32, u64, Vec<u8>)>>>;

    /// A file handle read through `FileReaderSync`.
    struct FileSource {
        blob: Blob,
        key: u32,
        windows: Windows,
    }

    impl FileSource {
        fn new(blob: Blob, windows: Windows) -> Self {
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
    fn error_name(error: &JsValue) -> String {
        let name = Reflect::get(error, &"name".into()).ok().and_then(|name| name.as_string());
        name.unwrap_or_else(|| "Error".to_owned())
    }
}
