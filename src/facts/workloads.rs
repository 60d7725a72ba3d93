//! Workloads that restarted, as the objects say.

use super::Input;
use crate::model::sort::Order as _;
use crate::model::{Cite, RestartedWorkload, Role};

/// All described workloads with at least one restart, in order of namespace and name.
#[must_use]
pub fn derive_workloads(inputs: &[Input<'_>]) -> Vec<RestartedWorkload> {
    let mut workloads: Vec<RestartedWorkload> = inputs
        .iter()
        .flat_map(|input| &input.parsed.objects)
        .filter_map(|object| {
            let restarts = object.containers.iter().map(|container| container.restarts).fold(0, u32::saturating_add);
            let restarted = object.containers.iter().filter(|container| container.restarts > 0);
            let last = restarted
                .clone()
                .filter_map(|container| container.last_state.as_ref())
                .max_by_key(|state| state.finished);
            let at = last.and_then(|state| state.finished);
            let counts = restarted.filter_map(|container| container.restarts_at).map(|locator| (locator, None));
            let exits = last.and_then(|state| state.locator).map(|locator| (locator, at));
            (restarts > 0).then(|| RestartedWorkload {
                kind: object.kind.clone(),
                namespace: object.namespace.clone(),
                name: object.name.clone(),
                node: object.node.clone(),
                restarts,
                exit_code: last.and_then(|state| state.exit_code),
                exit_reason: last.and_then(|state| state.reason.clone()),
                exit_at: at,
                cites: counts.chain(exits).map(|(locator, at)| Cite { locator, role: Role::Shows, at }).collect(),
            })
        })
        .collect();
    workloads.order_by(|a, b| {
        (&a.namespace, &a.name, a.exit_at, a.restarts).cmp(&(&b.namespace, &b.name, b.exit_at, b.restarts))
    });
    workloads
}
