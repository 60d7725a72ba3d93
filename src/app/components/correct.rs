//! Correcting what was recognised: format, guesses, zone, year or day, shift. Reading again is the engine's business; nothing is lost by trying.

use debrief::model::{ClockOrigin, EvidenceId, Guess, GuessKind, Setting, Timestamp, WallKind};
use debrief::postmortem::instant;
use debrief::protocol::Choices;
use debrief::text::format;

use super::evidence_item::Known;
use super::settings::zone_menu;
use crate::app::dom::{El, button, effect, el, el_of};
use crate::app::signal::{Memo, RwSignal};
use crate::app::state::App;

/// The corrections of one input; sets `open` to `false` to close.
pub(crate) fn view(app: App, id: EvidenceId, known: Known, open: RwSignal<bool>) -> El {
    let choices = RwSignal::new(app.engine().choices(id));
    // What was undone is shown as it is again.
    effect(move || {
        app.inputs_revision.track();
        let now = app.engine().choices(id);
        if choices.with_untracked(|shown| *shown != now) {
            choices.set(now);
        }
    });
    let lacks_zone = move || known.with(|meta| meta.as_ref().is_some_and(|meta| meta.clock.kind != WallKind::Utc));
    let guessed = move || guesses(known, choices).into_iter().map(|guess| guess.what).collect::<Vec<_>>();
    let of_kind = move |kind| move || known.with(|meta| meta.as_ref().is_some_and(|meta| meta.clock.kind == kind));
    let shift = el("input")
        .attr("type", "number")
        .attr("step", "0.001")
        .attr("placeholder", "0")
        .prop_of("value", move || choices.with(|choices| choices.shift_ms as f64 / 1000.0).into())
        .on_value("change", move |value| {
            // What is no number becomes zero.
            let seconds = js_sys::Number::parse_float(&value);
            change(app, id, choices, &|choices| choices.shift_ms = (seconds * 1000.0).round() as i64);
        });
    el_of("div", "correct")
        .child(field(app, "evidence-correct-format", format_menu(app, id, known, choices)))
        .list(guessed, move |what| {
            field(app, what.message_id(), guess_menu(app, id, known, choices, what)).attr("class", "guess")
        })
        .when(lacks_zone, move || field(app, "evidence-correct-zone", zone_of(app, id, known, choices)))
        .when(of_kind(WallKind::LocalWithoutYear), move || {
            field(app, "evidence-correct-year", year_of(app, id, known, choices))
        })
        .when(of_kind(WallKind::TimeOfDay), move || day_field(app, id, choices))
        .child(field(app, "evidence-correct-shift", shift))
        .child(button("quiet", app.tr("page-close"), move || open.set(false)))
}

/// The day of the first time, for times of day without a date.
pub(crate) fn day_field(app: App, id: EvidenceId, choices: RwSignal<Choices>) -> El {
    const DAY_S: i64 = 86_400;
    let date = |day: i32| Timestamp::from_seconds(i64::from(day) * DAY_S).to_local(0).chars().take(10).collect();
    let day = move || choices.with(|choices| choices.day).map_or_else(String::new, date);
    let input =
        el("input").attr("type", "date").prop_of("value", move || day().into()).on_value("change", move |day| {
            let at = instant::parse(&format!("{day} 00:00Z"), 0, None);
            let day = at.and_then(|at| i32::try_from(at.as_seconds_f64() as i64 / DAY_S).ok());
            change(app, id, choices, &|choices| choices.day = day);
        });
    field(app, "evidence-correct-day", input)
}

/// What can be set otherwise about how the input is read. Follows what was read: until it is read anew, what was chosen stands as it was chosen.
fn guesses(known: Known, choices: RwSignal<Choices>) -> Vec<Guess> {
    known.with(|meta| {
        let guesses = meta.as_ref().map(|meta| &meta.guesses[..]).unwrap_or_default();
        choices.with_untracked(|choices| Guess::open(guesses, &choices.settings))
    })
}

fn change(app: App, id: EvidenceId, choices: RwSignal<Choices>, change: &dyn Fn(&mut Choices)) {
    choices.update(|choices| change(choices));
    app.engine().choose(id, choices.get_untracked());
}

fn field(app: App, name: &'static str, field: El) -> El {
    el("label").child(el("span").say(app.tr(name))).child(field)
}

