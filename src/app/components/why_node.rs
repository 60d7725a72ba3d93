//! A why of the document: question and answer to write in, its kind, its evidence, its place in the tree.

use debrief::model::Message;
use debrief::postmortem::edit::{Edit, Move, Target};
use debrief::postmortem::{ItemId, Why, WhyKind};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use crate::app::components::buttons::icon_button;
use crate::app::components::citation_chip::{citation_chips, is_target, target_button};
use crate::app::components::fields::{Choice, Field};
use crate::app::components::verbs::{focus_soon, keep_focus, why_element};
use crate::app::components::would_need::would_need;
use crate::app::erase::{area, flag, on, text};
use crate::app::state::App;

/// The node. Alt and the arrow keys move it; Tab stays the key that leaves a field.
pub(crate) fn why_node(app: App, id: ItemId) -> AnyView {
    let why = Memo::new(move |_| app.document.with(|document| document.why(id).cloned()).unwrap_or_default());
    let depth = move || {
        let outline_depth = |(depth, why): (u8, &Why)| (why.id == id).then_some(depth);
        app.document.with(|document| document.outline().into_iter().find_map(outline_depth).unwrap_or(0).to_string())
    };
    let kind = text(move || why.with(|why| why.kind.as_str().to_owned()));
    let is_open = flag(move || why.with(Why::is_open));
    let question = Field {
        id: why_element(id),
        label: "whys-field-question",
        hint: Some("whys-field-question"),
        value: text(move || why.with(|why| why.question.say(&app.texts()))),
        write: Callback::new(move |text| {
            app.edit(Edit::WhyQuestion(id, text));
        }),
    };
    let claim = Field {
        id: format!("{}-claim", why_element(id)),
        label: "whys-field-claim",
        hint: Some("whys-field-claim"),
        value: text(move || why.with(|why| why.claim.say(&app.texts()))),
        write: Callback::new(move |text| {
            app.edit(Edit::WhyClaim(id, text));
        }),
    };
    let kinds = Choice {
        label: "whys-field-kind",
        named: false,
        options: Box::new(move || {
            WhyKind::ALL.map(|kind| (kind.as_str().to_owned(), app.t(&format!("why-kind-{}", kind.as_str())))).to_vec()
        }),
        value: kind,
        choose: Callback::new(move |key: String| {
            if let Some(kind) = WhyKind::ALL.into_iter().find(|kind| kind.as_str() == key) {
                app.edit(Edit::WhyKind(id, kind));
            }
        }),
    };
    let open = move || match is_open.get() {
        true => view! {
            <p class="why-open">{app.t("whys-open")}</p>
            {would_need(app, &why.with(|why| needed(app, why)))}
        }
        .into_any(),
        false => ().into_any(),
    };
    view! {
        <li
            class="why"
            class:why-is-open=is_open
            class:why-target=is_target(app, id)
            style:--depth=text(depth)
            data-kind=kind
            on:keydown=on(move |ev| on_key(app, id, &ev))
        >
            <div class="why-head">{question.words(app, 1)}{kinds.view(app)}</div>
            {claim.words(app, 1)}
            {area(open)}
            <div class="why-foot">{citation_chips(app, Target::Why(id))}{buttons(app, id)}</div>
        </li>
    }
    .into_any()
}

fn buttons(app: App, id: ItemId) -> AnyView {
    let add_child = move |_| {
        let blank = Edit::AddWhy { parent: Some(id), question: String::new(), citations: Vec::new() };
        if let Some(child) = app.edit(blank) {
            focus_soon(why_element(child));
        }
    };
    let remove = move |_| {
        app.edit(Edit::RemoveWhy(id));
    };
    let mover =
        move |label, sign, direction| icon_button(app, "icon", label, sign, on(move |_| shift(app, id, direction)));
    view! {
        <span class="why-buttons">
            {target_button(app, id)}
            {icon_button(app, "icon", "whys-add-child", "↳", on(add_child))}
            {mover("whys-move-up", "↑", Move::Up)}
            {mover("whys-move-down", "↓", Move::Down)}
            {mover("whys-move-out", "←", Move::Out)}
            {mover("whys-move-in", "→", Move::In)}
            {icon_button(app, "icon", "whys-remove", "×", on(remove))}
        </span>
    }
    .into_any()
}

fn on_key(app: App, id: ItemId, ev: &KeyboardEvent) {
    let direction = match ev.key().as_str() {
        "ArrowUp" => Move::Up,
        "ArrowDown" => Move::Down,
        "ArrowLeft" => Move::Out,
        "ArrowRight" => Move::In,
        _ => return,
    };
    if ev.alt_key() && !ev.ctrl_key() && !ev.meta_key() {
        ev.prevent_default();
        ev.stop_propagation();
        shift(app, id, direction);
    }
}

fn shift(app: App, id: ItemId, direction: Move) {
    keep_focus(move || {
        app.edit(Edit::MoveWhy(id, direction));
    });
}

/// What would answer an open question, as long as the analysis still says so.
fn needed(app: App, why: &Why) -> Vec<Message> {
    let Some(key) = &why.from else { return Vec::new() };
    app.analysis.with(|analysis| {
        let mut offered = analysis.findings.iter().flat_map(|finding| &finding.whys);
        offered.find(|why| why.key == *key).map(|why| why.would_need.clone()).unwrap_or_default()
    })
}
