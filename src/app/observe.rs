//! Sizes of elements as signals.

use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{Element, ResizeObserver};

use super::dom::{El, effect};
use super::signal::{RwSignal, StoredValue};

/// Keeps `height` in step with an element's inner height.
pub(crate) fn height_of(element: &El, height: RwSignal<f64>) {
    observe(element.raw(), Rc::new(move |element: &Element| height.set(f64::from(element.client_height()))));
}

/// Keeps `width` in step with an element's inner width.
pub(crate) fn width_of(element: &El, width: RwSignal<f64>) {
    observe(element.raw(), Rc::new(move |element: &Element| width.set(f64::from(element.client_width()))));
}

/// An observer tells the size with the next frame; whoever waits for it is told at once.
fn observe(element: Element, measured: Rc<dyn Fn(&Element)>) {
    let (target, first, tell) = (element.clone(), element.clone(), Rc::clone(&measured));
    effect(move || {
        if first.is_connected() {
            untrack(|| tell(&first));
        }
    });
    let callback = Closure::<dyn FnMut()>::new(move || measured(&target));
    let Ok(observer) = ResizeObserver::new(callback.as_ref().unchecked_ref()) else { return };
    observer.observe(&element);
    let kept = StoredValue::new((observer, callback));
    on_cleanup(move || kept.with_value(|(observer, _)| observer.disconnect()));
}
