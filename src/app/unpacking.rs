//! The unpacker's client: archives among what is dropped are opened by a worker of their own, one after the other, and what comes out is added
//! like anything that was dropped.
//!
//! An archive becomes an input itself only where something of it could not be read, or when its worker died: then the engine, which reads
//! nothing that is packed, says so. Stopping ends the worker; what came out stays. A pause ends it too: to go on, another one begins the archive
//! anew and passes over what came out.

use std::cell::RefCell;
use std::rc::Rc;

use debrief::model::{Arg, IssueCode, Issues, Packing, is_export};
use debrief::protocol::{Answer, Member, Request};
use js_sys::{Array, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use super::dom::spawn;
use super::files::Dropped;
use super::inputs::Input;
use super::state::App;
use super::wire::{Incoming, Wire};

/// How the name of a case file ends.
const CASE_ENDING: &str = ".debrief";

/// How far an archive is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Unpacking {
    /// Which.
    pub(crate) path: String,
    /// Its size.
    pub(crate) bytes: u64,
    /// Bytes of it that were read.
    pub(crate) bytes_read: u64,
    /// What came out.
    pub(crate) n_members: usize,
}

impl Unpacking {
    /// What of it was read, from 0 to 1.
    pub(crate) fn share(&self) -> f64 {
        if self.bytes == 0 { 0.0 } else { self.bytes_read as f64 / self.bytes as f64 }
    }
}

/// A handle on the unpacker.
#[derive(Clone, Default)]
pub(crate) struct Unpacker(Rc<RefCell<Inner>>);

#[derive(Default)]
struct Inner {
    wire: Option<Wire>,
    /// The first is being unpacked.
    waiting: Vec<Dropped>,
    /// What came out of the first; `None` before it is begun.
    n_taken: Option<usize>,
    /// The place of the input that is coming out of it.
    growing: Option<usize>,
}

/// What was dropped, by its first bytes.
#[derive(Default)]
pub(crate) struct Parts {
    pub(crate) inputs: Vec<Dropped>,
    /// To be opened.
    pub(crate) archives: Vec<Dropped>,
    /// Case files, and documents that were exported here: what they say of the evidence is no evidence.
    pub(crate) exports: Vec<Dropped>,
}

/// Tells apart what was dropped.
pub(crate) async fn part(dropped: Vec<Dropped>) -> Parts {
    const HEAD_BYTES: i32 = 2048;
    let head = |blob: &Blob| blob.slice_with_i32_and_i32(0, HEAD_BYTES).map(|head| head.array_buffer());
    let heads: Array = dropped.iter().map(|(_, blob)| head(blob).map_or(JsValue::NULL, JsValue::from)).collect();
    // All at once: one after the other, the reads of a large folder would take seconds.
    let heads = JsFuture::from(Promise::all_settled(&heads)).await.map(|heads| Array::from(&heads)).unwrap_or_default();
    let mut parts = Parts::default();
    for (one, settled) in dropped.into_iter().zip(heads.iter()) {
        // What cannot be read is for the engine to refuse.
        let head = Reflect::get(&settled, &"value".into()).ok();
        let head = head.map(|head| Uint8Array::new(&head).to_vec()).unwrap_or_default();
        let is_packed = Packing::of(&head).is_some_and(Packing::is_read);
        let kind = match () {
            // What others packed anew is known by its name alone.
            () if is_export(&head) || one.0.ends_with(CASE_ENDING) => &mut parts.exports,
            () if is_packed => &mut parts.archives,
            () => &mut parts.inputs,
        };
        kind.push(one);
    }
    parts
}

impl Unpacker {
    /// Opens archives, after those that wait already.
    pub(crate) fn open(&self, app: App, archives: Vec<Dropped>) {
        self.0.borrow_mut().waiting.extend(archives);
        if self.0.borrow().wire.is_none() {
            self.next(app);
        }
    }

    /// Stops; the archives that were not opened are said.
    pub(crate) fn stop(&self, app: App) {
        let Inner { wire, waiting, growing, .. } = self.0.take();
        drop(wire);
        cut(app, growing);
        if app.progress.get_untracked().idle {
            app.engine().pause(false);
        }
        let stopped = waiting.into_iter().map(|archive| noted(archive, IssueCode::UnpackStopped.into()));
        app.engine().add(stopped.collect());
        app.unpacking.set(None);
    }

    /// Holds unpacking, or goes on with it.
    pub(crate) fn pause(&self, app: App, is_paused: bool) {
        if is_paused {
            self.0.borrow_mut().wire = None;
        } else {
            self.next(app);
        }
    }

