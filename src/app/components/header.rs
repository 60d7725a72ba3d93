//! The head of the page: whose case it is, where one is in it, and the choices that hold for all of it.

use debrief::postmortem::Field;
use debrief::postmortem::edit::Edit;
use debrief::protocol::desk::SheetKind;
use web_sys::Event;

use super::{settings, status, tabs};
use crate::app::dom::{El, el_of, icon_button};
use crate::app::signal::RwSignal;
use crate::app::state::{App, Sheet};

/// The header; opens the help dialog and the list of cases.
pub(crate) fn view(app: App, help: RwSignal<bool>) -> El {
    let first = el_of("div", "header-row")
        .child(el_of("h1", "brand").text("Debrief"))
        .child(case_title(app))
        .child(status::reading(app))
        .child(status::saved(app))
        .child(history(app))
        .child(signed("quiet", "▤", app, "page-cases", move || app.dialog.set(Some(SheetKind::Cases))))
        .child(settings::zone(app))
        .child(settings::language(app))
        .child(settings::theme(app))
        .child(icon_button("icon", "?", app.tr("page-help"), move || help.set(true)));
    let second = el_of("div", "header-row tabs-row")
        .child(sheet_button(app, Sheet::Evidence, "page-evidence"))
        .child(tabs::view(app))
        .child(sheet_button(app, Sheet::Document, "page-document"));
    el_of("header", "header").child(first).child(second)
}

/// The case's title, written in place.
fn case_title(app: App) -> El {
    el_of("input", "case-title")
        .attr("type", "text")
        .attr("spellcheck", "false")
        .attr("autocomplete", "off")
        .attr_of("aria-label", app.tr("page-case-title"))
        .attr_of("placeholder", app.tr("page-untitled"))
        .prop_of("value", move || app.document.with(|document| document.field(Field::Title).into()))
        .prop_of("readOnly", move || app.read_only.get().into())
        .on_value("input", move |title| {
            app.edit(Edit::Field(Field::Title, title));
        })
}

/// Undo and redo.
fn history(app: App) -> El {
    let undo = icon_button("", "↶", app.tr("page-undo"), move || app.undo());
    let redo = icon_button("", "↷", app.tr("page-redo"), move || app.redo());
    el_of("div", "segments")
        .attr("role", "group")
        .attr_of("aria-label", app.tr("page-history"))
        .child(undo.flag("disabled", move || !app.can_undo()))
        .child(redo.flag("disabled", move || !app.can_redo()))
}

/// On narrow screens: opens a side pane as a sheet.
fn sheet_button(app: App, sheet: Sheet, name: &'static str) -> El {
    let toggle = move || app.sheet.update(|now| *now = if *now == sheet { Sheet::None } else { sheet });
    let sign = if sheet == Sheet::Document { "✎" } else { "☰" };
    signed("sheet-button", sign, app, name, toggle).aria("aria-expanded", move || app.sheet.get() == sheet)
}

/// A button that says what it does where there is room, and shows a sign where there is none.
fn signed(class: &str, sign: &str, app: App, name: &'static str, mut act: impl FnMut() + 'static) -> El {
    el_of("button", class)
        .attr("type", "button")
        .attr_of("title", app.tr(name))
        .child(el_of("span", "sign").attr("aria-hidden", "true").text(sign))
        .child(el_of("span", "signed").say(app.tr(name)))
        .on("click", move |_: Event| act())
}
