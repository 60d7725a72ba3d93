//! The workers' end of a wire: what a message is made of, and what a dying worker still says.

use js_sys::{Array, ArrayBuffer, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel};

pub(crate) fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Tells whoever started this worker when it panics, with what it was about, where it was about something.
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

/// A message of bytes and the handles they count; the bytes are handed over, not copied, and so are buffers among the handles.
pub(crate) fn message(bytes: &[u8], handles: &Array) -> (Object, Array) {
    let bytes = Uint8Array::from(bytes);
    let message = Object::new();
    for (key, part) in [("m", &bytes as &JsValue), ("f", handles)] {
        if let Err(error) = Reflect::set(&message, &key.into(), part) {
            web_sys::console::error_1(&error);
        }
    }
    let transfer = Array::of1(&bytes.buffer());
    for buffer in handles.iter().filter(JsCast::is_instance_of::<ArrayBuffer>) {
        transfer.push(&buffer);
    }
    (message, transfer)
}

/// Bytes and file handles of a message.
pub(crate) fn parts(data: &JsValue) -> (Vec<u8>, Array) {
    let bytes = Reflect::get(data, &"m".into()).ok().and_then(|m| m.dyn_into::<Uint8Array>().ok());
    let bytes = bytes.map(|bytes| {
        let copied = bytes.to_vec();
        give_back(&bytes);
        copied
    });
    let files = Reflect::get(data, &"f".into()).map(|f| Array::from(&f)).unwrap_or_default();
    (bytes.unwrap_or_default(), files)
}

/// Frees bytes that were copied out of JavaScript: garbage is collected a gigabyte later, and `ArrayBuffer.transfer` frees nothing (measured
/// in Chromium over a gigabyte in pieces: 965 MB held, 283 MB when left to the collector, 30 MB this way). They are sent where nobody ever
/// takes them, and go with the way there.
pub(crate) fn give_back(bytes: &Uint8Array) {
    // A way costs more than a few kilobytes do.
    if bytes.byte_length() < 64 << 10 {
        return;
    }
    let Ok(nowhere) = MessageChannel::new() else { return };
    let sent = nowhere.port1().post_message_with_transferable(&JsValue::NULL, &Array::of1(&bytes.buffer()));
    debug_assert!(sent.is_ok(), "a buffer of one's own can be sent");
    nowhere.port1().close();
    nowhere.port2().close();
}
