//! Bin `desk`: the worker that makes what leaves and opens what comes back. Decodes a request, calls the desk, encodes the answer.

fn main() {
    #[cfg(target_arch = "wasm32")]
    browser::start();
}

#[cfg(target_arch = "wasm32")]
#[path = "answer.rs"]
mod answer;
#[cfg(target_arch = "wasm32")]
#[path = "wire.rs"]
mod wire;

#[cfg(target_arch = "wasm32")]
mod browser {
    use std::cell::RefCell;

    use debrief::desk::Desk;
    use debrief::evidence::{MemorySource, Source};
    use debrief::model::Message;
    use debrief::protocol::desk::{DeskAnswer, DeskRequest};
    use debrief::protocol::{self, Answer, Request, ToWorker};
    use js_sys::{Array, Uint8Array};
    use wasm_bindgen::prelude::*;
    use web_sys::{Blob, FileReaderSync, MessageEvent};

    use super::answer::post;
    use super::wire;

    /// Installs the handlers.
    pub(super) fn start() {
        wire::tell_death(|| None);
        let desk = RefCell::new(Desk::default());
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |ev: MessageEvent| {
            let (bytes, files) = wire::parts(&ev.data());
            let message = protocol::decode::<ToWorker>(&bytes);
            let Some(ToWorker { id, request: Request::Desk(bytes) }) = message else { return };
            let answer = match protocol::decode::<DeskRequest>(&bytes) {
                Some(request) => answer(&mut desk.borrow_mut(), request, &files),
                None => DeskAnswer::Failed(Message::new("page-engine-stopped")),
            };
            post(id, Answer::Desk(protocol::encode(&answer)));
        });
        wire::scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        on_message.forget();
    }

    fn answer(desk: &mut Desk, request: DeskRequest, files: &Array) -> DeskAnswer {
        let files: Vec<MemorySource> = files.iter().map(read).collect();
        let files: Vec<&dyn Source> = files.iter().map(|file| -> &dyn Source { file }).collect();
        desk.answer(request, &files)
    }

    /// A file's bytes; none where it cannot be read, which the desk sees by its length.
    fn read(file: JsValue) -> MemorySource {
        let blob: Blob = file.unchecked_into();
        let bytes = FileReaderSync::new().and_then(|reader| reader.read_as_array_buffer(&blob));
        MemorySource(bytes.map(|bytes| Uint8Array::new(&bytes).to_vec()).unwrap_or_default())
    }
}
