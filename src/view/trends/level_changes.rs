//! What a chart's series did: the steps and slopes that were found in them, each with the series that it is of.

use serde::{Deserialize, Serialize};

use super::build::round_for_reading;
use super::plan::{Plan, PlannedSeries};
use crate::facts::Facts;
use crate::model::{Arg, ChangePoint, Message, TimeRange};
use crate::text::Texts;

/// Changes of one chart that are told: the first.
const MAX_TOLD: usize = 12;

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

/// The first changes of series that are shown, in order of time, and how many there are in all.
pub(super) fn told(plan: &Plan, facts: &Facts, hidden: &[String], texts: &Texts) -> (Vec<LevelChange>, u32) {
    let (mut told, mut n_all) = (Vec::new(), 0);
    for (place, of) in &plan.changes {
        let series = &plan.series[*of];
        let Some(point) = facts.change_points.get(*place).filter(|_| !hidden.contains(&series.key)) else { continue };
        n_all += 1;
        if told.len() < MAX_TOLD {
            let label = texts.say(&series.label);
            let said = say(point, &label);
            let between = TimeRange::of(point.after, point.by);
            told.push(LevelChange { series: series.key.clone(), label, color: series.color, said, between });
        }
    }
    (told, n_all)
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