    /// Opens the first that waits, in a worker that is already there or a new one; without any the worker ends and frees its memory.
    fn next(&self, app: App) {
        let first = self.0.borrow().waiting.first().cloned();
        let Some((path, blob)) = first else {
            self.0.borrow_mut().wire = None;
            return app.unpacking.set(None);
        };
        let n_taken = self.0.borrow().n_taken;
        if n_taken.is_none() {
            let bytes = blob.size() as u64;
            app.unpacking.set(Some(Unpacking { path: path.clone(), bytes, ..Unpacking::default() }));
            self.0.borrow_mut().n_taken = Some(0);
        }
        if app.paused.get_untracked() {
            return;
        }
        if self.0.borrow().wire.is_none() {
            let unpacker = self.clone();
            let wire = Wire::spawn("unpack", move |incoming| unpacker.receive(app, incoming));
            self.0.borrow_mut().wire = wire.ok();
        }
        let request = Request::Unpack(path, n_taken.unwrap_or_default());
        let posts = self.0.borrow().wire.as_ref().map(|wire| wire.post(1, request, &Array::of1(&blob)));
        if posts.is_none() {
            self.done(app, None);
        }
    }

    fn receive(&self, app: App, incoming: Incoming) {
        match incoming {
            Incoming::Message(message, handles) => match message.answer {
                Answer::Members { members, coming, bytes_read } => {
                    if let Some(n_taken) = &mut self.0.borrow_mut().n_taken {
                        *n_taken += members.len();
                    }
                    self.take(app, members, coming, bytes_read, &handles);
                }
                Answer::Unpacked(issues) => self.done(app, Some(issues)),
                _ => {}
            },
            Incoming::Died(_) => {
                // Not from within its own handler: the worker's closures must outlive the call.
                let wire = self.0.borrow_mut().wire.take();
                spawn(async move { drop(wire) });
                self.done(app, None);
            }
        }
    }

    /// The first is unpacked; without issues where its worker died, which leaves it to the engine as it is.
    fn done(&self, app: App, issues: Option<Issues>) {
        let (archive, growing) = {
            let mut inner = self.0.borrow_mut();
            inner.n_taken = None;
            (inner.waiting.remove(0), inner.growing.take())
        };
        cut(app, growing);
        let issues = match issues {
            Some(issues) if issues.list.is_empty() => None,
            said => Some(said.unwrap_or_default()),
        };
        if let Some(issues) = issues {
            app.engine().add(vec![noted(archive, issues)]);
        }
        let unpacker = self.clone();
        spawn(async move { unpacker.next(app) });
    }

    /// Takes what came out, and what is coming out as far as it is here.
    fn take(&self, app: App, members: Vec<Member>, coming: Option<String>, bytes_read: u64, handles: &Array) {
        let n_members = members.len();
        let mut grown = self.0.borrow_mut().growing.take();
        app.unpacking.update(|now| {
            if let Some(now) = now {
                // After a pause it comes to where it was once more.
                now.bytes_read = now.bytes_read.max(bytes_read);
                now.n_members += n_members;
            }
        });
        let mut inputs: Vec<Input> = Vec::new();
        for (Member { path, noted }, blob) in members.into_iter().zip(handles.iter()) {
            let blob: Blob = blob.unchecked_into();
            // What was coming out comes to its end first.
            match grown.take() {
                Some(index) => app.engine().grow(index, Some(blob), &JsValue::UNDEFINED, Some(noted)),
                None => inputs.push(Input { noted, ..Input::new(path, blob) }),
            }
        }
        if !inputs.is_empty() {
            app.engine().add(inputs);
        }
        if let Some(path) = coming {
            let blob: Blob = handles.get(n_members as u32).unchecked_into();
            match grown {
                Some(index) => app.engine().grow(index, Some(blob), &handles.get(n_members as u32 + 1), None),
                None => grown = app.engine().begin(Input { grows: true, ..Input::new(path, blob) }),
            }
        }
        self.0.borrow_mut().growing = grown;
    }
}

/// No more of what was coming out comes.
fn cut(app: App, growing: Option<usize>) {
    if let Some(index) = growing {
        app.engine().grow(index, None, &JsValue::UNDEFINED, Some(IssueCode::UnpackStopped.into()));
    }
}

fn noted((path, blob): Dropped, noted: Issues) -> Input {
    Input { noted, ..Input::new(path, blob) }
}

/// What is said of it while it is at work.
pub(crate) fn said(app: App) -> String {
    let now = app.unpacking.get().unwrap_or_default();
    let Unpacking { path, bytes, bytes_read, n_members } = now;
    let args = [
        ("path", Arg::Text(path)),
        ("done", Arg::Bytes(bytes_read)),
        ("total", Arg::Bytes(bytes)),
        ("count", Arg::from(n_members)),
    ];
    let id = if app.paused.get() { "page-unpacking-paused" } else { "page-unpacking" };
    app.with(id, &args)
}
