//! Which charts a case has and which series each shows, before any window or size is known.

use std::collections::BTreeSet;

use super::labels::{labels_of, tail_of};
use super::level_changes::changes_of;
use crate::chart::reduce::{Extents, reduce};
use crate::facts::Facts;
use crate::facts::ceilings::node_use;
use crate::facts::usage::{Quantity, SeriesFact, sum_over};
use crate::model::sort::Order as _;
use crate::model::{Arg, Instants, Message};

/// Series drawn on their own in one chart; the rest is summed as *others*. With the node, its containers and the others they are eight,
/// as many as the palette has colours that anyone can tell apart.
const MAX_DRAWN: usize = 5;
/// Charts of series that no quantity is known of.
const MAX_OTHER_CHARTS: usize = 12;
/// Samples from which on a series gets its [`Extents`].
const MANY_SAMPLES: usize = 50_000;

/// Samples of a series that leave in a table: as many rows as a spreadsheet takes.
const MAX_LEAVING: usize = 1_000_000;

/// The charts of a case, made once per analysis: every view of them (a zoom, a crosshair) only looks into the series.
#[derive(Debug, Default)]
pub struct Plans {
    pub(super) charts: Vec<Plan>,
    /// Measures that have no chart, where there are too many (a scrape has hundreds, and one instant of each): a series of each, and its name.
    pub(super) left_out: Vec<(String, String)>,
    /// Series that the reader took out of *others*, or of what has no chart.
    picked: Vec<String>,
}

impl Plans {
    /// The charts of the facts.
    #[must_use]
    pub fn of(facts: &Facts, picked: &[String]) -> Self {
        let (charts, left_out) = plan(facts, picked);
        Self { charts, left_out, picked: picked.to_vec() }
    }

    /// Whether they are the charts for these picks.
    #[must_use]
    pub fn fit(&self, picked: &[String]) -> bool {
        self.picked == picked
    }
}

/// One chart.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) key: String,
    pub(super) title: Message,
    pub(super) y_label: Message,
    /// Whether task limits belong on it.
    pub(super) has_ceilings: bool,
    pub(super) series: Vec<PlannedSeries>,
    /// Their changes of level ([`changes_of`]).
    pub(super) changes: Vec<(usize, usize)>,
    /// Key and name of the series that *others* sums.
    pub(super) folded: Vec<(String, Message)>,
}

impl Plan {
    /// Whether its parts can be stacked.
    pub(super) fn can_stack(&self) -> bool {
        self.series.iter().filter(|series| series.is_part).nth(1).is_some()
    }
}

/// One series of a chart.
#[derive(Debug)]
pub(super) struct PlannedSeries {
    pub(super) key: String,
    pub(super) label: Message,
    pub(super) color: u8,
    pub(super) emphasis: bool,
    pub(super) culprit: bool,
    /// A part of the whole that the chart shows.
    pub(super) is_part: bool,
    data: Data,
    extents: Option<Extents>,
}

/// Where the samples are: a long series is not copied.
#[derive(Debug)]
enum Data {
    /// A series of the facts, by index, raised by a constant.
    Series { index: usize, raised: f64 },
    /// Computed.
    Own(Vec<f64>, Vec<f64>),
}

/// The samples of a planned series.
#[derive(Clone, Copy)]
pub(super) struct Samples<'a> {
    pub(super) times: Instants<'a>,
    values: &'a [f64],
    raised: f64,
    extents: Option<&'a Extents>,
}

impl PlannedSeries {
    fn of(facts: &Facts, key: &str, label: Message, data: Data) -> Self {
        let mut series = Self {
            key: key.to_owned(),
            label,
            color: 0,
            emphasis: false,
            culprit: false,
            is_part: false,
            data,
            extents: None,
        };
        let values = series.samples(facts).values;
        series.extents = (values.len() >= MANY_SAMPLES).then(|| Extents::of(values));
        series
    }

