//! What leaves by a click: the markdown as a file or on the clipboard, the charts as SVG files; and the language they are written in.

use debrief::protocol::{Answer, ExportedFile, Request};
use debrief::text::Lang;
use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

use crate::app::components::buttons::button;
use crate::app::components::fields::Choice;
use crate::app::erase::{on, text};
use crate::app::prefs;
use crate::app::state::{App, Tone};

/// What is made of an export.
#[derive(Clone, Copy)]
enum Use {
    /// The markdown file is saved.
    Markdown,
    /// The markdown is copied.
    Copy,
    /// The charts are saved.
    Charts,
}

/// The bar.
pub(crate) fn export_bar(app: App) -> AnyView {
    let languages = Choice {
        label: "document-export-language",
        named: false,
        options: Box::new(move || {
            vec![
                (Lang::En.tag().to_owned(), app.t("document-export-english")),
                (Lang::ZhCn.tag().to_owned(), app.t("document-export-chinese")),
            ]
        }),
        value: text(move || app.export_lang.get().tag().to_owned()),
        choose: Callback::new(move |tag: String| prefs::choose_export(app, Lang::from_tag(&tag))),
    };
    let export = move |class, label: &'static str, purpose| {
        button(class, text(move || app.t(label)), on(move |_| export(app, purpose)))
    };
    view! {
        <div class="export-bar">
            {languages.view(app)}
            {export("primary", "document-download", Use::Markdown)}
            {export("", "document-copy", Use::Copy)}
            {export("", "document-download-charts", Use::Charts)}
        </div>
    }
    .into_any()
}

fn export(app: App, purpose: Use) {
    let request = Request::Export { document: app.document.get_untracked(), lang: app.export_lang.get_untracked() };
    spawn_local(async move {
        let files = match app.ask(request).await {
            Answer::Exported(files) => files,
            Answer::Failed(message) => return app.notify(Tone::Trouble, app.say(&message)),
            _ => return,
        };
        let (markdown, charts): (Vec<ExportedFile>, Vec<ExportedFile>) =
            files.into_iter().partition(|file| file.path.ends_with(".md"));
        match purpose {
            Use::Markdown => save_all(app, &markdown),
            Use::Charts if charts.is_empty() => app.notify(Tone::Trouble, app.t("document-no-charts")),
            Use::Charts => save_all(app, &charts),
            Use::Copy => copy(app, &markdown).await,
        }
    });
}

async fn copy(app: App, markdown: &[ExportedFile]) {
    let text: String = markdown.iter().map(|file| String::from_utf8_lossy(&file.bytes)).collect();
    let written = JsFuture::from(window().navigator().clipboard().write_text(&text)).await;
    match written {
        Ok(_) => app.notify(Tone::Done, app.t("document-copied")),
        // Browsers refuse without focus or permission: the file is still there to be saved.
        Err(_) => app.notify(Tone::Trouble, app.t("document-not-copied")),
    }
}

fn save_all(app: App, files: &[ExportedFile]) {
    if files.iter().map(save).all(|saved| saved.is_ok()) {
        app.notify(Tone::Done, app.with("document-downloaded", &[("count", files.len().into())]));
    } else {
        app.notify(Tone::Trouble, app.t("document-not-downloaded"));
    }
}

/// Hands a file to the browser's downloads.
fn save(file: &ExportedFile) -> Result<(), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(&file.media_type);
    let blob =
        Blob::new_with_u8_array_sequence_and_options(&Array::of1(&Uint8Array::from(file.bytes.as_slice())), &options)?;
    let url = Url::create_object_url_with_blob(&blob)?;
    let link: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    link.set_href(&url);
    link.set_download(file.path.rsplit('/').next().unwrap_or(&file.path));
    link.click();
    // The download has its own hold on the blob by the time this turn of the event loop is over.
    set_timeout(
        move || {
            let _ = Url::revoke_object_url(&url);
        },
        std::time::Duration::from_secs(10),
    );
    Ok(())
}
