//! Keys that work everywhere on the page. Panels add their own; the help dialog lists all of them.

use leptos::ev;
use leptos::prelude::*;

use super::components::verbs::focus_soon;
use super::files::writes_text;
use super::signal::RwSignal;
use super::state::{App, Panel, Sheet};

/// The keys, as the help dialog lists them: what is pressed, and the text that says what it does.
pub(crate) const KEYS: &[(&str, &str)] = &[
    ("1 – 9", "page-key-panels"),
    ("Ctrl Z  ·  Ctrl ⇧ Z", "page-key-undo"),
    ("Ctrl V", "page-key-paste"),
    ("c", "page-key-cite"),
    ("← →  ·  + −  ·  0", "page-key-trends"),
    ("Enter", "page-key-point"),
    ("⇧ C  ·  Alt", "page-key-range"),
    ("t", "page-key-target"),
    ("← →  ·  ⇧ ← →", "page-key-strip"),
    ("/  ·  n  ·  N", "page-key-search"),
    ("e  ·  E", "page-key-error"),
    ("g", "page-key-line"),
    ("Alt ↑ ↓ ← →", "page-key-why-move"),
    ("Alt Enter  ·  Alt ⇧ Enter", "page-key-why-add"),
    ("↑ ↓ ← →  ·  Enter", "page-key-graph"),
    ("n  ·  a  ·  c  ·  Delete", "page-key-graph-edit"),
    ("Esc", "page-key-close"),
    ("?", "page-key-help"),
];

/// Listens for the page's own keys.
pub(crate) fn listen(app: App, help: RwSignal<bool>) {
    let _ = window_event_listener(ev::keydown, move |ev| {
        if ev.default_prevented() || writes_text(ev.target()) || ev.alt_key() {
            return;
        }
        if ev.ctrl_key() || ev.meta_key() {
            match (ev.key().as_str(), ev.shift_key()) {
                ("z", false) => app.undo(),
                ("z" | "Z", true) | ("y", false) => app.redo(),
                _ => return,
            }
            ev.prevent_default();
            return;
        }
        match ev.key().as_str() {
            "?" => help.set(true),
            "Escape" => app.sheet.set(Sheet::None),
            key => {
                let Some(panel) = key.parse::<u32>().ok().and_then(|n| Panel::ALL.get(n.checked_sub(1)? as usize))
                else {
                    return;
                };
                app.panel.set(*panel);
                // Tab goes on inside, not through everything in front of it.
                focus_soon("panel".to_owned());
            }
        }
    });
}
