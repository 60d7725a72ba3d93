//! Dialog: the notices of the comms kit, to copy.

use super::button;
use crate::export::comms::{self, Notice};
use crate::protocol::desk::{Does, Material, Sheet, SheetRequest, Widget};
use crate::text::{Lang, Texts};

/// Values: the notice shown, and its language.
const NOTICE: &str = "notice";
const LANG: &str = "notice-lang";

pub(super) fn sheet(request: &SheetRequest, material: &Material, texts: &Texts) -> Sheet {
    let get = |id: &str| texts.get(id);
    let chosen = request.value(NOTICE);
    let notice = Notice::ALL.into_iter().find(|notice| notice.name_id() == chosen).unwrap_or(Notice::First);
    let lang = match request.value(LANG) {
        "" => request.case.export_lang,
        tag => Lang::from_tag(tag),
    };
    let offset_s = request.case.document.offset_s;
    let written =
        comms::write(notice, &request.case.document, &material.analysis, request.now, &Texts::new(lang, offset_s));
    let option = |notice: Notice| (notice.name_id().to_owned(), get(notice.name_id()));
    let lang_option = |lang: Lang| {
        let name = if lang == Lang::En { "document-export-english" } else { "document-export-chinese" };
        (lang.tag().to_owned(), get(name))
    };
    let copy = |id: &str, text: &str| Widget::Buttons(vec![button(get(id), Does::Copy(text.to_owned()))]);
    let widgets = vec![
        Widget::Text(get("sheet-comms-help")),
        Widget::Choice {
            id: NOTICE.to_owned(),
            label: get("sheet-notice"),
            options: Notice::ALL.map(option).to_vec(),
            value: notice.name_id().to_owned(),
        },
        Widget::Choice {
            id: LANG.to_owned(),
            label: get("sheet-notice-lang"),
            options: Lang::ALL.map(lang_option).to_vec(),
            value: lang.tag().to_owned(),
        },
        Widget::Heading(get("sheet-chat")),
        Widget::Verbatim(written.chat.clone()),
        copy("sheet-copy", &written.chat),
        Widget::Heading(get("sheet-markdown")),
        Widget::Verbatim(written.markdown.clone()),
        copy("sheet-copy-markdown", &written.markdown),
    ];
    Sheet { title: get("sheet-comms"), widgets }
}
