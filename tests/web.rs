//! The engine under wasm, in a dedicated worker of a real browser, as the product runs it: what a native test cannot see is a panic that
//! only wasm has (a missing clock, a DOM call, 32-bit sizes).
#![cfg(target_arch = "wasm32")]
#![allow(missing_docs)]

use debrief::formats::registry::FORMATS;
use debrief::protocol::{self, Answer, ToPage};
use debrief::text::{Lang, Texts};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

#[wasm_bindgen_test]
fn messages_survive_the_wire() {
    let formats = FORMATS.iter().map(|format| format.id.to_owned()).collect();
    let message = ToPage { id: 7, answer: Answer::Ready { version: protocol::VERSION, formats } };
    let bytes = protocol::encode(&message);
    assert_eq!(protocol::decode::<ToPage>(&bytes).expect("decodes"), message);
}

#[wasm_bindgen_test]
fn both_languages_load() {
    for lang in Lang::ALL {
        // An id that exists nowhere is given back as it is: the lookup itself works.
        assert_eq!(Texts::new(lang, 0).get("no-such-text"), "no-such-text");
    }
}
