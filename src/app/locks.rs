//! One tab writes a case. The lock is a Web Lock: the browser frees it when the tab goes, however it goes.

use js_sys::{Array, Function, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::database::{field, object};

const PREFIX: &str = "debrief-case ";

/// The right to write a case; ends with its handle.
pub(crate) struct Lock(Option<Function>);

impl Lock {
    /// Whether the browser holds it; else it is only hoped for.
    pub(crate) fn is_real(&self) -> bool {
        self.0.is_some()
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if let Some(free) = &self.0 {
            drop(free.call0(&JsValue::NULL));
        }
    }
}

/// Takes the lock of a case: at once, where it is free, or after `waiting` for it. `None` when another tab has it.
pub(crate) async fn lock(case: &str, waiting: bool) -> Option<Lock> {
    let Some((locks, request)) = method("request") else {
        // Without Web Locks (a page that came over plain HTTP) nobody can tell; saving notices what another tab wrote.
        return Some(Lock(None));
    };
    let options = object(&[("ifAvailable", (!waiting).into())]);
    let name = JsValue::from(format!("{PREFIX}{case}"));
    let answered = Promise::new(&mut |told, _| {
        let held = Closure::once_into_js(move |lock: JsValue| {
            if lock.is_null() {
                drop(told.call1(&JsValue::NULL, &JsValue::NULL));
                return JsValue::NULL;
            }
            // Held until this promise ends.
            Promise::new(&mut |free, _| drop(told.call1(&JsValue::NULL, &free))).into()
        });
        drop(request.call3(&locks, &name, &options, &held));
    });
    let free = JsFuture::from(answered).await.ok()?;
    free.dyn_into().ok().map(|free| Lock(Some(free)))
}

/// Cases that some tab has the lock of.
pub(crate) async fn held() -> Vec<String> {
    let Some((locks, query)) = method("query") else { return Vec::new() };
    let Ok(asked) = query.call0(&locks) else { return Vec::new() };
    let state = JsFuture::from(Promise::resolve(&asked)).await.unwrap_or_default();
    let names = Array::from(&field(&state, "held"));
    let names = names.iter().filter_map(|lock| field(&lock, "name").as_string());
    names.filter_map(|name| name.strip_prefix(PREFIX).map(str::to_owned)).collect()
}

/// The lock manager and one of its methods.
fn method(name: &str) -> Option<(JsValue, Function)> {
    let locks = Reflect::get(&window().navigator(), &"locks".into()).ok()?;
    let method = Reflect::get(&locks, &name.into()).ok()?.dyn_into().ok()?;
    Some((locks, method))
}
