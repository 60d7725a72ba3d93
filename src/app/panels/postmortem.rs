//! The panel Postmortem: the document's form, and beside it the document as it will leave.

use debrief::postmortem::completeness::Place;
use debrief::postmortem::edit::Edit;
use debrief::postmortem::{Document, Field, Part, suggest};
use web_sys::Event;

use crate::app::components::action_list::action_list;
use crate::app::components::completeness_meter::completeness_meter;
use crate::app::components::document_preview::document_preview;
use crate::app::components::export_bar::export_bar;
use crate::app::components::part_editor::{head_line, part_editor};
use crate::app::components::remarks::{self, Remarks};
use crate::app::components::verbs::{accept_impact, jump};
use crate::app::dom::{El, button, el, el_of};
use crate::app::state::App;

/// Lines of the head that few reports need.
const MORE_FIELDS: [Field; 7] =
    [Field::Number, Field::Status, Field::Date, Field::Leads, Field::Attendees, Field::Responsible, Field::Tags];
/// What happened between the trigger and the end.
const COURSE: [Part; 6] =
    [Part::Trigger, Part::Detection, Part::Notification, Part::Response, Part::Mitigation, Part::Resolution];
/// What was learned.
const LESSONS: [Part; 4] = [Part::Well, Part::Badly, Part::Lucky, Part::Surprise];
/// What stays open, and the rest.
const QUESTIONS: [Part; 3] = [Part::OpenQuestions, Part::RuledOut, Part::Notes];

/// The panel.
pub(crate) fn view(app: App) -> El {
    let heading = el_of("header", "panel-head")
        .child(el("h2").attr("id", "postmortem-heading").say(app.tr("document-heading")))
        .child(export_bar(app));
    let remarks = remarks::read(app);
    let form = el_of("form", "postmortem-form")
        .attr_of("aria-label", app.tr("document-form"))
        .on("submit", |ev: Event| ev.prevent_default())
        .child(completeness_meter(app))
        .child(head_line(app, Field::Title))
        .area(move || suggested_title(app))
        .child(row(app, &[Field::Severity, Field::Authors]))
        .child(row(app, &[Field::Systems, Field::Scope]))
        .area(move || suggested_systems(app))
        .child(fold(app, "document-more-fields", &[row(app, &MORE_FIELDS)]))
        .child(part_editor(app, remarks, Part::Summary))
        .child(part_editor(app, remarks, Part::Impact))
        .area(move || suggested_impact(app))
        .child(links(app))
        .child(group(app, remarks, "document-course", &COURSE));
    let form = action_list(app, remarks, form).child(group(app, remarks, "document-lessons", &LESSONS)).child(group(
        app,
        remarks,
        "document-questions",
        &QUESTIONS,
    ));
    el_of("section", "postmortem")
        .attr("aria-labelledby", "postmortem-heading")
        .child(heading)
        .child(el_of("div", "postmortem-body").child(form).child(document_preview(app)))
}

fn row(app: App, fields: &[Field]) -> El {
    el_of("div", "field-row").children(fields.iter().map(|field| head_line(app, *field)))
}

fn group(app: App, remarks: Remarks, name: &'static str, parts: &[Part]) -> El {
    let parts: Vec<El> = parts.iter().map(|part| part_editor(app, remarks, *part)).collect();
    fold(app, name, &parts)
}

/// Parts under a name, opened on demand.
fn fold(app: App, name: &'static str, parts: &[El]) -> El {
    el_of("details", "form-fold").child(el("summary").say(app.tr(name))).children(parts.iter().cloned())
}

/// What the evidence proposes for a field, with the button that takes it.
fn suggestion(app: App, words: &str, accept: &'static str, act: impl FnMut() + 'static) -> El {
    el_of("p", "suggestion").child(el("span").text(words)).child(button("", app.tr(accept), act))
}

fn suggested_title(app: App) -> Option<El> {
    let title = app.analysis.with(|analysis| suggest::title(&analysis.findings).map(|title| app.say(title)));
    suggested_line(app, Field::Title, title?, "document-use-title")
}

fn suggested_systems(app: App) -> Option<El> {
    let systems = app.analysis.with(|analysis| suggest::systems(&analysis.findings));
    suggested_line(app, Field::Systems, systems, "document-accept")
}

/// Words for a line of the head that has none.
fn suggested_line(app: App, field: Field, words: String, accept: &'static str) -> Option<El> {
    if words.is_empty() || app.document.with(|document| !document.field(field).is_empty()) {
        return None;
    }
    let shown = words.clone();
    let take = move || {
        app.edit(Edit::Field(field, words.clone()));
    };
    Some(suggestion(app, &shown, accept, take))
}

fn suggested_impact(app: App) -> Option<El> {
    let blank = app.document.with(|document| document.prose(Part::Impact).text.is_empty());
    let impact = app.analysis.with(|analysis| analysis.impact.clone()).filter(|_| blank)?;
    let words = app.say(&impact.text);
    Some(suggestion(app, &words, "document-accept", move || accept_impact(app, impact.clone())))
}

/// What the other two panels hold, with the way there.
fn links(app: App) -> El {
    let link = |place: Place, label: &'static str, count: fn(&Document) -> usize| {
        let words = move || app.with(label, &[("count", app.document.with(count).into())]);
        button("quiet", words, move || jump(app, place, None))
    };
    el_of("p", "document-links")
        .child(link(Place::Timeline, "document-n-events", |document| document.events.len()))
        .child(link(Place::Whys, "document-n-whys", |document| document.outline().len()))
}
