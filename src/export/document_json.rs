//! The document as JSON: the saved case, annotated for programs that do not speak Debrief. `docs/schema/document.schema.json` describes it.
//!
//! ```text
//! { "document": { "events": [ { "at": 1690121354000000000, "at_utc": "2023-07-23T14:09:14Z", … "schema": "debrief/document/1", "version": 2 }
//! ```
//! It is the saved form with members added: `text` says a program's sentence in the language of the export, `at_utc` and `end_utc` an instant
//! as RFC 3339. Reading it back ignores them, so it loses nothing, and files of every version stay readable by the same steps
//! (`postmortem::saved`).

use serde_json::Value;

use crate::model::{Message, Timestamp};
use crate::postmortem::saved::SavedCase;
use crate::text::Texts;

use super::inert::escape_json;

/// Writes the document with the inputs that its citations name.
#[must_use]
pub fn render(case: &SavedCase, texts: &Texts) -> String {
    // Only strings as keys, and accepted figures are finite: this cannot fail.
    let mut json = serde_json::to_value(case).unwrap_or_default();
    if let Some(document) = json.get_mut("document") {
        annotate(document, texts);
    }
    if let Value::Object(members) = &mut json {
        let added = [
            ("schema", "debrief/document/1"),
            ("tool", concat!("debrief ", env!("CARGO_PKG_VERSION"))),
            ("export_lang", texts.lang().tag()),
        ];
        members.extend(added.map(|(key, value)| (key.to_owned(), value.into())));
    }
    escape_json(&format!("{json:#}\n"))
}

/// Adds what only this program could work out to every object that needs it.
fn annotate(value: &mut Value, texts: &Texts) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| annotate(item, texts)),
        Value::Object(members) => {
            members.values_mut().for_each(|member| annotate(member, texts));
            // A range of bytes has an `end` as well.
            let times: &[(&str, &str)] =
                if members.contains_key("at") { &[("at", "at_utc"), ("end", "end_utc")] } else { &[] };
            for &(key, added) in times {
                if let Some(ns) = members.get(key).and_then(Value::as_i64) {
                    members.insert(added.to_owned(), Timestamp(ns).to_rfc3339().into());
                }
            }
            if let Some(Value::Object(suggested)) = members.get_mut("Suggested")
                && let Ok(message) = serde_json::from_value::<Message>(Value::Object(suggested.clone()))
            {
                suggested.insert("text".to_owned(), texts.say(&message).into());
            }
        }
        _ => {}
    }
}
