//! Metric samples.

mod cells;
pub mod csv_table;
pub mod grafana_csv;
mod instant;
pub(in crate::formats) mod json;
mod layout;
mod legend;
mod number;
pub mod prometheus_json;
mod rows;
mod table;
#[cfg(test)]
mod testing;
