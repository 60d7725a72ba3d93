//! What a person chose about the page itself: language, colours, language of the export. Small, so it lives in local storage.

use debrief::text::Lang;
use leptos::prelude::*;
use web_sys::Storage;

use super::dom::effect;
use super::state::{App, Theme, Tone};

const EXPORT: &str = "debrief-export-lang";

/// The language to start in: the one chosen before, else the browser's.
pub(crate) fn first_language() -> Lang {
    let browser = window().navigator().language().unwrap_or_default();
    Lang::from_tag(&kept("debrief-lang").unwrap_or(browser))
}

/// Restores the choices and keeps them, and the root element, in step from now on.
pub(crate) fn follow(app: App) {
    let lang = first_language();
    app.lang.set(lang);
    app.theme.set(match kept("debrief-theme").as_deref() {
        Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        _ => Theme::Auto,
    });
    effect(move || {
        let lang = app.lang.get();
        app.export_lang.set(kept(EXPORT).map_or(lang, |tag| Lang::from_tag(&tag)));
        keep("debrief-lang", lang.tag());
        if let Some(root) = document().document_element() {
            drop(root.set_attribute("lang", lang.tag()));
        }
    });
    effect(move || {
        let class = match app.theme.get() {
            Theme::Auto => "",
            Theme::Light => "light",
            Theme::Dark => "dark",
        };
        keep("debrief-theme", class);
        if let Some(root) = document().document_element() {
            root.set_class_name(class);
        }
    });
    effect(move || {
        let title = app.document.with(|document| document.title().to_owned());
        document().set_title(&if title.is_empty() { "Debrief".to_owned() } else { format!("{title} · Debrief") });
    });
}

/// Chooses the language of the export; until then it is the page's.
pub(crate) fn choose_export(app: App, lang: Lang) {
    keep(EXPORT, lang.tag());
    app.export_lang.set(lang);
}

const LATER: &str = "debrief-tell";

/// Has this tab say something once it is loaded anew.
pub(crate) fn tell_later(id: &str) {
    if let Ok(Some(storage)) = window().session_storage() {
        drop(storage.set_item(LATER, id));
    }
}

/// Says it.
pub(crate) fn tell_now(app: App) {
    if let Ok(Some(storage)) = window().session_storage()
        && let Ok(Some(id)) = storage.get_item(LATER)
    {
        drop(storage.remove_item(LATER));
        app.notify(Tone::Done, app.t(&id));
    }
}

fn kept(key: &str) -> Option<String> {
    let value = storage()?.get_item(key).ok().flatten()?;
    // The first release put quotes around them.
    Some(value.trim_matches('"').to_owned())
}

fn keep(key: &str, value: &str) {
    if let Some(storage) = storage() {
        drop(storage.set_item(key, value));
    }
}

/// A browser that refuses storage (private mode) only forgets the choices.
fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}
