//! Metric samples.

pub mod grafana_csv;
mod instant;
pub(in crate::formats) mod json;
mod legend;
mod number;
pub mod prometheus_json;
mod table;
#[cfg(test)]
mod testing;
