//! How long the tasks of a dump have waited, as bars: a click on one leaves the groups that have waited for as long.

use super::panel::{Item, PanelRequest, Spot};
use super::stacks::GroupView;
use crate::chart::bars::{Bar, ROW, draw_bars};
use crate::facts::stacks::groups::BUCKETS_MIN;
use crate::text::{Texts, format};

/// The name of a bucket of the histogram.
pub(super) fn bucket_name(bucket: usize, texts: &Texts) -> String {
    match BUCKETS_MIN.get(bucket) {
        Some(bound) => texts.with("panel-stacks-up-to", &[("minutes", (*bound).into())]),
        None => texts.get("panel-stacks-longer"),
    }
}

/// The same as a range, with its unit.
fn range_name(bucket: usize, texts: &Texts) -> String {
    let minutes = |bound: u32| texts.with("panel-stacks-minutes", &[("count", bound.into())]);
    match BUCKETS_MIN.get(bucket) {
        Some(bound) => ["≤ ", &minutes(*bound)].concat(),
        None => ["> ", &minutes(BUCKETS_MIN[BUCKETS_MIN.len() - 1])].concat(),
    }
}

/// The bars of some groups; those from `at_least_min` on stand out. Nothing where all have waited alike.
pub(super) fn wait_picture(
    groups: &[&GroupView],
    at_least_min: u32,
    request: &PanelRequest,
    texts: &Texts,
) -> Option<Item> {
    let mut sums = [0; BUCKETS_MIN.len() + 1];
    for wait in groups.iter().filter_map(|group| group.wait.as_ref()) {
        sums.iter_mut().zip(&wait.histogram).for_each(|(sum, count)| *sum += count);
    }
    let (mut bars, mut spots, mut told) = (Vec::new(), Vec::new(), Vec::new());
    for (bucket, count) in sums.into_iter().enumerate().filter(|(_, count)| *count > 0) {
        // What waits for longer than the bucket below.
        let from = bucket.checked_sub(1).map_or(0, |below| BUCKETS_MIN[below]);
        let whole = count as f64;
        let part = if at_least_min > 0 && from >= at_least_min { whole } else { 0.0 };
        let (label, value) = (range_name(bucket, texts), format::integer(count as i64));
        let title = [label.as_str(), ": ", &value].concat();
        let top = ROW * bars.len() as f32;
        let area = (0.0, top, request.width as f32, top + ROW);
        // A second click takes the filter away.
        let value_set = if from == 0 || from == at_least_min { String::new() } else { from.to_string() };
        spots.push(Spot { area, id: "wait".to_owned(), value: value_set, title: title.clone() });
        told.push(title);
        bars.push(Bar { label, value, part, whole });
    }
    let name = texts.with("panel-stacks-waits", &[("waits", told.join("; ").into())]);
    (bars.len() > 1).then(|| Item::Picture { name, drawing: draw_bars(&bars, request.width, &request.palette), spots })
}
