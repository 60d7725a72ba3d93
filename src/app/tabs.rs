//! What tabs say to each other: a tab that only reads asks for the case, the one that writes it gives it.

use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{BroadcastChannel, MessageEvent};

use super::dom::{pause, spawn};
use super::state::{App, Tone};
use super::storage::{self, Store};

const CHANNEL: &str = "debrief-case";
/// How long the other tab may take to save and give the case.
const PATIENCE_MS: u32 = 5_000;

/// Answers other tabs from now on.
pub(crate) fn listen(store: &Rc<Store>) {
    let asked = Rc::clone(store);
    let told = Closure::<dyn FnMut(MessageEvent)>::new(move |ev: MessageEvent| {
        if ev.data().as_string().is_some_and(|wanted| wanted == asked.id()) {
            spawn(Rc::clone(&asked).give());
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

/// Asks the tab that writes the case of this page to give it.
pub(crate) fn take_over(app: App) {
    let Some(store) = storage::store() else { return };
    spawn(async move {
        if let Ok(channel) = BroadcastChannel::new(CHANNEL) {
            drop(channel.post_message(&store.id().into()));
            channel.close();
        }
        pause(PATIENCE_MS).await;
        if app.read_only.get_untracked() && !store.holds() {
            app.notify(Tone::Trouble, app.t("page-tab-silent"));
        }
    });
}
