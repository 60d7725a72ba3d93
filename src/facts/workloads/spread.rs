//! How failing pods spread: over namespaces, nodes, owners and volumes, each with the pods that are well.

use super::owners::Owners;
use super::{Views, pods};
use crate::facts::Input;
use crate::model::few::Few;
use crate::model::gather::ByName;
use crate::model::sort::Order as _;
use crate::model::{SpreadDimension, SpreadRow};

/// Rows kept of a dimension: the worst.
const MAX_ROWS: usize = 12;

/// The spread of failing pods; empty where none fails.
#[must_use]
pub fn derive_spread(inputs: &[Input<'_>]) -> Vec<SpreadRow> {
    let all_views = Views::of(inputs);
    let mut counts = ByName::<SpreadRow>::default();
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
        let owner = owners.chain(namespace, name, views).pop();
        let owner = owner.map(|owner| {
            let place = if namespace.is_empty() { "" } else { "/" };
            format!("{} {namespace}{place}{}", owner.kind, owner.name)
        });
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
        for (dimension, value) in rows.chain(claims) {
            let new = || SpreadRow { dimension, value: value.clone(), failing: 0, total: 0 };
            let row = counts.get_or_insert_with(&format!("{}/{value}", dimension as u8), new);
            row.failing += failing;
            row.total += 1;
        }
    }
    // One pod shares nothing with anybody.
    if n_failing < 2 {
        return Vec::new();
    }
    let mut rows = counts.into_values();
    rows.order_by(|a, b| a.dimension.cmp(&b.dimension).then(b.failing.cmp(&a.failing)).then(a.value.cmp(&b.value)));
    let mut kept: Few<SpreadDimension, usize> = Few::default();
    rows.retain(|row| {
        let n = kept.or_default(row.dimension);
        *n += 1;
        // What only one has is not shared.
        *n <= MAX_ROWS && row.failing > 1
    });
    rows
}
