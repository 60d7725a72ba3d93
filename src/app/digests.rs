//! SHA-256 of the inputs, computed by a second worker one after the other, so that it never slows reading.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use debrief::model::EvidenceId;
use debrief::protocol::{Answer, Request};
use gloo::timers::callback::Timeout;
use js_sys::Array;
use web_sys::Blob;

use super::dom::{later, spawn};
use super::wire::{Incoming, Wire};

/// How long after something is read its digest is begun.
const AFTER_MS: u32 = 150;

/// What waits for its digest. Dropping it stops the worker.
#[derive(Default)]
pub(crate) struct Digests(Rc<RefCell<Queue>>);

#[derive(Default)]
struct Queue {
    wire: Option<Wire>,
    /// Starts it in a moment.
    start: Option<Timeout>,
    waiting: VecDeque<(EvidenceId, Blob)>,
    /// By id, what waits or was given up: a file that went away must not be tried after every conclusion.
    known: Vec<bool>,
    done: Option<Rc<dyn Fn(EvidenceId, String)>>,
}

impl Digests {
    /// Puts inputs in the queue that are not in it; `done` gets each digest.
    pub(crate) fn want(&self, wanted: Vec<(EvidenceId, Blob)>, done: impl Fn(EvidenceId, String) + 'static) {
        let mut queue = self.0.borrow_mut();
        for (id, blob) in wanted {
            let place = id.0 as usize;
            if queue.known.len() <= place {
                queue.known.resize(place + 1, false);
            }
            if !std::mem::replace(&mut queue.known[place], true) {
                queue.waiting.push_back((id, blob));
            }
        }
        queue.done = Some(Rc::new(done));
        if queue.wire.is_none() && !queue.waiting.is_empty() {
            let shared = Rc::downgrade(&self.0);
            // Whoever just opened files looks at what was found first.
            queue.start = Some(later(AFTER_MS, move || {
                if let Some(shared) = shared.upgrade() {
                    start(&shared);
                }
            }));
        }
    }
}

/// Starts the worker, unless it is at work.
fn start(shared: &Rc<RefCell<Queue>>) {
    let mut queue = shared.borrow_mut();
    if queue.wire.is_none() && !queue.waiting.is_empty() {
        let shared = Rc::downgrade(shared);
        queue.wire = Wire::spawn("worker", move |incoming| {
            if let Some(queue) = shared.upgrade() {
                receive(&queue, incoming);
            }
        })
        .ok();
        queue.ask_next();
    }
}

impl Queue {
    /// Asks for the first in the queue; it stays there until it is answered. An empty queue ends the worker and frees its memory.
    fn ask_next(&mut self) {
        match (self.waiting.front(), &self.wire) {
            (Some((id, blob)), Some(wire)) => wire.post(1, Request::DigestFile(*id), &Array::of1(blob)),
            _ => self.wire = None,
        }
    }
}

fn receive(shared: &Rc<RefCell<Queue>>, incoming: Incoming) {
    let told = {
        let mut queue = shared.borrow_mut();
        if queue.waiting.pop_front().is_none() {
            return;
        }
        match incoming {
            Incoming::Message(message, _) => match message.answer {
                Answer::Digest(id, digest) => {
                    queue.known[id.0 as usize] = false;
                    queue.done.clone().map(|done| (done, id, digest))
                }
                _ => None,
            },
            Incoming::Died(_) => {
                // What waited behind it may be asked for again.
                for (id, _) in std::mem::take(&mut queue.waiting) {
                    queue.known[id.0 as usize] = false;
                }
                None
            }
        }
    };
    if let Some((done, id, digest)) = told {
        done(id, digest);
    }
    // Not from within its own handler: the worker's closures must outlive the call.
    let shared = Rc::clone(shared);
    spawn(async move { shared.borrow_mut().ask_next() });
}
