//! How failing pods spread: over namespaces, nodes, owners and volumes, each with the pods that are well.

use std::collections::BTreeMap;

use super::owners::Owners;
use super::{Views, pods};
use crate::facts::Input;
use crate::model::few::Few;
use crate::model::sort::Order as _;
use crate::model::{SpreadDimension, SpreadRow};

/// Rows kept of a dimension: the worst.
const MAX_ROWS: usize = 12;

/// The spread of failing pods; empty where none fails.
#[must_use]
pub fn derive_spread(inputs: &[Input<'_>]) -> Vec<SpreadRow> {
    let all_views = Views::of(inputs);
    let mut counts: BTreeMap<(SpreadDimension, String), (u32, u32)> = BTreeMap::new();
    let mut n_failing = 0;
    let owners = Owners::of(&all_views);
    for ((_, namespace, name), views) in all_views.pods() {
        // A pod that only a list of names knows is neither well nor failing.
        if !views.iter().any(|view| view.status.is_some() || !view.containers.is_empty()) {
            continue;
        }
        let failing = u32::from(views.iter().any(|view| pods::is_failing(view)));
        n_failing += failing;
        // The top of the chain: the replicas of two roll-outs are of one Deployment.
        let owner = owners.chain(namespace, name, views).pop().map(|owner| format!("{}/{}", owner.kind, owner.name));
        let node = views.iter().find_map(|view| view.node.clone());
        let claims = views.iter().map(|view| &view.claims).find(|claims| !claims.is_empty());
        let claims =
            claims.into_iter().flatten().map(|claim| (SpreadDimension::Volume, format!("{namespace}/{claim}")));
        let rows = [
            (SpreadDimension::Namespace, Some((*namespace).to_owned()).filter(|name| !name.is_empty())),
            (SpreadDimension::Node, node),
            (SpreadDimension::Owner, owner),
        ];
        let rows = rows.into_iter().filter_map(|(dimension, value)| Some((dimension, value?)));
        for key in rows.chain(claims) {
            let (of_failing, of_all) = counts.entry(key).or_default();
            *of_failing += failing;
            *of_all += 1;
        }
    }
    // One pod shares nothing with anybody.
    if n_failing < 2 {
        return Vec::new();
    }
    let rows =
        counts.into_iter().map(|((dimension, value), (failing, total))| SpreadRow { dimension, value, failing, total });
    let mut rows: Vec<SpreadRow> = rows.collect();
    rows.order_by(|a, b| a.dimension.cmp(&b.dimension).then(b.failing.cmp(&a.failing)).then(a.value.cmp(&b.value)));
    let mut kept: Few<SpreadDimension, usize> = Few::default();
    rows.retain(|row| {
        let n = kept.or_default(row.dimension);
        *n += 1;
        *n <= MAX_ROWS && row.failing > 0
    });
    rows
}
