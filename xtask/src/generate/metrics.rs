//! Metric exports: Grafana's CSV (raw and formatted) and Prometheus' `query_range` JSON.

use std::fmt::Write;

use super::node::{LEAKER, Node};
use super::rng::Rng;
use super::variant::MetricsForm;

/// Seconds between two samples of a container.
pub(crate) const STEP_S: i64 = 15;
/// Seconds between two samples of the sum.
const SUM_STEP_S: i64 = 30;

/// Instants of the export: 21:30 to 22:40.
fn instants(node: &Node<'_>) -> impl Iterator<Item = i64> + use<> {
    let (start, end) = (node.variant.at(21, 30, 0), node.variant.at(22, 40, 0));
    (start..=end).step_by(STEP_S as usize)
}

/// The row of one scrape: a value per container. While forks fail, kubelet answers some scrapes too late (no row at all) and others
/// without the containers whose cgroups it could not walk in time.
fn scrape(node: &Node<'_>, at: i64) -> Option<Vec<Option<u64>>> {
    let mut rng = Rng::new(node.seed ^ at as u64, "scrape");
    let is_full = node.is_full(at);
    if is_full && at > node.wall + 60 && rng.per_mille(90) {
        return None;
    }
    let is_partial = is_full && at % SUM_STEP_S != 0 && rng.per_mille(450);
    Some(
        (0..node.containers.len())
            .map(|index| node.threads(index, at).filter(|_| !(is_partial && index != LEAKER && rng.per_mille(150))))
            .collect(),
    )
}

/// Σ container threads at every instant that was scraped, as Prometheus would add them.
pub(crate) fn sums(node: &Node<'_>) -> impl Iterator<Item = (i64, u64)> {
    instants(node).filter_map(|at| scrape(node, at).map(|row| (at, row.into_iter().flatten().sum())))
}

/// `container_threads` by container, in the variant's form.
pub(crate) fn container_threads(node: &Node<'_>) -> String {
    let rows: Vec<_> = instants(node).filter_map(|at| scrape(node, at).map(|row| (at, row))).collect();
    match node.variant.metrics {
        MetricsForm::GrafanaRaw => csv(&labels(node, "container_threads"), &rows, |at| (at * 1000).to_string(), raw),
        MetricsForm::GrafanaFormatted => {
            csv(&labels(node, "container_threads"), &rows, |at| node.zone.date_time(at), short)
        }
        MetricsForm::Prometheus => {
            let series: Vec<_> = (0..node.containers.len())
                .map(|index| {
                    let values = rows.iter().filter_map(|(at, row)| row[index].map(|value| (*at, value))).collect();
                    (metric_json(node, index, "container_threads"), values)
                })
                .collect();
            matrix(&series)
        }
    }
}

/// `sum(container_threads{node="…"})`.
pub(crate) fn sum_container_threads(node: &Node<'_>) -> String {
    let values = sums(node).filter(|(at, _)| at % SUM_STEP_S == 0).collect();
    matrix(&[("{}".into(), values)])
}

/// `container_processes` by container.
pub(crate) fn container_processes(node: &Node<'_>) -> String {
    let rows: Vec<_> = instants(node)
        .filter_map(|at| {
            let seen = scrape(node, at)?;
            Some((at, (0..seen.len()).map(|i| seen[i].and_then(|_| node.processes(i, at))).collect()))
        })
        .collect();
    csv(&labels(node, "container_processes"), &rows, |at| (at * 1000).to_string(), raw)
}

/// `node_forks_total`: node-exporter's `stat` collector is on by default, its `processes` collector is not.
pub(crate) fn node_forks(node: &Node<'_>) -> String {
    let label =
        format!("{{__name__=\"node_forks_total\", instance=\"{}:9100\", job=\"node-exporter\"}}", node.variant.node);
    let mut total = 163_482_911;
    let rows: Vec<_> = instants(node)
        .map(|at| {
            total += (at - STEP_S..at).map(|second| node.forks_per_s(second)).sum::<u64>();
            (at, vec![Some(total)])
        })
        .collect();
    csv(&[label], &rows, |at| (at * 1000).to_string(), raw)
}

fn labels(node: &Node<'_>, metric: &str) -> Vec<String> {
    node.containers
        .iter()
        .map(|c| {
            format!(
                "{{__name__=\"{metric}\", container=\"{}\", namespace=\"{}\", node=\"{}\", pod=\"{}\"}}",
                c.name, c.namespace, node.variant.node, c.pod
            )
        })
        .collect()
}

fn metric_json(node: &Node<'_>, index: usize, metric: &str) -> String {
    let c = &node.containers[index];
    format!(
        "{{\"__name__\":\"{metric}\",\"container\":\"{}\",\"namespace\":\"{}\",\"node\":\"{}\",\"pod\":\"{}\"}}",
        c.name, c.namespace, node.variant.node, c.pod
    )
}

/// Grafana's "Download CSV" of series joined by time: every header quoted, CRLF, an empty cell where a series has no sample.
fn csv(
    headers: &[String],
    rows: &[(i64, Vec<Option<u64>>)],
    time: impl Fn(i64) -> String,
    cell: impl Fn(u64) -> String,
) -> String {
    let mut text = String::from("\"Time\"");
    for header in headers {
        let _ = write!(text, ",\"{}\"", header.replace('"', "\"\""));
    }
    for (at, values) in rows {
        text.push_str("\r\n");
        text.push_str(&time(*at));
        for value in values {
            text.push(',');
            text.push_str(&value.map(&cell).unwrap_or_default());
        }
    }
    text.push_str("\r\n");
    text
}

fn raw(value: u64) -> String {
    value.to_string()
}

/// Grafana's unit "short": three digits and a suffix.
fn short(value: u64) -> String {
    match value {
        0..1000 => value.to_string(),
        1000..10_000 => {
            let hundredths = (value + 5) / 10;
            format!("{}.{:02} K", hundredths / 100, hundredths % 100)
        }
        _ => {
            let tenths = (value + 50) / 100;
            format!("{}.{} K", tenths / 10, tenths % 10)
        }
    }
}

/// Prometheus' answer to `query_range`.
fn matrix(series: &[(String, Vec<(i64, u64)>)]) -> String {
    let mut text = String::from(r#"{"status":"success","data":{"resultType":"matrix","result":["#);
    for (index, (metric, values)) in series.iter().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        let _ = write!(text, "{comma}{{\"metric\":{metric},\"values\":[");
        for (index, (at, value)) in values.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            let _ = write!(text, "{comma}[{at},\"{value}\"]");
        }
        text.push_str("]}");
    }
    text.push_str("]}}\n");
    text
}
