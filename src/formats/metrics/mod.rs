//! Metric samples.

pub mod grafana_csv;
mod instant;
mod json;
mod legend;
mod number;
pub mod prometheus_json;
mod table;
#[cfg(test)]
mod testing;
