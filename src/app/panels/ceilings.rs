//! Every limit that the evidence states, with the highest use it saw: the tightest first.

use debrief::model::{Arg, Ceiling, Message, Scope};
use debrief::text::format;

use crate::app::components::chips;
use crate::app::dom::{El, el, el_of};
use crate::app::state::App;

/// The table.
pub(crate) fn view(app: App) -> El {
    let head = |class: &str, name: &'static str| el_of("th", class).attr("scope", "col").say(app.tr(name));
    let heads = el("tr")
        .child(head("", "finding-ceiling-name"))
        .child(head("", "finding-ceiling-scope"))
        .child(head("number", "finding-ceiling-limit"))
        .child(head("number", "finding-ceiling-used"))
        .child(head("", "finding-ceiling-ratio"))
        .child(el("th").attr("scope", "col").child(el_of("span", "visually-hidden").say(app.tr("finding-evidence"))));
    let ceilings = move || app.analysis.with(|analysis| analysis.ceilings.clone());
    let table = el_of("table", "ceilings")
        .child(el("thead").child(heads))
        .child(el("tbody").list(ceilings, move |ceiling| row(app, ceiling)));
    el_of("section", "block")
        .child(el("h3").say(app.tr("finding-ceilings")))
        .child(el_of("div", "scroll-x").child(table))
}

fn row(app: App, ceiling: Ceiling) -> El {
    let Ceiling { name, scope, limit, used, at, ratio, hit, culprit, cites, .. } = ceiling;
    let figure = |value: Option<String>, none: &'static str| value.map_or_else(|| Arg::from(app.t(none)), Arg::from);
    let most = |limit: u64| format::integer(i64::try_from(limit).unwrap_or(i64::MAX));
    let said = Message::new("finding-ceiling-event")
        .with("name", name.as_str())
        .with("used", figure(used.map(format::decimal), "finding-use-unknown"))
        .with("limit", figure(limit.map(most), "finding-unlimited"));
    let scope = move || match &scope {
        Scope::Node => app.t("finding-scope-node"),
        Scope::User(name) => app.with("finding-scope-user", &[("name", name.as_str().into())]),
        Scope::Cgroup(name) => app.with("finding-scope-cgroup", &[("name", name.as_str().into())]),
        Scope::Unit(name) => app.with("finding-scope-unit", &[("name", name.as_str().into())]),
        Scope::Process(name) => app.with("finding-scope-process", &[("name", name.as_str().into())]),
    };
    let limit = move || limit.map_or_else(|| app.t("finding-unlimited"), most);
    let used_text = move || used.map_or_else(|| app.t("finding-use-unknown"), format::decimal);
    let used_at = move || at.map(|at| format::time(at, app.case_offset_s.get())).unwrap_or_default();
    let hit_mark = hit.then(|| el_of("span", "hit-mark").say(app.tr("finding-hit")));
    let bar = ratio.map(|ratio| {
        let width = format::fixed((ratio * 100.0).clamp(0.0, 100.0), 1) + "%";
        let fill = el_of("span", "bar-fill").style_of("width", move || width.clone());
        let bar = el_of("span", "bar").attr("aria-hidden", "true").child(fill);
        [bar, el_of("span", "number").text(&format::percent(ratio))]
    });
    el_of("tr", if hit { "hit" } else { "" })
        .child(el("th").attr("scope", "row").child(el("code").text(name.as_str())).text(" ").children(hit_mark))
        .child(el("td").say(scope).text(" ").children(culprit.map(|name| el_of("div", "culprit").text(&name))))
        .child(el_of("td", "number").say(limit))
        .child(el_of("td", "number").attr_of("title", used_at).say(used_text))
        .child(el_of("td", "ratio").children(bar.into_iter().flatten()))
        .child(el("td").child(chips::view(app, said, cites, 1)))
}
