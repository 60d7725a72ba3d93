//! Action items: what, what for, who, by when, against which cause, how one sees that it works, and the files that carry it out. And those
//! that the findings propose.

use std::rc::Rc;

use debrief::postmortem::completeness::Place;
use debrief::postmortem::edit::{Edit, Move};
use debrief::postmortem::suggest::{self, ActionSuggestion};
use debrief::postmortem::{ActionItem, ActionKind, Attachment, Document, ItemId, Priority};
use debrief::protocol::desk::SheetKind;
use leptos::prelude::untrack;
use web_sys::Event;

use crate::app::components::fields::{Choice, Field};
use crate::app::components::remarks::{self, Remarks};
use crate::app::components::verbs::{action_element, focus_soon, keep_focus};
use crate::app::dom::{El, button, el, el_of, icon_button};
use crate::app::leaving;
use crate::app::state::App;

/// Adds the list to the form.
pub(crate) fn action_list(app: App, remarks: Remarks, form: El) -> El {
    let ids = move || app.document.with(|document| document.actions.iter().map(|action| action.id).collect());
    let add = move || {
        if let Some(id) = app.edit(Edit::AddAction(ActionKind::Prevent, String::new())) {
            focus_soon(action_element(id));
        }
    };
    let head = el_of("div", "panel-head")
        .child(el("h3").attr("id", "actions-heading").say(app.tr("document-actions")))
        .child(button("", app.tr("document-add-action"), add).attr("id", "action-add"));
    let rows = el_of("ul", "plain actions").attr("aria-labelledby", "actions-heading");
    let offers = move || {
        let rows = move |suggestion| offered_action(app, suggestion);
        el_of("ul", "plain").list(move || offered(app), rows)
    };
    form.child(head)
        .child(rows.list(ids, move |id| action_row(app, remarks, id)))
        .when(move || !offered(app).is_empty(), move || el("h4").say(app.tr("document-actions-offered")))
        .when(move || !offered(app).is_empty(), offers)
}

/// An item of the document.
fn action_row(app: App, remarks: Remarks, id: ItemId) -> El {
    let read = move |part: fn(&ActionItem, App) -> String| {
        move || app.document.with(|document| document.action(id).map(|action| part(action, app)).unwrap_or_default())
    };
    let field = |element: String, label, value, edit: fn(ItemId, String) -> Edit| {
        let write = Box::new(move |text| {
            app.edit(edit(id, text));
        });
        Field { id: element, label, hint: None, value: Rc::new(read(value)), write }
    };
    let element = action_element(id);
    let [owner, due, check] = ["owner", "due", "check"].map(|name| format!("{element}-{name}"));
    let read_what = |action: &ActionItem, app: App| action.text.say(&app.texts());
    let what = field(element, "document-field-action", read_what, Edit::ActionText);
    let what = Field { hint: Some(what.label.to_owned()), ..what };
    let owner = field(owner, "document-field-owner", |action, _| action.owner.clone(), Edit::ActionOwner);
    let due = field(due, "document-field-due", |action, _| action.due.clone(), Edit::ActionDue);
    let check = field(check, "document-field-check", |action, _| action.check.clone(), Edit::ActionCheck);
    let check = Field { hint: Some("document-field-check.hint".to_owned()), ..check };
    let kind = read(|action, _| action.kind.as_str().to_owned());
    let kinds = Choice {
        label: "document-field-kind",
        named: true,
        options: Box::new(move || {
            ActionKind::ALL.map(|kind| (kind.as_str().to_owned(), kind_name(app, kind))).to_vec()
        }),
        value: Rc::new(kind),
        choose: Box::new(move |key| {
            if let Some(kind) = ActionKind::ALL.into_iter().find(|kind| kind.as_str() == key) {
                app.edit(Edit::ActionKind(id, kind));
            }
        }),
    };
    let priorities = Choice {
        label: "document-field-priority",
        named: true,
        options: Box::new(move || {
            let none = (String::new(), app.t("document-no-priority"));
            let known = Priority::ALL.map(|priority| (priority.as_str().to_owned(), priority.as_str().to_owned()));
            std::iter::once(none).chain(known).collect()
        }),
        value: Rc::new(read(|action, _| action.priority.map(|it| it.as_str().to_owned()).unwrap_or_default())),
        choose: Box::new(move |key| {
            let priority = Priority::ALL.into_iter().find(|priority| priority.as_str() == key);
            app.edit(Edit::ActionPriority(id, priority));
        }),
    };
    let causes = Choice {
        label: "document-field-addresses",
        named: true,
        options: Box::new(move || app.document.with(|document| causes(app, document))),
        value: Rc::new(read(|action, _| action.addresses.unwrap_or_default().0.to_string())),
        choose: Box::new(move |key| {
            let cause = key.parse().ok().filter(|id| *id > 0).map(ItemId);
            app.edit(Edit::ActionAddresses(id, cause));
        }),
    };
    let is_done = move || app.document.with(|document| document.action(id).is_some_and(|action| action.done));
    let head = el_of("div", "action-head").child(done(app, id, is_done)).child(buttons(app, id));
    let fields = el_of("div", "action-fields")
        .child(kinds.view(app))
        .child(priorities.view(app))
        .child(owner.line(app, "text"))
        .child(due.line(app, "date"))
        .child(causes.view(app));
    el_of("li", "action")
        .attr_of("data-kind", kind)
        .toggle("action-done", is_done)
        .child(head)
        .child(what.words(app, 1))
        .child(fields)
        .child(check.line(app, "text"))
        .child(remarks::remarks(app, remarks, Place::Actions, Some(id)))
        .child(files(app, id))
}

