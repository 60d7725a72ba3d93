//! Events that series show: when the threads began to grow, when they were back.

use super::event;
use crate::facts::Facts;
use crate::facts::usage::timestamp;
use crate::model::{EventSource, Message, Phase, Role, TimelineEvent};

pub(super) fn onset(facts: &Facts) -> Option<TimelineEvent> {
    let growth = facts.growth.as_ref().filter(|growth| growth.begins)?;
    let total = facts.usage.series.get(growth.total)?;
    let shown =
        if total.has_places() { total } else { facts.usage.series.get(growth.contributions.first()?.series)? };
    let onset = &growth.onset;
    let at = timestamp(onset.after);
    let text =
        Message::new("event-threads-grow").with("baseline", whole(onset.baseline)).with("peak", whole(onset.peak));
    let cites = shown.nearest(onset.by).and_then(|index| shown.cite(index, Role::Shows)).into_iter().collect();
    let step = (onset.by - onset.after).ceil() as u32;
    let proposed = event("onset".to_owned(), at, text, EventSource::Series(total.label.clone()), cites);
    Some(TimelineEvent { phase: Some(Phase::Onset), uncertainty_s: step, ..proposed })
}

/// The first sample after the peak that is back near the baseline.
pub(super) fn recovery(facts: &Facts) -> Option<TimelineEvent> {
    let growth = facts.growth.as_ref()?;
    let total = facts.usage.series.get(growth.total)?;
    let shown =
        if total.has_places() { total } else { facts.usage.series.get(growth.contributions.first()?.series)? };
    let onset = &growth.onset;
    let back_below = onset.baseline + 0.2 * (onset.peak - onset.baseline);
    let index = (onset.peak_index..total.values.len()).find(|&index| total.values[index] <= back_below)?;
    let before = (0..index).rev().find(|&before| total.values[before].is_finite())?;
    let at = timestamp(total.times.at(index));
    let text = Message::new("event-threads-recover").with("value", whole(total.values[index]));
    let cites =
        shown.nearest(total.times.at(index)).and_then(|index| shown.cite(index, Role::Shows)).into_iter().collect();
    let step = (total.times.at(index) - total.times.at(before)).ceil() as u32;
    let proposed = event("recovery".to_owned(), at, text, EventSource::Series(total.label.clone()), cites);
    Some(TimelineEvent { phase: Some(Phase::Resolution), uncertainty_s: step, ..proposed })
}

fn whole(threads: f64) -> crate::model::Arg {
    crate::model::Arg::Int(threads.round() as i64)
}
