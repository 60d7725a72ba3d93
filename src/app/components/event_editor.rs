//! The form of an event, in its row: time, end, phase, words.

use debrief::model::{Phase, Timestamp};
use debrief::postmortem::edit::Edit;
use debrief::postmortem::instant;
use debrief::postmortem::{DocumentEvent, ItemId};
use debrief::text::format::offset;
use leptos::prelude::*;
use web_sys::{Event, HtmlInputElement};

use crate::app::components::buttons::button;
use crate::app::components::fields::{Choice, Field};
use crate::app::components::phase_mark::{phase_key, phase_name, phase_of};
use crate::app::components::verbs::event_element;
use crate::app::erase::{area, flag, on, text};
use crate::app::state::App;

/// The form; `close` closes it. Everything typed is in the document at once; a time as soon as it is one.
pub(crate) fn event_editor(app: App, id: ItemId, close: Callback<()>) -> AnyView {
    let read = move |part: fn(&DocumentEvent, App) -> String| {
        text(move || app.document.with(|document| document.event(id).map(|event| part(event, app)).unwrap_or_default()))
    };
    let DocumentEvent { at, end, .. } =
        app.document.with_untracked(|document| document.event(id).cloned()).unwrap_or_default();
    let zone_s = app.case_offset_s.get_untracked();
    // What is typed may not be a time yet, so the fields keep their own text.
    let start_text = RwSignal::new(instant::write(at, zone_s));
    let end_text = RwSignal::new(instant::write(end, zone_s));
    let write_time = Callback::new(move |()| {
        if let (Ok(at), Ok(end)) = (read_time(app, start_text), read_time(app, end_text)) {
            app.edit(Edit::EventTime(id, at, end));
        }
    });
    let phase = Choice {
        label: "timeline-field-phase",
        named: false,
        options: Box::new(move || {
            let phases = std::iter::once(None).chain(Phase::ALL.into_iter().map(Some));
            phases.map(|phase| (phase_key(phase).to_owned(), phase_name(app, phase))).collect()
        }),
        value: read(|event, _| phase_key(event.phase).to_owned()),
        choose: Callback::new(move |key: String| {
            app.edit(Edit::EventPhase(id, phase_of(&key)));
        }),
    };
    let words = Field {
        id: format!("{}-text", event_element(id)),
        label: "timeline-field-text",
        hint: Some("timeline-field-text"),
        value: read(|event, app| event.text.say(&app.texts())),
        write: Callback::new(move |text| {
            app.edit(Edit::EventText(id, text));
        }),
    };
    view! {
        <div class="event-form" role="group" aria-label=app.tr("timeline-edit")>
            {time_field(app, "timeline-field-start", start_text, write_time)}
            {time_field(app, "timeline-field-end", end_text, write_time)}
            {phase.view(app)}
            {words.words(app, 1)}
            {button("", text(move || app.t("timeline-done")), on(move |_| close.run(())))}
        </div>
    }
    .into_any()
}

fn time_field(app: App, label: &'static str, typed: RwSignal<String>, write: Callback<()>) -> AnyView {
    let name = move || app.with(label, &[("zone", offset(app.case_offset_s.get()).into())]);
    let wrong = flag(move || {
        typed.track();
        read_time(app, typed).is_err()
    });
    let input = move |ev: Event| {
        typed.set(event_target::<HtmlInputElement>(&ev).value());
        write.run(());
    };
    let trouble = move || match wrong.get() {
        true => view! { <span class="field-trouble" role="status">{app.t("timeline-not-a-time")}</span> }.into_any(),
        false => ().into_any(),
    };
    view! {
        <label class="field">
            <span class="field-name">{text(name)}</span>
            <input
                type="text"
                autocomplete="off"
                placeholder="2023-07-23 22:13:05"
                readonly=flag(move || app.read_only.get())
                aria-invalid=text(move || wrong.get().to_string())
                prop:value=text(move || typed.get())
                on:input=on(input)
            />
            {area(trouble)}
        </label>
    }
    .into_any()
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
