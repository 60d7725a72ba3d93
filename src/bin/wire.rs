//! The workers' end of the wire: messages out, and what a dying worker still says.

use debrief::protocol::{self, Answer, ToPage};
use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::DedicatedWorkerGlobalScope;

pub(crate) fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Sends an answer.
pub(crate) fn post(id: u32, answer: Answer) {
    post_with(id, answer, &Array::new());
}

/// Sends an answer with the handles it counts; its bytes are handed over, not copied.
pub(crate) fn post_with(id: u32, answer: Answer, handles: &Array) {
    let Ok(bytes) = protocol::encode(&ToPage { id, answer }) else { return };
    let bytes = Uint8Array::from(bytes.as_slice());
    let message = Object::new();
    let transfer = Array::of1(&bytes.buffer());
    let posted = Reflect::set(&message, &"m".into(), &bytes)
        .and_then(|_| Reflect::set(&message, &"f".into(), handles))
        .and_then(|_| scope().post_message_with_transfer(&message, &transfer));
    if let Err(error) = posted {
        web_sys::console::error_1(&error);
    }
}

/// Tells the page when this worker panics, with the input that was being read, where one was.
pub(crate) fn tell_death(reading: fn() -> Option<u32>) {
    std::panic::set_hook(Box::new(move |info| {
        web_sys::console::error_1(&info.to_string().into());
        let died = Object::new();
        let evidence = reading().map_or(JsValue::NULL, Into::into);
        let told = Reflect::set(&died, &"died".into(), &evidence).and_then(|_| scope().post_message(&died));
        // The page's watchdog notices where even this fails.
        drop(told);
    }));
}

/// Bytes and file handles of a message.
pub(crate) fn parts(data: &JsValue) -> (Vec<u8>, Array) {
    let bytes = Reflect::get(data, &"m".into()).map(|m| Uint8Array::new(&m).to_vec()).unwrap_or_default();
    let files = Reflect::get(data, &"f".into()).map(|f| Array::from(&f)).unwrap_or_default();
    (bytes, files)
}
