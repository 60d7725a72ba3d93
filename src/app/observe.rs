//! Sizes of elements as signals.

use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{Element, ResizeObserver};

use super::dom::El;
use super::signal::{RwSignal, StoredValue};

/// Keeps `height` in step with an element's inner height.
pub(crate) fn height_of(element: &El, height: RwSignal<f64>) {
    observe(element.raw(), Box::new(move |element| height.set(f64::from(element.client_height()))));
}

/// Keeps `width` in step with an element's inner width.
pub(crate) fn width_of(element: &El, width: RwSignal<f64>) {
    observe(element.raw(), Box::new(move |element| width.set(f64::from(element.client_width()))));
}

/// An observer tells the size once at the beginning, as soon as the element is on the page.
fn observe(element: Element, measured: Box<dyn Fn(&Element)>) {
    let target = element.clone();
    let callback = Closure::<dyn FnMut()>::new(move || measured(&target));
    let Ok(observer) = ResizeObserver::new(callback.as_ref().unchecked_ref()) else { return };
    observer.observe(&element);
    let kept = StoredValue::new((observer, callback));
    on_cleanup(move || kept.with_value(|(observer, _)| observer.disconnect()));
}
