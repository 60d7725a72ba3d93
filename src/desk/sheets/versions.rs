//! Dialog: states of the document that were kept, and the way back to one.

use super::{button, edited, primary, unchanged};
use crate::postmortem::edit::Edit;
use crate::postmortem::saved::SavedVersion;
use crate::protocol::desk::{Acted, Does, Sheet, SheetKind, SheetRequest, SheetRow, Widget};
use crate::text::{Texts, format};

/// Versions kept; the oldest gives way.
const MOST: usize = 30;
/// Value: what the present state is to be called.
const NAME: &str = "version-name";
/// Acts.
const KEEP: &str = "keep";
const RESTORE: &str = "restore ";

pub(super) fn sheet(request: &SheetRequest, texts: &Texts) -> Sheet {
    let get = |id: &str| texts.get(id);
    let mut widgets = vec![
        Widget::Text(get("sheet-versions-help")),
        Widget::Field { id: NAME.to_owned(), label: get("sheet-version-name"), value: request.value(NAME).to_owned() },
        Widget::Buttons(vec![primary(get("sheet-version-keep"), Does::Act(KEEP.to_owned()))]),
    ];
    let rows = request.case.versions.iter().enumerate().rev().map(|(index, version)| {
        let document = &version.document;
        let title = document.title().to_owned();
        let size = texts.with(
            "sheet-version-size",
            &[
                ("events", document.events.len().into()),
                ("whys", document.outline().len().into()),
                ("actions", document.actions.len().into()),
            ],
        );
        SheetRow {
            cells: vec![format::time(version.at, texts.offset_s()), version.name.clone(), title, size],
            button: Some(button(get("sheet-version-restore"), Does::Act(format!("{RESTORE}{index}")))),
        }
    });
    let rows: Vec<SheetRow> = rows.collect();
    if rows.is_empty() {
        widgets.push(Widget::Note(get("sheet-no-versions")));
    } else {
        let head = ["sheet-version-at", "sheet-version-name", "sheet-version-title", "sheet-version-holds"].map(get);
        widgets.push(Widget::Table { head: head.to_vec(), rows });
    }
    widgets.push(Widget::Buttons(vec![button(get("sheet-back"), Does::Show(SheetKind::Export))]));
    Sheet { title: get("sheet-versions"), widgets }
}

pub(super) fn act(mut request: SheetRequest, act: &str) -> Acted {
    if act == KEEP {
        let name = request.value(NAME).trim().to_owned();
        keep(&mut request, name);
        return unchanged(request);
    }
    let index = act.strip_prefix(RESTORE).and_then(|index| index.parse::<usize>().ok());
    let Some(version) = index.and_then(|index| request.case.versions.get(index)).cloned() else {
        return unchanged(request);
    };
    Acted { closes: true, ..edited(request, Edit::Replace(Box::new(version.document))) }
}

/// Keeps the document as it is now.
pub(super) fn keep(request: &mut SheetRequest, name: String) {
    let case = &mut request.case;
    case.versions.push(SavedVersion { at: request.now, name, document: case.document.clone(), former: false });
    bound(&mut case.versions);
}

/// Lets the oldest go.
pub(super) fn bound(versions: &mut Vec<SavedVersion>) {
    let surplus = versions.len().saturating_sub(MOST);
    versions.drain(..surplus);
}