fn zone_of(app: App, id: EvidenceId, known: Known, choices: RwSignal<Choices>) -> El {
    let inferred = move || {
        known.with(|meta| match meta {
            Some(meta) if meta.clock.offset_origin != ClockOrigin::Person => {
                app.with("page-zone-inferred", &[("offset", format::offset(meta.clock.offset_s).into())])
            }
            _ => app.t("page-zone-infer"),
        })
    };
    let chosen = Memo::new(move |_| choices.with(|choices| choices.offset_s));
    zone_menu(inferred, chosen, move |offset_s| change(app, id, choices, &|choices| choices.offset_s = offset_s))
}

fn year_of(app: App, id: EvidenceId, known: Known, choices: RwSignal<Choices>) -> El {
    let year = move || choices.with(|choices| choices.year.map(|year| year.to_string())).unwrap_or_default();
    el("input")
        .attr("type", "number")
        .attr("min", "1970")
        .attr("max", "2261")
        .attr("step", "1")
        .attr_of("placeholder", move || {
            known.with(|meta| meta.as_ref().map(|meta| meta.clock.year.to_string())).unwrap_or_default()
        })
        .prop_of("value", move || year().into())
        .on_value("change", move |value| {
            let year = value.parse().ok().filter(|year| (1970..=2261).contains(year));
            change(app, id, choices, &|choices| choices.year = year);
        })
}

/// Formats: as detected, the runners-up with their scores, then the others.
fn format_menu(app: App, id: EvidenceId, known: Known, choices: RwSignal<Choices>) -> El {
    let options = move || {
        let runners_up = known.with(|meta| meta.as_ref().map(|meta| meta.runners_up.clone()).unwrap_or_default());
        let ranked = runners_up.iter().map(|(id, score)| (id.clone(), Some(*score)));
        let rest = app.formats.get().into_iter().filter(|id| runners_up.iter().all(|(ranked, _)| ranked != id));
        ranked.chain(rest.map(|id| (id, None))).collect::<Vec<_>>()
    };
    let option = move |(id, score): (String, Option<u8>)| {
        let (value, own) = (id.clone(), id.clone());
        let text = move || {
            let name = app.t(&format!("format-{id}"));
            score.map_or(name.clone(), |score| format!("{name} · {score}"))
        };
        let chosen = move || choices.with(|choices| choices.format.as_deref() == Some(own.as_str()));
        el("option").attr("value", &value).flag("selected", chosen).say(text)
    };
    el("select")
        .child(el("option").attr("value", "").say(app.tr("evidence-as-detected")))
        .list(options, option)
        .prop_of("value", move || choices.with(|choices| choices.format.clone()).unwrap_or_default().into())
        .on_value("change", move |format| {
            let format = Some(format).filter(|format| !format.is_empty());
            change(app, id, choices, &|choices| {
                choices.format.clone_from(&format);
                if format.is_none() {
                    // What was set by hand may be why nothing was detected.
                    choices.settings.clear();
                }
            });
        })
}

/// How the input is read, and how else it could be; each with what the first row then says.
fn guess_menu(app: App, id: EvidenceId, known: Known, choices: RwSignal<Choices>, what: GuessKind) -> El {
    let options = move || {
        let guesses = guesses(known, choices);
        guesses.iter().find(|guess| guess.what == what).map(|guess| guess_options(app, guess)).unwrap_or_default()
    };
    el("select").area(options).on_value("change", move |value| {
        change(app, id, choices, &|choices| {
            choices.settings.retain(|setting| setting.what != what);
            choices.settings.extend((!value.is_empty()).then(|| Setting { what, value: value.clone() }));
        });
    })
}

fn guess_options(app: App, guess: &Guess) -> Vec<El> {
    let name = |index: usize, value: &str| {
        // What has no sign of its own is named.
        let named = if value == "tab" { app.t("evidence-guess-tab") } else { value.to_owned() };
        let reading = guess.readings.get(index).filter(|reading| !reading.is_empty());
        reading.map_or(named.clone(), |reading| [&named, " · ", reading].concat())
    };
    let as_detected = if guess.chosen {
        app.t("evidence-as-detected")
    } else {
        app.with("evidence-guessed", &[("reading", name(0, &guess.value).into())])
    };
    let others = (0..).zip(std::iter::once(&guess.value).chain(&guess.alternatives)).skip(usize::from(!guess.chosen));
    let other = |(index, value): (usize, &String)| {
        let option = el("option").attr("value", value).text(&name(index, value));
        if guess.chosen && index == 0 { option.attr("selected", "") } else { option }
    };
    std::iter::once(el("option").attr("value", "").text(&as_detected)).chain(others.map(other)).collect()
}
