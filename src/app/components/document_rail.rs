//! The document as it grows, beside the evidence. Its chosen item is where citing goes to.

use debrief::model::Arg;
use debrief::postmortem::completeness::Place;
use debrief::postmortem::milestones::{Milestone, milestones};
use debrief::postmortem::{ActionItem, DocumentEvent, ItemId, Why};
use debrief::text::Texts;
use debrief::text::format::clock;
use leptos::prelude::*;

use crate::app::components::buttons::icon_button;
use crate::app::components::citation_chip::{is_target, toggle_target};
use crate::app::components::completeness_meter::completeness_meter;
use crate::app::components::phase_mark::phase_mark;
use crate::app::components::verbs::jump;
use crate::app::erase::{area, on, text};
use crate::app::state::App;

/// The right rail.
#[component]
pub(crate) fn DocumentRail() -> impl IntoView {
    let app = App::use_app();
    let title = move || {
        let title = app.document.with(|document| document.title.clone());
        if title.trim().is_empty() { app.t("document-untitled") } else { title }
    };
    let target =
        move || app.t(if app.selected_item.get().is_some() { "document-citing-here" } else { "document-citing-new" });
    view! {
        <div class="document-rail">
            <h2>
                <button type="button" class="rail-title" on:click=on(move |_| jump(app, Place::Title, None))>{text(title)}</button>
            </h2>
            {completeness_meter(app)}
            <p class="hint">{text(target)}</p>
            <h3>{app.tr("document-field-impact")}</h3>
            <ul class="plain">{area(move || impact(app))}</ul>
            <h3>{app.tr("timeline-heading")}</h3>
            <ul class="plain">{area(move || timeline(app))}</ul>
            <h3>{app.tr("document-causes")}</h3>
            {area(move || whys(app))}
            <h3>{app.tr("document-actions")}</h3>
            {area(move || actions(app))}
        </div>
    }
}

/// An item that can be chosen for citing.
struct RailItem {
    id: ItemId,
    /// Where it is edited.
    place: Place,
    words: String,
    n_citations: usize,
    /// Levels above it.
    depth: u8,
}

impl RailItem {
    /// The item and the way to it.
    fn view(self, app: App) -> AnyView {
        let Self { id, place, words, n_citations, depth } = self;
        let chosen = is_target(app, id);
        let cited = move || app.with("document-n-citations", &[("count", n_citations.into())]);
        let item = if id == ItemId::IMPACT { None } else { Some(id) };
        view! {
            <li class="rail-item" class:rail-chosen=chosen style:--depth=depth.to_string()>
                <button type="button" class="rail-words" aria-pressed=text(move || chosen.get().to_string())
                    on:click=on(move |_| toggle_target(app, id))>
                    <span>{words}</span>
                    <span class="rail-count" title=text(cited)>{n_citations.to_string()}</span>
                </button>
                {icon_button(app, "icon", "document-go-to", "→", on(move |_| jump(app, place, item)))}
            </li>
        }
        .into_any()
    }
}

fn impact(app: App) -> AnyView {
    let texts = app.texts();
    let item = app.document.with(|document| {
        let words =
            if document.impact.is_empty() { texts.get("document-gap-impact") } else { document.impact.say(&texts) };
        let n_citations = document.impact_citations.len();
        RailItem { id: ItemId::IMPACT, place: Place::Impact, words, n_citations, depth: 0 }
    });
    item.view(app)
}

/// The phases, then the events that stand for none of them: a place cited from Logs is such an event at first.
fn timeline(app: App) -> AnyView {
    let texts = app.texts();
    let (phases, others) = app.document.with(|document| {
        let others = document.events.iter().filter(|event| event.phase.is_none());
        (milestones(document), others.map(|event| event_item(event, &texts)).collect::<Vec<_>>())
    });
    let phases = phases.into_iter().map(|milestone| rail_milestone(app, milestone));
    phases.chain(others.into_iter().map(|item| item.view(app))).collect_view().into_any()
}

fn event_item(event: &DocumentEvent, texts: &Texts) -> RailItem {
    let at = event.at.map_or_else(|| texts.get("timeline-no-time"), |at| clock(at, texts.offset_s()));
    let words = format!("{at} {}", event.text.say(texts));
    RailItem { id: event.id, place: Place::Timeline, words, n_citations: event.citations.len(), depth: 0 }
}

/// A phase with its instant, or a dash where there is none.
fn rail_milestone(app: App, milestone: Milestone) -> AnyView {
    let when = move || milestone.at.map_or_else(|| "—".to_owned(), |at| clock(at, app.case_offset_s.get()));
    let spoken = move || milestone.at.map_or_else(|| app.t("timeline-no-time"), |at| app.texts().plain(&Arg::Time(at)));
    let class = if milestone.at.is_some() { "rail-milestone" } else { "rail-milestone rail-missing" };
    let chosen = milestone.event.map(|id| is_target(app, id)).unwrap_or_default();
    view! {
        <li class:rail-chosen=chosen>
            <button type="button" class=class on:click=on(move |_| jump(app, Place::Timeline, milestone.event))>
                {phase_mark(app, Some(milestone.phase))}
                <span title=text(spoken)>{text(when)}</span>
            </button>
        </li>
    }
    .into_any()
}

/// The whys as an outline.
fn whys(app: App) -> AnyView {
    let texts = app.texts();
    let item = |(depth, why): (u8, &Why)| RailItem {
        id: why.id,
        place: Place::Whys,
        words: if why.is_open() { why.question.say(&texts) } else { why.claim.say(&texts) },
        n_citations: why.citations.len(),
        depth,
    };
    let items: Vec<RailItem> = app.document.with(|document| document.outline().into_iter().map(item).collect());
    list(items.into_iter().map(|item| item.view(app)).collect(), texts.get("document-gap-causes"))
}

/// The action items; they carry no citations, so they are only the way to them.
fn actions(app: App) -> AnyView {
    let texts = app.texts();
    let row = |action: &ActionItem| {
        let id = action.id;
        view! {
            <li>
                <button type="button" class="rail-milestone" on:click=on(move |_| jump(app, Place::Actions, Some(id)))>
                    <span>{action.text.say(&texts)}</span>
                    <span class="rail-count">{action.owner.clone()}</span>
                </button>
            </li>
        }
        .into_any()
    };
    let rows = app.document.with(|document| document.actions.iter().map(row).collect());
    list(rows, texts.get("document-gap-actions"))
}

/// Rows, or the words for none.
fn list(rows: Vec<AnyView>, none: String) -> AnyView {
    if rows.is_empty() {
        view! { <p class="empty">{none}</p> }.into_any()
    } else {
        view! { <ul class="plain">{rows}</ul> }.into_any()
    }
}
