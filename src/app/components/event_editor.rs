//! The form of an event, in its row: time, end, phase, who says so, words.

use std::rc::Rc;

use debrief::model::{Phase, Timestamp};
use debrief::postmortem::edit::Edit;
use debrief::postmortem::instant;
use debrief::postmortem::{DocumentEvent, ItemId};
use debrief::text::format::offset;

use crate::app::components::fields::{Choice, Field, Shown};
use crate::app::components::phase_mark::{phase_key, phase_name, phase_of};
use crate::app::components::verbs::event_element;
use crate::app::dom::{El, button, el, el_of};
use crate::app::signal::RwSignal;
use crate::app::state::App;

/// The form; `close` closes it. Everything typed is in the document at once; a time as soon as it is one.
pub(crate) fn event_editor(app: App, id: ItemId, close: impl Fn() + 'static) -> El {
    let read = move |part: fn(&DocumentEvent, App) -> String| -> Shown {
        Rc::new(move || {
            app.document.with(|document| document.event(id).map(|event| part(event, app)).unwrap_or_default())
        })
    };
    let DocumentEvent { at, end, .. } =
        app.document.with_untracked(|document| document.event(id).cloned()).unwrap_or_default();
    let zone_s = app.case_offset_s.get_untracked();
    // What is typed may not be a time yet, so the fields keep their own text.
    let start_text = RwSignal::new(instant::write(at, zone_s));
    let end_text = RwSignal::new(instant::write(end, zone_s));
    let write_time = move || {
        if let (Ok(at), Ok(end)) = (read_time(app, start_text), read_time(app, end_text)) {
            app.edit(Edit::EventTime(id, at, end));
        }
    };
    let phase = Choice {
        label: "timeline-field-phase",
        named: false,
        options: Box::new(move || {
            let phases = std::iter::once(None).chain(Phase::ALL.into_iter().map(Some));
            phases.map(|phase| (phase_key(phase).to_owned(), phase_name(app, phase))).collect()
        }),
        value: read(|event, _| phase_key(event.phase).to_owned()),
        choose: Box::new(move |key| {
            app.edit(Edit::EventPhase(id, phase_of(&key)));
        }),
    };
    let words = Field {
        id: event_element(id) + "-text",
        label: "timeline-field-text",
        hint: Some("timeline-field-text".to_owned()),
        value: read(|event, app| event.text.say(&app.texts())),
        write: Box::new(move |text| {
            app.edit(Edit::EventText(id, text));
        }),
    };
    let source = Field {
        id: event_element(id) + "-source",
        label: "timeline-field-source",
        hint: Some("timeline-field-source-hint".to_owned()),
        value: read(|event, _| event.source.clone()),
        write: Box::new(move |source| {
            app.edit(Edit::EventSource(id, source));
        }),
    };
    el_of("div", "event-form")
        .attr("role", "group")
        .attr_of("aria-label", app.tr("timeline-edit"))
        .child(time_field(app, "timeline-field-start", start_text, write_time))
        .child(time_field(app, "timeline-field-end", end_text, write_time))
        .child(phase.view(app))
        .child(source.line(app, "text"))
        .child(words.words(app, 1))
        .child(button("", app.tr("timeline-done"), close))
}

fn time_field(app: App, label: &'static str, typed: RwSignal<String>, write: impl Fn() + 'static) -> El {
    let name = move || app.with(label, &[("zone", offset(app.case_offset_s.get()).into())]);
    let wrong = move || {
        typed.track();
        read_time(app, typed).is_err()
    };
    let line = el("input")
        .attr("type", "text")
        .attr("autocomplete", "off")
        .attr("placeholder", "2023-07-23 22:13:05")
        .flag("readonly", move || app.read_only.get())
        .aria("aria-invalid", wrong)
        .prop_of("value", move || typed.get().into())
        .on_value("input", move |text| {
            typed.set(text);
            write();
        });
    let trouble = move || el_of("span", "field-trouble").attr("role", "status").say(app.tr("timeline-not-a-time"));
    el_of("label", "field").child(el_of("span", "field-name").say(name)).child(line).when(wrong, trouble)
}

/// The instant typed; `Ok(None)` for an empty field.
fn read_time(app: App, typed: RwSignal<String>) -> Result<Option<Timestamp>, ()> {
    let typed = typed.get_untracked();
    if typed.trim().is_empty() {
        return Ok(None);
    }
    let day = app.document.with_untracked(|document| document.events.iter().find_map(|event| event.at));
    let day = day.or_else(|| app.time_range.get_untracked().map(|range| range.start));
    instant::parse(&typed, app.case_offset_s.get_untracked(), day).map(Some).ok_or(())
}