    /// The series of the evidence that it shows as it is.
    pub(super) fn fact<'a>(&self, facts: &'a Facts) -> Option<&'a SeriesFact> {
        match self.data {
            Data::Series { index, raised: 0.0 } => facts.usage.series.get(index),
            Data::Series { .. } | Data::Own(..) => None,
        }
    }

    pub(super) fn samples<'a>(&'a self, facts: &'a Facts) -> Samples<'a> {
        let (times, values, raised): (Instants<'_>, &[f64], f64) = match &self.data {
            Data::Own(times, values) => (times.into(), values, 0.0),
            Data::Series { index, raised } => match facts.usage.series.get(*index) {
                Some(series) => (series.times.all(), &series.values, *raised),
                None => ((&[]).into(), &[], 0.0),
            },
        };
        let n_samples = times.len().min(values.len());
        Samples {
            times: times.part(0..n_samples),
            values: &values[..n_samples],
            raised,
            extents: self.extents.as_ref(),
        }
    }
}

impl Samples<'_> {
    pub(super) fn value(&self, index: usize) -> f64 {
        self.values[index] + self.raised
    }

    /// The value at the time nearest to `at`, if the series has one within half a minute or two of its steps.
    pub(super) fn value_near(&self, at: f64) -> Option<(f64, f64)> {
        let after = self.times.partition_point(|time| time < at);
        let nearest = [after.checked_sub(1), Some(after)]
            .into_iter()
            .flatten()
            .filter(|&index| index < self.times.len())
            .min_by(|&a, &b| (self.times.at(a) - at).abs().total_cmp(&(self.times.at(b) - at).abs()))?;
        let step = self.times.get(1).map_or(30.0, |second| second - self.times.at(0));
        let near = (self.times.at(nearest) - at).abs() <= (2.0 * step).max(30.0);
        (near && self.values[nearest].is_finite()).then(|| (self.times.at(nearest), self.value(nearest)))
    }

    /// Indices of the last value of a window and of its highest; `None` where it has none.
    pub(super) fn last_and_highest(&self, (start, end): (f64, f64)) -> Option<(usize, usize)> {
        let from = self.times.partition_point(|time| time < start);
        let to = self.times.partition_point(|time| time <= end);
        let last = from + self.values.get(from..to)?.iter().rposition(|value| value.is_finite())?;
        let highest = match self.extents {
            Some(extents) => extents.extremes(self.values, from..last + 1).1,
            None => (from..=last).fold(last, |best, index| {
                let is_higher =
                    self.values[index] > self.values[best] || index < best && self.values[index] == self.values[best];
                if self.values[index].is_finite() && is_higher { index } else { best }
            }),
        };
        Some((last, highest))
    }

    /// Indices of the lowest and the highest value of a window; `None` where it has none.
    pub(super) fn extremes(&self, (start, end): (f64, f64)) -> [Option<usize>; 2] {
        let from = self.times.partition_point(|time| time < start);
        let to = self.times.partition_point(|time| time <= end);
        let finite = || (from..to).filter(|&index| self.values[index].is_finite());
        let by_value = |a: &usize, b: &usize| self.values[*a].total_cmp(&self.values[*b]);
        [finite().min_by(by_value), finite().max_by(by_value)]
    }

    /// All samples of a window, or where they are too many what a chart of very many columns needs; and whether some are missing.
    pub(super) fn within(&self, (start, end): (f64, f64)) -> ((Vec<f64>, Vec<f64>), bool) {
        let from = self.times.partition_point(|time| time < start);
        let to = self.times.partition_point(|time| time <= end).max(from);
        if to - from > MAX_LEAVING {
            return (self.reduced((start, end), MAX_LEAVING / 4), true);
        }
        ((self.times.part(from..to).iter().collect(), (from..to).map(|index| self.value(index)).collect()), false)
    }

    /// What a chart of so many pixel columns needs of a window: at most a few samples per column, and one on each side.
    pub(super) fn reduced(&self, window: (f64, f64), columns: usize) -> (Vec<f64>, Vec<f64>) {
        let mut points = Vec::new();
        reduce(self.times, self.values, window, columns, self.extents, &mut points);
        points.into_iter().map(|(at, value)| (at, value + self.raised)).unzip()
    }
}

