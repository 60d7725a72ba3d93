//! The causes as a graph: boxes between which the arrow keys go along the edges, and below it the editor of the box they stand on.

use std::iter;

use debrief::postmortem::ItemId;
use debrief::postmortem::edit::{Move, Target};
use debrief::postmortem::review::Remark;
use debrief::view::causes::{CauseGraph, CauseNode, LINE_HEIGHT, PADDING, TEXT_SIZE, layout};
use leptos::prelude::*;
use web_sys::{Element, Event, KeyboardEvent};

use crate::app::components::citation_chip::{is_target, toggle_target};
use crate::app::components::verbs::{
    answer_again, ask_deeper, cause_element, focus, focus_soon, remove_why, step_of, why_element,
};
use crate::app::components::why_node::why_node;
use crate::app::dom::{El, el_of, later, svg};
use crate::app::signal::Memo;
use crate::app::state::App;

/// The incident's own box. Identities start at 1.
const INCIDENT: ItemId = ItemId(0);

/// Room around the boxes for the ring of the focus.
const MARGIN: f32 = 6.0;

/// The graph and the editor.
pub(crate) fn why_graph(app: App, remarks: Memo<Vec<Remark>>) -> El {
    let edited = move || Some(current(app)).into_iter().filter(|id| *id != INCIDENT).collect();
    let back = move |ev: KeyboardEvent| {
        if ev.key() == "Escape" {
            ev.stop_propagation();
            focus(&cause_element(untrack(|| current(app))));
        }
    };
    let editor = el_of("ul", "plain why-tree").list(edited, move |id| why_node(app, id, remarks)).on("keydown", back);
    el_of("div", "why-graph").child(el_of("div", "why-picture").area(move || [picture(app)])).child(editor)
}

/// The box that the keys stand on; tracks it.
#[inline(never)]
fn current(app: App) -> ItemId {
    let cause = app.cause.get();
    if app.document.with(|document| document.why(cause).is_some()) { cause } else { INCIDENT }
}

/// Made anew with the document.
fn picture(app: App) -> El {
    // Boxes made anew lose the focus: it goes back to the one that the keys stand on, unless something else took it.
    let has_focus = |of: fn(&Element) -> bool| document().active_element().is_some_and(|element| of(&element));
    if has_focus(|element| element.id().starts_with("cause-")) {
        let back = move || {
            if has_focus(|element| element.tag_name() == "BODY") {
                focus(&cause_element(untrack(|| current(app))));
            }
        };
        later(0, back).forget();
    }
    let texts = app.texts();
    let graph = app.document.with(|document| {
        let title = if document.title().is_empty() { &app.t("whys-graph-incident") } else { document.title() };
        layout(document, title, &|wording| wording.say(&texts))
    });
    let (width, height) = (pixels(graph.width + 2.0 * MARGIN), pixels(graph.height + 2.0 * MARGIN));
    let margin = pixels(-MARGIN);
    let mut edges = svg("g").attr("aria-hidden", "true");
    for (from, to) in &graph.edges {
        if let (Some(effect), Some(cause)) = (graph.nodes.get(*from), graph.nodes.get(*to)) {
            edges = edges.child(draw_edge(effect, cause));
        }
    }
    let mut tree = svg("svg")
        .attr("role", "tree")
        .attr("aria-label", &app.t("whys-own"))
        .attr("viewBox", &format!("{margin} {margin} {width} {height}"))
        .attr("width", &width)
        .attr("height", &height)
        .child(edges);
    for ((level, id), node) in boxes(app).into_iter().zip(&graph.nodes) {
        tree = tree.child(draw_box(app, node, id).attr("aria-level", &level.to_string()));
    }
    tree.on("keydown", move |ev| on_key(app, &graph, &ev))
}

/// From the cause to what it explains, with an arrow there.
fn draw_edge(effect: &CauseNode, cause: &CauseNode) -> El {
    let middle = |node: &CauseNode| node.y + node.height / 2.0;
    let [x1, y1, x2, y2] = [effect.x + effect.width, middle(effect), cause.x, middle(cause)].map(|at| at as i32);
    let bend = i32::midpoint(x1, x2);
    let (back, up, down) = (x1 + 6, y1 - 4, y1 + 4);
    let path = format!("M{x2} {y2}C{bend} {y2} {bend} {y1} {x1} {y1}M{back} {up}L{x1} {y1}L{back} {down}");
    svg("path").attr("d", &path).attr("data-kind", cause.kind.map_or("", |kind| kind.as_str()))
}

