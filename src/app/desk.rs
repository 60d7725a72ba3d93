//! The desk's client: the worker that turns the saved case into JSON and back, and makes what leaves. It reads no evidence by itself, so it
//! lives where the engine cannot.
//!
//! Once started it stays: when another tab takes a new release, this release's files are gone, and what is written here must still become
//! JSON that the new release reads.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use debrief::model::Message;
use debrief::protocol::desk::{DeskAnswer, DeskRequest};
use debrief::protocol::{self, Answer, Request};
use gloo::timers::callback::Timeout;
use js_sys::Array;

use super::dom::spawn;
use super::reply::Sender;
use super::wire::{Incoming, Wire};

/// How long an answer may take: the worker may still have to be fetched.
const PATIENCE_MS: u32 = 30_000;

/// A handle on the worker; it starts with the first question.
#[derive(Clone, Default)]
pub(crate) struct Desk(Rc<RefCell<Inner>>);

#[derive(Default)]
struct Inner {
    wire: Option<Wire>,
    /// Who waits: the worker answers in order.
    waiting: VecDeque<Sender>,
}

impl Desk {
    /// Asks; [`DeskAnswer::Failed`] when the worker cannot live. The next question starts another one.
    pub(crate) async fn ask(&self, request: DeskRequest) -> DeskAnswer {
        self.ask_with(request, &Array::new()).await
    }

    /// Asks about files.
    pub(crate) async fn ask_with(&self, request: DeskRequest, files: &Array) -> DeskAnswer {
        let sender = Sender::default();
        let reply = sender.reply();
        self.0.borrow_mut().waiting.push_back(sender);
        self.post(&request, files);
        let desk = self.clone();
        let _patience = Timeout::new(PATIENCE_MS, move || desk.give_up());
        match reply.await {
            Answer::Desk(bytes) => protocol::decode(&bytes),
            _ => None,
        }
        .unwrap_or_else(|| DeskAnswer::Failed(Message::new("page-engine-stopped")))
    }

    fn post(&self, request: &DeskRequest, files: &Array) {
        if self.0.borrow().wire.is_none() {
            let shared = Rc::downgrade(&self.0);
            let wire = Wire::spawn("desk", move |incoming| {
                if let Some(inner) = shared.upgrade() {
                    Self(inner).receive(incoming);
                }
            });
            self.0.borrow_mut().wire = wire.ok();
        }
        let posted = self.0.borrow().wire.as_ref().map(|wire| {
            wire.post(1, Request::Desk(protocol::encode(request)), files);
        });
        if posted.is_none() {
            self.give_up();
        }
    }

    fn receive(&self, incoming: Incoming) {
        let Incoming::Message(message, _) = incoming else { return self.give_up() };
        let sender = self.0.borrow_mut().waiting.pop_front();
        if let Some(sender) = sender {
            sender.send(message.answer);
        }
    }

    fn give_up(&self) {
        let Inner { wire, waiting } = self.0.take();
        for sender in waiting {
            sender.send(Answer::Failed(Message::new("page-engine-stopped")));
        }
        // Not from within its own handler: the worker's closures must outlive the call.
        spawn(async move { drop(wire) });
    }
}
