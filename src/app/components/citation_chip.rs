//! References into the evidence: chips that open the line they stand for.

use std::rc::Rc;

use debrief::model::{Citation, Cite, EvidenceMeta, EvidenceState, IssueCode, Role};
use debrief::postmortem::edit::{Edit, Target};
use web_sys::{Event, KeyboardEvent};

use crate::app::citing::{self, Carried, asks_to_cite};
use crate::app::dom::{El, button, el_of, svg};
use crate::app::signal::{Memo, RwSignal};
use crate::app::state::App;

/// Characters of a chip, and of one in a cell of a table.
pub(crate) const MOST: usize = 32;
pub(crate) const IN_CELL: usize = 13;

/// Chips shown before the rest is folded.
const SHOWN: usize = 4;

/// One place. Says when its evidence is no longer in the case or is another file now; the quotation in the document stays.
struct PlaceChip {
    cite: Cite,
    /// The quotation, where it is frozen; without one the case is asked for the path.
    quoted: Option<Citation>,
    /// Text in place of file and line (`E3`).
    short: Option<String>,
    /// Whether it stands in a row of a list, where the arrow keys lead to it and Tab does not.
    in_row: bool,
    /// How many characters it may have.
    most: usize,
}

/// How a place stands in the case.
#[derive(Clone, Copy, PartialEq)]
enum Standing {
    There,
    /// Its file has another digest than when it was cited.
    Changed,
    Gone,
}

impl Standing {
    /// Of a place; a frozen one is compared with the file of today, which may have been added anew under its path. Tracks the inputs.
    fn of(app: App, cite: &Cite, quoted: Option<&Citation>) -> Self {
        let there = |meta: &&EvidenceMeta| !is_gone(meta);
        let is_other = |meta: &EvidenceMeta| match (&meta.digest, quoted.and_then(|quoted| quoted.digest.as_ref())) {
            (Some(now), Some(then)) => now != then,
            _ => false,
        };
        app.evidence.with(|list| {
            let own = list.iter().filter(there).find(|meta| meta.id == cite.locator.evidence);
            let namesake =
                || list.iter().filter(there).find(|meta| quoted.is_some_and(|quoted| quoted.path == meta.path));
            match (own, own.or_else(namesake)) {
                (_, Some(meta)) if is_other(meta) => Self::Changed,
                (Some(_), _) => Self::There,
                _ => Self::Gone,
            }
        })
    }
}

