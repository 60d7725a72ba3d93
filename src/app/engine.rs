//! The worker's client: requests become futures, news become signals, and a worker that died is replaced without losing anything.
//!
//! The page keeps every input's handle and corrections ([`Input`]), so a new worker is told all of them in the same order and gives the
//! same ids. The input that the old one died on is left out and said so.

mod choosing;

use std::cell::RefCell;
use std::rc::Rc;

use debrief::model::{EvidenceId, EvidenceMeta, EvidenceState, Few, Issues, Message, Timestamp, Zone};
use debrief::postmortem::edit::Edit;
use debrief::protocol::{Answer, Progress, Request, RequestId, ToPage, VERSION};
use gloo::timers::callback::Interval;
use js_sys::Array;
use wasm_bindgen::JsValue;
use web_sys::Blob;

use super::digests::Digests;
use super::dom::spawn;
use super::inputs::{self, Input};
use super::language;
use super::reply::{Reply, Sender};
use super::state::{App, Tone};
use super::wire::{Incoming, Wire};

/// Ticks of the watchdog without a word from a busy worker before it counts as dead: half a minute, and not one long sleep.
const SILENT_TICKS: u32 = 6;
const TICK_MS: u32 = 5_000;

/// 2000-01-01: no evidence is older.
const ZONE_FROM: Timestamp = Timestamp::from_seconds(946_684_800);
const YEAR_S: i64 = 366 * 86_400;

/// A handle on the worker.
#[derive(Clone, Default)]
pub(crate) struct Engine(Rc<RefCell<Inner>>);

#[derive(Default)]
struct Inner {
    app: Option<App>,
    wire: Option<Wire>,
    /// Counts workers: what a dead one still sends is not listened to.
    generation: u32,
    pending: Few<RequestId, Sender>,
    last_id: RequestId,
    silent_ticks: u32,
    /// Deaths since the last conclusion.
    deaths: u32,
    zone: Option<i32>,
    inputs: Vec<Input>,
    digests: Digests,
}

impl Engine {
    /// Starts the first worker and the watchdog.
    pub(crate) fn connect(&self, app: App) {
        self.0.borrow_mut().app = Some(app);
        self.start_worker();
        let engine = self.clone();
        Interval::new(TICK_MS, move || engine.tick()).forget();
    }

    // ---- asking ----

    /// Asks; resolves with [`Answer::Failed`] when the engine stops meanwhile.
    pub(crate) fn ask(&self, request: Request) -> Reply {
        self.send(request, &Array::new())
    }

    fn send(&self, request: Request, files: &Array) -> Reply {
        let sender = Sender::default();
        let reply = sender.reply();
        let mut inner = self.0.borrow_mut();
        inner.last_id = inner.last_id.wrapping_add(1).max(1);
        let id = inner.last_id;
        match &inner.wire {
            Some(wire) => {
                wire.post(id, request, files);
                inner.pending.insert(id, sender);
            }
            None => sender.send(Answer::Failed(Message::new("page-engine-stopped"))),
        }
        reply
    }

    /// Tells something that has no answer of its own: the news that follow are the answer.
    fn tell(&self, request: Request) {
        self.tell_with(request, &Array::new());
    }

    fn tell_with(&self, request: Request, files: &Array) {
        if let Some(wire) = &self.0.borrow().wire {
            wire.post(0, request, files);
        }
    }

    /// Sends what the engine says itself in the languages that are here.
    pub(crate) fn speak(&self) {
        language::of_the_engine().into_iter().for_each(|(lang, said)| self.tell(Request::Speak(lang, said)));
    }

    // ---- inputs ----

    /// Adds inputs. One that a restored case waits for takes its old place.
    pub(crate) fn add(&self, dropped: Vec<Input>) {
        let Some(app) = self.app() else { return };
        if app.restoring.get_untracked() {
            app.dropped_early.update(|early| early.extend(dropped));
            return;
        }
        if app.read_only.get_untracked() {
            app.notify(Tone::Trouble, app.t("page-read-only"));
            return;
        }
        let mut new = Vec::new();
        let mut found = false;
        let awaits = self.0.borrow().inputs.iter().any(|input| input.blob.is_none());
        for input in dropped {
            let mut inner = self.0.borrow_mut();
            let place = if awaits { inputs::awaited(&inner.inputs, &input.path, input.bytes) } else { None };
            match place {
                Some(index) => {
                    found = true;
                    inner.inputs[index].blob = input.blob;
                }
                None => new.push(input),
            }
        }
        app.progress.update(|progress| progress.idle = false);
        if found {
            self.0.borrow_mut().inputs.extend(new);
            self.tell(Request::Clear);
            self.send_inputs(0);
        } else {
            let first = self.0.borrow().inputs.len();
            self.0.borrow_mut().inputs.extend(new);
            self.send_inputs(first);
        }
        self.inputs_changed();
    }

