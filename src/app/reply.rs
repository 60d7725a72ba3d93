//! A future that somebody else completes: the answer to a request.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use debrief::protocol::Answer;

#[derive(Default)]
struct Slot {
    answer: Option<Answer>,
    waker: Option<Waker>,
}

/// The side that completes it.
#[derive(Default)]
pub(crate) struct Sender(Rc<RefCell<Slot>>);

/// The side that waits.
pub(crate) struct Reply(Rc<RefCell<Slot>>);

impl Sender {
    /// The waiting side.
    pub(crate) fn reply(&self) -> Reply {
        Reply(Rc::clone(&self.0))
    }

    /// Completes it.
    pub(crate) fn send(self, answer: Answer) {
        let waker = {
            let mut slot = self.0.borrow_mut();
            slot.answer = Some(answer);
            slot.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl Future for Reply {
    type Output = Answer;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Answer> {
        let mut slot = self.0.borrow_mut();
        match slot.answer.take() {
            Some(answer) => Poll::Ready(answer),
            None => {
                slot.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}
