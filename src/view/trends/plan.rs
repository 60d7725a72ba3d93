//! Which charts a case has and which series each shows, before any window or size is known.

use std::borrow::Cow;

use crate::facts::Facts;
use crate::facts::ceilings::node_use;
use crate::facts::usage::{Quantity, SeriesFact, sum_over};
use crate::model::sort::Order as _;
use crate::model::{Arg, Message};

/// Series drawn on their own in one chart; the rest is summed as *others*. With the node, its containers and the others they are eight,
/// as many as the palette has colours that anyone can tell apart.
const MAX_DRAWN: usize = 5;
/// Charts of series that no quantity is known of.
const MAX_OTHER_CHARTS: usize = 6;

/// One chart.
pub(super) struct Plan<'a> {
    pub(super) key: String,
    pub(super) title: Message,
    pub(super) y_label: Message,
    /// Whether task limits belong on it.
    pub(super) has_ceilings: bool,
    pub(super) series: Vec<PlannedSeries<'a>>,
}

/// One series of a chart.
pub(super) struct PlannedSeries<'a> {
    pub(super) key: String,
    pub(super) label: Message,
    pub(super) color: u8,
    pub(super) emphasis: bool,
    pub(super) culprit: bool,
    pub(super) times: Cow<'a, [f64]>,
    pub(super) values: Cow<'a, [f64]>,
}

impl PlannedSeries<'_> {
    /// The value at the time nearest to `at`, if the series has one within half a minute or two of its steps.
    pub(super) fn value_near(&self, at: f64) -> Option<(f64, f64)> {
        let after = self.times.partition_point(|&time| time < at);
        let nearest = [after.checked_sub(1), Some(after)]
            .into_iter()
            .flatten()
            .filter(|&index| index < self.times.len())
            .min_by(|&a, &b| (self.times[a] - at).abs().total_cmp(&(self.times[b] - at).abs()))?;
        let step = self.times.windows(2).next().map_or(30.0, |pair| pair[1] - pair[0]);
        let near = (self.times[nearest] - at).abs() <= (2.0 * step).max(30.0);
        (near && self.values[nearest].is_finite()).then(|| (self.times[nearest], self.values[nearest]))
    }
}

/// All charts of a case: threads, processes, forks, then everything else by name.
pub(super) fn plan(facts: &Facts) -> Vec<Plan<'_>> {
    let mut plans = Vec::new();
    plans.extend(threads(facts));
    for (quantity, key, title, y_label) in [
        (Quantity::Processes, "processes", "trends-chart-processes", "trends-unit-processes"),
        (Quantity::ForkRate, "forks", "trends-chart-forks", "trends-unit-forks"),
    ] {
        let members: Vec<&SeriesFact> = facts.usage.of(quantity).map(|(_, series)| series).collect();
        if !members.is_empty() {
            let series = ranked(facts, &members, 0);
            plans.push(Plan {
                key: key.to_owned(),
                title: Message::new(title),
                y_label: Message::new(y_label),
                has_ceilings: false,
                series,
            });
        }
    }
    let mut names: Vec<&str> = Vec::new();
    for (_, series) in facts.usage.of(Quantity::Other) {
        if !names.contains(&series.name.as_str()) && names.len() < MAX_OTHER_CHARTS {
            names.push(&series.name);
        }
    }
    for (index, name) in names.into_iter().enumerate() {
        let members: Vec<&SeriesFact> =
            facts.usage.of(Quantity::Other).map(|(_, series)| series).filter(|series| series.name == name).collect();
        let title = Message::new("trends-chart-other").with("name", name);
        let series = ranked(facts, &members, 0);
        plans.push(Plan {
            key: format!("other-{index}"),
            title,
            y_label: Message::new("trends-unit-value"),
            has_ceilings: false,
            series,
        });
    }
    plans
}

fn threads(facts: &Facts) -> Option<Plan<'_>> {
    let mut series = Vec::new();
    if let Some(total) = facts.usage.total_series() {
        let label = if facts.usage.total_is_containers { "trends-series-containers" } else { "trends-series-node" };
        let host = node_use(&facts.usage).and_then(|node| node.host);
        if let Some(host) = host {
            // What the ceiling really sees: the containers and, as far as one listing tells, the host's own threads.
            let label = Message::new("trends-series-node-estimate").with("host", Arg::Int(host.round() as i64));
            let values: Vec<f64> = total.values.iter().map(|value| value + host).collect();
            series.push(PlannedSeries {
                key: "node-estimate".to_owned(),
                label,
                color: 0,
                emphasis: true,
                culprit: false,
                times: Cow::Borrowed(&total.times),
                values: Cow::Owned(values),
            });
        }
        series.push(PlannedSeries {
            key: total.key.clone(),
            label: Message::new(label),
            color: u8::from(host.is_some()),
            emphasis: host.is_none(),
            culprit: false,
            times: Cow::Borrowed(&total.times),
            values: Cow::Borrowed(&total.values),
        });
    }
    let containers: Vec<&SeriesFact> = facts.usage.of(Quantity::ContainerThreads).map(|(_, one)| one).collect();
    let first_color = series.len() as u8;
    series.extend(ranked(facts, &containers, first_color));
    (!series.is_empty()).then(|| Plan {
        key: "threads".to_owned(),
        title: Message::new("trends-chart-threads"),
        y_label: Message::new("trends-unit-threads"),
        has_ceilings: true,
        series,
    })
}

/// The largest series each on its own, the others summed.
fn ranked<'a>(facts: &Facts, members: &[&'a SeriesFact], first_color: u8) -> Vec<PlannedSeries<'a>> {
    let culprit =
        facts.growth.as_ref().and_then(|growth| growth.culprit()).and_then(|one| facts.usage.series.get(one.series));
    let mut order: Vec<&SeriesFact> = members.to_vec();
    order.order_by(|a, b| {
        let peak = |series: &SeriesFact| series.max().map_or(f64::NEG_INFINITY, |(_, value)| value);
        peak(b).total_cmp(&peak(a)).then(a.key.cmp(&b.key))
    });
    let (drawn, rest) = order.split_at(if order.len() > MAX_DRAWN + 1 { MAX_DRAWN } else { order.len() });
    let mut series: Vec<PlannedSeries<'a>> = drawn
        .iter()
        .enumerate()
        .map(|(index, one)| {
            let label = match (&one.owner, labels_twice(members, &one.label)) {
                (Some(owner), true) => format!("{} ({owner})", one.label),
                _ => one.label.clone(),
            };
            PlannedSeries {
                key: one.key.clone(),
                label: Message::new("trends-series-named").with("name", label),
                color: first_color.saturating_add(index as u8),
                emphasis: culprit.is_some_and(|culprit| culprit.key == one.key),
                culprit: culprit.is_some_and(|culprit| culprit.key == one.key),
                times: Cow::Borrowed(&one.times),
                values: Cow::Borrowed(&one.values),
            }
        })
        .collect();
    if !rest.is_empty() {
        let (times, values) = sum_over(rest);
        series.push(PlannedSeries {
            key: "others".to_owned(),
            label: Message::new("trends-series-others").with("count", rest.len()),
            color: first_color.saturating_add(drawn.len() as u8),
            emphasis: false,
            culprit: false,
            times: Cow::Owned(times),
            values: Cow::Owned(values),
        });
    }
    series
}

fn labels_twice(members: &[&SeriesFact], label: &str) -> bool {
    members.iter().filter(|one| one.label == label).nth(1).is_some()
}
