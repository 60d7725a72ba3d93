//! A row of the list of cases: what is known of one without opening it.

use wasm_bindgen::JsValue;

use super::database::{field, number, object};

/// The row.
#[derive(Clone, Default)]
pub(crate) struct Row {
    /// Title of the document.
    pub(crate) title: String,
    /// When it was saved last, in milliseconds.
    pub(crate) changed: f64,
    /// Inputs.
    pub(crate) n_inputs: f64,
    /// Bytes kept of them.
    pub(crate) bytes: f64,
    /// Whether large inputs are kept too.
    pub(crate) large: bool,
    /// Changes with every save; empty before the first.
    pub(crate) stamp: String,
}

impl Row {
    /// As it stands in the database; empty where there is none.
    pub(crate) fn from_js(value: &JsValue) -> Self {
        Self {
            title: field(value, "title").as_string().unwrap_or_default(),
            changed: number(value, "changed"),
            n_inputs: number(value, "inputs"),
            bytes: number(value, "bytes"),
            large: field(value, "large").is_truthy(),
            stamp: field(value, "stamp").as_string().unwrap_or_default(),
        }
    }

    /// As it goes into the database.
    pub(crate) fn to_js(&self) -> JsValue {
        object(&[
            ("title", self.title.as_str().into()),
            ("changed", self.changed.into()),
            ("inputs", self.n_inputs.into()),
            ("bytes", self.bytes.into()),
            ("large", self.large.into()),
            ("stamp", self.stamp.as_str().into()),
        ])
    }
}
