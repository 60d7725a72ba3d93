//! The panel Postmortem: the document's form, and beside it the document as it will leave.

use debrief::postmortem::completeness::Place;
use debrief::postmortem::edit::{Edit, Lesson, Target};
use debrief::postmortem::{Document, ItemId, suggest};
use leptos::prelude::*;

use crate::app::components::action_list::action_list;
use crate::app::components::buttons::{Click, button};
use crate::app::components::citation_chip::{citation_chips, target_button};
use crate::app::components::completeness_meter::completeness_meter;
use crate::app::components::document_preview::document_preview;
use crate::app::components::export_bar::export_bar;
use crate::app::components::fields::Field;
use crate::app::components::verbs::{IMPACT_ELEMENT, accept_impact, jump};
use crate::app::erase::{area, on, text};
use crate::app::state::App;

/// The panel.
#[component]
pub(crate) fn PostmortemPanel() -> impl IntoView {
    let app = App::use_app();
    let stay = |ev: leptos::ev::SubmitEvent| ev.prevent_default();
    view! {
        <section class="postmortem" aria-labelledby="postmortem-heading">
            <header class="panel-head">
                <h2 id="postmortem-heading">{app.tr("document-heading")}</h2>
                {export_bar(app)}
            </header>
            <div class="postmortem-body">
                <form class="postmortem-form" on:submit=on(stay) aria-label=app.tr("document-form")>
                    {completeness_meter(app)}
                    {head(app)}
                    {impact(app)}
                    {links(app)}
                    {action_list(app)}
                    {lessons(app)}
                </form>
                {document_preview(app)}
            </div>
        </section>
    }
}

/// A field of the document itself: what it shows, and the edit that typing makes.
fn field(
    app: App,
    id: &str,
    label: &'static str,
    read: fn(&Document, App) -> String,
    edit: fn(String) -> Edit,
) -> Field {
    let value = text(move || app.document.with(|document| read(document, app)));
    let write = Callback::new(move |text| {
        app.edit(edit(text));
    });
    Field { id: id.to_owned(), label, hint: None, value, write }
}

/// What the evidence proposes for a field, with the button that takes it.
fn suggestion(app: App, words: String, accept: &'static str, click: Click) -> AnyView {
    view! { <p class="suggestion"><span>{words}</span>{button("", text(move || app.t(accept)), click)}</p> }.into_any()
}

/// Title, severity, authors, summary.
fn head(app: App) -> AnyView {
    let title = field(app, "field-title", "document-field-title", |document, _| document.title.clone(), Edit::Title);
    let severity = field(
        app,
        "field-severity",
        "document-field-severity",
        |document, _| document.severity.clone(),
        Edit::Severity,
    );
    let severity = Field { hint: Some("document-severity-example"), ..severity };
    let authors =
        field(app, "field-authors", "document-field-authors", |document, _| document.authors.clone(), Edit::Authors);
    let read_summary = |document: &Document, app: App| document.summary.say(&app.texts());
    let summary = field(app, "field-summary", "document-field-summary", read_summary, Edit::Summary);
    let summary = Field { hint: Some("document-summary-hint"), ..summary };
    let suggested = move || {
        let untitled = app.document.with(|document| document.title.is_empty());
        match app.analysis.with(suggest::title).filter(|_| untitled) {
            Some(title) => {
                let title = app.say(&title);
                let words = title.clone();
                let take = move |_| {
                    app.edit(Edit::Title(title.clone()));
                };
                suggestion(app, words, "document-use-title", on(take))
            }
            None => ().into_any(),
        }
    };
    view! {
        {title.line(app, "text")}
        {area(suggested)}
        <div class="field-row">{severity.line(app, "text")}{authors.line(app, "text")}</div>
        <h3>{app.tr("document-field-summary")}</h3>
        {summary.words(app, 3)}
    }
    .into_any()
}

/// The impact with its citations, and what the evidence proposes for it.
fn impact(app: App) -> AnyView {
    let read = |document: &Document, app: App| document.impact.say(&app.texts());
    let words = field(app, IMPACT_ELEMENT, "document-field-impact", read, Edit::Impact);
    let words = Field { hint: Some("document-impact-hint"), ..words };
    let suggested = move || {
        let blank = app.document.with(|document| document.impact.is_empty());
        match app.analysis.with(suggest::impact).filter(|_| blank) {
            Some(impact) => {
                let words = app.say(&impact.text);
                suggestion(app, words, "document-accept", on(move |_| accept_impact(app, impact.clone())))
            }
            None => ().into_any(),
        }
    };
    view! {
        <h3>{app.tr("document-field-impact")}</h3>
        {words.words(app, 2)}
        {area(suggested)}
        <div class="why-foot">{citation_chips(app, Target::Impact)}{target_button(app, ItemId::IMPACT)}</div>
    }
    .into_any()
}

/// What the other two panels hold, with the way there.
fn links(app: App) -> AnyView {
    let link = move |place: Place, label: &'static str, count: fn(&Document) -> usize| {
        let words = text(move || app.with(label, &[("count", app.document.with(count).into())]));
        button("quiet", words, on(move |_| jump(app, place, None)))
    };
    view! {
        <p class="document-links">
            {link(Place::Timeline, "document-n-events", |document| document.events.len())}
            {link(Place::Whys, "document-n-whys", |document| document.outline().len())}
        </p>
    }
    .into_any()
}

/// What was learned.
fn lessons(app: App) -> AnyView {
    let part = move |id, label, read: fn(&Document, App) -> String, edit: fn(String) -> Edit| {
        view! {
            <h4>{app.tr(label)}</h4>
            {field(app, id, label, read, edit).words(app, 2)}
        }
        .into_any()
    };
    let well = |text| Edit::Lesson(Lesson::Well, text);
    let badly = |text| Edit::Lesson(Lesson::Badly, text);
    let lucky = |text| Edit::Lesson(Lesson::Lucky, text);
    view! {
        <h3>{app.tr("document-lessons")}</h3>
        {part("field-well", "document-field-well", |document, _| document.lessons.well.clone(), well)}
        {part("field-badly", "document-field-badly", |document, _| document.lessons.badly.clone(), badly)}
        {part("field-lucky", "document-field-lucky", |document, _| document.lessons.lucky.clone(), lucky)}
        <p class="hint">{app.tr("document-lessons-hint")}</p>
    }
    .into_any()
}
