//! Dialog: the cases that this browser keeps, and the room they take. The page does what is asked here: the desk has no storage.

use super::{button, primary};
use crate::model::sort::Order as _;
use crate::protocol::desk::{
    Does, ExportForm, RENAMED, Sheet, SheetButton, SheetRequest, Shelf, ShelfAct, ShelfCase, Widget,
};
use crate::text::{Texts, format};

/// Values: the case whose title is being written, the case whose end is being asked about.
const RENAMES: &str = "renames";
const DOOMED: &str = "doomed";
/// Share of the room in use from which on it is said to be short.
const SHORT: f64 = 0.8;

pub(super) fn sheet(request: &SheetRequest, texts: &Texts) -> Sheet {
    let get = |id: &str| texts.get(id);
    let shelf = &request.shelf;
    let mut widgets = vec![
        Widget::Text(get("sheet-cases-help")),
        Widget::Buttons(vec![
            primary(get("sheet-case-new"), Does::Shelf(ShelfAct::New)),
            button(get("sheet-open"), Does::Open),
        ]),
    ];
    let mut cases = shelf.cases.clone();
    // The one on the page first: it is what people look for when they ask what it takes.
    cases.order_by(|a, b| (b.here, b.changed).cmp(&(a.here, a.changed)));
    for case in &cases {
        if request.value(DOOMED) == case.id {
            let answers = vec![
                button(get("sheet-case-keep"), forget(DOOMED)),
                save_or_open(case, texts),
                button(get("sheet-case-delete-now"), Does::Shelf(ShelfAct::Delete(case.id.clone()))),
            ];
            widgets.push(entry(case, doom(case, texts), answers, texts));
        } else if request.value(RENAMES) == case.id {
            widgets.push(entry(case, says(case, texts), Vec::new(), texts));
            widgets.push(Widget::Field {
                id: RENAMED.to_owned(),
                label: get("sheet-case-title"),
                value: case.title.clone(),
            });
            widgets.push(Widget::Buttons(vec![
                primary(get("sheet-case-rename-now"), Does::Shelf(ShelfAct::Rename(case.id.clone()))),
                button(get("sheet-case-rename-not"), forget(RENAMES)),
            ]));
        } else {
            widgets.push(entry(case, says(case, texts), offers(case, texts), texts));
        }
    }
    if shelf.cases.is_empty() {
        widgets.push(Widget::Note(get("sheet-no-cases")));
    }
    widgets.push(Widget::Heading(get("sheet-room")));
    room(shelf, texts, &mut widgets);
    Sheet { title: get("sheet-cases"), widgets }
}

fn forget(id: &str) -> Does {
    Does::Set(id.to_owned(), String::new())
}

fn entry(case: &ShelfCase, says: String, buttons: Vec<SheetButton>, texts: &Texts) -> Widget {
    let mark = match case {
        ShelfCase { here: true, .. } => texts.get("sheet-case-here"),
        ShelfCase { elsewhere: true, .. } => texts.get("sheet-case-elsewhere"),
        _ => String::new(),
    };
    Widget::Entry { name: title(case, texts), says, mark, buttons }
}

fn title(case: &ShelfCase, texts: &Texts) -> String {
    if case.title.trim().is_empty() { texts.get("sheet-case-untitled") } else { case.title.clone() }
}

fn says(case: &ShelfCase, texts: &Texts) -> String {
    let args = [
        ("at", format::time(case.changed, case.offset_s).into()),
        ("count", case.n_inputs.into()),
        ("bytes", format::bytes(case.bytes).into()),
    ];
    texts.with("sheet-case-says", &args)
}

/// The case on the page can leave as a file; another one has to be opened for that.
fn save_or_open(case: &ShelfCase, texts: &Texts) -> SheetButton {
    let (id, does) = if case.here {
        ("sheet-case-save", Does::Export(ExportForm::CaseFile))
    } else {
        ("sheet-case-open", Does::Shelf(ShelfAct::Open(case.id.clone())))
    };
    button(texts.get(id), does)
}

fn offers(case: &ShelfCase, texts: &Texts) -> Vec<SheetButton> {
    let offer = |id: &str, does| button(texts.get(id), does);
    let of = |act: fn(String) -> ShelfAct| Does::Shelf(act(case.id.clone()));
    let ask = |value: &str| Does::Set(value.to_owned(), case.id.clone());
    let mut offers = vec![save_or_open(case, texts)];
    // What another tab writes is for that tab to change.
    if !case.elsewhere {
        offers.push(offer("sheet-case-rename", ask(RENAMES)));
    }
    offers.push(offer("sheet-case-duplicate", of(ShelfAct::Duplicate)));
    if !case.elsewhere {
        offers.push(offer("sheet-case-delete", ask(DOOMED)));
    }
    offers
}

/// What goes with a case.
fn doom(case: &ShelfCase, texts: &Texts) -> String {
    let args = [
        ("title", title(case, texts).into()),
        ("count", case.n_inputs.into()),
        ("bytes", format::bytes(case.bytes).into()),
    ];
    texts.with("sheet-case-doom", &args)
}

/// What is used of what the browser grants, whether it may clear it, and whether large files are kept.
fn room(shelf: &Shelf, texts: &Texts, widgets: &mut Vec<Widget>) {
    let get = |id: &str| texts.get(id);
    match shelf.room {
        Some((used, granted)) => {
            let args = [("used", format::bytes(used).into()), ("granted", format::bytes(granted).into())];
            widgets.push(Widget::Text(texts.with("sheet-room-used", &args)));
            if used as f64 > SHORT * granted as f64 {
                widgets.push(Widget::Note(get("sheet-room-short")));
            }
        }
        None => widgets.push(Widget::Text(get("sheet-room-unknown"))),
    }
    match shelf.persisted {
        Some(true) => widgets.push(Widget::Text(get("sheet-persisted"))),
        Some(false) => {
            widgets.push(Widget::Note(get("sheet-not-persisted")));
            widgets.push(Widget::Buttons(vec![button(get("sheet-persist"), Does::Shelf(ShelfAct::Persist))]));
        }
        None => {}
    }
    if !shelf.can_keep_large {
        return;
    }
    if let Some(case) = shelf.cases.iter().find(|case| case.here) {
        let (says, offers) = if case.keeps_large {
            ("sheet-large-kept", "sheet-large-keep-not")
        } else {
            ("sheet-large-not-kept", "sheet-large-keep")
        };
        widgets.push(Widget::Text(get(says)));
        let keeps = Does::Shelf(ShelfAct::KeepLarge(!case.keeps_large));
        widgets.push(Widget::Buttons(vec![button(get(offers), keeps)]));
    }
}
