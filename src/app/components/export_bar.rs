//! What leaves by a click: the markdown as a file or on the clipboard, everything else in its dialog; and the language it is written in.

use std::rc::Rc;

use debrief::protocol::desk::{ExportForm, SheetKind};
use debrief::text::Lang;

use crate::app::components::fields::Choice;
use crate::app::dom::{El, button, el_of};
use crate::app::state::App;
use crate::app::{leaving, prefs};

/// The bar.
pub(crate) fn export_bar(app: App) -> El {
    let languages = Choice {
        label: "document-export-language",
        named: false,
        options: Box::new(move || {
            vec![
                (Lang::En.tag().to_owned(), app.t("document-export-english")),
                (Lang::ZhCn.tag().to_owned(), app.t("document-export-chinese")),
            ]
        }),
        value: Rc::new(move || app.export_lang.get().tag().to_owned()),
        choose: Box::new(move |tag| prefs::choose_export(app, Lang::from_tag(&tag))),
    };
    let show = move |kind| app.dialog.set(Some(kind));
    el_of("div", "export-bar")
        .child(languages.view(app))
        .child(button("primary", app.tr("document-download"), move || leaving::export(app, ExportForm::Markdown)))
        .child(button("", app.tr("document-copy"), move || leaving::copy_markdown(app)))
        .child(button("", app.tr("document-export-more"), move || show(SheetKind::Export)))
        .child(button("", app.tr("document-comms"), move || show(SheetKind::Comms)))
        .child(button("", app.tr("document-versions"), move || show(SheetKind::Versions)))
}
