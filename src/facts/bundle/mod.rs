//! Support bundles, known by the paths of the inputs together, and whose log a file is. One file per layout, and each of them is data:
//! patterns of paths. The archive's own name is never the reason.

mod cluster_info_dump;
mod collected;
mod insights_archive;
mod loose;
mod must_gather;
mod pattern;
mod sosreport;
mod support_bundle_kit;
mod troubleshoot;

use std::cmp::Reverse;

use super::Input;
use super::usage::short;
use crate::model::gather::ByName;
use crate::model::words::{before, holds};
use crate::model::{Bundle, BundleKind, EvidenceState, Origin};
pub use collected::instant_of_name;
use pattern::{Captures, matches_at, matches_end};

/// How a kind of bundle lays out its files.
pub(super) struct Layout {
    /// Which.
    pub(super) kind: BundleKind,
    /// Whether a bundle that others made was read.
    pub(super) verified: bool,
    /// Paths from the bundle's root on, each with its weight; a path that begins so is a mark of the layout, and the same root needs
    /// [`ENOUGH`] by different marks.
    pub(super) marks: &'static [(&'static str, u8)],
    /// Ends of paths of containers' logs. The first that fits decides.
    pub(super) logs: &'static [&'static str],
    /// Ends of paths that belong to a node.
    pub(super) nodes: &'static [&'static str],
    /// Ends of paths of texts in which the collector tells of its own trouble.
    pub(super) troubles: &'static [&'static str],
    /// Ends of paths of texts that say when the bundle was collected.
    pub(super) clocks: &'static [&'static str],
    /// What collects such a bundle.
    pub(super) command: &'static str,
}

/// Weight of the marks that make a bundle.
const ENOUGH: u8 = 2;

/// Bundles kept of one case; every input is compared with each.
const MAX_BUNDLES: usize = 100;

/// All layouts; of two that fit the same root the one with more weight, of two patterns that fit a path the first.
static LAYOUTS: [&Layout; 6] = [
    &cluster_info_dump::LAYOUT,
    &troubleshoot::LAYOUT,
    &support_bundle_kit::LAYOUT,
    &must_gather::LAYOUT,
    &insights_archive::LAYOUT,
    &sosreport::LAYOUT,
];

pub(super) fn layout_of(kind: BundleKind) -> Option<&'static Layout> {
    LAYOUTS.iter().copied().find(|layout| layout.kind == kind)
}

/// The container whose log a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContainerLog<'a> {
    /// Namespace.
    pub namespace: &'a str,
    /// Pod.
    pub pod: &'a str,
    /// Container, where the path says it.
    pub container: Option<&'a str>,
    /// Whether it is the run before the last.
    pub is_previous: bool,
}

/// Reads a path from its end; `None` where it has none of the shapes. The layouts differ enough that a path needs no bundle around it.
#[must_use]
pub fn container_log(path: &str) -> Option<ContainerLog<'_>> {
    // Cheap, and most paths end here.
    if !holds(path, "log") {
        return None;
    }
    let parts: Vec<&str> = path.split('/').collect();
    let tables = LAYOUTS.iter().map(|layout| layout.logs).chain([loose::LOGS]);
    tables.flatten().find_map(|pattern| {
        let Captures { namespace, pod, container, .. } = matches_end(pattern, &parts)?;
        let is_previous = holds(pattern, "previous");
        Some(ContainerLog { namespace: namespace?, pod: pod?, container, is_previous })
    })
}

/// Of which run of its container a log is, counted from none: kubelet's folders have `web/2.log` of the run after two restarts.
#[must_use]
pub fn run_of(path: &str) -> Option<u32> {
    path.rsplit('/').next()?.strip_suffix(".log")?.parse().ok()
}

/// Whom an input tells of; `None` where its path does not say so.
#[must_use]
pub fn origin_of(path: &str) -> Option<Origin> {
    if let Some(log) = container_log(path) {
        let (pod, container) = (format!("{}/{}", log.namespace, log.pod), log.container.map(str::to_owned));
        return Some(Origin { node: None, pod: Some(pod), container, previous: log.is_previous });
    }
    node_of(path).map(|node| Origin { node: Some(node.to_owned()), ..Origin::default() })
}

/// The node that a file tells of, where its path says so.
#[must_use]
pub fn node_of(path: &str) -> Option<&str> {
    let parts: Vec<&str> = path.split('/').collect();
    LAYOUTS.iter().flat_map(|layout| layout.nodes).find_map(|pattern| matches_end(pattern, &parts)?.node)
}

/// The collector that tells of its own trouble in a file: what its pattern takes for the name, else the folder.
pub(super) fn troubled_collector<'a>(path: &'a str, bundle: &Bundle) -> Option<&'a str> {
    let inside = path.get(bundle.root.len()..)?.trim_start_matches('/');
    let parts: Vec<&str> = inside.split('/').collect();
    let layout = layout_of(bundle.kind)?;
    let names = layout.troubles.iter().find_map(|pattern| matches_end(pattern, &parts))?;
    Some(names.container.unwrap_or_else(|| inside.rsplit_once('/').map_or(inside, |(folder, _)| folder)))
}

/// The bundle that an input is part of: of one inside another, the inner.
#[must_use]
pub fn bundle_of<'a>(path: &str, bundles: &'a [Bundle]) -> Option<&'a Bundle> {
    bundles.iter().filter(|bundle| is_inside(path, &bundle.root)).max_by_key(|bundle| bundle.root.len())
}

