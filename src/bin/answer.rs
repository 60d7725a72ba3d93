//! Answers to the page.

use debrief::protocol::{self, Answer, ToPage};
use js_sys::Array;

use super::wire::{message, scope};

/// Sends an answer.
pub(crate) fn post(id: u32, answer: Answer) {
    post_with(id, answer, &Array::new());
}

/// Sends an answer with the handles it counts; its bytes are handed over, not copied.
pub(crate) fn post_with(id: u32, answer: Answer, handles: &Array) {
    let (message, transfer) = message(&protocol::encode(&ToPage { id, answer }), handles);
    if let Err(error) = scope().post_message_with_transfer(&message, &transfer) {
        web_sys::console::error_1(&error);
    }
}
