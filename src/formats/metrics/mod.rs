//! Metric samples.

pub(in crate::formats) mod cells;
pub mod csv_table;
mod digits;
mod documents;
pub mod grafana_csv;
mod guesses;
mod heading;
pub(in crate::formats) mod instant;
pub(in crate::formats) mod json;
pub mod kubelet_summary;
mod layout;
mod legend;
mod limits;
pub mod monitoring_json;
mod number;
mod plain;
mod points;
pub mod prometheus_json;
pub mod prometheus_text;
pub mod promtool;
mod rows;
mod samples;
mod stamps;
mod table;
#[cfg(test)]
mod testing;
pub mod victoria_json;
pub(in crate::formats) mod written;
