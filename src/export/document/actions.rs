//! Slot `actions`: what is to be done, by whom, by when, against which cause. The files that carry it out stand at the end of the document,
//! each under a heading (`F1`) that the action item leads to: a page of YAML between two action items hides the second.

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
            let has_files = actions.iter().any(|action| !action.attachments.is_empty());
            let above = pages.blocks.iter().rev().find_map(|block| match block {
                Block::Heading(_, title) => Some(title.clone()),
                _ => None,
            });
            pages.files_of = has_files.then(|| above.unwrap_or_default());
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
    let mut n_files = 0;
    let rows = actions.iter().map(|action| {
        let mut cells = [
            action.priority.map_or_else(|| pages.get("export-not-set"), |priority| priority.as_str().to_owned()),
            pages.get(kind_id(action.kind)),
            words(&action.text, pages.texts),
            or_not_set(pages, &action.owner),
            or_not_set(pages, &action.due),
            or_not_set(pages, &action.check),
            addressed(pages, action).unwrap_or_default(),
            pages.get(if action.done { "export-done" } else { "export-to-do" }),
        ]
        .map(cell);
        if full {
            for _ in &action.attachments {
                n_files += 1;
                cells[2].extend([Inline::Text(" ".to_owned()), Inline::Link(file_title(n_files))]);
            }
        }
        let kept = cells.into_iter().zip(columns).filter(|(_, (_, is_kept))| *is_kept);
        kept.map(|(cell, _)| cell).collect()
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

/// The heading of a file, by its number.
fn file_title(number: usize) -> String {
    format!("F{number}")
}

/// Whether a heading is that of a file.
pub(in crate::export) fn is_file(title: &str) -> bool {
    title.strip_prefix('F').is_some_and(|number| number.parse::<usize>().is_ok())
}

/// The files of the action items, at the end of the document. Each leads back to them.
pub(super) fn files(pages: &mut Pages<'_>) {
    let Some(items) = pages.files_of.take() else { return };
    let heading = pages.get("export-files");
    pages.blocks.push(Block::Heading(2, heading));
    let files = pages.document.actions.iter().flat_map(|action| action.attachments.iter().map(move |it| (action, it)));
    for (number, (action, file)) in (1..).zip(files) {
        let action = words(&action.text, pages.texts);
        let of = pages.texts.with("export-for-action", &[("action", action.into())]);
        let mut about = vec![Inline::Code(file.file_name.clone()), Inline::Text(format!(" {of}"))];
        if !items.is_empty() {
            about.extend([Inline::Text(" ".to_owned()), Inline::Link(items.clone())]);
        }
        // Level 3 whatever stands above: the heading is the anchor.
        pages.blocks.extend([
            Block::Heading(3, file_title(number)),
            Block::Paragraph(about),
            Block::Code { language: file.language.clone(), text: file.text.clone() },
        ]);
    }
}
