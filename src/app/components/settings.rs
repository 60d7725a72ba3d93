//! Choices about the whole page: zone of the case, language, colours.

use debrief::text::Lang;
use debrief::text::format;
use leptos::prelude::*;

use crate::app::dom::{El, button, el, el_of};
use crate::app::language;
use crate::app::signal::Memo;
use crate::app::state::{App, Theme};

/// Offsets in use somewhere, in minutes east of UTC.
const OFFSETS_MIN: &[i32] = &[
    -720, -660, -600, -570, -540, -480, -420, -360, -300, -240, -210, -180, -120, -60, 0, 60, 120, 180, 210, 240, 270,
    300, 330, 345, 360, 390, 420, 480, 525, 540, 570, 600, 630, 660, 720, 765, 780, 840,
];

/// A menu of zones in seconds east of UTC; the first leaves the choice to the program and says what it would take.
pub(crate) fn zone_menu(
    inferred: impl Fn() -> String + 'static,
    chosen: Memo<Option<i32>>,
    choose: impl Fn(Option<i32>) + 'static,
) -> El {
    let zones = OFFSETS_MIN.iter().map(|minutes| {
        let offset_s = minutes * 60;
        el("option").attr("value", &offset_s.to_string()).text(&format::offset(offset_s))
    });
    el("select")
        .child(el("option").attr("value", "").say(inferred))
        .children(zones)
        // Once a person chose, options no longer follow what is said to be selected.
        .prop_of("value", move || chosen.get().map(|offset_s| offset_s.to_string()).unwrap_or_default().into())
        .on_value("change", move |value| choose(value.parse().ok()))
}

/// The zone of inputs that state none.
pub(crate) fn zone(app: App) -> El {
    let inferred = move || {
        let offset = format::offset(app.case_offset_s.get());
        if app.zone_choice.get().is_some() {
            app.t("page-zone-infer")
        } else {
            app.with("page-zone-inferred", &[("offset", offset.into())])
        }
    };
    let short = move || format::offset(app.case_offset_s.get());
    let menu = zone_menu(inferred, *app.zone_choice, move |zone| app.engine().set_zone(zone));
    el_of("label", "zone")
        .attr_of("title", app.tr("page-zone-help"))
        .child(el_of("span", "visually-hidden").say(app.tr("page-zone")))
        // Narrow screens have room for this alone; the menu lies over it unseen.
        .child(el_of("span", "zone-short").attr("aria-hidden", "true").say(short))
        .child(menu)
}

/// English or Chinese.
pub(crate) fn language(app: App) -> El {
    let switch = |(lang, name): (Lang, &'static str)| {
        button("", move || name.to_owned(), move || language::switch(app, lang))
            .attr("lang", lang.tag())
            .aria("aria-pressed", move || app.lang.get() == lang)
    };
    el_of("div", "segments languages")
        .attr("role", "group")
        .attr_of("aria-label", app.tr("page-language"))
        .children([(Lang::En, "EN"), (Lang::ZhCn, "中文")].map(switch))
}

/// Colours as the system says, light, dark: one button that goes round.
pub(crate) fn theme(app: App) -> El {
    let told = move || match app.theme.get() {
        Theme::Auto => (Theme::Light, "page-theme-auto", "◐"),
        Theme::Light => (Theme::Dark, "page-theme-light", "○"),
        Theme::Dark => (Theme::Auto, "page-theme-dark", "●"),
    };
    let name = move || app.t(told().1);
    el_of("button", "icon")
        .attr("type", "button")
        .attr_of("title", name)
        .attr_of("aria-label", name)
        .child(el("span").attr("aria-hidden", "true").say(move || told().2.to_owned()))
        .on("click", move |_: web_sys::Event| app.theme.set(untrack(told).0))
}
