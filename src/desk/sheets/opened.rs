//! Dialog: a case that was opened from a file. It becomes a case of its own, or is merged into the present one, whose state is kept as a
//! version. Where nothing stands in the present one, it is opened there.

use super::versions::{bound, keep};
use super::{button, primary, unchanged};
use crate::model::{Arg, Message};
use crate::postmortem::Document;
use crate::postmortem::edit::{self, Edit};
use crate::postmortem::merge::{Merged, add_versions, merge, replace};
use crate::postmortem::saved::SavedCase;
use crate::protocol::desk::{Acted, Does, OpenedCase, Sheet, SheetKind, SheetRequest, Widget};
use crate::text::Texts;

/// Acts.
const TAKE: &str = "take";
const MERGE: &str = "merge";

pub(super) fn sheet(request: &SheetRequest, opened: Option<&OpenedCase>, texts: &Texts) -> Sheet {
    let get = |id: &str| texts.get(id);
    let title = get("sheet-opened");
    let back = || Widget::Buttons(vec![button(get("sheet-back"), Does::Show(SheetKind::Export))]);
    let Some(OpenedCase { case, evidence, notes }) = opened else {
        return Sheet { title, widgets: vec![Widget::Note(get("sheet-opened-none")), back()] };
    };
    let document = &case.document;
    let name = match document.title() {
        "" => get("export-untitled"),
        title => title.to_owned(),
    };
    let holds = texts.with(
        "sheet-opened-holds",
        &[
            ("events", document.events.len().into()),
            ("whys", document.outline().len().into()),
            ("actions", document.actions.len().into()),
            ("inputs", case.inputs.len().into()),
            ("carried", evidence.len().into()),
        ],
    );
    let mut widgets = vec![Widget::Heading(name), Widget::Text(holds)];
    widgets.extend(notes.iter().map(|note| Widget::Note(texts.say(note))));
    let merged = merge(&request.case, case);
    if !merged.conflicts.is_empty() {
        let count = [("count", Arg::from(merged.conflicts.len()))];
        widgets.push(Widget::Note(texts.with("sheet-conflicts", &count)));
    }
    let take = Does::Act(TAKE.to_owned());
    widgets.push(Widget::Buttons(if is_blank(&request.case) {
        vec![primary(get("sheet-take-up"), take)]
    } else {
        vec![primary(get("sheet-merge"), Does::Act(MERGE.to_owned())), button(get("sheet-take"), take)]
    }));
    widgets.push(back());
    Sheet { title, widgets }
}

/// Whether a case holds nothing at all.
fn is_blank(case: &SavedCase) -> bool {
    is_unwritten(&case.document) && case.inputs.is_empty()
}

/// Whether a document holds nothing that a person would miss.
fn is_unwritten(document: &Document) -> bool {
    let Document { fields, prose, events, whys, actions, .. } = document;
    fields.is_empty() && prose.is_empty() && events.is_empty() && whys.is_empty() && actions.is_empty()
}

pub(super) fn act(mut request: SheetRequest, act: &str, opened: &mut Option<OpenedCase>) -> Acted {
    if !matches!(act, TAKE | MERGE) {
        return unchanged(request);
    }
    let Some(OpenedCase { case: theirs, mut evidence, .. }) = opened.take() else { return unchanged(request) };
    let apart = act == TAKE && !is_blank(&request.case);
    if apart {
        let SavedCase { lang, export_lang, .. } = request.case;
        request.case = SavedCase { lang, export_lang, ..SavedCase::default() };
    } else if !is_unwritten(&request.case.document) {
        let before = Texts::new(request.case.lang, 0).get("sheet-version-before");
        keep(&mut request, before);
    }
    let mut case = request.case;
    let mut said = Vec::new();
    let places = if act == TAKE {
        replace(&mut case, theirs)
    } else {
        let Merged { document, inputs, places, conflicts } = merge(&case, &theirs);
        case.inputs = inputs;
        edit::apply(&mut case.document, Edit::Replace(Box::new(document)));
        add_versions(&mut case, theirs.versions, &places);
        said.push(Message::new("import-merged").with("count", conflicts.len()));
        places
    };
    bound(&mut case.versions);
    // What came along stands where the case has it now: behind ours, or as one of ours.
    evidence.retain_mut(|one| match places.get(one.index as usize) {
        Some(place) => {
            one.index = place.0;
            true
        }
        None => false,
    });
    Acted { case, evidence, said, closes: true, apart }
}
