//! Where tasks are, as a picture: an icicle of functions or of their packages, from the outermost in.

use super::owner_graph::color_of;
use super::panel::{Item, PanelRequest, Spot, Tool};
use super::stacks::GroupView;
use crate::chart::icicle::{DEEPEST, Node, Placed, draw_icicle};
use crate::facts::stacks::names::package;
use crate::model::sort::Order as _;
use crate::model::words::holds;
use crate::text::{Texts, format};

/// Groups that the picture is made of.
const PICTURED: usize = 1_000;

/// What a box is called after the function of its frame.
type NameOf = fn(&str) -> &str;

/// The package of `com.example.Pool.take`: what stands before class and method.
fn class_package(function: &str) -> &str {
    function.rsplitn(3, '.').nth(2).unwrap_or(function)
}

/// The tree of frames, from the outermost in.
pub(super) fn stack_picture(
    kind: &str,
    groups: &[&GroupView],
    search: &str,
    request: &PanelRequest,
    texts: &Texts,
) -> Vec<Item> {
    let (name_of, focus): (NameOf, _) = match (request.value("boxes"), kind) {
        ("package", "jvm" | "dotnet") => (class_package, "focus-package"),
        ("package", _) => (package, "focus-package"),
        _ => (|function| function, "focus"),
    };
    let by_wait = request.value("weight") == "wait";
    let mut root = Node { label: texts.get("panel-stacks-all"), is_lit: true, color: 7, ..Node::default() };
    for group in groups.iter().take(PICTURED) {
        let waited = group.wait.as_ref().map_or(0.0, |wait| wait.median * wait.stated as f64);
        let weight = if by_wait { waited } else { group.count as f64 };
        if weight > 0.0 {
            hang(&mut root, group, weight, name_of);
        }
    }
    if root.weight <= 0.0 {
        return Vec::new();
    }
    settle(&mut root, search);
    // The part looked at: a path from the root, as a click left it.
    let path: Vec<usize> = request.value(focus).split('.').filter_map(|step| step.parse().ok()).collect();
    let (focused, path) = match path.iter().try_fold(&root, |node, step| node.children.get(*step)) {
        Some(node) => (node, path),
        None => (&root, Vec::new()),
    };
    let (drawing, placed) = draw_icicle(focused, request.width, &request.palette);
    let spot = |one: Placed| {
        let node = one.path.iter().try_fold(focused, |node, step| node.children.get(*step))?;
        let steps = path.iter().chain(&one.path).map(usize::to_string).collect::<Vec<_>>();
        let title = format!("{} · {}", node.label, format::decimal(node.weight));
        Some(Spot { area: one.area, id: focus.to_owned(), value: steps.join("."), title })
    };
    let spots = placed.into_iter().filter_map(spot).collect();
    let name = texts.with("panel-stacks-picture", &[("groups", groups.len().into())]);
    let mut items = Vec::new();
    if !path.is_empty() {
        let label = texts.get("panel-stacks-whole");
        items.push(Item::Tools(vec![Tool::sets(focus, "", label)]));
    }
    items.push(Item::Picture { name, drawing, spots });
    items
}

/// Adds a stack to the tree.
fn hang(root: &mut Node, group: &GroupView, weight: f64, name_of: NameOf) {
    let color = color_of(&group.class);
    root.weight += weight;
    let mut node = root;
    // No picture is deeper, and neither may the tree be: it is walked by recursion.
    for frame in group.frames.iter().rev().take(DEEPEST) {
        let function = frame.split(' ').next().unwrap_or_default();
        let label = name_of(function);
        // Frames of one package that call each other are one box.
        if label != function && node.label == label {
            continue;
        }
        let place = node.children.iter().position(|child| child.label == label).unwrap_or_else(|| {
            node.children.push(Node { label: label.to_owned(), color, ..Node::default() });
            node.children.len() - 1
        });
        node = &mut node.children[place];
        node.weight += weight;
    }
}

/// The heaviest first; what is looked for stands out.
fn settle(node: &mut Node, search: &str) {
    node.is_lit = search.is_empty() || holds(&node.label.to_ascii_lowercase(), search);
    node.children.order_by(|a, b| b.weight.total_cmp(&a.weight));
    node.children.iter_mut().for_each(|child| settle(child, search));
}
