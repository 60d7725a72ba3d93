//! Bin `worker`: the engine in a Web Worker. Decodes a request, calls the case, encodes the answer. Wiring only.
//!
//! What is to be read is read by workers of their own ([`pool`]), so that requests are answered meanwhile. A panic here is told to the page,
//! which starts another engine; nothing is lost with this one.

fn main() {
    #[cfg(target_arch = "wasm32")]
    browser::start();
}

#[cfg(target_arch = "wasm32")]
#[path = "answer.rs"]
mod answer;
#[cfg(target_arch = "wasm32")]
#[path = "clock.rs"]
mod clock;
#[cfg(target_arch = "wasm32")]
#[path = "file_source.rs"]
mod file_source;
#[cfg(target_arch = "wasm32")]
#[path = "news.rs"]
mod news;
#[cfg(target_arch = "wasm32")]
#[path = "pool.rs"]
mod pool;
#[cfg(target_arch = "wasm32")]
#[path = "wire.rs"]
mod wire;

#[cfg(target_arch = "wasm32")]
mod browser {
    use std::cell::RefCell;

    use super::answer::post;
    use super::clock::now_ms;
    use super::file_source::{FileSource, Windows};
    use super::news::News;
    use super::pool::{Pool, Said};
    use super::wire::{self, scope};
    use debrief::case::Case;
    use debrief::evidence::digest::Digest;
    use debrief::evidence::guard::SLICE_BYTES;
    use debrief::evidence::{MemorySource, Source};
    use debrief::formats::registry::IDS;
    use debrief::model::{Arg, EvidenceId, Message, Timestamp};
    use debrief::protocol::{self, AddSource, Answer, Choices, Progress, Request, ToWorker, TrendsRequest, VERSION};
    use debrief::reading::{Batch, WARM};
    use debrief::view::conclusions::Conclusions;
    use debrief::view::panel::{PanelKind, PanelRequest};
    use gloo::timers::callback::Timeout;
    use js_sys::Array;
    use wasm_bindgen::prelude::*;
    use web_sys::{Blob, BlobPropertyBag, MessageChannel, MessageEvent, MessagePort};

    /// How long after the conclusions their charts are planned, in milliseconds: the first panel is on screen by then.
    const PLAN_AFTER_MS: u32 = 100;

    thread_local! {
        static WORKER: RefCell<Option<Worker>> = const { RefCell::new(None) };
    }

    /// Installs the handlers.
    pub(super) fn start() {
        wire::tell_death(|| None);
        let Ok(channel) = MessageChannel::new() else { return };
        listen(&channel.port2(), |_| with_worker(Worker::turn));
        WORKER.set(Some(Worker::new(channel.port1())));
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(|ev: MessageEvent| {
            with_worker(|worker| worker.receive(&ev.data()));
        });
        scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        on_message.forget();
    }

    fn listen(port: &MessagePort, handler: impl FnMut(MessageEvent) + 'static) {
        let handler = Closure::<dyn FnMut(MessageEvent)>::new(handler);
        port.set_onmessage(Some(handler.as_ref().unchecked_ref()));
        handler.forget();
    }

    fn with_worker(work: impl FnOnce(&mut Worker)) {
        WORKER.with_borrow_mut(|worker| worker.as_mut().map(work));
    }

