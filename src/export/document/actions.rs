//! Slot `actions`: what is to be done, by whom, by when, against which cause, and the files that carry it out.

use crate::model::Arg;
use crate::postmortem::{ActionItem, ActionKind};
use crate::view::document::{Block, Inline};

use super::{Pages, cell, words};
use crate::export::template::ActionsForm;

const fn kind_id(kind: ActionKind) -> &'static str {
    match kind {
        ActionKind::Mitigate => "action-kind-mitigate",
        ActionKind::Prevent => "action-kind-prevent",
        ActionKind::Detect => "action-kind-detect",
        ActionKind::Process => "action-kind-process",
    }
}

/// The action items.
pub(super) fn write(pages: &mut Pages<'_>, form: ActionsForm) {
    let actions = &pages.document.actions;
    if actions.is_empty() {
        let lack = pages.get("export-empty-actions");
        return pages.lacks(lack);
    }
    let n_unowned = actions.iter().filter(|action| action.owner.trim().is_empty()).count();
    if n_unowned > 0 {
        let lack = pages.texts.with("export-unowned", &[("count", Arg::from(n_unowned))]);
        pages.miss(lack);
    }
    match form {
        ActionsForm::Table => table(pages, false),
        ActionsForm::Full => {
            table(pages, true);
            attachments(pages);
        }
        ActionsForm::Todo => {
            let items = actions.iter().map(|action| (action.done, task(pages, action))).collect();
            pages.blocks.push(Block::Tasks(items));
        }
    }
}

/// Priority, success check and state have a column where somebody wrote one; the full form always asks how one sees that it works.
fn table(pages: &mut Pages<'_>, full: bool) {
    let actions = &pages.document.actions;
    let has_priority = actions.iter().any(|action| action.priority.is_some());
    let has_check = full || actions.iter().any(|action| !action.check.trim().is_empty());
    let has_state = actions.iter().any(|action| action.done);
    let columns = [
        ("export-priority", has_priority),
        ("export-kind", true),
        ("export-action", true),
        ("export-owner", true),
        ("export-due", true),
        ("export-check", has_check),
        ("export-addresses", true),
        ("export-state", has_state),
    ];
    let heads: Vec<&str> = columns.iter().filter(|(_, is_kept)| *is_kept).map(|(id, _)| *id).collect();
    let rows = actions.iter().map(|action| {
        let cells = [
            action.priority.map_or_else(|| pages.get("export-not-set"), |priority| priority.as_str().to_owned()),
            pages.get(kind_id(action.kind)),
            words(&action.text, pages.texts),
            or_not_set(pages, &action.owner),
            or_not_set(pages, &action.due),
            or_not_set(pages, &action.check),
            addressed(pages, action).unwrap_or_default(),
            pages.get(if action.done { "export-done" } else { "export-to-do" }),
        ];
        let kept = cells.into_iter().zip(columns).filter(|(_, (_, is_kept))| *is_kept);
        kept.map(|(text, _)| cell(text)).collect()
    });
    let rows = rows.collect();
    pages.table(&heads, rows);
}

fn or_not_set(pages: &Pages<'_>, text: &str) -> String {
    match text.trim() {
        "" => pages.get("export-not-set"),
        text => text.to_owned(),
    }
}

/// The question whose answer the action closes. A further answer has no question of its own: then the answer.
fn addressed(pages: &Pages<'_>, action: &ActionItem) -> Option<String> {
    let why = pages.document.why(action.addresses?)?;
    let wording = if why.question.is_empty() { &why.claim } else { &why.question };
    Some(words(wording, pages.texts))
}

/// What, then who, by when and how one sees that it works.
fn task(pages: &Pages<'_>, action: &ActionItem) -> Vec<Inline> {
    let mut about = vec![pages.get(kind_id(action.kind))];
    about.extend(action.priority.map(|priority| priority.as_str().to_owned()));
    for (id, text) in [("export-owner", &action.owner), ("export-due", &action.due), ("export-check", &action.check)] {
        let is_asked_for = id != "export-check";
        if is_asked_for || !text.trim().is_empty() {
            let args = [("name", pages.get(id).into()), ("value", or_not_set(pages, text).into())];
            about.push(pages.texts.with("export-named", &args));
        }
    }
    vec![Inline::Strong(words(&action.text, pages.texts)), Inline::Text(format!(" · {}", about.join(" · ")))]
}

fn attachments(pages: &mut Pages<'_>) {
    for action in &pages.document.actions {
        for file in &action.attachments {
            let mut about = vec![Inline::Code(file.file_name.clone())];
            let text = words(&action.text, pages.texts);
            let what = pages.texts.with("export-for-action", &[("action", text.into())]);
            about.push(Inline::Text(format!(" {what}")));
            pages.blocks.push(Block::Paragraph(about));
            pages.blocks.push(Block::Code { language: file.language.clone(), text: file.text.clone() });
        }
    }
}