    /// Adds an input of which more is to come, and gives its place; not while a case waits for files, which are known by their size.
    pub(crate) fn begin(&self, input: Input) -> Option<usize> {
        let app = self.app()?;
        if app.restoring.get_untracked() || !app.missing.with_untracked(Vec::is_empty) {
            return None;
        }
        self.add(vec![input]);
        self.0.borrow().inputs.len().checked_sub(1)
    }

    /// There is more of an input that grows, with its end. With `noted`, what unpacking found wrong with it, no more of it comes.
    pub(crate) fn grow(&self, index: usize, blob: Option<Blob>, end: &JsValue, noted: Option<Issues>) {
        let (handles, is_whole) = (Array::new(), noted.is_some());
        {
            let mut inner = self.0.borrow_mut();
            let Some(input) = inner.inputs.get_mut(index).filter(|input| input.grows) else { return };
            // Begun anew after a pause, it comes to where it was once more.
            if let Some(blob) = blob.filter(|blob| blob.size() as u64 > input.bytes) {
                input.bytes = blob.size() as u64;
                input.blob = Some(blob);
            } else if !is_whole {
                return;
            }
            if let Some(noted) = &noted {
                (input.grows, input.noted) = (false, noted.clone());
            }
            handles.push(&input.blob.clone().into());
        }
        if !end.is_undefined() {
            handles.push(end);
        }
        self.tell_with(Request::Grow { evidence: EvidenceId(index as u32), noted }, &handles);
        if is_whole {
            self.inputs_changed();
        }
    }

    /// Puts the inputs of a restored case in place.
    pub(crate) fn restore(&self, saved: Vec<Input>, zone: Option<i32>) {
        let Some(app) = self.app() else { return };
        {
            let mut inner = self.0.borrow_mut();
            inner.inputs = saved;
            inner.zone = zone;
        }
        app.zone_choice.set(zone);
        if zone.is_some() {
            self.tell(Request::SetZone(zone));
        }
        self.send_inputs(0);
        self.tell_missing();
    }

    /// Puts other inputs in place of these: an opened or merged case.
    pub(crate) fn replace_inputs(&self, inputs: Vec<Input>, zone: Option<i32>) {
        self.tell(Request::Clear);
        self.restore(inputs, zone);
        self.inputs_changed();
    }

    /// The inputs as they are, for saving.
    pub(crate) fn inputs(&self) -> Vec<Input> {
        self.0.borrow().inputs.clone()
    }

    /// Whether an input is of a case that another one took the place of.
    pub(crate) fn is_former(&self, id: EvidenceId) -> bool {
        self.0.borrow().inputs.get(id.0 as usize).is_some_and(|input| input.former && input.removed)
    }

    /// Stops reading.
    pub(crate) fn cancel(&self, id: Option<EvidenceId>) {
        self.tell(Request::Cancel(id));
    }

    /// Holds all reading and unpacking, or lets both go on where they were.
    pub(crate) fn pause(&self, is_paused: bool) {
        let Some(app) = self.app() else { return };
        if app.paused.get_untracked() != is_paused {
            app.paused.set(is_paused);
            self.tell(Request::Pause(is_paused));
            app.unpacker().pause(app, is_paused);
        }
    }

    fn change_input(&self, id: EvidenceId, change: impl FnOnce(&mut Input)) {
        if let Some(input) = self.0.borrow_mut().inputs.get_mut(id.0 as usize) {
            change(input);
        }
        self.inputs_changed();
    }

    fn inputs_changed(&self) {
        self.tell_missing();
        if let Some(app) = self.app() {
            app.inputs_revision.update(|revision| *revision = revision.wrapping_add(1));
        }
    }

    fn tell_missing(&self) {
        let missing = inputs::missing(&self.0.borrow().inputs);
        if let Some(app) = self.app() {
            app.missing.set(missing);
        }
    }