impl PlaceChip {
    /// The chip, and behind it the word that its evidence is gone.
    #[inline(never)]
    fn view(self, app: App) -> [El; 2] {
        let Self { cite, quoted, short, in_row, most } = self;
        let Cite { locator, role, .. } = cite;
        let id = locator.evidence;
        let path = quoted.as_ref().map(|quoted| quoted.path.clone());
        let excerpt = quoted.as_ref().map(|quoted| quoted.excerpt.join("\n")).unwrap_or_default();
        let carried =
            quoted.clone().map_or_else(|| Carried::Places(vec![cite]), |quoted| Carried::Quoted(vec![quoted]));
        let standing = Memo::new(move |_| Standing::of(app, &cite, quoted.as_ref()));
        // A changed file still has lines to look at, if it is in the case.
        let gone = move || standing.get() != Standing::There && app.meta(id).is_none_or(|meta| is_gone(&meta));
        let name = Rc::new(move || {
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
        let place = Rc::clone(&name);
        let words = move || short.clone().unwrap_or_else(|| shortened(&name(), most));
        let again = carried.clone();
        let keys = move |ev: KeyboardEvent| {
            if asks_to_cite(&ev) {
                ev.prevent_default();
                ev.stop_propagation();
                match again.clone() {
                    Carried::Places(cites) => citing::cite(app, cites),
                    Carried::Quoted(citations) => app.cite_into_document(citations),
                }
            }
        };
        let chip = button("cite-chip", words, move || app.open_at(locator))
            .toggle("cite-gone", gone)
            .toggle("cite-changed", move || standing.get() == Standing::Changed)
            .on("keydown", keys)
            .attr("tabindex", tab(in_row))
            .attr("data-role", role)
            .attr("title", &excerpt)
            .attr_of("aria-label", move || app.with("document-open-place", &[("place", place().into())]))
            .flag("disabled", gone);
        let note = move || match standing.get() {
            Standing::There => String::new(),
            Standing::Changed => app.t("document-evidence-changed"),
            Standing::Gone => app.t("document-evidence-gone"),
        };
        [citing::carries(app, chip, carried), el_of("span", "cite-note").say(note)]
    }
}

/// Where Tab stops.
fn tab(in_row: bool) -> &'static str {
    if in_row { "-1" } else { "0" }
}

/// Whether nothing of an input can be looked at: a person took it out, or the browser did not keep it.
fn is_gone(meta: &EvidenceMeta) -> bool {
    meta.state == EvidenceState::Removed || meta.issues.list.iter().any(|issue| issue.code == IssueCode::NotKept)
}

/// A name that fits a chip: a long one loses its middle, because its beginning and its end (`.log:1234`) tell it from others.
fn shortened(name: &str, most: usize) -> String {
    let n_chars = name.chars().count();
    if n_chars <= most {
        return name.to_owned();
    }
    // The line is told at the end.
    let n_head = most / 4;
    let head: String = name.chars().take(n_head).collect();
    let tail: String = name.chars().skip(n_chars + n_head + 1 - most).collect();
    format!("{head}…{tail}")
}

/// A place that the document cites; `short` stands for file and line where it is given.
pub(crate) fn citation_chip(app: App, citation: &Citation, short: Option<String>) -> [El; 2] {
    let Citation { locator, role, at, .. } = citation;
    let cite = Cite { locator: *locator, role: *role, at: *at };
    PlaceChip { cite, quoted: Some(citation.clone()), short, in_row: false, most: MOST }.view(app)
}

/// The places of something proposed; `in_row` where it stands in a row of a list; `most` characters in each.
#[inline(never)]
pub(crate) fn cite_chips(app: App, cites: Vec<Cite>, in_row: bool, most: usize) -> El {
    let all = RwSignal::new(false);
    let n_more = cites.len().saturating_sub(SHOWN);
    let chip = move |cite: &Cite| PlaceChip { cite: *cite, quoted: None, short: None, in_row, most }.view(app);
    let chips = move || {
        let n = if all.get() { usize::MAX } else { SHOWN };
        cites.iter().take(n).flat_map(chip).collect::<Vec<_>>()
    };
    let words = move || app.with("document-more-places", &[("count", n_more.into())]);
    let more = move || button("cite-chip", words, move || all.set(true)).attr("tabindex", tab(in_row));
    el_of("span", "cite-chips").area(chips).when(move || n_more > 0 && !all.get(), more)
}

/// The citations of an item of the document, each of which can be taken off.
#[inline(never)]
pub(crate) fn citation_chips(app: App, target: Target) -> El {
    let citations =
        move || app.document.with(|document| target.citations(document).iter().cloned().enumerate().collect());
    el_of("span", "cite-chips").list(citations, move |(index, citation)| own_chip(app, target, index, &citation))
}

fn own_chip(app: App, target: Target, index: usize, citation: &Citation) -> El {
    let Citation { path, locator, role, at, .. } = citation;
    let (place, in_row) = (format!("{path}:{}", locator.lines.first), matches!(target, Target::Event(_)));
    let label = move || app.with("document-detach", &[("place", place.clone().into())]);
    let off = el_of("button", "cite-off").attr("type", "button").attr_of("aria-label", label).text("×");
    let off = off.attr("tabindex", tab(in_row)).on("click", move |_: Event| {
        app.edit(Edit::Detach(target, index));
    });
    let cite = Cite { locator: *locator, role: *role, at: *at };
    let chip = PlaceChip { cite, quoted: Some(citation.clone()), short: None, in_row, most: MOST };
    el_of("span", "cite-pair").children(chip.view(app)).child(off)
}

/// Whether an item is the one that citing goes to.
pub(crate) fn is_target(app: App, target: Target) -> impl Fn() -> bool + Copy + 'static {
    move || app.selected.get() == Some(target)
}

/// Makes an item the one that citing goes to, or no longer.
pub(crate) fn toggle_target(app: App, target: Target) {
    app.selected.update(|now| *now = if *now == Some(target) { None } else { Some(target) });
}

/// The button for it.
#[inline(never)]
pub(crate) fn target_button(app: App, target: Target) -> El {
    let ring = |radius| svg("circle").attr("cx", "8").attr("cy", "8").attr("r", radius);
    let sign = svg("svg").attr("class", "target-sign").attr("viewBox", "0 0 16 16").attr("aria-hidden", "true");
    el_of("button", "icon")
        .attr("type", "button")
        .aria("aria-pressed", is_target(app, target))
        .attr_of("aria-label", app.tr("document-cite-here"))
        .attr_of("title", app.tr("document-cite-here"))
        .child(sign.child(ring("5.5")).child(ring("1.5")))
        .on("click", move |_: Event| toggle_target(app, target))
}
