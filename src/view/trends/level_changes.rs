//! What a chart's series did: the steps and slopes that were found in them, each with the series that it is of.

use serde::{Deserialize, Serialize};

use super::build::round_for_reading;
use super::plan::PlannedSeries;
use crate::facts::Facts;
use crate::model::sort::Order as _;
use crate::model::{Arg, ChangePoint, Message, TimeRange};
use crate::text::Texts;

/// Changes of one chart that are told: the largest.
const MAX_TOLD: usize = 8;

/// A lasting change of level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LevelChange {
    /// Key of the series.
    pub series: String,
    /// Its name in the legend.
    pub label: String,
    /// Its colour in the chart.
    pub color: u8,
    /// What it did.
    pub said: Message,
    /// From the last sample near the level before to the first one away from it.
    pub between: TimeRange,
}

impl LevelChange {
    /// What an event of it is known by.
    #[must_use]
    pub fn key(&self) -> String {
        ["level/", &self.series, "/", &self.between.end.0.to_string()].concat()
    }
}

/// The changes of a series, by place among all of them.
pub(super) fn changes_of(facts: &Facts, series: &PlannedSeries) -> Vec<usize> {
    let Some(fact) = series.fact(facts) else { return Vec::new() };
    let evidence = fact.origin.as_ref().map(|origin| origin.evidence);
    let is_its = |point: &ChangePoint| point.evidence == evidence && point.selector == fact.selector;
    facts.change_points.iter().enumerate().filter(|(_, point)| is_its(point)).map(|(place, _)| place).collect()
}

/// The largest changes of series that are shown, in order of time, and how many there are in all.
pub(super) fn told<'a>(
    facts: &Facts,
    shown: impl Iterator<Item = &'a PlannedSeries>,
    texts: &Texts,
) -> (Vec<LevelChange>, u32) {
    let all = shown.flat_map(|series| series.changes.iter().map(move |place| (series, *place)));
    let mut all: Vec<(&PlannedSeries, &ChangePoint)> =
        all.filter_map(|(series, place)| Some((series, facts.change_points.get(place)?))).collect();
    let n_all = all.len() as u32;
    all.order_by(|(_, a), (_, b)| share(b).total_cmp(&share(a)).then(a.by.cmp(&b.by)));
    all.truncate(MAX_TOLD);
    all.order_by_key(|(_, point)| point.by);
    let change = |(series, point): (&PlannedSeries, &ChangePoint)| {
        let label = texts.say(&series.label);
        let said = say(point, &label);
        let between = TimeRange::of(point.after, point.by);
        LevelChange { series: series.key.clone(), label, color: series.color, said, between }
    };
    (all.into_iter().map(change).collect(), n_all)
}

/// How far a level lies from the one before, as a share of the larger one.
fn share(point: &ChangePoint) -> f64 {
    (point.peak - point.baseline).abs() / point.peak.abs().max(point.baseline.abs())
}

/// The sentence that says what a series did.
#[must_use]
pub fn say(point: &ChangePoint, series: &str) -> Message {
    let level = |value: f64| Arg::Float(round_for_reading(value));
    Message::new(&format!("event-level-{}", point.kind.as_str()))
        .with("series", series)
        .with("after", Arg::Time(point.after))
        .with("by", Arg::Time(point.by))
        .with("before", level(point.baseline))
        .with("level", level(point.peak))
}