/// All charts of a case: threads, processes, forks, then everything else by name, what was sampled more than once first; and what is left out.
fn plan(facts: &Facts, picked: &[String]) -> (Vec<Plan>, Vec<(String, String)>) {
    let mut plans = Vec::new();
    plans.extend(threads(facts, picked));
    for (quantity, key, title, y_label) in [
        (Quantity::Processes, "processes", "trends-chart-processes", "trends-unit-processes"),
        (Quantity::ForkRate, "forks", "trends-chart-forks", "trends-unit-forks"),
    ] {
        let members: Vec<usize> = facts.usage.of(quantity).map(|(index, _)| index).collect();
        if !members.is_empty() {
            let (series, folded) = ranked(facts, &members, 0, picked);
            plans.push(Plan {
                key: key.to_owned(),
                title: Message::new(title),
                y_label: Message::new(y_label),
                has_ceilings: false,
                series,
                changes: Vec::new(),
                folded,
            });
        }
    }
    let mut names: Vec<&SeriesFact> = Vec::new();
    let is_other =
        |one: &&SeriesFact| matches!(one.quantity, Quantity::Other | Quantity::Used(_) | Quantity::Stated(_));
    let mut known = BTreeSet::new();
    let (mut left_out, mut chosen) = (Vec::new(), Vec::new());
    for is_instant in [false, true] {
        for series in facts.usage.series.iter().filter(is_other) {
            if (series.times.len() < 2) == is_instant && known.insert(measure_of(series)) {
                if names.len() < MAX_OTHER_CHARTS {
                    names.push(series);
                } else if let Some(at) = picked.iter().position(|key| *key == series.key) {
                    chosen.push((at, series));
                } else {
                    left_out.push((series.key.clone(), name_of(facts, series)));
                }
            }
        }
    }
    // As they were chosen: a chart keeps its key.
    chosen.order_by_key(|(at, _)| *at);
    names.extend(chosen.into_iter().map(|(_, series)| series));
    for (index, first) in names.into_iter().enumerate() {
        let is_member = |one: &&SeriesFact| is_other(one) && measure_of(one) == measure_of(first);
        let members = facts.usage.series.iter().enumerate().filter(|(_, one)| is_member(one));
        let members: Vec<usize> = members.map(|(index, _)| index).collect();
        let title = Message::new("trends-chart-other").with("name", name_of(facts, first));
        let (series, folded) = ranked(facts, &members, 0, picked);
        plans.push(Plan {
            key: format!("other-{index}"),
            title,
            y_label: Message::new("trends-unit-value"),
            has_ceilings: false,
            series,
            changes: Vec::new(),
            folded,
        });
    }
    same_colors(&mut plans);
    for plan in &mut plans {
        plan.changes = changes_of(facts, &plan.series);
    }
    (plans, left_out)
}

/// What has one name in several charts has one colour in them, as far as they go around.
fn same_colors(plans: &mut [Plan]) {
    let mut known: Vec<(Message, u8)> = Vec::new();
    for plan in plans {
        let parts = || plan.series.iter().filter(|series| series.is_part);
        let mut free: Vec<u8> = parts().map(|series| series.color).collect();
        let asked: Vec<Option<u8>> = parts()
            .map(|series| {
                let color = known.iter().find(|(label, _)| *label == series.label)?.1;
                let at = free.iter().position(|one| *one == color)?;
                Some(free.remove(at))
            })
            .collect();
        let mut free = free.into_iter();
        let parts = plan.series.iter_mut().filter(|series| series.is_part);
        for (series, asked) in parts.zip(asked) {
            series.color = asked.or_else(|| free.next()).unwrap_or(series.color);
            if !known.iter().any(|(label, _)| *label == series.label) {
                known.push((series.label.clone(), series.color));
            }
        }
    }
}

/// What series of one chart share: the name; where it says nothing, the file, which a series' key begins with (`3.`).
fn measure_of(series: &SeriesFact) -> &str {
    let file = series.key.bytes().position(|byte| byte == b'.').and_then(|at| series.key.get(..=at));
    file.filter(|_| is_generic(&series.name)).unwrap_or(&series.name)
}

/// Whether a name says nothing of what is counted, as the heading `value` of what many tools save: two files that have it tell of two things.
fn is_generic(name: &str) -> bool {
    ["value", "val"].iter().any(|generic| generic.eq_ignore_ascii_case(name))
}

/// The name of what a series measures, with its file where it says nothing by itself.
fn name_of(facts: &Facts, series: &SeriesFact) -> String {
    let paths = || facts.usage.paths.iter().map(|(_, path)| path.as_str()).collect::<Vec<_>>();
    match facts.usage.path_of(series).filter(|_| is_generic(&series.name)) {
        Some(path) => [tail_of(path, &paths()), " · ", &series.name].concat(),
        None => series.name.clone(),
    }
}

