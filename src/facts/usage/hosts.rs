//! Hosts that the evidence tells apart by prompts and paths: which of them is the node that is judged, and which are others.
//!
//! A terminal goes from host to host, a bundle holds a folder for each. What one of them shows is never held against a limit of another.

use super::total::{is_address, names_node};
use crate::facts::Input;
use crate::facts::ceilings::{binds_node, is_plausible};
use crate::model::gather::ByName;
use crate::model::{Locator, Parsed};

/// What one host says of its tasks.
#[derive(Clone, Copy, Debug, Default)]
struct Tasks {
    /// The tightest limit.
    limit: Option<u64>,
    /// The most threads.
    used: u64,
}

/// A host's name without its domain; an address as it is.
pub(crate) fn short(name: &str) -> &str {
    if is_address(name) { name } else { name.split('.').next().unwrap_or(name) }
}

/// Hosts that state limits, or count threads, in order of names.
fn tasks_of<'a>(inputs: &[Input<'a>]) -> Vec<(&'a str, Tasks)> {
    let mut hosts = ByName::<(&str, Tasks)>::default();
    for input in inputs {
        let mut add = |locator: &Locator, limit: Option<u64>, used: u64| {
            if let Some(host) = input.host_at(locator) {
                let (_, tasks) = hosts.get_or_insert_with(host, || (host, Tasks::default()));
                tasks.limit = [tasks.limit, limit].into_iter().flatten().min();
                tasks.used = tasks.used.max(used);
            }
        };
        let Parsed { limits, processes, uses, .. } = input.parsed;
        for limit in limits {
            let is_usable = |value: &u64| binds_node(limit.name) && is_plausible(limit.name, *value);
            add(&limit.locator, limit.value.filter(is_usable), 0);
        }
        for listing in processes.iter().filter(|listing| listing.counts_threads) {
            add(&listing.locator, None, u64::from(listing.n_threads));
        }
        for used in uses {
            add(&used.locator, None, if binds_node(used.name) { used.used } else { 0 });
        }
    }
    hosts.into_values()
}

/// The node that is judged, where the evidence tells several hosts apart, and the other hosts: the one that series count, else the one that
/// filled most of its own limit. Where series count a node that no host is called like, nothing tells which of them it is.
pub(super) fn choose_host(inputs: &[Input<'_>], node: Option<String>) -> (Option<String>, Vec<String>) {
    let hosts = tasks_of(inputs);
    let chosen = match &node {
        Some(node) => {
            let node = short(node);
            // A report that does not say its host has it in its folder's name, among other words.
            let mut names = hosts.iter().map(|(host, _)| *host);
            names.clone().find(|host| *host == node).or_else(|| names.find(|host| names_node(host, node)))
        }
        None if hosts.len() > 1 => {
            let share = |tasks: &Tasks| tasks.limit.map_or(0.0, |limit| tasks.used as f64 / limit as f64);
            // Without a limit there is nothing to judge, without a count little.
            let rank = |tasks: &Tasks| (tasks.limit.is_some(), tasks.used > 0);
            let fuller = |a: &Tasks, b: &Tasks| rank(a).cmp(&rank(b)).then(share(a).total_cmp(&share(b)));
            hosts.iter().max_by(|a, b| fuller(&a.1, &b.1).then(b.0.cmp(a.0))).map(|(host, _)| *host)
        }
        None => None,
    };
    let Some(chosen) = chosen.map(str::to_owned) else { return (node, Vec::new()) };
    let others = hosts.iter().filter(|(host, _)| *host != chosen).map(|(host, _)| (*host).to_owned()).collect();
    (node.or(Some(chosen)), others)
}
