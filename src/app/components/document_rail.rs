//! The document as it grows, beside the evidence. Its chosen item is where citing goes to.

use debrief::model::Arg;
use debrief::postmortem::completeness::Place;
use debrief::postmortem::edit::Target;
use debrief::postmortem::milestones::{Milestone, milestones};
use debrief::postmortem::{ActionItem, DocumentEvent, Field, Part, Prose, Why};
use debrief::text::Texts;
use debrief::text::format::clock;
use web_sys::Event;

use crate::app::citing::takes;
use crate::app::components::citation_chip::{is_target, toggle_target};
use crate::app::components::completeness_meter::completeness_meter;
use crate::app::components::phase_mark::phase_mark;
use crate::app::components::verbs::jump;
use crate::app::dom::{El, button, el, el_of, icon_button};
use crate::app::state::App;

/// The right rail.
pub(crate) fn view(app: App) -> El {
    let title = move || {
        let title = app.document.with(|document| document.title().to_owned());
        if title.is_empty() { app.t("document-untitled") } else { title }
    };
    let target =
        move || app.t(if app.selected.get().is_some() { "document-citing-here" } else { "document-citing-new" });
    let heading = |name| el("h3").say(app.tr(name));
    el_of("div", "document-rail")
        .child(el("h2").child(button("rail-title", title, move || jump(app, Place::Field(Field::Title), None))))
        .child(completeness_meter(app))
        .child(el_of("p", "hint").say(target))
        .child(heading("document-field-impact"))
        .child(el_of("ul", "plain").area(move || [impact(app)]))
        .child(heading("timeline-heading"))
        .child(el_of("ul", "plain").area(move || timeline(app)))
        .child(heading("document-causes"))
        .area(move || [whys(app)])
        .child(heading("document-actions"))
        .area(move || [actions(app)])
}

/// An item that can be chosen for citing.
struct RailItem {
    target: Target,
    /// Where it is edited.
    place: Place,
    words: String,
    n_citations: usize,
    /// Levels above it.
    depth: u8,
}

impl RailItem {
    /// The item and the way to it.
    fn view(self, app: App) -> El {
        let Self { target, place, words, n_citations, depth } = self;
        let chosen = is_target(app, target);
        let cited = move || app.with("document-n-citations", &[("count", n_citations.into())]);
        let item = match target {
            Target::Why(id) | Target::Event(id) | Target::Alternative(id) => Some(id),
            Target::Part(_) => None,
        };
        let choose = el_of("button", "rail-words")
            .attr("type", "button")
            .aria("aria-pressed", chosen)
            .on("click", move |_: Event| toggle_target(app, target))
            .child(el("span").text(&words))
            .child(el_of("span", "rail-count").attr_of("title", cited).text(&n_citations.to_string()));
        takes(app, el_of("li", "rail-item"), target)
            .toggle("rail-chosen", chosen)
            .style_of("--depth", move || depth.to_string())
            .child(choose)
            .child(icon_button("icon", "→", app.tr("document-go-to"), move || jump(app, place, item)))
    }
}

fn impact(app: App) -> El {
    let texts = app.texts();
    let item = app.document.with(|document| {
        let Prose { text, citations } = document.prose(Part::Impact);
        let words = if text.is_empty() { texts.get("document-gap-impact") } else { text.say(&texts) };
        let place = Place::Part(Part::Impact);
        RailItem { target: Target::Part(Part::Impact), place, words, n_citations: citations.len(), depth: 0 }
    });
    item.view(app)
}

/// The phases, then the events that stand for none of them: a place cited from Logs is such an event at first.
fn timeline(app: App) -> Vec<El> {
    let texts = app.texts();
    let (phases, others) = app.document.with(|document| {
        let others = document.events.iter().filter(|event| event.phase.is_none());
        (milestones(document), others.map(|event| event_item(event, &texts)).collect::<Vec<_>>())
    });
    let phases = phases.into_iter().map(|milestone| rail_milestone(app, milestone));
    phases.chain(others.into_iter().map(|item| item.view(app))).collect()
}

fn event_item(event: &DocumentEvent, texts: &Texts) -> RailItem {
    let at = event.at.map_or_else(|| texts.get("timeline-no-time"), |at| clock(at, texts.offset_s()));
    let words = format!("{at} {}", event.text.say(texts));
    RailItem {
        target: Target::Event(event.id),
        place: Place::Timeline,
        words,
        n_citations: event.citations.len(),
        depth: 0,
    }
}

/// A phase with its instant, or a dash where there is none.
fn rail_milestone(app: App, Milestone { phase, event, at, .. }: Milestone) -> El {
    let when = move || at.map_or_else(|| "—".to_owned(), |at| clock(at, app.case_offset_s.get()));
    let spoken = move || at.map_or_else(|| app.t("timeline-no-time"), |at| app.texts().plain(&Arg::Time(at)));
    let class = if at.is_some() { "rail-milestone" } else { "rail-milestone rail-missing" };
    let go = el_of("button", class)
        .attr("type", "button")
        .on("click", move |_: Event| jump(app, Place::Timeline, event))
        .child(phase_mark(app, Some(phase)))
        .child(el("span").attr_of("title", spoken).say(when));
    el("li").toggle("rail-chosen", move || event.is_some() && app.selected.get() == event.map(Target::Event)).child(go)
}

/// The whys as an outline.
fn whys(app: App) -> El {
    let texts = app.texts();
    let item = |(depth, why): (u8, &Why)| RailItem {
        target: Target::Why(why.id),
        place: Place::Whys,
        words: if why.is_open() { why.question.say(&texts) } else { why.claim.say(&texts) },
        n_citations: why.citations.len(),
        depth,
    };
    let items: Vec<RailItem> = app.document.with(|document| document.outline().into_iter().map(item).collect());
    list(items.into_iter().map(|item| item.view(app)).collect(), texts.get("document-gap-causes"))
}

/// The action items; they carry no citations, so they are only the way to them.
fn actions(app: App) -> El {
    let texts = app.texts();
    let row = |action: &ActionItem| {
        let id = action.id;
        let go = el_of("button", "rail-milestone")
            .attr("type", "button")
            .on("click", move |_: Event| jump(app, Place::Actions, Some(id)))
            .child(el("span").text(&action.text.say(&texts)))
            .child(el_of("span", "rail-count").text(&action.owner));
        el("li").child(go)
    };
    let rows = app.document.with(|document| document.actions.iter().map(row).collect());
    list(rows, texts.get("document-gap-actions"))
}

/// Rows, or the words for none.
fn list(rows: Vec<El>, none: String) -> El {
    if rows.is_empty() { el_of("p", "empty").text(&none) } else { el_of("ul", "plain").children(rows) }
}
