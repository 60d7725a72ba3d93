//! Bin `unpack`: the worker that opens archives, and copies large inputs into files of the browser. It lives as long as there is something to unpack and holds no more than a few buffers: what
//! comes out goes back to the page as handles, which the browser keeps.
//!
//! One message asks, with the archive's handle; it is done in one go, and news are posted on the way. To stop it, end it; to go on after a
//! pause, it begins anew and passes over what came out before: decompressors keep their place on the stack, and no message reaches it.

fn main() {
    #[cfg(target_arch = "wasm32")]
    browser::start();
}

#[cfg(target_arch = "wasm32")]
#[path = "answer.rs"]
mod answer;
#[cfg(target_arch = "wasm32")]
#[path = "clock.rs"]
mod clock;
#[cfg(target_arch = "wasm32")]
#[path = "file_source.rs"]
mod file_source;
#[cfg(target_arch = "wasm32")]
#[path = "gb18030.rs"]
mod gb18030;
#[cfg(target_arch = "wasm32")]
#[path = "keeper.rs"]
mod keeper;
#[cfg(target_arch = "wasm32")]
#[path = "news.rs"]
mod news;
#[cfg(target_arch = "wasm32")]
#[path = "wire.rs"]
mod wire;

#[cfg(target_arch = "wasm32")]
mod browser {
    use debrief::evidence::{ReadError, Source};
    use debrief::model::Issues;
    use debrief::protocol::{self, Answer, Member, Request, ToWorker};
    use debrief::unpack::{Limits, Sink, unpack};
    use js_sys::{Array, Uint8Array};
    use wasm_bindgen::prelude::*;
    use web_sys::{Blob, MessageEvent};

    use super::answer::{post, post_with};
    use super::file_source::{FileSource, Windows, error_name};
    use super::news::News;
    use super::{gb18030, keeper, wire};

    /// Bytes handed to the browser at once: the most of one member that is held here.
    const PART_BYTES: usize = 8 << 20;
    /// From so many parts on a member is read while it comes out.
    const MIN_PARTS: u32 = 2;

    /// Installs the handler.
    pub(super) fn start() {
        wire::tell_death(|| None);
        gb18030::bring();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(|ev: MessageEvent| {
            let (bytes, files) = wire::parts(&ev.data());
            let Some(ToWorker { id, request }) = protocol::decode(&bytes) else { return };
            let Ok(blob) = files.get(0).dyn_into::<Blob>() else { return };
            if let Request::Keep { case, file } = request {
                wasm_bindgen_futures::spawn_local(keeper::keep(id, case, file, blob));
            } else if let Request::Unpack(path, n_known) = request {
                let windows = Windows::default();
                let source = FileSource::new(blob, windows.clone());
                let mut sink = Handles { id, n_known, windows, ..Handles::default() };
                let issues = unpack(&path, &source, Limits::default(), &mut sink);
                sink.tell();
                post(id, Answer::Unpacked(issues));
            }
        });
        wire::scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        on_message.forget();
    }

    /// Makes handles of what comes out.
    #[derive(Default)]
    struct Handles {
        id: u32,
        /// Members that the page has from before a pause, and that are passed over.
        n_known: usize,
        /// The end of what is coming out; what was before it is in `parts`.
        rest: Vec<u8>,
        parts: Array,
        /// What is coming out, where it is an input and not known from before a pause.
        coming: Option<String>,
        members: Vec<Member>,
        handles: Array,
        bytes_read: u64,
        news: News,
        windows: Windows,
    }

    impl Handles {
        /// Hands over what is here, and gives a copy of it.
        fn flush(&mut self) -> Result<Uint8Array, JsValue> {
            // The browser takes a copy: a view of this memory would change under it.
            let bytes = Uint8Array::from(self.rest.as_slice());
            if !self.rest.is_empty() {
                self.parts.push(&Blob::new_with_u8_array_sequence(&Array::of1(&bytes))?.into());
                self.rest.clear();
            }
            Ok(bytes)
        }

        /// Gives what is coming out as far as it is here, and its end as bytes: reading them back took half as long as unpacking.
        fn grow(&mut self, end: &Uint8Array) -> Result<(), JsValue> {
            if self.parts.length() >= MIN_PARTS
                && let Some(path) = self.coming.clone()
            {
                self.handles.push(&Blob::new_with_blob_sequence(&self.parts)?.into());
                self.handles.push(&end.buffer());
                self.tell_with(Some(path));
            } else {
                wire::give_back(end);
            }
            Ok(())
        }

        /// Ends what is coming out.
        fn end(&mut self) -> Result<Blob, JsValue> {
            self.flush()?;
            let parts = std::mem::take(&mut self.parts);
            if parts.length() == 1 { parts.get(0).dyn_into() } else { Blob::new_with_blob_sequence(&parts) }
        }

        fn tell(&mut self) {
            self.tell_with(None);
        }

        fn tell_with(&mut self, coming: Option<String>) {
            let (members, handles) = (std::mem::take(&mut self.members), std::mem::take(&mut self.handles));
            post_with(self.id, Answer::Members { members, coming, bytes_read: self.bytes_read }, &handles);
        }
    }

    impl Sink for Handles {
        fn begin(&mut self, path: &str) {
            self.coming = (self.n_known == 0).then(|| path.to_owned());
        }

        fn write(&mut self, bytes: &[u8]) -> Result<(), ReadError> {
            self.rest.extend_from_slice(bytes);
            if self.rest.len() >= PART_BYTES {
                let told = self.flush().and_then(|end| self.grow(&end));
                told.map_err(|error| ReadError { at: 0, reason: error_name(&error) })?;
            }
            Ok(())
        }

        fn member(&mut self, path: &str, noted: Issues) {
            self.coming = None;
            if let Some(n_left) = self.n_known.checked_sub(1) {
                self.n_known = n_left;
                self.rest.clear();
                self.parts = Array::new();
                return;
            }
            // Where the browser has no room, an empty handle: what was noted says that reading failed.
            let Ok(blob) = self.end().or_else(|_| Blob::new()) else { return };
            self.handles.push(&blob);
            self.members.push(Member { path: path.to_owned(), noted });
        }

        fn aside(&mut self) -> Result<Box<dyn Source>, ReadError> {
            let blob = self.end().map_err(|error| ReadError { at: 0, reason: error_name(&error) })?;
            Ok(Box::new(FileSource::new(blob, self.windows.clone())))
        }

        fn progress(&mut self, bytes_read: u64) {
            self.bytes_read = bytes_read;
            if self.news.are_due() {
                let mut news = std::mem::take(&mut self.news);
                news.tell(|| self.tell());
                self.news = news;
            }
        }
    }
}
