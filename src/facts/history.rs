//! What the node's threads were put together from, and where samples are missing. A gap is evidence: collectors need tasks too, and those
//! that read `/proc` of every process fail first (node_exporter#1042, #2110).

use super::ceilings::node_use;
use super::failures::Failures;
use super::growth::{Growth, MAX_APART_S};
use super::median::median;
use super::usage::total::n_samples;
use super::usage::{Place, Quantity, SeriesFact, Usage, timestamp};
use crate::model::{Cite, EvidenceId, Gap, Reconciliation, Role, ThreadHistory, ThreadSource, TimeRange, Timestamp};

/// Fewest samples from which a step can be told.
const MIN_SAMPLES: usize = 8;
/// From this many steps on, a distance between two samples is a gap.
const GAP_STEPS: f64 = 3.0;
/// Steps that are looked at for the usual one.
const MAX_STEPS: usize = 20_000;
/// Gaps that are listed; a series with more has no regular step.
const MAX_GAPS: usize = 50;

/// The history of the node's threads; `None` where nothing counts them.
#[must_use]
pub fn derive_history(usage: &Usage, failures: &Failures, growth: Option<&Growth>) -> Option<ThreadHistory> {
    let total = usage.total_series()?;
    let given = [total];
    // A sum stands nowhere: its parts do.
    let computed: Vec<&SeriesFact> = match total.has_places() {
        true => Vec::new(),
        false => usage.of(Quantity::ContainerThreads).map(|(_, one)| one).collect(),
    };
    let shown = if computed.is_empty() { &given[..] } else { &computed };
    let mut sources: Vec<ThreadSource> = Vec::new();
    let mut count = |evidence: EvidenceId, selector: Option<&String>, samples: u32| {
        let known = sources.iter_mut().find(|one| one.evidence == evidence && one.selector.as_ref() == selector);
        match known {
            Some(known) => known.samples += samples,
            None => sources.push(ThreadSource { evidence, selector: selector.cloned(), samples }),
        }
    };
    for one in shown {
        let finite = || (0..one.values.len()).filter(|&index| one.values[index].is_finite());
        match (&one.parts, &one.origin) {
            (Some(parts), _) => {
                for index in finite() {
                    let place = parts.samples.get(index).and_then(|sample| parts.places.get(sample.0 as usize));
                    match place {
                        Some(Place::Rows(origin, selector)) => count(origin.evidence, Some(selector), 1),
                        Some(whole) => count(whole.evidence(), None, 1),
                        None => {}
                    }
                }
            }
            // A series of one table has one source, however long it is.
            (None, Some(origin)) => match u32::try_from(n_samples(one)) {
                Ok(0) | Err(_) => {}
                Ok(samples) => count(origin.evidence, Some(&one.selector), samples),
            },
            (None, None) => {}
        }
    }
    let gaps = gaps(total, failures);
    let reconciliation = reconcile(usage, growth);
    let (node, containers_only) = (usage.node.clone(), usage.total_is_containers);
    Some(ThreadHistory { node, containers_only, sources, gaps, reconciliation })
}

/// Both counts at the peak of the growth, else of the node's threads.
fn reconcile(usage: &Usage, growth: Option<&Growth>) -> Option<Reconciliation> {
    let total = usage.total_series()?;
    if usage.total_is_containers {
        let node = node_use(usage)?;
        let (at, containers, rest) = (node.at?, node.containers?, node.host?);
        let cites = node.peak_cites.into_iter().chain(node.host_cites).collect();
        let node = node.threads;
        return Some(Reconciliation {
            at,
            node,
            containers,
            rest,
            before: None,
            listed: true,
            unlabelled: false,
            cites,
        });
    }
    let sum = usage.containers.as_ref()?;
    let cites = |at: f64| {
        let parts = usage.of(Quantity::ContainerThreads).map(|(_, one)| one);
        let largest = parts.max_by(|a, b| value_at(a, at).total_cmp(&value_at(b, at)).then(b.key.cmp(&a.key)));
        let shown = if sum.has_places() { Some(sum) } else { largest };
        let cite = |one: &SeriesFact| one.cite(one.nearest(at)?, Role::Shows);
        [cite(total), shown.and_then(cite)].into_iter().flatten().collect::<Vec<Cite>>()
    };
    if let Some(rest) = growth.and_then(|growth| growth.rest) {
        return Some(Reconciliation {
            at: timestamp(rest.at),
            node: rest.node,
            containers: rest.containers,
            rest: rest.at_peak,
            before: Some(rest.before),
            listed: false,
            unlabelled: rest.is_unlabelled(),
            cites: cites(rest.at),
        });
    }
    let (index, node) = total.max()?;
    let at = total.times.at(index);
    let near = sum.nearest(at).filter(|&near| (sum.times.at(near) - at).abs() <= MAX_APART_S)?;
    let containers = sum.values[near];
    Some(Reconciliation {
        at: timestamp(at),
        node,
        containers,
        rest: node - containers,
        before: None,
        listed: false,
        unlabelled: false,
        cites: cites(at),
    })
}

fn value_at(series: &SeriesFact, at: f64) -> f64 {
    series.nearest(at).map_or(f64::NEG_INFINITY, |index| series.values[index])
}

fn gaps(total: &SeriesFact, failures: &Failures) -> Vec<Gap> {
    let finite = || (0..total.values.len()).filter(|&index| total.values[index].is_finite());
    let n_finite = finite().count();
    if n_finite < MIN_SAMPLES {
        return Vec::new();
    }
    let pairs = || finite().zip(finite().skip(1)).map(|(a, b)| [a, b]);
    let apart = |pair: &[usize; 2]| total.times.at(pair[1]) - total.times.at(pair[0]);
    // A step is regular or it is none: of a long series some of its steps tell.
    let some = pairs().step_by(n_finite.div_ceil(MAX_STEPS));
    let step = median(&mut some.map(|pair| apart(&pair)).collect::<Vec<_>>()).unwrap_or(0.0);
    let is_long = |pair: &[usize; 2]| step > 0.0 && apart(pair) > GAP_STEPS * step;
    let long: Vec<[usize; 2]> = pairs().filter(is_long).take(MAX_GAPS + 1).collect();
    if long.len() > MAX_GAPS {
        return Vec::new();
    }
    let refused: Vec<Timestamp> = failures.task_refused().filter_map(|failure| failure.at).collect();
    let of = |pair: [usize; 2]| {
        let range = TimeRange::of(timestamp(total.times.at(pair[0])), timestamp(total.times.at(pair[1])));
        let while_refused = refused.iter().any(|at| range.contains(*at));
        let cites = pair.iter().filter_map(|&index| total.cite(index, Role::Bounds)).collect();
        Gap { range, while_refused, cites }
    };
    long.into_iter().map(of).collect()
}
