//! A line of the document's head, and a part of its prose with the places that show it.

use std::rc::Rc;

use debrief::postmortem::completeness::Place;
use debrief::postmortem::edit::{Edit, Target};
use debrief::postmortem::{Field, Part};

use crate::app::citing::takes;
use crate::app::components::citation_chip::{citation_chips, target_button};
use crate::app::components::fields;
use crate::app::components::remarks::{self, Remarks};
use crate::app::components::verbs::{field_element, part_element};
use crate::app::dom::{El, el, el_of};
use crate::app::state::App;

/// A line of the head.
pub(crate) fn head_line(app: App, field: Field) -> El {
    let value = move || app.document.with(|document| document.field(field).to_owned());
    let write = move |text| {
        app.edit(Edit::Field(field, text));
    };
    let label = field.message_id();
    let kind = if field == Field::Date { "date" } else { "text" };
    fields::Field {
        id: field_element(field),
        label,
        hint: Some(field.hint_id()),
        value: Rc::new(value),
        write: Box::new(write),
    }
    .line(app, kind)
}

/// A part of the prose.
pub(crate) fn part_editor(app: App, remarks: Remarks, part: Part) -> El {
    let value = move || app.document.with(|document| document.prose(part).text.say(&app.texts()));
    let write = move |text| {
        app.edit(Edit::Part(part, text));
    };
    let label = part.message_id();
    let lines = if part == Part::Summary { 3 } else { 2 };
    let field = fields::Field {
        id: part_element(part),
        label,
        hint: Some(part.hint_id()),
        value: Rc::new(value),
        write: Box::new(write),
    };
    let target = Target::Part(part);
    let foot = el_of("div", "why-foot").child(citation_chips(app, target)).child(target_button(app, target));
    let remarks = remarks::remarks(app, remarks, Place::Part(part), None);
    let part = el_of("div", "part").child(el("h3").say(app.tr(label))).child(field.words(app, lines));
    takes(app, part.child(remarks).child(foot), target)
}
