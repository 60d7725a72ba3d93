//! What the node's threads were put together from, and where samples are missing. A gap is evidence: collectors need tasks too, and those
//! that read `/proc` of every process fail first (node_exporter#1042, #2110).

use super::change_point::median;
use super::failures::Failures;
use super::usage::{Place, SeriesFact, Usage, timestamp};
use crate::model::{EvidenceId, Gap, Role, ThreadHistory, ThreadSource, TimeRange, Timestamp};

/// Fewest samples from which a step can be told.
const MIN_SAMPLES: usize = 8;
/// From this many steps on, a distance between two samples is a gap.
const GAP_STEPS: f64 = 3.0;
/// Gaps that are listed; a series with more has no regular step.
const MAX_GAPS: usize = 50;

/// The history of the node's threads; `None` where nothing counts them.
#[must_use]
pub fn derive_history(usage: &Usage, failures: &Failures) -> Option<ThreadHistory> {
    let total = usage.total_series()?;
    let given = [total];
    // A sum stands nowhere: its parts do.
    let computed: Vec<&SeriesFact> = match total.has_places() {
        true => Vec::new(),
        false => usage.of(super::usage::Quantity::ContainerThreads).map(|(_, one)| one).collect(),
    };
    let shown = if computed.is_empty() { &given[..] } else { &computed };
    let mut sources: Vec<ThreadSource> = Vec::new();
    let mut count = |evidence: EvidenceId, selector: Option<&String>| {
        let known = sources.iter_mut().find(|one| one.evidence == evidence && one.selector.as_ref() == selector);
        match known {
            Some(known) => known.samples += 1,
            None => sources.push(ThreadSource { evidence, selector: selector.cloned(), samples: 1 }),
        }
    };
    for one in shown {
        for index in (0..one.values.len()).filter(|&index| one.values[index].is_finite()) {
            match (&one.parts, &one.origin) {
                (Some(parts), _) => {
                    let place = parts.samples.get(index).and_then(|sample| parts.places.get(sample.0 as usize));
                    match place {
                        Some(Place::Rows(origin, selector)) => count(origin.evidence, Some(selector)),
                        Some(whole) => count(whole.evidence(), None),
                        None => {}
                    }
                }
                (None, Some(origin)) => count(origin.evidence, Some(&one.selector)),
                (None, None) => {}
            }
        }
    }
    let gaps = gaps(total, failures);
    Some(ThreadHistory { node: usage.node.clone(), containers_only: usage.total_is_containers, sources, gaps })
}

fn gaps(total: &SeriesFact, failures: &Failures) -> Vec<Gap> {
    let finite: Vec<usize> = (0..total.values.len()).filter(|&index| total.values[index].is_finite()).collect();
    if finite.len() < MIN_SAMPLES {
        return Vec::new();
    }
    let apart = |pair: &[usize]| total.times[pair[1]] - total.times[pair[0]];
    let step = median(&mut finite.windows(2).map(apart).collect::<Vec<_>>()).unwrap_or(0.0);
    let long: Vec<&[usize]> = finite.windows(2).filter(|pair| step > 0.0 && apart(pair) > GAP_STEPS * step).collect();
    if long.len() > MAX_GAPS {
        return Vec::new();
    }
    let refused: Vec<Timestamp> = failures.task_refused().filter_map(|failure| failure.at).collect();
    let of = |pair: &[usize]| {
        let range = TimeRange::of(timestamp(total.times[pair[0]]), timestamp(total.times[pair[1]]));
        let while_refused = refused.iter().any(|at| range.contains(*at));
        let cites = pair.iter().filter_map(|&index| total.cite(index, Role::Bounds)).collect();
        Gap { range, while_refused, cites }
    };
    long.into_iter().map(of).collect()
}
