//! The example incident: files of this site, taken the same way as dropped ones.

use js_sys::{Array, Reflect};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, Response};

use super::files;
use super::state::{App, Tone};

const FOLDER: &str = "examples/incident-a";

/// Opens it, or says why not.
pub(crate) async fn open(app: App) {
    match fetch_all().await {
        Ok(dropped) => files::add(app, dropped),
        Err(error) => {
            web_sys::console::error_1(&error);
            app.notify(Tone::Trouble, app.t("page-example-failed"));
        }
    }
}

async fn fetch_all() -> Result<Vec<files::Dropped>, JsValue> {
    let list = Array::from(&JsFuture::from(fetch("files.json").await?.json()?).await?);
    let mut dropped = Vec::with_capacity(list.length() as usize);
    for listed in list {
        let name = Reflect::get(&listed, &"name".into())?.as_string().ok_or("files.json names no file")?;
        let blob = JsFuture::from(fetch(&name).await?.blob()?).await?;
        dropped.push((name, blob.dyn_into::<Blob>()?));
    }
    Ok(dropped)
}

async fn fetch(path: &str) -> Result<Response, JsValue> {
    let path: Vec<String> = path.split('/').map(|part| String::from(js_sys::encode_uri_component(part))).collect();
    let response = JsFuture::from(window().fetch_with_str(&format!("{FOLDER}/{}", path.join("/")))).await?;
    let response: Response = response.dyn_into()?;
    if response.ok() { Ok(response) } else { Err(response.status().into()) }
}
