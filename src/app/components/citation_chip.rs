//! References into the evidence: chips that open the line they stand for.

use debrief::model::{Citation, Cite, EvidenceState, Locator, Role};
use debrief::postmortem::ItemId;
use debrief::postmortem::edit::{Edit, Target};
use leptos::prelude::*;

use crate::app::components::buttons::button;
use crate::app::erase::{area, flag, on, text};
use crate::app::state::App;

/// Chips shown before the rest is folded.
const SHOWN: usize = 4;

/// One place. Says when its evidence is no longer in the case; the quotation in the document stays.
struct PlaceChip {
    locator: Locator,
    role: Role,
    /// The path when it was cited; `None` asks the case.
    path: Option<String>,
    /// Quoted lines, shown on hovering.
    excerpt: String,
    /// Text in place of file and line (`E3`).
    short: Option<String>,
}

impl PlaceChip {
    fn view(self, app: App) -> AnyView {
        let Self { locator, role, path, excerpt, short } = self;
        let id = locator.evidence;
        let gone = flag(move || {
            app.evidence.with(|list| {
                let meta = list.iter().find(|meta| meta.id == id);
                meta.is_none_or(|meta| matches!(meta.state, EvidenceState::Removed))
            })
        });
        let name = text(move || {
            let path = path.clone().or_else(|| app.meta(id).map(|meta| meta.path)).unwrap_or_default();
            let file = path.rsplit('/').next().unwrap_or_default();
            match locator.lines.first {
                0 => file.to_owned(),
                line => format!("{file}:{line}"),
            }
        });
        let role = match role {
            Role::Shows => "shows",
            Role::Bounds => "bounds",
            Role::Contradicts => "contradicts",
        };
        let note = move || match gone.get() {
            true => view! { <span class="cite-note">{app.t("document-evidence-gone")}</span> }.into_any(),
            false => ().into_any(),
        };
        view! {
            <button
                type="button"
                class="cite-chip"
                class:cite-gone=gone
                data-role=role
                title=excerpt
                aria-label=text(move || app.with("document-open-place", &[("place", name.get().into())]))
                disabled=gone
                on:click=on(move |_| app.open_at(locator))
            >
                {text(move || short.clone().unwrap_or_else(|| shortened(&name.get())))}
            </button>
            {area(note)}
        }
        .into_any()
    }
}

/// A name that fits a chip: a long one loses its middle, because its beginning and its end (`.log:1234`) tell it from others.
fn shortened(name: &str) -> String {
    const MOST: usize = 32;
    let n_chars = name.chars().count();
    if n_chars <= MOST {
        return name.to_owned();
    }
    let head: String = name.chars().take(MOST / 2).collect();
    let tail: String = name.chars().skip(n_chars - MOST / 2 + 1).collect();
    format!("{head}…{tail}")
}

/// A place that the document cites; `short` stands for file and line where it is given.
pub(crate) fn citation_chip(app: App, citation: &Citation, short: Option<String>) -> AnyView {
    let Citation { locator, role, path, excerpt, .. } = citation;
    PlaceChip { locator: *locator, role: *role, path: Some(path.clone()), excerpt: excerpt.join("\n"), short }.view(app)
}

/// The places of something proposed.
pub(crate) fn cite_chips(app: App, cites: Vec<Cite>) -> AnyView {
    let all = RwSignal::new(false);
    let n_more = cites.len().saturating_sub(SHOWN);
    let chip = move |cite: &Cite| {
        let Cite { locator, role, .. } = *cite;
        PlaceChip { locator, role, path: None, excerpt: String::new(), short: None }.view(app)
    };
    let chips = move || {
        let n = if all.get() { usize::MAX } else { SHOWN };
        cites.iter().take(n).map(chip).collect_view().into_any()
    };
    let more = move || match n_more > 0 && !all.get() {
        true => {
            let words = text(move || app.with("document-more-places", &[("count", n_more.into())]));
            button("cite-chip", words, on(move |_| all.set(true)))
        }
        false => ().into_any(),
    };
    view! { <span class="cite-chips">{area(chips)}{area(more)}</span> }.into_any()
}

/// The citations of an item of the document, each of which can be taken off.
pub(crate) fn citation_chips(app: App, target: Target) -> AnyView {
    let citations = Memo::new(move |_| app.document.with(|document| target.citations(document).to_vec()));
    let chips = move || {
        let own = |(index, citation): (usize, &Citation)| own_chip(app, target, index, citation);
        citations.with(|citations| citations.iter().enumerate().map(own).collect_view()).into_any()
    };
    view! { <span class="cite-chips">{area(chips)}</span> }.into_any()
}

fn own_chip(app: App, target: Target, index: usize, citation: &Citation) -> AnyView {
    let place = format!("{}:{}", citation.path, citation.locator.lines.first);
    let label = move || app.with("document-detach", &[("place", place.clone().into())]);
    let detach = move |_| {
        app.edit(Edit::Detach(target, index));
    };
    view! {
        <span class="cite-pair">
            {citation_chip(app, citation, None)}
            <button type="button" class="cite-off" aria-label=text(label) on:click=on(detach)>"×"</button>
        </span>
    }
    .into_any()
}

/// Whether an item is the one that citing goes to.
pub(crate) fn is_target(app: App, id: ItemId) -> Signal<bool> {
    flag(move || app.selected_item.get() == Some(id))
}

/// Makes an item the one that citing goes to, or no longer.
pub(crate) fn toggle_target(app: App, id: ItemId) {
    app.selected_item.update(|item| *item = if *item == Some(id) { None } else { Some(id) });
}

/// The button for it.
pub(crate) fn target_button(app: App, id: ItemId) -> AnyView {
    let chosen = is_target(app, id);
    view! {
        <button
            type="button"
            class="icon"
            aria-pressed=text(move || chosen.get().to_string())
            aria-label=app.tr("document-cite-here")
            title=app.tr("document-cite-here")
            on:click=on(move |_| toggle_target(app, id))
        >
            <svg class="target-sign" viewBox="0 0 16 16" aria-hidden="true">
                <circle cx="8" cy="8" r="5.5"></circle>
                <circle cx="8" cy="8" r="1.5"></circle>
            </svg>
        </button>
    }
    .into_any()
}