    /// Pasted text, kept like a file.
    fn blob_of(text: &str) -> Option<Blob> {
        Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &BlobPropertyBag::new()).ok()
    }

    /// Concludes from samples while nobody waits, says a panel of it and draws its charts: code is compiled when it first runs.
    fn warm(samples: Vec<Batch>) {
        let mut case = Case::new(0, Timestamp(0));
        for sample in samples {
            let id = case.add("", Box::new(MemorySource(Vec::new())), Choices::default(), false);
            case.give(WARM);
            case.take(id, WARM, sample);
        }
        let conclusions = Box::new(Conclusions::of(case.analysis()));
        let panel = PanelRequest::unseen(PanelKind::Stacks);
        let analysis = Answer::Analysis { conclusions, offset_s: 0, time_range: case.time_range() };
        let (panel, trends) = (case.panel(&panel), case.trends(&TrendsRequest::unseen()));
        for answer in [analysis, Answer::Evidence(case.evidence()), Answer::Panel(panel), Answer::Trends(trends)] {
            drop(protocol::encode(&answer));
        }
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
        /// The handles of the inputs, by their ids.
        handles: Vec<Blob>,
        pool: Pool,
        digesting: Vec<Digesting>,
        /// Questions that wait for conclusions.
        waiting: Vec<(u32, Request)>,
        turns: MessagePort,
        turn_waits: bool,
        reading: bool,
        run_started_ms: f64,
        /// Bytes of all inputs that were read before this run.
        read_before: u64,
        /// Since when nothing is read because a person said so.
        paused_since_ms: Option<f64>,
        /// The share of the conclusions that is drawn.
        concluded: f64,
        news: News,
        windows: Windows,
    }

    impl Worker {
        fn new(turns: MessagePort) -> Self {
            Self {
                case: Case::new(0, Timestamp(0)),
                handles: Vec::new(),
                pool: Pool::new(|said| with_worker(|worker| worker.hear(said))),
                digesting: Vec::new(),
                waiting: Vec::new(),
                turns,
                turn_waits: false,
                reading: false,
                run_started_ms: 0.0,
                read_before: 0,
                paused_since_ms: None,
                concluded: 0.0,
                news: News::default(),
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
                Request::Hello { zone, now, .. } => {
                    self.case = Case::new(zone, now);
                    let formats = IDS.iter().map(|id| (*id).to_owned()).collect();
                    post(id, Answer::Ready { version: VERSION, formats });
                    self.pool.warm();
                }
                Request::Speak(lang, compiled) => self.case.speak(lang, compiled),
                Request::Add(items) => {
                    let mut files = files.iter();
                    let mut ids = Vec::with_capacity(items.len());
                    for item in items {
                        let blob = match item.source {
                            AddSource::File => files.next().and_then(|file| file.dyn_into().ok()),
                            AddSource::Text(text) => blob_of(&text),
                        };
                        let Some(blob) = blob.or_else(|| blob_of("")) else { continue };
                        let source = FileSource::new(blob.clone(), self.windows.clone());
                        let id = self.case.add(&item.path, Box::new(source), item.choices, item.removed);
                        self.case.note(id, item.noted);
                        if item.grows {
                            self.case.grows(id);
                        }
                        self.handles.push(blob);
                        ids.push(id);
                    }
                    post(id, Answer::Added(ids));
                    self.changed();
                }
                Request::Grow { evidence, noted } => {
                    let handle = self.handles.get_mut(evidence.0 as usize);
                    let (Some(handle), Ok(blob)) = (handle, files.get(0).dyn_into::<Blob>()) else { return };
                    handle.clone_from(&blob);
                    let (is_whole, source) = (noted.is_some(), FileSource::new(blob.clone(), self.windows.clone()));
                    // One that becomes too large to be kept whole is read when all of it is there.
                    let is_read = is_whole || source.len() < self.case.index_from();
                    self.case.grow(evidence, Box::new(source), noted);
                    self.changed();
                    if is_read {
                        self.pool.grow(evidence, files, is_whole);
                    }
                }
                Request::Choose(evidence, choices) => self.change(|case| case.choose(evidence, choices)),
                Request::SetZone(offset_s) => self.change(|case| case.set_zone(offset_s)),
                Request::SetRemoved(evidence, removed) => self.change(|case| case.set_removed(evidence, removed)),
                Request::Cancel(evidence) => {
                    self.pool.cancel(evidence);
                    self.change(|case| case.cancel(evidence));
                }
                Request::Pause(is_paused) => {
                    let now = now_ms();
                    // The time of a pause is no time of reading.
                    if let Some(since) = self.paused_since_ms.take() {
                        self.run_started_ms += now - since;
                    }
                    self.paused_since_ms = is_paused.then_some(now);
                    self.pool.pause(is_paused);
                    self.pool.give(&mut self.case, &self.handles);
                    for (id, query) in std::mem::take(&mut self.waiting) {
                        self.handle(id, query, &Array::new());
                    }
                }
                Request::Clear => {
                    self.handles.clear();
                    self.change(Case::clear);
                }
                Request::SetDigest(evidence, digest) => {
                    // Conclusions do not depend on it: telling the state is enough.
                    self.case.set_digest(evidence, digest);
                    post(0, Answer::Evidence(self.case.evidence()));
                }
                Request::DigestFile(evidence) => self.start_digest(id, evidence, files),
                query if self.must_wait(&query) => self.waiting.push((id, query)),
                query => post(id, self.answer(query)),
            }
        }

        /// Whether a question is answered when conclusions are drawn: one that needs them while they are being drawn, and the limits, which
        /// stand among the conclusions.
        fn must_wait(&mut self, query: &Request) -> bool {
            let (needs_all, is_of_findings) = match query {
                Request::Trends(_) | Request::Chart { .. } | Request::CiteSample { .. } | Request::Material { .. } => {
                    (true, false)
                }
                Request::Panel(panel) => (panel.kind != PanelKind::Evidence, panel.kind == PanelKind::Limits),
                _ => (false, false),
            };
            // While reading is held, what was concluded before it has to do.
            let awaits_all = is_of_findings && self.paused_since_ms.is_none();
            self.reading && (awaits_all || needs_all && !self.case.is_reading())
        }

        fn answer(&mut self, query: Request) -> Answer {
            let case = &mut self.case;
            match query {
                Request::Lines { evidence, first, count, cited } => {
                    Answer::Lines(case.marked_lines(evidence, first, count, cited))
                }
                Request::FindLine { evidence, text, from, backwards } => {
                    Answer::FoundLine(case.find_line(evidence, &text, from, backwards))
                }
                Request::Trends(request) => Answer::Trends(case.trends(&request)),
                Request::Chart { key, as_table, request } => {
                    let chart = case.leaving_chart(&key, as_table, &request);
                    Answer::Chart(chart.map(|chart| protocol::encode(&chart)).unwrap_or_default())
                }
                Request::Panel(request) => Answer::Panel(case.panel(&request)),
                Request::Cite(cites) => Answer::Citations(case.cite(&cites)),
                Request::CiteSample { series, at } => {
                    Answer::Citations(case.cite_sample(&series, at).into_iter().collect())
                }
                Request::Material { lang, offset_s } => {
                    Answer::Material(protocol::encode(&case.material(lang, offset_s)))
                }
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
                self.run_started_ms = self.paused_since_ms.unwrap_or_else(now_ms);
                self.read_before = self.case.progress().bytes_done;
            }
            self.concluded = 0.0;
            self.pool.give(&mut self.case, &self.handles);
            if self.paused_since_ms.is_some() {
                // Nothing is read that would bring the news.
                self.tell(false);
            }
            self.take_turn();
        }

        fn take_turn(&mut self) {
            if !self.turn_waits {
                self.turn_waits = self.turns.post_message(&JsValue::NULL).is_ok();
            }
        }

        /// A worker that reads said something.
        fn hear(&mut self, said: Said) {
            let samples = self.pool.hear(said, &mut self.case);
            if self.handles.is_empty() && !samples.is_empty() {
                warm(samples);
                return;
            }
            self.pool.give(&mut self.case, &self.handles);
            // A late word of what was stopped is no sign of reading.
            if self.reading && self.news.are_due() {
                let mut news = std::mem::take(&mut self.news);
                news.tell(|| self.tell(false));
                self.news = news;
            }
            self.take_turn();
        }

        /// Draws a part of the conclusions when everything is read; digests a slice otherwise.
        fn turn(&mut self) {
            self.turn_waits = false;
            if self.reading {
                if !self.case.is_reading() {
                    self.conclude();
                }
            } else if self.digest_slice() {
                self.take_turn();
            }
        }

        fn conclude(&mut self) {
            if self.news.are_due() {
                let progress = self.progress(false);
                self.news.tell(|| post(0, Answer::Progress(progress)));
            }
            self.concluded = self.case.conclude_step();
            if self.concluded < 1.0 {
                self.take_turn();
            } else {
                self.finish_run();
            }
        }

        fn finish_run(&mut self) {
            self.reading = false;
            let conclusions = Box::new(Conclusions::of(self.case.analysis()));
            self.tell(true);
            let (offset_s, time_range) = (self.case.offset_s(), self.case.time_range());
            post(0, Answer::Analysis { conclusions, offset_s, time_range });
            for (id, query) in std::mem::take(&mut self.waiting) {
                post(id, self.answer(query));
            }
            let plan = || with_worker(|worker| worker.case.plan_charts());
            Timeout::new(PLAN_AFTER_MS, plan).forget();
            if !self.digesting.is_empty() {
                self.take_turn();
            }
        }

        fn tell(&self, idle: bool) {
            post(0, Answer::Evidence(self.case.evidence()));
            post(0, Answer::Progress(self.progress(idle)));
        }

        fn progress(&self, idle: bool) -> Progress {
            let progress = self.case.progress();
            let concluded = (self.reading && progress.idle).then_some(self.concluded);
            let seconds = (self.paused_since_ms.unwrap_or_else(now_ms) - self.run_started_ms) / 1000.0;
            let read = progress.bytes_done.saturating_sub(self.read_before) as f64;
            let rate = if seconds > 0.0 { read / seconds } else { 0.0 };
            Progress { bytes_per_second: rate, concluded, idle, ..progress }
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
}
