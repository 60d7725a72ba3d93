//! What tabs say to each other: a tab that only reads asks for the case, the one that writes it gives it, and says when it has saved.

use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{BroadcastChannel, MessageEvent};

use super::dom::{pause, spawn};
use super::state::{App, Tone};
use super::storage::{self, Store};

const CHANNEL: &str = "debrief-case";
/// Stands before the name of a case that was saved; the name alone asks for it.
const SAVED: &str = "saved ";
/// How long the other tab may take to save and give the case.
const PATIENCE_MS: u32 = 5_000;

/// Answers other tabs from now on.
pub(crate) fn listen(store: &Rc<Store>) {
    let asked = Rc::clone(store);
    let told = Closure::<dyn FnMut(MessageEvent)>::new(move |ev: MessageEvent| {
        let said = ev.data().as_string().unwrap_or_default();
        let saved = said.strip_prefix(SAVED);
        if saved.unwrap_or(&said) != asked.id() {
            return;
        }
        if saved.is_none() {
            spawn(Rc::clone(&asked).give());
        } else if !asked.holds() {
            spawn(storage::follow(Rc::clone(&asked)));
        }
    });
    if let Ok(channel) = BroadcastChannel::new(CHANNEL) {
        channel.set_onmessage(Some(told.into_js_value().unchecked_ref()));
        // It lives as long as the page.
        std::mem::forget(channel);
    }
    let closed = Rc::clone(store);
    let newer = Closure::<dyn FnMut()>::new(move || spawn(Rc::clone(&closed).close()));
    store.database.set_onversionchange(Some(newer.into_js_value().unchecked_ref()));
}

/// Says that a case was saved.
pub(crate) fn tell_saved(case: &str) {
    tell([SAVED, case].concat());
}

fn tell(said: String) {
    if let Ok(channel) = BroadcastChannel::new(CHANNEL) {
        drop(channel.post_message(&said.into()));
        channel.close();
    }
}

/// Asks the tab that writes the case of this page to give it.
pub(crate) fn take_over(app: App) {
    let Some(store) = storage::store() else { return };
    spawn(async move {
        tell(store.id());
        pause(PATIENCE_MS).await;
        if app.read_only.get_untracked() && !store.holds() {
            app.notify(Tone::Trouble, app.t("page-tab-silent"));
        }
    });
}