fn threads(facts: &Facts, picked: &[String]) -> Option<Plan> {
    let mut series = Vec::new();
    if let Some((index, total)) = facts.usage.total.and_then(|index| Some((index, facts.usage.series.get(index)?))) {
        let label = if facts.usage.total_is_containers { "trends-series-containers" } else { "trends-series-node" };
        let host = node_use(&facts.usage).and_then(|node| node.host);
        if let Some(host) = host {
            // What the ceiling really sees: the containers and, as far as one listing tells, the host's own threads.
            let label = Message::new("trends-series-node-estimate").with("host", Arg::Int(host.round() as i64));
            let data = Data::Series { index, raised: host };
            series.push(PlannedSeries { emphasis: true, ..PlannedSeries::of(facts, "node-estimate", label, data) });
        }
        let (color, emphasis) = (u8::from(host.is_some()), host.is_none());
        let data = Data::Series { index, raised: 0.0 };
        let total = PlannedSeries::of(facts, &total.key, Message::new(label), data);
        series.push(PlannedSeries { color, emphasis, ..total });
    }
    let containers: Vec<usize> = facts.usage.of(Quantity::ContainerThreads).map(|(index, _)| index).collect();
    let (parts, folded) = ranked(facts, &containers, series.len() as u8, picked);
    series.extend(parts);
    (!series.is_empty()).then(|| Plan {
        key: "threads".to_owned(),
        title: Message::new("trends-chart-threads"),
        y_label: Message::new("trends-unit-threads"),
        has_ceilings: true,
        series,
        changes: Vec::new(),
        folded,
    })
}

/// The largest series and those picked each on its own, the others summed; and which those are.
fn ranked(
    facts: &Facts,
    members: &[usize],
    first_color: u8,
    picked: &[String],
) -> (Vec<PlannedSeries>, Vec<(String, Message)>) {
    let fact = |index: usize| &facts.usage.series[index];
    let culprit = facts.growth.as_ref().and_then(|growth| growth.culprit()).map(|one| one.series);
    let mut order: Vec<(f64, usize)> =
        members.iter().map(|&index| (fact(index).max().map_or(f64::NEG_INFINITY, |(_, value)| value), index)).collect();
    order.order_by(|(a_peak, a), (b_peak, b)| b_peak.total_cmp(a_peak).then(fact(*a).key.cmp(&fact(*b).key)));
    let n_drawn = if order.len() > MAX_DRAWN + 1 { MAX_DRAWN } else { order.len() };
    let (mut drawn, mut rest): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
    for (rank, (_, index)) in order.into_iter().enumerate() {
        let is_drawn = rank < n_drawn || picked.contains(&fact(index).key);
        if is_drawn { drawn.push(index) } else { rest.push(index) }
    }
    let labels = labels_of(facts, members);
    let label_of = |index: usize| {
        // The members are in order.
        let label = labels.get(members.partition_point(|member| *member < index));
        Message::new("trends-series-named").with("name", label.map_or("", String::as_str))
    };
    let mut series: Vec<PlannedSeries> = drawn
        .iter()
        .enumerate()
        .map(|(rank, &index)| {
            let is_culprit = culprit == Some(index);
            let data = Data::Series { index, raised: 0.0 };
            let one = PlannedSeries::of(facts, &fact(index).key, label_of(index), data);
            let color = first_color.saturating_add(rank as u8);
            PlannedSeries { color, emphasis: is_culprit, culprit: is_culprit, is_part: true, ..one }
        })
        .collect();
    if !rest.is_empty() {
        let parts: Vec<&SeriesFact> = rest.iter().map(|&index| fact(index)).collect();
        let (times, values) = sum_over(&parts);
        let label = Message::new("trends-series-others").with("count", rest.len());
        let others = PlannedSeries::of(facts, "others", label, Data::Own(times, values));
        series.push(PlannedSeries { color: first_color.saturating_add(drawn.len() as u8), is_part: true, ..others });
    }
    let folded = rest.into_iter().map(|index| (fact(index).key.clone(), label_of(index))).collect();
    (series, folded)
}