    /// Gives the worker the inputs from `first` on, with the digests known from before.
    fn send_inputs(&self, first: usize) {
        let (items, handles, known) = {
            let inner = self.0.borrow();
            let new = inner.inputs.get(first..).unwrap_or_default();
            let (items, handles) = inputs::to_add(new);
            let known = new.iter().enumerate().filter_map(|(index, input)| {
                let id = u32::try_from(first + index).ok()?;
                input.digest.clone().map(|digest| (EvidenceId(id), digest))
            });
            (items, handles, known.collect::<Vec<_>>())
        };
        if items.is_empty() {
            return;
        }
        drop(self.send(Request::Add(items), &handles));
        for (id, digest) in known {
            self.tell(Request::SetDigest(id, digest));
        }
    }

    // ---- the worker's life ----

    fn app(&self) -> Option<App> {
        self.0.borrow().app
    }

    fn start_worker(&self) {
        let generation = {
            let mut inner = self.0.borrow_mut();
            inner.wire = None;
            inner.silent_ticks = 0;
            inner.generation += 1;
            inner.generation
        };
        let engine = self.clone();
        let wire = Wire::spawn("worker", move |incoming| engine.receive(generation, incoming));
        let Some(app) = self.app() else { return };
        match wire {
            Ok(wire) => self.0.borrow_mut().wire = Some(wire),
            Err(error) => {
                web_sys::console::error_1(&error);
                app.engine_trouble.set(Some(Message::new("page-engine-stopped")));
                return;
            }
        }
        let now = Timestamp((js_sys::Date::now() * 1e6) as i64);
        let zone = Zone::found(ZONE_FROM, now.plus_seconds(YEAR_S), &offset_at);
        if app.case_offset_s.get_untracked() == 0 {
            app.case_offset_s.set(zone.offset_at(now));
        }
        let ready = self.ask(Request::Hello { version: VERSION, zone, now });
        self.speak();
        spawn(async move {
            match ready.await {
                Answer::Ready { version, formats } if version == VERSION => app.formats.set(formats),
                Answer::Ready { version, .. } => {
                    let reason = format!("{VERSION} / {version}");
                    let why = Message::new("page-protocol-mismatch").with("reason", reason);
                    app.engine_trouble.set(Some(why));
                }
                _ => {}
            }
        });
    }

    fn receive(&self, generation: u32, incoming: Incoming) {
        if self.0.borrow().generation != generation {
            return;
        }
        self.0.borrow_mut().silent_ticks = 0;
        match incoming {
            Incoming::Died(evidence) => self.replace_worker(evidence.map(EvidenceId)),
            Incoming::Message(message, _) => {
                let ToPage { id, answer } = *message;
                if id == 0 {
                    self.news(answer);
                } else {
                    let sender = self.0.borrow_mut().pending.remove(&id);
                    if let Some(sender) = sender {
                        sender.send(answer);
                    }
                }
            }
        }
    }

    fn news(&self, news: Answer) {
        let Some(app) = self.app() else { return };
        match news {
            Answer::Evidence(mut list) => {
                self.mark_refused(&mut list);
                app.evidence.set(list);
                app.knowledge.update(|known| *known = known.wrapping_add(1));
            }
            Answer::Progress(progress) => {
                app.progress.set(progress);
                // What is given next is not held by a pause that nobody sees.
                if progress.idle && app.unpacking.with_untracked(Option::is_none) {
                    self.pause(false);
                }
            }
            Answer::Analysis { conclusions, offset_s, time_range } => {
                self.0.borrow_mut().deaths = 0;
                app.case_offset_s.set(offset_s);
                app.edit(Edit::Offset(offset_s));
                app.time_range.set(time_range);
                app.analysis.set(*conclusions);
                app.knowledge.update(|known| *known = known.wrapping_add(1));
                self.digest_what_is_read();
            }
            Answer::Failed(why) => app.engine_trouble.set(Some(why)),
            _ => {}
        }
    }

    fn mark_refused(&self, list: &mut [EvidenceMeta]) {
        for (meta, input) in list.iter_mut().zip(&self.0.borrow().inputs) {
            if input.refused {
                meta.state = EvidenceState::Refused;
            }
            // The engine was given an empty placeholder.
            if input.refused || input.blob.is_none() {
                meta.bytes = input.bytes;
            }
        }
    }

