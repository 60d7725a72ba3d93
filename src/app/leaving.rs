//! What leaves and comes back: asking the desk, downloads, the clipboard, opened cases.

use std::cell::RefCell;

use debrief::model::{Message, Timestamp};
use debrief::postmortem::ItemId;
use debrief::postmortem::edit::Edit;
use debrief::protocol::desk::{
    Acted, ChartFile, ChartRequest, DeskAnswer, DeskRequest, ExportForm, ExportRequest, ExportedFile, OpenedInput,
    SUGGESTED, SheetKind, SheetRequest, Shelf,
};
use debrief::protocol::{Answer, Request, TrendsRequest};
use debrief::text::Lang;
use js_sys::{Array, Uint8Array};
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

use super::canvas;
use super::dom::{later, spawn};
use super::inputs::Input;
use super::shelf;
use super::state::{App, Tone};
use super::storage::saved_case;

/// Evidence that a case file carries, in bytes: enough for the telling files, little enough for a mail.
const CASE_FILE_BYTES: u64 = 50_000_000;

thread_local! {
    /// What the desk was told last: the count of news, language and zone.
    static TOLD: RefCell<Option<(u32, Lang, i32)>> = const { RefCell::new(None) };
}

/// Asks the desk about the case as the engine knows it now.
pub(crate) async fn ask_desk(app: App, request: DeskRequest, files: &Array) -> DeskAnswer {
    let lang = app.export_lang.get_untracked();
    let offset_s = app.document.with_untracked(|document| document.offset_s);
    let now = (app.knowledge.get_untracked(), lang, offset_s);
    if TOLD.with_borrow(|told| *told != Some(now)) {
        // Without the engine the desk goes on with what it knows.
        if let Answer::Material(bytes) = app.ask(Request::Material { lang, offset_s }).await
            && matches!(app.desk().ask(DeskRequest::Take(bytes)).await, DeskAnswer::Done)
        {
            TOLD.replace(Some(now));
        }
    }
    let answer = app.desk().ask_with(request, files).await;
    if matches!(answer, DeskAnswer::Failed(_)) {
        // A desk that was started anew knows nothing.
        TOLD.replace(None);
    }
    answer
}

/// The browser's clock.
pub(crate) fn now() -> Timestamp {
    Timestamp((js_sys::Date::now() * 1e6) as i64)
}

/// Downloads the case in a form; rich text goes to the clipboard.
pub(crate) fn export(app: App, form: ExportForm) {
    spawn(async move {
        match exported(app, form).await {
            Ok(files) if form == ExportForm::RichText => copy_rich(app, &files).await,
            Ok(files) => {
                if let Some(file) = files.first() {
                    save(app, blob_of(file).ok(), &file.path);
                }
            }
            Err(message) => app.notify(Tone::Trouble, app.say(&message)),
        }
    });
}

/// Copies the document as markdown.
pub(crate) fn copy_markdown(app: App) {
    spawn(async move {
        match exported(app, ExportForm::Markdown).await {
            Ok(files) => {
                let text = files.first().and_then(|file| str::from_utf8(&file.bytes).ok());
                copy_now(app, text.unwrap_or_default()).await;
            }
            Err(message) => app.notify(Tone::Trouble, app.say(&message)),
        }
    });
}

/// Copies a text.
pub(crate) fn copy(app: App, text: String) {
    spawn(async move { copy_now(app, &text).await });
}

async fn exported(app: App, form: ExportForm) -> Result<Vec<ExportedFile>, Message> {
    let inputs = app.engine().inputs();
    let (handles, files) = (RefCell::new(Vec::new()), Array::new());
    if form == ExportForm::CaseFile {
        for (index, input) in (0..).zip(&inputs) {
            if let Some(blob) = input.blob.as_ref().filter(|_| input.bytes <= CASE_FILE_BYTES) {
                handles.borrow_mut().push(index);
                files.push(blob);
            }
        }
    }
    let mut request = ExportRequest {
        form,
        case: saved_case(app, &inputs),
        lang: app.export_lang.get_untracked(),
        pictures: Vec::new(),
        handles: handles.into_inner(),
        evidence_bytes: CASE_FILE_BYTES,
    };
    if form == ExportForm::Zip
        && let DeskAnswer::Pictures(pictures) =
            ask_desk(app, DeskRequest::Pictures(Box::new(request.clone())), &files).await
    {
        for picture in pictures {
            if let Some(png) = canvas::png(&picture.drawing).await {
                files.push(&png);
                request.pictures.push(picture.path);
            }
        }
    }
    match ask_desk(app, DeskRequest::Export(Box::new(request)), &files).await {
        DeskAnswer::Exported(files) => Ok(files),
        DeskAnswer::Failed(message) => Err(message),
        _ => Err(Message::new("page-engine-stopped")),
    }
}

/// Downloads one chart as the reader has it, with the replacements of the document.
pub(crate) fn save_chart(app: App, key: String, form: ChartFile, request: TrendsRequest) {
    spawn(async move {
        let as_table = form == ChartFile::Csv;
        let Answer::Chart(chart) = app.ask(Request::Chart { key, as_table, request }).await else { return };
        let case = saved_case(app, &app.engine().inputs());
        let request = DeskRequest::Chart(Box::new(ChartRequest { form, chart, case }));
        let (file, path) = match ask_desk(app, request, &Array::new()).await {
            DeskAnswer::Exported(files) => files.first().map(|file| (blob_of(file).ok(), file.path.clone())),
            DeskAnswer::Pictures(mut pictures) => match pictures.pop() {
                Some(picture) => {
                    let png = canvas::png(&picture.drawing).await;
                    Some((png.and_then(|png| png.dyn_into().ok()), picture.path))
                }
                None => None,
            },
            _ => None,
        }
        .unwrap_or_default();
        save(app, file, &path);
    });
}

