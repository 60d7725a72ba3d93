//! Dialog: what is replaced when the case leaves, with a preview of every replacement. The map stays here.

use super::{button, edited, unchanged};
use crate::desk::material::{redacted, redactor};
use crate::model::{RedactionChoices, RedactionClass};
use crate::postmortem::edit::Edit;
use crate::protocol::desk::{Acted, Does, Material, Sheet, SheetKind, SheetRequest, SheetRow, Widget};
use crate::text::Texts;

/// Acts: a class on or off; an original kept or no longer.
const CLASS: &str = "class ";
const KEEP: &str = "keep ";

pub(super) fn sheet(request: &SheetRequest, material: &Material, texts: &Texts) -> Sheet {
    let get = |id: &str| texts.get(id);
    let choices = &request.case.document.redaction;
    let mut widgets = vec![Widget::Text(get("sheet-redaction-help"))];
    for class in RedactionClass::ALL {
        widgets.push(Widget::Check {
            act: format!("{CLASS}{}", class.as_str()),
            label: format!("{}: {}", get(&class.text_id()), get(&format!("{}.help", class.text_id()))),
            on: choices.enabled && choices.classes.contains(&class),
            group: String::new(),
        });
    }
    let mut redactor = redactor(&request.case, material);
    let _ = redacted(&request.case, material, &mut redactor);
    let replacements = redactor.replacements();
    widgets.push(Widget::Heading(texts.with("sheet-replacements", &[("count", replacements.len().into())])));
    if replacements.is_empty() {
        widgets.push(Widget::Note(get("sheet-no-replacements")));
    }
    let rows = replacements.into_iter().map(|one| {
        let (label, shown) =
            if one.kept { ("sheet-keep-not", get("sheet-kept")) } else { ("sheet-keep", one.pseudonym) };
        let does = Does::Act(format!("{KEEP}{}", one.original));
        SheetRow {
            cells: vec![get(&one.class.text_id()), one.original, shown, one.count.to_string(), one.sample],
            button: Some(button(get(label), does)),
        }
    });
    let rows: Vec<SheetRow> = rows.collect();
    if !rows.is_empty() {
        let head =
            ["sheet-class", "sheet-original", "sheet-pseudonym", "sheet-count", "sheet-sample"].map(get).to_vec();
        widgets.push(Widget::Table { head, rows });
    }
    widgets.push(Widget::Buttons(vec![button(get("sheet-back"), Does::Show(SheetKind::Export))]));
    Sheet { title: get("sheet-redaction"), widgets }
}

pub(super) fn act(request: SheetRequest, act: &str) -> Acted {
    let mut choices = request.case.document.redaction.clone();
    if let Some(class) = act.strip_prefix(CLASS) {
        let Some(class) = RedactionClass::ALL.into_iter().find(|one| one.as_str() == class) else {
            return unchanged(request);
        };
        toggle_class(&mut choices, class);
    } else if let Some(original) = act.strip_prefix(KEEP) {
        match choices.keep.iter().position(|kept| kept.eq_ignore_ascii_case(original)) {
            Some(index) => drop(choices.keep.remove(index)),
            None => choices.keep.push(original.to_owned()),
        }
    } else {
        return unchanged(request);
    }
    edited(request, Edit::Redaction(choices))
}

/// Switching the last class off switches redaction off; switching one on again switches only that one on.
fn toggle_class(choices: &mut RedactionChoices, class: RedactionClass) {
    if !choices.enabled {
        choices.classes.clear();
    }
    match choices.classes.iter().position(|one| *one == class) {
        Some(index) => drop(choices.classes.remove(index)),
        None => choices.classes.push(class),
    }
    choices.enabled = !choices.classes.is_empty();
}
