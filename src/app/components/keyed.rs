//! Lists whose rows keep their elements while others come, go and move: the caret and what is typed stay where they are.
//!
//! One type for every list: Leptos' `<For>` is compiled anew for each type of row.

use leptos::prelude::*;

/// A row: what it is known by, and how it is made when it is new.
pub(crate) struct Row {
    key: String,
    make: Box<dyn FnOnce() -> AnyView + Send>,
}

impl Row {
    /// A row known by `key`, unique in its list.
    pub(crate) fn new(key: String, make: impl FnOnce() -> AnyView + Send + 'static) -> Self {
        Self { key, make: Box::new(make) }
    }
}

/// The list of these rows, in their order.
pub(crate) fn keyed(rows: impl Fn() -> Vec<Row> + Send + 'static) -> AnyView {
    list(Box::new(rows))
}

fn list(rows: Box<dyn Fn() -> Vec<Row> + Send>) -> AnyView {
    // What a row reads while it is made must not make the whole list anew.
    let make = |row: Row| untrack(row.make);
    view! { <For each=rows key=|row| row.key.clone() children=make /> }.into_any()
}