fn is_inside(path: &str, root: &str) -> bool {
    root.is_empty() || path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The host of each input whose bundle is of one host: by the report's own `uname -a`, else, of several reports, by the part of its root
/// that sets it apart. A folder's name tells no host: labels and cases stand in it as well (`sosreport-tux-mylabel-123456-2017-12-24-…`).
#[must_use]
pub fn hosts_of(inputs: &[Input<'_>], bundles: &[Bundle]) -> Vec<Option<String>> {
    let reports: Vec<&Bundle> = bundles.iter().filter(|bundle| bundle.kind == BundleKind::Sosreport).collect();
    let is_own = |root: &str, part: &str| {
        reports.len() > 1 && reports.iter().all(|it| it.root == root || it.root.split('/').all(|other| other != part))
    };
    let mut hosts: Vec<Option<&str>> =
        reports.iter().map(|it| it.root.rsplit('/').find(|part| is_own(&it.root, part))).collect();
    let report_of = |input: &Input<'_>| {
        let root = &bundle_of(&input.meta.path, bundles)?.root;
        reports.iter().position(|it| it.root == *root)
    };
    let of: Vec<Option<usize>> = inputs.iter().map(report_of).collect();
    for (input, at) in inputs.iter().zip(&of).filter_map(|(input, at)| Some((input, (*at)?))) {
        for table in input.parsed.tables.iter().filter(|table| table.title == "uname -a") {
            let host = table.rows.first().and_then(|row| row.cells.first()).map(String::as_str);
            // Of those that nobody named there are many.
            hosts[at] = host.filter(|host| short(host) != "localhost").or(hosts[at]);
        }
    }
    of.into_iter().map(|at| hosts[at?].map(str::to_owned)).collect()
}

/// Recognises bundles, in order of their roots.
#[must_use]
pub fn derive_bundles(inputs: &[Input<'_>]) -> Vec<Bundle> {
    // Which marks each root has, by layout.
    let mut marks = ByName::<(&str, [u32; LAYOUTS.len()])>::default();
    for input in inputs {
        let path = input.meta.path.as_str();
        let parts: Vec<&str> = path.split('/').collect();
        for (index, layout) in LAYOUTS.iter().enumerate() {
            for (bit, (mark, _)) in layout.marks.iter().enumerate() {
                for (from, start) in starts(path).enumerate() {
                    if matches_at(mark, &parts[from..]) {
                        let root = before(path, start).trim_end_matches('/');
                        marks.get_or_insert_with(root, || (root, [0; LAYOUTS.len()])).1[index] |= 1 << bit;
                    }
                }
            }
        }
    }
    for input in inputs.iter().filter(|input| cluster_info_dump::is_on_one_stream(input)) {
        let root = input.meta.path.as_str();
        marks.get_or_insert_with(root, || (root, [0; LAYOUTS.len()])).1[0] = u32::MAX;
    }
    let weight = |index: usize, marks: u32| {
        let weights = LAYOUTS[index].marks.iter().enumerate();
        weights.filter(|(bit, _)| marks >> bit & 1 == 1).map(|(_, (_, weight))| weight).sum::<u8>()
    };
    let of = |(root, marks): (&str, [u32; LAYOUTS.len()])| {
        let weights = marks.iter().enumerate().map(|(index, marks)| (weight(index, *marks), index));
        // The first of those that weigh the same.
        let (weight, index) = weights.max_by_key(|(weight, index)| (*weight, Reverse(*index)))?;
        (weight >= ENOUGH).then(|| Bundle {
            kind: LAYOUTS[index].kind,
            root: root.to_owned(),
            verified: LAYOUTS[index].verified,
            collected: None,
            inputs: 0,
            read: 0,
        })
    };
    let mut bundles: Vec<Bundle> = marks.into_values().into_iter().filter_map(of).take(MAX_BUNDLES).collect();
    // A part of a bundle looks like a smaller one of its kind.
    let outer: Vec<(BundleKind, String)> = bundles.iter().map(|bundle| (bundle.kind, bundle.root.clone())).collect();
    bundles.retain(|bundle| {
        let is_around = |(kind, root): &(BundleKind, String)| {
            *kind == bundle.kind && *root != bundle.root && is_inside(&bundle.root, root)
        };
        !outer.iter().any(is_around)
    });
    collected::set(&mut bundles, inputs);
    count_inputs(&mut bundles, inputs);
    bundles
}

/// Where the parts of a path begin.
fn starts(path: &str) -> impl Iterator<Item = usize> + '_ {
    std::iter::once(0).chain(path.match_indices('/').map(|(at, _)| at + 1))
}

/// Counts what each bundle holds.
fn count_inputs(bundles: &mut [Bundle], inputs: &[Input<'_>]) {
    for meta in inputs.iter().map(|input| input.meta) {
        let inner = bundle_of(&meta.path, bundles).map(|bundle| bundle.root.len());
        let is_inner = |bundle: &&mut Bundle| Some(bundle.root.len()) == inner && is_inside(&meta.path, &bundle.root);
        if let Some(bundle) = bundles.iter_mut().find(is_inner) {
            bundle.inputs += 1;
            bundle.read += u32::from(meta.state == EvidenceState::Ready);
        }
    }
}

#[cfg(test)]
mod tests;
