//! Action items: what, what for, who, by when, against which cause. And those that the findings propose.

use debrief::postmortem::edit::{Edit, Move};
use debrief::postmortem::suggest::{self, ActionSuggestion};
use debrief::postmortem::{ActionItem, ActionKind, Document, ItemId};
use leptos::prelude::*;

use crate::app::components::buttons::{button, icon_button};
use crate::app::components::fields::{Choice, Field};
use crate::app::components::keyed::{Row, keyed};
use crate::app::components::verbs::{action_element, focus_soon, keep_focus};
use crate::app::erase::{area, on, text};
use crate::app::state::App;

/// The list.
pub(crate) fn action_list(app: App) -> AnyView {
    let rows = move || {
        let row = |action: &ActionItem| {
            let id = action.id;
            Row::new(action_element(id), move || action_row(app, id))
        };
        app.document.with(|document| document.actions.iter().map(row).collect())
    };
    let add = move |_| {
        if let Some(id) = app.edit(Edit::AddAction(ActionKind::Prevent, String::new())) {
            focus_soon(action_element(id));
        }
    };
    let offered = move || {
        let offered = app.analysis.with(|analysis| app.document.with(|document| suggest::actions(analysis, document)));
        if offered.is_empty() {
            return ().into_any();
        }
        let rows = offered.into_iter().map(|suggestion| offered_action(app, suggestion)).collect_view();
        view! {
            <h4>{app.t("document-actions-offered")}</h4>
            <ul class="plain">{rows}</ul>
        }
        .into_any()
    };
    view! {
        <div class="panel-head">
            <h3 id="actions-heading">{app.tr("document-actions")}</h3>
            <button type="button" id="action-add" on:click=on(add)>{app.tr("document-add-action")}</button>
        </div>
        <ul class="plain actions" aria-labelledby="actions-heading">{keyed(rows)}</ul>
        {area(offered)}
    }
    .into_any()
}

/// An item of the document.
fn action_row(app: App, id: ItemId) -> AnyView {
    let read = move |part: fn(&ActionItem, App) -> String| {
        text(move || {
            app.document.with(|document| document.action(id).map(|action| part(action, app)).unwrap_or_default())
        })
    };
    let field = move |id: String, label, value, edit: fn(ItemId, String) -> Edit, item| {
        let write = Callback::new(move |text| {
            app.edit(edit(item, text));
        });
        Field { id, label, hint: None, value: read(value), write }
    };
    let element = action_element(id);
    let what = Field {
        hint: Some("document-field-action"),
        ..field(
            element.clone(),
            "document-field-action",
            |action, app| action.text.say(&app.texts()),
            Edit::ActionText,
            id,
        )
    };
    let owner = format!("{element}-owner");
    let owner = field(owner, "document-field-owner", |action, _| action.owner.clone(), Edit::ActionOwner, id);
    let due = format!("{element}-due");
    let due = field(due, "document-field-due", |action, _| action.due.clone(), Edit::ActionDue, id);
    let kind = read(|action, _| action.kind.as_str().to_owned());
    let kinds = Choice {
        label: "document-field-kind",
        named: true,
        options: Box::new(move || {
            ActionKind::ALL.map(|kind| (kind.as_str().to_owned(), kind_name(app, kind))).to_vec()
        }),
        value: kind,
        choose: Callback::new(move |key: String| {
            if let Some(kind) = ActionKind::ALL.into_iter().find(|kind| kind.as_str() == key) {
                app.edit(Edit::ActionKind(id, kind));
            }
        }),
    };
    let causes = Choice {
        label: "document-field-addresses",
        named: true,
        options: Box::new(move || app.document.with(|document| causes(app, document))),
        value: read(|action, _| action.addresses.unwrap_or_default().0.to_string()),
        choose: Callback::new(move |key: String| {
            let cause = key.parse().ok().filter(|id| *id > 0).map(ItemId);
            app.edit(Edit::ActionAddresses(id, cause));
        }),
    };
    view! {
        <li class="action" data-kind=kind>
            {what.words(app, 1)}
            <div class="action-fields">
                {kinds.view(app)}
                {owner.line(app, "text")}
                {due.line(app, "date")}
                {causes.view(app)}
                {buttons(app, id)}
            </div>
        </li>
    }
    .into_any()
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

fn buttons(app: App, id: ItemId) -> AnyView {
    let shift = move |direction| {
        let edit = move || {
            app.edit(Edit::MoveAction(id, direction));
        };
        on(move |_| keep_focus(edit))
    };
    let remove = move |_| {
        app.edit(Edit::RemoveAction(id));
    };
    view! {
        <span class="action-buttons">
            {icon_button(app, "icon", "document-move-up", "↑", shift(Move::Up))}
            {icon_button(app, "icon", "document-move-down", "↓", shift(Move::Down))}
            {icon_button(app, "icon", "document-remove-action", "×", on(remove))}
        </span>
    }
    .into_any()
}

/// A proposed item.
fn offered_action(app: App, suggestion: ActionSuggestion) -> AnyView {
    let (key, kind, what) = (suggestion.key.clone(), suggestion.kind, suggestion.text.clone());
    let accept = move |_| {
        if let Some(id) = app.edit(Edit::AcceptAction(suggestion.clone())) {
            focus_soon(action_element(id));
        }
    };
    let decline = move |_| {
        app.edit(Edit::Decline(key.clone()));
    };
    view! {
        <li class="suggestion">
            <span class="action-kind">{text(move || kind_name(app, kind))}</span>
            <span>{text(move || app.say(&what))}</span>
            {button("", text(move || app.t("document-accept")), on(accept))}
            {button("quiet", text(move || app.t("document-dismiss")), on(decline))}
        </li>
    }
    .into_any()
}
