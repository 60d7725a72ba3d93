//! Sentences: fetched from this site, one language at a time, instead of both inside the programs; the page's own, and those that the engine
//! says.
//!
//! The files lie in a folder named after their content, which the page's head names: a copy of another release is never taken for this one's.

use std::cell::RefCell;
use std::rc::Rc;

use debrief::text::{Lang, Texts};
use js_sys::Promise;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use super::dom::spawn;
use super::state::{App, Tone};

thread_local! {
    /// By language: the page's, the engine's.
    static SOURCES: RefCell<Vec<(Lang, [String; 2])>> = const { RefCell::new(Vec::new()) };
    /// Sentences by language and zone: a person uses two or three of them.
    static TEXTS: RefCell<Vec<Rc<Texts>>> = const { RefCell::new(Vec::new()) };
}

/// Fetches a language, unless it is here already; whether it was fetched.
pub(crate) async fn load(lang: Lang) -> Result<bool, JsValue> {
    if SOURCES.with_borrow(|sources| sources.iter().any(|(known, _)| *known == lang)) {
        return Ok(false);
    }
    let named = document().query_selector("meta[name=debrief-texts]")?;
    let folder = named.and_then(|meta| meta.get_attribute("content")).unwrap_or_default();
    let [own, engine] =
        [".txt", ".engine.txt"].map(|of| window().fetch_with_str(&[&folder, "/", lang.tag(), of].concat()));
    // Both are awaited, whatever becomes of the first.
    let (own, engine) = (read(own).await, read(engine).await);
    let source = [own?, engine?];
    SOURCES.with_borrow_mut(|sources| sources.push((lang, source)));
    Ok(true)
}

/// What the engine says itself, of the languages that are here.
pub(crate) fn of_the_engine() -> Vec<(Lang, String)> {
    SOURCES.with_borrow(|sources| sources.iter().map(|(lang, [_, engine])| (*lang, engine.clone())).collect())
}

/// Speaks another language as soon as its sentences are here.
pub(crate) fn switch(app: App, lang: Lang) {
    spawn(async move {
        match load(lang).await {
            Ok(is_new) => {
                if is_new {
                    app.engine().speak();
                }
                app.lang.set(lang);
                // What was said in the other language passes anyway.
                app.notices.update(|notices| notices.retain(|notice| notice.tone == Tone::Trouble));
            }
            Err(_) => app.notify(Tone::Trouble, app.t("page-language-failed")),
        }
    });
}

/// The sentences of a loaded language with times at an offset. A language that is not loaded says its ids.
pub(crate) fn texts(lang: Lang, offset_s: i32) -> Rc<Texts> {
    const KEPT: usize = 4;
    TEXTS.with_borrow_mut(|kept| {
        if let Some(found) = kept.iter().find(|texts| texts.lang() == lang && texts.offset_s() == offset_s) {
            return Rc::clone(found);
        }
        let of_lang = |sources: &Vec<(Lang, [String; 2])>| {
            sources.iter().find(|(known, _)| *known == lang).map(|(_, [own, _])| own.clone())
        };
        let source = SOURCES.with_borrow(of_lang).unwrap_or_default();
        let new = Rc::new(Texts::of_compiled(lang, source, offset_s));
        kept.insert(0, Rc::clone(&new));
        kept.truncate(KEPT);
        new
    })
}

async fn read(response: Promise) -> Result<String, JsValue> {
    let response: Response = JsFuture::from(response).await?.dyn_into()?;
    if !response.ok() {
        return Err(response.status().into());
    }
    JsFuture::from(response.text()?).await?.as_string().ok_or_else(|| JsValue::from("no text"))
}
