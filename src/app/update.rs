//! A new release that waits. The start script owns the service worker; a person's click is the only way to a new release.

use js_sys::{Function, Reflect};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;

use super::dom::spawn;
use super::state::{App, NoticeAction, Tone};
use super::storage;

/// The event that tells of it.
pub(crate) const EVENT: &str = "debrief-update";

/// Whether one waits.
pub(crate) fn waits() -> bool {
    document().document_element().is_some_and(|root| root.get_attribute("data-update").as_deref() == Some("ready"))
}

/// Switches to it, once the case is saved in the form that every release reads.
pub(crate) fn apply(app: App) {
    spawn(async move {
        if storage::settle(app).await {
            return switch();
        }
        let action = NoticeAction { label: app.t("page-update-anyway"), run: Callback::new(|()| switch()) };
        app.notify_with(Tone::Trouble, app.t("page-update-unprepared"), action);
    });
}

fn switch() {
    let apply = Reflect::get(&js_sys::global(), &"debriefApplyUpdate".into()).and_then(JsCast::dyn_into::<Function>);
    if let Ok(apply) = apply {
        drop(apply.call0(&JsValue::NULL));
    }
}