fn done(app: App, id: ItemId, is_done: impl Fn() -> bool + Copy + 'static) -> El {
    let turn = move |_: Event| {
        app.edit(Edit::ActionDone(id, !untrack(is_done)));
    };
    let check = el("input").attr("type", "checkbox").prop_of("checked", move || is_done().into()).on("change", turn);
    el_of("label", "sheet-check")
        .child(check.flag("disabled", move || app.read_only.get()))
        .child(el("span").say(app.tr("document-field-done")))
}

/// Files that carry the item out: folded, to be written in, and the way to ready-made ones.
fn files(app: App, id: ItemId) -> El {
    let names = move || {
        let names = |action: &ActionItem| action.attachments.iter().map(|file| file.file_name.clone()).collect();
        app.document.with(|document| document.action(id).map(names).unwrap_or_default())
    };
    let offer = button("quiet", app.tr("document-fixes"), move || app.dialog.set(Some(SheetKind::Fixes(id))));
    el_of("div", "action-files")
        .child(el_of("ul", "plain").list(names, move |name| file_row(app, id, name)))
        .child(offer)
}

fn file_row(app: App, id: ItemId, name: String) -> El {
    let find = {
        let name = name.clone();
        move |document: &Document| document.action(id)?.attachments.iter().find(|file| file.file_name == name).cloned()
    };
    let shown = find.clone();
    let text = Field {
        id: format!("{}-file-{name}", action_element(id)),
        label: "document-file-text",
        hint: None,
        value: Rc::new(move || app.document.with(&shown).map(|file| file.text).unwrap_or_default()),
        write: Box::new(move |text| {
            if let Some(file) = app.document.with_untracked(&find) {
                app.edit(Edit::AttachFile(id, Attachment { text, ..file }));
            }
        }),
    };
    let fold = el("details").child(el("summary").text(&name)).child(text.words(app, 4));
    let remove = move || {
        app.edit(Edit::DetachFile(id, name.clone()));
    };
    el_of("li", "action-file").child(fold).child(icon_button("icon", "×", app.tr("document-remove-file"), remove))
}

/// The causes by their questions. Identities start at 1, so 0 stands for none.
fn causes(app: App, document: &Document) -> Vec<(String, String)> {
    let texts = app.texts();
    let none = ("0".to_owned(), texts.get("document-addresses-none"));
    let causes = document.outline().into_iter().map(|(_, why)| (why.id.0.to_string(), why.question.say(&texts)));
    std::iter::once(none).chain(causes).collect()
}

fn kind_name(app: App, kind: ActionKind) -> String {
    app.t(&format!("action-kind-{}", kind.as_str()))
}

fn buttons(app: App, id: ItemId) -> El {
    let mover = |(sign, name, direction)| {
        let edit = move || {
            app.edit(Edit::MoveAction(id, direction));
        };
        icon_button("icon", sign, app.tr(name), move || keep_focus(edit))
    };
    let remove = move || {
        app.edit(Edit::RemoveAction(id));
    };
    el_of("span", "action-buttons")
        .children([("↑", "document-move-up", Move::Up), ("↓", "document-move-down", Move::Down)].map(mover))
        .child(icon_button("icon", "×", app.tr("document-remove-action"), remove))
}

/// What the findings still propose; tracks them.
#[inline(never)]
fn offered(app: App) -> Vec<ActionSuggestion> {
    app.analysis.with(|analysis| {
        app.document.with(|document| suggest::open_actions(&analysis.actions, document).into_iter().cloned().collect())
    })
}

/// A proposed item.
fn offered_action(app: App, suggestion: ActionSuggestion) -> El {
    let ActionSuggestion { key, kind, text, fix, .. } = suggestion.clone();
    let has_file = fix.is_some();
    let accept = move || {
        if let Some(id) = app.edit(Edit::AcceptAction(suggestion.clone())) {
            focus_soon(action_element(id));
            if has_file {
                leaving::attach_suggested(app, id);
            }
        }
    };
    let decline = move || {
        app.edit(Edit::Decline(key.clone()));
    };
    el_of("li", "suggestion")
        .child(el_of("span", "action-kind").say(move || kind_name(app, kind)))
        .child(el("span").say(move || app.say(&text)))
        .children(has_file.then(|| el_of("small", "muted").say(app.tr("document-with-file"))))
        .child(button("", app.tr("document-accept"), accept))
        .child(button("quiet", app.tr("document-dismiss"), decline))
}
