//! One tab writes the case. The lock is a Web Lock: the browser frees it when the tab goes, however it goes.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Object, Promise, Reflect};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::state::{App, NoticeAction, Tone};

const NAME: &str = "debrief-case";

/// Takes the lock for the life of the page; `false` when another tab has it. Then waits for it in the background and offers a reload.
pub(crate) async fn hold_case(app: App) -> bool {
    let Ok(locks) = Reflect::get(&window().navigator(), &"locks".into()) else { return true };
    // Without Web Locks (an insecure origin) nobody can tell: the page works as if it were alone.
    let Some(request) = Reflect::get(&locks, &"request".into()).ok().and_then(|f| f.dyn_into::<Function>().ok()) else {
        return true;
    };
    let options = Object::new();
    if Reflect::set(&options, &"ifAvailable".into(), &JsValue::TRUE).is_err() {
        return true;
    }
    let answered = Promise::new(&mut |done, _| {
        let callback = held(move |granted| drop(done.call1(&JsValue::NULL, &granted.into())));
        drop(request.call3(&locks, &NAME.into(), &options, &callback));
    });
    let granted = JsFuture::from(answered).await.is_ok_and(|granted| granted.is_truthy());
    if !granted {
        let callback = held(move |_| {
            let label = app.t("page-reload");
            let run = Callback::new(|()| drop(window().location().reload()));
            app.notify_with(Tone::Done, app.t("page-case-free"), NoticeAction { label, run });
        });
        drop(request.call2(&locks, &NAME.into(), &callback));
    }
    granted
}

/// A lock callback: tells whether the lock was granted, and holds it with a promise that never ends.
fn held(told: impl FnOnce(bool) + 'static) -> JsValue {
    let told = Rc::new(RefCell::new(Some(told)));
    Closure::<dyn FnMut(JsValue) -> JsValue>::new(move |lock: JsValue| {
        let granted = !lock.is_null();
        if let Some(told) = told.borrow_mut().take() {
            told(granted);
        }
        if granted { Promise::new(&mut |_, _| {}).into() } else { JsValue::NULL }
    })
    .into_js_value()
}
