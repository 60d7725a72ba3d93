//! Dialog: ready-made fixes for an action item. Attaching one copies it; from then on it is the person's.

use super::{edited, primary, unchanged};
use crate::postmortem::edit::Edit;
use crate::postmortem::fixes::{Fix, fixes};
use crate::postmortem::{ActionItem, Attachment, ItemId, suggest};
use crate::protocol::desk::{Acted, Does, Material, SUGGESTED, Sheet, SheetRequest, Widget};
use crate::text::Texts;

/// Value: the fix shown.
const FIX: &str = "fix";

pub(super) fn sheet(request: &SheetRequest, action: ItemId, material: &Material, texts: &Texts) -> Sheet {
    let get = |id: &str| texts.get(id);
    let all = fixes(&material.analysis);
    let title = get("sheet-fixes");
    let Some(action) = request.case.document.action(action) else { return Sheet { title, widgets: Vec::new() } };
    let suggested = suggested(action, &all, material);
    let chosen = all.iter().find(|fix| fix.id == request.value(FIX)).or(suggested).or(all.first());
    let Some(fix) = chosen else { return Sheet { title, widgets: vec![Widget::Note(get("sheet-no-fixes"))] } };
    let option = |one: &Fix| {
        let name = texts.say(&one.title);
        let name = if one.from_case { texts.with("sheet-fix-from-case", &[("name", name.into())]) } else { name };
        (one.id.to_owned(), name)
    };
    let mut widgets = vec![
        Widget::Text(action.text.say(texts)),
        Widget::Choice {
            id: FIX.to_owned(),
            label: get("sheet-fix"),
            options: all.iter().map(option).collect(),
            value: fix.id.to_owned(),
        },
        Widget::Heading(fix.file_name.to_owned()),
    ];
    if action.attachments.iter().any(|file| file.file_name == fix.file_name) {
        widgets.push(Widget::Note(get("sheet-fix-attached")));
    }
    widgets.extend(fix.assumed.iter().chain(&fix.risks).map(|message| Widget::Note(texts.say(message))));
    widgets.push(Widget::Verbatim(fix.text.clone()));
    if !fix.apply.is_empty() {
        widgets.push(Widget::Heading(get("sheet-fix-apply")));
        widgets.push(Widget::Verbatim(fix.apply.clone()));
    }
    widgets.push(Widget::Buttons(vec![
        primary(get("sheet-fix-attach"), Does::Act(fix.id.to_owned())),
        super::button(get("sheet-copy"), Does::Copy(fix.text.clone())),
    ]));
    Sheet { title, widgets }
}

/// The fix that the suggestion names from which an action item came.
fn suggested<'a>(action: &ActionItem, all: &'a [Fix], material: &Material) -> Option<&'a Fix> {
    let from = action.from.as_deref()?;
    let offered = suggest::actions(&material.analysis);
    let id = offered.into_iter().find(|offered| offered.key == from)?.fix?;
    all.iter().find(|fix| fix.id == id)
}

pub(super) fn act(request: SheetRequest, id: ItemId, act: &str, material: &Material) -> Acted {
    let all = fixes(&material.analysis);
    let fix = match request.case.document.action(id) {
        Some(action) if act == SUGGESTED => suggested(action, &all, material),
        Some(_) => all.iter().find(|fix| fix.id == act),
        None => None,
    };
    let Some(fix) = fix else { return unchanged(request) };
    let (file_name, language) = (fix.file_name.to_owned(), fix.language.to_owned());
    let file = Attachment { file_name, language, text: fix.text.clone() };
    Acted { closes: true, ..edited(request, Edit::AttachFile(id, file)) }
}