    fn tick(&self) {
        let dead = {
            let mut inner = self.0.borrow_mut();
            // A worker that was told to wait reads nothing; questions it answers all the same.
            let reads = |app: App| !app.progress.get_untracked().idle && !app.paused.get_untracked();
            let busy = !inner.pending.is_empty() || inner.app.is_some_and(reads);
            inner.silent_ticks = if busy { inner.silent_ticks + 1 } else { 0 };
            inner.wire.is_some() && inner.silent_ticks >= SILENT_TICKS
        };
        if dead {
            let reading = self.app().and_then(|app| {
                let is_read = |meta: &&EvidenceMeta| meta.state == EvidenceState::Reading;
                app.evidence.with_untracked(|list| list.iter().find(is_read).map(|meta| meta.id))
            });
            self.replace_worker(reading);
        }
    }

    /// Another worker takes over, without the input that the old one died on.
    fn replace_worker(&self, blamed: Option<EvidenceId>) {
        let Some(app) = self.app() else { return };
        let (pending, path) = {
            let mut inner = self.0.borrow_mut();
            inner.deaths += 1;
            let usable = |input: &Input| !input.refused && !input.removed && input.blob.is_some();
            let index = match blamed {
                Some(id) => Some(id.0 as usize),
                // It died drawing a conclusion, twice: the newest input is the likeliest reason.
                None if inner.deaths > 1 => inner.inputs.iter().rposition(usable),
                None => None,
            };
            let path = index.and_then(|index| inner.inputs.get_mut(index)).map(|input| {
                input.refused = true;
                input.path.clone()
            });
            let hopeless = path.is_none() && inner.deaths > 2;
            inner.wire = None;
            inner.digests = Digests::default();
            let pending = std::mem::take(&mut inner.pending);
            if hopeless {
                drop(inner);
                fail_all(pending);
                app.engine_trouble.set(Some(Message::new("page-engine-stopped")));
                app.progress.set(Progress { idle: true, ..Progress::default() });
                return;
            }
            (pending, path)
        };
        fail_all(pending);
        let why = match path {
            Some(path) => Message::new("page-engine-died-on").with("path", path),
            None => Message::new("page-engine-restarted"),
        };
        app.announce(app.say(&why));
        app.engine_trouble.set(Some(why));
        self.start_worker();
        if app.paused.get_untracked() {
            self.tell(Request::Pause(true));
        }
        let zone = self.0.borrow().zone;
        if zone.is_some() {
            self.tell(Request::SetZone(zone));
        }
        self.send_inputs(0);
    }

    // ---- digests, in the background ----

    fn digest_what_is_read(&self) {
        let Some(app) = self.app() else { return };
        let wanted: Vec<(EvidenceId, Blob)> = {
            let inner = self.0.borrow();
            app.evidence.with_untracked(|list| {
                // What could not be read is identified all the same.
                let is_done =
                    |state| matches!(state, EvidenceState::Ready | EvidenceState::Refused | EvidenceState::Cancelled);
                let open = list.iter().filter(|meta| meta.digest.is_none() && meta.bytes > 0 && is_done(meta.state));
                let open = open.filter_map(|meta| Some((meta.id, inner.inputs.get(meta.id.0 as usize)?)));
                let open = open.filter(|(_, input)| input.digest.is_none() && !input.refused && !input.grows);
                open.filter_map(|(id, input)| input.blob.clone().map(|blob| (id, blob))).collect()
            })
        };
        let engine = self.clone();
        self.0.borrow_mut().digests.want(wanted, move |id, digest| engine.digested(id, digest));
    }

    fn digested(&self, id: EvidenceId, digest: String) {
        self.change_input(id, |input| input.digest = Some(digest.clone()));
        self.tell(Request::SetDigest(id, digest.clone()));
        if let Some(app) = self.app() {
            app.edit(Edit::Digest(id, digest));
        }
    }
}

/// Seconds east of UTC of the browser at an instant.
fn offset_at(at: Timestamp) -> i32 {
    let date = js_sys::Date::new(&(at.as_seconds_f64() * 1000.0).into());
    (-date.get_timezone_offset() * 60.0) as i32
}

fn fail_all(pending: Few<RequestId, Sender>) {
    for sender in pending.into_values() {
        sender.send(Answer::Failed(Message::new("page-engine-restarted")));
    }
}
