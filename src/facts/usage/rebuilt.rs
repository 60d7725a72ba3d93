//! The node's threads from every source that counts them: node-exporter, sar's `plist-sz`, `/proc/loadavg`, kubelet's summary, listings.
//!
//! All of them count the same tasks. The source with the most samples leads; another one's sample is taken only where the leader has none
//! nearby, so two clocks are never interleaved. Every sample keeps the place it stands in, and a gap that no source fills stays a gap.

use super::total::n_samples;
use super::{Parts, Place, Quantity, SeriesFact, Snapshot, timestamp};
use crate::facts::median::median;
use crate::model::Unit;
use crate::model::sort::Order as _;

/// Fewer samples are no course that a sum over containers would have to stand back for.
const MIN_COURSE: usize = 8;
/// The least distance of a listing from a sample to say something new, in seconds: `ps` tells its minute only.
const LISTING_REACH_S: f64 = 60.0;

/// A sample: time, value, place, row.
type Sample = (f64, f64, u32, u32);

/// Puts the node's threads together and gives the index of the series that stands for them; `None` where nothing counts the node or
/// containers are sampled far better. Then the few samples of the node become snapshots, which tell the host's own share.
pub(super) fn rebuild(
    series: &mut Vec<SeriesFact>,
    snapshots: &mut Vec<Snapshot>,
    containers: Option<&SeriesFact>,
) -> Option<usize> {
    let mut sources: Vec<usize> =
        (0..series.len()).filter(|&index| series[index].quantity == Quantity::NodeThreads).collect();
    sources
        .order_by_key(|&index| (std::cmp::Reverse(n_samples(&series[index])), series[index].selector.clone(), index));
    let mut parts = Parts::default();
    let mut samples: Vec<Sample> = Vec::new();
    for &index in &sources {
        let one = &series[index];
        let Some(origin) = &one.origin else { continue };
        let place = parts.places.len() as u32;
        parts.places.push(Place::Rows(origin.clone(), one.selector.clone()));
        let finite = one.times.iter().zip(&one.values).enumerate().filter(|(_, (_, value))| value.is_finite());
        let own = finite.map(|(row, (time, &value))| (time, value, place, row as u32)).collect();
        fill(&mut samples, own, 0.0);
    }
    let mut listed: Vec<Sample> = Vec::new();
    for snapshot in snapshots.iter() {
        let Some(at) = snapshot.at else { continue };
        listed.push((at.as_seconds_f64(), f64::from(snapshot.n_threads), parts.places.len() as u32, 0));
        parts.places.push(Place::Whole(snapshot.locator));
    }
    // Of two listings within a minute the fuller one counts.
    listed.order_by(|a, b| a.0.total_cmp(&b.0).then(b.1.total_cmp(&a.1)));
    listed.dedup_by(|later, first| later.0 - first.0 < 0.5);
    fill(&mut samples, listed, LISTING_REACH_S);

    let sums = series.iter().filter(|one| one.quantity == Quantity::ContainerSum).chain(containers);
    let n_containers = sums.map(n_samples).max().unwrap_or(0);
    if samples.len() < MIN_COURSE && n_containers > samples.len() {
        for &index in &sources {
            let one = &series[index];
            let finite = (0..one.values.len()).filter(|&row| one.values[row].is_finite());
            snapshots.extend(finite.filter_map(|row| {
                let n_threads = one.values[row].max(0.0) as u32;
                let (at, locator) = (Some(timestamp(one.times.at(row))), one.locator(row)?);
                Some(Snapshot { at, n_threads, users: Vec::new(), holder: None, listing: None, host: None, locator })
            }));
        }
        return None;
    }
    match sources[..] {
        [only] if samples.len() == n_samples(&series[only]) => return Some(only),
        [] if samples.len() < 2 => return None,
        _ => {}
    }
    let (times, values): (Vec<f64>, Vec<f64>) = samples.iter().map(|sample| (sample.0, sample.1)).unzip();
    parts.samples = samples.iter().map(|sample| (sample.2, sample.3)).collect();
    let assumed = !sources.is_empty() && sources.iter().all(|&index| series[index].assumed);
    let node = sources.iter().find_map(|&index| series[index].node.clone());
    let named = || "threads".to_owned();
    series.push(SeriesFact {
        key: named(),
        label: named(),
        owner: None,
        node,
        name: named(),
        selector: named(),
        quantity: Quantity::NodeThreads,
        assumed,
        unit: Unit::None,
        times: times.into(),
        values: values.into(),
        origin: None,
        parts: Some(parts),
        peak: Default::default(),
    });
    Some(series.len() - 1)
}

/// Adds the samples that lie away from all there are; both in order of time.
fn fill(samples: &mut Vec<Sample>, own: Vec<Sample>, least_reach: f64) {
    let mut steps: Vec<f64> = samples.windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
    let reach = (1.5 * median(&mut steps).unwrap_or(0.0)).max(least_reach);
    let is_new = |sample: &Sample| {
        let after = samples.partition_point(|known| known.0 < sample.0 - reach);
        samples.get(after).is_none_or(|known| known.0 > sample.0 + reach)
    };
    let new: Vec<Sample> = own.into_iter().filter(is_new).collect();
    samples.extend(new);
    samples.order_by(|a, b| a.0.total_cmp(&b.0));
}