fn draw_box(app: App, node: &CauseNode, id: ItemId) -> El {
    let kind = node.kind.map(|kind| app.t(&format!("why-kind-{}", kind.as_str())));
    let height = pixels(node.height);
    let rect = |class, width| svg("rect").attr("class", class).attr("width", width).attr("height", &height);
    let is_current = move || current(app) == id;
    let mut drawn = svg("g")
        .attr("class", "cause")
        .attr("id", &cause_element(id))
        .attr("role", "treeitem")
        .attr("data-kind", node.kind.map_or("", |kind| kind.as_str()))
        .attr("transform", &format!("translate({} {})", pixels(node.x), pixels(node.y)))
        .attr_of("tabindex", move || if is_current() { "0" } else { "-1" }.to_owned())
        .aria("aria-selected", is_current)
        .toggle("cause-target", is_target(app, Target::Why(id)))
        .on("focusin", move |_: Event| app.cause.set(id))
        .child(rect("cause-frame", &pixels(node.width)).attr("rx", "4"))
        .child(rect("cause-side", "4"));
    let mut y = PADDING + TEXT_SIZE;
    for (class, lines) in
        [("cause-kind", kind.as_slice()), ("cause-question", &node.question), ("cause-claim", &node.claim)]
    {
        for line in lines {
            let left = pixels(PADDING + 2.0);
            drawn = drawn.child(svg("text").attr("class", class).attr("x", &left).attr("y", &pixels(y)).text(line));
            y += LINE_HEIGHT;
        }
    }
    // What is cut off in the box is heard whole.
    let words = app.document.with(|document| {
        let texts = app.texts();
        document.why(id).map(|why| format!("{} {}", why.question.say(&texts), why.claim.say(&texts)))
    });
    let name = format!("{}: {}", kind.unwrap_or_else(|| app.t("whys-graph-incident")), words.unwrap_or_default());
    drawn.attr("aria-label", name.strip_suffix(": ").unwrap_or(&name))
}

fn on_key(app: App, graph: &CauseGraph, ev: &KeyboardEvent) {
    if ev.ctrl_key() || ev.meta_key() || ev.alt_key() {
        return;
    }
    let (id, boxes) = untrack(|| (current(app), boxes(app)));
    let towards = |step: Move| {
        let index = boxes.iter().position(|(_, other)| *other == id)?;
        let there = graph.neighbour(index, step)?;
        boxes.get(there).map(|(_, id)| *id)
    };
    let key = ev.key();
    match (key.as_str(), step_of(&key)) {
        (_, Some(step)) => {
            if let Some(there) = towards(step) {
                focus(&cause_element(there));
            }
        }
        ("n", _) => ask_deeper(app, Some(id).filter(|id| *id != INCIDENT)),
        _ if id == INCIDENT => return,
        ("Enter", _) => focus_soon(why_element(id)),
        ("a", _) => answer_again(app, id),
        ("c", _) => {
            toggle_target(app, Target::Why(id));
            let id =
                if app.selected.get_untracked().is_some() { "document-citing-here" } else { "document-citing-new" };
            app.announce(app.t(id));
        }
        ("Delete", _) => {
            app.cause.set(towards(Move::Up).or_else(|| towards(Move::Out)).unwrap_or(INCIDENT));
            remove_why(app, id);
        }
        _ => return,
    }
    ev.prevent_default();
    ev.stop_propagation();
}

/// Who stands in the boxes, in their order, with the level that is told: the incident, then the whys as they are read.
fn boxes(app: App) -> Vec<(u8, ItemId)> {
    let incident = iter::once((1, INCIDENT));
    app.document.with(|all| {
        incident.chain(all.outline().into_iter().map(|(depth, why)| (depth.saturating_add(2), why.id))).collect()
    })
}

fn pixels(length: f32) -> String {
    (length as i32).to_string()
}
