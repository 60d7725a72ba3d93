//! What a chart's series did: the steps and slopes that were found in them, each with the series that it is of.

use serde::{Deserialize, Serialize};

use super::build::round_for_reading;
use super::plan::{Plan, PlannedSeries};
use crate::facts::Facts;
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

/// The changes of a chart's series, in order of time: the place of each among all of them, and of its series in the chart.
pub(super) fn changes_of(facts: &Facts, series: &[PlannedSeries]) -> Vec<(usize, usize)> {
    let facts_of: Vec<_> = series.iter().map(|series| series.fact(facts)).collect();
    let series_of = |point: &ChangePoint| {
        facts_of.iter().position(|fact| {
            fact.is_some_and(|fact| {
                point.selector == fact.selector && point.evidence == fact.origin.as_ref().map(|it| it.evidence)
            })
        })
    };
    (0..).zip(&facts.change_points).filter_map(|(place, point)| Some((place, series_of(point)?))).collect()
}

/// The largest changes of series that are shown, in order of time, and how many there are in all.
pub(super) fn told(plan: &Plan, facts: &Facts, hidden: &[String], texts: &Texts) -> (Vec<LevelChange>, u32) {
    let all = plan.changes.iter().filter_map(|(place, of)| Some((&plan.series[*of], facts.change_points.get(*place)?)));
    let mut told: Vec<(&PlannedSeries, &ChangePoint)> =
        all.filter(|(series, _)| !hidden.contains(&series.key)).collect();
    let n_all = told.len() as u32;
    while told.len() > MAX_TOLD {
        // One of many that are alike is as good as another.
        let least = told.iter().map(|(_, point)| share(point)).fold(f64::INFINITY, f64::min);
        let mut left_over = told.len() - MAX_TOLD;
        told.retain(|(_, point)| {
            let stays = left_over == 0 || share(point) > least;
            left_over -= usize::from(!stays);
            stays
        });
    }
    let change = |(series, point): (&PlannedSeries, &ChangePoint)| {
        let label = texts.say(&series.label);
        let said = say(point, &label);
        let between = TimeRange::of(point.after, point.by);
        LevelChange { series: series.key.clone(), label, color: series.color, said, between }
    };
    (told.into_iter().map(change).collect(), n_all)
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
        .with("between", Arg::Range(TimeRange::of(point.after, point.by)))
        .with("before", level(point.baseline))
        .with("level", level(point.peak))
}
