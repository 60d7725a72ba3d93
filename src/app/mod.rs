//! The page: components render view models and send intents; nothing here parses, detects, sorts or aggregates.
//!
//! [`state::App`] is what everything shares. [`engine`] talks to the worker, [`files`] takes evidence in, [`storage`] keeps the case;
//! [`components`] and [`panels`] are what people see.

mod canvas;
mod citing;
mod components;
mod database;
mod desk;
mod digests;
mod dom;
mod engine;
mod example;
mod files;
mod inputs;
mod keeping;
mod keys;
mod language;
mod leaving;
mod locks;
mod moved;
mod observe;
mod palette;
mod panels;
mod prefs;
mod record;
mod reply;
mod row;
mod shelf;
mod shell;
mod signal;
mod state;
mod storage;
mod tabs;
mod undoing;
mod unpacking;
mod update;
mod wire;

use js_sys::{Function, Reflect};
use leptos::prelude::document;
use wasm_bindgen::prelude::*;

/// Mounts the page on the document's body.
pub(crate) fn mount() {
    std::panic::set_hook(Box::new(|info| web_sys::console::error_1(&info.to_string().into())));
    wasm_bindgen_futures::spawn_local(async {
        // Without sentences there is no page; the first paint of index.html is still there to say so.
        if let Err(error) = language::load(prefs::first_language()).await {
            return start_failed(&error);
        }
        leptos::mount::mount_to_body(shell::mount);
        // The first paint of index.html stays until there is something to take its place.
        if let Some(boot) = document().get_element_by_id("boot") {
            boot.remove();
        }
    });
}

/// Leaves it to the start script to repair what is kept of the page, or to say that it could not start.
fn start_failed(error: &JsValue) {
    let told = Reflect::get(&js_sys::global(), &"debriefStartFailed".into());
    if let Ok(tell) = told.and_then(JsCast::dyn_into::<Function>) {
        // It answers with a promise of its own and throws nothing.
        let _ = tell.call1(&JsValue::NULL, error).is_ok();
    }
}