/// Opens a case file and asks what is to become of it.
pub(crate) fn open(app: App, file: &Blob) {
    let files = Array::of1(file);
    spawn(async move {
        match ask_desk(app, DeskRequest::Open, &files).await {
            DeskAnswer::Done => app.dialog.set(Some(SheetKind::Opened)),
            DeskAnswer::Failed(message) => app.notify(Tone::Trouble, app.say(&message)),
            _ => {}
        }
    });
}

/// Attaches the file that the suggestion of an action item names. Only the file is taken from the answer: meanwhile a person may be writing.
pub(crate) fn attach_suggested(app: App, action: ItemId) {
    let case = saved_case(app, &app.engine().inputs());
    let request =
        SheetRequest { kind: SheetKind::Fixes(action), values: Vec::new(), case, now: now(), shelf: Shelf::default() };
    spawn(async move {
        match ask_desk(app, DeskRequest::Act(Box::new(request), SUGGESTED.to_owned()), &Array::new()).await {
            DeskAnswer::Acted(acted) => {
                let files = acted.case.document.action(action).map(|action| action.attachments.clone());
                for file in files.unwrap_or_default() {
                    app.edit(Edit::AttachFile(action, file));
                }
            }
            DeskAnswer::Failed(message) => app.notify(Tone::Trouble, app.say(&message)),
            _ => {}
        }
    });
}

/// Takes in what an act of a dialog did.
pub(crate) fn take(app: App, acted: Acted) {
    if acted.apart {
        return spawn(shelf::add(app, Acted { apart: false, ..acted }));
    }
    let Acted { case, evidence, said, closes, .. } = acted;
    let inputs = app.engine().inputs();
    let same = saved_case(app, &inputs).inputs == case.inputs;
    let readable = !app.read_only.get_untracked();
    app.edit(Edit::Replace(Box::new(case.document)));
    if readable {
        if app.versions.with_untracked(|versions| *versions != case.versions) {
            app.versions.set(case.versions);
        }
        if !same {
            let new = case.inputs.into_iter().enumerate().map(|(index, saved)| {
                // Ours keep their positions; bytes that came along are known to be what the case says.
                let known = inputs.get(index).filter(|input| input.path == saved.path && input.bytes == saved.bytes);
                let blob = known.and_then(|input| input.blob.clone()).or_else(|| carried(&evidence, index));
                Input::saved(saved, blob)
            });
            let new = new.collect();
            app.engine().replace_inputs(new, case.zone_s);
        }
    }
    for message in said {
        app.notify(Tone::Done, app.say(&message));
    }
    if closes {
        app.dialog.set(None);
    }
}

fn carried(evidence: &[OpenedInput], index: usize) -> Option<Blob> {
    let one = evidence.iter().find(|one| one.index as usize == index)?;
    Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(one.bytes.as_slice()))).ok()
}

async fn copy_now(app: App, text: &str) {
    let written = JsFuture::from(window().navigator().clipboard().write_text(text)).await;
    tell_copied(app, written.is_ok());
}

/// Both forms at once: what is pasted into takes the one it understands.
async fn copy_rich(app: App, files: &[ExportedFile]) {
    let item = js_sys::Object::new();
    for file in files {
        if let Ok(blob) = blob_of(file) {
            drop(js_sys::Reflect::set(&item, &file.media_type.as_str().into(), &blob));
        }
    }
    let written = match clipboard_item(&item) {
        Ok(item) => JsFuture::from(window().navigator().clipboard().write(&Array::of1(&item).into())).await.is_ok(),
        Err(_) => false,
    };
    tell_copied(app, written);
}

fn clipboard_item(item: &js_sys::Object) -> Result<JsValue, JsValue> {
    let class: js_sys::Function = js_sys::Reflect::get(&js_sys::global(), &"ClipboardItem".into())?.dyn_into()?;
    js_sys::Reflect::construct(&class, &Array::of1(item))
}

fn tell_copied(app: App, copied: bool) {
    if copied {
        app.notify(Tone::Done, app.t("document-copied"));
    } else {
        // Browsers refuse without focus or permission: the file is still there to be saved.
        app.notify(Tone::Trouble, app.t("document-not-copied"));
    }
}

fn blob_of(file: &ExportedFile) -> Result<Blob, JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(&file.media_type);
    Blob::new_with_u8_array_sequence_and_options(&Array::of1(&Uint8Array::from(file.bytes.as_slice())), &options)
}

/// Hands a file to the browser's downloads, and says so by its name.
fn save(app: App, file: Option<Blob>, path: &str) {
    let name = path.rsplit('/').next().unwrap_or(path);
    if file.is_some_and(|file| download(&file, name).is_ok()) {
        app.notify(Tone::Done, app.with("document-downloaded", &[("name", name.into())]));
    } else {
        app.notify(Tone::Trouble, app.t("document-not-downloaded"));
    }
}

fn download(file: &Blob, name: &str) -> Result<(), JsValue> {
    let url = Url::create_object_url_with_blob(file)?;
    let link: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    link.set_href(&url);
    link.set_download(name);
    link.click();
    // The download has its own hold on the blob by the time this turn of the event loop is over.
    let forget = move || drop(Url::revoke_object_url(&url));
    later(10_000, forget).forget();
    Ok(())
}
