//! The page: components render view models and send intents; nothing here parses, detects, sorts or aggregates.
//!
//! [`state::App`] is what everything shares. [`engine`] talks to the worker, [`files`] takes evidence in, [`storage`] keeps the case;
//! [`components`] and [`panels`] are what people see.
#![allow(unreachable_pub, reason = "`#[component]` writes `pub` items")]

mod canvas;
mod components;
mod digests;
mod dom;
mod engine;
mod erase;
mod example;
mod files;
mod inputs;
mod keys;
mod language;
mod locks;
mod observe;
mod palette;
mod panels;
mod prefs;
mod reply;
mod shell;
mod state;
mod storage;
mod wire;

/// Mounts the page on the document's body.
pub(crate) fn mount() {
    std::panic::set_hook(Box::new(|info| web_sys::console::error_1(&info.to_string().into())));
    wasm_bindgen_futures::spawn_local(async {
        // Without sentences there is no page; the shell of index.html is still there to say so.
        if let Err(error) = language::load(prefs::first_language()).await {
            web_sys::console::error_1(&error);
        }
        leptos::mount::mount_to_body(shell::mount);
    });
}
