//! The two shapes of a button: words, and a sign with its words for those who hear the page or hover.

use leptos::ev::MouseEvent;
use leptos::prelude::*;

use crate::app::state::App;

/// What a click does.
pub(crate) type Click = Box<dyn FnMut(MouseEvent)>;

/// A button with words.
pub(crate) fn button(class: &'static str, words: Signal<String>, click: Click) -> AnyView {
    view! { <button type="button" class=class on:click=click>{words}</button> }.into_any()
}

/// A button with a sign; `label` is the id of its words.
pub(crate) fn icon_button(
    app: App,
    class: &'static str,
    label: &'static str,
    sign: &'static str,
    click: Click,
) -> AnyView {
    view! {
        <button type="button" class=class aria-label=app.tr(label) title=app.tr(label) on:click=click>{sign}</button>
    }
    .into_any()
}
