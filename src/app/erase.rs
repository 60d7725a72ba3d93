//! One type per kind of dynamic part.
//!
//! Leptos compiles its rendering code once per closure type: two hundred `move || …` in views cost half the page. These functions give
//! every dynamic text, flag, area and handler the same type, so that the code exists once. Use them wherever a view holds a closure.

use leptos::prelude::*;

/// A dynamic text (also an attribute's value).
pub(crate) fn text(of: impl Fn() -> String + Send + Sync + 'static) -> Signal<String> {
    Signal::derive(of)
}

/// A dynamic flag: `class:`, `disabled`, `hidden`, `prop:checked`.
pub(crate) fn flag(of: impl Fn() -> bool + Send + Sync + 'static) -> Signal<bool> {
    Signal::derive(of)
}

/// A dynamic area of any content; return `().into_any()` for none.
pub(crate) fn area(of: impl Fn() -> AnyView + Send + 'static) -> Box<dyn FnMut() -> AnyView + Send> {
    Box::new(of)
}

/// An event handler.
pub(crate) fn on<E: 'static>(handle: impl FnMut(E) + 'static) -> Box<dyn FnMut(E)> {
    Box::new(handle)
}
