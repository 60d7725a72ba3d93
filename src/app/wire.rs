//! One worker and the messages to and from it. The start script owns how a worker is made (`debriefSpawnWorker`): from a Blob, so that
//! the page's content policy binds it too.

use debrief::protocol::{self, Request, ToPage, ToWorker};
use js_sys::{Array, Function, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, MessageEvent, Worker};

/// What a worker sends.
pub(crate) enum Incoming {
    /// An answer or news, with the handles it counts.
    Message(Box<ToPage>, Array),
    /// It stopped; with the input it was reading, where it could say so.
    Died(Option<u32>),
}

/// A worker at work. Ends with its handle.
pub(crate) struct Wire {
    worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(ErrorEvent)>,
}

impl Wire {
    /// Starts a worker (`worker` is the engine, `desk` the desk, `unpack` the unpacker); `receive` gets everything it sends.
    pub(crate) fn spawn(name: &str, receive: impl Fn(Incoming) + Clone + 'static) -> Result<Self, JsValue> {
        let spawn: Function = Reflect::get(&js_sys::global(), &"debriefSpawnWorker".into())?.dyn_into()?;
        let worker: Worker = spawn.call1(&JsValue::NULL, &name.into())?.dyn_into()?;
        let on_message = {
            let receive = receive.clone();
            Closure::new(move |ev: MessageEvent| {
                if let Some(incoming) = read(&ev.data()) {
                    receive(incoming);
                }
            })
        };
        let on_error = Closure::new(move |_: ErrorEvent| receive(Incoming::Died(None)));
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Self { worker, _on_message: on_message, _on_error: on_error })
    }

    /// Sends a request with the file handles it counts.
    pub(crate) fn post(&self, id: u32, request: Request, files: &Array) {
        let is_growth = matches!(request, Request::Grow { .. });
        let bytes = Uint8Array::from(protocol::encode(&ToWorker { id, request }).as_slice());
        let message = Object::new();
        let transfer = Array::of1(&bytes.buffer());
        // The end of what grows is handed over, where a handle is cloned.
        if is_growth && files.length() > 1 {
            transfer.push(&files.get(1));
        }
        let posted = Reflect::set(&message, &"m".into(), &bytes)
            .and_then(|_| Reflect::set(&message, &"f".into(), files))
            .and_then(|_| self.worker.post_message_with_transfer(&message, &transfer));
        if let Err(error) = posted {
            web_sys::console::error_1(&error);
        }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

fn read(data: &JsValue) -> Option<Incoming> {
    let died = Reflect::get(data, &"died".into()).ok()?;
    if !died.is_undefined() {
        return Some(Incoming::Died(died.as_f64().map(|id| id as u32)));
    }
    let bytes = Uint8Array::new(&Reflect::get(data, &"m".into()).ok()?).to_vec();
    let handles = Array::from(&Reflect::get(data, &"f".into()).ok()?);
    protocol::decode::<ToPage>(&bytes).map(|message| Incoming::Message(Box::new(message), handles))
}
